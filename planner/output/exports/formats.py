"""What every export format is: it writes files from a plan, and reads them back as tracks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from airspace.model.skies import Airspace
from planner.model.jobs import Job
from planner.model.plans import Plan
from planner.model.reviews import Review


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """What an export is made from: a plan, what it was planned and checked against, and the digest of its record."""

    plan: Plan
    sky: Airspace
    job: Job
    review: Review
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How far what is read back may be from what was written, because the format holds no more."""

    horizontal_m: float
    vertical_m: float
    time_s: float | None
    """None for a format that holds no times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of an export."""

    name: str
    """A plain file name, without folders, made of letters, digits and ``. _ -`` only."""
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackPoint:
    """A point of a leg as a file holds it."""

    lon: float
    lat: float
    """WGS 84, degrees."""
    alt_amsl_m: float
    """Above the geoid EGM96, whatever the file itself tells heights from."""
    t: datetime | None
    """None where the format holds no times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One leg as read back from a file; point by point the waypoints of the leg in the record."""

    sortie: str
    leg: int
    """The number of the leg in its sortie, from 0."""
    points: tuple[TrackPoint, ...]


class Format(Protocol):
    """A format that plans can be exported to."""

    name: str
    """As ``--to`` takes it."""
    title: str
    """What it is and who loads it, in a few words."""
    precision: Precision

    def write(self, reviewed: Reviewed) -> tuple[File, ...]:
        """Return the files of a plan; the same plan gives the same bytes.

        Raises
        ------
        BadInput
            If the plan holds what the format cannot express: all such things at once.
        """

    def read(self, files: Sequence[File]) -> tuple[Track, ...]:
        """Return every leg of files that :meth:`write` made, or that someone changed since.

        Raises
        ------
        BadInput
            If a file is not of this format, or does not hold what a leg needs.
        """

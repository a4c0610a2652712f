"""What every export format is: it writes files from a plan, and reads them back as tracks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from airspace.errors import BadInput, Problem
from airspace.formats.telling import listed
from airspace.model.skies import Airspace
from planner.formats.plans.rounding import to_millisecond
from planner.model.jobs import Job
from planner.model.plans import Leg, Plan, Sortie
from planner.model.reviews import Review


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """What an export is made from: a plan, what it was planned and checked against, and the digest of its record."""

    plan: Plan
    sky: Airspace
    job: Job
    review: Review
    digest: str

    @property
    def legs(self) -> Iterable[tuple[Sortie, int, Leg]]:
        """Every leg of the plan with its sortie, and its number there from 0, in the order of the record."""
        return ((sortie, number, leg) for sortie in self.plan.sorties for number, leg in enumerate(sortie.legs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How far what is read back may be from what was written, because the format holds no more."""

    horizontal_m: float
    vertical_m: float
    time_s: float | None
    """None for a format that holds no times."""


SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
"""What a file may be called on every system: it leads nowhere, and hides from nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of an export."""

    name: str
    """A plain file name, without folders, made of letters, digits and ``. _ -`` only; see :func:`stems`."""
    content: bytes

    def __post_init__(self) -> None:
        if SAFE_NAME.fullmatch(self.name) is None:
            raise ValueError(f"file: expected a name of letters, digits and . _ - only, got {self.name!r}")


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

    @property
    def name(self) -> str:
        """As ``--to`` takes it; also the folder that its files go to."""

    @property
    def title(self) -> str:
        """What it is and who loads it, in a few words."""

    @property
    def precision(self) -> Precision:
        """How well it holds what it is given."""

    def write(self, reviewed: Reviewed) -> tuple[File, ...]:
        """Return the files of a plan; the same plan gives the same bytes.

        Raises
        ------
        BadInput
            If the plan holds what the format cannot express, all such things at once (see :func:`cannot`); or if an
            extra that it needs is not installed.
        """

    def read(self, files: Sequence[File]) -> tuple[Track, ...]:
        """Return every leg of files that :meth:`write` made, or that someone changed since.

        Raises
        ------
        BadInput
            If a file is not of this format, or does not hold what a leg needs.
        """


def cannot(format_name: str, place: str, found: str, expected: str, fix: str = "") -> Problem:
    """Return what a format cannot express of a plan, such as a leg: where it stands, what it is, what would do."""
    return Problem(file=format_name, place=place, code="CANNOT_EXPRESS", found=found, expected=expected, fix=fix)


def the_file(files: Sequence[File], name: str) -> File:
    """Return the file of a name.

    Raises
    ------
    BadInput
        If it is not among them.
    """
    for file in files:
        if file.name == name:
            return file
    found = f"the files {listed(file.name for file in files)}" if files else "no files"
    raise BadInput([Problem(file=name, code="FILE_MISSING", found=found, expected="a file of this name")])


def leg_name(sortie: str, leg: int) -> str:
    """Return what a leg is called in files: its sortie, and its number there as people count.

    >>> leg_name("S001", 0)
    'S001 leg 1'
    """
    return f"{sortie} leg {leg + 1}"


def leg_named(name: str) -> tuple[str, int] | None:
    """Return the sortie and the number of the leg, from 0, that :func:`leg_name` gave a name; None for another name.

    >>> leg_named("S001 leg 1")
    ('S001', 0)
    """
    sortie, mark, number = name.rpartition(" leg ")
    told = re.fullmatch(r"[1-9][0-9]{0,5}", number)
    return (sortie, int(number) - 1) if mark and told else None


STEM_CHARACTERS = 60
RESERVED = ("con", "prn", "aux", "nul", *(f"{name}{number}" for name in ("com", "lpt") for number in range(1, 10)))
"""No file can be called so on Windows, whatever comes after a dot."""


def stems(ids: Iterable[str]) -> dict[str, str]:
    """Return for each id the beginning of a file name: of safe characters only, and unlike that of any other id.

    >>> stems(["S001", "s001", "../S 1"])
    {'S001': 'S001', 's001': 's001-2', '../S 1': 'S_1'}
    """
    taken, found = set(RESERVED), {}
    for one in dict.fromkeys(ids):
        plain = re.sub(r"[^A-Za-z0-9_-]+", "_", one).lstrip("_-")[:STEM_CHARACTERS] or "unnamed"
        stem, number = plain, 1
        while stem.casefold() in taken:
            number += 1
            stem = f"{plain}-{number}"
        taken.add(stem.casefold())
        found[one] = stem
    return found


def zulu(moment: datetime) -> str:
    """Return a time in UTC as RFC 3339, to the millisecond as the record tells it.

    >>> from datetime import UTC
    >>> zulu(datetime(2026, 12, 1, 0, 20, 24, 667000, tzinfo=UTC))
    '2026-12-01T00:20:24.667Z'
    """
    return to_millisecond(moment).isoformat(timespec="milliseconds").replace("+00:00", "Z")

"""What is wrong with a file that is read back, gathered value by value and told all at once."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from airspace.errors import BadInput, Problem
from airspace.formats.doors import YEARS
from airspace.formats.telling import shown
from planner.output.exports.formats import Track, TrackPoint, leg_named

NUMBER = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,2})?")

FAULT_LIMIT = 100
"""So many faults are told of one file; another format than it seems has one or more for every point."""


class Enough(Exception):
    """More is wrong with a file than is worth telling."""


@dataclass(slots=True, kw_only=True)
class Faults:
    """One file in the course of being read back. Used as a context it raises BadInput at its end, if anything is wrong.

    A value that cannot be used is told, and something that will do stands in for it, so that the rest is looked at too.
    """

    file: str
    problems: list[Problem] = field(default_factory=list)

    def __enter__(self) -> Faults:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if self.problems and (kind is None or kind is Enough):
            raise BadInput(self.problems) from None

    def tell(self, place: str, found: str, expected: str, *, code: str = "BAD_VALUE", fix: str = "") -> None:
        """Note one thing that is wrong."""
        self.problems.append(Problem(file=self.file, place=place, code=code, found=found, expected=expected, fix=fix))
        if len(self.problems) >= FAULT_LIMIT:
            raise Enough

    def number(self, place: str, value: object, lowest: float = -math.inf, highest: float = math.inf) -> float:
        """Return a number told as such or as text, within bounds; 0 where it is none."""
        found = _number(value)
        if found is None or not lowest <= found <= highest:
            bounds = "" if math.isinf(highest) else f" from {lowest:g} to {highest:g}"
            self.tell(place, "nothing" if value in (None, "") else shown(value), f"a number{bounds}")
            return 0.0
        return found

    def moment(self, place: str, value: object) -> datetime:
        """Return a time told with its offset from UTC, in UTC; the first of our calendar where it is none."""
        found = _moment(value)
        if found is None:
            told = "nothing" if value in (None, "") else shown(value)
            self.tell(place, told, "a time with its offset from UTC, such as 2026-12-01T01:00:00Z")
        return found or datetime(YEARS[0], 1, 1, tzinfo=UTC)

    def point(self, place: str, lon: object, lat: object, alt_amsl_m: object, t: datetime | None) -> TrackPoint:
        """Return a point with its numbers looked at."""
        return TrackPoint(
            lon=self.number(f"{place}, longitude", lon, -180, 180),
            lat=self.number(f"{place}, latitude", lat, -90, 90),
            alt_amsl_m=self.number(f"{place}, height", alt_amsl_m, -100_000, 100_000),
            t=t,
        )

    def leg(self, place: str, name: object) -> tuple[str, int]:
        """Return the sortie and the number of the leg, from 0, that a name tells."""
        told = leg_named(name) if isinstance(name, str) else None
        if told is None:
            found = "nothing" if name in (None, "") else shown(name)
            self.tell(place, found, "the name of a leg, such as 'S001 leg 1'", code="UNKNOWN_LEG")
        return told or ("", 0)


def _number(value: object) -> float | None:
    if isinstance(value, str) and NUMBER.fullmatch(value.strip()):
        return float(value)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _moment(value: object) -> datetime | None:
    try:
        told = datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return None
    if told is None or told.tzinfo is None or not YEARS[0] < told.year < YEARS[1]:
        return None
    return told.astimezone(UTC)


def tracks_once(faults: Faults, tracks: list[tuple[str, Track]]) -> tuple[Track, ...]:
    """Return tracks that are told with their places, and tell which legs stand there twice."""
    first: dict[tuple[str, int], str] = {}
    for place, track in tracks:
        at = first.setdefault((track.sortie, track.leg), place)
        if at != place:
            faults.tell(place, f"a leg that stands at {at} too", "every leg once", code="DUPLICATE_ID")
    return tuple(track for _, track in tracks)

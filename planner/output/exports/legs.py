"""Legs as flights of their own: what formats with a file for each leg have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from airspace.earth.frame import GEOD, Frame
from airspace.errors import BadInput, Problem
from airspace.formats.telling import shown
from planner.model.fleets import DroneType
from planner.model.plans import Leg, Sortie, Waypoint
from planner.output.exports.faults import NUMBER, Faults, tracks_once
from planner.output.exports.formats import File, Reviewed, Track, cannot, leg_name

DEGREES, METRES, SPEED = 7, 3, 3
"""Decimals of what is written. The record has 7 of degrees and 2 of metres."""

REACH_M = 90_000.0
"""How far the rest of a leg may lie from its start, so that one frame holds it all (MAX_HALF_WIDTH_M)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flown:
    """A leg, and what flies it."""

    sortie: Sortie
    number: int
    """In its sortie, from 0."""
    leg: Leg
    kind: DroneType
    half_width_m: float
    """Of its corridor, for this type of drone."""

    @property
    def name(self) -> str:
        """What it is called."""
        return leg_name(self.sortie.id, self.number)

    def file_name(self, stem: str, suffix: str) -> str:
        """Return how its file is called, from how those of its sortie begin."""
        return f"{stem}-leg{self.number + 1}{suffix}"


def legs_flown(reviewed: Reviewed, format_name: str) -> tuple[tuple[Flown, ...], list[Problem]]:
    """Return the legs of a plan that go straight up from a pad and straight down on another, and why others do not."""
    kinds = {kind.id: kind for kind in reviewed.job.drone_types}
    problems: list[Problem] = []
    found = []
    for sortie, number, leg in reviewed.legs:
        kind, name = kinds.get(sortie.drone_type), leg_name(sortie.id, number)
        misfits = [cannot(format_name, name, *misfit) for misfit in _misfits(leg)]
        if kind is None:
            told = f"the drone type {shown(sortie.drone_type)}"
            misfits.append(cannot(format_name, name, told, "one of the types of the job"))
        problems += misfits
        if kind is not None and not misfits:
            half_width_m = reviewed.job.policy.half_width_m(kind)
            found.append(Flown(sortie=sortie, number=number, leg=leg, kind=kind, half_width_m=half_width_m))
    return tuple(found), problems


def _misfits(leg: Leg) -> Iterator[tuple[str, str]]:
    """Tell what keeps a leg from being a mission: what it is, and what it would have to be."""
    points = leg.waypoints
    if len(points) < 3:
        yield f"{len(points)} waypoints", "three or more: on the ground, above it, and on the ground"
        return
    for foot, above, what in ((points[0], points[1], "take-off"), (points[-1], points[-2], "landing")):
        if (foot.lon, foot.lat) != (above.lon, above.lat) or not foot.alt_amsl_m < above.alt_amsl_m:
            yield f"a {what} that is not straight", f"a {what} straight above its pad"
    if any(end.t < start.t or (end.t == start.t and length_m(start, end) > 0) for start, end in pairwise(points)):
        yield "waypoints whose times do not rise", "every waypoint later than the one before"
    yield from too_far([*points, *(leg.way_out.waypoints if leg.way_out else ())])


def too_far(points: Sequence[Waypoint]) -> Iterator[tuple[str, str]]:
    """Tell whether some waypoints lie too far from the first of them for one local frame to hold them all."""
    away_m = max(length_m(points[0], point) for point in points)
    if away_m > REACH_M:
        yield f"a waypoint {away_m / 1000:,.0f} km from the first", f"at most {REACH_M / 1000:.0f} km"


def frame_of(start: Waypoint) -> Frame:
    """Return a local frame near a place, the same for all places around; it holds all within ``REACH_M`` of them."""
    return Frame(lon=round(start.lon, 1), lat=round(start.lat, 1))


def length_m(start: Waypoint, end: Waypoint) -> float:
    """Return the way between two waypoints over the ground."""
    return float(GEOD.inv(start.lon, start.lat, end.lon, end.lat)[2])


def named_in(file_name: str, suffix: str) -> tuple[str, int] | None:
    """Return the sortie and the number of the leg, from 0, that the name of a file tells; None where it tells none.

    The sortie is that of the name: an id that cannot be the name of a file reads otherwise there.
    """
    told = re.fullmatch(rf"(.+)-leg([1-9][0-9]{{0,5}}){re.escape(suffix)}", file_name)
    return (told[1], int(told[2]) - 1) if told else None


def read_each(files: Sequence[File], track_of: Callable[[File], Track]) -> tuple[Track, ...]:
    """Return the leg of each file, and tell all that is wrong with all of them at once.

    Raises
    ------
    BadInput
        If anything is, or a leg stands in two files.
    """
    problems: list[Problem] = []
    tracks = []
    for file in files:
        try:
            tracks.append((file.name, track_of(file)))
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)
    with Faults(file="the files of an export") as faults:
        return tracks_once(faults, tracks)


EXCHANGED = "Look whether latitude and longitude are exchanged."


def place_of(faults: Faults, place: str, lat: object, lon: object) -> tuple[float, float]:
    """Return longitude and latitude, told as numbers or as text; a latitude that is none is told as maybe exchanged."""
    told = float(lat) if isinstance(lat, str) and NUMBER.fullmatch(lat.strip()) else lat
    if isinstance(told, int | float) and not isinstance(told, bool) and 90 < abs(told) <= 180:
        expected = "a number from -90 to 90"
        faults.tell(f"{place}, latitude", shown(lat), expected, code="LATITUDE_OUT_OF_RANGE", fix=EXCHANGED)
        return 0.0, 0.0
    return (
        faults.number(f"{place}, longitude", lon, -180, 180),
        faults.number(f"{place}, latitude", lat, -90, 90),
    )

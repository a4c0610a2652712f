"""Operational intents of others: files of what a USS answers in ASTM F3548-21 (details of an operational intent).

A file holds ``{"operational_intents": [...]}``, one answer ``{"operational_intent": {...}}``, or a bare list. Heights
in it are above the ellipsoid; they become metres above mean sea level to the safe side, by the least and greatest
undulation of the geoid below the volume.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import shapely
from pydantic import ValidationError

from airspace.earth.frame import GEOD
from airspace.earth.heights import Height, HeightFrame, Reference
from airspace.errors import Problem
from airspace.formats.documents import RawFile, json_of, text_of, without_told
from airspace.formats.doors import utc
from airspace.formats.telling import Location, Placed, about, place_of, problems_of, shown
from planner.formats.doors.traffic import IntentsFile, OperationalIntent, Polygon, Volume3D, Volume4D
from planner.model.traffic import Intent, IntentState, Volume

MOST_VERTICES = 10_000
"""In all volumes of an operational intent (ASTM F3548-21, OiMaxVertices)."""

MOST_AREA_M2 = 10_000e6
"""What the standard allows a constraint (CstrMaxArea); for an operational intent it leaves that to who answers."""

LEAST_AREA_M2 = 1.0
"""Less is a line drawn as a polygon."""

LEAST_METRES_PER_DEGREE = 110_500.0
"""Of latitude, at the equator of the ellipsoid: 110,574 m."""

MANY, ONE = "operational_intents", "operational_intent"


def read_intents(file: RawFile) -> tuple[list[Placed[Intent]], list[Problem]]:
    """Return the operational intents of a file, and every problem in it.

    Raises
    ------
    BadInput
        If the file is no JSON at all.
    """
    document = json_of(file.name, text_of(file))
    prefix, given = _entries(document.data)
    if given is None:
        expected = f"a list of operational intents, or an object with '{MANY}' or '{ONE}'"
        told = Problem(file=file.name, code="WRONG_TYPE", found=shown(document.data), expected=expected)
        return [], [*document.problems, told]
    try:
        found = IntentsFile.model_validate({MANY: given})
    except ValidationError as error:
        told_here = problems_of(error, file=file.name, place=lambda at: place_of((*prefix, *_inside(prefix, at))))
        return [], [*document.problems, *without_told(told_here, document.problems)]
    gathered = _Gathered(file=file.name)
    counted = Counter(intent.reference.id for intent in found.operational_intents)
    placed = []
    for index, intent in enumerate(found.operational_intents):
        step: Location = prefix if prefix == (ONE,) else (*prefix, index)
        if counted[intent.reference.id] > 1:
            times = f"{shown(intent.reference.id)}, {counted[intent.reference.id]} times"
            gathered.tell("DUPLICATE_ID", (*step, "reference", "id"), times, "every operational intent once")
        value = gathered.intent(intent, step)
        placed.append(Placed(id=intent.reference.id, place=place_of(step), value=value))
    return placed, [*document.problems, *gathered.problems]


def _entries(data: object) -> tuple[Location, list[object] | None]:
    """Return the list of intents that a document holds, and where; None where there is none."""
    if isinstance(data, list):
        return (), data
    if isinstance(data, dict) and isinstance(data.get(MANY), list):
        return (MANY,), data[MANY]
    if isinstance(data, dict) and ONE in data:
        return (ONE,), [data[ONE]]
    return (), None


def _inside(prefix: Location, location: Location) -> Location:
    """Return the rest of a location within what stands under a prefix: the list has a name, and one answer no index."""
    return location[2:] if prefix == (ONE,) else location[1:]


@dataclass(slots=True, kw_only=True)
class _Gathered:
    """Every problem of one file; values are made on the way."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def tell(self, code: str, place: Location, found: str, expected: str, fix: str = "") -> None:
        self.problems.append(
            Problem(file=self.file, place=place_of(place), code=code, found=found, expected=expected, fix=fix)
        )

    def intent(self, given: OperationalIntent, place: Location) -> Intent | None:
        """Return an intent; None, and what is wrong, where it holds what cannot be used."""
        subject, before = f"operational intent {shown(given.reference.id)}", len(self.problems)
        details, kinds = given.details, ("volumes", "off_nominal_volumes")
        named = [(kind, index, one) for kind in kinds for index, one in enumerate(getattr(details, kind))]
        if not named:
            found = "none of either"
            self.tell("TOO_FEW", (*place, "details"), found, about(subject, "volumes or off_nominal_volumes"))
        vertices = sum(len(one.volume.outline_polygon.vertices) for _, _, one in named if one.volume.outline_polygon)
        if vertices > MOST_VERTICES:
            expected = about(subject, f"at most {MOST_VERTICES:,} vertices in all its volumes")
            self.tell("TOO_MANY", (*place, "details"), f"{vertices:,} vertices", expected)
        made = [
            self._volume(one, (*place, "details", kind, index), subject, off_nominal=kind == kinds[1])
            for kind, index, one in named
        ]
        if given.reference.id != given.reference.id.strip():
            found, expected = shown(given.reference.id), about(subject, "an id without blanks around it")
            self.tell("BAD_VALUE", (*place, "reference", "id"), found, expected)
        if len(self.problems) > before:
            return None
        return Intent(
            id=given.reference.id,
            manager=given.reference.manager,
            state=IntentState(given.reference.state),
            priority=details.priority,
            volumes=tuple(volume for volume in made if volume is not None),
        )

    def _volume(self, given: Volume4D, place: Location, subject: str, *, off_nominal: bool) -> Volume | None:
        before = len(self.problems)
        self.problems += self._ends(given, place, subject)
        self._look_at_outline(given.volume, (*place, "volume"), subject)
        if len(self.problems) > before:
            return None
        outline, radius_m = _outline(given.volume)
        ground, frame = _below(outline, radius_m), HeightFrame()
        lower, upper = (
            Height(value_m=end.value, reference=Reference.W84)
            for end in (given.volume.altitude_lower, given.volume.altitude_upper)
        )
        return Volume(
            outline=outline,
            radius_m=radius_m,
            lower_amsl_m=frame.span_amsl_m(lower, ground)[0],
            upper_amsl_m=frame.span_amsl_m(upper, ground)[1],
            start=utc(given.time_start.value),
            end=utc(given.time_end.value),
            off_nominal=off_nominal,
        )

    def _ends(self, given: Volume4D, place: Location, subject: str) -> Iterator[Problem]:
        start, end = given.time_start.value, given.time_end.value
        if not start < end:
            yield Problem(
                file=self.file,
                place=place_of((*place, "time_end")),
                code="TIMES_REVERSED",
                found=f"{start.isoformat()} and {end.isoformat()}",
                expected=about(subject, "time_start before time_end"),
            )
        lower, upper = given.volume.altitude_lower.value, given.volume.altitude_upper.value
        if not lower < upper:
            yield Problem(
                file=self.file,
                place=place_of((*place, "volume", "altitude_upper")),
                code="HEIGHTS_REVERSED",
                found=f"{lower:g} and {upper:g} m",
                expected=about(subject, "altitude_lower below altitude_upper"),
            )

    def _look_at_outline(self, given: Volume3D, place: Location, subject: str) -> None:
        """Tell what keeps an outline from being one polygon or one circle of a size that can be."""
        circle, polygon = given.outline_circle, given.outline_polygon
        if (circle is None) == (polygon is None):
            found = "neither" if circle is None else "both"
            self.tell("WRONG_GEOMETRY", place, found, about(subject, "either outline_circle or outline_polygon"))
            return
        if polygon is None:
            area_m2 = math.pi * circle.radius.value**2 if circle else 0.0
        else:
            area_m2 = self._area_m2(polygon, (*place, "outline_polygon"), subject)
        if area_m2 > MOST_AREA_M2:
            expected = about(subject, f"at most {MOST_AREA_M2 / 1e6:,.0f} km2")
            fix = "Look whether lng and lat are exchanged, or the outline crosses the antimeridian."
            self.tell("AREA_TOO_LARGE", place, f"{area_m2 / 1e6:,.0f} km2", expected, fix)

    def _area_m2(self, polygon: Polygon, place: Location, subject: str) -> float:
        area = shapely.Polygon(_open([(vertex.lng, vertex.lat) for vertex in polygon.vertices]) or None)
        area_m2 = abs(float(GEOD.geometry_area_perimeter(area)[0])) if area.is_valid and not area.is_empty else 0.0
        if area_m2 < LEAST_AREA_M2:
            reason = shapely.is_valid_reason(area) if not area.is_valid else f"{area_m2:.2g} m2"
            found = "fewer than three places" if area.is_empty else reason
            self.tell("BAD_OUTLINE", place, found, about(subject, "an outline with an area that does not cross itself"))
        return area_m2


def _outline(given: Volume3D) -> tuple[tuple[tuple[float, float], ...], float]:
    if given.outline_circle is not None:
        centre = given.outline_circle.center
        return ((centre.lng, centre.lat),), given.outline_circle.radius.value
    vertices = given.outline_polygon.vertices if given.outline_polygon else []
    return tuple(_open([(vertex.lng, vertex.lat) for vertex in vertices])), 0.0


def _open(ring: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return a ring without its first place at its end, where some repeat it; nothing if that leaves no area."""
    opened = ring[:-1] if ring[0] == ring[-1] else ring
    return opened if len(opened) > 2 else []


def _below(outline: tuple[tuple[float, float], ...], radius_m: float) -> shapely.Geometry:
    """Return a box around the ground below, degrees: the geoid is looked up under all of it."""
    west, south, east, north = shapely.MultiPoint(outline).bounds
    reach_deg = radius_m / LEAST_METRES_PER_DEGREE
    south, north = max(south - reach_deg, -90.0), min(north + reach_deg, 90.0)
    widest = math.cos(math.radians(max(abs(south), abs(north))))
    wider_deg = min(reach_deg / widest, 180.0) if widest > 0 else 180.0
    # Shortest lines bulge towards the poles, by up to the square of their span of longitudes over 16 (in radians).
    bulge_deg = 0.01 + math.radians((east - west) ** 2) / 8.0
    return shapely.box(west - wider_deg, max(south - bulge_deg, -90.0), east + wider_deg, min(north + bulge_deg, 90.0))


def told_twice(files: list[tuple[str, Placed[Intent]]]) -> Iterator[Problem]:
    """Find intents that stand in more than one file."""
    first: dict[str, str] = {}
    for file, item in files:
        if first.setdefault(item.id, file) != file:
            found = f"{shown(item.id)}, which stands in {first[item.id]} too"
            place = f"{item.place}.reference.id"
            yield Problem(file=file, place=place, code="DUPLICATE_ID", found=found, expected="every intent once")

"""Other ways between two pads, told beside the best one: on which side of what they pass, and how much longer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from airspace.corridors.alternatives import LEAST_AREA_M2, enclosed
from airspace.corridors.courses import Course
from planner.solving.flights import Flight
from planner.solving.turns import Surveyor, Turn, listed

COMPASS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


@dataclass(frozen=True, slots=True, kw_only=True)
class Detour:
    """Another way that differs truly from the best one."""

    lonlat: tuple[tuple[float, float], ...]
    distance_m: float
    extra_m: float
    """Over the best way; below zero where that one is longer and still costs less."""
    flown_s: float
    """From take-off to landing."""
    energy_wh: float
    turns: tuple[Turn, ...]
    reason: str
    words: str
    """Such as "east of Cloudy Hill: 1.2 km longer, 80 s slower"."""
    allowed: bool
    """Whether hours, permits and rules allow the whole flight at the time asked for."""


def where_it_goes(other: Course, best: Course, surveyor: Surveyor, gates: tuple[tuple[str, ...], ...]) -> str:
    """Return how another course differs from the best one, in words; ``gates`` are those of the other and the best."""
    through = [gate for gate in gates[0] if gate not in gates[1]]
    if through:
        return f"through gate {listed(through)}"
    side = _side_of_zone(other, best, surveyor)
    if side:
        return side
    if other.levels_amsl_m != best.levels_amsl_m:
        return f"at {listed([f'{level_m:g}' for level_m in dict.fromkeys(other.levels_amsl_m)])} m AMSL"
    return f"further {_side_of_line(other, best, surveyor)}"


def how_much_longer(extra_m: float) -> str:
    """Return a difference in length in words."""
    size_m = abs(extra_m)
    told = f"{size_m / 1000:.1f} km" if size_m >= 1000 else f"{size_m:.0f} m"
    return f"{told} longer" if extra_m > 0.5 else f"{told} shorter" if extra_m < -0.5 else "as long"


def in_words(place: str, other: Flight, best: Flight) -> str:
    """Return another way as one line: where it goes, and what it costs more than the best one."""
    extra_s = other.flown_s - best.flown_s
    slower = f", {abs(extra_s):.0f} s {'slower' if extra_s > 0 else 'faster'}" if abs(extra_s) >= 0.5 else ""
    return f"{place}: {how_much_longer(other.distance_m - best.distance_m)}{slower}"


def _side_of_zone(other: Course, best: Course, surveyor: Surveyor) -> str:
    """Return on which side of a zone another course passes that the best one leaves on its other side.

    Of the zones between the two courses it is the one that makes the best course bend, else one that makes the other
    bend, else the largest.
    """
    between = enclosed(_line(other, surveyor), _line(best, surveyor))
    if shapely.area(between) < LEAST_AREA_M2:
        return ""
    areas = {zone.id: area for zone, area in surveyor.chart.zones}
    inside = [zone for zone, area in areas.items() if shapely.covers(between, shapely.point_on_surface(area))]
    makers = [{zone for bend in course.bends for zone in bend.zones} for course in (best, other)]
    ranked = sorted(inside, key=lambda zone: (zone not in makers[0], zone not in makers[1], -areas[zone].area, zone))
    bending = [zone for zone in ranked if zone in makers[0] | makers[1]]
    if not bending:
        return ""
    chosen = bending[0]
    centre, line = shapely.centroid(areas[chosen]), _line(other, surveyor)
    nearest = shapely.line_interpolate_point(line, shapely.line_locate_point(line, centre))
    return f"{_side(line, centre, nearest)} of {surveyor.names([chosen])[0]}"


def _side_of_line(other: Course, best: Course, surveyor: Surveyor) -> str:
    """Return on which side of the best course another one runs where they are furthest apart."""
    line, base = _line(other, surveyor), _line(best, surveyor)
    places = shapely.points(shapely.get_coordinates(shapely.segmentize(line, max(line.length / 64, 1.0))))
    furthest = places[int(np.argmax(shapely.distance(places, base)))]
    nearest = shapely.line_interpolate_point(base, shapely.line_locate_point(base, furthest))
    return _side(base, nearest, furthest)


def _line(course: Course, surveyor: Surveyor) -> shapely.LineString:
    return surveyor.chart.frame.project(shapely.LineString(course.lonlat))


def _side(line: shapely.LineString, start: shapely.Point, end: shapely.Point) -> str:
    """Return on which side of a place another one lies, looking along a line from its first point to its last.

    Sides are told by the compass: of a leg to the east they are north and south.
    """
    (x0, y0), *_, (x1, y1) = shapely.get_coordinates(line).tolist()
    to_the_left = (x1 - x0) * (end.y - start.y) - (y1 - y0) * (end.x - start.x)
    heading_deg = float(np.degrees(np.arctan2(x1 - x0, y1 - y0)))
    return COMPASS[round((heading_deg + (-90.0 if to_the_left > 0 else 90.0)) / 45.0) % 8]


def differ(courses: Sequence[Course], best: Course) -> tuple[Course, ...]:
    """Return the courses that are not the best one again, each once."""
    kept = dict.fromkeys(course.points for course in courses if course.points != best.points)
    return tuple(next(course for course in courses if course.points == points) for points in kept)

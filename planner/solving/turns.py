"""Why a course goes as it does: what it bends round, the gates it passes, and where it changes its level, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

import numpy as np
import shapely

from airspace.corridors.charts import Chart
from airspace.corridors.courses import Bend, Course
from airspace.corridors.labels import BOUNDARY, HEIGHT_CAP, HIGH_GROUND, NEAR_M, NEAR_SHARE
from airspace.corridors.openings import open_gates, shut_zones
from airspace.corridors.passages import Crossing
from airspace.model.schedules import Span

LEAST_TURN_DEG = 0.02
"""A course over a corner that turns by less goes past it: a millimetre of rounding in three metres."""

STRAIGHT = "straight"

Thing: TypeAlias = tuple[str, str]
"""A kind (``zone``, ``gate``, ``boundary``, ``high ground``, ``height cap``) and, for zones and gates, the id."""

ZONE, GATE = "zone", "gate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Something that happens to a course on its way: a bend, a gate, another level."""

    along_m: float
    """From its start, over the ground."""
    lon: float
    lat: float
    """WGS 84, degrees; of its first place, when a bend has several."""
    level_amsl_m: float
    """After it."""
    words: str
    """Such as "round Cloudy Hill", "through gate G1", "climbs to 120 m AMSL over Ta Kwu Ling police station"."""
    zones: tuple[str, ...] = ()
    """Ids of the zones that make it."""
    gates: tuple[str, ...] = ()
    """Ids of the gates it goes through."""
    bends: bool = False
    """Whether the course changes its direction there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A place of a course with the things it goes round or through there."""

    along_m: float
    lon: float
    lat: float
    level_m: float
    things: tuple[Thing, ...]
    bends: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveyor:
    """Tells why courses on a chart go as they do, for an aircraft in a span of time."""

    chart: Chart
    aircraft: frozenset[str]
    when: Span

    def turns(self, course: Course, crossings: Sequence[Crossing] = ()) -> tuple[Turn, ...]:
        """Return what happens to a course, in the order flown; crossings are those of its passage."""
        line = self.chart.frame.project(shapely.LineString(course.lonlat))
        places = [*self._bends(course, line, crossings), *_gates(crossings, line)]
        turns = [self._turn(group) for group in _grouped(sorted(places, key=lambda place: place.along_m))]
        return tuple(sorted([*turns, *self._levels(course)], key=lambda turn: turn.along_m))

    def _bends(self, course: Course, line: shapely.LineString, crossings: Sequence[Crossing]) -> Iterator[_Place]:
        corners = [point for point in _corners(line) if point[1] >= LEAST_TURN_DEG]
        gates = [crossing.gate for crossing in crossings if crossing.gate]
        for bend in course.bends:
            point = self.chart.frame.project(shapely.Point(bend.lon, bend.lat))
            along_m = float(shapely.line_locate_point(line, point))
            if any(abs(along_m - corner_m) < NEAR_M for corner_m, _ in corners):
                yield _Place(
                    along_m=along_m,
                    lon=bend.lon,
                    lat=bend.lat,
                    level_m=bend.level_amsl_m,
                    things=self._things(bend, point, gates),
                    bends=True,
                )

    def _things(self, bend: Bend, point: shapely.Point, gates: Collection[str]) -> tuple[Thing, ...]:
        """Return what a bend goes round; the boundary beside a gate that is passed is that gate."""
        near_m = self.chart.rules.fence_m * NEAR_SHARE + NEAR_M
        posts = [gate for gate in gates if shapely.dwithin(self.chart.posts[gate], point, near_m)]
        found: list[Thing] = []
        for name in bend.zones:
            if name in (BOUNDARY, HIGH_GROUND, HEIGHT_CAP):
                found += [(GATE, gate) for gate in posts] if name == BOUNDARY and posts else [(name, "")]
            else:
                found.append((ZONE, name))
        return tuple(dict.fromkeys(found))

    def _turn(self, group: Sequence[_Place]) -> Turn:
        first, things = group[0], tuple(dict.fromkeys(thing for place in group for thing in place.things))
        return Turn(
            along_m=first.along_m,
            lon=first.lon,
            lat=first.lat,
            level_amsl_m=group[-1].level_m,
            words=self._words(things),
            zones=_ids(things, ZONE),
            gates=_ids(things, GATE),
            bends=any(place.bends for place in group),
        )

    def _words(self, things: Collection[Thing]) -> str:
        kinds = [kind for kind, _ in things]
        around = [*self.names(_ids(things, ZONE))]
        around += ["high ground"] if HIGH_GROUND in kinds else []
        around += ["ground too low for the height limit"] if HEIGHT_CAP in kinds else []
        parts = [f"through gate {listed(_ids(things, GATE))}"] if GATE in kinds else []
        parts += [f"round {listed(around)}"] if around else []
        parts += ["along the boundary"] if BOUNDARY in kinds else []
        return " and ".join(parts) or "round an outline that nobody has named"

    def names(self, zones: Iterable[str]) -> tuple[str, ...]:
        """Return the names of zones, each with its id where another zone is called the same."""
        by_id = {zone.id: zone.name or zone.id for zone in self.chart.sky.zones}
        called = Counter(by_id.values())
        return tuple(by_id[zone] if called[by_id[zone]] == 1 else f"{by_id[zone]} ({zone})" for zone in zones)

    def _levels(self, course: Course) -> Iterator[Turn]:
        """Yield the changes of level, and the level of the start when it is not the lowest one."""
        before_m, along_m = self.chart.levels_m[0], 0.0
        for level_m, group in groupby(course.points, key=lambda point: point[2]):
            places = [point[:2] for point in group]
            run = self.chart.frame.project(shapely.LineString([*places, places[-1]]))
            if level_m != before_m:
                verb = "at" if along_m == 0 else "climbs to" if level_m > before_m else "comes down to"
                zones = self._passed_over(run, level_m, before_m)
                where = f" {'over' if level_m > before_m else 'under'} {listed(self.names(zones))}" if zones else ""
                yield Turn(
                    along_m=along_m,
                    lon=places[0][0],
                    lat=places[0][1],
                    level_amsl_m=level_m,
                    words=f"{verb} {level_m:g} m AMSL{where}{self._for_gates(run, level_m, before_m)}",
                    zones=zones,
                )
            before_m, along_m = level_m, along_m + float(run.length)

    def _passed_over(self, run: shapely.Geometry, level_m: float, other_m: float) -> tuple[str, ...]:
        """Return the zones that are in the way of a run at another level, and not at its own."""
        return tuple(
            zone.id
            for zone, area in self.chart.zones
            if self.chart.at_level(zone, other_m)
            and not self.chart.at_level(zone, level_m)
            and shapely.dwithin(area, run, self.chart.rules.keep_out_m)
            and zone in shut_zones(self.chart, self.aircraft, self.when, other_m)
        )

    def _for_gates(self, run: shapely.Geometry, level_m: float, other_m: float) -> str:
        """Tell of the gates of a run that are open at its level and not at another one."""
        here, there = (open_gates(self.chart, self.aircraft, self.when, m) for m in (level_m, other_m))
        areas = {gate.id: area for gate, area in self.chart.gates}
        gates = [gate.id for gate in here if gate not in there and shapely.intersects(areas[gate.id], run)]
        return f" for gate {listed(gates)}" if gates else ""


def reason(turns: Sequence[Turn]) -> str:
    """Return what makes a course longer than the straight line, in one sentence."""
    told = [turn.words for turn in turns]
    if not any(turn.bends for turn in turns):
        return ", ".join([STRAIGHT, *told])
    first = next((number for number, words in enumerate(told) if words.startswith("round ")), None)
    if first is not None:
        told[first] = f"bends {told[first]}"
    return ", then ".join(told)


def listed(names: Iterable[str]) -> str:
    """Return names as people list them: "A", "A and B", "A, B and C"."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _gates(crossings: Sequence[Crossing], line: shapely.LineString) -> Iterator[_Place]:
    for crossing in crossings:
        yield _Place(
            along_m=crossing.along_share * float(line.length),
            lon=crossing.lon,
            lat=crossing.lat,
            level_m=crossing.alt_amsl_m,
            things=((GATE, crossing.gate),) if crossing.gate else ((BOUNDARY, ""),),
            bends=False,
        )


def _grouped(places: Iterable[_Place]) -> list[list[_Place]]:
    """Put places together that follow each other round the same things."""
    groups: list[list[_Place]] = []
    for place in places:
        if groups and any(thing in before.things for before in groups[-1] for thing in place.things):
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups


def _corners(line: shapely.LineString) -> list[tuple[float, float]]:
    """Return where a line turns: metres along it, and by how many degrees."""
    steps = np.diff(shapely.get_coordinates(line), axis=0)
    along_m = np.cumsum(np.hypot(*steps.T))[:-1]
    headings = np.degrees(np.arctan2(steps[:, 0], steps[:, 1]))
    turned = np.abs((np.diff(headings) + 180.0) % 360.0 - 180.0)
    return list(zip(along_m.tolist(), turned.tolist(), strict=True))


def _ids(things: Iterable[Thing], kind: str) -> tuple[str, ...]:
    return tuple(name for other, name in things if other == kind)

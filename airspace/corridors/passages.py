"""Whose leave a course needs: the zones it enters, the gates and jurisdictions it passes, and when it may be flown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby, pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely
from shapely.ops import substring

from airspace.corridors.charts import Chart
from airspace.model.gates import Gate, Permit
from airspace.model.pads import Pad
from airspace.model.schedules import Span, common, gaps, longest
from airspace.model.zones import Zone

TOUCH_M = 0.01
"""A course this much nearer than its clearance counts as entering; less is the rounding of the tangent itself."""


LEAST_M = 0.001
"""Shorter parts of a course are the arithmetic of floats."""

Points: TypeAlias = Sequence[tuple[float, float, float]]
"""A course: longitude and latitude (WGS 84, degrees) and metres AMSL, from above one pad to above the other.

Two points in a row at one place are a change of level there; any other two are on one level.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """Where a course passes from one jurisdiction to another."""

    gate: str
    """Empty where no gate holds it; such a course is never flown."""
    before: str
    after: str
    """Ids of the jurisdictions."""
    along_share: float
    """Of the course's length, from its start."""
    lon: float
    lat: float
    alt_amsl_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What a course passes, and when it may be flown."""

    jurisdictions: tuple[str, ...]
    """In the order flown."""
    gates: tuple[str, ...]
    """In the order flown."""
    crossings: tuple[Crossing, ...] = ()
    """In the order flown."""
    zones: tuple[str, ...]
    """Closed zones that it enters or comes too near to: each needs a permit, or hours when it does not hold."""
    heights_amsl_m: Mapping[str, tuple[float, float]] = field(default_factory=dict, hash=False)
    """By zone id: the heights it is flown at in that zone."""
    spans: tuple[Span, ...]
    """When gates, permits and hours allow it; the whole flight must fit in one of them. They may overlap: one permit
    that ends when another begins allows no flight from the one into the other."""


def zone_spans(
    zone: Zone, chart: Chart, aircraft: Collection[str], when: Span, heights_m: tuple[float, float]
) -> tuple[Span, ...]:
    """Return when an aircraft may be in a closed zone: while it does not hold, or under one permit throughout."""
    return longest((*gaps(zone.schedule.spans(*when), when), *leave_spans(zone, chart, aircraft, when, heights_m)))


def leave_spans(
    zone: Zone, chart: Chart, aircraft: Collection[str], when: Span, heights_m: tuple[float, float]
) -> tuple[Span, ...]:
    """Return when a permit opens a zone to an aircraft at a span of heights, metres AMSL.

    The permit names zone and aircraft and holds the heights. A PROHIBITED zone is never opened.
    """
    if not zone.permittable:
        return ()
    return _validity((p for p in chart.sky.permits if covers(p, zone, chart, aircraft, heights_m)), when)


def covers(permit: Permit, zone: Zone, chart: Chart, aircraft: Collection[str], heights_m: tuple[float, float]) -> bool:
    """Tell whether a permit, while it is valid, opens a zone to an aircraft at a span of heights, metres AMSL."""
    if zone.id not in permit.zones or not permit.names(aircraft):
        return False
    return permit.band is None or chart.holds(permit.band, zone.area, heights_m)


def gate_spans(
    gate: Gate, chart: Chart, aircraft: Collection[str], when: Span, heights_m: tuple[float, float]
) -> tuple[Span, ...]:
    """Return when an aircraft may pass a gate at a span of heights, metres AMSL.

    In its hours and its band, with leave of the authority on each side of it.
    """
    if not chart.holds(gate.band, gate.area, heights_m):
        return ()
    spans = gate.schedule.spans(*when)
    for side in chart.sky.jurisdictions:
        if shapely.intersects(side.area, gate.area):
            leave = (p for p in gate.permits if _lets_pass(p, gate, side.authority, chart, aircraft, heights_m))
            spans = common(spans, _validity(leave, when))
    return spans


def _lets_pass(
    permit: Permit,
    gate: Gate,
    authority: str,
    chart: Chart,
    aircraft: Collection[str],
    heights_m: tuple[float, float],
) -> bool:
    if permit.authority != authority or not permit.names(aircraft):
        return False
    return permit.band is None or chart.holds(permit.band, gate.area, heights_m)


def _validity(permits: Iterable[Permit], when: Span) -> tuple[Span, ...]:
    return longest(span for permit in permits for span in permit.spans(*when))


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A part of a course on one level."""

    level_m: float
    """Metres AMSL."""
    line: shapely.LineString
    """In the frame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A climb or a descent, straight up or down at one place."""

    place: shapely.Point
    """In the frame."""
    lowest_m: float
    """Metres AMSL."""
    highest_m: float


def runs_of(points: Points, chart: Chart) -> tuple[Run, ...]:
    """Return the parts of a course that keep their level, in the order flown."""
    groups = [list(group) for _, group in groupby(points, key=lambda point: point[2])]
    lines = [
        chart.frame.project(shapely.LineString([point[:2] for point in group])) for group in groups if len(group) > 1
    ]
    levels = [group[0][2] for group in groups if len(group) > 1]
    return tuple(Run(level_m=level_m, line=line) for level_m, line in zip(levels, lines, strict=True))


def columns_of(points: Points, ends: tuple[Pad, Pad], chart: Chart) -> tuple[Column, ...]:
    """Return where a course goes straight up or down: over its two pads, and where it changes level."""
    first, last = points[0], points[-1]
    columns = [_column(first, ends[0].elevation_amsl_m, chart)]
    columns += [_column(before, after[2], chart) for before, after in pairwise(points) if before[2] != after[2]]
    return (*columns, _column(last, ends[1].elevation_amsl_m, chart))


def _column(point: tuple[float, float, float], other_m: float, chart: Chart) -> Column:
    place = chart.frame.project(shapely.Point(point[:2]))
    return Column(place=place, lowest_m=min(point[2], other_m), highest_m=max(point[2], other_m))


def passage(
    points: Points,
    ends: tuple[Pad, Pad],
    chart: Chart,
    *,
    aircraft: Collection[str],
    when: Span,
) -> Passage:
    """Work out what a course passes on its levels, where it changes them, and on the climb and descent at its ends."""
    line = chart.frame.project(shapely.LineString([point[:2] for point in points]))
    entered = _entered(points, ends, chart)
    stretches = stretches_of(line, chart)
    changes = [_passed(points, line, change, chart, aircraft, when) for change in _changes(stretches)]
    spans: tuple[Span, ...] = (when,)
    for zone, heights_m in entered:
        spans = common(spans, zone_spans(zone, chart, aircraft, when, heights_m))
    for _, _, open_spans in changes:
        spans = common(spans, open_spans)
    return Passage(
        jurisdictions=_in_order(stretches),
        gates=tuple(dict.fromkeys(gate.id for _, gates, _ in changes for gate in gates)),
        crossings=tuple(crossing for crossing, _, _ in changes),
        zones=tuple(zone.id for zone, _ in entered),
        heights_amsl_m={zone.id: heights_m for zone, heights_m in entered},
        spans=spans,
    )


def too_near(
    tree: shapely.STRtree, shapes: npt.NDArray[np.object_], keep_out_m: float
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return which shapes enter which areas of a tree, or come nearer than the clearance: two arrays of numbers.

    Shape ``i`` of the answer's first array goes with area ``i`` of its second. What only touches does not count, also
    where no clearance is kept.
    """
    reach_m = keep_out_m - TOUCH_M
    numbers, areas = tree.query(shapes, predicate="dwithin", distance=max(reach_m, 0.0))
    if reach_m < 0:
        cores = shapely.buffer(tree.geometries[areas], reach_m)
        inside = shapely.intersects(cores, shapes[numbers])
        numbers, areas = numbers[inside], areas[inside]
    return numbers, areas


def _entered(points: Points, ends: tuple[Pad, Pad], chart: Chart) -> list[tuple[Zone, tuple[float, float]]]:
    """Return the closed zones that a course enters, each with the heights it is flown at there."""
    runs, columns = runs_of(points, chart), columns_of(points, ends, chart)
    shapes = np.array([*(run.line for run in runs), *(column.place for column in columns)])
    spans = [*((run.level_m, run.level_m) for run in runs), *((one.lowest_m, one.highest_m) for one in columns)]
    heights_m: dict[int, list[float]] = defaultdict(list)
    for shape, number in zip(*too_near(chart.tree, shapes, chart.rules.keep_out_m), strict=True):
        if chart.reaches(chart.zones[number][0], *spans[shape]):
            heights_m[int(number)] += spans[shape]
    return [(chart.zones[number][0], (min(flown), max(flown))) for number, flown in sorted(heights_m.items())]


def _flown_between(points: Points, line: shapely.LineString, change: _Change) -> tuple[float, float]:
    """Return the lowest and highest that a course is flown at, metres AMSL, where jurisdictions change."""
    xy = shapely.get_coordinates(line)
    along_m = [0.0, *accumulate(np.hypot(*np.diff(xy, axis=0).T).tolist())]
    flown = [
        point[2]
        for (start_m, end_m), pair in zip(pairwise(along_m), pairwise(points), strict=True)
        for point in pair
        if start_m <= change.end_m + LEAST_M and end_m >= change.start_m - LEAST_M
    ]
    return min(flown), max(flown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of a course that lies in the same jurisdictions throughout, from and to metres along it."""

    start_m: float
    end_m: float
    sides: frozenset[str]
    """More than one where they overlap, none between them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """Where a course leaves one jurisdiction for another: a point, or a stretch where they overlap or lie apart."""

    start_m: float
    end_m: float
    before: str
    after: str


def stretches_of(line: shapely.LineString, chart: Chart) -> tuple[Stretch, ...]:
    """Cut a course of the frame wherever it enters or leaves a jurisdiction."""
    within: list[tuple[float, float, str]] = []
    for side, area in chart.jurisdictions:
        for part in shapely.get_parts(shapely.intersection(line, area)):
            if part.geom_type == "LineString" and part.length > 0:
                middle = shapely.line_interpolate_point(part, 0.5, normalized=True)
                middle_m, half_m = float(shapely.line_locate_point(line, middle)), part.length / 2
                within.append((middle_m - half_m, middle_m + half_m, side.id))
    cuts = sorted({moment for start_m, end_m, _ in within for moment in (start_m, end_m)})
    return tuple(
        Stretch(start_m=start_m, end_m=end_m, sides=_sides_at((start_m + end_m) / 2, within))
        for start_m, end_m in pairwise(cuts)
        if end_m - start_m > LEAST_M
    )


def _sides_at(along_m: float, within: Iterable[tuple[float, float, str]]) -> frozenset[str]:
    return frozenset(side for start_m, end_m, side in within if start_m <= along_m <= end_m)


def _in_order(stretches: Sequence[Stretch]) -> tuple[str, ...]:
    """Return the jurisdictions of a course as it comes to them; where two overlap, first the one it is in already."""
    passed: list[str] = []
    for stretch in stretches:
        passed += sorted(stretch.sides, key=lambda side: (side not in passed[-1:], side))
    return tuple(side for side, _ in groupby(passed))


def _changes(stretches: Sequence[Stretch]) -> list[_Change]:
    """Return where the one jurisdiction that a course is in changes, or where it only dips into another one.

    A course that never is in one jurisdiction alone changes, at its start, to each other one that it is in.
    """
    found: list[_Change] = []
    last, last_m, touched = "", 0.0, set[str]()
    for stretch in stretches:
        if len(stretch.sides) != 1:
            touched |= stretch.sides
            continue
        (side,) = stretch.sides
        moved = last not in ("", side)
        for other in [last] if moved else sorted(touched - {side}):
            pair = (last or other, side if last != side else other)
            found.append(_Change(start_m=last_m, end_m=stretch.start_m, before=pair[0], after=pair[1]))
        last, last_m, touched = side, stretch.end_m, set()
    before = last or min(touched, default="")
    others = sorted(touched - {before})
    return found + [_Change(start_m=last_m, end_m=last_m, before=before, after=other) for other in others]


def _passed(
    points: Points,
    line: shapely.LineString,
    change: _Change,
    chart: Chart,
    aircraft: Collection[str],
    when: Span,
) -> tuple[Crossing, list[Gate], tuple[Span, ...]]:
    """Return where jurisdictions change, the gates that hold it, and when one of them lets it."""
    heights_m = _flown_between(points, line, change)
    holding = [gate for gate, area in chart.gates if _holds(gate, area, line, change, chart)]
    opened = {gate.id: gate_spans(gate, chart, aircraft, when, heights_m) for gate in holding}
    # Those only that are ever open, when any is.
    gates = [gate for gate in holding if opened[gate.id]] or holding
    spans = longest(span for gate in gates for span in opened[gate.id])
    return _crossing(line, change, points, gates, chart), gates, spans


def _holds(gate: Gate, area: shapely.Geometry, line: shapely.LineString, change: _Change, chart: Chart) -> bool:
    """Tell whether a gate holds a change of jurisdictions, and the line keeps clear of the ends of its opening.

    Where gates overlap a line may pass the opening of two together that is too near the end of either.
    """
    where = substring(line, change.start_m, change.end_m)
    inside = shapely.covers(shapely.buffer(area, TOUCH_M), where)
    posts, least_m = chart.posts[gate.id], chart.rules.half_width_m - TOUCH_M
    return bool(inside) and (posts.is_empty or not shapely.dwithin(posts, line, least_m))


def crossed_at(line: shapely.LineString, chart: Chart) -> tuple[tuple[float, str], ...]:
    """Return where a line of the frame changes jurisdictions inside a gate: metres along it, and the gate's id."""
    found = []
    for change in _changes(stretches_of(line, chart)):
        holding = [gate.id for gate, area in chart.gates if _holds(gate, area, line, change, chart)]
        found += [((change.start_m + change.end_m) / 2, gate) for gate in holding[:1]]
    return tuple(found)


def _crossing(
    line: shapely.LineString, change: _Change, points: Points, gates: Sequence[Gate], chart: Chart
) -> Crossing:
    along_m = (change.start_m + change.end_m) / 2
    height_m = _flown_between(points, line, replace(change, start_m=along_m, end_m=along_m))[0]
    point = shapely.line_interpolate_point(line, along_m)
    lon, lat = chart.frame.to_lonlat(point.x, point.y)
    return Crossing(
        gate=gates[0].id if gates else "",
        before=change.before,
        after=change.after,
        along_share=along_m / line.length,
        lon=float(lon),
        lat=float(lat),
        alt_amsl_m=height_m,
    )

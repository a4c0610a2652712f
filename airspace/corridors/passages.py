"""Whose leave a course needs: the zones it enters, the gates and jurisdictions it passes, and when it may be flown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

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


def gate_spans(gate: Gate, chart: Chart, aircraft: Collection[str], when: Span) -> tuple[Span, ...]:
    """Return when an aircraft may pass a gate: in its hours, with leave of the authority on each side of it."""
    if not chart.holds_level(gate):
        return ()
    spans = gate.schedule.spans(*when)
    for side in chart.sky.jurisdictions:
        if shapely.intersects(side.area, gate.area):
            leave = (p for p in gate.permits if _lets_pass(p, gate, side.authority, chart, aircraft))
            spans = common(spans, _validity(leave, when))
    return spans


def _lets_pass(permit: Permit, gate: Gate, authority: str, chart: Chart, aircraft: Collection[str]) -> bool:
    if permit.authority != authority or not permit.names(aircraft):
        return False
    return permit.band is None or chart.holds(permit.band, gate.area, (chart.level_m, chart.level_m))


def _validity(permits: Iterable[Permit], when: Span) -> tuple[Span, ...]:
    return longest(span for permit in permits for span in permit.spans(*when))


def passage(
    lonlat: Sequence[tuple[float, float]],
    ends: tuple[Pad, Pad],
    chart: Chart,
    *,
    aircraft: Collection[str],
    when: Span,
) -> Passage:
    """Work out what a course passes on its way at the flight level, and on the climb and descent at its two ends."""
    line = chart.frame.project(shapely.LineString(lonlat))
    entered = _entered(line, ends, chart)
    stretches = stretches_of(line, chart)
    changes = [(change, _gates(line, change, chart, aircraft, when)) for change in _changes(stretches)]
    spans: tuple[Span, ...] = (when,)
    for zone, heights_m in entered:
        spans = common(spans, zone_spans(zone, chart, aircraft, when, heights_m))
    for _, gates in changes:
        spans = common(spans, longest(span for gate in gates for span in gate_spans(gate, chart, aircraft, when)))
    return Passage(
        jurisdictions=_in_order(stretches),
        gates=tuple(dict.fromkeys(gate.id for _, gates in changes for gate in gates)),
        crossings=tuple(_crossing(line, change, gates, chart) for change, gates in changes),
        zones=tuple(zone.id for zone, _ in entered),
        heights_amsl_m={zone.id: heights_m for zone, heights_m in entered},
        spans=spans,
    )


def _entered(line: shapely.LineString, ends: tuple[Pad, Pad], chart: Chart) -> list[tuple[Zone, tuple[float, float]]]:
    """Return the closed zones that a course enters, each with the heights it is flown at there."""
    near_m = chart.rules.keep_out_m - TOUCH_M
    columns = [(pad, chart.point(pad)) for pad in ends]
    found = []
    for zone, area in chart.zones:
        lowest_m = [
            pad.elevation_amsl_m
            for pad, point in columns
            if chart.above(pad, zone) and shapely.dwithin(area, point, near_m)
        ]
        if chart.at_level(zone) and shapely.dwithin(area, line, near_m):
            lowest_m.append(chart.level_m)
        if lowest_m:
            found.append((zone, (min(lowest_m), chart.level_m)))
    return found


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


def _gates(
    line: shapely.LineString, change: _Change, chart: Chart, aircraft: Collection[str], when: Span
) -> list[Gate]:
    """Return the gates that hold a change of jurisdictions; those only that are ever open, when any is."""
    where = substring(line, change.start_m, change.end_m)
    holding = [gate for gate, area in chart.gates if shapely.covers(shapely.buffer(area, TOUCH_M), where)]
    return [gate for gate in holding if gate_spans(gate, chart, aircraft, when)] or holding


def _crossing(line: shapely.LineString, change: _Change, gates: Sequence[Gate], chart: Chart) -> Crossing:
    along_m = (change.start_m + change.end_m) / 2
    point = shapely.line_interpolate_point(line, along_m)
    lon, lat = chart.frame.to_lonlat(point.x, point.y)
    return Crossing(
        gate=gates[0].id if gates else "",
        before=change.before,
        after=change.after,
        along_share=along_m / line.length,
        lon=float(lon),
        lat=float(lat),
    )

"""Whose leave a course needs: the zones it enters, the gates and jurisdictions it passes, and when it may be flown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import shapely

from airspace.corridors.charts import Chart
from airspace.model.gates import Gate, Permit
from airspace.model.pads import Pad
from airspace.model.schedules import Span, common, gaps, merged
from airspace.model.zones import Zone

TOUCH_M = 0.01
"""A course this much nearer than its clearance counts as entering; less is the rounding of the tangent itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What a course passes, and when it may be flown."""

    jurisdictions: tuple[str, ...]
    """In the order flown."""
    gates: tuple[str, ...]
    """In the order flown."""
    zones: tuple[str, ...]
    """Closed zones that it enters or comes too near to: each needs a permit, or hours when it does not hold."""
    spans: tuple[Span, ...]
    """When gates, permits and hours allow it; the whole flight must fit in one of them."""


def zone_spans(zone: Zone, permits: Iterable[Permit], aircraft: Collection[str], when: Span) -> tuple[Span, ...]:
    """Return when an aircraft may be in a closed zone: while it does not hold, or under a permit that names both."""
    return merged((*gaps(zone.schedule.spans(*when), when), *leave_spans(zone, permits, aircraft, when)))


def leave_spans(zone: Zone, permits: Iterable[Permit], aircraft: Collection[str], when: Span) -> tuple[Span, ...]:
    """Return when a permit opens a zone to an aircraft; a PROHIBITED zone is never opened."""
    if not zone.permittable:
        return ()
    leave = (permit for permit in permits if zone.id in permit.zones and permit.names(aircraft))
    return common(_validity(leave), (when,))


def gate_spans(gate: Gate, chart: Chart, aircraft: Collection[str], when: Span) -> tuple[Span, ...]:
    """Return when an aircraft may pass a gate: in its hours, with leave of the authority on each side of it."""
    if not chart.holds_level(gate):
        return ()
    spans = gate.schedule.spans(*when)
    for side in chart.sky.jurisdictions:
        if shapely.intersects(side.area, gate.area):
            leave = (p for p in gate.permits if p.authority == side.authority and p.names(aircraft))
            spans = common(spans, _validity(leave))
    return spans


def _validity(permits: Iterable[Permit]) -> tuple[Span, ...]:
    return merged((permit.valid_from, permit.valid_to) for permit in permits)


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
    sides = _sides(line, chart)
    gates = _gates(line, chart) if len(sides) > 1 else []
    spans: tuple[Span, ...] = (when,)
    for zone in entered:
        spans = common(spans, zone_spans(zone, chart.sky.permits, aircraft, when))
    for gate in gates:
        spans = common(spans, gate_spans(gate, chart, aircraft, when))
    return Passage(
        jurisdictions=tuple(sides),
        gates=tuple(gate.id for gate in gates),
        zones=tuple(zone.id for zone in entered),
        spans=spans,
    )


def _entered(line: shapely.LineString, ends: tuple[Pad, Pad], chart: Chart) -> list[Zone]:
    near_m = chart.rules.keep_out_m - TOUCH_M
    columns = [(pad, chart.point(pad)) for pad in ends]
    return [
        zone
        for zone, area in chart.zones
        if (chart.at_level(zone) and shapely.dwithin(area, line, near_m))
        or any(chart.above(pad, zone) and shapely.dwithin(area, point, near_m) for pad, point in columns)
    ]


def _sides(line: shapely.LineString, chart: Chart) -> list[str]:
    pieces: list[tuple[float, str]] = []
    for side, area in chart.jurisdictions:
        for part in shapely.get_parts(shapely.intersection(line, area)):
            if part.geom_type == "LineString" and part.length > 0:
                middle = shapely.line_interpolate_point(part, 0.5, normalized=True)
                pieces.append((float(shapely.line_locate_point(line, middle)), side.id))
    ordered = [name for _, name in sorted(pieces)]
    return [name for number, name in enumerate(ordered) if number == 0 or name != ordered[number - 1]]


def _gates(line: shapely.LineString, chart: Chart) -> list[Gate]:
    crossings = shapely.get_parts(shapely.intersection(line, chart.boundary))
    found = [
        (float(shapely.line_locate_point(line, shapely.centroid(crossing))), gate.id, gate)
        for gate, area in chart.gates
        for crossing in crossings
        if shapely.dwithin(area, crossing, TOUCH_M)
    ]
    return list(dict.fromkeys(gate for _, _, gate in sorted(found, key=lambda item: item[:2])))

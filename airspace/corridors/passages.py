"""Whose leave a course needs: the zones it enters, the gates and jurisdictions it passes, and when it may be flown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import shapely

from airspace.corridors.charts import Chart
from airspace.model.gates import Gate, Permit
from airspace.model.pads import Pad
from airspace.model.schedules import Span, common, gaps, merged
from airspace.model.zones import Zone

TOUCH_M = 0.01
"""A course this much nearer than its clearance counts as entering; less is the rounding of the tangent itself."""


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
    """When gates, permits and hours allow it; the whole flight must fit in one of them."""


def zone_spans(
    zone: Zone, chart: Chart, aircraft: Collection[str], when: Span, heights_m: tuple[float, float]
) -> tuple[Span, ...]:
    """Return when an aircraft may be in a closed zone: while it does not hold, or under a permit for it."""
    return merged((*gaps(zone.schedule.spans(*when), when), *leave_spans(zone, chart, aircraft, when, heights_m)))


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
    return merged(span for permit in permits for span in permit.spans(*when))


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
    pieces = _pieces(line, chart)
    gates = _gates(line, chart) if len(pieces) > 1 else []
    spans: tuple[Span, ...] = (when,)
    for zone, heights_m in entered:
        spans = common(spans, zone_spans(zone, chart, aircraft, when, heights_m))
    for gate in gates:
        spans = common(spans, gate_spans(gate, chart, aircraft, when))
    return Passage(
        jurisdictions=tuple(piece.side for piece in pieces),
        gates=tuple(gate.id for gate in gates),
        crossings=tuple(_crossing(line, before, after, chart) for before, after in pairwise(pieces)),
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


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class _Piece:
    """A stretch of a course within one jurisdiction, from and to metres along it."""

    start_m: float
    end_m: float
    side: str


def _pieces(line: shapely.LineString, chart: Chart) -> list[_Piece]:
    """Cut a course where it passes from one jurisdiction to another; where two overlap, at the start of the next."""
    found = []
    for side, area in chart.jurisdictions:
        for part in shapely.get_parts(shapely.intersection(line, area)):
            if part.geom_type == "LineString" and part.length > 0:
                middle = shapely.line_interpolate_point(part, 0.5, normalized=True)
                middle_m, half_m = float(shapely.line_locate_point(line, middle)), part.length / 2
                found.append((middle_m, _Piece(start_m=middle_m - half_m, end_m=middle_m + half_m, side=side.id)))
    pieces: list[_Piece] = []
    for _, piece in sorted(found):
        if pieces and pieces[-1].side == piece.side:
            piece = replace(piece, start_m=pieces.pop().start_m)
        pieces.append(piece)
    return pieces


def _crossing(line: shapely.LineString, before: _Piece, after: _Piece, chart: Chart) -> Crossing:
    along_m = (before.end_m + after.start_m) / 2
    point = shapely.line_interpolate_point(line, along_m)
    lon, lat = chart.frame.to_lonlat(point.x, point.y)
    gate = next((gate.id for gate, area in chart.gates if shapely.dwithin(area, point, TOUCH_M)), "")
    return Crossing(
        gate=gate,
        before=before.side,
        after=after.side,
        along_share=along_m / line.length,
        lon=float(lon),
        lat=float(lat),
    )


def _gates(line: shapely.LineString, chart: Chart) -> list[Gate]:
    crossings = shapely.get_parts(shapely.intersection(line, chart.boundary))
    found = [
        (float(shapely.line_locate_point(line, shapely.centroid(crossing))), gate.id, gate)
        for gate, area in chart.gates
        for crossing in crossings
        if shapely.dwithin(area, crossing, TOUCH_M)
    ]
    return list(dict.fromkeys(gate for _, _, gate in sorted(found, key=lambda item: item[:2])))

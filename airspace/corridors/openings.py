"""What is open to an aircraft in a span of time: zones, gates, ground and pads, level by level."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from airspace.corridors import cleaning
from airspace.corridors.charts import Chart
from airspace.corridors.passages import gate_spans, leave_spans
from airspace.corridors.stacks import Stack
from airspace.earth.heights import LEAST_RISE_M, far_above
from airspace.model.gates import Gate
from airspace.model.pads import Pad
from airspace.model.schedules import Span
from airspace.model.zones import Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a pad may not be flown to."""

    text: str
    zone: Zone | None = None
    """The zone in the way, when it is a zone."""
    gap_m: float | None = None
    """From the pad to that zone; 0 inside it."""

    def __str__(self) -> str:
        return self.text


def stack_of(
    chart: Chart,
    *,
    aircraft: Collection[str] = (),
    when: Span | None = None,
    on_progress: Callable[[str], None] = lambda _: None,
) -> Stack:
    """Return what is in an aircraft's way in a span of time, level by level; progress is told in words."""
    known: dict[object, list[shapely.Polygon]] = {}
    solid = []
    for level_m in chart.levels_m:
        on_progress(f"obstacles at {level_m:g} m")
        shut = [zone.id for zone in shut_zones(chart, aircraft, when, level_m) if chart.at_level(zone, level_m)]
        opened = [gate.id for gate in open_gates(chart, aircraft, when, level_m)]
        high, low = chart.high_ground(level_m), chart.low_ground(level_m)
        key = (tuple(shut), tuple(opened), *(area.wkb for area in (*high, *low)))
        if key not in known:
            known[key] = _obstacles(chart, frozenset(shut), frozenset(opened), (*high, *low))
        solid.append(known[key])
    between = [_obstacles_between(chart, aircraft, when, levels_m) for levels_m in pairwise(chart.levels_m)]
    return Stack.of(chart.levels_m, solid, between)


def _obstacles_between(
    chart: Chart, aircraft: Collection[str], when: Span | None, levels_m: tuple[float, float]
) -> list[shapely.Polygon]:
    """Return what stops a climb from one level to the next without reaching either."""
    asked = Aircraft(ids=frozenset(aircraft), when=when)
    areas = [
        area
        for zone, area in chart.zones
        if chart.reaches(zone, *levels_m)
        and not any(chart.at_level(zone, level_m) for level_m in levels_m)
        and asked.stopped(zone, chart, levels_m)
    ]
    return cleaning.obstacles(areas, chart.rules.keep_out_m)


def shut_zones(chart: Chart, aircraft: Collection[str], when: Span | None, level_m: float) -> tuple[Zone, ...]:
    """Return the zones that an aircraft may not enter at a flight level in a span of time, wherever they reach."""
    if when is None:
        return tuple(zone for zone, _ in chart.zones)
    return tuple(
        zone
        for zone, _ in chart.zones
        if zone.schedule.touches(*when) and not leave_spans(zone, chart, aircraft, when, (level_m, level_m))
    )


def open_gates(chart: Chart, aircraft: Collection[str], when: Span | None, level_m: float) -> tuple[Gate, ...]:
    """Return the gates that an aircraft may pass at a flight level at some time in a span."""
    if when is None:
        return ()
    level = (level_m, level_m)
    return tuple(gate for gate, _ in chart.gates if gate_spans(gate, chart, aircraft, when, level))


def _obstacles(
    chart: Chart, shut: frozenset[str], opened: frozenset[str], ground: Sequence[shapely.Geometry]
) -> list[shapely.Polygon]:
    in_the_way = [area for zone, area in chart.zones if zone.id in shut]
    obstacles = cleaning.obstacles([*in_the_way, *ground], chart.rules.keep_out_m)
    fences = cleaning.wall(
        [area for _, area in chart.jurisdictions],
        [area for gate, area in chart.gates if gate.id in opened],
        chart.rules.fence_m,
    )
    return cleaning.merged([*obstacles, *fences]) if fences else obstacles


@dataclass(frozen=True, slots=True, kw_only=True)
class Aircraft:
    """Who wants to fly, and when."""

    ids: frozenset[str]
    when: Span | None

    def stopped(self, zone: Zone, chart: Chart, heights_m: tuple[float, float]) -> bool:
        """Tell whether a zone that reaches into a climb, metres AMSL, stands in its way."""
        if self.when is None:
            return True
        return zone.schedule.touches(*self.when) and not leave_spans(zone, chart, self.ids, self.when, heights_m)


def refusals(pad: Pad, chart: Chart, stack: Stack, aircraft: Aircraft) -> list[Refusal | None]:
    """Return for each level why a pad may not be flown to at it; None where it may.

    A pad is refused when a shut zone comes within the clearance of the climb above it, at any height up to the
    flight level, when it does not lie below the flight level, or when it lies against a boundary or outside every
    jurisdiction.
    """
    return [
        _refusal(pad, chart, level_m, solid, aircraft)
        for level_m, solid in zip(chart.levels_m, stack.solid, strict=True)
    ]


def _refusal(
    pad: Pad, chart: Chart, level_m: float, solid: Sequence[shapely.Polygon], aircraft: Aircraft
) -> Refusal | None:
    if not far_above(pad.elevation_amsl_m, level_m):
        height, level = f"{pad.elevation_amsl_m:g} m AMSL", f"the flight level {level_m:g} m AMSL"
        return Refusal(text=f"pad {pad.id} lies at {height}, not {LEAST_RISE_M:g} m or more below {level}")
    here = chart.point(pad)
    gap_m, zone = _nearest_zone(pad, here, chart, level_m, aircraft)
    if zone is not None:
        where = "inside" if gap_m == 0 else f"{gap_m:.0f} m from"
        needs = "" if gap_m == 0 else f", nearer than the {chart.rules.keep_out_m:g} m to keep"
        text = f"pad {pad.id} lies {where} zone {zone.id} ({zone.name}, {zone.restriction}){needs}"
        return Refusal(text=text, zone=zone, gap_m=gap_m)
    if shapely.intersects(np.array(solid, dtype=object), here).any():
        text = f"pad {pad.id} lies against a boundary, among zones or high ground, or outside every jurisdiction"
        return Refusal(text=text)
    return None


def _nearest_zone(
    pad: Pad, here: shapely.Point, chart: Chart, level_m: float, aircraft: Aircraft
) -> tuple[float, Zone | None]:
    """Return the shut zone nearest to a pad among those that its climb comes too near to; the worse when equal."""
    reach_m = chart.rules.keep_out_m + cleaning.GUARD_M
    gaps = [
        (float(shapely.distance(here, area)), zone.permittable, zone.id, zone)
        for zone, area in (chart.zones[number] for number in chart.near(here, reach_m))
        if chart.above(pad, zone, level_m) and aircraft.stopped(zone, chart, (pad.elevation_amsl_m, level_m))
    ]
    nearest = min(gaps, key=lambda item: item[:3], default=None)
    return (np.inf, None) if nearest is None else (nearest[0], nearest[3])

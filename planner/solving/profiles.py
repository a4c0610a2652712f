"""Profiles: how a leg is flown row by row, with what it may not come near to above and below, power and charge."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, pairwise

import numpy as np
import numpy.typing as npt
import shapely

from airspace.corridors.charts import Chart
from airspace.corridors.passages import covers, too_near
from airspace.earth.frame import GEOD
from airspace.model.pads import Pad
from airspace.model.schedules import Span
from airspace.model.skies import Airspace
from airspace.model.zones import Zone
from planner.model.fleets import Drone, DroneType
from planner.model.profiles import Column, Phase, Profile, Unsure
from planner.physics.batteries import capacity_wh, reserve_wh
from planner.physics.energy import Phases
from planner.physics.weather import ground_speed_mps, wind
from planner.solving.flights import Flight
from planner.solving.hops import Hop
from planner.solving.laws import height_caps
from planner.solving.makers import corridor_rules
from planner.solving.pieces import Parts, parts_of
from planner.solving.tables import Tables

Floats = npt.NDArray[np.float64]

ROW_M = 250.0
"""Rows are no further apart over the ground: the step in which the wind is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """From one row to the next: for how long, in which phase, to where."""

    phase: Phase
    seconds: float
    length_m: float
    lon: float
    lat: float
    alt_amsl_m: float


def profile_of(hop: Hop, departs: datetime, drone: Drone, tables: Tables, *, soc_start: float) -> Profile:
    """Return the profile of one leg of a sortie that takes off at a time, by the type's own model of power."""
    kind, sky = tables.job.drone_type(drone.type), tables.sky
    start = sky.pad(hop.flight.from_pad)
    steps = _steps(hop, kind, sky)
    first = (start.lon, start.lat, start.elevation_amsl_m)
    places = [first, *((step.lon, step.lat, step.alt_amsl_m) for step in steps)]
    phases = [step.phase for step in steps]
    energy_wh, power_w = _spent(steps, hop, kind, tables)
    during = (departs + timedelta(seconds=hop.starts_s), departs + timedelta(seconds=hop.ends_s))
    floors, caps = _limits(places, _chart(kind, drone, tables), frozenset({drone.id, kind.id}), during)
    return Profile(
        along_m=_summed(step.length_m for step in steps),
        t_s=_summed(step.seconds for step in steps),
        lon=tuple(lon for lon, _, _ in places),
        lat=tuple(lat for _, lat, _ in places),
        alt_amsl_m=tuple(alt_m for _, _, alt_m in places),
        ground_amsl_m=_grounds(places, (start, sky.pad(hop.flight.to_pad)), sky),
        floor_amsl_m=floors,
        cap_amsl_m=caps,
        phase=(*phases, Phase.GROUND),
        ground_speed_mps=(*(_speed_mps(step) for step in steps), 0.0),
        air_speed_mps=(*(_air_speed_mps(phase, kind) for phase in phases), 0.0),
        power_w=power_w,
        energy_wh=energy_wh,
        state_of_charge=tuple(soc_start - spent / capacity_wh(drone, kind) for spent in energy_wh),
        reserve_wh=(reserve_wh(drone, kind, tables.job.policy),) * len(places),
    )


def _summed(steps: Iterable[float]) -> Column:
    return tuple(accumulate(steps, initial=0.0))


def _speed_mps(step: _Step) -> float:
    return step.length_m / step.seconds if step.phase is Phase.CRUISE else 0.0


def _air_speed_mps(phase: Phase, kind: DroneType) -> float:
    speeds = {Phase.CLIMB: kind.climb_mps, Phase.CRUISE: kind.cruise_mps, Phase.DESCENT: kind.descent_mps}
    return speeds.get(phase, 0.0)


# --- the way ---------------------------------------------------------------------------------------------------------


def _steps(hop: Hop, kind: DroneType, sky: Airspace) -> list[_Step]:
    """Return a leg step by step: up, along its pieces, down, the hand-over, and the wait for customs."""
    flight = hop.flight
    ends = sky.pad(flight.from_pad), sky.pad(flight.to_pad)
    end = (ends[1].lon, ends[1].lat, ends[1].elevation_amsl_m)
    steps = [_upright(Phase.CLIMB, flight.climb_s, flight.points[0])]
    parts = _timed_parts(flight, ends, kind, sky)
    for number, (before, after) in enumerate(pairwise(flight.points)):
        if before[2] != after[2]:
            phase = Phase.CLIMB if before[2] < after[2] else Phase.DESCENT
            steps.append(_upright(phase, flight.piece_s[number], after))
        else:
            steps += _along(before, after, *parts[number])
    steps.append(_upright(Phase.DESCENT, flight.descent_s, end))
    over_s = hop.handed_s - hop.lands_s
    steps += [_upright(Phase.HOVER, over_s, end)] if over_s > 0 else []
    waits_s = hop.ends_s - hop.handed_s
    return steps + ([_upright(Phase.GROUND, waits_s, end)] if waits_s > 0 else [])


def _upright(phase: Phase, seconds: float, to: tuple[float, float, float]) -> _Step:
    return _Step(phase=phase, seconds=seconds, length_m=0.0, lon=to[0], lat=to[1], alt_amsl_m=to[2])


def _along(
    before: tuple[float, float, float], after: tuple[float, float, float], seconds: Floats, length_m: float
) -> list[_Step]:
    """Return the steps over one level piece, of equal length."""
    count = len(seconds)
    between = GEOD.npts(*before[:2], *after[:2], count - 1) if count > 1 else []
    places = [*between, after[:2]]
    return [
        _Step(phase=Phase.CRUISE, seconds=float(s), length_m=length_m / count, lon=lon, lat=lat, alt_amsl_m=after[2])
        for (lon, lat), s in zip(places, seconds, strict=True)
    ]


def _timed_parts(
    flight: Flight, ends: tuple[Pad, Pad], kind: DroneType, sky: Airspace
) -> dict[int, tuple[Floats, float]]:
    """Return by level piece the seconds over each of its parts, which add up to the flight's own, and its length."""
    terrain = None if flight.weather.uniform else sky.terrain
    parts = parts_of(flight.points, ends, longest_m=ROW_M, terrain=terrain)
    seconds = _seconds(parts, kind, flight)
    found = {}
    for piece in np.unique(parts.piece).tolist():
        own = parts.piece == piece
        total_s = seconds[own].sum()
        found[piece] = (seconds[own] * (flight.piece_s[piece] / total_s), float(parts.length_m[own].sum()))
    return found


def _seconds(parts: Parts, kind: DroneType, flight: Flight) -> Floats:
    blown = wind(flight.weather, parts.lon, parts.lat, parts.agl_m)
    return np.asarray(parts.length_m / ground_speed_mps(parts.track_deg, kind.cruise_mps, *blown))


def _grounds(places: list[tuple[float, float, float]], ends: tuple[Pad, Pad], sky: Airspace) -> Unsure:
    """Return the highest that the ground can be below places; without a terrain model it is known at the pads only."""
    if sky.terrain is not None:
        highest = (sky.terrain.span_amsl_m(shapely.Point(lon, lat))[1] for lon, lat, _ in places)
        return tuple(height_m if math.isfinite(height_m) else None for height_m in highest)
    pads = {(pad.lon, pad.lat): pad.elevation_amsl_m for pad in ends}
    return tuple(pads.get((lon, lat)) for lon, lat, _ in places)


# --- energy ----------------------------------------------------------------------------------------------------------


def _spent(steps: list[_Step], hop: Hop, kind: DroneType, tables: Tables) -> tuple[Column, Column]:
    """Return the energy used until each row, and the power from there on; the last row needs none."""
    seconds = np.array([0.0, *(step.seconds for step in steps)])

    def so_far(phase: Phase) -> Floats:
        own = np.array([False, *(step.phase is phase for step in steps)])
        return np.cumsum(np.where(own, seconds, 0.0))

    flown = {phase: so_far(phase) for phase in AIRBORNE}
    energy_wh = tables.energy_wh(hop.flight, kind, _phases(flown), hop.payload_kg, hover_kg=hop.hover_kg)
    hour = {phase: np.array([3600.0 * (step.phase is phase) for step in steps]) for phase in AIRBORNE}
    power_w = tables.energy_wh(hop.flight, kind, _phases(hour), hop.payload_kg, hover_kg=hop.hover_kg)
    return tuple(np.maximum.accumulate(energy_wh).tolist()), (*power_w.tolist(), 0.0)


AIRBORNE = (Phase.CLIMB, Phase.CRUISE, Phase.DESCENT, Phase.HOVER)


def _phases(seconds: dict[Phase, Floats]) -> Phases:
    return Phases(
        climb_s=seconds[Phase.CLIMB],
        cruise_s=seconds[Phase.CRUISE],
        descent_s=seconds[Phase.DESCENT],
        hover_s=seconds[Phase.HOVER],
    )


# --- floors and caps -------------------------------------------------------------------------------------------------


def _chart(kind: DroneType, drone: Drone, tables: Tables) -> Chart:
    """Return the chart with the rules of a drone's corridors."""
    caps_agl_m = height_caps(tables.job, tables.sky, kind, {drone.id, kind.id})
    return tables.chart.under(corridor_rules(tables.job.policy, kind, caps_agl_m))


def _limits(
    places: list[tuple[float, float, float]], chart: Chart, aircraft: frozenset[str], during: Span
) -> tuple[Unsure, Unsure]:
    """Return the highest floor and the lowest cap at each place: of zones near it, permits' bands and height caps."""
    xy = np.column_stack(chart.frame.to_xy([lon for lon, _, _ in places], [lat for _, lat, _ in places]))
    points = shapely.points(xy)
    floors, caps = [-math.inf] * len(places), [math.inf] * len(places)
    rows, numbers = too_near(chart.tree, points, chart.rules.keep_out_m)
    for row, number in zip(rows.tolist(), numbers.tolist(), strict=True):
        lower_m, upper_m = _room(chart.zones[number][0], places[row][2], chart, aircraft, during)
        floors[row], caps[row] = max(floors[row], lower_m), min(caps[row], upper_m)
    for side, area in chart.jurisdictions:
        if side.id in chart.rules.caps_agl_m:
            for row in np.flatnonzero(shapely.intersects(area, points)).tolist():
                lowest_m = chart.heights.terrain.span_amsl_m(shapely.Point(places[row][:2]))[0]
                caps[row] = min(caps[row], lowest_m + chart.rules.caps_agl_m[side.id])
    return _finite(floors), _finite(caps)


def _room(zone: Zone, alt_m: float, chart: Chart, aircraft: frozenset[str], during: Span) -> tuple[float, float]:
    """Return between which heights an aircraft at a height may be as far as one zone is concerned."""
    if not zone.schedule.touches(*during):
        return -math.inf, math.inf
    lower_m, upper_m = chart.bands_amsl_m[zone.id]
    gap_m = chart.rules.vertical_gap_m
    height = (alt_m, alt_m)
    for permit in chart.sky.permits:
        if covers(permit, zone, chart, aircraft, height) and during in permit.spans(*during):
            if permit.band is None:
                return -math.inf, math.inf
            least_m, most_m = permit.band.narrowest_amsl_m(chart.heights, zone.area)
            return least_m + chart.rules.vertical_budget_m, most_m - chart.rules.vertical_budget_m
    above, below = alt_m >= upper_m + gap_m, alt_m <= lower_m - gap_m
    return upper_m + gap_m if above else -math.inf, lower_m - gap_m if below else math.inf


def _finite(values: list[float]) -> Unsure:
    return tuple(value if math.isfinite(value) else None for value in values)

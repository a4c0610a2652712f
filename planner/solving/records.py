"""From a draft to the plan that is written: waypoints, times, charge, totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import accumulate

import shapely

from airspace.corridors.passages import Points, covers
from airspace.earth.terrain import TerrainModel
from airspace.model.pads import Pad
from airspace.model.schedules import Span
from airspace.model.zones import Zone
from planner.model.fleets import Drone
from planner.model.jobs import Policy
from planner.model.plans import (
    CreatedBy,
    Crossing,
    Delivery,
    Entry,
    Ledger,
    Leg,
    Pickup,
    Plan,
    Sortie,
    Totals,
    WayOut,
    Waypoint,
)
from planner.physics.batteries import capacity_wh, reserve_wh, usable_wh
from planner.solving.drafts import Draft
from planner.solving.filings import filings
from planner.solving.flights import flown_m
from planner.solving.hops import Hop, taken_s
from planner.solving.profiles import profile_of
from planner.solving.sorties import Trip, sortie_cost
from planner.solving.tables import Tables
from planner.solving.timetables import Placed
from planner.solving.ways_out import WayOut as Way


def plan_of(draft: Draft, tables: Tables, *, created_by: CreatedBy) -> Plan:
    """Write a draft out as a plan."""
    job = tables.job
    sorties = tuple(_sortie(number, item, draft, tables) for number, item in enumerate(draft.placed, start=1))
    return Plan(
        name=job.name,
        start=job.start,
        end=job.end,
        utc_offset=job.utc_offset,
        created_by=created_by,
        inputs=job.inputs,
        sorties=sorties,
        unserved=tuple(sorted(draft.unserved, key=lambda item: item.order)),
        totals=totals(sorties, len(draft.unserved), job.policy),
        bound=draft.bound,
        filings=filings(sorties, job, tables.sky),
    )


def totals(sorties: Sequence[Sortie], unserved: int, policy: Policy) -> Totals:
    """Add up what some sorties come to."""
    legs = [leg for sortie in sorties for leg in sortie.legs]
    flown_s = [(sortie.returns - sortie.departs).total_seconds() for sortie in sorties]
    energy_wh = [sum(leg.energy_wh for leg in sortie.legs) for sortie in sorties]
    return Totals(
        cost=sum(sortie_cost(policy, s, wh) for s, wh in zip(flown_s, energy_wh, strict=True)),
        currency=policy.currency,
        distance_m=sum(leg.distance_m for leg in legs),
        energy_wh=sum(energy_wh),
        flight_s=sum(flown_s),
        sorties=len(sorties),
        served=sum(len(sortie.orders) for sortie in sorties),
        unserved=unserved,
    )


def _sortie(number: int, item: Placed, draft: Draft, tables: Tables) -> Sortie:
    trip, drone = item.trip, item.drone
    first = min(other.departs for other in draft.placed if other.drone == drone)
    charge = drone.state_of_charge if item.departs == first else 1.0
    kind = tables.groups[trip.group].kind
    capacity = capacity_wh(drone, kind)
    spent = list(accumulate((hop.energy_wh / capacity for hop in trip.hops), initial=0.0))
    usable = usable_wh(drone, kind, tables.job.policy, trip.weather, state_of_charge=charge)
    legs = [
        replace(
            leg_of(hop, item.departs, drone, tables, soc_start=charge - before, soc_end=charge - after),
            deliveries=_deliveries(hop, item, tables.job.policy),
            pickups=_pickups(hop, item),
            clears=tuple(order.id for order in hop.clears),
            way_out=_way_out(number, item, tables, usable),
        )
        for number, (hop, before, after) in enumerate(zip(trip.hops, spent[:-1], spent[1:], strict=True))
    ]
    return Sortie(
        id=sortie_id(number),
        drone=drone.id,
        drone_type=drone.type,
        departs=item.departs,
        returns=legs[-1].waypoints[-1].t,
        orders=tuple(order.id for order in trip.orders),
        legs=tuple(legs),
        ledger=_ledger(trip, usable, reserve_wh(drone, kind, tables.job.policy)),
        held_s=draft.held[number - 1].seconds,
        held_for=tuple(sortie_id(other + 1) for other in draft.held[number - 1].others),
        other_ways=trip.other_ways,
    )


def sortie_id(number: int) -> str:
    """Return the id of a sortie by its number in the plan, from 1."""
    return f"S{number:03d}"


def _ledger(trip: Trip, usable: float, reserve: float) -> Ledger:
    """Return where the energy of the packs goes; trip, contingency, alternate, reserve and margin make it up."""
    needs = trip.needs
    dearest = max(needs.with_way_out_wh, default=0.0)
    beyond = max(0.0, dearest - needs.quantile_wh)
    return Ledger(
        chance=needs.chance,
        median_wh=needs.median_wh,
        trip_wh=trip.energy_wh,
        contingency_wh=needs.quantile_wh - trip.energy_wh,
        alternate_wh=beyond,
        final_reserve_wh=reserve,
        margin_wh=usable - needs.most_wh,
        tightest=needs.with_way_out_wh.index(dearest) + 1 if beyond > 0 else 0,
    )


def _way_out(number: int, item: Placed, tables: Tables, usable: float) -> WayOut | None:
    """Write out the way out from above the pad of a hop; None where the airspace has no alternates."""
    needs, hop = item.trip.needs, item.trip.hops[number]
    if not needs.ways_out:
        return None
    way, needed_wh = needs.ways_out[number], needs.with_way_out_wh[number]
    return way_out_of(way, hop, item.departs, tables, needed_wh=needed_wh, usable_wh=usable)


def way_out_of(way: Way, hop: Hop, departs: datetime, tables: Tables, *, needed_wh: float, usable_wh: float) -> WayOut:
    """Write out the way out from above the pad of a hop, of a sortie that takes off at a time."""
    return WayOut(
        alternate=way.alternate,
        corridor=way.flight.corridor,
        energy_wh=way.energy_wh,
        needed_wh=needed_wh,
        margin_wh=usable_wh - needed_wh,
        waypoints=_waypoints_out(way, hop, departs, tables),
    )


def _waypoints_out(way: Way, hop: Hop, departs: datetime, tables: Tables) -> tuple[Waypoint, ...]:
    """Return a way out in space and time: from above the pad, to the level of the flight, along it and down."""
    flight, sky = way.flight, tables.sky
    ends = sky.pad(flight.from_pad), sky.pad(flight.to_pad)
    above = departs + timedelta(seconds=hop.above_s)
    first_lon, first_lat, level_m = hop.flight.points[-1]
    points = [] if flight.points[0][2] == level_m else [(first_lon, first_lat, level_m)]
    steps_s = [way.change_s, *flight.piece_s] if points else [*flight.piece_s]
    points += flight.points
    times = [above + timedelta(seconds=s) for s in accumulate(steps_s, initial=0.0)]
    grounds = _grounds(points, ends, sky.terrain)
    between = [
        Waypoint(lon=lon, lat=lat, alt_amsl_m=alt_m, alt_agl_m=alt_m - ground, t=t)
        for (lon, lat, alt_m), ground, t in zip(points, grounds, times, strict=True)
    ]
    return (*between, _on_ground(ends[1], times[-1] + timedelta(seconds=flight.descent_s)))


def _deliveries(hop: Hop, item: Placed, policy: Policy) -> tuple[Delivery, ...]:
    """Return what is handed over at the end of a leg, with its time as planned and as a quantile."""
    told = ((order, hop.released_after_s(order)) for order in hop.delivers)
    return tuple(
        Delivery(
            order=order.id,
            t=item.departs + timedelta(seconds=after_s),
            taken_s=after_s - taken_s(order, item.trip.hops),
            quantile_s=(after_s - taken_s(order, item.trip.hops)) * policy.time_factor,
        )
        for order, after_s in told
    )


def _pickups(hop: Hop, item: Placed) -> tuple[Pickup, ...]:
    """Return what is taken over at the end of a leg, with its time as planned."""
    t = item.departs + timedelta(seconds=hop.handed_s)
    return tuple(Pickup(order=order.id, t=t) for order in hop.takes)


def leg_of(hop: Hop, departs: datetime, drone: Drone, tables: Tables, *, soc_start: float, soc_end: float) -> Leg:
    """Write out one leg of a sortie that takes off at a time."""
    flight = hop.flight
    return Leg(
        from_pad=flight.from_pad,
        to_pad=flight.to_pad,
        corridor=flight.corridor,
        payload_kg=hop.payload_kg,
        distance_m=flight.distance_m,
        duration_s=hop.ends_s - hop.starts_s,
        energy_wh=hop.energy_wh,
        soc_start=soc_start,
        soc_end=soc_end,
        reserve_wh=reserve_wh(drone, tables.job.drone_type(drone.type), tables.job.policy),
        jurisdictions=flight.passage.jurisdictions,
        gates=flight.passage.gates,
        waypoints=_waypoints(hop, departs, tables),
        crossings=_crossings(hop, departs),
        zones=_entries(hop, departs, drone, tables),
        profile=profile_of(hop, departs, drone, tables, soc_start=soc_start),
    )


def _waypoints(hop: Hop, departs: datetime, tables: Tables) -> tuple[Waypoint, ...]:
    """Return a leg in space and time: up, along its pieces, down."""
    flight, sky = hop.flight, tables.sky
    start, end = sky.pad(flight.from_pad), sky.pad(flight.to_pad)
    takes_off = departs + timedelta(seconds=hop.starts_s)
    above = takes_off + timedelta(seconds=flight.climb_s)
    times = [above + timedelta(seconds=s) for s in accumulate(flight.piece_s, initial=0.0)]
    grounds = _grounds(flight.points, (start, end), sky.terrain)
    between = [
        Waypoint(lon=lon, lat=lat, alt_amsl_m=alt_m, alt_agl_m=alt_m - ground, t=t)
        for (lon, lat, alt_m), ground, t in zip(flight.points, grounds, times, strict=True)
    ]
    lands = departs + timedelta(seconds=hop.lands_s)
    return (_on_ground(start, takes_off), *between, _on_ground(end, lands))


def _crossings(hop: Hop, departs: datetime) -> tuple[Crossing, ...]:
    """Return where and when a leg passes from one jurisdiction to another."""
    flight = hop.flight
    takes_off = departs + timedelta(seconds=hop.starts_s)
    return tuple(
        Crossing(
            gate=passed.gate,
            before=passed.before,
            after=passed.after,
            lon=passed.lon,
            lat=passed.lat,
            alt_amsl_m=passed.alt_amsl_m,
            t=takes_off + timedelta(seconds=crossed_s),
        )
        for passed, crossed_s in zip(flight.passage.crossings, flight.crossed_s, strict=True)
    )


def _entries(hop: Hop, departs: datetime, drone: Drone, tables: Tables) -> tuple[Entry, ...]:
    """Return the closed zones that a leg enters, each with what lets it."""
    during = (departs + timedelta(seconds=hop.starts_s), departs + timedelta(seconds=hop.ends_s))
    heights = hop.flight.passage.heights_amsl_m
    zones = {zone.id: zone for zone, _ in tables.chart.zones}
    return tuple(
        _entry(zones[zone], heights[zone], during, frozenset({drone.id, drone.type}), tables)
        for zone in hop.flight.passage.zones
    )


def _entry(zone: Zone, heights_m: tuple[float, float], during: Span, aircraft: frozenset[str], tables: Tables) -> Entry:
    clock = timezone(tables.job.utc_offset)
    if not zone.schedule.touches(*during):
        return Entry(zone=zone.id, permit="", note=f"not in force then: it holds {zone.schedule.in_words(clock)}")
    for permit in tables.sky.permits:
        if covers(permit, zone, tables.chart, aircraft, heights_m) and during in permit.spans(*during):
            return Entry(zone=zone.id, permit=permit.id, note=f"opened by permit {permit.id} of {permit.authority}")
    return Entry(zone=zone.id, permit="", note="no permit opens it for the whole leg")


def _on_ground(pad: Pad, t: datetime) -> Waypoint:
    return Waypoint(lon=pad.lon, lat=pad.lat, alt_amsl_m=pad.elevation_amsl_m, alt_agl_m=0.0, t=t)


def _grounds(points: Points, ends: tuple[Pad, Pad], terrain: TerrainModel | None) -> list[float]:
    """Return the ground below some points, metres AMSL: as high as the terrain model allows, or between the pads."""
    if terrain is not None:
        return [terrain.span_amsl_m(shapely.Point(lon, lat))[1] for lon, lat, _ in points]
    start, end = ends
    along_m = flown_m(points)
    rise_m = end.elevation_amsl_m - start.elevation_amsl_m
    return [start.elevation_amsl_m + rise_m * m / along_m[-1] for m in along_m]

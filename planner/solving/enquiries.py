"""One leg on request: where it would go, what it would cost, and what bends it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from airspace.corridors.networks import length_on_ellipsoid_m
from airspace.corridors.passages import Passage, passage
from airspace.model.skies import Airspace
from planner.model.fleets import DroneType
from planner.model.jobs import Job
from planner.model.plans import Leg
from planner.solving.records import leg_of
from planner.solving.sorties import Hop
from planner.solving.tables import Flight, FlightMaker, Group, Tables, chart_of, group_drones

LOOK_AHEAD = timedelta(minutes=30)
"""Zones, gates and permits that hold at any time in this span after take-off are taken into account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry:
    """The answer to "how would one fly from here to there"."""

    kind: DroneType
    straight_m: float
    """The direct distance."""
    direct: Passage
    """What the straight line would enter and pass: why the leg bends."""
    leg: Leg | None = None
    """None when there is no way."""
    zones_entered: tuple[str, ...] = ()
    """Zones that the leg enters under a permit or while they do not hold."""
    allowed: bool = False
    """Whether hours and permits allow the whole flight at that time."""
    detail: str = ""


def enquire(
    job: Job, sky: Airspace, ends: tuple[str, str], *, at: datetime, payload_kg: float = 0.0, kind: str | None = None
) -> Enquiry:
    """Work out one leg between two pads, with a hand-over at its end, for the first drones of a type.

    Raises
    ------
    UnknownPad
        If a pad does not exist.
    LookupError
        If the job has no drone of that type.
    """
    start, end = sky.pad(ends[0]), sky.pad(ends[1])
    group, when = _group(job, sky, kind), (at, at + LOOK_AHEAD)
    chart = chart_of(sky, job.policy, (min(at, job.start), max(when[1], job.end)))
    straight = ((start.lon, start.lat), (end.lon, end.lat))
    asked = Enquiry(
        kind=group.kind,
        straight_m=length_on_ellipsoid_m(straight),
        direct=passage(straight, (start, end), chart, aircraft=group.aircraft, when=when),
    )
    flights, refused = FlightMaker(job=job, chart=chart).flights(group, ends, when)
    flight = flights.get(ends)
    if flight is None:
        refusals = [str(refused[pad]) for pad in ends if pad in refused]
        return replace(asked, detail="; ".join(refusals) or "no corridor leads there")
    if not flight.flyable:
        return replace(asked, detail="the wind leaves too little speed over ground")
    tables = Tables(job=job, chart=chart, groups=(group,), slices=())
    hop = _hop(flight, group, tables, payload_kg)
    lands = at + timedelta(seconds=hop.ends_s)
    allowed = any(opens <= at and lands <= closes for opens, closes in flight.passage.spans)
    return replace(
        asked,
        leg=_leg(hop, at, group, tables),
        zones_entered=flight.passage.zones,
        allowed=allowed,
        detail="" if allowed else "hours or permits on the way do not cover the whole flight at that time",
    )


def _group(job: Job, sky: Airspace, kind: str | None) -> Group:
    groups = [group for group in group_drones(job, sky) if kind in (None, group.kind.id)]
    if not groups:
        raise LookupError(f"no drone of type '{kind}' in job '{job.name}'")
    return groups[0]


def _hop(flight: Flight, group: Group, tables: Tables, payload_kg: float) -> Hop:
    hover_s = tables.job.policy.handover_s
    lands_s = flight.climb_s + flight.cruise_s + flight.descent_s
    energy_wh = tables.leg_energy_wh(flight, group.kind, payload_kg=payload_kg, hover_s=hover_s)
    return Hop(
        flight=flight,
        payload_kg=payload_kg,
        energy_wh=energy_wh,
        starts_s=0.0,
        lands_s=lands_s,
        ends_s=lands_s + hover_s,
    )


def _leg(hop: Hop, at: datetime, group: Group, tables: Tables) -> Leg:
    drone = group.drones[0]
    share = hop.energy_wh / (group.kind.battery_wh * drone.health)
    return leg_of(hop, at, drone, tables, soc_start=1.0, soc_end=1.0 - share)

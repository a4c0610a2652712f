"""Faults of leave: gates and permits, whose, for whom and when."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from airspace.model.zones import Restriction
from benchmarks.seeded.worlds import At, Pair, World, a_leg, during, fault, legs_of, strip

HOUR = timedelta(hours=1)
JUST_AFTER = timedelta(seconds=0.1)
ASTRIDE = timedelta(seconds=2)
"""What the check allows between the hours of two crossings."""


def _crossing_end(world: World) -> tuple[At, datetime] | None:
    """Return the leg over the boundary that ends last, and when it has handed over."""
    found = [at for at in legs_of(world) if at.of(world).crossings]
    if not found:
        return None

    def ends(at: At) -> datetime:
        leg = at.of(world)
        return leg.waypoints[0].t + timedelta(seconds=leg.duration_s)

    last = max(found, key=ends)
    return last, ends(last)


@fault("gate.hours", on=("crossing",))
def gate_out_of_hours(world: World, chance: Random) -> Pair | None:
    """Put in a gate that closes before the last leg through it is over, or just after."""
    found = _crossing_end(world)
    if found is None:
        return None
    early = timedelta(seconds=chance.uniform(1, 30))
    short, enough = found[1] - early, found[1] + JUST_AFTER
    return world.with_gates(schedule=during(None, short)), world.with_gates(schedule=during(None, enough))


@fault("gate.permit", on=("crossing",))
def permit_for_another_aircraft(world: World, chance: Random) -> Pair | None:
    """Put in permits that name another drone, or the drones that fly by their own names."""
    if _crossing_end(world) is None:
        return None
    own = tuple(sorted({sortie.drone for sortie in world.plan.sorties}))
    other = chance.choice(["d9", "wing", "NINE", "nine-2"])
    return world.with_permits(aircraft=(other,)), world.with_permits(aircraft=own)


@fault("gate.permit", on=("crossing",))
def permit_that_expires_on_the_way(world: World, chance: Random) -> Pair | None:
    """Put in permits valid until shortly before the last leg over the boundary is over, or until then."""
    found = _crossing_end(world)
    if found is None:
        return None
    early = timedelta(seconds=chance.uniform(1, 30))
    return world.with_permits(valid_to=found[1] - early), world.with_permits(valid_to=found[1] + JUST_AFTER)


@fault("gate.permit", on=("crossing",))
def permit_of_one_side_only(world: World, chance: Random) -> Pair | None:
    """Put in a gate with the permit of one authority, or with those of both the other way round."""
    if _crossing_end(world) is None:
        return None
    (gate,) = world.sky.gates
    left = chance.choice(gate.permits)
    return world.with_gates(permits=(left,)), world.with_gates(permits=gate.permits[::-1])


@fault("zone.permit", "zone.clearance", on=("crossing",))
def permit_of_a_zone_that_is_stale(world: World, chance: Random) -> Pair:
    """Put in a zone that asks for leave, with a permit that has expired, or one valid until all are back."""
    at, (gate,) = a_leg(world, chance, least_m=150.0), world.sky.gates
    area = strip(*at.ends(world), 0.5, -chance.uniform(1, 60), chance.uniform(1, 60), thick_m=20)
    known = world.with_zone(area, restriction=Restriction.REQ_AUTHORISATION)
    leave = replace(gate.permits[0], id="of-the-zone", zones=("SEEDED",))
    stale = world.plan.sorties[at.sortie].departs - timedelta(seconds=chance.uniform(1, 600))
    held = [(*gate.permits, replace(leave, valid_to=until)) for until in (stale, world.lands)]
    return known.with_gates(permits=held[0]), known.with_gates(permits=held[1])


@fault("zone.permit", "zone.clearance", on=("crossing",))
def permit_for_a_prohibited_zone(world: World, chance: Random) -> Pair:
    """Put in a permit for a zone that none opens, or for one that asks for leave."""
    at, (gate,) = a_leg(world, chance, least_m=150.0), world.sky.gates
    area = strip(*at.ends(world), 0.5, -chance.uniform(1, 60), chance.uniform(1, 60), thick_m=20)
    leave = replace(gate.permits[0], id="of-the-zone", zones=("SEEDED",))
    known = world.with_gates(permits=(*gate.permits, leave))
    return known.with_zone(area), known.with_zone(area, restriction=Restriction.REQ_AUTHORISATION)


@fault("gate.capacity", on=("crossing",))
def more_crossings_than_a_gate_lets_through(world: World, chance: Random) -> Pair | None:
    """Put in a gate that lets through one drone fewer an hour than cross it, or as many as cross it."""
    del chance
    times = sorted(crossing.t for at in legs_of(world) for crossing in at.of(world).crossings)
    if len(times) < 2:
        return None
    most = max(Counter(start for start in times for t in times if start <= t < start + HOUR - ASTRIDE).values())
    return (
        (world.with_gates(capacity_per_hour=most - 1), world.with_gates(capacity_per_hour=most)) if most > 1 else None
    )

"""Faults of time: too early, too late, too fast, two at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

from benchmarks.seeded.worlds import Pair, World, a_leg, alone, copied, during, fault, later, legs_of

ROUNDING_S = 1.0
"""What the check allows for times in a record."""
MADE_UP = ("plain", "crossing")


def _late(chance: Random) -> timedelta:
    return timedelta(seconds=ROUNDING_S + chance.uniform(0.1, 60))


@fault("order.ready")
def departure_before_the_order_is_ready(world: World, chance: Random) -> Pair | None:
    """Put in an order ready some seconds after its sortie has left, or at that very moment."""
    sortie = chance.choice(world.plan.sorties)
    name = chance.choice(sortie.orders)
    picked = any(item.order == name for leg in sortie.legs for item in leg.pickups)
    if picked:
        return None
    return (
        world.with_order(name, ready_at=sortie.departs + _late(chance)),
        world.with_order(name, ready_at=sortie.departs),
    )


@fault("order.ready", "job.window", on=MADE_UP)
def departure_shifted(world: World, chance: Random) -> Pair:
    """Put in a sortie that leaves as a whole before its orders are ready, or just when they are."""
    index = chance.randrange(len(world.plan.sorties))
    one = alone(world, index).unseparated()
    (sortie,) = one.plan.sorties
    ready = max(one.job.order(name).ready_at for name in sortie.orders)
    early = one.with_sorties([later(sortie, ready - sortie.departs - _late(chance))])
    return early, one.with_sorties([later(sortie, ready - sortie.departs)])


@fault("order.due")
def late_delivery(world: World, chance: Random) -> Pair | None:
    """Put in an order due some seconds before it is handed over, or at that very moment."""
    handed = [item for at in legs_of(world) for item in at.of(world).deliveries]
    item = chance.choice(handed)
    if world.job.order(item.order).ready_at >= item.t - timedelta(seconds=2 * ROUNDING_S):
        return None
    late = min(_late(chance), (item.t - world.job.order(item.order).ready_at) / 2)
    return world.with_order(item.order, due_at=item.t - late), world.with_order(item.order, due_at=item.t)


@fault("coldchain.time")
def cold_chain_too_long(world: World, chance: Random) -> Pair:
    """Put in an order that may be on board for less than it is, as a quantile, or for just as long."""
    item = chance.choice([item for at in legs_of(world) for item in at.of(world).deliveries])
    most_s = item.quantile_s - min(_late(chance).total_seconds() * world.job.policy.time_factor, item.quantile_s / 2)
    return (
        world.with_order(item.order, max_minutes=most_s / 60),
        world.with_order(item.order, max_minutes=item.quantile_s / 60),
    )


@fault("leg.speed")
def faster_than_the_type_flies(world: World, chance: Random) -> Pair:
    """Put in a waypoint reached so early that the type cannot be there, or within what is allowed."""
    world = world.unseparated()
    at = a_leg(world, chance)
    points = at.of(world).waypoints
    number = chance.randrange(1, len(points) - 1)
    pieces_s = [
        (b.t - a.t).total_seconds() for a, b in zip(points[number - 1 :], points[number : number + 2], strict=False)
    ]
    allowed_s = 0.01 * min(pieces_s) + ROUNDING_S
    too_early_s = 0.01 * max(pieces_s) + ROUNDING_S + chance.uniform(0.1, 1.0)

    def early(seconds: float) -> World:
        return world.with_waypoint(at, number, t=points[number].t - timedelta(seconds=seconds))

    # A way out begins within a second of its leg's last waypoint but one.
    return early(too_early_s), early(min(0.8 * allowed_s, 0.9 * ROUNDING_S))


@fault("leg.times")
def times_that_run_backwards(world: World, chance: Random) -> Pair:
    """Put in a waypoint told before the one it follows, or a tenth of a second off."""
    world = world.unseparated()
    at = a_leg(world, chance)
    points = at.of(world).waypoints
    number = chance.randrange(1, len(points) - 1)
    back = points[number - 1].t - timedelta(seconds=chance.uniform(0.1, 5))
    return world.with_waypoint(at, number, t=back), world.with_waypoint(
        at, number, t=points[number].t + timedelta(seconds=0.1)
    )


@fault("drone.swap", on=MADE_UP)
def drone_in_two_places(world: World, chance: Random) -> Pair:
    """Put in a drone that leaves again before it is back, or once it has fresh packs."""
    return _again(world, chance, -chance.uniform(10, 300))


@fault("drone.swap", on=MADE_UP)
def swap_skipped(world: World, chance: Random) -> Pair:
    """Put in a drone that leaves again before its packs are changed, or just then."""
    return _again(world, chance, chance.uniform(0, 250))


def _again(world: World, chance: Random, gap_s: float) -> Pair:
    """Return the world with one sortie and the same once more by the same drone, after a gap and after a swap."""
    one = alone(world, chance.randrange(len(world.plan.sorties)))
    (sortie,) = one.plan.sorties
    swap_s = one.job.drone_type(sortie.drone_type).swap_s
    lasts = sortie.returns - sortie.departs
    short_s = min(gap_s, swap_s - ROUNDING_S - 0.5)
    early, late = (lasts + timedelta(seconds=after_s) for after_s in (short_s, swap_s))
    return copied(one, sortie.drone, early), copied(one, sortie.drone, late)


@fault("pad.slots", on=MADE_UP)
def pad_double_booked(world: World, chance: Random) -> Pair:
    """Put in a hub for one drone, on which the next stands before the last has gone, or just after."""
    one = alone(world, chance.randrange(len(world.plan.sorties))).unseparated()
    (sortie,) = one.plan.sorties
    turnaround_s = chance.uniform(0, 120)
    one = one.with_pad("hub", slots=1, turnaround_s=turnaround_s)
    other = next(drone.id for drone in one.job.drones if drone.id != sortie.drone)
    apart = sortie.returns - sortie.departs + timedelta(seconds=2 * turnaround_s)
    early = timedelta(seconds=ROUNDING_S + chance.uniform(0.1, 20))
    return copied(one, other, apart - early), copied(one, other, apart)


@fault("pad.hours")
def pad_closed_while_it_is_held(world: World, chance: Random) -> Pair | None:
    """Put in a pad that closes while a drone is on it or over it, or just after the last has gone."""
    at = chance.choice([at for at in legs_of(world) if at.leg < len(world.plan.sorties[at.sortie].legs) - 1])
    pad = at.of(world).to_pad
    if any(known.id == pad and known.is_alternate for known in world.sky.pads):
        return None  # a way out may be told to it, which asks for hours of its own
    left = max(
        sortie.legs[number + 1].waypoints[1].t
        for sortie in world.plan.sorties
        for number, leg in enumerate(sortie.legs[:-1])
        if leg.to_pad == pad
    )
    early = timedelta(seconds=chance.uniform(1, 30))
    short, enough = left - early, left + timedelta(seconds=0.1)
    return world.with_pad(pad, schedule=during(None, short)), world.with_pad(pad, schedule=during(None, enough))


@fault("drone.hours")
def drone_that_works_too_long(world: World, chance: Random) -> Pair:
    """Put in a drone that is back after its working hours, or at their very end."""
    name = chance.choice(sorted({sortie.drone for sortie in world.plan.sorties}))
    back = max(sortie.returns for sortie in world.plan.sorties if sortie.drone == name)
    starts = min(sortie.departs for sortie in world.plan.sorties if sortie.drone == name)
    late = min(_late(chance), (back - starts) / 2)

    def until(by: timedelta) -> World:
        drones = tuple(
            replace(drone, works_until=back - by) if drone.id == name else drone for drone in world.job.drones
        )
        return world.with_job(drones=drones)

    return until(late), until(timedelta(0))

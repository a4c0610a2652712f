"""Faults of the record: what it says of orders, sides, totals and itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

from airspace.earth.frame import GEOD
from benchmarks.seeded.worlds import At, Pair, World, a_leg, alone, copied, fault, legs_of, stated
from planner.model.plans import Bound, Reason, Unserved

MADE_UP = ("plain", "crossing")


@fault("order.once", on=MADE_UP)
def order_served_twice(world: World, chance: Random) -> Pair:
    """Put in a sortie flown once more with the orders that were served already, or with others like them."""
    one = alone(world, chance.randrange(len(world.plan.sorties)))
    (sortie,) = one.plan.sorties
    other = next(drone.id for drone in one.job.drones if drone.id != sortie.drone)
    after = sortie.returns - sortie.departs + timedelta(seconds=chance.uniform(400, 1800))
    own = [one.job.order(name) for name in sortie.orders]
    return copied(one, other, after, orders=own), copied(one, other, after)


@fault("order.once")
def order_dropped(world: World, chance: Random) -> Pair:
    """Put in an order of the job that the plan says nothing of, or that it leaves out with a reason."""
    like = chance.choice(world.job.orders)
    more = world.with_job(orders=(*world.job.orders, replace(like, id="SEEDED", together="", apart="")))
    left = Unserved(order="SEEDED", reason=Reason.FLEET_BUSY, detail="every drone is away when it could leave")
    return more, replace(more, plan=replace(more.plan, unserved=(*more.plan.unserved, left))).with_sorties(
        more.plan.sorties
    )


@fault("order.once")
def order_served_and_said_to_be_left_out(world: World, chance: Random) -> Pair:
    """Put in an order told as left out that is served, or another one that is not."""
    name = chance.choice([name for sortie in world.plan.sorties for name in sortie.orders])
    more = world.with_job(
        orders=(*world.job.orders, replace(world.job.order(name), id="SEEDED", together="", apart=""))
    )

    def leaving_out(*orders: str) -> World:
        left = tuple(
            Unserved(order=order, reason=Reason.FLEET_BUSY, detail="every drone is away when it could leave")
            for order in orders
        )
        plan = replace(more.plan, unserved=(*more.plan.unserved, *left))
        return replace(more, plan=plan).with_sorties(more.plan.sorties)

    return leaving_out("SEEDED", name), leaving_out("SEEDED")


@fault("boundary.record", on=("crossing", "luohu"))
def wrong_jurisdiction_recorded(world: World, chance: Random) -> Pair:
    """Put in a side left out, added or exchanged in the record, or all of them in another order."""
    at = a_leg(world, chance)
    told = at.of(world).jurisdictions
    others = [side.id for side in world.sky.jurisdictions if side.id not in told]
    wrong = [told[1:], (*told, *others[:1]), (*told[:-1], *others[:1])]
    chosen = chance.choice([sides for sides in wrong if set(sides) != set(told)])
    return world.with_leg(at, jurisdictions=chosen), world.with_leg(at, jurisdictions=told[::-1])


@fault("boundary.record", on=("crossing", "luohu"))
def crossing_recorded_astray(world: World, chance: Random) -> Pair | None:
    """Put in a crossing written down more than 5 m from where it is made, or less."""
    found = [at for at in legs_of(world) if at.of(world).crossings]
    if not found:
        return None
    at, azimuth = chance.choice(found), chance.uniform(0, 360)
    first, *others = at.of(world).crossings

    def astray(metres: float) -> World:
        lon, lat, _ = GEOD.fwd(first.lon, first.lat, azimuth, metres)
        return world.with_leg(at, crossings=(replace(first, lon=lon, lat=lat), *others))

    return astray(chance.uniform(8.0, 200.0)), astray(chance.uniform(0, 2.5))


@fault("record.digest")
def edited_after_it_was_written(world: World, chance: Random) -> Pair:
    """Put in a figure changed in the file by a hair, with the digest of before, or with its own."""
    at = a_leg(world, chance)
    changed = world.with_leg(at, energy_wh=at.of(world).energy_wh + 0.01)
    return replace(changed, stated=stated(world)), replace(changed, stated=stated(changed))


@fault("leg.distance")
def distance_understated(world: World, chance: Random) -> Pair:
    """Put in a leg written down too short by more than a thousandth and a metre, or by less."""
    at = a_leg(world, chance)
    told_m = at.of(world).distance_m
    allowed_m = 0.001 * told_m + 1.0
    return _shorter(world, at, allowed_m + chance.uniform(0.1, 100)), _shorter(world, at, 0.8 * allowed_m)


def _shorter(world: World, at: At, metres: float) -> World:
    return world.with_leg(at, distance_m=at.of(world).distance_m - metres, profile=None)


@fault("totals.cost", "totals.energy", "totals.distance", "totals.flight", "totals.counts")
def total_that_is_not_the_sum(world: World, chance: Random) -> Pair:
    """Put in one of the totals off by one per cent, or by a hundredth of what is allowed."""
    name = chance.choice(["cost", "energy_wh", "distance_m", "flight_s"])
    told = getattr(world.plan.totals, name)
    least = 0.01 if name == "cost" else 1.0
    off = (1e-4 * told + least) * chance.uniform(1.1, 30)

    def less(by: float) -> World:
        totals = replace(world.plan.totals, **{name: told - by})
        return replace(world, plan=replace(world.plan, totals=totals))

    return less(off), less(0.5 * (1e-4 * told + least))


@fault("totals.bound")
def bound_above_the_cost(world: World, chance: Random) -> Pair:
    """Put in a bound that the plan itself costs less than, or one that it does not."""
    cost = world.plan.totals.cost
    share = chance.uniform(0.01, 0.3)

    def bounded(lower: float) -> World:
        bound = Bound(lower=lower, gap=(cost - lower) / cost, rules="for every plan", proven=False)
        return replace(world, plan=replace(world.plan, bound=bound))

    return bounded(cost * (1 + share)), bounded(cost * (1 - share))

"""Faults of what is in the box, and of the energy that it takes."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from airspace.model.pads import Custody
from benchmarks.seeded.worlds import Pair, World, a_leg, alone, fault, legs_of
from planner.model.plans import Leg

MADE_UP = ("plain", "crossing")
LEVELS = list(Custody)


def _loaded(world: World, chance: Random) -> tuple[int, int]:
    """Draw a leg with a load."""
    return chance.choice([(at.sortie, at.leg) for at in legs_of(world) if at.of(world).payload_kg > 0])


@fault("payload.leg")
def payload_understated(world: World, chance: Random) -> Pair:
    """Put in a payload written down more than a gram too small, or less."""
    sortie, leg = _loaded(world, chance)
    at = next(at for at in legs_of(world) if (at.sortie, at.leg) == (sortie, leg))
    told_kg = at.of(world).payload_kg
    less_kg = chance.uniform(0.002, told_kg)
    return world.with_leg(at, payload_kg=told_kg - less_kg), world.with_leg(at, payload_kg=told_kg - 0.0008)


@fault("payload.limit", on=MADE_UP)
def more_than_a_drone_lifts(world: World, chance: Random) -> Pair:
    """Put in a type that lifts less than what is on board, or just as much."""
    most_kg = max(at.of(world).payload_kg for at in legs_of(world))
    less_kg = chance.uniform(0.001, most_kg / 2)
    return world.with_kinds(max_payload_kg=most_kg - less_kg), world.with_kinds(max_payload_kg=most_kg)


@fault("volume.limit", on=MADE_UP)
def more_litres_than_the_box_holds(world: World, chance: Random) -> Pair:
    """Put in a box that holds less than what is on board, or just as much."""
    for order in world.job.orders:
        world = world.with_order(order.id, volume_l=round(chance.uniform(1, 9), 1))
    litres = [sum(world.job.order(n).consignment.volume_l or 0.0 for n in s.orders) for s in world.plan.sorties]
    return world.with_kinds(max_volume_l=max(litres) - 0.05), world.with_kinds(max_volume_l=max(litres) + 1e-6)


def _value(world: World) -> float:
    return max(
        sum(world.job.order(name).consignment.declared_value for name in sortie.orders) for sortie in world.plan.sorties
    )


@fault("value.cap")
def value_above_the_cap(world: World, chance: Random) -> Pair:
    """Put in a cap below the value on board of one sortie, or just as high."""
    most = _value(world)
    return (
        world.with_policy(value_cap_per_sortie=most - chance.uniform(0.01, most / 2)),
        world.with_policy(value_cap_per_sortie=most),
    )


@fault("value.drone_day")
def value_above_the_cap_of_a_day(world: World, chance: Random) -> Pair:
    """Put in a cap below the value that one drone carries in the day, or just as high."""
    carried: dict[str, float] = {}
    for sortie in world.plan.sorties:
        for name in sortie.orders:
            value = world.job.order(name).consignment.declared_value
            carried[sortie.drone] = carried.get(sortie.drone, 0.0) + value
    most = max(carried.values())
    less = chance.uniform(0.01, most / 2)
    return world.with_policy(value_cap_per_drone_day=most - less), world.with_policy(value_cap_per_drone_day=most)


@fault("custody.level", on=MADE_UP)
def custody_below_what_is_asked(world: World, chance: Random) -> Pair:
    """Put in an order that asks for more than its pad offers, or for what it offers."""
    name = chance.choice([name for sortie in world.plan.sorties for name in sortie.orders])
    level = chance.randrange(len(LEVELS) - 1)
    known = world.with_pad(world.job.order(name).to_pad, custody=LEVELS[level])
    for order in known.job.orders:
        known = known.with_order(order.id, custody=LEVELS[0])
    return known.with_order(name, custody=LEVELS[level + 1]), known.with_order(name, custody=LEVELS[level])


@fault("custody.value", on=MADE_UP)
def high_value_without_two_persons(world: World, chance: Random) -> Pair:
    """Put in an order worth more than one person may take over, at a pad with one; or worth just as much."""
    name = chance.choice([name for sortie in world.plan.sorties for name in sortie.orders])
    known = world.with_pad(world.job.order(name).to_pad, custody=Custody.STAFFED)
    for order in known.job.orders:
        known = known.with_order(order.id, custody=Custody.LOCKER)
    most = max(order.consignment.declared_value for order in known.job.orders)
    own = known.job.order(name).consignment.declared_value
    return known.with_policy(two_person_above=own - chance.uniform(0.01, own / 2)), known.with_policy(
        two_person_above=most
    )


@fault("goods.dangerous", "goods.lithium", on=("plain",))
def dangerous_goods_without_approval(world: World, chance: Random) -> Pair:
    """Put in an order declared as dangerous goods that no approval is held for, or declared as none."""
    name = chance.choice([name for sortie in world.plan.sorties for name in sortie.orders])
    goods = chance.choice(["UN3480", "UN3373", "9"])
    return world.with_order(name, dangerous_goods=goods), world.with_order(name, dangerous_goods="")


# --- energy -----------------------------------------------------------------------------------------------------------


def _recharged(world: World, index: int, factor: float) -> World:
    """Return the world with the energies of a sortie multiplied, charges that fit, and without what is optional."""
    sortie = world.plan.sorties[index]
    kind = world.job.drone_type(sortie.drone_type)
    capacity_wh = kind.battery_wh * world.job.drone(sortie.drone).health
    charge, legs = sortie.legs[0].soc_start, list[Leg]()
    for leg in sortie.legs:
        energy_wh = leg.energy_wh * factor
        left = charge - energy_wh / capacity_wh
        reserve_wh = world.job.policy.reserve_share * capacity_wh
        legs.append(
            replace(leg, energy_wh=energy_wh, soc_start=charge, soc_end=left, reserve_wh=reserve_wh, profile=None)
        )
        charge = left
    return world.with_sortie(index, legs=tuple(legs), ledger=None)


@fault("energy.leg", on=MADE_UP)
def energy_understated(world: World, chance: Random) -> Pair:
    """Put in energies of a sortie written too small, charges and totals made to fit; or within half a per cent."""
    index = chance.randrange(len(world.plan.sorties))
    least_wh = max(leg.energy_wh for leg in world.plan.sorties[index].legs)
    # More than 0.5 % and 1 Wh of the leg that takes the most.
    factor = 1 - 0.006 - 1.2 / least_wh - chance.uniform(0, 0.2)
    return _recharged(world, index, factor), _recharged(world, index, 1 - 0.003)


@fault("energy.reserve_stated")
def reserve_shaved_in_the_record(world: World, chance: Random) -> Pair:
    """Put in the reserve of a leg written down too small, or within half a per cent."""
    at = a_leg(world, chance)
    told_wh = at.of(world).reserve_wh
    less_wh = 0.005 * told_wh + 1.0 + chance.uniform(0.05, told_wh / 4)
    return world.with_leg(at, reserve_wh=told_wh - less_wh), world.with_leg(at, reserve_wh=told_wh * 0.996)


@fault("energy.chance", "energy.reserve", on=MADE_UP)
def reserve_not_kept(world: World, chance: Random) -> Pair | None:
    """Put in packs so small that the reserve is eaten into by a few watt-hours, or that as many are left above it."""
    one = alone(world, chance.randrange(len(world.plan.sorties)))
    (sortie,) = one.plan.sorties
    if sortie.ledger is None:
        return None
    kind = one.job.drone_type(sortie.drone_type)
    needed_wh = sortie.ledger.trip_wh + sortie.ledger.contingency_wh
    usable_wh = needed_wh + sortie.ledger.margin_wh

    def with_left(left_wh: float) -> World:
        # What the packs give above the reserve grows with what they hold.
        battery_wh = kind.battery_wh * (needed_wh + left_wh) / usable_wh
        kinds = tuple(replace(one_kind, battery_wh=battery_wh) for one_kind in one.job.drone_types)
        return _recharged(one.with_job(drone_types=kinds), 0, 1.0)

    short_wh = 0.003 * needed_wh + chance.uniform(0.5, 20)
    return with_left(-short_wh), with_left(0.003 * needed_wh + 0.2)

"""Causes to plant: what is in the box."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

from airspace.model.pads import Custody
from benchmarks.planted.worlds import Scene, at, during, new_order, new_type, plants, window_hours
from planner.model.goods import GoodsApproval
from planner.model.orders import Order
from planner.model.plans import Reason
from planner.model.weather import Weather


@plants(Reason.PAYLOAD)
def _too_heavy_a_box(scene: Scene, chance: Random) -> Scene:
    return scene.with_order(mass_kg=round(chance.uniform(7.1, 13.5), 1))


@plants(Reason.PAYLOAD)
def _a_box_for_another_type(scene: Scene, chance: Random) -> Scene:
    strong = new_type("strong", max_payload_kg=30.0, mass_kg=20.0, battery_wh=5000.0)
    heavy = scene.with_order(mass_kg=round(chance.uniform(14.5, 25), 1))
    return heavy.with_job(drone_types=(*scene.job.drone_types, strong))


@plants(Reason.VOLUME)
def _a_box_larger_than_the_drone_takes(scene: Scene, chance: Random) -> Scene:
    most_l = round(chance.uniform(5, 40), 1)
    orders = tuple(
        replace(order, consignment=replace(order.consignment, volume_l=round(most_l * chance.uniform(0.05, 0.2), 1)))
        for order in scene.job.orders
    )
    roomy = scene.with_kind(max_volume_l=most_l).with_job(orders=orders)
    return roomy.with_order(volume_l=round(most_l * chance.uniform(1.05, 1.9), 1))


@plants(Reason.TOGETHER)
def _company_too_heavy_for_one_sortie(scene: Scene, chance: Random) -> Scene:
    label = scene.with_order(together="kit")
    return label.with_orders(*scene.job.orders[1:], _with_it("B", 7.0 - chance.uniform(0, 0.9)))


@plants(Reason.TOGETHER)
def _company_to_be_kept_apart(scene: Scene, chance: Random) -> Scene:
    label = scene.with_order(together="kit", apart="rivals")
    return label.with_orders(*scene.job.orders[1:], _with_it(chance.choice("ABC"), 0.5, apart="rivals"))


def _with_it(pad: str, kg: float, **fields: str) -> Order:
    """Return an order that flies with the one that the cause is planted for."""
    return replace(new_order("kin", pad, 0, 5, kg=round(kg, 1)), together="kit", **fields)


@plants(Reason.VALUE_CAP)
def _worth_more_than_a_sortie_may_carry(scene: Scene, chance: Random) -> Scene:
    return scene.with_order(declared_value=round(chance.uniform(10_001, 19_000)))


@plants(Reason.VALUE_CAP)
def _worth_more_than_a_drone_may_carry_in_a_day(scene: Scene, chance: Random) -> Scene:
    return scene.with_policy(value_cap_per_drone_day=4000.0).with_order(
        declared_value=round(chance.uniform(4001, 9000))
    )


@plants(Reason.VALUE_CAP)
def _worth_more_than_may_lie_at_a_pad(scene: Scene, chance: Random) -> Scene:
    capped = scene.with_policy(value_cap_per_pad=4000.0, pad_dwell_s=600.0)
    return capped.with_order(declared_value=round(chance.uniform(4001, 9000)))


@plants(Reason.VALUE_CAP)
def _no_drone_has_value_left_for_the_day(scene: Scene, chance: Random) -> Scene:
    carried = round(chance.uniform(800, 1200))
    dear = [new_order(name, pad, 0, 5, kg=7.0, declared_value=carried, priority=5) for name, pad in zip("bc", "BC")]  # noqa: B905
    return scene.with_policy(value_cap_per_drone_day=1500.0).with_order(declared_value=800.0).with_orders(*dear)


@plants(Reason.VALUE_CAP)
def _too_much_value_lies_at_the_pad(scene: Scene, chance: Random) -> Scene:
    ready_h, _ = window_hours(scene)
    first = new_order("a", "A", ready_h, ready_h + 0.4, kg=7.0, declared_value=900.0, priority=5)
    capped = scene.with_policy(value_cap_per_pad=1500.0, pad_dwell_s=7200.0 + chance.uniform(0, 600))
    return capped.with_order(declared_value=800.0, due_at=at(ready_h + 0.4)).with_orders(first)


@plants(Reason.CUSTODY)
def _only_a_locker_at_the_pad(scene: Scene, chance: Random) -> Scene:
    asked = chance.choice([Custody.STAFFED, Custody.TWO_PERSON])
    return scene.with_pad("A", custody=Custody.LOCKER).with_order(custody=asked)


@plants(Reason.CUSTODY)
def _worth_two_persons_where_there_is_one(scene: Scene, chance: Random) -> Scene:
    valued = scene.with_policy(two_person_above=3000.0).with_order(declared_value=round(chance.uniform(3001, 9000)))
    return valued.with_pad("A", custody=Custody.STAFFED)


@plants(Reason.CUSTODY)
def _two_persons_there_at_other_hours(scene: Scene, chance: Random) -> Scene:
    _, due_h = window_hours(scene)
    there = during((due_h + chance.uniform(0.1, 0.5), 5.9))
    return scene.with_pad("A", two_person_hours=there).with_order(custody=Custody.TWO_PERSON)


@plants(Reason.COLD_CHAIN)
def _a_cold_chain_shorter_than_the_flight(scene: Scene, chance: Random) -> Scene:
    return scene.with_order(max_minutes=round(chance.uniform(1.5, 3.0), 1))


@plants(Reason.COLD_CHAIN)
def _a_cold_chain_shorter_than_the_quantile(scene: Scene, chance: Random) -> Scene:
    x, y = scene.xy("A")
    planned_min = (math.hypot(x, y) / 15 + 70 + 60) / 60
    still = scene.with_job(weather=Weather()).with_policy(time_factor=round(chance.uniform(1.3, 1.6), 1))
    return still.with_order(max_minutes=planned_min * 1.15)


@plants(Reason.DANGEROUS_GOODS)
def _lithium_that_nobody_approved(scene: Scene, chance: Random) -> Scene:
    return scene.with_order(dangerous_goods=chance.choice(["UN3480", "UN3481", "UN3373", "UN1845"]))


@plants(Reason.DANGEROUS_GOODS, two_sides=True)
def _goods_that_one_side_did_not_approve(scene: Scene, chance: Random) -> Scene:
    held = GoodsApproval(un_number="UN3480", jurisdiction=chance.choice(["west", "east"]), approval="A-1")
    return scene.with_policy(dangerous_goods_allowed=(held,)).with_order(dangerous_goods="UN3480")


@plants(Reason.DANGEROUS_GOODS)
def _a_class_of_goods(scene: Scene, chance: Random) -> Scene:
    return scene.with_order(dangerous_goods=chance.choice(["6.2", "9", "3"]))

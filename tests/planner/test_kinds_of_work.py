"""Pick-ups, ways from pad to pad, orders together and apart: by hand, by brute force, and against the check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import combinations, permutations
from random import Random
from typing import Any

import numpy as np
import pytest

from airspace.model.pads import Custody, Pad
from airspace.model.schedules import ALWAYS
from airspace.model.skies import Airspace
from planner import planning
from planner.model.goods import GoodsApproval
from planner.model.jobs import Job
from planner.model.orders import Order
from planner.model.plans import Plan, Reason
from planner.model.reviews import Review, Verdict
from planner.solving.relaxations import finders
from planner.solving.routing import RoutingSolver
from planner.solving.sorties import Trip, Trips, stops_of, unique_sequences
from tests.planner import scenes
from tests.planner.scenes import at, fetch, order


def trip_of(*orders: Order, **fields: Any) -> Trip:
    trip = best_of(*orders, **fields)
    assert trip is not None
    return trip


def best_of(*orders: Order, **fields: Any) -> Trip | None:
    return Trips(scenes.tables(orders, **fields)).best(orders, 0)


def planned(*orders: Order, over: Airspace | None = None, drones: Any = None, **fields: Any) -> tuple[Plan, Job]:
    """Return a plan that the check agrees with."""
    job, sky = scenes.job(orders, drones, **fields), over or scenes.plain_sky()
    plan = planning.plan(job, sky)
    assert planning.check(plan, sky, job).of(Verdict.FAIL) == ()
    return plan, job


def told(plan: Plan) -> list[list[tuple[str, list[str], list[str]]]]:
    """Return pad, take-overs and hand-overs of each leg of each sortie."""
    return [
        [(leg.to_pad, [p.order for p in leg.pickups], [d.order for d in leg.deliveries]) for leg in sortie.legs]
        for sortie in plan.sorties
    ]


# --- by hand: 1080 W empty, 1715 W with 3.25 kg, 2560 W with 7 kg; climb 30 s, descent 40 s, hand-over 60 s ----------


def wh(watts: float, cruise_s: float, hover_s: float, hover_w: float | None = None) -> float:
    return 1.1 * (watts * (1.16 * 30 + cruise_s + 0.95 * 40) + (hover_w or watts) * hover_s) / 3600


def test_a_pick_up_flies_out_empty_and_home_with_its_load() -> None:
    trip = trip_of(fetch("a", "A", 7.0))
    assert [hop.payload_kg for hop in trip.hops] == [0.0, 7.0]
    # The hand-over counts with the heavier load, whenever in it that comes on board.
    by_hand = [wh(1080, 200, 60, 2560), wh(2560, 200, 0)]
    assert [hop.energy_wh for hop in trip.hops] == pytest.approx(by_hand, rel=2e-4)
    assert [hop.ends_s for hop in trip.hops] == pytest.approx([330.0, 600.0], abs=0.1)
    assert [[o.id for o in hop.takes] for hop in trip.hops] == [["a"], []]
    assert [[o.id for o in hop.delivers] for hop in trip.hops] == [[], ["a"]]


def test_a_delivery_and_a_pick_up_on_the_way_home() -> None:
    # Out to A with 7 kg, 4 km on to B with nothing, 5 km home with 3.25 kg.
    trip = trip_of(order("a", "A", 7.0), fetch("b", "B", 3.25))
    assert [hop.flight.to_pad for hop in trip.hops] == ["A", "B", "hub"]
    assert [hop.payload_kg for hop in trip.hops] == [7.0, 0.0, 3.25]
    by_hand = [wh(2560, 200, 60), wh(1080, 4000 / 15, 60, 1715), wh(1715, 5000 / 15, 0)]
    assert [hop.energy_wh for hop in trip.hops] == pytest.approx(by_hand, rel=2e-4)
    assert trip.cost == pytest.approx(10 + 360 * 1130 / 3600 + 2 * sum(by_hand) / 1000, rel=2e-4)
    assert [o.id for o in trip.orders] == ["a", "b"]


def test_an_order_from_pad_to_pad_is_on_board_between_them_only() -> None:
    trip = trip_of(fetch("a", "A", 3.25, "B"))
    assert [hop.flight.to_pad for hop in trip.hops] == ["A", "B", "hub"]
    assert [hop.payload_kg for hop in trip.hops] == [0.0, 3.25, 0.0]
    by_hand = [wh(1080, 200, 60, 1715), wh(1715, 4000 / 15, 60), wh(1080, 5000 / 15, 0)]
    assert [hop.energy_wh for hop in trip.hops] == pytest.approx(by_hand, rel=2e-4)


def test_one_landing_hands_over_and_takes_over_in_the_time_of_one() -> None:
    trip = trip_of(order("a", "A", 3.75), fetch("b", "A", 3.25))
    assert [hop.payload_kg for hop in trip.hops] == [3.75, 3.25]
    assert trip.hops[0].ends_s == pytest.approx(330.0, abs=0.1)


def test_the_box_is_full_at_one_moment_not_over_the_sortie() -> None:
    # 7 kg out and 7 kg back never meet; 4 kg taken over at A while 4 kg for B are on board do, the other way round not.
    assert best_of(order("a", "A", 7.0), fetch("b", "A", 7.0)) is not None
    trip = trip_of(order("b", "B", 4.0), fetch("a", "A", 4.0))
    assert [hop.flight.to_pad for hop in trip.hops] == ["B", "A", "hub"]
    assert best_of(fetch("a", "A", 4.0), fetch("c", "C", 4.0)) is None
    kinds = {"drone_types": (scenes.kind(max_volume_l=3.0),)}
    assert best_of(order("a", "A", volume_l=3.0), fetch("b", "A", volume_l=3.0), **kinds) is not None
    assert best_of(fetch("a", "A", volume_l=2.0), fetch("b", "B", volume_l=2.0), **kinds) is None


def test_value_counts_while_it_is_on_board_and_all_day_for_the_drone() -> None:
    pair = order("a", "A", declared_value=600.0), fetch("b", "A", declared_value=600.0)
    assert best_of(*pair, policy=scenes.policy(value_cap_per_sortie=1000.0)) is not None
    assert best_of(*pair, policy=scenes.policy(value_cap_per_drone_day=1000.0)) is None
    back = fetch("a", "A", declared_value=600.0), fetch("b", "B", declared_value=600.0)
    assert best_of(*back, policy=scenes.policy(value_cap_per_sortie=1000.0)) is None


def test_a_pick_up_lands_when_it_is_ready_and_is_home_when_it_is_due() -> None:
    # A is reached after 270 s, the hub 600 s after the take-off, a hair less each.
    trip = trip_of(fetch("a", "A", ready="09:00", due="09:30"))
    assert [(f"{a:%H:%M:%S}", f"{b:%H:%M:%S}") for a, b in trip.starts] == [("08:55:31", "09:20:00")]


def test_the_cold_chain_of_a_pick_up_counts_from_its_take_over() -> None:
    # From touch-down at A until home: 60 + 270 s = 5.5 min; A to B takes 60 + 336.667 + 60 s = 7.611 min.
    assert best_of(fetch("a", "A", max_minutes=5.51)) is not None
    assert best_of(fetch("a", "A", max_minutes=5.49)) is None
    assert best_of(fetch("a", "A", 1.0, "B", max_minutes=7.62)) is not None
    assert best_of(fetch("a", "A", 1.0, "B", max_minutes=7.60)) is None


def test_a_take_over_asks_for_custody_as_a_hand_over_does() -> None:
    def over(**of_a: Any) -> Airspace:
        return scenes.sky(scenes.pad("hub", 0, 0), scenes.pad("A", 2999.9, 0, **of_a))

    two = fetch("a", "A", custody=Custody.TWO_PERSON)
    assert best_of(two, over=over(custody=Custody.STAFFED)) is None
    trip = trip_of(two, over=over(two_person_hours=scenes.hours("09:00", "09:30")))
    assert [(f"{a:%H:%M:%S}", f"{b:%H:%M:%S}") for a, b in trip.starts] == [("08:55:31", "09:24:30")]
    (answer,) = planned(two, over=over(custody=Custody.LOCKER))[0].unserved
    assert answer.reason is Reason.CUSTODY
    assert "pad A offers locker" in answer.detail


def test_what_is_taken_over_counts_as_value_on_board_for_the_chance() -> None:
    policy = scenes.policy(high_value_above=500.0, high_value_chance=0.999)
    assert trip_of(fetch("a", "A", declared_value=501.0), policy=policy).needs.chance == 0.999
    assert trip_of(order("o", "A"), fetch("a", "A", declared_value=501.0), policy=policy).needs.chance == 0.999
    assert (
        trip_of(
            fetch("a", "A", declared_value=400.0), order("b", "A", declared_value=400.0), policy=policy
        ).needs.chance
        == 0.95
    )


# --- plans that the check agrees with --------------------------------------------------------------------------------


def test_a_mixed_sortie_is_planned_written_down_and_agreed_with() -> None:
    plan, _ = planned(order("out", "A", 3.0), fetch("on", "A", 2.0, "B"), fetch("back", "B", 4.0))
    assert told(plan) == [[("A", ["on"], ["out"]), ("B", ["back"], ["on"]), ("hub", [], ["back"])]]
    (sortie,) = plan.sorties
    assert sortie.orders == ("out", "on", "back")
    assert [leg.payload_kg for leg in sortie.legs] == [3.0, 2.0, 4.0]
    # "on" is on board from the touch-down at A until it is handed over at B, "back" until the landing at the hub.
    assert sortie.legs[1].deliveries[0].taken_s == pytest.approx(60 + 336.667 + 60, abs=0.1)
    assert sortie.legs[2].deliveries[0].t == sortie.returns
    assert sortie.legs[0].pickups[0].t == sortie.legs[0].deliveries[0].t
    assert plan.bound.proven
    assert "lands at a pad" in plan.bound.rules


def test_the_hub_that_flies_it_cheapest_brings_what_lies_at_no_hub() -> None:
    over = scenes.sky(
        scenes.pad("hub", 0, 0), scenes.pad("east", 5999.9, 0), scenes.pad("A", 1999.9, 0), scenes.pad("B", 3999.9, 0)
    )
    fleet = [scenes.drone("d1"), scenes.drone("d2", home="east")]
    # From B out to the hub and back is 8 km for its own drone; one from the east would fly 12 km.
    assert planned(fetch("b", "B"), over=over, drones=fleet)[0].sorties[0].drone == "d1"
    assert planned(fetch("c", "B", 1.0, "east"), over=over, drones=fleet)[0].sorties[0].drone == "d2"
    # From A to B is as far for both, and the one in the west is not at work.
    resting = [replace(fleet[0], works_until=at("08:01")), fleet[1]]
    assert planned(fetch("a", "A", 1.0, "B"), over=over, drones=resting)[0].sorties[0].drone == "d2"
    # What lies at a hub leaves with a drone that lives there, though another would come for it.
    tables = scenes.tables([order("o", "A")], fleet, over=over)
    trips = Trips(tables)
    able = [trips.ends(n)[0] for n in range(2) if trips.may_carry([order("o", "A", from_pad="east")], n)]
    assert able == ["east"]


def test_value_handed_over_at_the_hub_lies_there() -> None:
    policy = scenes.policy(value_cap_per_pad=1000.0, pad_dwell_s=36000.0)
    plan, _ = planned(
        fetch("a", "A", declared_value=600.0), fetch("b", "A", declared_value=600.0), policy=policy,
        drones=[scenes.drone("d1"), scenes.drone("d2")],
    )  # fmt: skip
    assert plan.totals.served == 1
    assert [item.reason for item in plan.unserved] == [Reason.VALUE_CAP]


def test_dangerous_goods_need_approval_where_they_are_on_board_only() -> None:
    # The hub and C lie in the west, A and B in the east: from A to B the goods stay in the east.
    sides = {"jurisdictions": scenes.two_sides(), "gates": (scenes.gate(*scenes.both_permits()),)}
    held = (GoodsApproval(un_number="UN3480", jurisdiction="east", approval="A-1"),)
    policy = scenes.policy(dangerous_goods_allowed=held)
    over = scenes.plain_sky(**sides)
    plan, _ = planned(fetch("a", "A", 1.0, "B", dangerous_goods="UN3480"), over=over, policy=policy)
    assert plan.totals.served == 1
    plan, _ = planned(fetch("a", "A", dangerous_goods="UN3480"), over=over, policy=policy)
    assert [item.reason for item in plan.unserved] == [Reason.DANGEROUS_GOODS]


def customs_sky(*, hub: dict[str, Any] | None = None, post: dict[str, Any] | None = None) -> Airspace:
    pads = [scenes.pad("hub", 0, 0, **(hub or {})), scenes.pad("A", 2999.9, 0)]
    pads += [scenes.pad("post", 1499.9, 0, **{"customs_dwell_s": 300.0, **post})] if post else []
    return scenes.sky(*pads, jurisdictions=scenes.two_sides(), gates=(scenes.gate(*scenes.both_permits()),))


def test_what_comes_home_over_the_boundary_clears_at_the_hub_if_that_can() -> None:
    over = customs_sky(hub={"customs_windows": ALWAYS, "customs_dwell_s": 300.0})
    plan, _ = planned(fetch("a", "A"), over=over)
    assert told(plan) == [[("A", ["a"], []), ("hub", [], ["a"])]]
    home = plan.sorties[0].legs[-1]
    assert home.clears == ("a",)
    assert home.deliveries[0].t - plan.sorties[0].returns == timedelta(seconds=300)
    late, _ = planned(fetch("a", "A", due="08:14"), over=over)
    assert [item.reason for item in late.unserved] == [Reason.CUSTOMS_WINDOW]


def test_what_comes_home_over_the_boundary_clears_at_a_call_after_its_take_over() -> None:
    over = customs_sky(post={"customs_windows": ALWAYS})
    plan, _ = planned(fetch("a", "A"), over=over)
    assert told(plan) == [[("A", ["a"], []), ("post", [], []), ("hub", [], ["a"])]]
    assert [leg.clears for leg in plan.sorties[0].legs] == [(), ("a",), ()]
    none, _ = planned(fetch("a", "A"), over=customs_sky(), policy=scenes.policy(customs=True))
    assert [item.reason for item in none.unserved] == [Reason.CUSTOMS_WINDOW]


def test_an_empty_box_comes_back_with_the_sortie_that_brings_a_full_one() -> None:
    # The box of the last delivery weighs 0.5 kg, and lies with nobody who has to look after it.
    empty = fetch("box", "A", 0.5, custody=Custody.LOCKER, declared_value=0.0)
    plan, _ = planned(order("full", "A", 4.0), empty, fetch("early", "C", 0.5, due="08:01"))
    assert told(plan) == [[("A", ["box"], ["full"]), ("hub", [], ["box"])]]
    assert [leg.payload_kg for leg in plan.sorties[0].legs] == [4.0, 0.5]
    alone, _ = planned(order("full", "A", 4.0))
    # Nothing but the energy of half a kilogram on the way home is added.
    assert 0 < plan.totals.cost - alone.totals.cost < 0.1


# --- together and apart ----------------------------------------------------------------------------------------------


def test_orders_together_fly_in_one_sortie_or_not_at_all() -> None:
    pair = order("a", "A", together="x"), order("c", "C", together="x")
    fleet = [scenes.drone("d1"), scenes.drone("d2")]
    assert [set(sortie.orders) for sortie in planned(*pair, drones=fleet)[0].sorties] == [{"a", "c"}]
    # Each is there in time by itself, and one of the two too late in one sortie.
    hurried = [replace(one, due_at=at("08:07")) for one in pair]
    assert planned(*(replace(one, together="") for one in hurried), drones=fleet)[0].totals.served == 2
    late, _ = planned(*hurried, drones=fleet)
    assert [item.reason for item in late.unserved] == [Reason.TOGETHER] * 2
    heavy, _ = planned(order("a", "A", 4.0, together="x"), order("c", "C", 4.0, together="x"))
    assert [item.reason for item in heavy.unserved] == [Reason.TOGETHER] * 2
    assert heavy.unserved[0].numbers["mass_kg"] == 8.0


def test_an_order_stays_whose_company_cannot_be_flown() -> None:
    plan, _ = planned(order("a", "A", together="x"), order("c", "C", 9.0, together="x"))
    assert [item.reason for item in plan.unserved] == [Reason.TOGETHER, Reason.PAYLOAD]
    assert "c cannot be flown at all" in plan.unserved[0].detail


def test_orders_apart_never_share_a_sortie() -> None:
    pair = order("a", "A", apart="x"), order("b", "A", apart="x")
    assert len(planned(*(replace(one, apart="") for one in pair))[0].sorties) == 1
    plan, _ = planned(*pair)
    assert [len(sortie.orders) for sortie in plan.sorties] == [1, 1]
    assert "together or apart" in plan.bound.rules


def test_the_routing_solver_leaves_them_to_the_repair_step() -> None:
    orders = [
        order("out", "A", 3.0), fetch("back", "B", 4.0), fetch("on", "A", 1.0, "B"), order("x", "C", together="t"),
        order("y", "C", together="t"), order("p", "A", apart="s"), order("q", "A", apart="s"),
    ]  # fmt: skip
    job, sky = scenes.job(orders), scenes.plain_sky()
    plan = planning.plan(job, sky, solver=RoutingSolver(), options=scenes.QUICK)
    assert planning.check(plan, sky, job).of(Verdict.FAIL) == ()
    assert plan.totals.served == len(orders)


# --- brute force -----------------------------------------------------------------------------------------------------

SPOTS = {"hub": (0.0, 0.0), "A": (2999.9, 0.0), "B": (2999.9, 3999.9), "C": (-1999.9, 0.0)}


def events(orders: Sequence[Order]) -> Iterator[list[tuple[str, list[Order], list[Order]]]]:
    """Yield every way to land once at each pad that some orders need: (pad, taken over, handed over)."""
    pads = sorted({pad for one in orders for pad in (one.from_pad, one.to_pad)} - {"hub"})
    for sequence in permutations(pads):
        at_stop = {pad: number for number, pad in enumerate(sequence)} | {"hub": len(sequence)}
        if all(one.from_pad == "hub" or at_stop[one.from_pad] < at_stop[one.to_pad] for one in orders):
            yield [
                (pad, [o for o in orders if o.from_pad == pad], [o for o in orders if o.to_pad == pad])
                for pad in (*sequence, "hub")
            ]


def by_hand(orders: Sequence[Order]) -> float:
    """Return the least that a sortie with some orders costs, infinite where there is none."""
    return min((cost_of(way, orders) for way in events(orders)), default=float("inf"))


def cost_of(way: Sequence[tuple[str, list[Order], list[Order]]], orders: Sequence[Order]) -> float:
    aboard = {one.id: one.consignment.mass_kg for one in orders if one.from_pad == "hub"}
    here, seconds, joules = "hub", 0.0, 0.0
    for pad, takes, hands in way:
        load = sum(aboard.values())
        if load > 7.0:
            return float("inf")
        (x, y), (u, v) = SPOTS[here], SPOTS[pad]
        cruise_s, hover_s = ((x - u) ** 2 + (y - v) ** 2) ** 0.5 / 15, 0.0 if pad == "hub" else 60.0
        seconds += 30 + cruise_s + 40 + hover_s
        aboard = {name: kg for name, kg in aboard.items() if name not in {o.id for o in hands}}
        aboard |= {o.id: o.consignment.mass_kg for o in takes}
        joules += 40 * (9 + load) ** 1.5 * (1.16 * 30 + cruise_s + 0.95 * 40)
        joules += 40 * (9 + max(load, sum(aboard.values()))) ** 1.5 * hover_s
        here = pad
    return float("inf") if 1.1 * joules / 3600 > 800 else 10 + 360 * seconds / 3600 + 2 * 1.1 * joules / 3.6e6


def partitions(orders: Sequence[Order]) -> Iterator[list[list[Order]]]:
    """Yield all ways to share orders out; the first part is left out."""
    if not orders:
        yield [[]]
        return
    for rest in partitions(orders[1:]):
        for number in range(len(rest)):
            yield [[orders[0], *part] if number == k else part for k, part in enumerate(rest)]
        yield [*rest, [orders[0]]]


def whole(orders: Sequence[Order], part: Sequence[Order]) -> bool:
    labels = {one.together for one in part} - {""}
    return all(one in part for one in orders if one.together in labels)


def least(orders: Sequence[Order], most: int) -> float:
    costs = []
    for left, *parts in partitions(orders):
        apart = [[one.apart for one in part if one.apart] for part in parts]
        if all(len(part) <= most and whole(orders, part) for part in parts) and all(
            len(labels) == len(set(labels)) for labels in apart
        ):
            costs.append(100.0 * len(left) + sum(by_hand(part) for part in parts))
    return min(costs)


def small_day(seed: int) -> list[Order]:
    r = Random(seed)
    ways = [("hub", "A"), ("hub", "B"), ("A", "hub"), ("B", "hub"), ("C", "hub"), ("A", "B"), ("B", "A"), ("C", "A")]
    return [
        order(
            f"o{number}", end, r.choice([0.5, 2.0, 4.0, 6.0]), from_pad=start,
            together=r.choice(["", "", "", "t"]), apart=r.choice(["", "", "", "s"]),
        )
        for number, (start, end) in enumerate(r.choice(ways) for _ in range(5))
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_a_small_day_costs_what_brute_force_says(seed: int) -> None:
    orders = small_day(seed)
    plan, _ = planned(
        *orders, drones=[scenes.drone(f"d{k}") for k in range(5)],
        policy=scenes.policy(unserved_penalty=100.0, max_orders_per_sortie=3),
    )  # fmt: skip
    assert plan.bound.proven
    assert plan.totals.cost + 100.0 * plan.totals.unserved == pytest.approx(least(orders, 3), rel=5e-4)


def test_these_small_days_mix_all_kinds() -> None:
    plans = [planned(*small_day(seed), policy=scenes.policy(max_orders_per_sortie=3))[0] for seed in range(4)]
    legs = [leg for plan in plans for sortie in plan.sorties for leg in sortie.legs]
    assert min(sum(bool(leg.pickups) for leg in legs), sum(bool(leg.pickups and leg.deliveries) for leg in legs)) >= 2


# --- random days ---------------------------------------------------------------------------------------------------

PADS = {"hub": (0, 0), "west": (-2999.9, 500), "A": (2999.9, 0), "B": (2999.9, 3999.9), "C": (-1999.9, 0)}
PADS |= {"P": (2299.9, 800)}
SEEDS = range(24)


def hours(r: Random) -> Any:
    return scenes.hours(r.choice(["07:00", "08:10", "09:00"]), r.choice(["10:02", "11:00", "13:00"]))


def a_pad(r: Random, name: str) -> Pad:
    fields: dict[str, Any] = {"custody": r.choice([*Custody, *[Custody.TWO_PERSON] * 3]), "slots": r.choice([1, 2, 9])}
    if fields["custody"] is Custody.TWO_PERSON and r.random() < 0.3:
        fields["two_person_hours"] = hours(r)
    if r.random() < 0.4:
        fields |= {"customs_windows": r.choice([ALWAYS, hours(r)]), "customs_dwell_s": r.choice([0.0, 90.0, 600.0])}
    if r.random() < 0.2:
        fields["schedule"] = hours(r)
    if name in "BCP" and r.random() < 0.3:
        fields["roles"] = ("alternate",)
    return scenes.pad(name, *PADS[name], **fields)


def an_order(r: Random, name: str) -> Order:
    start, end = r.sample([*PADS], 2) if r.random() < 0.7 else ("hub", r.choice("ABCP"))
    ready, due = r.choice([("08:00", "14:00"), ("08:00", "09:10"), ("09:50", "10:08"), ("09:00", "12:00")])
    return scenes.order(
        name, end, r.choice([0.5, 2.0, 5.0]), from_pad=start, ready=ready, due=due, custody=r.choice([*Custody]),
        declared_value=r.choice([10.0, 333.33, 400.0, 900.0]), max_minutes=r.choice([None, None, 7.0, 14.0, 40.0]),
        dangerous_goods=r.choice(["", "", "", "UN3480"]), priority=r.choice([1, 2]), volume_l=r.choice([None, 2.0]),
        together=r.choice(["", "", "", "", "t", "u"]), apart=r.choice(["", "", "", "s"]),
        precleared=r.choice(["", "", "ATA-1"]),
    )  # fmt: skip


def random_day(seed: int) -> tuple[Job, Airspace]:
    r = Random(seed)
    pads = [a_pad(r, name) for name in PADS]
    gate = replace(scenes.gate(*scenes.both_permits()), area=scenes.area(1900, -600, 2100, 1600))
    sides = {"jurisdictions": scenes.two_sides(), "gates": (gate,)} if r.random() < 0.6 else {}
    drones = [scenes.drone(f"d{n}", home=r.choice(["hub", "hub", "west"])) for n in range(r.choice([1, 2, 3]))]
    held = tuple(
        GoodsApproval(un_number="UN3480", jurisdiction=side, approval="A-1")
        for side in ("", "west", "east") if r.random() < 0.7
    )  # fmt: skip
    policy = scenes.policy(
        value_cap_per_sortie=r.choice([700.0, 5000.0]), value_cap_per_drone_day=r.choice([None, 1500.0]),
        value_cap_per_pad=r.choice([None, 900.0]), pad_dwell_s=r.choice([0.0, 3600.0]),
        two_person_above=r.choice([None, 350.0]), time_factor=r.choice([1.0, 1.2]), dangerous_goods_allowed=held,
        high_value_above=r.choice([None, 600.0]), max_orders_per_sortie=r.choice([2, 3, 4]),
    )  # fmt: skip
    kind = scenes.kind(
        max_volume_l=r.choice([None, 5.0]),
        model_error_share=r.choice([0.0, 0.1]),
        battery_wh=r.choice([1000.0, 1500.0]),
    )
    orders = [an_order(r, f"o{number}") for number in range(r.choice([4, 7]))]
    return scenes.job(orders, drones, policy=policy, drone_types=(kind,)), scenes.sky(*pads, **sides)


@cache
def planned_day(seed: int, solver: str) -> tuple[Plan, Review]:
    job, sky = random_day(seed)
    plan = planning.plan(job, sky, solver=planning.SOLVERS[solver](), options=scenes.QUICK)
    return plan, planning.check(plan, sky, job)


@pytest.mark.parametrize("solver", [*planning.SOLVERS])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_check_fails_no_plan_of_ours(seed: int, solver: str) -> None:
    plan, review = planned_day(seed, solver)
    assert review.of(Verdict.FAIL) == ()
    assert not [finding for finding in review.findings if "broke down" in finding.detail]
    unlike = {Reason.UNKNOWN, Reason.ZONE_ACTIVE, Reason.PAD_UNREACHABLE, Reason.PERMIT_MISSING}
    assert not [item for item in plan.unserved if item.reason in unlike]


def test_enough_of_these_days_are_flown_to_tell_anything() -> None:
    legs = [leg for seed in SEEDS for sortie in planned_day(seed, "columns")[0].sorties for leg in sortie.legs]
    assert sum(bool(leg.pickups) for leg in legs) >= 15
    assert sum(bool(leg.pickups and leg.deliveries) for leg in legs) >= 3
    assert sum(bool(leg.clears) for leg in legs) >= 3


@pytest.mark.parametrize("seed", range(0, 24, 3))
def test_what_is_proven_is_no_dearer_than_what_the_other_solver_finds(seed: int) -> None:
    job, _ = random_day(seed)
    priority = {one.id: one.priority for one in job.orders}

    def whole_cost(plan: Plan) -> float:
        return plan.totals.cost + 1000.0 * sum(priority[item.order] for item in plan.unserved)

    best, other = (planned_day(seed, solver)[0] for solver in ("columns", "routing"))
    assert not best.bound.proven or whole_cost(best) <= whole_cost(other) + 1e-6


@pytest.mark.parametrize("seed", range(40))
def test_a_search_tells_every_sequence_that_can_be_flown(seed: int) -> None:
    job, sky = random_day(seed)
    trips = Trips(scenes.cost_tables(job, sky))
    for finder in finders(trips, job.orders):
        pool = finder.find(np.zeros(len(job.orders)), np.inf, 1_000_000)
        assert pool is not None
        told = {stops(trips, finder.number, [job.orders[k] for k in pool.orders(n)]) for n in range(len(pool))}
        assert set(flown(trips, finder.number)) <= told


@pytest.mark.parametrize("seed", range(40))
def test_a_search_at_prices_tells_just_what_lies_below_a_limit(seed: int) -> None:
    job, sky = random_day(seed)
    worth = np.random.default_rng(seed).uniform(0.0, 150.0, len(job.orders))
    for finder in finders(Trips(scenes.cost_tables(job, sky)), job.orders):
        every = finder.find(np.zeros(len(job.orders)), np.inf, 1_000_000)
        some = finder.find(worth, -20.0, 1_000_000)
        assert every is not None
        assert some is not None
        served = [set(every.orders(n).tolist()) for n in range(len(every))]
        # Orders from pad to pad are told twice, and are worth what they are worth once.
        reduced = np.array(
            [cost - sum(worth[k] for k in orders) for cost, orders in zip(every.cost, served, strict=True)]
        )
        assert every.reduced(finder.by_task(worth)) == pytest.approx(reduced)
        wanted = [tuple(every.orders(int(n)).tolist()) for n in np.flatnonzero(reduced <= -20.0)]
        assert sorted(tuple(some.orders(n).tolist()) for n in range(len(some))) == sorted(wanted)


def stops(trips: Trips, group: int, sequence: Sequence[Order]) -> tuple[object, ...]:
    """Return what a sequence does, whatever the order within a landing."""
    landings = stops_of(sequence, *trips.ends(group))
    done = [(stop.pad, frozenset(one.id for one in stop.takes)) for stop in landings]
    return (*done, frozenset(one.id for one in sequence))


def flown(trips: Trips, group: int) -> Iterator[tuple[object, ...]]:
    """Yield every sequence that makes a trip, tried one by one."""
    job = trips.tables.job
    for size in range(1, job.policy.max_orders_per_sortie + 1):
        for part in combinations(job.orders, size):
            for sequence in unique_sequences(part, *trips.ends(group)) if trips.may_carry(part, group) else ():
                ways = ((piece, call) for piece in trips.tables.slices for call in trips.calls(sequence, group))
                if any(trips.make(sequence, group, piece, call) is not None for piece, call in ways):
                    yield stops(trips, group, sequence)

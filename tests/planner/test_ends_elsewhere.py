"""Sorties that end at another hub than the one they left: by hand, by brute force, and against the check."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from airspace.model.skies import Airspace
from planner import planning
from planner.explaining import explain
from planner.formats.plans import read_plan, write_plan
from planner.model.fleets import Drone
from planner.model.jobs import Evening, Job
from planner.model.orders import Order
from planner.model.plans import Plan, Reason, Sortie
from planner.model.reviews import Verdict
from planner.solving.columns import Columns
from planner.solving.groups import group_drones
from planner.solving.hops import holds
from planner.solving.relaxations import finders
from planner.solving.routing import RoutingSolver
from planner.solving.sorties import Trip, Trips, stops_of, unique_sequences
from planner.solving.tables import cost_tables
from planner.solving.timetables import fits_in, timetable
from tests.planner import scenes
from tests.planner.scenes import at, drone, fetch, order

FLEET = (drone("d1"), drone("d2", home="east"))
BOTH = (order("a", "A"), order("b", "B", from_pad="east"))
"""One for a pad near the east hub, from the west; one the other way."""


def two_hubs(**east: Any) -> Airspace:
    """The hub, and another 8 km east of it; A lies near that one, B near the hub."""
    return scenes.sky(
        scenes.pad("hub", 0, 0), scenes.pad("east", 7999.9, 0, **east), scenes.pad("A", 6999.9, 500),
        scenes.pad("B", 999.9, -500),
    )  # fmt: skip


def day(orders: Sequence[Order] = BOTH, drones: Sequence[Drone] = FLEET, **fields: Any) -> Job:
    kinds = fields.pop("drone_types", (scenes.kind(),))
    policy = scenes.policy(**{"end_elsewhere": True, **fields})
    return scenes.job(orders, drones, policy=policy, drone_types=kinds)


def planned(job: Job, sky: Airspace) -> Plan:
    """Return a plan that the check agrees with."""
    plan = planning.plan(job, sky)
    assert planning.check(plan, sky, job).of(Verdict.FAIL) == ()
    return plan


def ways(plan: Plan) -> list[tuple[str, str, str]]:
    return [(sortie.drone, sortie.starts_at, sortie.ends_at) for sortie in plan.sorties]


def failed(plan: Plan, sky: Airspace, job: Job) -> set[str]:
    return {finding.rule for finding in planning.check(plan, sky, job).of(Verdict.FAIL)}


# --- by hand -------------------------------------------------------------------------------------------------------


def test_a_day_is_cheaper_where_sorties_may_end_elsewhere() -> None:
    home = planned(day(end_elsewhere=False), two_hubs())
    assert ways(home) == [("d1", "hub", "hub"), ("d2", "east", "east")]
    moving = planned(day(), two_hubs())
    # One drone flies there and back with an order each way, so that it is home in the evening.
    (first, second) = moving.sorties
    assert first.drone == second.drone
    assert {(first.starts_at, first.ends_at), (second.starts_at, second.ends_at)} == {("hub", "east"), ("east", "hub")}
    assert second.departs >= first.returns + timedelta(seconds=300)
    assert moving.totals.cost < 0.7 * home.totals.cost
    assert moving.bound.proven


@pytest.mark.parametrize(
    ("evening", "expected"),
    [
        (Evening.HOME, [("d1", "hub", "hub"), ("d2", "east", "east")]),
        (Evening.LEVEL, [("d1", "hub", "east"), ("d2", "east", "hub")]),
        (Evening.ANYWHERE, [("d1", "hub", "east"), ("d2", "east", "hub")]),
    ],
)
def test_the_evening_says_where_drones_may_stand(evening: Evening, expected: list[tuple[str, str, str]]) -> None:
    # Both are due before one drone could have flown the one after the other.
    hurried = [replace(one, due_at=at("08:20")) for one in BOTH]
    assert ways(planned(day(hurried, evening=evening), two_hubs())) == expected


def test_a_lone_sortie_ends_elsewhere_only_where_the_evening_lets_it() -> None:
    for evening, end in ((Evening.HOME, "hub"), (Evening.LEVEL, "hub"), (Evening.ANYWHERE, "east")):
        assert ways(planned(day(BOTH[:1], evening=evening), two_hubs())) == [("d1", "hub", end)]


def test_what_goes_from_hub_to_hub_is_handed_over_where_its_sortie_ends_in_no_time() -> None:
    plan = planned(day([order("over", "east")], evening=Evening.ANYWHERE), two_hubs())
    (sortie,) = plan.sorties
    (leg,) = sortie.legs
    assert (leg.from_pad, leg.to_pad) == ("hub", "east")
    (delivery,) = leg.deliveries
    assert delivery.t == sortie.returns == leg.waypoints[-1].t
    # 8 km at 15 m/s, 30 s up and 40 s down.
    assert leg.duration_s == pytest.approx(603.3, abs=0.1)


def test_the_hub_where_a_sortie_ends_is_held_for_its_turnaround() -> None:
    sky = two_hubs(turnaround_s=50.0)
    trips = Trips(cost_tables(day(), sky))
    (group,) = (n for n in range(len(trips.tables.groups)) if trips.ends(n) == ("hub", "east"))
    trip = trips.best([BOTH[0]], group)
    assert trip is not None
    first, *_, last = holds(trip.hops, trips.tables)
    assert (first.pad, first.from_s) == ("hub", 0.0)
    assert (last.pad, last.until_s) == ("east", trip.duration_s + 50.0)


def test_no_sortie_lands_on_its_way_at_the_hub_that_it_left() -> None:
    back = fetch("back", "A")
    trips = Trips(cost_tables(day([back]), two_hubs()))
    able = {trips.ends(n) for n in range(len(trips.tables.groups)) if trips.may_carry([back], n)}
    assert able == {("hub", "hub"), ("east", "hub"), ("east", "east")}


def test_drones_are_one_group_for_each_pair_of_hubs_only_where_they_may_move() -> None:
    told = [(group.start_pad, group.end_pad, len(group.drones)) for group in group_drones(day(), two_hubs())]
    assert told == [("east", "east", 2), ("east", "hub", 2), ("hub", "east", 2), ("hub", "hub", 2)]
    still = group_drones(day(end_elsewhere=False), two_hubs())
    assert [(group.start_pad, group.end_pad, len(group.drones)) for group in still] == [
        ("east", "east", 1), ("hub", "hub", 1),
    ]  # fmt: skip


def test_a_pack_leaves_one_stock_and_joins_the_other() -> None:
    orders = [*BOTH, order("c", "A", ready="10:00"), order("d", "B", from_pad="east", ready="10:00")]
    quick = scenes.kind(charge_w=2000.0, pack_cool_s=60.0)
    # Each hub begins with the full pack of its one drone: a pack that was flown over is charged at the other hub.
    sky = two_hubs(swap_packs=0)
    sky = replace(sky, pads=tuple(replace(p, swap_packs=0) if p.id == "hub" else p for p in sky.pads))
    plan = planned(day(orders, drone_types=(quick,), max_orders_per_sortie=1), sky)
    assert plan.totals.served == 4
    assert any(sortie.starts_at != sortie.ends_at for sortie in plan.sorties)
    never = planned(day(orders, drone_types=(scenes.kind(charge_w=None),), max_orders_per_sortie=1), sky)
    assert never.totals.sorties == 2


def test_a_drone_short_of_charge_flies_first_on_its_own_pack_wherever_it_goes() -> None:
    fleet = [drone("d1", state_of_charge=0.6), drone("d2", home="east", state_of_charge=0.6)]
    sky = two_hubs(swap_packs=0)
    plan = planned(day(drones=fleet, drone_types=(scenes.kind(charge_w=None),), evening=Evening.LEVEL), sky)
    assert plan.totals.served == 2
    # No pack is charged at the other hub, so that neither drone could fly both.
    assert [(sortie.drone, sortie.legs[0].soc_start) for sortie in plan.sorties] == [("d1", 0.6), ("d2", 0.6)]


def test_the_routing_solver_flies_home_and_its_repairs_know_of_other_ends() -> None:
    job, sky = day(evening=Evening.LEVEL), two_hubs()
    plan = planning.plan(job, sky, solver=RoutingSolver())
    assert failed(plan, sky, job) == set()
    assert plan.totals.served == 2
    # Out and back is farther than the packs reach; on to the other hub is not.
    far = day([order("far", "A", 6.0)], evening=Evening.ANYWHERE, drone_types=(scenes.kind(battery_wh=650.0),))
    plan = planning.plan(far, sky, solver=RoutingSolver())
    assert ways(plan) == [("d1", "hub", "east")]


# --- why not -------------------------------------------------------------------------------------------------------


def test_an_order_that_only_a_way_on_could_serve_is_told_why_the_evening_keeps_it() -> None:
    orders, short = [order("far", "A", 6.0)], (scenes.kind(battery_wh=650.0),)
    (left,) = planned(day(orders, drone_types=short), two_hubs()).unserved
    assert left.reason is Reason.FLEET_BUSY
    assert "could not go on from where it ends" in left.detail
    assert planned(day(orders, drone_types=short, evening=Evening.ANYWHERE), two_hubs()).unserved == ()


def test_an_order_beyond_all_packs_is_told_with_the_shortest_way() -> None:
    (left,) = planned(day([order("far", "A", 6.0)], drone_types=(scenes.kind(battery_wh=300.0),)), two_hubs()).unserved
    assert left.reason in (Reason.BATTERY_RANGE, Reason.RESERVE)
    assert left.detail.startswith("From hub on to east is 8.")


def test_an_explanation_keeps_the_sorties_that_end_elsewhere() -> None:
    job, sky = day([*BOTH, order("heavy", "A", 9.0)], evening=Evening.LEVEL), two_hubs()
    plan = planned(job, sky)
    answer = explain(plan, "heavy", sky, job, options=scenes.QUICK)
    assert answer.unserved is not None
    assert answer.unserved.reason is Reason.PAYLOAD
    # Two parcels go with what flies already, and every fix is planned and checked.
    assert [found.fix.change for found in answer.found] == ["heavy split into two parcels of 4.5 kg, each worth 50 HKD"]


def test_what_ends_elsewhere_only_is_not_told_as_possible_by_itself() -> None:
    far, short = [order("far", "A", 6.0)], (scenes.kind(battery_wh=650.0),)
    job, sky = day(far, drone_types=short), two_hubs()
    assert not explain(planned(job, sky), "far", sky, job, options=scenes.QUICK).alone
    # One that comes the other way lets it be flown.
    back = order("back", "B", 6.0, from_pad="east")
    assert planned(day([*far, back], drone_types=short), sky).totals.served == 2


# --- the check -----------------------------------------------------------------------------------------------------


def changed(plan: Plan, number: int, **fields: Any) -> Plan:
    told = [replace(one, **fields) if k == number else one for k, one in enumerate(plan.sorties)]
    return replace(plan, sorties=tuple(told))


def test_a_right_record_passes_and_is_read_as_it_was_written(tmp_path: Path) -> None:
    job, sky = day(), two_hubs()
    plan = planned(job, sky)
    judged = {finding.rule for finding in planning.check(plan, sky, job).findings}
    assert {"drone.place", "drone.end", "drone.evening"} <= judged
    write_plan(plan, tmp_path / "plan.json")
    assert read_plan(tmp_path / "plan.json")[0] == plan


def test_the_same_record_fails_where_sorties_have_to_come_back() -> None:
    plan = planned(day(), two_hubs())
    assert "sortie.stops" in failed(plan, two_hubs(), day(end_elsewhere=False))


def test_a_drone_that_is_not_where_it_landed_fails() -> None:
    job, sky = day(drones=[*FLEET, drone("d3")]), two_hubs()
    plan = planned(job, sky)
    assert len({sortie.drone for sortie in plan.sorties}) == 1
    late = max(range(2), key=lambda k: plan.sorties[k].departs)
    other = "d3" if plan.sorties[late].starts_at == "east" else "d2"
    broken = failed(changed(plan, late, drone=other), sky, job)
    assert "drone.place" in broken
    assert "drone.evening" in broken


def test_a_drone_away_from_home_in_the_evening_fails_where_it_is_asked_for() -> None:
    hurried = [replace(one, due_at=at("08:20")) for one in BOTH]
    job, sky = day(hurried, evening=Evening.LEVEL), two_hubs()
    plan = planned(job, sky)
    assert failed(plan, sky, replace(job, policy=replace(job.policy, evening=Evening.HOME))) == {"drone.evening"}
    one_way = planned(day(BOTH[:1], evening=Evening.ANYWHERE), two_hubs())
    for evening in (Evening.HOME, Evening.LEVEL):
        assert failed(one_way, two_hubs(), day(BOTH[:1], evening=evening)) == {"drone.evening"}


def test_a_sortie_that_ends_where_no_drone_lives_fails() -> None:
    job, sky = day(BOTH[:1], evening=Evening.ANYWHERE), two_hubs()
    plan = planned(job, sky)
    (sortie,) = plan.sorties
    assert "drone.end" in failed(changed(plan, 0, legs=sortie.legs[:1]), sky, job)
    # The same leg is no end either where nobody lives at its other end.
    moved = replace(job, drones=(FLEET[0], replace(FLEET[1], home_pad="hub")))
    assert "drone.end" in failed(plan, sky, moved)


def test_packs_are_counted_at_the_hub_that_a_sortie_leaves_and_join_the_one_where_it_ends() -> None:
    spent = (scenes.kind(charge_w=None),)
    job, sky = day(drone_types=spent), two_hubs()
    plan = planned(job, sky)
    assert {sortie.drone for sortie in plan.sorties} in ({"d1"}, {"d2"})
    # Each hub lends one pack, that of its own drone: the one at the second hub is that of the drone that stays there.
    assert failed(plan, two_hubs(swap_packs=0), job) == set()
    alone = replace(
        job, drones=tuple(replace(d, state_of_charge=0.9) if d.id != plan.sorties[0].drone else d for d in FLEET)
    )
    broken = failed(plan, replace(sky, pads=tuple(replace(p, swap_packs=0) for p in sky.pads)), alone)
    assert "pad.packs" in broken


# --- brute force ---------------------------------------------------------------------------------------------------


def small_day(seed: int) -> tuple[Job, Airspace]:
    """Two hubs, two or three drones, and three to five orders of all kinds; on odd seeds packs are counted."""
    r, hubs = Random(seed), ("hub", "east")
    stock = [{"swap_packs": r.choice([0, 1, 2])}, {"swap_packs": r.choice([None, 0, 1])}] if seed % 2 else [{}, {}]
    spots = [scenes.pad(name, r.uniform(-2000, 9000), r.uniform(-3000, 3000)) for name in "ABCD"]
    sky = scenes.sky(scenes.pad("hub", 0, 0, **stock[0]), scenes.pad("east", 6999.9, 0, **stock[1]), *spots)
    orders = []
    for k in range(r.choice([3, 4, 4, 5])):
        ready = at("08:00") + timedelta(minutes=r.randrange(60))
        here = r.choice(hubs) if r.random() < 0.6 else r.choice("ABCD")
        there = r.choice([pad for pad in (*"AB", *hubs) if pad != here])
        made = order(f"o{k}", there, r.choice([0.5, 1.0, 3.0]), from_pad=here)
        orders.append(replace(made, ready_at=ready, due_at=ready + timedelta(minutes=r.randrange(15, 60))))
    fleet = [drone("d1"), drone("d2", home="east"), drone("d3", home=r.choice(hubs))][: r.choice([2, 2, 3])]
    policy = scenes.policy(
        end_elsewhere=True, evening=r.choice([*Evening]), max_orders_per_sortie=2,
        unserved_penalty=r.choice([60.0, 150.0, 1000.0]),
    )  # fmt: skip
    kind = scenes.kind(swap_s=r.choice([60.0, 300.0]), charge_w=None)
    return scenes.job(orders, fleet, drone_types=(kind,), policy=policy), sky


def every_trip(trips: Trips) -> dict[tuple[int, ...], list[Trip]]:
    """Return the trips of one or two orders, by their numbers."""
    found: dict[tuple[int, ...], list[Trip]] = {}
    orders = trips.tables.job.orders
    for part in (part for size in (1, 2) for part in combinations(range(len(orders)), size)):
        told = [orders[k] for k in part]
        for group in range(len(trips.tables.groups)):
            sequences = unique_sequences(told, *trips.ends(group)) if trips.may_carry(told, group) else ()
            made = [trips.make(sequence, group, trips.tables.slices[0]) for sequence in sequences]
            found.setdefault(part, []).extend(trip for trip in made if trip is not None)
    return found


def can_all_be_flown(chosen: Sequence[Trip], trips: Trips, sky: Airspace) -> bool:
    """Tell whether some drones can fly all of some trips, tried one after the other; pads have room for all."""
    job, groups = trips.tables.job, trips.tables.groups
    leaves = [groups[trip.group].start_pad for trip in chosen]
    for pad in sky.pads:
        if pad.swap_packs is not None:
            own = sum(drone.home_pad == pad.id for drone in job.drones)
            if leaves.count(pad.id) > pad.swap_packs + own:
                return False
    return _flown(tuple(chosen), {one.id: (one.home_pad, job.start) for one in job.drones}, trips)


def _flown(left: tuple[Trip, ...], drones: dict[str, tuple[str, datetime]], trips: Trips) -> bool:
    job, groups = trips.tables.job, trips.tables.groups
    if not left:
        stand = [place for place, _ in drones.values()]
        homes = [job.drone(name).home_pad for name in drones]
        level = sorted(stand) == sorted(homes)
        return {Evening.HOME: stand == homes, Evening.LEVEL: level, Evening.ANYWHERE: True}[job.policy.evening]
    for k, trip in enumerate(left):
        group = groups[trip.group]
        busy = timedelta(seconds=math.ceil(trip.duration_s + group.kind.swap_s))
        for name, (place, free) in drones.items():
            start = next((max(a, free) for a, b in trip.starts if max(a, free) <= b), None)
            if place == group.start_pad and start is not None:
                after = {**drones, name: (group.end_pad, start + busy)}
                if _flown((*left[:k], *left[k + 1 :]), after, trips):
                    return True
    return False


def cheapest(trips: Trips, sky: Airspace) -> float:
    """Return the least cost with penalties of any choice of trips that can all be flown."""
    orders, made, best = trips.tables.job.orders, every_trip(trips), [math.inf]

    def search(number: int, used: frozenset[int], chosen: tuple[Trip, ...], cost: float) -> None:
        if cost >= best[0] - 1e-9:
            return
        if number == len(orders):
            best[0] = cost if can_all_be_flown(chosen, trips, sky) else best[0]
            return
        if number in used:
            search(number + 1, used, chosen, cost)
            return
        for part, found in made.items():
            if part[0] == number and not used & set(part):
                for trip in found:
                    search(number + 1, used | set(part), (*chosen, trip), cost + trip.cost)
        search(number + 1, used, chosen, cost + trips.policy.penalty(orders[number]))

    search(0, frozenset(), (), 0.0)
    return best[0]


SEEDS = range(30)


@cache
def small_plan(seed: int) -> tuple[Plan, Job, Airspace]:
    job, sky = small_day(seed)
    return planned(job, sky), job, sky


@pytest.mark.parametrize("seed", SEEDS)
def test_no_choice_of_trips_is_cheaper_than_the_plan(seed: int) -> None:
    plan, job, sky = small_plan(seed)
    whole = plan.totals.cost + sum(job.policy.penalty(job.order(item.order)) for item in plan.unserved)
    assert whole == pytest.approx(cheapest(Trips(cost_tables(job, sky)), sky), abs=0.02)
    assert plan.bound.proven


def test_the_small_days_move_drones_and_count_packs() -> None:
    plans = [small_plan(seed) for seed in SEEDS]
    assert sum(any(one.starts_at != one.ends_at for one in plan.sorties) for plan, _, _ in plans) >= 12
    assert sum(bool(plan.unserved) for plan, _, _ in plans) >= 4
    assert len({job.policy.evening for _, job, _ in plans}) == 3


@pytest.mark.parametrize("seed", SEEDS)
def test_the_timetable_flies_what_can_be_flown_and_nothing_else(seed: int) -> None:
    job, sky = small_day(seed)
    trips, r = Trips(cost_tables(job, sky)), Random(seed)
    by_order = [[trip for part, found in every_trip(trips).items() if part == (k,) for trip in found] for k in range(3)]
    for _ in range(6):
        chosen = [r.choice(found) for found in by_order if found]
        possible = can_all_be_flown(chosen, trips, sky)
        assert fits_in(chosen, trips.tables, seed=1) is possible
        assert (len(timetable(chosen, trips.tables, seed=1)) == len(chosen)) is possible
        # Wherever drones and packs are, what can be flown can be.
        assert fits_in(chosen, trips.tables, seed=1, anywhere=True) or not possible


@pytest.mark.parametrize("seed", [seed for seed in SEEDS if seed % 2 == 0])
def test_no_plan_breaks_a_balance_of_drones(seed: int) -> None:
    plan, job, sky = small_plan(seed)
    trips = Trips(cost_tables(job, sky))
    columns = Columns.of(trips, job.orders, finders(trips, job.orders))
    # Packs are not counted on these days.
    for balance in columns.balances():
        count = 0
        for sortie in plan.sorties:
            group = _group_of(sortie, trips)
            leaves_s = (sortie.departs - job.start).total_seconds()
            busy_s = (sortie.returns - sortie.departs).total_seconds() + trips.tables.groups[group].kind.swap_s
            count += balance.leaves[group] and leaves_s <= balance.moment
            count -= balance.comes[group] and leaves_s + math.ceil(busy_s) <= balance.moment
        assert count <= balance.most


def _group_of(sortie: Sortie, trips: Trips) -> int:
    return next(n for n in range(len(trips.tables.groups)) if trips.ends(n) == (sortie.starts_at, sortie.ends_at))


def told(trips: Trips, group: int, sequence: Sequence[Order]) -> tuple[object, ...]:
    """Return what a sequence does, whatever the order within a landing."""
    landings = stops_of(sequence, *trips.ends(group))
    return (*((stop.pad, frozenset(one.id for one in stop.takes)) for stop in landings), frozenset(sequence))


def flown(trips: Trips, group: int) -> Iterator[tuple[object, ...]]:
    for part in (part for size in (1, 2) for part in combinations(trips.tables.job.orders, size)):
        for sequence in unique_sequences(part, *trips.ends(group)) if trips.may_carry(part, group) else ():
            if trips.make(sequence, group, trips.tables.slices[0]) is not None:
                yield told(trips, group, sequence)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_search_tells_every_sequence_from_hub_to_hub(seed: int) -> None:
    job, sky = small_day(seed)
    trips = Trips(cost_tables(job, sky))
    for finder in finders(trips, job.orders):
        pool = finder.find(np.zeros(len(job.orders)), np.inf, 1_000_000)
        assert pool is not None
        found = {told(trips, finder.number, [job.orders[k] for k in pool.orders(n)]) for n in range(len(pool))}
        assert set(flown(trips, finder.number)) <= found

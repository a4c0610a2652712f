"""The solver of columns, held against trying all partitions of the orders into exact trips."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest

from planner import planning
from planner.formats.plans import plan_to_document
from planner.model.jobs import Job, Policy
from planner.model.orders import Order
from planner.model.plans import Reason
from planner.model.reviews import Verdict
from planner.solving import choosing, columns, parts
from planner.solving.choosing import ColumnSolver
from planner.solving.drafts import Draft, draft
from planner.solving.parts import Part
from planner.solving.solvers import SolveOptions, Watch
from planner.solving.sorties import Trip, Trips
from planner.solving.tables import Tables
from planner.solving.timetables import fits_in
from tests.planner import scenes
from tests.planner.scenes import drone, order

ENOUGH = SolveOptions(iterations=500)
PLENTY_WH = 3000.0


def made(tables: Tables, options: SolveOptions = ENOUGH, watch: Watch | None = None) -> Draft:
    return draft(tables, ColumnSolver(), options, watch or Watch())


def penalty(one: Order, policy: Policy) -> float:
    return policy.unserved_penalty * one.priority


def worth_of(found: Draft, tables: Tables) -> float:
    """Return what a draft costs, with penalties for what it leaves out."""
    policy = tables.job.policy
    left = [penalty(tables.job.order(item.order), policy) for item in found.unserved]
    return sum(item.trip.cost for item in found.placed) + sum(left)


def partitions(orders: Sequence[Order]) -> Iterator[list[tuple[Order, ...]]]:
    """Yield every way to put some of the orders together."""
    if not orders:
        yield []
        return
    first, rest = orders[0], orders[1:]
    for part in partitions(rest):
        yield part
        yield [(first,), *part]
        for k, together in enumerate(part):
            yield [*part[:k], (first, *together), *part[k + 1 :]]


def best_of_all(tables: Tables) -> float:
    """Return what the best plan costs: all partitions, all groups, exact trips, and the timetable as judge."""
    trips = Trips(tables)
    known: dict[tuple[str, ...], list[Trip]] = {}

    def ways(together: tuple[Order, ...]) -> list[Trip]:
        key = tuple(sorted(one.id for one in together))
        if key not in known:
            found = [trips.best(together, group) for group in range(len(tables.groups))]
            known[key] = [trip for trip in found if trip is not None]
        return known[key]

    tried: dict[tuple[tuple[int, tuple[str, ...]], ...], tuple[float, list[Trip]]] = {}
    for part in partitions(tables.job.orders):
        served = {one.id for together in part for one in together}
        left = sum(penalty(one, tables.job.policy) for one in tables.job.orders if one.id not in served)
        for chosen in combined([ways(together) for together in part]):
            key = tuple(sorted((trip.group, tuple(one.id for one in trip.orders)) for trip in chosen))
            tried[key] = (left + sum(trip.cost for trip in chosen), chosen)
    return next(
        cost for cost, chosen in sorted(tried.values(), key=lambda item: item[0]) if fits_in(chosen, tables, seed=1)
    )


def combined(ways: Sequence[list[Trip]]) -> Iterator[list[Trip]]:
    if not ways:
        yield []
        return
    for trip in ways[0]:
        for rest in combined(ways[1:]):
            yield [trip, *rest]


def tight(seed: int, **fields: Any) -> Tables:
    """Return a day of few drones and narrow windows, so that not every cheapest partition can be flown."""
    r = Random(f"tight {seed}")
    orders = []
    for k in range(r.choice([4, 5])):
        ready = r.choice(["08:00", "08:05", "08:15"])
        due = r.choice(["08:20", "08:32", "08:45"]) if r.random() < 0.7 else "09:30"
        orders.append(
            order(
                f"o{k}", r.choice("AABC"), r.choice([0.5, 2.0, 4.0]), ready=ready, due=due, priority=r.choice([1, 1, 2])
            )
        )
    fleet = [drone("d1"), drone("d2", health=r.choice([0.7, 1.0]), state_of_charge=r.choice([0.6, 1.0]))]
    over = scenes.sky(
        scenes.pad(
            "hub", 0, 0, slots=r.choice([1, 2]), turnaround_s=r.choice([0.0, 60.0]), swap_packs=r.choice([None, 0, 1])
        ),
        scenes.pad("A", 2999.9, 0, slots=1), scenes.pad("B", 2999.9, 3999.9), scenes.pad("C", -1999.9, 0),
    )  # fmt: skip
    kind = scenes.kind(battery_wh=r.choice([600.0, 1000.0]))
    wanted: dict[str, Any] = {
        "drone_types": (kind,), "policy": scenes.policy(unserved_penalty=r.choice([100.0, 1000.0])), **fields,
    }  # fmt: skip
    return scenes.tables(orders, fleet[: r.choice([1, 2, 2])], over=over, **wanted)


@pytest.mark.parametrize("seed", range(14))
def test_a_small_day_is_planned_as_well_as_any_partition_could_be_and_that_is_proven(seed: int) -> None:
    tables = tight(seed)
    found = made(tables)
    assert worth_of(found, tables) == pytest.approx(best_of_all(tables), rel=1e-6)
    assert found.bound.proven
    assert found.bound.lower == pytest.approx(sum(item.trip.cost for item in found.placed), rel=1e-6)
    assert found.bound.gap == pytest.approx(0.0, abs=1e-6)


def test_these_days_bind() -> None:
    """Without limits of drones and pads some of them would be cheaper, or the tests above would tell nothing."""
    free = [
        worth_of(made(tables), tables) - worth_of(made(many), many)
        for tables in map(tight, range(8))
        for many in [plenty(tables)]
    ]
    assert sum(extra > 1.0 for extra in free) >= 3


def plenty(tables: Tables) -> Tables:
    fleet = [drone(f"d{k}") for k in range(9)]
    return scenes.tables(
        tables.job.orders, fleet, drone_types=(scenes.kind(battery_wh=PLENTY_WH),), policy=tables.job.policy
    )


@pytest.mark.parametrize("few", [1, 4, 9])
def test_columns_looked_for_in_portions_give_the_same_plan_cost(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [worth_of(made(tight(seed)), tight(seed)) for seed in range(5)]
    monkeypatch.setattr(parts, "FEW", few)
    for seed, cost in enumerate(whole):
        tables = tight(seed)
        found = made(tables)
        assert worth_of(found, tables) == pytest.approx(cost, rel=1e-6)
        assert found.bound.proven


def test_with_far_too_many_columns_to_look_at_there_is_still_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "FEW", 1)
    monkeypatch.setattr(columns, "LOOKED_AT", 4)
    for seed in range(5):
        tables = tight(seed)
        found = made(tables)
        assert found.placed
        assert found.bound.lower is None or found.bound.lower <= sum(item.trip.cost for item in found.placed) + 1e-6


@pytest.mark.parametrize("iterations", [1, 2])
@pytest.mark.parametrize("seed", range(4))
def test_however_short_the_search_every_order_is_served_or_told_why_not(seed: int, iterations: int) -> None:
    tables = tight(seed)
    found = made(tables, SolveOptions(iterations=iterations))
    told = [one.id for item in found.placed for one in item.trip.orders] + [item.order for item in found.unserved]
    assert sorted(told) == sorted(one.id for one in tables.job.orders)
    best = best_of_all(tables)
    left = worth_of(found, tables) - sum(item.trip.cost for item in found.placed)
    assert found.bound.lower is None or found.bound.lower <= best - left + 1e-6 or found.bound.lower == 0.0


def test_the_same_day_gives_the_same_bytes_twice() -> None:
    for seed in (0, 3):
        first, second = (plan_to_document(planning.solve(tight(seed), options=ENOUGH)) for _ in range(2))
        assert first == second


@pytest.mark.parametrize("seed", range(5))
def test_another_drone_a_larger_battery_or_a_wider_window_never_make_it_dearer(seed: int) -> None:
    tables = tight(seed)
    job, cost = tables.job, worth_of(made(tables), tables)
    # The drone that is added is as good as new; so is the type's battery only larger.
    wider = tuple(replace(one, due_at=scenes.at("10:00")) for one in job.orders)
    larger = tuple(replace(kind, battery_wh=kind.battery_wh * 1.5) for kind in job.drone_types)
    for other in (
        replace(job, drones=(*job.drones, drone("d9"))), replace(job, orders=wider), replace(job, drone_types=larger),
    ):  # fmt: skip
        changed = planning.cost_tables(other, tables.sky)
        better = made(changed)
        assert better.bound.proven
        assert worth_of(better, changed) <= cost * (1 + 1e-6)


def answered(job: Job) -> Draft:
    """Return the draft of a day that nothing can be flown on."""
    plan = planning.plan(job, scenes.plain_sky())
    assert planning.check(plan, scenes.plain_sky(), job).verdict is Verdict.PASS
    assert not [item for item in plan.unserved if item.reason is Reason.UNKNOWN]
    return made(planning.cost_tables(job, scenes.plain_sky()))


def test_a_day_without_drones_is_an_answer_with_reasons() -> None:
    job = replace(scenes.job([order("a", "A"), order("b", "B")]), drones=())
    found = answered(job)
    assert [item.order for item in found.unserved] == ["a", "b"]
    assert found.placed == ()


def test_a_day_without_orders_is_a_plan_that_costs_nothing() -> None:
    found = answered(scenes.job([]))
    assert (found.placed, found.unserved, found.bound.proven, found.bound.lower) == ((), (), True, 0.0)


def test_a_day_of_orders_that_nobody_can_serve_is_an_answer_with_reasons() -> None:
    found = answered(
        scenes.job([order("a", "A", 99.0), order("b", "A", due="08:01"), order("c", "B", max_minutes=1.0)])
    )
    assert [(item.order, item.reason) for item in found.unserved] == [
        ("a", Reason.PAYLOAD), ("b", Reason.TIME_WINDOW), ("c", Reason.COLD_CHAIN),
    ]  # fmt: skip


def test_a_value_cap_of_next_to_nothing_leaves_all_out_for_that() -> None:
    found = answered(scenes.job([order("a", "A"), order("b", "B")], policy=scenes.policy(value_cap_per_sortie=0.01)))
    assert {item.reason for item in found.unserved} == {Reason.VALUE_CAP}


def test_identical_orders_are_served_as_cheaply_as_they_may_share_a_box() -> None:
    tables = scenes.tables([order(f"o{k}", "A", 1.0) for k in range(6)], [drone("d1"), drone("d2")])
    found = made(tables)
    most = tables.job.policy.max_orders_per_sortie
    assert len(found.placed) == -(-6 // most)
    assert found.unserved == ()
    assert found.bound.proven


def test_a_window_of_no_length_is_kept_to_the_second() -> None:
    # Taken off at eight the hand-over ends a hair before 08:05:30, so that this is the only whole second.
    tables = scenes.tables(
        [order("a", "A", ready="08:00", due="08:05:30"), order("b", "C", ready="08:00", due="08:05:30")]
    )
    found = made(tables)
    assert [f"{item.departs:%H:%M:%S}" for item in found.placed] == ["08:00:00"]
    assert len(found.unserved) == 1


def test_an_order_that_only_flies_by_way_of_another_pad_is_served() -> None:
    tables = scenes.tables([order("a", "A"), order("b", "B")])
    shut = tuple(
        replace(piece, flights={0: {pair: flight for pair, flight in piece.flights[0].items() if pair != ("hub", "B")}})
        for piece in tables.slices
    )
    found = made(replace(tables, slices=shut))
    assert [[one.id for one in item.trip.orders] for item in found.placed] == [["a", "b"]]


@pytest.mark.parametrize("after", [0, 1, 3, 6])
def test_who_stops_it_gets_a_plan_that_flies_and_claims_no_proof_it_has_not(after: int) -> None:
    asked: list[int] = []

    def stopped() -> bool:
        asked.append(1)
        return len(asked) > after

    tables = tight(2)
    found = made(tables, watch=Watch(stopped=stopped))
    best = best_of_all(tables)
    assert found.placed
    assert not found.bound.proven or worth_of(found, tables) == pytest.approx(best, rel=1e-6)


def test_a_bound_is_of_plans_that_leave_out_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    # Time for one of two; leaving out the other costs 1000, which is no cost of the plan.
    tables = scenes.tables([order("a", "A", due="08:10"), order("b", "C", due="08:10")])
    monkeypatch.setattr(choosing, "apart", lambda *_: [Part(flown=(), cost=np.inf, lower=1050.0)])
    found = made(tables)
    cost = sum(item.trip.cost for item in found.placed)
    assert (len(found.placed), len(found.unserved)) == (1, 1)
    assert found.bound.lower == pytest.approx(50.0)
    assert found.bound.gap == pytest.approx((cost - 50.0) / cost)
    assert not found.bound.proven


@pytest.mark.parametrize(("priority", "served"), [(1, 0), (2, 1)])
def test_leaving_out_an_order_costs_as_often_as_its_priority_says(priority: int, served: int) -> None:
    # There and back to B takes a flight of some 730 s.
    tables = scenes.tables([order("a", "B", priority=priority)], policy=scenes.policy(unserved_penalty=60.0))
    assert len(made(tables).placed) == served


def test_an_empty_plan_is_proven_only_where_leaving_out_all_is(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = scenes.tables([order("a", "A")], policy=scenes.policy(unserved_penalty=1.0))
    assert made(tables).bound.proven
    monkeypatch.setattr(choosing, "apart", lambda *_: [Part(flown=(), cost=np.inf, lower=0.2)])
    found = made(tables)
    assert (found.placed, found.bound.lower, found.bound.proven) == ((), 0.0, False)


def test_a_limit_in_seconds_is_kept() -> None:
    r = Random(5)
    orders = [
        order(f"o{k:02}", r.choice("ABC"), r.choice([0.5, 1.0, 2.0]), due=r.choice(["09:00", "10:00", "14:00"]))
        for k in range(22)
    ]
    tables = scenes.tables(orders, [drone(f"d{k}") for k in range(3)], policy=scenes.policy(max_orders_per_sortie=3))
    begun = time.monotonic()
    found = draft(tables, ColumnSolver(), SolveOptions(iterations=10**6, seconds=1.0), Watch())
    assert time.monotonic() - begun < 12
    assert found.placed


def test_progress_is_told_in_words() -> None:
    told: list[str] = []
    made(tight(1), watch=Watch(on_progress=told.append))
    assert "looking for sorties" in told
    assert any(line.startswith("best ") for line in told)
    assert told[-1].startswith("timetable of ")


def test_what_is_left_out_on_purpose_is_what_costs_more_than_its_penalty() -> None:
    policy = scenes.policy(unserved_penalty=60.0)
    tables = scenes.tables(
        [order("near", "C"), order("far", "B"), order("dear", "B", due="09:00", priority=9)], policy=policy
    )
    found = made(tables)
    assert np.isclose(worth_of(found, tables), best_of_all(tables))
    assert {one.id for item in found.placed for one in item.trip.orders} >= {"near", "dear"}


def test_a_plan_that_flies_nothing_is_not_proven_for_costing_nothing() -> None:
    tables = tight(2)
    orders, policy = tables.job.orders, tables.job.policy
    none = Part(flown=(), cost=np.inf, lower=1.0)
    found = choosing.bound_of(none, (), orders, policy, {"hub"})
    assert not found.proven
    assert (found.lower, found.gap) == (0.0, None)
    every = sum(penalty(one, policy) for one in orders)
    assert choosing.bound_of(replace(none, cost=every, lower=every), (), orders, policy, {"hub"}).proven

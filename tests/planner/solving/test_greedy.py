"""A plan in no time: orders share sorties where they can, and what costs more than leaving it out stays."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

import pytest

from planner.solving import greedy
from planner.solving.repairs import singles
from planner.solving.solvers import Servable, Watch
from planner.solving.sorties import Trips
from planner.solving.timetables import Placed
from tests.planner import scenes
from tests.planner.scenes import order


def filled(orders: list[Any], watch: Watch | None = None, **fields: Any) -> tuple[list[Placed], Trips, Servable]:
    trips = Trips(scenes.tables(orders, **fields))
    servable = [(one, tuple(groups)) for one in orders if (groups := singles(one, trips))]
    return greedy.completed([], servable, trips, watch or Watch()), trips, servable


def test_a_full_day_takes_four_orders_of_one_pad_at_a_time() -> None:
    orders = [order(f"o{k:03d}", "A") for k in range(200)]
    placed, _, _ = filled(orders)
    assert {len(item.trip.orders) for item in placed} == {4}
    assert len({one.id for item in placed for one in item.trip.orders}) == 4 * len(placed)


def test_orders_to_other_pads_go_along_where_there_is_no_room_for_a_sortie_more() -> None:
    placed, _, _ = filled([order("a", "A", due="08:08"), order("c", "C", due="09:00"), order("d", "A", due="08:20")])
    assert sorted(one.id for item in placed for one in item.trip.orders) == ["a", "c", "d"]


def test_what_costs_more_than_its_penalty_is_left() -> None:
    placed, trips, _ = filled([order("a", "A"), order("b", "B", priority=9)], policy=scenes.policy(unserved_penalty=20))
    costs = {one.id: singles(one, trips)[0].cost for one in trips.tables.job.orders}
    assert costs["a"] > 20
    assert [one.id for item in placed for one in item.trip.orders] == ["b"]


def test_the_more_urgent_order_has_the_place_that_only_one_can_have() -> None:
    rivals = [order("a", "A", due="08:08"), order("b", "C", due="08:08", priority=2)]
    placed, _, _ = filled(rivals)
    assert [one.id for item in placed for one in item.trip.orders] == ["b"]


def test_orders_that_fly_together_are_placed_together_or_not_at_all() -> None:
    pair = [order("a", "A", together="x"), order("b", "C", together="x"), order("c", "C")]
    placed, _, _ = filled(pair)
    assert sorted(sorted(one.id for one in item.trip.orders) for item in placed) == [["a", "b"], ["c"]]


def test_nothing_is_begun_once_time_has_run_out() -> None:
    placed, _, _ = filled([order("a", "A")], Watch(deadline=time.monotonic() - 1))
    assert placed == []


def test_trips_that_no_timetable_has_time_for_are_placed_one_after_the_other() -> None:
    _, trips, servable = filled([order(f"o{k}", "AC"[k % 2]) for k in range(6)])
    chosen = [singles(one, trips)[0] for one, _ in servable]
    placed = greedy.placed_first(chosen, trips)
    assert len(placed) == 6
    backs = [(item.departs.timestamp(), item.departs.timestamp() + item.trip.duration_s) for item in placed]
    assert all(back <= leaves for (_, back), (leaves, _) in pairwise(backs))


@pytest.mark.parametrize("count", [1, 5])
def test_of_two_plans_the_one_that_costs_less_with_its_penalties_is_taken(count: int) -> None:
    _, trips, servable = filled([order(f"o{k}", "A", due="08:08") for k in range(count)])
    whole = greedy.completed([], servable, trips, Watch())
    late = Watch(deadline=time.monotonic() - 1)
    assert greedy.cheapest([[], whole], servable, trips, late) == whole

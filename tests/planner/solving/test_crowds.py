"""More orders than can be chosen among: none is left aside that a better plan could hold."""

from __future__ import annotations

from datetime import timedelta

import pytest

from planner.model.orders import Order
from planner.solving import crowds, greedy
from planner.solving.choosing import ColumnSolver
from planner.solving.drafts import draft
from planner.solving.repairs import singles
from planner.solving.solvers import SolveOptions, Watch
from planner.solving.sorties import Trips
from tests.planner import scenes
from tests.planner.scenes import order

END = scenes.START + timedelta(hours=1)


def trips_of(orders: list[Order]) -> Trips:
    return Trips(scenes.tables(orders, end=END))


def test_of_orders_alike_as_many_are_kept_as_the_fleet_could_ever_fly_and_no_more() -> None:
    orders = [order(f"o{k:03d}", "C", due="09:00") for k in range(300)]
    kept = crowds.without_surplus(orders, trips_of(orders))
    trips = trips_of(orders)
    placed = greedy.completed([], [(one, tuple(singles(one, trips))) for one in orders], trips, Watch())
    assert 0 < sum(len(item.trip.orders) for item in placed) <= len(kept) < 60
    assert kept == orders[: len(kept)]


@pytest.mark.parametrize(
    "differs", [{"kg": 1.1}, {"due": "08:59"}, {"priority": 2}, {"declared_value": 9.0}, {"apart": "x"}]
)
def test_an_order_that_differs_in_anything_is_kept(differs: dict[str, object]) -> None:
    orders = [order(f"o{k:03d}", "C", due="09:00") for k in range(300)]
    orders[250] = order("o250", "C", **{"due": "09:00", **differs})
    kept = crowds.without_surplus(orders, trips_of(orders))
    assert orders[250] in kept
    assert len(kept) < 70


def test_orders_that_fly_together_are_never_taken_for_alike() -> None:
    orders = [order(f"o{k:03d}", "C", due="09:00", together=f"t{k // 2}") for k in range(300)]
    assert crowds.without_surplus(orders, trips_of(orders)) == orders


def test_leaving_aside_what_is_alike_changes_neither_cost_nor_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    orders = [order(f"o{k:03d}", "C", 3.0, due="08:12") for k in range(10)]
    tables = scenes.tables(
        orders, end=scenes.START + timedelta(minutes=12), policy=scenes.policy(max_orders_per_sortie=2)
    )
    few = draft(tables, ColumnSolver(), SolveOptions(), Watch())
    with monkeypatch.context() as patched:
        patched.setattr(crowds, "without_surplus", lambda every, _: list(every))
        every = draft(tables, ColumnSolver(), SolveOptions(), Watch())
    costs = [sum(item.trip.cost for item in one.placed) for one in (few, every)]
    assert costs[0] == pytest.approx(costs[1])
    assert few.bound.proven
    assert every.bound.proven
    assert len(few.unserved) == len(every.unserved) > 0


def test_what_a_quick_plan_serves_is_chosen_among_and_of_the_others_some_of_every_hour() -> None:
    orders = [
        order(f"o{k:03d}", "ABC"[k % 3], ready="08:00", due=f"{9 + k // 60:02d}:{k % 60:02d}") for k in range(200)
    ]
    trips = Trips(scenes.tables(orders))
    servable = [(one, tuple(singles(one, trips))) for one in orders]
    quick = greedy.completed([], servable, trips, Watch())
    served = {one.id for item in quick for one in item.trip.orders}
    some = [one for one, _ in crowds.thinned(servable, quick, len(served) + 20)]
    assert len(some) == len(served) + 20
    assert served <= {one.id for one in some}
    assert {one.due_at.hour for one in some if one.id not in served} >= {
        one.due_at.hour for one in orders if one.id not in served
    } - {12}
    assert crowds.thinned(servable, quick, 200) == servable

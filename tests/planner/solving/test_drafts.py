from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from planner import planning
from planner.errors import SolverFailed
from planner.model.plans import Plan
from planner.model.reviews import Verdict
from planner.solving.solvers import NO_BOUND, Proposal, Servable, SolveOptions, Watch
from planner.solving.sorties import Trips
from planner.solving.timetables import Placed
from tests.planner import scenes
from tests.planner.scenes import FakeSolver, order


def planned(orders: Any, suggestions: Any, over: Any = None, drones: Any = None, **fields: Any) -> Plan:
    job, sky = scenes.job(orders, drones, **fields), over or scenes.plain_sky()
    plan = planning.plan(job, sky, options=scenes.QUICK, solver=FakeSolver(suggestions))
    assert planning.check(plan, sky, job).verdict is Verdict.PASS
    return plan


def served(plan: Plan) -> list[str]:
    return sorted(name for sortie in plan.sorties for name in sortie.orders)


@pytest.mark.parametrize(
    ("orders", "why"),
    [
        ([order("a", "A", 5.0), order("b", "A", 5.0)], "too heavy"),
        ([order(f"o{k}", "A", 0.5) for k in range(6)], "too many"),
        ([order("a", "A", declared_value=6000.0), order("b", "A", declared_value=6000.0)], "too dear"),
        ([order("a", "A", due="08:10"), order("b", "A", ready="08:30")], "never ready together"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_suggestion_that_does_not_hold_is_repaired_and_all_is_served(orders: Any, why: str) -> None:
    assert why
    plan = planned(orders, [(0, [one.id for one in orders])])
    assert served(plan) == sorted(one.id for one in orders)
    assert len(plan.sorties) == 2


def test_a_suggestion_too_far_is_split() -> None:
    # 8 km east and 8 km west with 3.5 kg each are more than 800 Wh together, and less each on its own.
    sky = scenes.sky(scenes.pad("hub", 0, 0), scenes.pad("E", 8000, 0), scenes.pad("W", -8000, 0))
    plan = planned([order("e", "E", 3.5), order("w", "W", 3.5)], [(0, ["e", "w"])], over=sky)
    assert [len(sortie.orders) for sortie in plan.sorties] == [1, 1]


def test_a_solver_that_suggests_nothing_leaves_nothing_out() -> None:
    orders = [order("a", "A"), order("b", "B"), order("heavy", "C", 8.0)]
    plan = planned(orders, [])
    assert served(plan) == ["a", "b"]
    assert [item.order for item in plan.unserved] == ["heavy"]


def test_an_order_left_over_joins_a_trip_that_has_room() -> None:
    plan = planned([order("a", "A"), order("b", "A")], [(0, ["a"])])
    assert [sortie.orders for sortie in plan.sorties] == [("a", "b")]


def test_an_order_is_never_flown_by_the_drones_of_another_hub() -> None:
    fleet = [scenes.drone("d1"), scenes.drone("d2", "B")]
    orders = [order("a", "A"), order("b", "C", from_pad="B")]
    plan = planned(orders, [(0, ["b"]), (1, ["a"])], drones=fleet)
    assert served(plan) == ["a", "b"]
    assert {sortie.orders: sortie.legs[0].from_pad for sortie in plan.sorties} == {("a",): "hub", ("b",): "B"}


def test_trips_that_find_no_place_are_merged_into_those_that_did() -> None:
    # One drone and time for one trip; suggested apart, they fit together.
    plan = planned([order("a", "A", due="08:10"), order("b", "A", due="08:10")], [(0, ["a"]), (0, ["b"])])
    assert served(plan) == ["a", "b"]
    assert len(plan.sorties) == 1


class Twice:
    """Flies each order as soon as it can, and once more an hour later."""

    name = "twice"

    def propose(self, trips: Trips, servable: Servable, options: SolveOptions, watch: Watch) -> Proposal:
        assert options
        assert watch
        made = [trip for one, groups in servable for trip in [trips.best([one], groups[0])] if trip is not None]
        drone, start = trips.tables.job.drones[0], trips.tables.job.start
        moments = [start, start + timedelta(hours=1)]
        placed = tuple(Placed(trip=trip, drone=drone, departs=moment) for trip in made for moment in moments)
        return Proposal(placed=placed, bound=NO_BOUND)


def test_a_solver_that_flies_an_order_twice_is_told_so_by_name() -> None:
    with pytest.raises(SolverFailed, match="solver 'twice' proposed more than once: a"):
        planning.plan(scenes.job([order("a", "A")]), scenes.plain_sky(), solver=Twice())


def test_an_order_that_is_suggested_twice_is_flown_once() -> None:
    plan = planned([order("a", "A"), order("b", "A")], [(0, ["a", "b"]), (0, ["a"])])
    assert served(plan) == ["a", "b"]

from __future__ import annotations

from dataclasses import replace

import pytest

from planner import planning
from planner.explaining.changes import Change, Kind, with_order
from planner.explaining.trials import Kept, Trials
from planner.model.plans import CorridorChoice
from planner.model.reviews import Verdict
from planner.solving.solvers import Watch
from tests.planner import scenes
from tests.planner.explaining import days
from tests.planner.scenes import order

SKY = scenes.plain_sky()


def trials(job: scenes.Job, name: str = "o") -> Trials:
    plan = days.plan_of(job, SKY)
    return Trials(plan, job.order(name), (job, SKY), CorridorChoice.ANY, scenes.QUICK, Watch())


def lighter(kg: float) -> Change:
    return Change(
        kind=Kind.SPLIT, words="lighter", size=kg, unit="kg", orders=("o",),
        apply=lambda job, sky: (with_order(job, "o", mass_kg=kg), sky),
    )  # fmt: skip


def test_the_sorties_of_a_plan_are_kept_and_an_order_is_added() -> None:
    job = scenes.job([order("a", "A"), order("b", "B", 2.0), order("o", "C", 9.0)])
    before = days.plan_of(job, SKY)
    changed = with_order(job, "o", mass_kg=2.0)
    after = planning.solve(scenes.tables(changed.orders), options=scenes.QUICK, solver=Kept(before))
    flown = [set(sortie.orders) - {"o"} for sortie in after.sorties]
    assert [orders for orders in flown if orders] == [set(sortie.orders) for sortie in before.sorties]
    assert after.totals.served == 3


def test_what_a_kept_plan_flies_with_drones_or_orders_that_are_gone_is_left_out() -> None:
    job = scenes.job([order("a", "A"), order("b", "C")], [scenes.drone("d1"), scenes.drone("d2")])
    before = days.plan_of(job, SKY)
    left = scenes.tables(job.orders[:1], [scenes.drone("d3")])
    assert planning.solve(left, options=scenes.QUICK, solver=Kept(before)).totals.served == 1


def test_a_change_is_tried_on_the_order_by_itself_with_the_drones_of_its_hub() -> None:
    job = scenes.job([order("a", "A"), order("o", "C", 9.0)], [scenes.drone("d1"), scenes.drone("x", "B")])
    tried = trials(job)
    assert [drone.id for drone in tried.alone_tables.job.drones] == ["d1"]
    assert [one.id for one in tried.alone_tables.job.orders] == ["o"]
    assert tried.alone(lighter(7.0))
    assert not tried.alone(lighter(7.1))


def test_what_flies_together_is_tried_together_with_all_drones_that_could_bring_any_of_it() -> None:
    orders = [
        order("o", "A", 4.0, together="t"),
        order("p", "C", 4.0, from_pad="B", together="t"),
        order("q", "C", 9.0),
    ]
    tried = trials(scenes.job(orders, [scenes.drone("d1"), scenes.drone("x", "B")]))
    assert [one.id for one in tried.alone_tables.job.orders] == ["o", "p"]
    assert [drone.id for drone in tried.alone_tables.job.drones] == ["d1", "x"]
    assert (tried.hubs, tried.company, tried.left_out) == (("hub",), {"p"}, {"q"})


def test_what_lies_at_no_hub_is_tried_with_the_drones_of_all_hubs() -> None:
    tried = trials(scenes.job([order("o", "A", 9.0, from_pad="C")], [scenes.drone("d1"), scenes.drone("x", "B")]))
    assert tried.hubs == ("hub", "B")
    assert tried.rounds("B") == [("B", "C"), ("C", "A"), ("A", "B")]
    assert tried.alone(lighter(2.0))


def test_flights_are_made_once_for_changes_that_do_not_touch_them() -> None:
    tried = trials(scenes.job([order("o", "C", 9.0)]))
    assert tried.with_change(lighter(1.0)).slices is tried.alone_tables.slices
    assert tried.with_change(replace(lighter(1.0), reroutes=True)).slices is not tried.alone_tables.slices


def test_a_plan_that_the_check_fails_is_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = trials(scenes.job([order("o", "C", 9.0)]))
    assert tried.on_the_day(lighter(2.0))
    assert not tried.on_the_day(lighter(8.0))
    held = planning.check(tried.plan, SKY, tried.job)
    monkeypatch.setattr(planning, "check", lambda *_: replace(held, verdict=Verdict.FAIL))
    assert not tried.on_the_day(lighter(2.0))

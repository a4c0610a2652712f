"""Customs from the order to the review: planner and check agree, and each fault breaks the rule meant for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from airspace.model.pads import Custody
from airspace.model.schedules import ALWAYS
from airspace.model.skies import Airspace
from planner import planning
from planner.model.jobs import Job
from planner.model.orders import Order
from planner.model.plans import Leg, Plan, Reason, Unserved
from planner.model.reviews import Finding, Verdict
from tests.planner import scenes
from tests.planner.scenes import FakeSolver, at, order

DWELL = timedelta(seconds=300)
NINE_TO_TEN = scenes.hours("09:00", "10:00")


def over(*, at_a: dict[str, Any] | None = None, **post: Any) -> Airspace:
    """The hub and C in the west; A, and a post on the way to it, in the east beyond the gate."""
    pads = [scenes.pad("hub", 0, 0), scenes.pad("A", 2999.9, 0, **(at_a or {})), scenes.pad("C", -1999.9, 0)]
    if post:
        pads.append(scenes.pad("post", 2499.9, 0, **{"customs_dwell_s": 300.0, **post}))
    return scenes.sky(*pads, jurisdictions=scenes.two_sides(), gates=(scenes.gate(*scenes.both_permits()),))


def to_a(name: str = "o", *, precleared: str = "", **fields: Any) -> Order:
    return replace(order(name, "A", **fields), precleared=precleared)


def planned(sky: Airspace, *orders: Order, sorties: Any = (), **fields: Any) -> tuple[Plan, Job]:
    """Return a plan that the check agrees with."""
    job = scenes.job(orders, **fields)
    plan = planning.plan(job, sky, solver=FakeSolver(sorties))
    review = planning.check(plan, sky, job)
    assert review.of(Verdict.FAIL) == ()
    assert review.verdict is Verdict.PASS
    return plan, job


def stops(plan: Plan) -> list[list[str]]:
    return [[leg.to_pad for leg in sortie.legs] for sortie in plan.sorties]


def why(sky: Airspace, one: Order, **fields: Any) -> Unserved:
    plan, _ = planned(sky, one, **fields)
    (answer,) = plan.unserved
    assert answer.reason is Reason.CUSTOMS_WINDOW, answer
    return answer


# --- where an order clears -------------------------------------------------------------------------------------------


def test_an_order_across_calls_at_customs_on_the_way_and_waits_there_until_it_has_cleared() -> None:
    plan, _ = planned(over(customs_windows=NINE_TO_TEN), to_a())
    assert stops(plan) == [["post", "A", "hub"]]
    call, delivery, home = plan.sorties[0].legs
    assert (call.clears, delivery.clears, home.clears) == (("o",), (), ())
    lands = call.waypoints[-1].t
    assert lands >= at("09:00")
    assert delivery.waypoints[0].t == lands + DWELL
    assert call.duration_s == pytest.approx((lands + DWELL - call.waypoints[0].t).total_seconds(), abs=0.01)
    assert call.deliveries == ()
    assert [item.order for item in delivery.deliveries] == ["o"]


def test_waiting_on_the_ground_takes_no_energy() -> None:
    legs = [planned(over(customs_windows=ALWAYS, customs_dwell_s=s), to_a())[0].sorties[0].legs[0] for s in (0, 900)]
    assert legs[0].energy_wh == legs[1].energy_wh
    assert legs[1].duration_s - legs[0].duration_s == pytest.approx(900)


def test_an_order_for_a_pad_with_customs_clears_there_and_the_drone_does_not_wait() -> None:
    plan, _ = planned(over(at_a={"customs_windows": NINE_TO_TEN, "customs_dwell_s": 300.0}), to_a())
    assert stops(plan) == [["A", "hub"]]
    out, back = plan.sorties[0].legs
    assert out.clears == ("o",)
    lands, leaves = out.waypoints[-1].t, back.waypoints[0].t
    assert lands >= at("09:00")
    assert leaves == lands + timedelta(seconds=60)
    assert out.deliveries[0].t == leaves + DWELL


def test_due_time_and_cold_chain_run_until_an_order_has_cleared_at_its_destination() -> None:
    # Landing 270 s after take-off, 60 s of hand-over, 300 s of customs: 10.5 min.
    sky = over(at_a={"customs_windows": ALWAYS, "customs_dwell_s": 300.0})
    assert planned(sky, to_a(due="08:11", max_minutes=10.6))[0].totals.served == 1
    for late in ({"due": "08:10"}, {"max_minutes": 10.4}):
        numbers = why(sky, to_a(**late)).numbers
        assert numbers["direct_min"] == pytest.approx(5.5, abs=0.01)
        assert numbers["cleared_min"] == pytest.approx(10.5, abs=0.01)


def test_an_order_that_is_pre_cleared_or_stays_on_its_side_flies_straight() -> None:
    plan, _ = planned(over(customs_windows=NINE_TO_TEN), to_a(precleared="ATA-1", due="09:00"), order("c", "C", 7.0))
    assert stops(plan) == [["A", "hub"], ["C", "hub"]] or stops(plan) == [["C", "hub"], ["A", "hub"]]
    assert not any(leg.clears for sortie in plan.sorties for leg in sortie.legs)


def test_orders_that_share_a_sortie_clear_at_one_call_before_any_is_delivered() -> None:
    plan, _ = planned(
        over(customs_windows=NINE_TO_TEN), order("c", "C"), to_a("o"), to_a("p"), sorties=[(0, ["c", "o", "p"])]
    )
    (sortie,) = plan.sorties
    assert sortie.legs[0].to_pad == "post"
    assert sorted(leg.to_pad for leg in sortie.legs[1:]) == ["A", "C", "hub"]
    assert sorted(sortie.legs[0].clears) == ["o", "p"]


def test_a_call_at_customs_delivers_there_too() -> None:
    orders = (to_a("o"), order("p", "post"))
    plan, _ = planned(over(customs_windows=ALWAYS), *orders, sorties=[(0, ["o", "p"])])
    assert stops(plan) == [["post", "A", "hub"]]
    call, after = plan.sorties[0].legs[:2]
    assert sorted(call.clears) == ["o", "p"]
    assert after.waypoints[0].t == call.waypoints[-1].t + timedelta(seconds=60) + DWELL
    assert call.deliveries[0].t == after.waypoints[0].t


def test_goods_clear_where_their_custody_is_kept() -> None:
    sky = over(customs_windows=ALWAYS, custody=Custody.STAFFED)
    assert planned(sky, to_a(custody=Custody.STAFFED))[0].totals.served == 1
    answer = why(sky, to_a(custody=Custody.TWO_PERSON))
    assert answer.numbers == {"customs_pads": 1}
    assert "post" in answer.detail
    two = over(customs_windows=ALWAYS, two_person_hours=NINE_TO_TEN)
    plan, _ = planned(two, to_a(custody=Custody.TWO_PERSON))
    assert plan.sorties[0].legs[0].waypoints[-1].t >= at("09:00")


# --- when it is asked ------------------------------------------------------------------------------------------------


def test_nobody_asks_for_customs_where_no_pad_clears_them_and_the_review_says_so() -> None:
    plan, job = planned(over(), to_a())
    assert stops(plan) == [["A", "hub"]]
    (finding,) = (f for f in planning.check(plan, over(), job).findings if f.rule == "customs.cleared")
    assert finding.verdict is Verdict.NOT_CHECKED
    assert "not asked" in finding.detail


def test_a_policy_may_ask_for_customs_or_not_whatever_the_pads_are() -> None:
    answer = why(over(), to_a(), policy=scenes.policy(customs=True))
    assert answer.numbers == {"customs_pads": 0}
    assert answer.detail == (
        "It crosses from west to east and is not pre-cleared; no pad on the way or at its destination clears customs"
    )
    plan, _ = planned(over(customs_windows=NINE_TO_TEN), to_a(), policy=scenes.policy(customs=False))
    assert stops(plan) == [["A", "hub"]]


# --- why not ---------------------------------------------------------------------------------------------------------


def test_customs_windows_that_an_order_cannot_keep() -> None:
    answer = why(over(customs_windows=NINE_TO_TEN), to_a(due="09:04"))
    assert answer.numbers == {"customs_pads": 1, "open_min": pytest.approx(4), "dwell_min": 5}
    assert "post daily 09:00–10:00" in answer.detail


def test_a_window_shorter_than_the_dwell_clears_nothing() -> None:
    answer = why(over(customs_windows=scenes.hours("09:00", "09:05")), to_a())
    assert answer.numbers["open_min"] == answer.numbers["dwell_min"] == 5


def test_an_order_that_customs_make_late() -> None:
    answer = why(over(customs_windows=ALWAYS), to_a(due="08:08"))
    assert answer.numbers["allowed_min"] == 8
    assert answer.numbers["direct_min"] < 8 < answer.numbers["cleared_min"]


# --- faults ----------------------------------------------------------------------------------------------------------


def failures(plan: Plan, sky: Airspace, job: Job, change: Callable[[Leg], Leg], number: int = 0) -> set[str]:
    """Return the rules broken by a plan whose one leg is changed."""
    (sortie,) = plan.sorties
    legs = [change(leg) if k == number else leg for k, leg in enumerate(sortie.legs)]
    spoilt = replace(plan, sorties=(replace(sortie, legs=tuple(legs)),))
    return {finding.rule for finding in planning.check(spoilt, sky, job).of(Verdict.FAIL)}


AT_A = {"customs_windows": ALWAYS, "customs_dwell_s": 300.0}


def test_an_order_that_clears_nowhere_fails() -> None:
    sky = over(at_a=AT_A)
    plan, job = planned(sky, to_a())
    # The hand-over written down no longer fits either: it tells when the goods were cleared.
    assert failures(plan, sky, job, lambda leg: replace(leg, clears=(), deliveries=())) == {"customs.cleared"}


def test_a_clearing_of_what_is_not_on_board_or_where_no_customs_are_fails() -> None:
    sky = over(at_a=AT_A)
    plan, job = planned(sky, to_a())
    assert failures(plan, sky, job, lambda leg: replace(leg, clears=(*leg.clears, "x"))) == {"customs.cleared"}
    none = over(at_a={"customs_dwell_s": 300.0}, customs_windows=ALWAYS)
    assert failures(plan, none, job, lambda leg: leg) == {"customs.cleared"}


def test_a_stop_without_customs_is_one_stop_too_many() -> None:
    sky = over(customs_windows=ALWAYS)
    plan, job = planned(sky, to_a())
    assert failures(plan, sky, job, lambda leg: replace(leg, clears=())) >= {"customs.cleared", "sortie.stops"}


def test_a_call_cut_short_fails() -> None:
    sky = over(customs_windows=ALWAYS)
    plan, job = planned(sky, to_a())
    slow = over(customs_windows=ALWAYS, customs_dwell_s=400.0)
    assert failures(plan, slow, job, lambda leg: leg) == {"leg.duration", "sortie.times"}


def found(plan: Plan, sky: Airspace, job: Job, rule: str) -> Finding:
    (finding,) = (f for f in planning.check(plan, sky, job).findings if f.rule == rule)
    return finding


def test_customs_that_leave_before_it_has_cleared_fail_by_what_is_missing() -> None:
    plan, job = planned(over(customs_windows=NINE_TO_TEN), to_a())
    assert found(plan, over(customs_windows=NINE_TO_TEN), job, "customs.window").verdict is Verdict.PASS
    short = over(customs_windows=scenes.hours("09:00", "09:04"))
    finding = found(plan, short, job, "customs.window")
    assert finding.verdict is Verdict.FAIL
    assert finding.required == 300
    assert finding.margin == pytest.approx(-60, abs=1.1)
    assert failures(plan, short, job, lambda leg: leg) == {"customs.window"}


def test_an_order_pre_cleared_yesterday_and_not_today_fails() -> None:
    sky = over(customs_windows=ALWAYS)
    plan, job = planned(sky, to_a(precleared="ATA-1"))
    today = replace(job, orders=tuple(replace(one, precleared="") for one in job.orders))
    assert failures(plan, sky, today, lambda leg: leg) == {"customs.cleared"}
    assert "pre-cleared under 'ATA-1'" in found(plan, sky, job, "customs.cleared").detail

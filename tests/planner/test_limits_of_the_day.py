"""Volume, working hours and gates' capacity: where one forces a choice, the plan makes it and the check agrees."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from airspace.model.skies import Airspace
from planner import planning
from planner.model.jobs import Job
from planner.model.plans import Plan, Reason
from planner.model.reviews import Finding, Review, Verdict
from tests.planner import scenes
from tests.planner.scenes import at, order


def planned(job: Job, sky: Airspace) -> tuple[Plan, Review]:
    plan = planning.plan(job, sky, options=scenes.QUICK)
    review = planning.check(plan, sky, job)
    assert review.of(Verdict.FAIL) == ()
    return plan, review


def finding(review: Review, rule: str) -> Finding:
    (found,) = (finding for finding in review.findings if finding.rule == rule)
    return found


def failures(plan: Plan, sky: Airspace, job: Job) -> set[str]:
    return {finding.rule for finding in planning.check(plan, sky, job).of(Verdict.FAIL)}


def guarded(capacity: int, *more: Any) -> Airspace:
    """The 3-4-5 triangle with a boundary between hub and A, and pads beside."""
    door = scenes.gate(*scenes.both_permits(), capacity_per_hour=capacity)
    sky = scenes.plain_sky(jurisdictions=scenes.two_sides(), gates=(door,))
    return replace(sky, pads=(*sky.pads, *more))


def test_boxes_that_weigh_little_and_take_room_fly_apart() -> None:
    orders = [order(name, "A", 0.5, volume_l=20.0) for name in "abc"]
    job = scenes.job(orders, drone_types=(scenes.kind(max_volume_l=40.0),))
    plan, review = planned(job, scenes.plain_sky())
    assert sorted(len(sortie.orders) for sortie in plan.sorties) == [1, 2]
    assert finding(review, "volume.limit").margin == 0
    tighter = replace(job, drone_types=(scenes.kind(max_volume_l=39.9),))
    assert failures(plan, scenes.plain_sky(), tighter) == {"volume.limit"}
    roomy = replace(job, drone_types=(scenes.kind(max_volume_l=60.0),))
    assert planned(roomy, scenes.plain_sky())[0].totals.sorties == 1


def test_the_type_with_the_larger_box_flies_what_the_other_cannot_hold() -> None:
    kinds = (scenes.kind(max_volume_l=10.0), scenes.kind("van", max_volume_l=80.0))
    fleet = [scenes.drone("d1"), scenes.drone("d2", type_id="van")]
    orders = [order("small", "A", volume_l=10.0), order("large", "C", volume_l=80.0)]
    plan, _ = planned(scenes.job(orders, fleet, drone_types=kinds), scenes.plain_sky())
    assert {sortie.drone_type for sortie in plan.sorties if "large" in sortie.orders} == {"van"}
    assert plan.unserved == ()


def test_an_unknown_volume_is_flown_and_leaves_the_review_open() -> None:
    job = scenes.job([order("o", "A")], drone_types=(scenes.kind(max_volume_l=1.0),))
    plan, review = planned(job, scenes.plain_sky())
    assert plan.totals.served == 1
    assert finding(review, "volume.limit").verdict is Verdict.NOT_CHECKED
    assert review.verdict is Verdict.NOT_CHECKED


def test_the_drone_that_works_late_flies_the_late_order() -> None:
    # Out and back to A takes a hair less than 10 min, handed over after 5 min 30 s.
    fleet = [scenes.drone("d1", works_until=at("08:10")), scenes.drone("d2", works_from=at("09:00"))]
    orders = [order("early", "A", 7.0, due="08:30"), order("late", "A", 7.0, ready="08:31")]
    job = scenes.job(orders, fleet)
    plan, review = planned(job, scenes.plain_sky())
    assert {sortie.orders[0]: sortie.drone for sortie in plan.sorties} == {"early": "d1", "late": "d2"}
    assert [sortie.departs for sortie in plan.sorties] == [at("08:00"), at("09:00")]
    assert review.verdict is Verdict.PASS
    assert finding(review, "drone.hours").margin == 0
    shorter = replace(job, drones=(replace(fleet[0], works_until=at("08:09:50")), fleet[1]))
    assert failures(plan, scenes.plain_sky(), shorter) == {"drone.hours"}


def test_no_drone_is_called_for_when_its_hours_are_too_short_for_the_sortie() -> None:
    fleet = [scenes.drone("d1", works_from=at("09:00"), works_until=at("09:09:59"))]
    plan, _ = planned(scenes.job([order("o", "A")], fleet), scenes.plain_sky())
    assert [item.reason for item in plan.unserved] == [Reason.FLEET_BUSY]
    longer = [replace(fleet[0], works_until=at("09:10"))]
    assert planned(scenes.job([order("o", "A")], longer), scenes.plain_sky())[0].totals.served == 1


def test_a_gate_lets_two_orders_share_a_sortie_rather_than_cross_four_times() -> None:
    # Alone each would be quicker with two drones; within an hour the gate lets one drone out and back.
    fleet = [scenes.drone("d1"), scenes.drone("d2")]
    orders = [order(name, "A", 2.0, due="08:40") for name in "ab"]
    sky = guarded(2)
    plan, review = planned(scenes.job(orders, fleet), sky)
    assert [len(sortie.orders) for sortie in plan.sorties] == [2]
    capacity = finding(review, "gate.capacity")
    assert (capacity.verdict, capacity.measured, capacity.required) == (Verdict.PASS, 2, 2)
    assert failures(plan, guarded(1), scenes.job(orders, fleet)) == {"gate.capacity"}


def test_the_heavier_priority_gets_the_gate_and_the_rest_stays_on_this_side() -> None:
    fleet = [scenes.drone(f"d{k}") for k in range(3)]
    orders = [
        order("a", "A", 7.0, due="08:40"), order("b", "A", 7.0, due="08:40", priority=3), order("c", "C", due="08:40")
    ]  # fmt: skip
    plan, _ = planned(scenes.job(orders, fleet), guarded(3))
    assert {order for sortie in plan.sorties for order in sortie.orders} == {"b", "c"}
    assert [(item.order, item.reason) for item in plan.unserved] == [("a", Reason.GATE_CLOSED)]


def test_ways_out_do_not_use_a_gate_up() -> None:
    # Should A not take it, the drone flies back over the boundary: the alternate lies on this side of it.
    spare = scenes.pad("spare", 1000, 400, roles=("alternate",))
    plan, review = planned(scenes.job([order("o", "A")]), guarded(2, spare))
    way = plan.sorties[0].legs[0].way_out
    assert way is not None
    assert way.waypoints[0].lon > scenes.area(2e3, 0, 2001, 1).bounds[0] > way.waypoints[-1].lon
    assert finding(review, "gate.capacity").measured == 2

"""The examples are planned as a newcomer would plan them, and hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import planner
from planner.model.plans import Plan, Reason
from planner.model.reviews import Review, Verdict
from planner.model.scenarios import Scenario

ROOT = Path(__file__).parents[1]
NEVER = {
    "O-26": Reason.PAYLOAD,
    "O-27": Reason.VALUE_CAP,
    "O-36": Reason.CUSTODY,
    "O-57": Reason.BATTERY_RANGE,
    "O-58": Reason.PAD_UNREACHABLE,
    "O-59": Reason.TIME_WINDOW,
}
"""Orders put into the Luohu example so that nothing can serve them, each for a reason of its own."""


@pytest.fixture(scope="module")
def luohu() -> Scenario:
    return planner.read_scenario(ROOT / "examples" / "luohu")


@pytest.fixture(scope="module")
def made(luohu: Scenario) -> Plan:
    return planner.plan(luohu.job, luohu.sky, options=planner.SolveOptions(iterations=10))


@pytest.fixture(scope="module")
def review(luohu: Scenario, made: Plan) -> Review:
    return planner.check(made, luohu.sky, luohu.job)


def test_the_luohu_example_has_what_it_promises(luohu: Scenario) -> None:
    sky, job = luohu.sky, luohu.job
    assert luohu.warnings == ()
    assert len(sky.pads) >= 16
    assert len(sky.zones) >= 15
    assert len(sky.gates) == 3
    assert (len(job.drone_types), len(job.drones), len(job.orders)) == (2, 10, 60)
    assert all(zone.source.citation for zone in sky.zones)
    assert all(pad.source.citation for pad in sky.pads)


def test_the_luohu_morning_passes_the_independent_check(review: Review) -> None:
    assert review.of(Verdict.FAIL) == ()
    assert review.verdict is Verdict.PASS


def test_every_order_that_can_be_served_is_and_the_others_have_their_true_reason(made: Plan) -> None:
    assert {item.order: item.reason for item in made.unserved} == NEVER


def test_the_luohu_morning_crosses_the_boundary_both_ways_through_gates(made: Plan) -> None:
    legs = [leg for sortie in made.sorties for leg in sortie.legs]
    assert {leg.jurisdictions for leg in legs} >= {("SZ", "HK"), ("HK", "SZ")}
    assert all(leg.gates for leg in legs if len(leg.jurisdictions) > 1)


def test_orders_across_the_boundary_clear_on_the_way_or_where_they_go_or_are_pre_cleared(
    luohu: Scenario, made: Plan
) -> None:
    legs = [leg for sortie in made.sorties for leg in sortie.legs]
    handed = {(leg.to_pad, item.order) for leg in legs for item in leg.deliveries}
    cleared = {(leg.to_pad, order) for leg in legs for order in leg.clears}
    assert len(cleared & handed) >= 5
    assert len(cleared - handed) >= 5
    pre_cleared = {order.id for order in luohu.job.orders if order.precleared}
    assert pre_cleared.isdisjoint(order for _, order in cleared)
    assert all(len(leg.gates) > 0 for leg in legs if len(leg.jurisdictions) > 1)


def test_the_tiny_example_serves_three_of_four_orders() -> None:
    tiny = planner.read_scenario(ROOT / "examples" / "tiny")
    made = planner.plan(tiny.job, tiny.sky)
    assert planner.check(made, tiny.sky, tiny.job).verdict is Verdict.PASS
    assert [(item.order, item.reason) for item in made.unserved] == [("O-4", Reason.PAYLOAD)]


def test_two_sorties_made_to_meet_at_ten_over_a_gate_are_kept_apart_by_a_wait_on_the_ground() -> None:
    read = planner.read_scenario(ROOT / "examples" / "meeting")
    together = replace(read.job, policy=replace(read.job.policy, separation_m=(0.0, 0.0)))
    meeting, made = planner.plan(together, read.sky), planner.plan(read.job, read.sky)
    at_gate = [sortie.legs[0].crossings[0] for sortie in meeting.sorties]
    assert [crossing.gate for crossing in at_gate] == ["G", "G"]
    assert {f"{crossing.t + read.job.utc_offset:%H:%M:%S}" for crossing in at_gate} == {"10:00:00"}
    assert planner.check(made, read.sky, read.job).verdict is Verdict.PASS
    first, second = made.sorties
    assert first.departs == meeting.sorties[0].departs
    assert (first.held_s, second.held_for) == (0, (first.id,))
    assert 35 <= second.held_s <= 45

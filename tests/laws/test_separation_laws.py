"""Laws of keeping apart in the air: no plan leaves with a conflict, and keeping further apart is never cheaper."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from airspace.model.skies import Airspace
from planner import planning
from planner.formats.plans import plan_to_document
from planner.model.jobs import Job
from planner.model.plans import Plan
from planner.solving.solvers import SolveOptions
from tests.planner import scenes
from tests.planner.draws import day
from tests.planner.nearness import too_near

OPTIONS = SolveOptions(iterations=5)
NEAR_M = 0.05
"""The plain look at a plan is in a frame, half second by half second, and the record is rounded."""

separations = st.sampled_from([(50.0, 15.0), (30.0, 10.0), (200.0, 40.0)])
errors_s = st.sampled_from([0.0, 10.0, 45.0])


@st.composite
def small_days(draw: st.DrawFn) -> Job:
    """Two to five full loads for three drones of two hubs, wanted at about the same time on lines that cross."""
    windows = st.sampled_from([("08:00", "08:07"), ("08:00", "08:12"), ("08:05", "08:30")])
    pads = draw(st.lists(st.sampled_from("ABC"), min_size=2, max_size=5))
    orders = [
        scenes.order(f"o{number}", pad, 7.0, ready=ready, due=due, from_pad=draw(st.sampled_from(["hub", "east"])))
        for number, pad in enumerate(pads) for ready, due in [draw(windows)]
    ]  # fmt: skip
    drones = [scenes.drone("d1"), scenes.drone("d2"), scenes.drone("d3", home="east")]
    levels_m = draw(st.sampled_from([(120.0,), (120.0, 140.0)]))
    return scenes.job(orders, drones, policy=scenes.policy(levels_amsl_m=levels_m))


def sky() -> Airspace:
    pads = scenes.plain_sky().pads
    return scenes.sky(*pads, scenes.pad("east", 3499.9, 1000))


def kept(job: Job, separation_m: tuple[float, float], error_s: float) -> Job:
    return replace(job, policy=replace(job.policy, separation_m=separation_m, departure_error_s=error_s))


def planned(job: Job) -> Plan:
    return planning.plan(job, sky(), options=OPTIONS)


def dearness(job: Job, plan: Plan) -> float:
    """What a plan costs with the penalties of what it leaves out."""
    return plan.totals.cost + sum(job.policy.penalty(job.order(item.order)) for item in plan.unserved)


@settings(max_examples=12, deadline=None)
@given(job=small_days(), separation_m=separations, error_s=errors_s)
def test_no_plan_leaves_with_a_conflict(job: Job, separation_m: tuple[float, float], error_s: float) -> None:
    plan = planned(kept(job, separation_m, error_s))
    assert too_near(plan, (separation_m[0] - NEAR_M, separation_m[1] - NEAR_M), error_s) == []


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10**6), separation_m=separations, error_s=errors_s)
def test_no_day_drawn_wide_leaves_with_a_conflict(seed: int, separation_m: tuple[float, float], error_s: float) -> None:
    job, over = day(seed)
    plan = planning.plan(kept(job, separation_m, error_s), over, options=OPTIONS)
    assert too_near(plan, (separation_m[0] - NEAR_M, separation_m[1] - NEAR_M), error_s) == []


@settings(max_examples=6, deadline=None)
@given(job=small_days(), error_s=errors_s)
def test_a_separation_of_nothing_changes_nothing(job: Job, error_s: float) -> None:
    free = plan_to_document(planned(kept(job, (0.0, 0.0), 10.0)))
    for none in ((0.0, 15.0), (50.0, 0.0)):
        assert plan_to_document(planned(kept(job, none, error_s))) == free


@settings(max_examples=6, deadline=None)
@given(job=small_days(), separation_m=separations, error_s=errors_s)
def test_keeping_further_apart_never_makes_the_proven_best_cheaper(
    job: Job, separation_m: tuple[float, float], error_s: float
) -> None:
    job = replace(job, policy=replace(job.policy, levels_amsl_m=(120.0,)))
    wider_m = separation_m[0] + 100.0, separation_m[1] + 30.0
    plans = [planned(kept(job, each, error_s)) for each in ((0.0, 0.0), separation_m, wider_m)]
    if all(plan.bound.proven for plan in plans):
        costs = [dearness(job, plan) for plan in plans]
        assert costs[0] - 0.01 <= costs[1] <= costs[2] + 0.01

"""Laws of explanations: every fix holds, none is larger than it has to be, and nothing opens what is prohibited."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from airspace.model.skies import Airspace
from planner.explaining import Explanation, Kind
from planner.explaining.changes import with_order
from planner.model.jobs import Job
from tests.planner import scenes
from tests.planner.explaining import days

minutes = st.integers(0, 59)
loads_kg = st.integers(1, 70).map(lambda tenths: tenths / 10)


def one_order(ready_min: int, lasts_min: int, **fields: object) -> Job:
    ready = scenes.START + timedelta(minutes=60 + ready_min)
    order = replace(scenes.order("o", "A"), ready_at=ready, due_at=ready + timedelta(minutes=lasts_min))
    return with_order(scenes.job([order]), "o", **fields)


def found_in(job: Job, sky: Airspace) -> Explanation:
    """Return what is told; `days.told` has planned and checked every fix from nothing."""
    return days.told(job, sky)


@settings(max_examples=15, deadline=None)
@given(minutes, st.integers(1, 5), loads_kg)
def test_an_order_in_a_hurry_is_given_just_enough_time(ready_min: int, lasts_min: int, load_kg: float) -> None:
    job, sky = one_order(ready_min, lasts_min, mass_kg=load_kg), scenes.plain_sky()
    order, found = job.order("o"), found_in(job, sky)
    assert days.kinds(found) == [Kind.LATER, Kind.EARLIER]
    less = timedelta(minutes=days.of(found, Kind.LATER).size - 1)
    assert days.plan_of(with_order(job, "o", due_at=order.due_at + less), sky).unserved
    less = timedelta(minutes=days.of(found, Kind.EARLIER).size - 1)
    assert days.plan_of(with_order(job, "o", ready_at=order.ready_at - less), sky).unserved


@settings(max_examples=10, deadline=None)
@given(st.floats(0.5, 5.4), st.floats(1.0, 1.8))
def test_a_cold_chain_is_made_just_long_enough(longest_min: float, factor: float) -> None:
    job, sky = one_order(0, 60, max_minutes=longest_min), scenes.plain_sky()
    job = replace(job, policy=replace(job.policy, time_factor=factor))
    change = days.of(found_in(job, sky), Kind.COLD_CHAIN)
    assert days.plan_of(with_order(job, "o", max_minutes=longest_min + change.size - 1), sky).unserved


@settings(max_examples=10, deadline=None)
@given(st.floats(1.0, 500.0), st.integers(0, 100))
def test_a_priority_is_raised_by_no_more_than_it_takes(penalty: float, ready_min: int) -> None:
    job = one_order(ready_min, 60)
    job, sky = replace(job, policy=replace(job.policy, unserved_penalty=penalty)), scenes.plain_sky()
    if not days.plan_of(job, sky).unserved:
        return
    change = days.of(found_in(job, sky), Kind.PRIORITY)
    assert days.plan_of(with_order(job, "o", priority=int(change.size)), sky).unserved
    assert not days.plan_of(with_order(job, "o", priority=int(change.size) + 1), sky).unserved


@settings(max_examples=10, deadline=None)
@given(st.integers(60, 900), minutes)
def test_nothing_is_told_to_open_a_prohibited_zone(half_m: int, ready_min: int) -> None:
    shut = scenes.zone("z", scenes.area(3000 - half_m, -half_m, 3000 + half_m, half_m))
    found = found_in(one_order(ready_min, 60), scenes.plain_sky(zones=(shut,)))
    assert found.found == ()
    assert found.no_fix.startswith("zone z is PROHIBITED")

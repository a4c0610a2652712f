"""Volumes that others hold, in the way of S2: it leaves the hub at 00:30, is 110 m up 20 s later, and flies east.

It makes 15 m/s. Its corridor reaches 20 m to both sides of its line; it may be 10 s off its times. The budget for
datums is 0.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.model.reviews import Verdict
from planner.model.traffic import Intent, IntentState, Volume
from planner.safety import traffic

RULE = "air.traffic"
WHOLE_DAY = (-1, 4 * 3600)


def volume(helpers, corners, *, seconds=WHOLE_DAY, heights_m=(100, 120), radius_m=0.0):
    """Return a volume over corners told as metres east and north of the hub; seconds since S2 leaves."""
    leaves = helpers.START + timedelta(minutes=30)
    at = [helpers.away(*helpers.away(*helpers.HUB_AT, 90, east), 0, north) for east, north in corners]
    return Volume(
        outline=tuple(at), radius_m=radius_m, lower_amsl_m=heights_m[0], upper_amsl_m=heights_m[1],
        start=leaves + timedelta(seconds=seconds[0]), end=leaves + timedelta(seconds=seconds[1]),
    )  # fmt: skip


def box(helpers, west, south, east, north, **fields):
    return volume(helpers, [(west, south), (east, south), (east, north), (west, north)], **fields)


def among(world, *volumes, **fields):
    """The world with an intent of somebody else."""
    told = {"id": "OI-1", "manager": "uss-2", "state": IntentState.ACCEPTED, "volumes": volumes, **fields}
    return world.with_job(intents=(Intent(**told),))


def judged(world):
    return [finding for finding in world.review().findings if finding.rule == RULE]


def test_without_intents_it_is_not_checked_and_said_so(good):
    review = good.review()
    (finding,) = judged(good)
    assert finding.verdict is Verdict.NOT_CHECKED
    assert finding.detail == "out of scope: no operational intents of others are given"
    assert review.verdict is Verdict.PASS


def test_a_leg_through_the_volume_of_another_fails_with_intent_place_and_depth(good, helpers):
    world = among(good, box(helpers, 900, -100, 1000, 40))
    failures = world.only(RULE)
    assert [failure.subject for failure in failures] == [
        "S2 leg 1 HUB>KIOSK, intent 'OI-1' volume 1", "S2 leg 2 KIOSK>HUB, intent 'OI-1' volume 1"
    ]  # fmt: skip
    # 40 m from the northern edge at its deepest, and 20 m to keep.
    assert [failure.measured for failure in failures] == pytest.approx([-40, -40], abs=0.02)
    assert failures[0].margin == pytest.approx(-60, abs=0.02)
    assert failures[0].where.alt_amsl_m == 110
    assert "uss-2" in failures[0].detail


@pytest.mark.parametrize(("metres", "holds"), [(19.97, False), (19.995, True), (20.0, True), (25.0, True)])
def test_a_corridor_may_touch_a_volume_and_overlap_it_by_less_than_a_centimetre(good, helpers, metres, holds):
    world = among(good, box(helpers, 900, -100, 1000, -metres))
    assert (world.review().verdict is Verdict.PASS) == holds
    if holds and metres <= 20:
        assert world.passing(RULE).measured == pytest.approx(metres, abs=0.003)


@pytest.mark.parametrize(("metres", "holds"), [(19.95, False), (20.0, True)])
def test_a_circle_is_round(good, helpers, metres, holds):
    round_one = volume(helpers, [(1000, -metres - 200)], radius_m=200.0)
    assert (among(good, round_one).review().verdict is Verdict.PASS) == holds


@pytest.mark.parametrize("apart", [{"heights_m": (150, 200)}, {"seconds": (2000, 3000)}])
def test_a_circle_over_or_after_a_flight_is_not_met(good, helpers, apart):
    above = among(good, volume(helpers, [(1000, 0)], radius_m=200.0, **apart))
    assert above.review().verdict is Verdict.PASS
    assert above.passing(RULE).detail == "nothing in the plan that the rule applies to"
    assert among(good, volume(helpers, [(1000, 0)], radius_m=200.0)).broken(RULE)


@pytest.mark.parametrize(
    ("heights_m", "holds"),
    [((109.98, 150), False), ((109.995, 150), True), ((60, 110.02), False), ((60, 110), True), ((100, 120), False)],
)
def test_heights_that_only_touch_do_not_overlap(good, helpers, heights_m, holds):
    world = among(good, box(helpers, 900, -100, 1000, 40, heights_m=heights_m))
    assert (world.review().verdict is Verdict.PASS) == holds


def test_the_budget_for_datums_is_kept_above_and_below(good, helpers):
    world = among(good, box(helpers, 900, -100, 1000, 40, heights_m=(113.5, 150)))
    assert world.review().verdict is Verdict.PASS
    assert world.with_policy(vertical_budget_m=4.0).broken(RULE)
    assert not world.with_policy(vertical_budget_m=3.5).broken(RULE)


# The line is within 20 m of the box from 880 to 1020 m: from 20 + 880 / 15 = 78.67 s to 20 + 1020 / 15 = 88 s.
@pytest.mark.parametrize(
    ("seconds", "holds"),
    [((-1, 68.6), True), ((-1, 68.7), False), ((97.9, 120), False), ((98.1, 120), True), ((80, 81), False)],
)
def test_times_count_with_what_the_flight_may_be_off(good, helpers, seconds, holds):
    # It comes back from 00:34:18 on.
    world = among(good, box(helpers, 900, -100, 1000, 40, seconds=seconds))
    failures = world.broken(RULE)
    assert (not failures) == holds
    assert all(failure.subject.startswith("S2 leg 1") for failure in failures)


def test_without_an_error_of_departure_only_the_flight_itself_counts(good, helpers):
    world = among(good, box(helpers, 900, -100, 1000, 40, seconds=(-1, 78.5)))
    assert world.broken(RULE)
    assert not world.with_policy(departure_error_s=0).broken(RULE)


def test_all_volumes_of_all_intents_count_off_nominal_ones_too(good, helpers):
    far, near = box(helpers, 900, 300, 1000, 400), box(helpers, 900, -100, 1000, 40)
    world = among(good, far, replace(near, off_nominal=True), state=IntentState.CONTINGENT, priority=-1)
    assert {failure.subject[-8:] for failure in world.broken(RULE)} == {"volume 2"}


def test_edges_are_shortest_lines_over_the_ground(good, helpers, monkeypatch):
    # Over 42 km a shortest line bulges 14 m north of the straight one in longitude and latitude, towards the flight.
    world = among(good, box(helpers, -20_000, -500, 22_000, -19.9))
    assert [failure.margin for failure in world.broken(RULE)] == pytest.approx([-0.1, -0.1], abs=0.03)
    monkeypatch.setattr(traffic, "EDGE_M", 1e6)
    assert not world.broken(RULE)


def test_a_leg_that_cannot_be_measured_is_never_clear(good, helpers):
    world = among(good, box(helpers, 900, 300, 1000, 400)).with_leg(1, 0, waypoints=())
    verdicts = {finding.subject: finding.verdict for finding in judged(world)}
    assert verdicts == {"S2 leg 1 HUB>KIOSK": Verdict.NOT_CHECKED}
    assert [finding.detail for finding in judged(world)] == [
        "the leg cannot be measured, so nobody knows what it meets"
    ]

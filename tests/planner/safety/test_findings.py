"""How measurements become findings, and findings a review's list: margins, tolerances, hours and what comes first."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from airspace.model.schedules import ALWAYS
from planner.model.reviews import Finding, Verdict
from planner.safety.findings import (
    BROKE_DOWN,
    NOTHING,
    agrees,
    at_least,
    at_most,
    fact,
    in_time,
    law_finding,
    not_checked,
    open_throughout,
    summed_up,
    verdict_of,
)
from planner.safety.rules import RULES

RULE = "zone.clearance"


def held(finding: Finding) -> tuple[bool, float | None]:
    return finding.verdict is Verdict.PASS, finding.margin


@pytest.mark.parametrize(
    ("measured", "expected"),
    [(50.0, (True, 0)), (49.5, (True, -0.5)), (49.4, (False, -0.6)), (60, (True, 10)), (math.nan, (False, None))],
)
def test_what_must_be_at_least_so_much_has_as_margin_what_it_is_more(measured, expected):
    assert held(at_least(RULE, "s", measured, 50, "m", tolerance=0.5)) == expected
    assert held(at_most(RULE, "s", -measured, -50, "m", tolerance=0.5)) == expected


@pytest.mark.parametrize("tolerance", [0.0, 1.0, math.inf])
def test_what_needs_without_end_is_never_there_however_much_of_it_may_be_lacking(tolerance):
    assert at_least("energy.alternate", "it", 480.0, math.inf, "Wh", tolerance=tolerance).verdict is Verdict.FAIL
    assert at_most("energy.alternate", "it", math.inf, 480.0, "Wh", tolerance=tolerance).verdict is Verdict.FAIL


def test_without_a_tolerance_none_is_given():
    assert held(at_least(RULE, "s", 49.9999, 50, "m")) == (False, -0.0001)
    assert held(at_most(RULE, "s", 50.0001, 50, "m")) == (False, -0.0001)


@pytest.mark.parametrize(
    ("recorded", "expected"),
    [(10.0, (True, 2)), (12.0, (True, 0)), (8.0, (True, 0)), (12.01, (False, -0.01)), (7.99, (False, -0.01)),
     (math.nan, (False, None)), (math.inf, (False, None))],
)  # fmt: skip
def test_what_must_agree_has_as_margin_what_is_left_of_what_is_allowed(recorded, expected):
    finding = agrees(RULE, "s", recorded, 10, 2, "m")
    assert held(finding) == expected
    assert "derived 10 m, allowed ±2" in finding.detail
    assert agrees(RULE, "s", recorded, 10, 2, "m", detail="in other words").detail == "in other words"


def test_agreement_forgives_the_arithmetic_of_large_figures_by_a_billionth_and_no_more():
    assert held(agrees(RULE, "s", 4_000_003.0, 4e6, 3 - 0.003, "m"))[0]
    assert not held(agrees(RULE, "s", 4_000_003.0, 4e6, 3 - 0.005, "m"))[0]
    assert held(agrees(RULE, "s", 3 + 0.9e-9, 2, 1, "m"))[0]
    assert not held(agrees(RULE, "s", 0.5 + 1.1e-9, 0.25, 0.25, "m"))[0]


def test_figures_are_told_to_a_tenth_of_a_thousandth_and_what_is_not_finite_is_none():
    finding = fact(RULE, "s", holds=True, measured=1.23456, required=-0.00001, margin=math.inf)
    assert (finding.measured, finding.required, finding.margin) == (1.2346, 0.0, None)
    assert math.copysign(1, finding.required) == 1
    told = law_finding(
        "x", source="law", verdict=Verdict.PASS, subject="s", measured=1.00004, required=None, margin=math.nan
    )
    assert (told.rule, told.measured, told.required, told.margin) == ("law.x", 1.0, None, None)


def test_a_time_may_be_a_second_off_either_limit(helpers):
    noon = helpers.START
    for earliest, sign in ((True, 1), (False, -1)):
        for off_s, expected in ((0, (True, 0)), (1, (True, 1)), (-1, (True, -1)), (-1.001, (False, -1.001))):
            when = noon + timedelta(seconds=sign * off_s)
            assert held(in_time(RULE, "s", when, noon, earliest=earliest, detail="")) == expected


def open_from(helpers, first, last, *minutes):
    start, end = (helpers.START + timedelta(minutes=minute) for minute in minutes)
    finding = open_throughout(RULE, "s", helpers.hours(first, last), (start, end), detail="it is ")
    return held(finding), finding.measured, finding.required, finding.detail


def test_hours_that_cover_a_stretch_have_in_hand_what_is_less_before_or_after(helpers):
    # It begins at midnight UTC.
    assert open_from(helpers, "00:00", "02:00", 30, 60) == ((True, 1800), 1800, 1800, "it is open throughout")
    assert open_from(helpers, "00:00", "02:00", 60, 115)[0] == (True, 300)
    assert open_from(helpers, "00:00", "02:00", 0, 120)[0] == (True, 0)
    # Told the wrong way round it is the same stretch.
    assert open_from(helpers, "00:00", "02:00", 60, 30)[0] == (True, 1800)


def test_hours_that_do_not_cover_a_stretch_lack_what_is_missing(helpers):
    verdict, measured_s, required_s, detail = open_from(helpers, "00:00", "02:00", 90, 150)
    assert (verdict, measured_s, required_s) == ((False, -1800), 1800, 3600)
    assert detail == "it is open for 1800 s of the 3600 s from 01:30:00 to 02:30:00 UTC"
    assert open_from(helpers, "03:00", "04:00", 90, 150)[:2] == ((False, -3600), 0)
    always = open_throughout(RULE, "s", ALWAYS, (helpers.START, helpers.END))
    assert (held(always), always.detail) == ((True, None), "always open")


def test_of_what_holds_the_least_margin_is_told_and_of_what_fails_all():
    near, far = (at_least(RULE, "s", metres, 50, "m") for metres in (51, 90))
    bad, worse = (at_least("leg.pads", "s", metres, 50, "m") for metres in (49, 20))
    told = summed_up([far, near, bad, at_least("leg.pads", "s", 60, 50, "m"), worse], {})
    assert {finding.rule for finding in told} == set(RULES)
    assert [finding for finding in told if finding.rule == RULE] == [near]
    assert told[:2] == (worse, bad)
    (nothing,) = (finding for finding in told if finding.rule == "leg.turn")
    assert (nothing.verdict, nothing.detail) == (Verdict.PASS, NOTHING)


def test_margins_are_compared_by_what_is_required():
    # 5 of 50 is nearer than 3 of 10.
    metres, seconds = at_least(RULE, "a", 55, 50, "m"), at_least(RULE, "b", 13, 10, "m")
    assert [one for one in summed_up([seconds, metres], {}) if one.rule == RULE] == [metres]
    # Of nothing required the margin itself counts; one without a figure comes last of those that hold.
    bare, silent = at_least(RULE, "c", 0.05, 0, "m"), fact(RULE, "d", holds=True)
    assert [one for one in summed_up([silent, metres, bare], {}) if one.rule == RULE] == [bare]
    # Among failures one without a figure comes first.
    fails = [at_least(RULE, "e", 1, 50, "m"), fact(RULE, "f", holds=False)]
    assert [one.subject for one in summed_up(fails, {}) if one.rule == RULE] == ["f", "e"]


def test_a_rule_with_something_not_checked_has_no_pass():
    lost = not_checked(RULE, "s", "nobody knows")
    told = [one for one in summed_up([at_least(RULE, "s", 60, 50, "m"), lost], {}) if one.rule == RULE]
    assert told == [lost]


def test_a_rule_of_a_ledger_is_told_once_where_it_is_left_open_and_not_at_all_beside_its_failures():
    open_one = Finding(
        rule="law.cap", source="law", verdict=Verdict.NOT_CHECKED, subject="a", detail="somebody declares"
    )
    other, failed = replace(open_one, subject="b"), replace(open_one, subject="c", verdict=Verdict.FAIL)
    assert [one for one in summed_up([other, open_one], {}) if one.rule == "law.cap"] == [open_one]
    assert [one for one in summed_up([other, failed, open_one], {}) if one.rule == "law.cap"] == [failed]


def test_what_lies_out_of_scope_is_told_last_and_changes_no_verdict():
    beyond = {"air.traffic": "no intents"}
    told = summed_up([], beyond)
    assert (told[-1].rule, told[-1].verdict) == ("air.traffic", Verdict.NOT_CHECKED)
    assert told[-1].detail == "out of scope: no intents"
    assert verdict_of(told, beyond) is Verdict.PASS
    # What its own function has said of it stands, and is not said again.
    own = not_checked("air.traffic", "plan", "in its own words")
    assert [one for one in summed_up([own], beyond) if one.rule == "air.traffic"] == [own]


def test_a_review_fails_where_anything_fails_and_is_open_where_anything_in_scope_is():
    good, bad, lost = fact(RULE, "s", holds=True), fact(RULE, "s", holds=False), not_checked(RULE, "s", "nobody knows")
    law = Finding(rule="law.cap", source="law", verdict=Verdict.NOT_CHECKED, subject="a", detail="to be told")
    assert verdict_of([], {}) is Verdict.PASS
    assert verdict_of([good, law], {}) is Verdict.PASS
    assert verdict_of([good, lost], {RULE: "said so"}) is Verdict.PASS
    assert verdict_of([good, lost], {}) is Verdict.NOT_CHECKED
    assert verdict_of([lost, bad], {}) is Verdict.FAIL
    # What broke down is open whatever lies out of scope.
    broken = not_checked(RULE, "s", f"{BROKE_DOWN}KeyError")
    assert verdict_of([good, broken], {RULE: "said so"}) is Verdict.NOT_CHECKED
    assert verdict_of([replace(law, detail=f"{BROKE_DOWN}KeyError")], {}) is Verdict.NOT_CHECKED


def test_failures_come_first_then_what_is_open_then_what_holds_then_what_is_out_of_scope():
    told = summed_up(
        [
            fact("leg.turn", "s", holds=True),
            not_checked("leg.pads", "s", "lost"),
            fact("zone.record", "s", holds=False),
        ],
        {"air.traffic": "no intents"},
    )
    rules = [finding.rule for finding in told]
    assert rules[:2] == ["zone.record", "leg.pads"]
    assert rules[-1] == "air.traffic"
    assert [finding.verdict for finding in told[2:-1]] == [Verdict.PASS] * (len(RULES) - 3)

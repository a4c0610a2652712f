"""The review as a whole: every rule answered for, in order, the same each time, and never PASS on a broken check."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import shapely

from planner.model.plans import WayOut
from planner.model.reviews import Verdict
from planner.safety import checks, timeline
from planner.safety.geodesics import CentreLine
from planner.safety.rules import RULES

# The little world has no terrain model, its jurisdictions name no rules, no pad of it clears customs or is an
# alternate, nobody has told of gusts, and its gate tells no capacity.
BEYOND = {rule.id for rule in RULES.values() if not rule.in_scope} | {
    "ground.terrain",
    "law.ledger",
    "weather.gusts",
    "energy.alternate",
    "customs.cleared",
    "gate.capacity",
    "air.traffic",
}

TABLES = [
    pytest.param(table, index, id=judge.__name__)
    for table in ("LEG_CHECKS", "SORTIE_CHECKS", "PLAN_CHECKS")
    for index, (_, judge) in enumerate(getattr(checks, table))
]


def test_the_right_plan_passes_every_rule_and_says_what_it_did_not_look_at(good):
    review = good.review()
    assert review.verdict is Verdict.PASS
    assert {finding.rule for finding in review.findings} == set(RULES)
    verdicts = {finding.rule: finding.verdict for finding in review.findings}
    beyond = BEYOND
    assert {rule for rule, verdict in verdicts.items() if verdict is Verdict.PASS} == set(RULES) - beyond
    assert {rule for rule, verdict in verdicts.items() if verdict is Verdict.NOT_CHECKED} == beyond
    assert review.plan_digest == "sha256:0"


def test_what_is_missing_is_told_in_a_line_and_once(good):
    told = {}
    for finding in good.review().of(Verdict.NOT_CHECKED):
        told.setdefault(finding.rule, []).append(finding.detail)
    assert told["gate.capacity"] == ["out of scope: no gate tells a capacity"]
    assert told["energy.alternate"] == ["out of scope: no pad of the airspace is an alternate"]
    for rule in ("law.ledger", "customs.cleared"):  # these tell by themselves what they lack
        assert not any(detail.startswith("out of scope") for detail in told[rule])


def test_each_rule_in_scope_is_answered_for_by_a_function_of_the_check():
    tables = (checks.LEG_CHECKS, checks.SORTIE_CHECKS, checks.PLAN_CHECKS)
    answered = {rule for table in tables for rules, _ in table for rule in rules}
    assert answered == {rule.id for rule in RULES.values() if rule.in_scope}


def test_no_finding_speaks_for_a_rule_that_its_function_does_not_answer_for(good, helpers):
    # Broken down, such a function would leave the other rule unanswered.
    faulty = good.with_zones(helpers.zone("Z", helpers.block(*helpers.HUB_AT, 0, 30))).with_gate(permits=())
    case = checks.laid_open(faulty.plan, faulty.sky, faulty.job, digest="", stated_digest="1")
    for rules, on_leg in checks.LEG_CHECKS:
        assert {finding.rule for leg in case.legs for finding in on_leg(case, leg)} <= set(rules)
    for rules, on_sortie in checks.SORTIE_CHECKS:
        assert {finding.rule for sortie in case.sorties for finding in on_sortie(case, sortie)} <= set(rules)
    for rules, on_plan in checks.PLAN_CHECKS:
        assert {finding.rule for finding in on_plan(case)} <= set(rules)


@pytest.mark.parametrize(("table", "index"), TABLES)
def test_a_rule_that_breaks_down_is_not_checked_and_the_plan_does_not_pass(good, monkeypatch, table, index):
    def broken(*_):
        raise ZeroDivisionError("no such luck")

    entries = list(getattr(checks, table))
    rules = entries[index][0]
    entries[index] = (rules, broken)
    monkeypatch.setattr(checks, table, tuple(entries))
    review = good.review()
    assert review.verdict is Verdict.NOT_CHECKED
    assert review.of(Verdict.FAIL) == ()
    missing = [finding for finding in review.of(Verdict.NOT_CHECKED) if "broke down" in finding.detail]
    assert {finding.rule for finding in missing} == set(rules)
    assert all("ZeroDivisionError: no such luck" in finding.detail for finding in missing)
    assert not {finding.rule for finding in review.of(Verdict.PASS)} & set(rules)
    # Everything else is judged all the same.
    assert {finding.rule for finding in review.findings} == set(RULES)


@pytest.mark.parametrize("index", range(len(checks.WAY_CHECKS)))
def test_a_rule_that_breaks_down_on_a_way_out_is_not_checked(good, monkeypatch, index):
    def broken(*_):
        raise ZeroDivisionError("no such luck")

    line = good.plan.sorties[1].legs[0].waypoints
    way = WayOut(alternate="KIOSK", corridor="C", energy_wh=1, needed_wh=1, margin_wh=1, waypoints=line[1:])
    world = good.with_leg(0, 0, way_out=way)
    entries = list(checks.WAY_CHECKS)
    rules = entries[index][0]
    entries[index] = (rules, broken)
    monkeypatch.setattr(checks, "WAY_CHECKS", tuple(entries))
    missing = [finding for finding in world.review().of(Verdict.NOT_CHECKED) if "broke down" in finding.detail]
    assert {finding.rule for finding in missing} == set(rules)
    assert all(finding.subject == "S1 leg 1 way out CLINIC>KIOSK" for finding in missing)


def test_a_breakdown_inside_a_rule_hides_no_failure_elsewhere(good, monkeypatch, helpers):
    def broken(*_):
        raise RuntimeError("lost the pads")

    monkeypatch.setattr(timeline, "holds_of", broken)
    world = good.with_order("O1", due_at=helpers.START + timedelta(minutes=1))
    review = world.review()
    assert review.verdict is Verdict.FAIL
    assert [finding.rule for finding in review.of(Verdict.FAIL)] == ["order.due"]
    missing = {finding.rule: finding.detail for finding in review.of(Verdict.NOT_CHECKED)}
    assert missing["pad.slots"] == missing["pad.hours"] == "the check broke down: RuntimeError: lost the pads"


@pytest.mark.parametrize("rule", [rule for rule, *_ in checks.BEYOND])
def test_where_it_cannot_be_told_whether_a_rule_has_anything_to_be_judged_by_it_is_in_scope(good, monkeypatch, rule):
    def broken(_):
        raise ZeroDivisionError("no such luck")

    told = tuple((name, broken if name == rule else lacks, words) for name, lacks, words in checks.BEYOND)
    monkeypatch.setattr(checks, "BEYOND", told)
    case = checks.laid_open(good.plan, good.sky, good.job, digest="", stated_digest="")
    assert rule not in checks.beyond_scope(case)
    assert good.review().plan_digest


def test_every_rule_says_what_it_allows_and_none_says_so_twice():
    for rule in RULES.values():
        assert rule.tolerance
        assert rule.explanation.endswith(".")
        assert "allowed for the rounding" not in rule.explanation


def test_what_was_found_before_a_breakdown_stays(good, monkeypatch):
    def breaks_after_one(_case, sortie):
        yield checks.not_checked("order.ready", sortie.subject, "first word")
        raise KeyError("then silence")

    entries = [(rules, breaks_after_one if "order.ready" in rules else judge) for rules, judge in checks.SORTIE_CHECKS]
    monkeypatch.setattr(checks, "SORTIE_CHECKS", tuple(entries))
    details = [finding.detail for finding in good.review().findings if finding.rule == "order.ready"]
    assert sum(detail == "first word" for detail in details) == 2
    assert sum("then silence" in detail for detail in details) == 2


def many_faults(good, helpers):
    """Failures with and without margins, of several rules."""
    lon, lat = helpers.away(*helpers.HUB_AT, 90, 800)
    world = good.with_zones(
        helpers.zone("B", shapely.Point(lon, lat).buffer(0.0005)),
        helpers.zone("A", helpers.block(lon, lat, 0, 35)),
    )
    world = world.with_order("O1", due_at=helpers.START + timedelta(minutes=12)).with_totals(served=7)
    return world.with_gate(permits=())


def test_failures_come_first_then_the_worst_margin_then_what_is_out_of_scope(good, helpers):
    findings = many_faults(good, helpers).review().findings
    ranks = [
        3
        if finding.verdict is Verdict.NOT_CHECKED and finding.rule in BEYOND
        else [Verdict.FAIL, Verdict.NOT_CHECKED, Verdict.PASS].index(finding.verdict)
        for finding in findings
    ]
    assert ranks == sorted(ranks)
    assert {0, 2, 3} == set(ranks)
    zones = [finding for finding in findings if finding.rule == "zone.clearance"]
    assert [finding.subject[-8:] for finding in zones] == ["zone 'B'"] * 2 + ["zone 'A'"] * 2
    assert [finding.margin for finding in zones] == sorted(finding.margin for finding in zones)


def test_the_review_is_the_same_each_time_and_for_any_order_of_the_airspace(good, helpers):
    world = many_faults(good, helpers)
    first = world.review()
    assert world.review() == first
    sky = world.sky
    turned = replace(sky, zones=sky.zones[::-1], pads=sky.pads[::-1], jurisdictions=sky.jurisdictions[::-1])
    assert replace(world, sky=turned).review() == first
    backwards = world.with_job(orders=world.job.orders[::-1], drones=world.job.drones[::-1])
    assert backwards.review() == first


@pytest.mark.parametrize("step_m", [1.3, 37.0])
def test_finer_or_coarser_steps_change_no_verdict_and_no_margin_by_a_centimetre(good, helpers, monkeypatch, step_m):
    world = many_faults(good.flown_via(1, 0, helpers.away(*helpers.HUB_AT, 70, 900)), helpers)
    usual = world.review()
    through = CentreLine.through
    monkeypatch.setattr(CentreLine, "through", staticmethod(lambda points: through(points, step_m=step_m)))
    other = world.review()
    assert other.verdict is usual.verdict
    found = {(finding.rule, finding.subject): finding for finding in usual.findings}
    assert {(finding.rule, finding.subject) for finding in other.findings} == set(found)
    for finding in other.findings:
        before = found[finding.rule, finding.subject]
        assert finding.verdict is before.verdict
        assert (finding.margin is None) == (before.margin is None)
        if finding.margin is not None and finding.unit == "m":
            assert finding.margin == pytest.approx(before.margin, abs=0.01)

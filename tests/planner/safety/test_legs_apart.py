"""What the check tells of every leg by itself, held against what it tells of the plan."""

from __future__ import annotations

from dataclasses import replace

from planner.model.reviews import Finding, Verdict
from planner.safety.checks import check, check_leg_by_leg
from planner.safety.findings import summed_up, worst_of_each_rule
from tests.planner.output.samples import sample

DIGEST = "sha256:" + "0" * 64


def test_the_review_is_the_one_of_the_plain_check() -> None:
    day = sample()
    review, _ = check_leg_by_leg(day.plan, day.sky, day.job, digest=DIGEST, stated_digest=DIGEST)
    assert review == check(day.plan, day.sky, day.job, digest=DIGEST, stated_digest=DIGEST)


def test_every_leg_is_told_once_and_its_rules_once_each() -> None:
    day = sample()
    _, legs = check_leg_by_leg(day.plan, day.sky, day.job, digest=DIGEST, stated_digest=DIGEST)
    assert [(leg.sortie, leg.leg) for leg in legs] == [("S-1", 1), ("S-1", 2), ("S-2", 1), ("S-2", 2)]
    for leg in legs:
        rules = [finding.rule for finding in leg.findings]
        assert rules == sorted(set(rules))
        assert {finding.subject.split(" leg ")[0] for finding in leg.findings} == {leg.sortie}


def test_the_worst_of_all_legs_is_what_the_review_says() -> None:
    day = sample()
    review, legs = check_leg_by_leg(day.plan, day.sky, day.job, digest=DIGEST, stated_digest=DIGEST)
    worst = {one.rule: one for one in worst_of_each_rule(finding for leg in legs for finding in leg.findings)}
    told = {one.rule: one for one in worst_of_each_rule(review.findings)}
    assert len(worst) > 20
    for rule, finding in worst.items():
        assert (told[rule].verdict, told[rule].margin) == (finding.verdict, finding.margin), rule


def test_a_fault_of_one_leg_is_told_of_that_leg_alone() -> None:
    day = sample()
    first = day.plan.sorties[0]
    low = tuple(replace(point, alt_amsl_m=point.alt_amsl_m - 30) for point in first.legs[1].waypoints)
    sorties = (replace(first, legs=(first.legs[0], replace(first.legs[1], waypoints=low))), day.plan.sorties[1])
    _, legs = check_leg_by_leg(
        replace(day.plan, sorties=sorties), day.sky, day.job, digest=DIGEST, stated_digest=DIGEST
    )
    failed = [(leg.sortie, leg.leg) for leg in legs for one in leg.findings if one.rule == "leg.level" and _fails(one)]
    assert failed == [("S-1", 2)]


def _fails(finding: Finding) -> bool:
    return finding.verdict is Verdict.FAIL


def test_the_worst_of_a_rule_is_a_failure_then_what_was_not_checked_then_the_least_margin() -> None:
    def found(verdict: Verdict, margin: float | None) -> Finding:
        return Finding(rule="zone.clearance", source="", verdict=verdict, subject="", margin=margin, required=10.0)

    wide, narrow = found(Verdict.PASS, 5.0), found(Verdict.PASS, 1.0)
    unknown, broken = found(Verdict.NOT_CHECKED, None), found(Verdict.FAIL, -1.0)
    assert worst_of_each_rule([wide, narrow]) == (narrow,)
    assert worst_of_each_rule([unknown, narrow]) == (unknown,)
    assert worst_of_each_rule([unknown, broken, narrow]) == (broken,)
    assert worst_of_each_rule([]) == ()
    assert summed_up([wide, narrow], {})[0].margin == 1.0

"""What a plan says has to be filed, against what the ledgers ask for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from airspace.formats.ledgers import shipped
from planner.model.reviews import Verdict
from planner.solving.filings import filings

RULE = "record.filings"


@pytest.fixture
def filed(good):
    """The good plan under the shipped ledgers, with what they ask to be filed."""
    rules = {"SZ": ("shenzhen",), "HK": ("hongkong",)}
    sides = tuple(replace(side, rules=rules[side.id]) for side in good.sky.jurisdictions)
    world = replace(good, sky=replace(good.sky, jurisdictions=sides)).with_job(ledgers=tuple(shipped().values()))
    return world.with_plan(filings=filings(world.plan.sorties, world.job, world.sky))


def told(world):
    return [finding for finding in world.review().findings if finding.rule == RULE]


def test_what_the_ledgers_ask_for_is_written_down(filed):
    assert len(filed.plan.filings) > 2
    (finding,) = told(filed)
    assert finding.verdict is Verdict.PASS


def test_a_filing_left_out_fails(filed):
    missing = filed.plan.filings[0]
    (failure,) = told(filed.with_plan(filings=filed.plan.filings[1:]))
    assert failure.verdict is Verdict.FAIL
    assert failure.subject == f"{missing.rule} in {missing.jurisdiction}"
    assert "written down 0 times" in failure.detail


def test_a_filing_that_nobody_asks_for_fails(filed):
    invented = replace(filed.plan.filings[0], rule="MADE-UP")
    (failure,) = told(filed.with_plan(filings=(*filed.plan.filings, invented)))
    assert failure.subject.startswith("MADE-UP")
    assert "no ledger asks for it" in failure.detail


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (lambda filing: {"count": filing.count + 1}, "are asked for"),
        (lambda _: {"authority": "somebody"}, "with somebody"),
        (lambda filing: {"first_flight": filing.first_flight + timedelta(hours=1)}, "the first flight"),
        (lambda filing: {"latest_at": filing.latest_at + timedelta(minutes=5)}, "the latest moment"),
        (lambda _: {"latest_at": None}, "the latest moment is not told"),
    ],
)
def test_a_filing_with_other_figures_fails(filed, changes, words):
    first, *others = filed.plan.filings
    assert first.latest_at is not None
    (failure,) = told(filed.with_plan(filings=(replace(first, **changes(first)), *others)))
    assert failure.verdict is Verdict.FAIL
    assert words in failure.detail


def test_a_side_that_is_not_flown_over_asks_for_nothing(filed):
    # Without the sortie to the clinic nobody flies over Shenzhen.
    inland = filed.with_plan(sorties=filed.plan.sorties[1:])
    failures = [finding for finding in told(inland) if finding.verdict is Verdict.FAIL]
    assert {finding.subject.split(" in ")[1] for finding in failures} >= {"SZ"}
    right = inland.with_plan(filings=filings(inland.plan.sorties, inland.job, inland.sky))
    assert [finding.verdict for finding in told(right)] == [Verdict.PASS]
    assert {filing.jurisdiction for filing in right.plan.filings} == {"HK"}


def test_sides_are_those_that_a_leg_truly_passes_and_without_a_line_those_written_down(filed):
    # S1 crosses to Shenzhen, whatever is written down of it.
    silent = filed.with_leg(0, 0, jurisdictions=("HK",)).with_leg(0, 1, jurisdictions=("HK",))
    assert [finding.verdict for finding in told(silent)] == [Verdict.PASS]
    bare = filed.with_leg(0, 0, waypoints=(filed.plan.sorties[0].legs[0].waypoints[0],), jurisdictions=("SZ",))
    bare = bare.with_leg(0, 1, waypoints=(filed.plan.sorties[0].legs[1].waypoints[0],), jurisdictions=())
    assert not [finding for finding in told(bare) if finding.verdict is Verdict.FAIL and "SZ" in finding.subject]
    nowhere = bare.with_leg(0, 0, jurisdictions=())
    assert [finding for finding in told(nowhere) if finding.verdict is Verdict.FAIL and "SZ" in finding.subject]


def test_a_record_that_tells_of_no_filings_is_told_what_is_asked_for_and_does_not_fail(filed):
    review = filed.with_plan(filings=()).review()
    (finding,) = (finding for finding in review.findings if finding.rule == RULE)
    assert finding.verdict is Verdict.NOT_CHECKED
    assert filed.plan.filings[0].rule in finding.detail
    assert RULE not in {finding.rule for finding in review.of(Verdict.FAIL)}

"""Days come from their names alone, what is wrong with a plan is told, and a long run goes on where it was ended."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import soak, soaked
from benchmarks.soaked import judging, states
from benchmarks.soaked.hostile import ONE_SIDE, TWO_SIDES
from benchmarks.soaked.judging import Margin, Outcome, Violation, judged, outcome, violations
from planner.model.plans import Reason
from planner.model.reviews import Verdict

FOUND_FAULTS = ("H9", "H11", "H52", "H62", "R30", "R325", "R428", "R9893")
"""They once failed the check, had a reason that cannot be, or warned."""

PLAIN = Outcome(
    name="R0", kind="random", code="now", verdict="PASS", orders=3, served=2, sorties=1, legs=2, plan_s=0.5,
    check_s=0.1, reasons={"RESERVE": 1},
    margins={"leg.turn": Margin(measured=3.0, required=2.0, margin=1.0, unit="m", subject="S001 leg 1")},
)  # fmt: skip
WRONG = replace(PLAIN, name="R1", violations=(Violation(rule="pad.slots", subject="A", detail="two at once"),))


def test_the_same_name_draws_the_same_day() -> None:
    for name in ("R7", "H3", "H50"):
        assert soaked.day(name).job == soaked.day(name).job
    assert soaked.day("R7").job != soaked.day("R8").job


@pytest.mark.parametrize("name", ["", "R", "X1", "H-1", "R1.5"])
def test_what_is_no_name_of_a_day_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="expected R or H and a number"):
        soaked.day(name)


def test_five_hundred_hostile_days_try_every_change_at_least_eight_times() -> None:
    kinds = [soaked.kind_of(name) for name in soaked.names(soaked.HOSTILE, soak.HOSTILE)]
    assert len(set(kinds)) == len(ONE_SIDE) + len(TWO_SIDES)
    assert min(kinds.count(kind) for kind in kinds) >= 8


@pytest.mark.parametrize("name", FOUND_FAULTS)
def test_days_that_once_found_faults_find_none(name: str) -> None:
    told = outcome(name, "now")
    assert told.violations == ()
    assert told.orders > 0
    assert told.margins


def test_an_exception_is_told_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(judging, "judged", broken)
    (wrong,) = outcome("R1", "now").violations
    assert (wrong.rule, wrong.detail) == ("exception", "ZeroDivisionError: by nothing")
    assert "test_soak.py" in wrong.subject


def test_a_failure_a_breakdown_an_order_lost_and_a_reason_that_cannot_be_are_violations() -> None:
    found = judged(soaked.day("H11"))
    assert list(violations(found)) == []
    finding = found.review.findings[0]
    failed = replace(finding, rule="pad.slots", verdict=Verdict.FAIL)
    broken = replace(finding, rule="pad.hours", verdict=Verdict.NOT_CHECKED, detail="the check broke down: oh")
    review = replace(found.review, findings=(failed, broken, *found.review.findings))
    (lost, *others), scene = found.plan.sorties, found.scene.with_job(orders=found.scene.job.orders)
    plan = replace(found.plan, sorties=tuple(others))
    told = [wrong.rule for wrong in violations(replace(found, review=review, plan=plan, scene=scene))]
    assert told == ["pad.slots", "pad.hours", *["answered"] * len(lost.orders)]
    left = judged(soaked.day("H58"))
    (item,) = left.plan.unserved
    for reason in (Reason.UNKNOWN, Reason.ZONE_ACTIVE):
        told_wrong = replace(left, plan=replace(left.plan, unserved=(replace(item, reason=reason),)))
        assert [wrong.rule for wrong in violations(told_wrong)] == ["reason"]


def test_a_state_file_is_read_as_it_was_written_and_a_line_cut_off_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "state.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for told in (PLAIN, WRONG):
            states.add(file, told)
        file.write(json.dumps({"name": "R2"})[:9])
    assert states.read(path) == {"R0": PLAIN, "R1": WRONG}
    states.mend(path)
    with path.open("a", encoding="utf-8") as file:
        states.add(file, replace(PLAIN, name="R2"))
    assert list(states.read(path)) == ["R0", "R1", "R2"]


def test_what_failed_is_planned_again_once_the_program_has_changed() -> None:
    assert states.still_holds(PLAIN, "later")
    assert states.still_holds(WRONG, "now")
    assert not states.still_holds(WRONG, "later")
    assert not states.still_holds(None, "now")


def test_a_run_goes_on_where_it_was_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, planned = tmp_path / "state.jsonl", list[str]()

    def made(name: str, code: str) -> Outcome:
        planned.append(name)
        return replace(PLAIN, name=name, code=code)

    monkeypatch.setattr(soak, "outcome", made)
    for plans in ("1", "3"):
        monkeypatch.setattr(sys, "argv", ["soak", "--plans", plans, "--hostile", "1", "--state", str(path)])
        assert soak.main() == 1  # fewer than are to be planned
    assert planned == ["H0", "R0", "R1", "R2"]
    assert "| random plans judged | 10,000 | 3 |  |  | NO |" in capsys.readouterr().out


def test_the_worst_margin_of_a_rule_is_told_with_its_day(capsys: pytest.CaptureFixture[str]) -> None:
    nearer = replace(PLAIN, name="R5", margins={"leg.turn": replace(PLAIN.margins["leg.turn"], margin=-0.5)})
    text = soak._margins([PLAIN, nearer])
    assert "| leg.turn | 2 | -0.5 m | 3 | 2 | R5 | S001 leg 1 |" in text
    soak._complained(WRONG)
    assert "WRONG R1 (random) pad.slots A: two at once" in capsys.readouterr().err

"""Seeded faults: what is put in is found by a rule that is meant for it, and its twin passes as a whole."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import faults
from benchmarks.seeded import KINDS, Kind, Seeded, seeded
from planner.model.reviews import Verdict
from planner.safety.rules import RULES

MADE_UP = {"plain", "crossing", "two hubs", "hub below"}


def drawn(kind: Kind) -> Seeded:
    """Return the first fault of a kind that has room on a made-up day."""
    for seed in range(12):
        if kind.bases[seed % len(kind.bases)] in MADE_UP and (case := seeded(kind, seed)):
            return case
    raise AssertionError(f"no room for {kind.name}")


def first(kind: Kind) -> faults.Judged:
    return faults.judge(drawn(kind))


def test_there_are_enough_kinds_each_with_a_name_and_rules_of_its_own() -> None:
    assert len(KINDS) >= 20
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert all(kind.rules and set(kind.rules) <= set(RULES) for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_fault_is_found_and_its_twin_passes(kind: Kind) -> None:
    judged = first(kind)
    assert judged.found, judged.failed
    assert judged.wrongly == ()


def test_the_same_seed_puts_in_the_same_fault() -> None:
    kind = next(kind for kind in KINDS if kind.name == "zone overlapped by 1 cm")
    assert seeded(kind, 0) == seeded(kind, 0)
    assert seeded(kind, 0) != seeded(kind, 4)


def test_a_fault_that_only_another_rule_finds_counts_as_missed() -> None:
    judged = first(next(kind for kind in KINDS if kind.name == "late delivery"))
    assert "order.due" in judged.failed
    missed = replace(judged, rules=("zone.clearance",), wrongly=("order.due",))
    assert not missed.found
    assert faults._row("x", [missed])[2:] == ("0", "", "1", "0", "order.due 1")


def test_a_twin_passes_as_a_whole_and_not_only_by_its_own_rule() -> None:
    case = drawn(KINDS[0])
    assert case.twin.review().verdict is Verdict.PASS
    worse = replace(case, twin=case.twin.with_policy(value_cap_per_sortie=0.0))
    assert faults.judge(worse).wrongly == ("value.cap",)


def test_a_run_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    kind, state = next(kind for kind in KINDS if kind.name == "swap skipped"), tmp_path / "state.jsonl"
    whole = list(faults.Run(known={}, state=state, until=math.inf).judged(kind, 2, smoke=True))
    stopped = faults.Run(known={}, state=None, until=0.0)
    assert list(stopped.judged(kind, 2, smoke=True)) == []
    assert stopped.stopped
    again = faults.Run(known=faults._read(state), state=None, until=0.0)
    assert list(again.judged(kind, 2, smoke=True)) == whole
    assert not again.stopped

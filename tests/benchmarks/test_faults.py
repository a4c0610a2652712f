"""Seeded faults: what is put in is found by a rule that is meant for it, and its twin passes as a whole."""

from __future__ import annotations

import pytest

from benchmarks import faults
from benchmarks.seeded import KINDS, Kind, seeded
from planner.model.reviews import Verdict
from planner.safety.rules import RULES

MADE_UP = {"plain", "crossing", "two hubs", "hub below"}


def first(kind: Kind) -> faults.Judged:
    """Judge the first fault of a kind that has room on a made-up day."""
    for seed in range(12):
        if kind.bases[seed % len(kind.bases)] in MADE_UP and (case := seeded(kind, seed)):
            return faults._judge(case)
    raise AssertionError(f"no room for {kind.name}")


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
    case = judged.case
    other = Kind(name="x", rules=("zone.clearance",), bases=("plain",), make=case.kind.make)
    again = type(case)(kind=other, base="plain", faulty=case.faulty, twin=case.twin)
    missed = faults.Judged(case=again, failed=judged.failed, wrongly=("order.due",))
    assert not missed.found
    assert "order.due 1" in faults._row("x", [missed])[-1]


def test_a_twin_passes_as_a_whole_and_not_only_by_its_own_rule() -> None:
    case = first(KINDS[0]).case
    assert case.twin.review().verdict is Verdict.PASS
    late = case.twin.with_policy(value_cap_per_sortie=0.0)
    worse = type(case)(kind=case.kind, base=case.base, faulty=case.faulty, twin=late)
    assert faults._judge(worse).wrongly == ("value.cap",)

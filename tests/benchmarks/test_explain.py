"""Planted causes keep their order from being served, decoys do not, and what comes of them is counted."""

from __future__ import annotations

import pytest

from benchmarks import explain
from benchmarks.planted import DECOYS, PLANTS, TARGET, Plant, planted
from planner.model.plans import Reason


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_a_day_serves_every_order_until_a_cause_is_planted(plant: Plant) -> None:
    case = planted(plant, 1)
    assert case.decoy in DECOYS
    assert explain._plan(case.before).unserved == ()
    assert TARGET in {item.order for item in explain._plan(case.after).unserved}


def test_at_least_two_hundred_causes_of_all_codes_that_can_be_planted() -> None:
    assert len(PLANTS) * explain.SEEDS >= 200
    # There is no volume yet, own flights do not conflict in time, and nobody plants what nobody knows.
    assert set(Reason) - {plant.code for plant in PLANTS} == {Reason.CONFLICT, Reason.UNKNOWN}


def test_the_same_seed_plants_the_same() -> None:
    first, second = (planted(PLANTS[0], 3) for _ in range(2))
    assert (first.after.job, first.decoy) == (second.after.job, second.decoy)


def test_a_wrong_code_and_a_fix_that_does_not_hold_are_seen(capsys: pytest.CaptureFixture[str]) -> None:
    plant = next(plant for plant in PLANTS if plant.code is Reason.PAYLOAD)
    result = explain._result(planted(plant, 0))
    assert (result.right, result.held) == (True, result.offered)
    assert result.offered > 0
    taken = Plant(code=Reason.CUSTODY, name="something else", make=plant.make)
    wrong = explain.Result(
        case=explain.Planted(plant=taken, before=result.case.before, after=result.case.after, decoy=""),
        told=result.told, held=0, seconds=0.0,
    )  # fmt: skip
    assert not wrong.right
    explain._complain(wrong)
    told = capsys.readouterr().err
    assert "WRONG CUSTODY something else" in told
    assert "NOT HELD" in told

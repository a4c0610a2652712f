"""Rows tell what the judge tells, and nothing that is better than a proved value passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.sorties import published_rows
from benchmarks.sorties.published import Outcome
from tests.benchmarks.sorties import samples

ELECTRIC = """StringID   Type       x          y          demand     ReadyTime  DueDate    ServiceTime
D0         d          0.0       0.0       0.0        0.0        100.0     0.0
S0         f          6.0       0.0       0.0        0.0        100.0     0.0
C1         c          10.0      0.0       4.0        20.0       40.0      5.0

Q Vehicle fuel tank capacity /14.0/
C Vehicle load capacity /5.0/
r fuel consumption rate /1.0/
g inverse refueling rate /3.0/
v average Velocity /1.0/
"""
"""There and back by way of the station: 20."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "evrptw" / "5").mkdir(parents=True)
    (tmp_path / "evrptw" / "5" / "c103C5.txt").write_text(ELECTRIC, encoding="utf-8")
    (tmp_path / "mtvrptw_release").mkdir()
    (tmp_path / "mtvrptw_release" / "three.vrp").write_text(samples.RELEASED, encoding="utf-8")
    return tmp_path


def told(folder: Path, cost: int, *, proved: bool) -> None:
    text = f"Route #1: 1 0 2\nCost: {cost}\nOptimal: {proved}\n"
    (folder / "mtvrptw_release" / "three.sol").write_text(text, encoding="utf-8")


def test_a_row_for_each_instance_and_one_for_all(folder: Path) -> None:
    told(folder, 128, proved=True)
    (vans, vans_good), (trips, trips_good) = published_rows.parts(folder, smoke=True)
    row = next(line for line in vans.splitlines() if line.startswith("| c103C5"))
    # What is published for c103C5 is 1 van and 176.05, which this other day does not come to.
    assert row.startswith("| c103C5 | 1, 176.05 | yes | 1, 20.0000 | -88.64% | yes |")
    assert row.endswith("| holds | NO |")
    assert not vans_good
    assert vans.splitlines()[-1].endswith("| holds | 0 of 1 |")
    assert "| three | 128 | yes | 128 | +0.00% | no |" in trips
    assert "| mean |  |  | 1 of 1 equal | +0.00% |" in trips
    assert trips_good


def test_a_value_that_is_not_proved_may_be_beaten_and_one_that_is_may_not(folder: Path) -> None:
    told(folder, 130, proved=False)
    *_, (trips, _) = published_rows.parts(folder, smoke=True)
    assert "| three | 130 | no | 128 | -1.54% | no |" in trips
    told(folder, 130, proved=True)
    with pytest.raises(AssertionError, match="128 is less than the proved optimum 130"):
        list(published_rows.parts(folder, smoke=True))


@pytest.mark.parametrize(
    ("violations", "cost", "complaint"),
    [(("route 0: late",), 10.0, "day: route 0: late"), ((), 9.0, "day: costs 10.0, told as 9.0")],
)
def test_what_the_judge_does_not_hold_is_no_row(violations: tuple[str, ...], cost: float, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        published_rows._must_hold("day", Outcome(vehicles=1, distance=10.0, violations=violations), cost)

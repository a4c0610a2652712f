from __future__ import annotations

import math

import pytest

from planner.physics.powers import powers
from planner.safety.powers import watts_of
from tests.planner.kinds import KINDS


@pytest.mark.parametrize("density", [0.95, 1.18, 1.3])
@pytest.mark.parametrize("payload_kg", [0.0, 0.31, 1.0])
@pytest.mark.parametrize("name", KINDS)
def test_planner_and_check_agree_on_the_power_of_every_model(name: str, payload_kg: float, density: float) -> None:
    own, theirs = (
        watts_of(KINDS[name], payload_kg, density),
        powers(KINDS[name], payload_kg=payload_kg, density=density),
    )
    for phase in ("climb", "cruise", "descent", "hover"):
        assert getattr(own, phase) == pytest.approx(float(getattr(theirs, f"{phase}_w")), rel=1e-9), phase


def test_beyond_a_power_table_the_check_knows_nothing_either() -> None:
    assert watts_of(KINDS["table"], 1.4, 1.18).hover == math.inf


def test_the_check_finds_the_climb_power_done_by_hand() -> None:
    assert watts_of(KINDS["multirotor"], 0.515, 1.18).climb == pytest.approx(681.8, rel=2e-4)

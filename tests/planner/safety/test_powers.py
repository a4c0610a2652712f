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


@pytest.mark.parametrize(
    ("payload_kg", "expected_w"),
    # 4.0 kg is an entry of the table, 4.5 kg lies halfway to the next one; 13 m/s halfway between 10 and 16 m/s.
    [(0.3, (620, 565, 510, 550)), (0.8, (740, (565 + 780) / 2, 605, 660)), (1.3, (860, 780, 700, 770))],
)
def test_a_power_table_is_read_at_its_entries_and_halfway_between_them(
    payload_kg: float, expected_w: tuple[float, ...]
) -> None:
    told = watts_of(KINDS["table"], payload_kg, 1.18)
    assert (told.climb, told.cruise, told.descent, told.hover) == pytest.approx(expected_w)
    # Dearer in air of a quarter of the density by the root of four, and no cheaper in denser air.
    thin, dense = watts_of(KINDS["table"], payload_kg, 1.18 / 4), watts_of(KINDS["table"], payload_kg, 1.3)
    assert thin.hover == pytest.approx(2 * expected_w[3])
    assert dense.hover == pytest.approx(expected_w[3])


def test_power_by_mass_is_the_sum_done_by_hand() -> None:
    # 3.7 kg and 0.3 kg: 8 times 68.9 over the root of 1.21, which is 1.1; then ratio and constant of each phase.
    told, base = watts_of(KINDS["three_phase"], 0.3, 1.21), 8 / 1.1
    assert told.climb == pytest.approx(13.8 + 80.4 * base)
    assert told.cruise == pytest.approx(16.8 + 68.9 * base)
    assert told.descent == pytest.approx(-24.3 + 71.5 * base)
    assert told.hover == pytest.approx(16.8 + 68.9 * base)


def test_a_wing_carries_by_its_lift_over_drag() -> None:
    told = watts_of(KINDS["quadplane"], 0.3, 1.21)
    assert told.cruise == pytest.approx(4.0 * 9.80665 / 3.1 * 13.0)
    assert told.hover == pytest.approx(60.0 * 8 / 1.1)

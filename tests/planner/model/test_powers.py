from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planner.model.powers import MassPower
from tests.planner.kinds import KINDS, MEASURED, MOMENTUM, WING, kind_with


@pytest.mark.parametrize(
    ("power", "changes", "told"),
    [
        (MassPower(power_coefficient=70.0), {"climb_power_ratio": -1.0}, "climb_power_ratio > 0"),
        (MassPower(power_coefficient=70.0), {"power_coefficient": float("nan")}, "power_coefficient > 0"),
        (MassPower(power_coefficient=70.0), {"cruise_constant_w": float("inf")}, "finite cruise_constant_w"),
        (MOMENTUM, {"disc_area_m2": 0.0}, "disc_area_m2 > 0"),
        (MOMENTUM, {"drag_area_m2": -0.1}, "drag_area_m2 >= 0"),
        (MOMENTUM, {"drive_efficiency": 1.2}, "drive_efficiency <= 1"),
        (MOMENTUM, {"hover_factor": 1.5}, r"hover_factor >= induced_factor / drive_efficiency = 1\.533"),
        (WING, {"lift_to_drag": 0.0}, "lift_to_drag > 0"),
        (MEASURED, {"mass_kg": (4.0, 3.5, 5.0)}, "mass_kg with 2 or more figures above 0, rising"),
        (MEASURED, {"hover_w": (460.0, 550.0)}, "3 figures above 0 in hover_w"),
        (MEASURED, {"descent_w": (430.0, -510.0, 700.0)}, "in descent_w"),
        (MEASURED, {"cruise_w": ((450.0, 440.0, 500.0),)}, "3 rows of cruise_w"),
        (MEASURED, {"density_kg_m3": 0.0}, "density_kg_m3 > 0"),
    ],
)
def test_impossible_figures_of_power_do_not_exist(power: Any, changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        replace(power, **changes)


def test_a_constant_that_would_give_energy_back_is_refused_with_the_type_it_is_for() -> None:
    giving = MassPower(power_coefficient=70.0, descent_constant_w=-600.0)
    with pytest.raises(ValueError, match="drone type 'it': expected power above 0 in every phase"):
        kind_with(giving)


def test_a_wing_needs_its_margin_above_the_stall() -> None:
    with pytest.raises(ValueError, match=r"expected cruise_mps >= 13.65, 1.3 times stall_mps, got 13"):
        kind_with(replace(WING, stall_mps=10.5))


@pytest.mark.parametrize("changes", [{"max_payload_kg": 1.5}, {"mass_kg": 3.4}, {"cruise_mps": 16.5}])
def test_a_power_table_has_to_hold_every_mass_and_the_speed_that_is_flown(changes: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="expected a power table that holds cruise_mps"):
        replace(KINDS["table"], **changes)

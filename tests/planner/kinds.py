"""One drone type for each model of power, with figures of flights that were measured where there are any."""

from __future__ import annotations

from dataclasses import replace

from planner.model.fleets import DroneType
from planner.model.powers import MassPower, Multirotor, PowerFigures, PowerTable, Quadplane

MATRICE_DISC_M2 = 0.342
"""Four discs of 13 inch propellers."""

THREE_PHASE = MassPower(
    power_coefficient=68.9, climb_power_ratio=80.4 / 68.9, descent_power_ratio=71.5 / 68.9,
    climb_constant_w=13.8, cruise_constant_w=16.8, descent_constant_w=-24.3, hover_constant_w=16.8,
)  # fmt: skip
"""Rodrigues 2022, one coefficient and one constant for each phase."""

MOMENTUM = Multirotor(disc_area_m2=MATRICE_DISC_M2, hover_factor=2.0, drag_area_m2=0.09, avionics_w=10.0)
WING = Quadplane(hover_coefficient=60.0, lift_to_drag=3.1, stall_mps=10.0)
MEASURED = PowerTable(
    density_kg_m3=1.18, mass_kg=(3.5, 4.0, 5.0), air_speed_mps=(4.0, 10.0, 16.0), climb_w=(520.0, 620.0, 860.0),
    cruise_w=((450.0, 440.0, 500.0), (540.0, 530.0, 600.0), (760.0, 740.0, 820.0)), descent_w=(430.0, 510.0, 700.0),
    hover_w=(460.0, 550.0, 770.0),
)  # fmt: skip


def kind_with(power: PowerFigures) -> DroneType:
    return DroneType(
        id="it", name="it", mass_kg=3.7, max_payload_kg=1.0, battery_wh=130.0, cruise_mps=13.0, climb_mps=3.0,
        descent_mps=2.0, power=power, max_wind_mps=10.0, temp_min_c=-10.0, temp_max_c=40.0,
    )  # fmt: skip


KINDS = {
    "mass_power": kind_with(MassPower(power_coefficient=71.5)),
    "three_phase": kind_with(THREE_PHASE),
    "multirotor": kind_with(MOMENTUM),
    "fast_multirotor": replace(kind_with(MOMENTUM), cruise_mps=22.0),
    "quadplane": kind_with(WING),
    "table": kind_with(MEASURED),
}

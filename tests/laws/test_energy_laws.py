"""What holds for every model of power, whatever the figures of a flight."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.model.fleets import DroneType
from planner.model.jobs import Weather
from planner.physics.energy import OwnModel, Phases
from planner.physics.weather import ground_speed_mps
from tests.planner.kinds import KINDS

kinds = st.sampled_from(list(KINDS.values()))
rotor_kinds = st.sampled_from([KINDS[name] for name in ("multirotor", "fast_multirotor")])
payloads = st.floats(0.0, 1.0)
densities = st.floats(0.8, 1.35)
seconds = st.floats(0.0, 3000.0)


def phases(climb_s: float, cruise_s: float, descent_s: float, hover_s: float) -> Phases:
    return Phases(
        climb_s=np.array(climb_s), cruise_s=np.array(cruise_s), descent_s=np.array(descent_s), hover_s=np.array(hover_s)
    )


def wh(kind: DroneType, flown: Phases, *, payload_kg: float = 0.5, density: float = 1.2) -> float:
    return float(OwnModel().energy_wh(kind, flown, payload_kg=payload_kg, density=density))


def over_the_ground_wh(kind: DroneType, metres: float, *, headwind_mps: float) -> float:
    weather = Weather(wind_mps=abs(headwind_mps), wind_from_deg=0.0 if headwind_mps >= 0 else 180.0)
    speed_mps = float(ground_speed_mps(0.0, kind.cruise_mps, weather.wind_mps, weather.wind_from_deg))
    return wh(kind, phases(0.0, metres / speed_mps, 0.0, 0.0))


legs = st.builds(phases, seconds, seconds, seconds, seconds)


@given(kinds, legs, payloads, densities)
def test_energy_is_never_negative_and_finite_within_the_limits_of_a_type(kind, leg, payload_kg, density) -> None:
    assert 0.0 <= wh(kind, leg, payload_kg=payload_kg, density=density) < math.inf


@given(kinds, st.builds(phases, *(st.floats(1.0, 3000.0) for _ in range(4))), payloads, payloads, densities)
def test_energy_rises_with_mass(kind, leg, one_kg, other_kg, density) -> None:
    light, heavy = (wh(kind, leg, payload_kg=kg, density=density) for kg in sorted((one_kg, other_kg)))
    assert light <= heavy * (1 + 1e-12)
    if abs(one_kg - other_kg) > 1e-3:
        assert light < heavy


@given(kinds, st.floats(100.0, 20_000.0), st.floats(-9.0, 9.0), st.floats(-9.0, 9.0))
def test_energy_over_the_ground_rises_with_headwind(kind, metres, one_mps, other_mps) -> None:
    helped, hindered = (over_the_ground_wh(kind, metres, headwind_mps=w) for w in sorted((one_mps, other_mps)))
    assert helped <= hindered * (1 + 1e-12)
    if abs(one_mps - other_mps) > 1e-3:
        assert helped < hindered


@given(kinds, legs, st.floats(1.0, 1000.0))
def test_each_second_in_any_phase_costs_and_descent_gives_nothing_back(kind, leg, longer_s) -> None:
    before = wh(kind, leg)
    for name in ("climb_s", "cruise_s", "descent_s", "hover_s"):
        assert wh(kind, replace(leg, **{name: getattr(leg, name) + longer_s})) > before


@given(rotor_kinds, st.floats(10.0, 500.0), st.floats(0.5, 8.0), payloads, densities)
def test_a_faster_climb_takes_more_power_and_never_less_energy_than_the_height_is_worth(
    kind, rise_m, climb_mps, payload_kg, density
) -> None:
    def climb_wh(rate_mps: float) -> float:
        climbing = replace(kind, climb_mps=rate_mps)
        return wh(climbing, phases(rise_m / rate_mps, 0.0, 0.0, 0.0), payload_kg=payload_kg, density=density)

    assert climb_wh(climb_mps) * climb_mps < climb_wh(1.1 * climb_mps) * 1.1 * climb_mps
    assert climb_wh(climb_mps) > (kind.mass_kg + payload_kg) * 9.80665 * rise_m / 3600


@given(kinds, st.floats(1.0, 3000.0), densities)
def test_climbing_takes_more_power_than_hovering_and_descending_less(kind, time_s, density) -> None:
    up, still, down = (
        wh(kind, phases(*times), density=density)
        for times in ((time_s, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, time_s), (0.0, 0.0, time_s, 0.0))
    )
    assert up > still > down > 0


@given(kinds, legs, densities, densities)
def test_thinner_air_never_takes_less_power_in_hover(kind, leg, one, other) -> None:
    hovering = phases(0.0, 0.0, 0.0, float(leg.hover_s))
    thin, dense = (wh(kind, hovering, density=rho) for rho in sorted((one, other)))
    assert thin >= dense


@pytest.mark.parametrize(
    ("wind_mps", "head", "cross", "tail", "there_and_back"),
    [
        (4, 1.36, 1.04, 0.79, 1.08), (8, 2.14, 1.18, 0.65, 1.40), (10, 3.00, 1.34, 0.60, 1.80),
        (12, 5.00, 1.67, 0.56, 2.78),
    ],
)  # fmt: skip
def test_wind_multiplies_energy_per_kilometre_at_15_mps_as_worked_out_elsewhere(
    wind_mps, head, cross, tail, there_and_back
) -> None:
    kind = replace(KINDS["mass_power"], cruise_mps=15.0)
    calm = over_the_ground_wh(kind, 1000.0, headwind_mps=0.0)
    against, along = (over_the_ground_wh(kind, 1000.0, headwind_mps=w) / calm for w in (wind_mps, -wind_mps))
    side_mps = float(ground_speed_mps(0.0, 15.0, wind_mps, 90.0))
    assert against == pytest.approx(head, abs=0.006)
    assert along == pytest.approx(tail, abs=0.006)
    assert (against + along) / 2 == pytest.approx(there_and_back, abs=0.006)
    assert 15.0 / side_mps == pytest.approx(cross, abs=0.006)

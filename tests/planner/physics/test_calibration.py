from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planner.errors import TooLittleLogged
from planner.formats.logs import read_log
from planner.model.logs import FlightLog
from planner.model.powers import MassPower, Multirotor, PowerTable, Quadplane
from planner.physics.calibration import (
    Errors,
    fit,
    hover_factor_from_hover,
    hover_factor_from_range,
    mass_power_of,
    multirotor_of,
    quadplane_of,
    table_of,
)
from planner.physics.powers import powers_of
from tests.planner.flown import write_log
from tests.planner.kinds import MOMENTUM, WING

FLIGHTS = [(3.7, 5.0), (4.0, 8.0), (4.2, 12.0), (3.7, 14.0), (4.2, 16.0), (4.0, 18.0)]


def log_of(folder: Path, power: object, **options: object) -> FlightLog:
    return read_log(write_log(folder / "log.csv", power, **{"flights": FLIGHTS, **options}))  # type: ignore[arg-type]


def test_the_hover_factor_of_a_matrice_100_comes_out_of_one_measured_hover() -> None:
    # 4.215 kg, 1.18 kg/m3, 0.342 m2: the ideal is 296 W; 600 W at the terminals, 10 W of it for avionics.
    found = hover_factor_from_hover(MOMENTUM, hover_w=600.0, mass_kg=4.215, density=1.18)
    assert found.hover_factor == pytest.approx(590.0 / 296.0, rel=1e-3)


def test_a_hover_factor_from_a_published_range_flies_just_that_range() -> None:
    # FlyCart 30: 3968.8 Wh take 95 kg over 16 km; eight blades of 54 inches on four axes, two on one axis one disc.
    flycart = Multirotor(disc_area_m2=5.91, hover_factor=2.0, drag_area_m2=0.73, avionics_w=50.0)
    found = hover_factor_from_range(
        flycart, energy_wh=3968.8, range_m=16_000.0, air_speed_mps=15.0, mass_kg=95.0, density=1.225
    )
    flown = powers_of(found, mass_kg=95.0, density=1.225, air_speed_mps=15.0, climb_mps=3.0)
    assert float(flown.cruise_w) == pytest.approx(13_394.7, rel=1e-6)
    assert 1.55 < found.hover_factor < 2.2


def test_a_hover_below_the_induced_power_is_refused() -> None:
    with pytest.raises(ValueError, match="hover_factor >="):
        hover_factor_from_hover(MOMENTUM, hover_w=300.0, mass_kg=4.215, density=1.18)
    with pytest.raises(ValueError, match="W in cruise"):
        hover_factor_from_range(
            MOMENTUM, energy_wh=100.0, range_m=90_000.0, air_speed_mps=10.0, mass_kg=4.2, density=1.2
        )


def test_a_log_gives_back_the_mass_power_it_was_made_with(tmp_path: Path) -> None:
    known = MassPower(power_coefficient=71.5, climb_power_ratio=1.2, descent_power_ratio=0.9, hover_power_ratio=1.1)
    found = fit(log_of(tmp_path, known), mass_power_of)
    assert isinstance(found.power, MassPower)
    assert found.power.power_coefficient == pytest.approx(71.5, rel=1e-6)
    assert found.power.climb_power_ratio == pytest.approx(1.2, rel=1e-6)
    assert (found.unit, found.assumed) == ("flights", ())
    assert found.errors.mean < 1e-6
    assert found.held_out is not None
    assert found.held_out.mean < 1e-6


def test_a_log_gives_back_the_multirotor_it_was_made_with(tmp_path: Path) -> None:
    found = fit(log_of(tmp_path, MOMENTUM), multirotor_of(MOMENTUM.disc_area_m2, MOMENTUM.avionics_w))
    assert isinstance(found.power, Multirotor)
    assert found.power.hover_factor == pytest.approx(2.0, rel=1e-3)
    assert found.power.drag_area_m2 == pytest.approx(0.09, rel=0.02)
    assert found.errors.mean < 1e-3


def test_drag_stays_assumed_where_every_flight_had_one_speed(tmp_path: Path) -> None:
    log = log_of(tmp_path, MOMENTUM, flights=[(3.7, 8.0), (4.2, 9.0)])
    found = fit(log, multirotor_of(MOMENTUM.disc_area_m2, MOMENTUM.avionics_w))
    assert "drag_area_m2" in found.assumed


def test_a_log_gives_back_the_quadplane_it_was_made_with(tmp_path: Path) -> None:
    found = fit(log_of(tmp_path, WING), quadplane_of(10.0))
    assert isinstance(found.power, Quadplane)
    assert found.power.lift_to_drag == pytest.approx(3.1, rel=1e-4)
    assert found.power.hover_coefficient == pytest.approx(60.0, rel=1e-4)


def test_a_table_holds_the_powers_that_were_logged(tmp_path: Path) -> None:
    flights = [(mass, speed) for mass in (3.7, 4.2) for speed in (6.0, 12.0)]
    found = fit(log_of(tmp_path, MOMENTUM, flights=flights), table_of)
    assert isinstance(found.power, PowerTable)
    assert (found.power.mass_kg, found.power.air_speed_mps) == ((3.7, 4.2), (6.0, 12.0))
    flown = powers_of(MOMENTUM, mass_kg=4.2, density=1.18, air_speed_mps=12.0, climb_mps=3.0)
    assert found.power.cruise_w[1][1] == pytest.approx(float(flown.cruise_w), rel=1e-3)


def test_errors_held_out_are_larger_than_nothing_where_flights_scatter(tmp_path: Path) -> None:
    flights = [(3.7 + 0.1 * k, 10.0) for k in range(20)]
    found = fit(log_of(tmp_path, MassPower(power_coefficient=71.5), flights=flights, noise=0.04), mass_power_of)
    assert found.held_out is not None
    assert 0.01 < found.held_out.mean < 0.08
    assert found.held_out.p95 > found.held_out.mean


def test_what_a_model_needs_and_the_log_does_not_hold_is_told(tmp_path: Path) -> None:
    log = log_of(tmp_path, MOMENTUM, flights=[(3.7, 8.0)])
    with pytest.raises(TooLittleLogged, match="two or more masses"):
        fit(log, table_of)


def test_phases_are_told_from_heights_and_speeds_where_the_log_names_none(tmp_path: Path) -> None:
    named = fit(log_of(tmp_path, MOMENTUM), mass_power_of)
    unnamed = fit(log_of(tmp_path, MOMENTUM, phases=False), mass_power_of)
    assert isinstance(named.power, MassPower)
    assert isinstance(unnamed.power, MassPower)
    assert unnamed.power.power_coefficient == pytest.approx(named.power.power_coefficient, rel=0.02)
    assert unnamed.power.climb_power_ratio == pytest.approx(named.power.climb_power_ratio, rel=0.02)


def test_errors_are_the_sums_done_by_hand() -> None:
    told = Errors.of(np.array([110.0, 95.0]), np.array([100.0, 100.0]))
    assert (told.count, told.unjudged, told.mean, told.bias) == (2, 0, pytest.approx(0.075), pytest.approx(0.025))

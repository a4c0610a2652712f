from __future__ import annotations

import numpy as np
import pytest

from planner.model.jobs import STILL_AIR, Weather
from planner.physics.weather import air_density, ground_speed_mps

NORTH, EAST, SOUTH, WEST = 0.0, 90.0, 180.0, 270.0


def energy_ratio(wind_mps: float, track_deg: float) -> float:
    """Energy per km in a north wind over energy per km in still air: power is the same, time is not."""
    return 15.0 / float(ground_speed_mps(track_deg, 15.0, Weather(wind_mps=wind_mps, wind_from_deg=NORTH)))


def test_the_standard_atmosphere_weighs_1_225_kg_per_cubic_metre() -> None:
    assert air_density(STILL_AIR) == pytest.approx(1.225, abs=0.0001)


def test_air_at_30_degrees_and_1000_hpa_is_lighter() -> None:
    assert air_density(Weather(temperature_c=30.0, pressure_hpa=1000.0)) == pytest.approx(1.1492, abs=0.0001)


def test_wind_from_the_north_slows_a_flight_north_and_speeds_one_south() -> None:
    wind = Weather(wind_mps=5.0, wind_from_deg=NORTH)
    assert ground_speed_mps([NORTH, SOUTH], 15.0, wind) == pytest.approx([10.0, 20.0])


def test_wind_from_the_east_slows_a_flight_east() -> None:
    assert float(ground_speed_mps(EAST, 15.0, Weather(wind_mps=5.0, wind_from_deg=EAST))) == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("wind_mps", "head", "cross", "tail", "out_and_back"),
    [
        (4, 1.36, 1.04, 0.79, 1.08),
        (8, 2.14, 1.18, 0.65, 1.40),
        (10, 3.00, 1.34, 0.60, 1.80),
        (12, 5.00, 1.67, 0.56, 2.78),
    ],
)
def test_energy_per_kilometre_at_15_mps_follows_the_wind_triangle(
    wind_mps: float, head: float, cross: float, tail: float, out_and_back: float
) -> None:
    against, along = energy_ratio(wind_mps, NORTH), energy_ratio(wind_mps, SOUTH)
    assert against == pytest.approx(head, abs=0.006)
    assert along == pytest.approx(tail, abs=0.006)
    assert energy_ratio(wind_mps, EAST) == pytest.approx(cross, abs=0.006)
    assert energy_ratio(wind_mps, WEST) == pytest.approx(cross, abs=0.006)
    assert (against + along) / 2 == pytest.approx(out_and_back, abs=0.006)


def test_a_cross_wind_as_strong_as_the_air_speed_leaves_no_track() -> None:
    wind = Weather(wind_mps=15.0, wind_from_deg=NORTH)
    assert np.isnan(ground_speed_mps([EAST, WEST], 15.0, wind)).all()


def test_in_still_air_speed_over_ground_is_air_speed_on_every_track() -> None:
    assert ground_speed_mps(np.arange(0.0, 360.0, 30.0), 15.0, STILL_AIR) == pytest.approx(np.full(12, 15.0))

"""The check's own arithmetic of flight, against triangles and sums done by hand."""

from __future__ import annotations

import numpy as np
import pytest

from planner.model.jobs import Weather
from planner.safety import winds
from planner.safety.powers import watts_of
from tests.planner.scenes import kind


def speed(azimuth_deg, wind_mps, wind_from_deg):
    wind = winds.Blown(
        piece=np.zeros(1, int),
        length_m=np.array([1000.0]),
        azimuth_deg=np.array([float(azimuth_deg)]),
        told_mps=np.array([float(wind_mps)]),
        towards_rad=np.radians([wind_from_deg + 180.0]),
        factor=np.ones(1),
    )
    _, (speed_mps,) = wind.seconds(kind())
    return speed_mps


@pytest.mark.parametrize(
    ("wind_from_deg", "wind_mps", "times_as_long"),
    # Published multiples of the time for one kilometre at 15 m/s, for a track due north.
    [
        (0, 4, 1.36), (0, 8, 2.14), (0, 10, 3.00), (0, 12, 5.00),
        (90, 4, 1.04), (90, 8, 1.18), (270, 10, 1.34), (270, 12, 1.67),
        (180, 4, 0.79), (180, 8, 0.65), (180, 10, 0.60), (180, 12, 0.56),
    ],
)  # fmt: skip
def test_head_cross_and_tail_winds_slow_and_speed_a_track(wind_from_deg, wind_mps, times_as_long):
    assert 15 / speed(0, wind_mps, wind_from_deg) == pytest.approx(times_as_long, abs=0.006)


def test_a_cross_wind_of_nine_leaves_twelve_of_fifteen():
    # 9, 12, 15 is a right triangle. An eastward track, the wind from the north and from the south.
    assert speed(90, 9, 0) == pytest.approx(12)
    assert speed(90, 9, 180) == pytest.approx(12)


@pytest.mark.parametrize(("wind_mps", "wind_from_deg"), [(15, 0), (20, 180), (16, 270), (20, 270)])
def test_a_track_that_cannot_be_held_or_makes_no_way_has_no_speed(wind_mps, wind_from_deg):
    assert speed(270, wind_mps, wind_from_deg) == pytest.approx(0, abs=1e-9)


def test_power_in_cruise_is_the_sum_done_by_hand(good):
    # 10 x 16^1.5 = 640, over the root of 101 325 / (287.05 x 288.15) = 1.2250 kg/m3, which is 1.10680.
    quad = good.job.drone_types[0]
    mild_w, warm_w = (
        watts_of(quad, 6, winds.air_density(Weather(temperature_c=degrees))).cruise for degrees in (15, 35)
    )
    assert mild_w == pytest.approx(640 / 1.10680, rel=1e-5)
    # Warm air is thinner: 35 degrees ask for 3.4 % more than 15.
    warm = warm_w / mild_w
    assert warm == pytest.approx(1.034, abs=0.001)

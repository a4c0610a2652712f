"""What blows where along a leg, by sums done by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from planner.model.plans import Waypoint
from planner.model.weather import Weather, WindGrid
from planner.safety.geodesics import CentreLine
from planner.safety.winds import air_density, blown, ground_between, strength_factor, strongest_mps, weather_at

NOON = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
GRID = WindGrid(
    lons=(114.0, 114.1, 114.2), lats=(22.4, 22.6), wind_mps=((2, 4, 8), (6, 10, 0)),
    wind_from_deg=((180, 180, 270), (180, 180, 90)),
)  # fmt: skip
"""From the south, so towards the north, but for the eastern edge."""


class Slope:
    """Ground that may be 10 m higher than it is, and rises with the longitude."""

    def span_amsl_m(self, area):
        low_m = (area.x - 114.0) * 1000
        return low_m, low_m + 10


def line(*points):
    """A line through (lon, lat, height), a minute each."""
    return CentreLine.through(
        [
            Waypoint(lon=lon, lat=lat, alt_amsl_m=alt_m, alt_agl_m=alt_m, t=NOON + timedelta(minutes=number))
            for number, (lon, lat, alt_m) in enumerate(points)
        ]
    )


def flat(lonlat, _along):
    return np.zeros(len(lonlat))


def test_weather_holds_from_its_own_moment_on(good):
    calm, storm, after = Weather(wind_mps=1), Weather(wind_mps=20), Weather(wind_mps=5)
    hour = timedelta(hours=1)
    job = replace(good.job, weather=calm, later=((good.job.start + hour, storm), (good.job.start + 2 * hour, after)))
    assert weather_at(job, job.start + hour - timedelta(seconds=1)) is calm
    assert weather_at(job, job.start + hour) is storm
    assert weather_at(job, job.start + 2 * hour) is after
    assert weather_at(job, job.end) is after


def test_air_at_sea_level_and_15_degrees_weighs_1_225_kg():
    assert air_density(Weather()) == pytest.approx(1.225, abs=0.0005)
    assert air_density(Weather(pressure_hpa=1013.25 / 2)) == pytest.approx(0.6125, abs=0.0005)


def test_wind_grows_by_the_power_law_from_10_m_up():
    told = Weather(wind_mps=5, wind_height_m=10, shear_exponent=0.5)
    # Four times as high, twice as strong; below 10 m as at 10 m.
    assert strength_factor(told, [40.0, 10.0, 0.0, -5.0]) == pytest.approx([2, 1, 1, 1])
    assert strongest_mps(told, 90.0) == pytest.approx(15)
    everywhere = Weather(wind_mps=5)
    assert strength_factor(everywhere, [40.0, 0.0]).tolist() == [1.0, 1.0]
    assert strongest_mps(replace(told, wind_grid=GRID), 40.0) == pytest.approx(20)


def test_the_ground_between_two_pads_is_straight_and_a_terrain_model_is_taken_in_its_middle(good):
    hub, clinic = good.sky.pad("HUB"), good.sky.pad("CLINIC")
    lonlat, along = np.array([[114.0, 22.5], [114.02, 22.5], [114.1, 22.5]]), np.array([0.0, 0.25, 1.0])
    assert ground_between(good.sky, hub, clinic)(lonlat, along) == pytest.approx([10, 15, 30])
    assert ground_between(good.sky, None, clinic)(lonlat, along) == pytest.approx([30, 30, 30])
    assert ground_between(good.sky, None, None)(lonlat, along) == pytest.approx([0, 0, 0])
    hilly = replace(good.sky, terrain=Slope())
    assert ground_between(hilly, hub, clinic)(lonlat, along) == pytest.approx([5, 25, 105])


def test_one_wind_is_asked_for_once_on_each_piece_that_moves():
    through = line((114.1, 22.5, 10), (114.1, 22.5, 110), (114.1, 22.51, 110), (114.12, 22.51, 110))
    wind = blown(through, Weather(wind_mps=6, wind_from_deg=90), flat)
    assert wind.piece.tolist() == [1, 2]
    assert wind.length_m == pytest.approx(through.length_m[1:])
    assert wind.azimuth_deg == pytest.approx([0, 90], abs=0.01)
    assert wind.told_mps.tolist() == [6.0, 6.0]
    # From the east: towards the west.
    assert np.sin(wind.towards_rad) == pytest.approx([-1, -1])
    assert wind.factor.tolist() == [1.0, 1.0]


def test_a_wind_for_a_height_is_asked_for_above_the_ground_halfway_along_each_step():
    # Some 1 026 m to the east in one piece, level at 110 m above the sea: 21 steps of less than 50 m.
    through = line((114.1, 22.5, 110), (114.11, 22.5, 110))
    told = Weather(wind_mps=5, wind_height_m=10, shear_exponent=1.0, wind_grid=GRID)
    seen = []

    def rising(lonlat, along):
        seen.append((lonlat, along))
        return 100.0 * along

    wind = blown(through, told, rising)
    ((lonlat, along),) = seen
    assert len(wind.piece) == math.ceil(through.length_m[0] / 50) == 21
    assert wind.length_m.sum() == pytest.approx(through.length_m[0])
    assert along == pytest.approx((np.arange(21) + 0.5) / 21)
    assert lonlat[:, 0] == pytest.approx(114.1 + 0.01 * along, abs=1e-7)
    # 110 m less the ground, in tens of metres.
    assert wind.factor == pytest.approx(11 - 10 * along)


def test_steps_go_on_from_piece_to_piece():
    through = line((114.1, 22.5, 110), (114.1, 22.501, 110), (114.1, 22.501, 130), (114.1, 22.5025, 130))
    wind = blown(through, Weather(wind_mps=5, wind_height_m=10, shear_exponent=1.0, wind_grid=GRID), flat)
    # 110.7 m are 3 steps, 166.1 m are 4; the climb between them is none.
    assert wind.piece.tolist() == [0, 0, 0, 2, 2, 2, 2]
    assert np.bincount(wind.piece, weights=wind.length_m)[[0, 2]] == pytest.approx(through.length_m[[0, 2]])
    assert wind.factor == pytest.approx([11] * 3 + [13] * 4)


@pytest.mark.parametrize(
    ("lon", "lat", "mps", "towards_deg"),
    [
        (114.05, 22.4, 3, 0),  # halfway between 2 and 4
        (114.025, 22.4, 2.5, 0),
        (114.0, 22.45, 3, 0),  # a quarter of the way from 2 to 6
        (114.05, 22.5, 5.5, 0),  # in the middle of 2, 4, 6 and 10
        (113.9, 22.3, 2, 0),  # beyond the corner: as at the corner
        (114.3, 22.3, 8, 90),
        (113.9, 22.7, 6, 0),
        (114.15, 22.4, math.hypot(2, 4), math.degrees(math.atan2(4, 2))),  # half of 4 northward, half of 8 eastward
        (114.2, 22.6, 0, 180),  # still air counts as from the north
    ],
)
def test_between_places_of_a_grid_winds_are_added_as_arrows(lon, lat, mps, towards_deg):
    wind = blown(line((lon, lat - 1e-5, 110), (lon, lat + 1e-5, 110)), Weather(wind_grid=GRID), flat)
    (told_mps,), (towards_rad,) = wind.told_mps, wind.towards_rad
    assert told_mps == pytest.approx(mps, abs=1e-3)
    if mps:
        assert math.degrees(towards_rad) == pytest.approx(towards_deg, abs=0.05)

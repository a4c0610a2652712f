from __future__ import annotations

import numpy as np
import pytest

from planner.model.weather import STILL_AIR, Weather, WindGrid
from planner.physics.weather import (
    air_density,
    ground_speed_mps,
    grounded,
    height_factor,
    mean_wind,
    strongest_mps,
    wind,
)
from tests.planner.scenes import kind

NORTH, EAST, SOUTH, WEST = 0.0, 90.0, 180.0, 270.0


def energy_ratio(wind_mps: float, track_deg: float) -> float:
    """Energy per km in a north wind over energy per km in still air: power is the same, time is not."""
    return 15.0 / float(ground_speed_mps(track_deg, 15.0, wind_mps, NORTH))


def test_the_standard_atmosphere_weighs_1_225_kg_per_cubic_metre() -> None:
    assert air_density(STILL_AIR) == pytest.approx(1.225, abs=0.0001)


def test_air_at_30_degrees_and_1000_hpa_is_lighter() -> None:
    assert air_density(Weather(temperature_c=30.0, pressure_hpa=1000.0)) == pytest.approx(1.1492, abs=0.0001)


def test_wind_from_the_north_slows_a_flight_north_and_speeds_one_south() -> None:
    assert ground_speed_mps([NORTH, SOUTH], 15.0, 5.0, NORTH) == pytest.approx([10.0, 20.0])


def test_wind_from_the_east_slows_a_flight_east() -> None:
    assert float(ground_speed_mps(EAST, 15.0, 5.0, EAST)) == pytest.approx(10.0)


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
    assert np.isnan(ground_speed_mps([EAST, WEST], 15.0, 15.0, NORTH)).all()


def test_in_still_air_speed_over_ground_is_air_speed_on_every_track() -> None:
    assert ground_speed_mps(np.arange(0.0, 360.0, 30.0), 15.0, 0.0, NORTH) == pytest.approx(np.full(12, 15.0))


@pytest.mark.parametrize(
    ("exponent", "at_120_m", "at_60_m"),
    [(0.11, 1.31, 1.22), (1 / 7, 1.43, 1.29), (0.22, 1.73, 1.48), (0.30, 2.11, 1.71)],
)
def test_wind_told_for_10_m_is_stronger_above_by_the_power_law(
    exponent: float, at_120_m: float, at_60_m: float
) -> None:
    told = Weather(wind_mps=5.0, wind_height_m=10.0, shear_exponent=exponent)
    assert height_factor(told, [120.0, 60.0]) == pytest.approx([at_120_m, at_60_m], abs=0.006)
    # Near the ground it is taken as at 10 m.
    assert height_factor(told, [10.0, 2.0, -5.0]) == pytest.approx([1.0, 1.0, 1.0])


def test_a_wind_told_for_flight_level_is_the_same_at_every_height() -> None:
    assert height_factor(Weather(wind_mps=5.0), [1.0, 100.0]) == pytest.approx([1.0, 1.0])


GRID = WindGrid(
    lons=(114.0, 114.2),
    lats=(22.4, 22.6),
    wind_mps=((4.0, 8.0), (4.0, 8.0)),
    wind_from_deg=((90.0, 90.0), (90.0, 90.0)),
)


def test_wind_between_places_of_a_grid_is_between_theirs() -> None:
    blowing = Weather(wind_grid=GRID)
    speed_mps, from_deg = wind(blowing, [114.0, 114.05, 114.1, 114.2, 115.0], [22.5] * 5, [80.0] * 5)
    assert speed_mps == pytest.approx([4.0, 5.0, 6.0, 8.0, 8.0])
    assert from_deg == pytest.approx([90.0] * 5)
    assert mean_wind(blowing, 80.0) == pytest.approx((6.0, 90.0))


def test_winds_from_opposite_sides_leave_calm_between_them() -> None:
    opposite = WindGrid(
        lons=(114.0, 114.2), lats=(22.4, 22.6), wind_mps=((5.0, 5.0),) * 2, wind_from_deg=((0.0, 180.0),) * 2
    )
    speed_mps, _ = wind(Weather(wind_grid=opposite), 114.1, 22.5, 80.0)
    assert float(speed_mps) == pytest.approx(0.0, abs=1e-9)


def test_a_forecast_that_is_wrong_is_faster_and_turned() -> None:
    told = Weather(wind_mps=5.0, wind_from_deg=60.0)
    speed_mps, from_deg = wind(told, 114.1, 22.5, 80.0, faster_mps=[-9.0, 0.0, 2.0], turned_deg=[0.0, 10.0, -10.0])
    assert speed_mps == pytest.approx([0.0, 5.0, 7.0])
    assert from_deg == pytest.approx([60.0, 70.0, 50.0])


@pytest.mark.parametrize(
    ("weather", "words"),
    [
        (Weather(typhoon_signal=3), "tropical cyclone signal 3"),
        (Weather(rainstorm="amber"), "amber rainstorm signal"),
        (Weather(thunderstorm=True), "thunderstorm warning"),
        (Weather(wind_mps=31.0), "wind of 31.0 m/s"),
        (Weather(wind_mps=20.0, wind_height_m=10.0, shear_exponent=0.22), "wind of 34.6 m/s"),
        (Weather(wind_mps=5.0, gust_mps=31.0), "gusts of 31.0 m/s"),
        (Weather(temperature_c=46.0), "46"),
        (Weather(rain_mm_h=0.1), "rain of 0.1 mm/h"),
    ],
)
def test_what_keeps_a_type_on_the_ground_is_said(weather: Weather, words: str) -> None:
    (cause,) = grounded(kind(), weather, 120.0)
    assert words in cause.words
    assert cause.wind == ("wind" in words or "gusts" in words)


@pytest.mark.parametrize(
    "weather", [STILL_AIR, Weather(typhoon_signal=1), Weather(wind_mps=30.0), Weather(wind_mps=5.0, gust_mps=30.0)]
)
def test_at_a_limit_a_type_still_flies(weather: Weather) -> None:
    assert grounded(kind(), weather, 120.0) == ()


def test_a_type_may_have_limits_of_its_own_for_gusts_and_rain() -> None:
    hardy = kind(max_gust_mps=40.0, max_rain_mm_h=5.0)
    assert grounded(hardy, Weather(wind_mps=20.0, gust_mps=35.0, rain_mm_h=5.0), 120.0) == ()


@pytest.mark.parametrize(
    "figures",
    [
        {"wind_mps": -1.0}, {"wind_mps": float("nan")}, {"gust_mps": 3.0, "wind_mps": 5.0}, {"typhoon_signal": 2},
        {"rainstorm": "blue"}, {"wind_error_deg": 181.0}, {"wind_height_m": 0.0}, {"rain_mm_h": -1.0},
    ],
)  # fmt: skip
def test_weather_that_cannot_be_is_refused(figures: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="weather: expected"):
        Weather(**figures)  # type: ignore[arg-type]


def test_a_wind_that_is_the_same_everywhere_stands_for_itself_at_a_height() -> None:
    told = Weather(wind_mps=5.0, wind_from_deg=60.0, wind_height_m=10.0, shear_exponent=0.22)
    assert mean_wind(told, 120.0) == (pytest.approx(5.0 * 12.0**0.22), 60.0)


def test_a_wind_of_a_grid_that_turns_is_the_mean_of_its_components() -> None:
    # 6 m/s from the north and 8 m/s from the east: half of each, 5 m/s from atan(4 / 3) east of north.
    turning = WindGrid(
        lons=(114.0, 114.2), lats=(22.4, 22.6), wind_mps=((6.0, 8.0),) * 2, wind_from_deg=((0.0, 90.0),) * 2
    )
    assert mean_wind(Weather(wind_grid=turning), 80.0) == pytest.approx((5.0, 53.1301), abs=1e-4)


def test_the_strongest_wind_of_a_grid_is_asked_at_the_height_flown_and_not_turned_round() -> None:
    grid = WindGrid(
        lons=(114.0, 114.2), lats=(22.4, 22.6), wind_mps=((4.0, 31.0), (2.0, 3.0)), wind_from_deg=((0.0, 0.0),) * 2
    )
    assert strongest_mps(Weather(wind_grid=grid)) == 31.0
    (cause,) = grounded(kind(), Weather(wind_grid=grid), 120.0)
    assert cause.figures == {"wind_mps": 31.0, "max_wind_mps": 30.0}


def test_wind_between_four_places_counts_by_how_near_each_is() -> None:
    # All from the north: 1 and 2 in the south, 3 and 6 in the north; a quarter east, three quarters north.
    grid = WindGrid(
        lons=(114.0, 114.2), lats=(22.4, 22.6), wind_mps=((1.0, 2.0), (3.0, 6.0)), wind_from_deg=((0.0, 0.0),) * 2
    )
    speed_mps, from_deg = wind(Weather(wind_grid=grid), 114.05, 22.55, 80.0)
    assert float(speed_mps) == pytest.approx(0.25 * 1.25 + 0.75 * 3.75)
    assert float(from_deg) == pytest.approx(0.0, abs=1e-9)


def test_wind_half_along_is_what_the_triangle_gives() -> None:
    # From 60 degrees off the nose at 10 m/s: 5 against, 8.66 across; sqrt(225 - 75) - 5.
    assert float(ground_speed_mps(EAST, 15.0, 10.0, 30.0)) == pytest.approx(150**0.5 - 5.0)
    # Stronger across than a type flies, with or against: no track, also where the wind would carry it along.
    assert np.isnan(ground_speed_mps(EAST, 5.0, 12.0, 210.0))


def test_every_figure_that_keeps_a_type_on_the_ground_is_told_with_its_limit() -> None:
    told = Weather(wind_mps=31.0, gust_mps=33.0, temperature_c=-21.0, rain_mm_h=2.0)
    causes = grounded(kind(), told, 120.0)
    assert [dict(cause.figures) for cause in causes] == [
        {"wind_mps": 31.0, "max_wind_mps": 30.0},
        {"gust_mps": 33.0, "max_gust_mps": 30.0},
        {"temperature_c": -21.0},
        {"rain_mm_h": 2.0, "max_rain_mm_h": 0.0},
    ]


def test_wind_is_told_by_the_four_places_around_and_no_others() -> None:
    # From the north everywhere; three places each way, each with a speed of its own.
    speeds = ((1.0, 2.0, 4.0), (7.0, 11.0, 16.0), (22.0, 29.0, 37.0))
    grid = WindGrid(
        lons=(114.0, 114.1, 114.3), lats=(22.4, 22.5, 22.7), wind_mps=speeds, wind_from_deg=((0.0,) * 3,) * 3
    )
    told = Weather(wind_grid=grid)
    places = {
        (114.05, 22.45): (1 + 2 + 7 + 11) / 4,
        (114.2, 22.45): (2 + 4 + 11 + 16) / 4,
        (114.05, 22.6): (7 + 11 + 22 + 29) / 4,
        (114.2, 22.6): (11 + 16 + 29 + 37) / 4,
        (114.25, 22.65): (0.25 * 11 + 0.75 * 16) * 0.25 + (0.25 * 29 + 0.75 * 37) * 0.75,
        (114.1, 22.5): 11.0,
        (114.3, 22.7): 37.0,
        (113.0, 22.7): 22.0,
        (114.3, 21.0): 4.0,
    }
    for (lon, lat), expected in places.items():
        assert float(wind(told, lon, lat, 80.0)[0]) == pytest.approx(expected), (lon, lat)


def test_a_track_is_held_as_long_as_a_hair_of_air_speed_is_left() -> None:
    # 14.99 m/s across: sqrt(225 - 224.7001) is left.
    assert float(ground_speed_mps(EAST, 15.0, 14.99, NORTH)) == pytest.approx((225 - 14.99**2) ** 0.5)


@pytest.mark.parametrize("air_c", [-20.0, 45.0])
def test_a_type_flies_at_its_coldest_and_its_hottest(air_c: float) -> None:
    assert grounded(kind(), Weather(temperature_c=air_c), 120.0) == ()
    assert grounded(kind(), Weather(temperature_c=air_c * 1.01), 120.0) != ()

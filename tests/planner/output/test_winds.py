"""The weather as the pages tell it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from planner.model.weather import Weather, WindGrid
from planner.output.winds import weather_periods
from tests.planner.output.samples import at, sample

GRID = WindGrid(
    lons=(114.0, 114.3), lats=(22.4, 22.6), wind_mps=((2.0, 6.0), (4.0, 4.0)), wind_from_deg=((0.0, 0.0), (0.0, 0.0))
)


def told(*weathers: Weather) -> list[dict[str, object]]:
    """Return the weather of two hours of the sample, changing by the hour."""
    first, *later = weathers
    job = replace(
        sample().job, weather=first, later=tuple((at(60 * hour), other) for hour, other in enumerate(later, start=1))
    )
    return weather_periods(job, at(0), at(120))


def test_one_wind_at_all_heights_is_told_as_such() -> None:
    (period,) = told(Weather(wind_mps=4.0, wind_from_deg=60.0))
    assert (period["from"], period["to"]) == (0, 7200)
    assert (period["wind_mps"], period["wind_from_deg"], period["height_m"]) == (4.0, 60.0, None)
    assert period["words"] == "4 m/s from 060° at every height; 15 °C; 1013.25 hPa"


def test_wind_at_a_height_keeps_the_figure_that_was_given() -> None:
    (period,) = told(Weather(wind_mps=4.0, wind_from_deg=60.0, wind_height_m=10.0, gust_mps=9.0))
    assert (period["wind_mps"], period["height_m"], period["gust_mps"]) == (4.0, 10.0, 9.0)
    assert "at 10 m above ground, more above that by the power law; gusts of 9 m/s" in str(period["words"])


def test_of_a_grid_the_mean_is_drawn_and_the_range_is_told() -> None:
    (period,) = told(Weather(wind_grid=GRID, wind_height_m=80.0))
    assert (period["wind_mps"], period["by_place"]) == (4.0, True)
    assert str(period["words"]).startswith("winds of 2 to 6 m/s, different from place to place, at 80 m above ground")


def test_each_hour_has_its_own_weather_and_warnings_come_first() -> None:
    calm, storm = told(Weather(), Weather(thunderstorm=True, rain_mm_h=12.0, wind_mps=8.0, wind_error_mps=1.5))
    assert (calm["from"], calm["to"], storm["from"], storm["to"]) == (0, 3600, 3600, 7200)
    assert str(calm["words"]).startswith("calm at every height")
    assert str(storm["words"]).startswith("thunderstorm warning; 8 m/s from 000° at every height; rain of 12 mm/h")
    assert str(storm["words"]).endswith("forecast good to 1.5 m/s and 0°")
    assert storm["warnings"] == ["thunderstorm warning"]


def test_the_end_of_the_day_is_the_end_of_what_is_told() -> None:
    job = replace(sample().job, later=((at(0) + timedelta(days=2), Weather()),))
    assert len(weather_periods(job, at(0), at(120))) == 1

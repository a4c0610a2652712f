"""What wind by height, by place and by the hour does to a plan; the check agrees with its own arithmetic."""

from __future__ import annotations

from typing import Any

import pytest

from planner.model.jobs import Job
from planner.model.plans import Plan, Reason
from planner.model.reviews import Review, Verdict
from planner.model.weather import STILL_AIR, Weather, WindGrid
from planner.planning import check, plan
from tests.planner import scenes

GRID = WindGrid(
    lons=(114.0, 114.1, 114.3),
    lats=(22.4, 22.5, 22.6),
    wind_mps=((2.0, 4.0, 9.0), (3.0, 5.0, 7.0), (6.0, 6.0, 6.0)),
    wind_from_deg=((10.0, 40.0, 80.0), (20.0, 60.0, 100.0), (350.0, 30.0, 90.0)),
)
SKY = scenes.plain_sky()


def planned(**fields: Any) -> tuple[Job, Plan, Review]:
    orders = [scenes.order("a", "A"), scenes.order("b", "B", 2.0), scenes.order("c", "C")]
    job = scenes.job(orders, **fields)
    made = plan(job, SKY, options=scenes.QUICK)
    return job, made, check(made, SKY, job)


def findings(review: Review, rule: str) -> list[Verdict]:
    return [finding.verdict for finding in review.findings if finding.rule == rule]


@pytest.mark.parametrize(
    "weather",
    [
        Weather(wind_mps=4.0, wind_from_deg=60.0),
        Weather(wind_mps=4.0, wind_from_deg=60.0, wind_height_m=10.0, shear_exponent=0.3),
        Weather(wind_grid=GRID),
        Weather(wind_grid=GRID, wind_height_m=40.0),
    ],
    ids=["one wind", "by height", "by place", "by both"],
)
def test_the_check_agrees_with_times_and_energies_in_any_wind(weather: Weather) -> None:
    _, made, review = planned(weather=weather)
    assert made.totals.served == 3
    assert review.verdict is Verdict.PASS
    calm = planned()[1]
    assert made.totals.flight_s > calm.totals.flight_s


def test_a_check_that_is_told_another_wind_does_not_agree() -> None:
    job, made, _ = planned(weather=Weather(wind_mps=4.0, wind_from_deg=60.0))
    for other in (STILL_AIR, Weather(wind_mps=4.0, wind_from_deg=60.0, wind_height_m=10.0)):
        changed = scenes.job(job.orders, weather=other)
        assert Verdict.FAIL in findings(check(made, SKY, changed), "leg.speed")


def test_nothing_flies_across_a_change_of_weather_and_each_flight_in_its_own() -> None:
    worse = Weather(wind_mps=6.0, wind_from_deg=90.0)
    job, made, review = planned(later=((scenes.at("08:10"), worse),))
    assert review.verdict is Verdict.PASS
    assert {Verdict.PASS} == set(findings(review, "weather.period"))
    for sortie in made.sorties:
        assert sortie.returns <= scenes.at("08:10") or sortie.departs >= scenes.at("08:10")
    first = made.sorties[0]
    on_its_way = first.departs + (first.returns - first.departs) / 2
    alone = scenes.job(job.orders, later=((on_its_way, worse),))
    assert Verdict.FAIL in findings(check(made, SKY, alone), "weather.period")
    told_again = scenes.job(job.orders, later=((on_its_way, STILL_AIR),))
    assert {Verdict.PASS} == set(findings(check(made, SKY, told_again), "weather.period"))


def test_a_warning_keeps_everything_on_the_ground_until_it_is_over() -> None:
    storm = Weather(rainstorm="red")
    _, made, review = planned(weather=storm, later=((scenes.at("11:00"), STILL_AIR),))
    assert made.totals.served == 3
    assert min(sortie.departs for sortie in made.sorties) >= scenes.at("11:00")
    assert review.verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("weather", "reason", "word"),
    [
        (Weather(typhoon_signal=8), Reason.WEATHER, "signal 8"),
        (Weather(rain_mm_h=2.0), Reason.WEATHER, "rain"),
        (Weather(temperature_c=-30.0), Reason.WEATHER, "-30"),
        (Weather(wind_mps=31.0), Reason.WIND, "31.0 m/s"),
        (Weather(wind_mps=10.0, gust_mps=31.0), Reason.WIND, "gusts"),
        (Weather(wind_mps=18.0, wind_height_m=10.0, shear_exponent=0.3), Reason.WIND, "more than"),
        (Weather(wind_mps=14.9), Reason.WIND, "speed over ground"),
    ],
)
def test_weather_that_grounds_the_fleet_all_day_is_the_reason(weather: Weather, reason: Reason, word: str) -> None:
    _, made, _ = planned(weather=weather)
    assert made.totals.served == 0
    for unserved in made.unserved:
        assert unserved.reason is reason
        assert word.lower() in unserved.detail.lower()


def test_gusts_are_taken_at_the_height_above_the_lowest_pad_of_all_by_plan_and_check_alike() -> None:
    """At 10 m above ground 21.15 m/s; 29.8 m/s at 110 m above the pads flown to, 30.2 m/s at 120 m above the lowest."""
    low, high = {"elevation_amsl_m": 0.0}, {"elevation_amsl_m": 10.0}
    sky = scenes.sky(
        scenes.pad("hub", 0, 0, **high), scenes.pad("A", 2999.9, 0, **high), scenes.pad("C", -2000, 0, **low)
    )
    gusty = Weather(gust_mps=21.15, wind_height_m=10.0)
    job = scenes.job([scenes.order("a", "A", ready="10:00")], later=((scenes.at("09:00"), gusty),))
    made = plan(job, sky, options=scenes.QUICK)
    assert made.totals.served == 0
    assert check(made, sky, job).verdict is Verdict.PASS


def test_a_plan_flown_in_a_warning_fails_the_check() -> None:
    job, made, _ = planned()
    stormy = scenes.job(job.orders, weather=Weather(thunderstorm=True))
    assert set(findings(check(made, SKY, stormy), "weather.warnings")) == {Verdict.FAIL}
    wet = scenes.job(job.orders, weather=Weather(rain_mm_h=1.0))
    assert set(findings(check(made, SKY, wet), "weather.rain")) == {Verdict.FAIL}
    gusty = scenes.job(job.orders, weather=Weather(gust_mps=40.0))
    assert set(findings(check(made, SKY, gusty), "weather.gusts")) == {Verdict.FAIL}


def test_gusts_that_nobody_told_of_are_not_checked() -> None:
    assert findings(planned()[2], "weather.gusts") == [Verdict.NOT_CHECKED]
    assert findings(planned(weather=Weather(gust_mps=10.0))[2], "weather.gusts") == [Verdict.PASS]

"""Whether the weather lets a sortie be launched, to the last tenth.

S1 leaves at 00:10 and is up to 100 m above the lowest pad; its type flies in 12 m/s of wind, from -10 to 40 °C, without
rain.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.model.reviews import Verdict
from planner.model.weather import Weather
from planner.safety.cases import laid_open
from planner.safety.skies import no_gusts_told, weather_lets_launch, weather_stays


def laid(world):
    return laid_open(world.plan, world.sky, world.job, digest="", stated_digest="")


def told(world, **weather):
    case = laid(world.with_job(weather=Weather(**weather)))
    return {finding.rule: finding for finding in weather_lets_launch(case, case.sorties[0])}


@pytest.mark.parametrize(
    ("temperature_c", "required", "margin"),
    [(15, 40, 25), (14, -10, 24), (40, 40, 0), (-10, -10, 0), (41, 40, -1), (-11, -10, -1)],
)
def test_air_is_no_colder_and_no_warmer_than_the_type_flies_in(good, temperature_c, required, margin):
    finding = told(good, temperature_c=temperature_c)["weather.temperature"]
    assert (finding.measured, finding.required, finding.margin) == (temperature_c, required, margin)
    assert (finding.verdict is Verdict.PASS) is (margin >= 0)
    assert finding.subject == "S1, drone type quad"


@pytest.mark.parametrize(("mps", "holds"), [(12, True), (12.000001, False)])
def test_wind_is_no_stronger_than_the_type_flies_in_at_the_highest_that_it_flies(good, mps, holds):
    assert (told(good, wind_mps=mps)["weather.wind"].verdict is Verdict.PASS) is holds
    # 100 m up, four times as high as it is told for: twice as strong by this power law.
    twice = told(good, wind_mps=mps / 2, wind_height_m=25, shear_exponent=0.5, gust_mps=mps / 2)
    assert (twice["weather.wind"].verdict is Verdict.PASS) is holds
    assert twice["weather.wind"].measured == pytest.approx(mps)
    assert twice["weather.gusts"].measured == pytest.approx(mps)


def test_a_sortie_without_waypoints_is_no_higher_than_the_lowest_pad(good):
    bare = good.with_leg(0, 0, waypoints=()).with_leg(0, 1, waypoints=())
    finding = told(bare, wind_mps=6, wind_height_m=10, shear_exponent=0.5)["weather.wind"]
    assert finding.measured == 6
    nowhere = replace(bare, sky=replace(bare.sky, pads=()))
    assert told(nowhere, wind_mps=6, wind_height_m=10, shear_exponent=0.5)["weather.wind"].measured == 6


def test_gusts_are_held_to_their_own_limit_or_to_that_of_the_wind(good):
    assert "weather.gusts" not in told(good)
    assert told(good, gust_mps=12)["weather.gusts"].margin == 0
    assert told(good, gust_mps=13)["weather.gusts"].verdict is Verdict.FAIL
    kinds = tuple(replace(kind, max_gust_mps=15.0) for kind in good.job.drone_types)
    assert told(good.with_job(drone_types=kinds), gust_mps=13)["weather.gusts"].margin == 2


def test_rain_is_no_more_than_the_type_flies_in(good):
    assert told(good)["weather.rain"].margin == 0
    assert told(good, rain_mm_h=0.1)["weather.rain"].verdict is Verdict.FAIL


def test_no_sortie_is_launched_under_a_warning(good):
    assert told(good)["weather.warnings"].verdict is Verdict.PASS
    warned = told(good, thunderstorm=True)["weather.warnings"]
    assert (warned.verdict, warned.subject) == (Verdict.FAIL, "S1")


def test_a_type_that_nobody_knows_has_no_limits_to_judge_by(good):
    assert told(good.with_job(drone_types=())) == {}


def test_gusts_are_told_when_any_weather_of_the_day_tells_them(good):
    assert no_gusts_told(laid(good))
    assert not no_gusts_told(laid(good.with_job(weather=Weather(gust_mps=3))))
    later = ((good.job.start + timedelta(hours=1), Weather(gust_mps=3)),)
    assert not no_gusts_told(laid(good.with_job(later=later)))


def staying(world, *changes):
    """What is said of S1 when other weather comes so many seconds after its departure."""
    departs = world.plan.sorties[0].departs
    later = tuple((departs + timedelta(seconds=seconds), weather) for seconds, weather in changes)
    case = laid(world.with_job(later=later))
    return [(finding.verdict, finding.detail) for finding in weather_stays(case, case.sorties[0])]


def test_a_sortie_is_over_before_other_weather_comes(good):
    windy = Weather(wind_mps=1)
    lasts_s = (good.plan.sorties[0].returns - good.plan.sorties[0].departs).total_seconds()
    assert staying(good) == []
    for seconds in (0, lasts_s, lasts_s + 5):
        assert staying(good, (seconds, windy)) == [(Verdict.PASS, "one weather throughout")]
    assert staying(good, (1, windy)) == [(Verdict.FAIL, "other weather comes at 00:10:01 UTC, on its way")]
    assert staying(good, (lasts_s - 1, windy))[0][0] is Verdict.FAIL
    # The same weather told again is no other; the same as at first may come after another.
    assert staying(good, (1, Weather()))[0][0] is Verdict.PASS
    assert staying(good, (-5, windy), (1, windy))[0][0] is Verdict.PASS
    assert staying(good, (-5, windy), (1, Weather()))[0][0] is Verdict.FAIL

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

import pytest
import shapely

from airspace.earth.sun import SunEvent, sun_event
from airspace.rules.kinds import Activity, Daylight, Declaration, Distance, HeightCap, SpeedCap, Weather
from airspace.rules.pieces import Trait, Verdict
from tests.airspace.rules.samples import LOCAL, a_piece, at

PORT = Distance(categories=("port",), least_m=500)
FIGURELESS = Distance(categories=("port",), least_m=None, stand_in_m=500)
OUTSIDE = Distance(categories=("harbour",), least_m=0)
BY_DAY = Daylight(begins=SunEvent.SR, ends=SunEvent.SS, clock=LOCAL)


def test_a_height_cap_takes_the_highest_that_the_piece_can_be() -> None:
    outcome = HeightCap(most_m=120).test(a_piece(agl_m=(10, 118.5)))
    assert (outcome.verdict, outcome.measured, outcome.required, outcome.margin, outcome.unit) == (
        Verdict.HOLDS,
        118.5,
        120,
        1.5,
        "m",
    )
    assert HeightCap(most_m=120).test(a_piece(agl_m=(10, 121))).margin == -1


@pytest.mark.parametrize(("highest_m", "verdict"), [(120, Verdict.HOLDS), (120.001, Verdict.BROKEN)])
def test_a_height_cap_may_be_touched_and_no_more(highest_m: float, verdict: Verdict) -> None:
    assert HeightCap(most_m=120).test(a_piece(agl_m=(0, highest_m))).verdict is verdict


@pytest.mark.parametrize(("speed", "verdict"), [(13.8, Verdict.HOLDS), (14, Verdict.BROKEN), (None, Verdict.UNKNOWN)])
def test_a_speed_cap_needs_a_speed(speed: float | None, verdict: Verdict) -> None:
    outcome = SpeedCap(most_mps=13.889).test(a_piece(speed_mps=speed))
    assert outcome.verdict is verdict
    assert outcome.gap == (speed is None)


@pytest.mark.parametrize(
    ("at_m", "verdict"),
    [
        (500, Verdict.HOLDS),
        (499.9, Verdict.BROKEN),
        (0, Verdict.BROKEN),
        (-30, Verdict.BROKEN),
        (math.inf, Verdict.HOLDS),
    ],
)
def test_a_distance_is_kept_or_not(at_m: float, verdict: Verdict) -> None:
    outcome = PORT.test(a_piece(distances_m={"port": at_m}))
    assert outcome.verdict is verdict
    assert ("inside or 0 m from port" in outcome.detail) == (at_m <= 0)


def test_a_distance_tells_its_figures() -> None:
    outcome = PORT.test(a_piece(distances_m={"port": 210}))
    assert (outcome.measured, outcome.required, outcome.margin, outcome.unit) == (210, 500, -290, "m")
    assert "210 m from port" in outcome.detail


def test_nothing_of_a_category_far_and_wide_leaves_no_figure_that_is_not_finite() -> None:
    outcome = PORT.test(a_piece(distances_m={"port": math.inf}))
    assert outcome.measured is None
    assert outcome.margin is None


@pytest.mark.parametrize("distances", [{}, {"port": None}, {"pier": 900.0}])
def test_a_category_without_data_is_a_gap_and_never_clear(distances: dict[str, Any]) -> None:
    outcome = PORT.test(a_piece(distances_m=distances))
    assert outcome.verdict is Verdict.UNKNOWN
    assert outcome.gap
    assert "no data on port on this side" in outcome.detail


def test_a_gap_beside_something_far_is_still_a_gap_and_beside_something_near_is_too_near() -> None:
    both = Distance(categories=("port", "prison"), least_m=500)
    far, near = a_piece(distances_m={"port": 900}), a_piece(distances_m={"port": 100})
    assert both.test(far).verdict is Verdict.UNKNOWN
    assert "prison" in both.test(far).detail
    assert "port" not in both.test(far).detail
    assert both.test(near).verdict is Verdict.BROKEN


def test_the_nearest_category_decides() -> None:
    both = Distance(categories=("port", "prison"), least_m=500)
    outcome = both.test(a_piece(distances_m={"port": 900, "prison": 480}))
    assert (outcome.verdict, outcome.measured, outcome.margin) == (Verdict.BROKEN, 480, -20)
    assert both.too_near(a_piece(distances_m={"port": 900, "prison": 480})) == ("prison",)


@pytest.mark.parametrize(("at_m", "verdict"), [(0, Verdict.BROKEN), (-1, Verdict.BROKEN), (0.6, Verdict.HOLDS)])
def test_a_distance_of_zero_means_stay_out(at_m: float, verdict: Verdict) -> None:
    outcome = OUTSIDE.test(a_piece(distances_m={"harbour": at_m}))
    assert outcome.verdict is verdict
    assert outcome.detail == ("1 m from harbour" if at_m > 0 else "inside or 0 m from harbour")


@pytest.mark.parametrize(
    ("at_m", "verdict"),
    [(400, Verdict.BROKEN), (600, Verdict.UNKNOWN), (5000, Verdict.UNKNOWN), (math.inf, Verdict.HOLDS)],
)
def test_without_a_figure_in_the_law_nothing_near_enough_to_measure_is_clear(at_m: float, verdict: Verdict) -> None:
    outcome = FIGURELESS.test(a_piece(distances_m={"port": at_m}))
    assert outcome.verdict is verdict
    assert outcome.required is None
    assert "no figure is given, 500 m stands in for it" in outcome.detail


def test_without_figure_or_stand_in_only_inside_is_too_near() -> None:
    bare = Distance(categories=("port",), least_m=None)
    assert bare.test(a_piece(distances_m={"port": 1})).verdict is Verdict.UNKNOWN
    assert bare.test(a_piece(distances_m={"port": 0})).verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    ("trait", "changes"),
    [
        (Trait.CROSSES_BOUNDARY, {"crosses_boundary": True}),
        (Trait.BVLOS, {"bvlos": True}),
        (Trait.DROPS, {"drops": True}),
        (Trait.DANGEROUS_GOODS, {"dangerous_goods": "UN3373"}),
        (Trait.RELAY, {"traits": {Trait.RELAY: True}}),
    ],
)
def test_what_a_flight_does_breaks_a_rule_about_it(trait: Trait, changes: dict[str, Any]) -> None:
    rule = Activity(when=(trait,))
    none = {"crosses_boundary": False, "bvlos": False, "traits": {Trait.RELAY: False}}
    assert rule.test(a_piece(**(none | changes))).verdict is Verdict.BROKEN
    assert rule.test(a_piece(**none)).verdict is Verdict.HOLDS


def test_what_nobody_told_is_unknown() -> None:
    outcome = Activity(when=(Trait.RELAY,)).test(a_piece())
    assert outcome.verdict is Verdict.UNKNOWN
    assert "not told whether the flight is controlled through base stations" in outcome.detail
    either = Activity(when=(Trait.RELAY, Trait.DROPS))
    assert either.test(a_piece()).verdict is Verdict.UNKNOWN
    assert either.test(a_piece(drops=True)).verdict is Verdict.BROKEN


def test_every_trait_has_words() -> None:
    assert all(str(Activity(when=(trait,))).startswith("a flight that ") for trait in Trait)


def test_a_rule_about_every_flight_is_broken_by_every_flight() -> None:
    assert Activity(when=()).test(a_piece(bvlos=False)).verdict is Verdict.BROKEN


# Hong Kong Observatory's almanac: on 1 December the sun rises at 06:46 and sets at 17:38.
@pytest.mark.parametrize(
    ("start", "end", "verdict"),
    [
        (at(6, 55), at(7, 5), Verdict.HOLDS),
        (at(6, 40), at(7, 5), Verdict.BROKEN),
        (at(17, 20), at(17, 30), Verdict.HOLDS),
        (at(17, 20), at(17, 45), Verdict.BROKEN),
        (at(0, 30), at(0, 40), Verdict.BROKEN),
        (at(23, 50), at(0, 10, day=2), Verdict.BROKEN),
    ],
)
def test_daylight_lasts_from_sunrise_to_sunset(start: Any, end: Any, verdict: Verdict) -> None:
    assert BY_DAY.test(a_piece(start=start, end=end)).verdict is verdict


def test_daylight_tells_how_much_is_in_hand() -> None:
    outcome = BY_DAY.test(a_piece(start=at(17, 20), end=at(17, 30)))
    assert outcome.margin == pytest.approx(8 * 60, abs=120)
    assert outcome.unit == "s"


def test_daylight_is_looked_at_from_both_ends_of_the_piece() -> None:
    """Two degrees of longitude are eight minutes of the sun."""
    west, east = (113.0, 22.5), (115.0, 22.5)
    for ends in ((west, east), (east, west)):
        line = shapely.LineString(ends)
        assert BY_DAY.test(a_piece(line=line, start=at(6, 47), end=at(7))).verdict is Verdict.BROKEN
        assert BY_DAY.test(a_piece(line=line, start=at(17), end=at(17, 38))).verdict is Verdict.BROKEN
        assert BY_DAY.test(a_piece(line=line, start=at(7), end=at(17))).verdict is Verdict.HOLDS


def test_daylight_begins_to_the_second() -> None:
    here = (114.2, 22.3)
    line, day = shapely.LineString([here, here]), at(12).date()
    rises, sets = (sun_event(event, day, LOCAL, *here) for event in (SunEvent.SR, SunEvent.SS))
    assert isinstance(rises, datetime)
    assert isinstance(sets, datetime)
    second = timedelta(seconds=1)
    whole = BY_DAY.test(a_piece(line=line, start=rises, end=sets))
    assert (whole.verdict, whole.margin) == (Verdict.HOLDS, 0)
    assert BY_DAY.test(a_piece(line=line, start=rises - second, end=sets)).verdict is Verdict.BROKEN
    assert BY_DAY.test(a_piece(line=line, start=rises, end=sets + second)).verdict is Verdict.BROKEN


@pytest.mark.parametrize(("month", "verdict"), [(6, Verdict.HOLDS), (12, Verdict.BROKEN)])
def test_daylight_knows_of_polar_days_and_nights(month: int, verdict: Verdict) -> None:
    svalbard = shapely.LineString([(15.6, 78.2), (15.7, 78.2)])
    piece = a_piece(line=svalbard, start=at(12, month=month), end=at(13, month=month))
    outcome = BY_DAY.test(piece)
    assert outcome.verdict is verdict
    assert outcome.margin is None


@pytest.mark.parametrize(
    ("forecast", "verdict"),
    [((2, 11.9), Verdict.HOLDS), ((2, 12.1), Verdict.BROKEN), ((0.5, 3), Verdict.BROKEN), (None, Verdict.UNKNOWN)],
)
def test_weather_is_compared_at_its_worst(forecast: tuple[float, float] | None, verdict: Verdict) -> None:
    rule = Weather(quantity="wind_mps", least=1, most=12)
    piece = a_piece(weather={} if forecast is None else {"wind_mps": forecast})
    assert rule.test(piece).verdict is verdict


def test_a_limit_of_the_weather_says_its_ends() -> None:
    assert str(Weather(quantity="wind_mps", most=12)) == "wind_mps at most 12"
    assert str(Weather(quantity="visibility_m", least=5000)) == "visibility_m at least 5000"
    assert str(Weather(quantity="air_c", least=-10, most=40)) == "air_c at least -10 and at most 40"


def test_a_declaration_is_never_checked_and_says_what_is_declared() -> None:
    outcome = Declaration(text="It is insured.").test(a_piece())
    assert outcome.verdict is Verdict.NOT_CHECKED
    assert outcome.detail == "It is insured."


@pytest.mark.parametrize(
    "changes",
    [
        {"start": at(9).replace(tzinfo=None)},
        {"end": at(8)},
        {"end": at(9)},
        {"agl_m": (80, 40)},
        {"agl_m": (math.nan, 40)},
        {"amsl_m": (0, math.inf)},
        {"takeoff_mass_kg": 0},
        {"takeoff_mass_kg": math.nan},
        {"takeoff_mass_kg": math.inf},
    ],
)
def test_a_piece_that_exists_is_a_good_piece(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="piece: expected"):
        a_piece(**changes)


def test_a_piece_may_be_level_and_can_be_a_key() -> None:
    level = a_piece(agl_m=(80, 80), amsl_m=(90, 90), distances_m={"port": 3.0}, traits={Trait.RELAY: True})
    assert {level: "known"}[level] == "known"
    assert (level.drops, level.does(Trait.DANGEROUS_GOODS), level.does(Trait.SWARM)) == (False, False, None)

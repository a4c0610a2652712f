import math
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from airspace.earth import sun
from airspace.earth.sun import Polar, SunEvent, sun_event

HONG_KONG = timezone(timedelta(hours=8))
LUOHU = (114.1136, 22.5320)
BMCT, SR, SS, EECT = SunEvent.BMCT, SunEvent.SR, SunEvent.SS, SunEvent.EECT


def seconds_apart(told: datetime | Polar, expected: datetime) -> float:
    assert isinstance(told, datetime)
    assert told.utcoffset() == timedelta(0)
    return abs((told - expected).total_seconds())


@pytest.mark.parametrize(
    ("lon", "lat", "clock", "sunrise", "sunset"),
    [
        # The calculator of the US National Renewable Energy Laboratory (solar position algorithm, NREL/TP-560-34302).
        (0.0, -35.0, UTC, "1996-07-05T07:08:15", "1996-07-05T17:01:04"),
        (0.0, -35.0, UTC, "2004-12-04T04:38:57", "2004-12-04T19:02:03"),
        (-105.1786, 39.742476, timezone(timedelta(hours=-7)), "2015-01-02T07:21:55", "2015-01-02T16:47:43"),
    ],
)
def test_sunrise_and_sunset_are_those_of_a_published_calculator(
    lon: float, lat: float, clock: timezone, sunrise: str, sunset: str
) -> None:
    for event, text in ((SR, sunrise), (SS, sunset)):
        expected = datetime.fromisoformat(text).replace(tzinfo=clock)
        assert seconds_apart(sun_event(event, expected.date(), clock, lon, lat), expected) <= 5


@pytest.mark.parametrize(
    ("day", "sunrise", "sunset"),
    [  # Hong Kong Observatory, times of sunrise and sunset, to the minute.
        (date(2024, 1, 1), time(7, 2), time(17, 50)),
        (date(2024, 6, 21), time(5, 40), time(19, 10)),
        (date(2026, 12, 1), time(6, 46), time(17, 38)),
    ],
)
def test_the_day_over_hong_kong_is_that_of_the_observatory(day: date, sunrise: time, sunset: time) -> None:
    for event, clock_time in ((SR, sunrise), (SS, sunset)):
        expected = datetime.combine(day, clock_time, tzinfo=HONG_KONG)
        assert seconds_apart(sun_event(event, day, HONG_KONG, 114.17, 22.30), expected) <= 90


def by_fractional_year(day: date, lon: float, lat: float, zenith_deg: float) -> tuple[datetime, datetime]:
    """NOAA's short formula (general solar position calculations), a Fourier series independent of astral's."""
    year = 2 * math.pi / 365 * (day.timetuple().tm_yday - 1 + (-lon / 15) / 24)
    equation_min = 229.18 * (
        0.000075
        + 0.001868 * math.cos(year)
        - 0.032077 * math.sin(year)
        - 0.014615 * math.cos(2 * year)
        - 0.040849 * math.sin(2 * year)
    )
    declination = (
        0.006918
        - 0.399912 * math.cos(year)
        + 0.070257 * math.sin(year)
        - 0.006758 * math.cos(2 * year)
        + 0.000907 * math.sin(2 * year)
        - 0.002697 * math.cos(3 * year)
        + 0.00148 * math.sin(3 * year)
    )
    phi = math.radians(lat)
    cosine = math.cos(math.radians(zenith_deg)) / (math.cos(phi) * math.cos(declination))
    turn_deg = math.degrees(math.acos(cosine - math.tan(phi) * math.tan(declination)))
    midnight = datetime.combine(day, time(), tzinfo=UTC)
    noon_min = 720 - 4 * lon - equation_min
    return midnight + timedelta(minutes=noon_min - 4 * turn_deg), midnight + timedelta(minutes=noon_min + 4 * turn_deg)


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize(("lon", "lat"), [LUOHU, (-70.0, -33.0), (8.5, 47.4), (151.2, -33.9), (0.0, 0.0)])
def test_every_month_agrees_with_the_short_formula_of_noaa(month: int, lon: float, lat: float) -> None:
    day = date(2026, month, 15)
    clock = timezone(timedelta(hours=round(lon / 15)))
    for zenith_deg, morning, evening in ((90.833, SR, SS), (96.0, BMCT, EECT)):
        first, last = by_fractional_year(day, lon, lat, zenith_deg)
        assert seconds_apart(sun_event(morning, day, clock, lon, lat), first) < 180
        assert seconds_apart(sun_event(evening, day, clock, lon, lat), last) < 180


def test_events_fall_on_the_local_day_although_the_sun_rises_over_hong_kong_on_the_day_before_in_utc() -> None:
    for shift in range(366):
        day = date(2026, 1, 1) + timedelta(days=shift)
        told = [sun_event(event, day, HONG_KONG, *LUOHU) for event in SunEvent]
        assert told == sorted(told)  # type: ignore[type-var]
        assert {moment.astimezone(HONG_KONG).date() for moment in told if isinstance(moment, datetime)} == {day}


def test_a_clock_far_from_the_sun_still_gives_every_day_one_morning_before_one_evening() -> None:
    told = []
    for shift in range(366):
        told += [sun_event(event, date(2026, 1, 1) + timedelta(days=shift), UTC, *LUOHU) for event in SunEvent]
    assert told == sorted(told)  # type: ignore[type-var]
    assert len(set(told)) == len(told)


@pytest.mark.parametrize("clock", [ZoneInfo("Asia/Hong_Kong"), ZoneInfo("Asia/Shanghai")])
def test_named_zones_are_as_good_as_offsets(clock: ZoneInfo) -> None:
    assert sun_event(SR, date(2026, 12, 1), clock, *LUOHU) == sun_event(SR, date(2026, 12, 1), HONG_KONG, *LUOHU)


OSLO = ZoneInfo("Europe/Oslo")
TROMSO = (18.95, 69.65)


def test_the_sun_neither_sets_in_a_northern_midsummer_nor_rises_in_midwinter() -> None:
    for event in SunEvent:
        assert sun_event(event, date(2026, 6, 21), OSLO, *TROMSO) is Polar.ABOVE
    assert sun_event(SR, date(2026, 12, 21), OSLO, *TROMSO) is Polar.BELOW
    assert sun_event(SS, date(2026, 12, 21), OSLO, *TROMSO) is Polar.BELOW
    # It still gets light: Tromsø has a blue hour at noon all winter.
    assert isinstance(sun_event(BMCT, date(2026, 12, 21), OSLO, *TROMSO), datetime)


def test_the_south_has_its_seasons_the_other_way_round() -> None:
    assert sun_event(SR, date(2026, 12, 21), UTC, 0.0, -70.0) is Polar.ABOVE
    assert sun_event(SR, date(2026, 6, 21), UTC, 0.0, -70.0) is Polar.BELOW


def test_the_midnight_sun_and_the_polar_night_of_tromso_begin_when_its_people_expect_them() -> None:
    # Commonly told: midnight sun from 18 to 20 May, polar night from 27 to 28 November.
    night = [sun_event(SR, date(2026, 11, day), OSLO, *TROMSO) is Polar.BELOW for day in (24, 30)]
    light = [sun_event(SS, date(2026, 5, day), OSLO, *TROMSO) is Polar.ABOVE for day in (15, 22)]
    assert night == [False, True]
    assert light == [False, True]


def test_at_latitude_65_midsummer_evenings_end_past_midnight_and_belong_to_the_day_before() -> None:
    clock = timezone(timedelta(hours=1))
    sunset = sun_event(SS, date(2026, 6, 21), clock, 0.0, 65.0)
    assert isinstance(sunset, datetime)
    assert sunset.astimezone(clock).date() == date(2026, 6, 22)
    sunrise = sun_event(SR, date(2026, 6, 21), clock, 0.0, 65.0)
    assert isinstance(sunrise, datetime)
    assert timedelta(hours=21) < sunset - sunrise < timedelta(hours=23)
    assert sun_event(EECT, date(2026, 6, 21), clock, 0.0, 65.0) is Polar.ABOVE


def test_both_names_of_the_antimeridian_are_one_place() -> None:
    for event in SunEvent:
        for clock in (UTC, timezone(timedelta(hours=12)), timezone(timedelta(hours=-12))):
            east = sun_event(event, date(2026, 3, 20), clock, 180.0, -17.0)
            assert east == sun_event(event, date(2026, 3, 20), clock, -180.0, -17.0)


@pytest.mark.parametrize("hours", [12, -12])
def test_each_side_of_the_date_line_has_its_own_day(hours: int) -> None:
    clock = timezone(timedelta(hours=hours))
    sunrise = sun_event(SR, date(2026, 3, 20), clock, math.copysign(179.9, hours), -17.0)
    assert isinstance(sunrise, datetime)
    assert abs(sunrise.astimezone(clock) - datetime(2026, 3, 20, 6, 4, tzinfo=clock)) < timedelta(minutes=4)


@pytest.mark.parametrize("lat", [90.0, -90.0])
def test_the_poles_are_answered_too(lat: float) -> None:
    day = {90.0: date(2026, 6, 21), -90.0: date(2026, 12, 21)}[lat]
    assert sun_event(SR, day, UTC, 0.0, lat) is Polar.ABOVE
    assert sun_event(SR, day, UTC, 0.0, -lat) is Polar.BELOW


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(185.0, 0.0), (180.5, 0.0), (-180.5, 0.0), (0.0, 90.5), (0.0, -90.5), (math.nan, 0.0), (0.0, math.inf)],
)
def test_a_place_off_the_earth_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(ValueError, match="expected lon in"):
        sun_event(SR, date(2026, 1, 1), UTC, lon, lat)


@pytest.mark.parametrize(("lon", "days"), [(-52.5, 0), (-67.5, -1), (114.1, 0), (180.0, 0), (-180.0, -1)])
def test_the_day_of_the_sun_is_the_one_whose_noon_is_nearest_to_noon_on_the_clock(lon: float, days: int) -> None:
    # Noon in Hong Kong is 04:00 UTC. At 52.5 W noon is at 15:30 UTC, 11.5 hours later; at 67.5 W at 16:30 UTC, and the
    # one of the day before is 11.5 hours earlier.
    assert sun._solar_date(date(2026, 5, 4), HONG_KONG, lon) == date(2026, 5, 4) + timedelta(days=days)

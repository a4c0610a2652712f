from datetime import UTC, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from airspace.earth.sun import SunEvent
from airspace.model.schedules import ALWAYS, WEEKDAYS, Hours, Period, Schedule, common, gaps, longest, merged

HONG_KONG = timedelta(hours=8)
LOCAL = timezone(HONG_KONG)


def hours(start: str, end: str, *days: str, offset: timedelta = HONG_KONG) -> Hours:
    return Hours(
        days=days or WEEKDAYS, start=time.fromisoformat(start), end=time.fromisoformat(end), clock=timezone(offset)
    )


def at(day: int, clock: str) -> datetime:
    """A moment in June 2025 in Hong Kong; the 2nd was a Monday."""
    return datetime.combine(datetime(2025, 6, day, tzinfo=LOCAL).date(), time.fromisoformat(clock), LOCAL)


DAYTIME = Schedule.weekly(hours("07:00", "19:00"))
NIGHT = Schedule.weekly(hours("22:00", "06:00", "FRI"))


def test_without_entries_it_always_holds() -> None:
    assert ALWAYS.spans(at(2, "03:00"), at(4, "03:00")) == ((at(2, "03:00"), at(4, "03:00")),)
    assert ALWAYS.covers(at(2, "03:00"), at(4, "03:00"))


def test_hours_are_cut_to_the_time_asked_about() -> None:
    assert DAYTIME.spans(at(2, "06:00"), at(3, "08:00")) == (
        (at(2, "07:00"), at(2, "19:00")),
        (at(3, "07:00"), at(3, "08:00")),
    )


def test_hours_are_told_in_their_own_offset() -> None:
    # 07:00 in Hong Kong is 23:00 UTC of the day before.
    asked = (datetime(2025, 6, 1, 22, tzinfo=UTC), datetime(2025, 6, 2, 2, tzinfo=UTC))
    assert DAYTIME.spans(*asked) == ((datetime(2025, 6, 1, 23, tzinfo=UTC), datetime(2025, 6, 2, 2, tzinfo=UTC)),)


def test_a_weekday_is_that_of_the_offset_and_not_of_utc() -> None:
    monday = Schedule.weekly(hours("00:00", "06:00", "MON"))
    assert monday.touches(datetime(2025, 6, 1, 20, tzinfo=UTC), datetime(2025, 6, 1, 21, tzinfo=UTC))
    assert not monday.touches(datetime(2025, 6, 2, 20, tzinfo=UTC), datetime(2025, 6, 2, 21, tzinfo=UTC))


def test_hours_over_midnight_belong_to_the_day_they_start_on() -> None:
    assert NIGHT.spans(at(6, "12:00"), at(8, "12:00")) == ((at(6, "22:00"), at(7, "06:00")),)
    assert NIGHT.covers(at(7, "00:30"), at(7, "05:00"))
    assert not NIGHT.touches(at(6, "00:30"), at(6, "05:00"))


def test_equal_start_and_end_is_a_whole_day() -> None:
    assert Schedule.weekly(hours("00:00", "00:00", "MON")).covers(at(2, "00:00"), at(3, "00:00"))


def test_entries_that_meet_cover_without_a_gap() -> None:
    split = Schedule.weekly(hours("12:00", "18:00"), hours("06:00", "12:00"))
    assert split.covers(at(2, "11:00"), at(2, "13:00"))


def test_days_round_the_clock_cover_a_night_between_them() -> None:
    assert Schedule.weekly(hours("00:00", "00:00")).covers(at(2, "05:00"), at(5, "05:00"))


def test_a_flight_that_ends_after_hours_is_not_covered() -> None:
    assert DAYTIME.covers(at(2, "18:00"), at(2, "19:00"))
    assert not DAYTIME.covers(at(2, "18:00"), at(2, "19:01"))
    assert DAYTIME.touches(at(2, "18:59"), at(2, "20:00"))
    assert not DAYTIME.touches(at(2, "19:00"), at(2, "20:00"))


def test_a_day_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="FUNDAY"):
        hours("07:00", "19:00", "MON", "FUNDAY")


def test_hours_without_days_are_refused() -> None:
    with pytest.raises(ValueError, match="got none"):
        Hours(days=(), start=time(7), end=time(19), clock=LOCAL)


def test_clock_times_with_an_offset_of_their_own_are_refused() -> None:
    with pytest.raises(ValueError, match="plain clock times"):
        Hours(days=("MON",), start=time(7, tzinfo=UTC), end=time(19), clock=LOCAL)


def test_spans_that_touch_or_overlap_are_joined_in_order() -> None:
    nine, six, seven = at(2, "09:00"), at(2, "06:00"), at(2, "07:00")
    inside = (at(2, "06:10"), at(2, "06:20"))
    assert merged([(nine, at(2, "10:00")), (six, seven), (seven, at(2, "08:00")), inside]) == (
        (at(2, "06:00"), at(2, "08:00")),
        (at(2, "09:00"), at(2, "10:00")),
    )


def test_common_time_has_a_length() -> None:
    first = ((at(2, "06:00"), at(2, "08:00")), (at(2, "09:00"), at(2, "11:00")))
    second = ((at(2, "07:00"), at(2, "09:00")), (at(2, "10:00"), at(2, "12:00")))
    assert common(first, second) == ((at(2, "07:00"), at(2, "08:00")), (at(2, "10:00"), at(2, "11:00")))


def test_gaps_are_what_is_left() -> None:
    held = ((at(2, "07:00"), at(2, "08:00")), (at(2, "10:00"), at(2, "12:00")))
    assert gaps(held, (at(2, "07:00"), at(2, "13:00"))) == (
        (at(2, "08:00"), at(2, "10:00")),
        (at(2, "12:00"), at(2, "13:00")),
    )
    assert gaps((), (at(2, "07:00"), at(2, "13:00"))) == ((at(2, "07:00"), at(2, "13:00")),)


# --- periods ---------------------------------------------------------------------------------------------------------


def between(start: datetime | None, end: datetime | None, *entries: Hours) -> Schedule:
    return Schedule(periods=(Period(start=start, end=end, hours=entries),))


def test_a_period_holds_from_its_start_to_its_end() -> None:
    week = between(at(2, "12:00"), at(4, "06:00"))
    assert week.spans(at(1, "00:00"), at(9, "00:00")) == ((at(2, "12:00"), at(4, "06:00")),)
    assert not week.touches(at(4, "07:00"), at(5, "00:00"))
    assert not week.touches(at(4, "06:00"), at(5, "00:00"))


def test_a_period_may_be_open_at_either_end() -> None:
    since, until = between(at(2, "12:00"), None), between(None, at(2, "12:00"))
    asked = (at(1, "00:00"), at(3, "00:00"))
    assert since.spans(*asked) == ((at(2, "12:00"), at(3, "00:00")),)
    assert until.spans(*asked) == ((at(1, "00:00"), at(2, "12:00")),)
    assert between(None, None).covers(*asked)


def test_hours_hold_within_their_period_only() -> None:
    june = between(at(3, "09:00"), at(4, "12:00"), hours("07:00", "19:00"))
    assert june.spans(at(1, "00:00"), at(9, "00:00")) == (
        (at(3, "09:00"), at(3, "19:00")),
        (at(4, "07:00"), at(4, "12:00")),
    )


def test_periods_add_up() -> None:
    parts = tuple(Period(start=at(day, "08:00"), end=at(day, "10:00")) for day in (5, 3))
    spans = Schedule(periods=parts).spans(at(1, "00:00"), at(9, "00:00"))
    assert spans == ((at(3, "08:00"), at(3, "10:00")), (at(5, "08:00"), at(5, "10:00")))


def test_a_moment_can_be_asked_about_and_an_end_is_no_longer_in_it() -> None:
    noon = at(2, "12:00")
    assert ALWAYS.touches(noon, noon)
    assert DAYTIME.touches(noon, noon)
    assert not NIGHT.touches(noon, noon)
    assert between(noon, None).touches(noon, noon)


@pytest.mark.parametrize("naive", [{"start": datetime(2026, 6, 1)}, {"end": datetime(2026, 6, 1)}])  # noqa: DTZ001
def test_a_period_with_a_time_that_has_no_offset_is_refused(naive: dict[str, datetime]) -> None:
    with pytest.raises(ValueError, match="offset from UTC"):
        Period(**naive)


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="start before end"):
        Period(start=at(3, "00:00"), end=at(2, "00:00"))


# --- clocks and the sun ----------------------------------------------------------------------------------------------


def test_clock_times_follow_the_daylight_saving_of_their_zone() -> None:
    """In Zurich 07:00 is 06:00 UTC in January and 05:00 UTC in July."""
    early = Hours(days=WEEKDAYS, start=time(7), end=time(8), clock=ZoneInfo("Europe/Zurich"))
    for month, hour in ((1, 6), (7, 5)):
        day = datetime(2026, month, 14, tzinfo=UTC)
        assert Schedule.weekly(early).spans(day, day + timedelta(days=1)) == (
            (day + timedelta(hours=hour), day + timedelta(hours=hour + 1)),
        )


def by_the_sun(
    start: SunEvent | time, end: SunEvent | time, lon: float, lat: float, clock: timezone = LOCAL
) -> Schedule:
    return Schedule.weekly(Hours(days=WEEKDAYS, start=start, end=end, clock=clock, place=(lon, lat)))


def test_daylight_runs_from_sunrise_to_sunset() -> None:
    """Hong Kong on 2 June 2025: sunrise 05:38, sunset 19:05 (Hong Kong Observatory), within two minutes."""
    ((rise, fall),) = by_the_sun(SunEvent.SR, SunEvent.SS, 114.17, 22.30).spans(at(2, "00:00"), at(3, "00:00"))
    assert abs(rise - at(2, "05:38")) <= timedelta(minutes=2)
    assert abs(fall - at(2, "19:05")) <= timedelta(minutes=2)


def test_a_night_by_the_sun_runs_over_midnight() -> None:
    night = by_the_sun(SunEvent.SS, SunEvent.SR, 114.17, 22.30)
    assert night.covers(at(2, "20:00"), at(3, "05:00"))
    assert not night.touches(at(2, "06:00"), at(2, "18:30"))


def test_a_clock_time_and_an_event_of_the_sun_go_together() -> None:
    ((start, end),) = by_the_sun(time(8), SunEvent.SS, 114.17, 22.30).spans(at(2, "00:00"), at(3, "00:00"))
    assert start == at(2, "08:00")
    assert end > at(2, "19:00")


@pytest.mark.parametrize(("month", "holds"), [(6, True), (12, False)])
def test_beyond_the_polar_circle_daylight_lasts_all_day_or_does_not_come(month: int, holds: bool) -> None:
    """At 70 N the sun does not set around 21 June and does not rise around 21 December."""
    daylight = by_the_sun(SunEvent.SR, SunEvent.SS, 25.0, 70.0, clock=timezone(timedelta(hours=2)))
    day = datetime(2026, month, 21, 10, tzinfo=UTC)
    assert daylight.covers(day, day + timedelta(hours=1)) is holds
    assert daylight.touches(day, day + timedelta(hours=1)) is holds


@pytest.mark.parametrize(("month", "holds"), [(6, False), (12, True)])
def test_beyond_the_polar_circle_a_night_lasts_all_day_or_does_not_come(month: int, holds: bool) -> None:
    night = by_the_sun(SunEvent.SS, SunEvent.SR, 25.0, 70.0, clock=timezone(timedelta(hours=2)))
    day = datetime(2026, month, 21, 10, tzinfo=UTC)
    assert night.covers(day, day + timedelta(hours=1)) is holds
    assert night.touches(day, day + timedelta(hours=1)) is holds


def test_events_of_the_sun_need_a_place_and_clock_times_none() -> None:
    for start, place in ((SunEvent.SR, None), (time(7), (114.1, 22.5))):
        with pytest.raises(ValueError, match="a place with events of the sun"):
            Hours(days=WEEKDAYS, start=start, end=time(19), clock=UTC, place=place)


# --- in words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (ALWAYS, "at all times"),
        (DAYTIME, "daily 07:00–19:00"),
        (NIGHT, "FRI 22:00–06:00"),
        (Schedule.weekly(hours("07:00", "19:00", offset=timedelta(0))), "daily 07:00–19:00 UTC"),
        (by_the_sun(SunEvent.BMCT, SunEvent.EECT, 114.1, 22.5), "daily dawn–dusk"),
        (between(at(2, "12:00"), None), "from 2025-06-02 12:00"),
        (
            between(at(2, "12:00"), at(4, "06:00"), hours("07:00", "19:00")),
            "from 2025-06-02 12:00 until 2025-06-04 06:00 daily 07:00–19:00",
        ),
        (between(None, None), "at all times"),
    ],
)
def test_a_schedule_in_words(schedule: Schedule, words: str) -> None:
    assert schedule.in_words(LOCAL) == words


def test_a_short_morning_is_seen_although_the_clock_is_far_from_the_sun() -> None:
    """Daylight over Hong Kong told in UTC: Tuesday's begins at 21:38 UTC on Monday."""
    daylight = by_the_sun(SunEvent.SR, SunEvent.SS, 114.17, 22.30, clock=UTC)
    assert daylight.covers(at(3, "06:00"), at(3, "07:00"))
    assert not daylight.touches(at(3, "04:00"), at(3, "05:00"))


def test_a_night_over_america_told_in_utc_is_seen_from_end_to_end() -> None:
    """Denver, lon 105 W: sunset on 2 June is after 02:00 UTC of the 3rd, sunrise before 12:00 UTC."""
    night = by_the_sun(SunEvent.SS, SunEvent.SR, -105.0, 39.7, clock=UTC)
    assert night.covers(datetime(2025, 6, 3, 3, tzinfo=UTC), datetime(2025, 6, 3, 11, tzinfo=UTC))
    assert not night.touches(datetime(2025, 6, 2, 18, tzinfo=UTC), datetime(2025, 6, 3, 1, tzinfo=UTC))


def test_hours_that_begin_when_a_flight_ends_do_not_touch_it() -> None:
    late = Schedule(
        periods=(Period(hours=(Hours(days=WEEKDAYS, start=time(10), end=time(11), clock=at(2, "10:00").tzinfo),)),)
    )
    assert not late.touches(at(2, "09:00"), at(2, "10:00"))
    assert not late.touches(at(2, "11:00"), at(2, "12:00"))
    assert late.touches(at(2, "10:00"), at(2, "10:00"))


def test_the_longest_spans_are_kept_and_those_that_touch_stay_apart() -> None:
    morning, noon = (at(2, "08:00"), at(2, "10:00")), (at(2, "10:00"), at(2, "12:00"))
    within, across = (at(2, "08:30"), at(2, "10:00")), (at(2, "09:00"), at(2, "11:00"))
    assert longest([noon, within, morning, morning]) == (morning, noon)
    assert longest([noon, across, morning]) == (morning, across, noon)
    assert common((morning, noon), ((at(2, "07:00"), at(2, "13:00")),)) == (morning, noon)


def test_a_period_without_a_length_is_refused() -> None:
    with pytest.raises(ValueError, match="start before end"):
        Period(start=at(2, "09:00"), end=at(2, "09:00"))


def test_a_span_within_a_later_one_does_not_shorten_it() -> None:
    first, wide, within = (
        (at(2, "01:00"), at(2, "02:00")),
        (at(2, "03:00"), at(2, "09:00")),
        (at(2, "04:00"), at(2, "05:00")),
    )
    assert merged([within, first, wide]) == (first, wide)

from datetime import UTC, datetime, time, timedelta, timezone

import pytest

from airspace.model.schedules import ALWAYS, WEEKDAYS, Hours, Schedule, common, gaps, merged

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

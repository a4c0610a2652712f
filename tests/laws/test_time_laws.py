"""What holds for every schedule, held against asking about each quarter of an hour by itself."""

from datetime import UTC, datetime, time, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from airspace.model.schedules import WEEKDAYS, Hours, Schedule, Span, common, gaps

TRIED = settings(max_examples=60, deadline=None, derandomize=True)
QUARTER = timedelta(minutes=15)
MONDAY = datetime(2025, 6, 2, tzinfo=UTC)

clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
entries = st.builds(
    Hours,
    days=st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=7, unique=True).map(tuple),
    start=clocks,
    end=clocks,
    clock=st.integers(-48, 56).map(lambda quarters: timezone(quarters * QUARTER)),
)
schedules = st.lists(entries, min_size=1, max_size=3).map(lambda hours: Schedule.weekly(*hours))
spans = st.tuples(st.integers(0, 600), st.integers(1, 200)).map(
    lambda drawn: (MONDAY + drawn[0] * QUARTER, MONDAY + (drawn[0] + drawn[1]) * QUARTER)
)


def quarters(span: Span) -> list[datetime]:
    start, end = span
    return [start + step * QUARTER for step in range((end - start) // QUARTER)]


def held(parts: tuple[Span, ...]) -> set[datetime]:
    return {moment for part in parts for moment in quarters(part)}


def holds(schedule: Schedule, moment: datetime) -> bool:
    """Read a schedule as a person would: today's entry, or yesterday's that ran over midnight."""
    for hours in schedule.periods[0].hours:
        here = moment.astimezone(hours.clock)
        over_midnight = hours.end <= hours.start
        today, yesterday = WEEKDAYS[here.weekday()], WEEKDAYS[here.weekday() - 1]
        if today in hours.days and hours.start <= here.time() and (over_midnight or here.time() < hours.end):
            return True
        if yesterday in hours.days and over_midnight and here.time() < hours.end:
            return True
    return False


@TRIED
@given(schedules, spans)
def test_spans_hold_just_the_quarters_that_a_person_would_name(schedule: Schedule, within: Span) -> None:
    named = {moment for moment in quarters(within) if holds(schedule, moment)}
    assert held(schedule.spans(*within)) == named
    assert schedule.touches(*within) is bool(named)
    assert schedule.covers(*within) is (named == set(quarters(within)))


@TRIED
@given(schedules, schedules, spans)
def test_common_time_and_gaps_are_what_sets_of_quarters_say(first: Schedule, second: Schedule, within: Span) -> None:
    one, two = first.spans(*within), second.spans(*within)
    assert held(common(one, two)) == held(one) & held(two)
    assert held(gaps(one, within)) == set(quarters(within)) - held(one)
    assert common(one, two) == common(two, one)
    assert gaps(gaps(one, within), within) == one

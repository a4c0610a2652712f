"""Spans of starts, by sums of seconds after ten o'clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from planner.solving.spans import limited, shifted_in, whole_seconds

TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)


def spans(*ends_s: tuple[float, float]) -> tuple[tuple[datetime, datetime], ...]:
    return tuple((TEN + timedelta(seconds=start), TEN + timedelta(seconds=end)) for start, end in ends_s)


def seconds(found: tuple[tuple[datetime, datetime], ...]) -> list[tuple[float, float]]:
    return [((start - TEN).total_seconds(), (end - TEN).total_seconds()) for start, end in found]


def test_what_comes_after_a_take_off_stays_a_millisecond_within_what_is_allowed() -> None:
    found = shifted_in(spans((0, 1000)), spans((200, 500)), 60, 90)
    # At 140.001 s it begins at 200.001 s, at 409.999 s it ends at 499.999 s.
    assert seconds(found) == [(140.001, 409.999)]


def test_the_take_off_itself_is_on_a_whole_second_and_may_be_the_first_that_is_allowed() -> None:
    assert seconds(shifted_in(spans((0, 1000)), spans((200, 500)), 0, 90)) == [(200, 409.999)]
    assert seconds(shifted_in(spans((0, 1000)), spans((200, 500)), 0.5, 90)) == [(199.501, 409.999)]


def test_starts_are_kept_in_each_span_that_is_allowed() -> None:
    found = shifted_in(spans((0, 100), (300, 400)), spans((50, 350), (360, 390)), 0, 9.999)
    assert seconds(found) == [(50, 100), (300, 340), (360, 380)]


def test_a_span_too_short_for_what_has_to_lie_in_it_lets_nothing_start() -> None:
    assert shifted_in(spans((0, 1000)), spans((200, 290)), 0, 90) == ()
    assert seconds(shifted_in(spans((0, 1000)), spans((200, 290.001)), 0, 90)) == [(200, 200)]


def test_spans_are_cut_to_another_and_may_shrink_to_one_moment() -> None:
    (within,) = spans((10, 20))
    cut = limited(spans((0, 10), (5, 15), (12, 13), (18, 30), (20, 40), (21, 22), (0, 9)), within)
    assert seconds(cut) == [(10, 10), (10, 15), (12, 13), (18, 20), (20, 20)]


def test_departures_are_on_whole_seconds_of_the_clock() -> None:
    found = whole_seconds(spans((7.000001, 9.999999), (3, 4), (0.5, 0.7), (5.5, 6.0)))
    assert seconds(found) == [(3, 4), (6, 6), (8, 9)]

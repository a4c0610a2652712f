"""Longer hours: a schedule with each of its stretches widened, or with one more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from airspace.model.schedules import Period, Schedule, Span, merged


def widened(schedule: Schedule, around: Span, *, before: timedelta, after: timedelta) -> Schedule:
    """Return the schedule, as it is around a day, that begins and ends each of its stretches that much wider."""
    return of_spans((start - before, end + after) for start, end in schedule.spans(*around))


def opened(schedule: Schedule, around: Span, extra: Span) -> Schedule:
    """Return the schedule, as it is around a day, with one more stretch."""
    return of_spans((*schedule.spans(*around), extra))


def of_spans(spans: Iterable[Span]) -> Schedule:
    """Return the schedule that holds in some spans, of which there has to be one at least."""
    joined = merged(spans)
    if not joined:
        raise ValueError("schedule: expected a stretch to hold in, got none, which would mean always")
    return Schedule(periods=tuple(Period(start=start, end=end) for start, end in joined))

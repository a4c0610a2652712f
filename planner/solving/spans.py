"""Spans of starts: from when something after a take-off may happen to when the take-off may be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from airspace.model.schedules import Span

RECORDED_S = 0.001
"""Decimals of times in the record."""


def shifted_in(spans: tuple[Span, ...], allowed: Sequence[Span], from_s: float, until_s: float) -> tuple[Span, ...]:
    """Keep the starts for which [start + from_s, start + until_s] lies in one of the allowed spans."""
    # A take-off falls on a whole second; what comes after it is rounded in the record, and must stay within.
    first_s, last_s = (from_s - RECORDED_S if from_s > 0 else from_s), until_s + RECORDED_S
    shrunk = [(start - timedelta(seconds=first_s), end - timedelta(seconds=last_s)) for start, end in allowed]
    return tuple(part for window in shrunk for part in limited(spans, window))


def limited(spans: tuple[Span, ...], within: Span) -> tuple[Span, ...]:
    """Cut spans to another; a span may shrink to one moment."""
    cut = ((max(start, within[0]), min(end, within[1])) for start, end in spans)
    return tuple((start, end) for start, end in cut if start <= end)


def whole_seconds(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Shrink spans to whole seconds of the clock, which departures are planned in."""
    whole = ((_ceil(start), end.replace(microsecond=0)) for start, end in sorted(spans))
    return tuple((start, end) for start, end in whole if start <= end)


def _ceil(moment: datetime) -> datetime:
    return moment + timedelta(microseconds=-moment.microsecond % 1_000_000)

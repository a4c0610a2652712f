"""When something holds: always, or on given days between given hours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from typing import TypeAlias

WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")

Span: TypeAlias = tuple[datetime, datetime]
"""A stretch of time, aware, start before end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """One entry of a schedule: some weekdays from one clock time to another, with the offset they are told in."""

    days: tuple[str, ...]
    start: time
    end: time
    utc_offset: timedelta

    def __post_init__(self) -> None:
        unknown = sorted(set(self.days) - set(WEEKDAYS))
        if unknown or not self.days:
            raise ValueError(f"hours: expected days among {', '.join(WEEKDAYS)}, got {unknown or 'none'}")
        if self.start.tzinfo or self.end.tzinfo:
            raise ValueError(
                "hours: expected plain clock times beside utc_offset, got times with an offset of their own"
            )

    def spans(self, start: datetime, end: datetime) -> Iterator[Span]:
        """Yield what of [start, end] these hours cover; an end at or before the start runs over midnight."""
        zone = timezone(self.utc_offset)
        day = start.astimezone(zone).date() - timedelta(days=1)
        while day <= end.astimezone(zone).date():
            if WEEKDAYS[day.weekday()] in self.days:
                opens = datetime.combine(day, self.start, zone)
                closes = datetime.combine(day, self.end, zone)
                if closes <= opens:
                    closes += timedelta(days=1)
                if closes > start and opens < end:
                    yield max(opens, start), min(closes, end)
            day += timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When something holds. Without entries it always does."""

    hours: tuple[Hours, ...] = ()

    def spans(self, start: datetime, end: datetime) -> tuple[Span, ...]:
        """Return the parts of [start, end] in which it holds, merged and in order."""
        if not self.hours:
            return ((start, end),)
        return merged(span for hours in self.hours for span in hours.spans(start, end))

    def covers(self, start: datetime, end: datetime) -> bool:
        """Tell whether it holds throughout [start, end]."""
        return (start, end) in self.spans(start, end)

    def touches(self, start: datetime, end: datetime) -> bool:
        """Tell whether it holds at any moment of [start, end]."""
        return bool(self.spans(start, end))


ALWAYS = Schedule()


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Join spans that touch or overlap, and sort them."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def common(first: tuple[Span, ...], second: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return the time that two sets of spans share."""
    overlaps = ((max(a, c), min(b, d)) for a, b in first for c, d in second)
    return merged((start, end) for start, end in overlaps if start < end)


def gaps(spans: tuple[Span, ...], within: Span) -> tuple[Span, ...]:
    """Return the parts of a span that some merged spans leave free."""
    edges = [within[0], *(moment for span in spans for moment in span), within[1]]
    free = zip(edges[::2], edges[1::2], strict=True)
    return tuple((start, end) for start, end in free if start < end)

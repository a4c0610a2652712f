"""When something holds: always, between two moments, on given days between given hours or by the sun."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TypeAlias

from airspace.earth.sun import Polar, SunEvent, sun_event

WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")

DAY = timedelta(days=1)

Span: TypeAlias = tuple[datetime, datetime]
"""A stretch of time, aware, start before end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Some weekdays from one time of day to another, each a clock time or an event of the sun."""

    days: tuple[str, ...]
    start: time | SunEvent
    end: time | SunEvent
    """At or before the start it means the next day."""
    clock: tzinfo
    """The time zone in which days begin and clock times are told."""
    place: tuple[float, float] | None = None
    """Where the sun is watched from: lon, lat in WGS 84. Only, and always, with events of the sun."""

    def __post_init__(self) -> None:
        unknown = sorted(set(self.days) - set(WEEKDAYS))
        if unknown or not self.days:
            raise ValueError(f"hours: expected days among {', '.join(WEEKDAYS)}, got {unknown or 'none'}")
        ends = (self.start, self.end)
        if any(isinstance(end, time) and end.tzinfo for end in ends):
            raise ValueError("hours: expected plain clock times beside clock, got times with an offset of their own")
        if any(isinstance(end, SunEvent) for end in ends) != (self.place is not None):
            raise ValueError(f"hours: expected a place with events of the sun and only there, got {self.place}")

    def spans(self, start: datetime, end: datetime) -> Iterator[Span]:
        """Yield what of [start, end] these hours cover."""
        # A day by the sun need not be the day by a distant clock, and a night runs into the next one.
        day = start.astimezone(self.clock).date() - 2 * DAY
        last = end.astimezone(self.clock).date() + DAY
        while day <= last:
            if WEEKDAYS[day.weekday()] in self.days:
                yield from cut((self._on(day),), (start, end))
            day += DAY

    def in_words(self, clock: tzinfo) -> str:
        """Return them in a few words; their own time zone only where it is not that of the reader."""
        days = "daily" if set(self.days) == set(WEEKDAYS) else " ".join(self.days)
        told = f"{days} {_told(self.start)}–{_told(self.end)}"
        same = all(self.clock.utcoffset(moment) == clock.utcoffset(moment) for moment in _SOLSTICES)
        return told if same else f"{told} {self.clock}"

    def _on(self, day: date) -> Span | None:
        """Return the hours of one day, None when the sun leaves it without any."""
        opens = self._moment(self.start, day, opening=True)
        closes = self._moment(self.end, day, opening=False)
        if opens is None or closes is None:
            return None
        if closes <= opens:
            closes = self._moment(self.end, day + DAY, opening=False)
        return None if closes is None else (opens, closes)

    def _moment(self, told: time | SunEvent, day: date, *, opening: bool) -> datetime | None:
        """Return a time of a day. Where the sun does not rise or set, daylight lasts all day or does not come."""
        if isinstance(told, time):
            return datetime.combine(day, told, self.clock)
        lon, lat = self.place or (0.0, 0.0)
        moment = sun_event(told, day, self.clock, lon, lat)
        if isinstance(moment, datetime):
            return moment
        light_begins = told in (SunEvent.BMCT, SunEvent.SR)
        midnight = datetime.combine(day, time(0), self.clock)
        if (moment is Polar.ABOVE) == (light_begins == opening):
            return midnight if opening else midnight + DAY
        return None


_SOLSTICES = (datetime(2026, 6, 21, 12), datetime(2026, 12, 21, 12))  # noqa: DTZ001 - the local time of any clock
"""Two moments that tell clocks with and without daylight saving apart."""


def _told(moment: time | SunEvent) -> str:
    if isinstance(moment, SunEvent):
        return SUN_WORDS[moment]
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


SUN_WORDS = {
    SunEvent.BMCT: "dawn",
    SunEvent.SR: "sunrise",
    SunEvent.SS: "sunset",
    SunEvent.EECT: "dusk",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stretch of time, open at either end if need be, and the hours within it."""

    start: datetime | None = None
    end: datetime | None = None
    """Aware; None is without end."""
    hours: tuple[Hours, ...] = ()
    """Without any it holds throughout."""

    def __post_init__(self) -> None:
        for moment in (self.start, self.end):
            if moment is not None and moment.tzinfo is None:
                raise ValueError("period: expected times with an offset from UTC, got naive ones")
        if self.start and self.end and not self.start < self.end:
            raise ValueError(f"period: expected start before end, got {self.start} and {self.end}")

    def in_words(self, clock: tzinfo) -> str:
        """Return the period in a few words, its dates told by a clock."""
        ends = [
            f"{word} {moment.astimezone(clock):%Y-%m-%d %H:%M}"
            for word, moment in (("from", self.start), ("until", self.end))
            if moment is not None
        ]
        return " ".join([*ends, "; ".join(hours.in_words(clock) for hours in self.hours)]).strip() or ALWAYS_WORDS

    def spans(self, start: datetime, end: datetime) -> Iterator[Span]:
        """Yield what of [start, end] the period covers."""
        within = max(start, self.start or start), min(end, self.end or end)
        if within[0] > within[1] or (within[0] == within[1] and (start != end or self.end == start)):
            return  # a period no longer holds at the moment it ends
        if not self.hours:
            yield within
        for hours in self.hours:
            yield from hours.spans(*within)


ALWAYS_WORDS = "at all times"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When something holds. Without periods it always does."""

    periods: tuple[Period, ...] = ()

    @classmethod
    def weekly(cls, *hours: Hours) -> Schedule:
        """Return the schedule of some hours, week after week."""
        return cls(periods=(Period(hours=hours),))

    @property
    def permanent(self) -> bool:
        """Whether it holds always."""
        return not self.periods

    def in_words(self, clock: tzinfo) -> str:
        """Return the schedule in a few words, told by a clock."""
        return "; ".join(period.in_words(clock) for period in self.periods) or ALWAYS_WORDS

    def spans(self, start: datetime, end: datetime) -> tuple[Span, ...]:
        """Return the parts of [start, end] in which it holds, merged and in order."""
        if self.permanent:
            return ((start, end),)
        return merged(span for period in self.periods for span in period.spans(start, end))

    def covers(self, start: datetime, end: datetime) -> bool:
        """Tell whether it holds throughout [start, end]."""
        return (start, end) in self.spans(start, end)

    def touches(self, start: datetime, end: datetime) -> bool:
        """Tell whether it holds at any moment of [start, end]."""
        return bool(self.spans(start, end))


ALWAYS = Schedule()
NEVER = Schedule(
    periods=(Period(start=datetime(1970, 1, 1, tzinfo=UTC), end=datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)),)
)
"""Held for a second, when nobody flew by this program."""


def cut(spans: Iterable[Span | None], within: Span) -> Iterator[Span]:
    """Yield the parts of some spans that lie within another, which may be a moment; an end is no longer in a span."""
    start, end = within
    for span in spans:
        if span is not None and span[1] > start and (span[0] < end or span[0] == start == end):
            yield max(span[0], start), min(span[1], end)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Join spans that touch or overlap, and sort them."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def longest(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sort spans and leave out those within another.

    What overlaps or touches stays apart: the end of one permit is not put off by the start of another.
    """
    kept: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1].timestamp())):
        if not kept or end > kept[-1][1]:
            kept.append((start, end))
    return tuple(kept)


def common(first: tuple[Span, ...], second: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return the longest stretches that lie within one span of each of two sets."""
    overlaps = ((max(a, c), min(b, d)) for a, b in first for c, d in second)
    return longest((start, end) for start, end in overlaps if start < end)


def gaps(spans: tuple[Span, ...], within: Span) -> tuple[Span, ...]:
    """Return the parts of a span that some merged spans leave free."""
    edges = [within[0], *(moment for span in spans for moment in span), within[1]]
    free = zip(edges[::2], edges[1::2], strict=True)
    return tuple((start, end) for start, end in free if start < end)

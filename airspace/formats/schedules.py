"""Schedules as our GeoJSON tells them, to a schedule and back: a list of entries, or null for always."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from itertools import groupby
from zoneinfo import ZoneInfo

from airspace.earth.sun import SunEvent
from airspace.formats.doors import YEARS, Hours, HoursEntry, PeriodEntry, ZonedHoursEntry, utc
from airspace.formats.shapes import Telling, on_earth
from airspace.model.schedules import ALWAYS, WEEKDAYS, Period, Schedule
from airspace.model.schedules import Hours as HoursOfDays

LonLat = tuple[float, float]


def schedule_of(entries: Hours, telling: Telling, *steps: str | int, middle: Callable[[], LonLat]) -> Schedule:
    """Return the schedule of some entries that stand at a place in a feature.

    Entries next to each other with the same ``from`` and ``until`` make one period. ``middle`` tells where the sun is
    watched from when an entry does not say.
    """
    if not entries:
        return ALWAYS
    sound = [entry for index, entry in enumerate(entries) if _is_sound(entry, telling, *steps, index)]
    runs = groupby(sound, key=lambda entry: (entry.start_at, entry.end_at, isinstance(entry, HoursEntry)))
    periods = [period for _, run in runs for period in _periods(list(run), middle)]
    return Schedule(periods=tuple(periods))


def _is_sound(entry: PeriodEntry, telling: Telling, *steps: str | int) -> bool:
    start, end = entry.start_at, entry.end_at
    told = len(telling.problems)
    if start and end and not start < end:
        found = f"{start.isoformat()} and {end.isoformat()}"
        telling.tell("TIMES_REVERSED", *steps, "until", found=found, expected="from before until")
    if isinstance(entry, HoursEntry) and entry.place is not None:
        if not _has_sun(entry):
            fix = "Take it out: clock times are the same everywhere in a time zone."
            telling.tell(
                "PLACE_NOT_MEANT", *steps, "place", found="a place", expected="none beside clock times", fix=fix
            )
        elif not on_earth(*entry.place[:2]):
            found = f"[{entry.place[0]:.9g}, {entry.place[1]:.9g}]"
            expected = "longitude within ±180, then latitude within ±90"
            code = "LATITUDE_OUT_OF_RANGE" if abs(entry.place[1]) > 90 else "LONGITUDE_OUT_OF_RANGE"
            telling.tell(code, *steps, "place", found=found, expected=expected)
    return len(telling.problems) == told


def _has_sun(entry: HoursEntry) -> bool:
    return isinstance(entry.start, SunEvent) or isinstance(entry.end, SunEvent)


def _periods(run: Sequence[PeriodEntry], middle: Callable[[], LonLat]) -> Iterator[Period]:
    start, end = (utc(moment) if moment else None for moment in (run[0].start_at, run[0].end_at))
    hours = tuple(_hours(entry, middle) for entry in run if isinstance(entry, HoursEntry))
    for _ in run if not hours else run[:1]:
        yield Period(start=start, end=end, hours=hours)


def _hours(entry: HoursEntry, middle: Callable[[], LonLat]) -> HoursOfDays:
    place = (entry.place[0], entry.place[1]) if entry.place else None
    return HoursOfDays(
        days=WEEKDAYS if "ANY" in entry.days else tuple(dict.fromkeys(entry.days)),
        start=entry.start,
        end=entry.end,
        clock=entry.time_zone if isinstance(entry, ZonedHoursEntry) else timezone(entry.utc_offset),
        place=(place or middle()) if _has_sun(entry) else None,
    )


class UnsayableSchedule(ValueError):
    """A schedule that the entries of our GeoJSON cannot say; the message tells what of it."""


def schedule_words(schedule: Schedule, middle: Callable[[], LonLat]) -> list[dict[str, object]] | None:
    """Return the entries that say a schedule; None for always.

    Raises
    ------
    UnsayableSchedule
        For clocks, times of day or moments that no file of ours can hold.
    """
    if any(period.start is None and period.end is None and not period.hours for period in schedule.periods):
        return None
    return [entry for period in schedule.periods for entry in _period_words(period, middle)] or None


def _period_words(period: Period, middle: Callable[[], LonLat]) -> Iterator[dict[str, object]]:
    ends = (("from", period.start), ("until", period.end))
    within: dict[str, object] = {word: _moment_words(moment) for word, moment in ends if moment is not None}
    for hours in period.hours:
        yield _hours_words(hours, middle) | within
    if not period.hours:
        yield within


def _moment_words(moment: datetime) -> str:
    there = moment.astimezone(UTC)
    if not YEARS[0] <= there.year <= YEARS[1]:
        raise UnsayableSchedule(f"the year {there.year}")
    return there.isoformat().replace("+00:00", "Z")


def _hours_words(hours: HoursOfDays, middle: Callable[[], LonLat]) -> dict[str, object]:
    words: dict[str, object] = {
        "days": ["ANY"] if hours.days == WEEKDAYS else list(hours.days),
        "start": _time_words(hours.start),
        "end": _time_words(hours.end),
        **_clock_words(hours.clock),
    }
    return words | {"place": list(hours.place)} if hours.place and hours.place != middle() else words


def _time_words(told: time | SunEvent) -> str:
    if isinstance(told, SunEvent):
        return str(told)
    if told.microsecond:
        raise UnsayableSchedule(f"the time {told.isoformat()}")
    return f"{told:%H:%M:%S}" if told.second else f"{told:%H:%M}"


def _clock_words(clock: tzinfo) -> dict[str, object]:
    if isinstance(clock, ZoneInfo) and clock.key:
        return {"time_zone": clock.key}
    offset = clock.utcoffset(None) if isinstance(clock, timezone) else None
    if offset is None or offset % timedelta(minutes=1) or abs(offset) >= timedelta(hours=15):
        raise UnsayableSchedule(f"the clock {clock}")
    minutes = offset // timedelta(minutes=1)
    return {"utc_offset": f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"}

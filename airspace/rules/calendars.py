"""Working days and lead times: how many hours, clock times or working days before a flight something is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import TypeAlias

from airspace.model.schedules import WEEKDAYS
from airspace.model.sources import NO_SOURCE, Source

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The days on which an authority works."""

    country: str
    """A code of the ``holidays`` library, which knows the public holidays and the weekends worked instead."""
    categories: tuple[str, ...] = ("public",)
    """Which of that library's lists together make the holidays."""
    weekend: tuple[str, ...]
    """Weekdays off."""
    published_years: tuple[int, ...]
    """Years whose holidays have been announced and are in the library; any other year is unknown here."""
    source: Source = NO_SOURCE

    def works(self, day: date) -> bool | None:
        """Tell whether a day is a working day; None for a year that is not published."""
        if day.year not in self.published_years:
            return None
        off, worked = _days(self.country, self.categories, day.year)
        return day in worked or (day not in off and WEEKDAYS[day.weekday()] not in self.weekend)

    def holidays(self, year: int) -> frozenset[date]:
        """Return the holidays of a year as the library has them, published or not.

        Raises
        ------
        NotImplementedError, ValueError
            If the library does not know the country or the categories.
        """
        return _days(self.country, self.categories, year)[0]


@lru_cache(maxsize=64)
def _days(country: str, categories: tuple[str, ...], year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Return the holidays of a year, and the days of weekends that are worked in exchange."""
    import holidays

    listed = holidays.country_holidays(country, years=year, categories=categories)
    return frozenset(listed), frozenset(getattr(listed, "weekend_workdays", ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class ByDaysBefore:
    """By a clock time some calendar days before the day of the flight: a calendar rule, not a number of hours."""

    days: int
    at: time
    clock: tzinfo

    def __str__(self) -> str:
        days = "the day before" if self.days == 1 else f"{self.days} days before"
        return f"by {self.at:%H:%M} {days}"

    def before(self, flight: datetime) -> datetime:
        """Return the moment, in the authority's clock."""
        day = flight.astimezone(self.clock).date() - ONE_DAY * self.days
        return datetime.combine(day, self.at, self.clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class ByTimeBefore:
    """Some time before the take-off."""

    lead: timedelta
    clock: tzinfo

    def __str__(self) -> str:
        minutes, hour = self.lead // timedelta(minutes=1), timedelta(hours=1)
        return f"{minutes} min before" if self.lead % hour else f"{self.lead // hour} h before"

    def before(self, flight: datetime) -> datetime:
        """Return the moment, in the authority's clock."""
        return (flight.astimezone(UTC) - self.lead).astimezone(self.clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class ByWorkingDaysBefore:
    """A number of working days before the day of the flight, which does not count itself."""

    days: int
    calendar: Calendar
    clock: tzinfo

    def __str__(self) -> str:
        return f"{self.days} working days before"

    def before(self, flight: datetime) -> datetime | None:
        """Return the midnight after which fewer whole working days are left before the day of the flight.

        None when a day on the way belongs to a year whose holidays are not published.
        """
        day = flight.astimezone(self.clock).date()
        left = self.days
        while left:
            day -= ONE_DAY
            works = self.calendar.works(day)
            if works is None:
                return None
            left -= works
        return datetime.combine(day, time(), self.clock)


Lead: TypeAlias = ByDaysBefore | ByTimeBefore | ByWorkingDaysBefore

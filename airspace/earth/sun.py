"""Sunrise, sunset and civil twilight on one day at one place, or word that the sun does not cross the line that day.

The altitude of the sun's centre comes from astral, which follows the NOAA formulas after Meeus. The search is our own,
because astral takes the date for a UTC date (over Hong Kong its sunrise is a day late), refracts civil twilight, which
is defined without refraction, and raises near the polar circles where the sun still rises.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache


class SunEvent(StrEnum):
    """An event of the sun that hours may start or end with, spelled as in EUROCAE ED-318."""

    BMCT = "BMCT"
    """Begin of morning civil twilight: the sun's centre rises through 6 degrees below the horizon."""
    SR = "SR"
    """Sunrise: the upper limb appears, with the usual refraction; the centre is 50 minutes of arc below the horizon."""
    SS = "SS"
    """Sunset: the upper limb disappears."""
    EECT = "EECT"
    """End of evening civil twilight: the sun's centre sinks through 6 degrees below the horizon."""


class Polar(StrEnum):
    """What to say of a day on which the sun does not cross the line asked about."""

    ABOVE = "ABOVE"
    """The sun stays above it: for sunrise and sunset the midnight sun, for twilight a night that never gets dark."""
    BELOW = "BELOW"
    """The sun stays below it: for sunrise and sunset the polar night."""


ALTITUDE_DEG = {
    SunEvent.BMCT: -6.0,
    SunEvent.SR: -50 / 60,
    SunEvent.SS: -50 / 60,
    SunEvent.EECT: -6.0,
}
"""Altitude of the sun's centre at each event, without refraction: 16' of radius and 34' of refraction for the limb."""

MORNING = frozenset({SunEvent.BMCT, SunEvent.SR})

HALF_A_DAY = timedelta(hours=12)
WHOLE_DAY = timedelta(days=1)
FINE_ENOUGH = timedelta(seconds=1)
"""Astral counts whole seconds; the weather moves a true sunrise by a minute."""


@lru_cache(maxsize=4096)
def sun_event(event: SunEvent, day: date, clock: tzinfo, lon: float, lat: float) -> datetime | Polar:
    """Return when the sun crosses the line of an event on a day by the clock, in UTC; or on which side of it it stays.

    The day runs from solar midnight to solar midnight at the place, around the solar noon nearest to 12:00 on the
    clock. So every date has one day of the sun, its morning comes before its evening, and a sunset that high summer
    delays past midnight belongs to the evening it ends. Good to a minute between the polar circles. Heights are not
    used: seen from 120 m up the sun rises some two minutes earlier than told here.

    Parameters
    ----------
    event
        Which crossing.
    day
        The date by ``clock``.
    clock
        The time zone in which ``day`` is meant.
    lon, lat
        Degrees, WGS 84.

    Raises
    ------
    ValueError
        If the place is not on the Earth.
    """
    _refuse_elsewhere(lon, lat)
    altitude, noon = _sun_at(lon, lat, _solar_date(day, clock, lon))
    midnight = noon - HALF_A_DAY if event in MORNING else noon + HALF_A_DAY
    line_deg = ALTITUDE_DEG[event]
    if altitude(noon) < line_deg:
        return Polar.BELOW
    if altitude(midnight) >= line_deg:
        return Polar.ABOVE
    return _crossing(altitude, line_deg, below=midnight, above=noon)


def _refuse_elsewhere(lon: float, lat: float) -> None:
    # Astral would move a longitude of 185 to 180 and say nothing.
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(f"sun: expected lon in [-180, 180] and lat in [-90, 90], got {lon} and {lat}")


def _solar_date(day: date, clock: tzinfo, lon: float) -> date:
    """Return the date by mean solar time at the place that has its noon nearest to noon on the clock."""
    by_the_clock = datetime.combine(day, time(12), tzinfo=clock).astimezone(UTC)
    by_the_sun = by_the_clock + WHOLE_DAY * (lon / 360)
    return by_the_sun.date()


def _sun_at(lon: float, lat: float, day: date) -> tuple[Callable[[datetime], float], datetime]:
    """Return the sun's altitude in degrees as a function of time, and solar noon of a solar date."""
    from astral import Observer
    from astral.sun import elevation, noon

    observer = Observer(latitude=lat, longitude=lon, elevation=0.0)

    def altitude(moment: datetime) -> float:
        return elevation(observer, moment, with_refraction=False)

    return altitude, noon(observer, day, UTC)


def _crossing(altitude: Callable[[datetime], float], line_deg: float, *, below: datetime, above: datetime) -> datetime:
    """Return the first whole second above the line, or the last one in the evening, by halving."""
    while abs(above - below) > FINE_ENOUGH:
        middle = below + (above - below) / 2
        if altitude(middle) < line_deg:
            below = middle
        else:
            above = middle
    return above.replace(microsecond=0)

"""The small words of OpenAir, read and written: positions, heights and times."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import shapely

from airspace.earth.geoids import undulation_span_m
from airspace.earth.heights import GROUND, LEVEL_M, Height, Reference
from airspace.formats.arcs import LonLat
from airspace.formats.doors import YEARS
from airspace.formats.telling import shown
from airspace.model.schedules import Period

FOOT_M = 0.3048
"""The international foot, exactly."""

NAUTICAL_MILE_M = 1852.0
"""Exactly."""

LONGEST_NM = 600.0
"""A radius or width beyond ten degrees of the Earth is a slip of the pen, most often metres."""


class Refused(ValueError):
    """A piece of text that cannot be read: what was found, and what was expected instead."""

    def __init__(self, code: str, *, found: str, expected: str, fix: str = "") -> None:
        self.code, self.found, self.expected, self.fix = code, found, expected, fix
        super().__init__(f"expected {expected}, found {found}")


# --- positions -------------------------------------------------------------------------------------------------

_ANGLE = r"(\d{1,3}(?:\.\d{0,15})?)(?::(\d{1,2}(?:\.\d{0,15})?)(?::(\d{1,2}(?:\.\d{0,15})?))?)?[ \t]*"
_POSITION = rf"{_ANGLE}([NSns])[ \t,]*{_ANGLE}([EWew])"
_ONE = re.compile(_POSITION, re.ASCII)
_TWO = re.compile(rf"{_POSITION}[ \t,]+{_POSITION}", re.ASCII)


def position(text: str) -> LonLat:
    """Return lon, lat of a position such as ``46:58:29 N 008:15:29 E``, ``46:58.5N 008:15.5E``, ``46.97N 8.25E``."""
    matched = _ONE.fullmatch(text)
    if matched is None:
        raise _no_position(text, "a position such as 46:58:29 N 008:15:29 E")
    return _lonlat(text, *matched.groups())


def two_positions(text: str) -> tuple[LonLat, LonLat]:
    """Return the two ends of an arc, each lon, lat."""
    matched = _TWO.fullmatch(text)
    if matched is None:
        raise _no_position(text, "two positions such as 46:58:29 N 008:15:29 E, 46:59:30 N 008:16:30 E")
    parts = matched.groups()
    return _lonlat(text, *parts[:8]), _lonlat(text, *parts[8:])


def _no_position(text: str, expected: str) -> Refused:
    fix = "" if re.search("[NSEWnsew]", text) else "Write N or S and E or W; which number is which cannot be told."
    return Refused("BAD_POSITION", found=shown(text), expected=expected, fix=fix)


def _lonlat(text: str, *parts: str) -> LonLat:
    lat = _degrees(text, parts[0], parts[1], parts[2])
    lon = _degrees(text, parts[4], parts[5], parts[6])
    if lat > 90:
        raise Refused("LATITUDE_OUT_OF_RANGE", found=shown(text), expected="a latitude of at most 90 degrees")
    if lon > 180:
        raise Refused("LONGITUDE_OUT_OF_RANGE", found=shown(text), expected="a longitude of at most 180 degrees")
    return -lon if parts[7] in "Ww" else lon, -lat if parts[3] in "Ss" else lat


def _degrees(text: str, degrees: str, minutes: str | None, seconds: str | None) -> float:
    if minutes is None:
        return float(degrees)
    if "." in degrees or (seconds is not None and "." in minutes):
        expected = "decimals in the last part of an angle only"
        raise Refused("BAD_POSITION", found=shown(text), expected=expected)
    minute, second = float(minutes), float(seconds or 0)
    if minute >= 60 or second >= 60:
        raise Refused("BAD_POSITION", found=shown(text), expected="minutes and seconds below 60")
    return int(degrees) + (minute * 60 + second) / 3600


UNITS_A_DEGREE = 3600 * 10_000
"""Positions are written to a ten-thousandth of a second of arc, 3 mm: reading them back is right to 1.5e-8 degrees."""


def written_position(lon: float, lat: float) -> str:
    """Return a position in degrees, minutes and seconds with four decimals."""
    return f"{_written_angle(lat, 2)} {'S' if lat < 0 else 'N'} {_written_angle(lon, 3)} {'W' if lon < 0 else 'E'}"


def _written_angle(degrees: float, width: int) -> str:
    units = round(abs(degrees) * UNITS_A_DEGREE)
    whole, rest = divmod(units, UNITS_A_DEGREE)
    minutes, rest = divmod(rest, UNITS_A_DEGREE // 60)
    return f"{whole:0{width}d}:{minutes:02d}:{rest // 10_000:02d}.{rest % 10_000:04d}"


def numbers(text: str, count: int) -> tuple[float, ...]:
    """Return some numbers with commas between them."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != count or not all(
        re.fullmatch(r"\d{1,6}(\.\d{0,15})?|\.\d{1,15}", part, re.ASCII) for part in parts
    ):
        expected = "a number" if count == 1 else f"{count} numbers with commas between them"
        raise Refused("BAD_NUMBER", found=shown(text), expected=expected)
    return tuple(float(part) for part in parts)


def metres(nautical_miles: float) -> float:
    """Return a radius or width in metres."""
    if not 0 < nautical_miles <= LONGEST_NM:
        found, expected = f"{nautical_miles:g} NM", f"above 0 and at most {LONGEST_NM:g} nautical miles"
        raise Refused("OUT_OF_RANGE", found=found, expected=expected, fix="Radii and widths are in nautical miles.")
    return nautical_miles * NAUTICAL_MILE_M


# --- heights ---------------------------------------------------------------------------------------------------

_ON_THE_GROUND = ("GND", "SFC", "GROUND", "SURFACE")
_WITHOUT_END = ("UNL", "UNLIM", "UNLIMITED", "UNLTD", "UNLD")
_ABOVE_GROUND = ("AGL", "ASFC", "SFC", "GND")

_LEVEL = re.compile(r"FL\s*(\d{1,3})|(\d{1,3})\s*FL", re.ASCII | re.IGNORECASE)
_HEIGHT = re.compile(
    r"(\d{1,6}(?:\.\d{1,9})?)\s*(FEET|FT|METERS|METRES|M)?\s*(AMSL|MSL|ASFC|AGL|SFC|GND|STD)?", re.ASCII | re.IGNORECASE
)
_LIKE_THOUSANDS = re.compile(r"\d{1,3}\.\d{3}")


def floor_of(text: str) -> Height:
    """Return the height of an AL line; a bare 0 means the ground, as far down as it may lie."""
    if text.upper() in _ON_THE_GROUND or text == "0":
        return GROUND
    return _height(text)


def ceiling_of(text: str) -> Height | None:
    """Return the height of an AH line; None is no ceiling."""
    return None if text.upper() in _WITHOUT_END else _height(text)


@lru_cache(maxsize=1024)  # a file says the same few heights again and again
def _height(text: str) -> Height:
    level = _LEVEL.fullmatch(text)
    if level is not None:
        return Height(value_m=int(level[1] or level[2]) * LEVEL_M, reference=Reference.FL)
    matched = _HEIGHT.fullmatch(text)
    if matched is None or _LIKE_THOUSANDS.fullmatch(matched[1]):
        fix = "Write a point only before decimals: 2.500 may be meant as 2500." if matched else ""
        expected = "one height such as 2500ft AMSL, 300m AGL, FL65, GND (floor) or UNL (ceiling)"
        raise Refused("BAD_HEIGHT", found=shown(text), expected=expected, fix=fix)
    # Feet above mean sea level is what the format means by a bare number.
    size = 1.0 if (matched[2] or "ft").upper().startswith("M") else FOOT_M
    reference = (matched[3] or "AMSL").upper()
    return Height(value_m=float(matched[1]) * size, reference=_REFERENCES.get(reference, Reference.AMSL))


_REFERENCES = {**dict.fromkeys(_ABOVE_GROUND, Reference.AGL), "STD": Reference.FL}


def written_floor(height: Height, area: shapely.Geometry) -> str:
    """Return an AL line's height, at or below the one given."""
    if height.reference is Reference.PAD:
        return "GND"
    if height.reference is Reference.W84:
        below_m = undulation_span_m(area)[1]
        return written_floor(Height(value_m=height.value_m - below_m, reference=Reference.AMSL), area)
    # GND reaches down without end, so it is below anything; the format has no negative numbers.
    if height == GROUND or height.value_m < 0:
        return "GND"
    return _written(replace(height, value_m=min(height.value_m, HIGHEST_M)), math.floor)


def written_ceiling(height: Height | None, area: shapely.Geometry) -> str:
    """Return an AH line's height, at or above the one given."""
    if height is None or height.reference is Reference.PAD:
        return "UNL"
    if height.reference is Reference.W84:
        below_m = undulation_span_m(area)[0]
        return written_ceiling(Height(value_m=height.value_m - below_m, reference=Reference.AMSL), area)
    if height.value_m > HIGHEST_M:
        return "UNL"
    return _written(replace(height, value_m=max(height.value_m, 0.0)), math.ceil)


SAME_M = 1e-6
"""Heights this near to a whole number of feet, metres or levels are that number."""

HIGHEST_M = 300_000.0
"""Beyond this the format runs out of digits."""


def _written(height: Height, outwards: Callable[[float], int]) -> str:
    if height.reference is Reference.FL:
        levels = round(height.value_m / LEVEL_M)
        if abs(height.value_m - levels * LEVEL_M) < SAME_M and levels < 1000:
            return f"FL{levels}"
        return f"{_whole(height.value_m / FOOT_M, outwards)}ft STD"
    feet = round(height.value_m / FOOT_M)
    if abs(height.value_m - feet * FOOT_M) < SAME_M:
        return f"{feet}ft {height.reference}"
    return f"{_whole(height.value_m, outwards)}m {height.reference}"


def _whole(value: float, outwards: Callable[[float], int]) -> int:
    near = round(value)
    return near if abs(value - near) < SAME_M else outwards(value)


# --- times -----------------------------------------------------------------------------------------------------

NO_TIME = "NONE"

_MOMENT = re.compile(r"(\d{4}-?\d{2}-?\d{2})T(\d{2}:?\d{2}(?::?\d{2}(?:\.\d{1,6})?)?)(Z|[+-]\d{2}:?\d{2})?", re.ASCII)


def interval_of(text: str) -> tuple[Period | None, bool]:
    """Return the period of an AA line, None when it names no times; and whether a time came without its Z."""
    parts = [part.strip().upper() for part in text.split("/")]
    if set(parts) == {NO_TIME}:
        return None, False
    if len(parts) != 2:
        raise _no_interval(text)
    start, end = (None if part == NO_TIME else _moment(part, text) for part in parts)
    if start and end and not start < end:
        raise Refused("TIMES_REVERSED", found=shown(text), expected="a start before its end")
    naive = any(part != NO_TIME and not re.search(r"Z$|T.*[+-]", part) for part in parts)
    return Period(start=start, end=end), naive


def _moment(part: str, text: str) -> datetime:
    matched = _MOMENT.fullmatch(part)
    if matched is None:
        raise _no_interval(text)
    day, clock, offset = matched.groups()
    # The format lets a day end at 24:00, Python lets it begin at 00:00 only.
    whole_day = re.fullmatch(r"24:?00(:?00)?", clock) is not None
    try:
        moment = datetime.fromisoformat(f"{day}T{'00:00' if whole_day else clock}{offset or 'Z'}")
    except ValueError:
        raise _no_interval(text) from None
    if not YEARS[0] <= moment.year <= YEARS[1]:
        raise Refused("BAD_TIME", found=shown(text), expected=f"times between the years {YEARS[0]} and {YEARS[1]}")
    return moment.astimezone(UTC) + timedelta(days=whole_day)


def _no_interval(text: str) -> Refused:
    expected = "two UTC times such as 2026-12-01T08:00Z/2026-12-01T18:00Z, either of them or both NONE"
    return Refused("BAD_TIME", found=shown(text), expected=expected)


def written_interval(period: Period) -> str:
    """Return the words of an AA line: whole seconds, no hours, and never shorter than the period given."""
    return f"{_written_moment(period.start, up=False)}/{_written_moment(period.end, up=True)}"


def _written_moment(moment: datetime | None, *, up: bool) -> str:
    if moment is None or not YEARS[0] <= moment.astimezone(UTC).year < YEARS[1]:
        return NO_TIME
    whole = moment.astimezone(UTC).replace(microsecond=0)
    if up and moment.microsecond:
        whole += timedelta(seconds=1)
    return f"{whole:%Y-%m-%dT%H:%M:%SZ}" if whole.second else f"{whole:%Y-%m-%dT%H:%MZ}"

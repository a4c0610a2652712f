"""What our GeoJSON files must hold, as pydantic models: they stand at the door and never go further in.

Everything is strict: a number in quotes is not a number. Unknown properties are let in and kept.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Sized
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from airspace.earth.sun import SunEvent
from airspace.formats.telling import did_you_mean

YEARS = (1970, 2199)
"""Beyond these a time is a slip of the pen, and arithmetic with it may overflow."""


class Strict(BaseModel):
    """A door that takes nothing for what it is not, and nothing it does not know."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, frozen=True, populate_by_name=True)


class Open(Strict):
    """A door that takes nothing for what it is not, and keeps what it does not know."""

    model_config = ConfigDict(extra="allow")


def refusal(code: str, expected: str, *, fix: str = "", found: str | None = None) -> PydanticCustomError:
    """Return the error of a validator of ours: a code in capitals, words, and how to mend it."""
    context: dict[str, Any] = {"fix": fix} if found is None else {"fix": fix, "found": found}
    # The words are passed as a value, because a brace in them would be taken for a placeholder.
    return PydanticCustomError(code, "{expected}", {**context, "expected": expected})


def _day(value: object) -> date:
    try:
        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return date.fromisoformat(value)
    except ValueError:
        pass  # the same refusal as for anything else that is not a date
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise refusal("BAD_DATE", "a date such as 2026-12-01")


def _moment(value: object) -> datetime:
    moment = value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
    if not isinstance(moment, datetime):
        raise refusal("BAD_TIME", "a time with its offset, such as 2026-12-01T08:00:00+08:00")
    offset = moment.utcoffset()
    if offset is None:
        fix = f"Add the offset, such as {moment.isoformat()}+08:00."
        raise refusal("NAIVE_TIME", "a time with its offset from UTC", fix=fix)
    if not _is_sensible(moment):
        raise refusal("BAD_TIME", f"a time between the years {YEARS[0]} and {YEARS[1]}")
    if offset % timedelta(minutes=1) or abs(offset) > timedelta(hours=15):
        raise refusal("BAD_TIME", "an offset in whole minutes within 15 hours of UTC")
    return moment


def _is_sensible(moment: datetime) -> bool:
    # Here and in UTC, in this order: the first and last hours of the calendar have no UTC.
    return YEARS[0] <= moment.year <= YEARS[1] and YEARS[0] <= utc(moment).year <= YEARS[1]


def _clock(value: object) -> time:
    matched = re.fullmatch(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?", value) if isinstance(value, str) else None
    if matched:
        hour, minute, second = (int(part or 0) for part in matched.groups())
        if (hour, minute, second) == (24, 0, 0):
            return time(0)  # an end at midnight; hours whose end is at or before their start run over midnight
        if hour < 24 and minute < 60 and second < 60:
            return time(hour, minute, second)
    raise refusal("BAD_CLOCK", "a clock time such as 07:00, without an offset")


def _clock_or_sun(value: object) -> time | SunEvent:
    if isinstance(value, str) and value in tuple(SunEvent):
        return SunEvent(value)
    try:
        return _clock(value)
    except PydanticCustomError:
        events = ", ".join(SunEvent)
        expected = f"a clock time such as 07:00, without an offset, or an event of the sun ({events})"
        raise refusal("BAD_CLOCK", expected) from None


def _opening(value: object) -> time | SunEvent:
    if value in ("24:00", "24:00:00"):
        # Taken for 00:00 it would move the hours by a whole day.
        raise refusal("BAD_CLOCK", "a start before 24:00", fix="Write 00:00 with the days that follow.")
    return _clock_or_sun(value)


@lru_cache(maxsize=1)
def _time_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _time_zone(value: object) -> zoneinfo.ZoneInfo:
    # Asked by name in a list, because a name is also a path for the library that loads it.
    if isinstance(value, str) and value in _time_zones():
        return zoneinfo.ZoneInfo(value)
    fix = did_you_mean(value, _time_zones(), cutoff=0.8) if isinstance(value, str) else ""
    raise refusal("BAD_TIME_ZONE", "a time zone of the IANA database such as Asia/Hong_Kong", fix=fix)


def _no_second_clock(_: object) -> None:
    raise refusal("TWO_CLOCKS", "either utc_offset or time_zone", fix="Take one of them out.")


OTHER_REFERENCES = {
    "WGS84": ("ELLIPSOID", "ELLIPSOIDAL", "HAE", "W84", "WGS-84", "WGS 84", "WGS"),
    "AMSL": ("MSL", "ASL", "ALT", "ALTITUDE", "QNH", "EGM96", "GEOID"),
    "AGL": ("GND", "SFC", "GROUND", "SURFACE", "ATO", "HEIGHT", "ABOVE GROUND"),
    "FL": ("STD", "FLIGHT LEVEL", "QNE", "1013"),
    "PAD": ("HOME", "TAKEOFF", "TAKE-OFF", "RELATIVE"),
}
"""What other programs write for a reference of ours: offered in the message, and not taken for it."""


def _reference(value: object) -> object:
    """Refuse a foreign word for a reference with the word of ours it resembles."""
    word = value.strip().upper() if isinstance(value, str) else ""
    for ours, others in OTHER_REFERENCES.items():
        if word in others:
            fix = f"If it means heights as in {ours}, write '{ours}'."
            raise refusal("UNKNOWN_VALUE", "AGL, AMSL, WGS84, PAD or FL", fix=fix)
    return value


LIST_LIMIT = 10_000
"""No zone, pad or gate names so many things."""


def _short_list(value: object) -> object:
    """Refuse a list whose problems alone could fill the memory."""
    if isinstance(value, list) and len(value) > LIST_LIMIT:
        raise refusal("TOO_MANY", f"a list with {LIST_LIMIT:,} or fewer in it", found=_counted(value))
    return value


ENTRIES_LIMIT = 50_000
"""All that the entries of one schedule, or the permits of one gate, hold together: a year of daily permits has some
10,000 in it."""


def _short_entries(value: object) -> object:
    """Refuse entries that hold so much that their problems alone could fill the memory."""
    count, level = 0, [_short_list(value)]
    while isinstance(value, list) and level:
        lists = [inner for inner in level if isinstance(inner, dict | list)]
        level = [deeper for inner in lists for deeper in (inner.values() if isinstance(inner, dict) else inner)]
        count += len(level)
        if count > ENTRIES_LIMIT:
            raise refusal("TOO_MANY", f"{ENTRIES_LIMIT:,} or fewer values in all its entries", found=_counted(value))
    return value


def _counted(value: Sized) -> str:
    return f"{len(value):,} in it"


def _offset(value: object) -> timedelta:
    if value == "Z":
        return timedelta(0)
    matched = re.fullmatch(r"([+-])([0-9]{2}):([0-5][0-9])", value) if isinstance(value, str) else None
    if matched and int(matched[2]) < 15:
        size = timedelta(hours=int(matched[2]), minutes=int(matched[3]))
        return -size if matched[1] == "-" else size
    raise refusal("BAD_OFFSET", "an offset from UTC such as +08:00")


def _digest(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"sha256:[0-9a-f]{64}", value):
        return value
    raise refusal("BAD_DIGEST", "'sha256:' and 64 hexadecimal digits")


def _word(value: object) -> object:
    """Let nulls through as missing words: many programs write null for an empty field."""
    return "" if value is None else value


Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=str), Field(json_schema_extra={"format": "date"})]
Moment = Annotated[
    datetime, BeforeValidator(_moment, json_schema_input_type=str), Field(json_schema_extra={"format": "date-time"})
]
"""An aware time, still with the offset it was written with."""
Clock = Annotated[
    time,
    BeforeValidator(_clock, json_schema_input_type=str),
    Field(json_schema_extra={"pattern": r"^\d{2}:\d{2}(:\d{2})?$"}),
]
ClockOrSun = Annotated[
    time | SunEvent,
    BeforeValidator(_clock_or_sun, json_schema_input_type=str),
    Field(json_schema_extra={"pattern": rf"^(\d{{2}}:\d{{2}}(:\d{{2}})?|{'|'.join(SunEvent)})$"}),
]
"""A clock time, or an event of the sun."""
Opening = Annotated[
    time | SunEvent,
    BeforeValidator(_opening, json_schema_input_type=str),
    Field(json_schema_extra={"pattern": rf"^((?!24)\d{{2}}:\d{{2}}(:\d{{2}})?|{'|'.join(SunEvent)})$"}),
]
"""The same where hours begin, which they do before 24:00."""
TimeZone = Annotated[zoneinfo.ZoneInfo, BeforeValidator(_time_zone, json_schema_input_type=str)]
"""By its name in the IANA database."""
Offset = Annotated[
    timedelta,
    BeforeValidator(_offset, json_schema_input_type=str),
    Field(json_schema_extra={"pattern": r"^(Z|[+-]\d{2}:\d{2})$"}),
]
Word = Annotated[str, BeforeValidator(_word, json_schema_input_type=str | None)]
"""Text that may be missing."""
Digest = Annotated[
    str,
    BeforeValidator(_digest, json_schema_input_type=str),
    Field(json_schema_extra={"pattern": "^sha256:[0-9a-f]{64}$"}),
]
"""A SHA-256 as our records write it."""
Name = Annotated[str, Field(min_length=1, max_length=500)]
Id = Annotated[str, Field(min_length=1, max_length=200)]
ConfidenceWord = Literal["verified", "sourced", "assumed", "unknown"]
Datum = Annotated[Literal["AGL", "AMSL", "WGS84", "PAD", "FL"], BeforeValidator(_reference)]
"""What a height is measured from."""
Unit = Literal["m", "ft", "FL"]
"""Of both limits. FL are hundreds of feet, beside the reference FL; the reference FL takes m and ft too."""
Bounded = BeforeValidator(_short_list)
BoundedEntries = BeforeValidator(_short_entries)

# Coordinates stop at the first thing wrong: an outline wrong throughout would fill the memory with problems.
Position = Annotated[list[float], Field(min_length=2, fail_fast=True)]
"""Longitude, latitude; a third number is let in and not used (RFC 7946 means metres above the ellipsoid)."""
Ring = Annotated[list[Position], Field(min_length=3, fail_fast=True)]
Rings = Annotated[list[Ring], Field(min_length=1, fail_fast=True)]


class PointGeometry(Open):
    """A GeoJSON point."""

    type: Literal["Point"]
    coordinates: Position


class LineGeometry(Open):
    """A GeoJSON line."""

    type: Literal["LineString"]
    coordinates: Annotated[list[Position], Field(min_length=2, fail_fast=True)]


class PolygonGeometry(Open):
    """A GeoJSON polygon: the outer ring, then its holes."""

    type: Literal["Polygon"]
    coordinates: Rings


class MultiPolygonGeometry(Open):
    """Several GeoJSON polygons."""

    type: Literal["MultiPolygon"]
    coordinates: Annotated[list[Rings], Field(min_length=1, fail_fast=True)]


AreaGeometry = Annotated[PolygonGeometry | MultiPolygonGeometry, Field(discriminator="type")]
GateGeometry = Annotated[PolygonGeometry | LineGeometry, Field(discriminator="type")]


class PeriodEntry(Open):
    """One entry of a schedule: a stretch of time, throughout."""

    model_config = ConfigDict(populate_by_name=False)

    start_at: Moment | None = Field(default=None, alias="from")
    end_at: Moment | None = Field(default=None, alias="until")


class HoursEntry(PeriodEntry):
    """One entry of a schedule: weekdays from one time of day to another, if need be within a stretch of time."""

    days: Annotated[list[Literal["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN", "ANY"]], Field(min_length=1), Bounded]
    start: Opening
    end: ClockOrSun
    place: Position | None = None
    """Where the sun is watched from, if not in the middle of the thing itself."""
    utc_offset: Offset


class ZonedHoursEntry(HoursEntry):
    """The same by the clock of a time zone with its summer time."""

    utc_offset: Annotated[None, BeforeValidator(_no_second_clock)] = None  # type: ignore[assignment] # the other clock
    time_zone: TimeZone


def _kind_of_entry(value: object) -> str:
    keys = set(value) if isinstance(value, dict) else set()
    if "time_zone" in keys:
        return "zoned"
    return "period" if keys & {"from", "until"} and not keys & {"days", "start", "end", "utc_offset"} else "hours"


ENTRY_KINDS = ("zoned", "hours", "period")
"""Pydantic puts these into the location of a problem, where no such key stands in the file."""

ScheduleEntry = Annotated[
    Annotated[ZonedHoursEntry, Tag("zoned")]
    | Annotated[HoursEntry, Tag("hours")]
    | Annotated[PeriodEntry, Tag("period")],
    Discriminator(_kind_of_entry),
]
Hours = Annotated[list[ScheduleEntry], Field(min_length=1), BoundedEntries] | None
"""None means always. An empty list is refused: it may have been meant as never."""


class ZoneProperties(Open):
    """Properties of a zone."""

    id: Id
    name: Name
    name_zh: Word = ""
    restriction: Literal["PROHIBITED", "REQ_AUTHORISATION", "CONDITIONAL", "NO_RESTRICTION"]
    lower: float
    lower_ref: Datum
    lower_pad: Word = ""
    upper: float | None
    upper_ref: Datum | None = None
    upper_pad: Word = ""
    uom: Unit
    schedule: Hours = None
    authority: Word = ""
    jurisdiction: Word = ""
    category: Word = ""
    source: Name | None
    """None says that nobody knows; leaving it out does not."""
    source_date: Day | None
    confidence: ConfidenceWord | None = None


class PadProperties(Open):
    """Properties of a pad."""

    id: Id
    name: Name
    name_zh: Word = ""
    elevation_m: Annotated[float, Field(ge=-450, le=9000)]
    elevation_ref: Literal["AMSL", "WGS84"]
    jurisdiction: Word = ""
    roles: Annotated[list[Id], Bounded]
    slots: Annotated[int, Field(ge=1)] = 1
    turnaround_s: Annotated[float, Field(ge=0)] = 0.0
    swap_packs: Annotated[int, Field(ge=0)] | None = None
    chargers: Annotated[int, Field(ge=1)] | None = None
    schedule: Hours = None
    custody: Literal["locker", "staffed", "two_person"] = "staffed"
    two_person_hours: Hours = None
    customs_windows: Hours = None
    """Without any, a pad with the role ``customs`` clears at all times, and another not at all."""
    customs_dwell_s: Annotated[float, Field(ge=0)] | None = None
    source: Name
    source_date: Day | None = None
    confidence: ConfidenceWord | None = None


class PermitEntry(Open):
    """One permit of a gate."""

    id: Id
    authority: Name
    zones: Annotated[list[Id], Bounded]
    aircraft: Annotated[list[Id], Bounded]
    valid_from: Moment
    valid_to: Moment
    schedule: Hours = None
    lower: float | None = None
    """Without any of these it is given for every height."""
    lower_ref: Datum | None = None
    lower_pad: Word = ""
    upper: float | None = None
    upper_ref: Datum | None = None
    upper_pad: Word = ""
    uom: Unit = "m"
    source: Name
    source_date: Day | None = None
    confidence: ConfidenceWord | None = None


class GateProperties(Open):
    """Properties of a gate."""

    id: Id
    name: Name
    name_zh: Word = ""
    lower: float
    lower_ref: Datum
    lower_pad: Word = ""
    upper: float | None
    upper_ref: Datum | None = None
    upper_pad: Word = ""
    uom: Unit = "m"
    schedule: Hours = None
    capacity_per_hour: Annotated[int, Field(ge=1)] | None = None
    permits: Annotated[list[PermitEntry], BoundedEntries]
    source: Name
    source_date: Day | None = None
    confidence: ConfidenceWord | None = None


class JurisdictionProperties(Open):
    """Properties of a jurisdiction."""

    id: Id
    name: Name
    name_zh: Word = ""
    authority: Name
    rules: Annotated[list[Id], Bounded]
    source: Name
    source_date: Day | None = None
    confidence: ConfidenceWord | None = None


class LandProperties(Open):
    """Properties of a piece of land on the map."""

    attribution: Name


class Feature(Open):
    """One thing on the map, with its properties."""

    type: Literal["Feature"]
    properties: Open


class ZoneFeature(Feature):
    """A zone."""

    geometry: AreaGeometry
    properties: ZoneProperties


class PadFeature(Feature):
    """A pad."""

    geometry: PointGeometry
    properties: PadProperties


class GateFeature(Feature):
    """A gate: an area, or a line along the stretch of boundary, read as the area within 50 m of it."""

    geometry: GateGeometry
    properties: GateProperties


class JurisdictionFeature(Feature):
    """A jurisdiction."""

    geometry: AreaGeometry
    properties: JurisdictionProperties


class LandFeature(Feature):
    """A piece of land, for drawing."""

    geometry: AreaGeometry
    properties: LandProperties


class ZoneCollection(Open):
    """A file of zones."""

    type: Literal["FeatureCollection"]
    features: list[ZoneFeature]


class PadCollection(Open):
    """A file of pads."""

    type: Literal["FeatureCollection"]
    features: list[PadFeature]


class GateCollection(Open):
    """A file of gates."""

    type: Literal["FeatureCollection"]
    features: list[GateFeature]


class JurisdictionCollection(Open):
    """A file of jurisdictions."""

    type: Literal["FeatureCollection"]
    features: list[JurisdictionFeature]


class LandCollection(Open):
    """A file of land areas."""

    type: Literal["FeatureCollection"]
    features: list[LandFeature]


def utc(moment: datetime) -> datetime:
    """Return the same moment in UTC."""
    return moment.astimezone(UTC)


def offset_of(moment: datetime) -> timedelta:
    """Return the offset an aware time was written with."""
    return moment.utcoffset() or timedelta(0)


def at_offset(moment: datetime, offset: timedelta) -> datetime:
    """Return the same moment told at an offset from UTC."""
    return moment.astimezone(timezone(offset))

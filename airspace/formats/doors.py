"""What our GeoJSON files must hold, as pydantic models: they stand at the door and never go further in.

Everything is strict: a number in quotes is not a number. Unknown properties are let in and kept.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

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
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
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
    if not YEARS[0] <= moment.year <= YEARS[1]:
        raise refusal("BAD_TIME", f"a time between the years {YEARS[0]} and {YEARS[1]}")
    if offset % timedelta(minutes=1) or abs(offset) > timedelta(hours=15):
        raise refusal("BAD_TIME", "an offset in whole minutes within 15 hours of UTC")
    return moment


def _clock(value: object) -> time:
    matched = re.fullmatch(r"(\d{2}):(\d{2})(?::(\d{2}))?", value) if isinstance(value, str) else None
    if matched:
        hour, minute, second = (int(part or 0) for part in matched.groups())
        if (hour, minute, second) == (24, 0, 0):
            return time(0)  # an end at midnight; hours whose end is at or before their start run over midnight
        if hour < 24 and minute < 60 and second < 60:
            return time(hour, minute, second)
    raise refusal("BAD_CLOCK", "a clock time such as 07:00, without an offset")


def _offset(value: object) -> timedelta:
    if value == "Z":
        return timedelta(0)
    matched = re.fullmatch(r"([+-])(\d{2}):([0-5]\d)", value) if isinstance(value, str) else None
    if matched and int(matched[2]) < 15:
        size = timedelta(hours=int(matched[2]), minutes=int(matched[3]))
        return -size if matched[1] == "-" else size
    raise refusal("BAD_OFFSET", "an offset from UTC such as +08:00")


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
Offset = Annotated[
    timedelta,
    BeforeValidator(_offset, json_schema_input_type=str),
    Field(json_schema_extra={"pattern": r"^(Z|[+-]\d{2}:\d{2})$"}),
]
Word = Annotated[str, BeforeValidator(_word, json_schema_input_type=str | None)]
"""Text that may be missing."""
Name = Annotated[str, Field(min_length=1, max_length=500)]
Id = Annotated[str, Field(min_length=1, max_length=200)]
ConfidenceWord = Literal["verified", "sourced", "assumed", "unknown"]
Datum = Literal["AGL", "AMSL"]

Position = Annotated[list[float], Field(min_length=2)]
"""Longitude, latitude; a third number is let in and not used (RFC 7946 means metres above the ellipsoid)."""
Ring = Annotated[list[Position], Field(min_length=3)]
Rings = Annotated[list[Ring], Field(min_length=1)]


class PointGeometry(Open):
    """A GeoJSON point."""

    type: Literal["Point"]
    coordinates: Position


class LineGeometry(Open):
    """A GeoJSON line."""

    type: Literal["LineString"]
    coordinates: Annotated[list[Position], Field(min_length=2)]


class PolygonGeometry(Open):
    """A GeoJSON polygon: the outer ring, then its holes."""

    type: Literal["Polygon"]
    coordinates: Rings


class MultiPolygonGeometry(Open):
    """Several GeoJSON polygons."""

    type: Literal["MultiPolygon"]
    coordinates: Annotated[list[Rings], Field(min_length=1)]


AreaGeometry = Annotated[PolygonGeometry | MultiPolygonGeometry, Field(discriminator="type")]
GateGeometry = Annotated[PolygonGeometry | LineGeometry, Field(discriminator="type")]


class HoursEntry(Open):
    """One entry of a schedule."""

    days: Annotated[list[Literal["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN", "ANY"]], Field(min_length=1)]
    start: Clock
    end: Clock
    utc_offset: Offset


Hours = Annotated[list[HoursEntry], Field(min_length=1)] | None
"""None means always. An empty list is refused: it may have been meant as never."""


class ZoneProperties(Open):
    """Properties of a zone."""

    id: Id
    name: Name
    name_zh: Word = ""
    restriction: Literal["PROHIBITED", "REQ_AUTHORISATION", "CONDITIONAL", "NO_RESTRICTION"]
    lower: float
    lower_ref: Datum
    upper: float | None
    upper_ref: Datum | None = None
    uom: Literal["m", "ft"]
    schedule: Hours = None
    authority: Word = ""
    jurisdiction: Word = ""
    category: Word = ""
    source: Name
    source_date: Day | None
    confidence: ConfidenceWord | None = None


class PadProperties(Open):
    """Properties of a pad."""

    id: Id
    name: Name
    name_zh: Word = ""
    elevation_m: Annotated[float, Field(ge=-450, le=9000)]
    elevation_ref: Literal["AMSL"]
    jurisdiction: Word = ""
    roles: list[Id]
    slots: Annotated[int, Field(ge=1)] = 1
    turnaround_s: Annotated[float, Field(ge=0)] = 0.0
    schedule: Hours = None
    custody: Literal["locker", "staffed", "two_person"] = "staffed"
    source: Name
    source_date: Day | None = None
    confidence: ConfidenceWord | None = None


class PermitEntry(Open):
    """One permit of a gate."""

    id: Id
    authority: Name
    zones: list[Id]
    aircraft: list[Id]
    valid_from: Moment
    valid_to: Moment
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
    upper: float | None
    upper_ref: Datum | None = None
    uom: Literal["m", "ft"] = "m"
    schedule: Hours = None
    capacity_per_hour: Annotated[int, Field(ge=1)] | None = None
    permits: list[PermitEntry]
    source: Name
    source_date: Day | None = None
    confidence: ConfidenceWord | None = None


class JurisdictionProperties(Open):
    """Properties of a jurisdiction."""

    id: Id
    name: Name
    name_zh: Word = ""
    authority: Name
    rules: list[Id]
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

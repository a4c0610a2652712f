"""Our own GeoJSON (RFC 7946): zones, pads, gates, jurisdictions and land, one FeatureCollection a file.

Longitude then latitude, WGS 84. Heights may be in metres or feet; feet become metres here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import TypeVar

import shapely
from pydantic import BaseModel, ValidationError

from airspace.earth.heights import Band, Height, Reference
from airspace.errors import Problem
from airspace.formats.documents import Document, without_told
from airspace.formats.doors import (
    Feature,
    GateFeature,
    GateProperties,
    Hours,
    HoursEntry,
    JurisdictionFeature,
    LandFeature,
    PadFeature,
    PermitEntry,
    ZoneFeature,
    ZoneProperties,
    utc,
)
from airspace.formats.shapes import Area, Telling, area_of, gate_area_of, point_of
from airspace.formats.telling import Placed, did_you_mean, listed, place_of, problem_of, problems_of, shown
from airspace.model.gates import Gate, Jurisdiction, Permit
from airspace.model.pads import Custody, Pad
from airspace.model.schedules import ALWAYS, WEEKDAYS, Schedule
from airspace.model.schedules import Hours as HoursOfDays
from airspace.model.sources import Confidence, Source
from airspace.model.zones import Restriction, Zone

FOOT_M = 0.3048
"""The international foot, exactly."""

WGS84_NAMES = ("CRS84", "EPSG::4326", "EPSG:4326", "WGS84", "WGS 84")
"""How the names of the one permitted coordinate system end."""

T = TypeVar("T")
F = TypeVar("F", bound=Feature)


class GeoJson:
    """Zones in our own GeoJSON."""

    name = "GeoJSON (a FeatureCollection of zones)"

    def recognises(self, document: Document) -> bool:
        """Tell whether the document is a FeatureCollection."""
        return isinstance(document.data, dict) and document.data.get("type") == "FeatureCollection"

    def zones(self, document: Document) -> tuple[list[Placed[Zone]], list[Problem]]:
        """Return the zones with their places, and what is wrong."""
        return _read(document, "zone", ZoneFeature, _zone)


def read_pads(document: Document) -> tuple[list[Placed[Pad]], list[Problem]]:
    """Return the pads of a file with their places, and what is wrong."""
    return _read(document, "pad", PadFeature, _pad)


def read_gates(document: Document) -> tuple[list[Placed[Gate]], list[Problem]]:
    """Return the gates of a file with their places, and what is wrong."""
    return _read(document, "gate", GateFeature, _gate)


def read_jurisdictions(document: Document) -> tuple[list[Placed[Jurisdiction]], list[Problem]]:
    """Return the jurisdictions of a file with their places, and what is wrong."""
    return _read(document, "jurisdiction", JurisdictionFeature, _jurisdiction)


@dataclass(frozen=True, slots=True, kw_only=True)
class Land:
    """A piece of land for drawing, and whom to thank for it."""

    area: Area
    attribution: str


def read_land(document: Document) -> tuple[list[Placed[Land]], list[Problem]]:
    """Return the land areas of a file with their places, and what is wrong."""
    return _read(document, "land", LandFeature, _land)


def _read(
    document: Document, kind: str, model: type[F], build: Callable[[F, Telling], T | None]
) -> tuple[list[Placed[T]], list[Problem]]:
    features, problems = _features(document)
    placed: list[Placed[T]] = []
    for index, raw in enumerate(features):
        telling = Telling(file=document.file, prefix=("features", index), subject=_subject(kind, raw))
        value = _value(raw, model, build, telling)
        placed.append(Placed(id=_id(raw), place=telling.place(), value=None if telling.broken else value))
        problems += telling.problems
    if kind != "land":
        problems += _ids_twice(document.file, kind, placed)
    return placed, [*document.problems, *without_told(problems, document.problems)]


def _features(document: Document) -> tuple[list[object], list[Problem]]:
    data, file = document.data, document.file
    if not isinstance(data, dict) or data.get("type") != "FeatureCollection":
        found = f"JSON of type {shown(data.get('type'))}" if isinstance(data, dict) else _kind_of(data)
        return [], [_problem(file, "", "NOT_A_FEATURE_COLLECTION", found, "a GeoJSON FeatureCollection")]
    problems = _crs_problems(file, data.get("crs"))
    features = data.get("features")
    if not isinstance(features, list):
        found = shown(features) if "features" in data else "nothing"
        return [], [*problems, _problem(file, "features", "WRONG_TYPE", found, "a list of features")]
    if not features:
        empty = _problem(file, "features", "EMPTY_COLLECTION", "an empty list", "at least one feature")
        problems.append(replace(empty, warning=True))
    return features, problems


def _kind_of(data: object) -> str:
    return "text that is not JSON" if data is None else "JSON without an object at its top"


def _crs_problems(file: str, crs: object) -> list[Problem]:
    if crs is None:
        return []
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if isinstance(name, str) and name.upper().endswith(WGS84_NAMES):
        return []
    fix = "Export the file again in WGS 84 (EPSG:4326); changing the name alone would move everything."
    return [_problem(file, "crs", "WRONG_CRS", shown(name or crs), "WGS 84 degrees (OGC:CRS84)", fix)]


def _problem(file: str, place: str, code: str, found: str, expected: str, fix: str = "") -> Problem:
    return Problem(file=file, place=place, code=code, found=found, expected=expected, fix=fix)


def _id(raw: object) -> str:
    properties = raw.get("properties") if isinstance(raw, dict) else None
    value = properties.get("id") if isinstance(properties, dict) else None
    return value if isinstance(value, str) else ""


def _subject(kind: str, raw: object) -> str:
    return f"{kind} {shown(_id(raw))}" if _id(raw) else ""


def _value(raw: object, model: type[F], build: Callable[[F, Telling], T | None], telling: Telling) -> T | None:
    try:
        feature = model.model_validate(raw)
    except ValidationError as error:
        problems = problems_of(error, file=telling.file, prefix=telling.prefix, subject=telling.subject)
        telling.problems += _first_of_coordinates(problems)
        return None
    _tell_misspelt(feature.properties, telling)
    try:
        return build(feature, telling)
    except ValueError as error:
        problem = problem_of(error, file=telling.file, place=telling.place("properties"), subject=telling.subject)
        telling.problems.append(problem)
        return None


def _first_of_coordinates(problems: Sequence[Problem]) -> list[Problem]:
    """Keep one problem about the coordinates of a feature: a shape wrong throughout would tell thousands."""
    inside = [problem for problem in problems if ".geometry.coordinates" in problem.place]
    others = [problem for problem in problems if ".geometry.coordinates" not in problem.place]
    if any(problem.place.endswith(".geometry.type") for problem in others):
        return others
    if len(inside) > 1:
        more = f"{inside[0].found}, and {len(inside) - 1} more like it"
        inside = [replace(inside[0], found=more)]
    return others + inside[:1]


def _tell_misspelt(properties: BaseModel, telling: Telling) -> None:
    known = [name for name in type(properties).model_fields if name not in properties.model_fields_set]
    for key in properties.model_extra or {}:
        # A high bar: a property of somebody else's that merely resembles one of ours is none of our business.
        fix = did_you_mean(key, known, cutoff=0.85)
        if fix:
            telling.tell(
                "UNKNOWN_PROPERTY",
                "properties",
                key,
                found=f"the unknown property {shown(key)}, which is kept but not used",
                expected="a property by its exact name",
                fix=fix,
                warning=True,
            )


def _ids_twice(file: str, kind: str, placed: Sequence[Placed[T]]) -> list[Problem]:
    first: dict[str, str] = {}
    problems = []
    for item in placed:
        if item.id in first:
            found = f"{shown(item.id)}, which stands at {first[item.id]} too"
            place = f"{item.place}.properties.id"
            problems.append(_problem(file, place, "DUPLICATE_ID", found, f"every {kind} id once"))
        elif item.id:
            first[item.id] = item.place
    return problems


def _zone(feature: ZoneFeature, telling: Telling) -> Zone | None:
    given = feature.properties
    area, band = area_of(feature.geometry, telling), _band(given, telling)
    if area is None or band is None:
        return None
    return Zone(
        id=given.id,
        name=given.name,
        name_zh=given.name_zh,
        restriction=Restriction(given.restriction),
        area=area,
        band=band,
        schedule=_schedule(given.schedule),
        authority=given.authority,
        jurisdiction=given.jurisdiction,
        category=given.category,
        source=_source(given.source, given.source_date, given.confidence),
        extra=_extra(given),
    )


def _pad(feature: PadFeature, telling: Telling) -> Pad | None:
    given = feature.properties
    lonlat = point_of(feature.geometry.coordinates, telling)
    if lonlat is None:
        return None
    return Pad(
        id=given.id,
        name=given.name,
        name_zh=given.name_zh,
        lon=lonlat[0],
        lat=lonlat[1],
        elevation_amsl_m=given.elevation_m,
        jurisdiction=given.jurisdiction,
        roles=tuple(given.roles),
        slots=given.slots,
        turnaround_s=given.turnaround_s,
        schedule=_schedule(given.schedule),
        custody=Custody(given.custody),
        source=_source(given.source, given.source_date, given.confidence),
        extra=_extra(given),
    )


def _gate(feature: GateFeature, telling: Telling) -> Gate | None:
    given = feature.properties
    area, band = gate_area_of(feature.geometry, telling), _band(given, telling)
    _tell_permits_twice(given.permits, telling)
    permits = [_permit(entry, index, telling) for index, entry in enumerate(given.permits)]
    if area is None or band is None or telling.broken:
        return None
    return Gate(
        id=given.id,
        name=given.name,
        name_zh=given.name_zh,
        area=area,
        band=band,
        schedule=_schedule(given.schedule),
        capacity_per_hour=given.capacity_per_hour,
        permits=tuple(permit for permit in permits if permit is not None),
        source=_source(given.source, given.source_date, given.confidence),
        extra=_extra(given),
    )


def _tell_permits_twice(entries: Sequence[PermitEntry], telling: Telling) -> None:
    first: dict[str, int] = {}
    for index, entry in enumerate(entries):
        at = first.setdefault(entry.id, index)
        if at != index:
            found = f"{shown(entry.id)}, which is permits{place_of((at,))} too"
            place = ("properties", "permits", index, "id")
            telling.tell("DUPLICATE_ID", *place, found=found, expected="every permit id once in a gate")


def _permit(entry: PermitEntry, index: int, telling: Telling) -> Permit | None:
    place = ("properties", "permits", index)
    if not entry.valid_from < entry.valid_to:
        telling.tell(
            "TIMES_REVERSED",
            *place,
            "valid_to",
            found=_span(entry.valid_from, entry.valid_to),
            expected="valid_from before valid_to",
        )
        return None
    try:
        return Permit(
            id=entry.id,
            authority=entry.authority,
            zones=tuple(entry.zones),
            aircraft=tuple(entry.aircraft),
            valid_from=utc(entry.valid_from),
            valid_to=utc(entry.valid_to),
            source=_source(entry.source, entry.source_date, entry.confidence),
        )
    except ValueError as error:
        problem = problem_of(error, file=telling.file, place=telling.place(*place), subject=telling.subject)
        telling.problems.append(problem)
        return None


def _span(start: datetime, end: datetime) -> str:
    return f"{start.isoformat()} and {end.isoformat()}"


def _jurisdiction(feature: JurisdictionFeature, telling: Telling) -> Jurisdiction | None:
    given = feature.properties
    area = area_of(feature.geometry, telling)
    if area is None:
        return None
    return Jurisdiction(
        id=given.id,
        name=given.name,
        name_zh=given.name_zh,
        authority=given.authority,
        area=area,
        rules=tuple(given.rules),
        source=_source(given.source, given.source_date, given.confidence),
    )


def _land(feature: LandFeature, telling: Telling) -> Land | None:
    area = area_of(feature.geometry, telling)
    return None if area is None else Land(area=area, attribution=feature.properties.attribution)


def _band(given: ZoneProperties | GateProperties, telling: Telling) -> Band | None:
    metres = FOOT_M if given.uom == "ft" else 1.0
    lower = Height(value_m=given.lower * metres, reference=Reference(given.lower_ref))
    if given.upper is None:
        return Band(lower=lower, upper=None)
    if given.upper_ref is None:
        telling.tell(
            "MISSING_VALUE", "properties", "upper_ref", found="nothing", expected="AGL or AMSL beside an upper limit"
        )
        return None
    if given.lower_ref == given.upper_ref and not given.lower < given.upper:
        found = f"lower {given.lower:g} and upper {given.upper:g}, both {given.lower_ref}"
        telling.tell("LOWER_ABOVE_UPPER", "properties", "lower", found=found, expected="lower below upper")
        return None
    return Band(lower=lower, upper=Height(value_m=given.upper * metres, reference=Reference(given.upper_ref)))


def _schedule(entries: Hours) -> Schedule:
    return Schedule(hours=tuple(_hours(entry) for entry in entries)) if entries else ALWAYS


def _hours(entry: HoursEntry) -> HoursOfDays:
    return HoursOfDays(
        days=WEEKDAYS if "ANY" in entry.days else tuple(dict.fromkeys(entry.days)),
        start=entry.start,
        end=entry.end,
        utc_offset=entry.utc_offset,
    )


def _source(citation: str, day: date | None, confidence: str | None) -> Source:
    return Source(citation=citation, date=day, confidence=Confidence(confidence or Confidence.UNKNOWN))


def _extra(given: BaseModel) -> Mapping[str, object]:
    return MappingProxyType(dict(given.model_extra or {}))


def merged_area(areas: Sequence[Area]) -> shapely.MultiPolygon:
    """Return several areas as one MultiPolygon."""
    whole = shapely.union_all(areas)
    return whole if isinstance(whole, shapely.MultiPolygon) else shapely.MultiPolygon([whole])


def attributions(lands: Sequence[Land]) -> str:
    """Return whom to thank for some land, each named once."""
    return listed(dict.fromkeys(land.attribution for land in lands), limit=100)

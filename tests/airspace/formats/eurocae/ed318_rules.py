"""The field rules of EUROCAE ED-318, checked from the text of a file and without any code of ours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

ZONE_FIELDS = {
    "identifier",
    "country",
    "name",
    "type",
    "variant",
    "restrictionConditions",
    "region",
    "reason",
    "otherReasonInfo",
    "regulationExemption",
    "message",
    "zoneAuthority",
    "limitedApplicability",
    "dataSource",
    "extendedProperties",
}
TYPES = {"USPACE", "PROHIBITED", "REQ_AUTHORIZATION", "CONDITIONAL", "NO_RESTRICTION"}
REASONS = {"AIR_TRAFFIC", "SENSITIVE", "PRIVACY", "POPULATION", "NATURE", "NOISE", "EMERGENCY", "DAR", "OTHER"}
DAYS = {"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN", "ANY"}
EVENTS = {"BMCT", "SR", "SS", "EECT"}
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d{2}:\d{2})")
DURATION = re.compile(r"P(?=.)(\d+[YMWD])*(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?")


def ed318_faults(text: str) -> list[str]:
    """Return what of a file breaks a rule of the standard, each with its place."""
    document = json.loads(text)
    return list(_collection(document))


def _collection(document: dict[str, Any]) -> Iterator[str]:
    if document.get("type") != "FeatureCollection" or not isinstance(document.get("features"), list):
        yield "a FeatureCollection with features"
        return
    if len(document.get("name", "")) > 200:
        yield "name: at most 200 characters"
    yield from _metadata(document.get("metadata", {}))
    identifiers = [feature["properties"]["identifier"] for feature in document["features"]]
    if len(set(identifiers)) != len(identifiers):
        yield "every identifier once"
    for index, feature in enumerate(document["features"]):
        for fault in _feature(feature):
            yield f"features[{index}]: {fault}"


def _metadata(metadata: dict[str, Any]) -> Iterator[str]:
    for key in ("issued", "validFrom", "validTo"):
        if key in metadata and not _is_moment(metadata[key]):
            yield f"metadata.{key}: a date-time"
    for key in ("provider", "description", "technicalLimitation", "technicalLimitations"):
        if key in metadata:
            yield from _texts(metadata[key], 200, f"metadata.{key}")


def _feature(feature: dict[str, Any]) -> Iterator[str]:
    if set(feature) - {"type", "id", "bbox", "geometry", "properties"} or feature["type"] != "Feature":
        yield "the fields of a Feature"
    geometry = feature["geometry"]
    members = geometry["geometries"] if geometry["type"] == "GeometryCollection" else [geometry]
    if not members:
        yield "geometry: at least one layer"
    for member in members:
        yield from _geometry(member)
    yield from _properties(feature["properties"])


def _geometry(geometry: dict[str, Any]) -> Iterator[str]:
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind == "Point":
        extent = geometry["extent"]
        if extent["subType"] != "Circle" or not extent["radius"] > 0 or not _is_position(coordinates):
            yield "geometry: a circle"
    elif kind in ("Polygon", "MultiPolygon"):
        for polygon in [coordinates] if kind == "Polygon" else coordinates:
            for index, ring in enumerate(polygon):
                yield from _ring(ring, outer=index == 0)
    else:
        yield f"geometry.type: {kind}"
    yield from _layer(geometry["layer"])


def _ring(ring: list[list[float]], *, outer: bool) -> Iterator[str]:
    if len(ring) < 4 or ring[0] != ring[-1] or not all(map(_is_position, ring)):
        yield "geometry: a closed ring of at least four positions"
    x0, y0 = ring[0]
    twice = sum((a[0] - x0) * (b[1] - y0) - (b[0] - x0) * (a[1] - y0) for a, b in pairwise(ring))
    if (twice > 0) != outer:
        yield "geometry: outer rings anticlockwise, holes clockwise"


def _is_position(position: Any) -> bool:
    return len(position) == 2 and abs(position[0]) <= 180 and abs(position[1]) <= 90


def _layer(layer: dict[str, Any]) -> Iterator[str]:
    if set(layer) != {"upper", "upperReference", "lower", "lowerReference", "uom"}:
        yield "layer: its five fields"
        return
    if {layer["upperReference"], layer["lowerReference"]} - {"AGL", "AMSL", "WGS84"} or layer["uom"] not in ("m", "ft"):
        yield "layer: references and unit"
    if not all(isinstance(layer[key], int | float) and not isinstance(layer[key], bool) for key in ("upper", "lower")):
        yield "layer: numbers"
    elif layer["upperReference"] == layer["lowerReference"] and not layer["lower"] < layer["upper"]:
        yield "layer: lower below upper"


def _properties(zone: dict[str, Any]) -> Iterator[str]:
    if set(zone) - ZONE_FIELDS or not {"identifier", "country", "name", "type", "variant", "zoneAuthority"} <= set(
        zone
    ):
        yield f"properties: {sorted(zone)}"
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,7}", zone["identifier"], re.ASCII):
        yield f"identifier: {zone['identifier']}"
    if not re.fullmatch(r"[A-Z]{3}", zone["country"]):
        yield f"country: {zone['country']}"
    if zone["type"] not in TYPES or zone["variant"] not in ("COMMON", "CUSTOMIZED"):
        yield "type and variant"
    yield from _details(zone)
    yield from _authorities(zone["zoneAuthority"])
    yield from _periods(zone.get("limitedApplicability"))
    source = zone.get("dataSource", {})
    if not all(_is_moment(source[key]) for key in ("creationDateTime", "updateDateTime") if key in source):
        yield "dataSource"


def _details(zone: dict[str, Any]) -> Iterator[str]:
    if len(zone.get("restrictionConditions", "")) > 10_000 or zone.get("regulationExemption", "NO") not in (
        "YES",
        "NO",
    ):
        yield "restrictionConditions or regulationExemption"
    if type(zone.get("region", 0)) is not int or not 0 <= zone.get("region", 0) <= 65535:
        yield "region"
    if set(zone.get("reason", [])) - REASONS or len(zone.get("reason", [])) > 9:
        yield "reason"
    for key, limit in (("name", 200), ("otherReasonInfo", 200), ("message", 1000)):
        if key in zone:
            yield from _texts(zone[key], limit, key)
    if not isinstance(zone.get("extendedProperties", {}), dict):
        yield "extendedProperties"


def _texts(said: Any, limit: int, place: str) -> Iterator[str]:
    if not isinstance(said, list) or not said:
        yield f"{place}: a list of texts"
        return
    for text in said:
        if not isinstance(text["text"], str) or not 0 < len(text["text"]) <= limit:
            yield f"{place}: text of up to {limit} characters"
        if not re.fullmatch("[a-z]{2}-[A-Z]{2}", text["lang"], re.ASCII):
            yield f"{place}: lang {text['lang']}"


def _authorities(contacts: list[dict[str, Any]]) -> Iterator[str]:
    if not contacts:
        yield "zoneAuthority: at least one"
    for contact in contacts:
        if contact.get("purpose") not in ("AUTHORIZATION", "NOTIFICATION", "INFORMATION"):
            yield "zoneAuthority: purpose"
        for key in ("name", "service", "contactName"):
            if key in contact:
                yield from _texts(contact[key], 200, f"zoneAuthority.{key}")
        for key in ("email", "phone", "siteURL"):
            if not isinstance(contact.get(key, ""), str) or len(contact.get(key, "")) > 200:
                yield f"zoneAuthority.{key}"
        if "intervalBefore" in contact and not DURATION.fullmatch(contact["intervalBefore"]):
            yield "zoneAuthority.intervalBefore"


def _periods(periods: Any) -> Iterator[str]:
    if periods is None:
        return
    if not periods:
        yield "limitedApplicability: at least one period"
    for period in periods:
        if set(period) - {"startDateTime", "endDateTime", "schedule"}:
            yield "limitedApplicability: its fields"
        if not all(_is_moment(period[key]) for key in ("startDateTime", "endDateTime") if key in period):
            yield "limitedApplicability: date-times"
        if period.get("schedule") == []:
            yield "schedule: at least one entry"
        for entry in period.get("schedule", []):
            yield from _daily(entry)


def _daily(entry: dict[str, Any]) -> Iterator[str]:
    if not 1 <= len(entry["day"]) <= 7 or set(entry["day"]) - DAYS:
        yield "schedule.day"
    for end in ("start", "end"):
        time, event = entry.get(f"{end}Time"), entry.get(f"{end}Event")
        if (time is None) == (event is None):
            yield f"schedule: one of {end}Time and {end}Event"
        if time is not None and not TIME.fullmatch(time):
            yield f"schedule: {time}"
        if event is not None and event not in EVENTS:
            yield f"schedule: {event}"


def _is_moment(value: Any) -> bool:
    pattern = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})"
    return isinstance(value, str) and bool(re.fullmatch(pattern, value)) and datetime.fromisoformat(value) is not None

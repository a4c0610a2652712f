"""Reading zones from EUROCAE ED-269, in the wrappers in which files of it are found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Literal

import shapely
from pydantic import Field

from airspace.earth.heights import Band, Height, Reference
from airspace.errors import Problem
from airspace.formats.documents import Document, without_told
from airspace.formats.doors import Bounded, Id, Open, Position
from airspace.formats.eurocae.common_reading import (
    METRES,
    AsList,
    Blank,
    Country,
    FeatureTelling,
    Intake,
    Limit,
    Object,
    TimePeriod,
    Upper,
    Words,
    YesNo,
    admitted,
    band_of,
    blank,
    circle_of,
    day_of,
    extra_of,
    file_problem,
    layer_ids,
    listed_for,
    own_block,
    parts,
    polygon_area,
    refused,
    schedule_of,
    warn,
    with_ids_once,
    without_blanks,
    words_in,
)
from airspace.formats.shapes import Area
from airspace.formats.telling import Location, Placed, shown
from airspace.model.sources import Confidence, Source
from airspace.model.zones import Restriction, Zone

KEY = "ed269"
"""Where a zone's extra keeps what the format says and our values have no field for."""

RESTRICTIONS = {
    "PROHIBITED": Restriction.PROHIBITED,
    "REQ_AUTHORISATION": Restriction.REQ_AUTHORISATION,
    "REQ_AUTHORIZATION": Restriction.REQ_AUTHORISATION,
    "CONDITIONAL": Restriction.CONDITIONAL,
    "NO_RESTRICTION": Restriction.NO_RESTRICTION,
}

READ = ("identifier", "name", "restriction", "applicability", "geometry")
"""Properties that are read by themselves."""


# --- doors ---------------------------------------------------------------------------------------------------------

Datum = Annotated[Literal["AGL", "AMSL", "WGS84"] | None, Upper, Blank]
"""The standard has the first two; the third leaves no doubt about what it means."""


class Volume(Open):
    """An area with its limits: without a lower one from the ground up, without an upper one without a ceiling."""

    uom: Annotated[Literal["M", "FT"], Upper] = Field(alias="uomDimensions")
    lower_limit: Annotated[Limit | None, Blank] = Field(None, alias="lowerLimit")
    lower_reference: Datum = Field(None, alias="lowerVerticalReference")
    upper_limit: Annotated[Limit | None, Blank] = Field(None, alias="upperLimit")
    upper_reference: Datum = Field(None, alias="upperVerticalReference")


class Projection(Open):
    """The outline of a volume."""

    type: Literal["Circle", "Polygon"]


class Circle(Open):
    """A circle; its radius is in the unit of the volume."""

    center: Position
    radius: Limit


class UasZone(Open):
    """What a zone cannot do without."""

    identifier: Id
    country: Country
    type: Annotated[Literal["COMMON", "CUSTOMIZED"], Upper]
    restriction: Annotated[
        Literal["PROHIBITED", "REQ_AUTHORISATION", "REQ_AUTHORIZATION", "CONDITIONAL", "NO_RESTRICTION"], Upper
    ]
    applicability: Annotated[list[dict[str, Any]], Field(min_length=1), AsList, Bounded]
    zone_authority: Annotated[list[dict[str, Any]], Field(min_length=1), AsList, Bounded] = Field(alias="zoneAuthority")
    geometry: Annotated[list[Any], Field(min_length=1), AsList, Bounded]


class Permanence(Open):
    """Whether a zone holds at all times."""

    permanent: YesNo


# --- reading -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a file says of all its zones."""

    title: str
    date: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One volume of a zone."""

    area: Area
    band: Band
    extra: Object


class Ed269:
    """Zones in EUROCAE ED-269."""

    name = "EUROCAE ED-269 (JSON with UASZoneList or features)"

    def recognises(self, document: Document) -> bool:
        """Tell whether the document is one of the wrappers with zones as ED-269 has them."""
        data = document.data
        if isinstance(data, dict) and isinstance(data.get("UASZoneList"), list):
            return True
        zones = data.get("features") if isinstance(data, dict) else data
        return isinstance(zones, list) and any(map(_looks_like_a_zone, zones))

    def zones(self, document: Document) -> tuple[list[Placed[Zone]], list[Problem]]:
        """Return the zones with their places, and what is wrong.

        A zone of several volumes becomes several of ours: ``ID``, ``ID/2``, ``ID/3``, in the order of the file.
        """
        found, problems = _zones_in(document)
        heading = heading_of(document.data)
        intake = Intake(file=document.file)
        for prefix, raw in found:
            _take(intake, prefix, raw, heading)
        problems += intake.problems
        placed, twice = with_ids_once(document.file, intake.placed, "identifier")
        return placed, [*document.problems, *without_told([*problems, *twice], document.problems)]


def _take(intake: Intake, prefix: Location, raw: object, heading: Heading) -> None:
    zone = raw if isinstance(raw, dict) else {}
    identifier = zone.get("identifier")
    subject = f"zone {shown(identifier)}" if isinstance(identifier, str) and identifier else ""
    telling = FeatureTelling(file=intake.file, prefix=prefix, subject=subject, effort=intake.effort)
    if zone is not raw:
        telling.tell("WRONG_TYPE", found=shown(raw), expected="an object with named values")
    intake.take(identifier, telling, lambda: zones_of(zone, heading, telling) if zone is raw else [])


def _looks_like_a_zone(raw: object) -> bool:
    if not isinstance(raw, dict) or raw.get("type") == "Feature":
        return False
    geometry = raw.get("geometry")
    volumes = isinstance(geometry, list) and any(
        isinstance(volume, dict) and "horizontalProjection" in volume for volume in geometry
    )
    return volumes or {"identifier", "restriction"} <= raw.keys()


def _zones_in(document: Document) -> tuple[list[tuple[Location, object]], list[Problem]]:
    data, file = document.data, document.file
    key = next((key for key in ("UASZoneList", "features") if isinstance(data, dict) and key in data), "")
    zones = data[key] if key and isinstance(data, dict) else data
    if not isinstance(zones, list):
        return [], [file_problem(file, key, "WRONG_TYPE", shown(zones), "a list of zones")]
    if not zones:
        told = file_problem(file, key, "EMPTY_COLLECTION", "an empty list", "at least one zone", warning=True)
        return [], [told]
    return [((key, index) if key else (index,), raw) for index, raw in enumerate(zones)], []


def heading_of(data: object) -> Heading:
    """Return what a file says of all its zones."""
    top = data if isinstance(data, dict) else {}
    title = top.get("title")
    return Heading(title=title.strip() if isinstance(title, str) else "", date=day_of(top.get("createdAt")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a zone of a file says of all its volumes."""

    door: UasZone
    name: str
    kept: Object
    """What our values have no field for."""
    block: Object
    """What stands in the file under our own name."""
    heading: Heading


def zones_of(properties: Object, heading: Heading, telling: FeatureTelling) -> list[Zone]:
    """Return the zones of a zone of a file, one for each volume; none, and problems told, where it makes none."""
    door = admitted(UasZone, properties, telling)
    if door is None:
        return []
    volumes = [_part(raw, telling, ("geometry", index)) for index, raw in enumerate(door.geometry)]
    found = [volume for volume in volumes if volume is not None]
    periods = _periods(door.applicability, telling)
    if telling.broken:
        return []
    if door.restriction == "REQ_AUTHORIZATION":
        fix = "It was read as that; ED-269 writes it with an S."
        warn(telling, "SPELLING", "restriction", found=shown(door.restriction), expected="REQ_AUTHORISATION", fix=fix)
    said = said_by(door, properties, heading, telling)
    layers = _joined(found, said.block.get("pieces"))
    ids = listed_for(said.block, "ids", layers) or layer_ids(door.identifier, len(layers))
    told = listed_for(said.block, "parts", layers) or parts(str(ids[0]), len(layers))
    return [
        zone
        for zone_id, part, layer in zip(ids, told, layers, strict=True)
        if (zone := _zone(str(zone_id), said, layer, {"part": part} if part else {}, periods, telling)) is not None
    ]


def said_by(door: UasZone, properties: Object, heading: Heading, telling: FeatureTelling) -> Said:
    """Return what a zone of a file says beside where, what and when it forbids."""
    kept = {key: value for key, value in properties.items() if key not in READ and not blank(value)}
    block = own_block(kept.get("extendedProperties"))
    kept |= {"country": door.country, "type": door.type}
    kept["zoneAuthority"] = [without_blanks(authority) for authority in door.zone_authority]
    if isinstance(kept.get("reason"), str):
        kept["reason"] = [kept["reason"]]
    overrides = block.get("properties")
    kept |= overrides if isinstance(overrides, dict) else {}
    name = properties.get("name")
    if not isinstance(name, str) and not blank(name):
        warn(telling, "WRONG_TYPE", "name", found=shown(name), expected="text", fix="The identifier is used.")
    name = name if isinstance(name, str) and not blank(name) else ""
    return Said(door=door, name=name, kept=kept, block=block, heading=heading)


def _zone(
    zone_id: str, said: Said, layer: _Part, part: Object, periods: Sequence[TimePeriod], telling: FeatureTelling
) -> Zone | None:
    schedule = schedule_of(periods, layer.area, telling, "applicability")
    try:
        return Zone(
            id=zone_id,
            restriction=RESTRICTIONS[said.door.restriction],
            area=layer.area,
            band=layer.band,
            schedule=schedule,
            extra=extra_of(KEY, {**said.kept, **layer.extra, **part}, said.block),
            **words_in(said.block, words_of(said)),
        )
    except ValueError as error:
        refused(error, telling)
        return None


def words_of(said: Said) -> Words:
    """Return what the standard's own fields say of a zone in words."""
    authorities = said.kept.get("zoneAuthority")
    first = authorities[0] if isinstance(authorities, list) and authorities else None
    authority = first.get("name") if isinstance(first, dict) else None
    title = said.heading.title
    citation = f"ED-269 file {title}" if title else "ED-269 file"
    return Words(
        name=said.name or said.door.identifier,
        name_zh="",
        authority=authority if isinstance(authority, str) else "",
        jurisdiction="",
        category="",
        # The format has no field for who issued a file.
        source=Source(citation=citation, date=said.heading.date, confidence=Confidence.UNKNOWN),
    )


# --- times ---------------------------------------------------------------------------------------------------------


def _periods(applicability: Sequence[Mapping[str, Any]], telling: FeatureTelling) -> list[TimePeriod]:
    """Return the periods in which a zone holds; none for always."""
    read = [_period(raw, telling, index) for index, raw in enumerate(applicability)]
    return [] if None in read else [period for period in read if period is not None]


def _period(raw: Mapping[str, Any], telling: FeatureTelling, index: int) -> TimePeriod | None:
    """Return a period; None when the zone holds always, or when a problem was told."""
    place = ("applicability", index)
    permanence = admitted(Permanence, raw, telling, *place)
    if permanence is None:
        return None
    key = next((key for key in ("schedule", "dailyPeriod") if not blank(raw.get(key))), "schedule")
    entries = raw.get(key)
    entries = [entry for entry in entries if not _void(entry)] if isinstance(entries, list) else entries
    timed = {name: raw.get(name) for name in ("startDateTime", "endDateTime") if not blank(raw.get(name))}
    timed |= {"schedule": entries} if entries else {}
    if permanence.permanent == "YES":
        if timed:
            fix = "It was read as permanent, which is more."
            warn(telling, "PERMANENT_WITH_TIMES", *place, found="permanent YES beside times", expected="one", fix=fix)
        return None
    if not timed:
        telling.tell("MISSING_VALUE", *place, found="permanent NO without times", expected="a period or a schedule")
        return None
    inside = telling.inside((*place, "schedule"), (*place, key)) if key != "schedule" else telling
    return admitted(TimePeriod, timed, inside, *place)


def _void(entry: object) -> bool:
    """Tell of an entry that is there but says nothing, as some publishers write for permanent zones."""
    return isinstance(entry, dict) and all(blank(value) or value == [] for value in entry.values())


# --- volumes -------------------------------------------------------------------------------------------------------


def _part(raw: object, telling: FeatureTelling, place: Location) -> _Part | None:
    volume = admitted(Volume, raw, telling, *place)
    projection = raw.get("horizontalProjection") if isinstance(raw, dict) else None
    if volume is None:
        return None
    metres = METRES[volume.uom.lower()]
    area, circle = _area(projection, metres, telling, (*place, "horizontalProjection"))
    band = _band(volume, metres, telling, place)
    if area is None or band is None:
        return None
    unit = {"layer": {"uom": "ft"}} if volume.uom == "FT" else {}
    return _Part(area=area, band=band, extra={**circle, **unit})


def _area(raw: object, metres: float, telling: FeatureTelling, place: Location) -> tuple[Area | None, Object]:
    """Return the area of an outline, and the circle it is, if it is one."""
    projection = admitted(Projection, raw, telling, *place)
    if projection is None or not isinstance(raw, dict):
        return None, {}
    if projection.type == "Polygon":
        return polygon_area(raw.get("coordinates"), telling.inside(("geometry",), place)), {}
    circle = admitted(Circle, raw, telling, *place)
    if circle is None:
        return None, {}
    centre, radius_m = circle.center[:2], circle.radius * metres
    area = circle_of(centre, radius_m, telling, (*place, "center"), (*place, "radius"))
    return area, {"circle": {"center": centre, "radius_m": radius_m}}


def _band(volume: Volume, metres: float, telling: FeatureTelling, place: Location) -> Band | None:
    lower = _height(volume.lower_limit, volume.lower_reference, "lower", metres, telling, place)
    upper = _height(volume.upper_limit, volume.upper_reference, "upper", metres, telling, place)
    if telling.broken:
        return None
    if lower is None:
        expected = "a lower limit"
        warn(telling, "NO_LOWER_LIMIT", *place, found="nothing", expected=expected, fix="Read as from the ground up.")
    return band_of(lower, upper, telling, *place, key="lowerLimit")


def _height(
    limit: float | None, reference: str | None, end: str, metres: float, telling: FeatureTelling, place: Location
) -> Height | None:
    if limit is None:
        return None
    if reference is None:
        key = f"{end}VerticalReference"
        telling.tell("MISSING_VALUE", *place, key, found="nothing", expected=f"AGL or AMSL beside {end}Limit")
        return None
    return Height(value_m=limit * metres, reference=Reference(reference))


def _joined(volumes: Sequence[_Part], pieces: object) -> list[_Part]:
    """Join volumes that our writer made of an area in pieces, if nobody has changed them since."""
    if not isinstance(pieces, list) or not all(type(count) is int and count > 0 for count in pieces):
        return list(volumes)
    if sum(pieces) != len(volumes):
        return list(volumes)
    joined, start = [], 0
    for count in pieces:
        joined.append(_one(volumes[start : start + count]))
        start += count
    return list(volumes) if None in joined else [part for part in joined if part is not None]


def _one(volumes: Sequence[_Part]) -> _Part | None:
    first = volumes[0]
    if len(volumes) == 1:
        return first
    area = shapely.MultiPolygon([part for volume in volumes for part in shapely.get_parts(volume.area)])
    same = all(volume.band == first.band and volume.extra == first.extra for volume in volumes)
    return replace(first, area=area) if same and area.is_valid else None

"""Reading zones from EUROCAE ED-318: GeoJSON whose geometries have a vertical layer.

Heights are above ground, above mean sea level (EGM96 unless the file names another geoid) or above the WGS 84
ellipsoid; circles are points with a radius, which is always in metres; several layers make a GeometryCollection.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic_core import PydanticCustomError

from airspace.earth.heights import Band, Height, Reference
from airspace.errors import Problem
from airspace.formats.documents import Document, without_told
from airspace.formats.doors import LIST_LIMIT, Bounded, Id, Open, Position, refusal
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
    Unit,
    Upper,
    Words,
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
    picked,
    polygon_area,
    refused,
    schedule_of,
    texts,
    warn,
    with_ids_once,
    without_blanks,
    words_in,
)
from airspace.formats.shapes import Area
from airspace.formats.telling import Location, Placed, shown
from airspace.model.sources import Confidence, Source
from airspace.model.zones import Restriction, Zone

KEY = "ed318"
"""Where a zone's extra keeps what the format says and our values have no field for."""

NO_CEILING = 99999
"""What published files write, in metres, for a zone without an upper limit: the standard cannot leave it out."""

RESTRICTIONS = {
    "PROHIBITED": Restriction.PROHIBITED,
    "REQ_AUTHORIZATION": Restriction.REQ_AUTHORISATION,
    "REQ_AUTHORISATION": Restriction.REQ_AUTHORISATION,
    "CONDITIONAL": Restriction.CONDITIONAL,
    "NO_RESTRICTION": Restriction.NO_RESTRICTION,
    "USPACE": Restriction.CONDITIONAL,
}

EGM96_NAMES = ("EGM96", "EPSG5773", "EPSG5171")
"""Names of the geoid, with all but letters and digits left out; EPSG has it as a vertical system and as a datum."""

REASONS = ("AIR_TRAFFIC", "SENSITIVE", "PRIVACY", "POPULATION", "NATURE", "NOISE", "EMERGENCY", "DAR", "OTHER")

SHORT, LONG, EXPRESSION = 200, 1000, 10_000
"""The longest texts that the standard allows, in characters."""


# --- doors ---------------------------------------------------------------------------------------------------------

Datum = Annotated[Literal["AGL", "AMSL", "WGS84"], Upper]


class Layer(Open):
    """From where to where a zone reaches up."""

    upper: Annotated[Limit | None, Blank] = None
    upper_reference: Annotated[Datum | None, Blank] = Field(None, alias="upperReference")
    lower: Limit
    lower_reference: Datum = Field(alias="lowerReference")
    uom: Unit = "m"


class Extent(Open):
    """How far a circle reaches."""

    sub_type: Literal["Circle"] = Field(alias="subType")
    radius: Limit
    """Metres, whatever the unit of the layer."""


class Circle(Open):
    """A point with an extent."""

    coordinates: Position
    extent: Extent


class Authority(Open):
    """Whom to ask, to tell, or to turn to."""

    purpose: Annotated[Literal["AUTHORIZATION", "NOTIFICATION", "INFORMATION"], Upper]


class UasZone(Open):
    """What a zone cannot do without, and when it holds."""

    identifier: Id
    country: Country
    type: Annotated[
        Literal["USPACE", "PROHIBITED", "REQ_AUTHORIZATION", "REQ_AUTHORISATION", "CONDITIONAL", "NO_RESTRICTION"],
        Upper,
    ]
    variant: Annotated[Literal["COMMON", "CUSTOMIZED"], Upper]
    zone_authority: Annotated[list[Authority], Field(min_length=1), AsList, Bounded] = Field(alias="zoneAuthority")
    limited_applicability: Annotated[list[TimePeriod] | None, AsList, Blank, Bounded] = Field(
        None, alias="limitedApplicability"
    )


# --- reading -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a file says of all its zones."""

    title: str
    metadata: Object


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One layer of a zone."""

    area: Area
    band: Band
    extra: Object


class Ed318:
    """Zones in EUROCAE ED-318."""

    name = "EUROCAE ED-318 (GeoJSON with vertical layers)"

    def recognises(self, document: Document) -> bool:
        """Tell whether the document is GeoJSON with a feature, or a heading, as ED-318 has them."""
        data = document.data
        if not isinstance(data, dict):
            return False
        if data.get("type") == "Feature":
            return _looks_like_a_zone(data)
        features = data.get("features")
        if data.get("type") != "FeatureCollection" or not isinstance(features, list):
            return False
        return any(map(_looks_like_a_zone, features)) if features else isinstance(data.get("metadata"), dict)

    def zones(self, document: Document) -> tuple[list[Placed[Zone]], list[Problem]]:
        """Return the zones with their places, and what is wrong.

        A zone of several layers becomes several of ours: ``ID``, ``ID/2``, ``ID/3``, in the order of the file.
        """
        features, problems = _features(document)
        heading, told = heading_of(document)
        problems += told
        intake = Intake(file=document.file)
        for prefix, raw in features:
            _take(intake, prefix, raw, heading)
        problems += intake.problems
        problems += _geoid_problems(document.file, heading, intake.placed)
        placed, twice = with_ids_once(document.file, intake.placed, "properties.identifier")
        return placed, [*document.problems, *without_told([*problems, *twice], document.problems)]


def _take(intake: Intake, prefix: Location, raw: object, heading: Heading) -> None:
    feature, moves = _laid_out(raw)
    identifier = feature["properties"].get("identifier")
    subject = f"zone {shown(identifier)}" if isinstance(identifier, str) and identifier else ""
    telling = FeatureTelling(file=intake.file, prefix=prefix, subject=subject, moves=moves, effort=intake.effort)
    intake.take(identifier, telling, lambda: zones_of(feature, heading, telling))


def _looks_like_a_zone(feature: object) -> bool:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    of_properties = isinstance(properties, dict) and (
        isinstance(properties.get("UASZone"), dict)
        or "zoneAuthority" in properties
        or {"identifier", "variant"} <= properties.keys()
    )
    of_geometry = isinstance(geometry, dict) and ("layer" in geometry or "extent" in geometry)
    return of_properties or of_geometry


def _features(document: Document) -> tuple[list[tuple[Location, object]], list[Problem]]:
    data, file = document.data, document.file
    if isinstance(data, dict) and data.get("type") == "Feature":
        return [((), data)], []
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list):
        found = shown(features) if isinstance(data, dict) and "features" in data else "nothing"
        return [], [file_problem(file, "features", "WRONG_TYPE", found, "a list of features")]
    if not features:
        found, expected = "an empty list", "at least one feature"
        return [], [file_problem(file, "features", "EMPTY_COLLECTION", found, expected, warning=True)]
    return [(("features", index), raw) for index, raw in enumerate(features)], []


def heading_of(document: Document) -> tuple[Heading, list[Problem]]:
    """Return what a file says of all its zones, and what is wrong with it."""
    data = document.data if isinstance(document.data, dict) else {}
    title = next((value for key in ("name", "title") if isinstance(value := data.get(key), str)), "").strip()
    telling = FeatureTelling(file=document.file, prefix=(), subject="")
    metadata = _metadata(data.get("metadata"), telling, "metadata")
    return Heading(title=title, metadata=metadata), telling.problems


def _metadata(raw: object, telling: FeatureTelling, *steps: str | int) -> Object:
    """Return metadata in the form of the standard; a time in them that is none is told as an error."""
    if not isinstance(raw, dict):
        if not blank(raw):
            telling.tell("WRONG_TYPE", *steps, found=shown(raw), expected="an object with named values")
        return {}
    metadata = without_blanks(raw)
    for key in ("issued", "validFrom", "validTo"):
        if key in metadata and day_of(metadata[key]) is None:
            expected = "a date and time such as 2026-12-01T08:00:00Z"
            telling.tell("BAD_TIME", *steps, key, found=shown(metadata.pop(key)), expected=expected)
    for key in ("provider", "description", "technicalLimitation", "technicalLimitations"):
        if key in metadata:
            _normalise(metadata, key, texts, telling, *steps)
    return metadata


def _normalise(
    values: Object, key: str, normaliser: Callable[[object], Any], telling: FeatureTelling, *steps: str | int
) -> None:
    """Bring a property that only people use to the form of the standard; keep it as it is, and tell, if it has none."""
    try:
        values[key] = normaliser(values[key])
    except PydanticCustomError as error:
        expected, found = error.message(), str((error.context or {}).get("found", shown(values[key])))
        warn(telling, error.type, *steps, key, found=found, expected=expected, fix="It is kept as it is.")


def _geoid_problems(file: str, heading: Heading, placed: Sequence[Placed[Zone]]) -> list[Problem]:
    geoid = heading.metadata.get("otherGeoid")
    if geoid is None or any(name in re.sub(r"[^A-Z0-9]", "", str(geoid).upper()) for name in EGM96_NAMES):
        return []
    above = [item.id for item in placed if item.value and Reference.AMSL in references(item.value.band)]
    if not above:
        return []
    found = f"{shown(geoid)}, above which {len(above)} zones have their limits"
    fix = "The limits are used as if above EGM96; by how much that is wrong is not known."
    expected = "heights above EGM96"
    return [file_problem(file, "metadata.otherGeoid", "OTHER_GEOID", found, expected, fix, warning=True)]


def references(band: Band) -> set[Reference]:
    """Return what the limits of a band are measured from."""
    return {height.reference for height in (band.lower, band.upper) if height is not None}


def _laid_out(raw: object) -> tuple[Object, dict[Location, Location]]:
    """Return a feature as the standard lays it out, and where in the file stands what was moved.

    The Spanish publisher keeps the zone, its layer and the metadata in properties of their own.
    """
    feature = dict(raw) if isinstance(raw, dict) else {}
    given, geometry = feature.get("properties"), feature.get("geometry")
    properties: Object = dict(given) if isinstance(given, dict) else {}
    moves: dict[Location, Location] = {}
    zone = properties.pop("UASZone", None) if isinstance(properties.get("UASZone"), dict) else {}
    for key in zone:
        moves["properties", key] = ("properties", "UASZone", key)
    if isinstance(geometry, dict) and isinstance(properties.get("verticalLayer"), dict) and "layer" not in geometry:
        geometry = {**geometry, "layer": properties.pop("verticalLayer")}
        moves["geometry", "layer"] = ("properties", "verticalLayer")
    return {**feature, "properties": {**properties, **zone}, "geometry": geometry}, moves


def zones_of(feature: Object, heading: Heading, telling: FeatureTelling) -> list[Zone]:
    """Return the zones of a feature, one for each layer; none, and problems told, where it makes none."""
    properties = feature["properties"]
    door = admitted(UasZone, properties, telling, "properties")
    layers = _parts(feature["geometry"], telling)
    if door is None or telling.broken:
        return []
    _tell_type(door, telling)
    said = said_by(door, properties, heading, telling)
    layers = _without_ceilings(layers, listed_for(said.block, "no_ceiling", layers) or ())
    ids = listed_for(said.block, "ids", layers) or layer_ids(door.identifier, len(layers))
    told = listed_for(said.block, "parts", layers) or parts(str(ids[0]), len(layers))
    return [
        zone
        for zone_id, part, layer in zip(ids, told, layers, strict=True)
        if (zone := _zone(str(zone_id), said, layer, {"part": part} if part else {}, telling)) is not None
    ]


def _without_ceilings(layers: Sequence[_Part], open_above: Sequence[object]) -> list[_Part]:
    """Take away the ceilings that our writer had to put where there are none, if nobody has changed them since."""
    stand_ins = [NO_CEILING * metres for metres in METRES.values()]
    return [
        replace(layer, band=replace(layer.band, upper=None))
        if marked is True and layer.band.upper is not None and layer.band.upper.value_m in stand_ins
        else layer
        for layer, marked in zip_longest(layers, open_above)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a feature says of all its layers."""

    door: UasZone
    kept: Object
    """What our values have no field for."""
    names: list[Object]
    block: Object
    """What stands in the file under our own name."""
    title: str


def _tell_type(door: UasZone, telling: FeatureTelling) -> None:
    if door.type == "USPACE":
        warn(
            telling,
            "USPACE",
            "properties",
            "type",
            found="'USPACE'",
            expected="a restriction",
            fix="It was read as CONDITIONAL: what U-space asks there has to be looked up.",
        )
    elif door.type == "REQ_AUTHORISATION":
        fix = "It was read as that; ED-318 writes it with a Z."
        warn(telling, "SPELLING", "properties", "type", found=shown(door.type), expected="REQ_AUTHORIZATION", fix=fix)


def said_by(door: UasZone, properties: Object, heading: Heading, telling: FeatureTelling) -> Said:
    """Return what the properties of a feature say beside what and when it forbids."""
    kept = {RENAMED.get(key, key): value for key, value in properties.items() if key not in READ and not blank(value)}
    block = own_block(kept.get("extendedProperties"))
    for key, normaliser in NORMALISERS.items():
        if key in kept:
            _normalise(kept, key, normaliser, telling, "properties")
    metadata = _metadata(properties.get("datasetMetadata"), telling, "properties", "datasetMetadata")
    kept |= {"country": door.country, "variant": door.variant}
    kept |= {"metadata": metadata or heading.metadata} if metadata or heading.metadata else {}
    kept |= {"type": door.type} if door.type == "USPACE" else {}
    names = kept.pop("name", [])
    kept |= {"name": names} if names != names_of(*picked(sound(names))) else {}
    overrides = block.get("properties")
    kept |= overrides if isinstance(overrides, dict) else {}
    return Said(door=door, kept=kept, names=sound(kept.get("name", names)), block=block, title=heading.title)


def sound(said: object) -> list[Object]:
    """Return texts that were brought to the form of the standard, none if they have no such form."""
    try:
        return texts(said)
    except PydanticCustomError:
        return []


def _zone(zone_id: str, said: Said, layer: _Part, part: Object, telling: FeatureTelling) -> Zone | None:
    steps = ("properties", "limitedApplicability")
    schedule = schedule_of(said.door.limited_applicability or [], layer.area, telling, *steps)
    try:
        return Zone(
            id=zone_id,
            restriction=RESTRICTIONS[said.door.type],
            area=layer.area,
            band=layer.band,
            schedule=schedule,
            extra=extra_of(KEY, {**said.kept, **layer.extra, **part}, said.block),
            **words_in(said.block, words_of(said)),
        )
    except ValueError as error:
        refused(error, telling, "properties")
        return None


def words_of(said: Said) -> Words:
    """Return what the standard's own fields say of a zone in words."""
    authorities = said.kept.get("zoneAuthority")
    first = authorities[0] if isinstance(authorities, list) and authorities else None
    name, name_zh = picked(said.names)
    return Words(
        name=name or said.door.identifier,
        name_zh=name_zh,
        authority=picked(sound(first.get("name")))[0] if isinstance(first, dict) else "",
        jurisdiction="",
        category="",
        source=_source(said.kept, said.title),
    )


def _source(kept: Mapping[str, Any], title: str) -> Source:
    data, metadata = kept.get("dataSource"), kept.get("metadata")
    data = data if isinstance(data, dict) else {}
    metadata = metadata if isinstance(metadata, dict) else {}
    author = picked(sound(data.get("originator")))[0] or picked(sound(metadata.get("provider")))[0]
    file = f"ED-318 file {title}" if title else "ED-318 file"
    dates = (data.get("updateDateTime"), data.get("creationDateTime"), metadata.get("issued"))
    return Source(
        citation=f"{author}, {file}" if author else file,
        date=next((day for value in dates if (day := day_of(value))), None),
        confidence=Confidence.SOURCED if author else Confidence.UNKNOWN,
    )


# --- layers --------------------------------------------------------------------------------------------------------


def _parts(geometry: object, telling: FeatureTelling) -> list[_Part]:
    if not isinstance(geometry, dict) or geometry.get("type") != "GeometryCollection":
        part = _part(geometry, telling)
        return [part] if part else []
    members = geometry.get("geometries")
    if not isinstance(members, list) or not members:
        found = shown(members) if "geometries" in geometry else "nothing"
        telling.tell("TOO_FEW", "geometry", "geometries", found=found, expected="a list with 1 or more in it")
        return []
    if len(members) > LIST_LIMIT:
        found, expected = f"{len(members):,} in it", f"a list with {LIST_LIMIT:,} or fewer in it"
        telling.tell("TOO_MANY", "geometry", "geometries", found=found, expected=expected)
        return []
    layer = {"layer": geometry["layer"]} if "layer" in geometry else {}
    read = [
        _part({**layer, **member} if isinstance(member, dict) else member, telling, "geometries", index)
        for index, member in enumerate(members)
    ]
    return [part for part in read if part is not None]


def _part(geometry: object, telling: FeatureTelling, *steps: str | int) -> _Part | None:
    if steps:
        telling = telling.inside(("geometry",), ("geometry", *steps))
    if not isinstance(geometry, dict):
        telling.tell("WRONG_GEOMETRY", "geometry", found=shown(geometry), expected="a geometry with a layer")
        return None
    area, circle = _area(geometry, telling)
    layer = _layer(geometry.get("layer"), telling)
    band = _band(layer, telling) if layer is not None else None
    if area is None or layer is None or band is None:
        return None
    unit = {"layer": {"uom": layer.uom}} if layer.uom != "m" else {}
    return _Part(area=area, band=band, extra={**circle, **unit})


def _area(geometry: Object, telling: FeatureTelling) -> tuple[Area | None, Object]:
    """Return the area of a geometry, and the circle it is, if it is one."""
    kind = geometry.get("type")
    if kind in ("Polygon", "MultiPolygon"):
        return polygon_area(geometry.get("coordinates"), telling, several=kind == "MultiPolygon"), {}
    if kind != "Point":
        expected = "a Polygon, MultiPolygon, Point with an extent, or GeometryCollection of them"
        telling.tell("WRONG_GEOMETRY", "geometry", "type", found=shown(kind), expected=expected)
        return None, {}
    if blank(geometry.get("extent")):
        expected = "a point with an extent: a circle"
        telling.tell("POINT_WITHOUT_EXTENT", "geometry", "extent", found="nothing", expected=expected)
        return None, {}
    circle = admitted(Circle, geometry, telling, "geometry")
    if circle is None:
        return None, {}
    centre, radius_m = circle.coordinates[:2], circle.extent.radius
    area = circle_of(centre, radius_m, telling, ("geometry", "coordinates"), ("geometry", "extent", "radius"))
    return area, {"circle": {"center": centre, "radius_m": radius_m}}


def _layer(raw: object, telling: FeatureTelling) -> Layer | None:
    if blank(raw):
        telling.tell("MISSING_VALUE", "geometry", "layer", found="nothing", expected="lower and upper limits")
        return None
    # The Spanish publisher writes the unit in capitals.
    layer = admitted(
        Layer, {"uom": raw.get("UOM"), **raw} if isinstance(raw, dict) else raw, telling, "geometry", "layer"
    )
    if layer is not None and layer.upper is not None and layer.upper_reference is None:
        expected = "AGL, AMSL or WGS84 beside an upper limit"
        telling.tell("MISSING_VALUE", "geometry", "layer", "upperReference", found="nothing", expected=expected)
        return None
    return layer


def _band(layer: Layer, telling: FeatureTelling) -> Band | None:
    metres = METRES[layer.uom]
    lower = Height(value_m=layer.lower * metres, reference=Reference(layer.lower_reference))
    upper = None
    if layer.upper is not None and layer.upper_reference is not None:
        upper = Height(value_m=layer.upper * metres, reference=Reference(layer.upper_reference))
    return band_of(lower, upper, telling, "geometry", "layer")


# --- properties that only people use -------------------------------------------------------------------------------


def _words(value: object) -> str:
    if isinstance(value, str):
        return value
    raise refusal("WRONG_TYPE", "text")


def _whole(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{1,9}", value, re.ASCII):
        return int(value)
    raise refusal("WRONG_TYPE", "a whole number")


def _reasons(value: object) -> list[str]:
    if isinstance(value, str):
        return [value.strip().upper()]
    if isinstance(value, list) and all(isinstance(reason, str) for reason in value):
        return [reason.strip().upper() for reason in value]
    raise refusal("WRONG_TYPE", "a list of reasons")


def _yes_no(value: object) -> str:
    if isinstance(value, str) and value.strip().upper() in ("YES", "NO"):
        return value.strip().upper()
    raise refusal("UNKNOWN_VALUE", "YES or NO")


def authorities(value: object) -> list[Object]:
    """Return contacts in the form of the standard."""
    return [_one_authority(item) for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]


def _one_authority(raw: Object) -> Object:
    authority = without_blanks(raw)
    for key in ("name", "service", "contactName"):
        if key in authority:
            authority[key] = texts(authority[key])
    if isinstance(authority.get("purpose"), str):
        authority["purpose"] = authority["purpose"].strip().upper()
    return authority


def _data_source(value: object) -> Object:
    if isinstance(value, dict):
        return without_blanks(value)
    raise refusal("WRONG_TYPE", "an object with named values")


NORMALISERS: Mapping[str, Callable[[object], Any]] = MappingProxyType(
    {
        "name": texts,
        "restrictionConditions": _words,
        "region": _whole,
        "reason": _reasons,
        "otherReasonInfo": texts,
        "regulationExemption": _yes_no,
        "message": texts,
        "zoneAuthority": authorities,
        "dataSource": _data_source,
    }
)

RENAMED = {"reasons": "reason"}
"""The table of the standard says reasons, its schema and its examples say reason."""

READ = ("identifier", "country", "type", "variant", "limitedApplicability", "verticalLayer", "datasetMetadata")
"""Properties that are read by themselves."""


def names_of(name: str, name_zh: str) -> list[Object]:
    """Return names as texts: Chinese characters tell the language, everything else is taken for English."""
    said = [{"text": name, "lang": "zh-CN" if _chinese(name) else "en-GB"}] if name else []
    return said + ([{"text": name_zh, "lang": "zh-CN"}] if name_zh and name_zh != name else [])


def _chinese(text: str) -> bool:
    return re.search("[\u4e00-\u9fff]", text) is not None

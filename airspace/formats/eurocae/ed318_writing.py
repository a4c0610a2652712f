"""Writing zones as EUROCAE ED-318."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta
from types import MappingProxyType
from typing import Any

import shapely
from pydantic_core import PydanticCustomError

from airspace.earth.heights import Band, Reference
from airspace.errors import Problem
from airspace.formats import Loss
from airspace.formats.documents import Document
from airspace.formats.eurocae.common_reading import (
    FeatureTelling,
    Object,
    Words,
    blank,
    day_of,
    picked,
    texts,
)
from airspace.formats.eurocae.common_writing import (
    NO_COUNTRY,
    Losses,
    circle_of_zone,
    document_text,
    fingerprint,
    grouped,
    identifiers,
    in_unit,
    kept_of,
    number,
    offset_text,
    own,
    own_block,
    periods,
    plain,
    polygons,
    printable,
    sayable_band,
    unit_of,
)
from airspace.formats.eurocae.ed318_reading import (
    EXPRESSION,
    KEY,
    LONG,
    NO_CEILING,
    REASONS,
    RESTRICTIONS,
    SHORT,
    Ed318,
    Heading,
    Said,
    UasZone,
    authorities,
    heading_of,
    names_of,
    references,
    said_by,
    sound,
    words_of,
    zones_of,
)
from airspace.model.zones import Restriction, Zone

KNOWN = frozenset({Reference.AGL, Reference.AMSL, Reference.W84})
"""The references that a layer can have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ed318Writer:
    """Writes zones as EUROCAE ED-318.

    Layers of one zone are joined again, circles are points with a radius, rings are closed and outer rings
    anticlockwise. The standard demands an identifier of at most seven characters, a country, a variant and a
    contact: where a zone says none, there stand a short hash of its id, the country below, COMMON, its authority.
    Whatever of a zone has no place in the standard stands among its extended properties under ``skyferry``, from
    where it is read back; nothing that says where or when to keep clear does.
    """

    country: str = ""
    """ISO 3166-1 alpha-3, for zones that do not say theirs."""
    language: str = "en-GB"
    """Of texts that do not say theirs."""

    def __post_init__(self) -> None:
        if not re.fullmatch("([A-Z]{3})?", self.country):
            raise ValueError(f"country: expected three capital letters, got {self.country!r}")
        if not LANGUAGE.fullmatch(self.language):
            raise ValueError(f"language: expected a code such as en-GB, got {self.language!r}")

    @property
    def name(self) -> str:
        """The format in a few words."""
        return Ed318.name

    def write(self, zones: Sequence[Zone], *, title: str) -> tuple[str, tuple[Loss, ...]]:
        """Return the text of a file of some zones, and what of them the format cannot say."""
        told = plain(title)[:SHORT].strip()
        all_losses = [] if told == title else [Loss(zone="", field="title", said=title, kept=told)]
        printed, losses = printable(zones)
        all_losses += losses
        top = {"type": "FeatureCollection", "name": told}
        top |= {"metadata": self._clean_metadata(_common_metadata(printed))}
        heading, _ = heading_of(Document(file="", data=top))
        groups = grouped(printed, same=_fingerprint)
        names = identifiers(group[0].id for group in groups)
        features = []
        for group in groups:
            feature, losses = self._feature(group, names[group[0].id], heading)
            features += [feature] if feature else []
            all_losses += losses
        return document_text(top, "features", features), tuple(all_losses)

    def _feature(self, group: Sequence[Zone], identifier: str, heading: Heading) -> tuple[Object | None, list[Loss]]:
        """Return a feature, none for zones that cannot be said, and what it cannot say."""
        losses = [Losses(zone=zone.id) for zone in group]
        properties = self._properties(group[0], identifier, losses[0])
        bands = [sayable_band(zone.band, zone.area, KNOWN, lost) for zone, lost in zip(group, losses, strict=True)]
        layers = [_layer_of(zone, band) for zone, band in zip(group, bands, strict=True)]
        schedules = [
            periods(zone.schedule, zone.area, lost, clock_text, sun=True)
            for zone, lost in zip(group, losses, strict=True)
        ]
        properties |= {"limitedApplicability": schedules[0]} if schedules[0] else {}
        shape = layers[0] if len(layers) == 1 else {"type": "GeometryCollection", "geometries": layers}
        feature: Object = {"type": "Feature", "geometry": shape, "properties": properties}
        read = _reread(feature, heading)
        if isinstance(read, Problem):
            return None, [Loss(zone=zone.id, field="zone", said=str(read), kept="") for zone in group]
        _tell_other_geoid(group, heading, losses)
        extended = own(kept_of(group[0], KEY).get("extendedProperties"), _block_of(group, read, bands))
        if extended:
            properties["extendedProperties"] = extended
        return feature, [loss for lost in losses for loss in lost.found]

    def _properties(self, zone: Zone, identifier: str, losses: Losses) -> Object:
        said = {**_from_ed269(kept_of(zone, "ed269")), **kept_of(zone, KEY)}
        names = said.get("name")
        if names is None or picked(sound(names)) != (zone.name, zone.name_zh):
            names = names_of(zone.id if blank(zone.name) else zone.name, zone.name_zh)
        uspace = said.get("type") == "USPACE" and zone.restriction is Restriction.CONDITIONAL
        written: Object = {
            "identifier": identifier,
            "country": self._country(said, zone, losses),
            "name": names,
            "type": "USPACE" if uspace else TYPES[zone.restriction],
            "variant": said["variant"] if said.get("variant") in ("COMMON", "CUSTOMIZED") else "COMMON",
            **{key: said[key] for key in OPTIONAL if key in said},
            "zoneAuthority": _authorities_of(said.get("zoneAuthority"), zone),
        }
        cleaned = {key: self._clean(key, value) for key, value in written.items()}
        return {key: value for key, value in cleaned.items() if value not in (None, [], {})}

    def _country(self, said: Mapping[str, Any], zone: Zone, losses: Losses) -> str:
        for country in (said.get("country"), self.country, zone.jurisdiction):
            if isinstance(country, str) and re.fullmatch("[A-Z]{3}", country):
                return country
        losses.note("country", "", NO_COUNTRY)
        return NO_COUNTRY

    def _clean(self, key: str, value: Any) -> Any:
        """Return a property as the standard wants it; None where nothing of it can stand there."""
        if key in TEXT_LIMITS:
            return self._clean_texts(value, TEXT_LIMITS[key])
        if key == "zoneAuthority":
            return [self._clean_authority(authority) for authority in value]
        if key == "dataSource":
            return self._clean_data_source(value)
        return CLEANERS[key](value) if key in CLEANERS else value

    def _clean_texts(self, value: object, limit: int = SHORT) -> list[Object]:
        return [{"text": text["text"][:limit], "lang": self._clean_language(text.get("lang"))} for text in sound(value)]

    def _clean_language(self, lang: object) -> str:
        return lang if isinstance(lang, str) and LANGUAGE.fullmatch(lang) else self.language

    def _clean_authority(self, authority: Mapping[str, Any]) -> Object:
        cleaned = {key: self._clean_contact(key, value) for key, value in authority.items()}
        return {key: value for key, value in cleaned.items() if value not in (None, [])}

    def _clean_contact(self, key: str, value: Any) -> Any:
        if key in ("name", "service", "contactName"):
            return self._clean_texts(value)
        if key == "intervalBefore":
            return value if isinstance(value, str) and DURATION.fullmatch(value) else None
        if key in ("email", "phone", "siteURL"):
            return picked(sound(value))[0][:SHORT] or None
        return value

    def _clean_data_source(self, value: object) -> Object | None:
        if not isinstance(value, Mapping):
            return None
        cleaned = {key: inner for key, inner in value.items() if key not in MOMENTS or is_moment(inner)}
        originator = self._clean_texts(cleaned.pop("originator", None))
        return {**cleaned, **({"originator": originator[0]} if originator else {})}

    def _clean_metadata(self, metadata: Mapping[str, Any]) -> Object:
        cleaned: Object = {}
        for key, value in metadata.items():
            if key in ("provider", "description", "technicalLimitation", "technicalLimitations"):
                cleaned[key] = self._clean_texts(value)
            elif key not in MOMENTS or is_moment(value):
                cleaned[key] = value
        return cleaned


def clock_text(at: time, offset: timedelta) -> str:
    """Return a time of day with its offset, such as 07:00:00+08:00."""
    return at.isoformat() + offset_text(offset)


def _common_metadata(zones: Sequence[Zone]) -> Object:
    """Return the metadata that all zones have, none if they differ: in the file they hold for every zone."""
    told = [kept_of(zone, KEY).get("metadata") for zone in zones]
    first = told[0] if told else None
    return dict(first) if isinstance(first, Mapping) and all(other == first for other in told) else {}


def _fingerprint(zone: Zone) -> str:
    """Return all that layers of one zone must have in common."""
    return fingerprint(zone, KEY, periods(zone.schedule, zone.area, Losses(zone=""), clock_text, sun=True))


def _layer_of(zone: Zone, band: Band) -> Object:
    """Return a geometry with its layer."""
    circle = circle_of_zone(zone)
    if circle is not None:
        (lon, lat), radius_m = circle
        extent = {"subType": "Circle", "radius": number(radius_m)}
        shape: Object = {"type": "Point", "coordinates": [lon, lat], "extent": extent}
    else:
        drawn = polygons(zone.area)
        several = isinstance(zone.area, shapely.MultiPolygon)
        shape = {"type": zone.area.geom_type, "coordinates": drawn if several else drawn[0]}
    return {**shape, "layer": _limits(band, unit_of(zone))}


def _limits(band: Band, wished: str) -> Object:
    heights = [height for height in (band.lower, band.upper) if height is not None]
    uom = wished if all(in_unit(height.value_m, wished) is not None for height in heights) else "m"
    upper = band.upper and in_unit(band.upper.value_m, uom)
    return {
        "lower": in_unit(band.lower.value_m, uom),
        "lowerReference": str(band.lower.reference),
        "upper": NO_CEILING if band.upper is None else upper,
        "upperReference": str((band.upper or band.lower).reference),
        "uom": uom,
    }


def _authorities_of(said: object, zone: Zone) -> list[Object]:
    """Return the contacts of a zone, the first one under the name of its authority."""
    purpose = "AUTHORIZATION" if zone.restriction is Restriction.REQ_AUTHORISATION else "INFORMATION"
    contacts = _contacts(said) or [{"purpose": purpose}]
    contacts = [
        {**contact, "purpose": contact["purpose"] if contact.get("purpose") in PURPOSES else "INFORMATION"}
        for contact in contacts
    ]
    if picked(sound(contacts[0].get("name")))[0] != zone.authority:
        contacts[0] = {**contacts[0], "name": names_of(zone.authority, "")}
    return contacts


def _contacts(said: object) -> list[Object]:
    """Return the contacts of a file in another format that have the form of this one."""
    try:
        return authorities(said)
    except PydanticCustomError:
        return []


def _tell_other_geoid(group: Sequence[Zone], heading: Heading, losses: Sequence[Losses]) -> None:
    """Note a geoid that only some zones of the file use: the format has one for all of them."""
    for zone, lost in zip(group, losses, strict=True):
        metadata = kept_of(zone, KEY).get("metadata")
        geoid = metadata.get("otherGeoid") if isinstance(metadata, Mapping) else None
        if geoid != heading.metadata.get("otherGeoid") and Reference.AMSL in references(zone.band):
            lost.note("otherGeoid", geoid, "EGM96")


def _reread(feature: Object, heading: Heading) -> tuple[Said, list[Zone]] | Problem:
    """Return what the reader makes of a feature: its words and its zones; or why it cannot read it."""
    telling = FeatureTelling(file="", prefix=(), subject="")
    zones = zones_of(feature, heading, telling)
    problem = next((problem for problem in telling.problems if not problem.warning), None)
    if problem is not None:
        return problem
    properties = feature["properties"]
    return said_by(UasZone.model_validate(properties), properties, heading, telling), zones


def _block_of(group: Sequence[Zone], read: tuple[Said, list[Zone]], bands: Sequence[Band]) -> Object:
    """Return what the standard's fields do not say."""
    said, zones = read

    def words(kept: Object) -> Words:
        return words_of(replace(said, kept=kept, names=sound(kept.get("name", said.names))))

    block = own_block(KEY, group, said.kept, words, zones)
    open_above = [band.upper is None for band in bands]
    return block | ({"no_ceiling": open_above} if any(open_above) else {})


# --- from ED-269 ---------------------------------------------------------------------------------------------------


def _from_ed269(said: Mapping[str, Any]) -> Object:
    """Return what an ED-269 file says of a zone in the words of ED-318."""
    told: Object = {key: said[key] for key in ("country", "region", "regulationExemption") if key in said}
    told |= {"variant": said["type"]} if "type" in said else {}
    told |= {key: texts(said[key]) for key in ("message", "otherReasonInfo") if isinstance(said.get(key), str)}
    conditions = said.get("restrictionConditions")
    if conditions:
        told["restrictionConditions"] = "; ".join(conditions) if isinstance(conditions, list) else conditions
    reasons = said.get("reason")
    if isinstance(reasons, list):
        told["reason"] = list(dict.fromkeys(reason if reason in REASONS else "OTHER" for reason in reasons))
        foreign = [{"text": str(reason)} for reason in reasons if reason not in REASONS]
        told["otherReasonInfo"] = [*foreign, *told.get("otherReasonInfo", [])]
    told |= {"zoneAuthority": said["zoneAuthority"]} if isinstance(said.get("zoneAuthority"), list) else {}
    return told


# --- what may stand there ------------------------------------------------------------------------------------------

TYPES = {restriction: word for word, restriction in reversed(RESTRICTIONS.items()) if word not in ("USPACE",)} | {
    Restriction.REQ_AUTHORISATION: "REQ_AUTHORIZATION"
}

PURPOSES = ("AUTHORIZATION", "NOTIFICATION", "INFORMATION")

OPTIONAL = (
    "restrictionConditions",
    "region",
    "reason",
    "otherReasonInfo",
    "regulationExemption",
    "message",
    "dataSource",
)

TEXT_LIMITS = {"name": SHORT, "otherReasonInfo": SHORT, "message": LONG}

MOMENTS = ("issued", "validFrom", "validTo", "creationDateTime", "updateDateTime", "creationDate")

LANGUAGE = re.compile("[a-z]{2}-[A-Z]{2}", re.ASCII)

DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?", re.ASCII)
"""Of ISO 8601, such as P10D or PT12H."""

RFC_3339 = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)


def is_moment(value: object) -> bool:
    """Tell whether something is a date and time with its offset."""
    return isinstance(value, str) and RFC_3339.fullmatch(value) is not None and day_of(value) is not None


CLEANERS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "restrictionConditions": lambda value: value[:EXPRESSION] if isinstance(value, str) else None,
        "region": lambda value: value if type(value) is int and 0 <= value <= 65535 else None,
        "reason": lambda value: (
            [reason for reason in value if reason in REASONS][:9] if isinstance(value, list) else None
        ),
        "regulationExemption": lambda value: value if value in ("YES", "NO") else None,
    }
)
"""How the other properties become what the standard wants."""

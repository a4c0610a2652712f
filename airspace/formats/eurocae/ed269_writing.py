"""Writing zones as EUROCAE ED-269."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta
from typing import Any

from airspace.earth.heights import Band, Height, Reference
from airspace.errors import Problem
from airspace.formats import Loss
from airspace.formats.eurocae.common_reading import METRES, FeatureTelling, Object, Words, blank, picked, texts
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
from airspace.formats.eurocae.ed269_reading import (
    KEY,
    Ed269,
    Heading,
    Said,
    UasZone,
    heading_of,
    said_by,
    words_of,
    zones_of,
)
from airspace.formats.telling import shown
from airspace.model.zones import Restriction, Zone

KNOWN = frozenset({Reference.AGL, Reference.AMSL})
"""The references that a volume can have."""

REASONS = (
    "AIR_TRAFFIC",
    "SENSITIVE",
    "PRIVACY",
    "POPULATION",
    "NATURE",
    "NOISE",
    "FOREIGN_TERRITORY",
    "EMERGENCY",
    "OTHER",
)

TEXT_LIMITS = {"name": 200, "otherReasonInfo": 30, "uSpaceClass": 100, "message": 200}
"""The longest texts that the standard allows, in characters."""

PURPOSES = ("AUTHORIZATION", "NOTIFICATION", "INFORMATION")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ed269Writer:
    """Writes zones as EUROCAE ED-269.

    Layers of one zone are joined again, an area in pieces becomes a volume for each piece, limits are whole metres or
    feet. The standard demands an identifier of at most seven characters, a country and a contact: where a zone says
    none, there stand a short hash of its id, the country below, its authority. Whatever of a zone has no place in the
    standard stands among its extended properties under ``skyferry``, from where it is read back; nothing that says
    where or when to keep clear does.
    """

    country: str = ""
    """ISO 3166-1 alpha-3, for zones that do not say theirs."""

    def __post_init__(self) -> None:
        if not re.fullmatch("([A-Z]{3})?", self.country):
            raise ValueError(f"country: expected three capital letters, got {self.country!r}")

    @property
    def name(self) -> str:
        """The format in a few words."""
        return Ed269.name

    def write(self, zones: Sequence[Zone], *, title: str) -> tuple[str, tuple[Loss, ...]]:
        """Return the text of a file of some zones, and what of them the format cannot say."""
        told = plain(title)
        all_losses = [] if told == title else [Loss(zone="", field="title", said=title, kept=told)]
        printed, losses = printable(zones)
        all_losses += losses
        heading = heading_of({"title": told})
        groups = grouped(printed, same=_fingerprint)
        names = identifiers(group[0].id for group in groups)
        written = []
        for group in groups:
            zone, losses = self._zone(group, names[group[0].id], heading)
            written += [zone] if zone else []
            all_losses += losses
        return document_text({"title": told}, "features", written), tuple(all_losses)

    def _zone(self, group: Sequence[Zone], identifier: str, heading: Heading) -> tuple[Object | None, list[Loss]]:
        """Return a zone of the file, none for zones that cannot be said, and what it cannot say."""
        losses = [Losses(zone=zone.id) for zone in group]
        said = self._properties(group[0], identifier, losses[0])
        volumes = [_volumes(zone, lost) for zone, lost in zip(group, losses, strict=True)]
        applicable = [_applicability(zone, lost) for zone, lost in zip(group, losses, strict=True)]
        said |= {"applicability": applicable[0], "geometry": [volume for some in volumes for volume in some]}
        for zone, lost in zip(group, losses, strict=True):
            _tell_unsaid(zone, said, lost)
        pieces = [len(some) for some in volumes]
        said |= _extended({"pieces": pieces}) if pieces != [1] * len(group) else {}
        read = _reread(said, heading)
        if isinstance(read, Problem):
            return None, [Loss(zone=zone.id, field="zone", said=str(read), kept="") for zone in group]
        block = _block_of(group, read) | ({"pieces": pieces} if pieces != [1] * len(group) else {})
        said.pop("extendedProperties", None)
        extended = own(kept_of(group[0], KEY).get("extendedProperties"), block)
        said |= {"extendedProperties": extended} if extended else {}
        return said, [loss for lost in losses for loss in lost.found]

    def _properties(self, zone: Zone, identifier: str, losses: Losses) -> Object:
        said = {**_from_ed318(kept_of(zone, "ed318")), **kept_of(zone, KEY)}
        written: Object = {
            "identifier": identifier,
            "country": self._country(said, zone, losses),
            "name": zone.id if blank(zone.name) else zone.name,
            "type": said["type"] if said.get("type") in ("COMMON", "CUSTOMIZED") else "COMMON",
            "restriction": str(zone.restriction),
            **{key: said[key] for key in OPTIONAL if key in said},
            "zoneAuthority": _authorities_of(said.get("zoneAuthority"), zone),
        }
        cleaned = {key: _clean(key, value) for key, value in written.items()}
        return {key: value for key, value in cleaned.items() if value not in (None, [], "")}

    def _country(self, said: Mapping[str, Any], zone: Zone, losses: Losses) -> str:
        for country in (said.get("country"), self.country, zone.jurisdiction):
            if isinstance(country, str) and re.fullmatch("[A-Z]{3}", country):
                return country
        losses.note("country", "", NO_COUNTRY)
        return NO_COUNTRY


OPTIONAL = (
    "restrictionConditions",
    "region",
    "reason",
    "otherReasonInfo",
    "regulationExemption",
    "uSpaceClass",
    "message",
)


def _extended(block: Object) -> Object:
    return {"extendedProperties": own({}, block)}


def clock_text(at: time, offset: timedelta) -> str:
    """Return a time of day with its offset, such as 07:00:00.00+08:00."""
    fraction = f"{at.microsecond:06}"
    return f"{at:%H:%M:%S}.{fraction[:2] if fraction.endswith('0000') else fraction}{offset_text(offset)}"


def _fingerprint(zone: Zone) -> str:
    return fingerprint(zone, KEY, _applicability(zone, Losses(zone="")))


def _applicability(zone: Zone, losses: Losses) -> list[Object]:
    written = periods(zone.schedule, zone.area, losses, clock_text, sun=False)
    return [{"permanent": "NO", **period} for period in written] or [{"permanent": "YES"}]


# --- volumes -------------------------------------------------------------------------------------------------------


def _volumes(zone: Zone, losses: Losses) -> list[Object]:
    """Return the volumes that a zone needs: one for each piece of its area."""
    band = sayable_band(zone.band, zone.area, KNOWN, losses)
    circle = circle_of_zone(zone)
    units = sorted(METRES, key=lambda unit: unit != unit_of(zone))
    fits = [unit for unit in units if _is_whole(band, unit) and (circle is None or _radius(circle[1], unit))]
    unit = fits[0] if fits else next((unit for unit in units if _is_whole(band, unit)), "m")
    limits = _limits(_rounded(band, unit, losses), unit)
    radius = _radius(circle[1], unit) if circle else None
    if circle and radius:
        outlines: list[Object] = [{"type": "Circle", "center": list(circle[0]), "radius": radius}]
    else:
        outlines = [{"type": "Polygon", "coordinates": polygon} for polygon in polygons(zone.area)]
        if circle:
            losses.note("circle", f"{circle[1]:g} m", "a polygon around it")
    return [{**limits, "horizontalProjection": outline} for outline in outlines]


def _heights(band: Band) -> list[Height]:
    return [height for height in (band.lower, band.upper) if height is not None]


def _is_whole(band: Band, unit: str) -> bool:
    return all(isinstance(in_unit(height.value_m, unit), int) for height in _heights(band))


def _radius(radius_m: float, unit: str) -> float | int | None:
    """Return a radius in a unit, to the last digit where that takes one."""
    near = radius_m / METRES[unit]
    tried = (near, math.nextafter(near, 0), math.nextafter(near, math.inf))
    exact = (value for value in tried if value * METRES[unit] == radius_m)
    return in_unit(radius_m, unit) or next(exact, None)


def _rounded(band: Band, unit: str, losses: Losses) -> Band:
    """Return a band, as wide or wider, whose limits are whole numbers of a unit."""
    if _is_whole(band, unit):
        return band
    metres = METRES[unit]
    lower = replace(band.lower, value_m=math.floor(band.lower.value_m / metres) * metres)
    upper = band.upper and replace(band.upper, value_m=math.ceil(band.upper.value_m / metres) * metres)
    for end, before, after in (("lower", band.lower, lower), ("upper", band.upper, upper)):
        if before != after:
            losses.note(f"band.{end}", str(before), str(after))
    return Band(lower=lower, upper=upper)


def _limits(band: Band, unit: str) -> Object:
    upper = band.upper
    return {
        "uomDimensions": unit.upper(),
        "lowerLimit": in_unit(band.lower.value_m, unit),
        "lowerVerticalReference": str(band.lower.reference),
        "upperLimit": None if upper is None else in_unit(upper.value_m, unit),
        "upperVerticalReference": str((upper or band.lower).reference),
    }


# --- what may stand there ------------------------------------------------------------------------------------------


def _authorities_of(said: object, zone: Zone) -> list[Object]:
    """Return the contacts of a zone, the first one under the name of its authority."""
    purpose = "AUTHORIZATION" if zone.restriction is Restriction.REQ_AUTHORISATION else "INFORMATION"
    contacts = [dict(contact) for contact in said if isinstance(contact, Mapping)] if isinstance(said, list) else []
    contacts = contacts or [{"purpose": purpose}]
    if contacts[0].get("name", "") != zone.authority:
        contacts[0]["name"] = zone.authority
    return [{key: value for key, value in contact.items() if not blank(value)} for contact in contacts]


def _clean(key: str, value: Any) -> Any:
    """Return a property as the standard wants it; None where nothing of it can stand there."""
    if key in TEXT_LIMITS:
        return value[: TEXT_LIMITS[key]] if isinstance(value, str) else None
    if key == "reason":
        return [reason for reason in value if reason in REASONS][:9] if isinstance(value, list) else None
    if key == "region":
        return value if type(value) is int and 0 <= value <= 65535 else None
    if key == "regulationExemption":
        return value if value in ("YES", "NO") else None
    return [_clean_contact(contact) for contact in value] if key == "zoneAuthority" else value


def _clean_contact(contact: Mapping[str, Any]) -> Object:
    cleaned = {key: _clean_line(key, value) for key, value in contact.items()}
    return {key: value for key, value in cleaned.items() if value is not None}


def _clean_line(key: str, value: Any) -> Any:
    if key == "purpose":
        return value if value in PURPOSES else None
    if key in ("name", "service", "contactName", "phone", "email", "siteURL", "intervalBefore"):
        return value[:200] if isinstance(value, str) else None
    return value


# --- from ED-318 ---------------------------------------------------------------------------------------------------


def _from_ed318(said: Mapping[str, Any]) -> Object:
    """Return what an ED-318 file says of a zone in the words of ED-269."""
    told: Object = {key: said[key] for key in ("country", "region", "regulationExemption") if key in said}
    told |= {"type": said["variant"]} if "variant" in said else {}
    told |= {key: _in_one(said[key]) for key in ("message", "otherReasonInfo") if key in said}
    conditions = said.get("restrictionConditions")
    told |= {"restrictionConditions": [conditions]} if isinstance(conditions, str) else {}
    reasons = said.get("reason")
    if isinstance(reasons, list):
        told["reason"] = list(dict.fromkeys(reason if reason in REASONS else "OTHER" for reason in reasons))
    contacts = said.get("zoneAuthority")
    if isinstance(contacts, list):
        told["zoneAuthority"] = [_contact(contact) for contact in contacts if isinstance(contact, Mapping)]
    return told


def _contact(contact: Mapping[str, Any]) -> Object:
    return {key: value if isinstance(value, str) else _in_one(value) for key, value in contact.items()}


def _in_one(said: object) -> str:
    """Return texts in several languages as one: English if there is any."""
    try:
        return picked(texts(said))[0]
    except ValueError:
        return ""


def _tell_unsaid(zone: Zone, written: Mapping[str, Any], losses: Losses) -> None:
    """Note what other programs will not be told, though our own reader is."""
    if zone.name_zh:
        losses.note("name_zh", zone.name_zh, "a property that only this program reads")
    said = kept_of(zone, "ed318")
    if said.get("type") == "USPACE" and zone.restriction is Restriction.CONDITIONAL:
        losses.note("type", "USPACE", str(zone.restriction))
    for key in ("message", "otherReasonInfo", "reason"):
        told = said.get(key)
        kept = written.get(key, "")
        if told and told not in ([{"text": kept}], kept) and not _says_all(told, kept):
            losses.note(key, shown(told), kept)


def _says_all(told: object, kept: object) -> bool:
    return isinstance(told, list) and len(told) == 1 and isinstance(told[0], dict) and told[0].get("text") == kept


# --- reading it again ----------------------------------------------------------------------------------------------


def _reread(zone: Object, heading: Heading) -> tuple[Said, list[Zone]] | Problem:
    """Return what the reader makes of a zone: its words and its zones; or why it cannot read it."""
    telling = FeatureTelling(file="", prefix=(), subject="")
    zones = zones_of(zone, heading, telling)
    problem = next((problem for problem in telling.problems if not problem.warning), None)
    if problem is not None:
        return problem
    return said_by(UasZone.model_validate(zone), zone, heading, telling), zones


def _block_of(group: Sequence[Zone], read: tuple[Said, list[Zone]]) -> Object:
    """Return what the standard's fields do not say."""
    said, zones = read
    kept = {key: value for key, value in said.kept.items() if key != "extendedProperties"}

    def words(kept: Object) -> Words:
        return words_of(replace(said, kept=kept))

    return own_block(KEY, group, kept, words, zones)

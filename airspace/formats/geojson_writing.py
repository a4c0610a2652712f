"""Zones as our own GeoJSON: everything a zone says, in one FeatureCollection by RFC 7946.

Coordinates keep every digit, so that a zone read back is the zone that was written and no outline comes to touch
itself by rounding. Outer rings go counter-clockwise, holes clockwise, rings end where they begin.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import shapely

from airspace.formats import Loss
from airspace.formats.bands import band_words
from airspace.formats.doors import ZoneProperties
from airspace.formats.geojson import middle_of
from airspace.formats.schedules import UnsayableSchedule, schedule_words
from airspace.formats.scrutiny import BAD, DEPTH_LIMIT_LEVELS, INTEGER_LIMIT_DIGITS
from airspace.formats.telling import shown
from airspace.model.sources import Confidence
from airspace.model.zones import Zone

SHORT = {"id": 200, "name": 500, "source.citation": 500}
"""Characters of what may not be longer, as at the door."""

DEPTH_OF_PROPERTIES = 4
"""Levels of the file above a property's value: file, features, feature, properties."""


class GeoJsonWriter:
    """Writes zones as our own GeoJSON."""

    name = "GeoJSON (a FeatureCollection of zones)"

    def write(self, zones: Sequence[Zone], *, title: str) -> tuple[str, tuple[Loss, ...]]:
        """Return the text of a file of some zones, one feature a line, and what of them it cannot say.

        It can say all that a zone read from any file says. What is lost can only come from code: text with control
        characters, clocks and properties that JSON has no words for. The same zones make the same bytes.
        """
        written = [_Writing(zone=zone) for zone in zones]
        features = ",\n".join(_json(writing.feature()) for writing in written)
        head = f'{{"type": "FeatureCollection", "title": {_json(_clean(title))}, "features": ['
        text = f"{head}\n{features}\n]}}\n" if features else f"{head}]}}\n"
        return text, tuple(loss for writing in written for loss in writing.losses)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _clean(text: str) -> str:
    return BAD.sub("\N{REPLACEMENT CHARACTER}", text)


@dataclass(slots=True, kw_only=True)
class _Writing:
    """One zone on its way into a file, and what gets lost there."""

    zone: Zone
    losses: list[Loss] = field(default_factory=list)

    def feature(self) -> dict[str, object]:
        area = oriented(self.zone.area)
        geometry = {"type": area.geom_type, "coordinates": _coordinates(area)}
        return {"type": "Feature", "geometry": geometry, "properties": self._properties(area)}

    def _properties(self, area: shapely.Geometry) -> dict[str, object]:
        zone = self.zone
        given: dict[str, object] = {
            "id": self._text("id", zone.id),
            "name": self._text("name", zone.name) or self._without_name(),
            "name_zh": self._text("name_zh", zone.name_zh),
            "restriction": str(zone.restriction),
            **self._band(),
            "schedule": self._schedule(area),
            "authority": self._text("authority", zone.authority),
            "jurisdiction": self._text("jurisdiction", zone.jurisdiction),
            "category": self._text("category", zone.category),
            "source": self._text("source.citation", zone.source.citation) or None,
            "source_date": None if zone.source.date is None else zone.source.date.isoformat(),
            "confidence": str(zone.source.confidence),
        }
        said = {key: value for key, value in given.items() if value not in UNSAID.get(key, ())}
        return said | dict(self._extra())

    def _band(self) -> dict[str, object]:
        words = band_words(self.zone.band)
        return {key: self._text(key, value) if isinstance(value, str) else value for key, value in words.items()}

    def _without_name(self) -> str:
        kept = _clean(self.zone.id)
        self._lose("name", "", kept)
        return kept

    def _text(self, what: str, text: str) -> str:
        kept = _clean(text)[: SHORT.get(what)]
        if kept != text:
            # An id stands as it is, for whoever looks for the zone under its new one.
            self._lose(what, shown(text), kept if what == "id" else shown(kept))
        return kept

    def _schedule(self, area: shapely.Geometry) -> list[dict[str, object]] | None:
        try:
            return schedule_words(self.zone.schedule, lambda: middle_of(area))
        except UnsayableSchedule as error:
            self._lose("schedule", str(error), "at all times")
            return None

    def _extra(self) -> Iterator[tuple[str, object]]:
        for key, value in self.zone.extra.items():
            if key in ZoneProperties.model_fields or BAD.search(key):
                self._lose(f"extra.{shown(key)}", shown(value), "")
            else:
                yield key, self._plain(f"extra.{key}", value, DEPTH_OF_PROPERTIES)

    def _plain(self, what: str, value: Any, level: int) -> object:
        """Return a value as JSON has it."""
        if level > DEPTH_LIMIT_LEVELS:
            return self._lose(what, "values nested deeper", "")
        if isinstance(value, Mapping):
            return {
                self._key(what, key): self._plain(f"{what}.{key}", inner, level + 1) for key, inner in value.items()
            }
        if isinstance(value, list | tuple):
            return [self._plain(f"{what}[{index}]", inner, level + 1) for index, inner in enumerate(value)]
        if isinstance(value, str):
            return self._text(what, str(value))
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int) and abs(value) < 10**INTEGER_LIMIT_DIGITS:
            return int(value)
        if isinstance(value, float) and math.isfinite(value):
            return float(value)
        return self._lose(what, shown(value), value.isoformat() if isinstance(value, date) else "")

    def _key(self, what: str, key: object) -> str:
        kept = _clean(str(key))
        if kept != key:
            self._lose(what, shown(key), shown(kept))
        return kept

    def _lose(self, what: str, said: str, kept: str) -> str | None:
        self.losses.append(Loss(zone=self.zone.id, field=what, said=said, kept=kept))
        return kept or None


UNSAID: Mapping[str, tuple[object, ...]] = {
    "name_zh": ("",),
    "schedule": (None,),
    "authority": ("",),
    "jurisdiction": ("",),
    "category": ("",),
    "confidence": (str(Confidence.UNKNOWN),),
}
"""What a missing property says, so that it need not stand there."""


def oriented(area: shapely.Polygon | shapely.MultiPolygon) -> shapely.Polygon | shapely.MultiPolygon:
    """Return an area with its outer rings counter-clockwise and its holes clockwise, as RFC 7946 has it."""
    return shapely.orient_polygons(area)


def _coordinates(area: shapely.Polygon | shapely.MultiPolygon) -> list[Any]:
    if isinstance(area, shapely.MultiPolygon):
        return [_coordinates(polygon) for polygon in area.geoms]
    return [shapely.get_coordinates(ring).tolist() for ring in (area.exterior, *area.interiors)]

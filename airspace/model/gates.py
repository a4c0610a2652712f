"""Crossing a boundary: jurisdictions, the gates between them, and the permits that open a gate."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

import shapely

from airspace.earth.heights import Band
from airspace.model.checking import need_area, need_id, need_unique
from airspace.model.schedules import ALWAYS, Period, Schedule, Span, merged
from airspace.model.sources import NO_SOURCE, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Jurisdiction:
    """An area with one authority over its low airspace."""

    id: str
    name: str
    name_zh: str = ""
    authority: str
    area: shapely.Polygon | shapely.MultiPolygon
    """WGS 84, degrees."""
    rules: tuple[str, ...] = ()
    """Names of the rules in force there."""
    source: Source = NO_SOURCE

    def __post_init__(self) -> None:
        need_id("jurisdiction", self.id)
        need_area(f"jurisdiction '{self.id}'", self.area)


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """An authority's leave for stated aircraft to cross by its gate and enter stated zones at stated times."""

    id: str
    authority: str
    zones: tuple[str, ...]
    """Ids of the zones it opens; only REQ_AUTHORISATION and CONDITIONAL zones can be opened."""
    aircraft: tuple[str, ...]
    """Ids of drones or of drone types."""
    valid_from: datetime
    valid_to: datetime
    schedule: Schedule = ALWAYS
    """Its hours within that time."""
    band: Band | None = None
    """The heights it is given for; None when it names none."""
    source: Source = NO_SOURCE

    def __post_init__(self) -> None:
        need_id("permit", self.id)
        if self.valid_from.tzinfo is None or self.valid_to.tzinfo is None:
            raise ValueError(f"permit '{self.id}': expected times with an offset from UTC, got naive ones")
        if not self.valid_from < self.valid_to:
            raise ValueError(f"permit '{self.id}': expected valid_from before valid_to, got {self.valid_from}")

    def names(self, aircraft: Collection[str]) -> bool:
        """Tell whether any of the ids of an aircraft (its own and its type's) stands in the permit."""
        return not set(self.aircraft).isdisjoint(aircraft)

    def spans(self, start: datetime, end: datetime) -> tuple[Span, ...]:
        """Return the parts of [start, end] in which it is valid, in order."""
        valid = Period(start=self.valid_from, end=self.valid_to)
        return merged(part for span in valid.spans(start, end) for part in self.schedule.spans(*span))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """An authorised stretch of a boundary: the line may be crossed inside this area and nowhere else."""

    id: str
    name: str
    name_zh: str = ""
    area: shapely.Polygon
    """WGS 84, degrees."""
    band: Band
    schedule: Schedule = ALWAYS
    capacity_per_hour: int | None = None
    """The most crossings in any 60 minutes, whichever way; None when nobody limits them."""
    permits: tuple[Permit, ...] = ()
    source: Source = NO_SOURCE
    extra: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    def __post_init__(self) -> None:
        need_id("gate", self.id)
        need_area(f"gate '{self.id}'", self.area)
        if self.capacity_per_hour is not None and self.capacity_per_hour < 1:
            raise ValueError(f"gate '{self.id}': expected capacity_per_hour >= 1, got {self.capacity_per_hour}")
        need_unique(f"gate '{self.id}': permits", (permit.id for permit in self.permits))

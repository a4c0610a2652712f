"""UAS geographical zones: where flight is forbidden, or needs an authorisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

import shapely

from airspace.earth.heights import Band
from airspace.model.checking import need_area, need_id
from airspace.model.schedules import ALWAYS, Schedule
from airspace.model.sources import NO_SOURCE, Source


class Restriction(StrEnum):
    """What a zone asks, in the words of EUROCAE ED-269."""

    PROHIBITED = "PROHIBITED"
    REQ_AUTHORISATION = "REQ_AUTHORISATION"
    CONDITIONAL = "CONDITIONAL"
    NO_RESTRICTION = "NO_RESTRICTION"


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A volume of air with a rule: an area, a band of heights, and hours."""

    id: str
    name: str
    name_zh: str = ""
    restriction: Restriction
    area: shapely.Polygon | shapely.MultiPolygon
    """WGS 84, degrees, lon then lat; its edges are straight in lon and lat, as RFC 7946 says."""
    band: Band
    schedule: Schedule = ALWAYS
    authority: str = ""
    jurisdiction: str = ""
    category: str = ""
    """What it protects, in a word: aerodrome, port, prison, terrain ..."""
    source: Source = NO_SOURCE
    extra: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    """Properties of the file that this program does not use."""

    def __post_init__(self) -> None:
        need_id("zone", self.id)
        need_area(f"zone '{self.id}'", self.area)

    @property
    def closed(self) -> bool:
        """Whether it must be kept clear of without a permit.

        A CONDITIONAL zone counts as closed: its conditions are prose, and nobody here can tell that they are met.
        """
        return self.restriction is not Restriction.NO_RESTRICTION

    @property
    def permittable(self) -> bool:
        """Whether a permit can open it. A PROHIBITED zone stays closed whatever a permit says."""
        return self.restriction in (Restriction.REQ_AUTHORISATION, Restriction.CONDITIONAL)

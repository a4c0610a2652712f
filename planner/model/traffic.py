"""Others in the air: operational intents as ASTM F3548-21 tells them, each a set of volumes in space and time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import shapely

from airspace.model.checking import need_id, need_lonlat


class IntentState(StrEnum):
    """Where an operational intent stands, spelled as in ASTM F3548-21."""

    ACCEPTED = "Accepted"
    ACTIVATED = "Activated"
    NONCONFORMING = "Nonconforming"
    CONTINGENT = "Contingent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A part of the sky that somebody holds for some time: above a polygon or a circle, from a height to another."""

    outline: tuple[tuple[float, float], ...]
    """Longitude, latitude (WGS 84), joined by shortest lines, not closed; of a circle its centre alone."""
    radius_m: float = 0.0
    """Of a circle; 0 for a polygon."""
    lower_amsl_m: float
    """As low as it can be, whatever the geoid is below it."""
    upper_amsl_m: float
    """As high as it can be."""
    start: datetime
    end: datetime
    off_nominal: bool = False
    """Whether it tells where an aircraft may be that does not keep to its intent."""

    def __post_init__(self) -> None:
        for lon, lat in self.outline:
            need_lonlat("volume", lon, lat)
        if len(self.outline) == 1 and not self.radius_m > 0:
            raise ValueError(f"volume: expected a radius above 0 around a centre, got {self.radius_m}")
        if len(self.outline) != 1 and self.radius_m:
            raise ValueError(f"volume: expected one centre of a circle, got {len(self.outline)}")
        if len(self.outline) != 1:
            self._check_polygon()
        if not self.lower_amsl_m < self.upper_amsl_m:
            raise ValueError(f"volume: expected lower below upper, got {self.lower_amsl_m} and {self.upper_amsl_m}")
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("volume: expected times with an offset from UTC, got naive ones")
        if not self.start < self.end:
            raise ValueError(f"volume: expected start before end, got {self.start} and {self.end}")

    def _check_polygon(self) -> None:
        if len(self.outline) < 3:
            raise ValueError(f"volume: expected three vertices or more, got {len(self.outline)}")
        area = shapely.Polygon(self.outline)
        if not area.is_valid or not area.area > 0:
            raise ValueError(f"volume: expected a valid polygon, got {shapely.is_valid_reason(area)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What somebody else will fly, as far as others are told."""

    id: str
    manager: str = ""
    """Who answers for it; empty when the file does not say."""
    state: IntentState
    priority: int = 0
    """As the standard has it: the higher goes first, 0 is ordinary."""
    volumes: tuple[Volume, ...]

    def __post_init__(self) -> None:
        need_id("intent", self.id)
        if not self.volumes:
            raise ValueError(f"intent '{self.id}': expected a volume or more, got none")

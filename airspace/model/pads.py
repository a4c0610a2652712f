"""Landing pads: where flights start, end and deliver."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

import shapely

from airspace.model.checking import need_id, need_lonlat
from airspace.model.schedules import ALWAYS, Schedule, Span
from airspace.model.sources import NO_SOURCE, Source


class Custody(StrEnum):
    """How a consignment is looked after, from least to most."""

    LOCKER = "locker"
    """An unattended locker."""
    STAFFED = "staffed"
    """One member of staff hands over."""
    TWO_PERSON = "two_person"
    """Two members of staff hand over together."""

    def meets(self, required: Custody) -> bool:
        """Tell whether this level is at least the required one."""
        levels = list(Custody)
        return levels.index(self) >= levels.index(required)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pad:
    """A landing pad."""

    id: str
    name: str
    name_zh: str = ""
    lon: float
    lat: float
    """WGS 84, degrees."""
    elevation_amsl_m: float
    jurisdiction: str = ""
    roles: tuple[str, ...] = ()
    """hub, port, hospital, customs, alternate ..."""
    slots: int = 1
    """How many drones it takes at one time."""
    turnaround_s: float = 0.0
    """How long a drone keeps its slot before a departure from its hub and after a landing back there."""
    swap_packs: int | None = None
    """Spare packs for each type of drone based there; None: nobody counts them, and there is always one."""
    chargers: int | None = None
    """How many packs are charged at a time; None: as many as there are."""
    schedule: Schedule = ALWAYS
    custody: Custody = Custody.STAFFED
    """The best it offers; see :meth:`custody_during`."""
    two_person_hours: Schedule = ALWAYS
    """When two persons are there, if ever; outside of these hours a pad with ``two_person`` custody is staffed."""
    customs_windows: Schedule | None = None
    """When goods can clear customs there; None where they cannot."""
    customs_dwell_s: float = 0.0
    """How long clearing takes there."""
    source: Source = NO_SOURCE
    extra: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    def __post_init__(self) -> None:
        need_id("pad", self.id)
        need_lonlat(f"pad '{self.id}'", self.lon, self.lat)
        if not math.isfinite(self.elevation_amsl_m):
            raise ValueError(f"pad '{self.id}': expected a finite elevation in metres, got {self.elevation_amsl_m}")
        if self.slots < 1:
            raise ValueError(f"pad '{self.id}': expected at least one slot, got {self.slots}")
        if (self.swap_packs or 0) < 0 or (self.chargers is not None and self.chargers < 1):
            found = f"{self.swap_packs}, {self.chargers}"
            raise ValueError(f"pad '{self.id}': expected swap_packs >= 0 and at least one charger, got {found}")
        if not 0 <= self.turnaround_s < math.inf:
            raise ValueError(f"pad '{self.id}': expected turnaround_s >= 0, got {self.turnaround_s}")
        if not 0 <= self.customs_dwell_s < math.inf:
            raise ValueError(f"pad '{self.id}': expected customs_dwell_s >= 0, got {self.customs_dwell_s}")
        if not self.two_person_hours.permanent and self.custody is not Custody.TWO_PERSON:
            raise ValueError(
                f"pad '{self.id}': expected two_person_hours with custody two_person only, got {self.custody}"
            )

    @property
    def is_alternate(self) -> bool:
        """Whether a drone that cannot land where it was going may come here instead."""
        return "alternate" in self.roles

    def custody_during(self, start: datetime, end: datetime) -> Custody:
        """Return the custody level that the pad keeps throughout [start, end]."""
        two = self.custody is Custody.TWO_PERSON and self.two_person_hours.covers(start, end)
        return self.custody if two or self.custody is not Custody.TWO_PERSON else Custody.STAFFED

    def custody_spans(self, asked: Custody, start: datetime, end: datetime) -> tuple[Span, ...]:
        """Return the parts of [start, end] in which the pad offers at least a custody level."""
        if not self.custody.meets(asked):
            return ()
        return self.two_person_hours.spans(start, end) if asked is Custody.TWO_PERSON else ((start, end),)

    @property
    def point(self) -> shapely.Point:
        """The pad as a WGS 84 point."""
        return shapely.Point(self.lon, self.lat)

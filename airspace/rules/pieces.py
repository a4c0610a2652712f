"""A piece of a leg within one jurisdiction, with all that a rule may ask of it; and what a rule says of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

import shapely

from airspace.model.gates import Permit


class Trait(StrEnum):
    """Something a flight does, or does not, that rules ask about."""

    CROSSES_BOUNDARY = "crosses_boundary"
    """It passes from one jurisdiction to another."""
    BVLOS = "bvlos"
    """It goes beyond the visual line of sight of its pilot."""
    DROPS = "drops"
    """It lets something go in the air; lowering a consignment on a line counts."""
    DANGEROUS_GOODS = "dangerous_goods"
    """It carries dangerous goods."""
    RELAY = "relay"
    """It is controlled through mobile base stations or the internet."""
    OVER_CROWDS = "over_crowds"
    """It passes over people gathered for an event."""
    OVER_PEOPLE = "over_people"
    """It passes over people, vehicles, vessels or structures that have no part in it."""
    FROM_VEHICLE = "from_vehicle"
    """Its pilot sits in something that moves."""
    SWARM = "swarm"
    """It is one of several controlled as one."""
    INTEGRATED = "integrated"
    """It shares its air with manned aircraft at the same time."""


class Verdict(StrEnum):
    """What a rule says of a piece."""

    HOLDS = "HOLDS"
    BROKEN = "BROKEN"
    """No permit mends it."""
    NEEDS_PERMIT = "NEEDS_PERMIT"
    """It may be flown with a permit of the rule's authority, and there is none."""
    UNKNOWN = "UNKNOWN"
    """A fact or a figure is missing: neither clear nor broken."""
    NOT_CHECKED = "NOT_CHECKED"
    """Nothing that a program can test."""


NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece of a leg within one jurisdiction, told on the side to err on."""

    jurisdiction: str
    """Its id."""
    aircraft: tuple[str, ...]
    """Ids that a permit may name it by: the drone's own and its type's."""
    takeoff_mass_kg: float
    """What it weighs at take-off, with everything on board."""
    max_takeoff_mass_kg: float | None = None
    """What it may weigh at most by design; None when not known."""
    empty_mass_kg: float | None = None
    """Without payload, with its packs; None when not known."""
    speed_mps: float | None
    """Highest ground speed; None when not known."""
    agl_m: tuple[float, float]
    """Lowest and highest it can be above the ground."""
    amsl_m: tuple[float, float]
    """Lowest and highest above mean sea level."""
    start: datetime
    end: datetime
    line: shapely.LineString
    """WGS 84, lon then lat, degrees."""
    crosses_boundary: bool
    """Whether its leg does, in this piece or another."""
    bvlos: bool = True
    drops: bool = False
    dangerous_goods: str = ""
    """Their class or UN number; empty for none."""
    traits: Mapping[Trait, bool] = field(default_factory=dict, hash=False)
    """The rest of what is known of the flight; what is not told here is unknown, not absent."""
    distances_m: Mapping[str, float | None] = field(default_factory=dict, hash=False)
    """Least distance to anything of a category in this jurisdiction; zero or less inside, infinite where it is known
    that there is none. A category that is None or not here has no data on this side: a gap, never clear."""
    zones: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """Ids of the zones of each category that it comes too near to: a permit counts only if it names them."""
    weather: Mapping[str, tuple[float, float]] = field(default_factory=dict, hash=False)
    """Least and most of each quantity that is forecast, such as ``wind_mps``."""
    permits: tuple[Permit, ...] = ()
    """The permits held; which of them cover this piece is found out here."""

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None or not self.start < self.end:
            raise ValueError(f"piece: expected aware times, start before end, got {self.start} and {self.end}")
        for name in ("agl_m", "amsl_m"):
            lowest_m, highest_m = getattr(self, name)
            if not (math.isfinite(lowest_m) and lowest_m <= highest_m < math.inf):
                raise ValueError(f"piece: expected {name} from lowest to highest, got {lowest_m} and {highest_m}")
        if not 0 < self.takeoff_mass_kg < math.inf:
            raise ValueError(f"piece: expected takeoff_mass_kg above 0, got {self.takeoff_mass_kg}")
        for name in ("traits", "distances_m", "zones", "weather"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def does(self, trait: Trait) -> bool | None:
        """Tell whether the flight does something; None when nobody said."""
        told = {
            Trait.CROSSES_BOUNDARY: self.crosses_boundary,
            Trait.BVLOS: self.bvlos,
            Trait.DROPS: self.drops,
            Trait.DANGEROUS_GOODS: bool(self.dangerous_goods),
        }
        return told.get(trait, self.traits.get(trait))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a rule says of a piece, with the figures behind it."""

    verdict: Verdict
    measured: float | None = None
    required: float | None = None
    margin: float | None = None
    """How much is in hand; below zero when the figure is not kept."""
    unit: str = ""
    detail: str = ""
    permit: str = ""
    """Ids of the permits that make it hold, with commas between; empty when none is needed."""
    gap: bool = False
    """True when data are missing, so that no permit could settle it."""
    applies: bool = True
    """False when the rule does not concern this aircraft."""

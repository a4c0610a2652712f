"""What flies: drone types with their figures, and the drones."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType

from airspace.model.checking import need_id
from airspace.model.schedules import Span
from airspace.model.sources import Source
from planner.model.packs import Pack
from planner.model.powers import STALL_MARGIN, MassPower, PowerFigures, PowerTable, Quadplane

POSITIVE = ("mass_kg", "max_payload_kg", "battery_wh", "cruise_mps", "climb_mps", "descent_mps")

TURN_SHARE = 0.011
"""A corridor's half width over the turn radius of what flies in it, at least.

Outlines are drawn in pieces that bend by up to 17 degrees, and flying by such a bend on a circle of radius R leaves the
centre line by R (1 / cos(17 / 2) - 1).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DroneType:
    """A kind of aircraft and its figures; where each figure comes from stands in ``sources``."""

    id: str
    name: str
    mass_kg: float
    """Ready to fly, packs in, nothing in the box."""
    max_payload_kg: float
    battery_wh: float
    """Nominal energy of the packs it flies with, new and full."""
    cruise_mps: float
    """Air speed in cruise."""
    climb_mps: float
    descent_mps: float
    power: PowerFigures
    """What its power follows from; the class says by which model."""
    swap_s: float = 300.0
    """From landing at the hub to ready for the next take-off with fresh packs."""
    charge_w: float | None = None
    """Output of the charger that its packs are charged with; None: they are not charged during the day."""
    pack_cool_s: float = 600.0
    """From landing until its packs may be charged; assumed."""
    corridor_half_width_m: float | None = None
    """How far it may stray from the centre line of a corridor; None: as the policy says for all."""
    min_turn_radius_m: float = 0.0
    """The tightest turn it flies at cruise speed; 0 for one that stops and turns on the spot."""
    cold_loss_per_c: float = 0.006
    """Share of their energy that the packs do not give for each degree below ``packs_warm_c``; an engineering choice,
    assumed."""
    packs_warm_c: float = 20.0
    max_wind_mps: float
    """Mean wind, where it flies."""
    max_gust_mps: float | None = None
    """None: as for the mean wind."""
    max_rain_mm_h: float = 0.0
    """0 for one that stays on the ground in any rain."""
    model_error_share: float = 0.1
    """Standard deviation of the energy it takes over what the model says; 0.1 is assumed where no log was measured,
    0.033 was seen on 68 flights of a measured type (Rodrigues 2022)."""
    temp_min_c: float
    temp_max_c: float
    max_volume_l: float | None = None
    """Litres that its box holds; None when nobody has told."""
    dji_type: int | None = None
    """What DJI's list of aircraft calls it (``type`` there, ``droneEnumValue`` in its missions); None: not on it."""
    dji_sub_type: int = 0
    """The same for ``sub_type`` and ``droneSubEnumValue``; most have 0."""
    sources: Mapping[str, Source] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    """By figure name."""

    def __post_init__(self) -> None:
        need_id("drone type", self.id)
        for figure in (*POSITIVE, *(() if self.max_volume_l is None else ("max_volume_l",))):
            value = getattr(self, figure)
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"drone type '{self.id}': expected {figure} > 0, got {value}")
        if self.swap_s < 0 or self.max_wind_mps < 0:
            raise ValueError(f"drone type '{self.id}': expected swap_s and max_wind_mps >= 0")
        for figure in ("max_rain_mm_h", "model_error_share", "cold_loss_per_c"):
            if not 0 <= getattr(self, figure) < math.inf:
                raise ValueError(f"drone type '{self.id}': expected {figure} >= 0, got {getattr(self, figure)}")
        if self.max_gust_mps is not None and not self.max_gust_mps >= self.max_wind_mps:
            limits = f"{self.max_gust_mps} and {self.max_wind_mps}"
            raise ValueError(f"drone type '{self.id}': expected max_gust_mps >= max_wind_mps, got {limits}")
        if not (self.corridor_half_width_m or 0.0) >= 0 or not self.min_turn_radius_m >= 0:
            raise ValueError(f"drone type '{self.id}': expected corridor_half_width_m and min_turn_radius_m >= 0")
        if not self.pack_cool_s >= 0 or not (self.charge_w is None or self.charge_w > 0):
            raise ValueError(f"drone type '{self.id}': expected charge_w > 0 and pack_cool_s >= 0")
        if problem := self._misfit():
            raise ValueError(f"drone type '{self.id}': {problem}")

    @property
    def least_half_width_m(self) -> float:
        """The half width that a corridor needs for the type to fly by the bends of its line."""
        return TURN_SHARE * self.min_turn_radius_m

    @property
    def max_take_off_kg(self) -> float:
        """Mass with the most in the box."""
        return self.mass_kg + self.max_payload_kg

    @property
    def pack(self) -> Pack | None:
        """The packs it flies with, taken as one, and how they are charged; None where they are not."""
        if self.charge_w is None:
            return None
        return Pack(energy_wh=self.battery_wh, charge_w=self.charge_w, cool_s=self.pack_cool_s)

    def _misfit(self) -> str:
        """Tell how the figures of power do not fit the rest of the type; empty when they do."""
        match self.power:
            case MassPower() as power if not power.least_w(self.mass_kg) > 0:
                return f"expected power above 0 in every phase, got {power.least_w(self.mass_kg):.1f} W when empty"
            case Quadplane(stall_mps=stall) if self.cruise_mps < STALL_MARGIN * stall:
                least = STALL_MARGIN * stall
                return f"expected cruise_mps >= {least:g}, {STALL_MARGIN:g} times stall_mps, got {self.cruise_mps:g}"
            case PowerTable() as table:
                ends = (self.mass_kg, self.max_take_off_kg)
                if not all(table.covers(mass_kg=end, air_speed_mps=self.cruise_mps) for end in ends):
                    return (
                        f"expected a power table that holds cruise_mps {self.cruise_mps:g} and the masses from "
                        f"{ends[0]:g} to {ends[1]:g} kg, got {table.air_speed_mps[0]:g} to {table.air_speed_mps[-1]:g} "
                        f"m/s and {table.mass_kg[0]:g} to {table.mass_kg[-1]:g} kg"
                    )
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drone:
    """One aircraft, its home and the state it begins the day in."""

    id: str
    type: str
    home_pad: str
    state_of_charge: float = 1.0
    """Of the energy its packs hold today, at the start of the job."""
    health: float = 1.0
    """Energy its packs hold today, over nominal."""
    works_from: datetime | None = None
    """UTC; it takes off no earlier. None: from the start of the job."""
    works_until: datetime | None = None
    """UTC; it is back on its hub by then. None: to the end of the job."""

    def __post_init__(self) -> None:
        need_id("drone", self.id)
        if not 0 < self.health <= 1:
            raise ValueError(f"drone '{self.id}': expected health in (0, 1], got {self.health}")
        if not 0 <= self.state_of_charge <= 1:
            raise ValueError(f"drone '{self.id}': expected state_of_charge in [0, 1], got {self.state_of_charge}")
        if any(moment is not None and moment.tzinfo is None for moment in (self.works_from, self.works_until)):
            raise ValueError(f"drone '{self.id}': expected times with an offset from UTC, got naive ones")
        if not self.hours[0] < self.hours[1]:
            found = f"{self.works_from} and {self.works_until}"
            raise ValueError(f"drone '{self.id}': expected works_from before works_until, got {found}")

    @property
    def hours(self) -> Span:
        """When it works; an end that nobody told is as far off as times go."""
        first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
        return self.works_from or first, self.works_until or last

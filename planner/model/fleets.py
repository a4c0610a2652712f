"""What flies: drone types with their figures, and the drones."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from airspace.model.checking import need_id
from airspace.model.sources import Source

POSITIVE = (
    "mass_kg", "max_payload_kg", "battery_wh", "cruise_mps", "climb_mps", "descent_mps", "power_coefficient",
    "climb_power_ratio", "descent_power_ratio", "hover_power_ratio",
)  # fmt: skip


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
    power_coefficient: float
    """k in P = k m^1.5 / sqrt(air density): watts in cruise, for kg and kg/m3."""
    climb_power_ratio: float = 1.16
    """Power in climb over power in cruise (Rodrigues 2022, 68 flights of a 4 kg quadrotor)."""
    descent_power_ratio: float = 0.95
    """Power in descent over power in cruise, same source; no energy comes back."""
    hover_power_ratio: float = 1.0
    """Power in hover over power in cruise; 1 because power is flat between 4 and 10 m/s in the same test."""
    swap_s: float = 300.0
    """From landing at the hub to ready for the next take-off with fresh packs."""
    corridor_half_width_m: float | None = None
    """How far it may stray from the centre line of a corridor; None: as the policy says for all."""
    min_turn_radius_m: float = 0.0
    """The tightest turn it flies at cruise speed; 0 for one that stops and turns on the spot."""
    max_wind_mps: float
    temp_min_c: float
    temp_max_c: float
    sources: Mapping[str, Source] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    """By figure name."""

    def __post_init__(self) -> None:
        need_id("drone type", self.id)
        for figure in POSITIVE:
            value = getattr(self, figure)
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"drone type '{self.id}': expected {figure} > 0, got {value}")
        if self.swap_s < 0 or self.max_wind_mps < 0:
            raise ValueError(f"drone type '{self.id}': expected swap_s and max_wind_mps >= 0")
        if not (self.corridor_half_width_m or 0.0) >= 0 or not self.min_turn_radius_m >= 0:
            raise ValueError(f"drone type '{self.id}': expected corridor_half_width_m and min_turn_radius_m >= 0")


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

    def __post_init__(self) -> None:
        need_id("drone", self.id)
        if not 0 < self.health <= 1:
            raise ValueError(f"drone '{self.id}': expected health in (0, 1], got {self.health}")
        if not 0 <= self.state_of_charge <= 1:
            raise ValueError(f"drone '{self.id}': expected state_of_charge in [0, 1], got {self.state_of_charge}")

"""A job: one day's orders and fleet, the weather they meet and the policy they keep."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from airspace.model.checking import need_unique
from airspace.rules.ledger import Ledger
from planner.errors import UnknownOrder
from planner.model.fleets import Drone, DroneType
from planner.model.orders import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """One wind and one air for the whole job."""

    wind_mps: float = 0.0
    """Mean wind at flight level."""
    wind_from_deg: float = 0.0
    """Where it comes from, degrees clockwise from true north."""
    temperature_c: float = 15.0
    pressure_hpa: float = 1013.25
    """At flight level."""

    def __post_init__(self) -> None:
        if not 0 <= self.wind_mps < 100:
            raise ValueError(f"weather: expected wind_mps in [0, 100), got {self.wind_mps}")
        if not 0 <= self.wind_from_deg <= 360:
            raise ValueError(f"weather: expected wind_from_deg in [0, 360], got {self.wind_from_deg}")
        if not -60 <= self.temperature_c <= 60:
            raise ValueError(f"weather: expected temperature_c in [-60, 60], got {self.temperature_c}")
        if not 500 <= self.pressure_hpa <= 1100:
            raise ValueError(f"weather: expected pressure_hpa in [500, 1100], got {self.pressure_hpa}")


STILL_AIR = Weather()
"""No wind in the standard atmosphere at sea level (ISA, ISO 2533)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the operator promises to keep, and what things cost."""

    clearance_m: float
    """Horizontal gap between the edge of a corridor and any closed zone."""
    corridor_half_width_m: float
    """How far the aircraft may stray from the centre line and still be inside its corridor."""
    vertical_clearance_m: float = 10.0
    """Vertical gap between the flight level and any closed zone above or below, and the ground of a terrain model."""
    vertical_budget_m: float = 3.0
    """What heights told from different datums may be off against each other, kept on top of the vertical clearance.

    3 m: Hong Kong's Principal Datum lies some 1.2 m below mean sea level, the Yellow Sea datum of 1985 0.8 to 0.9 m
    from it, and no agreed transformation joins them; both figures are unverified.
    """
    levels_amsl_m: tuple[float, ...]
    """The flight levels, metres above mean sea level, from the lowest to the highest."""
    separation_m: tuple[float, float] = (50.0, 15.0)
    """Between own flights, horizontal and vertical."""
    currency: str
    """ISO 4217; every declared value and cost is in it."""
    value_cap_per_sortie: float
    reserve_share: float = 0.2
    """Share of the energy the packs hold today that must still be there on landing."""
    energy_factor: float = 1.1
    """Planned energy over the model's, for what the model does not know."""
    handover_s: float = 60.0
    """Hover and hand-over at each delivery."""
    min_ground_speed_mps: float = 3.0
    """Below this a leg counts as not flyable in the wind."""
    max_orders_per_sortie: int = 4
    approvals_held: tuple[str, ...] = ()
    """Words on the approvals held for these flights that filing rules ask about, such as ``standing``."""
    avoid: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    """By category of zones that are open to everybody: how many metres of detour a metre inside is worth."""
    cost_per_sortie: float = 0.0
    cost_per_flight_hour: float
    cost_per_kwh: float
    unserved_penalty: float
    """What leaving out an order of priority 1 costs."""

    def __post_init__(self) -> None:
        not_negative = (
            "clearance_m", "corridor_half_width_m", "vertical_clearance_m", "vertical_budget_m", "value_cap_per_sortie",
            "handover_s", "min_ground_speed_mps", "cost_per_sortie", "cost_per_flight_hour", "cost_per_kwh",
            "unserved_penalty",
        )  # fmt: skip
        for name in not_negative:
            if not getattr(self, name) >= 0:
                raise ValueError(f"policy: expected {name} >= 0, got {getattr(self, name)}")
        if not self.levels_amsl_m or list(self.levels_amsl_m) != sorted(set(self.levels_amsl_m)):
            raise ValueError(f"policy: expected levels_amsl_m rising from the lowest, got {list(self.levels_amsl_m)}")
        if not 0 <= self.reserve_share < 1:
            raise ValueError(f"policy: expected reserve_share in [0, 1), got {self.reserve_share}")
        if not self.energy_factor >= 1:
            raise ValueError(f"policy: expected energy_factor >= 1, got {self.energy_factor}")
        for category, worth in self.avoid.items():
            if not 0 <= worth < math.inf:
                raise ValueError(f"policy: expected avoid of {category!r} to be >= 0, got {worth}")
        if self.max_orders_per_sortie < 1:
            raise ValueError(f"policy: expected max_orders_per_sortie >= 1, got {self.max_orders_per_sortie}")

    def half_width_m(self, kind: DroneType) -> float:
        """How far a type of drone may stray from the centre line: its own figure, or the policy's."""
        own_m = kind.corridor_half_width_m
        return self.corridor_half_width_m if own_m is None else own_m

    def keep_out_m(self, kind: DroneType) -> float:
        """How far the centre line of a type's corridor stays from a closed zone."""
        return self.half_width_m(kind) + self.clearance_m

    @property
    def vertical_gap_m(self) -> float:
        """How far the flight level stays above or below a closed zone, and above the ground of a terrain model."""
        return self.vertical_clearance_m + self.vertical_budget_m


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """One file that a job was read from."""

    path: str
    """Relative to the scenario's folder, with forward slashes."""
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Everything that is asked of one planning run, apart from the airspace."""

    name: str
    start: datetime
    end: datetime
    """UTC; no drone is off its hub outside of these."""
    utc_offset: timedelta
    """In which times are told to people."""
    orders: tuple[Order, ...]
    drone_types: tuple[DroneType, ...]
    drones: tuple[Drone, ...]
    weather: Weather = STILL_AIR
    policy: Policy
    ledgers: tuple[Ledger, ...] = field(default=(), hash=False)
    """The rules in force, by the names that jurisdictions call them; a side without one is judged by none."""
    inputs: tuple[InputFile, ...] = ()

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("job: expected times with an offset from UTC, got naive ones")
        if not self.start < self.end:
            raise ValueError(f"job: expected start before end, got {self.start} and {self.end}")
        need_unique("orders", (order.id for order in self.orders))
        need_unique("drone types", (kind.id for kind in self.drone_types))
        need_unique("drones", (drone.id for drone in self.drones))
        need_unique("ledgers", (ledger.name for ledger in self.ledgers))

    def order(self, order_id: str) -> Order:
        """Return the order with an id.

        Raises
        ------
        UnknownOrder
            If there is none.
        """
        for order in self.orders:
            if order.id == order_id:
                return order
        raise UnknownOrder(f"no order '{order_id}' in job '{self.name}'")

    def drone(self, drone_id: str) -> Drone:
        """Return the drone with an id; LookupError if there is none."""
        for drone in self.drones:
            if drone.id == drone_id:
                return drone
        raise LookupError(f"no drone '{drone_id}' in job '{self.name}'")

    def drone_type(self, type_id: str) -> DroneType:
        """Return the drone type with an id; LookupError if there is none."""
        for kind in self.drone_types:
            if kind.id == type_id:
                return kind
        raise LookupError(f"no drone type '{type_id}' in job '{self.name}'")

"""A job: one day's orders and fleet, the weather they meet and the policy they keep."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from airspace.model.checking import need_unique
from airspace.model.pads import Custody
from airspace.model.schedules import Span
from airspace.rules.ledger import Ledger
from planner.errors import UnknownOrder
from planner.model.fleets import Drone, DroneType
from planner.model.goods import GoodsApproval
from planner.model.orders import Consignment, Order
from planner.model.traffic import Intent
from planner.model.weather import STILL_AIR, Weather


class Evening(StrEnum):
    """Where drones whose sorties may end elsewhere stand when the job ends."""

    HOME = "home"
    """Each at its own hub."""
    LEVEL = "level"
    """At each hub as many of one type, in the same permits, as live there, whichever they are."""
    ANYWHERE = "anywhere"
    """At any hub."""


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
    """Between own flights in the air, horizontal and vertical; where one of the two is kept, they are apart."""
    departure_error_s: float = 10.0
    """How much earlier or later than planned every sortie may fly, and still be apart from all others.

    10 s: what ASTM F3548-21 lets an excursion last (OiMaxDurationPerExcursion).
    """
    currency: str
    """ISO 4217; every declared value and cost is in it."""
    value_cap_per_sortie: float
    value_cap_per_drone_day: float | None = None
    """The most declared value that one drone may carry in the whole job; None is no cap."""
    value_cap_per_pad: float | None = None
    """The most declared value that may lie at a pad at one time; None is no cap."""
    pad_dwell_s: float | None = None
    """How long a consignment lies at its pad after the hand-over until somebody takes it away; asked for by
    ``value_cap_per_pad``."""
    two_person_above: float | None = None
    """Declared value of a consignment above which two persons have to take it over together; None asks nobody."""
    reserve_share: float = 0.2
    """Share of the energy the packs hold today that must still be there on landing."""
    energy_factor: float = 1.0
    """Planned energy over the model's, for what is known to be left out of it."""
    energy_chance: float = 0.95
    """The chance that what a sortie is given for its way is enough, over errors of forecast and model."""
    high_value_chance: float = 0.999
    """The same for a sortie that carries more than ``high_value_above``."""
    high_value_above: float | None = None
    """Declared value on board, in the policy's currency; None: no sortie counts as high value."""
    final_hover_s: float = 60.0
    """Hover over an alternate before landing there."""
    time_factor: float = 1.0
    """Quantile of the time from take-off to a hand-over, over the planned time; cold chain is judged by it.

    1 is the planned time itself: no source read gives a quantile of flight times, so none is assumed.
    """
    handover_s: float = 60.0
    """Hover and hand-over at each delivery."""
    min_ground_speed_mps: float = 3.0
    """Below this a leg counts as not flyable in the wind."""
    max_orders_per_sortie: int = 4
    end_elsewhere: bool = False
    """Whether a sortie may end at another hub than the one it left; the drone goes on from there."""
    evening: Evening = Evening.HOME
    """Where drones stand when the job ends; asked where sorties may end elsewhere."""
    customs: bool | None = None
    """Whether orders that cross a boundary have to clear customs; None asks when the airspace has a pad that clears."""
    dangerous_goods_allowed: tuple[GoodsApproval, ...] = ()
    """The approvals held for dangerous goods, one for each UN number and side; what has none stays."""
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
            "unserved_penalty", "value_cap_per_drone_day", "value_cap_per_pad", "pad_dwell_s", "two_person_above",
            "final_hover_s", "high_value_above", "departure_error_s",
        )  # fmt: skip
        for name in not_negative:
            given = getattr(self, name)
            if given is not None and not given >= 0:
                raise ValueError(f"policy: expected {name} >= 0, got {given}")
        self._check_figures()
        if not self.levels_amsl_m or list(self.levels_amsl_m) != sorted(set(self.levels_amsl_m)):
            raise ValueError(f"policy: expected levels_amsl_m rising from the lowest, got {list(self.levels_amsl_m)}")
        if self.value_cap_per_pad is not None and self.pad_dwell_s is None:
            raise ValueError("policy: expected pad_dwell_s beside value_cap_per_pad, got none")
        for category, worth in self.avoid.items():
            if not 0 <= worth < math.inf:
                raise ValueError(f"policy: expected avoid of {category!r} to be >= 0, got {worth}")

    def _check_figures(self) -> None:
        if not 0 <= self.reserve_share < 1:
            raise ValueError(f"policy: expected reserve_share in [0, 1), got {self.reserve_share}")
        for name in ("energy_factor", "time_factor"):
            if not getattr(self, name) >= 1:
                raise ValueError(f"policy: expected {name} >= 1, got {getattr(self, name)}")
        for name in ("energy_chance", "high_value_chance"):
            if not 0.5 <= getattr(self, name) < 1:
                raise ValueError(f"policy: expected {name} in [0.5, 1), got {getattr(self, name)}")
        if self.max_orders_per_sortie < 1:
            raise ValueError(f"policy: expected max_orders_per_sortie >= 1, got {self.max_orders_per_sortie}")

    def chance(self, declared_value: float) -> float:
        """Return how sure the energy of a sortie with a declared value on board has to be."""
        high = self.high_value_above is not None and declared_value > self.high_value_above
        return self.high_value_chance if high else self.energy_chance

    def penalty(self, order: Order) -> float:
        """Return what leaving out an order costs."""
        return self.unserved_penalty * order.priority

    def half_width_m(self, kind: DroneType) -> float:
        """How far a type of drone may stray from the centre line: its own figure, or the policy's."""
        own_m = kind.corridor_half_width_m
        return self.corridor_half_width_m if own_m is None else own_m

    def keep_out_m(self, kind: DroneType) -> float:
        """How far the centre line of a type's corridor stays from a closed zone."""
        return self.half_width_m(kind) + self.clearance_m

    def custody_asked(self, consignment: Consignment) -> Custody:
        """Return the custody level a consignment asks for: its own, or two persons for one of high value."""
        above = self.two_person_above
        return Custody.TWO_PERSON if above is not None and consignment.declared_value > above else consignment.custody

    def goods_approval(self, goods: str, jurisdiction: str) -> GoodsApproval | None:
        """Return the approval that lets some goods be carried over a side; None when there is none."""
        held = (one for one in self.dangerous_goods_allowed if one.un_number == goods)
        return next((one for one in held if one.jurisdiction == jurisdiction), None)

    @property
    def value_cap_on_board(self) -> float:
        """The most declared value any sortie may carry: the cap per sortie, or per drone and day if less."""
        daily = self.value_cap_per_drone_day
        return self.value_cap_per_sortie if daily is None else min(self.value_cap_per_sortie, daily)

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
    later: tuple[tuple[datetime, Weather], ...] = ()
    """Other weather, each from a moment (UTC) on; in order."""
    policy: Policy
    ledgers: tuple[Ledger, ...] = field(default=(), hash=False)
    """The rules in force, by the names that jurisdictions call them; a side without one is judged by none."""
    intents: tuple[Intent, ...] = ()
    """What others will fly meanwhile, as far as it is told."""
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
        need_unique("intents", (intent.id for intent in self.intents))
        moments = [moment for moment, _ in self.later]
        if any(moment.tzinfo is None for moment in moments) or moments != sorted(set(moments)):
            raise ValueError("job: expected later weather from moments with an offset from UTC, each after the last")

    def weather_periods(self, within: Span) -> tuple[tuple[Span, Weather], ...]:
        """Return the parts of a span of time in which one weather holds, in order."""
        told = [(datetime.min.replace(tzinfo=UTC), self.weather), *self.later]
        ends = [moment for moment, _ in told[1:]] + [datetime.max.replace(tzinfo=UTC)]
        parts = (((max(start, within[0]), min(end, within[1])), w) for (start, w), end in zip(told, ends, strict=True))
        return tuple((span, weather) for span, weather in parts if span[0] < span[1])

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

"""The answer: sorties made of legs, what is left unserved and why, and what it all comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from planner.errors import OrdersUnserved
from planner.model.frames import PlanFrames, PlanGeoFrames, plan_frames, plan_geo_frames
from planner.model.jobs import InputFile, Job
from planner.model.profiles import Profile
from planner.model.sketches import plan_html


class Reason(StrEnum):
    """Why an order is not served; the codes are part of the record and are never translated."""

    PAD_UNREACHABLE = "PAD_UNREACHABLE"
    PAD_CLOSED = "PAD_CLOSED"
    TIME_WINDOW = "TIME_WINDOW"
    PAYLOAD = "PAYLOAD"
    VOLUME = "VOLUME"
    BATTERY_RANGE = "BATTERY_RANGE"
    RESERVE = "RESERVE"
    WEATHER = "WEATHER"
    """Temperature, rain or a warning in force keeps every drone on the ground."""
    WIND = "WIND"
    VALUE_CAP = "VALUE_CAP"
    CUSTODY = "CUSTODY"
    COLD_CHAIN = "COLD_CHAIN"
    DANGEROUS_GOODS = "DANGEROUS_GOODS"
    CUSTOMS_WINDOW = "CUSTOMS_WINDOW"
    GATE_CLOSED = "GATE_CLOSED"
    PERMIT_MISSING = "PERMIT_MISSING"
    ZONE_ACTIVE = "ZONE_ACTIVE"
    RULE = "RULE"
    """A rule of a jurisdiction's ledger forbids it, and no permit mends that."""
    CORRIDOR = "CORRIDOR"
    """Only approved corridors are flown, and the one it needs is suspended, not approved or not there."""
    TOGETHER = "TOGETHER"
    """It flies with others or not at all, and no sortie can take them all."""
    FLEET_BUSY = "FLEET_BUSY"
    PAD_BUSY = "PAD_BUSY"
    CONFLICT = "CONFLICT"
    NOT_WORTH_IT = "NOT_WORTH_IT"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waypoint:
    """A point of a leg in space and time."""

    lon: float
    lat: float
    """WGS 84, degrees."""
    alt_amsl_m: float
    alt_agl_m: float
    """Above the highest that the ground of the terrain model can be there; without one, above ground taken as straight
    between the two pads of the leg."""
    t: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """Where and when a leg passes from one jurisdiction to another: the moment of hand-over between authorities."""

    gate: str
    before: str
    after: str
    """Ids of the jurisdictions."""
    lon: float
    lat: float
    """WGS 84, degrees."""
    alt_amsl_m: float
    t: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A closed zone that a leg enters or comes too near to, and what lets it."""

    zone: str
    permit: str
    """Id of the permit that opens it throughout the leg; empty when it is not in force then, or nothing opens it."""
    note: str
    """The same in words, with the hours of the zone or the permit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The hand-over of one order, as planned and as late as it may well be."""

    order: str
    t: datetime
    """When the hand-over has ended, and customs have cleared what clears there, as planned."""
    taken_s: float
    """On board until then: from take-off at the hub, or from the landing where it was taken over."""
    quantile_s: float
    """The same with the policy's time factor: what cold chain is judged by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pickup:
    """The take-over of one order at a pad on the way."""

    order: str
    t: datetime
    """When the take-over has ended, as planned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """Where a drone goes that cannot land at the end of its leg, and whether it has the energy for it."""

    alternate: str
    """Id of the pad."""
    corridor: str
    """Stable id of the centre line flown."""
    energy_wh: float
    """From above the leg's own pad until landed at the alternate, with the hover over it; planned, as forecast."""
    needed_wh: float
    """From the take-off of the sortie until landed at the alternate, at the sortie's chance."""
    margin_wh: float
    """What is left of the packs then, above the reserve."""
    waypoints: tuple[Waypoint, ...]
    """From above the leg's own pad, at the moment it gets there, to the alternate on the ground. Times are without the
    hover."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Where the energy of a sortie's packs goes: trip, contingency, alternate, final reserve and margin make it up."""

    chance: float
    """That trip and contingency together are enough."""
    median_wh: float
    """What the sortie takes in half of all cases."""
    trip_wh: float
    """Planned, as forecast."""
    contingency_wh: float
    """On top of the trip, for errors of forecast and model."""
    alternate_wh: float
    """On top of both, for the dearest way out; 0 where the way home takes more."""
    final_reserve_wh: float
    margin_wh: float
    tightest: int
    """Number of the leg, from 1, whose way out takes the most; 0 where the sortie itself does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One flight from pad to pad: up, along straight pieces, down, and the hand-over at its end."""

    from_pad: str
    to_pad: str
    corridor: str
    """Stable id of the centre line flown."""
    payload_kg: float
    distance_m: float
    """Along the ground, on the ellipsoid."""
    duration_s: float
    """From take-off to the end of the hand-over or take-over, if there is one."""
    energy_wh: float
    """Planned, with the policy's factor."""
    soc_start: float
    soc_end: float
    """Of the energy the packs hold today."""
    reserve_wh: float
    """What must still be in the packs at the end."""
    jurisdictions: tuple[str, ...]
    gates: tuple[str, ...]
    waypoints: tuple[Waypoint, ...]
    """From the pad on the ground to the other pad on the ground; the last one is the touch-down or drop."""
    crossings: tuple[Crossing, ...] = ()
    """In the order flown."""
    zones: tuple[Entry, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    """At its end."""
    pickups: tuple[Pickup, ...] = ()
    """What is taken over at its end; what no leg picks up is on board from the take-off at the hub."""
    clears: tuple[str, ...] = ()
    """Ids of the orders that clear customs at its end; the drone waits for those that stay on board."""
    way_out: WayOut | None = None
    """From above the pad it goes to; None where the airspace has no alternates."""
    profile: Profile | None = None
    """How it is flown from row to row; None in records made before there were any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sortie:
    """From take-off at a hub until back there, or at another hub where the policy lets sorties end elsewhere."""

    id: str
    drone: str
    drone_type: str
    departs: datetime
    returns: datetime
    orders: tuple[str, ...]
    """In the order of hand-over."""
    legs: tuple[Leg, ...]
    ledger: Ledger | None = None
    """None in records that tell none."""
    held_s: int = 0
    """How much later it takes off than it could if nothing had to be kept apart in the air, all else being as it is."""
    held_for: tuple[str, ...] = ()
    """Ids of the sorties that it is held back for."""
    other_ways: tuple[int, ...] = ()
    """Numbers of the legs, from 1, that fly another corridor or level than the best, so as to be apart in the air."""

    @property
    def starts_at(self) -> str:
        """Id of the pad it leaves; empty without legs."""
        return self.legs[0].from_pad if self.legs else ""

    @property
    def ends_at(self) -> str:
        """Id of the pad where it ends; empty without legs."""
        return self.legs[-1].to_pad if self.legs else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A change that would let an order be served; verified when it was planned and checked."""

    change: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unserved:
    """An order that the plan leaves out, and why."""

    order: str
    reason: Reason
    detail: str
    """One sentence for a person."""
    numbers: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    """The figures behind the reason; each name carries its unit."""
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What a plan comes to."""

    cost: float
    """In the policy's currency, penalties not included."""
    currency: str
    distance_m: float
    energy_wh: float
    flight_s: float
    sorties: int
    served: int
    unserved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What is known of the best cost any plan could have."""

    lower: float | None
    """None when nothing is known."""
    gap: float | None
    rules: str
    """Under which the bound holds, or why there is none."""
    proven: bool


class CorridorChoice(StrEnum):
    """Which corridors a plan flies; stands in the record as the option ``corridors``."""

    ANY = "any"
    """The cheapest of the network."""
    APPROVED = "approved"
    """Those only that every authority has approved, as they are frozen in the library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedBy:
    """What made a plan: enough to make it again."""

    version: str
    seed: int
    options: Mapping[str, str | int | float | bool | None] = field(hash=False)
    """Those that shape the plan; ``interrupted``, and true, where the search was told to stop."""
    scenario: str = ""
    """The scenario as it was named on the command line."""
    versions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    """Of Python and of the libraries that shape a plan, by name; empty in records from before they were told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """Something to hand in with an authority before a plan may be flown. All times are UTC."""

    jurisdiction: str
    authority: str
    rule: str
    """Id of the rule that asks for it."""
    title: str
    count: int
    """How many there are of the kind, such as one for each flight; the times are those of the first."""
    first_flight: datetime
    latest_at: datetime | None
    """The latest moment to file; None when no source tells it."""
    indicative_at: datetime | None
    """Without a lead time in force: what a superseded rule would have asked for. No promise."""
    reply_by: datetime | None
    """By when the authority answers, as far as a source tells."""
    source: str
    detail: str

    def left(self, now: datetime) -> timedelta | None:
        """Return the time left to file, below zero when it is past; None when the latest moment is not known."""
        return None if self.latest_at is None else self.latest_at - now


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The record of one planning run; pages, maps and exports are views of it."""

    name: str
    start: datetime
    end: datetime
    utc_offset: timedelta
    created_by: CreatedBy
    inputs: tuple[InputFile, ...]
    sorties: tuple[Sortie, ...]
    unserved: tuple[Unserved, ...]
    totals: Totals
    bound: Bound
    filings: tuple[Filing, ...] = ()
    """What has to be filed, the first to be filed first."""

    def raise_for_unserved(self) -> None:
        """Raise OrdersUnserved if any order was left out; for those who want an exception."""
        if self.unserved:
            listed = "; ".join(f"{item.order}: {item.reason}" for item in self.unserved)
            raise OrdersUnserved(f"{len(self.unserved)} orders unserved: {listed}")

    def _repr_html_(self) -> str:
        """Return a small map and a table for a notebook, which shows them by itself; they need no network."""
        return plan_html(self)

    def to_pandas(self) -> PlanFrames:
        """Return sorties, legs, orders, unserved orders and waypoints as data frames of pandas."""
        return plan_frames(self)

    def to_geopandas(self, job: Job | None = None) -> PlanGeoFrames:
        """Return legs, waypoints and corridors as GeoPandas tables; corridors only with the job, which tells how wide.

        Raises
        ------
        MissingExtra
            If GeoPandas is not installed: ``pip install 'skyferry[geo]'``.
        """
        return plan_geo_frames(self, job)

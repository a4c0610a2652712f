"""The doors of the records, ``plan.json`` and ``review.json``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator

from airspace.formats.doors import Digest, Id, Moment, Name, Strict, refusal
from planner.formats.doors.fields import Count, Latitude, Longitude, NotNegative, Share
from planner.model.plans import Reason
from planner.model.profiles import Phase, Profile


class Record(Strict):
    """A part of a record: what a later version adds is let through."""

    model_config = ConfigDict(extra="ignore")


class InputRecord(Record):
    """One file that a plan was made from."""

    path: Name
    sha256: Annotated[str, Field(min_length=64, max_length=64)]


class CreatedByRecord(Record):
    """What made a plan."""

    version: str
    seed: int
    options: dict[str, str | int | float | bool | None]
    scenario: str = ""


class WaypointRecord(Record):
    """A point of a leg in space and time."""

    lon: Longitude
    lat: Latitude
    alt_amsl_m: float
    alt_agl_m: float
    t: Moment


class CrossingRecord(Record):
    """Where and when a leg passes from one jurisdiction to another."""

    gate: str
    before: Id = Field(alias="from")
    after: Id = Field(alias="to")
    lon: Annotated[float, Field(ge=-180, le=180)]
    lat: Annotated[float, Field(ge=-90, le=90)]
    alt_amsl_m: float
    t: Moment


class EntryRecord(Record):
    """A closed zone that a leg enters, and what lets it."""

    zone: Id
    permit: str
    note: str


class DeliveryRecord(Record):
    """A hand-over of one order."""

    order: Id
    t: Moment
    taken_s: float
    quantile_s: float


class PickupRecord(Record):
    """A take-over of one order."""

    order: Id
    t: Moment


class WayOutRecord(Record):
    """Where a drone goes that cannot land at the end of its leg."""

    alternate: Id
    corridor: str
    energy_wh: float
    needed_wh: float
    margin_wh: float
    waypoints: Annotated[list[WaypointRecord], Field(min_length=2)]


class LedgerRecord(Record):
    """Where the energy of a sortie's packs goes."""

    chance: Share
    median_wh: float
    trip_wh: float
    contingency_wh: float
    alternate_wh: float
    final_reserve_wh: float
    margin_wh: float
    tightest: Count


class ProfileRecord(Record):
    """How a leg is flown from row to row: columns of one length, heights in metres AMSL."""

    along_m: list[NotNegative]
    t_s: list[NotNegative]
    lon: list[Longitude]
    lat: list[Latitude]
    alt_amsl_m: list[float]
    ground_amsl_m: list[float | None]
    floor_amsl_m: list[float | None]
    cap_amsl_m: list[float | None]
    phase: list[Literal[tuple(Phase)]]  # type: ignore[valid-type]
    ground_speed_mps: list[NotNegative]
    air_speed_mps: list[NotNegative]
    power_w: list[NotNegative]
    energy_wh: list[NotNegative]
    state_of_charge: list[float]
    reserve_wh: list[NotNegative]

    @model_validator(mode="after")
    def _columns_fit(self) -> ProfileRecord:
        columns: dict[str, Any] = {name: tuple(column) for name, column in self.model_dump().items()}
        try:
            Profile(**columns)
        except ValueError as error:
            expected = "columns of one length, two rows or more, none of them going back"
            raise refusal("BAD_PROFILE", expected, found=str(error)) from None
        return self


class LegRecord(Record):
    """One flight from pad to pad."""

    from_pad: Id = Field(alias="from")
    to_pad: Id = Field(alias="to")
    corridor: str
    payload_kg: float
    distance_m: float
    duration_s: float
    energy_wh: float
    soc_start: float
    soc_end: float
    reserve_wh: float
    jurisdictions: list[Id]
    gates: list[Id]
    waypoints: Annotated[list[WaypointRecord], Field(min_length=2)]
    crossings: list[CrossingRecord] = Field(default_factory=list)
    zones: list[EntryRecord] = Field(default_factory=list)
    deliveries: list[DeliveryRecord] = Field(default_factory=list)
    pickups: list[PickupRecord] = Field(default_factory=list)
    clears: list[Id] = Field(default_factory=list)
    way_out: WayOutRecord | None = None
    profile: ProfileRecord | None = None


class FilingRecord(Record):
    """Something to hand in with an authority before a plan may be flown."""

    jurisdiction: Id
    authority: str
    rule: Id
    title: str
    count: Annotated[int, Field(ge=1)]
    first_flight: Moment
    latest_at: Moment | None
    indicative_at: Moment | None
    reply_by: Moment | None
    source: str
    detail: str


class SortieRecord(Record):
    """From take-off at a hub until back there."""

    id: Id
    drone: Id
    drone_type: Id
    departs: Moment
    returns: Moment
    orders: list[Id]
    legs: Annotated[list[LegRecord], Field(min_length=1)]
    ledger: LedgerRecord | None = None
    held_s: Count = 0
    held_for: list[Id] = Field(default_factory=list)
    other_ways: list[Annotated[int, Field(ge=1)]] = Field(default_factory=list)


class FixRecord(Record):
    """A change that would let an order be served."""

    change: str
    verified: bool


class UnservedRecord(Record):
    """An order left out, and why."""

    order: Id
    reason: Literal[tuple(Reason)]  # type: ignore[valid-type]
    detail: str
    numbers: dict[str, float]
    fixes: list[FixRecord]


class TotalsRecord(Record):
    """What a plan comes to."""

    cost: float
    currency: str
    distance_m: float
    energy_wh: float
    flight_s: float
    sorties: Count
    served: Count
    unserved: Count


class BoundRecord(Record):
    """What is known of the best cost any plan could have."""

    lower: float | None
    gap: float | None
    rules: str
    proven: bool


class PlanFile(Record):
    """``plan.json``: the record of one planning run."""

    format: Literal["skyferry-plan"]
    version: Literal[1]
    name: str
    start: Moment
    end: Moment
    created_by: CreatedByRecord
    inputs: list[InputRecord]
    digest: Digest
    sorties: list[SortieRecord]
    unserved: list[UnservedRecord]
    totals: TotalsRecord
    bound: BoundRecord
    filings: list[FilingRecord] = Field(default_factory=list)


VerdictWord = Literal["PASS", "FAIL", "NOT_CHECKED"]


class PlaceRecord(Record):
    """Where and when a figure was measured."""

    lon: Longitude
    lat: Latitude
    alt_amsl_m: float
    t: Moment | None = None


class FindingRecord(Record):
    """What one rule says of one subject."""

    rule: Name
    source: str
    verdict: VerdictWord
    subject: str
    where: PlaceRecord | None
    measured: float | None
    required: float | None
    margin: float | None
    unit: str
    detail: str


class CountsRecord(Record):
    """How many findings came out how."""

    passed: Count = Field(alias="pass")
    fail: Count
    not_checked: Count


class ReviewFile(Record):
    """``review.json``: the verdict on one plan."""

    format: Literal["skyferry-review"]
    version: Literal[1]
    plan_digest: str
    verdict: VerdictWord
    counts: CountsRecord
    findings: list[FindingRecord]

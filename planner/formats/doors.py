"""What the files of a job and the records must hold, as pydantic models that stand at the door.

Everything is strict: a number in quotes is not a number, and an unknown key is an error, because a misspelt one must
not be silently ignored. Records may grow: what a later version adds to them is let through unread.
"""

from __future__ import annotations

import re
from dataclasses import MISSING, fields
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from airspace.formats.doors import Day, Digest, Id, Moment, Name, Strict, refusal
from planner.model.fleets import DroneType
from planner.model.goods import canonical
from planner.model.jobs import Policy
from planner.model.plans import Reason
from planner.model.profiles import Phase, Profile
from planner.model.weather import Weather


def _default(value: type[Any], name: str) -> Any:
    """Return the default of a field of one of our values, so that it is written down only once."""
    return next(field.default for field in fields(value) if field.name == name and field.default is not MISSING)


def _currency(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"[A-Z]{3}", value):
        return value
    raise refusal("BAD_CURRENCY", "a currency by its three capital letters (ISO 4217), such as HKD")


Currency = Annotated[
    str, BeforeValidator(_currency, json_schema_input_type=str), Field(json_schema_extra={"pattern": "^[A-Z]{3}$"})
]
NotNegative = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
AltitudeAmsl = Annotated[float, Field(ge=-450, le=9000)]
Share = Annotated[float, Field(ge=0, le=1)]


# --- scenario.toml ---------------------------------------------------------------------------------------------------


class AirspaceTable(Strict):
    """The files that say where one may fly; paths are relative to the scenario's folder."""

    zones: Annotated[list[str], Field(min_length=1)]
    pads: str
    gates: str | None = None
    jurisdictions: str | None = None
    terrain: str | None = None
    rules: list[str] = Field(default_factory=list)
    """Rule ledgers of one's own, beside those that come with this package."""
    allow_rejected: bool = False
    """Whether zones that cannot be used are only warned of; no plan then passes its review."""
    corridors: str | None = None
    """The library of frozen corridors."""


class FleetTable(Strict):
    """The files that say what flies."""

    types: str
    drones: str


class OrdersTable(Strict):
    """The file that says what is asked."""

    file: str


class MapTable(Strict):
    """What the map draws beneath everything else."""

    land: str


WindSpeed = Annotated[float, Field(ge=0, lt=100)]
Bearing = Annotated[float, Field(ge=0, le=360)]


class AirTable(Strict):
    """One wind and one air; what is not named is as before, at first as in still standard air."""

    wind_mps: WindSpeed = _default(Weather, "wind_mps")
    wind_from_deg: Bearing = _default(Weather, "wind_from_deg")
    wind_height_m: Annotated[float, Field(ge=1, le=1000)] | None = None
    shear_exponent: Annotated[float, Field(ge=0, le=1)] = _default(Weather, "shear_exponent")
    grid: str | None = None
    """A table of winds from place to place, which then take the place of the one wind."""
    wind_error_mps: Annotated[float, Field(ge=0, le=50)] = _default(Weather, "wind_error_mps")
    wind_error_deg: Annotated[float, Field(ge=0, le=180)] = _default(Weather, "wind_error_deg")
    gust_mps: Annotated[float, Field(ge=0, lt=150)] | None = None
    temperature_c: Annotated[float, Field(ge=-60, le=60)] = _default(Weather, "temperature_c")
    pressure_hpa: Annotated[float, Field(ge=500, le=1100)] = _default(Weather, "pressure_hpa")
    rain_mm_h: Annotated[float, Field(ge=0, le=500)] = _default(Weather, "rain_mm_h")
    typhoon_signal: Literal[0, 1, 3, 8, 9, 10] = 0
    rainstorm: Literal["", "amber", "red", "black"] = ""
    thunderstorm: bool = False


class LaterAir(AirTable):
    """Other weather from a moment on."""

    start: Moment = Field(alias="from")


class WeatherTable(AirTable):
    """The weather of the job: at its start, and later."""

    later: list[LaterAir] = Field(default_factory=list)


def _un_number(value: object) -> object:
    try:
        found = canonical(value) if isinstance(value, str) else ""
    except ValueError:
        found = ""
    if not found.startswith("UN"):
        raise refusal("BAD_UN_NUMBER", "a UN number such as UN3480")
    return found


class GoodsApprovalTable(Strict):
    """An authority's leave to carry one kind of dangerous goods over its side."""

    un_number: Annotated[str, BeforeValidator(_un_number, json_schema_input_type=str)]
    jurisdiction: Id | Literal[""] = ""
    approval: Name


class PolicyTable(Strict):
    """What the operator promises to keep, and what things cost."""

    clearance_m: NotNegative
    corridor_half_width_m: NotNegative
    vertical_clearance_m: NotNegative = _default(Policy, "vertical_clearance_m")
    vertical_budget_m: NotNegative = _default(Policy, "vertical_budget_m")
    levels_amsl_m: Annotated[list[AltitudeAmsl], Field(min_length=1)]
    separation_m: Annotated[
        list[NotNegative], Field(min_length=2, max_length=2, default=[*_default(Policy, "separation_m")])
    ]
    currency: Currency
    value_cap_per_sortie: NotNegative
    value_cap_per_drone_day: NotNegative | None = _default(Policy, "value_cap_per_drone_day")
    value_cap_per_pad: NotNegative | None = _default(Policy, "value_cap_per_pad")
    pad_dwell_s: NotNegative | None = _default(Policy, "pad_dwell_s")
    two_person_above: NotNegative | None = _default(Policy, "two_person_above")
    reserve_share: Annotated[float, Field(ge=0, lt=1)] = _default(Policy, "reserve_share")
    energy_factor: Annotated[float, Field(ge=1)] = _default(Policy, "energy_factor")
    energy_chance: Annotated[float, Field(ge=0.5, lt=1)] = _default(Policy, "energy_chance")
    high_value_chance: Annotated[float, Field(ge=0.5, lt=1)] = _default(Policy, "high_value_chance")
    high_value_above: NotNegative | None = None
    final_hover_s: NotNegative = _default(Policy, "final_hover_s")
    time_factor: Annotated[float, Field(ge=1)] = _default(Policy, "time_factor")
    handover_s: NotNegative = _default(Policy, "handover_s")
    min_ground_speed_mps: NotNegative = _default(Policy, "min_ground_speed_mps")
    max_orders_per_sortie: Annotated[int, Field(ge=1)] = _default(Policy, "max_orders_per_sortie")
    customs: bool | None = _default(Policy, "customs")
    dangerous_goods_allowed: Annotated[list[GoodsApprovalTable], Field(default=[])]
    approvals_held: Annotated[list[Id], Field(default=[])]
    avoid: Annotated[dict[str, NotNegative], Field(default={})]
    cost_per_sortie: NotNegative = _default(Policy, "cost_per_sortie")
    cost_per_flight_hour: NotNegative
    cost_per_kwh: NotNegative
    unserved_penalty: NotNegative


class ScenarioFile(Strict):
    """``scenario.toml``: one job, and the files it is made of."""

    schema_version: Literal[1] = Field(alias="schema")
    name: Name
    start: Moment
    end: Moment
    airspace: AirspaceTable
    fleet: FleetTable
    orders: OrdersTable
    weather: WeatherTable = WeatherTable()
    policy: PolicyTable
    map: MapTable | None = None


# --- orders.csv and fleet.csv ----------------------------------------------------------------------------------------

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")


def _number(value: object) -> object:
    """Read a number in a cell; what is not one is refused with the reason that can be seen."""
    if not isinstance(value, str):
        return value
    if _NUMBER.fullmatch(value):
        return float(value)
    raise refusal("WRONG_TYPE", "a number", fix=_number_fix(value))


def _number_fix(text: str) -> str:
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text):
        return "Write it without separators between the thousands."
    if re.fullmatch(r"[+-]?\d+,\d+", text):
        return "Write it with a decimal point."
    if re.match(r"[+-]?\d", text):
        return "Write the number alone, without a unit."
    return ""


def _whole(value: object) -> object:
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"[+-]?[0-9]{1,9}", value):
        return int(value)
    raise refusal("WRONG_TYPE", "a whole number")


_NO_WORDS = ("no", "none", "false", "n", "0", "-", "n/a", "na", "nil", "否", "无", "無")
_YES_WORDS = ("yes", "true", "y", "1", "是", "有")


def _goods(value: object) -> object:
    if isinstance(value, str) and value.casefold() in _NO_WORDS:
        raise refusal("BAD_VALUE", "a UN number or class, or an empty cell", fix="Leave it empty when there are none.")
    if isinstance(value, str) and value.casefold() in _YES_WORDS:
        raise refusal("BAD_VALUE", "a UN number such as UN3373, or a class such as 6.2")
    if not isinstance(value, str) or not value:
        return value
    try:
        return canonical(value)
    except ValueError:
        fix = "Split a consignment of several kinds." if re.search(r"\d\s*[,;/+&]", value) else ""
        raise refusal("BAD_VALUE", "a UN number such as UN3373, or a class such as 6.2", fix=fix) from None


def _reference_of_approval(value: object) -> object:
    if isinstance(value, str) and value.casefold() in _NO_WORDS:
        fix = "Leave it empty when it is not."
        raise refusal("BAD_VALUE", "the reference of the approval, or an empty cell", fix=fix)
    if isinstance(value, str) and value.casefold() in _YES_WORDS:
        raise refusal("BAD_VALUE", "the reference of the approval by which it is pre-cleared")
    return value


CellNumber = Annotated[float, BeforeValidator(_number, json_schema_input_type=float)]
CellWhole = Annotated[int, BeforeValidator(_whole, json_schema_input_type=int)]


class OrderRow(Strict):
    """One row of ``orders.csv``. An empty cell is a missing value; other columns are kept."""

    model_config = ConfigDict(extra="allow")

    order_id: Id
    from_pad: Id
    to_pad: Id
    mass_kg: Annotated[CellNumber, Field(gt=0)]
    ready_at: Moment
    due_at: Moment
    declared_value: Annotated[CellNumber, Field(ge=0)]
    currency: Currency
    custody: Literal["locker", "staffed", "two_person"] = "staffed"
    temp_min_c: CellNumber | None = None
    temp_max_c: CellNumber | None = None
    max_minutes: Annotated[CellNumber, Field(gt=0)] | None = None
    dangerous_goods: Annotated[str, BeforeValidator(_goods, json_schema_input_type=str)] = ""
    priority: Annotated[CellWhole, Field(ge=1)] = 1
    precleared: Annotated[str, BeforeValidator(_reference_of_approval, json_schema_input_type=str)] = ""


class WindRow(Strict):
    """One row of a wind grid."""

    point_id: Id
    lon: Annotated[CellNumber, Field(ge=-180, le=180)]
    lat: Annotated[CellNumber, Field(ge=-90, le=90)]
    wind_mps: Annotated[CellNumber, Field(ge=0, lt=100)]
    wind_from_deg: Annotated[CellNumber, Field(ge=0, le=360)]


class DroneRow(Strict):
    """One row of ``fleet.csv``. An empty share is 1, a full and new battery."""

    model_config = ConfigDict(extra="allow")

    drone_id: Id
    type: Id
    home_pad: Id
    state_of_charge: Annotated[CellNumber, Field(ge=0, le=1)] = 1.0
    health: Annotated[CellNumber, Field(gt=0, le=1)] = 1.0


# --- flight logs -----------------------------------------------------------------------------------------------------


class LogRow(Strict):
    """One sample of a flight log in CSV; other columns are kept. Of some columns one or another has to be there."""

    model_config = ConfigDict(extra="allow")

    time_s: CellNumber
    flight: str = ""
    phase: Literal["ground", "climb", "cruise", "descent", "hover"] | None = None
    height_m: CellNumber | None = None
    air_speed_mps: Annotated[CellNumber, Field(ge=0, le=200)] | None = None
    ground_speed_mps: Annotated[CellNumber, Field(ge=0, le=200)] | None = None
    power_w: Annotated[CellNumber, Field(ge=0)] | None = None
    voltage_v: Annotated[CellNumber, Field(gt=0)] | None = None
    current_a: Annotated[CellNumber, Field(ge=0)] | None = None
    mass_kg: Annotated[CellNumber, Field(gt=0)] | None = None
    density_kg_m3: Annotated[CellNumber, Field(ge=0.3, le=1.6)] | None = None
    temperature_c: Annotated[CellNumber, Field(ge=-60, le=60)] | None = None
    pressure_hpa: Annotated[CellNumber, Field(ge=300, le=1100)] | None = None


# --- drones.toml -----------------------------------------------------------------------------------------------------


def _table(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        fix = f'Write {{value = {value}, source = "where it is from", verified = false}}.'
        raise refusal("WRONG_TYPE", "a table with value, source and verified", fix=fix)
    return value


class Figure(Strict):
    """A figure and where it is from."""

    value: float
    source: Name
    verified: bool
    source_date: Day | None = None


class PositiveFigure(Figure):
    """A figure above zero."""

    value: Positive


class NotNegativeFigure(Figure):
    """A figure of zero or more."""

    value: NotNegative


class TemperatureFigure(Figure):
    """A temperature in degrees Celsius."""

    value: Annotated[float, Field(ge=-90, le=90)]


FigureTable = Annotated[Figure, BeforeValidator(_table)]
PositiveTable = Annotated[PositiveFigure, BeforeValidator(_table)]
NotNegativeTable = Annotated[NotNegativeFigure, BeforeValidator(_table)]
TemperatureTable = Annotated[TemperatureFigure, BeforeValidator(_table)]


class DroneTypeTable(Strict):
    """One table of ``drones.toml``; its header is the id of the type. Figures of power are those of its model."""

    model_config = ConfigDict(extra="allow")

    name: Name
    mass_kg: PositiveTable
    max_payload_kg: PositiveTable
    battery_wh: PositiveTable
    cruise_mps: PositiveTable
    climb_mps: PositiveTable
    descent_mps: PositiveTable
    swap_s: NotNegativeTable | None = None
    charge_w: PositiveTable | None = None
    pack_cool_s: NotNegativeTable | None = None
    corridor_half_width_m: NotNegativeTable | None = None
    min_turn_radius_m: NotNegativeTable | None = None
    cold_loss_per_c: NotNegativeTable | None = None
    packs_warm_c: TemperatureTable | None = None
    max_wind_mps: NotNegativeTable
    max_gust_mps: NotNegativeTable | None = None
    max_rain_mm_h: NotNegativeTable | None = None
    model_error_share: NotNegativeTable | None = None
    temp_min_c: TemperatureTable
    temp_max_c: TemperatureTable


class MassPowerTable(DroneTypeTable):
    """A type whose power goes by its mass: ``planner.model.powers.MassPower``."""

    model: Literal["mass_power"] = "mass_power"
    power_coefficient: PositiveTable
    climb_power_ratio: PositiveTable | None = None
    descent_power_ratio: PositiveTable | None = None
    hover_power_ratio: PositiveTable | None = None
    climb_constant_w: FigureTable | None = None
    cruise_constant_w: FigureTable | None = None
    descent_constant_w: FigureTable | None = None
    hover_constant_w: FigureTable | None = None


class MultirotorTable(DroneTypeTable):
    """A type by momentum theory: ``planner.model.powers.Multirotor``."""

    model: Literal["multirotor"]
    disc_area_m2: PositiveTable
    hover_factor: PositiveTable
    drag_area_m2: NotNegativeTable
    avionics_w: NotNegativeTable
    induced_factor: PositiveTable | None = None
    drive_efficiency: PositiveTable | None = None
    least_forward_share: PositiveTable | None = None
    descent_share: PositiveTable | None = None


class QuadplaneTable(DroneTypeTable):
    """A type with a wing: ``planner.model.powers.Quadplane``."""

    model: Literal["quadplane"]
    hover_coefficient: PositiveTable
    lift_to_drag: PositiveTable
    stall_mps: PositiveTable
    climb_power_ratio: PositiveTable | None = None
    descent_power_ratio: PositiveTable | None = None


Several = Annotated[list[Positive], Field(min_length=1, max_length=1000)]


class MeasuredPower(Strict):
    """Power as an operator's own logs have it: ``planner.model.powers.PowerTable``."""

    source: Name
    verified: bool
    source_date: Day | None = None
    density_kg_m3: Positive
    mass_kg: Several
    air_speed_mps: Several
    climb_w: Several
    cruise_w: Annotated[list[Several], Field(min_length=1, max_length=1000)]
    descent_w: Several
    hover_w: Several


class PowerTableTable(DroneTypeTable):
    """A type whose power was measured."""

    model: Literal["table"]
    power_table: MeasuredPower


AnyDroneTypeTable = MassPowerTable | MultirotorTable | QuadplaneTable | PowerTableTable

TYPE_DOORS: dict[str, type[AnyDroneTypeTable]] = {
    "mass_power": MassPowerTable,
    "multirotor": MultirotorTable,
    "quadplane": QuadplaneTable,
    "table": PowerTableTable,
}
"""By the model of power that a type names."""

FIGURES = tuple(name for name in DroneTypeTable.model_fields if name != "name")
"""Names of the figures that every drone type has, as in :class:`planner.model.fleets.DroneType` too."""


def power_figures(door: type[DroneTypeTable]) -> tuple[str, ...]:
    """Return the names of the figures that a model adds, as its class in :mod:`planner.model.powers` has them too."""
    return tuple(name for name in door.model_fields if name not in ("name", "model", *FIGURES))


if missing := set(FIGURES) - {field.name for field in fields(DroneType)}:  # a slip of ours, found when testing
    raise TypeError(f"drone types have no {missing}")


# --- plan.json and review.json ---------------------------------------------------------------------------------------


class Record(Strict):
    """A part of a record: what a later version adds is let through."""

    model_config = ConfigDict(extra="ignore")


Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Count = Annotated[int, Field(ge=0)]


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

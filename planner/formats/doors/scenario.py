"""The door of ``scenario.toml``: one job, and the files it is made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from airspace.formats.doors import Id, Moment, Name, Strict, refusal
from planner.formats.doors.fields import AltitudeAmsl, Bearing, Currency, NotNegative, WindSpeed, default_of
from planner.model.goods import canonical
from planner.model.jobs import Policy
from planner.model.weather import Weather


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


class TrafficTable(Strict):
    """The files that say who else flies; paths are relative to the scenario's folder."""

    intents: Annotated[list[str], Field(min_length=1)]
    """Operational intents of others (ASTM F3548-21)."""


class MapTable(Strict):
    """What the map draws beneath everything else."""

    land: str


class AirTable(Strict):
    """One wind and one air; what is not named is as before, at first as in still standard air."""

    wind_mps: WindSpeed = default_of(Weather, "wind_mps")
    wind_from_deg: Bearing = default_of(Weather, "wind_from_deg")
    wind_height_m: Annotated[float, Field(ge=1, le=1000)] | None = None
    shear_exponent: Annotated[float, Field(ge=0, le=1)] = default_of(Weather, "shear_exponent")
    grid: str | None = None
    """A table of winds from place to place, which then take the place of the one wind."""
    wind_error_mps: Annotated[float, Field(ge=0, le=50)] = default_of(Weather, "wind_error_mps")
    wind_error_deg: Annotated[float, Field(ge=0, le=180)] = default_of(Weather, "wind_error_deg")
    gust_mps: Annotated[float, Field(ge=0, lt=150)] | None = None
    temperature_c: Annotated[float, Field(ge=-60, le=60)] = default_of(Weather, "temperature_c")
    pressure_hpa: Annotated[float, Field(ge=500, le=1100)] = default_of(Weather, "pressure_hpa")
    rain_mm_h: Annotated[float, Field(ge=0, le=500)] = default_of(Weather, "rain_mm_h")
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
    vertical_clearance_m: NotNegative = default_of(Policy, "vertical_clearance_m")
    vertical_budget_m: NotNegative = default_of(Policy, "vertical_budget_m")
    levels_amsl_m: Annotated[list[AltitudeAmsl], Field(min_length=1)]
    separation_m: Annotated[
        list[NotNegative], Field(min_length=2, max_length=2, default=[*default_of(Policy, "separation_m")])
    ]
    departure_error_s: NotNegative = default_of(Policy, "departure_error_s")
    currency: Currency
    value_cap_per_sortie: NotNegative
    value_cap_per_drone_day: NotNegative | None = default_of(Policy, "value_cap_per_drone_day")
    value_cap_per_pad: NotNegative | None = default_of(Policy, "value_cap_per_pad")
    pad_dwell_s: NotNegative | None = default_of(Policy, "pad_dwell_s")
    two_person_above: NotNegative | None = default_of(Policy, "two_person_above")
    reserve_share: Annotated[float, Field(ge=0, lt=1)] = default_of(Policy, "reserve_share")
    energy_factor: Annotated[float, Field(ge=1)] = default_of(Policy, "energy_factor")
    energy_chance: Annotated[float, Field(ge=0.5, lt=1)] = default_of(Policy, "energy_chance")
    high_value_chance: Annotated[float, Field(ge=0.5, lt=1)] = default_of(Policy, "high_value_chance")
    high_value_above: NotNegative | None = None
    final_hover_s: NotNegative = default_of(Policy, "final_hover_s")
    time_factor: Annotated[float, Field(ge=1)] = default_of(Policy, "time_factor")
    handover_s: NotNegative = default_of(Policy, "handover_s")
    min_ground_speed_mps: NotNegative = default_of(Policy, "min_ground_speed_mps")
    max_orders_per_sortie: Annotated[int, Field(ge=1)] = default_of(Policy, "max_orders_per_sortie")
    end_elsewhere: bool = default_of(Policy, "end_elsewhere")
    evening: Literal["home", "level", "anywhere"] = "home"
    customs: bool | None = default_of(Policy, "customs")
    dangerous_goods_allowed: Annotated[list[GoodsApprovalTable], Field(default=[])]
    approvals_held: Annotated[list[Id], Field(default=[])]
    avoid: Annotated[dict[str, NotNegative], Field(default={})]
    cost_per_sortie: NotNegative = default_of(Policy, "cost_per_sortie")
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
    traffic: TrafficTable | None = None
    policy: PolicyTable
    map: MapTable | None = None

"""The doors of tables in CSV, row by row: orders, drones, wind grids and flight logs."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from airspace.formats.doors import Id, Moment, Strict, refusal
from planner.formats.doors.fields import CellNumber, CellWhole, Currency
from planner.model.goods import canonical

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
    volume_l: Annotated[CellNumber, Field(gt=0)] | None = None
    precleared: Annotated[str, BeforeValidator(_reference_of_approval, json_schema_input_type=str)] = ""
    together: str = ""
    apart: str = ""


class WindRow(Strict):
    """One row of a wind grid."""

    point_id: Id
    lon: Annotated[CellNumber, Field(ge=-180, le=180)]
    lat: Annotated[CellNumber, Field(ge=-90, le=90)]
    wind_mps: Annotated[CellNumber, Field(ge=0, lt=100)]
    wind_from_deg: Annotated[CellNumber, Field(ge=0, le=360)]


class DroneRow(Strict):
    """One row of ``fleet.csv``. An empty share is 1, a full and new battery; an empty time is that of the job."""

    model_config = ConfigDict(extra="allow")

    drone_id: Id
    type: Id
    home_pad: Id
    state_of_charge: Annotated[CellNumber, Field(ge=0, le=1)] = 1.0
    health: Annotated[CellNumber, Field(gt=0, le=1)] = 1.0
    works_from: Moment | None = None
    works_until: Moment | None = None


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

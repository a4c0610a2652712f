"""The door of ``drones.toml``: types of drones, each figure with where it is from."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from airspace.formats.doors import Day, Name, Strict, refusal
from planner.formats.doors.fields import NotNegative, Positive
from planner.model.fleets import DroneType


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


class NumberedFigure(Figure):
    """A number by which somebody else's list calls the type."""

    value: Annotated[int, Field(ge=0, le=65_535)]


class TemperatureFigure(Figure):
    """A temperature in degrees Celsius."""

    value: Annotated[float, Field(ge=-90, le=90)]


FigureTable = Annotated[Figure, BeforeValidator(_table)]
PositiveTable = Annotated[PositiveFigure, BeforeValidator(_table)]
NotNegativeTable = Annotated[NotNegativeFigure, BeforeValidator(_table)]
NumberedTable = Annotated[NumberedFigure, BeforeValidator(_table)]
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
    max_volume_l: PositiveTable | None = None
    dji_type: NumberedTable | None = None
    dji_sub_type: NumberedTable | None = None


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

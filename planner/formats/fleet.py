"""Reading ``drones.toml`` (types and their figures) and ``fleet.csv`` (the drones)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from airspace.errors import BadInput, Problem
from airspace.formats.documents import RawFile, text_of, toml_of, without_told
from airspace.formats.doors import utc
from airspace.formats.telling import Placed, about, did_you_mean, listed, place_of, problem_of, problems_of, shown
from airspace.model.sources import Confidence, Source
from planner.formats.doors.drones import (
    FIGURES,
    TYPE_DOORS,
    AnyDroneTypeTable,
    DroneTypeTable,
    Figure,
    MassPowerTable,
    MeasuredPower,
    MultirotorTable,
    PowerTableTable,
    QuadplaneTable,
    power_figures,
)
from planner.formats.doors.rows import DroneRow
from planner.formats.tables import Row, read_table
from planner.model.fleets import Drone, DroneType
from planner.model.powers import MassPower, Multirotor, PowerFigures, PowerTable, Quadplane


def read_drones(file: RawFile) -> tuple[list[Placed[Drone]], list[Problem]]:
    """Return the drones with their lines, and every problem in them.

    Raises
    ------
    BadInput
        If the file is no table of drones at all.
    """

    def build(given: DroneRow, row: Row) -> Drone:
        _refuse_reversed_hours(file.name, given, row)
        return _drone(given)

    return read_table(file, model=DroneRow, kind="drone", build=build)


def _refuse_reversed_hours(file: str, given: DroneRow, row: Row) -> None:
    if given.works_from is None or given.works_until is None or given.works_from < given.works_until:
        return
    problem = Problem(
        file=file,
        place=f"{row.place}, column works_until",
        code="TIMES_REVERSED",
        found=f"{given.works_from.isoformat()} and {given.works_until.isoformat()}",
        expected=about(f"drone {shown(given.drone_id)}", "works_from before works_until"),
    )
    raise BadInput([problem])


def _drone(given: DroneRow) -> Drone:
    return Drone(
        id=given.drone_id,
        type=given.type,
        home_pad=given.home_pad,
        state_of_charge=given.state_of_charge,
        health=given.health,
        works_from=None if given.works_from is None else utc(given.works_from),
        works_until=None if given.works_until is None else utc(given.works_until),
    )


def read_drone_types(file: RawFile) -> tuple[list[Placed[DroneType]], list[Problem]]:
    """Return the drone types with their tables, and every problem in them.

    Raises
    ------
    BadInput
        If the file is not TOML.
    """
    tables, told = toml_of(file.name, text_of(file))
    placed, problems = [], []
    for type_id, table in tables.items():
        value, found = _type(file.name, type_id, table)
        placed.append(Placed(id=type_id, place=place_of((type_id,)), value=value))
        problems += found
    if not tables:
        expected = "at least one table with the figures of a drone type"
        problems.append(Problem(file=file.name, code="EMPTY_TABLE", found="no tables", expected=expected, warning=True))
    return placed, [*told, *without_told(problems, told)]


def _type(file: str, type_id: str, table: object) -> tuple[DroneType | None, list[Problem]]:
    subject = f"drone type {shown(type_id)}"
    door = _door(table)
    if door is None:
        return None, [_unknown_model(file, type_id, table)]
    try:
        given = door.model_validate(table)
    except ValidationError as error:
        return None, problems_of(error, file=file, prefix=(type_id,), subject=subject, known_keys=FIGURE_KEYS)
    problems = list(_contradictions(file, type_id, given)) + list(_unknown_figures(file, type_id, given))
    if any(not problem.warning for problem in problems):
        return None, problems
    try:
        return _drone_type(type_id, given), problems
    except ValueError as error:
        place, known = place_of((type_id,)), (*FIGURES, *power_figures(door))
        return None, [*problems, problem_of(error, file=file, place=place, subject=subject, fields=known)]


FIGURE_KEYS = (*Figure.model_fields, *(key for key in MeasuredPower.model_fields if key not in Figure.model_fields))


def _door(table: object) -> type[AnyDroneTypeTable] | None:
    """Return the door of the model that a table names, mass_power when it names none; None for an unknown one."""
    named = table.get("model", "mass_power") if isinstance(table, dict) else "mass_power"
    return TYPE_DOORS.get(named) if isinstance(named, str) else None


def _unknown_model(file: str, type_id: str, table: object) -> Problem:
    named = table.get("model") if isinstance(table, dict) else None
    return Problem(
        file=file,
        place=place_of((type_id, "model")),
        code="UNKNOWN_MODEL",
        found=shown(named),
        expected=about(f"drone type {shown(type_id)}", f"a model of power: {listed(TYPE_DOORS)}"),
        fix=did_you_mean(named, TYPE_DOORS),
    )


def _drone_type(type_id: str, given: AnyDroneTypeTable) -> DroneType:
    figures = _figures(given, FIGURES)
    values: dict[str, Any] = {name: figure.value for name, figure in figures.items()}
    power, sources = _power(given)
    return DroneType(
        id=type_id,
        name=given.name,
        power=power,
        sources=MappingProxyType({name: _source(figure) for name, figure in figures.items()} | sources),
        **values,
    )


def _power(given: AnyDroneTypeTable) -> tuple[PowerFigures, dict[str, Source]]:
    """Return what a type's power follows from, and where each figure of it is from."""
    if isinstance(given, PowerTableTable):
        return _power_table(given.power_table), {"power_table": _source(given.power_table)}
    figures = _figures(given, power_figures(type(given)))
    values = {name: figure.value for name, figure in figures.items()}
    return POWERS[type(given)](**values), {name: _source(figure) for name, figure in figures.items()}


POWERS: dict[type[DroneTypeTable], Callable[..., PowerFigures]] = {
    MassPowerTable: MassPower,
    MultirotorTable: Multirotor,
    QuadplaneTable: Quadplane,
}


def _power_table(given: MeasuredPower) -> PowerTable:
    return PowerTable(
        density_kg_m3=given.density_kg_m3,
        mass_kg=tuple(given.mass_kg),
        air_speed_mps=tuple(given.air_speed_mps),
        climb_w=tuple(given.climb_w),
        cruise_w=tuple(tuple(row) for row in given.cruise_w),
        descent_w=tuple(given.descent_w),
        hover_w=tuple(given.hover_w),
    )


def _figures(given: DroneTypeTable, names: Iterable[str]) -> dict[str, Figure]:
    return {name: figure for name in names if (figure := getattr(given, name)) is not None}


def _source(figure: Figure | MeasuredPower) -> Source:
    confidence = Confidence.SOURCED if figure.verified else Confidence.ASSUMED
    return Source(citation=figure.source, date=figure.source_date, confidence=confidence)


def _contradictions(file: str, type_id: str, given: DroneTypeTable) -> Iterator[Problem]:
    low, high = given.temp_min_c.value, given.temp_max_c.value
    if low > high:
        yield Problem(
            file=file,
            place=place_of((type_id, "temp_min_c", "value")),
            code="LOWER_ABOVE_UPPER",
            found=f"{low:g} and {high:g}",
            expected=about(f"drone type {shown(type_id)}", "temp_min_c at most temp_max_c"),
        )


def _unknown_figures(file: str, type_id: str, given: DroneTypeTable) -> Iterator[Problem]:
    """Yield a warning for a figure that nobody knows, and an error for one that was surely meant to be known."""
    known = (*FIGURES, *power_figures(type(given)), "model")
    absent = [name for name in known if name not in given.model_fields_set]
    for key in given.model_extra or {}:
        fix = did_you_mean(key, absent, cutoff=0.8)
        yield Problem(
            file=file,
            place=place_of((type_id, key)),
            code="UNKNOWN_KEY",
            found=f"the key {shown(key)}",
            expected=about(f"drone type {shown(type_id)}", "only figures that are known"),
            fix=fix or "It is not used.",
            warning=not fix,
        )

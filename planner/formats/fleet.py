"""Reading ``drones.toml`` (types and their figures) and ``fleet.csv`` (the drones)."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from pydantic import ValidationError

from airspace.errors import Problem
from airspace.formats.documents import RawFile, text_of, toml_of, without_told
from airspace.formats.telling import Placed, about, did_you_mean, place_of, problem_of, problems_of, shown
from airspace.model.sources import Confidence, Source
from planner.formats.doors import FIGURES, DroneRow, DroneTypeTable, Figure
from planner.formats.tables import Row, read_table
from planner.model.fleets import Drone, DroneType


def read_drones(file: RawFile) -> tuple[list[Placed[Drone]], list[Problem]]:
    """Return the drones with their lines, and every problem in them.

    Raises
    ------
    BadInput
        If the file is no table of drones at all.
    """
    return read_table(file, model=DroneRow, kind="drone", build=_drone)


def _drone(given: DroneRow, row: Row) -> Drone:  # noqa: ARG001 - the shape that read_table asks for
    return Drone(
        id=given.drone_id,
        type=given.type,
        home_pad=given.home_pad,
        state_of_charge=given.state_of_charge,
        health=given.health,
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
    try:
        given = DroneTypeTable.model_validate(table)
    except ValidationError as error:
        return None, problems_of(error, file=file, prefix=(type_id,), subject=subject, known_keys=FIGURE_KEYS)
    problems = list(_contradictions(file, type_id, given)) + list(_unknown_figures(file, type_id, given))
    if any(not problem.warning for problem in problems):
        return None, problems
    try:
        return _drone_type(type_id, given), problems
    except ValueError as error:
        place = place_of((type_id,))
        return None, [*problems, problem_of(error, file=file, place=place, subject=subject, fields=FIGURES)]


FIGURE_KEYS = tuple(Figure.model_fields)


def _drone_type(type_id: str, given: DroneTypeTable) -> DroneType:
    figures = {name: figure for name in FIGURES if (figure := getattr(given, name)) is not None}
    return DroneType(
        id=type_id,
        name=given.name,
        sources=MappingProxyType({name: _source(figure) for name, figure in figures.items()}),
        **{name: figure.value for name, figure in figures.items()},
    )


def _source(figure: Figure) -> Source:
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
    absent = [name for name in FIGURES if name not in given.model_fields_set]
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

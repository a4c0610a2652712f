"""From a plan file back to the files it was made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from airspace.errors import BadInput, Problem
from airspace.formats.documents import read_raw
from airspace.formats.reading import read
from airspace.formats.telling import Placed, shown
from planner.formats.scenario import read_scenario
from planner.formats.traffic import read_intents, told_twice
from planner.model.plans import Plan
from planner.model.scenarios import Scenario
from planner.model.traffic import Intent


def scenario_of(plan: Plan, plan_file: Path, *, named: Path | None = None) -> Scenario:
    """Read the scenario that a plan was made from.

    It is the one named, or the one the plan names, looked for in the current folder, beside the plan and in the
    folders above it. A plan may come from anybody: what it names is followed downwards only, and read only as a
    scenario.

    Raises
    ------
    BadInput
        If it cannot be found or used.
    """
    return read_scenario(place_of_scenario(plan, plan_file, named=named))


def place_of_scenario(plan: Plan, plan_file: Path, *, named: Path | None = None) -> Path:
    """Return where the scenario stands that a plan was made from: its folder, or its file.

    Raises
    ------
    BadInput
        If it cannot be found.
    """
    if named is not None:
        return named
    for place in _places(plan.created_by.scenario, plan_file):
        if (place / "scenario.toml").is_file() or (place.suffix == ".toml" and place.is_file()):
            return place
    problem = Problem(
        file=str(plan_file),
        place="created_by.scenario",
        code="SCENARIO_NOT_FOUND",
        found=shown(plan.created_by.scenario),
        expected="a scenario that can be found from here",
        fix="Name it with --scenario.",
    )
    raise BadInput([problem])


def _places(scenario: str, plan_file: Path) -> Iterator[Path]:
    if not scenario or Path(scenario).is_absolute() or ".." in Path(scenario).parts:
        return
    yield Path(scenario)
    for folder in plan_file.resolve().parents:
        yield folder / scenario


def with_zones(scenario: Scenario, files: list[Path]) -> Scenario:
    """Return a scenario with the zones of other files in the place of its own; a regulator's, for instance."""
    if not files:
        return scenario
    read_again = read([str(file) for file in files])
    return replace(scenario, sky=replace(scenario.sky, zones=read_again.zones, rejected=()))


def with_intents(scenario: Scenario, files: list[Path]) -> Scenario:
    """Return a scenario with the operational intents of other files in the place of its own.

    Raises
    ------
    BadInput
        If a file cannot be read or used, with every problem of all of them.
    """
    if not files:
        return scenario
    problems: list[Problem] = []
    placed: list[tuple[str, Placed[Intent]]] = []
    for path in files:
        try:
            found, told = read_intents(read_raw(path, name=str(path)))
        except BadInput as error:
            found, told = [], list(error.problems)
        placed += [(str(path), item) for item in found]
        problems += told
    problems += told_twice(placed)
    if problems:
        raise BadInput(problems)
    intents = tuple(item.value for _, item in placed if item.value is not None)
    return replace(scenario, job=replace(scenario.job, intents=intents))


def changed_inputs(plan: Plan, scenario: Scenario) -> tuple[str, ...]:
    """Return the files that differ from those the plan was made from."""
    made_from = {file.path: file.sha256 for file in plan.inputs}
    now = {file.path: file.sha256 for file in scenario.job.inputs}
    return tuple(sorted(path for path in made_from.keys() | now.keys() if made_from.get(path) != now.get(path)))

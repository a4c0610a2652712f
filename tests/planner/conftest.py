"""What tests of packets stand on, wherever they are: one small day across a boundary, planned once."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner import planning
from planner.cli import app
from planner.formats.plans import plan_to_document, record_text
from planner.formats.scenario import read_scenario
from planner.solving.solvers import SolveOptions
from tests.planner.output.packet.day import Ready, write_plain_day


@pytest.fixture(scope="session")
def made(ready: Ready, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder into which the command wrote the packet of the north, with its PDF."""
    folder = tmp_path_factory.mktemp("made")
    asked = ("--scenario", str(ready.folder / "day"), "--authority", "north", "-o", str(folder), "--pdf")
    told = CliRunner().invoke(app, ["packet", str(ready.plan_file), *asked])
    assert told.exit_code == 0, told.output
    return folder


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Ready:
    folder = tmp_path_factory.mktemp("packet")
    write_plain_day(folder / "day")
    scenario = read_scenario(folder / "day")
    made = planning.plan(scenario.job, scenario.sky, options=SolveOptions(iterations=2), scenario="day")
    plan_file = folder / "plan.json"
    plan_file.write_text(record_text(plan_to_document(made)), encoding="utf-8")
    return Ready(folder, plan_file)

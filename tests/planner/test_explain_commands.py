"""``skyferry explain``: what it prints, its exit codes, and how it ends when it is interrupted."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from planner import cli, explain_commands
from planner.explain_telling import in_full
from planner.solving.solvers import Watch

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the plan of a copy of the tiny example, which leaves O-4 out."""
    folder = tmp_path_factory.mktemp("planned")
    shutil.copytree(ROOT / "examples" / "tiny", folder / "tiny")
    assert run("plan", str(folder / "tiny"), "-o", str(folder / "out")).exit_code == 0
    return folder / "out" / "plan.json"


def run(*arguments: str) -> Any:
    return CliRunner().invoke(cli.app, list(arguments))


def test_why_and_what_would_serve_it_are_told_in_words(plan_file: Path) -> None:
    result = run("explain", str(plan_file), "O-4")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "O-4 is not served: PAYLOAD"
    assert lines[1] == "  4 kg is more than any drone at DEPOT lifts (2.7 kg)"
    assert lines[2].split() == ["mass_kg", "4"]
    assert lines[3].split() == ["max_payload_kg", "2.7"]
    assert lines[-1] == "    ✓ O-4 split into two parcels of 2 kg, each worth 45,000 CNY"


@pytest.mark.parametrize(
    ("value", "words"), [(2.6e6, "2,600,000"), (0.505, "0.505"), (3968.8, "3,968.8"), (0.0, "0"), (-1.5, "-1.5")]
)
def test_figures_are_told_in_full_with_no_more_decimals_than_they_have(value: float, words: str) -> None:
    assert in_full(value) == words


def test_json_is_one_document_on_stdout(plan_file: Path) -> None:
    told = json.loads(run("explain", str(plan_file), "O-4", "--json").stdout)
    assert (told["order"], told["reason"], told["served"], told["alone"]) == ("O-4", "PAYLOAD", None, False)
    assert told["numbers"] == {"mass_kg": 4.0, "max_payload_kg": 2.7}
    (fix,) = told["fixes"]
    assert (fix["verified"], fix["kind"], fix["orders"]) == (True, "split", ["O-4/1", "O-4/2"])
    assert told["complete"]


def test_an_order_that_is_served_is_told_with_its_sortie(plan_file: Path) -> None:
    result = run("explain", str(plan_file), "O-1")
    assert result.exit_code == 0
    assert "O-1 is served: sortie S0" in result.stdout
    told = json.loads(run("explain", str(plan_file), "O-1", "--json").stdout)
    assert told["served"]["drone"].startswith("M350")
    assert (told["reason"], told["fixes"], told["alone"]) == (None, [], True)


@pytest.mark.parametrize("as_json", [(), ("--json",)], ids=["words", "json"])
def test_an_order_that_is_not_there_is_bad_input(plan_file: Path, as_json: tuple[str, ...]) -> None:
    result = run("explain", str(plan_file), "O-99", *as_json)
    assert result.exit_code == 3
    assert "no order 'O-99'" in result.stderr
    assert "Traceback" not in result.output


def test_a_plan_whose_files_have_changed_is_noted(plan_file: Path, tmp_path: Path) -> None:
    scenario = tmp_path / "tiny"
    shutil.copytree(ROOT / "examples" / "tiny", scenario)
    orders = scenario / "orders.csv"
    orders.write_text(orders.read_text().replace("O-4,DEPOT,BANK,4.0", "O-4,DEPOT,BANK,4.4"))
    result = run("explain", str(plan_file), "O-4", "--scenario", str(scenario))
    assert result.exit_code == 0
    assert "orders.csv is not the file this plan was made from" in result.stderr
    assert "4.4 kg is more" in result.stdout


def test_a_file_that_is_no_plan_is_bad_input(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text("{}")
    assert run("explain", str(path), "O-1").exit_code == 3


def test_where_nothing_helps_it_says_so(tmp_path: Path) -> None:
    scenario = tmp_path / "tiny"
    shutil.copytree(ROOT / "examples" / "tiny", scenario)
    toml = scenario / "scenario.toml"
    toml.write_text(toml.read_text().replace("wind_mps = 3", "wind_mps = 14"))
    assert run("plan", str(scenario), "-o", str(tmp_path / "out")).exit_code == 4
    result = run("explain", str(tmp_path / "out" / "plan.json"), "O-1")
    assert result.exit_code == 0
    assert "No single change would serve it: nobody can change the weather" in result.stdout


def test_ctrl_c_tells_what_is_known_so_far(plan_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def interrupted(*, quiet: bool, kept: str) -> Iterator[Watch]:
        assert (quiet, kept) == (False, "what is known so far")
        stop: Callable[[], bool] = lambda: True  # noqa: E731 - a Ctrl-C before anything was tried
        yield Watch(stopped=stop)

    monkeypatch.setattr(explain_commands, "followed", interrupted)
    result = run("explain", str(plan_file), "O-4")
    assert result.exit_code == 130
    assert result.stdout.startswith("O-4 is not served: PAYLOAD")
    assert result.stdout.splitlines()[-1] == "  Stopped before everything was tried."

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from airspace.formats.documents import RawFile
from planner.cli import app
from planner.formats.fleet import read_drone_types
from tests.planner.flown import write_log, write_ulog
from tests.planner.kinds import MOMENTUM

FLIGHTS = [(mass, speed) for mass in (3.7, 4.2) for speed in (6.0, 9.0, 14.0)]
OPTIONS = {
    "mass_power": [], "multirotor": ["--disc-area-m2", "0.342"], "quadplane": ["--stall-mps", "5"], "table": [],
}  # fmt: skip
REST = "\n".join(
    f'{name} = {{value = {value}, source = "sheet", verified = true}}'
    for name, value in {
        "mass_kg": 3.7, "max_payload_kg": 0.5, "battery_wh": 130, "max_wind_mps": 10, "temp_min_c": -10,
        "temp_max_c": 40,
    }.items()
)  # fmt: skip


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write_log(tmp_path / "log.csv", MOMENTUM, flights=FLIGHTS, noise=0.02)


def run(*words: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["calibrate", *map(str, words)])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("model", OPTIONS)
def test_calibrate_fits_each_model_and_what_it_writes_is_read_as_a_type(log: Path, model: str) -> None:
    output = log.with_name("type.toml")
    code, told, _ = run(log, "--model", model, *OPTIONS[model], "--id", "M100", "-o", output)
    assert code == 0
    assert "mean error" in told
    assert "held out" in told
    header, body = output.read_text().split("[M100]\n", 1)
    text = f'{header}[M100]\nname = "M100"\n{REST}\n{body}'
    placed, problems = read_drone_types(RawFile(name="type.toml", raw=text.encode()))
    assert [problem for problem in problems if not problem.warning] == []
    assert placed[0].value is not None


def test_calibrate_tells_the_same_as_json(log: Path) -> None:
    code, told, _ = run(log, "--json")
    document = json.loads(told)
    assert code == 0
    assert document["model"] == "mass_power"
    assert document["unit"] == "flights"
    assert document["errors"]["count"] == 6
    assert document["figures"]["power_coefficient"] == pytest.approx(70.0, rel=0.1)
    assert document["speeds"]["climb_mps"] == pytest.approx(3.0)


def test_one_flight_of_px4_is_calibrated_and_says_what_it_could_not_hold_out(tmp_path: Path) -> None:
    path = write_ulog(tmp_path / "log.ulg", watts=440.0)
    code, told, _ = run(path, "--mass-kg", 4.2)
    assert code == 0
    assert "held out: unknown" in told
    assert "hover_power_ratio    1.0  (given or assumed)" in told


def test_a_hostile_file_name_cannot_break_the_file_that_is_written(tmp_path: Path) -> None:
    path = write_log(tmp_path / 'l"\n[evil]\nx.csv', MOMENTUM, flights=FLIGHTS)
    output = tmp_path / "type.toml"
    assert run(path, "-o", output)[0] == 0
    assert list(tomllib.loads(output.read_text())) == ["calibrated"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--model", "warp"], 2), (["--model", "multirotor"], 2), (["--model", "quadplane"], 2), (["--id", "a b"], 2),
        (["--mass-kg", "-3"], 2),
    ],
)  # fmt: skip
def test_wrong_usage_is_told_as_such(log: Path, words: list[str], code: int) -> None:
    assert run(log, *words)[0] == code


def test_bad_logs_are_told_without_a_traceback_and_nothing_is_written(tmp_path: Path) -> None:
    output = tmp_path / "type.toml"
    code, _, told = run(tmp_path / "absent.csv", "-o", output)
    assert code == 3
    assert "absent.csv" in told
    short = write_log(tmp_path / "short.csv", MOMENTUM, flights=[(3.7, 8.0)])
    code, _, told = run(short, "--model", "table", "-o", output)
    assert code == 3
    assert "two or more masses" in told.replace("\n", " ")
    assert not output.exists()

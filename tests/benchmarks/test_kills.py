"""What stands in a folder after a kill is told apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.kills import NEW_SEED, OLD_SEED, State, rows_of, state_of
from planner import cli
from planner.provenance.companions import MAP_NAME, PLAN_NAME, REVIEW_NAME

TINY = Path(__file__).parents[2] / "examples" / "tiny"


def run(out: Path, seed: int) -> dict[str, bytes]:
    assert CliRunner().invoke(cli.app, ["plan", str(TINY), "-o", str(out), "--seed", str(seed)]).exit_code == 0
    return {path.name: path.read_bytes() for path in out.iterdir()}


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return run(tmp_path_factory.mktemp("old"), OLD_SEED)


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return run(tmp_path_factory.mktemp("new"), NEW_SEED)


def laid_out(folder: Path, files: dict[str, bytes]) -> State:
    for name, raw in files.items():
        (folder / name).write_bytes(raw)
    return state_of(folder)


def test_whole_runs_are_told_by_their_seed(tmp_path: Path, old: dict[str, bytes], new: dict[str, bytes]) -> None:
    assert laid_out(tmp_path, {}) is State.NOTHING
    assert laid_out(tmp_path, {name: new[name] for name in (MAP_NAME, REVIEW_NAME)}) is State.NOTHING
    assert laid_out(tmp_path, old) is State.OLD
    assert laid_out(tmp_path, new) is State.NEW


@pytest.mark.parametrize("name", [MAP_NAME, REVIEW_NAME, PLAN_NAME])
def test_a_file_of_another_run_and_half_a_file_are_told(
    tmp_path: Path, old: dict[str, bytes], new: dict[str, bytes], name: str
) -> None:
    assert laid_out(tmp_path, old | {name: new[name]}) is State.PARTED
    assert laid_out(tmp_path, old | {name: old[name][: len(old[name]) // 2]}) is State.HALF


def test_a_record_alone_is_no_whole_run(tmp_path: Path, old: dict[str, bytes]) -> None:
    assert laid_out(tmp_path, {PLAN_NAME: old[PLAN_NAME]}) is State.PARTED


def test_half_a_run_misses_the_figure() -> None:
    reached = [row.reached for row in rows_of([State.OLD, State.HALF], mended=True)]
    assert reached.count(False) == 1
    assert all(row.reached is not False for row in rows_of([State.OLD, State.PARTED], mended=True))
    assert any(row.reached is False for row in rows_of([State.NEW], mended=False))

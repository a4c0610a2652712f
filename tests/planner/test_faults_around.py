"""What goes wrong around a command: it says so, keeps its exit codes, leaves nothing half-written, and works again."""

from __future__ import annotations

import ast
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from benchmarks.kills import State, killed_at_points, state_of
from planner import check_commands, cli, terminal

ROOT = Path(__file__).parents[2]
TINY = ROOT / "examples" / "tiny"
FULL = Path("/dev/full")


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the tiny example and its plan."""
    folder = tmp_path_factory.mktemp("day")
    shutil.copytree(TINY, folder / "tiny")
    assert CliRunner().invoke(cli.app, ["plan", str(folder / "tiny"), "-o", str(folder / "out")]).exit_code == 0
    return folder


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "planner", *map(str, arguments)]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def run(*arguments: str | Path, env: dict[str, str] | None = None, **more: Any) -> subprocess.CompletedProcess[str]:
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
    return subprocess.run(
        command(*arguments), text=True, encoding="utf-8", timeout=600, env=env or environment(), check=False, **streams
    )


def check(day: Path, **more: Any) -> subprocess.CompletedProcess[str]:
    return run("check", day / "out" / "plan.json", "--scenario", day / "tiny", *more.pop("options", ()), **more)


# --- the disk -------------------------------------------------------------------------------------------------------


def test_a_disk_that_is_full_leaves_the_run_before_and_a_rerun_succeeds(day: Path, tmp_path: Path) -> None:
    out = shutil.copytree(day / "out", tmp_path / "out")
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    # The record fits, the page does not: no file may grow beyond it.
    small = len(before["plan.json"]) + 1000

    def no_more() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (small, small))

    told = run("plan", day / "tiny", "-o", out, "--seed", "2", preexec_fn=no_more)
    assert told.returncode == 3
    assert "CANNOT_WRITE" in told.stderr
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert run("plan", day / "tiny", "-o", out, "--seed", "2").returncode == 0
    assert state_of(out) is State.NEW


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_output_that_nobody_can_take_is_told_and_no_bug_of_ours(day: Path, options: tuple[str, ...]) -> None:
    with FULL.open("w") as full:
        told = check(day, options=options, stdout=full)
    assert told.returncode == 3
    assert "No space left on device" in told.stderr
    assert "bug" not in told.stderr
    assert "Exception ignored" not in told.stderr


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
def test_complaints_that_nobody_can_take_leave_the_exit_code(tmp_path: Path) -> None:
    with FULL.open("w") as full:
        assert run("check", tmp_path / "nowhere.json", stderr=full).returncode == 3


def test_a_folder_that_cannot_be_written_to_is_bad_input(day: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = run("plan", day / "tiny", "-o", tmp_path / "file" / "out")
    assert told.returncode == 3
    assert "CANNOT_WRITE" in told.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_compiled_loops_load_where_nothing_can_be_kept_and_nobody_has_a_home() -> None:
    """As in an installation that is read-only: Numba finds no folder, here because it may look for none."""
    code = "from planner.solving.choice import dice; from airspace.corridors.engine import kernels; print('loaded')"
    nowhere = environment(NUMBA_CACHE_LOCATOR_CLASSES="ZipCacheLocator")
    nowhere.pop("HOME", None)
    told = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=False, env=nowhere)
    assert told.stdout == "loaded\n", told.stderr


# --- streams, encodings, surroundings ---------------------------------------------------------------------------------


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_closed_streams_end_up_in_no_file(day: Path, tmp_path: Path, closed: str) -> None:
    words = " ".join(f"'{word}'" for word in command("plan", day / "tiny", "-o", tmp_path / "out", "--seed", "2"))
    told = subprocess.run(["sh", "-c", f"{words} {closed}"], env=environment(), capture_output=True, check=False)
    assert told.returncode == 0, told.stderr
    assert state_of(tmp_path / "out") is State.NEW


def test_a_reader_who_stops_reading_ends_it_in_silence() -> None:
    words = " ".join(f"'{word}'" for word in command("lint", "--schema"))
    told = subprocess.run(["sh", "-c", f"{words} | head -n 1"], env=environment(), capture_output=True, check=False)
    assert told.stdout == b"{\n"
    assert told.stderr == b""


def test_an_output_that_is_not_utf8_gets_signs_by_number_and_json_in_ascii(day: Path) -> None:
    told = check(day, env=environment(PYTHONIOENCODING="ascii"))
    assert told.returncode == 0
    assert "\\u2713 PASS" in told.stdout
    plain = run("lint", "--schema", env=environment(PYTHONIOENCODING="latin-1"))
    assert plain.stdout.isascii()
    assert json.loads(plain.stdout)


def test_no_home_no_room_for_temporary_files_and_a_bare_locale_are_no_matter(day: Path) -> None:
    bare = environment(LC_ALL="C", TMPDIR="/nonexistent")
    bare.pop("HOME", None)
    told = check(day, env=bare)
    assert told.returncode == 0
    assert told.stderr == ""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device", "/var/x"), "No space left on device (/var/x)"),
        (MemoryError(), "out of memory"),
    ],
)
def test_what_the_machine_refuses_is_told_and_is_bad_input(
    day: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(check_commands, "read_plan", refused)
    told = CliRunner().invoke(cli.app, ["check", str(day / "out" / "plan.json")])
    assert told.exit_code == 3
    assert words in told.stderr


def test_other_errors_of_the_system_are_still_called_a_bug(day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise FileNotFoundError(2, "No such file or directory", "x")

    monkeypatch.setattr(check_commands, "read_plan", refused)
    assert CliRunner().invoke(cli.app, ["check", str(day / "out" / "plan.json")]).exit_code == 1


# --- killed and interrupted -------------------------------------------------------------------------------------------


def test_killed_at_some_moments_no_half_run_passes_for_a_whole_one(tmp_path: Path) -> None:
    """`python -m benchmarks.kills` does the same at 100."""
    states, mended = killed_at_points(tmp_path, 4, seed=int(time.time()))
    assert State.HALF not in states
    assert mended


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_at_random_moments_it_ends_by_its_exit_code_with_all_files_or_none(
    day: Path, tmp_path: Path, number: signal.Signals
) -> None:
    rng, begun = random.Random(time.time()), time.monotonic()
    run("plan", day / "tiny", "-o", tmp_path / "whole", "--seed", "2")
    life_s = time.monotonic() - begun
    for point in range(4):
        out, share = tmp_path / str(point), rng.uniform(0.0, 1.0)
        process = subprocess.Popen(
            command("plan", day / "tiny", "-o", out, "--seed", "2"), env=environment(), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        time.sleep(share * life_s)
        process.send_signal(number)
        _, complaints = process.communicate(timeout=600)
        # While Python loads the program the signal ends it as it ends any.
        assert process.returncode in (0, terminal.Exit.INTERRUPTED, -number), complaints
        assert "bug" not in complaints
        assert state_of(out) in (State.NEW, State.NOTHING)
        assert not list(out.glob("*.tmp"))
        if process.returncode == 0:
            assert state_of(out) is State.NEW


def test_a_polite_end_is_taken_as_ctrl_c_and_the_plan_says_that_it_was_interrupted(
    day: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = cli.read_scenario

    def told_to_end(*arguments: Any) -> Any:
        signal.raise_signal(signal.SIGTERM)
        return read(*arguments)

    monkeypatch.setattr(cli, "read_scenario", told_to_end)
    result = CliRunner().invoke(cli.app, ["plan", str(day / "tiny"), "-o", str(tmp_path)])
    assert result.exit_code == 130
    made = json.loads((tmp_path / "plan.json").read_text("utf-8"))
    assert made["created_by"]["options"]["interrupted"] is True


# --- time -------------------------------------------------------------------------------------------------------------


def test_out_of_time_at_once_a_plan_that_passes_is_written_and_says_why_orders_are_left(
    day: Path, tmp_path: Path
) -> None:
    result = CliRunner().invoke(cli.app, ["plan", str(day / "tiny"), "-o", str(tmp_path), "--seconds", "0.001"])
    assert result.exit_code in (0, 4)
    assert json.loads((tmp_path / "review.json").read_text("utf-8"))["verdict"] == "PASS"


def clocks_on_the_wall(path: Path) -> Iterator[str]:
    """Yield calls that read a clock which somebody may set."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in ("time", "now", "utcnow", "today", "localtime", "gmtime"):
            told = ast.unparse(node)
            if told.startswith(("time.", "datetime.", "date.")) and told not in ("datetime.time",):
                yield f"{path.relative_to(ROOT)}: {told}"


def test_a_clock_that_is_set_steers_nothing_as_only_commands_look_at_it() -> None:
    found = [
        told
        for package in ("airspace", "planner")
        for path in sorted((ROOT / package).rglob("*.py"))
        for told in clocks_on_the_wall(path)
    ]
    assert found, "the commands tell what can still be filed, and by when"
    assert all(told.split(":")[0].endswith(("_commands.py", "cli.py")) for told in found), found

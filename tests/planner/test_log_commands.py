"""``skyferry log``, and what ``plan`` and ``check`` enter in one."""

from __future__ import annotations

import getpass
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from planner import cli, log_commands
from planner.formats.chains import append
from planner.provenance.records import read_whole
from tests.planner.formats.test_chains import deed
from tests.planner.provenance.conftest import TINY


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a plan of the tiny example, entered in a log by A. Wong."""
    folder = tmp_path_factory.mktemp("made")
    shutil.copytree(TINY, folder / "tiny")
    log = ("--log", str(folder / "log.jsonl"), "--by", "A. Wong")
    assert run("plan", str(folder / "tiny"), "-o", str(folder / "out"), *log).exit_code == 0
    return folder


@pytest.fixture
def day(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "day")


def run(*arguments: str) -> Any:
    return CliRunner().invoke(cli.app, list(arguments))


def check(day: Path, *more: str) -> Any:
    return run("check", str(day / "out" / "plan.json"), "--scenario", str(day / "tiny"), *more)


def approve(day: Path, *more: str) -> Any:
    return run("log", "approve", str(day / "out" / "plan.json"), "--log", str(day / "log.jsonl"), *more)


def shown(day: Path) -> list[dict[str, Any]]:
    result = run("log", "show", str(day / "log.jsonl"), "--json")
    assert result.exit_code == 0, result.output
    records: list[dict[str, Any]] = json.loads(result.stdout)["records"]
    return records


def test_plan_enters_itself_with_digest_and_verdict_when_asked(day: Path) -> None:
    (record,) = shown(day)
    assert (record["kind"], record["by"], record["verdict"]) == ("plan", "A. Wong", "PASS")
    assert record["plan"] == read_whole(day / "out" / "plan.json").digest


def test_without_being_asked_nobody_writes_a_log(day: Path) -> None:
    before = sorted(day.rglob("*"))
    assert check(day).exit_code == 0
    assert sorted(day.rglob("*")) == before


def test_check_and_approval_follow_and_the_log_verifies_against_its_head(day: Path) -> None:
    log = str(day / "log.jsonl")
    assert check(day, "--log", log).exit_code == 0
    told = approve(day, "--by", "B. Chan", "--note", "as filed")
    assert told.exit_code == 0
    assert "approved sha256:" in told.stdout
    kinds = [(one["kind"], one["by"], one["verdict"], one["note"]) for one in shown(day)]
    assert kinds[1:] == [("check", getpass.getuser(), "PASS", ""), ("approval", "B. Chan", "PASS", "as filed")]
    head = shown(day)[-1]["hash"]
    assert head in told.stdout
    whole = run("log", "verify", log, "--head", head.removeprefix("sha256:").upper())
    assert whole.exit_code == 0
    assert "3 records" in whole.stdout
    assert "cut off" not in whole.stdout
    lines = Path(log).read_bytes().splitlines(keepends=True)
    Path(log).write_bytes(b"".join(lines[:-1]))
    assert run("log", "verify", log, "--head", head).exit_code == 6


def test_without_a_head_a_log_says_that_a_cut_off_end_cannot_be_seen(day: Path) -> None:
    told = run("log", "verify", str(day / "log.jsonl"))
    assert told.exit_code == 0
    assert "without a published head (--head) nobody can see whether records were cut off" in told.stdout
    assert not json.loads(run("log", "verify", str(day / "log.jsonl"), "--json").stdout)["cut_off_seen"]


def test_a_changed_log_fails_and_nothing_is_entered_in_it(day: Path) -> None:
    log = day / "log.jsonl"
    log.write_bytes(log.read_bytes().replace(b"A. Wong", b"A. Wang"))
    told = run("log", "verify", str(log))
    assert told.exit_code == 6
    assert "line 1" in told.stdout
    assert run("log", "show", str(log)).exit_code == 6
    for result in (check(day, "--log", str(log)), approve(day, "--by", "B. Chan")):
        assert result.exit_code == 3
        assert "LOG_BROKEN" in result.stderr


def test_a_log_that_is_broken_further_up_is_no_ground_for_an_approval(day: Path) -> None:
    log = day / "log.jsonl"
    check(day, "--log", str(log))
    log.write_bytes(log.read_bytes().replace(b"A. Wong", b"A. Wang"))
    assert approve(day, "--by", "B. Chan").exit_code == 6


def test_a_plan_that_failed_its_last_check_is_not_approved(day: Path) -> None:
    plan, log = day / "out" / "plan.json", str(day / "log.jsonl")
    zones = shutil.copy(day / "tiny" / "zones.geojson", day / "theirs.geojson")
    document = json.loads(Path(zones).read_text("utf-8"))
    middle = json.loads(plan.read_text("utf-8"))["sorties"][0]["legs"][0]["waypoints"][1]
    lon, lat, d = middle["lon"], middle["lat"], 0.001
    ring = [[lon + x * d, lat + y * d] for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))]
    document["features"][0]["geometry"] = {"type": "Polygon", "coordinates": [ring]}
    Path(zones).write_text(json.dumps(document), "utf-8")
    assert check(day, "--log", log, "--airspace", zones).exit_code == 6
    assert shown(day)[-1]["note"] == "against theirs.geojson"
    refused = approve(day, "--by", "B. Chan")
    assert refused.exit_code == 6
    assert "failed its last check" in refused.stderr
    assert check(day, "--log", log).exit_code == 0
    assert approve(day, "--by", "B. Chan").exit_code == 0


def test_a_plan_that_nobody_checked_is_approved_with_a_note_and_without_a_verdict(day: Path) -> None:
    (day / "log.jsonl").unlink()
    told = approve(day, "--by", "B. Chan", "--json")
    assert told.exit_code == 0
    assert json.loads(told.stdout)["verdict"] is None
    assert "no check of this plan stands in" in told.stderr


def test_a_plan_changed_after_it_was_written_is_not_approved(day: Path) -> None:
    plan = day / "out" / "plan.json"
    plan.write_text(plan.read_text("utf-8") + "\n", "utf-8")
    assert approve(day, "--by", "B. Chan").exit_code == 6
    assert len(shown(day)) == 1


def test_what_was_mended_is_told(day: Path) -> None:
    with (day / "log.jsonl").open("ab") as stream:
        stream.write(b'{"at":"20')
    assert run("log", "verify", str(day / "log.jsonl")).exit_code == 6
    append(day / "log.jsonl", deed(1))
    told = run("log", "verify", str(day / "log.jsonl"))
    assert told.exit_code == 0
    assert "record 2 mends 9 torn bytes" in told.stdout


def test_records_are_shown_in_a_table(day: Path) -> None:
    told = run("log", "show", str(day / "log.jsonl")).stdout
    assert "A. Wong" in told
    assert read_whole(day / "out" / "plan.json").digest.removeprefix("sha256:")[:12] in told


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("verify", "nowhere.jsonl"), 3, "FILE_MISSING"),
        (("approve", "nowhere.json", "--by", "x", "--log", "log.jsonl"), 3, "FILE_MISSING"),
        (("approve", "nowhere.json", "--by", " ", "--log", "log.jsonl"), 3, "EMPTY_VALUE"),
        (("approve", "nowhere.json", "--by", "\x1b[31m", "--log", "log.jsonl"), 3, "CONTROL_CHARACTER"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("log", *arguments)
    assert result.exit_code == code
    assert words in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_head_that_is_none_and_a_name_without_a_log_are_wrong_usage(day: Path) -> None:
    assert run("log", "verify", str(day / "log.jsonl"), "--head", "abc").exit_code == 2
    assert check(day, "--by", "somebody").exit_code == 2


def test_a_log_that_cannot_be_written_to_is_refused_before_planning(day: Path, tmp_path: Path) -> None:
    told = run("plan", str(day / "tiny"), "-o", str(tmp_path / "new"), "--log", str(day / "tiny" / "orders.csv"))
    assert told.exit_code == 3
    assert "LOG_BROKEN" in told.stderr
    assert not (tmp_path / "new").exists()


def test_where_nobody_is_known_to_be_logged_in_the_record_names_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", unknown)
    assert log_commands._login_name() == ""

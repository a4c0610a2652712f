"""``skyferry verify``: what it answers, and its exit codes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from planner import cli
from planner.formats.plans import digest, record_text
from planner.provenance import verifying
from planner.solving.solvers import Watch
from tests.planner.provenance.conftest import TINY


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    shutil.copytree(TINY, folder / "tiny")
    assert run("plan", str(folder / "tiny"), "-o", str(folder / "out")).exit_code == 0
    return folder


@pytest.fixture
def day(made: Path, tmp_path: Path) -> Path:
    """Return a copy of the tiny example and its plan that may be changed."""
    return shutil.copytree(made, tmp_path / "day")


def run(*arguments: str) -> Any:
    return CliRunner().invoke(cli.app, list(arguments))


def verify(day: Path, *more: str) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    """Return the exit code, and the answers by what they are about."""
    result = run("verify", str(day / "out" / "plan.json"), "--scenario", str(day / "tiny"), "--json", *more)
    answers: dict[str, list[dict[str, Any]]] = {}
    for answer in json.loads(result.stdout)["answers"]:
        answers.setdefault(answer["about"], []).append(answer)
    return result.exit_code, answers


def rewritten(day: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the record and make its digest fit again, as somebody would who means to."""
    file = day / "out" / "plan.json"
    document = json.loads(file.read_text("utf-8"))
    change(document)
    file.write_text(record_text(document | {"digest": digest(document)}), "utf-8")


def verdicts(answers: list[dict[str, Any]]) -> list[str]:
    return [answer["verdict"] for answer in answers]


def test_a_plan_as_it_was_passes_and_comes_out_the_same_again(day: Path) -> None:
    code, answers = verify(day, "--again", "--strict")
    assert code == 0
    assert {about: set(verdicts(listed)) for about, listed in answers.items()} == {
        "record": {"PASS"}, "beside": {"PASS"}, "input": {"PASS"}, "version": {"PASS"}, "again": {"PASS"},
    }  # fmt: skip
    assert len(answers["input"]) == len(json.loads((day / "out" / "plan.json").read_text())["inputs"])


def test_it_is_told_in_lines_for_people_and_quietly_only_where_something_is_amiss(day: Path) -> None:
    plan, scenario = str(day / "out" / "plan.json"), str(day / "tiny")
    told = run("verify", plan, "--scenario", scenario)
    assert told.exit_code == 0
    assert told.stdout.count("✓ PASS") == len(told.stdout.splitlines())
    assert "input · orders.csv · as it was" in told.stdout
    assert len(run("verify", plan, "--scenario", scenario, "-q").stdout.splitlines()) == 1


def test_a_changed_input_is_named_with_the_byte_that_differs_from_an_old_copy(day: Path, made: Path) -> None:
    orders = day / "tiny" / "orders.csv"
    old = orders.read_bytes()
    orders.write_bytes(old.replace(b"O-2", b"O-9", 1))
    code, answers = verify(day, "--against", str(made / "tiny"))
    assert code == 6
    (changed,) = (answer for answer in answers["input"] if answer["verdict"] == "FAIL")
    assert changed["subject"] == "orders.csv"
    assert changed["stated"] in changed["detail"]
    assert changed["found"] in changed["detail"]
    assert changed["difference"]["byte"] == old.index(b"O-2") + 3
    assert verify(day)[1]["input"] != answers["input"], "without the copy there is no byte to tell"


def test_an_input_that_is_gone_fails(day: Path) -> None:
    (day / "tiny" / "orders.csv").unlink()
    code, answers = verify(day)
    assert code == 6
    assert [answer["detail"] for answer in answers["input"] if answer["verdict"] == "FAIL"] == ["not there"]


def test_a_record_changed_by_hand_fails_by_its_digest(day: Path) -> None:
    file = day / "out" / "plan.json"
    file.write_text(file.read_text("utf-8").replace('"payload_kg": 1', '"payload_kg": 0', 1), "utf-8")
    code, answers = verify(day)
    assert code == 6
    assert verdicts(answers["record"]) == ["FAIL", "PASS"]
    assert "changed after it was written" in answers["record"][0]["detail"]


def test_planning_anew_tells_the_field_of_a_record_changed_with_a_digest_that_fits(day: Path) -> None:
    def cheaper(document: dict[str, Any]) -> None:
        document["sorties"][0]["legs"][0]["energy_wh"] -= 1.0

    rewritten(day, cheaper)
    code, answers = verify(day, "--again")
    assert code == 6
    assert verdicts(answers["record"]) == ["PASS", "PASS"]
    assert verdicts(answers["beside"]) == ["FAIL", "FAIL"]
    (again,) = answers["again"]
    assert again["verdict"] == "FAIL"
    assert again["difference"]["field"] == "sorties[0].legs[0].energy_wh"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda made: made["versions"].update(ortools="1.0"), "by other versions"),
        (lambda made: made["options"].update(interrupted=True), "one of them was interrupted"),
        (lambda made: made["options"].update(seconds=9.5), "depends on the machine"),
    ],
)
def test_a_plan_that_may_come_out_otherwise_is_not_called_wrong(
    day: Path, change: Callable[[dict[str, Any]], None], why: str
) -> None:
    def changed(document: dict[str, Any]) -> None:
        change(document["created_by"])
        document["sorties"][0]["legs"][0]["energy_wh"] -= 1.0

    rewritten(day, changed)
    for companion in ("review.json", "map.html"):
        (day / "out" / companion).unlink()
    code, answers = verify(day, "--again")
    assert code == 0
    assert verify(day, "--again", "--strict")[0] == 7
    (again,) = answers["again"]
    assert again["verdict"] == "NOT_CHECKED"
    assert why in again["detail"]


def test_other_inputs_are_the_reason_told_for_another_plan(day: Path) -> None:
    orders = day / "tiny" / "orders.csv"
    lines = orders.read_text("utf-8").splitlines(keepends=True)
    orders.write_text("".join(lines[:-1]), "utf-8")
    code, answers = verify(day, "--again")
    assert code == 6
    (again,) = answers["again"]
    assert again["verdict"] == "NOT_CHECKED"
    assert "from other inputs: orders.csv" in again["detail"]


@pytest.mark.parametrize(
    "change",
    [
        lambda options: options.pop("gap"),
        lambda options: options.update(iterations=0),
        lambda options: options.update(iterations="many"),
        lambda options: options.update(solver="magic"),
        lambda options: options.update(corridors="some"),
    ],
)
def test_options_that_this_version_does_not_know_are_not_planned_with(
    day: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    rewritten(day, lambda document: change(document["created_by"]["options"]))
    (again,) = verify(day, "--again")[1]["again"]
    assert again["verdict"] == "NOT_CHECKED"
    assert "cannot be planned anew" in again["detail"]


def test_another_version_is_told_and_does_not_fail(day: Path) -> None:
    rewritten(day, lambda document: document["created_by"]["versions"].update(numpy="1.0"))
    (version,) = verify(day)[1]["version"]
    assert version["verdict"] == "NOT_CHECKED"
    assert "numpy 1.0, here " in version["detail"]
    rewritten(day, lambda document: document["created_by"].pop("versions"))
    (version,) = verify(day)[1]["version"]
    assert "it does not tell of which libraries" in version["detail"]


def test_a_plan_whose_scenario_cannot_be_found_is_verified_as_far_as_it_goes(day: Path) -> None:
    rewritten(day, lambda document: document["created_by"].update(scenario="nowhere"))
    told = json.loads(run("verify", str(day / "out" / "plan.json"), "--json", "--again").stdout)
    by_about = {answer["about"]: answer for answer in told["answers"]}
    assert by_about["input"]["verdict"] == by_about["again"]["verdict"] == "NOT_CHECKED"
    assert "--scenario" in by_about["input"]["detail"]


def test_a_record_without_inputs_says_that_nothing_is_known_of_them(day: Path) -> None:
    rewritten(day, lambda document: document.update(inputs=[]))
    (answer,) = verify(day)[1]["input"]
    assert (answer["verdict"], answer["detail"]) == ("NOT_CHECKED", "the record tells no inputs")


def test_half_a_record_is_bad_input_with_its_place(day: Path) -> None:
    file = day / "out" / "plan.json"
    raw = file.read_bytes()
    file.write_bytes(raw[: len(raw) // 2])
    result = run("verify", str(file))
    assert result.exit_code == 3
    assert "line " in result.stderr


def test_an_interrupted_planning_anew_ends_with_130(day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = Watch(stopped=lambda: True)
    planned = verifying.planned_again
    monkeypatch.setattr(verifying, "planned_again", lambda plan, scenario, _watch: planned(plan, scenario, stopped))
    (again,) = verify(day, "--again")[1]["again"]
    assert again["verdict"] in ("PASS", "NOT_CHECKED")


def test_a_record_of_an_older_version_still_passes_its_digest(day: Path) -> None:
    def older(document: dict[str, Any]) -> None:
        del document["filings"], document["created_by"]["versions"]

    rewritten(day, older)
    plan = str(day / "out" / "plan.json")
    assert run("check", plan, "--scenario", str(day / "tiny")).exit_code == 0
    assert verdicts(verify(day)[1]["record"]) == ["PASS", "PASS"]

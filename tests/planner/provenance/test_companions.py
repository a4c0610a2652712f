"""Review and page beside a plan: of one run, or not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner import cli
from planner.output.data import told_digest
from planner.provenance.companions import companions
from planner.provenance.records import read_whole


def beside(day: Path) -> dict[str, bool]:
    plan_file = day / "out" / "plan.json"
    return {one.path.name: one.belongs for one in companions(plan_file, read_whole(plan_file).digest)}


def test_review_and_page_of_one_run_belong_to_its_plan(day: Path) -> None:
    assert beside(day) == {"review.json": True, "map.html": True}


def test_what_is_not_there_is_not_told(day: Path) -> None:
    (day / "out" / "map.html").unlink()
    assert beside(day) == {"review.json": True}


def test_beside_a_plan_of_another_name_nothing_is_known_to_belong(day: Path) -> None:
    plan_file = (day / "out" / "plan.json").rename(day / "out" / "monday.json")
    assert companions(plan_file, read_whole(plan_file).digest) == ()


@pytest.mark.parametrize("name", ["review.json", "map.html"])
def test_a_file_of_another_plan_is_told_with_both_digests(day: Path, name: str) -> None:
    file, digest = day / "out" / name, read_whole(day / "out" / "plan.json").digest
    other = "sha256:" + "0" * 64
    file.write_text(file.read_text("utf-8").replace(digest, other), "utf-8")
    (stranger,) = (one for one in companions(day / "out" / "plan.json", digest) if one.path.name == name)
    assert not stranger.belongs
    assert other in stranger.words
    assert digest in stranger.words


@pytest.mark.parametrize("name", ["review.json", "map.html"])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_half_a_file_belongs_to_nothing(day: Path, name: str, share: float) -> None:
    file = day / "out" / name
    raw = file.read_bytes()
    file.write_bytes(raw[: int(len(raw) * share)])
    assert not beside(day)[name]


def test_a_name_cannot_pass_for_the_digest_of_a_page() -> None:
    told = f'{{"plan":{{"date":"2026-12-01","digest":"sha256:{"a" * 64}"'
    heading = json.dumps({"name": told}, separators=(",", ":"))
    assert told_digest(told) == f"sha256:{'a' * 64}"
    assert told_digest(heading) is None
    assert told_digest("") is None


@pytest.mark.parametrize("command", ["check", "map"])
def test_check_and_map_say_that_the_review_beside_is_of_another_plan(day: Path, command: str) -> None:
    review = day / "out" / "review.json"
    told = json.loads(review.read_text("utf-8"))
    review.write_text(json.dumps(told | {"plan_digest": "sha256:" + "0" * 64}), "utf-8")
    where = ["-o", str(day / "out" / "map.html")] if command == "map" else []
    result = CliRunner().invoke(cli.app, [command, str(day / "out" / "plan.json"), *where])
    assert result.exit_code == 0
    assert "review.json is of another plan" in result.stderr
    assert "map.html" not in result.stderr


def test_the_page_that_is_drawn_anew_is_not_told_as_a_strangers(day: Path) -> None:
    (day / "out" / "map.html").write_text("half a pa", "utf-8")
    result = CliRunner().invoke(cli.app, ["map", str(day / "out" / "plan.json"), "-o", str(day / "out" / "map.html")])
    assert result.stderr == ""
    assert beside(day)["map.html"]

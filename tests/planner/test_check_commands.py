"""The command ``skyferry check``: what a rule does, and plan files from elsewhere."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from planner import check_telling, cli
from planner.formats.plans import digest
from planner.safety.rules import RULES

TINY = Path(__file__).parents[2] / "examples" / "tiny"


def run(*arguments: str) -> Any:
    return CliRunner().invoke(cli.app, ["check", *arguments])


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a copy of the tiny example and its plan."""
    folder = tmp_path_factory.mktemp("planned")
    shutil.copytree(TINY, folder / "tiny")
    made = CliRunner().invoke(cli.app, ["plan", str(folder / "tiny"), "-o", str(folder), "--iterations", "5"])
    assert made.exit_code == 0, made.output
    return folder


def changed(planned: Path, to: Path, **fields: Any) -> str:
    """Write the plan with other fields at its top, and the digest of what is written."""
    document = json.loads((planned / "plan.json").read_text(encoding="utf-8")) | fields
    document = {key: value for key, value in document.items() if value is not None}
    document["digest"] = digest(document)
    to.write_text(json.dumps(document), encoding="utf-8")
    return str(to)


def test_a_rule_is_explained_in_words_with_its_source_tolerance_and_limits() -> None:
    told = run("--explain", "air.separation")
    assert told.exit_code == 0
    for word in ("does", "source", "tolerance", "does not judge", "departure_error_s", "5 cm", "Ways out"):
        assert word in told.output


def test_all_explains_every_rule_and_a_beginning_all_that_begin_so() -> None:
    told = json.loads(run("--explain", "all", "--json").output)["rules"]
    assert [meaning["rule"] for meaning in told] == list(RULES)
    gates = json.loads(run("--explain", "gate", "--json").output)["rules"]
    assert [meaning["rule"] for meaning in gates] == ["gate.hours", "gate.band", "gate.capacity", "gate.permit"]


def test_a_rule_of_the_law_is_explained_too() -> None:
    told = run("--explain", "law.CN-19-HEIGHT")
    assert told.exit_code == 0
    assert "120 m" in told.output
    assert told.output.count("art. 19") == 1


def test_an_unknown_rule_lists_the_near_ones() -> None:
    told = run("--explain", "zone.clearence")
    assert told.exit_code == 2
    assert "zone.clearance" in told.output
    assert "--explain all" in run("--explain", "qqqqqq").output


def test_the_page_of_rules_is_that_of_the_check() -> None:
    page = (TINY.parents[1] / "docs" / "check.md").read_text(encoding="utf-8")
    assert page.split("<!-- rules -->\n")[1].split("\n<!-- end")[0] == check_telling.rules_page().rstrip("\n")


def test_neither_a_plan_nor_a_rule_is_wrong_usage() -> None:
    assert run().exit_code == 2


def test_fields_that_nobody_here_knows_are_kept_in_the_digest(planned: Path, tmp_path: Path) -> None:
    file = changed(planned, tmp_path / "plan.json", approved_by="somebody else's system")
    told = run(file, "--scenario", str(planned / "tiny"))
    assert told.exit_code == 0, told.output
    text = Path(file).read_text(encoding="utf-8").replace("somebody else's", "nobody's")
    Path(file).write_text(text, encoding="utf-8")
    told = run(file, "--scenario", str(planned / "tiny"))
    assert told.exit_code == 6
    assert "record.digest" in told.output


def test_a_record_without_what_is_optional_is_judged(planned: Path, tmp_path: Path) -> None:
    document = json.loads((planned / "plan.json").read_text(encoding="utf-8"))
    for sortie in document["sorties"]:
        sortie.pop("ledger")
        for leg in sortie["legs"]:
            for key in ("crossings", "zones", "deliveries", "pickups", "clears", "way_out", "profile"):
                leg.pop(key, None)
    file = changed(planned, tmp_path / "plan.json", sorties=document["sorties"], filings=None)
    told = run(file, "--scenario", str(planned / "tiny"))
    assert told.exit_code == 0, told.output


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e999"])
def test_what_is_no_number_is_refused_at_the_door(planned: Path, tmp_path: Path, text: str) -> None:
    plan = json.loads((planned / "plan.json").read_text(encoding="utf-8"))
    plan["sorties"][0]["legs"][0]["energy_wh"] = 123456.75
    mangled = json.dumps(plan).replace("123456.75", text)
    (tmp_path / "plan.json").write_text(mangled, encoding="utf-8")
    told = run(str(tmp_path / "plan.json"), "--scenario", str(planned / "tiny"))
    assert told.exit_code == 3
    assert "energy_wh" in told.output


def intent(state: str = "Accepted", **volume: Any) -> dict[str, Any]:
    """An operational intent as ASTM F3548-21 has it: everywhere near the tiny example, all of its morning."""
    corners = [(113.9, 22.4), (114.5, 22.4), (114.5, 22.8), (113.9, 22.8)]
    told = {
        "volume": {
            "outline_polygon": {"vertices": [{"lng": lon, "lat": lat} for lon, lat in corners]},
            "altitude_lower": {"value": -50, "reference": "W84", "units": "M"},
            "altitude_upper": {"value": 400, "reference": "W84", "units": "M"},
        },
        "time_start": {"value": "2026-12-01T00:00:00Z", "format": "RFC3339"},
        "time_end": {"value": "2026-12-01T06:00:00Z", "format": "RFC3339"},
        **volume,
    }  # fmt: skip
    reference = {"id": "2f8343be-6482-4d1b-a474-16847e01af1e", "manager": "uss2", "state": state}
    return {"reference": reference, "details": {"volumes": [told], "off_nominal_volumes": [], "priority": 0}}


def test_intents_of_others_are_checked_against(planned: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs.json").write_text(json.dumps({"operational_intent": intent()}), encoding="utf-8")
    plan = ["--scenario", str(planned / "tiny"), str(planned / "plan.json")]
    told = run(*plan, "--intents", str(tmp_path / "theirs.json"), "--json")
    failed = {finding["rule"] for finding in json.loads(told.stdout)["findings"] if finding["verdict"] == "FAIL"}
    assert told.exit_code == 6
    assert failed == {"air.traffic"}


def test_every_problem_of_every_file_of_intents_is_told(planned: Path, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{", encoding="utf-8")
    (tmp_path / "b.json").write_text(json.dumps([intent(state="Flying")]), encoding="utf-8")
    files = ["--intents", str(tmp_path / "a.json"), "--intents", str(tmp_path / "b.json")]
    told = run("--scenario", str(planned / "tiny"), str(planned / "plan.json"), *files)
    assert told.exit_code == 3
    assert "a.json" in told.output
    assert "b.json" in told.output

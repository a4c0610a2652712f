"""The command line: exit codes, what goes where, and messages for the person at the keyboard."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from pyproj import Geod
from typer.testing import CliRunner

from planner import cli

ROOT = Path(__file__).parents[2]
TINY = ROOT / "examples" / "tiny"


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a copy of the tiny example and its plan."""
    folder = tmp_path_factory.mktemp("planned")
    shutil.copytree(TINY, folder / "tiny")
    result = run("plan", str(folder / "tiny"), "-o", str(folder / "out"))
    assert result.exit_code == 0, result.output
    return folder


def run(*arguments: str) -> Any:
    return CliRunner().invoke(cli.app, list(arguments))


def test_plan_writes_three_files_and_says_where(planned: Path) -> None:
    assert sorted(path.name for path in (planned / "out").iterdir()) == ["map.html", "plan.json", "review.json"]
    assert json.loads((planned / "out" / "review.json").read_text())["verdict"] == "PASS"


def test_the_same_seed_and_iterations_give_the_same_bytes(planned: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        run("plan", str(planned / "tiny"), "-o", str(tmp_path / name), "--iterations", "20", "--seed", "1")
    assert (tmp_path / "a" / "plan.json").read_bytes() == (tmp_path / "b" / "plan.json").read_bytes()
    assert (tmp_path / "a" / "map.html").read_bytes() == (tmp_path / "b" / "map.html").read_bytes()


def test_json_is_one_document_on_stdout(planned: Path, tmp_path: Path) -> None:
    result = run("plan", str(planned / "tiny"), "-o", str(tmp_path), "--json")
    told = json.loads(result.stdout)
    assert told["verdict"] == "PASS"
    assert [item["reason"] for item in told["unserved"]] == ["PAYLOAD"]


def test_strict_turns_unserved_orders_into_exit_5(planned: Path, tmp_path: Path) -> None:
    assert run("plan", str(planned / "tiny"), "-o", str(tmp_path), "--strict").exit_code == 5


def test_check_passes_a_plan_and_strict_asks_for_everything_to_be_checked(planned: Path) -> None:
    plan, scenario = str(planned / "out" / "plan.json"), str(planned / "tiny")
    assert run("check", plan, "--scenario", scenario).exit_code == 0
    assert run("check", plan, "--scenario", scenario, "--strict").exit_code == 7


def test_a_plan_leads_back_to_its_scenario_from_the_folder_above(
    planned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(planned)
    assert run("plan", "tiny", "-o", "out2").exit_code == 0
    monkeypatch.chdir(ROOT)
    assert run("check", str(planned / "out2" / "plan.json")).exit_code == 0


def test_a_waypoint_moved_into_a_zone_by_hand_fails_and_is_named(planned: Path, tmp_path: Path) -> None:
    plan = json.loads((planned / "out" / "plan.json").read_text())
    zones = json.loads((planned / "tiny" / "zones.geojson").read_text())["features"]
    ring = zones[0]["geometry"]["coordinates"][0]
    lon, lat = (sum(point[k] for point in ring[:-1]) / (len(ring) - 1) for k in (0, 1))
    leg, point = _nearest_waypoint(plan, lon, lat)
    point["lon"], point["lat"] = lon, lat
    moved = tmp_path / "moved.json"
    moved.write_text(json.dumps(plan))
    result = run("check", str(moved), "--scenario", str(planned / "tiny"))
    assert result.exit_code == 6
    told = result.stdout.replace("\n", " ")
    assert zones[0]["properties"]["id"] in told
    assert f"{leg['from']}>{leg['to']}" in told
    assert "zone.clearance" in told
    assert "margin -" in told


def _nearest_waypoint(plan: dict[str, Any], lon: float, lat: float) -> tuple[dict[str, Any], dict[str, Any]]:
    geod = Geod(ellps="WGS84")
    corners = [(leg, p) for sortie in plan["sorties"] for leg in sortie["legs"] for p in leg["waypoints"][2:-2]]
    return min(corners, key=lambda pair: geod.inv(pair[1]["lon"], pair[1]["lat"], lon, lat)[2])


def test_a_regulator_checks_against_zones_of_their_own(planned: Path, tmp_path: Path) -> None:
    plan = json.loads((planned / "out" / "plan.json").read_text())
    middle = plan["sorties"][0]["legs"][0]["waypoints"][1]
    d = 0.001
    ring = [[middle["lon"] + x * d, middle["lat"] + y * d] for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))]
    zone = {"id": "THEIRS", "name": "new", "restriction": "PROHIBITED", "lower": 0, "lower_ref": "AGL"}
    zone |= {"upper": None, "upper_ref": "AGL", "uom": "m", "source": "a regulator", "source_date": "2026-12-01"}
    feature = {"type": "Feature", "properties": zone, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    theirs = tmp_path / "theirs.geojson"
    theirs.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    arguments = [str(planned / "out" / "plan.json"), "--scenario", str(planned / "tiny"), "--airspace", str(theirs)]
    result = run("check", *arguments)
    assert result.exit_code == 6
    assert "THEIRS" in result.stdout


def test_map_draws_a_plan_again(planned: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    result = run("map", str(planned / "out" / "plan.json"), "-o", str(page), "--scenario", str(planned / "tiny"))
    assert result.exit_code == 0
    assert page.read_bytes() == (planned / "out" / "map.html").read_bytes()


def mapped(planned: Path, plan: Path, output: Path, *options: str) -> Any:
    return run("map", str(plan), "-o", str(output), "--scenario", str(planned / "tiny"), *options)


def changed(planned: Path, to: Path, old: str, new: str) -> Path:
    """Return a copy of the record with a text in it changed."""
    text = (planned / "out" / "plan.json").read_text()
    assert old in text
    to.write_text(text.replace(old, new, 1))
    return to


def test_map_begins_in_the_language_asked_for(planned: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert mapped(planned, planned / "out" / "plan.json", page, "--lang", "zh-Hant").exit_code == 0
    assert '"language":"zh-Hant"' in page.read_text()
    refused = mapped(planned, planned / "out" / "plan.json", tmp_path / "none.html", "--lang", "fr")
    assert refused.exit_code not in (0, 1)
    told = " ".join((refused.stderr + refused.stdout).split())
    assert all(language in told for language in ("en", "zh-Hant", "zh-Hans"))
    assert "Traceback" not in told
    assert not (tmp_path / "none.html").exists()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [('"version": 1', '"version": 99', "version"), ('"served": ', '"served": 1', "EDITED")],
    ids=["a newer version", "an edited record"],
)
def test_map_refuses_what_is_no_record_as_it_was_written(
    planned: Path, tmp_path: Path, old: str, new: str, told: str
) -> None:
    plan = changed(planned, tmp_path / "plan.json", old, new)
    result = mapped(planned, plan, tmp_path / "page.html")
    assert result.exit_code == 3
    assert told in result.stderr
    assert "plan.json" in result.stderr
    assert not (tmp_path / "page.html").exists()


def test_map_tells_of_terrain_that_is_not_there(planned: Path, tmp_path: Path) -> None:
    shutil.copytree(planned / "tiny", tmp_path / "tiny")
    settings = tmp_path / "tiny" / "scenario.toml"
    settings.write_text(settings.read_text().replace("[airspace]", '[airspace]\nterrain = "ground.tif"', 1))
    plan, page = planned / "out" / "plan.json", tmp_path / "page.html"
    result = run("map", str(plan), "-o", str(page), "--scenario", str(tmp_path / "tiny"))
    assert result.exit_code == 3
    assert "ground.tif" in result.stderr
    assert not page.exists()


def test_map_tells_of_a_folder_that_nothing_can_be_written_to(planned: Path, tmp_path: Path) -> None:
    # For root every folder can be written to; a file in the place of the folder stands in its way for everybody.
    (tmp_path / "shut").write_text("")
    result = mapped(planned, planned / "out" / "plan.json", tmp_path / "shut" / "page.html")
    assert result.exit_code not in (0, 1)
    assert "shut" in result.stderr
    assert "Traceback" not in result.output


def test_route_tells_what_bends_a_leg() -> None:
    job = json.loads(run("route", str(TINY), *_two_pads(), "--json").stdout)
    assert job["leg"]["distance_m"] > job["straight_m"]
    assert job["in_the_way"]


def test_route_carries_the_profile_and_the_launch_windows() -> None:
    document = json.loads(run("route", str(TINY), *_two_pads(), "--json").stdout)
    profile = document["leg"]["profile"]
    assert profile["energy_wh"][-1] == pytest.approx(document["leg"]["energy_wh"], abs=0.001)
    assert len({len(column) for column in profile.values()}) == 1
    (window,) = document["launches"]["flyable"]
    assert window["from"] == "2026-12-01T09:00:00.000+08:00"
    assert document["launches"]["words"].startswith("flyable 09:00 to 10:5")
    assert document["launches"]["shut"][0]["why"] == ["the day ends at 11:00, before the leg is over"]


def test_route_prints_the_profile_at_waypoints_and_row_by_row_on_request() -> None:
    brief, full, loud = (run("route", str(TINY), *_two_pads(), *more).stdout for more in ([], ["--profile"], ["-v"]))
    for text in (brief, full):
        assert "flyable 09:00" in text
        assert "floor..cap" in text
        assert "climb" in text
        assert "hover" in text
        assert "the airspace has no alternates" in text
    assert len(full.splitlines()) > len(brief.splitlines()) + 3
    assert full == loud


def test_route_counts_approved_corridors_only_where_there_is_a_library_of_them() -> None:
    result = run("route", str(TINY), *_two_pads(), "--corridors", "approved")
    assert result.exit_code == 3
    assert "NO_LIBRARY" in result.stderr


def _two_pads() -> tuple[str, str]:
    pads = json.loads((TINY / "pads.geojson").read_text())["features"]
    ids = {role: feature["properties"]["id"] for feature in pads for role in feature["properties"]["roles"]}
    others = [feature["properties"]["id"] for feature in pads if feature["properties"]["id"] != ids["hub"]]
    return ids["hub"], others[0]


def test_route_to_a_pad_that_does_not_exist_names_those_that_do() -> None:
    result = run("route", str(TINY), "NOWHERE", _two_pads()[0])
    assert result.exit_code == 3
    assert "NOWHERE" in result.stderr
    assert _two_pads()[0] in result.stderr


def test_a_naive_time_is_wrong_usage() -> None:
    assert run("route", str(TINY), *_two_pads(), "--at", "2026-12-01T09:00:00").exit_code == 2


def test_init_writes_a_scenario_that_lints_clean_and_never_overwrites(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert run("init", str(folder)).exit_code == 0
    assert run("lint", str(folder)).exit_code == 0
    again = run("init", str(folder))
    assert again.exit_code == 3
    assert "ALREADY_THERE" in again.stderr


def test_lint_warns_of_a_pad_that_no_drone_may_fly_to() -> None:
    result = run("lint", str(ROOT / "examples" / "luohu"), "--json")
    assert result.exit_code == 0
    warned = {problem["place"]: problem for problem in json.loads(result.stdout)["problems"]}
    assert "HK-SHEKKONG" in warned["pad HK-POH"]["found"]


def test_every_problem_of_bad_input_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(TINY, broken)
    orders = (broken / "orders.csv").read_text().splitlines()
    orders[1] = orders[1].replace(orders[1].split(",")[3], "NaN", 1)
    orders.append(orders[2])
    (broken / "orders.csv").write_text("\n".join(orders))
    (broken / "pads.geojson").write_text("{")
    for command in ("plan", "lint"):
        arguments = [command, str(broken), *(["-o", str(tmp_path / "out")] if command == "plan" else [])]
        result = run(*arguments)
        assert result.exit_code == 3
        told = (result.stderr + result.stdout).replace("\n", " ")
        assert "orders.csv" in told
        assert "pads.geojson" in told
        assert "Traceback" not in told
    assert not (tmp_path / "out").exists()


def test_a_plan_file_that_is_not_one_is_bad_input(tmp_path: Path) -> None:
    junk = tmp_path / "plan.json"
    junk.write_bytes(b"\x00\xff not json")
    for arguments in (["check", str(junk)], ["map", str(junk), "-o", str(tmp_path / "m.html")]):
        result = run(*arguments)
        assert result.exit_code == 3
        assert "Traceback" not in result.output


def test_a_plan_whose_scenario_cannot_be_found_says_how_to_name_it(planned: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    text = (planned / "out" / "plan.json").read_text()
    plan.write_text(text.replace('"scenario": "tiny"', '"scenario": "gone-away"'))
    result = run("check", str(plan))
    assert result.exit_code == 3
    assert "--scenario" in result.stderr


def test_our_own_errors_are_called_a_bug_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(cli, "read_scenario", broken)
    result = run("plan", str(TINY))
    assert result.exit_code == 1
    assert "planted" in result.stderr
    assert "bug" in result.stderr


def test_an_interrupted_search_still_writes_its_best_plan(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "planner",
        "plan",
        "examples/luohu",
        "--iterations",
        "1000000",
        "-o",
        str(tmp_path),
    ]
    process = subprocess.Popen([*command, "-v"], cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stderr is not None
    for line in process.stderr:
        if "looking for sorties" in line:
            break
    os.kill(process.pid, signal.SIGINT)
    deadline = time.monotonic() + 120
    process.communicate(timeout=max(1.0, deadline - time.monotonic()))
    assert process.returncode == 130
    assert json.loads((tmp_path / "review.json").read_text())["verdict"] == "PASS"


@pytest.mark.parametrize(
    ("wrong", "fix"),
    [
        (("--seconds", "0"), "--seconds: expected more than 0, such as 30, got 0; leave it out for no limit"),
        (("--seconds", "-3"), "--seconds: expected more than 0, such as 30, got -3; leave it out for no limit"),
        (("--seconds", "nan"), "--seconds: expected more than 0, such as 30, got nan; leave it out for no limit"),
        (("--gap", "-0.1"), "--gap: expected a share from 0 to less than 1, such as 0.01 for one per cent, got -0.1"),
        (("--gap", "5"), "--gap: expected a share from 0 to less than 1, such as 0.01 for one per cent, got 5"),
        (("--gap", "nan"), "--gap: expected a share from 0 to less than 1, such as 0.01 for one per cent, got nan"),
    ],
)
def test_limits_that_are_none_are_wrong_usage_and_told_with_what_to_write(wrong: tuple[str, ...], fix: str) -> None:
    result = run("plan", str(TINY), *wrong)
    assert result.exit_code == 2
    told = " ".join(result.output.replace("│", " ").split())
    assert fix in told


def test_a_gap_gives_the_same_bytes_again_and_is_in_the_record(planned: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        run("plan", str(planned / "tiny"), "-o", str(tmp_path / name), "--iterations", "20", "--gap", "0.5")
    assert (tmp_path / "a" / "plan.json").read_bytes() == (tmp_path / "b" / "plan.json").read_bytes()
    plan = json.loads((tmp_path / "a" / "plan.json").read_text())
    assert plan["created_by"]["options"]["gap"] == 0.5
    assert plan["bound"]["gap"] <= 0.5


def test_the_routing_search_says_that_no_gap_ends_it(planned: Path, tmp_path: Path) -> None:
    asked = ("plan", str(planned / "tiny"), "-o", str(tmp_path), "--solver", "routing", "--iterations", "5")
    assert "knows of no bound" in run(*asked, "--gap", "0.1").stderr
    assert "knows of no bound" not in run(*asked).stderr


def test_warm_compiles_the_engine_and_says_so() -> None:
    assert "the path engine and the searches for sorties and conflicts are ready" in run("warm").stdout
    assert json.loads(run("warm", "--json").stdout)["seconds"] >= 0


def test_the_summary_tells_what_keeping_apart_came_to(planned: Path, tmp_path: Path) -> None:
    meeting = str(ROOT / "examples" / "meeting")
    told = run("plan", meeting, "-o", str(tmp_path)).stdout
    (line,) = [line for line in told.splitlines() if line.startswith("  apart ")]
    assert re.fullmatch(r"  apart     1 sortie held back, (3[5-9]|4[0-5]) s in all, 0 refused", line)
    apart = json.loads(run("plan", meeting, "-o", str(tmp_path), "--json").stdout)["apart"]
    assert {key: apart[key] for key in ("held_back", "on_other_ways", "refused")} == {
        "held_back": 1, "on_other_ways": 0, "refused": 0
    }  # fmt: skip
    assert "  apart " not in run("plan", str(planned / "tiny"), "-o", str(tmp_path)).stdout

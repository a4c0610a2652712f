"""``skyferry airspace show`` and ``convert`` as people and scripts run them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from airspace.formats.reading import survey
from planner.cli import app
from planner.formats.scenario import read_scenario
from planner.model.reviews import Verdict

SQUARE = [[[114.0, 22.4], [114.1, 22.4], [114.1, 22.5], [114.0, 22.5], [114.0, 22.4]]]
BY_DAY = [{"days": ["ANY"], "start": "07:00", "end": "19:00", "utc_offset": "+08:00"}]


def feature(name: str, **changes: Any) -> dict[str, Any]:
    given = {
        "id": name, "name": f"Zone {name}", "restriction": "PROHIBITED", "lower": 0, "lower_ref": "AGL", "upper": 120,
        "upper_ref": "AMSL", "uom": "m", "source": "a test", "source_date": "2026-01-02", "schedule": None, **changes,
    }  # fmt: skip
    return {"type": "Feature", "properties": given, "geometry": {"type": "Polygon", "coordinates": SQUARE}}


def zone_file(folder: Path, *features: dict[str, Any], name: str = "zones.geojson") -> Path:
    path = folder / name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    return path


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(app, ["airspace", *map(str, args)])


def test_show_lists_zones_with_band_state_and_source(tmp_path: Path) -> None:
    path = zone_file(tmp_path, feature("A"), feature("B", schedule=BY_DAY))
    shown = run("show", path, "--at", "2026-12-01T20:00:00+08:00")
    assert shown.exit_code == 0
    for told in ("Zone A", "PROHIBITED", "GND", "120 m AMSL", "in force", "daily 07:00", "a test, 2026-01-02"):
        assert told in shown.stdout
    assert "2 zones, 0 rejected" in shown.stdout


@pytest.mark.parametrize(("clock", "held"), [("12:00", True), ("20:00", False), ("07:00", True), ("19:00", False)])
def test_the_state_is_that_of_the_moment_asked_about(tmp_path: Path, clock: str, held: bool) -> None:
    path = zone_file(tmp_path, feature("B", schedule=BY_DAY))
    shown = run("show", path, "--at", f"2026-12-01T{clock}:00+08:00", "--json")
    ((zone,),) = (found["zones"] for found in json.loads(shown.stdout)["files"])
    assert zone["in_force"] is held


def test_show_names_every_reject_and_lists_the_rest(tmp_path: Path) -> None:
    path = zone_file(tmp_path, feature("A"), feature("B", lower="120m"), feature("C"))
    shown = run("show", path)
    assert shown.exit_code == 3
    assert "2 zones, 1 rejected" in shown.stdout
    assert "features[1].properties.lower" in shown.stdout


def test_show_of_something_else_says_what_is_known(tmp_path: Path) -> None:
    path = tmp_path / "track.gpx"
    path.write_text("<gpx><rte/></gpx>", encoding="utf-8")
    shown = run("show", path)
    assert shown.exit_code == 3
    assert "UNKNOWN_FORMAT" in shown.stdout
    assert "ED-318" in shown.stdout


def test_show_of_what_is_not_there_does_not_blame_the_format(tmp_path: Path) -> None:
    shown = run("show", tmp_path / "none.json")
    assert shown.exit_code == 3
    assert "FILE_MISSING" in shown.stdout
    assert "not recognised" not in shown.stdout
    assert "0 zones, 0 rejected, 1 error, 0 warnings" in shown.stdout


@pytest.mark.parametrize(
    ("told", "example"), [("2026-10-20", "2026-10-20T00:00+08:00"), ("2026-10-20T09:00", "T09:00+")]
)
def test_a_time_without_an_offset_is_answered_with_one_that_can_be_typed(
    tmp_path: Path, told: str, example: str
) -> None:
    shown = run("show", zone_file(tmp_path, feature("A")), "--at", told)
    assert shown.exit_code == 2
    assert example in shown.output


def test_convert_of_one_file_writes_to_the_file_named(tmp_path: Path) -> None:
    path = zone_file(tmp_path, feature("A"))
    assert run("convert", path, "--to", "ed318", "-o", tmp_path / "named.json").exit_code == 0
    assert [zone.id for zone in survey(tmp_path / "named.json").values] == ["A"]
    assert run("convert", path, "--to", "geojson", "-o", path).exit_code == 3


@pytest.mark.parametrize("target", ["ed269", "ed318", "geojson", "openair"])
def test_convert_writes_a_file_that_reads_back(tmp_path: Path, target: str) -> None:
    path = zone_file(tmp_path, feature("A"), feature("B", lower=300, lower_ref="AMSL", upper=900))
    done = run("convert", path, "--to", target, "-o", tmp_path / "out")
    assert done.exit_code == 0, done.output
    (written,) = (tmp_path / "out").iterdir()
    back = survey(written)
    assert not back.errors
    assert sorted(zone.id for zone in back.values) == ["A", "B"]


def test_convert_tells_what_the_target_cannot_say(tmp_path: Path) -> None:
    path = zone_file(tmp_path, feature("B", schedule=BY_DAY))
    done = run("convert", path, "--to", "openair", "-o", tmp_path / "out")
    assert "not said: zone B, schedule" in done.stdout


def test_convert_refuses_to_leave_zones_out_unless_told_to(tmp_path: Path) -> None:
    path = zone_file(tmp_path, feature("A"), feature("B", lower="120m"))
    assert run("convert", path, "--to", "ed318", "-o", tmp_path / "out").exit_code == 3
    assert not (tmp_path / "out").exists()
    kept = run("convert", path, "--to", "ed318", "-o", tmp_path / "out", "--keep-going")
    assert kept.exit_code == 3
    assert "1 zone, 1 rejected" in kept.stdout


@pytest.mark.parametrize("made", ["ed269", "ed318", "geojson", "openair"])
def test_of_zones_with_one_id_the_first_is_kept(tmp_path: Path, made: str) -> None:
    run("convert", zone_file(tmp_path, feature("A"), feature("B")), "--to", made, "-o", tmp_path / "made")
    (path,) = (tmp_path / "made").iterdir()
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"\bB\b", "A", text), encoding="utf-8")
    kept = run("convert", path, "--to", "geojson", "-o", tmp_path / "out", "--keep-going")
    assert kept.exit_code == 3
    assert "1 zone, 1 rejected" in kept.stdout
    assert "DUPLICATE_ID" in kept.stderr


def test_convert_never_writes_over_what_it_reads_or_twice_to_one_place(tmp_path: Path) -> None:
    path = zone_file(tmp_path, feature("A"))
    assert run("convert", path, "--to", "geojson").exit_code == 3
    (tmp_path / "other").mkdir()
    other = zone_file(tmp_path / "other", feature("A"))
    assert run("convert", path, other, "--to", "ed318", "-o", tmp_path / "out").exit_code == 3
    assert not (tmp_path / "out").exists()


def test_a_scenario_may_allow_rejected_zones_and_then_no_plan_passes(tmp_path: Path) -> None:
    from planner import planning

    assert CliRunner().invoke(app, ["init", str(tmp_path / "s")]).exit_code == 0
    zones = next((tmp_path / "s").rglob("zones*.geojson"))
    document = json.loads(zones.read_text(encoding="utf-8"))
    document["features"].append(feature("BAD", lower="120m"))
    zones.write_text(json.dumps(document), encoding="utf-8")
    settings = tmp_path / "s" / "scenario.toml"
    assert CliRunner().invoke(app, ["lint", str(tmp_path / "s")]).exit_code == 3
    settings.write_text(settings.read_text(encoding="utf-8").replace("[airspace]", "[airspace]\nallow_rejected = true"))
    read = read_scenario(tmp_path / "s")
    assert ["BAD" in name for name in read.sky.rejected] == [True]
    review = planning.check(planning.plan(read.job, read.sky), read.sky, read.job)
    assert review.verdict is Verdict.NOT_CHECKED
    assert "zone.rejected" in {finding.rule for finding in review.of(Verdict.NOT_CHECKED)}

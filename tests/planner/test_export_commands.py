"""``skyferry export``: what it writes, what it tells, and its exit codes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from airspace.errors import BadInput
from planner import cli
from planner.errors import ConversionFailed
from planner.output.exports import catalogue, gpx
from planner.output.exports.formats import SAFE_NAME, File, Precision, Reviewed, Track, cannot
from tests.planner.provenance.conftest import TINY


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the tiny example and its plan; not to be changed."""
    folder = tmp_path_factory.mktemp("made")
    shutil.copytree(TINY, folder / "tiny")
    assert run("plan", str(folder / "tiny"), "-o", str(folder / "out"), "-q").exit_code == 0
    return folder


def run(*arguments: str) -> Any:
    return CliRunner().invoke(cli.app, list(arguments))


def export(made: Path, output: Path, *more: str, to: str = "all") -> Any:
    plan, scenario = str(made / "out" / "plan.json"), str(made / "tiny")
    return run("export", plan, "--scenario", scenario, "--to", to, "-o", str(output), *more)


MAPS = ("csv", "geojson", "geoparquet", "gpx", "kml", "kmz")


def test_every_format_is_written_into_a_folder_of_its_name_read_back_and_checked(made: Path, tmp_path: Path) -> None:
    result = export(made, tmp_path / "x", "--json", to=",".join(MAPS))
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert [told["format"] for told in document["formats"]] == list(MAPS)
    for told in document["formats"]:
        assert told["same_record"] is told["within_precision"] is True, told["format"]
        assert told["verdict"] == document["verdict"]
        assert told["failed"] == told["about_digits"] == []
        assert [Path(path).parent for path in told["paths"]] == [tmp_path / "x" / told["format"]] * len(told["paths"])
    written = {str(path) for path in tmp_path.rglob("*") if path.is_file()}
    assert written == {path for told in document["formats"] for path in told["paths"]}
    assert all(SAFE_NAME.fullmatch(Path(path).name) for path in written)


def test_missions_and_intents_are_written_read_back_and_checked_too(made: Path, tmp_path: Path) -> None:
    names = ["f3548", "qgc", "wpl", "wpml"]
    result = export(made, tmp_path, "--json", to=",".join(names))
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)["formats"]
    assert [(one["format"], one["same_record"], one["within_precision"], one["failed"]) for one in told] == [
        (name, True, True, []) for name in names
    ]


def test_the_table_tells_formats_files_differences_and_verdicts(made: Path, tmp_path: Path) -> None:
    result = export(made, tmp_path, to="gpx,geojson")
    rows = [line.split("│") for line in result.stdout.splitlines() if line.startswith("│")]
    told = {cells[1].strip(): [cell.strip() for cell in cells[2:-1]] for cells in rows}
    assert told["gpx"] == [
        told["gpx"][0],
        "0 of 0.001",
        "0 of 0.0005",
        "0 of 0.0005",
        "✓ PASS, the same record",
    ]
    assert told["gpx"][0].startswith("1 file, ")
    assert told["geojson"][2].endswith(" of 0.0001")


def moved(file: Path, made: Path) -> None:
    """Move the second point of the first track, above the pad, into the zone of the example."""
    zones = json.loads((made / "tiny" / "zones.geojson").read_text("utf-8"))["features"]
    lon, lat = zones[0]["geometry"]["coordinates"][0][0]
    lines = file.read_text("utf-8").split("\n")
    points = [number for number, line in enumerate(lines) if "<trkpt" in line]
    lines[points[1]] = f'<trkpt lat="{lat}" lon="{lon}">'
    file.write_text("\n".join(lines), "utf-8")


def test_a_point_that_somebody_moved_into_a_zone_fails_when_the_file_is_read_again(made: Path, tmp_path: Path) -> None:
    assert export(made, tmp_path, to="gpx").exit_code == 0
    file = tmp_path / "gpx" / "plan.gpx"
    moved(file, made)
    before = file.read_bytes()
    result = export(made, tmp_path, "--read", "--json", to="gpx")
    assert result.exit_code == 6
    (told,) = json.loads(result.stdout)["formats"]
    assert told["verdict"] == "FAIL"
    assert told["within_precision"] is told["same_record"] is False
    assert told["worst_difference"]["horizontal_m"] > 10
    assert "zone.clearance" in {finding["rule"] for finding in told["failed"]}
    assert file.read_bytes() == before
    lines = export(made, tmp_path, "--read", to="gpx").stdout
    assert "✗ FAIL  gpx · zone.clearance" in lines


def test_reading_again_what_is_as_it_was_passes(made: Path, tmp_path: Path) -> None:
    assert export(made, tmp_path, to="kmz,csv").exit_code == 0
    assert export(made, tmp_path, "--read", to="kmz,csv").exit_code == 0


def test_files_that_are_missing_or_spoilt_are_told_with_where_they_were_looked_for(made: Path, tmp_path: Path) -> None:
    result = export(made, tmp_path / "none", "--read", "--json", to="csv")
    assert result.exit_code == 3
    problems = json.loads(result.stdout)["problems"]
    assert [problem["code"] for problem in problems] == ["FILE_MISSING"] * 4
    assert str(tmp_path / "none" / "csv" / "legs.csv") in {problem["file"] for problem in problems}
    assert export(made, tmp_path, to="kml").exit_code == 0
    (tmp_path / "kml" / "plan.kml").write_text("<kml>", "utf-8")
    result = export(made, tmp_path, "--read", "--json", to="kml")
    assert (result.exit_code, json.loads(result.stdout)["problems"][0]["code"]) == (3, "XML_SYNTAX")


NO_TIMES = Precision(horizontal_m=0, vertical_m=0, time_s=None)


@dataclass(frozen=True)
class Narrow:
    """A format that can express nothing."""

    name: str = "narrow"
    title: str = "narrow"
    precision: Precision = NO_TIMES

    def write(self, reviewed: Reviewed) -> tuple[File, ...]:
        raise BadInput(
            [cannot(self.name, f"sortie {sortie.id}", "a sortie", "none") for sortie in reviewed.plan.sorties]
        )

    def read(self, _files: Sequence[File]) -> tuple[Track, ...]:
        raise AssertionError("nothing is read where nothing was written")


@pytest.fixture
def with_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpx, "Narrow", Narrow, raising=False)
    monkeypatch.setattr(catalogue, "FORMATS", {"gpx": "gpx:Gpx", "narrow": "gpx:Narrow"})


@pytest.mark.usefixtures("with_narrow")
def test_among_all_formats_one_that_refuses_is_told_and_the_others_are_written(made: Path, tmp_path: Path) -> None:
    result = export(made, tmp_path)
    assert result.exit_code == 0, result.output
    assert [path.name for path in tmp_path.iterdir()] == ["gpx"]
    assert "REFUSED  narrow · CANNOT_EXPRESS · narrow: sortie " in result.stdout
    told = json.loads(export(made, tmp_path, "--json").stdout)["formats"][1]
    assert told["refused"] is True
    assert {problem["code"] for problem in told["problems"]} == {"CANNOT_EXPRESS"}


@pytest.mark.usefixtures("with_narrow")
def test_a_format_asked_for_by_name_that_refuses_is_an_error_with_everything_and_nothing_is_written(
    made: Path, tmp_path: Path
) -> None:
    result = export(made, tmp_path / "x", "--json", to="gpx,narrow")
    assert result.exit_code == 3
    sorties = json.loads((made / "out" / "plan.json").read_text("utf-8"))["sorties"]
    assert len(json.loads(result.stdout)["problems"]) == len(sorties)
    assert not (tmp_path / "x").exists()


def test_a_format_that_would_not_read_back_is_our_bug_and_nothing_is_written(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpx, "degrees", lambda value: f"{value:.4f}")
    result = export(made, tmp_path / "x", to="kml,gpx")
    assert result.exit_code == 1
    assert ConversionFailed.__name__ in result.stderr
    assert not (tmp_path / "x").exists()


def test_a_folder_that_leads_elsewhere_is_not_written_to(made: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "gpx").symlink_to(tmp_path / "elsewhere")
    result = export(made, tmp_path / "x", "--json", to="gpx,kml")
    assert result.exit_code == 3
    assert [problem["code"] for problem in json.loads(result.stdout)["problems"]] == ["PATH_OUTSIDE"]
    assert not (tmp_path / "x" / "kml").exists()
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_format_nobody_knows_and_an_edited_record_are_told(made: Path, tmp_path: Path) -> None:
    result = export(made, tmp_path / "x", to="shp")
    assert result.exit_code == 3
    assert "expected one of all, csv" in result.stderr
    edited = shutil.copytree(made, tmp_path / "day")
    text = (edited / "out" / "plan.json").read_text("utf-8")
    (edited / "out" / "plan.json").write_text(text.replace('"seed": 1', '"seed": 2'), "utf-8")
    document = json.loads(export(edited, tmp_path / "x", "--json", to="gpx").stdout)
    assert document["verdict"] == "FAIL"
    assert document["formats"][0]["failed"] == []

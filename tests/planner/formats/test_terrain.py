"""A scenario with a terrain model: ground from a GeoTIFF, and what is told when it cannot be had."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import rasterio

from planner import planning
from planner.formats.scenario import lint, read_scenario
from planner.model.reviews import Verdict


def with_terrain(scenario: Path, name: str = "ground.tif") -> Path:
    settings = scenario / "scenario.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("[airspace]", f'[airspace]\nterrain = "{name}"', 1), encoding="utf-8")
    return scenario


def ground(path: Path, heights_m: np.ndarray, *, west: float, north: float, cell_deg: float) -> None:
    """Write a GeoTIFF of heights above the sea, rows from the north."""
    place = rasterio.Affine(cell_deg, 0, west, 0, -cell_deg, north)
    shape = {"height": heights_m.shape[0], "width": heights_m.shape[1], "count": 1, "dtype": "float32"}
    with rasterio.open(path, "w", driver="GTiff", crs="EPSG:4326", transform=place, **shape) as raster:
        raster.write(heights_m.astype("float32"), 1)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """The small example, which can be flown."""
    return Path(shutil.copytree(Path(__file__).parents[3] / "examples" / "tiny", tmp_path / "tiny"))


def over(scenario: Path, height_m: float) -> None:
    """Lay flat ground under everything in a scenario, and 3 km beyond."""
    shapes = read_scenario(scenario).sky.geometries
    west, south = (min(shape.bounds[axis] for shape in shapes) - 0.03 for axis in (0, 1))
    east, north = (max(shape.bounds[axis] for shape in shapes) + 0.03 for axis in (2, 3))
    cell_deg = max(east - west, north - south) / 60
    ground(scenario / "ground.tif", np.full((62, 62), height_m), west=west, north=north, cell_deg=cell_deg)


def test_ground_below_the_level_is_judged_and_told_in_heights(tiny: Path) -> None:
    over(tiny, 6.0)
    read = read_scenario(with_terrain(tiny))
    assert "ground.tif" in {file.path for file in read.job.inputs}
    plan = planning.plan(read.job, read.sky)
    assert plan.sorties
    review = planning.check(plan, read.sky, read.job)
    (finding,) = [item for item in review.findings if item.rule == "ground.terrain"]
    level_m = read.job.policy.levels_amsl_m[0]
    assert (finding.verdict, finding.measured) == (Verdict.PASS, pytest.approx(level_m - 6.0, abs=0.01))
    assert plan.sorties[0].legs[0].waypoints[1].alt_agl_m == pytest.approx(level_m - 6.0, abs=0.01)


def test_ground_above_the_level_lets_nothing_fly(tiny: Path) -> None:
    over(tiny, 500.0)
    read = read_scenario(with_terrain(tiny))
    assert planning.plan(read.job, read.sky).sorties == ()


def test_a_terrain_model_that_is_not_there_is_told(scenario: Path) -> None:
    (problem,) = [problem for problem in lint(with_terrain(scenario)) if not problem.warning]
    assert (problem.code, Path(problem.file).name) == ("FILE_MISSING", "ground.tif")


def test_a_file_that_is_no_terrain_model_is_told(scenario: Path) -> None:
    (scenario / "ground.tif").write_text("not a raster")
    codes = {problem.code for problem in lint(with_terrain(scenario)) if not problem.warning}
    assert codes == {"TERRAIN_UNREADABLE"}


def test_without_the_library_the_extra_is_named(scenario: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    over(scenario, 6.0)
    with_terrain(scenario)
    monkeypatch.setitem(sys.modules, "rasterio", None)
    (problem,) = [problem for problem in lint(scenario) if not problem.warning]
    assert problem.code == "MISSING_EXTRA"
    assert "skyferry[terrain]" in problem.fix


def test_a_terrain_model_outside_the_folder_is_refused(scenario: Path) -> None:
    (problem,) = [problem for problem in lint(with_terrain(scenario, "../ground.tif")) if not problem.warning]
    assert problem.code == "PATH_REFUSED"

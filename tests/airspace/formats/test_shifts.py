"""Shifted coordinates are noticed by what they would fit, and never converted by guess."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import shapely

from airspace.earth.datums import from_wgs84
from airspace.errors import BadInput, Problem
from airspace.formats.reading import read
from airspace.formats.shifts import Outline, outlines_shifted, pads_shifted
from airspace.model.gates import Jurisdiction
from airspace.model.pads import Pad

# A made-up river with bends, from west to east; what lies north of it is one side, what lies south the other.
RIVER = [(114.02 + 0.004 * step, 22.52 + 0.006 * float(np.sin(step * 1.7)) + 0.0004 * step) for step in range(41)]
NORTH = shapely.Polygon([*RIVER, (114.18, 22.62), (114.02, 22.62)])
SOUTH = shapely.Polygon([*RIVER, (114.18, 22.42), (114.02, 22.42)])
SIDES = tuple(
    Jurisdiction(id=name, name=name, authority=f"authority of {name}", area=area)
    for name, area in (("N", NORTH), ("S", SOUTH))
)


def district() -> shapely.Polygon:
    """A district on the northern side, drawn along the river."""
    return shapely.Polygon([*RIVER[5:36], (114.16, 22.58), (114.04, 22.58)])


def told_in(shape: shapely.Geometry, datum: str) -> shapely.Geometry:
    return shapely.transform(shape, lambda points: from_wgs84(points, datum))


def found_in(shape: shapely.Geometry, sides: Sequence[Jurisdiction] = SIDES) -> list[Problem]:
    outline = Outline(file="d.geojson", place="features[0]", subject="zone 'D'", shape=shape)
    return list(outlines_shifted([outline], [side.area for side in sides]))


def test_a_district_in_wgs84_is_left_alone() -> None:
    assert found_in(district()) == []


@pytest.mark.parametrize(("datum", "metres"), [("GCJ-02", 604), ("BD-09", 1252)])
def test_a_district_in_shifted_coordinates_is_named_with_its_shift(datum: str, metres: int) -> None:
    """603.7 m and 1,252 m are the shifts at Luohu, measured with three other programs."""
    (problem,) = found_in(told_in(district(), datum))
    assert (problem.code, problem.warning, problem.place) == ("SHIFTED_COORDINATES", False, "features[0].geometry")
    told_m = int(problem.found.partition("moved ")[2].split()[0])
    assert told_m == pytest.approx(metres, abs=12)
    assert f'"datum": "{datum}"' in problem.fix


@pytest.mark.parametrize("far", [(179.9, 22.5), (69.0, 54.0), (114.1, 89.9), (-114.1, -22.5)])
def test_an_outline_that_reaches_where_no_map_is_shifted_is_looked_at_near_the_boundary(
    far: tuple[float, float],
) -> None:
    assert found_in(shapely.Polygon([*RIVER[5:36], far])) == []
    moved = told_in(shapely.LineString(RIVER[5:36]), "GCJ-02")
    (problem,) = found_in(shapely.Polygon([*moved.coords, far]))
    assert problem.code == "SHIFTED_COORDINATES"


def test_a_zone_away_from_the_boundary_says_nothing_about_its_datum() -> None:
    assert found_in(told_in(shapely.box(114.08, 22.57, 114.12, 22.60), "GCJ-02")) == []


def test_a_strip_along_the_boundary_is_left_alone_although_its_far_edge_runs_beside_it() -> None:
    strip = shapely.intersection(shapely.LineString(RIVER).buffer(0.006), NORTH)
    assert found_in(strip) == []


def test_where_no_maps_are_shifted_nothing_is_looked_for() -> None:
    moved = [
        Jurisdiction(
            id=side.id, name=side.name, authority=side.authority, area=shapely.affinity.translate(side.area, -90, 40)
        )
        for side in SIDES
    ]
    assert found_in(shapely.affinity.translate(district(), -90, 40), moved) == []


def a_pad(name: str, lon: float, lat: float, side: str) -> tuple[str, Pad]:
    pad = Pad(id=name, name=name, lon=lon, lat=lat, elevation_amsl_m=5.0, jurisdiction=side)
    return f"features[{name}]", pad


# Two pads north of the river and two south, 250 m from it and more.
TRUE_PADS = [
    ("a", 114.10, 22.545, "N"),
    ("b", 114.06, 22.536, "N"),
    ("c", 114.08, 22.515, "S"),
    ("d", 114.13, 22.520, "S"),
]


def test_pads_on_the_sides_they_name_are_left_alone() -> None:
    assert all(SIDES[0 if side == "N" else 1].area.contains(shapely.Point(lon, lat)) for _, lon, lat, side in TRUE_PADS)
    assert list(pads_shifted("p", [a_pad(*pad) for pad in TRUE_PADS], SIDES)) == []


def test_pads_that_are_right_only_when_moved_are_told_once() -> None:
    near = ("e", 114.12, 22.528, "N")
    assert NORTH.contains(shapely.Point(near[1:3]))
    raw = []
    for name, lon, lat, side in [*TRUE_PADS, near]:
        ((shifted_lon, shifted_lat),) = from_wgs84([[lon, lat]], "GCJ-02").tolist()
        raw.append(a_pad(name, shifted_lon, shifted_lat, side))
    assert SOUTH.contains(raw[-1][1].point)
    (problem,) = pads_shifted("pads.geojson", raw, SIDES)
    assert problem.code == "SHIFTED_COORDINATES"
    assert "back from GCJ-02" in problem.found
    assert "of 5 pads" in problem.found


def test_a_pad_with_the_wrong_jurisdiction_is_not_called_shifted() -> None:
    pads = [a_pad(*pad) for pad in TRUE_PADS]
    wrong = a_pad("x", 114.10, 22.60, "S")
    assert list(pads_shifted("p", [*pads, wrong], SIDES)) == []


def sky_files(folder: Path, zone: shapely.Geometry, sides: Sequence[Jurisdiction]) -> tuple[Path, Path]:
    """A zone and the two sides, each in a file."""

    def feature(shape: shapely.Geometry, **properties: object) -> dict[str, object]:
        return {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}

    told = feature(
        zone, id="D", name="District", restriction="PROHIBITED", lower=0, lower_ref="AGL", upper=None, uom="m",
        source="a test", source_date=None,
    )  # fmt: skip
    of_sides = [
        feature(side.area, id=side.id, name=side.name, authority=side.authority, rules=[], source="a test")
        for side in sides
    ]
    paths = folder / "zones.geojson", folder / "sides.geojson"
    for path, features in zip(paths, ([told], of_sides), strict=True):
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return paths


def test_jurisdictions_in_shifted_coordinates_are_named_and_not_the_zones_that_are_right(tmp_path: Path) -> None:
    shifted = [
        Jurisdiction(id=side.id, name=side.name, authority=side.authority, area=told_in(side.area, "GCJ-02"))
        for side in SIDES
    ]
    zones, sides = sky_files(tmp_path, district(), shifted)
    with pytest.raises(BadInput) as caught:
        read(zones, jurisdictions=sides)
    told = {(problem.code, problem.file) for problem in caught.value.problems}
    assert told == {("SHIFTED_COORDINATES", str(sides))}


def test_files_in_one_datum_are_read(tmp_path: Path) -> None:
    zones, sides = sky_files(tmp_path, district(), SIDES)
    assert [zone.id for zone in read(zones, jurisdictions=sides).zones] == ["D"]

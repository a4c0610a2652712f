"""GeoJSON by RFC 7946, read by libraries that are not ours."""

from __future__ import annotations

import json
from typing import Any

import geopandas
import pytest
import shapely

from airspace.earth.geoids import undulation_m
from airspace.errors import BadInput
from planner.output.exports.catalogue import format_of
from planner.output.exports.formats import File, Reviewed
from tests.planner.output.exports.conftest import changed, only


@pytest.fixture(scope="module")
def file(entering: Reviewed) -> File:
    return only("geojson", entering)


@pytest.fixture(scope="module")
def features(file: File) -> list[dict[str, Any]]:
    return json.loads(file.content)["features"]


def of_kind(features: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [feature for feature in features if feature["properties"]["kind"] == kind]


def test_there_is_a_feature_for_each_thing_of_the_plan(features: list[dict[str, Any]]) -> None:
    names = {kind: [one["properties"]["name"] for one in of_kind(features, kind)] for kind in
             ("leg", "pad", "gate", "zone", "corridor")}  # fmt: skip
    assert names == {
        "leg": ["S1 leg 1", "S1 leg 2", "S2 leg 1", "S2 leg 2"],
        "pad": ["HUB", "CLINIC", "KIOSK"],
        "gate": ["G1"],
        "zone": ["ROOF"],
        "corridor": ["C"],
    }


def test_the_third_coordinate_is_the_height_above_the_ellipsoid(
    features: list[dict[str, Any]], entering: Reviewed
) -> None:
    leg, record = of_kind(features, "leg")[0], entering.plan.sorties[0].legs[0]
    for (lon, lat, height_m), point in zip(leg["geometry"]["coordinates"], record.waypoints, strict=True):
        assert (lon, lat) == (point.lon, point.lat)
        assert height_m == pytest.approx(point.alt_amsl_m + float(undulation_m(lon, lat)), abs=1e-4)
        # Around Hong Kong mean sea level lies 2 to 3 m below the ellipsoid.
        assert 2 < point.alt_amsl_m - height_m < 3
    assert leg["properties"]["alt_amsl_m"] == [point.alt_amsl_m for point in record.waypoints]
    assert len(leg["properties"]["coordTimes"]) == len(record.waypoints)


def test_rings_are_closed_and_go_counter_clockwise_and_no_datum_is_named(
    file: File, features: list[dict[str, Any]]
) -> None:
    assert "crs" not in json.loads(file.content)
    areas = [shapely.geometry.shape(one["geometry"]) for one in features if one["geometry"]["type"] == "Polygon"]
    assert len(areas) == 3
    for area in areas:
        assert area.is_valid
        assert area.exterior.is_ccw
        assert area.exterior.coords[0] == area.exterior.coords[-1]


def test_a_corridor_has_its_true_width(features: list[dict[str, Any]]) -> None:
    (corridor,) = of_kind(features, "corridor")
    area = shapely.geometry.shape(corridor["geometry"])
    # 3,000 m from pad to pad by 40 m, and half discs of 20 m at both ends: 121,257 m2, less what sixteen chords lose.
    metres = shapely.transform(area, lambda places: places * (102_900, 110_760))
    assert metres.area == pytest.approx(121_250, rel=0.01)


def test_geopandas_reads_it(file: File, tmp_path) -> None:
    path = tmp_path / file.name
    path.write_bytes(file.content)
    frame = geopandas.read_file(path)
    assert set(frame["kind"]) == {"leg", "corridor", "pad", "gate", "zone"}
    assert frame.crs.to_epsg() == 4326
    assert frame.loc[frame["kind"] == "leg"].geometry.has_z.all()


@pytest.mark.parametrize(
    ("old", "new", "place", "found"),
    [
        ('"coordTimes": [', '"coordTimes": ["2026-12-01T00:00:00Z", ', "features[0].properties.coordTimes", "["),
        ('"type": "LineString"', '"type": "Point"', "features[0].geometry", "{"),
        ("[[", '[["x", ', "features[0].geometry.coordinates[0]", "["),
        ('"name": "S1 leg 1"', '"name": "S1"', "features[0].properties.name", "'S1'"),
        ('"name": "S1 leg 1"', '"name": "S2 leg 1"', "features[2]", "a leg that stands at features[0] too"),
        ('"2026-12-01T00:10:00.000Z"', '"ten"', "features[0].geometry.coordinates[0], time", "'ten'"),
    ],
)
def test_a_file_that_was_spoilt_is_told_with_its_place(file: File, old: str, new: str, place: str, found: str) -> None:
    with pytest.raises(BadInput) as caught:
        format_of("geojson").read([changed(file, old, new)])
    problem = caught.value.problems[0]
    assert problem.place == place
    assert problem.found.startswith(found)


@pytest.mark.parametrize("text", ["{", "[]", "1", '{"features": {}}', '{"features": [], "features": []}', "\xff"])
def test_what_is_no_collection_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        format_of("geojson").read([File(name="plan.geojson", content=text.encode("latin-1"))])


def test_features_that_are_none_of_ours_are_let_be(file: File) -> None:
    added = '"features": [\n1, {"properties": []}, {"type": "Feature", "properties": {"kind": "note"}},\n'
    tracks = format_of("geojson").read([changed(file, '"features": [\n', added)])
    assert tracks == format_of("geojson").read([file])

"""MAVLink missions as text: what stands in them, that pymavlink loads them, and what is told of spoilt ones."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from pymavlink import mavwp

from airspace.earth.frame import GEOD
from airspace.errors import BadInput
from planner.output.exports.formats import File
from planner.output.exports.qgc import Qgc
from planner.output.exports.wpl import Wpl
from tests.hostile import ALLOWED
from tests.planner.output.exports.flights import equator, reviewed, told, with_way_out


def test_every_leg_comes_back_point_by_point():
    assert Wpl().read(Wpl().write(reviewed())) == told(reviewed())


def test_a_leg_on_the_equator_as_worked_out_by_hand():
    (file,) = Wpl().write(equator())
    assert file.name == "S-1-leg1.waypoints"
    assert file.content.decode().splitlines() == [
        "QGC WPL 110",
        "0\t1\t0\t16\t0.000\t0.000\t0.000\t0.000\t0.0000000\t0.0000000\t5.000\t1",
        "1\t0\t0\t22\t0.000\t0.000\t0.000\t0.000\t0.0000000\t0.0000000\t80.000\t1",
        "2\t0\t2\t178\t1.000\t9.277\t-1.000\t0.000\t0.0000000\t0.0000000\t0.000\t1",
        "3\t0\t0\t16\t0.000\t0.000\t0.000\t0.000\t0.0000000\t0.0100000\t80.000\t1",
        "4\t0\t0\t21\t0.000\t0.000\t0.000\t0.000\t0.0000000\t0.0100000\t5.000\t1",
    ]


def test_pymavlink_loads_every_mission(tmp_path):
    given = reviewed()
    for file, track in zip(Wpl().write(given), told(given), strict=True):
        path = tmp_path / file.name
        path.write_bytes(file.content)
        loader = mavwp.MAVWPLoader()
        assert loader.load(str(path)) == len(file.content.splitlines()) - 1
        placed = [loader.wp(index) for index in range(loader.count()) if loader.wp(index).command != 178]
        assert [(item.y, item.x, item.z) for item in placed] == [
            (point.lon, point.lat, point.alt_amsl_m) for point in track.points
        ]
        assert [item.command for item in placed] == [16, 22, 16, 16, 21]


def test_the_fence_and_the_rally_point_of_a_plan_suit_pymavlink_too(tmp_path):
    """Its loaders have text formats of their own: a return point and a closed ring, a line for each rally point."""
    plan = json.loads(Qgc().write(with_way_out(reviewed()))[0].content)
    ring = plan["geoFence"]["polygons"][0]["polygon"]
    fence = tmp_path / "fence.txt"
    fence.write_text("".join(f"{lat} {lon}\n" for lat, lon in [plan["rallyPoints"]["points"][0][:2], *ring, ring[0]]))
    loader = mavwp.MAVFenceLoader()
    loader.load(str(fence))
    assert loader.count() == len(ring) + 2
    assert loader.point(1).lat == pytest.approx(ring[0][0], abs=1e-5)
    rally = tmp_path / "rally.txt"
    rally.write_text(
        "".join(f"RALLY\t{lat}\t{lon}\t{alt}\t0\t0\t0\n" for lat, lon, alt in plan["rallyPoints"]["points"])
    )
    rallies = mavwp.MAVRallyLoader()
    rallies.load(str(rally))
    (point,) = [rallies.rally_point(index) for index in range(rallies.rally_count())]
    assert (point.lat, point.lng, point.alt) == (225500000, 1141400000, 85)


def test_the_speeds_told_bring_the_aircraft_in_time():
    """Over each piece, the way over the speed in force is the time of the record, to a fiftieth of a second."""
    given = reviewed()
    for file, (_, _, leg) in zip(Wpl().write(given), given.legs, strict=True):
        speed, taken_s, here = None, [], None
        for line in file.content.decode().splitlines()[2:]:
            columns = line.split("\t")
            if columns[3] == "178":
                speed = float(columns[5])
                continue
            lat, lon = float(columns[8]), float(columns[9])
            if here and here != (lon, lat):
                taken_s.append(GEOD.inv(*here, lon, lat)[2] / speed)
            here = (lon, lat)
        air = leg.waypoints[1:-1]
        assert taken_s == pytest.approx([(end.t - start.t).total_seconds() for start, end in pairwise(air)], abs=0.02)


def spoilt(change, name="S-1-leg1.waypoints"):
    (file,) = Wpl().write(equator())
    with pytest.raises(BadInput) as error:
        Wpl().read([File(name=name, content=change(file.content))])
    return [(problem.code, problem.place) for problem in error.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"WPL 110", b"WPL 120", ("WRONG_FORMAT", "line 1")),
        (b"\t80.000\t1\n", b"\t80.000\n", ("WRONG_COLUMNS", "line 3")),
        (b"\t80.000\t1\n", b" 80.000 1\n", ("WRONG_COLUMNS", "line 3")),
        (b"3\t0\t0\t16", b"7\t0\t0\t16", ("OUT_OF_ORDER", "line 5, index")),
        (b"3\t0\t0\t16", b"3\t0\t0\t19", ("UNKNOWN_VALUE", "line 5, command")),
        (b"3\t0\t0\t16", b"3\t0\t10\t16", ("UNKNOWN_VALUE", "line 5, frame")),
        (b"0\t1\t0\t16", b"0\t1\t3\t16", ("UNKNOWN_VALUE", "line 2")),
        (b"9.277", b"fast", ("BAD_VALUE", "line 4, parameter 2")),
        (b"0.0100000\t80", b"190.01\t80", ("BAD_VALUE", "line 5, longitude")),
        (b"0.0000000\t0.0100000", b"114.01\t22.5", ("LATITUDE_OUT_OF_RANGE", "line 5, latitude")),
        (b"\t80.000\t1\n", b"\tnan\t1\n", ("BAD_VALUE", "line 3, altitude")),
    ],
)
def test_a_spoilt_mission_is_told_with_its_line(old, new, expected):
    assert expected in spoilt(lambda raw: raw.replace(old, new))


def test_a_mission_without_items_or_of_nobody_is_told():
    assert spoilt(lambda raw: raw.splitlines()[0]) == [("TOO_FEW", "line 2")]
    assert spoilt(lambda raw: raw, name="mission.waypoints") == [("UNKNOWN_LEG", "its name")]
    assert spoilt(lambda _: b"") == [("EMPTY_FILE", "")]


def test_line_ends_of_windows_are_fine():
    (file,) = Wpl().write(equator())
    assert Wpl().read([replace(file, content=file.content.replace(b"\n", b"\r\n"))]) == told(equator())


@pytest.mark.parametrize("payload", ALLOWED, ids=lambda payload: payload.name)
def test_an_id_that_cannot_be_the_name_of_a_file_is_refused_for_every_sortie(payload):
    given = reviewed(payload.whole)
    if payload.whole in ("__proto__", "constructor"):  # letters only: names of files like any other
        assert Wpl().read(Wpl().write(given)) == told(given)
        return
    with pytest.raises(BadInput) as error:
        Wpl().write(given)
    assert {problem.code for problem in error.value.problems} == {"CANNOT_EXPRESS"}
    assert sum("name of a file" in problem.expected for problem in error.value.problems) == 2

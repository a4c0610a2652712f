"""DJI waylines: heights and turns worked out by hand, what is refused, and what is told of spoilt ones."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest

from airspace.errors import BadInput
from planner.output.exports.formats import File
from planner.output.exports.wpml import OWN, TEMPLATE, WAYLINES, Wpml
from tests.hostile import ALLOWED
from tests.planner.output.exports.flights import equator, reviewed, told, with_leg

M350 = {"dji_type": 89, "cruise_mps": 12.0}


def slow(text=""):
    return reviewed(text, slower=2.0, **M350)


def members(file):
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        return {info.filename: archive.read(info).decode() for info in archive.infolist()}


def archive(given):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        for name, text in given.items():
            made.writestr(name, text)
    return held.getvalue()


def the_members(given=None):
    (file,) = Wpml().write(given or equator(**M350))
    return members(file)


def words(text, name):
    return [part.split("<")[0] for part in text.split(f"<wpml:{name}>")[1:]]


def test_every_leg_comes_back_point_by_point():
    assert Wpml().read(Wpml().write(slow())) == told(slow())


def test_the_same_plan_gives_the_same_bytes_and_tells_no_date():
    (first, *_), (second, *_) = Wpml().write(slow()), Wpml().write(slow())
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first.content)) as made:
        assert {info.date_time for info in made.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert made.namelist() == [TEMPLATE, WAYLINES, OWN]


def test_heights_above_the_sea_become_heights_above_the_ellipsoid():
    """At 0 E 0 N the geoid EGM96 lies 17.16 m above the ellipsoid, as NIMA publishes it."""
    held = the_members()
    assert words(held[TEMPLATE], "heightMode") == ["EGM96"]
    assert words(held[TEMPLATE], "height") == ["80.000", "80.000"]
    assert words(held[TEMPLATE], "ellipsoidHeight")[0] == "97.160"
    assert words(held[WAYLINES], "executeHeightMode") == ["WGS84"]
    assert words(held[WAYLINES], "executeHeight")[0] == "97.160"
    assert words(held[TEMPLATE], "takeOffRefPoint") == ["0.0000000,0.0000000,22.160"]


def test_the_reference_for_the_take_off_has_latitude_first_and_a_point_longitude():
    held = the_members(with_leg(slow(), slow().plan.sorties[0].legs[0]))
    assert words(held[TEMPLATE], "takeOffRefPoint")[0].startswith("22.5500000,114.1200000,")
    assert "<coordinates>114.1200000,22.5500000</coordinates>" in held[WAYLINES]


def test_a_mission_as_worked_out_by_hand():
    """75 m up to the first point; 1113.195 m in 120 s are 9.277 m/s."""
    held = the_members()
    for text in (held[TEMPLATE], held[WAYLINES]):
        assert words(text, "takeOffSecurityHeight") == ["75.000"]
        assert words(text, "globalRTHHeight") == ["75.000"]
        assert words(text, "waypointSpeed") == ["9.277", "9.277"]
        assert words(text, "droneEnumValue") == ["89"]
        assert words(text, "droneSubEnumValue") == ["0"]
        assert words(text, "finishAction") == ["autoLand"]
        assert words(text, "index") == ["0", "1"]


def test_the_aircraft_turns_inside_its_corridor_and_stops_where_it_climbs():
    """A bend far from others is begun the half-width before it, one beside a piece of 30 m after 40 % of it.

    The last 583.195 m take 61 s: 9.561 m/s.
    """
    leg = equator(**M350).plan.sorties[0].legs[0]
    ground, above, end, down = leg.waypoints
    metre = 0.01 / 1113.195
    path = [
        (0.0, 80, 25), (500 * metre, 80, 75), (530 * metre, 80, 80), (530 * metre, 90, 84), (0.01, 90, 145),
    ]  # fmt: skip
    points = [replace(above, lon=lon, alt_amsl_m=alt, t=ground.t + timedelta(seconds=s)) for lon, alt, s in path]
    bent = replace(leg, waypoints=(ground, *points, replace(down, t=end.t + timedelta(seconds=40))))
    held = the_members(with_leg(equator(**M350), bent))
    modes = ["Stop" if "Stop" in mode else mode for mode in words(held[WAYLINES], "waypointTurnMode")]
    assert modes == ["Stop", "coordinateTurn", "Stop", "Stop", "Stop"]
    assert words(held[WAYLINES], "waypointTurnDampingDist") == ["0.000", "12.000", "0.000", "0.000", "0.000"]
    assert words(held[WAYLINES], "waypointSpeed") == ["10.000", "6.000", "2.500", "9.561", "9.561"]


def test_a_type_that_dji_does_not_number_is_refused_and_told_what_to_add():
    with pytest.raises(BadInput) as error:
        Wpml().write(equator())
    (problem,) = error.value.problems
    assert problem.place == "drone type 'T1'"
    assert "add dji_type = {" in problem.fix


def test_all_that_a_wayline_cannot_say_is_told_at_once():
    given = equator(**M350)
    leg = given.plan.sorties[0].legs[0]
    points = [replace(point, alt_amsl_m=5 + 0.5 if point.alt_amsl_m > 5 else 5) for point in leg.waypoints]
    points[2:] = [replace(point, t=point.t - timedelta(seconds=50)) for point in points[2:]]  # 1113 m in 70 s
    fast = with_leg(equator(dji_type=89, cruise_mps=20.0), replace(leg, waypoints=tuple(points)))
    with pytest.raises(BadInput) as error:
        Wpml().write(fast)
    assert [(problem.place, problem.found) for problem in error.value.problems] == [
        ("S-1 leg 1", "air speeds in cruise of 20 m/s"),
        ("S-1 leg 1", "climbs of 0.5 m to the first point"),
        ("S-1 leg 1", "flights of 0.5 m above their start"),
        ("S-1 leg 1", "speeds over the ground of 15.903 m/s"),
    ]


def test_legs_beyond_one_limit_are_told_together():
    with pytest.raises(BadInput) as error:
        Wpml().write(reviewed(dji_type=89))
    (problem,) = error.value.problems
    assert problem.place == "S-1 leg 1, S-1 leg 2, S-2 leg 1, S-2 leg 2"
    assert problem.found == "speeds over the ground of 18.947 to 18.948 m/s"


def spoilt(changes):
    """Return the codes and places told of a wayline with a text in a member replaced, or a member taken out."""
    held = the_members()
    for name, old, new in changes:
        if old is None:
            del held[name]
        else:
            assert old in held[name]
            held[name] = held[name].replace(old, new, 1)
    with pytest.raises(BadInput) as error:
        Wpml().read([File(name="S-1-leg1.kmz", content=archive(held))])
    return [(problem.code, problem.place) for problem in error.value.problems]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ((OWN, None, None), ("MEMBER_MISSING", OWN)),
        ((TEMPLATE, None, None), ("MEMBER_MISSING", TEMPLATE)),
        ((TEMPLATE, "EGM96", "relativeToStartPoint"), ("UNKNOWN_VALUE", f"{TEMPLATE}, heightMode")),
        ((WAYLINES, "WGS84", "relativeToStartPoint"), ("UNKNOWN_VALUE", f"{WAYLINES}, executeHeightMode")),
        ((TEMPLATE, "80.000", "81.000"), ("CONTRADICTION", f"{TEMPLATE}, Placemark 0, height")),
        ((TEMPLATE, "97.160", "97.3"), ("CONTRADICTION", f"{TEMPLATE}, Placemark 0, ellipsoidHeight")),
        ((TEMPLATE, "0.0100000,0.0", "0.0100001,0.0"), ("CONTRADICTION", f"{TEMPLATE}, Placemark 1")),
        ((TEMPLATE, "<wpml:index>1", "<wpml:index>0"), ("OUT_OF_ORDER", f"{TEMPLATE}, Placemark 1, index")),
        ((WAYLINES, "<coordinates>", "<coordinates>5,"), ("BAD_VALUE", f"{WAYLINES}, Placemark 0, coordinates")),
        (
            (WAYLINES, "<coordinates>0.0000000,0.0000000", "<coordinates>22.5,114.1"),
            ("LATITUDE_OUT_OF_RANGE", f"{WAYLINES}, Placemark 0, latitude"),
        ),
        ((WAYLINES, "22.160", "23"), ("CONTRADICTION", WAYLINES)),
        ((TEMPLATE, "0.0000000,0.0000000,22.160", "0.0"), ("BAD_VALUE", f"{TEMPLATE}, takeOffRefPoint")),
        ((WAYLINES, "</Folder>", "</Folder><Folder></Folder>"), ("TOO_MANY", WAYLINES)),
        ((WAYLINES, "Folder>", "Ordner>"), ("XML_SYNTAX", None)),
        ((WAYLINES, "http://www.dji.com/wpmz/1.0.2", "http://example.com/"), ("MISSING_VALUE", WAYLINES)),
        ((TEMPLATE, "<kml", "<!DOCTYPE kml [<!ENTITY x 'y'>]><kml"), ("DOCUMENT_TYPE", None)),
        ((OWN, '"sortie": "S-1"', '"sortie": 1'), ("UNKNOWN_LEG", f"{OWN}, sortie")),
        ((OWN, '"leg": 1', '"leg": true'), ("UNKNOWN_LEG", f"{OWN}, leg")),
        ((OWN, '"lat": 0.0', '"lat": 100'), ("LATITUDE_OUT_OF_RANGE", f"{OWN}, touch_down, latitude")),
    ],
)
def test_a_spoilt_wayline_is_told_with_its_place(change, expected):
    found = spoilt([change])
    assert expected in found or (expected[1] is None and expected[0] in [code for code, _ in found])


def test_what_is_no_archive_or_one_to_burst_is_refused():
    with pytest.raises(BadInput, match="zip archive"):
        Wpml().read([File(name="a.kmz", content=b"PK\x03\x04")])
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(TEMPLATE, b" " * 20_000_000)
    with pytest.raises(BadInput) as error:
        Wpml().read([File(name="bomb.kmz", content=held.getvalue())])
    assert [problem.code for problem in error.value.problems] == ["ZIP_BOMB"]


@pytest.mark.parametrize("payload", ALLOWED, ids=lambda payload: payload.name)
def test_no_name_of_others_comes_into_the_xml_and_the_rest_keeps_it_in_its_field(payload):
    given = slow(payload.whole)
    if "\r" in payload.whole:  # refused by every format
        return
    files = Wpml().write(given)
    held = members(files[0])
    plain = members(Wpml().write(slow())[0])
    assert (held[TEMPLATE], held[WAYLINES]) == (plain[TEMPLATE], plain[WAYLINES])
    assert held[OWN].isascii()
    assert json.loads(held[OWN])["sortie"] == f"S-1{payload.whole}"
    assert Wpml().read(files) == told(given)

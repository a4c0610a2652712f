"""QGroundControl plans: what stands in them, and what is told of spoilt ones."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import time, timezone

import pytest
import shapely

from airspace.earth.frame import GEOD
from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.errors import BadInput
from airspace.model.schedules import WEEKDAYS, Hours, Schedule
from airspace.model.zones import Restriction, Zone
from planner.model.powers import Quadplane
from planner.output.exports.formats import File
from planner.output.exports.qgc import Qgc
from tests.hostile import ALLOWED
from tests.planner.output.exports.flights import equator, reviewed, told, with_leg, with_way_out
from tests.planner.output.samples import GATE, HONG_KONG_TIME, SOUTH


def plans(given):
    return [json.loads(file.content) for file in Qgc().write(given)]


def the_plan(given):
    (plan,) = plans(given)
    return plan


def spoilt(change, given=None):
    """Return the codes and places told of a plan that was changed."""
    plan = the_plan(given or equator())
    change(plan)
    with pytest.raises(BadInput) as error:
        Qgc().read([File(name="S-1-leg1.plan", content=json.dumps(plan).encode())])
    return [(problem.code, problem.place) for problem in error.value.problems]


def zone(area, restriction=Restriction.PROHIBITED, **fields):
    band = Band(lower=GROUND, upper=None)
    return Zone(id="KEEP OUT", name="keep out", restriction=restriction, area=area, band=band, **fields)


def test_every_leg_comes_back_point_by_point():
    assert Qgc().read(Qgc().write(reviewed())) == told(reviewed())


def test_the_same_plan_gives_the_same_bytes():
    assert Qgc().write(reviewed()) == Qgc().write(reviewed())


def test_a_leg_on_the_equator_as_worked_out_by_hand():
    """0.01 degrees of longitude are 6,378,137 m x pi / 18,000 = 1113.195 m; in 120 s that is 9.277 m/s."""
    mission = the_plan(equator())["mission"]
    assert mission["plannedHomePosition"] == [0.0, 0.0, 5.0]
    assert [(item["command"], item["frame"], item["params"]) for item in mission["items"]] == [
        (22, 0, [0.0, 0.0, 0.0, None, 0.0, 0.0, 80.0]),
        (178, 2, [1.0, 9.277, -1.0, 0.0, 0.0, 0.0, 0.0]),
        (16, 0, [0.0, 0.0, 0.0, None, 0.0, 0.01, 80.0]),
        (21, 0, [0.0, 0.0, 0.0, None, 0.0, 0.01, 5.0]),
    ]
    assert [item["doJumpId"] for item in mission["items"]] == [1, 2, 3, 4]
    assert mission["cruiseSpeed"] == 15
    assert all(item["AltitudeMode"] == 2 for item in mission["items"] if item["command"] != 178)


def test_what_has_wings_takes_off_and_lands_as_such_and_keeps_its_air_speed():
    wings = Quadplane(hover_coefficient=60, lift_to_drag=3.1, stall_mps=10)
    mission = the_plan(equator(power=wings))["mission"]
    assert [item["command"] for item in mission["items"]] == [84, 178, 16, 85]
    assert mission["items"][1]["params"][:2] == [0.0, 15.0]
    assert mission["vehicleType"] == 20


def test_the_fence_is_the_corridor_by_its_true_width():
    (fence,) = the_plan(equator())["geoFence"]["polygons"]
    assert fence["inclusion"]
    ring = [(lon, lat) for lat, lon in fence["polygon"]]
    assert ring[0] != ring[-1]
    # On the equator 20 m are 0.00018087 degrees of latitude and 0.00017966 degrees of longitude.
    west, south, east, north = shapely.Polygon(ring).bounds
    assert (north, -south) == pytest.approx((0.00018087, 0.00018087), abs=6e-8)
    assert (-west, east - 0.01) == pytest.approx((0.00017966, 0.00017966), abs=6e-8)
    area_m2 = abs(GEOD.geometry_area_perimeter(shapely.Polygon(ring))[0])
    assert area_m2 == pytest.approx(1113.195 * 40 + 3.14159 * 20**2, rel=1e-3)


def test_the_way_out_lies_inside_the_fence_and_its_alternate_is_the_rally_point_above_home():
    plan = the_plan(with_way_out(reviewed()))
    (fence,) = plan["geoFence"]["polygons"]
    area = shapely.Polygon([(lon, lat) for lat, lon in fence["polygon"]])
    assert area.covers(shapely.Point(114.135, 22.53))  # halfway to the alternate
    assert not area.covers(shapely.Point(114.130, 22.53))
    assert plan["rallyPoints"]["points"] == [[22.55, 114.14, 85.0]]  # 90 m above the sea, from a pad at 5 m
    assert plan["skyferry"]["fence"]["alternate"] == "SPARE"


def test_what_corridor_and_way_out_go_around_is_fenced_off():
    given = with_way_out(reviewed())
    leg = given.plan.sorties[0].legs[0]
    home = leg.waypoints[0]
    back = [*leg.way_out.waypoints[:-1], replace(leg.way_out.waypoints[-2], lon=home.lon, lat=home.lat)]
    plan = the_plan(with_leg(given, replace(leg, way_out=replace(leg.way_out, waypoints=tuple(back)))))
    inside, hole = plan["geoFence"]["polygons"]
    assert (inside["inclusion"], hole["inclusion"]) == (True, False)
    assert shapely.Polygon([(lon, lat) for lat, lon in hole["polygon"]]).covers(shapely.Point(114.130, 22.53))
    assert plan["skyferry"]["fence"]["holes"] == 1


def test_a_prohibited_zone_nearby_is_fenced_off_and_named():
    beside = zone(shapely.box(GATE[0] + 0.002, GATE[1], GATE[0] + 0.004, GATE[1] + 0.002))
    plan = plans(reviewed(zones=(beside,)))[0]
    inside, kept_out = plan["geoFence"]["polygons"]
    assert (inside["inclusion"], kept_out["inclusion"]) == (True, False)
    assert shapely.Polygon([(lon, lat) for lat, lon in kept_out["polygon"]]).equals(beside.area)
    assert plan["skyferry"]["fence"]["kept_out_of"] == ["KEEP OUT"]


@pytest.mark.parametrize(
    "far",
    [
        zone(shapely.box(GATE[0] + 0.02, GATE[1], GATE[0] + 0.03, GATE[1] + 0.002)),
        zone(shapely.box(GATE[0] + 0.002, GATE[1], GATE[0] + 0.004, GATE[1] + 0.002), Restriction.REQ_AUTHORISATION),
        zone(
            shapely.box(GATE[0] + 0.002, GATE[1], GATE[0] + 0.004, GATE[1] + 0.002),
            schedule=Schedule.weekly(
                Hours(days=WEEKDAYS, start=time(20), end=time(21), clock=timezone(HONG_KONG_TIME))
            ),
        ),
        replace(
            zone(shapely.box(GATE[0] + 0.002, GATE[1], GATE[0] + 0.004, GATE[1] + 0.002)),
            band=Band(lower=Height(value_m=80.1, reference=Reference.AMSL), upper=None),
        ),
    ],
    ids=["two kilometres off", "open to those with leave", "in the evening", "above"],
)
def test_other_zones_are_not_fenced_off(far):
    assert len(plans(reviewed(zones=(far,)))[0]["geoFence"]["polygons"]) == 1


def test_a_zone_above_the_leg_is_told_and_not_fenced_off():
    plan = plans(reviewed())[0]
    assert len(plan["geoFence"]["polygons"]) == 1
    assert plan["skyferry"]["fence"]["not_fenced_because_above_or_below"] == ["CEILING"]


def test_a_leg_that_does_not_rise_straight_is_refused_with_all_that_is_wrong():
    given = equator()
    leg = given.plan.sorties[0].legs[0]
    slanted = [replace(leg.waypoints[0], lat=0.001), *leg.waypoints[1:-1], replace(leg.waypoints[-1], alt_amsl_m=80)]
    with pytest.raises(BadInput) as error:
        Qgc().write(with_leg(given, replace(leg, waypoints=tuple(slanted))))
    assert [problem.found for problem in error.value.problems] == [
        "a landing that is not straight",
        "a take-off that is not straight",
    ]
    assert {problem.place for problem in error.value.problems} == {"S-1 leg 1"}


def test_a_type_that_the_job_does_not_have_is_refused():
    given = equator()
    with pytest.raises(BadInput, match="one of the types of the job"):
        Qgc().write(replace(given, job=replace(given.job, drone_types=())))


def test_a_way_out_that_begins_elsewhere_is_refused():
    given = with_way_out(reviewed())
    leg = given.plan.sorties[0].legs[0]
    away = replace(leg.way_out, waypoints=leg.way_out.waypoints[2:])
    with pytest.raises(BadInput, match="a way out from above the leg's end"):
        Qgc().write(with_leg(given, replace(leg, way_out=away)))


def swap(plan):
    for item in plan["mission"]["items"]:
        if item["command"] != 178:
            item["params"][4:6] = reversed(item["params"][4:6])


def test_latitude_and_longitude_exchanged_are_told_as_that():
    given = with_leg(reviewed(), reviewed().plan.sorties[0].legs[0])
    assert {code for code, _ in spoilt(swap, given)} == {"LATITUDE_OUT_OF_RANGE"}
    # Where both could be either, home is far away then.
    plan = the_plan(equator())
    plan["mission"]["plannedHomePosition"] = [10.0, 20.0, 5.0]
    assert {code for code, _ in spoilt(lambda each: each.update(plan))} >= {"FAR_AWAY"}


def test_points_outside_their_own_fence_are_told():
    def shift(plan):
        for item in plan["mission"]["items"][:1]:
            item["params"][5] -= 0.001
        plan["mission"]["plannedHomePosition"][1] -= 0.001

    assert spoilt(shift) == [("OUTSIDE_FENCE", "geoFence.polygons[0]")]


def put(path, value):
    def change(plan):
        at = plan
        *steps, last = path
        for step in steps:
            at = at[step]
        if value is None:
            del at[last]
        else:
            at[last] = value

    return change


ITEMS = ("mission", "items")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (put(("fileType",), "Mission"), ("WRONG_VERSION", "fileType")),
        (put(("version",), 2), ("WRONG_VERSION", "version")),
        (put(("mission", "version"), 1), ("WRONG_VERSION", "mission.version")),
        (put(("geoFence", "version"), 1), ("WRONG_VERSION", "geoFence.version")),
        (put(("mission",), None), ("WRONG_VERSION", "mission.version")),
        (put(ITEMS, []), ("TOO_FEW", "items")),
        (put(ITEMS, {}), ("WRONG_TYPE", "mission.items")),
        (put((*ITEMS, 0, "command"), 16), ("UNKNOWN_VALUE", "mission.items[0], command")),
        (put((*ITEMS, 3, "command"), 20), ("UNKNOWN_VALUE", "mission.items[3], command")),
        (put((*ITEMS, 2, "frame"), 10), ("UNKNOWN_VALUE", "mission.items[2], frame")),
        (put((*ITEMS, 2, "params"), [0, 0]), ("WRONG_TYPE", "mission.items[2].params")),
        (put((*ITEMS, 2, "params", 4), "0.0"), ("BAD_VALUE", "mission.items[2], latitude")),
        (put((*ITEMS, 2, "type"), "ComplexItem"), ("UNKNOWN_VALUE", "mission.items[2].type")),
        (put((*ITEMS, 3, "params", 6), 80), ("BAD_VALUE", "mission.items[3]")),
        (put(("mission", "plannedHomePosition"), [0, 0]), ("BAD_VALUE", "mission.plannedHomePosition, latitude")),
        (put(("skyferry", "sortie"), ""), ("UNKNOWN_LEG", "skyferry.sortie")),
        (put(("skyferry", "leg"), 0), ("UNKNOWN_LEG", "skyferry.leg")),
        (put(("geoFence", "polygons", 0, "polygon"), [[0, 0]]), ("BAD_OUTLINE", "geoFence.polygons[0].polygon")),
        (put(("geoFence", "polygons", 0, "inclusion"), 1), ("WRONG_TYPE", "geoFence.polygons[0].inclusion")),
        (put(("geoFence", "polygons", 0, "inclusion"), False), ("OUTSIDE_FENCE", "geoFence.polygons[0]")),
    ],
)
def test_a_spoilt_plan_is_told_with_its_place(change, expected):
    assert expected in spoilt(change)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (put(("rallyPoints", "points", 0), [22.551, 114.14, 85]), ("OUTSIDE_FENCE", "geoFence.polygons[0]")),
        (
            put(("rallyPoints", "points", 0), [114.14, 22.55, 85]),
            ("LATITUDE_OUT_OF_RANGE", "rallyPoints.points[0], latitude"),
        ),
        (put(("rallyPoints", "points", 0), [22.55, 114.14]), ("BAD_VALUE", "rallyPoints.points[0], altitude")),
        (put(("rallyPoints", "points"), None), ("WRONG_TYPE", "rallyPoints.points")),
        (put(("geoFence", "polygons"), []), ("TOO_FEW", "geoFence.polygons")),
    ],
)
def test_a_rally_point_outside_the_fence_and_a_missing_fence_are_told(change, expected):
    assert expected in spoilt(change, with_way_out(reviewed()))


def test_heights_above_home_are_read_too():
    plan = the_plan(equator())
    for item in plan["mission"]["items"]:
        if item["frame"] == 0:
            item["frame"], item["params"][6] = 3, item["params"][6] - 5
    files = [File(name="x.plan", content=json.dumps(plan).encode())]
    assert Qgc().read(files) == told(equator())


def test_a_plan_that_qgroundcontrol_saved_again_is_known_by_the_name_of_its_file():
    plan = the_plan(equator())
    del plan["skyferry"]
    content = json.dumps(plan).encode()
    assert Qgc().read([File(name="S-1-leg1.plan", content=content)]) == told(equator())
    with pytest.raises(BadInput) as error:
        Qgc().read([File(name="mission.plan", content=content)])
    assert "skyferry" in [problem.place for problem in error.value.problems]


def test_a_leg_in_two_files_is_told_and_so_is_every_broken_file():
    (file,) = Qgc().write(equator())
    with pytest.raises(BadInput, match="every leg once"):
        Qgc().read([file, replace(file, name="again.plan")])
    with pytest.raises(BadInput) as error:
        Qgc().read([File(name="a.plan", content=b"{"), File(name="b.plan", content=b"\xff")])
    assert [(problem.file, problem.code) for problem in error.value.problems] == [
        ("a.plan", "JSON_SYNTAX"),
        ("b.plan", "NOT_UTF8"),
    ]


@pytest.mark.parametrize("payload", ALLOWED, ids=lambda payload: payload.name)
def test_hostile_names_stay_in_their_field(payload):
    given = reviewed(payload.whole)
    if "\r" in payload.whole:  # refused by every format, for the sake of XML
        with pytest.raises(BadInput, match="a name that any file can hold"):
            Qgc().write(given)
        return
    files = Qgc().write(given)
    assert all(file.content.isascii() and b"\x1b" not in file.content for file in files)
    assert Qgc().read(files) == told(given)
    assert json.loads(files[0].content)["skyferry"]["sortie"] == f"S-1{payload.whole}"


def test_the_sample_lies_where_it_should():
    """Anchors of this file: the clinic is south of the gate, so an exchange of the two axes could not go unseen."""
    last = plans(reviewed())[0]["mission"]["items"][-1]["params"]
    assert last[4:6] == [SOUTH[1], SOUTH[0]]

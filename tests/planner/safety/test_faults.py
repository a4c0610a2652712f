"""Faults put into a right plan on the way it flies: each breaks the rule that is meant for it, and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import shapely

from airspace.model.zones import Restriction
from planner.model.reviews import Verdict

# The policy keeps 20 + 30 = 50 m from zones, 10 m above and below them; S2 flies the 2 000 m from the hub to the kiosk.
KEEP_OUT_M = 50.0


def midway(helpers):
    return helpers.away(*helpers.HUB_AT, 90, 1000)


def south_of_the_second_sortie(helpers, metres, **options):
    """A prohibited square of 1 km whose northern edge lies some metres south of the line of S2."""
    lon, lat = helpers.away(*midway(helpers), 180, metres)
    west, east = helpers.away(lon, lat, 270, 500)[0], helpers.away(lon, lat, 90, 500)[0]
    south = helpers.away(lon, lat, 180, 1000)[1]
    return helpers.zone("PARK", shapely.box(west, south, east, lat), **options)


def across_the_second_sortie(helpers, **options):
    """A prohibited square of 400 m in the middle of the line of S2."""
    lon, lat = midway(helpers)
    return helpers.zone("CAP", shapely.box(lon - 0.002, lat - 0.002, lon + 0.002, lat + 0.002), **options)


def test_a_corner_moved_300_m_into_a_zone_is_named_with_leg_zone_place_and_margin(good, helpers):
    world = good.with_zones(south_of_the_second_sortie(helpers, 60))
    assert world.review().verdict is Verdict.PASS
    corner = helpers.away(*midway(helpers), 180, 360)
    (failure,) = world.flown_via(1, 0, corner).only("zone.clearance")
    assert failure.subject == "S2 leg 1 HUB>KIOSK, zone 'PARK'"
    assert "300.0" in failure.detail
    assert "Zone PARK" in failure.detail
    assert failure.measured == pytest.approx(-300, abs=0.02)
    assert failure.required == KEEP_OUT_M
    assert failure.margin == pytest.approx(-350, abs=0.02)
    assert failure.unit == "m"
    assert helpers.WGS84.inv(failure.where.lon, failure.where.lat, *corner)[2] < 0.1
    assert failure.where.alt_amsl_m == 110


def test_a_waypoint_moved_by_hand_into_a_zone_fails_on_that_leg_alone(good, helpers):
    # Nothing else is put right: times and distances of the leg no longer fit either.
    world = good.with_zones(south_of_the_second_sortie(helpers, 60))
    points = world.flown_via(1, 0, midway(helpers)).plan.sorties[1].legs[0].waypoints
    lon, lat = helpers.away(*midway(helpers), 180, 360)
    moved = world.with_leg(1, 0, waypoints=(*points[:2], replace(points[2], lon=lon, lat=lat), *points[3:]))
    failures = moved.review().of(Verdict.FAIL)
    assert {finding.rule for finding in failures} >= {"zone.clearance", "leg.distance", "leg.speed"}
    assert {finding.subject for finding in failures if finding.rule == "zone.clearance"} == {
        "S2 leg 1 HUB>KIOSK, zone 'PARK'"
    }


@pytest.mark.parametrize("metres", [0.5, 20, 40, 49.95])
def test_a_line_too_close_to_a_zone_fails_by_what_it_is_short(good, helpers, metres):
    world = good.with_zones(helpers.zone("TIP", helpers.block(*midway(helpers), 180, metres)))
    failures = world.only("zone.clearance")
    assert {finding.subject for finding in failures} == {
        "S2 leg 1 HUB>KIOSK, zone 'TIP'", "S2 leg 2 KIOSK>HUB, zone 'TIP'"
    }  # fmt: skip
    assert [finding.margin for finding in failures] == pytest.approx([metres - KEEP_OUT_M] * 2, abs=0.01)


def test_a_line_just_clear_of_a_zone_passes_with_what_it_has_in_hand(good, helpers):
    world = good.with_zones(helpers.zone("TIP", helpers.block(*midway(helpers), 180, 50.02)))
    assert world.review().verdict is Verdict.PASS
    assert world.passing("zone.clearance").margin == pytest.approx(0.02, abs=0.01)


def test_a_wall_of_one_metre_across_a_leg_between_two_waypoints_is_found(good, helpers):
    lon, lat = helpers.away(*helpers.HUB_AT, 90, 777.7)
    wall = shapely.box(lon, lat - 0.001, lon + 1 / 102_900, lat + 0.001)
    points = good.plan.sorties[1].legs[0].waypoints
    assert not any(wall.buffer(0.0005).contains(shapely.Point(point.lon, point.lat)) for point in points)
    failures = good.with_zones(helpers.zone("WALL", wall)).only("zone.clearance")
    assert len(failures) == 2
    # Deepest half a metre inside, a little more than 50 m too near.
    assert failures[0].measured == pytest.approx(-0.5, abs=0.01)
    assert failures[0].where.lon == pytest.approx(lon + 0.5 / 102_900, abs=1e-6)


def test_a_zone_that_the_planner_never_knew_is_found(good, helpers):
    # The plan is made for the small world; the regulator checks it with one zone more.
    extra = south_of_the_second_sortie(helpers, 30)
    assert "PARK" not in {zone.id for zone in good.sky.zones}
    failures = good.with_zones(extra).only("zone.clearance")
    assert all("PARK" in finding.subject for finding in failures)
    assert [finding.margin for finding in failures] == pytest.approx([-20, -20], abs=0.05)


@pytest.mark.parametrize(("floor_m", "holds"), [(115, False), (119.9, False), (120, True), (125, True)])
def test_a_level_within_ten_metres_below_the_floor_of_a_zone_fails(good, helpers, floor_m, holds):
    world = good.with_zones(across_the_second_sortie(helpers, band=helpers.amsl(floor_m, 300)))
    if holds:
        assert world.review().verdict is Verdict.PASS
        assert world.passing("zone.vertical").measured == pytest.approx(floor_m - 110)
        return
    failures = world.only("zone.clearance")
    assert [finding.subject for finding in failures] == [
        "S2 leg 1 HUB>KIOSK, zone 'CAP'", "S2 leg 2 KIOSK>HUB, zone 'CAP'"
    ]  # fmt: skip
    assert failures[0].where.alt_amsl_m == 110


def test_a_zone_counts_while_a_leg_is_in_the_air_and_not_after(good, helpers):
    # S2 leaves at 00:30, its first leg has handed over by 00:33:59.
    during = across_the_second_sortie(helpers, schedule=helpers.hours("00:32", "00:33"))
    (failure,) = good.with_zones(during).only("zone.clearance")
    assert failure.subject == "S2 leg 1 HUB>KIOSK, zone 'CAP'"
    after = across_the_second_sortie(helpers, schedule=helpers.hours("00:45", "06:00"))
    assert good.with_zones(after).review().verdict is Verdict.PASS


def with_permit(good, helpers, restriction=Restriction.REQ_AUTHORISATION, **changes):
    """S2 flies through a zone, with one permit that names it."""
    opening = replace(helpers.permit("P-CAP", "CAD", zones=("CAP",)), **changes)
    world = good.with_zones(across_the_second_sortie(helpers, restriction=restriction))
    return world.with_gate(permits=(*good.sky.gates[0].permits, opening))


def test_a_right_permit_opens_a_zone(good, helpers):
    assert with_permit(good, helpers).review().verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"aircraft": ("D1", "hexa")}, "is for D1, hexa"),
        ({"valid_to_minutes": 29}, "to 2026-12-01T00:29Z"),
        ({"valid_from_minutes": 59}, "from 2026-12-01T00:59Z"),
        ({"restriction": Restriction.PROHIBITED}, "is never opened"),
    ],
)
def test_a_permit_for_another_drone_or_time_or_a_prohibited_zone_opens_nothing(good, helpers, changes, told):
    changes = {
        key.removesuffix("_minutes"): helpers.START + timedelta(minutes=value) if key.endswith("_minutes") else value
        for key, value in changes.items()
    }
    failures = with_permit(good, helpers, **changes).review().of(Verdict.FAIL)
    assert {(finding.rule, finding.subject) for finding in failures} == {
        (rule, subject)
        for rule in ("zone.clearance", "zone.permit")
        for subject in ("S2 leg 1 HUB>KIOSK, zone 'CAP'", "S2 leg 2 KIOSK>HUB, zone 'CAP'")
    }
    assert all("P-CAP" in finding.detail and told in finding.detail for finding in failures)


def test_longitude_and_latitude_swapped_is_said_so(good):
    point = good.plan.sorties[0].legs[0].waypoints[1]
    (failure,) = good.with_waypoint(0, 0, 1, lon=point.lat, lat=point.lon).only("leg.waypoints")
    assert failure.subject == "S1 leg 1 HUB>CLINIC"
    assert "waypoint 2" in failure.detail
    assert "swapped" in failure.detail


def test_swapped_coordinates_that_can_exist_are_far_too_long(good):
    # 22.5 E 80 N is a place; the way there is none that a drone flies.
    (failure,) = good.with_waypoint(0, 0, 1, lon=22.5, lat=80.0).only("leg.waypoints")
    assert "km long" in failure.detail


@pytest.mark.parametrize("changes", [{"alt_amsl_m": 1e308}, {"alt_agl_m": -1e9}])
def test_a_height_that_no_air_is_at_cannot_be_measured(good, changes):
    failures = good.with_waypoint(0, 0, 1, **changes).broken("leg.waypoints")
    assert [failure.subject for failure in failures] == ["S1 leg 1 HUB>CLINIC"]


def test_too_few_waypoints_fail(good):
    points = good.plan.sorties[1].legs[0].waypoints
    failures = good.with_leg(1, 0, waypoints=(points[0], points[3])).broken("leg.waypoints")
    assert [(finding.measured, finding.margin) for finding in failures] == [(2, -2)]
    (failure,) = good.with_leg(1, 0, waypoints=()).broken("leg.waypoints")
    assert failure.subject == "S2 leg 1 HUB>KIOSK"


def test_a_level_in_feet_read_as_metres_fails_at_that_waypoint(good):
    # 110 m are 360.9 ft. Both ends of the level are moved, and the ground below with them.
    world = good
    for number in (1, 2):
        world = world.with_waypoint(1, 0, number, alt_amsl_m=110 / 0.3048, alt_agl_m=110 / 0.3048 - 10)
    (failure,) = world.broken("leg.level")
    assert failure.subject == "S2 leg 1 HUB>KIOSK"
    assert failure.measured == pytest.approx(110 / 0.3048 - 110, abs=0.001)
    assert failure.margin == pytest.approx(0.1 - 250.892, abs=0.001)
    broken = {finding.rule for finding in world.review().of(Verdict.FAIL)}
    assert broken == {"leg.level", "leg.speed", "energy.leg"}


def test_a_slow_drift_off_the_level_is_found_at_one_waypoint(good, helpers):
    world = good.flown_via(1, 0, midway(helpers)).with_waypoint(1, 0, 2, alt_amsl_m=110.3, alt_agl_m=100.3)
    found = {finding.subject: finding for finding in world.only("leg.level")}
    assert set(found) == {"S2 leg 1 HUB>KIOSK", "S2 leg 1 HUB>KIOSK, change of level"}
    failure = found["S2 leg 1 HUB>KIOSK"]
    assert failure.margin == pytest.approx(-0.2)
    assert (failure.where.lon, failure.where.lat) == pytest.approx(midway(helpers), abs=1e-6)


def test_a_leg_that_ends_beside_its_pad_fails(good, helpers):
    lon, lat = helpers.away(*helpers.KIOSK_AT, 0, 2)
    world = good.with_waypoint(1, 0, 3, lon=lon, lat=lat)
    (failure,) = world.only("leg.pads")
    assert failure.subject == "S2 leg 1 HUB>KIOSK, end on pad 'KIOSK'"
    assert failure.margin == pytest.approx(-1, abs=0.02)


def test_a_leg_that_ends_above_its_pad_fails(good):
    world = good.with_waypoint(1, 0, 3, alt_amsl_m=12, alt_agl_m=2)
    (failure,) = world.only("leg.pads")
    assert failure.subject == "S2 leg 1 HUB>KIOSK, end on pad 'KIOSK', height"
    assert failure.margin == pytest.approx(-1.5)


def test_a_descent_that_is_not_straight_down_fails(good, helpers):
    lon, lat = helpers.away(*helpers.KIOSK_AT, 270, 4)
    (failure,) = good.with_waypoint(1, 0, 2, lon=lon, lat=lat).broken("leg.level")
    assert failure.subject == "S2 leg 1 HUB>KIOSK, descent"
    assert failure.margin == pytest.approx(-3, abs=0.02)


def test_a_height_above_ground_that_no_ground_between_the_pads_gives_fails(good):
    (failure,) = good.with_waypoint(0, 0, 1, alt_agl_m=110 - 35).only("leg.ground")
    assert failure.subject == "S1 leg 1 HUB>CLINIC"
    assert failure.margin == pytest.approx(-4.5)


def test_a_distance_written_too_short_fails(good):
    (failure,) = good.with_leg(1, 0, distance_m=1900).with_totals_right().only("leg.distance")
    assert failure.subject == "S2 leg 1 HUB>KIOSK"
    assert failure.margin == pytest.approx(-97, abs=0.05)


def test_a_duration_without_its_hand_over_fails(good):
    duration_s = good.plan.sorties[1].legs[0].duration_s - 60
    (failure,) = good.with_leg(1, 0, duration_s=duration_s).only("leg.duration")
    assert failure.margin == pytest.approx(-59)


def test_waypoint_times_backwards_fail_at_that_waypoint(good):
    points = good.plan.sorties[1].legs[0].waypoints
    world = good.with_waypoint(1, 0, 2, t=points[0].t)
    (failure,) = world.broken("leg.times")
    assert failure.subject == "S2 leg 1 HUB>KIOSK"
    assert failure.measured == failure.margin == -20
    assert "waypoint 3" in failure.detail
    assert {finding.rule for finding in world.review().of(Verdict.FAIL)} == {"leg.times", "leg.speed"}


def test_a_leg_faster_than_its_drone_type_fails_on_the_piece(good):
    # 2 000 m at 15 m/s are 133.3 s; 20 s less is more than 1 % and 1 s.
    points = good.plan.sorties[1].legs[0].waypoints
    early = timedelta(seconds=20)
    world = good.with_waypoint(1, 0, 2, t=points[2].t - early)
    failures = world.only("leg.speed")
    assert {finding.subject for finding in failures} == {
        "S2 leg 1 HUB>KIOSK, waypoint 2 to 3", "S2 leg 1 HUB>KIOSK, waypoint 3 to 4"
    }  # fmt: skip
    assert max(finding.margin for finding in failures) == pytest.approx(2.333 - 20, abs=0.01)


def test_a_wind_that_a_track_cannot_be_held_in_fails(good):
    # 14 m/s from the east slows the way to the kiosk to 1 m/s, less than the policy's 3 m/s.
    weather = replace(good.job.weather, wind_mps=14, wind_from_deg=90)
    failures = good.with_job(weather=weather).broken("weather.flyable")
    assert [finding.subject for finding in failures] == ["S2 leg 1 HUB>KIOSK, waypoint 2 to 3"]
    assert failures[0].measured == pytest.approx(1, abs=0.001)
    assert failures[0].margin == pytest.approx(-2, abs=0.001)

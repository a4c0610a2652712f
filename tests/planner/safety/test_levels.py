"""Legs that change their level on the way, and types with corridors and turns of their own."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from planner.model.plans import Waypoint
from planner.model.reviews import Verdict
from planner.safety.flights import excess_turns
from planner.safety.geodesics import CentreLine

LOW_M, HIGH_M = 110.0, 150.0


def midway(helpers):
    return helpers.away(*helpers.HUB_AT, 90, 1000)


def climbing(good, helpers, *, by_m=HIGH_M - LOW_M):
    """The leg from hub to kiosk with a climb half-way, worked out by hand: up 8 s, down 10 s longer."""
    leg = good.plan.sorties[1].legs[0]
    points = leg.waypoints
    lon, lat = midway(helpers)
    half_s = (points[2].t - points[1].t).total_seconds() / 2
    up_s, down_s = by_m / 5, by_m / 4

    def at(point, alt_m, seconds):
        ground_m = points[0].alt_amsl_m
        t = points[0].t + timedelta(seconds=seconds)
        return Waypoint(lon=point[0], lat=point[1], alt_amsl_m=alt_m, alt_agl_m=alt_m - ground_m, t=t)

    climbed_s = (points[1].t - points[0].t).total_seconds()
    landed_s = (points[3].t - points[2].t).total_seconds() + down_s
    middle_s = climbed_s + half_s
    flown = (
        points[0],
        points[1],
        at((lon, lat), LOW_M, middle_s),
        at((lon, lat), LOW_M + by_m, middle_s + up_s),
        at((points[2].lon, points[2].lat), LOW_M + by_m, middle_s + up_s + half_s),
        replace(points[3], t=points[0].t + timedelta(seconds=middle_s + up_s + half_s + landed_s)),
    )
    watts = 10 * (10 + leg.payload_kg) ** 1.5 / math.sqrt(101325 / (287.05 * 288.15))
    more_wh = 1.1 * watts * (1.16 * up_s + 0.95 * down_s) / 3600
    later = good.plan.sorties[1].legs[1]
    moved = tuple(replace(point, t=point.t + timedelta(seconds=up_s + down_s)) for point in later.waypoints)
    spent = leg.soc_end - more_wh / 400
    world = good.with_leg(
        1, 0, waypoints=flown, energy_wh=leg.energy_wh + more_wh, duration_s=leg.duration_s + up_s + down_s,
        soc_end=spent,
    )  # fmt: skip
    world = world.with_leg(1, 1, waypoints=moved, soc_start=spent, soc_end=later.soc_end - more_wh / 400)
    world = world.with_sortie(1, returns=moved[-1].t)
    return world.with_policy(levels_amsl_m=(LOW_M, HIGH_M)).with_totals_right()


@pytest.fixture
def world(good, helpers):
    return climbing(good, helpers)


def test_a_leg_that_changes_its_level_straight_up_passes(world):
    assert world.review().of(Verdict.FAIL) == ()
    assert world.passing("leg.level").verdict is Verdict.PASS


def test_a_level_that_is_none_of_the_policy_fails(world):
    (failure,) = {finding.detail for finding in world.with_policy(levels_amsl_m=(LOW_M, 170.0)).only("leg.level")}
    assert failure == "flown at 150.00 m AMSL; the policy's levels: 110, 170 m"


def test_a_slanted_change_of_level_fails(world, helpers):
    middle = world.plan.sorties[1].legs[0].waypoints[3]
    lon, lat = helpers.away(middle.lon, middle.lat, 90, 3)
    slanted = world.with_waypoint(1, 0, 3, lon=lon, lat=lat)
    subjects = {finding.subject for finding in slanted.broken("leg.level")}
    assert subjects == {"S2 leg 1 HUB>KIOSK, change of level"}
    (failure,) = slanted.broken("leg.level")
    assert failure.margin == pytest.approx(-2, abs=0.02)


def test_the_climb_on_the_way_takes_the_time_that_the_type_needs(world):
    hurried = world.with_waypoint(1, 0, 3, t=world.plan.sorties[1].legs[0].waypoints[2].t + timedelta(seconds=3))
    assert "S2 leg 1 HUB>KIOSK, waypoint 3 to 4" in {finding.subject for finding in hurried.broken("leg.speed")}


def test_energy_of_the_climb_on_the_way_is_not_forgotten(world, good):
    forgotten = world.with_leg(1, 0, energy_wh=good.plan.sorties[1].legs[0].energy_wh)
    assert forgotten.broken("energy.leg")


@pytest.mark.parametrize(
    ("band_m", "fails"),
    [((125, 135), True), ((90, 95), False), ((165, 200), False), ((155, 200), True), ((90, 105), True)],
)
def test_a_climb_on_the_way_keeps_out_of_zones_at_all_its_heights(world, helpers, band_m, fails):
    lon, lat = midway(helpers)
    beside = helpers.zone("BESIDE", helpers.block(lon, lat, 0, 30), band=helpers.amsl(*band_m))
    broken = {finding.rule for finding in world.with_zones(beside).review().of(Verdict.FAIL)}
    assert bool(broken & {"zone.clearance", "zone.vertical"}) is fails


def test_a_zone_between_the_levels_bars_no_flight_over_or_under_it(world, helpers):
    points = world.plan.sorties[1].legs[0].waypoints
    quarter = ((points[1].lon + points[2].lon) / 2, (points[1].lat + points[2].lat) / 2)
    thin = helpers.zone("THIN", helpers.block(*quarter, 0, 5, size_m=60), band=helpers.amsl(125, 135))
    assert world.with_zones(thin).review().of(Verdict.FAIL) == ()


# Types


def of_type(world, **figures):
    (kind,) = world.job.drone_types
    return world.with_job(drone_types=(replace(kind, **figures),))


@pytest.mark.parametrize(("half_width_m", "fails"), [(None, False), (25.0, False), (35.0, True), (5.0, False)])
def test_clearance_is_kept_from_the_edge_of_the_type_s_own_corridor(good, helpers, half_width_m, fails):
    lon, lat = midway(helpers)
    near = good.with_zones(helpers.zone("NEAR", helpers.block(lon, lat, 0, 60)))
    broken = of_type(near, corridor_half_width_m=half_width_m).broken("zone.clearance")
    assert bool(broken) is fails


def test_a_narrow_type_may_fly_where_the_policy_s_width_would_not(good, helpers):
    lon, lat = midway(helpers)
    near = good.with_zones(helpers.zone("NEAR", helpers.block(lon, lat, 0, 40)))
    assert near.broken("zone.clearance")
    assert not of_type(near, corridor_half_width_m=9.0).broken("zone.clearance")


def bent(good, helpers, sideways_m):
    lon, lat = midway(helpers)
    return good.flown_via(1, 0, helpers.away(lon, lat, 0, sideways_m))


def test_a_type_that_turns_on_the_spot_may_turn_anyhow(good, helpers):
    assert not bent(good, helpers, 400).broken("leg.turn")


def test_a_sharp_corner_cannot_be_flown_by_a_type_that_needs_room(good, helpers):
    """A corner of angle d is left by R (1 / cos(d / 2) - 1), which may be the half width of 20 m."""
    points = good.plan.sorties[1].legs[0].waypoints
    half_m = helpers.WGS84.inv(points[1].lon, points[1].lat, points[2].lon, points[2].lat)[2] / 2
    sideways_m = half_m * math.tan(math.radians(20))  # a corner of 40 degrees
    least_m = 20 / (1 / math.cos(math.radians(20)) - 1)
    for radius_m, fails in ((least_m * 0.9, False), (least_m * 1.2, True)):
        world = of_type(bent(good, helpers, sideways_m), min_turn_radius_m=radius_m)
        assert bool(world.broken("leg.turn")) is fails


@pytest.mark.parametrize(("radius_m", "fails"), [(95.0, False), (130.0, True)])
def test_a_curve_of_many_small_corners_is_judged_by_its_length(good, helpers, radius_m, fails):
    """Twelve corners of 5.6 degrees, 9.8 m apart, lie on a circle of 100 m."""
    azimuth_deg, spots = 0.0, [midway(helpers)]
    for _ in range(13):
        spots.append(helpers.away(*spots[-1], azimuth_deg, 2 * 100 * math.sin(math.radians(2.8125))))
        azimuth_deg += 5.625
    first = good.plan.sorties[1].legs[0].waypoints[1]
    points = [replace(first, lon=lon, lat=lat, t=first.t + timedelta(seconds=n)) for n, (lon, lat) in enumerate(spots)]
    excess_deg = max(excess for excess, _ in excess_turns(CentreLine.through(points), radius_m, 1.0))
    assert (excess_deg > 0) is fails


def test_turns_to_both_sides_need_room_between_them(good, helpers):
    """Two corners of 20 degrees: their tangents are R tan 10 degrees each, so R is at most 283.6 m for 100 m."""
    spots = [midway(helpers)]
    for azimuth_deg, metres in ((90, 500), (110, 100), (90, 500)):
        spots.append(helpers.away(*spots[-1], azimuth_deg, metres))
    first = good.plan.sorties[1].legs[0].waypoints[1]
    points = [replace(first, lon=lon, lat=lat, t=first.t + timedelta(seconds=n)) for n, (lon, lat) in enumerate(spots)]
    line = CentreLine.through(points)
    assert max(excess for excess, _ in excess_turns(line, 280.0, 20.0)) < 0
    assert max(excess for excess, _ in excess_turns(line, 287.0, 20.0)) > 0


def test_a_type_with_a_least_turn_keeps_one_level(world):
    (failure,) = (f for f in of_type(world, min_turn_radius_m=1.0).broken("leg.turn") if f.subject.endswith("level"))
    assert failure.measured == pytest.approx(40)

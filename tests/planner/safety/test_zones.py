"""Keeping clear of zones: faults that must fail, each with a twin that is just clear."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import shapely

from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.model.zones import Restriction
from planner.model.plans import Entry
from planner.model.reviews import Verdict

# The clearance of the policy is 20 + 30 = 50 m, and 2 cm are allowed.


def beside_first_leg(helpers, metres, **options):
    """A prohibited triangle pointing at the first leg from the west, 700 m after the hub."""
    place = helpers.away(*helpers.HUB_AT, 0, 700)
    return helpers.zone("Z1", helpers.block(*place, 270, metres), **options)


@pytest.mark.parametrize(("metres", "holds"), [(49.90, False), (49.93, False), (49.99, True), (50.05, True)])
def test_a_zone_five_centimetres_too_close_fails_and_one_just_clear_passes(good, helpers, metres, holds):
    world = good.with_zones(beside_first_leg(helpers, metres))
    failures = world.broken("zone.clearance")
    assert (not failures) is holds
    if holds:
        assert world.passing("zone.clearance").measured == pytest.approx(metres, abs=0.01)
    else:
        assert {finding.subject for finding in failures} == {
            "S1 leg 1 HUB>CLINIC, zone 'Z1'", "S1 leg 2 CLINIC>HUB, zone 'Z1'"
        }  # fmt: skip
        assert failures[0].measured == pytest.approx(metres, abs=0.01)
        assert failures[0].margin == pytest.approx(metres - 50, abs=0.01)


def test_a_waypoint_moved_300_m_into_a_zone_names_zone_leg_place_and_margin(good, helpers):
    # A zone whose western edge is the meridian 50 m east of the kiosk; the top of the descent is moved 300 m inside.
    edge_lon, lat = helpers.away(*helpers.KIOSK_AT, 90, 50.5)
    area = shapely.box(edge_lon, lat - 0.02, edge_lon + 0.04, lat + 0.02)
    world = good.with_zones(helpers.zone("HK-P07", area))
    assert world.broken("zone.clearance") == ()
    lon, lat = helpers.away(edge_lon, lat, 90, 300)
    moved = world.with_waypoint(1, 0, 2, lon=lon, lat=lat)
    (failure,) = (item for item in moved.broken("zone.clearance") if "leg 1" in item.subject)
    assert failure.subject == "S2 leg 1 HUB>KIOSK, zone 'HK-P07'"
    assert failure.measured == pytest.approx(-300, abs=0.02)
    assert failure.margin == pytest.approx(-350, abs=0.02)
    assert (failure.where.lon, failure.where.lat) == pytest.approx((lon, lat), abs=1e-6)
    assert failure.where.alt_amsl_m == 110
    assert moved.review().verdict is Verdict.FAIL
    assert moved.review().findings[0].verdict is Verdict.FAIL


def test_a_wall_of_one_metre_between_two_waypoints_fails(good, helpers):
    lon, lat = helpers.away(*helpers.HUB_AT, 0, 703.3)
    wall = shapely.box(lon - 0.002, lat, lon + 0.002, lat + 0.000009)
    failures = good.with_zones(helpers.zone("WALL", wall)).broken("zone.clearance")
    assert len(failures) == 2
    assert failures[0].measured == pytest.approx(-0.5, abs=0.01)


def test_a_zone_over_a_pad_closes_its_climb_and_descent(good, helpers):
    # Its ceiling is 80 m: the level of 110 m is clear, the column over the pad is not.
    area = helpers.block(*helpers.CLINIC_AT, 0, 45)
    failures = good.with_zones(helpers.zone("LOW", area, band=helpers.amsl(0, 80))).broken("zone.clearance")
    assert [finding.subject[:8] for finding in failures] == ["S1 leg 1", "S1 leg 2"]
    assert all(finding.where.alt_amsl_m <= 90 for finding in failures)
    further = helpers.block(*helpers.CLINIC_AT, 0, 50)
    assert good.with_zones(helpers.zone("LOW", further, band=helpers.amsl(0, 80))).broken("zone.clearance") == ()


@pytest.mark.parametrize(("ceiling_m", "holds"), [(99.9, True), (100.0, True), (100.1, False), (105, False)])
def test_a_zone_below_must_be_ten_metres_below(good, helpers, ceiling_m, holds):
    place = helpers.away(*helpers.HUB_AT, 0, 700)
    area = shapely.Point(place).buffer(0.001)
    world = good.with_zones(helpers.zone("BELOW", area, band=helpers.amsl(0, ceiling_m)))
    assert (not world.broken("zone.clearance")) is holds
    if holds:
        assert world.passing("zone.vertical").measured == pytest.approx(110 - ceiling_m)


def test_a_zone_around_the_end_of_a_leg_is_passed_over_nowhere(good, helpers):
    # Open to the west, 200 m off the kiosk on the other sides, up to 100 m: only the descent is within its heights.
    (west, south), (east, north) = helpers.away(*helpers.KIOSK_AT, 225, 283), helpers.away(*helpers.KIOSK_AT, 45, 566)
    inner = helpers.away(*helpers.KIOSK_AT, 45, 283)
    yard = shapely.box(west, south - 0.002, east, north).difference(shapely.box(west, south, *inner))
    world = good.with_zones(helpers.zone("YARD", yard, band=helpers.amsl(0, 95)))
    assert world.review().verdict is Verdict.PASS
    assert "YARD" not in world.passing("zone.vertical").subject
    assert "YARD" in world.passing("zone.clearance").subject
    assert world.passing("zone.clearance").measured == pytest.approx(200, abs=0.5)


def test_a_ceiling_above_ground_counts_from_the_highest_pad(good, helpers):
    area = shapely.Point(helpers.away(*helpers.HUB_AT, 0, 700)).buffer(0.001)

    def capped(metres):
        band = Band(lower=GROUND, upper=Height(value_m=metres, reference=Reference.AGL))
        return good.with_zones(helpers.zone("AGL", area, band=band)).broken("zone.clearance")

    # The clinic stands at 30 m: 70 m above ground can be 100 m above the sea.
    assert capped(70) == ()
    assert len(capped(71)) == 2


def test_heights_in_feet_taken_for_metres_fail(good):
    in_feet = good.every_waypoint(lambda point: replace(point, alt_amsl_m=point.alt_amsl_m / 0.3048))
    assert in_feet.broken("leg.level")
    assert in_feet.broken("leg.pads")


def test_a_zone_that_does_not_hold_at_the_time_of_the_leg_is_open(good, helpers):
    # S1 flies from 00:10 UTC and is back after about nine minutes.
    world = good.with_zones(beside_first_leg(helpers, 10, schedule=helpers.hours("00:30", "06:00")))
    assert world.broken("zone.clearance") == ()
    world = good.with_zones(beside_first_leg(helpers, 10, schedule=helpers.hours("00:12", "06:00")))
    assert len(world.broken("zone.clearance")) == 2


def test_a_zone_without_restriction_is_open(good, helpers):
    world = good.with_zones(beside_first_leg(helpers, 10, restriction=Restriction.NO_RESTRICTION))
    assert world.broken("zone.clearance") == ()


def opened_by(world, helpers, *, restriction=Restriction.REQ_AUTHORISATION, **changes):
    zoned = world.with_zones(beside_first_leg(helpers, 10, restriction=restriction))
    opening = replace(helpers.permit("P-Z1", "CAD", zones=("Z1",)), **changes)
    return zoned.with_gate(permits=(*world.sky.gates[0].permits, opening))


@pytest.mark.parametrize("restriction", [Restriction.REQ_AUTHORISATION, Restriction.CONDITIONAL])
@pytest.mark.parametrize("aircraft", [("quad",), ("D1",)])
def test_a_permit_for_the_drone_or_its_type_opens_a_zone(good, helpers, restriction, aircraft):
    world = opened_by(good, helpers, restriction=restriction, aircraft=aircraft)
    assert world.review().verdict is Verdict.PASS
    assert "permit 'P-Z1'" in world.passing("zone.permit").subject


def test_a_prohibited_zone_is_never_opened(good, helpers):
    world = opened_by(good, helpers, restriction=Restriction.PROHIBITED)
    assert len(world.broken("zone.clearance")) == 2
    assert "never opened" in world.broken("zone.permit")[0].detail


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"aircraft": ("D2",)}, "is for D2"),
        ({"zones": ("Z2",)}, ""),
        ({"valid_from_minutes": 11}, "is valid from 2026-12-01T00:11Z"),
        ({"valid_to_minutes": 12}, "to 2026-12-01T00:12Z"),
    ],
)
def test_a_permit_that_does_not_fit_opens_nothing(good, helpers, changes, told):
    times = {
        key.removesuffix("_minutes"): helpers.START + timedelta(minutes=value)
        for key, value in changes.items()
        if key.endswith("_minutes")
    }
    world = opened_by(good, helpers, **(times or changes))
    failures = world.broken("zone.clearance")
    assert failures
    assert told in failures[0].detail
    assert bool(world.broken("zone.permit")) is bool(told)


@pytest.mark.parametrize(
    ("band", "budget_m", "holds"),
    [((60, 120), 0, True), ((110, 150), 0, True), ((60, 110), 0, True),
     ((60, 110), 5, False), ((60, 115), 5, True), ((105, 150), 5, True),
     ((105, 150), 6, False), ((110.1, 150), 0, False), ((60, 109.9), 0, False)],
)  # fmt: skip
def test_a_permit_for_some_heights_opens_a_zone_at_these_less_the_budget(good, helpers, band, budget_m, holds):
    world = opened_by(good, helpers, band=helpers.amsl(*band)).with_policy(vertical_budget_m=budget_m)
    # The zone is as wide as it is tall: only the level of 110 m is near it.
    failures = world.broken("zone.permit")
    assert (not failures) is holds
    assert all("110 to 110 m AMSL are flown" in failure.detail for failure in failures)


def entered(world, zone="Z1", permit="P-Z1"):
    """What is said of the way out of S1, which is written down to enter a zone by a permit."""
    return world.with_leg(0, 0, zones=(Entry(zone=zone, permit=permit, note=""),)).broken("zone.record")


def test_a_zone_that_is_written_down_as_entered_is_known_and_opened_by_its_permit(good, helpers):
    world = opened_by(good, helpers)
    assert entered(world) == ()
    assert entered(world, permit="") == ()
    (nowhere,) = entered(world, zone="Z9")
    assert nowhere.detail == "the airspace has no zone 'Z9'"
    (nothing,) = entered(world, permit="P-9")
    assert nothing.detail == "the airspace has no permit 'P-9'"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"zones": ("Z2",)}, "permit 'P-Z1' is not for zone 'Z1' and drone 'D1'"),
        ({"aircraft": ("D2",)}, "permit 'P-Z1' is not for zone 'Z1' and drone 'D1'"),
        ({"restriction": Restriction.PROHIBITED}, "permit 'P-Z1' is not for zone 'Z1' and drone 'D1'"),
        ({"schedule": "after"}, "permit 'P-Z1' is for zone 'Z1' and drone 'D1', and not in force throughout the leg"),
    ],
)
def test_a_permit_that_is_written_down_lets_the_drone_in_throughout_the_leg(good, helpers, changes, words):
    told = {"schedule": helpers.hours("00:11", "01:00")} if "schedule" in changes else changes
    (failure,) = entered(opened_by(good, helpers, **told))
    assert failure.detail == words


def test_of_two_permits_of_one_id_one_that_fits_is_enough(good, helpers):
    world = opened_by(good, helpers)
    (gate,) = world.sky.gates
    other = replace(gate, id="G2", permits=(replace(gate.permits[-1], zones=("Z2",)),))
    both = replace(world, sky=replace(world.sky, gates=(other, gate)))
    assert entered(both) == ()
    bare = both.with_leg(0, 0, waypoints=(), zones=(Entry(zone="Z1", permit="P-Z1", note=""),)).broken("zone.record")
    assert len(bare) == 1


def test_the_clearance_that_counts_is_the_policys(good, helpers):
    world = good.with_zones(beside_first_leg(helpers, 60))
    assert world.broken("zone.clearance") == ()
    assert len(world.with_policy(clearance_m=41).broken("zone.clearance")) == 2


def test_every_zone_too_near_is_listed(good, helpers):
    place = helpers.away(*helpers.HUB_AT, 0, 400)
    other = helpers.zone("Z2", helpers.block(*place, 90, 30))
    world = good.with_zones(beside_first_leg(helpers, 40), other)
    assert len(world.broken("zone.clearance")) == 4

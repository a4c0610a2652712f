"""Heights above the ground: what a record may say of them, and how far the level part stays off a terrain model."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import shapely

from planner.model.reviews import Verdict
from planner.safety.cases import laid_open
from planner.safety.ground import above_ground, above_terrain

# S2 flies at 110 m from the hub to the kiosk, 2 000 m to the east, both at 10 m; S1 to the clinic, which is at 30 m.


class Plateau:
    """Ground between 20 and 30 m everywhere."""

    def span_amsl_m(self, area=None):  # noqa: ARG002 - the same everywhere
        return 20.0, 30.0


class Seen:
    """Flat ground that remembers where it was asked for."""

    def __init__(self):
        self.areas = []

    def span_amsl_m(self, area):
        self.areas.append(area)
        return 0.0, 10.0


class Peak:
    """Flat ground with one peak of a height, or one spot where nothing is known."""

    def __init__(self, at, height_m):
        self.at, self.height_m = shapely.Point(at), height_m

    def span_amsl_m(self, area):
        return (0.0, self.height_m) if area.covers(self.at) else (0.0, 10.0)


def over(world, terrain):
    return replace(world, sky=replace(world.sky, terrain=terrain))


def asked(judge, world, number=2):
    """What is said of one leg: 0 and 1 are S1's, 2 and 3 S2's."""
    case = laid_open(world.plan, world.sky, world.job, digest="", stated_digest="")
    return list(judge(case, case.legs[number]))


@pytest.mark.parametrize(
    ("agl_m", "measured"),
    # At 110 m over a ground between 10 and 30 m: 80 to 100 m above it, and half a metre either way is allowed.
    [(80, 0), (90, 0), (100, 0), (79.5, 0.5), (100.5, 0.5), (79.4, 0.6), (100.6, 0.6)],
)
def test_without_a_model_the_ground_lies_between_the_two_pads(good, agl_m, measured):
    (finding,) = asked(above_ground, good.with_waypoint(0, 0, 1, alt_agl_m=agl_m), 0)
    assert finding.measured == pytest.approx(measured)
    assert (finding.verdict is Verdict.PASS) is (measured <= 0.5)
    assert not measured or finding.where.lat == pytest.approx(good.plan.sorties[0].legs[0].waypoints[1].lat)


def test_between_a_pad_and_nowhere_no_ground_is_known(good):
    assert asked(above_ground, good.with_leg(1, 0, to_pad="NOWHERE")) == []
    assert asked(above_ground, good.with_leg(1, 0, from_pad="NOWHERE")) == []
    assert asked(above_ground, good.with_leg(1, 0, waypoints=())) == []


@pytest.mark.parametrize(("agl_m", "measured"), [(80, 0), (79, 0), (80.5, 0.5), (80.6, 0.6), (200, 120)])
def test_over_a_model_a_height_is_overstated_above_its_highest_ground(good, agl_m, measured):
    # The other inner waypoint is told right; what is told on the pads themselves is not asked.
    world = over(good, Plateau()).with_waypoint(1, 0, 2, alt_agl_m=10.0)
    (finding,) = asked(above_ground, world.with_waypoint(1, 0, 1, alt_agl_m=agl_m))
    assert finding.measured == pytest.approx(measured)
    assert (finding.verdict is Verdict.PASS) is (measured <= 0.5)
    assert finding.where.lon == pytest.approx(world.plan.sorties[1].legs[0].waypoints[1].lon)
    assert asked(above_ground, over(good, Plateau()).with_leg(1, 0, waypoints=())) == []


@pytest.mark.parametrize(
    ("peak_m", "beside_m", "measured", "holds"),
    [
        (95, 0, 15, True), (100, 0, 10, True), (100.05, 0, 9.95, True), (100.2, 0, 9.8, False),
        # The corridor is 20 m wide to each side.
        (105, 19, 5, False), (105, -19, 5, False), (105, 21, 100, True), (105, -21, 100, True),
    ],
)  # fmt: skip
def test_the_level_part_keeps_the_vertical_clearance_from_the_ground_below_its_corridor(
    good, helpers, peak_m, beside_m, measured, holds
):
    peak = helpers.away(*helpers.away(*helpers.HUB_AT, 90, 1234), 0, beside_m)
    (finding,) = asked(above_terrain, over(good, Peak(peak, peak_m)))
    assert finding.measured == pytest.approx(measured)
    assert (finding.verdict is Verdict.PASS) is holds
    if measured < 100:
        # It is told to the hundred metres that the peak lies in.
        off_m = helpers.WGS84.inv(finding.where.lon, finding.where.lat, *peak)[2]
        assert off_m <= 105


def test_a_narrower_type_passes_what_the_policys_width_would_not(good, helpers):
    (kind,) = good.job.drone_types
    narrow = good.with_job(drone_types=(replace(kind, corridor_half_width_m=1.0),))
    peak = Peak(helpers.away(*helpers.away(*helpers.HUB_AT, 90, 1234), 0, 3), 105)
    assert asked(above_terrain, over(narrow, peak))[0].verdict is Verdict.PASS
    none, seen = good.with_policy(corridor_half_width_m=0.0), Seen()
    assert asked(above_terrain, over(none, seen))[0].verdict is Verdict.PASS
    # Without a width the line itself: twenty stretches of a hundred metres, each from where the last one ended.
    assert {area.geom_type for area in seen.areas} == {"LineString"}
    assert len(seen.areas) in (20, 21)
    assert sum(area.length for area in seen.areas) == pytest.approx(helpers.KIOSK_AT[0] - helpers.HUB_AT[0], rel=1e-3)
    assert asked(above_terrain, over(none, peak))[0].verdict is Verdict.PASS
    assert asked(above_terrain, over(good, peak))[0].verdict is Verdict.FAIL


def test_ground_that_nobody_knows_is_never_cleared(good, helpers):
    unknown = Peak(helpers.away(*helpers.HUB_AT, 90, 1234), math.inf)
    (finding,) = asked(above_terrain, over(good, unknown))
    assert (finding.verdict, finding.measured) == (Verdict.FAIL, None)
    assert finding.detail == "the ground below is not known"


def test_climb_and_descent_over_the_pads_are_no_level_part(good, helpers):
    # 30 m beside the pads, where the climb begins at 10 m: ground of 60 m is 50 m below the level.
    for at in (helpers.HUB_AT, helpers.KIOSK_AT):
        (finding,) = asked(above_terrain, over(good, Peak(at, 60)))
        assert finding.measured == pytest.approx(50)


def test_without_a_model_or_a_level_part_nothing_is_asked(good):
    assert asked(above_terrain, good) == []
    points = good.plan.sorties[1].legs[0].waypoints
    for few in ((), points[:3]):
        assert asked(above_terrain, over(good, Plateau()).with_leg(1, 0, waypoints=few)) == []
    assert len(asked(above_terrain, over(good, Plateau()))) == 1

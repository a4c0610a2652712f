"""Records that nobody would write, and what the check says of them: never an error, never a PASS by silence."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest
import shapely

from airspace.model.corridors import Corridor, Library, Passed
from airspace.rules.calendars import Calendar
from airspace.rules.kinds import HeightCap
from airspace.rules.ledger import Ledger
from planner.model.goods import GoodsApproval
from planner.model.plans import CorridorChoice, WayOut
from planner.model.reviews import Verdict
from planner.safety import laws, ways_out
from planner.safety.boundaries import _parts, boundary_kept
from planner.safety.cases import fault_of, laid_open
from planner.safety.corridors import _off_m, on_approved_corridors
from planner.safety.customs import customs_cleared
from planner.safety.energies import derived_wh, start_wh
from planner.safety.geodesics import Edges
from planner.safety.ground import above_ground
from tests.airspace.rules.samples import SOURCE, a_rule


def laid(world):
    return laid_open(world.plan, world.sky, world.job, digest="", stated_digest="")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lon": math.nan}, "not a finite number"),
        ({"lat": math.inf}, "not a finite number"),
        ({"alt_amsl_m": -math.inf}, "not a finite number"),
        ({"alt_agl_m": math.nan}, "not a finite number"),
        ({"lat": 114.1, "lon": 22.5}, "swapped"),
        ({"lat": -90.001, "lon": 90.0}, "swapped"),
        ({"lat": 90.001, "lon": 90.001}, "outside the degrees of the Earth"),
        ({"lon": 180.001}, "outside the degrees of the Earth"),
        ({"lon": -180.001}, "outside the degrees of the Earth"),
        ({"lon": 180.0, "lat": -90.0}, ""),
    ],
)
def test_a_waypoint_that_cannot_exist_says_why(good, changes, words):
    point = replace(good.plan.sorties[0].legs[0].waypoints[1], **changes)
    told = fault_of(3, point)
    assert words in told
    assert bool(told) == bool(words)
    assert not told or told.startswith("waypoint 3 ")


def test_a_sortie_that_returns_before_it_departs_fails(good):
    # Times of waypoints count where there are any.
    world = good.with_leg(0, 1, waypoints=())
    departs = good.plan.sorties[0].departs
    failures = world.with_sortie(0, returns=departs - timedelta(seconds=1)).broken("job.window")
    assert [failure.detail for failure in failures] == ["returns before it departs"]
    assert world.with_sortie(0, returns=departs).broken("job.window") == ()


def test_a_sortie_whose_legs_have_no_waypoints_has_no_times_to_agree(good):
    bare = tuple(replace(leg, waypoints=()) for leg in good.plan.sorties[0].legs)
    world = good.with_sortie(0, legs=bare)
    assert not any(finding.subject.startswith("S1") for finding in world.broken("sortie.times"))
    assert {finding.subject for finding in world.broken("leg.waypoints")} == {
        "S1 leg 1 HUB>CLINIC",
        "S1 leg 2 CLINIC>HUB",
    }


def test_an_order_handed_over_at_a_pad_that_nobody_knows_has_no_custody_and_the_pad_fails(good):
    world = good.with_leg(0, 0, to_pad="NOWHERE").with_order("O1", to_pad="NOWHERE")
    review = world.review()
    assert not any("O1" in finding.subject for finding in review.findings if finding.rule == "custody.level")
    assert review.verdict is Verdict.FAIL
    assert any("NOWHERE" in finding.detail for finding in review.of(Verdict.FAIL))


def test_energy_of_a_type_or_drone_that_nobody_knows_is_an_error_and_the_rule_is_not_checked(good):
    stray = laid(good.with_sortie(0, drone="D9", drone_type="ghost"))
    with pytest.raises(ValueError, match="the drone type is not known"):
        derived_wh(stray, stray.legs[0])
    with pytest.raises(ValueError, match="the drone is not known"):
        start_wh(stray, stray.sorties[0])


def test_a_zone_that_could_not_be_read_is_never_a_pass(good):
    world = replace(good, sky=replace(good.sky, rejected=("zones.json: feature 7",)))
    (finding,) = (finding for finding in world.review().findings if finding.rule == "zone.rejected")
    assert (finding.subject, finding.verdict) == ("zones.json: feature 7", Verdict.NOT_CHECKED)
    assert world.review().verdict is Verdict.NOT_CHECKED


def test_clearing_at_a_leg_without_waypoints_is_left_to_the_rule_on_waypoints(good):
    world = good.with_pad("CLINIC", roles=("customs",), customs_windows=good.sky.pads[0].schedule, customs_dwell_s=60.0)
    cleared = world.with_leg(0, 0, clears=("O1",))
    case = laid(cleared)
    assert [f.rule for f in customs_cleared(case, case.sorties[0]) if f.rule == "customs.window"] == ["customs.window"]
    bare = laid(cleared.with_leg(0, 0, waypoints=()))
    assert [f.rule for f in customs_cleared(bare, bare.sorties[0]) if f.rule == "customs.window"] == []


def test_goods_on_a_leg_that_cannot_be_measured_are_asked_of_the_sides_written_down(good):
    approved = GoodsApproval(un_number="UN3373", jurisdiction="HK", approval="HK-1")
    world = good.with_order("O1", dangerous_goods="UN3373").with_policy(dangerous_goods_allowed=(approved,))
    failures = world.broken("goods.dangerous")
    assert [(failure.measured, failure.required) for failure in failures] == [(1, 2)]
    unmeasured = world.with_leg(0, 0, waypoints=(), jurisdictions=("HK", "SZ", "MO"))
    (failure,) = unmeasured.broken("goods.dangerous")
    assert (failure.measured, failure.required) == (1, 3)
    assert "MO: none" in failure.detail


def on_library(world, **changes):
    leg = world.plan.sorties[0].legs[0]
    points = tuple((point.lon, point.lat, point.alt_amsl_m) for point in leg.waypoints[1:-1])
    figures = {
        "from_pad": leg.from_pad, "to_pad": leg.to_pad, "drone_types": ("quad",), "points": points, "half_width_m": 20,
        "clearance_m": 30, "vertical_clearance_m": 10, "gates": leg.gates, "rules": "",
        "jurisdictions": (Passed(jurisdiction="HK", authority="CAD"),), **changes,
    }  # fmt: skip
    corridor = Corridor(**figures)
    options = {"corridors": CorridorChoice.APPROVED.value}
    asked = world.with_leg(0, 0, corridor=corridor.id)
    asked = asked.with_plan(created_by=replace(asked.plan.created_by, options=options))
    return replace(asked, sky=replace(asked.sky, library=Library(corridors=(corridor,), history=())))


def test_a_corridor_that_is_not_for_the_type_is_not_approved(good):
    case = laid(on_library(good, drone_types=("wing",)))
    failures = [one for one in on_approved_corridors(case, case.legs[0]) if one.verdict is Verdict.FAIL]
    assert any("it is not for this type" in failure.detail for failure in failures)


def test_the_line_of_a_leg_that_cannot_be_measured_is_left_to_the_rule_on_waypoints(good):
    world = on_library(good)
    case = laid(world)
    lines = [finding.subject for finding in on_approved_corridors(case, case.legs[0])]
    point = replace(world.plan.sorties[0].legs[0].waypoints[1], lon=math.nan)
    unmeasured = world.with_leg(0, 0, waypoints=(world.plan.sorties[0].legs[0].waypoints[0], point))
    fewer = laid(unmeasured)
    assert len(list(on_approved_corridors(fewer, fewer.legs[0]))) < len(lines)


class Plateau:
    """Ground between 20 and 30 m everywhere."""

    def span_amsl_m(self, area=None):  # noqa: ARG002 - the same everywhere
        return 20.0, 30.0


def test_a_leg_without_points_between_its_pads_has_no_height_above_a_terrain_model(good):
    world = replace(good, sky=replace(good.sky, terrain=Plateau()))
    case = laid(world)
    (finding,) = above_ground(case, case.legs[0])
    # 110 m AMSL and 80 or 100 m above ground told, over ground that is at most 30 m high: at most 20 m too many.
    told = [point.alt_agl_m for point in world.plan.sorties[0].legs[0].waypoints[1:-1]]
    assert finding.measured == pytest.approx(max(0.0, max(told) - 80.0))
    points = world.plan.sorties[0].legs[0].waypoints
    ends = laid(world.with_leg(0, 0, waypoints=(points[0], points[-1])))
    assert list(above_ground(ends, ends.legs[0])) == []


def test_a_gate_that_holds_the_whole_boundary_has_no_ends_to_keep_away_from(good):
    world = good.with_gate(area=shapely.box(113.9, 22.4, 114.3, 22.6))
    assert world.broken("boundary.gate") == ()
    case = laid(world)
    details = [finding.detail for finding in boundary_kept(case, case.legs[0]) if finding.rule == "boundary.gate"]
    assert "the whole boundary lies inside the gate" in details


def test_a_leg_that_stays_over_one_place_is_as_far_off_its_corridor_as_that_reaches(good, helpers):
    here = good.plan.sorties[0].legs[0].waypoints[1]
    lon, lat = helpers.away(here.lon, here.lat, 90, 300)
    far = replace(here, lon=lon, lat=lat, alt_amsl_m=here.alt_amsl_m + 400)
    assert _off_m([here, far], [here]) == pytest.approx(500, abs=0.01)
    assert _off_m([here], [here]) == 0.0


def test_what_is_shorter_than_a_hair_between_two_jurisdictions_is_no_part_of_a_leg():
    parts = list(_parts({"A": [(0.0, 0.5)], "B": [(0.5 + 5e-8, 1.0)]}))
    assert parts == [(0.0, 0.5, frozenset({"A"})), (0.5 + 5e-8, 1.0, frozenset({"B"}))]
    apart = list(_parts({"A": [(0.0, 0.5)], "B": [(0.6, 1.0)]}))
    assert apart[1] == (0.5, 0.6, frozenset())


def judged(world):
    case = laid(world)
    return [(one.rule, one.verdict, one.detail) for one in laws.lawful(case, case.legs[0])]


@pytest.fixture
def ruled(good):
    """Both sides ask for flights no higher than 120 m above ground."""
    rule = a_rule(HeightCap(most_m=120.0), classes=())
    calendar = Calendar(country="HK", categories=("public",), weekend=("SUN",), published_years=(2026,), source=SOURCE)
    ledger = Ledger(
        name="law", title="law", authority="Authority", timezone="Asia/Hong_Kong", calendar=calendar, rules=(rule,)
    )
    sides = tuple(replace(side, rules=("law",)) for side in good.sky.jurisdictions)
    return replace(good, sky=replace(good.sky, jurisdictions=sides)).with_job(ledgers=(ledger,))


class Unknown:
    """Ground that nobody knows."""

    def span_amsl_m(self, area=None):  # noqa: ARG002 - the same everywhere
        return -math.inf, math.inf


def test_where_the_ground_is_not_known_no_law_of_heights_is_judged(ruled):
    assert [verdict for rule, verdict, _ in judged(ruled) if rule == "law.judged"] == [Verdict.PASS]
    blind = replace(ruled, sky=replace(ruled.sky, terrain=Unknown()))
    found = judged(blind)
    assert {(rule, verdict) for rule, verdict, _ in found} == {("law.judged", Verdict.NOT_CHECKED)}
    assert len(found) == 2, "one for each side, and nothing judged"
    assert all("the ground below is not known" in detail for _, _, detail in found)


def test_how_far_a_leg_is_from_an_area_is_told_exactly_only_as_far_as_it_matters(good, helpers):
    leg = laid(good).legs[0]
    start = leg.leg.waypoints[0]
    west = helpers.away(start.lon, start.lat, 270, 2000)
    area = shapely.box(west[0] - 0.01, west[1] - 0.001, west[0], west[1] + 0.001)
    edges = Edges.of(area, lat=start.lat)
    whole = leg.line.whole
    assert laws._off_m(leg, whole, area, edges, 3000.0) == pytest.approx(2000, abs=0.1)
    at_least = laws._off_m(leg, whole, area, edges, 100.0)
    assert 100.0 < at_least <= 2000.1
    over = shapely.box(start.lon - 0.001, start.lat + 0.005, start.lon + 0.001, start.lat + 0.006)
    assert laws._off_m(leg, whole, over, Edges.of(over, lat=start.lat), 100.0) == 0.0


def test_a_way_out_of_a_leg_that_cannot_be_measured_begins_nowhere(good):
    leg = good.plan.sorties[0].legs[0]
    way = WayOut(
        alternate="KIOSK", corridor="", energy_wh=1.0, needed_wh=1.0, margin_wh=1.0, waypoints=leg.waypoints[-2:]
    )
    case = laid(good)
    assert {finding.rule for finding in ways_out._joined(case, case.legs[0], way)} == {"energy.alternate"}
    bare = laid(good.with_leg(0, 0, waypoints=leg.waypoints[:1]))
    assert list(ways_out._joined(bare, bare.legs[0], way)) == []


def test_a_leg_without_a_way_out_has_no_energy_of_one_to_judge(good):
    case = laid(good)
    assert (
        list(ways_out._way_out_sure(case, case.legs[0], ways_out.Sure(needed_wh=10.0, spread_wh=0.0), 5.0, 0.95)) == []
    )


def test_what_a_type_that_nobody_knows_takes_is_an_error(good):
    stray = laid(good.with_sortie(0, drone="D9", drone_type="ghost"))
    with pytest.raises(ValueError, match="the drone type is not known"):
        ways_out._taken(stray, stray.legs[0], None)

"""What the check tells the rules of a side of a leg: heights, masses, speeds and distances by sums done by hand.

S1 crosses from Hong Kong to Shenzhen at 110 m with 2 kg in a type of 10 kg that lifts 5 kg more; its pads are at 10 and
30 m, and so is the ground, as nobody knows better. S2 stays in Hong Kong, 1 500 m south of the boundary.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest
import shapely

from airspace.model.zones import Restriction
from airspace.rules.calendars import Calendar
from airspace.rules.kinds import Distance, HeightCap
from airspace.rules.ledger import Ledger
from planner.model.reviews import Verdict
from planner.model.weather import Weather
from planner.safety import laws
from planner.safety.cases import laid_open
from tests.airspace.rules.samples import SOURCE, a_rule

CALENDAR = Calendar(country="HK", categories=("public",), weekend=("SUN",), published_years=(2026,), source=SOURCE)


def a_ledger(*asks, name="law"):
    rules = tuple(a_rule(each, id=f"R-{number}", classes=()) for number, each in enumerate(asks, start=1))
    return Ledger(
        name=name, title="law", authority="Authority", timezone="Asia/Hong_Kong", calendar=CALENDAR, rules=rules
    )


def under(world, *ledgers, rules=("law",)):
    """Both sides of the world go by some ledgers."""
    sides = tuple(replace(side, rules=rules) for side in world.sky.jurisdictions)
    return replace(world, sky=replace(world.sky, jurisdictions=sides)).with_job(ledgers=ledgers)


def laid(world):
    return laid_open(world.plan, world.sky, world.job, digest="", stated_digest="")


def pieces(world, number=0):
    """What is told of each stretch of a leg, by the side it is over."""
    case = laid(world)
    leg = case.legs[number]
    told = {}
    for side in laws.sides_of(case):
        for span in laws.passage_of(case, leg).jurisdictions[side.jurisdiction.id]:
            told[side.jurisdiction.id] = laws._piece(case, leg, leg.kind, side, span, crosses=True)
    return told


def test_a_stretch_of_a_leg_is_told_with_all_that_is_on_board(good):
    world = under(good, a_ledger(HeightCap(most_m=120))).with_order("O1", dangerous_goods="UN3373")
    world = world.with_job(weather=Weather(wind_mps=3))
    told = pieces(world)
    assert set(told) == {"HK", "SZ"}
    for name, piece in told.items():
        assert (piece.jurisdiction, piece.aircraft) == (name, ("D1", "quad"))
        assert (piece.takeoff_mass_kg, piece.max_takeoff_mass_kg, piece.empty_mass_kg) == (12, 15, 10)
        assert piece.speed_mps == 18
        assert piece.weather == {"wind_mps": (3, 3)}
        assert piece.crosses_boundary
        assert piece.dangerous_goods == "UN3373"
        assert (piece.start, piece.end) == (laid(world).legs[0].takes_off, laid(world).legs[0].ends)
    # The climb from 10 m is on the southern side, the descent to 30 m on the northern one.
    assert told["HK"].amsl_m == (10, 110)
    assert told["SZ"].amsl_m == (30, 110)
    # Over ground between 10 and 30 m.
    assert told["HK"].agl_m == (-20, 100)
    assert told["SZ"].agl_m == (0, 100)
    assert told["HK"].line.bounds[3] == pytest.approx(22.51, abs=1e-6)
    assert told["SZ"].line.bounds[1] == pytest.approx(22.51, abs=1e-6)
    assert pieces(world, 1)["HK"].takeoff_mass_kg == 10
    assert pieces(world, 1)["HK"].dangerous_goods == ""


def test_wind_at_the_highest_that_the_leg_can_be_above_the_ground_is_added_to_the_air_speed(good):
    # 100 m above the lowest ground, four times as high as the wind is told for: twice as strong.
    weather = Weather(wind_mps=3, wind_height_m=25, shear_exponent=0.5)
    told = pieces(under(good, a_ledger(HeightCap(most_m=120))).with_job(weather=weather))
    assert told["SZ"].speed_mps == pytest.approx(21)
    assert told["SZ"].weather["wind_mps"] == pytest.approx((6, 6))


def near_leg_two(helpers, beside_m, *, name="P", category="prison", **extra):
    """A place 1 km along S2's line, so far to the south of it, that something is drawn around."""
    tip = helpers.away(*helpers.away(*helpers.HUB_AT, 90, 1000), 180, beside_m)
    area = shapely.Polygon([tip, helpers.away(*tip, 140, 200), helpers.away(*tip, 220, 200)])
    return replace(helpers.zone(name, area, restriction=Restriction.NO_RESTRICTION), category=category, extra=extra)


def around(world, number=2):
    (piece,) = pieces(world, number).values()
    return piece.distances_m, piece.zones


def test_what_is_around_is_told_by_how_far_off_the_nearest_is_and_which_are_too_near(good, helpers):
    zones = [near_leg_two(helpers, 80), near_leg_two(helpers, 60, name="Q", buffer_m=30.0),
             near_leg_two(helpers, 99, name="R"), near_leg_two(helpers, 101, name="S")]  # fmt: skip
    world = under(good, a_ledger(Distance(categories=("prison",), least_m=100.0))).with_zones(*zones)
    distances_m, near = around(world)
    # Q is drawn 30 m outside of what it is drawn around.
    assert distances_m == {"prison": pytest.approx(80, abs=0.01)}
    assert near == {"prison": ("P", "Q", "R")}


def test_inside_of_what_is_drawn_nothing_is_left_of_any_buffer(good, helpers):
    world = under(good, a_ledger(Distance(categories=("prison",), least_m=0.0)))
    distances_m, near = around(world.with_zones(near_leg_two(helpers, -50, buffer_m=300.0)))
    assert distances_m == {"prison": 0}
    assert near == {"prison": ("P",)}
    distances_m, near = around(world.with_zones(near_leg_two(helpers, 5)))
    assert distances_m["prison"] > 0
    assert near == {"prison": ()}


def test_what_no_rule_asks_about_is_not_measured(good, helpers):
    world = under(good, a_ledger(Distance(categories=("school",), least_m=100.0)))
    assert around(world.with_zones(near_leg_two(helpers, 80))) == ({}, {})


@pytest.mark.parametrize(("drawn_m", "expected_m"), [(None, 1500), (700, 700), (2000, 1500)])
def test_the_boundary_is_the_other_side_or_what_is_drawn_for_it_whichever_is_nearer(good, helpers, drawn_m, expected_m):
    world = under(good, a_ledger(Distance(categories=("boundary",), least_m=5000.0)))
    if drawn_m is not None:
        world = world.with_zones(near_leg_two(helpers, drawn_m, category="boundary"))
    distances_m, _ = around(world)
    assert distances_m["boundary"] == pytest.approx(expected_m, rel=1e-4)


def test_a_side_that_is_alone_has_no_boundary(good):
    alone = replace(good, sky=replace(good.sky, jurisdictions=good.sky.jurisdictions[1:]))
    world = under(alone, a_ledger(Distance(categories=("boundary",), least_m=5000.0)))
    assert around(world) == ({}, {})
    unasked = under(good, a_ledger(HeightCap(most_m=120)))
    assert around(unasked) == ({}, {})


def test_every_rule_of_every_ledger_is_judged_on_every_side_and_told_with_its_place(good):
    world = under(
        good, a_ledger(HeightCap(most_m=99.5)), a_ledger(HeightCap(most_m=150), HeightCap(most_m=160), name="more"),
        rules=("law", "more", "unknown"),
    )  # fmt: skip
    case = laid(world)
    told = list(laws.lawful(case, case.legs[0]))
    # Three rules on each of two sides.
    assert [finding.detail for finding in told if finding.rule == "law.judged"] == [
        "6 judgements by rules of the jurisdictions"
    ]
    broken = [finding for finding in told if finding.verdict is Verdict.FAIL]
    assert [finding.subject for finding in broken] == ["S1 leg 1 HUB>CLINIC in SZ", "S1 leg 1 HUB>CLINIC in HK"]
    assert {(finding.rule, finding.measured, finding.required, finding.margin) for finding in broken} == {
        ("law.R-1", 100, 99.5, -0.5)
    }
    # In the middle of each side's stretch, by waypoints: half the climb and the way before the boundary, and after it.
    middles = [case.legs[0].line.place(u) for u in (2.25, 0.75)]
    assert [finding.where for finding in broken] == middles
    assert broken[0].source == "a test (sourced)"


def test_sides_without_a_ledger_that_is_known_are_told_by_name(good):
    world = under(good, a_ledger(HeightCap(most_m=120)), rules=("lost",))
    findings = list(laws.every_side_has_a_ledger(laid(world)))
    assert [(finding.subject, finding.verdict) for finding in findings] == [
        ("SZ", Verdict.NOT_CHECKED), ("HK", Verdict.NOT_CHECKED)
    ]  # fmt: skip
    assert "(lost)" in findings[0].detail
    sides = (replace(world.sky.jurisdictions[0], rules=("lost", "law")), replace(world.sky.jurisdictions[1], rules=()))
    partly = replace(world, sky=replace(world.sky, jurisdictions=sides))
    lost, judged = laws.every_side_has_a_ledger(laid(partly))
    assert (lost.subject, judged.verdict) == ("HK", Verdict.PASS)
    assert "(none)" in lost.detail
    assert judged.detail == "judged: SZ by law"


@pytest.mark.parametrize("part", ["line", "type", "time"])
def test_a_leg_without_line_type_or_time_is_left_to_other_rules(good, part):
    world = under(good, a_ledger(HeightCap(most_m=1)))
    points = world.plan.sorties[0].legs[0].waypoints
    less = {
        "line": lambda: world.with_leg(0, 0, waypoints=points[:1]),
        "type": lambda: world.with_job(drone_types=()),
        "time": lambda: world.with_policy(handover_s=0.0).with_leg(
            0, 0, waypoints=tuple(replace(point, t=points[0].t) for point in points)
        ),
    }[part]()
    case = laid(less)
    assert list(laws.lawful(case, case.legs[0])) == []
    assert list(laws.lawful(laid(world), laid(world).legs[0])) != []


def test_a_leg_is_judged_for_its_whole_time_by_the_things_of_the_whole_job(good, helpers):
    # A prison that is one until ten minutes after the job began, before S2 leaves.
    brief = replace(near_leg_two(helpers, 80), schedule=helpers.hours("00:00", "00:10"))
    world = under(good, a_ledger(Distance(categories=("prison",), least_m=100.0)))
    assert math.isclose(around(world.with_zones(brief))[0]["prison"], 80, abs_tol=0.01)
    over = replace(brief, schedule=helpers.hours("05:00", "06:00"))
    assert around(world.with_zones(over)) == ({}, {})
    assert world.job.end - world.job.start < timedelta(hours=5)

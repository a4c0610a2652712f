"""Legs and how they make a sortie: what a record may be off, to the last of it, by sums done by hand.

S2 climbs from 10 to 110 m in 20 s, flies 2 000 m to the east in 133.33 s and comes down to the kiosk in 25 s.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.model.reviews import Verdict
from planner.safety import legs
from planner.safety.cases import laid_open

LAT_M = 110740.0
"""Of a degree of latitude there."""


def laid(world):
    return laid_open(world.plan, world.sky, world.job, digest="", stated_digest="")


def of_leg(judge, world, number=2):
    case = laid(world)
    return {finding.subject: finding for finding in judge(case, case.legs[number])}


def of_sortie(judge, world, number=1):
    case = laid(world)
    return {finding.subject: finding for finding in judge(case, case.sorties[number])}


def holds(found, subject):
    return found[subject].verdict is Verdict.PASS


OUT = "S2 leg 1 HUB>KIOSK"


@pytest.mark.parametrize(("end", "number"), [("start on pad 'HUB'", 0), ("end on pad 'KIOSK'", 3)])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_leg_may_begin_and_end_a_metre_beside_its_pads_and_half_a_metre_above_or_below(good, end, number, sign):
    point = good.plan.sorties[1].legs[0].waypoints[number]
    for metres, right in ((0.97, True), (1.03, False)):
        moved = good.with_waypoint(1, 0, number, lat=point.lat + sign * metres / LAT_M)
        found = of_leg(legs.on_its_pads, moved)
        assert holds(found, f"{OUT}, {end}") is right
        assert found[f"{OUT}, {end}"].measured == pytest.approx(metres, abs=0.01)
    for metres, right in ((0.5, True), (0.51, False)):
        found = of_leg(legs.on_its_pads, good.with_waypoint(1, 0, number, alt_amsl_m=10 + sign * metres))
        assert holds(found, f"{OUT}, {end}, height") is right
        assert holds(found, f"{OUT}, {end}")


def test_of_a_pad_that_nobody_knows_nothing_is_said(good):
    assert list(of_leg(legs.on_its_pads, good.with_leg(1, 0, to_pad="NOWHERE"))) == [
        "S2 leg 1 HUB>NOWHERE, start on pad 'HUB'", "S2 leg 1 HUB>NOWHERE, start on pad 'HUB', height"
    ]  # fmt: skip
    assert "S2 leg 1 HUB>NOWHERE, descent" not in of_leg(legs.at_flight_level, good.with_leg(1, 0, to_pad="NOWHERE"))
    assert of_leg(legs.on_its_pads, good.with_leg(1, 0, waypoints=())) == {}
    few = good.plan.sorties[1].legs[0].waypoints[:3]
    assert of_leg(legs.at_flight_level, good.with_leg(1, 0, waypoints=few)) == {}


def test_the_nearest_level_of_the_policy_counts_and_it_may_be_a_decimetre_off(good):
    world = good.with_policy(levels_amsl_m=(80.0, 110.0, 150.0))
    for height_m, measured in ((110.1, 0.1), (109.9, 0.1), (110.11, 0.11), (95.0, 15.0), (131.0, 19.0)):
        found = of_leg(legs.at_flight_level, world.with_waypoint(1, 0, 2, alt_amsl_m=height_m))
        assert found[OUT].measured == pytest.approx(measured)
        assert holds(found, OUT) is (measured <= 0.1)


@pytest.mark.parametrize(("what", "number"), [("climb", 1), ("descent", 2)])
def test_climb_and_descent_may_be_a_metre_beside_straight(good, what, number):
    point = good.plan.sorties[1].legs[0].waypoints[number]
    for metres, right in ((0.97, True), (1.03, False)):
        moved = good.with_waypoint(1, 0, number, lat=point.lat + metres / LAT_M)
        assert holds(of_leg(legs.at_flight_level, moved), f"{OUT}, {what}") is right


def test_waypoints_on_the_way_tell_no_change_of_level_unless_they_make_one(good):
    assert list(of_leg(legs.at_flight_level, good)) == [OUT, f"{OUT}, climb", f"{OUT}, descent"]
    changed = good.with_policy(levels_amsl_m=(110.0, 150.0)).with_waypoint(1, 0, 2, alt_amsl_m=150.0)
    found = of_leg(legs.at_flight_level, changed)
    # 2 000 m over the ground for what has to be straight up.
    assert found[f"{OUT}, change of level"].measured == pytest.approx(2000, abs=0.1)
    assert not holds(found, f"{OUT}, change of level")


def test_four_waypoints_are_a_leg_and_three_are_none(good):
    points = good.plan.sorties[1].legs[0].waypoints
    assert holds(of_leg(legs.waypoints_usable, good), OUT)
    three = of_leg(legs.waypoints_usable, good.with_leg(1, 0, waypoints=points[:3]))
    assert (three[OUT].measured, three[OUT].required, three[OUT].margin) == (3, 4, -1)
    none = of_leg(legs.waypoints_usable, good.with_leg(1, 0, waypoints=()))
    assert none[OUT].detail == "not a leg that can be flown: 0 waypoints"


def test_times_have_to_increase_and_the_least_step_is_told(good):
    first, second, third, _ = good.plan.sorties[1].legs[0].waypoints
    found = of_leg(legs.times_increase, good)
    assert found[OUT].measured == pytest.approx(20)
    still = of_leg(legs.times_increase, good.with_waypoint(1, 0, 2, t=second.t))
    assert (still[OUT].margin, still[OUT].verdict) == (0, Verdict.FAIL)
    assert still[OUT].where.lon == third.lon
    assert "waypoint 3 is 0.000 s after" in still[OUT].detail
    back = of_leg(legs.times_increase, good.with_waypoint(1, 0, 1, t=first.t - timedelta(seconds=3)))
    assert (back[OUT].margin, back[OUT].where.lon) == (-3, second.lon)
    assert of_leg(legs.times_increase, good.with_leg(1, 0, waypoints=(first,))) == {}
    assert len(of_leg(legs.times_increase, good.with_leg(1, 0, waypoints=(first, second)))) == 1


@pytest.mark.parametrize(("piece", "seconds"), [("1 to 2", 20), ("2 to 3", 2000 / 15), ("3 to 4", 25)])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_piece_may_take_a_hundredth_and_a_second_more_or_less(good, piece, seconds, sign):
    number = int(piece[0]) - 1
    allowed_s = 0.01 * seconds + 1
    for share, right in ((0.99, True), (1.01, False)):
        world = good
        for later in range(number + 1, 4):
            point = good.plan.sorties[1].legs[0].waypoints[later]
            world = world.with_waypoint(1, 0, later, t=point.t + timedelta(seconds=sign * share * allowed_s))
        found = of_leg(legs.flown_at_type_speeds, world)
        speeds = {subject: one for subject, one in found.items() if one.rule == "leg.speed"}
        told = {subject: one.verdict is Verdict.PASS for subject, one in speeds.items()}
        assert told.pop(f"{OUT}, waypoint {piece}") is right
        assert all(told.values())
        assert len(told) == 2


def test_ground_speed_is_asked_for_on_pieces_that_move(good):
    case = laid(good)
    told = [one for one in legs.flown_at_type_speeds(case, case.legs[2]) if one.rule == "weather.flyable"]
    assert [(one.subject, one.measured) for one in told] == [(f"{OUT}, waypoint 2 to 3", 15)]
    slow = good.with_policy(min_ground_speed_mps=15.5)
    case = laid(slow)
    told = [one for one in legs.flown_at_type_speeds(case, case.legs[2]) if one.rule == "weather.flyable"]
    assert [(one.verdict, one.margin) for one in told] == [(Verdict.FAIL, -0.5)]
    assert of_leg(legs.flown_at_type_speeds, good.with_job(drone_types=())) == {}


def test_a_type_that_does_not_turn_on_the_spot_changes_no_level_on_a_leg_without_any(good):
    kinds = tuple(replace(kind, min_turn_radius_m=50.0) for kind in good.job.drone_types)
    points = good.plan.sorties[1].legs[0].waypoints
    world = good.with_job(drone_types=kinds).with_leg(1, 0, waypoints=(points[0], points[-1]))
    found = of_leg(legs.turns_flyable, world)
    assert found[f"{OUT}, level"].measured == 0
    assert list(found) == [f"{OUT}, level"]
    assert of_leg(legs.turns_flyable, good) == {}


@pytest.mark.parametrize("sign", [1, -1])
def test_distance_may_be_off_by_a_thousandth_and_a_metre_and_duration_by_a_second(good, sign):
    leg = good.plan.sorties[1].legs[0]
    case = laid(good)
    for metres, right in ((2.9, True), (3.1, False)):
        world = good.with_leg(1, 0, distance_m=2000 + sign * metres)
        told = {one.rule: one for one in legs.figures_agree(laid(world), laid(world).legs[2])}
        assert (told["leg.distance"].verdict is Verdict.PASS) is right
        assert told["leg.distance"].required == pytest.approx(2000, abs=0.02)
    for seconds, right in ((0.99, True), (1.01, False)):
        world = good.with_leg(1, 0, duration_s=leg.duration_s + sign * seconds)
        told = {one.rule: one for one in legs.figures_agree(laid(world), laid(world).legs[2])}
        assert (told["leg.duration"].verdict is Verdict.PASS) is right
        # With the hand-over of 60 s at the kiosk.
        assert told["leg.duration"].required == pytest.approx(20 + 2000 / 15 + 25 + 60, abs=0.01)
    assert [one.rule for one in legs.figures_agree(case, case.legs[2])] == ["leg.distance", "leg.duration"]


def test_stops_are_those_of_the_orders_one_leg_for_each(good):
    found = of_sortie(legs.stops_in_order, good)
    assert found["S2, stops"].detail == "flies HUB > KIOSK > HUB; its orders ask for KIOSK"
    assert all(one.verdict is Verdict.PASS for one in found.values())
    assert set(found) == {"S2, stops", "S2 leg 2 KIOSK>HUB, start", "S2, home", "S2, order O2", "S2, order O3"}
    none = of_sortie(legs.stops_in_order, good.with_sortie(1, legs=()))
    assert none["S2, stops"].detail == "flies no legs; its orders ask for KIOSK"
    assert not holds(none, "S2, stops")
    assert not holds(none, "S2, order O2")
    assert "S2, home" not in none
    idle = of_sortie(legs.stops_in_order, good.with_sortie(1, orders=()))
    assert not holds(idle, "S2, stops")


def test_a_leg_begins_where_the_one_before_ended(good):
    found = of_sortie(legs.stops_in_order, good.with_leg(1, 1, from_pad="CLINIC"))
    assert not holds(found, "S2 leg 2 CLINIC>HUB, start")
    assert holds(found, "S2, stops")


@pytest.mark.parametrize(("index", "end"), [(0, "from_pad"), (1, "to_pad")])
def test_a_sortie_comes_from_home_and_goes_home_unless_the_policy_lets_it_end_elsewhere(good, index, end):
    world = good.with_leg(1, index, **{end: "CLINIC"})
    assert not holds(of_sortie(legs.stops_in_order, world), "S2, home")
    assert "S2, home" not in of_sortie(legs.stops_in_order, world.with_policy(end_elsewhere=True))
    assert "S2, home" not in of_sortie(legs.stops_in_order, good.with_sortie(1, drone="D9"))


@pytest.mark.parametrize("sign", [1, -1])
def test_times_of_a_sortie_may_be_a_second_off_those_of_its_legs(good, sign):
    sortie = good.plan.sorties[1]
    for seconds, right in ((1, True), (1.01, False)):
        off = timedelta(seconds=sign * seconds)
        found = of_sortie(legs.sortie_times_agree, good.with_sortie(1, departs=sortie.departs + off))
        assert holds(found, "S2, departs") is right
        found = of_sortie(legs.sortie_times_agree, good.with_sortie(1, returns=sortie.returns + off))
        assert holds(found, "S2, returns") is right
        later = tuple(replace(point, t=point.t + off) for point in sortie.legs[1].waypoints)
        found = of_sortie(legs.sortie_times_agree, good.with_leg(1, 1, waypoints=later))
        assert holds(found, "S2 leg 2 KIOSK>HUB, take-off") is right
        assert found["S2 leg 2 KIOSK>HUB, take-off"].measured == pytest.approx(seconds, abs=0.002)
        assert found["S2 leg 2 KIOSK>HUB, take-off"].where.alt_amsl_m == 10

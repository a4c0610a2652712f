from __future__ import annotations

from itertools import pairwise
from math import hypot

import pytest
import shapely

from planner import planning
from planner.model.plans import Plan
from tests.planner import scenes
from tests.planner.scenes import FakeSolver, order

TWO_STOPS = [order("a", "A", 3.75), order("b", "B", 3.25)]


def triangle() -> Plan:
    return planning.plan(scenes.job(TWO_STOPS), scenes.plain_sky(), solver=FakeSolver([(0, ["a", "b"])]))


def test_waypoints_climb_straight_fly_level_and_come_straight_down() -> None:
    leg = triangle().sorties[0].legs[0]
    assert [p.alt_amsl_m for p in leg.waypoints] == [0, 120, 120, 0]
    first, above, over, last = ((p.lon, p.lat) for p in leg.waypoints)
    assert first == above
    assert over == last
    seconds = [(p.t - leg.waypoints[0].t).total_seconds() for p in leg.waypoints]
    assert seconds == pytest.approx([0, 30, 230, 270], abs=0.05)
    assert leg.duration_s == pytest.approx(330, abs=0.05)


def test_a_piece_of_a_centimetre_takes_a_time_that_the_record_tells() -> None:
    # Two corners of a zone that are 1 cm apart, for a drone that flies 40 m in a second.
    tip = shapely.Polygon([(1500, -300), (1500.01, -300), (1600, 800), (1400, 800)])
    sky = scenes.plain_sky(zones=(scenes.zone("tip", scenes.FRAME.unproject(tip)),))
    policy = scenes.policy(corridor_half_width_m=0.0, clearance_m=0.0)
    fast = scenes.kind(cruise_mps=40.0, battery_wh=3000.0)
    job = scenes.job([order("a", "A")], policy=policy, drone_types=(fast,))
    plan = planning.plan(job, sky, solver=FakeSolver([(0, ["a"])]))
    for leg in plan.sorties[0].legs:
        steps_s = [(after.t - before.t).total_seconds() for before, after in pairwise(leg.waypoints)]
        assert len(steps_s) > 3
        assert min(steps_s) >= 0.001


def test_each_hand_over_is_told_with_its_time_as_planned_and_as_a_quantile() -> None:
    job = scenes.job(TWO_STOPS, policy=scenes.policy(time_factor=1.2))
    plan = planning.plan(job, scenes.plain_sky(), solver=FakeSolver([(0, ["a", "b"])]))
    first, second, home = (leg.deliveries for leg in plan.sorties[0].legs)
    assert [(item.order, item.taken_s, item.quantile_s) for item in (*first, *second)] == [
        ("a", pytest.approx(330, abs=0.1), pytest.approx(396, abs=0.1)),
        ("b", pytest.approx(726.7, abs=0.1), pytest.approx(872, abs=0.1)),
    ]
    assert first[0].t == plan.sorties[0].legs[1].waypoints[0].t
    assert home == ()


def test_height_above_ground_falls_as_the_ground_rises_evenly_between_pads() -> None:
    sky = scenes.sky(scenes.pad("hub", 0, 0, elevation_amsl_m=10.0), scenes.pad("far", 8000, 0, elevation_amsl_m=50.0))
    plan = planning.plan(scenes.job([order("o", "far")]), sky, solver=FakeSolver())
    assert [p.alt_agl_m for p in plan.sorties[0].legs[0].waypoints] == pytest.approx([0, 110, 90, 70, 0], abs=0.1)


def test_no_straight_piece_is_longer_than_5_km() -> None:
    sky = scenes.sky(scenes.pad("hub", 0, 0), scenes.pad("far", 8000, 6000))
    plan = planning.plan(
        scenes.job([order("o", "far")], drone_types=(scenes.kind(battery_wh=3000.0),)), sky, solver=FakeSolver()
    )
    spots = [tuple(float(v) for v in scenes.FRAME.to_xy(p.lon, p.lat)) for p in plan.sorties[0].legs[0].waypoints[1:-1]]
    pieces = [hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(spots)]
    assert len(pieces) >= 2
    assert max(pieces) <= 5000.1
    assert sum(pieces) == pytest.approx(10_000, abs=1)


def test_a_course_bends_round_a_zone() -> None:
    wall = scenes.zone("z", scenes.area(1000, -300, 1500, 900))
    plan = planning.plan(scenes.job([order("a", "A")]), scenes.plain_sky(zones=(wall,)), solver=FakeSolver())
    leg = plan.sorties[0].legs[0]
    assert len(leg.waypoints) > 4
    assert leg.distance_m > 3000


def test_charge_falls_by_what_each_leg_takes() -> None:
    (sortie,) = triangle().sorties
    assert [leg.soc_start for leg in sortie.legs] == pytest.approx([1, 0.73967, 0.53034], abs=1e-4)
    assert sortie.legs[-1].soc_end == pytest.approx(0.39631, abs=1e-4)
    assert {leg.reserve_wh for leg in sortie.legs} == {200.0}
    assert all(a.soc_end == b.soc_start for a, b in pairwise(sortie.legs))


def test_only_the_first_sortie_of_a_drone_starts_at_the_charge_of_the_morning() -> None:
    fleet = [scenes.drone("d1", state_of_charge=0.7)]
    orders = [order("a", "A", 5.0), order("b", "A", 5.0)]
    plan = planning.plan(scenes.job(orders, fleet), scenes.plain_sky(), solver=FakeSolver())
    assert [sortie.legs[0].soc_start for sortie in plan.sorties] == [0.7, 1.0]


def test_totals_add_up() -> None:
    total = triangle().totals
    assert (total.sorties, total.served, total.unserved, total.currency) == (1, 2, 0, "HKD")
    assert total.distance_m == pytest.approx(12_000, abs=1)
    assert total.energy_wh == pytest.approx(603.687, rel=2e-4)
    assert total.flight_s == pytest.approx(1130, abs=0.1)
    assert total.cost == pytest.approx(10 + 113 + 2 * 0.603687, abs=0.02)

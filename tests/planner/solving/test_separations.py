"""Trips that keep apart in the air, with figures worked out by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from planner import planning
from planner.errors import SolverFailed
from planner.model.jobs import Job
from planner.model.orders import Order
from planner.model.plans import Plan, Reason
from planner.solving import greedy
from planner.solving.separations import Separations, Sky, clipped, whole_seconds_of, within
from planner.solving.solvers import NO_BOUND, Proposal, Servable, SolveOptions, Watch
from planner.solving.sorties import Trips
from planner.solving.timetables import Placed, timetable
from tests.planner import scenes
from tests.planner.nearness import too_near
from tests.planner.scenes import at, order

KEPT_M = (50.0, 15.0)
TWO = (scenes.drone("d1"), scenes.drone("d2"))


def apart(**fields: Any) -> Any:
    return scenes.policy(separation_m=KEPT_M, **fields)


def of(*orders: Order, drones: Any = TWO, **fields: Any) -> Job:
    return scenes.job(orders, drones, **{"policy": apart(), **fields})


def planned(job: Job, over: Any = None) -> Plan:
    return planning.plan(job, over or scenes.plain_sky(), options=scenes.QUICK)


def heavy(name: str, pad: str = "A", **fields: Any) -> Order:
    """As much as a drone can carry, so that each order is a sortie of its own."""
    return order(name, pad, 7.0, **fields)


# -- shifts ----------------------------------------------------------------------------------------------------------


def test_two_flights_out_and_back_on_one_line_leave_close_behind_each_other_or_when_the_first_is_back() -> None:
    # Up 30 s, on 200 s, down 40 s, 60 s on the pad, and home: 600 s. Each may be 10 s off, so 20 s against each other.
    # Behind: the first has to be 15 m down at A, which takes 5 s, before the other is 50 m, or 3.4 s, from A: 28 s are
    # too few, 29 s enough.
    # Ahead: the first leaves A 60 s after it landed, and the other has to have landed there 20 s before: 40 s are too
    # many. From then on they meet in the column over A, head on, and over the hub until 20 s after the first is down.
    tables = scenes.tables([heavy("a")], policy=apart())
    separations, trip = Separations(tables), Trips(tables).best(tables.job.orders, 0)
    assert trip is not None
    shape = separations.shape(trip.hops)
    assert separations.shifts(shape, shape) == ((-619, -40), (-28, 28), (40, 619))


@pytest.mark.parametrize(("horizontal_m", "vertical_m", "error_s", "behind_s"), [
    (50.0, 15.0, 0.0, 8),  # 15 m at 3 m/s and 50 m at 15 m/s
    (50.0, 1.0, 0.0, 3),
    (150.0, 1.0, 0.0, 10),
    (50.0, 15.0, 30.0, 68),
])  # fmt: skip
def test_how_close_behind_a_flight_may_follow(
    horizontal_m: float, vertical_m: float, error_s: float, behind_s: int
) -> None:
    # With a long hand-over, so that nothing but the way out is between the two.
    policy = scenes.policy(separation_m=(horizontal_m, vertical_m), departure_error_s=error_s, handover_s=900.0)
    tables = scenes.tables([heavy("a")], policy=policy, drone_types=(scenes.kind(battery_wh=9000.0),))
    separations, trip = Separations(tables), Trips(tables).best(tables.job.orders, 0)
    assert trip is not None
    shape = separations.shape(trip.hops)
    assert within(separations.shifts(shape, shape), 0) == (-behind_s, behind_s)


def test_shifts_of_two_shapes_are_told_either_way_round() -> None:
    tables = scenes.tables([heavy("a"), heavy("c", "B")], policy=apart())
    trips, separations = Trips(tables), Separations(tables)
    one, other = (separations.shape(trips.best([each], 0).hops) for each in tables.job.orders)  # type: ignore[union-attr]
    there = separations.shifts(one, other)
    assert there
    assert separations.shifts(other, one) == tuple((-last, -first) for first, last in reversed(there))


def test_open_spans_of_seconds_are_told_in_whole_ones_rounded_to_what_they_hold() -> None:
    assert whole_seconds_of([(-1.5, 1.2), (1.9, 3.0), (4.2, 4.8), (7.0, 9.4)]) == ((-1, 3), (7, 9))
    assert clipped(((-9, -3), (0, 4)), -5, 2) == ((-5, -3), (0, 2))
    assert within(((1, 3),), 4) is None


# -- the timetable, and calendars ------------------------------------------------------------------------------------


def test_a_sortie_is_held_back_as_long_as_it_has_to_be_and_the_record_tells_for_whom() -> None:
    plan = planned(of(heavy("a"), heavy("b")))
    assert [sortie.departs for sortie in plan.sorties] == [at("08:00"), at("08:00:29")]
    first, second = plan.sorties
    assert (first.held_s, first.held_for) == (0, ())
    assert (second.held_s, second.held_for) == (29, (first.id,))
    assert too_near(plan, KEPT_M, 10.0) == []


def test_a_trip_that_is_just_over_is_still_in_the_way_of_one_that_may_be_early() -> None:
    # Out and back takes 600 s; one that takes off 10 s later may be 10 s early, and the first 10 s late.
    tables = scenes.tables([heavy("a")], policy=apart())
    sky, trip = Sky(tables), Trips(tables).best(tables.job.orders, 0)
    assert trip is not None
    assert trip.duration_s == pytest.approx(600, abs=0.1)
    sky.keep(trip, "d1", 0)
    assert [(met.drone, met.until_s) for met in sky.met(trip, "d2", 610)] == [("d1", 619)]
    assert sky.clear_from_s(trip, "d2", 610) == 620
    assert list(sky.met(trip, "d2", 620)) == []
    assert list(sky.met(trip, "d1", 610)) == []


def test_without_separation_both_leave_at_once_and_come_too_near() -> None:
    plan = planned(of(heavy("a"), heavy("b"), policy=scenes.policy()))
    assert [sortie.departs for sortie in plan.sorties] == [at("08:00"), at("08:00")]
    assert too_near(plan, KEPT_M, 10.0) == [("S001", "S002")]
    assert not any(sortie.held_for for sortie in plan.sorties)


def test_sorties_of_one_drone_follow_each_other_as_soon_as_they_can() -> None:
    quick = scenes.kind(swap_s=0.0)
    alone = planned(of(heavy("a"), heavy("b"), drones=TWO[:1], drone_types=(quick,)))
    assert [sortie.departs for sortie in alone.sorties] == [at("08:00"), at("08:10")]
    # Another drone would have to wait until the first has been down for 20 s; the first itself need not.
    late = heavy("b", ready="08:09")
    both = planned(of(heavy("a"), late, drone_types=(quick,)))
    assert [sortie.departs for sortie in both.sorties] == [at("08:00"), at("08:10")]
    assert len({sortie.drone for sortie in both.sorties}) == 1
    other = planned(of(heavy("a"), late, drone_types=(scenes.kind(swap_s=300.0),)))
    assert [sortie.departs for sortie in other.sorties] == [at("08:00"), at("08:10:20")]
    assert too_near(other, KEPT_M, 10.0) == []


def test_a_calendar_gives_the_same_places_without_moving_anything() -> None:
    job = of(heavy("a"), heavy("b"))
    trips = Trips(scenes.cost_tables(job, scenes.plain_sky()))
    servable = [(each, (0,)) for each in job.orders]
    placed = greedy.completed([], servable, trips, Watch())
    assert [item.departs for item in placed] == [at("08:00"), at("08:00:29")]


def test_what_is_dropped_from_the_sky_is_in_nobodys_way() -> None:
    tables = scenes.tables([heavy("a")], policy=apart())
    trip = Trips(tables).best(tables.job.orders, 0)
    assert trip is not None
    sky = Sky(tables)
    sky.keep(trip, "d1", 100)
    assert sky.clear_from_s(trip, "d2", 100) == 129
    assert sky.clear_from_s(trip, "d1", 100) == 100
    sky.drop(trip, "d1", 100)
    assert sky.clear_from_s(trip, "d2", 100) == 100


def test_of_two_that_cannot_be_kept_apart_the_one_of_higher_priority_is_placed() -> None:
    soon = {"due": "08:05:50"}  # 20 s later than at once, at most
    tables = scenes.tables([heavy("a", **soon), heavy("b", priority=2, **soon)], TWO, policy=apart())
    trips = [Trips(tables).best([each], 0) for each in tables.job.orders]
    placed = timetable([trip for trip in trips if trip is not None], tables, seed=1)
    assert placed is not None
    assert [[one.id for one in item.trip.orders] for item in placed] == [["b"]]


# -- refused ---------------------------------------------------------------------------------------------------------


def test_what_cannot_be_kept_apart_is_refused_with_the_pair_and_how_near_they_come() -> None:
    soon = {"due": "08:05:50"}
    plan = planned(of(heavy("a", **soon), heavy("b", **soon)))
    (left,) = plan.unserved
    assert left.reason is Reason.CONFLICT
    assert f"from sortie S001 of drone {plan.sorties[0].drone}, 0 m apart in height" in left.detail
    assert "are free at 08:00:00" in left.detail
    assert left.numbers["horizontal_m"] < 1.0
    assert left.numbers["separation_horizontal_m"] == 50.0
    assert left.numbers["departure_error_s"] == 10.0
    # A few seconds more would do.
    longer = planned(of(heavy("a", due="08:05:50"), heavy("b", due="08:05:59")))
    assert longer.unserved == ()
    assert longer.sorties[1].held_s == 29


def test_a_solver_that_lets_sorties_come_too_near_breaks_its_promise() -> None:
    class Careless:
        name = "careless"

        def propose(self, trips: Trips, servable: Servable, options: SolveOptions, watch: Watch) -> Proposal:
            assert options
            assert watch
            made = [trips.best([each], 0) for each, _ in servable]
            drones, start = trips.tables.job.drones, trips.tables.job.start
            both = zip(made, drones, (0, 25), strict=True)
            placed = [
                Placed(trip=trip, drone=drone, departs=start + timedelta(seconds=s))
                for trip, drone, s in both if trip is not None
            ]  # fmt: skip
            return Proposal(placed=tuple(placed), bound=NO_BOUND)

    with pytest.raises(SolverFailed, match="'careless' proposed sorties of d1 and d2"):
        planning.plan(of(heavy("a"), heavy("b")), scenes.plain_sky(), solver=Careless())


# -- other ways ------------------------------------------------------------------------------------------------------


def head_on(**fields: Any) -> Plan:
    """Two sorties on one line, out towards each other and back, that may leave within 20 s of eight o'clock."""
    pads = [scenes.pad(name, x_m, 0) for name, x_m in (("hub", 0), ("A", 2999.9), ("east", 3499.9), ("west", -499.9))]
    orders = [heavy("a", "A", due="08:05:50"), heavy("w", "west", due="08:06:57", from_pad="east")]
    drones = [scenes.drone("d1"), scenes.drone("d2", home="east")]
    return planned(of(*orders, drones=drones, policy=apart(**fields)), scenes.sky(*pads))


def test_head_on_at_one_level_one_of_two_is_refused() -> None:
    plan = head_on()
    assert [item.reason for item in plan.unserved] == [Reason.CONFLICT]
    assert plan.totals.served == 1


def test_another_level_serves_both_and_costs_what_it_costs() -> None:
    plan, free = head_on(levels_amsl_m=(120.0, 140.0)), head_on(levels_amsl_m=(120.0, 140.0), departure_error_s=0.0)
    assert plan.unserved == ()
    assert too_near(plan, KEPT_M, 10.0) == []
    # Out and back they meet once each: of each meeting one of the two flies higher.
    higher = [sortie.legs[number - 1] for sortie in plan.sorties for number in sortie.other_ways]
    assert len(higher) == 2
    assert {point.alt_amsl_m for leg in higher for point in leg.waypoints[1:-1]} == {140.0}
    assert free.totals.cost == plan.totals.cost  # head on they meet whoever is off
    assert plan.bound.lower is not None
    assert plan.bound.lower < plan.totals.cost
    assert "as near to each other in the air as they like" in plan.bound.rules


def test_levels_nearer_to_each_other_than_the_separation_do_not_help() -> None:
    assert len(head_on(levels_amsl_m=(120.0, 134.0)).unserved) == 1
    assert head_on(levels_amsl_m=(120.0, 135.0)).unserved == ()

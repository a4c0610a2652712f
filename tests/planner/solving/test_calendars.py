"""A calendar of the day: where it sees room there is room, and what it keeps the independent check passes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from functools import cache

import pytest

from planner import planning
from planner.model.fleets import Drone
from planner.model.jobs import Job
from planner.model.plans import Plan
from planner.model.reviews import Review, Verdict
from planner.solving import greedy
from planner.solving.calendars import Calendar
from planner.solving.repairs import singles
from planner.solving.solvers import NO_BOUND, Proposal, Servable, SolveOptions, Watch
from planner.solving.sorties import Trip, Trips
from planner.solving.timetables import Placed, fits_in
from tests.planner import scenes
from tests.planner.draws import day, limited_day
from tests.planner.scenes import order

FREE = (17, 42, 59, 67, 94, 230, 242, 517, 594)
LIMITED = (1, 5, 11, 45, 49, 95, 99, 134)
SWAP_S = 300


class Quick:
    """A solver that does nothing but fill a calendar."""

    name = "quick"

    def propose(self, trips: Trips, servable: Servable, options: SolveOptions, watch: Watch) -> Proposal:
        assert options
        placed = greedy.completed([], servable, trips, watch)
        return Proposal(placed=tuple(placed), bound=NO_BOUND, hurried=True)


@cache
def planned(seed: int, limited: bool) -> tuple[Job, Plan, Review]:
    job, sky = limited_day(seed) if limited else day(seed)
    plan = planning.plan(job, sky, solver=Quick())
    return job, plan, planning.check(plan, sky, job)


DAYS = [*((seed, False) for seed in FREE), *((seed, True) for seed in LIMITED)]


@pytest.mark.parametrize(("seed", "limited"), DAYS)
def test_the_check_fails_no_day_that_was_filled_without_moving_anything(seed: int, limited: bool) -> None:
    job, plan, review = planned(seed, limited)
    assert review.of(Verdict.FAIL) == ()
    told = [name for sortie in plan.sorties for name in sortie.orders] + [item.order for item in plan.unserved]
    assert sorted(told) == sorted(one.id for one in job.orders)


def test_enough_is_flown_on_these_days_to_tell_anything() -> None:
    plans = [planned(*one)[1] for one in DAYS]
    assert sum(len(plan.sorties) for plan in plans) >= 30
    assert any(len({sortie.drone for sortie in plan.sorties}) < len(plan.sorties) for plan in plans)


def trips_of(names: str, drones: Sequence[Drone] | None = None) -> tuple[Trips, list[Trip]]:
    tables = scenes.tables([order(f"{pad}{k}", pad) for k, pad in enumerate(names)], drones)
    trips = Trips(tables)
    return trips, [singles(one, trips)[0] for one in tables.job.orders]


def test_a_trip_leaves_as_early_as_the_swap_after_the_last_one_lets_it() -> None:
    trips, (first, second) = trips_of("AA")
    calendar = Calendar(trips)
    earlier, later = calendar.add(first), calendar.add(second)
    assert earlier is not None
    assert later is not None
    gap_s = (later.departs - earlier.departs).total_seconds() - first.duration_s
    assert SWAP_S <= gap_s < SWAP_S + 1


def test_a_gap_just_as_wide_as_a_trip_is_found_and_a_second_less_is_not() -> None:
    trips, (middle, *_) = trips_of("CCC")
    busy_s = int(middle.duration_s + SWAP_S) + 1
    for lacking_s in (0, 1):
        calendar = Calendar(trips)
        for start_s in (0, 2 * busy_s - lacking_s):
            calendar.keep(placed_at(trips, middle, start_s))
        found = calendar.earliest_s(middle, trips.tables.job.drones[0])
        assert found == (busy_s if lacking_s == 0 else 3 * busy_s - lacking_s)


def placed_at(trips: Trips, trip: Trip, start_s: int) -> Placed:
    job = trips.tables.job
    return Placed(trip=trip, drone=job.drones[0], departs=job.start + timedelta(seconds=start_s))


@pytest.mark.parametrize("seed", range(8))
def test_what_a_calendar_has_room_for_a_timetable_has_as_well(seed: int) -> None:
    rng = random.Random(seed)
    pads = [scenes.pad("hub", 0, 0, slots=2), scenes.pad("A", 2999.9, 0, slots=1), scenes.pad("C", -1999.9, 0, slots=1)]
    orders = [
        order(f"o{k}", rng.choice("AC"), ready="08:00", due=rng.choice(["08:20", "08:40", "09:10"])) for k in range(9)
    ]
    drones = [scenes.drone("d1"), scenes.drone("d2", state_of_charge=0.5)]
    trips = Trips(scenes.tables(orders, drones, over=scenes.sky(*pads)))
    made = [trip for one in orders for trip in singles(one, trips).values()]
    calendar = Calendar(trips)
    kept = [trip for trip in made if calendar.add(trip) is not None]
    assert kept
    assert fits_in(kept, trips.tables, seed=1) is True


def test_a_trip_that_grows_keeps_its_place_or_everything_stays_as_it_was() -> None:
    trips, made = trips_of("AAB")
    calendar = Calendar(trips)
    small, other = calendar.add(made[0]), calendar.add(made[2])
    assert small is not None
    assert other is not None
    larger = trips.best([*made[0].orders, *made[1].orders], 0)
    assert larger is not None
    grown = calendar.exchange(small, larger)
    assert grown is not None
    assert grown.departs == small.departs
    assert {len(item.trip.orders) for item in calendar.placed} == {1, 2}
    # A trip with nowhere to go: its window is over before the drone is there.
    late = scenes.tables([order("x", "A", ready="08:00", due="08:06")])
    hopeless = singles(late.job.orders[0], Trips(late))[0]
    before = sorted((item.departs, item.trip.orders[0].id) for item in calendar.placed)
    assert calendar.exchange(other, hopeless) is None
    assert sorted((item.departs, item.trip.orders[0].id) for item in calendar.placed) == before


def test_a_drone_short_of_charge_begins_with_a_trip_that_its_charge_is_enough_for() -> None:
    trips, (near, far) = trips_of("CB", [scenes.drone("d1", state_of_charge=0.45)])
    calendar = Calendar(trips)
    assert calendar.add(far) is None
    first = calendar.add(near)
    second = calendar.add(far)
    assert first is not None
    assert second is not None
    assert second.departs > first.departs


@pytest.mark.parametrize("slots", [1, 2])
def test_a_pad_with_one_slot_lets_the_second_drone_land_when_the_first_has_left(slots: int) -> None:
    over = scenes.sky(scenes.pad("hub", 0, 0), scenes.pad("A", 2999.9, 0, slots=slots))
    orders, drones = [order("a", "A"), order("b", "A")], [scenes.drone("d1"), scenes.drone("d2")]
    trips = Trips(scenes.tables(orders, drones, over=over))
    calendar = Calendar(trips)
    one, other = (calendar.add(singles(asked, trips)[0]) for asked in orders)
    assert one is not None
    assert other is not None
    apart_s = (other.departs - one.departs).total_seconds()
    # Down 40 s, hand-over 60 s, up 30 s.
    assert apart_s == (0 if slots == 2 else pytest.approx(130, abs=2))

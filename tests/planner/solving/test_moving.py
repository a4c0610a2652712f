"""Drones that move between hubs where time is short: calendars, parts, portions of columns, orders that are alike."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from planner import planning
from planner.model.jobs import Evening, Job
from planner.model.orders import Order
from planner.model.plans import Plan
from planner.model.reviews import Verdict
from planner.solving import crowds, greedy, parts, stocks
from planner.solving.calendars import Calendar
from planner.solving.choice.closing import Budget
from planner.solving.choosing import ColumnSolver
from planner.solving.parts import Part
from planner.solving.repairs import singles
from planner.solving.solvers import NO_BOUND, Proposal, Servable, SolveOptions, Watch
from planner.solving.sorties import Trip, Trips
from planner.solving.tables import cost_tables
from planner.solving.timetables import Placed
from tests.planner import scenes
from tests.planner.scenes import order
from tests.planner.test_ends_elsewhere import FLEET, day, small_day, two_hubs

SEEDS = range(24)


class Refilled:
    """A solver that leaves out one sortie in three of the cheapest plan, and fills what is left with what has room."""

    name = "refilled"

    def propose(self, trips: Trips, servable: Servable, options: SolveOptions, watch: Watch) -> Proposal:
        best = ColumnSolver().propose(trips, servable, options, watch).placed
        # Only what comes back may be left out without leaving a drone where it is not.
        kept = [item for k, item in enumerate(best) if k % 3 or not trips.tables.groups[item.trip.group].returns]
        placed = greedy.completed(kept, servable, trips, watch)
        return Proposal(placed=tuple(placed), bound=NO_BOUND, hurried=True)


class Quick:
    """A solver that does nothing but fill a calendar."""

    name = "quick"

    def propose(self, trips: Trips, servable: Servable, options: SolveOptions, watch: Watch) -> Proposal:
        assert options
        return Proposal(placed=tuple(greedy.completed([], servable, trips, watch)), bound=NO_BOUND, hurried=True)


@cache
def filled(seed: int, solver: type[Quick] | type[Refilled]) -> Plan:
    job, sky = small_day(seed)
    plan = planning.plan(job, sky, solver=solver())
    assert planning.check(plan, sky, job).of(Verdict.FAIL) == ()
    return plan


@pytest.mark.parametrize("solver", [Quick, Refilled])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_check_fails_no_day_of_drones_that_move_that_was_filled(
    seed: int, solver: type[Quick] | type[Refilled]
) -> None:
    assert filled(seed, solver).created_by.options["solver"] == solver.name


def test_these_days_tell_something_of_calendars() -> None:
    quick, refilled = ([filled(seed, solver) for seed in SEEDS] for solver in (Quick, Refilled))
    for plans, moving in ((quick, 3), (refilled, 12)):
        assert sum(any(one.starts_at != one.ends_at for one in plan.sorties) for plan in plans) >= moving
        assert sum(len(plan.sorties) for plan in plans) >= 50


def ways(trips: Trips, one: Order) -> dict[tuple[str, str], Trip]:
    """Return the trips of one order by the hubs they leave and end at."""
    return {trips.ends(group): trip for group, trip in singles(one, trips).items()}


def test_a_calendar_knows_where_a_drone_stands() -> None:
    out, back = order("out", "A"), order("back", "B", from_pad="east")
    trips = Trips(cost_tables(day([out, back], FLEET, evening=Evening.ANYWHERE), two_hubs()))
    calendar, (here, there) = Calendar(trips), trips.tables.job.drones
    over, home = ways(trips, out)["hub", "east"], ways(trips, back)["east", "hub"]
    assert calendar.earliest_s(over, here) is not None
    # The other one lives at the other hub, and nothing has brought it.
    assert calendar.earliest_s(over, there) is None
    calendar.keep(Placed(trip=over, drone=here, departs=trips.tables.job.start))
    assert calendar.earliest_s(over, here) is None
    ready_s = int(over.duration_s + trips.tables.groups[over.group].kind.swap_s) + 1
    assert calendar.earliest_s(home, here) == ready_s
    # Before a sortie that leaves the hub it has to be back there.
    calendar = Calendar(trips)
    calendar.keep(Placed(trip=over, drone=here, departs=trips.tables.job.start + timedelta(hours=2)))
    assert calendar.earliest_s(over, here) is None
    assert calendar.earliest_s(ways(trips, out)["hub", "hub"], here) == 0


@pytest.mark.parametrize(("evening", "flown"), [(Evening.HOME, 0), (Evening.LEVEL, 0), (Evening.ANYWHERE, 1)])
def test_a_calendar_lets_no_drone_stand_where_the_evening_does_not(evening: Evening, flown: int) -> None:
    far = order("far", "A", 6.0)
    # Out and back is farther than the packs reach; on to the other hub is not.
    kinds = (scenes.kind(battery_wh=650.0),)
    job = day([far], FLEET, evening=evening, drone_types=kinds)
    plan = planning.plan(job, two_hubs(), solver=Quick())
    assert len(plan.sorties) == flown


@pytest.mark.parametrize("charge_w", [None, 4000.0])
def test_a_calendar_counts_packs_where_they_are_brought(charge_w: float | None) -> None:
    near, out, back = (order("near", "A", from_pad="east"), order("out", "A"), order("back", "B", from_pad="east"))
    kind = scenes.kind(charge_w=charge_w, pack_cool_s=60.0)
    job = day([near, out, back], FLEET, evening=Evening.ANYWHERE, drone_types=(kind,))
    trips = Trips(cost_tables(job, two_hubs(swap_packs=0)))
    here, there = trips.tables.job.drones
    over, home = ways(trips, out)["hub", "east"], ways(trips, back)["east", "hub"]
    again = ways(trips, near)["east", "east"]
    calendar, ready_s = Calendar(trips), math.ceil(over.duration_s + kind.swap_s)
    calendar.keep(Placed(trip=over, drone=here, departs=job.start))
    # The pack that lies at the other hub is at hand, until another drone leaves with it just before.
    assert calendar.earliest_s(home, here) == ready_s
    calendar.keep(Placed(trip=again, drone=there, departs=job.start + timedelta(seconds=ready_s - 10)))
    full_s = math.ceil(stocks.away_s(over, here, kind, trips.tables)) + stocks.MARGIN_S
    # Then that which was brought has to be full before it can go on.
    assert calendar.earliest_s(home, here) == (None if charge_w is None else full_s)
    assert full_s > ready_s


def test_what_leads_on_to_another_hub_never_grows_in_a_calendar() -> None:
    one, other = order("one", "A"), order("other", "A")
    trips = Trips(cost_tables(day([one, other], FLEET, evening=Evening.ANYWHERE), two_hubs()))
    calendar = Calendar(trips)
    small = calendar.add(ways(trips, one)["hub", "east"])
    assert small is not None
    larger = trips.best([one, other], small.trip.group)
    assert larger is not None
    assert calendar.exchange(small, larger) is None
    assert calendar.placed == [small]


# --- parts, portions, crowds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("end_elsewhere", "count"), [(False, 2), (True, 1)])
def test_hubs_that_drones_move_between_are_one_part(end_elsewhere: bool, count: int) -> None:
    job = day([order("a", "A"), order("b", "B", from_pad="east")], FLEET, end_elsewhere=end_elsewhere)
    trips = Trips(cost_tables(job, two_hubs()))
    found = parts.apart(trips, job.orders, Budget(), SolveOptions())
    assert len(found) == count
    assert parts.together(found).proven


def test_parts_put_together_keep_what_one_of_them_could_not_fly_as_it_is() -> None:
    trips = Trips(cost_tables(day(), two_hubs()))
    one, other = (min(singles(each, trips).values(), key=lambda trip: trip.cost) for each in trips.tables.job.orders)
    fine, refused = Part(flown=(one,), cost=1.0, lower=1.0), Part(flown=(), cost=9.0, lower=2.0, near=(other,))
    assert parts.together([fine, refused]).near == (one, other)
    assert parts.together([fine, fine]).near == ()


@pytest.mark.parametrize("few", [1, 4])
@pytest.mark.parametrize("seed", [*range(12), 44])
def test_columns_looked_for_in_portions_are_as_good_where_drones_move(
    seed: int, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, sky = small_day(seed)
    tables = cost_tables(job, sky)
    whole = worth_of(planning.solve(tables), job)
    monkeypatch.setattr(parts, "FEW", few)
    found = planning.solve(tables)
    assert worth_of(found, job) == pytest.approx(whole, abs=0.02)
    assert found.bound.proven


@pytest.mark.parametrize("seconds", [0.05, 0.5])
@pytest.mark.parametrize("seed", range(8))
def test_however_short_the_time_drones_that_move_are_planned_for_and_the_bound_holds(seed: int, seconds: float) -> None:
    job, sky = small_day(seed)
    tables = cost_tables(job, sky)
    plan = planning.solve(tables, options=SolveOptions(seconds=seconds))
    assert planning.check(plan, sky, job).of(Verdict.FAIL) == ()
    best = planning.solve(tables)
    assert worth_of(plan, job) >= worth_of(best, job) - 0.02
    lost = worth_of(plan, job) - plan.totals.cost
    # A bound of nothing is one in any case.
    assert not plan.bound.lower or plan.bound.lower + lost <= worth_of(best, job) + 0.02


def worth_of(plan: Plan, job: Job) -> float:
    """Return what a plan costs with penalties."""
    return plan.totals.cost + sum(job.policy.penalty(job.order(item.order)) for item in plan.unserved)


def test_of_orders_alike_between_hubs_none_is_left_aside_that_drones_could_fly() -> None:
    orders = [order(f"o{k:02}", "east", 3.0) for k in range(40)] + [
        order(f"p{k:02}", "hub", 3.0, from_pad="east") for k in range(40)
    ]
    job = replace(day(orders, FLEET, max_orders_per_sortie=1), end=scenes.START + timedelta(hours=1))
    trips = Trips(cost_tables(job, two_hubs()))
    kept = crowds.without_surplus(job.orders, trips)
    # A leg and a swap take 903 s, so that a drone flies four legs in the hour, two from each hub.
    assert {"hub": 4, "east": 4}.items() <= {
        hub: min(4, sum(one.from_pad == hub for one in kept)) for hub in ("hub", "east")
    }.items()
    assert len(kept) < 60

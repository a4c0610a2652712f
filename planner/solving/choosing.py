"""The column solver: the cheapest exact trips that serve each order once and can all be flown, with a proof.

Trips are found by a compiled search that may find too many, worked out exactly, and chosen with OR-Tools; see
``planner.solving.choice`` for the method. What is chosen is placed by the timetable, which knows all of the day.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from planner.model.fleets import Drone
from planner.model.jobs import Policy
from planner.model.orders import Order
from planner.model.plans import Bound
from planner.solving import crowds, greedy
from planner.solving.choice import warming
from planner.solving.choice.closing import SAME, Budget, Closed, Closing
from planner.solving.choice.pools import Pool
from planner.solving.columns import Columns
from planner.solving.relaxations import finders
from planner.solving.repairs import alike, singles
from planner.solving.routing import RoutingSolver
from planner.solving.solvers import NO_BOUND, Proposal, Servable, SolveOptions, Watch
from planner.solving.sorties import Trip, Trips
from planner.solving.tables import Tables
from planner.solving.timetables import Placed, fits_in, timetable

FEW = 5_000
"""Sequences that are all worked out at once; where there may be more, only those near to being worth it are."""

SEQUENCE_S = 0.004
"""What working out a sequence takes, about; only whether all are worked out at once depends on it."""

WORKING_SHARE = 0.75
"""Of the time that a choice among columns may take, what working them out may."""

LITTLE = 1e-6
"""In the policy's currency."""

ROUTING_SHARE = 0.2
"""Of the time that a search may take: kept for the routing search, should nothing be proven by then."""


MOST_ORDERS = 2000
"""Orders among which columns are looked for; the search for them keeps a table that grows with their square."""

CROWD = 150
"""Of more orders than that, those that are chosen among; an engineering choice."""


class ColumnSolver:
    """Chooses among exact trips, and proves how good the choice is.

    ``iterations`` counts whole-number programmes. Without a time limit the same tables and options give the same
    proposal on any machine.
    """

    name = "columns"

    def prepare(self) -> None:
        """Load what choosing needs, and compile what is compiled once on a machine."""
        warming.warm()

    def propose(self, trips: Trips, servable: Servable, options: SolveOptions, watch: Watch) -> Proposal:
        """Return the best choice found, and what is proven of all others."""
        known = {order.id for order, _ in servable}
        others = [order for order in trips.tables.job.orders if order.id not in known]
        missed = {order.id for order in others if watch.left_s is not None and alike(order) not in trips.alone}
        # Some orders that no trip serves by itself may still fly with others, by way of another pad.
        known |= {order.id for order in others if order.id not in missed and _may_fly(order, trips)}
        orders = crowds.without_surplus([order for order in trips.tables.job.orders if order.id in known], trips)
        kept = {order.id for order in orders}
        few = [(order, groups) for order, groups in servable if order.id in kept]
        if len(orders) > MOST_ORDERS:
            return _of_a_crowd(trips, few, options, watch)
        made = _proposed(trips, orders, few, options, watch)
        if not missed:
            return made
        return replace(made, bound=replace(NO_BOUND, rules="the search ended before it had looked at every order"))


def _of_a_crowd(trips: Trips, servable: Servable, options: SolveOptions, watch: Watch) -> Proposal:
    """Choose for some of very many orders, and add what has room of the others; nothing is known of a bound."""
    quick = greedy.completed([], servable, trips, watch.part(greedy.CROWD_SHARE))
    some = crowds.thinned(servable, quick, CROWD)
    made = _proposed(trips, [order for order, _ in some], some, options, watch.part(1.0 - ROUTING_SHARE))
    placed = greedy.cheapest([made.placed, quick], servable, trips, watch)
    rules = f"of more than {MOST_ORDERS:,} orders the search knows of no bound"
    return Proposal(placed=tuple(placed), bound=replace(NO_BOUND, rules=rules), hurried=True)


def _proposed(
    trips: Trips, orders: Sequence[Order], servable: Servable, options: SolveOptions, watch: Watch
) -> Proposal:
    """Choose columns, place them, and ask the routing search where that is not proven to be near enough."""
    policy = trips.policy
    quick = [] if watch.left_s is None else greedy.completed([], servable, trips, watch.part(greedy.SHARE))
    budget = _budget(options, watch)
    columns = Columns.of(trips, orders, finders(trips, orders), budget)
    watch.on_progress("looking for sorties")
    closed = _chosen(columns, budget, options)
    watch.on_progress(f"timetable of {len(closed.columns)} sorties")
    found = [_placed([columns.made[label] for label in closed.columns], trips, options, watch.part(0.5))]
    enough = closed.proven or _near(bound_of(closed, found[0], orders, policy, trips.homes), options)
    if not enough and not watch.late:
        found.append(list(RoutingSolver().propose(trips, servable, options, watch).placed))
    hurried = not enough and watch.left_s is not None
    if hurried:
        found = [greedy.cheapest([*found, quick], servable, trips, watch)]
    placed = min(found, key=lambda one: greedy.cost_of(one, orders, policy))
    return Proposal(placed=tuple(placed), bound=bound_of(closed, placed, orders, policy, trips.homes), hurried=hurried)


def _near(bound: Bound, options: SolveOptions) -> bool:
    """Tell whether a plan is proven to be as near to the cheapest as is asked for."""
    return options.gap > 0 and bound.gap is not None and bound.gap <= options.gap


def _placed(flown: Sequence[Trip], trips: Trips, options: SolveOptions, watch: Watch) -> list[Placed]:
    """Place chosen trips; one after the other where there is no time for a timetable."""
    made = timetable(flown, trips.tables, seed=options.seed, seconds=watch.left_s)
    return greedy.placed_first(flown, trips) if made is None else made


def _budget(options: SolveOptions, watch: Watch) -> Budget:
    """Return how long the choice among columns may go on, from now."""
    return Budget(
        steps=options.iterations,
        deadline=watch.part(1.0 - ROUTING_SHARE).deadline,
        stopped=watch.stopped,
        tell=watch.on_progress,
    )


def _may_fly(order: Order, trips: Trips) -> bool:
    return any(trips.may_carry([order], group) for group in range(len(trips.tables.groups)))


def _chosen(columns: Columns, budget: Budget, options: SolveOptions) -> Closed:
    """Close the gap over all columns."""
    tables, policy = columns.trips.tables, columns.trips.policy
    leaving = np.array([policy.penalty(order) for order in columns.orders])
    charged = _charged(tables)
    whole = columns.find(np.zeros(len(leaving)), np.inf, _few(budget))

    def fit(labels: Sequence[int], day: Tables) -> bool | None:
        flown = [columns.made[label] for label in labels]
        return fits_in(flown, day, seed=options.seed, seconds=budget.left_s)

    closing = Closing(
        pool=_promising(columns, budget) if whole is None else whole,
        leaving=leaving,
        capacity=columns.limits.capacity,
        horizon=int((tables.job.end - tables.job.start).total_seconds()),
        budget=budget,
        find=columns.find if whole is None else None,
        judge=lambda labels: fit(labels, tables),
        refuses=lambda labels: fit(labels, charged) is False,
        gap=options.gap,
    )
    return closing.run()


def _few(budget: Budget) -> int:
    """Return how many sequences may all be worked out in the time that there is."""
    return FEW if budget.left_s is None else min(FEW, int(budget.left_s * WORKING_SHARE / SEQUENCE_S))


def _promising(columns: Columns, budget: Budget) -> Pool:
    """Return columns to begin with where time is short: those that save something over flying each order by itself.

    Small ones first: of larger ones fewer can truly be flown.
    """
    if budget.left_s is None:
        return columns.none
    policy, worth = columns.trips.policy, []
    for order in columns.orders:
        costs = [trip.cost for trip in singles(order, columns.trips).values()]
        # A little more, so that flying each by itself is among them.
        worth.append(min([*costs, policy.penalty(order)]) * (1 + LITTLE) + LITTLE)
    found = columns.find(np.array(worth), -LITTLE / 2, FEW, smallest=True)
    return columns.none if found is None else found


def _charged(tables: Tables) -> Tables:
    """Return the tables of a day on which all drones begin with a full pack.

    Whatever can be flown on the true day can be on this one, and then any part of it as well. On the true day a trip
    more may help: one that a drone short of charge can fly, and comes back from to a pack that is full.
    """
    groups = (replace(group, drones=tuple(map(_full, group.drones))) for group in tables.groups)
    job = replace(tables.job, drones=tuple(map(_full, tables.job.drones)))
    return replace(tables, job=job, groups=tuple(groups))


def _full(drone: Drone) -> Drone:
    return replace(drone, state_of_charge=1.0)


def bound_of(
    closed: Closed, placed: Sequence[Placed], orders: Sequence[Order], policy: Policy, homes: Collection[str]
) -> Bound:
    """Say what any plan costs at least that leaves out no more, in penalties, than this one."""
    if not math.isfinite(closed.lower):
        return replace(NO_BOUND, rules="the search ended before it knew of a bound")
    cost, total = sum(item.trip.cost for item in placed), greedy.cost_of(placed, orders, policy)
    lower = min(cost, max(0.0, closed.lower - (total - cost)))
    # Asked of cost and penalties together: a plan that flies nothing costs nothing, and is not proven for that.
    proven = total - closed.lower <= SAME * max(1.0, total)
    nothing = 0.0 if proven else None
    gap = (cost - lower) / cost if cost else nothing
    return Bound(lower=lower, gap=gap, rules=rules_of(policy, orders, homes), proven=proven)


def rules_of(policy: Policy, orders: Sequence[Order], homes: Collection[str]) -> str:
    """Say under which rules a bound holds."""
    fetched = any(order.from_pad not in homes for order in orders)
    labelled = any(order.together or order.apart for order in orders)
    return (
        f"for every plan that serves as much: sorties of at most {policy.max_orders_per_sortie} orders of one hub, "
        "back to it without waiting in the air, along the quickest corridor of each stretch of the day, with the "
        "cheapest way out that is open; drones, pads, gates and packs as the fleet and the airspace have them"
        + ("; a sortie lands at a pad, and calls at customs, once at most" if fetched else "")
        + ("; what flies together or apart as the orders ask" if labelled else "")
    )

"""The column solver: the cheapest exact trips that serve each order once and can all be flown, with a proof.

Trips are found by a compiled search that may find too many, worked out exactly, and chosen with OR-Tools; see
``planner.solving.choice`` for the method. What is chosen is placed by the timetable, which knows all of the day.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from planner.model.fleets import Drone
from planner.model.jobs import Policy
from planner.model.orders import Order
from planner.model.plans import Bound
from planner.solving.choice.closing import SAME, Budget, Closed, Closing
from planner.solving.choice.pools import Floats, Pool
from planner.solving.columns import Columns
from planner.solving.relaxations import finders
from planner.solving.repairs import repaired
from planner.solving.routing import RoutingSolver
from planner.solving.solvers import NO_BOUND, Proposal, Servable, SolveOptions, Watch
from planner.solving.sorties import Trips
from planner.solving.tables import Tables
from planner.solving.timetables import Placed, fits_in, timetable

FEW = 5_000
"""Sequences that are all worked out at once; where there may be more, only those near to being worth it are."""

ROUTING_SHARE = 0.2
"""Of the time that a search may take: kept for the routing search, should nothing be proven by then."""


class ColumnSolver:
    """Chooses among exact trips, and proves how good the choice is.

    ``iterations`` counts whole-number programmes. Without a time limit the same tables and options give the same
    proposal on any machine.
    """

    name = "columns"

    def propose(self, trips: Trips, servable: Servable, options: SolveOptions, watch: Watch) -> Proposal:
        """Return the best choice found, and what is proven of all others."""
        known = {order.id for order, _ in servable}
        # Some orders that no trip serves by itself may still fly with others, by way of another pad.
        orders = [order for order in trips.tables.job.orders if order.id in known or _may_fly(order, trips)]
        budget = _budget(options, watch)
        columns = Columns.of(trips, orders, finders(trips, orders), budget)
        watch.on_progress("looking for sorties")
        closed = _chosen(columns, budget, options.seed)
        watch.on_progress(f"timetable of {len(closed.columns)} sorties")
        flown = [columns.made[label] for label in closed.columns]
        found = [tuple(timetable(flown, trips.tables, seed=options.seed))]
        if not closed.proven:
            # With something left out, what drones that move cannot fly as it is may still be the best at hand.
            near = [(columns.made[label].group, columns.made[label].orders) for label in columns.refused]
            found += [tuple(repaired(near, servable, trips, seed=options.seed))] if near else []
            found.append(RoutingSolver().propose(trips, servable, _shorter(options), watch).placed)
        placed = min(found, key=lambda one: _worth(one, orders, trips.policy))
        return Proposal(placed=placed, bound=bound_of(closed, placed, orders, trips.policy, trips.homes))


def _budget(options: SolveOptions, watch: Watch) -> Budget:
    """Return how long the choice among columns may go on, from now."""
    left_s = math.inf if options.seconds is None else options.seconds * (1.0 - ROUTING_SHARE)
    return Budget(
        steps=options.iterations,
        deadline=time.monotonic() + left_s,
        stopped=watch.stopped,
        tell=watch.on_progress,
    )


def _shorter(options: SolveOptions) -> SolveOptions:
    """Return what the routing search may take where the choice among columns came to no end."""
    return options if options.seconds is None else replace(options, seconds=max(0.01, options.seconds * ROUTING_SHARE))


def _worth(placed: Sequence[Placed], orders: Sequence[Order], policy: Policy) -> float:
    """Return what some trips cost, with the penalties of what they leave out."""
    served = {order.id for item in placed for order in item.trip.orders}
    left_out = sum(policy.penalty(order) for order in orders if order.id not in served)
    return left_out + sum(item.trip.cost for item in placed)


def _may_fly(order: Order, trips: Trips) -> bool:
    return any(trips.may_carry([order], group) for group in range(len(trips.tables.groups)))


def _chosen(columns: Columns, budget: Budget, seed: int) -> Closed:
    """Close the gap over all columns."""
    tables, policy = columns.trips.tables, columns.trips.policy
    leaving = np.array([policy.penalty(order) for order in columns.orders])
    charged = _charged(tables)
    whole = columns.find(np.zeros(len(leaving)), np.inf, FEW)
    balances = columns.balances()

    def judge(labels: Sequence[int]) -> bool | None:
        flown = fits_in([columns.made[label] for label in labels], tables, seed=seed)
        if flown is False and policy.end_elsewhere and not columns.refused:
            columns.refused = tuple(labels)
        return flown

    def found(worth: Floats, limit: float, most: int) -> Pool | None:
        # Balances are the first cuts of all; what they add to a column is told by its group alone, and too low at most.
        prices = closing.answer.cut_prices[: len(balances)]
        tolls = np.array([one.lowest for one in balances]).T @ prices if balances else ()
        return columns.find(worth, limit, most, [float(toll) for toll in tolls])

    closing = Closing(
        pool=columns.none if whole is None else whole,
        leaving=leaving,
        capacity=columns.limits.capacity,
        horizon=int((tables.job.end - tables.job.start).total_seconds()),
        budget=budget,
        find=found if whole is None else None,
        judge=judge,
        refuses=lambda labels: (
            fits_in([columns.made[label] for label in labels], charged, seed=seed, anywhere=True) is False
        ),
    )
    closing.cuts += balances
    return closing.run()


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
    cost, total = sum(item.trip.cost for item in placed), _worth(placed, orders, policy)
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
    back = "back to it or on to another" if policy.end_elsewhere else "back to it"
    return (
        f"for every plan that serves as much: sorties of at most {policy.max_orders_per_sortie} orders of one hub, "
        f"{back} without waiting in the air, along the quickest corridor of each stretch of the day, with the "
        "cheapest way out that is open; drones, pads, gates and packs as the fleet and the airspace have them"
        + ("; a sortie lands at a pad, and calls at customs, once at most" if fetched else "")
        + ("; what flies together or apart as the orders ask" if labelled else "")
        + (
            "; no drone moves to another hub without an order, or lands midway at its own"
            if policy.end_elsewhere
            else ""
        )
    )

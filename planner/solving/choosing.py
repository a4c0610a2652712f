"""The column solver: the cheapest exact trips that serve each order once and can all be flown, with a proof.

Trips are found by a compiled search that may find too many, worked out exactly, and chosen with OR-Tools; see
``planner.solving.choice`` for the method. What is chosen is placed by the timetable, which knows all of the day.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

import numpy as np

from planner.model.jobs import Policy
from planner.model.orders import Order
from planner.model.plans import Bound
from planner.solving.choice.closing import Budget, Closed, Closing
from planner.solving.columns import Columns
from planner.solving.relaxations import finders
from planner.solving.solvers import Proposal, Servable, SolveOptions, Watch
from planner.solving.sorties import Trips
from planner.solving.timetables import Placed, fits_in, timetable

FEW = 20_000
"""Trips that are all worked out at once; where there may be more, only those near to being worth it are."""


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
        columns = Columns.of(trips, orders, finders(trips, orders))
        watch.on_progress("looking for sorties")
        closed = _chosen(columns, options, watch)
        watch.on_progress(f"timetable of {len(closed.columns)} sorties")
        flown = [columns.made[label] for label in closed.columns]
        placed = tuple(timetable(flown, trips.tables, seed=options.seed))
        return Proposal(placed=placed, bound=_bound(closed, placed, orders, trips.policy, trips.homes))


def _may_fly(order: Order, trips: Trips) -> bool:
    return any(trips.may_carry([order], group) for group in range(len(trips.tables.groups)))


def _chosen(columns: Columns, options: SolveOptions, watch: Watch) -> Closed:
    """Close the gap over all columns."""
    tables, policy = columns.trips.tables, columns.trips.policy
    leaving = np.array([penalty(order, policy) for order in columns.orders])
    budget = Budget(
        steps=options.iterations,
        deadline=np.inf if options.seconds is None else time.monotonic() + options.seconds,
        stopped=watch.stopped,
        tell=watch.on_progress,
    )
    whole = columns.find(np.zeros(len(leaving)), np.inf, FEW)
    closing = Closing(
        pool=columns.none if whole is None else whole,
        leaving=leaving,
        capacity=columns.limits.capacity,
        horizon=int((tables.job.end - tables.job.start).total_seconds()),
        budget=budget,
        find=columns.find if whole is None else None,
        judge=lambda labels: fits_in([columns.made[label] for label in labels], tables, seed=options.seed),
    )
    return closing.run()


def penalty(order: Order, policy: Policy) -> float:
    """Return what leaving out an order costs."""
    return policy.unserved_penalty * order.priority


def _bound(
    closed: Closed, placed: Sequence[Placed], orders: Sequence[Order], policy: Policy, homes: Collection[str]
) -> Bound:
    """Say what any plan costs at least that leaves out no more, in penalties, than this one."""
    served = {order.id for item in placed for order in item.trip.orders}
    left_out = sum(penalty(order, policy) for order in orders if order.id not in served)
    cost = sum(item.trip.cost for item in placed)
    lower = min(cost, max(0.0, closed.lower - left_out))
    return Bound(
        lower=lower,
        gap=(cost - lower) / cost if cost else 0.0,
        rules=rules_of(policy, orders, homes),
        proven=cost - lower <= 1e-6 * max(1.0, cost),
    )


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

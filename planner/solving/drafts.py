"""From a solver's proposal to a draft that holds: exact trips on drones and in time, and true reasons for the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.errors import SolverFailed
from planner.model.orders import Order
from planner.model.plans import Bound, Unserved
from planner.solving import reasons
from planner.solving.repairs import singles
from planner.solving.solvers import Proposal, SolveOptions, Solver, Watch
from planner.solving.sorties import Trip, Trips
from planner.solving.tables import Tables
from planner.solving.timetables import Placed


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What will be flown, what will not, and how good that is."""

    placed: tuple[Placed, ...]
    unserved: tuple[Unserved, ...]
    bound: Bound


def draft(tables: Tables, solver: Solver, options: SolveOptions, watch: Watch) -> Draft:
    """Let a solver propose sorties, and say of all other orders why they are left out."""
    trips = Trips(tables)
    alone = {order.id: singles(order, trips) for order in tables.job.orders}
    servable = [(order, tuple(alone[order.id])) for order in tables.job.orders if alone[order.id]]
    watch.on_progress(f"planning {len(servable)} of {len(tables.job.orders)} orders")
    proposal = _once(solver.propose(trips, servable, options, watch), solver)
    served = {order.id for item in proposal.placed for order in item.trip.orders}
    left = [order for order in tables.job.orders if order.id not in served]
    return Draft(
        placed=proposal.placed,
        unserved=tuple(_reason(order, alone[order.id], proposal.placed, trips) for order in left),
        bound=proposal.bound,
    )


def _once(proposal: Proposal, solver: Solver) -> Proposal:
    """Refuse a proposal that would fly an order twice."""
    counted = Counter(order.id for item in proposal.placed for order in item.trip.orders)
    twice = sorted(order for order, count in counted.items() if count > 1)
    if twice:
        raise SolverFailed(f"solver '{solver.name}' proposed more than once: {', '.join(twice)}")
    return proposal


def _reason(order: Order, alone: Mapping[int, Trip], placed: Sequence[Placed], trips: Trips) -> Unserved:
    if not alone:
        return reasons.never(order, trips)
    penalty = sum(trips.policy.penalty(one) for one in trips.company(order))

    def preference(trip: Trip) -> tuple[bool, bool, float]:
        # What ends elsewhere asks for more of the day than what comes back: the answer is for what asks for least.
        return trip.cost > penalty, not trips.tables.groups[trip.group].returns, trip.cost

    return reasons.today(order, min(alone.values(), key=preference), placed, trips)

"""From a solver's proposal to a draft that holds: exact trips on drones and in time, and true reasons for the rest."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from planner.errors import SolverFailed
from planner.model.orders import Order
from planner.model.plans import Bound, Unserved
from planner.solving import reasons
from planner.solving.calendars import Calendar
from planner.solving.greedy import urgency
from planner.solving.holding import Held, held_back
from planner.solving.reasons.crossings import Beside
from planner.solving.repairs import alike, penalty, singles
from planner.solving.separations import Separations, Sky, warm
from planner.solving.solvers import Proposal, SolveOptions, Solver, Watch
from planner.solving.sorties import Trip, Trips
from planner.solving.tables import Tables
from planner.solving.timetables import Placed

SETTLING_SHARE = 0.7
"""Of the time that solving may take, at most: for finding out which orders can be served by themselves, and how."""
CROWD = 1000
"""Of more orders than that, most will be left out, and it takes longer to find room for any: then less of it is."""
CROWD_SHARE = 0.4
"""That share."""
REASON_S = 0.0005
"""What the reason for an order takes, about; kept for the reasons at the end."""
REASONS_SHARE = 0.2
"""Of that time, what is kept for reasons at most."""
GRACE_S = 0.5
"""How much longer reasons are looked for: within what solving may take beyond its limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What will be flown, what will not, and how good that is."""

    placed: tuple[Placed, ...]
    unserved: tuple[Unserved, ...]
    bound: Bound
    held: tuple[Held, ...]
    """Of each of what is placed, how long it is held back so as to be apart from others in the air."""


def draft(tables: Tables, solver: Solver, options: SolveOptions, watch: Watch) -> Draft:
    """Let a solver propose sorties, and say of all other orders why they are left out.

    The clock begins to run here. What is left out because it has run out is said to be, and nothing is guessed.
    """
    if options.seconds is not None:
        _prepare(tables, solver)
    clock = watch.within(options.seconds)
    trips, orders = Trips(tables), tables.job.orders
    settled = dict(_settled(orders, trips, clock.part(SETTLING_SHARE if len(orders) <= CROWD else CROWD_SHARE)))
    servable = [(order, tuple(groups)) for order in orders if (groups := settled.get(order.id))]
    watch.on_progress(f"planning {len(servable)} of {len(orders)} orders")
    proposal = _once(solver.propose(trips, servable, options, _searching(clock, len(orders))), solver)
    _kept_apart(proposal, tables, solver)
    served = {order.id for item in proposal.placed for order in item.trip.orders}
    left = [order for order in orders if order.id not in served]
    answers = _Answers(proposal, settled, trips, options.seconds, clock)
    return Draft(
        placed=proposal.placed,
        unserved=tuple(answers.why(left)),
        bound=proposal.bound,
        held=held_back(proposal.placed, trips),
    )


def _prepare(tables: Tables, solver: Solver) -> None:
    """Have compiled what is compiled once on a machine."""
    if Separations(tables).asked or tables.job.intents:
        warm()
    if (prepare := getattr(solver, "prepare", None)) is not None:
        prepare()


def _settled(orders: Iterable[Order], trips: Trips, clock: Watch) -> Iterator[tuple[str, dict[int, Trip]]]:
    """Yield the trips that serve each order by itself, by group, the most urgent orders first; as far as time goes."""
    for order in sorted(orders, key=urgency):
        if clock.late:
            return
        yield order.id, singles(order, trips)


def _searching(clock: Watch, orders: int) -> Watch:
    """Return the watch of the search, which leaves time for as many reasons."""
    if clock.left_s is None:
        return clock
    return clock.within(clock.left_s - min(orders * REASON_S, REASONS_SHARE * clock.left_s))


def _once(proposal: Proposal, solver: Solver) -> Proposal:
    """Refuse a proposal that would fly an order twice."""
    counted = Counter(order.id for item in proposal.placed for order in item.trip.orders)
    twice = sorted(order for order, count in counted.items() if count > 1)
    if twice:
        raise SolverFailed(f"solver '{solver.name}' proposed more than once: {', '.join(twice)}")
    return proposal


def _kept_apart(proposal: Proposal, tables: Tables, solver: Solver) -> None:
    """Refuse a proposal in which two sorties come too near to each other in the air."""
    sky, origin = Sky(tables), tables.job.start.replace(microsecond=0)
    for item in proposal.placed:
        start_s = round((item.departs - origin).total_seconds())
        met = next(sky.met(item.trip, item.drone.id, start_s), None)
        if met is not None:
            raise SolverFailed(
                f"solver '{solver.name}' proposed sorties of {met.drone} and {item.drone.id} that come nearer to each "
                "other in the air than the policy's separation"
            )
        sky.keep(item.trip, item.drone.id, start_s)


class _Answers:
    """Why orders are not served, as far as there is time to find out."""

    def __init__(
        self, proposal: Proposal, settled: dict[str, dict[int, Trip]], trips: Trips, limit_s: float | None, clock: Watch
    ) -> None:
        self.placed, self.settled, self.trips, self.limit_s = proposal.placed, settled, trips, limit_s
        self.until = clock.deadline + GRACE_S
        self.calendar: Calendar | None = None
        self.beside = Beside(proposal.placed, trips)
        if proposal.hurried:
            self.calendar = Calendar(trips)
            for item in proposal.placed:
                self.calendar.keep(item)

    def why(self, left: Sequence[Order]) -> Iterator[Unserved]:
        """Yield the reason of each order; those that are looked at already come first."""
        told: dict[Hashable, Unserved] = {}
        for order in sorted(left, key=lambda order: order.id not in self.settled):
            key = alike(order), order.priority
            if key not in told and time.monotonic() > self.until:
                yield self._late(order)
                continue
            if key not in told:
                told[key] = self._why(order)
            yield replace(told[key], order=order.id)

    def _late(self, order: Order) -> Unserved:
        known = order.id in self.settled
        return self._says(order, "it was found out why it is left out" if known else "this order was looked at")

    def _says(self, order: Order, until: str) -> Unserved:
        return reasons.late(order, self.trips, self.limit_s or 0.0, until)

    def _why(self, order: Order) -> Unserved:
        known = order.id in self.settled
        alone: Mapping[int, Trip] = self.settled[order.id] if known else singles(order, self.trips)
        if not alone:
            return reasons.never(order, self.trips)
        cheapest = min(alone.values(), key=self._preference(order))
        if self.calendar is not None and self._missed(order, alone):
            return self._says(order, "this order was given a place; there is room for it beside the plan")
        return reasons.today(order, cheapest, self.placed, self.trips, self.beside)

    def _preference(self, order: Order) -> Callable[[Trip], tuple[bool, bool, float]]:
        """Return what trips of an order are sorted by.

        What ends elsewhere asks for more of the day than what comes back: the answer is for what asks for least.
        """
        most = penalty(order, self.trips)
        return lambda trip: (trip.cost > most, not self.trips.tables.groups[trip.group].returns, trip.cost)

    def _missed(self, order: Order, alone: Mapping[int, Trip]) -> bool:
        """Tell whether an order would have a place beside the plan, and is worth it: only time was lacking."""
        calendar, most = self.calendar, penalty(order, self.trips)
        return calendar is not None and any(trip.cost <= most and calendar.has_room(trip) for trip in alone.values())

"""From suggestions, which need not be exact, to trips that hold: repaired, filled up, and placed on drones in time."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from itertools import combinations

from planner.model.orders import Order
from planner.solving.solvers import Servable, Suggestion, Watch
from planner.solving.sorties import Trip, Trips
from planner.solving.timetables import Placed, timetable

MERGES_TRIED = 6
"""How many trips an order that found no place is offered to, nearest in cost first."""


def singles(order: Order, trips: Trips) -> dict[int, Trip]:
    """Return the trip that serves an order by itself, with those it must fly with, for each group that can.

    It is worked out once for orders that are alike.
    """
    key = alike(order)
    if key not in trips.alone:
        made = {group: trips.best(trips.company(order), group) for group in range(len(trips.tables.groups))}
        trips.alone[key] = {group: trip for group, trip in made.items() if trip is not None}
    return {group: _with(order, trip) for group, trip in trips.alone[key].items()}


def alike(order: Order) -> Hashable:
    """Return what is the same of orders that the same trips serve; no other is like one that flies with others."""
    if order.together:
        return order.id
    box, when = order.consignment, (order.ready_at, order.due_at)
    return order.from_pad, order.to_pad, box, when, order.precleared, order.apart


def _with(order: Order, trip: Trip) -> Trip:
    """Return the trip of one order with another that is like it."""
    if order in trip.orders:
        return trip

    def same(orders: tuple[Order, ...]) -> tuple[Order, ...]:
        return (order,) * len(orders)

    hops = (replace(hop, aboard=same(hop.aboard), takes=same(hop.takes), clears=same(hop.clears)) for hop in trip.hops)
    return replace(trip, orders=(order,), hops=tuple(hops))


def repaired(
    suggested: Iterable[Suggestion], servable: Servable, trips: Trips, *, seed: int, watch: Watch | None = None
) -> list[Placed]:
    """Return exact trips that hold, near to what was suggested; all else is added where it costs least.

    Orders that fly together are added together, whatever was suggested of some of them. A watch that runs late ends it
    with what is placed by then, which may be nothing.
    """
    clock = watch or Watch()
    exact = [trip for group, orders in suggested if not clock.late for trip in _largest(orders, group, trips)]
    missing = _missing(servable, exact)
    for order, groups in missing:
        if clock.late:
            break
        if any(order in trip.orders for trip in exact):
            continue  # with another that it flies with
        exact = _with_order(exact, order, groups, trips)
    placed = timetable(exact, trips.tables, seed=seed, seconds=clock.left_s) or []
    placed = _filled(placed, servable, trips, seed, clock)
    return _filled(placed, _stranded(servable, trips), trips, seed, clock)


def _stranded(servable: Servable, trips: Trips) -> list[tuple[Order, tuple[int, ...]]]:
    """Return the orders that no trip serves by itself, and one with a call at another pad may.

    So it is where only approved corridors are flown, and the one between hub and pad is not.
    """
    if trips.tables.library is None:
        return []
    groups, known = range(len(trips.tables.groups)), {order.id for order, _ in servable}
    left = [order for order in trips.tables.job.orders if order.id not in known]
    return [(order, tuple(group for group in groups if trips.may_carry([order], group))) for order in left]


def _largest(orders: Sequence[Order], group: int, trips: Trips) -> list[Trip]:
    """Return the exact trip with as many of some orders as one trip can take; none when it can take none."""
    for size in range(min(len(orders), trips.policy.max_orders_per_sortie), 0, -1):
        parts = (part for part in combinations(orders, size) if trips.whole(part))
        made = [trip for part in parts if (trip := trips.best(part, group)) is not None]
        if made:
            return [max(made, key=lambda trip: (trip.penalty_weight, -trip.cost))]
    return []


def _missing(servable: Servable, exact: Sequence[Trip]) -> list[tuple[Order, tuple[int, ...]]]:
    served = {order.id for trip in exact for order in trip.orders}
    left = [(order, groups) for order, groups in servable if order.id not in served]
    return sorted(left, key=lambda item: (-item[0].priority, item[0].due_at, item[0].id))


def _with_order(exact: list[Trip], order: Order, groups: Sequence[int], trips: Trips) -> list[Trip]:
    """Add an order where it costs least, to a trip or on its own; not at all if leaving it out costs less."""
    choices = _choices(exact, order, groups, trips)
    extra, number, trip = min(choices, key=lambda choice: (choice[0], choice[1]))
    if extra > penalty(order, trips):
        return exact
    return _replaced(exact, number, trip)


def _replaced(exact: Sequence[Trip], number: int, trip: Trip) -> list[Trip]:
    """Put a trip in the place of another, or at the end when the number is negative."""
    kept = [trip if k == number else old for k, old in enumerate(exact)]
    return [*kept, trip] if number < 0 else kept


def _choices(exact: Sequence[Trip], order: Order, groups: Sequence[int], trips: Trips) -> list[tuple[float, int, Trip]]:
    """Return (extra cost, number of the trip it joins or -1, trip) for each way to serve an order and its company."""
    company = trips.company(order)
    own = [(trip.cost, -1, trip) for g in groups if (trip := trips.best(company, g)) is not None]
    joined = [
        (trip.cost - old.cost, number, trip)
        for number, old in enumerate(exact)
        if old.group in groups and (trip := trips.best([*old.orders, *company], old.group)) is not None
    ]
    return own + joined


def penalty(order: Order, trips: Trips) -> float:
    """Return what leaving out an order, and with it its company, costs."""
    return sum(trips.policy.penalty(one) for one in trips.company(order))


def _filled(placed: list[Placed], servable: Servable, trips: Trips, seed: int, clock: Watch) -> list[Placed]:
    """Offer orders that found no place to the trips that did, as long as nothing else falls out."""
    for order, groups in _missing(servable, [item.trip for item in placed]):
        if clock.late:
            break
        exact = [item.trip for item in placed]
        if any(order in trip.orders for trip in exact):
            continue
        choices = sorted(_choices(exact, order, groups, trips), key=lambda choice: (choice[0], choice[1]))
        for extra, number, trip in choices[:MERGES_TRIED]:
            if extra > penalty(order, trips):
                break
            changed = _replaced(exact, number, trip)
            tried = timetable(changed, trips.tables, seed=seed, seconds=clock.left_s)
            if tried is not None and len(tried) == len(changed):
                placed = tried
                break
    return placed

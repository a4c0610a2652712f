"""A plan in no time: each order where it fits first, on its own or beside others, and nothing is moved again.

What is flown when the clock leaves no time to choose, and where more orders are asked for than can be chosen among.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import timedelta

from planner.model.jobs import Policy
from planner.model.orders import Order
from planner.solving.calendars import Calendar
from planner.solving.repairs import alike, penalty, singles
from planner.solving.solvers import Servable, Watch
from planner.solving.sorties import Trip, Trips
from planner.solving.timetables import Placed

SHARE = 0.5
"""Of the time that a search has left, for a quick plan it begins with."""
CROWD_SHARE = 0.8
"""The same where there are more orders than can be chosen among."""

TRIED = 8
"""Orders that a sortie is offered, for each that it may take more; an engineering choice."""


def urgency(order: Order) -> tuple[float, float, str]:
    """Return what orders are sorted by: those that cost most to leave out first, then those due first."""
    return -order.priority, order.due_at.timestamp(), order.id


def completed(placed: Iterable[Placed], servable: Servable, trips: Trips, watch: Watch) -> list[Placed]:
    """Return placed trips with whatever else has room beside them, as far as the time goes."""
    calendar = Calendar(trips)
    for item in placed:
        calendar.keep(item)
    served = {order.id for item in calendar.placed for order in item.trip.orders}
    left = sorted((order for order, _ in servable if order.id not in served), key=urgency)
    left = _alone(calendar, left, trips, watch)
    _joined(calendar, left, trips, watch)
    return sorted(calendar.placed, key=lambda item: (item.departs, item.drone.id))


def cheapest(plans: Iterable[Iterable[Placed]], servable: Servable, trips: Trips, watch: Watch) -> list[Placed]:
    """Return the plan that costs least of some, with penalties, each completed with what has room beside it."""
    orders = [order for order, _ in servable]
    made = [completed(placed, servable, trips, watch) for placed in plans]
    return min(made, key=lambda placed: cost_of(placed, orders, trips.policy))


def cost_of(placed: Iterable[Placed], orders: Iterable[Order], policy: Policy) -> float:
    """Return what placed trips cost, with the penalties of the orders that they leave out."""
    return cost((item.trip for item in placed), orders, policy)


def cost(flown: Iterable[Trip], orders: Iterable[Order], policy: Policy) -> float:
    """Return what trips cost, with the penalties of the orders that they leave out."""
    kept = list(flown)
    served = {order.id for trip in kept for order in trip.orders}
    left_out = sum(policy.penalty(order) for order in orders if order.id not in served)
    return left_out + sum(trip.cost for trip in kept)


def placed_first(chosen: Sequence[Trip], trips: Trips) -> list[Placed]:
    """Place trips one after the other, those first that may start no later than others; what has no room is left."""
    calendar = Calendar(trips)
    for trip in sorted(chosen, key=lambda trip: (-trip.penalty_weight, trip.starts[-1][1], trip.orders[0].id)):
        calendar.add(trip)
    return sorted(calendar.placed, key=lambda item: (item.departs, item.drone.id))


def _alone(calendar: Calendar, orders: Sequence[Order], trips: Trips, watch: Watch) -> list[Order]:
    """Fly each order by itself that has room and is worth it; return the others."""
    left: list[Order] = []
    tried: set[Hashable] = set()
    for number, order in enumerate(orders):
        if watch.late:
            return [*left, *orders[number:]]
        # What has found no place finds none later, nor does what is like it: nothing is moved.
        key = alike(order), order.priority
        if order.together and any(order in item.trip.orders for item in calendar.placed):
            continue  # with another that it flies with
        if key in tried or not any(calendar.add(trip) for trip in _worth_flying(order, trips)):
            left.append(order)
            tried.add(key)
    return left


def _worth_flying(order: Order, trips: Trips) -> list[Trip]:
    """Return the trips of one order that cost no more than leaving it out, the cheapest first."""
    most = penalty(order, trips)
    made = (trip for trip in singles(order, trips).values() if trip.cost <= most)
    return sorted(made, key=lambda trip: (trip.cost, trip.group))


def _joined(calendar: Calendar, orders: Sequence[Order], trips: Trips, watch: Watch) -> None:
    """Let trips that have their place take on orders that go to the same pads, or else to others from their hub.

    What is fetched on the way, or flies together with others, flies as a trip of its own or not at all.
    """
    waiting: dict[str, dict[str, list[Order]]] = defaultdict(lambda: defaultdict(list))
    for order in orders:
        if order.from_pad in trips.homes and not order.together:
            waiting[order.from_pad][order.to_pad].append(order)
    for item in tuple(calendar.placed):
        here = waiting[trips.ends(item.trip.group)[0]]
        grown: Placed | None = item
        while grown is not None and not watch.late:
            item, grown = grown, _grown(calendar, grown, here, trips)


def _grown(calendar: Calendar, item: Placed, waiting: dict[str, list[Order]], trips: Trips) -> Placed | None:
    """Let a placed trip take on one of some orders, by pad; None when it takes none."""
    trip = item.trip
    if len(trip.orders) >= trips.policy.max_orders_per_sortie:
        return None
    for order in _offered(item, waiting):
        if not trips.may_carry([*trip.orders, order], trip.group):
            continue
        larger = trips.best([*trip.orders, order], trip.group)
        if larger is None or larger.cost - trip.cost > trips.policy.penalty(order):
            continue
        grown = calendar.exchange(item, larger)
        if grown is not None:
            waiting[order.to_pad].remove(order)
            return grown
    return None


def _offered(item: Placed, waiting: dict[str, list[Order]]) -> list[Order]:
    """Return orders that could go along at a trip's take-off: to its own pads first, the most urgent of each.

    To another pad they are taken to be delivered when the trip ends as it is.
    """
    own = {hop.flight.to_pad: hop.released_s for hop in item.trip.hops if hop.delivers}
    offered: list[Order] = []
    for pad in [*own, *(pad for pad in waiting if pad not in own)]:
        after_s = own.get(pad, item.trip.duration_s)
        for order in waiting[pad]:
            if len(offered) >= TRIED:
                return offered
            if order.ready_at <= item.departs <= order.due_at - timedelta(seconds=after_s):
                offered.append(order)
    return offered

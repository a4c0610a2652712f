"""More orders than can be chosen among: which are looked at.

Of orders that are alike in everything but their name no more can matter than the fleet could fly, and leaving aside the
others changes no best plan. Where there are still too many, a quick plan tells which orders fit the day best.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from math import inf

from planner.model.orders import Order
from planner.solving.groups import within_reach
from planner.solving.repairs import alike
from planner.solving.solvers import Servable
from planner.solving.sorties import Trips
from planner.solving.timetables import Placed


def thinned(servable: Servable, quick: Iterable[Placed], most: int) -> Servable:
    """Return no more than so many of some orders: what a quick plan serves, and of the others some of every hour."""
    if len(servable) <= most:
        return servable
    served = [order.id for item in quick for order in item.trip.orders][:most]
    known = set(served)
    others = sorted((order.due_at, order.id) for order, _ in servable if order.id not in known)
    room = most - len(served)
    chosen = known.union(others[k * len(others) // room][1] for k in range(room))
    return [(order, groups) for order, groups in servable if order.id in chosen]


def without_surplus(orders: Sequence[Order], trips: Trips) -> list[Order]:
    """Return orders without those that are alike to others of which there are as many as the fleet could ever fly."""
    same: dict[Hashable, list[Order]] = defaultdict(list)
    for order in orders:
        same[alike(order), order.priority].append(order)
    if len(same) == len(orders):
        return list(orders)
    flown, kept = _most_flown(trips), set[str]()
    for members in same.values():
        most = sum(count for home, count in flown.items() if within_reach(members[0], home, trips.homes))
        kept |= {order.id for order in sorted(members, key=lambda order: order.id)[:most]}
    return [order for order in orders if order.id in kept]


def _most_flown(trips: Trips) -> dict[str, int]:
    """Return how many orders the drones of each hub could fly at most, however short their sorties are."""
    tables, horizon_s = trips.tables, (trips.tables.job.end - trips.tables.job.start).total_seconds()
    most: dict[str, int] = defaultdict(int)
    for number, group in enumerate(tables.groups):
        flights = [flight for piece in tables.slices for flight in piece.flights[number].values() if flight.flyable]
        out_s = min((flight.flown_s for flight in flights if flight.from_pad == group.start_pad), default=inf)
        back_s = min((flight.flown_s for flight in flights if flight.to_pad == group.end_pad), default=inf)
        # One leg straight to another hub, without a hand-over on the way, may be a sortie.
        flown_s = out_s + back_s + trips.policy.handover_s if group.returns else max(out_s, back_s)
        shortest_s = flown_s + group.kind.swap_s
        # One more, for whole seconds that are lost or won.
        sorties = 0 if shortest_s == inf else int((horizon_s + group.kind.swap_s) // max(shortest_s, 1.0)) + 1
        most[group.start_pad] += len(group.drones) * sorties * trips.policy.max_orders_per_sortie
    return most

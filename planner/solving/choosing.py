"""The column solver: the cheapest exact trips that serve each order once and can all be flown, with a proof.

Trips are found by a compiled search that may find too many, worked out exactly, and chosen with OR-Tools; see
``planner.solving.choice`` for the method. What is chosen is placed by the timetable, which knows all of the day.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import replace

from planner.model.jobs import Policy
from planner.model.orders import Order
from planner.model.plans import Bound
from planner.solving import crowds, greedy
from planner.solving.choice import warming
from planner.solving.choice.closing import SAME, Budget
from planner.solving.other_ways import with_other_ways
from planner.solving.parts import Part, apart, chosen, together
from planner.solving.repairs import alike, repaired
from planner.solving.routing import RoutingSolver
from planner.solving.solvers import NO_BOUND, Proposal, Servable, SolveOptions, Watch
from planner.solving.sorties import Trip, Trips
from planner.solving.timetables import Placed, timetable

ROUTING_SHARE = 0.2
"""Of the time that a search may take: kept for the routing search, should nothing be proven by then."""

MOST_ORDERS = 2000
"""Orders among which columns are looked for; the search for them keeps a table that grows with their square."""

PART_OF_WAYS = 0.2
"""Of the time that is left: for finding other ways, and for each timetable with them."""

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
    watch.on_progress("looking for sorties")
    parts = apart(trips, orders, _budget(options, watch), options)
    closed = together(parts)
    found = [_placed(closed.flown, trips, options, watch)]
    if len(found[0]) < len(closed.flown) and not watch.late:
        # Each part can be flown, but not all of them beside each other: they share pads, gates and the air.
        closed = chosen(trips, orders, _budget(options, watch), options, closed)
        found.append(_placed(closed.flown, trips, options, watch))
    found += _on_other_ways(closed, found, orders, trips, options, watch)
    cheapest = min(found, key=lambda one: greedy.cost_of(one, orders, policy))
    enough = closed.proven or _near(bound_of(closed, cheapest, orders, policy, trips.homes), options)
    if closed.near and not enough and not watch.late:
        # With something left out, what drones that move cannot fly as it is may still be the best at hand.
        near = [(trip.group, trip.orders) for trip in closed.near]
        found.append(repaired(near, servable, trips, seed=options.seed, watch=watch.part(0.5)))
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
    """Place chosen trips; one after the other where half of the time left is not enough for a timetable."""
    watch.on_progress(f"timetable of {len(flown)} sorties")
    made = timetable(flown, trips.tables, seed=options.seed, seconds=watch.part(0.5).left_s)
    return greedy.placed_first(flown, trips) if made is None else made


def _on_other_ways(
    closed: Part,
    found: Sequence[Sequence[Placed]],
    orders: Sequence[Order],
    trips: Trips,
    options: SolveOptions,
    watch: Watch,
) -> list[list[Placed]]:
    """Return what other levels and corridors make of the cheapest choices that times alone could not keep apart.

    Nothing where what is found already costs no more than they do.
    """
    made: list[list[Placed]] = []
    cheapest = min(greedy.cost_of(placed, orders, trips.policy) for placed in found)
    for flown in closed.crossing:
        if watch.late or greedy.cost(flown, orders, trips.policy) >= cheapest * (1 - SAME):
            break
        watch.on_progress("looking for other ways")
        tried = timetable(flown, trips.tables, seed=options.seed, seconds=watch.part(PART_OF_WAYS).left_s) or []
        kept = {id(item.trip) for item in tried}
        left = [trip for trip in flown if id(trip) not in kept]
        others = with_other_ways(flown, left, trips, watch.part(PART_OF_WAYS))
        placed = timetable(others, trips.tables, seed=options.seed, seconds=watch.part(PART_OF_WAYS).left_s)
        made += [placed] if placed is not None else []
    return made


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


def bound_of(
    closed: Part, placed: Sequence[Placed], orders: Sequence[Order], policy: Policy, homes: Collection[str]
) -> Bound:
    """Say what any plan costs at least that leaves out no more, in penalties, than this one.

    For a plan with trips on other ways it is the bound of the day without separation: what is proven beyond that is
    of plans whose times alone keep them apart.
    """
    detoured = any(item.trip.other_ways for item in placed)
    least = closed.aside if detoured else closed.lower
    if not math.isfinite(least):
        return replace(NO_BOUND, rules="the search ended before it knew of a bound")
    cost, total = sum(item.trip.cost for item in placed), greedy.cost_of(placed, orders, policy)
    lower = min(cost, max(0.0, least - (total - cost)))
    # Asked of cost and penalties together: a plan that flies nothing costs nothing, and is not proven for that.
    proven = total - least <= SAME * max(1.0, total)
    nothing = 0.0 if proven else None
    gap = (cost - lower) / cost if cost else nothing
    return Bound(lower=lower, gap=gap, rules=rules_of(policy, orders, homes, detoured=detoured), proven=proven)


def rules_of(policy: Policy, orders: Sequence[Order], homes: Collection[str], *, detoured: bool = False) -> str:
    """Say under which rules a bound holds, of a plan with trips on other ways or without."""
    fetched = any(order.from_pad not in homes for order in orders)
    labelled = any(order.together or order.apart for order in orders)
    apart = 0.0 not in policy.separation_m
    back = "back to it or on to another" if policy.end_elsewhere else "back to it"
    return (
        f"for every plan that serves as much: sorties of at most {policy.max_orders_per_sortie} orders of one hub, "
        f"{back} without waiting in the air, along the quickest corridor of each stretch of the day, with the "
        "cheapest way out that is open; drones, pads, gates and packs as the fleet and the airspace have them"
        + ("; kept apart in the air by the times of take-off alone" if apart and not detoured else "")
        + ("; as near to each other in the air as they like" if apart and detoured else "")
        + ("; a sortie lands at a pad, and calls at customs, once at most" if fetched else "")
        + ("; what flies together or apart as the orders ask" if labelled else "")
        + (
            "; no drone moves to another hub without an order, or lands midway at its own"
            if policy.end_elsewhere
            else ""
        )
    )

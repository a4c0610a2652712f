"""Which orders and sorties two plans do not treat alike."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime, time
from typing import TypeAlias

from planner.comparing.comparisons import LeftOut, Move, OrderMoved, Served, SortiesMatched
from planner.model.plans import Plan, Sortie

Fate: TypeAlias = Served | LeftOut
Keyed: TypeAlias = tuple[Sortie, Hashable]
"""A sortie with what it is paired by."""

ALIKE_S = 0.5
"""Hand-overs nearer than this are at the same time: less is a matter of rounding."""

RANK = tuple(Move)
"""What is told first."""


def orders_moved(a: Plan, b: Plan) -> tuple[tuple[OrderMoved, ...], int]:
    """Return the orders that the plans do not treat alike, the gravest first, and how many they do."""
    fates_a, fates_b = _fates(a), _fates(b)
    ids = [*fates_a, *(order for order in fates_b if order not in fates_a)]
    told = [_moved(order, fates_a.get(order), fates_b.get(order), a, b) for order in ids]
    moved = [item for item in told if item is not None]
    return tuple(sorted(moved, key=lambda item: (RANK.index(item.move), item.order))), len(ids) - len(moved)


def sorties_matched(a: Plan, b: Plan) -> SortiesMatched:
    """Return which sorties are alike in both plans, whatever they are called, and which serve the same orders."""
    alike, rest_a, rest_b = _paired(
        [(sortie, _flown(sortie, a)) for sortie in a.sorties], [(sortie, _flown(sortie, b)) for sortie in b.sorties]
    )
    changed, only_a, only_b = _paired(
        [(sortie, frozenset(sortie.orders)) for sortie in rest_a],
        [(sortie, frozenset(sortie.orders)) for sortie in rest_b],
    )
    return SortiesMatched(
        alike=alike,
        changed=changed,
        only_a=tuple(sortie.id for sortie in only_a),
        only_b=tuple(sortie.id for sortie in only_b),
    )


def _fates(plan: Plan) -> Mapping[str, Fate]:
    served = {order: _served(order, sortie) for sortie in plan.sorties for order in sortie.orders}
    left_out = {item.order: LeftOut(reason=item.reason, detail=item.detail) for item in plan.unserved}
    return left_out | served


def _served(order: str, sortie: Sortie) -> Served:
    times = [delivery.t for leg in sortie.legs for delivery in leg.deliveries if delivery.order == order]
    return Served(
        sortie=sortie.id,
        drone=sortie.drone,
        company=tuple(sorted(other for other in sortie.orders if other != order)),
        departs=sortie.departs,
        t=times[0] if times else None,
    )


def _moved(order: str, in_a: Fate | None, in_b: Fate | None, a: Plan, b: Plan) -> OrderMoved | None:
    match in_a, in_b:
        case None, _:
            move: Move | None = Move.ONLY_IN_B
        case _, None:
            move = Move.ONLY_IN_A
        case Served(), Served():
            return _flown_otherwise(order, in_a, in_b, a, b)
        case Served(), LeftOut():
            move = Move.LOST
        case LeftOut(), Served():
            move = Move.GAINED
        case LeftOut(), LeftOut():
            move = None if in_a.reason is in_b.reason else Move.REASON
    return None if move is None else OrderMoved(order=order, move=move, a=in_a, b=in_b)


def _flown_otherwise(order: str, in_a: Served, in_b: Served, a: Plan, b: Plan) -> OrderMoved | None:
    handed = None if in_a.t is None or in_b.t is None else _clock_s(in_b.t, b) - _clock_s(in_a.t, a)
    # Records that do not tell the hand-over tell the take-off at least.
    later_s = _clock_s(in_b.departs, b) - _clock_s(in_a.departs, a) if handed is None else handed
    if (in_a.drone, in_a.company) == (in_b.drone, in_b.company) and abs(later_s) < ALIKE_S:
        return None
    return OrderMoved(order=order, move=Move.MOVED, a=in_a, b=in_b, later_s=handed)


def _clock_s(moment: datetime, plan: Plan) -> float:
    """Return the seconds from the midnight before a plan begins, by its own clock."""
    midnight = datetime.combine((plan.start + plan.utc_offset).date(), time(), moment.tzinfo)
    return (moment + plan.utc_offset - midnight).total_seconds()


def _flown(sortie: Sortie, plan: Plan) -> Hashable:
    """Return all that is flown in a sortie, by the clock of the plan's own day and without what it is called."""
    legs = [
        (
            (leg.from_pad, leg.to_pad, leg.corridor, leg.payload_kg),
            tuple((point.lon, point.lat, point.alt_amsl_m, _clock_s(point.t, plan)) for point in leg.waypoints),
        )
        for leg in sortie.legs
    ]
    return sortie.drone, sortie.drone_type, sortie.orders, _clock_s(sortie.departs, plan), tuple(legs)


def _paired(
    in_a: Sequence[Keyed], in_b: Sequence[Keyed]
) -> tuple[tuple[tuple[str, str], ...], list[Sortie], list[Sortie]]:
    """Return the ids of sorties with the same key pair by pair, and what is left of either plan."""
    waiting: dict[Hashable, deque[Sortie]] = defaultdict(deque)
    for sortie, key in in_b:
        waiting[key].append(sortie)
    pairs: list[tuple[str, str]] = []
    rest: list[Sortie] = []
    for sortie, key in in_a:
        if waiting[key]:
            pairs.append((sortie.id, waiting[key].popleft().id))
        else:
            rest.append(sortie)
    taken = {other for _, other in pairs}
    return tuple(pairs), rest, [sortie for sortie, _ in in_b if sortie.id not in taken]

"""Dangerous goods and lithium: whose approval lets them be carried, side by side."""

from __future__ import annotations

from collections.abc import Iterator

from planner.model.orders import Order
from planner.model.reviews import Finding
from planner.safety.boundaries import passage_of
from planner.safety.cases import Case, SortieCase
from planner.safety.findings import fact


def goods_approved(case: Case, sortie: SortieCase) -> Iterator[Finding]:
    """Judge that every side over which dangerous goods are carried has approved them by their UN number."""
    for order in sortie.orders:
        goods, subject = order.consignment.dangerous_goods, f"{sortie.subject}, order {order.id}"
        if not goods:
            yield fact("goods.dangerous", subject, holds=True, detail="no dangerous goods declared")
            continue
        held = {side: _approval(case, goods, side) for side in sorted(_sides(case, sortie, order))}
        approved = sum(1 for approval in held.values() if approval)
        told = ", ".join(f"{side or 'no side drawn'}: {approval or 'none'}" for side, approval in held.items())
        lithium = order.consignment.lithium
        yield fact(
            "goods.lithium" if lithium else "goods.dangerous", subject, holds=approved == len(held), measured=approved,
            required=len(held), margin=approved - len(held), unit="approvals",
            detail=f"{lithium or 'dangerous goods'} '{goods}'; approvals by side: {told}",
        )  # fmt: skip


def _sides(case: Case, sortie: SortieCase, order: Order) -> set[str]:
    """Return the jurisdictions that an order is carried over, or would be on a way out.

    Of legs that cannot be measured those written down.
    """
    sides: set[str] = set()
    for leg in sortie.legs:
        if order in leg.on_board and leg.measurable:
            sides |= {name for name, spans in passage_of(case, leg).jurisdictions.items() if spans}
        elif order in leg.on_board:
            sides |= set(leg.leg.jurisdictions)
    for way in case.ways_out:
        if way.sortie is sortie.sortie and order in way.on_board and way.measurable:
            sides |= {name for name, spans in passage_of(case, way).jurisdictions.items() if spans}
    return sides or {""}


def _approval(case: Case, goods: str, side: str) -> str:
    """Return what an authority's approval for some goods is called; empty when none is held."""
    held = case.job.policy.dangerous_goods_allowed
    return next((one.approval for one in held if (one.un_number, one.jurisdiction) == (goods, side)), "")

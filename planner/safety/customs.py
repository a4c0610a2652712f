"""Customs: every order that crosses a boundary has cleared, where and when that is possible."""

from __future__ import annotations

from collections.abc import Iterator

from planner.model.orders import Order
from planner.model.reviews import Finding
from planner.safety.cases import Case, SortieCase
from planner.safety.findings import fact, not_checked, open_throughout


def asked(case: Case) -> bool:
    """Tell whether orders have to clear: as the policy says, or because a pad of the airspace clears customs."""
    told = case.job.policy.customs
    return any(pad.customs_windows is not None for pad in case.sky.pads) if told is None else told


def unasked(case: Case) -> tuple[Order, ...]:
    """Return the orders served that cross a boundary and are not asked to clear."""
    if asked(case):
        return ()
    return tuple(order for sortie in case.sorties for order in sortie.orders if _crosses(case, order))


def _crosses(case: Case, order: Order) -> bool:
    """Tell whether the two pads of an order lie in different jurisdictions."""
    here, there = (_sides(case, pad) for pad in (order.from_pad, order.to_pad))
    return bool(here and there) and not here & there


def _sides(case: Case, pad_id: str) -> set[str]:
    points = [pad.point for pad in case.sky.pads if pad.id == pad_id]
    return {side.id for side in case.sky.jurisdictions for point in points if side.area.covers(point)}


def customs_not_asked(case: Case) -> Iterator[Finding]:
    """Tell which orders cross a boundary without anybody asking whether they have cleared."""
    orders = unasked(case)
    if orders:
        told = ", ".join(sorted(order.id for order in orders))
        detail = f"not asked: the policy does not ask for customs, or no pad clears them; across the boundary: {told}"
        yield not_checked("customs.cleared", "plan", detail)


def customs_cleared(case: Case, sortie: SortieCase) -> Iterator[Finding]:
    """Judge that what crosses has cleared once, at a pad that can, while customs were there."""
    if not asked(case):
        return
    yield from _as_written(sortie)
    for order in sortie.orders:
        subject = f"{sortie.subject}, order {order.id}"
        if not _crosses(case, order):
            continue
        if order.precleared:
            detail = f"pre-cleared under '{order.precleared}'"
            yield fact("customs.cleared", subject, holds=True, detail=detail)
            continue
        legs = [leg for leg in sortie.legs if order in leg.clears]
        told = ", ".join(f"at {leg.leg.to_pad} after leg {leg.number}" for leg in legs) or "nowhere"
        yield fact(
            "customs.cleared", subject, holds=len(legs) == 1, measured=len(legs), required=1,
            margin=-abs(len(legs) - 1), unit="clearings", detail=f"crosses and is not pre-cleared; clears {told}",
        )  # fmt: skip


def _as_written(sortie: SortieCase) -> Iterator[Finding]:
    """Judge each clearing written down: what is on board, at a pad that clears, in its customs windows."""
    for leg in sortie.legs:
        aboard = {order.id for order in leg.on_board}
        for name in leg.leg.clears:
            subject = f"{leg.subject}, order {name}"
            if name not in aboard:
                yield fact("customs.cleared", subject, holds=False, detail="clears, and is not on board")
            elif leg.to_pad is None or leg.to_pad.customs_windows is None:
                detail = f"pad '{leg.leg.to_pad}' does not clear customs"
                yield fact("customs.cleared", subject, holds=False, detail=detail)
            elif leg.leg.waypoints:
                told = f"customs at '{leg.to_pad.id}', {leg.to_pad.customs_dwell_s:g} s: "
                held = (leg.lands, leg.cleared)
                yield open_throughout("customs.window", subject, leg.to_pad.customs_windows, held, detail=told)

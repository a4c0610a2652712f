"""What is said of an order when the time for planning has run out: that, and nothing that nobody looked at."""

from __future__ import annotations

from planner.model.orders import Order
from planner.model.plans import Reason, Unserved
from planner.solving.reasons.cases import Case
from planner.solving.sorties import Trips


def late(order: Order, trips: Trips, limit_s: float, until: str) -> Unserved:
    """Return that the time for planning has run out, and until what was known of an order, in words."""
    text = f"the time for planning, {limit_s:g} s, ran out before {until}"
    return Case(order, trips).says(Reason.UNKNOWN, text, time_limit_s=limit_s)

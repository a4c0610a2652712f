"""Whom an order has to fly with: orders of one label fly in one sortie, all of them or none."""

from __future__ import annotations

from planner.model.orders import Order, kept_apart
from planner.model.plans import Reason, Unserved
from planner.solving.reasons.cases import Case


def together(case: Case) -> Unserved | None:
    """Return an answer when the order could be flown but for those it has to fly with."""
    others = [order for order in case.trips.company(case.order) if order is not case.order]
    if not others or not _flown_alone(case, case.order):
        return None
    told = ", ".join(order.id for order in others)
    label = f"it flies together with {told} or not at all (label '{case.order.together}')"
    lost = [order.id for order in others if not _flown_alone(case, order)]
    count, most = len(others) + 1, case.trips.policy.max_orders_per_sortie
    if lost:
        why = f"{', '.join(lost)} cannot be flown at all"
    elif count > most:
        why = f"a sortie takes at most {most} orders, these are {count}"
    elif not kept_apart((case.order, *others)):
        why = "some of them are to be kept apart"
    else:
        why = "no sortie can take them all"
    mass_kg = sum(order.consignment.mass_kg for order in (case.order, *others))
    return case.says(Reason.TOGETHER, f"{label}, and {why}", orders=count, max_orders=most, mass_kg=mass_kg)


def _flown_alone(case: Case, order: Order) -> bool:
    """Tell whether a group can fly an order by itself."""
    return any(case.trips.best([order], group) is not None for group in range(len(case.tables.groups)))

"""What is in the box: payload, volume, value, custody, cold chain, the orders' times, and who flies with whom."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta

from airspace.model.pads import Custody, Pad
from planner.model.orders import Order
from planner.model.reviews import Finding, Verdict
from planner.safety.cases import Case, LegCase, SortieCase, place_of
from planner.safety.findings import agrees, at_least, at_most, fact, in_time, not_checked, open_throughout
from planner.safety.rules import MASS_TOLERANCE_KG, TIME_TOLERANCE_S, VALUE_TOLERANCE

SECONDS_PER_MINUTE = 60.0


def payload_carried(_case: Case, leg: LegCase) -> Iterator[Finding]:
    """Judge the payload of a leg by the orders still on board."""
    own_kg = sum(order.consignment.mass_kg for order in leg.on_board)
    yield agrees("payload.leg", leg.subject, leg.leg.payload_kg, own_kg, MASS_TOLERANCE_KG, "kg")
    if leg.kind is not None:
        carried = ", ".join(order.id for order in leg.on_board) or "nothing"
        yield at_most(
            "payload.limit", leg.subject, own_kg, leg.kind.max_payload_kg, "kg", tolerance=1e-9,
            detail=f"carries {carried}: {own_kg:.3f} kg of at most {leg.kind.max_payload_kg:g} kg",
        )  # fmt: skip


def volume_in_box(_case: Case, sortie: SortieCase) -> Iterator[Finding]:
    """Judge the volume of what is on board of a sortie at its fullest."""
    if sortie.kind is None:
        return
    most_l = sortie.kind.max_volume_l
    if most_l is None:
        yield fact("volume.limit", sortie.subject, holds=True, detail="not asked: the drone type tells no volume")
        return
    fullest = max((leg.on_board for leg in sortie.legs), key=_known_l, default=sortie.orders)
    told = {order.id: order.consignment.volume_l for order in fullest}
    own_l = math.fsum(volume_l for volume_l in told.values() if volume_l is not None)
    finding = at_most(
        "volume.limit", sortie.subject, own_l, most_l, "l", tolerance=1e-9,
        detail=f"carries {', '.join(told) or 'nothing'}: {own_l:.3f} l of at most {most_l:g} l",
    )  # fmt: skip
    unknown = [order.id for order in sortie.orders if order.consignment.volume_l is None]
    if unknown and finding.verdict is Verdict.PASS:
        detail = f"nobody has told the volume of {', '.join(unknown)}; the rest takes {own_l:.3f} l of {most_l:g} l"
        finding = not_checked("volume.limit", sortie.subject, detail)
    yield finding


def _known_l(orders: Iterable[Order]) -> float:
    return math.fsum(order.consignment.volume_l or 0.0 for order in orders)


def sortie_loaded(case: Case, sortie: SortieCase) -> Iterator[Finding]:
    """Judge how much value is on board of one sortie at one time, and how many orders it serves."""
    policy = case.job.policy
    value, moment = sum(order.consignment.declared_value for order in sortie.orders), "at take-off"
    if sortie.taken:
        loads = {leg.number: sum(order.consignment.declared_value for order in leg.on_board) for leg in sortie.legs}
        value, moment = max((load, f"on leg {number}") for number, load in loads.items())
    yield at_most(
        "value.cap", sortie.subject, value, policy.value_cap_per_sortie, policy.currency, tolerance=VALUE_TOLERANCE,
        detail=f"{value:.2f} {policy.currency} on board {moment}",
    )  # fmt: skip
    count = len(sortie.sortie.orders)
    most = policy.max_orders_per_sortie
    yield fact(
        "sortie.orders", sortie.subject, holds=1 <= count <= most, measured=count, required=most,
        margin=most - count if count else -1, unit="orders", detail=f"{count} orders, at most {most}",
    )  # fmt: skip
    for order in sortie.orders:
        declared = order.consignment.currency
        yield fact(
            "value.currency", f"{sortie.subject}, order {order.id}", holds=declared == policy.currency,
            detail=f"declared in {declared}, the policy counts in {policy.currency}",
        )  # fmt: skip


def handed_over(case: Case, leg: LegCase) -> Iterator[Finding]:
    """Judge each hand-over and take-over at the end of a leg: custody level, cold chain and due time."""
    if not leg.leg.waypoints:
        return
    where = place_of(leg.leg.waypoints[-1])
    handled = (*leg.delivered, *leg.taken)
    for order in (*handled, *(cleared for cleared in leg.clears if cleared not in handled)):
        if leg.to_pad is not None:
            yield from _in_custody(case, leg, leg.to_pad, order)
    for order in leg.delivered:
        subject = f"{leg.subject}, order {order.id}"
        minutes = order.consignment.max_minutes
        if minutes is not None:
            taken_s, factor = _taken_s(leg, order), case.job.policy.time_factor
            since = "it was taken over" if _was_taken(leg, order) else "take-off"
            told = f"handed over {taken_s / SECONDS_PER_MINUTE:.1f} min after {since}"
            told += f", {taken_s * factor / SECONDS_PER_MINUTE:.1f} min as a quantile" if factor > 1 else ""
            yield at_most(
                "coldchain.time", subject, taken_s * factor, minutes * SECONDS_PER_MINUTE, "s",
                tolerance=TIME_TOLERANCE_S * factor, where=where, detail=told,
            )  # fmt: skip
        yield in_time(
            "order.due", subject, leg.released(order), order.due_at, earliest=False, where=where,
            detail=f"handed over at {leg.released(order):%H:%M:%S} UTC, due by {_utc(order.due_at)}",
        )  # fmt: skip


def _taken_s(leg: LegCase, order: Order) -> float:
    """Return how long an order handed over at the end of a leg was on board until it can be had.

    That is from the take-off at the hub, or from the touch-down where it was taken over.
    """
    return (leg.released(order) - leg.on_board_since(order)).total_seconds()


def _was_taken(leg: LegCase, order: Order) -> bool:
    return any(pickup.order == order.id for flown in leg.sortie.legs for pickup in flown.pickups)


def deliveries_agree(case: Case, leg: LegCase) -> Iterator[Finding]:
    """Judge the hand-overs written down for a leg; a record from before they were written down has none."""
    written, subject = leg.leg.deliveries, f"{leg.subject}, deliveries"
    if not written or not leg.leg.waypoints:
        return
    told, due = [item.order for item in written], [order.id for order in leg.delivered]
    detail = f"written down: {', '.join(told)}; handed over: {', '.join(due) or 'nothing'}"
    yield fact("leg.deliveries", subject, holds=sorted(told) == sorted(due), detail=detail)
    factor = case.job.policy.time_factor
    for order, item in ((order, item) for item in written for order in leg.delivered if order.id == item.order):
        taken_s, off_s = _taken_s(leg, order), (item.t - leg.released(order)).total_seconds()
        name = f"{leg.subject}, order {item.order}"
        yield agrees("leg.deliveries", f"{name}, time", off_s, 0.0, TIME_TOLERANCE_S, "s")
        yield agrees("leg.deliveries", f"{name}, taken", item.taken_s, taken_s, TIME_TOLERANCE_S, "s")
        allowed_s = TIME_TOLERANCE_S * factor
        yield agrees("leg.deliveries", f"{name}, quantile", item.quantile_s, taken_s * factor, allowed_s, "s")


def pickups_agree(_case: Case, leg: LegCase) -> Iterator[Finding]:
    """Judge the take-overs written down for a leg: of orders of its sortie, where they lie, when they are ready."""
    if not leg.leg.pickups or not leg.leg.waypoints:
        return
    carried = {order.id: order for order in leg.taken}
    for item in leg.leg.pickups:
        subject = f"{leg.subject}, order {item.order}"
        if item.order not in carried:
            detail = "taken over, and not among the orders of the sortie"
            yield fact("order.taken", subject, holds=False, detail=detail)
            continue
        order = carried[item.order]
        detail = f"order waits at '{order.from_pad}', it is taken over at '{leg.leg.to_pad}'"
        yield fact("order.taken", f"{subject}, place", holds=order.from_pad == leg.leg.to_pad, detail=detail)
        times = sum(pickup.order == item.order for flown in leg.sortie.legs for pickup in flown.pickups)
        yield fact("order.taken", f"{subject}, once", holds=times == 1, detail=f"taken over {times} times")
        off_s = (item.t - leg.handed).total_seconds()
        yield agrees("leg.pickups", f"{subject}, time", off_s, 0.0, TIME_TOLERANCE_S, "s")
        yield in_time(
            "order.ready", subject, leg.lands, order.ready_at, earliest=True, where=place_of(leg.leg.waypoints[-1]),
            detail=f"taken over from {_utc(leg.lands)} on, ready at {_utc(order.ready_at)}",
        )  # fmt: skip


def _in_custody(case: Case, leg: LegCase, pad: Pad, order: Order) -> Iterator[Finding]:
    """Judge how an order is looked after where it changes hands or clears customs."""
    levels, subject = list(Custody), f"{leg.subject}, order {order.id}"
    yield at_least(
        "custody.level", subject, levels.index(pad.custody), levels.index(order.consignment.custody), "level",
        where=place_of(leg.leg.waypoints[-1]),
        detail=f"pad '{pad.id}' is {pad.custody}, the order asks for {order.consignment.custody}",
    )  # fmt: skip
    yield from _by_two_persons(case, leg, pad, order)


def _by_two_persons(case: Case, leg: LegCase, pad: Pad, order: Order) -> Iterator[Finding]:
    """Judge that two persons take over what asks for them by its value or by itself."""
    subject, value = f"{leg.subject}, order {order.id}", order.consignment.declared_value
    above = case.job.policy.two_person_above
    if above is None:
        yield fact("custody.value", subject, holds=True, detail="not asked: the policy has no value for it")
    elif value > above:
        levels = list(Custody)
        yield at_least(
            "custody.value", subject, levels.index(pad.custody), levels.index(Custody.TWO_PERSON), "level",
            where=place_of(leg.leg.waypoints[-1]),
            detail=f"declared value {value:.2f} above {above:.2f}; pad '{pad.id}' is {pad.custody}",
        )  # fmt: skip
    asked = order.consignment.custody is Custody.TWO_PERSON or (above is not None and value > above)
    if asked and pad.custody is Custody.TWO_PERSON:
        held = (leg.lands, leg.handed if order in (*leg.delivered, *leg.taken) else leg.ends)
        yield open_throughout(
            "custody.hours", subject, pad.two_person_hours, held, detail=f"two persons at '{pad.id}': "
        )


def _utc(when: object) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%S%z}"


def ready_before_departure(case: Case, sortie: SortieCase) -> Iterator[Finding]:
    """Judge that all orders on board at take-off are ready, and that the job's hours hold the sortie."""
    start = min([sortie.sortie.departs, *(leg.takes_off for leg in sortie.legs[:1] if leg.leg.waypoints)])
    end = max([sortie.sortie.returns, *(leg.lands for leg in sortie.legs[-1:] if leg.leg.waypoints)])
    for order in (order for order in sortie.orders if order.id not in sortie.taken):
        yield in_time(
            "order.ready", f"{sortie.subject}, order {order.id}", start, order.ready_at, earliest=True,
            detail=f"takes off at {_utc(start)}, ready at {_utc(order.ready_at)}",
        )  # fmt: skip
    job = case.job
    detail = f"the job runs from {_utc(job.start)} to {_utc(job.end)}"
    yield in_time("job.window", f"{sortie.subject}, departs", start, job.start, earliest=True, detail=detail)
    yield in_time("job.window", f"{sortie.subject}, returns", end, job.end, earliest=False, detail=detail)
    if end - start < timedelta(0):
        yield fact("job.window", f"{sortie.subject}, order", holds=False, detail="returns before it departs")


def each_order_once(case: Case) -> Iterator[Finding]:
    """Judge that every order is delivered once or listed as unserved once, and that none is invented."""
    known = {order.id for order in case.job.orders}
    carried = Counter(order for sortie in case.plan.sorties for order in sortie.orders)
    left = Counter(item.order for item in case.plan.unserved)
    for order in sorted(known | carried.keys() | left.keys()):
        served, unserved = carried[order], left[order]
        detail = f"in {served} sorties, {unserved} times among the unserved"
        if order not in known:
            detail += "; the job has no such order"
        holds = order in known and served + unserved == 1
        yield fact("order.once", f"order {order}", holds=holds, detail=detail)
    for sortie in case.sorties:
        for missed in sortie.undelivered:
            before = "" if missed.id in sortie.taken else " before its last"
            detail = f"on board of {sortie.subject}, but no leg{before} delivers it at '{missed.to_pad}'"
            yield fact("order.once", f"{sortie.subject}, order {missed.id}", holds=False, detail=detail)


def flown_together(case: Case) -> Iterator[Finding]:
    """Judge that orders with one label fly in one sortie, all of them or none."""
    labels = sorted({order.together for order in case.job.orders if order.together})
    if not labels:
        yield fact("order.together", "plan", holds=True, detail="not asked: no order is to fly together with others")
    for label in labels:
        asked = {order.id for order in case.job.orders if order.together == label}
        flown = {sortie.subject: asked & {order.id for order in sortie.orders} for sortie in case.sorties}
        parts = {subject: sorted(orders) for subject, orders in flown.items() if orders}
        told = "; ".join(f"{subject} flies {', '.join(orders)}" for subject, orders in parts.items()) or "none is flown"
        holds = not parts or [set(orders) for orders in parts.values()] == [asked]
        yield fact(
            "order.together", f"orders together '{label}'", holds=holds,
            detail=f"{', '.join(sorted(asked))} fly in one sortie or not at all: {told}",
        )  # fmt: skip


def flown_apart(case: Case) -> Iterator[Finding]:
    """Judge that no two orders with one label share a sortie."""
    labels = sorted({order.apart for order in case.job.orders if order.apart})
    if not labels:
        yield fact("order.apart", "plan", holds=True, detail="not asked: no order is to be kept apart from others")
    for label in labels:
        flown = {sortie.subject: [o.id for o in sortie.orders if o.apart == label] for sortie in case.sorties}
        shared = {subject: orders for subject, orders in flown.items() if len(orders) > 1}
        told = "; ".join(f"{subject} flies {', '.join(orders)}" for subject, orders in shared.items())
        yield fact(
            "order.apart", f"orders apart '{label}'", holds=not shared, detail=told or "no two of them share a sortie"
        )  # fmt: skip

"""Two plans of one small day: the sample, and what becomes of it by small changes whose effect is plain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from planner.model.plans import Delivery, Leg, Plan, Sortie
from tests.planner.output.samples import sample


def day() -> Plan:
    """Return the sample plan with its hand-overs: O-1 in S-1 by D1, O-2 in S-2 by D2, O-3 left out."""
    plan = sample().plan
    return replace(plan, sorties=tuple(with_delivery(sortie) for sortie in plan.sorties))


def with_delivery(sortie: Sortie) -> Sortie:
    """Return a sortie that tells when its order is handed over: a minute after the first leg has landed."""
    there, back = sortie.legs
    t = there.waypoints[-1].t + timedelta(minutes=1)
    told = Delivery(order=sortie.orders[0], t=t, taken_s=540, quantile_s=540)
    return replace(sortie, legs=(replace(there, deliveries=(told,)), back))


def later(sortie: Sortie, minutes: float) -> Sortie:
    """Return a sortie that is flown later as a whole."""
    by = timedelta(minutes=minutes)

    def leg(old: Leg) -> Leg:
        return replace(
            old,
            waypoints=tuple(replace(point, t=point.t + by) for point in old.waypoints),
            deliveries=tuple(replace(one, t=one.t + by) for one in old.deliveries),
        )

    return replace(sortie, departs=sortie.departs + by, returns=sortie.returns + by, legs=tuple(map(leg, sortie.legs)))


def changed(plan: Plan, sortie_id: str, change: Callable[[Sortie], Sortie]) -> Plan:
    """Return a plan with one sortie changed."""
    return replace(plan, sorties=tuple(change(each) if each.id == sortie_id else each for each in plan.sorties))


def with_totals(plan: Plan, **totals: Any) -> Plan:
    return replace(plan, totals=replace(plan.totals, **totals))


def bent(leg: Leg, lon: float) -> Leg:
    """Return a leg whose middle lies elsewhere."""
    middle = len(leg.waypoints) // 2
    points = (replace(point, lon=lon) if number == middle else point for number, point in enumerate(leg.waypoints))
    return replace(leg, waypoints=tuple(points), distance_m=leg.distance_m + 250)

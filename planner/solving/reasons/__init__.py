"""Why an order is not served: each possible cause is tried on the order alone, in the order a person would ask.

::

    cases       one order, and what is known of it; what a cause is tried on
    cargo       what is in the box: dangerous goods, custody, value, payload, volume, customs
    reach       may a drone get there: fleet, gates, pads, corridors, rules
    energy      can it get there and back: weather, wind, packs, ways out
    times       is it there in time: customs, the cold chain, its window
    hours       whose hours leave no start
    passing     what on the way leaves no start: weather, laws, zones, gates, permits
    company     whom it has to fly with
    crossings   others in the air: intents at every start, sorties of the plan where all else is free
    days        an order that could be served alone, on a day that leaves no room for it
    late        an order that nobody had the time to place, or to say more of

A new cause goes into the module of its question, and into ``CAUSES`` where a person would ask for it.
"""

from __future__ import annotations

from planner.model.orders import Order
from planner.model.plans import Reason, Unserved
from planner.solving.reasons import cargo, company, crossings, energy, reach, times
from planner.solving.reasons.cases import Case, Cause
from planner.solving.reasons.days import today
from planner.solving.reasons.late import late
from planner.solving.sorties import Trips

__all__ = ["CAUSES", "late", "never", "today"]

CAUSES: tuple[Cause, ...] = (
    company.together,
    cargo.goods,
    reach.no_fleet,
    reach.no_gate,
    energy.weather,
    cargo.custody,
    cargo.value,
    cargo.payload,
    cargo.volume,
    reach.refused,
    reach.corridor,
    reach.unreachable,
    reach.law,
    energy.wind,
    cargo.customs,
    cargo.goods_on_the_way,
    energy.energy,
    energy.way_out,
    reach.narrow_gate,
    times.customs_time,
    times.cold_chain,
    crossings.intents,
    times.times,
)


def never(order: Order, trips: Trips) -> Unserved:
    """Return why an order cannot be served even when it has the whole fleet to itself."""
    case = Case(order, trips)
    found = (cause(case) for cause in CAUSES)
    return next((answer for answer in found if answer is not None), case.says(Reason.UNKNOWN, "no cause was found"))

"""For each reason the kinds of change that could mend it, the one that somebody would ask for first at the front.

A builder yields scales of changes, whether they help or not. A new kind of change is a builder in ``timing``,
``parcels`` or ``means``, and stands in a row of ``MENDS``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from airspace.model.zones import Restriction
from planner.explaining.asks import Builder
from planner.explaining.means import alternate, charged, charger, corridor, drone, level, permit, slot, spare
from planner.explaining.parcels import (
    by_itself,
    custody,
    goods,
    other_pad,
    precleared,
    priority,
    shared,
    split,
    value_cap,
)
from planner.explaining.timing import (
    cold_chain,
    customs_hours,
    earlier,
    gate_hours,
    later,
    longer_day,
    pad_hours,
    permit_hours,
    two_person_hours,
)
from planner.explaining.trials import Trials
from planner.model.plans import Reason, Unserved

IN_TIME: tuple[Builder, ...] = (later, earlier)


MENDS: Mapping[Reason, tuple[Builder, ...]] = MappingProxyType(
    {
        Reason.PAD_UNREACHABLE: (),
        Reason.PAD_CLOSED: (pad_hours, *IN_TIME, other_pad),
        Reason.TIME_WINDOW: (*IN_TIME, longer_day, drone),
        Reason.PAYLOAD: (split, drone),
        Reason.VOLUME: (split, drone),
        Reason.BATTERY_RANGE: (split, drone, other_pad),
        Reason.RESERVE: (charged, alternate, split, spare, drone, custody, two_person_hours, pad_hours, *IN_TIME),
        Reason.WEATHER: (*IN_TIME, drone),
        Reason.WIND: (*IN_TIME, drone, split),
        Reason.VALUE_CAP: (split, value_cap, drone, *IN_TIME),
        Reason.CUSTODY: (custody, two_person_hours, *IN_TIME, other_pad),
        Reason.COLD_CHAIN: (cold_chain, drone, other_pad),
        Reason.DANGEROUS_GOODS: (goods, permit),
        Reason.CUSTOMS_WINDOW: (customs_hours, precleared, custody, *IN_TIME, cold_chain),
        Reason.GATE_CLOSED: (gate_hours, *IN_TIME, permit_hours),
        Reason.PERMIT_MISSING: (permit, permit_hours, *IN_TIME),
        Reason.ZONE_ACTIVE: (*IN_TIME, permit),
        Reason.RULE: IN_TIME,
        Reason.CORRIDOR: (corridor, *IN_TIME),
        Reason.TOGETHER: (by_itself, shared, drone),
        Reason.FLEET_BUSY: (*IN_TIME, drone, charged, spare, charger, by_itself),
        Reason.PAD_BUSY: (slot, *IN_TIME, spare, charger, charged, by_itself),
        Reason.CONFLICT: (*IN_TIME, level),
        Reason.NOT_WORTH_IT: (priority, by_itself),
        Reason.UNKNOWN: (*IN_TIME, drone),
    }
)
"""By reason. Nobody can change the weather, what a law prohibits or a zone that no permit opens; those have rows that
only hold what keeps away from them."""


def candidates(reason: Reason) -> tuple[Builder, ...]:
    """Return the builders of the changes that could mend a reason."""
    return MENDS.get(reason, MENDS[Reason.UNKNOWN])


HOPELESS = {
    Reason.PAD_UNREACHABLE: "no permit would let it be flown there, and there is no way round",
    Reason.RULE: "what a rule prohibits is mended by no change that the operator could make",
    Reason.WIND: "nobody can change the weather, and no calmer hours are forecast that it could wait for",
    Reason.WEATHER: "nobody can change the weather, and no better hours are forecast that it could wait for",
    Reason.DANGEROUS_GOODS: "no approval that could be held would let it be carried",
}


def hopeless(why: Unserved, trials: Trials) -> str:
    """Say why there is no change to tell of."""
    told = HOPELESS.get(why.reason)
    if told is None:
        tried = ", ".join(build.__name__.replace("_", " ") for build in candidates(why.reason))
        return f"none of these does, tried one by one: {tried}"
    zones = [zone for zone in trials.sky.zones if zone.restriction is Restriction.PROHIBITED and zone.id in why.detail]
    named = ", ".join(f"zone {zone.id} is {zone.restriction}" for zone in zones)
    return f"{named}: {told}" if named else told

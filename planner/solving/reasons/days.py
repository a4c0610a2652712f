"""Why an order that could be served alone is not part of a plan: the day leaves no room for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from airspace.model.schedules import Span
from planner.model.fleets import Drone
from planner.model.jobs import Evening
from planner.model.orders import Order, worth
from planner.model.plans import Reason, Unserved
from planner.solving.gates import Passing, most_at_once, passings
from planner.solving.reasons.cases import Case
from planner.solving.reasons.crossings import Beside, too_near
from planner.solving.reasons.hours import off_work
from planner.solving.sorties import Deposit, Trip, Trips, at_work, deposits, fits
from planner.solving.tables import Tables
from planner.solving.timetables import Placed


def today(order: Order, alone: Trip, placed: Sequence[Placed], trips: Trips, beside: Beside | None = None) -> Unserved:
    """Return why an order that could be served alone is not part of a plan, of which something may be known."""
    case = Case(order, trips)
    penalty = sum(trips.policy.penalty(one) for one in trips.company(order))
    money = {"cost": round(alone.cost, 2), "penalty": penalty}
    if alone.cost > penalty:
        return case.says(Reason.NOT_WORTH_IT, "leaving it out costs less than flying it", **money)
    able = [
        drone
        for drone in trips.tables.groups[alone.group].drones
        if fits(alone, drone, trips.tables, state_of_charge=1)
    ]
    if able and not (working := [drone for drone in able if at_work(alone.starts, [drone], alone.duration_s)]):
        return off_work(case, able, alone.starts, alone.duration_s, **money)
    able = working if able else []
    if not any(_charged(alone, drone, placed, trips.tables) for drone in able):
        text = "the drones that could carry it begin the day with too little charge, and nothing brings them a swap"
        return case.says(Reason.RESERVE, text, needed_wh=alone.energy_wh, able_drones=len(able), **money)
    if (full := _value_full(case, alone, able, placed)) is not None:
        return full
    alone = replace(alone, starts=at_work(alone.starts, able, alone.duration_s))
    if (crowded := _gate_full(case, alone, placed, money)) is not None:
        return crowded
    if (crossed := too_near(case, alone, able, beside or Beside(placed, trips), money)) is not None:
        return crossed
    if any(_free(alone, drone, placed, trips.tables) for drone in able):
        counted = trips.tables.sky.pad(trips.ends(alone.group)[0]).swap_packs is not None
        lacking = ", or no charged pack is left" if counted else ""
        lacking += ", or a gate is full" if passings(alone.hops, trips.gate_capacities) else ""
        text = f"a drone is free, but the landing pads it needs are taken{lacking and lacking + ','} at those times"
        return case.says(Reason.PAD_BUSY, text, able_drones=len(able), **money)
    off = " or off work" if any((drone.works_from, drone.works_until) != (None, None) for drone in able) else ""
    moving = ", or not where its sortie begins, or could not go on from where it ends,"
    away = moving if trips.policy.end_elsewhere else ""
    text = f"every drone that could carry it is on other orders{away}{off} throughout its window"
    return case.says(Reason.FLEET_BUSY, text, able_drones=len(able), **money)


def _charged(trip: Trip, drone: Drone, placed: Sequence[Placed], tables: Tables) -> bool:
    """Tell whether a drone has the charge for a trip at once, or gets fresh packs after another trip."""
    at_once = fits(trip, drone, tables, state_of_charge=drone.state_of_charge)
    return at_once or any(item.drone.id == drone.id for item in placed)


def _free(trip: Trip, drone: Drone, placed: Sequence[Placed], tables: Tables) -> bool:
    """Tell whether a drone has a gap long enough for a trip, pads aside, that begins and ends where the trip does."""
    job, swap = tables.job, timedelta(seconds=tables.groups[trip.group].kind.swap_s)
    length, begins, ends = timedelta(seconds=trip.duration_s), job.start - swap, job.end + swap
    own = [_Stretch.of(item, tables) for item in placed if item.drone.id == drone.id]
    own.sort(key=lambda stretch: stretch.leaves)
    group, evening = tables.groups[trip.group], job.policy.evening if job.policy.end_elsewhere else Evening.HOME
    # Alone it keeps hubs level only where it comes back.
    last = {Evening.HOME: drone.home_pad, Evening.LEVEL: group.start_pad, Evening.ANYWHERE: ""}[evening]
    edges = [_Stretch("", begins, begins, drone.home_pad), *own, _Stretch(last, ends, ends, "")]
    gaps = [
        (before.back + swap, after.leaves - swap, before.ends_at, after.starts_at) for before, after in pairwise(edges)
    ]
    if not fits(trip, drone, tables, state_of_charge=drone.state_of_charge):
        gaps = gaps[1:]
    there = [(a, b) for a, b, here, then in gaps if here == group.start_pad and then in (group.end_pad, "")]
    starts = at_work(trip.starts, [drone], trip.duration_s)
    return any(max(start, a) + length <= b and max(start, a) <= end for a, b in there for start, end in starts)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What a drone is on, from where it has to leave for it to where it is after it."""

    starts_at: str
    leaves: datetime
    back: datetime
    ends_at: str

    @classmethod
    def of(cls, item: Placed, tables: Tables) -> _Stretch:
        group, back = tables.groups[item.trip.group], item.departs + timedelta(seconds=item.trip.duration_s)
        return cls(group.start_pad, item.departs, back, group.end_pad)


def _value_full(case: Case, alone: Trip, able: Sequence[Drone], placed: Sequence[Placed]) -> Unserved | None:
    """Return an answer when the declared value that the plan carries already leaves no room for a trip under a cap."""
    policy, value = case.trips.policy, worth(alone.orders)
    if policy.value_cap_per_drone_day is not None:
        carried = [worth(o for p in placed if p.drone.id == drone.id for o in p.trip.orders) for drone in able]
        cap, least = policy.value_cap_per_drone_day, min(carried, default=0.0)
        if least + value > cap:
            text = (
                f"declared value {value:,.0f} would take every drone that could carry it above the cap of {cap:,.0f} "
                f"{policy.currency} per drone and day; the one with the least carries {least:,.0f} already"
            )
            return case.says(Reason.VALUE_CAP, text, declared_value=value, cap=cap, carried=least)
    if policy.value_cap_per_pad is not None and policy.pad_dwell_s is not None:
        cap, dwell_s = policy.value_cap_per_pad, policy.pad_dwell_s
        found = (_pad_full(case, alone, own, placed, cap, dwell_s) for own in deposits(alone, dwell_s))
        return next((answer for answer in found if answer is not None), None)
    return None


def _pad_full(
    case: Case, alone: Trip, own: Deposit, placed: Sequence[Placed], cap: float, dwell_s: float
) -> Unserved | None:
    """Return an answer when at every start of a trip too much value would lie at one of its pads at one time."""
    lying = [
        (p.departs + timedelta(seconds=d.from_s), p.departs + timedelta(seconds=d.until_s), d.value)
        for p in placed for d in deposits(p.trip, dwell_s) if d.pad == own.pad
    ]  # fmt: skip
    after, stays = timedelta(seconds=own.from_s), timedelta(seconds=own.until_s - own.from_s)
    # As early as each stretch allows, or as soon as something has been taken away.
    tried = [start for start, _ in alone.starts]
    tried += [gone - after for _, gone, _ in lying if any(a <= gone - after <= b for a, b in alone.starts)]
    least = min(_most_lying(lying, (start + after, start + after + stays)) for start in tried)
    if least + own.value <= cap:
        return None
    text = (
        f"declared value {own.value:,.0f} would lie at pad {own.pad} beside {least:,.0f} not yet taken away at best; "
        f"the cap is {cap:,.0f} {case.trips.policy.currency} per pad"
    )
    return case.says(Reason.VALUE_CAP, text, declared_value=own.value, cap=cap, lying=least, pad_dwell_s=dwell_s)


def _gate_full(case: Case, alone: Trip, placed: Sequence[Placed], money: Mapping[str, float]) -> Unserved | None:
    """Return an answer when at every start of a trip a gate on its way would be crossed too often in an hour."""
    most, origin = case.trips.gate_capacities, case.tables.job.start.replace(microsecond=0)
    own = passings(alone.hops, most)
    if not own:
        return None
    taken: dict[str, list[tuple[int, int]]] = {gate: [] for gate in most}
    for item in placed:
        departs_s = round((item.departs - origin).total_seconds())
        for passing in passings(item.trip.hops, most):
            taken[passing.gate].append((departs_s + passing.from_s, departs_s + passing.until_s))
    spans_s = [tuple(round((moment - origin).total_seconds()) for moment in span) for span in alone.starts]
    # As early as each stretch allows, or as soon as an hour since another crossing has passed.
    tried = {start for start, _ in spans_s}
    freed = {until_s - passing.from_s for passing in own for _, until_s in taken[passing.gate]}
    tried |= {moment for moment in freed if any(start <= moment <= end for start, end in spans_s)}
    over, gate, count = min(_fullest(own, taken, most, start_s) for start_s in tried)
    if over <= 0:
        return None
    crossing_s = [passing.from_s for passing in own if passing.gate == gate]
    during = (
        alone.starts[0][0] + timedelta(seconds=crossing_s[0]), alone.starts[-1][1] + timedelta(seconds=crossing_s[-1])
    )  # fmt: skip
    text = (
        f"gate {gate} lets {most[gate]} crossings an hour through, and others use them up from "
        f"{case.in_words(during)}: with this sortie it would be {count} in an hour at best"
    )
    return case.says(
        Reason.GATE_CLOSED, text, capacity_per_hour=most[gate], crossings_per_hour=count,
        own_crossings=len(crossing_s), **money,
    )  # fmt: skip


def _fullest(
    own: Sequence[Passing], taken: Mapping[str, Sequence[tuple[int, int]]], most: Mapping[str, int], start_s: int
) -> tuple[int, str, int]:
    """Return by how many crossings the gate worst off is above its capacity, which it is, and how many they are."""
    found = []
    for gate in sorted({passing.gate for passing in own}):
        spans = [(start_s + passing.from_s, start_s + passing.until_s) for passing in own if passing.gate == gate]
        near = [span for span in taken[gate] if any(span[0] < end and start < span[1] for start, end in spans)]
        count = most_at_once([*spans, *near])
        found.append((count - most[gate], gate, count))
    return max(found)


def _most_lying(lying: Sequence[tuple[datetime, datetime, float]], during: Span) -> float:
    """Return the most value that lies at a pad at any moment of a span."""
    moments = [during[0], *(start for start, _, _ in lying if during[0] < start < during[1])]
    return max(sum(value for start, gone, value in lying if start <= moment < gone) for moment in moments)

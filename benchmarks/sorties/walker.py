"""The judge: walks a plan through its day, second by second, and tells what it costs and what it breaks.

It works everything out anew from the instance, in plain loops, and shares no code with whatever made the plan.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.sorties.instances import DroneType, Instance

TOLERANCE = 1e-6
"""Seconds, watt-hours and kilograms that floats may be off by."""

WH_PER_J = 1 / 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Sortie:
    """Who flies, when, and whom for."""

    hub: int
    kind: int
    """Which of the types of the instance."""
    start_s: float
    orders: tuple[int, ...]
    """In the sequence of their hand-overs."""
    begins_s: tuple[float, ...] | None = None
    """When each hand-over begins, None for as early as possible after the start."""
    drone: int | None = None
    """Which of the hub's drones of the type, counted from 0; None for any that is free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """A stop at a pad, with one hand-over of one or several orders."""

    pad: int
    orders: tuple[int, ...]
    touch_down_s: float
    begin_s: float
    end_s: float
    told_s: tuple[float, ...]
    """The begins that the plan tells, empty where it tells none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flown:
    """A sortie as it turns out."""

    sortie: Sortie
    landings: tuple[Landing, ...]
    back_s: float
    load_kg: float
    """At take-off."""
    length_m: float
    energy_wh: float
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A rule that a plan breaks, and the figures."""

    rule: str
    """wind, window, payload, energy, stops, horizon, times, twice, hub, pad slot, hub slot, fleet, packs, unserved."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a plan comes to."""

    flown: tuple[Flown, ...]
    unserved: tuple[int, ...]
    cost: float
    """Of the sorties."""
    objective: float
    """With the penalties of the orders left out."""
    violations: tuple[Violation, ...]

    @property
    def broken(self) -> Counter[str]:
        """How often each rule is broken."""
        return Counter(violation.rule for violation in self.violations)


def walk(day: Instance, plan: Sequence[Sortie]) -> Verdict:
    """Return what a plan costs on a day, and every rule it breaks."""
    flown = tuple(fly(day, sortie) for sortie in plan)
    served = {order for sortie in plan for order in sortie.orders}
    unserved = tuple(order for order in range(day.orders) if order not in served)
    cost = math.fsum(each.cost for each in flown)
    return Verdict(
        flown=flown,
        unserved=unserved,
        cost=cost,
        objective=cost + math.fsum(float(day.penalty[order]) for order in unserved),
        violations=(
            *itertools.chain.from_iterable(_alone(day, each) for each in flown),
            *_of_orders(day, plan, unserved),
            *_shared(day, flown),
        ),
    )


# One sortie


def fly(day: Instance, sortie: Sortie) -> Flown:
    """Return how a sortie turns out on a day; where it cannot be flown, times and energy are infinite."""
    kind, here = day.types[sortie.kind], day.hubs_m[sortie.hub].tolist()
    load_kg = take_off_kg = math.fsum(float(day.mass_kg[order]) for order in sortie.orders)
    now_s, length_m, energy_wh = sortie.start_s, 0.0, 0.0
    landings: list[Landing] = []
    for pad, orders, told_s in _stops(day, sortie):
        there = day.pads_m[pad].tolist()
        seconds = leg_s(kind, here, there, day.wind_mps)
        energy_wh += power_w(kind, load_kg) * seconds * WH_PER_J
        length_m += math.dist(here, there)
        landings.append(_landing(day, pad, orders, now_s + seconds, told_s))
        now_s, here = landings[-1].end_s, there
        load_kg -= math.fsum(float(day.mass_kg[order]) for order in orders)
    home = day.hubs_m[sortie.hub].tolist()
    seconds = leg_s(kind, here, home, day.wind_mps)
    energy_wh += power_w(kind, 0.0) * seconds * WH_PER_J
    length_m += math.dist(here, home)
    return Flown(
        sortie=sortie,
        landings=tuple(landings),
        back_s=now_s + seconds,
        load_kg=take_off_kg,
        length_m=length_m,
        energy_wh=energy_wh,
        cost=kind.cost_per_sortie + kind.cost_per_m * length_m + kind.cost_per_wh * energy_wh,
    )


def leg_s(kind: DroneType, here: Sequence[float], there: Sequence[float], wind_mps: Sequence[float]) -> float:
    """Return the seconds of a leg from climb to touch-down, infinite against too strong a wind."""
    length_m = math.dist(here, there)
    if length_m == 0:
        return 2 * kind.vertical_s
    ahead = ((there[0] - here[0]) / length_m, (there[1] - here[1]) / length_m)
    along_mps = wind_mps[0] * ahead[0] + wind_mps[1] * ahead[1]
    cross_mps = wind_mps[1] * ahead[0] - wind_mps[0] * ahead[1]
    if abs(cross_mps) >= kind.airspeed_mps:
        return math.inf
    ground_mps = math.sqrt(kind.airspeed_mps**2 - cross_mps**2) + along_mps
    return 2 * kind.vertical_s + length_m / ground_mps if ground_mps > 0 else math.inf


def power_w(kind: DroneType, load_kg: float) -> float:
    """Return the power a drone takes in flight with a load."""
    return kind.power_w_per_kg15 * math.pow(kind.frame_kg + load_kg, 1.5)


def _stops(day: Instance, sortie: Sortie) -> Iterator[tuple[int, tuple[int, ...], tuple[float, ...]]]:
    """Yield pad, orders and told begins of each landing: orders of one pad in a row are one."""
    begins_s: Sequence[float] = sortie.begins_s or ()
    numbered = enumerate(sortie.orders)
    for pad, together in itertools.groupby(numbered, key=lambda pair: int(day.pad[pair[1]])):
        places, orders = zip(*together, strict=True)
        yield pad, orders, tuple(begins_s[place] for place in places if place < len(begins_s))


def _landing(
    day: Instance, pad: int, orders: tuple[int, ...], touch_down_s: float, told_s: tuple[float, ...]
) -> Landing:
    opens_s = max(float(day.opens_s[order]) for order in orders)
    begin_s = max(told_s) if told_s else max(touch_down_s, opens_s)
    end_s = begin_s + max(float(day.service_s[order]) for order in orders)
    return Landing(pad=pad, orders=orders, touch_down_s=touch_down_s, begin_s=begin_s, end_s=end_s, told_s=told_s)


def _alone(day: Instance, flown: Flown) -> Iterator[Violation]:
    """Yield what a sortie breaks that no other has a part in."""
    sortie, kind = flown.sortie, day.types[flown.sortie.kind]
    name = f"sortie {sortie.orders} from hub {sortie.hub}"
    if math.isinf(flown.back_s):
        yield Violation(rule="wind", text=f"{name}: {kind.name} makes no way against the wind {day.wind_mps} m/s")
    if not 1 <= len(sortie.orders) <= day.max_stops:
        yield Violation(rule="stops", text=f"{name}: {len(sortie.orders)} orders, 1 to {day.max_stops} allowed")
    if flown.load_kg > kind.max_payload_kg + TOLERANCE:
        yield Violation(rule="payload", text=f"{name}: {flown.load_kg:.3f} kg of at most {kind.max_payload_kg:g} kg")
    if flown.energy_wh > kind.usable_wh + TOLERANCE:
        yield Violation(rule="energy", text=f"{name}: {flown.energy_wh:.3f} Wh of at most {kind.usable_wh:g} Wh")
    if sortie.start_s < -TOLERANCE or flown.back_s > day.horizon_s + TOLERANCE:
        span = f"{sortie.start_s:.3f} to {flown.back_s:.3f} s"
        yield Violation(rule="horizon", text=f"{name}: {span}, the day lasts from 0 to {day.horizon_s:g} s")
    if sortie.begins_s is not None and len(sortie.begins_s) != len(sortie.orders):
        yield Violation(rule="times", text=f"{name}: {len(sortie.begins_s)} begins of {len(sortie.orders)} orders")
    for landing in flown.landings:
        yield from _at(day, landing, name)


def _at(day: Instance, landing: Landing, name: str) -> Iterator[Violation]:
    place = f"{name}, pad {landing.pad}"
    if landing.told_s and max(landing.told_s) - min(landing.told_s) > TOLERANCE:
        yield Violation(rule="times", text=f"{place}: one hand-over with begins {landing.told_s}")
    if landing.begin_s < landing.touch_down_s - TOLERANCE:
        late_s = f"{landing.begin_s:.3f} s, before the touch-down at {landing.touch_down_s:.3f} s"
        yield Violation(rule="times", text=f"{place}: begins at {late_s}")
    for order in landing.orders:
        opens_s, due_s = float(day.opens_s[order]), float(day.due_s[order])
        if not opens_s - TOLERANCE <= landing.begin_s <= due_s + TOLERANCE:
            asked = f"within {opens_s:g} to {due_s:g} s"
            yield Violation(rule="window", text=f"{place}: order {order} at {landing.begin_s:.3f} s, asked {asked}")


# Orders


def _of_orders(day: Instance, plan: Sequence[Sortie], unserved: Sequence[int]) -> Iterator[Violation]:
    carried = Counter(order for sortie in plan for order in sortie.orders)
    for order, times in sorted(carried.items()):
        if times > 1:
            yield Violation(rule="twice", text=f"order {order}: carried {times} times")
    for sortie in plan:
        for order in sortie.orders:
            if day.hub[order] != sortie.hub:
                there = f"its goods lie at hub {day.hub[order]}, carried from hub {sortie.hub}"
                yield Violation(rule="hub", text=f"order {order}: {there}")
    for order in unserved:
        if math.isinf(day.penalty[order]):
            yield Violation(rule="unserved", text=f"order {order}: must be served, is not")


# What sorties share

Span = tuple[float, float]


def _shared(day: Instance, flown: Sequence[Flown]) -> Iterator[Violation]:
    yield from _fleet(day, flown)
    if day.spare_packs is not None:
        away = _by_stock(flown, lambda each: day.types[each.sortie.kind].recharge_s)
        for (hub, kind), spans in away.items():
            packs = int(day.fleet[hub, kind] + day.spare_packs[hub, kind])
            yield from _crowded("packs", f"{day.types[kind].name} packs of hub {hub}", packs, spans)
    if day.hub_slots is not None:
        for hub, spans in _at_hubs(day, flown).items():
            yield from _crowded("hub slot", f"slots of hub {hub}", int(day.hub_slots[hub]), spans)
    if day.pad_slots is not None:
        for pad, spans in _at_pads(day, flown).items():
            yield from _crowded("pad slot", f"slots of pad {pad}", int(day.pad_slots[pad]), spans)


def _fleet(day: Instance, flown: Sequence[Flown]) -> Iterator[Violation]:
    for (hub, kind), spans in _by_stock(flown, lambda each: day.types[each.sortie.kind].swap_s).items():
        yield from _crowded("fleet", f"{day.types[kind].name} drones of hub {hub}", int(day.fleet[hub, kind]), spans)
    by_drone: dict[tuple[int, int, int], list[Span]] = defaultdict(list)
    for each in flown:
        hub, kind, drone = each.sortie.hub, each.sortie.kind, each.sortie.drone
        if drone is not None:
            by_drone[hub, kind, drone].append((each.sortie.start_s, each.back_s + day.types[kind].swap_s))
    for (hub, kind, drone), spans in by_drone.items():
        name = f"{day.types[kind].name} drone {drone} of hub {hub}"
        if not 0 <= drone < day.fleet[hub, kind]:
            yield Violation(rule="fleet", text=f"{name}: there are {day.fleet[hub, kind]}")
        yield from _crowded("fleet", name, 1, spans)


def _by_stock(flown: Sequence[Flown], after_s: Callable[[Flown], float]) -> dict[tuple[int, int], list[Span]]:
    """Return by hub and type when something of theirs is gone: from the start until so long after coming back."""
    spans: dict[tuple[int, int], list[Span]] = defaultdict(list)
    for each in flown:
        spans[each.sortie.hub, each.sortie.kind].append((each.sortie.start_s, each.back_s + after_s(each)))
    return spans


def _at_hubs(day: Instance, flown: Sequence[Flown]) -> dict[int, list[Span]]:
    spans: dict[int, list[Span]] = defaultdict(list)
    for each in flown:
        vertical_s, start_s = day.types[each.sortie.kind].vertical_s, each.sortie.start_s
        spans[each.sortie.hub] += [
            (start_s - day.turnaround_s, start_s + vertical_s),
            (each.back_s - vertical_s, each.back_s + day.turnaround_s),
        ]
    return spans


def _at_pads(day: Instance, flown: Sequence[Flown]) -> dict[int, list[Span]]:
    spans: dict[int, list[Span]] = defaultdict(list)
    for each in flown:
        vertical_s = day.types[each.sortie.kind].vertical_s
        for landing in each.landings:
            spans[landing.pad].append((landing.touch_down_s - vertical_s, landing.end_s + vertical_s))
    return spans


def _crowded(rule: str, name: str, capacity: int, spans: Iterable[Span]) -> Iterator[Violation]:
    """Yield each stretch over which more spans lie on each other than there is room for."""
    changes = [(begin_s + TOLERANCE, 1) for begin_s, end_s in spans if end_s - begin_s > 2 * TOLERANCE]
    changes += [(end_s - TOLERANCE, -1) for begin_s, end_s in spans if end_s - begin_s > 2 * TOLERANCE]
    held, most, since_s = 0, 0, 0.0
    for at_s, change in sorted(changes):
        before, held = held, held + change
        if before == capacity and change > 0:
            most, since_s = held, at_s
        most = max(most, held)
        if before == capacity + 1 and change < 0:
            yield Violation(rule=rule, text=f"{name}: {most} in use of {capacity} from {since_s:.3f} to {at_s:.3f} s")

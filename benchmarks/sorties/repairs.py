"""What an operator would make of sorties that break rules: valid ones, on drones, packs and pads that are there.

Sorties are cut into parts that hold, parts get the starts that are left, most urgent first, and what finds no place is
tried order by order. CP-SAT then chooses among parts and starts anew. Everything left out pays its penalty.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np
from ortools.sat.python import cp_model

from benchmarks.sorties.instances import Instance
from benchmarks.sorties.walker import Flown, Sortie, fly, walk

SHUFFLES = 20
"""Sequences tried, each a little off that of the last starts."""
SHUFFLED_S = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A sortie without a start: one that holds, whenever it starts within its window."""

    sortie: Sortie
    """With its last start that loses no time on the ground, or the last start of all."""
    opens_s: float
    """The first start after which it need not wait, at most ``closes_s``."""
    closes_s: float
    cost: float


def repaired(day: Instance, sorties: Iterable[Sortie], *, seconds: float = 10.0, seed: int = 1) -> list[Sortie]:
    """Return a valid plan for a day that keeps to given sorties as far as it can; a valid one is never made dearer.

    Parameters
    ----------
    seconds
        How long CP-SAT may look for better starts; 0 to leave the plan as the rule of thumb makes it.
    """
    given = list(sorties)
    parts = _cut(day, given)
    plans = [_scheduled(day, order) for order in _sequences(parts, seed)]
    plans += [] if walk(day, given).violations else [given]
    best = min(plans, key=lambda plan: _objective(day, plan))
    return min(best, _chosen(day, parts, best, seconds), key=lambda plan: _objective(day, plan)) if seconds else best


def _objective(day: Instance, plan: Sequence[Sortie]) -> float:
    served = {order for sortie in plan for order in sortie.orders}
    missed = [float(day.penalty[order]) for order in range(day.orders) if order not in served]
    return math.fsum(missed) + math.fsum(fly(day, sortie).cost for sortie in plan)


# Parts that hold


def _cut(day: Instance, sorties: Iterable[Sortie]) -> list[Part]:
    """Return sorties as parts that hold, at least cost; orders that nobody can fly are left out."""
    seen: set[int] = set()
    parts: list[Part] = []
    for sortie in sorties:
        lying_there = (order for order in sortie.orders if day.hub[order] == sortie.hub and order not in seen)
        fresh = tuple(dict.fromkeys(lying_there))
        seen.update(fresh)
        parts += _cheapest_parts(day, fresh)
    missing = (order for order in range(day.orders) if order not in seen)
    return parts + [part for order in missing if (part := _part(day, (order,))) is not None]


def _cheapest_parts(day: Instance, orders: Sequence[int]) -> list[Part]:
    """Return the cheapest way to cut a sequence of orders into parts that hold."""
    best: list[tuple[float, list[Part]]] = [(0.0, [])]
    for end in range(1, len(orders) + 1):
        cost, kept = best[end - 1]
        ways = [(cost + float(day.penalty[orders[end - 1]]), kept)]
        for begin in range(max(0, end - day.max_stops), end):
            part = _part(day, tuple(orders[begin:end]))
            if part is not None:
                ways.append((best[begin][0] + part.cost, [*best[begin][1], part]))
        best.append(min(ways, key=lambda way: way[0]))
    return best[-1][1]


def _part(day: Instance, orders: tuple[int, ...]) -> Part | None:
    """Return a sortie for some orders on the cheapest type that can fly it, None if no one can."""
    parts = [part for kind in range(len(day.types)) if (part := _part_of(day, orders, kind)) is not None]
    return min(parts, key=lambda part: part.cost, default=None)


def _part_of(day: Instance, orders: tuple[int, ...], kind: int) -> Part | None:
    hub, drones = int(day.hub[orders[0]]), day.types[kind]
    at_once = fly(day, Sortie(hub=hub, kind=kind, start_s=0.0, orders=orders))
    holds = (
        day.fleet[hub, kind] > 0
        and len(orders) <= day.max_stops
        and at_once.load_kg <= drones.max_payload_kg
        and at_once.energy_wh <= drones.usable_wh
        and math.isfinite(at_once.back_s)
    )
    window = _starts(day, at_once) if holds else None
    if window is None:
        return None
    opens_s, closes_s = window
    sortie = replace(at_once.sortie, start_s=opens_s)
    return Part(sortie=sortie, opens_s=opens_s, closes_s=closes_s, cost=at_once.cost)


def _starts(day: Instance, at_once: Flown) -> tuple[float, float] | None:
    """Return the first start without needless waiting and the last start, None if windows cannot be kept."""
    # How long after its start it would begin each hand-over if it never had to wait.
    passed_s, after_s = 0.0, []
    left_s = 0.0
    for landing in at_once.landings:
        passed_s += landing.touch_down_s - left_s
        after_s.append(passed_s)
        passed_s += landing.end_s - landing.begin_s
        left_s = landing.end_s
    total_s = passed_s + at_once.back_s - left_s
    opens_s = [max(float(day.opens_s[order]) for order in landing.orders) for landing in at_once.landings]
    due_s = [min(float(day.due_s[order]) for order in landing.orders) for landing in at_once.landings]
    if any(landing.begin_s > due for landing, due in zip(at_once.landings, due_s, strict=True)):
        return None
    closes_s = min([*(due - after for due, after in zip(due_s, after_s, strict=True)), day.horizon_s - total_s])
    first_s = max([0.0, *(opens - after for opens, after in zip(opens_s, after_s, strict=True))])
    if closes_s < 0 or at_once.back_s > day.horizon_s:
        return None
    return min(first_s, closes_s), closes_s


def _sequences(parts: list[Part], seed: int) -> Iterator[list[Part]]:
    chance = np.random.default_rng(seed)
    for shuffle in range(SHUFFLES):
        off_s = chance.normal(0, SHUFFLED_S, len(parts)) if shuffle else np.zeros(len(parts))
        urgent = np.argsort([part.closes_s for part in parts] + off_s, kind="stable")
        yield [parts[place] for place in urgent]


# Starts that are left

Use = tuple[tuple[str, int, int], float, float]
"""Something shared, from when till when it is held."""


class _Calendar:
    """What is held when, of drones, packs and slots."""

    def __init__(self, day: Instance) -> None:
        self.day = day
        self.held: dict[tuple[str, int, int], list[tuple[float, float]]] = defaultdict(list)

    def place(self, part: Part) -> Sortie | None:
        """Return a part with the first start that is left for it and hold what it needs, None if none is."""
        start_s = part.opens_s
        while start_s <= part.closes_s:
            sortie = replace(part.sortie, start_s=start_s)
            uses = list(_uses(self.day, fly(self.day, sortie)))
            late_s = max(self._late_s(use) for use in uses)
            if late_s <= 0:
                for what, begin_s, end_s in uses:
                    self.held[what].append((begin_s, end_s))
                return sortie
            start_s += late_s
        return None

    def take_back(self, sortie: Sortie) -> None:
        """Give free what a sortie holds."""
        for what, begin_s, end_s in _uses(self.day, fly(self.day, sortie)):
            self.held[what].remove((begin_s, end_s))

    def _late_s(self, use: Use) -> float:
        """Return how much later something must be wanted for a chance to get it; not above 0 if it is free."""
        what, begin_s, end_s = use
        across = [span for span in self.held[what] if span[0] < end_s and span[1] > begin_s]
        capacity = _capacity(self.day, what)
        moments = [begin_s, *(span[0] for span in across if span[0] > begin_s)]
        for moment_s in moments:
            if sum(span[0] <= moment_s < span[1] for span in across) >= capacity:
                # A hair more than needed, or rounding would ask for the same moment again.
                return min((span[1] for span in across if span[1] > moment_s), default=math.inf) - begin_s + 1e-3
        return 0.0


def _uses(day: Instance, flown: Flown) -> Iterator[Use]:
    hub, kind, start_s, back_s = flown.sortie.hub, flown.sortie.kind, flown.sortie.start_s, flown.back_s
    drones = day.types[kind]
    yield ("drone", hub, kind), start_s, back_s + drones.swap_s
    if day.spare_packs is not None:
        yield ("pack", hub, kind), start_s, back_s + drones.recharge_s
    if day.hub_slots is not None:
        yield ("hub", hub, 0), start_s - day.turnaround_s, start_s + drones.vertical_s
        yield ("hub", hub, 0), back_s - drones.vertical_s, back_s + day.turnaround_s
    if day.pad_slots is not None:
        for landing in flown.landings:
            held_s = landing.touch_down_s - drones.vertical_s, landing.end_s + drones.vertical_s
            yield ("pad", landing.pad, 0), *held_s


def _capacity(day: Instance, what: tuple[str, int, int]) -> int:
    name, place, kind = what
    if name == "pad" and day.pad_slots is not None:
        return int(day.pad_slots[place])
    if name == "hub" and day.hub_slots is not None:
        return int(day.hub_slots[place])
    spares = int(day.spare_packs[place, kind]) if name == "pack" and day.spare_packs is not None else 0
    return int(day.fleet[place, kind]) + spares


def _scheduled(day: Instance, parts: Sequence[Part]) -> list[Sortie]:
    """Return a plan: parts in turn, then what found no place order by order, alone or with a sortie that flies."""
    calendar = _Calendar(day)
    plan: list[Sortie] = []
    left: list[int] = []
    for part in parts:
        placed = _placed(day, calendar, part)
        if placed is None:
            left += part.sortie.orders
        else:
            plan.append(placed)
    for order in sorted(left, key=lambda order: (float(day.due_s[order]), order)):
        alone = _part(day, (order,))
        placed = _placed(day, calendar, alone) if alone is not None else None
        if placed is not None:
            plan.append(placed)
        else:
            _joined(day, calendar, plan, order)
    return plan


def _placed(day: Instance, calendar: _Calendar, part: Part) -> Sortie | None:
    """Return a part with a start, on another type if its own is never free."""
    sortie = calendar.place(part)
    for kind in range(len(day.types)):
        if sortie is None and kind != part.sortie.kind:
            other = _part_of(day, part.sortie.orders, kind)
            sortie = calendar.place(other) if other is not None else None
    return sortie


def _joined(day: Instance, calendar: _Calendar, plan: list[Sortie], order: int) -> None:
    """Let a sortie of the plan take an order with it, the first that can."""
    for number, sortie in enumerate(plan):
        if sortie.hub != day.hub[order] or len(sortie.orders) >= day.max_stops:
            continue
        calendar.take_back(sortie)
        for place in range(len(sortie.orders) + 1):
            orders = (*sortie.orders[:place], order, *sortie.orders[place:])
            part = _part_of(day, orders, sortie.kind)
            placed = calendar.place(part) if part is not None else None
            if placed is not None:
                plan[number] = placed
                return
        again = Part(sortie=sortie, opens_s=sortie.start_s, closes_s=sortie.start_s, cost=0.0)
        if calendar.place(again) is None:
            raise AssertionError(f"{day.name}: {sortie} does not fit where it came from")


# Starts chosen anew


def _chosen(day: Instance, parts: Sequence[Part], plan: list[Sortie], seconds: float) -> list[Sortie]:
    """Return the best plan that CP-SAT finds among parts and the sorties of a plan, at starts in whole seconds."""
    hints = {(sortie.orders, sortie.kind): math.ceil(sortie.start_s) for sortie in plan}
    pool = {(part.sortie.orders, part.sortie.kind): _in_seconds(part) for part in _pool(day, parts, plan)}
    model = cp_model.CpModel()
    flies: dict[tuple[tuple[int, ...], int], cp_model.IntVar] = {}
    starts: dict[tuple[tuple[int, ...], int], cp_model.IntVar] = {}
    held: dict[tuple[str, int, int], list[cp_model.IntervalVar]] = defaultdict(list)
    for key, part in pool.items():
        flies[key] = model.new_bool_var(f"flies {key}")
        starts[key] = model.new_int_var(int(part.opens_s), int(part.closes_s), f"starts {key}")
        model.add_hint(flies[key], key in hints)
        if key in hints:
            model.add_hint(starts[key], min(hints[key], int(part.closes_s)))
        for what, begin_s, end_s in _uses(day, fly(day, part.sortie)):
            begin, end = math.floor(begin_s - part.opens_s), math.ceil(end_s - part.opens_s)
            span = model.new_optional_fixed_size_interval_var(starts[key] + begin, end - begin, flies[key], "")
            held[what].append(span)
    for what, spans in held.items():
        model.add_cumulative(spans, [1] * len(spans), _capacity(day, what))
    _paid(day, model, pool, flies, {order for sortie in plan for order in sortie.orders})
    return _solved(model, pool, flies, starts, seconds) or plan


def _pool(day: Instance, parts: Sequence[Part], plan: Sequence[Sortie]) -> Iterator[Part]:
    """Yield what may be flown: parts, sorties of the plan and single orders, on every type."""
    wanted = {part.sortie.orders for part in parts} | {sortie.orders for sortie in plan}
    wanted |= {(order,) for order in range(day.orders)}
    for orders in sorted(wanted):
        for kind in range(len(day.types)):
            part = _part_of(day, orders, kind)
            if part is not None:
                yield part


def _in_seconds(part: Part) -> Part:
    """Return a part that starts at whole seconds; where there is none in its window, it starts a little early."""
    closes_s = math.floor(part.closes_s)
    opens_s = min(math.ceil(part.opens_s), closes_s)
    sortie = replace(part.sortie, start_s=float(opens_s))
    return replace(part, sortie=sortie, opens_s=float(opens_s), closes_s=float(closes_s))


def _paid(
    day: Instance,
    model: cp_model.CpModel,
    pool: Mapping[tuple[tuple[int, ...], int], Part],
    flies: Mapping[tuple[tuple[int, ...], int], cp_model.IntVar],
    flown: Set[int],
) -> None:
    carrying: dict[int, list[cp_model.IntVar]] = defaultdict(list)
    for key in pool:
        for order in key[0]:
            carrying[order].append(flies[key])
    missed = []
    for order, ways in carrying.items():
        out = model.new_bool_var(f"out {order}")
        model.add_hint(out, order not in flown)
        model.add_exactly_one([*ways, out])
        missed.append(min(10**9, round(float(day.penalty[order]))) * out)
    model.minimize(sum(missed) + sum(math.ceil(part.cost) * flies[key] for key, part in pool.items()))


def _solved(
    model: cp_model.CpModel,
    pool: Mapping[tuple[tuple[int, ...], int], Part],
    flies: Mapping[tuple[tuple[int, ...], int], cp_model.IntVar],
    starts: Mapping[tuple[tuple[int, ...], int], cp_model.IntVar],
    seconds: float,
) -> list[Sortie]:
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return []
    return [
        replace(part.sortie, start_s=float(solver.value(starts[key])))
        for key, part in pool.items()
        if solver.boolean_value(flies[key])
    ]

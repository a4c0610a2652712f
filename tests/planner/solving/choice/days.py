"""Small random carriers, and all their sorties by plain Python: sequence by sequence, start by start."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, permutations
from random import Random
from typing import Any

import numpy as np

from planner.solving.choice.carriers import Carrier, Holding
from planner.solving.choice.finding import Finder

WAITS_S, NEVER = 1e-6, -np.inf


def carrier(**fields: Any) -> Carrier:
    """Return a carrier whose legs all take 100 s at 36 W, plus 36 W a kilogram; one order at each of its stops."""
    count = len(fields.get("mass_kg", fields.get("stop", [1.0])))
    stops = max(fields.get("stop", range(1, count + 1)), default=0) + 1
    leg_s = np.full((stops, stops), 100.0)
    wanted: dict[str, Any] = {
        "orders": range(count), "stop": range(1, count + 1), "mass_kg": [1.0] * count, "value": [1.0] * count,
        "ready_s": [0.0] * count, "opens_s": [0.0] * count, "due_s": [9000.0] * count, "service_s": [0.0] * count,
        "longest_s": [np.inf] * count, "leg_s": leg_s, "leg_cost": np.ones((stops, stops)),
        "power_w": [[36.0, 72.0, 108.0, 144.0, 180.0]], "step_kg": 1.0,
        "beyond_wh": [NEVER] * stops, "cost_per_sortie": 10.0, "cost_per_s": 0.0, "cost_per_wh": 0.0,
        "most_orders": 4, "most_kg": 3.5, "most_value": 99.0, "most_wh": 99.0, "waits": True, "ends_day_s": 10_000.0,
        **fields,
    }  # fmt: skip
    wanted.setdefault("phases_s", np.where(np.isfinite(wanted["leg_s"]), wanted["leg_s"], 0.0)[:, :, None])
    whole = ("orders", "stop")
    arrays = {
        name: np.array(value, np.int64 if name in whole else np.float64)
        for name, value in wanted.items()
        if isinstance(value, list | range | tuple | np.ndarray)
    }
    return Carrier(**{**wanted, **arrays})


def finder(of: Carrier, *, ticks_per_s: float = 1.0, number: int = 0, **fields: Any) -> Finder:
    """Return a finder for a carrier; what its sorties hold is nothing unless told."""
    nothing: dict[str, Any] = {
        "drones": -1, "packs": -1, "hub_slots": -1, "pad_slots": [-1] * len(of.leg_s), "climb_s": 0.0,
        "descent_s": 0.0, "turnaround_s": 0.0, "swap_s": 0.0, "recharge_s": 0.0, **fields,
    }  # fmt: skip
    nothing["pad_slots"] = np.array(nothing["pad_slots"], np.int64)
    return Finder(carrier=of, holding=Holding(**nothing), ticks_per_s=ticks_per_s, number=number)


def drawn(seed: int, *, waits: bool = True, ways: bool = True) -> Carrier:
    """Draw a carrier: orders that share stops, windows, cold chains, legs that cannot be flown, ways out."""
    r = Random(seed)
    count, stops = r.choice([2, 4, 5]), r.choice([2, 4, 5])
    phases = np.array([[[r.choice([20, 50, 90, 140]), r.choice([0, 10])] for _ in range(stops)] for _ in range(stops)])
    leg_s = phases.sum(axis=2) + np.array([[r.choice([0.0, 0.5]) for _ in range(stops)] for _ in range(stops)])
    if ways:
        for _ in range(r.choice([0, 0, 2, 4])):
            leg_s[r.randrange(stops), r.randrange(stops)] = np.inf
    opens = [r.choice([0.0, 0.0, 200.0, 400.0, 950.0]) for _ in range(count)]
    return carrier(
        orders=sorted(r.sample(range(9), count)), stop=[r.randrange(1, stops) for _ in range(count)],
        mass_kg=[r.choice([0.25, 0.7, 1.0, 2.0]) for _ in range(count)],
        value=[r.choice([1.0, 2.0]) for _ in range(count)], ready_s=[r.choice([0.0, 0.0, 90.0]) for _ in range(count)],
        opens_s=opens, due_s=[begin + r.choice([0.0, 300.0, 900.0, 1800.0]) for begin in opens],
        service_s=[r.choice([0.0, 10.0, 45.0]) for _ in range(count)],
        longest_s=[r.choice([np.inf, np.inf, np.inf, 200.0, 450.0]) for _ in range(count)],
        leg_s=leg_s, phases_s=phases,
        leg_cost=np.array([[r.choice([1.0, 3.0]) for _ in range(stops)] for _ in range(stops)]),
        power_w=[[r.choice([30.0, 40.0]) * (2 + kg) ** 1.5 for kg in range(6)] for _ in range(2)],
        beyond_wh=[NEVER, *(r.choice([NEVER, 1.0, 8.0]) for _ in range(stops - 1))],
        cost_per_s=r.choice([0.0, 0.01]), cost_per_wh=r.choice([0.0, 0.2, 1.5]), most_orders=r.choice([1, 3, 4, 4]),
        most_kg=r.choice([2.0, 4.5]), most_value=r.choice([4.0, 9.0]), most_wh=r.choice([12.0, 30.0, 90.0]),
        waits=waits, opens_day_s=r.choice([0.0, 150.0]), ends_day_s=r.choice([1000.0, 2500.0]),
    )  # fmt: skip


@dataclass(frozen=True)
class Sortie:
    """A sortie as plain Python works it out; ``holds`` is (stop, from, until) after the start, hand-overs alone."""

    orders: tuple[int, ...]
    cost: float
    first_s: float
    last_s: float
    lasts_s: float
    holds: tuple[tuple[int, float, float], ...]


def sorties(of: Carrier) -> Iterator[Sortie]:
    """Yield every sortie that a carrier allows: all sequences of all sets, each simulated forwards."""
    for size in range(1, of.most_orders + 1):
        for sequence in permutations(range(len(of)), size):
            landings = [tuple(group) for _, group in groupby(sequence, key=lambda k: int(of.stop[k]))]
            stops = [int(of.stop[landing[0]]) for landing in landings]
            told_once = len(set(stops)) == len(stops) and all(list(one) == sorted(one) for one in landings)
            if told_once and (found := _sortie(of, landings, stops)):
                yield found


def _sortie(of: Carrier, landings: list[tuple[int, ...]], stops: list[int]) -> Sortie | None:
    members = [k for landing in landings for k in landing]
    legs = list(zip([0, *stops], [*stops, 0], strict=True))
    weight, value = sum(of.mass_kg[members]), sum(of.value[members])
    if weight > of.most_kg + 1e-9 or value > of.most_value or not all(np.isfinite(of.leg_s[leg]) for leg in legs):
        return None
    spent = _energy_wh(of, landings, legs)
    if spent is None:
        return None
    flown = sum(of.leg_s[leg] for leg in legs) + sum(max(of.service_s[list(one)]) for one in landings)
    cost = of.cost_per_sortie + sum(of.leg_cost[leg] for leg in legs) + of.cost_per_s * flown + of.cost_per_wh * spent
    # A schedule only ever turns where something opens or is due: those starts, and what lies between two of them.
    earliest = max(of.opens_day_s, *of.ready_s[members])
    good = [
        (start, *made)
        for start in _moments(of, landings, legs, earliest)
        if (made := _flown(of, landings, legs, start))
    ]
    if not good:
        return None
    least = min(lasts for _, lasts, _ in good)
    best = [item for item in good if item[1] <= least + 1e-6]
    first, last = best[0], best[-1]
    return Sortie(tuple(members), cost, first[0], last[0], least, first[2])


def _energy_wh(of: Carrier, landings: list[tuple[int, ...]], legs: list[tuple[int, int]]) -> float | None:
    """Return what the legs take; None when it is too much, or leaves too little to go elsewhere from a stop."""
    aboard, spent, most = sum(of.mass_kg[[k for one in landings for k in one]]), 0.0, 0.0
    for leg, landing in zip(legs, [*landings, ()], strict=True):
        watts = [np.interp(aboard, np.arange(of.power_w.shape[1]) * of.step_kg, power) for power in of.power_w]
        spent += float(np.dot(watts, of.phases_s[leg])) / 3600
        most = max(most, spent, spent + of.beyond_wh[leg[1]] if leg[1] else spent)
        aboard -= sum(of.mass_kg[list(landing)])
    return spent if most <= of.most_wh + 1e-9 else None


def _moments(of: Carrier, landings: list[tuple[int, ...]], legs: list[tuple[int, int]], earliest: float) -> list[float]:
    """Return starts that tell all: the earliest, and those at which some hand-over begins just as it may."""
    found, clock = {earliest}, 0.0
    for leg, landing in zip(legs, landings, strict=False):
        clock += of.leg_s[leg]
        found |= {float(at) - clock for k in landing for at in (of.opens_s[k], of.due_s[k])}
        clock += max(of.service_s[list(landing)])
    found.add(of.ends_day_s - clock - of.leg_s[legs[-1]])
    return sorted(start for start in found if start >= earliest)


def _flown(
    of: Carrier, landings: list[tuple[int, ...]], legs: list[tuple[int, int]], start: float
) -> tuple[float, tuple[tuple[int, float, float], ...]] | None:
    """Fly with a start, each hand-over as early as it may be; return how long that takes and what it holds."""
    clock, ends, holds = start, {}, []
    for leg, landing in zip(legs, landings, strict=False):
        lands = clock + of.leg_s[leg]
        begins = max(lands, *of.opens_s[list(landing)])
        if begins > min(of.due_s[list(landing)]) + WAITS_S or (begins > lands + WAITS_S and not of.waits):
            return None
        clock = begins + max(of.service_s[list(landing)])
        ends |= dict.fromkeys(landing, clock - start)
        holds.append((leg[1], lands - start, clock - start))
    back = clock + of.leg_s[legs[-1]]
    if back > of.ends_day_s + WAITS_S or any(after > of.longest_s[k] + WAITS_S for k, after in ends.items()):
        return None
    return back - start, tuple(holds)


def near(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)

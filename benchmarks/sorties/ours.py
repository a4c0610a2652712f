"""Days of sorties as our solver takes them: carriers for each hub and type, and the limits they share."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.sorties.instances import DroneType, Floats, Instance, Integers
from benchmarks.sorties.walker import Sortie
from planner.solving.choice.carriers import Carrier, Holding
from planner.solving.choice.closing import Budget, Closing
from planner.solving.choice.finding import Finder
from planner.solving.choice.pools import Pool, joined, undominated

TICKS_PER_S = 1000.0
PAYLOAD_STEPS = 2000
"""Power between two of them is taken as a straight line, which is off by less than one part in ten million."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A plan, and what is proven of all others."""

    plan: tuple[Sortie, ...]
    cost: float
    lower: float
    seconds: float


class Limits:
    """What the sorties of a day share; each name gets a number, and a capacity."""

    def __init__(self, day: Instance) -> None:
        self.day = day
        self.capacities: list[int] = []
        self.pads = self._each(day.pad_slots)
        self.hubs = self._each(day.hub_slots)
        self.drones = self._each(day.fleet)
        self.packs = self._each(None if day.spare_packs is None else day.fleet + day.spare_packs)

    def _each(self, capacities: Integers | None) -> Integers | None:
        if capacities is None:
            return None
        numbers = np.arange(capacities.size).reshape(capacities.shape) + len(self.capacities)
        self.capacities += capacities.ravel().tolist()
        return numbers

    @property
    def capacity(self) -> Integers:
        """Of each limit."""
        return np.array(self.capacities, np.int64)


def finders(day: Instance, limits: Limits, ticks_per_s: float = TICKS_PER_S) -> tuple[Finder, ...]:
    """Return a finder for each hub and type."""
    pairs = [(hub, kind) for hub in range(len(day.hubs_m)) for kind in range(len(day.types))]
    return tuple(_finder(day, limits, number, hub, kind, ticks_per_s) for number, (hub, kind) in enumerate(pairs))


def _finder(day: Instance, limits: Limits, number: int, hub: int, kind: int, ticks_per_s: float) -> Finder:
    drones = day.types[kind]
    orders = np.flatnonzero((day.hub == hub) & (day.mass_kg <= drones.max_payload_kg))
    pads, stop = np.unique(day.pad[orders], return_inverse=True)
    length_m, leg_s = _legs(day, drones, np.vstack((day.hubs_m[hub][None], day.pads_m[pads])))
    none = np.zeros(len(orders))
    step_kg = drones.max_payload_kg / PAYLOAD_STEPS
    payload_kg = np.arange(PAYLOAD_STEPS + 2) * step_kg
    carrier = Carrier(
        orders=orders,
        stop=stop + 1,
        mass_kg=day.mass_kg[orders],
        value=none,
        ready_s=none,
        opens_s=day.opens_s[orders],
        due_s=day.due_s[orders],
        service_s=day.service_s[orders],
        longest_s=none + math.inf,
        leg_s=leg_s,
        leg_cost=length_m * drones.cost_per_m,
        phases_s=leg_s[:, :, None].copy(),
        power_w=drones.power_w_per_kg15 * (drones.frame_kg + payload_kg[None]) ** 1.5,
        step_kg=step_kg,
        beyond_wh=np.full(len(leg_s), -math.inf),
        cost_per_sortie=drones.cost_per_sortie,
        cost_per_s=0.0,
        cost_per_wh=drones.cost_per_wh,
        most_orders=min(day.max_stops, max(1, len(orders))),
        most_kg=drones.max_payload_kg,
        most_value=0.0,
        most_wh=drones.usable_wh,
        waits=True,
        ends_day_s=day.horizon_s,
    )
    holding = Holding(
        drones=-1 if limits.drones is None else int(limits.drones[hub, kind]),
        packs=-1 if limits.packs is None else int(limits.packs[hub, kind]),
        hub_slots=-1 if limits.hubs is None else int(limits.hubs[hub]),
        pad_slots=np.r_[-1, np.full(len(pads), -1) if limits.pads is None else limits.pads[pads]],
        climb_s=drones.vertical_s,
        descent_s=drones.vertical_s,
        turnaround_s=day.turnaround_s,
        swap_s=drones.swap_s,
        recharge_s=drones.recharge_s,
    )
    return Finder(carrier=carrier, holding=holding, ticks_per_s=ticks_per_s, number=number)


def _legs(day: Instance, drones: DroneType, stops_m: Floats) -> tuple[Floats, Floats]:
    """Return metres and seconds between all stops; infinite seconds where the wind is too strong."""
    way_m = stops_m[None] - stops_m[:, None]
    length_m = np.hypot(way_m[..., 0], way_m[..., 1])
    with np.errstate(invalid="ignore", divide="ignore"):
        along = way_m / length_m[..., None]
        across_mps = along[..., 0] * day.wind_mps[1] - along[..., 1] * day.wind_mps[0]
        speed_mps = np.sqrt(drones.airspeed_mps**2 - across_mps**2) + along @ np.array(day.wind_mps)
        flown_s = np.where(length_m > 0, length_m / speed_mps, 0.0)
    flyable = (length_m == 0) | (speed_mps > 0)
    return length_m, np.where(flyable, flown_s, math.inf) + 2 * drones.vertical_s


DEAR = 20.0
"""What leaving out an order that must be served counts, in the dearest column."""
ENOUGH = 3_000_000
"""Sorties that are looked at, at most."""


def solved(
    day: Instance,
    *,
    seconds: float,
    ticks_per_s: float = TICKS_PER_S,
    tell: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Return the best plan found in so many seconds, and a bound for every plan.

    Raises
    ------
    MemoryError
        If there are more sorties than can be looked at.
    """
    begun, limits = time.monotonic(), Limits(day)
    found = [_all(finder, day.orders) for finder in finders(day, limits, ticks_per_s)]
    pool = joined([pool.some(_kept(day, pool)) for pool in found])
    kinds = pool.label
    must = DEAR * float(pool.cost.max(initial=1.0))
    closed = Closing(
        pool=replace(pool, label=np.arange(len(pool))),
        leaving=np.where(np.isinf(day.penalty), must, day.penalty),
        capacity=limits.capacity,
        horizon=int(day.horizon_s * ticks_per_s),
        budget=Budget(deadline=begun + seconds, tell=tell),
    ).run()
    plan = tuple(
        Sortie(
            hub=int(kinds[column]) // len(day.types),
            kind=int(kinds[column]) % len(day.types),
            start_s=start / ticks_per_s,
            orders=tuple(pool.orders(column).tolist()),
        )
        for column, start in zip(closed.columns, closed.starts, strict=True)
    )
    return Outcome(plan=plan, cost=closed.cost, lower=closed.lower, seconds=time.monotonic() - begun)


def _all(finder: Finder, orders: int) -> Pool:
    found = finder.find(np.zeros(orders), math.inf, ENOUGH)
    if found is None:
        raise MemoryError(f"more than {ENOUGH:,} sorties of one hub and type")
    return found


def _kept(day: Instance, pool: Pool) -> Integers:
    """Return the columns worth keeping: where no pad is scarce, another sequence of the same orders may beat one."""
    return np.arange(len(pool)) if day.pad_slots is not None else undominated(pool, pool.label)

"""Days of sorties as our solver takes them: carriers for each hub and type, and the limits they share."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from multiprocessing import get_context

import numpy as np

from benchmarks.sorties.instances import DroneType, Floats, Instance, Integers
from benchmarks.sorties.walker import Sortie
from planner.solving.choice.carriers import Carrier, Holding
from planner.solving.choice.closing import Budget, Closing
from planner.solving.choice.finding import Finder
from planner.solving.choice.pools import Pool, Reserve, joined, nothing, undominated
from planner.solving.choice.sharing import shared_among, shared_out
from planner.solving.choice.timing import Fits, Timing, timed

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
MANY = 30_000
"""Sorties; with more of them only those that could be worth it are looked at."""
AT_ONCE = 60_000
"""Of them, at a time."""
JOINING_SHARE = 0.25
"""Of the time: kept for putting the hubs' plans together."""
JOINING_WORK = 20.0
"""CP-SAT's own measure of work that this may take."""
HARDER = 1.5
"""By which power of its orders a hub is taken to be hard."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """What was chosen for one hub: columns that hold limits of the whole day, with their starts, and what is proven."""

    chosen: Pool
    """Its orders are those of the day."""
    kinds: tuple[int, ...]
    """Of each column, the drone type."""
    starts: tuple[int, ...]
    cost: float
    lower: float


def solved(
    day: Instance,
    *,
    seconds: float,
    ticks_per_s: float = TICKS_PER_S,
    workers: int = 1,
    tell: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Return the best plan found in so many seconds, and a bound for every plan.

    Each hub is chosen for by itself; then all are put together, and where pads that they share do not let them,
    chosen for once more beside those that are placed already.

    Raises
    ------
    MemoryError
        If there are more sorties than can be looked at.
    """
    begun, hubs = time.monotonic(), range(len(day.hubs_m))
    budget = Budget(deadline=begun + seconds * (1.0 - JOINING_SHARE if len(hubs) > 1 else 1.0), tell=tell)
    weights = [max(1.0, float(np.count_nonzero(day.hub == hub))) ** HARDER for hub in hubs]
    hub_of = partial(chosen_for, day, ticks_per_s=ticks_per_s)
    if workers == 1 or len(hubs) == 1:
        parts = shared_out(hub_of, weights, budget)
    else:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as executor:
            parts = shared_among(executor, workers, hub_of, weights, budget, lambda: None)
    whole = _together(day, parts, begun + seconds, ticks_per_s)
    plan = tuple(
        Sortie(
            hub=int(day.hub[part.chosen.orders(column)[0]]),
            kind=part.kinds[column],
            start_s=start / ticks_per_s,
            orders=tuple(part.chosen.orders(column).tolist()),
        )
        for part in whole
        for column, start in enumerate(part.starts)
    )
    return Outcome(
        plan=plan,
        cost=sum(part.cost for part in whole),
        lower=sum(part.lower for part in parts),
        seconds=time.monotonic() - begun,
    )


def chosen_for(
    day: Instance,
    hub: int,
    seconds: float | None,
    *,
    ticks_per_s: float,
    beside: Sequence[Part] = (),
) -> Part:
    """Choose for one hub in so many seconds, beside parts of the plan that may still shift but have to be flown."""
    begun, limits = time.monotonic(), Limits(day)
    orders = np.flatnonzero(day.hub == hub)
    mine = [
        _all(finder, day.orders)
        for finder in finders(day, limits, ticks_per_s)
        if finder.number // len(day.types) == hub
    ]
    pool = joined([pool.some(_kept(day, pool)) for pool in mine])
    kinds = pool.label % len(day.types)
    must = DEAR * float(pool.cost.max(initial=1.0))
    leaving = np.where(np.isinf(day.penalty), must, day.penalty)[orders]
    pool = replace(pool, listed=np.searchsorted(orders, pool.listed))
    fixed = [replace(part.chosen, cost=0.0 * part.chosen.cost) for part in beside]
    for part in fixed:
        first = len(leaving)
        pool = joined([pool, replace(part, first=np.arange(len(part) + 1), listed=first + np.arange(len(part)))])
        leaving = np.concatenate([leaving, np.full(len(part), must * day.orders)])
    pool = replace(pool, label=np.arange(len(pool)))
    many = len(pool) > MANY
    closed = Closing(
        pool=nothing() if many else pool,
        find=Reserve(pool) if many else None,
        at_once=AT_ONCE,
        leaving=leaving,
        capacity=limits.capacity,
        horizon=int(day.horizon_s * ticks_per_s),
        budget=Budget(deadline=math.inf if seconds is None else begun + seconds),
    ).run()
    flown = [place for place, column in enumerate(closed.columns) if column < len(kinds)]
    columns = np.array([closed.columns[place] for place in flown], np.int64)
    chosen = pool.some(columns)
    return Part(
        chosen=replace(chosen, listed=orders[chosen.listed]),
        kinds=tuple(kinds[columns].tolist()),
        starts=tuple(closed.starts[place] for place in flown),
        cost=closed.cost,
        lower=closed.lower,
    )


def _together(day: Instance, parts: Sequence[Part], deadline: float, ticks_per_s: float) -> list[Part]:
    """Put the hubs' plans together, one after the other; what is in the way of those before is chosen anew."""
    capacity, whole = Limits(day).capacity, []
    for hub, part in enumerate(parts):
        whole.append(part)
        timing = _timed(whole, capacity)
        if timing.fits is not Fits.YES:
            left_s = max(1.0, deadline - time.monotonic())
            whole[-1] = chosen_for(day, hub, left_s, ticks_per_s=ticks_per_s, beside=whole[:-1])
            timing = _timed(whole, capacity)
        if timing.fits is not Fits.YES or not math.isfinite(whole[-1].cost):
            whole[-1] = _left_out(day, part, hub)
            timing = _timed(whole, capacity)
        bounds = np.cumsum([0, *(len(one.chosen) for one in whole)]).tolist()
        whole = [replace(one, starts=timing.starts[a:b]) for one, (a, b) in zip(whole, pairwise(bounds), strict=True)]
    return whole


def _timed(parts: Sequence[Part], capacity: Integers) -> Timing:
    pool = joined([part.chosen for part in parts])
    return timed(pool, range(len(pool)), capacity, work=JOINING_WORK)


def _left_out(day: Instance, part: Part, hub: int) -> Part:
    """Return a part in which nothing is flown."""
    none = part.chosen.some(np.zeros(0, np.int64))
    return replace(part, chosen=none, kinds=(), starts=(), cost=float(day.penalty[day.hub == hub].sum()))


def _all(finder: Finder, orders: int) -> Pool:
    found = finder.find(np.zeros(orders), math.inf, ENOUGH)
    if found is None:
        raise MemoryError(f"more than {ENOUGH:,} sorties of one hub and type")
    return found


def _kept(day: Instance, pool: Pool) -> Integers:
    """Return the columns worth keeping: where no pad is scarce, another sequence of the same orders may beat one."""
    return np.arange(len(pool)) if day.pad_slots is not None else undominated(pool, pool.label)

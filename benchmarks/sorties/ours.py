"""Days of sorties as our solver takes them: carriers for each hub and type, and the limits they share."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context

import numpy as np

from benchmarks.sorties.instances import DroneType, Floats, Instance, Integers
from benchmarks.sorties.walker import Sortie
from planner.solving.choice.carriers import Carrier, Holding
from planner.solving.choice.closing import COLD, Budget, Closing
from planner.solving.choice.finding import Finder
from planner.solving.choice.pools import Pool, Reserve, joined, nothing, undominated
from planner.solving.choice.rebuilding import Rebuilder
from planner.solving.choice.sharing import hardness, shared_among, shared_out
from planner.solving.choice.timing import Fits, timed

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
JOINING_WORK = 1.0
"""CP-SAT's own measure of work that this may take."""
NEAR = 4_000
"""Columns of a hub that are looked at again when the hubs' plans are put together."""
JOINING_WARM = 0.015
"""Temperature at first, over what a column costs on average: cool, for what there is is good already."""
JOINING_ROUNDS = 4_000
"""Of ruin and recreate, between two looks at the clock."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """What was chosen for one hub beside its near alternatives, in numbers of the day, and what is proven."""

    pool: Pool
    kinds: Integers
    """Of each column, the drone type."""
    starts: Integers
    """Of each column; -1 where it is not flown."""
    near: Floats
    """How near each column is to being worth it: its reduced cost."""
    lower: float
    """No choice for it costs less."""


def solved(
    day: Instance,
    *,
    seconds: float,
    ticks_per_s: float = TICKS_PER_S,
    workers: int = 1,
    tell: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Return the best plan found in so many seconds, and a bound for every plan.

    Each hub is chosen for by itself, then all are put together; where pads that they share do not let them, some
    sorties give way to others.

    Raises
    ------
    MemoryError
        If there are more sorties than can be looked at.
    """
    begun, hubs = time.monotonic(), range(len(day.hubs_m))
    budget = Budget(deadline=begun + seconds * (1.0 - JOINING_SHARE if len(hubs) > 1 else 1.0), tell=tell)
    weights = hardness(np.bincount(day.hub, minlength=len(hubs)).tolist())
    hub_of = partial(chosen_for, day, ticks_per_s=ticks_per_s)
    if workers == 1 or len(hubs) == 1:
        parts = shared_out(hub_of, weights, budget)
    else:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as executor:
            parts = shared_among(executor, workers, hub_of, weights, budget, lambda: None)
    whole, cost = _together(day, parts, begun + seconds)
    plan = tuple(
        Sortie(
            hub=int(day.hub[whole.pool.orders(column)[0]]),
            kind=int(whole.kinds[column]),
            start_s=float(whole.starts[column]) / ticks_per_s,
            orders=tuple(whole.pool.orders(column).tolist()),
        )
        for column in np.flatnonzero(whole.starts >= 0).tolist()
    )
    return Outcome(plan=plan, cost=cost, lower=whole.lower, seconds=time.monotonic() - begun)


def chosen_for(day: Instance, hub: int, seconds: float | None, *, ticks_per_s: float) -> Part:
    """Choose for one hub in so many seconds."""
    begun, limits = time.monotonic(), Limits(day)
    orders = np.flatnonzero(day.hub == hub)
    own = [one for one in finders(day, limits, ticks_per_s) if one.number // len(day.types) == hub]
    mine = [_all(finder, day.orders) for finder in own]
    pool = joined([pool.some(_kept(day, pool)) for pool in mine])
    kinds = pool.label % len(day.types)
    pool = replace(pool, listed=np.searchsorted(orders, pool.listed), label=np.arange(len(pool)))
    many = len(pool) > MANY
    closing = Closing(
        pool=nothing() if many else pool,
        find=Reserve(pool) if many else None,
        at_once=AT_ONCE,
        leaving=_leaving(day, float(pool.cost.max(initial=1.0)))[orders],
        capacity=limits.capacity,
        horizon=int(day.horizon_s * ticks_per_s),
        budget=Budget(deadline=math.inf if seconds is None else begun + seconds),
    )
    closed = closing.run()
    known, least = closing.known()
    alone = np.flatnonzero(np.diff(pool.first) == 1)
    near = np.unique([*known[np.argsort(least, kind="stable")[:NEAR]], *alone, *closed.columns]).astype(np.int64)
    of_label = dict(zip(known.tolist(), least.tolist(), strict=True))
    start_of = dict(zip(closed.columns, closed.starts, strict=True))
    told = pool.some(near)
    return Part(
        pool=replace(told, listed=orders[told.listed]),
        kinds=kinds[near],
        starts=np.array([start_of.get(label, -1) for label in near.tolist()], np.int64),
        near=np.array([of_label.get(label, math.inf) for label in near.tolist()]),
        lower=closed.lower,
    )


def _leaving(day: Instance, dearest: float) -> Floats:
    """Return what leaving out each order counts."""
    return np.where(np.isinf(day.penalty), DEAR * dearest, day.penalty)


def _together(day: Instance, parts: Sequence[Part], deadline: float) -> tuple[Part, float]:
    """Put the hubs' plans together, shifted within their windows, or with some sorties changed for others.

    Returns the plan as one part, and what it costs.
    """
    pool = joined([part.pool for part in parts])
    rebuilder = Rebuilder(
        pool=pool,
        near=np.concatenate([part.near for part in parts]),
        leaving=_leaving(day, float(pool.cost.max(initial=1.0))),
        capacity=Limits(day).capacity,
    )
    starts = _placed(rebuilder, np.concatenate([part.starts for part in parts]), deadline)
    whole = Part(
        pool=pool,
        kinds=np.concatenate([part.kinds for part in parts]),
        starts=starts,
        near=rebuilder.near,
        lower=sum(part.lower for part in parts),
    )
    return whole, rebuilder.cost(starts)


def _placed(rebuilder: Rebuilder, wanted: Integers, deadline: float) -> Integers:
    """Return the starts of a plan that can be flown, made out of one that perhaps cannot."""
    flown, left_s = np.flatnonzero(wanted >= 0), max(0.1, deadline - time.monotonic())
    timing = timed(rebuilder.pool, flown.tolist(), rebuilder.capacity, work=JOINING_WORK, seconds=left_s)
    if timing.fits is Fits.YES:
        starts = wanted.copy()
        starts[flown] = timing.starts
        return starts
    best = now = rebuilder.kept(wanted)
    begun, number = time.monotonic(), 0
    while (over := (time.monotonic() - begun) / max(1e-3, deadline - begun)) < 1.0:
        heat = JOINING_WARM * (COLD / JOINING_WARM) ** over
        best, now = rebuilder.rebuilt(now, best, rounds=JOINING_ROUNDS, seed=number, warm=heat, cold=heat)
        number += 1
    return best


def _all(finder: Finder, orders: int) -> Pool:
    found = finder.find(np.zeros(orders), math.inf, ENOUGH)
    if found is None:
        raise MemoryError(f"more than {ENOUGH:,} sorties of one hub and type")
    return found


def _kept(day: Instance, pool: Pool) -> Integers:
    """Return the columns worth keeping: where no pad is scarce, another sequence of the same orders may beat one."""
    return np.arange(len(pool)) if day.pad_slots is not None else undominated(pool, pool.label)

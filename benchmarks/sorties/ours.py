"""Days of sorties as our solver takes them: carriers for each hub and type, and the limits they share."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context

import numpy as np

from benchmarks.sorties.instances import DroneType, Floats, Instance, Integers
from benchmarks.sorties.walker import Sortie
from planner.solving.choice.carriers import Carrier, Holding
from planner.solving.choice.closing import Budget, Closing
from planner.solving.choice.cuts import RankOne
from planner.solving.choice.finding import Finder
from planner.solving.choice.masters import OutOfTime
from planner.solving.choice.neighbourhoods import Neighbourhoods
from planner.solving.choice.passes import Passes
from planner.solving.choice.pools import Pool, Reserve, joined, nothing, undominated
from planner.solving.choice.sharing import hardness, shared_among, shared_out

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
ENOUGH = 1_000_000
"""Sorties that are looked at, at most."""
MANY = 30_000
"""Sorties; with more of them only those that could be worth it are looked at."""
AT_ONCE = 60_000
"""Of them, at a time ..."""
SOUGHT_AT_ONCE = 6_000
"""... and of those that are not all known."""
DEAREST = 1e6
"""What no sortie costs, where they are not all known."""
CLOSED_UP_TO = 60
"""Orders of a hub whose choice is proven by itself; of more there is a first plan, bettered with the other hubs'."""
APART_SHARE = 0.45
"""Of the time: what is chosen for the hubs by themselves where they are large ..."""
HUGE = 200
"""... where they are of more orders than that ..."""
HUGE_SHARE = 0.75
CLOSED_SHARE = 0.75
"""... and where all are small."""
SECTOR = 100
"""Orders of a sector of a large hub, about: what is flown anew at a time at first."""
NEAR = 8_000
"""Columns of a hub that are looked at again when the hubs' plans are put together."""
REPAIRS_AN_ORDER = 40
"""Rounds of ruin and recreate for what has no room where the hubs' plans are put together."""
PRICED_UP_TO = 30_000
"""Columns of all hubs that are priced once more, all together; of more that takes longer than it helps."""
PASSING_SHARE = 0.2
"""Of the time that is left, where hubs are not large: how long their plans are bettered beside each other, before all
are chosen for at once."""
SETTLED = 1e-6
"""A plan this near to the bound, relative, is not bettered."""


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
    cost: float
    """With what leaving out orders costs; infinite where no choice was found."""
    cuts: tuple[RankOne, ...] = ()
    """What every choice keeps, in orders of the day."""

    @property
    def settled(self) -> bool:
        """Whether no choice is cheaper by as much as matters."""
        return self.cost <= self.lower * (1 + SETTLED)


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
    """
    begun, hubs = time.monotonic(), range(len(day.hubs_m))
    orders = np.bincount(day.hub, minlength=len(hubs))
    draft = len(hubs) > 1 and int(orders.max()) > CLOSED_UP_TO
    share = HUGE_SHARE if int(orders.max()) > HUGE else APART_SHARE if draft else CLOSED_SHARE
    share = 1.0 if len(hubs) == 1 else share
    budget = Budget(deadline=begun + seconds * share, tell=tell)
    weights = hardness(orders.tolist())
    hub_of = partial(chosen_for, day, ticks_per_s=ticks_per_s, draft=draft)
    if workers == 1 or len(hubs) == 1:
        parts = shared_out(hub_of, weights, budget)
    else:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as executor:
            parts = shared_among(executor, workers, hub_of, weights, budget, lambda: None)
    left_s = begun + seconds - time.monotonic()
    passing_s = left_s if draft or len(hubs) == 1 else left_s * PASSING_SHARE
    horizon = int(day.horizon_s * ticks_per_s)
    whole = _together(day, parts, horizon, time.monotonic() + passing_s, workers, tell)
    if not draft and len(hubs) > 1 and not whole.settled:
        whole = _better(whole, chosen_for(day, None, begun + seconds - time.monotonic(), ticks_per_s=ticks_per_s))
    plan = tuple(
        Sortie(
            hub=int(day.hub[whole.pool.orders(column)[0]]),
            kind=int(whole.kinds[column]),
            start_s=float(whole.starts[column]) / ticks_per_s,
            orders=tuple(whole.pool.orders(column).tolist()),
        )
        for column in np.flatnonzero(whole.starts >= 0).tolist()
    )
    return Outcome(plan=plan, cost=whole.cost, lower=whole.lower, seconds=time.monotonic() - begun)


def chosen_for(
    day: Instance, hub: int | None, seconds: float | None, *, ticks_per_s: float, draft: bool = False
) -> Part:  # fmt: skip
    """Choose for one hub in so many seconds, or for all where none is told; or only make a first plan."""
    begun, limits = time.monotonic(), Limits(day)
    orders = np.flatnonzero((day.hub == hub) | (hub is None))
    own = [one for one in finders(day, limits, ticks_per_s) if hub in (None, one.number // len(day.types))]
    known = _every(day, own, orders)
    sought: Known | Sought = known or Sought(own, orders, day.orders)
    pool, find, at_once, dearest = nothing(), None, AT_ONCE, DEAREST
    if known is None:
        find, at_once = sought, SOUGHT_AT_ONCE
    else:
        dearest = float(known.pool.cost.max(initial=1.0))
        pool, find = (nothing(), Reserve(known.pool)) if len(known.pool) > MANY else (known.pool, None)
    closing = Closing(
        pool=pool,
        find=find,
        at_once=at_once,
        leaving=_leaving(day, dearest)[orders],
        capacity=limits.capacity,
        horizon=int(day.horizon_s * ticks_per_s),
        budget=Budget(deadline=math.inf if seconds is None else begun + seconds),
        draft=draft,
    )
    closed = closing.run()
    labels, least = closing.known()
    pool, kinds = sought.pool, sought.label % len(day.types)
    alone = np.flatnonzero(np.diff(pool.first) == 1)
    near = np.unique([*labels[np.argsort(least, kind="stable")[:NEAR]], *alone, *closed.columns]).astype(np.int64)
    of_label = dict(zip(labels.tolist(), least.tolist(), strict=True))
    start_of = dict(zip(closed.columns, closed.starts, strict=True))
    told = pool.some(near)
    return Part(
        pool=replace(told, listed=orders[told.listed]),
        kinds=kinds[near],
        starts=np.array([start_of.get(label, -1) for label in near.tolist()], np.int64),
        near=np.array([of_label.get(label, math.inf) for label in near.tolist()]),
        lower=closed.lower,
        cost=closed.cost,
        cuts=tuple(
            replace(one, orders=tuple(orders[list(one.orders)].tolist()))
            for one in closing.cuts
            if isinstance(one, RankOne)
        ),
    )


def _leaving(day: Instance, dearest: float) -> Floats:
    """Return what leaving out each order counts."""
    return np.where(np.isinf(day.penalty), DEAR * dearest, day.penalty)


def _together(
    day: Instance, parts: Sequence[Part], horizon: int, deadline: float, workers: int, tell: Callable[[str], None]
) -> Part:  # fmt: skip
    """Put the hubs' plans together, and change each hub's for the better beside the others'.

    Returns the plan as one part.
    """
    pool = joined([part.pool for part in parts])
    pool = replace(pool, label=np.arange(len(pool)))
    table = Neighbourhoods(
        pool=pool,
        near=np.concatenate([part.near for part in parts]),
        leaving=_leaving(day, float(pool.cost.max(initial=1.0))),
        capacity=Limits(day).capacity,
        cuts=[one for part in parts for one in part.cuts],
    )
    starts = table.fitted(np.concatenate([part.starts for part in parts]), rounds=REPAIRS_AN_ORDER * day.orders)
    lower = sum(part.lower for part in parts)

    def told(cost: float) -> None:
        tell(f"best {cost:,.0f}, bound {lower:,.0f}")

    if table.cost(starts) > lower * (1 + SETTLED):
        if len(pool) <= PRICED_UP_TO:
            with suppress(OutOfTime):
                table = table.priced(horizon, clock=Budget(deadline=deadline))
        told(table.cost(starts))
        starts = Passes(table, _blocks(day), deadline=deadline, workers=workers, tell=told).run(starts)
    kinds = np.concatenate([part.kinds for part in parts])
    return Part(pool=pool, kinds=kinds, starts=starts, near=table.near, lower=lower, cost=table.cost(starts))


def _better(one: Part, other: Part) -> Part:
    """Return the cheaper plan, with the better bound."""
    return replace(min(one, other, key=lambda part: part.cost), lower=max(one.lower, other.lower))


def _blocks(day: Instance) -> list[Integers]:
    """Return the orders of each hub, and those of each with the hub nearest to it; of large hubs sectors as well."""
    blocks: set[tuple[int, ...]] = set()
    for hub in range(len(day.hubs_m)):
        near = np.hypot(*(day.hubs_m - day.hubs_m[hub]).T).argsort(kind="stable")
        blocks |= {(hub,), tuple(sorted(near[:2].tolist()))}
    found = [np.flatnonzero(np.isin(day.hub, block)) for block in sorted(blocks)]
    sectors = [sector for hub in range(len(day.hubs_m)) for sector in _sectors(day, hub)]
    return [orders for orders in [*sectors, *found] if len(orders)]


def _sectors(day: Instance, hub: int) -> list[Integers]:
    """Return the orders of a large hub in sectors around it, twice, cut at other places; none for smaller ones."""
    orders = np.flatnonzero(day.hub == hub)
    if len(orders) <= SECTOR * 2:
        return []
    pads, pad = np.unique(day.pad[orders], return_inverse=True)
    way_m = day.pads_m[pads] - day.hubs_m[hub]
    turn = np.arctan2(way_m[:, 1], way_m[:, 0]).argsort(kind="stable").argsort(kind="stable")
    round_ = orders[np.argsort(turn[pad], kind="stable")]
    count = len(orders) // SECTOR
    both = (round_, np.roll(round_, len(orders) // count // 2))
    return [np.sort(part) for each in both for part in np.array_split(each, count)]


def _every(day: Instance, own: Sequence[Finder], orders: Integers) -> Known | None:
    """Return all sorties of a hub; None where there are too many to look at."""
    found = [finder.find(np.zeros(day.orders), math.inf, ENOUGH) for finder in own]
    told = [pool.some(_kept(day, pool)) for pool in found if pool is not None]
    if len(told) < len(own):
        return None
    pool = joined(told)
    listed = np.searchsorted(orders, pool.listed)
    return Known(replace(pool, listed=listed, label=np.arange(len(pool))), pool.label)


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Sorties, numbered, with what their finders called them."""

    pool: Pool
    label: Integers


class Sought:
    """Sorties of a hub that has too many of them: looked for as they are asked for."""

    def __init__(self, finders: Sequence[Finder], orders: Integers, count: int, batch: int = 3000) -> None:
        self.finders, self.orders, self.every, self.batch = finders, orders, np.zeros(count), batch
        self.made: list[Pool] = []
        self.known: set[tuple[int, ...]] = set()

    def __call__(self, worth: Floats, limit: float, most: int) -> Pool | None:
        """Return sorties not told before whose cost, less what their orders are worth, is no more than a limit.

        For a limit below 0 only some of those most below it, where there are many; for others None where there are more
        than the most, told or not.
        """
        every = self.every.copy()
        every[self.orders] = worth
        known = int((self.pool.reduced(worth) <= limit).sum())
        found: list[Pool] = []
        for finder in self.finders:
            if limit < 0:
                pool: Pool | None = finder.cheapest(every, limit, 2 * (self.batch + known))
            else:
                pool = finder.find(every, limit, most + known)
            if pool is None:
                return None
            found.append(pool)
        return self._told(found)

    def _told(self, found: Sequence[Pool]) -> Pool:
        """Return the sorties that were not told before."""
        fresh = []
        for finder, pool in zip(self.finders, found, strict=True):
            keys = [(finder.number, *pool.orders(column).tolist()) for column in range(len(pool))]
            fresh.append(pool.some(np.array([k for k, key in enumerate(keys) if key not in self.known], np.int64)))
            self.known.update(keys)
        told = joined(fresh)
        self.made.append(told)
        begin = sum(map(len, self.made)) - len(told)
        return replace(told, listed=np.searchsorted(self.orders, told.listed), label=begin + np.arange(len(told)))

    @property
    def label(self) -> Integers:
        """What the finders called those told."""
        return np.concatenate([pool.label for pool in self.made]) if self.made else np.zeros(0, np.int64)

    @property
    def pool(self) -> Pool:
        """Those told, numbered."""
        pool = joined(self.made) if self.made else nothing()
        return replace(pool, listed=np.searchsorted(self.orders, pool.listed), label=np.arange(len(pool)))


def _kept(day: Instance, pool: Pool) -> Integers:
    """Return the columns worth keeping: where no pad is scarce, another sequence of the same orders may beat one."""
    return np.arange(len(pool)) if day.pad_slots is not None else undominated(pool, pool.label)

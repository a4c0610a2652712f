"""Parts of a day that stand by themselves: trips chosen for the orders of each, in this process or in several."""

from __future__ import annotations

import logging
import math
import os
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event

import numpy as np

from planner.model.fleets import Drone
from planner.model.orders import Order
from planner.solving.choice.closing import SAME, Budget, Closing
from planner.solving.choice.components import components
from planner.solving.choice.crews import Crew
from planner.solving.choice.pools import Floats, Integers, Pool
from planner.solving.choice.sharing import Solve, hardness, shared_among, shared_out
from planner.solving.columns import Columns
from planner.solving.greedy import cost
from planner.solving.relaxations import finders
from planner.solving.repairs import singles
from planner.solving.separations import Separations
from planner.solving.solvers import SolveOptions
from planner.solving.sorties import Trip, Trips
from planner.solving.tables import Tables
from planner.solving.timetables import fits_in

log = logging.getLogger(__name__)

FEW = 5_000
"""Sequences that are all worked out at once; where there may be more, only those near to being worth it are."""

SEQUENCE_S = 0.004
"""What working out a sequence takes, about; only whether all are worked out at once depends on it."""

WORKING_SHARE = 0.75
"""Of the time that a choice among columns may take, what working them out may."""

LITTLE = 1e-6
"""In the policy's currency."""

WORTH_PROCESSES = 50
"""Orders beside the largest part of a day; with fewer, starting processes takes longer than they save."""

CROSSINGS = 3
"""Choices kept of those that times alone could not keep apart in the air, the cheapest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Trips chosen for some orders, and what is proven of all other choices for them."""

    flown: tuple[Trip, ...]
    cost: float
    """With what leaving out orders costs; infinite where no choice was found."""
    lower: float
    """No choice costs less."""
    aside: float = -math.inf
    """No choice costs less, separation in the air aside."""
    near: tuple[Trip, ...] = ()
    """The first choice that drones which move between hubs cannot fly as it is; empty without one."""
    crossing: tuple[tuple[Trip, ...], ...] = ()
    """The cheapest choices that their times alone could not keep apart in the air."""

    @property
    def proven(self) -> bool:
        """Whether no choice is cheaper, by more than a millionth."""
        return math.isfinite(self.cost) and self.cost - self.lower <= SAME * max(1.0, abs(self.cost))


def together(parts: Sequence[Part]) -> Part:
    """Return the parts of a day as one; whether it can be flown as a whole is not looked at."""
    return Part(
        flown=tuple(trip for part in parts for trip in part.flown),
        cost=sum(part.cost for part in parts),
        lower=sum(part.lower for part in parts),
        aside=sum(part.aside for part in parts),
        crossing=(_crossing(parts),) if any(part.crossing for part in parts) else (),
        near=tuple(trip for part in parts for trip in part.near or part.flown) if any(p.near for p in parts) else (),
    )


def _crossing(parts: Sequence[Part]) -> tuple[Trip, ...]:
    """Return the cheapest choice of each part, in the air as near to each other as they like."""
    return tuple(trip for part in parts for trip in (part.crossing[0] if part.crossing else part.flown))


def apart(trips: Trips, orders: Sequence[Order], budget: Budget, options: SolveOptions) -> list[Part]:
    """Choose for each part of a day by itself.

    Each may take as many steps as the budget has, and its share of the time.
    """
    split = [[orders[k] for k in part] for part in components(_by_hub(trips, orders), len(orders))]
    weights = hardness(map(len, split))
    beside = len(orders) - max(map(len, split), default=0)

    def solve(number: int, seconds: float | None) -> Part:
        return chosen(trips, split[number], _for(budget, seconds), options)

    if options.workers == 1 or beside < WORTH_PROCESSES:
        return shared_out(solve, weights, budget)
    return _in_processes(_Day(trips, split, options), weights, budget, alone=solve)


def _by_hub(trips: Trips, orders: Sequence[Order]) -> list[Integers]:
    """Return the orders that each hub could serve: its drones may share packs, whatever they are allowed to fly.

    Hubs that drones may move between are as one: what is flown from the one decides what stands at the other.
    """
    carried: dict[str, list[Integers]] = defaultdict(list)
    for finder in finders(trips, orders):
        hub = "" if trips.policy.end_elsewhere else trips.ends(finder.number)[0]
        carried[hub].append(finder.carrier.orders)
    return [np.concatenate(listed) for listed in carried.values()]


def _for(budget: Budget, seconds: float | None) -> Budget:
    """Return a budget of as many steps, for so many seconds from now."""
    now = time.monotonic()
    return replace(budget, deadline=math.inf if seconds is None else now + seconds, begun=now)


def chosen(
    trips: Trips, orders: Sequence[Order], budget: Budget, options: SolveOptions, known: Part | None = None
) -> Part:
    """Close the gap over all columns for some orders, of which what is proven part by part may be known."""
    job = trips.tables.job
    columns = Columns.of(trips, orders, finders(trips, orders), budget)
    leaving = np.array([trips.policy.penalty(order) for order in columns.orders])
    whole = columns.find(np.zeros(len(leaving)), np.inf, _few(budget))
    balances = columns.balances()
    judge = _Judge(columns, options, budget)

    def found(worth: Floats, limit: float, most: int) -> Pool | None:
        # Balances are the first cuts of all; what they add to a column is told by its group alone, and too low at most.
        prices = closing.linear.answer.cut_prices[: len(balances)]
        tolls = np.array([one.lowest for one in balances]).T @ prices if balances else ()
        return columns.find(worth, limit, most, tolls=[float(toll) for toll in tolls])

    closing = Closing(
        pool=_promising(columns, budget) if whole is None else whole,
        leaving=leaving,
        capacity=columns.limits.capacity,
        horizon=int((job.end - job.start).total_seconds()),
        budget=budget,
        find=found if whole is None else None,
        judge=lambda labels: judge.fits(labels, closing.lower),
        refuses=judge.refuses,
        gap=options.gap,
    )
    closing.cuts += balances
    if known is not None:
        closing.lower = known.lower
    closed = closing.run()
    by_parts = [] if known is None or known.aside == known.lower else [known.aside]
    return Part(
        flown=tuple(columns.made[label] for label in closed.columns),
        cost=closed.cost,
        lower=closed.lower,
        aside=min([closed.lower, *judge.lower_aside, *by_parts]),
        near=judge.near,
        crossing=judge.crossing,
    )


class _Judge:
    """Tells whether chosen columns can be flown on the true day, and keeps what comes near to it."""

    def __init__(self, columns: Columns, options: SolveOptions, budget: Budget) -> None:
        self.columns, self.budget, self.seed = columns, budget, options.seed
        self.tables, self.policy = columns.trips.tables, columns.trips.policy
        self.charged = _charged(self.tables)
        self.near: tuple[Trip, ...] = ()
        self.lower_aside: list[float] = []
        """What was known of all choices when separation in the air was the first to refuse one."""
        self._in_the_air = False
        self._crossing: list[tuple[float, tuple[Trip, ...]]] = []

    @property
    def crossing(self) -> tuple[tuple[Trip, ...], ...]:
        """The cheapest choices that nothing but separation in the air refused, the cheapest first."""
        return tuple(flown for _, flown in self._crossing)

    def fits(self, labels: Sequence[int], lower: float) -> bool | None:
        """Tell whether some columns can all be flown; no choice costs less than a bound as far as is known."""
        flown = self._trips(labels)
        told = self._fit(flown, self.tables)
        if told is not False:
            return told
        self._in_the_air = Separations(self.tables).asked and self._fit(flown, self.tables, apart=False) is not False
        if self._in_the_air:
            self._keep(flown, lower)
        elif self.policy.end_elsewhere and not self.near:
            self.near = flown
        return False

    def refuses(self, labels: Sequence[int]) -> bool:
        """Tell whether columns out of a choice refused just now cannot be flown together with whatever others."""
        # What is refused for the sake of drones, packs or values says nothing of separation, and is refused without it.
        return self._fit(self._trips(labels), self.charged, anywhere=True, apart=self._in_the_air) is False

    def _trips(self, labels: Sequence[int]) -> tuple[Trip, ...]:
        return tuple(self.columns.made[label] for label in labels)

    def _fit(self, flown: Sequence[Trip], day: Tables, *, anywhere: bool = False, apart: bool = True) -> bool | None:
        return fits_in(flown, day, seed=self.seed, seconds=self.budget.left_s, anywhere=anywhere, apart=apart)

    def _keep(self, flown: tuple[Trip, ...], lower: float) -> None:
        if not self.lower_aside:
            self.lower_aside.append(lower)
        self._crossing.append((cost(flown, self.columns.orders, self.policy), flown))
        self._crossing = sorted(self._crossing, key=lambda one: one[0])[:CROSSINGS]


def _few(budget: Budget) -> int:
    """Return how many sequences may all be worked out in the time that there is."""
    return FEW if budget.left_s is None else min(FEW, int(budget.left_s * WORKING_SHARE / SEQUENCE_S))


def _promising(columns: Columns, budget: Budget) -> Pool:
    """Return columns to begin with where time is short: those that save something over flying each order by itself.

    Small ones first: of larger ones fewer can truly be flown.
    """
    if budget.left_s is None:
        return columns.none
    policy, worth = columns.trips.policy, []
    for order in columns.orders:
        costs = [trip.cost for trip in singles(order, columns.trips).values()]
        # A little more, so that flying each by itself is among them.
        worth.append(min([*costs, policy.penalty(order)]) * (1 + LITTLE) + LITTLE)
    found = columns.find(np.array(worth), -LITTLE / 2, FEW, smallest=True)
    return columns.none if found is None else found


def _charged(tables: Tables) -> Tables:
    """Return the tables of a day on which all drones begin with a full pack.

    Whatever can be flown on the true day can be on this one, and then any part of it as well. On the true day a trip
    more may help: one that a drone short of charge can fly, and comes back from to a pack that is full.
    """
    groups = (replace(group, drones=tuple(map(_full, group.drones))) for group in tables.groups)
    job = replace(tables.job, drones=tuple(map(_full, tables.job.drones)))
    return replace(tables, job=job, groups=tuple(groups))


def _full(drone: Drone) -> Drone:
    return replace(drone, state_of_charge=1.0)


# -- processes ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Day:
    """What every process is handed once."""

    trips: Trips
    split: Sequence[Sequence[Order]]
    options: SolveOptions


_known: list[tuple[_Day, Event]] = []
"""Of a process: the day it works on, and what tells it to stop."""


def _in_processes(day: _Day, weights: Sequence[float], budget: Budget, *, alone: Solve[Part]) -> list[Part]:
    context = get_context("spawn")
    workers = min(day.options.workers, len(weights))
    try:
        stop = context.Event()
        crew = Crew(workers, mp_context=context, initializer=_begin, initargs=(day, stop))
    except OSError as error:
        log.warning("no processes can be started (%s); all parts are searched in this one", error)
        return shared_out(alone, weights, budget)
    others = set(active_children())

    def kill_the_rest() -> None:
        """End the others when one has died: what they are at is searched here."""
        for process in set(active_children()) - others:
            process.kill()

    with crew:
        return shared_among(crew, workers, _solve, weights, budget, stop.set, alone=alone, broken=kill_the_rest)


def _begin(day: _Day, stop: Event) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it says when to stop
    # Python ends a pool whose worker has died by this signal, and waits for it: it must not be ignored.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(parent_process(),), daemon=True).start()
    _known.append((day, stop))


def _end_with(parent: BaseProcess | None) -> None:
    """End this process when the one that started it has ended, however that was; else it would wait for ever."""
    if parent is not None:
        parent.join()
        os._exit(1)


def _solve(number: int, seconds: float | None) -> Part:
    day, stop = _known[0]
    budget = _for(Budget(steps=day.options.iterations, stopped=stop.is_set), seconds)
    return chosen(day.trips, day.split[number], budget, day.options)

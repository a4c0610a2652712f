"""Good plans for vehicles that make several trips and wait for their goods: annealing, and a choice among its trips.

Rounds of :mod:`benchmarks.sorties.ruins` begin at the best plan so far, hot enough to forget most of it. Trips of good
plans are kept. At the end the product's search for the best choice of columns puts together a plan from all of them,
with the fleet as a limit of the day. What is proven of that choice is proven among those trips only.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.sorties import ruins
from benchmarks.sorties.published import Released
from planner.solving.choice.closing import Budget, Closing
from planner.solving.choice.dice import taken_up
from planner.solving.choice.pools import Pool, undominated

STEPS = 80_000
"""Of a round; with 100 customers it takes one to three seconds."""
HOT, COLD = 1.0, 0.1
"""Temperatures at the beginning and the end of a round, in lengths to the near customers."""
NEAR = 10
"""Customers that count as near."""
TAKEN = 15
"""Customers taken out at a time, on average."""
STRING = 10
"""Customers of a string at most."""
DEAR = 10
"""Leaving out a customer costs so many of the longest ways."""
TRIPS = 32
"""That a vehicle makes at most."""
KEPT = 100_000
"""Trips that there is room for."""
ANNEALED, CHOSEN = 0.6, 0.93
"""Of the time: rounds end by then, and the choice is to end by then, which may be late by a programme it is at."""
CHOICES = 8
"""Whole-number programmes of the choice."""
PARTS = (1, 4, 20)
"""Into how many parts the day is cut while choosing: the fleet is hardly ever what is scarce."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Routes as the judge of the set takes them, with a 0 between trips."""

    routes: tuple[tuple[int, ...], ...]
    cost: int
    annealed: int
    """What the best plan cost before trips were chosen."""
    rounds: int
    trips: int
    """That were chosen among."""
    seconds: float


def solved(
    day: Released, *, seconds: float = math.inf, rounds: int | None = None, steps: int = STEPS, seed: int = 1
) -> Plan:
    """Return the best plan found in so many seconds, or with so many rounds of so many steps.

    With rounds and without seconds it is the same on any machine.

    Raises
    ------
    ValueError
        If there is no end to it, if the direct way may take longer than one by way of a customer, or if no plan was
        found that serves everybody.
    """
    if rounds is None and math.isinf(seconds):
        raise ValueError("expected seconds or rounds, got neither")
    search = Search(day, seed)
    begun, done, longest_s = time.monotonic(), 0, 0.0
    while not done or (done != rounds and time.monotonic() + longest_s < begun + ANNEALED * seconds):
        since = time.monotonic()
        search.anneal(steps)
        longest_s, done = max(longest_s, time.monotonic() - since), done + 1
    annealed = search.best_cost
    search.choose(begun + CHOSEN * seconds)
    if search.left_out:
        raise ValueError(f"{day.name}: found no plan that serves everybody; {search.left_out} are left out")
    return Plan(
        routes=tuple(tuple(route) for route in search.routes),
        cost=search.best_cost,
        annealed=annealed,
        rounds=done,
        trips=int(search.known.found[0]),
        seconds=time.monotonic() - begun,
    )


class Search:
    """A day made ready, the best plan so far, and the trips of good ones."""

    def __init__(self, day: Released, seed: int) -> None:
        self.vehicles, customers = day.vehicles, len(day.places) - 1
        length = np.array([[day.length(i, j) for j in range(customers + 1)] for i in range(customers + 1)])
        windows, service = np.array(day.windows), np.r_[0, np.full(customers, day.service)]
        # Taking out a customer must not make anybody late.
        by_way_of = length[:, 1:, None] + day.service + length[None, 1:, :]
        if np.any(length[:, None, :] > by_way_of):
            raise ValueError(f"{day.name}: expected no way by way of a customer to take less time than the direct one")
        places = np.column_stack((day.demand, windows, day.released, service, length[0]))
        near = np.argsort(length + np.where(np.eye(customers + 1), -1, 0), axis=1, kind="stable")
        near = np.array([row[row > 0] for row in near])
        self.dear = DEAR * int(length.max())
        of = np.array([day.vehicles, day.capacity, STRING, TAKEN, self.dear])
        self.day = ruins.Day(places, length, near, of)
        self.near_length = float(np.mean(length[np.arange(1, customers + 1)[:, None], near[1:, 1 : NEAR + 1]]))
        fullest = 1 + int(np.searchsorted(np.cumsum(np.sort(day.demand[1:])), day.capacity, "right"))
        self.now, self.new, self.best = (
            ruins.empty(day.vehicles, min(TRIPS, customers), fullest, self.day) for _ in range(3)
        )
        self.known = ruins.none_known(KEPT, fullest)
        self.dice = taken_up(seed)
        ruins.anneal(self.now, self.new, self.best, self.day, self.dice, self.known, 0, 1.0, 1.0)  # compiles it

    @property
    def best_cost(self) -> int:
        """What the best plan costs."""
        return int(self.best.cost[0])

    @property
    def left_out(self) -> int:
        """How many customers the best plan leaves out."""
        return int((self.best.where[1:, 0] < 0).sum())

    @property
    def routes(self) -> list[list[int]]:
        """The routes of the best plan."""
        return [self._route(v) for v in range(self.vehicles) if self.best.trips[v]]

    def _route(self, v: int) -> list[int]:
        stops, count = self.best.stops[v], self.best.trip[v, :, ruins.COUNT]
        trips = ((0, *stops[k, : count[k]].tolist()) for k in range(self.best.trips[v]))
        return [place for trip in trips for place in trip][1:]

    def anneal(self, steps: int) -> None:
        """Go a round from the best plan."""
        ruins.copy(self.best, self.now)
        ruins.copy(self.best, self.new)
        hot, cold = HOT * self.near_length, COLD * self.near_length
        ruins.anneal(self.now, self.new, self.best, self.day, self.dice, self.known, steps, hot, cold)

    def choose(self, deadline: float) -> None:
        """Choose among the trips of all good plans, until a moment of the monotonic clock."""
        pool = self._pool()
        search = Closing(
            pool=pool.some(undominated(pool, np.zeros(len(pool), np.int64))),
            leaving=np.full(len(self.day.places) - 1, float(self.dear)),
            capacity=np.array([self.vehicles]),
            horizon=int(self.day.places[0, ruins.DUE]),
            budget=Budget(steps=CHOICES, deadline=deadline),
            parts=PARTS,
        )
        search.upper = float(self.best_cost)
        closed = search.run()
        if closed.columns:
            self._take(closed.columns, closed.starts)

    def _pool(self) -> Pool:
        """Return the trips that are known; each holds one vehicle of the fleet while it lasts."""
        found = int(self.known.found[0])
        stops, trip = self.known.stops[:found], self.known.trip[:found]
        none = np.zeros(found, np.int64)
        return Pool(
            cost=trip[:, ruins.LENGTH].astype(float),
            opens=np.maximum(trip[:, ruins.EARLY], trip[:, ruins.READY]),
            closes=trip[:, ruins.LATE].copy(),
            first=np.r_[0, np.cumsum(trip[:, ruins.COUNT])],
            listed=stops[stops > 0] - 1,
            use_first=np.arange(found + 1),
            limit=none,
            from_tick=none,
            until_tick=trip[:, ruins.LASTS].copy(),
            label=np.arange(found),
        )

    def _take(self, columns: Sequence[int], starts: Sequence[int]) -> None:
        """Make trips with their starts the best plan; each takes the vehicle that has been back for longest."""
        trips: list[list[int]] = [[] for _ in range(self.vehicles)]
        back = [0] * self.vehicles
        for start, column in sorted(zip(starts, columns, strict=True)):
            v = min(range(self.vehicles), key=back.__getitem__)
            trips[v].append(column)
            back[v] = start + int(self.known.trip[column, ruins.LASTS])
        for v, listed in enumerate(trips):
            ruins.make(self.best, v, np.array(listed, np.int64), self.known, self.day)
        self.best.cost[0] = ruins.cost_of(self.best, self.day)

"""Loading all that choosing needs, and compiling what is compiled, before a clock begins to run."""

from __future__ import annotations

import logging
import time
from functools import cache

import numpy as np

from airspace.patience import told_when_slow
from planner.solving.choice.carriers import Carrier, Holding
from planner.solving.choice.closing import Budget, Closing
from planner.solving.choice.cuts import larger_rows
from planner.solving.choice.finding import Finder
from planner.solving.choice.pools import Pool


@cache
def warm() -> float:
    """Choose among the sorties of a day with one order, so that everything has run once; return seconds it took."""
    began = time.perf_counter()
    with told_when_slow("the search for sorties, once, for some twenty seconds", logging.getLogger(__name__)):
        _exercise()
    return time.perf_counter() - began


def _exercise() -> None:
    finder = Finder(carrier=_small(), holding=Holding.nothing(stops=2), ticks_per_s=1.0, number=0)
    pool = finder.find(np.zeros(1), np.inf, 9)
    if pool is not None:
        one = np.array([1], np.int64)
        Closing(pool=pool, leaving=np.array([9.0]), capacity=one, horizon=3600, budget=Budget()).run()
    larger_rows(_ring(), np.arange(3), np.full(3, 0.5), 1, seed=0)


def _ring() -> Pool:
    """Return three columns, each of two of three orders."""
    none, first = np.zeros(0, np.int64), np.zeros(4, np.int64)
    return Pool(
        cost=np.ones(3), opens=first[:3], closes=first[:3], first=np.array([0, 2, 4, 6]),
        listed=np.array([0, 1, 1, 2, 2, 0]), use_first=first, limit=none, from_tick=none, until_tick=none,
        label=np.arange(3),
    )  # fmt: skip


def _small() -> Carrier:
    """Return a carrier with one order, a minute away."""
    one, way = np.ones(1), np.array([[np.inf, 60.0], [60.0, np.inf]])
    return Carrier(
        orders=np.zeros(1, np.int64),
        stop=np.ones(1, np.int64),
        mass_kg=one,
        value=one,
        ready_s=0.0 * one,
        opens_s=-np.inf * one,
        due_s=3600.0 * one,
        service_s=one,
        longest_s=np.inf * one,
        leg_s=way,
        leg_cost=np.zeros((2, 2)),
        phases_s=np.zeros((2, 2, 4)),
        power_w=np.zeros((4, 3)),
        step_kg=1.0,
        beyond_wh=np.full(2, -np.inf),
        cost_per_sortie=1.0,
        cost_per_s=0.0,
        cost_per_wh=0.0,
        most_orders=1,
        most_kg=2.0,
        most_value=9.0,
        most_wh=9.0,
        waits=False,
        ends_day_s=3600.0,
    )

"""Passes over the blocks of a plan."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Any

import numpy as np
import pytest

from planner.solving.choice.neighbourhoods import Improved
from planner.solving.choice.passes import GROWTH, Effort, Passes
from planner.solving.choice.pools import Pool
from tests.planner.solving.choice import draws
from tests.planner.solving.choice.draws import pool_of
from tests.planner.solving.choice.test_neighbourhoods import over, some_plan
from tests.planner.solving.choice.test_picking import can_be_flown

HALVES = [np.arange(2), np.arange(2, 4)]
ALL = np.arange(4)


class Scripted:
    """A table that makes of each pass what it is told, and remembers what it was asked."""

    def __init__(self, makes: Callable[[np.ndarray, list[int]], np.ndarray | None], *, dearer: bool = False) -> None:
        self.pool: Pool = pool_of(*[(1.0, 0, 9, [order], []) for order in range(4)])
        self.makes, self.dearer = makes, dearer
        self.asked: list[list[int]] = []
        self.busy: list[list[int]] = []
        self.lock, self.at_once = Lock(), 0

    def improved(self, starts: np.ndarray, orders: np.ndarray, **_: Any) -> Improved:
        with self.lock:
            assert not any(set(orders.tolist()) & set(other) for other in self.busy)
            self.asked.append(orders.tolist())
            self.busy.append(orders.tolist())
            self.at_once = max(self.at_once, len(self.busy))
        time.sleep(0.02)
        with self.lock:
            self.busy.remove(orders.tolist())
        return Improved(starts=self.makes(starts, orders.tolist()), settled=True)

    def within(self, orders: np.ndarray) -> np.ndarray:
        return np.isin(np.arange(4), orders)

    def fitted(self, wanted: np.ndarray) -> np.ndarray:
        return wanted - 1 if self.dearer else wanted

    def cost(self, starts: np.ndarray) -> float:
        return float(-starts.sum())

    def worst(self, _: np.ndarray) -> np.ndarray:
        return np.array([1.0, 1.0, 2.0, 2.0])


def passed(table: Scripted, blocks: list[np.ndarray], most: int, workers: int = 1) -> np.ndarray:
    return Passes(table, blocks, deadline=np.inf, most=most, workers=workers).run(np.zeros(4, np.int64))  # type: ignore[arg-type]


def test_the_block_that_loses_most_comes_first_and_a_larger_one_when_those_within_come_to_nothing() -> None:
    table = Scripted(lambda *_: None)
    passed(table, [*HALVES, ALL], most=1)
    assert table.asked == [[2, 3], [0, 1], [0, 1, 2, 3]]


def test_a_larger_block_waits_as_long_as_passes_over_smaller_ones_still_gain() -> None:
    table = Scripted(lambda starts, orders: starts + 1 if orders == [2, 3] and starts[2] < 1 else None)
    assert passed(table, [*HALVES, ALL], most=2).tolist() == [0, 0, 1, 1]
    assert table.asked[:3] == [[2, 3], [0, 1], [2, 3]]
    assert [0, 1, 2, 3] in table.asked[3:]


def test_blocks_with_orders_in_common_are_never_flown_anew_at_the_same_time() -> None:
    table = Scripted(lambda *_: None)
    passed(table, [*HALVES, np.arange(1, 3)], most=3, workers=3)
    assert table.at_once == 2
    assert len(table.asked) == 9


def test_of_what_a_pass_found_only_the_block_is_taken_over() -> None:
    table = Scripted(lambda starts, orders: starts + 5 if orders == [0, 1] else None)
    assert passed(table, HALVES, most=1).tolist() == [5, 5, 0, 0]


def test_a_plan_that_putting_together_made_dearer_is_not_taken() -> None:
    table = Scripted(lambda starts, _: starts + 1, dearer=True)
    assert passed(table, [ALL[:1]], most=2).tolist() == [0, 0, 0, 0]


def test_passes_come_to_the_best_plan_with_any_number_of_workers() -> None:
    for seed in range(6):
        pool, leaving, capacity = draws.drawn(seed, orders=6, columns=14)
        begin, table = some_plan(pool, leaving, capacity, seed), over(pool, leaving, capacity)
        blocks = [np.arange(3), np.arange(3, 6), np.arange(6)]
        for workers in (1, 2):
            told: list[float] = []
            passes = Passes(table, blocks, deadline=np.inf, most=3, workers=workers, tell=told.append)
            found = passes.run(begin)
            assert can_be_flown(pool, found, capacity)
            assert table.cost(found) == pytest.approx(draws.cheapest(pool, leaving, capacity))
            assert told == sorted(told, reverse=True)
            assert [effort.made for effort in passes.efforts] == [3, 3, 3]


def test_no_pass_begins_when_the_time_is_over() -> None:
    pool, leaving, capacity = draws.drawn(1, orders=6, columns=14)
    begin = some_plan(pool, leaving, capacity, 1)
    passes = Passes(over(pool, leaving, capacity), [np.arange(6)], deadline=0.0)
    assert passes.run(begin) is begin
    assert passes.efforts[0].made == 0


def test_after_a_pass_that_looked_at_all_choices_there_are_more_of_them_and_else_more_time() -> None:
    effort = Effort(columns=10.0, seconds=6.0)
    effort.learn(better=False, settled=True)
    assert (effort.columns, effort.seconds, effort.made, effort.idle) == (10.0 * GROWTH, 6.0, 1, True)
    effort.learn(better=True, settled=False)
    assert (effort.columns, effort.seconds, effort.made, effort.idle) == (10.0 * GROWTH, 12.0, 2, False)


def test_sorties_of_two_blocks_stay_when_both_are_passed_over_at_the_same_time() -> None:
    # The first two orders are flown together; of each block one order is alone and may be flown cheaper.
    pool = pool_of(
        (5.0, 0, 9, [0, 2], []), (4.0, 0, 9, [1], []), (4.0, 0, 9, [3], []), (1.0, 0, 9, [1], []), (1.0, 0, 9, [3], []),
        (2.0, 0, 9, [0], []), (2.0, 0, 9, [2], []),
    )  # fmt: skip
    table = over(pool, np.full(4, 50.0), np.array([], np.int64))
    begin = np.array([0, 0, 0, -1, -1, -1, -1])
    found = Passes(table, HALVES, deadline=np.inf, most=1, workers=2).run(begin)
    assert np.flatnonzero(found >= 0).tolist() == [0, 3, 4]

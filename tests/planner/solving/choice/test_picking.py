"""Picking whole columns and their starts at once."""

from __future__ import annotations

from threading import Event
from typing import Any

import numpy as np
import pytest
from ortools.sat.python import cp_model

from planner.solving.choice.cuts import RankOne, Together
from planner.solving.choice.picking import Picked, picked, rows_of
from planner.solving.choice.pools import Pool
from tests.planner.solving.choice import draws
from tests.planner.solving.choice.draws import columns_of, pool_of

WORK = 5.0


def nothing_flown(pool: Pool) -> np.ndarray:
    return np.full(len(pool), -1)


def can_be_flown(pool: Pool, starts: np.ndarray, capacity: np.ndarray) -> bool:
    told = columns_of(pool)
    flown = np.flatnonzero(starts >= 0).tolist()
    in_window = all(told[k][1] <= starts[k] <= told[k][2] for k in flown)
    return in_window and draws.can_be_flown([(int(starts[k]), int(starts[k]), told[k][4]) for k in flown], capacity)


def picked_of(pool: Pool, leaving: np.ndarray, capacity: np.ndarray, forbidden: list[Together] | None = None) -> Picked:
    begin = nothing_flown(pool)
    return picked(pool, leaving, capacity, [], forbidden or [], begin=begin, work=WORK)


def test_it_costs_what_the_best_of_all_choices_and_starts_costs_and_can_be_flown() -> None:
    for seed in range(40):
        pool, leaving, capacity = draws.drawn(seed)
        best = draws.cheapest(pool, leaving, capacity)
        found = picked_of(pool, leaving, capacity)
        assert found.cost == pytest.approx(best)
        assert found.bound <= best + 1e-6
        assert found.bound == pytest.approx(best, rel=1e-5)
        assert can_be_flown(pool, found.starts, capacity)
        assert draws.cost_of(pool, leaving, np.flatnonzero(found.starts >= 0)) == pytest.approx(found.cost)


def test_rows_that_every_choice_keeps_change_nothing() -> None:
    for seed in range(20):
        pool, leaving, capacity = draws.drawn(seed, orders=5, columns=12)
        cuts = [RankOne(orders=(0, 1, 2, 3, 4), times=(1,) * 5, below=2), RankOne(orders=(0, 2), times=(2, 1), below=3)]
        found = picked(
            pool, leaving, capacity, rows_of(cuts, pool), begin=nothing_flown(pool), work=WORK
        )  # fmt: skip
        assert found.cost == pytest.approx(draws.cheapest(pool, leaving, capacity))


def test_a_row_with_no_room_keeps_columns_out() -> None:
    pool = pool_of((1.0, 0, 0, [0], []), (2.0, 0, 0, [1], []))
    found = picked(
        pool, np.array([9.0, 9.0]), np.array([], np.int64), [(np.array([1, 1]), 1)], begin=np.array([-1, -1]), work=WORK
    )  # fmt: skip
    assert found.starts.tolist() == [0, -1]
    assert found.cost == pytest.approx(10.0)


def test_columns_that_cannot_all_be_flown_are_not() -> None:
    pool = pool_of((1.0, 0, 0, [0], []), (2.0, 0, 0, [1], []), (5.0, 0, 0, [0, 1], []))
    assert picked_of(pool, np.array([9.0, 9.0]), np.array([], np.int64)).cost == pytest.approx(3.0)
    told = Together(labels=frozenset(pool.label[:2].tolist()))
    assert picked_of(pool, np.array([9.0, 9.0]), np.array([], np.int64), [told]).cost == pytest.approx(5.0)


def test_columns_forbidden_only_with_an_order_left_out_may_be_flown_with_it_served() -> None:
    pool = pool_of((1.0, 0, 0, [0], []), (2.0, 0, 0, [1], []))
    told = Together(labels=frozenset(pool.label[:1].tolist()), left=frozenset([1]))
    assert picked_of(pool, np.array([9.0, 9.0]), np.array([], np.int64), [told]).cost == pytest.approx(3.0)
    dear = np.array([9.0, 1.0])
    assert picked_of(pool, dear, np.array([], np.int64), [told]).cost == pytest.approx(3.0)
    assert picked_of(pool, dear, np.array([], np.int64)).cost == pytest.approx(2.0)


class Endless(cp_model.CpSolver):
    """A search that comes to no end until it is told to stop."""

    def __init__(self) -> None:
        super().__init__()
        self.told = Event()

    def solve(self, *_: Any, **__: Any) -> Any:
        assert self.told.wait(timeout=60)
        return cp_model.UNKNOWN

    def stop_search(self) -> None:
        self.told.set()

    best_objective_bound = 0.0


def test_it_ends_with_what_it_has_when_it_is_told_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cp_model, "CpSolver", Endless)
    pool, leaving, capacity = draws.drawn(3)
    asked = iter([False, False, True])
    found = picked(pool, leaving, capacity, [], begin=nothing_flown(pool), stopped=lambda: next(asked, True))
    assert found.cost == np.inf
    assert found.bound <= 0.0


def test_an_interruption_does_not_wait_for_the_search_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cp_model, "CpSolver", Endless)
    pool, leaving, capacity = draws.drawn(3)

    def interrupted() -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        picked(pool, leaving, capacity, [], begin=nothing_flown(pool), stopped=interrupted)


def test_an_empty_pool_leaves_all_out() -> None:
    pool = pool_of()
    found = picked_of(pool, np.array([4.0, 5.0]), np.array([1]))
    assert found.cost == pytest.approx(9.0)
    assert found.starts.tolist() == []

"""Balances: how pieces count by when they surely have left a hub, and may have come there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.solving.choice.balances import ALL_DAY, NEVER, Balance
from planner.solving.choice.closing import Budget, Closing
from planner.solving.choice.pieces import cut
from planner.solving.choice.pools import Pool, nothing

AWAY, BACK, ROUND = range(3)
"""Carriers: from the hub to another, from there to the hub, and from the hub back to it."""


def pool_of(*columns: tuple[int, float, int, int]) -> Pool:
    """Return columns of (carrier, cost, opens, closes), each with an order of its own; the label is the carrier."""
    count, none = len(columns), np.zeros(0, np.int64)
    carrier, cost, opens, closes = (np.array(values) for values in zip(*columns, strict=True))
    return replace(
        nothing(), cost=cost.astype(np.float64), opens=opens, closes=closes, first=np.arange(count + 1),
        listed=np.arange(count), use_first=np.zeros(count + 1, np.int64), limit=none, from_tick=none, until_tick=none,
        label=carrier,
    )  # fmt: skip


def balance(moment: int, most: int = 1, ready: int = 10) -> Balance:
    return Balance(
        leaves=(True, False, True), comes=(False, True, True), carrier=lambda labels: labels,
        ready=lambda labels: np.full(len(labels), ready), moment=moment, most=most,
    )  # fmt: skip


def test_what_has_surely_left_counts_and_what_may_have_come_counts_against_it() -> None:
    pool = pool_of((AWAY, 1.0, 0, 20), (BACK, 1.0, 5, 50), (ROUND, 1.0, 0, 3))
    pieces = cut(pool, 1000)
    assert balance(14).counts(pool, pieces).tolist() == [0, 0, 0]
    assert balance(15).counts(pool, pieces).tolist() == [0, -1, 0]
    assert balance(20).counts(pool, pieces).tolist() == [1, -1, 0]
    # A sortie there and back has left, and is not yet back.
    assert balance(5).counts(pool, pieces).tolist() == [0, 0, 1]
    assert balance(ALL_DAY).counts(pool, pieces).tolist() == [1, -1, 0]
    assert balance(ALL_DAY, ready=NEVER).counts(pool, pieces).tolist() == [1, 0, 1]


def test_no_piece_counts_less_than_the_least_of_its_carrier() -> None:
    r = np.random.default_rng(1)
    for moment in (3, 40, 90, ALL_DAY):
        columns = [(int(r.integers(3)), 1.0, int(r.integers(50)), int(r.integers(50, 99))) for _ in range(30)]
        pool, one = pool_of(*columns), balance(moment)
        pieces = cut(pool, 7)
        least = np.array(one.lowest)[pool.label][pieces.column]
        assert (one.counts(pool, pieces) >= least).all()


@pytest.mark.parametrize(("most", "cost"), [(0, 22.0), (1, 12.0), (2, 2.0)])
def test_a_choice_keeps_its_balances(most: int, cost: float) -> None:
    # Both lead away, leaving one out costs 10, and there is nothing that comes back.
    pool = pool_of((AWAY, 1.0, 0, 5), (AWAY, 1.0, 0, 5))
    closing = Closing(
        pool=pool, leaving=np.array([11.0, 11.0]), capacity=np.zeros(0, np.int64), horizon=100, budget=Budget()
    )
    closing.cuts.append(balance(ALL_DAY, most))
    closed = closing.run()
    assert closed.cost == pytest.approx(cost)
    assert closed.proven


def test_what_comes_lets_something_leave() -> None:
    pool = pool_of((AWAY, 1.0, 0, 5), (BACK, 3.0, 0, 5))
    closing = Closing(
        pool=pool, leaving=np.array([11.0, 1.0]), capacity=np.zeros(0, np.int64), horizon=100, budget=Budget()
    )
    closing.cuts.append(balance(ALL_DAY, 0))
    # The one that comes costs more than leaving it out, and less with what it lets be flown.
    assert closing.run().cost == pytest.approx(4.0)

"""Laws of choosing columns: what more room, more time and more columns may do to the best, and what they may not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.solving.choice.closing import Budget, Closed, Closing
from planner.solving.choice.pools import Pool, joined
from tests.planner.solving.choice.draws import Column, cost_of, pool_of

ORDERS, HORIZON = 4, 24
CAPACITY, LEAVING = (1, 1), (9.0, 9.0, 12.0, 15.0)
SAME = 1e-5


@st.composite
def columns(draw: st.DrawFn) -> Column:
    opens, lasts = draw(st.integers(0, 10)), draw(st.integers(2, 7))
    orders = draw(st.lists(st.integers(0, ORDERS - 1), min_size=1, max_size=3, unique=True))
    lands = draw(st.integers(0, lasts - 1))
    holds = [(0, 0, lasts), (1, lands, lands + draw(st.integers(1, 3)))]
    return float(draw(st.integers(2, 12))), opens, opens + draw(st.integers(0, 6)), orders, holds


pools = st.lists(columns(), min_size=1, max_size=8).map(lambda told: pool_of(*told))
quick = settings(max_examples=25, deadline=None)


def closed(pool: Pool, *, capacity: Sequence[int] = CAPACITY, budget: Budget | None = None) -> Closed:
    return Closing(
        pool=pool, leaving=np.array(LEAVING), capacity=np.array(capacity), horizon=HORIZON, budget=budget or Budget()
    ).run()


@quick
@given(pool=pools, more=columns())
def test_one_more_column_never_makes_the_best_dearer(pool: Pool, more: Column) -> None:
    assert closed(joined([pool, pool_of(more)])).cost <= closed(pool).cost + SAME


@quick
@given(pool=pools, limit=st.integers(0, 1))
def test_one_more_of_a_limit_never_makes_the_best_dearer(pool: Pool, limit: int) -> None:
    more = [most + (k == limit) for k, most in enumerate(CAPACITY)]
    assert closed(pool, capacity=more).cost <= closed(pool).cost + SAME


@quick
@given(pool=pools, ticks=st.integers(1, 40))
def test_the_same_day_later_costs_the_same(pool: Pool, ticks: int) -> None:
    later = Pool(**{name: getattr(pool, name) + ticks * (name in ("opens", "closes")) for name in Pool.__slots__})
    assert abs(closed(later).cost - closed(pool).cost) < SAME


@quick
@given(pool=pools, times=st.sampled_from([0.001, 7.0, 1000.0]))
def test_in_another_currency_the_best_is_the_same(pool: Pool, times: float) -> None:
    dearer = Pool(**{name: getattr(pool, name) * (times if name == "cost" else 1) for name in Pool.__slots__})
    other = Closing(
        pool=dearer, leaving=np.array(LEAVING) * times, capacity=np.array(CAPACITY), horizon=HORIZON, budget=Budget()
    ).run()
    assert abs(other.cost / times - closed(pool).cost) < max(SAME, 2e-6 / times)


@quick
@given(pool=pools, steps=st.integers(0, 6))
def test_at_any_time_the_bound_is_below_the_best_and_the_choice_above_it(pool: Pool, steps: int) -> None:
    best, found = closed(pool), closed(pool, budget=Budget(steps=steps))
    assert best.proven
    assert found.lower <= best.cost + SAME
    assert found.cost >= best.cost - SAME
    assert found.lower <= found.cost


@quick
@given(pool=pools)
def test_what_is_told_to_cost_so_much_does(pool: Pool) -> None:
    found = closed(pool)
    chosen = [pool.label.tolist().index(label) for label in found.columns]
    assert abs(found.cost - cost_of(pool, np.array(LEAVING), chosen)) < SAME

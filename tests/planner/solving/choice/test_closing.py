"""The choice of columns, held against trying all choices and all starts."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from random import Random
from typing import Any

import numpy as np
import pytest

from planner.solving.choice import closing, masters
from planner.solving.choice.closing import Budget, Closed, Closing, Find
from planner.solving.choice.cuts import RankOne, Together
from planner.solving.choice.masters import Whole
from planner.solving.choice.pools import Pool
from planner.solving.choice.timing import Fits, Timing
from tests.planner.solving.choice import draws
from tests.planner.solving.choice.draws import columns_of, pool_of

HORIZON = 32
PARTS = {"ticks": (20, 40), "coarse": (1, 2, 8, 32)}
"""Into how many parts the day is cut: by the tick at once, or at first hardly at all."""


@dataclass
class Portions:
    """Finds columns of a pool as they are asked for, each once."""

    pool: Pool
    told: set[int] = field(default_factory=set)
    asked: list[tuple[float, int | None]] = field(default_factory=list)

    def __call__(self, worth: np.ndarray, limit: float, most: int) -> Pool | None:
        within = np.flatnonzero(self.pool.reduced(worth) <= limit)
        if len(within) > most:
            self.asked.append((limit, None))
            return None
        fresh = [int(k) for k in within if k not in self.told]
        self.told |= set(fresh)
        self.asked.append((limit, len(fresh)))
        return self.pool.some(np.array(fresh, np.int64))


def closed(
    pool: Pool,
    leaving: np.ndarray,
    capacity: np.ndarray,
    *,
    budget: Budget | None = None,
    find: Find | None = None,
    judge: Callable[[Sequence[int]], bool | None] = lambda _: True,
    refuses: Callable[[Sequence[int]], bool] = lambda _: False,
) -> Closed:
    return Closing(
        pool=pool if find is None else pool.some(np.zeros(0, np.int64)), leaving=leaving, capacity=capacity,
        horizon=HORIZON, budget=budget or Budget(), find=find, judge=judge, refuses=refuses,
    ).run()  # fmt: skip


def columns_with(pool: Pool, labels: Sequence[int]) -> list[int]:
    return [pool.label.tolist().index(label) for label in labels]


def holds(pool: Pool, leaving: np.ndarray, capacity: np.ndarray, found: Closed) -> None:
    """See that a choice is one: each order once, at starts that may be, at the cost it tells."""
    chosen, told = columns_with(pool, found.columns), columns_of(pool)
    served = [order for k in chosen for order in told[k][3]]
    assert len(served) == len(set(served))
    assert found.cost == pytest.approx(draws.cost_of(pool, leaving, chosen), abs=1e-5)
    assert all(told[k][1] <= at <= told[k][2] for k, at in zip(chosen, found.starts, strict=True))
    fixed = [(at, at, told[k][4]) for k, at in zip(chosen, found.starts, strict=True)]
    assert draws.can_be_flown(fixed, capacity.tolist())


@pytest.fixture(params=sorted(PARTS))
def parts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(closing, "PARTS", PARTS[request.param])
    return str(request.param)


@pytest.mark.usefixtures("parts")
def test_the_choice_is_the_best_there_is_and_is_proven_to_be() -> None:
    bound_by_limits = 0
    for seed in range(40):
        pool, leaving, capacity = draws.drawn(seed, orders=5, columns=12)
        found = closed(pool, leaving, capacity)
        best = draws.cheapest(pool, leaving, capacity)
        assert found.cost == pytest.approx(best, abs=1e-5)
        assert found.proven
        assert found.lower <= best + 1e-5
        holds(pool, leaving, capacity, found)
        bound_by_limits += best > draws.cheapest(pool, leaving, capacity + 9)
    assert bound_by_limits > 5


@pytest.mark.usefixtures("parts")
def test_columns_found_in_portions_give_the_same_as_all_at_once() -> None:
    few = 0
    for seed in range(30):
        pool, leaving, capacity = draws.drawn(seed, orders=5, columns=12)
        find, every = Portions(pool), closed(pool, leaving, capacity)
        found = closed(pool, leaving, capacity, find=find)
        assert (found.cost, found.lower) == pytest.approx((every.cost, every.lower), abs=1e-4)
        assert found.proven
        few += len(find.told) < len(pool)
    assert few > 10


def test_where_there_are_too_many_columns_at_once_the_best_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "FOUND_AT_ONCE", 5)
    limited = 0
    for seed in range(30):
        pool, leaving, capacity = draws.drawn(seed, orders=5, columns=16)
        find, best = Portions(pool), draws.cheapest(pool, leaving, capacity)
        found = closed(pool, leaving, capacity, find=find)
        holds(pool, leaving, capacity, found)
        assert found.lower <= best + 1e-5
        assert found.cost >= best - 1e-5
        assert found.cost < leaving.sum()
        limited += any(count is None for _, count in find.asked)
    assert limited > 20


def test_nothing_is_proven_of_columns_that_were_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where more of them are near to being worth it than may be found at once, some stay unknown."""
    monkeypatch.setattr(closing, "ROUNDS", 0)
    monkeypatch.setattr(closing, "FOUND_AT_ONCE", 4)
    monkeypatch.setattr(closing, "PARTS", PARTS["coarse"])
    not_all = 0
    for seed in range(30):
        pool, leaving, capacity = draws.drawn(seed, orders=5, columns=12)
        find, best = Portions(pool), draws.cheapest(pool, leaving, capacity)
        found = closed(pool, leaving, capacity, find=find)
        assert found.lower <= best + 1e-5
        assert not found.proven or found.cost == pytest.approx(best, abs=1e-5)
        not_all += len(find.told) < len(pool)
    assert not_all > 10


@pytest.mark.parametrize("rounds", [0, 100])
def test_columns_not_looked_for_yet_are_looked_for_once_they_are_needed(
    rounds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At first the third is far from being worth it; then the judge refuses the first two together."""
    monkeypatch.setattr(closing, "ROUNDS", rounds)
    pool = pool_of((3.0, 0, 9, [0], [(0, 0, 3)]), (4.0, 0, 9, [1], [(0, 0, 3)]), (6.0, 0, 9, [1], [(0, 0, 3)]))
    portions = Portions(pool)

    def find(worth: np.ndarray, limit: float, most: int) -> Pool | None:
        return portions(worth, limit, most if len(portions.told) >= 2 else 2)

    found = closed(
        pool, np.array([20.0, 20.0]), np.array([1]), find=find,
        judge=lambda labels: not {100, 101} <= {*labels}, refuses=lambda labels: {100, 101} <= {*labels},
    )  # fmt: skip
    assert (sorted(found.columns), found.cost, found.proven) == ([100, 102], pytest.approx(9.0), True)


def test_where_no_near_plan_can_be_flown_columns_of_dearer_ones_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "PARTS", (32,))
    monkeypatch.setattr(closing, "MISFITS", 10_000)
    for seed in range(12):
        pool, leaving, capacity = draws.drawn(seed, orders=4, columns=6)
        # Two orders have to be left out, which costs far more than flying them.
        far = leaving * 50.0

        def flies(labels: Sequence[int], pool: Pool = pool) -> bool:
            return len({*pool.some(np.array(columns_with(pool, labels), np.int64)).listed.tolist()}) <= 2

        best = min(
            draws.cost_of(pool, far, chosen)
            for chosen in draws.choices(pool)
            if flies(pool.label[list(chosen)].tolist())
            and draws.can_be_flown(draws.jobs(pool, chosen), capacity.tolist())
        )
        found = closed(pool, far, capacity, find=Portions(pool), judge=flies)
        assert found.cost == pytest.approx(best, abs=1e-4)
        assert found.proven


def test_columns_that_a_better_plan_may_hold_are_kept() -> None:
    dropped = 0
    for seed in range(20):
        pool, leaving, capacity = draws.drawn(seed, orders=5, columns=12)
        search = Closing(pool=pool, leaving=leaving, capacity=capacity, horizon=HORIZON, budget=Budget())
        search._root(8)
        search.upper = search.root * 1.2
        search._fix()
        needed = {
            label
            for chosen in draws.choices(pool)
            if draws.cost_of(pool, leaving, chosen) < search.upper
            and draws.can_be_flown(draws.jobs(pool, chosen), capacity.tolist())
            for label in pool.label[list(chosen)].tolist()
        }
        assert needed <= {*search.pool.label.tolist()}
        dropped += len(pool) - len(search.pool)
    assert dropped > 20


def test_what_a_programme_cut_short_proves_is_of_the_pieces_it_was_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Closing, "_pick", lambda _: None)
    """Its bound may lie above what a plan of other pieces costs."""

    def short(*told: Any, **limits: Any) -> Whole:
        return replace(masters.whole(*told, **limits), status="limit", value=np.inf, pieces=(), bound=1e6)

    monkeypatch.setattr(closing, "whole", short)
    monkeypatch.setattr(closing, "ROUNDS", 0)
    pool = pool_of((3.0, 0, 9, [0], [(0, 0, 3)]), (4.0, 0, 9, [1], [(0, 0, 3)]))
    found = closed(pool, np.array([20.0, 20.0]), np.array([1]))
    assert found.columns == ()
    assert found.lower == pytest.approx(7.0, rel=2 * closing.FIRST_GAP * 0.7)


def test_where_too_many_columns_are_just_as_good_it_ends_with_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "FOUND_AT_ONCE", 5)
    pool = pool_of(*[(3.0, 0, 9, [0], [(0, 0, 3)])] * 9)
    found = closed(pool, np.array([8.0]), np.array([1]), find=Portions(pool))
    assert (found.columns, found.cost, found.proven) == ((), 8.0, False)
    assert found.lower <= 3.0


@pytest.mark.parametrize("steps", [1, 2, 3])
@pytest.mark.parametrize("portions", [False, True])
def test_however_short_the_search_the_bound_holds_and_so_does_the_choice(
    steps: int, portions: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "PARTS", PARTS["coarse"])
    for seed in range(20):
        pool, leaving, capacity = draws.drawn(seed, orders=5, columns=12)
        best = draws.cheapest(pool, leaving, capacity)
        found = closed(pool, leaving, capacity, budget=Budget(steps=steps), find=Portions(pool) if portions else None)
        assert found.lower <= best + 1e-5
        assert found.cost >= best - 1e-5
        if np.isfinite(found.cost):
            holds(pool, leaving, capacity, found)


@pytest.mark.parametrize("spent", [Budget(steps=0), Budget(deadline=0.0), Budget(stopped=lambda: True)])
def test_with_nothing_left_to_spend_it_ends_at_once_with_a_bound(spent: Budget) -> None:
    pool, leaving, capacity = draws.drawn(1)
    found = closed(pool, leaving, capacity, budget=spent)
    assert (found.columns, found.cost, found.proven) == ((), np.inf, False)
    assert 0 < found.lower <= draws.cheapest(pool, leaving, capacity)


def test_what_was_found_before_it_was_stopped_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    pool, leaving, capacity = draws.drawn(2, orders=5, columns=12)
    told: list[str] = []
    budget = Budget(stopped=lambda: any(line.startswith("best") for line in told), tell=told.append)
    monkeypatch.setattr(closing, "PARTS", PARTS["coarse"])
    found = closed(pool, leaving, capacity, budget=budget)
    holds(pool, leaving, capacity, found)
    assert f"best {found.cost:,.2f}" in told[-1]


def test_progress_tells_best_bound_and_gap() -> None:
    pool, leaving, capacity = draws.drawn(3)
    told: list[str] = []
    found = closed(pool, leaving, capacity, budget=Budget(tell=told.append))
    assert told[0] == f"bound {found.lower:,.2f}, 9 columns" or "gap" in told[0] or told[0].startswith("bound")
    assert f"best {found.cost:,.2f}, bound {found.lower:,.2f}, gap 0.00%, " in told[-1]


@pytest.mark.usefixtures("parts")
def test_what_the_judge_says_cannot_be_flown_is_not_chosen_and_the_rest_is_still_the_best() -> None:
    changed = 0
    for seed in range(15):
        pool, leaving, capacity = draws.drawn(seed, orders=5, columns=10)
        r = Random(seed)
        pairs = [frozenset(pair) for pair in combinations(pool.label.tolist(), 2)]
        bad = [*r.sample(pairs, 12), frozenset({int(r.choice(pool.label))})]

        def refuses(labels: Sequence[int], bad: list[frozenset[int]] = bad) -> bool:
            return any(one <= {*labels} for one in bad)

        told_why = closed(pool, leaving, capacity, judge=lambda labels: not refuses(labels), refuses=refuses)
        found = closed(pool, leaving, capacity, judge=lambda labels: not refuses(labels))
        assert found.cost == pytest.approx(told_why.cost)
        assert told_why.proven
        told = sorted((draws.cost_of(pool, leaving, chosen), chosen) for chosen in draws.choices(pool))
        best, _ = next(
            (cost, chosen)
            for cost, chosen in told
            if not any(one <= set(pool.label[list(chosen)].tolist()) for one in bad)
            and draws.can_be_flown(draws.jobs(pool, chosen), capacity.tolist())
        )
        assert found.cost == pytest.approx(best, abs=1e-5)
        assert found.proven
        assert not any(one <= {*found.columns} for one in bad)
        changed += best > draws.cheapest(pool, leaving, capacity)
    assert changed > 2


@pytest.mark.usefixtures("parts")
def test_what_can_be_flown_with_others_only_is_still_chosen_with_them() -> None:
    """Nobody may conclude from a few columns that cannot be flown that more of them cannot either."""
    helped = 0
    for seed in range(15):
        pool, leaving, capacity = draws.drawn(seed, orders=5, columns=10)
        r = Random(seed)
        needs = {int(label): int(r.choice(pool.label)) for label in r.sample(pool.label.tolist(), 6)}

        def flies(labels: Sequence[int], needs: dict[int, int] = needs) -> bool:
            return all(needs.get(label, label) in labels for label in labels)

        found = closed(pool, leaving, capacity, judge=flies)
        best, chosen = min(
            (draws.cost_of(pool, leaving, chosen), chosen)
            for chosen in draws.choices(pool)
            if flies(pool.label[list(chosen)].tolist())
            and draws.can_be_flown(draws.jobs(pool, chosen), capacity.tolist())
        )
        assert found.cost == pytest.approx(best, abs=1e-5)
        assert found.proven
        helped += any(needs.get(label, label) != label for label in pool.label[list(chosen)].tolist())
    assert helped > 1


def test_what_would_not_be_worth_flying_is_flown_where_something_else_needs_it() -> None:
    pool = pool_of((3.0, 0, 9, [0], [(0, 0, 3)]), (12.0, 0, 9, [1], [(0, 0, 3)]))
    found = closed(pool, np.array([20.0, 9.0]), np.array([1]), judge=lambda labels: list(labels) != [100])
    assert (sorted(found.columns), found.cost, found.proven) == ([100, 101], pytest.approx(15.0), True)


def test_what_the_judge_cannot_tell_of_is_not_chosen_and_nothing_is_proven_of_it() -> None:
    pool, leaving, capacity = draws.drawn(4)
    best = draws.cheapest(pool, leaving, capacity)
    found = closed(pool, leaving, capacity, judge=lambda labels: None if labels else True)
    assert not found.columns
    assert found.lower <= best + 1e-5


def test_what_nobody_can_time_is_not_chosen_and_the_bound_still_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Closing, "_pick", lambda _: None)
    monkeypatch.setattr(closing, "timed", lambda *_, **__: Timing(fits=Fits.UNKNOWN))
    monkeypatch.setattr(closing, "ROUNDS", 0)
    pool, leaving, capacity = draws.drawn(4)
    found = closed(pool, leaving, capacity)
    assert (found.columns, found.proven) == ((), False)
    assert found.lower <= draws.cheapest(pool, leaving, capacity) + 1e-5


def test_no_columns_and_no_orders_are_a_choice_as_well() -> None:
    none = pool_of()
    nothing = closed(none, np.zeros(0), np.array([1]))
    assert (nothing.columns, nothing.cost, nothing.proven) == ((), 0.0, True)
    left_out = closed(none, np.array([4.0, 5.0]), np.array([1]))
    assert (left_out.columns, left_out.cost, left_out.lower, left_out.proven) == ((), 9.0, pytest.approx(9.0), True)


def test_where_nothing_is_worth_flying_all_is_left_out() -> None:
    pool = pool_of((9.0, 0, 5, [0], [(0, 0, 3)]), (9.0, 0, 5, [0, 1], [(0, 0, 3)]))
    found = closed(pool, np.array([4.0, 4.0]), np.array([1]))
    assert (found.columns, found.cost, found.proven) == ((), pytest.approx(8.0), True)


def test_a_budget_tells_what_is_left() -> None:
    assert Budget().left_s is None
    assert not Budget().spent
    assert Budget(deadline=time.monotonic() + 60).left_s == pytest.approx(60, abs=5)
    assert Budget(deadline=time.monotonic() - 60).left_s == 0.05


def test_a_draft_is_a_plan_that_can_be_flown_and_a_bound_for_all_others() -> None:
    for seed in range(20):
        pool, leaving, capacity = draws.drawn(seed)
        best = draws.cheapest(pool, leaving, capacity)
        search = Closing(
            pool=pool, leaving=leaving, capacity=capacity, horizon=draws_horizon(pool), budget=Budget(), draft=True
        )  # fmt: skip
        found = search.run()
        holds(pool, leaving, capacity, found)
        assert -np.inf < found.lower <= best + 1e-6
        assert best - 1e-6 <= found.cost < np.inf


def draws_horizon(pool: Pool) -> int:
    return int(pool.closes.max()) + 10


def test_without_whole_number_programmes_picking_alone_comes_to_the_best_choice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Closing, "_prove", lambda _: False)
    monkeypatch.setattr(closing, "ROUNDS", 0)
    for seed in range(20):
        pool, leaving, capacity = draws.drawn(seed)
        found = closed(pool, leaving, capacity)
        assert found.cost == pytest.approx(draws.cheapest(pool, leaving, capacity))
        assert found.proven


def test_picking_among_a_few_columns_proves_nothing_of_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Closing, "_prove", lambda _: False)
    monkeypatch.setattr(closing, "ROUNDS", 0)
    monkeypatch.setattr(closing, "PICKED_FROM", 2)
    for seed in range(30):
        pool, leaving, capacity = draws.drawn(seed)
        best, found = draws.cheapest(pool, leaving, capacity), closed(pool, leaving, capacity)
        assert found.lower <= best + 1e-6
        assert found.cost >= best - 1e-6


def test_of_cuts_that_say_nothing_only_rounded_rows_are_taken_away() -> None:
    pool, leaving, capacity = draws.drawn(1)
    search = Closing(pool=pool, leaving=leaving, capacity=capacity, horizon=HORIZON, budget=Budget())
    kept = Together(labels=frozenset(pool.label[:4].tolist()))
    rounded = RankOne(orders=(0, 1, 2, 3), times=(1, 1, 1, 1), below=2)
    for one in (rounded, kept):
        search._add(one)
    search.linear.solve()
    assert search.linear.answer.cut_prices.tolist() == [0.0, 0.0]
    search._drop_slack()
    assert search.cuts == search.linear.master.cuts == [kept]

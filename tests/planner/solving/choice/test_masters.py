from __future__ import annotations

import os
import time
from random import Random
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from planner.solving.choice import masters
from planner.solving.choice.cuts import Cut, RankOne, Together
from planner.solving.choice.masters import Answer, Master, whole
from planner.solving.choice.pieces import Rows, cut
from tests.planner.solving.choice import draws
from tests.planner.solving.choice.draws import columns_of, pool_of
from tests.planner.solving.choice.test_pieces import held_surely


def drawn(seed: int, grid: int = 3) -> tuple[Master, list[list[float]], list[float]]:
    """Return a master over all pieces, with the rows and the right-hand sides that it ought to have, by hand."""
    pool, leaving, capacity = draws.drawn(seed)
    r, pieces, rows = Random(seed), cut(pool, grid), Rows(capacity=capacity)
    before, after = ([(r.choice([0, 1, 2]), r.randrange(30)) for _ in range(6)] for _ in "ab")
    for limit, moment in before:
        rows.add(limit, moment)
    cuts: list[Cut] = [
        RankOne(orders=(0, 1, 2), times=(2, 1, 1), below=3), Together(labels=frozenset({101, 104, 105})),
        Together(labels=frozenset({102}), left=frozenset({0, 3})),
        Together(labels=frozenset({103}), left=frozenset({1})),
    ]  # fmt: skip
    master = Master(pool, pieces, leaving, rows, cuts[:1])
    half = len(pieces) // 2
    master.add_pieces(np.arange(half))
    for limit, moment in after:
        master.add_row(limit, moment)
    for one in cuts[1:]:
        master.add_cut(one)
    master.add_pieces(np.arange(half, len(pieces)))
    master.add_pieces(np.zeros(0, np.int64))
    held = [held_surely(pool, pieces, piece) for piece in range(len(pieces))]
    left, most = [], []
    for limit, moment in {*before, *after}:
        left.append([float(sure[limit, moment]) for sure in held])
        most.append(float(capacity[limit]))
    for one in cuts:
        left.append(one.counts(pool, pieces).astype(float).tolist())
        most.append(float(one.most))
    lefts = [[0.0] * 4] * (len(left) - len(cuts)) + [[float(order in one.left) for order in range(4)] for one in cuts]
    return master, [row + out for row, out in zip(left, lefts, strict=True)], most


def by_scipy(master: Master, left: list[list[float]], most: list[float], *, integrality: int = 0) -> float:
    told, leaving = columns_of(master.pool), master.leaving
    columns = master.pieces.column.tolist()
    costs = [told[k][0] for k in columns] + leaving.tolist()
    orders = range(len(leaving))
    cover = [
        [float(order in told[k][3]) for k in columns] + [float(order == other) for other in orders] for order in orders
    ]
    found = linprog(costs, A_ub=left, b_ub=most, A_eq=cover, b_eq=np.ones(len(leaving)), integrality=integrality)
    return float(found.fun)


def test_the_programme_that_grew_has_the_value_scipy_finds_for_it() -> None:
    for seed in range(40):
        master, left, most = drawn(seed)
        assert master.solve().value == pytest.approx(by_scipy(master, left, most), abs=1e-6)


def test_at_the_optimum_no_piece_has_a_negative_reduced_cost_and_the_duals_are_worth_the_value() -> None:
    for seed in range(20):
        master, _, _ = drawn(seed)
        answer = master.solve()
        reduced = master.reduced(answer)
        assert reduced.min() >= -1e-6
        assert abs(reduced @ answer.amount) < 1e-6
        assert master.reduced_left(answer).min() >= -1e-6
        assert abs(master.reduced_left(answer) @ answer.left) < 1e-6
        assert master.dual_value(answer, reduced) == pytest.approx(answer.value, abs=1e-5)


def test_whatever_the_duals_they_bound_the_best_whole_choice_from_below() -> None:
    """Also when they are those of a few pieces, or of nobody at all."""
    r, below = Random(1), 0
    for seed in range(30):
        master, left, most = drawn(seed)
        best = by_scipy(master, left, most, integrality=1)
        true = master.solve()
        for _ in range(4):
            answer = Answer(
                value=0.0, amount=true.amount, left=true.left,
                worth=true.worth + np.array([r.uniform(-4, 4) for _ in true.worth]),
                dear=tuple(prices + r.choice([0.0, 0.7]) for prices in true.dear),
                cut_prices=true.cut_prices + r.choice([0.0, 0.4]),
            )  # fmt: skip
            bound = master.dual_value(answer, master.reduced(answer))
            assert bound <= true.value + 1e-6
            below += bound > 0
        assert true.value <= best + 1e-6
    assert below > 10


def test_of_the_pieces_that_take_part_only_those_active_are_solved_over() -> None:
    pool = pool_of((2.0, 0, 0, [0], []), (1.0, 0, 0, [0], []))
    master = Master(pool, cut(pool, 1), np.array([5.0]), Rows(capacity=np.zeros(0, np.int64)), [])
    assert master.solve().value == pytest.approx(5.0)
    master.add_pieces(np.array([0]))
    answer = master.solve()
    assert answer.value == pytest.approx(2.0)
    assert master.reduced(answer).tolist() == pytest.approx([0.0, -1.0])
    assert master.dual_value(answer, master.reduced(answer)) == pytest.approx(1.0)


def test_a_column_that_holds_a_limit_twice_at_a_moment_counts_twice() -> None:
    pool = pool_of((1.0, 0, 0, [0], [(0, 0, 5), (0, 3, 8)]), (1.0, 0, 0, [1], [(0, 0, 5)]))
    leaving, capacity = np.array([9.0, 9.0]), np.array([2])
    for early in (True, False):
        rows = Rows(capacity=capacity)
        master = Master(pool, cut(pool, 1), leaving, rows, [])
        if early:
            master.add_row(0, 4)
        master.add_pieces(np.arange(2))
        if not early:
            master.add_row(0, 4)
        assert master.solve().value == pytest.approx(1.0 + 0.5 + 4.5)
        found = whole(master, np.arange(2), np.ones(2, bool), seconds=None, nodes=None)
        assert found.value == pytest.approx(10.0)


def test_the_best_whole_choice_is_the_one_scipy_finds() -> None:
    for seed in range(30):
        master, left, most = drawn(seed)
        every = np.arange(len(master.pieces))
        found = whole(master, every, np.ones(4, bool), seconds=None, nodes=None)
        assert found.status == "optimal"
        assert found.value == pytest.approx(by_scipy(master, left, most, integrality=1), abs=1e-5)
        columns = [int(master.pieces.column[piece]) for piece in found.pieces]
        assert found.value == pytest.approx(draws.cost_of(master.pool, master.leaving, columns), abs=1e-5)
        assert found.bound == pytest.approx(found.value, abs=1e-5)


def test_an_order_that_no_piece_serves_and_that_may_not_be_left_out_makes_it_infeasible() -> None:
    pool = pool_of((2.0, 0, 0, [0], []))
    master = Master(pool, cut(pool, 1), np.array([5.0, 5.0]), Rows(capacity=np.zeros(0, np.int64)), [])
    found = whole(master, np.arange(1), np.array([True, False]), seconds=None, nodes=None)
    assert (found.status, found.pieces, found.empty) == ("infeasible", (), False)
    alone = whole(master, np.zeros(0, np.int64), np.ones(2, bool), seconds=None, nodes=None)
    assert (alone.status, alone.value, alone.empty) == ("optimal", pytest.approx(10.0), True)


def test_two_columns_that_each_must_fly_and_cannot_make_it_infeasible() -> None:
    pool = pool_of((2.0, 0, 0, [0], [(0, 0, 5)]), (2.0, 0, 0, [1], [(0, 0, 5)]))
    rows = Rows(capacity=np.array([1]))
    rows.add(0, 2)
    master = Master(pool, cut(pool, 1), np.array([5.0, 5.0]), rows, [])
    assert whole(master, np.arange(2), np.zeros(2, bool), seconds=None, nodes=None).status == "infeasible"
    assert whole(master, np.arange(2), np.ones(2, bool), seconds=None, nodes=None).value == pytest.approx(7.0)


def test_where_highs_gives_up_scip_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    from ortools.math_opt.python import mathopt

    solve, asked = mathopt.solve, []

    def breaks(model: object, solver: object, **options: object) -> object:
        asked.append(solver)
        if solver == mathopt.SolverType.HIGHS:
            raise ValueError("broken")
        return solve(model, solver, **options)

    monkeypatch.setattr(mathopt, "solve", breaks)
    master, left, most = drawn(1)
    found = masters.whole(master, np.arange(len(master.pieces)), np.ones(4, bool), seconds=None, nodes=None)
    assert asked == [mathopt.SolverType.HIGHS, mathopt.SolverType.GSCIP]
    assert found.value == pytest.approx(by_scipy(master, left, most, integrality=1), abs=1e-5)


def test_scip_is_stopped_by_a_clock_that_nobody_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own is the one on the wall: set back by an hour, it would search an hour longer."""
    from ortools.math_opt.python import mathopt

    solve, told = mathopt.solve, {}

    def breaks(model: object, solver: object, **options: Any) -> object:
        if solver == mathopt.SolverType.HIGHS:
            raise ValueError("broken")
        told.update(options)
        for _ in range(1000):
            if options["interrupter"].interrupted:
                break
            time.sleep(0.01)
        return solve(model, solver, **options)

    monkeypatch.setattr(mathopt, "solve", breaks)
    master, _, _ = drawn(1)
    found = masters.whole(master, np.arange(len(master.pieces)), np.ones(4, bool), seconds=0.2, nodes=None)
    assert told["params"].time_limit is None
    assert told["interrupter"].interrupted
    assert found.status == "limit"


def test_what_a_solver_prints_from_within_does_not_end_in_what_others_read(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from ortools.math_opt.python import mathopt

    solve = mathopt.solve

    def noisy(*told: Any, **more: Any) -> Any:
        os.write(1, b"stray line")
        return solve(*told, **more)

    monkeypatch.setattr(mathopt, "solve", noisy)
    pool = pool_of((3.0, 0, 9, [0], []))
    master = Master(pool, cut(pool, 1), np.array([5.0]), Rows(capacity=np.zeros(0, np.int64)), [])
    found = whole(master, np.array([0]), np.array([True]), seconds=None, nodes=None)
    os.write(1, b"a table\n")
    out, err = capfd.readouterr()
    assert (found.value, out, err) == (3.0, "a table\n", "stray line")


def test_after_cuts_are_taken_away_it_is_the_programme_without_them() -> None:
    for seed in range(30):
        master, left, most = drawn(seed)
        master.solve()
        dropped = ({0, 2}, {1, 3}, {0, 1, 2, 3})[seed % 3]
        master.drop_cuts(dropped)
        kept = [k for k in range(len(left)) if k - (len(left) - 4) not in dropped]
        after = master.solve()
        assert after.value == pytest.approx(by_scipy(master, [left[k] for k in kept], [most[k] for k in kept]))
        assert len(after.cut_prices) == len(master.cuts) == 4 - len(dropped)


def test_a_cut_that_was_taken_away_says_nothing_any_more() -> None:
    pool = pool_of(*[(1.0, 0, 0, orders, []) for orders in ([0, 1], [1, 2], [0, 2])])
    cuts: list[Cut] = [RankOne(orders=(0, 1, 2), times=(1, 1, 1), below=2)]
    master = Master(pool, cut(pool, 9), np.array([2.0, 2.0, 2.0]), Rows(capacity=np.array([1])), cuts)
    master.add_pieces(np.arange(3))
    assert master.solve().value == pytest.approx(3.0)
    master.drop_cuts({0})
    assert master.solve().value == pytest.approx(1.5)


def test_pieces_that_come_later_count_in_the_cuts_there_are() -> None:
    for seed in range(10):
        pool, leaving, capacity = draws.drawn(seed)
        cuts: list[Cut] = [RankOne(orders=(0, 1, 2), times=(1, 1, 1), below=2)]
        few = pool.some(np.arange(4))
        master = Master(few, cut(few, 3), leaving, Rows(capacity=capacity), cuts)
        master.add_pieces(np.arange(len(master.pieces)))
        master.widen(pool, cut(pool, 3))
        master.add_pieces(np.flatnonzero(~master.is_active))
        whole_pool = Master(pool, cut(pool, 3), leaving, Rows(capacity=capacity), cuts)
        whole_pool.add_pieces(np.arange(len(whole_pool.pieces)))
        assert master.solve().value == pytest.approx(whole_pool.solve().value)


def test_where_glop_breaks_down_highs_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    master, left, most = drawn(2)

    class Broken:
        def solve(self, **_: Any) -> None:
            raise AttributeError("canonical_code")

    monkeypatch.setattr(master, "solver", Broken())
    assert master.solve().value == pytest.approx(by_scipy(master, left, most))
    assert not isinstance(master.solver, Broken)

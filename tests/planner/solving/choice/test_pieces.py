from __future__ import annotations

from collections import Counter
from random import Random

import numpy as np
import pytest

from planner.solving.choice.pieces import Pieces, Rows, cut, held, overfull, priced
from planner.solving.choice.pools import Pool
from tests.planner.solving.choice import draws
from tests.planner.solving.choice.draws import columns_of, pool_of

GRIDS = (1, 3, 7, 50)


def held_surely(pool: Pool, pieces: Pieces, piece: int) -> Counter[tuple[int, int]]:
    """Return how often each (limit, tick) is held whichever start of the piece is taken."""
    _, _, _, _, holds = columns_of(pool)[int(pieces.column[piece])]
    sure: Counter[tuple[int, int]] = Counter()
    for limit, begin, end in holds:
        starts = range(int(pieces.low[piece]), int(pieces.high[piece]) + 1)
        every = [{start + tick for tick in range(begin, end)} for start in starts]
        sure.update((limit, tick) for tick in set.intersection(*every))
    return sure


@pytest.mark.parametrize("grid", GRIDS)
def test_pieces_hold_every_start_of_every_column_once(grid: int) -> None:
    pool, _, _ = draws.drawn(5)
    pieces = cut(pool, grid)
    for k, (_, opens, closes, _, _) in enumerate(columns_of(pool)):
        own = np.flatnonzero(pieces.column == k)
        starts = [tick for piece in own for tick in range(pieces.low[piece], pieces.high[piece] + 1)]
        assert starts == list(range(opens, closes + 1))
        assert all(pieces.low[piece] // grid == pieces.high[piece] // grid for piece in own)


@pytest.mark.parametrize("grid", GRIDS)
def test_what_a_piece_surely_holds_is_what_all_its_starts_hold(grid: int) -> None:
    some = 0
    for seed in range(6):
        pool, _, _ = draws.drawn(seed)
        pieces = cut(pool, grid)
        chosen = np.arange(len(pieces))[::-1]
        found: dict[int, Counter[tuple[int, int]]] = {int(piece): Counter() for piece in chosen}
        for place, limit, begin, end in zip(*held(pool, pieces, chosen), strict=True):
            assert begin < end
            found[int(chosen[place])].update((int(limit), tick) for tick in range(begin, end))
        for piece, sure in found.items():
            assert sure == held_surely(pool, pieces, piece)
        some += sum(map(len, found.values()))
    assert some > 50


@pytest.mark.parametrize("grid", [1, 3])
def test_what_is_too_full_is_told_at_the_fullest_of_each_stretch(grid: int) -> None:
    told = 0
    for seed in range(40):
        pool, _, capacity = draws.drawn(seed)
        pieces, r = cut(pool, grid), Random(seed)
        chosen = np.array(sorted(r.sample(range(len(pieces)), min(8, len(pieces)))))
        amount = np.array([r.choice([0.25, 0.5, 1.0]) for _ in chosen])
        level: Counter[tuple[int, int]] = Counter()
        for share, piece in zip(amount, chosen, strict=True):
            for key, times in held_surely(pool, pieces, piece).items():
                level[key] += times * share  # type: ignore[assignment]
        broken = {key: value - capacity[key[0]] for key, value in level.items() if value > capacity[key[0]]}
        found = overfull(pool, pieces, chosen, amount, capacity)
        assert [excess for excess, _, _ in found] == sorted((excess for excess, _, _ in found), reverse=True)
        for excess, limit, moment in found:
            assert broken[limit, moment] == pytest.approx(excess)
        assert {limit for _, limit, _ in found} == {limit for limit, _ in broken}
        for limit in {limit for limit, _ in broken}:
            highest = max(value for (one, _), value in broken.items() if one == limit)
            assert max(excess for excess, one, _ in found if one == limit) == pytest.approx(highest)
        told += len(found)
    assert told > 30


def test_a_stretch_that_ends_as_another_begins_is_told_apart() -> None:
    pool = pool_of(*[(1.0, 0, 0, [k], [(0, begin, begin + 5)]) for k, begin in enumerate([0, 0, 5, 5, 5])])
    found = overfull(pool, cut(pool, 1), np.arange(5), np.ones(5), np.array([1]))
    assert found == [(2.0, 0, 5), (1.0, 0, 0)]


def test_one_that_ends_as_another_begins_is_not_too_much() -> None:
    pool = pool_of((1.0, 0, 0, [0], [(0, 0, 5)]), (1.0, 0, 0, [1], [(0, 5, 9)]))
    assert overfull(pool, cut(pool, 1), np.arange(2), np.ones(2), np.array([1])) == []


def test_a_moment_is_added_once_and_moments_rise() -> None:
    rows = Rows(capacity=np.array([1, 2]))
    assert [rows.add(1, 9), rows.add(1, 4), rows.add(1, 9), rows.add(0, 9)] == [True, True, False, True]
    assert rows.keys == [(0, 9), (1, 4), (1, 9)]


@pytest.mark.parametrize("grid", [1, 4])
def test_a_piece_pays_for_each_moment_that_it_surely_holds(grid: int) -> None:
    paid = 0
    for seed in range(20):
        pool, _, capacity = draws.drawn(seed)
        pieces, r = cut(pool, grid), Random(seed)
        rows = Rows(capacity=capacity)
        for _ in range(12):
            rows.add(r.choice([0, 2]), r.randrange(30))
        dear = tuple(np.array([r.choice([0.0, 1.5, 2.25]) for _ in moments]) for moments in rows.moments)
        price = {key: float(one) for key, one in zip(rows.keys, np.concatenate(dear), strict=True)}
        base = pool.reduced(np.array([1.0, 2.0, 3.0, 4.0]))
        found = priced(pool, pieces, base, rows, dear)
        for piece in range(len(pieces)):
            owed = sum(times * price.get(key, 0.0) for key, times in held_surely(pool, pieces, piece).items())
            assert found[piece] == pytest.approx(base[pieces.column[piece]] + owed)
            paid += owed > 0
    assert paid > 50

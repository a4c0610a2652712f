from __future__ import annotations

from collections import Counter
from itertools import combinations
from random import Random

import numpy as np
import pytest

from planner.solving.choice.timing import Fits, placed, timed
from tests.planner.solving.choice import draws
from tests.planner.solving.choice.draws import columns_of, pool_of


def test_columns_fit_when_some_starts_do_and_the_starts_told_do() -> None:
    answers: Counter[Fits] = Counter()
    for seed in range(60):
        pool, _, capacity = draws.drawn(seed, wide=5)
        chosen = sorted(Random(seed).sample(range(len(pool)), 4))
        timing = timed(pool, chosen, capacity)
        answers[timing.fits] += 1
        assert timing.fits is (Fits.YES if draws.can_be_flown(draws.jobs(pool, chosen), capacity.tolist()) else Fits.NO)
        if timing.fits is Fits.YES:
            told = columns_of(pool)
            assert all(told[k][1] <= at <= told[k][2] for k, at in zip(chosen, timing.starts, strict=True))
            fixed = [(at, at, told[k][4]) for k, at in zip(chosen, timing.starts, strict=True)]
            assert draws.can_be_flown(fixed, capacity.tolist())
    assert min(answers[Fits.YES], answers[Fits.NO]) > 10


def test_other_windows_may_be_told() -> None:
    pool, capacity = pool_of((1.0, 0, 0, [0], [(0, 0, 5)]), (1.0, 0, 0, [1], [(0, 0, 5)])), np.array([1])
    assert timed(pool, [0, 1], capacity).fits is Fits.NO
    assert timed(pool, [0, 1], capacity, windows=[(0, 0), (0, 4)]).fits is Fits.NO
    assert timed(pool, [0, 1], capacity, windows=[(0, 0), (0, 5)]).starts == (0, 5)


@pytest.mark.parametrize(("most", "fits"), [(0, Fits.NO), (1, Fits.NO), (2, Fits.YES)])
def test_one_column_may_hold_a_limit_twice_at_a_time(most: int, fits: Fits) -> None:
    pool = pool_of((1.0, 0, 9, [0], [(0, 0, 5), (0, 3, 8)]))
    assert timed(pool, [0], np.array([most])).fits is fits


@pytest.mark.parametrize(("most", "fits"), [(2, Fits.NO), (3, Fits.YES)])
def test_one_more_than_there_is_room_for_does_not_fit(most: int, fits: Fits) -> None:
    pool = pool_of(*[(1.0, 0, 0, [k], [(0, 0, 5)]) for k in range(3)])
    assert timed(pool, range(3), np.array([most])).fits is fits


def test_no_columns_always_fit() -> None:
    assert timed(pool_of(), [], np.array([1])).fits is Fits.YES


def test_with_no_work_allowed_nobody_can_tell() -> None:
    r = Random(1)
    columns = [
        (1.0, 0, r.randrange(80, 95), [k], [(0, 0, r.randrange(3, 9)), (1, 2, r.randrange(4, 9))]) for k in range(30)
    ]
    assert timed(pool_of(*columns), range(30), np.array([2, 2]), work=0.0).fits is Fits.UNKNOWN


def test_as_many_orders_as_can_be_find_a_place() -> None:
    dropped = 0
    for seed in range(40):
        pool, _, capacity = draws.drawn(seed, wide=4)
        chosen = sorted(Random(seed).sample(range(len(pool)), 4))
        wanted = Random(seed).choice([(), pool.opens[chosen].tolist()])
        told, starts = columns_of(pool), placed(pool, chosen, capacity, wanted=wanted)
        flown = [(at, at, told[k][4]) for k, at in zip(chosen, starts, strict=True) if at >= 0]
        assert draws.can_be_flown(flown, capacity.tolist())
        served = sum(len(told[k][3]) for k, at in zip(chosen, starts, strict=True) if at >= 0)
        most = max(
            sum(len(told[k][3]) for k in some)
            for size in range(5)
            for some in combinations(chosen, size)
            if draws.can_be_flown(draws.jobs(pool, some), capacity.tolist())
        )
        assert served == most
        dropped += served < sum(len(told[k][3]) for k in chosen)
    assert dropped > 10

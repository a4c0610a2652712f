"""Chance is even, goes its own way for each seed, and repeats itself."""

from __future__ import annotations

import numpy as np
import pytest

from planner.solving.choice.dice import drawn, rolled, taken_up


def by_hand(state: int) -> int:
    """Return what the generator gives after a state, in whole numbers of Python."""
    mask = 2**64 - 1
    state ^= state >> 12
    state ^= state << 25 & mask
    state ^= state >> 27
    return state * 0x2545F4914F6CDD1D & mask


def test_it_draws_what_the_generator_gives() -> None:
    for seed in range(20):
        dice = taken_up(seed)
        assert drawn(dice.copy(), 1000) == (by_hand(int(dice[0])) >> 33) % 1000


def test_chance_is_even_and_within_its_bounds() -> None:
    dice = taken_up(7)
    rolls = np.array([rolled(dice) for _ in range(20_000)])
    assert rolls.min() >= 0
    assert rolls.max() < 1
    assert np.histogram(rolls, bins=10, range=(0, 1))[0] == pytest.approx(2000, rel=0.1)
    draws = [drawn(dice, 3) for _ in range(9000)]
    assert np.bincount(draws) == pytest.approx(3000, rel=0.1)


def test_seeds_go_ways_of_their_own_and_the_same_ones_each_time() -> None:
    def way(seed: int) -> list[int]:
        dice = taken_up(seed)
        return [drawn(dice, 100) for _ in range(8)]

    assert way(3) == way(3)
    assert len({tuple(way(seed)) for seed in range(50)}) == 50

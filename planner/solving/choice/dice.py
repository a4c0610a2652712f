"""Chance for compiled searches: a sequence of its own for each seed, the same on every machine.

xorshift64* of Vigna (2016), "An experimental exploration of Marsaglia's xorshift generators, scrambled", ACM
Transactions on Mathematical Software 42(4).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from airspace.compiling import compiled

Dice: TypeAlias = npt.NDArray[np.uint64]
"""The state, shape (1,); never 0."""


def taken_up(seed: int) -> Dice:
    """Return dice for a seed below 2^63."""
    return np.array([0x9E3779B97F4A7C15 ^ seed], np.uint64)


@compiled
def drawn(dice: Dice, below: int) -> int:
    """Draw a whole number from 0 to one less than ``below``, which is far below 2^31."""
    x = dice[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    dice[0] = x
    # Signed, so that compiled code may add it to what it counts with.
    return np.int64(((x * np.uint64(0x2545F4914F6CDD1D)) >> np.uint64(33)) % np.uint64(below))  # type: ignore[return-value]


@compiled
def rolled(dice: Dice) -> float:
    """Draw a number of at least 0 and below 1, in steps of 2^-30."""
    return drawn(dice, 1 << 30) / (1 << 30)

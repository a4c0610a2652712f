"""Multiples of orders whose rounded rows are broken: local search from many beginnings. Compiled.

Columns taken by some ``amount`` are told by ``of_first`` and ``of_order``: the columns of each order, as in a CSR
matrix. Orders are taken ``times`` over, fewer than ``q``, and ``within`` is what that makes of each column. They are
worth what their row is broken by: the sum of ``floor(within / q)`` over the columns, each as much as it is taken, less
``floor(sum of times / q)``.
"""

from __future__ import annotations

import numpy as np

from airspace.compiling import compiled
from planner.solving.choice.dice import Dice, drawn, rolled
from planner.solving.choice.pools import Floats, Integers

LEAST_SIZE = 3
NOISE = 1e-9
WHIM = 0.3
"""How much chance weighs beside what columns have in common, where a set grows."""


@compiled
def change(
    order: int, step: int, total: int, q: int, of_first: Integers, of_order: Integers, amount: Floats, within: Integers
) -> float:  # fmt: skip
    """Return how much more it is worth to take an order once more (step 1) or less (step -1)."""
    value = float(total // q - (total + step) // q)
    for at in range(of_first[order], of_first[order + 1]):
        column = of_order[at]
        value += amount[column] * ((within[column] + step) // q - within[column] // q)
    return value


@compiled
def move(order: int, step: int, of_first: Integers, of_order: Integers, times: Integers, within: Integers) -> None:
    """Take an order so many times more."""
    times[order] += step
    for at in range(of_first[order], of_first[order + 1]):
        within[of_order[at]] += step


@compiled
def grown(
    size: int, step: int, of_first: Integers, of_order: Integers, amount: Floats, times: Integers, within: Integers,
    dice: Dice,
) -> None:  # fmt: skip
    """Take some orders so many times each: such that are flown together, or nearly."""
    times[:], within[:] = 0, 0
    move(drawn(dice, len(times)), step, of_first, of_order, times, within)
    for _ in range(size - 1):
        best, most = -1, -1.0
        for order in range(len(times)):
            if times[order] > 0:
                continue
            near = WHIM * rolled(dice)
            for at in range(of_first[order], of_first[order + 1]):
                if within[of_order[at]] > 0:
                    near += amount[of_order[at]]
            if near > most:
                best, most = order, near
        if best < 0:
            return
        move(best, step, of_first, of_order, times, within)


@compiled
def best_step(
    total: int, q: int, of_first: Integers, of_order: Integers, amount: Floats, times: Integers, within: Integers
) -> tuple[float, int, int]:  # fmt: skip
    """Return the step worth most: by how much, and which order it takes once less and which once more, or -1."""
    gain, less, more = NOISE, -1, -1
    for order in range(len(times)):
        if times[order] < q - 1:
            up = change(order, 1, total, q, of_first, of_order, amount, within)
            if up > gain:
                gain, less, more = up, -1, order
        if times[order] > 0:
            down = change(order, -1, total, q, of_first, of_order, amount, within)
            if down > gain:
                gain, less, more = down, order, -1
            move(order, -1, of_first, of_order, times, within)
            for other in range(len(times)):
                if other != order and times[other] < q - 1:
                    up = down + change(other, 1, total - 1, q, of_first, of_order, amount, within)
                    if up > gain:
                        gain, less, more = up, order, other
            move(order, 1, of_first, of_order, times, within)
    return gain, less, more


@compiled
def climbed(
    q: int, of_first: Integers, of_order: Integers, amount: Floats, times: Integers, within: Integers
) -> float:  # fmt: skip
    """Take orders more and less often as long as that is worth more; return what it is worth then."""
    total = int(times.sum())
    value = float(-(total // q))
    for column in range(len(amount)):
        value += amount[column] * (within[column] // q)
    while True:
        gain, less, more = best_step(total, q, of_first, of_order, amount, times, within)
        if less < 0 and more < 0:
            return value
        if less >= 0:
            move(less, -1, of_first, of_order, times, within)
            total -= 1
        if more >= 0:
            move(more, 1, of_first, of_order, times, within)
            total += 1
        value += gain


@compiled
def broken(
    q: int, beginnings: int, most_size: int, of_first: Integers, of_order: Integers, amount: Floats, least: float,
    dice: Dice,
) -> tuple[Integers, Floats]:  # fmt: skip
    """Return multiples whose rows are broken by ``least`` or more, shape (s, n), and by how much; some twice."""
    count = 0
    found, values = np.zeros((beginnings, len(of_first) - 1), np.int64), np.zeros(beginnings)
    times, within = np.zeros(len(of_first) - 1, np.int64), np.zeros(len(amount), np.int64)
    for _ in range(beginnings):
        size, step = LEAST_SIZE + drawn(dice, most_size - LEAST_SIZE + 1), 1 + drawn(dice, q - 1)
        grown(size, step, of_first, of_order, amount, times, within, dice)
        value = climbed(q, of_first, of_order, amount, times, within)
        if value >= least:
            found[count], values[count] = times, value
            count += 1
    return found[:count], values[:count]

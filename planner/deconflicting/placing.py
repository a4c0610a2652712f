"""Placing flights one after the other beside those placed: the least delay of each, worked out, not searched in steps.

Pieces that are placed lie in a hashed grid of time bins and cells. A flight is tried at a delay; each piece nearby with
which one of its own would conflict forbids an interval of delays around it, so the next delay to try is the end of the
one that reaches farthest. What is passed over is forbidden, so the first delay without a conflict is the least.
"""

from __future__ import annotations

import heapq
import math

import numpy as np

from airspace.compiling import compiled
from planner.safety.engine.encounters import CORNERS, LASTS, NOISE_M, START, Floats, Integers, differences
from planner.safety.engine.sweeps import FAR_EAST, FAR_NORTH, NOISE_S, SOUTH, WEST, enclose, worth_a_look

HORIZONTAL_M, VERTICAL_M, WITHIN_S, REACH_S, BIN_S, CELL_M, ORIGIN_S = range(7)
"""Places of what is asked: the separation, how far apart moments count, how far around a piece is entered, the grid."""

NEXT, KEY, PIECE = range(3)
"""Columns of an entry of the grid: the one before it in its slot or -1, its bin and cell, and the piece."""


@compiled
def key_of(number: int, column: int, row: int) -> int:
    """Return one number for a bin and a cell; two that share it by chance are only looked at in vain."""
    return (number * 73_856_093) ^ (column * 19_349_663_001) ^ (row * 83_492_791_003_001)


@compiled
def slot_of(key: int, slots: int) -> int:
    """Return where a key is kept, in a table whose size is a power of two."""
    return ((key ^ (key >> 17)) * 2_654_435_761 >> 7) & (slots - 1)


@compiled
def keys_of(piece: Floats, delay_s: float, asked: Floats) -> Integers:
    """Return the keys of all bins and cells that a piece is in at a delay, its reach in time and space with it."""
    part, found, count = np.empty(8), np.empty(16, np.int64), 0
    start = piece[START] + delay_s - asked[ORIGIN_S]
    first = math.floor((start - asked[REACH_S]) / asked[BIN_S])
    last = math.floor((start + piece[LASTS] + asked[REACH_S]) / asked[BIN_S])
    for number in range(first, last + 1):
        since = number * asked[BIN_S] - asked[REACH_S] - start + piece[START]
        enclose(piece, since, since + asked[BIN_S] + 2 * asked[REACH_S], 0.5 * asked[HORIZONTAL_M] + NOISE_M, part)
        for column in range(math.floor(part[WEST] / asked[CELL_M]), math.floor(part[FAR_EAST] / asked[CELL_M]) + 1):
            for row in range(math.floor(part[SOUTH] / asked[CELL_M]), math.floor(part[FAR_NORTH] / asked[CELL_M]) + 1):
                if count == len(found):
                    found = np.concatenate((found, found))
                found[count] = key_of(number, column, row)
                count += 1
    return found[:count]


@compiled
def forbidding(
    pieces: Floats, owner: Integers, boxes: Floats, which: int, delay_s: float, delays: Floats, asked: Floats,
    heads: Integers, grid: Integers, seen: Integers, stamp: int, corners: Floats, room: Floats, span: Floats,
) -> tuple[float, int]:  # fmt: skip
    """Return to where a piece is forbidden at a delay, and by whose piece; the delay itself and -1 where it is not."""
    reached_s, by, piece = delay_s, -1, pieces[which]
    for key in keys_of(piece, delay_s, asked):
        entry = heads[slot_of(key, len(heads))]
        while entry >= 0:
            other = grid[entry, PIECE]
            known = grid[entry, KEY] != key or seen[other] == stamp
            entry = grid[entry, NEXT]
            if known:
                continue
            seen[other] = stamp
            if not worth_a_look(boxes[which], boxes[other], asked[VERTICAL_M]):
                continue
            least, most = differences(pieces[other], piece, asked[HORIZONTAL_M], asked[VERTICAL_M], corners, room, span)
            gap_s = pieces[other, START] + delays[owner[other]] - piece[START]
            until_s = gap_s + most + asked[WITHIN_S]
            if gap_s + least - asked[WITHIN_S] < delay_s < until_s and until_s > reached_s:
                reached_s, by = until_s, owner[other]
    return reached_s, by


@compiled
def enter(
    pieces: Floats, which: int, delay_s: float, asked: Floats, heads: Integers, grid: Integers, used: int
) -> tuple[Integers, int]:
    """Enter a piece into the grid at a delay; return the grid, which may have grown, and how much of it is used."""
    for key in keys_of(pieces[which], delay_s, asked):
        if used == len(grid):
            grid = np.concatenate((grid, grid))
        slot = slot_of(key, len(heads))
        grid[used, NEXT], grid[used, KEY], grid[used, PIECE] = heads[slot], key, which
        heads[slot] = used
        used += 1
    return grid, used


@compiled
def least_delay(
    pieces: Floats, owner: Integers, boxes: Floats, mine: tuple[int, int], delay_s: float, longest_s: float,
    delays: Floats, asked: Floats, heads: Integers, grid: Integers, seen: Integers, stamp: int,
) -> tuple[float, int, int]:  # fmt: skip
    """Return the least delay of a flight from one on, or one beyond the longest; who forbade the last; the stamp."""
    corners, room, span = np.empty((CORNERS, 2)), np.empty((CORNERS, 2)), np.empty(4)
    last = -1
    while delay_s <= longest_s:
        reached_s, by = delay_s, -1
        for which in range(mine[0], mine[1]):
            stamp += 1
            until_s, whose = forbidding(
                pieces, owner, boxes, which, delay_s, delays, asked, heads, grid, seen, stamp, corners, room, span
            )
            if whose >= 0 and until_s > reached_s:
                reached_s, by = until_s, whose
        if by < 0:
            break
        delay_s, last = reached_s, by
    return delay_s, last, stamp


@compiled
def place(
    pieces: Floats, first: Integers, priority: Integers, batch: bool, longest_s: float, asked: Floats, slots: int
) -> tuple[Floats, Integers]:
    """Return the delay of each flight, not a number where it is refused, and by which flight it is, else -1.

    The pieces of flight f are those from ``first[f]`` to ``first[f + 1]``; flights are numbered in the order in which
    they come. Of a batch those of a higher priority come first, and of one priority whichever has to wait least.
    """
    count = len(first) - 1
    owner, boxes = np.empty(len(pieces), np.int64), np.empty((len(pieces), 8))
    for flight in range(count):
        for which in range(first[flight], first[flight + 1]):
            owner[which] = flight
            enclose(pieces[which], -math.inf, math.inf, 0.5 * asked[HORIZONTAL_M] + NOISE_M, boxes[which])
    delays, refused_by = np.full(count, np.nan), np.full(count, -1)
    heads, grid, used = np.full(slots, -1), np.empty((1024, 3), np.int64), 0
    seen, stamp = np.full(len(pieces), -1), 0
    waiting = [(-priority[flight] if batch else 0, 0.0, flight) for flight in range(count)]
    heapq.heapify(waiting)
    while waiting:
        rank, tried_s, flight = heapq.heappop(waiting)
        delay_s, by, stamp = least_delay(
            pieces, owner, boxes, (first[flight], first[flight + 1]), tried_s, longest_s, delays, asked, heads, grid,
            seen, stamp,
        )  # fmt: skip
        if delay_s > longest_s:
            refused_by[flight] = by
        elif batch and delay_s > tried_s:
            # Beside more flights no delay gets less: whoever now waits least may be another one.
            heapq.heappush(waiting, (rank, delay_s, flight))
        else:
            delays[flight] = delay_s
            for which in range(first[flight], first[flight + 1]):
                grid, used = enter(pieces, which, delay_s, asked, heads, grid, used)
    return delays, refused_by


def asked_of(horizontal_m: float, vertical_m: float, timing_s: float, bin_s: float, cell_m: float, origin_s: float,
             wider_s: float) -> Floats:  # fmt: skip
    """Return what is asked, as the loops take it."""
    return np.array(
        [horizontal_m, vertical_m, 2 * timing_s + wider_s, timing_s + wider_s + NOISE_S, bin_s, cell_m, origin_s]
    )

"""All pieces of a day, time bin by time bin and cell by cell: only what shares a bin and a cell is looked at in pairs.

Two moments that count lie at most twice the timing error apart, so the moment in between is within one timing error of
both; two places that are too close have a middle within half the separation of both. So every pair meets in the bin and
the cell of that middle, if pieces are put into all bins and cells that they come so near to. Within a bin a piece is no
longer than what it flies in it, which keeps rectangles small.
"""

from __future__ import annotations

import math

import numpy as np

from airspace.compiling import compiled
from planner.safety.engine.encounters import (
    CORNERS,
    EAST,
    EAST_MPS,
    HORIZONTAL,
    LASTS,
    NOISE_M,
    SECOND_A,
    SECOND_B,
    START,
    VERTICAL,
    Floats,
    Integers,
    closest,
    differences,
)

NOISE_S = 1e-7
"""By how much more than told departures may be off, against rounding of moments within ten years."""

FIRST_S, SECOND_S, LEVEL_M, ABOVE_M = range(4)
"""Places of what is told of a conflict, beside both pieces: both moments, the horizontal and the vertical distance."""

SINCE, UNTIL, WEST, SOUTH, FAR_EAST, FAR_NORTH, LOWEST, HIGHEST = range(8)
"""Columns of what a piece does within a bin: seconds since its own start, and the box around it."""


@compiled
def sweep(
    pieces: Floats, flight: Integers, order: Integers, bin_s: float, horizontal_m: float, vertical_m: float,
    timing_s: float,
) -> tuple[Integers, Floats]:  # fmt: skip
    """Return each pair of pieces that conflict within some bin, and their closest approach there.

    ``order`` sorts the pieces by their start. Shapes (k, 2), the piece of the lower flight first, and (k, 4).
    """
    count = len(pieces)
    pairs, told, found = np.empty((1024, 2), np.int64), np.empty((1024, 4)), 0
    active, parts = np.empty(count, np.int64), np.empty((count, 8))
    reach_s, held, upcoming, number = timing_s + NOISE_S, 0, 0, 0
    origin = pieces[order[0], START] - reach_s if count else 0.0
    while upcoming < count or held:
        if not held:
            number = max(number, int((pieces[order[upcoming], START] - reach_s - origin) // bin_s))
        begins, ends = origin + number * bin_s, origin + (number + 1) * bin_s
        while upcoming < count and pieces[order[upcoming], START] - reach_s <= ends:
            active[held] = order[upcoming]
            held += 1
            upcoming += 1
        kept = 0
        for index in range(held):
            piece = active[index]
            if pieces[piece, START] + pieces[piece, LASTS] + reach_s >= begins:
                active[kept] = piece
                kept += 1
        held = kept
        for index in range(held):
            enclose(pieces[active[index]], begins - reach_s, ends + reach_s, 0.5 * horizontal_m + NOISE_M, parts[index])
        pairs, told, found = within_bin(
            pieces, flight, active[:held], parts[:held], horizontal_m, vertical_m, 2.0 * timing_s + NOISE_S,
            pairs, told, found,
        )  # fmt: skip
        number += 1
    return pairs[:found], told[:found]


@compiled
def enclose(piece: Floats, since_s: float, until_s: float, margin_m: float, part: Floats) -> None:
    """Put into ``part`` what a piece does from one moment to another, with a margin around it."""
    part[SINCE] = min(max(since_s - piece[START], 0.0), piece[LASTS])
    part[UNTIL] = max(min(until_s - piece[START], piece[LASTS]), part[SINCE])
    for axis in range(3):
        here = piece[EAST + axis] + piece[EAST_MPS + axis] * part[SINCE]
        there = piece[EAST + axis] + piece[EAST_MPS + axis] * part[UNTIL]
        low, high = min(here, there), max(here, there)
        if axis == 0:
            part[WEST], part[FAR_EAST] = low - margin_m, high + margin_m
        elif axis == 1:
            part[SOUTH], part[FAR_NORTH] = low - margin_m, high + margin_m
        else:
            part[LOWEST], part[HIGHEST] = low, high


@compiled
def cells_of(parts: Floats) -> tuple[float, float, float, int, int]:
    """Return where cells begin, how long their sides are, and how many there are east and north.

    About as long as what a piece flies, and not many more than there are pieces.
    """
    west, south, far_east, far_north, sides = math.inf, math.inf, -math.inf, -math.inf, 0.0
    for index in range(len(parts)):
        part = parts[index]
        west, far_east = min(west, part[WEST]), max(far_east, part[FAR_EAST])
        south, far_north = min(south, part[SOUTH]), max(far_north, part[FAR_NORTH])
        sides += part[FAR_EAST] - part[WEST] + part[FAR_NORTH] - part[SOUTH]
    side_m = max(0.5 * sides / len(parts), NOISE_M)
    while (1.0 + (far_east - west) / side_m) * (1.0 + (far_north - south) / side_m) > 4.0 * len(parts) + 64.0:
        side_m *= 1.25
    return west, south, side_m, 1 + int((far_east - west) / side_m), 1 + int((far_north - south) / side_m)


@compiled
def listed_by_cell(
    parts: Floats, west: float, south: float, side_m: float, columns: int, rows: int
) -> tuple[Integers, Integers]:
    """Return which parts touch each cell: (first, listed) as in a CSR matrix."""
    first = np.zeros(columns * rows + 1, np.int64)
    for filling in range(2):
        if filling:
            first = np.cumsum(first)
            filled, listed = first[:-1].copy(), np.empty(first[-1], np.int64)
        for index in range(len(parts)):
            part = parts[index]
            for column in range(int((part[WEST] - west) / side_m), int((part[FAR_EAST] - west) / side_m) + 1):
                for row in range(int((part[SOUTH] - south) / side_m), int((part[FAR_NORTH] - south) / side_m) + 1):
                    cell = column * rows + row
                    if filling:
                        listed[filled[cell]] = index
                        filled[cell] += 1
                    else:
                        first[cell + 1] += 1
    return first, listed


@compiled
def within_bin(
    pieces: Floats, flight: Integers, active: Integers, parts: Floats, horizontal_m: float, vertical_m: float,
    within_s: float, pairs: Integers, told: Floats, found: int,
) -> tuple[Integers, Floats, int]:  # fmt: skip
    """Add what conflicts within one bin to the pairs found so far."""
    if len(active) < 2:
        return pairs, told, found
    west, south, side_m, columns, rows = cells_of(parts)
    first, listed = listed_by_cell(parts, west, south, side_m, columns, rows)
    lows, highs = parts[listed, LOWEST], parts[listed, HIGHEST]
    corners, room, span, met = np.empty((CORNERS, 2)), np.empty((CORNERS, 2)), np.empty(4), np.empty(4)
    for cell in range(columns * rows):
        for late in range(first[cell] + 1, first[cell + 1]):
            low_m, high_m = lows[late] - vertical_m, highs[late] + vertical_m
            for early in range(first[cell], late):
                # Most pairs of a cell fly on different levels, so that is asked first, of arrays in a row.
                if not (low_m < highs[early] and lows[early] < high_m):
                    continue
                x, y = listed[early], listed[late]
                if flight[active[x]] == flight[active[y]] or not worth_a_look(parts[x], parts[y], vertical_m):
                    continue
                if first_common(parts[x], parts[y], west, south, side_m, rows) != cell:
                    continue
                if flight[active[x]] > flight[active[y]]:
                    x, y = y, x
                one, other = pieces[active[x]], pieces[active[y]]
                gap_s = one[START] - other[START]
                if narrowed(one, other, parts[x], parts[y], within_s, horizontal_m, vertical_m, span) and closest(
                    one, other, span, gap_s, within_s, horizontal_m, vertical_m, corners, room, met
                ):
                    pairs, told = with_room(pairs, told, found)
                    pairs[found, 0], pairs[found, 1] = active[x], active[y]
                    told[found, FIRST_S] = one[START] + met[SECOND_A]
                    told[found, SECOND_S] = other[START] + met[SECOND_B]
                    told[found, LEVEL_M], told[found, ABOVE_M] = met[HORIZONTAL], met[VERTICAL]
                    found += 1
    return pairs, told, found


@compiled
def first_common(one: Floats, other: Floats, west: float, south: float, side_m: float, rows: int) -> int:
    """Return the cell where two boxes begin to overlap: only there the two are looked at."""
    column = int((max(one[WEST], other[WEST]) - west) / side_m)
    return column * rows + int((max(one[SOUTH], other[SOUTH]) - south) / side_m)


@compiled
def narrowed(
    one: Floats, other: Floats, part: Floats, its: Floats, within_s: float, horizontal_m: float, vertical_m: float,
    span: Floats,
) -> bool:  # fmt: skip
    """Tell whether two pieces come near at moments that count, and put the moments of both that do into ``span``.

    Around a pad most pieces meet in space and not in time: one climbs where another has long left.
    """
    gap_s = one[START] - other[START]
    span[0] = max(part[SINCE], its[SINCE] - gap_s - within_s)
    span[1] = min(part[UNTIL], its[UNTIL] - gap_s + within_s)
    span[2] = max(its[SINCE], part[SINCE] + gap_s - within_s)
    span[3] = min(its[UNTIL], part[UNTIL] + gap_s + within_s)
    if span[0] > span[1] or span[2] > span[3]:
        return False
    for axis in range(3):
        limit = vertical_m + NOISE_M if axis == 2 else horizontal_m + NOISE_M
        here = one[EAST + axis] + one[EAST_MPS + axis] * span[0]
        there = one[EAST + axis] + one[EAST_MPS + axis] * span[1]
        its_here = other[EAST + axis] + other[EAST_MPS + axis] * span[2]
        its_there = other[EAST + axis] + other[EAST_MPS + axis] * span[3]
        if min(here, there) - max(its_here, its_there) > limit or min(its_here, its_there) - max(here, there) > limit:
            return False
    return True


@compiled
def with_room(pairs: Integers, told: Floats, found: int) -> tuple[Integers, Floats]:
    """Return both with room for one more."""
    if found < len(pairs):
        return pairs, told
    return np.concatenate((pairs, pairs)), np.concatenate((told, told))


@compiled
def worth_a_look(one: Floats, other: Floats, vertical_m: float) -> bool:
    """Tell whether the boxes of two pieces overlap, and their heights come closer than the limit."""
    return bool(
        one[WEST] <= other[FAR_EAST]
        and other[WEST] <= one[FAR_EAST]
        and one[SOUTH] <= other[FAR_NORTH]
        and other[SOUTH] <= one[FAR_NORTH]
        and one[LOWEST] - other[HIGHEST] < vertical_m
        and other[LOWEST] - one[HIGHEST] < vertical_m
    )


@compiled
def nearest_of_each(order: Integers, key: Integers, pairs: Integers, told: Floats) -> Integers:
    """Return of each run of equal keys the closest approach: the first of the nearest; ``order`` sorts by key."""
    chosen = np.empty(len(order), np.int64)
    count = 0
    for index in order:
        if count == 0 or key[chosen[count - 1]] != key[index]:
            chosen[count] = index
            count += 1
            continue
        best = chosen[count - 1]
        mine = (told[index, LEVEL_M], told[index, ABOVE_M], told[index, FIRST_S], pairs[index, 0], pairs[index, 1])
        its = (told[best, LEVEL_M], told[best, ABOVE_M], told[best, FIRST_S], pairs[best, 0], pairs[best, 1])
        if mine < its:
            chosen[count - 1] = index
    return chosen[:count].copy()


@compiled
def shifts(ones: Floats, others: Floats, horizontal_m: float, vertical_m: float, within_s: float) -> Floats:
    """Return for each pair of pieces that can conflict the shifts of the second one at which they do; shape (k, 2)."""
    corners, room, span = np.empty((CORNERS, 2)), np.empty((CORNERS, 2)), np.empty(4)
    told, found = np.empty((64, 2)), 0
    boxes = np.empty((len(others), 8))
    mine = np.empty(8)
    for y in range(len(others)):
        enclose(others[y], -math.inf, math.inf, 0.5 * horizontal_m + NOISE_M, boxes[y])
    for x in range(len(ones)):
        enclose(ones[x], -math.inf, math.inf, 0.5 * horizontal_m + NOISE_M, mine)
        for y in range(len(others)):
            if not worth_a_look(mine, boxes[y], vertical_m):
                continue
            least, most = differences(ones[x], others[y], horizontal_m, vertical_m, corners, room, span)
            if least > most:
                continue
            if found == len(told):
                told = np.concatenate((told, told))
            gap_s = ones[x, START] - others[y, START]
            told[found, 0], told[found, 1] = gap_s + least - within_s, gap_s + most + within_s
            found += 1
    return told[:found]

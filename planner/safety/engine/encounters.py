"""Two straight pieces flown at even speed: how close they come, and by how much they would have to be shifted.

With ``a`` and ``b`` the seconds since the start of each piece, both run over a box. The vertical distance is linear in
(a, b), so that where it is below its limit is a strip. The horizontal distance is the length of a vector linear in
(a, b), so that where it is below its limit is the inside of an ellipse, or a strip where the two fly in parallel, or
everything or nothing. All are convex. So the closest approach is the least of a convex quadratic over a convex
polygon, and all shifts of the second piece that make a conflict are one interval: the range of the difference of both
moments over polygon and ellipse, found at corners, where edges cut the ellipse, and at the ellipse's own extremes.

A piece is a row with the columns named below. Distances are compared as they are: exactly at a limit is apart. They
are worked out in double precision, as if places were off by less than ``NOISE_M``.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from airspace.compiling import compiled

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

START, LASTS, EAST, NORTH, UP, EAST_MPS, NORTH_MPS, UP_MPS = range(8)
"""Columns of a piece: its start and how long it lasts, where it begins, and its velocity."""

FIELDS = 8

SECOND_A, SECOND_B, HORIZONTAL, VERTICAL = range(4)
"""Places of what is told of a closest approach: seconds since the start of each piece, and metres."""

CORNERS = 64
"""Room for a polygon: a box cut four times has at most 8 corners, and rounding at most doubles them at each cut."""

NOISE_M = 1e-6
"""Places as close as this are as close as each other; far above rounding within 1,000 km, far below what matters."""


@compiled
def cut(corners: Floats, count: int, along: float, across: float, most: float, room: Floats) -> int:
    """Cut a convex polygon down to where ``along * a + across * b <= most``; return how many corners are left."""
    kept = 0
    for index in range(count):
        before = index - 1 if index else count - 1
        a_0, b_0, a_1, b_1 = corners[before, 0], corners[before, 1], corners[index, 0], corners[index, 1]
        over_0, over_1 = along * a_0 + across * b_0 - most, along * a_1 + across * b_1 - most
        if (over_0 > 0.0) != (over_1 > 0.0):
            share = over_0 / (over_0 - over_1)
            room[kept, 0], room[kept, 1] = a_0 + share * (a_1 - a_0), b_0 + share * (b_1 - b_0)
            kept += 1
        if over_1 <= 0.0:
            room[kept, 0], room[kept, 1] = a_1, b_1
            kept += 1
    corners[:kept] = room[:kept]
    return kept


@compiled
def common(
    one: Floats, other: Floats, span: Floats, gap_s: float, within_s: float, vertical_m: float,
    corners: Floats, room: Floats,
) -> int:  # fmt: skip
    """Make the polygon of moments that count: both in their spans, close in time, and closer than a height.

    ``span`` holds the least and most of ``a``, then of ``b``; ``gap_s`` is the start of the first piece less that of
    the second. Returns the number of corners, anticlockwise; 0 where there is no such moment.
    """
    corners[0, 0], corners[0, 1] = span[0], span[2]
    corners[1, 0], corners[1, 1] = span[1], span[2]
    corners[2, 0], corners[2, 1] = span[1], span[3]
    corners[3, 0], corners[3, 1] = span[0], span[3]
    count = 4
    if within_s < math.inf:
        count = cut(corners, count, 1.0, -1.0, within_s - gap_s, room)
        count = cut(corners, count, -1.0, 1.0, within_s + gap_s, room)
    base, climb, sink = one[UP] - other[UP], one[UP_MPS], other[UP_MPS]
    lowest, highest = math.inf, -math.inf
    for index in range(count):
        above = base + climb * corners[index, 0] - sink * corners[index, 1]
        lowest, highest = min(lowest, above), max(highest, above)
    # At the limit is apart: a polygon that only touches the strip has no moment below it.
    if not (lowest < vertical_m and highest > -vertical_m):
        return 0
    if highest > vertical_m:
        count = cut(corners, count, climb, -sink, vertical_m - base, room)
    if lowest < -vertical_m:
        count = cut(corners, count, -climb, sink, vertical_m + base, room)
    return count


@compiled
def inside(corners: Floats, count: int, a: float, b: float) -> bool:
    """Tell whether a polygon, which may be as thin as a line or a point, holds a pair of moments."""
    least_a, most_a, least_b, most_b = math.inf, -math.inf, math.inf, -math.inf
    for index in range(count):
        before = index - 1 if index else count - 1
        a_0, b_0, a_1, b_1 = corners[before, 0], corners[before, 1], corners[index, 0], corners[index, 1]
        if not (a_1 - a_0) * (b - b_0) - (b_1 - b_0) * (a - a_0) >= 0.0:
            return False
        least_a, most_a = min(least_a, a_1), max(most_a, a_1)
        least_b, most_b = min(least_b, b_1), max(most_b, b_1)
    return least_a <= a <= most_a and least_b <= b <= most_b


@compiled
def apart(one: Floats, other: Floats, a: float, b: float) -> tuple[float, float, float]:
    """Return how far east, north and up the first is of the second at their moments."""
    return (
        one[EAST] - other[EAST] + one[EAST_MPS] * a - other[EAST_MPS] * b,
        one[NORTH] - other[NORTH] + one[NORTH_MPS] * a - other[NORTH_MPS] * b,
        one[UP] - other[UP] + one[UP_MPS] * a - other[UP_MPS] * b,
    )


@compiled
def nearest_on_edge(one: Floats, other: Floats, corners: Floats, before: int, index: int) -> tuple[float, float]:
    """Return the moments on an edge of the polygon at which the two are closest; its end where all are as close."""
    a_0, b_0, a_1, b_1 = corners[before, 0], corners[before, 1], corners[index, 0], corners[index, 1]
    x, y, _ = apart(one, other, a_0, b_0)
    dx = one[EAST_MPS] * (a_1 - a_0) - other[EAST_MPS] * (b_1 - b_0)
    dy = one[NORTH_MPS] * (a_1 - a_0) - other[NORTH_MPS] * (b_1 - b_0)
    square = dx * dx + dy * dy
    share = min(max(-(x * dx + y * dy) / square, 0.0), 1.0) if square > 0.0 else 1.0
    return a_0 + share * (a_1 - a_0), b_0 + share * (b_1 - b_0)


@compiled
def meeting(one: Floats, other: Floats, corners: Floats, count: int) -> tuple[bool, float, float]:
    """Return whether the courses cross at moments of the polygon, and these moments."""
    turning = one[EAST_MPS] * other[NORTH_MPS] - one[NORTH_MPS] * other[EAST_MPS]
    if turning == 0.0:
        return False, 0.0, 0.0
    x, y, _ = apart(one, other, 0.0, 0.0)
    a = -(x * other[NORTH_MPS] - y * other[EAST_MPS]) / turning
    b = (one[EAST_MPS] * y - one[NORTH_MPS] * x) / turning
    return inside(corners, count, a, b), a, b


@compiled
def closest(
    one: Floats, other: Floats, span: Floats, gap_s: float, within_s: float, horizontal_m: float, vertical_m: float,
    corners: Floats, room: Floats, told: Floats,
) -> bool:  # fmt: skip
    """Tell whether two pieces conflict, and put their closest approach into ``told``.

    That is where their horizontal distance is least while the vertical one is below its limit; among places as close,
    where the vertical one is least.
    """
    count = common(one, other, span, gap_s, within_s, vertical_m, corners, room)
    if count == 0:
        return False
    crosses, a, b = meeting(one, other, corners, count)
    if crosses:
        x, y, z = apart(one, other, a, b)
        told[SECOND_A], told[SECOND_B], told[HORIZONTAL], told[VERTICAL] = a, b, math.hypot(x, y), abs(z)
        return horizontal_m > 0.0
    least = math.inf
    for index in range(count):
        a, b = nearest_on_edge(one, other, corners, index - 1 if index else count - 1, index)
        x, y, _ = apart(one, other, a, b)
        least = min(least, math.hypot(x, y))
    if not least < horizontal_m:
        return False
    settle(one, other, corners, count, least, told)
    return True


@compiled
def settle(one: Floats, other: Floats, corners: Floats, count: int, least: float, told: Floats) -> None:
    """Choose among all moments of the least distance those with the least vertical distance.

    Moments between two such moments are such moments, because the distance is convex; so the lowest and the highest
    are enough.
    """
    low, high = math.inf, -math.inf
    low_a = low_b = high_a = high_b = 0.0
    for index in range(count):
        before = index - 1 if index else count - 1
        for end in range(2):
            a, b = corners[index, 0], corners[index, 1]
            if end == 0:
                a, b = nearest_on_edge(one, other, corners, before, index)
            x, y, z = apart(one, other, a, b)
            if math.hypot(x, y) > least + NOISE_M:
                continue
            if z < low:
                low, low_a, low_b = z, a, b
            if z > high:
                high, high_a, high_b = z, a, b
    share = 0.0 if low >= 0.0 else 1.0 if high <= 0.0 else -low / (high - low)
    told[SECOND_A], told[SECOND_B] = low_a + share * (high_a - low_a), low_b + share * (high_b - low_b)
    told[HORIZONTAL], told[VERTICAL] = least, abs(low + share * (high - low))


@compiled
def edge_inside(
    one: Floats, other: Floats, corners: Floats, before: int, index: int, horizontal_m: float
) -> tuple[float, float]:
    """Return which share of an edge is within a horizontal distance, from and to; from above to where none is."""
    a_0, b_0, a_1, b_1 = corners[before, 0], corners[before, 1], corners[index, 0], corners[index, 1]
    x, y, _ = apart(one, other, a_0, b_0)
    dx = one[EAST_MPS] * (a_1 - a_0) - other[EAST_MPS] * (b_1 - b_0)
    dy = one[NORTH_MPS] * (a_1 - a_0) - other[NORTH_MPS] * (b_1 - b_0)
    length = math.hypot(dx, dy)
    if length == 0.0:
        return (0.0, 1.0) if math.hypot(x, y) < horizontal_m else (1.0, 0.0)
    passes = abs(x * dy - y * dx) / length
    if not passes < horizontal_m:
        return 1.0, 0.0
    middle = -(x * dx + y * dy) / length / length
    half = math.sqrt((horizontal_m - passes) * (horizontal_m + passes)) / length
    if middle + half <= 0.0 or middle - half >= 1.0:
        return 1.0, 0.0
    return max(middle - half, 0.0), min(middle + half, 1.0)


@compiled
def differences(
    one: Floats, other: Floats, horizontal_m: float, vertical_m: float, corners: Floats, room: Floats, span: Floats
) -> tuple[float, float]:
    """Return the least and the greatest ``a - b`` over all moments at which two pieces are too close.

    The least is above the greatest where they never are, however they are shifted.
    """
    span[0], span[1], span[2], span[3] = 0.0, one[LASTS], 0.0, other[LASTS]
    count = common(one, other, span, 0.0, math.inf, vertical_m, corners, room)
    least, most = math.inf, -math.inf
    for index in range(count):
        before = index - 1 if index else count - 1
        since, until = edge_inside(one, other, corners, before, index, horizontal_m)
        if since <= until:
            begins = corners[before, 0] - corners[before, 1]
            change = corners[index, 0] - corners[index, 1] - begins
            least = min(least, min(begins + since * change, begins + until * change))
            most = max(most, max(begins + since * change, begins + until * change))
    turning = one[EAST_MPS] * other[NORTH_MPS] - one[NORTH_MPS] * other[EAST_MPS]
    if turning == 0.0:
        return least, most
    # Shifted by a fixed time the two pass on a straight line relative to each other: at an extreme it touches the
    # circle of the horizontal distance.
    east, north = one[EAST_MPS] - other[EAST_MPS], one[NORTH_MPS] - other[NORTH_MPS]
    x, y, _ = apart(one, other, 0.0, 0.0)
    speed = math.hypot(east, north)
    for side in (-1.0, 1.0):
        shift = (side * horizontal_m * speed - (x * north - y * east)) / -turning
        b = -((x + one[EAST_MPS] * shift) * east + (y + one[NORTH_MPS] * shift) * north) / (speed * speed)
        if inside(corners, count, b + shift, b):
            least, most = min(least, shift), max(most, shift)
    return least, most

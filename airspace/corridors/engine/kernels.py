"""The inner loops. Millimetres in int64; angles are compared by cross products only.

They take bare arrays, whose meaning stands in ``tables``: named tuples of them made the loops five times slower.
"""

from __future__ import annotations

import math

import numpy as np

from airspace.compiling import compiled
from airspace.corridors.engine.tables import Flags, Floats, Integers, Numbers

BUCKETS = 1024
"""How many buckets the longest piece spans in a search to all."""


@compiled
def cross(ax: int, ay: int, bx: int, by: int) -> int:
    """Return twice the area between two vectors: positive when the second lies to the left of the first."""
    return ax * by - ay * bx


@compiled
def between(dx: int, dy: int, rx: int, ry: int, lx: int, ly: int) -> bool:
    """Tell whether a direction lies in the closed cone from a right to a left one, less than a half turn apart."""
    return rx * dy - ry * dx >= 0 and dx * ly - dy * lx >= 0


@compiled
def place_of(vertex: int, first: int, second: int) -> int:
    """Return where in a triangle a vertex stands, given the first two of its vertices."""
    if vertex == first:
        return 0
    return 1 if vertex == second else 2


@compiled
def tangent(dx: int, dy: int, fx: int, fy: int, lx: int, ly: int) -> bool:
    """Tell whether a line of this direction through a corner leaves both its edges on one side."""
    first, last = dx * fy - dy * fx, dx * ly - dy * lx
    return (first >= 0 and last >= 0) or (first <= 0 and last <= 0)


@compiled
def straight_m(dx: int, dy: int) -> float:
    """Return a length in metres."""
    return math.hypot(float(dx), float(dy)) / 1000


@compiled
def longer(row: Numbers) -> Numbers:
    """Return a list twice as long with the same beginning."""
    made = np.empty(2 * len(row), np.int32)
    for index in range(len(row)):  # slices and copies take Numba far longer to compile than loops
        made[index] = row[index]
    return made


# Corners


@compiled
def corner_fans(points: Integers, cells: Numbers, free: Flags) -> Numbers:
    """Return where the free side of each vertex begins and ends, when it is wider than a half turn; else -1.

    The first free triangle, and the vertices at the ends of the first and last edge. Shape (vertices, 3).
    """
    fans = np.full((len(points), 3), -1, np.int32)
    for triangle in range(len(cells)):
        if not free[triangle]:
            continue
        for place in range(3):
            if cells[triangle, 3 + place] >= 0:
                continue
            vertex, first = cells[triangle, place], cells[triangle, (place + 1) % 3]
            here, at = triangle, place
            while cells[here, 3 + (at + 2) % 3] >= 0:
                here = cells[here, 3 + (at + 2) % 3]
                at = place_of(vertex, cells[here, 0], cells[here, 1])
            last = cells[here, (at + 2) % 3]
            x, y = points[vertex, 0], points[vertex, 1]
            if cross(points[first, 0] - x, points[first, 1] - y, points[last, 0] - x, points[last, 1] - y) < 0:
                fans[vertex, 0], fans[vertex, 1], fans[vertex, 2] = triangle, first, last
    return fans


# Sweeping


@compiled
def note_pads(
    x: int,
    y: int,
    rx: int,
    ry: int,
    lx: int,
    ly: int,
    found: Numbers,
    count: int,
    spots: Integers,
    pad: int,
    nexts: Numbers,
    owners: Numbers,
) -> int:
    """Note those pads of one triangle that lie in a cone; -1 when there is no room."""
    while pad >= 0:
        if between(spots[owners[pad], 0] - x, spots[owners[pad], 1] - y, rx, ry, lx, ly):
            if count == len(found):
                return -1
            found[count] = -1 - owners[pad]
            count += 1
        pad = nexts[pad]
    return count


@compiled
def sweep(
    points: Integers,
    cells: Numbers,
    of_vertex: Numbers,
    sides: Integers,
    x: int,
    y: int,
    stack: Integers,
    top: int,
    found: Numbers,
    count: int,
    spots: Integers,
    heads: Numbers,
    nexts: Numbers,
    owners: Numbers,
) -> int:
    """Work off a stack of cones seen from a point: triangle, edge to look through, right and left direction.

    Corners that are seen along a tangent are noted in ``found`` by number; pads that stand in a triangle (``heads``
    by triangle, ``nexts`` and ``owners`` by entry make linked lists; without heads none are looked for) by -1 -
    number. Returns how many are found, or -1 when stack or list are too short: whoever calls tries again with longer
    ones, because arrays that may change inside made this loop slower.
    """
    watching = len(heads) > 0
    while top > 0:
        top -= 1
        here, edge = np.int32(stack[top, 0]), stack[top, 1]
        rx, ry, lx, ly = stack[top, 2], stack[top, 3], stack[top, 4], stack[top, 5]
        while True:
            behind = cells[here, 3 + edge]
            if behind < 0:
                break
            entry = place_of(cells[here, (edge + 1) % 3], cells[behind, 0], cells[behind, 1])
            here = behind
            if watching:
                count = note_pads(x, y, rx, ry, lx, ly, found, count, spots, heads[here], nexts, owners)
                if count < 0:
                    return -1
            vertex = cells[here, (entry + 2) % 3]
            dx, dy = points[vertex, 0] - x, points[vertex, 1] - y
            if cross(rx, ry, dx, dy) < 0:
                edge = (entry + 2) % 3
                continue
            edge = (entry + 1) % 3
            if cross(lx, ly, dx, dy) > 0:
                continue
            corner = of_vertex[vertex]
            if top == len(stack) or count == len(found):
                return -1
            if corner >= 0 and tangent(dx, dy, sides[corner, 0], sides[corner, 1], sides[corner, 2], sides[corner, 3]):
                found[count] = corner
                count += 1
            stack[top, 0], stack[top, 1] = here, (entry + 2) % 3
            stack[top, 2], stack[top, 3], stack[top, 4], stack[top, 5] = dx, dy, lx, ly
            top += 1
            lx, ly = dx, dy
    return count


@compiled
def look_ahead(
    points: Integers,
    cells: Numbers,
    of_vertex: Numbers,
    sides: Integers,
    vertex: int,
    here: int,
    rx: int,
    ry: int,
    lx: int,
    ly: int,
    stack: Integers,
    found: Numbers,
    none: Numbers,
) -> int:
    """Note what a corner sees along tangents between two directions; -1 when there is no room.

    ``here`` is the first of the free triangles around it.
    """
    x, y = points[vertex, 0], points[vertex, 1]
    count, top = 0, 0
    while here >= 0:
        at = place_of(vertex, cells[here, 0], cells[here, 1])
        if top == len(stack) or count + 2 > len(found):
            return -1
        a, b = cells[here, (at + 1) % 3], cells[here, (at + 2) % 3]
        ax, ay, bx, by = points[a, 0] - x, points[a, 1] - y, points[b, 0] - x, points[b, 1] - y
        holds_a, holds_b = between(ax, ay, rx, ry, lx, ly), between(bx, by, rx, ry, lx, ly)
        one, two = of_vertex[a], of_vertex[b]
        if holds_a and one >= 0 and tangent(ax, ay, sides[one, 0], sides[one, 1], sides[one, 2], sides[one, 3]):
            found[count] = one
            count += 1
        if holds_b and two >= 0 and tangent(bx, by, sides[two, 0], sides[two, 1], sides[two, 2], sides[two, 3]):
            found[count] = two
            count += 1
        if (holds_a or between(rx, ry, ax, ay, bx, by)) and (holds_b or between(lx, ly, ax, ay, bx, by)):
            stack[top, 0], stack[top, 1] = here, (at + 1) % 3
            stack[top, 2], stack[top, 3] = (ax, ay) if holds_a else (rx, ry)
            stack[top, 4], stack[top, 5] = (bx, by) if holds_b else (lx, ly)
            top += 1
        here = cells[here, 3 + (at + 2) % 3]
    return sweep(points, cells, of_vertex, sides, x, y, stack, top, found, count, points, none, none, none)


@compiled
def sweep_corners(
    points: Integers,
    cells: Numbers,
    of_vertex: Numbers,
    vertices: Numbers,
    fans: Numbers,
    sides: Integers,
    begin: int,
    end: int,
) -> tuple[Numbers, Numbers]:
    """Return what some corners see along tangents: how many on either side, shape (end - begin, 2), and whom.

    The list of whom is longer than what it holds.
    """
    counts = np.zeros((end - begin, 2), np.int32)
    kept, total = np.empty(16 * (end - begin) + 64, np.int32), 0
    stack, found, none = np.empty((256, 6), np.int64), np.empty(256, np.int32), np.empty(0, np.int32)
    for corner in range(begin, end):
        vertex, fan = vertices[corner], fans[corner]
        for side in range(2):
            sign = 1 - 2 * side
            rx, ry, lx, ly = sides[corner, 0], sides[corner, 1], sides[corner, 2], sides[corner, 3]
            rx, ry, lx, ly = sign * rx, sign * ry, -sign * lx, -sign * ly
            count = -1
            while count < 0:
                count = look_ahead(points, cells, of_vertex, sides, vertex, fan, rx, ry, lx, ly, stack, found, none)
                if count < 0:
                    stack, found = np.empty((2 * len(stack), 6), np.int64), np.empty(2 * len(found), np.int32)
            count = sort_row(points, vertices, points[vertex, 0], points[vertex, 1], found, count)
            while total + count > len(kept):
                kept = longer(kept)
            for index in range(count):
                kept[total + index] = found[index]
            counts[corner - begin, side] = count
            total += count
    return counts, kept


@compiled
def sort_row(points: Integers, vertices: Numbers, x: int, y: int, row: Numbers, count: int) -> int:
    """Sort what was found in a wedge anticlockwise, nearer before farther, once each; return the new count."""
    end = 0
    for index in range(count):
        seen = row[index]
        dx, dy = points[vertices[seen], 0] - x, points[vertices[seen], 1] - y
        spot = end
        known = False
        while spot > 0:
            other = row[spot - 1]
            if other == seen:
                known = True
                break
            ox, oy = points[vertices[other], 0] - x, points[vertices[other], 1] - y
            turn = cross(ox, oy, dx, dy)
            if turn > 0 or (turn == 0 and abs(ox) + abs(oy) <= abs(dx) + abs(dy)):
                break
            spot -= 1
        if known:
            continue
        for later in range(end, spot, -1):
            row[later] = row[later - 1]
        row[spot] = seen
        end += 1
    return end


@compiled
def taut_after(
    points: Integers,
    vertices: Numbers,
    sides: Integers,
    rows: Integers,
    middles: Integers,
    ends: Numbers,
    corner: int,
    dx: int,
    dy: int,
) -> tuple[int, int]:
    """Return which pieces of a corner's row go on tautly for someone who arrives with a direction."""
    x, y = points[vertices[corner], 0], points[vertices[corner], 1]
    if between(dx, dy, sides[corner, 0], sides[corner, 1], -sides[corner, 2], -sides[corner, 3]):
        stop = rows[corner]
        while stop < middles[corner]:
            to = vertices[ends[stop]]
            if cross(dx, dy, points[to, 0] - x, points[to, 1] - y) > 0:
                break
            stop += 1
        return rows[corner], stop
    begin = rows[corner + 1]
    while begin > middles[corner]:
        to = vertices[ends[begin - 1]]
        if cross(dx, dy, points[to, 0] - x, points[to, 1] - y) < 0:
            break
        begin -= 1
    return begin, rows[corner + 1]


@compiled
def link(
    points: Integers,
    vertices: Numbers,
    sides: Integers,
    rows: Integers,
    middles: Integers,
    ends: Numbers,
    spots: Integers,
    spot_rows: Integers,
    spot_ends: Numbers,
) -> tuple[Numbers, Floats]:
    """Return for each piece from some spots to corners its end and the pieces that go on tautly, and its length.

    Shapes (pieces, 3) and (pieces,); lengths in metres.
    """
    links = np.empty((len(spot_ends), 3), np.int32)
    lengths_m = np.empty(len(spot_ends), np.float64)
    for spot in range(len(spots)):
        x, y = spots[spot, 0], spots[spot, 1]
        for piece in range(spot_rows[spot], spot_rows[spot + 1]):
            corner = spot_ends[piece]
            dx, dy = points[vertices[corner], 0] - x, points[vertices[corner], 1] - y
            lengths_m[piece] = straight_m(dx, dy)
            links[piece, 0] = corner
            links[piece, 1], links[piece, 2] = taut_after(points, vertices, sides, rows, middles, ends, corner, dx, dy)
    return links, lengths_m


# Pads


@compiled
def locate(points: Integers, cells: Numbers, beside: Numbers, x: int, y: int) -> int:
    """Return a triangle that holds a point, free or not; -1 outside the box.

    A walk from the nearest of some triangles towards the point, trying edges in a changing order so that it ends in
    any triangulation (Devillers, Pion and Teillaud 2002).
    """
    here, nearest = 0, np.inf
    step = max(1, int(len(cells) / (4 + len(cells) ** (1 / 3))))
    for triangle in range(0, len(cells), step):
        vertex = cells[triangle, 0]
        far = abs(float(points[vertex, 0] - x)) + abs(float(points[vertex, 1] - y))
        if far < nearest:
            here, nearest = triangle, far
    chance = 1
    while True:
        chance = (chance * 1103515245 + 12345) & 0x7FFFFFFF
        first = (chance >> 16) % 3
        moved = False
        for turn in range(3):
            edge = (first + turn) % 3
            a, b = cells[here, edge], cells[here, (edge + 1) % 3]
            ax, ay = points[a, 0], points[a, 1]
            if cross(points[b, 0] - ax, points[b, 1] - ay, x - ax, y - ay) < 0:
                if beside[here, edge] < 0:
                    return -1
                here = beside[here, edge]
                moved = True
                break
        if not moved:
            return here


@compiled
def star(points: Integers, cells: Numbers, beside: Numbers, free: Flags, x: int, y: int) -> Numbers:
    """Return every free triangle that a point lies in or on the edge of."""
    around = np.empty(8, np.int32)
    here = locate(points, cells, beside, x, y)
    if here < 0:
        return around[:0]
    around[0] = here
    count = 1
    for place in range(3):
        vertex, following = cells[here, place], cells[here, (place + 1) % 3]
        ax, ay = points[vertex, 0], points[vertex, 1]
        if ax == x and ay == y:
            around, count = turn_about(cells, beside, here, vertex, around)
            break
        if points[following, 0] == x and points[following, 1] == y:
            continue
        on_edge = cross(points[following, 0] - ax, points[following, 1] - ay, x - ax, y - ay) == 0
        if on_edge and beside[here, place] >= 0:
            around[count] = beside[here, place]
            count += 1
    kept = 0
    for index in range(count):
        if free[around[index]]:
            around[kept] = around[index]
            kept += 1
    return around[:kept]


@compiled
def turn_about(cells: Numbers, beside: Numbers, start: int, vertex: int, around: Numbers) -> tuple[Numbers, int]:
    """Return all triangles around a vertex; every vertex but the four of the box has them all round it."""
    count, here = 0, start
    while here >= 0:
        if count == len(around):
            around = longer(around)
        around[count] = here
        count += 1
        here = beside[here, (place_of(vertex, cells[here, 0], cells[here, 1]) + 2) % 3]
        if here == start:
            break
    return around, count


@compiled
def stars_of(
    points: Integers, cells: Numbers, beside: Numbers, free: Flags, spots: Integers
) -> tuple[Integers, Numbers]:
    """Return the free triangles at each spot as compressed rows: where each begins, and which."""
    rows = np.zeros(len(spots) + 1, np.int64)
    stars = np.empty(2 * len(spots) + 8, np.int32)
    count = 0
    for spot in range(len(spots)):
        around = star(points, cells, beside, free, spots[spot, 0], spots[spot, 1])
        while count + len(around) > len(stars):
            stars = longer(stars)
        for index in range(len(around)):
            stars[count + index] = around[index]
        count += len(around)
        rows[spot + 1] = count
    return rows, stars[:count]


@compiled
def register(triangles: int, rows: Integers, stars: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return linked lists of the spots in each triangle: heads by triangle, nexts and owners by entry."""
    heads = np.full(triangles, -1, np.int32)
    nexts = np.empty(len(stars), np.int32)
    owners = np.empty(len(stars), np.int32)
    for spot in range(len(rows) - 1):
        for entry in range(rows[spot], rows[spot + 1]):
            owners[entry] = spot
            nexts[entry] = heads[stars[entry]]
            heads[stars[entry]] = entry
    return heads, nexts, owners


@compiled
def look_round(
    points: Integers,
    cells: Numbers,
    of_vertex: Numbers,
    sides: Integers,
    x: int,
    y: int,
    stars: Numbers,
    stack: Integers,
    found: Numbers,
    spots: Integers,
    heads: Numbers,
    nexts: Numbers,
    owners: Numbers,
) -> int:
    """Note everything that a point sees all round it, given the triangles it stands in; some things twice.

    Returns how many, or -1 when there is no room.
    """
    count, top = 0, 0
    for entry in range(len(stars)):
        here = stars[entry]
        if top + 3 > len(stack) or count + 3 > len(found):
            return -1
        for place in range(3):
            a, b = cells[here, place], cells[here, (place + 1) % 3]
            ax, ay, bx, by = points[a, 0] - x, points[a, 1] - y, points[b, 0] - x, points[b, 1] - y
            corner = of_vertex[a]
            moves = corner >= 0 and (ax != 0 or ay != 0)
            if moves and tangent(ax, ay, sides[corner, 0], sides[corner, 1], sides[corner, 2], sides[corner, 3]):
                found[count] = corner
                count += 1
            if cross(ax, ay, bx, by) > 0:
                stack[top, 0], stack[top, 1] = here, place
                stack[top, 2], stack[top, 3], stack[top, 4], stack[top, 5] = ax, ay, bx, by
                top += 1
        pad = heads[here] if len(heads) > 0 else np.int32(-1)
        while pad >= 0:
            if count == len(found):
                return -1
            found[count] = -1 - owners[pad]
            count += 1
            pad = nexts[pad]
    return sweep(points, cells, of_vertex, sides, x, y, stack, top, found, count, spots, heads, nexts, owners)


@compiled
def seen_from(
    points: Integers,
    cells: Numbers,
    of_vertex: Numbers,
    sides: Integers,
    x: int,
    y: int,
    stars: Numbers,
    spots: Integers,
    heads: Numbers,
    nexts: Numbers,
    owners: Numbers,
) -> Numbers:
    """Return everything that a point sees all round it; some things twice."""
    room = 512
    while True:
        stack, found = np.empty((room, 6), np.int64), np.empty(room, np.int32)
        count = look_round(points, cells, of_vertex, sides, x, y, stars, stack, found, spots, heads, nexts, owners)
        if count >= 0:
            return found[:count]
        room *= 2


@compiled
def sweep_pads(
    points: Integers,
    cells: Numbers,
    of_vertex: Numbers,
    sides: Integers,
    spots: Integers,
    rows: Integers,
    stars: Numbers,
    heads: Numbers,
    nexts: Numbers,
    owners: Numbers,
    begin: int,
    end: int,
) -> tuple[Numbers, Numbers]:
    """Return what some pads see, some things twice: how many, shape (end - begin,), and whom.

    The list of whom is longer than what it holds.
    """
    counts = np.zeros(end - begin, np.int32)
    kept, total = np.empty(64 * (end - begin) + 64, np.int32), 0
    for pad in range(begin, end):
        x, y, mine = spots[pad, 0], spots[pad, 1], stars[rows[pad] : rows[pad + 1]]
        found = seen_from(points, cells, of_vertex, sides, x, y, mine, spots, heads, nexts, owners)
        while total + len(found) > len(kept):
            kept = longer(kept)
        for index in range(len(found)):
            kept[total + index] = found[index]
        counts[pad - begin] = len(found)
        total += len(found)
    return counts, kept


# Searching


@compiled
def put(keys: Floats, nodes: Numbers, size: int, key: float, node: int) -> int:
    """Put a node on a binary heap and return the new size."""
    spot = size
    while spot > 0:
        above = (spot - 1) >> 1
        if keys[above] <= key:
            break
        keys[spot], nodes[spot] = keys[above], nodes[above]
        spot = above
    keys[spot], nodes[spot] = key, node
    return size + 1


@compiled
def take(keys: Floats, nodes: Numbers, size: int) -> int:
    """Take the first node off a binary heap, which is not empty, and return the new size."""
    size -= 1
    key, node = keys[size], nodes[size]
    spot = 0
    while True:
        below = 2 * spot + 1
        if below >= size:
            break
        if below + 1 < size and keys[below + 1] < keys[below]:
            below += 1
        if keys[below] >= key:
            break
        keys[spot], nodes[spot] = keys[below], nodes[below]
        spot = below
    keys[spot], nodes[spot] = key, node
    return size


@compiled
def enqueue(queue: Numbers, heads: Numbers, node: int, slot: int) -> None:
    """Put a node first in a bucket, out of the one it is in; ``queue`` holds next, previous and bucket of each."""
    if queue[node, 2] >= 0:
        following, before = queue[node, 0], queue[node, 1]
        if before >= 0:
            queue[before, 0] = following
        else:
            heads[queue[node, 2]] = following
        if following >= 0:
            queue[following, 1] = before
    first = heads[slot]
    if first >= 0:
        queue[first, 1] = node
    queue[node, 0], queue[node, 1], queue[node, 2] = first, -1, slot
    heads[slot] = node


@compiled
def spread(
    links: Numbers,
    lengths_m: Floats,
    starts: Numbers,
    start_lengths_m: Floats,
    longest_m: float,
    reached_m: Floats,
    states: Numbers,
    queue: Numbers,
) -> None:
    """Fill in how far each corner is from a pad, and its state.

    A state is the corner before it (-1: none), and the pieces that go on from it: from, to (exclusive).

    Dijkstra's search with buckets in place of a heap (Dial 1969): inside a bucket corners come in any order, and one
    that is bettered later is worked off again. No piece may be longer than ``longest_m``. From each corner the search
    goes on only along pieces that are taut after the one it came by, because any other can be shortened; so corners
    at which no shortest path bends may stay out of reach, or farther than they are.
    """
    for corner in range(len(reached_m)):
        reached_m[corner], queue[corner, 2] = np.inf, -1
    heads = np.full(BUCKETS + 2, -1, np.int32)
    a_metre = BUCKETS / longest_m
    waiting, bucket = 0, 0
    for piece in range(len(starts)):
        corner, length_m = starts[piece, 0], start_lengths_m[piece]
        reached_m[corner] = length_m
        states[corner, 0], states[corner, 1], states[corner, 2] = -1, starts[piece, 1], starts[piece, 2]
        enqueue(queue, heads, corner, int(length_m * a_metre) % len(heads))
        waiting += 1
    while waiting > 0:
        here = heads[bucket]
        if here < 0:
            bucket = (bucket + 1) % len(heads)
            continue
        following = queue[here, 0]
        heads[bucket], queue[here, 2] = following, -1
        if following >= 0:
            queue[following, 1] = -1
        waiting -= 1
        far_m = reached_m[here]
        for piece in range(states[here, 1], states[here, 2]):
            corner, length_m = links[piece, 0], far_m + lengths_m[piece]
            if length_m < reached_m[corner]:
                reached_m[corner] = length_m
                states[corner, 0], states[corner, 1], states[corner, 2] = here, links[piece, 1], links[piece, 2]
                waiting += queue[corner, 2] < 0
                enqueue(queue, heads, corner, int(length_m * a_metre) % len(heads))


@compiled
def spread_out(
    links: Numbers, lengths_m: Floats, starts: Numbers, start_lengths_m: Floats, longest_m: float, corners: int
) -> tuple[Floats, Numbers]:
    """Return how far each corner is from a pad, and the state of each. Shapes (corners,), (corners, 3)."""
    reached_m, states = np.empty(corners), np.full((corners, 3), -1, np.int32)
    spread(links, lengths_m, starts, start_lengths_m, longest_m, reached_m, states, np.empty((corners, 3), np.int32))
    return reached_m, states


@compiled
def to_pads(
    rows: Integers,
    pad_links: Numbers,
    pad_lengths_m: Floats,
    reached_m: Floats,
    begin: int,
    best_m: Floats,
    lasts: Numbers,
) -> None:
    """Fill in how far the pads from a number on are over corners, and over which last corner (-1: none)."""
    for pad in range(begin, len(best_m)):
        best_m[pad], lasts[pad] = np.inf, -1
        for piece in range(rows[pad], rows[pad + 1]):
            length_m = reached_m[pad_links[piece, 0]] + pad_lengths_m[piece]
            if length_m < best_m[pad]:
                best_m[pad], lasts[pad] = length_m, pad_links[piece, 0]


@compiled
def spread_to_later_pads(
    links: Numbers,
    lengths_m: Floats,
    rows: Integers,
    pad_links: Numbers,
    pad_lengths_m: Floats,
    longest_m: float,
    corners: int,
    begin: int,
    end: int,
) -> Floats:
    """Return for some pads how far each later pad is over corners, else infinite. Shape (end - begin, pads)."""
    best_m = np.full((end - begin, len(rows) - 1), np.inf)
    lasts = np.empty(len(rows) - 1, np.int32)
    reached_m, states = np.empty(corners), np.empty((corners, 3), np.int32)
    queue = np.empty((corners, 3), np.int32)
    for pad in range(begin, end):
        mine = slice(rows[pad], rows[pad + 1])
        spread(links, lengths_m, pad_links[mine], pad_lengths_m[mine], longest_m, reached_m, states, queue)
        to_pads(rows, pad_links, pad_lengths_m, reached_m, pad + 1, best_m[pad - begin], lasts)
    return best_m


@compiled
def see_both(
    points: Integers,
    cells: Numbers,
    beside: Numbers,
    free: Flags,
    of_vertex: Numbers,
    sides: Integers,
    sx: int,
    sy: int,
    gx: int,
    gy: int,
    heads: Numbers,
) -> tuple[int, Numbers, Numbers]:
    """Return the corners that a first and a second point see, after what is special about them.

    0: nothing; 1: they see each other; -1, -2: the first, the second does not stand in free space. ``heads`` is -1
    throughout, and again in the end.
    """
    nobody = np.empty(0, np.int32)
    start = star(points, cells, beside, free, sx, sy)
    if len(start) == 0:
        return -1, nobody, nobody
    goal = star(points, cells, beside, free, gx, gy)
    if len(goal) == 0:
        return -2, nobody, nobody
    spots = np.empty((1, 2), np.int64)
    spots[0, 0], spots[0, 1] = gx, gy
    nexts, owners = np.full(len(goal), -1, np.int32), np.zeros(len(goal), np.int32)
    for entry in range(len(goal)):
        heads[goal[entry]] = entry
    seen = seen_from(points, cells, of_vertex, sides, sx, sy, start, spots, heads, nexts, owners)
    for entry in range(len(goal)):
        heads[goal[entry]] = -1
    for index in range(len(seen)):
        if seen[index] < 0:
            return 1, nobody, nobody
    return 0, seen, seen_from(points, cells, of_vertex, sides, gx, gy, goal, spots, nobody, nexts, owners)


@compiled
def forget(lengths_m: Floats, corners: Numbers, count: int) -> None:
    """Make the lengths of some corners infinite again."""
    for index in range(count):
        lengths_m[corners[index]] = np.inf


@compiled
def seek(
    corners_mm: Integers,
    links: Numbers,
    lengths_m: Floats,
    starts: Numbers,
    start_lengths_m: Floats,
    homes: Numbers,
    gx: int,
    gy: int,
    reached_m: Floats,
    home_m: Floats,
    states: Numbers,
    keys: Floats,
    nodes: Numbers,
    touched: Numbers,
) -> tuple[float, int]:
    """Return the length in metres of the shortest path to a point, and its last corner; infinite, -1 without one.

    A* over the tangent graph. ``reached_m`` and ``home_m`` are infinite throughout when it begins, and again when it
    ends; ``states`` then holds the way.
    """
    for index in range(len(homes)):
        x, y = corners_mm[homes[index], 0], corners_mm[homes[index], 1]
        home_m[homes[index]] = straight_m(x - gx, y - gy)
    marks, size, best_m, last = 0, 0, np.inf, -1
    for piece in range(len(starts)):
        corner = starts[piece, 0]
        if reached_m[corner] == np.inf:
            touched[marks] = corner
            marks += 1
            reached_m[corner] = start_lengths_m[piece]
            states[corner, 0], states[corner, 1], states[corner, 2] = -1, starts[piece, 1], starts[piece, 2]
            left_m = straight_m(corners_mm[corner, 0] - gx, corners_mm[corner, 1] - gy)
            size = put(keys, nodes, size, reached_m[corner] + left_m, corner)
    while size > 0 and keys[0] < best_m:
        here, key_m = nodes[0], keys[0]
        size = take(keys, nodes, size)
        far_m = reached_m[here]
        if key_m > far_m + straight_m(corners_mm[here, 0] - gx, corners_mm[here, 1] - gy):
            continue
        if far_m + home_m[here] < best_m:
            best_m, last = far_m + home_m[here], here
        for piece in range(states[here, 1], states[here, 2]):
            corner, length_m = links[piece, 0], far_m + lengths_m[piece]
            if length_m < reached_m[corner]:
                touched[marks] = corner
                marks += reached_m[corner] == np.inf
                reached_m[corner] = length_m
                states[corner, 0], states[corner, 1], states[corner, 2] = here, links[piece, 1], links[piece, 2]
                left_m = straight_m(corners_mm[corner, 0] - gx, corners_mm[corner, 1] - gy)
                size = put(keys, nodes, size, length_m + left_m, corner)
    forget(reached_m, touched, marks)
    forget(home_m, homes, len(homes))
    return best_m, last


@compiled
def find(
    points: Integers,
    cells: Numbers,
    beside: Numbers,
    free: Flags,
    of_vertex: Numbers,
    vertices: Numbers,
    sides: Integers,
    corners_mm: Integers,
    rows: Integers,
    middles: Integers,
    ends: Numbers,
    links: Numbers,
    lengths_m: Floats,
    sx: int,
    sy: int,
    gx: int,
    gy: int,
    reached_m: Floats,
    home_m: Floats,
    states: Numbers,
    keys: Floats,
    nodes: Numbers,
    touched: Numbers,
    heads: Numbers,
) -> tuple[float, int]:
    """Return the length in metres of the shortest path between two points, and its last corner (-1: none).

    Neither point need be known before. The length is infinite when there is no path, and negative when the first
    (-1) or the second (-2) point does not stand in free space. The work arrays from ``reached_m`` on are those of
    ``seek`` and ``see_both``.
    """
    special, seen, homes = see_both(points, cells, beside, free, of_vertex, sides, sx, sy, gx, gy, heads)
    if special != 0:
        return straight_m(gx - sx, gy - sy) if special > 0 else float(special), -1
    spots, spot_rows = np.empty((1, 2), np.int64), np.zeros(2, np.int64)
    spots[0, 0], spots[0, 1], spot_rows[1] = sx, sy, len(seen)
    starts, start_lengths_m = link(points, vertices, sides, rows, middles, ends, spots, spot_rows, seen)
    return seek(
        corners_mm, links, lengths_m, starts, start_lengths_m, homes, gx, gy,
        reached_m, home_m, states, keys, nodes, touched,
    )  # fmt: skip

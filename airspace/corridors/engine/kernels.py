"""The inner loops. Millimetres in int64; angles are compared by cross products only."""

from __future__ import annotations

import numpy as np

from airspace.corridors.engine.compiling import compiled
from airspace.corridors.engine.tables import Corners, Floats, Integers, Mesh, Numbers, Tangents, Views


@compiled
def cross(ax: int, ay: int, bx: int, by: int) -> int:
    """Return twice the area between two vectors: positive when the second lies to the left of the first."""
    return ax * by - ay * bx


@compiled
def place_in(triangles: Numbers, triangle: int, vertex: int) -> int:
    """Return where in a triangle a vertex stands."""
    if triangles[triangle, 0] == vertex:
        return 0
    return 1 if triangles[triangle, 1] == vertex else 2


# Corners


@compiled
def corner_fans(mesh: Mesh) -> Numbers:
    """Return for each vertex with a free side wider than a half turn: its first free triangle, and the vertices at
    the ends of the first and last edge; else -1. Shape (vertices, 3)."""
    points, triangles, doors = mesh.points, mesh.triangles, mesh.doors
    fans = np.full((len(points), 3), -1, np.int32)
    for triangle in range(len(triangles)):
        if not mesh.free[triangle]:
            continue
        for place in range(3):
            if doors[triangle, place] >= 0:
                continue
            vertex, first = triangles[triangle, place], triangles[triangle, (place + 1) % 3]
            here, at = triangle, place
            while doors[here, (at + 2) % 3] >= 0:
                here = doors[here, (at + 2) % 3]
                at = place_in(triangles, here, vertex)
            last = triangles[here, (at + 2) % 3]
            x, y = points[vertex, 0], points[vertex, 1]
            if cross(points[first, 0] - x, points[first, 1] - y, points[last, 0] - x, points[last, 1] - y) < 0:
                fans[vertex, 0], fans[vertex, 1], fans[vertex, 2] = triangle, first, last
    return fans


@compiled
def tangent(corners: Corners, corner: int, dx: int, dy: int) -> bool:
    """Tell whether a line of this direction through a corner leaves both its edges on one side."""
    first = cross(dx, dy, corners.first[corner, 0], corners.first[corner, 1])
    last = cross(dx, dy, corners.last[corner, 0], corners.last[corner, 1])
    return (first >= 0 and last >= 0) or (first <= 0 and last <= 0)


@compiled
def between(dx: int, dy: int, rx: int, ry: int, lx: int, ly: int) -> bool:
    """Tell whether a direction lies in the closed cone from a right to a left one, less than a half turn apart."""
    return cross(rx, ry, dx, dy) >= 0 and cross(dx, dy, lx, ly) >= 0


# Sweeping


@compiled
def grown(table: Integers) -> Integers:
    """Return a table twice as long with the same beginning."""
    longer = np.empty((2 * len(table), table.shape[1]), np.int64)
    longer[: len(table)] = table
    return longer


@compiled
def grown_list(row: Numbers) -> Numbers:
    """Return a list twice as long with the same beginning."""
    longer = np.empty(2 * len(row), np.int32)
    longer[: len(row)] = row
    return longer


@compiled
def note(mesh: Mesh, corners: Corners, x: int, y: int, vertex: int, found: Numbers, count: int) -> int:
    """Note the corner at a visible vertex when the piece to it is tangent there."""
    corner = corners.of_vertex[vertex]
    if corner >= 0:
        dx, dy = mesh.points[vertex, 0] - x, mesh.points[vertex, 1] - y
        if (dx != 0 or dy != 0) and tangent(corners, corner, dx, dy):
            found[count] = corner
            count += 1
    return count


@compiled
def sweep(
    mesh: Mesh,
    corners: Corners,
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
) -> tuple[Integers, Numbers, int]:
    """Work off a stack of cones seen from a point: triangle, edge to look through, right and left direction.

    Corners that are seen along a tangent are noted by number, pads that stand in a triangle (heads, nexts, owners
    make a linked list) by -1 - number.
    """
    points, triangles, doors = mesh.points, mesh.triangles, mesh.doors
    while top > 0:
        top -= 1
        here, edge = stack[top, 0], stack[top, 1]
        rx, ry, lx, ly = stack[top, 2], stack[top, 3], stack[top, 4], stack[top, 5]
        while True:
            behind = doors[here, edge]
            if behind < 0:
                break
            entry = place_in(triangles, behind, triangles[here, (edge + 1) % 3])
            here = behind
            vertex = triangles[here, (entry + 2) % 3]
            dx, dy = points[vertex, 0] - x, points[vertex, 1] - y
            from_right, from_left = cross(rx, ry, dx, dy), cross(lx, ly, dx, dy)
            if count + 1 >= len(found):
                found = grown_list(found)
            if from_right >= 0 and from_left <= 0:
                count = note(mesh, corners, x, y, vertex, found, count)
            if len(heads) > 0:
                entry_pad = heads[here]
                while entry_pad >= 0:
                    px, py = spots[owners[entry_pad], 0] - x, spots[owners[entry_pad], 1] - y
                    if between(px, py, rx, ry, lx, ly):
                        if count + 1 >= len(found):
                            found = grown_list(found)
                        found[count] = -1 - owners[entry_pad]
                        count += 1
                    entry_pad = nexts[entry_pad]
            if from_right >= 0:
                if from_left <= 0:
                    if top + 1 >= len(stack):
                        stack = grown(stack)
                    stack[top, 0], stack[top, 1] = here, (entry + 2) % 3
                    stack[top, 2], stack[top, 3], stack[top, 4], stack[top, 5] = dx, dy, lx, ly
                    top += 1
                    lx, ly = dx, dy
                edge = (entry + 1) % 3
            else:
                edge = (entry + 2) % 3
    return stack, found, count


@compiled
def sweep_wedge(
    mesh: Mesh,
    corners: Corners,
    corner: int,
    rx: int,
    ry: int,
    lx: int,
    ly: int,
    stack: Integers,
    found: Numbers,
    count: int,
    none: Numbers,
) -> tuple[Integers, Numbers, int]:
    """Note what a corner sees along tangents between two directions, right and left, on its free side."""
    points, triangles, doors = mesh.points, mesh.triangles, mesh.doors
    vertex = corners.vertices[corner]
    x, y = points[vertex, 0], points[vertex, 1]
    here = corners.fans[corner]
    at = place_in(triangles, here, vertex)
    top = 0
    while True:
        a, b = triangles[here, (at + 1) % 3], triangles[here, (at + 2) % 3]
        ax, ay, bx, by = points[a, 0] - x, points[a, 1] - y, points[b, 0] - x, points[b, 1] - y
        if count + 2 >= len(found):
            found = grown_list(found)
        if between(ax, ay, rx, ry, lx, ly):
            count = note(mesh, corners, x, y, a, found, count)
        if between(bx, by, rx, ry, lx, ly):
            count = note(mesh, corners, x, y, b, found, count)
        overlaps, crx, cry, clx, cly = overlap(ax, ay, bx, by, rx, ry, lx, ly)
        if overlaps:
            if top + 1 >= len(stack):
                stack = grown(stack)
            stack[top, 0], stack[top, 1] = here, (at + 1) % 3
            stack[top, 2], stack[top, 3], stack[top, 4], stack[top, 5] = crx, cry, clx, cly
            top += 1
        if doors[here, (at + 2) % 3] < 0:
            break
        here = doors[here, (at + 2) % 3]
        at = place_in(triangles, here, vertex)
    return sweep(mesh, corners, x, y, stack, top, found, count, points, none, none, none)


@compiled
def overlap(
    ax: int, ay: int, bx: int, by: int, rx: int, ry: int, lx: int, ly: int
) -> tuple[bool, int, int, int, int]:
    """Return whether two closed cones overlap, and the right and left direction of what they share."""
    if between(ax, ay, rx, ry, lx, ly):
        crx, cry = ax, ay
    elif between(rx, ry, ax, ay, bx, by):
        crx, cry = rx, ry
    else:
        return False, rx, ry, lx, ly
    if between(bx, by, rx, ry, lx, ly):
        return True, crx, cry, bx, by
    return between(lx, ly, ax, ay, bx, by), crx, cry, lx, ly


@compiled
def sort_row(mesh: Mesh, corners: Corners, corner: int, row: Numbers, begin: int, count: int) -> int:
    """Sort what was found in a wedge anticlockwise, nearer before farther, once each; return the new count."""
    vertices, points = corners.vertices, mesh.points
    x, y = points[vertices[corner], 0], points[vertices[corner], 1]
    end = begin
    for index in range(begin, count):
        seen = row[index]
        dx, dy = points[vertices[seen], 0] - x, points[vertices[seen], 1] - y
        spot = end
        known = False
        while spot > begin:
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
        for other in range(end, spot, -1):
            row[other] = row[other - 1]
        row[spot] = seen
        end += 1
    return end


@compiled
def sweep_corners(mesh: Mesh, corners: Corners, begin: int, end: int) -> tuple[Numbers, Numbers]:
    """Return what some corners see along tangents: how many on either side, shape (end - begin, 2), and whom."""
    counts = np.zeros((end - begin, 2), np.int32)
    found = np.empty(16 * (end - begin) + 16, np.int32)
    stack = np.empty((64, 6), np.int64)
    none = np.empty(0, np.int32)
    count = 0
    for corner in range(begin, end):
        fx, fy = corners.first[corner, 0], corners.first[corner, 1]
        lx, ly = corners.last[corner, 0], corners.last[corner, 1]
        before = count
        stack, found, count = sweep_wedge(mesh, corners, corner, fx, fy, -lx, -ly, stack, found, count, none)
        count = sort_row(mesh, corners, corner, found, before, count)
        counts[corner - begin, 0] = count - before
        before = count
        stack, found, count = sweep_wedge(mesh, corners, corner, -fx, -fy, lx, ly, stack, found, count, none)
        count = sort_row(mesh, corners, corner, found, before, count)
        counts[corner - begin, 1] = count - before
    return counts, found[:count].copy()


@compiled
def onward(mesh: Mesh, corners: Corners, rows: Integers, middles: Integers, ends: Numbers, corner: int, dx: int, dy: int) -> tuple[int, int]:
    """Return which pieces of a corner's row go on tautly for someone who arrives with a direction."""
    points, vertices = mesh.points, corners.vertices
    x, y = points[vertices[corner], 0], points[vertices[corner], 1]
    fx, fy, lx, ly = corners.first[corner, 0], corners.first[corner, 1], corners.last[corner, 0], corners.last[corner, 1]
    if between(dx, dy, fx, fy, -lx, -ly):
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
def measure(mesh: Mesh, corners: Corners, rows: Integers, middles: Integers, ends: Numbers) -> tuple[Floats, Integers]:
    """Return the length in metres of each piece, and the pieces that go on tautly from its end."""
    points, vertices = mesh.points, corners.vertices
    lengths_m = np.empty(len(ends), np.float64)
    further = np.empty((len(ends), 2), np.int64)
    for corner in range(len(vertices)):
        x, y = points[vertices[corner], 0], points[vertices[corner], 1]
        for piece in range(rows[corner], rows[corner + 1]):
            to = vertices[ends[piece]]
            dx, dy = points[to, 0] - x, points[to, 1] - y
            lengths_m[piece] = np.hypot(float(dx), float(dy)) / 1000
            further[piece, 0], further[piece, 1] = onward(mesh, corners, rows, middles, ends, ends[piece], dx, dy)
    return lengths_m, further


# Pads


@compiled
def locate(mesh: Mesh, x: int, y: int) -> int:
    """Return a triangle that holds a point, free or not; -1 outside the box.

    A walk from the nearest of some triangles towards the point, trying edges in a changing order so that it ends in
    any triangulation (Devillers, Pion and Teillaud 2002).
    """
    points, triangles, beside = mesh.points, mesh.triangles, mesh.beside
    here, nearest = 0, np.inf
    step = max(1, int(len(triangles) / (4 + len(triangles) ** (1 / 3))))
    for triangle in range(0, len(triangles), step):
        vertex = triangles[triangle, 0]
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
            a, b = triangles[here, edge], triangles[here, (edge + 1) % 3]
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
def star(mesh: Mesh, x: int, y: int) -> Numbers:
    """Return every free triangle that a point lies in or on the edge of."""
    points, triangles, beside = mesh.points, mesh.triangles, mesh.beside
    here = locate(mesh, x, y)
    around = np.empty(8, np.int32)
    if here < 0:
        return around[:0]
    around[0] = here
    count = 1
    for place in range(3):
        vertex, following = triangles[here, place], triangles[here, (place + 1) % 3]
        ax, ay = points[vertex, 0], points[vertex, 1]
        if ax == x and ay == y:
            around, count = turn_about(mesh, here, vertex, around)
            break
        if points[following, 0] == x and points[following, 1] == y:
            continue
        if cross(points[following, 0] - ax, points[following, 1] - ay, x - ax, y - ay) == 0 and beside[here, place] >= 0:
            around[count] = beside[here, place]
            count += 1
    kept = 0
    for index in range(count):
        if mesh.free[around[index]]:
            around[kept] = around[index]
            kept += 1
    return around[:kept].copy()


@compiled
def turn_about(mesh: Mesh, start: int, vertex: int, around: Numbers) -> tuple[Numbers, int]:
    """Return all triangles around a vertex; first one way round, then, from a rim, the other way."""
    triangles, beside = mesh.triangles, mesh.beside
    count = 0
    for back in range(2):
        here = start
        while True:
            if back == 0 or here != start:
                if count + 1 >= len(around):
                    around = grown_list(around)
                around[count] = here
                count += 1
            at = place_in(triangles, here, vertex)
            here = beside[here, (at + 2) % 3 if back == 0 else at]
            if here < 0 or here == start:
                break
        if here == start:
            break
    return around, count


@compiled
def look_round(
    mesh: Mesh,
    corners: Corners,
    spots: Integers,
    x: int,
    y: int,
    stars: Numbers,
    begin: int,
    end: int,
    stack: Integers,
    found: Numbers,
    count: int,
    heads: Numbers,
    nexts: Numbers,
    owners: Numbers,
) -> tuple[Integers, Numbers, int]:
    """Note everything that a point sees all round it; its triangles are some entries of ``stars``."""
    points, triangles = mesh.points, mesh.triangles
    for entry in range(begin, end):
        here = stars[entry]
        top = 0
        for place in range(3):
            a, b = triangles[here, place], triangles[here, (place + 1) % 3]
            if count + 1 >= len(found):
                found = grown_list(found)
            count = note(mesh, corners, x, y, a, found, count)
            ax, ay, bx, by = points[a, 0] - x, points[a, 1] - y, points[b, 0] - x, points[b, 1] - y
            if cross(ax, ay, bx, by) > 0:
                stack[top, 0], stack[top, 1] = here, place
                stack[top, 2], stack[top, 3], stack[top, 4], stack[top, 5] = ax, ay, bx, by
                top += 1
        if len(heads) > 0:
            entry_pad = heads[here]
            while entry_pad >= 0:
                if count + 1 >= len(found):
                    found = grown_list(found)
                found[count] = -1 - owners[entry_pad]
                count += 1
                entry_pad = nexts[entry_pad]
        stack, found, count = sweep(mesh, corners, x, y, stack, top, found, count, spots, heads, nexts, owners)
    return stack, found, count


@compiled
def stars_of(mesh: Mesh, spots: Integers) -> tuple[Integers, Numbers]:
    """Return the free triangles at each point as compressed rows: where each begins, and which."""
    rows = np.zeros(len(spots) + 1, np.int64)
    stars = np.empty(2 * len(spots) + 8, np.int32)
    count = 0
    for spot in range(len(spots)):
        around = star(mesh, spots[spot, 0], spots[spot, 1])
        while count + len(around) > len(stars):
            stars = grown_list(stars)
        stars[count : count + len(around)] = around
        count += len(around)
        rows[spot + 1] = count
    return rows, stars[:count].copy()


@compiled
def register(triangles: int, rows: Integers, stars: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return linked lists of the points in each triangle: heads by triangle, nexts and owners by entry."""
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
def sweep_pads(
    mesh: Mesh,
    corners: Corners,
    spots: Integers,
    rows: Integers,
    stars: Numbers,
    heads: Numbers,
    nexts: Numbers,
    owners: Numbers,
    begin: int,
    end: int,
) -> tuple[Numbers, Numbers]:
    """Return what some pads see, once each and sorted: how many, shape (end - begin,), and whom."""
    counts = np.zeros(end - begin, np.int32)
    kept = np.empty(64 * (end - begin) + 64, np.int32)
    found = np.empty(256, np.int32)
    stack = np.empty((64, 6), np.int64)
    total = 0
    for spot in range(begin, end):
        stack, found, count = look_round(
            mesh, corners, spots, spots[spot, 0], spots[spot, 1], stars, rows[spot], rows[spot + 1],
            stack, found, 0, heads, nexts, owners,
        )  # fmt: skip
        seen = np.sort(found[:count])
        while total + count > len(kept):
            kept = grown_list(kept)
        before = total
        for index in range(count):
            if (index == 0 or seen[index] != seen[index - 1]) and seen[index] != -1 - spot:
                kept[total] = seen[index]
                total += 1
        counts[spot - begin] = total - before
    return counts, kept[:total].copy()


@compiled
def measure_views(
    mesh: Mesh, corners: Corners, tangents: Tangents, spots: Integers, rows: Integers, ends: Numbers
) -> tuple[Floats, Integers]:
    """Return the length in metres of each piece from a pad to a corner, and the pieces that go on tautly from there."""
    lengths_m = np.empty(len(ends), np.float64)
    further = np.empty((len(ends), 2), np.int64)
    for spot in range(len(spots)):
        for piece in range(rows[spot], rows[spot + 1]):
            corner = ends[piece]
            vertex = corners.vertices[corner]
            dx, dy = mesh.points[vertex, 0] - spots[spot, 0], mesh.points[vertex, 1] - spots[spot, 1]
            lengths_m[piece] = np.hypot(float(dx), float(dy)) / 1000
            further[piece, 0], further[piece, 1] = onward(
                mesh, corners, tangents.rows, tangents.middles, tangents.ends, corner, dx, dy
            )
    return lengths_m, further


# Searching


@compiled
def sift_in(keys: Floats, nodes: Numbers, size: int, key: float, node: int) -> int:
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
def sift_out(keys: Floats, nodes: Numbers, size: int) -> int:
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
def spread(
    tangents: Tangents,
    views: Views,
    pad: int,
    reached_m: Floats,
    previous: Numbers,
    spans: Integers,
    keys: Floats,
    nodes: Numbers,
) -> None:
    """Fill in how far each corner is from a pad, and over which corner (-1: straight from the pad).

    Dijkstra's search; from each corner it goes on only along pieces that are taut after the one it came by, because
    any other can be shortened.
    """
    reached_m[:] = np.inf
    size = 0
    for piece in range(views.rows[pad], views.rows[pad + 1]):
        corner = views.ends[piece]
        reached_m[corner], previous[corner] = views.lengths_m[piece], -1
        spans[corner, 0], spans[corner, 1] = views.onward[piece, 0], views.onward[piece, 1]
        size = sift_in(keys, nodes, size, views.lengths_m[piece], corner)
    while size > 0:
        here, far_m = nodes[0], keys[0]
        size = sift_out(keys, nodes, size)
        if far_m > reached_m[here]:
            continue
        for piece in range(spans[here, 0], spans[here, 1]):
            corner, length_m = tangents.ends[piece], far_m + tangents.lengths_m[piece]
            if length_m < reached_m[corner]:
                reached_m[corner], previous[corner] = length_m, here
                spans[corner, 0], spans[corner, 1] = tangents.onward[piece, 0], tangents.onward[piece, 1]
                size = sift_in(keys, nodes, size, length_m, corner)


@compiled
def to_pads(views: Views, reached_m: Floats, begin: int) -> tuple[Floats, Numbers]:
    """Return how far the pads from a number on are over corners, and over which last corner (-1: none).

    Shapes (pads,); infinite before that number.
    """
    pads = len(views.points)
    lengths_m, lasts = np.full(pads, np.inf), np.full(pads, -1, np.int32)
    for pad in range(begin, pads):
        for piece in range(views.rows[pad], views.rows[pad + 1]):
            length_m = reached_m[views.ends[piece]] + views.lengths_m[piece]
            if length_m < lengths_m[pad]:
                lengths_m[pad], lasts[pad] = length_m, views.ends[piece]
    return lengths_m, lasts


@compiled
def spread_out(tangents: Tangents, views: Views, corners: int, pad: int) -> tuple[Floats, Numbers]:
    """Return how far each corner is from a pad, and the corner before it (-1: none). Shapes (corners,)."""
    reached_m, previous = np.empty(corners), np.full(corners, -1, np.int32)
    spans = np.empty((corners, 2), np.int64)
    room = len(tangents.ends) + corners + 1
    spread(tangents, views, pad, reached_m, previous, spans, np.empty(room), np.empty(room, np.int32))
    return reached_m, previous


@compiled
def spread_to_later_pads(tangents: Tangents, views: Views, corners: int, begin: int, end: int) -> Floats:
    """Return for some pads how far each later pad is over corners, else infinite. Shape (end - begin, pads)."""
    lengths_m = np.empty((end - begin, len(views.points)))
    reached_m, previous = np.empty(corners), np.full(corners, -1, np.int32)
    spans = np.empty((corners, 2), np.int64)
    room = len(tangents.ends) + corners + 1
    keys, nodes = np.empty(room), np.empty(room, np.int32)
    for pad in range(begin, end):
        spread(tangents, views, pad, reached_m, previous, spans, keys, nodes)
        lengths_m[pad - begin] = to_pads(views, reached_m, pad + 1)[0]
    return lengths_m


@compiled
def find(
    mesh: Mesh,
    corners: Corners,
    tangents: Tangents,
    sx: int,
    sy: int,
    gx: int,
    gy: int,
    reached_m: Floats,
    home_m: Floats,
    previous: Numbers,
    spans: Integers,
    keys: Floats,
    nodes: Numbers,
    touched: Numbers,
    heads: Numbers,
) -> tuple[float, int]:
    """Return the length in metres of the shortest path between two points, and its last corner (-1: none).

    A* over the tangent graph; neither point need be known before. The length is infinite when there is no path, and
    negative when the first (-1) or the second (-2) point does not stand in free space. The work arrays are infinite
    (reached_m, home_m) or -1 (heads) throughout when it begins, and again when it ends; ``previous`` then holds the way.
    """
    spots = np.empty((2, 2), np.int64)
    spots[0, 0], spots[0, 1], spots[1, 0], spots[1, 1] = sx, sy, gx, gy
    start, goal = star(mesh, sx, sy), star(mesh, gx, gy)
    if len(start) == 0 or len(goal) == 0:
        return (-1.0 if len(start) == 0 else -2.0), -1
    nexts, owners = np.full(len(goal), -1, np.int32), np.ones(len(goal), np.int32)
    for entry in range(len(goal)):
        heads[goal[entry]] = entry
    stack, found = np.empty((64, 6), np.int64), np.empty(256, np.int32)
    stack, found, count = look_round(
        mesh, corners, spots, sx, sy, start, 0, len(start), stack, found, 0, heads, nexts, owners
    )
    for entry in range(len(goal)):
        heads[goal[entry]] = -1
    direct = False
    for index in range(count):
        direct = direct or found[index] < 0
    if direct:
        return np.hypot(float(gx - sx), float(gy - sy)) / 1000, -1
    none = heads[:0]
    stack, homes, home_count = look_round(
        mesh, corners, spots, gx, gy, goal, 0, len(goal), stack, np.empty(256, np.int32), 0, none, none, none
    )
    points, vertices = mesh.points, corners.vertices
    for index in range(home_count):
        vertex = vertices[homes[index]]
        home_m[homes[index]] = np.hypot(float(points[vertex, 0] - gx), float(points[vertex, 1] - gy)) / 1000
    marks, size, best_m, last = 0, 0, np.inf, -1
    for index in range(count):
        corner = found[index]
        vertex = vertices[corner]
        dx, dy = points[vertex, 0] - sx, points[vertex, 1] - sy
        length_m = np.hypot(float(dx), float(dy)) / 1000
        if length_m < reached_m[corner]:
            touched[marks] = corner
            marks += 1
            reached_m[corner], previous[corner] = length_m, -1
            spans[corner, 0], spans[corner, 1] = onward(
                mesh, corners, tangents.rows, tangents.middles, tangents.ends, corner, dx, dy
            )
            left_m = np.hypot(float(points[vertex, 0] - gx), float(points[vertex, 1] - gy)) / 1000
            size = sift_in(keys, nodes, size, length_m + left_m, corner)
    while size > 0 and keys[0] < best_m:
        here, key_m = nodes[0], keys[0]
        size = sift_out(keys, nodes, size)
        far_m = reached_m[here]
        vertex = vertices[here]
        left_m = np.hypot(float(points[vertex, 0] - gx), float(points[vertex, 1] - gy)) / 1000
        if key_m > far_m + left_m:
            continue
        if far_m + home_m[here] < best_m:
            best_m, last = far_m + home_m[here], here
        for piece in range(spans[here, 0], spans[here, 1]):
            corner, length_m = tangents.ends[piece], far_m + tangents.lengths_m[piece]
            if length_m < reached_m[corner]:
                if reached_m[corner] == np.inf:
                    touched[marks] = corner
                    marks += 1
                reached_m[corner], previous[corner] = length_m, here
                spans[corner, 0], spans[corner, 1] = tangents.onward[piece, 0], tangents.onward[piece, 1]
                vertex = vertices[corner]
                left_m = np.hypot(float(points[vertex, 0] - gx), float(points[vertex, 1] - gy)) / 1000
                size = sift_in(keys, nodes, size, length_m + left_m, corner)
    for index in range(marks):
        reached_m[touched[index]] = np.inf
    for index in range(home_count):
        home_m[homes[index]] = np.inf
    return best_m, last

"""A straight piece flown at even speed through volumes: polygons and circles with a margin, heights and times.

A point that moves along a straight line is within a distance of an edge for one interval of time, because what lies
within a distance of an edge is convex: both round ends and the strip between them are. Those intervals, and the times
inside the outline between its crossings, make up when it is within the distance of a polygon, however that is shaped.
A circle is a single corner with a longer distance.
"""

from __future__ import annotations

import math

import numpy as np

from airspace.compiling import compiled
from planner.safety.engine.encounters import (
    EAST,
    EAST_MPS,
    LASTS,
    NORTH,
    NORTH_MPS,
    START,
    UP,
    UP_MPS,
    Floats,
    Integers,
)
from planner.safety.engine.sweeps import NOISE_S

REACH_M, LOW_M, HIGH_M, SINCE_S, UNTIL_S, LEFT, BOTTOM, RIGHT, TOP = range(9)
"""Columns of a volume: how far around its corners counts, heights and times that count, the box around all that."""


@compiled
def near_corner(x: float, y: float, east: float, north: float, reach_m: float) -> tuple[float, float]:
    """Return when a moving point is within reach of the origin, from and to; from above to where it never is."""
    speed = math.hypot(east, north)
    if speed == 0.0:
        return (-math.inf, math.inf) if math.hypot(x, y) < reach_m else (math.inf, -math.inf)
    passes = abs(x * north - y * east) / speed
    if not passes < reach_m:
        return math.inf, -math.inf
    middle = -(x * east + y * north) / speed / speed
    half = math.sqrt((reach_m - passes) * (reach_m + passes)) / speed
    return middle - half, middle + half


@compiled
def between(value: float, change: float, low: float, high: float) -> tuple[float, float]:
    """Return when what changes evenly is strictly between two limits, from and to; from above to where it never is."""
    if change == 0.0:
        return (-math.inf, math.inf) if low < value < high else (math.inf, -math.inf)
    one, other = (low - value) / change, (high - value) / change
    return min(one, other), max(one, other)


@compiled
def near_edge(
    x: float, y: float, east: float, north: float, along_x: float, along_y: float, reach_m: float
) -> tuple[float, float]:
    """Return when a moving point is within reach of an edge that begins in the origin."""
    since, until = near_corner(x, y, east, north, reach_m)
    length = math.hypot(along_x, along_y)
    if length == 0.0:
        return since, until
    since_end, until_end = near_corner(x - along_x, y - along_y, east, north, reach_m)
    since, until = min(since, since_end), max(until, until_end)
    unit_x, unit_y = along_x / length, along_y / length
    first = between(x * unit_y - y * unit_x, east * unit_y - north * unit_x, -reach_m, reach_m)
    second = between(x * unit_x + y * unit_y, east * unit_x + north * unit_y, 0.0, length)
    since_strip, until_strip = max(first[0], second[0]), min(first[1], second[1])
    if since_strip < until_strip:
        since, until = min(since, since_strip), max(until, until_strip)
    return since, until


@compiled
def holds(corners: Floats, x: float, y: float) -> bool:
    """Tell whether a polygon holds a place, by how often a ray to the east crosses its edges."""
    odd = False
    for index in range(len(corners)):
        before = index - 1 if index else len(corners) - 1
        x_0, y_0, x_1, y_1 = corners[before, 0], corners[before, 1], corners[index, 0], corners[index, 1]
        if (y_0 > y) != (y_1 > y) and x < x_0 + (y - y_0) / (y_1 - y_0) * (x_1 - x_0):
            odd = not odd
    return odd


@compiled
def crossing_times(corners: Floats, x: float, y: float, east: float, north: float, lasts_s: float) -> Floats:
    """Return when a moving point may pass the outline, in order, between its start and its end, both included."""
    times, count = np.empty(len(corners) + 2), 2
    times[0], times[1] = 0.0, lasts_s
    for index in range(len(corners)):
        before = index - 1 if index else len(corners) - 1
        along_x, along_y = corners[index, 0] - corners[before, 0], corners[index, 1] - corners[before, 1]
        turning = east * along_y - north * along_x
        if turning == 0.0:
            continue
        moment = ((corners[before, 0] - x) * along_y - (corners[before, 1] - y) * along_x) / turning
        if 0.0 < moment < lasts_s:
            times[count] = moment
            count += 1
    return np.sort(times[:count])


@compiled
def spans_near(corners: Floats, reach_m: float, piece: Floats) -> Floats:
    """Return when a piece is within reach of an outline or inside it: seconds since its start; shape (k, 2), sorted."""
    x, y, east, north = piece[EAST], piece[NORTH], piece[EAST_MPS], piece[NORTH_MPS]
    spans, count = np.empty((2 * len(corners) + 1, 2)), 0
    for index in range(len(corners)):
        before = index - 1 if index else len(corners) - 1
        x_0, y_0 = corners[before, 0], corners[before, 1]
        since, until = near_edge(
            x - x_0, y - y_0, east, north, corners[index, 0] - x_0, corners[index, 1] - y_0, reach_m
        )
        if since < until:
            spans[count, 0], spans[count, 1] = since, until
            count += 1
    if len(corners) > 2:
        times = crossing_times(corners, x, y, east, north, piece[LASTS])
        for index in range(len(times) - 1):
            middle = 0.5 * (times[index] + times[index + 1])
            if holds(corners, x + east * middle, y + north * middle):
                # A piece that takes no time is inside for longer than it takes.
                still = times[index] == times[index + 1]
                spans[count, 0] = -math.inf if still else times[index]
                spans[count, 1] = math.inf if still else times[index + 1]
                count += 1
    return merged(spans[:count])


@compiled
def merged(spans: Floats) -> Floats:
    """Return the union of some spans, sorted; those that touch become one."""
    order, count = np.argsort(spans[:, 0]), 0
    union = np.empty_like(spans)
    for index in order:
        if count and spans[index, 0] <= union[count - 1, 1]:
            union[count - 1, 1] = max(union[count - 1, 1], spans[index, 1])
        else:
            union[count, 0], union[count, 1] = spans[index, 0], spans[index, 1]
            count += 1
    return union[:count]


@compiled
def within(piece: Floats, volume: Floats, corners: Floats) -> Floats:
    """Return when a piece is within a volume and its margin, as if it were there at all times; shape (k, 2)."""
    low, high = between(piece[UP], piece[UP_MPS], volume[LOW_M], volume[HIGH_M])
    if not low < high:
        return np.empty((0, 2))
    spans, count = spans_near(corners, volume[REACH_M], piece), 0
    for index in range(len(spans)):
        since, until = max(low, spans[index, 0]), min(high, spans[index, 1])
        # A moment is within where it lies strictly inside; of a longer piece there has to be a stretch.
        if piece[LASTS] == 0.0 and since < 0.0 < until:
            spans[count, 0], spans[count, 1] = 0.0, 0.0
            count += 1
        elif max(since, 0.0) < min(until, piece[LASTS]):
            spans[count, 0], spans[count, 1] = max(since, 0.0), min(until, piece[LASTS])
            count += 1
    return spans[:count]


@compiled
def may_meet(piece: Floats, volume: Floats) -> bool:
    """Tell whether the box around a piece and that around a volume with its margin overlap."""
    x, y, z = piece[EAST], piece[NORTH], piece[UP]
    far_x, far_y = x + piece[EAST_MPS] * piece[LASTS], y + piece[NORTH_MPS] * piece[LASTS]
    far_z = z + piece[UP_MPS] * piece[LASTS]
    return bool(
        min(x, far_x) <= volume[RIGHT]
        and max(x, far_x) >= volume[LEFT]
        and min(y, far_y) <= volume[TOP]
        and max(y, far_y) >= volume[BOTTOM]
        and min(z, far_z) < volume[HIGH_M]
        and max(z, far_z) > volume[LOW_M]
    )


@compiled
def meetings(
    pieces: Floats, volumes: Floats, order: Integers, longest_s: float, first: Integers, corners: Floats
) -> tuple[Integers, Floats]:
    """Return each piece and volume that meet, and from when to when: shapes (k, 2) and (k, 2).

    ``order`` sorts the volumes by their start, ``longest_s`` is how long any of them lasts at most.
    """
    pairs, told, found = np.empty((256, 2), np.int64), np.empty((256, 2)), 0
    starts = volumes[order, SINCE_S]
    for number in range(len(pieces)):
        piece = pieces[number]
        start, end = piece[START], piece[START] + piece[LASTS]
        at = np.searchsorted(starts, start - longest_s - 2.0 * NOISE_S)
        while at < len(order) and starts[at] <= end + NOISE_S:
            volume = volumes[order[at]]
            at += 1
            if volume[UNTIL_S] < start - NOISE_S or not may_meet(piece, volume):
                continue
            which = order[at - 1]
            spans = within(piece, volume, corners[first[which] : first[which + 1]])
            since, until = math.inf, -math.inf
            for index in range(len(spans)):
                enters, leaves = start + spans[index, 0], start + spans[index, 1]
                if enters < volume[UNTIL_S] + NOISE_S and leaves > volume[SINCE_S] - NOISE_S:
                    since = min(since, max(enters, volume[SINCE_S]))
                    until = max(until, min(leaves, volume[UNTIL_S]))
            if since < math.inf:
                if found == len(pairs):
                    pairs, told = np.concatenate((pairs, pairs)), np.concatenate((told, told))
                pairs[found, 0], pairs[found, 1] = number, which
                told[found, 0], told[found, 1] = since, until
                found += 1
    return pairs[:found], told[:found]


@compiled
def shifts(pieces: Floats, volumes: Floats, first: Integers, corners: Floats) -> Floats:
    """Return by how much the pieces may not be later, piece by piece and volume by volume; shape (k, 2)."""
    told, found = np.empty((64, 2)), 0
    for number in range(len(pieces)):
        piece = pieces[number]
        for which in range(len(volumes)):
            volume = volumes[which]
            if not may_meet(piece, volume):
                continue
            spans = within(piece, volume, corners[first[which] : first[which + 1]])
            for index in range(len(spans)):
                if found == len(told):
                    told = np.concatenate((told, told))
                told[found, 0] = volume[SINCE_S] - piece[START] - spans[index, 1]
                told[found, 1] = volume[UNTIL_S] - piece[START] - spans[index, 0]
                found += 1
    return told[:found]

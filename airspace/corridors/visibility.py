"""Which corners of obstacles see each other: the tangent visibility graph, plainly.

A shortest path among obstacles bends only at their convex corners, and only around them: a piece that touches a
corner must leave both of that corner's edges on one side. Keeping only such pieces leaves a few percent of all
pairs (the bitangent reduction; Liu and Arimoto 1992), and what is left is tested against the obstacles in one
vectorised call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

Integers = npt.NDArray[np.int64]
Pairs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

CHUNK = 512
"""Rows of the corner x corner table held at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Corners:
    """Convex corners as seen from free space, in whole millimetres of the frame.

    Each array has shape (n, 2). The obstacle lies to the left on the way from ``before`` over ``at`` to ``after``.
    """

    before: Integers
    at: Integers
    after: Integers

    def __len__(self) -> int:
        return len(self.at)


def corners_of(obstacles: Sequence[shapely.Polygon]) -> Corners:
    """Return the convex corners of some obstacles, in a stable order."""
    rings = shapely.get_rings(shapely.orient_polygons(np.asarray(obstacles, dtype=object)))
    points, owner = shapely.get_coordinates(rings, return_index=True)
    repeated = np.append(owner[1:] != owner[:-1], True)[: len(owner)]  # the first point of a ring is its last as well
    at, owner = np.rint(points[~repeated] * 1000).astype(np.int64), owner[~repeated]
    first = np.flatnonzero(np.append(True, owner[1:] != owner[:-1])[: len(owner)])
    last = np.append(first[1:], len(owner))[: len(first)] - 1
    previous, following = np.arange(len(at)) - 1, np.arange(len(at)) + 1
    previous[first], following[last] = last, first
    convex = cross(at - at[previous], at[following] - at) > 0
    return Corners(before=at[previous][convex], at=at[convex], after=at[following][convex])


def cross(first: Integers, second: Integers) -> Integers:
    """Return the cross product of vectors whose last axis is (x, y); exact for whole millimetres."""
    return np.asarray(first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0])


def taut_pairs(corners: Corners) -> Pairs:
    """Return index pairs (i < j), shape (n, 2), whose piece is tangent at both corners."""
    found = [np.empty((0, 2), np.int64)]
    for first in range(0, len(corners), CHUNK):
        rows = slice(first, first + CHUNK)
        towards = corners.at[None, :, :] - corners.at[rows, None, :]
        tangent_here = tangent(
            towards,
            corners.before[rows, None] - corners.at[rows, None],
            corners.after[rows, None] - corners.at[rows, None],
        )
        tangent_there = tangent(towards, (corners.before - corners.at)[None], (corners.after - corners.at)[None])
        i, j = np.nonzero(tangent_here & tangent_there)
        pairs = np.column_stack((i + first, j))
        found.append(pairs[pairs[:, 0] < pairs[:, 1]])
    return np.vstack(found)


def taut_from(points: Integers, corners: Corners) -> Pairs:
    """Return index pairs (point, corner), shape (n, 2), whose piece is tangent at the corner."""
    towards = corners.at[None, :, :] - points[:, None, :]
    touching = tangent(towards, (corners.before - corners.at)[None], (corners.after - corners.at)[None])
    return np.column_stack(np.nonzero(touching))


def tangent(towards: Integers, before: Integers, after: Integers) -> npt.NDArray[np.bool_]:
    """Tell which directions through a corner leave both its edges, given as directions, on one side.

    The last axis is (x, y); the others are broadcast.
    """
    sides = np.sign(cross(towards, before)) * np.sign(cross(towards, after))
    moves = (towards != 0).any(axis=-1)
    return np.asarray((sides >= 0) & moves)


def clear(starts: Integers, ends: Integers, obstacles: Sequence[shapely.Polygon]) -> npt.NDArray[np.bool_]:
    """Tell which straight pieces stay out of every obstacle; points in millimetres, shape (n, 2).

    A piece may touch an obstacle, in a point or along an edge. Worked out in whole millimetres, where the predicates
    of GEOS are exact.
    """
    if len(starts) == 0 or not obstacles:
        return np.ones(len(starts), dtype=bool)
    whole = shapely.transform(np.asarray(obstacles, dtype=object), lambda points: np.rint(points * 1000))
    solid = shapely.union_all(whole)
    shapely.prepare(solid)
    pieces = shapely.linestrings(np.stack((starts, ends), axis=1).astype(np.float64))
    met = np.asarray(shapely.intersects(solid, pieces))
    met[met] = ~shapely.touches(solid, pieces[met])
    return ~met

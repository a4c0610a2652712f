"""Searching a space: one pair, one to all, all to all; lengths in metres and lines in whole millimetres."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from airspace.corridors.engine import kernels
from airspace.corridors.engine.spaces import Space
from airspace.corridors.engine.tables import Floats, Integers, Numbers, Views
from airspace.corridors.engine.tangents import in_batches
from airspace.errors import PlaceNotFree

PADS_A_BATCH = 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Line:
    """A shortest path between two places."""

    length_m: float
    points: Integers
    """Whole millimetres, from the first place over the corners to the second, shape (n, 2)."""


@dataclass(slots=True, eq=False)
class Finder:
    """Asks a space for one shortest path after another, between any two places; each thread needs its own."""

    space: Space
    _map: tuple[Any, ...] = field(init=False, repr=False)
    _work: tuple[Any, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Set out the arrays that every search needs, once."""
        mesh, corners, tangents = self.space.mesh, self.space.corners, self.space.tangents
        self._map = (
            *(mesh.points, mesh.cells, mesh.beside, mesh.free),
            *(corners.of_vertex, corners.vertices, corners.sides, self.space.corners_mm),
            *(tangents.rows, tangents.middles, self.space.ends, tangents.links, tangents.lengths_m),
        )
        count = len(corners.vertices)
        room = len(tangents.links) + count + 1
        self._work = (
            np.full(count, np.inf),
            np.full(count, np.inf),
            np.full((count, 3), -1, np.int32),
            np.empty(room),
            np.empty(room, np.int32),
            np.empty(count + 1, np.int32),
            np.full(len(mesh.cells), -1, np.int32),
        )

    def line(self, start: tuple[int, int], goal: tuple[int, int]) -> Line | None:
        """Return the shortest path between two places, whole millimetres; None when no path leads.

        Raises
        ------
        PlaceNotFree
            If one of them lies inside an obstacle or off the mesh.
        """
        given: tuple[Any, ...] = (*self._map, *start, *goal, *self._work)
        length_m, last = kernels.find(*given)
        if length_m < 0:
            raise PlaceNotFree(f"expected a place in free space, got {start if length_m == -1 else goal} mm")
        if length_m == np.inf:
            return None
        over = self.space.corners_mm_of(_chain(self._work[2], last))
        return Line(length_m=length_m, points=np.vstack((np.array([start]), over, np.array([goal]))))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tree:
    """Shortest paths from one pad to everywhere."""

    pad: int
    reached_m: Floats
    """To each corner where a shortest path may bend, infinite where none does, shape (corners,)."""
    states: Numbers
    """The corner before each, -1 where it is seen from the pad, and the pieces that go on: from, to (exclusive).
    Shape (corners, 3)."""
    lengths_m: Floats
    """To each pad, infinite where no path leads, shape (pads,)."""
    lasts: Numbers
    """The last corner before each pad, -1 where none is passed, shape (pads,)."""

    def line(self, space: Space, views: Views, pad: int) -> Line | None:
        """Return the shortest path to a pad, None when no path leads."""
        if not np.isfinite(self.lengths_m[pad]):
            return None
        over = space.corners_mm_of(_chain(self.states, int(self.lasts[pad])))
        ends = views.points[[self.pad]], views.points[[pad]]
        return Line(length_m=float(self.lengths_m[pad]), points=np.vstack((ends[0], over, ends[1])))


def tree(space: Space, views: Views, pad: int) -> Tree:
    """Return the shortest paths from one pad to all corners and all pads."""
    mine = slice(views.rows[pad], views.rows[pad + 1])
    tangents = space.tangents
    reached_m, states = kernels.spread_out(
        tangents.links,
        tangents.lengths_m,
        views.links[mine],
        views.lengths_m[mine],
        _longest_m(space, views),
        len(space.corners.vertices),
    )
    lengths_m, lasts = np.empty(len(views.points)), np.empty(len(views.points), np.int32)
    kernels.to_pads(views.rows, views.links, views.lengths_m, reached_m, 0, lengths_m, lasts)
    _put_straight(views, pad, lengths_m, lasts)
    return Tree(pad=pad, reached_m=reached_m, states=states, lengths_m=lengths_m, lasts=lasts)


def _longest_m(space: Space, views: Views) -> float:
    """Return the length of the longest piece, or a metre when there is none."""
    return float(max(space.tangents.lengths_m.max(initial=0), views.lengths_m.max(initial=0)) or 1.0)


def _put_straight(views: Views, pad: int, lengths_m: Floats, lasts: Numbers) -> None:
    """Enter what a pad sees straight ahead."""
    for near, far in ((0, 1), (1, 0)):
        mine = views.pairs[:, near] == pad
        lengths_m[views.pairs[mine, far]] = views.pair_lengths_m[mine]
        lasts[views.pairs[mine, far]] = -1
    lengths_m[pad], lasts[pad] = 0.0, -1


def _chain(states: Numbers, last: int) -> Numbers:
    """Return the corners of a way that ends with ``last``, in flying order."""
    return np.array([*_backwards(states, last)][::-1], np.int32)


def _backwards(states: Numbers, last: int) -> Iterator[int]:
    while last >= 0:
        yield last
        last = int(states[last, 0])


def matrix(space: Space, views: Views, *, workers: int = 1) -> Floats:
    """Return the lengths of the shortest paths between all pads in metres, infinite where none leads.

    Shape (pads, pads), symmetric. The result does not depend on the number of workers, which are threads.
    """
    pads, tangents = len(views.points), space.tangents
    tables = tangents.links, tangents.lengths_m, views.rows, views.links, views.lengths_m
    sizes = _longest_m(space, views), len(space.corners.vertices)
    parts = in_batches(
        lambda begin, end: kernels.spread_to_later_pads(*tables, *sizes, begin, end),
        pads,
        workers=workers,
        batch=PADS_A_BATCH,
    )
    half = np.concatenate([np.empty((0, pads)), *parts])
    half[views.pairs[:, 0], views.pairs[:, 1]] = views.pair_lengths_m
    lengths_m: Floats = np.minimum(half, half.T)
    np.fill_diagonal(lengths_m, 0.0)
    return lengths_m

"""The arrays that the inner loops work on, in named tuples because compiled code takes those whole."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class Mesh(NamedTuple):
    """A triangulation of a box with all obstacles in it; obstacle outlines are edges of it."""

    points: Integers
    """Whole millimetres, shape (vertices, 2)."""
    triangles: Numbers
    """Vertex numbers, anticlockwise, shape (triangles, 3)."""
    beside: Numbers
    """The triangle across edge i, which runs from vertex i to vertex i + 1; -1 outside the box. Shape (triangles, 3)."""
    doors: Numbers
    """The same where that triangle is free, else -1: where one may pass."""
    free: Flags
    """Whether a triangle is free space, shape (triangles,)."""


class Corners(NamedTuple):
    """Vertices whose free side is wider than a half turn. The free side runs anticlockwise from first to last."""

    of_vertex: Numbers
    """The corner at a vertex, -1 when it is none, shape (vertices,)."""
    vertices: Numbers
    """Shape (corners,)."""
    fans: Numbers
    """The free triangle that holds the first edge, shape (corners,)."""
    first: Integers
    """From the corner along the obstacle edge where free space begins, millimetres, shape (corners, 2)."""
    last: Integers
    """The same where it ends, shape (corners, 2)."""


class Tangents(NamedTuple):
    """Which corners see each other along a piece that is tangent at both: compressed rows, both ways."""

    rows: Integers
    """Where each corner's pieces begin, shape (corners + 1,). In a row they lie anticlockwise, first those that
    leave with the obstacle to their right, then those that leave with it to their left."""
    middles: Integers
    """Where the second kind begins, shape (corners,)."""
    ends: Numbers
    """The corner at the other end, shape (pieces,)."""
    lengths_m: Floats
    """Shape (pieces,)."""
    onward: Integers
    """The pieces that go on tautly from the other end: from, to (exclusive), shape (pieces, 2)."""


class Views(NamedTuple):
    """What some pads see: compressed rows."""

    points: Integers
    """Whole millimetres, shape (pads, 2)."""
    rows: Integers
    """Where each pad's pieces begin, shape (pads + 1,)."""
    ends: Numbers
    """The corner that is seen along a tangent, shape (pieces,)."""
    lengths_m: Floats
    """Shape (pieces,)."""
    onward: Integers
    """The pieces of the tangent graph that go on tautly from there: from, to (exclusive), shape (pieces, 2)."""
    pairs: Numbers
    """Pads that see each other, i < j, shape (pairs, 2)."""
    pair_lengths_m: Floats
    """Shape (pairs,)."""

"""The arrays that the inner loops work on. What is read together lies together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mesh:
    """A triangulation of a box with all obstacles in it; obstacle outlines are edges of it."""

    points: Integers
    """Whole millimetres, shape (vertices, 2)."""
    cells: Numbers
    """Three vertices of each triangle, anticlockwise, and what lies across its edge i, which runs from vertex i to
    vertex i + 1: the triangle there when it is free, else -1. Shape (triangles, 6)."""
    beside: Numbers
    """The triangle across edge i, free or not; -1 outside the box. Shape (triangles, 3)."""
    free: Flags
    """Whether a triangle is free space, shape (triangles,)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Corners:
    """Vertices whose free side is wider than a half turn."""

    of_vertex: Numbers
    """The corner at a vertex, -1 when it is none, shape (vertices,)."""
    vertices: Numbers
    """Shape (corners,)."""
    fans: Numbers
    """The free triangle that holds the first edge, shape (corners,)."""
    sides: Integers
    """From the corner along the obstacle edges between which free space lies, anticlockwise from the first to the
    second: first x, y, second x, y in millimetres. Shape (corners, 4)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tangents:
    """Which corners see each other along a piece that is tangent at both: compressed rows, both ways."""

    rows: Integers
    """Where each corner's pieces begin, shape (corners + 1,). In a row they lie anticlockwise, first those that
    leave with the obstacle to their right, then those that leave with it to their left."""
    middles: Integers
    """Where the second kind begins, shape (corners,)."""
    links: Numbers
    """The corner at the other end, and the pieces that go on tautly from there: from, to (exclusive).
    Shape (pieces, 3)."""
    lengths_m: Floats
    """Shape (pieces,)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Views:
    """What some pads see: compressed rows."""

    points: Integers
    """Whole millimetres, shape (pads, 2)."""
    rows: Integers
    """Where each pad's pieces begin, shape (pads + 1,)."""
    links: Numbers
    """The corner that is seen along a tangent, and the pieces of the tangent graph that go on tautly from there:
    from, to (exclusive). Shape (pieces, 3)."""
    lengths_m: Floats
    """Shape (pieces,)."""
    pairs: Numbers
    """Pads that see each other, i < j, shape (pairs, 2)."""
    pair_lengths_m: Floats
    """Shape (pairs,)."""

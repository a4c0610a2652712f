"""How much work an outline would be, counted before the work is begun: nobody's file may keep the reader for minutes.

Checking an outline costs about as many steps as pairs of its pieces have bounding boxes that overlap, mending it
as many as pairs of its pieces cross. A coast of 100,000 corners has a few million of the former; a comb with as many
slanting teeth has billions, and a scribble crosses itself billions of times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

Floats: TypeAlias = npt.NDArray[np.float64]

PLAIN_PIECES = 200
"""Outlines of so few pieces are looked at without counting first."""

OVERLAPS_LIMIT = 100_000_000
"""Pairs of overlapping pieces in the large outlines of one file: about a second's work."""

NESTED_LIMIT = 400_000_000
"""Rings times corners of the ring they lie in, in one file: two seconds' work. A shore of 100,000 corners with 1,000
islands off it has a quarter of that."""

NESTED_AT_ONCE = 500_000
"""Pairs of rings held in memory at one time while they are counted."""

PAIRS_AT_ONCE = 500_000
"""Pairs of pieces held in memory at one time while those that cross are counted ..."""

FEW_PIECES = 256
"""... or as many as overlap so few pieces: asking piece by piece would take longer than it saves."""

PAIRS_LIMIT = 3_000_000
"""Pairs of overlapping pieces in the invalid outlines of one file: mending those takes a second and 400 MB."""

CROSSINGS_LIMIT = 20_000
"""Crossings that are mended in one file: about a second's work. Slips of the pen make a handful."""

CORNERS_LIMIT = 500_000
"""Corners of the outlines that are mended in one file."""


@dataclass(slots=True, kw_only=True)
class Effort:
    """What the outlines of one file may still cost; it goes down as they are read."""

    overlaps: int = OVERLAPS_LIMIT
    nested: int = NESTED_LIMIT
    pairs: int = PAIRS_LIMIT
    crossings: int = CROSSINGS_LIMIT
    corners: int = CORNERS_LIMIT

    def allows_look(self, area: shapely.Geometry) -> bool:
        """Tell whether an outline may be checked, and count it."""
        if shapely.get_num_coordinates(area) <= PLAIN_PIECES:
            return True
        return self._spend("overlaps", overlaps_in(area)) and self._spend("nested", nested_in(area))

    def allows_mending(self, area: shapely.Geometry) -> bool:
        """Tell whether an invalid outline may be mended, and count it."""
        return (
            self._spend("corners", int(shapely.get_num_coordinates(area)))
            and self._spend("pairs", overlaps_in(area))
            and self._spend("crossings", crossings_in(area))
        )

    def _spend(self, what: str, amount: int) -> bool:
        left = getattr(self, what) - amount
        if left < 0:
            return False  # and the others, which ask for less, may still go on
        setattr(self, what, left)
        return True


def overlaps_in(area: shapely.Geometry) -> int:
    """Return how many pairs of pieces of an outline overlap as seen from the side where they overlap less."""
    starts, ends = _pieces(area)
    return min(_pairs(np.minimum(starts, ends)[:, axis], np.maximum(starts, ends)[:, axis]) for axis in (0, 1))


def nested_in(area: shapely.Geometry) -> int:
    """Return for how many corners it has to be told on which side of a ring another ring lies.

    Each hole is looked for in its shell and in every other hole whose bounding box holds its own, and each part in
    every other part likewise.
    """
    parts = shapely.get_parts(area)
    rings, part = shapely.get_rings(parts, return_index=True)
    is_shell = np.diff(part, prepend=-1) > 0
    shells, holes, part_of_hole = rings[is_shell], rings[~is_shell], part[~is_shell]
    in_shells = int(shapely.get_num_coordinates(shells)[part_of_hole].sum(dtype=np.int64))
    return in_shells + _boxed(shells, np.zeros_like(shells, dtype=np.intp)) + _boxed(holes, part_of_hole)


def _boxed(rings: npt.NDArray[np.object_], group: npt.NDArray[np.intp]) -> int:
    """Return the corners of rings whose bounding box holds that of another ring of their group, once for each."""
    if len(rings) < 2:
        return 0
    bounds, corners = shapely.bounds(rings), shapely.get_num_coordinates(rings)
    boxes = shapely.box(*bounds.T)
    west, south, east, north = np.ascontiguousarray(bounds.T)
    tree, count, step = shapely.STRtree(boxes), 0, max(1, NESTED_AT_ONCE // len(rings))
    for first in range(0, len(rings), step):
        inner, outer = tree.query(boxes[first : first + step])
        inner += first
        held = (inner != outer) & (group[inner] == group[outer])
        held &= (west[outer] <= west[inner]) & (east[inner] <= east[outer])
        held &= (south[outer] <= south[inner]) & (north[inner] <= north[outer])
        count += int(corners[outer[held]].sum(dtype=np.int64))
    return count


def crossings_in(area: shapely.Geometry) -> int:
    """Return how many pairs of pieces of an outline cross; it looks at every pair whose bounding boxes overlap."""
    starts, ends = _pieces(area)
    pieces = shapely.linestrings(np.stack((starts, ends), axis=1))
    tree, count, step = shapely.STRtree(pieces), 0, max(FEW_PIECES, PAIRS_AT_ONCE // max(1, len(pieces)))
    for begin in range(0, len(pieces), step):
        first, second = tree.query(pieces[begin : begin + step])
        first += begin
        first, second = first[first < second], second[first < second]
        count += int(_cross(starts[first], ends[first], starts[second], ends[second]).sum())
    return count


def _pieces(area: shapely.Geometry) -> tuple[Floats, Floats]:
    """Return where the straight pieces of all rings start and end."""
    rings = shapely.get_rings(shapely.get_parts(area))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same_ring = ring[1:] == ring[:-1]
    return points[:-1][same_ring], points[1:][same_ring]


def _pairs(low: Floats, high: Floats) -> int:
    """Return how many pairs of intervals overlap: each with those that begin within it."""
    begins = np.sort(low)
    begun = np.searchsorted(begins, high, side="right")
    return int(begun.sum()) - len(low) * (len(low) + 1) // 2


def _cross(a: Floats, b: Floats, c: Floats, d: Floats) -> npt.NDArray[np.bool_]:
    """Tell which pieces a-b have an inner point in common with c-d, each passing from one side to the other."""
    return (_side(a, b, c) * _side(a, b, d) < 0) & (_side(c, d, a) * _side(c, d, b) < 0)


def _side(a: Floats, b: Floats, c: Floats) -> Floats:
    """Return on which side of a-b a point lies: 1, -1, or 0 on the line."""
    along, to = b - a, c - a
    return np.sign(along[:, 0] * to[:, 1] - along[:, 1] * to[:, 0])

"""From closed zones to obstacles: buffered, merged polygons in whole millimetres of the local frame."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely

from airspace.earth.frame import Frame

QUAD_SEGS = 8
"""Segments per quarter circle in a buffer."""

GUARD_M = 0.05
"""Added to every buffer, for what rounding and flatness cost: coordinates of the record to 7 decimals (1 cm), the
millimetre grid, and the bow of a straight frame line against a geodesic (under 1 cm for pieces up to 5 km)."""

SLIT_M = 0.02
"""Gaps between obstacles narrower than this are closed: no aircraft flies through them."""

GRID_M = 0.001
"""Obstacle vertices lie on whole millimetres, so that orientation tests on them are exact."""

OUTSIDE_M = 300_000.0
"""How thick the solid rim around all jurisdictions is: more than a frame is wide, so that no pad lies beyond it."""

MAX_EDGE_DEG = 0.01
"""Zone edges are straight in degrees (RFC 7946); pieces this short stay within 1 cm of it when projected."""


def circumscribed(radius_m: float) -> float:
    """Return the radius whose inscribed buffer arcs stay outside the true circle of ``radius_m``.

    Buffer arcs are polygons inscribed in their circle; with n segments a quarter their edges come as near as
    r cos(pi / 4n).
    """
    return radius_m / math.cos(math.pi / (4 * QUAD_SEGS))


def projected(area: shapely.Geometry, frame: Frame) -> shapely.Geometry:
    """Project a WGS 84 area, splitting long edges first so that they keep their course."""
    return frame.project(shapely.segmentize(area, MAX_EDGE_DEG))


def obstacles(areas: Sequence[shapely.Geometry], keep_out_m: float) -> list[shapely.Polygon]:
    """Buffer areas of the frame by ``keep_out_m``, merge what touches, and put vertices on the millimetre grid.

    The result contains every point nearer than ``keep_out_m`` to an area.
    """
    return merged(grown([shapely.make_valid(area) for area in areas], keep_out_m))


def grown(shapes: Sequence[shapely.Geometry], by_m: float) -> list[shapely.Geometry]:
    """Buffer shapes so that no edge of the result comes nearer to them than ``by_m`` and the guard.

    GEOS thins out buffers of slightly bent outlines, and may cut inside the true curve by a few decimetres; so the
    gap is measured, and the radius enlarged until it is kept.
    """
    originals = np.asarray(shapes, dtype=object)
    needed_m = by_m + GUARD_M
    radius_m = np.full(len(originals), circumscribed(needed_m))
    while True:
        buffers = shapely.buffer(originals, radius_m, quad_segs=QUAD_SEGS)
        short_m = needed_m - shapely.distance(shapely.boundary(buffers), originals)
        if not (short_m > 0).any():
            return list(buffers)
        radius_m += np.maximum(short_m, 0.0) * 1.01 + GRID_M * (short_m > 0)


def merged(areas: Sequence[shapely.Geometry]) -> list[shapely.Polygon]:
    """Unite areas, close slits between them, and put vertices on the millimetre grid.

    No two outlines of the result touch, not even in a point.
    """
    if len(areas) == 0:
        return []
    parts = _on_grid(_without_slits(areas))
    while len(touching := _touching_points(parts)) > 0:
        plugs = shapely.buffer(shapely.points(touching), SLIT_M / 2, cap_style="square")
        parts = _on_grid(shapely.union_all([*parts, *plugs]))
    return parts


def _on_grid(area: shapely.Geometry) -> list[shapely.Polygon]:
    snapped = shapely.make_valid(shapely.set_precision(shapely.simplify(area, GRID_M), GRID_M))
    return [part for part in shapely.get_parts(snapped) if part.geom_type == "Polygon" and part.area > 0]


def _touching_points(parts: Sequence[shapely.Polygon]) -> npt.NDArray[np.float64]:
    """Return where outlines meet in a point, shape (n, 2): on the grid they have a vertex each there."""
    if len(parts) == 0:
        return np.empty((0, 2))
    rings = shapely.get_rings(np.asarray(parts, dtype=object))
    points, owner = shapely.get_coordinates(rings, return_index=True)
    repeated = np.append(owner[1:] == owner[:-1], False)  # the first point of a ring is its last as well
    whole, counts = np.unique(np.rint(points[repeated] / GRID_M), axis=0, return_counts=True)
    return np.asarray(whole[counts > 1] * GRID_M)


def _without_slits(areas: Sequence[shapely.Geometry]) -> shapely.Geometry:
    whole = shapely.union_all(np.asarray(areas, dtype=object))
    half_slit_m = SLIT_M / 2
    closed = shapely.buffer(shapely.buffer(whole, half_slit_m, join_style="mitre"), -half_slit_m, join_style="mitre")
    return shapely.union(closed, whole)


def wall(
    jurisdictions: Sequence[shapely.Geometry], gates: Sequence[shapely.Geometry], half_width_m: float
) -> list[shapely.Geometry]:
    """Return what keeps a corridor from crossing a boundary outside its gates, and from leaving all jurisdictions.

    Everything is in the frame. The wall is as thick as a corridor, so its openings are narrower than the gates by
    one half-width at each end.
    """
    if not jurisdictions:
        return []
    # An edge that two sides share with other vertices is projected in other pieces, millimetres apart.
    known = _without_slits(jurisdictions)
    lines = shapely.union_all([shapely.boundary(area) for area in jurisdictions])
    if gates:
        lines = shapely.difference(lines, shapely.union_all(np.asarray(gates, dtype=object)))
    # A gate opens the way to another jurisdiction, never out of all of them.
    fence = grown([shapely.union(lines, shapely.boundary(known))], half_width_m)[0]
    outside = shapely.difference(
        shapely.buffer(shapely.envelope(known), OUTSIDE_M + half_width_m, join_style="mitre"), known
    )
    return [fence, outside]

"""From closed zones to obstacles: buffered, merged polygons in whole millimetres of the local frame."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely

from airspace.corridors import tiling
from airspace.corridors.tiling import Geometries
from airspace.earth.frame import Frame

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

QUAD_SEGS = 8
"""Segments per quarter circle in a buffer."""

GUARD_M = 0.05
"""Added to every buffer, for what rounding and flatness cost: coordinates of the record to 7 decimals (1 cm), the
millimetre grid, and the bow of a straight frame line against a geodesic (under 1 cm for pieces up to 5 km)."""

SLIT_M = 0.02
"""Gaps between obstacles narrower than this are closed: no aircraft flies through them."""

GRID_M = 0.001
"""Obstacle vertices lie on whole millimetres, so that orientation tests on them are exact."""

SHAPES_A_BATCH = 64
"""How many shapes a worker buffers at a time."""

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
    """Project a WGS 84 area, or an array of them, splitting long edges first so that they keep their course."""
    return frame.project(shapely.segmentize(area, MAX_EDGE_DEG))


def obstacles(
    areas: Sequence[shapely.Geometry], keep_out_m: float, *, workers: int | None = None
) -> list[shapely.Polygon]:
    """Buffer areas of the frame by ``keep_out_m``, merge what touches, and put vertices on the millimetre grid.

    The result contains every point nearer than ``keep_out_m`` to an area, and does not depend on the number of
    workers: threads, one for each core unless another number is given.
    """
    valid = shapely.make_valid(np.asarray(areas, dtype=object))
    return merged(grown(valid, keep_out_m, workers=workers), workers=workers)


def grown(shapes: Sequence[shapely.Geometry], by_m: float, *, workers: int | None = None) -> list[shapely.Geometry]:
    """Buffer shapes so that no edge of the result comes nearer to them than ``by_m`` and the guard.

    GEOS thins out buffers of slightly bent outlines, and may cut inside the true curve; so the gap is measured, and
    the radius enlarged until it is kept.
    """
    originals = np.asarray(shapes, dtype=object)
    batches = np.array_split(originals, max(1, len(originals) // SHAPES_A_BATCH))
    made = tiling.in_turn(lambda batch: _grown(batch, by_m + GUARD_M), batches, workers=workers)
    return [buffer for batch in made for buffer in batch]


def _grown(originals: Geometries, needed_m: float) -> Geometries:
    radius_m = needed_m / np.cos(_widest_steps(originals) / 2)
    buffers = shapely.buffer(originals, radius_m, quad_segs=QUAD_SEGS)
    shapely.prepare(originals)
    near = np.arange(len(originals))
    while len(near := near[shapely.dwithin(originals[near], shapely.boundary(buffers[near]), needed_m)]):
        short_m = needed_m - shapely.distance(shapely.boundary(buffers[near]), originals[near])
        radius_m[near] += np.maximum(short_m, 0.0) * 1.01 + GRID_M
        buffers[near] = shapely.buffer(originals[near], radius_m[near], quad_segs=QUAD_SEGS)
    shapely.destroy_prepared(originals)
    return np.asarray(buffers)


def _widest_steps(shapes: Geometries) -> Floats:
    """Return the widest angle, in radians, that one piece of an arc around each shape spans.

    Arcs at a bend are drawn in a whole number of pieces, the nearest to one for each step of ``QUAD_SEGS``: so one
    piece may span up to one and a half steps.
    """
    step = math.pi / (2 * QUAD_SEGS)
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    courses = np.arctan2(*np.diff(points, axis=0).T[::-1])
    bends = np.abs(np.remainder(np.diff(courses) + math.pi, 2 * math.pi) - math.pi)
    spans = bends / np.maximum(np.floor(bends / step + 0.5), 1.0)
    widest = np.full(len(shapes), step)
    np.maximum.at(widest, owner[1:-1], spans)
    return widest


def merged(areas: Sequence[shapely.Geometry], *, workers: int | None = None) -> list[shapely.Polygon]:
    """Unite areas, close slits between them, and put vertices on the millimetre grid.

    No two outlines of the result touch, not even in a point. It does not depend on the number of workers: threads,
    one for each core unless another number is given.
    """
    if len(areas) == 0:
        return []
    parts = tiling.cleaned(np.asarray(areas, dtype=object), _united, grid_m=GRID_M, workers=workers)
    while len(touching := _touching_points(parts)) > 0:
        spots = shapely.points(touching)
        near = np.zeros(len(parts), dtype=bool)
        near[shapely.STRtree(parts).query(spots, predicate="dwithin", distance=SLIT_M)[1]] = True
        plugs = shapely.buffer(spots, SLIT_M / 2, cap_style="square")
        solid = np.asarray(parts, dtype=object)
        parts = [*solid[~near], *_on_grid(shapely.union_all([*solid[near], *plugs]))]
    return parts


def _united(areas: Geometries) -> Geometries:
    """Unite areas and close slits, on the grid; outlines may still touch in points."""
    whole = _on_grid(shapely.union_all(areas))
    half_slit_m = SLIT_M / 2
    wider = shapely.buffer(shapely.multipolygons(whole), half_slit_m, join_style="mitre")
    closed = shapely.get_parts(shapely.buffer(wider, -half_slit_m, join_style="mitre"))
    open_here, shut_here = _differ(whole, closed)
    if not open_here.any():
        return whole
    mended = _on_grid(shapely.union_all([*whole[open_here], *tiling.polygons_on_grid(closed[shut_here], GRID_M)]))
    return np.concatenate((whole[~open_here], mended))


def _differ(before: Geometries, after: Geometries) -> tuple[Flags, Flags]:
    """Tell which polygons became others on the way from one list to another: those of before, those of after.

    A polygon is another when it lost or gained a vertex, on the grid, or has one in common with such a polygon.
    """
    (old, of_old), (new, of_new) = (shapely.get_coordinates(parts, return_index=True) for parts in (before, after))
    names, place = np.unique(_places(np.vstack((old, new))), return_inverse=True)
    at_old, at_new = np.split(place.reshape(-1), [len(old)])
    changed: Flags = np.bincount(at_old, minlength=len(names)).astype(bool) ^ np.bincount(
        at_new, minlength=len(names)
    ).astype(bool)
    others, others_after = np.zeros(len(before), dtype=bool), np.zeros(len(after), dtype=bool)
    others[of_old[changed[at_old]]] = True
    changed[at_old[others[of_old]]] = True
    others_after[of_new[changed[at_new]]] = True
    changed[at_new[others_after[of_new]]] = True
    others[of_old[changed[at_old]]] = True
    return others, others_after


def _on_grid(area: shapely.Geometry) -> Geometries:
    return tiling.polygons_on_grid(np.array([shapely.simplify(area, GRID_M)], dtype=object), GRID_M)


def _touching_points(parts: Sequence[shapely.Polygon]) -> Floats:
    """Return where outlines meet in a point, shape (n, 2): on the grid they have a vertex each there."""
    if len(parts) == 0:
        return np.empty((0, 2))
    rings = shapely.get_rings(np.asarray(parts, dtype=object))
    points, owner = shapely.get_coordinates(rings, return_index=True)
    repeated = np.append(owner[1:] == owner[:-1], False)  # the first point of a ring is its last as well
    places, counts = np.unique(_places(points[repeated]), return_counts=True)
    twice = places[counts > 1]
    return np.column_stack((twice.real, twice.imag)) * GRID_M


def _places(points: npt.NDArray[np.float64]) -> npt.NDArray[np.complex128]:
    """Return points as whole millimetres in single numbers, which sort faster than pairs."""
    whole = np.rint(points / GRID_M) + 0.0  # no negative zero
    return np.asarray(whole[:, 0] + 1j * whole[:, 1])


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
    known = shapely.union_all(_united(np.asarray(jurisdictions, dtype=object)))
    lines = shapely.union_all([shapely.boundary(area) for area in jurisdictions])
    if gates:
        lines = shapely.difference(lines, shapely.union_all(np.asarray(gates, dtype=object)))
    # A gate opens the way to another jurisdiction, never out of all of them.
    fence = grown([shapely.union(lines, shapely.boundary(known))], half_width_m)[0]
    outside = shapely.difference(
        shapely.buffer(shapely.envelope(known), OUTSIDE_M + half_width_m, join_style="mitre"), known
    )
    return [fence, outside]

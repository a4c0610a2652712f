"""From obstacles to a mesh: a constrained Delaunay triangulation of whole millimetres.

The triangulation is that of the library CDT (Artem Amirkhanov, MPL-2.0), whose predicates are exact; it adds no
vertex.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import shapely

from airspace.corridors.engine.tables import Flags, Integers, Mesh, Numbers
from airspace.errors import TangledObstacles

MARGIN_MM = 250_000_000
"""How far the box around everything stands off, so that pads that come later lie in it too: more than a frame is
wide. Shortest paths never leave the hull of obstacles and pads."""

RIM_M = 250_000.0
"""How thick the solid rim around a domain is: more than a frame is wide."""

WIDEST_MM = 1_500_000_000
"""Maps up to this wide have exact turns: twice its square fits 63 bits."""


def mesh_of(
    obstacles: Sequence[shapely.Polygon], points: Integers | None = None, domain: shapely.Polygon | None = None
) -> Mesh:
    """Triangulate obstacles and the space between them.

    Parameters
    ----------
    obstacles
        Polygons in metres of a frame, apart from each other but for single points, as ``cleaning.merged`` makes them.
    points
        Further places that the mesh is to cover, whole millimetres, shape (n, 2): the pads.
    domain
        Where one may be at all, metres; obstacles that reach its rim hold. Without it space goes on around them.

    Raises
    ------
    TangledObstacles
        If outlines cross or run along each other, or reach farther than 1,500 km.
    """
    if domain is not None:
        obstacles = _outside(obstacles, domain)
    rings = _rings(obstacles)
    ends = [np.empty((0, 2), np.int64) if points is None else np.asarray(points, np.int64).reshape(-1, 2), *rings]
    box = _box(np.vstack(ends))
    return _triangulated([*rings, box])


def _outside(obstacles: Sequence[shapely.Polygon], domain: shapely.Polygon) -> list[shapely.Polygon]:
    """Return obstacles and everything outside a domain, merged."""
    west, south, east, north = shapely.bounds(domain).tolist()
    frame = shapely.box(west - RIM_M, south - RIM_M, east + RIM_M, north + RIM_M)
    whole = shapely.union_all([shapely.difference(frame, domain), *obstacles], grid_size=0.001)
    return [part for part in shapely.get_parts(whole) if part.geom_type == "Polygon"]


def _rings(obstacles: Sequence[shapely.Polygon]) -> list[Integers]:
    """Return all rings in whole millimetres, without the repeated last point, obstacle to the left."""
    if len(obstacles) == 0:
        return []
    rings = shapely.get_rings(shapely.orient_polygons(np.asarray(obstacles, dtype=object)))
    points, owner = shapely.get_coordinates(rings, return_index=True)
    whole = np.rint(points * 1000).astype(np.int64)
    same = (whole[1:] == whole[:-1]).all(axis=1) & (owner[1:] == owner[:-1])
    kept = np.concatenate((~same, [True]))
    whole, owner = whole[kept], owner[kept]
    parts = np.split(whole, np.flatnonzero(np.diff(owner)) + 1)
    return [part[:-1] for part in parts if len(part) > 3]


def _box(points: Integers) -> Integers:
    if len(points) == 0:
        points = np.zeros((1, 2), np.int64)
    (west, south), (east, north) = points.min(axis=0) - MARGIN_MM, points.max(axis=0) + MARGIN_MM
    wide_mm = int(max(east - west, north - south))
    if wide_mm > WIDEST_MM:
        raise TangledObstacles(f"expected a map at most {WIDEST_MM / 1e6:,.0f} km wide, got {wide_mm / 1e6:,.0f} km")
    return np.array([[west, south], [east, south], [east, north], [west, north]])


def _triangulated(rings: Sequence[Integers]) -> Mesh:
    import pythoncdt as cdt

    points, numbers = _numbered(np.vstack(rings))
    made = cdt.Triangulation(cdt.VertexInsertionOrder.AUTO, cdt.IntersectingConstraintEdges.NOT_ALLOWED, 0.0)
    made.insert_vertices(cast("Any", points.astype(np.float64)))
    try:
        made.insert_edges(cast("Any", _edges(numbers, [len(ring) for ring in rings])))
    except RuntimeError as error:
        raise TangledObstacles(f"expected outlines that do not cross; {error}") from error
    depths = np.array(made.calculate_triangle_depths())
    table = made.triangles_array()
    # CDT numbers the three corners of its own outermost triangle first.
    return _mesh(points, table["vertices"].astype(np.int64) - 3, table["neighbors"], depths)


def _numbered(points: Integers) -> tuple[Integers, Integers]:
    """Return points once each in order of their first appearance, and the number of each."""
    low = points.min(axis=0)
    keys = (points[:, 0] - low[0]) * (points[:, 1].max() - low[1] + 1) + points[:, 1] - low[1]
    _, appear, number = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(appear)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return np.ascontiguousarray(points[appear[order]]), rank[number.reshape(-1)]


def _edges(numbers: Integers, sizes: Sequence[int]) -> Numbers:
    """Return the edges of rings that lie one after another, shape (edges, 2)."""
    following = np.roll(numbers, -1)
    stops = np.cumsum(sizes)
    following[stops - 1] = numbers[stops - np.asarray(sizes)]
    return np.column_stack((numbers, following)).astype(np.uint32)


def _mesh(points: Integers, triangles: Integers, beside: Numbers, depths: Integers) -> Mesh:
    """Keep what lies in the box (depth 1 or more); odd depths are free, even ones obstacles."""
    inside = depths > 0
    renumber = np.full(len(depths) + 1, -1, np.int32)
    renumber[:-1][inside] = np.arange(inside.sum(), dtype=np.int32)
    neighbours = np.minimum(beside[inside].astype(np.int64), len(depths))
    free: Flags = depths[inside] % 2 == 1
    kept = np.ascontiguousarray(renumber[neighbours])
    doors = np.where((kept >= 0) & free[kept], kept, -1)
    return Mesh(
        points=points,
        cells=np.ascontiguousarray(np.hstack((triangles[inside], doors)).astype(np.int32)),
        beside=kept,
        free=np.ascontiguousarray(free),
    )

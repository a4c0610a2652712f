"""Obstacles at several flight levels, one above the other.

The model: at each level an aircraft moves on straight pieces outside that level's obstacles; from a level to the next
it goes straight up or down, at any place that is inside no obstacle of either, nor inside what lies between the two.
Touching an outline is allowed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely

from airspace.corridors import visibility
from airspace.corridors.cleaning import GRID_M
from airspace.corridors.visibility import Corners, Integers

Flags = npt.NDArray[np.bool_]
Polygons = tuple[shapely.Polygon, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Stack:
    """Clean obstacles by level, whose outlines have a vertex wherever they meet those of another level."""

    levels_m: tuple[float, ...]
    """Metres AMSL, from the lowest to the highest."""
    solid: tuple[Polygons, ...]
    """By level: polygons of the frame in metres, with vertices on whole millimetres."""
    between: tuple[Polygons, ...]
    """By level but the last: what stops a change to the next level only, because it reaches neither of the two."""

    @classmethod
    def of(
        cls,
        levels_m: Sequence[float],
        solid: Sequence[Sequence[shapely.Polygon]],
        between: Sequence[Sequence[shapely.Polygon]] = (),
    ) -> Stack:
        """Put clean obstacles of some levels on top of each other; without ``between`` nothing lies between them."""
        floors = tuple(tuple(level) for level in between) or ((),) * (len(solid) - 1)
        if len(solid) == 1:
            return cls(levels_m=tuple(levels_m), solid=(tuple(solid[0]),), between=floors)
        faces = _faces([polygon for level in solid for polygon in level])
        inner = shapely.point_on_surface(faces)
        noded = tuple(_joined(faces[_inside(level, inner)]) for level in solid)
        return cls(levels_m=tuple(levels_m), solid=noded, between=floors)

    def __len__(self) -> int:
        return len(self.levels_m)

    @cached_property
    def corners(self) -> tuple[Corners, ...]:
        """By level: the convex corners of its obstacles."""
        return tuple(visibility.corners_of(level) for level in self.solid)

    @cached_property
    def floor_plan(self) -> Polygons:
        """What is in the way at every level: no course at all gets through it."""
        if len(self) == 1:
            return self.solid[0]
        faces = _faces([polygon for level in self.solid for polygon in level])
        inner = shapely.point_on_surface(faces)
        return _joined(faces[np.logical_and.reduce([_inside(level, inner) for level in self.solid])])

    def inside(self, places_mm: Integers) -> Flags:
        """Tell which places, shape (n, 2), lie inside an obstacle of each level; shape (levels, n)."""
        points = shapely.points(places_mm / 1000)
        return np.array([inside_any(level, points) for level in self.solid]).reshape(len(self), len(points))

    @cached_property
    def junctions(self) -> Integers:
        """Where outlines of two levels meet and part, whole millimetres, shape (n, 2).

        A course that changes level there may bend round both at once.
        """
        if len(self) == 1:
            return np.empty((0, 2), np.int64)
        ways: dict[tuple[int, int], list[frozenset[tuple[int, int]]]] = defaultdict(list)
        for level in self.solid:
            for place, beside in _neighbours(level).items():
                ways[place].append(frozenset(beside))
        places = [place for place, found in ways.items() if len(set(found)) > 1]
        return np.array(sorted(places), np.int64).reshape(-1, 2)


def _faces(polygons: Sequence[shapely.Polygon]) -> npt.NDArray[np.object_]:
    """Return the faces that some outlines cut the plane into, with vertices on whole millimetres."""
    outlines = shapely.boundary(np.array(polygons, dtype=object))
    lines = shapely.get_parts(shapely.union_all(outlines, grid_size=GRID_M))
    return np.asarray(shapely.get_parts(shapely.polygonize(lines)))


def _inside(level: Sequence[shapely.Polygon], points: npt.NDArray[np.object_]) -> Flags:
    solid = shapely.multipolygons(list(level)) if level else shapely.Polygon()
    shapely.prepare(solid)
    return np.asarray(shapely.contains(solid, points))


def _joined(faces: npt.NDArray[np.object_]) -> Polygons:
    return tuple(shapely.get_parts(shapely.coverage_union_all(faces)))


def inside_any(polygons: Sequence[shapely.Polygon], points: npt.NDArray[np.object_]) -> Flags:
    """Tell which points lie inside some polygon; not those on an outline."""
    found = np.zeros(len(points), dtype=bool)
    if len(polygons) and len(points):
        areas = np.array(polygons, dtype=object)
        shapely.prepare(areas)
        point, area = shapely.STRtree(areas).query(points)
        found[point[shapely.contains(areas[area], points[point])]] = True
    return found


def _neighbours(level: Sequence[shapely.Polygon]) -> dict[tuple[int, int], set[tuple[int, int]]]:
    """Return the vertices of some outlines in whole millimetres, each with those before and after it."""
    beside: dict[tuple[int, int], set[tuple[int, int]]] = defaultdict(set)
    for ring in shapely.get_rings(np.array(level, dtype=object)):
        points = [(int(x), int(y)) for x, y in np.rint(shapely.get_coordinates(ring) * 1000)]
        for first, second in pairwise(points):
            beside[first].add(second)
            beside[second].add(first)
    return beside

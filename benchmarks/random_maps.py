"""Small random maps that trip shortest paths, and the slow plain way of working out the lengths on them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from airspace.corridors import cleaning

Chance = np.random.Generator
Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RandomMap:
    """Clean obstacles in metres, and pads in free space in whole millimetres, shape (pads, 2)."""

    kind: str
    obstacles: list[shapely.Polygon]
    pads: Integers


def random_map(seed: int) -> RandomMap:
    """Return the map with a number; kinds take turns."""
    chance = np.random.default_rng(seed)
    kind, (reach_m, step_mm, draw) = list(KINDS.items())[seed % len(KINDS)]
    areas = [area for area in (draw(chance) for _ in range(chance.integers(1, 14))) if area.area > 0]
    obstacles = cleaning.merged(areas)
    pads = chance.integers(-1, reach_m * 1000 // step_mm + 2, (8, 2)) * step_mm
    solid = shapely.union_all(obstacles)
    outside = ~shapely.intersects(solid, shapely.points(pads / 1000))
    return RandomMap(kind=kind, obstacles=obstacles, pads=pads[outside])


def random_zones(seed: int) -> tuple[npt.NDArray[np.object_], float, Integers]:
    """Return zones as drawn, metres, how far paths are to stay from them, and pads in whole millimetres."""
    chance = np.random.default_rng(seed)
    reach_m, step_mm, draw = list(KINDS.values())[seed % len(KINDS)]
    zones = np.array([area for area in (draw(chance) for _ in range(chance.integers(1, 14))) if area.area > 0])
    pads = chance.integers(-1, reach_m * 1000 // step_mm + 2, (8, 2)) * step_mm
    return zones, float(chance.choice(KEPT_SHARES)) * reach_m, pads


KEPT_SHARES = (0.001, 0.01, 0.03)
"""Of the map: how far paths stay from zones."""


def _box(chance: Chance) -> shapely.Polygon:
    (x, y), (width, height) = chance.integers(0, 12, 2), chance.integers(1, 5, 2)
    return shapely.box(x, y, x + width, y + height)


def _disc(chance: Chance) -> shapely.Polygon:
    middle, radius_m = shapely.Point(chance.uniform(0, 2000, 2)), chance.uniform(30, 300)
    return middle.buffer(radius_m, quad_segs=int(chance.integers(1, 6)))


def _star(chance: Chance) -> shapely.Geometry:
    corners = int(chance.integers(3, 9))
    turn = np.arange(corners) * (2 * math.pi / corners) + chance.uniform(0, 1)
    ring = np.column_stack((np.cos(turn), np.sin(turn))) * chance.uniform(50, 500, (corners, 1))
    return shapely.make_valid(shapely.Polygon(ring + chance.integers(0, 2000, 2)))


def _triangle(chance: Chance) -> shapely.Polygon:
    return shapely.Polygon(chance.integers(0, 9, (3, 2)).astype(float))


def _road(chance: Chance) -> shapely.Polygon:
    course = np.cumsum(chance.uniform(-300, 300, (4, 2)), axis=0) + chance.uniform(0, 2000, 2)
    return shapely.LineString(course).buffer(chance.uniform(5, 40), quad_segs=2)


KINDS: dict[str, tuple[int, int, Callable[[Chance], shapely.Geometry]]] = {
    "boxes on a grid": (17, 1000, _box),
    "discs": (2000, 1, _disc),
    "stars": (2000, 1, _star),
    "triangles on a grid": (9, 1000, _triangle),
    "roads": (2000, 1, _road),
}
"""How far pads reach in metres, the grid they stand on in millimetres, and how an area is drawn."""


def lengths_by_brute_force(drawn: RandomMap) -> Floats:
    """Return shortest lengths in metres between all pads: every vertex is joined with every other that it sees.

    In whole millimetres, where the predicates of GEOS are exact. Shape (pads, pads).
    """
    solid = shapely.union_all(shapely.transform(np.array(drawn.obstacles), lambda points: np.rint(points * 1000)))
    shapely.prepare(solid)
    points = np.vstack((np.unique(shapely.get_coordinates(solid), axis=0), drawn.pads))
    first, second = np.triu_indices(len(points), k=1)
    pieces = shapely.linestrings(np.stack((points[first], points[second]), axis=1))
    seen = ~shapely.relate_pattern(solid, pieces, "T********")
    first, second = first[seen], second[seen]
    lengths_m = np.hypot(*(points[first] - points[second]).T) / 1000
    # A length of zero would not count as an edge: two pads at one place.
    graph = csr_array((np.maximum(lengths_m, 1e-12), (first, second)), shape=(len(points), len(points)))
    pads = np.arange(len(points) - len(drawn.pads), len(points))
    reached = np.atleast_2d(dijkstra(graph, directed=False, indices=pads)) if len(pads) else np.empty((0, len(points)))
    return np.asarray(reached[:, pads])

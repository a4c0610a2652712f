"""Large maps piece by piece: the map is cut into tiles, each is cleaned by itself, and what was cut is joined again.

Cleaning is local: what comes out at a place depends only on what lies within some centimetres of it. So a tile that
is cleaned together with a rim around it has the right outlines inside; where two tiles meet, they differ by rounding
at most, a millimetre or two, and never leave a gap, because both end on the same line.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import shapely

RIM_M = 1.0
"""How much around a tile is cleaned with it: far more than cleaning reaches."""

VERTICES_A_TILE = 10_000
"""About how many vertices of all areas lie in a tile: more make cleaning slower, fewer cut more outlines."""

VERTICES_A_JOIN = 50_000
"""About how many vertices of what was cut are joined at a time."""

NARROWEST_M = 100.0
"""No tile is cut further that is not wider than this, however much lies in it."""

Bounds = tuple[float, float, float, float]
Floats = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]
Clean = Callable[[Geometries], Geometries]
Asked = TypeVar("Asked")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tile:
    """A rectangle whose sides lie on whole millimetres, and the areas that reach into it or its rim."""

    bounds: Bounds
    areas: Geometries

    def piece(self, clean: Clean, grid_m: float) -> Geometries:
        """Return the polygons that cleaning makes of the areas, as far as they lie in the tile, on the grid."""
        rim = _wider(self.bounds, RIM_M)
        whole = _in_box(clean(_in_box(self.areas, rim)), self.bounds)
        return polygons_on_grid(whole, grid_m)


def _in_box(areas: Geometries, bounds: Bounds) -> Geometries:
    """Return areas as far as they lie in a box."""
    west, south, east, north = shapely.bounds(areas).T
    inside = (west >= bounds[0]) & (south >= bounds[1]) & (east <= bounds[2]) & (north <= bounds[3])
    parts = areas.copy()
    parts[~inside] = shapely.intersection(areas[~inside], shapely.box(*bounds))
    return parts


def polygons_on_grid(areas: Geometries, grid_m: float) -> Geometries:
    """Return the polygons that areas consist of, with vertices on a grid; lines and points have no area.

    A geometry remembers its grid, and whatever is done with it is done on that grid, slowly; these forget it again.
    """
    rounded = shapely.set_precision(areas, grid_m, mode="pointwise")
    if not shapely.is_valid(rounded).all():  # rounding made outlines meet: they are joined there
        rounded = shapely.make_valid(shapely.set_precision(areas, grid_m))
    parts = shapely.get_parts(shapely.get_parts(rounded))
    parts = parts[(shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > 0)]
    return np.asarray(shapely.set_precision(parts, 0.0, mode="pointwise"), dtype=object)


def cleaned(areas: Geometries, clean: Clean, *, grid_m: float, workers: int | None = None) -> list[shapely.Polygon]:
    """Clean areas, tile by tile when there is much of them, and join the results.

    Parameters
    ----------
    areas
        Areas in metres of a frame.
    clean
        Makes polygons on the grid of areas; what it makes at a place depends only on what lies within a metre of it.
    grid_m
        Vertices of the result lie on multiples of this, and so do the sides of the tiles.
    workers
        How many threads, one for each core without a number; the result does not depend on it.
    """
    if shapely.get_num_coordinates(areas).sum() <= VERTICES_A_TILE:
        return list(clean(areas))
    tiles = list(tiles_of(areas, grid_m))
    pieces = in_turn(lambda tile: tile.piece(clean, grid_m), tiles, workers=workers)
    cut = [_reaches_rim(polygons, tile.bounds, grid_m) for tile, polygons in zip(tiles, pieces, strict=True)]
    whole = [polygon for polygons, here in zip(pieces, cut, strict=True) for polygon in polygons[~here]]
    seams = np.concatenate([np.empty(0, object), *(polygons[here] for polygons, here in zip(pieces, cut, strict=True))])
    return [*whole, *_joined(seams, workers)]


def _joined(areas: Geometries, workers: int | None) -> Geometries:
    """Unite areas that come in the order of their tiles: batches of neighbours, then two and two of what came of them.

    Uniting two large areas costs little but where they meet, and pairs are united side by side.
    """
    vertices = np.cumsum(shapely.get_num_coordinates(areas))
    batches = np.split(areas, np.flatnonzero(np.diff(vertices // VERTICES_A_JOIN)) + 1)
    made = in_turn(shapely.union_all, batches, workers=workers)
    while len(made) > 1:
        made = in_turn(_united, [made[first : first + 2] for first in range(0, len(made), 2)], workers=workers)
    return np.asarray(shapely.get_parts(made[0]), dtype=object)


def _united(pair: Sequence[shapely.Geometry]) -> shapely.Geometry:
    return shapely.union(*pair) if len(pair) == 2 else pair[0]


def in_turn(work: Callable[[Asked], Made], tasks: Sequence[Asked], *, workers: int | None) -> list[Made]:
    """Return what some work gives for each task, in order; on threads, which shapely lets run side by side.

    Without a number there are as many threads as cores.
    """
    workers = workers or os.cpu_count() or 1
    if workers == 1 or len(tasks) < 2:
        return [work(task) for task in tasks]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, tasks))


def tiles_of(areas: Geometries, grid_m: float) -> Iterator[Tile]:
    """Cut a map in two where half of the vertices lie on either side, and each half again, until little is left."""
    points = shapely.get_coordinates(areas)
    if len(points) == 0:
        return
    tree = shapely.STRtree(areas)
    low, high = np.floor(points.min(axis=0)) - RIM_M, np.ceil(points.max(axis=0)) + RIM_M
    for bounds in _halved((*low.tolist(), *high.tolist()), points, grid_m):
        found = np.sort(tree.query(shapely.box(*_wider(bounds, RIM_M))))
        if len(found):
            yield Tile(bounds=bounds, areas=areas[found])


def _halved(bounds: Bounds, points: Floats, grid_m: float) -> Iterator[Bounds]:
    west, south, east, north = bounds
    axis = 0 if east - west >= north - south else 1
    if len(points) <= VERTICES_A_TILE or bounds[axis + 2] - bounds[axis] <= NARROWEST_M:
        yield bounds
        return
    middle = _between(float(np.median(points[:, axis])), bounds[axis], bounds[axis + 2], grid_m)
    lower = points[:, axis] < middle
    yield from _halved(
        (west, south, middle, north) if axis == 0 else (west, south, east, middle), points[lower], grid_m
    )
    yield from _halved(
        (middle, south, east, north) if axis == 0 else (west, middle, east, north), points[~lower], grid_m
    )


def _between(middle: float, lowest: float, highest: float, grid_m: float) -> float:
    """Return the multiple of the grid nearest to a cut, which leaves something on either side."""
    fifth = (highest - lowest) / 5
    steps_a_metre = round(1 / grid_m)
    return round(min(max(middle, lowest + fifth), highest - fifth) * steps_a_metre) / steps_a_metre


def _wider(bounds: Bounds, by_m: float) -> Bounds:
    west, south, east, north = bounds
    return west - by_m, south - by_m, east + by_m, north + by_m


def _reaches_rim(polygons: Geometries, bounds: Bounds, grid_m: float) -> npt.NDArray[np.bool_]:
    """Tell which polygons were cut at the side of a tile."""
    gaps = np.abs(shapely.bounds(polygons).reshape(-1, 4) - np.array(bounds))
    return np.asarray((gaps < grid_m / 2).any(axis=1))

"""The areas of many GeoJSON features in one go, for those that need no telling.

What is the least bit out of order is left out here, and looked at by itself where problems are told. So a good file is
read at the speed of bulk geometry, and a bad one is told of exactly as if it were read one feature at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from airspace.formats.shapes import SMALLEST_AREA_DEG2, Area
from airspace.formats.tangles import Effort

Polygons: TypeAlias = list[Any]
"""Polygons of one feature, each a list of rings, each a list of positions."""


def sound_areas(features: Sequence[object], effort: Effort) -> list[Area | None]:
    """Return the area of each feature as :func:`airspace.formats.shapes.area_of` would, silently.

    None for a feature with anything to tell of, or without an area.
    """
    areas: list[Area | None] = [None] * len(features)
    drawn = {index: polygons for index, raw in enumerate(features) if (polygons := _drawn(raw)) is not None}
    if not _are_regular(drawn.values()):
        drawn = {index: polygons for index, polygons in drawn.items() if _are_regular([polygons])}
    if drawn:
        for index, area in zip(drawn, _areas(list(drawn.values()), effort), strict=True):
            areas[index] = area
    return areas


def _drawn(raw: object) -> Polygons | None:
    geometry = raw.get("geometry") if isinstance(raw, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in ("Polygon", "MultiPolygon"):
        return None
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    return polygons if isinstance(polygons, list) else None


def _are_regular(several: Any) -> bool:
    """Tell whether these are polygons of closed rings of pairs of numbers, all of them."""
    inside = several
    for least in (1, 1, 4):  # polygons in a feature, rings in a polygon, positions in a ring
        if not _are_lists(inside, lambda length, least=least: length >= least):  # type: ignore[misc]
            return False
        inside = list(chain.from_iterable(inside))
    rings = chain.from_iterable(chain.from_iterable(several))
    return (
        _are_lists(inside, lambda length: length == 2)
        and set(map(type, chain.from_iterable(inside))) <= {float, int}
        and all(ring[0] == ring[-1] for ring in rings)
    )


def _are_lists(values: Any, fits: Callable[[int], bool]) -> bool:
    return set(map(type, values)) <= {list} and all(map(fits, set(map(len, values))))


def _areas(several: list[Polygons], effort: Effort) -> list[Area | None]:
    rings = [ring for polygons in several for rings in polygons for ring in rings]
    ring_sizes = np.fromiter(map(len, rings), dtype=np.intp, count=len(rings))
    positions = chain.from_iterable(rings)
    lonlat = np.fromiter(chain.from_iterable(positions), dtype=np.float64, count=2 * int(ring_sizes.sum()))
    lonlat = lonlat.reshape(-1, 2)
    polygon_sizes = np.array([len(rings) for polygons in several for rings in polygons])
    sizes = np.array([len(polygons) for polygons in several])
    ring_of = np.repeat(np.arange(len(rings)), ring_sizes)
    polygon_of_ring = np.repeat(np.arange(len(polygon_sizes)), polygon_sizes)
    feature_of_polygon = np.repeat(np.arange(len(several)), sizes)
    off = ~(np.abs(lonlat) <= (180, 90)).all(axis=1)
    lonlat[off] = 0  # NaN and infinities upset the library; the feature is left out in the end
    parts = shapely.polygons(shapely.linearrings(lonlat, indices=ring_of), indices=polygon_of_ring)
    shapes = shapely.multipolygons(parts, indices=feature_of_polygon)
    alone = sizes[feature_of_polygon] == 1
    shapes[feature_of_polygon[alone]] = parts[alone]
    bad = np.zeros(len(several), dtype=bool)
    bad[feature_of_polygon[polygon_of_ring[ring_of[off]]]] = True
    return [area if good else None for area, good in zip(shapes, ~bad & _are_valid(shapes, effort), strict=True)]


def _are_valid(shapes: npt.NDArray[np.object_], effort: Effort) -> npt.NDArray[np.bool_]:
    looked_at = np.fromiter(map(effort.allows_look, shapes), dtype=bool, count=len(shapes))
    looked_at[looked_at] = shapely.is_valid(shapes[looked_at])
    return np.asarray(looked_at & (shapely.area(shapes) >= SMALLEST_AREA_DEG2))

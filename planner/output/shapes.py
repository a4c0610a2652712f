"""The shapes on the map: land by side, coast, boundary, corridors; all as rounded WGS 84 coordinates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import TypeAlias

import numpy as np
import shapely

from airspace.earth.frame import Frame
from airspace.model.gates import Jurisdiction

Line: TypeAlias = list[list[float]]
"""[[lon, lat], ...], WGS 84."""

DECIMALS = 6
"""A tenth of a metre; more would be noise."""

MEETING_DEG = 1e-5
"""Two jurisdictions meet where their edges lie within about a metre of each other."""

WHOLE_SIDE_SHARE = 0.9
"""A zone over this share of a jurisdiction is a rule for the side, not a shape on the map."""


def line(points: Iterable[Sequence[float]]) -> Line:
    """Return points rounded, without repeats in a row."""
    rounded: Line = []
    for point in points:
        place = [round(float(point[0]), DECIMALS), round(float(point[1]), DECIMALS)]
        if not rounded or rounded[-1] != place:
            rounded.append(place)
    return rounded


def polygons(area: shapely.Geometry) -> list[list[Line]]:
    """Return the polygons of an area, each as its outer ring and its holes; an empty list for no area."""
    return [
        [line(ring.coords) for ring in (part.exterior, *part.interiors)]
        for part in _parts(area)
        if isinstance(part, shapely.Polygon)
    ]


def lines(geometry: shapely.Geometry) -> list[Line]:
    """Return the lines of a geometry, joined end to end where that is possible."""
    strings = [part for part in _parts(geometry) if isinstance(part, shapely.LineString)]
    if not strings:
        return []
    return [line(part.coords) for part in _parts(shapely.line_merge(shapely.MultiLineString(strings)))]


def inner_point(area: shapely.Geometry) -> list[float]:
    """Return a point well inside an area, for its label."""
    largest = max(_parts(area), key=lambda part: part.area)
    radius = shapely.maximum_inscribed_circle(largest, tolerance=_tolerance(largest))
    return line(radius.coords)[0]


def land_by_side(land: shapely.Geometry, jurisdictions: Sequence[Jurisdiction]) -> list[list[list[Line]]]:
    """Return the land of each jurisdiction in turn, and last the land that belongs to none of them."""
    sides = [shapely.intersection(land, jurisdiction.area) for jurisdiction in jurisdictions]
    rest = shapely.difference(land, shapely.union_all(sides)) if sides else land
    return [polygons(side) for side in (*sides, rest)]


def coast(land: shapely.Geometry) -> list[Line]:
    """Return the shores of the land, without the straight cuts at the edge of the data."""
    edge = shapely.buffer(shapely.box(*land.bounds).exterior, MEETING_DEG)
    return lines(shapely.difference(shapely.union_all(land).boundary, edge))


def boundary(jurisdictions: Sequence[Jurisdiction]) -> list[Line]:
    """Return the lines along which jurisdictions meet."""
    met = [
        shapely.intersection(shapely.buffer(one.area, MEETING_DEG), other.area.boundary)
        for one, other in combinations(jurisdictions, 2)
    ]
    return [part for geometry in met for part in lines(geometry)]


def corridor_area(centre: Line, *, frame: Frame, half_width_m: float) -> list[list[Line]]:
    """Return the true width of a corridor around its centre line."""
    string = frame.project(shapely.LineString(centre))
    return polygons(frame.unproject(shapely.buffer(string, half_width_m, quad_segs=4)))


def covers_a_side(area: shapely.Geometry, jurisdictions: Sequence[Jurisdiction]) -> bool:
    """Tell whether an area takes in nearly all of some jurisdiction."""
    shares = (shapely.area(shapely.intersection(area, side.area)) / side.area.area for side in jurisdictions)
    return any(share >= WHOLE_SIDE_SHARE for share in shares)


def bounds(places: Sequence[Sequence[float]]) -> list[float]:
    """Return [west, south, east, north] of some [lon, lat] places."""
    array = np.array(places, dtype=float)
    return [round(float(value), DECIMALS) for value in (*array.min(axis=0), *array.max(axis=0))]


def _parts(geometry: shapely.Geometry) -> Iterator[shapely.Geometry]:
    if isinstance(geometry, shapely.geometry.base.BaseMultipartGeometry):
        for part in geometry.geoms:
            yield from _parts(part)
    elif not geometry.is_empty:
        yield geometry


def _tolerance(area: shapely.Geometry) -> float:
    west, south, east, north = (float(edge) for edge in area.bounds)
    return max(east - west, north - south) / 200

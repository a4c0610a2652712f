"""The ground from a terrain model: a GeoTIFF of heights, always taken on the side that protects.

A terrain model tells the height at the centres of its cells. Between centres the surface is interpolated, so whatever is
said of a place takes in the cells around it. What the model does not know, inside its outline or beyond, may be any height.
"""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from airspace.earth.datums import datum_named, from_wgs84, to_wgs84
from airspace.earth.frame import GEOD
from airspace.errors import BadInput, Problem, UnknownDatum

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

Floats = npt.NDArray[np.float64]
Heights = npt.NDArray[np.float32]

MAX_CELLS = 120_000_000
"""As many as Hong Kong has at 5 m; they take half a gigabyte."""

ROWS_AT_ONCE = 1024

GROUND_M = (-500.0, 9000.0)
"""No ground lies outside; a height that does is a gap somebody forgot to declare, such as -32768."""

AMSL_CODES = (5773, 5714)
"""Vertical datums that are AMSL here: EGM96 height and plain mean sea level height."""

METRES = ("", "m", "metre", "metres", "meter", "meters")

BLOCK = 4
"""Cells along each side of a block, blocks along each side of the next larger one, and so on."""

EDGE_M = 500.0
"""Longest edge of an outline handed out. A straight line of one projection bends in another, by 2 mm over this length."""

UNKNOWN = (-math.inf, math.inf)


@dataclass(frozen=True, kw_only=True, eq=False)
class RasterGround:
    """Ground told by a grid of heights, north up; a :class:`~airspace.earth.terrain.TerrainModel`."""

    heights_m: Heights
    """Shape (rows, columns), rows from the north, columns from the west; NaN where unknown. Read-only."""
    datum: str
    """Horizontal datum or grid of the cells, such as ``EPSG:2326``."""
    west: float
    """Outer edge of the first column, in degrees or metres of the datum."""
    north: float
    """Outer edge of the first row, in degrees or metres of the datum."""
    width: float
    """Of a cell, in degrees or metres of the datum."""
    height: float
    """Of a cell, in degrees or metres of the datum."""
    to_amsl_m: tuple[float, float] = (0.0, 0.0)
    """The least and the most that must be added to the heights to get metres AMSL (EGM96)."""
    notes: tuple[str, ...] = ()
    """What was assumed when the file was read."""

    def __post_init__(self) -> None:
        heights_m = np.asarray(self.heights_m, dtype=np.float32).view()
        if heights_m.ndim != 2 or not heights_m.size:
            raise ValueError(f"terrain: expected heights of shape (rows, columns), got {heights_m.shape}")
        if not (self.width > 0 and self.height > 0 and all(map(math.isfinite, (self.west, self.north)))):
            raise ValueError("terrain: expected a finite corner and cells with a width and a height")
        if not self.to_amsl_m[0] <= self.to_amsl_m[1]:
            raise ValueError(f"terrain: expected to_amsl_m from least to most, got {self.to_amsl_m}")
        heights_m.flags.writeable = False
        object.__setattr__(self, "heights_m", heights_m)

    def __reduce__(self) -> tuple[Any, ...]:
        # By the constructor, so that what comes out of a pickle is read-only again.
        return _remade, ({field.name: getattr(self, field.name) for field in fields(self)},)

    @classmethod
    def open(
        cls, source: str | os.PathLike[str] | bytes, *, name: str = "", to_amsl_m: tuple[float, float] | None = None
    ) -> RasterGround:
        """Read a GeoTIFF of ground heights in metres.

        Parameters
        ----------
        source
            Path of the file, or its content.
        name
            What to call it in messages; the path when empty.
        to_amsl_m
            The least and the most to add to the file's heights to get metres AMSL (EGM96), for a file on another vertical
            datum. Without it such a file is refused, and one that names no vertical datum is taken as AMSL.

        Raises
        ------
        BadInput
            With every reason why the file cannot be used: not a GeoTIFF, turned or not placed at all, an unknown
            horizontal datum, another vertical datum, other units than metres, several bands, too many cells.
        OSError
            If there is no such file, or it cannot be read.
        ModuleNotFoundError
            If rasterio is not installed.
        """
        file = name or ("terrain" if isinstance(source, bytes) else os.fspath(source))
        with _dataset(source, file) as dataset:
            problems = [*_shape_problems(dataset, file), *_datum_problems(dataset, file, to_amsl_m is not None)]
            if problems:
                raise BadInput(problems)
            transform = dataset.transform
            return cls(
                heights_m=_heights_m(dataset, file),
                datum=f"EPSG:{_horizontal(dataset).to_epsg()}",
                west=transform.c,
                north=transform.f,
                width=transform.a,
                height=-transform.e,
                to_amsl_m=to_amsl_m or (0.0, 0.0),
                notes=_notes(dataset, to_amsl_m),
            )

    @cached_property
    def outline(self) -> shapely.Polygon:
        """The ground that the cells cover, WGS 84."""
        rows, columns = self.heights_m.shape
        return self._unplaced(shapely.box(0, 0, columns, rows))

    def span_amsl_m(self, area: shapely.Geometry | None = None) -> tuple[float, float]:
        """Return the lowest and the highest that the ground can be under a WGS 84 geometry, metres AMSL (EGM96).

        Every cell that the geometry touches counts, and so do their neighbours. Without a geometry: anywhere in the model.
        Where the geometry holds unknown ground or leaves the model the span is (-inf, inf).

        Raises
        ------
        ValueError
            If the geometry is empty.
        """
        if area is None:
            lowest, highest = self._levels[-1]
            return self._told(lowest.ravel(), highest.ravel())
        if area.is_empty:
            raise ValueError("terrain: expected an area with a place on the Earth, got an empty geometry")
        if not shapely.covers(shapely.box(*self.outline.bounds), area):
            return UNKNOWN
        placed = self._placed(area)
        rows, columns = self.heights_m.shape
        if not shapely.covers(shapely.box(0, 0, columns, rows), placed):
            return UNKNOWN
        return self._told(*self._under(placed))

    def heights_amsl_m(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Return the lowest and the highest that the ground can be at some places, metres AMSL (EGM96).

        They are those of the four cells whose centres lie around a place. Unknown ground, and all ground
        outside the model, is -inf and inf.

        Parameters
        ----------
        lon, lat
            Degrees (WGS 84), arrays of any shapes that broadcast; the results have that shape.
        """
        lon, lat = np.broadcast_arrays(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
        points = np.column_stack((lon.ravel(), lat.ravel()))
        west, south, east, north = self.outline.bounds
        near = ((points >= (west, south)) & (points <= (east, north))).all(axis=1)
        lowest, highest = np.full(len(points), np.nan), np.full(len(points), np.nan)
        lowest[near], highest[near] = self._around(self._to_cells(points[near]))
        lowest = np.where(np.isnan(lowest), -np.inf, lowest + self.to_amsl_m[0])
        highest = np.where(np.isnan(highest), np.inf, highest + self.to_amsl_m[1])
        return lowest.reshape(lon.shape), highest.reshape(lon.shape)

    def above(self, level_amsl_m: float, bounds: tuple[float, float, float, float]) -> list[shapely.Polygon]:
        """Return WGS 84 areas that hold all ground higher than a level, or unknown, within west, south, east, north.

        The areas reach from the cells that are higher to the centres of those that are not, because the ground falls
        somewhere between, and may reach beyond the bounds by a cell.

        Parameters
        ----------
        level_amsl_m
            Metres AMSL (EGM96).
        bounds
            Degrees, WGS 84.
        """
        within = shapely.box(*bounds)
        beyond = shapely.get_parts(within - self.outline)
        areas = [part for part in beyond if isinstance(part, shapely.Polygon)]
        inside = shapely.intersection(within, self.outline)
        if not inside.is_empty:
            areas += shapely.get_parts(self._unplaced(self._higher(level_amsl_m, inside))).tolist()
        return areas

    @cached_property
    def _levels(self) -> tuple[tuple[Heights, Heights], ...]:
        """Lowest and highest of cells, of blocks of cells, of blocks of blocks, up to a single one; NaN holds through."""
        levels = [(self.heights_m, self.heights_m)]
        while levels[-1][0].size > 1:
            lowest, highest = levels[-1]
            levels.append((_blocks(np.minimum, lowest), _blocks(np.maximum, highest)))
        return tuple(levels)

    def _told(self, lowest: Heights, highest: Heights) -> tuple[float, float]:
        lowest_m, highest_m = float(lowest.min()), float(highest.max())
        if math.isnan(lowest_m) or math.isnan(highest_m):
            return UNKNOWN
        return lowest_m + self.to_amsl_m[0], highest_m + self.to_amsl_m[1]

    def _under(self, placed: shapely.Geometry) -> tuple[Heights, Heights]:
        """Return lowest and highest of all cells and blocks that an area, in cells, touches or has for neighbours."""
        shapely.prepare(placed)
        lowest, highest = [], []
        row, column = np.array([0]), np.array([0])
        for level in reversed(range(len(self._levels))):
            boxes = _grown_boxes(row, column, BLOCK**level)
            touched = shapely.intersects(placed, boxes)
            # A block is taken whole when all of it counts; others are looked at cell by cell.
            whole = touched & (shapely.covers(placed, boxes) if level else True)
            lowest.append(self._levels[level][0][row[whole], column[whole]])
            highest.append(self._levels[level][1][row[whole], column[whole]])
            if level:
                part = touched & ~whole
                row, column = _split(row[part], column[part], self._levels[level - 1][0].shape)
        return np.concatenate(lowest), np.concatenate(highest)

    def _around(self, cells: Floats) -> tuple[Floats, Floats]:
        """Return lowest and highest of the four cells around places told in columns and rows; NaN where unknown."""
        rows, columns = self.heights_m.shape
        outside = ~((cells >= 0) & (cells <= (columns, rows))).all(axis=1)
        first = np.floor(np.where(outside[:, None], 0, cells) - 0.5).astype(np.intp)
        pair = np.array([0, 1])
        column = np.clip(first[:, 0, None] + pair, 0, columns - 1)
        row = np.clip(first[:, 1, None] + pair, 0, rows - 1)
        four = self.heights_m[row[:, :, None], column[:, None, :]].reshape(len(cells), 4).astype(np.float64)
        four[outside] = np.nan
        return four.min(axis=1), four.max(axis=1)

    def _higher(self, level_amsl_m: float, inside: shapely.Geometry) -> shapely.Geometry:
        """Return the squares between cell centres, in cells, where interpolated ground within an area can be higher."""
        left, top, right, bottom = shapely.bounds(self._placed(inside)).tolist()
        rows, columns = self.heights_m.shape
        first_row, first_column = max(math.floor(top) - 1, 0), max(math.floor(left) - 1, 0)
        window = self.heights_m[first_row : math.ceil(bottom) + 1, first_column : math.ceil(right) + 1]
        # Written so that NaN, the unknown, counts as higher.
        higher = np.pad(~(window + self.to_amsl_m[1] <= level_amsl_m), 1)
        squares = higher[:-1, :-1] | higher[:-1, 1:] | higher[1:, :-1] | higher[1:, 1:]
        boxes = shapely.transform(_runs(squares), lambda points: points + (first_column - 0.5, first_row - 0.5))
        return shapely.clip_by_rect(shapely.union_all(boxes), 0, 0, columns, rows)

    def _placed(self, area: shapely.Geometry) -> shapely.Geometry:
        """Return a WGS 84 geometry in columns and rows of cells, counted from the north-western corner."""
        west, south, east, _ = area.bounds
        degree_m = GEOD.inv(west, south, west, south + 1e-3)[2] * 1e3
        fine = shapely.segmentize(shapely.force_2d(area), EDGE_M / degree_m)
        return shapely.transform(fine, self._to_cells)

    def _unplaced(self, placed: shapely.Geometry) -> shapely.Geometry:
        """Return a geometry told in columns and rows of cells in WGS 84."""
        degrees = datum_named(self.datum).is_geographic
        cell_m = max(self.width, self.height) * (111_700 if degrees else 1)
        fine = shapely.segmentize(placed, max(EDGE_M / cell_m, 1e-3))
        return shapely.transform(fine, self._from_cells)

    def _to_cells(self, points: Floats) -> Floats:
        return (from_wgs84(points, self.datum) - (self.west, self.north)) / (self.width, -self.height)

    def _from_cells(self, points: Floats) -> Floats:
        return to_wgs84(points * (self.width, -self.height) + (self.west, self.north), self.datum)

"""The ground from a terrain model: a GeoTIFF of heights, always taken on the side that protects.

A terrain model tells the height at the centres of its cells. Between centres the surface is interpolated, so whatever
is said of a place takes in the cells around it. What the model does not know, inside its outline or beyond it, may be
any height.
"""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from airspace.earth.datums import KNOWN, datum_named, from_wgs84, to_wgs84
from airspace.errors import BadInput, Problem, UnknownDatum

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

Floats = npt.NDArray[np.float64]
Heights = npt.NDArray[np.float32]

MAX_CELLS = 120_000_000
"""As many as Hong Kong has at 5 m; they take half a gigabyte."""

MAX_SIDE = 100_000

UNPACKED_CELLS = 10_000_000
"""So many take 40 MB, whatever they are packed in."""

MOST_CELLS_A_BYTE = 50
"""Deflate packs no more than some 1,000 bytes into one, and no ground is level for all of a region."""

CELLS_AT_ONCE = 4_000_000

GROUND_M = (-500.0, 9000.0)
"""No ground lies outside; a height that does is a gap somebody forgot to declare, such as -32768."""

AMSL_CODES = (5773, 5714)
"""Vertical datums that are AMSL here: EGM96 height and plain mean sea level height."""

METRES = ("", "m", "metre", "metres", "meter", "meters")

BLOCK = 4
"""Cells along each side of a block, blocks along each side of the next larger one, and so on."""

REACH = 0.5 + 1e-6
"""Cells beyond its own edge that a cell counts for: up to the centres of the next ones, and rounding."""

EDGE_M = 500.0
"""Longest edge of an outline. What is straight in one projection bends in another: over this length by 2 mm."""

EARTH_M = 40_100_000.0
"""All the way round it."""

DEGREE_M = 111_700.0
"""Of latitude, at the poles, where it is longest."""

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
            The least and the most to add to the file's heights to get metres AMSL (EGM96), for a file on another
            vertical datum. Without it such a file is refused, and one that names no vertical datum is taken as AMSL.

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
            size = len(source) if isinstance(source, bytes) else Path(source).stat().st_size
            problems = [*_shape_problems(dataset, file), *_packing_problems(dataset, file, size)]
            problems += _datum_problems(dataset, file, to_amsl_m is not None)
            problems = problems or [*_place_problems(dataset, file)]
            if problems:
                raise BadInput(problems)
            transform = dataset.transform
            ground = cls(
                heights_m=_heights_m(dataset, file),
                datum=f"EPSG:{_horizontal(dataset).to_epsg()}",
                west=transform.c,
                north=transform.f,
                width=transform.a,
                height=-transform.e,
                to_amsl_m=to_amsl_m or (0.0, 0.0),
                notes=_notes(dataset, to_amsl_m),
            )
        try:
            _ = ground.outline
        except ValueError as error:
            raise BadInput([_problem(file, "TERRAIN_PLACE", str(error), "cells where the datum is used")]) from error
        return ground

    @cached_property
    def outline(self) -> shapely.Polygon:
        """The ground that the cells cover, WGS 84."""
        rows, columns = self.heights_m.shape
        return self._unplaced(shapely.box(0, 0, columns, rows))

    def span_amsl_m(self, area: shapely.Geometry | None = None) -> tuple[float, float]:
        """Return the lowest and the highest that the ground can be under a WGS 84 geometry, metres AMSL (EGM96).

        Every cell counts that the ground below the geometry may be interpolated from: those with a centre less than
        a cell away from it. Without a geometry: anywhere in the model. Where the geometry holds unknown ground or
        leaves the model the span is (-inf, inf).

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
        # Written so that NaN, the unknown, counts as higher.
        return self._areas(lambda heights_m: ~(heights_m + self.to_amsl_m[1] <= level_amsl_m), bounds)

    def below(self, level_amsl_m: float, bounds: tuple[float, float, float, float]) -> list[shapely.Polygon]:
        """Return WGS 84 areas that hold all ground lower than a level, or unknown, within west, south, east, north.

        They reach as far as those of :meth:`above`, to the centres of cells that are not lower.

        Parameters
        ----------
        level_amsl_m
            Metres AMSL (EGM96).
        bounds
            Degrees, WGS 84.
        """
        # NaN counts as lower, too.
        return self._areas(lambda heights_m: ~(heights_m + self.to_amsl_m[0] >= level_amsl_m), bounds)

    def _areas(
        self, chosen: Callable[[Heights], npt.NDArray[np.bool_]], bounds: tuple[float, float, float, float]
    ) -> list[shapely.Polygon]:
        """Return where cells are chosen, or there are none, within bounds."""
        within = shapely.box(*bounds)
        beyond = shapely.get_parts(within - self.outline)
        areas = [part for part in beyond if isinstance(part, shapely.Polygon) and not part.is_empty]
        inside = shapely.intersection(within, self.outline)
        if not inside.is_empty:
            areas += shapely.get_parts(self._unplaced(self._squares(chosen, inside))).tolist()
        return areas

    @cached_property
    def _levels(self) -> tuple[tuple[Heights, Heights], ...]:
        """Lowest and highest of cells, of blocks of cells, of blocks of blocks, up to a single one; NaN rises to it."""
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
        """Return lowest and highest of all cells and blocks that the ground below an area, in cells, hangs on."""
        shapely.prepare(placed)
        lowest, highest = [], []
        row, column = np.array([0]), np.array([0])
        for level in reversed(range(len(self._levels))):
            boxes = _grown_boxes(row, column, BLOCK**level)
            touched = np.asarray(shapely.intersects(placed, boxes))
            # A block is taken whole when all of it counts; others are looked at cell by cell.
            whole = touched & (np.asarray(shapely.covers(placed, boxes)) | (level == 0))
            lowest.append(self._levels[level][0][row[whole], column[whole]])
            highest.append(self._levels[level][1][row[whole], column[whole]])
            if level:
                part = touched & ~whole
                row, column = _split(row[part], column[part], self._levels[level - 1][0].shape)
        return np.concatenate(lowest), np.concatenate(highest)

    def _around(self, cells: Floats) -> tuple[Floats, Floats]:
        """Return lowest and highest of the four cells around places told in columns and rows; NaN where unknown."""
        rows, columns = self.heights_m.shape
        outside = np.any((cells < 0) | (cells > np.array([columns, rows])), axis=1)
        first = np.floor(np.where(outside[:, None], 0, cells) - 0.5).astype(np.intp)
        pair = np.array([0, 1])
        column = np.clip(first[:, 0, None] + pair, 0, columns - 1)
        row = np.clip(first[:, 1, None] + pair, 0, rows - 1)
        four = self.heights_m[row[:, :, None], column[:, None, :]].reshape(len(cells), 4).astype(np.float64)
        four[outside] = np.nan
        return four.min(axis=1), four.max(axis=1)

    def _squares(
        self, chosen: Callable[[Heights], npt.NDArray[np.bool_]], inside: shapely.Geometry
    ) -> shapely.Geometry:
        """Return the squares between cell centres, in cells, that hang on a chosen cell, within an area."""
        left, top, right, bottom = shapely.bounds(self._placed(inside)).tolist()
        rows, columns = self.heights_m.shape
        first_row, first_column = max(math.floor(top) - 1, 0), max(math.floor(left) - 1, 0)
        window = self.heights_m[first_row : math.ceil(bottom) + 1, first_column : math.ceil(right) + 1]
        marked = np.pad(chosen(window), 1)
        squares = marked[:-1, :-1] | marked[:-1, 1:] | marked[1:, :-1] | marked[1:, 1:]
        corner = np.array([first_column - 0.5, first_row - 0.5])
        boxes = shapely.transform(_runs(squares), lambda points: points + corner)
        return shapely.union_all(boxes) & shapely.box(0, 0, columns, rows)

    def _placed(self, area: shapely.Geometry) -> shapely.Geometry:
        """Return a WGS 84 geometry in columns and rows of cells, counted from the north-western corner."""
        fine = shapely.segmentize(shapely.force_2d(area), EDGE_M / DEGREE_M)
        return shapely.transform(fine, self._to_cells)

    def _unplaced(self, placed: shapely.Geometry) -> shapely.Geometry:
        """Return a geometry told in columns and rows of cells in WGS 84."""
        cell_m = max(self.width, self.height) * (DEGREE_M if datum_named(self.datum).is_geographic else 1)
        fine = shapely.segmentize(placed, EDGE_M / cell_m)
        return shapely.transform(fine, self._from_cells)

    def _to_cells(self, points: Floats) -> Floats:
        return (from_wgs84(points, self.datum) - (self.west, self.north)) / (self.width, -self.height)

    def _from_cells(self, points: Floats) -> Floats:
        return to_wgs84(points * (self.width, -self.height) + (self.west, self.north), self.datum)


def _remade(values: dict[str, Any]) -> RasterGround:
    return RasterGround(**values)


def _blocks(pick: np.ufunc, values: Heights) -> Heights:
    """Return the least or greatest of each block of cells; blocks at the far edges may be smaller."""
    rows, columns = (np.arange(0, size, BLOCK) for size in values.shape)
    return np.asarray(pick.reduceat(pick.reduceat(values, rows, axis=0), columns, axis=1))


def _grown_boxes(row: npt.NDArray[np.intp], column: npt.NDArray[np.intp], size: int) -> npt.NDArray[np.object_]:
    """Return where ground is interpolated from the cells of blocks, told in cells: up to the centres next to them."""
    left, top = column * size - REACH, row * size - REACH
    return np.asarray(shapely.box(left, top, left + size + 2 * REACH, top + size + 2 * REACH), dtype=object)


def _split(
    row: npt.NDArray[np.intp], column: npt.NDArray[np.intp], shape: tuple[int, ...]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the places of the blocks that some blocks are made of."""
    steps = np.arange(BLOCK)
    rows, columns = np.broadcast_arrays(
        row[:, None, None] * BLOCK + steps[:, None], column[:, None, None] * BLOCK + steps[None, :]
    )
    there = (rows < shape[0]) & (columns < shape[1])
    return rows[there], columns[there]


def _runs(squares: npt.NDArray[np.bool_]) -> npt.NDArray[np.object_]:
    """Return rectangles over the true squares of a grid, one for each run along a row; unit squares, from (0, 0)."""
    ends = np.diff(np.pad(squares, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, start = np.nonzero(ends == 1)
    stop = np.nonzero(ends == -1)[1]
    return np.asarray(shapely.box(start, row, stop, row + 1), dtype=object)


@contextmanager
def _dataset(source: str | os.PathLike[str] | bytes, file: str) -> Iterator[DatasetReader]:
    """Open a GeoTIFF, and nothing else: GDAL would fetch other things by name, from the network too."""
    try:
        import rasterio
        from rasterio.errors import NotGeoreferencedWarning, RasterioError
        from rasterio.io import MemoryFile
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "terrain models are read with rasterio, which is not installed. Run: pip install 'skyferry[terrain]'"
        ) from error
    if not isinstance(source, bytes) and not Path(source).is_file():
        raise FileNotFoundError(f"{file}: expected a GeoTIFF, found no file")
    if source == b"":  # rasterio would take it for a file to be written
        raise BadInput([_problem(file, "TERRAIN_UNREADABLE", "an empty file", "a GeoTIFF that can be read")])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # told as a problem
        try:
            if isinstance(source, bytes):
                with MemoryFile(source) as memory, memory.open(driver="GTiff") as dataset:
                    yield dataset
            else:
                with rasterio.open(Path(source).absolute(), driver="GTiff") as dataset:
                    yield dataset
        except (RasterioError, UnicodeDecodeError) as error:
            # Names in a file need not be text, and rasterio takes them for it.
            raise BadInput([_problem(file, "TERRAIN_UNREADABLE", str(error), "a GeoTIFF that can be read")]) from error


def _problem(file: str, code: str, found: str, expected: str, fix: str = "") -> Problem:
    return Problem(file=file, code=code, found=found, expected=expected, fix=fix)


def _shape_problems(dataset: DatasetReader, file: str) -> Iterator[Problem]:
    if dataset.count != 1:
        yield _problem(file, "TERRAIN_BANDS", f"{dataset.count} bands", "one band of heights")
    if dataset.width * dataset.height > MAX_CELLS or max(dataset.width, dataset.height) > MAX_SIDE:
        found = f"{dataset.width} x {dataset.height} cells"
        expected = f"at most {MAX_CELLS:,} cells and {MAX_SIDE:,} along a side"
        yield _problem(file, "TERRAIN_TOO_LARGE", found, expected, "Cut it to the region.")
    if dataset.dtypes[0].startswith("complex"):
        yield _problem(file, "TERRAIN_NUMBERS", f"cells of type {dataset.dtypes[0]}", "plain numbers")
    transform = dataset.transform
    if transform.b or transform.d or not (transform.a > 0 > transform.e):
        found = f"the transform {tuple(transform)[:6]}"
        yield _problem(file, "TERRAIN_NOT_NORTH_UP", found, "rows from the north, columns from the west", "Warp it.")
    unit = dataset.units[0] or ""
    if unit.strip().lower() not in METRES:
        yield _problem(file, "TERRAIN_UNIT", f"heights in {unit!r}", "heights in metres", "Convert the heights.")


def _packing_problems(dataset: DatasetReader, file: str, size_bytes: int) -> Iterator[Problem]:
    """Find a raster that is far more than its file can hold: gaps without end, or an attack."""
    cells = dataset.width * dataset.height
    if cells > UNPACKED_CELLS and cells > MOST_CELLS_A_BYTE * size_bytes:
        found = f"{cells:,} cells in {size_bytes:,} bytes"
        expected = f"at most {MOST_CELLS_A_BYTE} cells for each byte of a large file"
        yield _problem(file, "TERRAIN_PACKED", found, expected, "Cut it to the region that has heights.")


def _datum_problems(dataset: DatasetReader, file: str, vertical_is_stated: bool) -> Iterator[Problem]:
    if dataset.crs is None:
        yield _problem(file, "TERRAIN_NO_DATUM", "no coordinate reference system", "one", "Write it into the file.")
        return
    try:
        datum_named(f"EPSG:{_horizontal(dataset).to_epsg()}")
    except (UnknownDatum, CRSError):
        found = dataset.crs.to_string()[:60]
        yield _problem(file, "TERRAIN_DATUM", repr(found), f"one of {', '.join(KNOWN[:-2])}", "Warp it to one of them.")
        return
    vertical, code = _vertical(dataset)
    if vertical and code not in AMSL_CODES and not vertical_is_stated:
        yield _problem(
            file,
            "TERRAIN_VERTICAL_DATUM",
            vertical,
            "heights above mean sea level (EGM96)",
            "Convert the heights, or state with to_amsl_m what is to be added to them.",
        )


def _place_problems(dataset: DatasetReader, file: str) -> Iterator[Problem]:
    """Find a raster that lies nowhere, or would reach round the Earth: its outline would have points without end."""
    transform, geographic = dataset.transform, _horizontal(dataset).is_geographic
    sides = (dataset.width * transform.a, dataset.height * -transform.e)
    most = 360.0 if geographic else EARTH_M
    if not all(map(math.isfinite, (transform.c, transform.f, *sides))) or max(sides) > most:
        found = f"sides of {sides[0]:g} and {sides[1]:g} from {transform.c:g}, {transform.f:g}"
        yield _problem(file, "TERRAIN_PLACE", found, f"sides of at most {most:g} {'degrees' if geographic else 'm'}")


def _horizontal(dataset: DatasetReader) -> CRS:
    crs = CRS.from_wkt(dataset.crs.to_wkt())
    return crs.sub_crs_list[0] if crs.is_compound else crs


def _vertical(dataset: DatasetReader) -> tuple[str, int | None]:
    """Return name and EPSG code of the vertical datum that a file names; an empty name when it names none."""
    crs = CRS.from_wkt(dataset.crs.to_wkt())
    if crs.is_compound:
        vertical = crs.sub_crs_list[1]
        return vertical.name, vertical.to_epsg()
    return ("height above the ellipsoid", None) if len(crs.axis_info) > 2 else ("", None)


def _notes(dataset: DatasetReader, to_amsl_m: tuple[float, float] | None) -> tuple[str, ...]:
    vertical, _ = _vertical(dataset)
    notes = [datum_named(f"EPSG:{_horizontal(dataset).to_epsg()}").note]
    if to_amsl_m:
        notes.append(f"{to_amsl_m[0]:g} to {to_amsl_m[1]:g} m are added to the heights, as stated.")
    elif not vertical:
        notes.append("The file names no vertical datum; its heights are taken as metres above mean sea level (EGM96).")
    return tuple(note for note in notes if note)


def _heights_m(dataset: DatasetReader, file: str) -> Heights:
    """Return the heights, NaN where the file declares a gap or a height is none."""
    from rasterio.windows import Window

    scale, offset = dataset.scales[0], dataset.offsets[0]
    heights_m = np.empty((dataset.height, dataset.width), dtype=np.float32)
    rows = max(1, CELLS_AT_ONCE // dataset.width)
    for row in range(0, dataset.height, rows):
        window = Window(0, row, dataset.width, min(rows, dataset.height - row))
        stored = dataset.read(1, window=window, masked=True)
        with np.errstate(invalid="ignore", over="ignore"):
            part = np.ma.filled(stored.astype(np.float64) * scale + offset, np.nan)
            part[~((part >= GROUND_M[0]) & (part <= GROUND_M[1]))] = np.nan
        heights_m[row : row + rows] = part
    if np.isnan(heights_m).all():
        raise BadInput([_problem(file, "TERRAIN_EMPTY", "gaps only", "heights of the ground in metres")])
    return heights_m

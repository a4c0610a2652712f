"""The geoid EGM96: how far mean sea level lies above the WGS 84 ellipsoid.

A height above the ellipsoid (satellite navigation, ASTM F3548) is a height above mean sea level plus the undulation::

    h_ellipsoid_m = h_amsl_m + undulation_m(lon, lat)

Around Hong Kong the undulation is 2 to 3 m below zero: 120 m AMSL are 117.3 m over the ellipsoid.

The grid is the 15-minute grid of EGM96 (NASA/TP-1998-206861) published by the US National Geospatial-Intelligence
Agency (NGA, then NIMA), in the public domain as a work of the US government. It is shipped with the package, because
without a grid PROJ hands heights back unchanged and only warns. :func:`compiled` made the file from PROJ's copy of it,
``egm96_15.gtx`` in Debian's package proj-data 9.1.1. When the file is first used its SHA-256 is held against the one
below. Heights in it are whole centimetres, each told as the difference from its neighbours, which zips well.
"""

from __future__ import annotations

import hashlib
import io
from functools import lru_cache
from importlib import resources

import numpy as np
import numpy.typing as npt
import shapely

from airspace.errors import MissingGrid

GRID_FILE = "egm96_15.npz"
GRID_SHA256 = "a3740ae58fc985534e865366d7241dc07365b247dbf88516274bf600709d62c7"
"""Of the file shipped; another file is not used."""

STEP_DEG = 0.25
ROWS, COLUMNS = 721, 1440
"""Nodes from 90 S to 90 N, and from 180 W eastwards; the column at 180 E is the first one again."""

GUARD_M = 0.001
"""A span is this much wider at each end, because the arithmetic of floats may put a place a hair outside."""

Floats = npt.NDArray[np.float64]


def undulation_m(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Floats:
    """Return the height of EGM96 mean sea level over the WGS 84 ellipsoid, in metres, at some places.

    Bilinear between the nodes of the grid, as PROJ does it: against the full model this is right to
    0.04 m (root mean square), and worst near trenches and steep islands, where it can be a metre off.

    Parameters
    ----------
    lon, lat
        Degrees (WGS 84), arrays of any shapes that broadcast. Longitudes go round: 270 is -90.

    Raises
    ------
    ValueError
        If a latitude is not within -90 to 90, or a number is not finite.
    MissingGrid
        If the grid is not there or has been altered.
    """
    x, y = _on_grid(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
    column, row = np.floor(x).astype(np.intp), np.minimum(np.floor(y).astype(np.intp), ROWS - 2)
    east, north = x - column, y - row
    column, next_column = column % COLUMNS, (column + 1) % COLUMNS
    grid_m = _grid_m()
    south_m = grid_m[row, column] * (1 - east) + grid_m[row, next_column] * east
    north_m = grid_m[row + 1, column] * (1 - east) + grid_m[row + 1, next_column] * east
    return np.asarray(south_m * (1 - north) + north_m * north)


def undulation_span_m(area: shapely.Geometry) -> tuple[float, float]:
    """Return the lowest and highest undulation, in metres, that can occur under a WGS 84 geometry.

    Those of its bounding box: within a cell of the grid the undulation is bilinear, so it is least and greatest at the
    corners of the box, where its edges cut the lines of the grid, or at nodes inside.

    Raises
    ------
    ValueError
        If the geometry is empty or lies outside the Earth.
    MissingGrid
        If the grid is not there or has been altered.
    """
    if area.is_empty:
        raise ValueError("geoid: expected an area with a place on the Earth, got an empty geometry")
    west, south, east, north = shapely.bounds(area).tolist()
    x, y = _on_grid(np.array([west, east]), np.array([south, north]))
    lons, lats = (np.unique([*ends, *np.arange(np.ceil(ends[0]), np.floor(ends[1]) + 1)]) * STEP_DEG for ends in (x, y))
    found_m = undulation_m(*np.meshgrid(lons - 180.0, lats - 90.0))
    return float(found_m.min()) - GUARD_M, float(found_m.max()) + GUARD_M


def _on_grid(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return places in steps of the grid from its first node; columns may count past the last one."""
    # Written so that NaN is refused as well.
    if not (np.abs(lat) <= 90).all() or not np.isfinite(lon).all():
        raise ValueError(f"geoid: expected finite longitudes and latitudes within -90 to 90, got {lon} and {lat}")
    return (lon + 180) / STEP_DEG, (lat + 90) / STEP_DEG


@lru_cache(maxsize=1)
def _grid_m() -> Floats:
    """Return the grid in metres, rows from the south, columns from 180 W; shape (721, 1440), read-only."""
    differences = np.load(io.BytesIO(_grid_bytes()))["differences_cm"]
    grid_m = differences.cumsum(axis=0, dtype=np.int16).cumsum(axis=1, dtype=np.int16) / 100
    grid_m.flags.writeable = False
    return np.asarray(grid_m)


def _grid_bytes() -> bytes:
    file = resources.files(__package__) / GRID_FILE
    if not file.is_file():
        raise MissingGrid(f"{file}: expected the EGM96 grid, found no file. Install skyferry again.")
    content = file.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != GRID_SHA256:
        raise MissingGrid(
            f"{file}: expected the EGM96 grid with SHA-256 {GRID_SHA256}, found {found}. Install skyferry again."
        )
    return content


def compiled(gtx: bytes) -> bytes:
    """Return the file shipped here, made from ``egm96_15.gtx``.

    GTX is the format of NOAA's VDatum: a big-endian header of south latitude, west longitude, both steps (doubles),
    rows and columns (32-bit integers), then the undulations in metres, rows from the south.

    Raises
    ------
    ValueError
        If it is another grid.
    """
    header = np.frombuffer(gtx, ">f8", 4), np.frombuffer(gtx, ">i4", 2, offset=32)
    if [number.tolist() for number in header] != [[-90.0, -180.0, STEP_DEG, STEP_DEG], [ROWS, COLUMNS]]:
        raise ValueError(f"expected a grid of {ROWS} by {COLUMNS} nodes from 90 S, 180 W, got the header {header}")
    undulations_m = np.frombuffer(gtx, ">f4", offset=40).reshape(ROWS, COLUMNS).astype(np.float64)
    centimetres = np.rint(undulations_m * 100).astype(np.int16)
    nothing = np.int16(0)  # the first row and column are told in full; 16 bits roll over and back again
    differences = np.diff(np.diff(centimetres, axis=1, prepend=nothing), axis=0, prepend=nothing)
    file = io.BytesIO()
    np.savez_compressed(file, differences_cm=differences.astype("<i2"))
    return file.getvalue()

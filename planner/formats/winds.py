"""Wind grids: a table with a wind for every place of a regular grid of longitudes and latitudes."""

from __future__ import annotations

from airspace.errors import Problem
from airspace.formats.documents import RawFile
from airspace.formats.telling import Placed, listed
from planner.formats.doors.rows import WindRow
from planner.formats.tables import Row, read_table
from planner.model.weather import WindGrid


def read_wind_grid(file: RawFile) -> tuple[WindGrid | None, list[Problem]]:
    """Return the winds of a table, and every problem in it; None when there is an error.

    Raises
    ------
    BadInput
        If the file is no table of winds at all.
    """
    placed, problems = read_table(file, model=WindRow, kind="place", build=_row)
    rows = [item.value for item in placed if item.value is not None]
    if any(not problem.warning for problem in problems) or len(rows) < len(placed):
        return None, problems
    lons, lats = (tuple(sorted({getattr(row, axis) for row in rows})) for axis in ("lon", "lat"))
    at = {(row.lon, row.lat): row for row in rows}
    problems += _gaps(file.name, placed, at, lons, lats)
    if any(not problem.warning for problem in problems):
        return None, problems
    return WindGrid(
        lons=lons,
        lats=lats,
        wind_mps=tuple(tuple(at[lon, lat].wind_mps for lon in lons) for lat in lats),
        wind_from_deg=tuple(tuple(at[lon, lat].wind_from_deg for lon in lons) for lat in lats),
    ), problems


def _row(given: WindRow, row: Row) -> WindRow:  # noqa: ARG001 - the shape that read_table asks for
    return given


def _gaps(
    file: str,
    placed: list[Placed[WindRow]],
    at: dict[tuple[float, float], WindRow],
    lons: tuple[float, ...],
    lats: tuple[float, ...],
) -> list[Problem]:
    """Return what keeps places from being a regular grid: too few of them, gaps, and places told twice."""
    expected = "a wind for each longitude at each latitude, two of each or more, every place once"
    missing = [f"{lon:g}, {lat:g}" for lat in lats for lon in lons if (lon, lat) not in at]
    found = []
    if len(lons) < 2 or len(lats) < 2:
        found.append(f"{len(lons)} longitudes and {len(lats)} latitudes")
    if missing:
        found.append(f"no wind at {listed(missing)}")
    if len(at) < len(placed):
        found.append(f"{len(placed) - len(at)} places told twice")
    return [Problem(file=file, code="NO_GRID", found=text, expected=expected) for text in found]

"""GeoParquet 1.1 (OGC) for data frames and databases: a row for each leg, through PyArrow of the extra ``geo``."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import CRS

from airspace.errors import BadInput, Problem
from airspace.formats.documents import SIZE_LIMIT_BYTES
from airspace.formats.telling import listed, shown
from planner.formats.plans.rounding import to_millisecond
from planner.model.plans import Leg, Sortie
from planner.output.exports.ellipsoid import above_the_sea, positions
from planner.output.exports.faults import Faults, tracks_once
from planner.output.exports.formats import File, Precision, Reviewed, Track, leg_name, the_file
from planner.output.exports.refusals import refuse, said

if TYPE_CHECKING:
    import pyarrow

FILE_NAME = "legs.parquet"
CRS_NAME = "OGC:CRS84h"
"""WGS 84 with longitude first and heights above the ellipsoid."""
ROW_LIMIT, BATCH_ROWS = 500_000, 1_000
"""So many are read back at most, and at a time; a small file can say that it holds any number of them."""
NEEDED = {
    "name": (r"(large_)?string", "text"),
    "times": (r"(large_)?list<\w+: timestamp\[[^\]<>]*\]( not null)?>", "lists of times"),
    "geometry": (r"(large_)?binary", "geometries as WKB"),
}
"""The columns that are read back, with their types as PyArrow spells them, and in words."""


class GeoParquet:
    """The legs of a plan as GeoParquet.

    Lines have longitude, latitude and the height above the WGS 84 ellipsoid; ``times`` and ``alt_amsl_m`` are lists
    with one value for each of their points.
    """

    name = "geoparquet"
    title = "GeoParquet, for data frames and databases"
    precision = Precision(horizontal_m=0.0, vertical_m=0.0001, time_s=0.0005)

    def write(self, reviewed: Reviewed) -> tuple[File, ...]:
        """Return one file with every leg as a row."""
        refuse(self.name, reviewed)
        arrow = _needed("pyarrow")
        rows = [_row(sortie, number, leg) for sortie, number, leg in reviewed.legs]
        lines = [shapely.LineString(positions(leg.waypoints)) for _, _, leg in reviewed.legs]
        told = [row | {"geometry": _wkb(line)} for row, line in zip(rows, lines, strict=True)]
        schema = _schema(arrow).with_metadata({b"geo": json.dumps(_metadata(lines), sort_keys=True).encode()})
        held = io.BytesIO()
        _needed("pyarrow.parquet").write_table(arrow.Table.from_pylist(told, schema=schema), held)
        return (File(name=FILE_NAME, content=held.getvalue()),)

    def read(self, files: Sequence[File]) -> tuple[Track, ...]:
        """Return the legs of a file."""
        file = the_file(files, FILE_NAME)
        _needed("pyarrow")
        columns = _columns(file)
        with Faults(file=file.name) as faults:
            rows = list(zip(*(columns[name] for name in NEEDED), strict=True))
            places = [f"row {index}" for index in range(1, len(rows) + 1)]
            return tracks_once(
                faults, [(place, _track(faults, place, *row)) for place, row in zip(places, rows, strict=True)]
            )


def _needed(library: str) -> Any:
    """Return a library that comes with the extra."""
    try:
        return import_module(library)
    except ModuleNotFoundError:
        fix = "Run: pip install 'skyferry[geo]'"
        expected = f"the extra that writes it, with {library}"
        raise BadInput(
            [Problem(file="geoparquet", code="MISSING_EXTRA", found="no such library", expected=expected, fix=fix)]
        ) from None


TEXTS = ("name", "sortie", "drone", "drone_type", "from_pad", "to_pad", "corridor")
FIGURES = ("payload_kg", "distance_m", "duration_s", "energy_wh", "soc_start", "soc_end", "reserve_wh")


def _schema(arrow: Any) -> pyarrow.Schema:
    """Return the columns with their types, which an empty plan has too."""
    moment = arrow.timestamp("ms", tz="UTC")
    return arrow.schema(
        [
            *((name, arrow.string()) for name in TEXTS),
            ("leg", arrow.int32()),
            ("takes_off", moment),
            ("lands", moment),
            *((name, arrow.float64()) for name in FIGURES),
            ("times", arrow.list_(moment)),
            ("alt_amsl_m", arrow.list_(arrow.float64())),
            ("geometry", arrow.binary()),
        ]
    )


def _metadata(lines: Sequence[shapely.LineString]) -> dict[str, object]:
    """Return what makes Parquet GeoParquet."""
    column: dict[str, object] = {
        "encoding": "WKB",
        "geometry_types": ["LineString Z"] if lines else [],
        "crs": CRS.from_user_input(CRS_NAME).to_json_dict(),
    }
    if lines:
        places = shapely.get_coordinates(lines, include_z=True)
        column["bbox"] = [*places.min(axis=0).tolist(), *places.max(axis=0).tolist()]
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}


def _wkb(line: shapely.LineString) -> bytes:
    made: bytes = shapely.to_wkb(line, output_dimension=3, byte_order=1, flavor="iso")
    return made


def _row(sortie: Sortie, number: int, leg: Leg) -> dict[str, object]:
    return {
        "name": leg_name(sortie.id, number),
        "sortie": sortie.id,
        "leg": number + 1,
        "drone": said(sortie.drone),
        "drone_type": said(sortie.drone_type),
        "from_pad": said(leg.from_pad),
        "to_pad": said(leg.to_pad),
        "corridor": said(leg.corridor),
        "takes_off": to_millisecond(leg.waypoints[0].t),
        "lands": to_millisecond(leg.waypoints[-1].t),
        **{name: float(getattr(leg, name)) for name in FIGURES},
        "times": [to_millisecond(point.t) for point in leg.waypoints],
        "alt_amsl_m": [float(point.alt_amsl_m) for point in leg.waypoints],
    }


# --- Reading back --------------------------------------------------------------------------------------------------


def _columns(file: File) -> dict[str, list[Any]]:
    """Return the columns that are needed, each of the type that it was written with."""
    import pyarrow
    from pyarrow import parquet

    try:
        # Nothing is asked of the metadata of single columns: where those are damaged, PyArrow ends the whole process.
        opened = parquet.ParquetFile(io.BytesIO(file.content))
        if opened.metadata.num_rows > ROW_LIMIT:
            raise _too_much(file, f"{opened.metadata.num_rows:,} rows")
        _refuse_types(file, opened.schema_arrow)
        return _values(file, opened.iter_batches(batch_size=BATCH_ROWS, columns=list(NEEDED)))
    except (pyarrow.ArrowException, OSError, OverflowError, UnicodeDecodeError) as error:
        found = f"what cannot be read ({shown(str(error))})"
        raise BadInput([_wrong(file, "BAD_PARQUET", found, "a whole file of Parquet")]) from None


def _values(file: File, batches: Iterable[Any]) -> dict[str, list[Any]]:
    """Return columns batch by batch, as long as they stay within what is read."""
    columns: dict[str, list[Any]] = {name: [] for name in NEEDED}
    size_bytes = 0
    for batch in batches:
        size_bytes += batch.nbytes
        if size_bytes > SIZE_LIMIT_BYTES:
            raise _too_much(file, f"more than {SIZE_LIMIT_BYTES // 2**20} MB when unpacked")
        for name, values in columns.items():
            values += batch.column(name).to_pylist()
    return columns


def _too_much(file: File, found: str) -> BadInput:
    expected = f"at most {ROW_LIMIT:,} rows and {SIZE_LIMIT_BYTES // 2**20} MB"
    return BadInput([_wrong(file, "TOO_MANY_VALUES", found, expected)])


def _refuse_types(file: File, schema: pyarrow.Schema) -> None:
    if missing := [name for name in NEEDED if len(schema.get_all_field_indices(name)) != 1]:
        found, expected = f"no column, or several, called {listed(missing)}", "one of each"
        raise BadInput([_wrong(file, "MISSING_COLUMN", found, expected)])
    types = {name: str(schema.field(name).type) for name in NEEDED}
    problems = [
        _wrong(file, "WRONG_TYPE", shown(types[name]), expected, place=f"column {name}")
        for name, (fits, expected) in NEEDED.items()
        if re.fullmatch(fits, types[name]) is None
    ]
    if problems:
        raise BadInput(problems)


def _wrong(file: File, code: str, found: str, expected: str, *, place: str = "") -> Problem:
    return Problem(file=file.name, place=place, code=code, found=found, expected=expected)


def _track(faults: Faults, place: str, name: object, times: Sequence[Any] | None, wkb: bytes | None) -> Track:
    sortie, leg = faults.leg(f"{place}, name", name)
    line = _read_line(faults, f"{place}, geometry", wkb)
    moments = [moment.isoformat() if isinstance(moment, datetime) else None for moment in times or ()]
    if len(moments) != len(line):
        faults.tell(f"{place}, times", f"{len(moments)} times", f"{len(line)}, one for each point of the line")
        line, moments = [], []
    points = []
    for index, ((lon, lat, height_m), moment) in enumerate(zip(line, moments, strict=True), start=1):
        at = f"{place}, point {index}"
        points.append(faults.point(at, lon, lat, height_m, faults.moment(f"{at}, time", moment)))
    return Track(sortie=sortie, leg=leg, points=above_the_sea(points))


def _read_line(faults: Faults, place: str, wkb: bytes | None) -> list[list[float]]:
    try:
        with np.errstate(invalid="ignore"):  # numbers that are none are told point by point
            line = shapely.from_wkb(wkb)
    except shapely.errors.ShapelyError as error:
        faults.tell(place, shown(str(error)), "a line as WKB")
        return []
    if not isinstance(line, shapely.LineString) or not line.has_z:
        faults.tell(place, shown(str(line)), "a line with heights")
        return []
    found: list[list[float]] = shapely.get_coordinates(line, include_z=True).tolist()
    return found

"""GeoParquet, read by GeoPandas, and spoilt with PyArrow."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

import geopandas
import pyarrow
import pytest
from pyarrow import parquet

from airspace.errors import BadInput
from planner.output.exports import geoparquet
from planner.output.exports.catalogue import format_of
from planner.output.exports.formats import File, Reviewed
from tests.planner.output.exports.conftest import only


@pytest.fixture(scope="module")
def file(reviewed: Reviewed) -> File:
    return only("geoparquet", reviewed)


def test_geopandas_reads_a_row_for_each_leg(file: File, reviewed: Reviewed) -> None:
    frame = geopandas.read_parquet(io.BytesIO(file.content))
    assert list(frame["name"]) == ["S1 leg 1", "S1 leg 2", "S2 leg 1", "S2 leg 2"]
    assert frame.crs.to_authority() == ("OGC", "CRS84h")
    assert frame.geometry.has_z.all()
    leg = reviewed.plan.sorties[0].legs[0]
    assert list(frame["alt_amsl_m"][0]) == [point.alt_amsl_m for point in leg.waypoints]
    assert frame["energy_wh"].sum() == pytest.approx(reviewed.plan.totals.energy_wh)
    assert str(frame["takes_off"][0]) == "2026-12-01 00:10:00+00:00"


def respelt(file: File, change: Callable[[pyarrow.Table], pyarrow.Table]) -> File:
    held = io.BytesIO()
    parquet.write_table(change(parquet.read_table(io.BytesIO(file.content))), held)
    return File(name=file.name, content=held.getvalue())


def column(name: str, values: list[object], kind: pyarrow.DataType) -> Callable[[pyarrow.Table], pyarrow.Table]:
    return lambda table: table.set_column(table.schema.get_field_index(name), name, pyarrow.array(values, kind))


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        (lambda table: table.drop_columns(["times"]), "MISSING_COLUMN", ""),
        (column("name", [1, 2, 3, 4], pyarrow.int64()), "WRONG_TYPE", "column name"),
        (column("name", ["S1 leg 1"] * 4, pyarrow.string()), "DUPLICATE_ID", "row 2"),
        (column("geometry", [b"x"] * 4, pyarrow.binary()), "BAD_VALUE", "row 1, geometry"),
        (column("geometry", [None] * 4, pyarrow.binary()), "BAD_VALUE", "row 1, geometry"),
        (column("times", [[]] * 4, pyarrow.list_(pyarrow.timestamp("ms", tz="UTC"))), "BAD_VALUE", "row 1, times"),
        (column("times", [[0] * 4] * 4, pyarrow.list_(pyarrow.timestamp("ms"))), "BAD_VALUE", "row 1, point 1, time"),
    ],
)
def test_a_file_that_was_spoilt_is_told(file: File, change, code: str, place: str) -> None:
    with pytest.raises(BadInput) as caught:
        format_of("geoparquet").read([respelt(file, change)])
    assert (code, place) in {(problem.code, problem.place) for problem in caught.value.problems}


@pytest.mark.parametrize("spoil", [lambda raw: raw[:0], lambda raw: raw[:-9], lambda raw: b"PAR1" + raw[99:]])
def test_what_is_no_parquet_is_refused(file: File, spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(BadInput, match="a whole file of Parquet"):
        format_of("geoparquet").read([File(name=file.name, content=spoil(file.content))])


@pytest.mark.parametrize(("limit", "value"), [("ROW_LIMIT", 3), ("SIZE_LIMIT_BYTES", 100)])
def test_a_file_that_holds_too_much_is_refused(
    file: File, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(geoparquet, limit, value)
    with pytest.raises(BadInput) as caught:
        format_of("geoparquet").read([file])
    assert [problem.code for problem in caught.value.problems] == ["TOO_MANY_VALUES"]


def test_without_the_extra_it_is_told_what_to_install(reviewed: Reviewed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(BadInput) as caught:
        format_of("geoparquet").write(reviewed)
    assert [problem.code for problem in caught.value.problems] == ["MISSING_EXTRA"]
    assert caught.value.problems[0].fix == "Run: pip install 'skyferry[geo]'"

"""A plan as tables: what stands in them stands in the record, and their types do not hang on what is in them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields, replace

import pandas as pd
import pytest
import shapely
from pyproj import Geod

from airspace.errors import MissingExtra
from planner.model.frames import PlanFrames
from planner.model.plans import Plan
from tests.planner.comparing.pairs import day
from tests.planner.output.samples import at, sample

EMPTY = replace(day(), sorties=(), unserved=())


def frames(plan: Plan) -> dict[str, pd.DataFrame]:
    told = plan.to_pandas()
    return {field.name: getattr(told, field.name) for field in fields(PlanFrames)}


def test_every_thing_of_a_plan_has_a_row() -> None:
    assert {name: len(frame) for name, frame in frames(day()).items()} == {
        "sorties": 2, "legs": 4, "orders": 2, "unserved": 1, "waypoints": 20,
    }  # fmt: skip


def test_figures_are_those_of_the_record() -> None:
    told = day().to_pandas()
    first = told.sorties.iloc[0]
    assert (first["sortie"], first["drone"], first["legs"], first["orders"]) == ("S-1", "D1", 2, 1)
    assert (first["distance_m"], first["energy_wh"], first["lowest_soc"]) == (9000, 260, 0.625)
    assert first["departs"] == pd.Timestamp(at(30))
    leg = told.legs.iloc[1]
    assert (leg["leg"], leg["from_pad"], leg["to_pad"], leg["soc_end"]) == (2, "CLINIC", "HUB", 0.625)
    assert (leg["jurisdictions"], leg["gates"]) == ("SZ; HK", "G1")
    order = told.orders.iloc[0]
    assert (order["order"], order["leg"], order["to_pad"], order["taken_s"]) == ("O-1", 1, "CLINIC", 540)
    assert order["delivered"] == pd.Timestamp(at(39))
    assert told.unserved.iloc[0]["reason"] == "PAD_UNREACHABLE"
    assert told.unserved.iloc[0]["fixes"] == 1
    assert told.waypoints["alt_amsl_m"].max() == 80


def test_what_a_record_does_not_tell_is_missing_and_not_made_up() -> None:
    order = sample().plan.to_pandas().orders.iloc[0]
    assert order[["leg", "to_pad", "delivered", "taken_s"]].isna().all()
    assert day().to_pandas().sorties["margin_wh"].isna().all()


def test_times_are_utc_and_nothing_is_an_object() -> None:
    for name, frame in frames(day()).items():
        assert "object" not in set(map(str, frame.dtypes)), name
        for column in set(frame.columns) & {"departs", "returns", "arrives", "delivered", "t"}:
            assert str(frame[column].dtype) == "datetime64[us, UTC]", (name, column)


def test_a_plan_without_sorties_has_the_same_columns_of_the_same_types() -> None:
    full, empty = frames(day()), frames(EMPTY)
    for name, frame in empty.items():
        assert len(frame) == 0
        pd.testing.assert_series_equal(frame.dtypes, full[name].dtypes)


def test_legs_are_lines_in_wgs_84_as_long_as_the_record_says() -> None:
    legs = day().to_geopandas().legs
    assert legs.crs.to_epsg() == 4326
    assert len(legs) == 4
    first = legs.geometry.iloc[0]
    assert first.coords[0] == (114.12, 22.55)
    assert first.coords[-1] == (114.13, 22.51)
    assert Geod(ellps="WGS84").geometry_length(first) == pytest.approx(4548, abs=2)


def test_corridors_have_their_true_width_and_are_unknown_without_a_job() -> None:
    assert day().to_geopandas().corridors is None
    corridors = day().to_geopandas(sample().job).corridors
    assert corridors is not None
    assert list(corridors["flights"]) == [2, 2]
    assert list(corridors["half_width_m"]) == [20, 20]
    # A band of 2 x 20 m along 4,548 m, and a round end of 20 m on either side.
    area_m2, _ = Geod(ellps="WGS84").geometry_area_perimeter(corridors.geometry.iloc[0])
    assert abs(area_m2) == pytest.approx(40 * 4548 + 3.14 * 20**2, rel=0.005)


def test_tables_with_geometry_may_be_empty_and_points_stand_where_the_record_says() -> None:
    empty = EMPTY.to_geopandas(sample().job)
    assert (len(empty.legs), len(empty.waypoints), len(empty.corridors)) == (0, 0, 0)
    assert empty.legs.crs.to_epsg() == 4326
    assert day().to_geopandas().waypoints.geometry.iloc[0] == shapely.Point(114.12, 22.55)


def test_the_extra_is_named_where_geopandas_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "geopandas", None)
    for ask in (day().to_geopandas, sample().sky.to_geopandas):
        with pytest.raises(MissingExtra, match=r"pip install 'skyferry\[geo\]'"):
            ask()


def test_neither_pandas_nor_geopandas_is_loaded_before_it_is_asked_for() -> None:
    code = "import sys, airspace, planner; print(sorted({'pandas', 'geopandas'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"

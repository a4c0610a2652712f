"""An airspace as tables with geometry."""

from __future__ import annotations

from dataclasses import fields, replace

import pandas as pd
import shapely

from tests.planner.output.samples import sample


def test_zones_pads_gates_and_sides_of_an_airspace_are_tables_too() -> None:
    told = sample().sky.to_geopandas()
    strip = told.zones.set_index("id").loc["STRIP"]
    assert (strip["restriction"], strip["lower"], strip["confidence"]) == ("REQ_AUTHORISATION", "GND", "assumed")
    assert strip["geometry"] == shapely.box(114.06, 22.530, 114.19, 22.534)
    assert told.gates["permits"].iloc[0] == 2
    assert list(told.jurisdictions["id"]) == ["SZ", "HK"]
    assert told.pads["elevation_amsl_m"].iloc[0] == 5
    empty = replace(sample().sky, zones=(), pads=(), gates=(), jurisdictions=()).to_geopandas()
    for field in fields(empty):
        pd.testing.assert_series_equal(getattr(empty, field.name).dtypes, getattr(told, field.name).dtypes)

"""What holds for every datum and every place it is meant for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airspace.earth.datums import from_wgs84, shift_m, to_wgs84
from airspace.earth.frame import GEOD

TRIED = settings(max_examples=40, deadline=None, derandomize=True)
DATUMS = [
    "WGS 84",
    "EPSG:4490",
    "EPSG:4547",
    "EPSG:4526",
    "EPSG:2326",
    "EPSG:4611",
    "EPSG:32649",
    "EPSG:32650",
    "GCJ-02",
    "BD-09",
]

around_the_delta = st.lists(st.tuples(st.floats(113.0, 115.0), st.floats(21.8, 23.0)), min_size=1, max_size=20)


def metres_apart(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.max(GEOD.inv(first[:, 0], first[:, 1], second[:, 0], second[:, 1])[2]))


@pytest.mark.parametrize("datum", DATUMS)
@TRIED
@given(around_the_delta)
def test_there_and_back_is_the_same_place(datum: str, places: list[tuple[float, float]]) -> None:
    there = from_wgs84(places, datum)
    # The seven parameters of the Hong Kong datum are applied for small angles and reverse to some millimetres.
    assert metres_apart(to_wgs84(there, datum), np.array(places)) < 0.01


@pytest.mark.parametrize("datum", DATUMS)
@TRIED
@given(around_the_delta)
def test_points_convert_alone_as_they_do_together(datum: str, places: list[tuple[float, float]]) -> None:
    together = from_wgs84(places, datum)
    alone = np.vstack([from_wgs84([place], datum) for place in places])
    assert np.allclose(together, alone, rtol=0, atol=1e-9 * np.abs(alone).max())


@pytest.mark.parametrize("first", DATUMS)
@TRIED
@given(around_the_delta)
def test_no_way_through_wgs84_shifts_anything(first: str, places: list[tuple[float, float]]) -> None:
    for second in DATUMS:
        through = from_wgs84(to_wgs84(from_wgs84(places, first), first), second)
        assert metres_apart(to_wgs84(through, second), np.array(places)) < 0.02


@TRIED
@given(around_the_delta)
def test_the_mainland_shift_is_300_to_800_m_and_east_over_the_delta(places: list[tuple[float, float]]) -> None:
    for lon, lat in places:
        east_m, north_m = shift_m("GCJ-02", lon, lat)
        assert 300 < np.hypot(east_m, north_m) < 800
        assert east_m > 0

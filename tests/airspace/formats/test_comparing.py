"""What counts as the same zone after writing and reading, and what as another."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
import shapely

from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.formats import Loss
from airspace.formats.comparing import differences, unexplained
from airspace.model.sources import Source
from airspace.model.zones import Restriction, Zone

SQUARE = shapely.box(114.0, 22.4, 114.1, 22.5)


def amsl(value_m: float) -> Height:
    return Height(value_m=value_m, reference=Reference.AMSL)


ZONE = Zone(
    id="Z",
    name="Zone",
    restriction=Restriction.PROHIBITED,
    area=SQUARE,
    band=Band(lower=GROUND, upper=amsl(120.0)),
    category="port",
    extra=MappingProxyType({"note": 1}),
)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"area": shapely.box(114.0000005, 22.4, 114.1, 22.5000005)},
        {"area": shapely.Polygon([(114.0, 22.5), (114.0, 22.4), (114.1, 22.4), (114.1, 22.5)])},
        {"area": shapely.MultiPolygon([SQUARE])},
        {"band": Band(lower=GROUND, upper=amsl(120.004))},
        {"extra": MappingProxyType({"note": 1, "openair": {"class": "P"}})},
        {"authority": "CAD"},
        {"source": Source(citation="the file")},
    ],
)
def test_the_precision_of_a_format_and_what_it_adds_are_no_difference(change: dict[str, Any]) -> None:
    assert differences(ZONE, replace(ZONE, **change)) == ()


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"name": "Other"}, "name"),
        ({"restriction": Restriction.CONDITIONAL}, "restriction"),
        ({"area": shapely.box(114.0, 22.4, 114.1001, 22.5)}, "area"),
        ({"area": SQUARE.difference(shapely.box(114.04, 22.44, 114.05, 22.45))}, "area"),
        ({"band": Band(lower=GROUND, upper=amsl(120.02))}, "band.upper"),
        ({"band": Band(lower=GROUND, upper=None)}, "band.upper"),
        ({"band": Band(lower=amsl(0), upper=amsl(120.0))}, "band.lower"),
        ({"category": ""}, "category"),
        ({"extra": MappingProxyType({})}, "extra"),
    ],
)
def test_whatever_the_zone_said_and_says_no_longer_is_a_difference(change: dict[str, Any], name: str) -> None:
    assert differences(ZONE, replace(ZONE, **change)) == (name,)


def test_a_loss_explains_a_difference_of_its_own_field_only() -> None:
    other = replace(ZONE, name="Other", category="")
    told = [Loss(zone="Z", field="category", said="port", kept="")]
    assert list(unexplained([ZONE], [other], told)) == ["zone Z: its name reads back as another"]


def test_a_zone_that_is_gone_must_have_been_told_of() -> None:
    assert list(unexplained([ZONE], [], [])) == ["zone Z is not in the file written"]
    assert list(unexplained([ZONE], [], [Loss(zone="Z", field="zone", said="Z", kept="")])) == []


def test_a_row_of_values_may_be_kept_as_a_tuple_and_read_as_a_list() -> None:
    written = replace(ZONE, extra={"openair": MappingProxyType({"DY": ("a", ("b",)), "W": "2"})})
    assert differences(written, replace(ZONE, extra={"openair": {"DY": ["a", ["b"]], "W": "2"}})) == ()
    assert differences(written, replace(ZONE, extra={"openair": {"DY": ["a", ["c"]], "W": "2"}})) == ("extra",)


def test_a_zone_that_had_to_be_called_otherwise_is_looked_for_under_its_new_name() -> None:
    renamed = Loss(zone="Z", field="id", said="Z", kept="Y")
    assert list(unexplained([ZONE], [replace(ZONE, id="Y")], [renamed])) == []
    assert list(unexplained([ZONE], [replace(ZONE, id="Y", category="x")], [renamed])) == [
        "zone Z: its category reads back as another"
    ]
    assert list(unexplained([ZONE], [ZONE], [renamed])) == ["zone Z is not in the file written"]

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Feature = dict[str, Any]
Write = Callable[..., Path]

HONG_KONG_RING = [[114.10, 22.50], [114.12, 22.50], [114.12, 22.52], [114.10, 22.52], [114.10, 22.50]]


def zone_feature(zone_id: str = "z1", *, ring: list[Any] | None = None, **changes: Any) -> Feature:
    """A good zone; a change to ``...`` takes the property out."""
    given = {
        "id": zone_id,
        "name": "A zone",
        "restriction": "PROHIBITED",
        "lower": 0,
        "lower_ref": "AGL",
        "upper": 120,
        "upper_ref": "AGL",
        "uom": "m",
        "source": "a test",
        "source_date": None,
    } | changes
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [HONG_KONG_RING if ring is None else ring]},
        "properties": {key: value for key, value in given.items() if value is not ...},
    }


def pad_feature(pad_id: str = "p1", *, at: list[Any] | None = None, **changes: Any) -> Feature:
    given = {
        "id": pad_id,
        "name": "A pad",
        "elevation_m": 5,
        "elevation_ref": "AMSL",
        "roles": ["hub"],
        "source": "a test",
    } | changes
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": at or [114.11, 22.51]},
        "properties": {key: value for key, value in given.items() if value is not ...},
    }


def gate_feature(gate_id: str = "g1", *, geometry: Any = None, **changes: Any) -> Feature:
    given = {
        "id": gate_id,
        "name": "A gate",
        "lower": 60,
        "lower_ref": "AMSL",
        "upper": 100,
        "upper_ref": "AMSL",
        "permits": [],
        "source": "a test",
    } | changes
    return {
        "type": "Feature",
        "geometry": geometry or {"type": "LineString", "coordinates": [[114.10, 22.5], [114.11, 22.5]]},
        "properties": {key: value for key, value in given.items() if value is not ...},
    }


@pytest.fixture
def zone() -> Callable[..., Feature]:
    return zone_feature


@pytest.fixture
def pad() -> Callable[..., Feature]:
    return pad_feature


@pytest.fixture
def gate() -> Callable[..., Feature]:
    return gate_feature


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a FeatureCollection, or any text, and return its path."""

    def to_file(*content: Any, name: str = "zones.geojson") -> Path:
        path = tmp_path / name
        whole = {"type": "FeatureCollection", "features": list(content)}
        text = content[0] if content and isinstance(content[0], str) else json.dumps(whole)
        path.write_text(text, encoding="utf-8", errors="surrogatepass")
        return path

    return to_file

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SCENARIO = """\
schema = 1
name = "Two pads"
start = 2026-12-01T08:00:00+08:00
end = 2026-12-01T12:00:00+08:00
[airspace]
zones = ["zones/north.geojson", "zones/south.geojson"]
pads = "pads.geojson"
gates = "gates.geojson"
jurisdictions = "jurisdictions.geojson"
[fleet]
types = "drones.toml"
drones = "fleet.csv"
[orders]
file = "orders.csv"
[weather]
wind_mps = 4.0
wind_from_deg = 60
[policy]
clearance_m = 30
corridor_half_width_m = 20
levels_amsl_m = [80]
separation_m = [50, 15]
currency = "HKD"
value_cap_per_sortie = 2_000_000
cost_per_flight_hour = 100
cost_per_kwh = 1.5
unserved_penalty = 500
[map]
land = "land.geojson"
"""

DRONES = """\
[m6]
name = "M6"
mass_kg = {value = 9.5, source = "data sheet", verified = true, source_date = 2026-01-31}
max_payload_kg = {value = 6, source = "data sheet", verified = true}
battery_wh = {value = 1000, source = "data sheet", verified = true}
cruise_mps = {value = 15, source = "data sheet", verified = true}
climb_mps = {value = 4, source = "guess", verified = false}
descent_mps = {value = 3, source = "guess", verified = false}
power_coefficient = {value = 30, source = "fit", verified = false}
max_wind_mps = {value = 12, source = "data sheet", verified = true}
temp_min_c = {value = -20, source = "data sheet", verified = true}
temp_max_c = {value = 50, source = "data sheet", verified = true}
"""

FLEET = """\
drone_id,type,home_pad,state_of_charge,health
d1,m6,hub,,
d2,m6,hub,0.9,0.95
"""

ORDERS = """\
order_id,from_pad,to_pad,mass_kg,ready_at,due_at,declared_value,currency,custody,temp_min_c,temp_max_c,max_minutes,\
dangerous_goods,priority,client
o1,hub,clinic,1.5,2026-12-01T08:10:00+08:00,2026-12-01T09:00:00+08:00,1000,HKD,staffed,2,8,30,,2,王先生
o2,hub,clinic,2,2026-12-01T08:10:00+08:00,2026-12-01T10:00:00+08:00,500.5,HKD,,,,,,,
"""


def square(lon: float, lat: float, half_deg: float = 0.01) -> dict[str, Any]:
    west, east, south, north = lon - half_deg, lon + half_deg, lat - half_deg, lat + half_deg
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def collection(*features: tuple[dict[str, Any], dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "geometry": shape, "properties": given} for shape, given in features],
    }


def zone(zone_id: str, restriction: str = "REQ_AUTHORISATION") -> dict[str, Any]:
    return {
        "id": zone_id,
        "name": f"Zone {zone_id}",
        "restriction": restriction,
        "lower": 0,
        "lower_ref": "AGL",
        "upper": 120,
        "upper_ref": "AGL",
        "uom": "m",
        "source": "a test",
        "source_date": "2026-01-31",
    }


def pad(pad_id: str, roles: list[str], jurisdiction: str) -> dict[str, Any]:
    return {
        "id": pad_id,
        "name": f"Pad {pad_id}",
        "elevation_m": 10,
        "elevation_ref": "AMSL",
        "roles": roles,
        "jurisdiction": jurisdiction,
        "source": "a test",
    }


GATE = {
    "id": "g1",
    "name": "Gate",
    "lower": 60,
    "lower_ref": "AMSL",
    "upper": 100,
    "upper_ref": "AMSL",
    "permits": [
        {
            "id": "p1",
            "authority": "CAA",
            "zones": ["n1"],
            "aircraft": ["m6"],
            "valid_from": "2026-01-01T00:00:00+08:00",
            "valid_to": "2027-01-01T00:00:00+08:00",
            "source": "a test",
        }
    ],
    "source": "a test",
}


def jurisdiction(jurisdiction_id: str, authority: str) -> dict[str, Any]:
    return {
        "id": jurisdiction_id,
        "name": jurisdiction_id,
        "authority": authority,
        "rules": [],
        "source": "a test",
    }


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """A tiny good scenario: two zones, two pads, a gate, two jurisdictions, two drones, two orders."""
    folder = tmp_path / "two pads"
    files: dict[str, Any] = {
        "scenario.toml": SCENARIO,
        "drones.toml": DRONES,
        "fleet.csv": FLEET,
        "orders.csv": ORDERS,
        "zones/north.geojson": collection((square(114.1, 22.58), zone("n1"))),
        "zones/south.geojson": collection((square(114.1, 22.45), zone("s1", "PROHIBITED"))),
        "pads.geojson": collection(
            ({"type": "Point", "coordinates": [114.12, 22.55]}, pad("hub", ["hub"], "north")),
            ({"type": "Point", "coordinates": [114.12, 22.48]}, pad("clinic", ["hospital"], "south")),
        ),
        "gates.geojson": collection(({"type": "LineString", "coordinates": [[114.11, 22.5], [114.13, 22.5]]}, GATE)),
        "jurisdictions.geojson": collection(
            (square(114.1, 22.6, 0.1), jurisdiction("north", "CAA")),
            (square(114.1, 22.4, 0.1), jurisdiction("south", "CAD")),
        ),
        "land.geojson": collection((square(114.1, 22.5, 0.2), {"attribution": "A test"})),
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1), encoding="utf-8")
    return folder


Edit = Callable[[str, str, str], None]


@pytest.fixture
def edit(scenario: Path) -> Edit:
    """Replace some text in one of the scenario's files, which must be there."""

    def replace(name: str, old: str, new: str) -> None:
        path = scenario / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} does not stand in {name}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8", errors="surrogatepass")

    return replace

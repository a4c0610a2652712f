"""Names that attack whoever shows, writes or follows them, and a day that is full of them.

For a new sink: make ``hostile_day(folder, turn=0)``, send it through the real command, and hold what comes out against
``harmless_on_a_terminal``, ``without_formulas``, or a page opened in the browser.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

from airspace.errors import UNSHOWABLE

Called: TypeAlias = Callable[[str], str]
"""How things are called, by what they are."""

DATA = Path(__file__).parent / "data" / "hostile.json"


@dataclass(frozen=True, kw_only=True)
class Payload:
    """One name, with what it attacks."""

    name: str
    kind: str
    """markup, template, cell, path, writing; control: what no file may hold."""
    text: str
    times: int = 1

    @property
    def whole(self) -> str:
        return self.text * self.times


PAYLOADS = tuple(Payload(**each) for each in json.loads(DATA.read_text(encoding="utf-8")))
ALLOWED = tuple(payload for payload in PAYLOADS if payload.kind != "control")
"""What may stand in a file, so that it comes through to everything that shows it."""
REFUSED = tuple(payload for payload in PAYLOADS if payload.kind == "control")


def of_kinds(*kinds: str) -> list[str]:
    return [payload.whole for payload in PAYLOADS if payload.kind in kinds]


# --- what comes out ---------------------------------------------------------------------------------------------------

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
"""What Rich itself may write to a terminal; nothing else of what begins like it."""


def harmless_on_a_terminal(text: str) -> bool:
    """Tell whether nothing in a text does anything but to be shown, in the colours that are ours."""
    return not UNSHOWABLE.search(COLOUR.sub("", text).replace("\n", ""))


def without_formulas(text: str) -> bool:
    """Tell whether a spreadsheet would take no cell of a CSV for something to work out."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    return not any(re.match(r"\s*[=+\-@\t\r|%]", cell) and not _is_number(cell) for row in rows for cell in row)


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", cell) is not None


def everything_under(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder with what it holds, to see what a command wrote and where."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


# --- a day full of them -----------------------------------------------------------------------------------------------


@dataclass(kw_only=True)
class Names:
    """Deals a payload to every field, each in its turn; a name asked for again is the same again."""

    turn: int
    _numbers: Iterator[int] = field(default_factory=count)
    _given: dict[str, str] = field(default_factory=dict)

    def __call__(self, base: str) -> str:
        if base not in self._given:
            payload = ALLOWED[(next(self._numbers) + self.turn) % len(ALLOWED)]
            # At the front, where a formula is one; a blank at either end would be cut off a cell.
            self._given[base] = f"{payload.whole}{base}"
        return self._given[base]


def hostile_day(folder: Path, *, turn: int) -> Names:
    """Write a scenario in which every name is hostile, and return how each is called.

    Two sides with a gate and its permits, three pads, a drone; of three orders one is too heavy and one is dangerous.
    """
    name = Names(turn=turn)
    write_day(folder, name)
    return name


def write_day(folder: Path, name: Called) -> None:
    """Write the same scenario with every thing called as somebody names it."""
    files = {
        "scenario.toml": _scenario(name),
        "drones.toml": _drones(name),
        "fleet.csv": _csv([["drone_id", "type", "home_pad"], [name("D1"), name("T1"), name("HUB")]]),
        "orders.csv": _csv(_orders(name)),
        "zones.geojson": _collection(*_zones(name)),
        "pads.geojson": _collection(*_pads(name)),
        "gates.geojson": _collection(_gate(name)),
        "jurisdictions.geojson": _collection(*_sides(name)),
        "land.geojson": _collection((_box(114.0, 22.4, 114.3, 22.7), {"attribution": name("coast")})),
    }
    folder.mkdir(parents=True)
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8")


def _scenario(name: Called) -> str:
    return f"""\
schema = 1
name = {_toml(name("Day"))}
start = 2026-12-01T08:00:00+08:00
end = 2026-12-01T12:00:00+08:00
[airspace]
zones = ["zones.geojson"]
pads = "pads.geojson"
gates = "gates.geojson"
jurisdictions = "jurisdictions.geojson"
[fleet]
types = "drones.toml"
drones = "fleet.csv"
[orders]
file = "orders.csv"
[map]
land = "land.geojson"
[weather]
wind_mps = 3
[policy]
clearance_m = 30
corridor_half_width_m = 20
levels_amsl_m = [80]
currency = "CNY"
value_cap_per_sortie = 500_000
cost_per_flight_hour = 240
cost_per_kwh = 1.2
unserved_penalty = 2000
approvals_held = [{_toml(name("held"))}]
dangerous_goods_allowed = [
  {{ un_number = "UN3373", jurisdiction = {_toml(name("NORTH"))}, approval = {_toml(name("leave"))} }},
]
avoid = {{ {_toml(name("park"))} = 2.0 }}
"""


def _drones(name: Called) -> str:
    figures = {
        "mass_kg": 6.5, "max_payload_kg": 2.7, "battery_wh": 526, "cruise_mps": 10, "climb_mps": 3, "descent_mps": 2.5,
        "power_coefficient": 30, "max_wind_mps": 12, "temp_min_c": -20, "temp_max_c": 50,
    }  # fmt: skip
    head = f"[{_toml(name('T1'))}]\nname = {_toml(name('Type'))}\n"
    source = _toml(name("sheet"))
    return head + "".join(
        f"{key} = {{ value = {value}, source = {source}, verified = true }}\n" for key, value in figures.items()
    )


def _orders(name: Called) -> list[list[str]]:
    head = (
        "order_id from_pad to_pad mass_kg ready_at due_at declared_value currency dangerous_goods together precleared"
    )
    day = "2026-12-01T"
    window = [f"{day}08:30:00+08:00", f"{day}11:00:00+08:00", "1000", "CNY"]

    def row(order: str, mass: str, goods: str = "", label: str = "") -> list[str]:
        ends = [name(order), name("HUB"), name("CLINIC"), mass]
        return [*ends, *window, goods, label and name(label), name("cleared"), name("goods")]

    return [
        [*head.split(), name("a column")],
        row("O-1", "0.8"),
        row("O-2", "9.0"),
        row("O-3", "0.5", goods="UN3373", label="company"),
    ]


Feature = tuple[dict[str, Any], dict[str, Any]]


def _zones(name: Called) -> Iterator[Feature]:
    given = (
        ("WORKS", "PROHIBITED", _box(114.16, 22.505, 114.165, 22.515), "works"),
        ("STRIP", "REQ_AUTHORISATION", _box(114.05, 22.548, 114.25, 22.552), "port"),
        ("PARK", "NO_RESTRICTION", _box(114.16, 22.53, 114.17, 22.54), "park"),
    )
    for zone, restriction, shape, category in given:
        yield (
            shape,
            {
                "id": name(zone),
                "name": name(f"{zone} name"),
                "name_zh": name(f"{zone} zh"),
                "restriction": restriction,
                "lower": 0,
                "lower_ref": "AGL",
                "upper": 150,
                "upper_ref": "AMSL",
                "uom": "m",
                "authority": name("north"),
                "jurisdiction": name("NORTH"),
                "category": name(category),
                "source": name("citation"),
                "source_date": None,
                "message": name("message"),
                name("a key"): {name("inner"): [name("item")]},
            },
        )


def _pads(name: Called) -> Iterator[Feature]:
    given = (
        ("HUB", 22.57, ["hub"], "NORTH"),
        ("CLINIC", 22.52, ["hospital"], "SOUTH"),
        ("SPARE", 22.565, ["alternate"], "NORTH"),
    )
    for pad, lat, roles, side in given:
        place = {"type": "Point", "coordinates": [114.15, lat]}
        yield (
            place,
            {
                "id": name(pad),
                "name": name(f"{pad} name"),
                "name_zh": name(f"{pad} zh"),
                "elevation_m": 5,
                "elevation_ref": "AMSL",
                "jurisdiction": name(side),
                "roles": [*roles, name("role")],
                "slots": 2,
                "source": name("survey"),
            },
        )


def _gate(name: Called) -> Feature:
    permits = [
        {
            "id": name(f"{side} permit"),
            "authority": name(side),
            "zones": [name("STRIP")],
            "aircraft": [name("T1")],
            "valid_from": "2026-01-01T00:00:00Z",
            "valid_to": "2027-01-01T00:00:00Z",
            "source": name("paper"),
        }
        for side in ("north", "south")
    ]
    return (
        _box(114.14, 22.545, 114.16, 22.555),
        {
            "id": name("G1"),
            "name": name("gate"),
            "name_zh": name("gate zh"),
            "lower": 0,
            "lower_ref": "AGL",
            "upper": 120,
            "upper_ref": "AMSL",
            "uom": "m",
            "permits": permits,
            "source": name("treaty"),
        },
    )


def _sides(name: Called) -> Iterator[Feature]:
    for side, authority, south in (("NORTH", "north", 22.55), ("SOUTH", "south", 22.45)):
        shape = _box(114.0, south, 114.3, south + 0.1)
        given = {"id": name(side), "name": name(f"{side} name"), "name_zh": name(f"{side} zh")}
        yield shape, {**given, "authority": name(authority), "rules": [], "source": name("map")}


def _box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _collection(*features: Feature) -> str:
    told = [{"type": "Feature", "geometry": shape, "properties": given} for shape, given in features]
    return json.dumps({"type": "FeatureCollection", "features": told}, ensure_ascii=False, indent=1)


def _csv(rows: list[list[str]]) -> str:
    held = io.StringIO(newline="")
    csv.writer(held).writerows(rows)
    return held.getvalue()


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

"""Reading airspace files beside the bare libraries: 10,000 GeoJSON zones, and an OpenAir file.

Figures to reach: our reader, which checks and tells everything, takes at most 4 times ``json.loads`` plus
``shapely.from_geojson`` of the same file, and at most 3 times ``openair.parse_file`` plus drawing its arcs and circles.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import openair
import shapely
from pyproj import Geod

import airspace
from airspace.formats.documents import document_of, read_raw
from airspace.formats.openair import OpenAir
from benchmarks.tables import least, table, write

SWISS = "openairrs_example_Switzerland.txt"
GEOD = Geod(ellps="WGS84")
NAUTICAL_MILE_M = 1852.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table."""

    what: str
    ours_s: float
    peer: str
    peer_s: float
    limit: float

    @property
    def ratio(self) -> float:
        """How many times as long we take."""
        return self.ours_s / self.peer_s


def main() -> int:
    """Measure, print the table, and say by the exit code whether every figure was reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="a short version for CI")
    parser.add_argument("--data", type=Path, metavar="DIR", help=f"where {SWISS} lies; without it a file is made up")
    parser.add_argument("--write", action="store_true", help="renew docs/benchmarks.md")
    options = parser.parse_args()
    runs = 3 if options.smoke else 7
    with tempfile.TemporaryDirectory() as folder:
        rows = [_geojson(Path(folder), runs), _openair(Path(folder), options.data, runs)]
    text = _table(rows)
    print(text)
    if options.write:
        write("airspace", text, renew="python -m benchmarks.airspace --data DIR --write")
    return 0 if all(row.ratio <= row.limit for row in rows) else 1


def _geojson(folder: Path, runs: int) -> Row:
    path = folder / "zones.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(_features(10_000))}), encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    ours_s, peer_s = least(
        lambda: airspace.read(path), lambda: (json.loads(text), shapely.from_geojson(text)), runs=runs
    )
    what = f"`airspace.read`: 10,000 GeoJSON zones, {len(text) / 2**20:.0f} MB"
    return Row(what=what, ours_s=ours_s, peer="`json.loads` + `shapely.from_geojson`", peer_s=peer_s, limit=4.0)


def _features(count: int) -> Iterator[dict[str, Any]]:
    """Yield zones of 12 to 40 corners, and every hundredth of 500, all over the Pearl River delta."""
    chance = random.Random(1)  # noqa: S311 - a map, not a secret
    for number in range(count):
        corners = 500 if number % 100 == 0 else chance.randint(12, 40)
        yield {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [_star(chance, corners)]},
            "properties": {
                "id": f"Z{number}",
                "name": f"Zone {number}",
                "name_zh": f"区域{number}",
                "restriction": chance.choice(["PROHIBITED", "REQ_AUTHORISATION", "CONDITIONAL", "NO_RESTRICTION"]),
                "lower": 0,
                "lower_ref": "AGL",
                "upper": chance.choice([None, 120, 300.5]),
                "upper_ref": "AMSL",
                "uom": "m",
                "schedule": None if number % 5 else _HOURS,
                "authority": "An authority",
                "jurisdiction": "here",
                "source": "made up for a benchmark",
                "source_date": "2026-01-01",
                "confidence": "assumed",
            },
        }


_HOURS = [{"days": ["MON", "TUE", "WED", "THU", "FRI"], "start": "07:00", "end": "19:00", "utc_offset": "+08:00"}]


def _star(chance: random.Random, corners: int) -> list[list[float]]:
    lon, lat = chance.uniform(113, 115), chance.uniform(22, 23)
    turns = [2 * math.pi * corner / corners for corner in range(corners)]
    reaches_deg = [chance.uniform(0.004, 0.006) for _ in turns]
    ring = [
        [round(lon + reach * math.cos(turn), 7), round(lat + reach * math.sin(turn), 7)]
        for turn, reach in zip(turns, reaches_deg, strict=True)
    ]
    return [*ring, ring[0]]


def _openair(folder: Path, data: Path | None, runs: int) -> Row:
    parse: Callable[[str], Any] = openair.parse_file
    given = next(data.rglob(SWISS), None) if data else None
    if data and given is None:
        raise SystemExit(f"{data}: expected {SWISS} in it or in a folder below, found none")
    path = given or folder / "made_up.txt"
    if given is None:
        path.write_text("".join(_airspaces(300)), encoding="utf-8")
    ours_s, peer_s = least(
        lambda: OpenAir().zones(document_of(read_raw(path))),  # not all of it: the Swiss file has its rejects
        lambda: [_drawn(told["geom"]) for told in parse(str(path))],
        runs=runs,
    )
    what = f"`OpenAir().zones`: OpenAir, {'Switzerland, 334' if given else 'made up, 300'} airspaces"
    return Row(what=what, ours_s=ours_s, peer="`openair.parse_file` + arcs and circles drawn", peer_s=peer_s, limit=3.0)


def _airspaces(count: int) -> Iterator[str]:
    """Yield airspaces of points, with two arcs each, and every third one a circle."""
    chance = random.Random(2)  # noqa: S311 - a map, not a secret
    for number in range(count):
        lat, lon = chance.randint(46, 47), chance.randint(6, 9)
        floor = chance.choice(["GND", "3000ft MSL"])
        yield f"AC {chance.choice('RPQD')}\nAN Airspace {number}\nAL {floor}\nAH FL 130\n"
        minute = chance.randint(10, 40)
        centre = f"{lat}:{minute}:00 N 00{lon}:{minute}:00 E"
        if number % 3 == 0:
            yield f"V X={centre}\nDC {chance.randint(2, 9)}\n\n"
            continue
        for step in range(20):
            yield f"DP {lat}:{minute + 10}:{step:02} N 00{lon}:{minute - step // 4}:{59 - 2 * step % 15:02} E\n"
        yield f"V X={centre}\nV D=-\nDA 4,300,200\nV D=-\nDA 6,190,90\n\n"


def _drawn(geometry: dict[str, Any]) -> shapely.Geometry:
    """Draw what the library hands out with corners every 5 degrees of its arcs; a cable stays a line."""
    if geometry["type"] == "Circle":
        centre = geometry["centerpoint"]
        return shapely.Polygon(_arc(centre, geometry["radius"] * NAUTICAL_MILE_M, 0, 360))
    corners = [corner for segment in geometry["segments"] for corner in _corners(segment)]
    return shapely.Polygon(corners) if len(corners) > 2 else shapely.LineString(corners)


def _corners(segment: dict[str, Any]) -> list[tuple[float, float]]:
    if segment["type"] == "Point":
        return [(segment["lng"], segment["lat"])]
    centre, clockwise = segment["centerpoint"], segment["direction"] == "cw"
    if segment["type"] == "ArcSegment":
        start_deg, end_deg, radius_m = segment["angleStart"], segment["angleEnd"], segment["radius"] * NAUTICAL_MILE_M
    else:
        ends = segment["start"], segment["end"]
        (start_deg, radius_m), (end_deg, _) = (
            GEOD.inv(centre["lng"], centre["lat"], end["lng"], end["lat"])[::2] for end in ends
        )
    sweep_deg = (end_deg - start_deg) % 360 if clockwise else -((start_deg - end_deg) % 360)
    return _arc(centre, radius_m, start_deg, sweep_deg)


def _arc(centre: dict[str, float], radius_m: float, start_deg: float, sweep_deg: float) -> list[tuple[float, float]]:
    azimuths = start_deg + np.linspace(0, sweep_deg, max(2, math.ceil(abs(sweep_deg) / 5)))
    ones = np.ones(len(azimuths))
    lon, lat, _ = GEOD.fwd(centre["lng"] * ones, centre["lat"] * ones, azimuths, radius_m * ones)
    return list(zip(lon.tolist(), lat.tolist(), strict=True))


def _table(rows: list[Row]) -> str:
    return table(
        ("what", "ours", "peer", "peer's", "ratio", "to reach"),
        [
            (
                row.what,
                f"{row.ours_s:.3f} s",
                row.peer,
                f"{row.peer_s:.3f} s",
                f"{row.ratio:.2f}",
                f"at most {row.limit:g}",
            )
            for row in rows
        ],
    )


if __name__ == "__main__":
    sys.exit(main())

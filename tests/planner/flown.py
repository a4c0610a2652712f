"""Flight logs made up from known figures, as CSV and as PX4's ULog."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from planner.model.powers import PowerFigures
from planner.physics.powers import powers_of

HEADER = "time_s,flight,phase,height_m,air_speed_mps,power_w,mass_kg,density_kg_m3"
PLAN = (("climb", 20), ("cruise", 60), ("hover", 15), ("descent", 25))
"""Phases of a flight, with seconds."""
RISES = {"climb": 3.0, "descent": -2.0}


def rows(
    power: PowerFigures, *, flights: Sequence[tuple[float, float]], noise: float = 0.0, phases: bool = True
) -> Iterator[str]:
    """Yield the lines of a log; each flight has a total mass and an air speed in cruise."""
    chance = np.random.default_rng(7)
    yield HEADER
    for number, (mass_kg, speed_mps) in enumerate(flights):
        height_m, off = 0.0, 1.0 + noise * chance.standard_normal()
        clock = 0
        for phase, seconds in PLAN:
            speed = speed_mps if phase == "cruise" else 0.0
            flown = powers_of(power, mass_kg=mass_kg, density=1.18, air_speed_mps=speed, climb_mps=3.0)
            watts = off * float(getattr(flown, f"{phase}_w"))
            for _ in range(seconds):
                told = phase if phases else ""
                yield f"{clock},f{number},{told},{height_m:.2f},{speed:g},{watts:.4f},{mass_kg:g},1.18"
                clock += 1
                height_m += RISES.get(phase, 0.0)


def write_log(path: Path, power: PowerFigures, **options: object) -> Path:
    path.write_text("\n".join(rows(power, **options)) + "\n", encoding="utf-8")  # type: ignore[arg-type]
    return path


FORMATS = {
    "battery_status": "uint64_t timestamp;float voltage_v;float current_a;",
    "vehicle_local_position": "uint64_t timestamp;float z;float vx;float vy;",
    "vehicle_air_data": "uint64_t timestamp;float rho;",
}
"""The part of PX4's topics that is read."""


def write_ulog(
    path: Path,
    *,
    watts: float,
    seconds: int = 60,
    speed_mps: float = 8.0,
    skip: range = range(0),
    current: float | None = None,
) -> Path:
    """Write a ULog byte by byte after the format's specification: header, formats, subscriptions, data.

    It climbs 3 m/s for 20 s and then flies level at a constant power; readings of all topics once a second.
    """
    parts = [b"ULog\x01\x12\x35\x01", struct.pack("<Q", 0), _message(b"B", bytes(40))]
    parts += [_message(b"F", f"{name}:{fields}".encode()) for name, fields in FORMATS.items()]
    parts += [_message(b"A", struct.pack("<BH", 0, number) + name.encode()) for number, name in enumerate(FORMATS)]
    for second in range(seconds):
        if second in skip:
            continue
        now, height_m = second * 1_000_000 + 1, min(3.0 * second, 60.0)
        level = speed_mps if second >= 20 else 0.0
        amperes = watts / 22.0 if current is None else current
        readings = ((22.0, amperes), (-height_m, level, 0.0), (1.18,))
        for number, values in enumerate(readings):
            body = struct.pack(f"<HQ{len(values)}f", number, now, *values)
            parts.append(_message(b"D", body))
    path.write_bytes(b"".join(parts))
    return path


def _message(kind: bytes, body: bytes) -> bytes:
    return struct.pack("<Hc", len(body), kind) + body

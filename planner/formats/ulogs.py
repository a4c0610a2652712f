"""Reading PX4 flight logs (ULog) through pyulog, the extra ``ulog``."""

from __future__ import annotations

import contextlib
import io
import math
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from airspace.errors import BadInput, Problem
from planner.formats.logs import GAP_S, Sample, raise_first

Floats = npt.NDArray[np.float64]

TOPICS = ("battery_status", "vehicle_local_position", "vehicle_air_data", "airspeed_validated")
"""What is read: power; height and speed over the ground; density; true air speed where there is a sensor."""
LARGEST_BYTES = 1_000_000_000
BREAKS_WITH = (
    TypeError, ValueError, KeyError, IndexError, AttributeError, AssertionError, EOFError, OverflowError, MemoryError,
    ZeroDivisionError, struct.error, OSError,
)  # fmt: skip
"""What pyulog raises on files that are cut short or no logs at all."""


def read_ulog(path: Path, *, mass_kg: float | None) -> list[Sample]:
    """Return a sample for each reading of the battery, with the rest interpolated to its times.

    Raises
    ------
    BadInput
        If pyulog is not installed, the file is broken or has dropouts, or a topic that is needed is not in it.
    """
    if mass_kg is None:
        raise _refused(path, "MISSING_VALUE", "no mass in a ULog", "the mass of the aircraft", "Give --mass-kg.")
    if path.stat().st_size > LARGEST_BYTES:
        raise _refused(path, "TOO_LARGE", f"{path.stat().st_size:,} bytes", f"at most {LARGEST_BYTES:,}", "")
    log = _parsed(path)
    if log.dropouts:
        lost_s = sum(dropout.duration for dropout in log.dropouts) / 1000.0
        found = f"{len(log.dropouts)} dropouts, {lost_s:g} s in all"
        raise _refused(path, "GAP", found, "a log without dropouts", "")
    topics = {name: _topic(log, name) for name in TOPICS}
    _need_topics(path, topics)
    return _samples(path, topics, mass_kg)


def _parsed(path: Path) -> Any:
    try:
        from pyulog import ULog
        from pyulog.exceptions import ULogException
    except ModuleNotFoundError:
        fix = "Run: pip install 'skyferry[ulog]'"
        raise _refused(path, "MISSING_EXTRA", "a ULog", "the extra that reads it", fix) from None
    with path.open("rb") as stream:
        _look_ahead(stream, path)
    try:
        # It prints what it stumbles over, and leaves a file open that it opened itself and could not read.
        with path.open("rb") as stream, contextlib.redirect_stdout(io.StringIO()):
            log = ULog(stream, message_name_filter_list=list(TOPICS))
    except (ULogException, *BREAKS_WITH) as error:
        raise _refused(path, "ULOG_SYNTAX", str(error)[:60] or type(error).__name__, "a ULog file", "") from error
    if log.file_corruption:
        raise _refused(path, "ULOG_SYNTAX", "a damaged part", "a ULog file that is whole", "")
    return log


HEADER_BYTES = 16
LARGEST_UNKNOWN_BYTES = 10_000
"""Of a message of a kind not known here; beyond it pyulog takes a message for damage and looks for the next one."""
DEFINITIONS = b"BFIMPQ"
"""Kinds of messages before the data."""
BEGIN_DATA = b"ACL"
"""With these the data begin."""
FIELDS_LIMIT = 10_000
"""Of a topic, each element of an array counted; PX4's largest have some hundred."""


def _look_ahead(stream: BinaryIO, path: Path) -> None:
    """Go through the definitions and refuse what pyulog would never come to an end with.

    At a damaged message it goes back and tries the next byte, at the end of the file for ever; and it lays out every
    element of arrays in arrays, of topics in themselves too.
    """
    formats: dict[str, list[tuple[str, int]]] = {}
    stream.seek(HEADER_BYTES)
    while len(head := stream.read(3)) == 3:
        size, kind = struct.unpack("<Hc", head)
        if kind in BEGIN_DATA:
            break
        body = stream.read(size)
        if len(body) < size or not size or (kind not in DEFINITIONS and size > LARGEST_UNKNOWN_BYTES) or kind == b"\0":
            raise _refused(path, "ULOG_SYNTAX", "a damaged definition", "a ULog file that is whole", "")
        if kind == b"F":
            name, _, fields = body.decode("utf-8", errors="replace").partition(":")
            formats[name] = [_field(field) for field in fields.split(";") if field]
    for name in formats:
        if _fields_in(name, formats, depth=0) > FIELDS_LIMIT:
            raise _refused(path, "ULOG_SYNTAX", "a topic of too many fields", f"at most {FIELDS_LIMIT:,}", "")
    stream.seek(0)


def _field(text: str) -> tuple[str, int]:
    """Return the type of a field, and how many of it there are."""
    kind, _, length = text.split(" ")[0].partition("[")
    digits = length.rstrip("]")
    return kind, int(digits) if digits.isdecimal() and len(digits) < 6 else 1


def _fields_in(name: str, formats: Mapping[str, list[tuple[str, int]]], *, depth: int) -> int:
    """Return how many fields a topic has with those of the topics in it, counting no further than is allowed."""
    if name not in formats:
        return 1
    if depth > DEEPEST:
        return FIELDS_LIMIT + 1
    count = 0
    for kind, length in formats[name]:
        count += length * _fields_in(kind, formats, depth=depth + 1)
        if count > FIELDS_LIMIT:
            break
    return count


DEEPEST = 8
"""Topics in topics; one that is in itself goes on for ever."""


def _topic(log: Any, name: str) -> dict[str, Floats]:
    """Return the columns of a topic, first instance; nothing when the log has none of it."""
    for data in log.data_list:
        if data.name == name and data.multi_id == 0:
            with np.errstate(invalid="ignore"):  # a signalling NaN: it is told as one later
                return {key: np.asarray(column, dtype=float) for key, column in data.data.items()}
    return {}


NEEDED = {
    "battery_status": ("timestamp", "voltage_v", "current_a"),
    "vehicle_local_position": ("timestamp", "z", "vx", "vy"),
    "vehicle_air_data": ("timestamp", "rho"),
}

RANGES = {
    "battery_status": (0.0, math.inf),
    "vehicle_air_data": (0.3, 1.6),
    "air speed": (0.0, 200.0),
    "vehicle_local_position": (-math.inf, math.inf),
}
"""Of the watts, kg/m3, m/s and metres that each gives; as in a CSV log."""


def _need_topics(path: Path, topics: Mapping[str, Mapping[str, Floats]]) -> None:
    missing = [
        f"{topic}.{column}" for topic, columns in NEEDED.items() for column in columns if column not in topics[topic]
    ]
    if missing:
        raise BadInput(
            Problem(file=str(path), place=name, code="MISSING_VALUE", found="nothing", expected="it in the log")
            for name in missing
        )


def _samples(path: Path, topics: Mapping[str, Mapping[str, Floats]], mass_kg: float) -> list[Sample]:
    raise_first(_gaps(path, topics))
    times, columns = _columns(topics)
    time_s = times / 1e6
    raise_first(_unfit(path, time_s, columns))
    return [
        Sample(
            place=f"{now:.3f} s", flight="", time_s=now, power_w=power, mass_kg=mass_kg, density=rho,
            air_speed_mps=speed, phase=None, height_m=height,
        )
        for now, power, rho, speed, height in zip(
            time_s.tolist(), *(column.tolist() for column in columns.values()), strict=True
        )
    ]  # fmt: skip


def _unfit(path: Path, time_s: Floats, columns: Mapping[str, Floats]) -> Iterator[Problem]:
    """Find figures that are none, and those that no aircraft could have met."""
    for name, column in columns.items():
        low, high = RANGES[name]
        for index in np.flatnonzero(~(np.isfinite(column) & (column >= low) & (column <= high))).tolist():
            finite = bool(np.isfinite(column[index]))
            yield Problem(
                file=str(path), place=f"{name}, {time_s[index]:.3f} s", code="OUT_OF_RANGE" if finite else "NOT_FINITE",
                found=f"{column[index]:g}", expected=f"{low:g} to {high:g}" if finite else "a finite number",
            )  # fmt: skip


def _gaps(path: Path, topics: Mapping[str, Mapping[str, Floats]]) -> Iterator[Problem]:
    """Find what may not be interpolated over, and a battery whose sensor says that it knows nothing."""
    for name in NEEDED:
        steps_s = np.diff(topics[name]["timestamp"]) / 1e6
        for index in np.flatnonzero((steps_s > GAP_S) | (steps_s < 0)).tolist():
            place = f"{name}, {topics[name]['timestamp'][index] / 1e6:.3f} s"
            code, found = ("GAP", "without a reading") if steps_s[index] > 0 else ("CLOCK_JUMP", "to the next reading")
            expected = f"readings in order, at most {GAP_S:g} s apart"
            yield Problem(
                file=str(path), place=place, code=code, found=f"{steps_s[index]:g} s {found}", expected=expected
            )
    battery = topics["battery_status"]
    unknown = (battery["current_a"] <= UNKNOWN_CURRENT_A) | (battery["voltage_v"] <= 0)
    if np.any(unknown):
        yield Problem(
            file=str(path), place="battery_status", code="NOT_MEASURED",
            found=f"{int(unknown.sum())} readings without voltage or current", expected="both, in every reading",
        )  # fmt: skip


UNKNOWN_CURRENT_A = -1.0
"""What PX4 writes when nothing measures the current."""


def _columns(topics: Mapping[str, Mapping[str, Floats]]) -> tuple[Floats, dict[str, Floats]]:
    """Return times in microseconds, and power, density, air speed and height at them.

    The times are those of the battery's readings, as far as everything else was read then too.

    Without a sensor of air speed that over the ground stands in for it, as in a CSV log with ground_speed_mps.
    """
    battery, place = topics["battery_status"], topics["vehicle_local_position"]
    air, speeds = topics["vehicle_air_data"], topics["airspeed_validated"]
    inside = (battery["timestamp"] >= max(place["timestamp"][0], air["timestamp"][0])) & (
        battery["timestamp"] <= min(place["timestamp"][-1], air["timestamp"][-1])
    )
    times = battery["timestamp"][inside]
    ground_mps = np.hypot(place["vx"], place["vy"])
    sensed = speeds.get("true_airspeed_m_s", np.full(1, np.nan))
    if np.all(np.isfinite(sensed)):
        speed = np.interp(times, speeds["timestamp"], sensed)
    else:
        speed = np.interp(times, place["timestamp"], ground_mps)
    return times, {
        "battery_status": (battery["voltage_v"] * np.maximum(battery["current_a"], 0.0))[inside],
        "vehicle_air_data": np.interp(times, air["timestamp"], air["rho"]),
        "air speed": np.maximum(speed, 0.0),
        "vehicle_local_position": np.interp(times, place["timestamp"], -place["z"]),
    }


def _refused(path: Path, code: str, found: str, expected: str, fix: str) -> BadInput:
    return BadInput([Problem(file=str(path), code=code, found=found, expected=expected, fix=fix)])

"""Reading flight logs: CSV with the columns of ``docs/formats.md``, and PX4's ULog through pyulog."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from airspace.errors import BadInput, Problem
from airspace.formats.documents import RawFile, read_raw
from planner.formats.doors.rows import LogRow
from planner.formats.tables import Row, read_table
from planner.model.logs import FlightLog, FlightPhase

Floats = npt.NDArray[np.float64]

ULOG_MAGIC = b"ULog\x01\x12\x35"
GAP_S = 5.0
"""Samples further apart than this, and than ten usual steps, leave a gap that nobody may fill by a guess."""
GAP_STEPS = 10.0
RISING_MPS = 0.5
"""Climb or descent from this vertical speed on, where a log names no phases."""
MOVING_MPS = 2.0
"""Cruise from this air speed on, hover below."""
IDLE_SHARE = 0.2
"""Power below this share of the median is that of an aircraft on the ground."""
SHOWN = 40
"""Problems told of one log; a column that is wrong is wrong in every row."""
GAS_CONSTANT_DRY_AIR = 287.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One row of a log; what it does not tell is None."""

    place: str
    flight: str
    time_s: float
    power_w: float
    mass_kg: float
    density: float
    air_speed_mps: float
    phase: str | None
    height_m: float | None


def read_log(path: Path, *, mass_kg: float | None = None) -> FlightLog:
    """Read a flight log, told apart by content.

    Parameters
    ----------
    mass_kg
        Of the aircraft in all, for logs that do not tell it.

    Raises
    ------
    BadInput
        If anything in it is missing, impossible, or would have to be guessed: gaps, clocks that jump, no mass.
    """
    with_magic = _begins(path)
    if with_magic == ULOG_MAGIC:
        from planner.formats.ulogs import read_ulog

        return logged(read_ulog(path, mass_kg=mass_kg), name=str(path))
    return logged(read_csv(read_raw(path), mass_kg=mass_kg), name=str(path))


def _begins(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(len(ULOG_MAGIC))
    except OSError:
        return b""  # read_raw tells why


def read_csv(file: RawFile, *, mass_kg: float | None = None) -> list[Sample]:
    """Return the samples of a CSV log; see :func:`read_log`."""

    def build(given: LogRow, row: Row) -> Sample:
        return Sample(
            place=row.place,
            flight=given.flight,
            time_s=given.time_s,
            power_w=_power(given),
            mass_kg=_told("mass_kg", given.mass_kg, mass_kg, fix="or give --mass-kg"),
            density=_density(given),
            air_speed_mps=_told("air_speed_mps or ground_speed_mps", given.air_speed_mps, given.ground_speed_mps),
            phase=given.phase,
            height_m=_told("phase or height_m", given.height_m, 0.0 if given.phase else None),
        )

    placed, problems = read_table(file, model=LogRow, kind="sample", build=build, unique=False)
    raise_first(problem for problem in problems if not problem.warning)
    return [item.value for item in placed if item.value is not None]


def _told(names: str, *values: float | None, fix: str = "") -> float:
    for value in values:
        if value is not None:
            return value
    raise ValueError(f"expected a value in {names}{', ' + fix if fix else ''}, got none")


def _power(given: LogRow) -> float:
    if given.power_w is not None:
        return given.power_w
    if given.voltage_v is None or given.current_a is None:
        raise ValueError("expected a value in power_w, or in voltage_v and current_a, got none")
    watts = given.voltage_v * given.current_a
    if not math.isfinite(watts):
        raise ValueError(f"expected voltage_v times current_a to be a finite number, got {watts}")
    return watts


def _density(given: LogRow) -> float:
    if given.density_kg_m3 is not None:
        return given.density_kg_m3
    if given.temperature_c is None or given.pressure_hpa is None:
        raise ValueError("expected a value in density_kg_m3, or in temperature_c and pressure_hpa, got none")
    return given.pressure_hpa * 100.0 / (GAS_CONSTANT_DRY_AIR * (given.temperature_c + 273.15))


def logged(samples: Sequence[Sample], *, name: str) -> FlightLog:
    """Return samples as a log, with the phase of each.

    Raises
    ------
    BadInput
        If the clock jumps or stands still, or samples lie too far apart.
    """
    if len(samples) < 2:
        expected = "two or more samples"
        raise BadInput([Problem(file=name, code="EMPTY_TABLE", found=f"{len(samples)}", expected=expected)])
    flight = np.array([number for number, _ in _flights(samples)], dtype=np.intp)
    raise_first(_again(samples, name))
    raise_first(_clock(samples, flight, name))
    columns = {
        field: np.array([getattr(sample, field) for sample in samples])
        for field in ("time_s", "power_w", "mass_kg", "density", "air_speed_mps")
    }
    height_m = np.array([np.nan if sample.height_m is None else sample.height_m for sample in samples])
    if all(sample.phase for sample in samples):
        phase = np.array([FlightPhase[str(sample.phase).upper()] for sample in samples], dtype=np.intp)
        height_m = height_m if np.ptp(height_m) > 0 else np.full(len(samples), np.nan)
    else:
        phase = np.zeros(0, dtype=np.intp)
    climb_mps = _climb(columns["time_s"], height_m, flight)
    phase = phase if len(phase) else _phases(climb_mps, columns["air_speed_mps"], columns["power_w"])
    return FlightLog(name=name, flight=flight, phase=phase, climb_mps=climb_mps, **columns)


def _flights(samples: Sequence[Sample]) -> Iterator[tuple[int, Sample]]:
    """Yield samples with the number of their flight: samples in a row with the same name are one."""
    number, last = -1, None
    for sample in samples:
        if sample.flight != last:
            number, last = number + 1, sample.flight
        yield number, sample


def _again(samples: Sequence[Sample], name: str) -> Iterator[Problem]:
    seen: set[str] = set()
    last: str | None = None
    for sample in samples:
        if sample.flight != last and sample.flight in seen:
            yield Problem(
                file=name, place=sample.place, code="FLIGHT_TORN", found=f"flight '{sample.flight[:60]}' again",
                expected="all samples of a flight in a row", fix="Sort the log by flight and time.",
            )  # fmt: skip
        last = sample.flight
        seen.add(sample.flight)


def _clock(samples: Sequence[Sample], flight: npt.NDArray[np.intp], name: str) -> Iterator[Problem]:
    times = np.array([sample.time_s for sample in samples])
    steps, same = np.diff(times), np.diff(flight) == 0
    usual_s = float(np.median(steps[same & (steps > 0)])) if np.any(same & (steps > 0)) else GAP_S
    longest_s = max(GAP_S, GAP_STEPS * usual_s)
    for index in np.flatnonzero(same & ((steps <= 0) | (steps > longest_s))).tolist():
        step_s, place = float(steps[index]), samples[index + 1].place
        if step_s <= 0:
            found = f"{step_s:g} s after the sample before"
            expected = "a clock that goes on within a flight"
            yield Problem(file=name, place=place, code="CLOCK_JUMP", found=found, expected=expected)
        else:
            yield Problem(
                file=name, place=place, code="GAP", found=f"{step_s:g} s without a sample",
                expected=f"a sample at least every {longest_s:g} s within a flight",
                fix="Give what follows another name in the column flight.",
            )  # fmt: skip


def _climb(time_s: Floats, height_m: Floats, flight: npt.NDArray[np.intp]) -> Floats:
    """Return vertical speed over a second or more around each sample, from the heights."""
    before = np.maximum(np.searchsorted(_clocked(time_s, flight), _clocked(time_s, flight) - 1.0), 0)
    after = np.minimum(np.searchsorted(_clocked(time_s, flight), _clocked(time_s, flight) + 1.0), len(time_s) - 1)
    before = np.where(flight[before] == flight, before, np.arange(len(time_s)))
    after = np.where(flight[after] == flight, after, np.arange(len(time_s)))
    span_s = time_s[after] - time_s[before]
    return np.asarray(np.where(span_s > 0, (height_m[after] - height_m[before]) / np.where(span_s > 0, span_s, 1), 0.0))


def _clocked(time_s: Floats, flight: npt.NDArray[np.intp]) -> Floats:
    """Return one clock for all flights, each after the one before."""
    return np.asarray((time_s - time_s.min()) + flight * (np.ptp(time_s) + 10.0))


def _phases(climb_mps: Floats, air_speed_mps: Floats, power_w: Floats) -> npt.NDArray[np.intp]:
    level = np.where(air_speed_mps >= MOVING_MPS, FlightPhase.CRUISE, FlightPhase.HOVER)
    steep = np.where(climb_mps > 0, FlightPhase.CLIMB, FlightPhase.DESCENT)
    flown = np.where(np.abs(climb_mps) >= RISING_MPS, steep, level)
    idle = power_w < IDLE_SHARE * np.median(power_w)
    return np.asarray(np.where(idle, FlightPhase.GROUND, flown), dtype=np.intp)


def raise_first(problems: Iterator[Problem] | Sequence[Problem]) -> None:
    """Raise what is wrong, the first of it when it is very much; return when there is nothing.

    Raises
    ------
    BadInput
        If there is any problem.
    """
    told = list(problems)
    if not told:
        return
    if len(told) > SHOWN:
        more = Problem(
            file=told[0].file, place="~", code="MANY_PROBLEMS", found=f"{len(told) - SHOWN} more problems",
            expected="a log without any", fix="Mend these first.",
        )  # fmt: skip
        told = [*told[:SHOWN], more]
    raise BadInput(told)

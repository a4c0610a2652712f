from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from airspace.errors import BadInput
from planner.formats.logs import read_log
from planner.model.logs import FlightPhase
from planner.model.powers import MassPower
from tests.planner.flown import HEADER, rows, write_ulog

LINES = list(rows(MassPower(power_coefficient=70.0), flights=[(4.0, 10.0), (4.5, 10.0)]))


def told(path: Path, *, mass_kg: float | None = None) -> set[tuple[str, str]]:
    with pytest.raises(BadInput) as caught:
        read_log(path, mass_kg=mass_kg)
    assert all(problem.file == str(path) and problem.expected for problem in caught.value.problems)
    return {(problem.code, problem.place) for problem in caught.value.problems}


def edited(folder: Path, number: int, **cells: str) -> Path:
    """The log with other cells in one line; lines count from 1, the header's."""
    names = HEADER.split(",")
    row = dict(zip(names, LINES[number - 1].split(","), strict=True)) | cells
    lines = [*LINES[: number - 1], ",".join(row[name] for name in names), *LINES[number:]]
    path = folder / "log.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_log_is_read_with_flights_phases_and_vertical_speed(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("\n".join(LINES) + "\n")
    log = read_log(path)
    assert log.flights == 2
    assert len(log.time_s) == 240
    assert np.median(log.climb_mps[log.phase == FlightPhase.CLIMB]) == pytest.approx(3.0)
    assert log.power_w[log.phase == FlightPhase.CRUISE][0] == pytest.approx(70.0 * 8.0 / 1.18**0.5, rel=1e-4)


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"mass_kg": "-4"}, "OUT_OF_RANGE", ", column mass_kg"),
        ({"power_w": "NaN"}, "WRONG_TYPE", ", column power_w"),
        ({"power_w": "-3"}, "OUT_OF_RANGE", ", column power_w"),
        ({"density_kg_m3": "1e999"}, "NOT_FINITE", ", column density_kg_m3"),
        ({"air_speed_mps": "fast"}, "WRONG_TYPE", ", column air_speed_mps"),
        ({"phase": "dive"}, "UNKNOWN_VALUE", ", column phase"),
        ({"power_w": ""}, "BAD_VALUE", ""),
        ({"mass_kg": ""}, "BAD_VALUE", ""),
        ({"density_kg_m3": ""}, "BAD_VALUE", ""),
        ({"time_s": "29"}, "CLOCK_JUMP", ""),
        ({"time_s": "28.0"}, "CLOCK_JUMP", ""),
        ({"time_s": "500"}, "GAP", ""),
        ({"flight": "f1"}, "FLIGHT_TORN", None),
    ],
)
def test_a_bad_sample_is_told_with_its_line(
    tmp_path: Path, cells: dict[str, str], code: str, column: str | None
) -> None:
    found = told(edited(tmp_path, 32, **cells))
    assert code in {each for each, _ in found}
    if column is not None:
        assert (code, f"line 32{column}") in found


def test_a_log_that_is_wrong_in_every_row_tells_the_first_of_it(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("\n".join(LINES).replace(",1.18", ",118"))
    found = told(path)
    assert ("MANY_PROBLEMS", "~") in found
    assert len(found) == 41


def test_mass_may_be_given_for_a_log_without_it(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(
        "time_s,phase,voltage_v,current_a,ground_speed_mps,temperature_c,pressure_hpa\n"
        + "".join(f"{second},cruise,22,20,8,15,1013.25\n" for second in range(20))
    )
    assert ("BAD_VALUE", "line 2") in told(path)
    log = read_log(path, mass_kg=4.2)
    assert log.power_w[0] == 440.0
    assert log.density[0] == pytest.approx(1.225, abs=1e-4)
    assert np.all(np.isnan(log.climb_mps))


@pytest.mark.parametrize(
    ("text", "code"), [("", "EMPTY_FILE"), (HEADER, "EMPTY_TABLE"), ("a;b\n1;2", "WRONG_SEPARATOR")]
)
def test_what_is_no_log_at_all_is_told(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "log.csv"
    path.write_text(text)
    assert code in {each for each, _ in told(path)}


def test_a_px4_log_is_read_directly(tmp_path: Path) -> None:
    log = read_log(write_ulog(tmp_path / "log.ulg", watts=440.0), mass_kg=4.2)
    assert log.flights == 1
    assert log.power_w == pytest.approx(np.full(60, 440.0), rel=1e-6)
    assert np.median(log.climb_mps[log.phase == FlightPhase.CLIMB]) == pytest.approx(3.0, rel=1e-3)
    assert np.median(log.air_speed_mps[log.phase == FlightPhase.CRUISE]) == pytest.approx(8.0)
    assert log.density[0] == pytest.approx(1.18)


def test_a_px4_log_without_a_mass_a_current_or_a_stretch_is_refused(tmp_path: Path) -> None:
    assert ("MISSING_VALUE", "") in told(write_ulog(tmp_path / "a.ulg", watts=440.0))
    torn = told(write_ulog(tmp_path / "b.ulg", watts=440.0, skip=range(30, 40)), mass_kg=4.2)
    assert ("GAP", "battery_status, 29.000 s") in torn
    blind = told(write_ulog(tmp_path / "c.ulg", watts=440.0, current=-1.0), mass_kg=4.2)
    assert ("NOT_MEASURED", "battery_status") in blind
    wild = told(write_ulog(tmp_path / "d.ulg", watts=float("nan")), mass_kg=4.2)
    assert "NOT_FINITE" in {code for code, _ in wild}


@pytest.mark.parametrize("cut", [9, 20, 60, 200, 900])
def test_a_px4_log_that_is_cut_short_is_told_or_read_without_a_traceback(tmp_path: Path, cut: int) -> None:
    path = write_ulog(tmp_path / "log.ulg", watts=440.0)
    path.write_bytes(path.read_bytes()[:cut])
    try:
        seconds = len(read_log(path, mass_kg=4.2).time_s)
    except BadInput:
        seconds = 2
    assert 2 <= seconds < 60


def test_rubbish_behind_the_magic_of_a_ulog_is_told(tmp_path: Path) -> None:
    path = tmp_path / "log.ulg"
    path.write_bytes(b"ULog\x01\x12\x35\x01" + bytes(np.random.default_rng(3).integers(0, 256, 4000, dtype=np.uint8)))
    assert told(path, mass_kg=4.2)


def test_a_px4_log_with_figures_that_no_aircraft_meets_is_told(tmp_path: Path) -> None:
    raw = write_ulog(tmp_path / "log.ulg", watts=440.0).read_bytes()
    thin = tmp_path / "thin.ulg"
    thin.write_bytes(raw.replace(struct.pack("<f", 1.18), struct.pack("<f", -1.18)))
    assert ("OUT_OF_RANGE", "vehicle_air_data, 0.000 s") in told(thin, mass_kg=4.2)
    timeless = tmp_path / "timeless.ulg"
    timeless.write_bytes(raw.replace(b"vehicle_air_data:uint64_t timestamp", b"vehicle_air_data:uint64_t timestomp"))
    assert ("MISSING_VALUE", "vehicle_air_data.timestamp") in told(timeless, mass_kg=4.2)


def test_power_beyond_all_numbers_is_told(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    head = "time_s,phase,voltage_v,current_a,ground_speed_mps,temperature_c,pressure_hpa,mass_kg\n"
    path.write_text(head + "".join(f"{second},cruise,1e308,1e308,8,15,1013,4\n" for second in range(3)))
    assert ("BAD_VALUE", "line 2") in told(path)

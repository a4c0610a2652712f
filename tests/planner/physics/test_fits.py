"""Fits of logs of a few stretches, each told second by second, with sums done by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from planner.errors import TooLittleLogged
from planner.model.logs import FlightLog, FlightPhase
from planner.model.powers import MassPower, Multirotor, Quadplane
from planner.physics.calibration import (
    DRAG_PER_MASS,
    HALVES,
    Stretches,
    errors_of,
    fit,
    mass_power_of,
    multirotor_of,
    predicted_w,
    quadplane_of,
    stretches_of,
    table_of,
)
from planner.physics.powers import powers_of
from tests.planner.kinds import MATRICE_DISC_M2, MEASURED, MOMENTUM

GROUND, CLIMB, CRUISE, DESCENT, HOVER = FlightPhase
Part = tuple[int, FlightPhase, int, float, float, float]
"""Number of the flight, phase, seconds, watts, mass in kg, air speed in m/s."""


def log_of(parts: Sequence[Part], *, density: float = 1.0, climb_mps: float = 3.0) -> FlightLog:
    """Samples every second; the last of a flight tells of no time, so a flight that ends has one more."""
    rows = []
    for index, (flight, phase, seconds, watts, mass_kg, speed_mps) in enumerate(parts):
        ends = index + 1 == len(parts) or parts[index + 1][0] != flight
        rows += [(flight, phase, watts, mass_kg, speed_mps)] * (seconds + ends)
    flights, phases, watts_of, masses, speeds = (np.array(column) for column in zip(*rows, strict=True))
    return FlightLog(
        name="by hand", flight=flights, time_s=np.arange(len(rows), dtype=float), phase=phases,
        power_w=watts_of.astype(float), mass_kg=masses.astype(float), density=np.full(len(rows), density),
        air_speed_mps=speeds.astype(float), climb_mps=np.where(phases == CLIMB, climb_mps, 0.0),
    )  # fmt: skip


WHOLE: list[Part] = [
    (0, GROUND, 9, 5.0, 4.0, 0.0),
    (0, CLIMB, 20, 960.0, 4.0, 0.0),
    (0, CRUISE, 60, 800.0, 4.0, 10.0),
    (0, HOVER, 10, 880.0, 4.0, 0.0),
    (0, DESCENT, 30, 720.0, 4.0, 0.0),
]
"""4 kg at 1 kg/m3: k = 100 in cruise, 1.2, 1.1 and 0.9 times as much in the others."""


def test_a_log_is_cut_where_phase_flight_or_mass_changes_and_the_ground_is_left_out() -> None:
    parts = [*WHOLE, (1, DESCENT, 30, 700.0, 4.0, 0.0), (1, DESCENT, 5, 650.0, 3.0, 0.0), (1, HOVER, 4, 1.0, 3.0, 0.0)]
    found = stretches_of(log_of(parts))
    assert found.flight.tolist() == [0, 0, 0, 0, 1, 1]
    assert found.phase.tolist() == [CLIMB, CRUISE, HOVER, DESCENT, DESCENT, DESCENT]
    # A stretch of 5 s is long enough, one of 4 s is not.
    assert found.seconds.tolist() == [20.0, 60.0, 10.0, 30.0, 30.0, 5.0]
    assert found.power_w.tolist() == [960.0, 800.0, 880.0, 720.0, 700.0, 650.0]
    assert found.mass_kg.tolist() == [4.0, 4.0, 4.0, 4.0, 4.0, 3.0]
    assert found.climb_mps.tolist() == [3.0, 0.0, 0.0, 0.0, 0.0, 0.0]


def test_the_mean_of_a_stretch_counts_each_sample_for_as_long_as_it_holds() -> None:
    log = log_of([(0, CRUISE, 6, 100.0, 4.0, 10.0)])
    watts = np.array([100.0, 400.0, 100.0, 100.0, 100.0, 100.0, 900.0])
    uneven = np.array([0.0, 1.0, 4.0, 5.0, 6.0, 7.0, 8.0])
    told = FlightLog(
        name="uneven", flight=log.flight, time_s=uneven, phase=log.phase, power_w=watts, mass_kg=log.mass_kg,
        density=log.density, air_speed_mps=log.air_speed_mps, climb_mps=log.climb_mps,
    )  # fmt: skip
    # 400 W for three of eight seconds; the last sample holds for no time.
    assert stretches_of(told).power_w.tolist() == [pytest.approx((5 * 100 + 3 * 400) / 8)]


def test_mass_power_comes_out_as_it_was_put_in() -> None:
    found = fit(log_of(WHOLE), mass_power_of)
    power = found.power
    assert isinstance(power, MassPower)
    ratios = (power.climb_power_ratio, power.descent_power_ratio, power.hover_power_ratio)
    assert (power.power_coefficient, *ratios) == pytest.approx((100.0, 1.2, 0.9, 1.1))
    assert (found.unit, found.assumed, found.errors.count) == ("stretches of one phase", (), 4)
    assert found.errors.mean == pytest.approx(0.0, abs=1e-12)


def test_longer_stretches_count_more_and_errors_are_ratios() -> None:
    # 100^(3/4) x 200^(1/4), at a quarter of the density half as much.
    parts: list[Part] = [(0, CRUISE, 30, 800.0, 4.0, 10.0), (1, CRUISE, 10, 1600.0, 4.0, 10.0)]
    power, assumed = mass_power_of(stretches_of(log_of(parts, density=0.25)))
    assert power.power_coefficient == pytest.approx(0.5 * 100**0.75 * 200**0.25)
    assert assumed == ("climb_power_ratio", "descent_power_ratio", "hover_power_ratio")


def test_a_quadplane_flies_on_its_wing_and_hovers_on_its_rotors() -> None:
    power, assumed = quadplane_of(9.0)(stretches_of(log_of(WHOLE)))
    assert isinstance(power, Quadplane)
    assert power.hover_coefficient == pytest.approx(110.0)
    assert power.lift_to_drag == pytest.approx(4.0 * 9.80665 * 10.0 / 800.0)
    assert (power.climb_power_ratio, power.descent_power_ratio) == (pytest.approx(12 / 11), pytest.approx(9 / 11))
    assert (power.stall_mps, assumed) == (9.0, ("stall_mps",))


def test_errors_are_of_the_energy_of_each_unit() -> None:
    # 100 too much where 800 W were flown for 60 s, 50 too little where 950 W were for 20 s.
    found = stretches_of(log_of([(0, CRUISE, 60, 800.0, 4.0, 10.0), (1, CRUISE, 20, 850.0, 4.0, 10.0)]))
    power = MassPower(power_coefficient=105.0)
    apart = errors_of(power, found, found.flight)
    assert (apart.count, apart.unjudged) == (2, 0)
    assert apart.mean == pytest.approx((40 / 800 + 10 / 850) / 2)
    assert apart.bias == pytest.approx((40 / 800 - 10 / 850) / 2)
    assert apart.p95 == pytest.approx(10 / 850 + 0.95 * (40 / 800 - 10 / 850))
    together = errors_of(power, found, np.zeros(2, dtype=np.intp))
    assert together.mean == pytest.approx((60 * 40 - 20 * 10) / (60 * 800 + 20 * 850))


def test_each_phase_is_predicted_by_its_own_power_and_only_climbs_rise() -> None:
    found = stretches_of(log_of(WHOLE, climb_mps=2.0))
    at_2_mps = powers_of(MOMENTUM, mass_kg=4.0, density=1.0, air_speed_mps=0.0, climb_mps=2.0)
    in_cruise = powers_of(MOMENTUM, mass_kg=4.0, density=1.0, air_speed_mps=10.0, climb_mps=0.0)
    assert predicted_w(MOMENTUM, found).tolist() == [
        pytest.approx(float(watts))
        for watts in (at_2_mps.climb_w, in_cruise.cruise_w, at_2_mps.hover_w, at_2_mps.descent_w)
    ]
    sinking = stretches_of(log_of(WHOLE[1:2], climb_mps=-1.0))
    assert predicted_w(MOMENTUM, sinking).tolist() == [pytest.approx(float(at_2_mps.hover_w))]


def test_a_stretch_without_power_is_told() -> None:
    with pytest.raises(TooLittleLogged, match="found 1 without"):
        fit(log_of([*WHOLE, (1, HOVER, 9, 0.0, 4.0, 0.0)]), mass_power_of)


def test_a_table_says_nothing_of_other_masses_and_is_not_judged_by_them() -> None:
    inside = stretches_of(log_of([(0, CRUISE, 60, 530.0, 4.0, 10.0), (1, CRUISE, 60, 900.0, 9.0, 10.0)], density=1.18))
    told = errors_of(MEASURED, inside, inside.flight)
    assert (told.count, told.unjudged, told.mean) == (1, 1, pytest.approx(0.0, abs=1e-9))
    with pytest.raises(TooLittleLogged, match="covers in the log, found none"):
        errors_of(MEASURED, inside.of(inside.flight == 1), np.ones(1, dtype=np.intp))


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([(0, GROUND, 30, 5.0, 4.0, 0.0)], "some flight in the log"),
        ([(0, HOVER, 30, 900.0, 4.0, 0.0)], "cruise of 5 s or longer"),
        (
            [(0, CRUISE, 9, 800.0, 4.0, 8.0), (0, CLIMB, 9, 960.0, 4.0, 0.0), (1, CRUISE, 9, 900.0, 5.0, 8.0)],
            "climb with 5 kg in the log",
        ),
        ([(0, CRUISE, 9, 800.0, 4.0, 8.0), (1, CRUISE, 9, 900.0, 5.0, 9.0)], "2 masses with 0 air speeds in common"),
    ],
)  # fmt: skip
def test_what_a_table_needs_and_the_log_does_not_hold_is_told(parts: list[Part], words: str) -> None:
    with pytest.raises(TooLittleLogged, match=words):
        table_of(stretches_of(log_of(parts)))


def test_a_table_holds_the_mean_of_what_was_logged_at_one_density() -> None:
    phases = ((CLIMB, 960.0), (DESCENT, 720.0), (HOVER, 880.0))
    parts: list[Part] = []
    for flight, mass_kg in enumerate((4.004, 5.0)):
        extra = 100.0 * flight
        parts += [(flight, phase, 10, watts + extra, mass_kg, 0.0) for phase, watts in phases]
        # 30 s at 800 W and 10 s at 880 W, both at 10 m/s to the nearest; 12 m/s is flown with one mass only.
        parts += [(flight, CRUISE, 30, 800.0 + extra, mass_kg, 9.6), (flight, HOVER, 1, 880.0, mass_kg, 0.0)]
        parts += [(flight, CRUISE, 10, 880.0 + extra, mass_kg, 10.4), (flight, HOVER, 1, 880.0, mass_kg, 0.0)]
        parts += [(flight, CRUISE, 10, 990.0, mass_kg, 12.0 + flight)]
    table, assumed = table_of(stretches_of(log_of(parts, density=1.2)))
    assert (table.mass_kg, table.air_speed_mps, table.density_kg_m3) == ((4.0, 5.0), (10.0,), pytest.approx(1.2))
    assert (*table.climb_w, *table.descent_w) == pytest.approx((960.0, 1060.0, 720.0, 820.0))
    assert (*table.cruise_w[0], *table.cruise_w[1]) == pytest.approx((820.0, 920.0))
    assert table.hover_w == pytest.approx((880.0, 980.0))
    assert assumed == ()


def test_halves_that_can_hardly_ever_be_fitted_tell_no_error() -> None:
    # Of six flights one hovers and another one flies on its wing: one half of five holds both.
    parts: list[Part] = [(number, DESCENT, 30, 700.0, 4.0, 0.0) for number in range(6)]
    parts[1:3] = [(1, HOVER, 30, 880.0, 4.0, 0.0), (2, CRUISE, 30, 500.0, 4.0, 10.0)]
    found = fit(log_of(parts), quadplane_of(9.0))
    assert (found.unit, found.held_out) == ("flights", None)


def test_three_stretches_are_too_few_to_hold_any_out_and_four_are_not() -> None:
    assert fit(log_of(WHOLE[:4]), mass_power_of).held_out is None
    four: list[Part] = [(number, CRUISE, 30, 800.0, 4.0, 10.0) for number in range(4)]
    found = fit(log_of(four), mass_power_of)
    told = found.held_out
    assert found.unit == "flights"
    assert told is not None
    assert (told.count, told.mean) == (2, pytest.approx(0.0, abs=1e-12))


def test_a_multirotor_needs_something_but_descents() -> None:
    fitter = multirotor_of(MATRICE_DISC_M2, 10.0)
    with pytest.raises(TooLittleLogged, match="cruise, hover or climbs"):
        fitter(stretches_of(log_of([(0, DESCENT, 30, 500.0, 4.0, 0.0)])))
    with pytest.raises(TooLittleLogged, match="cruise, hover or climbs with heights"):
        fitter(stretches_of(log_of([(0, CLIMB, 30, 500.0, 4.0, 0.0)], climb_mps=math.nan)))


def test_a_multirotor_takes_the_drag_of_its_mass_where_speeds_are_less_than_5_mps_apart() -> None:
    def flown(*speeds_mps: float) -> list[Part]:
        watts = [
            float(powers_of(MOMENTUM, mass_kg=8.0, density=1.0, air_speed_mps=speed, climb_mps=0.0).cruise_w)
            for speed in speeds_mps
        ]
        return [(n, CRUISE, 30, w, 8.0, s) for n, (w, s) in enumerate(zip(watts, speeds_mps, strict=True))]

    fitter = multirotor_of(MATRICE_DISC_M2, 10.0)
    near, assumed = fitter(stretches_of(log_of(flown(16.0, 20.9))))
    assert isinstance(near, Multirotor)
    assert near.drag_area_m2 == pytest.approx(DRAG_PER_MASS * 4.0)
    assert "drag_area_m2" in assumed
    apart, assumed = fitter(stretches_of(log_of(flown(16.0, 21.0))))
    assert isinstance(apart, Multirotor)
    assert "drag_area_m2" not in assumed
    assert (apart.hover_factor, apart.drag_area_m2) == (pytest.approx(2.0, rel=1e-3), pytest.approx(0.09, rel=1e-2))


def test_half_of_the_flights_are_held_out_and_the_smaller_half_is_fitted() -> None:
    fitted: list[int] = []

    def watching(stretches: Stretches) -> tuple[MassPower, tuple[str, ...]]:
        fitted.append(len(np.unique(stretches.flight)))
        return mass_power_of(stretches)

    found = fit(log_of([(number, CRUISE, 30, 800.0, 4.0, 10.0) for number in range(5)]), watching)
    assert fitted == [5] + [2] * HALVES
    assert found.held_out is not None
    assert found.held_out.count == 3


def test_masses_of_a_table_are_told_apart_by_ten_grams_and_speeds_by_a_metre_a_second() -> None:
    parts: list[Part] = []
    for flight, mass_kg in enumerate((4.0, 4.01)):
        parts += [(flight, phase, 10, 900.0, mass_kg, 0.0) for phase in (CLIMB, DESCENT, HOVER)]
        parts += [(flight, CRUISE, 10, 800.0, mass_kg, 1.0), (flight, HOVER, 1, 900.0, mass_kg, 0.0)]
        parts += [(flight, CRUISE, 10, 810.0, mass_kg, 2.0), (flight, HOVER, 1, 900.0, mass_kg, 0.0)]
        parts += [(flight, CRUISE, 10, 820.0, mass_kg, 0.0)]
    table, _ = table_of(stretches_of(log_of(parts)))
    assert (table.mass_kg, table.air_speed_mps) == ((4.0, 4.01), (1.0, 2.0))
    assert table.cruise_w == ((pytest.approx(800.0), pytest.approx(810.0)),) * 2


def test_a_multirotor_is_fitted_on_a_slow_climb_alone() -> None:
    watts = float(powers_of(MOMENTUM, mass_kg=4.0, density=1.0, air_speed_mps=0.0, climb_mps=0.5).climb_w)
    log = log_of([(0, CLIMB, 30, watts, 4.0, 0.0)], climb_mps=0.5)
    power, _ = multirotor_of(MATRICE_DISC_M2, 10.0)(stretches_of(log))
    assert power.hover_factor == pytest.approx(2.0, rel=1e-6)

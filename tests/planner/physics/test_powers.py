from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq

from planner.model.powers import Multirotor, Quadplane
from planner.physics.energy import OwnModel, Phases
from planner.physics.powers import powers
from planner.physics.rotors import induced_ratio
from tests.planner.kinds import KINDS, MATRICE_DISC_M2, MEASURED, MOMENTUM, THREE_PHASE, kind_with

RHO = 1.18
IDEAL_4215_W = 296.0
"""(4.215 kg x 9.81)^1.5 / sqrt(2 x 1.18 x 0.342): what theory without any loss gives for a Matrice 100 with 500 g."""


def test_without_losses_hover_takes_the_ideal_power() -> None:
    lossless = Multirotor(
        disc_area_m2=MATRICE_DISC_M2, hover_factor=1.0, drag_area_m2=0.0, avionics_w=0.0, induced_factor=1.0,
        drive_efficiency=1.0,
    )  # fmt: skip
    hovering = powers(kind_with(lossless), payload_kg=0.515, density=RHO)
    assert float(hovering.hover_w) == pytest.approx(IDEAL_4215_W, rel=1e-3)


def test_hover_takes_the_avionics_and_the_hover_factor_times_the_ideal() -> None:
    hovering = powers(kind_with(MOMENTUM), payload_kg=0.515, density=RHO)
    assert float(hovering.hover_w) == pytest.approx(10.0 + 2.0 * IDEAL_4215_W, rel=1e-3)
    assert float(hovering.descent_w) == pytest.approx(0.95 * float(hovering.hover_w))


def test_climbing_at_3_mps_takes_the_sum_done_by_hand() -> None:
    # W = 41.335 N, vh = sqrt(W / (2 rho A)) = 7.156; vi = sqrt(1.5^2 + vh^2) - 1.5 = 5.812 m/s.
    # (1.15 x 5.812 + 3 + 0.35 x 7.156) x 41.335 / 0.75 + 10 = 681.8 W.
    climbing = powers(kind_with(MOMENTUM), payload_kg=0.515, density=RHO)
    assert float(climbing.climb_w) == pytest.approx(681.8, rel=2e-4)


@pytest.mark.parametrize("through", [0.0, 0.05, 0.7, 4.0])
@pytest.mark.parametrize("along", [0.0, 0.3, 1.0, 5.0, 40.0])
def test_the_induced_velocity_is_the_root_that_brentq_finds(along: float, through: float) -> None:
    root = brentq(lambda v: v - 1.0 / math.hypot(along, through + v), 1e-9, 6.0, xtol=1e-14, rtol=1e-14)
    found = induced_ratio(np.array([along]), np.array([through]))
    assert found[0] == pytest.approx(root, rel=1e-10)


def test_many_roots_are_the_same_as_each_alone() -> None:
    along, through = np.linspace(0.0, 9.0, 20_000).reshape(100, 200), np.linspace(0.0, 2.0, 200)
    found = induced_ratio(along, through)
    assert found.shape == (100, 200)
    rows = np.vstack([induced_ratio(row, through) for row in along])
    assert found == pytest.approx(rows, rel=1e-12)
    assert found[99, 7] == pytest.approx(float(induced_ratio(along[99, 7:8], through[7:8])[0]), rel=1e-12)


def test_level_flight_saves_at_moderate_speed_never_more_than_8_percent_and_costs_at_high_speed() -> None:
    speeds = np.array([0.0, 4.0, 8.0, 12.0, 16.0, 25.0])
    flown = powers(kind_with(MOMENTUM), payload_kg=0.5, density=RHO, air_speed_mps=speeds)
    shares = flown.cruise_w / flown.hover_w
    assert shares[0] == pytest.approx(1.0)
    assert shares.min() == pytest.approx(0.92)
    assert shares[-1] > 1.2


def test_the_speed_curve_of_a_measured_iris_is_met_with_two_fitted_figures() -> None:
    # Five points of DiFranco and Buttazzo 2016 as digitised by drone_awe; hover factor and drag area from all fifteen.
    iris = Multirotor(disc_area_m2=4 * math.pi * 0.127**2, hover_factor=3.279, drag_area_m2=0.0469, avionics_w=10.0)
    kind = replace(kind_with(iris), mass_kg=1.3, max_payload_kg=0.2)
    speeds = np.array([0.264, 4.871, 7.85, 10.807, 13.293])
    measured_w = np.array([220.7, 209.7, 210.0, 213.6, 256.9])
    predicted_w = powers(kind, payload_kg=0.0, density=1.2, air_speed_mps=speeds).cruise_w
    assert np.abs(predicted_w / measured_w - 1).max() < 0.065


def test_a_firefly_6_flies_59_minutes_at_18_mps_with_its_lift_to_drag_of_3_1() -> None:
    # 4.5 kg, two packs of 5.5 Ah x 22.8 V: 250.8 Wh x 3600 / (4.5 x 9.80665 x 18 / 3.1 W) = 58.7 min.
    kind = replace(KINDS["quadplane"], mass_kg=4.5, max_payload_kg=0.7, cruise_mps=18.0)
    cruise_w = float(powers(kind, payload_kg=0.0, density=1.225).cruise_w)
    assert 250.8 * 60 / cruise_w == pytest.approx(59.0, rel=0.01)


def test_a_power_table_reads_what_was_measured_and_interpolates_between() -> None:
    kind = kind_with(MEASURED)
    at_entry = powers(kind, payload_kg=0.3, density=1.18, air_speed_mps=10.0)
    assert float(at_entry.cruise_w) == pytest.approx(530.0)
    assert float(at_entry.climb_w) == pytest.approx(620.0)
    # Half way between 3.5 and 4 kg, and between 10 and 16 m/s: the mean of 440, 500, 530 and 600.
    between = powers(kind, payload_kg=0.05, density=1.18, air_speed_mps=13.0)
    assert float(between.cruise_w) == pytest.approx(517.5)


def test_a_power_table_is_never_extrapolated() -> None:
    kind = kind_with(MEASURED)
    flown = powers(kind, payload_kg=np.array([0.0, 1.2, 1.4]), density=1.18, air_speed_mps=np.array([16.5, 10.0, 10.0]))
    assert np.isinf(flown.cruise_w).tolist() == [True, False, True]
    assert np.isinf(flown.hover_w).tolist() == [False, False, True]


def test_thin_air_costs_more_and_dense_air_gives_a_power_table_no_credit() -> None:
    thin, same, dense = powers(kind_with(MEASURED), payload_kg=0.3, density=np.array([1.0, 1.18, 1.3])).hover_w
    assert thin == pytest.approx(550.0 * math.sqrt(1.18))
    assert (same, dense) == (550.0, 550.0)


def test_no_time_in_a_phase_takes_no_energy_even_where_its_power_is_not_known() -> None:
    phases = Phases(
        climb_s=np.array(0.0), cruise_s=np.array([0.0, 10.0]), descent_s=np.array(0.0), hover_s=np.array(60.0),
        air_speed_mps=np.array(20.0),
    )  # fmt: skip
    wh = OwnModel().energy_wh(kind_with(MEASURED), phases, payload_kg=0.3, density=1.18)
    assert wh.tolist() == [pytest.approx(550.0 / 60.0), math.inf]


@pytest.mark.parametrize("name", KINDS)
def test_one_call_prices_a_table_as_each_of_its_legs_alone(name: str) -> None:
    kind, still = KINDS[name], np.array(0.0)
    cruise_s, payloads = np.array([[60.0], [600.0]]), np.array([0.0, 0.4, 1.0])
    phases = Phases(climb_s=np.array(20.0), cruise_s=cruise_s, descent_s=np.array(30.0), hover_s=still)
    table = OwnModel().energy_wh(kind, phases, payload_kg=payloads, density=1.1)
    assert table.shape == (2, 3)
    one = Phases(climb_s=np.array(20.0), cruise_s=cruise_s[1, 0], descent_s=np.array(30.0), hover_s=still)
    assert float(OwnModel().energy_wh(kind, one, payload_kg=0.4, density=1.1)) == pytest.approx(table[1, 1])


def test_what_is_not_known_has_no_root_and_takes_unknown_power() -> None:
    assert np.isnan(induced_ratio(np.array([math.nan]), np.array([0.0]))).all()


def test_level_flight_at_18_mps_takes_the_sum_done_by_hand() -> None:
    # W = 41.335 N, D = 0.5 x 1.18 x 0.09 x 324 = 17.204 N, T = 44.772 N, vh = sqrt(T / (2 x 1.18 x 0.342)) = 7.448 m/s.
    # Along the disc 18 W / T = 16.618, through it 18 D / T = 6.917: v^2 (16.618^2 + (6.917 + v)^2) = vh^4, v = 2.8759.
    weight, drag = 4.215 * 9.80665, 0.5 * 1.18 * 0.09 * 324.0
    thrust = math.hypot(weight, drag)
    hover_mps = math.sqrt(thrust / (2 * 1.18 * 0.342))
    along, through = 18 * weight / thrust, 18 * drag / thrust
    v = brentq(lambda v: v**2 * (along**2 + (through + v) ** 2) - hover_mps**4, 0.0, 20.0)
    watts = 10.0 + (1.15 * thrust * v + drag * 18.0 + 0.35 * thrust * hover_mps) / 0.75
    flown = powers(kind_with(MOMENTUM), payload_kg=0.515, density=RHO, air_speed_mps=18.0)
    assert watts > 0.92 * float(flown.hover_w), "the least share of hover does not hide it"
    assert float(flown.cruise_w) == pytest.approx(watts, rel=1e-9)


def test_rotors_of_a_quadplane_climb_and_sink_by_their_ratios() -> None:
    # 60 x 4^1.5 / sqrt(1.21) = 436.36 W in hover.
    wing = replace(KINDS["quadplane"], mass_kg=3.5)
    flown = powers(wing, payload_kg=0.5, density=1.21)
    figures = wing.power
    assert isinstance(figures, Quadplane)
    assert float(flown.hover_w) == pytest.approx(480.0 / 1.1)
    assert float(flown.climb_w) == pytest.approx(figures.climb_power_ratio * 480.0 / 1.1)
    assert float(flown.descent_w) == pytest.approx(figures.descent_power_ratio * 480.0 / 1.1)
    assert float(flown.cruise_w) == pytest.approx(4.0 * 9.80665 * 13.0 / 3.1)


def test_each_phase_has_its_own_coefficient_and_constant() -> None:
    # 68.9 x 4^1.5 = 551.2 W at 1 kg/m3, with 80.4 and 71.5 in climb and descent.
    flown = powers(kind_with(THREE_PHASE), payload_kg=0.3, density=1.0)
    assert float(flown.climb_w) == pytest.approx(80.4 * 8 + 13.8)
    assert float(flown.cruise_w) == pytest.approx(68.9 * 8 + 16.8)
    assert float(flown.descent_w) == pytest.approx(71.5 * 8 - 24.3)


def test_a_power_table_holds_at_the_ends_of_what_was_measured() -> None:
    kind = kind_with(MEASURED)
    corners = powers(kind, payload_kg=np.array([-0.2, 1.3]), density=1.18, air_speed_mps=np.array([4.0, 16.0]))
    assert corners.cruise_w.tolist() == [450.0, 820.0]
    assert corners.descent_w.tolist() == [430.0, 700.0]
    # A quarter of the way from 4 to 5 kg and a third of the way from 10 to 16 m/s.
    inside = powers(kind, payload_kg=0.55, density=1.18, air_speed_mps=12.0)
    assert float(inside.cruise_w) == pytest.approx(0.75 * (530 + 70 / 3) + 0.25 * (740 + 80 / 3))
    assert float(inside.hover_w) == pytest.approx(605.0)
    # Half way between 4 and 10 m/s, where the nearest of the others does not count.
    slow = powers(kind, payload_kg=0.3, density=1.18, air_speed_mps=7.0)
    assert float(slow.cruise_w) == pytest.approx(535.0)


def test_of_a_power_that_is_not_known_half_a_second_is_too_much_and_no_time_is_nothing() -> None:
    still = np.array(0.0)

    def wh(**seconds: object) -> list[float]:
        phases = {"climb_s": still, "cruise_s": still, "descent_s": still, "hover_s": still, **seconds}
        # 10 m/s is in the table, 20 m/s is not; 4 kg are, 6 kg are not.
        speeds = np.array([10.0, 20.0])
        flown = Phases(**phases, air_speed_mps=speeds)  # type: ignore[arg-type]
        return OwnModel().energy_wh(kind_with(MEASURED), flown, payload_kg=0.3, density=1.18).tolist()

    assert wh(cruise_s=np.array([0.5, 0.5])) == [pytest.approx(530.0 / 7200), math.inf]
    assert wh(cruise_s=np.array([0.5, 0.0])) == [pytest.approx(530.0 / 7200), 0.0]
    nothing = Phases(climb_s=still, cruise_s=still, descent_s=still, hover_s=still)
    assert float(OwnModel().energy_wh(kind_with(MEASURED), nothing, payload_kg=2.3, density=1.18)) == 0.0
    for phase in ("climb_s", "cruise_s", "descent_s", "hover_s"):
        some = Phases(
            **{"climb_s": still, "cruise_s": still, "descent_s": still, "hover_s": still, phase: np.array(0.5)}
        )
        assert float(OwnModel().energy_wh(kind_with(MEASURED), some, payload_kg=2.3, density=1.18)) == math.inf

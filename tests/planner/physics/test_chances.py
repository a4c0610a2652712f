"""Quantiles of energy, against two million throws of the dice and sums done by hand."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from planner.model.weather import Weather
from planner.physics.chances import quantile, scenarios
from planner.physics.weather import ground_speed_mps

SURE = np.ones(1)


def test_a_forecast_without_errors_has_one_scenario() -> None:
    only = scenarios(Weather(wind_mps=8.0))
    assert (only.faster_mps.tolist(), only.turned_deg.tolist(), only.weights.tolist()) == ([0.0], [0.0], [1.0])


def test_scenarios_have_the_mean_and_the_deviation_that_the_forecast_tells() -> None:
    several = scenarios(Weather(wind_mps=8.0, wind_error_mps=1.5, wind_error_deg=20.0))
    assert several.weights.sum() == pytest.approx(1.0)
    for errors, deviation in ((several.faster_mps, 1.5), (several.turned_deg, 20.0)):
        assert several.mean(errors) == pytest.approx(0.0, abs=1e-6 * deviation)
        assert several.mean(errors**2) == pytest.approx(deviation**2, rel=0.002)
    assert several.mean(several.faster_mps * several.turned_deg) == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize("turned_deg", [0.0, 0.01])
@pytest.mark.parametrize("chance", [0.6, 0.95, 0.97])
def test_steps_leave_no_gap_where_a_head_wind_comes_near_to_what_can_be_flown(chance: float, turned_deg: float) -> None:
    # 100 seconds at 15 - 9 m/s: a little more wind takes much longer, and the worst of 95 % of winds is done by hand.
    several = scenarios(Weather(wind_mps=9.0, wind_error_mps=1.5, wind_error_deg=turned_deg))
    left_mps = 15.0 - 9.0 - several.faster_mps
    taken = np.where(left_mps > 1.5, 600.0 / np.maximum(left_mps, 1.5), math.inf)
    by_hand = 600.0 / (15.0 - 9.0 - 1.5 * NormalDist().inv_cdf(chance))
    ours = quantile(taken, several.weights, 0.0, chance)
    assert by_hand * 0.998 <= ours <= by_hand * 1.01


@pytest.mark.parametrize("chance", [0.5, 0.95, 0.999])
def test_with_one_scenario_the_quantile_is_that_of_the_model_error(chance: float) -> None:
    expected = 200.0 * (1 + 0.1 * NormalDist().inv_cdf(chance))
    assert quantile(np.array([200.0]), SURE, 0.1, chance) == pytest.approx(expected, rel=1e-9)
    assert quantile(np.array([200.0]), SURE, 0.0, chance) == 200.0


def test_without_a_model_error_the_quantile_is_near_one_of_the_scenarios() -> None:
    values, weights = np.array([30.0, 10.0, 20.0]), np.array([0.04, 0.5, 0.46])
    assert quantile(values, weights, 0.0, 0.3) == pytest.approx(10.0, rel=0.02)
    assert quantile(values, weights, 0.0, 0.9) == pytest.approx(20.0, rel=0.02)
    assert quantile(values, weights, 0.0, 0.98) == pytest.approx(30.0, rel=0.02)


def test_what_cannot_be_flown_too_often_has_no_quantile() -> None:
    values, weights = np.array([100.0, math.inf]), np.array([0.94, 0.06])
    assert quantile(values, weights, 0.1, 0.95) == math.inf
    assert quantile(values, weights, 0.1, 0.939) == math.inf  # by less than steps can tell
    assert math.isfinite(quantile(values, weights, 0.1, 0.9))


@pytest.mark.parametrize("track_deg", [0.0, 60.0, 150.0])
@pytest.mark.parametrize("error_share", [0.033, 0.1])
def test_few_scenarios_say_what_millions_of_random_ones_say(track_deg: float, error_share: float) -> None:
    told = Weather(wind_mps=6.0, wind_from_deg=20.0, wind_error_mps=1.5, wind_error_deg=20.0)

    def seconds(faster_mps: np.ndarray, turned_deg: np.ndarray) -> np.ndarray:
        strength = np.maximum(told.wind_mps + faster_mps, 0.0)
        return 10_000 / ground_speed_mps(track_deg, 15.0, strength, told.wind_from_deg + turned_deg)

    several, dice = scenarios(told), np.random.default_rng(1)
    faster_mps, turned_deg = dice.normal(0, 1.5, 2_000_000), dice.normal(0, 20, 2_000_000)
    thrown = seconds(faster_mps, turned_deg) * (1 + dice.normal(0, error_share, 2_000_000))
    worked_out = seconds(several.faster_mps, several.turned_deg)
    for chance, allowed in ((0.5, 0.002), (0.95, 0.003), (0.999, 0.01)):
        ours = quantile(worked_out, several.weights, error_share, chance)
        assert ours == pytest.approx(float(np.quantile(thrown, chance)), rel=allowed)


@pytest.mark.parametrize("track_deg", [0.0, 60.0, 110.0, 150.0])
@pytest.mark.parametrize("chance", [0.5, 0.95, 0.999])
def test_a_direction_that_is_off_by_forty_degrees_is_told_as_finely_as_it_is_worked_out(
    track_deg: float, chance: float
) -> None:
    # Half a million steps, each with the area under the bell above it; the speed is off by little, and smooths nothing.
    told = Weather(wind_mps=9.0, wind_from_deg=20.0, wind_error_mps=0.5, wind_error_deg=40.0)

    def seconds(faster_mps: np.ndarray, turned_deg: np.ndarray) -> np.ndarray:
        strength = np.maximum(told.wind_mps + faster_mps, 0.0)
        return 10_000 / ground_speed_mps(track_deg, 15.0, strength, told.wind_from_deg + turned_deg)

    def bell(steps: int) -> tuple[np.ndarray, np.ndarray]:
        edges = np.linspace(-5.0, 5.0, steps + 1)
        return (edges[:-1] + edges[1:]) / 2, np.diff([NormalDist().cdf(edge) for edge in edges])

    (fast, fast_share), (turned, turned_share) = bell(250), bell(2000)
    fine = seconds(0.5 * np.tile(fast, 2000), 40.0 * np.repeat(turned, 250))
    finely = quantile(fine, np.tile(fast_share, 2000) * np.repeat(turned_share, 250), 0.0, chance)
    several = scenarios(told)
    ours = quantile(seconds(several.faster_mps, several.turned_deg), several.weights, 0.0, chance)
    assert ours == pytest.approx(finely, rel=0.003 if chance < 0.99 else 0.006)


def test_no_two_scenarios_of_a_forecast_have_the_same_speed_or_direction_so_that_no_step_is_left() -> None:
    several = scenarios(Weather(wind_mps=8.0, wind_error_mps=1.5, wind_error_deg=20.0))
    for errors, deviation in ((several.faster_mps, 1.5), (several.turned_deg, 20.0)):
        # As many as likely each, under a bell 1.6 times as wide.
        shares = [NormalDist(0.0, 1.6 * deviation).cdf(error) for error in sorted(errors.tolist())]
        assert shares == pytest.approx([(place + 0.5) / 1597 for place in range(1597)], abs=1e-9)

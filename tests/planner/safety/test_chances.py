"""The check's own arithmetic of chance, against what is known of the bell: one deviation up holds 84.13 % of it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from planner.model.weather import Weather
from planner.safety.chances import Errors, errors_of, spread_wh, surely_wh

ONE_UP = 0.841344746
"""The chance that a normal error is no more than one deviation above its mean."""


def mean(values, errors):
    return float(np.dot(values, errors.chance))


def of(*chances):
    """Errors of some chances, whatever they are."""
    return Errors(faster_mps=np.zeros(len(chances)), turned_deg=np.zeros(len(chances)), chance=np.array(chances))


def test_a_forecast_that_tells_no_error_has_one_none_at_all():
    errors = errors_of(Weather(wind_mps=5))
    assert (errors.faster_mps.tolist(), errors.turned_deg.tolist(), errors.chance.tolist()) == ([0.0], [0.0], [1.0])


@pytest.mark.parametrize(("mps", "degrees", "steps"), [(2.0, 0.0, 1800), (0.0, 20.0, 1800), (2.0, 20.0, 100 * 100)])
def test_errors_are_those_of_a_bell_as_wide_as_told(mps, degrees, steps):
    errors = errors_of(Weather(wind_mps=5, wind_error_mps=mps, wind_error_deg=degrees))
    assert len(errors.chance) == len(errors.faster_mps) == len(errors.turned_deg) == steps
    assert errors.chance.sum() == pytest.approx(1)
    for values, deviation in ((errors.faster_mps, mps), (errors.turned_deg, degrees)):
        assert mean(values, errors) == pytest.approx(0, abs=1e-9)
        # Cut off at 4.5 deviations, and in steps of 0.3 deviations at most.
        assert math.sqrt(mean(values**2, errors)) == pytest.approx(deviation, rel=0.005)
        assert np.abs(values).max() <= 4.5 * deviation
        near = np.abs(values) <= deviation
        assert errors.chance[near].sum() == pytest.approx(0.6827 if deviation else 1.0, abs=0.06)
    # Neither tells anything of the other.
    assert mean(errors.faster_mps * errors.turned_deg, errors) == pytest.approx(0, abs=1e-9)


def test_what_never_varies_is_surely_itself():
    assert surely_wh(np.array([120.0]), of(1.0), 0.0, 0.999) == 120.0


def test_an_error_of_the_model_is_a_share_of_what_is_taken():
    assert surely_wh(np.array([200.0]), of(1.0), 0.05, ONE_UP) == pytest.approx(210, abs=1e-4)
    assert surely_wh(np.array([200.0]), of(1.0), 0.05, 0.5) == pytest.approx(200, abs=1e-4)


def test_steps_of_a_forecast_are_smoothed_by_a_hundredth():
    values, errors = np.array([100.0, 200.0]), of(0.75, 0.25)
    # Three in four take some 100 Wh: half of these no more than just that, and 84.13 % of them 1 Wh more at most.
    assert surely_wh(values, errors, 0.0, 0.75 * 0.5) == pytest.approx(100, abs=1e-3)
    assert surely_wh(values, errors, 0.005, 0.75 * ONE_UP) == pytest.approx(101, abs=1e-3)
    # The model's own error counts where it is larger: 84.13 % of the dear ones take at most 220 Wh.
    assert surely_wh(values, errors, 0.1, 0.75 + 0.25 * ONE_UP) == pytest.approx(220, abs=0.05)


def test_a_wind_too_strong_more_often_than_the_chance_leaves_takes_without_end():
    values, errors = np.array([100.0, math.inf]), of(0.9, 0.1)
    assert surely_wh(values, errors, 0.0, 0.9) == 100.0
    assert surely_wh(values, errors, 0.0, 0.91) == math.inf


def test_what_is_sure_may_be_told_off_by_what_a_five_hundredth_of_chance_either_way_takes():
    values, errors = np.array([200.0]), of(1.0)
    between = surely_wh(values, errors, 0.05, 0.952) - surely_wh(values, errors, 0.05, 0.948)
    assert spread_wh(values, errors, 0.05, 0.95) == pytest.approx(between)
    assert 0.0 < between < 1.0


def test_near_to_a_wind_too_strong_it_is_what_half_of_the_chance_left_takes_and_beyond_it_nothing():
    values, errors = np.array([100.0, math.inf]), of(0.951, 0.049)
    between = surely_wh(values, errors, 0.02, 0.9505) - surely_wh(values, errors, 0.02, 0.948)
    assert spread_wh(values, errors, 0.02, 0.95) == pytest.approx(between)
    assert spread_wh(values, errors, 0.02, 0.96) == 0.0

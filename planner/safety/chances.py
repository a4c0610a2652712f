"""The check's own arithmetic of chance: what legs take when the forecast is wrong, and what that is surely less than.

Errors of speed and of direction are normal and independent, and the same for a whole sortie; so is the error of the
energy model, a share of the energy. The check takes them in finer steps than a planner has to.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import erf

from planner.model.fleets import DroneType
from planner.model.jobs import Policy
from planner.model.weather import Weather
from planner.safety.geodesics import CentreLine
from planner.safety.powers import watts_of
from planner.safety.winds import STILL_M, Blown, air_density

Floats = npt.NDArray[np.float64]

SPEED_STEPS, DIRECTION_STEPS, ONLY_STEPS = 100, 100, 1800
"""Of the errors of speed and of direction, and of the one of them that a forecast tells alone."""
REACH = 4.5
"""Standard deviations that the steps reach, each way."""
OTHER_STEPS = 0.002
"""By how much a chance may differ that somebody works out with other steps, a thousand or two."""
HALVINGS = 50
LEAST_MODEL_ERROR = 0.01
"""Taken where the forecast errs in steps, which it smooths."""
SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Errors:
    """Errors of a forecast with their chances; arrays of one length."""

    faster_mps: Floats
    turned_deg: Floats
    chance: Floats


def errors_of(weather: Weather) -> Errors:
    """Return the errors that a forecast tells of; one, none at all, where it tells of none."""
    both = weather.wind_error_mps > 0 and weather.wind_error_deg > 0
    speed, speed_chance = _bell(weather.wind_error_mps, SPEED_STEPS if both else ONLY_STEPS)
    angle, angle_chance = _bell(weather.wind_error_deg, DIRECTION_STEPS if both else ONLY_STEPS)
    return Errors(
        faster_mps=np.tile(speed, len(angle)),
        turned_deg=np.repeat(angle, len(speed)),
        chance=np.tile(speed_chance, len(angle)) * np.repeat(angle_chance, len(speed)),
    )


def _bell(deviation: float, steps: int) -> tuple[Floats, Floats]:
    if deviation == 0.0:
        return np.zeros(1), np.ones(1)
    edges = np.linspace(-REACH, REACH, steps + 1)
    # The chance of each step is the area under the bell above it.
    below = 0.5 * (1.0 + erf(edges / math.sqrt(2.0)))
    chance = np.diff(below)
    return (edges[:-1] + edges[1:]) / 2.0 * deviation, chance / chance.sum()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Taken:
    """Energy of a leg, with the policy's factor, in watt-hours."""

    whole_wh: Floats
    """Of all its pieces, without hover, for each error of the forecast."""
    last_descent_wh: float
    """Of the descent at its end."""
    hover_wh_per_s: float


def taken(
    line: CentreLine, kind: DroneType, payload_kg: float, wind: Blown, weather: Weather, errors: Errors, policy: Policy
) -> Taken:
    """Work out what flying a line takes, whatever the error of the forecast."""
    watts = watts_of(kind, payload_kg, air_density(weather))
    rises_m, moves = np.diff(line.alt_amsl_m), line.length_m > STILL_M
    vertical_j = np.where(
        rises_m > 0, rises_m / kind.climb_mps * watts.climb, -rises_m / kind.descent_mps * watts.descent
    )
    level_s = wind.seconds_each(kind, errors.faster_mps, errors.turned_deg, policy.min_ground_speed_mps)
    # A slanted piece is judged by rules of its own; here it counts once level and once up or down, which is more.
    factor = policy.energy_factor
    joules = level_s * watts.cruise + float(vertical_j.sum())
    last = 0.0 if moves[-1] else float(vertical_j[-1])
    return Taken(
        whole_wh=joules * factor / SECONDS_PER_HOUR,
        last_descent_wh=last * factor / SECONDS_PER_HOUR,
        hover_wh_per_s=watts.hover * factor / SECONDS_PER_HOUR,
    )


def surely_wh(values_wh: Floats, errors: Errors, model_error: float, chance: float) -> float:
    """Return what is not exceeded with a chance; infinite when the wind is too strong more often than that leaves."""
    known = np.isfinite(values_wh)
    if float(errors.chance[known].sum()) < chance:
        return math.inf
    values_wh, weights = values_wh[known], errors.chance[known]
    if len(weights) == 1 and model_error == 0.0:
        return float(values_wh[0])
    if len(weights) > 1:
        model_error = max(model_error, LEAST_MODEL_ERROR)
    low, high = 0.0, float(values_wh.max()) * (1.0 + 10.0 * model_error)
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        off = (middle / np.maximum(values_wh, 1e-9) - 1.0) / (model_error * math.sqrt(2.0))
        if float(np.dot(weights, 0.5 * (1.0 + erf(off)))) < chance:
            low = middle
        else:
            high = middle
    return high


def spread_wh(values_wh: Floats, errors: Errors, model_error: float, chance: float) -> float:
    """Return how far off what is surely not exceeded may be told where errors are taken in other steps.

    Near to where the wind is too strong a little more chance takes much more energy. 0 where it is infinite.
    """
    more = float(errors.chance[np.isfinite(values_wh)].sum()) - chance
    if more < 0:
        return 0.0
    low, high = chance - OTHER_STEPS, chance + min(OTHER_STEPS, more / 2)
    return surely_wh(values_wh, errors, model_error, high) - surely_wh(values_wh, errors, model_error, low)

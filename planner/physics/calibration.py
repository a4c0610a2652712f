"""Fitting a drone type's figures of power: from one published figure, or from flight logs with the error that is left.

Errors are always told on flights that the figures were not fitted on, where there are enough of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from planner.errors import TooLittleLogged
from planner.model.logs import FlightLog, FlightPhase
from planner.model.powers import MassPower, Multirotor, PowerFigures, PowerTable, Quadplane
from planner.physics.powers import Powers, powers_of
from planner.physics.rotors import GRAVITY_MPS2, level_w

Floats = npt.NDArray[np.float64]

HALVES = 20
LEAST_TO_HALVE = 4
"""Flights, or stretches of one flight, from which half can be held out."""
LEAST_STRETCH_S = 5.0
"""Shorter stretches of a phase are left out of the fit."""
SPEEDS_APART_MPS = 5.0
"""Drag can be told from the rest where air speeds in cruise are at least this far apart."""
DRAG_PER_MASS = 0.035
"""m2 per kg^(2/3): what the drag area is taken to be where nobody measured it. Assumed."""


def hover_factor_from_hover(power: Multirotor, *, hover_w: float, mass_kg: float, density: float) -> Multirotor:
    """Return a multirotor whose power in hover is the one published or measured; its own hover factor is not used.

    Raises
    ------
    ValueError
        If that power is less than the induced power alone would be.
    """
    ideal_w = (mass_kg * GRAVITY_MPS2) ** 1.5 / math.sqrt(2.0 * density * power.disc_area_m2)
    return replace(power, hover_factor=(hover_w - power.avionics_w) / ideal_w)


def hover_factor_from_range(
    power: Multirotor, *, energy_wh: float, range_m: float, air_speed_mps: float, mass_kg: float, density: float
) -> Multirotor:
    """Return a multirotor that flies just a published range in still air; its own hover factor is not used.

    Power in cruise rises with the hover factor, straight up to the least share of hover and straight again beyond.

    Raises
    ------
    ValueError
        If that power is less than the induced power alone would be.
    """
    wanted_w = energy_wh * 3600.0 * air_speed_mps / range_m
    least = power.induced_factor / power.drive_efficiency
    mass, rho, speed = (np.asarray(value, dtype=float) for value in (mass_kg, density, air_speed_mps))

    def surplus_w(factor: float) -> float:
        return float(level_w(replace(power, hover_factor=factor), mass, rho, speed)) - wanted_w

    if surplus_w(least) > 0:
        raise ValueError(f"expected more than {surplus_w(least) + wanted_w:.0f} W in cruise, got {wanted_w:.0f} W")
    from scipy.optimize import brentq

    return replace(power, hover_factor=float(brentq(surplus_w, least, 100.0 * least, xtol=1e-12)))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Stretches:
    """A log cut into stretches of one phase, each with its means; arrays of shape (stretches,)."""

    flight: npt.NDArray[np.intp]
    phase: npt.NDArray[np.intp]
    seconds: Floats
    power_w: Floats
    mass_kg: Floats
    density: Floats
    air_speed_mps: Floats
    climb_mps: Floats
    """Up positive; NaN where the log tells no height."""

    def of(self, keep: npt.NDArray[np.bool_]) -> Stretches:
        """Return some of the stretches."""
        return Stretches(**{name: getattr(self, name)[keep] for name in self.__slots__})

    def in_phase(self, phase: FlightPhase) -> Stretches:
        """Return the stretches of one phase."""
        return self.of(self.phase == phase)

    def __len__(self) -> int:
        return len(self.seconds)


def stretches_of(log: FlightLog) -> Stretches:
    """Cut a log where phase, flight or mass changes; time on the ground and very short stretches are left out."""
    starts = np.flatnonzero(
        np.diff(log.phase, prepend=-1) | np.diff(log.flight, prepend=-1) | (np.diff(log.mass_kg, prepend=0) != 0)
    )
    steps_s = np.append(np.diff(log.time_s), 0.0)
    last = np.append(np.diff(log.flight) != 0, True)
    steps_s = np.where(last, 0.0, steps_s)
    seconds = np.add.reduceat(steps_s, starts)

    def mean(values: Floats) -> Floats:
        return np.asarray(np.add.reduceat(values * steps_s, starts) / np.where(seconds > 0, seconds, 1.0))

    phase = log.phase[starts]
    whole = Stretches(
        flight=log.flight[starts],
        phase=phase,
        seconds=seconds,
        power_w=mean(log.power_w),
        mass_kg=log.mass_kg[starts],
        density=mean(log.density),
        air_speed_mps=mean(log.air_speed_mps),
        climb_mps=mean(log.climb_mps),
    )
    return whole.of((phase != FlightPhase.GROUND) & (seconds >= LEAST_STRETCH_S))


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """How far predicted energy is from that measured; shares of the measured one."""

    count: int
    mean: float
    """Of the absolute error."""
    p95: float
    bias: float
    """Mean error, above zero where too much is predicted."""
    unjudged: int = 0
    """Stretches that the model says nothing of: those beyond a table."""

    @classmethod
    def of(cls, predicted: Floats, measured: Floats, *, unjudged: int = 0) -> Errors:
        """Compare energies one by one."""
        share = predicted / measured - 1.0
        return cls(
            unjudged=unjudged,
            count=len(share),
            mean=float(np.mean(np.abs(share))),
            p95=float(np.quantile(np.abs(share), 0.95)),
            bias=float(np.mean(share)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Figures of power fitted to a log, and how well they do."""

    power: PowerFigures
    assumed: tuple[str, ...]
    """Figures that the log does not tell, which stand at what was given or assumed."""
    unit: str
    """What errors are told of: whole flights, or stretches of one phase where there are few flights."""
    errors: Errors
    """On all that it was fitted on."""
    held_out: Errors | None
    """On random halves that were held out, the mean of them; None where there is too little to hold any out."""


Fitter = Callable[[Stretches], tuple[PowerFigures, tuple[str, ...]]]
"""Fits the figures of one model to stretches, and names the figures that it could not fit."""


def fit(log: FlightLog, fitter: Fitter, *, seed: int = 1) -> Fit:
    """Fit a model to a log, and tell its errors on all of it and on random halves held out.

    Raises
    ------
    TooLittleLogged
        If a phase that the model needs is not in the log.
    """
    stretches = stretches_of(log)
    if np.any(stretches.power_w <= 0):
        raise TooLittleLogged(
            f"expected power in every stretch of flight, found {np.sum(stretches.power_w <= 0)} without"
        )
    power, assumed = fitter(stretches)
    by_flight = len(np.unique(stretches.flight)) >= LEAST_TO_HALVE
    units = stretches.flight if by_flight else np.arange(len(stretches))
    return Fit(
        power=power,
        assumed=assumed,
        unit="flights" if by_flight else "stretches of one phase",
        errors=errors_of(power, stretches, units),
        held_out=_held_out(stretches, fitter, units, seed),
    )


def errors_of(power: PowerFigures, stretches: Stretches, units: npt.NDArray[np.intp]) -> Errors:
    """Compare the energy of each unit, predicted and measured, as far as the model says anything.

    Raises
    ------
    TooLittleLogged
        If it says nothing of any of them.
    """
    watts = predicted_w(power, stretches)
    known = np.isfinite(watts)
    if not np.any(known):
        raise TooLittleLogged("expected stretches that the model covers in the log, found none")
    _, unit = np.unique(units[known], return_inverse=True)
    count, seconds = int(unit.max()) + 1, stretches.seconds[known]
    predicted, measured = np.zeros(count), np.zeros(count)
    np.add.at(predicted, unit, watts[known] * seconds)
    np.add.at(measured, unit, stretches.power_w[known] * seconds)
    return Errors.of(predicted, measured, unjudged=int(np.sum(~known)))


def predicted_w(power: PowerFigures, stretches: Stretches) -> Floats:
    """Return the power that a model gives each stretch."""
    rate_mps = np.where(stretches.climb_mps > 0, stretches.climb_mps, 0.0)
    flown: Powers = powers_of(
        power,
        mass_kg=stretches.mass_kg,
        density=stretches.density,
        air_speed_mps=stretches.air_speed_mps,
        climb_mps=rate_mps,
    )
    phase = stretches.phase
    return np.asarray(
        np.select(
            [phase == FlightPhase.CLIMB, phase == FlightPhase.CRUISE, phase == FlightPhase.DESCENT],
            [flown.climb_w, flown.cruise_w, flown.descent_w],
            flown.hover_w,
        )
    )


def _held_out(stretches: Stretches, fitter: Fitter, units: npt.NDArray[np.intp], seed: int) -> Errors | None:
    """Fit on random halves, judge on the other ones; None where halves are too small to be fitted at all."""
    names = np.unique(units)
    if len(names) < LEAST_TO_HALVE:
        return None
    chance, found = np.random.default_rng(seed), []
    for _ in range(HALVES):
        fitted = np.isin(units, chance.permutation(names)[: len(names) // 2])
        try:
            power, _ = fitter(stretches.of(fitted))
            found.append(errors_of(power, stretches.of(~fitted), units[~fitted]))
        except TooLittleLogged:
            continue  # a half without one of the phases; too many of those, and nothing is told
    if len(found) < HALVES // 2:
        return None
    return Errors(
        count=len(names) - len(names) // 2,
        mean=float(np.mean([told.mean for told in found])),
        p95=float(np.mean([told.p95 for told in found])),
        bias=float(np.mean([told.bias for told in found])),
        unjudged=round(float(np.mean([told.unjudged for told in found]))),
    )


def mass_power_of(stretches: Stretches) -> tuple[MassPower, tuple[str, ...]]:
    """Fit k on cruise and the ratios of the other phases to it, each by the geometric mean of what was measured."""
    coefficient = _coefficient(stretches, FlightPhase.CRUISE)
    ratios, assumed = _ratios(stretches, coefficient, (FlightPhase.CLIMB, FlightPhase.DESCENT, FlightPhase.HOVER))
    return MassPower(power_coefficient=coefficient, **ratios), assumed


def quadplane_of(stall_mps: float) -> Fitter:
    """Return what fits a quadplane: k in hover, lift over drag in cruise, and the ratios of climb and descent."""

    def fitter(stretches: Stretches) -> tuple[Quadplane, tuple[str, ...]]:
        hover = _coefficient(stretches, FlightPhase.HOVER)
        cruise = _needed(stretches, FlightPhase.CRUISE)
        glide = cruise.mass_kg * GRAVITY_MPS2 * cruise.air_speed_mps / cruise.power_w
        ratios, assumed = _ratios(stretches, hover, (FlightPhase.CLIMB, FlightPhase.DESCENT))
        power = Quadplane(
            hover_coefficient=hover, lift_to_drag=_geometric_mean(glide, cruise.seconds), stall_mps=stall_mps, **ratios
        )
        return power, ("stall_mps", *assumed)

    return fitter


def multirotor_of(disc_area_m2: float, avionics_w: float) -> Fitter:
    """Return what fits a multirotor: hover factor and, where air speeds differ enough, drag area, by least squares.

    Climbs, cruise and hover count, each stretch by its relative error and the root of its length.
    """

    def fitter(stretches: Stretches) -> tuple[Multirotor, tuple[str, ...]]:
        used = stretches.of(stretches.phase != FlightPhase.DESCENT)
        used = used.of((used.phase != FlightPhase.CLIMB) | (used.climb_mps > 0))
        if not len(used):
            raise TooLittleLogged("expected cruise, hover or climbs with heights in the log, found none")
        start = Multirotor(
            disc_area_m2=disc_area_m2,
            hover_factor=2.0,
            drag_area_m2=DRAG_PER_MASS * float(np.mean(used.mass_kg)) ** (2.0 / 3.0),
            avionics_w=avionics_w,
        )
        cruise = used.in_phase(FlightPhase.CRUISE)
        with_drag = len(cruise) > 1 and float(np.ptp(cruise.air_speed_mps)) >= SPEEDS_APART_MPS
        constants = ("disc_area_m2", "avionics_w", "induced_factor", "drive_efficiency", "least_forward_share")
        assumed = (*constants, "descent_share", *(() if with_drag else ("drag_area_m2",)))
        return _least_squares(start, used, with_drag=with_drag), assumed

    return fitter


def _least_squares(start: Multirotor, used: Stretches, *, with_drag: bool) -> Multirotor:
    from scipy.optimize import least_squares

    weights = np.sqrt(used.seconds / used.seconds.sum())
    low = start.induced_factor / start.drive_efficiency

    def made(values: Floats) -> Multirotor:
        drag_m2 = float(values[1]) if with_drag else start.drag_area_m2
        return replace(start, hover_factor=max(low, float(values[0])), drag_area_m2=drag_m2)

    def residuals(values: Floats) -> Floats:
        return np.asarray(weights * (predicted_w(made(values), used) / used.power_w - 1.0))

    first = np.array([max(low, start.hover_factor), start.drag_area_m2][: 2 if with_drag else 1])
    bounds = ([low, 0.0][: len(first)], [20.0, 50.0][: len(first)])
    # Drag does not matter where the least share of hover holds: a slope taken over wider steps still sees it.
    found = least_squares(residuals, first, bounds=bounds, x_scale=[1.0, 0.1][: len(first)], diff_step=1e-3)
    return made(found.x)


def table_of(stretches: Stretches) -> tuple[PowerTable, tuple[str, ...]]:
    """Fit a table of measured power: masses as logged, air speeds to the nearest m/s flown with each of them."""
    if not len(stretches):
        raise TooLittleLogged("expected some flight in the log, found none")
    masses = np.unique(np.round(stretches.mass_kg, 2))
    cruise = _needed(stretches, FlightPhase.CRUISE)
    flown = [set(np.round(_at(cruise, mass).air_speed_mps).tolist()) for mass in masses]
    speeds = sorted(speed for speed in set.intersection(*flown) if speed > 0)
    if len(masses) < 2 or not speeds:
        raise TooLittleLogged(
            f"expected two or more masses with cruise at the same air speeds, found {len(masses)} masses with "
            f"{len(speeds)} air speeds in common"
        )
    density = float(np.average(stretches.density, weights=stretches.seconds))
    scaled = replace(stretches, power_w=stretches.power_w * np.sqrt(stretches.density / density))

    def by_mass(phase: FlightPhase) -> tuple[float, ...]:
        return tuple(_mean_w(_at(_needed(scaled, phase), mass), phase, mass) for mass in masses)

    level = scaled.in_phase(FlightPhase.CRUISE)
    table = PowerTable(
        density_kg_m3=density,
        mass_kg=tuple(masses.tolist()),
        air_speed_mps=tuple(speeds),
        climb_w=by_mass(FlightPhase.CLIMB),
        cruise_w=tuple(
            tuple(
                _mean_w(
                    _at(level, mass).of(np.round(_at(level, mass).air_speed_mps) == speed), FlightPhase.CRUISE, mass
                )
                for speed in speeds
            )
            for mass in masses
        ),
        descent_w=by_mass(FlightPhase.DESCENT),
        hover_w=by_mass(FlightPhase.HOVER),
    )
    return table, ()


def _at(stretches: Stretches, mass_kg: float) -> Stretches:
    return stretches.of(np.round(stretches.mass_kg, 2) == mass_kg)


def _mean_w(stretches: Stretches, phase: FlightPhase, mass_kg: float) -> float:
    if not len(stretches):
        raise TooLittleLogged(f"expected {phase.name.lower()} with {mass_kg:g} kg in the log, found none")
    return float(np.average(stretches.power_w, weights=stretches.seconds))


def _needed(stretches: Stretches, phase: FlightPhase) -> Stretches:
    found = stretches.in_phase(phase)
    if not len(found):
        raise TooLittleLogged(
            f"expected {phase.name.lower()} of {LEAST_STRETCH_S:g} s or longer in the log, found none"
        )
    return found


def _coefficient(stretches: Stretches, phase: FlightPhase) -> float:
    found = _needed(stretches, phase)
    return _geometric_mean(found.power_w * np.sqrt(found.density) / found.mass_kg**1.5, found.seconds)


def _ratios(
    stretches: Stretches, coefficient: float, phases: tuple[FlightPhase, ...]
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return the ratio of each phase that was flown, by its name among the figures; and the names of the others."""
    names = {phase: f"{phase.name.lower()}_power_ratio" for phase in phases}
    flown = [phase for phase in phases if len(stretches.in_phase(phase))]
    ratios = {names[phase]: _coefficient(stretches, phase) / coefficient for phase in flown}
    return ratios, tuple(names[phase] for phase in phases if phase not in flown)


def _geometric_mean(values: Floats, seconds: Floats) -> float:
    """Return the value with the least relative errors, longer stretches counting more."""
    return float(np.exp(np.average(np.log(values), weights=seconds)))

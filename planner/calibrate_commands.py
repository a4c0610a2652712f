"""The command ``skyferry calibrate``: a type's figures of power from a flight log, with the error that is left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from airspace.errors import BadInput, Problem, showable
from planner.errors import TooLittleLogged
from planner.formats.calibrations import MODELS, figures_to_document, to_toml
from planner.formats.files import write_atomically
from planner.formats.logs import read_log
from planner.model.logs import FlightLog, FlightPhase
from planner.physics.calibration import (
    Errors,
    Fit,
    Fitter,
    fit,
    mass_power_of,
    multirotor_of,
    quadplane_of,
    table_of,
)
from planner.terminal import Exit, Json, Quiet, Verbose, guarded, out, print_json


@guarded
def calibrate(
    log: Annotated[Path, typer.Argument(metavar="LOG", help="A flight log: CSV, or PX4's .ulg.")],
    *,
    model: Annotated[str, typer.Option(help=f"One of: {', '.join(MODELS.values())}.")] = "mass_power",
    type_id: Annotated[str, typer.Option("--id", help="Id of the drone type to write.")] = "calibrated",
    mass_kg: Annotated[
        float | None, typer.Option("--mass-kg", min=0.01, help="Mass in all, where the log does not tell it.")
    ] = None,
    disc_area_m2: Annotated[
        float | None, typer.Option("--disc-area-m2", min=1e-4, help="Of all rotors, for multirotor.")
    ] = None,
    avionics_w: Annotated[float, typer.Option("--avionics-w", min=0.0, help="For multirotor; assumed.")] = 10.0,
    stall_mps: Annotated[float | None, typer.Option("--stall-mps", min=0.1, help="For quadplane.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A TOML file to write.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Exit:
    """Fit a drone type's figures of power to a flight log, and tell how far they are off, on what was held out too."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,60}", type_id):
        raise typer.BadParameter("--id: expected letters, digits, _ and - only")
    fitter = _fitter(model, disc_area_m2, avionics_w, stall_mps)
    read = read_log(log, mass_kg=mass_kg)
    fitted = _fitted(read, fitter)
    speeds = _speeds(read)
    if output is not None:
        source = _source(log, read, fitted)
        text = to_toml(type_id, fitted.power, measured=speeds, assumed=fitted.assumed, sources=(source, _median(log)))
        write_atomically(output, text)
    if as_json:
        print_json(_document(model, fitted, speeds, output))
    else:
        for line in _told(log, read, fitted, speeds, output):
            out().say(line)
    return Exit.DONE


def _fitted(read: FlightLog, fitter: Fitter) -> Fit:
    try:
        return fit(read, fitter)
    except TooLittleLogged as error:
        expected, _, found = str(error).removeprefix("expected ").partition(", found ")
        raise BadInput([Problem(file=read.name, code="TOO_LITTLE_LOGGED", found=found, expected=expected)]) from error


def _fitter(model: str, disc_area_m2: float | None, avionics_w: float, stall_mps: float | None) -> Fitter:
    if model == "mass_power":
        return mass_power_of
    if model == "table":
        return table_of
    if model == "multirotor":
        if disc_area_m2 is None:
            raise typer.BadParameter("multirotor: give --disc-area-m2, the area of all rotors")
        return multirotor_of(disc_area_m2, avionics_w)
    if model == "quadplane":
        if stall_mps is None:
            raise typer.BadParameter("quadplane: give --stall-mps, its stall speed")
        return quadplane_of(stall_mps)
    raise typer.BadParameter(f"no model {model!r}; there are {', '.join(MODELS.values())}")


def _speeds(log: FlightLog) -> dict[str, float]:
    """Return the usual speeds of a log, by what a drone type calls them; only those that it tells."""
    phases = {
        "cruise_mps": (FlightPhase.CRUISE, log.air_speed_mps),
        "climb_mps": (FlightPhase.CLIMB, log.climb_mps),
        "descent_mps": (FlightPhase.DESCENT, -log.climb_mps),
    }
    found = {name: speeds[(log.phase == phase) & (speeds > 0)] for name, (phase, speeds) in phases.items()}
    return {name: float(np.median(speeds)) for name, speeds in found.items() if len(speeds)}


def _source(log: Path, read: FlightLog, fitted: Fit) -> str:
    errors = fitted.held_out or fitted.errors
    kind = "on halves held out" if fitted.held_out else "on the same log, nothing held out"
    return (
        f"fitted by skyferry calibrate on {read.flights} flight(s) in {showable(log.name[:100])}; "
        f"mean error {errors.mean:.1%}, 95th percentile {errors.p95:.1%}, bias {errors.bias:+.1%} {kind}"
    )


def _median(log: Path) -> str:
    return f"median of what was flown in {showable(log.name[:100])}, by skyferry calibrate"


def _document(model: str, fitted: Fit, speeds: dict[str, float], output: Path | None) -> dict[str, Any]:
    return {
        "model": model,
        "figures": figures_to_document(fitted.power),
        "speeds": speeds,
        "assumed": list(fitted.assumed),
        "unit": fitted.unit,
        "errors": _errors(fitted.errors),
        "held_out": _errors(fitted.held_out) if fitted.held_out else None,
        "paths": {} if output is None else {"type": str(output)},
    }


def _errors(errors: Errors) -> dict[str, float]:
    return {
        "count": errors.count,
        "mean": errors.mean,
        "p95": errors.p95,
        "bias": errors.bias,
        "unjudged": errors.unjudged,
    }


def _told(log: Path, read: FlightLog, fitted: Fit, speeds: dict[str, float], output: Path | None) -> Iterator[str]:
    yield f"{log.name}: {len(read.time_s)} samples, {read.flights} flight(s)"
    for name, value in figures_to_document(fitted.power).items():
        yield f"  {name:<20} {value}{'  (given or assumed)' if name in fitted.assumed else ''}"
    for name, speed in speeds.items():
        yield f"  {name:<20} {speed:.2f}  (median)"
    yield f"energy of {fitted.errors.count} {fitted.unit}: {_sentence(fitted.errors)}"
    if fitted.held_out is None:
        yield "held out: unknown, too little was logged to hold any out"
    else:
        yield f"held out, random halves of {fitted.held_out.count}: {_sentence(fitted.held_out)}"
    if output is not None:
        yield str(output)


def _sentence(errors: Errors) -> str:
    left_out = f"; {errors.unjudged} stretches lie beyond the table and are not judged" if errors.unjudged else ""
    return f"mean error {errors.mean:.1%}, 95th percentile {errors.p95:.1%}, bias {errors.bias:+.1%}{left_out}"

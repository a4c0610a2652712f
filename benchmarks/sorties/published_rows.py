"""Rows for the published sets that have rules of their own: vans that charge on the way, trips that wait for goods.

Each plan is walked by the judge of its set, which shares no code with what made the plan. A plan that costs less than
the best that was published is told apart: it is to be looked into, not to be proud of.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks import tables
from benchmarks.sorties import trips, vans
from benchmarks.sorties.published import (
    ElectricValue,
    Outcome,
    electric_values,
    read_electric,
    read_proved,
    read_released,
    read_routes,
    walk_electric,
    walk_released,
)

ROUNDED = 0.011
"""Published distances of vans are told in hundredths, some of them cut off instead of rounded."""
RELEASED_S = 30.0
SMOKE_S = 2.0
MEAN_GAP = 0.01
"""To reach on the trips with release dates."""

VANS_HEAD = ("instance", "published", "proved there", "ours", "gap", "proven", "time", "judge", "reached")
TRIPS_HEAD = ("instance", "published", "proved there", "ours", "gap", "proven", "time", "judge")

Part = tuple[str, bool]
"""A table, and whether all that is to be reached in it was."""


def parts(folder: Path, *, smoke: bool) -> Iterator[Part]:
    """Yield a part for each set of a folder; a short version takes some instances, and less time."""
    yield _vans(folder / "evrptw", smoke=smoke)
    yield _trips(folder / "mtvrptw_release", smoke=smoke)


# Vans that charge on the way


def _vans(folder: Path, *, smoke: bool) -> Part:
    values = electric_values()
    paths = sorted(folder.glob("*/*.txt"), key=lambda path: [*values].index(path.stem))
    rows = [_vans_row(path, values[path.stem]) for path in (paths[::6] if smoke else paths)]
    reached, seconds = [good for _, good, _ in rows], [time_s for _, _, time_s in rows]
    total = ("all", "", "", "", "", f"{len(rows)} of {len(rows)}", f"{sum(seconds):.1f} s", "holds", _of(reached))
    text = tables.table(VANS_HEAD, [*(cells for cells, _, _ in rows), total])
    head = "### Small E-VRPTW of Schneider, Stenger and Goeke 2014: vans, and of the fewest the distance"
    return f"{head}\n\n{text}", all(reached)


def _vans_row(path: Path, value: ElectricValue) -> tuple[tuple[str, ...], bool, float]:
    day = read_electric(path)
    found = vans.cheapest(day)
    outcome = walk_electric(day, found.routes)
    _must_hold(day.name, outcome, found.distance)
    good = outcome.vehicles == value.vehicles and abs(outcome.distance - value.distance) <= ROUNDED
    cells = (
        day.name,
        f"{value.vehicles}, {value.distance:.2f}",
        _yes(value.proved),
        f"{outcome.vehicles}, {outcome.distance:.4f}",
        f"{outcome.distance / value.distance - 1:+z.2%}",
        "yes",
        f"{found.seconds:.1f} s",
        "holds",
        _yes(good).replace("no", "NO"),
    )
    return cells, good, found.seconds


# Trips that wait for their goods


def _trips(folder: Path, *, smoke: bool) -> Part:
    paths = sorted(folder.glob("*.vrp"))
    seconds = SMOKE_S if smoke else RELEASED_S
    rows = [_trips_row(path, seconds) for path in (paths[::4] if smoke else paths)]
    gaps = [gap for _, gap in rows]
    equal = f"{sum(gap <= 0 for gap in gaps)} of {len(gaps)} equal"
    total = ("mean", "", "", equal, f"{np.mean(gaps):+z.2%}", "none", "", "holds")
    text = tables.table(TRIPS_HEAD, [*(cells for cells, _ in rows), total])
    told = f"To reach: a mean gap of at most {MEAN_GAP:.0%} in {RELEASED_S:.0f} s on one core."
    head = f"### Multi-trip VRPTW with release dates, as in PyVRP/Instances, {seconds:.0f} s"
    return f"{head}\n\n{text}\n\n{told}", smoke or float(np.mean(gaps)) <= MEAN_GAP


def _trips_row(path: Path, seconds: float) -> tuple[tuple[str, ...], float]:
    day = read_released(path)
    found = trips.solved(day, seconds=seconds)
    outcome = walk_released(day, found.routes)
    _must_hold(day.name, outcome, found.cost)
    _, cost = read_routes(path.with_suffix(".sol"))
    proved = read_proved(path.with_suffix(".sol"))
    if proved and outcome.distance < cost:
        raise AssertionError(f"{day.name}: {outcome.distance} is less than the proved optimum {cost}")
    gap = outcome.distance / cost - 1
    told = f"{outcome.distance:.0f}"
    return (
        (day.name, str(cost), _yes(proved), told, f"{gap:+z.2%}", "no", f"{found.seconds:.1f} s", "holds"),
        gap,
    )


# Both


def _must_hold(name: str, outcome: Outcome, told: float) -> None:
    """Raise AssertionError where the judge finds a rule broken, or another cost than was told."""
    if outcome.violations:
        raise AssertionError(f"{name}: {outcome.violations[0]}")
    if not math.isclose(outcome.distance, told, rel_tol=1e-9):
        raise AssertionError(f"{name}: costs {outcome.distance}, told as {told}")


def _yes(good: bool) -> str:
    return "yes" if good else "no"


def _of(good: list[bool]) -> str:
    return f"{sum(good)} of {len(good)}"

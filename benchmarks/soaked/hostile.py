"""Days made to be hard: figures at their limits, hours without slack, land and zones in each other's way.

Each is a small day that could be flown, changed by a function of its own, under ``hostile``. What is set to a limit
exactly is taken from a plan of the day before the change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from airspace.model.schedules import Period, Schedule
from benchmarks.planted.worlds import Scene
from planner import planning
from planner.model.plans import Plan, Sortie
from planner.solving.solvers import SolveOptions

Change = Callable[[Scene, Random], Scene]

HAIRS_M = (0.0, -0.02, -0.01, -0.001, -1e-5, 1e-5, 0.001, 0.01, 0.02)
"""How far lengths are off a limit: the check allows 2 cm, the planner's grid is 1 mm."""
HAIRS_S = (0.0, -1.0, -0.001, 0.001, 0.003, 0.003, 1.0)
"""The same in seconds: departures fall on whole ones, and the record rounds to a thousandth."""

ONE_SIDE: list[Change] = []
TWO_SIDES: list[Change] = []


def hostile(change: Change) -> Change:
    """Register a change of a day without a boundary."""
    ONE_SIDE.append(change)
    return change


def on_two_sides(change: Change) -> Change:
    """Register a change of a day with a boundary between the hub and pad A, and a gate."""
    TWO_SIDES.append(change)
    return change


def name_of(change: Change) -> str:
    """Return what a change does, in words."""
    return change.__name__.replace("_", " ").strip()


def off(r: Random, *hairs: float) -> float:
    """Draw how far something is off its limit, none at all as often as not."""
    return r.choice([0.0, *hairs])


def planned(scene: Scene) -> Plan:
    """Return a quick plan of a day."""
    return planning.plan(scene.job, scene.sky, options=SolveOptions(iterations=2))


def flown(scene: Scene) -> Sortie:
    """Return the sortie that serves the order asked about, in a plan of the day."""
    target = scene.order.id
    return next(sortie for sortie in planned(scene).sorties if target in sortie.orders)


def alone(scene: Scene) -> Scene:
    """Return the day with one drone and the order asked about only."""
    return scene.with_orders().with_job(drones=scene.job.drones[:1])


def handed_over(sortie: Sortie, order: str) -> datetime:
    """Return when a sortie hands an order over."""
    return next(item.t for leg in sortie.legs for item in leg.deliveries if item.order == order)


def seconds(off_s: float) -> timedelta:
    """Return some seconds."""
    return timedelta(seconds=off_s)


def hours(start: datetime, end: datetime, r: Random) -> Schedule:
    """Return the hours from one moment to another, a hair longer or shorter at both ends."""
    hair = seconds(r.choice(HAIRS_S))
    return Schedule(periods=(Period(start=start - hair, end=end + hair),))


def crowded(scene: Scene, count: int) -> Scene:
    """Return the day with many orders that are alike, besides the one asked about."""
    target = scene.order
    alike = [replace(target, id=f"c{number}") for number in range(count)]
    return scene.with_orders(*alike)

"""Causes to plant: customs."""

from __future__ import annotations

from random import Random

from airspace.model.schedules import ALWAYS
from benchmarks.planted.worlds import Scene, at, during, plants, window_hours
from planner.model.plans import Reason


@plants(Reason.CUSTOMS_WINDOW, two_sides=True)
def _customs_at_other_hours(scene: Scene, chance: Random) -> Scene:
    _, due_h = window_hours(scene)
    return scene.with_pad("A", customs_windows=during((due_h + chance.uniform(0.1, 0.5), 5.9)), customs_dwell_s=300.0)


@plants(Reason.CUSTOMS_WINDOW, two_sides=True)
def _no_pad_that_clears(scene: Scene, chance: Random) -> Scene:
    del chance
    return scene.with_policy(customs=True)


@plants(Reason.CUSTOMS_WINDOW, two_sides=True)
def _customs_take_too_long(scene: Scene, chance: Random) -> Scene:
    _, due_h = window_hours(scene)
    slow = scene.with_pad("A", customs_windows=ALWAYS, customs_dwell_s=chance.uniform(1800, 3000))
    return slow.with_order(ready_at=at(due_h - 0.4))

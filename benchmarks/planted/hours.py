"""Causes to plant: pads and times."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from benchmarks.planted.worlds import END, Scene, during, plants, window_hours
from planner.model.plans import Reason


@plants(Reason.PAD_CLOSED)
def _a_pad_open_at_other_hours(scene: Scene, chance: Random) -> Scene:
    _, due_h = window_hours(scene)
    return scene.with_pad("A", schedule=during((due_h + chance.uniform(0.1, 0.6), 8)))


@plants(Reason.PAD_CLOSED)
def _a_pad_not_open_long_enough(scene: Scene, chance: Random) -> Scene:
    ready_h, _ = window_hours(scene)
    return scene.with_pad("A", schedule=during((ready_h + 0.3, ready_h + 0.3 + chance.uniform(0.01, 0.03))))


@plants(Reason.PAD_CLOSED)
def _a_hub_that_closes_too_early(scene: Scene, chance: Random) -> Scene:
    ready_h, _ = window_hours(scene)
    alone = scene.with_orders()
    return alone.with_pad("hub", schedule=during((-1, ready_h + chance.uniform(-0.05, 0.05))))


@plants(Reason.TIME_WINDOW)
def _due_before_it_can_be_there(scene: Scene, chance: Random) -> Scene:
    return scene.with_order(due_at=scene.order.ready_at + timedelta(seconds=round(chance.uniform(60, 170))))


@plants(Reason.TIME_WINDOW)
def _the_day_ends_before_the_drone_is_back(scene: Scene, chance: Random) -> Scene:
    return scene.with_order(ready_at=END - timedelta(seconds=round(chance.uniform(240, 400))), due_at=END)

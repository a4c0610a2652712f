"""Causes to plant: the rest of the day: drones, pads, packs and money."""

from __future__ import annotations

import math
from random import Random

from benchmarks.planted.worlds import Scene, at, new_order, plants, window_hours
from planner.model.fleets import Drone
from planner.model.plans import Reason
from planner.model.weather import Weather


@plants(Reason.FLEET_BUSY)
def _one_drone_for_two_orders_at_once(scene: Scene, chance: Random) -> Scene:
    ready_h, _ = window_hours(scene)
    due_h = ready_h + chance.uniform(0.12, 0.16)
    first = new_order("b", chance.choice("BC"), ready_h, due_h, kg=7.0, priority=9)
    return scene.with_order(due_at=at(due_h)).with_orders(first).with_job(drones=scene.job.drones[:1])


@plants(Reason.FLEET_BUSY)
def _a_hub_whose_drone_is_off_work(scene: Scene, chance: Random) -> Scene:
    ready_h, _ = window_hours(scene)
    hub = chance.choice("BC")
    resting = Drone(id="d3", type="nine", home_pad=hub, works_until=at(ready_h + chance.uniform(0.0, 0.05)))
    return scene.with_order(from_pad=hub).with_job(drones=(*scene.job.drones, resting))


@plants(Reason.PAD_BUSY)
def _one_slot_for_two_drones(scene: Scene, chance: Random) -> Scene:
    ready_h, _ = window_hours(scene)
    x, y = scene.xy("A")
    away_h = (math.hypot(x, y) / 15 + 70 + 60) / 3600
    due_h = ready_h + away_h + chance.uniform(0.008, 0.012)
    still = scene.with_job(weather=Weather()).with_pad("A", slots=1)
    first = new_order("a", "A", ready_h, due_h, kg=7.0, priority=9)
    return still.with_order(due_at=at(due_h)).with_orders(first)


@plants(Reason.PAD_BUSY)
def _no_charged_pack_left(scene: Scene, chance: Random) -> Scene:
    dear = [new_order(name, pad, 0, 5, kg=7.0, priority=9) for name, pad in zip("bc", "BC", strict=True)]
    counted = scene.with_pad("hub", swap_packs=0, chargers=chance.choice([None, 1]))
    return counted.with_orders(*dear)


@plants(Reason.NOT_WORTH_IT)
def _a_flight_dearer_than_leaving_it(scene: Scene, chance: Random) -> Scene:
    return scene.with_orders().with_policy(unserved_penalty=chance.uniform(4, 25))

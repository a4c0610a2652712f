"""Causes to plant: energy and weather."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

from airspace.model.pads import Custody
from benchmarks.planted.worlds import Scene, at, during, new_pad, new_type, plants, window_hours
from planner.model.plans import Reason
from planner.model.weather import Weather


@plants(Reason.BATTERY_RANGE)
def _a_pad_out_of_reach(scene: Scene, chance: Random) -> Scene:
    return scene.with_kind(battery_wh=chance.uniform(60, 120)).with_orders()


@plants(Reason.BATTERY_RANGE)
def _a_pad_that_another_type_would_reach(scene: Scene, chance: Random) -> Scene:
    long = new_type("long", battery_wh=chance.uniform(800, 1200))
    short = scene.with_kind(battery_wh=chance.uniform(60, 120)).with_orders()
    return short.with_job(drone_types=(*short.job.drone_types, long))


@plants(Reason.RESERVE)
def _a_pad_reached_on_the_reserve_only(scene: Scene, chance: Random) -> Scene:
    needed_wh = _needed_wh(scene)
    return scene.with_orders().with_kind(battery_wh=needed_wh / chance.uniform(0.83, 0.97))


def _needed_wh(scene: Scene) -> float:
    """Return what the order takes by itself at the chance asked for, out and back."""
    from planner.solving.sorties import Trips
    from planner.solving.tables import cost_tables

    trips = Trips(cost_tables(scene.job, scene.sky))
    trip = trips.best([scene.order], 0)
    if trip is None:
        raise ValueError("expected a day that serves the order by itself, got one that does not")
    return trip.needs.most_wh


@plants(Reason.RESERVE)
def _drones_that_begin_the_day_short_of_charge(scene: Scene, chance: Random) -> Scene:
    share = _needed_wh(scene) / 1000
    empty = (replace(d, state_of_charge=round(0.2 + share * chance.uniform(0.1, 0.9), 3)) for d in scene.job.drones)
    return scene.with_orders().with_job(drones=tuple(empty))


@plants(Reason.RESERVE)
def _an_alternate_too_far_away(scene: Scene, chance: Random) -> Scene:
    x, y = scene.xy("A")
    far_m = chance.uniform(22e3, 26e3)
    far = new_pad("X", far_m * x / math.hypot(x, y), far_m * y / math.hypot(x, y), roles=("alternate",))
    return scene.with_sky(pads=(*scene.sky.pads, far))


@plants(Reason.RESERVE)
def _alternates_that_may_not_take_the_order(scene: Scene, chance: Random) -> Scene:
    x, y = scene.xy("A")
    beside = new_pad("X", x + chance.uniform(400, 900), y, roles=("alternate",), custody=Custody.LOCKER)
    return scene.with_orders().with_sky(pads=(*scene.sky.pads, beside)).with_order(custody=Custody.STAFFED)


@plants(Reason.RESERVE)
def _alternates_closed_at_these_hours(scene: Scene, chance: Random) -> Scene:
    x, y = scene.xy("A")
    _, due_h = window_hours(scene)
    shut = during((due_h + chance.uniform(0.1, 0.5), 8))
    beside = new_pad("X", x + chance.uniform(400, 900), y, roles=("alternate",), schedule=shut)
    return scene.with_orders().with_sky(pads=(*scene.sky.pads, beside))


@plants(Reason.WIND)
def _a_wind_above_the_limit(scene: Scene, chance: Random) -> Scene:
    return scene.with_job(weather=Weather(wind_mps=chance.uniform(12.1, 18)))


@plants(Reason.WIND)
def _a_wind_that_leaves_no_speed(scene: Scene, chance: Random) -> Scene:
    x, y = scene.xy("A")
    against_deg = math.degrees(math.atan2(x, y)) % 360
    hardy = scene.with_orders().with_kind(max_wind_mps=20.0)
    return hardy.with_job(weather=Weather(wind_mps=chance.uniform(12.5, 18), wind_from_deg=against_deg))


@plants(Reason.WIND)
def _a_wind_that_drops_too_late(scene: Scene, chance: Random) -> Scene:
    _, due_h = window_hours(scene)
    calm = at(due_h + chance.uniform(0.1, 0.5))
    return scene.with_job(weather=Weather(wind_mps=chance.uniform(13, 18)), later=((calm, Weather(wind_mps=3.0)),))


@plants(Reason.WIND)
def _a_wind_that_rises_too_early(scene: Scene, chance: Random) -> Scene:
    ready_h, _ = window_hours(scene)
    rises = at(ready_h + chance.uniform(-0.15, 0.05))
    return scene.with_job(later=((rises, Weather(wind_mps=chance.uniform(13, 18))),))


@plants(Reason.WEATHER)
def _weather_that_keeps_all_on_the_ground(scene: Scene, chance: Random) -> Scene:
    bad = [
        Weather(typhoon_signal=3), Weather(rainstorm="red"), Weather(thunderstorm=True), Weather(temperature_c=44.0),
        Weather(rain_mm_h=5.0),
    ]  # fmt: skip
    return scene.with_job(weather=chance.choice(bad))


@plants(Reason.WEATHER)
def _rain_that_ends_too_late(scene: Scene, chance: Random) -> Scene:
    _, due_h = window_hours(scene)
    dry = at(due_h + chance.uniform(0.1, 0.5))
    return scene.with_job(weather=Weather(rain_mm_h=4.0), later=((dry, Weather(wind_mps=3.0)),))

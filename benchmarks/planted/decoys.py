"""What could be in the way, and is not."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from airspace.model.pads import Custody
from airspace.model.zones import Restriction
from benchmarks.planted.worlds import (
    FRAME,
    Scene,
    decoy,
    during,
    new_type,
    new_zone,
    rectangle,
    square_over,
    window_hours,
)
from planner.model.fleets import Drone


@decoy
def _a_value_below_the_cap(scene: Scene, chance: Random) -> Scene:
    return scene.with_order(declared_value=round(chance.uniform(2000, 2900)))


@decoy
def _a_zone_at_other_hours(scene: Scene, chance: Random) -> Scene:
    begins_h = window_hours(scene)[1] + chance.uniform(1.6, 1.9)
    return scene.with_zone(new_zone(square_over(scene, "A", 200), id="Y", name="Other", schedule=during((begins_h, 9))))


@decoy
def _a_zone_to_fly_round(scene: Scene, chance: Random) -> Scene:
    x, y = scene.xy("A")
    half_m, share = chance.uniform(50, 120), chance.uniform(0.75, 0.8)
    place = rectangle(share * x - half_m, share * y - half_m, share * x + half_m, share * y + half_m)
    restriction = chance.choice([Restriction.PROHIBITED, Restriction.REQ_AUTHORISATION])
    return scene.with_zone(new_zone(place, restriction, id="Y", name="Other"))


@decoy
def _a_cold_chain_that_is_kept(scene: Scene, chance: Random) -> Scene:
    return scene.with_order(max_minutes=round(chance.uniform(25, 90)), temp_min_c=2.0, temp_max_c=8.0)


@decoy
def _a_weaker_drone(scene: Scene, chance: Random) -> Scene:
    weak = new_type("weak", max_payload_kg=0.4, battery_wh=chance.uniform(200, 300), max_wind_mps=9.0)
    added = Drone(id="w1", type="weak", home_pad="hub")
    return scene.with_job(drone_types=(*scene.job.drone_types, weak), drones=(*scene.job.drones, added))


@decoy
def _a_pad_that_closes_later(scene: Scene, chance: Random) -> Scene:
    return scene.with_pad("B", schedule=during((-2, chance.uniform(5.2, 5.9))))


@decoy
def _a_gate_elsewhere_that_is_shut(scene: Scene, chance: Random) -> Scene:
    if not scene.sky.gates:
        return scene.with_order(custody=Custody.STAFFED)
    (gate,) = scene.sky.gates
    x, _ = FRAME.to_xy(gate.area.centroid.x, gate.area.centroid.y)
    north_m = chance.uniform(2000, 4000)
    other = replace(gate, id="H", name="Other", area=rectangle(x - 50, north_m, x + 50, north_m + 500), permits=())
    return scene.with_sky(gates=(*scene.sky.gates, other))


@decoy
def _a_fresh_wind(scene: Scene, chance: Random) -> Scene:
    return scene.with_job(weather=replace(scene.job.weather, wind_mps=round(chance.uniform(5, 6), 1)))

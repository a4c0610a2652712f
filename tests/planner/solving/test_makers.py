"""Networks are shared between types only where they fly alike (see ``tests.planner.scenes``)."""

from __future__ import annotations

from airspace.corridors.courses import courses
from airspace.earth.heights import GROUND, Band, Height, Reference
from planner.model.weather import STILL_AIR
from planner.solving.groups import group_drones
from planner.solving.makers import FlightMaker
from planner.solving.tables import chart_of
from tests.planner import scenes

MIDDLE = Height(value_m=140.0, reference=Reference.AMSL)
WALLS = (
    scenes.zone("LOW", scenes.area(800, -3000, 900, 3000), band=Band(lower=GROUND, upper=MIDDLE)),
    scenes.zone("HIGH", scenes.area(1900, -3000, 2000, 3000), band=Band(lower=MIDDLE, upper=None)),
)


def test_of_two_types_among_the_same_obstacles_one_changes_its_level_and_the_other_does_not() -> None:
    kinds = (scenes.kind("nine"), scenes.kind("wing", min_turn_radius_m=10.0))
    drones = [scenes.drone("d0"), scenes.drone("d1", type_id="wing")]
    policy = scenes.policy(levels_amsl_m=(scenes.CRUISE_M, 200.0))
    job = scenes.job([scenes.order("o", "A")], drones, drone_types=kinds, policy=policy)
    sky, whole = scenes.plain_sky(zones=WALLS), (job.start, job.end)
    maker = FlightMaker(job=job, base=chart_of(sky, job, whole))
    nine, wing = sorted(group_drones(job, sky), key=lambda group: group.kind.id)
    over, past = (courses(maker.network(group, whole, STILL_AIR), ["hub", "A"])["hub", "A"] for group in (nine, wing))
    assert len(maker.stacks) == 1
    assert len(over.levels_amsl_m) == 2
    assert len(past.levels_amsl_m) == 1
    assert past.length_m > over.length_m + 1000

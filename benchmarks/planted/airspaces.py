"""Causes to plant: gates, permits and zones."""

from __future__ import annotations

from random import Random

from airspace.model.zones import Restriction
from benchmarks.planted.worlds import (
    Scene,
    at,
    both_permits,
    during,
    new_zone,
    plants,
    ring_around,
    square_over,
    window_hours,
)
from planner.model.plans import Reason


@plants(Reason.GATE_CLOSED, two_sides=True)
def _a_gate_that_does_not_open_today(scene: Scene, chance: Random) -> Scene:
    opens_h = chance.uniform(6.5, 9)
    return scene.with_gate(schedule=during((opens_h, opens_h + 2)))


@plants(Reason.GATE_CLOSED, two_sides=True)
def _a_gate_that_opens_too_late(scene: Scene, chance: Random) -> Scene:
    _, due_h = window_hours(scene)
    return scene.with_gate(schedule=during((due_h + chance.uniform(0.1, 0.6), 5.9)))


@plants(Reason.GATE_CLOSED, two_sides=True)
def _a_gate_that_closes_too_early(scene: Scene, chance: Random) -> Scene:
    ready_h, _ = window_hours(scene)
    return scene.with_gate(schedule=during((-3, ready_h + chance.uniform(-0.15, 0.02))))


@plants(Reason.PERMIT_MISSING, two_sides=True)
def _no_permits_at_the_gate(scene: Scene, chance: Random) -> Scene:
    return scene.with_gate(permits=chance.choice([(), both_permits(aircraft=("another",))]))


@plants(Reason.PERMIT_MISSING, two_sides=True)
def _a_permit_of_one_authority_only(scene: Scene, chance: Random) -> Scene:
    return scene.with_gate(permits=(chance.choice(both_permits()),))


@plants(Reason.PERMIT_MISSING, two_sides=True)
def _permits_valid_at_another_time(scene: Scene, chance: Random) -> Scene:
    _, due_h = window_hours(scene)
    return scene.with_gate(permits=both_permits(valid_from=at(due_h + chance.uniform(0.1, 0.6))))


@plants(Reason.PERMIT_MISSING)
def _a_pad_in_a_zone_that_a_permit_opens(scene: Scene, chance: Random) -> Scene:
    restriction = chance.choice([Restriction.REQ_AUTHORISATION, Restriction.CONDITIONAL])
    return scene.with_zone(new_zone(square_over(scene, "A", chance.uniform(100, 400)), restriction))


@plants(Reason.PERMIT_MISSING, two_sides=True)
def _a_pad_across_in_a_zone_that_a_permit_opens(scene: Scene, chance: Random) -> Scene:
    return scene.with_zone(new_zone(square_over(scene, "A", chance.uniform(100, 400)), Restriction.REQ_AUTHORISATION))


@plants(Reason.PERMIT_MISSING)
def _a_ring_that_a_permit_opens(scene: Scene, chance: Random) -> Scene:
    return scene.with_zone(
        new_zone(ring_around(scene, chance.choice(["A", "hub"]), chance), Restriction.REQ_AUTHORISATION)
    )


@plants(Reason.ZONE_ACTIVE)
def _a_zone_that_holds_too_long(scene: Scene, chance: Random) -> Scene:
    _, due_h = window_hours(scene)
    holds = during((-1, due_h + chance.uniform(0.1, 0.5)))
    restriction = chance.choice([Restriction.PROHIBITED, Restriction.REQ_AUTHORISATION])
    return scene.with_zone(new_zone(square_over(scene, "A", chance.uniform(100, 400)), restriction, schedule=holds))


@plants(Reason.ZONE_ACTIVE, two_sides=True)
def _a_zone_across_that_holds_too_long(scene: Scene, chance: Random) -> Scene:
    _, due_h = window_hours(scene)
    holds = during((-1, due_h + chance.uniform(0.1, 0.5)))
    return scene.with_zone(new_zone(square_over(scene, "A", chance.uniform(100, 400)), schedule=holds))


@plants(Reason.ZONE_ACTIVE)
def _a_zone_that_begins_too_early(scene: Scene, chance: Random) -> Scene:
    ready_h, _ = window_hours(scene)
    holds = during((ready_h + chance.uniform(-0.15, 0.02), 9))
    return scene.with_zone(new_zone(ring_around(scene, "A", chance), schedule=holds))


@plants(Reason.PAD_UNREACHABLE)
def _a_pad_in_a_prohibited_zone(scene: Scene, chance: Random) -> Scene:
    return scene.with_zone(new_zone(square_over(scene, "A", chance.uniform(20, 400))))


@plants(Reason.PAD_UNREACHABLE)
def _a_ring_that_nothing_opens(scene: Scene, chance: Random) -> Scene:
    return scene.with_zone(new_zone(ring_around(scene, "A", chance)))


@plants(Reason.PAD_UNREACHABLE)
def _a_pad_above_the_flight_level(scene: Scene, chance: Random) -> Scene:
    return scene.with_pad("A", elevation_amsl_m=round(chance.uniform(120, 200)))

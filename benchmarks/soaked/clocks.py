"""Hostile hours: windows without slack, zones that open and shut in mid flight, gates open for seconds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from airspace.model.schedules import Period, Schedule
from airspace.model.zones import Restriction
from benchmarks.planted.worlds import END, START, Scene, at, both_permits, new_zone, rectangle, square_over
from benchmarks.soaked.hostile import (
    HAIRS_S,
    alone,
    crowded,
    flown,
    handed_over,
    hostile,
    hours,
    off,
    on_two_sides,
    seconds,
)


def _open(*spans: tuple[datetime, datetime]) -> Schedule:
    return Schedule(periods=tuple(Period(start=start, end=end) for start, end in spans))


@hostile
def a_window_without_slack(scene: Scene, r: Random) -> Scene:
    """Let an order be ready when it takes off, and due when it is handed over."""
    sortie = flown(scene)
    order = replace(
        scene.order, ready_at=sortie.departs, due_at=handed_over(sortie, scene.order.id) + seconds(r.choice(HAIRS_S))
    )
    return scene.with_job(orders=(order, *scene.job.orders[1:]))


@hostile
def all_windows_without_slack(scene: Scene, r: Random) -> Scene:
    """Let many orders be due when the first of them can be there."""
    sortie = flown(alone(scene))
    order = replace(
        scene.order, ready_at=sortie.departs, due_at=handed_over(sortie, scene.order.id) + seconds(off(r, 1))
    )
    return crowded(scene.with_job(orders=(order, *scene.job.orders[1:])), r.choice([3, 8]))


@hostile
def a_day_as_long_as_a_sortie(scene: Scene, r: Random) -> Scene:
    """Begin the day with the take-off and end it with the landing."""
    sortie = flown(alone(scene))
    return alone(scene).with_job(start=sortie.departs, end=sortie.returns + seconds(r.choice(HAIRS_S)))


@hostile
def drones_at_work_for_one_sortie(scene: Scene, r: Random) -> Scene:
    """Let every drone work as long as a sortie takes."""
    sortie = flown(alone(scene))
    hair = seconds(r.choice(HAIRS_S))
    drones = tuple(
        replace(drone, works_from=sortie.departs - hair, works_until=sortie.returns + hair)
        for drone in scene.job.drones
    )
    return crowded(scene.with_job(drones=drones), 3)


@hostile
def a_zone_that_shuts_in_mid_flight(scene: Scene, r: Random) -> Scene:
    """Let a zone on the way come into force, or end, while the flight is on its way."""
    sortie = flown(scene)
    leg = r.choice(sortie.legs)
    start, end = leg.waypoints[0].t, leg.waypoints[-1].t
    middle = start + (end - start) * r.choice([0.0, 0.01, 0.5, 0.99, 1.0]) + seconds(off(r, *HAIRS_S))
    timed = _open(*r.choice([[(START, middle)], [(middle, END)], [(middle, middle + seconds(1))]]))
    x_m, y_m = scene.xy("A")
    wall = rectangle(x_m / 2 - 80, y_m / 2 - 80, x_m / 2 + 80, y_m / 2 + 80)
    area = r.choice([wall, square_over(scene, "A", 90.0), square_over(scene, "hub", 90.0)])
    return scene.with_zone(new_zone(area, id="timed", name="Timed", schedule=timed))


@hostile
def zones_on_and_off(scene: Scene, r: Random) -> Scene:
    """Let zones be in force for some seconds of every few minutes."""
    every_s, lasting_s = r.choice([(600, 30), (600, 300), (300, 1), (120, 60)])
    moments = [START + seconds(k * every_s) for k in range(min(40, int((END - START).total_seconds() / every_s)))]
    blinks = _open(*((moment, moment + seconds(lasting_s)) for moment in moments))
    area = square_over(scene, r.choice(["A", "hub", "B"]), r.choice([60.0, 700.0]))
    return scene.with_zone(new_zone(area, id="blink", name="Blink", schedule=blinks))


@hostile
def a_pad_open_for_its_landing(scene: Scene, r: Random) -> Scene:
    """Open a pad as long as a drone takes to land and leave."""
    sortie = flown(alone(scene))
    down, up = sortie.legs[0].waypoints[-2].t, sortie.legs[1].waypoints[1].t
    return crowded(scene.with_pad("A", schedule=hours(down, up, r)), 2)


@hostile
def one_slot_for_many(scene: Scene, r: Random) -> Scene:
    """Give pads one slot, and drones long turnarounds, on a day with many orders."""
    scene = scene.with_pad("hub", slots=1, turnaround_s=r.choice([0.0, 600.0, 3000.0])).with_pad("A", slots=1)
    drones = tuple(replace(scene.job.drones[0], id=f"d{number}") for number in range(4))
    return crowded(scene.with_job(drones=drones), 6)


@hostile
def two_persons_for_a_hand_over(scene: Scene, r: Random) -> Scene:
    """Have two persons there for as long as the hand-over takes."""
    sortie = flown(alone(scene))
    done = handed_over(sortie, scene.order.id)
    begins = done - seconds(scene.job.policy.handover_s)
    scene = scene.with_pad("A", two_person_hours=hours(begins, done, r))
    return scene.with_policy(two_person_above=scene.order.consignment.declared_value - 1)


@hostile
def cold_chain_to_the_second(scene: Scene, r: Random) -> Scene:
    """Let an order be on board as long as it takes to bring it."""
    sortie = flown(alone(scene))
    taken = (handed_over(sortie, scene.order.id) - sortie.departs) / timedelta(minutes=1)
    return scene.with_order(max_minutes=taken + r.choice(HAIRS_S) / 60)


@hostile
def weather_that_turns_in_mid_flight(scene: Scene, r: Random) -> Scene:
    """Let the weather change, for better or worse, while the flight is on its way."""
    sortie = flown(alone(scene))
    middle = sortie.departs + (sortie.returns - sortie.departs) * r.choice([0.0, 0.3, 0.5, 1.0])
    other = replace(scene.job.weather, **r.choice([{"wind_mps": 11.9}, {"thunderstorm": True}, {"rain_mm_h": 1.0}, {}]))
    if not START < middle < END:
        middle = at(1)
    return scene.with_job(later=((middle, other), (middle + seconds(1), scene.job.weather)))


@hostile
def a_pad_that_asks_for_leave(scene: Scene, r: Random) -> Scene:
    """Lay a zone over a pad that only leave opens, which nobody has; it may begin during the day."""
    zone = new_zone(square_over(scene, "A", 200.0), Restriction.REQ_AUTHORISATION, id="asks", name="Asks")
    return scene.with_zone(zone) if r.random() < 0.5 else scene.with_zone(replace(zone, schedule=_open((at(1), at(6)))))


@on_two_sides
def a_gate_open_for_seconds(scene: Scene, r: Random) -> Scene:
    """Open a gate for as long as a leg takes, or some seconds around its crossing."""
    legs = flown(scene).legs
    crossed = [leg for leg in legs if leg.crossings] or legs
    spans = [(leg.waypoints[0].t, leg.waypoints[0].t + seconds(leg.duration_s)) for leg in crossed]
    if r.random() < 0.3:
        spans = [(crossing.t - seconds(20), crossing.t + seconds(20)) for leg in crossed for crossing in leg.crossings]
    hair = seconds(r.choice(HAIRS_S))
    return scene.with_gate(schedule=_open(*((start - hair, end + hair) for start, end in spans)))


@on_two_sides
def a_gate_for_one_crossing_an_hour(scene: Scene, r: Random) -> Scene:
    """Let few crossings through a gate, on a day with many orders."""
    return crowded(scene.with_gate(capacity_per_hour=r.choice([1, 2, 3])), 3)


@on_two_sides
def permits_that_change_hands_in_mid_flight(scene: Scene, r: Random) -> Scene:
    """Let one permit end, and another begin, while the flight is on its way."""
    leg = flown(scene).legs[0]
    change = leg.waypoints[0].t + (leg.waypoints[-1].t - leg.waypoints[0].t) * r.choice([0.0, 0.5, 1.0])
    west, east = both_permits()
    early = replace(west, id="early", valid_to=change + seconds(r.choice(HAIRS_S)))
    late = replace(west, id="late", valid_from=change)
    return scene.with_gate(permits=(early, late, east))


@on_two_sides
def a_zone_that_a_permit_opens_for_one_leg(scene: Scene, r: Random) -> Scene:
    """Lay a zone over a pad that a permit opens for as long as the legs to it take."""
    legs = flown(scene).legs
    west, east = both_permits(zones=("asks",))
    end = legs[-1].waypoints[-1].t + seconds(r.choice(HAIRS_S))
    east = replace(east, valid_from=legs[0].waypoints[0].t, valid_to=end)
    zone = new_zone(square_over(scene, "A", 300.0), Restriction.REQ_AUTHORISATION, id="asks", name="Asks")
    return scene.with_gate(permits=(west, east)).with_zone(zone)


@on_two_sides
def customs_for_one_dwell(scene: Scene, r: Random) -> Scene:
    """Open customs for as long as clearing takes."""
    dwell_s = r.choice([0.5, 300.0])
    scene = scene.with_pad("A", customs_windows=_open((at(0), at(6))), customs_dwell_s=dwell_s)
    done = handed_over(flown(scene), scene.order.id)
    return scene.with_pad("A", customs_windows=hours(done - seconds(dwell_s), done, r))

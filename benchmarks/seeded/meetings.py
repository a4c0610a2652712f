"""Faults in the air between flights: too near to each other, and in the volumes of others.

How late a second flight has to be is worked out by the planner's own closed form, which shares nothing with the check.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import numpy as np
import numpy.typing as npt
import shapely

from airspace.earth.frame import Frame
from benchmarks.seeded.places import CM, TRIES
from benchmarks.seeded.worlds import (
    Pair,
    World,
    a_leg,
    alone,
    copied,
    fault,
    frame_of,
    later,
    legs_of,
    planned,
    strip,
    tip,
)
from planner.model.plans import Sortie
from planner.model.traffic import Intent, IntentState, Volume
from planner.safety.conflicts import Separation, Tracks, forbidden

MADE_UP = ("plain", "crossing")
CLOSE_S = 0.1
"""So far inside of what is forbidden a fault is, and so far outside its twin: a metre and a half at 15 m/s."""


def tracks(sortie: Sortie, frame: Frame, origin: datetime) -> Tracks:
    """Return the pieces of a sortie in a local frame."""
    rows = []
    for leg in sortie.legs:
        x, y = frame.to_xy([p.lon for p in leg.waypoints], [p.lat for p in leg.waypoints])
        points = [
            ((p.t - origin).total_seconds(), (float(east), float(north), p.alt_amsl_m))
            for p, east, north in zip(leg.waypoints, x, y, strict=True)
        ]
        rows += [(a[0], b[0], a[1], b[1]) for a, b in pairwise(points)]
    starts, ends, begins, goals = zip(*rows, strict=True)
    return Tracks(
        flight=np.zeros(len(rows), int), start_s=np.array(starts), end_s=np.array(ends), from_m=np.array(begins),
        to_m=np.array(goals),
    )  # fmt: skip


def forbidden_s(world: World, one: Sortie, other: Sortie) -> npt.NDArray[np.float64]:
    """Return by how many seconds the second must not be later than it is: from, to."""
    frame, policy = frame_of(world), world.job.policy
    asked = Separation(
        horizontal_m=policy.separation_m[0], vertical_m=policy.separation_m[1], timing_s=policy.departure_error_s
    )
    return forbidden(tracks(one, frame, one.departs), tracks(other, frame, one.departs), asked)


def _by_another(world: World, chance: Random) -> tuple[World, str]:
    """Return the world with one sortie, and a drone that could fly the same."""
    one = alone(world, chance.randrange(len(world.plan.sorties)))
    return one, next(drone.id for drone in one.job.drones if drone.id != one.plan.sorties[0].drone)


@fault("air.separation", on=MADE_UP)
def tail_chaser(world: World, chance: Random) -> Pair:
    """Put in a second drone on the same way some seconds behind the first, or far enough behind."""
    one, drone = _by_another(world, chance)
    (sortie,) = one.plan.sorties
    spans = forbidden_s(one, sortie, sortie)
    until_s = float(next(end for start, end in spans.tolist() if start < 0 < end))
    return _after(one, drone, chance.uniform(0.2, 1) * until_s - CLOSE_S), _after(one, drone, until_s + CLOSE_S)


@fault("air.separation", on=MADE_UP)
def head_on(world: World, chance: Random) -> Pair:
    """Put in a second drone that leaves shortly before the first is back on the same line, or shortly after."""
    del chance
    one, drone = _by_another(world, Random(0))  # noqa: S311 - the first will do: base and line are drawn
    (sortie,) = one.plan.sorties
    until_s = float(forbidden_s(one, sortie, sortie)[-1, 1])
    return _after(one, drone, until_s - CLOSE_S), _after(one, drone, until_s + CLOSE_S)


def _after(world: World, drone: str, seconds: float) -> World:
    return copied(world, drone, timedelta(seconds=seconds))


@fault("air.separation", on=("two hubs",))
def crossing_paths(world: World, chance: Random) -> Pair | None:
    """Put in two drones of two hubs that cross at one level at nearly one time, or just apart."""
    one, other = sorted(world.plan.sorties, key=lambda sortie: sortie.drone)
    return _shifted(world, one, other, chance)


@fault("air.separation", on=("two hubs",))
def levels_too_near_to_each_other(world: World, chance: Random) -> Pair:
    """Put in two drones that cross at two levels a hand nearer than the vertical separation, or just that far apart."""
    one, other = sorted(world.plan.sorties, key=lambda sortie: sortie.drone)
    level_m = world.job.policy.levels_amsl_m[0]
    gap_m = world.job.policy.separation_m[1]
    spans = forbidden_s(world, one, other)
    # At one time over the crossing: in the middle of what is forbidden at one level.
    meet = timedelta(seconds=float(spans[len(spans) // 2].mean()))
    both_later = max(timedelta(0), world.job.start - other.departs - meet)

    def at(higher_m: float) -> World:
        upper = replace(world.job, policy=replace(world.job.policy, levels_amsl_m=(level_m + higher_m,)))
        above = planned(upper, world.sky, name="two levels").plan.sorties
        second = next(sortie for sortie in above if sortie.drone == other.drone)
        both = world.with_policy(levels_amsl_m=(level_m, level_m + higher_m)).with_job(
            orders=tuple(replace(order, ready_at=world.job.start) for order in world.job.orders)
        )
        # Climbing on takes a little longer: what is told of the moment stays well within what meets.
        moved = later(second, other.departs - second.departs + meet)
        pair = (replace(sortie, held_s=0, held_for=(), other_ways=()) for sortie in (one, moved))
        return both.with_sorties([later(sortie, both_later) for sortie in pair])

    return at(gap_m - 0.05 - chance.uniform(0.02, 3)), at(gap_m)


@fault("air.separation", on=("hub below",))
def climb_into_the_way_of_another(world: World, chance: Random) -> Pair | None:
    """Put in a drone that climbs from right below another's line when that one is nearly there, or just apart."""
    one, other = sorted(world.plan.sorties, key=lambda sortie: sortie.drone)
    return _shifted(world, one, other, chance)


def _shifted(world: World, one: Sortie, other: Sortie, chance: Random) -> Pair | None:
    """Return the world with only two sorties, the second shifted to either side of an end of what is forbidden."""
    orders = tuple(
        replace(order, ready_at=world.job.start)
        for order in world.job.orders
        if order.id in (*one.orders, *other.orders)
    )
    only = replace(world.with_job(orders=orders), plan=replace(world.plan, unserved=()))
    spans = forbidden_s(only, one, other)
    edges = [(start, -1.0) for start, _ in spans.tolist()] + [(end, 1.0) for _, end in spans.tolist()]
    edge_s, side = chance.choice(edges)
    if other.departs + timedelta(seconds=edge_s - 1) < world.job.start:
        return None

    def at(seconds: float) -> World:
        plain = [replace(sortie, held_s=0, held_for=(), other_ways=()) for sortie in (one, other)]
        return only.with_sorties([plain[0], later(plain[1], timedelta(seconds=seconds))])

    return at(edge_s - side * CLOSE_S), at(edge_s + side * CLOSE_S)


# --- volumes of others ------------------------------------------------------------------------------------------------


def _among(world: World, corners: Sequence[tuple[float, float]], start: datetime, end: datetime) -> World:
    """Return the world with an intent of somebody else: one volume of all heights."""
    volume = Volume(outline=tuple(corners), lower_amsl_m=-50.0, upper_amsl_m=900.0, start=start, end=end)
    intent = Intent(id="SEEDED", manager="another", state=IntentState.ACCEPTED, volumes=(volume,))
    return world.with_job(intents=(intent,))


@fault("air.traffic")
def volume_of_another_entered(world: World, chance: Random) -> Pair | None:
    """Put in a volume of another operator that a corridor overlaps by some centimetres, or just touches."""
    hour = timedelta(hours=1)
    for _ in range(TRIES):
        at, share, side = a_leg(world, chance), chance.uniform(0.2, 0.8), chance.choice([-1.0, 1.0])
        half_m = world.half_width_m(at)
        near, clear = (
            tip(*at.ends(world), share, side * (half_m + more_m), size_m=40) for more_m in (-2 * CM - CM, CM)
        )
        if world.clear(clear, half_m):
            start, end = world.job.start - hour, world.job.end + hour
            return _among(world, corners_of(near), start, end), _among(world, corners_of(clear), start, end)
    return None


@fault("air.traffic")
def volume_of_another_entered_too_late(world: World, chance: Random) -> Pair | None:
    """Put in a volume that another still holds when the first leg over it may be there early, or has just left."""
    at = min(legs_of(world), key=lambda at: at.of(world).waypoints[0].t)
    share = chance.uniform(0.3, 0.7)
    a, b = at.ends(world)
    if (b.t - a.t).total_seconds() < 10:
        return None
    half_m = world.half_width_m(at)
    area = strip(a, b, share, -200, 200, thick_m=2 * half_m)
    first = _first_over(world, area, half_m)
    error = timedelta(seconds=world.job.policy.departure_error_s)
    start = min(world.job.start, first - 2 * error) - timedelta(hours=1)
    corners = corners_of(area)
    late = timedelta(seconds=chance.uniform(0.5, 5))
    until = first - error
    return _among(world, corners, start, until + late), _among(world, corners, start, until - timedelta(seconds=0.5))


def corners_of(area: shapely.Polygon) -> list[tuple[float, float]]:
    """Return the corners of an area, once each."""
    return [(lon, lat) for lon, lat in area.exterior.coords][:-1]


def _first_over(world: World, area: shapely.Polygon, half_m: float) -> datetime:
    """Return when the first leg comes within its half width of an area, by looking at every tenth of a second."""
    frame = frame_of(world)
    grown = frame.project(area).buffer(half_m, quad_segs=64)
    moments = []
    for leg in (at.of(world) for at in legs_of(world)):
        seconds = np.array([(p.t - leg.waypoints[0].t).total_seconds() for p in leg.waypoints])
        x, y = frame.to_xy([p.lon for p in leg.waypoints], [p.lat for p in leg.waypoints])
        at_s = np.arange(0, seconds[-1], 0.1)
        inside = shapely.contains_xy(grown, np.interp(at_s, seconds, x), np.interp(at_s, seconds, y))
        if inside.any():
            moments.append(leg.waypoints[0].t + timedelta(seconds=float(at_s[int(np.argmax(inside))])))
    return min(moments)

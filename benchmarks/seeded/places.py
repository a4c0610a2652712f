"""Faults on the map: too near to zones and boundaries, beside pads, at swapped coordinates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import shapely

from airspace.earth.frame import GEOD
from benchmarks.seeded.worlds import (
    At,
    Pair,
    World,
    a_leg,
    beside,
    during,
    fault,
    frame_of,
    legs_of,
    strip,
    tip,
)

ROUNDING_M = 0.02
"""What the check allows for the rounding of coordinates."""
CM = 0.01
TRIES = 30


def _with_room(
    world: World, chance: Random, area: Callable[[At, float, float], shapely.Polygon], *, least_m: float = 150.0
) -> tuple[At, float, float] | None:
    """Draw a leg, a share of its longest piece and a side, where a twin's area is clear of everything else."""
    for _ in range(TRIES):
        if not legs_of(world, least_m=least_m):
            return None
        at, share, side = a_leg(world, chance, least_m=least_m), chance.uniform(0.2, 0.8), chance.choice([-1.0, 1.0])
        # Of all lines of the plan, this one among them.
        if world.clear(area(at, share, side), world.keep_out_m(at) - ROUNDING_M / 2):
            return at, share, side
    return None


@fault("zone.clearance")
def waypoint_moved_into_a_zone(world: World, chance: Random) -> Pair | None:
    """Put in a bend that is put into a leg, towards a zone: by so much that it enters, or that it is just clear."""
    gap_m = chance.uniform(2.0, 12.0)

    def area(at: At, _share: float, side: float) -> shapely.Polygon:
        return tip(*at.ends(world), 0.5, side * (world.keep_out_m(at) + gap_m))

    found = _with_room(world, chance, area, least_m=600.0)
    if found is None:
        return None
    at, _, side = found
    known = world.with_zone(area(at, 0.5, side))
    # The way is less than a metre longer; what is a metre too long by the record is right.
    into_m = gap_m + chance.uniform(0.2, 1.0) * world.keep_out_m(at)
    return _bent(known, at, side * into_m), _bent(known, at, side * (gap_m - 0.05))


def _bent(world: World, at: At, metres: float) -> World:
    """Return the world with one waypoint more, in the middle of a piece and so far to its right."""
    a, b = at.ends(world)
    lon, lat = beside(a, b, 0.5, metres)
    middle = replace(a, lon=lon, lat=lat, alt_agl_m=(a.alt_agl_m + b.alt_agl_m) / 2, t=a.t + (b.t - a.t) / 2)
    points = at.of(world).waypoints
    bent = (*points[: at.piece + 1], middle, *points[at.piece + 1 :])
    # Rows and crossings of the straight line are left out, as a record may.
    return world.with_leg(at, waypoints=bent, profile=None, crossings=())


@fault("zone.clearance")
def wall_of_1_cm_across_a_leg(world: World, chance: Random) -> Pair | None:
    """Put in a zone 1 cm thick: across the line, or just beside it."""

    def area(at: At, share: float, side: float, from_m: float | None = None) -> shapely.Polygon:
        near_m = world.keep_out_m(at) + ROUNDING_M if from_m is None else from_m
        return strip(*at.ends(world), share, side * near_m, side * (near_m + 80), thick_m=CM)

    found = _with_room(world, chance, area)
    if found is None:
        return None
    at, share, side = found
    return world.with_zone(area(at, share, side, -chance.uniform(5, 75))), world.with_zone(area(at, share, side))


@fault("zone.clearance")
def zone_overlapped_by_1_cm(world: World, chance: Random) -> Pair | None:
    """Put in a zone 1 cm nearer than the keep-out distance, beyond what rounding may be; or as much farther."""

    def area(at: At, share: float, side: float, more_m: float = CM) -> shapely.Polygon:
        return tip(*at.ends(world), share, side * (world.keep_out_m(at) + more_m))

    found = _with_room(world, chance, area)
    if found is None:
        return None
    at, share, side = found
    near = area(at, share, side, -ROUNDING_M - CM)
    return world.with_zone(near), world.with_zone(area(at, share, side))


@fault("zone.clearance")
def zone_that_came_later(world: World, chance: Random) -> Pair | None:
    """Put in a zone that the planner never knew, over a leg: in force from the middle of it, or once all are back."""
    at = a_leg(world, chance, least_m=150.0)
    (a, b), points = at.ends(world), at.of(world).waypoints
    area = strip(a, b, chance.uniform(0.2, 0.8), -chance.uniform(1, 60), chance.uniform(1, 60), thick_m=30)
    midway = points[0].t + (points[-1].t - points[0].t) / 2
    late, after = during(midway, None), during(world.lands, None)
    return world.with_zone(area, schedule=late), world.with_zone(area, schedule=after)


@fault("leg.waypoints")
def longitude_and_latitude_swapped(world: World, chance: Random) -> Pair:
    """Put in one waypoint with its coordinates swapped, or off by the last decimal of the record."""
    at = a_leg(world, chance)
    number = chance.randrange(1, len(at.of(world).waypoints) - 1)
    point = at.of(world).waypoints[number]
    nudged = world.with_waypoint(at, number, lon=point.lon + 1e-7, lat=point.lat - 1e-7)
    return world.with_waypoint(at, number, lon=point.lat, lat=point.lon), nudged


@fault("leg.pads")
def landing_beside_the_pad(world: World, chance: Random) -> Pair:
    """Put in the last waypoint more than a metre from its pad, or less."""
    return _moved(world, chance, -1, chance.uniform(1.05, 3.0))


@fault("leg.level")
def descent_that_is_not_straight_down(world: World, chance: Random) -> Pair:
    """Put in the last waypoint at a level more than a metre from above the pad, or less."""
    return _moved(world, chance, -2, chance.uniform(1.05, 3.0))


def _moved(world: World, chance: Random, number: int, metres: float) -> Pair:
    at = a_leg(world, chance)
    point, azimuth = at.of(world).waypoints[number], chance.uniform(0, 360)

    def by(off_m: float) -> World:
        lon, lat, _ = GEOD.fwd(point.lon, point.lat, azimuth, off_m)
        points = at.of(world).waypoints
        return world.with_waypoint(at, number % len(points), lon=lon, lat=lat)

    return by(metres), by(0.85)


@fault("boundary.gate", on=("crossing",))
def gate_bypassed(world: World, chance: Random) -> Pair | None:
    """Put in a gate beside all lines, or one whose opening holds them with a metre to spare."""
    ends = _opening_ends(world, 1.0)
    if ends is None:
        return None
    south_m, north_m = ends
    return _opened(world, north_m + chance.uniform(10, 60), north_m + 300), _opened(world, south_m, north_m)


@fault("boundary.gate", on=("crossing",))
def gate_whose_opening_ends_too_near(world: World, chance: Random) -> Pair | None:
    """Put in a gate's opening that ends some centimetres inside a corridor, or outside of it."""
    near, clear = _opening_ends(world, -ROUNDING_M - chance.uniform(0.01, 0.5)), _opening_ends(world, 0.02)
    if near is None or clear is None:
        return None
    return _opened(world, near[0], clear[1] + 50), _opened(world, clear[0], clear[1] + 50)


def _opening_ends(world: World, room_m: float) -> tuple[float, float] | None:
    """Return how far south and north the opening of the gate may end, so far beyond the corridors that cross by it."""
    legs, frame, (gate,) = [at for at in legs_of(world) if at.of(world).crossings], frame_of(world), world.sky.gates
    if not legs:
        return None
    west_m, _, east_m, _ = frame.project(gate.area).bounds
    lines = shapely.MultiLineString(
        [frame.project(shapely.LineString([(p.lon, p.lat) for p in at.of(world).waypoints])) for at in legs]
    )
    apart_m, middle_m = world.job.policy.corridor_half_width_m + room_m, (west_m + east_m) / 2
    crossings = [frame.to_xy(c.lon, c.lat)[1] for at in legs for c in at.of(world).crossings]

    def end(from_m: float, way: float) -> float:
        """Return the nearest place along the boundary that is far enough from all lines, to a tenth of a millimetre."""
        near_m, far_m = 0.0, 1000.0
        while far_m - near_m > 1e-4:
            half_m = (near_m + far_m) / 2
            off_m = lines.distance(shapely.Point(middle_m, from_m + way * half_m))
            near_m, far_m = (near_m, half_m) if off_m >= apart_m else (half_m, far_m)
        return from_m + way * far_m

    return end(float(min(crossings)), -1.0), end(float(max(crossings)), 1.0)


def _opened(world: World, south_m: float, north_m: float) -> World:
    (gate,), frame = world.sky.gates, frame_of(world)
    west_m, _, east_m, _ = frame.project(gate.area).bounds
    return world.with_gates(area=frame.unproject(shapely.box(west_m, south_m, east_m, north_m)))

"""Faults of height: feet for metres, the ellipsoid for the sea, the edges of bands."""

from __future__ import annotations

from random import Random

import shapely

from airspace.earth.geoids import undulation_span_m
from airspace.earth.heights import Reference
from benchmarks.seeded.places import ROUNDING_M
from benchmarks.seeded.worlds import At, Pair, World, a_leg, band, fault, legs_of, strip

FOOT_M = 0.3048
LEVEL_M = 0.1
"""What the check allows between a waypoint and a flight level."""


def _lifted(world: World, at: At, factor: float, more_m: float) -> World:
    """Return the world with the level part of a leg at other heights, above the sea and above the ground alike."""
    points = at.of(world).waypoints
    for number in range(1, len(points) - 1):
        height_m = points[number].alt_amsl_m
        up_m = height_m * (factor - 1.0) + more_m
        agl_m = points[number].alt_agl_m + up_m
        world = world.with_waypoint(at, number, alt_amsl_m=height_m + up_m, alt_agl_m=agl_m)
    return world


@fault("leg.level")
def feet_read_as_metres(world: World, chance: Random) -> Pair:
    """Put in a level flown at three times its height, or within the tenth of a metre that is allowed."""
    at = a_leg(world, chance)
    return _lifted(world, at, 1 / FOOT_M, 0.0), _lifted(world, at, 1.0, chance.uniform(-0.9, 0.9) * LEVEL_M)


@fault("leg.level")
def heights_above_the_ellipsoid_written_as_above_the_sea(world: World, chance: Random) -> Pair:
    """Put in a level off by the undulation of the geoid there, or off by a few centimetres."""
    at = a_leg(world, chance)
    area = strip(*at.ends(world), 0.5, -1, 1, thick_m=1)
    return _lifted(world, at, 1.0, undulation_span_m(area)[0]), _lifted(world, at, 1.0, chance.uniform(-0.05, 0.05))


def _highest(world: World, chance: Random) -> tuple[At, float] | None:
    """Draw a leg of the highest level that any is flown at."""
    found = [(max(point.alt_amsl_m for point in at.of(world).waypoints), at) for at in legs_of(world, least_m=150.0)]
    if not found:
        return None
    top_m = max(max(height_m for height_m, _ in found), *world.job.policy.levels_amsl_m)
    high = [at for height_m, at in found if height_m >= top_m - 1e-6]
    return (chance.choice(high), top_m) if high else None


def _across_the_highest(world: World, chance: Random) -> tuple[shapely.Polygon, float] | None:
    """Draw the area of a zone across a leg of the highest level, with the least floor that is clear of it."""
    found = _highest(world, chance)
    if found is None:
        return None
    at, level_m = found
    area = strip(*at.ends(world), chance.uniform(0.2, 0.8), -chance.uniform(1, 60), chance.uniform(1, 60), thick_m=20)
    return area, level_m + world.job.policy.vertical_gap_m


@fault("zone.clearance", "zone.vertical")
def altitude_edge_of_a_zone(world: World, chance: Random) -> Pair | None:
    """Put in a zone over a leg whose floor is some centimetres too low, or just high enough."""
    found = _across_the_highest(world, chance)
    if found is None:
        return None
    area, floor_m = found
    low_m = ROUNDING_M + chance.uniform(0.01, 0.5)
    return world.with_zone(area, band=band(floor_m - low_m, None)), world.with_zone(area, band=band(floor_m, None))


@fault("zone.clearance", "zone.vertical")
def floor_of_a_zone_told_above_the_ellipsoid(world: World, chance: Random) -> Pair | None:
    """Put in a floor that is high enough only if the ellipsoid is taken for the sea, or one that truly is."""
    found = _across_the_highest(world, chance)
    if found is None:
        return None
    area, floor_m = found
    geoid_m = undulation_span_m(area)
    # What is told above the ellipsoid is lower above the sea by the undulation, higher where that is below zero.
    low_m = ROUNDING_M + chance.uniform(0.05, 0.5)
    return (
        world.with_zone(area, band=band(floor_m + geoid_m[0] - low_m, None, Reference.W84)),
        world.with_zone(area, band=band(floor_m + geoid_m[1] + 0.01, None, Reference.W84)),
    )

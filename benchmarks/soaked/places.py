"""Hostile places: pads shut in, slots as wide as a clearance, edges that touch, areas that hardly are any."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

import shapely

from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.model.zones import Restriction, Zone
from benchmarks.planted.worlds import FRAME, Scene, new_pad, new_zone, rectangle
from benchmarks.soaked import draws
from benchmarks.soaked.hostile import HAIRS_M, hostile, off

KEEP_OUT_M = 50.0
"""From the centre line to a zone: half-width and clearance of the day's policy."""
GAP_M = 13.0
"""Up and down from a flight level to a zone: vertical clearance and budget."""


def _turned(area: shapely.Geometry, scene: Scene) -> shapely.Geometry:
    """Return an area drawn along the x axis, turned to lie along the way from the hub to pad A."""
    x_m, y_m = scene.xy("A")
    turned = shapely.affinity.rotate(area, math.atan2(y_m, x_m), origin=(0, 0), use_radians=True)
    return FRAME.unproject(turned)


def _reach_m(scene: Scene) -> float:
    return math.hypot(*scene.xy("A"))


def _zone(name: str, area: shapely.Geometry, **fields: object) -> Zone:
    return new_zone(area, id=name, name=name, **fields)


@hostile
def a_ring_round_the_pad(scene: Scene, r: Random) -> Scene:
    """Shut a pad in, or leave a slot that is as wide as a corridor with its clearances."""
    x_m, y_m = scene.xy("A")
    inner_m = KEEP_OUT_M + 10 + off(r, -9.99, -10.0, 40.0)
    ring = shapely.box(x_m - 200, y_m - 200, x_m + 200, y_m + 200)
    ring -= shapely.box(x_m - inner_m, y_m - inner_m, x_m + inner_m, y_m + inner_m)
    slot_m = KEEP_OUT_M + r.choice(HAIRS_M)
    shut = r.random() < 0.3
    ring = ring if shut else ring - shapely.box(x_m - slot_m, y_m, x_m + slot_m, y_m + 300)
    return scene.with_zone(_zone("ring", FRAME.unproject(ring)))


@hostile
def a_slot_between_two_zones(scene: Scene, r: Random) -> Scene:
    """Leave a slot between two walls across the way, as wide as a corridor with its clearances."""
    half_m, at_m, far_m = KEEP_OUT_M + r.choice(HAIRS_M), _reach_m(scene) / 2, r.choice([300.0, 6000.0])
    aside_m = r.choice([0.0, 150.0])
    walls = [
        shapely.box(at_m - 40, aside_m + half_m, at_m + 40, aside_m + far_m),
        shapely.box(at_m - 40, aside_m - far_m, at_m + 40, aside_m - half_m),
    ]
    for number, wall in enumerate(walls):
        scene = scene.with_zone(_zone(f"wall{number}", _turned(wall, scene)))
    return scene


@hostile
def a_maze_of_slots(scene: Scene, r: Random) -> Scene:
    """Put walls across the way one after another, each with a slot at another place."""
    reach_m = _reach_m(scene)
    for number in range(r.choice([3, 5])):
        at_m = reach_m * (number + 1) / 7
        slot_m, aside_m = KEEP_OUT_M + r.choice([0.001, 0.01, 5.0]), r.choice([-400.0, 0.0, 400.0])
        wall = shapely.box(at_m - 10, -900, at_m + 10, 900) - shapely.box(
            at_m - 20, aside_m - slot_m, at_m + 20, aside_m + slot_m
        )
        scene = scene.with_zone(_zone(f"wall{number}", _turned(wall, scene)))
    return scene


@hostile
def an_edge_along_the_line(scene: Scene, r: Random) -> Scene:
    """Let the edge of a zone run beside the straight way, at the least distance."""
    reach_m, near_m = _reach_m(scene), KEEP_OUT_M + r.choice(HAIRS_M)
    beside = shapely.box(r.choice([-100.0, 300.0]), near_m, reach_m + r.choice([-300.0, 100.0]), near_m + 400)
    scene = scene.with_zone(_zone("north", _turned(beside, scene)))
    south = shapely.affinity.scale(beside, yfact=-1, origin=(0, 0))
    return scene.with_zone(_zone("south", _turned(south, scene))) if r.random() < 0.5 else scene


@hostile
def no_clearance_and_no_width(scene: Scene, r: Random) -> Scene:
    """Take clearance and width away, and let a zone touch the straight way."""
    scene = scene.with_policy(clearance_m=0.0, corridor_half_width_m=off(r, 0.001))
    hair_m = r.choice(HAIRS_M)
    return scene.with_zone(_zone("touch", _turned(shapely.box(500, hair_m, 900, 700), scene)))


@hostile
def a_zone_at_the_level(scene: Scene, r: Random) -> Scene:
    """Let a zone begin, or end, as near above or below the flight level as it may."""
    (level_m,) = scene.job.policy.levels_amsl_m
    hair_m = r.choice(HAIRS_M)
    above = r.random() < 0.5
    edge = Height(value_m=level_m + GAP_M + hair_m if above else level_m - GAP_M + hair_m, reference=Reference.AMSL)
    band = Band(lower=edge, upper=None) if above else Band(lower=GROUND, upper=edge)
    return scene.with_zone(_zone("slab", _turned(shapely.box(400, -2000, 900, 2000), scene), band=band))


@hostile
def a_gap_between_levels(scene: Scene, r: Random) -> Scene:
    """Lay levels a hair apart, or as far as a zone between them needs."""
    (level_m,) = scene.job.policy.levels_amsl_m
    step_m = r.choice([0.1, 1.0, 26.0, 26.001, 40.0])
    scene = scene.with_policy(levels_amsl_m=(level_m, level_m + step_m))
    low, high = (
        Height(value_m=level_m + metres, reference=Reference.AMSL) for metres in (-5.0, max(0.5, step_m - GAP_M))
    )
    wall = shapely.box(600, -3000, 700, 3000)
    return scene.with_zone(_zone("slab", _turned(wall, scene), band=Band(lower=low, upper=high)))


@hostile
def pads_in_one_place(scene: Scene, r: Random) -> Scene:
    """Put pads where others are, or a millimetre, a hand, a step away."""
    near, beside_m = r.choice(["hub", "A"]), off(r, 0.001, 0.01, 0.3, 1.0, 5.0)
    x_m, y_m = scene.xy(near)
    twin = new_pad("twin", x_m + beside_m, y_m)
    twin = replace(twin, lon=scene.sky.pad(near).lon, lat=scene.sky.pad(near).lat) if beside_m == 0 else twin
    scene = scene.with_sky(pads=(*scene.sky.pads, twin))
    target = scene.order
    return scene.with_orders(*scene.job.orders[1:], replace(target, id="t1", to_pad="twin"))


@hostile
def a_pad_at_the_level(scene: Scene, r: Random) -> Scene:
    """Raise a pad to the flight level, or just under it."""
    (level_m,) = scene.job.policy.levels_amsl_m
    name = r.choice(["A", "B", "hub"])
    return scene.with_pad(name, elevation_amsl_m=level_m - r.choice([0.0, 0.001, 0.1, 0.11, 1.0, -5.0]))


@hostile
def areas_that_are_hardly_any(scene: Scene, r: Random) -> Scene:
    """Put slivers, spikes, tiny and touching areas in the way."""
    at_m = _reach_m(scene) / 2
    spike = shapely.Polygon([(at_m, -1e-4), (at_m + 1e-4, 0.0), (at_m, 900.0)])
    tiny = shapely.Polygon([(at_m, 0.0), (at_m + 1e-3, 0.0), (at_m, 1e-3)])
    sliver = shapely.box(at_m, -800, at_m + 1e-3, 800)
    bow = shapely.MultiPolygon(
        [shapely.box(at_m - 300, 0, at_m, 300), shapely.box(at_m, -300, at_m + 300, 0)]
    )  # touches itself in a point
    doubled = shapely.Polygon([(at_m, 50), (at_m, 50), (at_m + 200, 50), (at_m + 200, 50.0000001), (at_m, 400)])
    hole = shapely.Polygon(
        [(at_m - 300, -300), (at_m + 300, -300), (at_m + 300, 300), (at_m - 300, 300)],
        [[(at_m - 300, -300), (at_m, 100), (at_m + 100, 0)]],
    )  # its hole touches its shell
    shapes = r.sample([spike, tiny, sliver, bow, doubled, hole], 2)
    for number, shape in enumerate(shapes):
        scene = scene.with_zone(_zone(f"odd{number}", _turned(shape, scene)))
    return scene


@hostile
def the_same_zone_many_times(scene: Scene, r: Random) -> Scene:
    """Lay one area over itself, with other restrictions, hours and heights, and inside of itself."""
    circle = shapely.Point(_reach_m(scene) / 2, r.choice([0.0, 60.0])).buffer(200, quad_segs=4)
    for number in range(12):
        shape = circle if number % 3 else shapely.affinity.scale(circle, 1 - number / 30, 1 - number / 30)
        wanted = {"restriction": r.choice(list(Restriction)), "band": draws.a_band(r)}
        scene = scene.with_zone(_zone(f"same{number}", _turned(shape, scene), **wanted))
    return scene


@hostile
def zones_that_share_an_edge(scene: Scene, r: Random) -> Scene:
    """Tile the way with zones that share edges and corners, one of them missing."""
    at_m, missing = _reach_m(scene) / 2, r.randrange(9)
    for number in range(9):
        if number == missing:
            continue
        west_m, south_m = at_m + 100 * (number % 3) - 150, 100 * (number // 3) - 150
        scene = scene.with_zone(
            _zone(f"tile{number}", _turned(shapely.box(west_m, south_m, west_m + 100, south_m + 100), scene))
        )
    return scene


@hostile
def wide_turns_in_a_narrow_place(scene: Scene, r: Random) -> Scene:
    """Let a drone that turns wide go round a narrow wall."""
    at_m = _reach_m(scene) / 2
    scene = scene.with_kind(min_turn_radius_m=r.choice([60.0, 200.0, 600.0]))
    return scene.with_zone(_zone("fin", _turned(shapely.box(at_m, -900, at_m + 1, r.choice([30.0, 300.0])), scene)))


@hostile
def hills_in_the_way(scene: Scene, r: Random) -> Scene:
    """Put ground in the way that comes as near as it may, or is not known."""
    terrain = draws.a_terrain(r)
    levels = r.choice([(120.0,), (120.0, 121.0), (90.0, 120.0)])
    return scene.with_sky(terrain=terrain).with_policy(levels_amsl_m=levels)


@hostile
def everything_but_a_pad_is_shut(scene: Scene, r: Random) -> Scene:
    """Shut everything from above the pads up."""
    floor = Height(value_m=r.choice([1.0, 100.0, 119.0]), reference=Reference.AGL)
    band = Band(lower=floor, upper=None)
    whole = rectangle(-8e3, -8e3, 8e3, 8e3)
    return scene.with_zone(new_zone(whole, r.choice(list(Restriction)), id="lid", name="Lid", band=band))

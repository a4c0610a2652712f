"""Hostile land: boundaries along legs and through pads, sides that overlap or lie apart, gates within gates."""

from __future__ import annotations

from random import Random

import shapely
import shapely.ops

from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.model.gates import Gate, Jurisdiction
from benchmarks.planted.worlds import FRAME, Scene, both_permits, new_permit, new_zone, rectangle
from benchmarks.soaked.draws import two_sides
from benchmarks.soaked.hostile import HAIRS_M, hostile, off, on_two_sides

HALF_WIDTH_M = 20.0
OVERLAPS_M = (0.0, 1e-5, 0.0005, 0.001, 0.01, 0.5, 5.0, 25.0, 60.0, 150.0, -1e-5, -0.0005, -0.01)


def _side(name: str, area: shapely.Geometry) -> Jurisdiction:
    return Jurisdiction(id=name, name=name, authority=f"{name}-aa", area=area)


def _gate(name: str, area: shapely.Geometry, *authorities: str) -> Gate:
    permits = tuple(new_permit(f"{name}-{authority}", authority) for authority in authorities)
    return Gate(id=name, name=name, area=area, band=Band(lower=GROUND, upper=None), permits=permits)


@on_two_sides
def sides_that_overlap_or_lie_apart(scene: Scene, r: Random) -> Scene:
    """Let two sides share a strip, or leave one to nobody, as wide as it may be."""
    x_m = scene.xy("A")[0] * r.choice([0.3, 0.5, 0.9])
    scene = scene.with_gate(area=rectangle(x_m - 200, -300, x_m + 200, 300))
    return scene.with_sky(jurisdictions=two_sides(x_m, r.choice(OVERLAPS_M), rules=False))


@on_two_sides
def a_boundary_along_a_leg(scene: Scene, r: Random) -> Scene:
    """Let the boundary run along the straight way, or beside it at the least distance."""
    a_x, a_y = scene.xy("A")
    beside_m = r.choice([0.0, HALF_WIDTH_M, -HALF_WIDTH_M]) + r.choice(HAIRS_M)
    line = shapely.LineString([(-9e3 * a_x, -9e3 * a_y), (9e3 * a_x, 9e3 * a_y)])
    square = shapely.box(-9e3, -9e3, 9e3, 9e3)
    upper, lower = shapely.ops.split(square, shapely.affinity.translate(line, yoff=beside_m)).geoms
    sides = (_side("west", FRAME.unproject(upper)), _side("east", FRAME.unproject(lower)))
    reach_m = r.choice([500.0, a_x + 500])
    return scene.with_sky(jurisdictions=sides).with_gate(area=rectangle(-200, -400, reach_m, 400))


@on_two_sides
def a_boundary_through_a_pad(scene: Scene, r: Random) -> Scene:
    """Let the boundary pass through a pad, or by it at the least distance."""
    x_m = scene.xy(r.choice(["A", "hub", "B"]))[0] + r.choice([0.0, HALF_WIDTH_M, -HALF_WIDTH_M]) + r.choice(HAIRS_M)
    sides = two_sides(x_m, off(r, 0.0005, 5.0), rules=False)
    return scene.with_sky(jurisdictions=sides).with_gate(area=rectangle(x_m - 90, -900, x_m + 90, 900))


@on_two_sides
def a_gate_as_wide_as_a_corridor(scene: Scene, r: Random) -> Scene:
    """Make a gate as wide as the corridor through it."""
    half_m = HALF_WIDTH_M + r.choice(HAIRS_M)
    x_m = scene.xy("A")[0] / 2
    y_m = r.choice([0.0, 400.0])
    scene = scene.with_sky(jurisdictions=two_sides(x_m, 0.0, rules=False))
    return scene.with_gate(area=rectangle(x_m - r.choice([0.01, 50.0]), y_m - half_m, x_m + 50, y_m + half_m))


@on_two_sides
def gates_that_overlap(scene: Scene, r: Random) -> Scene:
    """Lay gates over each other and side by side, with permits for one side each."""
    x_m = scene.xy("A")[0] / 2
    south, north = rectangle(x_m - 90, -100, x_m + 90, off(r, 30.0)), rectangle(x_m - 90, 0, x_m + 90, 100)
    gates = (
        _gate("south", south, "west-aa", "east-aa"),
        _gate("north", north, *r.choice([("west-aa",), ("west-aa", "east-aa")])),
    )
    return scene.with_sky(jurisdictions=two_sides(x_m, off(r, 0.0005, 20.0), rules=False), gates=gates)


@on_two_sides
def three_sides_that_meet(scene: Scene, r: Random) -> Scene:
    """Let three sides meet in a point on the straight way, or beside it, inside a gate."""
    x_m, y_m = scene.xy("A")[0] / 2, r.choice([0.0, 30.0, 1e-3])
    sides = (
        _side("west", rectangle(-9e3, -9e3, x_m, 9e3)),
        _side("east", rectangle(x_m, y_m, 9e3, 9e3)),
        _side("south", rectangle(x_m, -9e3, 9e3, y_m)),
    )
    gate = _gate("all", rectangle(x_m - 300, -300, x_m + 300, 300), "west-aa", "east-aa", "south-aa")
    return scene.with_sky(jurisdictions=sides, gates=(gate,))


@on_two_sides
def an_enclave_on_the_way(scene: Scene, r: Random) -> Scene:
    """Put a small side inside of a big one, on the way or about the pad, with a gate over all of it or a part."""
    x_m = scene.xy("A")[0] * r.choice([0.5, 1.0])
    inner = shapely.Point(x_m, 0).buffer(r.choice([15.0, 200.0, 500.0]), quad_segs=4)
    west = _side("west", FRAME.unproject(shapely.box(-9e3, -9e3, 9e3, 9e3) - inner))
    gate = rectangle(x_m - 700, -700, x_m + r.choice([0.0, 700.0]), 700)
    return scene.with_sky(jurisdictions=(west, _side("east", FRAME.unproject(inner)))).with_gate(area=gate)


@on_two_sides
def a_ragged_boundary(scene: Scene, r: Random) -> Scene:
    """Draw the boundary with other vertices on its two sides, and many teeth."""
    x_m, tooth_m = scene.xy("A")[0] / 2, r.choice([0.5, 30.0, 120.0])
    teeth = [(x_m + tooth_m * (k % 2), -1000 + 2000 * k / 60) for k in range(61)]
    west = shapely.Polygon([(-9e3, -9e3), (x_m, -9e3), *teeth, (x_m, 9e3), (-9e3, 9e3)])
    east = shapely.Polygon([(9e3, -9e3), (x_m, -9e3), *teeth[:: r.choice([1, 2])], (x_m, 9e3), (9e3, 9e3)])
    sides = (_side("west", FRAME.unproject(west)), _side("east", FRAME.unproject(east)))
    return scene.with_sky(jurisdictions=sides).with_gate(area=rectangle(x_m - 300, -400, x_m + 300, 400))


@hostile
def the_edge_of_all_land(scene: Scene, r: Random) -> Scene:
    """End all jurisdictions beside the way, at the least distance."""
    x_m, y_m = scene.xy("A")
    near_m = HALF_WIDTH_M + r.choice(HAIRS_M)
    land = shapely.LineString([(0, 0), (x_m, y_m)]).buffer(near_m, cap_style="square", join_style="mitre")
    return scene.with_sky(jurisdictions=(_side("strip", FRAME.unproject(land)),))


@on_two_sides
def permits_for_another(scene: Scene, r: Random) -> Scene:
    """Give permits to another drone, for other heights, or to one side only."""
    low = Band(lower=GROUND, upper=None)
    kind = r.choice([{"aircraft": ("other",)}, {"aircraft": (scene.job.drones[0].id,)}, {"band": low}])
    permits = both_permits(**kind)
    return scene.with_gate(permits=permits if r.random() < 0.7 else permits[:1])


@on_two_sides
def a_change_of_level_where_sides_overlap(scene: Scene, r: Random) -> Scene:
    """Make the level change inside of the strip that two sides share: low before it, high after it."""
    x_m = round(scene.xy("A")[0] * 0.6, 1)
    strip_m = r.choice([60.0, 100.0, 140.0])
    high, low = (Height(value_m=metres, reference=Reference.AMSL) for metres in (150.0, 125.0))
    lid = rectangle(-3e3, -3e3, x_m - strip_m - 60 + r.choice([0.0, 40.0, strip_m]), 3e3)
    wall = rectangle(x_m + r.choice([30.0, strip_m, strip_m + 60]), -3e3, x_m + 400, 3e3)
    for name, area, band in (
        ("lid", lid, Band(lower=high, upper=None)),
        ("wall", wall, Band(lower=GROUND, upper=low)),
    ):
        scene = scene.with_zone(new_zone(area, id=name, name=name, band=band))
    scene = scene.with_gate(area=rectangle(x_m - 250, -300, x_m + 250, 300)).with_policy(levels_amsl_m=(120.0, 160.0))
    return scene.with_sky(jurisdictions=two_sides(x_m, strip_m, rules=False))

"""Maps on which other visibility graphs fail: crash, find no way, or cross a zone. Lengths are worked out by hand.

Each map is 2,000 m wide; the engine gets what cleaning makes of the zones, as it does behind ``build_network``.
"""

import math

import numpy as np
import pytest
import shapely

from airspace.corridors import cleaning, networks
from airspace.corridors.charts import CorridorRules
from airspace.corridors.engine import searches
from airspace.corridors.engine.spaces import Space
from airspace.errors import PlaceNotFree, TangledObstacles
from airspace.model.skies import Airspace
from tests.airspace.corridors.maps import a_pad, a_zone, box

Spot = tuple[float, float]
PAD = (-700.0, 0.0), (700.0, 0.0)


def space_of(*zones: shapely.Geometry, domain: shapely.Polygon | None = None) -> Space:
    return Space.among(cleaning.merged([shapely.make_valid(zone) for zone in zones]), domain=domain)


def whole(spot: Spot) -> tuple[int, int]:
    return round(spot[0] * 1000), round(spot[1] * 1000)


def length_m(space: Space, start: Spot, goal: Spot) -> float:
    """Shortest length, infinite without a way; the three searches agree."""
    line = searches.Finder(space).line(whole(start), whole(goal))
    one_m = math.inf if line is None else line.length_m
    views = space.views(np.array([whole(start), whole(goal)]))
    assert searches.matrix(space, views)[0, 1] == pytest.approx(one_m, abs=1e-9)
    assert searches.tree(space, views, 0).lengths_m[1] == pytest.approx(one_m, abs=1e-9)
    return one_m


def test_zones_that_touch_in_a_point_are_not_flown_between() -> None:
    space = space_of(box(-600, -600, 0, 0), box(0, 0, 600, 600))
    by_hand_m = 2 * math.hypot(300, 300) + 2 * 600
    assert length_m(space, (-300, 300), (300, -300)) == pytest.approx(by_hand_m, abs=0.05)


def test_a_pinch_is_shut_even_in_outlines_that_were_never_cleaned() -> None:
    space = Space.among([box(-600, -600, 0, 0), box(0, 0, 600, 600)])
    assert length_m(space, (-300, 300), (300, -300)) == pytest.approx(2 * math.hypot(300, 300) + 1200, abs=1e-9)


def test_a_slit_of_a_millimetre_is_no_way() -> None:
    space = space_of(box(-600, -400, -0.0005, 400), box(0.0005, -400, 600, 400))
    assert length_m(space, (0, -700), (0, 700)) == pytest.approx(2 * math.hypot(600, 300) + 800, abs=0.05)


def test_zones_that_share_an_edge_are_not_flown_along_it() -> None:
    space = space_of(box(-400, -400, 0, 400), box(0, -400, 400, 400))
    assert length_m(space, *PAD) == pytest.approx(2 * 500 + 800, abs=0.05)


def test_a_zone_that_ends_in_a_t_on_another_lets_nothing_through() -> None:
    space = space_of(box(-400, 0, 400, 400), box(-100, -400, 100, 0))
    by_hand_m = 2 * math.hypot(600, 300) + 200
    assert length_m(space, (-700, -100), (700, -100)) == pytest.approx(by_hand_m, abs=0.05)


def test_a_bow_tie_is_flown_round() -> None:
    space = space_of(shapely.Polygon([(-400, -400), (400, 400), (400, -400), (-400, 400)]))
    assert length_m(space, *PAD) == pytest.approx(1800, abs=0.05)


def test_vertices_twice_and_in_a_line_change_nothing() -> None:
    ring = [(-400, -400), (0, -400), (400, -400), (400, -400), (400, 400), (0, 400), (-400, 400)]
    assert length_m(Space.among([shapely.Polygon(ring)]), *PAD) == pytest.approx(1800, abs=1e-9)
    assert length_m(space_of(shapely.Polygon(ring)), *PAD) == pytest.approx(1800, abs=0.05)


def test_a_sliver_without_area_is_no_zone() -> None:
    sliver = shapely.Polygon([(0, -500), (0, 500), (0, 0)])
    assert length_m(space_of(sliver), (-300, -300), (300, 300)) == pytest.approx(math.hypot(600, 600), abs=1e-9)


@pytest.mark.parametrize("spot", [(0, 0), (0, 399.999)], ids=["inside", "a millimetre inside"])
def test_a_place_inside_a_zone_is_refused(spot: Spot) -> None:
    space = space_of(box(-400, -400, 400, 400))
    finder = searches.Finder(space)
    with pytest.raises(PlaceNotFree):
        finder.line(whole(spot), (700_000, 0))
    with pytest.raises(PlaceNotFree):
        finder.line((700_000, 0), whole(spot))
    assert space.free(np.array([whole(spot), (700_000, 0)])).tolist() == [False, True]
    assert length_m(space, *PAD) == pytest.approx(1800, abs=0.05)  # a refusal leaves nothing behind


@pytest.mark.parametrize("spot", [(-500, 0), (-500, -500), (-500.02, 0)])
def test_a_pad_on_an_edge_or_a_vertex_or_two_centimetres_off_is_refused_by_the_network(spot: Spot) -> None:
    rules = CorridorRules(half_width_m=0.0, clearance_m=0.0, vertical_clearance_m=0.0, levels_amsl_m=(80.0,))
    sky = Airspace(zones=(a_zone(box(-500, -500, 500, 500)),), pads=(a_pad("A", *spot), a_pad("B", 900, 0)))
    assert set(networks.build_network(sky, rules).graph["refused"]) == {"A"}


@pytest.mark.parametrize("start", [(-400, 0), (-400, -400)])
def test_the_engine_itself_takes_a_place_on_an_outline_for_free(start: Spot) -> None:
    # Straight along the edge, round two corners.
    space = Space.among([box(-400, -400, 400, 400)])
    by_hand_m = 800 + math.hypot(300, 400) + (400 if start == (-400, 0) else 0)
    assert length_m(space, start, (700, 0)) == pytest.approx(by_hand_m, abs=1e-9)


def test_a_line_along_an_edge_touches_it_and_stays_straight() -> None:
    space = Space.among([box(-400, -400, 400, 0)])
    assert length_m(space, (-800, 0), (800, 0)) == pytest.approx(1600, abs=1e-9)
    line = searches.Finder(space).line((-800_000, 0), (800_000, 0))
    assert line is not None
    assert (line.points[:, 1] == 0).all()


def test_a_wall_to_the_rim_of_the_domain_holds() -> None:
    wall, domain = box(-20, -1000, 20, 1000), box(-1000, -1000, 1000, 1000)
    assert length_m(space_of(wall, domain=domain), *PAD) == math.inf
    assert length_m(space_of(wall), *PAD) == pytest.approx(2 * math.hypot(680, 1000) + 40, abs=0.05)
    short = box(-20, -1000, 20, 999)
    assert length_m(space_of(short, domain=domain), *PAD) == pytest.approx(2 * math.hypot(680, 999) + 40, abs=0.05)


def test_outside_the_domain_no_place_is_free() -> None:
    space = space_of(box(-20, -20, 20, 20), domain=box(-1000, -1000, 1000, 1000))
    assert space.free(np.array([[1_000_500, 0], [5_000_000, 0], [999_000, 0]])).tolist() == [False, False, True]


def test_a_sealed_place_has_no_way_out() -> None:
    ring = shapely.difference(box(-900, -900, 900, 900), box(-500, -500, 500, 500))
    assert length_m(space_of(ring), (0, 0), (2000, 0)) == math.inf
    assert length_m(space_of(ring), (0, 0), (400, 400)) == pytest.approx(math.hypot(400, 400), abs=1e-9)


def test_zones_that_overlap_are_flown_round_together() -> None:
    space = space_of(box(-400, -100, 400, 100), box(-100, -400, 100, 400))
    assert length_m(space, *PAD) == pytest.approx(2 * math.hypot(600, 400) + 200, abs=0.05)


def test_pads_on_edges_of_triangles_see_as_far_as_pads_beside_them() -> None:
    space = Space.among([box(-400, -400, 400, 400), box(900, -100, 1000, 100), box(-800, 700, -600, 1100)])
    mesh = space.mesh
    ends = mesh.points[mesh.cells[mesh.free][:, :3]]
    near = np.abs(ends).max(axis=(1, 2)) < 2_000_000
    middles = (ends[near] + np.roll(ends[near], 1, axis=1)) // 2
    pads = np.unique(middles.reshape(-1, 2), axis=0)
    pads = pads[space.free(pads)]
    assert len(pads) > 10
    finder = searches.Finder(space)
    for pad in pads.tolist():
        near_by = np.array([pad]) + np.array([(1, 0), (-1, 0), (0, 1), (0, -1)])
        for spot in near_by[space.free(near_by)].tolist():
            line, beside = finder.line((pad[0], pad[1]), (0, 700_000)), finder.line((spot[0], spot[1]), (0, 700_000))
            assert line is not None
            assert beside is not None
            assert abs(line.length_m - beside.length_m) < 0.002


def test_outlines_that_cross_are_named() -> None:
    with pytest.raises(TangledObstacles):
        Space.among([box(-400, -100, 400, 100), box(-100, -400, 100, 400)])


def test_a_map_too_wide_for_exact_turns_is_refused() -> None:
    with pytest.raises(TangledObstacles, match="km wide"):
        Space.among([box(0, 0, 1, 1), box(1_200_000, 0, 1_200_001, 1)])


def test_without_obstacles_everything_is_straight_and_free() -> None:
    assert length_m(Space.among([]), (-5000, 3), (5000, 3)) == pytest.approx(10_000, abs=1e-9)
    empty = Space.among([])
    views = empty.views(np.empty((0, 2), np.int64))
    assert searches.matrix(empty, views).shape == (0, 0)


def test_two_pads_at_one_place_have_nothing_between_them() -> None:
    assert length_m(space_of(box(-400, -400, 400, 400)), (700, 0), (700, 0)) == 0.0


def test_the_number_of_workers_changes_nothing() -> None:
    chance = np.random.default_rng(3)
    discs = [shapely.Point(chance.uniform(0, 30_000, 2)).buffer(chance.uniform(100, 400), 16) for _ in range(90)]
    clean = cleaning.merged(discs)
    alone, together = Space.among(clean, workers=1), Space.among(clean, workers=2)
    pads = chance.integers(0, 30_000_000, (40, 2))
    assert alone.tangents.links.tolist() == together.tangents.links.tolist()
    tables = [searches.matrix(alone, alone.views(pads, workers=count), workers=count) for count in (1, 2)]
    assert np.array_equal(*tables)


@pytest.mark.parametrize(("lon", "lat"), [(180.0, 20.0), (-179.99, -16.5), (25.0, 65.0), (25.0, 78.0)])
def test_at_the_antimeridian_and_far_north_the_frame_gives_the_same_lengths(lon: float, lat: float) -> None:
    # A square of 1,000 m round the middle of the frame; what crosses 180 degrees there is plain metres in the frame.
    from airspace.earth.frame import GEOD, Frame

    frame = Frame(lon=lon, lat=lat)
    lons, lats, _ = GEOD.fwd([lon] * 6, [lat] * 6, [45, 135, 225, 315, 90, 270], [math.hypot(500, 500)] * 4 + [900] * 2)
    x, y = frame.to_xy(lons, lats)
    spots = np.rint(np.column_stack((x, y)) * 1000).astype(np.int64)
    space = Space.among([shapely.Polygon(spots[:4][::-1] / 1000)])
    line = searches.Finder(space).line(tuple(spots[4].tolist()), tuple(spots[5].tolist()))
    assert line is not None
    assert line.length_m == pytest.approx(2 * math.hypot(400, 500) + 1000, abs=0.05)

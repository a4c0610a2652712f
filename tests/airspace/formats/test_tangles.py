from __future__ import annotations

import numpy as np
import pytest
import shapely

from airspace.formats import outlines, tangles
from airspace.formats.shapes import Telling, area_of
from airspace.formats.tangles import Effort, crossings_in, nested_in, overlaps_in


def square(x: float, y: float, size: float) -> list[tuple[float, float]]:
    return [(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)]


def circle(corners: int, radius: float = 1.0) -> list[tuple[float, float]]:
    turns = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    points = np.column_stack((np.cos(turns), np.sin(turns))) * radius
    return [(float(x), float(y)) for x, y in [*points, points[0]]]


def with_holes(corners: int, holes: int) -> shapely.Polygon:
    """A round shell of so many corners with so many little triangles in it."""
    side = int(np.ceil(np.sqrt(holes)))
    spots = [(-0.5 + (k % side) / side, -0.5 + (k // side) / side) for k in range(holes)]
    step = 0.4 / side
    return shapely.Polygon(circle(corners), [[(x, y), (x + step, y), (x, y + step)] for x, y in spots])


def comb(teeth: int, *, between: int = 0) -> list[list[tuple[float, float]]]:
    """A comb within the unit square, and triangles between its teeth: rings in its box, and not in it."""
    pitch = 0.8 / teeth
    corners = [
        (0.1 + tooth * pitch + dx * pitch, y)
        for tooth in range(teeth)
        for dx, y in ((0.0, 0.2), (0.0, 0.9), (0.3, 0.9), (0.3, 0.2))
    ]
    rise = 0.5 * teeth / max(between, 1)
    gaps = [(0.1 + (k % teeth + 0.5) * pitch, 0.3 + (k // teeth) * rise) for k in range(between)]
    small = 0.2 * min(pitch, teeth / max(between, 1))
    return [[(0.1, 0.1), *corners, (0.9, 0.1)], *([(x, y), (x + small, y), (x, y + small)] for x, y in gaps)]


def test_pieces_overlap_as_counted_by_hand():
    # Two squares side by side: along x only neighbours meet (the two upright pieces of a square touch its
    # level ones, which lie over each other), and along y every piece meets all but one level one of its own side.
    assert overlaps_in(shapely.Polygon(square(0, 0, 1))) == 5, "all six pairs but left and right"
    apart = shapely.MultiPolygon([shapely.Polygon(square(0, 0, 1)), shapely.Polygon(square(5, 0, 1))])
    assert overlaps_in(apart) == 10, "seen from below nothing of one lies over the other"


def test_holes_are_looked_for_among_all_the_corners_of_their_shell():
    one_hole = shapely.Polygon(square(0, 0, 9), [square(1, 1, 1)])
    assert nested_in(one_hole) == 5, "the five positions of the shell"
    two_holes = shapely.Polygon(square(0, 0, 9), [square(1, 1, 1), square(3, 3, 1)])
    assert nested_in(two_holes) == 10
    assert nested_in(shapely.Polygon(square(0, 0, 9))) == 0


def test_holes_are_looked_for_in_holes_whose_box_holds_theirs():
    # A hole like an L, with a small square in its elbow: within its box and not within it.
    elbow = [(1, 1), (8, 1), (8, 2), (2, 2), (2, 8), (1, 8), (1, 1)]
    drawn = shapely.Polygon(square(0, 0, 9), [elbow, square(4, 4, 1)])
    assert drawn.is_valid
    assert nested_in(drawn) == 2 * 5 + 7, "two holes in a shell of five positions, one in an elbow of seven"
    assert nested_in(shapely.Polygon(square(0, 0, 9), [square(4, 4, 1), elbow])) == 17, "in either order"


def test_parts_are_looked_for_in_parts_whose_box_holds_theirs():
    ring = shapely.Polygon(circle(12, 5), [circle(12, 4)])
    island, far = shapely.Polygon(square(-1, -1, 2)), shapely.Polygon(square(20, 0, 1))
    assert nested_in(shapely.MultiPolygon([ring, island, far])) == 13 + 13, "one hole, one island in the box"
    assert nested_in(shapely.MultiPolygon([far, island, ring])) == 13 + 13


def test_holes_of_different_parts_are_none_of_each_others_business():
    parts = [shapely.Polygon(circle(12, 5), [circle(12, 4)]), shapely.Polygon(square(-2, -2, 4), [square(-1, -1, 2)])]
    # each hole in its own shell, and the small part in the box of the large one
    assert nested_in(shapely.MultiPolygon(parts)) == 13 + 5 + 13


def test_a_box_equal_to_another_holds_it_and_is_held_by_it():
    left_corner, right_corner = [(0, 0), (9, 0), (0, 9), (0, 0)], [(9, 9), (1, 9), (9, 1), (9, 9)]
    same = [(9, 9), (0, 9), (9, 0), (9, 9)]
    assert nested_in(shapely.MultiPolygon([shapely.Polygon(left_corner), shapely.Polygon(same)])) == 8
    assert nested_in(shapely.MultiPolygon([shapely.Polygon(left_corner), shapely.Polygon(right_corner)])) == 4


def test_the_count_is_the_same_a_few_rings_at_a_time(monkeypatch):
    drawn = shapely.Polygon(square(0, 0, 1), comb(10, between=30))
    whole = nested_in(drawn)
    monkeypatch.setattr(tangles, "NESTED_AT_ONCE", 40)
    assert nested_in(drawn) == whole == 31 * 5 + 30 * 43


def test_crossings_are_counted_and_touching_is_none():
    assert crossings_in(shapely.Polygon(square(0, 0, 1))) == 0
    assert crossings_in(shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])) == 1, "a bow tie"
    # A star of five points drawn in one go crosses itself five times.
    turns = [4 * np.pi * k / 5 for k in range(5)]
    assert crossings_in(shapely.Polygon([(np.sin(turn), np.cos(turn)) for turn in turns])) == 5
    assert crossings_in(shapely.MultiPolygon([shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)])) == 2
    assert crossings_in(shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])) == 0


def test_outlines_of_few_pieces_are_looked_at_without_counting():
    effort = Effort(overlaps=0, nested=0)
    assert effort.allows_look(shapely.Polygon(circle(199)))
    assert not effort.allows_look(shapely.Polygon(circle(200)))


@pytest.mark.parametrize(
    ("drawn", "what", "count"),
    [
        (shapely.Polygon(circle(300)), "overlaps", overlaps_in),
        (with_holes(300, 20), "nested", nested_in),
    ],
)
def test_a_look_is_allowed_until_its_cost_is_spent(drawn, what, count):
    cost = count(drawn)
    assert cost > 0
    effort = Effort(**{what: 2 * cost + 1})
    assert [effort.allows_look(drawn) for _ in range(3)] == [True, True, False]
    assert getattr(effort, what) == 1
    assert effort.allows_look(shapely.Polygon(circle(50))), "what asks for less may still go on"


STAR = shapely.Polygon([(np.sin(4 * np.pi * k / 5), np.cos(4 * np.pi * k / 5)) for k in range(5)])


@pytest.mark.parametrize(("what", "cost"), [("corners", 6), ("pairs", overlaps_in(STAR)), ("crossings", 5)])
def test_mending_is_allowed_until_its_cost_is_spent(what, cost):
    assert Effort(**{what: cost}).allows_mending(STAR)
    assert not Effort(**{what: cost - 1}).allows_mending(STAR)


def told(drawn: shapely.Polygon, effort: Effort) -> list[tuple[str, str, str]]:
    from airspace.formats.doors import PolygonGeometry

    rings = [shapely.get_coordinates(ring).tolist() for ring in (drawn.exterior, *drawn.interiors)]
    telling = Telling(file="a", prefix=("features", 3), subject="zone 'z'", effort=effort)
    area = area_of(PolygonGeometry(type="Polygon", coordinates=rings), telling)
    assert (area is None) == telling.broken
    return [(problem.code, problem.place, problem.found) for problem in telling.problems]


def test_too_many_holes_in_too_long_a_shore_are_refused():
    drawn = with_holes(3000, 200)
    found = "3,801 positions in pieces that lie over or inside one another again and again"
    assert nested_in(drawn) == 200 * 3001
    assert told(drawn, Effort(nested=200 * 3001)) == []
    assert told(drawn, Effort(nested=200 * 3001 - 1)) == [("POLYGON_TOO_TANGLED", "features[3].geometry", found)]
    # 20,000 holes in a shell of 300,000 corners are fifteen times the limit as it stands.
    assert tangles.NESTED_LIMIT * 15 == 20_000 * 300_000


def test_too_many_holes_between_the_teeth_of_a_comb_are_refused():
    drawn = shapely.Polygon(square(0, 0, 1), comb(60, between=100))
    assert drawn.is_valid
    cost = 101 * 5 + 100 * (4 * 60 + 3)
    assert told(drawn, Effort(nested=cost)) == []
    [(code, _, _)] = told(drawn, Effort(nested=cost - 1))
    assert code == "POLYGON_TOO_TANGLED"


def test_a_scribble_is_refused_before_it_is_mended():
    assert [code for code, _, _ in told(STAR, Effort(crossings=5))] == ["POLYGON_REPAIRED"]
    assert told(STAR, Effort(crossings=4)) == [
        ("POLYGON_TOO_TANGLED", "features[3].geometry", "an outline that crosses itself again and again")
    ]


def test_the_outlines_of_one_file_share_one_effort(monkeypatch, zone):
    monkeypatch.setattr(tangles, "PLAIN_PIECES", 0)
    lon_lat = [[114 + x / 100, 22 + y / 100] for x, y in circle(300)]
    cost = overlaps_in(shapely.Polygon(lon_lat))
    areas = outlines.sound_areas([zone(f"z{k}", ring=lon_lat) for k in range(3)], Effort(overlaps=2 * cost))
    assert [area is not None for area in areas] == [True, True, False]

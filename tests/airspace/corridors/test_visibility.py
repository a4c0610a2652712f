import numpy as np
import shapely

from airspace.corridors import visibility
from tests.airspace.corridors.maps import box

SQUARE = box(-1, -1, 1, 1)
L_SHAPE = shapely.Polygon([(0, 0), (3, 0), (3, 1), (1, 1), (1, 3), (0, 3)])


def spots(corners: visibility.Corners) -> set[tuple[float, float]]:
    return {(x / 1000, y / 1000) for x, y in corners.at.tolist()}


def test_only_corners_that_stick_out_are_corners() -> None:
    assert spots(visibility.corners_of([L_SHAPE])) == {(0, 0), (3, 0), (3, 1), (1, 3), (0, 3)}


def test_the_corners_of_a_hole_are_those_that_stick_into_it() -> None:
    ring = shapely.difference(box(-5, -5, 5, 5), L_SHAPE)
    assert spots(visibility.corners_of([ring])) == {(-5, -5), (-5, 5), (5, -5), (5, 5), (1, 1)}


def test_the_way_a_ring_is_drawn_does_not_matter() -> None:
    assert spots(visibility.corners_of([shapely.reverse(L_SHAPE)])) == spots(visibility.corners_of([L_SHAPE]))


def test_a_piece_is_taut_at_a_corner_when_both_edges_lie_on_one_side_of_it() -> None:
    corners = visibility.corners_of([SQUARE])
    seen = visibility.taut_from(np.array([[-3000, 0]]), corners)
    # From the west the two western corners bend a string; at the eastern ones it would bend through the square.
    assert {tuple(corners.at[corner] / 1000) for _, corner in seen} == {(-1, -1), (-1, 1)}


def test_sides_of_a_square_are_taut_and_its_diagonals_are_not() -> None:
    assert len(visibility.taut_pairs(visibility.corners_of([SQUARE]))) == 4


def test_two_squares_have_four_common_tangents_beside_their_sides() -> None:
    corners = visibility.corners_of([SQUARE, box(9, 4, 11, 6)])
    assert len(visibility.taut_pairs(corners)) == 4 + 4 + 4


def test_a_piece_may_touch_an_obstacle_but_not_enter_it() -> None:
    starts = np.array([[-3000, 1000], [-3000, 990], [-3000, 2000]])
    ends = starts + np.array([6000, 0])
    assert visibility.clear(starts, ends, [SQUARE]).tolist() == [True, False, True]


def test_nothing_blocks_where_there_is_nothing() -> None:
    corners = visibility.corners_of([])
    assert len(corners) == 0
    assert visibility.taut_pairs(corners).shape == (0, 2)
    assert visibility.clear(np.array([[0, 0]]), np.array([[1, 1]]), []).tolist() == [True]


def test_turns_are_exact_at_a_thousand_kilometres() -> None:
    far = np.int64(1_000_000_000)
    assert visibility.cross(np.array([far, far]), np.array([far, far + 1])) == far
    assert visibility.cross(np.array([far, far]), np.array([far, far])) == 0

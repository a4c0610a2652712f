"""The engine against two slow plain ways: the plain path, piece by piece, and brute force, length by length.

``python -m benchmarks.paths --truth`` does the same on 1,000 maps.
"""

import numpy as np
import pytest
import shapely

from airspace.corridors import lattices, visibility
from airspace.corridors.engine import searches
from airspace.corridors.engine.spaces import Space, seen_pairs
from benchmarks.random_maps import RandomMap, lengths_by_brute_force, random_map

SAME_M = 1e-9
"""Sums of the same square roots in another order."""


def plain_pairs(drawn: RandomMap) -> np.ndarray:
    corners = visibility.corners_of(drawn.obstacles)
    places = np.vstack((corners.at, drawn.pads))
    pairs = lattices.candidates(corners, drawn.pads)
    return pairs[visibility.clear(places[pairs[:, 0]], places[pairs[:, 1]], drawn.obstacles)]


@pytest.mark.parametrize("seed", range(200))
def test_the_engine_sees_what_the_plain_path_sees_in_the_same_order(seed: int) -> None:
    drawn = random_map(seed)
    assert seen_pairs(drawn.obstacles, drawn.pads).tolist() == plain_pairs(drawn).tolist()


@pytest.mark.parametrize("seed", range(200, 400))
def test_all_searches_give_the_lengths_of_brute_force(seed: int) -> None:
    drawn = random_map(seed)
    true_m = lengths_by_brute_force(drawn)
    space = Space.among(drawn.obstacles)
    views = space.views(drawn.pads)
    assert np.allclose(searches.matrix(space, views), true_m, rtol=0, atol=SAME_M)
    finder = searches.Finder(space)
    for start in range(len(drawn.pads)):
        tree = searches.tree(space, views, start)
        assert np.allclose(tree.lengths_m, true_m[start], rtol=0, atol=SAME_M)
        for goal in range(len(drawn.pads)):
            one = finder.line(tuple(drawn.pads[start].tolist()), tuple(drawn.pads[goal].tolist()))
            for line in (one, tree.line(space, views, goal)):
                assert_line(line, drawn, (start, goal), float(true_m[start, goal]))


def assert_line(line: searches.Line | None, drawn: RandomMap, ends: tuple[int, int], true_m: float) -> None:
    """A line is as long as it says, as short as can be, and enters no obstacle."""
    if line is None:
        assert true_m == np.inf
        return
    assert line.points[[0, -1]].tolist() == drawn.pads[list(ends)].tolist()
    assert line.length_m == pytest.approx(true_m, rel=0, abs=SAME_M)
    assert np.hypot(*np.diff(line.points, axis=0).T).sum() / 1000 == pytest.approx(true_m, rel=0, abs=SAME_M)
    course = shapely.LineString(line.points / 1000)
    assert shapely.intersection(course, shapely.union_all(drawn.obstacles)).length < 1e-3 or touches(line, drawn)


def touches(line: searches.Line, drawn: RandomMap) -> bool:
    return bool(visibility.clear(line.points[:-1], line.points[1:], drawn.obstacles).all())

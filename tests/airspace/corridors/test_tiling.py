"""Cleaning tile by tile gives what cleaning in one piece gives."""

import numpy as np
import pytest
import shapely

from airspace.corridors import cleaning, tiling
from benchmarks.cities import city
from tests.airspace.corridors.maps import box


@pytest.fixture
def small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiling, "VERTICES_A_TILE", 60)
    monkeypatch.setattr(tiling, "VERTICES_A_JOIN", 200)
    monkeypatch.setattr(tiling, "NARROWEST_M", 8.0)


def in_one_piece(areas: list[shapely.Geometry]) -> list[shapely.Polygon]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tiling, "VERTICES_A_TILE", 10**9)
        return cleaning.merged(areas)


def assert_clean(parts: list[shapely.Polygon]) -> None:
    assert shapely.is_valid(parts).all()
    assert len(cleaning._touching_points(parts)) == 0
    one, other = shapely.STRtree(parts).query(parts, predicate="intersects")
    assert (one == other).all()
    millimetres = shapely.get_coordinates(parts) * 1000
    assert np.abs(millimetres - np.rint(millimetres)).max() < 1e-5


def assert_same(parts: list[shapely.Polygon], areas: list[shapely.Geometry]) -> None:
    """The same obstacles, outlines within three millimetres of each other."""
    plain = in_one_piece(areas)
    assert_clean(parts)
    assert len(parts) == len(plain)
    assert sum(len(part.interiors) for part in parts) == sum(len(part.interiors) for part in plain)
    ours, theirs = shapely.union_all(parts), shapely.union_all(plain)
    assert shapely.hausdorff_distance(shapely.boundary(ours), shapely.boundary(theirs)) < 0.003
    assert shapely.symmetric_difference(ours, theirs).area < 0.003 * ours.length


@pytest.mark.usefixtures("small_tiles")
@pytest.mark.parametrize("seed", range(6))
def test_a_city_in_tiles_is_the_city_in_one_piece(seed: int) -> None:
    zones = list(city(900, pads=2, seed=seed).zones)
    grown = cleaning.grown(zones, 350.0)
    assert len(list(tiling.tiles_of(np.array(grown, dtype=object), 0.001))) > 20
    parts = cleaning.merged(grown)
    assert_same(parts, grown)
    gap_m = shapely.distance(shapely.boundary(shapely.union_all(parts)), shapely.union_all(zones))
    assert gap_m >= 350.0 + 0.03


@pytest.mark.usefixtures("small_tiles")
def test_the_number_of_workers_changes_nothing() -> None:
    zones = list(city(900, pads=2, seed=9).zones)
    alone, together = (cleaning.obstacles(zones, 50.0, workers=count) for count in (1, 3))
    assert [part.wkb for part in alone] == [part.wkb for part in together]


@pytest.mark.usefixtures("small_tiles")
def test_what_crosses_many_tiles_stays_whole() -> None:
    small = [shapely.Point(x, y).buffer(5) for x in range(0, 3000, 120) for y in (-300, 300, 900)]
    strip = shapely.LineString([(-750, -700), (3575, 650)]).buffer(15)
    ring = shapely.difference(box(-800, -800, 3600, 1400), box(-700, -750, 3550, 1300))
    areas = [*small, strip, ring]
    parts = cleaning.merged(areas)
    assert_same(parts, areas)
    assert max(part.area for part in parts) > shapely.union(strip, ring).area * 0.999


@pytest.mark.usefixtures("small_tiles")
def test_slits_are_closed_wherever_the_cuts_lie() -> None:
    areas = [box(x, y, x + 99.99, y + 99.99) for x in range(0, 1500, 100) for y in range(0, 1500, 100)]
    (block,) = cleaning.merged(areas)
    assert len(block.interiors) == 0
    assert block.area == pytest.approx(1499.99**2, abs=10)


@pytest.mark.usefixtures("small_tiles")
def test_areas_that_touch_in_a_point_are_joined_wherever_the_cuts_lie() -> None:
    chess = [box(x, y, x + 100, y + 100) for x in range(0, 1600, 100) for y in range(0, 1600, 100) if (x + y) % 200]
    (board,) = cleaning.merged(chess)
    assert_clean([board])
    # Every dark square but those at the edge of the board became a hole.
    assert len(board.interiors) == 14 * 14 / 2


@pytest.mark.usefixtures("small_tiles")
def test_everything_at_one_place_ends() -> None:
    heap = [shapely.Point(0.001 * number, 0).buffer(1, quad_segs=16) for number in range(200)]
    assert_same(cleaning.merged(heap), heap)


def test_few_vertices_are_cleaned_in_one_piece() -> None:
    areas = np.array([box(0, 0, 1, 1)], dtype=object)
    assert tiling.cleaned(areas, lambda given: given, grid_m=0.001) == list(areas)

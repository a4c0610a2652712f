import math
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from pyproj import Transformer

from airspace.earth import rasters
from airspace.earth.heights import Height, HeightFrame, Reference
from airspace.earth.rasters import UNKNOWN, RasterGround
from airspace.errors import BadInput

WEST, NORTH, STEP = 114.0, 22.6, 0.001
"""Cells of a thousandth of a degree, about 100 m; 200 columns and 100 rows of them unless told otherwise."""

Writer = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    def written(heights: np.ndarray, **options: Any) -> Path:
        file = tmp_path / "terrain.tif"
        step = options.pop("step", STEP)
        shape = {"height": heights.shape[-2], "width": heights.shape[-1], "dtype": heights.dtype}
        start = {
            "transform": rasterio.Affine(step, 0, options.pop("west", WEST), 0, -step, options.pop("north", NORTH))
        }
        bands, units = options.pop("count", 1), options.pop("units", None)
        scale = options.pop("scale", None)
        with rasterio.open(
            file, "w", driver="GTiff", count=bands, **{"crs": "EPSG:4326", **start, **shape, **options}
        ) as out:
            for band in range(1, bands + 1):
                out.write(heights, band)
            if units:
                out.units = [units]
            if scale:
                out.scales, out.offsets = [scale[0]], [scale[1]]
        return file

    return written


def flat(level_m: float = 10.0) -> np.ndarray:
    return np.full((100, 200), level_m, dtype=np.float32)


def hill(row: int = 50, column: int = 60, height_m: float = 500.0) -> np.ndarray:
    heights = flat()
    heights[row, column] = height_m
    return heights


def middle(row: float, column: float) -> tuple[float, float]:
    """Degrees of the middle of a cell."""
    return WEST + (column + 0.5) * STEP, NORTH - (row + 0.5) * STEP


def around(row: int, column: int, cells: float) -> shapely.Polygon:
    lon, lat = middle(row, column)
    return shapely.box(lon - cells * STEP, lat - cells * STEP, lon + cells * STEP, lat + cells * STEP)


def codes(source: Path | bytes, **options: Any) -> list[str]:
    with pytest.raises(BadInput) as caught:
        RasterGround.open(source, **options)
    return [problem.code for problem in caught.value.problems]


def test_a_file_and_its_content_read_the_same(write: Writer) -> None:
    file = write(hill())
    for ground in (RasterGround.open(file), RasterGround.open(str(file)), RasterGround.open(file.read_bytes())):
        assert ground.outline.bounds == pytest.approx((114.0, 22.5, 114.2, 22.6), abs=1e-9)
        assert ground.span_amsl_m() == (10.0, 500.0)
        assert ground.datum == "EPSG:4326"


def test_a_hill_counts_under_its_cell_and_under_the_cells_around(write: Writer) -> None:
    ground = RasterGround.open(write(hill(50, 60)))
    for row in range(47, 54):
        for column in range(57, 64):
            near = abs(row - 50) <= 1 and abs(column - 60) <= 1
            spot = shapely.Point(middle(row, column))
            assert ground.span_amsl_m(spot) == (10.0, 500.0 if near else 10.0), (row, column)


def test_a_pit_counts_as_a_hill_does(write: Writer) -> None:
    ground = RasterGround.open(write(hill(50, 60, -40.0)))
    assert ground.span_amsl_m(shapely.Point(middle(51, 61))) == (-40.0, 10.0)


def test_an_area_takes_in_every_cell_with_a_centre_within_a_cell_of_it(write: Writer) -> None:
    heights = np.random.default_rng(5).uniform(0, 900, (100, 200)).astype(np.float32)
    ground = RasterGround.open(write(heights))
    row, column = np.mgrid[0:100, 0:200]
    reach = 0.5 + 1e-6
    cells = shapely.box(column - reach, row - reach, column + 1 + reach, row + 1 + reach)
    for area in (
        around(50, 60, 7.3),
        shapely.Point(middle(40, 90)).buffer(0.03),
        shapely.LineString([middle(5, 5), middle(90, 190)]),
        shapely.MultiPoint([middle(3, 3), middle(95, 150)]),
        around(30, 60, 20) - around(30, 60, 12),
    ):
        placed = shapely.transform(area, lambda points: (points - (WEST, NORTH)) / (STEP, -STEP))
        expected = heights[shapely.intersects(cells, placed)]
        assert ground.span_amsl_m(area) == (expected.min(), expected.max())


def test_interpolated_ground_never_leaves_the_span(write: Writer) -> None:
    heights = np.random.default_rng(6).uniform(0, 900, (40, 40)).astype(np.float32)
    ground = RasterGround.open(write(heights))
    drawn = np.random.default_rng(7).uniform(0.6, 39.4, (300, 2))
    lon, lat = WEST + drawn[:, 0] * STEP, NORTH - drawn[:, 1] * STEP
    x, y = drawn[:, 0] - 0.5, drawn[:, 1] - 0.5
    column, row = np.floor(x).astype(int), np.floor(y).astype(int)
    dx, dy = x - column, y - row
    upper = heights[row, column] * (1 - dx) + heights[row, column + 1] * dx
    lower = heights[row + 1, column] * (1 - dx) + heights[row + 1, column + 1] * dx
    bilinear = upper * (1 - dy) + lower * dy
    lowest, highest = ground.heights_amsl_m(lon, lat)
    assert (lowest <= bilinear).all()
    assert (bilinear <= highest).all()
    for spot, least, most in zip(shapely.points(lon, lat), lowest, highest, strict=True):
        low, high = ground.span_amsl_m(spot)
        assert low <= least <= most <= high


def test_places_get_the_four_cells_around_them(write: Writer) -> None:
    ground = RasterGround.open(write(hill(50, 60)))
    lon, lat = middle(50, 60)
    lowest, highest = ground.heights_amsl_m([[lon, lon + 0.9 * STEP, lon + 1.1 * STEP]], [[lat, lat, lat]])
    assert lowest.shape == (1, 3)
    assert highest.tolist() == [[500.0, 500.0, 10.0]]
    assert lowest.tolist() == [[10.0, 10.0, 10.0]]
    assert ground.heights_amsl_m(lon, lat)[1] == 500.0


@pytest.mark.parametrize("gap", [np.nan, -9999.0, -32768.0, 1e30, np.inf, -np.inf])
def test_a_gap_declared_or_forgotten_may_be_any_height(write: Writer, gap: float) -> None:
    options = {"nodata": -9999.0} if gap == -9999.0 else {}
    ground = RasterGround.open(write(hill(50, 60, gap), **options))
    assert ground.span_amsl_m() == UNKNOWN
    assert ground.span_amsl_m(shapely.Point(middle(51, 61))) == UNKNOWN
    assert ground.span_amsl_m(around(50, 60, 9)) == UNKNOWN
    assert ground.span_amsl_m(around(50, 80, 9)) == (10.0, 10.0)
    lowest, highest = ground.heights_amsl_m(*middle(50, 60))
    assert (lowest, highest) == UNKNOWN
    assert shapely.union_all(ground.above(8000.0, ground.outline.bounds)).covers(around(50, 60, 0.5))


def test_a_declared_gap_that_looks_like_a_height_is_a_gap(write: Writer) -> None:
    ground = RasterGround.open(write(hill(50, 60, 0.0), nodata=0.0))
    assert ground.span_amsl_m(shapely.Point(middle(50, 60))) == UNKNOWN


def test_whole_numbers_have_gaps_as_well(write: Writer) -> None:
    ground = RasterGround.open(write(hill(50, 60, -5.0).astype(np.int16), nodata=-5))
    assert ground.span_amsl_m(shapely.Point(middle(50, 60))) == UNKNOWN
    assert ground.span_amsl_m(shapely.Point(middle(50, 70))) == (10.0, 10.0)


@pytest.mark.parametrize(
    "area",
    [
        shapely.Point(113.9, 22.55),
        shapely.Point(-60.0, -20.0),
        shapely.box(113.99, 22.55, 114.1, 22.56),
        shapely.box(113.0, 22.0, 115.0, 23.0),
        shapely.box(114.1, 22.59, 114.11, 22.6001),
    ],
)
def test_an_area_that_leaves_the_model_is_unknown(write: Writer, area: shapely.Geometry) -> None:
    assert RasterGround.open(write(flat())).span_amsl_m(area) == UNKNOWN


def test_places_outside_the_model_are_unknown(write: Writer) -> None:
    lowest, highest = RasterGround.open(write(flat())).heights_amsl_m(
        [113.99, 114.1, -60.0, np.nan], [22.55, 22.55, 0, 0]
    )
    assert lowest.tolist() == [-math.inf, 10.0, -math.inf, -math.inf]
    assert highest.tolist() == [math.inf, 10.0, math.inf, math.inf]


def test_an_area_without_a_place_is_refused(write: Writer) -> None:
    with pytest.raises(ValueError, match="empty"):
        RasterGround.open(write(flat())).span_amsl_m(shapely.Polygon())


def test_what_is_above_a_level_reaches_to_the_centres_of_the_cells_that_are_not(write: Writer) -> None:
    ground = RasterGround.open(write(hill(50, 60)))
    (area,) = ground.above(100.0, ground.outline.bounds)
    assert area.equals(around(50, 60, 1.0)) or area.symmetric_difference(around(50, 60, 1.0)).area < 1e-12
    assert ground.above(500.0, ground.outline.bounds) == []
    assert shapely.union_all(ground.above(9.9, ground.outline.bounds)).area == pytest.approx(0.2 * 0.1, rel=1e-9)


def test_only_what_lies_within_the_bounds_is_told(write: Writer) -> None:
    heights = hill(50, 60)
    heights[10, 150] = 400.0
    ground = RasterGround.open(write(heights))
    (area,) = ground.above(100.0, around(50, 60, 5).bounds)
    assert area.centroid.distance(shapely.Point(middle(50, 60))) < 1e-9


@pytest.mark.parametrize(("row", "column"), [(54, 60), (46, 60), (50, 64), (50, 56)])
def test_a_flank_that_reaches_into_the_bounds_counts_though_its_cell_lies_outside(
    write: Writer, row: int, column: int
) -> None:
    ground = RasterGround.open(write(hill(50, 60)))
    assert ground.above(100.0, around(row, column, 3.2).bounds)
    assert not ground.above(100.0, around(row, column, 2.4).bounds)


def test_what_is_outside_the_model_is_above_every_level(write: Writer) -> None:
    ground = RasterGround.open(write(flat()))
    told = shapely.union_all(ground.above(8000.0, (113.9, 22.55, 114.1, 22.7)))
    assert told.symmetric_difference(shapely.box(113.9, 22.55, 114.1, 22.7) - ground.outline).area < 1e-12
    assert shapely.union_all(ground.above(8000.0, (8.0, 47.0, 9.0, 48.0))).equals(shapely.box(8, 47, 9, 48))


def test_areas_above_hold_every_place_that_is_higher(write: Writer) -> None:
    heights = np.random.default_rng(8).uniform(0, 900, (60, 60)).astype(np.float32)
    ground = RasterGround.open(write(heights))
    told = shapely.union_all(ground.above(700.0, ground.outline.bounds))
    drawn = np.random.default_rng(9).uniform(0.01, 59.99, (4000, 2))
    lon, lat = WEST + drawn[:, 0] * STEP, NORTH - drawn[:, 1] * STEP
    can_be_higher = ground.heights_amsl_m(lon, lat)[1] > 700.0
    held = shapely.covers(told, shapely.points(lon, lat))
    assert (held == can_be_higher).all()


GRID = Transformer.from_crs("EPSG:4326", "EPSG:2326", always_xy=True)


def test_a_model_on_the_hong_kong_grid_has_its_hill_where_the_grid_says(write: Writer) -> None:
    ground = RasterGround.open(write(hill(50, 60), crs="EPSG:2326", west=825_000, north=845_000, step=50))
    spot = GRID.transform(825_000 + 60.5 * 50, 845_000 - 50.5 * 50, direction="INVERSE")
    off = GRID.transform(825_000 + 64 * 50, 845_000 - 50.5 * 50, direction="INVERSE")
    assert ground.span_amsl_m(shapely.Point(spot)) == (10.0, 500.0)
    assert ground.span_amsl_m(shapely.Point(off)) == (10.0, 10.0)
    assert ground.heights_amsl_m(*spot)[1] == 500.0
    (area,) = ground.above(100.0, shapely.Point(spot).buffer(0.005).bounds)
    east, north = GRID.transform(*area.centroid.coords[0])
    assert (east, north) == pytest.approx((825_000 + 60.5 * 50, 845_000 - 50.5 * 50), abs=0.05)
    assert any("EPSG:1825" in note for note in ground.notes)


def test_a_long_edge_bends_with_the_grid(write: Writer) -> None:
    heights = np.full((40, 4000), 10.0, dtype=np.float32)
    heights[20] = 500.0
    ground = RasterGround.open(write(heights, crs="EPSG:32649", west=500_000, north=2_500_000, step=20))
    ridge = shapely.union_all(ground.above(100.0, ground.outline.bounds)) & ground.outline
    back = Transformer.from_crs("EPSG:32649", "EPSG:4326", always_xy=True)
    lon, lat = back.transform(500_000 + np.arange(10, 80_000, 997.0), np.full(81, 2_500_000 - 20.5 * 20))
    assert shapely.covers(ridge, shapely.points(lon, lat)).all()
    straight = shapely.LineString([(lon[0], lat[0]), (lon[-1], lat[-1])])
    assert not ridge.covers(straight), "over 80 km the chord leaves the ridge"


def test_a_long_line_of_latitude_is_not_a_straight_line_of_the_grid(write: Writer) -> None:
    # Over 80 km it sags by 52 m, two and a half cells.
    lon, lat = np.linspace(111.01, 111.77, 3), np.full(3, 22.603)
    east, north = Transformer.from_crs("EPSG:4326", "EPSG:32649", always_xy=True).transform(lon, lat)
    heights = np.full((40, 4000), 10.0, dtype=np.float32)
    heights[int((2_500_000 - north[1]) // 20), int((east[1] - 500_000) // 20)] = 500.0
    ground = RasterGround.open(write(heights, crs="EPSG:32649", west=500_000, north=2_500_000, step=20))
    assert ground.span_amsl_m(shapely.LineString([(lon[0], lat[0]), (lon[2], lat[2])])) == (10.0, 500.0)


def test_scaled_heights_are_unscaled(write: Writer) -> None:
    ground = RasterGround.open(write(hill(50, 60, 600.0).astype(np.int16), scale=(0.5, -3.0)))
    assert ground.span_amsl_m() == (2.0, 297.0)


def test_what_is_assumed_is_noted(write: Writer) -> None:
    assert any("no vertical datum" in note for note in RasterGround.open(write(flat())).notes)
    assert RasterGround.open(write(flat(), crs="EPSG:4326+5773")).notes == ()
    assert any("CGCS2000" in note for note in RasterGround.open(write(flat(), crs="EPSG:4490")).notes)


@pytest.mark.parametrize("crs", ["EPSG:9518", "EPSG:4979", "EPSG:2326+5738"])
def test_heights_over_another_vertical_datum_are_refused_unless_stated(write: Writer, crs: str) -> None:
    place = {"west": 825_000, "north": 845_000, "step": 50} if "2326" in crs else {}
    file = write(hill(), crs=crs, **place)
    assert codes(file) == ["TERRAIN_VERTICAL_DATUM"]
    ground = RasterGround.open(file, to_amsl_m=(-1.5, -0.8))
    assert ground.span_amsl_m() == pytest.approx((8.5, 499.2))
    assert any("-1.5 to -0.8 m" in note for note in ground.notes)
    inner = ground.outline.buffer(-0.002).bounds
    assert ground.above(499.1, inner)
    assert not ground.above(499.3, inner)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"crs": None}, "TERRAIN_NO_DATUM"),
        ({"crs": "EPSG:4214"}, "TERRAIN_DATUM"),
        ({"crs": "EPSG:3857"}, "TERRAIN_DATUM"),
        ({"crs": "+proj=tmerc +lat_0=22 +lon_0=114 +ellps=intl"}, "TERRAIN_DATUM"),
        ({"transform": rasterio.Affine(STEP, 0.0001, WEST, 0.0001, -STEP, NORTH)}, "TERRAIN_NOT_NORTH_UP"),
        ({"transform": rasterio.Affine(STEP, 0, WEST, 0, STEP, NORTH)}, "TERRAIN_NOT_NORTH_UP"),
        ({"transform": rasterio.Affine(-STEP, 0, WEST, 0, -STEP, NORTH)}, "TERRAIN_NOT_NORTH_UP"),
        ({"units": "ft"}, "TERRAIN_UNIT"),
        ({"count": 3}, "TERRAIN_BANDS"),
        ({"dtype": "complex64"}, "TERRAIN_NUMBERS"),
        ({"west": 200.0}, "TERRAIN_PLACE"),
        ({"crs": "EPSG:2326", "west": 8_000_000, "north": 845_000, "step": 50}, "TERRAIN_PLACE"),
        # 200 columns of 2 degrees reach round the Earth.
        ({"west": -180, "north": 60, "step": 2}, "TERRAIN_PLACE"),
    ],
)
def test_what_cannot_be_trusted_is_refused(write: Writer, options: dict[str, Any], code: str) -> None:
    assert codes(write(hill(), **options)) == [code]


def test_every_problem_is_told_at_once(write: Writer) -> None:
    file = write(hill(), crs=None, count=2, transform=rasterio.Affine(STEP, 0, WEST, 0, STEP, NORTH))
    assert set(codes(file)) == {"TERRAIN_NO_DATUM", "TERRAIN_BANDS", "TERRAIN_NOT_NORTH_UP"}
    with pytest.raises(BadInput, match=r"^my terrain: expected one band"):
        RasterGround.open(file.read_bytes(), name="my terrain")


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_picture_without_a_place_is_refused_without_a_warning(write: Writer) -> None:
    file = write(hill(), crs=None, transform=None)
    assert set(codes(file)) == {"TERRAIN_NO_DATUM", "TERRAIN_NOT_NORTH_UP"}


def test_metres_may_be_spelled_out(write: Writer) -> None:
    assert RasterGround.open(write(flat(), units="Metre")).span_amsl_m() == (10.0, 10.0)


def test_a_model_of_gaps_only_is_refused(write: Writer) -> None:
    assert codes(write(flat(-9999.0), nodata=-9999.0)) == ["TERRAIN_EMPTY"]


def test_a_large_file_holds_some_bytes_for_its_cells(write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    # 20 000 cells, which are just as many as a file of that size may hold, or a few too many for it.
    file = write(flat())
    for cells_a_byte, large, refused in ((1.0, 19_999, False), (0.9999, 19_999, True), (0.9999, 20_000, False)):
        monkeypatch.setattr(rasters, "UNPACKED_CELLS", large)
        monkeypatch.setattr(rasters, "MOST_CELLS_A_BYTE", cells_a_byte * 20_000 / file.stat().st_size)
        if refused:
            assert codes(file) == ["TERRAIN_PACKED"]
        else:
            assert RasterGround.open(file).span_amsl_m() == (10.0, 10.0)


@pytest.mark.parametrize("limit", ["MAX_CELLS", "MAX_SIDE"])
def test_too_many_cells_are_refused_before_they_are_read(
    write: Writer, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    file = write(flat())
    monkeypatch.setattr(rasters, limit, 199)
    monkeypatch.setattr(rasters, "_heights_m", None)
    assert codes(file) == ["TERRAIN_TOO_LARGE"]


def test_large_models_are_read_piece_by_piece(write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    heights = np.random.default_rng(2).uniform(0, 900, (100, 200)).astype(np.float32)
    file = write(heights)
    monkeypatch.setattr(rasters, "CELLS_AT_ONCE", 1400)
    assert (RasterGround.open(file).heights_m == heights).all()


@pytest.mark.parametrize("content", [b"", b"not a picture", b"II*\x00" + b"\xff" * 60])
def test_what_is_no_geotiff_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "terrain.tif"
    file.write_bytes(content)
    assert codes(file) == ["TERRAIN_UNREADABLE"]
    assert codes(content) == ["TERRAIN_UNREADABLE"]


def test_a_file_cut_short_is_refused(write: Writer) -> None:
    file = write(np.random.default_rng(2).uniform(0, 900, (100, 200)).astype(np.float32))
    assert codes(file.read_bytes()[:20_000]) == ["TERRAIN_UNREADABLE"]


def test_other_formats_and_other_places_are_not_fetched(tmp_path: Path, write: Writer) -> None:
    inner = write(flat())
    virtual = tmp_path / "terrain.vrt"
    virtual.write_text(
        f'<VRTDataset rasterXSize="200" rasterYSize="100"><VRTRasterBand dataType="Float32" band="1"><SimpleSource>'
        f"<SourceFilename>{inner}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>"
    )
    assert codes(virtual) == ["TERRAIN_UNREADABLE"]
    for name in ("/vsicurl/http://localhost/terrain.tif", f"GTIFF_DIR:1:{inner}", "http://localhost/terrain.tif"):
        with pytest.raises(FileNotFoundError, match="found no file"):
            RasterGround.open(name)


def test_without_rasterio_the_fix_is_told(write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(flat())
    monkeypatch.setitem(sys.modules, "rasterio", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'skyferry\[terrain\]'"):
        RasterGround.open(file)


def test_a_model_goes_through_a_pickle_and_stays_read_only(write: Writer) -> None:
    ground = RasterGround.open(write(hill()))
    copy = pickle.loads(pickle.dumps(ground))  # noqa: S301 - our own
    for model in (ground, copy):
        assert model.span_amsl_m(around(50, 60, 5)) == (10.0, 500.0)
        with pytest.raises(ValueError, match="read-only"):
            model.heights_m[0, 0] = 0.0
    assert copy.outline == ground.outline


def test_heights_above_the_ground_are_measured_from_a_model(write: Writer) -> None:
    frame = HeightFrame(terrain=RasterGround.open(write(hill(50, 60))))
    height = Height(value_m=120.0, reference=Reference.AGL)
    assert frame.span_amsl_m(height, around(50, 60, 2)) == (130.0, 620.0)
    assert frame.span_amsl_m(height, around(50, 90, 2)) == (130.0, 130.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"heights_m": np.zeros(5)},
        {"heights_m": np.zeros((0, 4))},
        {"width": 0.0},
        {"height": -0.1},
        {"west": math.nan},
        {"to_amsl_m": (1.0, 0.0)},
    ],
)
def test_a_model_made_by_hand_is_checked(wrong: dict[str, Any]) -> None:
    good = {"heights_m": np.zeros((2, 2)), "datum": "WGS 84", "west": 114.0, "north": 22.0, "width": 0.1, "height": 0.1}
    assert RasterGround(**good).span_amsl_m() == (0.0, 0.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="expected"):
        RasterGround(**{**good, **wrong})


def test_what_is_below_a_level_reaches_to_the_centres_of_the_cells_that_are_not(write: Writer) -> None:
    ground = RasterGround.open(write(hill(50, 60, -40.0)))
    bounds = ground.outline.bounds
    (pit,) = ground.below(9.0, bounds)
    assert pit.bounds == pytest.approx(around(50, 60, 1.0).bounds, abs=1e-9)
    assert ground.below(-40.0, bounds) == [], "ground just at the level is not below it"
    assert shapely.union_all(ground.below(10.5, bounds)).area == pytest.approx(ground.outline.area)


def test_unknown_ground_is_below_every_level_and_above_it(write: Writer) -> None:
    ground = RasterGround.open(write(hill(50, 60, float("nan"))))
    for areas in (ground.below(-500.0, ground.outline.bounds), ground.above(9000.0, ground.outline.bounds)):
        (gap,) = areas
        assert gap.bounds == pytest.approx(around(50, 60, 1.0).bounds, abs=1e-9)


def test_of_heights_known_within_a_span_the_lower_count_below_and_the_higher_above(write: Writer) -> None:
    ground = RasterGround.open(write(flat(10.0)), to_amsl_m=(-2.0, 3.0))
    bounds = ground.outline.bounds
    assert (ground.below(8.0, bounds), ground.above(13.0, bounds)) == ([], [])
    assert ground.below(8.1, bounds) != []
    assert ground.above(12.9, bounds) != []


def test_a_side_just_as_long_as_it_may_be_is_read(write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(flat())
    monkeypatch.setattr(rasters, "MAX_SIDE", 200)
    monkeypatch.setattr(rasters, "MAX_CELLS", 20_000)
    assert RasterGround.open(file).heights_m.shape == (100, 200)


def test_places_are_told_with_what_is_to_be_added_to_the_heights(write: Writer) -> None:
    ground = RasterGround.open(write(hill(50, 60)), to_amsl_m=(-2.0, 3.0))
    lowest, highest = ground.heights_amsl_m(*middle(50.5, 60.5))
    assert (float(lowest), float(highest)) == (8.0, 503.0)


@pytest.mark.parametrize("shape", [(5, 7), (17, 18), (63, 6)])
def test_a_model_whose_sides_are_no_multiples_of_its_blocks_is_told_up_to_its_edges(
    write: Writer, shape: tuple[int, int]
) -> None:
    heights = np.random.default_rng(9).uniform(0, 900, shape).astype(np.float32)
    ground = RasterGround.open(write(heights))
    rows, columns = shape
    corner = shapely.Point(middle(rows - 1, columns - 1))
    assert ground.span_amsl_m(corner) == (heights[-2:, -2:].min(), heights[-2:, -2:].max())
    edge = shapely.LineString([middle(rows - 1, 0), middle(rows - 1, columns - 1)])
    assert ground.span_amsl_m(edge) == (heights[-2:].min(), heights[-2:].max())
    assert ground.span_amsl_m() == (heights.min(), heights.max())


def test_a_corner_beside_a_model_that_lies_aslant_is_unknown(write: Writer) -> None:
    # The Hong Kong grid is turned by a fraction of a degree here: the box around the model is larger than it.
    heights = np.full((100, 200), 10.0, dtype=np.float32)
    ground = RasterGround.open(write(heights, crs="EPSG:2326", west=800_000.0, north=845_000.0, step=100.0))
    west, south, east, north = ground.outline.bounds
    beside = [shapely.Point(place) for place in ((west, south), (west, north), (east, south), (east, north))]
    outside = [place for place in beside if not shapely.dwithin(ground.outline, place, 1e-6)]
    assert outside
    assert all(ground.span_amsl_m(place) == UNKNOWN for place in outside)
    assert ground.span_amsl_m(shapely.Point(ground.outline.centroid)) == (10.0, 10.0)

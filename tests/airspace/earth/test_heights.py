import math

import pytest
import shapely

from airspace.earth.heights import GROUND, LEVEL_M, Band, Height, HeightFrame, Reference, far_above, rise_enough
from airspace.earth.terrain import FlatGround

HILLY = FlatGround(lowest_m=3.0, highest_m=40.0)


def agl(metres: float) -> Height:
    return Height(value_m=metres, reference=Reference.AGL)


def amsl(metres: float) -> Height:
    return Height(value_m=metres, reference=Reference.AMSL)


@pytest.mark.parametrize(
    ("lower", "upper", "widest", "narrowest"),
    [
        (amsl(30), amsl(120), (30, 120), (30, 120)),
        (agl(30), agl(120), (33, 160), (70, 123)),
        (agl(30), amsl(120), (33, 120), (70, 120)),
        (amsl(30), agl(120), (30, 160), (30, 123)),
        (GROUND, agl(120), (-math.inf, 160), (-math.inf, 123)),
        (GROUND, None, (-math.inf, math.inf), (-math.inf, math.inf)),
        (agl(60), None, (63, math.inf), (100, math.inf)),
        (amsl(0), None, (0, math.inf), (0, math.inf)),
    ],
)
def test_a_band_over_ground_between_3_and_40_m(
    lower: Height, upper: Height | None, widest: tuple[float, float], narrowest: tuple[float, float]
) -> None:
    band = Band(lower=lower, upper=upper)
    assert band.widest_amsl_m(HeightFrame(terrain=HILLY)) == widest
    assert band.narrowest_amsl_m(HeightFrame(terrain=HILLY)) == narrowest


@pytest.mark.parametrize(("lower", "upper"), [(amsl(50), amsl(50)), (agl(120), agl(30)), (GROUND, agl(0))])
def test_a_band_without_thickness_is_refused(lower: Height, upper: Height) -> None:
    with pytest.raises(ValueError, match="lower below upper"):
        Band(lower=lower, upper=upper)


def test_ends_measured_from_different_things_cannot_be_compared_and_are_taken_as_they_are() -> None:
    frame = HeightFrame(terrain=FlatGround(lowest_m=-50, highest_m=0))
    assert Band(lower=agl(120), upper=amsl(100)).widest_amsl_m(frame) == (70, 100)


@pytest.mark.parametrize("metres", [math.nan, math.inf, -math.inf])
def test_a_height_is_a_finite_number(metres: float) -> None:
    with pytest.raises(ValueError, match="finite number of metres"):
        amsl(metres)


@pytest.mark.parametrize(
    ("height", "words"),
    [(GROUND, "GND"), (agl(120), "120 m AGL"), (amsl(0), "0 m AMSL"), (amsl(36.58), "36.58 m AMSL")],
)
def test_a_height_says_what_it_is_measured_from(height: Height, words: str) -> None:
    assert str(height) == words


def test_a_band_reads_from_floor_to_ceiling() -> None:
    assert str(Band(lower=GROUND, upper=amsl(120))) == "GND to 120 m AMSL"
    assert str(Band(lower=agl(30), upper=None)) == "30 m AGL to UNL"


def test_the_ground_lies_between_the_lowest_and_the_highest_pad() -> None:
    assert FlatGround.at_pads([12.0, -2.0, 7.0]) == FlatGround(lowest_m=-2.0, highest_m=12.0)


def test_without_pads_the_ground_is_at_sea_level() -> None:
    assert FlatGround.at_pads([]) == FlatGround(lowest_m=0.0, highest_m=0.0)


def test_ground_upside_down_is_refused() -> None:
    with pytest.raises(ValueError, match="lowest <= highest"):
        FlatGround(lowest_m=5.0, highest_m=4.0)


LUOHU = shapely.box(114.10, 22.53, 114.12, 22.54)


def test_the_ellipsoid_lies_below_the_sea_at_luohu_so_its_heights_are_lower_numbers() -> None:
    """120 m AMSL is 117.3 m above the ellipsoid there: the geoid lies 2.7 m below it."""
    frame = HeightFrame()
    lower_m, upper_m = frame.span_amsl_m(Height(value_m=117.3, reference=Reference.W84), LUOHU)
    assert 119.9 <= lower_m <= upper_m <= 120.15
    assert upper_m - lower_m < 0.1


def test_a_height_above_the_ellipsoid_means_nothing_without_a_place() -> None:
    with pytest.raises(ValueError, match="an area"):
        HeightFrame().span_amsl_m(Height(value_m=100, reference=Reference.W84))


def test_a_height_above_a_pad_is_added_to_its_elevation() -> None:
    frame = HeightFrame(pads_amsl_m={"LH": 12.5})
    assert frame.span_amsl_m(Height(value_m=30, reference=Reference.PAD, pad="LH")) == (42.5, 42.5)
    with pytest.raises(LookupError, match="'FT'"):
        frame.span_amsl_m(Height(value_m=30, reference=Reference.PAD, pad="FT"))


def test_a_pad_goes_with_the_reference_to_a_pad_and_with_no_other() -> None:
    with pytest.raises(ValueError, match="expected a pad"):
        Height(value_m=30, reference=Reference.PAD)
    with pytest.raises(ValueError, match="expected a pad"):
        Height(value_m=30, reference=Reference.AMSL, pad="LH")


def test_a_flight_level_is_lower_in_a_typhoon_and_higher_in_a_winter_high() -> None:
    """FL 30 is 914.4 m in the standard atmosphere; 950 hPa is 63.25 hPa, some 570 m at most, below standard."""
    lower_m, upper_m = HeightFrame().span_amsl_m(Height(value_m=30 * LEVEL_M, reference=Reference.FL))
    assert lower_m == pytest.approx(914.4 - 63.25 * 9.0)
    assert upper_m == pytest.approx(914.4 + 36.75 * 9.0)


def test_heights_say_their_datum() -> None:
    heights = [
        Height(value_m=100, reference=Reference.W84),
        Height(value_m=65 * LEVEL_M, reference=Reference.FL),
        Height(value_m=30, reference=Reference.PAD, pad="LH"),
    ]
    assert [str(height) for height in heights] == ["100 m WGS84", "FL 65", "30 m above pad LH"]


def test_ends_above_two_pads_cannot_be_compared() -> None:
    low, high = (Height(value_m=value, reference=Reference.PAD, pad=pad) for value, pad in ((30, "A"), (10, "B")))
    frame = HeightFrame(pads_amsl_m={"A": 0.0, "B": 100.0})
    assert Band(lower=low, upper=high).widest_amsl_m(frame) == (30, 110)


def test_where_nobody_tells_the_ground_it_is_at_sea_level() -> None:
    assert HeightFrame().span_amsl_m(agl(30)) == (30.0, 30.0)


@pytest.mark.parametrize(
    ("lower_m", "upper_m", "far"),
    [
        (0.0, 0.1, True),
        (0.0, 0.15, True),
        (0.0, 0.0999, False),
        (80.3, 80.4, True),
        (80.0, 80.0, False),
        (1.0, 0.0, False),
    ],
)
def test_ten_centimetres_up_is_a_climb_and_less_is_none(lower_m: float, upper_m: float, far: bool) -> None:
    assert far_above(lower_m, upper_m) is far


def test_levels_rise_by_ten_centimetres_each_and_there_is_at_least_one() -> None:
    assert rise_enough((80.0,))
    assert rise_enough((80.0, 80.1, 95.0))
    assert not rise_enough(())
    assert not rise_enough((80.0, 95.0, 95.05))
    assert not rise_enough((95.0, 80.0))


def test_a_height_above_a_pad_that_is_not_there_is_refused() -> None:
    frame = HeightFrame(pads_amsl_m={"P": 5.0})
    with pytest.raises(LookupError, match="expected a pad of this airspace, got 'Q'"):
        frame.span_amsl_m(Height(value_m=3.0, reference=Reference.PAD, pad="Q"))

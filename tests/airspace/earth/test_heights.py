import math

import pytest

from airspace.earth.heights import GROUND, Band, Height, Reference
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
    assert band.widest_amsl_m(HILLY) == widest
    assert band.narrowest_amsl_m(HILLY) == narrowest


@pytest.mark.parametrize(("lower", "upper"), [(amsl(50), amsl(50)), (agl(120), agl(30)), (GROUND, agl(0))])
def test_a_band_without_thickness_is_refused(lower: Height, upper: Height) -> None:
    with pytest.raises(ValueError, match="lower below upper"):
        Band(lower=lower, upper=upper)


def test_ends_measured_from_different_things_cannot_be_compared_and_are_taken_as_they_are() -> None:
    assert Band(lower=agl(120), upper=amsl(100)).widest_amsl_m(FlatGround(lowest_m=-50, highest_m=0)) == (70, 100)


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

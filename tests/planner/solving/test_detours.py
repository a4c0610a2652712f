"""Other ways beside the best one, in words."""

from __future__ import annotations

import pytest

from airspace.corridors.courses import Course
from planner.solving.detours import differ, how_much_longer, where_it_goes
from planner.solving.enquiries import enquire
from tests.planner import scenes
from tests.planner.solving.test_turns import HILL, LEVELS, course, gated, surveyor

SOUTH = course((0, 0, 120), (1000, -350, 120), (1500, -350, 120), (2999.9, 0, 120), bends=((1, ("HILL",)),))
NORTH = course((0, 0, 120), (930, 960, 120), (1570, 960, 120), (2999.9, 0, 120), bends=((1, ("HILL",)),))
UP = course((1250, -2000, 120), (950, 300, 120), (1250, 3000, 120), bends=((1, ("HILL",)),))
UP_EAST = course((1250, -2000, 120), (1550, 300, 120), (1250, 3000, 120), bends=((1, ("HILL",)),))


@pytest.mark.parametrize(
    ("other", "best", "told"),
    [
        (NORTH, SOUTH, "north of Cloudy Hill"),
        (SOUTH, NORTH, "south of Cloudy Hill"),
        (UP_EAST, UP, "east of Cloudy Hill"),
        (UP, UP_EAST, "west of Cloudy Hill"),
    ],
)
def test_another_way_is_told_by_its_side_of_the_zone_between(other: Course, best: Course, told: str) -> None:
    assert where_it_goes(other, best, surveyor(scenes.plain_sky(zones=(HILL,))), ((), ())) == told


def test_of_the_zones_between_the_one_that_bends_the_best_way_is_told() -> None:
    big = scenes.zone("BIG", scenes.area(1600, -200, 2200, 300))
    sky = scenes.plain_sky(zones=(HILL, big))
    other = course(*_metres(NORTH), bends=((1, ("BIG",)),))
    assert where_it_goes(other, SOUTH, surveyor(sky), ((), ())) == "north of Cloudy Hill"
    straight = course(*_metres(SOUTH))
    assert where_it_goes(other, straight, surveyor(sky), ((), ())) == "north of BIG"


def _metres(line: Course) -> list[tuple[float, float, float]]:
    """Return the points of a course in metres."""
    places = [scenes.FRAME.to_xy(lon, lat) for lon, lat, _ in line.points]
    return [(float(x), float(y), point[2]) for (x, y), point in zip(places, line.points, strict=True)]


def test_another_gate_tells_more_than_a_side() -> None:
    told = where_it_goes(NORTH, SOUTH, surveyor(scenes.plain_sky(zones=(HILL,))), (("G2", "G1"), ("G1",)))
    assert told == "through gate G2"


def test_with_no_zone_between_the_side_of_the_best_way_is_told() -> None:
    assert where_it_goes(NORTH, SOUTH, surveyor(scenes.plain_sky()), ((), ())) == "further north"
    assert where_it_goes(SOUTH, NORTH, surveyor(scenes.plain_sky()), ((), ())) == "further south"


def test_the_same_line_at_another_level_is_told_by_its_level() -> None:
    low, high = (course((0, 0, level_m), (3000, 0, level_m)) for level_m in LEVELS)
    assert where_it_goes(high, low, surveyor(scenes.plain_sky(), levels_amsl_m=LEVELS), ((), ())) == "at 150 m AMSL"


@pytest.mark.parametrize(
    ("extra_m", "told"),
    [
        (1234.0, "1.2 km longer"),
        (87.4, "87 m longer"),
        (0.2, "as long"),
        (-0.2, "as long"),
        (-1500.0, "1.5 km shorter"),
    ],
)
def test_a_difference_in_length_has_as_many_digits_as_help(extra_m: float, told: str) -> None:
    assert how_much_longer(extra_m) == told


def test_the_best_way_and_repeats_are_no_other_ways() -> None:
    assert differ([SOUTH, NORTH, NORTH, SOUTH], SOUTH) == (NORTH,)


def test_an_enquiry_tells_other_ways_with_what_they_cost_more() -> None:
    sky = scenes.plain_sky(zones=(HILL,))
    job = scenes.job([scenes.order("o", "A")])

    def other_ways(_network: object, *_ends: str) -> list[Course]:
        return [course(*_metres(NORTH), bends=((1, ("HILL",)),))]

    answer = enquire(job, sky, ("hub", "A"), at=scenes.at("09:00"), other_ways=other_ways)
    (detour,) = answer.detours
    assert answer.leg is not None
    # sqrt(930^2 + 960^2) + 640 + sqrt(1429.9^2 + 960^2), on a frame whose scale differs by less than 0.013 %.
    assert detour.distance_m == pytest.approx(3698.87, rel=2e-4)
    assert detour.extra_m == pytest.approx(detour.distance_m - answer.leg.distance_m)
    extra_s = detour.extra_m / 15  # the drone flies 15 m/s, and there is no wind
    assert detour.words == f"north of Cloudy Hill: {detour.extra_m:.0f} m longer, {extra_s:.0f} s slower"
    assert detour.reason == "bends round Cloudy Hill"
    assert detour.energy_wh > answer.leg.energy_wh
    assert detour.allowed
    assert [lat for _, lat in detour.lonlat] == pytest.approx([lat for _, lat in NORTH.lonlat], abs=1e-6)


def test_another_way_that_nobody_lets_pass_then_is_not_allowed() -> None:
    sky = gated()
    job = scenes.job([scenes.order("o", "A")])

    def past_the_gate(_network: object, *_ends: str) -> list[Course]:
        return [course((0, 0, 120), (2000, 900, 120), (2999.9, 0, 120))]

    answer = enquire(job, sky, ("hub", "A"), at=scenes.at("09:00"), other_ways=past_the_gate)
    assert answer.allowed
    assert [detour.allowed for detour in answer.detours] == [False]


def test_other_ways_are_looked_for_in_the_whole_network() -> None:
    seen = []

    def other_ways(network: object, *ends: str) -> list[Course]:
        seen.append((len(network), ends))  # type: ignore[arg-type]
        return []

    sky = scenes.plain_sky(zones=(HILL,))
    enquire(scenes.job([scenes.order("o", "A")]), sky, ("hub", "A"), at=scenes.at("09:00"), other_ways=other_ways)
    ((size, ends),) = seen
    assert ends == ("hub", "A")
    assert size > 20  # all corners of the zone's outline, not only those of the best courses

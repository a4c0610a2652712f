"""Why courses go as they do, on flat ground laid out in metres (see ``tests.planner.scenes``)."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely

from airspace.corridors.courses import Bend, Course
from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.model.gates import Jurisdiction
from airspace.model.skies import Airspace
from airspace.model.zones import Zone
from planner.solving.enquiries import Enquiry, enquire
from planner.solving.groups import group_drones
from planner.solving.makers import FlightMaker
from planner.solving.tables import chart_of
from planner.solving.turns import Surveyor, Turn, listed, reason
from tests.planner import scenes

NINETY = Band(lower=GROUND, upper=Height(value_m=90.0, reference=Reference.AMSL))


def named(name: str, zone: Zone) -> Zone:
    return replace(zone, name=name)


def asked(sky: Airspace, *ends: str, **policy: object) -> Enquiry:
    job = scenes.job([scenes.order("o", "A")], policy=scenes.policy(**policy))
    return enquire(job, sky, (ends[0], ends[1]) if ends else ("hub", "A"), at=scenes.at("09:00"))


def surveyor(sky: Airspace, **policy: object) -> Surveyor:
    job = scenes.job([scenes.order("o", "A")], policy=scenes.policy(**policy))
    group, when = group_drones(job, sky)[0], (scenes.at("09:00"), scenes.at("09:30"))
    maker = FlightMaker(job=job, base=chart_of(sky, job, (job.start, job.end)))
    return Surveyor(chart=maker.chart(group), aircraft=group.aircraft, when=when)


def course(*points_m: tuple[float, float, float], bends: tuple[tuple[int, tuple[str, ...]], ...] = ()) -> Course:
    """Return a course over points in metres; bends are told by the number of their point."""
    points = []
    for x_m, y_m, level_m in points_m:
        lon, lat = scenes.FRAME.to_lonlat(x_m, y_m)
        points.append((float(lon), float(lat), level_m))
    return Course(
        from_pad="hub",
        to_pad="A",
        length_m=0.0,
        time_s=0.0,
        cost_s=0.0,
        points=tuple(points),
        bends=tuple(
            Bend(lon=points[n][0], lat=points[n][1], level_amsl_m=points[n][2], zones=zones) for n, zones in bends
        ),
    )


HILL = named("Cloudy Hill", scenes.zone("HILL", scenes.area(1000, -300, 1500, 900)))


def test_a_leg_with_nothing_in_its_way_is_straight() -> None:
    answer = asked(scenes.plain_sky())
    assert (answer.reason, answer.turns) == ("straight", ())


def test_a_leg_round_a_zone_names_it() -> None:
    answer = asked(scenes.plain_sky(zones=(HILL,)))
    assert answer.reason == "bends round Cloudy Hill"
    (turn,) = answer.turns
    assert (turn.words, turn.zones, turn.gates, turn.bends) == ("round Cloudy Hill", ("HILL",), (), True)
    # A tangent from the hub to the circle of 50 m about the near corner: sqrt(1000^2 + 300^2 - 50^2); the outline of
    # few corners that stands for the circle lies a little outside it.
    assert turn.along_m == pytest.approx(1042.83, abs=5.0)
    assert turn.lat < 22.5
    assert turn.level_amsl_m == scenes.CRUISE_M


def test_zones_one_after_the_other_are_told_in_the_order_flown() -> None:
    other = named("Wa Shan", scenes.zone("SHAN", scenes.area(2000, -900, 2200, 100)))
    there, back = (asked(scenes.plain_sky(zones=(HILL, other)), *ends) for ends in (("hub", "A"), ("A", "hub")))
    assert there.reason == "bends round Cloudy Hill, then round Wa Shan"
    assert back.reason == "bends round Wa Shan, then round Cloudy Hill"
    assert [turn.zones for turn in back.turns] == [("SHAN",), ("HILL",)]


def test_two_zones_with_one_outline_bend_a_leg_together() -> None:
    twin = named("Twin", replace(HILL, id="TWIN"))
    assert asked(scenes.plain_sky(zones=(HILL, twin))).reason == "bends round Cloudy Hill and Twin"


def test_zones_of_one_name_are_told_apart_by_their_ids() -> None:
    other = named("Cloudy Hill", scenes.zone("FAR", scenes.area(2000, -900, 2200, 100)))
    assert asked(scenes.plain_sky(zones=(HILL, other))).reason == (
        "bends round Cloudy Hill (HILL), then round Cloudy Hill (FAR)"
    )


def test_a_zone_without_a_name_is_told_by_its_id() -> None:
    assert asked(scenes.plain_sky(zones=(named("", HILL),))).reason == "bends round HILL"


def gated(**fields: object) -> Airspace:
    gate = scenes.gate(*scenes.both_permits())
    return scenes.plain_sky(jurisdictions=scenes.two_sides(), gates=(gate,), **fields)


def test_a_straight_leg_through_a_gate_says_so() -> None:
    answer = asked(gated())
    assert answer.reason == "straight, through gate door"
    (turn,) = answer.turns
    assert (turn.gates, turn.bends, turn.along_m) == (("door",), False, pytest.approx(2000, abs=0.5))


def test_a_leg_that_bends_round_the_posts_of_a_gate_goes_through_the_gate() -> None:
    answer = asked(gated(), "hub", "B")
    assert answer.reason == "through gate door"
    (turn,) = answer.turns
    assert (turn.gates, turn.bends) == (("door",), True)


def test_a_gate_and_a_zone_are_told_in_the_order_flown() -> None:
    assert asked(gated(zones=(HILL,))).reason == "bends round Cloudy Hill, then through gate door"


def test_a_leg_round_a_corner_of_the_boundary_goes_along_it() -> None:
    notch = scenes.area(1000, -200, 1500, 5000)
    west, east = scenes.two_sides()
    sides = (
        replace(west, area=shapely.difference(west.area, notch)),
        Jurisdiction(id="east", name="East", authority="east-aa", area=shapely.union(east.area, notch)),
    )
    sky = scenes.sky(scenes.pad("hub", 0, 0), scenes.pad("A", 1900, 0), jurisdictions=sides)
    answer = asked(sky)
    assert answer.reason == "along the boundary"
    assert [(turn.zones, turn.gates, turn.bends) for turn in answer.turns] == [((), (), True)]


def test_a_bend_beside_a_gate_that_is_not_passed_is_the_boundary() -> None:
    line = course((0, 0, 120), (1980, 305, 120), (0, 900, 120), bends=((1, ("boundary",)),))
    assert [turn.words for turn in surveyor(gated()).turns(line)] == ["along the boundary"]


@pytest.mark.parametrize(
    ("zones", "words"),
    [
        (("high ground",), "round high ground"),
        (("height cap",), "round ground too low for the height limit"),
        (("HILL", "boundary"), "round Cloudy Hill and along the boundary"),
        (("HILL", "high ground"), "round Cloudy Hill and high ground"),
        ((), "round an outline that nobody has named"),
    ],
)
def test_what_is_no_zone_has_its_own_words(zones: tuple[str, ...], words: str) -> None:
    line = course((0, 0, 120), (1000, 400, 120), (3000, 0, 120), bends=((1, zones),))
    turns = surveyor(scenes.plain_sky(zones=(HILL,))).turns(line)
    assert [turn.words for turn in turns] == [words]
    assert reason(turns) == f"bends {words}"


def test_bends_round_one_thing_in_a_row_are_one_turn_and_later_ones_another() -> None:
    line = course(
        (0, 0, 120), (500, 50, 120), (1000, 0, 120), (1500, 90, 120), (2000, 0, 120), (3000, 50, 120),
        bends=((1, ("HILL",)), (2, ("HILL", "boundary")), (3, ("boundary",)), (4, ("HILL",))),
    )  # fmt: skip
    turns = surveyor(scenes.plain_sky(zones=(HILL,))).turns(line)
    assert [turn.words for turn in turns] == ["round Cloudy Hill and along the boundary"]
    line = replace(line, bends=(line.bends[0], replace(line.bends[1], zones=("x",)), line.bends[3]))
    names = [turn.zones for turn in surveyor(scenes.plain_sky(zones=(HILL, replace(HILL, id="x")))).turns(line)]
    assert names == [("HILL",), ("x",), ("HILL",)]


def test_a_corner_that_is_only_passed_is_no_turn() -> None:
    line = course((0, 0, 120), (1000, 0.05, 120), (3000, 0, 120), bends=((1, ("HILL",)),))
    assert surveyor(scenes.plain_sky(zones=(HILL,))).turns(line) == ()


WALL = named("The Wall", scenes.zone("WALL", scenes.area(1000, -9000, 1500, 9000), band=NINETY))
LEVELS = (80.0, 150.0)


def test_a_leg_over_a_zone_climbs_over_it() -> None:
    answer = asked(scenes.plain_sky(zones=(WALL,)), levels_amsl_m=LEVELS)
    assert "150 m AMSL over The Wall" in answer.reason
    assert answer.reason.startswith("straight, ")
    assert answer.leg is not None
    assert max(point.alt_amsl_m for point in answer.leg.waypoints) == 150


def test_each_change_of_level_is_told_with_its_place() -> None:
    line = course((0, 0, 80), (500, 0, 80), (500, 0, 150), (2000, 0, 150), (2000, 0, 80), (3000, 0, 80))
    turns = surveyor(scenes.plain_sky(zones=(WALL,)), levels_amsl_m=LEVELS).turns(line)
    assert [turn.words for turn in turns] == ["climbs to 150 m AMSL over The Wall", "comes down to 80 m AMSL"]
    assert [turn.along_m for turn in turns] == [pytest.approx(500, abs=0.2), pytest.approx(2000, abs=0.2)]
    assert [turn.level_amsl_m for turn in turns] == [150, 80]
    assert [turn.zones for turn in turns] == [("WALL",), ()]


def test_a_leg_that_begins_above_the_lowest_level_says_so() -> None:
    sky = scenes.plain_sky(zones=(WALL,))
    line = course((0, 0, 150), (3000, 0, 150))
    (turn,) = surveyor(sky, levels_amsl_m=LEVELS).turns(line)
    assert (turn.words, turn.along_m) == ("at 150 m AMSL over The Wall", 0.0)
    assert reason((turn,)) == "straight, at 150 m AMSL over The Wall"


def test_a_zone_above_is_passed_under() -> None:
    above = Band(lower=Height(value_m=140.0, reference=Reference.AMSL), upper=None)
    roof = named("The Roof", scenes.zone("ROOF", scenes.area(1000, -9000, 1500, 9000), band=above))
    line = course((0, 0, 150), (500, 0, 150), (500, 0, 80), (3000, 0, 80))
    turns = surveyor(scenes.plain_sky(zones=(roof,)), levels_amsl_m=LEVELS).turns(line)
    assert [turn.words for turn in turns] == ["at 150 m AMSL", "comes down to 80 m AMSL under The Roof"]


def test_a_leg_that_comes_down_for_a_gate_says_so() -> None:
    low = Band(lower=GROUND, upper=Height(value_m=100.0, reference=Reference.AMSL))
    gate = scenes.gate(*scenes.both_permits(), band=low)
    sky = scenes.plain_sky(jurisdictions=scenes.two_sides(), gates=(gate,))
    line = course((0, 0, 150), (500, 0, 150), (500, 0, 80), (3000, 0, 80))
    words = [turn.words for turn in surveyor(sky, levels_amsl_m=LEVELS).turns(line)]
    assert words[1] == "comes down to 80 m AMSL for gate door"


def test_a_zone_that_a_permit_opens_is_not_what_a_leg_climbs_over() -> None:
    leave = scenes.both_permits(zones=("WALL",))
    sky = scenes.plain_sky(
        zones=(replace(WALL, restriction="REQ_AUTHORISATION"),),
        jurisdictions=scenes.two_sides(),
        gates=(scenes.gate(*leave),),
    )
    line = course((0, 0, 80), (500, 0, 80), (500, 0, 150), (1900, 0, 150))
    assert surveyor(sky, levels_amsl_m=LEVELS).turns(line)[0].words == "climbs to 150 m AMSL"


@pytest.mark.parametrize(("names", "told"), [(["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")])
def test_names_are_listed_as_people_do(names: list[str], told: str) -> None:
    assert listed(names) == told


def test_the_first_bend_round_something_carries_the_verb() -> None:
    def turn(words: str) -> Turn:
        return Turn(along_m=0, lon=0, lat=0, level_amsl_m=0, words=words, bends=True)

    told = reason([turn("through gate G1"), turn("round A"), turn("round B"), turn("along the boundary")])
    assert told == "through gate G1, then bends round A, then round B, then along the boundary"

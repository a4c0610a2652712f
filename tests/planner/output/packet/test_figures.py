"""Maps and profiles, by figures worked out by hand."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import shapely
from defusedxml.ElementTree import fromstring

from planner.model.profiles import Phase, Profile
from planner.output.languages import Language, words
from planner.output.packet.figures import maps, patterns, profiles, svg
from planner.output.packet.values import CorridorPage, ShownFlight
from planner.output.packet.wording import Telling
from tests.planner.output.packet.day import Ready


def telling(ready: Ready) -> Telling:
    return Telling(say=words(Language.EN), packet=ready.north)


# --- SVG --------------------------------------------------------------------------------------------------------------


def test_whatever_an_element_holds_is_escaped_but_what_is_drawn() -> None:
    drawn = svg.tag("text", "<b>&'\"", svg.tag("tspan", "x"), font_size=10.0, fill='"><script>', stroke=None)
    assert drawn == (
        '<text font-size="10" fill="&#34;&gt;&lt;script&gt;">&lt;b&gt;&amp;&#39;&#34;<tspan>x</tspan></text>'
    )


def test_characters_that_steer_are_spelt_out_in_texts_and_attributes() -> None:
    assert "\\u202e" in svg.text(0, 0, "a\u202eb", halo=False)
    assert "\\u202e" in svg.tag("g", id="a\u202eb")


def test_a_path_ends_where_its_line_does_and_comes_back_where_it_is_closed() -> None:
    line = [(0.0, 0.0), (10.04, 5.0), (3.0, 2.25)]
    assert svg.path([line]) == "M0 0L10 5L3 2.2"
    assert svg.path([line], closed=True) == "M0 0L10 5L3 2.2Z"
    assert svg.path([line[:1]]) == ""


def test_labels_are_cut_where_a_table_tells_the_whole() -> None:
    assert svg.shortened("SZ-LUOHU") == "SZ-LUOHU"
    assert svg.shortened("x" * 40, 10) == "x" * 9 + "…"


def test_a_hatch_stays_inside_its_area_and_keeps_its_pitch() -> None:
    # Lines at 45 degrees, 6 apart, across a square of 60: its area over the pitch is their length, 600.
    square = shapely.box(0, 0, 60, 60)
    lines = [
        shapely.LineString([tuple(map(float, point.split())) for point in line.split("L")])
        for line in patterns.hatch(square, pitch=6, rising=True).split("M")[1:]
    ]
    assert sum(line.length for line in lines) == pytest.approx(600, rel=0.02)
    assert all(shapely.buffer(square, 0.1).covers(line) for line in lines)
    dots = re.findall(r"M([\d.]+) ([\d.]+)h", patterns.dots(square, pitch=6))
    assert len(dots) == 81  # 9 by 9 strictly inside


# --- the map ----------------------------------------------------------------------------------------------------------


def test_a_map_keeps_north_up_and_metres_the_same_both_ways(ready: Ready) -> None:
    page = ready.north.corridors[0]
    sheet = maps.Sheet.around([(point.lon, point.lat) for point in page.points])
    # HUB lies 0.05 degrees north of CLINIC: 5,537 m, which with the room around fill the map.
    hub, clinic = sheet.at(114.15, 22.57), sheet.at(114.15, 22.52)
    assert hub[0] == pytest.approx(clinic[0], abs=0.2)
    assert clinic[1] - hub[1] == pytest.approx(330 / maps.AROUND, abs=0.3)
    assert sheet.px_per_m == pytest.approx(330 / (maps.AROUND * 5537), rel=0.001)
    east = sheet.at(114.16, 22.57)
    # 0.01 degrees of longitude at 22.57 degrees: 1,028.5 m
    assert (east[0] - hub[0]) / sheet.px_per_m == pytest.approx(1028.5, abs=6)


def test_a_corridor_narrower_than_three_pixels_is_a_line_of_three(ready: Ready) -> None:
    page, tell = ready.north.corridors[0], telling(ready)
    narrow = str(maps.draw(page, tell).svg)
    assert f'stroke-linejoin="round" stroke-width="{maps.LEAST_WIDTH_PX:g}"' in narrow
    wide = str(maps.draw(replace(page, half_width_m=200.0), tell).svg)
    assert 'stroke-linejoin="round" stroke-width="1.75"' in wide


def test_a_map_shows_what_is_there_and_says_what_it_is_good_for(ready: Ready) -> None:
    drawn = maps.draw(ready.north.corridors[0], telling(ready))
    assert {"PROHIBITED", "REQ_AUTHORISATION", "boundary", "corridor", "gate", "hub", "pad", "way_out"} <= drawn.present
    assert "old" not in drawn.present
    text = str(drawn.svg)
    fromstring(text)
    for shown in ("WGS 84, illustrative, not for navigation", ">G1<", ">STRIP<", ">HUB HUB name<", ">2 km<"):
        assert shown in text, shown


def test_no_two_labels_lie_on_each_other() -> None:
    sheet = maps.Sheet.around([(114.15, 22.57), (114.15, 22.52)])
    assert sheet.room((10, 10, 50, 20))
    assert not sheet.room((49, 19, 80, 30))
    assert sheet.room((51, 19, 80, 30))
    assert not sheet.room((-5, 40, 20, 50))


# --- the profile ------------------------------------------------------------------------------------------------------


def flown(*, cap_m: float | None = 100.0, floor_m: float | None = None, ground_m: float | None = 5.0) -> Profile:
    """Up to 80 m, level for 1,000 m, and down."""
    return Profile(
        along_m=(0, 0, 500, 1000, 1000), t_s=(0, 30, 80, 130, 160), lon=(114.0,) * 5, lat=(22.5,) * 5,
        alt_amsl_m=(5, 80, 80, 80, 5), ground_amsl_m=(ground_m,) * 5, floor_amsl_m=(floor_m,) * 5,
        cap_amsl_m=(cap_m,) * 5, phase=(Phase.CLIMB, Phase.CRUISE, Phase.CRUISE, Phase.DESCENT, Phase.GROUND),
        ground_speed_mps=(0,) * 5, air_speed_mps=(0,) * 5, power_w=(0,) * 5, energy_wh=(0, 1, 2, 3, 4),
        state_of_charge=(1.0, 0.9, 0.8, 0.7, 0.6), reserve_wh=(0,) * 5,
    )  # fmt: skip


def drawn(ready: Ready, profile: Profile | None) -> str:
    page: CorridorPage = ready.north.corridors[0]
    shown: ShownFlight = replace(page.shown, profile=profile, overs=())
    return str(profiles.draw(replace(page, shown=shown), telling(ready)))


def test_heights_and_charges_lie_where_the_scale_puts_them() -> None:
    scale = profiles.Scale(length_m=1000, low_m=0, top_m=120)
    assert (scale.x(0), scale.x(500), scale.x(1000), scale.x(2000)) == (34, 311, 588, 588)
    assert (scale.y(0), scale.y(60), scale.y(120), scale.y(500)) == (150, 90, 30, 30)
    assert (scale.charge_y(0), scale.charge_y(0.5), scale.charge_y(1)) == (244, 214, 184)


def test_a_flight_within_its_limits_shows_no_breach(ready: Ready) -> None:
    text = drawn(ready, flown())
    fromstring(text)
    assert 'fill-opacity="0.6"' not in text
    assert "cap 100 m" in text
    assert "▲ 80 m" in text
    assert "planned 60.0 %" in text
    assert "reserve 20 %" in text


def test_what_lies_beyond_a_limit_is_filled_red(ready: Ready) -> None:
    over, under = drawn(ready, flown(cap_m=70.0)), drawn(ready, flown(cap_m=None, floor_m=90.0))
    for text in (over, under):
        assert text.count('fill-opacity="0.6"') == 2  # both pieces of the level flight


def test_ground_that_nobody_knows_is_not_drawn(ready: Ready) -> None:
    assert "#8C8371" in drawn(ready, flown())
    assert "#8C8371" not in drawn(ready, flown(ground_m=None))


def test_without_a_profile_in_the_record_there_is_no_drawing(ready: Ready) -> None:
    assert drawn(ready, None) == ""


def test_the_boundary_stands_where_the_flight_passes_it(ready: Ready) -> None:
    # On the way back from CLINIC (22.52) to HUB (22.57) the boundary (22.55) comes after three fifths of the way.
    page = ready.north.corridors[0]
    flight = next(one for one in ready.north.flights if (one.sortie, one.leg) == (page.shown.sortie, page.shown.leg))
    assert page.shown.profile is not None
    share = profiles._along_m(flight.handovers[0], flight, page.shown.profile) / page.shown.profile.along_m[-1]
    assert share == pytest.approx(0.6, abs=0.002)

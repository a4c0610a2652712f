"""OpenAir, read and written; the figures beside the fixtures were worked out by hand or with a geodesic."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, timezone

import numpy as np
import openair as library
import pytest
import shapely
from pyproj import Geod

from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.errors import Problem
from airspace.formats import Loss
from airspace.formats.documents import Document
from airspace.formats.openair import OpenAir, OpenAirWriter
from airspace.formats.openair.blocks import lines_of
from airspace.formats.openair.classes import ASKED, WRITTEN, asked_by
from airspace.formats.telling import Placed
from airspace.model.schedules import ALWAYS, WEEKDAYS, Hours, Period, Schedule
from airspace.model.sources import Source
from airspace.model.zones import Restriction, Zone

GEOD = Geod(ellps="WGS84")
NM_M = 1852.0

RING = """DP 47:00:00 N 008:00:00 E
DP 47:06:00 N 008:00:00 E
DP 47:06:00 N 008:12:00 E
DP 47:00:00 N 008:12:00 E
DP 47:00:00 N 008:00:00 E"""
RING_AREA = shapely.box(8.0, 47.0, 8.2, 47.1)


def block(
    outline: str = RING,
    *,
    ac: str = "R",
    name: str = "Testberg",
    al: str = "GND",
    ah: str = "2500ft AMSL",
    more: str = "",
) -> str:
    lines = [
        f"AC {ac}",
        f"AN {name}" if name else "",
        more,
        f"AL {al}" if al else "",
        f"AH {ah}" if ah else "",
        outline,
    ]
    return "\n".join(line for line in lines if line) + "\n"


def read(text: str) -> tuple[list[Placed[Zone]], list[Problem]]:
    return OpenAir().zones(Document(file="sky.txt", text=text))


def zones_in(text: str) -> list[Zone]:
    placed, problems = read(text)
    assert [problem for problem in problems if not problem.warning] == []
    return [item.value for item in placed if item.value is not None]


def the_zone(text: str) -> Zone:
    (zone,) = zones_in(text)
    return zone


def the_problem(text: str) -> Problem:
    placed, problems = read(text)
    (problem,) = problems
    assert not problem.warning
    assert [item.value for item in placed] == [None]
    return problem


def the_warning(text: str) -> Problem:
    placed, problems = read(text)
    (problem,) = problems
    assert problem.warning
    assert placed[0].value is not None
    return problem


def write(*zones: Zone) -> tuple[str, tuple[Loss, ...]]:
    return OpenAirWriter().write(zones, title="A test")


def zone(area: shapely.Polygon | shapely.MultiPolygon = RING_AREA, **changes: object) -> Zone:
    made = Zone(
        id="Z1",
        name="A zone",
        restriction=Restriction.REQ_AUTHORISATION,
        area=area,
        band=Band(lower=GROUND, upper=Height(value_m=120, reference=Reference.AGL)),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def at(lon: float, lat: float, bearing_deg: float, distance_m: float) -> shapely.Point:
    return shapely.Point(GEOD.fwd(lon, lat, bearing_deg, distance_m)[:2])


def distances_m(area: shapely.Geometry, lon: float, lat: float) -> np.ndarray:
    """Distances from a point to the outline, sampled between its corners along lines straight in degrees."""
    outline = shapely.segmentize(area.exterior, area.exterior.length / 20_000)
    points = shapely.get_coordinates(outline)
    return np.asarray(GEOD.inv(np.full(len(points), lon), np.full(len(points), lat), *points.T)[2])


# --- one airspace ----------------------------------------------------------------------------------------------


def test_an_airspace_becomes_a_zone() -> None:
    read_zone = the_zone(block())
    assert (read_zone.id, read_zone.name, read_zone.category) == ("Testberg", "Testberg", "R")
    assert read_zone.restriction is Restriction.REQ_AUTHORISATION
    assert read_zone.band == Band(lower=GROUND, upper=Height(value_m=762.0, reference=Reference.AMSL))
    assert read_zone.area.equals_exact(shapely.Polygon([(8, 47), (8, 47.1), (8.2, 47.1), (8.2, 47), (8, 47)]), 1e-12)
    assert read_zone.schedule == ALWAYS
    assert read_zone.extra == {"openair": {"AC": "R"}}


def test_windows_and_old_mac_line_ends_blank_lines_and_comments_change_nothing() -> None:
    plain = zones_in(block())
    for text in (
        block().replace("\n", "\r\n"),
        block().replace("\n", "\r"),
        "* a comment\n\n" + block().replace("\n", "\n\n* between\n"),
        block().replace("\n", "  ; behind\n"),
        block().replace("\n", " * behind\n"),
        block().replace("DP ", "dp\t").replace("AC R", "ac R"),
    ):
        assert zones_in(text) == plain


def test_a_comment_behind_the_class_is_no_part_of_it() -> None:
    assert the_zone(block(ac="CTR ; tower closed")).category == "CTR"


def test_a_star_inside_a_word_belongs_to_the_name() -> None:
    assert the_zone(block(name="Foo*Bar;x * told by Bar")).name == "Foo*Bar;x"


# --- positions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "lon", "lat"),
    [
        ("46:58:29 N 008:15:29 E", 8 + 15 / 60 + 29 / 3600, 46 + 58 / 60 + 29 / 3600),
        ("46:58:29.25N 8:15:29.5E", 8 + 15 / 60 + 29.5 / 3600, 46 + 58 / 60 + 29.25 / 3600),
        ("39:29.9 N 119:46.1 W", -(119 + 46.1 / 60), 39 + 29.9 / 60),
        ("39:29.9 S, 119:46.1 E", 119 + 46.1 / 60, -(39 + 29.9 / 60)),
        ("22.5431N 114.0579E", 114.0579, 22.5431),
        ("90:00:00 S 180:00:00 W", -180.0, -90.0),
    ],
)
def test_a_point_is_read_in_all_three_forms(written: str, lon: float, lat: float) -> None:
    from airspace.formats.openair.words import position

    assert position(written) == pytest.approx((lon, lat), abs=1e-12)


@pytest.mark.parametrize(
    "written",
    [
        "47:06:00 N 008:12:00 E",
        "47:06:00N 008:12:00E",
        "47:06:00.0 N 008:12:00.0000 E",
        "47:06:00 N 8:12:00 E ",
        "47:06:00 N008:12:00 E",
    ],
)
def test_common_forms_are_read_all_at_once(written: str) -> None:
    (line,) = lines_of(f"DP {written}\n* a comment\n\nDP {written}")
    assert line[:3] == (1, "DP", written.strip())
    assert line.points is not None
    assert line.points.tolist() == [[8.2, 47.1]] * 2


@pytest.mark.parametrize(
    "odd",
    [
        "DP 90:00:00 N 008:12:00 E",
        "DP 47:60:00 N 008:12:00 E",
        "DP 47:06:60 N 008:12:00 E",
        "DP 47:06:00 N 180:12:00 E",
        "DP 47:06:00 N 008:60:00 E",
        "DP 47:06:00 N 008:12:60 E",
        "DP 47:06:00 E 008:12:00 E",
        "DP 47:06:00 N 008:12:00 N",
        "DP 47:06:00 N 0:8:12:00 E",
        "DP 47:06:00 N 008:12;00 E",
        "DP 4/:06:00 N 008:12:00 E",
        "DP 47:06:00 N 008:1\u0662:00 E",
        "DQ 47:06:00 N 008:12:00 E",
    ],
)
def test_a_line_that_looks_only_nearly_like_the_others_is_read_by_itself(odd: str) -> None:
    good = "DP 47:06:00 N 008:12:00 E"
    before, line, after = lines_of(f"{good}\n{good}\n{odd}\n{good}\n")
    assert (before.number, line.number, after.number) == (1, 3, 4)
    assert (before.points is None, line.points is None, after.points is None) == (False, True, False)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("122:00:00 N 008:00:00 E", "LATITUDE_OUT_OF_RANGE"),
        ("90:00:01 N 008:00:00 E", "LATITUDE_OUT_OF_RANGE"),
        ("47:00:00 N 181:00:00 E", "LONGITUDE_OUT_OF_RANGE"),
        ("47:61:00 N 008:00:00 E", "BAD_POSITION"),
        ("47:00:60 N 008:00:00 E", "BAD_POSITION"),
        ("47:00.5:30 N 008:00:00 E", "BAD_POSITION"),
        ("47.5:30 N 008:00:00 E", "BAD_POSITION"),
        ("47:00:00 008:00:00", "BAD_POSITION"),
        ("008:00:00 E 47:00:00 N", "BAD_POSITION"),
        ("47:00:00 N", "BAD_POSITION"),
        ("", "BAD_POSITION"),
        ("٤٧:00:00 N 008:00:00 E", "BAD_POSITION"),
    ],
)
def test_a_point_that_is_none_is_told_with_its_line_and_the_block_is_refused(written: str, code: str) -> None:
    problem = the_problem(block(RING.replace("47:06:00 N 008:12:00 E", written)))
    assert problem.code == code
    assert problem.place == "line 7, block 'Testberg'"


def test_a_bad_block_does_not_take_the_good_ones_with_it() -> None:
    placed, problems = read(block(name="A") + block(name="B", al="") + block(name="C"))
    assert [(item.id, item.value is None) for item in placed] == [("A", False), ("B", True), ("C", False)]
    assert [(problem.place, problem.code) for problem in problems] == [("line 10, block 'B'", "MISSING_VALUE")]


def test_everything_wrong_with_a_block_is_told_at_once() -> None:
    text = block(RING.replace("008:12:00", "8:12:99"), al="low", ah="", more="AA soon\nXX what")
    assert {problem.code for problem in read(text)[1]} == {
        "BAD_TIME",
        "UNKNOWN_COMMAND",
        "BAD_HEIGHT",
        "MISSING_VALUE",
        "BAD_POSITION",
    }


def test_a_ring_left_open_is_closed_with_a_warning() -> None:
    open_ring = RING.rsplit("\n", 1)[0]
    assert the_warning(block(open_ring)).code == "RING_NOT_CLOSED"
    assert read(block(open_ring))[0][0].value == the_zone(block())


def test_a_point_that_stands_twice_is_drawn_once() -> None:
    twice = RING.replace("DP 47:06:00 N 008:12:00 E\n", "DP 47:06:00 N 008:12:00 E\n" * 2)
    assert shapely.get_num_coordinates(the_zone(block(twice)).area) == 5
    assert the_zone(block(twice)) == the_zone(block())


def test_a_ring_goes_on_behind_points_that_would_close_it() -> None:
    more = "\nDP 47:09.0 N 008:00.0 E\nDP 47:09.0 N 008:03.0 E"
    (placed,) = read(block(RING + more))[0]
    assert placed.value is not None
    assert placed.value.area.covers(shapely.Point(8.01, 47.149))


def test_airspaces_of_a_file_are_drawn_as_they_are_alone() -> None:
    """Most are drawn all at once, odd ones by themselves: none may get the outline of another."""
    outlines = [
        RING,
        "V X=47:00:00 N 008:00:00 E\nDC 5",
        RING.rsplit("\n", 1)[0],
        wedge(),
        RING.replace("008:12", "008:24"),
        "V W=5\nDY 47:00:00 N 008:00:00 E\nDY 47:30:00 N 008:30:00 E",
        "DP 47:00:00 N 008:00:00 E\nDP 47:06:00 N 008:00:00 E",
        "V X=48:00:00 N 009:00:00 E\nDC 0.2",
        RING.replace("47:06:00 N 008:12", "46:54:00 N 008:06"),
        RING.replace("47:06", "47:09"),
    ]
    together, _ = read("".join(block(outline, name=str(number)) for number, outline in enumerate(outlines)))
    for item, outline in zip(together, outlines, strict=True):
        (alone,) = read(block(outline, name=item.id))[0]
        assert item.value == alone.value
    assert [item.value is None for item in together] == [number == 6 for number in range(10)]


def test_a_ring_that_crosses_itself_keeps_both_loops() -> None:
    corners = ["47:00:00N 8:00:00E", "47:06:00N 8:12:00E", "47:06:00N 8:00:00E", "47:00:00N 8:12:00E"]
    bow_tie = "\n".join(f"DP {corner}" for corner in [*corners, corners[0]])
    assert the_warning(block(bow_tie)).code == "POLYGON_REPAIRED"
    area = read(block(bow_tie))[0][0].value.area  # type: ignore[union-attr]
    assert area.covers(shapely.MultiPoint([(8.1, 47.02), (8.1, 47.08)]))


@pytest.mark.parametrize(
    ("outline", "code"),
    [
        ("DP 47:00:00 N 008:00:00 E\nDP 47:06:00 N 008:00:00 E", "RING_TOO_SHORT"),
        ("DP 47:00:00 N 008:00:00 E\nDP 47:06:00 N 008:00:00 E\nDP 47:00:00 N 008:00:00 E", "RING_TOO_SHORT"),
        (
            "DP 47:00:00 N 8:00:00 E\nDP 47:06:00 N 8:00:00 E\nDP 47:03:00 N 8:00:00 E\nDP 47:00:00 N 8:00:00 E",
            "POLYGON_WITHOUT_AREA",
        ),
        ("V Z=100", "MISSING_VALUE"),
        ("DP 47:00:00 N 008:00:00 E", "RING_TOO_SHORT"),
        (
            "DP 10:00:00 N 179:00:00 E\nDP 11:00:00 N 179:00:00 W\nDP 10:00:00 N 179:00:00 W",
            "CROSSES_ANTIMERIDIAN",
        ),
        (
            "DP 10:00:00 N 179:00:00 E\nDP 11:00:00 N 179:00:00 W\nDP 10:00:00 N 179:00:00 W\n"
            "DP 10:00:00 N 179:00:00 E",
            "CROSSES_ANTIMERIDIAN",
        ),
        (
            "DP 47:00:00.0000 N 8:00:00.0000 E\nDP 47:00:00.0010 N 8:00:00.0000 E\nDP 47:00:00.0010 N 8:00:00.0010 E\n"
            "DP 47:00:00.0000 N 8:00:00.0000 E",
            "POLYGON_WITHOUT_AREA",
        ),
        ("V X=10:00:00 N 180:00:00 E\nDC 5", "CROSSES_ANTIMERIDIAN"),
        ("V X=89:59:00 N 010:00:00 E\nDC 5", "CROSSES_ANTIMERIDIAN"),
        ("DC 5", "MISSING_VALUE"),
        ("V X=10:00:00 N 010:00:00 E\nDC 0", "OUT_OF_RANGE"),
        ("V X=10:00:00 N 010:00:00 E\nDC 5000", "OUT_OF_RANGE"),
        ("V X=10:00:00 N 010:00:00 E\nDC five", "BAD_NUMBER"),
        ("V X=10:00:00 N 010:00:00 E\nDC 5\nDC 6", "MIXED_OUTLINES"),
        (f"V X=47:00:00 N 008:00:00 E\nDC 5\n{RING}", "MIXED_OUTLINES"),
        (f"V W=5\nDY 47:00:00 N 008:00:00 E\nDY 47:30:00 N 008:30:00 E\n{RING}", "MIXED_OUTLINES"),
        ("V X=10:00:00 N 010:00:00 E\nDA 5,90", "BAD_NUMBER"),
        ("V X=10:00:00 N 010:00:00 E\nDA 5,90,90", "BAD_ARC"),
        ("V X=10:00:00 N 010:00:00 E\nDA 5,90,400", "BAD_ARC"),
        ("V X=10:00:00 N 010:00:00 E\nDB 10:05:00 N 010:00:00 E, 10:00:00 N 010:50:00 E", "BAD_ARC"),
        ("V X=10:00:00 N 010:00:00 E\nDB 10:00:00 N 010:00:00 E, 10:00:00 N 010:00:00 E", "BAD_ARC"),
        ("V Q=5", "BAD_VARIABLE"),
        ("V D=left", "BAD_VARIABLE"),
        ("V W=5\nDY 10:00:00 N 010:00:00 E", "BAD_AIRWAY"),
        ("DY 10:00:00 N 010:00:00 E\nDY 11:00:00 N 010:00:00 E", "BAD_AIRWAY"),
        ("DX 10:00:00 N 010:00:00 E", "UNKNOWN_COMMAND"),
    ],
)
def test_an_outline_that_cannot_be_drawn_is_refused(outline: str, code: str) -> None:
    problems = read(block(outline))[1]
    assert code in [problem.code for problem in problems if not problem.warning]


# --- circles and arcs ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("radius_nm", [0.05, 1.1, 5.0, 60.0])
@pytest.mark.parametrize("centre", ["00:00:00 N 000:00:00 E", "53:24:25 N 010:25:10 E", "68:30:00 S 070:00:00 W"])
def test_a_circle_leaves_nothing_of_itself_outside_and_reaches_less_than_ten_metres_too_far(
    centre: str, radius_nm: float
) -> None:
    from airspace.formats.openair.words import position

    area = the_zone(block(f"V X={centre}\nDC {radius_nm}")).area
    reached_m = distances_m(area, *position(centre)) - radius_nm * NM_M
    assert reached_m.min() >= -0.001
    assert reached_m.max() <= 10


def wedge(direction: str = "") -> str:
    """Ten nautical miles around 50 N 10 E, from north to east."""
    return f"{direction}V X=50:00:00 N 010:00:00 E\nDP 50:00:00 N 010:00:00 E\nDA 10,0,90\nDP 50:00:00 N 010:00:00 E"


def test_an_arc_runs_clockwise_unless_told_otherwise() -> None:
    quarter = the_zone(block(wedge())).area
    assert quarter.contains(at(10, 50, 45, 9.99 * NM_M))
    assert not quarter.intersects(at(10, 50, 45, 10.01 * NM_M))
    assert not quarter.intersects(at(10, 50, 225, NM_M))
    rest = the_zone(block(wedge("V D=-\n"))).area
    assert not rest.intersects(at(10, 50, 45, NM_M))
    for bearing_deg in (100, 180, 225, 350):
        assert rest.contains(at(10, 50, bearing_deg, 9.99 * NM_M))


def test_the_direction_lasts_to_the_end_of_its_block_and_no_farther() -> None:
    twice = wedge("V D=-\n") + "\nDA 10,0,90\nDP 50:00:00 N 010:00:00 E"
    first = read(block(twice) + block(wedge()))[0]
    assert not first[0].value.area.intersects(at(10, 50, 45, NM_M))  # type: ignore[union-attr]
    assert first[1].value.area.equals(the_zone(block(wedge())).area)  # type: ignore[union-attr]


def test_a_centre_is_not_carried_into_the_next_block() -> None:
    placed, problems = read(block("V X=50:00:00 N 010:00:00 E\nDC 5", name="A") + block("DC 5", name="B"))
    assert [item.value is None for item in placed] == [False, True]
    assert problems[0].place == "line 11, block 'B'"


@pytest.mark.parametrize("turn", ["+", "-"])
def test_the_end_points_of_an_arc_stay_where_they_are(turn: str) -> None:
    outline = f"V D={turn}\nV X=52:26:00 N 007:12:00 E\nDB 52:29:31 N 007:17:48 E, 52:26:00 N 007:03:50 E"
    corners = shapely.get_coordinates(read(block(outline))[0][0].value.area).tolist()  # type: ignore[union-attr]
    for lon, lat in ((7 + 17 / 60 + 48 / 3600, 52 + 29 / 60 + 31 / 3600), (7 + 3 / 60 + 50 / 3600, 52 + 26 / 60)):
        assert min(math.hypot(lon - x, lat - y) for x, y in corners) < 1e-12


def test_a_zone_with_an_arc_that_bulges_out_is_never_smaller_than_the_arc() -> None:
    area = the_zone(block(wedge())).area
    for bearing_deg in np.linspace(0.01, 89.99, 400):
        assert area.covers(at(10, 50, float(bearing_deg), 10 * NM_M - 0.01))
        assert not area.intersects(at(10, 50, float(bearing_deg), 10 * NM_M + 10))


@pytest.mark.parametrize("reverse", [False, True])
def test_a_zone_with_an_arc_that_bites_into_it_is_never_smaller_than_the_arc(reverse: bool) -> None:
    """A square corner at 50:20 N 10:30 E with a quarter circle of ten nautical miles taken out of its south-west."""
    north, _, _ = GEOD.fwd(10, 50, 0, 10 * NM_M)
    lines = [
        "V X=50:00:00 N 010:00:00 E",
        "DA 10,0,90",
        "DP 50:00:00 N 010:30:00 E",
        "DP 50:20:00 N 010:30:00 E",
        "DP 50:20:00 N 010:00:00 E",
    ]
    if reverse:
        lines = [lines[0], "V D=-", "DA 10,90,0", *reversed(lines[2:])]
    text = block("\n".join(lines))
    area = read(text)[0][0].value.area  # type: ignore[union-attr]
    assert north == 10
    for bearing_deg in np.linspace(0.5, 89.5, 300):
        assert area.covers(at(10, 50, float(bearing_deg), 10 * NM_M + 0.01))
        assert not area.intersects(at(10, 50, float(bearing_deg), 10 * NM_M - 10))


def test_an_outline_with_arcs_that_crosses_itself_takes_all_that_is_inside_by_either_reading() -> None:
    """A bow tie through 50 N 10 E: its north-eastern arc is walked clockwise, its south-western one the other way."""
    outline = "V X=50.0N 10.0E\nDA 10,0,90\nV D=-\nDA 10,270,180\nDP 50.166N 10.0E"
    placed, problems = read(block(outline))
    assert [problem.code for problem in problems] == ["POLYGON_REPAIRED"]
    area = placed[0].value.area  # type: ignore[union-attr]
    for bearing_deg in (*np.linspace(1, 89, 100), *np.linspace(181, 269, 100)):
        assert area.covers(at(10, 50, float(bearing_deg), 10 * NM_M - 0.01))


def test_a_bite_out_of_an_outline_that_crosses_itself_is_not_larger_than_the_arc() -> None:
    corners = ["50:00N 10:30E", "50:20N 10:30E", "50:30N 10:00E", "50:30N 10:30E", "50:20N 10:00E"]
    outline = "\n".join(["V X=50.0N 10.0E", "DA 10,0,90", *(f"DP {corner}" for corner in corners), "DP 50:10N 10:00E"])
    placed, _ = read(block(outline))
    area = placed[0].value.area  # type: ignore[union-attr]
    for bearing_deg in np.linspace(0.5, 89.5, 300):
        assert area.covers(at(10, 50, float(bearing_deg), 10 * NM_M + 0.01))


def test_arcs_without_number_are_refused_before_they_take_all_memory() -> None:
    problems = read(block("V X=50.0N 10.0E\n" + "DA 600,0,359\n" * 11))[1]
    assert {problem.code for problem in problems} == {"TOO_MANY"}


def test_ends_of_an_arc_that_disagree_give_the_larger_area_and_a_warning() -> None:
    """North end 10 NM and east end 10.5 NM from the centre: the arc is drawn 10.5 NM away where it bulges out."""
    north, east = at(10, 50, 0, 10 * NM_M), at(10, 50, 90, 10.5 * NM_M)
    outline = (
        "V X=50.0N 10.0E\nDP 50.0N 10.0E\n"
        f"DB {north.y:.9f}N {north.x:.9f}E, {east.y:.9f}N {east.x:.9f}E\nDP 50.0N 10.0E"
    )
    assert the_warning(block(outline)).code == "BAD_ARC"
    area = read(block(outline))[0][0].value.area  # type: ignore[union-attr]
    for bearing_deg in (1, 45, 89):
        assert area.covers(at(10, 50, bearing_deg, 10.499 * NM_M))


def test_an_airway_is_as_wide_as_it_says_and_round_at_its_ends() -> None:
    area = the_zone(block("V W=10\nDY 50:00:00 N 010:00:00 E\nDY 51:00:00 N 012:00:00 E")).area
    azimuth, _, length_m = GEOD.inv(10, 50, 12, 51)
    for share in (0.0, 0.1, 0.5, 0.9):
        lon, lat, back = GEOD.fwd(10, 50, azimuth, share * length_m)
        for side in (90, -90):
            assert area.covers(at(lon, lat, back + side, 5 * NM_M - 0.01))
            assert not area.intersects(at(lon, lat, back + side, 5 * NM_M + 15))
    assert area.covers(at(10, 50, azimuth + 180, 5 * NM_M - 0.01))


# --- heights ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value_m", "reference"),
    [
        ("8400 ft", 2560.32, "AMSL"),
        ("8400", 2560.32, "AMSL"),
        ("8400ft MSL", 2560.32, "AMSL"),
        ("12959 ft AMSL", 3949.9032, "AMSL"),
        ("100 m AGL", 100.0, "AGL"),
        ("100m ASFC", 100.0, "AGL"),
        ("100 Agl", 30.48, "AGL"),
        ("1000 ft SFC", 304.8, "AGL"),
        ("1000 GND", 304.8, "AGL"),
        ("1500.5 m", 1500.5, "AMSL"),
        ("FL 65", 1981.2, "FL"),
        ("FL65", 1981.2, "FL"),
        ("fl065", 1981.2, "FL"),
        ("65 FL", 1981.2, "FL"),
        ("6500ft STD", 1981.2, "FL"),
    ],
)
def test_heights_keep_their_reference_and_become_exact_metres(written: str, value_m: float, reference: str) -> None:
    expected = Height(value_m=value_m, reference=Reference(reference))
    ceiling = the_zone(block(ah=written)).band.upper
    assert ceiling is not None
    assert ceiling.value_m == pytest.approx(expected.value_m, abs=1e-9)
    assert ceiling.reference is expected.reference
    assert the_zone(block(al=written, ah="UNL")).band.lower == ceiling


@pytest.mark.parametrize("written", ["GND", "SFC", "sfc", "0", "0 ft AGL"])
def test_a_floor_on_the_ground(written: str) -> None:
    assert the_zone(block(al=written)).band.lower == GROUND


@pytest.mark.parametrize("written", ["UNL", "UNLIM", "Unlimited", "UNLTD"])
def test_no_ceiling(written: str) -> None:
    assert the_zone(block(ah=written)).band.upper is None


@pytest.mark.parametrize(
    "written",
    [
        "",
        "high",
        "100m AGL/423m AMSL",
        "2.500 ft",
        "10,000ft",
        "-50ft",
        "FL",
        "FL 1000",
        "1000ft QNH",
        "GND",
        "AGL 100",
        "1e3 ft",
        "nan",
    ],
)
def test_a_ceiling_that_may_mean_several_things_is_refused(written: str) -> None:
    assert the_problem(block(ah=" ").replace("AH  \n", f"AH {written}\n")).code == "BAD_HEIGHT"


def test_an_unlimited_floor_is_refused() -> None:
    assert the_problem(block(al="UNL")).code == "BAD_HEIGHT"


def test_missing_heights_reject_the_block_with_one_problem_each() -> None:
    problems = read(block(al="", ah=""))[1]
    assert [(problem.code, problem.found, problem.place) for problem in problems] == [
        ("MISSING_VALUE", "no AL line", "line 1, block 'Testberg'"),
        ("MISSING_VALUE", "no AH line", "line 1, block 'Testberg'"),
    ]


def test_a_floor_above_the_ceiling_is_refused() -> None:
    assert "lower below upper" in the_problem(block(al="3000ft AMSL")).expected


def test_two_ceilings_are_refused_and_the_same_ceiling_twice_is_not() -> None:
    assert the_problem(block(more="AH FL100")).code == "SAID_TWICE"
    assert zones_in(block(more="AH 2500ft  AMSL")) == zones_in(block())


# --- classes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("airspace_class", "airspace_type", "restriction", "category"),
    [
        ("P", "", "PROHIBITED", "P"),
        ("R", "", "REQ_AUTHORISATION", "R"),
        ("Q", "", "CONDITIONAL", "Q"),
        ("CTR", "", "REQ_AUTHORISATION", "CTR"),
        ("A", "", "REQ_AUTHORISATION", "A"),
        ("D", "TMA", "REQ_AUTHORISATION", "TMA"),
        ("D", "P", "PROHIBITED", "P"),
        ("P", "RMZ", "PROHIBITED", "RMZ"),
        ("G", "", "NO_RESTRICTION", "G"),
        ("G", "RMZ", "CONDITIONAL", "RMZ"),
        ("UNC", "R", "REQ_AUTHORISATION", "R"),
        ("UNC", "", "CONDITIONAL", "UNC"),
        ("UNCLASSIFIED", "NONE", "CONDITIONAL", "UNCLASSIFIED"),
        ("E", "NONE", "CONDITIONAL", "E"),
        ("p", "", "PROHIBITED", "p"),
    ],
)
def test_the_stricter_of_class_and_type_decides(
    airspace_class: str, airspace_type: str, restriction: str, category: str
) -> None:
    read_zone = the_zone(block(ac=airspace_class, more=f"AY {airspace_type}" if airspace_type else ""))
    assert (read_zone.restriction, read_zone.category) == (restriction, category)
    assert read_zone.extra["openair"]["AC"] == airspace_class  # type: ignore[index]


@pytest.mark.parametrize("text", [block(ac="FFVL"), block(ac="G", more="AY SECRET")])
def test_a_class_nobody_knows_is_conditional_and_never_clear(text: str) -> None:
    assert the_warning(text).code == "UNKNOWN_CLASS"
    assert read(text)[0][0].value.restriction is Restriction.CONDITIONAL  # type: ignore[union-attr]


def test_an_unknown_type_does_not_weaken_a_class() -> None:
    assert read(block(ac="P", more="AY SECRET"))[0][0].value.restriction is Restriction.PROHIBITED  # type: ignore[union-attr]


def test_only_airspace_that_asks_nothing_of_anybody_is_clear() -> None:
    clear = {word for word, (restriction, _) in ASKED.items() if restriction is Restriction.NO_RESTRICTION}
    assert clear == {"G", "FIR", "UIR", "FIS", "ACCSEC"}


def test_an_empty_class_is_refused() -> None:
    assert the_problem(block(ac="")).code == "MISSING_VALUE"


# --- ids and names ---------------------------------------------------------------------------------------------


def test_names_that_occur_again_are_numbered_in_the_order_of_the_file() -> None:
    text = block(name="A") + block(name="B") + block(name="A") + block(name="A", more="AI A #2") + block(name="")
    assert [item.id for item in read(text)[0]] == ["A", "B", "A #3", "A #2", "unnamed"]


def test_an_id_that_stands_twice_is_an_error() -> None:
    problems = read(block(name="A", more="AI 7") + block(name="B", more="AI 7"))[1]
    assert [(problem.code, problem.place, problem.warning) for problem in problems] == [
        ("DUPLICATE_ID", "line 11, block 'B'", False)
    ]


def test_a_rejected_block_keeps_its_id() -> None:
    assert [item.id for item in read(block(al=""))[0]] == ["Testberg"]


def test_what_zones_have_no_field_for_is_kept_under_its_own_command() -> None:
    more = "AF 123.505\nAG Testberg Information\nAX 7000\n"
    more += "AT 47:03:00 N 008:06:00 E\nAT 47:01:00 N 008:06:00 E\nSP 0,1,255,0,0"
    assert the_zone(block(more=more)).extra["openair"] == {
        "AC": "R",
        "AF": "123.505",
        "AG": "Testberg Information",
        "AX": "7000",
        "AT": ("47:03:00 N 008:06:00 E", "47:01:00 N 008:06:00 E"),
        "SP": "0,1,255,0,0",
    }


def test_control_characters_are_refused() -> None:
    assert the_problem(block(name="A\x1b[31m")).code == "CONTROL_CHARACTER"


# --- times -----------------------------------------------------------------------------------------------------


def test_every_activation_line_is_a_period_of_its_own() -> None:
    lines = [
        "2030-01-01T12:00Z/2030-01-01T13:00Z ; noon",
        "2030-01-01T14:00Z/2030-01-01T24:00Z",
        "NONE/2030-02-02T12:00Z",
    ]
    more = "\n".join(f"AA {line}" for line in [*lines, "2030-03-03T11:00:30Z/NONE", "20300401T0000Z/20300401T0100Z"])
    assert the_zone(block(more=more)).schedule == Schedule(
        periods=(
            Period(start=datetime(2030, 1, 1, 12, tzinfo=UTC), end=datetime(2030, 1, 1, 13, tzinfo=UTC)),
            Period(start=datetime(2030, 1, 1, 14, tzinfo=UTC), end=datetime(2030, 1, 2, tzinfo=UTC)),
            Period(end=datetime(2030, 2, 2, 12, tzinfo=UTC)),
            Period(start=datetime(2030, 3, 3, 11, 0, 30, tzinfo=UTC)),
            Period(start=datetime(2030, 4, 1, tzinfo=UTC), end=datetime(2030, 4, 1, 1, tzinfo=UTC)),
        )
    )


@pytest.mark.parametrize("more", ["AA NONE", "AA NONE/NONE", "AA 2030-01-01T12:00Z/2030-01-01T13:00Z\nAA NONE"])
def test_an_airspace_that_a_notam_will_activate_counts_as_always_active(more: str) -> None:
    read_zone = the_zone(block(more=more))
    assert read_zone.schedule == ALWAYS
    assert read_zone.extra["openair"] == {"AC": "R", "AA": "NONE"}


def test_a_time_without_its_z_is_utc_with_a_warning() -> None:
    text = block(more="AA 2030-03-03T12:00/NONE")
    assert the_warning(text).code == "NAIVE_TIME"
    assert read(text)[0][0].value.schedule.periods[0].start == datetime(2030, 3, 3, 12, tzinfo=UTC)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "written",
    [
        "",
        "2030-01-01T12:00Z",
        "2030-01-01T12:00Z/PT1H",
        "2030-01-01T25:00Z/NONE",
        "2030-13-01T12:00Z/NONE",
        "0001-01-01T00:00+14:00/NONE",
    ],
)
def test_a_time_that_is_none_is_refused(written: str) -> None:
    assert the_problem(block(more=f"AA {written}")).code == "BAD_TIME"


def test_an_end_before_the_start_is_refused() -> None:
    assert the_problem(block(more="AA 2030-01-02T14:00Z/2030-01-01T15:00Z")).code == "TIMES_REVERSED"


# --- files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (block(), True),
        ("* comments\n* and more\n\n" + block(), True),
        ("SP 0,1,0,0,255\nSB -1,-1,-1\n" + block(), True),
        ("AC R\nV X=47:00:00 N 008:00:00 E\nDC 1", True),
        ("", False),
        ("AC", False),
        ("AC and DC are kinds of current", False),
        ("AC R\nis a class", False),
        ("Some prose\nAC R\nAN x", False),
        ("id,name\nAC,R\n", False),
    ],
)
def test_a_file_is_recognised_by_its_first_lines(text: str, expected: bool) -> None:
    assert OpenAir().recognises(Document(file="x", text=text)) is expected


def test_json_is_left_to_others() -> None:
    assert not OpenAir().recognises(Document(file="x", text=block(), data={}))


def test_a_file_without_airspaces_is_a_problem() -> None:
    assert [problem.code for problem in read("* nothing\n")[1]] == ["EMPTY_COLLECTION"]


def test_terrain_is_left_out_and_not_added_to_the_airspace_before_it() -> None:
    text = block() + "TO Lake\n" + RING.replace("47:", "48:") + "\n" + block(name="After")
    placed, problems = read(text)
    assert [(problem.code, problem.place, problem.warning) for problem in problems] == [
        ("NOT_AN_AIRSPACE", "line 10", True)
    ]
    assert [item.value.area for item in placed if item.value] == [the_zone(block()).area] * 2


def test_points_before_the_first_airspace_are_an_error() -> None:
    placed, problems = read(RING + "\n" + block())
    assert [(problem.code, problem.place, problem.warning) for problem in problems] == [
        ("NOT_AN_AIRSPACE", "line 1", False)
    ]
    assert problems[0].found == "'DP 47:00:00 N 008:00:00 E'"
    assert placed[0].place == "line 6, block 'Testberg'"


# --- writing ---------------------------------------------------------------------------------------------------


def test_a_file_begins_as_version_two_asks() -> None:
    text, losses = write(zone())
    assert text.splitlines()[:12] == [
        "*VERSION: 2.1",
        "*WRITTEN_BY: Skyferry",
        "* A test",
        "",
        "AC UNC",
        "AY R",
        "AN A zone",
        "AI Z1",
        "AL GND",
        "AH 120m AGL",
        "DP 47:00:00.0000 N 008:12:00.0000 E",
        "DP 47:00:00.0000 N 008:00:00.0000 E",
    ]
    assert text.splitlines()[-1] == text.splitlines()[10]
    assert losses == ()


@pytest.mark.parametrize("restriction", list(Restriction))
def test_every_restriction_reads_back_as_itself(restriction: Restriction) -> None:
    assert the_zone(write(zone(restriction=restriction))[0]).restriction is restriction
    assert asked_by(*WRITTEN[restriction]) is restriction


def test_class_type_frequency_and_circle_are_written_as_they_were_read() -> None:
    text = block(
        "V X=53:24:25 N 010:25:10 E\nDC 1.10", ac="D", more="AY CTR\nAI 9\nAF 123.505\nAG Tower\nAX 7000\nAA NONE"
    )
    before = the_zone(text)
    written, losses = write(before)
    assert "V X=53:24:25 N 010:25:10 E\nDC 1.10\n" in written
    assert "DP" not in written
    assert the_zone(written) == before
    assert losses == ()


def test_a_circle_whose_area_was_changed_is_written_by_its_outline() -> None:
    before = the_zone(block("V X=53:24:25 N 010:25:10 E\nDC 1.10"))
    written, _ = write(replace(before, area=RING_AREA))
    assert "DC" not in written
    assert the_zone(written).area.equals(RING_AREA)


def test_a_class_that_contradicts_the_restriction_is_not_put_back() -> None:
    changed = replace(the_zone(block(ac="Q")), restriction=Restriction.PROHIBITED)
    written, losses = write(changed)
    assert the_zone(written).restriction is Restriction.PROHIBITED
    assert [(loss.field, loss.said, loss.kept) for loss in losses] == [("category", "Q", "P")]


def test_zones_in_pieces_are_put_together_again() -> None:
    pieces = shapely.MultiPolygon([RING_AREA, shapely.box(9, 47, 9.1, 47.1), shapely.box(10, 47, 10.1, 47.1)])
    written, losses = write(zone(pieces), zone(id="Z2"))
    assert [line for line in written.splitlines() if line.startswith("AI")] == [
        "AI Z1[1/3]",
        "AI Z1[2/3]",
        "AI Z1[3/3]",
        "AI Z2",
    ]
    first, second = zones_in(written)
    assert (first.id, second.id) == ("Z1", "Z2")
    assert first.area.normalize().equals_exact(pieces.normalize(), 1e-7)
    assert losses == ()


def test_pieces_that_do_not_agree_stay_apart() -> None:
    written, _ = write(zone(shapely.MultiPolygon([RING_AREA, shapely.box(9, 47, 9.1, 47.1)])))
    disagreeing = written.replace("AH 120m AGL", "AH 130m AGL", 1)
    assert [read_zone.id for read_zone in zones_in(disagreeing)] == ["Z1[1/2]", "Z1[2/2]"]
    alone = written[: written.rindex("AC")]
    assert [read_zone.id for read_zone in zones_in(alone)] == ["Z1[1/2]"]
    taken = written + block(more="AI Z1")
    assert [read_zone.id for read_zone in zones_in(taken)] == ["Z1[1/2]", "Z1[2/2]", "Z1"]


def test_holes_are_filled_and_told() -> None:
    holed = RING_AREA.difference(shapely.box(8.05, 47.02, 8.1, 47.05))
    written, losses = write(zone(holed))
    assert the_zone(written).area.equals(RING_AREA)
    assert losses == (Loss(zone="Z1", field="area", said="1 holes", kept="filled"),)


HONG_KONG = shapely.box(114.0, 22.4, 114.1, 22.5)


@pytest.mark.parametrize(
    ("height", "floor", "ceiling", "exact"),
    [
        (Height(value_m=304.8, reference=Reference.AMSL), "1000ft AMSL", "1000ft AMSL", True),
        (Height(value_m=100, reference=Reference.AGL), "100m AGL", "100m AGL", True),
        (Height(value_m=100.4, reference=Reference.AGL), "100m AGL", "101m AGL", False),
        (Height(value_m=1981.2, reference=Reference.FL), "FL65", "FL65", True),
        (Height(value_m=320.04, reference=Reference.FL), "1050ft STD", "1050ft STD", True),
        (Height(value_m=320.1, reference=Reference.FL), "1050ft STD", "1051ft STD", False),
        (Height(value_m=-3.2, reference=Reference.AMSL), "GND", "0ft AMSL", False),
        (Height(value_m=1e7, reference=Reference.AMSL), "300000m AMSL", "UNL", False),
        (Height(value_m=50, reference=Reference.PAD, pad="P1"), "GND", "UNL", False),
    ],
)
def test_heights_are_written_exactly_or_outwards_with_a_loss(
    height: Height, floor: str, ceiling: str, exact: bool
) -> None:
    written, losses = write(zone(band=Band(lower=height, upper=None)))
    assert f"AL {floor}\n" in written
    assert [loss.field for loss in losses] == ([] if exact else ["band.lower"])
    written, losses = write(zone(band=Band(lower=GROUND, upper=height)))
    assert f"AH {ceiling}\n" in written
    assert [(loss.field, loss.kept) for loss in losses] == ([] if exact else [("band.upper", ceiling)])


def test_ellipsoidal_heights_become_wider_heights_above_the_sea() -> None:
    """Around Hong Kong EGM96 lies some 1 to 4 m below the ellipsoid, so 100 m above it is 101 to 104 m AMSL."""
    band = Band(lower=Height(value_m=100, reference=Reference.W84), upper=Height(value_m=200, reference=Reference.W84))
    written, losses = write(zone(HONG_KONG, band=band))
    read_band = the_zone(written).band
    assert read_band.upper is not None
    assert 100 <= read_band.lower.value_m <= 103
    assert 202 <= read_band.upper.value_m <= 206
    assert read_band.lower.reference is read_band.upper.reference is Reference.AMSL
    assert [loss.field for loss in losses] == ["band.lower", "band.upper"]


def test_an_uneven_geoid_widens_a_band_on_both_sides() -> None:
    """The geoid's deepest trough, -106 m, lies south of India, and at New Guinea it stands 70 m and more high."""
    wide = shapely.box(78, 0, 140, 6)
    band = Band(lower=Height(value_m=999, reference=Reference.W84), upper=Height(value_m=1000, reference=Reference.W84))
    read_band = the_zone(write(zone(wide, band=band))[0]).band
    assert read_band.upper is not None
    assert read_band.lower.value_m <= 999 - 70
    assert 1000 + 95 <= read_band.upper.value_m <= 1000 + 110


def test_periods_are_written_and_hours_are_left_out_with_a_loss() -> None:
    start, end = datetime(2030, 1, 1, 8, tzinfo=timezone(timedelta(hours=8))), datetime(2030, 1, 2, tzinfo=UTC)
    exact = Schedule(periods=(Period(start=start, end=end), Period(start=end)))
    written, losses = write(zone(schedule=exact))
    assert "AA 2030-01-01T00:00Z/2030-01-02T00:00Z\nAA 2030-01-02T00:00Z/NONE\n" in written
    assert (the_zone(written).schedule, losses) == (exact, ())
    hours = Hours(days=WEEKDAYS, start=time(8), end=time(18), clock=UTC)
    written, losses = write(zone(schedule=Schedule(periods=(Period(start=start, end=end, hours=(hours,)),))))
    assert the_zone(written).schedule == Schedule(periods=(Period(start=start, end=end),))
    assert [(loss.field, loss.kept) for loss in losses] == [("schedule", "2030-01-01T00:00Z/2030-01-02T00:00Z")]
    written, losses = write(zone(schedule=Schedule.weekly(hours)))
    assert the_zone(written).schedule == ALWAYS
    assert [(loss.field, loss.kept) for loss in losses] == [("schedule", "at all times")]


def test_fractions_of_a_second_and_far_years_make_a_period_longer_never_shorter() -> None:
    start, end = datetime(2030, 1, 1, 8, 0, 0, 5, tzinfo=UTC), datetime(2030, 1, 1, 9, 0, 0, 5, tzinfo=UTC)
    written, losses = write(zone(schedule=Schedule(periods=(Period(start=start, end=end),))))
    assert "AA 2030-01-01T08:00Z/2030-01-01T09:00:01Z" in written
    assert [loss.field for loss in losses] == ["schedule"]
    far = Schedule(periods=(Period(start=datetime(1, 1, 1, tzinfo=UTC), end=datetime(9999, 1, 1, tzinfo=UTC)),))
    written, losses = write(zone(schedule=far))
    assert the_zone(written).schedule == ALWAYS
    assert [loss.field for loss in losses] == ["schedule"]


def test_what_only_comments_can_hold_is_told() -> None:
    told = zone(
        name_zh="區",
        authority="CAD",
        jurisdiction="HK",
        source=Source(citation="AIP\nAC P"),
        category="aerodrome",
        extra={"ed269": {"message": "call first"}},
    )
    written, losses = write(told)
    assert [(loss.field, loss.kept) for loss in losses] == [
        ("name_zh", "a comment"),
        ("authority", "a comment"),
        ("jurisdiction", "a comment"),
        ("source", "a comment"),
        ("extra.ed269", ""),
        ("category", "R"),
    ]
    assert "* source: AIP AC P (unknown)\n" in written
    assert len(zones_in(written)) == 1


def test_names_and_ids_that_would_be_cut_or_collide_are_changed_and_told() -> None:
    written, losses = write(zone(id="*", name="A\nAC P * b"), zone(id="Z ;1"), zone(id="Z 1"))
    assert [read_zone.id for read_zone in zones_in(written)] == ["_", "Z 1", "Z 1 #2"]
    assert zones_in(written)[0].name == "A AC P b"
    assert [loss.field for loss in losses] == ["id", "name", "id", "id"]


def test_an_airway_is_written_by_its_outline_and_told() -> None:
    airway = the_zone(block("V W=10\nDY 50:00:00 N 010:00:00 E\nDY 51:00:00 N 012:00:00 E"))
    written, losses = write(airway)
    assert [loss.field for loss in losses] == ["extra.DY"]
    assert shapely.hausdorff_distance(the_zone(written).area, airway.area) < 1e-7


def test_a_position_just_below_a_full_minute_is_not_written_with_sixty_seconds() -> None:
    edge = shapely.box(8 - 1e-10, 47 - 1e-10, 9, 48)
    written, _ = write(zone(edge))
    assert ":60" not in written
    assert "DP 47:00:00.0000 N 008:00:00.0000 E" in written


# --- the library as a second opinion ---------------------------------------------------------------------------


def test_the_library_reads_our_files_as_we_do() -> None:
    band = Band(
        lower=Height(value_m=304.8, reference=Reference.AMSL), upper=Height(value_m=1981.2, reference=Reference.FL)
    )
    (theirs,) = library.parse_string(write(zone(band=band))[0])
    assert (theirs["name"], theirs["class"], theirs["type"]) == ("A zone", "UNC", "R")
    assert theirs["lowerBound"] == {"type": "FeetAmsl", "val": 1000}
    assert theirs["upperBound"] == {"type": "FlightLevel", "val": 65}
    points = [(segment["lng"], segment["lat"]) for segment in theirs["geom"]["segments"]]  # type: ignore[typeddict-item]
    assert shapely.Polygon(points).equals_exact(the_zone(write(zone())[0]).area, 1e-9)


def test_where_the_library_misreads_we_do_not() -> None:
    """Its traps, each of which would be a wrong zone: metres rounded to feet, a comment in the class, a minute 61."""
    (theirs,) = library.parse_string(block(ah="100 m AGL"))
    assert theirs["upperBound"] == {"type": "FeetAgl", "val": 328}
    assert the_zone(block(ah="100 m AGL")).band.upper == Height(value_m=100, reference=Reference.AGL)
    (theirs,) = library.parse_string(block(ac="CTR ; note"))
    assert theirs["class"] != "CTR"
    assert len(library.parse_string(block(RING.replace("47:06", "46:66")))) == 1


def test_a_band_that_the_words_cannot_hold_gets_no_ceiling() -> None:
    band = Band(lower=Height(value_m=-5, reference=Reference.AGL), upper=Height(value_m=-1, reference=Reference.AGL))
    written, losses = write(zone(band=band))
    assert the_zone(written).band == Band(lower=GROUND, upper=None)
    assert [(loss.field, loss.kept) for loss in losses] == [("band.lower", "GND"), ("band.upper", "UNL")]


def test_a_line_that_is_no_command_of_openair_is_told_as_lost() -> None:
    zone = the_zone(block())
    kept = replace(zone, extra={"openair": {**zone.extra["openair"], "A1": "x", "AF": "118.700"}})
    text, losses = write(kept)
    assert "AF 118.700" in text
    assert [(loss.field, loss.said) for loss in losses if loss.field.startswith("extra")] == [("extra.A1", "'x'")]

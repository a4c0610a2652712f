"""GPX 1.1, read by a parser that is not ours."""

from __future__ import annotations

import pytest
from defusedxml import ElementTree

from airspace.errors import BadInput
from planner.output.exports import markup
from planner.output.exports.catalogue import format_of
from planner.output.exports.formats import File, Reviewed
from tests.planner.output.exports.conftest import changed, only

GPX = "{http://www.topografix.com/GPX/1/1}"


@pytest.fixture(scope="module")
def file(reviewed: Reviewed) -> File:
    return only("gpx", reviewed)


def test_every_leg_is_a_track_with_places_heights_above_the_sea_and_times(file: File, reviewed: Reviewed) -> None:
    root = ElementTree.fromstring(file.content)
    assert (root.tag, root.get("version")) == (f"{GPX}gpx", "1.1")
    tracks = root.findall(f"{GPX}trk")
    assert [track.findtext(f"{GPX}name") for track in tracks] == ["S1 leg 1", "S1 leg 2", "S2 leg 1", "S2 leg 2"]
    point, waypoint = tracks[0].findall(f".//{GPX}trkpt")[1], reviewed.plan.sorties[0].legs[0].waypoints[1]
    assert (float(point.get("lat")), float(point.get("lon"))) == (waypoint.lat, waypoint.lon)
    assert float(point.findtext(f"{GPX}ele")) == 110
    # 100 m at 5 m/s after 00:10.
    assert point.findtext(f"{GPX}time") == "2026-12-01T00:10:20.000Z"
    assert [pad.findtext(f"{GPX}name") for pad in root.findall(f"{GPX}wpt")] == ["HUB", "CLINIC", "KIOSK"]


def test_elements_stand_in_the_order_of_the_schema(file: File) -> None:
    root = ElementTree.fromstring(file.content)
    order = {"gpx": ["metadata", "wpt", "trk"], "wpt": ["ele", "name", "desc"], "trk": ["name", "desc", "trkseg"],
             "trkpt": ["ele", "time"]}  # fmt: skip
    for parent, wanted in order.items():
        for element in root.iter(f"{GPX}{parent}"):
            names = list(dict.fromkeys(child.tag.removeprefix(GPX) for child in element))
            assert names == wanted


TRACK, POINT = " <trk>", "   <trkpt "
TIME = "<time>2026-12-01T00:10:00.000Z</time>"


@pytest.mark.parametrize(
    ("old", "new", "mark", "where", "code"),
    [
        ("<name>S1 leg 1</name>", "<name>Morning run</name>", (TRACK, 1), ", name", "UNKNOWN_LEG"),
        ("  <name>S1 leg 1</name>", "  <name/>", (TRACK, 1), ", name", "UNKNOWN_LEG"),
        ("<name>S1 leg 2</name>", "<name>S1 leg 1</name>", (TRACK, 2), "", "DUPLICATE_ID"),
        ("<ele>110.000</ele>", "<ele>high</ele>", (POINT, 2), ", height", "BAD_VALUE"),
        ("<ele>110.000</ele>", "<ele/>", (POINT, 2), ", height", "BAD_VALUE"),
        (TIME, TIME.replace("Z", ""), (POINT, 1), ", time", "BAD_VALUE"),
        ('<trkpt lat="22', '<trkpt lat="122', (POINT, 1), ", latitude", "BAD_VALUE"),
    ],
)
def test_a_file_that_was_spoilt_is_told_with_its_place(
    file: File, old: str, new: str, mark: tuple[str, int], where: str, code: str
) -> None:
    with pytest.raises(BadInput) as caught:
        format_of("gpx").read([changed(file, old, new)])
    line = [number for number, text in enumerate(file.content.decode().split("\n"), 1) if text.startswith(mark[0])]
    told = [(problem.file, problem.place, problem.code) for problem in caught.value.problems]
    assert told == [("plan.gpx", f"line {line[mark[1] - 1]}{where}", code)]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("GPX/1/1", "GPX/1/0", "WRONG_FORMAT"),
        ("<gpx ", "<!DOCTYPE gpx><gpx ", "DOCUMENT_TYPE"),
        ("</gpx>", "", "XML_SYNTAX"),
    ],
)
def test_what_is_no_gpx_is_refused(file: File, old: str, new: str, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        format_of("gpx").read([changed(file, old, new)])
    assert [problem.code for problem in caught.value.problems] == [code]


def test_a_plan_too_large_to_be_read_back_is_refused_before_it_is_written(
    reviewed: Reviewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(markup, "ELEMENT_LIMIT", 100)
    with pytest.raises(BadInput, match="elements and attributes") as caught:
        format_of("gpx").write(reviewed)
    assert [problem.code for problem in caught.value.problems] == ["CANNOT_EXPRESS"]

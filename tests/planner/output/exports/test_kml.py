"""KML and KMZ, read by libraries that are not ours, and by our own reader of zones."""

from __future__ import annotations

import io
import zipfile
from itertools import product

import pyogrio
import pytest
import shapely
from defusedxml import ElementTree

from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.errors import BadInput
from airspace.formats.documents import RawFile
from airspace.formats.reading import survey_bytes
from planner.output.exports.catalogue import format_of
from planner.output.exports.formats import File, Reviewed
from tests.planner.output.exports.conftest import changed, only, reviewed_of
from tests.planner.safety.conftest import World, amsl, block, zone

KML = "{http://www.opengis.net/kml/2.2}"
GX = "{http://www.google.com/kml/ext/2.2}"


@pytest.fixture(scope="module")
def file(reviewed: Reviewed) -> File:
    return only("kml", reviewed)


def folder(file: File, name: str):
    root = ElementTree.fromstring(file.content)
    return next(one for one in root.iter(f"{KML}Folder") if one.findtext(f"{KML}name") == name)


def test_every_leg_is_a_line_above_the_sea_in_its_span_of_time(file: File) -> None:
    legs = folder(file, "Legs").findall(f"{KML}Placemark")
    assert [leg.findtext(f"{KML}name") for leg in legs] == ["S1 leg 1", "S1 leg 2", "S2 leg 1", "S2 leg 2"]
    line = legs[0].find(f"{KML}LineString")
    assert line.findtext(f"{KML}altitudeMode") == "absolute"
    heights = [float(place.split(",")[2]) for place in line.findtext(f"{KML}coordinates").split()]
    assert heights == [10, 110, 110, 30]
    # 20 s up, 3,000 m at 15 m/s, 80 m down at 4 m/s.
    span = [legs[0].findtext(f"{KML}TimeSpan/{KML}{end}") for end in ("begin", "end")]
    assert span == ["2026-12-01T00:10:00.000Z", "2026-12-01T00:14:00.000Z"]


def test_every_leg_is_a_track_that_can_be_played(file: File) -> None:
    track = folder(file, "Flights").find(f".//{GX}Track")
    assert track.findtext(f"{KML}altitudeMode") == "absolute"
    assert [when.text for when in track.findall(f"{KML}when")][-1] == "2026-12-01T00:14:00.000Z"
    assert len(track.findall(f"{GX}coord")) == len(track.findall(f"{KML}when")) == 4


def test_the_packed_one_holds_the_same_and_nothing_of_the_machine(file: File, reviewed: Reviewed) -> None:
    with zipfile.ZipFile(io.BytesIO(only("kmz", reviewed).content)) as archive:
        (member,) = archive.infolist()
        assert member.filename == "doc.kml"
        assert member.date_time == (1980, 1, 1, 0, 0, 0)
        assert archive.read(member) == file.content


def test_gdal_reads_folders_and_lines_with_heights(file: File, tmp_path) -> None:
    path = tmp_path / file.name
    path.write_bytes(file.content)
    assert {"Legs", "Pads", "Gates", "Zones"} <= {name for name, _ in pyogrio.list_layers(path)}
    legs = pyogrio.read_dataframe(path, layer="Legs")
    assert legs.geometry.has_z.all()
    assert set(legs.geometry.geom_type) == {"LineString"}


FLOATING = Band(
    lower=Height(value_m=60.5, reference=Reference.AGL), upper=Height(value_m=1234.567, reference=Reference.AMSL)
)
BANDS = {
    "GROUNDED": Band(lower=GROUND, upper=Height(value_m=120, reference=Reference.AGL)),
    "OPEN": Band(lower=GROUND, upper=None),
    "FLOATING": FLOATING,
    "ROOFLESS": amsl(300, None),
    "ELLIPSOID": Band(lower=GROUND, upper=Height(value_m=80.25, reference=Reference.W84)),
    "LEVELS": Band(lower=GROUND, upper=Height(value_m=65 * 30.48, reference=Reference.FL)),
}


def test_zones_read_back_as_they_are_but_for_their_hours(world: World) -> None:
    zones = [
        zone(name, block(114.1, 22.5, 10 * number, 5000), band=band)
        for number, (name, band) in enumerate(BANDS.items())
    ]
    file = only("kml", reviewed_of(world.with_zones(*zones)))
    found = survey_bytes(RawFile(name=file.name, raw=file.content))
    assert found.errors == ()
    read = {zone.id: zone for zone in found.values}
    assert read.keys() == {"FAR", "ROOF", *BANDS}
    assert {name: read[name].band for name in BANDS} == BANDS
    for one in (*world.sky.zones, *zones):
        # Corners are told to a millimetre.
        assert shapely.hausdorff_distance(read[one.id].area, one.area) < 1e-8
        assert read[one.id].restriction is one.restriction
    far = read["FAR"]
    assert (far.name, far.name_zh, far.authority, far.category) == ("Zone FAR", "遠", "CAD", "works")
    assert far.source.citation == "the gazette"


def test_a_zone_on_the_ground_is_a_body_and_one_in_the_air_a_sheet_below_and_one_above(file: File) -> None:
    drawn = {}
    for placemark in folder(file, "Zones").findall(f"{KML}Placemark"):
        drawn[placemark.findtext(f"{KML}name")] = [
            (polygon.findtext(f"{KML}extrude"), polygon.find(f".//{KML}coordinates").text.split()[0].split(",")[2])
            for polygon in placemark.iter(f"{KML}Polygon")
        ]
    # FAR tells AMSL from 0 m on without a ceiling, ROOF from 200 to 300 m.
    assert drawn == {"Zone FAR": [("0", "0.000")], "Zone ROOF": [("0", "200.000"), ("0", "300.000")]}


SPOILT = [
    ("<name>S1 leg 1</name>", "<name>S1 leg 2</name>", "DUPLICATE_ID"),
    ("<altitudeMode>absolute</altitudeMode>", "<altitudeMode>relativeToGround</altitudeMode>", "BAD_VALUE"),
    (",110.000", ",high", "BAD_VALUE"),
    (",110.000", "", "BAD_VALUE"),
    (",110.000", ",115.000", "TRACK_DIFFERS"),
    (" 110.000</gx:coord>", " 115.000</gx:coord>", "TRACK_DIFFERS"),
    ("<when>2026-12-01T00:10:00.000Z</when>", "", "TRACK_DIFFERS"),
    ("<when>2026-12-01T00:10:00.000Z</when>", "<when>2026-12-01</when>", "BAD_VALUE"),
    ("</kml>", "</kml", "XML_SYNTAX"),
]


@pytest.mark.parametrize(("old", "new", "code"), SPOILT)
def test_a_file_that_was_spoilt_is_told(file: File, old: str, new: str, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        format_of("kml").read([changed(file, old, new)])
    assert code in {problem.code for problem in caught.value.problems}
    assert all(problem.place.startswith("line ") for problem in caught.value.problems)


def test_a_line_that_was_changed_counts_once_its_flight_is_taken_out(file: File) -> None:
    text = file.content.decode()
    start = text.index("<Folder>\n   <name>Flights")
    end = text.index("<Folder>", start + 1)
    without = File(name=file.name, content=(text[:start] + text[end:]).replace(",110.000", ",115.000").encode())
    tracks = format_of("kml").read([without])
    assert {point.alt_amsl_m for track in tracks for point in track.points} == {10, 30, 115}
    assert {point.t for track in tracks for point in track.points} == {None}


@pytest.mark.parametrize("raw", [b"PK\x03\x04", b"", b"<kml/>"])
def test_what_is_no_archive_with_kml_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInput):
        format_of("kmz").read([File(name="plan.kmz", content=raw)])


MARKUP = "<img src=x onerror=alert(1)>$[name]"


def test_descriptions_are_only_ever_shown(world: World) -> None:
    pads = world.sky.pads
    hostile = reviewed_of(world.with_pad(pads[0].id, name=MARKUP).with_sortie(0, drone=MARKUP))
    root = ElementTree.fromstring(only("kml", hostile).content)
    texts = [element.text or "" for element in root.iter(f"{KML}description")]
    told = [text.replace("<br/>", "") for text in texts]
    assert any("onerror" in text for text in told)
    for text, mark in product(told, "<>$"):
        assert mark not in text
    assert {element.text for element in root.iter(f"{KML}text")} == {"$[description]"}
    assert not [element for element in root.iter() if element.tag.endswith(("href", "NetworkLink"))]

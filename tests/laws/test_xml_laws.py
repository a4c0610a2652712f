"""Whatever the bytes: the formats of strangers end in zones and in problems with places, never in an error."""

from __future__ import annotations

import io
import zipfile

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airspace.errors import BadInput
from airspace.formats import Reader
from airspace.formats.documents import Document, RawFile, document_of
from airspace.formats.markup.aixm import Aixm
from airspace.formats.markup.kml import Kml
from airspace.formats.markup.xml import check, first_element, parse
from airspace.formats.notam import Notam

quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>F</name>
<Placemark id="Z1"><name><![CDATA[A & B]]></name>
<TimeSpan><begin>2026-12-01</begin><end>2026-12-31T00:00:00Z</end></TimeSpan>
<ExtendedData><Data name="restriction"><value>PROHIBITED</value></Data>
<Data name="upper"><value>400 ft AGL</value></Data>
<SchemaData><SimpleData name="lower">0</SimpleData></SchemaData></ExtendedData>
<MultiGeometry><Polygon><extrude>1</extrude><altitudeMode>absolute</altitudeMode>
<outerBoundaryIs><LinearRing><coordinates>114,22,60 114.1,22,60 114.1,22.1,60 114,22,60</coordinates></LinearRing>
</outerBoundaryIs>
<innerBoundaryIs><LinearRing><coordinates>114.05,22.01 114.06,22.01 114.06,22.02 114.05,22.01</coordinates></LinearRing>
</innerBoundaryIs></Polygon><Point><coordinates>114,22</coordinates></Point></MultiGeometry></Placemark>
<Placemark><LineString><coordinates>114,22 114.1,22 114,22</coordinates></LineString></Placemark>
</Folder></Document></kml>"""

AIXM = """<message:AIXMBasicMessage xmlns:message="http://www.aixm.aero/schema/5.1.1/message"
 xmlns:aixm="http://www.aixm.aero/schema/5.1.1" xmlns:gml="http://www.opengis.net/gml/3.2"><message:hasMember>
<aixm:Airspace><gml:identifier codeSpace="urn:uuid:">x</gml:identifier><aixm:timeSlice><aixm:AirspaceTimeSlice>
<gml:validTime><gml:TimePeriod><gml:beginPosition>2026-01-01T00:00:00Z</gml:beginPosition></gml:TimePeriod></gml:validTime>
<aixm:interpretation>BASELINE</aixm:interpretation><aixm:type>R</aixm:type><aixm:designator>R1</aixm:designator>
<aixm:geometryComponent><aixm:AirspaceGeometryComponent><aixm:theAirspaceVolume><aixm:AirspaceVolume>
<aixm:upperLimit uom="FT">2000</aixm:upperLimit><aixm:upperLimitReference>MSL</aixm:upperLimitReference>
<aixm:lowerLimit uom="FT">0</aixm:lowerLimit><aixm:lowerLimitReference>SFC</aixm:lowerLimitReference>
<aixm:horizontalProjection><aixm:Surface srsName="urn:ogc:def:crs:EPSG::4326"><gml:patches><gml:PolygonPatch>
<gml:exterior>
<gml:Ring><gml:curveMember><gml:Curve><gml:segments><gml:CircleByCenterPoint><gml:pos>22.5 114.5</gml:pos>
<gml:radius uom="NM">2</gml:radius></gml:CircleByCenterPoint></gml:segments></gml:Curve></gml:curveMember></gml:Ring>
</gml:exterior></gml:PolygonPatch></gml:patches></aixm:Surface></aixm:horizontalProjection></aixm:AirspaceVolume>
</aixm:theAirspaceVolume></aixm:AirspaceGeometryComponent></aixm:geometryComponent></aixm:AirspaceTimeSlice></aixm:timeSlice>
</aixm:Airspace></message:hasMember></message:AIXMBasicMessage>"""

NOTAM = """(A1234/26 NOTAMN
Q) VHHK/QRTCA/IV/BO/W/000/010/2218N11410E002
A) VHHK B) 2612010000 C) 2612312359
D) MON-FRI 0600-1800, SAT SR-SS
E) AREA 221000N1140000E 221000N1142000E 223000N1142000E RADIUS 3NM
F) SFC G) 1000FT AMSL)
"""

READERS: dict[str, tuple[Reader, str]] = {"kml": (Kml(), KML), "aixm": (Aixm(), AIXM), "notam": (Notam(), NOTAM)}

PIECES = [
    "",
    "<",
    ">",
    "&",
    '"',
    "nan",
    "-1",
    "1e999",
    "0",
    "999999999",
    "\u202e",
    "\x00",
    "]]>",
    "<!--",
    "<a>",
    "</a>",
]
PIECES += [
    " ",
    "\n",
    "/",
    "180",
    "-180,90",
    "FL",
    "A) ",
    "E) ",
    "Q) ",
    ")",
    "<Polygon/>",
    "<Placemark>",
    "香港",
    "\ud800",
]
JUNK = st.sampled_from(PIECES) | st.text(max_size=5)


@st.composite
def mutated(draw: st.DrawFn, text: str) -> str:
    """A good text with a few pieces taken out, put twice, or replaced."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        text = text[:start] + draw(JUNK | st.just(text[start:end] * 2)) + text[end:]
    return text


def reads_or_tells(reader: Reader, document: Document) -> None:
    recognised = reader.recognises(document)
    assert isinstance(recognised, bool)
    placed, problems = reader.zones(document)
    for problem in problems:
        assert problem.file == document.file
        assert problem.code
        assert problem.found
        assert problem.expected
        str(problem).encode()
    assert all(item.place for item in placed)
    assert all(item.value is None or (item.value.id == item.id and item.value.area.is_valid) for item in placed)
    if any(item.value is None for item in placed):
        assert any(not problem.warning and problem.place for problem in problems)


@pytest.mark.parametrize("name", READERS)
def test_the_good_texts_are_good(name):
    reader, text = READERS[name]
    (placed,), problems = reader.zones(Document(file="a", text=text))
    assert placed.value is not None
    assert all(problem.warning for problem in problems)


@pytest.mark.parametrize("name", READERS)
@quick
@given(st.data())
def test_mutated_files_read_or_tell(name, data):
    reader, text = READERS[name]
    reads_or_tells(reader, Document(file="a", text=data.draw(mutated(text))))


@quick
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode(errors="ignore")))
def test_any_bytes_read_or_tell(raw):
    try:
        document = document_of(RawFile(name="a", raw=raw))
    except BadInput:
        document = Document(file="a", raw=raw)
    for reader, _ in READERS.values():
        reads_or_tells(reader, document)


def packed(text: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("doc.kml", text)
    return stream.getvalue()


ARCHIVE = packed(KML)


@quick
@given(
    st.lists(st.tuples(st.integers(0, len(ARCHIVE) - 1), st.integers(0, 255)), min_size=1, max_size=6), st.booleans()
)
def test_damaged_archives_read_or_tell(changes, cut):
    raw = bytearray(ARCHIVE)
    for at, value in changes:
        raw[at] = value
    end = changes[0][0] if cut else len(raw)
    reads_or_tells(Kml(), Document(file="a.kmz", raw=b"PK\x03\x04" + bytes(raw[4:end])))


@quick
@given(mutated(KML))
def test_an_archive_says_what_its_text_says(text):
    text = text.encode(errors="ignore").decode().replace("\x00", "")
    try:
        document = document_of(RawFile(name="a", raw=text.encode()))
    except BadInput:
        return
    plain, packed_up = (Kml().zones(one) for one in (document, Document(file="a", raw=packed(text))))
    assert [item.id for item in plain[0]] == [item.id for item in packed_up[0]]
    assert [problem.code for problem in plain[1]] == [problem.code for problem in packed_up[1]]


@st.composite
def placemarks(draw: st.DrawFn) -> tuple[str, bool]:
    """A placemark, and whether it has a polygon."""
    polygon = (
        "<Polygon><outerBoundaryIs><LinearRing><coordinates>{}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    )
    ring = " ".join(
        f"{draw(st.integers(-181, 181))},{draw(st.integers(-91, 91))}" for _ in range(draw(st.integers(0, 5)))
    )
    kinds = draw(st.lists(st.sampled_from([polygon.format(ring), "<Point/>", "<LineString/>"]), max_size=3))
    name = draw(st.sampled_from(["", "a", "b"]))
    own = draw(st.sampled_from(["", "", ' id="a"', ' id="a #2"']))
    return f"<Placemark{own}><name>{name}</name>{''.join(kinds)}</Placemark>", any("Polygon" in kind for kind in kinds)


@quick
@given(st.lists(placemarks(), max_size=6))
def test_every_placemark_with_a_polygon_is_a_zone_or_a_reject_with_an_id(drawn):
    text = f"<kml><Folder>{''.join(each for each, _ in drawn)}</Folder></kml>"
    placed, problems = Kml().zones(Document(file="a", text=text))
    assert len(placed) == sum(has_polygon for _, has_polygon in drawn)
    if not any(problem.code == "DUPLICATE_ID" for problem in problems):
        assert len({item.id for item in placed}) == len(placed)


@quick
@given(st.lists(st.tuples(st.integers(-80, 80), st.integers(-80, 80)), min_size=3, max_size=8))
def test_a_zone_covers_every_polygon_drawn(corners):
    ring = [*corners, corners[0]]
    text = (
        "<kml><Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        + " ".join(f"{lon},{lat}" for lon, lat in ring)
        + "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>"
    )
    (placed,), _ = Kml().zones(Document(file="a", text=text))
    drawn = shapely.Polygon(ring)
    if placed.value is not None and drawn.is_valid:
        assert placed.value.area.equals(drawn)
    elif drawn.is_valid:
        assert drawn.area == 0


@quick
@given(st.text(max_size=200) | mutated(KML) | mutated(AIXM))
def test_a_text_is_refused_alike_with_and_without_a_tree(text):
    assert len(first_element(text)) == 2
    answers = []
    for look in (parse, check):
        try:
            look("a", text)
            answers.append(())
        except BadInput as error:
            answers.append(error.problems)
    assert answers[0] == answers[1]

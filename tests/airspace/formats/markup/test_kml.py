from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
import shapely

from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.errors import Problem
from airspace.formats.documents import Document, RawFile, document_of
from airspace.formats.markup.kml import Kml
from airspace.formats.telling import Placed
from airspace.model.zones import Restriction, Zone

SQUARE = "114,22,{0} 114.1,22,{0} 114.1,22.1,{0} 114,22.1,{0} 114,22,{0}"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n'
TAIL = "\n</Document></kml>"
ASKS = '<Data name="restriction"><value>REQ_AUTHORISATION</value></Data>'

Read = tuple[list[Placed[Zone]], list[Problem]]


def polygon(ring: str = SQUARE.format(120), *, mode: str = "relativeToGround", extrude: str = "1", holes=()) -> str:
    inner = "".join(
        f"<innerBoundaryIs><LinearRing><coordinates>{hole}</coordinates></LinearRing></innerBoundaryIs>"
        for hole in holes
    )
    altitude = f"<altitudeMode>{mode}</altitudeMode>" if mode else ""
    outer = f"<outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs>"
    return f"<Polygon><extrude>{extrude}</extrude>{altitude}{outer}{inner}</Polygon>"


def placemark(*inside: str, name: str = "A", zone_id: str = "", data: str = ASKS) -> str:
    own = f' id="{zone_id}"' if zone_id else ""
    extended = f"<ExtendedData>{data}</ExtendedData>" if data else ""
    return f"<Placemark{own}><name>{name}</name>{extended}{''.join(inside) or polygon()}</Placemark>"


def limits(**values: str) -> str:
    return ASKS + "".join(f'<Data name="{name}"><value>{value}</value></Data>' for name, value in values.items())


def read(*inside: str) -> Read:
    document = document_of(RawFile(name="a.kml", raw=(HEAD + "".join(inside) + TAIL).encode()))
    assert Kml().recognises(document)
    return Kml().zones(document)


def zone_of(*inside: str) -> tuple[Zone, list[str]]:
    """The only zone, and the codes of the warnings."""
    (placed,), problems = read(*inside)
    assert placed.value is not None, problems
    assert all(problem.warning for problem in problems)
    return placed.value, [problem.code for problem in problems]


def error_of(*inside: str) -> Problem:
    """The only problem that is no warning; the zone must be known by its id all the same."""
    placed, problems = read(*inside)
    assert all(item.value is None and item.id for item in placed)
    (problem,) = [problem for problem in problems if not problem.warning]
    return problem


def agl(value_m: float) -> Height:
    return Height(value_m=value_m, reference=Reference.AGL)


def amsl(value_m: float) -> Height:
    return Height(value_m=value_m, reference=Reference.AMSL)


# --- areas ---------------------------------------------------------------------------------------------------------


def test_a_polygon_is_a_zone_with_longitude_before_latitude():
    zone, warnings = zone_of(placemark())
    assert zone.area.bounds == (114, 22, 114.1, 22.1)
    assert zone.restriction is Restriction.REQ_AUTHORISATION
    assert warnings == []


def test_holes_are_holes():
    hole = "114.02,22.02 114.04,22.02 114.04,22.04 114.02,22.02"
    zone, _ = zone_of(placemark(polygon(holes=[hole])))
    assert zone.area.area == pytest.approx(0.01 - 0.0002)


def test_the_polygons_of_a_multigeometry_are_one_zone():
    other = "115,22,120 115.1,22,120 115.1,22.1,120 115,22,120"
    zone, warnings = zone_of(placemark(f"<MultiGeometry>{polygon()}{polygon(other)}</MultiGeometry>"))
    assert isinstance(zone.area, shapely.MultiPolygon)
    assert zone.area.area == pytest.approx(0.015)
    assert warnings == []


def test_a_drawn_box_of_floor_ceiling_and_walls_is_the_volume_inside():
    wall = "114,22,300 114.1,22,300 114.1,22,600 114,22,600 114,22,300"
    faces = [SQUARE.format(300), SQUARE.format(600), wall]
    zone, warnings = zone_of(placemark(*(polygon(face, mode="absolute", extrude="0") for face in faces)))
    assert zone.area.area == pytest.approx(0.01)
    assert zone.band == Band(lower=amsl(300), upper=amsl(600))
    assert warnings == ["HEIGHTS_UNCLEAR"]


def test_a_polygon_that_is_only_a_wall_is_refused():
    wall = "114,22,300 114.1,22,300 114.1,22,600 114,22,600 114,22,300"
    assert error_of(placemark(polygon(wall))).code == "RING_TOO_SHORT"


def test_overlapping_polygons_leave_no_hole_where_they_overlap():
    shifted = "114.05,22,120 114.15,22,120 114.15,22.1,120 114.05,22.1,120 114.05,22,120"
    zone, _ = zone_of(placemark(f"<MultiGeometry>{polygon()}{polygon(shifted)}</MultiGeometry>"))
    assert zone.area.area == pytest.approx(0.015)


def test_the_place_of_a_bad_position_is_its_line_its_column_and_its_number():
    before, after = placemark(polygon("{}")).split("<coordinates>")
    problem = error_of(f"{before}\n <coordinates>{after}".format("114,22 114.1,22 114.1,122 114,22"))
    assert problem.code == "LATITUDE_OUT_OF_RANGE"
    assert problem.place == "line 4, column 2, position 3"


@pytest.mark.parametrize(
    ("ring", "code"),
    [
        ("nan,22 114.1,22 114.1,22.1 114,22", "BAD_COORDINATES"),
        ("inf,22 114.1,22 114.1,22.1 114,22", "BAD_COORDINATES"),
        ("1e999,22 114.1,22 114.1,22.1 114,22", "BAD_COORDINATES"),
        ("114, 22, 0 114.1, 22, 0", "BAD_COORDINATES"),
        ("114,22;114.1,22;114.1,22.1", "BAD_COORDINATES"),
        ("114_0,22 114.1,22 114.1,22.1", "BAD_COORDINATES"),
        ("1" * 10_000 + ",22 114.1,22 114.1,22.1", "BAD_COORDINATES"),
        ("114,22 114.1,22", "RING_TOO_SHORT"),
        ("", "RING_TOO_SHORT"),
        ("114,22 114.1,22 114,22", "RING_TOO_SHORT"),
        ("194,22 194.1,22 194.1,22.1 194,22", "LONGITUDE_OUT_OF_RANGE"),
        ("22,114 22,114.1 22.1,114.1 22,114", "LATITUDE_OUT_OF_RANGE"),
        ("179.9,22 -179.9,22 -179.9,22.1 179.9,22.1 179.9,22", "CROSSES_ANTIMERIDIAN"),
    ],
)
def test_what_is_no_outline_is_refused(ring, code):
    assert error_of(placemark(polygon(ring))).code == code


def test_a_polygon_without_an_outer_boundary_is_refused():
    assert error_of(placemark("<Polygon><extrude>1</extrude></Polygon>")).code == "MISSING_VALUE"


def test_one_bad_placemark_costs_no_other():
    placed, problems = read(placemark(polygon("x"), name="bad"), placemark(name="good"))
    assert [(item.id, item.value is None) for item in placed] == [("bad", True), ("good", False)]
    assert [problem.code for problem in problems if not problem.warning] == ["BAD_COORDINATES"]


def test_what_crosses_itself_is_repaired_with_a_warning():
    bow = "114,22,120 114.1,22.1,120 114.1,22,120 114,22.1,120 114,22,120"
    zone, warnings = zone_of(placemark(polygon(bow)))
    assert zone.area.is_valid
    assert warnings == ["POLYGON_REPAIRED"]


def test_outlines_that_cross_again_and_again_are_refused():
    corners = [f"{114 + (i * 7919 % 1009) / 1e4},{22 + (i * 104_729 % 1013) / 1e4},120" for i in range(1_000)]
    assert error_of(placemark(polygon(" ".join(corners)))).code == "POLYGON_TOO_TANGLED"


def test_polygons_that_cross_again_and_again_are_refused():
    rows = [f"114,{22 + i / 1e3},9 115,{22 + i / 1e3},9 114,{22 + i / 1e3 + 1e-4},9" for i in range(200)]
    columns = [f"{114 + i / 1e3},22,9 {114 + i / 1e3},23,9 {114 + i / 1e3 + 1e-4},22,9" for i in range(200)]
    assert error_of(placemark(*(polygon(ring) for ring in rows + columns))).code == "POLYGON_TOO_TANGLED"


# --- heights -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "extrude", "altitudes", "band"),
    [
        ("relativeToGround", "1", (120, 120), Band(lower=GROUND, upper=agl(120))),
        ("absolute", "true", (120, 120), Band(lower=GROUND, upper=amsl(120))),
        ("absolute", "1", (60, 120), Band(lower=GROUND, upper=amsl(120))),
        ("absolute", "0", (60, 120), Band(lower=amsl(60), upper=amsl(120))),
        ("relativeToGround", "0", (60, 120), Band(lower=agl(60), upper=agl(120))),
        ("absolute", "0", (120, 120), Band(lower=GROUND, upper=None)),
        ("absolute", "1", (0, 0), Band(lower=GROUND, upper=None)),
        ("absolute", "1", (-5, -5), Band(lower=GROUND, upper=None)),
        ("clampToGround", "1", (120, 120), Band(lower=GROUND, upper=None)),
        ("", "1", (120, 120), Band(lower=GROUND, upper=None)),
        ("sideways", "1", (120, 120), Band(lower=GROUND, upper=None)),
    ],
)
def test_altitudes_drawn(mode, extrude, altitudes, band):
    ring = "114,22,{0} 114.1,22,{1} 114.1,22.1,{1} 114,22,{0}".format(*altitudes)
    zone, warnings = zone_of(placemark(polygon(ring, mode=mode, extrude=extrude)))
    assert zone.band == band
    plain = extrude != "0" and altitudes == (120, 120) and mode in ("absolute", "relativeToGround")
    assert bool(warnings) is not plain


def test_altitudes_of_two_kinds_in_one_placemark_are_not_mixed():
    zone, warnings = zone_of(placemark(polygon(mode="absolute"), polygon(mode="relativeToGround")))
    assert zone.band == Band(lower=GROUND, upper=None)
    assert warnings == ["HEIGHTS_UNCLEAR", "HEIGHTS_UNKNOWN"]


def told(height: Height | None) -> tuple[float, Reference] | None:
    return height and (round(height.value_m, 6), height.reference)


@pytest.mark.parametrize(
    ("data", "lower", "upper"),
    [
        ({"lower": "60", "lower_ref": "AGL", "upper": "120", "upper_ref": "AMSL", "uom": "m"}, agl(60), amsl(120)),
        ({"lower": "SFC", "upper": "400ft AMSL"}, GROUND, amsl(121.92)),
        ({"Floor": "100 ft MSL", "Ceiling": "UNL"}, amsl(30.48), None),
        ({"lowerLimit": "0", "upperLimit": "FL 65"}, GROUND, Height(value_m=1981.2, reference=Reference.FL)),
        ({"lower limit": "GND", "upper limit": "120", "upper_reference": "AGL", "unit": "metres"}, GROUND, agl(120)),
        (
            {"lower": "10 m WGS84", "upper": "400", "upper_ref": "agl", "uom": "FT"},
            Height(value_m=10, reference=Reference.W84),
            agl(121.92),
        ),
    ],
)
def test_limits_in_the_data(data, lower, upper):
    zone, warnings = zone_of(placemark(polygon(mode=""), data=limits(**data)))
    assert told(zone.band.lower) == told(lower)
    assert told(zone.band.upper) == told(upper)
    assert warnings == []


@pytest.mark.parametrize(
    "upper", ["120", "120 m", "120 AGL", "120 furlongs AGL", "about 120 m AGL", "1,200 ft AGL", "nan m AGL", "x" * 999]
)
def test_a_limit_without_unit_or_reference_leaves_the_zone_open(upper):
    zone, warnings = zone_of(placemark(polygon(mode=""), data=limits(lower="60 m AGL", upper=upper)))
    assert zone.band == Band(lower=agl(60), upper=None)
    assert warnings == ["HEIGHT_UNCLEAR"]


def test_where_data_and_drawing_disagree_the_wider_one_counts():
    zone, warnings = zone_of(placemark(polygon(), data=limits(lower="30 m AGL", upper="100 m AGL")))
    assert zone.band == Band(lower=GROUND, upper=agl(120))
    assert warnings == ["HEIGHTS_DISAGREE", "HEIGHTS_DISAGREE"]


def test_data_narrower_than_the_drawing_in_another_datum_count():
    zone, _ = zone_of(placemark(polygon(mode="absolute"), data=limits(lower="GND", upper="100 m AGL")))
    assert zone.band == Band(lower=GROUND, upper=agl(100))


def test_an_end_the_data_do_not_tell_comes_from_the_drawing():
    zone, _ = zone_of(placemark(polygon(), data=limits(upper="130 m AGL")))
    assert zone.band == Band(lower=GROUND, upper=agl(130))
    zone, _ = zone_of(placemark(polygon(extrude="0"), data=limits(lower="30 m AGL")))
    assert zone.band == Band(lower=agl(30), upper=None)


def test_a_floor_above_the_ceiling_is_refused():
    assert error_of(placemark(polygon(mode=""), data=limits(lower="130 m AGL", upper="120 m AGL"))).code == (
        "LOWER_ABOVE_UPPER"
    )


# --- what it asks, and when ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "restriction"),
    [
        ("PROHIBITED", Restriction.PROHIBITED),
        ("P", Restriction.PROHIBITED),
        ("REQ_AUTHORIZATION", Restriction.REQ_AUTHORISATION),
        ("restricted", Restriction.REQ_AUTHORISATION),
        ("Danger", Restriction.CONDITIONAL),
        ("NO_RESTRICTION", Restriction.NO_RESTRICTION),
    ],
)
def test_restrictions_by_their_names(told, restriction):
    zone, warnings = zone_of(placemark(data=f'<Data name="Type"><value>{told}</value></Data>'))
    assert (zone.restriction, warnings) == (restriction, [])


@pytest.mark.parametrize("data", ["", '<Data name="type"><value>COMMON</value></Data>'])
def test_a_zone_that_does_not_say_what_it_asks_is_prohibited(data):
    zone, warnings = zone_of(placemark(data=data))
    assert (zone.restriction, warnings) == (Restriction.PROHIBITED, ["RESTRICTION_UNKNOWN"])


def span(begin: str = "", end: str = "") -> str:
    return f"<TimeSpan><begin>{begin}</begin><end>{end}</end></TimeSpan>"


def test_a_time_span_is_a_period():
    zone, warnings = zone_of(placemark(span("2026-12-01T08:00:00+08:00", "2026-12-02T00:00:00Z"), polygon()))
    (period,) = zone.schedule.periods
    assert (period.start, period.end) == (datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC))
    assert warnings == []


@pytest.mark.parametrize(
    ("begin", "end", "first", "last"),
    [
        ("2026-12-01", "2026-12-31", (2026, 12, 1), (2027, 1, 1)),
        ("2026-12", "2026-12", (2026, 12, 1), (2027, 1, 1)),
        ("2026", "2026", (2026, 1, 1), (2027, 1, 1)),
        ("2026-12-01T00:00:00", "2027-01-01T00:00:00", (2026, 12, 1), (2027, 1, 1)),
    ],
)
def test_days_without_a_time_zone_are_days_in_every_time_zone(begin, end, first, last):
    zone, warnings = zone_of(placemark(span(begin, end), polygon()))
    (period,) = zone.schedule.periods
    assert period.start == datetime(*first, tzinfo=UTC) - timedelta(hours=14)
    assert period.end == datetime(*last, tzinfo=UTC) + timedelta(hours=12)
    assert warnings == ["NAIVE_TIME", "NAIVE_TIME"]


@pytest.mark.parametrize("end", ["tomorrow", "2026-13-01", "99999999", "0001-01-01", "2026-02-30T00:00:00Z"])
def test_a_time_that_is_none_leaves_the_period_open(end):
    zone, warnings = zone_of(placemark(span("", end), polygon()))
    assert zone.schedule.permanent
    assert warnings == ["BAD_TIME"]


def test_a_time_span_backwards_is_refused():
    times = span("2026-12-02T00:00:00Z", "2026-12-01T00:00:00Z")
    assert error_of(placemark(times, polygon())).code == "TIMES_REVERSED"


# --- names and ids ---------------------------------------------------------------------------------------------------


def test_the_id_is_the_placemarks_own_or_the_datas_or_made_of_folders_and_name():
    folder = "<Folder><name>Ports</name><Folder><name>West</name>{}</Folder></Folder>"
    inside = folder.format(placemark(name="Pier") + placemark(name="Pier"))
    placed, _ = read(placemark(zone_id="Z1"), placemark(data=limits(id="Z2")), inside)
    assert [item.id for item in placed] == ["Z1", "Z2", "Ports/West/Pier", "Ports/West/Pier #2"]
    assert all(item.value and item.value.id == item.id for item in placed)


def test_a_made_id_gives_way_to_a_given_one():
    placed, _ = read(placemark(name="A"), placemark(zone_id="A"), placemark(zone_id="A #2"), placemark(name="A"))
    assert len({item.id for item in placed}) == 4


def test_an_id_given_twice_is_told_with_both_places():
    problem = error_of_ids(read(placemark(zone_id="Z") + "\n" + placemark(zone_id="Z")))
    assert problem.code == "DUPLICATE_ID"
    assert problem.place == "line 4, column 1"
    assert "line 3, column 1" in problem.found


def error_of_ids(result: Read) -> Problem:
    (problem,) = [problem for problem in result[1] if not problem.warning]
    return problem


def test_names_may_hold_markup_and_are_text():
    zone, _ = zone_of(placemark(name="<![CDATA[<b>Port</b> & {{x}}]]>"))
    assert zone.name == "<b>Port</b> & {{x}}"


def test_what_could_fool_a_terminal_is_refused():
    assert error_of(placemark(name="a\u202eb")).code == "CONTROL_CHARACTER"


def test_everything_else_the_file_says_is_kept():
    data = ASKS + '<SchemaData><SimpleData name="phone">1</SimpleData></SchemaData>'
    zone, _ = zone_of(
        "<Folder><name>F</name>", placemark("<description>d</description>", polygon(), data=data), "</Folder>"
    )
    assert zone.extra["kml"] == {
        "description": "d",
        "folder": "F",
        "restriction": "REQ_AUTHORISATION",
        "phone": "1",
    }


def test_a_value_told_twice_and_differently_is_refused():
    data = limits(lower="1 m AGL") + '<Data name="lower"><value>2 m AGL</value></Data>'
    _, problems = read(placemark(data=data))
    assert [problem.code for problem in problems if not problem.warning] == ["DUPLICATE_KEY"]


# --- what is no zone -------------------------------------------------------------------------------------------------


def test_points_and_lines_are_counted_and_told():
    point, line = (
        "<Point><coordinates>1,1</coordinates></Point>",
        "<LineString><coordinates>{}</coordinates></LineString>",
    )
    placed, problems = read(
        placemark(point),
        placemark(point),
        placemark(line.format("1,1 2,2")),
        placemark(line.format("1,1 2,2 3,1 1,1")),
        placemark("<description>nothing</description>"),
    )
    assert placed == []
    assert {problem.code for problem in problems} == {"NOT_A_ZONE"}
    told = " ".join(problem.found for problem in problems)
    assert "2 placemarks with points" in told
    assert "1 placemark with lines" in told
    assert "1 placemark with closed lines" in told
    assert "1 placemark with no geometry" in told


def test_a_network_link_is_refused_and_never_followed():
    _, problems = read("<NetworkLink><Link><href>http://127.0.0.1/z.kml</href></Link></NetworkLink>", placemark())
    (problem,) = [problem for problem in problems if not problem.warning]
    assert problem.code == "NETWORK_LINK"
    assert "http://127.0.0.1/z.kml" in problem.found


def test_no_placemark_is_lost_for_standing_in_an_odd_place_or_namespace():
    odd = f'<x:Placemark xmlns:x="urn:x"><x:name>odd</x:name>{polygon()}</x:Placemark>'
    placed, _ = read(f"<Group>{placemark(name='deep')}</Group>", odd)
    assert [item.id for item in placed] == ["deep", "odd"]


def test_an_empty_file_is_told():
    assert [problem.code for problem in read()[1]] == ["EMPTY_COLLECTION"]


def test_too_many_polygons_are_refused():
    placed, problems = read(f"<Placemark>{'<Polygon/>' * 20_001}</Placemark>")
    assert placed == []
    assert [problem.code for problem in problems] == ["TOO_MANY"]


def test_too_many_positions_are_refused():
    placed, problems = read(placemark(polygon("1,1 " * 500_001)))
    assert placed == []
    assert [problem.code for problem in problems] == ["TOO_MANY_POSITIONS"]


# --- files -----------------------------------------------------------------------------------------------------------


def kmz(text: str, name: str = "doc.kml") -> Document:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return document_of(RawFile(name="a.kmz", raw=stream.getvalue()))


def test_a_kmz_reads_as_the_kml_inside():
    document = kmz(HEAD + placemark() + TAIL)
    assert Kml().recognises(document)
    (placed,), problems = Kml().zones(document)
    assert placed.place == "doc.kml, line 3, column 1"
    assert problems == []


def test_a_kmz_whose_kml_is_not_utf8_is_told_with_its_member():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("doc.kml", b"<kml>\n\xff</kml>")
    _, (problem,) = Kml().zones(document_of(RawFile(name="a.kmz", raw=stream.getvalue())))
    assert (problem.code, problem.place) == ("NOT_UTF8", "doc.kml, line 2, column 1")


def test_a_flight_plan_of_a_dji_drone_is_no_zone_file():
    assert not Kml().recognises(kmz(HEAD + TAIL, "wpmz/template.kml"))


def test_a_broken_archive_is_ours_to_refuse():
    document = Document(file="a.kmz", raw=b"PK\x03\x04 and nothing more")
    assert Kml().recognises(document)
    placed, (problem,) = Kml().zones(document)
    assert (placed, problem.code) == ([], "BAD_ARCHIVE")


@pytest.mark.parametrize("text", ["", "{}", "<gpx/>", "AC R\nAN x", "<AIXMBasicMessage/>"])
def test_other_formats_are_not_taken_for_kml(text):
    assert not Kml().recognises(Document(file="a", text=text))


@pytest.mark.parametrize("namespace", ["", ' xmlns="http://earth.google.com/kml/2.1"'])
def test_old_and_missing_namespaces_read_alike(namespace):
    text = f"<kml{namespace}><Document>{placemark()}</Document></kml>"
    (placed,), problems = Kml().zones(Document(file="a.kml", text=text))
    assert placed.value
    assert problems == []

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime

import pytest
import shapely

from airspace.earth.frame import GEOD
from airspace.earth.heights import GROUND, Height, Reference
from airspace.errors import Problem
from airspace.formats.documents import Document, RawFile, document_of
from airspace.formats.markup.aixm import Aixm
from airspace.formats.telling import Placed
from airspace.model.zones import Restriction, Zone

pytest.importorskip("aviconv_aixm")

Read = tuple[list[Placed[Zone]], list[Problem]]

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<message:AIXMBasicMessage xmlns:message="http://www.aixm.aero/schema/5.1.1/message"
 xmlns:aixm="http://www.aixm.aero/schema/5.1.1" xmlns:gml="http://www.opengis.net/gml/3.2"
 xmlns:xlink="http://www.w3.org/1999/xlink">
"""
TAIL = "</message:AIXMBasicMessage>"
SQUARE = "22 114 22 114.1 22.1 114.1 22.1 114 22 114"
MSL = "<aixm:upperLimitReference>MSL</aixm:upperLimitReference>"
SFC = "<aixm:lowerLimitReference>SFC</aixm:lowerLimitReference>"
LIMITS = f'<aixm:upperLimit uom="FT">2000</aixm:upperLimit>{MSL}<aixm:lowerLimit uom="FT">0</aixm:lowerLimit>{SFC}'


def linear(positions: str = SQUARE) -> str:
    return f"<gml:LinearRing><gml:posList>{positions}</gml:posList></gml:LinearRing>"


def curve(*segments: str) -> str:
    inside = f"<gml:segments>{''.join(segments)}</gml:segments>"
    return f"<gml:Ring><gml:curveMember><gml:Curve>{inside}</gml:Curve></gml:curveMember></gml:Ring>"


def circle(radius: str = "2", uom: str = "NM", centre: str = "22.5 114.5") -> str:
    unit = f' uom="{uom}"' if uom else ""
    return curve(
        f"<gml:CircleByCenterPoint><gml:pos>{centre}</gml:pos><gml:radius{unit}>{radius}</gml:radius></gml:CircleByCenterPoint>"
    )


def patch(outer: str = "", *holes: str) -> str:
    inner = "".join(f"<gml:interior>{hole}</gml:interior>" for hole in holes)
    return f"<gml:PolygonPatch><gml:exterior>{outer or linear()}</gml:exterior>{inner}</gml:PolygonPatch>"


def volume(*patches: str, limits: str = LIMITS, srs: str = "urn:ogc:def:crs:EPSG::4326", operation: str = "") -> str:
    how = f"<aixm:operation>{operation}</aixm:operation>" if operation else ""
    inside = "".join(patches) or patch()
    return f"""<aixm:geometryComponent><aixm:AirspaceGeometryComponent>{how}<aixm:theAirspaceVolume>
<aixm:AirspaceVolume>{limits}<aixm:horizontalProjection><aixm:Surface srsName="{srs}">
<gml:patches>{inside}</gml:patches>
</aixm:Surface></aixm:horizontalProjection></aixm:AirspaceVolume></aixm:theAirspaceVolume>
</aixm:AirspaceGeometryComponent></aixm:geometryComponent>"""


def airspace(
    *volumes: str,
    kind: str = "R",
    designator: str = "R1",
    slice_kind: str = "BASELINE",
    more: str = "",
    number: int = 1,
) -> str:
    inside = "".join(volumes) or volume()
    return f"""<message:hasMember><aixm:Airspace><gml:identifier codeSpace="urn:uuid:">id-{number}</gml:identifier>
<aixm:timeSlice><aixm:AirspaceTimeSlice><gml:validTime><gml:TimePeriod>
<gml:beginPosition>2026-01-01T00:00:00Z</gml:beginPosition><gml:endPosition indeterminatePosition="unknown"/>
</gml:TimePeriod></gml:validTime><aixm:interpretation>{slice_kind}</aixm:interpretation>
<aixm:type>{kind}</aixm:type><aixm:designator>{designator}</aixm:designator><aixm:name>{designator} name</aixm:name>
{inside}{more}</aixm:AirspaceTimeSlice></aixm:timeSlice></aixm:Airspace></message:hasMember>
"""


def read(*airspaces: str) -> Read:
    document = document_of(RawFile(name="a.xml", raw=(HEAD + "".join(airspaces) + TAIL).encode()))
    assert Aixm().recognises(document)
    return Aixm().zones(document)


def zone_of(*airspaces: str) -> tuple[Zone, list[str]]:
    (placed,), problems = read(*airspaces)
    assert placed.value is not None, problems
    return placed.value, [problem.code for problem in problems]


def error_of(*airspaces: str) -> str:
    (placed,), problems = read(*airspaces)
    assert placed.value is None
    (problem,) = [problem for problem in problems if not problem.warning]
    assert problem.place.startswith("line ")
    return problem.code


def test_positions_are_latitude_before_longitude():
    zone, warnings = zone_of(airspace())
    assert zone.area.bounds == (114, 22, 114.1, 22.1)
    assert (zone.id, zone.name, zone.restriction) == ("R1", "R1 name", Restriction.REQ_AUTHORISATION)
    assert zone.schedule.periods[0].start == datetime(2026, 1, 1, tzinfo=UTC)
    assert zone.schedule.periods[0].end is None
    assert warnings == []


def test_what_the_library_writes_is_read():
    from aviconv_aixm import (
        Airspace,
        AirspaceProperties,
        AirspaceTimeSlice,
        AirspaceVolume,
        ElevatedPoint,
        ElevatedSurface,
        GmlIdentifier,
        TimeSliceInterpretation,
        ValidTime,
        VerticalLimitUnit,
        write_aixm,
    )

    ring = tuple(ElevatedPoint(lat=lat, lon=lon) for lat, lon in [(22, 114), (22, 114.1), (22.1, 114.1), (22, 114)])
    drawn = AirspaceVolume(
        lower_limit=0.0,
        upper_limit=65.0,
        lower_limit_unit=VerticalLimitUnit.FL,
        upper_limit_unit=VerticalLimitUnit.FL,
        geometry=ElevatedSurface(rings=(ring,)),
    )
    properties = AirspaceProperties(designator="P1", type="P", geometry=drawn)
    baseline = AirspaceTimeSlice(
        interpretation=TimeSliceInterpretation.BASELINE, valid_time=ValidTime(), properties=properties
    )
    feature = Airspace(gml_identifier=GmlIdentifier(value="x", code_space="urn:uuid:"), time_slices=(baseline,))
    stream = io.BytesIO()
    write_aixm([feature], stream)
    (placed,), problems = Aixm().zones(document_of(RawFile(name="a.xml", raw=stream.getvalue())))
    assert placed.value
    assert placed.value.restriction is Restriction.PROHIBITED
    assert placed.value.band.upper == Height(value_m=1981.2, reference=Reference.FL)
    assert placed.value.area.bounds == (114, 22, 114.1, 22.1)
    assert problems == []


def reach_m(area: shapely.Geometry, lon: float, lat: float) -> tuple[float, float]:
    distances = [GEOD.inv(lon, lat, *corner)[2] for corner in shapely.get_coordinates(area)]
    return min(distances), max(distances)


@pytest.mark.parametrize(
    ("radius", "uom", "radius_m"),
    [("2", "NM", 3704), ("2", "[nmi_i]", 3704), ("3.704", "KM", 3704), ("3704", "M", 3704)],
)
def test_circles_are_not_drawn_too_small(radius, uom, radius_m):
    zone, _ = zone_of(airspace(volume(patch(circle(radius, uom)))))
    near, far = reach_m(zone.area, 114.5, 22.5)
    assert near >= radius_m - 0.01
    assert far < radius_m + 20
    for azimuth in range(0, 360, 7):
        assert zone.area.covers(shapely.Point(GEOD.fwd(114.5, 22.5, azimuth, radius_m - 0.1)[:2]))


def test_a_round_hole_is_not_drawn_too_large():
    big = linear("22 114 22 115 23 115 23 114 22 114")
    zone, _ = zone_of(airspace(volume(patch(big, circle()))))
    for azimuth in range(0, 360, 7):
        assert zone.area.covers(shapely.Point(GEOD.fwd(114.5, 22.5, azimuth, 3704 + 0.1)[:2]))
    assert not zone.area.covers(shapely.Point(114.5, 22.5))


def test_an_arc_goes_the_way_its_angles_go():
    """A quarter of a circle from east to north goes anticlockwise: the angles fall. Its ends are worked out here."""
    east, north = GEOD.fwd(114, 22, 90, 10_000)[:2], GEOD.fwd(114, 22, 0, 10_000)[:2]
    corners = f"{north[1]} {north[0]} 22 114 {east[1]} {east[0]}"
    line = f"<gml:GeodesicString><gml:posList>{corners}</gml:posList></gml:GeodesicString>"
    arc = (
        '<gml:ArcByCenterPoint numArc="1"><gml:pos>22 114</gml:pos><gml:radius uom="KM">10</gml:radius>'
        '<gml:startAngle uom="deg">90</gml:startAngle><gml:endAngle uom="deg">0</gml:endAngle></gml:ArcByCenterPoint>'
    )
    zone, _ = zone_of(airspace(volume(patch(curve(line, arc)))))
    inside, outside = GEOD.fwd(114, 22, 45, 9_990)[:2], GEOD.fwd(114, 22, 225, 1_000)[:2]
    assert zone.area.covers(shapely.Point(inside))
    assert not zone.area.covers(shapely.Point(outside))


def test_long_geodesics_are_followed():
    """Between two points on the parallel of 60 degrees, 20 degrees apart, the geodesic reaches beyond 60.3 degrees."""
    line = "<gml:GeodesicString><gml:posList>{}</gml:posList></gml:GeodesicString>"
    ring = curve(line.format("60 0 60 20"), line.format("60 20 55 20 55 0 60 0"))
    zone, _ = zone_of(airspace(volume(patch(ring))))
    assert zone.area.bounds[3] == pytest.approx(GEOD.npts(0, 60, 20, 60, 1)[0][1], abs=1e-3)


def test_every_patch_is_part_of_the_zone_and_none_is_a_hole():
    inner = linear("22.02 114.02 22.02 114.04 22.04 114.04 22.02 114.02")
    zone, _ = zone_of(airspace(volume(patch(), patch(inner))))
    assert zone.area.area == pytest.approx(0.01)


def test_every_volume_is_a_zone():
    placed, _ = read(airspace(volume(), volume(patch(linear("23 114 23 114.1 23.1 114.1 23 114")), operation="UNION")))
    assert [item.id for item in placed] == ["R1", "R1/2"]
    assert [item.value.area.bounds[1] for item in placed if item.value] == [22, 23]


def test_what_is_taken_away_is_not_taken_away():
    zone, warnings = zone_of(airspace(volume(operation="BASE"), volume(operation="SUBTR")))
    assert zone.area.area == pytest.approx(0.01)
    assert warnings == ["NOT_APPLIED"]


def limit(end: str, words: str, uom: str, reference: str) -> str:
    unit = f' uom="{uom}"' if uom else ""
    told = f"<aixm:{end}LimitReference>{reference}</aixm:{end}LimitReference>" if reference else ""
    return f"<aixm:{end}Limit{unit}>{words}</aixm:{end}Limit>{told}"


@pytest.mark.parametrize(
    ("words", "uom", "reference", "height"),
    [
        ("2000", "FT", "MSL", (609.6, Reference.AMSL)),
        ("150", "M", "SFC", (150, Reference.AGL)),
        ("150", "M", "W84", (150, Reference.W84)),
        ("65", "FL", "STD", (1981.2, Reference.FL)),
        ("65", "FL", "", (1981.2, Reference.FL)),
        ("6500", "FT", "STD", (1981.2, Reference.FL)),
        ("15", "SM", "STD", (150, Reference.FL)),
        ("UNL", "", "", None),
    ],
)
def test_upper_limits_with_their_references(words, uom, reference, height):
    limits = limit("upper", words, uom, reference) + limit("lower", "GND", "", "SFC")
    zone, warnings = zone_of(airspace(volume(limits=limits)))
    assert zone.band.lower == GROUND
    upper = zone.band.upper
    assert (upper and (round(upper.value_m, 6), upper.reference)) == height
    assert warnings == []


@pytest.mark.parametrize(
    ("words", "uom", "reference"), [("2000", "FT", ""), ("2000", "", "MSL"), ("CEILING", "", ""), ("nan", "FT", "MSL")]
)
def test_a_limit_that_cannot_be_told_leaves_the_zone_open(words, uom, reference):
    zone, warnings = zone_of(
        airspace(volume(limits=limit("upper", words, uom, reference) + limit("lower", "0", "FT", "SFC")))
    )
    assert zone.band.upper is None
    assert warnings == ["HEIGHT_UNCLEAR"]


def test_missing_limits_leave_the_zone_open_at_both_ends():
    zone, warnings = zone_of(airspace(volume(limits="")))
    assert (zone.band.lower, zone.band.upper) == (GROUND, None)
    assert warnings == ["HEIGHT_UNCLEAR", "HEIGHT_UNCLEAR"]


def test_standard_metres_are_read_as_whichever_is_wider():
    limits = limit("upper", "30", "SM", "STD") + limit("lower", "15", "SM", "STD")
    zone, _ = zone_of(airspace(volume(limits=limits)))
    assert (zone.band.lower.value_m, zone.band.upper.value_m) == (15, 300)


@pytest.mark.parametrize(
    ("kind", "restriction"),
    [
        ("P", Restriction.PROHIBITED),
        ("R", Restriction.REQ_AUTHORISATION),
        ("D", Restriction.CONDITIONAL),
        ("CTR", Restriction.REQ_AUTHORISATION),
        ("CTR_P", Restriction.REQ_AUTHORISATION),
        ("TSA", Restriction.PROHIBITED),
        ("FIR", Restriction.NO_RESTRICTION),
    ],
)
def test_what_types_ask(kind, restriction):
    zone, warnings = zone_of(airspace(kind=kind))
    assert (zone.restriction, zone.category, warnings) == (restriction, kind, [])


@pytest.mark.parametrize("kind", ["", "PART", "OTHER:X", "E"])
def test_an_unknown_type_is_conditional(kind):
    zone, warnings = zone_of(airspace(kind=kind))
    assert (zone.restriction, warnings) == (Restriction.CONDITIONAL, ["UNKNOWN_TYPE"])


def test_the_stricter_of_class_and_type_counts():
    layer = "<aixm:AirspaceLayerClass><aixm:classification>C</aixm:classification></aixm:AirspaceLayerClass>"
    classes = f"<aixm:class>{layer}</aixm:class>"
    assert zone_of(airspace(kind="D", more=classes))[0].restriction is Restriction.REQ_AUTHORISATION


def test_activation_times_are_told_and_the_zone_counts_throughout():
    activation = "<aixm:activation><aixm:AirspaceActivation/></aixm:activation>"
    zone, warnings = zone_of(airspace(more=activation))
    assert zone.schedule.periods[0].hours == ()
    assert warnings == ["TIMES_NOT_READ"]


def test_changes_are_not_left_out_without_a_word():
    placed, problems = read(airspace(slice_kind="TEMPDELTA"))
    assert [item.value for item in placed] == [None]
    assert "TIME_SLICE_CHANGE" in [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("drawn", "code"),
    [
        (volume(srs="urn:ogc:def:crs:OGC:1.3:CRS84"), "WRONG_CRS"),
        (volume(srs="urn:ogc:def:crs:EPSG::2326"), "WRONG_CRS"),
        (volume(patch('<gml:Ring><gml:curveMember xlink:href="#b1"/></gml:Ring>')), "GEOMETRY_BY_REFERENCE"),
        (volume(patch(circle(uom=""))), "WRONG_UNIT"),
        (volume(patch(circle(uom="furlong"))), "WRONG_UNIT"),
        (volume(patch(circle("nan"))), "OUT_OF_RANGE"),
        (volume(patch(circle("-1"))), "OUT_OF_RANGE"),
        (volume(patch(circle("1e9"))), "OUT_OF_RANGE"),
        (volume(patch(linear("114 22 114.1 22 114.1 22.1 114 22"))), "BAD_RING"),
        (volume(patch(linear("22 114 22"))), "BAD_RING"),
        (volume(patch(linear("x y 22 114"))), "BAD_RING"),
        (volume(patch(linear("nan 114 22 114.1 22.1 114 nan 114"))), "BAD_RING"),
        (volume(patch(linear("22 114 22 114.1 22 114"))), "RING_TOO_SHORT"),
        (volume(patch(linear("22 179.9 22 -179.9 22.1 -179.9 22 179.9"))), "CROSSES_ANTIMERIDIAN"),
        (volume("<gml:Rectangle/>"), "NO_GEOMETRY"),
        ("<aixm:geometryComponent/>", "NO_GEOMETRY"),
        (volume(limits=limit("upper", "1", "FT", "MSL") + limit("lower", "2", "FT", "MSL")), "LOWER_ABOVE_UPPER"),
    ],
)
def test_what_cannot_be_used_is_told_and_kept_by_its_id(drawn, code):
    assert error_of(airspace(drawn)) == code


def test_one_bad_airspace_costs_no_other():
    bad = airspace(volume(patch(linear("x"))), designator="R2", number=2)
    placed, problems = read(airspace(), bad, airspace(designator="R3", number=3))
    assert [(item.id, item.value is None) for item in placed] == [("R1", False), ("R2", True), ("R3", False)]
    assert [problem.code for problem in problems] == ["BAD_RING"]


def test_designators_that_several_bear_give_way_to_identifiers():
    placed, _ = read(airspace(number=1), airspace(number=2), airspace(designator="", number=3))
    assert [item.id for item in placed] == ["id-1", "id-2", "id-3"]


def test_outlines_that_cross_again_and_again_are_refused():
    corners = [f"{22 + (i * 7919 % 1009) / 1e4} {114 + (i * 104_729 % 1013) / 1e4}" for i in range(1_000)]
    assert error_of(airspace(volume(patch(linear(" ".join(corners)))))) == "POLYGON_TOO_TANGLED"


def test_what_crosses_itself_is_repaired_with_a_warning():
    zone, warnings = zone_of(airspace(volume(patch(linear("22 114 22.1 114.1 22 114.1 22.1 114 22 114")))))
    assert zone.area.is_valid
    assert warnings == ["POLYGON_REPAIRED"]


@pytest.mark.parametrize(
    ("drawn", "code"),
    [
        (volume(patch(linear("22 114 " * 200_001))), "TOO_MANY_POSITIONS"),
        (volume() * 51, "TOO_MANY"),
        (volume(patch(circle("1", "KM").replace("Circle", "Arc")) * 1), "BAD_RING"),
    ],
)
def test_what_would_take_too_long_is_refused(drawn, code):
    assert error_of(airspace(drawn)) == code


def test_hostile_xml_is_refused_with_its_place():
    text = '<!DOCTYPE AIXMBasicMessage [<!ENTITY x SYSTEM "file:///etc/hostname">]><AIXMBasicMessage>&x;'
    document = Document(file="a.xml", text=text)
    assert Aixm().recognises(document)
    placed, (problem,) = Aixm().zones(document)
    assert (placed, problem.code) == ([], "DOCUMENT_TYPE")


def test_other_versions_are_refused():
    text = '<m:AIXMBasicMessage xmlns:m="http://www.aixm.aero/schema/4.5/message"/>'
    _, (problem,) = Aixm().zones(Document(file="a.xml", text=text))
    assert problem.code == "UNKNOWN_VERSION"


def test_version_5_1_is_read_too():
    text = (HEAD + airspace() + TAIL).replace("5.1.1", "5.1")
    (placed,), problems = Aixm().zones(Document(file="a.xml", text=text))
    assert placed.value
    assert problems == []


def test_a_message_without_airspace_is_told():
    assert [(problem.code, problem.warning) for problem in read()[1]] == [("EMPTY_COLLECTION", True)]


def test_without_the_library_it_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "aviconv_aixm", None)
    placed, (problem,) = read(airspace())
    assert placed == []
    assert "pip install 'skyferry[aixm]'" in problem.fix

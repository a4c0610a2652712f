from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
import shapely
from pyproj import Geod

from airspace.earth.heights import Reference
from airspace.errors import BadInput, Problem
from airspace.formats.catalogue import built_in
from airspace.formats.documents import Document
from airspace.formats.reading import read, read_with_warnings
from airspace.formats.telling import Placed
from airspace.model.pads import Custody
from airspace.model.schedules import ALWAYS, WEEKDAYS
from airspace.model.sources import Confidence
from airspace.model.zones import Restriction


def refused(*args, **kwargs) -> list[tuple[str, str]]:
    with pytest.raises(BadInput) as caught:
        read(*args, **kwargs)
    return [(item.code, item.place) for item in caught.value.problems]


def test_a_zone_is_read_with_all_it_says(write, zone):
    schedule = [
        {"days": ["MON", "SAT"], "start": "07:00", "end": "19:30", "utc_offset": "+08:00"},
        {"days": ["ANY"], "start": "22:00", "end": "24:00", "utc_offset": "Z"},
    ]
    path = write(
        zone(
            name_zh="罗湖",
            restriction="CONDITIONAL",
            schedule=schedule,
            authority="CAA",
            category="port",
            source_date="2026-01-31",
            confidence="verified",
            colour={"r": 1},
        )
    )
    [told] = read(path).zones
    assert (told.id, told.name_zh, told.restriction) == ("z1", "罗湖", Restriction.CONDITIONAL)
    assert told.area.bounds == (114.10, 22.50, 114.12, 22.52), "lon, then lat"
    first, second = (
        (period.hours[0] for period in told.schedule.periods)
        if len(told.schedule.periods) > 1
        else told.schedule.periods[0].hours
    )
    assert (first.days, first.start, first.end) == (("MON", "SAT"), time(7), time(19, 30))
    assert first.clock.utcoffset(None) == timedelta(hours=8)
    assert (second.days, second.end) == (WEEKDAYS, time(0))
    assert (told.source.date, told.source.confidence) == (date(2026, 1, 31), Confidence.VERIFIED)
    assert dict(told.extra) == {"colour": {"r": 1}}


def test_feet_become_metres(write, zone):
    [told] = read(write(zone(lower=100, upper=400, uom="ft", upper_ref="AMSL"))).zones
    assert told.band.lower.value_m == pytest.approx(30.48)
    assert told.band.upper is not None
    assert told.band.upper.value_m == pytest.approx(121.92)
    assert told.band.upper.reference is Reference.AMSL


def test_no_upper_limit_is_unlimited(write, zone):
    [told] = read(write(zone(upper=None, upper_ref=...))).zones
    assert told.band.upper is None


def test_a_pad_is_read_with_all_it_says(write, zone, pad):
    stock = {"swap_packs": 4, "chargers": 2}
    told_of = pad(slots=3, turnaround_s=90.5, custody="two_person", elevation_source="survey", **stock)
    path = write(told_of, name="pads.json")
    [told] = read(write(zone()), pads=path).pads
    assert (told.lon, told.lat, told.elevation_amsl_m) == (114.11, 22.51, 5)
    assert (told.slots, told.turnaround_s, told.custody) == (3, 90.5, Custody.TWO_PERSON)
    assert (told.swap_packs, told.chargers) == (4, 2)
    assert dict(told.extra) == {"elevation_source": "survey"}


HOURS = [{"days": ["ANY"], "start": "09:00", "end": "12:00", "utc_offset": "+08:00"}]


def test_a_pad_may_have_two_persons_in_some_hours_only(write, zone, pad):
    path = write(pad(custody="two_person", two_person_hours=HOURS), name="pads.json")
    [told] = read(write(zone()), pads=path).pads
    assert told.two_person_hours.in_words(timezone(timedelta(hours=8))) == "daily 09:00–12:00"


def test_a_pad_that_clears_customs_says_when_and_for_how_long(write, zone, pad):
    def told(**fields):
        [read_back] = read(write(zone()), pads=write(pad(**fields), name="pads.json")).pads
        return read_back.customs_windows, read_back.customs_dwell_s

    windows, dwell_s = told(customs_windows=HOURS, customs_dwell_s=300)
    assert windows.in_words(timezone(timedelta(hours=8))) == "daily 09:00–12:00"
    assert dwell_s == 300
    assert told(roles=["customs"], customs_dwell_s=0) == (ALWAYS, 0)
    assert told() == (None, 0)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"roles": ["customs"]}, "MISSING_VALUE"),
        ({"customs_windows": HOURS}, "MISSING_VALUE"),
        ({"customs_dwell_s": 300}, "DWELL_NOT_MEANT"),
        ({"roles": ["customs"], "customs_dwell_s": -1}, "OUT_OF_RANGE"),
    ],
)
def test_how_long_customs_take_is_never_guessed(write, zone, pad, fields, code):
    with pytest.raises(BadInput) as caught:
        read(write(zone()), pads=write(pad(**fields), name="pads.json"))
    [told] = caught.value.problems
    assert (told.code, told.place) == (code, "features[0].properties.customs_dwell_s")


def test_two_person_hours_of_a_staffed_pad_are_refused(write, zone, pad):
    path = write(pad(custody="staffed", two_person_hours=HOURS), name="pads.json")
    with pytest.raises(BadInput) as caught:
        read(write(zone()), pads=path)
    [told] = caught.value.problems
    assert (told.code, told.place) == ("HOURS_NOT_MEANT", "features[0].properties.two_person_hours")


def test_a_gate_drawn_as_a_line_is_the_area_within_50_m_of_it(write, zone, gate):
    [told] = read(write(zone()), gates=write(gate(), name="gates.json")).gates
    west, south, east, north = told.area.bounds
    geod = Geod(ellps="WGS84")
    assert geod.inv(114.10, 22.5, west, 22.5)[2] == pytest.approx(50, abs=0.1)
    assert geod.inv(114.11, 22.5, east, 22.5)[2] == pytest.approx(50, abs=0.1)
    # The latitude line is a curve of the frame by less than a metre over this kilometre.
    assert geod.inv(114.105, 22.5, 114.105, north)[2] == pytest.approx(50, abs=0.5)
    assert geod.inv(114.105, 22.5, 114.105, south)[2] == pytest.approx(50, abs=0.5)


def test_permits_are_read_in_utc(write, zone, gate):
    permit = {
        "id": "p",
        "authority": "CAA",
        "zones": ["z1"],
        "aircraft": ["d1"],
        "valid_from": "2026-12-01T08:00:00+08:00",
        "valid_to": "2026-12-02T00:00:00Z",
        "source": "a test",
    }
    zones = write(zone(restriction="REQ_AUTHORISATION"))
    [told] = read(zones, gates=write(gate(permits=[permit]), name="gates.json")).permits
    assert (told.valid_from, told.valid_to) == (
        datetime(2026, 12, 1, tzinfo=UTC),
        datetime(2026, 12, 2, tzinfo=UTC),
    )


BOW_TIE = [[114.10, 22.50], [114.12, 22.52], [114.12, 22.50], [114.10, 22.52], [114.10, 22.50]]


def test_a_self_crossing_zone_is_repaired_with_a_warning(write, zone):
    sky, [warning] = read_with_warnings(write(zone(ring=BOW_TIE)))
    assert (warning.code, warning.place, warning.warning) == ("POLYGON_REPAIRED", "features[0].geometry", True)
    [told] = sky.zones
    assert told.area.is_valid
    assert told.area.area == pytest.approx(2 * 0.02 * 0.01 / 2), "both wings of the tie, worked out by hand"


def test_a_zone_whose_outline_overlaps_itself_gets_no_hole(write, zone):
    # A five-pointed star drawn in one go, as by hand: the outline runs twice round its middle.
    corners = [(math.sin(turn), math.cos(turn)) for turn in (4 * math.pi * k / 5 for k in (0, 1, 2, 3, 4, 0))]
    ring = [[114.1 + x / 100, 22.5 + y / 100] for x, y in corners]
    [told] = read_with_warnings(write(zone(ring=ring)))[0].zones
    assert told.area.covers(shapely.Point(114.1, 22.5))
    # The area of a pentagram in a circle of radius 1, from a table.
    assert told.area.area == pytest.approx(1.12257 / 100**2, rel=1e-4)


def test_an_open_ring_is_closed_with_a_warning(write, zone):
    sky, [warning] = read_with_warnings(write(zone(ring=BOW_TIE[:3])))
    assert (warning.code, warning.place) == ("RING_NOT_CLOSED", "features[0].geometry.coordinates[0]")
    assert len(sky.zones) == 1


BAD_ZONES = [
    ({"lower": "120m"}, "WRONG_TYPE", "properties.lower"),
    ({"lower": True}, "WRONG_TYPE", "properties.lower"),
    ({"lower": ...}, "MISSING_VALUE", "properties.lower"),
    ({"upper": ...}, "MISSING_VALUE", "properties.upper"),
    ({"lower": float("nan")}, "NOT_FINITE", "properties.lower"),
    ({"upper_ref": ...}, "MISSING_VALUE", "properties.upper_ref"),
    ({"lower": 120}, "LOWER_ABOVE_UPPER", "properties.lower"),
    ({"lower_ref": "W84"}, "UNKNOWN_VALUE", "properties.lower_ref"),
    ({"uom": "M"}, "UNKNOWN_VALUE", "properties.uom"),
    ({"restriction": "FORBIDDEN"}, "UNKNOWN_VALUE", "properties.restriction"),
    ({"id": ""}, "EMPTY_VALUE", "properties.id"),
    ({"id": 7}, "WRONG_TYPE", "properties.id"),
    ({"id": " z"}, "BAD_VALUE", "properties"),
    ({"source": ...}, "MISSING_VALUE", "properties.source"),
    ({"source_date": "31.1.2026"}, "BAD_DATE", "properties.source_date"),
    ({"schedule": []}, "TOO_FEW", "properties.schedule"),
    ({"schedule": "always"}, "WRONG_TYPE", "properties.schedule"),
    (
        {"schedule": [{"days": ["MON"], "start": "7", "end": "19:00", "utc_offset": "+08:00"}]},
        "BAD_CLOCK",
        "properties.schedule[0].start",
    ),
    (
        {"schedule": [{"days": ["MON"], "start": "07:00", "end": "19:00"}]},
        "MISSING_VALUE",
        "properties.schedule[0].utc_offset",
    ),
    ({"ring": [[22.5, 114.1], *BOW_TIE]}, "LATITUDE_OUT_OF_RANGE", "geometry.coordinates[0][0]"),
    ({"ring": [[829758, 843587], *BOW_TIE]}, "LATITUDE_OUT_OF_RANGE", "geometry.coordinates[0][0]"),
    ({"ring": [[181, 22], *BOW_TIE]}, "LONGITUDE_OUT_OF_RANGE", "geometry.coordinates[0][0]"),
    ({"ring": [["114", 22], *BOW_TIE]}, "WRONG_TYPE", "geometry.coordinates[0][0][0]"),
    ({"ring": [[114], *BOW_TIE]}, "TOO_FEW", "geometry.coordinates[0][0]"),
    ({"ring": [[114, 22], [114, 22], [115, 22], [114, 22]]}, "RING_TOO_SHORT", "geometry.coordinates[0]"),
    ({"ring": [[114, 22], [114.1, 22], [114.2, 22], [114, 22]]}, "POLYGON_WITHOUT_AREA", "geometry"),
    ({"ring": []}, "TOO_FEW", "geometry.coordinates[0]"),
]


@pytest.mark.parametrize(("changes", "code", "place"), BAD_ZONES, ids=lambda value: str(value)[:30])
def test_a_bad_zone_is_told_with_its_place(write, zone, changes, code, place):
    assert refused(write(zone("z0"), zone(**changes))) == [(code, f"features[1].{place}")]


def test_swapped_positions_are_counted_and_the_right_order_is_offered(write, zone):
    ring = [[lat, lon] for lon, lat in BOW_TIE]
    with pytest.raises(BadInput) as caught:
        read(write(zone(ring=ring)))
    [problem] = caught.value.problems
    assert problem.found == "[22.5, 114.1] and 4 more positions like it"
    assert problem.fix == "Longitude and latitude look swapped: write [114.1, 22.5]."


def test_metres_of_a_map_grid_are_recognised(write, zone):
    with pytest.raises(BadInput, match="convert them to WGS 84"):
        read(write(zone(ring=[[829758, 843587], *BOW_TIE])))


@pytest.mark.parametrize("geometry", [None, 3, {}, {"type": "Point", "coordinates": [114, 22]}, {"type": "Circle"}])
def test_a_zone_without_an_area_is_refused(write, zone, geometry):
    feature = zone() | {"geometry": geometry}
    assert refused(write(feature))[0][1].startswith("features[0].geometry")


@pytest.mark.parametrize("feature", [None, 3, [], {}, "zone"])
def test_what_is_no_feature_is_refused(write, zone, feature):
    assert all(place.startswith("features[1]") for _, place in refused(write(zone(), feature)))


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326"])
def test_wgs84_by_any_of_its_names_is_taken(write, zone, name):
    crs = f'{{"type": "name", "properties": {{"name": "{name}"}}}}'
    path = write(zone())
    path.write_text(path.read_text().replace("{", f'{{"crs": {crs},', 1))
    assert len(read(path).zones) == 1


@pytest.mark.parametrize("crs", ['"EPSG:2326"', "3", '{"type": "name", "properties": {"name": "EPSG:2326"}}'])
def test_other_coordinate_systems_are_refused(write, zone, crs):
    path = write(zone())
    path.write_text(path.read_text().replace("{", f'{{"crs": {crs},', 1))
    assert refused(path) == [("WRONG_CRS", "crs")]


def test_ids_that_stand_twice_name_both_places(write, zone):
    with pytest.raises(BadInput) as caught:
        read([write(zone("a"), zone("b"), zone("a"), name="1.json"), write(zone("b"), name="2.json")])
    first, second = caught.value.problems
    assert (first.place, first.found) == ("features[2].properties.id", "'a', which stands at features[0] too")
    assert second.place == "features[0].properties.id"
    assert second.found.endswith("1.json, features[1] too")


def test_all_problems_of_all_files_are_told(write, zone, pad, gate, tmp_path):
    codes = refused(
        [write(zone(lower="1"), name="1.json"), tmp_path / "none.json", write("{", name="2.json")],
        pads=write(pad(elevation_ref="AGL"), name="pads.json"),
        gates=write(gate(permits=3), name="gates.json"),
        jurisdictions=write("hello", name="j.json"),
    )
    assert sorted(code for code, _ in codes) == [
        "FILE_MISSING",
        "JSON_SYNTAX",
        "NOT_A_FEATURE_COLLECTION",
        "UNKNOWN_VALUE",
        "WRONG_TYPE",
        "WRONG_TYPE",
    ]


def test_a_thing_with_swapped_degrees_is_found_where_both_readings_are_legal(write, zone, pad):
    # Bern lies at 7.44 E, 46.95 N; swapped it is in the Gulf of Aden.
    ring = [[7.4, 46.9], [7.5, 46.9], [7.5, 47.0], [7.4, 47.0], [7.4, 46.9]]
    zones = write(zone("a", ring=ring), zone("b", ring=[[lat, lon] for lon, lat in ring]))
    pads = write(pad("c", at=[7.44, 46.95]), pad("d", at=[46.95, 7.44]), pad("e", at=[7.45, 46.94]), name="p.json")
    with pytest.raises(BadInput) as caught:
        read(zones, pads=pads)
    assert [(item.code, item.place) for item in caught.value.problems] == [
        ("SWAPPED_LON_LAT", "features[1].geometry"),
        ("SWAPPED_LON_LAT", "features[1].geometry"),
    ]


def test_far_things_that_are_not_swapped_are_left_alone(write, zone, pad):
    pads = write(pad("a"), pad("b"), pad("c", at=[121.47, 31.23]), name="pads.json")
    assert len(read(write(zone()), pads=pads).pads) == 3


def test_a_gate_in_pieces_is_refused(write, zone, gate):
    geometry = {"type": "Polygon", "coordinates": [BOW_TIE]}
    codes = refused(write(zone()), gates=write(gate(geometry=geometry), name="g.json"))
    assert ("GATE_IN_PIECES", "features[0].geometry") in codes


def test_permits_that_cannot_be_meant_are_refused(write, zone, gate):
    permit = {"authority": "CAA", "zones": [], "aircraft": [], "source": "a test"}
    good = permit | {"id": "p", "valid_from": "2026-12-01T08:00:00Z", "valid_to": "2026-12-02T08:00:00Z"}
    permits = [good, good, good | {"id": "q", "valid_to": good["valid_from"]}, good | {"valid_to": "2026-12-02T08:00"}]
    assert refused(write(zone()), gates=write(gate(permits=permits[:3]), name="g.json")) == [
        ("DUPLICATE_ID", "features[0].properties.permits[1].id"),
        ("TIMES_REVERSED", "features[0].properties.permits[2].valid_to"),
    ]
    assert refused(write(zone()), gates=write(gate(permits=permits[3:]), name="g.json")) == [
        ("NAIVE_TIME", "features[0].properties.permits[0].valid_to"),
    ]


def test_a_misspelt_property_is_a_warning(write, zone):
    _, [warning] = read_with_warnings(write(zone(shedule=None)))
    assert (warning.code, warning.fix) == ("UNKNOWN_PROPERTY", "Did you mean 'schedule'?")


def test_a_file_that_nobody_recognises_names_the_known_formats(write):
    with pytest.raises(BadInput) as caught:
        read(write("<gpx><rte/></gpx>"))
    [problem] = caught.value.problems
    assert problem.code == "UNKNOWN_FORMAT"
    assert "GeoJSON" in problem.expected


def test_a_reader_from_elsewhere_enters_by_the_same_door(write, zone):
    [own] = read(write(zone("own"))).zones

    class Shouting:
        name = "shouting"

        def recognises(self, document: Document) -> bool:
            return document.text.startswith("ZONE!")

        def zones(self, document: Document) -> tuple[list[Placed], list[Problem]]:
            return [Placed(id=own.id, place=document.text, value=own)], []

    readers = (Shouting(), *built_in())
    sky = read([write("ZONE!", name="a.txt"), write(zone("b"))], readers=readers)
    assert [told.id for told in sky.zones] == ["own", "b"]

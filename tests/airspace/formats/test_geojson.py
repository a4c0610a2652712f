"""What our GeoJSON says of heights, hours, permits and datums, each with a figure worked out elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from airspace.earth.heights import Reference
from airspace.earth.sun import SunEvent
from airspace.errors import BadInput
from airspace.formats.reading import read, read_with_warnings
from airspace.model.schedules import WEEKDAYS


def codes_of(write, *features, **members) -> list[str]:
    with pytest.raises(BadInput) as caught:
        read(write(*features, **members))
    return [problem.code for problem in caught.value.problems]


# --- heights ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "reference", "metres"),
    [
        ({"lower": 100, "lower_ref": "WGS84"}, Reference.W84, 100.0),
        ({"lower": 100, "lower_ref": "AMSL", "uom": "ft", "upper": 9999}, Reference.AMSL, 30.48),
        ({"lower": 65, "lower_ref": "FL", "uom": "FL", "upper": 95, "upper_ref": "FL"}, Reference.FL, 1981.2),
        ({"lower": 30, "lower_ref": "PAD", "lower_pad": "LH"}, Reference.PAD, 30.0),
    ],
)
def test_a_height_keeps_what_it_is_measured_from(write, zone, told, reference, metres):
    [read_back] = read(write(zone(**told))).zones
    assert read_back.band.lower.reference is reference
    assert read_back.band.lower.value_m == pytest.approx(metres)


@pytest.mark.parametrize(
    "told",
    [
        {"lower": 30, "lower_ref": "PAD"},
        {"lower": 30, "lower_pad": "LH"},
        {"lower_ref": "ellipsoid"},
        {"lower": 200},
        {"lower": "120m"},
    ],
)
def test_a_height_that_does_not_say_enough_is_refused(write, zone, told):
    assert codes_of(write, zone(**told))


def test_metres_that_look_like_feet_are_warned_of(write, zone):
    _, warnings = read_with_warnings(write(zone(upper=400, upper_ref="AGL")))
    assert [warning.code for warning in warnings] == ["FEET_FOR_METRES"]
    assert read_with_warnings(write(zone(upper=120, upper_ref="AGL")))[1] == ()


def test_a_pad_told_above_the_ellipsoid_is_brought_to_the_sea(write, zone, pad):
    """At 114.12 E 22.53 N the geoid lies 2.70 m below the ellipsoid: 10 m above the one is 12.7 m above the other."""
    pads = write(pad(at=[114.12, 22.53], elevation_m=10, elevation_ref="WGS84"), name="pads.geojson")
    [read_back] = read(write(zone()), pads=pads).pads
    assert read_back.elevation_amsl_m == pytest.approx(12.7, abs=0.02)


# --- hours -----------------------------------------------------------------------------------------------------------


def test_hours_may_be_told_in_a_time_zone_by_name(write, zone):
    entry = {"days": ["MON"], "start": "07:00", "end": "19:00", "time_zone": "Asia/Hong_Kong"}
    [period] = read(write(zone(schedule=[entry]))).zones[0].schedule.periods
    [hours] = period.hours
    assert (hours.days, hours.start, hours.clock) == (("MON",), time(7), ZoneInfo("Asia/Hong_Kong"))


def test_hours_by_the_sun_are_watched_from_within_the_zone(write, zone):
    entry = {"days": ["ANY"], "start": "SR", "end": "SS", "utc_offset": "+08:00"}
    told = read(write(zone(schedule=[entry]))).zones[0]
    [hours] = told.schedule.periods[0].hours
    assert (hours.start, hours.end, hours.days) == (SunEvent.SR, SunEvent.SS, WEEKDAYS)
    assert hours.place == pytest.approx((114.11, 22.51), abs=0.01)


def test_an_entry_may_hold_between_two_moments_throughout(write, zone):
    entry = {"from": "2026-12-01T08:00:00+08:00", "until": "2026-12-02T08:00:00+08:00"}
    [period] = read(write(zone(schedule=[entry]))).zones[0].schedule.periods
    assert period.start == datetime(2026, 12, 1, tzinfo=UTC)
    assert period.end == datetime(2026, 12, 2, tzinfo=UTC)
    assert period.hours == ()


@pytest.mark.parametrize(
    "entry",
    [
        {"days": ["MON"], "start": "07:00", "end": "19:00"},
        {"days": ["MON"], "start": "07:00", "end": "19:00", "utc_offset": "+08:00", "time_zone": "Asia/Hong_Kong"},
        {"days": ["MON"], "start": "24:00", "end": "19:00", "utc_offset": "Z"},
        {"days": ["MON"], "start": "NOON", "end": "19:00", "utc_offset": "Z"},
        {"days": ["MON"], "start": "07:00", "end": "19:00", "time_zone": "Luohu"},
        {"from": "2026-12-02T08:00:00+08:00", "until": "2026-12-01T08:00:00+08:00"},
        {"from": "2026-12-02T08:00:00"},
    ],
)
def test_hours_that_can_be_taken_in_two_ways_are_refused(write, zone, entry):
    assert codes_of(write, zone(schedule=[entry]))


# --- permits ---------------------------------------------------------------------------------------------------------


def test_a_permit_may_be_bounded_by_hours_and_heights(write, zone, gate):
    permit = {
        "id": "P", "authority": "CAD", "zones": ["z1"], "aircraft": ["M6"], "source": "a test",
        "valid_from": "2026-12-01T00:00:00Z", "valid_to": "2026-12-31T00:00:00Z",
        "schedule": [{"days": ["ANY"], "start": "07:00", "end": "09:00", "utc_offset": "+08:00"}],
        "lower": 0, "lower_ref": "AGL", "upper": 400, "upper_ref": "AMSL", "uom": "ft",
    }  # fmt: skip
    sky = read(write(zone(restriction="REQ_AUTHORISATION")), gates=write(gate(permits=[permit]), name="gates.geojson"))
    [read_back] = sky.permits
    assert read_back.band is not None
    assert read_back.band.upper is not None
    assert read_back.band.upper.value_m == pytest.approx(121.92)
    day = datetime(2026, 12, 1, tzinfo=UTC)
    # 07:00 in Hong Kong is 23:00 UTC of the day before, when the permit is not valid yet.
    assert read_back.spans(day, day + timedelta(days=1)) == (
        (day, day + timedelta(hours=1)),
        (day + timedelta(hours=23), day + timedelta(hours=24)),
    )


# --- places ----------------------------------------------------------------------------------------------------------


def named(name: str) -> dict[str, object]:
    return {"type": "name", "properties": {"name": name}}


def collection(ring: list[list[float]], zone, **members: object) -> str:
    import json

    return json.dumps({"type": "FeatureCollection", **members, "features": [zone(ring=ring)]})


def test_the_hong_kong_grid_is_converted_and_said_so(write, zone):
    """E 829758.79 N 843587.87 of the HK1980 grid is lon 114.1136 lat 22.5320."""
    east, north = 829758.79, 843587.87
    ring = [[east, north], [east + 500, north], [east + 500, north + 500], [east, north + 500], [east, north]]
    sky, [warning] = read_with_warnings(write(collection(ring, zone, crs=named("urn:ogc:def:crs:EPSG::2326"))))
    west, south, _, _ = sky.zones[0].area.bounds
    assert (west, south) == (pytest.approx(114.1136, abs=2e-5), pytest.approx(22.5320, abs=2e-5))
    assert warning.code == "COORDINATES_CONVERTED"
    assert "1 m" in str(warning)


@pytest.mark.parametrize(("datum", "east_m", "north_m"), [("GCJ-02", 525, -298)])
def test_shifted_coordinates_are_moved_back_when_the_file_says_so(write, zone, datum, east_m, north_m):
    """At Luohu GCJ-02 lies 525 m east and 298 m south of the truth."""
    ring = [[114.11, 22.53], [114.12, 22.53], [114.12, 22.54], [114.11, 22.54], [114.11, 22.53]]
    sky, [warning] = read_with_warnings(write(collection(ring, zone, datum=datum)))
    west, south, _, _ = sky.zones[0].area.bounds
    metres_east = (114.11 - west) * 111_320 * 0.9237  # the cosine of 22.53 degrees
    assert metres_east == pytest.approx(east_m, abs=5)
    assert (22.53 - south) * 110_760 == pytest.approx(north_m, abs=5)
    assert warning.code == "COORDINATES_CONVERTED"


@pytest.mark.parametrize("name", ["EPSG:3857", "urn:ogc:def:crs:EPSG::27700", "somewhere"])
def test_a_datum_that_nobody_knows_is_refused_with_those_that_are(write, zone, name):
    ring = [[114.11, 22.53], [114.12, 22.53], [114.12, 22.54], [114.11, 22.54], [114.11, 22.53]]
    with pytest.raises(BadInput) as caught:
        read(write(collection(ring, zone, crs=named(name))))
    [problem] = caught.value.problems
    assert (problem.code, problem.place) == ("WRONG_CRS", "crs")
    assert "EPSG:2326" in problem.expected

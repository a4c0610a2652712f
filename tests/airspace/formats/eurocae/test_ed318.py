from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely
from pyproj import Geod

from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.earth.sun import SunEvent
from airspace.errors import Problem
from airspace.formats.documents import Document, json_of
from airspace.formats.eurocae import Ed318, Ed318Writer
from airspace.formats.eurocae.common_writing import identifiers
from airspace.formats.telling import Placed
from airspace.model.schedules import ALWAYS, WEEKDAYS, Hours, Period, Schedule
from airspace.model.sources import Confidence, Source
from airspace.model.zones import Restriction, Zone
from tests.airspace.formats.eurocae.ed318_rules import ed318_faults

Json = dict[str, Any]
Read = tuple[list[Placed[Zone]], list[Problem]]
GEOD = Geod(ellps="WGS84")

OUTER = [[114.0, 22.5], [114.1, 22.5], [114.1, 22.6], [114.0, 22.6], [114.0, 22.5]]
INNER = [[114.02, 22.52], [114.05, 22.52], [114.05, 22.55], [114.02, 22.52]]


def layer(lower: Any = 0, upper: Any = 120, reference: str = "AGL", **changes: Any) -> Json:
    given = {"lower": lower, "lowerReference": reference, "upper": upper, "upperReference": reference, "uom": "m"}
    return {key: value for key, value in {**given, **changes}.items() if value is not ...}


def polygon(*rings: Any, **changes: Any) -> Json:
    return {"type": "Polygon", "coordinates": list(rings) or [OUTER], "layer": layer(), **changes}


def feature(geometry: Json | None = None, **changes: Any) -> Json:
    """A good feature; a change to ``...`` takes the property out."""
    given = {
        "identifier": "LUOHU1",
        "country": "CHN",
        "name": [{"text": "罗湖口岸", "lang": "zh-CN"}, {"text": "Luohu port", "lang": "en-GB"}],
        "type": "REQ_AUTHORIZATION",
        "variant": "COMMON",
        "zoneAuthority": [{"name": [{"text": "Port office", "lang": "en-GB"}], "purpose": "AUTHORIZATION"}],
    } | changes
    properties = {key: value for key, value in given.items() if value is not ...}
    return {"type": "Feature", "geometry": polygon() if geometry is None else geometry, "properties": properties}


def collection(*features: Any, **changes: Any) -> Json:
    return {"type": "FeatureCollection", "name": "Test zones", "features": list(features), **changes}


def read(document: Any) -> Read:
    return Ed318().zones(json_of("zones.json", json.dumps(document)))


def good(document: Any) -> list[Zone]:
    placed, problems = read(document)
    assert problems == []
    return [item.value for item in placed if item.value is not None]


def refusal(document: Any) -> Problem:
    """The one problem that keeps the one zone of a file out."""
    placed, problems = read(document)
    assert [item.value for item in placed] == [None]
    (problem,) = [problem for problem in problems if not problem.warning]
    return problem


def written(*zones: Zone, **options: Any) -> tuple[Json, dict[str, tuple[str, str]]]:
    text, losses = Ed318Writer(**{"country": "CHN", **options}).write(zones, title="Test zones")
    assert ed318_faults(text) == []
    return json.loads(text), {loss.field: (loss.said, loss.kept) for loss in losses}


def back(*zones: Zone) -> list[Zone]:
    return good(written(*zones)[0])


def a_zone(**changes: Any) -> Zone:
    band = Band(lower=GROUND, upper=Height(value_m=120, reference=Reference.AGL))
    given: Json = {"id": "Z1", "name": "A zone", "restriction": Restriction.PROHIBITED, "band": band}
    return Zone(**{**given, "area": shapely.box(114.0, 22.5, 114.1, 22.6), **changes})


def clock_hours(start: time, end: time, hours: float = 0, days: tuple[str, ...] = WEEKDAYS) -> Hours:
    return Hours(days=days, start=start, end=end, clock=timezone(timedelta(hours=hours)))


class TestRecognising:
    @pytest.mark.parametrize(
        "data",
        [
            collection(feature()),
            collection({}, feature()),
            feature(),
            collection(metadata={}),
            collection({"properties": {"UASZone": {}}}),
        ],
    )
    def test_its_own_files_are_recognised(self, data: Any) -> None:
        assert Ed318().recognises(Document(file="x", data=data))

    @pytest.mark.parametrize(
        "data",
        [
            None,
            [],
            [feature()],
            {},
            collection(),
            {"type": "FeatureCollection", "features": 3},
            {
                "type": "FeatureCollection",
                "features": [{"properties": {"id": "A", "restriction": "PROHIBITED"}}, 3, []],
            },
            {"type": "Feature", "geometry": None, "properties": None},
            {"UASZoneList": []},
        ],
    )
    def test_other_files_are_not(self, data: Any) -> None:
        assert not Ed318().recognises(Document(file="x", data=data))


class TestReading:
    def test_a_feature_becomes_a_zone(self) -> None:
        (zone,) = good(collection(feature()))
        assert (zone.id, zone.name, zone.name_zh) == ("LUOHU1", "Luohu port", "罗湖口岸")
        assert zone.restriction is Restriction.REQ_AUTHORISATION
        assert zone.band == Band(lower=GROUND, upper=Height(value_m=120, reference=Reference.AGL))
        assert zone.area.equals(shapely.Polygon(OUTER))
        assert zone.schedule == ALWAYS
        assert zone.authority == "Port office"
        assert zone.source == Source(citation="ED-318 file Test zones")

    def test_two_layers_become_two_zones_that_are_written_as_one_again(self) -> None:
        upper, lower = polygon(layer=layer(50, 150)), polygon(INNER, layer=layer(0, 50))
        given = collection(feature({"type": "GeometryCollection", "geometries": [upper, lower]}, identifier="NFZ6547"))
        first, second = good(given)
        assert (first.id, str(first.band)) == ("NFZ6547", "50 m AGL to 150 m AGL")
        assert (second.id, str(second.band)) == ("NFZ6547/2", "GND to 50 m AGL")
        assert second.area.equals(shapely.Polygon(INNER))
        document, losses = written(first, second)
        assert losses == {}
        (told,) = document["features"]
        assert told["geometry"] == given["features"][0]["geometry"]
        assert told["properties"]["identifier"] == "NFZ6547"
        assert good(document) == [first, second]

    def test_a_layer_of_the_whole_collection_is_that_of_its_members(self) -> None:
        members = [{key: value for key, value in polygon().items() if key != "layer"}, polygon(layer=layer(120, 300))]
        geometry = {"type": "GeometryCollection", "geometries": members, "layer": layer(0, 60)}
        assert [str(zone.band) for zone in good(collection(feature(geometry)))] == [
            "GND to 60 m AGL",
            "120 m AGL to 300 m AGL",
        ]

    def test_an_outline_drawn_clockwise_is_turned_round(self) -> None:
        (zone,) = good(collection(feature(polygon(OUTER[::-1]))))
        assert isinstance(zone.area, shapely.Polygon)
        assert zone.area.exterior.is_ccw
        assert zone.area.equals(shapely.Polygon(OUTER))

    def test_feet_become_metres_and_are_written_as_feet_again(self) -> None:
        (zone,) = good(collection(feature(polygon(layer=layer("0", "400", uom="FT")))))
        assert zone.band.upper == Height(value_m=121.92, reference=Reference.AGL)
        assert written(zone)[0]["features"][0]["geometry"]["layer"] == layer(0, 400, uom="ft")

    def test_each_limit_has_its_own_reference(self) -> None:
        given = layer(-5, 120.5, lowerReference="wgs84", upperReference="AMSL")
        (zone,) = good(collection(feature(polygon(layer=given))))
        assert zone.band.lower == Height(value_m=-5, reference=Reference.W84)
        assert zone.band.upper == Height(value_m=120.5, reference=Reference.AMSL)

    @pytest.mark.parametrize("upper", [..., None, ""])
    def test_a_layer_without_an_upper_limit_has_no_ceiling(self, upper: Any) -> None:
        (zone,) = good(collection(feature(polygon(layer=layer(upper=upper, upperReference=upper)))))
        assert zone.band.upper is None
        assert back(zone) == [zone]

    def test_unlimited_as_publishers_write_it_stays_what_it_says(self) -> None:
        (zone,) = good(collection(feature(polygon(layer=layer(0, 99999)))))
        assert zone.band.upper == Height(value_m=99999, reference=Reference.AGL)

    def test_both_names_of_the_reasons_are_read(self) -> None:
        zones = good(collection(feature(reason=["NATURE"]), feature(identifier="B", reasons="nature")))
        assert [zone.extra["ed318"]["reason"] for zone in zones] == [["NATURE"], ["NATURE"]]

    @pytest.mark.parametrize("name", ["EGM96", "urn:ogc:def:crs:EPSG::5773", "EGM-96"])
    def test_egm96_by_any_name_is_no_other_geoid(self, name: str) -> None:
        good(collection(feature(polygon(layer=layer(0, 50, "AMSL"))), metadata={"otherGeoid": name}))

    def test_another_geoid_is_told_and_kept(self) -> None:
        document = collection(feature(polygon(layer=layer(0, 50, "AMSL"))), metadata={"otherGeoid": "CHGeo2004"})
        placed, (problem,) = read(document)
        assert (problem.code, problem.place, problem.warning) == ("OTHER_GEOID", "metadata.otherGeoid", True)
        assert placed[0].value is not None
        assert placed[0].value.extra["ed318"]["metadata"] == {"otherGeoid": "CHGeo2004"}
        assert written(placed[0].value)[0]["metadata"] == {"otherGeoid": "CHGeo2004"}

    def test_another_geoid_matters_to_heights_above_the_sea_only(self) -> None:
        good(collection(feature(), metadata={"otherGeoid": "CHGeo2004"}))

    def test_u_space_is_conditional_and_stays_u_space(self) -> None:
        placed, (problem,) = read(collection(feature(type="USPACE")))
        zone = placed[0].value
        assert zone is not None
        assert (problem.code, problem.warning, zone.restriction) == ("USPACE", True, Restriction.CONDITIONAL)
        assert written(zone)[0]["features"][0]["properties"]["type"] == "USPACE"
        opened = replace(zone, restriction=Restriction.NO_RESTRICTION)
        assert written(opened)[0]["features"][0]["properties"]["type"] == "NO_RESTRICTION"

    def test_the_issuer_and_the_date_make_a_source(self) -> None:
        metadata = {"provider": [{"text": "FOCA", "lang": "en-GB"}], "issued": "2025-03-13T13:58:00+01:00"}
        (zone,) = good(collection(feature(), metadata=metadata))
        citation = "FOCA, ED-318 file Test zones"
        assert zone.source == Source(citation=citation, date=date(2025, 3, 13), confidence=Confidence.SOURCED)
        own = {"originator": "Port office", "updateDateTime": "2026-01-02T00:00:00Z"}
        (zone,) = good(collection(feature(dataSource=own), metadata=metadata))
        assert (zone.source.citation, zone.source.date) == ("Port office, ED-318 file Test zones", date(2026, 1, 2))

    def test_the_layout_of_the_spanish_publisher_is_read(self) -> None:
        zone = {
            "identifier": "LEXX0",
            "country": "ESP",
            "name": "HELIPUERTO",
            "type": "REQ_AUTHORIZATION",
            "variant": "COMMON",
            "region": "0",
            "reasons": "AIR_TRAFFIC",
            "regulationExemption": "No",
            "message": 'Prohibido, <b>excepto</b> "coordinación"',
            "otherReasonInfo": "",
        }
        daily = {"day": "ANY", "startTime": "", "startEvent": "", "endTime": "", "endEvent": ""}
        properties = {
            "SHAPE_Area": "25.1",
            "limitedApplicability": [{"startDateTime": "", "endDateTime": "", "schedule": [daily]}],
            "UASZone": zone,
            "zoneAuthority": [{"purpose": "AUTHORIZATION", "intervalBefore": 0, "name": "", "contactName": "Cabildo"}],
            "dataSource": {"creationDateTime": "2024-08-05T09:23:56", "originator": ""},
            "verticalLayer": {**layer(0, 900, uom=...), "UOM": ""},
            "datasetMetadata": {"provider": "", "issued": ""},
        }
        bare = {"type": "Polygon", "coordinates": [OUTER]}
        given = {"type": "Feature", "geometry": bare, "properties": properties}
        (read_zone,) = good(given)
        assert (read_zone.name, read_zone.schedule, str(read_zone.band)) == ("HELIPUERTO", ALWAYS, "GND to 900 m AGL")
        assert read_zone.source.date == date(2024, 8, 5)
        told = written(read_zone, language="es-ES")[0]["features"][0]["properties"]
        assert told["message"] == [{"text": zone["message"], "lang": "es-ES"}]
        assert (told["region"], told["reason"], told["regulationExemption"]) == (0, ["AIR_TRAFFIC"], "NO")
        assert back(read_zone) == [read_zone]
        spoilt = deepcopy(given)
        spoilt["properties"]["UASZone"]["country"] = "Spain"
        spoilt["properties"]["verticalLayer"]["upper"] = "900m"
        _, problems = read(spoilt)
        assert {problem.place for problem in problems} == {
            "properties.UASZone.country",
            "properties.verticalLayer.upper",
        }

    def test_an_open_ring_is_closed_with_a_warning(self) -> None:
        placed, (problem,) = read(collection(feature(polygon(OUTER[:-1]))))
        assert (problem.code, problem.warning) == ("RING_NOT_CLOSED", True)
        assert problem.place == "features[0].geometry.coordinates[0]"
        assert placed[0].value is not None
        assert placed[0].value.area.equals(shapely.Polygon(OUTER))

    def test_a_ring_outside_the_first_is_no_hole(self) -> None:
        far = [[x + 1, y] for x, y in INNER]
        placed, (problem,) = read(collection(feature(polygon(OUTER, INNER, far))))
        assert (problem.code, problem.warning) == ("RING_OUTSIDE", True)
        assert placed[0].value is not None
        expected = shapely.MultiPolygon([shapely.Polygon(OUTER, [INNER]), shapely.Polygon(far)])
        assert placed[0].value.area.equals(expected)

    def test_unimportant_oddities_are_told_and_kept(self) -> None:
        placed, problems = read(collection(feature(region="north", message=[3], regulationExemption="perhaps")))
        assert {(problem.place.split(".")[-1], problem.warning) for problem in problems} == {
            ("region", True),
            ("message", True),
            ("regulationExemption", True),
        }
        zone = placed[0].value
        assert zone is not None
        assert "region" not in written(zone)[0]["features"][0]["properties"]
        again, _ = read(written(zone)[0])
        assert again[0].value == zone


class TestRefusing:
    @pytest.mark.parametrize(
        ("changes", "code", "place"),
        [
            ({"identifier": ...}, "MISSING_VALUE", "properties.identifier"),
            ({"identifier": ""}, "EMPTY_VALUE", "properties.identifier"),
            ({"country": ...}, "MISSING_VALUE", "properties.country"),
            ({"type": "FORBIDDEN"}, "UNKNOWN_VALUE", "properties.type"),
            ({"variant": None}, "UNKNOWN_VALUE", "properties.variant"),
            ({"zoneAuthority": ...}, "MISSING_VALUE", "properties.zoneAuthority"),
            ({"zoneAuthority": []}, "TOO_FEW", "properties.zoneAuthority"),
            ({"zoneAuthority": [{}]}, "MISSING_VALUE", "properties.zoneAuthority[0].purpose"),
        ],
    )
    def test_what_the_standard_requires(self, changes: Json, code: str, place: str) -> None:
        problem = refusal(collection(feature(**changes)))
        assert (problem.code, problem.place) == (code, f"features[0].{place}")

    @pytest.mark.parametrize(
        ("geometry", "code", "place"),
        [
            (polygon(layer=None), "MISSING_VALUE", "layer"),
            (polygon(layer=layer(lower=...)), "MISSING_VALUE", "layer.lower"),
            (polygon(layer=layer(upper="120m")), "BAD_NUMBER", "layer.upper"),
            (polygon(layer=layer(upper=True)), "WRONG_TYPE", "layer.upper"),
            (polygon(layer=layer(upperReference=...)), "MISSING_VALUE", "layer.upperReference"),
            (polygon(layer=layer(lowerReference="FL")), "UNKNOWN_VALUE", "layer.lowerReference"),
            (polygon(layer=layer(uom="km")), "UNKNOWN_VALUE", "layer.uom"),
            (polygon(layer=layer(120, 60)), "LOWER_ABOVE_UPPER", "layer.lower"),
            (polygon(layer=layer(60, 60)), "LOWER_ABOVE_UPPER", "layer.lower"),
            (polygon([[114.0, 122.0], *OUTER[1:]]), "LATITUDE_OUT_OF_RANGE", "coordinates[0][0]"),
            (polygon(OUTER[:2] + OUTER[:1]), "RING_TOO_SHORT", "coordinates[0]"),
            (polygon(OUTER, [[114.05, 22.55], [114.15, 22.55], [114.15, 22.58], [114.05, 22.55]]), ..., ...),
            ({"type": "LineString", "coordinates": OUTER, "layer": layer()}, "WRONG_GEOMETRY", "type"),
            ({"type": "Point", "coordinates": [114, 22], "layer": layer()}, "POINT_WITHOUT_EXTENT", "extent"),
            ({"type": "GeometryCollection", "geometries": []}, "TOO_FEW", "geometries"),
        ],
    )
    def test_what_is_no_layer(self, geometry: Json, code: Any, place: Any) -> None:
        problem = refusal(collection(feature(geometry)))
        if code is ...:
            code, place = "HOLE_CROSSES_OUTLINE", "coordinates[1]"
        assert (problem.code, problem.place) == (code, f"features[0].geometry.{place}")

    @pytest.mark.parametrize(
        ("centre", "radius", "code"),
        [
            ([22.5, 114.0], 500, "LATITUDE_OUT_OF_RANGE"),
            ([114.0, 22.5], 0, "OUT_OF_RANGE"),
            ([114.0, 22.5], -5, "OUT_OF_RANGE"),
            ([114.0, 22.5], 2e6, "OUT_OF_RANGE"),
            ([179.999, 22.5], 500, "ACROSS_180"),
            ([20, 89.999], 500, "ACROSS_180"),
        ],
    )
    def test_what_is_no_circle(self, centre: list[float], radius: float, code: str) -> None:
        extent = {"subType": "Circle", "radius": radius}
        geometry = {"type": "Point", "coordinates": centre, "extent": extent, "layer": layer()}
        assert refusal(collection(feature(geometry))).code == code

    def test_a_bad_layer_keeps_its_whole_zone_out_and_no_other(self) -> None:
        geometry = {"type": "GeometryCollection", "geometries": [polygon(), polygon(layer=layer(9, 3))]}
        placed, (problem,) = read(collection(feature(identifier="A"), feature(geometry), feature(identifier="C")))
        assert [(item.id, item.value is None) for item in placed] == [("A", False), ("LUOHU1", True), ("C", False)]
        assert problem.place == "features[1].geometry.geometries[1].layer.lower"

    def test_an_identifier_twice_is_an_error_at_the_second(self) -> None:
        placed, (problem,) = read(collection(feature(), feature()))
        assert (problem.code, problem.place, problem.warning) == (
            "DUPLICATE_ID",
            "features[1].properties.identifier",
            False,
        )
        assert len(placed) == 2

    def test_a_heading_whose_times_are_none_is_an_error(self) -> None:
        _, (problem,) = read(collection(feature(), metadata={"validFrom": {"purposely": "invalid"}}))
        assert (problem.code, problem.place, problem.warning) == ("BAD_TIME", "metadata.validFrom", False)

    def test_the_spelling_of_the_older_standard_is_told(self) -> None:
        placed, (problem,) = read(collection(feature(type="REQ_AUTHORISATION")))
        assert (problem.code, problem.warning) == ("SPELLING", True)
        assert placed[0].value is not None
        assert placed[0].value.restriction is Restriction.REQ_AUTHORISATION

    def test_after_a_thousand_errors_zones_are_counted_and_not_looked_at(self) -> None:
        placed, problems = read(collection(*({} for _ in range(900)), feature()))
        assert (len(placed), placed[-1].value) == (901, None)
        assert 1000 < len(problems) < 1020
        assert [problem.code for problem in problems].count("TOO_MANY_PROBLEMS") == 1

    def test_more_layers_than_a_zone_can_have_are_refused(self) -> None:
        geometry = {"type": "GeometryCollection", "geometries": [{}] * 10_001}
        assert refusal(collection(feature(geometry))).code == "TOO_MANY"


class TestCircles:
    def test_a_circle_holds_the_circle_and_hardly_more(self) -> None:
        for lat, radius_m in ((0.0, 1.0), (22.5, 1852.0), (50.122901, 3500.0), (-72.0, 150_000.0), (75.0, 200_000.0)):
            extent = {"subType": "Circle", "radius": radius_m}
            geometry = {"type": "Point", "coordinates": [2.636866, lat], "extent": extent, "layer": layer(uom="ft")}
            (zone,) = good(collection(feature(geometry)))
            ring = shapely.get_coordinates(zone.area)
            assert len(ring) >= 65
            steps = np.linspace(0, 1, 21)[:-1, None, None]
            along = (ring[:-1] * (1 - steps) + ring[1:] * steps).reshape(-1, 2)
            lons, lats = np.full(len(along), 2.636866), np.full(len(along), lat)
            distance_m = GEOD.inv(lons, lats, along[:, 0], along[:, 1])[2]
            assert distance_m.min() >= radius_m
            assert distance_m.max() <= radius_m * 1.001 + 0.002

    def test_a_circle_is_written_as_that_circle(self) -> None:
        extent = {"subType": "Circle", "radius": 3500}
        geometry = {"type": "Point", "coordinates": [2.636866, 50.122901], "extent": extent, "layer": layer()}
        (zone,) = good(collection(feature(geometry)))
        assert written(zone)[0]["features"][0]["geometry"] == geometry
        assert back(zone) == [zone]

    def test_a_circle_that_was_changed_is_written_as_what_it_is(self) -> None:
        extent = {"subType": "Circle", "radius": 3500}
        geometry = {"type": "Point", "coordinates": [2.636866, 50.122901], "extent": extent, "layer": layer()}
        (zone,) = good(collection(feature(geometry)))
        half = zone.area.intersection(shapely.box(2, 50, 2.636866, 51))
        assert back(replace(zone, area=half))[0].area.equals(half)


class TestTimes:
    def schedule(self, *periods: Json) -> Schedule:
        (zone,) = good(collection(feature(limitedApplicability=list(periods))))
        assert back(zone) == [zone]
        return zone.schedule

    def test_a_period_has_its_ends_and_its_hours(self) -> None:
        daily = {"day": ["SAT", "SUN"], "startTime": "08:00:00+08:00", "endTime": "18:30:00+08:00"}
        period = {"startDateTime": "2026-12-01T00:00:00+08:00", "endDateTime": "2026-12-31T00:00:00Z"}
        hours = clock_hours(time(8), time(18, 30), 8, ("SAT", "SUN"))
        start, end = datetime(2026, 11, 30, 16, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)
        assert self.schedule({**period, "schedule": [daily]}).periods == (Period(start=start, end=end, hours=(hours,)),)

    @pytest.mark.parametrize(
        ("start", "end", "hours"),
        [
            ("16:00Z", "17:00Z", clock_hours(time(16), time(17))),
            ("16:00:00.00Z", "17:00:00.50z", clock_hours(time(16), time(17, 0, 0, 500_000))),
            ("22:00:00Z", "02:00:00Z", clock_hours(time(22), time(2))),
            ("08:00:00Z", "24:00:00Z", clock_hours(time(8), time(0))),
            ("00:00:00Z", "00:00:00Z", clock_hours(time(0), time(0))),
            ("00:30:00+0800", "01:30:00+08:00", clock_hours(time(0, 30), time(1, 30), 8)),
        ],
    )
    def test_clock_times_as_they_are_spelled(self, start: str, end: str, hours: Hours) -> None:
        daily = {"day": ["MON"], "startTime": start, "endTime": end}
        assert self.schedule({"schedule": [daily]}) == Schedule.weekly(replace(hours, days=("MON",)))

    def test_half_past_midnight_in_hong_kong_is_the_day_before_in_utc(self) -> None:
        daily = {"day": ["MON"], "startTime": "00:30:00+08:00", "endTime": "01:30:00+08:00"}
        schedule = self.schedule({"schedule": [daily]})
        # 2026-12-07 is a Monday; 00:30 there is 16:30 on Sunday in UTC.
        assert schedule.covers(datetime(2026, 12, 6, 16, 30, tzinfo=UTC), datetime(2026, 12, 6, 17, 30, tzinfo=UTC))
        assert not schedule.touches(
            datetime(2026, 12, 7, 16, 30, tzinfo=UTC), datetime(2026, 12, 7, 17, 30, tzinfo=UTC)
        )

    def test_over_midnight_the_morning_belongs_to_the_day_before(self) -> None:
        daily = {"day": ["FRI"], "startTime": "22:00:00Z", "endTime": "02:00:00Z"}
        schedule = self.schedule({"schedule": [daily]})
        # 2026-12-04 is a Friday.
        assert schedule.covers(datetime(2026, 12, 4, 22, tzinfo=UTC), datetime(2026, 12, 5, 2, tzinfo=UTC))
        assert not schedule.touches(datetime(2026, 12, 4, 0, tzinfo=UTC), datetime(2026, 12, 4, 21, tzinfo=UTC))

    def test_days_without_times_are_whole_days(self) -> None:
        assert self.schedule({"schedule": [{"day": ["SAT"]}]}) == Schedule.weekly(
            clock_hours(time(0), time(0), 0, ("SAT",))
        )

    @pytest.mark.parametrize("periods", [[], None, "", [{}], [{"schedule": [{"day": "ANY"}]}]])
    def test_no_limits_mean_always(self, periods: Any) -> None:
        (zone,) = good(collection(feature(limitedApplicability=periods)))
        assert zone.schedule == ALWAYS

    def test_events_of_the_sun_are_watched_from_inside_the_area(self) -> None:
        daily = {"day": ["ANY"], "startEvent": "BMCT", "endEvent": "SS"}
        ((hours,),) = [period.hours for period in self.schedule({"schedule": [daily]}).periods]
        assert (hours.start, hours.end, hours.days) == (SunEvent.BMCT, SunEvent.SS, WEEKDAYS)
        assert hours.place == (114.05, 22.55)

    def test_the_sun_is_watched_from_a_place_to_four_digits(self) -> None:
        ring = [[114.0, 22.5], [114.02468, 22.5], [114.02468, 22.6], [114.0, 22.6], [114.0, 22.5]]
        daily = {"day": ["ANY"], "startEvent": "SR", "endEvent": "SS"}
        (zone,) = good(collection(feature(polygon(ring), limitedApplicability=[{"schedule": [daily]}])))
        assert zone.schedule.periods[0].hours[0].place == (114.0123, 22.55)

    def test_an_event_beside_a_clock_time(self) -> None:
        daily = {"day": ["TUE"], "startEvent": "SR", "endTime": "17:00:00+08:00"}
        ((hours,),) = [period.hours for period in self.schedule({"schedule": [daily]}).periods]
        assert (hours.start, hours.end, hours.clock) == (SunEvent.SR, time(17), timezone(timedelta(hours=8)))

    def test_dates_far_away_are_no_limits(self) -> None:
        period = {"startDateTime": "1900-01-01T00:00:00Z", "endDateTime": "9999-12-31T23:59:59Z"}
        daily = {"day": ["MON"], "startTime": "16:00Z", "endTime": "17:00Z"}
        placed, problems = read(collection(feature(limitedApplicability=[{**period, "schedule": [daily]}])))
        assert [(problem.code, problem.warning) for problem in problems] == [("TIME_FAR_AWAY", True)] * 2
        assert placed[0].value is not None
        assert placed[0].value.schedule == Schedule.weekly(clock_hours(time(16), time(17), 0, ("MON",)))

    @pytest.mark.parametrize(
        ("period", "code", "place"),
        [
            ({"startDateTime": "2026-12-01T00:00:00"}, "NAIVE_TIME", "startDateTime"),
            ({"startDateTime": "tomorrow"}, "BAD_TIME", "startDateTime"),
            ({"startDateTime": 3}, "BAD_TIME", "startDateTime"),
            ({"endDateTime": "1900-01-01T00:00:00Z"}, "BAD_TIME", ""),
            ({"startDateTime": "2026-12-02T00:00:00Z", "endDateTime": "2026-12-01T00:00:00Z"}, "TIMES_REVERSED", ""),
            ({"schedule": [{"day": [], "startTime": "08:00Z", "endTime": "09:00Z"}]}, "TOO_FEW", "schedule[0].day"),
            ({"schedule": [{"day": ["XXX"]}]}, "UNKNOWN_VALUE", "schedule[0].day[0]"),
            (
                {"schedule": [{"day": "ANY", "startTime": "08:00", "endTime": "09:00Z"}]},
                "NAIVE_TIME",
                "schedule[0].startTime",
            ),
            (
                {"schedule": [{"day": "ANY", "startTime": "8am", "endTime": "09:00Z"}]},
                "BAD_CLOCK",
                "schedule[0].startTime",
            ),
            (
                {"schedule": [{"day": "ANY", "startTime": "25:00Z", "endTime": "09:00Z"}]},
                "BAD_CLOCK",
                "schedule[0].startTime",
            ),
            ({"schedule": [{"day": "ANY", "startTime": "24:00Z", "endTime": "09:00Z"}]}, "WRONG_TIMES", "schedule[0]"),
            ({"schedule": [{"day": "ANY", "startTime": "08:00Z"}]}, "WRONG_TIMES", "schedule[0]"),
            (
                {"schedule": [{"day": "ANY", "startTime": "08:00Z", "startEvent": "SR", "endTime": "09:00Z"}]},
                "WRONG_TIMES",
                "schedule[0]",
            ),
            (
                {"schedule": [{"day": "ANY", "startTime": "08:00Z", "endTime": "09:00+01:00"}]},
                "WRONG_TIMES",
                "schedule[0]",
            ),
            (
                {"schedule": [{"day": "ANY", "startEvent": "NOON", "endTime": "09:00Z"}]},
                "UNKNOWN_VALUE",
                "schedule[0].startEvent",
            ),
        ],
    )
    def test_times_that_are_none_are_refused(self, period: Json, code: str, place: str) -> None:
        problem = refusal(collection(feature(limitedApplicability=[period])))
        at = f"features[0].properties.limitedApplicability[0].{place}".rstrip(".")
        assert (problem.code, problem.place) == (code, at)


class TestWriting:
    def test_the_same_zones_give_the_same_bytes(self) -> None:
        zones = [a_zone(), a_zone(id="SZ-PT-LUOHU", name_zh="罗湖口岸")]
        texts = {Ed318Writer().write(zones, title="T")[0] for _ in range(2)}
        assert len(texts) == 1

    def test_a_long_id_gets_a_short_identifier_and_is_read_back(self) -> None:
        zones = [a_zone(id="SZ-PT-LUOHU"), a_zone(id="SZ-PT-FUTIAN"), a_zone(id="SZ1")]
        document, losses = written(*zones)
        names = [told["properties"]["identifier"] for told in document["features"]]
        assert names[2] == "SZ1"
        assert all(len(name) == 7 for name in names[:2])
        assert "ids" not in losses
        assert good(document) == zones

    def test_identifiers_do_not_depend_on_the_other_zones_and_differ(self) -> None:
        alone = identifiers(["SZ-PT-LUOHU"])["SZ-PT-LUOHU"]
        among = identifiers([f"zone number {number}" for number in range(2000)] + ["SZ-PT-LUOHU"])
        assert among["SZ-PT-LUOHU"] == alone
        assert len(set(among.values())) == 2001
        assert identifiers(["SZ-PT-LUOHU", alone]) != {"SZ-PT-LUOHU": alone, alone: alone}

    def test_an_unknown_country_is_told(self) -> None:
        document, losses = written(a_zone(), country="")
        assert document["features"][0]["properties"]["country"] == "ZZZ"
        assert losses == {"country": ("", "ZZZ")}
        assert written(a_zone(jurisdiction="HKG"), country="")[0]["features"][0]["properties"]["country"] == "HKG"

    def test_words_of_ours_are_read_back(self) -> None:
        zone = a_zone(
            name='Say "{zone}" 🛩️',
            name_zh="罗湖",
            authority="Port office",
            jurisdiction="shenzhen",
            category="port",
            source=Source(citation="Notice 7", date=date(2026, 1, 2), confidence=Confidence.VERIFIED),
            extra={"radius_m": 300, "ed269": {"message": "Call first"}},
        )
        document, losses = written(zone)
        assert losses == {}
        assert good(document) == [zone]
        told = document["features"][0]["properties"]
        assert told["name"] == [{"text": zone.name, "lang": "en-GB"}, {"text": "罗湖", "lang": "zh-CN"}]
        assert told["message"] == [{"text": "Call first", "lang": "en-GB"}]

    def test_a_changed_name_is_written_under_the_old_identifier(self) -> None:
        (zone,) = good(collection(feature()))
        changed = replace(zone, name="Renamed", name_zh="", authority="Another")
        told = written(changed)[0]["features"][0]["properties"]
        assert (told["identifier"], told["name"]) == ("LUOHU1", [{"text": "Renamed", "lang": "en-GB"}])
        assert told["zoneAuthority"][0]["name"] == [{"text": "Another", "lang": "en-GB"}]
        (again,) = back(changed)
        assert (again.name, again.name_zh, again.authority) == ("Renamed", "", "Another")

    def test_a_text_too_long_is_cut_and_read_back_whole(self) -> None:
        zone = a_zone(name="n" * 300, authority="a" * 300)
        assert back(zone) == [zone]

    def test_a_band_the_format_cannot_say_is_written_wider(self) -> None:
        band = Band(
            lower=Height(value_m=3048, reference=Reference.FL),
            upper=Height(value_m=50, reference=Reference.PAD, pad="P1"),
        )
        document, losses = written(a_zone(band=band))
        # At 950 hPa flight level 100 lies (1013.25 - 950) hPa x 9.0 m = 569.25 m lower.
        assert document["features"][0]["geometry"]["layer"] == layer(2478, 99999, "AMSL")
        assert losses == {"band.lower": ("FL 100", "2478 m AMSL"), "band.upper": ("50 m above pad P1", "no ceiling")}
        ((again),) = good(document)
        assert again.band.upper is None

    def test_two_references_that_become_one_stay_in_order(self) -> None:
        lower, upper = Height(value_m=3048, reference=Reference.FL), Height(value_m=2400, reference=Reference.AMSL)
        document, _ = written(a_zone(band=Band(lower=lower, upper=upper)))
        assert document["features"][0]["geometry"]["layer"] == layer(0, 2400, upperReference="AMSL")

    def test_a_clock_by_name_is_written_as_its_offset(self) -> None:
        hours = Hours(days=("MON",), start=time(9), end=time(17), clock=ZoneInfo("Asia/Hong_Kong"))
        document, losses = written(a_zone(schedule=Schedule.weekly(hours)))
        assert losses == {"schedule.clock": ("Asia/Hong_Kong", "UTC+08:00")}
        ((period,),) = [zone.schedule.periods for zone in good(document)]
        assert period.hours == (replace(hours, clock=timezone(timedelta(hours=8))),)

    def test_summer_time_is_written_as_the_hours_by_both_clocks(self) -> None:
        hours = Hours(days=("MON",), start=time(9), end=time(17), clock=ZoneInfo("Europe/Madrid"))
        zone = a_zone(schedule=Schedule.weekly(hours))
        document, losses = written(zone)
        assert losses == {"schedule.clock": ("Europe/Madrid", "UTC+01:00 and UTC+02:00")}
        year = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
        (again,) = good(document)
        assert all(again.schedule.covers(*span) for span in zone.schedule.spans(*year))

    def test_hours_by_a_clock_no_file_can_name_are_left_out(self) -> None:
        odd = timezone(timedelta(hours=7, minutes=36, seconds=42))  # Hong Kong before 1904
        hours = Hours(days=("MON",), start=time(9), end=time(17), clock=odd)
        document, losses = written(a_zone(schedule=Schedule.weekly(hours)))
        assert list(losses) == ["schedule.hours"]
        assert good(document)[0].schedule == ALWAYS

    def test_the_days_of_the_sun_are_those_of_the_clock(self) -> None:
        # At eleven hours west of UTC it is noon when in Hong Kong the sun is nearest to noon of the next day.
        hours = Hours(
            days=("MON",),
            start=SunEvent.SR,
            end=SunEvent.SS,
            clock=timezone(timedelta(hours=-11)),
            place=(114.05, 22.55),
        )
        zone = a_zone(schedule=Schedule.weekly(hours))
        document, losses = written(zone)
        assert list(losses) == ["schedule.clock"]
        weeks = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 15, tzinfo=UTC)
        (again,) = good(document)
        assert again.schedule.spans(*weeks) == zone.schedule.spans(*weeks)

    def test_another_place_for_the_sun_is_told(self) -> None:
        hours = Hours(days=WEEKDAYS, start=SunEvent.SR, end=SunEvent.SS, clock=UTC, place=(114.0, 22.0))
        assert list(written(a_zone(schedule=Schedule.weekly(hours)))[1]) == ["schedule.place"]

    def test_layers_that_no_longer_agree_are_written_apart(self) -> None:
        geometry = {"type": "GeometryCollection", "geometries": [polygon(), polygon(layer=layer(120, 300))]}
        first, second = good(collection(feature(geometry)))
        second = replace(second, name="Changed")
        document, _ = written(first, second)
        assert len(document["features"]) == 2
        assert good(document) == [first, second]

    def test_a_layer_without_its_first_is_read_back_under_its_id(self) -> None:
        geometry = {"type": "GeometryCollection", "geometries": [polygon(), polygon(layer=layer(120, 300))]}
        _, second = good(collection(feature(geometry)))
        assert back(second) == [second]

    def test_metadata_of_some_zones_do_not_become_those_of_all(self) -> None:
        sea = polygon(layer=layer(0, 50, "AMSL"))
        placed, _ = read(collection(feature(sea), metadata={"otherGeoid": "CHGeo2004"}))
        swiss = placed[0].value
        assert swiss is not None
        document, losses = written(swiss, a_zone())
        assert document["metadata"] == {}
        assert losses == {"otherGeoid": ("CHGeo2004", "EGM96")}
        again, _ = read(document)
        assert [item.value for item in again] == [swiss, a_zone()]

    def test_what_cannot_be_said_at_all_is_reported(self) -> None:
        band = Band(lower=Height(value_m=100_000, reference=Reference.AMSL), upper=None)
        document, losses = written(a_zone(band=band), a_zone(id="Z2"))
        assert [zone.id for zone in good(document)] == ["Z2"]
        assert list(losses) == ["zone"]

    def test_characters_that_no_file_may_hold_are_replaced(self) -> None:
        document, losses = written(a_zone(name="A\x00zone"))
        assert good(document)[0].name == "A\ufffdzone"
        assert list(losses) == ["name"]

    def test_what_stands_for_no_ceiling_counts_only_untouched(self) -> None:
        document, _ = written(a_zone(band=Band(lower=GROUND, upper=None)))
        document["features"][0]["geometry"]["layer"]["upper"] = 60
        assert good(document)[0].band.upper == Height(value_m=60, reference=Reference.AGL)

    def test_a_writer_needs_a_country_and_a_language_of_the_standard(self) -> None:
        with pytest.raises(ValueError, match="country: expected three capital letters, got 'China'"):
            Ed318Writer(country="China")
        with pytest.raises(ValueError, match="language: expected a code such as en-GB, got 'English'"):
            Ed318Writer(language="English")

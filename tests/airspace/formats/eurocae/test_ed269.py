from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
import shapely
from pyproj import Geod

from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.earth.sun import SunEvent
from airspace.errors import Problem
from airspace.formats.documents import Document, RawFile, document_of, json_of
from airspace.formats.eurocae import Ed269, Ed269Writer, Ed318, Ed318Writer
from airspace.formats.telling import Placed
from airspace.model.schedules import ALWAYS, WEEKDAYS, Hours, Period, Schedule
from airspace.model.sources import Confidence, Source
from airspace.model.zones import Restriction, Zone
from tests.airspace.formats.eurocae.ed318_rules import ed318_faults

Json = dict[str, Any]
GEOD = Geod(ellps="WGS84")

RING = [[114.0, 22.5], [114.1, 22.5], [114.1, 22.6], [114.0, 22.6], [114.0, 22.5]]


def volume(lower: Any = 0, upper: Any = 120, **changes: Any) -> Json:
    given = {
        "uomDimensions": "M",
        "lowerLimit": lower,
        "lowerVerticalReference": "AGL",
        "upperLimit": upper,
        "upperVerticalReference": "AGL",
        "horizontalProjection": {"type": "Polygon", "coordinates": [RING]},
    } | changes
    return {key: value for key, value in given.items() if value is not ...}


def circle(radius: Any, centre: Any = (114.0, 22.5), **changes: Any) -> Json:
    projection = {"type": "Circle", "center": list(centre), "radius": radius}
    return volume(horizontalProjection=projection, **changes)


def zone(*volumes: Json, **changes: Any) -> Json:
    """A good zone; a change to ``...`` takes the property out."""
    given = {
        "identifier": "LSXX",
        "country": "CHE",
        "name": "City Sample",
        "type": "COMMON",
        "restriction": "REQ_AUTHORISATION",
        "restrictionConditions": "RST02",
        "reason": ["AIR_TRAFFIC"],
        "message": "Call first",
        "applicability": [{"permanent": "YES"}],
        "zoneAuthority": [
            {"name": "Tower", "email": "tower@example.org", "contactName": None, "purpose": "AUTHORIZATION"}
        ],
        "geometry": list(volumes) or [volume()],
    } | changes
    return {key: value for key, value in given.items() if value is not ...}


def features(*zones: Any) -> Json:
    return {"title": "Test zones", "description": "Made for a test", "features": list(zones)}


def read(data: Any) -> tuple[list[Placed[Zone]], list[Problem]]:
    return Ed269().zones(json_of("zones.json", json.dumps(data)))


def good(data: Any) -> list[Zone]:
    placed, problems = read(data)
    assert problems == []
    return [item.value for item in placed if item.value is not None]


def refusal(data: Any) -> Problem:
    placed, problems = read(data)
    assert [item.value for item in placed] == [None]
    (problem,) = [problem for problem in problems if not problem.warning]
    return problem


def written(*zones: Zone, country: str = "CHN") -> tuple[Json, dict[str, tuple[str, str]]]:
    text, losses = Ed269Writer(country=country).write(zones, title="Test zones")
    return json.loads(text), {loss.field: (loss.said, loss.kept) for loss in losses}


def back(*zones: Zone) -> list[Zone]:
    return good(written(*zones)[0])


def a_zone(**changes: Any) -> Zone:
    band = Band(lower=GROUND, upper=Height(value_m=120, reference=Reference.AGL))
    given: Json = {"id": "Z1", "name": "A zone", "restriction": Restriction.PROHIBITED, "band": band}
    return Zone(**{**given, "area": shapely.box(114.0, 22.5, 114.1, 22.6), **changes})


class TestWrappers:
    @pytest.mark.parametrize(
        ("data", "place"),
        [
            (features(zone()), "features[0]"),
            (
                {"formatVersion": "1.0.0", "createdAt": "2022-11-30T14:50:33Z", "UASZoneList": [zone()]},
                "UASZoneList[0]",
            ),
            ([zone()], "[0]"),
        ],
    )
    def test_zones_are_found_in_each(self, data: Any, place: str) -> None:
        assert Ed269().recognises(Document(file="x", data=data))
        placed, problems = read(data)
        assert problems == []
        assert [(item.id, item.place) for item in placed] == [("LSXX", place)]

    def test_a_byte_order_mark_is_no_hindrance(self) -> None:
        raw = b"\xef\xbb\xbf" + json.dumps(features(zone())).encode()
        placed, problems = Ed269().zones(document_of(RawFile(name="x", raw=raw)))
        assert (len(placed), problems) == (1, [])

    @pytest.mark.parametrize(
        "data",
        [None, 3, [], {}, [3], {"features": []}, {"features": {}}, {"UASZoneList": 3}, {"features": [{"id": 1}]}],
    )
    def test_other_documents_are_not_recognised(self, data: Any) -> None:
        assert not Ed269().recognises(Document(file="x", data=data))

    def test_the_newer_standard_is_not_recognised(self) -> None:
        text, _ = Ed318Writer().write([a_zone()], title="T")
        document = json_of("x", text)
        assert Ed318().recognises(document)
        assert not Ed269().recognises(document)
        text, _ = Ed269Writer().write([a_zone()], title="T")
        document = json_of("x", text)
        assert Ed269().recognises(document)
        assert not Ed318().recognises(document)


class TestReading:
    def test_a_zone_of_the_file_becomes_one_of_ours(self) -> None:
        (told,) = good(features(zone()))
        assert (told.id, told.name, told.authority) == ("LSXX", "City Sample", "Tower")
        assert told.restriction is Restriction.REQ_AUTHORISATION
        assert told.band == Band(lower=GROUND, upper=Height(value_m=120, reference=Reference.AGL))
        assert told.area.equals(shapely.Polygon(RING))
        assert told.schedule == ALWAYS
        assert told.source == Source(citation="ED-269 file Test zones")
        assert told.extra["ed269"]["message"] == "Call first"

    def test_the_sample_with_nulls_and_numbers_in_quotes_is_read(self) -> None:
        daily = {"day": [], "startTime": None, "endTime": None}
        applicability = {"permanent": "YES", "startDateTime": None, "endDateTime": None, "dailyPeriod": [daily]}
        given = zone(volume("0", None), applicability=[applicability], zoneAuthority=[{"name": "Tower", "phone": None}])
        (told,) = good({"formatVersion": "1.0.0", "createdAt": "2022-11-30T14:50:33Z", "UASZoneList": [given]})
        assert told.band == Band(lower=GROUND, upper=None)
        assert told.schedule == ALWAYS
        assert told.source == Source(citation="ED-269 file", date=date(2022, 11, 30), confidence=Confidence.UNKNOWN)

    def test_several_volumes_are_several_zones_and_are_written_as_one(self) -> None:
        first, second = good(features(zone(volume(), volume(120, None, upperVerticalReference="AMSL"))))
        assert (first.id, second.id) == ("LSXX", "LSXX/2")
        document, losses = written(first, second)
        assert losses == {}
        assert len(document["features"]) == 1
        assert good(document) == [first, second]

    def test_without_a_lower_limit_a_zone_begins_at_the_ground(self) -> None:
        placed, (problem,) = read(features(zone(volume(None))))
        assert (problem.code, problem.warning) == ("NO_LOWER_LIMIT", True)
        assert placed[0].value is not None
        assert placed[0].value.band.lower == GROUND

    @pytest.mark.parametrize("upper", [None, ...])
    def test_without_an_upper_limit_it_has_no_ceiling(self, upper: Any) -> None:
        (told,) = good(features(zone(volume(0, upper, upperVerticalReference=upper))))
        assert told.band.upper is None

    def test_the_radius_is_in_the_unit_of_the_volume(self) -> None:
        # 1000 ft are 304.8 m; one nautical mile, 1852 m, is 6076.115 ft.
        feet, mile = good(features(zone(circle(1000, uomDimensions="FT")), zone(circle(1852), identifier="B")))
        for told, radius_m in ((feet, 304.8), (mile, 1852.0)):
            west, south, east, north = told.area.bounds
            assert GEOD.inv(114.0, 22.5, 114.0, north)[2] == pytest.approx(radius_m, rel=1e-3)
            assert GEOD.inv(114.0, 22.5, east, 22.5)[2] == pytest.approx(radius_m, rel=1e-3)
            assert GEOD.inv(114.0, 22.5, 114.0, north)[2] >= radius_m
            assert (west + east) / 2 == pytest.approx(114.0)
            assert (south + north) / 2 == pytest.approx(22.5, abs=1e-6)
        assert feet.band.upper == Height(value_m=120 * 0.3048, reference=Reference.AGL)
        document, losses = written(feet, mile)
        assert losses == {}
        assert document["features"][0]["geometry"] == [circle(1000, uomDimensions="FT")]
        assert document["features"][1]["geometry"] == [circle(1852)]
        assert good(document) == [feet, mile]

    def test_a_volume_in_feet_keeps_them(self) -> None:
        (told,) = good(features(zone(volume("0", "400", uomDimensions="FT"))))
        assert told.band.upper == Height(value_m=121.92, reference=Reference.AGL)
        assert written(told)[0]["features"][0]["geometry"] == [volume(0, 400, uomDimensions="FT")]


class TestRefusing:
    @pytest.mark.parametrize("key", ["identifier", "country", "type", "restriction", "applicability", "geometry"])
    def test_what_the_standard_requires(self, key: str) -> None:
        problem = refusal(features(zone(**{key: ...})))
        assert (problem.code, problem.place) == ("MISSING_VALUE", f"features[0].{key}")

    @pytest.mark.parametrize(
        ("given", "code", "place"),
        [
            (zone(volume(0, "120m")), "BAD_NUMBER", "geometry[0].upperLimit"),
            (zone(volume(0, 120, uomDimensions=...)), "MISSING_VALUE", "geometry[0].uomDimensions"),
            (zone(volume(0, 120, uomDimensions="NM")), "UNKNOWN_VALUE", "geometry[0].uomDimensions"),
            (zone(volume(lowerVerticalReference=...)), "MISSING_VALUE", "geometry[0].lowerVerticalReference"),
            (zone(volume(), volume(60, 60)), "LOWER_ABOVE_UPPER", "geometry[1].lowerLimit"),
            (zone(volume(horizontalProjection=...)), ..., "geometry[0].horizontalProjection"),
            (zone(circle(500, (22.5, 114.0))), "LATITUDE_OUT_OF_RANGE", "geometry[0].horizontalProjection.center"),
            (zone(circle(0)), "OUT_OF_RANGE", "geometry[0].horizontalProjection.radius"),
            (zone(circle("wide")), "BAD_NUMBER", "geometry[0].horizontalProjection.radius"),
            (
                zone(volume(horizontalProjection={"type": "Polygon"})),
                ...,
                "geometry[0].horizontalProjection.coordinates",
            ),
            (zone(geometry=[]), "TOO_FEW", "geometry"),
            (zone(zoneAuthority=[]), "TOO_FEW", "zoneAuthority"),
            (zone(restriction="FORBIDDEN"), "UNKNOWN_VALUE", "restriction"),
            (3, "WRONG_TYPE", ""),
        ],
    )
    def test_what_is_broken(self, given: Any, code: Any, place: str) -> None:
        problem = refusal(features(given))
        assert problem.place == f"features[0].{place}".rstrip(".")
        assert code is ... or problem.code == code

    def test_one_bad_zone_keeps_no_other_out(self) -> None:
        placed, problems = read(features(zone(identifier="A"), zone(volume(9, 3)), None, zone(identifier="C")))
        assert [(item.id, item.value is None) for item in placed] == [
            ("A", False),
            ("LSXX", True),
            ("", True),
            ("C", False),
        ]
        assert {problem.place for problem in problems} == {"features[1].geometry[0].lowerLimit", "features[2]"}

    def test_an_identifier_twice_is_an_error_at_the_second(self) -> None:
        _, (problem,) = read({"UASZoneList": [zone(), zone()]})
        assert (problem.code, problem.place) == ("DUPLICATE_ID", "UASZoneList[1].identifier")

    def test_the_spelling_of_the_newer_standard_is_told(self) -> None:
        placed, (problem,) = read(features(zone(restriction="REQ_AUTHORIZATION")))
        assert (problem.code, problem.warning) == ("SPELLING", True)
        assert placed[0].value is not None

    def test_an_empty_list_is_told(self) -> None:
        _, (problem,) = read({"UASZoneList": []})
        assert (problem.code, problem.warning) == ("EMPTY_COLLECTION", True)


class TestTimes:
    def schedule(self, **given: Any) -> Schedule:
        (told,) = good(features(zone(applicability=[{"permanent": "NO", **given}])))
        assert back(told) == [told]
        return told.schedule

    @pytest.mark.parametrize("key", ["schedule", "dailyPeriod"])
    @pytest.mark.parametrize(
        ("start", "end", "hours"),
        [
            ("06:00Z", "18:30Z", (time(6), time(18, 30), 0)),
            ("06:00:00.00Z", "18:30:00.00Z", (time(6), time(18, 30), 0)),
            ("22:00+08:00", "02:00+08:00", (time(22), time(2), 8)),
            ("00:00:00.00Z", "24:00:00.00Z", (time(0), time(0), 0)),
        ],
    )
    def test_both_spellings_of_both(self, key: str, start: str, end: str, hours: Any) -> None:
        daily = {"day": ["MON", "TUE"], "startTime": start, "endTime": end}
        clock = timezone(timedelta(hours=hours[2]))
        expected = Hours(days=("MON", "TUE"), start=hours[0], end=hours[1], clock=clock)
        assert self.schedule(**{key: [daily]}) == Schedule.weekly(expected)

    def test_a_period(self) -> None:
        given = {"startDateTime": "2026-12-01T00:00:00.00+08:00", "endDateTime": "2026-12-02T00:00Z"}
        expected = Period(start=datetime(2026, 11, 30, 16, tzinfo=UTC), end=datetime(2026, 12, 2, tzinfo=UTC))
        assert self.schedule(**given) == Schedule(periods=(expected,))

    def test_permanent_beside_times_is_permanent_with_a_warning(self) -> None:
        daily = {"day": ["MON"], "startTime": "06:00Z", "endTime": "18:30Z"}
        placed, (problem,) = read(features(zone(applicability=[{"permanent": "YES", "schedule": [daily]}])))
        assert (problem.code, problem.warning) == ("PERMANENT_WITH_TIMES", True)
        assert placed[0].value is not None
        assert placed[0].value.schedule == ALWAYS

    @pytest.mark.parametrize(
        ("applicability", "code", "place"),
        [
            ([], "TOO_FEW", "applicability"),
            ([{}], "MISSING_VALUE", "applicability[0].permanent"),
            ([{"permanent": "PERHAPS"}], "UNKNOWN_VALUE", "applicability[0].permanent"),
            ([{"permanent": "NO"}], "MISSING_VALUE", "applicability[0]"),
            (
                [{"permanent": "YES"}, {"permanent": "NO", "endDateTime": "soon"}],
                "BAD_TIME",
                "applicability[1].endDateTime",
            ),
            (
                [{"permanent": "NO", "dailyPeriod": [{"day": ["MON"], "startTime": "6", "endTime": "18:30Z"}]}],
                "BAD_CLOCK",
                "applicability[0].dailyPeriod[0].startTime",
            ),
        ],
    )
    def test_times_that_are_none_are_refused(self, applicability: Any, code: str, place: str) -> None:
        problem = refusal(features(zone(applicability=applicability)))
        assert (problem.code, problem.place) == (code, f"features[0].{place}")


class TestWriting:
    def test_a_zone_of_the_file_is_written_as_it_was(self) -> None:
        given = zone(zoneAuthority=[{"name": "Tower", "email": "tower@example.org", "purpose": "AUTHORIZATION"}])
        assert written(*good(features(given)))[0] == {"title": "Test zones", "features": [given | self.times()]}

    def times(self) -> Json:
        return {"applicability": [{"permanent": "YES"}]}

    def test_words_of_ours_are_read_back(self) -> None:
        told = a_zone(
            id="SZ-PT-LUOHU",
            name='Say "{zone}" 🛩️',
            authority="Port office",
            jurisdiction="shenzhen",
            category="port",
            source=Source(citation="Notice 7", date=date(2026, 1, 2), confidence=Confidence.VERIFIED),
            extra={"radius_m": 300},
        )
        document, losses = written(told)
        assert losses == {}
        assert len(document["features"][0]["identifier"]) == 7
        assert good(document) == [told]

    def test_a_chinese_name_is_told_and_read_back(self) -> None:
        document, losses = written(a_zone(name_zh="罗湖"))
        assert losses == {"name_zh": ("罗湖", "a property that only this program reads")}
        assert good(document)[0].name_zh == "罗湖"

    def test_limits_are_whole_and_never_narrower(self) -> None:
        lower, upper = Height(value_m=10.5, reference=Reference.AGL), Height(value_m=99.2, reference=Reference.AMSL)
        document, losses = written(a_zone(band=Band(lower=lower, upper=upper)))
        assert losses == {"band.lower": ("10.5 m AGL", "10 m AGL"), "band.upper": ("99.2 m AMSL", "100 m AMSL")}
        (told,) = document["features"][0]["geometry"]
        assert (told["lowerLimit"], told["upperLimit"], told["uomDimensions"]) == (10, 100, "M")

    def test_limits_whole_in_feet_are_written_in_feet(self) -> None:
        upper = Height(value_m=121.92, reference=Reference.AGL)
        document, losses = written(a_zone(band=Band(lower=GROUND, upper=upper)))
        assert losses == {}
        assert document["features"][0]["geometry"][0]["upperLimit"] == 400

    def test_heights_above_the_ellipsoid_are_written_above_the_sea(self) -> None:
        lower, upper = Height(value_m=60, reference=Reference.W84), Height(value_m=120, reference=Reference.W84)
        document, losses = written(a_zone(band=Band(lower=lower, upper=upper)))
        # The geoid lies between two and four metres below the ellipsoid around Hong Kong.
        (told,) = document["features"][0]["geometry"]
        assert (told["lowerVerticalReference"], told["upperVerticalReference"]) == ("AMSL", "AMSL")
        assert 61 <= told["lowerLimit"] <= 62
        assert 123 <= told["upperLimit"] <= 124
        assert set(losses) == {"band.lower", "band.upper"}

    def test_hours_of_the_sun_become_all_hours(self) -> None:
        hours = Hours(days=WEEKDAYS, start=SunEvent.SR, end=SunEvent.SS, clock=UTC, place=(114.05, 22.55))
        until = datetime(2026, 12, 2, tzinfo=UTC)
        document, losses = written(a_zone(schedule=Schedule(periods=(Period(end=until, hours=(hours,)),))))
        assert losses == {"schedule.hours": ("daily sunrise–sunset", "at all hours")}
        assert good(document)[0].schedule == Schedule(periods=(Period(end=until),))

    def test_midnight_to_midnight_is_told_in_two_halves(self) -> None:
        hours = Hours(days=("MON",), start=time(0), end=time(0), clock=UTC)
        told = a_zone(schedule=Schedule.weekly(hours))
        document, _ = written(told)
        entries = document["features"][0]["applicability"][0]["schedule"]
        assert [(entry["startTime"], entry["endTime"]) for entry in entries] == [
            ("00:00:00.00Z", "12:00:00.00Z"),
            ("12:00:00.00Z", "00:00:00.00Z"),
        ]
        assert good(document) == [told]

    def test_an_area_in_pieces_is_a_volume_for_each_and_read_back_as_one(self) -> None:
        pieces = shapely.MultiPolygon([shapely.box(114.0, 22.5, 114.1, 22.6), shapely.box(114.2, 22.5, 114.3, 22.6)])
        pieces = shapely.orient_polygons(pieces)
        told = a_zone(area=pieces)
        document, losses = written(told)
        assert losses == {}
        assert len(document["features"][0]["geometry"]) == 2
        assert good(document) == [told]
        document["features"][0]["geometry"][1]["upperLimit"] = 60
        assert [str(zone.band) for zone in good(document)] == ["GND to 120 m AGL", "GND to 60 m AGL"]

    def test_pieces_count_only_while_nobody_adds_a_volume(self) -> None:
        pieces = shapely.MultiPolygon([shapely.box(114.0, 22.5, 114.1, 22.6), shapely.box(114.2, 22.5, 114.3, 22.6)])
        document, _ = written(a_zone(area=pieces))
        document["features"][0]["geometry"].append(volume(0, 50))
        assert len(good(document)) == 3

    def test_an_unknown_country_is_told(self) -> None:
        document, losses = written(a_zone(), country="")
        assert document["features"][0]["country"] == "ZZZ"
        assert losses == {"country": ("", "ZZZ")}
        with pytest.raises(ValueError, match="country: expected three capital letters, got 'China'"):
            Ed269Writer(country="China")

    def test_texts_are_cut_to_what_the_standard_allows(self) -> None:
        (told,) = good(features(zone(message="m" * 300, otherReasonInfo="r" * 60, region=70_000, reason=["DAR"])))
        (first,) = written(told)[0]["features"]
        assert (len(first["message"]), len(first["otherReasonInfo"])) == (200, 30)
        assert "region" not in first
        assert "reason" not in first
        assert back(told) == [told]

    def test_what_cannot_be_said_at_all_is_reported(self) -> None:
        corner = shapely.Polygon([(0, 0), (1e-5, 0), (0, 1e-7)])
        document, losses = written(a_zone(area=corner), a_zone(id="Z2"))
        assert [told.id for told in good(document)] == ["Z2"]
        assert list(losses) == ["zone"]


class TestTheOtherStandard:
    def test_an_older_zone_in_the_newer_standard_says_the_same_and_is_read_back_equal(self) -> None:
        given = zone(circle(500), reason=["FOREIGN_TERRITORY", "NATURE"], restrictionConditions=["A", "B"])
        (told,) = good(features(given))
        text, losses = Ed318Writer().write([told], title="T")
        assert losses == ()
        assert ed318_faults(text) == []
        (feature,) = json.loads(text)["features"]
        properties = feature["properties"]
        assert feature["geometry"]["extent"] == {"subType": "Circle", "radius": 500}
        assert properties["country"] == "CHE"
        assert properties["message"] == [{"text": "Call first", "lang": "en-GB"}]
        assert properties["restrictionConditions"] == "A; B"
        assert properties["reason"] == ["OTHER", "NATURE"]
        assert properties["otherReasonInfo"] == [{"text": "FOREIGN_TERRITORY", "lang": "en-GB"}]
        assert properties["zoneAuthority"][0]["email"] == "tower@example.org"
        placed, _ = Ed318().zones(json_of("x", text))
        assert [item.value for item in placed] == [told]

    def test_a_newer_zone_in_the_older_standard_tells_what_is_lost(self) -> None:
        geometry = {
            "type": "Point",
            "coordinates": [114.0, 22.5],
            "extent": {"subType": "Circle", "radius": 500},
            "layer": {"lower": 0, "lowerReference": "AGL", "upper": 120, "upperReference": "AGL", "uom": "m"},
        }
        texts = [{"text": "Zuerst anrufen", "lang": "de-CH"}, {"text": "Call first", "lang": "en-GB"}]
        properties = {
            "identifier": "LSXX",
            "country": "CHE",
            "name": [{"text": "City", "lang": "en-GB"}],
            "type": "USPACE",
            "variant": "CUSTOMIZED",
            "reason": ["DAR"],
            "message": texts,
            "zoneAuthority": [{"name": [{"text": "Tower", "lang": "en-GB"}], "purpose": "AUTHORIZATION"}],
        }
        collection = {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": geometry}]}
        collection["features"][0]["properties"] = properties  # type: ignore[index]
        placed, _ = Ed318().zones(json_of("x", json.dumps(collection)))
        told = placed[0].value
        assert told is not None
        document, losses = written(told)
        assert set(losses) == {"type", "message", "reason"}
        (first,) = document["features"]
        assert (first["message"], first["reason"], first["type"]) == ("Call first", ["OTHER"], "CUSTOMIZED")
        assert first["zoneAuthority"] == [{"name": "Tower", "purpose": "AUTHORIZATION"}]
        assert first["geometry"] == [circle(500)]
        assert good(document) == [told]

    def test_a_changed_name_is_written(self) -> None:
        (told,) = good(features(zone()))
        changed = replace(told, name="Renamed", authority="Another")
        (first,) = written(changed)[0]["features"]
        assert (first["name"], first["zoneAuthority"][0]["name"]) == ("Renamed", "Another")
        assert back(changed)[0].authority == "Another"

"""Our GeoJSON: what is written reads back the same, files in bulk read as feature by feature, and anything is told."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import groupby
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from airspace.earth.heights import LEVEL_M, Band, Height, Reference
from airspace.earth.sun import SunEvent
from airspace.errors import BadInput, Problem
from airspace.formats import geojson
from airspace.formats.documents import Document, RawFile, document_of
from airspace.formats.doors import ZoneProperties
from airspace.formats.geojson import GeoJson, read_gates, read_jurisdictions, read_land, read_pads
from airspace.formats.geojson_writing import GeoJsonWriter
from airspace.formats.telling import Placed
from airspace.model.schedules import WEEKDAYS, Hours, Period, Schedule
from airspace.model.sources import Confidence, Source
from airspace.model.zones import Restriction, Zone

TRIED = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])

letters = st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"])
words = st.sampled_from(["", "罗湖", 'a "b" \\ c', "🚁", "a\tb\r\nc", "</script>", "\u2028"]) | st.text(
    letters, max_size=9
)
ids = st.text(letters, min_size=1, max_size=9).map(str.strip).filter(bool)
names = words.filter(bool)


def box(x: float, y: float, size: float) -> shapely.Polygon:
    return shapely.orient_polygons(shapely.box(x, y, x + size, y + size))


@st.composite
def areas(draw: st.DrawFn) -> shapely.Polygon | shapely.MultiPolygon:
    """One or several boxes apart from each other, some with holes, by RFC 7946."""
    lon, lat = draw(st.floats(-170, 170)), draw(st.floats(-80, 80))
    holes = draw(st.lists(st.integers(0, 2), min_size=1, max_size=3))
    parts = []
    for place, count in enumerate(holes):
        drawn = box(lon + 2 * place, lat, 1)
        for number in range(count):
            drawn = drawn.difference(box(lon + 2 * place + 0.1 + 0.4 * number, lat + 0.2, draw(st.floats(0.01, 0.3))))
        parts.append(drawn)
    area = shapely.orient_polygons(parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts))
    assume(area.is_valid)
    return area


@st.composite
def heights(draw: st.DrawFn) -> Height:
    reference = draw(st.sampled_from(Reference))
    levels = st.integers(-5, 700).map(lambda level: level * LEVEL_M)
    value_m = draw(st.sampled_from([0.0, 120.0, -3.5]) | st.floats(-1e5, 1e5) | levels)
    return Height(value_m=value_m, reference=reference, pad=draw(names) if reference is Reference.PAD else "")


@st.composite
def bands(draw: st.DrawFn) -> Band:
    lower, upper = draw(heights()), draw(st.none() | heights())
    assume(upper is None or upper.datum != lower.datum or lower.value_m < upper.value_m)
    return Band(lower=lower, upper=upper)


moments = st.datetimes(datetime(1970, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - as asked
offsets = st.integers(-899, 899).map(lambda minutes: timezone(timedelta(minutes=minutes)))
clocks = offsets | st.sampled_from(["Asia/Hong_Kong", "Europe/Zurich", "Australia/Lord_Howe"]).map(ZoneInfo)
times = st.times().map(lambda told: told.replace(microsecond=0)) | st.just(time(0))
events = st.sampled_from(SunEvent)
places = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@st.composite
def hours(draw: st.DrawFn, middle: tuple[float, float]) -> Hours:
    start, end = draw(times | events), draw(times | events)
    by_sun = isinstance(start, SunEvent) or isinstance(end, SunEvent)
    return Hours(
        days=draw(st.just(WEEKDAYS) | st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True).map(tuple)),
        start=start,
        end=end,
        clock=draw(clocks),
        place=draw(st.just(middle) | places) if by_sun else None,
    )


@st.composite
def periods(draw: st.DrawFn, middle: tuple[float, float]) -> Period:
    ends = sorted(draw(st.lists(moments, min_size=2, max_size=2, unique=True)))
    start, end = (moment if draw(st.booleans()) else None for moment in ends)
    told = draw(st.lists(hours(middle), min_size=0 if start or end else 1, max_size=2))
    return Period(start=start, end=end, hours=tuple(told))


def joined(several: Sequence[Period]) -> Schedule:
    """The schedule with neighbours of the same length made one, as a file of ours tells it."""
    runs = groupby(several, key=lambda period: (period.start, period.end, bool(period.hours)))
    whole: list[Period] = []
    for (start, end, with_hours), run in runs:
        told = list(run)
        one = Period(start=start, end=end, hours=tuple(each for period in told for each in period.hours))
        whole += [one] if with_hours else told
    return Schedule(periods=tuple(whole))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(1 - 10**18, 10**18 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
extras = st.dictionaries(words.filter(lambda key: key not in ZoneProperties.model_fields), JSON_VALUES, max_size=3)
days = st.dates(date(1, 1, 1), date(9999, 12, 31))


@st.composite
def zones(draw: st.DrawFn) -> Zone:
    area = draw(areas())
    middle = shapely.point_on_surface(area)
    return Zone(
        id=draw(ids),
        name=draw(names),
        name_zh=draw(words),
        restriction=draw(st.sampled_from(Restriction)),
        area=area,
        band=draw(bands()),
        schedule=joined(draw(st.lists(periods((middle.x, middle.y)), max_size=3))),
        authority=draw(words),
        jurisdiction=draw(words),
        category=draw(words),
        source=Source(citation=draw(words), date=draw(st.none() | days), confidence=draw(st.sampled_from(Confidence))),
        extra=draw(extras),
    )


def read(text: str) -> tuple[list[Placed[Zone]], list[Problem]]:
    return GeoJson().zones(document_of(RawFile(name="a", raw=text.encode())))


@TRIED
@given(st.lists(zones(), min_size=1, max_size=3, unique_by=lambda zone: zone.id), words)
def test_what_is_written_reads_back_the_same(written: list[Zone], title: str) -> None:
    text, losses = GeoJsonWriter().write(written, title=title)
    placed, problems = read(text)
    assert losses == ()
    assert all(problem.warning for problem in problems)
    assert [item.value for item in placed] == written
    assert [item.place for item in placed] == [f"features[{index}]" for index in range(len(written))]


@TRIED
@given(st.data(), moments)
def test_a_schedule_in_any_number_of_periods_reads_back_as_the_same_times(
    data: st.DataObject, moment: datetime
) -> None:
    area = box(114, 22, 1)
    told = data.draw(st.lists(periods((114.5, 22.5)), max_size=4))
    zone = Zone(
        id="z", name="z", restriction=Restriction.CONDITIONAL, area=area, band=Band(lower=Height(
            value_m=0, reference=Reference.AGL), upper=None), schedule=Schedule(periods=tuple(told)),
    )  # fmt: skip
    [item] = read(GeoJsonWriter().write([zone], title="")[0])[0]
    assert item.value is not None
    start, end = moment, moment + timedelta(days=9)
    assert item.value.schedule.spans(start, end) == zone.schedule.spans(start, end)


@TRIED
@given(st.lists(zones(), max_size=3, unique_by=lambda zone: zone.id))
def test_the_order_of_corners_and_the_next_writing_change_nothing(written: list[Zone]) -> None:
    backwards = [replace(zone, area=shapely.orient_polygons(zone.area, exterior_cw=True)) for zone in written]
    text = GeoJsonWriter().write(written, title="x")[0]
    again = [item.value for item in read(text)[0] if item.value is not None]
    assert GeoJsonWriter().write(again, title="x")[0] == text
    for zone in (item.value for item in read(GeoJsonWriter().write(backwards, title="x")[0])[0]):
        assert zone is not None
        polygons = shapely.get_parts(zone.area)
        assert shapely.is_ccw(shapely.get_exterior_ring(polygons)).all()
        assert not shapely.is_ccw([ring for polygon in polygons for ring in polygon.interiors]).any()


# Files with some of everything that may be wrong

SQUARE = [[114.1, 22.5], [114.2, 22.5], [114.2, 22.6], [114.1, 22.6], [114.1, 22.5]]
BOW_TIE = [[114.1, 22.5], [114.2, 22.6], [114.2, 22.5], [114.1, 22.6], [114.1, 22.5]]
RINGS = [
    SQUARE,
    SQUARE[::-1],
    SQUARE[:-1],
    [[int(x), int(y)] for x, y in [(114, 22), (115, 22), (115, 23), (114, 22)]],
    [[114, 22], [115.0, 22], [115, 23], [114.0, 22.0]],
    [[0.0, 0], [1, 0], [1, 1], [-0.0, 0]],
    [*SQUARE[:2], SQUARE[1], *SQUARE[2:]],
    [[*position, 5] for position in SQUARE],
    [[*position, "high"] for position in SQUARE],
    BOW_TIE,
    [[lat, lon] for lon, lat in SQUARE],
    [[181, 0], [182, 0], [182, 1], [181, 0]],
    [[180, 90], [-180, 90], [-180, -90], [180, -90], [180, 90]],
    [[114, 22], [114.0000001, 22], [114.0000001, 22.0000001], [114, 22]],
    [[114, 22], [115, 22], [114, 22], [114, 22]],
    [[114, 22], [115, 22], [116, 22], [114, 22]],
    [[float("nan"), 22], [115, 22], [115, 23], [float("nan"), 22]],
    [[114, 22], [float("inf"), 22], [115, 23], [114, 22]],
    [[114, 22], [115, True], [115, 23], [114, 22]],
    [[114, 22], ["115", 22], [115, 23], [114, 22]],
    [[114, 22], [115], [115, 23], [114, 22]],
    [[114, 22], None, [115, 23], [114, 22]],
    [[114, 22], [10**18, 22], [115, 23], [114, 22]],
    [],
    None,
    {"0": [114, 22]},
]
HOLES: list[Any] = [
    *RINGS,
    [[114.12, 22.52], [114.14, 22.52], [114.14, 22.54], [114.12, 22.52]],
    [[114.15, 22.52], [114.17, 22.52], [114.17, 22.54], [114.15, 22.52]],
]  # fmt: skip
good_rings = st.sampled_from(RINGS[:2]) | st.sampled_from(RINGS)
polygons = st.tuples(good_rings, st.lists(st.sampled_from(HOLES), max_size=2)).map(lambda drawn: [drawn[0], *drawn[1]])
geometries: st.SearchStrategy[Any] = st.one_of(
    st.just({"type": "Polygon", "coordinates": [SQUARE]}),
    polygons.map(lambda rings: {"type": "Polygon", "coordinates": rings}),
    st.lists(polygons, max_size=3).map(lambda several: {"type": "MultiPolygon", "coordinates": several}),
    st.sampled_from([None, 3, [], {}, {"type": "Polygon"}, {"type": "Polygon", "coordinates": []},
        {"type": "Point", "coordinates": [114, 22]}, {"type": "GeometryCollection", "geometries": []},
        {"type": "MultiPolygon", "coordinates": [SQUARE]}, {"type": ["Polygon"], "coordinates": [SQUARE]}]),
)  # fmt: skip
GOOD = {
    "id": "z",
    "name": "A zone",
    "restriction": "PROHIBITED",
    "lower": 0,
    "lower_ref": "AGL",
    "upper": 120,
    "upper_ref": "AGL",
    "uom": "m",
    "source": None,
    "source_date": None,
}
CHANGES: list[dict[str, Any]] = [
    {}, {}, {}, {"id": "y"}, {"id": " z"}, {"id": 3}, {"lower": "0"}, {"lower": 130}, {"lower": float("nan")},
    {"upper": 400}, {"colour": [1, {"a": None}]}, {"shedule": None}, {"schedule": []}, {"note": "\x1b"},
    {"schedule": [{"days": ["MON"], "start": "SR", "end": "19:00", "utc_offset": "+08:00"}]},
    {"schedule": [{"from": "2026-01-01T00:00:00Z", "untill": "2027-01-01T00:00:00Z"}]},
    {"schedule": [{"from": "2027-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}, {"days": 3}]},
]  # fmt: skip
properties: st.SearchStrategy[Any] = st.sampled_from([None, 3, [], "z"]) | st.tuples(ids, st.sampled_from(CHANGES)).map(
    lambda drawn: GOOD | {"id": drawn[0]} | drawn[1]
)
features: st.SearchStrategy[Any] = st.sampled_from(
    [None, 3, "zone", [], {}, {"type": "feature"}]
) | st.fixed_dictionaries(
    {"type": st.sampled_from(["Feature"] * 9 + ["feature"]), "geometry": geometries, "properties": properties}
)
collections: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {"type": st.just("FeatureCollection"), "features": st.lists(features, max_size=6)},
    optional={"datum": st.sampled_from(["GCJ-02", "CGCS2000", "WGS84", "nowhere", 3])},
)
KINDS: list[Callable[[Document], tuple[list[Placed[Any]], list[Problem]]]] = [
    GeoJson().zones,
    read_pads,
    read_gates,
    read_jurisdictions,
    read_land,
]


@settings(TRIED, max_examples=200)
@given(collections)
def test_in_bulk_everything_is_read_and_told_as_feature_by_feature(collection: dict[str, Any]) -> None:
    document = document_of(RawFile(name="a", raw=json.dumps(collection).encode()))
    in_bulk = GeoJson().zones(document)
    with patch.object(geojson, "sound_areas", lambda features, _: [None] * len(features)):
        one_by_one = GeoJson().zones(document)
    assert in_bulk == one_by_one


def is_inside(problem: Problem, item: Placed[Any]) -> bool:
    return re.match(rf"{re.escape(item.place)}(?![0-9])", problem.place) is not None


def tells_all(document: Document, collection: object) -> None:
    """Every feature is a value or has a problem of its own; every problem says where it is."""
    features = collection.get("features") if isinstance(collection, dict) else None
    for read_kind in KINDS:
        placed, problems = read_kind(document)
        assert all(problem.file == "a" and problem.found and problem.expected for problem in problems)
        about_all = [problem for problem in problems if not problem.place.startswith("features[")]
        if isinstance(collection, dict) and collection.get("type") == "FeatureCollection":
            assert len(placed) == (len(features) if isinstance(features, list) else 0)
            assert all(problem.place or problem.code == "TOO_DEEP" for problem in problems)
        for item in placed:
            own = [problem for problem in problems if not problem.warning and is_inside(problem, item)]
            assert (item.value is None) == bool(own) or (item.value is None and about_all)


@settings(TRIED, max_examples=200)
@given(collections)
def test_each_feature_becomes_a_value_or_is_told_of(collection: dict[str, Any]) -> None:
    tells_all(document_of(RawFile(name="a", raw=json.dumps(collection).encode())), collection)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
    | st.sampled_from(["features", "type", "FeatureCollection", "Feature", "Polygon", "crs", "\x00", "\ud800", 1e308]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["type", "features", "crs", "properties", "geometry", "coordinates"]) | st.text(max_size=3),
        inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def tells_all_of(raw: bytes) -> None:
    try:
        document = document_of(RawFile(name="a", raw=raw))
    except BadInput as error:
        refused = error.problems
    else:
        tells_all(document, document.data)
        return
    assert refused
    assert all(problem.file == "a" for problem in refused)


@TRIED
@given(JUNK | st.lists(JUNK, max_size=4).map(lambda junk: {"type": "FeatureCollection", "features": junk}))
def test_any_json_is_read_or_told_of(value: object) -> None:
    tells_all_of(json.dumps(value).encode())


BY_SUN = {"days": ["ANY"], "start": "SR", "end": "SS", "time_zone": "Asia/Hong_Kong", "place": [114, 22]}
PAD = {"id": "p", "name": "p", "elevation_m": 5, "elevation_ref": "WGS84", "roles": ["hub"], "source": "s",
    "schedule": [BY_SUN]}  # fmt: skip
PERMIT = {"id": "q", "authority": "a", "zones": ["z"], "aircraft": ["d"], "valid_from": "2026-01-01T00:00:00Z",
    "valid_to": "2027-01-01T00:00:00Z", "source": "s", "lower": 0, "lower_ref": "PAD", "lower_pad": "p", "upper": None,
    "schedule": [{"from": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00+08:00"}]}  # fmt: skip
GATE = {"id": "g", "name": "g", "lower": 0, "lower_ref": "AGL", "upper": 9, "upper_ref": "FL", "uom": "FL",
    "permits": [PERMIT], "source": "s"}  # fmt: skip
MODELS: list[dict[str, Any]] = [
    {"type": "Feature", "geometry": {"type": "Point", "coordinates": [114.1, 22.5]}, "properties": PAD},
    {"type": "Feature", "geometry": {"type": "LineString", "coordinates": SQUARE[:2]}, "properties": GATE},
    {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [SQUARE]}, "properties": GOOD},
]


def locations(value: object, path: tuple[str | int, ...] = ()) -> Any:
    yield path
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from locations(item, (*path, key))


@settings(TRIED, max_examples=200)
@given(st.data(), st.sampled_from(MODELS))
def test_a_good_file_with_one_thing_altered_is_read_or_told_of(data: st.DataObject, model: dict[str, Any]) -> None:
    whole = {"type": "FeatureCollection", "features": [copy.deepcopy(model)]}
    *path, last = data.draw(st.sampled_from(sorted(filter(bool, locations(whole)), key=str)))
    parent: Any = whole
    for step in path:
        parent = parent[step]
    if data.draw(st.booleans()):
        parent[last] = data.draw(JUNK)
    else:
        del parent[last]
    tells_all_of(json.dumps(whole).encode())


@TRIED
@given(
    st.binary(max_size=60).map(lambda raw: b'{"type":"FeatureCollection","features":[' + raw) | st.binary(max_size=40)
)
def test_any_bytes_are_read_or_told_of(raw: bytes) -> None:
    tells_all_of(raw)

"""Laws of the two EUROCAE formats: what is written is read back equal, and nothing is ever dropped in silence."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from airspace.earth.frame import GEOD
from airspace.earth.heights import GROUND, Band, Height, HeightFrame, Reference
from airspace.earth.sun import SunEvent
from airspace.errors import BadInput
from airspace.formats import Loss
from airspace.formats.documents import Document, RawFile, document_of, json_of
from airspace.formats.eurocae import Ed269, Ed269Writer, Ed318, Ed318Writer
from airspace.formats.eurocae.common_reading import circle_area, sun_place
from airspace.model.schedules import WEEKDAYS, Hours, Period, Schedule
from airspace.model.sources import Confidence, Source
from airspace.model.zones import Restriction, Zone
from tests.airspace.formats.eurocae.ed318_rules import ed318_faults

Formats = tuple[Callable[[Sequence[Zone]], tuple[str, tuple[Loss, ...]]], Any]
ED269: Formats = (lambda zones: Ed269Writer(country="CHN").write(zones, title="T"), Ed269())
ED318: Formats = (lambda zones: Ed318Writer(country="CHN").write(zones, title="T"), Ed318())
BOTH = pytest.mark.parametrize("formats", [ED269, ED318], ids=["ed269", "ed318"])

QUIET = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])

# --- zones that the formats can say --------------------------------------------------------------------------------

letters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf"))
words = st.one_of(
    st.sampled_from(["", 'Say "{zone}"', "罗湖口岸", "🛩️ {}", "a\\b", "skyferry", " ", "</script>"]),
    st.text(letters, max_size=30),
    st.text(letters, min_size=190, max_size=230),
)
ids = st.one_of(
    st.sampled_from(["A", "SZ-PT-LUOHU", "a/2", "罗湖", "ABC1234"]),
    st.text(letters, min_size=1, max_size=12).filter(lambda value: value == value.strip()),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
texts = st.lists(
    st.fixed_dictionaries(
        {"text": words.filter(str.strip)}, optional={"lang": st.sampled_from(["en-GB", "zh-HK", "de-CH", "tlh"])}
    ),
    min_size=1,
    max_size=3,
)


@st.composite
def boxes(draw: st.DrawFn) -> shapely.Polygon:
    x, y = draw(st.integers(0, 900)) / 1000 + 114, draw(st.integers(0, 900)) / 1000 + 22
    width, height = draw(st.integers(20, 90)) / 1000, draw(st.integers(20, 90)) / 1000
    box = shapely.box(x, y, x + width, y + height)
    if draw(st.booleans()):
        box = box.difference(shapely.box(x + width / 4, y + height / 4, x + width / 2, y + height / 2))
    return shapely.orient_polygons(box)


@st.composite
def areas(draw: st.DrawFn) -> shapely.Polygon | shapely.MultiPolygon:
    box = draw(boxes())
    if draw(st.booleans()):
        return box
    return shapely.MultiPolygon([box, shapely.transform(box, lambda points: points + np.array([1.0, 0.0]))])


@st.composite
def bands(draw: st.DrawFn, references: Sequence[Reference], values: st.SearchStrategy[float]) -> Band:
    lower = Height(value_m=draw(values), reference=draw(st.sampled_from(references)))
    if draw(st.booleans()):
        return Band(lower=draw(st.sampled_from([lower, GROUND])), upper=None)
    upper = Height(value_m=draw(values), reference=draw(st.sampled_from(references)))
    assume(upper.reference is not lower.reference or upper.value_m > lower.value_m)
    return Band(lower=lower, upper=upper)


whole_metres = st.integers(-400, 20_000).map(float)
whole_feet = st.integers(-400, 20_000).map(lambda feet: feet * 0.3048)
any_metres = st.floats(-400, 20_000, allow_nan=False).filter(lambda value: value == 0 or abs(value) > 1e-9)

clocks = st.sampled_from([timezone(timedelta(minutes=15 * quarters)) for quarters in range(-48, 57)])
clock_times = st.times().map(lambda told: told.replace(microsecond=told.microsecond // 10_000 * 10_000))
events = st.sampled_from(list(SunEvent))
day_sets = st.just(WEEKDAYS) | st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True).map(tuple)
moments = st.datetimes(datetime(1970, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - aware by timezones


@st.composite
def hours(draw: st.DrawFn, place: tuple[float, float] | None) -> Hours:
    start, end = draw(clock_times), draw(clock_times)
    if place is not None and draw(st.booleans()):
        both = draw(st.booleans())
        clock = UTC if both else draw(clocks)
        end_told = draw(events) if both else end
        return Hours(days=draw(day_sets), start=draw(events), end=end_told, clock=clock, place=place)
    return Hours(days=draw(day_sets), start=start, end=end, clock=draw(clocks))


@st.composite
def schedules(draw: st.DrawFn, place: tuple[float, float] | None) -> Schedule:
    periods = []
    for _ in range(draw(st.integers(0, 2))):
        ends = sorted(draw(st.lists(moments, min_size=2, max_size=2, unique=True)))
        start, end = (moment if draw(st.booleans()) else None for moment in ends)
        told = tuple(draw(st.lists(hours(place), max_size=2)))
        whole = any((entry.start, entry.end) in ((time(0), time(12)), (time(12), time(0))) for entry in told)
        assume(not whole)
        if start or end or told:
            periods.append(Period(start=start, end=end, hours=told))
    return Schedule(periods=tuple(periods))


sources = st.builds(
    Source, citation=words, date=st.none() | st.dates(date(1900, 1, 1)), confidence=st.sampled_from(list(Confidence))
)

details_318 = st.fixed_dictionaries(
    {},
    optional={
        "country": st.sampled_from(["CHN", "HKG"]),
        "variant": st.sampled_from(["COMMON", "CUSTOMIZED"]),
        "restrictionConditions": words.filter(str.strip),
        "region": st.integers(-5, 70_000),
        "reason": st.lists(st.sampled_from(["NATURE", "DAR", "SECRET"]), min_size=1, max_size=12),
        "otherReasonInfo": texts,
        "message": texts,
        "regulationExemption": st.sampled_from(["YES", "NO"]),
        "zoneAuthority": st.lists(
            st.fixed_dictionaries(
                {"purpose": st.sampled_from(["AUTHORIZATION", "INFORMATION"])},
                optional={"name": texts, "email": words.filter(str.strip), "intervalBefore": st.just("P10DT00H")},
            ),
            min_size=1,
            max_size=2,
        ),
        "extendedProperties": st.dictionaries(words, json_values, min_size=1, max_size=2).filter(
            lambda given: "skyferry" not in given
        ),
        "colour": json_values.filter(lambda value: value is not None and value != "" and value != " "),
        "metadata": st.fixed_dictionaries({"issued": st.just("2026-01-01T00:00:00Z")}, optional={"provider": texts}),
    },
)


@st.composite
def zones(
    draw: st.DrawFn, references: Sequence[Reference], values: st.SearchStrategy[float], *, sun: bool, key: str
) -> Zone:
    area = draw(areas())
    extra: dict[str, Any] = draw(st.dictionaries(st.sampled_from(["radius_m", "openair", "note"]), json_values))
    if draw(st.booleans()):
        radius_m = float(draw(st.integers(1, 5000)))
        centre = [114 + draw(st.integers(0, 900)) / 1000, 22.5]
        area = circle_area(*centre, radius_m)
        extra[key] = {"circle": {"center": centre, "radius_m": radius_m}}
    if key == "ed318" and draw(st.booleans()):
        extra[key] = {**extra.get(key, {}), **draw(details_318)}
        if not extra[key]:
            del extra[key]
    return Zone(
        id=draw(ids),
        name=draw(words),
        name_zh=draw(words) if key == "ed318" else "",
        restriction=draw(st.sampled_from(list(Restriction))),
        area=area,
        band=draw(bands(references, values)),
        schedule=draw(schedules(sun_place(area) if sun else None)),
        authority=draw(words),
        jurisdiction=draw(words),
        category=draw(words),
        source=draw(sources),
        extra=MappingProxyType(extra),
    )


ed318_zones = zones([Reference.AGL, Reference.AMSL, Reference.W84], any_metres, sun=True, key="ed318")
ed269_zones = zones([Reference.AGL, Reference.AMSL], whole_metres, sun=False, key="ed269") | zones(
    [Reference.AGL, Reference.AMSL], whole_feet, sun=False, key="ed269"
).filter(lambda zone: "ed269" not in zone.extra)


def read_again(formats: Formats, text: str) -> list[Zone]:
    placed, problems = formats[1].zones(json_of("again", text))
    assert [problem for problem in problems if not problem.warning] == []
    return [item.value for item in placed]


def several(some: st.SearchStrategy[Zone]) -> st.SearchStrategy[list[Zone]]:
    return st.lists(some, max_size=3, unique_by=lambda zone: zone.id)


@QUIET
@given(several(ed318_zones))
def test_what_is_written_as_ed318_is_read_back_equal_and_keeps_the_rules(given_zones: list[Zone]) -> None:
    text, losses = ED318[0](given_zones)
    assert losses == ()
    assert ed318_faults(text) == []
    again = read_again(ED318, text)
    assert again == given_zones
    assert ED318[0](again) == (text, ())


@QUIET
@given(several(ed269_zones))
def test_what_is_written_as_ed269_is_read_back_equal(given_zones: list[Zone]) -> None:
    text, losses = ED269[0](given_zones)
    assert losses == ()
    again = read_again(ED269, text)
    assert again == given_zones
    assert ED269[0](again) == (text, ())


@QUIET
@given(several(ed318_zones), st.integers(1, 4))
def test_layers_are_joined_and_parted_again(given_zones: list[Zone], count: int) -> None:
    layered = []
    for zone in given_zones:
        for number in range(1, count + 1):
            part = {"part": {"of": zone.id, "number": number}} if count > 1 else {}
            kept = {**zone.extra.get("ed318", {}), **part}
            extra = {**zone.extra, **({"ed318": kept} if kept else {})}
            layered.append(replace(zone, id=zone.id if number == 1 else f"{zone.id}/{number}", extra=extra))
    assume(len({zone.id for zone in layered}) == len(layered))
    text, losses = ED318[0](layered)
    assert losses == ()
    assert len(json.loads(text)["features"]) == len(given_zones)
    assert read_again(ED318, text) == layered


# --- what the formats cannot say -----------------------------------------------------------------------------------

WILD = [Reference.AGL, Reference.AMSL, Reference.W84, Reference.FL]
wild_heights = st.builds(Height, value_m=any_metres, reference=st.sampled_from(WILD))


@BOTH
@QUIET
@given(lower=wild_heights, upper=wild_heights, area=boxes())
def test_a_band_is_never_written_narrower(
    formats: Formats, lower: Height, upper: Height, area: shapely.Polygon
) -> None:
    assume(upper.reference is not lower.reference or upper.value_m > lower.value_m)
    frame = HeightFrame()
    # Ends of two datums may turn out upside down, and then nobody can tell which of them was meant.
    assume(frame.span_amsl_m(lower, area)[0] < frame.span_amsl_m(upper, area)[1])
    zone = Zone(id="A", name="A", restriction=Restriction.PROHIBITED, area=area, band=Band(lower=lower, upper=upper))
    text, losses = formats[0]([zone])
    (again,) = read_again(formats, text)
    before, after = zone.band.widest_amsl_m(frame, area), again.band.widest_amsl_m(frame, area)
    assert after[0] <= before[0] + 1e-6
    assert after[1] >= before[1] - 1e-6
    assert (again.band == zone.band) == (not losses)


named_clocks = st.sampled_from([ZoneInfo("Asia/Hong_Kong"), ZoneInfo("Europe/Madrid"), ZoneInfo("America/New_York")])
wild_hours = st.builds(
    Hours, days=day_sets, start=clock_times, end=clock_times, clock=clocks | named_clocks
) | st.builds(
    Hours, days=day_sets, start=events, end=events, clock=clocks | named_clocks, place=st.just((114.05, 22.55))
)


@BOTH
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(told=wild_hours, week=st.integers(0, 52))
def test_hours_are_never_written_shorter(formats: Formats, told: Hours, week: int) -> None:
    area = shapely.box(114.0, 22.5, 114.1, 22.6)
    band, schedule = Band(lower=GROUND, upper=None), Schedule.weekly(told)
    zone = Zone(id="A", name="A", restriction=Restriction.PROHIBITED, area=area, band=band, schedule=schedule)
    (again,) = read_again(formats, formats[0]([zone])[0])
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(weeks=week)
    covered = again.schedule.spans(start - timedelta(days=3), start + timedelta(days=12))
    for opens, closes in schedule.spans(start, start + timedelta(days=9)):
        assert any(first <= opens and closes <= last for first, last in covered)


# --- what comes from anywhere --------------------------------------------------------------------------------------

WORDS_OF_THE_FORMATS = [
    *("type", "Feature", "FeatureCollection", "features", "UASZoneList", "properties", "geometry", "identifier", "A"),
    *("country", "CHN", "name", "variant", "COMMON", "restriction", "PROHIBITED", "applicability", "permanent", "YES"),
    *("zoneAuthority", "purpose", "INFORMATION", "layer", "lower", "upper", "lowerReference", "AGL", "uom", "m", "NO"),
    *("horizontalProjection", "Circle", "Polygon", "center", "radius", "coordinates", "extent", "Point", "schedule"),
    *("limitedApplicability", "day", "ANY", "startTime", "08:00Z", "metadata", "extendedProperties", "skyferry", "ids"),
    *(
        "lowerLimit",
        "uomDimensions",
        "M",
        "UASZone",
        "verticalLayer",
        "filled",
        "parts",
        "pieces",
        "GeometryCollection",
    ),
]
any_json = st.recursive(
    st.none() | st.booleans() | st.integers(-200, 200) | st.floats() | st.sampled_from(WORDS_OF_THE_FORMATS) | words,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS_OF_THE_FORMATS) | words, inner, max_size=8)
    ),
    max_leaves=25,
)


def features_in(data: Any) -> list[Any] | None:
    """The zones of a file as anybody can count them."""
    if isinstance(data, dict) and data.get("type") == "Feature":
        return [data]
    if isinstance(data, dict):
        data = data["UASZoneList"] if "UASZoneList" in data else data.get("features")
    return data if isinstance(data, list) else None


def nothing_is_dropped(formats: Formats, document: Document) -> None:
    placed, problems = formats[1].zones(document)
    there = features_in(document.data)
    assert len({item.place for item in placed}) == len(there or [])
    for item in placed:
        about = [problem for problem in problems if not problem.warning and problem.place.startswith(item.place)]
        assert item.value is not None or about
    assert there is not None or any(not problem.warning for problem in problems)


@BOTH
@QUIET
@given(data=any_json)
@example(data={"type": "FeatureCollection", "features": [[], None, {"properties": 3, "geometry": {"layer": 3}}]})
@example(data={"UASZoneList": [{"geometry": [None], "zoneAuthority": [3], "applicability": "x"}]})
def test_any_json_is_read_or_told_of(formats: Formats, data: Any) -> None:
    document = Document(file="x", text="", data=data)
    if formats[1].recognises(document):
        nothing_is_dropped(formats, document)


@BOTH
@QUIET
@given(given_zones=several(ed318_zones), data=st.data())
def test_a_good_file_with_anything_in_one_place_is_read_or_told_of(
    formats: Formats, given_zones: list[Zone], data: st.DataObject
) -> None:
    document = json.loads(formats[0](given_zones)[0])
    assume(document["features"])
    spot: Any = data.draw(st.sampled_from(document["features"]))
    while isinstance(spot, dict | list) and spot:
        key = data.draw(st.sampled_from(sorted(spot) if isinstance(spot, dict) else list(range(len(spot)))))
        if not isinstance(spot[key], dict | list) or not spot[key] or data.draw(st.integers(0, 3)) == 0:
            spot[key] = data.draw(any_json)
            break
        spot = spot[key]
    nothing_is_dropped(formats, Document(file="x", text="", data=document))


@BOTH
@QUIET
@given(raw=st.binary(max_size=200))
def test_any_bytes_are_read_or_told_of(formats: Formats, raw: bytes) -> None:
    try:
        document = document_of(RawFile(name="x", raw=raw))
    except BadInput:
        return  # told with its place before any format is asked
    if formats[1].recognises(document):
        nothing_is_dropped(formats, document)


@given(lon=st.floats(-170, 170), lat=st.floats(-75, 75), radius_m=st.floats(1, 100_000), bearing=st.floats(0, 360))
def test_every_point_of_a_circle_is_inside_its_polygon(lon: float, lat: float, radius_m: float, bearing: float) -> None:
    area = circle_area(lon, lat, radius_m)
    assert area is not None
    x, y, _ = GEOD.fwd(lon, lat, bearing, radius_m)
    assert area.covers(shapely.Point(x, y))
    excess = abs(GEOD.geometry_area_perimeter(area)[0]) / (math.pi * (radius_m + 0.002) ** 2)
    assert excess < 1.001

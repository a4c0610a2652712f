"""Whatever an OpenAir file holds it can be told, and what is written reads back; a library is the second opinion."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import numpy as np
import openair as library
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.formats.documents import Document
from airspace.formats.openair import OpenAir, OpenAirWriter
from airspace.formats.openair.blocks import lines_of
from airspace.formats.openair.words import position
from airspace.model.schedules import Hours, Period, Schedule
from airspace.model.zones import Restriction, Zone

NOON = datetime(2030, 6, 1, 12, tzinfo=UTC)

names = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
bearings = st.integers(0, 359)


@st.composite
def stars(draw: st.DrawFn) -> shapely.Polygon:
    """Simple polygons round a middle anywhere between the polar circles, some tens of kilometres across."""
    lon, lat = draw(st.integers(-178, 178)), draw(st.integers(-65, 65))
    reaches = np.array(draw(st.lists(st.integers(5, 100), min_size=3, max_size=8))) / 250
    turns = np.arange(len(reaches)) * (2 * math.pi / len(reaches)) + draw(st.integers(0, 9)) / 10
    star = shapely.Polygon(np.column_stack((np.cos(turns), np.sin(turns))) * reaches[:, None] + (lon, lat))
    assume(star.is_valid)
    return star


@st.composite
def heights(draw: st.DrawFn, step_m: float | None = None) -> Height:
    """Heights in whole feet or metres or levels, or any at all when ``step_m`` is 0."""
    reference = draw(st.sampled_from([Reference.AGL, Reference.AMSL, Reference.FL]))
    if step_m == 0:
        return Height(value_m=draw(st.floats(-500, 20_000)), reference=reference)
    size_m = draw(st.sampled_from([0.3048, 1.0] if reference is not Reference.FL else [0.3048, 30.48]))
    return Height(value_m=draw(st.integers(1, 600)) * size_m, reference=reference)


@st.composite
def bands(draw: st.DrawFn, step_m: float | None = None) -> Band:
    lower = draw(st.just(GROUND) | heights(step_m))
    upper = draw(st.none() | heights(step_m))
    assume(upper is None or upper.reference is not lower.reference or lower.value_m < upper.value_m)
    return Band(lower=lower, upper=upper)


moments = st.integers(-(10**7), 10**7).map(lambda seconds: NOON + timedelta(seconds=seconds))
lengths = st.integers(1, 10**6).map(lambda seconds: timedelta(seconds=seconds))
HOURS = Hours(days=("MON", "SAT"), start=time(7), end=time(19), clock=UTC)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start, length = draw(moments), draw(lengths)
    open_start, open_end = draw(st.sampled_from([(False, False), (True, False), (False, True)]))
    return Period(start=None if open_start else start, end=None if open_end else start + length)


@st.composite
def zones(draw: st.DrawFn) -> Zone:
    """Zones that the format can say without a loss."""
    return Zone(
        id=draw(names),
        name=draw(names),
        restriction=draw(st.sampled_from(Restriction)),
        area=draw(stars()),
        band=draw(bands()),
        schedule=Schedule(periods=tuple(draw(st.lists(periods(), max_size=3)))),
    )


def read(text: str) -> list[Zone]:
    placed, problems = OpenAir().zones(Document(file="sky.txt", text=text))
    assert problems == []
    return [item.value for item in placed if item.value is not None]


@given(st.lists(zones(), min_size=1, max_size=4, unique_by=lambda zone: zone.id))
def test_what_the_format_can_say_reads_back(written: list[Zone]) -> None:
    text, losses = OpenAirWriter().write(written, title="laws")
    assert losses == ()
    assert OpenAir().recognises(Document(file="x", text=text))
    for before, after in zip(written, read(text), strict=True):
        assert (after.id, after.name, after.restriction) == (before.id, before.name, before.restriction)
        assert after.schedule == before.schedule
        assert str(after.band) == str(before.band)
        assert math.isclose(after.band.lower.value_m, before.band.lower.value_m, abs_tol=1e-6)
        assert shapely.hausdorff_distance(after.area, before.area) < 2.5e-8


@given(stars(), stars(), bands(step_m=0), st.lists(periods(), max_size=2), st.booleans())
def test_a_file_never_says_less_than_the_zone(
    outside: shapely.Polygon, inside: shapely.Polygon, band: Band, spans: list[Period], by_hours: bool
) -> None:
    hole = shapely.affinity.translate(inside, *(np.array(outside.centroid.coords[0]) - inside.centroid.coords[0]))
    area = outside.difference(hole)
    assume(isinstance(area, shapely.Polygon | shapely.MultiPolygon) and area.area > 1e-3)
    hours = (HOURS,) if by_hours else ()
    schedule = Schedule(periods=tuple(Period(start=span.start, end=span.end, hours=hours) for span in spans))
    zone = Zone(id="Z", name="Z", restriction=Restriction.CONDITIONAL, area=area, band=band, schedule=schedule)
    (after,) = read(OpenAirWriter().write([zone], title="laws")[0])
    assert after.area.buffer(1e-7).covers(area)
    assert after.band.lower == GROUND or after.band.lower.value_m <= band.lower.value_m + 1e-6
    if after.band.upper is not None:
        assert band.upper is not None
        assert after.band.upper.value_m >= band.upper.value_m - 1e-6
    for start, end in schedule.spans(NOON - timedelta(days=30), NOON + timedelta(days=30)):
        assert after.schedule.covers(start, end)


WORDS = [
    "AC R", "AC CTR", "AC XYZ", "AC", "ac p", "AN Berg", "AN Berg * x", "AN", "AI 7", "AY TMA", "AY", "AL GND",
    "AL 100 m AGL", "AL FL 65", "AL 1/2", "AH 2500ft", "AH UNL", "AH", "AA NONE", "AA 2030-01-01T00:00Z/NONE",
    "AA 2030-01-01T24:00Z/x",
    "V X=47:00:00 N 008:00:00 E", "V D=-", "V D=+", "V W=5", "V", "V X", "V X=", "DC 5", "DC -1", "DC 1e9", "DA 5,0,90",
    "DA 5,270,10", "DA 0,1,2", "DA ,,", "DB 47:05:00 N 008:00:00 E, 47:00:00 N 008:07:20 E", "DB",
    "DP 47:00:00 N 008:00:00 E", "DP 47:05:00 N 008:00:00 E", "DP 47:05:00 N 008:07:00 E", "DP 47:02.5 N 008:03.5 E",
    "DP 46:59:00 S 008:07:00 W",
    "DP 47:61:00 N 008:00:00 E", "DP 122:00:00 N 008:00:00 E", "DY 47:00:00 N 008:00:00 E", "DY 47:30:00 N 008:30:00 E",
    "TO lake", "SP 0,1,0,0,0", "* note", "", "\x00", "D", "A", "%%", "AT 47:00:00 N 008:00:00 E", "\ufeffAC R", "DP 9",
    "AX 7000",
]  # fmt: skip


def line_of(place: str) -> int:
    return int(place.split(",")[0].removeprefix("line "))


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=12), max_size=40), st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_text_is_read_or_told_with_its_place(lines: list[str], end: str) -> None:
    text = end.join(lines)
    OpenAir().recognises(Document(file="sky.txt", text=text))
    placed, problems = OpenAir().zones(Document(file="sky.txt", text=text))
    heads = [
        line
        for piece in lines
        for line in piece.replace("\r", "\n").split("\n")
        if line.split()[:1] in (["AC"], ["ac"])
    ]
    assert len(placed) == len(heads)
    refused = [line_of(problem.place) for problem in problems if not problem.warning and problem.place]
    begins = [*(line_of(item.place) for item in placed), 10**6]
    for item, begin, end_line in zip(placed, begins[:-1], begins[1:], strict=True):
        assert item.id
        assert (item.value is None) == any(begin <= line < end_line for line in refused)
    assert all(problem.place.startswith("line ") for problem in problems if problem.code != "EMPTY_COLLECTION")


@st.composite
def forms(draw: st.DrawFn) -> Callable[[int, int], str]:
    """Ways to write a position given in ten-thousandths of a second of arc."""
    digits, blank, width = draw(st.sampled_from([0, 1, 4])), draw(st.sampled_from(["", " "])), draw(st.integers(1, 3))

    def angle(value: int, letters: str, width: int) -> str:
        whole, rest = divmod(abs(value), 10_000)
        decimals = f".{rest:04d}"[: 1 + digits] if digits else ""
        degrees, minutes = divmod(whole // 60, 60)
        return f"{degrees:0{width}d}:{minutes:02d}:{whole % 60:02d}{decimals}{blank}{letters[value < 0]}"

    return lambda lat, lon: f"{angle(lat, 'NS', min(width, 2))}{blank}{angle(lon, 'EW', width)}"


@given(
    st.lists(
        st.tuples(st.integers(-3_239_999_999, 3_239_999_999), st.integers(-6_479_999_999, 6_479_999_999)),
        min_size=1,
        max_size=9,
    ),
    forms(),
)
def test_many_points_at_once_are_read_as_one_by_one(
    places: list[tuple[int, int]], written: Callable[[int, int], str]
) -> None:
    texts = [written(lat, lon) for lat, lon in places]
    lines = list(lines_of("".join(f"DP {text}\n" for text in texts)))
    read_at_once = np.vstack([position(line.text) if line.points is None else line.points for line in lines])
    assert read_at_once.tolist() == [list(position(text)) for text in texts]
    assert lines[0].points is not None
    for (lon, lat), (lat_units, lon_units) in zip(read_at_once.tolist(), places, strict=True):
        # what the form leaves out is less than a second
        assert math.isclose(lon * 3600, lon_units / 10_000, abs_tol=1.0)
        assert math.isclose(lat * 3600, lat_units / 10_000, abs_tol=1.0)


@given(st.lists(stars(), min_size=1, max_size=3), st.integers(0, 300), st.sampled_from(["ft", "ft AGL", "ft AMSL"]))
def test_a_library_reads_the_same_polygons_and_heights(areas: list[shapely.Polygon], hundreds: int, unit: str) -> None:
    made = [
        Zone(
            id=f"Z{number}",
            name="Z",
            restriction=Restriction.PROHIBITED,
            area=area,
            band=Band(lower=GROUND, upper=None),
        )
        for number, area in enumerate(areas)
    ]
    text = OpenAirWriter().write(made, title="laws")[0].replace("AH UNL", f"AH {hundreds * 100 + 1}{unit}")
    for ours, theirs in zip(read(text), library.parse_string(text), strict=True):
        points = [(segment["lng"], segment["lat"]) for segment in theirs["geom"]["segments"]]  # type: ignore
        assert np.allclose(shapely.get_coordinates(ours.area), points, atol=1e-9, rtol=0)
        kind = "FeetAgl" if unit == "ft AGL" else "FeetAmsl"
        assert theirs["upperBound"] == {"type": kind, "val": hundreds * 100 + 1}
        assert ours.band.upper is not None
        assert math.isclose(ours.band.upper.value_m, (hundreds * 100 + 1) * 0.3048)
        assert (ours.band.upper.reference is Reference.AGL) == (kind == "FeetAgl")


@given(st.floats(0.05, 200), bearings, bearings, st.booleans(), st.integers(-60, 60))
def test_a_wedge_covers_its_arc_and_hardly_more(
    radius_nm: float, first: int, last: int, clockwise: bool, lat: int
) -> None:
    from airspace.earth.frame import GEOD

    assume(first != last)
    sweep = (last - first) % 360 if clockwise else -((first - last) % 360)
    middle = f"{abs(lat)}.0{'NS'[lat < 0]} 10.0E"
    turn = "+" if clockwise else "-"
    outline = f"V D={turn}\nV X={middle}\nDP {middle}\nDA {radius_nm:.6f},{first},{last}\nDP {middle}"
    placed, _ = OpenAir().zones(Document(file="x", text=f"AC R\nAL GND\nAH UNL\n{outline}"))
    area = placed[0].value.area  # type: ignore[union-attr]
    radius_m = round(radius_nm, 6) * 1852
    azimuths = first + np.linspace(0.01, 0.99, 60) * sweep
    ends = [
        GEOD.fwd(np.full(60, 10.0), np.full(60, lat), azimuths, np.full(60, radius_m + off)) for off in (-0.01, 10.0)
    ]
    assert shapely.covers(area, shapely.points(ends[0][0], ends[0][1])).all()
    assert not shapely.intersects(area, shapely.points(ends[1][0], ends[1][1])).any()

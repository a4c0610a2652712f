from __future__ import annotations

import sys
from datetime import UTC, datetime, time

import pytest
import shapely

from airspace.earth.frame import GEOD
from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.earth.sun import SunEvent
from airspace.errors import Problem
from airspace.formats.documents import Document, RawFile, document_of
from airspace.formats.notam import Notam
from airspace.formats.telling import Placed
from airspace.model.zones import Restriction, Zone

pytest.importorskip("aviconv_notam")

Read = tuple[list[Placed[Zone]], list[Problem]]


def notam(
    number: str = "A1234/26",
    *,
    kind: str = "NOTAMN",
    q: str = "VHHK/QRTCA/IV/BO/W/000/010/2218N11410E002",
    a: str = "VHHK",
    b: str = "2612010000",
    c: str = "C) 2612312359",
    d: str = "",
    e: str = "TEMPORARY RESTRICTED AREA ACTIVE",
    fg: str = "F) SFC G) 1000FT AMSL",
) -> str:
    schedule = f"D) {d}\n" if d else ""
    return f"({number} {kind}\nQ) {q}\nA) {a} B) {b} {c}\n{schedule}E) {e}\n{fg})\n"


def read(text: str) -> Read:
    document = document_of(RawFile(name="n.txt", raw=text.encode()))
    assert Notam().recognises(document)
    return Notam().zones(document)


def zone_of(text: str) -> tuple[Zone, list[str]]:
    (placed,), problems = read(text)
    assert placed.value is not None, problems
    return placed.value, [problem.code for problem in problems]


def reach_m(zone: Zone, lon: float, lat: float) -> tuple[float, float]:
    """Nearest and farthest corner of an area from a point, by the geodesic."""
    corners = shapely.get_coordinates(zone.area)
    distances = [GEOD.inv(lon, lat, *corner)[2] for corner in corners]
    return min(distances), max(distances)


CENTRE = (114 + 10 / 60, 22 + 18 / 60)


def test_the_q_line_draws_a_circle_in_nautical_miles_latitude_first():
    zone, warnings = zone_of(notam())
    near, far = reach_m(zone, *CENTRE)
    assert near >= 2 * 1852
    assert far < 2 * 1852 * 1.02
    assert warnings == []


@pytest.mark.parametrize("words", ["WI 3NM RADIUS OF CENTRE", "RADIUS 3 NM", "RADIUS OF 3NM", "5.556 KM RAD"])
def test_a_larger_radius_in_the_text_counts_with_a_warning(words):
    zone, warnings = zone_of(notam(e=words))
    assert reach_m(zone, *CENTRE)[0] >= 5556 - 0.01
    assert warnings == ["RADII_DISAGREE"]


def test_a_smaller_radius_in_the_text_does_not_make_the_zone_smaller():
    zone, warnings = zone_of(notam(e="WI 1NM RADIUS"))
    assert reach_m(zone, *CENTRE)[0] >= 2 * 1852
    assert warnings == ["RADII_DISAGREE"]


def test_a_circle_in_the_text_round_another_centre_is_covered_too():
    zone, _ = zone_of(notam(e="WI 3NM RADIUS OF 221830N1141030E"))
    lon, lat = 114.175, 22 + 18.5 / 60
    assert zone.area.contains(shapely.Point(GEOD.fwd(lon, lat, 45, 3 * 1852 - 1)[:2]))


def test_circles_round_many_points_are_covered_by_one():
    points = " ".join(f"22{minute:02}00N1140{minute % 10}00E" for minute in range(10, 17))
    zone, _ = zone_of(notam(e=f"3NM RADIUS OF {points}"))
    for minute in range(10, 17):
        lon, lat = 114 + minute % 10 / 60, 22 + minute / 60
        for azimuth in (0, 120, 240):
            assert zone.area.covers(shapely.Point(GEOD.fwd(lon, lat, azimuth, 3 * 1852)[:2]))


def test_positions_in_the_text_are_covered_and_so_is_the_circle():
    zone, _ = zone_of(notam(e="AREA 221000N1140000E 221000N1142000E 223000N1142000E 223000N1140000E"))
    assert zone.area.bounds == pytest.approx((114, 22 + 1 / 6, 114 + 1 / 3, 22.5))
    assert zone.area.covers(shapely.Point(*CENTRE))


@pytest.mark.parametrize(
    ("q", "fg", "band"),
    [
        ("000/010", "F) SFC G) 1000FT AMSL", ("GND", (304.8, Reference.AMSL))),
        ("000/010", "F) GND G) 120M AGL", ("GND", (120, Reference.AGL))),
        ("000/010", "F) 500FT AGL G) FL050", ((152.4, Reference.AGL), (1524, Reference.FL))),
        ("000/999", "F) SFC G) UNL", ("GND", None)),
        ("005/010", "", ((152.4, Reference.FL), (304.8, Reference.FL))),
        ("000/999", "", ("GND", None)),
        ("000/000", "", ("GND", None)),
    ],
)
def test_limits_come_from_f_and_g_or_from_the_q_line(q, fg, band):
    zone, warnings = zone_of(notam(q=f"VHHK/QRTCA/IV/BO/W/{q}/2218N11410E002", fg=fg))
    lower, upper = band
    assert zone.band.lower == (GROUND if lower == "GND" else Height(value_m=lower[0], reference=lower[1]))
    assert zone.band.upper == (upper and Height(value_m=upper[0], reference=upper[1]))
    assert warnings == []


@pytest.mark.parametrize("g", ["1000FT", "ABOUT 1000FT AMSL", "SEE TEXT"])
def test_a_limit_that_cannot_be_told_falls_back_to_the_q_line(g):
    zone, warnings = zone_of(notam(fg=f"F) SFC G) {g}"))
    assert zone.band == Band(lower=GROUND, upper=Height(value_m=304.8, reference=Reference.FL))
    assert warnings == ["HEIGHT_UNCLEAR"]


def test_times_are_utc():
    zone, _ = zone_of(notam())
    (period,) = zone.schedule.periods
    assert period.start == datetime(2026, 12, 1, tzinfo=UTC)
    assert period.end == datetime(2026, 12, 31, 23, 59, tzinfo=UTC)


@pytest.mark.parametrize(("c", "codes"), [("C) PERM", []), ("C) 2612312359 EST", ["END_ESTIMATED"])])
def test_a_permanent_or_estimated_end_is_none(c, codes):
    zone, warnings = zone_of(notam(c=c))
    assert zone.schedule.periods[0].end is None
    assert warnings == codes


@pytest.mark.parametrize(
    ("d", "hours"),
    [
        ("DAILY 0600-1800", (7, time(6), time(18))),
        ("MON-FRI 2200-0400", (5, time(22), time(4))),
        ("H24", (7, time(0), time(0))),
        ("SAT 0000-2400", (1, time(0), time(0))),
        ("DLY SR-SS", (7, SunEvent.SR, SunEvent.SS)),
    ],
)
def test_daily_hours(d, hours):
    zone, warnings = zone_of(notam(d=d))
    (read_hours,) = zone.schedule.periods[0].hours
    assert (len(read_hours.days), read_hours.start, read_hours.end) == hours
    assert read_hours.clock is UTC
    assert read_hours.place == (CENTRE if hours[1] is SunEvent.SR else None)
    assert warnings == []


@pytest.mark.parametrize("d", ["0600-1800 EXC HOL", "DEC 01-05 0600-1800", "SEE TEXT"])
def test_hours_that_cannot_be_read_are_all_hours(d):
    zone, warnings = zone_of(notam(d=d))
    assert zone.schedule.periods[0].hours == ()
    assert warnings == ["TIMES_NOT_READ"]


@pytest.mark.parametrize(
    ("code", "restriction"),
    [
        ("QRPCA", Restriction.PROHIBITED),
        ("QRTLP", Restriction.PROHIBITED),
        ("QRRCA", Restriction.REQ_AUTHORISATION),
        ("QRTCA", Restriction.REQ_AUTHORISATION),
        ("QRDCA", Restriction.CONDITIONAL),
        ("QWULW", Restriction.CONDITIONAL),
        ("QZZZZ", Restriction.CONDITIONAL),
        ("QFAXX", Restriction.CONDITIONAL),
        ("QMRLC", Restriction.NO_RESTRICTION),
    ],
)
def test_what_codes_ask(code, restriction):
    zone, _ = zone_of(notam(q=f"VHHK/{code}/IV/BO/W/000/010/2218N11410E002", e="SEE AIP"))
    assert zone.restriction is restriction


def test_equipment_is_not_the_matter_when_the_text_speaks_of_drones():
    zone, _ = zone_of(notam(q="VHHK/QFALC/IV/BO/W/000/010/2218N11410E002", e="DRONE FLYING WI 5NM"))
    assert zone.restriction is Restriction.CONDITIONAL


@pytest.mark.parametrize(
    "text",
    [
        notam(kind="NOTAMC A0100/26"),
        notam(kind="NOTAMC A0100/26", c=""),
        notam(q="VHHK/QRTCD/IV/BO/W/000/010/2218N11410E002"),
    ],
)
def test_what_ends_something_makes_no_zone_and_says_so(text):
    placed, (problem,) = read(text)
    assert placed == []
    assert (problem.code, problem.warning) == ("NO_ZONE", True)


def test_a_replacement_counts_beside_what_it_replaces():
    placed, problems = read(notam("A0001/26") + notam("A0002/26", kind="NOTAMR A0001/26"))
    assert [item.id for item in placed] == ["A0001/26", "A0002/26"]
    assert [problem.code for problem in problems] == ["REPLACES"]


def test_everything_on_one_line_reads_alike():
    text = notam(d="DAILY 0600-1800")
    spaced = text.replace("VHHK/QRTCA", "VHHK / QRTCA").replace("\n", " ")
    assert zone_of(spaced)[0] == zone_of(text)[0]


def test_one_bad_notam_costs_no_other():
    bad = notam("A0002/26", q="nonsense")
    placed, problems = read(notam("A0001/26") + bad + notam("A0003/26"))
    assert [(item.id, item.value is None) for item in placed] == [
        ("A0001/26", False),
        ("A0002/26", True),
        ("A0003/26", False),
    ]
    (problem,) = problems
    assert (problem.code, problem.place) == ("BAD_NOTAM", "line 6")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (notam(b="2613010000"), "BAD_NOTAM"),
        (notam(b="2612312359", c="C) 2612010000"), "TIMES_REVERSED"),
        (notam(c=""), "BAD_NOTAM"),
        (notam(q="VHHK/QRTCA/IV/BO/W/000/010/2218N11410E000"), "NO_GEOMETRY"),
        (notam(q="VHHK/QRTCA/IV/BO/W/000/010/9218N11410E002"), "BAD_NOTAM"),
        (notam(q="VHHK/QRTCA/IV/BO/W/000/010/2218N17959E005"), "CROSSES_ANTIMERIDIAN"),
        (notam(q="VHHK/QRTCA/IV/BO/W/000/010/8959N11410E005"), "CROSSES_ANTIMERIDIAN"),
        (notam(e="RADIUS 9999NM"), "NO_GEOMETRY"),
        (notam(e="x" * 30_000), "OUT_OF_RANGE"),
        (notam(e="221000N1140000E " * 250), "NO_GEOMETRY"),
        (notam(fg="F) FL100 G) FL050"), "LOWER_ABOVE_UPPER"),
        (notam(e="a\u202eb"), "CONTROL_CHARACTER"),
    ],
)
def test_what_cannot_be_used_is_told_and_kept_by_its_id(text, code):
    (placed,), problems = read(text)
    assert (placed.id, placed.value) == ("A1234/26", None)
    assert code in [problem.code for problem in problems if not problem.warning]


def test_a_number_that_stands_twice_is_told():
    _, problems = read(notam() + notam())
    assert [(problem.code, problem.place) for problem in problems] == [("DUPLICATE_ID", "line 6")]


def test_text_before_the_first_notam_is_told():
    _, problems = read("SOMETHING ELSE\n" + notam())
    assert [(problem.code, problem.warning) for problem in problems] == [("TEXT_IGNORED", True)]


def test_a_whole_region_is_told():
    zone, warnings = zone_of(notam(q="VHHK/QRTCA/IV/BO/W/000/010/2218N11410E999"))
    assert zone.area.covers(shapely.Point(120, 30))
    assert warnings == ["WHOLE_FIR"]


def test_too_many_are_refused():
    placed, problems = read("A1234/26 NOTAMN Q)\n" * 2_001)
    assert (placed, [problem.code for problem in problems]) == ([], ["TOO_MANY"])


@pytest.mark.parametrize("text", ["", "{}", "<kml>A1234/26 NOTAMN Q)</kml>", "A1234/26", "AC R\nAN x"])
def test_other_formats_are_not_taken_for_notams(text):
    assert not Notam().recognises(Document(file="a", text=text))


def test_without_the_library_it_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "aviconv_notam", None)
    monkeypatch.setitem(sys.modules, "aviconv_notam.parser", None)
    placed, (problem,) = read(notam())
    assert placed == []
    assert "pip install 'skyferry[notam]'" in problem.fix

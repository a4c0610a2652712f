from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta, timezone

import pytest
import shapely

from airspace.corridors.charts import Chart
from airspace.corridors.courses import as_flown, shortest
from airspace.corridors.networks import build_network
from airspace.corridors.passages import (
    Passage,
    columns_of,
    crossed_at,
    gate_spans,
    leave_spans,
    passage,
    stretches_of,
    zone_spans,
)
from airspace.model.gates import Gate
from airspace.model.pads import Pad
from airspace.model.schedules import Hours, Schedule
from airspace.model.skies import Airspace
from airspace.model.zones import Restriction, Zone
from tests.airspace.corridors.maps import (
    CLOSES,
    OPENS,
    RULES,
    WHEN,
    a_gate,
    a_pad,
    a_permit,
    a_side,
    a_zone,
    amsl,
    box,
    on_earth,
)

HOUR = timedelta(hours=1)
# Three strips from south to north, a gate between each two.
STRIPS = (
    a_side("S", box(-3000, -3000, 3000, -1000)),
    a_side("M", box(-3000, -1000, 3000, 1000)),
    a_side("N", box(-3000, 1000, 3000, 3000)),
)
LOWER = a_gate(box(-200, -1050, 200, -950), [a_permit("authority of S"), a_permit("authority of M")], "LOWER")
UPPER = a_gate(box(-200, 950, 200, 1050), [a_permit("authority of N"), a_permit("authority of M")], "UPPER")
PADS = (a_pad("A", 0, -2000), a_pad("B", 0, 2000), a_pad("C", 1000, -2000))
MORNING = Schedule.weekly(Hours(days=("MON",), start=time(9), end=time(12), clock=timezone(timedelta(hours=8))))
LEVEL = (RULES.levels_amsl_m[0], RULES.levels_amsl_m[0])
NINE_TO_TWELVE = (OPENS, OPENS + 3 * HOUR)
TWELVE_TO_FIVE = (OPENS + 3 * HOUR, CLOSES)


def sky_of(zones: Sequence[Zone] = (), gates: Sequence[Gate] = (LOWER, UPPER)) -> Airspace:
    return Airspace(zones=tuple(zones), pads=PADS, gates=tuple(gates), jurisdictions=STRIPS)


def passed(sky: Airspace, start: str = "A", end: str = "B", aircraft: Sequence[str] = ("D1",)) -> Passage:
    """What the straight line between two pads passes."""
    ends: tuple[Pad, Pad] = (sky.pad(start), sky.pad(end))
    line = [(pad.lon, pad.lat, LEVEL[0]) for pad in ends]
    return passage(line, ends, Chart.of(sky, RULES), aircraft=aircraft, when=WHEN)


def test_jurisdictions_and_gates_come_in_the_order_flown() -> None:
    there, back = passed(sky_of()), passed(sky_of(), "B", "A")
    assert (there.jurisdictions, there.gates, there.spans) == (("S", "M", "N"), ("LOWER", "UPPER"), (WHEN,))
    assert (back.jurisdictions, back.gates, back.spans) == (("N", "M", "S"), ("UPPER", "LOWER"), (WHEN,))


def test_a_course_is_cut_where_it_passes_a_boundary() -> None:
    """From 2 km south of the middle to 2 km north of it, over boundaries 1 km either side."""
    first, second = passed(sky_of()).crossings
    assert (first.before, first.after, first.gate) == ("S", "M", "LOWER")
    assert (second.before, second.after, second.gate) == ("M", "N", "UPPER")
    assert (first.along_share, second.along_share) == (pytest.approx(0.25, abs=1e-4), pytest.approx(0.75, abs=1e-4))
    assert shapely.Point(first.lon, first.lat).distance(STRIPS[0].area) < 1e-9


def test_a_flight_inside_one_jurisdiction_passes_no_gate() -> None:
    inside = passed(sky_of(), "A", "C")
    assert (inside.jurisdictions, inside.gates, inside.crossings, inside.spans) == (("S",), (), (), (WHEN,))


def test_a_flight_fits_the_hours_that_all_gates_share() -> None:
    lower = replace(LOWER, schedule=MORNING)
    upper = replace(
        UPPER, permits=(a_permit("authority of N", start=OPENS + HOUR), a_permit("authority of M", end=CLOSES - HOUR))
    )
    assert passed(sky_of(gates=[lower, upper])).spans == ((OPENS + HOUR, OPENS + 3 * HOUR),)


def test_a_gate_closed_after_hours_leaves_no_time() -> None:
    night = Schedule.weekly(Hours(days=("MON",), start=time(20), end=time(22), clock=timezone(timedelta(hours=8))))
    assert passed(sky_of(gates=[replace(LOWER, schedule=night), UPPER])).spans == ()


@pytest.mark.parametrize("missing", ["authority of S", "authority of M"])
def test_a_gate_needs_leave_of_the_authority_on_each_side(missing: str) -> None:
    lower = replace(LOWER, permits=tuple(permit for permit in LOWER.permits if permit.authority != missing))
    assert passed(sky_of(gates=[lower, UPPER])).spans == ()


def test_a_permit_for_the_type_of_a_drone_is_enough() -> None:
    by_type = replace(LOWER, permits=tuple(replace(permit, aircraft=("T1",)) for permit in LOWER.permits))
    chart = Chart.of(sky_of(gates=[by_type, UPPER]), RULES)
    assert gate_spans(by_type, chart, ("D1", "T1"), WHEN, LEVEL) == (WHEN,)
    assert gate_spans(by_type, chart, ("D1", "T2"), WHEN, LEVEL) == ()


def test_a_permit_is_not_prolonged_by_another_that_begins_when_it_ends() -> None:
    """The check asks for one permit that is valid throughout a leg, and so does every rule of a ledger."""
    halves = (
        replace(a_permit("authority of S", end=OPENS + 3 * HOUR), id="morning"),
        replace(a_permit("authority of S", start=OPENS + 3 * HOUR), id="afternoon"),
    )
    lower = replace(LOWER, permits=(*halves, a_permit("authority of M")))
    noon = OPENS + 3 * HOUR
    spans = gate_spans(lower, Chart.of(sky_of(gates=[lower]), RULES), ("D1",), WHEN, LEVEL)
    assert spans == ((WHEN[0], noon), (noon, WHEN[1]))


def test_a_gate_whose_band_does_not_hold_the_flight_level_gives_no_time() -> None:
    low = replace(LOWER, band=amsl(0, 60))
    assert gate_spans(low, Chart.of(sky_of(gates=[low]), RULES), ("D1",), WHEN, LEVEL) == ()


def test_zones_entered_leave_the_time_they_do_not_hold() -> None:
    zone = a_zone(box(-300, -300, 300, 300), schedule=MORNING)
    found = passed(sky_of([zone]))
    assert (found.zones, found.spans) == (("Z",), (TWELVE_TO_FIVE,))


def test_a_permit_fills_the_time_a_zone_holds() -> None:
    zone = a_zone(box(-300, -300, 300, 300), schedule=MORNING, restriction=Restriction.REQ_AUTHORISATION)
    permit = a_permit("authority of M", zones=["Z"], end=OPENS + 2 * HOUR)
    chart = Chart.of(sky_of([zone], gates=[replace(LOWER, permits=(permit,))]), RULES)
    assert zone_spans(zone, chart, ("D1",), WHEN, LEVEL) == ((OPENS, OPENS + 2 * HOUR), TWELVE_TO_FIVE)
    assert zone_spans(zone, chart, ("D2",), WHEN, LEVEL) == (TWELVE_TO_FIVE,)
    assert leave_spans(replace(zone, restriction=Restriction.PROHIBITED), chart, ("D1",), WHEN, LEVEL) == ()
    assert leave_spans(replace(zone, id="Y"), chart, ("D1",), WHEN, LEVEL) == ()


def test_a_permit_opens_a_zone_at_its_own_heights_and_hours_only() -> None:
    zone = a_zone(box(-300, -300, 300, 300), restriction=Restriction.REQ_AUTHORISATION)
    permit = replace(a_permit("authority of M", zones=["Z"]), band=amsl(60, 100), schedule=MORNING)
    chart = Chart.of(sky_of([zone], gates=[replace(LOWER, permits=(permit,))]), RULES)
    assert leave_spans(zone, chart, ("D1",), WHEN, LEVEL) == ((OPENS, OPENS + 3 * HOUR),)
    assert leave_spans(zone, chart, ("D1",), WHEN, (50.0, 80.0)) == ()
    assert leave_spans(zone, chart, ("D1",), WHEN, (80.0, 101.0)) == ()


def test_a_gate_is_not_opened_by_a_permit_for_other_heights() -> None:
    permits = tuple(replace(permit, band=amsl(90, 120)) for permit in LOWER.permits)
    lower = replace(LOWER, permits=permits)
    assert gate_spans(lower, Chart.of(sky_of(gates=[lower]), RULES), ("D1",), WHEN, LEVEL) == ()


def test_a_budget_for_the_datums_narrows_a_gate() -> None:
    low = replace(LOWER, band=amsl(0, RULES.levels_amsl_m[0] + 2))
    sky = sky_of(gates=[low])
    assert gate_spans(low, Chart.of(sky, RULES), ("D1",), WHEN, LEVEL) == (WHEN,)
    assert gate_spans(low, Chart.of(sky, replace(RULES, vertical_budget_m=3.0)), ("D1",), WHEN, LEVEL) == ()


def test_a_prohibited_zone_on_the_way_leaves_no_time() -> None:
    assert passed(sky_of([a_zone(box(-300, -300, 300, 300))])).spans == ()


@pytest.mark.parametrize(("gap_m", "entered"), [(0, True), (49, True), (51, False)])
def test_a_zone_nearer_than_the_keep_out_counts_as_entered(gap_m: float, entered: bool) -> None:
    zone = a_zone(box(gap_m, -300, 900, 300))
    assert (passed(sky_of([zone])).zones == ("Z",)) is entered


@pytest.mark.parametrize(("gap_m", "entered"), [(-1, True), (0, False), (1, False)])
def test_without_a_clearance_a_zone_counts_as_entered_and_one_that_is_touched_does_not(
    gap_m: float, entered: bool
) -> None:
    bare = replace(RULES, clearance_m=0.0, half_width_m=0.0)
    assert bare.keep_out_m == 0.0
    for box_on_the_way in (box(gap_m, -300, 900, 300), box(gap_m, -2300, 900, -1700)):
        sky = sky_of([a_zone(box_on_the_way, band=amsl(0, 150))])
        ends = (sky.pad("A"), sky.pad("B"))
        line = [(pad.lon, pad.lat, LEVEL[0]) for pad in ends]
        found = passage(line, ends, Chart.of(sky, bare), aircraft=("D1",), when=WHEN)
        assert (found.zones == ("Z",)) is entered


def test_without_a_clearance_a_climb_in_a_zone_is_flown_at_all_its_heights() -> None:
    bare = replace(RULES, clearance_m=0.0, half_width_m=0.0)
    sky = sky_of([a_zone(box(-300, -2300, 300, -1700), band=amsl(-50, 150))])
    ends = (sky.pad("A"), sky.pad("B"))
    line = [(pad.lon, pad.lat, LEVEL[0]) for pad in ends]
    found = passage(line, ends, Chart.of(sky, bare), aircraft=("D1",), when=WHEN)
    assert found.heights_amsl_m["Z"] == (ends[0].elevation_amsl_m, LEVEL[0])
    assert ends[0].elevation_amsl_m < LEVEL[0]


def test_a_low_zone_counts_under_the_climb_and_not_under_the_flight() -> None:
    low = amsl(20, 50)
    at_the_pad, on_the_way = (
        a_zone(box(-100, -2100, 100, -1900), "PAD", band=low),
        a_zone(box(-100, -100, 100, 100), "WAY", band=low),
    )
    assert passed(sky_of([at_the_pad, on_the_way])).zones == ("PAD",)


def test_a_shortest_course_of_the_network_enters_nothing() -> None:
    sky = sky_of([a_zone(box(-700, -400, 100, 400))])
    network = build_network(sky, RULES, aircraft=("D1",), when=WHEN)
    course = shortest(network, "A", "B")
    assert course is not None
    ends = (sky.pad("A"), sky.pad("B"))
    found = passage(course.points, ends, network.graph["chart"], aircraft=("D1",), when=WHEN)
    assert len(course.lonlat) > 2
    assert (found.jurisdictions, found.gates) == (("S", "M", "N"), ("LOWER", "UPPER"))
    assert (found.zones, found.spans) == ((), (WHEN,))


def test_without_jurisdictions_nothing_is_crossed() -> None:
    assert passed(replace(sky_of(), jurisdictions=(), gates=())) == Passage(
        jurisdictions=(), gates=(), zones=(), spans=(WHEN,)
    )


def test_points_that_are_one_to_the_centimetre_are_told_once() -> None:
    network = build_network(sky_of(), RULES)
    course = shortest(network, "A", "C")
    assert course is not None
    first, *others = course.points
    near = (first[0] + 2e-9, first[1], first[2])
    assert as_flown(replace(course, points=(first, near, *others)), network.graph["chart"].frame) == as_flown(
        course, network.graph["chart"].frame
    )


@pytest.mark.parametrize(("changed_y_m", "height_m"), [(-1030, 30.0), (-970, 0.0)])
def test_a_crossing_is_told_at_the_height_flown_there_where_the_level_changes_in_a_shared_strip(
    changed_y_m: float, height_m: float
) -> None:
    # S and M share the strip from y = -1040 to -960, so that the crossing is at y = -1000.
    sides = (a_side("S", box(-3000, -3000, 3000, -960)), a_side("M", box(-3000, -1040, 3000, 1000)), STRIPS[2])
    sky = replace(sky_of(), jurisdictions=sides)
    ends: tuple[Pad, Pad] = (sky.pad("A"), sky.pad("B"))
    middle = a_pad("middle", 0, changed_y_m)
    low, high = LEVEL[0], LEVEL[0] + 30.0
    line = [
        (ends[0].lon, ends[0].lat, low),
        (middle.lon, middle.lat, low),
        (middle.lon, middle.lat, high),
        (ends[1].lon, ends[1].lat, high),
    ]
    found = passage(line, ends, Chart.of(sky, RULES), aircraft=("D1",), when=WHEN)
    assert (found.crossings[0].before, found.crossings[0].after) == ("S", "M")
    assert found.crossings[0].alt_amsl_m == low + height_m


def test_a_line_tells_where_along_it_and_through_which_gate_it_passes_each_boundary() -> None:
    chart = Chart.of(sky_of(), RULES)
    line = chart.frame.project(on_earth(shapely.LineString([(0, -2000), (0, 2000)])))
    (first_m, first), (second_m, second) = crossed_at(line, chart)
    assert (first, second) == ("LOWER", "UPPER")
    assert (first_m, second_m) == (pytest.approx(1000, abs=0.5), pytest.approx(3000, abs=0.5))
    beside = chart.frame.project(on_earth(shapely.LineString([(300, -2000), (300, 2000)])))
    assert crossed_at(beside, chart) == (), "a boundary passed outside of gates has no place in a gate"


def test_touching_a_jurisdiction_in_a_point_is_not_being_in_it() -> None:
    beside = a_side("E", shapely.Polygon([(0, -1500), (500, -2000), (500, -1200)]))
    sky = replace(sky_of(), jurisdictions=(*STRIPS, beside))
    chart = Chart.of(sky, RULES)
    touching = chart.frame.project(shapely.LineString([(pad.lon, pad.lat) for pad in (sky.pad("A"), sky.pad("B"))]))
    corner = shapely.get_point(shapely.get_exterior_ring(dict_of(chart)["E"]), 0)
    line = shapely.LineString([*touching.coords[:1], (corner.x, corner.y), *touching.coords[1:]])
    assert {side for stretch in stretches_of(line, chart) for side in stretch.sides} == {"S", "M", "N"}


def dict_of(chart: Chart) -> dict[str, shapely.Geometry]:
    return {side.id: area for side, area in chart.jurisdictions}


def test_a_gap_between_two_permits_at_one_gate_is_no_time_for_a_flight_through_both() -> None:
    shut = replace(LOWER, permits=(a_permit("authority of S", end=OPENS + HOUR), a_permit("authority of M")))
    found = passed(sky_of(gates=[shut, UPPER]))
    assert found.spans == ((OPENS, OPENS + HOUR),)


def sides_of(*sides: tuple[str, shapely.Polygon]) -> Airspace:
    return replace(sky_of(), jurisdictions=tuple(a_side(name, area) for name, area in sides))


WEST, EAST = -3000, 3000
OVERLAPPING = (
    ("S", box(WEST, -3000, EAST, -900)), ("M", box(WEST, -1100, EAST, 1000)), ("N", box(WEST, 1000, EAST, 3000)),
)  # fmt: skip


def test_where_jurisdictions_overlap_a_gate_has_to_hold_all_that_lies_in_both() -> None:
    """From 900 to 1,100 m along the course, so that the crossing is told in the middle of it."""
    wide = a_gate(box(-200, -1150, 200, -850), LOWER.permits, "WIDE")
    sky = replace(sides_of(*OVERLAPPING), gates=(LOWER, wide, UPPER))
    found = passed(sky)
    assert (found.jurisdictions, found.gates, found.spans) == (("S", "M", "N"), ("WIDE", "UPPER"), (WHEN,))
    first = found.crossings[0]
    assert (first.before, first.after, first.along_share) == ("S", "M", pytest.approx(0.25, abs=1e-4))
    narrow = passed(replace(sky, gates=(LOWER, UPPER)))
    assert (narrow.crossings[0].gate, narrow.gates, narrow.spans) == ("", ("UPPER",), ())


def test_a_course_that_only_dips_into_another_jurisdiction_crosses_to_it() -> None:
    inner = ("E", box(-100, -2500, 100, -1500))
    sky = sides_of(("S", box(WEST, -3000, EAST, 3000)), inner)
    back = passed(sky, "C", "B")
    assert (back.jurisdictions, back.crossings) == (("S",), ()), "from 1 km east it passes beside"
    found = passed(sky, "A", "B")
    assert found.jurisdictions == ("E", "S")
    (only,) = found.crossings
    # It begins in both, 500 m within the inner one: as if it came from there at its start.
    assert (only.before, only.after) == ("E", "S")
    assert only.along_share == pytest.approx(250 / 4000, abs=1e-3)


def test_a_course_that_never_is_in_one_jurisdiction_alone_crosses_at_its_start() -> None:
    everywhere = box(WEST, -3000, EAST, 3000)
    found = passed(sides_of(("S", everywhere), ("E", everywhere)))
    (only,) = found.crossings
    assert (only.before, only.after, only.along_share) == ("E", "S", 0.0)
    assert set(found.jurisdictions) == {"E", "S"}


def test_a_course_that_ends_in_two_jurisdictions_crosses_where_it_leaves_the_first_alone() -> None:
    sky = sides_of(("S", box(WEST, -3000, EAST, 3000)), ("N", box(WEST, 1500, EAST, 3000)))
    (only,) = passed(sky).crossings
    assert (only.before, only.after, only.along_share) == ("S", "N", pytest.approx(3500 / 4000, abs=1e-4))


def test_a_crossing_is_told_at_the_height_flown_there() -> None:
    sky = sky_of()
    a, b = sky.pad("A"), sky.pad("B")
    points = [(a.lon, a.lat, 80.0), (a.lon, a.lat, 120.0), (b.lon, b.lat, 120.0)]
    found = passage(points, (a, b), Chart.of(sky, RULES), aircraft=("D1",), when=WHEN)
    assert [crossing.alt_amsl_m for crossing in found.crossings] == [120.0, 120.0]


def test_heights_flown_in_a_zone_are_those_of_the_climb_and_of_the_level() -> None:
    zone = a_zone(box(-100, -2100, 100, 100), restriction=Restriction.REQ_AUTHORISATION)
    assert dict(passed(sky_of([zone])).heights_amsl_m) == {"Z": (5.0, LEVEL[0])}
    on_the_way = a_zone(box(-100, -100, 100, 100), restriction=Restriction.REQ_AUTHORISATION)
    assert dict(passed(sky_of([on_the_way])).heights_amsl_m) == {"Z": LEVEL}


def test_a_course_climbs_from_the_ground_of_its_first_pad_and_sinks_to_that_of_its_last() -> None:
    first, last = a_pad("A", 0, -2000, 30.0), a_pad("B", 0, 2000, 50.0)
    chart = Chart.of(sky_of(), RULES)
    points = [(first.lon, first.lat, 80.0), (last.lon, last.lat, 80.0), (last.lon, last.lat, 120.0)]
    spans = [(column.lowest_m, column.highest_m) for column in columns_of(points, (first, last), chart)]
    assert spans == [(30.0, 80.0), (80.0, 120.0), (50.0, 120.0)]


def test_a_gate_passed_while_changing_level_has_to_hold_both_levels() -> None:
    sky = sky_of(gates=(replace(LOWER, band=amsl(60, 100)), UPPER))
    a, b = sky.pad("A"), sky.pad("B")
    level = passed(sky)
    assert level.spans == (WHEN,)
    middle = (level.crossings[0].lon, level.crossings[0].lat)
    climbing = [(a.lon, a.lat, 80.0), (*middle, 80.0), (*middle, 120.0), (b.lon, b.lat, 120.0)]
    found = passage(climbing, (a, b), Chart.of(sky, RULES), aircraft=("D1",), when=WHEN)
    assert (found.crossings[0].gate, found.spans) == ("LOWER", ())


def test_of_two_gates_that_let_a_course_pass_the_first_is_told_and_any_may_be_open() -> None:
    shut = replace(LOWER, id="SHUT", schedule=MORNING)
    found = passed(sky_of(gates=(shut, LOWER, UPPER)))
    assert found.crossings[0].gate == "SHUT"
    assert (found.gates, found.spans) == (("SHUT", "LOWER", "UPPER"), (WHEN,))
    never = replace(LOWER, id="NEVER", permits=())
    assert passed(sky_of(gates=(never, LOWER, UPPER))).gates == ("LOWER", "UPPER"), "those only that are ever open"


def test_a_zone_high_above_a_pad_is_not_entered_by_the_climb_below_it() -> None:
    above, within = (a_zone(box(-100, -2100, 100, -1900), name, band=amsl(*heights))
                     for name, heights in (("ABOVE", (100, 200)), ("WITHIN", (30, 40))))  # fmt: skip
    assert passed(sky_of([above, within])).zones == ("WITHIN",)

"""Faults at the boundary and its gate: each breaks the rule that is meant for it, and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import shapely

from airspace.earth.heights import GROUND, Band, Height, Reference
from planner.model.plans import Crossing
from planner.model.reviews import Verdict
from planner.safety import geodesics
from planner.safety.boundaries import SHORTEST_SPAN, _crossings, _parts

# S1 crosses the boundary, the parallel 22.51, at 114.1 E: 1 500 m after the hub, in gate G1, 00:11:40 UTC.
OUT, BACK = "S1 leg 1 HUB>CLINIC", "S1 leg 2 CLINIC>HUB"


def beside_the_crossing(helpers, metres):
    """The longitude some metres east of where S1 crosses."""
    return helpers.away(114.1, helpers.BOUNDARY_LAT, 90, metres)[0]


def with_land(world, name, area):
    lands = tuple(replace(land, area=area) if land.id == name else land for land in world.sky.jurisdictions)
    return replace(world, sky=replace(world.sky, jurisdictions=lands))


def test_crossing_outside_every_gate_names_the_leg_and_how_far_the_gate_is(good, helpers):
    # The gate lies from 1 km east of the crossing on.
    west = beside_the_crossing(helpers, 1000)
    world = good.with_gate(area=shapely.box(west, 22.508, west + 0.01, 22.512))
    failures = world.broken("boundary.gate")
    assert {finding.subject for finding in failures} == {f"{OUT}, boundary HK|SZ", f"{BACK}, boundary SZ|HK"}
    assert [finding.measured for finding in failures] == pytest.approx([-1000, -1000], abs=0.05)
    assert [finding.margin for finding in failures] == pytest.approx([-1020, -1020], abs=0.05)
    assert failures[0].where.lat == pytest.approx(22.51, abs=1e-6)
    assert "G1" in failures[0].detail
    # What is written down, that G1 was crossed, is false now as well.
    assert {finding.rule for finding in world.review().of(Verdict.FAIL)} == {"boundary.gate", "boundary.record"}


def test_a_detour_around_the_gate_fails_on_that_leg_alone(good, helpers):
    corners = [helpers.away(114.11, lat, 0, 0) for lat in (22.505, 22.515)]
    world = good.flown_via(0, 0, *corners)
    (failure,) = world.broken("boundary.gate")
    assert failure.subject == f"{OUT}, boundary HK|SZ"
    # From 114.11 E back to the gate's edge at 114.105 E.
    metres = helpers.WGS84.inv(114.105, 22.51, 114.11, 22.51)[2]
    assert failure.measured == pytest.approx(-metres, abs=0.05)


def test_no_gate_at_all_fails_every_crossing(good):
    world = replace(good, sky=replace(good.sky, gates=()))
    failures = world.broken("boundary.gate")
    assert [finding.subject for finding in failures] == [f"{OUT}, boundary HK|SZ", f"{BACK}, boundary SZ|HK"]
    assert "no gate" in failures[0].detail


@pytest.mark.parametrize(("metres", "holds"), [(19.95, False), (20.02, True)])
def test_the_end_of_a_gates_opening_keeps_the_half_width_away(good, helpers, metres, holds):
    area = shapely.box(114.095, 22.508, beside_the_crossing(helpers, metres), 22.512)
    world = good.with_gate(area=area)
    if holds:
        assert world.passing("boundary.gate").measured == pytest.approx(metres, abs=0.01)
        return
    failures = world.only("boundary.gate")
    assert {finding.subject for finding in failures} == {f"{OUT}, gate 'G1'", f"{BACK}, gate 'G1'"}
    assert [finding.margin for finding in failures] == pytest.approx([metres - 20] * 2, abs=0.01)


def test_a_gate_that_is_shut_at_the_time_fails_its_hours(good, helpers):
    world = good.with_gate(schedule=helpers.hours("01:00", "09:00"))
    failures = world.only("gate.hours")
    assert {finding.subject for finding in failures} == {f"{OUT}, gate 'G1'", f"{BACK}, gate 'G1'"}
    # Out takes 300 s with its hand-over, and for none of them is the gate open.
    assert {finding.subject: finding.margin for finding in failures}[f"{OUT}, gate 'G1'"] == pytest.approx(-300)


def test_a_gate_that_shuts_during_a_leg_fails_that_leg(good, helpers):
    world = good.with_gate(schedule=helpers.hours("00:00", "00:13"))
    failures = {finding.subject: finding for finding in world.only("gate.hours")}
    assert failures[f"{OUT}, gate 'G1'"].margin == pytest.approx(180 - 300)


@pytest.mark.parametrize(("band", "margin"), [((60, 105), -5), ((112, 150), -2)])
def test_a_level_outside_the_gates_band_fails(good, helpers, band, margin):
    failures = good.with_gate(band=helpers.amsl(*band)).only("gate.band")
    assert len(failures) == 2
    assert failures[0].subject == f"{OUT}, gate 'G1'"
    assert failures[0].margin == pytest.approx(margin)


@pytest.mark.parametrize(("left", "missing"), [("CAAC", "CAD of HK"), ("CAD", "CAAC of SZ")])
def test_a_permit_of_one_authority_only_fails_for_the_other(good, left, missing):
    permits = tuple(permit for permit in good.sky.gates[0].permits if permit.authority == left)
    failures = good.with_gate(permits=permits).only("gate.permit")
    assert {finding.subject for finding in failures} == {
        f"{leg}, gate 'G1', authority {missing}" for leg in (OUT, BACK)
    }  # fmt: skip
    assert "no permit of" in failures[0].detail


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"aircraft": ("D2",)}, "is for D2"),
        ({"valid_to_minutes": 9}, "to 2026-12-01T00:09Z"),
        ({"valid_to_minutes": 12}, "to 2026-12-01T00:12Z"),
        ({"valid_from_minutes": 60}, "from 2026-12-01T01:00Z"),
    ],
)
def test_a_gates_permit_for_another_drone_or_time_fails(good, helpers, changes, told):
    changes = {
        key.removesuffix("_minutes"): helpers.START + timedelta(minutes=value) if key.endswith("_minutes") else value
        for key, value in changes.items()
    }
    chinese, hong_kong = good.sky.gates[0].permits
    world = good.with_gate(permits=(chinese, replace(hong_kong, **changes)))
    failures = world.only("gate.permit")
    assert {finding.subject for finding in failures} == {
        f"{leg}, gate 'G1', authority CAD of HK" for leg in (OUT, BACK)
    }  # fmt: skip
    assert all("'P-HK'" in finding.detail and told in finding.detail for finding in failures)


def test_a_permit_of_another_gate_does_not_open_this_one(good):
    gate = good.sky.gates[0]
    other = replace(gate, id="G2", area=shapely.box(114.15, 22.508, 114.16, 22.512))
    world = replace(good, sky=replace(good.sky, gates=(replace(gate, permits=()), other)))
    assert len(world.only("gate.permit")) == 4


@pytest.mark.parametrize(("metres", "holds"), [(19.9, False), (20.05, True)])
def test_a_leg_beside_the_boundary_keeps_the_half_width_away(good, helpers, metres, holds):
    # The boundary is moved south to where the line of S2 comes within metres of it, east of the gate and of S1.
    lat = helpers.away(*helpers.away(*helpers.HUB_AT, 90, 1000), 0, metres)[1]
    west, east = helpers.away(*helpers.HUB_AT, 90, 700)[0], helpers.away(*helpers.HUB_AT, 90, 1300)[0]
    tooth = shapely.box(west, lat, east, 22.51)
    world = with_land(good, "HK", shapely.box(114.0, 22.45, 114.2, 22.51).difference(tooth))
    world = with_land(world, "SZ", shapely.box(114.0, 22.51, 114.2, 22.57).union(tooth))
    if holds:
        assert world.review().verdict is Verdict.PASS
        assert world.passing("boundary.clearance").measured == pytest.approx(metres, abs=0.02)
        return
    failures = world.only("boundary.clearance")
    assert {finding.subject for finding in failures} == {
        "S2 leg 1 HUB>KIOSK, boundary of SZ", "S2 leg 2 KIOSK>HUB, boundary of SZ"
    }  # fmt: skip
    assert failures[0].margin == pytest.approx(metres - 20, abs=0.02)


def test_leaving_all_jurisdictions_fails_by_how_far(good, helpers):
    # Hong Kong ends 300 m before the kiosk, which is 1 500 m from anything else.
    edge = helpers.away(*helpers.KIOSK_AT, 270, 300)[0]
    world = with_land(good, "HK", shapely.box(114.0, 22.45, edge, 22.51))
    failures = world.only("boundary.inside")
    assert [finding.subject for finding in failures] == ["S2 leg 1 HUB>KIOSK", "S2 leg 2 KIOSK>HUB"]
    assert [finding.measured for finding in failures] == pytest.approx([-300, -300], abs=0.05)
    assert [finding.margin for finding in failures] == pytest.approx([-320, -320], abs=0.05)


@pytest.mark.parametrize(("metres", "holds"), [(19.9, False), (20.05, True)])
def test_the_outer_edge_of_all_jurisdictions_keeps_the_half_width_away(good, helpers, metres, holds):
    edge = helpers.away(*helpers.KIOSK_AT, 90, metres)[0]
    world = with_land(good, "HK", shapely.box(114.0, 22.45, edge, 22.51))
    assert (not world.broken("boundary.inside")) is holds
    if not holds:
        assert world.only("boundary.inside")[0].margin == pytest.approx(metres - 20, abs=0.02)


@pytest.mark.parametrize(
    ("changes", "subject"),
    [({"gates": ()}, f"{OUT}, gates"), ({"jurisdictions": ("HK",)}, f"{OUT}, jurisdictions")],
)
def test_a_crossing_that_is_not_written_down_fails_the_record(good, changes, subject):
    (failure,) = good.with_leg(0, 0, **changes).only("boundary.record")
    assert failure.subject == subject


@pytest.mark.parametrize(("beside_m", "holds"), [(0, True), (18, False)])
def test_sides_that_overlap_change_in_the_middle_of_the_strip_by_metres(good, helpers, beside_m, holds):
    # Both sides have the 80 m about the old boundary; the line has a waypoint 30 m after its middle.
    north, south = (helpers.away(114.1, 22.51, turn, 40)[1] for turn in (0, 180))
    world = with_land(good, "HK", shapely.box(114.0, 22.45, 114.2, north))
    world = with_land(world, "SZ", shapely.box(114.0, south, 114.2, 22.57))
    world = world.flown_via(0, 0, helpers.away(114.1, 22.51, 0, 30))
    above, bend = world.plan.sorties[0].legs[0].waypoints[1:3]
    crossed = Crossing(
        gate="G1", before="HK", after="SZ", lon=114.1, lat=helpers.away(114.1, 22.51, 180, beside_m)[1],
        alt_amsl_m=helpers.CRUISE_M, t=above.t + (bend.t - above.t) * 1500 / 1530,
    )  # fmt: skip
    world = world.with_leg(0, 0, crossings=(crossed,))
    failures = [finding for finding in world.broken("boundary.record") if "crossings" in finding.subject]
    assert (not failures) is holds
    if not holds:
        assert failures[0].measured == pytest.approx(beside_m, abs=0.05)


@pytest.mark.parametrize(("short_m", "holds"), [(0.0, True), (0.015, True), (0.05, False), (5.0, False)])
def test_a_crossing_may_begin_outside_of_its_gate_by_the_rounding_of_a_record_and_by_no_more(
    good, helpers, short_m, holds
):
    # Both sides have the 80 m about the old boundary, and all of it has to be crossed in the gate.
    north, south = (helpers.away(114.1, 22.51, turn, 40)[1] for turn in (0, 180))
    world = with_land(good, "HK", shapely.box(114.0, 22.45, 114.2, north))
    world = with_land(world, "SZ", shapely.box(114.0, south, 114.2, 22.57))
    begins = helpers.away(114.1, 22.51, 180, 40 - short_m)[1]
    world = world.with_gate(area=shapely.box(114.095, begins, 114.105, 22.512))
    assert (not world.broken("boundary.gate")) is holds


@pytest.mark.parametrize(
    ("alt_m", "after_s", "holds"), [(110, 0, True), (95, 3, True), (80, 6, True), (140, 0, False), (95, 9, False)]
)
def test_where_the_level_changes_at_the_crossing_any_height_and_time_of_the_change_is_right(
    good, helpers, alt_m, after_s, holds
):
    # It comes down from 110 to 80 m over the boundary, in 6 s, and goes on to the clinic.
    world = good.flown_via(0, 0, helpers.away(114.1, 22.51, 0, 0), helpers.away(114.1, 22.51, 0, 0))
    points = list(world.plan.sorties[0].legs[0].waypoints)
    bend = points[2]
    points[3] = replace(bend, alt_amsl_m=80, alt_agl_m=bend.alt_agl_m - 30, t=bend.t + timedelta(seconds=6))
    crossed = Crossing(
        gate="G1", before="HK", after="SZ", lon=bend.lon, lat=bend.lat, alt_amsl_m=alt_m,
        t=bend.t + timedelta(seconds=after_s),
    )  # fmt: skip
    world = world.with_leg(0, 0, waypoints=tuple(points), crossings=(crossed,))
    failures = [finding for finding in world.broken("boundary.record") if "crossings" in finding.subject]
    assert (not failures) is holds


@pytest.mark.parametrize(
    ("leg", "gate", "sides", "words"),
    [
        ((0, 0), "G1", ("HK", "SZ"), ""),
        ((0, 0), "G1", ("SZ", "HK"), "recorded: SZ>HK; derived: HK>SZ"),
        ((1, 0), "G1", ("HK", "SZ"), "recorded: HK>SZ; derived: none"),
        ((0, 0), "G9", ("HK", "SZ"), "it does not cross by G9 where that is recorded"),
    ],
)
def test_a_crossing_that_is_not_made_fails_the_record(good, leg, gate, sides, words):
    t = good.plan.sorties[0].departs + timedelta(seconds=120)
    crossed = Crossing(gate=gate, before=sides[0], after=sides[1], lon=114.1, lat=22.51, alt_amsl_m=110, t=t)
    failures = good.with_leg(*leg, crossings=(crossed,)).broken("boundary.record")
    assert [failure.detail for failure in failures] == ([words] if words else [])


def test_a_gate_written_down_but_not_crossed_fails_the_record(good):
    (failure,) = good.with_leg(1, 0, gates=("G1",)).only("boundary.record")
    assert failure.subject == "S2 leg 1 HUB>KIOSK, gates"
    assert "G1" in failure.detail


@pytest.mark.parametrize(("ceiling_m", "holds"), [(99, False), (101, True)])
def test_a_gates_ceiling_above_ground_counts_from_the_lowest_pad(good, ceiling_m, holds):
    # The pads stand at 10 and 30 m: 99 m above ground may be no more than 109 m above the sea, below the level.
    band = Band(lower=GROUND, upper=Height(value_m=ceiling_m, reference=Reference.AGL))
    assert (good.with_gate(band=band).broken("gate.band") == ()) is holds


@pytest.mark.parametrize("walled", [True, False])
def test_a_side_whose_whole_boundary_lies_in_a_gate_is_never_passed_too_near(good, helpers, walled):
    # An island of another authority, 10 m north of the line of S2, in a gate that the line does not enter.
    west, south = helpers.away(*helpers.away(*helpers.HUB_AT, 90, 900), 0, 10)
    east, north = helpers.away(*helpers.away(*helpers.HUB_AT, 90, 1000), 0, 110)
    island = shapely.box(west, south, east, north)
    world = with_land(good, "HK", shapely.box(114.0, 22.45, 114.2, 22.51).difference(island))
    side = replace(world.sky.jurisdictions[0], id="IS", name="IS", area=island)
    around = island.buffer(0.00005, join_style="mitre")
    gate = replace(world.sky.gates[0], id="G2", area=island.buffer(-0.0002) if walled else around)
    sky = replace(world.sky, jurisdictions=(*world.sky.jurisdictions, side), gates=(*world.sky.gates, gate))
    failures = replace(world, sky=sky).broken("boundary.clearance")
    assert [failure.subject for failure in failures] == [
        f"S2 leg {leg}, boundary of IS" for leg in ("1 HUB>KIOSK", "2 KIOSK>HUB") if walled
    ]
    assert [failure.margin for failure in failures] == pytest.approx([-10, -10] if walled else [], abs=0.02)


def test_an_outer_edge_that_cannot_be_measured_is_never_a_pass(good, monkeypatch):
    monkeypatch.setattr(geodesics, "nearest", lambda *_: None)
    (*findings,) = (finding for finding in good.review().findings if finding.rule == "boundary.inside")
    assert {finding.verdict for finding in findings} == {Verdict.NOT_CHECKED}
    assert all("the outer edge of all jurisdictions cannot be measured" in finding.detail for finding in findings)


@pytest.mark.parametrize(
    ("spans", "crossings"),
    [
        ({"A": [(0, 1)]}, []),
        ({"A": [(0, 0.5)], "B": [(0.5, 1)]}, [(0.5, 0.5, "A", "B")]),
        ({"A": [(0, 0.4)], "B": [(0.6, 1)]}, [(0.4, 0.6, "A", "B")]),  # a gap between them
        ({"A": [(0, 0.6)], "B": [(0.4, 1)]}, [(0.4, 0.6, "A", "B")]),  # a strip that both have
        ({"A": [(0, 0.3), (0.6, 1)], "B": [(0.3, 0.6)]}, [(0.3, 0.3, "A", "B"), (0.6, 0.6, "B", "A")]),
        ({"A": [(0, 1)], "B": [(0.4, 0.6)]}, [(0.4, 0.6, "A", "B")]),  # it only dips into what both have
        ({"A": [(0, 1)], "B": [(0.5, 1)]}, [(0.5, 0.5, "A", "B")]),  # it ends there
        ({"A": [(0, 1)], "B": [(0, 0.5)]}, [(0, 0.5, "B", "A")]),  # it begins there
        ({"A": [(0, 1)], "B": [(0, 1)]}, [(0, 0, "A", "B")]),
        ({"A": [(0, 1)], "B": [(0.4, 0.6)], "C": [(0.5, 0.7)]}, [(0.4, 0.7, "A", "B"), (0.4, 0.7, "A", "C")]),
        ({"A": [(0, 0.6)], "B": [(0.4, 1)], "C": [(0.4, 0.6)]}, [(0.4, 0.6, "A", "B")]),
        ({"A": [(0, 0.3), (0.7, 1)], "B": []}, []),  # out of all and back
        ({}, []),
    ],
)
def test_a_leg_crosses_where_the_one_side_that_it_is_in_changes(spans, crossings):
    found = [(one.start, one.end, one.before, one.after) for one in _crossings(spans)]
    assert found == crossings


def test_parts_shorter_than_a_hair_are_none_and_longer_ones_are():
    for share, count in ((0.9, 2), (1.1, 3)):
        hair = SHORTEST_SPAN * share
        parts = list(_parts({"A": [(0.0, 0.5 + hair)], "B": [(0.5, 1.0)]}))
        assert len(parts) == count
        assert parts[0] == (0.0, 0.5, frozenset("A"))
        assert parts[-1] == (0.5 + hair, 1.0, frozenset("B"))

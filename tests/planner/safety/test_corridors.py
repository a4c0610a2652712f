"""Legs on approved corridors: the line, the width, and what authorities say throughout."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pyproj import Geod

from airspace.model.corridors import Act, Corridor, Entry, Library, Passed
from planner.model.plans import CorridorChoice
from planner.model.reviews import Verdict

RULE = "corridor.approved"
SIDES = {"SZ": "CAAC", "HK": "CAD"}


def corridor_of(leg, **changes):
    """The corridor that a leg flies, frozen from its own waypoints."""
    wanted = {
        "from_pad": leg.from_pad, "to_pad": leg.to_pad, "drone_types": ("quad",),
        "points": tuple((point.lon, point.lat, point.alt_amsl_m) for point in leg.waypoints[1:-1]),
        "half_width_m": 20, "clearance_m": 30, "vertical_clearance_m": 10, "gates": leg.gates,
        "jurisdictions": tuple(Passed(jurisdiction=side, authority=SIDES[side]) for side in leg.jurisdictions),
        "rules": "", **changes,
    }  # fmt: skip
    return Corridor(**wanted)


def approvals(corridors, at, **fields):
    return tuple(
        Entry(at=at, corridor=one.id, hash=one.hash, act=Act.APPROVED, authority=by, drone_types=("quad",), **fields)
        for one in corridors
        for by in one.authorities
    )


def with_library(world, library):
    return replace(world, sky=replace(world.sky, library=library))


def named(world, choice=CorridorChoice.APPROVED):
    """The same plan with the corridors it flies named, and what it says that it flies."""
    sorties = tuple(
        replace(sortie, legs=tuple(replace(leg, corridor=corridor_of(leg).id) for leg in sortie.legs))
        for sortie in world.plan.sorties
    )
    options = {"corridors": choice.value}
    return world.with_plan(sorties=sorties, created_by=replace(world.plan.created_by, options=options))


@pytest.fixture
def flown(good, helpers):
    """The good plan on approved corridors, with a library that holds them."""
    world = named(good)
    corridors = {corridor_of(leg).id: corridor_of(leg) for sortie in world.plan.sorties for leg in sortie.legs}
    history = approvals(corridors.values(), helpers.START - timedelta(days=1))
    return with_library(world, Library(corridors=tuple(corridors.values()), history=history))


def first_of(world):
    return world.sky.library.corridor(world.plan.sorties[0].legs[0].corridor)


def told(world, act, at, authority="CAD", **fields):
    """The same world after an authority has said something of the first leg's corridor."""
    library, corridor = world.sky.library, first_of(world)
    kinds = ("quad",) if act is Act.APPROVED else ()
    entry = Entry(
        at=at, corridor=corridor.id, hash=corridor.hash, act=act, authority=authority, note="why", drone_types=kinds,
        **fields,
    )  # fmt: skip
    return with_library(world, replace(library, history=(*library.history, entry)))


def test_a_plan_on_approved_corridors_passes(flown):
    assert flown.review().verdict is Verdict.PASS
    assert flown.passing(RULE).detail


def test_a_plan_that_flies_any_corridor_is_not_asked(good):
    assert "nothing in the plan" in named(good, CorridorChoice.ANY).passing(RULE).detail
    assert "nothing in the plan" in good.passing(RULE).detail


def test_without_a_library_it_is_not_checked(flown):
    review = with_library(flown, None).review()
    assert review.verdict is Verdict.NOT_CHECKED
    (finding,) = (finding for finding in review.of(Verdict.NOT_CHECKED) if finding.rule == RULE)
    assert "no library" in finding.detail


def test_a_corridor_that_the_library_does_not_have_fails(flown):
    (finding,) = flown.with_leg(0, 0, corridor="HUB>CLINIC#00000000").only(RULE)
    assert "no such corridor" in finding.detail


def test_the_corridor_of_another_leg_fails(flown):
    way_back = flown.plan.sorties[0].legs[1].corridor
    found = flown.with_leg(0, 0, corridor=way_back).only(RULE)
    assert any("leads from 'CLINIC' to 'HUB'" in finding.detail for finding in found)
    assert any(finding.subject.endswith("line") for finding in found)


@pytest.mark.parametrize(("off_m", "holds"), [(0.008, True), (0.02, False), (40.0, False)])
def test_a_line_may_stray_a_centimetre_and_no_more(flown, off_m, holds):
    """A corner more, half-way of the 2 km to the kiosk, laid to the side by a known distance."""
    geod = Geod(ellps="WGS84")
    leg = flown.plan.sorties[1].legs[0]
    start, end = leg.waypoints[1:3]
    azimuth_deg, _, length_m = geod.inv(start.lon, start.lat, end.lon, end.lat)
    lon, lat, back_deg = geod.fwd(start.lon, start.lat, azimuth_deg, length_m / 2)
    lon, lat, _ = geod.fwd(lon, lat, back_deg + 90, off_m)
    half = replace(start, lon=lon, lat=lat, t=start.t + (end.t - start.t) / 2)
    moved = flown.with_leg(1, 0, waypoints=(*leg.waypoints[:2], half, *leg.waypoints[2:]))
    found = moved.broken(RULE)
    assert (found == ()) == holds, found
    if not holds:
        assert found[0].measured == pytest.approx(off_m, abs=0.001)


def test_a_line_at_another_height_fails(flown):
    world = flown
    for number in (1, 2):
        world = world.with_waypoint(1, 0, number, alt_amsl_m=110.5)
    (finding,) = world.broken(RULE)
    assert finding.measured == pytest.approx(0.5, abs=1e-3)


def test_a_line_that_stops_short_of_its_corridor_fails(flown, helpers):
    """From 1,500 m on it comes down aslant, to a pad that lies 100 m below the corridor's end."""
    short = helpers.away(*helpers.HUB_AT, 90, 1500)
    (finding,) = flown.with_waypoint(1, 0, 2, lon=short[0], lat=short[1]).broken(RULE)
    assert finding.measured == pytest.approx(100, abs=0.1)


def test_a_line_that_ends_before_its_corridor_does_fails(flown, helpers):
    """Down at 1,500 m, straight, to wherever that is: the last 500 m of the corridor are not flown."""
    short = helpers.away(*helpers.HUB_AT, 90, 1500)
    world = flown
    for number in (2, 3):
        world = world.with_waypoint(1, 0, number, lon=short[0], lat=short[1])
    (finding,) = world.broken(RULE)
    assert finding.measured == pytest.approx(500, abs=0.1)


def test_a_line_that_turns_back_on_its_way_fails(flown, helpers):
    """Forth to 1,500 m, back to 500 m, and on: never off the corridor, and not along it."""
    leg = flown.plan.sorties[1].legs[0]
    start, end = leg.waypoints[1:3]
    between = [helpers.away(*helpers.HUB_AT, 90, along_m) for along_m in (1500, 500)]
    added = [
        replace(start, lon=lon, lat=lat, t=start.t + (end.t - start.t) * share)
        for (lon, lat), share in zip(between, (0.3, 0.6), strict=True)
    ]
    found = flown.with_leg(1, 0, waypoints=(*leg.waypoints[:2], *added, *leg.waypoints[2:])).broken(RULE)
    assert found[0].measured == pytest.approx(1000, abs=10)  # steps of 10 m are told apart


def test_waypoints_on_the_way_up_change_nothing(flown):
    leg = flown.plan.sorties[1].legs[0]
    ground, above = leg.waypoints[:2]
    half = replace(above, alt_amsl_m=(ground.alt_amsl_m + above.alt_amsl_m) / 2, t=ground.t + (above.t - ground.t) / 2)
    assert flown.with_leg(1, 0, waypoints=(ground, half, *leg.waypoints[1:])).broken(RULE) == ()


def test_a_corridor_narrower_than_the_drone_may_stray_fails(flown):
    found = flown.with_policy(corridor_half_width_m=21).broken(RULE)
    assert len(found) == 4
    assert "the type may stray 21 m" in found[0].detail


@pytest.mark.parametrize("authority", ["CAAC", "CAD"])
def test_every_authority_has_to_have_approved_it(flown, authority):
    library, name = flown.sky.library, first_of(flown).id
    left = tuple(item for item in library.history if (item.corridor, item.authority) != (name, authority))
    (finding,) = with_library(flown, replace(library, history=left)).only(RULE)
    assert f"not approved by {authority}" in finding.detail


def test_an_approval_of_another_hash_does_not_count(flown):
    library, old = flown.sky.library, first_of(flown)
    others = tuple(one for one in library.corridors if one.id != old.id)
    changed = replace(library, corridors=(*others, corridor_of(flown.plan.sorties[0].legs[0], rules="new")))
    (finding,) = with_library(flown, changed).only(RULE)
    assert "not approved by CAAC, CAD" in finding.detail


def test_an_approval_for_another_type_does_not_count(flown):
    library = flown.sky.library
    history = tuple(replace(item, drone_types=("hexa",)) for item in library.history)
    assert len(with_library(flown, replace(library, history=history)).only(RULE)) == 4


def test_an_approval_that_ends_in_mid_leg_fails(flown):
    leg = flown.plan.sorties[0].legs[0]
    middle, end = leg.waypoints[2].t, leg.waypoints[-1].t + timedelta(seconds=60)
    before = flown.plan.start - timedelta(hours=1)
    assert told(flown, Act.APPROVED, before, valid_to=end).broken(RULE) == ()
    (finding,) = told(flown, Act.APPROVED, before, valid_to=middle).only(RULE)
    assert "not approved by CAD" in finding.detail


def test_a_suspension_that_comes_and_goes_in_mid_leg_fails(flown):
    leg = flown.plan.sorties[0].legs[0]
    middle, after = leg.waypoints[2].t, leg.waypoints[2].t + timedelta(seconds=1)
    (finding,) = told(told(flown, Act.SUSPENDED, middle), Act.RESUMED, after).only(RULE)
    assert "suspended by CAD: why" in finding.detail


def test_a_suspension_after_the_leg_or_taken_back_before_it_hits_nobody(flown):
    start, end = flown.plan.sorties[0].departs, flown.plan.sorties[0].returns
    assert told(flown, Act.SUSPENDED, end + timedelta(seconds=1)).broken(RULE) == ()
    hour = timedelta(hours=1)
    back = told(told(flown, Act.SUSPENDED, start - 2 * hour), Act.RESUMED, start - hour)
    assert back.broken(RULE) == ()
    others = told(told(flown, Act.SUSPENDED, start - 2 * hour), Act.RESUMED, start - hour, "CAAC")
    assert len(others.broken(RULE)) == 1


def test_where_nobody_has_a_say_some_approval_is_needed(flown, helpers):
    legs = [leg for sortie in flown.plan.sorties for leg in sortie.legs]
    free = tuple({corridor_of(leg).id: corridor_of(leg, jurisdictions=()) for leg in legs}.values())
    found = with_library(flown, Library(corridors=free)).broken(RULE)
    assert [finding.detail.endswith("approved by nobody") for finding in found] == [True] * 4
    history = tuple(
        Entry(
            at=helpers.START, corridor=one.id, hash=one.hash, act=Act.APPROVED, authority="the village",
            drone_types=("quad",),
        )
        for one in free
    )  # fmt: skip
    assert with_library(flown, Library(corridors=free, history=history)).broken(RULE) == ()

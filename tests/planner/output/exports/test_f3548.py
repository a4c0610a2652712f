"""Operational intents: volumes worked out by hand, walked through, and told apart from those of others."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import timedelta

import pytest
import shapely

from airspace.errors import BadInput
from airspace.formats.documents import RawFile
from planner.formats.traffic import read_intents
from planner.model.reviews import Verdict
from planner.output.exports.f3548 import F3548, INTENT, REFERENCE, TRACK
from planner.output.exports.formats import File, TrackPoint
from planner.output.exports.intents import Held, entity_id
from planner.output.exports.walks import Margins, convex, outside
from planner.planning import check
from tests.hostile import ALLOWED
from tests.planner.output.exports.flights import equator, reviewed, told, with_leg
from tests.planner.output.samples import at

LAT_M, LON_M = 110_574.276, 111_319.491
"""Metres of a degree on the equator: pi / 180 of the radii of curvature, b squared over a, and a."""


def documents(given):
    return {file.name: json.loads(file.content) for file in F3548().write(given)}


def volumes(given):
    return documents(given)[f"S-1{INTENT}"]["operational_intent"]["details"]["volumes"]


def test_every_leg_comes_back_with_its_times():
    assert F3548().read(F3548().write(reviewed())) == told(reviewed(), times=True)


def test_the_same_plan_gives_the_same_bytes():
    assert F3548().write(reviewed()) == F3548().write(reviewed())


def test_a_sortie_has_three_files():
    names = [file.name for file in F3548().write(equator())]
    assert names == ["S-1.reference.json", "S-1.intent.json", "S-1.track.json"]


def test_the_first_volume_of_a_climb_as_worked_out_by_hand():
    """75 m in 25 s are cut into three parts: 5 to 30 m in 8.333 s, each held 10 s before and after.

    The geoid is 17.16 m above the ellipsoid there, the budget for datums 3 m; spans of the geoid have a millimetre of
    guard, and heights are rounded outwards to centimetres.
    """
    first = volumes(equator())[0]
    assert first["volume"]["altitude_lower"] == {"reference": "W84", "units": "M", "value": 19.15}
    assert first["volume"]["altitude_upper"]["value"] == pytest.approx(50.17, abs=0.011)
    assert first["time_start"] == {"format": "RFC3339", "value": "2026-12-01T00:29:50.000Z"}
    assert first["time_end"] == {"format": "RFC3339", "value": "2026-12-01T00:30:18.334Z"}
    corners = first["volume"]["outline_polygon"]["vertices"]
    assert len(corners) == 8
    # An octagon around a circle of 20.02 m, the corner nearest to the east at 22.5 degrees.
    reach_m = 20.02 / math.cos(math.pi / 8)
    east = max(corners, key=lambda corner: (corner["lng"], corner["lat"]))
    assert east["lng"] == pytest.approx(20.02 / LON_M, abs=1e-7)
    assert east["lat"] == pytest.approx(reach_m * math.sin(math.pi / 8) / LAT_M, abs=1e-7)


def test_the_volumes_of_a_level_piece_as_worked_out_by_hand():
    """1113.195 m in 120 s are twelve parts of 92.766 m; each outline reaches 20.02 m to all sides of its part."""
    level = volumes(equator())[3:15]
    starts = [one["time_start"]["value"][11:19] for one in level]
    assert starts == ["00:30:15", *(f"00:{30 + s // 60}:{s % 60:02d}" for s in range(25, 135, 10))]
    ring = [(corner["lng"], corner["lat"]) for corner in level[1]["volume"]["outline_polygon"]["vertices"]]
    west, south, east, north = shapely.Polygon(ring).bounds
    assert (west * LON_M, east * LON_M) == pytest.approx((92.766 - 20.02, 2 * 92.766 + 20.02), abs=0.02)
    assert (south * LAT_M, north * LAT_M) == pytest.approx((-20.02, 20.02), abs=0.02)
    heights = [level[1]["volume"][key]["value"] for key in ("altitude_lower", "altitude_upper")]
    assert heights == pytest.approx([80 + 17.16 - 3, 80 + 17.16 + 3], abs=0.05)


def test_rings_are_open_and_convex_and_times_end_in_z():
    for one in volumes(reviewed()):
        ring = [(corner["lng"], corner["lat"]) for corner in one["volume"]["outline_polygon"]["vertices"]]
        assert ring[0] != ring[-1]
        assert convex(ring)
        assert one["time_start"]["value"].endswith("Z")


def test_the_body_for_the_dss_has_the_keys_of_the_standard_and_makes_nothing_up():
    body = documents(equator())[f"S-1{REFERENCE}"]
    assert set(body) == {"extents", "key", "new_subscription", "state", "uss_base_url"}
    assert body["extents"] == volumes(equator())
    assert (body["key"], body["state"], body["uss_base_url"]) == ([], "Accepted", "https://uss.invalid")
    mine = F3548(uss_base_url="https://uss.example.com/utm").write(equator())[0]
    assert json.loads(mine.content)["new_subscription"]["uss_base_url"] == "https://uss.example.com/utm"


def test_a_sortie_is_always_filed_under_the_same_id_and_each_under_another():
    one, other = entity_id("sha256:1", "S001"), entity_id("sha256:1", "S002")
    assert one == entity_id("sha256:1", "S001")
    assert one[14] == "4"
    assert one[19] in "89ab"
    assert len({one, other, entity_id("sha256:2", "S001")}) == 3


# --- as the traffic of others -----------------------------------------------------------------------------------------


def intents_of(given):
    """Return the intents as our reader takes those of others, by the sortie that each was made from."""
    found = {}
    for name, document in documents(given).items():
        if name.endswith(INTENT):
            placed, problems = read_intents(RawFile(name=name, raw=json.dumps(document).encode()))
            assert problems == []
            found[name.removesuffix(INTENT)] = placed[0].value
    return found


def failures(given, intents):
    job = replace(given.job, intents=tuple(intents))
    review = check(given.plan, given.sky, job)
    return [finding for finding in review.findings if finding.rule == "air.traffic" and finding.verdict is Verdict.FAIL]


def test_what_is_written_is_read_as_the_traffic_of_others():
    (intent,) = intents_of(equator()).values()
    assert intent.id == entity_id(equator().digest, "S-1")
    assert len(intent.volumes) == len(volumes(equator()))
    low, high = intent.volumes[5].lower_amsl_m, intent.volumes[5].upper_amsl_m
    # Read to the safe side, by the geoid below a box of 0.01 degrees more.
    assert (low, high) == pytest.approx((77, 83), abs=0.1)
    assert low <= 77
    assert high >= 83


def test_a_plan_meets_the_intents_of_another_and_not_its_own():
    """An operator's own intents are told by their ids; the same flights of somebody else would be a conflict."""
    given = equator()
    filed = list(intents_of(given).values())
    own = {entity_id(given.digest, sortie.id) for sortie in given.plan.sorties}
    assert failures(given, [intent for intent in filed if intent.id not in own]) == []
    other = replace(given, digest="sha256:another")
    theirs = [intent for intent in intents_of(other).values() if intent.id not in own]
    assert {finding.subject.split(",")[0] for finding in failures(given, theirs)} == {"S-1 leg 1 HUB>CLINIC"}


def test_the_intents_of_a_flight_an_hour_later_are_no_conflict():
    given = equator()
    leg = given.plan.sorties[0].legs[0]
    late = [replace(point, t=point.t + timedelta(hours=1)) for point in leg.waypoints]
    later = with_leg(given, replace(leg, waypoints=tuple(late)))
    assert failures(given, intents_of(later).values()) == []


# --- refused ----------------------------------------------------------------------------------------------------------


def refusals(given):
    with pytest.raises(BadInput) as error:
        F3548().write(given)
    return [problem.found for problem in error.value.problems]


def test_what_an_intent_cannot_say_is_refused():
    given = equator()
    leg = given.plan.sorties[0].legs[0]
    assert refusals(replace(given, job=replace(given.job, drone_types=()))) == ["the drone type 'T1'"]
    still = [replace(point, t=leg.waypoints[0].t) for point in leg.waypoints]
    assert refusals(with_leg(given, replace(leg, waypoints=tuple(still)))) == ["waypoints whose times do not rise"]
    narrow = replace(given.job, policy=replace(given.job.policy, corridor_half_width_m=0.5))
    assert refusals(replace(given, job=narrow)) == ["a corridor of 0.5 m to a side"]
    slow = [*leg.waypoints[:-1], replace(leg.waypoints[-1], t=leg.waypoints[-1].t + timedelta(hours=4))]
    # 3 parts up, 12 along, and 14,430 s down in 1,443: 8 corners each.
    assert refusals(with_leg(given, replace(leg, waypoints=tuple(slow)))) == ["11,664 vertices in its volumes"]
    away = [*leg.waypoints[:2], *(replace(point, lon=1.0) for point in leg.waypoints[2:])]
    assert refusals(with_leg(given, replace(leg, waypoints=tuple(away)))) == ["a waypoint 111 km from the first"]
    early = replace(given.plan, start=given.plan.start - timedelta(days=31))
    assert refusals(replace(given, plan=early)) == ["an end too far ahead"]


# --- spoilt -----------------------------------------------------------------------------------------------------------


def spoilt(change, given=None):
    """Return the codes told of files that were changed."""
    held = documents(given or equator())
    change(held[f"S-1{INTENT}"]["operational_intent"]["details"]["volumes"], held)
    body = held.get(f"S-1{REFERENCE}")
    if body and INTENT in "".join(held):
        body["extents"] = held[f"S-1{INTENT}"]["operational_intent"]["details"]["volumes"]
    files = [File(name=name, content=json.dumps(document).encode()) for name, document in held.items()]
    with pytest.raises(BadInput) as error:
        F3548().read(files)
    return {problem.code for problem in error.value.problems}


def moved(volume, *, north_deg=0.0, up_m=0.0):
    for corner in volume["volume"]["outline_polygon"]["vertices"]:
        corner["lat"] += north_deg
    for key in ("altitude_lower", "altitude_upper"):
        volume["volume"][key]["value"] += up_m


def swapped(volume):
    for corner in volume["volume"]["outline_polygon"]["vertices"]:
        corner["lat"], corner["lng"] = corner["lng"], corner["lat"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda given, _: moved(given[5], north_deg=1e-6), "OUTSIDE_VOLUMES"),  # 11 cm
        (lambda given, _: moved(given[5], up_m=0.1), "OUTSIDE_VOLUMES"),
        (lambda given, _: given[5].update(time_end=given[4]["time_end"]), "OUTSIDE_VOLUMES"),
        (lambda given, _: given[6].update(time_start=given[7]["time_start"]), "OUTSIDE_VOLUMES"),
        (lambda given, _: given.pop(5), "APART"),
        (lambda given, _: given.pop(0), "OUTSIDE_VOLUMES"),
        (lambda given, _: given.pop(), "OUTSIDE_VOLUMES"),
        (lambda given, _: moved(given[5], north_deg=0.01), "APART"),
        (lambda given, _: moved(given[5], up_m=100), "APART"),
        (lambda given, _: given[5].update(time_start=given[12]["time_start"], time_end=given[12]["time_end"]), "APART"),
        (lambda given, _: given[5]["volume"]["altitude_lower"].update(value=200.0), "HEIGHTS_REVERSED"),
        (lambda given, _: given[5]["volume"]["altitude_lower"].update(reference="SFC"), "UNKNOWN_VALUE"),
        (lambda given, _: given[5]["volume"]["altitude_lower"].update(units="FT"), "UNKNOWN_VALUE"),
        (lambda given, _: given[5].update(time_end=given[3]["time_start"]), "TIMES_REVERSED"),
        (lambda given, _: given[5]["time_end"].update(value="2026-12-01T08:31:00+08:00"), "BAD_TIME"),
        (lambda given, _: given[5]["time_end"].update(value="2026-12-01T00:31:00"), "BAD_TIME"),
        (lambda given, _: given[5]["volume"].pop("outline_polygon"), "MISSING_VALUE"),
        (lambda given, _: given[5]["volume"].update(outline_circle={}), "UNKNOWN_KEY"),
        (lambda given, _: given[5].update(note="our own"), "UNKNOWN_KEY"),
        (
            lambda given, _: given[5]["volume"]["outline_polygon"]["vertices"].append(
                given[5]["volume"]["outline_polygon"]["vertices"][0]
            ),
            "CLOSED_RING",
        ),
        (lambda given, _: given[5]["volume"]["outline_polygon"]["vertices"].reverse(), None),
        (
            lambda given, _: given[5]["volume"]["outline_polygon"]["vertices"].insert(
                3, given[5]["volume"]["outline_polygon"]["vertices"].pop(0)
            ),
            "BAD_OUTLINE",
        ),
        (lambda given, _: given[5]["volume"]["outline_polygon"].update(vertices=[]), "WRONG_TYPE"),
        (lambda given, _: given.clear(), "WRONG_TYPE"),
        (lambda given, _: given.extend(given * 80), "TOO_MANY"),  # 8 corners each
        (lambda given, _: given[-1]["time_end"].update(value="2027-01-02T00:00:00Z"), "TOO_FAR_AHEAD"),
        (lambda _, held: held[f"S-1{TRACK}"]["legs"][0].extend(held[f"S-1{TRACK}"]["legs"][0] * 3000), "TOO_MANY"),
        (lambda _, held: held.pop(f"S-1{TRACK}"), "FILE_MISSING"),
        (lambda _, held: held.pop(f"S-1{REFERENCE}"), "FILE_MISSING"),
        (lambda _, held: held.update({"readme.json": {}}), "UNKNOWN_FILE"),
        (lambda _, held: held[f"S-1{TRACK}"].update(version=2), "WRONG_FORMAT"),
        (lambda _, held: held[f"S-1{TRACK}"].update(half_width_m=21), "OUTSIDE_VOLUMES"),
        (lambda _, held: held[f"S-1{TRACK}"].update(vertical_budget_m=3.1), "OUTSIDE_VOLUMES"),
        (lambda _, held: held[f"S-1{TRACK}"].update(departure_error_s=10.1), "OUTSIDE_VOLUMES"),
        (lambda _, held: held[f"S-1{TRACK}"].update(entity_id="0f5c"), "CONTRADICTION"),
        (lambda _, held: held[f"S-1{TRACK}"].update(legs=[[]]), "WRONG_TYPE"),
        (lambda _, held: held[f"S-1{TRACK}"]["legs"][0][1].update(t="yesterday"), "BAD_VALUE"),
        (lambda _, held: held[f"S-1{TRACK}"]["legs"][0][1].update(lat=0.001), "OUTSIDE_VOLUMES"),
    ],
)
def test_spoilt_files_are_told(change, expected):
    if expected is None:  # the winding order of an outline says nothing
        with pytest.raises(pytest.fail.Exception):
            spoilt(change)
        return
    assert expected in spoilt(change)


def test_latitude_and_longitude_exchanged_are_told_as_that():
    assert "LATITUDE_OUT_OF_RANGE" in spoilt(lambda given, _: swapped(given[5]), reviewed())


def test_volumes_filed_and_told_that_differ_are_a_contradiction():
    files = list(F3548().write(equator()))
    body = json.loads(files[0].content)
    body["extents"] = body["extents"][1:]
    files[0] = replace(files[0], content=json.dumps(body).encode())
    with pytest.raises(BadInput, match=r"those of S-1.intent.json"):
        F3548().read(files)


def test_the_stay_between_two_legs_is_held_too():
    """The clinic is left three minutes after the touch-down; without the volume of that time nobody holds the pad."""
    sortie = reviewed().plan.sorties[0]
    down, up = sortie.legs[0].waypoints[-1], sortie.legs[1].waypoints[0]
    assert (down.t, up.t) == (at(38), at(41))
    (number,) = [
        number
        for number, one in enumerate(volumes(reviewed()))
        if one["time_start"]["value"].endswith("00:37:50.000Z") and one["time_end"]["value"].endswith("00:41:10.000Z")
    ]
    assert spoilt(lambda given, _: given.pop(number), reviewed()) == {"APART"}
    files = documents(reviewed())
    shorter = files[f"S-1{INTENT}"]["operational_intent"]["details"]["volumes"]
    shorter[number]["time_end"]["value"] = "2026-12-01T00:40:55.000Z"
    files[f"S-1{REFERENCE}"]["extents"] = shorter
    with pytest.raises(BadInput, match="the stay after 'S-1 leg 1' somewhere in no volume"):
        F3548().read([File(name=name, content=json.dumps(document).encode()) for name, document in files.items()])


@pytest.mark.parametrize("payload", ALLOWED, ids=lambda payload: payload.name)
def test_hostile_names_stay_in_their_field(payload):
    given = equator(payload.whole)
    if "\r" in payload.whole:  # refused by every format
        return
    files = F3548().write(given)
    assert all(file.content.isascii() for file in files)
    assert F3548().read(files) == told(given, times=True)


# --- the walk ---------------------------------------------------------------------------------------------------------


def box(west, east, *, start=0.0, end=100.0, low=80.0, high=120.0):
    """Return a volume 100 m to both sides of the equator, between two metres east of 0 and between two seconds."""
    ring = tuple((x / LON_M, y / LAT_M) for x, y in ((west, -100), (east, -100), (east, 100), (west, 100)))
    return Held(
        ring=ring, lower_w84_m=low, upper_w84_m=high,
        start=at(0) + timedelta(seconds=start), end=at(0) + timedelta(seconds=end),
    )  # fmt: skip


def walked(volumes, *, half_width=20.0, vertical=3.0, timing=10.0):
    """Return what of 1000 m to the east in 50 s, from second 25, at 97.16 m above the ellipsoid, is in no volume."""
    ends = ((0.0, 25), (1000 / LON_M, 75))
    points = [TrackPoint(lon=lon, lat=0.0, alt_amsl_m=80.0, t=at(0) + timedelta(seconds=s)) for lon, s in ends]
    return list(outside(points, volumes, Margins(half_width_m=half_width, vertical_m=vertical, timing_s=timing)))


@pytest.mark.parametrize(
    ("volumes", "held"),
    [
        ([box(-20.01, 1020.01)], True),
        ([box(-19.9, 1020.01)], False),
        ([box(-20.01, 1019.9)], False),
        ([box(-30, 520.01), box(479.99, 1030)], True),
        ([box(-30, 519.9), box(480.1, 1030)], False),  # each holds the aircraft, and neither both sides of it
        ([box(-30, 1030, start=15, end=85)], True),
        ([box(-30, 1030, start=15.1, end=85)], False),
        ([box(-30, 1030, start=15, end=84.9)], False),
        ([box(-30, 1030, start=15, end=60), box(-30, 1030, start=40, end=85)], True),
        ([box(-30, 1030, start=15, end=60), box(-30, 1030, start=40.1, end=85)], False),
        ([box(-30, 1030, low=94.1, high=100.2)], True),
        ([box(-30, 1030, low=94.3, high=100.2)], False),
        ([box(-30, 1030, low=94.1, high=100.1)], False),
        ([], False),
    ],
)
def test_a_flight_is_inside_its_volumes_at_every_moment_or_it_is_told(volumes, held):
    assert walked(volumes) == ([] if held else [0])


def test_an_outline_that_turns_both_ways_or_twice_is_not_convex():
    square = [(0, 0), (1, 0), (1, 1), (0, 1)]
    assert convex(square)
    assert convex(square[::-1])
    assert not convex([(0, 0), (2, 0), (1, 0.5), (2, 2), (0, 2)])
    star = [(math.cos(turn * 4 * math.pi / 5), math.sin(turn * 4 * math.pi / 5)) for turn in range(5)]
    assert not convex(star)

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from pyproj import Geod

from airspace.model.corridors import (
    Act,
    Corridor,
    Entry,
    Library,
    Passed,
    State,
    canonical,
    corridor_id,
)

DAY = datetime(2026, 12, 1, tzinfo=UTC)
BEND = ((114.1, 22.5, 80.0), (114.12, 22.51, 80.0), (114.14, 22.5, 80.0))
SIDES = (Passed(jurisdiction="SZ", authority="CAAC"), Passed(jurisdiction="HK", authority="CAD"))
WITHIN = (DAY, DAY + timedelta(days=1))


def at(clock: str) -> datetime:
    hours, minutes = clock.split(":")
    return DAY + timedelta(hours=int(hours), minutes=int(minutes))


def a_corridor(**changes: Any) -> Corridor:
    wanted = {
        "from_pad": "A", "to_pad": "B", "drone_types": ("quad", "hexa"), "points": BEND, "half_width_m": 20.0,
        "clearance_m": 30.0, "vertical_clearance_m": 10.0, "jurisdictions": SIDES, "gates": ("G1",),
        "rules": "sha256:0", **changes,
    }  # fmt: skip
    return Corridor(**wanted)


ONE = a_corridor()


def entry(act: Act, clock: str, authority: str = "", *, of: Corridor = ONE, **fields: Any) -> Entry:
    kinds = of.drone_types if act in (Act.SUBMITTED, Act.APPROVED) else ()
    note = "a crane" if act is Act.SUSPENDED else ""
    wanted = {"at": at(clock), "corridor": of.id, "hash": of.hash, "drone_types": kinds, "note": note, **fields}
    return Entry(act=act, authority=authority, **wanted)


def library(*history: Entry, of: Corridor = ONE) -> Library:
    return Library(corridors=(of,), history=history)


BOTH = (entry(Act.APPROVED, "08:00", "CAAC"), entry(Act.APPROVED, "09:00", "CAD"))


# --- the corridor -----------------------------------------------------------------------------------------------------


def test_the_id_is_that_of_pads_line_and_half_width():
    text = "20.00;" + ";".join(f"{lon:.7f},{lat:.7f},{alt_m:.2f}" for lon, lat, alt_m in BEND)
    assert ONE.id == "A>B#" + hashlib.sha256(text.encode()).hexdigest()[:8]


def test_the_way_back_has_the_same_digits():
    back = a_corridor(from_pad="B", to_pad="A", points=BEND[::-1])
    assert back.id.split("#")[1] == ONE.id.split("#")[1]
    assert back.id.split("#")[0] == "B>A"
    assert back.hash != ONE.hash


def test_the_id_of_a_line_is_the_same_before_and_after_rounding():
    raw = tuple((lon + 3e-9, lat - 3e-9, alt_m + 0.001) for lon, lat, alt_m in BEND)
    assert corridor_id("A", "B", raw, 20.0004) == a_corridor(points=raw, half_width_m=20.0004).id == ONE.id


def test_a_line_across_the_meridian_and_the_equator_knows_no_negative_zero():
    above, below = ((-1e-9, -1e-9, 80.0), (0.1, 0.1, 80.0)), ((0.0, 0.0, 80.0), (0.1, 0.1, 80.0))
    assert a_corridor(points=above).hash == a_corridor(points=below).hash
    assert corridor_id("A", "B", above, 20) == corridor_id("A", "B", below, 20)


@pytest.mark.parametrize(
    "changes",
    [
        {"points": (BEND[0], BEND[2])},
        {"points": tuple((lon, lat, 90.0) for lon, lat, _ in BEND)},
        {"half_width_m": 21},
        {"clearance_m": 31},
        {"vertical_clearance_m": 11},
        {"jurisdictions": SIDES[:1]},
        {"jurisdictions": (SIDES[0], Passed(jurisdiction="HK", authority="another"))},
        {"gates": ()},
        {"rules": "sha256:1"},
        {"from_pad": "C"},
    ],
    ids=str,
)
def test_the_hash_covers_geometry_width_band_and_rules(changes: dict[str, Any]):
    assert a_corridor(**changes).hash != ONE.hash


def test_the_hash_does_not_cover_the_types_it_is_for():
    assert a_corridor(drone_types=("quad",)).hash == ONE.hash


def test_the_length_is_that_of_the_geodesics_between_its_points():
    geod = Geod(ellps="WGS84")
    pieces_m = [geod.inv(*a[:2], *b[:2])[2] for a, b in pairwise(BEND)]
    assert ONE.length_m == pytest.approx(sum(pieces_m), abs=1e-6)


def test_the_band_spans_the_levels_flown():
    hop = (*BEND[:2], (114.12, 22.51, 110.0), (114.14, 22.5, 110.0))
    assert a_corridor(points=hop).band_amsl_m == (80.0, 110.0)


def test_authorities_are_named_once_and_sorted():
    assert a_corridor(jurisdictions=(*SIDES, SIDES[0])).authorities == ("CAAC", "CAD")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"to_pad": "A"}, "two different pads"),
        ({"from_pad": " A"}, "an id without blanks"),
        ({"drone_types": ()}, "drone_types"),
        ({"points": BEND[:1]}, "two or more"),
        ({"points": (BEND[0], (114.2, 22.5, 90.0))}, "one at a time"),
        ({"points": (BEND[0], (214.2, 22.5, 80.0))}, "lon within"),
        ({"points": (BEND[0], (114.2, 22.5, float("nan")))}, "finite heights"),
        ({"half_width_m": -1}, "half_width_m >= 0"),
        ({"clearance_m": float("inf")}, "clearance_m >= 0"),
    ],
)
def test_what_is_no_corridor_is_refused(changes: dict[str, Any], told: str):
    with pytest.raises(ValueError, match=told):
        a_corridor(**changes)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1.0000000"),
        (-0.0, "0.0000000"),
        (True, "true"),
        ({"b": [1.5], "a": "é"}, '{"a":"é","b":[1.5000000]}'),
        (None, "null"),
    ],
)
def test_canonical_json_is_sorted_and_has_fixed_decimals(value: object, text: str):
    assert canonical(value) == text


# --- the history ------------------------------------------------------------------------------------------------------


def test_a_new_corridor_is_a_draft_that_lacks_every_authority():
    assert library().state(ONE.id, DAY) is State.DRAFT
    assert library().lacking(ONE.id, DAY) == ("CAAC", "CAD")


def test_a_corridor_is_approved_once_the_last_authority_has_approved_it():
    told = library(entry(Act.SUBMITTED, "07:00"), *BOTH)
    states = [told.state(ONE.id, at(clock)) for clock in ("06:00", "07:30", "08:30", "09:00")]
    assert states == [State.DRAFT, State.SUBMITTED, State.SUBMITTED, State.APPROVED]
    assert told.lacking(ONE.id, at("08:30")) == ("CAD",)


def test_an_approval_for_one_type_says_nothing_of_another():
    only = [replace(item, drone_types=("quad",)) for item in BOTH]
    told = library(*only)
    assert told.state(ONE.id, at("10:00"), "quad") is State.APPROVED
    assert told.state(ONE.id, at("10:00"), "hexa") is State.DRAFT
    assert told.state(ONE.id, at("10:00")) is State.DRAFT


def test_an_approval_holds_to_its_last_moment_and_no_longer():
    told = library(BOTH[0], replace(BOTH[1], valid_to=at("11:00")))
    assert told.state(ONE.id, at("11:00")) is State.APPROVED
    assert told.state(ONE.id, at("11:01")) is State.EXPIRED
    assert told.lacking(ONE.id, at("11:01")) == ("CAD",)
    assert told.approved_spans(ONE.id, "quad", WITHIN) == ((at("09:00"), at("11:00")),)


def test_a_later_approval_takes_the_place_of_an_earlier_one_even_if_it_ends_sooner():
    told = library(*BOTH, entry(Act.APPROVED, "10:00", "CAD", valid_to=at("11:00")))
    assert told.state(ONE.id, at("12:00")) is State.EXPIRED


def test_a_suspension_holds_until_the_same_authority_takes_it_back():
    told = library(
        *BOTH, entry(Act.SUSPENDED, "10:00", "CAD"), entry(Act.RESUMED, "11:00", "CAAC"),
        entry(Act.RESUMED, "12:00", "CAD"),
    )  # fmt: skip
    states = [told.state(ONE.id, at(clock)) for clock in ("09:59", "10:00", "11:30", "12:00")]
    assert states == [State.APPROVED, State.SUSPENDED, State.SUSPENDED, State.APPROVED]
    assert [item.note for item in told.suspensions(ONE.id, at("11:30"))] == ["a crane"]
    assert told.approved_spans(ONE.id, "quad", WITHIN) == ((at("09:00"), at("10:00")), (at("12:00"), WITHIN[1]))
    assert told.approved_throughout(ONE.id, "quad", (at("09:10"), at("09:50")))
    assert not told.approved_throughout(ONE.id, "quad", (at("09:50"), at("10:10")))


def test_a_changed_corridor_is_approved_by_nobody_and_its_suspension_stays():
    new = a_corridor(rules="sha256:1")
    assert new.id == ONE.id
    history = (*BOTH, entry(Act.SUSPENDED, "09:30", "CAD"), entry(Act.CHANGED, "10:00", of=new))
    told = library(*history, of=new)
    assert told.state(ONE.id, at("10:30")) is State.SUSPENDED
    back = library(*history, entry(Act.RESUMED, "11:00", "CAD"), of=new)
    assert back.state(ONE.id, at("11:00")) is State.DRAFT


def test_a_corridor_over_nobodys_ground_needs_an_approval_all_the_same():
    free = a_corridor(jurisdictions=())
    assert library(of=free).state(free.id, DAY) is State.DRAFT
    told = library(entry(Act.APPROVED, "08:00", "the village", of=free), of=free)
    assert told.state(free.id, at("09:00")) is State.APPROVED


def test_of_two_words_at_one_time_the_one_entered_last_counts():
    told = library(*BOTH, entry(Act.SUSPENDED, "10:00", "CAD"), entry(Act.RESUMED, "10:00", "CAD"))
    assert told.state(ONE.id, at("10:00")) is State.APPROVED
    other = library(*BOTH, entry(Act.RESUMED, "10:00", "CAD"), entry(Act.SUSPENDED, "10:00", "CAD"))
    assert other.state(ONE.id, at("10:00")) is State.SUSPENDED


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"act": Act.APPROVED, "authority": " "}, "authority"),
        ({"act": Act.SUSPENDED, "authority": "CAD", "note": ""}, "the reason"),
        ({"act": Act.SUBMITTED, "valid_to": at("10:00")}, "approvals only"),
        ({"act": Act.APPROVED, "authority": "CAD", "valid_to": at("08:00")}, "valid_to after"),
        ({"act": Act.SUBMITTED, "at": at("08:00").replace(tzinfo=None)}, "offset from UTC"),
    ],
)
def test_an_entry_that_says_nothing_usable_is_refused(fields: dict[str, Any], told: str):
    with pytest.raises(ValueError, match=told):
        Entry(**{"at": at("08:00"), "corridor": ONE.id, "hash": ONE.hash, **fields})


def test_a_library_finds_corridors_by_id_and_by_pads():
    back = a_corridor(from_pad="B", to_pad="A", points=BEND[::-1])
    told = Library(corridors=(back, ONE))
    assert told.corridors == (ONE, back)
    assert told.between("B", "A") == (back,)
    assert told.corridor(ONE.id) is ONE
    assert not told.has("A>B#none")
    with pytest.raises(LookupError, match="no corridor 'A>B#none'"):
        told.corridor("A>B#none")


def test_a_library_refuses_a_corridor_twice_and_the_history_of_strangers():
    with pytest.raises(ValueError, match="every id once"):
        Library(corridors=(ONE, a_corridor(rules="sha256:1")))
    with pytest.raises(ValueError, match="its own corridors"):
        Library(history=BOTH)

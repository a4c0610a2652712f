"""Legs on request: one of them, all of them, and why there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from airspace.errors import UnknownPad
from planner.model.jobs import Weather
from planner.solving.enquiries import Enquiry, enquire, enquire_all
from tests.planner import scenes
from tests.planner.solving.test_turns import HILL, gated

NINE = scenes.at("09:00")


def job(**fields: object) -> scenes.Job:
    return scenes.job([scenes.order("o", "A")], **fields)


def asked(sky: scenes.Airspace, *ends: str, **fields: object) -> Enquiry:
    return enquire(job(**fields), sky, (ends[0], ends[1]) if ends else ("hub", "A"), at=NINE)


def test_every_two_pads_are_asked_about_once_in_the_order_of_the_pads() -> None:
    answers = enquire_all(job(), scenes.plain_sky(), at=NINE)
    pairs = [(answer.from_pad, answer.to_pad) for answer in answers]
    assert pairs == [("hub", "A"), ("hub", "B"), ("hub", "C"), ("A", "B"), ("A", "C"), ("B", "C")]
    straight = [3000, 5000, 2000, 4000, 5000, 5000 * 2**0.5 * 0.9055385]  # the last: sqrt(5000^2 + 4000^2)
    assert [answer.straight_m for answer in answers] == pytest.approx(straight, abs=1.0)
    assert all(answer.leg is not None and answer.allowed for answer in answers)


def test_all_legs_at_once_are_the_legs_one_by_one() -> None:
    sky = scenes.plain_sky(zones=(HILL,))
    for answer in enquire_all(job(), sky, at=NINE, payload_kg=2.0):
        assert answer == enquire(job(), sky, (answer.from_pad, answer.to_pad), at=NINE, payload_kg=2.0)


def test_progress_is_told_after_each_pair() -> None:
    told: list[str] = []
    enquire_all(job(), scenes.plain_sky(), at=NINE, on_progress=told.append)
    assert told == ["corridors", *(f"leg {number}/6" for number in range(1, 7))]


def test_a_sky_without_pads_has_no_pairs() -> None:
    assert enquire_all(job(), scenes.sky(), at=NINE) == ()
    assert enquire_all(job(), scenes.sky(scenes.pad("hub", 0, 0)), at=NINE) == ()


def test_a_refused_pad_is_told_with_its_zone() -> None:
    prison = scenes.zone("PRISON", scenes.area(2500, -500, 3500, 500))
    answer = asked(scenes.plain_sky(zones=(prison,)))
    assert answer.leg is None
    assert answer.detail == "pad A lies inside zone PRISON (PRISON, PROHIBITED)"
    assert answer.shut_by == ("PRISON",)
    assert (answer.reason, answer.turns, answer.allowed) == ("", (), False)


def test_without_an_open_gate_the_boundary_is_the_reason() -> None:
    shut = scenes.plain_sky(jurisdictions=scenes.two_sides(), gates=(scenes.gate(),))
    assert asked(shut).detail == "no gate in the boundary between west and east is open to nine then"
    assert asked(shut).shut_by == ()


def test_a_pad_that_is_walled_in_is_told() -> None:
    ring = tuple(
        scenes.zone(name, scenes.area(*box))
        for name, box in {
            "n": (2000, 900, 4000, 1000), "s": (2000, -1000, 4000, -900),
            "w": (2000, -1000, 2100, 1000), "e": (3900, -1000, 4000, 1000),
        }.items()
    )  # fmt: skip
    sky = scenes.plain_sky(zones=ring)
    assert asked(sky).detail == "zones, high ground or the boundary shut A in: no corridor leads out"
    open_side = replace(sky, zones=ring[:3])
    assert asked(open_side).leg is not None


def test_two_groups_of_pads_kept_apart_are_told() -> None:
    wall = scenes.zone("wall", scenes.area(1000, -19e3, 1100, 19e3))
    west, east = scenes.two_sides()
    whole = replace(west, area=scenes.area(-18e3, -18e3, 18e3, 18e3))
    sky = scenes.plain_sky(zones=(wall,), jurisdictions=(whole,))
    assert east
    assert asked(sky).detail == "no corridor leads from hub to A: zones, high ground or the boundary lie between them"


def test_pads_at_one_place_have_nothing_to_fly() -> None:
    assert asked(scenes.plain_sky(), "hub", "hub").detail == "both pads are at one place: there is nothing to fly"


def test_too_much_wind_is_no_way() -> None:
    strong = Weather(wind_mps=14.0, wind_from_deg=90)  # head on: 1 m/s over the ground is left of 15
    answer = asked(scenes.plain_sky(), weather=strong)
    assert (answer.leg, answer.detail) == (None, "the wind leaves too little speed over ground")
    assert asked(scenes.plain_sky(), "A", "hub", weather=strong).leg is not None


def test_a_gate_that_shuts_before_the_landing_is_not_allowed() -> None:
    soon = scenes.gate(*scenes.both_permits(), schedule=scenes.hours("08:00", "09:02"))
    answer = asked(replace(gated(), gates=(soon,)))
    assert answer.leg is not None
    assert not answer.allowed
    assert answer.detail == "hours or permits on the way do not cover the whole flight at that time"


def test_an_unknown_pad_or_type_is_refused() -> None:
    with pytest.raises(UnknownPad, match="nowhere"):
        asked(scenes.plain_sky(), "hub", "nowhere")
    with pytest.raises(LookupError, match="type 'x'"):
        enquire_all(job(), scenes.plain_sky(), at=NINE, kind="x")


def test_the_type_asked_for_flies() -> None:
    drones = [scenes.drone("d1"), scenes.drone("d2", type_id="fast")]
    both = job(drones=drones, drone_types=(scenes.kind(), scenes.kind("fast", cruise_mps=30.0)))
    quick, usual = (enquire(both, scenes.plain_sky(), ("hub", "A"), at=NINE, kind=kind) for kind in ("fast", "nine"))
    assert (quick.kind.id, usual.kind.id) == ("fast", "nine")
    assert quick.leg is not None
    assert usual.leg is not None
    assert usual.leg.duration_s - quick.leg.duration_s == pytest.approx(100, abs=0.1)  # 3 km at 15 and at 30 m/s

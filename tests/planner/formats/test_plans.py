from __future__ import annotations

import hashlib
import json
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest

from airspace.errors import BadInput
from planner.formats.plans import (
    canonical,
    digest,
    plan_from_document,
    plan_to_document,
    read_plan,
    rounded,
    write_plan,
)
from planner.model.jobs import InputFile
from planner.model.plans import Bound, CreatedBy, Delivery, Fix, Leg, Plan, Reason, Sortie, Totals, Unserved, Waypoint
from planner.model.profiles import Phase, Profile

T0 = datetime(2026, 12, 1, 0, 30, 15, 123_456, tzinfo=UTC)


def waypoint(seconds: float, alt_m: float) -> Waypoint:
    return Waypoint(
        lon=114.123456789,
        lat=22.5432109876,
        alt_amsl_m=alt_m,
        alt_agl_m=alt_m - 3.14159,
        t=T0 + timedelta(seconds=seconds),
    )


@pytest.fixture
def plan() -> Plan:
    leg = Leg(
        from_pad="hub",
        to_pad="clinic",
        corridor="c-1",
        payload_kg=1.23456,
        distance_m=1234.5678,
        duration_s=100.00049,
        energy_wh=12.34567,
        soc_start=1.0,
        soc_end=0.98765432,
        reserve_wh=200.0,
        jurisdictions=("north", "south"),
        gates=("g1",),
        waypoints=(waypoint(0, 10), waypoint(30.00049, 80.004)),
        clears=("o1",),
        deliveries=(Delivery(order="o1", t=T0 + timedelta(seconds=90), taken_s=90.00049, quantile_s=99.00049),),
        profile=Profile(
            along_m=(0.0, 1234.5678),
            t_s=(0.0, 100.00049),
            lon=(114.123456789, 114.2),
            lat=(22.5432109876, 22.6),
            alt_amsl_m=(10.0, 80.04),
            ground_amsl_m=(9.87654, None),
            floor_amsl_m=(None, None),
            cap_amsl_m=(None, 120.0),
            phase=(Phase.CLIMB, Phase.GROUND),
            ground_speed_mps=(0.0, 14.98765),
            air_speed_mps=(3.0, 0.0),
            power_w=(444.44444, 0.0),
            energy_wh=(0.0, 12.34567),
            state_of_charge=(1.0, 0.98765432),
            reserve_wh=(200.0, 200.0),
        ),
    )
    return Plan(
        name="早晨",
        start=datetime(2026, 12, 1, 0, 0, tzinfo=UTC),
        end=datetime(2026, 12, 1, 4, 0, tzinfo=UTC),
        utc_offset=timedelta(hours=8),
        created_by=CreatedBy(
            version="0.1.0",
            seed=1,
            options=MappingProxyType({"seconds": 10.0, "workers": 2, "strict": True, "solver": None}),
        ),
        inputs=(InputFile(path="orders.csv", sha256="0" * 64),),
        sorties=(
            Sortie(
                id="s1",
                drone="d1",
                drone_type="m6",
                departs=T0,
                returns=T0 + timedelta(seconds=30),
                orders=("o1",),
                legs=(leg,),
            ),
        ),
        unserved=(
            Unserved(
                order="o2",
                reason=Reason.PAYLOAD,
                detail="Too heavy.",
                numbers=MappingProxyType({"mass_kg": 9.0, "max_payload_kg": 6}),
                fixes=(Fix(change="Split it.", verified=False),),
            ),
        ),
        totals=Totals(
            cost=12.345,
            currency="HKD",
            distance_m=1234.5678,
            energy_wh=12.34567,
            flight_s=30.00049,
            sorties=1,
            served=1,
            unserved=1,
        ),
        bound=Bound(lower=None, gap=None, rules="none", proven=False),
    )


def test_a_plan_written_and_read_back_is_equal_to_its_rounding(plan, tmp_path):
    path = tmp_path / "deep" / "plan.json"
    write_plan(plan, path)
    back, stated, recomputed = read_plan(path)
    assert back == rounded(plan)
    assert dict(back.unserved[0].numbers) == {"mass_kg": 9.0, "max_payload_kg": 6.0}
    assert stated == recomputed == plan_to_document(back)["digest"], "types of figures and options survive too"


def test_a_column_of_a_profile_stands_in_one_line(plan, tmp_path):
    write_plan(plan, tmp_path / "plan.json")
    lines = [line.strip() for line in (tmp_path / "plan.json").read_text("utf-8").splitlines()]
    assert '"phase": ["climb","ground"],' in lines
    assert '"ground_amsl_m": [9.9,null],' in lines
    assert '"energy_wh": [0.0,12.346],' in lines


def test_a_record_from_before_there_were_profiles_is_read_and_written_back_the_same(plan):
    document = plan_to_document(plan)
    del document["sorties"][0]["legs"][0]["profile"]
    back = plan_from_document(document)
    assert back.sorties[0].legs[0].profile is None
    assert "profile" not in plan_to_document(back)["sorties"][0]["legs"][0]


@pytest.mark.parametrize(
    "change", [{"t_s": [0.0]}, {"t_s": [9.0, 1.0]}, {"phase": ["climb", "glide"]}, {"lon": [0.0, 181.0]}]
)
def test_a_profile_that_does_not_hold_together_is_refused_with_its_place(plan, change):
    document = plan_to_document(plan)
    document["sorties"][0]["legs"][0]["profile"].update(change)
    with pytest.raises(BadInput) as refused:
        plan_from_document(document)
    (problem,) = refused.value.problems
    assert problem.place.startswith("sorties[0].legs[0].profile")


def test_what_was_done_to_keep_a_sortie_apart_is_told_and_nothing_where_nothing_was(plan):
    (sortie,) = plan.sorties
    assert not {"held_s", "held_for", "other_ways"} & set(plan_to_document(plan)["sorties"][0])
    held = replace(plan, sorties=(replace(sortie, held_s=40, held_for=("S002", "S003"), other_ways=(1,)),))
    document = plan_to_document(held)
    told = document["sorties"][0]
    assert (told["held_s"], told["held_for"], told["other_ways"]) == (40, ["S002", "S003"], [1])
    assert plan_from_document(document) == rounded(held)


def test_rounding_twice_changes_nothing_more(plan):
    assert rounded(rounded(plan)) == rounded(plan)
    assert rounded(plan) != plan


def test_rounding_keeps_the_decimals_of_the_record(plan):
    leg = rounded(plan).sorties[0].legs[0]
    assert (leg.payload_kg, leg.distance_m, leg.duration_s) == (1.2346, 1234.57, 100.0)
    assert (leg.energy_wh, leg.soc_end) == (12.346, 0.987654)
    last = leg.waypoints[1]
    assert (last.lon, last.lat, last.alt_amsl_m, last.alt_agl_m) == (114.1234568, 22.543211, 80.0, 76.86)
    assert last.t == datetime(2026, 12, 1, 0, 30, 45, 124_000, tzinfo=UTC)


def test_times_stand_at_the_plans_own_offset_to_the_millisecond(plan):
    document = plan_to_document(plan)
    assert document["start"] == "2026-12-01T08:00:00.000+08:00"
    assert document["sorties"][0]["legs"][0]["waypoints"][0]["t"] == "2026-12-01T08:30:15.123+08:00"
    assert plan_from_document(document).utc_offset == timedelta(hours=8)


def test_the_record_has_the_keys_of_the_contract(plan):
    document = plan_to_document(plan)
    assert (document["format"], document["version"]) == ("skyferry-plan", 1)
    [leg] = document["sorties"][0]["legs"]
    assert (leg["from"], leg["to"]) == ("hub", "clinic")
    assert "from_pad" not in leg
    hand_over = {"order": "o1", "t": "2026-12-01T08:31:45.123+08:00", "taken_s": 90.0, "quantile_s": 99.0}
    assert leg["deliveries"] == [hand_over]
    assert document["totals"]["currency"] == "HKD"
    assert document["unserved"][0]["fixes"] == [{"change": "Split it.", "verified": False}]
    assert document["bound"] == {"lower": None, "gap": None, "rules": "none", "proven": False}


def test_the_same_plan_gives_the_same_bytes(plan, tmp_path):
    turned = MappingProxyType({"solver": None, "workers": 2, "strict": True, "seconds": 10.0})
    write_plan(plan, tmp_path / "a.json")
    write_plan(replace(plan, created_by=replace(plan.created_by, options=turned)), tmp_path / "b.json")
    raw = (tmp_path / "a.json").read_bytes()
    assert raw == (tmp_path / "b.json").read_bytes()
    assert raw.endswith(b"}\n")
    assert "早晨".encode() in raw
    assert list(json.loads(raw)) == sorted(json.loads(raw))


def test_the_digest_is_the_sha256_of_the_canonical_json():
    document = {"b": [1, 2.5, None, True], "a": {"名": "é\n"}, "digest": "sha256:ignored", "z": -0.0}
    by_hand = '{"a":{"名":"é\\n"},"b":[1,2.5000000,null,true],"z":0.0000000}'
    assert digest(document) == "sha256:" + hashlib.sha256(by_hand.encode()).hexdigest()
    assert digest({}) == "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", "of '{}'"


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_canonical_json_has_no_place_for_what_is_not_finite(value):
    with pytest.raises(ValueError, match="finite"):
        canonical([value])


def test_a_plan_with_an_endless_figure_is_not_written(plan, tmp_path):
    broken = replace(plan, totals=replace(plan.totals, cost=math.inf))
    with pytest.raises(ValueError, match=r"got inf at totals\.cost"):
        write_plan(broken, tmp_path / "plan.json")
    assert list(tmp_path.iterdir()) == []


def test_any_change_by_hand_changes_the_digest(plan, tmp_path):
    path = tmp_path / "plan.json"
    write_plan(plan, path)
    path.write_text(path.read_text().replace('"payload_kg": 1.2346', '"payload_kg": 1.2347'))
    back, stated, recomputed = read_plan(path)
    assert back.sorties[0].legs[0].payload_kg == 1.2347
    assert stated != recomputed


def test_keys_of_a_later_version_are_let_through(plan):
    document = plan_to_document(plan)
    document["sorties"][0]["crew"] = ["a"]
    assert plan_from_document(document) == rounded(plan)


def test_a_record_from_before_hand_overs_and_customs_were_written_down_is_read(plan):
    document = plan_to_document(plan)
    del document["sorties"][0]["legs"][0]["deliveries"], document["sorties"][0]["legs"][0]["clears"]
    [leg] = plan_from_document(document).sorties[0].legs
    assert (leg.deliveries, leg.clears) == ((), ())


BAD = [
    ('"lon": 114.1234568', '"lon": "114"', "WRONG_TYPE", "sorties[0].legs[0].waypoints[0].lon"),
    ('"lon": 114.1234568', '"lon": NaN', "NOT_FINITE", "sorties[0].legs[0].waypoints[0].lon"),
    ('"lat": 22.543211', '"lat": 114.1', "OUT_OF_RANGE", "sorties[0].legs[0].waypoints[0].lat"),
    ('"lat": 22.543211', '"latt": 22.5', "MISSING_VALUE", "sorties[0].legs[0].waypoints[0].lat"),
    ('"from": "hub"', '"from": null', "WRONG_TYPE", "sorties[0].legs[0].from"),
    ("15.123+08:00", "15.123", "NAIVE_TIME", "sorties[0].departs"),
    ('"PAYLOAD"', '"LAZY"', "UNKNOWN_VALUE", "unserved[0].reason"),
    ('"mass_kg": 9.0', '"mass_kg": "9"', "WRONG_TYPE", "unserved[0].numbers.mass_kg"),
    ('"digest": "sha256:', '"digest": "md5:', "BAD_DIGEST", "digest"),
    ('"seed": 1', '"seed": 1, "seed": 2', "DUPLICATE_KEY", "created_by.seed"),
    ('"version": 1', '"version": 2', "WRONG_VERSION", "version"),
    ('"skyferry-plan"', '"skyferry-review"', "WRONG_FORMAT", "format"),
]


@pytest.mark.parametrize(("old", "new", "code", "place"), BAD, ids=lambda value: value[:24])
def test_a_plan_spoilt_by_hand_is_told_with_its_place(plan, tmp_path, old, new, code, place):
    path = tmp_path / "plan.json"
    write_plan(plan, path)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(BadInput) as caught:
        read_plan(path)
    assert (code, place) in [(item.code, item.place) for item in caught.value.problems]


def test_all_that_was_spoilt_is_told_at_once(plan):
    document = plan_to_document(plan)
    document["sorties"][0]["legs"][0]["energy_wh"] = "much"
    document["sorties"][0]["legs"][0]["waypoints"] = []
    document["totals"]["served"] = -1
    del document["name"]
    with pytest.raises(BadInput) as caught:
        plan_from_document(document, file="plan.json")
    assert [item.place for item in caught.value.problems] == [
        "name",
        "sorties[0].legs[0].energy_wh",
        "sorties[0].legs[0].waypoints",
        "totals.served",
    ]


def test_sorties_that_bear_one_id_are_refused(plan):
    document = plan_to_document(replace(plan, sorties=plan.sorties * 2))
    with pytest.raises(BadInput) as caught:
        plan_from_document(document)
    assert [(item.code, item.place) for item in caught.value.problems] == [("DUPLICATE_ID", "sorties[1].id")]


@pytest.mark.parametrize("text", ["[]", "3", "null", '"plan"', "{}", "", "{"])
def test_what_is_no_record_at_all_is_refused(tmp_path, text):
    path = tmp_path / "plan.json"
    path.write_text(text)
    with pytest.raises(BadInput):
        read_plan(path)

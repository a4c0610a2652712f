import json
from dataclasses import replace
from datetime import timedelta

import pytest

from planner.model.plans import Bound
from planner.model.reviews import Finding, Verdict
from planner.output.data import Json, block, page_data
from tests.planner.output.samples import Sample, sample


def shown(made: Sample) -> Json:
    return page_data(made.plan, made.sky, made.job, made.review, digest=made.digest, basemap=made.basemap)


def by_id(things: list[Json]) -> dict[str, Json]:
    return {thing["id"]: thing for thing in things}


def test_a_block_reads_back_as_it_was() -> None:
    data = shown(sample(' </script><b>&amp;{{7*7}}{% x %}${y}`\\"\u2028\u2029\u0000'))
    assert json.loads(block(data)) == json.loads(json.dumps(data))


@pytest.mark.parametrize("mark", ["<", ">", "&", "\u2028", "\u2029", "\ud800", "深"])
def test_no_text_in_a_block_holds_a_mark_of_html(mark: str) -> None:
    written = block({"key" + mark: [mark, f'"{mark}\\']})
    assert mark not in written
    assert json.loads(written) == {"key" + mark: [mark, f'"{mark}\\']}


@pytest.mark.parametrize("text", ["{{7*7}}", "{% raw %}", "{# x #}", '\\"{{', "}}"])
def test_no_text_in_a_block_holds_a_brace(text: str) -> None:
    written = block({"a": text})
    assert written.count("{") == written.count("}") == 1
    assert json.loads(written) == {"a": text}


def test_numbers_that_are_none_never_reach_the_block() -> None:
    made = sample(bound=Bound(lower=float("inf"), gap=float("nan"), rules="", proven=False))
    assert shown(made)["bound"] == {"lower": None, "gap": None, "rules": "", "proven": False}


def test_everything_of_the_plan_is_there() -> None:
    made = sample()
    data = shown(made)
    assert [item["id"] for item in data["sorties"]] == [sortie.id for sortie in made.plan.sorties]
    assert [item["order"] for item in data["unserved"]] == [item.order for item in made.plan.unserved]
    for kind in ("zones", "pads", "gates", "jurisdictions"):
        assert [item["id"] for item in data[kind]] == [item.id for item in getattr(made.sky, kind)]


def test_a_sortie_tells_how_long_it_is_held_back_and_for_whom() -> None:
    made = sample()
    first, *others = made.plan.sorties
    held = replace(first, held_s=40, held_for=("S9",), other_ways=(2,))
    told = shown(replace(made, plan=replace(made.plan, sorties=(held, *others))))["sorties"]
    assert {key: told[0][key] for key in ("held_s", "held_for", "other_ways")} == {
        "held_s": 40, "held_for": ["S9"], "other_ways": [2]
    }  # fmt: skip
    assert (told[1]["held_s"], told[1]["held_for"], told[1]["other_ways"]) == (0, [], [])


def test_flights_there_and_back_on_one_line_are_one_corridor() -> None:
    corridors = shown(sample())["corridors"]
    assert len(corridors) == 1
    assert corridors[0]["ids"] == ["CLINIC>HUB", "HUB>CLINIC"]
    assert corridors[0]["drones"] == [["D1", 2], ["D2", 2]]


def test_a_place_is_told_lon_first() -> None:
    data = shown(sample())
    assert by_id(data["pads"])["HUB"]["at"] == [114.12, 22.55]
    assert data["bounds"] == [114.12, 22.51, 114.13, 22.55]


def test_times_are_seconds_from_the_start_of_the_plan() -> None:
    data = shown(sample())
    assert data["plan"]["start_of_day_s"] == 8 * 3600
    assert data["sorties"][0]["departs"] == 30 * 60
    assert by_id(data["zones"])["WORKS"]["spans"] == [[3600.0, 7200.0]]
    assert by_id(data["zones"])["STRIP"]["spans"] is None


def test_hours_name_an_offset_only_when_it_is_another_one() -> None:
    made = sample()
    assert by_id(shown(made)["zones"])["WORKS"]["hours"] == "daily 09:00–10:00"
    plan = made.plan.__class__(
        **{name: getattr(made.plan, name) for name in made.plan.__slots__} | {"utc_offset": timedelta(0)}
    )
    data = page_data(plan, made.sky, made.job, made.review, digest="", basemap=None)
    assert by_id(data["zones"])["WORKS"]["hours"] == "daily 09:00–10:00 UTC+08:00"


def test_a_zone_over_a_whole_side_is_told_and_not_drawn() -> None:
    whole = {zone["id"] for zone in shown(sample())["zones"] if zone["whole_side"]}
    assert whole == {"CEILING"}


def test_heights_keep_their_datum() -> None:
    zones = by_id(shown(sample())["zones"])
    assert (zones["STRIP"]["upper"], zones["STRIP"]["lower"]) == ("90 m AGL", "GND")
    assert zones["HILL"]["upper"] == "300 m AMSL"
    assert zones["PRISON"]["upper"] == "UNL"


def test_names_are_told_in_the_writing_of_their_side() -> None:
    pads = by_id(shown(sample())["pads"])
    assert (pads["HUB"]["lang"], pads["CLINIC"]["lang"]) == ("zh-Hans", "zh-Hant")


def test_the_tightest_margin_is_the_least_share_of_a_limit_in_metres() -> None:
    review = shown(sample())["review"]
    assert review["findings"][review["tightest"]]["rule"] == "zone.clearance"


def test_a_broken_rule_comes_before_every_margin() -> None:
    review = shown(sample(verdict=Verdict.FAIL))["review"]
    assert review["tightest"] == review["margins"][0]
    assert review["findings"][review["tightest"]]["margin"] == -16


def test_margins_are_in_order_and_without_what_is_only_rounding() -> None:
    review = shown(sample())["review"]
    told = [review["findings"][index]["rule"] for index in review["margins"]]
    assert told == ["zone.clearance", "made.up", "energy.reserve", "boundary.gate"]


def test_a_limit_of_the_law_that_a_permit_goes_beyond_is_no_margin() -> None:
    made = sample()
    kept, waived = (
        Finding(rule="law.SPEED", source="", verdict=Verdict.PASS, subject=name, measured=14.0, required=limit,
                margin=limit - 14.0, unit="m/s", detail="permit P covers aircraft, time and band")
        for name, limit in (("kept", 15.0), ("waived", 13.9))
    )  # fmt: skip
    judged = replace(made, review=replace(made.review, findings=(kept, waived)))
    review = shown(judged)["review"]
    assert [review["findings"][index]["subject"] for index in review["margins"]] == ["kept"]


def test_sources_are_counted_by_how_far_they_can_be_relied_on() -> None:
    rows = {(row["kind"], row["side"]): row for row in shown(sample())["sources"]}
    assert rows["zones", "HK"]["confidence"] == {"verified": 0, "sourced": 0, "assumed": 3, "unknown": 0}
    assert rows["jurisdictions", ""]["confidence"]["sourced"] == 1
    assert rows["pads", ""]["oldest_age_d"] == 730


def test_a_pad_that_no_corridor_reaches_is_named() -> None:
    assert shown(sample())["unreachable"] == ["CUT-OFF"]

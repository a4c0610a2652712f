"""What all formats share: names of files and legs, and refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airspace.errors import BadInput
from planner.output.exports.catalogue import ALL, FORMATS, format_of, formats_of
from planner.output.exports.faults import FAULT_LIMIT, Faults
from planner.output.exports.formats import SAFE_NAME, File, Reviewed, leg_name, leg_named, stems, the_file, zulu
from planner.output.exports.refusals import refuse
from tests.hostile import PAYLOADS

MAPS = ("csv", "geojson", "geoparquet", "gpx", "kml", "kmz")
"""Formats that can express any plan of ours."""


def test_every_format_of_the_catalogue_is_there_under_its_name() -> None:
    assert set(MAPS) <= FORMATS.keys()
    for name in FORMATS:
        form = format_of(name)
        assert form.name == name
        assert form.title
        assert form.precision.horizontal_m >= 0


def test_formats_are_asked_for_by_a_list_or_all_at_once() -> None:
    assert [form.name for form in formats_of("KML, gpx,kml")] == ["kml", "gpx"]
    assert [form.name for form in formats_of(ALL)] == list(FORMATS)


def test_names_that_are_no_formats_are_all_told_with_the_nearest_one() -> None:
    with pytest.raises(BadInput) as caught:
        formats_of("gpxx,kml,shapefile")
    assert [problem.found for problem in caught.value.problems] == ["'gpxx'", "'shapefile'"]
    assert caught.value.problems[0].fix == "Did you mean 'gpx'?"


@pytest.mark.parametrize("name", ["", "../a", "a/b", "a\\b", ".hidden", "a b", "é", "a\n", "-x", "a" * 121])
def test_a_file_of_an_export_has_a_name_that_leads_nowhere(name: str) -> None:
    with pytest.raises(ValueError, match="letters, digits"):
        File(name=name, content=b"")


@given(st.lists(st.text(max_size=80) | st.sampled_from([payload.whole for payload in PAYLOADS]), unique=True))
def test_stems_are_safe_and_every_id_has_its_own_even_where_case_does_not_count(ids: list[str]) -> None:
    found = stems(ids)
    assert list(found) == ids
    assert all(SAFE_NAME.fullmatch(f"{stem}.plan") for stem in found.values())
    assert len({stem.casefold() for stem in found.values()}) == len(ids)


def test_stems_are_none_that_windows_keeps_for_itself() -> None:
    assert stems(["NUL", "com1", "S.1"]) == {"NUL": "NUL-2", "com1": "com1-2", "S.1": "S_1"}


@given(st.text(), st.integers(0, 99_999))
def test_the_name_of_a_leg_tells_its_sortie_and_its_number(sortie: str, leg: int) -> None:
    assert leg_named(leg_name(sortie, leg)) == (sortie, leg)


@pytest.mark.parametrize("name", ["", "S001", "S001 leg", "S001 leg 0", "S001 leg 01", "S001 leg x", "S001 leg 1 "])
def test_other_names_tell_no_leg(name: str) -> None:
    assert leg_named(name) is None


def test_times_are_told_in_utc_to_the_nearest_millisecond() -> None:
    assert zulu(datetime(2026, 12, 1, 23, 59, 59, 999_600, tzinfo=UTC)) == "2026-12-02T00:00:00.000Z"


def test_a_file_that_is_missing_is_told_with_those_that_are_there() -> None:
    with pytest.raises(BadInput, match="found the files a-txt"):
        the_file([File(name="a-txt", content=b"")], "b.txt")


def test_a_plan_with_legs_that_are_no_lines_or_names_no_file_can_hold_is_refused_with_all_of_them(
    reviewed: Reviewed,
) -> None:
    first, second = reviewed.plan.sorties
    short = replace(first.legs[0], waypoints=first.legs[0].waypoints[:1])
    sorties = (replace(first, legs=(short, first.legs[1])), replace(second, id="S\x072"))
    with pytest.raises(BadInput) as caught:
        refuse("gpx", replace(reviewed, plan=replace(reviewed.plan, sorties=sorties)))
    assert [(problem.place, problem.code) for problem in caught.value.problems] == [
        ("S1 leg 1", "CANNOT_EXPRESS"), ("sortie 'S\\x072'", "CANNOT_EXPRESS"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", MAPS)
def test_every_format_refuses_what_would_not_come_back(name: str, reviewed: Reviewed) -> None:
    first, second = reviewed.plan.sorties
    short = replace(first.legs[0], waypoints=first.legs[0].waypoints[:1])
    for sorties in ((replace(first, legs=(short,)), second), (first, replace(second, id="S\ud800"))):
        with pytest.raises(BadInput) as caught:
            format_of(name).write(replace(reviewed, plan=replace(reviewed.plan, sorties=sorties)))
        assert [(problem.file, problem.code) for problem in caught.value.problems] == [(name, "CANNOT_EXPRESS")]


def test_values_that_cannot_be_used_are_told_together_and_others_come_through() -> None:
    faults = Faults(file="f")
    assert faults.number("a", " -1.50e1") == -15
    assert faults.number("b", 3, 0, 3) == 3
    assert faults.moment("c", "2026-12-01T08:00:00+08:00") == datetime(2026, 12, 1, tzinfo=UTC)
    assert faults.problems == []
    for value in (None, "", "x", "nan", "1e999", "0x10", True, [], float("nan"), 91):
        faults.number("d", value, -90, 90)
    for value in (None, "2026-12-01", "2026-12-01T08:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-08:00", 7):
        faults.moment("e", value)
    assert len(faults.problems) == 16


def endless() -> None:
    with Faults(file="f") as faults:
        for number in range(FAULT_LIMIT + 50):
            faults.tell(f"line {number}", "x", "y")


def test_faults_end_after_a_hundred() -> None:
    with pytest.raises(BadInput) as caught:
        endless()
    assert len(caught.value.problems) == FAULT_LIMIT


@pytest.mark.parametrize("name", MAPS)
def test_the_same_plan_makes_the_same_bytes(name: str, reviewed: Reviewed) -> None:
    first, second = (format_of(name).write(reviewed) for _ in range(2))
    assert first == second
    later = replace(reviewed.plan, start=reviewed.plan.start + timedelta(hours=1), sorties=reviewed.plan.sorties[:1])
    assert format_of(name).write(replace(reviewed, plan=later)) != first

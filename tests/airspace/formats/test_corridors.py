"""``corridors.json``, written, read back, and edited by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airspace.errors import BadInput, Problem
from airspace.formats.corridors import library_text, read_library
from airspace.formats.documents import RawFile
from airspace.model.corridors import Act, Corridor, Entry, Library, Passed, State

DAY = datetime(2026, 12, 1, tzinfo=UTC)
ONE = Corridor(
    from_pad="DEPOT", to_pad="醫院", drone_types=("quad",), points=((114.1, 22.5, 80.0), (114.2, 22.5, 80.0)),
    half_width_m=20, clearance_m=30, vertical_clearance_m=13,
    jurisdictions=(Passed(jurisdiction="HK", authority="CAD"),), gates=("G",), rules="sha256:" + "0" * 64,
)  # fmt: skip
BACK = replace(ONE, from_pad=ONE.to_pad, to_pad=ONE.from_pad, points=ONE.points[::-1])
APPROVED = Entry(
    at=DAY, corridor=ONE.id, hash=ONE.hash, act=Act.APPROVED, drone_types=("quad",), authority="CAD", by="A. Chan",
    note="ref \"7\"", valid_to=DAY + timedelta(days=30, microseconds=5),
)  # fmt: skip
SUSPENDED = Entry(at=DAY, corridor=ONE.id, hash=ONE.hash, act=Act.SUSPENDED, authority="CAD", note="a crane")
LIBRARY = Library(corridors=(BACK, ONE), history=(APPROVED, SUSPENDED))


def read(text: str) -> Library:
    return read_library(RawFile(name="corridors.json", raw=text.encode()))


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(BadInput) as caught:
        read(text)
    return caught.value.problems


def edited(edit: Callable[[dict[str, Any]], object]) -> str:
    document = json.loads(library_text(LIBRARY))
    edit(document)
    return json.dumps(document)


@pytest.mark.parametrize("library", [LIBRARY, Library()], ids=["full", "empty"])
def test_what_is_written_is_read_back_equal_and_written_again_the_same(library: Library):
    text = library_text(library)
    assert read(text) == library
    assert library_text(read(text)) == text


def test_the_file_has_a_line_for_every_corridor_and_every_entry():
    assert library_text(LIBRARY).count("\n") == 1 + 2 + 1 + 2 + 1


def test_states_of_a_library_read_are_those_of_its_history():
    assert read(library_text(LIBRARY)).state(ONE.id, DAY) is State.SUSPENDED


def _point(document: dict[str, Any]) -> None:
    document["corridors"][0]["points"][1][1] += 0.001


def _rules(document: dict[str, Any]) -> None:
    document["corridors"][0]["rules"] = "sha256:" + "1" * 64


def _types(document: dict[str, Any]) -> None:
    document["corridors"][0]["drone_types"] = ["hexa"]


@pytest.mark.parametrize(
    ("edit", "codes"),
    [
        (_point, ["HASH_DOES_NOT_FIT", "ID_DOES_NOT_FIT"]),
        (_rules, ["HASH_DOES_NOT_FIT"]),
        (lambda d: d["corridors"][0].update(clearance_m=10), ["HASH_DOES_NOT_FIT"]),
        (lambda d: d["corridors"][0].update(half_width_m=10), ["HASH_DOES_NOT_FIT", "ID_DOES_NOT_FIT"]),
        (lambda d: d["corridors"][0].update(jurisdictions=[]), ["HASH_DOES_NOT_FIT"]),
        (lambda d: d["corridors"][0].update(hash="sha256:" + "2" * 64), ["HASH_DOES_NOT_FIT"]),
        (lambda d: d["corridors"][0].update(hash="2"), ["BAD_DIGEST"]),
        (lambda d: d["corridors"].append(d["corridors"][0]), ["DUPLICATE_ID", "DUPLICATE_ID"]),
        (lambda d: d["corridors"][0]["points"].pop(), ["TOO_FEW"]),
        (lambda d: d["corridors"][0]["points"][0].pop(), ["TOO_FEW"]),
        (lambda d: d["corridors"][0].update(points=[[1, 1, 1], [2, 2, 2]]), ["BAD_VALUE"]),
        (lambda d: d["corridors"][0].update(widht=3), ["UNKNOWN_KEY"]),
        (lambda d: d["history"][0].update(corridor="DEPOT>X#0"), ["UNKNOWN_CORRIDOR"]),
        (lambda d: d["history"][1].update(note=""), ["BAD_VALUE"]),
        (lambda d: d["history"][0].update(act="aproved"), ["UNKNOWN_VALUE"]),
        (lambda d: d["history"][0].update(at="2026-12-01T00:00:00"), ["NAIVE_TIME"]),
        (lambda d: d["history"][0].pop("valid_to"), ["MISSING_VALUE"]),
        (lambda d: d.update(version=2), ["WRONG_VERSION"]),
        (lambda d: d.update(format="skyferry-plan"), ["WRONG_FORMAT"]),
        (lambda d: (_rules(d), d["history"][1].update(note="")), ["HASH_DOES_NOT_FIT", "BAD_VALUE"]),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_all_at_once(edit: Callable[[dict[str, Any]], object], codes: list[str]):
    assert [problem.code for problem in problems_of(edited(edit))] == codes


def test_the_types_a_corridor_is_for_may_change_without_its_hash():
    assert read(edited(_types)).corridors[0].drone_types == ("hexa",)


def test_a_corridor_edited_by_hand_is_told_with_place_and_fix():
    (problem,) = problems_of(edited(_rules))
    assert problem.place == "corridors[0].hash"
    assert LIBRARY.corridors[0].id in problem.expected
    assert "edited by hand" in problem.fix


@pytest.mark.parametrize(
    ("text", "code"),
    [("[]", "WRONG_TYPE"), ("{", "JSON_SYNTAX"), (" ", "EMPTY_FILE"), ('{"format": 1}', "WRONG_FORMAT")],
)
def test_what_is_no_library_at_all_is_named(text: str, code: str):
    assert [problem.code for problem in problems_of(text)] == [code]


def test_figures_that_are_no_figures_are_told_with_their_place():
    text = library_text(LIBRARY).replace("114.2", "NaN", 1)
    assert any(problem.place == "corridors[0].points[1][0]" for problem in problems_of(text)), problems_of(text)

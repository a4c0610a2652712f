"""``packet.json``: equal when read back, and refused when it is not what was written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from airspace.errors import BadInput
from planner.formats.plans import record_text
from planner.output.languages import Language
from planner.output.packet.documents import packet_from_document, packet_to_document
from planner.output.packet.pages import draw
from tests.planner.output.packet.day import Ready


def read_back(ready: Ready) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(record_text(ready.document))
    return told


@pytest.mark.parametrize("side", ["north", "south"])
def test_a_packet_is_read_back_equal(ready: Ready, side: str) -> None:
    packet = getattr(ready, side)
    text = record_text(packet_to_document(packet))
    again = packet_from_document(json.loads(text))
    assert again == packet
    assert record_text(packet_to_document(again)) == text


@pytest.mark.parametrize("language", list(Language))
def test_its_json_alone_gives_the_same_page(ready: Ready, language: Language) -> None:
    assert draw(packet_from_document(read_back(ready)), language) == draw(ready.north, language)


def refusal(document: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(BadInput) as caught:
        packet_from_document(document, file="packet.json")
    (problem,) = caught.value.problems
    return problem.code, problem.place


def test_one_that_was_changed_is_refused(ready: Ready) -> None:
    document = read_back(ready)
    document["flights"][0]["handovers"][0]["alt_amsl_m"] = 79.0
    assert refusal(document) == ("EDITED", "digest")


def test_one_of_a_newer_version_or_of_another_format_is_refused(ready: Ready) -> None:
    assert refusal({**read_back(ready), "version": 2}) == ("WRONG_VERSION", "version")
    assert refusal({**read_back(ready), "format": "skyferry-plan"}) == ("WRONG_FORMAT", "format")


def test_one_with_a_wrong_value_is_refused_with_its_place(ready: Ready) -> None:
    from planner.formats.plans import digest

    document = read_back(ready)
    document["corridors"][0]["half_width_m"] = "wide"
    document["digest"] = digest(document)
    code, place = refusal(document)
    assert place.endswith("corridors[0].half_width_m"), (code, place)


def test_a_number_that_is_not_finite_is_refused(ready: Ready) -> None:
    document = read_back(ready)
    document["corridors"][0]["distance_m"] = json.loads("1e999")
    assert refusal(document) == ("NOT_FINITE", "")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d["corridors"][0].update(points=[]), "two or more"),
        (lambda d: d["corridors"][0]["points"][0].update(lat=22.5 + 30), "a line that a map can hold"),
        (lambda d: d["plan"].update(utc_offset_s=10**6), "below a day"),
        (lambda d: d["plan"].update(start="2026-12-01T00:00:00"), "an offset from UTC"),
        (lambda d: d["flights"][0].update(page=2), "flights on every corridor"),
        (lambda d: d["zones"][0].update(area=[[[[0, 0], [1, 1], [0, 0]]]]), "four points or more"),
        (lambda d: d.update(side="SOUTH"), "the first of sides"),
    ],
)
def test_values_that_no_page_could_show_are_refused(ready: Ready, change: Any, told: str) -> None:
    from planner.formats.plans import digest

    document = read_back(ready)
    change(document)
    document["digest"] = digest(document)
    with pytest.raises(BadInput, match=told):
        packet_from_document(document)

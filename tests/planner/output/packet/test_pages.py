"""The page of a packet: what it says is in the packet, and it says it in three languages without a script."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from planner.output.languages import Language, words
from planner.output.packet.documents import packet_from_document, packet_to_document
from planner.output.packet.pages import css_text, draw
from planner.output.packet.rows import Rulebook
from planner.output.packet.titles import titles
from planner.output.packet.views import PacketView
from planner.output.packet.wording import Telling
from planner.safety.rules import RULES
from tests.planner.output.packet.day import OFFICES, Ready

PASSED = {Language.EN: "PASS", Language.ZH_HANT: "通過", Language.ZH_HANS: "通过"}


def text_of(page: str, *, figures: bool = False) -> str:
    """Return what a page shows; drawings only if asked for."""
    page = re.sub(r"<style>.*?</style>", " ", page, flags=re.DOTALL)
    if not figures:
        page = re.sub(r"<svg.*?</svg>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def telling(ready: Ready, language: Language = Language.EN) -> Telling:
    return Telling(say=words(language), packet=ready.north)


# --- numbers ----------------------------------------------------------------------------------------------------------

NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def numbers_in(value: Any, telling: Telling) -> Iterator[str]:
    """Yield the numbers of a document as a page may tell them: rounded, as percent, as kilometres, as times."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from numbers_in(key, telling)
            yield from numbers_in(part, telling)
    elif isinstance(value, list):
        yield str(len(value))
        for part in value:
            yield from numbers_in(part, telling)
    elif isinstance(value, str):
        yield from NUMBER.findall(value)
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}T[\d:.]+Z", value):
            moment = datetime.fromisoformat(value)
            yield from NUMBER.findall(f"{telling.moment(moment)} {telling.time(moment)} {telling.day(moment)}")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        for figure in (value, value * 100, value / 1000, value * 2):
            for decimals in range(8):
                yield f"{abs(figure):,.{decimals}f}"
                yield f"{abs(figure):g}"


def test_every_number_on_the_page_is_one_of_the_packet(ready: Ready) -> None:
    view = PacketView(packet=ready.north, telling=telling(ready))
    known = set(numbers_in(packet_to_document(ready.north), view.telling))
    counts = [view.counts, *(corridor.counts for corridor in view.corridors)]
    # What is counted or worked out on the page itself: verdicts, ages, tracks, numbers of sources and points.
    derived = {str(n) for one in counts for n in (one.passed, one.failed, one.not_checked)}
    derived |= set(NUMBER.findall(" ".join(age for *_, age in view.sources)))
    derived |= {f"{round(one.track_deg) % 360:03d}" for flight in ready.north.flights for one in flight.handovers}
    derived |= {str(n) for n in range(1, 1 + max(len(view.book.sources), len(ready.north.corridors[0].points)))}
    derived |= set(NUMBER.findall(view.inputs_digest))
    shown = NUMBER.findall(text_of(draw(ready.north, Language.EN)))
    # Ours are the names of standards and of the page itself: WGS 84.
    unknown = {number for number in shown if number not in known | derived | {"84"}}
    assert len(shown) > 300
    assert unknown == set()


def test_a_number_that_the_packet_does_not_hold_would_be_seen(ready: Ready) -> None:
    known = set(numbers_in(packet_to_document(ready.north), telling(ready)))
    assert "4711.25" not in known
    assert "184" not in NUMBER.findall("84")


def test_figures_are_told_with_the_decimals_that_mean_something(ready: Ready) -> None:
    tell = telling(ready)
    assert tell.measured(50.0473, "m") == "50.05 m"
    assert tell.measured(50.0, "m") == "50 m"
    assert tell.measured(471.24, "m") == "471.2 m"
    assert tell.measured(24119.3, "m") == "24,119 m"
    assert tell.measured(0.95, "") == "0.95"
    assert tell.percent(0.846581) == "84.7 %"
    assert tell.kilometres(4882.59) == "4.88 km"


def test_times_are_told_by_the_clock_of_the_plan_and_dates_as_the_language_has_them(ready: Ready) -> None:
    moment = ready.north.flights[0].handovers[0].t
    english, chinese = telling(ready), telling(ready, Language.ZH_HANT)
    assert english.zone == "UTC+08:00"
    assert english.moment(moment) == "1 Dec 2026 08:33"
    assert chinese.moment(moment) == "2026-12-01 08:33"
    # 00:33:15.366 in UTC
    assert english.time(moment) == "08:33:15"
    assert english.time(moment.replace(microsecond=500_000)) == "08:33:16"


# --- what stands where ------------------------------------------------------------------------------------------------


def test_the_cover_tells_whom_it_is_for_what_is_to_be_filed_and_where_contacts_are_missing(ready: Ready) -> None:
    shown = text_of(draw(ready.north, Language.EN))
    assert shown.index(f"Packet for {OFFICES['north']}") < shown.index("Corridor C1")
    assert "30 Nov 2026 12:00" in shown  # Order 761, art. 26: by 12:00 the day before
    assert "tower of the north, 118.1 MHz" in shown
    assert "return to HUB" in shown
    assert "not on record" in shown  # the south tells no contact
    assert "is no permission" in shown


def test_the_authoritys_own_law_comes_first_and_every_rule_of_a_corridor_is_told(ready: Ready) -> None:
    for packet in (ready.north, ready.south):
        tell = Telling(say=words(Language.EN), packet=packet)
        book = Rulebook(packet=packet, telling=tell)
        (page,) = packet.corridors
        heads = [group.head for group in book.groups(page)]
        assert heads == [f"Law of {packet.side}" + " name", "What the check asks of every flight", "Law of other sides"]
        told = [row.rule for group in book.groups(page) for row in group.rows]
        by_id = [*book.agreeing(page.findings), *book.carried(page.findings), *book.left_open(page)]
        assert sorted([*told, *(rule.removeprefix("law.") for rule in by_id)]) == sorted(
            finding.rule.removeprefix("law.") if finding.rule != "law.judged" else finding.rule
            for finding in page.findings
        )
        for group in book.groups(page):
            assert [row.rule for row in group.rows] == sorted(row.rule for row in group.rows)


def test_rules_that_nobody_checked_are_told_on_the_page_and_explained_once(ready: Ready) -> None:
    view = PacketView(packet=ready.north, telling=telling(ready))
    open_ones = {row.rule for row in view.open_laws}
    assert "CN-33-GIVE-WAY" in open_ones
    assert {row.verdict.value for row in view.open_laws} == {"NOT_CHECKED"}
    shown = text_of(draw(ready.north, Language.EN))
    for rule in open_ones:
        assert shown.count(rule) >= 2, rule


def test_counts_are_of_the_authoritys_own_law_and_of_what_the_check_asks(ready: Ready) -> None:
    north, south = (
        PacketView(packet=packet, telling=Telling(say=words(Language.EN), packet=packet))
        for packet in (ready.north, ready.south)
    )
    # Each leaves out the law of the other; all else is the same.
    foreign = [sum(view.book.foreign(one.rule) for one in view.book.worst) for view in (north, south)]
    every = len(north.book.worst) + len(north.packet.whole)
    for view, left_out in ((north, foreign[0]), (south, foreign[1])):
        counts = view.counts
        assert counts.passed + counts.failed + counts.not_checked == every - left_out
        assert left_out > 5


def test_every_rule_of_the_check_has_a_title() -> None:
    assert titles(words(Language.EN)).keys() == RULES.keys()


def test_a_packet_without_flights_is_a_cover_with_the_rules_of_the_plan(ready: Ready) -> None:
    empty = replace(ready.north, flights=(), corridors=(), ways_out=(), permits=())
    page = draw(empty, Language.EN)
    assert "No flight of this plan passes NORTH name." in text_of(page)
    assert "<svg" not in page
    assert packet_from_document(packet_to_document(empty)) == empty


@pytest.mark.parametrize("language", list(Language))
def test_the_same_packet_gives_the_same_bytes_in_its_language(ready: Ready, language: Language) -> None:
    page = draw(ready.north, language)
    assert page == draw(ready.north, language)
    assert page.startswith("<!DOCTYPE html>")
    assert f'<html lang="{language.value}">' in page
    assert ("罗湖" in page) is (language is not Language.EN)
    assert {word for word in ("PASS", "通过", "通過") if f"✓ {word}<" in page} == {PASSED[language]}


def test_names_in_chinese_tell_which_chinese_they_are_in(ready: Ready) -> None:
    page = draw(ready.north, Language.ZH_HANS)
    assert 'lang="en"' in page  # what of the record nobody has translated
    assert re.search(r'<span lang="zh-Han[ts]">罗湖—羅湖</span>', page)


def test_nothing_runs_and_nothing_is_fetched(ready: Ready) -> None:
    page = draw(ready.north, Language.EN)
    assert "default-src 'none'; script-src 'none'; style-src 'sha256-" in html.unescape(page)
    assert not re.search(r"<(script|link|img|iframe|object|image|use)\b", page)
    assert not re.search(r'\s(style|on\w+|src)="', page)
    assert set(re.findall(r'(?:href|url)[(="]+([^)"]{1})', page)) == {"#"}


def test_a_text_of_a_style_sheet_ends_nothing() -> None:
    assert css_text('a"b') == '"a\\000022b"'
    assert css_text("</style> x") == '"\\00003c\\00002fstyle\\00003e\\000020x"'
    assert not re.search(r"[^A-Za-z0-9\\]", css_text("\"';}{)(\n罗</style>")[1:-1])

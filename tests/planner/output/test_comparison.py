"""The page of two plans: what stands in it, and what a person with it meets in a real browser without a network."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely

from planner.model.plans import Sortie
from planner.model.reviews import Verdict
from planner.output.comparison import PANES, comparison_data, draw
from planner.output.data import page_data
from planner.output.exports.formats import Reviewed
from planner.output.languages import Language
from tests.hostile import PAYLOADS
from tests.planner.comparing.pairs import bent, changed, day, later
from tests.planner.output.chromium import Page
from tests.planner.output.samples import sample

BUDGET_BYTES = 450_000
BUILD = (
    "import sys; from tests.planner.output.test_comparison import pair, page_of; "
    "sys.stdout.buffer.write(page_of(*pair()).encode())"
)


def pair(text: str = "") -> tuple[Reviewed, Reviewed]:
    """Return two reviewed plans: in B the first sortie flies another line to the west, and the second 7.5 min later."""
    one, other = sample(text), sample(text, verdict=Verdict.FAIL)
    a = one.plan if text else day()

    def west(sortie: Sortie) -> Sortie:
        return replace(sortie, legs=tuple(bent(leg, 114.10) for leg in sortie.legs))

    b = changed(changed(a, f"S-1{text}", west), f"S-2{text}", lambda sortie: later(sortie, 7.5))
    return (
        Reviewed(plan=a, sky=one.sky, job=one.job, review=one.review, digest="sha256:a"),
        Reviewed(plan=b, sky=other.sky, job=other.job, review=other.review, digest="sha256:b"),
    )


def page_of(a: Reviewed, b: Reviewed, language: Language = Language.EN) -> str:
    return draw(a, b, basemap=sample().basemap, language=language)


def data_of(a: Reviewed, b: Reviewed) -> dict[str, Any]:
    pages = [page_data(one.plan, one.sky, one.job, one.review, digest="", basemap=None) for one in (a, b)]
    return comparison_data(a, b, pages)


# --- what stands in it ------------------------------------------------------------------------------------------------


def test_each_line_is_told_once_with_who_flies_it_and_how_often() -> None:
    told = data_of(*pair())
    assert [(line["of"], line["flights"], line["ends"]) for line in told["corridors"]] == [
        ("both", [4, 2], ["CLINIC", "HUB"]),
        ("b", [0, 2], ["CLINIC", "HUB"]),
    ]
    assert told["comparison"]["corridors"]["moved"][0]["move"] == "added"
    assert told["change_lines"][0] == [1]


def test_orders_that_moved_name_the_lines_that_they_are_flown_along() -> None:
    told = data_of(*pair())
    moved = [item["order"] for item in told["comparison"]["orders"]["moved"]]
    # O-1 is handed over as before, on a longer line: only the later one has moved.
    assert moved == ["O-2"]
    assert told["order_lines"] == [[0]]


def test_what_one_airspace_tells_otherwise_than_the_other_stands_twice() -> None:
    a, b = pair()
    strip, *rest = b.sky.zones
    wider = replace(strip, area=shapely.box(114.06, 22.528, 114.19, 22.534))
    told = data_of(a, replace(b, sky=replace(b.sky, zones=(wider, *rest[:-1]))))
    whose = {zone["id"]: zone["of"] for zone in told["zones"]}
    assert whose["STRIP (A)"] == "a"
    assert whose["STRIP (B)"] == "b"
    assert whose["PARK"] == "a"
    assert whose["PRISON"] == "both"
    assert {pad["of"] for pad in told["pads"]} == {"both"}


def test_plans_that_fly_nothing_are_compared_too() -> None:
    def nothing(side: Reviewed) -> Reviewed:
        return replace(side, plan=replace(side.plan, sorties=()))

    a, b = pair()
    told = data_of(nothing(a), nothing(b))
    assert told["corridors"] == []
    assert told["bounds"] is not None
    assert page_of(nothing(a), nothing(b))


def test_another_process_writes_the_same_bytes() -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "1", "TZ": "Asia/Hong_Kong"}
    other = subprocess.run([sys.executable, "-c", BUILD], env=environment, capture_output=True, check=True)
    assert other.stdout == page_of(*pair()).encode()


def test_the_page_is_light_names_no_server_and_has_no_handlers_in_its_markup() -> None:
    page = page_of(*pair())
    block = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert block
    assert len(page.encode()) - len(block[1]) < BUDGET_BYTES
    assert not re.search(r"<(?:link|script)[^>]+(?:href|src)=(?!\"data:)", page)
    assert re.findall(r'map_plan\.createPane\(\s*"(\w+)"\)', page) == list(PANES)
    markup = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", page, flags=re.DOTALL)
    assert not re.search(r"<[^>]+\s(?:on\w+|style)=", markup)


def test_no_outside_text_stands_outside_the_data_block() -> None:
    before, rest = page_of(*pair("OUTSIDE")).split('<script type="application/json" id="data">')
    block, after = rest.split("</script>", 1)
    assert "OUTSIDE" in block
    assert "OUTSIDE" not in before + after


# --- in a browser -----------------------------------------------------------------------------------------------------

FOREIGN = 'img, iframe, object, embed, base, body style, body a:not([href^="#"])'
"""What our page never holds, so that one of them can only have come from outside."""

SEE_EVERYTHING = """
(() => {
  const everything = [
    ...data.zones.map((thing) => ["zone", thing.id]), ...data.pads.map((thing) => ["pad", thing.id]),
    ...data.gates.map((thing) => ["gate", thing.id]), ...corridors.keys().map((index) => ["corridor", index]),
    ...compared.orders.moved.keys().map((index) => ["order", index]),
    ...compared.corridors.moved.keys().map((index) => ["change", index]),
  ];
  let text = "";
  for (const [kind, id] of everything) {
    choose(kind, id);
    if (state.chosen === null) throw new Error(kind + " " + id + " cannot be chosen");
    text += byId("detail").textContent;
  }
  choose(null);
  return text + document.body.textContent + document.title;
})()
"""


def opened(chromium: Any, folder: Path, page: str, **options: Any) -> Page:
    file = folder / "comparison.html"
    file.write_text(page, encoding="utf-8")
    return Page(chromium, file, **({"width": 1440, "height": 1000} | options))


def seen(page: Page, whose: str) -> int:
    """Return how many lines are seen of those of one plan, or of both."""
    lines = f"[...document.querySelectorAll('#map-frame path.line.of-{whose}')]"
    return int(page.run(f"{lines}.filter((line) => getComputedStyle(line).display !== 'none').length"))


@pytest.mark.browser
def test_switch_tables_and_keys_show_what_moved(chromium: Any, tmp_path: Path) -> None:
    with opened(chromium, tmp_path, page_of(*pair())) as page:
        page.run(SEE_EVERYTHING)
        assert (seen(page, "both"), seen(page, "b")) == (1, 1)
        page.click("#which button[data-value=a]")
        assert (seen(page, "both"), seen(page, "b")) == (1, 0)
        page.press("b")
        assert page.run("state.shown") == "b"
        assert seen(page, "b") == 1
        page.click("tr[data-change='0'] button")
        assert page.run("document.querySelectorAll('path.line.of-b.chosen').length") == 1
        assert "CLINIC – HUB" in page.run("byId('detail').textContent")
        page.press("Escape")
        assert page.run("byId('detail').hidden")
        page.point("tr[data-order='0'] td:nth-child(2)")
        assert page.run("document.querySelectorAll('path.line.of-both.lit').length") == 1
        assert "+7.5 min" in page.run("byId('orders').textContent")
        page.click("#languages button[data-value=zh-Hans]")
        assert page.run("document.documentElement.lang") == "zh-Hans"
        page.settle()
        page.settle()
        assert page.run("location.hash") == "#plan=b&lang=zh-Hans"
        assert page.run("document.documentElement.scrollWidth <= innerWidth")
        assert (page.requests, page.complaints) == ([], [])


@pytest.mark.browser
def test_the_address_opens_what_it_names_on_a_phone_too(chromium: Any, tmp_path: Path) -> None:
    hash_ = "#plan=a&lang=zh-Hant&theme=dark&order=0"
    with opened(chromium, tmp_path, page_of(*pair()), width=390, height=844, hash_=hash_) as page:
        assert page.run("[state.shown, language, document.documentElement.dataset.theme, state.chosen.id]") == [
            "a", "zh-Hant", "dark", 0,
        ]  # fmt: skip
        assert page.run("document.documentElement.scrollWidth") <= 390
        assert (page.requests, page.complaints) == ([], [])


@pytest.mark.browser
def test_text_from_files_stays_text(chromium: Any, tmp_path: Path) -> None:
    text = "".join(payload.whole for payload in PAYLOADS)
    with opened(chromium, tmp_path, page_of(*pair(text))) as page:
        told = page.run(SEE_EVERYTHING).replace("\ud800", "\ufffd")
        for beginning in ("HUB", "STRIP", "G1", "Morning", "O-2"):
            assert f"{beginning}{text}".replace("\ud800", "\ufffd") in told, beginning
        assert page.run("window.PWNED") is None
        assert page.run(f"document.querySelectorAll({json.dumps(FOREIGN)}).length") == 0
        assert page.run("document.scripts.length") == 4
        assert (page.requests, page.complaints) == ([], [])

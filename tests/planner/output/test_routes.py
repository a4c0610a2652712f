"""The page of legs: every pair with its reason, and nothing of what files say but as text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest

from airspace.corridors.alternatives import alternatives
from planner.output import routes
from planner.solving.enquiries import Enquiry, enquire, enquire_all
from tests.planner.output.chromium import Page
from tests.planner.output.samples import Sample, at, sample
from tests.planner.output.test_page_in_browser import FOREIGN, HOSTILE

Opener = Callable[..., Page]

SEE_EVERYTHING = """
(async () => {
  const rest = () => new Promise((done) => setTimeout(done, 5));
  let text = "";
  for (const index of legs.keys()) {
    choose("leg", index);
    text += byId("detail").textContent;
    await rest();
    for (const [kind, things] of [["zone", data.zones], ["pad", data.pads], ["gate", data.gates]]) {
      for (const one of things) { choose(kind, one.id); text += byId("detail").textContent; }
    }
  }
  document.querySelectorAll("details").forEach((part) => { part.open = true; });
  choose(null);
  return text + document.body.textContent + document.title;
})()
"""


@dataclass(frozen=True)
class Legs:
    shown: Sample
    answers: tuple[Enquiry, ...]

    def page(self) -> str:
        job, sky, basemap = self.shown.job, self.shown.sky, self.shown.basemap
        return routes.draw(job, sky, self.answers, at=at(0), version="skyferry 0", basemap=basemap)


def all_legs(text: str = "") -> Legs:
    shown = sample(text)
    return Legs(shown, enquire_all(shown.job, shown.sky, at=at(0)))


def one_leg(text: str = "") -> Legs:
    shown = sample(text)
    ends = (shown.sky.pads[0].id, shown.sky.pads[-1].id)
    others = partial(alternatives, count=2)
    return Legs(shown, (enquire(shown.job, shown.sky, ends, at=at(0), other_ways=others),))


def data_of(page: str) -> dict[str, object]:
    (found,) = re.findall(r'<script[^>]*id="data"[^>]*>(.*?)</script>', page, flags=re.DOTALL)
    told: dict[str, object] = json.loads(found)
    return told


@pytest.mark.parametrize("legs", [all_legs, one_leg])
def test_the_same_legs_give_the_same_bytes(legs: Callable[[], Legs]) -> None:
    assert legs().page() == legs().page()


def test_every_pair_has_a_reason_for_its_leg_or_for_having_none() -> None:
    legs = data_of(all_legs().page())["legs"]
    assert isinstance(legs, list)
    count = len(sample().sky.pads)
    assert len(legs) == count * (count - 1) // 2
    for leg in legs:
        assert leg["reason"] if leg["line"] else leg["detail"]


@pytest.mark.browser
@pytest.mark.parametrize("legs", [all_legs, one_leg])
def test_the_page_asks_for_nothing_and_complains_of_nothing(opened: Opener, legs: Callable[[], Legs]) -> None:
    with opened(legs()) as page:
        page.run(SEE_EVERYTHING)
        assert page.requests == []
        assert page.complaints == []


@pytest.mark.browser
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_text_from_a_file_stays_text(opened: Opener, text: str) -> None:
    with opened(all_legs(text)) as page:
        seen = page.run(SEE_EVERYTHING)
        assert f"HUB{text.rstrip(chr(0) + chr(0xD800))}" in seen
        assert page.run("window.PWNED") is None
        assert page.run(f"document.querySelectorAll({json.dumps(FOREIGN)}).length") == 0
        assert page.complaints == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1440])
def test_the_page_is_never_wider_than_its_window(opened: Opener, width: int) -> None:
    with opened(all_legs(), width=width) as page:
        assert page.run("document.documentElement.scrollWidth") <= width

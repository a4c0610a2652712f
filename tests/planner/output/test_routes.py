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
from tests.planner.output.test_page_in_browser import FOREIGN, HOSTILE, HOSTILE_NAMES

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


def joined_pair() -> Legs:
    shown = sample()
    return Legs(shown, (enquire(shown.job, shown.sky, ("SPARE", "HUB"), at=at(0)),))


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
@pytest.mark.parametrize("text", HOSTILE, ids=HOSTILE_NAMES)
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


def test_a_leg_tells_its_charge_from_row_to_row_its_floors_and_caps_and_its_launch_windows() -> None:
    legs = joined_pair()
    (leg,) = data_of(legs.page())["legs"]  # type: ignore[misc]
    (answer,) = legs.answers
    assert answer.leg is not None
    rows = leg["profile"]["rows"]
    assert [rows[0][5], rows[-1][5]] == ["climb", "ground"]
    assert rows[-1][0] == pytest.approx(answer.leg.distance_m, abs=0.1)
    assert rows[-1][3] == pytest.approx(answer.leg.soc_end, abs=1e-4)
    assert all(start <= end for start, end, _ in leg["profile"]["cap"])
    assert leg["launches"]["lines"][0].startswith("flyable")
    assert all(0 <= start <= end <= 1 for start, end in leg["launches"]["spans"])


def test_a_charge_that_falls_evenly_needs_no_rows_between() -> None:
    (leg,) = data_of(joined_pair().page())["legs"]  # type: ignore[misc]
    assert len(leg["profile"]["rows"]) <= len(leg["profile"]["path"]) + 3


@pytest.mark.browser
def test_the_profile_is_read_by_pointer_and_by_keys(opened: Opener) -> None:
    with opened(joined_pair()) as page:
        assert page.run("byId('readout').textContent").startswith("Point at the profile")
        page.run(
            """(() => { const box = document.querySelector("svg.profile"), at = box.getBoundingClientRect();
            const place = { clientX: at.left + at.width / 2, clientY: at.top + 9 };
            box.dispatchEvent(new PointerEvent("pointermove", place)); })()"""
        )
        read = page.run("byId('readout').textContent")
        assert "m AMSL" in read
        assert "charge" in read
        page.run("document.querySelector('svg.profile').focus()")
        page.press("ArrowRight")
        assert page.run("byId('readout').textContent") != read
        assert page.run("document.querySelectorAll('svg.launches .free').length") >= 1
        assert page.complaints == []

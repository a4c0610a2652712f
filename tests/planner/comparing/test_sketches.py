"""What a comparison shows of itself in a notebook."""

from __future__ import annotations

from dataclasses import replace

import pytest

from airspace.errors import showable
from planner.comparing import compare
from planner.comparing.sketches import MOST_ROWS
from tests.hostile import PAYLOADS
from tests.planner.comparing.pairs import bent, changed, day, later
from tests.planner.model.test_sketches import Seen
from tests.planner.output.samples import sample


def test_a_comparison_shows_figures_and_what_moved() -> None:
    b = changed(day(), "S-1", lambda sortie: replace(sortie, legs=tuple(bent(leg, 114.1) for leg in sortie.legs)))
    b = changed(b, "S-2", lambda sortie: later(sortie, 7.5))
    seen = Seen(compare(day(), b)._repr_html_())
    for told in ("A: Morning, 2026-12-01 08:00, not reviewed", "cost CNY", "1,284.6", "O-2", "moved", "08:43", "08:50"):
        assert told in seen.text
    assert "CLINIC - HUB" in seen.text
    assert "added" in seen.text


def test_one_and_the_same_plan_is_told_to_be_that_and_reviews_by_their_verdict() -> None:
    review = sample().review
    seen = Seen(compare(day(), day(), reviews=(review, review))._repr_html_())
    assert "One and the same plan." in seen.text
    assert "PASS" in seen.text
    assert seen.tags.count("table") == 1


def test_of_very_many_orders_the_first_are_shown_and_how_many_more_there_are() -> None:
    a = day()
    orders = tuple(f"X-{n}" for n in range(MOST_ROWS + 5))
    b = replace(a, sorties=(replace(a.sorties[0], orders=("O-1", *orders)), *a.sorties[1:]))
    assert "and 6 more" in Seen(compare(a, b)._repr_html_()).text


@pytest.mark.parametrize("text", [payload.whole for payload in PAYLOADS], ids=[payload.name for payload in PAYLOADS])
def test_hostile_names_are_only_shown(text: str) -> None:
    one = sample(text)
    seen = Seen(compare(one.plan, day(), reviews=(one.review, sample().review))._repr_html_())
    assert set(seen.tags) <= {"div", "table", "thead", "tbody", "tr", "th", "td"}
    assert showable(f"O-1{text}") in seen.text

"""The plan page in a frame of a notebook."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import planner
from planner.drawing import Shown
from planner.model.scenarios import Scenario
from tests.planner.output.chromium import Page
from tests.planner.output.samples import sample


def shown() -> Shown:
    one = sample()
    scenario = Scenario(sky=one.sky, job=one.job, basemap=one.basemap)
    return planner.show(one.plan, scenario, review=one.review, height_px=640)


def test_what_is_shown_is_the_page_that_is_drawn() -> None:
    one = sample()
    assert shown().page == planner.draw(one.plan, one.sky, one.job, one.review, basemap=one.basemap)


def test_without_a_review_the_plan_is_checked_now() -> None:
    one = sample()
    scenario = Scenario(sky=one.sky, job=replace(one.job, inputs=()))
    assert '"verdict":"FAIL"' in planner.show(one.plan, scenario).page


@pytest.mark.browser
def test_in_a_frame_without_an_address_the_page_works_and_asks_for_nothing(chromium: Any, tmp_path: Path) -> None:
    file = tmp_path / "notebook.html"
    file.write_text(f"<!DOCTYPE html><title>notebook</title>{shown()._repr_html_()}", encoding="utf-8")
    with Page(chromium, file, width=1300, height=800) as page:
        (frame,) = page._page.frames[1:]
        frame.evaluate(
            "choose('sortie', data.sorties[0].id); setTime(2000); new Promise((done) => setTimeout(done, 600))"
        )
        assert "S-1" in frame.evaluate("document.body.textContent")
        assert frame.evaluate("document.querySelectorAll('path.line').length") > 0
        assert page.run("document.querySelector('iframe').contentDocument") is None
        assert (page.requests, page.complaints) == ([], [])

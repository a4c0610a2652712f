"""What the page of a plan and the page of legs have around the map, used as a person would."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.planner.output.chromium import Page
from tests.planner.output.samples import sample
from tests.planner.output.test_routes import joined_pair

pytestmark = pytest.mark.browser

ZOOMED = """
(async () => {{
  await new Promise((done) => {{ map.once("zoomend", done); byId("{}").click(); }});
  return map.getZoom();
}})()
"""


@pytest.mark.parametrize("made", [sample, joined_pair], ids=["plan", "legs"])
def test_the_buttons_around_the_map_do_what_they_say(opened: Callable[..., Page], made: Callable[[], object]) -> None:
    with opened(made()) as page:
        for told, shown in (("true", True), ("false", False)):
            page.run("byId('legend-button').click()")
            assert page.run("byId('legend-button').getAttribute('aria-expanded')") == told
            assert page.run("byId('legend').classList.contains('open')") is shown
        before = page.run("map.getZoom()")
        closer = page.run(ZOOMED.format("zoom-in"))
        assert before < closer
        assert page.run(ZOOMED.format("zoom-out")) < closer
        theme = page.run("document.documentElement.dataset.theme")
        page.run("byId('theme').click()")
        assert page.run("document.documentElement.dataset.theme") != theme
        assert page.complaints == []

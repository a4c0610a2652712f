import json
import os
import re
import subprocess
import sys

from planner.output.page import PANES
from tests.planner.output.samples import sample

BUDGET_BYTES = 450_000
BUILD = "import sys; from tests.planner.output.samples import sample; sys.stdout.buffer.write(sample().page().encode())"


def data_of(page: str) -> dict[str, object]:
    block = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert block
    return dict(json.loads(block[1]))


def test_two_processes_write_the_same_bytes() -> None:
    pages = [
        subprocess.run(
            [sys.executable, "-c", BUILD],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Hong_Kong"))
    ]
    assert pages[0] == pages[1]
    assert pages[0].decode() == sample().page()


def test_the_page_names_no_server() -> None:
    page = sample().page()
    assert set(re.findall(r"https?://[\w.]+", page)) <= {
        "http://www.w3.org",  # the name of SVG, which nobody fetches
        "https://leafletjs.com",  # in a comment of Leaflet and its attribution, which is switched off
        "https://bugs.chromium.org",  # in comments of Leaflet
        "https://bugzilla.mozilla.org",
    }
    assert not re.search(r"<(?:link|script)[^>]+(?:href|src)=(?!\"data:)", page)


def test_the_page_is_light_without_its_data() -> None:
    page = sample().page()
    assert len(page.encode()) - len(json.dumps(data_of(page))) < BUDGET_BYTES


def test_every_pane_that_the_scripts_draw_on_is_made_by_folium() -> None:
    page = sample().page()
    assert re.findall(r'map_plan\.createPane\(\s*"(\w+)"\)', page) == list(PANES)


def test_no_outside_text_stands_outside_the_data_block() -> None:
    page = sample("OUTSIDE").page()
    before, rest = page.split('<script type="application/json" id="data">')
    block, after = rest.split("</script>", 1)
    assert "OUTSIDE" in block
    assert "OUTSIDE" not in before
    assert "OUTSIDE" not in after


def test_there_are_no_handlers_or_styles_in_attributes() -> None:
    markup = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", sample().page(), flags=re.DOTALL)
    assert not re.search(r"<[^>]+\s(?:on\w+|style)=", markup)

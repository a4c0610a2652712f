import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.planner.output.chromium import Page
from tests.planner.output.samples import Sample

Opener = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("no chromium was found, and in CI the pages must be opened")
        pytest.skip("no chromium, chromium-browser or google-chrome on the path to open pages with")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Opener:
    def open_page(shown: Sample, *, width: int = 1440, height: int = 1000, **options: Any) -> Page:
        file = tmp_path / "map.html"
        file.write_text(shown.page(), encoding="utf-8")
        return Page(chromium, file, width=width, height=height, **options)

    return open_page

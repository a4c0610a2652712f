import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.planner.output.chromium import Chromium, Page
from tests.planner.output.samples import Sample

Opener = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("no chromium was found, and in CI the pages must be opened")
        pytest.skip("no chromium, chromium-browser or google-chrome on the path to open pages with")
    browser = Chromium(program, tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.fixture
def opened(chromium: Chromium, tmp_path: Path) -> Opener:
    def open_page(shown: Sample, *, width: int = 1440, height: int = 1000, hash_: str = "") -> Page:
        file = tmp_path / "map.html"
        file.write_text(shown.page(), encoding="utf-8")
        return Page(chromium, file, width=width, height=height, hash_=hash_)

    return open_page

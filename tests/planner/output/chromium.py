"""A page in a headless Chromium, driven by Playwright, so that a test sees what a person with the page would see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Dialog, Request

PATIENCE_MS = 30_000
SETTLED_MS = 150
"""After so long the labels have been placed again."""


class Page:
    """A page opened with the network cut, and everything it asked for or complained of."""

    def __init__(
        self, browser: Browser, file: Path, *, width: int, height: int, hash_: str = "", calm: bool = False
    ) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._file = file
        self._context = browser.new_context(
            viewport={"width": width, "height": height},
            offline=True,
            reduced_motion="reduce" if calm else "no-preference",
        )
        self._page = self._context.new_page()
        self._page.on("request", self._note)
        self._page.on("console", lambda message: self.complaints.append(message.text))
        self._page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self._page.on("dialog", self._refuse)
        self._page.goto(file.as_uri() + hash_)
        self.settle()

    def __enter__(self) -> Page:
        return self

    def __exit__(self, *_: object) -> None:
        self._context.close()

    def run(self, script: str) -> Any:
        """Return what a JavaScript expression comes to; a promise that nobody keeps fails."""
        late = f"new Promise((_, fail) => setTimeout(() => fail(new Error('nothing came of it')), {PATIENCE_MS}))"
        return self._page.evaluate(f"Promise.race([({script.strip()}\n), {late}])")

    def settle(self) -> None:
        """Wait until the labels have been placed again."""
        self._page.wait_for_timeout(SETTLED_MS)

    def press(self, key: str) -> None:
        """Press a key, as ``Shift+ArrowRight`` or ``Enter``."""
        self._page.keyboard.press(key)

    def click(self, selector: str) -> None:
        """Click on the first thing that a selector names."""
        self._page.locator(selector).first.click()

    def point(self, selector: str, *, across: float = 0.5) -> None:
        """Point at the first thing that a selector names: at its middle, or so far across."""
        box = self._page.locator(selector).first.bounding_box()
        assert box is not None, f"{selector} cannot be seen"
        self._page.mouse.move(box["x"] + across * box["width"], box["y"] + box["height"] / 2)

    def pdf(self) -> bytes:
        """Return the page as it is printed, on the paper that its own style asks for."""
        return self._page.pdf(prefer_css_page_size=True, print_background=True)

    def picture(self, file: Path, *, whole: bool = False) -> None:
        """Write what is seen as a PNG: the window, or the whole page."""
        self._page.screenshot(path=file, full_page=whole)

    def _note(self, request: Request) -> None:
        if not request.is_navigation_request():
            self.requests.append(request.url)

    def _refuse(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

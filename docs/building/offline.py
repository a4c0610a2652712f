"""A page of the site loads nothing from elsewhere: the build fails with whatever would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

LOADED = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "link": ("href",),
    "use": ("href",),
    "image": ("href",),
}
"""What a browser fetches without being asked, by element."""

NOT_FETCHED = {"canonical", "next", "prev", "index", "search", "author", "license", "help"}
"""Kinds of links in the head that only tell something."""

ELSEWHERE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
IN_STYLES = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"])((?:[a-z]+:)?//[^'\")\s]+)", re.IGNORECASE)


def setup(app: Sphinx) -> dict[str, Any]:
    """Look at what was built."""
    app.connect("build-finished", look)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def look(app: Sphinx, failure: Exception | None) -> None:
    """Raise if any page or style sheet would load something from elsewhere.

    Raises
    ------
    ExtensionError
        With every such thing.
    """
    from sphinx.errors import ExtensionError

    if failure is None and app.builder.format == "html" and (found := list(outside(Path(app.outdir)))):
        raise ExtensionError("loaded from elsewhere:\n" + "\n".join(found))


def outside(folder: Path) -> Iterator[str]:
    """Yield ``file: address`` of all that pages and style sheets in a folder would load from elsewhere."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".html":
            addresses = loaded(path.read_text(encoding="utf-8"))
        elif path.suffix == ".css":
            addresses = IN_STYLES.findall(path.read_text(encoding="utf-8"))
        else:
            continue
        yield from (f"{path.relative_to(folder)}: {address}" for address in addresses)


def loaded(page: str) -> list[str]:
    """Return the addresses elsewhere that a page loads something from."""
    reader = _Reader()
    reader.feed(page)
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.in_style = tag == "style"
        self.found += IN_STYLES.findall(told.get("style", ""))
        self.found += loaded(told["srcdoc"]) if "srcdoc" in told else []
        if tag == "link" and set(told.get("rel", "").split()) & NOT_FETCHED:
            return
        self.found += [told[name] for name in LOADED.get(tag, ()) if ELSEWHERE.match(told.get(name, ""))]

    def handle_endtag(self, tag: str) -> None:
        self.in_style = self.in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        if self.in_style:
            self.found += IN_STYLES.findall(data)

"""A figure that renders a Folium map into a page of ours with nothing left to fetch."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence

from branca.element import CssLink, Figure, JavascriptLink, Link

from planner.errors import MissingAsset
from planner.output.assets import stand_in
from planner.output.canvas import own_text


class OfflineFigure(Figure):
    """One file: our HTML around Folium's map, every script and style inside it and named by hash in its policy.

    The data stand in a block of their own that no template ever sees. Folium renders text twice as a Jinja template,
    so nothing that comes from a file may reach it.
    """

    def __init__(self, *, html: str, styles: Sequence[str], scripts: Sequence[str], data: str) -> None:
        super().__init__()
        self._html = html
        self._styles = styles
        self._scripts = scripts
        self._data = data

    def render(self, **kwargs: object) -> str:
        """Return the page.

        Raises
        ------
        MissingAsset
            If anything on the map wants a file or a header that the page does not carry.
        """
        for child in self._children.values():
            child.render(**kwargs)
        styles = [*self._linked(CssLink), *self._styles]
        scripts = [*self._linked(JavascriptLink), _without_addresses(self.script.render(**kwargs)), *self._scripts]
        parts = {
            "policy": f'<meta http-equiv="Content-Security-Policy" content="{policy(styles, scripts)}">',
            "styles": "\n".join(_inline("style", style) for style in styles),
            "map": self.html.render(**kwargs),
            "hatches": own_text("page", "hatches.html"),
            "data": f'<script type="application/json" id="data">{self._data}</script>',
            "scripts": "\n".join(_inline("script", script) for script in scripts),
        }
        # One pass, so that no part can bring a placeholder of another one.
        return re.sub(r"<!--(\w+)-->", lambda found: parts[found[1]], self._html)

    def _linked(self, kind: type[Link]) -> list[str]:
        """Return the texts that replace the links of one kind, refusing whatever else stands in the header."""
        texts = []
        for name, element in self.header._children.items():
            if isinstance(element, kind):
                texts.append(stand_in(element.url))
            elif not isinstance(element, Link) and name not in self._expected_headers():
                raise MissingAsset(f"'{name}': expected only links in the header of a map, found other markup")
        return [text for text in texts if text is not None]

    def _expected_headers(self) -> set[str]:
        # Branca's character set and Folium's viewport and sizes: page.html and page.css say all of it themselves.
        return {"meta_http", *(child.get_name() for child in self._children.values())}


def policy(styles: Sequence[str], scripts: Sequence[str]) -> str:
    """Return a content security policy that lets exactly these texts run, and nothing be fetched."""
    script_hashes = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    style_hashes = " ".join(f"'sha256-{_digest(style)}'" for style in styles)
    return (
        f"default-src 'none'; script-src {script_hashes}; style-src {style_hashes}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _without_addresses(script: str) -> str:
    """Refuse what Folium wrote when it names a server, as a layer of map tiles does."""
    addresses = re.findall(r"\w*://[^\s\"']+", script)
    if addresses:
        raise MissingAsset(f"map: expected no address of a server, found {', '.join(addresses)}")
    return script


def _inline(tag: str, text: str) -> str:
    if f"</{tag}" in text.lower():
        raise MissingAsset(f"<{tag}>: expected a text that does not end its own tag")
    return f"<{tag}>{text}</{tag}>"

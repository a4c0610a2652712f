"""The files of others that the page carries inside itself, and the links that they stand in for.

Folium names its scripts and styles by address. Each address that may turn up stands in one of the two tables
below, by its path; any other one is an error, so that no plug-in can bring a download into an offline page unseen.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from planner.errors import MissingAsset

REPLACED = {
    # The newest 1.9 release, which only mends faults of the 1.9.3 that Folium asks for.
    "/npm/leaflet@1.9.3/dist/leaflet.js": "leaflet.js",
    "/npm/leaflet@1.9.3/dist/leaflet.css": "leaflet.css",
}
"""Path of a link -> the vendored file that stands in for it."""

DROPPED = {
    "/jquery-3.7.1.min.js": "only Folium's popups call it, and we draw none",
    "/npm/bootstrap@5.2.2/dist/js/bootstrap.bundle.min.js": "no part of Bootstrap is used",
    "/npm/bootstrap@5.2.2/dist/css/bootstrap.min.css": "our own style sheet lays out the page",
    "/bootstrap/3.0.0/css/bootstrap-glyphicons.css": "our symbols are drawn in SVG",
    "/npm/@fortawesome/fontawesome-free@6.2.0/css/all.min.css": "our symbols are drawn in SVG",
    "/ajax/libs/Leaflet.awesome-markers/2.0.2/leaflet.awesome-markers.js": "our symbols are drawn in SVG",
    "/ajax/libs/Leaflet.awesome-markers/2.0.2/leaflet.awesome-markers.css": "our symbols are drawn in SVG",
    "/gh/python-visualization/folium/folium/templates/leaflet.awesome.rotate.min.css": "for the same markers",
}
"""Path of a link -> why the page does without it."""

UNUSED_IMAGES = ("images/layers.png", "images/layers-2x.png", "images/marker-icon.png")
"""Pictures that Leaflet's style sheet names for its layer button and its pin; we show neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One vendored file, as the manifest tells of it."""

    file: str
    package: str
    path: str
    version: str
    licence: str
    sha256: str


@cache
def manifest() -> tuple[Asset, ...]:
    """Return every vendored file with its version, licence and SHA-256."""
    listed = json.loads((files("planner.output") / "vendored" / "manifest.json").read_text("utf-8"))
    return tuple(Asset(**entry) for entry in listed["assets"])


@cache
def vendored(file: str) -> str:
    """Return the text of a vendored file, ready to stand inside a page.

    Raises
    ------
    MissingAsset
        If the manifest has no such file, the file is not the one of the manifest, or it would fetch another one.
    """
    sha256 = {asset.file: asset.sha256 for asset in manifest()}.get(file)
    if sha256 is None:
        raise MissingAsset(f"vendored/manifest.json: expected an entry for '{file}', found none")
    content = (files("planner.output") / "vendored" / file).read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise MissingAsset(f"vendored/{file}: expected SHA-256 {sha256}, found {found}")
    return _without_references(file, content.decode("utf-8"))


def stand_in(address: str) -> str | None:
    """Return the text that replaces a linked script or style sheet; None when the page does without it.

    Raises
    ------
    MissingAsset
        If the address is in neither table.
    """
    path = urlsplit(address).path
    if path in REPLACED:
        return vendored(REPLACED[path])
    if path in DROPPED:
        return None
    raise MissingAsset(
        f"'{address}': expected a link with a vendored file; a page must not fetch anything. "
        "Vendor the file and add it to REPLACED, or give a reason in DROPPED."
    )


def _without_references(file: str, text: str) -> str:
    """Return a text with plain line ends and without references to further files: a page may ask for none."""
    # A browser reads every line end of a page as \n, and the hash in the page's policy must be of what it reads.
    text = re.sub(r"\r\n?", "\n", text)
    text = re.sub(r"//# sourceMappingURL=\S+", "", text)
    for image in UNUSED_IMAGES:
        text = text.replace(f"url({image})", "none")
    left = re.findall(r"url\((?!#)[^)]*\)", text) if file.endswith(".css") else []
    if left:
        raise MissingAsset(f"vendored/{file}: expected no references to other files, found {', '.join(left)}")
    return text

"""What every page of ours stands on: an empty map with its panes, and the texts beside these modules."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

import folium
from folium.map import CustomPane

LOWEST_PANE = 410
"""Above Leaflet's own panes for tiles and shapes, below those for tips."""


def empty_map(bounds: Sequence[float], panes: Sequence[str]) -> folium.Map:
    """Return a map of west, south, east, north with panes from the back to the front, and nothing on it.

    It holds numbers and fixed words only: no outside text may reach a template.
    """
    west, south, east, north = bounds
    canvas = folium.Map(
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=12,
        tiles=None,
        zoom_control=False,
        attribution_control=False,
        keyboard=False,
        zoom_snap=0.25,
        zoom_delta=0.5,
        wheel_px_per_zoom_level=120,
        min_zoom=8,
        max_zoom=18,
    )
    # Folium names things at random; the page must have the same bytes every time.
    canvas._id = "plan"
    for height, name in enumerate(panes):
        pane = CustomPane(name, z_index=LOWEST_PANE + 10 * height)
        pane._id = name
        canvas.add_child(pane, name=name)
    return canvas


def own_text(folder: str, file: str) -> str:
    """Return a text that lies beside these modules: a page, a style or a script."""
    return (files("planner.output") / folder / file).read_text("utf-8")

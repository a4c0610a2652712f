"""The map page: one self-contained file that opens anywhere, without a network."""

from __future__ import annotations

from importlib.resources import files

import folium
from folium.map import CustomPane

from airspace.model.skies import Airspace
from planner.model.basemaps import Basemap
from planner.model.jobs import Job
from planner.model.plans import Plan
from planner.model.reviews import Review
from planner.output.data import block, page_data
from planner.output.figure import OfflineFigure

SCRIPTS = ("words.js", "model.js", "symbols.js", "map.js", "labels.js", "clock.js", "panel.js", "tables.js", "start.js")
"""The page's own scripts, in the order in which they build on each other."""

PANES = ("land", "terrain", "zones", "boundary", "areas", "lines", "gates", "pads", "faults", "drones", "names")
"""What lies on what, from the back to the front."""

LOWEST_PANE = 410
"""Above Leaflet's own panes for tiles and shapes, below those for tips."""


def draw(plan: Plan, sky: Airspace, job: Job, review: Review, *, digest: str, basemap: Basemap | None = None) -> str:
    """Return a plan as one HTML file: map, time slider, figures, margins, unserved orders and sources.

    The file asks for nothing outside itself. The same values give the same bytes. Land is drawn from `basemap`;
    without one the areas of the jurisdictions stand in for it, and the page says so.
    """
    data = page_data(plan, sky, job, review, digest=digest, basemap=basemap)
    figure = OfflineFigure(
        html=_own("page.html"),
        styles=[_own("page.css")],
        scripts=["\n".join(_own(script) for script in SCRIPTS)],
        data=block(data),
    )
    figure.add_child(_map(data["bounds"] or [0.0, 0.0, 0.0, 0.0]), name="map")
    return figure.render()


def _map(bounds: list[float]) -> folium.Map:
    """Return the empty map, with numbers and fixed words only: no outside text may reach a template."""
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
    for height, name in enumerate(PANES):
        pane = CustomPane(name, z_index=LOWEST_PANE + 10 * height)
        pane._id = name
        canvas.add_child(pane, name=name)
    return canvas


def _own(file: str) -> str:
    return (files("planner.output") / "page" / file).read_text("utf-8")

"""The map page: one self-contained file that opens anywhere, without a network."""

from __future__ import annotations

from airspace.model.skies import Airspace
from planner.model.basemaps import Basemap
from planner.model.jobs import Job
from planner.model.plans import Plan
from planner.model.reviews import Review
from planner.output.canvas import empty_map, own_text
from planner.output.data import block, page_data
from planner.output.figure import OfflineFigure

OWN = "page"
SCRIPTS = ("words.js", "model.js", "symbols.js", "map.js", "labels.js", "clock.js", "panel.js", "tables.js", "start.js")
"""The page's own scripts, in the order in which they build on each other."""

PANES = ("land", "terrain", "zones", "boundary", "areas", "lines", "gates", "pads", "faults", "drones", "names")
"""What lies on what, from the back to the front."""


def draw(plan: Plan, sky: Airspace, job: Job, review: Review, *, digest: str, basemap: Basemap | None = None) -> str:
    """Return a plan as one HTML file: map, time slider, figures, margins, unserved orders and sources.

    The file asks for nothing outside itself. The same values give the same bytes. Land is drawn from `basemap`;
    without one the areas of the jurisdictions stand in for it, and the page says so.
    """
    data = page_data(plan, sky, job, review, digest=digest, basemap=basemap)
    figure = OfflineFigure(
        html=own_text(OWN, "page.html"),
        styles=[own_text(OWN, "page.css")],
        scripts=["\n".join(own_text(OWN, script) for script in SCRIPTS)],
        data=block(data),
    )
    figure.add_child(empty_map(data["bounds"] or [0.0, 0.0, 0.0, 0.0], PANES), name="map")
    return figure.render()

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
from planner.output.languages import Language
from planner.output.page_words import page_words

OWN = "page"
STYLES = ("page.css", "charts.css", "paper.css")
SCRIPTS = (
    "dom.js",
    "languages.js",
    "figures.js",
    "facts.js",
    "model.js",
    "symbols.js",
    "map.js",
    "weather.js",
    "labels.js",
    "corridors.js",
    "drones.js",
    "legend.js",
    "clock.js",
    "flight.js",
    "side.js",
    "profile.js",
    "timeline.js",
    "sorties.js",
    "panel.js",
    "kpis.js",
    "unserved.js",
    "margins.js",
    "sources.js",
    "lights.js",
    "sheets.js",
    "address.js",
    "start.js",
)
"""The page's own scripts, in the order in which they build on each other."""

PANES = ("land", "terrain", "zones", "boundary", "areas", "lines", "gates", "pads", "faults", "drones", "names")
"""What lies on what, from the back to the front."""


def draw(
    plan: Plan,
    sky: Airspace,
    job: Job,
    review: Review,
    *,
    digest: str,
    basemap: Basemap | None = None,
    language: Language = Language.EN,
) -> str:
    """Return a plan as one HTML file: map, time slider, figures, charts, margins, unserved orders and sources.

    The file asks for nothing outside itself. The same values give the same bytes. Land is drawn from `basemap`;
    without one the areas of the jurisdictions stand in for it, and the page says so. It speaks all languages, and
    begins with `language`.
    """
    scripts = "\n".join(own_text(OWN, script) for script in SCRIPTS)
    data = page_data(plan, sky, job, review, digest=digest, basemap=basemap)
    figure = OfflineFigure(
        html=own_text(OWN, "page.html"),
        styles=[own_text(OWN, style) for style in STYLES],
        scripts=[scripts],
        data=block(data | {"language": str(language), "words": page_words(scripts, data)}),
    )
    figure.add_child(empty_map(data["bounds"] or [0.0, 0.0, 0.0, 0.0], PANES), name="map")
    return figure.render()

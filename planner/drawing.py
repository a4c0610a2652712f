"""The pages, loaded only when they are drawn: Folium takes a second to import."""

from __future__ import annotations

import html
from dataclasses import dataclass

from airspace.model.skies import Airspace
from planner.formats.plans import digest, plan_to_document
from planner.model.basemaps import Basemap
from planner.model.jobs import Job
from planner.model.plans import Plan
from planner.model.reviews import Review
from planner.model.scenarios import Scenario
from planner.output.exports.formats import Reviewed
from planner.output.languages import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A page that shows itself in a notebook, in a frame of its own that reaches neither the notebook nor a network."""

    page: str
    """HTML: the whole page, as it may be written to a file."""
    height_px: int

    def _repr_html_(self) -> str:
        """Return the frame with the page inside of it, every mark of HTML in it escaped."""
        return (
            f'<iframe srcdoc="{html.escape(self.page, quote=True)}" sandbox="allow-scripts allow-modals" '
            f'title="Skyferry plan" style="width:100%;height:{self.height_px:d}px;border:0"></iframe>'
        )


def draw(
    plan: Plan,
    sky: Airspace,
    job: Job,
    review: Review,
    *,
    basemap: Basemap | None = None,
    language: Language = Language.EN,
    plan_digest: str | None = None,
) -> str:
    """Return the plan page: one HTML file with the map, that opens without a network and begins in a language.

    ``plan_digest`` is that of the plan's record; it is worked out where none is given, which takes longer than to draw.
    """
    from planner.output import page

    told = plan_digest or digest(plan_to_document(plan))
    return page.draw(plan, sky, job, review, digest=told, basemap=basemap, language=language)


def show(
    plan: Plan,
    scenario: Scenario,
    *,
    review: Review | None = None,
    language: Language = Language.EN,
    height_px: int = 760,
) -> Shown:
    """Return the plan page as a notebook shows it: write it as the last line of a cell.

    Parameters
    ----------
    review
        What the check says of the plan; without one it is checked now.
    height_px
        Of the frame that the page stands in.
    """
    from planner import planning

    judged = planning.check(plan, scenario.sky, scenario.job) if review is None else review
    page = draw(plan, scenario.sky, scenario.job, judged, basemap=scenario.basemap, language=language)
    return Shown(page=page, height_px=height_px)


def draw_comparison(
    a: Reviewed, b: Reviewed, *, basemap: Basemap | None = None, language: Language = Language.EN
) -> str:
    """Return the page of two plans: one HTML file with both on one map, that opens without a network."""
    from planner.output import comparison

    return comparison.draw(a, b, basemap=basemap, language=language)

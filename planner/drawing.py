"""The plan page, loaded only when it is drawn: Folium takes a second to import."""

from __future__ import annotations

from airspace.model.skies import Airspace
from planner.formats.plans import digest, plan_to_document
from planner.model.basemaps import Basemap
from planner.model.jobs import Job
from planner.model.plans import Plan
from planner.model.reviews import Review
from planner.output.languages import Language


def draw(
    plan: Plan,
    sky: Airspace,
    job: Job,
    review: Review,
    *,
    basemap: Basemap | None = None,
    language: Language = Language.EN,
) -> str:
    """Return the plan page: one HTML file with the map, that opens without a network and begins in a language."""
    from planner.output import page

    told = digest(plan_to_document(plan))
    return page.draw(plan, sky, job, review, digest=told, basemap=basemap, language=language)

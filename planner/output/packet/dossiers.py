"""What a packet is gathered from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import shapely

from airspace.corridors.library import Rulebook
from airspace.earth.frame import Frame
from airspace.model.skies import Airspace
from planner.model.basemaps import Basemap
from planner.model.jobs import Job
from planner.model.plans import Plan
from planner.model.reviews import Review
from planner.safety.checks import LegReview
from planner.solving.tables import chart_of

TRADITIONAL = ("HK", "MO")
"""How the ids of jurisdictions with traditional characters begin; names elsewhere are in simplified ones."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Dossier:
    """A plan with all that was known when it was made, what the check says of it, and an older plan if asked for."""

    plan: Plan
    sky: Airspace
    job: Job
    review: Review
    legs: tuple[LegReview, ...]
    digest: str
    """Of the plan's record."""
    basemap: Basemap | None = None
    against: tuple[Plan, str] | None = None
    """Another plan, and the digest of its record."""

    @cached_property
    def frame(self) -> Frame:
        """The frame in which the airspace is drawn and measured."""
        return Frame.around(self.sky.geometries)

    @cached_property
    def rulebook(self) -> Rulebook:
        """What corridors are judged against throughout the job."""
        return Rulebook(
            chart=chart_of(self.sky, self.job, (self.job.start, self.job.end)), ledgers=tuple(self.job.ledgers)
        )

    def side_of(self, shape: shapely.Geometry) -> str:
        """Return the id of the jurisdiction in which a point of a shape lies; empty when none is known."""
        point = shape.representative_point()
        return next((item.id for item in self.sky.jurisdictions if item.area.contains(point)), "")

    def sides_along(self, points: Sequence[tuple[float, float]]) -> tuple[str, ...]:
        """Return the ids of the jurisdictions that a line touches, in the order of the airspace."""
        line = shapely.LineString(points)
        return tuple(item.id for item in self.sky.jurisdictions if item.area.intersects(line))

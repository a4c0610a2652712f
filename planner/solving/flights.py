"""A flight: one way from pad to pad for one type of aircraft."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from airspace.corridors.passages import Passage, Points
from airspace.earth.frame import GEOD
from planner.model.weather import STILL_AIR, Weather
from planner.physics.energy import Phases
from planner.physics.weather import Grounding
from planner.solving.laws import Lawful

Floats = npt.NDArray[np.float64]


def flown_m(points: Points) -> list[float]:
    """Return the metres flown over the ground, on the ellipsoid, until each point of a course."""
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    return [0.0, *accumulate(GEOD.line_lengths(lons, lats))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """One way from pad to pad for one type of aircraft: line, times, and whose leave it needs."""

    from_pad: str
    to_pad: str
    corridor: str
    points: tuple[tuple[float, float, float], ...]
    """Longitude, latitude and metres AMSL, from above one pad to above the other; see ``Course.points``."""
    distance_m: float
    """Over the ground, on the ellipsoid."""
    piece_s: tuple[float, ...]
    """Seconds over each piece between two points, in the wind or up and down; infinite where the wind is too strong."""
    climb_s: float
    """Over the pad it starts from."""
    descent_s: float
    """Over the pad it goes to."""
    rising_s: float = 0.0
    """Of the seconds between the pads: up from one level to another."""
    sinking_s: float = 0.0
    passage: Passage
    lawful: Lawful
    """When the rules of the jurisdictions allow it; the passage's spans lie within."""
    goods_lawful: Lawful | None = None
    """The same with dangerous goods on board; None where the job has none."""
    weather: Weather = STILL_AIR
    level_s: Floats = field(default_factory=lambda: np.zeros(1), compare=False)
    """Seconds over all level pieces in each scenario of the forecast's error; shape (scenarios,)."""
    grounded: tuple[Grounding, ...] = ()
    """What in the weather keeps the type from flying so high."""

    @property
    def between_s(self) -> float:
        """Seconds from the end of the climb over one pad to the beginning of the descent over the other."""
        return sum(self.piece_s)

    @property
    def flown_s(self) -> float:
        """Seconds from take-off to landing."""
        return self.climb_s + self.between_s + self.descent_s

    @property
    def flyable(self) -> bool:
        """Whether the wind lets it be flown at all."""
        return bool(np.isfinite(self.between_s)) and not self.grounded

    @property
    def crossed_s(self) -> tuple[float, ...]:
        """Seconds from take-off to each crossing of its passage."""
        along_m = flown_m(self.points)
        after_s = [*accumulate(self.piece_s, initial=self.climb_s)]
        shares = (passed.along_share for passed in self.passage.crossings)
        return tuple(float(np.interp(share * along_m[-1], along_m, after_s)) for share in shares)

    def phases_by_scenario(self, *, hover_s: float) -> Phases:
        """Return the phases of flight in every scenario of the forecast's error; shape (scenarios,)."""
        return replace(self.phases(hover_s=hover_s), cruise_s=self.level_s)

    def phases(self, *, hover_s: float) -> Phases:
        """Return the phases of flight as forecast, for the energy model."""
        return Phases(
            climb_s=np.asarray(self.climb_s + self.rising_s),
            cruise_s=np.asarray(self.between_s - self.rising_s - self.sinking_s),
            descent_s=np.asarray(self.descent_s + self.sinking_s),
            hover_s=np.asarray(hover_s),
        )

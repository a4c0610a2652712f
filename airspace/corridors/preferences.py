"""Avoided zones: open to everybody, but a metre inside is worth some metres of detour.

A course through such zones is straight inside and outside of them and bends on their outlines, as light does between
two media. It is looked for among places on the outlines: all their corners, so that the way round is exact, and points
between them, so that the way through is nearly so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from airspace.corridors.charts import Chart
from airspace.corridors.paces import Pace
from airspace.corridors.visibility import Integers
from airspace.model.schedules import Span
from airspace.model.zones import Zone

Floats = npt.NDArray[np.float64]

LEAST_STEP_M = 25.0
MOST_PLACES = 240
"""Places on the outlines of one level are this far apart at least, and about so many: pairs of them are looked at."""

HAIR_M = 0.01
"""Along an outline, or less than this inside, is outside."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Preferences:
    """What avoided zones cost, level by level."""

    areas: tuple[tuple[tuple[Zone, shapely.Geometry, float], ...], ...]
    """By level: zone, area in the frame, and the metres of detour that a metre inside is worth."""

    @classmethod
    def of(cls, chart: Chart, when: Span | None) -> Preferences:
        """Take the avoided zones of a chart that hold at any time of a span; all of them without one."""
        holding = [item for item in chart.avoided if when is None or item[0].schedule.touches(*when)]
        return cls(areas=tuple(tuple(i for i in holding if chart.within(i[0], m)) for m in chart.levels_m))

    @property
    def none(self) -> bool:
        """Whether nothing is avoided."""
        return not any(self.areas)

    def places_mm(self, level: int) -> Integers:
        """Return places on the outlines of a level, corners among them; whole millimetres, shape (n, 2)."""
        outlines = [shapely.boundary(area) for _, area, _ in self.areas[level]]
        if not outlines:
            return np.empty((0, 2), np.int64)
        step_m = max(LEAST_STEP_M, sum(line.length for line in outlines) / MOST_PLACES)
        points = shapely.get_coordinates(shapely.segmentize(np.array(outlines, dtype=object), step_m))
        return np.unique(np.rint(points * 1000).astype(np.int64), axis=0)

    def seconds(self, starts_mm: Integers, ends_mm: Integers, level: npt.NDArray[np.int32], pace: Pace) -> Floats:
        """Return what straight level pieces cost on top of their time, in seconds of level flight.

        Whole millimetres, shape (n, 2) each, and the number of each piece's level, shape (n,).
        """
        extra_s = np.zeros(len(starts_mm))
        moves = (starts_mm != ends_mm).any(axis=1)
        for number, areas in enumerate(self.areas):
            mine = np.flatnonzero((level == number) & moves)
            if areas and len(mine):
                lines = shapely.linestrings(np.stack((starts_mm[mine], ends_mm[mine]), axis=1) / 1000)
                flown_s = pace.seconds(*((ends_mm[mine] - starts_mm[mine]) / 1000).T)
                shares = self._share(lines, areas)
                # Where the wind lets no track be held a piece costs without end, whatever lies beside it.
                extra_s[mine] = np.multiply(flown_s, shares, out=np.zeros(len(mine)), where=shares > 0)
        return extra_s

    def _share(self, lines: npt.NDArray[np.object_], areas: Sequence[tuple[Zone, shapely.Geometry, float]]) -> Floats:
        """Return the share of lines inside areas, each weighed with what its zone is worth."""
        shares = np.zeros(len(lines))
        for _, area, worth in areas:
            inner = inside(area)
            shapely.prepare(inner)
            met = np.flatnonzero(shapely.intersects(inner, lines))
            shares[met] += worth * shapely.length(shapely.intersection(inner, lines[met])) / shapely.length(lines[met])
        return shares


def inside(area: shapely.Geometry) -> shapely.Geometry:
    """Return an area without its outline."""
    return shapely.buffer(area, -HAIR_M, join_style="mitre")

"""What people ask of a corridor: which zones make it bend, which it enters and by whose leave, whose air it passes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from airspace.corridors.charts import Chart
from airspace.corridors.passages import covers, too_near
from airspace.corridors.preferences import Preferences, inside
from airspace.model.zones import Zone

Place: TypeAlias = tuple[int, int, int]
"""Whole millimetres east and north, and the number of the level."""

Geometries = npt.NDArray[np.object_]

BOUNDARY = "boundary"
HIGH_GROUND = "high ground"
HEIGHT_CAP = "height cap"
"""What makes a corridor bend where it is no zone."""

NEAR_SHARE, NEAR_M = 1.01, 0.5
"""A corner of an outline stands this near to what it goes round: buffers are somewhat wider than they must be."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Labels:
    """Answers for some chart, and the zones that are shut to an aircraft at each level."""

    chart: Chart
    aircraft: frozenset[str]
    shut: tuple[frozenset[str], ...]
    """By level: ids of the zones that may not be entered there."""
    preferences: Preferences

    def rounded(self, level: int, places_m: npt.NDArray[np.float64]) -> list[tuple[str, ...]]:
        """Return what corners of a level, metres of the frame, shape (n, 2), go round."""
        rules, level_m = self.chart.rules, self.chart.levels_m[level]
        things = [
            (zone.id, area, rules.keep_out_m)
            for zone, area in self.chart.zones
            if zone.id in self.shut[level] and self.chart.at_level(zone, level_m)
        ]
        things += [(HIGH_GROUND, area, rules.keep_out_m) for area in self.chart.high_ground(level_m)]
        things += [(HEIGHT_CAP, area, rules.keep_out_m) for area in self.chart.low_ground(level_m)]
        sides = [area for _, area in self.chart.jurisdictions]
        things += [(BOUNDARY, shapely.boundary(area), rules.fence_m) for area in sides]
        things += [(zone.id, shapely.boundary(area), 0.0) for zone, area, _ in self.preferences.areas[level]]
        return _near(shapely.points(places_m), things)

    def avoided(self, pieces: Sequence[tuple[Place, Place]]) -> list[tuple[str, ...]]:
        """Return the avoided zones that level pieces pass."""
        found: list[tuple[str, ...]] = [()] * len(pieces)
        for level, areas in enumerate(self.preferences.areas):
            mine = [n for n, (a, b) in enumerate(pieces) if a[2] == b[2] == level] if areas else []
            lines = np.array([shapely.LineString([(x / 1000, y / 1000) for x, y, _ in pieces[n]]) for n in mine])
            things = [(zone.id, inside(area), 0.0) for zone, area, _ in areas]
            for number, names in zip(mine, _near(lines, things, exactly=True), strict=True):
                found[number] = names
        return found

    def entered(self, level_m: float, lines: Sequence[shapely.Geometry]) -> list[tuple[Zone, ...]]:
        """Return the closed zones that level pieces, in the frame, enter or come too near to."""
        return self._entered([(z, a) for z, a in self.chart.zones if self.chart.at_level(z, level_m)], lines)

    def climbed(self, lowest_m: float, highest_m: float, place: shapely.Geometry) -> tuple[Zone, ...]:
        """Return the closed zones that a climb at a place, in the frame, enters or comes too near to."""
        _, near = too_near(self.chart.tree, np.array([place]), self.chart.rules.keep_out_m)
        zones = (self.chart.zones[number][0] for number in near)
        reaching = [zone for zone in zones if self.chart.reaches(zone, lowest_m, highest_m)]
        return tuple(sorted(reaching, key=lambda zone: zone.id))

    def _entered(
        self, zones: Sequence[tuple[Zone, shapely.Geometry]], lines: Sequence[shapely.Geometry]
    ) -> list[tuple[Zone, ...]]:
        found: list[list[Zone]] = [[] for _ in lines]
        if zones and lines:
            tree = shapely.STRtree([area for _, area in zones])
            for line, zone in zip(*too_near(tree, np.array(lines), self.chart.rules.keep_out_m), strict=True):
                found[line].append(zones[zone][0])
        return [tuple(sorted(items, key=lambda zone: zone.id)) for items in found]

    def permits(self, zones: Collection[Zone], heights_m: tuple[float, float]) -> tuple[str, ...]:
        """Return the ids of the permits that open some of the zones to the aircraft at a span of heights."""
        opening = {
            permit.id
            for permit in self.chart.sky.permits
            for zone in zones
            if zone.permittable and covers(permit, zone, self.chart, self.aircraft, heights_m)
        }
        return tuple(sorted(opening))

    def jurisdictions(self, lines: Sequence[shapely.Geometry]) -> list[tuple[str, ...]]:
        """Return the jurisdictions that lines or places of the frame lie in."""
        things = [(side.id, area, 0.0) for side, area in self.chart.jurisdictions]
        return _near(np.array(lines, dtype=object), things, exactly=True)


def _near(
    shapes: Geometries, things: Sequence[tuple[str, shapely.Geometry, float]], *, exactly: bool = False
) -> list[tuple[str, ...]]:
    """Return for each shape the names of the things that it is as near to as their reach."""
    names: dict[int, set[str]] = defaultdict(set)
    if things and len(shapes):
        tree = shapely.STRtree(shapes)
        reaches_m = [reach_m if exactly else reach_m * NEAR_SHARE + NEAR_M for _, _, reach_m in things]
        found = tree.query([area for _, area, _ in things], predicate="dwithin", distance=reaches_m)
        for thing, shape in found.T.tolist():
            names[shape].add(things[thing][0])
    return [tuple(sorted(names[number])) for number in range(len(shapes))]

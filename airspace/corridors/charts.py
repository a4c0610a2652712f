"""A chart: an airspace projected into its frame, with the rules every corridor keeps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
import shapely

from airspace.corridors.cleaning import MAX_EDGE_DEG, OUTSIDE_M, projected
from airspace.earth.frame import Frame
from airspace.earth.heights import LEAST_RISE_M, Band, HeightFrame, rise_enough
from airspace.model.gates import Gate, Jurisdiction
from airspace.model.pads import Pad
from airspace.model.skies import Airspace
from airspace.model.zones import Zone

GROUND_SEEN_M = 2000.0
"""How far beyond the airspace the ground is looked at: more than straight lines of the frame bow out of its degrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorridorRules:
    """What every corridor of a network keeps."""

    half_width_m: float
    clearance_m: float
    vertical_clearance_m: float
    vertical_budget_m: float = 0.0
    """What heights of different datums may be off against each other; kept on top of the vertical clearance."""
    levels_amsl_m: tuple[float, ...]
    """The flight levels, metres above mean sea level, from the lowest to the highest."""
    min_turn_radius_m: float = 0.0
    """The tightest turn that can be flown; outlines are rounded by no less, so that a course round them can be."""
    caps_agl_m: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    """By jurisdiction: the greatest height above ground there, which closes the levels above the lowest where they lie
    higher. On the lowest level it is left to whoever judges the course, who can say which rule it is."""

    avoid: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    """By category of zones without restriction: how many metres of detour a metre inside is worth.

    Only who turns on the spot avoids them.
    """

    def __post_init__(self) -> None:
        if not rise_enough(self.levels_amsl_m):
            raise ValueError(
                f"corridors: expected levels_amsl_m rising from the lowest by {LEAST_RISE_M:g} m or more, "
                f"got {self.levels_amsl_m}"
            )
        for category, worth in self.avoid.items():
            if not 0 <= worth < math.inf:
                raise ValueError(f"corridors: expected avoid of {category!r} to be >= 0, got {worth}")

    @property
    def turns_on_the_spot(self) -> bool:
        """Whether a course may bend anyhow, and change its level on its way."""
        return self.min_turn_radius_m == 0

    @property
    def keep_out_m(self) -> float:
        """How far a centre line stays from a closed zone."""
        return max(self.half_width_m + self.clearance_m, self.min_turn_radius_m)

    @property
    def fence_m(self) -> float:
        """How far a centre line stays from a boundary that it may not cross."""
        return max(self.half_width_m, self.min_turn_radius_m)

    @property
    def vertical_gap_m(self) -> float:
        """How far a flight level stays above or below a closed zone, and above the ground."""
        return self.vertical_clearance_m + self.vertical_budget_m


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chart:
    """An airspace with its areas in metres of one frame."""

    sky: Airspace
    rules: CorridorRules
    frame: Frame
    heights: HeightFrame
    zones: tuple[tuple[Zone, shapely.Geometry], ...]
    """Every zone that asks for anything, with its area in the frame."""
    tree: shapely.STRtree
    """Their areas, in the same order."""
    open_zones: tuple[tuple[Zone, shapely.Geometry], ...]
    """The others."""
    bands_amsl_m: Mapping[str, tuple[float, float]]
    """By zone id: the lowest floor and highest ceiling that its band can have over this airspace's ground."""
    gates: tuple[tuple[Gate, shapely.Geometry], ...]
    jurisdictions: tuple[tuple[Jurisdiction, shapely.Geometry], ...]
    posts: Mapping[str, shapely.Geometry]
    """By gate id: where boundaries leave the gate's area, which is where its opening ends."""

    @classmethod
    def of(cls, sky: Airspace, rules: CorridorRules) -> Chart:
        """Project an airspace.

        Raises
        ------
        RegionTooLarge
            If it does not fit one frame.
        """
        frame, heights = Frame.around(sky.geometries), sky.heights
        drawn = projected(np.array([zone.area for zone in sky.zones], dtype=object), frame)
        areas = list(zip(sky.zones, drawn.tolist(), strict=True))
        zones = tuple(item for item in areas if item[0].closed)
        shapely.prepare([area for _, area in zones])
        gates = tuple((gate, projected(gate.area, frame)) for gate in sky.gates)
        sides = tuple((side, projected(side.area, frame)) for side in sky.jurisdictions)
        lines = [shapely.boundary(area) for _, area in sides]
        return cls(
            sky=sky,
            rules=rules,
            frame=frame,
            heights=heights,
            zones=zones,
            tree=shapely.STRtree([area for _, area in zones]),
            open_zones=tuple(item for item in areas if not item[0].closed),
            bands_amsl_m={zone.id: zone.band.widest_amsl_m(heights, zone.area) for zone in sky.zones},
            gates=gates,
            jurisdictions=sides,
            posts={
                gate.id: shapely.union_all([shapely.intersection(shapely.boundary(area), line) for line in lines])
                for gate, area in gates
            },
        )

    def reaches(self, zone: Zone, lowest_amsl_m: float, highest_amsl_m: float) -> bool:
        """Tell whether a zone comes within the vertical clearance of a span of heights."""
        lower_m, upper_m = self.bands_amsl_m[zone.id]
        gap_m = self.rules.vertical_gap_m
        return lower_m - gap_m < highest_amsl_m and lowest_amsl_m < upper_m + gap_m

    def near(self, shape: shapely.Geometry, reach_m: float) -> list[int]:
        """Return the numbers of the zones within some metres of a shape of the frame, in rising order."""
        return sorted(self.tree.query(shape, predicate="dwithin", distance=reach_m).tolist())

    def at_level(self, zone: Zone, level_m: float) -> bool:
        """Tell whether a zone is in the way at a flight level."""
        return self.reaches(zone, level_m, level_m)

    def within(self, zone: Zone, level_m: float) -> bool:
        """Tell whether a flight level can lie inside the band of a zone."""
        lower_m, upper_m = self.bands_amsl_m[zone.id]
        return lower_m <= level_m <= upper_m

    @property
    def avoided(self) -> tuple[tuple[Zone, shapely.Geometry, float], ...]:
        """The zones that are open and avoided, with their areas and what a metre inside is worth.

        None for who does not turn on the spot: a course of least cost among them bends at their outlines, and where
        obstacles and pads lie, by any angle.
        """
        worth = self.rules.avoid if self.rules.turns_on_the_spot else {}
        return tuple((zone, area, worth[zone.category]) for zone, area in self.open_zones if worth.get(zone.category))

    def above(self, pad: Pad, zone: Zone, level_m: float) -> bool:
        """Tell whether a zone is in the way of a climb from a pad to a flight level."""
        return self.reaches(zone, pad.elevation_amsl_m, level_m)

    def holds(self, band: Band, area: shapely.Geometry, heights_m: tuple[float, float]) -> bool:
        """Tell whether a span of heights, metres AMSL, lies surely inside a band over a WGS 84 area."""
        lower_m, upper_m = band.narrowest_amsl_m(self.heights, area)
        budget_m = self.rules.vertical_budget_m
        return lower_m + budget_m <= heights_m[0] and heights_m[1] <= upper_m - budget_m

    @property
    def levels_m(self) -> tuple[float, ...]:
        """The flight levels, metres AMSL, from the lowest to the highest."""
        return self.rules.levels_amsl_m

    def under(self, rules: CorridorRules) -> Chart:
        """Return the same chart for corridors that keep other rules."""
        return replace(self, rules=rules)

    def high_ground(self, level_m: float) -> tuple[shapely.Geometry, ...]:
        """Return where the ground of the terrain model comes within the vertical gap of a flight level.

        It is looked at as far as anything of the airspace reaches, and somewhat beyond. What lies still further off
        counts as too high, unless jurisdictions keep flights from going there.
        """
        if self.sky.terrain is None or not self.sky.geometries:
            return ()
        seen, bounds = self._seen()
        higher = self.sky.terrain.above(level_m - self.rules.vertical_gap_m, bounds)
        areas = tuple(projected(area, self.frame) for area in higher)
        unseen = shapely.difference(shapely.buffer(seen, OUTSIDE_M, join_style="mitre"), seen)
        return areas if self.jurisdictions else (*areas, unseen)

    def low_ground(self, level_m: float) -> tuple[shapely.Geometry, ...]:
        """Return where a flight level lies higher above the ground than a jurisdiction allows."""
        caps = [
            (area, self.rules.caps_agl_m[side.id])
            for side, area in self.jurisdictions
            if side.id in self.rules.caps_agl_m
        ]
        if level_m == self.levels_m[0] or not caps:
            return ()
        return tuple(low for area, cap_m in caps for low in self._lower_than(level_m - cap_m, area))

    def _lower_than(self, height_m: float, area: shapely.Geometry) -> tuple[shapely.Geometry, ...]:
        if self.sky.terrain is None:
            lowest_m, _ = self.heights.terrain.span_amsl_m()
            return (area,) if lowest_m < height_m else ()
        lower = self.sky.terrain.below(height_m, self._seen()[1])
        return tuple(shapely.intersection(projected(low, self.frame), area) for low in lower)

    def _seen(self) -> tuple[shapely.Geometry, tuple[float, float, float, float]]:
        """Return how far the ground is looked at: the extent in the frame, and its bounds in degrees."""
        west, south, east, north = shapely.total_bounds(np.array(self.sky.geometries, dtype=object)).tolist()
        extent = self.frame.project(shapely.segmentize(shapely.box(west, south, east, north), MAX_EDGE_DEG))
        seen = shapely.buffer(shapely.envelope(extent), GROUND_SEEN_M + self.rules.keep_out_m, join_style="mitre")
        bounds = shapely.bounds(self.frame.unproject(shapely.segmentize(seen, GROUND_SEEN_M))).tolist()
        return seen, tuple(bounds)

    def point(self, pad: Pad) -> shapely.Point:
        """Return a pad as a point of the frame."""
        return self.frame.project(pad.point)

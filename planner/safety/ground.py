"""The ground below a leg: heights above it, and how far the level part stays clear of it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import shapely

from airspace.earth.terrain import TerrainModel
from airspace.model.pads import Pad
from planner.model.plans import Waypoint
from planner.model.reviews import Finding
from planner.safety.cases import LEAST_WAYPOINTS, Case, LegCase, place_of
from planner.safety.findings import at_least, at_most
from planner.safety.geodesics import Floats, metres_per_degree
from planner.safety.rules import LEVEL_TOLERANCE_M, PAD_HEIGHT_TOLERANCE_M

STEPS_TOGETHER = 10
"""Steps of a leg, 100 m in all, whose ground is looked up at once."""


def above_ground(case: Case, leg: LegCase) -> Iterator[Finding]:
    """Judge heights above ground against a ground between the two pads' elevations, or that of the terrain model."""
    if case.sky.terrain is not None:
        yield from _above_model(case.sky.terrain, leg)
    elif leg.measurable and leg.from_pad is not None and leg.to_pad is not None:
        yield _above_line(leg, leg.from_pad, leg.to_pad)


def _above_model(terrain: TerrainModel, leg: LegCase) -> Iterator[Finding]:
    def over_m(point: Waypoint) -> float:
        """Return by how much a height above ground is overstated."""
        return point.alt_agl_m - (point.alt_amsl_m - terrain.span_amsl_m(shapely.Point(point.lon, point.lat))[1])

    inner = leg.leg.waypoints[1:-1]
    if leg.measurable and inner:
        worst = max(inner, key=over_m)
        yield at_most(
            "leg.ground", leg.subject, max(over_m(worst), 0.0), PAD_HEIGHT_TOLERANCE_M, "m", where=place_of(worst),
            detail=f"{worst.alt_agl_m:.1f} m above ground recorded, {over_m(worst):.1f} m more than over the highest "
            "that the ground of the terrain model can be",
        )  # fmt: skip


def _above_line(leg: LegCase, from_pad: Pad, to_pad: Pad) -> Finding:
    low_m, high_m = sorted([from_pad.elevation_amsl_m, to_pad.elevation_amsl_m])

    def off_m(point: Waypoint) -> float:
        ground_m = point.alt_amsl_m - point.alt_agl_m
        return max(low_m - ground_m, ground_m - high_m, 0.0)

    worst = max(leg.leg.waypoints, key=off_m)
    return at_most(
        "leg.ground", leg.subject, off_m(worst), PAD_HEIGHT_TOLERANCE_M, "m", where=place_of(worst),
        detail=f"{worst.alt_amsl_m:.1f} m AMSL and {worst.alt_agl_m:.1f} m above ground put the ground at "
        f"{worst.alt_amsl_m - worst.alt_agl_m:.1f} m; the pads are at {low_m:.1f} and {high_m:.1f} m",
    )  # fmt: skip


def above_terrain(case: Case, leg: LegCase) -> Iterator[Finding]:
    """Judge the level part of a leg against the ground of the terrain model below its corridor."""
    terrain = case.sky.terrain
    if terrain is None or not leg.measurable or len(leg.leg.waypoints) < LEAST_WAYPOINTS:
        return
    steps = leg.line.steps([(1.0, leg.line.whole[1] - 1.0)])
    least_m, where = math.inf, leg.line.place(1.0)
    for first in range(0, len(steps.u0), STEPS_TOGETHER):
        group = slice(first, first + STEPS_TOGETHER)
        below = _corridor(np.vstack([steps.a[group], steps.b[group][-1:]]), leg.half_width_m)
        lowest_flown_m = float(leg.line.height_m(np.concatenate([steps.u0[group], steps.u1[group]])).min())
        gap_m = lowest_flown_m - terrain.span_amsl_m(below)[1]
        if gap_m < least_m:
            least_m, where = gap_m, leg.line.place(float(steps.u0[first]))
    yield at_least(
        "ground.terrain", leg.subject, least_m, case.job.policy.vertical_gap_m, "m",
        tolerance=LEVEL_TOLERANCE_M, where=where,
        detail="the ground below is not known" if least_m == -math.inf else f"{least_m:.1f} m above the ground",
    )  # fmt: skip


def _corridor(lonlat: Floats, half_width_m: float) -> shapely.Geometry:
    """Return the corridor around a short line, degrees; without a width it is the line."""
    scale = np.column_stack(metres_per_degree(float(lonlat[0, 1])))
    line = shapely.LineString(lonlat * scale)
    around = line.buffer(half_width_m) if half_width_m > 0 else line
    return shapely.transform(around, lambda points: points / scale)

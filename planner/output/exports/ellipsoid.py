"""Heights above the WGS 84 ellipsoid, as satellites and several formats tell them, and back above the sea."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from airspace.earth.geoids import undulation_m
from planner.model.plans import Crossing, Waypoint
from planner.output.exports.formats import TrackPoint

DECIMALS_M = 4
"""Of heights above the ellipsoid: a tenth of a millimetre, so that there and back changes no centimetre of a record."""


def positions(points: Sequence[Waypoint | Crossing]) -> list[list[float]]:
    """Return points as longitude, latitude and height above the ellipsoid, ``h = alt_amsl_m + undulation_m``."""
    above_m = _undulations_m(points)
    heights_m = (round(point.alt_amsl_m + up_m, DECIMALS_M) for point, up_m in zip(points, above_m, strict=True))
    return [[point.lon, point.lat, height_m] for point, height_m in zip(points, heights_m, strict=True)]


def above_the_sea(points: Sequence[TrackPoint]) -> tuple[TrackPoint, ...]:
    """Return points whose heights were read as above the ellipsoid with heights above the sea (EGM96)."""
    above_m = _undulations_m(points)
    return tuple(
        replace(point, alt_amsl_m=point.alt_amsl_m - up_m) for point, up_m in zip(points, above_m, strict=True)
    )


def _undulations_m(points: Sequence[Waypoint | Crossing | TrackPoint]) -> list[float]:
    found: list[float] = undulation_m([point.lon for point in points], [point.lat for point in points]).tolist()
    return found

"""What a sortie takes up of the sky, volume by volume, as ASTM F3548-21 has an operational intent tell it.

A volume holds a piece of a sortie for as long as the aircraft may be on it: the corridor's half-width around the piece,
its heights and the vertical budget for datums, its times and the departure error of the policy, each to the safe side.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import numpy as np
import numpy.typing as npt
import shapely

from airspace.earth.frame import Frame
from airspace.earth.geoids import undulation_span_m
from planner.model.jobs import Policy
from planner.model.plans import Sortie, Waypoint
from planner.output.exports.legs import DEGREES, frame_of

LONGEST_S = 10.0
"""Pieces are cut into parts that take no longer. A volume lasts twice the departure error anyhow, by default 20 s."""

CORNERS = 8
"""Of the outline around a part: half an octagon around either end, its sides where the corridor ends. It reaches as far
as the corridor everywhere, and at the corners 8 % farther."""

GROWN_M = 0.02
"""By so much an outline is wider, for the rounding of its corners to the decimals of the record."""

CENTIMETRES = 100.0
"""In a metre. Heights are rounded outwards to them; the standard knows no less (IntersectionMinimumPrecision)."""

TICK = timedelta(milliseconds=1)

Floats = npt.NDArray[np.float64]
Ring = tuple[tuple[float, float], ...]
"""Longitude, latitude; not closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A part of the sky that a sortie holds for some time."""

    ring: Ring
    lower_w84_m: float
    """Above the WGS 84 ellipsoid."""
    upper_w84_m: float
    start: datetime
    end: datetime


def entity_id(plan_digest: str, sortie_id: str) -> str:
    """Return the id that a sortie of a plan is filed under: a UUID as the standard wants it, and always the same."""
    digest = hashlib.sha256(f"{plan_digest} {sortie_id}".encode()).digest()
    return str(UUID(bytes=digest[:16], version=4))


def held_by(sortie: Sortie, policy: Policy, half_width_m: float) -> tuple[Held, ...]:
    """Return the volumes of a sortie, in the order flown, each overlapping with the next in space and time.

    None of its waypoints lies too far from the first (:func:`planner.output.exports.legs.too_far`).
    """
    frame = frame_of(sortie.legs[0].waypoints[0])
    parts = [part for piece in _pieces(sortie) for part in _parts(*piece, frame)]
    rings = _rings(parts, frame, half_width_m)
    return tuple(_held(part, ring, policy) for part, ring in zip(parts, rings, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Part:
    """A straight part of a sortie, flown at even speed."""

    places_m: Floats
    """Where it begins and ends; shape (2, 2), metres in the frame."""
    heights_m: tuple[float, float]
    """Above mean sea level."""
    start: datetime
    end: datetime


def _pieces(sortie: Sortie) -> Iterator[tuple[Waypoint, Waypoint]]:
    """Yield all that a sortie does from one moment to a later one: its legs, and the time on pads between them."""
    points = [point for leg in sortie.legs for point in leg.waypoints]
    return ((start, end) for start, end in pairwise(points) if start.t < end.t)


def _parts(start: Waypoint, end: Waypoint, frame: Frame) -> Iterator[_Part]:
    """Yield a piece in equal parts; time spent in one place is one part, since less of it would hold no less."""
    places_m = np.column_stack(frame.to_xy([start.lon, end.lon], [start.lat, end.lat]))
    heights_m, took = np.array([start.alt_amsl_m, end.alt_amsl_m]), end.t - start.t
    still = bool((places_m[0] == places_m[1]).all()) and start.alt_amsl_m == end.alt_amsl_m
    count = 1 if still else max(1, math.ceil(took.total_seconds() / LONGEST_S))
    shares = np.linspace(0.0, 1.0, count + 1)
    for first, last in pairwise(shares):
        ends = np.array([[1.0 - first, first], [1.0 - last, last]])
        low_m, high_m = (ends @ heights_m).tolist()
        yield _Part(
            places_m=ends @ places_m,
            heights_m=(low_m, high_m),
            start=start.t + first * took,
            end=start.t + last * took,
        )


def _rings(parts: Sequence[_Part], frame: Frame, half_width_m: float) -> list[Ring]:
    """Return the outline around each part: the hull of an octagon around either end, turned along the part."""
    begins_m, ends_m = (np.array([part.places_m[end] for part in parts])[:, None, :] for end in (0, 1))
    along = (ends_m - begins_m)[:, 0]
    turns = (np.arange(CORNERS) + 0.5) * 2.0 * math.pi / CORNERS
    corners = np.arctan2(along[:, 1], along[:, 0])[:, None] + turns
    reach_m = (half_width_m + GROWN_M) / math.cos(math.pi / CORNERS)
    offsets_m = reach_m * np.stack([np.cos(corners), np.sin(corners)], axis=2)
    # The corners that look along a part stand around its end, the others around its beginning.
    around_m = offsets_m + np.where((np.cos(turns) > 0)[:, None], ends_m, begins_m)
    lonlats = np.stack(frame.to_lonlat(around_m[:, :, 0], around_m[:, :, 1]), axis=2).round(DEGREES)
    return [tuple((lon, lat) for lon, lat in ring) for ring in lonlats.tolist()]


def _held(part: _Part, ring: Ring, policy: Policy) -> Held:
    lowest_m, highest_m = undulation_span_m(shapely.Polygon(ring))
    error = timedelta(seconds=policy.departure_error_s)
    return Held(
        ring=ring,
        lower_w84_m=_down(min(part.heights_m) + lowest_m - policy.vertical_budget_m),
        upper_w84_m=-_down(-max(part.heights_m) - highest_m - policy.vertical_budget_m),
        start=_tick_before(part.start - error),
        end=_tick_after(part.end + error),
    )


def _down(height_m: float) -> float:
    return math.floor(height_m * CENTIMETRES) / CENTIMETRES


def _tick_before(moment: datetime) -> datetime:
    told = moment.astimezone(UTC)
    return told.replace(microsecond=told.microsecond // 1000 * 1000)


def _tick_after(moment: datetime) -> datetime:
    before = _tick_before(moment)
    return before if before == moment else before + TICK

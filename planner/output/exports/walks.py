"""Whether volumes hold a flight: its track walked from end to end, without the code that made the volumes.

At every moment the aircraft has to be inside a volume with its corridor around it, its heights off by the vertical
budget, and itself earlier or later by the departure error. For a convex outline each of these is a straight line in the
share of a step that is flown, so which part of a step a volume holds follows exactly, and nothing is sampled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from airspace.earth.geoids import undulation_m
from planner.output.exports.formats import TrackPoint
from planner.output.exports.intents import Held
from planner.safety.geodesics import Floats, Span, merged, metres_per_degree, stepped

STEP_M = 100.0
"""Of a shortest line; at most a tenth of a millimetre from straight in degrees."""

SLACK = 1e-3
"""Metres and seconds: the last decimals of what is told."""

JOIN = 1e-6
"""Share of a step that may lie between two volumes, for the arithmetic of floats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """What the volumes of a flight have to hold around its track."""

    half_width_m: float
    vertical_m: float
    timing_s: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Step:
    """A straight step of a track, from its start to its end: degrees, metres above the ellipsoid, seconds."""

    places: Floats
    """Shape (2, 2)."""
    heights_m: Floats
    times_s: Floats


def outside(points: Sequence[TrackPoint], volumes: Sequence[Held], margins: Margins) -> Iterator[int]:
    """Yield the number of each piece of a track, from 0, that is somewhere in no volume. Every point has a time."""
    timed = [(point, point.t) for point in points if point.t is not None]
    origin = timed[0][1]
    spans_s = [tuple((moment - origin).total_seconds() for moment in (one.start, one.end)) for one in volumes]
    for number, ((start, begins), (end, ends)) in enumerate(pairwise(timed)):
        times_s = np.array([(moment - origin).total_seconds() for moment in (begins, ends)])
        near = [
            (one, np.array(span_s))
            for one, span_s in zip(volumes, spans_s, strict=True)
            if span_s[0] <= times_s[1] and times_s[0] <= span_s[1]
        ]
        if not all(_inside(step, near, margins) for step in _steps(start, end, times_s)):
            yield number


def _steps(start: TrackPoint, end: TrackPoint, times_s: Floats) -> Iterator[_Step]:
    lons, lats = np.array([start.lon, end.lon]), np.array([start.lat, end.lat])
    shares, places = stepped(lons, lats, step_m=STEP_M)
    above_m = undulation_m(places[:, 0], places[:, 1])
    heights_m = start.alt_amsl_m + shares * (end.alt_amsl_m - start.alt_amsl_m) + above_m
    at_s = times_s[0] + shares * (times_s[1] - times_s[0])
    for first, last in pairwise(range(len(shares))):
        both = [first, last]
        yield _Step(places=places[both], heights_m=heights_m[both], times_s=at_s[both])


def _inside(step: _Step, volumes: Sequence[tuple[Held, Floats]], margins: Margins) -> bool:
    """Tell whether some volumes between them hold all of a step."""
    early_s, late_s = step.times_s + SLACK * np.array([-1.0, 1.0])
    timely = (
        (one, span_s)
        for one, span_s in volumes
        if span_s[0] + margins.timing_s <= late_s and early_s <= span_s[1] - margins.timing_s
    )
    spans = [span for one, span_s in timely if (span := _shares(step, one, span_s, margins)) is not None]
    joined = merged(spans, join=JOIN)
    return any(first <= JOIN and last >= 1.0 - JOIN for first, last in joined)


def _shares(step: _Step, one: Held, span_s: Floats, margins: Margins) -> Span | None:
    """Return from which share of a step to which a volume holds it; None if it never does."""
    room = np.vstack([
        step.times_s - margins.timing_s - span_s[0],
        span_s[1] - step.times_s - margins.timing_s,
        step.heights_m - margins.vertical_m - one.lower_w84_m,
        one.upper_w84_m - step.heights_m - margins.vertical_m,
        _from_edges_m(step.places, one) - margins.half_width_m,
    ])  # fmt: skip
    # In each row, how much room there is at the start and at the end of the step; it changes evenly between them.
    begins, changes = room[:, 0] + SLACK, room[:, 1] - room[:, 0]
    if (np.maximum(room[:, 0], room[:, 1]) < -SLACK).any():
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        turns = -begins / changes
    first = max(0.0, float(np.max(turns, where=changes > 0, initial=0.0)))
    last = min(1.0, float(np.min(turns, where=changes < 0, initial=1.0)))
    return (first, last) if first <= last else None


def _from_edges_m(places: Floats, one: Held) -> Floats:
    """Return how far inside of each edge of a convex outline two places are; shape (edges, 2), below zero outside."""
    scale = np.array([float(metre) for metre in metres_per_degree(places[0, 1])])
    corners = (np.array(one.ring) - places[0]) * scale
    if area_of(corners) < 0:
        corners = corners[::-1]
    edges = np.roll(corners, -1, axis=0) - corners
    inward = np.column_stack([-edges[:, 1], edges[:, 0]]) / np.linalg.norm(edges, axis=1)[:, None]
    at = (places - places[0]) * scale
    return np.asarray((at[None, :, :] - corners[:, None, :]) @ inward[:, :, None])[:, :, 0]


def area_of(corners: Floats) -> float:
    """Return the area inside of a ring, above zero where it goes round anticlockwise."""
    after = np.roll(corners, -1, axis=0)
    return float((corners[:, 0] * after[:, 1] - after[:, 0] * corners[:, 1]).sum() / 2.0)


def convex(ring: Sequence[tuple[float, float]]) -> bool:
    """Tell whether a ring turns the same way at every corner, once around."""
    corners = np.array(ring) - np.array(ring[0])
    edges = np.roll(corners, -1, axis=0) - corners
    after = np.roll(edges, -1, axis=0)
    crosses = edges[:, 0] * after[:, 1] - edges[:, 1] * after[:, 0]
    turned = np.arctan2(crosses, (edges * after).sum(axis=1)).sum()
    return bool((crosses > 0).all() or (crosses < 0).all()) and bool(abs(abs(turned) - 2.0 * np.pi) < SLACK)

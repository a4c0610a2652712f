"""Others in the air: operational intents, and the starts of a trip that would bring it into one of their volumes.

A trip is where its corridor is, as wide as the policy has it, with the vertical budget above and below, and as much
earlier or later as the policy's departure error. That must not overlap a volume of an intent in space and time: ASTM
F3548-21 counts an overlap from 1 cm on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate, pairwise
from math import cos, inf, pi
from typing import TypeAlias

import numpy as np
import shapely

from airspace.earth.frame import GEOD, Frame
from airspace.model.schedules import Span
from planner.model.traffic import Volume
from planner.solving.flights import Flight
from planner.solving.hops import Hop
from planner.solving.spans import RECORDED_S, whole_seconds
from planner.solving.tables import Tables

ROUND = 64
"""Pieces of a quarter of a circle; the polygon drawn is made larger until it holds the circle."""
SLACK_M = 0.1
"""Kept on top of the half-width: legs and edges are straight in the frame here, and geodesics in truth."""
LONGEST_EDGE_M = 5000.0
"""An edge of a volume gets a vertex at least this often, for it is a geodesic."""

Stay: TypeAlias = tuple[float, float]
"""From when until when, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A volume that a trip would be in, and the starts with which it would."""

    intent: str
    volume: Volume
    starts: Span
    """Between them, ends aside."""


class Traffic:
    """Tells when trips would be where somebody else has an operational intent."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        job, frame = tables.job, tables.chart.frame
        self.volumes = [(intent.id, volume) for intent in job.intents for volume in intent.volumes]
        self._areas = [_area(volume, frame) for _, volume in self.volumes]
        self._wider: dict[tuple[int, float], shapely.Polygon] = {}
        self._stays: dict[tuple[object, ...], list[tuple[int, Stay]]] = {}

    def clear(self, starts: tuple[Span, ...], hops: Sequence[Hop], half_width_m: float) -> tuple[Span, ...]:
        """Keep the starts with which a trip is clear of all intents; whole seconds."""
        if not self.volumes or not starts:
            return starts
        for meeting in self.meetings(hops, half_width_m):
            starts = tuple(part for span in starts for part in _without(span, meeting.starts))
        return whole_seconds(starts)

    def meetings(self, hops: Sequence[Hop], half_width_m: float) -> Iterator[Meeting]:
        """Yield the volumes that a trip would be in at some starts, leg by leg."""
        error_s = self.tables.job.policy.departure_error_s + RECORDED_S
        for hop in hops:
            for number, (from_s, until_s) in self._of(hop.flight, half_width_m):
                intent, volume = self.volumes[number]
                first = volume.start - timedelta(seconds=hop.starts_s + until_s + error_s)
                last = volume.end - timedelta(seconds=hop.starts_s + from_s - error_s)
                yield Meeting(intent=intent, volume=volume, starts=(first, last))

    def _of(self, flight: Flight, half_width_m: float) -> list[tuple[int, Stay]]:
        """Return the volumes that a flight is in, times aside, with when after its take-off it is."""
        key = (flight.points, flight.piece_s, flight.climb_s, flight.descent_s, half_width_m)
        if key not in self._stays:
            pieces = list(pairwise(self._waypoints(flight)))
            budget_m = self.tables.job.policy.vertical_budget_m
            found: list[tuple[int, Stay]] = []
            for number, (_, volume) in enumerate(self.volumes):
                area = self._wide(number, half_width_m)
                heights_m = volume.lower_amsl_m - budget_m, volume.upper_amsl_m + budget_m
                stays = [stay for piece in pieces if (stay := _stay(piece, area, heights_m)) is not None]
                found += [(number, stay) for stay in stays]
            self._stays[key] = found
        return self._stays[key]

    def _waypoints(self, flight: Flight) -> list[tuple[float, float, float, float]]:
        """Return a flight as waypoints: east, north, metres AMSL, seconds after its take-off."""
        start, end = self.tables.sky.pad(flight.from_pad), self.tables.sky.pad(flight.to_pad)
        times = [0.0, *accumulate(flight.piece_s, initial=flight.climb_s), flight.flown_s]
        points = [
            (start.lon, start.lat, start.elevation_amsl_m), *flight.points, (end.lon, end.lat, end.elevation_amsl_m)
        ]  # fmt: skip
        lon, lat, up_m = np.array(points).T
        x, y = self.tables.chart.frame.to_xy(lon, lat)
        return list(zip(x.tolist(), y.tolist(), up_m.tolist(), times, strict=True))

    def _wide(self, number: int, half_width_m: float) -> shapely.Polygon:
        """Return where the centre line of a corridor may not be for the sake of a volume."""
        key = (number, half_width_m)
        if key not in self._wider:
            wider_m = (half_width_m + SLACK_M + self.volumes[number][1].radius_m) / cos(pi / (4 * ROUND))
            self._wider[key] = shapely.buffer(self._areas[number], wider_m, quad_segs=ROUND)
            shapely.prepare(self._wider[key])
        return self._wider[key]


Waypoint: TypeAlias = tuple[float, float, float, float]


def _stay(piece: tuple[Waypoint, Waypoint], area: shapely.Polygon, heights_m: tuple[float, float]) -> Stay | None:
    """Return from when until when a straight piece is over an area and within some heights; None when it never is.

    Where it leaves the area and comes back it counts as there in between.
    """
    (x0, y0, z0, t0), (x1, y1, z1, t1) = piece
    shares = _shares_inside((x0, y0), (x1, y1), area)
    low, high = _shares_between(z0, z1, heights_m)
    first, last = max(shares[0], low), min(shares[1], high)
    return (t0 + first * (t1 - t0), t0 + last * (t1 - t0)) if first <= last else None


def _shares_inside(one: tuple[float, float], other: tuple[float, float], area: shapely.Polygon) -> tuple[float, float]:
    """Return between which shares of a straight line it is inside of an area; the first larger when nowhere."""
    if one == other:
        return (0.0, 1.0) if shapely.intersects(area, shapely.Point(one)) else (inf, -inf)
    line = shapely.LineString([one, other])
    inside = shapely.get_coordinates(shapely.intersection(line, area))
    if not len(inside):
        return inf, -inf
    along = [shapely.line_locate_point(line, shapely.Point(place), normalized=True) for place in inside]
    return float(min(along)), float(max(along))


def _shares_between(z0: float, z1: float, heights_m: tuple[float, float]) -> tuple[float, float]:
    """Return between which shares of a climb it is strictly within some heights; the first larger when nowhere."""
    lower_m, upper_m = heights_m
    if z0 == z1:
        return (0.0, 1.0) if lower_m < z0 < upper_m else (inf, -inf)
    shares = sorted(((lower_m - z0) / (z1 - z0), (upper_m - z0) / (z1 - z0)))
    return max(shares[0], 0.0), min(shares[1], 1.0)


def _area(volume: Volume, frame: Frame) -> shapely.Geometry:
    """Return the outline of a volume in the frame; of a circle its centre."""
    if len(volume.outline) == 1:
        return shapely.Point(*(float(value) for value in frame.to_xy(*volume.outline[0])))
    ring = [place for edge in pairwise([*volume.outline, volume.outline[0]]) for place in _along(*edge)]
    lon, lat = zip(*ring, strict=True)
    return shapely.Polygon(np.column_stack(frame.to_xy(lon, lat)))


def _along(one: tuple[float, float], other: tuple[float, float]) -> list[tuple[float, float]]:
    """Return the beginning of an edge and the places on it, without its end."""
    length_m = GEOD.inv(*one, *other)[2]
    between = int(length_m // LONGEST_EDGE_M)
    return [one, *GEOD.npts(*one, *other, between)] if between else [one]


def _without(span: Span, shut: Span) -> Iterator[Span]:
    """Yield what of a span is left outside of another, open one."""
    start, end = span
    if shut[1] <= start or end <= shut[0]:
        yield span
        return
    if start <= shut[0]:
        yield start, shut[0]
    if shut[1] <= end:
        yield shut[1], end

"""Distances on the ellipsoid between the centre line of a leg and the edges of an area.

A leg is a chain of geodesics, cut into steps of at most 10 m; an area's edges are straight in longitude and latitude
(RFC 7946). Scaling degrees by the radii of curvature at one latitude keeps both straight, so the nearest pair of
points is found between whole steps and whole edges, never between samples; the pair is then measured by ``Geod.inv``.
Nothing can hide between two points, and a smaller step gives the same figure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from airspace.earth.frame import GEOD
from planner.model.plans import Waypoint
from planner.model.reviews import Place

Floats: TypeAlias = npt.NDArray[np.float64]
Indices: TypeAlias = npt.NDArray[np.int64]
Span: TypeAlias = tuple[float, float]
"""A part of a centre line, from one position to another; position 2.5 is halfway from waypoint 2 to waypoint 3."""

STEP_M = 10.0
"""No gap along a centre line exceeds this."""
BLOCK = 32
"""Steps that are looked at together at first, to find out which are worth measuring."""
DEPTH_STEP_M = 0.005
"""How finely the deepest point inside an area is looked for."""
FAR_DISTORTION = 0.02
"""Where flat scaling errs by more than this, a few hundred kilometres off, the first nearest pair is good enough."""


def metres_per_degree(lat: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return metres per degree of longitude and of latitude, from the ellipsoid's radii of curvature at ``lat``."""
    phi = np.radians(np.asarray(lat, dtype=float))
    flat = 1.0 - GEOD.es * np.sin(phi) ** 2
    east_m = GEOD.a * np.cos(phi) / np.sqrt(flat)
    north_m = GEOD.a * (1.0 - GEOD.es) / flat**1.5
    return np.radians(east_m), np.radians(north_m)


def merged(spans: Iterable[Span], *, join: float = 1e-9) -> list[Span]:
    """Join spans that touch or overlap, and sort them."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1] + join:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def shared(first: Sequence[Span], second: Sequence[Span]) -> list[Span]:
    """Return what two sets of spans have in common."""
    overlaps = ((max(a, c), min(b, d)) for a, b in first for c, d in second)
    return merged((start, end) for start, end in overlaps if start <= end)


def without(whole: Span, spans: Sequence[Span]) -> list[Span]:
    """Return what is left of one span when others are taken out."""
    left: list[Span] = []
    start = whole[0]
    for begin, end in merged(spans):
        if begin > start:
            left.append((start, min(begin, whole[1])))
        start = max(start, end)
    if start < whole[1]:
        left.append((start, whole[1]))
    return left


def stepped(lon: Floats, lat: Floats, *, step_m: float) -> tuple[Floats, Floats]:
    """Return positions and (n, 2) degrees of points along the geodesics that join some places, no further apart."""
    forth, _, length_m = GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    us, points = [np.zeros(1)], [np.column_stack([lon[:1], lat[:1]])]
    for index, metres in enumerate(length_m):
        count = max(1, math.ceil(metres / step_m))
        share = np.arange(1, count + 1) / count
        ones = np.ones(count)
        lons, lats, _ = GEOD.fwd(lon[index] * ones, lat[index] * ones, forth[index] * ones, share * metres)
        lons[-1], lats[-1] = lon[index + 1], lat[index + 1]
        us.append(index + share)
        points.append(np.column_stack([lons, lats]))
    return np.concatenate(us), np.concatenate(points)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Steps:
    """Short straight steps of a centre line; arrays of one length."""

    u0: Floats
    """Position of the start, and of the end, along the centre line."""
    u1: Floats
    a: Floats
    """Start as (n, 2) degrees lon, lat."""
    b: Floats
    block: Indices
    """Neighbouring steps share a block."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CentreLine:
    """The line of a leg through its waypoints, by geodesics, cut into steps."""

    u: Floats
    """Position of each knot."""
    lonlat: Floats
    """(n, 2) degrees of each knot."""
    alt_amsl_m: Floats
    """Of each waypoint."""
    seconds: Floats
    """Of each waypoint, since the first."""
    start: datetime
    length_m: Floats
    """Of each piece between waypoints, along the ground."""
    azimuth_deg: Floats
    """Of each piece, at its middle, clockwise from true north."""
    shapes: Any
    """(n - 1,) steps as lines in degrees; points where a step stays over one place."""

    @classmethod
    def through(cls, waypoints: Sequence[Waypoint], *, step_m: float = STEP_M) -> CentreLine:
        """Return the line through at least two waypoints with finite coordinates."""
        lon = np.array([point.lon for point in waypoints])
        lat = np.array([point.lat for point in waypoints])
        forth, back, length_m = GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
        u, lonlat = stepped(lon, lat, step_m=step_m)
        turn_deg = (np.asarray(back) + 180.0 - forth + 180.0) % 360.0 - 180.0
        return cls(
            u=u,
            lonlat=lonlat,
            alt_amsl_m=np.array([point.alt_amsl_m for point in waypoints]),
            seconds=np.array([(point.t - waypoints[0].t).total_seconds() for point in waypoints]),
            start=waypoints[0].t,
            length_m=np.asarray(length_m),
            azimuth_deg=np.asarray(forth) + turn_deg / 2.0,
            shapes=_pointed(shapely.linestrings(np.stack([lonlat[:-1], lonlat[1:]], axis=1))),
        )

    @property
    def whole(self) -> Span:
        """The span from the first waypoint to the last."""
        return 0.0, float(self.u[-1])

    def at(self, u: npt.ArrayLike) -> Floats:
        """Return (n, 2) degrees at some positions."""
        where = np.atleast_1d(np.asarray(u, dtype=float))
        return np.column_stack([np.interp(where, self.u, self.lonlat[:, axis]) for axis in (0, 1)])

    def height_m(self, u: npt.ArrayLike) -> Floats:
        """Return metres AMSL at some positions."""
        return np.asarray(np.interp(np.asarray(u, dtype=float), np.arange(len(self.alt_amsl_m)), self.alt_amsl_m))

    def place(self, u: float) -> Place:
        """Return where and when a position is flown."""
        lon, lat = self.at(u)[0]
        seconds = float(np.interp(u, np.arange(len(self.seconds)), self.seconds))
        time = self.start + timedelta(milliseconds=round(seconds * 1000))
        return Place(
            lon=round(float(lon), 7), lat=round(float(lat), 7), alt_amsl_m=round(float(self.height_m(u)), 2), t=time
        )

    def halfway(self, span: Span) -> float:
        """Return the position in the middle of a part, by metres along the ground; positions count waypoints."""
        begins_m, ends_m = self._along_m(span[0]), self._along_m(span[1])
        if begins_m == ends_m:
            return (span[0] + span[1]) / 2.0
        whole_m = np.append(0.0, np.cumsum(self.length_m))
        middle = float(np.interp((begins_m + ends_m) / 2.0, whole_m, np.arange(len(whole_m))))
        return min(max(middle, span[0]), span[1])

    def beside(self, u: float, within_m: float) -> tuple[Span, tuple[datetime, datetime]]:
        """Return the heights, metres AMSL, and times flown within some metres along the ground of a position."""
        whole_m = np.append(0.0, np.cumsum(self.length_m))
        near = np.flatnonzero(np.abs(whole_m - self._along_m(u)) <= within_m)
        us = np.append(near, u)
        seconds = np.interp(us, np.arange(len(self.seconds)), self.seconds)
        first, last = (self.start + timedelta(seconds=float(end)) for end in (seconds.min(), seconds.max()))
        heights_m = self.height_m(us)
        return (float(heights_m.min()), float(heights_m.max())), (first, last)

    def _along_m(self, u: float) -> float:
        whole_m = np.append(0.0, np.cumsum(self.length_m))
        return float(np.interp(u, np.arange(len(whole_m)), whole_m))

    def between_heights(self, lower_m: float, upper_m: float) -> list[Span]:
        """Return the parts that are flown between two heights, metres AMSL, both included."""
        return _between(self.alt_amsl_m, lower_m, upper_m)

    def between_seconds(self, start_s: float, end_s: float) -> list[Span]:
        """Return the parts that are flown between two moments, seconds since the first waypoint, both included."""
        return _between(self.seconds, start_s, end_s)

    def steps(self, spans: Iterable[Span]) -> Steps:
        """Return the steps of some parts, cut off at their ends."""
        cuts, blocks, block = [], [], 0
        for begin, end in spans:
            inner = self.u[(self.u > begin) & (self.u < end)]
            cuts.append(np.column_stack([np.append(begin, inner), np.append(inner, end)]))
            numbers = np.arange(len(inner) + 1) // BLOCK + block
            blocks.append(numbers)
            block = int(numbers[-1]) + 1
        cut = np.concatenate(cuts) if cuts else np.zeros((0, 2))
        return Steps(
            u0=cut[:, 0],
            u1=cut[:, 1],
            a=self.at(cut[:, 0]),
            b=self.at(cut[:, 1]),
            block=np.concatenate(blocks) if blocks else np.zeros(0, dtype=np.int64),
        )

    def boxes(self) -> Floats:
        """Return (n, 4) west, south, east, north of blocks of steps, which together cover the line."""
        first = np.arange(0, len(self.u) - 1, BLOCK)
        parts = [self.lonlat[begin : begin + BLOCK + 1] for begin in first]
        return np.array([[*part.min(axis=0), *part.max(axis=0)] for part in parts])


def _between(values: Floats, lower: float, upper: float) -> list[Span]:
    """Return the parts of a line over which what is told of its waypoints is within limits."""
    found: list[Span] = []
    for index, (low, high) in enumerate(pairwise(values.tolist())):
        begin, end = _crossed(low, high, lower, upper)
        if begin <= end:
            found.append((index + begin, index + end))
    return merged(found)


def _crossed(start: float, end: float, lower: float, upper: float) -> Span:
    """Return from which to which share of the way from start to end a value is within limits; (1, 0) for never."""
    if start == end:
        return (0.0, 1.0) if lower <= start <= upper else (1.0, 0.0)
    at_lower, at_upper = (lower - start) / (end - start), (upper - start) / (end - start)
    return max(0.0, min(at_lower, at_upper)), min(1.0, max(at_lower, at_upper))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a distance was measured."""

    distance_m: float
    u: float
    """Position along the centre line."""
    lon: float
    lat: float
    """The point of the area's edge, WGS 84."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Edges:
    """The edges of an area, or single points, with an index for finding the near ones."""

    a: Floats
    """Start as (n, 2) degrees lon, lat, and end."""
    b: Floats
    lat: float
    """Latitude at which the index is scaled."""
    tree: Any

    @classmethod
    def joining(cls, a: Floats, b: Floats, *, lat: float) -> Edges:
        """Return edges from starts to ends, indexed for use near a latitude."""
        return cls(a=a, b=b, lat=lat, tree=shapely.STRtree(_segments(a, b, lat)))

    @classmethod
    def of(cls, area: shapely.Geometry, *, lat: float) -> Edges:
        """Return the edges of an area, of all its rings."""
        return cls.along(area.boundary, lat=lat)

    @classmethod
    def along(cls, lines: shapely.Geometry, *, lat: float) -> Edges:
        """Return the edges of some lines."""
        points, ring = shapely.get_coordinates(shapely.get_parts(lines), return_index=True)
        same = ring[1:] == ring[:-1]
        return cls.joining(points[:-1][same], points[1:][same], lat=lat)

    def at_latitude(self, lat: float) -> Edges:
        """Return the same edges, indexed for use near another latitude."""
        return Edges.joining(self.a, self.b, lat=lat)


def _scaled(points: Floats, lat: float) -> Floats:
    return points * np.column_stack(metres_per_degree(lat))


def _segments(a: Floats, b: Floats, lat: float) -> Any:
    return _pointed(shapely.linestrings(np.stack([_scaled(a, lat), _scaled(b, lat)], axis=1)))


def _pointed(lines: Any) -> Any:
    """Turn lines without length into points: GEOS finds no line within a distance of a line without length."""
    return np.where(shapely.length(lines) > 0.0, lines, shapely.get_point(lines, 0))


def nearest(line: CentreLine, spans: Sequence[Span], edges: Edges) -> Spot | None:
    """Return where some parts of a line come nearest to edges; None without parts or edges. 0 m when they cross."""
    steps = line.steps(spans)
    if not len(steps.u0) or not len(edges.a):
        return None
    step, edge = _worth_measuring(steps, edges)
    lat = (steps.a[step, 1] + steps.b[step, 1]) / 2.0
    on_step, on_edge = _nearest_pairs(steps.a[step], steps.b[step], edges.a[edge], edges.b[edge], lat)
    p, q = _along(steps.a[step], steps.b[step], on_step), _along(edges.a[edge], edges.b[edge], on_edge)
    # Once more, scaled in the middle between the two points found: exact to the millimetre even at kilometres.
    lat = (p[:, 1] + q[:, 1]) / 2.0
    on_step, on_edge = _nearest_pairs(steps.a[step], steps.b[step], edges.a[edge], edges.b[edge], lat)
    p, q = _along(steps.a[step], steps.b[step], on_step), _along(edges.a[edge], edges.b[edge], on_edge)
    metres = np.asarray(GEOD.inv(p[:, 0], p[:, 1], q[:, 0], q[:, 1])[2])
    best = int(np.argmin(metres))
    u0, u1 = steps.u0[step[best]], steps.u1[step[best]]
    return Spot(
        distance_m=float(metres[best]),
        u=float(u0 + (u1 - u0) * on_step[best]),
        lon=float(q[best, 0]),
        lat=float(q[best, 1]),
    )


def _worth_measuring(steps: Steps, edges: Edges) -> tuple[Indices, Indices]:
    """Return pairs of a step and an edge, among which the nearest pair is sure to be."""
    points = np.stack([_scaled(steps.a, edges.lat), _scaled(steps.b, edges.lat)], axis=1).reshape(-1, 2)
    blocks = _pointed(shapely.linestrings(points, indices=np.repeat(steps.block, 2)))
    (_, first_edge), near_m = edges.tree.query_nearest(blocks, return_distance=True, all_matches=False)
    least_m = float(near_m.min())
    error = _distortion(steps, edges, least_m)
    if error > FAR_DISTORTION:
        block = int(np.argmin(near_m))
        chosen = np.flatnonzero(steps.block == block)
        return chosen, np.full(len(chosen), first_edge[block])
    reach_m = least_m * (1.0 + error) / (1.0 - error) + 1e-3
    chosen = np.flatnonzero(near_m[steps.block] <= reach_m)
    lines = _segments(steps.a[chosen], steps.b[chosen], edges.lat)
    near_step, near_edge = edges.tree.query(lines, predicate="dwithin", distance=reach_m)
    return chosen[near_step], near_edge


def _distortion(steps: Steps, edges: Edges, reach_m: float) -> float:
    """Return by what share the scaled plane can misjudge a distance from the steps to anything within reach."""
    margin_deg = reach_m / 110_000.0
    lats = np.concatenate([steps.a[:, 1], steps.b[:, 1]])
    span = np.clip([lats.min() - margin_deg, lats.max() + margin_deg], -89.9, 89.9)
    east, north = metres_per_degree(span)
    east_m, north_m = metres_per_degree(edges.lat)
    return float(max(np.abs(east / east_m - 1.0).max(), np.abs(north / north_m - 1.0).max()) + 1e-6)


def _along(a: Floats, b: Floats, share: Floats) -> Floats:
    return np.asarray(a + (b - a) * share[:, None])


def _dot(v: Floats, w: Floats) -> Floats:
    return np.asarray((v * w).sum(axis=1))


def _cross(v: Floats, w: Floats) -> Floats:
    return np.asarray(v[:, 0] * w[:, 1] - v[:, 1] * w[:, 0])


def _share_of_point(point: Floats, a: Floats, b: Floats) -> Floats:
    """Return how far along each segment its nearest place to a point is, from 0 to 1."""
    square = _dot(b - a, b - a)
    share = _dot(point - a, b - a) / np.where(square > 0.0, square, 1.0)
    return np.where(square > 0.0, np.clip(share, 0.0, 1.0), 0.0)


def _nearest_pairs(a: Floats, b: Floats, c: Floats, d: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return how far along each step a-b and each edge c-d their nearest points are, scaled at ``lat``."""
    scale = np.column_stack(metres_per_degree(lat))
    origin = np.zeros_like(a)
    b, c, d = (b - a) * scale, (c - a) * scale, (d - a) * scale
    a = origin
    zero, one = np.zeros(len(a)), np.ones(len(a))
    options = [
        (zero, _share_of_point(a, c, d)),
        (one, _share_of_point(b, c, d)),
        (_share_of_point(c, a, b), zero),
        (_share_of_point(d, a, b), one),
    ]
    gaps = np.stack([np.hypot(*(_along(a, b, on_step) - _along(c, d, on_edge)).T) for on_step, on_edge in options])
    choice = gaps.argmin(axis=0)
    on_step = np.choose(choice, [option[0] for option in options])
    on_edge = np.choose(choice, [option[1] for option in options])
    area = _cross(b - a, d - c)
    safe = np.where(area != 0.0, area, 1.0)
    s, t = _cross(c - a, d - c) / safe, _cross(c - a, b - a) / safe
    meet = (area != 0.0) & (s >= 0.0) & (s <= 1.0) & (t >= 0.0) & (t <= 1.0)
    return np.where(meet, s, on_step), np.where(meet, t, on_edge)


def deepest(line: CentreLine, spans: Sequence[Span], edges: Edges) -> Spot | None:
    """Return the place, on some parts of a line, that is farthest from every edge; None without parts or edges.

    The distance to one edge is convex along a straight step, so it is nowhere greater than at the step's two ends:
    steps that cannot hold the farthest place are dropped, the others halved.
    """
    steps = line.steps(spans)
    if not len(steps.u0) or not len(edges.a):
        return None
    local = edges.at_latitude(float(np.mean(steps.a[:, 1])))
    u0, u1, best_m, best_u = steps.u0, steps.u1, -1.0, float(steps.u0[0])
    while len(u0):
        ends = np.stack([_scaled(line.at(u), local.lat) for u in (u0, u1)])
        near = np.stack([local.tree.query_nearest(shapely.points(points), all_matches=False)[1] for points in ends])
        to_m = np.array([[_to_edges(points, local, edge) for points in ends] for edge in near])
        own_m = np.stack([to_m[0, 0], to_m[1, 1]])
        side, index = np.unravel_index(int(own_m.argmax()), own_m.shape)
        if own_m[side, index] > best_m:
            best_m, best_u = float(own_m[side, index]), float((u0, u1)[side][index])
        bound_m = to_m.max(axis=1).min(axis=0)
        long = np.hypot(*(ends[1] - ends[0]).T) > DEPTH_STEP_M
        open_ = (bound_m > best_m + DEPTH_STEP_M) & long
        middle = (u0[open_] + u1[open_]) / 2.0
        u0, u1 = np.concatenate([u0[open_], middle]), np.concatenate([middle, u1[open_]])
    return nearest(line, [(best_u, best_u)], local)


def _to_edges(points: Floats, edges: Edges, index: Indices) -> Floats:
    """Return metres from each scaled point to the edge numbered with it."""
    a, b = _scaled(edges.a[index], edges.lat), _scaled(edges.b[index], edges.lat)
    return np.asarray(np.hypot(*(points - _along(a, b, _share_of_point(points, a, b))).T))


def inside(line: CentreLine, area: shapely.Geometry) -> list[Span]:
    """Return the parts of a line that lie in an area, its edges included."""
    shapely.prepare(area)
    a, b, u0, u1 = line.lonlat[:-1], line.lonlat[1:], line.u[:-1], line.u[1:]
    touched = shapely.intersects(area, line.shapes)
    covered = np.zeros_like(touched)
    covered[touched] = shapely.covers(area, line.shapes[touched])
    turns = np.diff(covered.astype(np.int8), prepend=0, append=0)
    runs = zip(np.flatnonzero(turns == 1), np.flatnonzero(turns == -1), strict=True)
    found: list[Span] = [(float(line.u[first]), float(line.u[end])) for first, end in runs]
    for i in np.flatnonzero(touched & ~covered):
        axis = int(np.argmax(np.abs(b[i] - a[i])))
        for part in shapely.get_parts(shapely.intersection(line.shapes[i], area)):
            share = (shapely.get_coordinates(part)[:, axis] - a[i, axis]) / (b[i, axis] - a[i, axis])
            span = np.clip([share.min(), share.max()], 0.0, 1.0) * (u1[i] - u0[i]) + u0[i]
            found.append((float(span[0]), float(span[1])))
    return merged(found)


def box_gaps_m(line: CentreLine, bounds: Floats) -> Floats:
    """Return for each of (n, 4) bounding boxes a distance that the line is sure to keep from it; 0 when unsure."""
    boxes = line.boxes()[:, None, :]
    gap = np.maximum(np.maximum(bounds[None, :, :2] - boxes[..., 2:], boxes[..., :2] - bounds[None, :, 2:]), 0.0)
    poleward = np.clip(np.abs(np.concatenate([boxes[..., 1::2].ravel(), bounds[:, 1::2].ravel()])).max(), 0.0, 89.9)
    east_m, north_m = metres_per_degree(poleward)
    # One per cent is more than the radii change between any two latitudes of a region.
    return np.asarray(0.99 * np.hypot(gap[..., 0] * east_m, gap[..., 1] * north_m).min(axis=0))

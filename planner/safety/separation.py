"""Separation in the air: every pair of sorties of different drones, exactly, however both are off their times.

A leg is cut where it has waypoints, and again so that no piece is longer than 500 m. Over a piece the aircraft goes a
share s of the way, from 0 to 1, at even speed: place, height and time are linear in s. Of two pieces, all that may
happen is a convex set of pairs (s1, s2): both shares from 0 to 1, heights nearer than the vertical separation, times no
further apart than both may be off together. The square of the horizontal distance is a convex quadratic over it, so the
least is at its own minimum or on one of the eight lines that bound the set, where it is a parabola between two ends.
Nothing is sampled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from airspace.earth.frame import GEOD
from planner.model.reviews import Finding, Place
from planner.safety.cases import Case, LegCase
from planner.safety.findings import at_least, fact, not_checked
from planner.safety.geodesics import STEP_M, Floats, Indices, metres_per_degree
from planner.safety.rules import SEPARATION_TOLERANCE_M

Truths: TypeAlias = npt.NDArray[np.bool_]

RULE = "air.separation"
PIECE_M = 500.0
"""A geodesic of this length bends by 2 mm from the line between its ends at Hong Kong, by 9 mm at 60 degrees."""
REACH = 2.0
"""How far beyond what is asked for pairs are measured, so that those that hold have a figure."""
BLOCK = 1_000_000
"""Pairs of pieces that are looked at together."""
SLACK = 1e-9
"""What the arithmetic of floats may be off, metres, seconds and shares."""
LON, LAT, ALT, T = range(4)
NOT_EARLIER: Mapping[int, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Pieces:
    """Straight pieces of legs, flown at even speed, by the earliest moment of each; arrays of one length."""

    leg: Indices
    """Number of its leg in the list of those measured."""
    sortie: Indices
    drone: Indices
    a: Floats
    """(n, 4) longitude, latitude, metres AMSL and seconds where it begins, and where it ends."""
    b: Floats


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Meetings:
    """Pairs of pieces where they come nearest to each other; arrays of one length."""

    one: Indices
    """Numbers of the pieces."""
    other: Indices
    metres: Floats
    """Over the ground."""
    at_one: Floats
    """(n, 4) where and when the first is then, and the second."""
    at_other: Floats


def kept_apart(case: Case) -> Iterator[Finding]:
    """Judge that any two sorties of different drones keep the policy's separation."""
    policy = case.job.policy
    level_m, above_m = policy.separation_m
    for leg in case.legs:
        if not leg.measurable:
            yield not_checked(RULE, leg.subject, "the leg cannot be measured, so nobody knows how near others come")
    if not min(level_m, above_m) > 0:
        yield fact(RULE, "plan", holds=True, detail="not asked: the policy's separation is 0")
        return
    legs = [leg for leg in case.legs if leg.measurable]
    if not legs:
        return
    origin = min(leg.line.start for leg in legs)
    pieces = pieces_of(legs, origin)
    found = nearest_meetings(
        pieces, reach_m=REACH * level_m, vertical_m=above_m - SEPARATION_TOLERANCE_M, off_s=2 * policy.departure_error_s
    )
    if not len(found.metres):
        detail = f"no two come within {REACH * level_m:g} m where they are not {above_m:g} m above each other"
        yield fact(RULE, "plan", holds=True, detail=detail)
    for number in _worst_of_each_pair(pieces, found):
        yield _finding(case, legs, origin, pieces, found, number)


def pieces_of(legs: Sequence[LegCase], origin: datetime, *, earlier_s: Mapping[int, float] = NOT_EARLIER) -> Pieces:
    """Return the pieces of measurable legs, times in seconds since a moment.

    ``earlier_s``: by how much sorties are taken to fly earlier than they do, by the identity of their records.
    """
    sorties: dict[int, int] = {}
    drones: dict[str, int] = {}
    rows, owners = [], []
    for number, leg in enumerate(legs):
        points = _points(leg, (leg.line.start - origin).total_seconds() - earlier_s.get(id(leg.sortie), 0.0))
        rows.append(np.hstack([points[:-1], points[1:]]))
        # By identity: in a record made elsewhere an id may stand twice.
        owner = sorties.setdefault(id(leg.sortie), len(sorties)), drones.setdefault(leg.sortie.drone, len(drones))
        owners.append(np.tile((number, *owner), (len(points) - 1, 1)))
    both, owned = np.concatenate(rows), np.concatenate(owners)
    order = np.argsort(np.minimum(both[:, T], both[:, 4 + T]), kind="stable")
    both, owned = both[order], owned[order]
    return Pieces(leg=owned[:, 0], sortie=owned[:, 1], drone=owned[:, 2], a=both[:, :4], b=both[:, 4:])


def _points(leg: LegCase, start_s: float) -> Floats:
    """Return (n, 4) the points between which a leg is as good as straight."""
    line = leg.line
    stride = max(1, int(PIECE_M / STEP_M))
    # How many steps each point is behind the last waypoint; waypoints themselves are 0.
    waypoint = np.flatnonzero(line.u == np.floor(line.u))
    behind = np.arange(len(line.u)) - waypoint[np.searchsorted(waypoint, np.arange(len(line.u)), side="right") - 1]
    chosen = behind % stride == 0
    u = line.u[chosen]
    seconds = np.interp(u, np.arange(len(line.seconds)), line.seconds) + start_s
    return np.column_stack([line.lonlat[chosen], line.height_m(u), seconds])


def nearest_meetings(pieces: Pieces, *, reach_m: float, vertical_m: float, off_s: float) -> Meetings:
    """Return where pieces of different drones come within reach of each other, at heights and times that count.

    ``vertical_m``: heights further apart than this do not count; ``off_s``: nor do times.
    """
    found = [
        _measured(pieces, one, other, reach_m=reach_m, vertical_m=vertical_m, off_s=off_s)
        for one, other in _pairs(pieces, reach_m=reach_m, vertical_m=vertical_m, off_s=off_s)
    ]
    names = ("one", "other", "metres", "at_one", "at_other")
    empty = {"one": np.zeros(0, int), "other": np.zeros(0, int), "metres": np.zeros(0)}
    empty |= {"at_one": np.zeros((0, 4)), "at_other": np.zeros((0, 4))}
    return Meetings(**{name: np.concatenate([empty[name], *(getattr(part, name) for part in found)]) for name in names})


def _pairs(pieces: Pieces, *, reach_m: float, vertical_m: float, off_s: float) -> Iterator[tuple[Indices, Indices]]:
    """Yield numbers of pieces of different drones whose boxes come near enough in place, height and time.

    Pieces stand by their earliest moments: those that may meet one are the next ones until too late a moment.
    """
    low, high = np.minimum(pieces.a, pieces.b), np.maximum(pieces.a, pieces.b)
    poleward = float(np.clip(np.abs(high[:, LAT]).max(initial=0.0), np.abs(low[:, LAT]).max(initial=0.0), 89.9))
    east_m, north_m = metres_per_degree(poleward)
    # A per cent, and the bend of a piece, more than is asked for: boxes only choose what is measured.
    reach = np.array([(1.01 * reach_m + 1) / east_m, (1.01 * reach_m + 1) / north_m, vertical_m, off_s])
    until = np.searchsorted(low[:, T], high[:, T] + off_s, side="right")
    counts = until - np.arange(len(until)) - 1
    begun = np.concatenate([[0], np.cumsum(counts)])
    first = 0
    while first < len(counts):
        last = max(first + 1, int(np.searchsorted(begun, begun[first] + BLOCK, side="right")) - 1)
        one = np.repeat(np.arange(first, last), counts[first:last])
        other = np.arange(len(one)) - np.repeat(begun[first:last] - begun[first], counts[first:last]) + one + 1
        for axis in (LAT, LON, ALT):
            near = low[one, axis] <= high[other, axis] + reach[axis]
            near &= low[other, axis] <= high[one, axis] + reach[axis]
            one, other = one[near], other[near]
        different = pieces.drone[one] != pieces.drone[other]
        yield one[different], other[different]
        first = last


def _measured(
    pieces: Pieces, one: Indices, other: Indices, *, reach_m: float, vertical_m: float, off_s: float
) -> Meetings:
    """Measure pairs of pieces, and keep those that come within reach."""
    a, b, c, d = pieces.a[one], pieces.b[one], pieces.a[other], pieces.b[other]
    east_m, north_m = metres_per_degree((a[:, LAT] + b[:, LAT] + c[:, LAT] + d[:, LAT]) / 4.0)
    scale = np.column_stack([east_m, north_m])
    shares, possible = least_apart(
        (a - c)[:, :2] * scale, (b - a)[:, :2] * scale, (d - c)[:, :2] * scale,
        np.stack([(a - c)[:, 2:], (b - a)[:, 2:], (d - c)[:, 2:]], axis=-1), np.array([vertical_m, off_s]),
    )  # fmt: skip
    at_one, at_other = a + (b - a) * shares[:, :1], c + (d - c) * shares[:, 1:]
    metres = np.asarray(GEOD.inv(at_one[:, LON], at_one[:, LAT], at_other[:, LON], at_other[:, LAT])[2])
    kept = possible & (metres <= reach_m)
    return Meetings(one=one[kept], other=other[kept], metres=metres[kept], at_one=at_one[kept], at_other=at_other[kept])


def least_apart(gap: Floats, along: Floats, beside: Floats, bounded: Floats, bounds: Floats) -> tuple[Floats, Truths]:
    """Return the shares (s1, s2) at which pairs of pieces are least apart over the ground, and whether there are any.

    ``gap``, ``along``, ``beside``: (n, 2) metres from the second to the first where both begin, and along each; they
    are ``gap + s1 along - s2 beside`` apart. ``bounded``: (n, 2, 3) the same of height and time, which may be off by
    no more than ``bounds`` either way.
    """
    normals, limits = _half_planes(bounded, bounds)
    best = np.full(len(gap), np.inf)
    shares = np.zeros((len(gap), 2))
    inner = _inner_least(gap, along, beside, normals, limits)
    for candidate, feasible in (inner, *_on_lines(gap, along, beside, normals, limits)):
        apart = gap + candidate[:, :1] * along - candidate[:, 1:] * beside
        square = np.where(feasible, (apart * apart).sum(axis=1), np.inf)
        better = square < best
        best, shares = np.where(better, square, best), np.where(better[:, None], candidate, shares)
    return shares, np.isfinite(best)


def _half_planes(bounded: Floats, bounds: Floats) -> tuple[Floats, Floats]:
    """Return (n, 8, 2) normals and (n, 8) limits: shares are possible where normal times shares is within the limit."""
    gap, along, beside = bounded[..., 0], bounded[..., 1], bounded[..., 2]
    slope = np.stack([along, -beside], axis=-1)
    box = np.broadcast_to([[-1.0, 0.0], [1.0, 0.0], [0.0, -1.0], [0.0, 1.0]], (len(gap), 4, 2))
    walls = np.broadcast_to([0.0, 1.0, 0.0, 1.0], (len(gap), 4))
    normals = np.concatenate([box, slope, -slope], axis=1)
    return normals, np.concatenate([walls, bounds - gap, bounds + gap], axis=1)


def _inner_least(gap: Floats, along: Floats, beside: Floats, normals: Floats, limits: Floats) -> tuple[Floats, Truths]:
    """Return where two endless lines are least apart, and whether that is possible; never for parallel ones.

    Those are as little apart somewhere on the lines that bound what is possible.
    """
    aa, ab, bb = _dot(along, along), _dot(along, beside), _dot(beside, beside)
    ga, gb = _dot(gap, along), _dot(gap, beside)
    area = aa * bb - ab * ab
    crossing = area > 1e-12 * aa * bb
    safe = np.where(crossing, area, 1.0)
    shares = np.column_stack([(ab * gb - bb * ga) / safe, (aa * gb - ab * ga) / safe])
    within = ((normals * shares[:, None, :]).sum(axis=2) <= limits + SLACK).all(axis=1)
    return shares, crossing & within


def _on_lines(
    gap: Floats, along: Floats, beside: Floats, normals: Floats, limits: Floats
) -> Iterator[tuple[Floats, Truths]]:
    """Yield, for each line that bounds what is possible, where on it pieces are least apart, and whether anywhere."""
    for number in range(normals.shape[1]):
        normal, limit = normals[:, number], limits[:, number]
        square = _dot(normal, normal)
        drawn = square > 0.0
        safe = np.where(drawn, square, 1.0)
        base = normal * (limit / safe)[:, None]
        way = np.column_stack([-normal[:, 1], normal[:, 0]]) / np.sqrt(safe)[:, None]
        start, end, possible = _stretch(base, way, normals, limits)
        start, possible = np.where(drawn, start, 0.0), drawn & possible
        offset = gap + base[:, :1] * along - base[:, 1:] * beside
        drift = way[:, :1] * along - way[:, 1:] * beside
        moving = _dot(drift, drift)
        least = np.where(moving > 0.0, -_dot(offset, drift) / np.where(moving > 0.0, moving, 1.0), start)
        least = np.minimum(np.maximum(least, start), end)
        yield base + way * np.where(possible, least, 0.0)[:, None], possible


def _stretch(base: Floats, way: Floats, normals: Floats, limits: Floats) -> tuple[Floats, Floats, Truths]:
    """Return from where to where a line, from a base along a way, is within all limits, and whether it is anywhere."""
    slope = (normals * way[:, None, :]).sum(axis=2)
    room = limits - (normals * base[:, None, :]).sum(axis=2)
    steep = np.abs(slope) > 1e-12 * (np.abs(normals).sum(axis=2) + 1e-300)
    reached = room / np.where(steep, slope, 1.0)
    end = np.where(steep & (slope > 0), reached, np.inf).min(axis=1)
    start = np.where(steep & (slope < 0), reached, -np.inf).max(axis=1)
    possible = (steep | (room >= -SLACK * (1.0 + np.abs(limits)))).all(axis=1) & (start <= end + SLACK)
    return start, np.maximum(start, end), possible


def _dot(v: Floats, w: Floats) -> Floats:
    return np.asarray((v * w).sum(axis=1))


def _worst_of_each_pair(pieces: Pieces, found: Meetings) -> list[int]:
    """Return the numbers of the nearest meetings of each two sorties, the nearest of all first."""
    worst: dict[tuple[int, int], int] = {}
    for number in np.argsort(found.metres, kind="stable").tolist():
        one, other = int(pieces.sortie[found.one[number]]), int(pieces.sortie[found.other[number]])
        worst.setdefault((min(one, other), max(one, other)), number)
    return list(worst.values())


def _finding(
    case: Case, legs: Sequence[LegCase], origin: datetime, pieces: Pieces, found: Meetings, number: int
) -> Finding:
    policy, sides = case.job.policy, []
    for piece, at in ((found.one, found.at_one), (found.other, found.at_other)):
        sides.append((legs[int(pieces.leg[piece[number]])], _place(at[number], origin)))
    (one, here), (other, there) = sorted(sides, key=lambda side: (side[0].subject, side[1].lon, side[1].lat))
    level_m, above_m = policy.separation_m
    higher_m, late_s = there.alt_amsl_m - here.alt_amsl_m, _seconds(here, there)
    return at_least(
        RULE, f"{one.subject} and {other.subject}", float(found.metres[number]), level_m, "m",
        tolerance=SEPARATION_TOLERANCE_M, where=here,
        detail=f"{found.metres[number]:.2f} m apart over the ground and {abs(higher_m):.1f} m in height, less than "
        f"{above_m:g} m: {one.sortie.id} at {here.t:%H:%M:%S} UTC, {other.sortie.id} at {there.lon:.7f}, "
        f"{there.lat:.7f}, {there.alt_amsl_m:.1f} m AMSL at {there.t:%H:%M:%S} UTC; {late_s:.1f} s lie between, and "
        f"each may be {policy.departure_error_s:g} s off",
    )  # fmt: skip


def _place(at: Floats, origin: datetime) -> Place:
    lon, lat, alt_m, seconds = at.tolist()
    moment = origin + timedelta(milliseconds=round(seconds * 1000))
    return Place(lon=round(lon, 7), lat=round(lat, 7), alt_amsl_m=round(alt_m, 2), t=moment)


def _seconds(here: Place, there: Place) -> float:
    return 0.0 if here.t is None or there.t is None else abs((there.t - here.t).total_seconds())

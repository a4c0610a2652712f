"""Flights against volumes that others hold: exact, in space and time, with the shifts that would mend it.

A flight meets a volume when at some moment, itself earlier or later by up to the timing error, it is nearer to the
outline than the horizontal distance and its height is strictly between the ends, made wider by the vertical one. What
only touches is apart. Times are rounded to the safe side as in :mod:`planner.safety.conflicts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np

from airspace.earth.frame import GEOD, MAX_HALF_WIDTH_M, Frame
from planner.model.traffic import Intent, Volume
from planner.safety.conflicts import WIDER_S, Floats, Integers, Separation, Tracks, joined

EDGE_M = 5_000.0
"""Shortest lines are cut into pieces no longer than this, so that straight ones in a frame are less than 1 cm off."""

LEAST_RADIUS_M = 6_335_000.0
"""Of curvature of the ellipsoid: in the meridian, at the equator."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Volumes:
    """Parts of a local frame that others hold for some time; m volumes, arrays are read-only."""

    first: Integers
    """Where the corners of each begin in ``corners_m``; shape (m + 1,)."""
    corners_m: Floats
    """East and north, in order along each outline, not closed; of a circle its centre alone. Shape (k, 2)."""
    radius_m: Floats
    """Of a circle, 0 for a polygon; shape (m,)."""
    low_m: Floats
    high_m: Floats
    """Up, as in the tracks; shape (m,)."""
    start_s: Floats
    end_s: Floats
    """Seconds from the origin of the tracks; shape (m,)."""

    def __post_init__(self) -> None:
        kinds = {"first": (np.int64, (-1,)), "corners_m": (np.float64, (-1, 2))}
        for name in self.__slots__:
            kind, shape = kinds.get(name, (np.float64, (-1,)))
            array = np.array(getattr(self, name), dtype=kind).reshape(shape)
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        if len(self.first) != len(self) + 1 or self.first[-1] != len(self.corners_m) or (np.diff(self.first) < 1).any():
            raise ValueError(f"volumes: expected first to cut {len(self.corners_m)} corners, got {self.first.tolist()}")

    def __len__(self) -> int:
        return len(self.radius_m)

    def rows(self, margin: Separation) -> Floats:
        """Return what compiled loops take: reach, heights and times with margins, the box around it; shape (m, 9)."""
        reach_m, (low, high) = self.radius_m + margin.horizontal_m, self._boxes()
        return np.column_stack([
            reach_m, self.low_m - margin.vertical_m, self.high_m + margin.vertical_m,
            self.start_s - margin.timing_s, self.end_s + margin.timing_s,
            low - reach_m[:, None], high + reach_m[:, None],
        ])  # fmt: skip

    def _boxes(self) -> tuple[Floats, Floats]:
        if not len(self):
            return np.empty((0, 2)), np.empty((0, 2))
        begins = self.first[:-1]
        return np.minimum.reduceat(self.corners_m, begins), np.maximum.reduceat(self.corners_m, begins)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Meetings:
    """Each piece of a flight and volume that meet, in order of piece and volume; shape (k,) each."""

    flight: Integers
    piece: Integers
    volume: Integers
    """Counted in the volumes."""
    start_s: Floats
    """When they first do, on the times told, while the volume and the timing error last ..."""
    end_s: Floats
    """... and when they last do."""

    def __len__(self) -> int:
        return len(self.piece)


def meetings(tracks: Tracks, volumes: Volumes, margin: Separation) -> Meetings:
    """Return where flights meet volumes.

    Parameters
    ----------
    margin
        How far around its line a flight takes up the sky, and how much earlier or later it may be. The volumes of
        others are taken as they are told.
    """
    from planner.safety.engine import prisms

    pairs, told = np.empty((0, 2), np.int64), np.empty((0, 2))
    if len(tracks) and len(volumes):
        rows = volumes.rows(margin)
        starts, ends = rows[:, prisms.SINCE_S], rows[:, prisms.UNTIL_S]
        order = np.argsort(starts, kind="stable")
        longest_s = float((ends - starts).max())
        pairs, told = prisms.meetings(tracks.rows, rows, order, longest_s, volumes.first, volumes.corners_m)
    sort = np.lexsort((pairs[:, 1], pairs[:, 0]))
    pairs, told = pairs[sort], told[sort]
    return Meetings(
        flight=tracks.flight[pairs[:, 0]], piece=pairs[:, 0], volume=pairs[:, 1], start_s=told[:, 0], end_s=told[:, 1]
    )


def forbidden_by_volumes(tracks: Tracks, volumes: Volumes, margin: Separation) -> Floats:
    """Return by how much the flights may not be later as a whole: seconds, shape (k, 2).

    Sorted intervals that do not overlap, as those of :func:`planner.safety.conflicts.forbidden`.
    """
    from planner.safety.engine import prisms

    found = prisms.shifts(tracks.rows, volumes.rows(margin), volumes.first, volumes.corners_m)
    return joined(found + np.array([-WIDER_S, WIDER_S]))


def volumes_of(intents: Sequence[Intent], frame: Frame, origin: datetime) -> tuple[Volumes, tuple[Intent, ...]]:
    """Return the volumes of intents in a frame, metres above the sea, seconds from an origin; and whose each one is.

    Those wholly beyond what a frame covers are left out: nothing that fits the frame can meet them.
    """
    near = [(intent, volume) for intent in intents for volume in intent.volumes if _reaches(volume, frame)]
    outlines = [_outline_m(volume, frame) for _, volume in near]
    volumes = Volumes(
        first=np.cumsum([0, *map(len, outlines)]),
        corners_m=np.concatenate([np.empty((0, 2)), *outlines]),
        radius_m=np.array([_radius_m(v, outline) for (_, v), outline in zip(near, outlines, strict=True)]),
        low_m=np.array([volume.lower_amsl_m for _, volume in near]),
        high_m=np.array([volume.upper_amsl_m for _, volume in near]),
        start_s=np.array([(volume.start - origin).total_seconds() for _, volume in near]),
        end_s=np.array([(volume.end - origin).total_seconds() for _, volume in near]),
    )
    return volumes, tuple(intent for intent, _ in near)


def _reaches(volume: Volume, frame: Frame) -> bool:
    """Tell whether a volume may reach into the square that a frame covers."""
    lons, lats = zip(*volume.outline, strict=True)
    away_m = GEOD.inv([frame.lon] * len(lons), [frame.lat] * len(lats), lons, lats)[2]
    # No place of a polygon is farther from a corner than the way around it is long.
    ring_lons, ring_lats = zip(*volume.outline, volume.outline[0], strict=True)
    around_m = float(GEOD.line_length(ring_lons, ring_lats))
    return bool(min(away_m) - around_m - volume.radius_m < 2**0.5 * MAX_HALF_WIDTH_M)


def _outline_m(volume: Volume, frame: Frame) -> Floats:
    ring = [*volume.outline, volume.outline[0]]
    places: list[tuple[float, float]] = []
    for (lon, lat), (next_lon, next_lat) in pairwise(ring):
        length_m = GEOD.inv(lon, lat, next_lon, next_lat)[2]
        steps = max(1, int(np.ceil(length_m / EDGE_M)))
        places.append((lon, lat))
        if steps > 1:
            places += GEOD.npts(lon, lat, next_lon, next_lat, steps - 1)
    return np.column_stack(frame.to_xy(*zip(*places, strict=True)))


def _radius_m(volume: Volume, outline: Floats) -> float:
    """Return the radius of a circle in a frame, to the safe side: lengths grow with the distance from its meridian."""
    reach_m = abs(float(outline[0, 0])) + volume.radius_m
    return volume.radius_m * (1.0 + (reach_m / LEAST_RADIUS_M) ** 2 / 2.0 * 1.01)

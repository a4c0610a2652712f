"""Exact conflicts in space and time between flights that are told as straight pieces flown at even speed.

Two flights conflict when, each of them earlier or later as a whole by up to the timing error, at some moment both
their horizontal and their vertical distance are below the separation; exactly at it they are apart. Nothing is
sampled: see :mod:`planner.safety.engine.encounters` for the closed form and :mod:`planner.safety.engine.sweeps` for the
index, which are compiled and loaded when first asked for.

Rounding is kept to the safe side in time: whatever comes within a ten-millionth of a second of counting counts, and
forbidden intervals are longer by a millionth at each end, so that a flight delayed to the end of one has no conflict.
Distances are worked out as if places were off by less than a micrometre.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

WIDER_S = 1e-6
"""By how much forbidden intervals are longer at each end than what was worked out."""

BINS_PER_PIECE = 5.0
"""Into so many bins of time the mean piece falls, where few are in the air ..."""

FEW = 400.0
"""... which is so many at a time, on average; with more of them bins are shorter, by the root of how many more."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tracks:
    """Flights as straight pieces flown at even speed, all in one local frame; n pieces, arrays are read-only.

    A flight is in the air during its pieces and nowhere between them. A piece that takes no time has to stay where it
    is; one that goes nowhere hovers.
    """

    flight: Integers
    """Number of the flight of each piece; the pieces of one flight stand in order of time. Shape (n,)."""
    start_s: Floats
    """Seconds from one origin; shape (n,)."""
    end_s: Floats
    """Shape (n,)."""
    from_m: Floats
    """Metres east, north and up; shape (n, 3)."""
    to_m: Floats
    """Shape (n, 3)."""

    def __post_init__(self) -> None:
        for name, kind, shape in _SHAPES:
            array = np.array(getattr(self, name), dtype=kind).reshape(shape)
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        self._check()

    def _check(self) -> None:
        counts = {name: len(getattr(self, name)) for name, _, _ in _SHAPES}
        if len(set(counts.values())) > 1:
            raise ValueError(f"tracks: expected as many of each for every piece, got {counts}")
        for name, _, _ in _SHAPES[1:]:
            if not np.isfinite(getattr(self, name)).all():
                raise ValueError(f"tracks: expected finite {name}, got infinity or not a number")
        if (self.end_s < self.start_s).any():
            raise ValueError(f"tracks: expected end_s >= start_s, got piece {_first(self.end_s < self.start_s)}")
        leaps = (self.end_s == self.start_s) & (self.from_m != self.to_m).any(axis=1)
        if leaps.any():
            raise ValueError(f"tracks: expected pieces that take time to go anywhere, got piece {_first(leaps)}")
        order = np.argsort(self.flight, kind="stable")
        same = self.flight[order][1:] == self.flight[order][:-1]
        back = same & (self.start_s[order][1:] < self.end_s[order][:-1])
        if back.any():
            piece = int(order[1:][_first(back)])
            raise ValueError(f"tracks: expected the pieces of a flight in order of time, got piece {piece} too early")

    def __len__(self) -> int:
        return len(self.flight)

    @property
    def rows(self) -> Floats:
        """What compiled loops take: start, how long it lasts, beginning, velocity; shape (n, 8)."""
        lasts_s = self.end_s - self.start_s
        velocity = np.divide(self.to_m - self.from_m, lasts_s[:, None], out=np.zeros_like(self.from_m),
                             where=lasts_s[:, None] > 0)  # fmt: skip
        return np.column_stack([self.start_s, lasts_s, self.from_m, velocity])


_SHAPES = (
    ("flight", np.int64, (-1,)),
    ("start_s", np.float64, (-1,)),
    ("end_s", np.float64, (-1,)),
    ("from_m", np.float64, (-1, 3)),
    ("to_m", np.float64, (-1, 3)),
)


def _first(flags: npt.NDArray[np.bool_]) -> int:
    return int(np.flatnonzero(flags)[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Separation:
    """How far apart flights have to be: in the horizontal or in the vertical."""

    horizontal_m: float
    vertical_m: float
    timing_s: float = 0.0
    """How much earlier or later than told each flight may be, as a whole; two of them twice that against each other."""

    def __post_init__(self) -> None:
        for field in fields(self):
            if not 0 <= getattr(self, field.name) < np.inf:
                raise ValueError(f"separation: expected {field.name} >= 0, got {getattr(self, field.name)}")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conflicts:
    """Each pair of flights that conflict, once, in order of their numbers; shape (k,) each.

    The moments are those of the closest approach: where the horizontal distance is least of all moments, at most
    twice the timing error apart, at which the vertical one is below the separation; of several the one with the least
    vertical distance, and then the earliest.
    """

    first: Integers
    """Number of a flight ..."""
    second: Integers
    """... and of the other, which is larger."""
    first_s: Floats
    """When the first is where the two are closest ..."""
    second_s: Floats
    """... and when the second is."""
    horizontal_m: Floats
    vertical_m: Floats
    first_piece: Integers
    """Which pieces, counted in the tracks."""
    second_piece: Integers

    def __len__(self) -> int:
        return len(self.first)


def conflicts(tracks: Tracks, separation: Separation) -> Conflicts:
    """Return every pair of flights that are not apart."""
    from planner.safety.engine import sweeps

    names, flight = np.unique(tracks.flight, return_inverse=True)
    flight = flight.astype(np.int64)
    pairs, told = np.empty((0, 2), np.int64), np.empty((0, 4))
    if len(tracks) and separation.horizontal_m > 0 and separation.vertical_m > 0:
        order = np.argsort(tracks.start_s, kind="stable")
        pairs, told = sweeps.sweep(
            tracks.rows, flight, order, bin_of(tracks, separation),
            separation.horizontal_m, separation.vertical_m, separation.timing_s,
        )  # fmt: skip
    key = flight[pairs[:, 0]] * len(names) + flight[pairs[:, 1]]
    chosen = sweeps.nearest_of_each(np.argsort(key), key, pairs, told)
    return _conflicts(tracks, pairs[chosen], told[chosen])


def bin_of(tracks: Tracks, separation: Separation) -> float:
    """Return how long a bin of time is, for an index of these pieces."""
    lasts_s = tracks.end_s - tracks.start_s
    crowd = float(lasts_s.sum()) / max(float(tracks.end_s.max() - tracks.start_s.min()), 1e-3)
    bins = BINS_PER_PIECE * max(1.0, math.sqrt(crowd / FEW))
    return max(float(lasts_s.mean()) / bins, 2 * separation.timing_s, 1e-3)


def _conflicts(tracks: Tracks, pairs: Integers, told: Floats) -> Conflicts:
    first_s, second_s, horizontal_m, vertical_m = told.T
    return Conflicts(
        first=tracks.flight[pairs[:, 0]],
        second=tracks.flight[pairs[:, 1]],
        first_s=first_s,
        second_s=second_s,
        horizontal_m=horizontal_m,
        vertical_m=vertical_m,
        first_piece=pairs[:, 0],
        second_piece=pairs[:, 1],
    )


def forbidden(one: Tracks, other: Tracks, separation: Separation) -> Floats:
    """Return by how much the other may not be later against the times told: seconds, shape (k, 2).

    Sorted intervals that do not overlap. The two conflict when it is later by something strictly inside one of them
    (earlier: below zero); at its ends and outside of all they are apart. What one of them tells as several flights is
    taken as a whole, and never held against itself.
    """
    from planner.safety.engine import sweeps

    if not (separation.horizontal_m > 0 and separation.vertical_m > 0):
        return np.empty((0, 2))
    within_s = 2 * separation.timing_s + WIDER_S
    return joined(sweeps.shifts(one.rows, other.rows, separation.horizontal_m, separation.vertical_m, within_s))


def joined(intervals: Floats) -> Floats:
    """Return the union of open intervals as sorted ones that do not overlap; shapes (m, 2) and (k, 2)."""
    if not len(intervals):
        return np.empty((0, 2))
    intervals = intervals[np.argsort(intervals[:, 0], kind="stable")]
    reached = np.maximum.accumulate(intervals[:, 1])
    begins = np.concatenate([[True], intervals[1:, 0] >= reached[:-1]])
    ends = np.concatenate([begins[1:], [True]])
    return np.column_stack([intervals[begins, 0], reached[ends]])

"""Separation of trips in the air: by how much one may not start after another.

The shape of a trip is fixed: whether two of them come too near depends on nothing but by how many seconds the one takes
off after the other. Those shifts are worked out once for each pair of shapes, and kept with the tables.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from math import ceil, floor
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from planner.safety.conflicts import Separation, Tracks
    from planner.solving.hops import Hop
    from planner.solving.sorties import Trip
    from planner.solving.tables import Tables

Floats = npt.NDArray[np.float64]

DEGREES, METRES, SECONDS = 7, 2, 3
"""Decimals of the record, which a drone is flown by; :mod:`planner.formats.plans.rounding` writes them."""

SLACK_M = 0.5
"""Kept on top of the horizontal separation: a leg is straight in the frame here, and a geodesic in the record."""
SLACK_S = 0.005
"""Kept on top of the departure error: times are rounded in the record."""
NOISE_M = 1e-6
"""Of the difference of two heights; levels that lie apart by just the separation are apart."""

Stretches: TypeAlias = tuple[tuple[int, int], ...]
"""Stretches of whole seconds, each from its first to its last; rising, and apart."""

Way: TypeAlias = tuple[tuple[float, ...], ...]
Key: TypeAlias = tuple[tuple[Way, tuple[float, ...], float, float, float], ...]
"""What makes the shape of a trip: of each hop the points, the seconds over them, up, down, and when it begins."""


@dataclass(slots=True, eq=False)
class Known:
    """What has been worked out of shapes and pairs of them; kept with the tables of a day."""

    numbers: dict[Key, int] = field(default_factory=dict)
    tracks: list[Tracks] = field(default_factory=list)
    """By the number of the shape."""
    shifts: dict[tuple[int, int, float, float, float], Stretches] = field(default_factory=dict)
    """By two shapes, and what keeps them apart."""


class Separations:
    """Tells which trips come too near to each other in the air, and when."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.known = tables.known_separations
        policy = tables.job.policy
        self.error_s = policy.departure_error_s
        self.horizontal_m, self.vertical_m = policy.separation_m
        self.asked = self.horizontal_m > 0 and self.vertical_m > 0
        """Whether anything is to be kept apart at all."""

    @property
    def reach_s(self) -> float:
        """How long before and after each other two flights may still come too near."""
        return 2 * (self.error_s + SLACK_S)

    def shape(self, hops: Sequence[Hop]) -> int:
        """Return the number of the shape of a trip."""
        key = tuple(_part(hop) for hop in hops)
        if key not in self.known.numbers:
            self.known.numbers[key] = len(self.known.tracks)
            self.known.tracks.append(self.tracks(hops))
        return self.known.numbers[key]

    def tracks(self, hops: Sequence[Hop]) -> Tracks:
        """Return a trip as straight pieces in space and time, from its take-off, as the record will tell them."""
        from planner.safety.conflicts import Tracks

        legs = [self._leg(hop) for hop in hops]
        pieces = np.concatenate([np.hstack([row[:-1], row[1:]]) for row in legs])
        # A piece that takes less than a millisecond is shorter than what is kept on top.
        pieces = pieces[pieces[:, 7] > pieces[:, 3]]
        return Tracks(
            flight=np.zeros(len(pieces), np.int64),
            start_s=pieces[:, 3],
            end_s=pieces[:, 7],
            from_m=pieces[:, :3],
            to_m=pieces[:, 4:7],
        )

    def _leg(self, hop: Hop) -> Floats:
        """Return the waypoints of a leg: east, north, up, seconds after the take-off of the trip."""
        flight, sky = hop.flight, self.tables.sky
        start, end = sky.pad(flight.from_pad), sky.pad(flight.to_pad)
        above_s = hop.starts_s + flight.climb_s
        points = [
            (start.lon, start.lat, start.elevation_amsl_m, hop.starts_s),
            *((*point, s) for point, s in zip(flight.points, accumulate(flight.piece_s, initial=above_s), strict=True)),
            (end.lon, end.lat, end.elevation_amsl_m, hop.lands_s),
        ]
        lon, lat, up_m, after_s = np.array(points).T
        x, y = self.tables.chart.frame.to_xy(lon.round(DEGREES), lat.round(DEGREES))
        return np.column_stack([x, y, up_m.round(METRES), after_s.round(SECONDS)])

    def shifts(self, one: int, other: int) -> Stretches:
        """Return by how many whole seconds the other of two shapes may not take off after the one."""
        if not self.asked:
            return ()
        if one > other:
            return tuple((-last, -first) for first, last in reversed(self.shifts(other, one)))
        key = (one, other, self.horizontal_m, self.vertical_m, self.error_s)
        if key not in self.known.shifts:
            self.known.shifts[key] = self._worked_out(self.known.tracks[one], self.known.tracks[other])
        return self.known.shifts[key]

    def closest(self, one: Sequence[Hop], other: Sequence[Hop], later_s: int) -> Closest:
        """Return where a trip is nearest to another that takes off so much later, and comes too near to it."""
        from planner.safety.conflicts import conflicts

        tracks = self.tracks(one), self.tracks(other)
        found = conflicts(_joined(*tracks, later_s), self._separation)
        piece, after_s = int(found.first_piece[0]), float(found.first_s[0])
        mine = tracks[0]
        share = (after_s - mine.start_s[piece]) / (mine.end_s[piece] - mine.start_s[piece])
        x_m, y_m, _ = mine.from_m[piece] + share * (mine.to_m[piece] - mine.from_m[piece])
        lon, lat = self.tables.chart.frame.to_lonlat(x_m, y_m)
        return Closest(after_s, float(lon), float(lat), float(found.horizontal_m[0]), float(found.vertical_m[0]))

    @property
    def _separation(self) -> Separation:
        from planner.safety.conflicts import Separation

        return Separation(
            horizontal_m=self.horizontal_m + SLACK_M,
            vertical_m=self.vertical_m - NOISE_M,
            timing_s=self.error_s + SLACK_S,
        )

    def _worked_out(self, one: Tracks, other: Tracks) -> Stretches:
        from planner.safety.conflicts import forbidden

        return whole_seconds_of(forbidden(one, other, self._separation).tolist())


class Closest(NamedTuple):
    """Where a trip is nearest to another one that it comes too near to."""

    after_s: float
    """After its take-off."""
    lon: float
    lat: float
    horizontal_m: float
    vertical_m: float


def _joined(one: Tracks, other: Tracks, later_s: int) -> Tracks:
    """Return two flights as one set of tracks, the other so much later."""
    return replace(
        one,
        flight=np.concatenate([one.flight, other.flight + 1]),
        start_s=np.concatenate([one.start_s, other.start_s + later_s]),
        end_s=np.concatenate([one.end_s, other.end_s + later_s]),
        from_m=np.concatenate([one.from_m, other.from_m]),
        to_m=np.concatenate([one.to_m, other.to_m]),
    )


def _part(hop: Hop) -> tuple[Way, tuple[float, ...], float, float, float]:
    flight = hop.flight
    return flight.points, flight.piece_s, flight.climb_s, flight.descent_s, hop.starts_s


def warm() -> None:
    """Compile what looks for flights that come too near, before a clock begins to run."""
    from planner.safety.engine import warming

    warming.warm()


def whole_seconds_of(open_spans: Iterable[Sequence[float]]) -> Stretches:
    """Return the whole seconds that lie in some rising spans, ends and all, as stretches."""
    found: list[tuple[int, int]] = []
    for low, high in open_spans:
        first, last = ceil(low), floor(high)
        if first > last:
            continue
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return tuple(found)


def within(stretches: Stretches, second: int) -> tuple[int, int] | None:
    """Return the stretch that a second lies in; None when it lies in none."""
    return next((one for one in stretches if one[0] <= second <= one[1]), None)


def clipped(stretches: Stretches, first: int, last: int) -> Stretches:
    """Return what of some stretches lies between two seconds, ends and all."""
    cut = ((max(low, first), min(high, last)) for low, high in stretches)
    return tuple((low, high) for low, high in cut if low <= high)


class Meeting(NamedTuple):
    """A trip that another one would come too near to."""

    start_s: int
    """When it takes off."""
    drone: str
    until_s: int
    """Until when the other one may not start."""


class Sky:
    """Trips with drones and starts, in whole seconds, and when another one is clear of them; nothing in it is moved."""

    def __init__(self, tables: Tables) -> None:
        self.separations = Separations(tables)
        self._flown: list[tuple[int, str, int]] = []
        """Start, drone, number of the shape; rising."""
        self._longest_s = 0

    def keep(self, trip: Trip, drone: str, start_s: int) -> None:
        """Take a trip as it is."""
        if self.separations.asked:
            insort(self._flown, (start_s, drone, self.separations.shape(trip.hops)))
            self._longest_s = max(self._longest_s, ceil(trip.duration_s + self.separations.reach_s))

    def drop(self, trip: Trip, drone: str, start_s: int) -> None:
        """Forget a trip."""
        if self.separations.asked:
            self._flown.remove((start_s, drone, self.separations.shape(trip.hops)))

    def clear_from_s(self, trip: Trip, drone: str, start_s: int) -> int:
        """Return the start itself where a trip is clear of all others, else a later one before which it is not."""
        return max((met.until_s + 1 for met in self.met(trip, drone, start_s)), default=start_s)

    def met(self, trip: Trip, drone: str, start_s: int) -> Iterator[Meeting]:
        """Yield what a trip that starts then would come too near to; the same drone never does."""
        if not self._flown:
            return
        shape, lasts_s = self.separations.shape(trip.hops), ceil(trip.duration_s + self.separations.reach_s)
        first, last = (start_s - self._longest_s, ""), (start_s + lasts_s + 1, "")
        for then_s, other, flown in self._flown[bisect_left(self._flown, first) : bisect_left(self._flown, last)]:
            shifts = self.separations.shifts(flown, shape) if other != drone else ()
            if (stretch := within(shifts, start_s - then_s)) is not None:
                yield Meeting(then_s, other, then_s + stretch[1])

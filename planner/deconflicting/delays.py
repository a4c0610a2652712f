"""Ground delay that takes all conflicts away: first come first served, or as a batch.

Each flight keeps its course and its height and starts later, by no more than it has to beside those placed before it.
One that would have to wait too long is refused, with the flight that keeps it from starting in time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.safety.conflicts import WIDER_S, Floats, Integers, Separation, Tracks, bin_of

MEAN_SHADOW = 2 / np.pi
"""How long the shadow of a straight line on an axis is on average, as a share of the line."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Delays:
    """By how much flights start later; shape (k,) each, in order of their numbers."""

    flight: Integers
    delay_s: Floats
    """Not a number where the flight is refused."""
    refused_by: Integers
    """Number of the flight at whose place and time a refused one would be at the longest delay; the flight's own where
    it is not refused."""

    @property
    def refused(self) -> Integers:
        """Numbers of the flights that are refused."""
        return self.flight[np.isnan(self.delay_s)]

    def apply(self, tracks: Tracks) -> Tracks:
        """Return the flights that are not refused, each as late as it starts."""
        later_s = self.delay_s[np.searchsorted(self.flight, tracks.flight)]
        kept = ~np.isnan(later_s)
        return Tracks(
            flight=tracks.flight[kept],
            start_s=(tracks.start_s + later_s)[kept],
            end_s=(tracks.end_s + later_s)[kept],
            from_m=tracks.from_m[kept],
            to_m=tracks.to_m[kept],
        )


def first_come(
    tracks: Tracks, separation: Separation, *, longest_s: float, order: Sequence[int] | None = None
) -> Delays:
    """Delay each flight by the least that keeps it apart from all those that came before it.

    Parameters
    ----------
    longest_s
        The longest delay; a flight that would have to wait longer is refused.
    order
        Numbers of the flights in the order in which they come, each once; by their first start unless told, and of
        those that start together by their numbers.

    Raises
    ------
    ValueError
        If the order does not hold each flight once, or the longest delay is below zero.
    """
    names, starts = _flights(tracks)
    come = names[np.lexsort((names, starts))] if order is None else np.asarray(order, np.int64)
    if not np.array_equal(np.sort(come), names):
        raise ValueError(f"delays: expected an order that holds each of {len(names)} flights once, got {len(come)}")
    return _placed(tracks, separation, come, np.zeros(len(come), np.int64), longest_s=longest_s, batch=False)


def batch(tracks: Tracks, separation: Separation, *, longest_s: float, priority: Sequence[int] | None = None) -> Delays:
    """Delay flights that are all known beforehand: by priority, and of one priority whichever has to wait least.

    Flights of a higher priority are placed before those of a lower one. Of one priority the next to be placed is always
    the one whose least delay beside all those placed is the smallest; among equals the one that starts first, then the
    one with the lower number. So whoever can start on time is never delayed by one who has to wait anyway.

    Parameters
    ----------
    longest_s
        The longest delay; a flight that would have to wait longer is refused.
    priority
        Of each flight, in order of their numbers; the higher goes first. All the same unless told.

    Raises
    ------
    ValueError
        If there are not as many priorities as flights, or the longest delay is below zero.
    """
    names, starts = _flights(tracks)
    given = np.zeros(len(names), np.int64) if priority is None else np.asarray(priority, np.int64)
    if len(given) != len(names):
        raise ValueError(f"delays: expected a priority for each of {len(names)} flights, got {len(given)}")
    come = np.lexsort((names, starts))
    return _placed(tracks, separation, names[come], given[come], longest_s=longest_s, batch=True)


def _flights(tracks: Tracks) -> tuple[Integers, Floats]:
    """Return the numbers of all flights, sorted, and when each of them starts."""
    names, flight = np.unique(tracks.flight, return_inverse=True)
    starts = np.full(len(names), np.inf)
    np.minimum.at(starts, flight, tracks.start_s)
    return names, starts


def _placed(
    tracks: Tracks, separation: Separation, come: Integers, priority: Integers, *, longest_s: float, batch: bool
) -> Delays:
    """Place flights in the order in which they come."""
    if not longest_s >= 0:
        raise ValueError(f"delays: expected a longest delay >= 0, got {longest_s}")
    names = np.sort(come)
    delay_s, refused_by = np.zeros(len(come)), np.full(len(come), -1)
    if len(come) and separation.horizontal_m > 0 and separation.vertical_m > 0:
        from planner.deconflicting import placing

        place = np.empty(len(come), np.int64)
        place[np.searchsorted(names, come)] = np.arange(len(come))
        turn = place[np.searchsorted(names, tracks.flight)]
        sort = np.lexsort((tracks.start_s, turn))
        first = np.searchsorted(turn[sort], np.arange(len(come) + 1))
        bin_s, cell_m = _grid(tracks, separation)
        asked = placing.asked_of(
            separation.horizontal_m, separation.vertical_m, separation.timing_s, bin_s, cell_m,
            float(tracks.start_s.min()), WIDER_S,
        )  # fmt: skip
        slots = 1 << int(np.ceil(np.log2(16 * len(tracks) + 64)))
        delay_s, refused_by = placing.place(tracks.rows[sort], first, priority, batch, longest_s, asked, slots)
    back = np.argsort(come)
    blocking = np.where(np.isnan(delay_s), come[refused_by], come)
    return Delays(flight=names, delay_s=delay_s[back], refused_by=blocking[back])


def _grid(tracks: Tracks, separation: Separation) -> tuple[float, float]:
    """Return how long a bin of time is, and the side of a cell: about what a flight flies in a bin."""
    bin_s = bin_of(tracks, separation)
    air_s = float((tracks.end_s - tracks.start_s).sum())
    flown_m = float(np.hypot(*(tracks.to_m - tracks.from_m)[:, :2].T).sum())
    speed_mps = flown_m / air_s if air_s > 0 else 0.0
    return bin_s, MEAN_SHADOW * speed_mps * (bin_s + 2 * separation.timing_s) + separation.horizontal_m

"""Flights for tests of conflicts, and the plain way to tell whether two conflict: in fractions, one shift at a time."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from planner.safety.conflicts import Separation, Tracks

Place = tuple[float, float, float]
Piece = tuple[float, float, Place, Place]
"""Start and end in seconds, from and to in metres."""


def tracks(*flights: Sequence[Piece]) -> Tracks:
    """Return flights numbered from 0 on, each told by its pieces."""
    pieces = [(number, *piece) for number, flight in enumerate(flights) for piece in flight]
    flight, start_s, end_s, from_m, to_m = (list(column) for column in zip(*pieces, strict=True))
    return Tracks(
        flight=np.array(flight), start_s=np.array(start_s), end_s=np.array(end_s), from_m=np.array(from_m),
        to_m=np.array(to_m),
    )  # fmt: skip


def later(flight: Sequence[Piece], seconds: float) -> list[Piece]:
    """Return a flight that starts later."""
    return [(start + seconds, end + seconds, here, there) for start, end, here, there in flight]


def in_conflict(one: Sequence[Piece], other: Sequence[Piece], separation: Separation, *, later_s: float = 0.0) -> bool:
    """Tell exactly whether two flights are ever too close, the other one later by some seconds, timing errors aside."""
    return any(_too_close(x, y, separation, Fraction(later_s)) for x in one for y in other)


def _too_close(one: Piece, other: Piece, separation: Separation, later_s: Fraction) -> bool:
    least = max(Fraction(one[0]), Fraction(other[0]) + later_s)
    most = min(Fraction(one[1]), Fraction(other[1]) + later_s)
    if least > most:
        return False
    gap, drift = _relative(one, other, later_s)
    height = Fraction(separation.vertical_m)
    if drift[2] == 0:
        if abs(gap[2]) >= height:
            return False
    else:
        ends = sorted(((-height - gap[2]) / drift[2], (height - gap[2]) / drift[2]))
        # Strictly between the two: a moment that is both the last of one and the first of the other does not count.
        if not (max(least, ends[0]) < min(most, ends[1]) or (least == most and ends[0] < least < ends[1])):
            return False
        least, most = max(least, ends[0]), min(most, ends[1])
    square = drift[0] ** 2 + drift[1] ** 2
    nearest = -(gap[0] * drift[0] + gap[1] * drift[1]) / square if square else least
    moment = min(max(nearest, least), most)
    distance = sum((gap[axis] + drift[axis] * moment) ** 2 for axis in range(2))
    return distance < Fraction(separation.horizontal_m) ** 2


def _relative(one: Piece, other: Piece, later_s: Fraction) -> tuple[list[Fraction], list[Fraction]]:
    """Return how far the first is from the second at second 0 if both went on for ever, and how that changes."""
    gap, drift = [], []
    for axis in range(3):
        (here, speed), (there, its) = _line(one, axis, Fraction(0)), _line(other, axis, later_s)
        gap.append(here - there)
        drift.append(speed - its)
    return gap, drift


def _line(piece: Piece, axis: int, later_s: Fraction) -> tuple[Fraction, Fraction]:
    start, end = Fraction(piece[0]) + later_s, Fraction(piece[1]) + later_s
    here, there = Fraction(piece[2][axis]), Fraction(piece[3][axis])
    speed = (there - here) / (end - start) if end > start else Fraction(0)
    return here - speed * start, speed

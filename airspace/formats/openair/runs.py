"""Reading DP lines column by column: nine lines out of ten of a file are points, and nearly all of them look alike.

Lines of one length are held against the first of them. Those that have digits where it has digits, and angles in
range, are read all at once; the others are left to be read one by one, which tells what is wrong with them.
"""

from __future__ import annotations

import re
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from airspace.formats.arcs import Floats

Characters: TypeAlias = npt.NDArray[np.uint8]
"""Codes of ASCII characters, or "?" where a character is another."""

Whole: TypeAlias = npt.NDArray[np.intp]

_SHORTEST, _LONGEST = 15, 60
"""Characters of a line that may be plain."""

_PLAIN_ANGLE = rb"(\d{1,3}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))? ?"
_PLAIN = re.compile(rb"DP %b([NS]) ?%b([EW]) *" % (_PLAIN_ANGLE, _PLAIN_ANGLE))
"""A DP line in the most common form, whatever its figures; five groups for latitude, then five for longitude."""


def plain_points(characters: Characters, begins: Whole, lengths: Whole) -> Floats:
    """Return lon, lat of the lines of a text that are DP lines in the common form, and NaN for all others.

    ``begins`` and ``lengths``, in characters, say where the lines are; the result has shape (n, 2), a row for each.
    """
    points = np.full((len(begins), 2), np.nan)
    may_be = np.flatnonzero((lengths >= _SHORTEST) & (lengths <= _LONGEST))
    may_be = may_be[(characters[begins[may_be]] == ord("D")) & (characters[begins[may_be] + 1] == ord("P"))]
    for length in np.flatnonzero(np.bincount(lengths[may_be])).tolist():
        alike = may_be[lengths[may_be] == length]
        windows = np.lib.stride_tricks.sliding_window_view(characters, length)
        points[alike] = _points(windows[begins[alike]])
    return points


def _points(lines: Characters) -> Floats:
    """Return lon, lat of lines of one length, shape (n, length); NaN for those that do not look like the first."""
    first = _PLAIN.fullmatch(lines[0].tobytes())
    if first is None:
        return np.full((len(lines), 2), np.nan)
    columns = np.ascontiguousarray(lines.T)
    lat, lat_right = _angles(columns, first, 1, below_deg=90)
    lon, lon_right = _angles(columns, first, 6, below_deg=180)
    right = lat_right & lon_right & _look_like(columns, lines[0], letters=[first.start(5), first.start(10)])
    points: Floats = np.column_stack((lon, lat))
    points[~right] = np.nan
    return points


def _look_like(columns: Characters, first: Characters, *, letters: list[int]) -> npt.NDArray[np.bool_]:
    """Tell which lines have digits where the first has digits, and the same in all other places but its letters."""
    is_digit = _is_digit(first)
    is_same = ~is_digit
    is_same[letters] = False
    alike: npt.NDArray[np.bool_] = (columns[is_same] == first[is_same, None]).all(axis=0)
    return alike & _is_digit(columns[is_digit]).all(axis=0)


def _is_digit(characters: Characters) -> npt.NDArray[np.bool_]:
    digits: npt.NDArray[np.bool_] = (characters >= ord("0")) & (characters <= ord("9"))
    return digits


def _angles(
    columns: Characters, first: re.Match[bytes], group: int, *, below_deg: int
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return the degrees of each line, and whether its parts are in range and its letter is one of the two."""
    degrees, minutes, seconds, fraction = (columns[slice(*first.span(group + part))] for part in range(4))
    whole, minute = _numbers(degrees), _numbers(minutes)
    second = _numbers(np.vstack((seconds, fraction))) / 10.0 ** len(fraction)
    letter = columns[first.start(group + 4)]
    plus, minus = "NS" if below_deg == 90 else "EW"
    negative = letter == ord(minus)
    right = (whole < below_deg) & (minute < 60) & (second < 60) & (negative | (letter == ord(plus)))
    angle = whole + (minute * 60 + second) / 3600
    return np.where(negative, -angle, angle), right


def _numbers(digits: Characters) -> Floats:
    """Return the numbers whose digits stand in the columns; exact below 2 to the 53rd."""
    number = np.zeros(digits.shape[1])
    for column in digits:
        number = number * 10 + (column - float(ord("0")))
    return number

"""Two pieces flown at even speed: the least distance found is possible, and nothing possible is nearer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.safety.separation import least_apart

METRES = st.integers(-300, 300).map(float)
HEIGHTS = st.integers(-3, 3).map(lambda levels: levels * 15.0)
MOMENTS = st.integers(-40, 40).map(float)
POINTS = st.tuples(METRES, METRES, HEIGHTS, MOMENTS)
BOUNDS = st.tuples(st.sampled_from([0.0, 1.0, 14.95, 40.0]), st.sampled_from([0.0, 2.0, 20.0, 90.0]))
GRID = np.stack(np.meshgrid(np.linspace(0, 1, 41), np.linspace(0, 1, 41)), axis=-1).reshape(-1, 2)


def least(a, b, c, d, bounds):
    """Return how near a-b and c-d come, at which shares, and whether anything is possible."""
    gap, along, beside = (np.array([values]) for values in (a - c, b - a, d - c))
    bounded = np.stack([gap[:, 2:], along[:, 2:], beside[:, 2:]], axis=-1)
    shares, possible = least_apart(gap[:, :2], along[:, :2], beside[:, :2], bounded, np.array(bounds))
    return apart(a, b, c, d, shares)[0], shares[0], bool(possible[0])


def apart(a, b, c, d, shares):
    """Return distances over the ground at shares of both pieces."""
    return np.hypot(*(a + shares[:, :1] * (b - a) - c - shares[:, 1:] * (d - c))[:, :2].T)


def off(a, b, c, d, shares):
    """Return how far heights and times are off each other at shares of both pieces."""
    return np.abs((a + shares[:, :1] * (b - a) - c - shares[:, 1:] * (d - c))[:, 2:])


@given(POINTS, POINTS, POINTS, POINTS, BOUNDS)
def test_what_is_found_is_possible_and_no_sample_that_is_possible_is_nearer(a, b, c, d, bounds):
    a, b, c, d = map(np.array, (a, b, c, d))
    metres, shares, possible = least(a, b, c, d, bounds)
    allowed = (off(a, b, c, d, GRID) <= bounds).all(axis=1)
    if possible:
        assert ((shares >= -1e-9) & (shares <= 1 + 1e-9)).all()
        assert (off(a, b, c, d, shares[None])[0] <= np.array(bounds) + 1e-6).all()
    assert possible or not allowed.any()
    if allowed.any():
        assert metres <= apart(a, b, c, d, GRID[allowed]).min() + 1e-6


@given(POINTS, POINTS, POINTS, POINTS, BOUNDS, st.floats(0.05, 0.95))
def test_cutting_a_piece_in_two_changes_nothing(a, b, c, d, bounds, share):
    a, b, c, d = map(np.array, (a, b, c, d))
    whole, _, possible = least(a, b, c, d, bounds)
    middle = a + share * (b - a)
    halves = [least(*piece, c, d, bounds) for piece in ((a, middle), (middle, b))]
    found = [metres for metres, _, there in halves if there]
    if possible and found:
        # What is possible in a single point only may be lost or won by the arithmetic of floats.
        assert min(found) >= whole - 1e-6
        assert min(found) == pytest.approx(whole, abs=1e-3) or _barely(a, b, c, d, bounds)


def _barely(a, b, c, d, bounds):
    """Tell whether a millimetre or a millisecond more would let them come nearer."""
    metres = least(a, b, c, d, bounds)[0]
    return least(a, b, c, d, tuple(bound + 1e-3 for bound in bounds))[0] < metres - 1e-3


@given(POINTS, POINTS, POINTS, POINTS, BOUNDS)
def test_it_does_not_matter_who_is_named_first(a, b, c, d, bounds):
    a, b, c, d = map(np.array, (a, b, c, d))
    one, other = least(a, b, c, d, bounds), least(c, d, a, b, bounds)
    if one[2] and other[2]:
        assert one[0] == pytest.approx(other[0], abs=1e-3) or _barely(a, b, c, d, bounds)


@given(POINTS, POINTS, POINTS, POINTS, BOUNDS, st.sampled_from([0.0, 5.0, 30.0]))
def test_more_error_of_timing_never_brings_them_further_apart(a, b, c, d, bounds, more_s):
    a, b, c, d = map(np.array, (a, b, c, d))
    metres, _, possible = least(a, b, c, d, bounds)
    wider, _, still = least(a, b, c, d, (bounds[0], bounds[1] + more_s))
    assert not possible or (still and wider <= metres + 1e-6)

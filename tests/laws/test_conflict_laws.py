"""Laws of conflicts in space and time: held against fractions, one shift at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planner.safety.conflicts import Separation, conflicts, forbidden, joined
from tests.planner.safety.crossings import in_conflict, later, tracks

coordinates = st.integers(-8, 8).map(lambda value: value * 25.0)
heights = st.integers(0, 6).map(lambda value: value * 5.0)
places = st.tuples(coordinates, coordinates, heights)
separations = st.builds(
    Separation, horizontal_m=st.sampled_from([10.0, 30.0, 75.0]), vertical_m=st.sampled_from([5.0, 10.0, 12.5])
)
timings = st.sampled_from([0.0, 0.5, 10.0])
shifts = st.integers(-120, 120).map(lambda value: value / 2)


@st.composite
def flights(draw):
    """Up to four pieces: on straight lines and round corners, up and down, hovering, for a moment, with stops."""
    moment, place, pieces = draw(st.integers(0, 40)) / 2, draw(places), []
    for _ in range(draw(st.integers(1, 4))):
        following = draw(st.one_of(places, st.just(place), st.just((place[0], place[1], 30.0))))
        lasts = draw(st.integers(0 if following == place else 1, 40)) / 2
        pieces.append((moment, moment + lasts, place, following))
        moment, place = moment + lasts + draw(st.sampled_from([0.0, 0.0, 3.0])), following
    return pieces


def held(found, later_s):
    return bool(((found[:, 0] < later_s) & (later_s < found[:, 1])).any())


def at_an_end(found, later_s):
    return bool((abs(found - later_s) < 1e-5).any())


def a_hair_wider(separation):
    """Whoever is apart by exactly as much as is asked may be told to be too close, on account of the last digit."""
    return replace(separation, horizontal_m=separation.horizontal_m + 1e-6, vertical_m=separation.vertical_m + 1e-6)


@given(flights(), flights(), separations, shifts)
@settings(max_examples=200, deadline=None)
def test_a_shift_is_forbidden_when_fractions_say_so(one, other, separation, later_s):
    found = forbidden(tracks(one), tracks(other), separation)
    assume(not at_an_end(found, later_s))
    too_close = in_conflict(one, other, separation, later_s=later_s)
    nearly = in_conflict(one, other, a_hair_wider(separation), later_s=later_s)
    assert too_close <= held(found, later_s) <= nearly


@given(flights(), flights(), separations)
@settings(max_examples=60, deadline=None)
def test_there_is_a_conflict_just_inside_each_interval_and_none_at_its_ends(one, other, separation):
    found = forbidden(tracks(one), tracks(other), separation)
    for low, high in found:
        if high - low > 1e-4:
            assert in_conflict(one, other, a_hair_wider(separation), later_s=low + 1e-5)
            assert in_conflict(one, other, a_hair_wider(separation), later_s=high - 1e-5)
        for end in (low, high):
            assert not in_conflict(one, other, separation, later_s=end)
            assert len(conflicts(tracks(one, later(other, end)), separation)) == 0


@given(flights(), flights(), separations, timings)
@settings(max_examples=60, deadline=None)
def test_an_error_of_timing_makes_every_interval_longer_by_twice_as_much_at_each_end(one, other, separation, timing_s):
    soft = Separation(horizontal_m=separation.horizontal_m, vertical_m=separation.vertical_m, timing_s=timing_s)
    exact = forbidden(tracks(one), tracks(other), separation)
    expected = joined(exact + np.array([-2 * timing_s, 2 * timing_s]))
    np.testing.assert_allclose(forbidden(tracks(one), tracks(other), soft), expected, atol=1e-9)


@given(flights(), flights(), separations, timings)
@settings(max_examples=60, deadline=None)
def test_who_is_called_the_first_does_not_matter(one, other, separation, timing_s):
    soft = Separation(horizontal_m=separation.horizontal_m, vertical_m=separation.vertical_m, timing_s=timing_s)
    found = forbidden(tracks(one), tracks(other), soft)
    np.testing.assert_allclose(forbidden(tracks(other), tracks(one), soft), -found[::-1, ::-1], atol=1e-6)


@given(flights(), flights(), separations, timings, shifts)
@settings(max_examples=60, deadline=None)
def test_flights_conflict_when_no_shift_at_all_is_forbidden(one, other, separation, timing_s, later_s):
    soft = Separation(horizontal_m=separation.horizontal_m, vertical_m=separation.vertical_m, timing_s=timing_s)
    shifted = later(other, later_s)
    found = forbidden(tracks(one), tracks(shifted), soft)
    assume(not at_an_end(found, 0.0))
    too_close = bool(len(conflicts(tracks(one, shifted), soft)))
    nearly = bool(len(conflicts(tracks(one, shifted), a_hair_wider(soft))))
    assert too_close <= held(found, 0.0) <= nearly


def test_two_that_are_apart_by_exactly_as_much_as_is_asked_may_be_held_apart_and_are_free_a_hair_further_off():
    # The second comes to rest 75 m beside the first, whenever it does.
    first = [(0.5, 1.0, (25.0, -75.0, 0.0), (25.0, -75.0, 0.0))]
    second = [(0.0, 0.5, (-75.0, 0.0, 0.0), (-50.0, -75.0, 0.0))]
    asked = Separation(horizontal_m=75.0, vertical_m=5.0)
    less = replace(asked, horizontal_m=75.0 - 1e-6)
    assert not in_conflict(first, second, asked, later_s=0.25)
    assert not held(forbidden(tracks(first), tracks(second), less), 0.25)
    assert held(forbidden(tracks(first), tracks(second), a_hair_wider(asked)), 0.25)


@given(flights(), flights(), separations, timings)
@settings(max_examples=60, deadline=None)
def test_the_closest_approach_is_where_it_is_told_and_nothing_is_closer(one, other, separation, timing_s):
    soft = Separation(horizontal_m=separation.horizontal_m, vertical_m=separation.vertical_m, timing_s=timing_s)
    both = tracks(one, other)
    found = conflicts(both, soft)
    if not len(found):
        assert _least_sampled_m(both, soft) >= soft.horizontal_m
        return
    here = _at(both, int(found.first_piece[0]), float(found.first_s[0]))
    there = _at(both, int(found.second_piece[0]), float(found.second_s[0]))
    assert abs(found.first_s[0] - found.second_s[0]) <= 2 * timing_s + 2e-7
    assert abs(np.hypot(*(here - there)[:2]) - found.horizontal_m[0]) < 1e-5
    assert abs(abs((here - there)[2]) - found.vertical_m[0]) < 1e-5
    assert found.horizontal_m[0] < soft.horizontal_m
    assert found.horizontal_m[0] <= _least_sampled_m(both, soft) + 1e-6


def _at(told, piece, moment):
    start, end = told.start_s[piece], told.end_s[piece]
    assert start - 1e-6 <= moment <= end + 1e-6
    share = (moment - start) / (end - start) if end > start else 0.0
    return told.from_m[piece] + share * (told.to_m[piece] - told.from_m[piece])


def _least_sampled_m(told, separation):
    """Return the least horizontal distance of a grid of moments that count."""
    least = np.inf
    for x in np.flatnonzero(told.flight == 0):
        for y in np.flatnonzero(told.flight == 1):
            t = np.linspace(told.start_s[x], told.end_s[x], 25)
            u = np.linspace(told.start_s[y], told.end_s[y], 25)
            here = np.array([_at(told, x, moment) for moment in t])[:, None]
            there = np.array([_at(told, y, moment) for moment in u])[None]
            counts = (abs(t[:, None] - u) <= 2 * separation.timing_s) & (
                abs((here - there)[..., 2]) < separation.vertical_m - 1e-9
            )
            distance = np.hypot((here - there)[..., 0], (here - there)[..., 1])
            least = min(least, distance[counts].min(initial=np.inf))
    return least

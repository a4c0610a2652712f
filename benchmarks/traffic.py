"""Traffic of the benchmark of conflicts: seeded flights and volumes, and the plain way to look at all pairs of flights.

A box of 40 km, 10 depots, 200 pads, 5 cruise levels 20 m apart; each flight goes from a depot to a pad at 15 m/s,
climbs at 4 and sinks at 3 m/s, and turns twice on its way: 5 pieces. Starts are even over the hours.
"""

from __future__ import annotations

import math

import numpy as np

from airspace.compiling import compiled
from planner.safety.conflicts import Floats, Integers, Separation, Tracks
from planner.safety.engine.encounters import CORNERS, HORIZONTAL, LASTS, START, closest
from planner.safety.engine.sweeps import NOISE_S
from planner.safety.volumes import Volumes

BOX_M = 40_000.0
DEPOTS, PADS = 10, 200
LEVELS_M = (60.0, 80.0, 100.0, 120.0, 140.0)
CRUISE_MPS, CLIMB_MPS, SINK_MPS = 15.0, 4.0, 3.0
BEND = 0.1
"""How far aside both turns lie, as a share of the way (standard deviation)."""


def flights(count: int, hours: float, *, seed: int, both_ways: bool = False) -> Tracks:
    """Return some flights, numbered in the order of their take-offs; half of them go back where both ways are flown."""
    chance = np.random.default_rng(seed)
    depots, pads = chance.uniform(0, BOX_M, (DEPOTS, 2)), chance.uniform(0, BOX_M, (PADS, 2))
    starts = np.sort(chance.uniform(0, hours * 3600, count))
    here, there = depots[chance.integers(0, DEPOTS, count)], pads[chance.integers(0, PADS, count)]
    back = (chance.random(count) < 0.5) & both_ways
    here[back], there[back] = there[back], here[back].copy()
    way = there - here
    aside = np.column_stack([-way[:, 1], way[:, 0]])
    turns = [here + share * way + chance.normal(0, BEND, (count, 1)) * aside for share in (1 / 3, 2 / 3)]
    levels = chance.choice(LEVELS_M, count)
    places = np.stack([here, here, *turns, there, there], axis=1)
    heights = np.column_stack([np.zeros(count), *[levels] * 4, np.zeros(count)])
    points = np.concatenate([places, heights[..., None]], axis=2)
    lengths = np.hypot(*np.moveaxis(np.diff(places, axis=1), 2, 0))
    lasts = np.column_stack([levels / CLIMB_MPS, lengths[:, 1:4] / CRUISE_MPS, levels / SINK_MPS])
    times = starts[:, None] + np.cumsum(np.column_stack([np.zeros(count), lasts]), axis=1)
    return Tracks(
        flight=np.repeat(np.arange(count), 5),
        start_s=times[:, :-1].ravel(),
        end_s=times[:, 1:].ravel(),
        from_m=points[:, :-1].reshape(-1, 3),
        to_m=points[:, 1:].reshape(-1, 3),
    )


def volumes(count: int, hours: float, *, seed: int) -> Volumes:
    """Return volumes of others: half of them circles, half of them stars of 12 corners, 20 minutes each."""
    chance = np.random.default_rng(seed)
    centres, radii = chance.uniform(0, BOX_M, (count, 2)), chance.uniform(100, 500, count)
    angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    corners = []
    for number in range(count):
        arms = radii[number] * np.where(np.arange(12) % 2, 0.5, 1.0)
        star = centres[number] + np.column_stack([arms * np.cos(angles), arms * np.sin(angles)])
        corners.append(star if number % 2 else centres[number : number + 1])
    starts, low = chance.uniform(0, hours * 3600, count), chance.uniform(30, 120, count)
    return Volumes(
        first=np.cumsum([0, *map(len, corners)]), corners_m=np.concatenate(corners),
        radius_m=np.where(np.arange(count) % 2, 0.0, radii), low_m=low, high_m=low + 30, start_s=starts,
        end_s=starts + 1200,
    )  # fmt: skip


def all_pairs(tracks: Tracks, separation: Separation) -> tuple[Integers, Floats]:
    """Return the pairs of flights that conflict, and their least horizontal distances, by looking at all pairs."""
    first = np.searchsorted(tracks.flight, np.arange(int(tracks.flight[-1]) + 2))
    return brute_force(
        tracks.rows, first, separation.horizontal_m, separation.vertical_m, 2 * separation.timing_s + NOISE_S
    )


@compiled
def brute_force(
    pieces: Floats, first: Integers, horizontal_m: float, vertical_m: float, within_s: float
) -> tuple[Integers, Floats]:
    """Look at all pairs of flights that are in the air at one time, and at all pairs of their pieces that are."""
    count = len(first) - 1
    pairs, least_m, found = np.empty((1024, 2), np.int64), np.empty(1024), 0
    corners, room, span, told = np.empty((CORNERS, 2)), np.empty((CORNERS, 2)), np.zeros(4), np.empty(4)
    begins, ends = np.empty(count), np.empty(count)
    for flight in range(count):
        last = first[flight + 1] - 1
        begins[flight], ends[flight] = pieces[first[flight], START], pieces[last, START] + pieces[last, LASTS]
    for one in range(count):
        for other in range(one + 1, count):
            if begins[one] - ends[other] > within_s or begins[other] - ends[one] > within_s:
                continue
            nearest = nearest_m(
                pieces, (first[one], first[one + 1]), (first[other], first[other + 1]), horizontal_m, vertical_m,
                within_s, corners, room, span, told,
            )  # fmt: skip
            if nearest < math.inf:
                if found == len(pairs):
                    pairs, least_m = np.concatenate((pairs, pairs)), np.concatenate((least_m, least_m))
                pairs[found, 0], pairs[found, 1], least_m[found] = one, other, nearest
                found += 1
    return pairs[:found], least_m[:found]


@compiled
def nearest_m(
    pieces: Floats, ones: tuple[int, int], others: tuple[int, int], horizontal_m: float, vertical_m: float,
    within_s: float, corners: Floats, room: Floats, span: Floats, told: Floats,
) -> float:  # fmt: skip
    """Return the least horizontal distance of two flights that conflict, infinity where they do not."""
    nearest = math.inf
    for x in range(ones[0], ones[1]):
        for y in range(others[0], others[1]):
            gap_s = pieces[x, START] - pieces[y, START]
            if gap_s - pieces[y, LASTS] > within_s or -gap_s - pieces[x, LASTS] > within_s:
                continue
            span[1], span[3] = pieces[x, LASTS], pieces[y, LASTS]
            if closest(pieces[x], pieces[y], span, gap_s, within_s, horizontal_m, vertical_m, corners, room, told):
                nearest = min(nearest, told[HORIZONTAL])
    return nearest

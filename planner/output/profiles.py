"""Legs from the side: the line flown, the ground below, the zones above and below, floors, caps and charge."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import shapely

from airspace.earth.frame import Frame
from airspace.model.skies import Airspace
from airspace.model.zones import Zone
from planner.model.plans import Leg
from planner.model.profiles import Profile
from planner.output.values import Json

Stretch: TypeAlias = list[float]
"""[from m, to m, height m AMSL] along a leg."""

SEEN_SHARE = 0.002
"""Of full packs: less cannot be seen on a chart."""


class Sides:
    """Legs over one airspace from the side; places are metres from the start of the leg over the ground."""

    def __init__(self, sky: Airspace) -> None:
        self._sky = sky
        self._frame = Frame.around(sky.geometries)
        self._zones = [(zone, self._frame.project(zone.area)) for zone in sky.zones if zone.closed]
        self._tree = shapely.STRtree([area for _, area in self._zones])
        self._heights: dict[str, tuple[float | None, float | None]] = {}

    def line(self, leg: Leg) -> shapely.LineString:
        """Return the line of a leg over the ground, in metres."""
        return self._frame.project(shapely.LineString([(point.lon, point.lat) for point in leg.waypoints]))

    def along_m(self, leg: Leg) -> list[float]:
        """Return how far each waypoint lies along a leg: as its profile tells it, else over the ground of the frame."""
        if leg.profile is not None:
            start = leg.waypoints[0].t
            times_s = [(point.t - start).total_seconds() for point in leg.waypoints]
            told = np.interp(times_s, leg.profile.t_s, leg.profile.along_m)
        else:
            steps = np.diff(shapely.get_coordinates(self.line(leg)), axis=0)
            told = np.concatenate([[0.0], np.cumsum(np.hypot(*steps.T))])
        return [round(float(metres), 1) for metres in told]

    def place_m(self, leg: Leg, lonlat: tuple[float, float]) -> float:
        """Return how far along a leg a place lies."""
        line = self.line(leg)
        return round(float(shapely.line_locate_point(line, self._frame.project(shapely.Point(lonlat)))), 1)

    def ground(self, line: shapely.LineString, *, step_m: float, most: int) -> list[list[float | None]] | None:
        """Return the highest that the ground can be below points of a line; None without a terrain model."""
        terrain = self._sky.terrain
        if terrain is None:
            return None
        count = int(np.clip(line.length / step_m, 2, most))
        along_m = np.linspace(0.0, line.length, count + 1)
        lon, lat = self._frame.to_lonlat(*shapely.get_coordinates(shapely.line_interpolate_point(line, along_m)).T)
        return [
            [round(m, 1), finite(terrain.span_amsl_m(shapely.Point(x, y))[1])]
            for m, x, y in zip(along_m.tolist(), lon.tolist(), lat.tolist(), strict=True)
        ]

    def bands(self, line: shapely.LineString) -> list[Json]:
        """Return the stretches of a line inside closed zones, each with the lowest floor and highest ceiling it has."""
        over = sorted(self._tree.query(line, predicate="intersects").tolist())
        return [band for number in over for band in self._bands_in(number, line)]

    def _bands_in(self, number: int, line: shapely.LineString) -> Iterable[Json]:
        zone, area = self._zones[number]
        lower_m, upper_m = self._heights_of(zone)
        for part in shapely.get_parts(shapely.intersection(line, area)):
            ends = [float(shapely.line_locate_point(line, end)) for end in shapely.get_parts(part.boundary)]
            if part.length > 0 and ends:
                yield {
                    "zone": zone.id,
                    "from_m": round(min(ends), 1),
                    "to_m": round(max(ends), 1),
                    "lower_m": lower_m,
                    "upper_m": upper_m,
                }

    def _heights_of(self, zone: Zone) -> tuple[float | None, float | None]:
        """Return the lowest floor and highest ceiling of a zone; None where it is on the ground or without end."""
        if zone.id not in self._heights:
            lower_m, upper_m = zone.band.widest_amsl_m(self._sky.heights, zone.area)
            self._heights[zone.id] = (finite(lower_m), finite(upper_m))
        return self._heights[zone.id]


def ground_of(profile: Profile) -> list[list[float | None]]:
    """Return the ground as a profile tells it: [m, highest m AMSL], None where nobody knows it."""
    heights = [None if height is None else round(height, 1) for height in profile.ground_amsl_m]
    told = [[round(m, 1), height] for m, height in zip(profile.along_m, heights, strict=True)]
    # Climb, descent and hand-over stay at one place: it is told once.
    return [point for point, after in zip(told, [*told[1:], None], strict=True) if point != after]


def limits_of(profile: Profile) -> dict[str, list[Stretch]]:
    """Return the floors and caps of a profile as steps, where they are known."""
    return {"floor": _stretches(profile, profile.floor_amsl_m), "cap": _stretches(profile, profile.cap_amsl_m)}


def telling_rows(profile: Profile) -> list[int]:
    """Return the rows at which the phase changes, and those between that a straight line of charge would miss."""
    phases, end = profile.phase, len(profile) - 1
    changes = [row for row in range(1, end) if phases[row] is not phases[row - 1]]
    spans = pairwise([0, *changes, end])
    return [0, *(row for first, last in spans for row in _missed(profile, first, last))]


def _missed(profile: Profile, first: int, last: int) -> list[int]:
    """Return the rows after the first up to the last that a line of charge has to bend at, the last one too."""
    along_m, charge = np.array(profile.along_m[first : last + 1]), np.array(profile.state_of_charge[first : last + 1])
    straight = np.interp(along_m, along_m[[0, -1]], charge[[0, -1]])
    worst = int(np.argmax(np.abs(straight - charge)))
    if last - first < 2 or abs(straight[worst] - charge[worst]) <= SEEN_SHARE:
        return [last]
    return [*_missed(profile, first, first + worst), *_missed(profile, first + worst, last)]


def _stretches(profile: Profile, heights_m: Sequence[float | None]) -> list[Stretch]:
    """Return where a floor or a cap is known: from and to metres along the leg, and the height."""
    found: list[Stretch] = []
    for (start_m, end_m), (height_m, after_m) in zip(pairwise(profile.along_m), pairwise(heights_m), strict=True):
        # Between two rows that know different ones nobody can say where the step is: it is drawn half-way.
        middle_m = (start_m + end_m) / 2
        halves = [(start_m, middle_m, height_m), (middle_m, end_m, after_m)]
        for begins_m, ends_m, value in halves:
            if value is None or ends_m == begins_m:
                continue
            if found and found[-1][1] == round(begins_m, 1) and found[-1][2] == round(value, 1):
                found[-1][1] = round(ends_m, 1)
            else:
                found.append([round(begins_m, 1), round(ends_m, 1), round(value, 1)])
    return found


def finite(value: float) -> float | None:
    """Return a height to a tenth of a metre; None for one without end."""
    return round(value, 1) if math.isfinite(value) else None

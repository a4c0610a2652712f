"""The fence of a leg for an autopilot: its corridor and its way out to stay inside of, prohibited zones to stay out of.

A fence has no heights. What lies above or below a corridor cannot be fenced off, and is told instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import shapely

from airspace.earth.frame import Frame
from airspace.model.skies import Airspace
from airspace.model.zones import Restriction, Zone
from planner.model.plans import Waypoint
from planner.output.exports.formats import Reviewed
from planner.output.exports.legs import DEGREES, Flown, frame_of

NEAR_M = 500.0
"""How near to a corridor a prohibited zone is fenced off; farther ones are behind the fence around the corridor."""

NEAR_DEG = 0.02
"""A box around a corridor that much larger holds all that is so near, up to 77 degrees of latitude."""

QUARTER = 8
"""Pieces of a quarter of a circle; its corners lie on the circle, so that the fence is nowhere wider than the corridor
and at most 0.5 % of its half-width narrower."""

Ring = tuple[tuple[float, float], ...]
"""Longitude, latitude; not closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """Where a leg may be flown, on the map."""

    inside: Ring
    """Around the corridor and the way out, by their true width."""
    holes: tuple[Ring, ...]
    """What corridor and way out go around."""
    outside: tuple[tuple[str, Ring], ...]
    """Prohibited zones nearby, at the heights flown, by their ids, part by part."""
    not_fenced: tuple[str, ...]
    """Ids of the prohibited zones that lie above or below: a fence without heights would keep the leg out of itself."""


def fence_of(flown: Flown, reviewed: Reviewed) -> Fence | None:
    """Return the fence of a leg; None if its way out begins somewhere else, so that no one fence holds both."""
    way_out = flown.leg.way_out
    lines = [_line(flown.leg.waypoints), *([_line(way_out.waypoints)] if way_out else [])]
    frame = frame_of(flown.leg.waypoints[0])
    area = shapely.union_all([_wide(frame.project(line), flown.half_width_m) for line in lines])
    if not isinstance(area, shapely.Polygon):
        return None
    near = list(_near(frame, area, _prohibited(flown, reviewed)))
    flown_m = _heights_m(flown)
    around = frame.unproject(area)
    return Fence(
        inside=_ring(around.exterior),
        holes=tuple(sorted(_ring(hole) for hole in around.interiors)),
        outside=tuple((zone.id, ring) for zone, ring, apart in near if apart and _holds(zone, flown_m, reviewed.sky)),
        not_fenced=tuple(dict.fromkeys(zone.id for zone, _, apart in near if not apart)),
    )


def _line(points: Iterable[Waypoint]) -> shapely.LineString:
    return shapely.LineString([(point.lon, point.lat) for point in points])


def _wide(line: shapely.LineString, half_width_m: float) -> shapely.Polygon:
    # A line that goes nowhere, straight up and down, has no sides to go along.
    middle = shapely.Point(line.coords[0]) if line.length == 0 else line
    return middle.buffer(half_width_m, quad_segs=QUARTER)


def _prohibited(flown: Flown, reviewed: Reviewed) -> tuple[Zone, ...]:
    """Return the prohibited zones that hold while a leg may be flown."""
    reach = timedelta(seconds=reviewed.job.policy.departure_error_s)
    span = flown.leg.waypoints[0].t - reach, flown.leg.waypoints[-1].t + reach
    return tuple(zone for zone in reviewed.sky.at(span).zones if zone.restriction is Restriction.PROHIBITED)


def _heights_m(flown: Flown) -> tuple[float, float]:
    """Return the lowest and the highest of a leg and its way out, metres above mean sea level."""
    out = flown.leg.way_out.waypoints if flown.leg.way_out else ()
    heights_m = [point.alt_amsl_m for point in (*flown.leg.waypoints, *out)]
    return min(heights_m), max(heights_m)


def _holds(zone: Zone, heights_m: tuple[float, float], sky: Airspace) -> bool:
    """Tell whether a zone may hold at some of the heights: a cap begins above all of them, and is no place to avoid."""
    lower_m, upper_m = zone.band.widest_amsl_m(sky.heights, zone.area)
    return lower_m <= heights_m[1] and heights_m[0] <= upper_m


def _near(frame: Frame, area: shapely.Polygon, zones: Iterable[Zone]) -> Iterator[tuple[Zone, Ring, bool]]:
    """Yield each part of a zone near an area: the zone, the part's outline, and whether both are apart on the map."""
    west, south, east, north = frame.unproject(area).bounds
    around = shapely.box(west - NEAR_DEG, south - NEAR_DEG, east + NEAR_DEG, north + NEAR_DEG)
    for zone in sorted(zones, key=lambda zone: zone.id):
        for part in shapely.get_parts(zone.area):
            # Without its holes, as a fence takes it; only what is near is projected, for a frame reaches so far only.
            shell = shapely.Polygon(part.exterior)
            nearby = shell.intersection(around)
            if nearby.is_empty:
                continue
            away_m = frame.project(nearby).distance(area)
            if away_m <= NEAR_M:
                yield zone, _ring(shell.exterior), away_m > 0


def _ring(line: shapely.LinearRing) -> Ring:
    """Return a ring in one order whatever it came in, at the decimals of the record."""
    places = shapely.normalize(shapely.Polygon(line)).exterior.coords[:-1]
    return tuple((round(lon, DEGREES), round(lat, DEGREES)) for lon, lat, *_ in places)

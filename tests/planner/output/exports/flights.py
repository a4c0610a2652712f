"""Small reviewed plans to be exported: the sample, and a leg along the equator that is worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from airspace.model.zones import Zone
from planner.model.plans import Leg, Sortie, WayOut, Waypoint
from planner.output.exports.formats import Reviewed, Track, TrackPoint
from tests.planner.output.samples import SOUTH, at, sample

SPARE = (114.14, 22.55)


def reviewed(text: str = "", *, slower: float = 1.0, zones: tuple[Zone, ...] = (), **kind: Any) -> Reviewed:
    """Return the sample, its legs so many times slower, with more zones, and its drone type changed."""
    one = sample(text)
    job = replace(one.job, drone_types=tuple(replace(each, **kind) for each in one.job.drone_types))
    sky = replace(one.sky, zones=(*one.sky.zones, *zones))
    plan = replace(one.plan, sorties=tuple(_slower(sortie, slower) for sortie in one.plan.sorties))
    return Reviewed(plan=plan, sky=sky, job=job, review=one.review, digest=one.digest)


def _slower(sortie: Sortie, times: float) -> Sortie:
    start = sortie.departs

    def late(point: Waypoint) -> Waypoint:
        return replace(point, t=start + (point.t - start) * times)

    legs = tuple(replace(leg, waypoints=tuple(map(late, leg.waypoints))) for leg in sortie.legs)
    return replace(sortie, legs=legs, returns=legs[-1].waypoints[-1].t)


def with_leg(given: Reviewed, leg: Leg) -> Reviewed:
    """Return a plan whose first sortie is one leg, and that has no other."""
    sortie = replace(given.plan.sorties[0], legs=(leg,), departs=leg.waypoints[0].t, returns=leg.waypoints[-1].t)
    return replace(given, plan=replace(given.plan, sorties=(sortie,)))


def with_way_out(given: Reviewed) -> Reviewed:
    """Return a plan of the sample's first leg, with a way out from above its end to the alternate at 90 m."""
    leg = given.plan.sorties[0].legs[0]
    above = leg.waypoints[-2]
    points = ((*SOUTH, 80.0), (*SOUTH, 90.0), (*SPARE, 90.0), (*SPARE, 5.0))
    waypoints = tuple(
        Waypoint(lon=lon, lat=lat, alt_amsl_m=alt, alt_agl_m=alt - 5, t=above.t + timedelta(minutes=number))
        for number, (lon, lat, alt) in enumerate(points)
    )
    way_out = WayOut(
        alternate="SPARE", corridor="CLINIC>SPARE", energy_wh=60, needed_wh=190, margin_wh=500, waypoints=waypoints
    )
    return with_leg(given, replace(leg, way_out=way_out))


def equator(text: str = "", **kind: Any) -> Reviewed:
    """Return a plan of one leg from 0 E 0 N: 75 m up in 25 s, 0.01 degrees east in 120 s, 75 m down in 30 s."""
    given = reviewed(text, **kind)
    points = ((0.0, 5.0, 0), (0.0, 80.0, 25), (0.01, 80.0, 145), (0.01, 5.0, 175))
    waypoints = tuple(
        Waypoint(lon=lon, lat=0.0, alt_amsl_m=alt, alt_agl_m=alt - 5, t=at(30) + timedelta(seconds=seconds))
        for lon, alt, seconds in points
    )
    return with_leg(given, replace(given.plan.sorties[0].legs[0], waypoints=waypoints))


def told(given: Reviewed, *, times: bool = False) -> tuple[Track, ...]:
    """Return the legs of a plan as a format that lost nothing would read them back."""
    return tuple(
        Track(
            sortie=sortie.id,
            leg=number,
            points=tuple(
                TrackPoint(lon=point.lon, lat=point.lat, alt_amsl_m=point.alt_amsl_m, t=point.t if times else None)
                for point in leg.waypoints
            ),
        )
        for sortie, number, leg in given.legs
    )

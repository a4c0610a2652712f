"""Keeping out of what others have told that they will fly: their volumes against our corridors, in space and time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import shapely

from airspace.earth.frame import GEOD
from planner.model.reviews import Finding
from planner.model.traffic import Intent, Volume
from planner.safety import geodesics
from planner.safety.cases import Case, LegCase
from planner.safety.findings import at_least, not_checked
from planner.safety.geodesics import CentreLine, Edges, Floats, Span, Spot
from planner.safety.rules import INTERSECTION_M, INTERSECTION_S

RULE = "air.traffic"
EDGE_M = 100.0
"""A geodesic of this length bends by a tenth of a millimetre from the straight line between its ends at Hong Kong."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Held:
    """A volume of an intent made ready for measuring."""

    intent: Intent
    number: int
    """Among the volumes of its intent, from 1."""
    volume: Volume
    area: shapely.Geometry | None
    """None for a circle."""
    edges: Edges
    """Of a circle its centre."""
    bounds: Floats
    """West, south, east, north."""


def held_by_others(case: Case) -> tuple[Held, ...]:
    """Return the volumes of all intents of a case, made ready once."""
    ready = case.shapes.get("held by others")
    if not isinstance(ready, tuple):
        ready = case.shapes["held by others"] = tuple(
            _made_ready(intent, number, volume)
            for intent in case.job.intents
            for number, volume in enumerate(intent.volumes, start=1)
        )
    return ready


def _made_ready(intent: Intent, number: int, volume: Volume) -> Held:
    points = np.array(volume.outline)
    lat = float(points[:, 1].mean())
    if volume.radius_m > 0:
        around = [GEOD.fwd(*volume.outline[0], azimuth, 1.01 * volume.radius_m)[:2] for azimuth in (0, 90, 180, 270)]
        area, edges, reach = None, Edges.joining(points, points, lat=lat), np.array(around)
    else:
        ring = _joined_by_shortest_lines(points)
        area = shapely.Polygon(ring)
        edges, reach = Edges.of(area, lat=lat), ring
    bounds = np.concatenate([reach.min(axis=0), reach.max(axis=0)])
    return Held(intent=intent, number=number, volume=volume, area=area, edges=edges, bounds=bounds)


def _joined_by_shortest_lines(points: Floats) -> Floats:
    """Return the corners of an outline with points between them, so close that straight lines join them as well."""
    closed = np.concatenate([points, points[:1]])
    return geodesics.stepped(closed[:, 0], closed[:, 1], step_m=EDGE_M)[1]


def clear_of_traffic(case: Case, leg: LegCase) -> Iterator[Finding]:
    """Judge one leg against the volumes of others that hold while it is flown, however it is off its time."""
    held = held_by_others(case)
    if not held:
        return
    if not leg.measurable:
        yield not_checked(RULE, leg.subject, "the leg cannot be measured, so nobody knows what it meets")
        return
    gaps_m = geodesics.box_gaps_m(leg.line, np.array([one.bounds for one in held]))
    for number in np.flatnonzero(gaps_m <= leg.half_width_m):
        one = held[int(number)]
        spot = _nearest(leg.line, one, _together(case, leg, one.volume))
        if spot is not None:
            yield _finding(case, leg, one, spot)


def _together(case: Case, leg: LegCase, volume: Volume) -> list[Span]:
    """Return the parts of a leg that are flown at the heights and times of a volume, errors on our side added."""
    policy = case.job.policy
    reach_m = policy.vertical_budget_m - INTERSECTION_M
    reach = timedelta(seconds=policy.departure_error_s - INTERSECTION_S)
    line = leg.line
    start_s, end_s = ((moment - line.start).total_seconds() for moment in (volume.start - reach, volume.end + reach))
    flown = line.between_heights(volume.lower_amsl_m - reach_m, volume.upper_amsl_m + reach_m)
    return geodesics.shared(flown, line.between_seconds(start_s, end_s))


def _nearest(line: CentreLine, one: Held, spans: Sequence[Span]) -> Spot | None:
    """Return how far some parts of a line are from a volume on the map, below zero inside it."""
    if one.area is None:
        centre = geodesics.nearest(line, spans, one.edges)
        if centre is None:
            return None
        off_m = centre.distance_m - one.volume.radius_m
        return Spot(distance_m=off_m, u=centre.u, lon=centre.lon, lat=centre.lat)
    inside = geodesics.shared(geodesics.inside(line, one.area), spans) if spans else []
    if inside:
        deep = geodesics.deepest(line, inside, one.edges)
        return deep and Spot(distance_m=-deep.distance_m, u=deep.u, lon=deep.lon, lat=deep.lat)
    return geodesics.nearest(line, spans, one.edges)


def _finding(case: Case, leg: LegCase, one: Held, spot: Spot) -> Finding:
    policy, volume = case.job.policy, one.volume
    side = f"{spot.distance_m:.2f} m from" if spot.distance_m > 0 else f"{-spot.distance_m:.2f} m deep in"
    return at_least(
        RULE, f"{leg.subject}, intent '{one.intent.id}' volume {one.number}", spot.distance_m, leg.half_width_m, "m",
        tolerance=INTERSECTION_M, where=leg.line.place(spot.u),
        detail=f"the centre line is {side} what {one.intent.manager or 'somebody'} holds from "
        f"{volume.lower_amsl_m:.1f} to {volume.upper_amsl_m:.1f} m AMSL, {volume.start:%Y-%m-%dT%H:%M:%SZ} to "
        f"{volume.end:%H:%M:%SZ}, with {policy.vertical_budget_m:g} m of height and {policy.departure_error_s:g} s "
        "that ours may be off",
    )  # fmt: skip

"""Keeping clear of closed zones."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC

import numpy as np
import shapely

from airspace.model.gates import Permit
from airspace.model.zones import Zone
from planner.model.reviews import Finding
from planner.safety import geodesics
from planner.safety.cases import Case, LegCase
from planner.safety.findings import SLACK, at_least, fact, not_checked
from planner.safety.geodesics import Edges, Floats, Span, Spot
from planner.safety.rules import CLEARANCE_TOLERANCE_M


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ClosedZone:
    """A closed zone made ready for measuring."""

    zone: Zone
    edges: Edges
    lower_m: float
    """Lowest floor and highest ceiling, metres AMSL."""
    upper_m: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ClosedZones:
    """The closed zones of an airspace."""

    zones: tuple[ClosedZone, ...]
    bounds: Floats
    """(n, 4) west, south, east, north."""


def closed_zones(case: Case) -> ClosedZones:
    """Return the closed zones of a case, made ready once."""
    ready = case.shapes.get("closed zones")
    if not isinstance(ready, ClosedZones):
        zones = tuple(_made_ready(zone, case) for zone in case.sky.zones if zone.closed)
        bounds = np.array([zone.zone.area.bounds for zone in zones]).reshape(-1, 4)
        ready = case.shapes["closed zones"] = ClosedZones(zones=zones, bounds=bounds)
    return ready


def _made_ready(zone: Zone, case: Case) -> ClosedZone:
    lower_m, upper_m = zone.band.widest_amsl_m(case.heights, zone.area)
    edges = Edges.of(zone.area, lat=zone.area.centroid.y)
    return ClosedZone(zone=zone, edges=edges, lower_m=lower_m, upper_m=upper_m)


def clear_of_zones(case: Case, leg: LegCase) -> Iterator[Finding]:
    """Judge one leg against every closed zone that could matter: clearance, height above or below, permits.

    Zones are taken nearest first, and no longer when even the gap between bounding boxes is more than the margin found
    so far: those cannot be nearer.
    """
    if not leg.measurable:
        return
    ready = closed_zones(case)
    gaps_m = geodesics.box_gaps_m(leg.line, ready.bounds) if ready.zones else np.zeros(0)
    worth_m = float("inf")
    for index in np.argsort(gaps_m, kind="stable"):
        if gaps_m[index] > max(leg.keep_out_m, worth_m):
            return
        zone = ready.zones[int(index)]
        if not zone.zone.schedule.touches(*leg.time):
            continue
        for finding in _against(case, leg, zone, near=bool(gaps_m[index] <= leg.keep_out_m)):
            if finding.rule == "zone.clearance" and finding.measured is not None:
                worth_m = min(worth_m, finding.measured)
            yield finding


def entries_agree(case: Case, leg: LegCase) -> Iterator[Finding]:
    """Judge the closed zones that are written down for a leg: each is known, and so is the permit that opens it."""
    known = {zone.id: zone for zone in case.sky.zones}
    for entry in leg.leg.zones:
        subject, zone = f"{leg.subject}, zone '{entry.zone}'", known.get(entry.zone)
        permits = [permit for permit in case.sky.permits if permit.id == entry.permit]
        if zone is None:
            yield fact("zone.record", subject, holds=False, detail=f"the airspace has no zone '{entry.zone}'")
        elif entry.permit and not permits:
            yield fact("zone.record", subject, holds=False, detail=f"the airspace has no permit '{entry.permit}'")
        elif permits:
            yield _lets(leg, zone, permits, subject)


def _lets(leg: LegCase, zone: Zone, permits: list[Permit], subject: str) -> Finding:
    """Judge that one of the permits of an id written down for a zone is for it, and for the drone, throughout the leg.

    Two gates may have permits of one id.
    """
    naming = [one for one in permits if zone.permittable and zone.id in one.zones and one.names(leg.aircraft)]
    in_force = any(bool(leg.leg.waypoints) and in_hand_s(one, leg) >= 0 for one in naming)
    told = f"permit '{permits[0].id}' is {'' if naming else 'not '}for zone '{zone.id}' and drone '{leg.sortie.drone}'"
    told += ", and not in force throughout the leg" if naming and not in_force else ""
    return fact("zone.record", subject, holds=in_force, detail=told)


def every_zone_known(case: Case) -> Iterator[Finding]:
    """Tell which zones of the files could not be used."""
    for rejected in case.sky.rejected:
        yield not_checked("zone.rejected", rejected, "this zone could not be read: nobody knows where it reaches")


def _against(case: Case, leg: LegCase, closed: ClosedZone, *, near: bool) -> Iterator[Finding]:
    """Judge one leg against one zone; ``near`` tells that they may be closer than the clearance."""
    policy = case.job.policy
    reach_m = policy.vertical_gap_m - CLEARANCE_TOLERANCE_M
    within = leg.line.between_heights(closed.lower_m - reach_m, closed.upper_m + reach_m)
    subject = f"{leg.subject}, zone '{closed.zone.id}'"
    if near:
        yield from _over_or_under(leg, closed, within, leg.keep_out_m, policy.vertical_gap_m, subject)
    spot = _measured(leg, closed, within)
    if spot is None:
        return
    too_near = spot.distance_m < leg.keep_out_m - CLEARANCE_TOLERANCE_M
    refusals: list[str] = []
    if too_near:
        permit, refusals = _permit_for(case, leg, closed, within)
        if permit:
            yield _permitted(leg, permit, subject)
            return
    yield at_least(
        "zone.clearance", subject, spot.distance_m, leg.keep_out_m, "m",
        tolerance=CLEARANCE_TOLERANCE_M, where=leg.line.place(spot.u), detail=_told(closed.zone, spot, refusals),
    )  # fmt: skip
    if too_near and refusals:
        yield fact(
            "zone.permit", subject, holds=False, where=leg.line.place(spot.u),
            detail=f"no permit opens '{closed.zone.id}' for this leg: {'; '.join(refusals)}",
        )  # fmt: skip


def _measured(leg: LegCase, closed: ClosedZone, spans: list[Span]) -> Spot | None:
    """Return the least distance of some parts of a leg from a zone, below zero inside it."""
    area = closed.zone.area
    inside = geodesics.shared(geodesics.inside(leg.line, area), spans) if spans else []
    if inside:
        spot = geodesics.deepest(leg.line, inside, closed.edges)
        return spot and Spot(distance_m=-spot.distance_m, u=spot.u, lon=spot.lon, lat=spot.lat)
    return geodesics.nearest(leg.line, spans, closed.edges)


def _told(zone: Zone, spot: Spot, refusals: list[str]) -> str:
    """Return one sentence on where a leg is, seen from a zone."""
    where = f"{spot.distance_m:.2f} m from" if spot.distance_m > 0 else f"{-spot.distance_m:.2f} m deep in"
    permit = f"; no permit opens it: {'; '.join(refusals)}" if refusals else ""
    return f"the centre line is {where} {zone.restriction} zone '{zone.id}' ({zone.name}, {zone.band}){permit}"


def _over_or_under(
    leg: LegCase, closed: ClosedZone, within: list[Span], keep_out_m: float, required_m: float, subject: str
) -> Iterator[Finding]:
    """Judge the height of the parts of a leg that are near a zone on the map but above or below it."""
    steps = leg.line.steps(geodesics.without(leg.line.whole, within))
    if not len(steps.u0):
        return
    near = _steps_near(steps, closed, keep_out_m)
    u = np.concatenate([steps.u0[near], steps.u1[near]])
    if not len(u):
        return
    height_m = leg.line.height_m(u)
    gap_m = np.maximum(closed.lower_m - height_m, height_m - closed.upper_m)
    least = int(np.argmin(gap_m))
    side = "below the floor" if height_m[least] < closed.lower_m else "above the ceiling"
    yield at_least(
        "zone.vertical", subject, float(gap_m[least]), required_m, "m",
        tolerance=CLEARANCE_TOLERANCE_M + 1e-6, where=leg.line.place(float(u[least])),
        detail=f"flown {gap_m[least]:.1f} m {side} of zone '{closed.zone.id}' ({closed.zone.band})",
    )  # fmt: skip


def _steps_near(steps: geodesics.Steps, closed: ClosedZone, reach_m: float) -> list[int]:
    """Return the numbers of the steps that come within reach of a zone, or a little more."""
    east_m, north_m = geodesics.metres_per_degree(float(np.abs(steps.a[:, 1]).max()))
    reach_deg = 1.02 * reach_m / min(float(east_m), float(north_m))
    lines = shapely.linestrings(np.stack([steps.a, steps.b], axis=1))
    return [int(i) for i in np.flatnonzero(shapely.dwithin(closed.zone.area, lines, reach_deg))]


def _permit_for(case: Case, leg: LegCase, closed: ClosedZone, within: list[Span]) -> tuple[Permit | None, list[str]]:
    """Return the permit that opens a zone for a leg with most time in hand; if none, why each one does not."""
    zone = closed.zone
    naming = [permit for permit in case.sky.permits if zone.id in permit.zones]
    if not zone.permittable:
        return None, [f"'{permit.id}' names it, but a {zone.restriction} zone is never opened" for permit in naming]
    heights_m = _heights_near(leg, closed, within, leg.keep_out_m)
    refusals = [(permit, refusal(permit, leg, case, zone.area, heights_m)) for permit in naming]
    valid = [permit for permit, reason in refusals if not reason]
    if valid:
        return max(valid, key=lambda permit: (in_hand_s(permit, leg), permit.id)), []
    return None, [reason for _, reason in refusals]


def _heights_near(leg: LegCase, closed: ClosedZone, within: list[Span], keep_out_m: float) -> tuple[float, float]:
    """Return the lowest and the highest that a leg is flown nearer to a zone than the clearance."""
    steps = leg.line.steps(within)
    near = _steps_near(steps, closed, keep_out_m)
    heights_m = leg.line.height_m(np.concatenate([steps.u0[near], steps.u1[near]]))
    return (float(heights_m.min()), float(heights_m.max())) if len(heights_m) else (closed.lower_m, closed.upper_m)


def refusal(permit: Permit, leg: LegCase, case: Case, area: shapely.Geometry, heights_m: tuple[float, float]) -> str:
    """Say why a permit does not hold for a leg flown at some heights, metres AMSL, in an area; empty when it does."""
    if not permit.names(leg.aircraft):
        return f"'{permit.id}' is for {', '.join(permit.aircraft) or 'no aircraft'}"
    if in_hand_s(permit, leg) < 0:
        start, end = permit.valid_from.astimezone(UTC), permit.valid_to.astimezone(UTC)
        hours = "" if permit.schedule.permanent else f", {permit.schedule.in_words(UTC)}"
        return f"'{permit.id}' is valid from {start:%Y-%m-%dT%H:%MZ} to {end:%Y-%m-%dT%H:%MZ}{hours}"
    if permit.band is not None:
        lower_m, upper_m = permit.band.narrowest_amsl_m(case.heights, area)
        budget_m = case.job.policy.vertical_budget_m
        hand_m = min(heights_m[0] - lower_m, upper_m - heights_m[1]) - budget_m
        if hand_m < -CLEARANCE_TOLERANCE_M:
            flown = f"{heights_m[0]:.0f} to {heights_m[1]:.0f} m AMSL are flown"
            return f"'{permit.id}' is for {permit.band} and {flown}, with {budget_m:g} m for the datums"
    return ""


def in_hand_s(permit: Permit, leg: LegCase) -> float:
    """Return by how much a permit is valid before a leg begins and after it ends, whichever is less."""
    start, end = leg.time
    hands = [
        min((start - opens).total_seconds(), (closes - end).total_seconds())
        for opens, closes in permit.spans(start - SLACK, end + SLACK)
    ]
    whole_s = min((start - permit.valid_from).total_seconds(), (permit.valid_to - end).total_seconds())
    return whole_s if permit.schedule.permanent else max(hands, default=-math.inf)


def _permitted(leg: LegCase, permit: Permit, subject: str) -> Finding:
    return fact(
        "zone.permit", f"{subject}, permit '{permit.id}'", holds=True, margin=in_hand_s(permit, leg), unit="s",
        detail=f"opened by permit '{permit.id}' of {permit.authority}",
    )  # fmt: skip

"""The rules of the jurisdictions: every piece of every leg is judged by the ledger of the side it is flown over."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from airspace.model.gates import Jurisdiction
from airspace.rules.ledger import Ledger
from airspace.rules.ledger import Rule as LawRule
from airspace.rules.pieces import Outcome, Piece
from airspace.rules.pieces import Verdict as Judgement
from airspace.rules.surroundings import BOUNDARY, Thing, reaches_m, things
from planner.model.fleets import DroneType
from planner.model.reviews import Finding, Verdict
from planner.safety import geodesics
from planner.safety.boundaries import passage_of
from planner.safety.cases import Case, LegCase
from planner.safety.findings import fact, law_finding, not_checked
from planner.safety.geodesics import Edges, Span
from planner.safety.winds import strongest_mps, weather_at

VERDICTS = {
    Judgement.HOLDS: Verdict.PASS,
    Judgement.BROKEN: Verdict.FAIL,
    Judgement.NEEDS_PERMIT: Verdict.FAIL,
    Judgement.UNKNOWN: Verdict.NOT_CHECKED,
    Judgement.NOT_CHECKED: Verdict.NOT_CHECKED,
}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Side:
    """One jurisdiction with one of its ledgers and what lies around on its side."""

    jurisdiction: Jurisdiction
    ledger: Ledger
    reaches_m: Mapping[str, float]
    things: Mapping[str, tuple[Thing, ...]]
    edges: Mapping[str, Edges]
    """By zone id."""
    others: tuple[tuple[shapely.Geometry, Edges], ...]
    """The other jurisdictions."""


def sides_of(case: Case) -> tuple[Side, ...]:
    """Return the jurisdictions of a case with the ledgers they name, made ready once."""
    ready = case.shapes.get("sides")
    if not isinstance(ready, tuple):
        ledgers = {ledger.name: ledger for ledger in case.job.ledgers}
        ready = case.shapes["sides"] = tuple(
            _side(case, side, ledgers[name])
            for side in case.sky.jurisdictions
            for name in side.rules
            if name in ledgers
        )
    return ready


def _side(case: Case, side: Jurisdiction, ledger: Ledger) -> Side:
    found = things(case.sky, side, (case.job.start, case.job.end))
    areas = {thing.zone.id: thing.zone.area for items in found.values() for thing in items}
    others = [other.area for other in case.sky.jurisdictions if other.id != side.id]
    return Side(
        jurisdiction=side,
        ledger=ledger,
        reaches_m=reaches_m(ledger),
        things=found,
        edges={name: Edges.of(area, lat=area.centroid.y) for name, area in areas.items()},
        others=tuple((area, Edges.of(area, lat=area.centroid.y)) for area in others),
    )


def unruled(case: Case) -> tuple[Jurisdiction, ...]:
    """Return the jurisdictions that name no ledger that is known."""
    known = {ledger.name for ledger in case.job.ledgers}
    return tuple(side for side in case.sky.jurisdictions if known.isdisjoint(side.rules))


def every_side_has_a_ledger(case: Case) -> Iterator[Finding]:
    """Tell which jurisdictions name no ledger that is known, so that their rules are not judged."""
    for side in unruled(case):
        named = ", ".join(side.rules) or "none"
        detail = f"the rules of {side.name} are not judged: no ledger is known by the names it gives ({named})"
        yield not_checked("law.ledger", side.id, detail)
    names = ", ".join(f"{side.jurisdiction.id} by {side.ledger.name}" for side in sides_of(case))
    if names:
        yield fact("law.ledger", "plan", holds=True, detail=f"judged: {names}")


def lawful(case: Case, leg: LegCase) -> Iterator[Finding]:
    """Judge one leg, piece by piece, by the ledgers of the jurisdictions it passes."""
    if not leg.measurable or leg.kind is None or leg.time[0] >= leg.time[1]:
        return
    count, passage = 0, passage_of(case, leg)
    for side in sides_of(case):
        for span in passage.jurisdictions.get(side.jurisdiction.id, []):
            piece = _piece(case, leg, leg.kind, side, span, crosses=bool(passage.crossings))
            subject = f"{leg.subject} in {side.jurisdiction.id}"
            if piece is None:
                yield not_checked("law.judged", subject, "the ground below is not known, so no height above it is")
                continue
            judged = side.ledger.judge(piece)
            count += len(judged)
            for rule, outcome in judged:
                yield _finding(rule, outcome, subject, leg, span)
    if count:
        yield fact("law.judged", leg.subject, holds=True, detail=f"{count} judgements by rules of the jurisdictions")


def _finding(rule: LawRule, outcome: Outcome, subject: str, leg: LegCase, span: Span) -> Finding:
    return law_finding(
        rule.id,
        source=f"{rule.source.citation} ({rule.source.confidence})",
        verdict=VERDICTS[outcome.verdict],
        subject=subject,
        where=leg.line.place(sum(span) / 2.0),
        measured=outcome.measured,
        required=outcome.required,
        margin=outcome.margin,
        unit=outcome.unit,
        detail=f"{rule.title}: {outcome.detail}",
    )


def _piece(case: Case, leg: LegCase, kind: DroneType, side: Side, span: Span, *, crosses: bool) -> Piece | None:
    """Return what the rules may ask of a stretch of a leg; None where the ground below is not known."""
    steps = leg.line.steps([span])
    line = shapely.LineString(np.vstack([steps.a[:1], steps.b]))
    heights_m = leg.line.height_m(np.concatenate([steps.u0, steps.u1]))
    lowest_m, highest_m = float(heights_m.min()), float(heights_m.max())
    ground_m = case.heights.terrain.span_amsl_m(line)
    if not all(map(math.isfinite, ground_m)):
        return None
    distances_m, near = _surroundings(leg, side, span)
    start, end = leg.time
    wind_mps = strongest_mps(weather_at(case.job, leg.takes_off), highest_m - ground_m[0])
    return Piece(
        jurisdiction=side.jurisdiction.id,
        aircraft=tuple(sorted(leg.aircraft)),
        takeoff_mass_kg=kind.mass_kg + sum(order.consignment.mass_kg for order in leg.on_board),
        max_takeoff_mass_kg=kind.mass_kg + kind.max_payload_kg,
        empty_mass_kg=kind.mass_kg,
        speed_mps=kind.cruise_mps + wind_mps,
        agl_m=(min(lowest_m - ground_m[1], highest_m - ground_m[0]), highest_m - ground_m[0]),
        amsl_m=(lowest_m, highest_m),
        start=start,
        end=end,
        line=line,
        crosses_boundary=crosses,
        dangerous_goods=next(
            (o.consignment.dangerous_goods for o in leg.on_board if o.consignment.dangerous_goods), ""
        ),
        distances_m=distances_m,
        zones=near,
        weather={"wind_mps": (wind_mps, wind_mps)},
        permits=case.sky.permits,
    )


def _surroundings(leg: LegCase, side: Side, span: Span) -> tuple[dict[str, float | None], dict[str, tuple[str, ...]]]:
    """Return how far off the nearest of each category is, on the ellipsoid, and which zones are too near."""
    distances_m: dict[str, float | None] = {}
    near: dict[str, tuple[str, ...]] = {}
    for category, items in side.things.items():
        if category in side.reaches_m:
            reach_m = side.reaches_m[category]
            off_m = {
                thing.zone.id: thing.distance_m(_off_m(leg, span, thing.zone.area, side.edges[thing.zone.id], reach_m))
                for thing in items
            }
            distances_m[category] = min(off_m.values())
            near[category] = tuple(zone for zone, metres in off_m.items() if metres <= 0 or metres < reach_m)
    if BOUNDARY in side.reaches_m and side.others:
        to_others_m = [_off_m(leg, span, area, edges, math.inf) for area, edges in side.others]
        drawn_m = distances_m.get(BOUNDARY)
        distances_m[BOUNDARY] = min([*to_others_m, *([] if drawn_m is None else [drawn_m])])
    return distances_m, near


def _off_m(leg: LegCase, span: Span, area: shapely.Geometry, edges: Edges, reach_m: float) -> float:
    """Return how far a stretch of a leg is from an area, 0 inside; at least as far, where it is too far to matter."""
    gap_m = float(geodesics.box_gaps_m(leg.line, np.array([area.bounds]))[0])
    if gap_m > reach_m:
        return gap_m
    if geodesics.shared(geodesics.inside(leg.line, area), [span]):
        return 0.0
    spot = geodesics.nearest(leg.line, [span], edges)
    return math.inf if spot is None else spot.distance_m

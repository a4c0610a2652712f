"""The corridors of a packet: what flights that share a line, both ways, come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import shapely

from airspace.earth.heights import GROUND
from airspace.model.corridors import Corridor, Passed
from airspace.model.gates import Jurisdiction
from airspace.model.zones import Zone
from airspace.rules.approvals import Approval, approvals
from planner.formats.reviews import rounded_review
from planner.model.plans import Filing, Leg
from planner.model.reviews import Finding, Review
from planner.output import shapes
from planner.output.packet.changes import Versions
from planner.output.packet.dossiers import Dossier
from planner.output.packet.flights import LegOf, between_pads
from planner.output.packet.values import CorridorPage, Direction, Entry, LevelPoint, Over, ShownFlight
from planner.safety.findings import worst_of_each_rule

LEAST_OVER_M = 1.0
"""A zone that a profile touches for less is not drawn."""


def pages(dossier: Dossier, own: Jurisdiction, told: Sequence[LegOf], versions: Versions) -> tuple[CorridorPage, ...]:
    """Return the corridors of some legs, by their numbers."""
    numbers = sorted({one.page for one in told})
    return tuple(
        _page(number, dossier, own, [one for one in told if one.page == number], versions) for number in numbers
    )


def _page(number: int, dossier: Dossier, own: Jurisdiction, users: Sequence[LegOf], versions: Versions) -> CorridorPage:
    leg, policy = users[0].leg, dossier.job.policy
    heights_m = [point.alt_amsl_m for point in between_pads(leg)]
    return CorridorPage(
        number=number,
        ends=(leg.from_pad, leg.to_pad),
        directions=tuple(_directions(dossier, users, versions)),
        sides=leg.jurisdictions,
        gates=tuple(dict.fromkeys(gate for one in users for gate in one.leg.gates)),
        half_width_m=max(_half_width_m(one, dossier) for one in users),
        clearance_m=policy.clearance_m,
        vertical_clearance_m=policy.vertical_gap_m,
        band_amsl_m=(min(heights_m), max(heights_m)),
        distance_m=leg.distance_m,
        drone_types=tuple(sorted({one.sortie.drone_type for one in users})),
        points=tuple(
            LevelPoint(lon=point.lon, lat=point.lat, alt_amsl_m=point.alt_amsl_m, alt_agl_m=point.alt_agl_m)
            for point in between_pads(leg)
        ),
        entries=_entries(users),
        filings=tuple(_filings(dossier, own, users)),
        findings=_findings(dossier, users),
        shown=_shown(dossier, users),
    )


def _half_width_m(one: LegOf, dossier: Dossier) -> float:
    """Return how wide a corridor the type of a leg flies, half of it; the policy's where nobody knows the type."""
    kinds = [kind for kind in dossier.job.drone_types if kind.id == one.sortie.drone_type]
    return dossier.job.policy.half_width_m(kinds[0]) if kinds else dossier.job.policy.corridor_half_width_m


def _directions(dossier: Dossier, users: Sequence[LegOf], versions: Versions) -> Iterator[Direction]:
    """Yield the corridor one way and the other, as far as it is flown."""
    ways = dict.fromkeys((one.leg.corridor, one.leg.from_pad, one.leg.to_pad) for one in users)
    for way in ways:
        flown = [one for one in users if (one.leg.corridor, one.leg.from_pad, one.leg.to_pad) == way]
        frozen = _frozen(flown, dossier)
        yield Direction(
            id=way[0],
            hash="" if frozen is None else frozen.hash,
            from_pad=way[1],
            to_pad=way[2],
            flights=len(flown),
            change=versions.change(flown[0].leg, frozen),
        )


def _frozen(flown: Sequence[LegOf], dossier: Dossier) -> Corridor | None:
    """Return the corridor that legs fly as it would be frozen; None where a record's line is none that could be."""
    leg, policy = flown[0].leg, dossier.job.policy
    points = tuple((point.lon, point.lat, point.alt_amsl_m) for point in between_pads(leg))
    authorities = {side.id: side.authority for side in dossier.sky.jurisdictions}
    try:
        return Corridor(
            from_pad=leg.from_pad,
            to_pad=leg.to_pad,
            drone_types=tuple({one.sortie.drone_type for one in flown}),
            points=points,
            half_width_m=max(_half_width_m(one, dossier) for one in flown),
            clearance_m=policy.clearance_m,
            vertical_clearance_m=policy.vertical_gap_m,
            jurisdictions=tuple(
                Passed(jurisdiction=side, authority=authorities[side])
                for side in leg.jurisdictions
                if side in authorities
            ),
            gates=leg.gates,
            rules=dossier.rulebook.digest(points, leg.jurisdictions),
        )
    except ValueError:
        return None


def _entries(users: Sequence[LegOf]) -> tuple[Entry, ...]:
    found = {(entry.zone, entry.permit) for one in users for entry in one.leg.zones}
    return tuple(Entry(zone=zone, permit=permit) for zone, permit in sorted(found))


def _findings(dossier: Dossier, users: Sequence[LegOf]) -> tuple[Finding, ...]:
    """Return the worst finding of each rule over some legs and their ways out, at the decimals of the record."""
    asked = {(one.sortie.id, one.number) for one in users}
    found = [finding for leg in dossier.legs if (leg.sortie, leg.leg) in asked for finding in leg.findings]
    worst = worst_of_each_rule(found)
    return rounded_review(Review(plan_digest="", verdict=dossier.review.verdict, findings=worst)).findings


def _filings(dossier: Dossier, own: Jurisdiction, users: Sequence[LegOf]) -> Iterator[Filing]:
    """Yield what the authority's ledgers ask to be filed for the sorties of some legs, once for each rule."""
    take_offs = sorted({one.sortie.departs for one in users})
    for ledger in dossier.job.ledgers:
        if ledger.name in own.rules:
            by_rule: dict[str, list[Approval]] = {}
            for asked in approvals(ledger.rules, take_offs, given=dossier.job.policy.approvals_held):
                by_rule.setdefault(asked.rule, []).append(asked)
            yield from (_filing(all_of_it, own) for all_of_it in by_rule.values())


def _filing(asked: Sequence[Approval], own: Jurisdiction) -> Filing:
    first = asked[0]
    return Filing(
        jurisdiction=own.id,
        authority=first.authority,
        rule=first.rule,
        title=first.title,
        count=len(asked),
        first_flight=first.first_flight,
        latest_at=first.latest_at,
        indicative_at=first.indicative_at,
        reply_by=first.reply_by,
        source=str(first.source),
        detail=first.detail,
    )


# --- the flight whose profile is shown --------------------------------------------------------------------------------


def _shown(dossier: Dossier, users: Sequence[LegOf]) -> ShownFlight:
    one = min(users, key=lambda one: (one.leg.profile is None, one.leg.soc_end, one.sortie.id, one.number))
    return ShownFlight(
        sortie=one.sortie.id,
        leg=one.number,
        from_pad=one.leg.from_pad,
        to_pad=one.leg.to_pad,
        profile=one.leg.profile,
        overs=tuple(_overs(dossier, one)),
    )


def _overs(dossier: Dossier, one: LegOf) -> Iterator[Over]:
    """Yield where a leg passes over, under or through closed zones that hold meanwhile, and hills."""
    line = shapely.LineString([(point.lon, point.lat) for point in one.leg.waypoints])
    for zone in dossier.sky.zones:
        held = zone.closed and zone.schedule.touches(one.takes_off, one.lands) and zone.area.intersects(line)
        if held and not shapes.covers_a_side(zone.area, dossier.sky.jurisdictions):
            yield from _stretches(dossier, zone, line, one.leg)


def _stretches(dossier: Dossier, zone: Zone, line: shapely.LineString, leg: Leg) -> Iterator[Over]:
    path = dossier.frame.project(line)
    scale = leg.distance_m / path.length if path.length > 0 else 0.0
    for part in shapes.lines(shapely.intersection(line, zone.area)):
        lower_m, upper_m = zone.band.widest_amsl_m(dossier.sky.heights, shapely.LineString(part))
        ends = dossier.frame.project(shapely.MultiPoint([part[0], part[-1]]))
        along = sorted(scale * path.project(end) for end in ends.geoms)
        if along[1] - along[0] >= LEAST_OVER_M:
            yield Over(
                zone=zone.id,
                from_m=round(along[0], 1),
                to_m=round(along[1], 1),
                lower_amsl_m=None if zone.band.lower == GROUND else round(lower_m, 1),
                upper_amsl_m=None if zone.band.upper is None else round(upper_m, 1),
            )

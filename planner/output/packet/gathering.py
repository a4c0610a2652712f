"""From a plan, its airspace, its job and what the check found on every leg to the packet for one authority."""

from __future__ import annotations

from collections.abc import Sequence

from airspace.errors import BadInput, Problem
from airspace.formats.telling import did_you_mean, listed, shown
from airspace.model.gates import Jurisdiction
from planner.formats.reviews import rounded_review
from planner.model.reviews import Finding
from planner.output.packet import corridors, flights, places, rulings, sources
from planner.output.packet.changes import versions_of
from planner.output.packet.dossiers import Dossier
from planner.output.packet.values import Limits, Packet, PlanFacts, PolicyFacts, Side
from planner.safety.findings import worst_of_each_rule


def gather(dossier: Dossier, authority: str) -> Packet:
    """Return the packet for an authority, named by the id of its jurisdiction in capitals or not.

    Raises
    ------
    BadInput
        If the plan's airspace has no such jurisdiction.
    """
    own = _jurisdiction(dossier, authority)
    told = flights.legs_of(dossier, own.id)
    versions = versions_of(dossier, own)
    pages = corridors.pages(dossier, own, told, versions)
    window = places.window_of(dossier, told)
    return Packet(
        side=own.id,
        plan=_plan(dossier),
        policy=_policy(dossier),
        sides=_sides(dossier, own, window),
        filings=tuple(sorted(dossier.plan.filings, key=lambda filing: filing.jurisdiction != own.id)),
        flights=flights.flights(dossier, told),
        elsewhere=sum(len(sortie.legs) for sortie in dossier.plan.sorties) - len(told),
        corridors=pages,
        ways_out=flights.ways_out(dossier, own, told),
        comparison=versions.comparison(told),
        whole=_whole(dossier),
        laws=rulings.laws(dossier, pages),
        pads=places.pads(dossier, window),
        gates=places.gates(dossier),
        permits=places.permits(dossier, told),
        zones=places.zones(dossier, window),
        land=places.land(dossier, window),
        boundary=places.boundary(dossier, window),
        attribution=dossier.basemap.attribution if dossier.basemap else "",
        sources=sources.rows(dossier.sky, dossier.job),
        inputs=dossier.plan.inputs,
        limits=_limits(dossier),
    )


def _jurisdiction(dossier: Dossier, authority: str) -> Jurisdiction:
    sides = dossier.sky.jurisdictions
    found = [side for side in sides if side.id == authority]
    found = found or [side for side in sides if side.id.casefold() == authority.casefold()]
    if found:
        return found[0]
    known = [side.id for side in sides]
    problem = Problem(
        file="--authority",
        code="UNKNOWN_AUTHORITY",
        found=shown(authority),
        expected=f"a jurisdiction of the plan's airspace: {listed(known)}"
        if known
        else "an airspace with jurisdictions",
        fix=did_you_mean(authority, known),
    )
    raise BadInput([problem])


def _plan(dossier: Dossier) -> PlanFacts:
    plan = dossier.plan
    return PlanFacts(
        name=plan.name,
        start=plan.start,
        end=plan.end,
        utc_offset_s=round(plan.utc_offset.total_seconds()),
        digest=dossier.digest,
        version=plan.created_by.version,
        seed=plan.created_by.seed,
        verdict=dossier.review.verdict,
        sorties=len(plan.sorties),
        legs=sum(len(sortie.legs) for sortie in plan.sorties),
    )


def _policy(dossier: Dossier) -> PolicyFacts:
    policy = dossier.job.policy
    return PolicyFacts(
        departure_error_s=policy.departure_error_s,
        reserve_share=policy.reserve_share,
        energy_chance=policy.energy_chance,
        high_value_chance=policy.high_value_chance,
    )


def _sides(dossier: Dossier, own: Jurisdiction, window: places.Window) -> tuple[Side, ...]:
    others = [side for side in dossier.sky.jurisdictions if side.id != own.id]
    return tuple(
        Side(
            id=side.id,
            name=side.name,
            name_zh=side.name_zh,
            authority=side.authority,
            rules=side.rules,
            area=places.clipped(side.area, window),
        )
        for side in (own, *others)
    )


def _whole(dossier: Dossier) -> tuple[Finding, ...]:
    """Return what the check found by rules that it asks of no leg."""
    of_legs = {finding.rule for leg in dossier.legs for finding in leg.findings}
    findings: Sequence[Finding] = rounded_review(dossier.review).findings
    return worst_of_each_rule(finding for finding in findings if finding.rule not in of_legs)


def _limits(dossier: Dossier) -> Limits:
    weather = [dossier.job.weather, *(weather for _, weather in dossier.job.later)]
    return Limits(
        terrain_model=dossier.sky.terrain is not None,
        intents=len(dossier.job.intents),
        gusts=all(one.gust_mps is not None for one in weather),
        contacts=all(places.contacts(gate) for gate in dossier.sky.gates),
        basemap=dossier.basemap is not None,
    )

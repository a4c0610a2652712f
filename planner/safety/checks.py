"""The independent check of a plan: read this first.

From the plan, the airspace and the job alone, everything is derived again on the ellipsoid and by its own arithmetic.
Nothing is shared with what made the plan: no network, no tables, no solver, no energy model, no projection.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from airspace.model.skies import Airspace
from planner.model.jobs import Job
from planner.model.plans import Plan
from planner.model.reviews import Finding, Review
from planner.safety import (
    boundaries,
    cargo,
    corridors,
    customs,
    energies,
    filings,
    gates,
    goods,
    ground,
    holding,
    laws,
    legs,
    profiles,
    records,
    separation,
    skies,
    stocks,
    timeline,
    traffic,
    values,
    ways_out,
    zones,
)
from planner.safety.cases import Case, LegCase, SortieCase, laid_open
from planner.safety.findings import BROKE_DOWN, not_checked, summed_up, verdict_of, worst_of_each_rule
from planner.safety.rules import RULES

logger = logging.getLogger(__name__)


class Subject(Protocol):
    """What a rule is asked about."""

    @property
    def subject(self) -> str:
        """How a person would call it."""


Judged = TypeVar("Judged", bound=Subject)

LEG_CHECKS: tuple[tuple[tuple[str, ...], Callable[[Case, LegCase], Iterable[Finding]]], ...] = (
    (("zone.clearance", "zone.vertical", "zone.permit"), zones.clear_of_zones),
    (("zone.record",), zones.entries_agree),
    (
        ("boundary.gate", "boundary.clearance", "boundary.inside", "gate.hours", "gate.band", "gate.permit"),
        boundaries.boundary_kept,
    ),
    (("boundary.record",), boundaries.record_agrees),
    (("corridor.approved",), corridors.on_approved_corridors),
    (("leg.waypoints",), legs.waypoints_usable),
    (("leg.pads",), legs.on_its_pads),
    (("leg.level",), legs.at_flight_level),
    (("leg.turn",), legs.turns_flyable),
    (("leg.ground",), ground.above_ground),
    (("ground.terrain",), ground.above_terrain),
    (("law.judged",), laws.lawful),
    (("air.traffic",), traffic.clear_of_traffic),
    (("leg.times",), legs.times_increase),
    (("leg.speed", "weather.flyable"), legs.flown_at_type_speeds),
    (("leg.distance", "leg.duration"), legs.figures_agree),
    (("energy.leg",), energies.energy_not_understated),
    (("energy.alternate",), ways_out.way_known),
    (("payload.leg", "payload.limit"), cargo.payload_carried),
    (("custody.level", "custody.value", "custody.hours", "coldchain.time", "order.due"), cargo.handed_over),
    (("leg.deliveries",), cargo.deliveries_agree),
    (("order.taken", "leg.pickups", "order.ready"), cargo.pickups_agree),
    (("leg.profile",), profiles.profile_agrees),
    (("record.known",), records.leg_names_known),
)
"""What is asked of every leg, with the rules that each function answers for."""

WAY_CHECKS: tuple[tuple[tuple[str, ...], Callable[[Case, LegCase], Iterable[Finding]]], ...] = (
    (("zone.clearance", "zone.vertical", "zone.permit"), zones.clear_of_zones),
    (
        ("boundary.gate", "boundary.clearance", "boundary.inside", "gate.hours", "gate.band", "gate.permit"),
        boundaries.boundary_kept,
    ),
    (("corridor.approved",), corridors.on_approved_corridors),
    (("leg.turn",), legs.turns_flyable),
    (("leg.ground",), ground.above_ground),
    (("ground.terrain",), ground.above_terrain),
    (("law.judged",), laws.lawful),
    (("leg.times",), legs.times_increase),
    (("leg.speed", "weather.flyable"), legs.flown_at_type_speeds),
)
"""What is asked of every way out, as of every leg."""

SORTIE_CHECKS: tuple[tuple[tuple[str, ...], Callable[[Case, SortieCase], Iterable[Finding]]], ...] = (
    (("sortie.stops",), legs.stops_in_order),
    (("sortie.times",), legs.sortie_times_agree),
    (("energy.reserve", "energy.charge", "energy.reserve_stated"), energies.energy_in_hand),
    (("energy.chance", "energy.alternate", "energy.way_out", "energy.ledger"), ways_out.energy_sure),
    (("volume.limit",), cargo.volume_in_box),
    (("value.cap", "sortie.orders", "value.currency"), cargo.sortie_loaded),
    (("goods.dangerous", "goods.lithium"), goods.goods_approved),
    (("customs.cleared", "customs.window"), customs.customs_cleared),
    (("order.ready", "job.window"), cargo.ready_before_departure),
    (
        ("weather.warnings", "weather.temperature", "weather.wind", "weather.rain", "weather.gusts"),
        skies.weather_lets_launch,
    ),
    (("weather.period",), skies.weather_stays),
    (("drone.hours",), timeline.drones_at_work),
    (("record.known",), records.sortie_names_known),
    (("record.held",), holding.held_for_a_reason),
)
"""What is asked of every sortie."""

PLAN_CHECKS: tuple[tuple[tuple[str, ...], Callable[[Case], Iterable[Finding]]], ...] = (
    (("order.once",), cargo.each_order_once),
    (("order.together",), cargo.flown_together),
    (("order.apart",), cargo.flown_apart),
    (("customs.cleared",), customs.customs_not_asked),
    (("value.drone_day",), values.value_per_drone),
    (("value.pad",), values.value_at_pads),
    (("pad.slots",), timeline.pads_within_slots),
    (("pad.hours",), timeline.pads_open),
    (("gate.capacity",), gates.gates_within_capacity),
    (("drone.swap",), timeline.drones_one_at_a_time),
    (("drone.place",), timeline.drones_where_they_landed),
    (("drone.end",), timeline.sorties_end_at_hubs),
    (("drone.evening",), timeline.drones_in_the_evening),
    (("pad.packs",), stocks.packs_in_stock),
    (("air.separation",), separation.kept_apart),
    (("record.known",), records.sortie_ids_unique),
    (("zone.rejected",), zones.every_zone_known),
    (("law.ledger",), laws.every_side_has_a_ledger),
    (("corridor.approved",), corridors.library_at_hand),
    (("record.job",), records.same_day),
    (("record.inputs",), records.inputs_unchanged),
    (("record.filings",), filings.filings_agree),
    (("record.unserved",), records.unserved_told),
    (("record.digest",), records.digest_matches),
    (
        ("totals.distance", "totals.energy", "totals.flight", "totals.cost", "totals.counts", "value.currency"),
        records.totals_agree,
    ),
    (("totals.bound",), records.bound_holds),
)
"""What is asked of the plan as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegReview:
    """What the check says of one leg and its way out alone: of each rule that was asked of them the worst finding."""

    sortie: str
    leg: int
    """Its number, from 1."""
    findings: tuple[Finding, ...]
    """By the ids of their rules."""


def check(plan: Plan, sky: Airspace, job: Job, *, digest: str, stated_digest: str) -> Review:
    """Judge a plan, wherever it comes from, by every rule of :data:`planner.safety.rules.RULES`.

    ``digest`` is that of the plan's content, worked out by the caller; ``stated_digest`` is the one in the file. A rule
    that breaks down is reported as not checked, with the cause, and the rest is judged all the same.
    """
    return check_leg_by_leg(plan, sky, job, digest=digest, stated_digest=stated_digest)[0]


def check_leg_by_leg(
    plan: Plan, sky: Airspace, job: Job, *, digest: str, stated_digest: str
) -> tuple[Review, tuple[LegReview, ...]]:
    """Judge a plan as :func:`check` does, and tell of every leg by itself what was found on it."""
    case = laid_open(plan, sky, job, digest=digest, stated_digest=stated_digest)
    beyond = beyond_scope(case)
    told = list(_judged(case))
    findings = summed_up((finding for _, finding in told), beyond)
    review = Review(plan_digest=digest, verdict=verdict_of(findings, beyond), findings=findings)
    return review, _leg_reviews(case, told)


def _leg_reviews(case: Case, told: Iterable[tuple[Subject | None, Finding]]) -> tuple[LegReview, ...]:
    """Return what was found on each leg, in the order of the plan; two sorties of one id are told together."""
    by_leg: dict[tuple[str, int], list[Finding]] = {(leg.sortie.id, leg.number): [] for leg in case.legs}
    for subject, finding in told:
        if isinstance(subject, LegCase):
            by_leg[subject.sortie.id, subject.number].append(finding)
        elif isinstance(subject, SortieCase):
            # A finding on a sortie may be on one of its legs; it then begins as the leg is called.
            for leg in subject.legs:
                if finding.subject.startswith(f"{leg.sortie.id} leg {leg.number} "):
                    by_leg[leg.sortie.id, leg.number].append(finding)
    return tuple(
        LegReview(sortie=sortie, leg=number, findings=worst_of_each_rule(findings))
        for (sortie, number), findings in by_leg.items()
    )


BEYOND: tuple[tuple[str, Callable[[Case], bool], str], ...] = (
    (
        "ground.terrain",
        lambda case: case.sky.terrain is None,
        "no terrain model is given; ground is known at the pads, and hills where they are drawn as zones",
    ),
    ("law.ledger", lambda case: bool(laws.unruled(case)), "no ledger is known"),
    ("customs.cleared", lambda case: bool(customs.unasked(case)), "customs are not asked"),
    ("weather.gusts", skies.no_gusts_told, "no weather tells gusts"),
    (
        "energy.alternate",
        lambda case: not any(pad.is_alternate for pad in case.sky.pads),
        "no pad of the airspace is an alternate",
    ),
    ("gate.capacity", gates.unlimited, "no gate tells a capacity"),
    ("air.traffic", lambda case: not case.job.intents, "no operational intents of others are given"),
    ("record.inputs", lambda case: bool(records.changed_inputs(case)), "files have changed since"),
    ("record.filings", filings.untold, "the record tells nothing to file"),
)
"""Rules that some cases give nothing to judge by, how that is told, and what is missing then."""


def beyond_scope(case: Case) -> dict[str, str]:
    """Return by the ids of rules that are not judged for want of anything to judge them by what is missing."""
    beyond = {rule.id: rule.explanation for rule in RULES.values() if not rule.in_scope}
    return beyond | {rule: words for rule, lacks, words in BEYOND if _holds(rule, partial(lacks, case))}


def _holds(rule: str, lacks: Callable[[], bool]) -> bool:
    """Tell whether a rule has nothing to be judged by; where that breaks down, it counts as in scope."""
    try:
        return lacks()
    except Exception:
        logger.exception("it could not be told whether %s can be judged", rule)
        return False


def _judged(case: Case) -> Iterator[tuple[Subject | None, Finding]]:
    """Yield what every function finds on everything it is asked about, and what that was; None for the whole plan."""
    for rules, on_leg in LEG_CHECKS:
        yield from _on_each(rules, on_leg, case, case.legs)
    for rules, on_way in WAY_CHECKS:
        yield from _on_each(rules, on_way, case, case.ways_out)
    for rules, on_sortie in SORTIE_CHECKS:
        yield from _on_each(rules, on_sortie, case, case.sorties)
    for rules, on_plan in PLAN_CHECKS:
        yield from ((None, finding) for finding in _guarded(rules, "plan", partial(on_plan, case)))


def _on_each(
    rules: Sequence[str],
    judge: Callable[[Case, Judged], Iterable[Finding]],
    case: Case,
    subjects: Iterable[Judged],
) -> Iterator[tuple[Subject, Finding]]:
    for subject in subjects:
        found = _guarded(rules, subject.subject, partial(judge, case, subject))
        yield from ((subject, finding) for finding in found)


def _guarded(rules: Sequence[str], subject: str, judge: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """Yield what a function finds; when it breaks down, its rules become not checked, and what it found stays."""
    try:
        yield from judge()
    except Exception as error:
        logger.exception("the check of %s broke down on %s", ", ".join(rules), subject)
        for rule in rules:
            yield not_checked(rule, subject, f"{BROKE_DOWN}{type(error).__name__}: {error}")

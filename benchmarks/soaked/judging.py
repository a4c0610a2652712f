"""One day planned and judged: what came of it, in figures that fit a line of a file."""

from __future__ import annotations

import time
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from airspace.model.skies import Airspace
from benchmarks import soaked
from benchmarks.planted import Scene
from planner import planning
from planner.formats.plans import write_plan
from planner.formats.reviews import write_review
from planner.model.plans import Plan, Reason
from planner.model.reviews import Finding, Review, Verdict
from planner.safety.findings import BROKE_DOWN
from planner.safety.rules import RULES
from planner.solving.solvers import SolveOptions

OPTIONS = SolveOptions(iterations=5)
LEDGERS = "rules of ledgers"
"""Stands for the rules of all drawn ledgers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """Something that must not be: a rule that fails or breaks down, an exception, an order nobody answers for."""

    rule: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """How near a rule came to failing on a day."""

    measured: float | None
    required: float | None
    margin: float
    unit: str
    subject: str

    @property
    def share(self) -> float:
        """The margin over what is required; the margin itself where nothing is."""
        return self.margin / abs(self.required) if self.required else self.margin


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a day."""

    name: str
    kind: str
    code: str
    """Digest of the program that planned and judged it."""
    verdict: str
    """Empty where an exception ended it."""
    orders: int
    served: int
    sorties: int
    legs: int
    plan_s: float
    """Seconds of the CPU."""
    check_s: float
    reasons: Mapping[str, int] = field(default_factory=dict)
    violations: tuple[Violation, ...] = ()
    margins: Mapping[str, Margin] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A day with its plan and its review."""

    scene: Scene
    plan: Plan
    review: Review
    plan_s: float
    check_s: float


def judged(scene: Scene) -> Judged:
    """Plan a day and have it checked."""
    began = time.process_time()
    plan = planning.plan(scene.job, scene.sky, options=OPTIONS, corridors=scene.corridors)
    made = time.process_time()
    review = planning.check(plan, scene.sky, scene.job)
    return Judged(
        scene=scene, plan=plan, review=review, plan_s=made - began, check_s=time.process_time() - made
    )  # fmt: skip


def outcome(name: str, code: str) -> Outcome:
    """Make a day from its name, plan it, have it judged, and tell what came of it; an exception is told as such."""
    began = time.process_time()
    try:
        return _told(name, code, judged(soaked.day(name)))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what came of the day
        return Outcome(
            name=name, kind=soaked.kind_of(name), code=code, verdict="", orders=0, served=0, sorties=0, legs=0,
            plan_s=time.process_time() - began, check_s=0.0, violations=(_exception(error),),
        )  # fmt: skip


def _exception(error: Exception) -> Violation:
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name}:{last.lineno} {last.name}"
    return Violation(rule="exception", subject=where, detail=f"{type(error).__name__}: {error}")


def _told(name: str, code: str, found: Judged) -> Outcome:
    plan, review = found.plan, found.review
    return Outcome(
        name=name, kind=soaked.kind_of(name), code=code, verdict=review.verdict.value,
        orders=len(found.scene.job.orders), served=plan.totals.served, sorties=len(plan.sorties),
        legs=sum(len(sortie.legs) for sortie in plan.sorties), plan_s=round(found.plan_s, 4),
        check_s=round(found.check_s, 4), reasons=dict(Counter(item.reason.value for item in plan.unserved)),
        violations=tuple(violations(found)), margins=_margins(review.findings),
    )  # fmt: skip


def violations(found: Judged) -> Iterator[Violation]:
    """Yield what must not be in a plan and its review."""
    for finding in found.review.findings:
        if finding.verdict is Verdict.FAIL or finding.detail.startswith(BROKE_DOWN):
            yield Violation(rule=finding.rule, subject=finding.subject, detail=finding.detail)
    answered = Counter(order for sortie in found.plan.sorties for order in sortie.orders)
    answered.update(item.order for item in found.plan.unserved)
    for order in found.scene.job.orders:
        if answered[order.id] != 1:
            yield Violation(rule="answered", subject=order.id, detail=f"answered for {answered[order.id]} times")
    for item in found.plan.unserved:
        if item.reason in _impossible(found.scene.sky) or not item.detail:
            yield Violation(rule="reason", subject=item.order, detail=f"{item.reason.value}: {item.detail}")


def _impossible(sky: Airspace) -> set[Reason]:
    """Return the reasons that cannot be right in an airspace."""
    never = {Reason.UNKNOWN}
    never |= set() if any(zone.closed for zone in sky.zones) else {Reason.ZONE_ACTIVE}
    return never | (set() if len(sky.jurisdictions) > 1 else {Reason.GATE_CLOSED})


def _margins(findings: Sequence[Finding]) -> dict[str, Margin]:
    """Return the least margin of each rule that was judged by a figure."""
    least: dict[str, Margin] = {}
    for finding in findings:
        if finding.margin is None:
            continue
        told = Margin(
            measured=finding.measured, required=finding.required, margin=finding.margin, unit=finding.unit,
            subject=finding.subject,
        )  # fmt: skip
        rule = finding.rule if finding.rule in RULES else LEDGERS
        if rule not in least or told.share < least[rule].share:
            least[rule] = told
    return least


def keep(found: Judged, folder: Path) -> None:
    """Write a plan and its review into a folder, for ``skyferry map`` and for whoever wants to look."""
    folder.mkdir(parents=True, exist_ok=True)
    write_plan(found.plan, folder / "plan.json")
    write_review(found.review, folder / "review.json")

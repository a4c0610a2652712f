"""How a measurement becomes a finding, and how findings become a review's list."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from airspace.model.schedules import Schedule
from planner.model.reviews import Finding, Place, Verdict
from planner.safety.rules import RULES, TIME_TOLERANCE_S

SLACK = timedelta(days=1)
"""How far around a time a schedule is looked at to tell how much it has in hand."""
LAW = "law."
"""How the ids of findings on rules of a ledger begin."""
BROKE_DOWN = "the check broke down: "
"""How the sentence of a finding begins whose rule could not be judged through our own fault."""
NOTHING = "nothing in the plan that the rule applies to"


def fact(
    rule: str,
    subject: str,
    *,
    holds: bool,
    detail: str = "",
    where: Place | None = None,
    measured: float | None = None,
    required: float | None = None,
    margin: float | None = None,
    unit: str = "",
) -> Finding:
    """Return the finding that something holds or does not."""
    return Finding(
        rule=rule,
        source=RULES[rule].source,
        verdict=Verdict.PASS if holds else Verdict.FAIL,
        subject=subject,
        where=where,
        measured=_rounded(measured),
        required=_rounded(required),
        margin=_rounded(margin),
        unit=unit,
        detail=detail,
    )


def _finite(tolerance: float) -> float:
    """Return a tolerance; none where it is a share of what has no end, or any shortage would be within it."""
    return tolerance if math.isfinite(tolerance) else 0.0


def at_least(
    rule: str,
    subject: str,
    measured: float,
    required: float,
    unit: str,
    *,
    tolerance: float = 0.0,
    where: Place | None = None,
    detail: str = "",
) -> Finding:
    """Return the finding on something that must not be less than required; a NaN fails, and so does endless need."""
    return fact(
        rule,
        subject,
        holds=measured - required >= -_finite(tolerance),
        detail=detail,
        where=where,
        measured=measured,
        required=required,
        margin=measured - required,
        unit=unit,
    )


def at_most(
    rule: str,
    subject: str,
    measured: float,
    required: float,
    unit: str,
    *,
    tolerance: float = 0.0,
    where: Place | None = None,
    detail: str = "",
) -> Finding:
    """Return the finding on something that must not be more than required; a NaN fails, and so does what is endless."""
    return fact(
        rule,
        subject,
        holds=required - measured >= -_finite(tolerance),
        detail=detail,
        where=where,
        measured=measured,
        required=required,
        margin=required - measured,
        unit=unit,
    )


def agrees(
    rule: str,
    subject: str,
    recorded: float,
    derived: float,
    allowed: float,
    unit: str,
    *,
    where: Place | None = None,
    detail: str = "",
) -> Finding:
    """Return the finding on a recorded figure that must be within a tolerance of what is derived again."""
    margin = allowed - abs(recorded - derived)
    return fact(
        rule,
        subject,
        # A billionth for the arithmetic of floats.
        holds=margin >= -1e-9 * max(1.0, abs(derived)),
        detail=detail or f"recorded {recorded:.6g} {unit}, derived {derived:.6g} {unit}, allowed ±{allowed:.3g}",
        where=where,
        measured=recorded,
        required=derived,
        margin=margin,
        unit=unit,
    )


def open_throughout(
    rule: str, subject: str, schedule: Schedule, held: tuple[datetime, datetime], *, detail: str = ""
) -> Finding:
    """Return the finding on hours that must cover a stretch of time; the margin is what they have in hand."""
    if schedule.permanent:
        return fact(rule, subject, holds=True, detail=f"{detail}always open")
    start, end = min(held), max(held)
    asked_s = (end - start).total_seconds()
    for opens, closes in schedule.spans(start - SLACK, end + SLACK):
        if opens <= start and end <= closes:
            hand_s = min((start - opens).total_seconds(), (closes - end).total_seconds())
            return fact(
                rule, subject, holds=True, detail=f"{detail}open throughout", margin=hand_s, required=asked_s, unit="s",
                measured=asked_s,
            )  # fmt: skip
    open_s = sum((closes - opens).total_seconds() for opens, closes in schedule.spans(start, end))
    return fact(
        rule, subject, holds=False, measured=open_s, required=asked_s, margin=min(open_s - asked_s, 0.0), unit="s",
        detail=f"{detail}open for {open_s:.0f} s of the {asked_s:.0f} s from {start:%H:%M:%S} to {end:%H:%M:%S} UTC",
    )  # fmt: skip


def in_time(
    rule: str, subject: str, when: datetime, limit: datetime, *, earliest: bool, detail: str, where: Place | None = None
) -> Finding:
    """Return the finding on a time that must not be before (``earliest``) or after a limit."""
    hand_s = (when - limit).total_seconds() * (1 if earliest else -1)
    return fact(rule, subject, holds=hand_s >= -TIME_TOLERANCE_S, margin=hand_s, unit="s", detail=detail, where=where)


def not_checked(rule: str, subject: str, detail: str) -> Finding:
    """Return the finding that a rule could not be, or is not, checked."""
    return Finding(rule=rule, source=RULES[rule].source, verdict=Verdict.NOT_CHECKED, subject=subject, detail=detail)


def law_finding(rule: str, **fields: Any) -> Finding:
    """Return what a rule of a ledger says; its fields are those of a finding."""
    for name in ("measured", "required", "margin"):
        fields[name] = _rounded(fields[name])
    return Finding(rule=f"{LAW}{rule}", **fields)


def summed_up(findings: Iterable[Finding], beyond: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return one PASS per rule, the one with the least margin, beside every failure and everything not checked.

    A rule with something not checked has no PASS. A rule with nothing to judge passes and says so. What is out of
    scope, given by id with what is missing, is listed last. A rule of a ledger that could not be judged is told once.
    """
    found = list(findings)
    judged = {finding.rule for finding in found}
    untold = [rule for rule in RULES.values() if rule.id in beyond and rule.id not in judged]
    found += [not_checked(rule.id, "plan", f"out of scope: {beyond[rule.id]}") for rule in untold]
    by_rule: dict[str, list[Finding]] = {rule: [] for rule in RULES}
    for finding in found:
        by_rule.setdefault(finding.rule, []).append(finding)
    kept = [finding for rule, told in by_rule.items() for finding in _kept(rule, told)]
    return tuple(sorted(kept, key=lambda finding: (_rank(finding, beyond), *_order(finding))))


def _kept(rule: str, told: Sequence[Finding]) -> list[Finding]:
    open_ones = [finding for finding in told if finding.verdict is not Verdict.PASS]
    if not open_ones:
        return [min(told, key=_order)] if told else [fact(rule, "plan", holds=True, detail=NOTHING)]
    failures = [finding for finding in open_ones if finding.verdict is Verdict.FAIL]
    return open_ones if rule in RULES else failures or [min(open_ones, key=_order)]


def worst_of_each_rule(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return one finding per rule, by the ids of rules: a failure, else what was not checked, else the least margin."""
    worst: dict[str, Finding] = {}
    for finding in findings:
        known = worst.get(finding.rule, finding)
        worst[finding.rule] = min(known, finding, key=lambda one: (_BADNESS[one.verdict], *_order(one)))
    return tuple(worst[rule] for rule in sorted(worst))


_BADNESS = {Verdict.FAIL: 0, Verdict.NOT_CHECKED: 1, Verdict.PASS: 2}


def verdict_of(findings: Sequence[Finding], beyond: Collection[str]) -> Verdict:
    """Return the verdict of a whole review: what is out of scope, or what a ledger leaves open, does not change it."""
    if any(finding.verdict is Verdict.FAIL for finding in findings):
        return Verdict.FAIL
    if any(finding.verdict is Verdict.NOT_CHECKED and _in_scope(finding, beyond) for finding in findings):
        return Verdict.NOT_CHECKED
    return Verdict.PASS


def _in_scope(finding: Finding, beyond: Collection[str]) -> bool:
    if finding.detail.startswith(BROKE_DOWN):
        return True
    return finding.rule in RULES and finding.rule not in beyond


def _order(finding: Finding) -> tuple[float, str, str, str]:
    return _relative_margin(finding), finding.rule, finding.subject, finding.detail


def _rank(finding: Finding, beyond: Collection[str]) -> int:
    if finding.verdict is Verdict.NOT_CHECKED:
        return 1 if _in_scope(finding, beyond) else 3
    return 0 if finding.verdict is Verdict.FAIL else 2


def _relative_margin(finding: Finding) -> float:
    """Return the margin over what is required; a failure without a figure comes first, a pass without one last."""
    margin = finding.margin
    if margin is None or math.isnan(margin):
        return math.inf if finding.verdict is Verdict.PASS else -math.inf
    return margin / abs(finding.required) if finding.required else margin


def _rounded(value: float | None) -> float | None:
    """Round to a tenth of a millimetre, second, Wh ...: more would be noise. What is not finite is no figure."""
    return round(value, 4) + 0.0 if value is not None and math.isfinite(value) else None

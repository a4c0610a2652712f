"""What the command line prints: each answer as lines for people and as one JSON document for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from airspace.errors import Problem
from planner.model.plans import Bound, Filing, Plan, Reason
from planner.model.reviews import Finding, Review, Verdict
from planner.safety.findings import LAW
from planner.safety.rules import RULES, is_bookkeeping, is_waived

SIGNS = {
    Verdict.PASS: "[green]✓ PASS[/]",
    Verdict.FAIL: "[red]✗ FAIL[/]",
    Verdict.NOT_CHECKED: "[yellow]? NOT CHECKED[/]",
}


def problems_document(problems: Iterable[Problem]) -> dict[str, Any]:
    """Return problems for programs."""
    keys = ("file", "place", "code", "found", "expected", "fix", "warning")
    return {"problems": [{key: getattr(problem, key) for key in keys} for problem in problems]}


def counted(number: int, thing: str) -> str:
    """Return a number of things: 1 zone, 2 zones."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def tell_problems(problems: Iterable[Problem], console: Console) -> None:
    """Print problems, one to a line."""
    for problem in problems:
        colour, word = ("yellow", "warning") if problem.warning else ("red", "error")
        console.print(f"[{colour}]{word}[/] [bold]{escape(problem.code)}[/] {escape(str(problem))}", soft_wrap=True)


def plan_summary(plan: Plan, review: Review, paths: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """Return the summary of a planning run for programs, with what can still be filed at a moment."""
    totals = plan.totals
    return {
        "name": plan.name,
        "verdict": review.verdict.value,
        "findings": counts(review),
        "digest": review.plan_digest,
        "totals": {field: getattr(totals, field) for field in type(totals).__dataclass_fields__},
        "bound": {
            "lower": plan.bound.lower,
            "gap": plan.bound.gap,
            "rules": plan.bound.rules,
            "proven": plan.bound.proven,
        },
        "apart": _apart(plan),
        "unserved": [
            {"order": item.order, "reason": item.reason.value, "detail": item.detail, "numbers": dict(item.numbers)}
            for item in plan.unserved
        ],
        "filings": [_filing_document(filing, now) for filing in plan.filings],
        "paths": dict(paths),
    }


def _apart(plan: Plan) -> dict[str, int]:
    """Return what keeping sorties apart in the air came to."""
    held_s = [sortie.held_s for sortie in plan.sorties if sortie.held_for]
    return {
        "held_back": len(held_s),
        "held_s": sum(held_s),
        "on_other_ways": sum(bool(sortie.other_ways) for sortie in plan.sorties),
        "refused": sum(item.reason is Reason.CONFLICT for item in plan.unserved),
    }


def _apart_line(told: Mapping[str, int]) -> str:
    held = (
        f"{told['held_back']} {'sortie' if told['held_back'] == 1 else 'sorties'} held back, {told['held_s']} s in all"
    )
    ways = f", {told['on_other_ways']} on another way" if told["on_other_ways"] else ""
    return f"{held}{ways}, {told['refused']} refused"


def _filing_document(filing: Filing, now: datetime) -> dict[str, Any]:
    left = filing.left(now)
    return {
        "authority": filing.authority,
        "rule": filing.rule,
        "title": filing.title,
        "count": filing.count,
        "first_flight": filing.first_flight.isoformat(),
        "latest_at": None if filing.latest_at is None else filing.latest_at.isoformat(),
        "can_still_be_met": None if left is None else left >= timedelta(0),
    }


def counts(review: Review) -> dict[str, int]:
    """Return how many findings have each verdict."""
    return {verdict.value: len(review.of(verdict)) for verdict in Verdict}


def _proof(bound: Bound) -> str:
    """Say how good a cost is known to be."""
    if bound.lower is None or bound.gap is None:
        return bound.rules
    if bound.proven:
        return f"bound {bound.lower:,.2f}, gap 0: proven, no plan that serves as much costs less"
    return f"bound {bound.lower:,.2f}, gap {bound.gap:.2%}: any plan that serves as much costs at least that"


def tell_plan(plan: Plan, review: Review, paths: Mapping[str, str], now: datetime, console: Console) -> None:
    """Print the summary of a planning run, with what can still be filed at a moment."""
    totals = plan.totals
    console.print(f"[bold]{escape(plan.name)}[/]")
    console.print(f"  {SIGNS[review.verdict]}  {_counted(review)}")
    console.print(
        f"  served    {totals.served} of {totals.served + totals.unserved} orders, in {totals.sorties} sorties"
    )
    console.print(f"  cost      {totals.currency} {totals.cost:,.2f} ({escape(_proof(plan.bound))})")
    hours, kwh = totals.flight_s / 3600, totals.energy_wh / 1000
    console.print(f"  flown     {totals.distance_m / 1000:,.1f} km, {hours:.1f} h, {kwh:,.1f} kWh")
    if any(_apart(plan).values()):
        console.print(f"  apart     {_apart_line(_apart(plan))}")
    for item in plan.unserved:
        console.print(f"  [yellow]unserved[/]  {escape(item.order)}  [bold]{item.reason}[/]  {escape(item.detail)}")
    _tell_failures(review, console)
    for filing in plan.filings:
        console.print(f"  file      {escape(_filing_line(filing, now, timezone(plan.utc_offset)))}", soft_wrap=True)
    for name, path in paths.items():
        console.print(f"  {name:<9} {escape(path)}", soft_wrap=True)


def _counted(review: Review) -> str:
    """Return how many findings have each verdict, those on rules of ledgers by themselves."""
    laws = [finding for finding in review.findings if finding.rule.startswith(LAW) and finding.rule not in RULES]
    own = Counter(finding.verdict for finding in review.findings if finding not in laws)
    told = f"{own[Verdict.PASS]} pass, {own[Verdict.FAIL]} fail, {own[Verdict.NOT_CHECKED]} not checked"
    if not laws:
        return told
    law = Counter(finding.verdict for finding in laws)
    return (
        f"{told}; of the law {law[Verdict.PASS]} hold, {law[Verdict.FAIL]} do not, "
        f"{law[Verdict.NOT_CHECKED]} have no data or need somebody to declare them"
    )


def _filing_line(filing: Filing, now: datetime, clock: timezone) -> str:
    """Return one thing to file as a line: by when, whether that can still be met, with whom, and what."""
    what = f"{filing.title} ({filing.rule}), {filing.authority}"
    each = f"; the first of {filing.count}" if filing.count > 1 else ""
    left = filing.left(now)
    if filing.latest_at is None or left is None:
        idea = "" if filing.indicative_at is None else f", once {filing.indicative_at.astimezone(clock):%Y-%m-%d}"
        return f"before the flight, no lead time is known{idea}: {what}{each}"
    state = f"{_span(left)} left" if left >= timedelta(0) else f"too late by {_span(-left)}"
    return f"by {filing.latest_at.astimezone(clock):%Y-%m-%d %H:%M} ({state}): {what}{each}"


def _span(length: timedelta) -> str:
    hours = length // timedelta(hours=1)
    return f"{hours // 24} d {hours % 24} h" if hours >= 24 else f"{hours} h {length // timedelta(minutes=1) % 60} min"


def _tell_failures(review: Review, console: Console) -> None:
    for finding in review.of(Verdict.FAIL):
        console.print(f"  {SIGNS[Verdict.FAIL]}  {escape(finding_line(finding))}", soft_wrap=True)


def finding_line(finding: Finding) -> str:
    """Return a finding as one line: rule, subject, place, figures, sentence."""
    parts = [finding.rule, finding.subject]
    if finding.where is not None:
        where = finding.where
        when = "" if where.t is None else f" {where.t.isoformat(timespec='seconds')}"
        parts.append(f"at {where.lon:.6f}, {where.lat:.6f}, {where.alt_amsl_m:.0f} m AMSL{when}")
    if finding.margin is not None:
        required = "" if finding.required is None else f", required {finding.required:g}"
        measured = "" if finding.measured is None else f"measured {finding.measured:g}{required}, "
        parts.append(f"{measured}margin {finding.margin:+g} {finding.unit}".rstrip())
    return " · ".join([*parts, finding.detail] if finding.detail else parts)


def tell_review(review: Review, console: Console) -> None:
    """Print a review: the verdict, every failure, what was not checked, and the ten tightest margins."""
    console.print(f"{SIGNS[review.verdict]}  {_counted(review)}")
    _tell_failures(review, console)
    table = Table(
        "rule", "subject", "measured", "required", "margin", title="tightest margins that hold", title_justify="left"
    )
    passed = (finding for finding in review.of(Verdict.PASS) if not is_bookkeeping(finding.rule))
    measured = (finding for finding in passed if finding.margin is not None)
    held = [finding for finding in measured if not is_waived(finding.rule, finding.verdict, finding.margin)]
    for finding in held[:10]:
        figures = (finding.measured, finding.required, finding.margin)
        cells = ["" if figure is None else f"{figure:,.2f} {finding.unit}".strip() for figure in figures]
        table.add_row(escape(finding.rule), escape(finding.subject), *map(escape, cells))
    console.print(table)
    for finding in review.of(Verdict.NOT_CHECKED):
        console.print(
            f"  {SIGNS[Verdict.NOT_CHECKED]}  {escape(finding.rule)} · {escape(finding.detail)}", soft_wrap=True
        )

"""What the command line prints: each answer as lines for people and as one JSON document for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from rich import markup
from rich.console import Console

from airspace.errors import Problem, showable
from planner.model.reviews import Finding, Review, Verdict
from planner.safety.findings import LAW
from planner.safety.rules import RULES, is_bookkeeping, is_waived
from planner.tabling import Column, tell_table

SIGNS = {
    Verdict.PASS: "[green]✓ PASS[/]",
    Verdict.FAIL: "[red]✗ FAIL[/]",
    Verdict.NOT_CHECKED: "[yellow]? NOT CHECKED[/]",
}


def escape(text: str) -> str:
    """Return a text of others as it may stand among marks of Rich: on one line, and nothing in it a mark."""
    return markup.escape(showable(text))


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


def counts(review: Review) -> dict[str, int]:
    """Return how many findings have each verdict."""
    return {verdict.value: len(review.of(verdict)) for verdict in Verdict}


def verdicts_line(review: Review) -> str:
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


def tell_failures(review: Review, console: Console) -> None:
    """Print every failure of a review."""
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
    console.print(f"{SIGNS[review.verdict]}  {verdicts_line(review)}")
    tell_failures(review, console)
    _tell_margins(review, console)
    for finding in review.of(Verdict.NOT_CHECKED):
        console.print(
            f"  {SIGNS[Verdict.NOT_CHECKED]}  {escape(finding.rule)} · {escape(finding.detail)}", soft_wrap=True
        )


def _tell_margins(review: Review, console: Console) -> None:
    passed = (finding for finding in review.of(Verdict.PASS) if not is_bookkeeping(finding.rule))
    measured = (finding for finding in passed if finding.margin is not None)
    held = [finding for finding in measured if not is_waived(finding.rule, finding.verdict, finding.margin)][:10]
    if not held:
        return
    console.print("tightest margins that hold")
    tell_table(
        [
            Column(head="rule", cells=tuple(finding.rule for finding in held), rank=0),
            Column(head="subject", cells=tuple(finding.subject for finding in held), rank=2, least=40),
            _figures("measured", 4, [(finding.measured, finding.unit) for finding in held]),
            _figures("required", 3, [(finding.required, finding.unit) for finding in held]),
            _figures("margin", 1, [(finding.margin, finding.unit) for finding in held]),
        ],
        console,
    )


def _figures(head: str, rank: int, told: Sequence[tuple[float | None, str]]) -> Column:
    cells = ("" if figure is None else f"{figure:,.2f} {unit}".strip() for figure, unit in told)
    return Column(head=head, cells=tuple(cells), rank=rank, right=True)

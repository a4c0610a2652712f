"""How ``skyferry export`` tells what became of a plan in each format: as a table, and as a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from planner.formats.reviews import review_to_document
from planner.model.reviews import Finding, Verdict
from planner.output.exports.exporting import Outcome
from planner.output.exports.formats import Reviewed
from planner.output.exports.reading_back import ReadBack
from planner.telling import SIGNS, counted, escape, finding_line, problems_document

REFUSED = "[yellow]REFUSED[/]"


def export_document(outcomes: Sequence[Outcome], reviewed: Reviewed, folder: Path) -> dict[str, Any]:
    """Return what became of a plan in each format, for programs."""
    return {
        "plan": reviewed.plan.name,
        "digest": reviewed.digest,
        "verdict": reviewed.review.verdict.value,
        "formats": [_outcome_document(outcome, folder) for outcome in outcomes],
    }


def _outcome_document(outcome: Outcome, folder: Path) -> dict[str, Any]:
    form, read = outcome.format, outcome.read
    told: dict[str, Any] = {"format": form.name, "title": form.title, "precision": asdict(form.precision)}
    if read is None:
        return {**told, "refused": True, **problems_document(outcome.refused)}
    return {
        **told,
        "refused": False,
        "paths": [str(folder / form.name / file.name) for file in outcome.files],
        "worst_difference": asdict(read.difference),
        "within_precision": read.within,
        "same_record": read.same,
        "verdict": read.verdict.value,
        "failed": _findings(read, read.failed),
        "about_digits": _findings(read, read.digits),
    }


def _findings(read: ReadBack, findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = review_to_document(replace(read.review, findings=findings))["findings"]
    return told


def tell_export(outcomes: Sequence[Outcome], reviewed: Reviewed, folder: Path, console: Console) -> None:
    """Print the table of all formats, then what failed, what was refused and why."""
    console.print(_table(outcomes))
    console.print(f"  files     {escape(str(folder))}, a folder for each format", soft_wrap=True)
    for outcome in outcomes:
        for line in _lines(outcome):
            console.print(line, soft_wrap=True)
    if reviewed.review.verdict is not Verdict.PASS:
        console.print(f"  the plan itself: {SIGNS[reviewed.review.verdict]}", soft_wrap=True)


def _table(outcomes: Sequence[Outcome]) -> Table:
    table = Table(title="read back: worst difference, of what the format promises", title_justify="left")
    for head in ("format", "files"):
        table.add_column(head)
    for head in ("place, m", "height, m", "time, s"):
        table.add_column(head, justify="right")
    table.add_column("check")
    for outcome in outcomes:
        table.add_row(*_cells(outcome))
    return table


def _cells(outcome: Outcome) -> tuple[str, ...]:
    form, read = outcome.format, outcome.read
    if read is None:
        return form.name, "", "", "", "", REFUSED
    told, held = read.difference, form.precision
    size_kb = sum(len(file.content) for file in read.files) / 1000
    late = "not held" if told.time_s is None or held.time_s is None else _of(told.time_s, held.time_s)
    return (
        form.name,
        f"{counted(len(read.files), 'file')}, {size_kb:,.0f} kB",
        _of(told.horizontal_m, held.horizontal_m),
        _of(told.vertical_m, held.vertical_m),
        late,
        f"{SIGNS[read.verdict]}{', the same record' if read.same else ''}",
    )


def _of(worst: float, promised: float) -> str:
    return f"{_plain(worst)} of {_plain(promised)}"


def _plain(value: float) -> str:
    return f"{value:.5f}".rstrip("0").rstrip(".")


def _lines(outcome: Outcome) -> Iterator[str]:
    """Yield what there is to say of a format beside its row."""
    name = escape(outcome.format.name)
    for problem in outcome.refused:
        yield f"  {REFUSED}  {name} · {escape(problem.code)} · {escape(str(problem))}"
    if outcome.read is None:
        return
    for finding in outcome.read.failed:
        yield f"  {SIGNS[Verdict.FAIL]}  {name} · {escape(finding_line(finding))}"
    for finding in outcome.read.digits:
        yield f"  about digits only  {name} · {escape(finding_line(finding))}"

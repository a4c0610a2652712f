"""How ``skyferry verify`` tells what it found: as lines, and as a document."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape

from planner.provenance.verifying import Answer, Verification
from planner.telling import SIGNS


def verification_document(told: Verification) -> dict[str, Any]:
    """Return all answers for programs."""
    return {
        "plan": told.plan_file,
        "digest": told.digest,
        "verdict": told.verdict.value,
        "answers": [_answer_document(answer) for answer in told.answers],
    }


def _answer_document(answer: Answer) -> dict[str, Any]:
    return {**asdict(answer), "verdict": answer.verdict.value}


def tell_verification(told: Verification, console: Console, *, quiet: bool = False) -> None:
    """Print the verdict and every answer; quietly, only those that do not pass."""
    console.print(f"{SIGNS[told.verdict]}  {escape(told.plan_file)}  {told.digest}", soft_wrap=True)
    for answer in told.answers:
        if not (quiet and answer.verdict == "PASS"):
            line = f"  {SIGNS[answer.verdict]}  {answer.about} · {escape(answer.subject)} · {escape(answer.detail)}"
            console.print(line, soft_wrap=True)

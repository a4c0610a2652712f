"""The file that a long run goes on from: one line for each day, added when it is done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from benchmarks.soaked.judging import Margin, Outcome, Violation
from benchmarks.tables import ROOT

JUDGED_BY = ("airspace", "planner", "benchmarks/soaked", "benchmarks/planted")


def code() -> str:
    """Return a digest of the program that makes, plans and judges days."""
    digest = hashlib.sha256()
    for folder in JUDGED_BY:
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def read(path: Path) -> dict[str, Outcome]:
    """Return what is known of days by name, the last line on each; a line that was cut off at the end is left out."""
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return {told.name: told for told in map(_outcome, lines) if told is not None}


def mend(path: Path) -> None:
    """Cut off a last line that was not written to its end, so that what is added begins a line of its own."""
    if path.exists() and (text := path.read_text(encoding="utf-8")) and not text.endswith("\n"):
        path.write_text(text[: text.rfind("\n") + 1], encoding="utf-8")


def add(file: TextIO, outcome: Outcome) -> None:
    """Add a line to a file, at once."""
    file.write(json.dumps(asdict(outcome), ensure_ascii=False, allow_nan=False) + "\n")
    file.flush()


def still_holds(outcome: Outcome | None, today: str) -> bool:
    """Tell whether a day need not be planned again: nothing was wrong with it, or the program is still the same."""
    return outcome is not None and (outcome.code == today or not outcome.violations)


def by_other_code(outcomes: Iterable[Outcome], today: str) -> int:
    """Count the days that were planned by the program as it was before."""
    return sum(outcome.code != today for outcome in outcomes)


def _outcome(line: str) -> Outcome | None:
    if not line.endswith("\n"):
        return None
    told = json.loads(line)
    violations = tuple(Violation(**item) for item in told.pop("violations"))
    margins = {rule: Margin(**item) for rule, item in told.pop("margins").items()}
    return Outcome(**told, violations=violations, margins=margins)

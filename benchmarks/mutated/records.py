"""What came of mutants, kept from run to run, and what people judged of those that no test saw."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from benchmarks.mutated.changes import Mutant
from benchmarks.mutated.measuring import Branches, Measured
from benchmarks.mutated.subjects import ROOT, Subject
from benchmarks.mutated.trials import Outcome, Result

JUDGEMENTS = Path(__file__).parent / "judgements.toml"


class Judged(StrEnum):
    """What a mutant that survived is."""

    EQUIVALENT = "equivalent"
    """No input tells it from the original."""
    EFFORT = "changes effort only"
    """The same answers, sooner or later."""
    MESSAGE = "changes words only"
    MARGIN = "within the margin"
    """The answer differs by less than the tolerance that the code states for it."""
    OPEN = "to be killed"
    """A test is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What somebody thinks of a survivor, and why."""

    judged: Judged
    why: str


Key = tuple[str, str, str, str, int]


def judgements(path: Path = JUDGEMENTS) -> dict[Key, Judgement]:
    """Return what was judged of survivors, by the key of each.

    Raises
    ------
    ValueError
        Where one is judged twice, or in no words.
    """
    found: dict[Key, Judgement] = {}
    for item in tomllib.loads(path.read_text(encoding="utf-8")).get("survivor", []):
        key = (item["module"], item["function"], item["was"], item["now"], item.get("number", 1))
        if key in found or not item["why"]:
            raise ValueError(f"{path.name}: {key}: expected one judgement, with a reason")
        found[key] = Judgement(judged=Judged(item["judged"]), why=item["why"])
    return found


@dataclass(frozen=True, kw_only=True)
class State:
    """A file of lines of JSON, one for each mutant tried; what was tried of other text than there is now counts not."""

    path: Path
    texts: dict[str, str] = field(default_factory=dict)

    def add(self, result: Result) -> None:
        """Write down what came of a mutant."""
        line = {
            "key": result.mutant.key, "kind": result.mutant.kind, "outcome": result.outcome, "by": result.by,
            "text": self._text(result.mutant.module),
        }  # fmt: skip
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def results(self, mutants: Iterable[Mutant]) -> list[Result]:
        """Return what is known of some mutants, by the last line of each."""
        known = self._known()
        found: list[Result] = []
        for mutant in mutants:
            line = known.get((mutant.key, self._text(mutant.module)))
            if line is not None:
                found.append(Result(mutant=mutant, outcome=Outcome(line["outcome"]), by=line["by"]))
        return found

    def _known(self) -> dict[tuple[Key, str], Mapping[str, str]]:
        if not self.path.exists():
            return {}
        lines = [json.loads(line) for line in self.path.read_text(encoding="utf-8").splitlines()]
        return {(tuple(line["key"]), line["text"]): line for line in lines}

    def _text(self, module: str) -> str:
        if module not in self.texts:
            self.texts[module] = digest([module])
        return self.texts[module]


def digest(paths: Sequence[str]) -> str:
    """Return a hash of the text of some files, and of all Python files in some folders."""
    text = hashlib.sha256()
    for name in paths:
        path = ROOT / name
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            text.update(file.read_bytes())
    return text.hexdigest()[:16]


def kept(subject: Subject, folder: Path) -> Measured | None:
    """Return what was measured of a subject, if modules and tests are as they were then."""
    path = _measured_path(subject, folder)
    if not path.exists():
        return None
    told = json.loads(path.read_text(encoding="utf-8"))
    if "early" not in told:
        return None  # written before it was asked for
    lines = {
        module: {int(line): tuple(told["tests"][test] for test in tests) for line, tests in by_line.items()}
        for module, by_line in told["lines"].items()
    }
    branches = {
        module: Branches(
            statements=item["statements"], missing=tuple(item["missing"]), branches=item["branches"],
            untaken=tuple((start, end) for start, end in item["untaken"]),
        )
        for module, item in told["branches"].items()
    }  # fmt: skip
    early = {module: tuple(numbers) for module, numbers in told["early"].items()}
    return Measured(
        seconds=told["seconds"], failed=tuple(told["failed"]), lines=lines, early=early, branches=branches
    )  # fmt: skip


def keep(subject: Subject, found: Measured, folder: Path) -> None:
    """Write down what was measured of a subject."""
    tests = {test: number for number, test in enumerate(found.seconds)}
    told = {
        "tests": list(found.seconds),
        "seconds": found.seconds,
        "failed": found.failed,
        "lines": {
            module: {line: [tests[test] for test in names] for line, names in by_line.items()}
            for module, by_line in found.lines.items()
        },
        "early": found.early,
        "branches": {
            module: {
                "statements": item.statements, "missing": item.missing, "branches": item.branches,
                "untaken": item.untaken,
            }
            for module, item in found.branches.items()
        },
    }  # fmt: skip
    _measured_path(subject, folder).write_text(json.dumps(told), encoding="utf-8")


def _measured_path(subject: Subject, folder: Path) -> Path:
    return folder / f"{subject.name}-{digest([*subject.modules, *subject.tests])}.json"

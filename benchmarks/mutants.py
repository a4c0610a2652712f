"""Whether tests see small faults put into the modules that safety hangs on, and which branches no test takes.

One fault at a time is put into a module, and the tests that mirror the module and run the changed line must fail. What
came of each is kept in a file, so that a run can be stopped and gone on with; those that no test saw are judged in
``mutated/judgements.toml``. To reach: 90 % of the faults seen.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import sys
from collections.abc import Iterable, Sequence, Set
from pathlib import Path

import hypothesis

from benchmarks.mutated.changes import Mutant, mutants
from benchmarks.mutated.forks import forked
from benchmarks.mutated.measuring import Measured, measured
from benchmarks.mutated.records import Key, State, judgements, keep, kept
from benchmarks.mutated.report import NO_OTHER_ANSWER, SEEN, Account, figures, reached, survivors, untaken
from benchmarks.mutated.subjects import ROOT, SUBJECTS, Subject
from benchmarks.mutated.trials import Result, set_up, tried
from benchmarks.tables import write

PAGE = ROOT / "docs" / "mutants.md"
FOLDER = ROOT / "out" / "mutants"
SMOKE = "airspace/earth/heights.py"
SMOKE_SAMPLE = 20
LIBRARIES = ("networkx", "numpy", "pyproj", "scipy.sparse.csgraph", "shapely", "pytest")
"""Imported once, before anything of the project is."""


def main() -> int:
    """Try mutants, print the table, and say by the exit code whether enough of them were seen."""
    options = _parser().parse_args()
    _settle()
    modules = [SMOKE] if options.smoke else options.only or [name for item in SUBJECTS for name in item.modules]
    state = State(path=options.state / "tried.jsonl")
    options.state.mkdir(parents=True, exist_ok=True)
    sample = SMOKE_SAMPLE if options.smoke else options.sample
    if options.smoke:
        state.path.unlink(missing_ok=True)
    accounts: list[Account] = []
    for subject in SUBJECTS:
        chosen = [module for module in subject.modules if module in modules]
        if chosen:
            accounts += _accounts(subject, chosen, state, sample, options)
    judged = judgements()
    print(figures(accounts, judged))
    if options.write:
        write("figures", figures(accounts, judged), renew="python -m benchmarks.mutants --write", page=PAGE)
        write("untaken", untaken(accounts), renew="python -m benchmarks.mutants --write", page=PAGE)
        write("survivors", survivors(accounts, judged), renew="python -m benchmarks.mutants --write", page=PAGE)
    return 0 if reached(accounts) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help=f"a short version for CI: {SMOKE_SAMPLE} of {SMOKE}")
    parser.add_argument("--write", action="store_true", help="renew docs/mutants.md")
    parser.add_argument("--only", metavar="PATH", action="append", help="one module; may be told several times")
    parser.add_argument("--sample", metavar="N", type=int, help="so many mutants of each module; all without it")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--state", metavar="DIR", type=Path, default=FOLDER, help="where to keep what came of them")
    parser.add_argument("--again", action="store_true", help="try those again that survived and may not")
    parser.add_argument("--told", action="store_true", help="try nothing, tell what is kept")
    return parser


def _settle() -> None:
    """Let tests give the same each time, and import what does not belong to the project."""
    for name in LIBRARIES:
        importlib.import_module(name)
    os.environ["CI"] = "true"
    hypothesis.settings.register_profile(
        "mutants", derandomize=True, database=None, deadline=None, suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )  # fmt: skip
    hypothesis.settings.load_profile("mutants")


def _accounts(
    subject: Subject, modules: Sequence[str], state: State, sample: int | None, options: argparse.Namespace
) -> list[Account]:
    """Measure a subject, try what of its modules was not tried yet, and return what is known then."""
    known = kept(subject, options.state) if options.told else _measured(subject, options.state)
    found = {name: mutants(name, (ROOT / name).read_text(encoding="utf-8")) for name in modules}
    chosen = {name: _sample(name, found[name], sample, options.seed) for name in modules}
    if not options.told:
        settled = _settled() if options.again else None
        wanted = list(_wanted(chosen.values(), state, settled))
        tried(subject, wanted, known, _Teller(state))
    return [
        Account(
            module=name, mutants=len(found[name]), results=tuple(state.results(chosen[name])),
            branches=known.branches.get(name) if known else None,
        )
        for name in modules
    ]  # fmt: skip


def _measured(subject: Subject, folder: Path) -> Measured:
    known = kept(subject, folder)
    if known is None:
        ended = forked(lambda: _measure(subject))
        if ended.told is None:
            raise SystemExit(f"{subject.name}: its tests could not be run: {ended.error}")
        known = ended.told
        keep(subject, known, folder)
    for test in known.failed:
        print(f"FAILS WITHOUT A FAULT, left out: {test}", file=sys.stderr)
    return known


def _measure(subject: Subject) -> Measured:
    set_up(subject)
    return measured(subject.modules, subject.tests)


def _sample(module: str, found: Sequence[Mutant], count: int | None, seed: int) -> list[Mutant]:
    """Return some mutants of a module in a random order, of which a smaller sample is the beginning."""
    shuffled = list(found)
    random.Random(f"{seed} {module}").shuffle(shuffled)  # noqa: S311 - a sample, no secret
    return shuffled[:count]


def _settled() -> set[Key]:
    """Return the mutants that were judged to give no other answer."""
    return {key for key, told in judgements().items() if told.judged in NO_OTHER_ANSWER}


def _wanted(chosen: Iterable[Sequence[Mutant]], state: State, settled: Set[Key] | None) -> Iterable[Mutant]:
    """Yield those that were not tried yet; with a set of those that are settled also the others that survived."""
    for several in chosen:
        known = {result.mutant.key: result.outcome for result in state.results(several)}
        for mutant in several:
            survived = mutant.key in known and known[mutant.key] not in SEEN
            if mutant.key not in known or (survived and settled is not None and mutant.key not in settled):
                yield mutant


class _Teller:
    """Writes down what came of a mutant, and tells of those that no test saw."""

    def __init__(self, state: State) -> None:
        self.state = state

    def __call__(self, result: Result) -> None:
        self.state.add(result)
        if result.outcome not in SEEN:
            mutant = result.mutant
            where = f"{mutant.module}:{mutant.lines[0]}"
            print(f"{result.outcome.upper()} {where}: {mutant.was}  ->  {mutant.now}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

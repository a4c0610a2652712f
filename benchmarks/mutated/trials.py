"""Mutants met by their tests, each in a fork.

Most faults are inside a function. They are tried in a fork of a process that has imported all modules and tests: the
function gets the code with the fault, and its tests run, which takes as long as they do. Whatever lives through that
although its line runs before any test does, and every fault outside of functions, is tried once more from the
beginning: in a fork that has not imported anything of the project yet, where the module is compiled with the fault in
place of the file.
"""

from __future__ import annotations

import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import CodeType, FunctionType

import pytest

from benchmarks.mutated.changes import Mutant, mutated
from benchmarks.mutated.forks import Ended, forked
from benchmarks.mutated.measuring import PYTEST, Measured
from benchmarks.mutated.subjects import ROOT, Subject

LEAST_S, TIMES = 5.0, 5.0
"""CPU seconds that a test of a mutant may take: so many, and so many times what it takes without a fault."""
IMPORTS_S = 20.0
"""On top of it where everything is imported first."""


class Outcome(StrEnum):
    """What came of a mutant."""

    KILLED = "killed"
    LATE = "late"
    """Its tests took many times as long as they should, which somebody would see."""
    SURVIVED = "survived"
    UNREACHED = "unreached"
    """No test runs its line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a mutant, and by which test."""

    mutant: Mutant
    outcome: Outcome
    by: str = ""


def tried(subject: Subject, wanted: Sequence[Mutant], known: Measured, told: Callable[[Result], None]) -> None:
    """Try mutants of a subject in a process that has imported none of its modules, and tell what came of each."""
    order = _Order(known)
    quick, left = list[Mutant](), list[Mutant]()
    for mutant in wanted:
        if not order.tests(mutant):
            told(Result(mutant=mutant, outcome=Outcome.UNREACHED))
        else:
            (quick if mutant.function else left).append(mutant)
    if quick:
        ended = forked(lambda: _from_imported(subject, quick, order, told))
        if ended.told is None:
            raise RuntimeError(f"{subject.name}: the tests could not be collected: {ended.error or 'they ended'}")
        left += ended.told
    for mutant in left:
        told(_from_nothing(subject, mutant, order))


def _tests(mutant: Mutant, known: Measured) -> list[str]:
    """Return the tests that run a line of a mutant; outside of functions of its module, or that bear its name."""
    by_line = known.lines[mutant.module]
    lines = range(mutant.lines[0], mutant.lines[1] + 1) if mutant.function else by_line
    found = {test for line in lines for test in by_line.get(line, ())}
    if not mutant.function:
        found |= {test for test in known.seconds if _bears_its_name(mutant, test)}
    return sorted(found - set(known.failed))


def _bears_its_name(mutant: Mutant, test: str) -> bool:
    return f"/test_{Path(mutant.module).name}::" in test


class _Order:
    """In which order tests meet a mutant: those that killed its neighbours first, those of its module, the quickest."""

    def __init__(self, known: Measured) -> None:
        self.known = known
        self.hits: dict[tuple[str, str], dict[str, int]] = {}

    def killed(self, result: Result) -> None:
        hits = self.hits.setdefault((result.mutant.module, result.mutant.function), {})
        hits[result.by] = hits.get(result.by, 0) + 1

    def tests(self, mutant: Mutant) -> list[str]:
        hits = self.hits.get((mutant.module, mutant.function), {})

        def rank(test: str) -> tuple[int, bool, float, str]:
            return -hits.get(test, 0), not _bears_its_name(mutant, test), self.known.seconds[test], test

        return sorted(_tests(mutant, self.known), key=rank)

    def runs_early(self, mutant: Mutant) -> bool:
        """Tell whether a fault may do something before a test runs, which its function's code comes too late for."""
        return not set(self.known.early[mutant.module]).isdisjoint(range(mutant.lines[0], mutant.lines[1] + 1))

    def limits_s(self, tests: Sequence[str]) -> list[float]:
        return [LEAST_S + TIMES * self.known.seconds[test] for test in tests]


def _from_imported(
    subject: Subject, wanted: Sequence[Mutant], order: _Order, told: Callable[[Result], None]
) -> list[Mutant]:
    """Import all modules and tests, try mutants in forks, and return those that live and have to be tried again."""
    alive: list[Mutant] = []

    def loop(session: pytest.Session) -> None:
        items = {item.nodeid: item for item in session.items}
        for name in subject.modules:
            importlib.import_module(name.removesuffix(".py").replace("/", "."))
        for mutant in wanted:
            result = _from_here(mutant, order, items)
            told(result)
            if result.outcome is not Outcome.SURVIVED:
                order.killed(result)
            elif order.runs_early(mutant):
                alive.append(mutant)

    files = sorted({test.split("::")[0] for mutant in wanted for test in order.tests(mutant)})
    set_up(subject)
    pytest.main([*PYTEST, *files], plugins=[_Loop(loop)])
    return alive


def _from_here(mutant: Mutant, order: _Order, items: Mapping[str, pytest.Item]) -> Result:
    tests = order.tests(mutant)
    chosen = [items[test] for test in tests]
    limits_s = order.limits_s(tests)
    return _result(mutant, forked(lambda: _met(mutant, chosen, limits_s), cpu_s=sum(limits_s)))


def _from_nothing(subject: Subject, mutant: Mutant, order: _Order) -> Result:
    """Import everything with a fault in place, and run its tests."""
    tests = order.tests(mutant)
    limits_s = order.limits_s(tests)

    def work() -> str:
        set_up(subject)
        sys.meta_path.insert(0, _Planted(mutant))
        plugin = _Loop(lambda session: _run(_sorted(session.items, tests), limits_s))
        code = pytest.main([*PYTEST, *sorted({test.split("::")[0] for test in tests})], plugins=[plugin])
        # Tests that cannot be collected any more have seen the fault too.
        return "" if code == pytest.ExitCode.OK else plugin.failed or "collection"

    return _result(mutant, forked(work, cpu_s=IMPORTS_S + sum(limits_s)))


def set_up(subject: Subject) -> None:
    """Let this process import the modules of a subject the way its faults can be put in."""
    if subject.plain:
        os.environ["NUMBA_DISABLE_JIT"] = "1"


def _sorted(items: Sequence[pytest.Item], tests: Sequence[str]) -> list[pytest.Item]:
    by_name = {item.nodeid: item for item in items}
    return [by_name[test] for test in tests if test in by_name]


def _result(mutant: Mutant, ended: Ended) -> Result:
    if ended.error:
        # What goes wrong here is no test that fails.
        raise RuntimeError(f"{mutant.module}: {mutant.now}: {ended.error}")
    if ended.late:
        return Result(mutant=mutant, outcome=Outcome.LATE)
    by = "a crash" if ended.died else str(ended.told)
    return Result(mutant=mutant, outcome=Outcome.KILLED if by else Outcome.SURVIVED, by=by)


def _met(mutant: Mutant, items: Sequence[pytest.Item], limits_s: Sequence[float]) -> str:
    """Put a fault into its function here, and return the first test that fails; nothing if none does."""
    code = _code(mutant)
    for function in _functions(mutant):
        function.__code__ = code
    return _run(items, limits_s)


def _run(items: Sequence[pytest.Item], limits_s: Sequence[float]) -> str:
    """Run tests until one fails, and return its name; a test that takes too long ends the process."""
    failures: list[str] = []
    watch = _Failures(failures)
    if items:
        items[0].config.pluginmanager.register(watch)
    for item, following, limit_s in zip(items, [*items[1:], None], limits_s, strict=True):
        signal.setitimer(signal.ITIMER_PROF, limit_s)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if failures:
            break
    signal.setitimer(signal.ITIMER_PROF, 0.0)
    if items:
        items[0].config.pluginmanager.unregister(watch)
    return failures[0] if failures else ""


class _Failures:
    def __init__(self, failures: list[str]) -> None:
        self.failures = failures

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failures.append(report.nodeid)


class _Loop:
    """Takes the place of the loop in which pytest runs its tests."""

    def __init__(self, loop: Callable[[pytest.Session], str | None]) -> None:
        self.loop, self.failed = loop, ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Interrupted("tests cannot be collected")
        self.failed = self.loop(session) or ""
        session.testsfailed = bool(self.failed)
        return True


def _code(mutant: Mutant) -> CodeType:
    """Return the code of the function of a mutant, with the fault in it."""
    path = ROOT / mutant.module
    waiting = [compile(mutated(path.read_text(encoding="utf-8"), mutant), str(path), "exec", dont_inherit=True)]
    while waiting:
        code = waiting.pop()
        if code.co_qualname == mutant.function:
            return code
        waiting += [const for const in code.co_consts if isinstance(const, CodeType)]
    raise LookupError(f"{mutant.module}: no function {mutant.function}")


def _functions(mutant: Mutant) -> list[FunctionType]:
    """Return the function of a mutant as it lives here, whatever it is wrapped in or bound to."""
    path = str(ROOT / mutant.module)
    found = [
        each
        for each in gc.get_objects()
        if isinstance(each, FunctionType)
        and each.__code__.co_filename == path
        and each.__code__.co_qualname == mutant.function
    ]
    if not found:
        raise LookupError(f"{mutant.module}: {mutant.function} is not imported")
    return found


class _Planted(importlib.abc.MetaPathFinder):
    """Finds one module with a fault in it."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.name = mutant.module.removesuffix(".py").replace("/", ".")

    def find_spec(self, name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        if name != self.name:
            return None
        loader = _Loader(name, str(ROOT / self.mutant.module))
        loader.mutant = self.mutant
        return importlib.util.spec_from_file_location(name, loader.path, loader=loader)


class _Loader(importlib.machinery.SourceFileLoader):
    mutant: Mutant

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - of the one module it was made for
        source = Path(self.path).read_text(encoding="utf-8")
        return compile(mutated(source, self.mutant), self.path, "exec", dont_inherit=True)

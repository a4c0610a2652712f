"""Which test runs which line of some modules, what each test takes, and which branches no test takes."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks.mutated.subjects import ROOT

REWRITTEN = "ignore:Module already imported so cannot be rewritten:pytest.PytestAssertRewriteWarning"
"""Hypothesis is here before pytest begins."""
PYTEST = (
    "-q",
    "-s",
    "-p",
    "no:cacheprovider",
    "-W",
    REWRITTEN,
    "--rootdir",
    str(ROOT),
    "-c",
    str(ROOT / "pyproject.toml"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Branches:
    """How much of a module its tests run."""

    statements: int
    missing: tuple[int, ...]
    """Lines that no test runs."""
    branches: int
    untaken: tuple[tuple[int, int], ...]
    """Branches that no test takes, from line to line; a line below zero is an end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came of one run of the tests of a subject."""

    seconds: dict[str, float]
    """CPU seconds of each test, with coverage measured."""
    failed: tuple[str, ...]
    lines: dict[str, dict[int, tuple[str, ...]]]
    """By module and line: the tests that run it."""
    early: dict[str, tuple[int, ...]]
    """By module: the lines that run before any test does, as it is imported."""
    branches: dict[str, Branches]


def measured(modules: Sequence[str], tests: Sequence[str]) -> Measured:
    """Run some tests with coverage measured; in a process that has not imported the modules yet."""
    import coverage

    watch = coverage.Coverage(data_file=None, branch=True, config_file=False, include=[str(ROOT / m) for m in modules])
    plugin = _Watching(watch, modules)
    watch.start()
    try:
        pytest.main([*PYTEST, *tests], plugins=[plugin])
    finally:
        watch.stop()
    return Measured(
        seconds=plugin.seconds, failed=tuple(sorted(plugin.failed)), lines=_lines(watch, modules, plugin.users),
        early=_early(watch, modules), branches=_branches(watch),
    )  # fmt: skip


class _Watching:
    """Tells coverage which test is running; what a shared fixture runs counts for all tests that use it."""

    def __init__(self, watch: Any, modules: Sequence[str]) -> None:
        self.watch, self.now = watch, ""
        self.modules = modules
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()
        self.users: dict[str, list[str]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        for name in getattr(item, "fixturenames", ()):
            self.users.setdefault(f"fixture {name}", []).append(item.nodeid)
        _forget(self.modules)
        self._switch(item.nodeid)
        began = time.process_time()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.process_time() - began
            self._switch("")

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        before = self.now
        if fixturedef.scope != "function":
            self._switch(f"fixture {fixturedef.argname}")
        try:
            return (yield)
        finally:
            self._switch(before)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)

    def _switch(self, name: str) -> None:
        if name != self.now:
            self.now = name
            self.watch.switch_context(name)


def _forget(modules: Sequence[str]) -> None:
    """Empty the caches of some modules: else their functions would count for the first test only that asks them."""
    for name in modules:
        module = sys.modules.get(name.removesuffix(".py").replace("/", "."))
        for value in vars(module).values() if module else ():
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def _lines(watch: Any, modules: Sequence[str], users: dict[str, list[str]]) -> dict[str, dict[int, tuple[str, ...]]]:
    data = watch.get_data()
    found: dict[str, dict[int, tuple[str, ...]]] = {}
    for module in modules:
        by_line = data.contexts_by_lineno(str(ROOT / module))
        found[module] = {
            line: tuple(sorted({test for name in names if name for test in users.get(name, [name])}))
            for line, names in by_line.items()
        }
    return found


def _early(watch: Any, modules: Sequence[str]) -> dict[str, tuple[int, ...]]:
    data = watch.get_data()
    by_module = {module: data.contexts_by_lineno(str(ROOT / module)) for module in modules}
    return {module: tuple(sorted(line for line, names in by_line.items() if "" in names))
            for module, by_line in by_module.items()}  # fmt: skip


def _branches(watch: Any) -> dict[str, Branches]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "told.json")
        watch.json_report(outfile=str(path))
        told = json.loads(path.read_text(encoding="utf-8"))
    found: dict[str, Branches] = {}
    for name, file in told["files"].items():
        module = str((ROOT / name).resolve().relative_to(ROOT))
        found[module] = Branches(
            statements=file["summary"]["num_statements"], missing=tuple(file["missing_lines"]),
            branches=file["summary"]["num_branches"],
            untaken=tuple((start, end) for start, end in file["missing_branches"]),
        )  # fmt: skip
    return found

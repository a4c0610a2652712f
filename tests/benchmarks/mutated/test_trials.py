"""Faults in a small project: those that its tests see, and those that they do not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.mutated import trials
from benchmarks.mutated.changes import mutants
from benchmarks.mutated.forks import Ended, forked
from benchmarks.mutated.subjects import ROOT

MODULE = """
from functools import cache

MOST = 5


@cache
def clipped(value):
    if value < 0:
        return 0
    return min(value, MOST)


def never_asked(value):
    return value + 1


def halved(value):
    return value / 2


HALF = halved(MOST)
"""
TESTS = """
import pytest

from small.clipping import HALF, clipped, halved


@pytest.fixture(scope="module")
def five():
    return clipped(5)


def test_what_is_in_between_stays():
    assert clipped(3) == 3


def test_what_is_above_is_cut(five):
    assert clipped(6) == five == 5


def test_half_is_half_of_the_most():
    assert HALF == 2.5
    assert halved(0) == 0
"""
RUN = """
import sys
from pathlib import Path
from benchmarks.mutated import measuring, subjects, trials
from benchmarks.mutated.changes import mutants
from benchmarks.mutated import trials
from benchmarks.mutated.changes import mutants
from benchmarks.mutated.forks import forked

module = "small/clipping.py"
subject = subjects.Subject(name="small", modules=(module,), tests=("test_clipping.py",))
known = forked(lambda: measuring.measured(subject.modules, subject.tests)).told
print(len(known.failed), len(known.branches[module].untaken))
found = mutants(module, Path(module).read_text())


def told(result):
    with Path("told.txt").open("a") as file:
        mutant = result.mutant
        file.write(f"{mutant.node} {mutant.variant}={result.outcome}: {mutant.now}\\n")


trials.tried(subject, found, known, told)
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "small" / "clipping.py").write_text(MODULE, encoding="utf-8")
    (tmp_path / "test_clipping.py").write_text(TESTS, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\npythonpath = ['.']\n", encoding="utf-8")
    return tmp_path


def test_faults_are_seen_where_a_test_asks_and_nowhere_else(small: Path) -> None:
    # The project's own place is taken by the small one's, before any other module looks it up.
    begin = f"from pathlib import Path\nfrom benchmarks.mutated import subjects\nsubjects.ROOT = Path({str(small)!r})\n"
    told = subprocess.run(
        [sys.executable, "-c", begin + RUN], cwd=small, env={"PYTHONPATH": f"{ROOT}:{':'.join(sys.path)}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert told.stdout == "0 1\n", "tests that fail, and branches that none takes"
    lines = (small / "told.txt").read_text(encoding="utf-8").splitlines()
    told_of: dict[str, list[str]] = {}
    for line in lines:
        mutant, what = line.split("=", 1)
        told_of.setdefault(mutant, []).append(what)
    # What lives at first and runs as its module is imported is tried again from the beginning.
    assert sorted(what for what in told_of.values() if len(what) > 1) == [
        ["survived: return value * 2", "killed: return value * 2"],
        ["survived: return value / 1", "killed: return value / 1"],
        ["survived: return value / 3", "killed: return value / 3"],
    ]
    assert sorted(what[-1] for what in told_of.values()) == sorted(
        [
            "killed: MOST = 6",
            "killed: MOST = 4",
            "survived: if value <= 0",
            "killed: if value >= 0",
            "survived: if value < 1",
            "survived: if value < -1",
            "unreached: return None",
            "unreached: return 1",
            "unreached: return -1",
            "killed: return None",
            "killed: return max(value, MOST)",
            "unreached: return None",
            "unreached: return value - 1",
            "unreached: return value + 2",
            "unreached: return value + 0",
            "killed: return value * 2",
            "killed: return value / 1",
            "killed: return value / 3",
            "killed: return None",
        ]
    )


def test_a_fork_tells_what_it_returns_and_leaves_nothing_behind_here() -> None:
    here: list[int] = []

    def work() -> int:
        here.append(1)
        return len(here)

    assert forked(work) == Ended(told=1)
    assert here == []


def test_a_fork_that_raises_tells_what_and_one_that_is_ended_tells_nothing() -> None:
    assert forked(lambda: 1 // 0) == Ended(error="ZeroDivisionError: integer division or modulo by zero")
    assert forked(lambda: os.kill(os.getpid(), signal.SIGSEGV)) == Ended(died=True)


def test_a_fault_that_cannot_be_put_in_is_an_error_and_no_fault_that_was_seen() -> None:
    mutant = mutants("no/such/module.py", "def f():\n    return 1\n")[0]
    with pytest.raises(RuntimeError, match="FileNotFoundError"):
        trials._result(mutant, forked(lambda: trials._met(mutant, [], [])))


def test_a_fork_that_does_not_end_is_ended() -> None:
    def forever() -> None:
        while True:
            pass

    assert forked(forever, cpu_s=1.0) == Ended(late=True)

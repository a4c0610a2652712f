"""What all benchmarks share: tables in Markdown, their sections of docs/benchmarks.md, and measuring side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"

HEAD = ("what", "to reach", "ours", "peer", "ratio", "reached")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A figure beside the one to reach; a ratio is how many times as long the peer takes."""

    what: str
    ours: str
    peer: str = ""
    ratio: float | None = None
    reach: str = ""
    reached: bool | None = None
    """None where nothing is to be reached."""

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands in the columns of ``HEAD``."""
        ratio = "" if self.ratio is None else f"{self.ratio:,.1f}x" if self.ratio < 100 else f"{self.ratio:,.0f}x"
        reached = {True: "yes", False: "NO", None: ""}[self.reached]
        return (self.what, self.reach, self.ours, self.peer, ratio, reached)


def line(cells: Sequence[str]) -> str:
    """Return a row of a table in Markdown."""
    return f"| {' | '.join(cells)} |"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    return "\n".join([line(head), f"|{'---|' * len(head)}", *map(line, rows)])


def write(section: str, text: str, *, renew: str, page: Path = PAGE) -> None:
    """Renew a section of a page, or begin it below the others, where a line says how to renew it."""
    old = page.read_text(encoding="utf-8")
    begin, end = f"<!-- {section} -->\n", f"\n<!-- /{section} -->"
    if begin not in old:
        old = f"{old.rstrip()}\n\nRenew with `{renew}`.\n\n{begin}{end}\n"
    head, rest = old.split(begin)
    page.write_text(f"{head}{begin}{text}{end}{rest.split(end)[1]}", encoding="utf-8")


def best(work: Callable[[], object], *, runs: int = 5, now: Callable[[], float] = time.process_time) -> float:
    """Return the least seconds of some runs: of the CPU, or by another clock."""
    return least(work, runs=runs, now=now)[0]


def least(*works: Callable[[], object], runs: int, now: Callable[[], float] = time.perf_counter) -> list[float]:
    """Return the least seconds of each of some works, run in turn so that a busy machine is fair to all."""
    times = [[_seconds(work, now) for work in works] for _ in range(runs)]
    return [min(column) for column in zip(*times, strict=True)]


def _seconds(work: Callable[[], object], now: Callable[[], float]) -> float:
    began = now()
    work()
    return now() - began


def told_s(seconds: float) -> str:
    """Return a time in the unit that suits it."""
    if seconds >= 0.1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1000:.3g} ms" if seconds >= 1e-4 else f"{seconds * 1e6:.3g} us"

"""Bad files by the million: every reader ends in a value or in problems that can be told, and in nothing else.

Each input follows from the seed, the name of its reader and its number; a run goes on where the last one ended. A
defect is another exception than BadInput, a warning, more than 2 s or 500 MB over a small file, a process that hangs or
dies, and a message that could not be shown. To reach: none.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.fuzzing import READERS, Progress, input_of, judged, run
from benchmarks.tables import ROOT, table, write

MILLION = 1_000_000
SMOKE_S = 0.6
"""Of the processor, for each reader."""

HEAD = ("reader", "inputs", "refused", "a second", "slowest input", "a million would take", "defects")


def main() -> int:
    """Run the readers asked for, print the table, and say by the exit code whether no defect is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="a short version for CI, of fewer than 40 s")
    parser.add_argument("--write", action="store_true", help="renew docs/benchmarks.md")
    parser.add_argument("--only", metavar="READER", nargs="+", choices=READERS, default=list(READERS))
    parser.add_argument("--inputs", type=int, default=MILLION, help="of each reader, those of earlier runs included")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="of the processor, for each reader")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--state", type=Path, default=ROOT / ".bench" / "fuzz", help="where runs are kept")
    parser.add_argument("--number", type=int, help="read this one input of each reader, and show it")
    options = parser.parse_args()
    if options.number is not None:
        return _show(options.only, options.number, options.seed)
    if options.smoke:
        options.state, options.seconds = ROOT / ".bench" / "fuzz-smoke", SMOKE_S
        shutil.rmtree(options.state, ignore_errors=True)  # the same inputs each time
    runs = [_run(name, options) for name in options.only]
    text = _table(runs)
    print(text)
    if options.write:
        write("fuzz", text, renew="python -m benchmarks.fuzz --write")
    return 0 if not any(progress.found for progress in runs) else 1


def _run(name: str, options: argparse.Namespace) -> Progress:
    progress = run(name, inputs=options.inputs, seed=options.seed, state=options.state, seconds=options.seconds)
    for found in progress.found:
        print(f"{name}: {found.kind}: {found.what}, {found.count} times, inputs {found.numbers}", file=sys.stderr)
    return progress


def _show(names: Sequence[str], number: int, seed: int) -> int:
    verdicts = []
    for name in names:
        made_from, raw = input_of(name, number, seed=seed)
        verdict = judged(READERS[name], raw, made_from)
        verdicts.append(verdict)
        told = "refused" if verdict.refused else "read"
        print(f"{name} {number}, from {made_from}: {told} in {verdict.seconds:.3f} s\n{raw[:2000]!r}")
        print(
            f"{verdict.defect.kind}: {verdict.defect.what}\n{verdict.defect.detail}" if verdict.defect else "no defect"
        )
    return 0 if all(verdict.defect is None for verdict in verdicts) else 1


def _table(runs: Sequence[Progress]) -> str:
    rows = [_row(progress.reader, [progress]) for progress in runs]
    return table(HEAD, [*rows, _row("all", runs)])


def _row(name: str, runs: Sequence[Progress]) -> tuple[str, ...]:
    done, seconds = sum(run.done for run in runs), sum(run.seconds for run in runs)
    per_second = done / seconds if seconds else 0.0
    hours = MILLION * sum(run.seconds / run.done for run in runs if run.done) / 3600
    return (
        name,
        f"{done:,}",
        f"{sum(run.refused for run in runs) / max(done, 1):.0%}",
        f"{per_second:,.0f}",
        f"{max(run.slowest_s for run in runs):.2f} s",
        f"{hours:.1f} h",
        str(sum(len(run.found) for run in runs)),
    )


if __name__ == "__main__":
    sys.exit(main())

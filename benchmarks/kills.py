"""Killed at any moment: whether half a run is ever taken for a whole one.

``skyferry plan`` is killed (SIGKILL) at random moments of its life and, for every other point, within milliseconds of
when it begins to write; in a folder that is empty, or holds the files of an earlier run with another seed. Each time it
is told what stands there by what ``skyferry verify`` looks at. To reach: never a half record, review or page that
passes for a whole one, and a run afterwards that leaves three files that belong together and nothing else.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from airspace.errors import BadInput
from benchmarks.tables import ROOT, Row, table, write
from planner.formats.files import LEFT_BEHIND
from planner.provenance.companions import MAP_NAME, PLAN_NAME, REVIEW_NAME, companions
from planner.provenance.records import read_whole

POINTS, SMOKE_POINTS = 100, 6
OLD_SEED, NEW_SEED = 1, 2
WITHIN_S = 0.02
"""After the first sign of writing, how soon at random it is killed at the latest."""
HEAD = ("what", "to reach", "found", "reached")


class State(StrEnum):
    """What a killed run leaves in its folder."""

    NOTHING = "nothing, or a review or page without a record"
    OLD = "the files of the run before, whole"
    NEW = "the files of the killed run, whole"
    PARTED = "files of two runs, and told so"
    HALF = "half a file, or one taken for whole that is not"


def main() -> int:
    """Kill runs, print the table, and say by the exit code whether every figure was reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help=f"a short version for CI: {SMOKE_POINTS} points")
    parser.add_argument("--write", action="store_true", help="renew docs/benchmarks.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        states, mended = killed_at_points(Path(folder), SMOKE_POINTS if options.smoke else POINTS, seed=1)
    rows = rows_of(states, mended)
    text = table(HEAD, [(row.what, row.reach, row.ours, row.cells[-1]) for row in rows])
    print(text)
    if options.write:
        write("kills", text, renew="python -m benchmarks.kills --write")
    return 0 if all(row.reached is not False for row in rows) else 1


def rows_of(states: Sequence[State], mended: bool) -> list[Row]:
    """Return what was found, one thing a row."""
    counts = Counter(states)
    rows = [Row(what="runs killed", ours=str(len(states)))]
    rows += [Row(what=f"left {state}", ours=str(counts[state])) for state in State if state is not State.HALF]
    half = counts[State.HALF]
    rows.append(Row(what=f"left {State.HALF}", reach="0", ours=str(half), reached=half == 0))
    rows.append(
        Row(what="a run afterwards leaves three files of one run and nothing else", reach="yes",
            ours="yes" if mended else "no", reached=mended)
    )  # fmt: skip
    return rows


def killed_at_points(folder: Path, points: int, *, seed: int) -> tuple[list[State], bool]:
    """Kill so many runs; return what each left, and whether a run afterwards in the same folder is whole."""
    rng, scenario, out = random.Random(seed), folder / "tiny", folder / "out"  # noqa: S311 - moments, no secret
    shutil.copytree(ROOT / "examples" / "tiny", scenario)
    finished(scenario, out, NEW_SEED)
    begun = time.monotonic()
    finished(scenario, out, OLD_SEED)
    life_s = time.monotonic() - begun
    old = {path.name: path.read_bytes() for path in out.iterdir()}
    states = []
    for point in range(points):
        _lay_out(out, old if point % 4 < 2 else {})
        after_s = rng.uniform(0, 1.05 * life_s) if point % 2 else None
        kill_one(scenario, out, after_s, rng.uniform(0, WITHIN_S))
        states.append(state_of(out))
    finished(scenario, out, OLD_SEED)
    mended = {path.name for path in out.iterdir()} == set(old) and state_of(out) is State.OLD
    return states, mended


def _lay_out(out: Path, files: dict[str, bytes]) -> None:
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    for name, raw in files.items():
        (out / name).write_bytes(raw)


def command(scenario: Path, out: Path, seed: int) -> list[str]:
    """Return how a run is started."""
    return [sys.executable, "-m", "planner", "plan", str(scenario), "-o", str(out), "--seed", str(seed)]


def finished(scenario: Path, out: Path, seed: int) -> None:
    """Run to the end."""
    subprocess.run(command(scenario, out, seed), cwd=ROOT, check=True, capture_output=True)


def kill_one(scenario: Path, out: Path, after_s: float | None, within_s: float) -> None:
    """Start a run and kill it after some seconds; without any, so soon after it begins to write."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command(scenario, out, NEW_SEED), cwd=ROOT, stdout=quiet, stderr=quiet)
    if after_s is not None:
        try:
            process.wait(after_s)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
    else:
        while process.poll() is None and not any(out.glob(LEFT_BEHIND)):
            os.sched_yield()
        time.sleep(within_s)
        process.send_signal(signal.SIGKILL)
    process.wait()


def state_of(out: Path) -> State:
    """Tell what stands in a folder by what ``skyferry verify`` looks at."""
    plan_file = out / PLAN_NAME
    if not plan_file.exists():
        return State.NOTHING
    try:
        record = read_whole(plan_file)
    except BadInput:
        return State.HALF
    beside = companions(plan_file, record.digest)
    if not record.whole or any(one.told is None for one in beside):
        return State.HALF
    if {one.path.name for one in beside if one.belongs} == {REVIEW_NAME, MAP_NAME}:
        return State.OLD if record.plan.created_by.seed == OLD_SEED else State.NEW
    return State.PARTED


if __name__ == "__main__":
    sys.exit(main())

"""The example morning as a whole: time and memory of the command, of its stages, and of the imports.

Figures to reach: the whole command in 60 s and 1 GB on two cores, ``import airspace, planner`` in 1.5 s. What is
compiled once on a machine has a row of its own: the first plan of all takes as much longer.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time

from benchmarks.tables import ROOT, best, table, write


def main() -> int:
    """Measure, print the table, and say by the exit code whether every figure was reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="a short version for CI")
    parser.add_argument("--write", action="store_true", help="renew docs/benchmarks.md")
    options = parser.parse_args()
    compiling = _compiling()
    rows = [_whole(10 if options.smoke else 100), compiling, *_imports(1 if options.smoke else 5)]
    text = _table(rows)
    print(text)
    if options.write:
        write("morning", text, renew="python -m benchmarks.morning --write")
    return 0 if all(value <= limit for _, value, limit, _ in rows[:1]) and rows[2][1] <= rows[2][2] else 1


def _whole(iterations: int) -> tuple[str, float, float, str]:
    """Run the command once; memory is checked against its limit here, because only a child tells it."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "planner", "plan", "examples/luohu", "-o", folder, "-q"]
        began = time.perf_counter()
        subprocess.run([*command, "--iterations", str(iterations)], cwd=ROOT, check=True, capture_output=True)
        spent_s = time.perf_counter() - began
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    if peak_mb > 1024:
        raise SystemExit(f"the command took {peak_mb:.0f} MB, more than 1 GB")
    return f"skyferry plan examples/luohu --iterations {iterations}, peak {peak_mb:.0f} MB", spent_s, 60.0, "s"


def _compiling() -> tuple[str, float, float, str]:
    """Have compiled what is compiled once on a machine; next to nothing where it is already."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "planner", "warm", "-q"], cwd=ROOT, check=True, capture_output=True)
    return "skyferry warm, once on a machine", time.perf_counter() - began, float("nan"), "s"


def _imports(runs: int) -> list[tuple[str, float, float, str]]:
    """Time the import of both packages beside that of the libraries it cannot do without, best of some runs."""
    ours = "import airspace, planner"
    peers = "import networkx, numpy, pyproj, scipy.sparse.csgraph, shapely"
    times = {code: best(lambda code=code: _import(code), runs=runs, now=time.perf_counter) for code in (ours, peers)}
    return [(ours, times[ours], 1.5, "s"), (f"of which the libraries: {peers}", times[peers], float("nan"), "s")]


def _import(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def _table(rows: list[tuple[str, float, float, str]]) -> str:
    cells = [
        (what, f"{value:.2f} {unit}", "" if limit != limit else f"{limit:g} {unit}")
        for what, value, limit, unit in rows
    ]
    return table(("what", "measured", "to reach"), cells)


if __name__ == "__main__":
    sys.exit(main())

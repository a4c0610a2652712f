"""Shortest paths on seeded city maps: the engine and its cleaning beside six other libraries.

The others are installed on first use in an environment of their own, ``.bench`` in the checkout, because their pins
clash with ours; ``--peers PYTHON`` names another environment that holds them.

Times are CPU seconds, one thread, but for rows that name two workers: those are seconds by the clock, with a peer on
one core. Ratios on a shared machine are good to a factor of 1.5.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from airspace.corridors.engine import warming
from benchmarks import path_comparisons, path_figures
from benchmarks.cities import city
from benchmarks.path_comparisons import OTHERS, Comparison, Question
from benchmarks.tables import HEAD, Row, line, table, write

EPF = "extremitypathfinder"


def main() -> int:
    """Measure, print the tables, and say by the exit code whether every figure that was measured was reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="small maps only, under 40 s, for CI; installs nothing")
    parser.add_argument(
        "--quick", action="store_true", help=f"do not ask {EPF} for 8,000 vertices, which takes minutes"
    )
    parser.add_argument("--truth", action="store_true", help="only compare lengths on 1,000 random maps")
    parser.add_argument("--peers", type=Path, metavar="PYTHON", help="an interpreter that has the peers of the extra")
    parser.add_argument("--write", action="store_true", help="renew docs/benchmarks.md")
    options = parser.parse_args()
    if options.write and (options.smoke or options.quick or options.truth):
        parser.error("--write wants a full run")
    warming.load()
    comparisons = _comparisons(options)
    beside = list(_printed(path_comparisons.HEAD, _beside(comparisons)))
    rows = list(_printed_rows(_rows(comparisons, options)))
    if options.write:
        tables = [table(HEAD, [row.cells for row in rows]), table(path_comparisons.HEAD, beside)]
        write("paths", "\n\n".join(tables), renew="python -m benchmarks.paths --write")
    return 0 if all(row.reached is not False for row in rows) else 1


def _printed(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    print(table(head, []), flush=True)
    for cells in rows:
        print(line(cells), flush=True)
        yield cells
    print()


def _printed_rows(rows: Iterator[Row]) -> Iterator[Row]:
    print(table(HEAD, []), flush=True)
    for row in rows:
        print(line(row.cells), flush=True)
        yield row


def _comparisons(options: argparse.Namespace) -> dict[int, Comparison]:
    """Return what is asked of the peers, by the size of the map."""
    sizes = [size for size in PEERS if not options.truth and size <= _largest(options)]
    pairs, patience_s = (8, 0.5) if options.smoke else (20, 2.0)
    return {
        size: Comparison(
            question=Question.of(city(size), pairs=pairs, patience_s=patience_s),
            python=options.peers,
            make=not options.smoke,
        )
        for size in sizes
    }


def _largest(options: argparse.Namespace) -> int:
    if options.smoke:
        return 300
    return 3300 if options.quick else 8000


PEERS = {300: (EPF, "pyvisgraph", *OTHERS), 800: (EPF, "pyvisgraph"), 3300: (EPF, *OTHERS), 8000: (EPF,)}
"""Who is asked, by the size of the map: what takes hours is left out."""


def _beside(comparisons: dict[int, Comparison]) -> Iterator[tuple[str, ...]]:
    for size, comparison in comparisons.items():
        yield from comparison.rows(PEERS[size])


def _rows(comparisons: dict[int, Comparison], options: argparse.Namespace) -> Iterator[Row]:
    yield path_figures.truth(40 if options.smoke else 1000)
    if options.truth:
        return
    yield path_figures.clearance(40 if options.smoke else 1000)
    if options.smoke:
        yield path_figures.one_to_all(3300, reach=None)
        yield from path_figures.clean(100, reach=None)
        yield path_figures.growth(600, 3300)
        yield path_figures.crowd(5000)
        return
    yield from path_figures.beside_exact_peer(comparisons[3300], (2000, 1000))
    if 8000 in comparisons:
        yield from path_figures.beside_exact_peer(comparisons[8000], (5000, None))
    yield path_figures.one_to_all(33_000, reach=25)
    yield from path_figures.thousand_pads(33_000)
    yield path_figures.whole(166_000)
    yield from path_figures.clean(5900, reach=9)
    yield path_figures.growth(600, 260_000)
    yield path_figures.memory(500_000)
    yield path_figures.crowd(100_000 if options.quick else 1_000_000)


if __name__ == "__main__":
    sys.exit(main())

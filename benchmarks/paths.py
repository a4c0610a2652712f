"""Shortest paths on seeded city maps: the engine beside networkx and, where they are installed, two peers.

The peers are asked in the environment named by ``--peers PYTHON`` (default: this one); their pins clash with ours, so
an environment of their own with ``extremitypathfinder[numba]``, ``scipy``, ``pyvisgraph`` and ``tqdm`` is the way.

Times are CPU seconds, one thread, but for rows that name two workers: those are seconds by the clock, with a peer on
one core. Ratios on a shared machine are good to a factor of 1.5.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import shapely

from airspace.corridors.engine import searches, warming
from airspace.corridors.engine.spaces import Space
from airspace.corridors.engine.tables import Views
from benchmarks.cities import City, city
from benchmarks.random_maps import lengths_by_brute_force, random_map

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
SAME_M = 1e-6
"""Sums of the same square roots in another order, over hundreds of kilometres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table; a ratio is how many times as long the peer takes."""

    what: str
    ours: str
    peer: str = ""
    ratio: float | None = None
    reach: str = ""
    reached: bool | None = None


def main() -> int:
    """Measure, print the table, and say by the exit code whether every figure that was measured was reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="small maps only, under 40 s, for CI")
    parser.add_argument("--truth", action="store_true", help="only compare lengths on 1,000 random maps")
    parser.add_argument("--peers", default=sys.executable, metavar="PYTHON", help="where the two peers are installed")
    parser.add_argument("--slow-peer", action="store_true", help="ask extremitypathfinder for 8,000 vertices: minutes")
    parser.add_argument("--write", action="store_true", help="renew docs/benchmarks.md")
    options = parser.parse_args()
    warming.load()
    rows: list[Row] = []
    for row in _rows(options):
        rows.append(row)
        print(_line(row), flush=True)
    if options.write:
        _write("\n".join([*HEAD, *map(_line, rows)]))
    return 0 if all(row.reached is not False for row in rows) else 1


def _rows(options: argparse.Namespace) -> Iterator[Row]:
    print("\n".join(HEAD))
    if options.truth:
        yield _truth(1000)
        return
    yield _truth(40 if options.smoke else 1000)
    yield from _peer_rows(300, "pyvisgraph", options.peers, reach=None)
    yield from _peer_rows(800, "extremitypathfinder", options.peers, reach=None)
    if options.smoke:
        yield _one_to_all(3_300, reach=None)
        yield _growth(600, 3_300)
        return
    yield from _peer_rows(3_300, "extremitypathfinder", options.peers, reach=(2000, 1000))
    if options.slow_peer:
        yield from _peer_rows(8_000, "extremitypathfinder", options.peers, reach=(5000, None))
    yield _one_to_all(33_000, reach=25)
    yield from _thousand_pads(33_000)
    yield _whole(166_000)
    yield _growth(600, 260_000)
    yield _memory(500_000)


# Rows


def _truth(maps: int) -> Row:
    worst_m = 0.0
    for seed in range(maps):
        drawn = random_map(seed)
        space = Space.among(drawn.obstacles)
        ours = searches.matrix(space, space.views(drawn.pads))
        true = lengths_by_brute_force(drawn)
        if not np.array_equal(np.isfinite(ours), np.isfinite(true)):
            worst_m = math.inf
        led = np.isfinite(true)
        worst_m = max(worst_m, float(np.abs(ours[led] - true[led]).max(initial=0.0)))
    what = f"largest difference from brute force, {maps:,} random maps"
    return Row(what=what, ours=f"{worst_m * 1000:.0e} mm", reach="0 mm", reached=worst_m < SAME_M)


def _peer_rows(
    vertices: int, peer: str, python: str, *, reach: tuple[float | None, float | None] | None
) -> Iterator[Row]:
    town = city(vertices)
    pairs = [(town.pads[i], town.pads[-1 - i]) for i in range(20)]
    answer = _ask(peer, python, town, pairs)
    if "missing" in answer:
        yield Row(what=f"{peer}, {vertices:,} vertices", ours="", peer=f"not installed: {answer['missing']}")
        return
    build_s = _best(lambda: _built(town))
    space, _ = _built(town)
    finder = searches.Finder(space)
    query_s = _best(lambda: [finder.line(_spot(a), _spot(b)) for a, b in pairs]) / len(pairs)
    lines = [finder.line(_spot(a), _spot(b)) for a, b in pairs]
    shorter_m = max(abs(line.length_m - m) for line, m in zip(lines, answer["lengths_m"], strict=True) if line)
    size = f"{town.vertices:,} vertices"
    wanted = reach or (None, None)
    told = f"{peer} (lengths differ by {shorter_m:.0e} m)"
    yield _compared(f"build with {len(town.pads)} pads, {size}", build_s, told, answer["build_s"], wanted[0])
    yield _compared(f"one query with new pads, {size}", query_s, peer, answer["query_s"], wanted[1])


def _one_to_all(vertices: int, *, reach: float | None) -> Row:
    space, views = _built(town := city(vertices))
    graph = _as_networkx(space, views)
    ours_s = _best(lambda: searches.tree(space, views, 0))
    reached: dict[Any, float] = {}
    peer_s = _best(lambda: reached.update(nx.single_source_dijkstra_path_length(graph, ("pad", 0))), runs=3)
    lengths = searches.tree(space, views, 0).lengths_m
    _agree(lengths, np.array([reached.get(("pad", pad), np.inf) for pad in range(len(lengths))]))
    return _compared(f"one pad to all, {town.vertices:,} vertices", ours_s, "networkx Dijkstra", peer_s, reach)


def _thousand_pads(vertices: int) -> Iterator[Row]:
    space, views = _built(town := city(vertices, pads=1000))
    graph = _as_networkx(space, views)
    clocks = [_clock(lambda count=count: searches.matrix(space, views, workers=count)) for count in (1, 2)]
    peer_s = _peer_matrix_s(graph, space, views)
    what = f"{len(views.points):,} x {len(views.points):,} pads, {town.vertices:,} vertices, 2 workers"
    yield _compared(what, clocks[1], "networkx Dijkstra from each", peer_s, 70)
    ratio = clocks[0] / clocks[1]
    ours = f"{clocks[1]:.2f} s"
    peer = f"1 worker: {clocks[0]:.2f} s"
    yield Row(what="the same 2 workers", ours=ours, peer=peer, ratio=ratio, reach="1.7x", reached=ratio >= 1.7)


def _whole(vertices: int) -> Row:
    town = city(vertices)
    made: list[tuple[Space, Views]] = []

    def work() -> None:
        space = Space.among(town.obstacles, points=town.pads, workers=2)
        views = space.views(town.pads, workers=2)
        searches.matrix(space, views, workers=2)
        made.append((space, views))

    ours_s = _clock(work)
    space, views = made[-1]
    peer_s = _peer_matrix_s(_as_networkx(space, views), space, views)
    what = f"clean polygons to 200 x 200 pads, {town.vertices:,} vertices, 2 workers"
    return _compared(what, ours_s, "networkx Dijkstra from 200 pads on the finished graph", peer_s, 40)


def _growth(small: int, large: int) -> Row:
    sizes, builds, trees = [], [], []
    for vertices in (small, large):
        town = city(vertices)
        sizes.append(town.vertices)
        builds.append(_best(lambda town=town: _built(town)))
        space, views = _built(town)
        trees.append(_best(lambda space=space, views=views: searches.tree(space, views, 0)))
    powers = [math.log(times[1] / times[0]) / math.log(sizes[1] / sizes[0]) for times in (builds, trees)]
    return Row(
        what=f"growth from {sizes[0]:,} to {sizes[1]:,} vertices: build, one to all",
        ours=f"n^{powers[0]:.2f}, n^{powers[1]:.2f}",
        peer=f"{builds[1]:.2f} s, {trees[1] * 1000:.1f} ms at the end",
        reach="below n^1.1",
        reached=max(powers) < 1.1,
    )


def _memory(vertices: int) -> Row:
    """Measured in a process of its own, where nothing else was done before."""
    code = (
        "import resource; from benchmarks.paths import _built, city, searches; town = city(%d);"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; space, views = _built(town);"
        "searches.matrix(space, views); print(town.vertices, before,"
        "resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code % vertices], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    size, before_kb, peak_kb = map(int, told.split())
    return Row(
        what=f"peak memory, {size:,} vertices, 200 x 200 pads",
        ours=f"{peak_kb / 2**20:.2f} GB",
        peer=f"of which {before_kb / 2**20:.2f} GB before the engine began",
        reach="under 2 GB",
        reached=peak_kb < 2 * 2**20,
    )


# Peers


def _ask(peer: str, python: str, town: City, pairs: list[tuple[Any, Any]]) -> dict[str, Any]:
    rings = [shapely.get_coordinates(part.exterior)[:-1].tolist() for part in shapely.orient_polygons(town.obstacles)]
    west, south, east, north = shapely.total_bounds(np.array(town.obstacles))
    boundary = shapely.get_coordinates(shapely.box(west - 9e3, south - 9e3, east + 9e3, north + 9e3))[:-1]
    job = {
        "peer": peer,
        "rings": rings,
        "boundary": _anticlockwise(boundary),
        "pairs": [[(a / 1000).tolist(), (b / 1000).tolist()] for a, b in pairs],
    }
    command = [python, str(Path(__file__).with_name("path_peers.py"))]
    told = subprocess.run(command, input=json.dumps(job), check=True, capture_output=True, text=True).stdout
    answer: dict[str, Any] = json.loads(told)
    return answer


def _anticlockwise(ring: np.ndarray) -> list[list[float]]:
    ordered = ring if shapely.is_ccw(shapely.LinearRing(ring)) else ring[::-1]
    told: list[list[float]] = ordered.tolist()
    return told


def _as_networkx(space: Space, views: Views) -> nx.Graph:
    """Return the same tangent graph with its pads as a NetworkX graph."""
    graph = nx.Graph()
    graph.add_nodes_from(("pad", pad) for pad in range(len(views.points)))
    first = np.repeat(np.arange(len(space.corners.vertices)), np.diff(space.tangents.rows))
    graph.add_weighted_edges_from(
        zip(first.tolist(), space.tangents.links[:, 0].tolist(), space.tangents.lengths_m.tolist(), strict=True)
    )
    who = np.repeat(np.arange(len(views.points)), np.diff(views.rows))
    graph.add_weighted_edges_from(
        (("pad", pad), corner, length_m)
        for pad, corner, length_m in zip(
            who.tolist(), views.links[:, 0].tolist(), views.lengths_m.tolist(), strict=True
        )
    )
    graph.add_weighted_edges_from(
        (("pad", a), ("pad", b), length_m)
        for (a, b), length_m in zip(views.pairs.tolist(), views.pair_lengths_m.tolist(), strict=True)
    )
    return graph


def _peer_matrix_s(graph: nx.Graph, space: Space, views: Views, sample: int = 5) -> float:
    """Return what NetworkX takes from all pads, from a sample of them; their lengths are compared on the way."""
    spent_s = []
    for pad in np.linspace(0, len(views.points) - 1, sample, dtype=int).tolist():
        began = time.process_time()
        reached = nx.single_source_dijkstra_path_length(graph, ("pad", pad))
        spent_s.append(time.process_time() - began)
        _agree(
            searches.tree(space, views, pad).lengths_m,
            np.array([reached.get(("pad", other), np.inf) for other in range(len(views.points))]),
        )
    return sorted(spent_s)[sample // 2] * len(views.points)


def _agree(ours: np.ndarray, peer: np.ndarray) -> None:
    if not np.allclose(ours, peer, rtol=0, atol=SAME_M):
        raise SystemExit("lengths differ from those of networkx on the same graph")


# Measuring and telling


def _built(town: City) -> tuple[Space, Views]:
    space = Space.among(town.obstacles, points=town.pads)
    return space, space.views(town.pads)


def _spot(place: np.ndarray) -> tuple[int, int]:
    return int(place[0]), int(place[1])


def _best(work: Callable[[], object], runs: int = 5) -> float:
    """Return the least CPU seconds of some runs."""
    return min(_measured(work, time.process_time) for _ in range(runs))


def _clock(work: Callable[[], object], runs: int = 3) -> float:
    """Return the least seconds by the clock of some runs."""
    return min(_measured(work, time.perf_counter) for _ in range(runs))


def _measured(work: Callable[[], object], now: Callable[[], float]) -> float:
    began = now()
    work()
    return now() - began


def _compared(what: str, ours_s: float, peer: str, peer_s: float, reach: float | None) -> Row:
    ratio = peer_s / ours_s
    return Row(
        what=what,
        ours=_told_s(ours_s),
        peer=f"{peer}: {_told_s(peer_s)}",
        ratio=ratio,
        reach="" if reach is None else f"{reach:,g}x",
        reached=None if reach is None else ratio >= reach,
    )


def _told_s(seconds: float) -> str:
    if seconds >= 0.1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1000:.3g} ms" if seconds >= 1e-4 else f"{seconds * 1e6:.3g} us"


HEAD = ["| what | to reach | ours | peer | ratio | reached |", "|---|---|---|---|---|---|"]


def _line(row: Row) -> str:
    ratio = "" if row.ratio is None else f"{row.ratio:,.1f}x" if row.ratio < 100 else f"{row.ratio:,.0f}x"
    reached = {True: "yes", False: "NO", None: ""}[row.reached]
    return f"| {row.what} | {row.reach} | {row.ours} | {row.peer} | {ratio} | {reached} |"


def _write(table: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    begin, end = "<!-- paths -->\n", "\n<!-- /paths -->"
    if begin not in text:
        text = f"{text.rstrip()}\n\nRenew with `python -m benchmarks.paths --peers PYTHON --write`.\n\n{begin}{end}\n"
    head, rest = text.split(begin)
    PAGE.write_text(f"{head}{begin}{table}{end}{rest.split(end)[1]}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

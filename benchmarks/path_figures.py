"""The figures of the path engine and of cleaning that are to be reached, each beside what it is compared with."""

from __future__ import annotations

import math
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import shapely

import airspace
from airspace.corridors import cleaning
from airspace.corridors.engine import searches
from airspace.corridors.engine.spaces import Space
from airspace.corridors.engine.tables import Views
from benchmarks.cities import FRAME, KEEP_OUT_M, City, city, country, tiny_zones
from benchmarks.clocks import Timed, clocked
from benchmarks.path_comparisons import OURS, Comparison
from benchmarks.random_maps import lengths_by_brute_force, random_map, random_zones
from benchmarks.tables import ROOT, Row, best, told_s

PATIENCE_S = 180.0
"""How long rows with two workers wait for a quiet machine."""

SAME_M = 1e-6
"""Sums of the same square roots in another order, over hundreds of kilometres."""


# Truth


def truth(maps: int) -> Row:
    """Compare lengths with those of brute force."""
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


def clearance(maps: int) -> Row:
    """Measure by shapely how much nearer to zones than stated paths come, from zones as drawn to paths."""
    least_m, count = math.inf, 0
    for seed in range(maps):
        zones, keep_out_m, pads = random_zones(seed)
        space = Space.among(cleaning.obstacles(list(zones), keep_out_m, workers=1), points=pads)
        free = pads[space.free(pads)]
        views = space.views(free)
        lines = [searches.tree(space, views, 0).line(space, views, pad) for pad in range(1, len(free))]
        paths = np.array([shapely.LineString(line.points / 1000) for line in lines if line], dtype=object)
        gaps_m = shapely.distance(paths[:, None], zones[None, :]) - keep_out_m
        least_m, count = min(least_m, float(gaps_m.min(initial=math.inf))), count + len(paths)
    return Row(
        what=f"nearest to a zone beyond the stated clearance, {count:,} paths on {maps:,} random maps",
        ours=f"{least_m * 1000:+.1f} mm",
        peer="measured by shapely against the zones as drawn",
        reach="no path nearer than stated",
        reached=least_m >= 0,
    )


# Beside extremitypathfinder


def beside_exact_peer(comparison: Comparison, reach: tuple[float | None, float | None]) -> Iterator[Row]:
    """Yield build and query beside extremitypathfinder; without it, a row that says so."""
    peer, size = "extremitypathfinder", f"{comparison.question.town.vertices:,} vertices"
    ours, theirs = comparison.ask(OURS), comparison.ask(peer)
    if ours is None or theirs is None:
        yield Row(what=f"build and query, {size}", ours="", peer=f"{peer} not installed: {comparison.missing[peer]}")
        return
    off_m = float(np.abs(ours.lengths_m() - theirs.lengths_m()).max())
    told = f"{peer} (lengths differ by {off_m:.0e} m)"
    pads = len(comparison.question.town.pads)
    yield _compared(f"build with {pads} pads, {size}", ours.build_s, told, theirs.build_s, reach[0])
    yield _compared(f"one query with new pads, {size}", ours.query_s, peer, theirs.query_s, reach[1])


# Beside networkx


def one_to_all(vertices: int, *, reach: float | None) -> Row:
    """Compare one search with networkx on the same graph."""
    space, views = _built(town := city(vertices))
    graph = _as_networkx(space, views)
    ours_s = best(lambda: searches.tree(space, views, 0))
    reached: dict[Any, float] = {}
    peer_s = best(lambda: reached.update(nx.single_source_dijkstra_path_length(graph, ("pad", 0))), runs=3)
    lengths = searches.tree(space, views, 0).lengths_m
    _agree(lengths, np.array([reached.get(("pad", pad), np.inf) for pad in range(len(lengths))]))
    return _compared(f"one pad to all, {town.vertices:,} vertices", ours_s, "networkx Dijkstra", peer_s, reach)


def thousand_pads(vertices: int) -> Iterator[Row]:
    """Compare the matrix of 1,000 pads with networkx, and two workers with one."""
    space, views = _built(town := city(vertices, pads=1000))
    graph = _as_networkx(space, views)
    one, two = (
        clocked(lambda count=count: searches.matrix(space, views, workers=count), patience_s=PATIENCE_S)
        for count in (1, 2)
    )
    peer_s = _peer_matrix_s(graph, space, views)
    what = f"{len(views.points):,} x {len(views.points):,} pads, {town.vertices:,} vertices, 2 workers"
    yield _clock_compared(what, two, "networkx Dijkstra from each", peer_s, 70)
    ratio = one.seconds / two.seconds
    yield Row(
        what="the same, 2 workers beside 1",
        ours=str(two),
        peer=f"1 worker: {one}",
        ratio=ratio,
        reach="1.7x",
        reached=ratio >= 1.7,
    )


def whole(vertices: int) -> Row:
    """Compare all of it, from clean polygons to a matrix, with networkx's searches alone."""
    town = city(vertices)
    made: list[tuple[Space, Views]] = []

    def work() -> None:
        space = Space.among(town.obstacles, points=town.pads, workers=2)
        views = space.views(town.pads, workers=2)
        searches.matrix(space, views, workers=2)
        made[:] = [(space, views)]

    ours = clocked(work, patience_s=PATIENCE_S)
    space, views = made[-1]
    peer_s = _peer_matrix_s(_as_networkx(space, views), space, views)
    what = f"clean polygons to 200 x 200 pads, {town.vertices:,} vertices, 2 workers"
    return _clock_compared(what, ours, "networkx Dijkstra from 200 pads on the finished graph", peer_s, 40)


# Cleaning


def clean(count: int, *, reach: float | None) -> Iterator[Row]:
    """Compare cleaning with the plain recipe: everything buffered, united, snapped and closed in one piece."""
    zones = country(count)
    made: list[list[shapely.Polygon]] = []
    ours = clocked(
        lambda: made.append(cleaning.obstacles(list(zones), KEEP_OUT_M, workers=2)),
        patience_s=PATIENCE_S if reach else 0.0,
    )
    vertices = len(shapely.get_coordinates(np.array(made[-1])))
    what = f"cleaning {count:,} overlapping polygons to {vertices:,} vertices, 2 workers"
    began = time.process_time()
    snapped = _snapped(zones)
    snapped_s = time.process_time() - began
    round_s = best(lambda: _closed(snapped, "round"), runs=1)
    recipe = "buffer, union, snap and closing in one piece"
    yield _clock_compared(what, ours, recipe, snapped_s + round_s, reach)
    mitred_s = best(lambda: _closed(snapped, "mitre"), runs=1)
    mitred = f"{recipe}, closed with mitred corners as ours"
    yield _clock_compared("the same cleaning", ours, mitred, snapped_s + mitred_s, None)


def _snapped(zones: np.ndarray) -> shapely.Geometry:
    radius_m = cleaning.circumscribed(KEEP_OUT_M)
    united = shapely.union_all(shapely.buffer(zones, radius_m, quad_segs=cleaning.QUAD_SEGS))
    return shapely.set_precision(united, cleaning.GRID_M)


def _closed(area: shapely.Geometry, corners: str) -> shapely.Geometry:
    half_m = cleaning.SLIT_M / 2
    return shapely.buffer(shapely.buffer(area, half_m, join_style=corners), -half_m, join_style=corners)


# Growth and memory


def growth(small: int, large: int) -> Row:
    """Tell how building and searching grow with the map."""
    sizes, builds, trees = [], [], []
    for vertices in (small, large):
        town = city(vertices)
        sizes.append(town.vertices)
        builds.append(best(lambda town=town: _built(town)))
        space, views = _built(town)
        trees.append(best(lambda space=space, views=views: searches.tree(space, views, 0)))
    powers = [math.log(times[1] / times[0]) / math.log(sizes[1] / sizes[0]) for times in (builds, trees)]
    return Row(
        what=f"growth from {sizes[0]:,} to {sizes[1]:,} vertices: build, one to all",
        ours=f"n^{powers[0]:.2f}, n^{powers[1]:.2f}",
        peer=f"{builds[1]:.2f} s, {trees[1] * 1000:.1f} ms at the end",
        reach="below n^1.1",
        reached=max(powers) < 1.1,
    )


def memory(vertices: int) -> Row:
    """Measured in a process of its own, where nothing else was done before."""
    command = [sys.executable, "-c", f"from benchmarks import path_figures; path_figures.print_memory({vertices})"]
    told = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    size, before_kb, peak_kb = map(int, told.split())
    return Row(
        what=f"peak memory, {size:,} vertices, 200 x 200 pads",
        ours=f"{peak_kb / 2**20:.2f} GB",
        peer=f"{before_kb / 2**20:.2f} GB of it were used before the engine began",
        reach="under 2 GB",
        reached=peak_kb < 2 * 2**20,
    )


def print_memory(vertices: int) -> None:
    """Print vertices, and kilobytes before and after a matrix of pads."""
    town = city(vertices)
    before_kb = _peak_kb()
    searches.matrix(*_built(town))
    print(town.vertices, before_kb, _peak_kb())


def _peak_kb() -> int:
    """Return the most memory this process ever held; ``getrusage`` would count that of the one that began it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s*(\d+) kB", status)[0])


# Too much of it


def crowd(count: int) -> Row:
    """Tell what a network among very many tiny zones takes; with the clearance they grow together."""
    reach_m = math.sqrt(count) * APART_M / 2 + 500
    pads = tuple(_pad(name, x_m) for name, x_m in (("west", -reach_m), ("east", reach_m), ("middle", 0.0)))
    sky = airspace.Airspace(zones=tiny_zones(count, APART_M), pads=pads)
    made: list[nx.DiGraph] = []
    spent_s = best(lambda: made.append(airspace.build_network(sky, RULES)), runs=1)
    length_m = airspace.matrix(made[0], ["west", "east"])[0, 1]
    return Row(
        what=f"`build_network` among {count:,} tiny zones",
        ours=told_s(spent_s),
        peer=f"{length_m / 1000:.1f} km round them; {len(made[0].graph['refused'])} of 3 pads refused",
    )


APART_M = 20.0
RULES = airspace.CorridorRules(half_width_m=20.0, clearance_m=30.0, vertical_clearance_m=10.0, levels_amsl_m=(80.0,))


def _pad(name: str, x_m: float) -> airspace.Pad:
    lon, lat = FRAME.to_lonlat(x_m, 0.0)
    return airspace.Pad(id=name, name=name, lon=float(lon), lat=float(lat), elevation_amsl_m=5.0)


# What rows are made with


def _built(town: City) -> tuple[Space, Views]:
    space = Space.among(town.obstacles, points=town.pads)
    return space, space.views(town.pads)


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


def _compared(what: str, ours_s: float, peer: str, peer_s: float, reach: float | None) -> Row:
    return _row(what, ours_s, told_s(ours_s), f"{peer}: {told_s(peer_s)}", peer_s, reach)


def _clock_compared(what: str, ours: Timed, peer: str, peer_s: float, reach: float | None) -> Row:
    return _row(what, ours.seconds, str(ours), f"{peer}: {told_s(peer_s)}", peer_s, reach)


def _row(what: str, ours_s: float, ours: str, peer: str, peer_s: float, reach: float | None) -> Row:
    ratio = peer_s / ours_s
    told = "" if reach is None else f"{reach:,g}x"
    return Row(what=what, ours=ours, peer=peer, ratio=ratio, reach=told, reached=None if not reach else ratio >= reach)

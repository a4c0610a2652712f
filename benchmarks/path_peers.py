"""What other libraries make of a map; run in the environment they are installed in.

Reads a job (JSON: which peer, rings of obstacles, boundary, and pairs of pads, all in metres) on stdin, writes an
answer (JSON: seconds to build and to answer, lines, memory) on stdout. It imports nothing of this project, because the
peers' pins clash with ours.
"""

from __future__ import annotations

import contextlib
import gc
import json
import math
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Job = dict[str, Any]
Spot = tuple[float, float]
Line = list[Spot]
Ask = Callable[[Spot, Spot], Line | None]
Build = Callable[[], Ask]

SHORT_S = 2.0
"""A build that takes less is done again, up to five times, and the least counts; for a query a tenth of it."""


def main() -> None:
    """Answer one job."""
    job = json.load(sys.stdin)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            answer = measured(PEERS[job["peer"]](job), job)
    except ImportError as error:
        answer = {"missing": str(error)}
    json.dump(answer, sys.stdout)
    sys.stdout.flush()
    # OMPL's bindings list everything that is left over when the interpreter ends.
    os._exit(0)


def measured(build: Build, job: Job) -> dict[str, Any]:
    """Return the CPU seconds that building and a query take, the lines found, and the memory held at the end."""
    before_mb = _held_mb()
    build_s, ask = _least(build, SHORT_S)
    lines, query_s = [], []
    for start, goal in job["pairs"]:
        spent_s, line = _least(lambda start=start, goal=goal: ask(tuple(start), tuple(goal)), SHORT_S / 10)
        lines.append(line)
        query_s.append(spent_s)
    return {
        "build_s": build_s,
        "query_s": sorted(query_s)[len(query_s) // 2],
        "lines": lines,
        "held_mb": _held_mb() - before_mb,
    }


def _held_mb() -> float:
    """Return the memory in use, not a number where the machine does not tell it."""
    gc.collect()
    statm = Path("/proc/self/statm")
    return int(statm.read_text(encoding="ascii").split()[1]) * 4096 / 2**20 if statm.exists() else math.nan


def _least(work: Callable[[], Any], short_s: float) -> tuple[float, Any]:
    """Return the least CPU seconds of up to five runs, as long as they are short, and what the last one made."""
    spent_s: list[float] = []
    while len(spent_s) < 5 and sum(spent_s) < short_s:
        began = time.process_time()
        made = work()
        spent_s.append(time.process_time() - began)
    return min(spent_s), made


# Exact


def _extremitypathfinder(job: Job) -> Build:
    from extremitypathfinder import PolygonEnvironment

    boundary, holes = job["boundary"], [ring[::-1] for ring in job["rings"]]

    def built(holes: list[list[Spot]]) -> Ask:
        environment = PolygonEnvironment()
        environment.store(boundary, holes, validate=False)
        environment.prepare()
        return lambda start, goal: environment.find_shortest_path(start, goal)[0] or None

    built(holes[:2])(tuple(boundary[0]), tuple(boundary[2]))  # compiles what it compiles
    return lambda: built(holes)


def _pyvisgraph(job: Job) -> Build:
    import pyvisgraph

    rings = [[pyvisgraph.Point(x, y) for x, y in ring] for ring in job["rings"]]

    def built() -> Ask:
        graph = pyvisgraph.VisGraph()
        graph.build(rings, workers=1, status=False)

        def ask(start: Spot, goal: Spot) -> Line:
            line = graph.shortest_path(pyvisgraph.Point(*start), pyvisgraph.Point(*goal))
            return [(point.x, point.y) for point in line]

        return ask

    return built


# On a grid: a cell is shut when its centre lies inside an obstacle


class _Grid:
    """Square cells over a map, and which of them are free."""

    def __init__(self, job: Job, cells: int) -> None:
        import numpy as np
        import shapely

        spots = np.array([*(spot for pair in job["pairs"] for spot in pair), *(p for r in job["rings"] for p in r)])
        self.low = spots.min(axis=0)
        self.step = float((spots.max(axis=0) - self.low).max()) / (cells - 1)
        steps = np.arange(cells) * self.step
        x, y = np.meshgrid(self.low[0] + steps, self.low[1] + steps, indexing="ij")
        solid = _solid(job)
        self.free = ~shapely.contains_xy(solid, x, y)
        self._free_cells = np.argwhere(self.free)

    def cell(self, spot: Spot) -> tuple[int, int]:
        """Return the free cell nearest to a place."""
        gaps = ((self._free_cells * self.step + self.low - spot) ** 2).sum(axis=1)
        i, j = self._free_cells[gaps.argmin()].tolist()
        return i, j

    def line(self, start: Spot, cells: list[tuple[int, int]], goal: Spot) -> Line:
        """Return the line from a place over the centres of some cells to another."""
        x, y = self.low.tolist()
        return [start, *((x + i * self.step, y + j * self.step) for i, j in cells), goal]


def _solid(job: Job) -> Any:
    import shapely

    solid = shapely.multipolygons([shapely.Polygon(ring) for ring in job["rings"]])
    shapely.prepare(solid)
    return solid


def _networkx(job: Job) -> Build:
    import networkx as nx
    import numpy as np

    def built() -> Ask:
        grid = _Grid(job, cells=400)
        graph = nx.grid_2d_graph(*grid.free.shape)
        slanting = [((i, j), (i + 1, j + step)) for i, j in graph for step in (-1, 1) if (i + 1, j + step) in graph]
        nx.set_edge_attributes(graph, 1.0, "steps")
        graph.add_edges_from(slanting, steps=math.sqrt(2))
        graph.remove_nodes_from(map(tuple, np.argwhere(~grid.free).tolist()))

        def ask(start: Spot, goal: Spot) -> Line | None:
            try:
                cells = nx.astar_path(graph, grid.cell(start), grid.cell(goal), heuristic=math.dist, weight="steps")
            except nx.NetworkXNoPath:
                return None
            return grid.line(start, cells, goal)

        return ask

    return built


def _skimage(job: Job) -> Build:
    import numpy as np
    from skimage.graph import route_through_array

    def built() -> Ask:
        grid = _Grid(job, cells=1000)
        costs = np.where(grid.free, 1.0, np.inf)

        def ask(start: Spot, goal: Spot) -> Line | None:
            try:
                cells, _ = route_through_array(costs, grid.cell(start), grid.cell(goal), geometric=True)
            except ValueError:
                return None
            return grid.line(start, cells, goal)

        return ask

    return built


# By chance: a query takes the time it is given


def _ompl(name: str) -> Callable[[Job], Build]:
    def peer(job: Job) -> Build:
        from ompl import util

        util.setLogLevel(util.LOG_NONE)
        util.RNG.setSeed(1)
        return lambda: _sampled(job, name)

    return peer


def _sampled(job: Job, name: str) -> Ask:
    import shapely
    from ompl import base, geometric

    solid, extent = _solid(job), list(zip(*job["boundary"], strict=True))
    space = base.RealVectorStateSpace(2)
    bounds = base.RealVectorBounds(2)
    for axis in (0, 1):
        bounds.setLow(axis, min(extent[axis]))
        bounds.setHigh(axis, max(extent[axis]))
    space.setBounds(bounds)

    def ask(start: Spot, goal: Spot) -> Line | None:
        setup = geometric.SimpleSetup(space)
        setup.setStateValidityChecker(lambda state: not shapely.intersects_xy(solid, state[0], state[1]))
        information = setup.getSpaceInformation()
        information.setStateValidityCheckingResolution(CHECKED_M / space.getMaximumExtent())
        setup.setStartAndGoalStates(_state(space, start), _state(space, goal))
        setup.setOptimizationObjective(base.PathLengthOptimizationObjective(information))
        setup.setPlanner(getattr(geometric, name)(information))
        setup.solve(job["patience_s"])
        if not setup.haveExactSolutionPath():
            return None
        path = setup.getSolutionPath()
        states = [path.getState(number) for number in range(path.getStateCount())]
        return [(state[0], state[1]) for state in states]

    return ask


CHECKED_M = 20.0
"""How far apart the places are that OMPL looks at along a piece."""


def _state(space: Any, spot: Spot) -> Any:
    state = space.allocState()
    state[0], state[1] = spot
    return state


PEERS: dict[str, Callable[[Job], Build]] = {
    "extremitypathfinder": _extremitypathfinder,
    "pyvisgraph": _pyvisgraph,
    "networkx": _networkx,
    "scikit-image": _skimage,
    "OMPL RRT*": _ompl("RRTstar"),
    "OMPL BIT*": _ompl("BITstar"),
}

if __name__ == "__main__":
    main()

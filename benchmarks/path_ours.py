"""The engine, asked and measured like the peers of :mod:`benchmarks.path_peers`, in a process of its own."""

from __future__ import annotations

import json
import sys

import numpy as np
import shapely

from airspace.corridors.engine import searches, warming
from airspace.corridors.engine.spaces import Space
from benchmarks.path_peers import Ask, Build, Job, Line, Spot, measured


def main() -> None:
    """Answer one job."""
    job = json.load(sys.stdin)
    warming.load()
    json.dump(measured(_skyferry(job), job), sys.stdout)


def _skyferry(job: Job) -> Build:
    obstacles = [shapely.Polygon(ring) for ring in job["rings"]]
    pads = np.array([_whole(spot) for spot in job["pads"]])

    def built() -> Ask:
        space = Space.among(obstacles, points=pads)
        space.views(pads)
        finder = searches.Finder(space)

        def ask(start: Spot, goal: Spot) -> Line | None:
            line = finder.line(_whole(start), _whole(goal))
            return None if line is None else [(x, y) for x, y in (line.points / 1000).tolist()]

        return ask

    return built


def _whole(spot: Spot) -> tuple[int, int]:
    return round(spot[0] * 1000), round(spot[1] * 1000)


if __name__ == "__main__":
    main()

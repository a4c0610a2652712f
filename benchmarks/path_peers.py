"""What other libraries take for the same map; run in whatever environment they are installed in.

Reads a job (JSON: which peer, rings and pads in metres, pairs of pads) on stdin, writes a JSON answer on stdout. It
imports nothing of this project, because the peers' pins clash with ours.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import sys
import time
from typing import Any

Job = dict[str, Any]


def main() -> int:
    """Answer one job: seconds to build, seconds a query, and the lengths found."""
    job = json.load(sys.stdin)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            answer = PEERS[job["peer"]](job)
    except ImportError as error:
        answer = {"missing": str(error)}
    json.dump(answer, sys.stdout)
    return 0


def _extremitypathfinder(job: Job) -> dict[str, Any]:
    from extremitypathfinder import PolygonEnvironment

    boundary, holes = job["boundary"], [ring[::-1] for ring in job["rings"]]
    small = PolygonEnvironment()
    small.store(boundary, holes[:2], validate=False)
    small.prepare()  # compiles what it compiles
    environment = PolygonEnvironment()
    began = time.process_time()
    environment.store(boundary, holes, validate=False)
    environment.prepare()
    build_s = time.process_time() - began
    lengths, query_s = [], []
    for start, goal in job["pairs"]:
        began = time.process_time()
        lengths.append(environment.find_shortest_path(tuple(start), tuple(goal))[1])
        query_s.append(time.process_time() - began)
    return {"build_s": build_s, "query_s": sorted(query_s)[len(query_s) // 2], "lengths_m": lengths}


def _pyvisgraph(job: Job) -> dict[str, Any]:
    import pyvisgraph

    graph = pyvisgraph.VisGraph()
    began = time.process_time()
    graph.build([[pyvisgraph.Point(x, y) for x, y in ring] for ring in job["rings"]], workers=1, status=False)
    build_s = time.process_time() - began
    lengths, query_s = [], []
    for start, goal in job["pairs"]:
        began = time.process_time()
        line = graph.shortest_path(pyvisgraph.Point(*start), pyvisgraph.Point(*goal))
        query_s.append(time.process_time() - began)
        lengths.append(sum(((a.x - b.x) ** 2 + (a.y - b.y) ** 2) ** 0.5 for a, b in itertools.pairwise(line)))
    return {"build_s": build_s, "query_s": sorted(query_s)[len(query_s) // 2], "lengths_m": lengths}


PEERS = {"extremitypathfinder": _extremitypathfinder, "pyvisgraph": _pyvisgraph}

if __name__ == "__main__":
    sys.exit(main())

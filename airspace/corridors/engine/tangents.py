"""The tangent graph of a mesh: corners, and the taut pieces between those that see each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from airspace.corridors.engine import kernels
from airspace.corridors.engine.tables import Corners, Floats, Integers, Mesh, Numbers, Tangents

BATCH = 2048
"""Corners, or pads, that one call of an inner loop works on."""

Made = TypeVar("Made")


def corners_of(mesh: Mesh) -> Corners:
    """Return the corners of a mesh, in the order of its vertices."""
    fans = kernels.corner_fans(mesh.points, mesh.cells, mesh.free)
    vertices = np.flatnonzero(fans[:, 0] >= 0).astype(np.int32)
    of_vertex = np.full(len(mesh.points), -1, np.int32)
    of_vertex[vertices] = np.arange(len(vertices), dtype=np.int32)
    here = mesh.points[vertices]
    return Corners(
        of_vertex=of_vertex,
        vertices=vertices,
        fans=np.ascontiguousarray(fans[vertices, 0]),
        sides=np.hstack((mesh.points[fans[vertices, 1]] - here, mesh.points[fans[vertices, 2]] - here)),
    )


def tangents_of(mesh: Mesh, corners: Corners, *, workers: int = 1) -> Tangents:
    """Return which corners see each other along a piece that is tangent at both.

    The result does not depend on the number of workers, which are threads.
    """
    tables = mesh.points, mesh.cells, corners.of_vertex, corners.vertices, corners.fans, corners.sides
    parts = in_batches(
        lambda begin, end: kernels.sweep_corners(*tables, begin, end), len(corners.vertices), workers=workers
    )
    counts = np.concatenate([np.empty((0, 2), np.int32), *(part[0] for part in parts)])
    ends = np.concatenate([np.empty(0, np.int32), *(found[: counted.sum()] for counted, found in parts)])
    rows = starts(counts.sum(axis=1))
    middles = rows[:-1] + counts[:, 0]
    links, lengths_m = linked(mesh, corners, (rows, middles, ends), (mesh.points[corners.vertices], rows, ends))
    return Tangents(rows=rows, middles=middles, links=links, lengths_m=lengths_m)


def linked(
    mesh: Mesh,
    corners: Corners,
    graph: tuple[Integers, Integers, Numbers],
    pieces: tuple[Integers, Integers, Numbers],
) -> tuple[Numbers, Floats]:
    """Return how pieces from some spots (places, rows, ends) go on in a graph (rows, middles, ends).

    And how long they are: ``links`` and ``lengths_m`` as in :class:`Tangents`.
    """
    return kernels.link(mesh.points, corners.vertices, corners.sides, *graph, *pieces)


def in_batches(work: Callable[[int, int], Made], size: int, *, workers: int, batch: int = BATCH) -> list[Made]:
    """Return what some work gives for each batch (begin, end) of a range, in order."""
    spans = list(_spans(size, batch))
    if workers == 1 or len(spans) < 2:
        return [work(*span) for span in spans]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda span: work(*span), spans))


def _spans(size: int, batch: int) -> Iterator[tuple[int, int]]:
    for begin in range(0, size, batch):
        yield begin, min(begin + batch, size)


def starts(counts: Integers) -> Integers:
    """Return where rows of these sizes begin, and where the last one ends."""
    rows = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=rows[1:])
    return rows

"""A space: obstacles made ready for any number of questions about shortest paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from airspace.corridors.engine import kernels
from airspace.corridors.engine.meshes import mesh_of
from airspace.corridors.engine.tables import Corners, Flags, Integers, Mesh, Numbers, Tangents, Views
from airspace.corridors.engine.tangents import corners_of, in_batches, linked, starts, tangents_of

PADS_A_BATCH = 16

PADS_END = 1 << 31
"""Added to what is seen, corners from 0 up and pads from -1 down, so that it is never negative."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Space:
    """Free space among obstacles, with its tangent graph. It is never changed; pads come and go beside it."""

    mesh: Mesh
    corners: Corners
    tangents: Tangents

    @classmethod
    def among(
        cls,
        obstacles: Sequence[shapely.Polygon],
        *,
        points: Integers | None = None,
        domain: shapely.Polygon | None = None,
        workers: int = 1,
    ) -> Space:
        """Make ready the space among clean obstacles; see :func:`~airspace.corridors.engine.meshes.mesh_of`.

        Raises
        ------
        TangledObstacles
            If outlines cross or run along each other, or reach farther than 1,500 km.
        """
        mesh = mesh_of(obstacles, points, domain)
        corners = corners_of(mesh)
        return cls(mesh=mesh, corners=corners, tangents=tangents_of(mesh, corners, workers=workers))

    @property
    def ends(self) -> Numbers:
        """The corner at the end of each piece of the tangent graph, shape (pieces,)."""
        return np.ascontiguousarray(self.tangents.links[:, 0])

    @property
    def corners_mm(self) -> Integers:
        """Where the corners are, whole millimetres, shape (corners, 2)."""
        return self.mesh.points[self.corners.vertices]

    def corners_mm_of(self, numbers: Numbers) -> Integers:
        """Where some corners are, whole millimetres, shape (numbers, 2)."""
        return self.mesh.points[self.corners.vertices[numbers]]

    def views(self, points: Integers, *, workers: int = 1) -> Views:
        """Return what pads see, given in whole millimetres, shape (pads, 2).

        A pad inside an obstacle or off the mesh sees nothing; one on an outline sees what lies before it.
        """
        spots = np.ascontiguousarray(points, np.int64).reshape(-1, 2)
        rows, stars = self._stars(spots)
        lists = kernels.register(len(self.mesh.cells), rows, stars)
        tables = self.mesh.points, self.mesh.cells, self.corners.of_vertex, self.corners.sides
        parts = in_batches(
            lambda begin, end: kernels.sweep_pads(*tables, spots, rows, stars, *lists, begin, end),
            len(spots),
            workers=workers,
            batch=PADS_A_BATCH,
        )
        counts = np.concatenate([np.empty(0, np.int32), *(part[0] for part in parts)])
        seen = np.concatenate([np.empty(0, np.int32), *(found[: counted.sum()] for counted, found in parts)])
        once = np.unique((np.repeat(np.arange(len(spots)), counts) << 32) + seen + PADS_END)
        return self._measured(spots, once >> 32, (once & 0xFFFFFFFF) - PADS_END)

    def _measured(self, spots: Integers, who: Integers, seen: Integers) -> Views:
        corner = seen >= 0
        rows = starts(np.bincount(who[corner], minlength=len(spots)))
        ends = np.ascontiguousarray(seen[corner].astype(np.int32))
        graph = self.tangents.rows, self.tangents.middles, self.ends
        links, lengths_m = linked(self.mesh, self.corners, graph, (spots, rows, ends))
        pairs = np.column_stack((who[~corner], -1 - seen[~corner])).astype(np.int32)
        pairs = np.ascontiguousarray(pairs[pairs[:, 0] < pairs[:, 1]])
        gaps_mm = spots[pairs[:, 0]] - spots[pairs[:, 1]]
        return Views(
            points=spots,
            rows=rows,
            links=links,
            lengths_m=lengths_m,
            pairs=pairs,
            pair_lengths_m=np.hypot(gaps_mm[:, 0], gaps_mm[:, 1]) / 1000,
        )

    def free(self, points: Integers) -> Flags:
        """Tell which places, whole millimetres, shape (n, 2), are not inside an obstacle or off the mesh."""
        rows, _ = self._stars(np.ascontiguousarray(points, np.int64).reshape(-1, 2))
        return np.diff(rows) > 0

    def _stars(self, spots: Integers) -> tuple[Integers, Numbers]:
        mesh = self.mesh
        return kernels.stars_of(mesh.points, mesh.cells, mesh.beside, mesh.free, spots)


def seen_pairs(obstacles: Sequence[shapely.Polygon], points: Integers) -> Integers:
    """Return index pairs of corners and pads that see each other along a taut piece, shape (n, 2).

    Corners come first in the numbering, in the order of ``visibility.corners_of``, then pads; pairs are sorted as
    the plain path sorts them: corner with corner, pad with corner, pad with pad.
    """
    space = Space.among(obstacles, points=points)
    views = space.views(points)
    count = len(space.corners.vertices)
    first = np.repeat(np.arange(count), np.diff(space.tangents.rows))
    second = space.ends.astype(np.int64)
    between_corners = np.column_stack((first, second))[first < second]
    to_corners = np.column_stack((np.repeat(np.arange(len(points)), np.diff(views.rows)) + count, views.links[:, 0]))
    between_pads = views.pairs.astype(np.int64) + count
    return np.vstack([_sorted(part) for part in (between_corners, to_corners, between_pads)])


def _sorted(pairs: np.ndarray) -> Integers:
    return np.asarray(pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))], np.int64)

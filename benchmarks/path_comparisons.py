"""Our engine and other libraries, asked for the same paths on the same map."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import shapely

from benchmarks.cities import City
from benchmarks.environments import NotInstalledError, python_of_peers
from benchmarks.tables import ROOT, told_s

HEAD = (
    "library",
    "vertices",
    "build",
    "one query",
    "length over shortest: mean",
    "max",
    "inside obstacles, of all queries",
    "memory held",
)

OURS = "Skyferry"
EXACT = ("extremitypathfinder", "pyvisgraph")
SAMPLING = ("OMPL RRT*", "OMPL BIT*")
OTHERS = ("networkx", "scikit-image", *SAMPLING)
TOLD = {
    "networkx": "networkx A*, 400 x 400 cells, 8 neighbours",
    "scikit-image": "scikit-image route_through_array, 1,000 x 1,000 cells",
    "OMPL RRT*": "OMPL RRT*, {patience_s:g} s a query",
    "OMPL BIT*": "OMPL BIT*, {patience_s:g} s a query",
}

TOUCH_M = 0.001
"""What lies no deeper in an obstacle is no fault: lines of floats along an outline."""

MARGIN_M = 9000.0
"""How far the boundary that some peers want stands off."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Question:
    """A map, the pairs of pads to be joined on it, and how long a peer that works by chance may take for each."""

    town: City
    rings: list[shapely.Polygon]
    """Outer outlines of the obstacles: nobody is asked to go into their holes."""
    pairs: list[tuple[np.ndarray, np.ndarray]]
    """Whole millimetres."""
    patience_s: float

    @classmethod
    def of(cls, town: City, *, pairs: int, patience_s: float) -> Question:
        """Ask for some pairs of pads that do not see each other."""
        filled = shapely.union_all(shapely.polygons(shapely.get_exterior_ring(np.array(town.obstacles))))
        parts = shapely.orient_polygons(shapely.get_parts(filled))
        pads = town.pads[~shapely.intersects_xy(filled, *(town.pads / 1000).T)]
        ends = np.stack((pads, pads[::-1]), axis=1)[: len(pads) // 2]
        hidden = ends[shapely.intersects(filled, shapely.linestrings(ends / 1000))]
        return cls(
            town=town,
            rings=list(parts),
            pairs=[(start, goal) for start, goal in hidden[:pairs]],
            patience_s=patience_s,
        )

    def job(self, who: str) -> dict[str, object]:
        """Return what is handed to one of those asked."""
        west, south, east, north = shapely.total_bounds(np.array(self.rings))
        frame = shapely.box(west - MARGIN_M, south - MARGIN_M, east + MARGIN_M, north + MARGIN_M, ccw=True)
        pairs = self.pairs[: len(self.pairs) // 4] if who in SAMPLING else self.pairs
        return {
            "peer": who,
            "rings": [shapely.get_coordinates(part.exterior)[:-1].tolist() for part in self.rings],
            "boundary": shapely.get_coordinates(frame)[:-1].tolist(),
            "pads": (self.town.pads / 1000).tolist(),
            "pairs": [[(a / 1000).tolist(), (b / 1000).tolist()] for a, b in pairs],
            "patience_s": self.patience_s,
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """What one of those asked took, and found."""

    who: str
    build_s: float
    query_s: float
    """The middle one of all queries."""
    lines: list[shapely.LineString | None]
    held_mb: float
    """What building and asking added to the memory in use."""

    def lengths_m(self) -> np.ndarray:
        """Return how long the lines are, infinite where none was found."""
        return np.array([np.inf if line is None else line.length for line in self.lines])


@dataclass(slots=True, eq=False)
class Comparison:
    """Asks one question of everybody, ours first; answers are kept."""

    question: Question
    python: Path | None = None
    """Where the peers are installed, None in the environment that the benchmark makes."""
    make: bool = True
    """Whether that may be made."""
    answers: dict[str, Answer] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    """Why a peer gave no answer."""

    def rows(self, peers: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """Ask, and yield what stands in the columns of ``HEAD``."""
        for who in (OURS, *peers):
            self.ask(who)
            yield self._cells(who)

    def ask(self, who: str) -> Answer | None:
        """Return the answer of one of them, None when it is not installed."""
        if who not in self.answers and who not in self.missing:
            self._ask(who)
        return self.answers.get(who)

    def _ask(self, who: str) -> None:
        try:
            command = self._command(who)
        except NotInstalledError as error:
            self.missing[who] = str(error)
            return
        job = json.dumps(self.question.job(who))
        told = subprocess.run(command, input=job, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout
        found = json.loads(told)
        if "missing" in found:
            self.missing[who] = found["missing"]
            return
        lines = [None if points is None else shapely.LineString(points) for points in found.pop("lines")]
        self.answers[who] = Answer(who=who, lines=lines, **found)

    def _command(self, who: str) -> list[str]:
        if who == OURS:
            return [sys.executable, "-m", "benchmarks.path_ours"]
        python = self.python or python_of_peers(make=self.make)
        return [str(python), "-W", "ignore", str(Path(__file__).with_name("path_peers.py"))]

    def excess(self, who: str) -> np.ndarray:
        """Return the lengths of the lines found over those of ours, less one."""
        lengths_m = self.answers[who].lengths_m()
        shares = lengths_m / self.answers[OURS].lengths_m()[: len(lengths_m)] - 1
        return np.asarray(shares[np.isfinite(shares)])

    def inside_m(self, who: str) -> np.ndarray:
        """Return how much of each line found lies inside obstacles."""
        solid = shapely.buffer(shapely.multipolygons(self.question.rings), -TOUCH_M, join_style="mitre")
        lines = np.array([line for line in self.answers[who].lines if line is not None], dtype=object)
        return np.asarray(shapely.length(shapely.intersection(lines, solid)))

    def _cells(self, who: str) -> tuple[str, ...]:
        size, name = f"{self.question.town.vertices:,}", TOLD.get(who, who).format(patience_s=self.question.patience_s)
        if who in self.missing:
            return (name, size, f"not installed: {self.missing[who]}", *[""] * (len(HEAD) - 3))
        answer, excess, inside_m = self.answers[who], self.excess(who), self.inside_m(who)
        found = "" if all(answer.lines) else f" ({len(excess)} of {len(answer.lines)} found)"
        times = f"{inside_m.sum():,.0f} m in {(inside_m > 0).sum()} of {len(inside_m)}" if inside_m.any() else "0 m"
        return (
            name,
            size,
            told_s(answer.build_s),
            f"{told_s(answer.query_s)}{found}",
            _share(excess.mean() if len(excess) else np.nan),
            _share(excess.max(initial=0.0)),
            times,
            f"{answer.held_mb:,.1f} MB",
        )


def _share(excess: float) -> str:
    return "+0" if abs(excess) < 1e-9 else f"{excess:+.2%}"

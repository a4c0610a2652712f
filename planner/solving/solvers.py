"""The door every solver comes through, and what it may be told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from planner.model.orders import Order
from planner.model.plans import Bound
from planner.solving.sorties import Trips
from planner.solving.timetables import Placed

Suggestion: TypeAlias = tuple[int, tuple[Order, ...]]
"""A group number and the orders of one sortie."""

Servable: TypeAlias = Sequence[tuple[Order, tuple[int, ...]]]
"""Orders that can be served at all, each with the groups that can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveOptions:
    """Limits and seed of a search. Without a time limit the same input gives the same answer everywhere."""

    iterations: int = 100
    """Steps that the search may take."""
    seconds: float | None = None
    seed: int = 1
    workers: int = 1

    def __post_init__(self) -> None:
        if self.iterations < 1:
            raise ValueError(f"options: expected iterations >= 1, got {self.iterations}")
        if self.seconds is not None and not self.seconds > 0:
            raise ValueError(f"options: expected seconds > 0, got {self.seconds}")
        if not 0 <= self.seed < 2**31:
            raise ValueError(f"options: expected seed in 0 .. 2147483647, got {self.seed}")
        if self.workers < 1:
            raise ValueError(f"options: expected workers >= 1, got {self.workers}")


@dataclass(slots=True)
class Watch:
    """How a caller follows a search, and how it stops one."""

    on_progress: Callable[[str], None] = lambda _: None
    stopped: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a solver would fly."""

    placed: tuple[Placed, ...]
    """Exact trips, each on a drone and at a time; no order twice."""
    bound: Bound
    """What it can say of the best that any plan could do: cost and penalties of what is left out."""


NO_BOUND = Bound(lower=None, gap=None, rules="the search gives no bound", proven=False)
"""What a solver says that knows of no bound."""


class Solver(Protocol):
    """Anything that proposes what to fly.

    It gets a maker of exact trips, the orders that can be served at all with the groups that can serve each, options
    and a watch. A solver that only knows which orders could go together on one sortie of which group says so with
    :func:`planner.solving.repairs.repaired`, which makes exact trips of it and places them.
    """

    name: str

    def propose(self, trips: Trips, servable: Servable, options: SolveOptions, watch: Watch) -> Proposal:
        """Return a proposal; it is checked that no order is flown twice."""
        ...

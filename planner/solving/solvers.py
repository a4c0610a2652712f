"""The door every solver comes through, and what it may be told."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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
    """How long solving may take, from the tables of a day to its draft with reasons; None is no limit."""
    gap: float = 0.0
    """The search may end once no plan costs less than this share under the one it has; 0 asks for the cheapest."""
    seed: int = 1
    workers: int = 1

    def __post_init__(self) -> None:
        if self.iterations < 1:
            raise ValueError(f"options: expected iterations >= 1, got {self.iterations}")
        if self.seconds is not None and not 0 < self.seconds < math.inf:
            raise ValueError(f"options: expected seconds > 0, or None for no limit, got {self.seconds}")
        if not 0 <= self.gap < 1:
            raise ValueError(f"options: expected gap in 0 .. 1, such as 0.01, got {self.gap}")
        if not 0 <= self.seed < 2**31:
            raise ValueError(f"options: expected seed in 0 .. 2147483647, got {self.seed}")
        if self.workers < 1:
            raise ValueError(f"options: expected workers >= 1, got {self.workers}")


@dataclass(slots=True)
class Watch:
    """How a caller follows a search, and how it stops one."""

    on_progress: Callable[[str], None] = lambda _: None
    stopped: Callable[[], bool] = lambda: False
    deadline: float = math.inf
    """When solving has to end, on the monotonic clock. Every stage looks at it, and keeps what it has by then."""

    @property
    def left_s(self) -> float | None:
        """Seconds that are left, and never quite none, for what takes a limit; None without one."""
        return None if math.isinf(self.deadline) else max(LEAST_S, self.deadline - time.monotonic())

    @property
    def late(self) -> bool:
        """Whether no time is left."""
        return time.monotonic() >= self.deadline

    @property
    def over(self) -> bool:
        """Whether a search has to end: out of time, or stopped by whoever watches."""
        return self.stopped() or self.late

    def within(self, seconds: float | None) -> Watch:
        """Return a watch of the same caller with no more than some seconds from now."""
        if seconds is None:
            return replace(self)
        return replace(self, deadline=min(self.deadline, time.monotonic() + seconds))

    def part(self, share: float) -> Watch:
        """Return a watch of the same caller with a share of what is left."""
        return self.within(None if self.left_s is None else self.left_s * share)


LEAST_S = 0.01
"""What is left at least, as a limit to those who take none of 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a solver would fly."""

    placed: tuple[Placed, ...]
    """Exact trips, each on a drone and at a time; no order twice."""
    bound: Bound
    """What it can say of the best that any plan could do: cost and penalties of what is left out."""
    hurried: bool = False
    """Whether the search was cut off by the clock, so that an order may be left out for want of time alone."""


NO_BOUND = Bound(lower=None, gap=None, rules="the search gives no bound", proven=False)
"""What a solver says that knows of no bound."""


class Solver(Protocol):
    """Anything that proposes what to fly.

    It gets a maker of exact trips, the orders that can be served at all with the groups that can serve each, options
    and a watch, whose deadline it keeps: ``options.seconds`` are counted from the beginning of all solving. A solver
    that only knows which orders could go together on one sortie of which group says so with
    :func:`planner.solving.repairs.repaired`, which makes exact trips of it and places them.

    One that has a method ``prepare()`` as well is asked, where time is limited, to load and compile what it needs
    before the clock begins to run.
    """

    name: str

    def propose(self, trips: Trips, servable: Servable, options: SolveOptions, watch: Watch) -> Proposal:
        """Return a proposal; it is checked that no order is flown twice."""
        ...

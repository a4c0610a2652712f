"""The door every solver comes through, and what it may be told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from planner.model.orders import Order
from planner.solving.tables import Tables

Suggestion: TypeAlias = tuple[int, tuple[Order, ...]]
"""A group number and the orders of one sortie."""


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


class Solver(Protocol):
    """Anything that suggests sorties.

    It gets the tables, the orders that can be served at all with the groups that can serve each, options and a
    watch, and returns suggestions: which orders go together on one sortie of which group. It need not be exact:
    every suggestion is worked out anew before it becomes part of a plan.
    """

    name: str

    def suggest(
        self, tables: Tables, servable: Sequence[tuple[Order, tuple[int, ...]]], options: SolveOptions, watch: Watch
    ) -> list[Suggestion]:
        """Return suggestions; no order may appear in two of them."""
        ...

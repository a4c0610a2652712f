"""Passes over a plan: one block of orders after the other is flown anew, or several at once that have none in common.

Each pass over a block chooses among more columns than the one before. What passes at the same time come to is put
together; sorties that have no room any more beside the others' are made up for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import KW_ONLY, dataclass, field

import numpy as np
import numpy.typing as npt

from planner.solving.choice.neighbourhoods import Improved, Neighbourhoods
from planner.solving.choice.pools import Integers

COLUMNS_AN_ORDER = 10.0
"""Of a block, at first ..."""
GROWTH = 2.0
"""... and by how much more after a pass that has looked at all choices among them."""
PASS_S = 6.0
"""What the first pass over a block of the smallest size may take; twice as long where that was not enough."""
SHARE = 0.2
"""Of the time that is left: what a pass may take in any case."""
LEAST_S = 1.0
"""With less time left no pass begins, nor with less than ..."""
LOADING_S = 0.002
"""... this for each of its columns, of which CP-SAT has to be told first."""


@dataclass(slots=True)
class Effort:
    """What the next pass over a block may take."""

    columns: float
    seconds: float
    made: int = 0
    """Passes over it."""
    idle: bool = False
    """Whether the last one came to nothing."""

    def learn(self, *, better: bool, settled: bool) -> None:
        """Take note of what came of a pass, and whether it has looked at all choices."""
        self.made += 1
        self.idle = not better
        if settled:
            self.columns *= GROWTH
        else:
            self.seconds *= 2


@dataclass(slots=True)
class Passes:
    """Passes until a deadline."""

    table: Neighbourhoods
    blocks: Sequence[Integers]
    """Orders that are flown anew together; blocks may have orders in common."""
    _: KW_ONLY
    deadline: float
    """On the monotonic clock."""
    most: int = 1_000_000
    """Passes over each block."""
    workers: int = 1
    """Passes at the same time: CP-SAT needs no lock of the interpreter's."""
    tell: Callable[[float], None] = lambda _: None
    """What the plan costs after each pass."""
    efforts: list[Effort] = field(init=False)
    """For each block."""
    parts: list[list[bool]] = field(init=False)
    """Of each block, which others are smaller and within it."""
    inside: list[npt.NDArray[np.bool_]] = field(init=False)
    """Which columns are of orders of a block only."""

    def __post_init__(self) -> None:
        self.inside = [self.table.within(block) for block in self.blocks]
        smallest = min(map(len, self.blocks), default=1)
        self.efforts = [
            Effort(columns=COLUMNS_AN_ORDER * len(block), seconds=PASS_S * max(1, len(block) // smallest))
            for block in self.blocks
        ]
        self.parts = [
            [len(other) < len(block) and bool(np.isin(other, block).all()) for other in self.blocks]
            for block in self.blocks
        ]

    def run(self, starts: Integers) -> Integers:
        """Return a plan that is no dearer than one that can be flown; both as the start of every column."""
        running: dict[Future[Improved], int] = {}
        with ThreadPoolExecutor(self.workers) as executor:
            while True:
                while len(running) < self.workers and (block := self._next(starts, [*running.values()])) is not None:
                    running[executor.submit(self._pass, block, starts)] = block
                if not running:
                    return starts
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    block, found, before = running.pop(future), future.result(), starts
                    if found.starts is not None:
                        starts = self._merged(starts, found.starts, block)
                    self.efforts[block].learn(better=starts is not before, settled=found.settled)
                    self.tell(self.table.cost(starts))

    def _next(self, starts: Integers, busy: Sequence[int]) -> int | None:
        """Return the block whose turn it is, and of several the one that loses most; None without time."""
        taken = np.concatenate([self.blocks[block] for block in busy]) if busy else ()
        left_s = self.deadline - time.monotonic()
        free = [
            block for block, orders in enumerate(self.blocks)
            if self._ripe(block)
            and self.efforts[block].made < self.most
            and not np.isin(orders, taken).any()
            and left_s > LEAST_S + LOADING_S * self.efforts[block].columns
        ]  # fmt: skip
        worst = self.table.worst(starts)
        return max(
            free, key=lambda block: (-self.efforts[block].made, float(worst[self.blocks[block]].sum())), default=None
        )

    def _ripe(self, block: int) -> bool:
        """Whether the last pass over each smaller block within it came to nothing."""
        return all(self.efforts[other].idle for other, part in enumerate(self.parts[block]) if part)

    def _pass(self, block: int, starts: Integers) -> Improved:
        effort, left_s = self.efforts[block], self.deadline - time.monotonic()
        seconds = min(left_s, max(effort.seconds, left_s * SHARE))
        return self.table.improved(starts, self.blocks[block], columns=int(effort.columns), seconds=seconds)

    def _merged(self, starts: Integers, found: Integers, block: int) -> Integers:
        merged = self.table.fitted(np.where(self.inside[block], found, starts))
        return merged if self.table.cost(merged) < self.table.cost(starts) else starts

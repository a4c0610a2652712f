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

from planner.solving.choice.neighbourhoods import Neighbourhoods
from planner.solving.choice.pools import Integers

COLUMNS_AN_ORDER = 10.0
"""Of a block, at first ..."""
GROWTH = 1.5
"""... and by how much more each time."""
SHARE = 0.2
"""Of the time that is left: what a pass may take, and at least ..."""
PASS_S = 6.0
"""... so long, over a block of the smallest size."""
LEAST_S = 1.0
"""With less time left no pass begins, nor with less than ..."""
LOADING_S = 0.002
"""... this for each of its columns, of which CP-SAT has to be told first."""


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
    made: list[int] = field(init=False)
    """Passes over each block."""
    worn: list[bool] = field(init=False)
    """Whether the last pass over each block came to nothing."""
    parts: list[list[bool]] = field(init=False)
    """Of each block, which others are smaller and within it."""
    inside: list[npt.NDArray[np.bool_]] = field(init=False)
    """Which columns are of orders of a block."""

    def __post_init__(self) -> None:
        owner = self.table.pool.listed[self.table.pool.first[:-1]]
        self.inside = [np.isin(owner, block) for block in self.blocks]
        self.made = [0] * len(self.blocks)
        self.worn = [False] * len(self.blocks)
        self.parts = [
            [len(other) < len(block) and bool(np.isin(other, block).all()) for other in self.blocks]
            for block in self.blocks
        ]

    def run(self, starts: Integers) -> Integers:
        """Return a plan that is no dearer than one that can be flown; both as the start of every column."""
        running: dict[Future[Integers | None], int] = {}
        with ThreadPoolExecutor(self.workers) as executor:
            while True:
                while len(running) < self.workers and (block := self._next(starts, [*running.values()])) is not None:
                    running[executor.submit(self._pass, block, starts)] = block
                    self.made[block] += 1
                if not running:
                    return starts
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    block, found = running.pop(future), future.result()
                    before = starts
                    if found is not None:
                        starts = self._merged(starts, found, block)
                    self.worn[block] = starts is before
                    self.tell(self.table.cost(starts))

    def _next(self, starts: Integers, busy: Sequence[int]) -> int | None:
        """Return the block whose turn it is, and of several the one that loses most; None without time."""
        taken = np.concatenate([self.blocks[block] for block in busy]) if busy else ()
        left_s = self.deadline - time.monotonic()
        free = [
            block for block, orders in enumerate(self.blocks)
            if self._ripe(block)
            and self.made[block] < self.most
            and not np.isin(orders, taken).any()
            and left_s > LEAST_S + LOADING_S * self._columns(block)
        ]  # fmt: skip
        lost = {block: float(self.table.worst(starts)[self.blocks[block]].sum()) for block in free}
        return max(free, key=lambda block: (-self.made[block], lost[block]), default=None)

    def _size(self, block: int) -> int:
        """How many of the smallest blocks it makes up; large ones take longer."""
        return len(self.blocks[block]) // min(map(len, self.blocks))

    def _ripe(self, block: int) -> bool:
        """Whether the last pass over each smaller block within it came to nothing."""
        within = [other for other, part in enumerate(self.parts[block]) if part]
        return all(self.worn[other] for other in within)

    def _columns(self, block: int) -> int:
        return int(COLUMNS_AN_ORDER * GROWTH ** self.made[block] * len(self.blocks[block]))

    def _pass(self, block: int, starts: Integers) -> Integers | None:
        left_s = self.deadline - time.monotonic()
        seconds = min(left_s, max(PASS_S * self._size(block), left_s * SHARE))
        columns = self._columns(block)
        return self.table.improved(starts, self.blocks[block], columns=columns, seconds=seconds)

    def _merged(self, starts: Integers, found: Integers, block: int) -> Integers:
        merged = self.table.fitted(np.where(self.inside[block], found, starts))
        return merged if self.table.cost(merged) < self.table.cost(starts) else starts

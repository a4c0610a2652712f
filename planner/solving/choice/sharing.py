"""Sharing time out among searches that do not depend on each other, one after the other or in processes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from typing import TypeVar

from planner.solving.choice.closing import Budget

log = logging.getLogger(__name__)

Found = TypeVar("Found")

Solve = Callable[[int, float | None], Found]
"""Search a part, told by its number, for so many seconds; None is no limit."""

LOOKED_S = 0.2
"""How often it is looked whether the search is to stop."""


HARDER = 1.5
"""By which power of its orders a part is taken to be hard; an engineering choice."""


def hardness(orders: Iterable[int]) -> list[float]:
    """Return how heavily parts weigh that have so many orders each."""
    return [max(1, count) ** HARDER for count in orders]


def shared_out(solve: Solve[Found], weights: Sequence[float], budget: Budget) -> list[Found]:
    """Search all parts one after the other, the heaviest first; each may take its share of the time left."""
    found: dict[int, Found] = {}
    todo = _heaviest_first(weights)
    while todo:
        share = _share(todo, weights, budget.left_s, budget.left_s)
        number = todo.pop(0)
        found[number] = solve(number, share)
    return [found[number] for number in range(len(weights))]


def shared_among(
    executor: Executor, workers: int, solve: Solve[Found], weights: Sequence[float], budget: Budget,
    stop: Callable[[], None], *, alone: Solve[Found] | None = None, broken: Callable[[], None] = lambda: None,
) -> list[Found]:  # fmt: skip
    """Search all parts on so many workers, the heaviest first; ``stop`` tells them to end with what they have.

    What is found depends neither on how many there are nor on their pace, unless there is a limit of time. When a
    worker dies, or none can be started, ``broken`` is called, which ends the others, and the parts that are not found
    yet are searched here, by ``alone`` or else by ``solve``.
    """
    found: dict[int, Found] = {}
    try:
        _among(executor, workers, solve, weights, budget, stop, found)
    except (BrokenExecutor, OSError) as error:
        left = len(weights) - len(found)
        broken()
        log.warning("a worker process died (%s); %d of %d parts are searched without it", error, left, len(weights))
    todo = [number for number in _heaviest_first(weights) if number not in found]
    while todo:
        share = _share(todo, weights, budget.left_s, budget.left_s)
        number = todo.pop(0)
        found[number] = (alone or solve)(number, share)
    return [found[number] for number in range(len(weights))]


def _among(
    executor: Executor, workers: int, solve: Solve[Found], weights: Sequence[float], budget: Budget,
    stop: Callable[[], None], found: dict[int, Found],
) -> None:  # fmt: skip
    """Find all parts on workers, each noted as soon as it is found."""
    todo, told = _heaviest_first(weights), False
    running: dict[Future[Found], tuple[int, float]] = {}
    while todo or running:
        while todo and len(running) < workers:
            now, left_s = time.monotonic(), budget.left_s
            taken_s = sum(max(0.0, ends - now) for _, ends in running.values())
            share = _share(todo, weights, None if left_s is None else left_s * workers - taken_s, left_s)
            number = todo.pop(0)
            running[executor.submit(solve, number, share)] = number, now + (share or 0.0)
        done, _ = wait(running, timeout=LOOKED_S, return_when=FIRST_COMPLETED)
        for future in done:
            number, _ = running.pop(future)
            found[number] = future.result()
        if not told and budget.stopped():
            told = True
            stop()


def _heaviest_first(weights: Sequence[float]) -> list[int]:
    return sorted(range(len(weights)), key=lambda number: (-weights[number], number))


def _share(todo: Sequence[int], weights: Sequence[float], every_s: float | None, left_s: float | None) -> float | None:
    """Return what the first of those to do may take of all seconds there are, and no more than are left."""
    if every_s is None or left_s is None:
        return None
    return min(left_s, every_s * weights[todo[0]] / sum(weights[number] for number in todo))

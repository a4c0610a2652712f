"""Processes that work side by side, each a pool of its own, so that one that dies takes none with it and leaves none.

A pool of several starts them one by one as it is given work. When one dies while another comes up, Python 3.11 waits
for the new one for ever, or fails while it counts them.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import Any, TypeVar

Found = TypeVar("Found")


class Crew(Executor):
    """So many processes; it is given no more work at a time than it has of them."""

    def __init__(self, workers: int, **options: Any) -> None:
        """Take the options of a ``ProcessPoolExecutor``."""
        self.pools = [ProcessPoolExecutor(1, **options) for _ in range(workers)]
        self.last: list[Future[Any] | None] = [None] * workers

    def submit(self, fn: Callable[..., Found], /, *args: Any, **kwargs: Any) -> Future[Found]:
        """Have an idle process do something; the first one where none is idle."""
        idle = (number for number, last in enumerate(self.last) if last is None or last.done())
        number = next(idle, 0)
        future = self.pools[number].submit(fn, *args, **kwargs)
        self.last[number] = future
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End all processes."""
        for pool in self.pools:
            pool.shutdown(wait, cancel_futures=cancel_futures)

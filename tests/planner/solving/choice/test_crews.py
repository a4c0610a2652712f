"""Processes that work side by side."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import BrokenExecutor
from multiprocessing import get_context

import pytest

from planner.solving.choice.crews import Crew


def who(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def crew(workers: int) -> Crew:
    return Crew(workers, mp_context=get_context("spawn"))


def test_work_is_done_side_by_side_and_an_idle_process_takes_what_comes_next() -> None:
    with crew(2) as both:
        slow, quick = both.submit(who, 1.5), both.submit(who, 0.0)
        first = quick.result()
        assert both.submit(who, 0.0).result() == first
        assert slow.result() != first


def test_one_that_dies_takes_none_with_it() -> None:
    with crew(2) as both:
        dying, living = both.submit(os.kill, both.submit(who, 0.0).result(), signal.SIGKILL), both.submit(who, 0.0)
        with pytest.raises(BrokenExecutor):
            dying.result()
        assert living.result() > 0

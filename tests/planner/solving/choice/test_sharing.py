"""Time shared out among searches that do not depend on each other."""

from __future__ import annotations

import math
import threading
import time
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor

import pytest

from planner.solving.choice.closing import Budget
from planner.solving.choice.sharing import hardness, shared_among, shared_out


def test_what_is_found_is_told_in_the_sequence_of_the_parts_and_the_heaviest_are_searched_first() -> None:
    asked: list[int] = []

    def solve(number: int, seconds: float | None) -> str:
        assert seconds is None
        asked.append(number)
        return f"part {number}"

    assert shared_out(solve, [1.0, 5.0, 3.0, 5.0], Budget()) == ["part 0", "part 1", "part 2", "part 3"]
    assert asked == [1, 3, 2, 0]


def test_each_part_may_take_its_share_of_the_time_and_what_is_left_over_goes_to_those_behind() -> None:
    taken: list[float] = []

    def solve(number: int, seconds: float | None) -> int:
        assert seconds is not None
        taken.append(seconds)
        return number

    shared_out(solve, [3.0, 1.0], Budget(deadline=time.monotonic() + 100.0))
    assert taken == pytest.approx([75.0, 100.0], abs=2.0)


def test_what_running_searches_may_still_take_is_not_shared_out_again() -> None:
    taken: list[float | None] = []
    begun = threading.Barrier(2, timeout=30)

    def solve(number: int, seconds: float | None) -> int:
        taken.append(seconds)
        if len(taken) <= 2:
            begun.wait()
        return number

    with ThreadPoolExecutor(2) as executor:
        shared_among(executor, 2, solve, [2.0, 1.0, 1.0], Budget(deadline=time.monotonic() + 100.0), lambda: None)
    # All of 100 s for the heaviest, half of the other 100 for the next, and for the last whatever there is by then.
    assert taken == pytest.approx([100.0, 50.0, 100.0], abs=2.0)


def test_parts_weigh_more_than_in_proportion_to_their_orders() -> None:
    none, one, four = hardness([0, 1, 4])
    assert (none, one) == (1.0, 1.0)
    assert four == pytest.approx(8.0)


def test_on_two_workers_two_parts_have_all_the_time_each() -> None:
    taken: list[float | None] = []

    def solve(number: int, seconds: float | None) -> int:
        taken.append(seconds)
        return number

    with ThreadPoolExecutor(2) as executor:
        budget = Budget(deadline=time.monotonic() + 100.0)
        assert shared_among(executor, 2, solve, [1.0, 1.0], budget, lambda: None) == [0, 1]
        assert taken == pytest.approx([100.0, 100.0], abs=2.0)
        assert shared_among(executor, 2, solve, [1.0, 2.0, 3.0], Budget(), lambda: None) == [0, 1, 2]
    assert taken[2:] == [None] * 3


def test_no_more_parts_are_searched_at_a_time_than_there_are_workers() -> None:
    running, most, lock = 0, 0, threading.Lock()

    def solve(number: int, _: float | None) -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        return number

    with ThreadPoolExecutor(8) as executor:
        shared_among(executor, 2, solve, [1.0] * 7, Budget(), lambda: None)
    assert most == 2


def test_workers_are_told_once_to_stop_and_what_they_have_is_kept() -> None:
    stop, told = threading.Event(), []

    def solve(number: int, _: float | None) -> int:
        stop.wait(60)
        return number

    def tell() -> None:
        told.append(1)
        stop.set()

    with ThreadPoolExecutor(2) as executor:
        found = shared_among(executor, 2, solve, [1.0, 1.0, 1.0], Budget(stopped=lambda: True), tell)
    assert (found, told) == ([0, 1, 2], [1])


def test_what_goes_wrong_in_a_worker_is_not_swallowed() -> None:
    def solve(*_: float | None) -> int:
        raise ArithmeticError(math.nan)

    with ThreadPoolExecutor(2) as executor, pytest.raises(ArithmeticError):
        shared_among(executor, 2, solve, [1.0], Budget(), lambda: None)


def test_parts_that_a_dead_worker_leaves_are_searched_here() -> None:
    here = []

    def solve(number: int, _seconds: float | None) -> int:
        if number == 1:
            raise BrokenExecutor("killed")
        return number

    def alone(number: int, _seconds: float | None) -> int:
        here.append(number)
        return number

    with ThreadPoolExecutor(1) as executor:
        found = shared_among(executor, 1, solve, [3.0, 2.0, 1.0], Budget(), lambda: None, alone=alone)
    assert found == [0, 1, 2]
    assert here == [1, 2], "what was found before is kept"

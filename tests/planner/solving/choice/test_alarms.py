"""Alarms: compiled loops, linear programmes and CP-SAT all end with the time that they have."""

from __future__ import annotations

import time

import numpy as np
import pytest

from planner.solving.choice.alarms import alarm
from planner.solving.choice.closing import Budget, Closing
from planner.solving.choice.warming import warm
from tests.planner.solving.choice import days

MANY = 60


def large_day() -> days.Carrier:
    """A carrier whose sorties nobody could count: sixty orders, any eight of them in any sequence."""
    return days.carrier(mass_kg=[0.01] * MANY, value=[0.0] * MANY, most_orders=8, most_wh=9e9)


def test_a_flag_is_raised_in_time_and_never_without_a_limit() -> None:
    with alarm(0.05) as flag:
        assert not flag[0]
        time.sleep(0.3)
        assert flag[0]
    with alarm(None) as flag:
        time.sleep(0.1)
        assert not flag[0]


def test_an_alarm_that_is_over_raises_nothing_later() -> None:
    with alarm(0.1) as flag:
        pass
    time.sleep(0.2)
    assert not flag[0]


def test_a_compiled_search_ends_when_its_time_is_over() -> None:
    warm()
    finder = days.finder(large_day())
    began = time.monotonic()
    assert finder.find(np.zeros(MANY), np.inf, 10**12, seconds=0.3) is None
    assert time.monotonic() - began < 10.0


def test_the_same_search_with_the_time_it_needs_says_what_it_says_without_a_limit() -> None:
    finder = days.finder(days.carrier(mass_kg=[1.0] * 4, value=[1.0] * 4))
    one, other = (finder.find(np.zeros(4), np.inf, 10**6, seconds=seconds) for seconds in (None, 600.0))
    assert one is not None
    assert other is not None
    assert one.cost.tolist() == other.cost.tolist()


@pytest.mark.parametrize("seconds", [-1.0, 1e-4])
def test_a_choice_out_of_time_says_what_it_knows_and_proves_nothing(seconds: float) -> None:
    pool = days.finder(days.carrier(mass_kg=[1.0] * 4, value=[1.0] * 4)).find(np.zeros(4), np.inf, 10**6)
    assert pool is not None
    budget = Budget(deadline=time.monotonic() + seconds)
    closed = Closing(pool=pool, leaving=np.full(4, 99.0), capacity=np.zeros(0, np.int64), horizon=9000, budget=budget)
    told = closed.run()
    assert told.lower <= told.cost
    assert not told.columns or told.cost < np.inf

"""Whatever sorties are repaired, the plan holds; and valid ones are left as they are."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.sorties.generator import drone_instance
from benchmarks.sorties.instances import Instance
from benchmarks.sorties.repairs import repaired
from benchmarks.sorties.walker import Sortie, walk


@pytest.fixture
def day() -> Instance:
    return drone_instance(30, 1, 1)


def sorties_of_four(day: Instance, kind: int) -> list[Sortie]:
    """Return sorties that break what can be broken: four orders each in the sequence of their numbers, at noon."""
    together = [tuple(range(first, min(first + 4, day.orders))) for first in range(0, day.orders, 4)]
    return [Sortie(hub=0, kind=kind, start_s=14_400.0, orders=orders) for orders in together]


@pytest.mark.parametrize("kind", [0, 1])
@pytest.mark.parametrize("seconds", [0.0, 2.0])
def test_a_repaired_plan_holds(day: Instance, kind: int, seconds: float) -> None:
    raw = sorties_of_four(day, kind)
    assert walk(day, raw).violations
    verdict = walk(day, repaired(day, raw, seconds=seconds))
    assert verdict.violations == ()
    assert len(verdict.unserved) <= 6


def test_choosing_anew_never_costs_more(day: Instance) -> None:
    raw = sorties_of_four(day, 0)
    by_thumb, chosen = (walk(day, repaired(day, raw, seconds=seconds)).objective for seconds in (0.0, 2.0))
    assert chosen <= by_thumb


def test_a_valid_plan_keeps_its_cost(day: Instance) -> None:
    valid = repaired(day, sorties_of_four(day, 0), seconds=2.0)
    again = repaired(day, valid, seconds=2.0)
    assert walk(day, again).objective <= walk(day, valid).objective + 1e-6


def test_orders_told_twice_and_of_other_hubs_are_flown_once_from_their_own() -> None:
    day = drone_instance(60, 2, 1, tightness=3)
    order = int(np.flatnonzero(day.hub == 1)[0])
    twice = [Sortie(hub=hub, kind=0, start_s=0.0, orders=(order,)) for hub in (0, 1)]
    verdict = walk(day, repaired(day, twice, seconds=0))
    assert verdict.violations == ()
    assert order not in verdict.unserved

"""Published sets are read as they are meant: the costs told of published routes come out again.

``SKYFERRY_INSTANCES`` names a folder with ``solomon2``, ``mtvrptw_release`` and ``evrptw``; what needs it is skipped
without.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.sorties import published
from benchmarks.sorties.walker import Sortie, walk
from tests.benchmarks.sorties import samples


@pytest.fixture
def folder() -> Path:
    given = os.environ.get("SKYFERRY_INSTANCES")
    if given is None:
        pytest.skip("SKYFERRY_INSTANCES names no folder of published instances")
    return Path(given)


SOLOMON = """RC299

VEHICLE
NUMBER     CAPACITY
  25         1000

CUSTOMER
CUST NO.   XCOORD.   YCOORD.    DEMAND   READY TIME   DUE DATE   SERVICE TIME

    0      0         0          0          0       960          0
    1      30        40         50        100       200         10
    2      0         40         20          0       900         10
"""


def test_a_file_of_solomon_becomes_a_day_of_drones(tmp_path: Path) -> None:
    path = tmp_path / "RC299.txt"
    path.write_text(SOLOMON, encoding="ascii")
    day = published.read_cheng(path, 25)
    assert day.name == "rc299_25"
    assert day.mass_kg == pytest.approx([1.5, 0.6])
    assert day.fleet.tolist() == [[1]]
    first, second = Sortie(hub=0, kind=0, start_s=50.0, orders=(0,)), Sortie(hub=0, kind=0, start_s=160.0, orders=(1,))
    verdict = walk(day, [first, second])
    assert verdict.objective == pytest.approx(100 + 80)
    assert verdict.violations == ()
    # sqrt(9.81^3 / (2 * 1.204 * 0.0064 * 6)) = 101.04 W/kg^1.5; 4.5^1.5 = 9.546 and 3^1.5 = 5.196.
    assert verdict.flown[0].energy_wh == pytest.approx(101.04 * (9.546 + 5.196) * 50 / 3600, rel=1e-4)


@pytest.fixture
def released(tmp_path: Path) -> published.Released:
    path = tmp_path / "three.vrp"
    path.write_text(samples.RELEASED, encoding="utf-8")
    return published.read_released(path)


def test_trips_wait_for_their_goods_and_lengths_are_cut_down(released: published.Released) -> None:
    # sqrt(2) is 14 tenths there and 14 back; 5 is 50.
    outcome = published.walk_released(released, [[1, 0, 2]])
    assert (outcome.vehicles, outcome.distance, outcome.violations) == (1, 128, ())
    assert released.length(0, 1) == 14


@pytest.mark.parametrize(
    ("routes", "told"),
    [
        ([[1, 2]], "carries 16 of at most 10"),
        ([[1], [2]], "at most 1 vehicles"),
        ([[1]], "each of 2 customers once"),
        ([[2, 0, 1]], r"place 1 at \d+, due 500"),
    ],
)
def test_routes_that_break_a_rule_are_told(released: published.Released, routes: list[list[int]], told: str) -> None:
    late = replace(released, released=(0, 490, 200))
    assert re.search(told, " ".join(published.walk_released(late, routes).violations))


def test_published_costs_of_trips_with_release_dates_come_out_to_the_unit(folder: Path) -> None:
    paths = sorted((folder / "mtvrptw_release").glob("*.sol"))
    assert len(paths) == 8
    for path in paths:
        routes, cost = published.read_routes(path)
        outcome = published.walk_released(published.read_released(path.with_suffix(".vrp")), routes)
        assert outcome.distance == cost, path
        assert outcome.violations == (), path


ELECTRIC = """StringID   Type       x          y          demand     ReadyTime  DueDate    ServiceTime
D0         d          0.0       0.0       0.0        0.0        100.0     0.0
S0         f          6.0       0.0       0.0        0.0        100.0     0.0
C1         c          10.0      0.0       4.0        20.0       40.0      5.0

Q Vehicle fuel tank capacity /14.0/
C Vehicle load capacity /5.0/
r fuel consumption rate /1.0/
g inverse refueling rate /3.0/
v average Velocity /1.0/
"""


@pytest.fixture
def electric(tmp_path: Path) -> published.Electric:
    path = tmp_path / "tiny.txt"
    path.write_text(ELECTRIC, encoding="utf-8")
    return published.read_electric(path)


def test_a_van_is_charged_until_full(electric: published.Electric) -> None:
    # At the station after 6 with 8 left: 6 missing take 18, so that the customer sees it at 28.
    assert published.walk_electric(electric, [["S0", "C1"]]).violations == ()
    late = replace(electric, seconds_a_charge=6.0)
    assert published.walk_electric(late, [["S0", "C1"]]).violations == ("route 0: C1 at 46.000, due 40",)


def test_vans_that_break_a_rule_are_told(electric: published.Electric) -> None:
    assert published.walk_electric(electric, [["C1"]]).violations == ("route 0: -6.000 of charge at D0",)
    assert published.walk_electric(electric, []).violations == ("expected each customer once, got []",)
    small = replace(electric, capacity=3.0)
    assert published.walk_electric(small, [["S0", "C1"]]).violations == ("route 0: carries 4 of at most 3",)


def test_every_small_instance_has_a_published_value(folder: Path) -> None:
    names = {published.read_electric(path).name for path in (folder / "evrptw").glob("*/*.txt")}
    assert names == set(published.electric_values())


def test_published_values_are_those_read_in_the_paper() -> None:
    read = {"c101C5": (2, 257.75), "r102C10": (3, 249.19), "rc102C10": (4, 423.51), "c103C15": (3, 384.29)}
    read |= {"r102C15": (5, 413.93), "rc202C15": (2, 394.39)}
    values = published.electric_values()
    assert {name: (values[name].vehicles, values[name].distance) for name in read} == read
    assert all(value.told_by for value in values.values())


def test_every_file_of_solomon_gives_two_days(folder: Path) -> None:
    values = published.read_cheng_values(folder / "cheng2020_setB_distance_reference.json")
    days = [published.read_cheng(path, n) for path in (folder / "solomon2").glob("*.txt") for n in (25, 40)]
    assert len(days) == 54
    assert set(values) < {day.name for day in days}
    assert all(np.ptp(day.due_s) > 0 and day.mass_kg.max() <= 1.5 for day in days)

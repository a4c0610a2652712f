"""Parts of a day, chosen by themselves and put together."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from planner.model.orders import Order
from planner.model.plans import Reason
from planner.solving import parts
from planner.solving.choice.closing import Budget
from planner.solving.choosing import ColumnSolver
from planner.solving.drafts import Draft, draft
from planner.solving.parts import Part, apart, together
from planner.solving.solvers import SolveOptions, Watch
from planner.solving.sorties import Trips
from planner.solving.tables import Tables
from tests.planner import scenes
from tests.planner.scenes import drone, order, pad

OPTIONS = SolveOptions(iterations=200)


def two_hubs(orders: list[Order]) -> Tables:
    """A hub and another 6 km east of it, with a pad between them and one near each."""
    sky = scenes.sky(
        pad("hub", 0, 0),
        pad("east", 5999.9, 0),
        pad("M", 2999.9, 0, slots=1),
        pad("A", 0, 1999.9),
        pad("B", 5999.9, 1999.9),
    )
    return scenes.tables(orders, [drone("d1"), drone("d2", "east")], over=sky)


def morning(*, due: str = "14:00") -> list[Order]:
    mine = [order(f"a{k}", pad_id, 0.5 + k / 10, due=due) for k, pad_id in enumerate("AMAM")]
    return mine + [order(f"b{k}", pad_id, 0.4 + k / 10, due=due, from_pad="east") for k, pad_id in enumerate("BMBM")]


def planned(tables: Tables, **options: int) -> Draft:
    return draft(tables, ColumnSolver(), SolveOptions(iterations=200, **options), Watch())


def told(found: Draft) -> list[tuple[str, str, list[str]]]:
    return sorted(
        (item.drone.id, item.departs.isoformat(), [one.id for one in item.trip.orders]) for item in found.placed
    )


def test_each_hub_is_chosen_for_by_itself() -> None:
    tables = two_hubs(morning())
    trips = Trips(tables)
    found = apart(trips, tables.job.orders, Budget(), OPTIONS)
    served = [{one.from_pad for trip in part.flown for one in trip.orders} for part in found]
    assert served == [{"hub"}, {"east"}]
    assert all(part.proven for part in found)


def test_types_of_one_hub_are_one_part_as_they_may_share_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = (scenes.kind(), scenes.kind("other"))
    tables = scenes.tables(
        [order(f"o{k}", "A") for k in range(4)], [drone("d1"), drone("d2", type_id="other")], drone_types=kinds
    )
    told = [SimpleNamespace(number=k, carrier=SimpleNamespace(orders=np.array([k, k + 2]))) for k in (0, 1)]
    monkeypatch.setattr(parts, "finders", lambda *_: told)
    assert [sorted(one.tolist()) for one in parts._by_hub(Trips(tables), tables.job.orders)] == [[0, 1, 2, 3]]


def test_what_parts_cost_and_what_they_cost_at_least_adds_up() -> None:
    whole = together([Part(flown=(), cost=3.0, lower=2.0), Part(flown=(), cost=5.0, lower=5.0)])
    assert (whole.cost, whole.lower, whole.proven) == (8.0, 7.0, False)
    assert together([]).proven


def test_the_parts_of_a_day_give_what_choosing_for_all_of_it_gives() -> None:
    tables = two_hubs(morning())
    found = planned(tables)
    trips = Trips(tables)
    whole = parts.chosen(trips, tables.job.orders, Budget(), OPTIONS)
    assert sum(item.trip.cost for item in found.placed) == pytest.approx(whole.cost)
    assert found.bound.proven


def test_hubs_that_are_in_each_others_way_at_a_pad_are_chosen_for_together() -> None:
    # Each hub could be at M in time, but there is one slot and no time for two to land one after the other.
    orders = [order("a", "M", due="08:06"), order("b", "M", due="08:06", from_pad="east")]
    found = planned(two_hubs(orders))
    assert len(found.placed) == 1
    assert [item.reason for item in found.unserved] == [Reason.PAD_BUSY]
    assert found.bound.proven


def test_the_plan_depends_on_no_number_of_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = two_hubs(morning())
    alone = planned(tables)
    monkeypatch.setattr(parts, "WORTH_PROCESSES", 1)
    among = planned(tables, workers=2)
    assert told(among) == told(alone)
    assert among.bound == alone.bound


def test_a_search_in_processes_ends_when_it_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "WORTH_PROCESSES", 1)
    tables = two_hubs(morning())
    begun = time.monotonic()
    found = apart(
        Trips(tables), tables.job.orders, Budget(stopped=lambda: True), SolveOptions(iterations=10**6, workers=2)
    )
    assert len(found) == 2
    assert time.monotonic() - begun < 60


def kill_a_worker() -> None:
    """Kill the first worker process that comes up."""
    for _ in range(6000):
        for child in multiprocessing.active_children():
            os.kill(child.pid or 0, signal.SIGKILL)
            return
        time.sleep(0.01)


def test_a_day_whose_workers_are_killed_is_planned_all_the_same_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tables = two_hubs(morning())
    alone = planned(tables)
    monkeypatch.setattr(parts, "WORTH_PROCESSES", 1)
    killer = threading.Thread(target=kill_a_worker)
    killer.start()
    among = planned(tables, workers=2)
    killer.join()
    assert told(among) == told(alone)
    assert "a worker process died" in caplog.text


def test_where_no_process_can_be_started_all_is_searched_in_this_one(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_kind: str) -> SimpleNamespace:
        return SimpleNamespace(Event=event)

    def event() -> None:
        raise OSError(28, "No space left on device")

    tables = two_hubs(morning())
    alone = planned(tables)
    monkeypatch.setattr(parts, "WORTH_PROCESSES", 1)
    monkeypatch.setattr(parts, "get_context", full)
    assert told(planned(tables, workers=2)) == told(alone)
    assert "no processes can be started" in caplog.text


def test_a_worker_ends_with_whoever_started_it() -> None:
    code = """
import multiprocessing, os, signal, sys, time
from planner.solving import parts
context = multiprocessing.get_context("spawn")
if __name__ == "__main__":
    executor = parts.Crew(1, mp_context=context, initializer=parts._begin, initargs=(None, None))
    print(executor.submit(os.getpid).result(), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "script.py"
        script.write_text(code)
        begun = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=300, env=ENV)
    worker = int(begun.stdout)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and alive(worker):
        time.sleep(0.05)
    assert not alive(worker)


ENV = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}


def alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(") ")[-1][:1] not in "ZX"

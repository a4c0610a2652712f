"""Peers are asked in an environment of their own; one that is not there is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import environments
from benchmarks.sorties import peers
from benchmarks.sorties.comparisons import HEAD, PEERS, Answer, ask, cells
from benchmarks.sorties.generator import drone_instance
from benchmarks.sorties.instances import Instance
from benchmarks.sorties.repairs import repaired
from benchmarks.sorties.walker import Sortie, fly, walk


@pytest.fixture
def day() -> Instance:
    return drone_instance(30, 1, 1)


def test_every_peer_has_a_name() -> None:
    assert set(PEERS) == set(peers.PEERS)


def test_a_peer_that_is_not_there_is_told(day: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments, "CACHE", tmp_path)
    with pytest.raises(environments.NotInstalledError, match="no environment for the peers"):
        ask(day, "VROOM", seconds=1, make=False)


@pytest.mark.parametrize("who", ["PyVRP, range", "PyVRP, fleet", "VROOM", "OR-Tools GLS", "OR-Tools ILS"])
def test_a_peer_serves_a_small_day(day: Instance, who: str) -> None:
    try:
        answer = ask(day, who, seconds=0.5, make=False)
    except environments.NotInstalledError as error:
        pytest.skip(str(error))
    assert len({order for sortie in answer.sorties for order in sortie.orders}) >= 25
    assert not {"payload", "stops", "twice", "hub", "horizon"} & set(walk(day, answer.sorties).broken)


def test_what_peers_are_told_is_what_a_sortie_for_one_order_takes_rounded_up(day: Instance) -> None:
    hub = peers._Hub(json.loads(day.to_json()), 0)
    for kind, order in [(0, 0), (1, 7), (1, 29)]:
        flown = fly(day, Sortie(hub=0, kind=kind, start_s=0.0, orders=(order,), begins_s=(9999.0,)))
        place = hub.orders.index(order) + 1
        assert 0 <= hub.seconds[kind][0][place] - flown.landings[0].touch_down_s < 1
        assert 0 <= hub.seconds[kind][place][0] - (flown.back_s - flown.landings[0].end_s) < 1


def test_a_row_tells_what_was_broken_and_what_the_valid_plan_costs(day: Instance) -> None:
    raw = Answer(who="somebody", sorties=(Sortie(hub=0, kind=0, start_s=0.0, orders=(0,)),), used_s=1.0, cpu_s=1.0)
    plan = repaired(day, raw.sorties, seconds=0)
    row = cells(day, raw, walk(day, plan))
    assert len(row) == len(HEAD)
    assert row[0] == "somebody"
    assert row[2] == "1"
    assert row[7] == str(len(plan))

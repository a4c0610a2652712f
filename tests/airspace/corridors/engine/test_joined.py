"""The network from the engine is the network from the plain path, and the engine is loaded only when it is needed."""

import logging
import subprocess
import sys
import time

import numpy as np
import pytest
import shapely

from airspace import patience
from airspace.corridors import courses, lattices, networks
from airspace.model.skies import Airspace
from tests.airspace.corridors.maps import RULES, a_pad, a_side, a_zone, box


def a_sky() -> Airspace:
    chance = np.random.default_rng(5)
    discs = [shapely.Point(chance.uniform(-4000, 4000, 2)).buffer(chance.uniform(100, 500), 8) for _ in range(25)]
    pads = [a_pad(f"P{number}", *chance.uniform(-4500, 4500, 2)) for number in range(12)]
    zones = [a_zone(disc, f"Z{number}") for number, disc in enumerate(discs)]
    return Airspace(zones=tuple(zones), pads=tuple(pads), jurisdictions=(a_side("S", box(-5000, -5000, 5000, 5000)),))


def test_both_ways_give_the_same_network(monkeypatch: pytest.MonkeyPatch) -> None:
    sky = a_sky()
    monkeypatch.setattr(lattices, "ENGINE_CORNERS", 10**9)
    plain = networks.build_network(sky, RULES, full=True)
    monkeypatch.setattr(lattices, "ENGINE_CORNERS", 0)
    compiled = networks.build_network(sky, RULES, full=True)
    assert plain.number_of_edges() > 300
    assert list(compiled.nodes(data=True)) == list(plain.nodes(data=True))
    assert list(compiled.edges(data=True)) == list(plain.edges(data=True))
    assert list(compiled.graph["refused"]) == list(plain.graph["refused"])


def test_without_zones_the_engine_gives_the_straight_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lattices, "ENGINE_CORNERS", 0)
    network = networks.build_network(Airspace(pads=(a_pad("A", -2000, 0), a_pad("B", 2000, 0))), RULES)
    assert courses.matrix(network, ["A", "B"])[0, 1] == pytest.approx(4000, abs=0.01)


def test_a_small_map_loads_neither_numba_nor_the_triangulation() -> None:
    code = (
        "import sys; from tests.airspace.corridors.maps import *; from airspace.corridors import networks;"
        "from airspace.model.skies import Airspace;"
        "sky = Airspace(zones=(a_zone(box(-5, -5, 5, 5)),), pads=(a_pad('A', -900, 0), a_pad('B', 900, 0)));"
        "networks.build_network(sky, RULES); print(sorted({'numba', 'pythoncdt'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_compiling_is_told_once_and_loading_is_not(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(patience, "PATIENCE_S", 0.05)
    for spent_s in (0.4, 0.0):
        with (
            caplog.at_level(logging.WARNING),
            patience.told_when_slow("the path engine", logging.getLogger("engine")),
        ):
            time.sleep(spent_s)
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 1
    assert "skyferry warm" in told[0]

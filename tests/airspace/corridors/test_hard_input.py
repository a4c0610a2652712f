"""What is empty, full, shut or far too much gets an answer or a named error, and can be stopped."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from _thread import interrupt_main
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

import airspace
from airspace.corridors import lattices, tiling
from airspace.corridors.courses import matrix
from airspace.corridors.engine.tangents import in_batches
from airspace.errors import RegionTooLarge, TooDetailed
from benchmarks.cities import tiny_zones
from tests.airspace.corridors.maps import RULES, a_pad, a_zone, amsl, box

ROOT = Path(__file__).parents[3]
LEVELS = replace(RULES, levels_amsl_m=(50.0, 80.0, 120.0))
BOTH_RULES = pytest.mark.parametrize("rules", [RULES, LEVELS], ids=["one level", "three levels"])


@BOTH_RULES
def test_an_empty_airspace_has_an_empty_network(rules: airspace.CorridorRules) -> None:
    for full in (False, True):
        network = airspace.build_network(airspace.Airspace(), rules, full=full)
        assert len(network) == 0
        assert matrix(network, []).shape == (0, 0)


@BOTH_RULES
def test_zones_without_pads_make_a_network_without_corridors(rules: airspace.CorridorRules) -> None:
    network = airspace.build_network(airspace.Airspace(zones=(a_zone(box(0, 0, 100, 100)),)), rules)
    assert len(network) == 0


@BOTH_RULES
def test_a_pad_by_itself_stands_alone(rules: airspace.CorridorRules) -> None:
    network = airspace.build_network(airspace.Airspace(pads=(a_pad("A", 0, 0),)), rules)
    assert list(network) == ["A"]
    assert not network.graph["refused"]
    assert matrix(network, ["A"]).tolist() == [[0.0]]


@BOTH_RULES
def test_under_a_zone_that_covers_everything_all_pads_are_refused_by_name(rules: airspace.CorridorRules) -> None:
    sky = airspace.Airspace(
        zones=(a_zone(box(-50_000, -50_000, 50_000, 50_000)),), pads=(a_pad("A", 0, 0), a_pad("B", 5000, 0))
    )
    network = airspace.build_network(sky, rules)
    assert {str(refusal) for refusal in network.graph["refused"].values()} == {
        "pad A lies inside zone Z (zone Z, PROHIBITED)",
        "pad B lies inside zone Z (zone Z, PROHIBITED)",
    }
    assert network.number_of_edges() == 0
    assert np.isinf(matrix(network, ["A", "B"])[0, 1])


@BOTH_RULES
def test_a_pad_within_the_clearance_is_refused_with_its_gap(rules: airspace.CorridorRules) -> None:
    pads = (a_pad("A", 120, 0), a_pad("B", 400, 0), a_pad("C", 900, 0))
    network = airspace.build_network(airspace.Airspace(zones=(a_zone(box(-100, -100, 100, 100)),), pads=pads), rules)
    assert list(network.graph["refused"]) == ["A"]
    assert "20 m from zone Z" in str(network.graph["refused"]["A"])
    assert matrix(network, ["B", "C"])[0, 1] == pytest.approx(500.0, rel=1e-4)


@BOTH_RULES
def test_a_pad_inside_a_ring_is_out_of_reach_and_not_refused(rules: airspace.CorridorRules) -> None:
    ring = box(-500, -500, 500, 500).difference(box(-300, -300, 300, 300))
    sky = airspace.Airspace(zones=(a_zone(ring),), pads=(a_pad("A", 0, 0), a_pad("B", 5000, 0)))
    network = airspace.build_network(sky, rules)
    assert not network.graph["refused"]
    assert np.isinf(matrix(network, ["A", "B"])[0, 1])


def test_an_airspace_wider_than_a_frame_is_named() -> None:
    with pytest.raises(RegionTooLarge, match="300 km"):
        airspace.build_network(airspace.Airspace(zones=(a_zone(box(-300_000, -500, 300_000, 500)),)), RULES)


def test_a_hundred_thousand_tiny_zones_are_one_obstacle_in_seconds() -> None:
    zones = tiny_zones(100_000, 20.0)
    pads = (a_pad("A", -5000, 0), a_pad("B", 5000, 0), a_pad("C", 0, 0))
    began = time.process_time()
    network = airspace.build_network(airspace.Airspace(zones=zones, pads=pads), RULES)
    assert time.process_time() - began < 60
    assert list(network.graph["refused"]) == ["C"]
    assert matrix(network, ["A", "B"])[0, 1] > 10_500


def test_scattered_tiny_zones_are_all_kept_clear_of() -> None:
    zones = tiny_zones(4000, 200.0)
    pads = (a_pad("A", -6500, 0), a_pad("B", 6500, 0))
    network = airspace.build_network(airspace.Airspace(zones=zones, pads=pads), RULES)
    (chart,) = [network.graph["chart"]]
    lines = [chart.frame.project(data["geometry"]) for _, _, data in network.edges(data=True)]
    gaps_m = shapely.distance(shapely.union_all(lines), [area for _, area in chart.zones])
    assert gaps_m.min() >= RULES.keep_out_m
    assert 13_000 < matrix(network, ["A", "B"])[0, 1] < 13_500


def test_more_places_to_change_level_than_can_be_looked_at_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lattices, "MOST_LOOKED_AT", 100)
    bands = (amsl(0, 60), amsl(70, 200))
    zones = tuple(
        a_zone(box(x_m, -600 + 150 * turn, x_m + 100, 600 + 150 * turn), f"Z{x_m}", band=bands[turn])
        for turn, x_m in enumerate(range(0, 1600, 800))
    )
    sky = airspace.Airspace(zones=zones, pads=(a_pad("A", -900, 0), a_pad("B", 2500, 0)))
    with pytest.raises(TooDetailed, match="at most 100 pairs"):
        airspace.build_network(sky, LEVELS)


def test_progress_is_told_and_may_end_the_work() -> None:
    sky = airspace.Airspace(zones=(a_zone(box(-100, -100, 100, 100)),), pads=(a_pad("A", -900, 0),))
    told: list[str] = []
    airspace.build_network(sky, LEVELS, on_progress=told.append)
    assert told[:4] == ["1 zones into the frame", "obstacles at 50 m", "obstacles at 80 m", "obstacles at 120 m"]
    assert told[4:] == ["lines of sight", "courses", "corridors"]

    def stop(step: str) -> None:
        if step == "courses":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        airspace.build_network(sky, LEVELS, on_progress=stop)


@pytest.fixture
def listening() -> Iterator[None]:
    """Let Ctrl-C through, also where the tests were begun in the background, which ignores it."""
    before, told = signal.signal(signal.SIGINT, signal.default_int_handler), gc.callbacks.copy()
    gc.callbacks.clear()  # Python swallows what is raised in one, and other tests may have left theirs
    yield
    gc.callbacks.extend(told)
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("listening")
def test_ctrl_c_ends_threads_of_cleaning_and_of_the_engine() -> None:
    begun: list[int] = []

    def work(number: int, _end: int = 0) -> None:
        begun.append(number)
        time.sleep(0.005)
        if number == 3:
            interrupt_main()

    with pytest.raises(KeyboardInterrupt):
        tiling.in_turn(work, range(2000), workers=2)
    assert len(begun) < 1000
    begun.clear()
    with pytest.raises(KeyboardInterrupt):
        in_batches(work, 2000, workers=2, batch=1)
    assert len(begun) < 1000


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
def test_ctrl_c_ends_a_large_network_at_once() -> None:
    code = (
        "import signal\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import airspace\n"
        "from tests.airspace.corridors.maps import RULES\n"
        "from benchmarks.cities import tiny_zones\n"
        "sky = airspace.Airspace(zones=tiny_zones(60_000, 200.0))\n"
        "airspace.build_network(sky, RULES, on_progress=lambda step: print(step, flush=True))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert "into the frame" in process.stdout.readline()
        assert "obstacles" in process.stdout.readline()
        time.sleep(1.0)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=120)
    assert process.returncode == -signal.SIGINT
    assert said.rstrip().endswith("KeyboardInterrupt")

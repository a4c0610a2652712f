from __future__ import annotations

import pytest

from planner.model.weather import Weather
from planner.physics.batteries import capacity_wh, given_wh, most_usable_wh, reserve_wh, usable_wh
from tests.planner import scenes

KIND, POLICY, MILD = scenes.kind(), scenes.policy(), Weather(temperature_c=25.0)
CHILLED = scenes.kind(cold_loss_per_c=0.006, packs_warm_c=20.0)


def test_worn_packs_hold_less_and_the_reserve_is_a_share_of_what_they_hold() -> None:
    worn = scenes.drone("old", health=0.9)
    assert capacity_wh(worn, KIND) == pytest.approx(900.0)
    assert reserve_wh(worn, KIND, POLICY) == pytest.approx(180.0)
    assert usable_wh(worn, KIND, POLICY, MILD, state_of_charge=1.0) == pytest.approx(720.0)
    assert usable_wh(worn, KIND, POLICY, MILD, state_of_charge=0.5) == pytest.approx(270.0)


def test_below_the_reserve_nothing_may_be_used() -> None:
    assert usable_wh(scenes.drone("low"), KIND, POLICY, MILD, state_of_charge=0.1) == 0.0


def test_the_best_drone_of_a_type_sets_what_a_sortie_may_use() -> None:
    fleet = [scenes.drone("old", health=0.7), scenes.drone("new"), scenes.drone("mid", health=0.8)]
    assert most_usable_wh(fleet, KIND, POLICY, MILD) == pytest.approx(800.0)


def test_packs_ten_degrees_too_cold_give_six_hundredths_less_and_the_reserve_stays_whole() -> None:
    drone, cold = scenes.drone("new"), Weather(temperature_c=10.0)
    assert given_wh(drone, CHILLED, cold, state_of_charge=1.0) == pytest.approx(940.0)
    assert given_wh(drone, CHILLED, MILD, state_of_charge=1.0) == pytest.approx(1000.0)
    assert reserve_wh(drone, CHILLED, POLICY) == pytest.approx(200.0)
    assert usable_wh(drone, CHILLED, POLICY, cold, state_of_charge=1.0) == pytest.approx(740.0)
    assert usable_wh(drone, CHILLED, POLICY, cold, state_of_charge=0.5) == pytest.approx(270.0)


def test_packs_never_give_less_than_nothing() -> None:
    frail = scenes.kind(cold_loss_per_c=0.2)
    assert usable_wh(scenes.drone("new"), frail, POLICY, Weather(temperature_c=-5.0), state_of_charge=1.0) == 0.0

from __future__ import annotations

import pytest

from planner.physics.batteries import capacity_wh, most_usable_wh, reserve_wh, usable_wh
from tests.planner import scenes

KIND, POLICY = scenes.kind(), scenes.policy()


def test_worn_packs_hold_less_and_the_reserve_is_a_share_of_what_they_hold() -> None:
    worn = scenes.drone("old", health=0.9)
    assert capacity_wh(worn, KIND) == pytest.approx(900.0)
    assert reserve_wh(worn, KIND, POLICY) == pytest.approx(180.0)
    assert usable_wh(worn, KIND, POLICY, state_of_charge=1.0) == pytest.approx(720.0)
    assert usable_wh(worn, KIND, POLICY, state_of_charge=0.5) == pytest.approx(270.0)


def test_below_the_reserve_nothing_may_be_used() -> None:
    assert usable_wh(scenes.drone("low"), KIND, POLICY, state_of_charge=0.1) == 0.0


def test_the_best_drone_of_a_type_sets_what_a_sortie_may_use() -> None:
    fleet = [scenes.drone("old", health=0.7), scenes.drone("new"), scenes.drone("mid", health=0.8)]
    assert most_usable_wh(fleet, KIND, POLICY) == pytest.approx(800.0)

from __future__ import annotations

import numpy as np
import pytest

from tests.planner.solving.choice.days import carrier


def test_the_least_of_a_leg_is_that_of_the_load_that_takes_least() -> None:
    # 100 s at 36 W are 1 Wh; with the third kilogram, which power falls with here, half of that.
    leg_s = np.full((2, 2), 100.0)
    leg_s[1, 0] = np.inf
    of = carrier(
        leg_s=leg_s, leg_cost=[[0.0, 3.0], [5.0, 0.0]], cost_per_wh=4.0, cost_per_s=0.01,
        power_w=[[36.0, 72.0, 108.0, 18.0, 0.0]], most_kg=3.0,
    )  # fmt: skip
    assert of.least_money()[0, 1] == pytest.approx(3.0 + 4.0 * 0.5 + 0.01 * 100)
    assert of.least_money()[1, 0] == np.inf


def test_where_a_second_costs_nothing_a_leg_that_nobody_can_fly_still_costs_all_there_is() -> None:
    of = carrier(leg_s=np.full((2, 2), np.inf), cost_per_s=0.0)
    assert (of.least_money() == np.inf).all()

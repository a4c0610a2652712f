"""Models against a handful of measured and published figures; ``python -m benchmarks.energy --data DIR`` takes all."""

from __future__ import annotations

import pytest

from benchmarks.energy import KIND, Legs, Row, brentq_wh, validation
from benchmarks.measured import transcribed
from planner.physics.energy import OwnModel

ROWS = list(validation(transcribed()))


@pytest.mark.parametrize("row", ROWS, ids=[row.what for row in ROWS])
def test_a_figure_to_reach_is_reached_on_what_is_transcribed(row: Row) -> None:
    assert row.reached is not False, row.ours
    assert row.source


def test_the_physical_model_gives_what_brentq_gives_leg_by_leg() -> None:
    legs = Legs.random(50)
    ours = OwnModel().energy_wh(KIND, legs.phases, payload_kg=legs.payload_kg, density=legs.density)
    assert ours.tolist() == pytest.approx([brentq_wh(legs, leg) for leg in range(50)], rel=1e-9)

from __future__ import annotations

from typing import Any

import pytest

from airspace.model.skies import Airspace
from airspace.model.zones import Restriction
from planner.explaining import Explanation, Kind
from planner.model.plans import Reason
from tests.planner import scenes
from tests.planner.explaining import days
from tests.planner.scenes import order

OVER_A = scenes.area(2500, -500, 3500, 500)


def across(*permits: Any, zones: Any = ()) -> Airspace:
    gates = (scenes.gate(*permits),)
    return scenes.plain_sky(jurisdictions=scenes.two_sides(), gates=gates, zones=zones)


def words(found: Explanation) -> str:
    assert found.unserved is not None
    assert found.unserved.reason is Reason.PERMIT_MISSING
    return days.of(found, Kind.PERMIT).words


@pytest.mark.parametrize(
    ("held", "told"),
    [
        ((), "a permit of west-aa and one of east-aa for type nine at gate door"),
        (scenes.both_permits()[:1], "a permit of east-aa for type nine at gate door"),
        (scenes.both_permits()[1:], "a permit of west-aa for type nine at gate door"),
    ],
    ids=["none", "of the west", "of the east"],
)
def test_only_the_permits_that_are_missing_are_asked_for(held: Any, told: str) -> None:
    assert words(days.told(scenes.job([order("o", "A")]), across(*held))) == told


def test_a_zone_beyond_the_gate_is_opened_by_a_permit_held_there() -> None:
    closed = scenes.zone("z", OVER_A, Restriction.REQ_AUTHORISATION)
    found = days.told(scenes.job([order("o", "A")]), across(*scenes.both_permits(), zones=(closed,)))
    assert words(found).endswith("for type nine at gate door that opens zone z")


def test_no_permit_is_thought_of_for_a_prohibited_zone() -> None:
    shut = scenes.zone("z", OVER_A)
    found = days.told(scenes.job([order("o", "A")]), across(*scenes.both_permits(), zones=(shut,)))
    assert found.found == ()

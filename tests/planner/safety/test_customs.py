"""Customs by the check: O1 crosses to the clinic, where customs are, from 00:00 to 02:00, and take five minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import shapely

from planner.model.reviews import Verdict
from planner.safety.cases import laid_open
from planner.safety.customs import asked, customs_cleared, customs_not_asked, unasked

OUT = "S1 leg 1 HUB>CLINIC, order O1"


@pytest.fixture
def customs(good, helpers):
    """The good plan with O1 cleared where it is handed over."""
    windows = helpers.hours("00:00", "02:00")
    world = good.with_pad("CLINIC", roles=("customs",), customs_windows=windows, customs_dwell_s=300.0)
    return world.with_leg(0, 0, clears=("O1",))


def laid(world):
    return laid_open(world.plan, world.sky, world.job, digest="", stated_digest="")


def told(world, number=0):
    case = laid(world)
    return [(one.rule, one.subject, one.verdict) for one in customs_cleared(case, case.sorties[number])]


def failing(world, number=0):
    return [subject for _, subject, verdict in told(world, number) if verdict is Verdict.FAIL]


def test_what_clears_once_in_its_window_passes(customs):
    assert told(customs) == [("customs.window", OUT, Verdict.PASS), ("customs.cleared", "S1, order O1", Verdict.PASS)]
    # S2 stays on its side of the boundary.
    assert told(customs, 1) == []
    assert customs.review().of(Verdict.FAIL) == ()


def test_what_clears_nowhere_or_twice_fails(customs):
    assert failing(customs.with_leg(0, 0, clears=())) == ["S1, order O1"]
    case = laid(customs.with_leg(0, 0, clears=()))
    (finding,) = customs_cleared(case, case.sorties[0])
    assert (finding.measured, finding.required, finding.margin) == (0, 1, -1)
    assert finding.detail == "crosses and is not pre-cleared; clears nowhere"
    # O1 is kept on board on the way back, and clears there again.
    twice = customs.with_order("O1", to_pad="KIOSK").with_leg(0, 1, clears=("O1",))
    twice = replace(twice, sky=replace(twice.sky, jurisdictions=_with_island(twice)))
    case = laid(twice)
    (counted,) = (one for one in customs_cleared(case, case.sorties[0]) if one.subject == "S1, order O1")
    assert (counted.measured, counted.margin, counted.verdict) == (2, -1, Verdict.FAIL)


def _with_island(world):
    """The kiosk on a side of its own."""
    kiosk = world.sky.pad("KIOSK")
    island = shapely.Point(kiosk.lon, kiosk.lat).buffer(0.001)
    first, second = world.sky.jurisdictions
    return first, replace(second, area=second.area.difference(island)), replace(first, id="IS", area=island)


def test_what_was_cleared_before_passes_under_its_number_and_needs_no_call(customs):
    before = customs.with_order("O1", precleared="N-7").with_leg(0, 0, clears=())
    assert told(before) == [("customs.cleared", "S1, order O1", Verdict.PASS)]
    case = laid(before)
    (finding,) = customs_cleared(case, case.sorties[0])
    assert finding.detail == "pre-cleared under 'N-7'"


def test_what_is_not_on_board_or_where_no_customs_are_does_not_clear(customs):
    assert failing(customs.with_leg(0, 0, clears=("O1", "O2"))) == ["S1 leg 1 HUB>CLINIC, order O2"]
    assert failing(customs.with_pad("CLINIC", customs_windows=None, roles=()).with_policy(customs=True)) == [OUT]
    away = customs.with_policy(customs=True).with_leg(0, 0, to_pad="NOWHERE", clears=("O1",))
    assert failing(away) == ["S1 leg 1 HUB>NOWHERE, order O1"]


@pytest.mark.parametrize(("late_s", "early_s", "holds"), [(0, 0, True), (1, 0, False), (0, 1, False)])
def test_customs_are_there_from_the_landing_until_it_has_cleared(customs, helpers, late_s, early_s, holds):
    # It is handed over for 60 s after the landing, and customs take five minutes from then.
    lands = customs.plan.sorties[0].legs[0].waypoints[-1].t
    window = helpers.Hours(
        days=("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"), start=(lands + timedelta(seconds=late_s)).time(),
        end=(lands + timedelta(seconds=60 + 300 - early_s)).time(), clock=helpers.UTC,
    )  # fmt: skip
    world = customs.with_pad("CLINIC", customs_windows=helpers.Schedule.weekly(window))
    assert failing(world) == ([] if holds else [OUT])


def test_nobody_is_asked_where_the_policy_or_the_pads_say_so(good, customs):
    assert not asked(laid(good))
    assert asked(laid(customs))
    assert not asked(laid(customs.with_policy(customs=False)))
    assert asked(laid(good.with_policy(customs=True)))
    assert told(good) == []
    assert failing(good.with_policy(customs=True)) == ["S1, order O1"]


def test_what_crosses_without_being_asked_is_told_by_name(good, customs):
    assert [order.id for order in unasked(laid(good))] == ["O1"]
    (finding,) = customs_not_asked(laid(good))
    assert (finding.verdict, finding.subject) == (Verdict.NOT_CHECKED, "plan")
    assert finding.detail.endswith("across the boundary: O1")
    assert unasked(laid(customs)) == ()
    assert list(customs_not_asked(laid(customs))) == []
    inland = good.with_plan(sorties=good.plan.sorties[1:])
    assert list(customs_not_asked(laid(inland))) == []


def test_an_order_crosses_where_its_two_pads_have_no_side_in_common(good):
    def over(*areas):
        sides = tuple(replace(side, area=area) for side, area in zip(good.sky.jurisdictions, areas, strict=True))
        return [order.id for order in unasked(laid(replace(good, sky=replace(good.sky, jurisdictions=sides))))]

    north, south = (side.area for side in good.sky.jurisdictions)
    assert over(north, south) == ["O1"]
    # Where both sides claim the clinic, or nobody does, it does not cross.
    assert over(north, shapely.union(south, north)) == []
    assert over(shapely.box(114.0, 22.56, 114.2, 22.57), south) == []

from __future__ import annotations

import math
from dataclasses import replace
from typing import cast

import pytest

from airspace.model.pads import Custody
from airspace.model.zones import Restriction
from planner.errors import UnknownOrder
from planner.explaining import Change, Kind, explain
from planner.explaining.changes import Scale, single
from planner.explaining.explaining import below, smallest, smallest_of
from planner.explaining.trials import Trials
from planner.model.plans import Fix, Reason
from planner.solving.solvers import Watch
from tests.planner import scenes
from tests.planner.explaining import days
from tests.planner.scenes import order

SKY = scenes.plain_sky()
OVER_A = scenes.area(2500, -500, 3500, 500)


def test_an_order_that_is_served_is_told_with_its_sortie() -> None:
    found = days.told(scenes.job([order("o", "A")]), SKY)
    assert found.unserved is None
    assert found.served is not None
    assert (found.served.sortie, found.served.drone) == ("S001", "d1")
    assert found.served.handed_at is not None
    assert found.served.handed_at > found.served.departs


def test_an_order_that_nobody_knows_is_refused() -> None:
    job = scenes.job([order("o", "A")])
    with pytest.raises(UnknownOrder, match="nope"):
        explain(days.plan_of(job, SKY), "nope", SKY, job)


def test_the_reason_is_found_again_and_fixes_stand_in_the_answer_as_a_record_holds_them() -> None:
    found = days.told(scenes.job([order("o", "A", due="08:05")]), SKY)
    assert found.unserved is not None
    assert found.unserved.reason is Reason.TIME_WINDOW
    assert found.unserved.fixes == (Fix(change="o due 1 min later, at 08:06", verified=True),)
    assert not found.alone
    assert (found.no_fix, found.complete) == ("", True)


def test_an_order_that_only_the_day_leaves_no_room_for_could_be_served_by_itself() -> None:
    job = scenes.job([order("a", "A", 7.0, due="08:08", priority=5), order("o", "A", 7.0, due="08:08")])
    found = days.told(job, SKY)
    assert found.unserved is not None
    assert (found.unserved.reason, found.alone) == (Reason.FLEET_BUSY, True)
    assert days.kinds(found) == [Kind.LATER, Kind.DRONE]
    assert days.of(found, Kind.LATER).size % 5 == 0


def test_an_order_that_a_plan_leaves_out_without_need_is_served_by_planning_again() -> None:
    job = scenes.job([order("a", "A"), order("o", "C")])
    whole = days.plan_of(job, SKY)
    lazy = replace(whole, sorties=tuple(sortie for sortie in whole.sorties if "o" not in sortie.orders))
    found = explain(lazy, "o", SKY, job)
    assert days.kinds(found) == [Kind.AGAIN]
    assert found.alone


def test_a_prohibited_zone_has_no_fix_and_is_named() -> None:
    sky = scenes.plain_sky(zones=(scenes.zone("z", OVER_A),))
    found = days.told(scenes.job([order("o", "A")]), sky)
    assert found.found == ()
    assert found.no_fix.startswith("zone z is PROHIBITED")


def test_of_several_kinds_of_change_the_three_that_come_first_are_told() -> None:
    sky = scenes.sky(
        scenes.pad("hub", 0, 0), scenes.pad("A", 2999.9, 0, schedule=scenes.hours("10:00", "11:00")),
        scenes.pad("C", 2000, 0),
    )  # fmt: skip
    found = days.told(scenes.job([order("o", "A", ready="08:30", due="09:30")]), sky)
    assert days.kinds(found) == [Kind.PAD_HOURS, Kind.LATER, Kind.OTHER_PAD]


def test_a_change_that_serves_the_order_and_costs_another_is_not_told() -> None:
    # One drone, 10 min out and back: whatever makes room for the one takes it from the other, but a second drone.
    job = scenes.job(
        [order("a", "A", 7.0, due="08:08"), order("o", "A", 7.0, due="08:08", priority=1)], end=scenes.at("08:12")
    )
    found = days.told(job, SKY, name=days.plan_of(job, SKY).unserved[0].order)
    assert days.kinds(found) == [Kind.DRONE]


def test_a_search_that_is_stopped_tells_what_it_knows() -> None:
    pads = (scenes.pad("hub", 0, 0), scenes.pad("A", 2999.9, 0, schedule=scenes.hours("10:00", "11:00")))
    sky, said = scenes.sky(*pads, scenes.pad("C", 2000, 0)), list[str]()
    job = scenes.job([order("o", "A", ready="08:30", due="09:30")])
    plan = days.plan_of(job, sky)
    early = explain(plan, "o", sky, job, watch=Watch(stopped=lambda: True))
    assert early.unserved is not None
    assert (early.unserved.reason, early.found, early.complete) == (Reason.PAD_CLOSED, (), False)
    assert early.no_fix == ""
    # Stopped as soon as the second kind of change is tried on the whole day.
    watch = Watch(on_progress=said.append, stopped=lambda: any("due" in words for words in said))
    part = explain(plan, "o", sky, job, watch=watch)
    assert not part.complete
    assert days.kinds(part) == [Kind.PAD_HOURS, Kind.LATER]


def test_progress_tells_what_is_being_tried() -> None:
    said: list[str] = []
    job = scenes.job([order("o", "A", due="08:05")])
    explain(days.plan_of(job, SKY), "o", SKY, job, watch=Watch(on_progress=said.append))
    assert "trying: o due 1 min later, at 08:06" in said


# --- the search ------------------------------------------------------------------------------------------------------


def step(size: int) -> Change:
    return Change(
        kind=Kind.LATER, words=f"{size}", size=size, unit="min", orders=("o",), apply=lambda job, sky: (job, sky)
    )  # fmt: skip


@pytest.mark.parametrize("least", [1, 2, 7, 99, 100])
def test_the_smallest_step_that_holds_is_found_with_few_trials(least: int) -> None:
    tried: list[float] = []

    def holds(change: Change) -> bool:
        tried.append(change.size)
        return change.size >= least

    assert smallest(Scale(steps=100, at=step), holds, Watch()) == least
    assert len(tried) <= 8


def test_no_step_is_found_where_the_largest_does_not_hold() -> None:
    assert smallest(Scale(steps=100, at=step), lambda change: change.size > 100, Watch()) is None
    assert smallest(Scale(steps=0, at=step), lambda _: True, Watch()) is None


def test_steps_known_to_fail_are_not_tried_again() -> None:
    tried: list[float] = []

    def holds(change: Change) -> bool:
        tried.append(change.size)
        return change.size >= 60

    assert smallest(Scale(steps=100, at=step), holds, Watch(), fails=50) == 60
    assert min(tried) > 50


def test_of_a_scale_only_the_steps_below_a_size_are_left() -> None:
    assert below(Scale(steps=10, at=step), 4.0).steps == 3
    assert below(single(step(5)), 5.0).steps == 0


def test_a_permit_is_told_for_the_zone_it_has_to_open_and_for_no_other() -> None:
    zones = (
        scenes.zone("z", OVER_A, Restriction.REQ_AUTHORISATION, authority="aa"),
        scenes.zone("far", scenes.area(-9000, -9000, -8000, -8000), Restriction.REQ_AUTHORISATION),
    )
    found = days.told(scenes.job([order("o", "A", custody=Custody.STAFFED)]), scenes.plain_sky(zones=zones))
    assert [item.change.words for item in found.found] == ["a permit of aa for type nine that opens zone z"]


class Known:
    """Trials whose answers are known: from which size on a change holds, by itself, beside the plan, planned anew."""

    def __init__(self, *, alone: float = 0, kept: float = math.inf, anew: float = math.inf) -> None:
        self.sizes, self.watch, self.asked = (alone, kept, anew), Watch(), [0, 0, 0]

    def _holds(self, number: int, change: Change) -> bool:
        self.asked[number] += 1
        return change.size >= self.sizes[number]

    def alone(self, change: Change) -> bool:
        return self._holds(0, change)

    def on_the_day(self, change: Change) -> bool:
        return self._holds(1, change)

    def anew(self, change: Change) -> bool:
        return self._holds(2, change)


def size(known: Known, *, alone: bool, steps: int = 100) -> float | None:
    found = smallest_of([Scale(steps=steps, at=step)], cast("Trials", known), alone=alone)
    return None if found is None else found.size


def test_a_day_planned_anew_that_has_room_with_less_is_believed() -> None:
    assert size(Known(kept=60, anew=5), alone=True) == 5
    assert size(Known(anew=5), alone=True) == 5


def test_where_planning_anew_has_no_room_with_less_it_is_asked_once() -> None:
    known = Known(kept=60, anew=80)
    assert size(known, alone=True) == 60
    assert known.asked[2] == 1


def test_what_serves_the_order_by_itself_is_tried_on_the_day_and_more_only_if_that_does_not_do() -> None:
    known = Known(alone=7, kept=7)
    assert size(known, alone=False) == 7
    assert known.asked[1:] == [1, 0]
    assert size(Known(alone=7, kept=30), alone=False) == 30
    assert size(Known(alone=7, kept=30, anew=9), alone=False) == 9


def test_what_does_not_serve_the_order_by_itself_is_not_tried_on_the_day() -> None:
    known = Known(alone=101, kept=1, anew=1)
    assert size(known, alone=False) is None
    assert known.asked == [1, 0, 0]


def test_of_several_scales_only_what_is_smaller_than_the_best_is_tried() -> None:
    known = Known(kept=4)
    scales = [Scale(steps=100, at=step), single(step(50)), Scale(steps=3, at=step)]
    best = smallest_of(scales, cast("Trials", known), alone=True)
    assert best is not None
    assert best.size == 4

from __future__ import annotations

from datetime import timedelta

import pytest

from airspace.model.schedules import ALWAYS, DAY, NEVER
from planner.explaining.schedules import of_spans, opened, widened
from tests.planner import scenes
from tests.planner.scenes import END, START, at

AROUND = START - DAY, END + DAY
NONE = timedelta(0)


def test_hours_are_widened_on_the_side_that_is_asked_for() -> None:
    hours = scenes.hours("09:00", "10:00")
    earlier = widened(hours, AROUND, before=timedelta(minutes=20), after=NONE)
    later = widened(hours, AROUND, before=NONE, after=timedelta(minutes=20))
    assert earlier.spans(START, END) == ((at("08:40"), at("10:00")),)
    assert later.spans(START, END) == ((at("09:00"), at("10:20")),)


def test_stretches_that_meet_become_one() -> None:
    extra = opened(scenes.hours("09:00", "10:00"), AROUND, (at("10:00"), at("11:00")))
    assert extra.covers(at("09:00"), at("11:00"))


def test_hours_that_never_hold_get_a_stretch() -> None:
    extra = opened(NEVER, AROUND, (at("10:00"), at("11:00")))
    assert extra.spans(START, END) == ((at("10:00"), at("11:00")),)


def test_no_stretch_at_all_is_refused_because_it_would_mean_always() -> None:
    with pytest.raises(ValueError, match="mean always"):
        of_spans(())


def test_what_holds_always_stays_as_long_as_the_time_looked_at() -> None:
    assert widened(ALWAYS, AROUND, before=NONE, after=NONE).covers(*AROUND)

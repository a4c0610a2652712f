"""Launch windows, held against looking at every moment by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from airspace.model.schedules import WEEKDAYS, Hours, Schedule
from airspace.model.zones import Zone
from planner.model.weather import STILL_AIR, Weather
from planner.solving.enquiries import enquire
from tests.planner import scenes

LEG = timedelta(seconds=330)
MINUTES = int((scenes.END - scenes.START).total_seconds() // 60)

Closing = tuple[int, int]
"""From one minute of the day to another."""

closings = st.tuples(st.integers(1, MINUTES - 2), st.integers(1, 90)).map(
    lambda pair: (pair[0], min(pair[0] + pair[1], MINUTES - 1))
)


def shut(closing: Closing, number: int) -> Zone:
    start, end = ((scenes.START + timedelta(minutes=minute)).time() for minute in closing)
    hours = Schedule.weekly(Hours(days=WEEKDAYS, start=start, end=end, clock=scenes.START.tzinfo))
    return scenes.zone(f"z{number}", scenes.area(1000, -9000, 1500, 9000), schedule=hours)


@settings(max_examples=20, deadline=None)
@given(zones=st.lists(closings, max_size=3), storm=closings | st.none())
def test_a_moment_is_in_a_window_when_zones_weather_and_day_leave_the_whole_leg_alone(
    zones: list[Closing], storm: Closing | None
) -> None:
    stormy = [] if storm is None else [(storm[0], Weather(thunderstorm=True)), (storm[1], STILL_AIR)]
    later = tuple((scenes.START + timedelta(minutes=at), weather) for at, weather in stormy)
    job = scenes.job([scenes.order("a", "A")], later=later)
    sky = scenes.plain_sky(zones=tuple(shut(closing, number) for number, closing in enumerate(zones)))
    # In no force yet at eight: the line is straight, through all of the zones.
    answer = enquire(job, sky, ("hub", "A"), at=scenes.START - timedelta(hours=2))
    assert answer.launches is not None
    closed = [*zones, *([] if storm is None else [storm])]
    for minute in range(MINUTES + 1):
        takes_off = scenes.START + timedelta(minutes=minute)
        expected = takes_off + LEG <= scenes.END and all(clear_of(takes_off, closing) for closing in closed)
        assert any(start <= takes_off <= end for start, end in answer.launches.spans) == expected, takes_off
        if not expected and takes_off < scenes.END:
            (found,) = [item for item in answer.launches.shut if item.span[0] <= takes_off < item.span[1]]
            assert found.why


def clear_of(takes_off: datetime, closing: Closing) -> bool:
    start, end = (scenes.START + timedelta(minutes=at) for at in closing)
    return takes_off + LEG <= start or end <= takes_off

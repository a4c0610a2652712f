"""Launch windows, held against looking at every moment by itself."""

from __future__ import annotations

from datetime import timedelta

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


@settings(max_examples=40, deadline=None)
@given(zones=st.lists(closings, max_size=3), storm=closings | st.none(), minute=st.integers(0, MINUTES))
def test_a_moment_is_in_a_window_when_zones_weather_and_day_leave_the_whole_leg_alone(
    zones: list[Closing], storm: Closing | None, minute: int
) -> None:
    stormy = [] if storm is None else [(storm[0], Weather(thunderstorm=True)), (storm[1], STILL_AIR)]
    later = tuple((scenes.START + timedelta(minutes=at), weather) for at, weather in stormy)
    job = scenes.job([scenes.order("a", "A")], later=later)
    sky = scenes.plain_sky(zones=tuple(shut(closing, number) for number, closing in enumerate(zones)))
    # In no force yet at eight: the line is straight, through all of the zones.
    answer = enquire(job, sky, ("hub", "A"), at=scenes.START - timedelta(hours=2))
    assert answer.launches is not None
    takes_off = scenes.START + timedelta(minutes=minute)
    ends = takes_off + LEG

    def clear_of(closing: Closing) -> bool:
        start, end = (scenes.START + timedelta(minutes=at) for at in closing)
        return ends <= start or end <= takes_off

    expected = ends <= scenes.END and all(map(clear_of, [*zones, *([] if storm is None else [storm])]))
    assert any(start <= takes_off <= end for start, end in answer.launches.spans) == expected
    if not expected and takes_off < scenes.END:
        (found,) = [item for item in answer.launches.shut if item.span[0] <= takes_off < item.span[1]]
        assert found.why

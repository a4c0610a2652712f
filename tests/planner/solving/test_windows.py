"""Launch windows: weather by the hour, gates, zones and pads that close; 330 s from take-off to handed over at A."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest

from airspace.errors import BadInput
from airspace.model.corridors import Act, Library
from airspace.model.skies import Airspace
from airspace.model.zones import Restriction
from planner import planning
from planner.model.plans import CorridorChoice
from planner.model.weather import STILL_AIR, Weather
from planner.solving.enquiries import enquire
from planner.solving.windows import LaunchWindows
from tests.planner import scenes
from tests.planner.scenes import FakeSolver, order
from tests.planner.solving.test_approvals import approved, said


def windows(sky: Airspace | None = None, *, payload_kg: float = 1.0, **fields: Any) -> LaunchWindows:
    job = scenes.job([order("a", "A")], **fields)
    answer = enquire(job, sky or scenes.plain_sky(), ("hub", "A"), at=scenes.at("08:00"), payload_kg=payload_kg)
    assert answer.launches is not None
    return answer.launches


def clock(found: LaunchWindows) -> list[tuple[str, str]]:
    return [(f"{start:%H:%M:%S}", f"{end:%H:%M:%S}") for start, end in found.spans]


def test_in_steady_weather_a_leg_may_be_launched_all_day_until_it_would_end_after_it() -> None:
    found = windows()
    assert clock(found) == [("08:00:00", "13:54:30")]
    (late,) = found.shut
    assert late.day_over
    assert late.why == ("the day ends at 14:00, before the leg is over",)
    assert found.in_words(UTC) == "flyable 08:00 to 13:54"


def test_gusts_in_the_middle_of_the_day_cut_it_in_two() -> None:
    later = ((scenes.at("09:40"), Weather(wind_mps=10.0, gust_mps=31.0)), (scenes.at("10:20"), STILL_AIR))
    found = windows(later=later)
    assert clock(found) == [("08:00:00", "09:34:30"), ("10:20:00", "13:54:30")]
    assert found.in_words(UTC) == (
        "flyable 08:00 to 09:34 and 10:20 to 13:54; "
        "09:34 to 09:40: the weather changes at 09:40, before the leg is over; "
        "09:40 to 10:20: gusts of 31.0 m/s are more than nine flies in (30 m/s)"
    )


@pytest.mark.parametrize(
    ("weather", "word"),
    [
        (Weather(rainstorm="red"), "red rainstorm signal"),
        (Weather(rain_mm_h=2.0), "rain of 2 mm/h"),
        (Weather(temperature_c=-30.0), "-30 °C"),
        (Weather(wind_mps=14.0, wind_from_deg=90.0), "too little speed over ground"),
    ],
)
def test_weather_that_keeps_it_down_is_told_for_as_long_as_it_lasts(weather: Weather, word: str) -> None:
    found = windows(weather=weather, later=((scenes.at("11:00"), STILL_AIR),))
    assert clock(found)[0][0] == "11:00:00"
    assert found.shut[0].span == (scenes.at("08:00"), scenes.at("11:00"))
    assert word in found.shut[0].why[0]


def test_head_wind_makes_the_leg_longer_and_its_window_shorter() -> None:
    found = windows(later=((scenes.at("10:00"), Weather(wind_mps=5.0, wind_from_deg=90.0)),))
    assert clock(found)[1] == ("10:00:00", "13:52:50")  # 3000 m at 10 m/s take 100 s more


def test_a_gate_that_closes_shuts_what_has_not_passed_and_landed_by_then() -> None:
    door = scenes.gate(*scenes.both_permits(), schedule=scenes.hours("09:00", "10:00"))
    found = windows(scenes.plain_sky(gates=(door,), jurisdictions=scenes.two_sides()))
    assert clock(found) == [("09:00:00", "09:54:30")]
    assert [item.why for item in found.shut] == [("gate door is open daily 09:00–10:00",)] * 2


def test_a_permit_that_ends_is_told_as_such() -> None:
    door = scenes.gate(*scenes.both_permits(valid_to=scenes.at("09:30")))
    found = windows(scenes.plain_sky(gates=(door,), jurisdictions=scenes.two_sides()))
    assert clock(found) == [("08:00:00", "09:24:30")]
    assert found.shut[0].why == ("no permits of both sides cover gate door",)


def test_a_zone_in_force_for_an_hour_shuts_the_line_through_it() -> None:
    noon = scenes.zone("noon", scenes.area(1000, -9000, 1500, 9000), schedule=scenes.hours("12:00", "13:00"))
    found = windows(scenes.plain_sky(zones=(noon,)))
    assert clock(found) == [("08:00:00", "11:54:30"), ("13:00:00", "13:54:30")]
    assert found.shut[0].why == ("zone noon (noon) is in force daily 12:00–13:00",)
    asks = scenes.zone("asks", scenes.area(2000, -9000, 2500, 9000), Restriction.REQ_AUTHORISATION)
    leave = scenes.permit("p", "aa", zones=("asks",), valid_to=scenes.at("10:00"))
    found = windows(scenes.plain_sky(zones=(asks,), gates=(scenes.gate(leave),)))
    assert clock(found) == [("08:00:00", "09:54:30")]
    assert found.shut[0].why == ("zone asks (asks) is in force at all times, and no permit covers the whole leg",)


def test_pads_are_open_from_the_turnaround_to_the_climb_and_from_the_descent_to_the_hand_over() -> None:
    hub = scenes.pad("hub", 0, 0, schedule=scenes.hours("09:00", "12:00"), turnaround_s=120.0)
    far = scenes.pad("A", 2999.9, 0, schedule=scenes.hours("08:00", "11:00"))
    found = windows(scenes.sky(hub, far))
    assert clock(found) == [("09:02:00", "10:54:30")]
    before, after, both = found.shut
    assert before.why == ("pad hub is open daily 09:00–12:00",)
    assert after.why == ("pad A is open daily 08:00–11:00",)
    assert both.why == ("pad hub is open daily 09:00–12:00", "pad A is open daily 08:00–11:00")


def test_a_load_that_full_packs_cannot_carry_there_is_never_launched() -> None:
    found = windows(drone_types=(scenes.kind(battery_wh=250.0),), payload_kg=7.0)
    assert found.spans == ()
    assert found.in_words(UTC).startswith("not flyable at any time of the day; 08:00 to 14:00: the leg takes 260 Wh")


def test_what_is_flyable_is_where_a_plan_may_launch() -> None:
    """The planner's own trips out and back start no earlier and no later than the leg out may be launched."""
    later = ((scenes.at("09:00"), Weather(wind_mps=31.0)), (scenes.at("10:00"), STILL_AIR))
    job = scenes.job([order(f"o{n}", "A") for n in range(4)], later=later, weather=Weather(thunderstorm=True))
    plan = planning.plan(job, scenes.plain_sky(), solver=FakeSolver())
    found = windows(later=later, weather=Weather(thunderstorm=True))
    assert plan.sorties
    assert all(any(start <= sortie.departs <= end for start, end in found.spans) for sortie in plan.sorties)


def test_the_whole_day_is_told_as_open_or_shut() -> None:
    later = ((scenes.at("09:40"), Weather(typhoon_signal=8)), (scenes.at("10:20"), STILL_AIR))
    found = windows(later=later)
    told = sorted([*found.spans, *(item.span for item in found.shut)])
    assert told[0][0] == scenes.START
    assert told[-1][1] == scenes.END
    assert all(a[1] == b[0] for a, b in pairwise(told))


def test_words_tell_the_clock_of_the_job_and_another_day_by_its_date() -> None:
    found = windows(start=scenes.at("08:00"), end=scenes.at("08:00") + timedelta(days=1, hours=2))
    assert found.in_words(timezone(timedelta(hours=8))) == "flyable 16:00 to 2026-12-02 17:54"


def test_only_while_it_is_approved_where_only_approved_corridors_are_flown() -> None:
    job, sky = scenes.job([order("a", "A")]), scenes.plain_sky()
    library = said(approved(job, sky), Act.SUSPENDED, scenes.at("10:00"), "hub>A")
    held = replace(sky, library=library)
    answer = enquire(job, held, ("hub", "A"), at=scenes.at("08:00"), corridors=CorridorChoice.APPROVED)
    assert answer.launches is not None
    assert clock(answer.launches) == [("08:00:00", "09:54:30")]
    assert answer.launches.shut[0].why == (
        f"corridor {answer.launches.corridor} is suspended by village since 2026-12-01 10:00: a crane",
    )
    none = enquire(
        job, replace(sky, library=Library()), ("hub", "A"), at=scenes.at("08:00"), corridors=CorridorChoice.APPROVED
    )
    assert none.launches is not None
    assert none.launches.shut[0].why == (f"corridor {none.launches.corridor} is not in the library",)
    with pytest.raises(BadInput, match="library"):
        enquire(job, sky, ("hub", "A"), at=scenes.at("08:00"), corridors=CorridorChoice.APPROVED)


def test_a_pair_without_any_way_has_no_windows() -> None:
    answer = enquire(
        scenes.job([order("a", "A")]),
        scenes.plain_sky(jurisdictions=scenes.two_sides()),
        ("hub", "A"),
        at=scenes.at("08:00"),
    )
    assert answer.leg is None
    assert answer.launches is None


# Ways out


def with_alternate(**fields: Any) -> Airspace:
    """The triangle of pads, with an alternate one kilometre north of A."""
    plain = scenes.plain_sky()
    return replace(plain, pads=(*plain.pads, scenes.pad("D", 2999.9, 1000, roles=("alternate",), **fields)))


def test_packs_that_are_enough_for_the_leg_only_do_not_launch_it_where_there_are_alternates() -> None:
    # The leg takes 129 Wh, to above A and one kilometre on to D 154 Wh.
    kind = scenes.kind(battery_wh=140 / 0.8)
    assert windows(drone_types=(kind,)).spans
    found = windows(with_alternate(), drone_types=(kind,))
    assert not found.spans
    assert found.shut[0].why[0].startswith("should A not take the drone, going on to D takes ")
    enough = windows(with_alternate(), drone_types=(scenes.kind(battery_wh=160 / 0.8),))
    assert enough.spans
    assert enough.in_words(UTC) == "flyable 08:00 to 13:53"


def test_a_leg_is_launched_while_its_alternate_is_open_when_the_drone_would_get_there() -> None:
    found = windows(with_alternate(schedule=scenes.hours("10:00", "11:00")))
    ((first, last),) = found.spans
    # Above A after 230 s: from then until landed at D, 167 s later, the alternate is open.
    assert scenes.at("09:56") <= first <= scenes.at("09:57")
    assert scenes.at("10:52") <= last <= scenes.at("10:55")
    assert found.shut[0].why == ("no way out from above A is open until it is over",)


def test_a_leg_is_launched_on_packs_that_surely_hold_enough() -> None:
    small = {"battery_wh": 140 / 0.8}
    assert windows(drone_types=(scenes.kind(**small),)).spans
    unsure = windows(drone_types=(scenes.kind(model_error_share=0.3, **small),))
    assert not unsure.spans
    assert "(95.0% sure)" in unsure.shut[0].why[0]

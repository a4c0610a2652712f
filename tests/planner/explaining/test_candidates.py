"""Each kind of change, on a day that it mends; `days.told` plans and checks every fix from nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from airspace.corridors.library import joined
from airspace.model.corridors import Act, Entry, Library
from airspace.model.pads import Custody
from airspace.model.schedules import ALWAYS
from airspace.model.skies import Airspace
from planner.explaining import Explanation, Kind
from planner.explaining.candidates import HOPELESS, MENDS, candidates
from planner.model.jobs import Job
from planner.model.plans import CorridorChoice, Reason
from planner.model.weather import Weather
from planner.solving.freezing import freeze_job
from tests.planner import scenes
from tests.planner.explaining import days
from tests.planner.scenes import at, order

SKY = scenes.plain_sky()


def at_a(**fields: Any) -> Airspace:
    return scenes.sky(scenes.pad("hub", 0, 0), scenes.pad("A", 2999.9, 0, **fields))


def across(**fields: Any) -> Airspace:
    """The hub in the west, pad A in the east beyond a gate."""
    at_pad = {key: fields.pop(key) for key in list(fields) if key.startswith("customs")}
    permits = fields.pop("permits", scenes.both_permits())
    return replace(at_a(**at_pad), jurisdictions=scenes.two_sides(), gates=(scenes.gate(*permits, **fields),))


def words(found: Explanation, kind: Kind) -> str:
    return days.of(found, kind).words


# Out to A takes 4.5 min, less a hair, and 1 min of hand-over; the drone is back 10 min after take-off. It takes off on
# a whole second, so customs that take 5 min have to be there a moment more than 6 min before the order is due.
DAYS: dict[Kind, tuple[Callable[[], tuple[Job, Airspace]], str]] = {
    Kind.LATER: (
        lambda: (scenes.job([order("o", "A", due="08:05")]), SKY),
        "o due 1 min later, at 08:06",
    ),
    Kind.EARLIER: (
        lambda: (scenes.job([order("o", "A", ready="08:25", due="08:30")]), SKY),
        "o ready 1 min earlier, at 08:24",
    ),
    Kind.DAY_END: (
        lambda: (scenes.job([order("o", "A", ready="08:55", due="09:06")], end=at("09:00")), SKY),
        "the day of flying ends 5 min later, at 09:05",
    ),
    Kind.SPLIT: (
        lambda: (scenes.job([order("o", "A", 9.0)]), SKY),
        "o split into two parcels of 4.5 kg, each worth 50 HKD",
    ),
    Kind.CUSTODY: (
        lambda: (scenes.job([order("o", "A", custody=Custody.TWO_PERSON)]), at_a(custody=Custody.STAFFED)),
        "two-person hand-over at pad A, which offers staffed now",
    ),
    Kind.TWO_PERSON_HOURS: (
        lambda: (
            scenes.job([order("o", "A", custody=Custody.TWO_PERSON, due="09:00")]),
            at_a(two_person_hours=scenes.hours("10:00", "11:00")),
        ),
        "two persons at pad A also for 6 min from 08:00 on",
    ),
    Kind.OTHER_PAD: (
        lambda: (
            scenes.job([order("o", "A", max_minutes=4.0)]),
            replace(SKY, pads=(*SKY.pads, scenes.pad("D", 1000, 0))),
        ),
        "delivered to pad D instead, 2.0 km from A",
    ),
    Kind.VALUE_CAP: (
        lambda: (scenes.job([order("o", "A", declared_value=25_000.0)]), SKY),
        "a cap of 25,000 HKD per sortie in the place of 10,000",
    ),
    Kind.GOODS: (
        lambda: (scenes.job([order("o", "A", dangerous_goods="UN3480")]), across()),
        "an approval for UN3480 of west-aa for west and east-aa for east",
    ),
    Kind.COLD_CHAIN: (
        lambda: (scenes.job([order("o", "A", max_minutes=4.0)]), SKY),
        "a cold chain of 6 min in the place of 4",
    ),
    Kind.PRECLEARED: (
        lambda: (scenes.job([order("o", "A")], policy=scenes.policy(customs=True)), across()),
        "o pre-cleared with customs",
    ),
    Kind.CUSTOMS_HOURS: (
        lambda: (
            scenes.job([order("o", "A", due="09:00")]),
            across(customs_windows=scenes.hours("09:00", "10:00"), customs_dwell_s=300.0),
        ),
        "customs at pad A from 7 min earlier on",
    ),
    Kind.GATE_HOURS: (
        lambda: (
            scenes.job([order("o", "A", ready="08:10", due="08:40")]), across(schedule=scenes.hours("06:00", "08:19")),
        ),
        "gate door open until 1 min later",
    ),
    Kind.PERMIT_HOURS: (
        lambda: (
            scenes.job([order("o", "A", due="09:00")]), across(permits=scenes.both_permits(valid_from=at("09:00"))),
        ),
        "permits of-west, of-east valid 6 min earlier",
    ),
    Kind.PERMIT: (
        lambda: (scenes.job([order("o", "A")]), across(permits=())),
        "a permit of west-aa and one of east-aa for type nine at gate door",
    ),
    Kind.PAD_HOURS: (
        lambda: (scenes.job([order("o", "A", due="10:00")]), at_a(schedule=scenes.hours("10:00", "11:00"))),
        "pad A open from 2 min earlier on",
    ),
    Kind.SLOT: (
        lambda: (
            scenes.job(
                [order("a", "A", 7.0, due="08:06", priority=5), order("o", "A", 7.0, due="08:06")],
                [scenes.drone("d1"), scenes.drone("d2")],
            ),
            at_a(slots=1),
        ),
        "2 slots at pad A in the place of 1",
    ),
    Kind.DRONE: (
        lambda: (
            scenes.job([order("a", "A", 7.0, due="08:06", priority=5), order("o", "C", 7.0, due="08:06")]), SKY,
        ),
        "one more drone of type nine at hub",
    ),
    Kind.BY_ITSELF: (
        lambda: (scenes.job([order("o", "A", 4.0, together="t"), order("p", "C", 4.0, together="t")]), SKY),
        "o flown by itself, not together with p",
    ),
    Kind.SHARED: (
        lambda: (
            scenes.job([order(name, "A", together="t", apart="x") for name in "op"]), SKY,
        ),
        "o, p no longer kept apart",
    ),
    Kind.SPARE: (
        lambda: (
            scenes.job([order("a", "A", 7.0, priority=5), order("o", "C", 7.0)]),
            scenes.sky(scenes.pad("hub", 0, 0, swap_packs=0), scenes.pad("A", 2999.9, 0), scenes.pad("C", -1999.9, 0)),
        ),
        "1 spare packs at hub in the place of 0",
    ),
    Kind.CHARGED: (
        lambda: (scenes.job([order("o", "B", 7.0)], [scenes.drone("d1", state_of_charge=0.3)]), SKY),
        "fully charged at the start: d1 (now 30%)",
    ),
    Kind.ALTERNATE: (
        lambda: (
            scenes.job([order("o", "A", 6.0)]),
            replace(SKY, pads=(*SKY.pads, scenes.pad("X", 25_000, 0, roles=("alternate",)))),
        ),
        "pad B as an alternate, 4.0 km from A",
    ),
    Kind.PRIORITY: (
        lambda: (scenes.job([order("o", "A")], policy=scenes.policy(unserved_penalty=20.0)), SKY),
        "o with priority 4 in the place of 1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(DAYS), ids=str)
def test_each_kind_of_change_is_told_with_its_figures_where_it_serves_the_order(kind: Kind) -> None:
    made, told = DAYS[kind]
    assert words(days.told(*made()), kind) == told


def test_one_more_charger_is_told_where_packs_wait_for_one() -> None:
    quick = scenes.kind(charge_w=2000.0, pack_cool_s=0.0)
    fleet = [scenes.drone("d1"), scenes.drone("d2")]
    orders = [order(name, "A", 7.0, priority=priority) for name, priority in (("a", 5), ("b", 5), ("c", 5), ("o", 1))]
    sky = scenes.sky(scenes.pad("hub", 0, 0, swap_packs=0, chargers=1), scenes.pad("A", 2999.9, 0))
    lasts = {"end": at("08:45"), "drone_types": (quick,)}
    found = days.told(scenes.job([replace(one, due_at=at("08:45")) for one in orders], fleet, **lasts), sky)
    assert words(found, Kind.CHARGER) == "2 chargers at hub in the place of 1"


def test_one_more_flight_level_is_told_where_another_sortie_is_in_the_way() -> None:
    # Head on: "p" goes first, and either may leave within 20 s of eight o'clock.
    pads = [scenes.pad(name, x_m, 0) for name, x_m in (("hub", 0), ("A", 2999.9), ("east", 3499.9), ("west", -499.9))]
    orders = [order("o", "A", due="08:05:50"), order("p", "west", due="08:06:57", from_pad="east", priority=3)]
    drones = [scenes.drone("d1"), scenes.drone("d2", home="east")]
    job = scenes.job(orders, drones, policy=scenes.policy(separation_m=(50.0, 15.0)))
    found = days.told(job, scenes.sky(*pads))
    assert found.unserved is not None
    assert found.unserved.reason is Reason.CONFLICT
    assert words(found, Kind.LEVEL) == "flight level 135 m AMSL beside 120"


def test_every_reason_has_its_row_and_each_row_is_told_what_it_is() -> None:
    assert set(MENDS) == set(Reason)
    assert all(build.__doc__ for row in MENDS.values() for build in row)
    assert candidates(Reason.PAD_UNREACHABLE) == ()
    assert Reason.PAD_UNREACHABLE in HOPELESS


@pytest.mark.parametrize("told", [Weather(wind_mps=31.0), Weather(thunderstorm=True)], ids=["wind", "thunder"])
def test_nobody_can_change_the_weather(told: Weather) -> None:
    found = days.told(scenes.job([order("o", "A")], weather=told), SKY)
    assert found.found == ()
    assert "nobody can change the weather" in found.no_fix


def test_an_order_can_wait_for_calmer_hours_that_are_forecast() -> None:
    calmer = ((at("10:00"), Weather()),)
    found = days.told(scenes.job([order("o", "A", due="09:50")], weather=Weather(wind_mps=31.0), later=calmer), SKY)
    assert days.kinds(found) == [Kind.LATER]
    assert days.of(found, Kind.LATER).size == 16


def test_a_class_of_goods_is_served_by_no_approval() -> None:
    found = days.told(scenes.job([order("o", "A", dangerous_goods="6.2")]), SKY)
    assert (found.found, found.no_fix) == ((), HOPELESS[Reason.DANGEROUS_GOODS])


def test_halves_get_names_that_no_other_order_has() -> None:
    orders = [order("o", "A", 9.0), order("o/1", "C"), order("o/3", "C")]
    assert days.of(days.told(scenes.job(orders), SKY), Kind.SPLIT).orders == ("o/2", "o/4")


def test_another_pad_is_not_looked_for_beyond_the_boundary() -> None:
    sky = replace(across(), pads=(*at_a(custody=Custody.LOCKER).pads, scenes.pad("W", 1500, 0)))
    found = days.told(scenes.job([order("o", "A", custody=Custody.STAFFED)]), sky)
    assert days.kinds(found) == [Kind.CUSTODY]


def test_the_cap_per_drone_and_day_is_raised_by_what_is_carried_already() -> None:
    policy = scenes.policy(value_cap_per_drone_day=1500.0)
    orders = [order("a", "A", 7.0, declared_value=1400.0, priority=5), order("o", "C", 7.0, declared_value=700.0)]
    found = days.told(scenes.job(orders, policy=policy), SKY)
    assert words(found, Kind.VALUE_CAP) == "a cap of 2,100 HKD per drone and day in the place of 1,500"


def test_customs_that_are_always_there_are_not_kept_longer() -> None:
    slow = across(customs_windows=ALWAYS, customs_dwell_s=3600.0)
    found = days.told(scenes.job([order("o", "A", due="08:30")]), slow)
    assert days.kinds(found) == [Kind.PRECLEARED, Kind.LATER]


# --- approved corridors ----------------------------------------------------------------------------------------------

JOB = scenes.job([order("o", "A", due="12:00")])


def said(library: Library, act: Act, when: str, **fields: Any) -> Library:
    entries = tuple(
        Entry(
            at=at(when), corridor=one.id, hash=one.hash, act=act, authority="village", note="a crane",
            drone_types=one.drone_types if act is Act.APPROVED else (), **fields,
        )
        for one in library.corridors
    )  # fmt: skip
    return replace(library, history=(*library.history, *entries))


def held(library: Library) -> Explanation:
    return days.told(JOB, replace(SKY, library=library), corridors=CorridorChoice.APPROVED)


def frozen() -> Library:
    return joined(Library(), freeze_job(JOB, SKY), at=scenes.START - timedelta(days=2))


@pytest.mark.parametrize(
    "library",
    [
        frozen(),
        said(said(frozen(), Act.APPROVED, "00:00"), Act.SUSPENDED, "01:00"),
        said(said(frozen(), Act.APPROVED, "00:00"), Act.SUSPENDED, "08:02"),
        said(frozen(), Act.APPROVED, "00:00", valid_to=at("08:03")),
    ],
    ids=["not approved", "suspended before", "suspended on the day", "run out"],
)
def test_corridors_of_the_library_are_told_to_be_approved(library: Library) -> None:
    told = words(held(library), Kind.CORRIDOR)
    assert "hub>A#" in told
    assert "frozen" not in told


def test_where_the_library_has_none_new_corridors_are_told() -> None:
    assert "frozen, and approved" in words(held(Library()), Kind.CORRIDOR)


def test_a_parcel_too_large_is_split_into_halves_of_its_volume() -> None:
    roomy = scenes.kind(max_volume_l=10.0)
    job = scenes.job([order("o", "A", 2.0, volume_l=15.0)], drone_types=(roomy,))
    found = days.told(job, SKY)
    assert found.unserved is not None
    assert found.unserved.reason is Reason.VOLUME
    assert words(found, Kind.SPLIT) == "o split into two parcels of 1 kg and 7.5 l, each worth 50 HKD"


# --- orders that lie at a pad ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("to_pad", ["A", "hub"])
def test_what_is_too_heavy_to_be_picked_up_is_split(to_pad: str) -> None:
    found = days.told(scenes.job([order("o", to_pad, 9.0, from_pad="C")]), SKY)
    assert words(found, Kind.SPLIT) == "o split into two parcels of 4.5 kg, each worth 50 HKD"


def test_halves_of_what_flies_with_others_fly_with_them_too_and_are_no_lighter() -> None:
    roomy = scenes.kind("roomy", max_payload_kg=20.0, battery_wh=5000.0)
    orders = [order("o", "A", 9.0, from_pad="C", together="t"), order("p", "A", 1.0, together="t")]
    found = days.told(scenes.job(orders, drone_types=(scenes.kind(), roomy)), SKY)
    assert days.kinds(found) == [Kind.DRONE]


def test_a_label_that_no_other_order_has_does_not_keep_halves_together() -> None:
    found = days.told(scenes.job([order("o", "A", 9.0, together="t")]), SKY)
    assert Kind.SPLIT in days.kinds(found)


def test_a_better_hand_over_is_told_of_the_pad_where_it_is_picked_up() -> None:
    sky = scenes.sky(
        scenes.pad("hub", 0, 0), scenes.pad("A", 2999.9, 0), scenes.pad("C", 0, 900, custody=Custody.LOCKER)
    )
    found = days.told(scenes.job([order("o", "A", from_pad="C", custody=Custody.STAFFED)]), sky)
    assert words(found, Kind.CUSTODY) == "staffed hand-over at pad C, which offers locker now"


def test_one_more_drone_is_told_of_the_hub_that_it_could_come_from() -> None:
    job = scenes.job([order("a", "A", 7.0, due="08:06", priority=5), order("o", "hub", 7.0, from_pad="C", due="08:08")])
    found = days.told(job, SKY)
    assert words(found, Kind.DRONE) == "one more drone of type nine at hub"


def test_two_persons_longer_are_told_of_the_pad_where_it_is_picked_up() -> None:
    sky = at_a(two_person_hours=scenes.hours("10:00", "11:00"))
    found = days.told(scenes.job([order("o", "hub", from_pad="A", custody=Custody.TWO_PERSON, due="09:00")]), sky)
    assert "two persons at pad A" in words(found, Kind.TWO_PERSON_HOURS)


def test_a_permit_is_told_for_what_is_picked_up_beyond_a_gate() -> None:
    found = days.told(scenes.job([order("o", "hub", from_pad="A")]), across(permits=()))
    assert words(found, Kind.PERMIT) == "a permit of west-aa and one of east-aa for type nine at gate door"


def test_corridors_of_all_three_legs_of_a_pickup_are_told() -> None:
    job = scenes.job([order("o", "A", from_pad="C", due="12:00")])
    sky = replace(SKY, library=joined(Library(), freeze_job(job, SKY), at=scenes.START - timedelta(days=2)))
    told = words(days.told(job, sky, corridors=CorridorChoice.APPROVED), Kind.CORRIDOR)
    assert all(leg in told for leg in ("hub>C#", "C>A#", "A>hub#"))


def test_of_a_company_that_has_no_room_an_order_may_fly_by_itself() -> None:
    orders = [order("a", "A", 7.0, due="08:06", priority=5), order("o", "C", 3.0, together="t")]
    late = order("p", "A", 3.0, due="08:06", together="t")
    found = days.told(scenes.job([*orders, late]), SKY)
    assert found.alone
    assert Kind.BY_ITSELF in days.kinds(found)

"""Spare packs counted by hand: a pack of 400 Wh that stores 400 W, cools for 600 s, and is slow from 0.85 on.

From half full it takes 0.35 h and three times 0.15 h, 2,880 s in all; from empty 4,680 s; from 0.9 on 0.3 h, 1,080 s.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from planner.model.fleets import Drone
from planner.safety.cases import laid_open
from planner.safety.stocks import packs_in_stock
from tests.planner.safety.conftest import QUAD, START, World

FULL_AGAIN_S = 600 + 2880
CHARGED = replace(QUAD, charge_w=400 / 0.9, pack_cool_s=600.0)


@pytest.fixture
def stocked(good, helpers):
    """Three sorties to the kiosk, each back half full; D2 began with full packs, D1 on 0.9 of its own."""

    def made(
        *departs: tuple[str, datetime], left: float = 0.5, spares: int | None = 0, chargers: int | None = None,
        charge_w: float | None = 400 / 0.9, **drone: object,
    ) -> World:  # fmt: skip
        sorties = []
        for number, (name, start) in enumerate(departs):
            flown = helpers.a_sortie(good.sky, good.job, f"S{number}", name, ("O2",), start)
            last = replace(flown.legs[-1], soc_end=left)
            sorties.append(replace(flown, legs=(*flown.legs[:-1], last)))
        drones = tuple(replace(each, **drone) if each.id == "D2" else each for each in good.job.drones)
        world = good.with_pad("HUB", swap_packs=spares, chargers=chargers)
        kinds = (replace(CHARGED, charge_w=charge_w),)
        world = world.with_job(drones=drones, drone_types=kinds)
        return replace(world, plan=helpers.a_plan(world.job, tuple(sorties)))

    return made


def found(world: World):
    case = laid_open(world.plan, world.sky, world.job, digest="", stated_digest="")
    return list(packs_in_stock(case))


def there(world: World) -> list[float]:
    """How many charged packs there were at each take-off that needed one."""
    return [finding.measured for finding in found(world)]


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def back(world: World, number: int = 0) -> datetime:
    return world.plan.sorties[number].returns


def test_nobody_counts_where_the_pad_tells_no_spares(stocked):
    assert found(stocked(("D2", at(10)), spares=None)) == []


def test_a_full_drone_takes_the_pack_it_began_with(stocked):
    (finding,) = found(stocked(("D2", at(10))))
    assert (finding.measured, finding.required, finding.unit) == (1, 1, "packs")
    assert (finding.where.lon, finding.where.lat) == pytest.approx((114.1, 22.4964537), abs=1e-6)
    assert (finding.where.alt_amsl_m, finding.where.t) == (10, at(10))


def test_a_drone_short_of_charge_flies_on_its_own_pack_first_and_then_takes_a_charged_one(stocked):
    assert there(stocked(("D1", at(10)))) == []
    assert there(stocked(("D1", at(10)), ("D1", at(40)))) == [1]
    # The pack that D1 brought back is full again in time for its third, S2 took the one of D2.
    assert there(stocked(("D1", at(10)), ("D1", at(40)), ("D1", at(90)))) == [1, 1]


@pytest.mark.parametrize(("spares", "counts"), [(0, [1, 0]), (1, [2, 1]), (2, [3, 2])])
def test_each_take_off_takes_one_of_the_spares(stocked, spares, counts):
    world = stocked(("D2", at(10)), ("D2", at(40)), spares=spares)
    assert there(world) == counts
    assert [finding.margin for finding in found(world)] == [count - 1 for count in counts]


@pytest.mark.parametrize(
    ("left", "seconds"), [(0.5, 2880), (0.0, 4680), (-1.0, 4680), (0.85, 1620), (0.9, 1080), (1.0, 0), (1.5, 0)]
)
def test_a_pack_counts_again_once_it_is_cool_and_full(stocked, left, seconds):
    full = back(stocked(("D2", at(10)))) + timedelta(seconds=600 + seconds)
    early, in_time = (full + timedelta(seconds=off) for off in (-1.01, -1.0))
    assert there(stocked(("D2", at(10)), ("D2", early), left=left)) == [1, 0]
    assert there(stocked(("D2", at(10)), ("D2", in_time), left=left)) == [1, 1]


def test_worn_packs_are_full_sooner(stocked):
    full = back(stocked(("D2", at(10)))) + timedelta(seconds=600 + 1440)
    assert there(stocked(("D2", at(10)), ("D2", full), health=0.5)) == [1, 1]
    assert there(stocked(("D2", at(10)), ("D2", full))) == [1, 0]


def test_packs_that_are_not_charged_never_count_again(stocked):
    assert there(stocked(("D2", at(10)), ("D2", at(230)), charge_w=None)) == [1, 0]


def test_with_one_charger_packs_wait_for_each_other_and_with_two_they_do_not(stocked):
    # D1 flies on its own pack, D2 on the one it began with; both come back together, half full.
    first = [("D1", at(10)), ("D2", at(10))]
    cool = back(stocked(*first)) + timedelta(seconds=600)
    one_full, both_full = cool + timedelta(seconds=2880), cool + timedelta(seconds=2 * 2880)
    for moment, chargers, count in (
        (one_full, 1, 1), (both_full - timedelta(seconds=2), 1, 1), (both_full, 1, 2), (one_full, 2, 2),
        (one_full, None, 2),
    ):  # fmt: skip
        assert there(stocked(*first, ("D1", moment), chargers=chargers)) == [1, count]


def test_packs_are_counted_by_type_and_by_the_hub_that_drones_live_at(stocked):
    world = stocked(("D2", at(10)))
    drones = (*world.job.drones, Drone(id="D3", type="quad", home_pad="HUB"))
    assert there(world.with_job(drones=drones)) == [2]
    away = (*world.job.drones, Drone(id="D3", type="quad", home_pad="KIOSK"))
    assert there(world.with_job(drones=away)) == [1]
    other = (*world.job.drones, Drone(id="D3", type="wing", home_pad="HUB"))
    kinds = (*world.job.drone_types, replace(CHARGED, id="wing"))
    assert there(world.with_job(drones=other, drone_types=kinds)) == [1]


def test_a_pack_that_was_landed_with_elsewhere_is_not_there(stocked):
    world = stocked(("D2", at(10)), ("D2", at(130)))
    assert there(world) == [1, 1]
    assert there(world.with_leg(0, -1, to_pad="KIOSK")) == [1, 0]
    # One that left from elsewhere and came here brings one, and takes none.
    brought = stocked(("D1", at(10)), ("D2", at(130)), state_of_charge=0.5).with_leg(0, 0, from_pad="KIOSK")
    assert there(brought) == []
    third = stocked(("D1", at(10)), ("D2", at(20)), ("D2", at(130))).with_leg(0, 0, from_pad="KIOSK")
    assert there(third) == [1, 2]


def test_a_drone_that_nobody_knows_takes_no_pack(stocked):
    assert there(stocked(("D9", at(10)))) == []

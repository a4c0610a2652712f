"""Seeded days as an operator of delivery drones has them: several hubs, shared pads, hours asked for, and wind."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from benchmarks.sorties.instances import DroneType, Floats, Instance, Integers
from benchmarks.sorties.walker import Flown, Sortie, fly

Chance = np.random.Generator

SIZES = {30: 1, 100: 2, 300: 3, 1000: 8, 5000: 20}
"""Hubs, by the number of orders."""

SMALL = DroneType(
    name="small",
    frame_kg=6.0,
    max_payload_kg=2.5,
    usable_wh=190.0,
    power_w_per_kg15=40.0,
    airspeed_mps=15.0,
    vertical_s=25.0,
    swap_s=180.0,
    recharge_s=2400.0,
    cost_per_wh=2.0,
    cost_per_m=1.0,
    cost_per_sortie=1000.0,
)
LARGE = replace(
    SMALL,
    name="large",
    frame_kg=14.0,
    max_payload_kg=6.0,
    usable_wh=560.0,
    power_w_per_kg15=28.0,
    airspeed_mps=17.0,
    cost_per_m=2.0,
    cost_per_sortie=2000.0,
)

DAY_S = 3 * 3600
WINDOW_S = 3600
SLOT_S = 900
"""Windows open on the quarter of an hour."""
SPACING_M = 9000.0
"""The region is a square with so much of its side a hub."""
REACH_M = 7500.0
"""No goods lie farther from their pad; about as far as a loaded drone gets there and back, so that energy binds."""
EVENED_OUT = 10
"""Rounds in which hubs move to the middle of what is nearest to them."""
SHARE = 1.15
"""What lies at a hub, at most, in even shares of all orders: stock is spread over hubs as drones are."""
WIND_MPS = 4.0
SPARES_A_DRONE = 1.0


def drone_instance(orders: int, hubs: int, seed: int, *, tightness: float = 1.0) -> Instance:
    """Return a day; the same bytes for the same arguments.

    Parameters
    ----------
    tightness
        The fleet as a share of what is about needed to serve all orders; below 1 something has to be left out.
    """
    chance = np.random.default_rng([seed, orders, hubs])
    hubs_m = _hubs(chance, hubs)
    pads_m = _pads(chance, hubs_m, max(1, round(orders / 3)))
    pad = _popular(chance, len(pads_m), orders)
    opens_s = _opens(chance, orders)
    heading = chance.uniform(0, 2 * math.pi)
    day = Instance(
        name=f"drones {orders}/{hubs} seed {seed} tightness {tightness:g}",
        hubs_m=hubs_m,
        pads_m=pads_m,
        hub=_lying_at(chance, hubs_m, pads_m[pad]),
        pad=pad,
        mass_kg=np.round(np.clip(chance.lognormal(-0.5, 0.75, orders), 0.2, 4.0), 2),
        opens_s=opens_s,
        due_s=opens_s + WINDOW_S,
        service_s=chance.choice([30.0, 60.0, 90.0, 120.0], orders),
        penalty=np.zeros(orders),
        types=(SMALL, LARGE),
        fleet=np.zeros((hubs, 2), dtype=np.int64),
        horizon_s=DAY_S + 1800,
        max_stops=3,
        wind_mps=(round(WIND_MPS * math.cos(heading), 3), round(WIND_MPS * math.sin(heading), 3)),
        turnaround_s=30.0,
        pad_slots=np.ones(len(pads_m), dtype=np.int64),
        hub_slots=np.full(hubs, 2),
    )
    return _manned(day, tightness)


# Where


def _hubs(chance: Chance, count: int) -> Floats:
    """Return places that share the region evenly: each in the middle of what is nearest to it (Lloyd's method)."""
    side_m = SPACING_M * math.sqrt(count)
    ground_m = chance.uniform(0, side_m, (200 * count, 2))
    hubs_m = ground_m[:count]
    for _ in range(EVENED_OUT):
        nearest = _gaps_m(ground_m, hubs_m).argmin(axis=1)
        hubs_m = np.array([ground_m[nearest == hub].mean(axis=0) for hub in range(count)])
    return np.round(hubs_m, 1)


def _pads(chance: Chance, hubs_m: Floats, count: int) -> Floats:
    side_m = SPACING_M * math.sqrt(len(hubs_m))
    pads_m = np.empty((0, 2))
    while len(pads_m) < count:
        drawn = chance.uniform(0, side_m, (count, 2))
        pads_m = np.vstack((pads_m, drawn[_gaps_m(drawn, hubs_m).min(axis=1) < REACH_M]))
    return np.round(pads_m[:count], 1)


def _gaps_m(places_m: Floats, others_m: Floats) -> Floats:
    return np.hypot(*np.moveaxis(places_m[:, None] - others_m[None], 2, 0))


# Which, and when


def _popular(chance: Chance, pads: int, orders: int) -> Integers:
    """Return a pad for each order, some of them far more often than others (Zipf-Mandelbrot)."""
    weight = (np.arange(1, pads + 1) + pads / 100) ** -0.8
    return chance.choice(pads, orders, p=weight / weight.sum())


def _lying_at(chance: Chance, hubs_m: Floats, to_m: Floats) -> Integers:
    """Return where the goods lie: mostly at the nearest hub, sometimes at one of the next two, within reach.

    Where a hub is full, at the nearest one that is not; where all within reach are full, at the nearest after all.
    """
    gaps_m = _gaps_m(to_m, hubs_m)
    nearest = gaps_m.argsort(axis=1, kind="stable")
    rank = np.minimum(chance.choice(3, len(to_m), p=[0.75, 0.18, 0.07]), len(hubs_m) - 1)
    room = np.full(len(hubs_m), math.ceil(SHARE * len(to_m) / len(hubs_m)))
    lying = np.empty(len(to_m), np.int64)
    for order, near in enumerate(nearest):
        wanted = np.r_[near[rank[order]], near]
        fit = wanted[(gaps_m[order, wanted] <= REACH_M) & (room[wanted] > 0)]
        lying[order] = fit[0] if len(fit) else near[0]
        room[lying[order]] -= 1
    return lying


def _opens(chance: Chance, orders: int) -> Floats:
    """Return when windows open: half of them any time, half about two peaks of the morning."""
    slots = (DAY_S - WINDOW_S) // SLOT_S
    peak = chance.choice([0.4, 0.85], orders) + chance.normal(0, 0.07, orders)
    share = np.where(chance.random(orders) < 0.5, chance.random(orders), np.clip(peak, 0, 1))
    return np.floor(share * (slots + 1)).clip(0, slots) * SLOT_S


# Drones, packs and penalties

TOGETHER = 1.0
"""Drones that sorties with several orders need, over those that sorties with one order each would: so that the fleet
binds at every hub, and all orders can be served."""
LARGE_A_SMALL = 0.5
"""Large drones at least, as they also fly what is light: several orders at once."""
PENALTY_SORTIES = 4.0
"""What leaving out costs, in dearest sorties for a single order."""


def _manned(day: Instance, tightness: float) -> Instance:
    """Return the day with drones, packs and penalties, from what sorties for single orders would take."""
    alone = [_alone(day, order) for order in range(day.orders)]
    needs = np.zeros(day.fleet.shape)
    for hub, kind in np.ndindex(needs.shape):
        needs[hub, kind] = _drones_needed(day, [each for each in alone if _of(each) == (hub, kind)])
    fleet = np.maximum(1, np.ceil(needs * TOGETHER * tightness))
    fleet[:, -1] = np.maximum(fleet[:, -1], np.ceil(fleet[:, 0] * LARGE_A_SMALL))
    dearest = max(each.cost for each in alone)
    return replace(
        day,
        penalty=np.full(day.orders, math.ceil(PENALTY_SORTIES * dearest / 1000) * 1000.0),
        fleet=fleet,
        spare_packs=np.floor(fleet * SPARES_A_DRONE),
    )


def _alone(day: Instance, order: int) -> Flown:
    """Return the sortie for one order on the smallest type that can fly it, touching down as its window opens."""
    for kind, drones in enumerate(day.types):
        early = fly(day, Sortie(hub=int(day.hub[order]), kind=kind, start_s=0.0, orders=(order,), begins_s=(0.0,)))
        if early.load_kg <= drones.max_payload_kg and early.energy_wh <= drones.usable_wh:
            start_s = max(0.0, float(day.opens_s[order]) - early.landings[0].touch_down_s)
            return fly(day, replace(early.sortie, start_s=start_s, begins_s=None))
    raise AssertionError(f"{day.name}: no drone can fly order {order}; REACH_M is too far for the types")


def _of(flown: Flown) -> tuple[int, int]:
    return flown.sortie.hub, flown.sortie.kind


def _drones_needed(day: Instance, alone: list[Flown]) -> int:
    """Return how few drones fly some sorties in time, each the most urgent one as soon as it may."""
    urgent = sorted(alone, key=lambda each: (day.due_s[each.sortie.orders[0]], each.sortie.orders))
    needed = 0
    while not _in_time(day, urgent, needed):
        needed += 1
    return needed


def _in_time(day: Instance, urgent: list[Flown], drones: int) -> bool:
    free_s = [0.0] * drones
    for each in urgent:
        start_s = max(each.sortie.start_s, min(free_s, default=math.inf))
        late_s = start_s - each.sortie.start_s
        if each.landings[0].begin_s + late_s > day.due_s[each.sortie.orders[0]]:
            return False
        free_s[free_s.index(min(free_s))] = each.back_s + late_s + day.types[each.sortie.kind].swap_s
    return True

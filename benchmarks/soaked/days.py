"""A random day, small to medium: everything that the planner knows may be in it, and most of it may be flown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from airspace.model.gates import Gate, Jurisdiction
from airspace.model.pads import Custody
from airspace.model.skies import Airspace
from airspace.model.zones import Restriction, Zone
from benchmarks.planted.worlds import END, START, Scene, at, new_order, new_policy, new_zone, rectangle
from benchmarks.soaked import draws
from benchmarks.soaked.draws import happens
from planner.model.fleets import Drone
from planner.model.goods import GoodsApproval
from planner.model.jobs import Evening, Job, Policy
from planner.model.orders import Order
from planner.model.weather import Weather

LEVELS = (*[(120.0,)] * 7, (90.0, 120.0), (120.0, 160.0), (80.0, 120.0, 160.0))
TYPES = ("nine", "wing", "third")


def random_day(r: Random) -> Scene:
    """Draw a day."""
    hubs, pads = (("hub", "port") if happens(r, 0.3) else ("hub",)), "ABCDE"[: r.choice([2, 3, 3, 5])]
    zones = tuple(draws.a_zone(r, f"Z{number}") for number in range(r.choice([0, 0, 1, 1, 2, 3, 5])))
    land = _land(r, zones)
    avoided = happens(r, 0.08)
    sky = Airspace(
        pads=(
            draws.a_pad(r, "hub", (0.0, 0.0), hub=True),
            *(draws.a_pad(r, name, draws.a_place(r), hub=name in hubs) for name in (*hubs[1:], *pads)),
        ),
        zones=(*zones, _soft()) if avoided else zones, jurisdictions=land.sides, gates=land.gates,
        terrain=draws.a_terrain(r) if happens(r, 0.08) else None,
    )  # fmt: skip
    weather, later = _weathers(r)
    types = TYPES[: r.choice([1, 2, 2, 3])]
    job = Job(
        name="random", start=START, end=END, utc_offset=timedelta(hours=8), orders=_orders(r, hubs, pads),
        drone_types=tuple(draws.a_type(r, name) for name in types), drones=_fleet(r, hubs, types), weather=weather,
        later=later, policy=_policy(r, hubs, avoided=avoided),
        ledgers=tuple(draws.a_ledger(r, side) for side in land.sides) if land.ruled else (),
    )  # fmt: skip
    return Scene(job=job, sky=sky)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Land:
    sides: tuple[Jurisdiction, ...] = ()
    gates: tuple[Gate, ...] = ()
    ruled: bool = False


def _land(r: Random, zones: tuple[Zone, ...]) -> _Land:
    """Draw jurisdictions with their gates, or none."""
    if happens(r, 0.45):
        return _Land()
    x_m, ruled = round(r.uniform(-1500, 1500), 1), happens(r, 0.5)
    sides = draws.two_sides(x_m, r.choice([0.0, 0.0, 0.0, 0.0005, 5.0, 40.0, -0.0005]), rules=ruled)
    gates = tuple(draws.a_gate(r, f"g{number}", x_m, zones) for number in range(r.choice([1, 2, 3])))
    return _Land(sides=sides, gates=gates, ruled=ruled)


def _soft() -> Zone:
    place = rectangle(800, -400, 1400, 300)
    return new_zone(place, Restriction.NO_RESTRICTION, id="soft", name="Soft", category="prison")


def _weathers(r: Random) -> tuple[Weather, tuple[tuple[datetime, Weather], ...]]:
    moments_h = sorted(r.sample([0.0, 0.28, 1.0, 2.0, 3.5], r.choice([0, 0, 0, 1, 2])))
    return draws.a_weather(r), tuple((at(hour), draws.a_weather(r)) for hour in moments_h)


def _fleet(r: Random, hubs: Sequence[str], types: Sequence[str]) -> tuple[Drone, ...]:
    return tuple(
        Drone(
            id=f"d{number}", type=r.choice(types), home_pad=hubs[number % len(hubs)],
            state_of_charge=r.choice([1.0, 1.0, 0.7]), health=r.choice([1.0, 0.9]),
            works_from=r.choice([None, None, None, at(0.33)]), works_until=r.choice([None, None, None, at(2), at(5)]),
        )
        for number in range(max(len(hubs), r.choice([1, 2, 3, 5])))
    )  # fmt: skip


def _orders(r: Random, hubs: Sequence[str], pads: str) -> tuple[Order, ...]:
    made = [_order(r, f"o{number}", hubs, pads) for number in range(r.choice([1, 3, 5, 8, 12]))]
    if happens(r, 0.15):
        made[:2] = [replace(order, together="both") for order in made[:2]]
    if happens(r, 0.15):
        made[1:4] = [replace(order, apart="never") for order in made[1:4]]
    return tuple(made)


def _order(r: Random, name: str, hubs: Sequence[str], pads: str) -> Order:
    ends = [r.choice(hubs), r.choice(pads)]
    if happens(r, 0.15):
        ends.reverse()
    if happens(r, 0.07):
        ends = r.sample(pads, 2)
    ready_h, due_h = r.choice([(0, 6), (0, 6), (0, 5), (0.5, 1.2), (1, 4), (2, 2.4)])
    return new_order(
        name, ends[1], ready_h, due_h, kg=r.choice([0.5, 2.0, 5.0, 7.0]), from_pad=ends[0],
        custody=r.choice([Custody.LOCKER, Custody.LOCKER, *Custody]), declared_value=r.choice([10.0, 333.33, 900.0]),
        max_minutes=r.choice([None] * 5 + [9.0, 14.0, 40.0]), dangerous_goods=r.choice([""] * 9 + ["UN3480", "9"]),
        volume_l=r.choice([None, None, 0.2, 4.0, 9.0]), priority=r.choice([1, 1, 2]),
        precleared=r.choice(["", "ATA-1", "ATA-1"]),
    )  # fmt: skip


def _policy(r: Random, hubs: Sequence[str], *, avoided: bool) -> Policy:
    """Draw what the operator promises."""
    elsewhere = len(hubs) > 1 and happens(r, 0.5)
    return new_policy(
        clearance_m=r.choice([0.0, 30.0, 30.0]), corridor_half_width_m=r.choice([20.0, 20.0, 0.0, 8.5]),
        vertical_budget_m=r.choice([0.0, 3.0]), levels_amsl_m=r.choice(LEVELS),
        value_cap_per_sortie=r.choice([950.0, 5000.0]), value_cap_per_drone_day=r.choice([None, None, 1500.0]),
        value_cap_per_pad=r.choice([None, None, 1300.0]), pad_dwell_s=r.choice([0.0, 1800.0]),
        two_person_above=r.choice([None, None, 500.0]), time_factor=r.choice([1.0, 1.2]),
        customs=r.choice([None, None, False]), energy_factor=r.choice([1.0, 1.1]),
        energy_chance=r.choice([0.5, 0.95]), high_value_above=r.choice([None, 500.0]),
        final_hover_s=r.choice([0.0, 60.0]), avoid={"prison": 3.0} if avoided else {},
        reserve_share=r.choice([0.0, 0.2, 0.2]), handover_s=r.choice([0.0, 60.0]),
        max_orders_per_sortie=r.choice([1, 3, 4]), end_elsewhere=elsewhere,
        evening=r.choice(list(Evening)) if elsewhere else Evening.HOME,
        dangerous_goods_allowed=tuple(
            GoodsApproval(un_number="UN3480", jurisdiction=side, approval="A-1") for side in ("", "west", "east")
        ),
    )  # fmt: skip

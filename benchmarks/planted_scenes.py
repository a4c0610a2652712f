"""Small days that serve every order, and one cause planted in each that keeps one order from being served.

The world is flat, near 114.1 E 22.5 N, and laid out in metres; places, loads and times are drawn by a seed. A day may
have a decoy too: something that could be in the way, and is not.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import shapely

from airspace.corridors.library import joined
from airspace.earth.frame import Frame
from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.earth.sun import SunEvent
from airspace.model.corridors import Act, Entry, Library
from airspace.model.gates import Gate, Jurisdiction, Permit
from airspace.model.pads import Custody, Pad
from airspace.model.schedules import ALWAYS, Period, Schedule
from airspace.model.skies import Airspace
from airspace.model.sources import Confidence, Source
from airspace.model.zones import Restriction, Zone
from airspace.rules.calendars import Calendar
from airspace.rules.kinds import Activity, Daylight, HeightCap, Kind
from airspace.rules.ledger import Ledger, Rule
from airspace.rules.pieces import Trait
from planner.model.fleets import Drone, DroneType
from planner.model.goods import GoodsApproval
from planner.model.jobs import Job, Policy
from planner.model.orders import Consignment, Order
from planner.model.plans import CorridorChoice, Reason
from planner.model.powers import MassPower
from planner.model.weather import Weather
from planner.solving.freezing import freeze_job

FRAME = Frame(lon=114.1, lat=22.5)
START = datetime(2026, 12, 1, 8, tzinfo=UTC)
END = START + timedelta(hours=6)
TARGET = "o"
"""Id of the order that the cause is planted for."""
HERE = "made up for a benchmark"


def at(hours: float) -> datetime:
    """Return a moment so many hours after the start of the day."""
    return START + timedelta(hours=hours)


def during(*spans: tuple[float, float]) -> Schedule:
    """Return the schedule of some hours of the day."""
    return Schedule(periods=tuple(Period(start=at(start), end=at(end)) for start, end in spans))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A day and its airspace."""

    job: Job
    sky: Airspace
    corridors: CorridorChoice = CorridorChoice.ANY

    @property
    def order(self) -> Order:
        """The order that the cause is planted for."""
        return self.job.order(TARGET)

    def with_order(self, **fields: Any) -> Scene:
        """Return the scene with that order changed."""
        order = self.order
        goods = {key: fields.pop(key) for key in list(fields) if hasattr(order.consignment, key)}
        changed = replace(order, consignment=replace(order.consignment, **goods), **fields)
        orders = tuple(changed if one.id == TARGET else one for one in self.job.orders)
        return self.with_job(orders=orders)

    def with_job(self, **fields: Any) -> Scene:
        """Return the scene with its job changed."""
        return replace(self, job=replace(self.job, **fields))

    def with_policy(self, **fields: Any) -> Scene:
        """Return the scene with the policy of its job changed."""
        return self.with_job(policy=replace(self.job.policy, **fields))

    def with_kind(self, **fields: Any) -> Scene:
        """Return the scene with its first type of drone changed."""
        first, *rest = self.job.drone_types
        return self.with_job(drone_types=(replace(first, **fields), *rest))

    def with_sky(self, **fields: Any) -> Scene:
        """Return the scene with its airspace changed."""
        return replace(self, sky=replace(self.sky, **fields))

    def with_pad(self, name: str, **fields: Any) -> Scene:
        """Return the scene with a pad changed."""
        return self.with_sky(pads=tuple(replace(p, **fields) if p.id == name else p for p in self.sky.pads))

    def with_zone(self, zone: Zone) -> Scene:
        """Return the scene with one more zone."""
        return self.with_sky(zones=(*self.sky.zones, zone))

    def with_gate(self, **fields: Any) -> Scene:
        """Return the scene with its gate changed."""
        (gate,) = self.sky.gates
        return self.with_sky(gates=(replace(gate, **fields),))

    def with_orders(self, *more: Order) -> Scene:
        """Return the scene with these orders besides the one alone."""
        return self.with_job(orders=(self.order, *more))

    def xy(self, pad: str) -> tuple[float, float]:
        """Return where a pad lies, in metres."""
        found = self.sky.pad(pad)
        x, y = FRAME.to_xy(found.lon, found.lat)
        return float(x), float(y)


Maker = Callable[[Scene, Random], Scene]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A cause: the code that is right for it, and what plants it."""

    code: Reason
    name: str
    make: Maker
    two_sides: bool = False
    """Whether it needs a boundary between the hub and the pad."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A day with a cause in it."""

    plant: Plant
    before: Scene
    """Which serves every order."""
    after: Scene
    decoy: str
    """What else could be in the way, and is not; empty for nothing."""


PLANTS: list[Plant] = []
DECOYS: dict[str, Maker] = {}


def _plants(code: Reason, *, two_sides: bool = False) -> Callable[[Maker], Maker]:
    def register(make: Maker) -> Maker:
        name = make.__name__.replace("_", " ").strip()
        PLANTS.append(Plant(code=code, name=name, make=make, two_sides=two_sides))
        return make

    return register


def _decoy(make: Maker) -> Maker:
    DECOYS[make.__name__.replace("_", " ").strip()] = make
    return make


# What a day is made of


def _pad(name: str, x_m: float, y_m: float, **fields: Any) -> Pad:
    lon, lat = FRAME.to_lonlat(x_m, y_m)
    wanted = {"elevation_amsl_m": 0.0, "slots": 9, "custody": Custody.TWO_PERSON, **fields}
    return Pad(id=name, name=name, lon=round(float(lon), 7), lat=round(float(lat), 7), **wanted)


def _area(west_m: float, south_m: float, east_m: float, north_m: float) -> shapely.Polygon:
    return FRAME.unproject(shapely.box(west_m, south_m, east_m, north_m))


def _over(scene: Scene, pad: str, half_m: float) -> shapely.Polygon:
    x, y = scene.xy(pad)
    return _area(x - half_m, y - half_m, x + half_m, y + half_m)


def _ring(scene: Scene, pad: str, chance: Random) -> shapely.Polygon:
    """Return an area all round a pad, and clear of it."""
    inner_m = chance.uniform(150, 250)
    x, y = scene.xy(pad)
    outer, inner = (shapely.box(x - r, y - r, x + r, y + r) for r in (inner_m + chance.uniform(60, 150), inner_m))
    return FRAME.unproject(outer.difference(inner))


def _zone(place: shapely.Polygon, restriction: Restriction = Restriction.PROHIBITED, **fields: Any) -> Zone:
    wanted = {"id": "Z", "name": "Zone", "band": Band(lower=GROUND, upper=None), "authority": "zone-aa", **fields}
    return Zone(restriction=restriction, area=place, **wanted)


def _permit(name: str, authority: str, **fields: Any) -> Permit:
    wanted = {"zones": (), "aircraft": ("nine",), "valid_from": at(-6), "valid_to": at(12), **fields}
    return Permit(id=name, authority=authority, **wanted)


def _both(**fields: Any) -> tuple[Permit, Permit]:
    return _permit("of-west", "west-aa", **fields), _permit("of-east", "east-aa", **fields)


def _kind(name: str = "nine", **fields: Any) -> DroneType:
    wanted = {
        "mass_kg": 9.0, "max_payload_kg": 7.0, "battery_wh": 1000.0, "cruise_mps": 15.0, "climb_mps": 4.0,
        "descent_mps": 3.0, "power": MassPower(power_coefficient=44.27), "max_wind_mps": 12.0, "temp_min_c": -10.0,
        "temp_max_c": 40.0, **fields,
    }  # fmt: skip
    return DroneType(id=name, name=name, **wanted)


def _order(name: str, to_pad: str, ready_h: float, due_h: float, *, kg: float = 1.0, **fields: Any) -> Order:
    of_order = {key: fields.pop(key) for key in ("from_pad", "priority") if key in fields}
    goods = Consignment(mass_kg=kg, **{"declared_value": 500.0, "currency": "HKD", **fields})
    wanted = {"from_pad": "hub", **of_order}
    return Order(id=name, to_pad=to_pad, consignment=goods, ready_at=at(ready_h), due_at=at(due_h), **wanted)


def _policy() -> Policy:
    return Policy(
        clearance_m=30.0,
        corridor_half_width_m=20.0,
        levels_amsl_m=(120.0,),
        currency="HKD",
        value_cap_per_sortie=10_000.0,
        cost_per_sortie=10.0,
        cost_per_flight_hour=360.0,
        cost_per_kwh=2.0,
        unserved_penalty=1000.0,
        energy_factor=1.1,
    )


def scene(chance: Random, *, two_sides: bool) -> Scene:
    """Draw a day: the order asked about goes from the hub to pad A, the others to B and C."""
    turn = chance.uniform(-0.08, 0.08) if two_sides else chance.uniform(0, 2 * math.pi)
    reach_m = chance.uniform(1800, 2800)
    west = [chance.uniform(0.6, 1.4), chance.uniform(-1.4, -0.6)]
    pads = [
        _pad("hub", 0, 0),
        _pad("A", reach_m * math.cos(turn), reach_m * math.sin(turn)),
        *(
            _pad(name, far_m * math.cos(turn + math.pi + off), far_m * math.sin(turn + math.pi + off))
            for name, off in zip("BC", west, strict=True)
            for far_m in [chance.uniform(1200, 2600)]
        ),
    ]
    ready_h = round(chance.uniform(0.2, 0.8), 2)
    others = [
        _order(name, to_pad, 0, 5, kg=round(chance.uniform(0.5, 2), 1))
        for name, to_pad in zip("bc", "BC", strict=True)
        if chance.random() < 0.8
    ]
    target = _order(TARGET, "A", ready_h, round(ready_h + chance.uniform(1, 2), 2), kg=round(chance.uniform(1, 4), 1))
    fleet = tuple(Drone(id=f"d{number}", type="nine", home_pad="hub") for number in (1, 2))
    job = Job(
        name="planted", start=START, end=END, utc_offset=timedelta(0), orders=(target, *others), drone_types=(_kind(),),
        drones=fleet, weather=Weather(wind_mps=round(chance.uniform(0, 4), 1), wind_from_deg=chance.uniform(0, 359)),
        policy=_policy(),
    )  # fmt: skip
    return Scene(job=job, sky=Airspace(pads=tuple(pads), **(_boundary(chance) if two_sides else {})))


def _boundary(chance: Random) -> dict[str, Any]:
    """Draw a boundary between the hub and pad A with a gate about y = 0."""
    x_m = chance.uniform(700, 1200)
    sides = tuple(
        Jurisdiction(id=name, name=name, authority=f"{name}-aa", area=area)
        for name, area in (("west", _area(-9e3, -9e3, x_m, 9e3)), ("east", _area(x_m, -9e3, 30e3, 9e3)))
    )
    top = Height(value_m=500.0, reference=Reference.AMSL)
    gate = Gate(
        id="G", name="Gate", area=_area(x_m - 50, -300, x_m + 50, 300), band=Band(lower=GROUND, upper=top),
        permits=_both(),
    )  # fmt: skip
    return {"jurisdictions": sides, "gates": (gate,)}


def _hours(scene: Scene) -> tuple[float, float]:
    """Return when the order is ready and due, in hours after the start."""
    order = scene.order
    return (order.ready_at - START).total_seconds() / 3600, (order.due_at - START).total_seconds() / 3600


# What may be planted: what is in the box


@_plants(Reason.PAYLOAD)
def _too_heavy_a_box(scene: Scene, chance: Random) -> Scene:
    return scene.with_order(mass_kg=round(chance.uniform(7.1, 13.5), 1))


@_plants(Reason.PAYLOAD)
def _a_box_for_another_type(scene: Scene, chance: Random) -> Scene:
    strong = _kind("strong", max_payload_kg=30.0, mass_kg=20.0, battery_wh=5000.0)
    heavy = scene.with_order(mass_kg=round(chance.uniform(14.5, 25), 1))
    return heavy.with_job(drone_types=(*scene.job.drone_types, strong))


@_plants(Reason.VALUE_CAP)
def _worth_more_than_a_sortie_may_carry(scene: Scene, chance: Random) -> Scene:
    return scene.with_order(declared_value=round(chance.uniform(10_001, 19_000)))


@_plants(Reason.VALUE_CAP)
def _worth_more_than_a_drone_may_carry_in_a_day(scene: Scene, chance: Random) -> Scene:
    return scene.with_policy(value_cap_per_drone_day=4000.0).with_order(
        declared_value=round(chance.uniform(4001, 9000))
    )


@_plants(Reason.VALUE_CAP)
def _worth_more_than_may_lie_at_a_pad(scene: Scene, chance: Random) -> Scene:
    capped = scene.with_policy(value_cap_per_pad=4000.0, pad_dwell_s=600.0)
    return capped.with_order(declared_value=round(chance.uniform(4001, 9000)))


@_plants(Reason.VALUE_CAP)
def _no_drone_has_value_left_for_the_day(scene: Scene, chance: Random) -> Scene:
    carried = round(chance.uniform(800, 1200))
    dear = [_order(name, pad, 0, 5, kg=7.0, declared_value=carried, priority=5) for name, pad in zip("bc", "BC")]  # noqa: B905
    return scene.with_policy(value_cap_per_drone_day=1500.0).with_order(declared_value=800.0).with_orders(*dear)


@_plants(Reason.VALUE_CAP)
def _too_much_value_lies_at_the_pad(scene: Scene, chance: Random) -> Scene:
    ready_h, _ = _hours(scene)
    first = _order("a", "A", ready_h, ready_h + 0.4, kg=7.0, declared_value=900.0, priority=5)
    capped = scene.with_policy(value_cap_per_pad=1500.0, pad_dwell_s=7200.0 + chance.uniform(0, 600))
    return capped.with_order(declared_value=800.0, due_at=at(ready_h + 0.4)).with_orders(first)


@_plants(Reason.CUSTODY)
def _only_a_locker_at_the_pad(scene: Scene, chance: Random) -> Scene:
    asked = chance.choice([Custody.STAFFED, Custody.TWO_PERSON])
    return scene.with_pad("A", custody=Custody.LOCKER).with_order(custody=asked)


@_plants(Reason.CUSTODY)
def _worth_two_persons_where_there_is_one(scene: Scene, chance: Random) -> Scene:
    valued = scene.with_policy(two_person_above=3000.0).with_order(declared_value=round(chance.uniform(3001, 9000)))
    return valued.with_pad("A", custody=Custody.STAFFED)


@_plants(Reason.CUSTODY)
def _two_persons_there_at_other_hours(scene: Scene, chance: Random) -> Scene:
    _, due_h = _hours(scene)
    there = during((due_h + chance.uniform(0.1, 0.5), 5.9))
    return scene.with_pad("A", two_person_hours=there).with_order(custody=Custody.TWO_PERSON)


@_plants(Reason.COLD_CHAIN)
def _a_cold_chain_shorter_than_the_flight(scene: Scene, chance: Random) -> Scene:
    return scene.with_order(max_minutes=round(chance.uniform(1.5, 3.0), 1))


@_plants(Reason.COLD_CHAIN)
def _a_cold_chain_shorter_than_the_quantile(scene: Scene, chance: Random) -> Scene:
    x, y = scene.xy("A")
    planned_min = (math.hypot(x, y) / 15 + 70 + 60) / 60
    still = scene.with_job(weather=Weather()).with_policy(time_factor=round(chance.uniform(1.3, 1.6), 1))
    return still.with_order(max_minutes=planned_min * 1.15)


@_plants(Reason.DANGEROUS_GOODS)
def _lithium_that_nobody_approved(scene: Scene, chance: Random) -> Scene:
    return scene.with_order(dangerous_goods=chance.choice(["UN3480", "UN3481", "UN3373", "UN1845"]))


@_plants(Reason.DANGEROUS_GOODS, two_sides=True)
def _goods_that_one_side_did_not_approve(scene: Scene, chance: Random) -> Scene:
    held = GoodsApproval(un_number="UN3480", jurisdiction=chance.choice(["west", "east"]), approval="A-1")
    return scene.with_policy(dangerous_goods_allowed=(held,)).with_order(dangerous_goods="UN3480")


@_plants(Reason.DANGEROUS_GOODS)
def _a_class_of_goods(scene: Scene, chance: Random) -> Scene:
    return scene.with_order(dangerous_goods=chance.choice(["6.2", "9", "3"]))


# Customs


@_plants(Reason.CUSTOMS_WINDOW, two_sides=True)
def _customs_at_other_hours(scene: Scene, chance: Random) -> Scene:
    _, due_h = _hours(scene)
    return scene.with_pad("A", customs_windows=during((due_h + chance.uniform(0.1, 0.5), 5.9)), customs_dwell_s=300.0)


@_plants(Reason.CUSTOMS_WINDOW, two_sides=True)
def _no_pad_that_clears(scene: Scene, chance: Random) -> Scene:
    del chance
    return scene.with_policy(customs=True)


@_plants(Reason.CUSTOMS_WINDOW, two_sides=True)
def _customs_take_too_long(scene: Scene, chance: Random) -> Scene:
    _, due_h = _hours(scene)
    slow = scene.with_pad("A", customs_windows=ALWAYS, customs_dwell_s=chance.uniform(1800, 3000))
    return slow.with_order(ready_at=at(due_h - 0.4))


# Gates, permits and zones


@_plants(Reason.GATE_CLOSED, two_sides=True)
def _a_gate_that_does_not_open_today(scene: Scene, chance: Random) -> Scene:
    opens_h = chance.uniform(6.5, 9)
    return scene.with_gate(schedule=during((opens_h, opens_h + 2)))


@_plants(Reason.GATE_CLOSED, two_sides=True)
def _a_gate_that_opens_too_late(scene: Scene, chance: Random) -> Scene:
    _, due_h = _hours(scene)
    return scene.with_gate(schedule=during((due_h + chance.uniform(0.1, 0.6), 5.9)))


@_plants(Reason.GATE_CLOSED, two_sides=True)
def _a_gate_that_closes_too_early(scene: Scene, chance: Random) -> Scene:
    ready_h, _ = _hours(scene)
    return scene.with_gate(schedule=during((-3, ready_h + chance.uniform(-0.15, 0.02))))


@_plants(Reason.PERMIT_MISSING, two_sides=True)
def _no_permits_at_the_gate(scene: Scene, chance: Random) -> Scene:
    return scene.with_gate(permits=chance.choice([(), _both(aircraft=("another",))]))


@_plants(Reason.PERMIT_MISSING, two_sides=True)
def _a_permit_of_one_authority_only(scene: Scene, chance: Random) -> Scene:
    return scene.with_gate(permits=(chance.choice(_both()),))


@_plants(Reason.PERMIT_MISSING, two_sides=True)
def _permits_valid_at_another_time(scene: Scene, chance: Random) -> Scene:
    _, due_h = _hours(scene)
    return scene.with_gate(permits=_both(valid_from=at(due_h + chance.uniform(0.1, 0.6))))


@_plants(Reason.PERMIT_MISSING)
def _a_pad_in_a_zone_that_a_permit_opens(scene: Scene, chance: Random) -> Scene:
    restriction = chance.choice([Restriction.REQ_AUTHORISATION, Restriction.CONDITIONAL])
    return scene.with_zone(_zone(_over(scene, "A", chance.uniform(100, 400)), restriction))


@_plants(Reason.PERMIT_MISSING, two_sides=True)
def _a_pad_across_in_a_zone_that_a_permit_opens(scene: Scene, chance: Random) -> Scene:
    return scene.with_zone(_zone(_over(scene, "A", chance.uniform(100, 400)), Restriction.REQ_AUTHORISATION))


@_plants(Reason.PERMIT_MISSING)
def _a_ring_that_a_permit_opens(scene: Scene, chance: Random) -> Scene:
    return scene.with_zone(_zone(_ring(scene, chance.choice(["A", "hub"]), chance), Restriction.REQ_AUTHORISATION))


@_plants(Reason.ZONE_ACTIVE)
def _a_zone_that_holds_too_long(scene: Scene, chance: Random) -> Scene:
    _, due_h = _hours(scene)
    holds = during((-1, due_h + chance.uniform(0.1, 0.5)))
    restriction = chance.choice([Restriction.PROHIBITED, Restriction.REQ_AUTHORISATION])
    return scene.with_zone(_zone(_over(scene, "A", chance.uniform(100, 400)), restriction, schedule=holds))


@_plants(Reason.ZONE_ACTIVE, two_sides=True)
def _a_zone_across_that_holds_too_long(scene: Scene, chance: Random) -> Scene:
    _, due_h = _hours(scene)
    holds = during((-1, due_h + chance.uniform(0.1, 0.5)))
    return scene.with_zone(_zone(_over(scene, "A", chance.uniform(100, 400)), schedule=holds))


@_plants(Reason.ZONE_ACTIVE)
def _a_zone_that_begins_too_early(scene: Scene, chance: Random) -> Scene:
    ready_h, _ = _hours(scene)
    holds = during((ready_h + chance.uniform(-0.15, 0.02), 9))
    return scene.with_zone(_zone(_ring(scene, "A", chance), schedule=holds))


@_plants(Reason.PAD_UNREACHABLE)
def _a_pad_in_a_prohibited_zone(scene: Scene, chance: Random) -> Scene:
    return scene.with_zone(_zone(_over(scene, "A", chance.uniform(20, 400))))


@_plants(Reason.PAD_UNREACHABLE)
def _a_ring_that_nothing_opens(scene: Scene, chance: Random) -> Scene:
    return scene.with_zone(_zone(_ring(scene, "A", chance)))


@_plants(Reason.PAD_UNREACHABLE)
def _a_pad_above_the_flight_level(scene: Scene, chance: Random) -> Scene:
    return scene.with_pad("A", elevation_amsl_m=round(chance.uniform(120, 200)))


# Laws


def _under(scene: Scene, asks: Kind, *, permittable: bool) -> Scene:
    told = Source(citation="an invented law", confidence=Confidence.ASSUMED)
    calendar = Calendar(country="HK", categories=("public",), weekend=("SUN",), published_years=(2026,), source=told)
    rule = Rule(id="law-1", title=asks.word, authority="east-aa", asks=asks, source=told, permittable=permittable)
    ledger = Ledger(
        name="law", title="law", authority="east-aa", timezone="Asia/Hong_Kong", calendar=calendar, rules=(rule,)
    )
    sides = tuple(replace(side, rules=("law",) if side.id == "east" else ()) for side in scene.sky.jurisdictions)
    return scene.with_sky(jurisdictions=sides).with_job(ledgers=(ledger,))


@_plants(Reason.RULE, two_sides=True)
def _a_law_that_keeps_the_flight_lower(scene: Scene, chance: Random) -> Scene:
    return _under(scene, HeightCap(most_m=round(chance.uniform(50, 110))), permittable=False)


@_plants(Reason.RULE, two_sides=True)
def _a_law_against_crossing(scene: Scene, chance: Random) -> Scene:
    del chance
    return _under(scene, Activity(when=(Trait.CROSSES_BOUNDARY,)), permittable=False)


@_plants(Reason.RULE, two_sides=True)
def _a_law_that_keeps_to_daylight(scene: Scene, chance: Random) -> Scene:
    # The sun sets here at some 09:39 UTC, an hour and forty minutes after the start.
    ready_h = chance.uniform(1.7, 2.2)
    late = scene.with_order(ready_at=at(ready_h), due_at=at(ready_h + 1))
    return _under(late, Daylight(begins=SunEvent.SR, ends=SunEvent.SS, clock=UTC), permittable=False)


@_plants(Reason.PERMIT_MISSING, two_sides=True)
def _a_law_that_a_permit_of_its_authority_lifts(scene: Scene, chance: Random) -> Scene:
    capped = _under(scene, HeightCap(most_m=round(chance.uniform(50, 110))), permittable=True)
    (ledger,) = capped.job.ledgers
    (rule,) = ledger.rules
    return capped.with_job(ledgers=(replace(ledger, rules=(replace(rule, authority="third-aa"),)),))


# Pads and times


@_plants(Reason.PAD_CLOSED)
def _a_pad_open_at_other_hours(scene: Scene, chance: Random) -> Scene:
    _, due_h = _hours(scene)
    return scene.with_pad("A", schedule=during((due_h + chance.uniform(0.1, 0.6), 8)))


@_plants(Reason.PAD_CLOSED)
def _a_pad_not_open_long_enough(scene: Scene, chance: Random) -> Scene:
    ready_h, _ = _hours(scene)
    return scene.with_pad("A", schedule=during((ready_h + 0.3, ready_h + 0.3 + chance.uniform(0.01, 0.03))))


@_plants(Reason.PAD_CLOSED)
def _a_hub_that_closes_too_early(scene: Scene, chance: Random) -> Scene:
    ready_h, _ = _hours(scene)
    alone = scene.with_orders()
    return alone.with_pad("hub", schedule=during((-1, ready_h + chance.uniform(-0.05, 0.05))))


@_plants(Reason.TIME_WINDOW)
def _due_before_it_can_be_there(scene: Scene, chance: Random) -> Scene:
    return scene.with_order(due_at=scene.order.ready_at + timedelta(seconds=round(chance.uniform(60, 170))))


@_plants(Reason.TIME_WINDOW)
def _the_day_ends_before_the_drone_is_back(scene: Scene, chance: Random) -> Scene:
    return scene.with_order(ready_at=END - timedelta(seconds=round(chance.uniform(240, 400))), due_at=END)


# Energy and weather


@_plants(Reason.BATTERY_RANGE)
def _a_pad_out_of_reach(scene: Scene, chance: Random) -> Scene:
    return scene.with_kind(battery_wh=chance.uniform(60, 120)).with_orders()


@_plants(Reason.BATTERY_RANGE)
def _a_pad_that_another_type_would_reach(scene: Scene, chance: Random) -> Scene:
    long = _kind("long", battery_wh=chance.uniform(800, 1200))
    short = scene.with_kind(battery_wh=chance.uniform(60, 120)).with_orders()
    return short.with_job(drone_types=(*short.job.drone_types, long))


@_plants(Reason.RESERVE)
def _a_pad_reached_on_the_reserve_only(scene: Scene, chance: Random) -> Scene:
    needed_wh = _needed_wh(scene)
    return scene.with_orders().with_kind(battery_wh=needed_wh / chance.uniform(0.83, 0.97))


def _needed_wh(scene: Scene) -> float:
    """Return what the order takes by itself at the chance asked for, out and back."""
    from planner.solving.sorties import Trips
    from planner.solving.tables import cost_tables

    trips = Trips(cost_tables(scene.job, scene.sky))
    trip = trips.best([scene.order], 0)
    if trip is None:
        raise ValueError("expected a day that serves the order by itself, got one that does not")
    return trip.needs.most_wh


@_plants(Reason.RESERVE)
def _drones_that_begin_the_day_short_of_charge(scene: Scene, chance: Random) -> Scene:
    share = _needed_wh(scene) / 1000
    empty = (replace(d, state_of_charge=round(0.2 + share * chance.uniform(0.1, 0.9), 3)) for d in scene.job.drones)
    return scene.with_orders().with_job(drones=tuple(empty))


@_plants(Reason.RESERVE)
def _an_alternate_too_far_away(scene: Scene, chance: Random) -> Scene:
    x, y = scene.xy("A")
    far_m = chance.uniform(22e3, 26e3)
    far = _pad("X", far_m * x / math.hypot(x, y), far_m * y / math.hypot(x, y), roles=("alternate",))
    return scene.with_sky(pads=(*scene.sky.pads, far))


@_plants(Reason.RESERVE)
def _alternates_that_may_not_take_the_order(scene: Scene, chance: Random) -> Scene:
    x, y = scene.xy("A")
    beside = _pad("X", x + chance.uniform(400, 900), y, roles=("alternate",), custody=Custody.LOCKER)
    return scene.with_orders().with_sky(pads=(*scene.sky.pads, beside)).with_order(custody=Custody.STAFFED)


@_plants(Reason.RESERVE)
def _alternates_closed_at_these_hours(scene: Scene, chance: Random) -> Scene:
    x, y = scene.xy("A")
    _, due_h = _hours(scene)
    shut = during((due_h + chance.uniform(0.1, 0.5), 8))
    beside = _pad("X", x + chance.uniform(400, 900), y, roles=("alternate",), schedule=shut)
    return scene.with_orders().with_sky(pads=(*scene.sky.pads, beside))


@_plants(Reason.WIND)
def _a_wind_above_the_limit(scene: Scene, chance: Random) -> Scene:
    return scene.with_job(weather=Weather(wind_mps=chance.uniform(12.1, 18)))


@_plants(Reason.WIND)
def _a_wind_that_leaves_no_speed(scene: Scene, chance: Random) -> Scene:
    x, y = scene.xy("A")
    against_deg = math.degrees(math.atan2(x, y)) % 360
    hardy = scene.with_orders().with_kind(max_wind_mps=20.0)
    return hardy.with_job(weather=Weather(wind_mps=chance.uniform(12.5, 18), wind_from_deg=against_deg))


@_plants(Reason.WIND)
def _a_wind_that_drops_too_late(scene: Scene, chance: Random) -> Scene:
    _, due_h = _hours(scene)
    calm = at(due_h + chance.uniform(0.1, 0.5))
    return scene.with_job(weather=Weather(wind_mps=chance.uniform(13, 18)), later=((calm, Weather(wind_mps=3.0)),))


@_plants(Reason.WIND)
def _a_wind_that_rises_too_early(scene: Scene, chance: Random) -> Scene:
    ready_h, _ = _hours(scene)
    rises = at(ready_h + chance.uniform(-0.15, 0.05))
    return scene.with_job(later=((rises, Weather(wind_mps=chance.uniform(13, 18))),))


@_plants(Reason.WEATHER)
def _weather_that_keeps_all_on_the_ground(scene: Scene, chance: Random) -> Scene:
    bad = [
        Weather(typhoon_signal=3), Weather(rainstorm="red"), Weather(thunderstorm=True), Weather(temperature_c=44.0),
        Weather(rain_mm_h=5.0),
    ]  # fmt: skip
    return scene.with_job(weather=chance.choice(bad))


@_plants(Reason.WEATHER)
def _rain_that_ends_too_late(scene: Scene, chance: Random) -> Scene:
    _, due_h = _hours(scene)
    dry = at(due_h + chance.uniform(0.1, 0.5))
    return scene.with_job(weather=Weather(rain_mm_h=4.0), later=((dry, Weather(wind_mps=3.0)),))


# The rest of the day


@_plants(Reason.FLEET_BUSY)
def _one_drone_for_two_orders_at_once(scene: Scene, chance: Random) -> Scene:
    ready_h, _ = _hours(scene)
    due_h = ready_h + chance.uniform(0.12, 0.16)
    first = _order("b", chance.choice("BC"), ready_h, due_h, kg=7.0, priority=9)
    return scene.with_order(due_at=at(due_h)).with_orders(first).with_job(drones=scene.job.drones[:1])


@_plants(Reason.FLEET_BUSY)
def _a_hub_without_drones(scene: Scene, chance: Random) -> Scene:
    return scene.with_order(from_pad=chance.choice("BC"))


@_plants(Reason.PAD_BUSY)
def _one_slot_for_two_drones(scene: Scene, chance: Random) -> Scene:
    ready_h, _ = _hours(scene)
    x, y = scene.xy("A")
    away_h = (math.hypot(x, y) / 15 + 70 + 60) / 3600
    due_h = ready_h + away_h + chance.uniform(0.008, 0.012)
    still = scene.with_job(weather=Weather()).with_pad("A", slots=1)
    first = _order("a", "A", ready_h, due_h, kg=7.0, priority=9)
    return still.with_order(due_at=at(due_h)).with_orders(first)


@_plants(Reason.PAD_BUSY)
def _no_charged_pack_left(scene: Scene, chance: Random) -> Scene:
    dear = [_order(name, pad, 0, 5, kg=7.0, priority=9) for name, pad in zip("bc", "BC", strict=True)]
    counted = scene.with_pad("hub", swap_packs=0, chargers=chance.choice([None, 1]))
    return counted.with_orders(*dear)


@_plants(Reason.NOT_WORTH_IT)
def _a_flight_dearer_than_leaving_it(scene: Scene, chance: Random) -> Scene:
    return scene.with_orders().with_policy(unserved_penalty=chance.uniform(4, 25))


# Corridors that authorities approve


def _library(scene: Scene) -> Library:
    pairs = [("hub", name) for name in "ABC"]
    return joined(Library(), freeze_job(scene.job, scene.sky, pairs=pairs), at=at(-99))


def _said(library: Library, act: Act, when_h: float, pairs: tuple[str, ...], **fields: Any) -> Library:
    chosen = [one for one in library.corridors if f"{one.from_pad}>{one.to_pad}" in pairs or not pairs]
    entries = tuple(
        Entry(
            at=at(when_h), corridor=one.id, hash=one.hash, act=act, authority="an authority", note="a crane",
            drone_types=one.drone_types if act is Act.APPROVED else (), **fields,
        )
        for one in chosen
    )  # fmt: skip
    return replace(library, history=(*library.history, *entries))


def _approved_only(scene: Scene, library: Library) -> Scene:
    return replace(scene.with_sky(library=library), corridors=CorridorChoice.APPROVED)


WAYS = ("hub>A", "A>hub")


@_plants(Reason.CORRIDOR)
def _a_suspended_corridor(scene: Scene, chance: Random) -> Scene:
    approved = _said(_library(scene), Act.APPROVED, -90, ())
    return _approved_only(scene, _said(approved, Act.SUSPENDED, chance.uniform(-50, -1), (chance.choice(WAYS),)))


@_plants(Reason.CORRIDOR)
def _a_corridor_not_yet_approved(scene: Scene, chance: Random) -> Scene:
    del chance
    others = ("hub>B", "B>hub", "hub>C", "C>hub")
    return _approved_only(scene, _said(_library(scene), Act.APPROVED, -90, others))


@_plants(Reason.CORRIDOR)
def _a_corridor_missing_in_the_library(scene: Scene, chance: Random) -> Scene:
    del chance
    library = _library(scene)
    kept = tuple(one for one in library.corridors if "A" not in (one.from_pad, one.to_pad))
    ids = {one.id for one in kept}
    left = Library(corridors=kept, history=tuple(entry for entry in library.history if entry.corridor in ids))
    return _approved_only(scene, _said(left, Act.APPROVED, -90, ()))


@_plants(Reason.CORRIDOR)
def _an_approval_that_runs_out(scene: Scene, chance: Random) -> Scene:
    ready_h, _ = _hours(scene)
    ends = at(ready_h + chance.uniform(-0.1, 0.05))
    others = _said(_library(scene), Act.APPROVED, -90, ("hub>B", "B>hub", "hub>C", "C>hub"))
    return _approved_only(scene, _said(others, Act.APPROVED, -90, WAYS, valid_to=ends))


# What could be in the way, and is not


@_decoy
def _a_value_below_the_cap(scene: Scene, chance: Random) -> Scene:
    return scene.with_order(declared_value=round(chance.uniform(2000, 2900)))


@_decoy
def _a_zone_at_other_hours(scene: Scene, chance: Random) -> Scene:
    begins_h = _hours(scene)[1] + chance.uniform(1.6, 1.9)
    return scene.with_zone(_zone(_over(scene, "A", 200), id="Y", name="Other", schedule=during((begins_h, 9))))


@_decoy
def _a_zone_to_fly_round(scene: Scene, chance: Random) -> Scene:
    x, y = scene.xy("A")
    half_m, share = chance.uniform(50, 120), chance.uniform(0.75, 0.8)
    place = _area(share * x - half_m, share * y - half_m, share * x + half_m, share * y + half_m)
    restriction = chance.choice([Restriction.PROHIBITED, Restriction.REQ_AUTHORISATION])
    return scene.with_zone(_zone(place, restriction, id="Y", name="Other"))


@_decoy
def _a_cold_chain_that_is_kept(scene: Scene, chance: Random) -> Scene:
    return scene.with_order(max_minutes=round(chance.uniform(25, 90)), temp_min_c=2.0, temp_max_c=8.0)


@_decoy
def _a_weaker_drone(scene: Scene, chance: Random) -> Scene:
    weak = _kind("weak", max_payload_kg=0.4, battery_wh=chance.uniform(200, 300), max_wind_mps=9.0)
    added = Drone(id="w1", type="weak", home_pad="hub")
    return scene.with_job(drone_types=(*scene.job.drone_types, weak), drones=(*scene.job.drones, added))


@_decoy
def _a_pad_that_closes_later(scene: Scene, chance: Random) -> Scene:
    return scene.with_pad("B", schedule=during((-2, chance.uniform(5.2, 5.9))))


@_decoy
def _a_gate_elsewhere_that_is_shut(scene: Scene, chance: Random) -> Scene:
    if not scene.sky.gates:
        return scene.with_order(custody=Custody.STAFFED)
    (gate,) = scene.sky.gates
    x, _ = FRAME.to_xy(gate.area.centroid.x, gate.area.centroid.y)
    north_m = chance.uniform(2000, 4000)
    other = replace(gate, id="H", name="Other", area=_area(x - 50, north_m, x + 50, north_m + 500), permits=())
    return scene.with_sky(gates=(*scene.sky.gates, other))


@_decoy
def _a_fresh_wind(scene: Scene, chance: Random) -> Scene:
    return scene.with_job(weather=replace(scene.job.weather, wind_mps=round(chance.uniform(5, 6), 1)))


def planted(plant: Plant, seed: int) -> Planted:
    """Draw a day with a cause, and every second time with a decoy; the same for the same seed."""
    chance = Random(f"{plant.name} {seed}")  # noqa: S311 - a day, not a secret
    drawn = scene(chance, two_sides=plant.two_sides)
    decoy = chance.choice(sorted(DECOYS)) if seed % 2 else ""
    before = DECOYS[decoy](drawn, chance) if decoy else drawn
    return Planted(plant=plant, before=before, after=plant.make(before, chance), decoy=decoy)

"""A small world near Luohu with a plan that is right, worked out by hand formulas of its own.

The hub stands 1 500 m south of a boundary along the parallel 22.51; the clinic 1 500 m north of it, the kiosk 2 000 m
east of the hub. Distances are laid out by ``Geod.fwd``, so they are known from elsewhere.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import ModuleType

import pytest
import shapely
from pyproj import Geod

from airspace.earth.heights import Band, Height, Reference
from airspace.model.gates import Gate, Jurisdiction, Permit
from airspace.model.pads import Custody, Pad
from airspace.model.schedules import ALWAYS, Hours, Schedule
from airspace.model.skies import Airspace
from airspace.model.zones import Restriction, Zone
from planner.model.fleets import Drone, DroneType
from planner.model.jobs import Job, Policy, Weather
from planner.model.orders import Consignment, Order
from planner.model.plans import Bound, CreatedBy, Leg, Plan, Sortie, Totals, Waypoint
from planner.model.powers import MassPower
from planner.model.reviews import Finding, Review, Verdict
from planner.safety.checks import check

WGS84 = Geod(ellps="WGS84")
START = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
END = START + timedelta(hours=4)
BOUNDARY_LAT = 22.51
CRUISE_M = 110.0
HANDOVER_S = 60.0
DIGEST = "sha256:0"


def away(lon: float, lat: float, azimuth_deg: float, metres: float) -> tuple[float, float]:
    lon, lat, _ = WGS84.fwd(lon, lat, azimuth_deg, metres)
    return lon, lat


HUB_AT = away(114.1, BOUNDARY_LAT, 180, 1500)
CLINIC_AT = away(114.1, BOUNDARY_LAT, 0, 1500)
KIOSK_AT = away(*HUB_AT, 90, 2000)


def amsl(lower_m: float, upper_m: float | None) -> Band:
    upper = None if upper_m is None else Height(value_m=upper_m, reference=Reference.AMSL)
    return Band(lower=Height(value_m=lower_m, reference=Reference.AMSL), upper=upper)


def hours(start: str, end: str) -> Schedule:
    """Every day between two UTC clock times."""
    opens, closes = (datetime.strptime(text, "%H:%M").replace(tzinfo=UTC).time() for text in (start, end))
    days = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
    return Schedule.weekly(Hours(days=days, start=opens, end=closes, clock=UTC))


def zone(
    zone_id: str,
    area: shapely.Polygon,
    *,
    restriction: Restriction = Restriction.PROHIBITED,
    band: Band | None = None,
    schedule: Schedule = ALWAYS,
) -> Zone:
    return Zone(
        id=zone_id, name=f"Zone {zone_id}", restriction=restriction, area=area, band=band or amsl(0, None),
        schedule=schedule,
    )  # fmt: skip


def block(lon: float, lat: float, azimuth_deg: float, metres: float, *, size_m: float = 400.0) -> shapely.Polygon:
    """Return a triangle that points at a place from a direction, its tip a known distance away."""
    tip = away(lon, lat, azimuth_deg, metres)
    return shapely.Polygon([tip, away(*tip, azimuth_deg - 40, size_m), away(*tip, azimuth_deg + 40, size_m)])


def permit(
    permit_id: str, authority: str, *, zones: tuple[str, ...] = (), aircraft: tuple[str, ...] = ("quad",)
) -> Permit:
    return Permit(
        id=permit_id, authority=authority, zones=zones, aircraft=aircraft,
        valid_from=START - timedelta(hours=1), valid_to=END + timedelta(hours=1),
    )  # fmt: skip


def a_sky() -> Airspace:
    west, east, south, north = 114.0, 114.2, 22.45, 22.57
    sides = {"SZ": ("CAAC", BOUNDARY_LAT, north), "HK": ("CAD", south, BOUNDARY_LAT)}
    jurisdictions = tuple(
        Jurisdiction(id=name, name=name, authority=authority, area=shapely.box(west, low, east, high))
        for name, (authority, low, high) in sides.items()
    )
    gate = Gate(
        id="G1", name="North gate", area=shapely.box(114.095, 22.508, 114.105, 22.512), band=amsl(60, 120),
        permits=(permit("P-SZ", "CAAC"), permit("P-HK", "CAD")),
    )  # fmt: skip
    pads = (
        Pad(id="HUB", name="Hub", lon=HUB_AT[0], lat=HUB_AT[1], elevation_amsl_m=10, roles=("hub",), turnaround_s=30),
        Pad(id="CLINIC", name="Clinic", lon=CLINIC_AT[0], lat=CLINIC_AT[1], elevation_amsl_m=30),
        Pad(id="KIOSK", name="Kiosk", lon=KIOSK_AT[0], lat=KIOSK_AT[1], elevation_amsl_m=10, custody=Custody.LOCKER),
    )
    return Airspace(
        zones=(zone("FAR", block(*HUB_AT, 270, 1000)),), pads=pads, gates=(gate,), jurisdictions=jurisdictions
    )


QUAD = DroneType(
    id="quad", name="Quad", mass_kg=10, max_payload_kg=5, battery_wh=400, cruise_mps=15, climb_mps=5, descent_mps=4,
    power=MassPower(power_coefficient=10), swap_s=300, max_wind_mps=12, temp_min_c=-10, temp_max_c=40,
    model_error_share=0.0, cold_loss_per_c=0.0,
)  # fmt: skip

POLICY = Policy(
    clearance_m=30, corridor_half_width_m=20, vertical_clearance_m=10, vertical_budget_m=0, levels_amsl_m=(CRUISE_M,),
    currency="HKD", value_cap_per_sortie=100_000, handover_s=HANDOVER_S, max_orders_per_sortie=3, cost_per_sortie=5,
    cost_per_flight_hour=100, cost_per_kwh=2, unserved_penalty=500, energy_factor=1.1,
)  # fmt: skip


def an_order(
    order_id: str,
    to_pad: str,
    *,
    mass_kg: float = 1.0,
    value: float = 1000,
    custody: Custody = Custody.LOCKER,
    max_minutes: float | None = None,
) -> Order:
    consignment = Consignment(
        mass_kg=mass_kg, declared_value=value, currency="HKD", custody=custody, max_minutes=max_minutes
    )
    return Order(
        id=order_id, from_pad="HUB", to_pad=to_pad, consignment=consignment, ready_at=START,
        due_at=START + timedelta(hours=3),
    )  # fmt: skip


def a_job() -> Job:
    orders = (
        an_order("O1", "CLINIC", mass_kg=2, custody=Custody.STAFFED, max_minutes=30),
        an_order("O2", "KIOSK"),
        an_order("O3", "KIOSK", mass_kg=1.5),
    )
    drones = (
        Drone(id="D1", type="quad", home_pad="HUB", state_of_charge=0.9),
        Drone(id="D2", type="quad", home_pad="HUB"),
    )
    return Job(
        name="tiny", start=START, end=END, utc_offset=timedelta(hours=8), orders=orders, drone_types=(QUAD,),
        drones=drones, weather=Weather(), policy=POLICY,
    )  # fmt: skip


def a_leg(
    sky: Airspace,
    names: tuple[str, str],
    *,
    start: datetime,
    payload_kg: float,
    charge: float,
    last: bool,
    via: tuple[tuple[float, float], ...] = (),
) -> Leg:
    """Return a leg in still air, by sums that anyone can do by hand."""
    a, b = (sky.pad(name) for name in names)
    corners = [(a.lon, a.lat), *via, (b.lon, b.lat)]
    pieces_m = [WGS84.inv(*first, *second)[2] for first, second in pairwise(corners)]
    climb_s, descent_s = (CRUISE_M - a.elevation_amsl_m) / 5, (CRUISE_M - b.elevation_amsl_m) / 4
    cruise_s = [metres / 15 for metres in pieces_m]
    level = [(corner, CRUISE_M) for corner in corners]
    spots = [(corners[0], a.elevation_amsl_m), *level, (corners[-1], b.elevation_amsl_m)]
    seconds, points = 0.0, []
    for (place, height_m), taken_s in zip(spots, [0.0, climb_s, *cruise_s, descent_s], strict=True):
        seconds += taken_s
        ground_m = a.elevation_amsl_m if height_m != b.elevation_amsl_m else b.elevation_amsl_m
        points.append(
            Waypoint(
                lon=round(place[0], 7), lat=round(place[1], 7), alt_amsl_m=height_m, alt_agl_m=height_m - ground_m,
                t=start + timedelta(seconds=seconds),
            )
        )  # fmt: skip
    watts = 10 * (10 + payload_kg) ** 1.5 / math.sqrt(101325 / (287.05 * 288.15))
    hover_s = 0.0 if last else HANDOVER_S
    energy_wh = 1.1 * watts * (1.16 * climb_s + sum(cruise_s) + 0.95 * descent_s + hover_s) / 3600
    crosses = "CLINIC" in names
    return Leg(
        from_pad=a.id, to_pad=b.id, corridor="C", payload_kg=payload_kg, distance_m=sum(pieces_m),
        duration_s=seconds + hover_s, energy_wh=energy_wh, soc_start=charge, soc_end=charge - energy_wh / 400,
        reserve_wh=80.0, jurisdictions=("HK", "SZ") if crosses else ("HK",), gates=("G1",) if crosses else (),
        waypoints=tuple(points),
    )  # fmt: skip


def a_sortie(
    sky: Airspace, job: Job, name: str, drone: str, orders: tuple[str, ...], start: datetime, *, charge: float = 1.0
) -> Sortie:
    pads = list(dict.fromkeys(job.order(order).to_pad for order in orders))
    stops, legs, now = ["HUB", *pads, "HUB"], list[Leg](), start
    for index, names in enumerate(pairwise(stops)):
        waiting = [job.order(order) for order in orders if job.order(order).to_pad in stops[index + 1 :]]
        payload_kg = sum(order.consignment.mass_kg for order in waiting)
        last = index == len(stops) - 2
        legs.append(a_leg(sky, names, start=now, payload_kg=payload_kg, charge=charge, last=last))
        now, charge = now + timedelta(seconds=legs[-1].duration_s), legs[-1].soc_end
    return Sortie(id=name, drone=drone, drone_type="quad", departs=start, returns=now, orders=orders, legs=tuple(legs))


def a_plan(job: Job, sorties: tuple[Sortie, ...]) -> Plan:
    legs = [leg for sortie in sorties for leg in sortie.legs]
    flight_s = sum((sortie.returns - sortie.departs).total_seconds() for sortie in sorties)
    energy_wh = sum(leg.energy_wh for leg in legs)
    totals = Totals(
        cost=5 * len(sorties) + 100 * flight_s / 3600 + 2 * energy_wh / 1000, currency="HKD",
        distance_m=sum(leg.distance_m for leg in legs), energy_wh=energy_wh, flight_s=flight_s,
        sorties=len(sorties), served=sum(len(sortie.orders) for sortie in sorties), unserved=0,
    )  # fmt: skip
    return Plan(
        name="tiny", start=job.start, end=job.end, utc_offset=job.utc_offset,
        created_by=CreatedBy(version="0", seed=0, options={}), inputs=(), sorties=sorties, unserved=(), totals=totals,
        bound=Bound(lower=None, gap=None, rules="not asked", proven=False),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class World:
    """A plan with the airspace and the job it is for."""

    sky: Airspace
    job: Job
    plan: Plan

    def review(self, *, stated_digest: str = DIGEST) -> Review:
        return check(self.plan, self.sky, self.job, digest=DIGEST, stated_digest=stated_digest)

    def broken(self, rule: str) -> tuple[Finding, ...]:
        """The failures of one rule."""
        return tuple(finding for finding in self.review().of(Verdict.FAIL) if finding.rule == rule)

    def passing(self, rule: str) -> Finding:
        """The one finding of a rule that passes."""
        (finding,) = (finding for finding in self.review().findings if finding.rule == rule)
        assert finding.verdict is Verdict.PASS, finding
        return finding

    def only(self, rule: str) -> tuple[Finding, ...]:
        """The failures of a rule, which is the only one broken; what they measure, they measure below zero."""
        review = self.review()
        failures = review.of(Verdict.FAIL)
        assert {finding.rule for finding in failures} == {rule}, failures
        assert all(finding.margin is None or finding.margin < 0 for finding in failures), failures
        assert review.verdict is Verdict.FAIL
        return failures

    def with_zones(self, *zones: Zone) -> World:
        return replace(self, sky=replace(self.sky, zones=(*self.sky.zones, *zones)))

    def with_gate(self, **changes: object) -> World:
        return replace(self, sky=replace(self.sky, gates=(replace(self.sky.gates[0], **changes),)))

    def with_pad(self, pad_id: str, **changes: object) -> World:
        pads = tuple(replace(pad, **changes) if pad.id == pad_id else pad for pad in self.sky.pads)
        return replace(self, sky=replace(self.sky, pads=pads))

    def with_policy(self, **changes: object) -> World:
        return replace(self, job=replace(self.job, policy=replace(self.job.policy, **changes)))

    def with_job(self, **changes: object) -> World:
        return replace(self, job=replace(self.job, **changes))

    def with_order(self, order_id: str, **changes: object) -> World:
        goods = {key: changes.pop(key) for key in list(changes) if hasattr(self.job.orders[0].consignment, key)}
        old = self.job.order(order_id)
        new = replace(old, consignment=replace(old.consignment, **goods), **changes)
        return self.with_job(orders=tuple(new if order is old else order for order in self.job.orders))

    def with_plan(self, **changes: object) -> World:
        return replace(self, plan=replace(self.plan, **changes))

    def with_totals(self, **changes: object) -> World:
        return self.with_plan(totals=replace(self.plan.totals, **changes))

    def with_sortie(self, index: int, **changes: object) -> World:
        sorties = list(self.plan.sorties)
        sorties[index] = replace(sorties[index], **changes)
        return self.with_plan(sorties=tuple(sorties))

    def with_leg(self, index: int, leg: int, **changes: object) -> World:
        legs = list(self.plan.sorties[index].legs)
        legs[leg] = replace(legs[leg], **changes)
        return self.with_sortie(index, legs=tuple(legs))

    def with_waypoint(self, index: int, leg: int, number: int, **changes: object) -> World:
        points = list(self.plan.sorties[index].legs[leg].waypoints)
        points[number] = replace(points[number], **changes)
        return self.with_leg(index, leg, waypoints=tuple(points))

    def every_waypoint(self, change: Callable[[Waypoint], Waypoint]) -> World:
        def changed(leg: Leg) -> Leg:
            return replace(leg, waypoints=tuple(change(point) for point in leg.waypoints))

        sorties = tuple(
            replace(sortie, legs=tuple(changed(leg) for leg in sortie.legs)) for sortie in self.plan.sorties
        )
        return self.with_plan(sorties=sorties)

    def replanned(self) -> World:
        """The right plan for the airspace and the job as they are now."""
        plan = a_plan(
            self.job,
            tuple(
                a_sortie(self.sky, self.job, old.id, old.drone, old.orders, old.departs, charge=old.legs[0].soc_start)
                for old in self.plan.sorties
            ),
        )
        return replace(self, plan=plan)

    def with_totals_right(self) -> World:
        """The same plan with totals of what it now lists."""
        return replace(self, plan=a_plan(self.job, self.plan.sorties))

    def flown_by(self, index: int, drone: str, start: datetime) -> World:
        """A plan that is right but for one sortie's drone and departure."""
        old = self.plan.sorties[index]
        sortie = a_sortie(self.sky, self.job, old.id, drone, old.orders, start, charge=old.legs[0].soc_start)
        sorties = [*self.plan.sorties[:index], sortie, *self.plan.sorties[index + 1 :]]
        return replace(self, plan=a_plan(self.job, tuple(sorties)))

    def flown_via(self, index: int, leg: int, *via: tuple[float, float]) -> World:
        """A plan whose one leg turns at some corners, with times, energy and totals that fit."""
        old = self.plan.sorties[index]
        legs, now, charge = list[Leg](), old.departs, old.legs[0].soc_start
        for number, before in enumerate(old.legs):
            legs.append(
                a_leg(
                    self.sky, (before.from_pad, before.to_pad), start=now, payload_kg=before.payload_kg, charge=charge,
                    last=number == len(old.legs) - 1, via=via if number == leg else (),
                )
            )  # fmt: skip
            now, charge = now + timedelta(seconds=legs[-1].duration_s), legs[-1].soc_end
        return self.with_sortie(index, legs=tuple(legs), returns=now).with_totals_right()


@pytest.fixture
def helpers() -> ModuleType:
    """The functions of this file, for tests that lay out their own geometry."""
    return sys.modules[__name__]


@pytest.fixture
def good() -> World:
    """D1 flies O1 over the boundary at 00:10, D2 flies O2 and O3 to the kiosk at 00:30."""
    sky, job = a_sky(), a_job()
    first = a_sortie(sky, job, "S1", "D1", ("O1",), START + timedelta(minutes=10), charge=0.9)
    second = a_sortie(sky, job, "S2", "D2", ("O2", "O3"), START + timedelta(minutes=30))
    return World(sky=sky, job=job, plan=a_plan(job, (first, second)))

"""A small plan across a boundary, with one text of the tester's choice in every field that takes text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone

import shapely

from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.model.gates import Gate, Jurisdiction, Permit
from airspace.model.pads import Pad
from airspace.model.schedules import ALWAYS, WEEKDAYS, Hours, Schedule
from airspace.model.skies import Airspace
from airspace.model.sources import Confidence, Source
from airspace.model.zones import Restriction, Zone
from planner.model.basemaps import Basemap
from planner.model.fleets import Drone, DroneType
from planner.model.jobs import InputFile, Job, Policy, Weather
from planner.model.orders import Consignment, Order
from planner.model.plans import (
    Bound,
    CreatedBy,
    Crossing,
    Fix,
    Ledger,
    Leg,
    Plan,
    Reason,
    Sortie,
    Totals,
    Unserved,
    WayOut,
    Waypoint,
)
from planner.model.powers import MassPower
from planner.model.profiles import Phase, Profile
from planner.model.reviews import Finding, Place, Review, Verdict
from planner.output.page import draw

START = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
HONG_KONG_TIME = timedelta(hours=8)
NORTH, SOUTH = (114.120, 22.550), (114.130, 22.510)
GATE = (114.125, 22.530)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    plan: Plan
    sky: Airspace
    job: Job
    review: Review
    basemap: Basemap
    digest: str

    def page(self) -> str:
        return draw(self.plan, self.sky, self.job, self.review, digest=self.digest, basemap=self.basemap)


def sample(text: str = "", *, verdict: Verdict = Verdict.PASS, bound: Bound | None = None) -> Sample:
    """Return the plan; every id and name in it ends in the text."""
    return Sample(
        plan=_plan(text, bound or Bound(lower=None, gap=None, rules=f"nothing proves one{text}", proven=False)),
        sky=_sky(text),
        job=_job(text),
        review=_review(text, verdict),
        basemap=Basemap(
            land=shapely.MultiPolygon([shapely.box(114.08, 22.48, 114.16, 22.58)]), attribution=f"coast{text}"
        ),
        digest=f"sha256:0123456789abcdef{text}",
    )


def with_profiles(shown: Sample) -> Sample:
    """Return the same plan with all that a record may tell of flights: profiles, ledgers, crossings and ways out.

    A sortie takes 260 Wh and 0.375 of full packs as planned, and 300 Wh with a chance of 0.95. On the way there the
    cap is 90 m up to the gate and 85 m behind it; the ground rises to 12 m at the gate.
    """
    sorties = tuple(
        replace(sortie, ledger=LEDGER, legs=tuple(map(_full, sortie.legs))) for sortie in shown.plan.sorties
    )
    return replace(shown, plan=replace(shown.plan, sorties=sorties))


LEDGER = Ledger(
    chance=0.95,
    median_wh=262,
    trip_wh=260,
    contingency_wh=40,
    alternate_wh=60,
    final_reserve_wh=180,
    margin_wh=153.333,
    tightest=2,
)


def _full(leg: Leg) -> Leg:
    start = leg.waypoints[0].t
    gate = Crossing(
        gate=leg.gates[0],
        before=leg.jurisdictions[0],
        after=leg.jurisdictions[1],
        lon=GATE[0],
        lat=GATE[1],
        alt_amsl_m=80,
        t=start + timedelta(minutes=4),
    )
    alternate = Waypoint(lon=114.14, lat=22.55, alt_amsl_m=5, alt_agl_m=0, t=start + timedelta(minutes=9))
    way = WayOut(
        alternate=leg.from_pad.replace("HUB", "SPARE").replace("CLINIC", "SPARE"),
        corridor="out",
        energy_wh=50,
        needed_wh=200 if leg.soc_start == 1 else 360,
        margin_wh=313.333 if leg.soc_start == 1 else 153.333,
        waypoints=(leg.waypoints[-2], alternate),
    )
    return replace(leg, profile=_profile(leg), crossings=(gate,), way_out=way)


def _profile(leg: Leg) -> Profile:
    """Return a row for each waypoint, and one for the end of the hand-over."""
    last = leg.waypoints[-1]
    points = (*leg.waypoints, last)
    spent = leg.soc_start - leg.soc_end
    return Profile(
        along_m=(0, 0, 2250, 4500, 4500, 4500),
        t_s=(0, 120, 240, 360, 480, 540),
        lon=tuple(point.lon for point in points),
        lat=tuple(point.lat for point in points),
        alt_amsl_m=tuple(point.alt_amsl_m for point in points),
        ground_amsl_m=(5, 5, 12, 5, 5, 5),
        floor_amsl_m=(None,) * 6,
        cap_amsl_m=(90, 90, 90, 85, 85, 85),
        phase=(Phase.CLIMB, Phase.CRUISE, Phase.CRUISE, Phase.DESCENT, Phase.HOVER, Phase.GROUND),
        ground_speed_mps=(0, 18.75, 18.75, 0, 0, 0),
        air_speed_mps=(3, 15, 15, 2.5, 0, 0),
        power_w=(900,) * 6,
        energy_wh=tuple(leg.energy_wh * share for share in USED),
        state_of_charge=tuple(leg.soc_start - spent * share for share in USED),
        reserve_wh=(180,) * 6,
    )


USED = (0, 0.2, 0.4, 0.8, 0.9, 1)
"""Shares of a leg's energy, row by row: the second half of the way there takes more."""


def _source(text: str, confidence: Confidence = Confidence.ASSUMED) -> Source:
    return Source(citation=f"citation{text}", date=date(2024, 12, 1), confidence=confidence)


def _sky(text: str) -> Airspace:
    west, middle, east = 114.05, 22.53, 114.20
    sides = (
        Jurisdiction(
            id=f"SZ{text}",
            name=f"Shenzhen{text}",
            name_zh=f"深圳{text}",
            authority=f"north{text}",
            area=shapely.box(west, middle, east, 22.60),
            rules=(f"rule{text}",),
            source=_source(text),
        ),
        Jurisdiction(
            id=f"HK{text}",
            name=f"Hong Kong{text}",
            name_zh=f"香港{text}",
            authority=f"south{text}",
            area=shapely.box(west, 22.46, east, middle),
            source=_source(text, Confidence.SOURCED),
        ),
    )
    return Airspace(zones=_zones(text), pads=_pads(text), gates=(_gate(text),), jurisdictions=sides)


def _zones(text: str) -> tuple[Zone, ...]:
    working = Schedule.weekly(Hours(days=WEEKDAYS, start=time(9), end=time(10), clock=timezone(HONG_KONG_TIME)))
    ninety = Height(value_m=90, reference=Reference.AGL)
    hill = Height(value_m=300, reference=Reference.AMSL)

    def zone(
        id_: str,
        restriction: Restriction,
        area: shapely.Polygon,
        band: Band,
        category: str,
        side: str,
        schedule: Schedule = ALWAYS,
    ) -> Zone:
        return Zone(
            id=f"{id_}{text}",
            name=f"{id_} name{text}",
            name_zh=f"區{text}",
            restriction=restriction,
            area=area,
            band=band,
            schedule=schedule,
            authority=f"authority{text}",
            jurisdiction=f"{side}{text}",
            category=category,
            source=_source(text),
            extra={f"key{text}": text},
        )

    to_ninety = Band(lower=GROUND, upper=ninety)
    return (
        zone(
            "STRIP", Restriction.REQ_AUTHORISATION, shapely.box(114.06, 22.530, 114.19, 22.534), to_ninety, "port", "SZ"
        ),
        zone(
            "PRISON",
            Restriction.PROHIBITED,
            shapely.Point(114.10, 22.515).buffer(0.004),
            Band(lower=GROUND, upper=None),
            f"prison{text}",
            "HK",
        ),
        zone(
            "WORKS",
            Restriction.CONDITIONAL,
            shapely.Point(114.15, 22.515).buffer(0.004),
            to_ninety,
            "event",
            "HK",
            working,
        ),
        zone(
            "HILL",
            Restriction.PROHIBITED,
            shapely.Point(114.16, 22.56).buffer(0.01),
            Band(lower=GROUND, upper=hill),
            "terrain",
            "SZ",
        ),
        zone(
            "CEILING",
            Restriction.PROHIBITED,
            shapely.box(114.05, 22.46, 114.20, 22.53),
            Band(lower=ninety, upper=None),
            "height_cap",
            "HK",
        ),
        zone("PARK", Restriction.NO_RESTRICTION, shapely.Point(114.10, 22.57).buffer(0.003), to_ninety, "park", "SZ"),
    )


def _pads(text: str) -> tuple[Pad, ...]:
    def pad(id_: str, lonlat: tuple[float, float], *roles: str) -> Pad:
        return Pad(
            id=f"{id_}{text}",
            name=f"{id_} name{text}",
            name_zh=f"坪{text}",
            lon=lonlat[0],
            lat=lonlat[1],
            elevation_amsl_m=5,
            roles=roles,
            slots=2,
            source=_source(text),
            extra={f"key{text}": text},
        )

    return (
        pad("HUB", NORTH, "hub", f"role{text}"),
        pad("CLINIC", SOUTH, "hospital"),
        pad("SPARE", (114.14, 22.55), "alternate"),
        pad("CUT-OFF", (114.10, 22.515), "town"),
    )


def _gate(text: str) -> Gate:
    permits = tuple(
        Permit(
            id=f"P-{side}{text}",
            authority=f"{side}{text}",
            zones=(f"STRIP{text}",),
            aircraft=(f"D1{text}",),
            valid_from=at(-60),
            valid_to=at(300),
            source=_source(text),
        )
        for side in ("north", "south")
    )
    eighty = Band(lower=GROUND, upper=Height(value_m=95, reference=Reference.AMSL))
    open_late = Schedule.weekly(Hours(days=WEEKDAYS, start=time(8), end=time(10), clock=timezone(HONG_KONG_TIME)))
    return Gate(
        id=f"G1{text}",
        name=f"Gate name{text}",
        name_zh=f"閘口{text}",
        area=shapely.Point(*GATE).buffer(0.002),
        band=eighty,
        schedule=open_late,
        capacity_per_hour=12,
        permits=permits,
        source=_source(text),
    )


def _job(text: str) -> Job:
    kind = DroneType(
        id=f"T1{text}",
        name=f"Type{text}",
        mass_kg=6,
        max_payload_kg=5,
        battery_wh=900,
        cruise_mps=15,
        climb_mps=3,
        descent_mps=2.5,
        power=MassPower(power_coefficient=60),
        max_wind_mps=12,
        temp_min_c=-10,
        temp_max_c=40,
        sources={"mass_kg": _source(text)},
    )
    policy = Policy(
        clearance_m=30,
        corridor_half_width_m=20,
        levels_amsl_m=(80,),
        currency="CNY",
        value_cap_per_sortie=2e6,
        cost_per_flight_hour=240,
        cost_per_kwh=1.2,
        unserved_penalty=2000,
    )
    return Job(
        name=f"morning{text}",
        start=at(0),
        end=at(240),
        utc_offset=HONG_KONG_TIME,
        orders=tuple(_order(id_, pad, text) for id_, pad in (("O-1", "CLINIC"), ("O-2", "CLINIC"), ("O-3", "CUT-OFF"))),
        drone_types=(kind,),
        drones=tuple(Drone(id=f"{id_}{text}", type=kind.id, home_pad=f"HUB{text}") for id_ in ("D1", "D2", "D3")),
        weather=Weather(wind_mps=4, wind_from_deg=60),
        policy=policy,
        inputs=_inputs(text),
    )


def _order(order_id: str, pad: str, text: str) -> Order:
    box = Consignment(mass_kg=1.5, declared_value=20_000, currency="CNY", dangerous_goods="")
    return Order(
        id=f"{order_id}{text}",
        from_pad=f"HUB{text}",
        to_pad=f"{pad}{text}",
        consignment=box,
        ready_at=at(0),
        due_at=at(240),
        extra={f"key{text}": text},
    )


def _inputs(text: str) -> tuple[InputFile, ...]:
    return (InputFile(path=f"zones{text}.geojson", sha256="ab" * 32),)


def _plan(text: str, bound: Bound) -> Plan:
    sorties = (_sortie("S-1", "D1", "O-1", 30, text), _sortie("S-2", "D2", "O-2", 34, text))
    unserved = Unserved(
        order=f"O-3{text}",
        reason=Reason.PAD_UNREACHABLE,
        detail=f"It lies in a prison{text}.",
        numbers={f"gap_m{text}": 12.5},
        fixes=(Fix(change=f"Another pad{text}", verified=True),),
    )
    return Plan(
        name=f"Morning{text}",
        start=at(0),
        end=at(240),
        utc_offset=HONG_KONG_TIME,
        created_by=CreatedBy(version=f"0{text}", seed=1, options={f"key{text}": text}, scenario=f"scenario{text}"),
        inputs=_inputs(text),
        sorties=sorties,
        unserved=(unserved,),
        totals=Totals(
            cost=1284.6,
            currency="CNY",
            distance_m=18_000,
            energy_wh=520,
            flight_s=2400,
            sorties=2,
            served=2,
            unserved=1,
        ),
        bound=bound,
    )


def _sortie(sortie_id: str, drone: str, order: str, minute: float, text: str) -> Sortie:
    there = _leg("HUB", "CLINIC", (NORTH, GATE, SOUTH), minute, soc=(1.0, 0.8), text=text)
    back = _leg("CLINIC", "HUB", (SOUTH, GATE, NORTH), minute + 11, soc=(0.8, 0.625), text=text)
    return Sortie(
        id=f"{sortie_id}{text}",
        drone=f"{drone}{text}",
        drone_type=f"T1{text}",
        departs=there.waypoints[0].t,
        returns=back.waypoints[-1].t,
        orders=(f"{order}{text}",),
        legs=(there, back),
    )


def _leg(
    start: str, end: str, places: tuple[tuple[float, float], ...], minute: float, *, soc: tuple[float, float], text: str
) -> Leg:
    ups = (5, *(80 for _ in places), 5)
    lonlats = (places[0], *places, places[-1])
    waypoints = tuple(
        Waypoint(lon=lon, lat=lat, alt_amsl_m=alt, alt_agl_m=alt - 5, t=at(minute + 2 * number))
        for number, ((lon, lat), alt) in enumerate(zip(lonlats, ups, strict=True))
    )
    return Leg(
        from_pad=f"{start}{text}",
        to_pad=f"{end}{text}",
        corridor=f"{start}>{end}{text}",
        payload_kg=1.5,
        distance_m=4500,
        duration_s=540,
        energy_wh=130,
        soc_start=soc[0],
        soc_end=soc[1],
        reserve_wh=180,
        jurisdictions=(f"SZ{text}", f"HK{text}"),
        gates=(f"G1{text}",),
        waypoints=waypoints,
    )


def _review(text: str, verdict: Verdict) -> Review:
    where = Place(lon=GATE[0], lat=GATE[1], alt_amsl_m=80, t=at(34))

    def finding(
        rule: str, verdict: Verdict, measured: float | None = None, required: float | None = None, unit: str = ""
    ) -> Finding:
        margin = None if measured is None or required is None else measured - required
        return Finding(
            rule=rule,
            source=f"law{text}",
            verdict=verdict,
            subject=f"subject of {rule}{text}",
            unit=unit,
            where=where if unit == "m" else None,
            measured=measured,
            required=required,
            margin=margin,
            detail=f"detail of {rule}{text}",
        )

    findings = [
        finding("boundary.gate", Verdict.PASS, 200, 20, "m"),
        finding("zone.clearance", verdict, 55 if verdict is Verdict.PASS else 34, 50, "m"),
        finding("totals.distance", Verdict.PASS, 18_000, 18_000, "m"),
        finding("energy.reserve", Verdict.PASS, 560, 180, "Wh"),
        finding(f"made.up{text}", Verdict.PASS, 9, 8, f"unit{text}"),
        finding("order.once", Verdict.PASS),
        finding("weather.gusts", Verdict.NOT_CHECKED),
    ]
    return Review(plan_digest=f"sha256:0123456789abcdef{text}", verdict=verdict, findings=tuple(findings))

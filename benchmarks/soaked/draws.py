"""The parts of a random day, each drawn by itself; figures fall where things meet, more often than by chance."""

from __future__ import annotations

import math
from datetime import UTC, time
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.earth.rasters import RasterGround
from airspace.earth.sun import SunEvent
from airspace.model.gates import Gate, Jurisdiction, Permit
from airspace.model.pads import Custody, Pad
from airspace.model.schedules import ALWAYS, WEEKDAYS, Hours, Schedule
from airspace.model.sources import Confidence, Source
from airspace.model.zones import Restriction, Zone
from airspace.rules.calendars import Calendar
from airspace.rules.classes import Mass, MassClass, MassLimit
from airspace.rules.kinds import Activity, Daylight, Distance, HeightCap, Kind, SpeedCap
from airspace.rules.ledger import Ledger, Rule
from airspace.rules.pieces import Trait
from benchmarks.planted.worlds import FRAME, HERE, during, new_pad, new_permit, new_type, new_zone, rectangle
from planner.model.fleets import DroneType
from planner.model.powers import MassPower, Multirotor, PowerFigures, PowerTable, Quadplane
from planner.model.weather import Weather, WindGrid

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
MADE_UP = Source(citation=HERE, confidence=Confidence.ASSUMED)
NEVER_OFF = Calendar(country="HK", categories=("public",), weekend=("SUN",), published_years=(2026,), source=MADE_UP)
CLASSES = (
    MassClass(name="light", limits=(MassLimit(of=Mass.TAKEOFF, most_kg=10.0),)),
    MassClass(name="middle", limits=(MassLimit(of=Mass.TAKEOFF, most_kg=12.0),)),
    MassClass(name="heavy", limits=()),
)
TURNS: tuple[dict[str, float], ...] = (
    *[{}] * 6, {"corridor_half_width_m": 10.0}, {"corridor_half_width_m": 0.66, "min_turn_radius_m": 60.0},
    {"corridor_half_width_m": 10.0, "min_turn_radius_m": 60.0},
)  # fmt: skip
"""How wide a type strays and turns."""
POWERS: tuple[PowerFigures, ...] = (
    MassPower(power_coefficient=44.27),
    MassPower(power_coefficient=40.0, cruise_constant_w=50.0, descent_constant_w=-30.0, climb_constant_w=13.8),
    Multirotor(disc_area_m2=0.9, hover_factor=2.0, drag_area_m2=0.12, avionics_w=20.0),
    Quadplane(hover_coefficient=60.0, lift_to_drag=3.1, stall_mps=10.0),
    PowerTable(
        density_kg_m3=1.18, mass_kg=(8.0, 12.0, 17.0), air_speed_mps=(5.0, 15.0, 25.0),
        climb_w=(1300.0, 2100.0, 3300.0),
        cruise_w=((1000.0, 950.0, 1200.0), (1600.0, 1500.0, 1900.0), (2700.0, 2600.0, 3000.0)),
        descent_w=(900.0, 1500.0, 2500.0), hover_w=(1000.0, 1700.0, 2700.0),
    ),
)  # fmt: skip


def happens(r: Random, share: float) -> bool:
    """Tell whether something happens, that does so in a share of all cases."""
    return r.random() < share


def some_hours(r: Random) -> Schedule:
    """Draw hours of one day, most of it inside of the job."""
    start_h, end_h = r.choice([-1.0, 0.0, 0.17, 0.5, 1.0]), r.choice([1.33, 2.0, 3.0, 4.0, 5.5, 7.0])
    return during((start_h, end_h))


def any_hours(r: Random) -> Schedule:
    """Draw a schedule of any kind: always, by clock or sun every day, once, or on and off."""
    by_clock = Hours(
        days=WEEKDAYS, start=time(r.choice([7, 9, 10])), end=time(r.choice([8, 11, 12, 13]), 30), clock=UTC
    )
    by_sun = Hours(days=WEEKDAYS, start=SunEvent.SR, end=SunEvent.SS, clock=HONG_KONG, place=(114.1, 22.5))
    once_h = r.choice([0.0, 0.1, 0.5, 1.0, 2.0])
    often = [(k + 0.2, k + r.choice([0.3, 0.6])) for k in range(5)]
    made = [during((once_h, once_h + r.choice([0.05, 0.25, 1.0, 2.0]))), during(*often)]
    return r.choice([ALWAYS, ALWAYS, ALWAYS, Schedule.weekly(by_clock), Schedule.weekly(by_sun), *made])


def a_place(r: Random) -> tuple[float, float]:
    """Draw a place, metres east and north of the first hub; to a decimetre."""
    turn, reach_m = r.uniform(0, 2 * math.pi), r.uniform(500, 3800)
    return round(reach_m * math.cos(turn), 1), round(reach_m * math.sin(turn), 1)


def an_area(r: Random, x_m: float, y_m: float) -> shapely.Geometry:
    """Draw an area about a place: a box, a circle, a star, a sliver, a ring, or two of them."""
    size_m = r.uniform(60, 700)
    box = shapely.box(x_m - size_m, y_m - size_m * r.uniform(0.1, 1), x_m + size_m * r.uniform(0.1, 1), y_m + size_m)
    circle = shapely.Point(x_m, y_m).buffer(size_m, quad_segs=3)
    turns = [2 * math.pi * k / 7 for k in range(7)]
    corners = [(size_m * r.uniform(0.3, 1), turn) for turn in turns]
    star = shapely.Polygon([(x_m + m * math.cos(turn), y_m + m * math.sin(turn)) for m, turn in corners])
    sliver = shapely.box(x_m, y_m - size_m, x_m + r.choice([0.01, 1.0, 5.0]), y_m + size_m)
    ring = circle.difference(shapely.Point(x_m, y_m).buffer(size_m * r.choice([0.5, 0.95]), quad_segs=2))
    two = shapely.MultiPolygon([box, shapely.box(x_m + size_m + 80, y_m, x_m + size_m + 130, y_m + 200)])
    return FRAME.unproject(r.choice([box, box, circle, star, sliver, ring, two]))


def a_height(r: Random, *metres: float) -> Height:
    """Draw a height told from any datum but a pad."""
    reference = r.choice([Reference.AMSL, Reference.AMSL, Reference.AGL, Reference.W84])
    return Height(value_m=r.choice(metres), reference=reference)


def a_band(r: Random) -> Band:
    """Draw a band with an edge near the flight levels, as often as not."""
    lower = r.choice([GROUND, GROUND, a_height(r, 50.0, 117.0, 123.0, 133.0)])
    return Band(lower=lower, upper=r.choice([None, None, a_height(r, 134.0, 150.0, 300.0)]))


def a_zone(r: Random, name: str) -> Zone:
    """Draw a zone of any kind, somewhere among the pads."""
    x_m, y_m = a_place(r)
    restriction = r.choice([*Restriction, Restriction.PROHIBITED, *[Restriction.REQ_AUTHORISATION] * 3])
    return new_zone(
        an_area(r, x_m, y_m), restriction, id=name, name=f"Zone {name}", band=a_band(r), schedule=any_hours(r),
        category=r.choice(["", "prison", "boundary"]), jurisdiction=r.choice(["", "west", "east"]),
    )  # fmt: skip


def two_sides(x_m: float, overlap_m: float, *, rules: bool) -> tuple[Jurisdiction, ...]:
    """Return two jurisdictions west and east of a line; they overlap, or lie apart, by as much each."""
    west, east = rectangle(-9e3, -9e3, x_m + overlap_m, 9e3), rectangle(x_m - overlap_m, -9e3, 9e3, 9e3)
    return tuple(
        Jurisdiction(id=name, name=name, authority=f"{name}-aa", area=area, rules=(f"law-{name}",) if rules else ())
        for name, area in (("west", west), ("east", east))
    )


def a_permit(r: Random, name: str, authority: str, zones: tuple[Zone, ...]) -> Permit:
    """Draw a permit that opens some of the zones, to a type or a drone, mostly all day and at any height."""
    return new_permit(
        name, authority, zones=tuple(zone.id for zone in zones if happens(r, 0.7)),
        aircraft=r.choice([("nine", "wing", "third"), ("nine",), ("d0", "d1")]),
        band=a_band(r) if happens(r, 0.15) else None, schedule=any_hours(r) if happens(r, 0.3) else ALWAYS,
    )  # fmt: skip


def a_gate(r: Random, name: str, x_m: float, zones: tuple[Zone, ...]) -> Gate:
    """Draw a gate in the line between two jurisdictions."""
    south_m = r.choice([-1500.0, -300.0, -100.0, 900.0])
    wide_m = r.choice([60.0, 400.0, 1500.0])
    permits = {
        permit.id: permit
        for side in ("west", "east")
        for number in range(r.choice([1, 1, 2]))
        for permit in [a_permit(r, f"P-{side}-{number}", f"{side}-aa", zones)]
    }
    return Gate(
        id=name, name=name, area=rectangle(x_m - 100, south_m, x_m + 100, south_m + wide_m),
        band=a_band(r) if happens(r, 0.2) else Band(lower=GROUND, upper=None),
        schedule=any_hours(r) if happens(r, 0.4) else ALWAYS,
        capacity_per_hour=r.choice([None, None, 2, 4]), permits=tuple(permits.values()),
    )  # fmt: skip


def what_is_asked(r: Random) -> Kind:
    """Draw what a rule asks."""
    return r.choice([
        HeightCap(most_m=r.choice([115.0, 120.0, 150.0])),
        SpeedCap(most_mps=r.choice([15.0, 30.0])),
        Distance(categories=(r.choice(["prison", "boundary"]),), least_m=r.choice([0.0, 50.0, 300.0])),
        Activity(when=r.choice([(), (Trait.CROSSES_BOUNDARY,)])),
        Daylight(begins=SunEvent.SR, ends=SunEvent.SS, clock=HONG_KONG),
    ])  # fmt: skip


def a_ledger(r: Random, side: Jurisdiction) -> Ledger:
    """Draw the rules of a side."""
    rules = tuple(
        Rule(
            id=f"{side.id}-{number}", title="a rule", authority=r.choice([side.authority, "other"]),
            asks=what_is_asked(r), source=MADE_UP, classes=CLASSES,
            applies_to=r.choice([(), ("light",), ("middle",), ("heavy",)]),
        )
        for number in range(r.choice([0, 1, 2]))
    )  # fmt: skip
    return Ledger(
        name=f"law-{side.id}", title="law", authority=side.authority, timezone="Asia/Hong_Kong", calendar=NEVER_OFF,
        rules=rules,
    )  # fmt: skip


def a_terrain(r: Random) -> RasterGround:
    """Draw ground with a few blocks of hills, or of nothing known."""
    cell_deg = r.choice([0.001, 0.002])
    size = round(0.12 / cell_deg)
    heights_m = np.zeros((size, size), dtype=np.float32)
    for _ in range(3):
        row, column, wide = r.randrange(size), r.randrange(size), r.choice([1, round(0.01 / cell_deg)])
        heights_m[row : row + wide, column : column + wide] = r.choice([50.0, 106.0, 108.0, 300.0, math.nan])
    return RasterGround(
        heights_m=heights_m, datum="EPSG:4326", west=114.04, north=22.56, width=cell_deg, height=cell_deg
    )


def a_grid(r: Random) -> WindGrid:
    """Draw winds from place to place."""
    lons = r.choice([(114.0, 114.2), (114.07, 114.1, 114.115, 114.14)])
    lats = r.choice([(22.4, 22.6), (22.45, 22.5, 22.54)])
    most = r.choice([0.0, 4.0, 9.0])
    return WindGrid(
        lons=lons, lats=lats,
        wind_mps=tuple(tuple(round(r.uniform(0, most), 1) for _ in lons) for _ in lats),
        wind_from_deg=tuple(tuple(r.choice([0.0, 30.0, 180.0, 271.0, 360.0]) for _ in lons) for _ in lats),
    )  # fmt: skip


def a_weather(r: Random) -> Weather:
    """Draw a weather that lets most types fly, most of the time."""
    told = r.choice(["still", "one", "one", "grid"])
    return Weather(
        wind_mps=r.choice([0.0, 3.0, 6.0, 9.0]) if told == "one" else 0.0,
        wind_from_deg=r.choice([0.0, 60.0, 251.0]), wind_grid=a_grid(r) if told == "grid" else None,
        wind_height_m=r.choice([None, None, 10.0, 50.0, 200.0]), shear_exponent=r.choice([1 / 7, 0.3, 0.0]),
        wind_error_mps=r.choice([0.0, 0.0, 0.5, 1.5]), wind_error_deg=r.choice([0.0, 0.0, 10.0, 40.0]),
        gust_mps=r.choice([None, None, 10.0, 14.0]), temperature_c=r.choice([15.0, 32.0, -5.0]),
        pressure_hpa=r.choice([1013.25, 990.0]), rain_mm_h=r.choice([0.0] * 9 + [1.0]),
        rainstorm=r.choice([""] * 14 + ["amber"]), typhoon_signal=r.choice([0] * 14 + [1, 3]),
    )  # fmt: skip


def a_type(r: Random, name: str) -> DroneType:
    """Draw a type of drone; its model of power too."""
    return new_type(
        name, power=r.choice(POWERS), battery_wh=r.choice([600.0, 1000.0, 1500.0, 3000.0]),
        mass_kg=r.choice([9.0, 8.5]), model_error_share=r.choice([0.0, 0.033, 0.1]),
        max_wind_mps=r.choice([12.0, 30.0]), max_gust_mps=r.choice([None, 30.0]),
        max_rain_mm_h=r.choice([0.0, 2.0]), charge_w=r.choice([None, 800.0]),
        pack_cool_s=r.choice([0.0, 600.0]), swap_s=r.choice([0.0, 300.0]),
        **r.choice(TURNS),
        max_volume_l=r.choice([None, None, 9.0, 13.1]),
    )  # fmt: skip


def a_pad(r: Random, name: str, place: tuple[float, float], *, hub: bool) -> Pad:
    """Draw a pad at a place; a hub is staffed all day, and may count its packs and chargers."""
    fields: dict[str, object] = {
        "elevation_amsl_m": r.choice([0.0, 0.0, 12.5, 60.0]), "slots": r.choice([1, 2, 9]),
        "turnaround_s": r.choice([0.0, 120.0]),
    }  # fmt: skip
    if hub:
        fields |= {"swap_packs": r.choice([None, None, 0, 1, 3]), "chargers": r.choice([None, 1])}
    else:
        fields["custody"] = r.choice([Custody.LOCKER, Custody.STAFFED, *[Custody.TWO_PERSON] * 4])
        fields["roles"] = ("alternate",) if happens(r, 0.25) else ()
        if fields["custody"] is Custody.TWO_PERSON and happens(r, 0.3):
            fields["two_person_hours"] = some_hours(r)
        if happens(r, 0.2):
            fields["schedule"] = some_hours(r)
    if happens(r, 0.2):
        fields |= {"customs_windows": r.choice([ALWAYS, some_hours(r)]), "customs_dwell_s": r.choice([0.0, 300.0])}
    return new_pad(name, *place, **fields)

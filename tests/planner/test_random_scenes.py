"""Whatever the zones, permits, hours, heights, rules and ground: the check fails no plan that the planner made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.earth.rasters import RasterGround
from airspace.earth.sun import SunEvent
from airspace.model.gates import Gate, Jurisdiction, Permit
from airspace.model.schedules import ALWAYS, WEEKDAYS, Hours, Period, Schedule
from airspace.model.skies import Airspace
from airspace.model.sources import Confidence, Source
from airspace.model.zones import Restriction, Zone
from airspace.rules.calendars import Calendar
from airspace.rules.classes import Mass, MassClass, MassLimit
from airspace.rules.kinds import Activity, Daylight, Distance, HeightCap, Kind, SpeedCap
from airspace.rules.ledger import Ledger, Rule
from airspace.rules.pieces import Trait
from planner import planning
from planner.model.jobs import Job, Weather
from planner.model.plans import Plan
from planner.model.reviews import Review, Verdict
from tests.planner import scenes
from tests.planner.scenes import FakeSolver

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
TOLD = Source(citation="an invented law", confidence=Confidence.SOURCED)
NEVER_OFF = Calendar(country="HK", categories=("public",), weekend=("SUN",), published_years=(2026,), source=TOLD)
CLASSES = (
    MassClass(name="light", limits=(MassLimit(of=Mass.TAKEOFF, most_kg=10.0),)),
    MassClass(name="middle", limits=(MassLimit(of=Mass.TAKEOFF, most_kg=12.0),)),
    MassClass(name="heavy", limits=()),
)
SEEDS = (*range(13), 15, 47, 57, 117, 146, 155, 219, 251)
"""From 12 on they once found faults."""


@dataclass
class Draw:
    """Draws the parts of a scene; moments and heights fall where things meet, more often than by chance."""

    r: Random

    def schedule(self) -> Schedule:
        start, end = (scenes.at(self.r.choice(["07:00", "08:30", "09:00", "09:58", "10:00", "12:00"])) for _ in "ab")
        by_clock = Hours(days=WEEKDAYS, start=start.time(), end=end.time(), clock=UTC)
        by_sun = Hours(days=WEEKDAYS, start=SunEvent.SR, end=SunEvent.SS, clock=HONG_KONG, place=(114.1, 22.5))
        once = Period(start=start, end=start + timedelta(minutes=self.r.choice([5, 60, 120])))
        made = [Schedule.weekly(by_clock), Schedule.weekly(by_sun), Schedule(periods=(once,))]
        return self.r.choice([ALWAYS, ALWAYS, *made])

    def height(self, *metres: float) -> Height:
        reference = self.r.choice([Reference.AMSL, Reference.AMSL, Reference.AGL, Reference.W84, Reference.PAD])
        return Height(value_m=self.r.choice(metres), reference=reference, pad="A" if reference is Reference.PAD else "")

    def band(self) -> Band:
        lower = self.r.choice([GROUND, self.height(-10.0, 0.0, 50.0, 117.0, 123.0, 133.0)])
        return Band(lower=lower, upper=self.r.choice([None, self.height(134.0, 150.0, 300.0)]))

    def permit(self, name: str, authority: str, zones: tuple[str, ...]) -> Permit:
        noon = scenes.at("10:00")
        window = self.r.choice([{}, {"valid_to": noon}, {"valid_from": noon}])
        return scenes.permit(
            name, authority, zones=zones, aircraft=(self.r.choice(["nine", "nine", "d1", "d2"]),),
            band=self.r.choice([None, None, self.band()]), schedule=self.schedule(), **window,
        )  # fmt: skip

    def zone(self, name: str) -> Zone:
        x_m, y_m = self.r.choice([(0, 0), (1500, 0), (2900, 0), (2900, 3900), (-1900, 0)])
        west_m, south_m = x_m - self.r.randrange(900), y_m - self.r.randrange(900)
        area = scenes.area(west_m, south_m, west_m + self.r.randrange(100, 1200), south_m + self.r.randrange(100, 1200))
        return scenes.zone(
            name, area, self.r.choice([*Restriction, *[Restriction.REQ_AUTHORISATION] * 4]), band=self.band(),
            schedule=self.schedule(), category=self.r.choice(["", "prison", "boundary"]),
            jurisdiction=self.r.choice(["", "west", "east"]), extra=self.r.choice([{}, {"buffer_m": 100.0}]),
        )  # fmt: skip

    def sides(self) -> tuple[Jurisdiction, ...]:
        overlap_m = self.r.choice([0.0, 0.0, 0.0005, 5.0, 40.0, 150.0, -0.0005])
        west = scenes.area(-20e3, -20e3, 2000 + overlap_m, 20e3)
        east = scenes.area(2000 - overlap_m, -20e3, 20e3, 20e3)
        both = tuple(
            Jurisdiction(id=name, name=name, authority=f"{name}-aa", area=area, rules=(f"law-{name}",))
            for name, area in (("west", west), ("east", east))
        )
        return self.r.choice([(), both, both])

    def gate(self, name: str, zones: tuple[Zone, ...]) -> Gate:
        permits = {
            permit.id: permit
            for authority in ("west-aa", "east-aa")
            for number in range(self.r.choice([1, 2, 3]))
            for opened in [tuple(zone.id for zone in zones if self.r.random() < 0.7)]
            for permit in [self.permit(f"P{authority[0]}{number}", authority, opened)]
        }
        south_m = self.r.choice([-300, -300, -100, 1500])
        return Gate(
            id=name, name=name, area=scenes.area(1900, south_m, 2100, south_m + 600),
            band=self.r.choice([Band(lower=GROUND, upper=None), self.band()]), schedule=self.schedule(),
            permits=tuple(permits.values()),
        )  # fmt: skip

    def asks(self) -> Kind:
        least_m = self.r.choice([0.0, 50.0, 300.0])
        return self.r.choice(
            [
                HeightCap(most_m=self.r.choice([115.0, 120.0, 150.0])),
                SpeedCap(most_mps=self.r.choice([15.0, 30.0])),
                Distance(categories=(self.r.choice(["prison", "boundary"]),), least_m=least_m),
                Activity(when=self.r.choice([(), (Trait.CROSSES_BOUNDARY,)])),
                Daylight(begins=SunEvent.SR, ends=SunEvent.SS, clock=HONG_KONG),
            ]
        )

    def ledger(self, side: Jurisdiction) -> Ledger:
        authority = self.r.choice([side.authority, side.authority, "other"])
        rules = tuple(
            Rule(
                id=f"{side.id}-{number}", title="a rule", authority=authority, asks=self.asks(), source=TOLD,
                classes=CLASSES, applies_to=self.r.choice([(), ("light",), ("middle",), ("heavy",)]),
            )
            for number in range(self.r.choice([0, 1, 2]))
        )  # fmt: skip
        return Ledger(
            name=f"law-{side.id}", title="law", authority=authority, timezone="Asia/Hong_Kong", calendar=NEVER_OFF,
            rules=rules,
        )  # fmt: skip

    def terrain(self) -> RasterGround | None:
        cell_deg = self.r.choice([0.0005, 0.001, 0.002])
        size = round(0.12 / cell_deg)
        heights_m = np.zeros((size, size), dtype=np.float32)
        for _ in range(3):
            row, column = self.r.randrange(size), self.r.randrange(size)
            wide = max(1, round(self.r.choice([0.001, 0.01]) / cell_deg))
            heights_m[row : row + wide, column : column + wide] = self.r.choice([50.0, 106.0, 108.0, 300.0, np.nan])
        model = RasterGround(
            heights_m=heights_m, datum="EPSG:4326", west=114.05, north=22.58, width=cell_deg, height=cell_deg
        )
        return self.r.choice([None, None, model])

    def scene(self) -> tuple[Job, Airspace]:
        sides, zones = self.sides(), tuple(self.zone(f"Z{number}") for number in range(self.r.choice([1, 2, 3])))
        sky = scenes.plain_sky(
            zones=zones, jurisdictions=sides, gates=tuple(self.gate(name, zones) for name in ("g1", "g2")),
            terrain=self.terrain(),
        )  # fmt: skip
        orders = [
            scenes.order(f"o{number}", pad, self.r.choice([0.5, 2.0]), ready=ready, due=due)
            for number, pad in enumerate(self.r.choice(["A", "AC", "AB"]))
            for ready, due in [self.r.choice([("08:00", "14:00"), ("09:55", "10:05"), ("09:00", "12:00")])]
        ]
        policy = scenes.policy(clearance_m=self.r.choice([0.0, 30.0]), vertical_budget_m=self.r.choice([0.0, 3.0]))
        drones = [scenes.drone("d1"), scenes.drone("d2")]
        weather = Weather(wind_mps=self.r.choice([0.0, 4.0]), wind_from_deg=80.0)
        ledgers = tuple(self.ledger(side) for side in sides)
        return scenes.job(orders, drones, policy=policy, weather=weather, ledgers=ledgers), sky


@cache
def planned(seed: int) -> tuple[Plan, Review]:
    job, sky = Draw(Random(seed)).scene()
    plan = planning.plan(job, sky, solver=FakeSolver())
    return plan, planning.check(plan, sky, job)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_check_fails_no_plan_of_ours(seed: int) -> None:
    _, review = planned(seed)
    assert review.of(Verdict.FAIL) == ()
    assert not [finding for finding in review.findings if "broke down" in finding.detail]


def test_enough_of_these_scenes_are_flown_to_tell_anything() -> None:
    legs = [leg for seed in SEEDS for sortie in planned(seed)[0].sorties for leg in sortie.legs]
    assert min(len(legs), sum(bool(leg.crossings) for leg in legs), sum(bool(leg.zones) for leg in legs)) >= 4

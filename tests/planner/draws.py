"""Draws whole days at random: levels, weather, packs, alternates, chances, goods, over the skies of random scenes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from airspace.model.gates import Gate
from airspace.model.pads import Custody, Pad
from airspace.model.schedules import ALWAYS
from airspace.model.skies import Airspace
from airspace.model.zones import Restriction, Zone
from planner.model.fleets import DroneType
from planner.model.goods import GoodsApproval
from planner.model.jobs import Job, Policy
from planner.model.orders import Order
from planner.model.powers import MassPower, Multirotor, PowerFigures, PowerTable, Quadplane
from planner.model.weather import Weather, WindGrid
from tests.planner import scenes
from tests.planner.test_random_scenes import Draw

PADS = {"hub": (0, 0), "A": (2999.9, 0), "B": (2999.9, 3999.9), "C": (-1999.9, 0), "D": (1200, 900)}
MASSES_KG, SPEEDS_MPS = (8.0, 12.0, 17.0), (5.0, 15.0, 25.0)
POWERS: tuple[PowerFigures, ...] = (
    MassPower(power_coefficient=44.0),
    MassPower(power_coefficient=40.0, cruise_constant_w=50.0, descent_constant_w=-30.0, climb_constant_w=13.8),
    Multirotor(disc_area_m2=0.9, hover_factor=2.0, drag_area_m2=0.12, avionics_w=20.0),
    Quadplane(hover_coefficient=60.0, lift_to_drag=3.1, stall_mps=10.0),
    PowerTable(
        density_kg_m3=1.18, mass_kg=MASSES_KG, air_speed_mps=SPEEDS_MPS, climb_w=(1300.0, 2100.0, 3300.0),
        cruise_w=((1000.0, 950.0, 1200.0), (1600.0, 1500.0, 1900.0), (2700.0, 2600.0, 3000.0)),
        descent_w=(900.0, 1500.0, 2500.0), hover_w=(1000.0, 1700.0, 2700.0),
    ),
)  # fmt: skip


@dataclass
class DayDraw(Draw):
    """Draws days: what may be drawn wide, is."""

    def hours(self) -> object:
        start, end = self.r.choice(["07:00", "08:10", "09:00"]), self.r.choice(["09:20", "10:30", "12:00", "13:30"])
        return scenes.hours(start, end)

    def chance(self, share: float) -> bool:
        return self.r.random() < share

    def grid(self) -> WindGrid:
        lons = self.r.choice([(114.0, 114.2), (114.07, 114.1, 114.115, 114.14), (114.09, 114.1, 114.101, 114.11)])
        lats = self.r.choice([(22.4, 22.6), (22.49, 22.5, 22.54)])
        most = self.r.choice([0.0, 4.0, 9.0])
        return WindGrid(
            lons=lons, lats=lats,
            wind_mps=tuple(tuple(round(self.r.uniform(0, most), 1) for _ in lons) for _ in lats),
            wind_from_deg=tuple(tuple(self.r.choice([0.0, 30.0, 180.0, 271.0, 360.0]) for _ in lons) for _ in lats),
        )  # fmt: skip

    def air(self) -> Weather:
        r, told = self.r, self.r.choice(["still", "one", "one", "grid"])
        return Weather(
            wind_mps=r.choice([0.0, 3.0, 6.0, 9.0]) if told == "one" else 0.0,
            wind_from_deg=r.choice([0.0, 60.0, 251.0]),
            wind_height_m=r.choice([None, None, 10.0, 50.0, 200.0]), shear_exponent=r.choice([1 / 7, 0.3, 0.0]),
            wind_grid=self.grid() if told == "grid" else None,
            wind_error_mps=r.choice([0.0, 0.0, 0.5, 1.5]), wind_error_deg=r.choice([0.0, 0.0, 10.0, 40.0]),
            gust_mps=r.choice([None, None, 10.0, 14.0]), temperature_c=r.choice([15.0, 32.0, -5.0]),
            pressure_hpa=r.choice([1013.25, 990.0]), rain_mm_h=r.choice([0.0, 0.0, 0.0, 0.0, 1.0]),
            rainstorm=r.choice(["", "", "", "", "", "amber"]),
        )  # fmt: skip

    def weathers(self) -> tuple[Weather, tuple[tuple[object, Weather], ...]]:
        count = self.r.choice([0, 0, 1, 3])
        moments = sorted(self.r.sample(["08:00", "08:17", "09:00", "10:00", "11:30"], count))
        return self.air(), tuple((scenes.at(moment), self.air()) for moment in moments)

    def kind(self, name: str) -> DroneType:
        r = self.r
        return scenes.kind(
            name, power=r.choice(POWERS), battery_wh=r.choice([300.0, 600.0, 1000.0, 1500.0, 3000.0]),
            model_error_share=r.choice([0.0, 0.033, 0.1]), max_wind_mps=r.choice([12.0, 30.0]),
            max_gust_mps=r.choice([None, 30.0]), max_rain_mm_h=r.choice([0.0, 2.0]),
            charge_w=r.choice([None, 800.0]), pack_cool_s=r.choice([0.0, 600.0]), swap_s=r.choice([0.0, 300.0]),
            corridor_half_width_m=r.choice([None, None, 10.0]), min_turn_radius_m=r.choice([0.0, 0.0, 0.0, 60.0]),
        )  # fmt: skip

    def pad(self, name: str) -> Pad:
        r = self.r
        fields: dict[str, object] = {
            "elevation_amsl_m": r.choice([0.0, 0.0, 12.5, 60.0]), "slots": r.choice([1, 2, 9]),
            "custody": r.choice([*Custody, Custody.TWO_PERSON]), "turnaround_s": r.choice([0.0, 120.0]),
        }  # fmt: skip
        if name == "hub":
            fields |= {"custody": Custody.TWO_PERSON, "swap_packs": r.choice([None, None, 0, 1, 3])}
            fields["chargers"] = r.choice([None, 1])
        elif self.chance(0.5) or name == "D":
            fields["roles"] = ("alternate",)
        if fields["custody"] is Custody.TWO_PERSON and name != "hub":
            fields["two_person_hours"] = r.choice([ALWAYS, ALWAYS, self.hours()])
        if self.chance(0.3):
            fields |= {"customs_windows": r.choice([ALWAYS, self.hours()]), "customs_dwell_s": r.choice([0.0, 300.0])}
        if self.chance(0.3):
            fields["schedule"] = self.hours()
        return scenes.pad(name, *PADS[name], **fields)

    def order(self, name: str) -> Order:
        r = self.r
        ready, due = r.choice([("08:00", "14:00"), ("08:00", "14:00"), ("08:30", "09:10"), ("09:00", "12:00")])
        made = scenes.order(
            name, r.choice("AABC"), r.choice([0.5, 2.0, 5.0]), ready=ready, due=due,
            custody=r.choice([Custody.LOCKER, *Custody]), declared_value=r.choice([10.0, 333.33, 900.0]),
            max_minutes=r.choice([None, None, None, 14.0, 40.0]), dangerous_goods=r.choice([""] * 5 + ["UN3480", "9"]),
        )  # fmt: skip
        return replace(made, precleared=r.choice(["", "ATA-1", "ATA-1"]))

    def policy(self) -> Policy:
        r, held = self.r, ("", "west", "east")
        return scenes.policy(
            clearance_m=r.choice([0.0, 30.0]), vertical_budget_m=r.choice([0.0, 3.0]),
            levels_amsl_m=r.choice([(120.0,), (90.0, 120.0), (120.0, 160.0), (80.0, 120.0, 160.0)]),
            value_cap_per_sortie=r.choice([950.0, 5000.0]), value_cap_per_drone_day=r.choice([None, 1500.0]),
            value_cap_per_pad=r.choice([None, 1300.0]), pad_dwell_s=r.choice([0.0, 1800.0]),
            two_person_above=r.choice([None, None, 500.0]), time_factor=r.choice([1.0, 1.2]),
            customs=r.choice([None, None, False]), energy_factor=r.choice([1.0, 1.1]),
            energy_chance=r.choice([0.5, 0.95]), high_value_above=r.choice([None, 500.0]),
            final_hover_s=r.choice([0.0, 60.0]), avoid=r.choice([{}, {}, {}, {"prison": 3.0}]),
            dangerous_goods_allowed=tuple(
                GoodsApproval(un_number="UN3480", jurisdiction=side, approval="A-1") for side in held
            ),
        )  # fmt: skip

    def scene(self) -> tuple[Job, Airspace]:
        r, sides = self.r, self.sides()
        zones = tuple(self.zone(f"Z{number}") for number in range(r.choice([0, 1, 2, 3])))
        if self.chance(0.4):
            soft: Zone = scenes.zone("soft", scenes.area(800, -400, 1400, 300), Restriction.NO_RESTRICTION)
            zones += (replace(soft, category="prison"),)
        names: list[str] = ["hub", "A", "B", "C", *(["D"] if self.chance(0.6) else [])]
        gates: tuple[Gate, ...] = (replace(scenes.gate(*scenes.both_permits(aircraft=("nine", "wing"))), id="wide"),)
        gates += tuple(self.gate(name, zones) for name in ("g1", "g2"))
        sky = scenes.sky(
            *(self.pad(name) for name in names), zones=zones, jurisdictions=sides, gates=gates, terrain=self.terrain()
        )
        weather, later = self.weathers()
        drones = [
            scenes.drone(
                f"d{k}", type_id=r.choice(["nine", "nine", "wing"]), state_of_charge=r.choice([1.0, 1.0, 0.7]),
                health=r.choice([1.0, 0.9]),
            )
            for k in range(r.choice([1, 2, 3]))
        ]  # fmt: skip
        return scenes.job(
            [self.order(f"o{k}") for k in range(r.choice([2, 4, 7]))], drones, policy=self.policy(), weather=weather,
            later=later, drone_types=(self.kind("nine"), self.kind("wing")),
            ledgers=tuple(self.ledger(side) for side in sides) if self.chance(0.4) else (),
        ), sky  # fmt: skip


def day(seed: int) -> tuple[Job, Airspace]:
    return DayDraw(Random(seed)).scene()


def limited_day(seed: int) -> tuple[Job, Airspace]:
    """Return the same day with volumes, working hours of drones, and gates that let few crossings through."""
    (job, sky), r = day(seed), Random(f"limits {seed}")
    orders = (
        replace(order, consignment=replace(order.consignment, volume_l=r.choice([None, 0.1, 0.2, 4.0, 9.0])))
        for order in job.orders
    )
    kinds = (replace(kind, max_volume_l=r.choice([None, 0.3, 9.0, 13.1])) for kind in job.drone_types)
    drones = (
        replace(
            drone, works_from=r.choice([None, None, scenes.at("08:20")]),
            works_until=r.choice([None, scenes.at("09:40"), scenes.at("13:00")]),
        )
        for drone in job.drones
    )  # fmt: skip
    gates = (replace(gate, capacity_per_hour=r.choice([None, 2, 2, 3, 4])) for gate in sky.gates)
    limited = replace(job, orders=tuple(orders), drone_types=tuple(kinds), drones=tuple(drones))
    return limited, replace(sky, gates=tuple(gates))

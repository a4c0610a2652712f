"""Published sets: readers, the values to reach, and a judge of its own for each set with rules of its own.

Cheng, Adulyasak, Rousseau 2020 (Transportation Research B 139), set B, is an ``Instance`` and walked as one. The other
two are not: trips that wait for their goods (multi-trip VRPTW with release dates, as in PyVRP/Instances), and vans
that charge on the way (E-VRPTW, Schneider, Stenger, Goeke 2014).
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.sorties.instances import DroneType, Instance

TOLERANCE = 1e-6

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What routes come to by the rules of a published set."""

    vehicles: int
    distance: float
    violations: tuple[str, ...]


# Cheng, Adulyasak, Rousseau 2020, set B

KG_A_DEMAND = {"c2": {25: 0.03, 40: 0.03}, "rc2": {25: 0.03, 40: 0.03}, "r2": {25: 0.05, 40: 0.045}}
KG_A_DRONE = 4.5
"""There is a drone for each so many kilograms of the day."""


def read_cheng(path: Path, customers: int) -> Instance:
    """Return an instance of set B with the objective of distance, from a file of Solomon's type 2.

    Customers are the first 25 or 40 of the file, one pad each; a unit of length is a metre and one of time a second,
    so that drones fly 1 m/s. Everybody has to be served.
    """
    numbers = [line.split() for line in path.read_text(encoding="ascii").splitlines()]
    rows = np.array([row for row in numbers if len(row) == 7 and row[0].isdigit()], dtype=float)
    depot, rows = rows[0], rows[1 : customers + 1]
    kind = path.stem.lower().rstrip("0123456789") + "2"
    demand_kg = rows[:, 3] * KG_A_DEMAND[kind][customers]
    # Sums of floats must not ask for a drone more where the demand is a whole multiple.
    drones = math.ceil(round(demand_kg.sum() / KG_A_DRONE, 9))
    return Instance(
        name=f"{path.stem.lower()}_{customers}",
        hubs_m=depot[None, 1:3],
        pads_m=rows[:, 1:3],
        hub=np.zeros(len(rows), dtype=np.int64),
        pad=np.arange(len(rows)),
        mass_kg=demand_kg,
        opens_s=rows[:, 4],
        due_s=rows[:, 5],
        service_s=rows[:, 6],
        penalty=np.full(len(rows), np.inf),
        types=(CHENG_DRONE,),
        fleet=np.array([[drones]]),
        horizon_s=float(depot[5]),
        max_stops=len(rows),
    )


CHENG_DRONE = DroneType(
    name="hexarotor",
    frame_kg=3.0,
    max_payload_kg=1.5,
    usable_wh=27.0,
    # Air of 1.204 kg/m3, six rotors of 0.0064 m2.
    power_w_per_kg15=math.sqrt(9.81**3 / (2 * 1.204 * 0.0064 * 6)),
    airspeed_mps=1.0,
    cost_per_m=1.0,
)


def read_cheng_values(path: Path) -> dict[str, tuple[float, float]]:
    """Return upper and lower bound of the distance by instance (``c201_25``), as rounded in the paper's table."""
    told = json.loads(path.read_text(encoding="utf-8"))
    return {name: (values["R"][0], values["R"][1]) for name, values in told.items()}


# Several trips a vehicle, and goods that come in during the day


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """A multi-trip VRPTW with release dates; customers count from 1, place 0 is the depot; all in tenths.

    Lengths are Euclidean, times ten, cut down to whole numbers: all eight published costs at hand are met by it. A
    second is as long as a unit of length. A trip begins at the depot when the vehicle is there and all goods of the
    trip are; service begins within the window, after waiting if need be.
    """

    name: str
    places: tuple[Spot, ...]
    demand: tuple[int, ...]
    windows: tuple[tuple[int, int], ...]
    released: tuple[int, ...]
    service: int
    vehicles: int
    capacity: int

    def length(self, here: int, there: int) -> int:
        """Return the way from place to place, as long as it takes."""
        return math.floor(10 * math.dist(self.places[here], self.places[there]))


def read_released(path: Path) -> Released:
    """Return the instance that stands in a ``.vrp`` file."""
    header, sections = _vrp(path.read_text(encoding="utf-8"))
    return Released(
        name=header["NAME"],
        places=tuple((row[1], row[2]) for row in sections["NODE_COORD_SECTION"]),
        demand=tuple(int(row[1]) for row in sections["DEMAND_SECTION"]),
        windows=tuple((int(10 * row[1]), int(10 * row[2])) for row in sections["TIME_WINDOW_SECTION"]),
        released=tuple(int(10 * row[1]) for row in sections["RELEASE_TIME_SECTION"]),
        service=10 * int(header["SERVICE_TIME"]),
        vehicles=int(header["VEHICLES"]),
        capacity=int(header["CAPACITY"]),
    )


def _vrp(text: str) -> tuple[dict[str, str], dict[str, list[list[float]]]]:
    header: dict[str, str] = {}
    sections: dict[str, list[list[float]]] = {}
    rows: list[list[float]] = []
    for line in text.splitlines():
        if ":" in line:
            key, value = line.split(":", 1)
            header[key.strip()] = value.strip()
        elif line.strip().endswith("_SECTION"):
            rows = sections.setdefault(line.strip(), [])
        elif line.strip() not in ("EOF", ""):
            rows.append([float(number) for number in line.split()])
    return header, sections


def read_routes(path: Path) -> tuple[list[list[int]], int]:
    """Return the routes of a ``.sol`` file, with a 0 where a vehicle loads anew, and the cost it tells."""
    lines = [line.split(":") for line in path.read_text(encoding="utf-8").splitlines() if ":" in line]
    routes = [[int(place) for place in rest.split()] for key, rest in lines if key.startswith("Route")]
    return routes, next(int(rest) for key, rest in lines if key == "Cost")


def read_proved(path: Path) -> bool:
    """Return whether a ``.sol`` file tells that no routes cost less."""
    return "Optimal: True" in path.read_text(encoding="utf-8").splitlines()


def walk_released(day: Released, routes: Sequence[Sequence[int]]) -> Outcome:
    """Return what routes come to; each visits places in its sequence, with a 0 between trips."""
    distance, violations = 0, []
    for number, route in enumerate(routes):
        now, stops = day.windows[0][0], [*route, 0]
        for trip in _trips(stops):
            now, length, wrong = _walk_trip(day, trip, now)
            distance += length
            violations += [f"route {number}: {text}" for text in wrong]
    visited = sorted(place for route in routes for place in route if place)
    if visited != list(range(1, len(day.places))):
        violations.append(f"expected each of {len(day.places) - 1} customers once, got {visited}")
    if len(routes) > day.vehicles:
        violations.append(f"expected at most {day.vehicles} vehicles, got {len(routes)}")
    return Outcome(vehicles=len(routes), distance=distance, violations=tuple(violations))


def _trips(stops: Sequence[int]) -> Iterator[list[int]]:
    trip: list[int] = []
    for place in stops:
        if place:
            trip.append(place)
        else:
            yield trip
            trip = []


def _walk_trip(day: Released, trip: Sequence[int], now: int) -> tuple[int, int, list[str]]:
    """Return when a trip that may begin now is back, how long it is, and what it breaks."""
    now = max([now, *(day.released[place] for place in trip)])
    here, length, wrong = 0, 0, []
    for place in (*trip, 0):
        length += day.length(here, place)
        now = max(now + day.length(here, place), day.windows[place][0])
        if now > day.windows[place][1]:
            wrong.append(f"place {place} at {now}, due {day.windows[place][1]}")
        now += day.service if place else 0
        here = place
    load = sum(day.demand[place] for place in trip)
    if load > day.capacity:
        wrong.append(f"trip {list(trip)} carries {load} of at most {day.capacity}")
    return now, length, wrong


# Vans that charge on the way


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line of an E-VRPTW file."""

    kind: str
    """d the depot, f a station, c a customer."""
    spot: Spot
    demand: float
    opens: float
    due: float
    service: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Electric:
    """An E-VRPTW: one depot, stations, customers with windows; unlimited vans of one type.

    A van leaves the depot full, takes ``rate`` of charge a unit of length, and at a station is charged until full,
    which takes ``seconds_a_charge`` for each unit missing. Fewer vans are better than a shorter way. Lengths are
    Euclidean and not rounded.
    """

    name: str
    places: dict[str, Place]
    charge: float
    capacity: float
    rate: float
    seconds_a_charge: float
    speed: float


def read_electric(path: Path) -> Electric:
    """Return the instance that stands in a file of the E-VRPTW set."""
    places: dict[str, Place] = {}
    figures: dict[str, float] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        words = line.split()
        if "/" in line:
            figures[words[0]] = float(line.split("/")[1])
        elif words:
            x, y, demand, opens, due, service = map(float, words[2:])
            places[words[0]] = Place(kind=words[1], spot=(x, y), demand=demand, opens=opens, due=due, service=service)
    return Electric(
        name=path.stem,
        places=places,
        charge=figures["Q"],
        capacity=figures["C"],
        rate=figures["r"],
        seconds_a_charge=figures["g"],
        speed=figures["v"],
    )


def walk_electric(day: Electric, routes: Sequence[Sequence[str]]) -> Outcome:
    """Return what routes come to; each names customers and stations between leaving the depot and coming back."""
    depot = next(name for name, place in day.places.items() if place.kind == "d")
    distance, violations = 0.0, []
    for number, route in enumerate(routes):
        length, wrong = _walk_van(day, (depot, *route, depot))
        distance += length
        violations += [f"route {number}: {text}" for text in wrong]
    visited = sorted(name for route in routes for name in route if day.places[name].kind == "c")
    if visited != sorted(name for name, place in day.places.items() if place.kind == "c"):
        violations.append(f"expected each customer once, got {visited}")
    return Outcome(vehicles=len(routes), distance=distance, violations=tuple(violations))


def _walk_van(day: Electric, names: Sequence[str]) -> tuple[float, list[str]]:
    here = day.places[names[0]]
    now, length, charge, wrong = here.opens, 0.0, day.charge, []
    load = sum(day.places[name].demand for name in names)
    if load > day.capacity + TOLERANCE:
        wrong.append(f"carries {load:g} of at most {day.capacity:g}")
    for name in names[1:]:
        there = day.places[name]
        step = math.dist(here.spot, there.spot)
        length += step
        charge -= day.rate * step
        if charge < -TOLERANCE:
            wrong.append(f"{charge:.3f} of charge at {name}")
        now = max(now + step / day.speed, there.opens)
        if now > there.due + TOLERANCE:
            wrong.append(f"{name} at {now:.3f}, due {there.due:g}")
        now += there.service
        if there.kind == "f":
            now += day.seconds_a_charge * (day.charge - charge)
            charge = day.charge
        here = there
    return length, wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectricValue:
    """What is published for an instance of the E-VRPTW."""

    vehicles: int
    distance: float
    """Rounded to hundredths."""
    proved: bool
    told_by: tuple[str, ...]
    otherwise: str
    """What one of the sources tells otherwise."""


def electric_values() -> dict[str, ElectricValue]:
    """Return the published values of the 36 small instances, by name; sources stand in ``published.toml``."""
    told = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))["small"]
    return {
        name: ElectricValue(
            vehicles=value["vehicles"],
            distance=value["distance"],
            proved=value["proved"],
            told_by=tuple(value["told_by"]),
            otherwise=value.get("else", ""),
        )
        for name, value in told.items()
    }

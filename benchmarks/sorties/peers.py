"""What other solvers make of a day of sorties; run in the environment they are installed in.

Reads a job (JSON: which peer, the instance, seconds, seed) on stdin, writes an answer (JSON: sorties, seconds used) on
stdout. It imports nothing of this project, because the peers' pins clash with ours.

All of them get what they have in common, in whole numbers that are never too kind: seconds and grams rounded up.
As an order lies at one hub, every hub is a problem of its own, with its share of the seconds. None of them can state

* energy that depends on the load: a leg takes what it would with the load expected on it, see ``_Hub``;
* slots at pads and hubs, and packs that are away to be charged;
* one hand-over for several orders: the second one at a pad is begun when the first is done, without a flight, and
  whether all begins fit one hand-over is asked of each two that follow each other only.

What each cannot state besides is told with it. What they break is repaired afterwards.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

Document = dict[str, Any]
Matrix = list[list[int]]
Trip = tuple[int, list[int], int]
"""Type, orders as numbered at the hub (from 1), and when the first hand-over begins, in seconds."""

ENERGY_UNITS_A_WH = 100
EXPECTED_MORE = 0.5
"""On its way to an order a drone carries that and, on average, so many others of mean mass."""
FORBIDDEN = 10**7
"""Seconds and cost of a leg that cannot be flown; more than a day holds."""


def main() -> None:
    """Answer one job."""
    job = json.load(sys.stdin)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            answer = _answered(PEERS[job["peer"]], job["instance"], job["seconds"], job["seed"])
    except ImportError as error:
        answer = {"missing": str(error)}
    json.dump(answer, sys.stdout)
    sys.stdout.flush()
    os._exit(0)


def _answered(peer: Callable[[_Hub, float, int], list[Trip]], day: Document, seconds: float, seed: int) -> Document:
    began, cpu_began = time.perf_counter(), time.process_time()
    sorties = []
    for number in range(len(day["hubs_m"])):
        hub = _Hub(day, number)
        if not hub.orders:
            continue
        for kind, places, first_s in peer(hub, seconds * len(hub.orders) / len(day["hub"]), seed):
            sorties.append(
                {
                    "hub": number,
                    "kind": kind,
                    "orders": [hub.orders[place - 1] for place in places],
                    "start_s": first_s - hub.seconds[kind][0][places[0]],
                }
            )
    return {
        "sorties": sorties,
        "used_s": time.perf_counter() - began,
        "cpu_s": time.process_time() - cpu_began,
    }


class _Hub:
    """The problem of a hub in whole numbers; place 0 is the hub, the others are its orders."""

    def __init__(self, day: Document, hub: int) -> None:
        self.day, self.types = day, day["types"]
        self.orders = [order for order, at in enumerate(day["hub"]) if at == hub]
        self.spots = [day["hubs_m"][hub], *(day["pads_m"][day["pad"][order]] for order in self.orders)]
        self.pads = [-1, *(day["pad"][order] for order in self.orders)]
        self.masses_kg = [0.0, *(day["mass_kg"][order] for order in self.orders)]
        self.grams = [math.ceil(1000 * mass_kg) for mass_kg in self.masses_kg]
        self.service = [0, *(math.ceil(day["service_s"][order]) for order in self.orders)]
        self.horizon = math.floor(day["horizon_s"])
        self.opens = [0, *(math.ceil(day["opens_s"][order]) for order in self.orders)]
        self.due = [self.horizon, *(math.floor(day["due_s"][order]) for order in self.orders)]
        self.penalty = [0, *(self._penalty(order) for order in self.orders)]
        self.fleet = day["fleet"][hub]
        self.mean_kg = sum(self.masses_kg) / len(self.orders)
        self.seconds: list[Matrix] = []
        self.energy: list[Matrix] = []
        self.cost: list[Matrix] = []
        for kind in self.types:
            rows = [[self._leg(kind, i, j) for j in range(len(self.spots))] for i in range(len(self.spots))]
            self.seconds.append([[leg[0] for leg in row] for row in rows])
            self.energy.append([[leg[1] for leg in row] for row in rows])
            self.cost.append([[leg[2] for leg in row] for row in rows])

    def _penalty(self, order: int) -> int:
        told = self.day["penalty"][order]
        return 10**8 if told is None else round(told)

    def _leg(self, kind: Document, i: int, j: int) -> tuple[int, int, int]:
        """Return seconds, energy and cost of a leg with the load expected on it."""
        if self.pads[i] == self.pads[j]:
            # A hand-over for both begins in both windows.
            apart = self.opens[j] > self.due[i] or self.opens[i] > self.due[j]
            return (FORBIDDEN, FORBIDDEN, FORBIDDEN) if apart else (0, 0, 0)
        flown_s = self._flown_s(kind, self.spots[i], self.spots[j])
        if math.isinf(flown_s):
            return FORBIDDEN, FORBIDDEN, FORBIDDEN
        load_kg = min(kind["max_payload_kg"], self.masses_kg[j] + EXPECTED_MORE * self.mean_kg) if j else 0.0
        energy_wh = kind["power_w_per_kg15"] * (kind["frame_kg"] + load_kg) ** 1.5 * flown_s / 3600
        cost = kind["cost_per_m"] * math.dist(self.spots[i], self.spots[j]) + kind["cost_per_wh"] * energy_wh
        return math.ceil(flown_s), math.ceil(ENERGY_UNITS_A_WH * energy_wh), round(cost)

    def _flown_s(self, kind: Document, here: list[float], there: list[float]) -> float:
        length_m, wind_mps = math.dist(here, there), self.day["wind_mps"]
        if length_m == 0:
            return float(2 * kind["vertical_s"])
        x, y = (there[0] - here[0]) / length_m, (there[1] - here[1]) / length_m
        cross_mps = wind_mps[1] * x - wind_mps[0] * y
        ahead_mps = math.sqrt(max(0.0, kind["airspeed_mps"] ** 2 - cross_mps**2)) + wind_mps[0] * x + wind_mps[1] * y
        still = abs(cross_mps) >= kind["airspeed_mps"] or ahead_mps <= 0
        return math.inf if still else 2 * kind["vertical_s"] + length_m / ahead_mps

    def usable(self, kind: int) -> int:
        """Return the energy of a sortie in whole units."""
        return math.floor(ENERGY_UNITS_A_WH * self.types[kind]["usable_wh"])

    def range_cost(self, kind: int) -> int:
        """Return what a sortie costs on its legs that uses up its energy, at the ratio of the legs from the hub."""
        there = range(1, len(self.spots))
        cost = sum(self.cost[kind][0][j] + self.cost[kind][j][0] for j in there)
        energy = sum(self.energy[kind][0][j] + self.energy[kind][j][0] for j in there)
        return math.floor(self.usable(kind) * cost / max(energy, 1))

    def capacity(self, kind: int) -> list[int]:
        """Return grams and orders that a drone may carry."""
        return [math.floor(1000 * self.types[kind]["max_payload_kg"]), self.day["max_stops"]]


# PyVRP


def _pyvrp_range(hub: _Hub, seconds: float, seed: int) -> list[Trip]:
    """Solve with PyVRP, one vehicle a sortie, as many as there are orders.

    The fleet is not stated. It has one figure for a leg, ``distance``, which is both what is paid and what is limited:
    it is the cost here, limited at the mean ratio of cost and energy.
    """
    return _pyvrp(hub, seconds, seed, several=False)


def _pyvrp_fleet(hub: _Hub, seconds: float, seed: int) -> list[Trip]:
    """Solve with PyVRP, one vehicle a drone, which comes back to load anew.

    The range is not stated, because PyVRP limits it for all trips of a vehicle together. What a sortie costs and the
    swap are put on the legs out of and into the hub.
    """
    return _pyvrp(hub, seconds, seed, several=True)


def _pyvrp(hub: _Hub, seconds: float, seed: int, *, several: bool) -> list[Trip]:
    from pyvrp import Model
    from pyvrp.stop import MaxRuntime

    model = Model()
    locations = [model.add_location(*spot) for spot in hub.spots]
    swap = max(math.ceil(kind["swap_s"]) for kind in hub.types) if several else 0
    depot = model.add_depot(locations[0], tw_early=0, tw_late=hub.horizon + swap)
    for place in range(1, len(hub.spots)):
        model.add_client(
            locations[place],
            delivery=[hub.grams[place], 1],
            service_duration=hub.service[place],
            tw_early=hub.opens[place],
            tw_late=hub.due[place],
            prize=hub.penalty[place],
            required=False,
        )
    profiles = []
    for kind, figures in enumerate(hub.types):
        profiles.append(model.add_profile())
        sortie, home = (round(figures["cost_per_sortie"]), math.ceil(figures["swap_s"])) if several else (0, 0)
        for i, j in _pairs(hub):
            model.add_edge(
                locations[i],
                locations[j],
                distance=hub.cost[kind][i][j] + (sortie if i == 0 else 0),
                duration=hub.seconds[kind][i][j] + (home if j == 0 else 0),
                profile=profiles[kind],
            )
        common: Document = {
            "capacity": hub.capacity(kind),
            "start_depot": depot,
            "end_depot": depot,
            "tw_late": hub.horizon + swap,
            "profile": profiles[kind],
        }
        if several and hub.fleet[kind]:
            model.add_vehicle_type(hub.fleet[kind], reload_depots=[depot], **common)
        elif not several:
            fixed = round(figures["cost_per_sortie"])
            model.add_vehicle_type(len(hub.orders), fixed_cost=fixed, max_distance=hub.range_cost(kind), **common)
    best = model.solve(MaxRuntime(seconds), seed=seed, display=False, collect_stats=False).best
    kinds = [kind for kind, drones in enumerate(hub.fleet) if drones or not several]
    return [trip for route in best.routes() for trip in _pyvrp_trips(route, kinds[route.vehicle_type()])]


def _pairs(hub: _Hub) -> Iterator[tuple[int, int]]:
    places = range(len(hub.spots))
    return ((i, j) for i in places for j in places if i != j)


def _pyvrp_trips(route: Any, kind: int) -> Iterator[Trip]:
    visits: dict[int, list[Any]] = {}
    for activity in route.schedule():
        if activity.is_client():
            visits.setdefault(activity.trip, []).append(activity)
    for trip in visits.values():
        first = trip[0]
        yield kind, [activity.idx + 1 for activity in trip], first.end_time - first.duration


# VROOM


def _vroom(hub: _Hub, seconds: float, _seed: int) -> list[Trip]:
    """Solve with VROOM at its highest exploration level, one vehicle a sortie.

    The fleet is not stated. It serves as many orders as it can whatever that costs, and takes no seed. Its time limit
    is soft: it is looked at now and then.
    """
    import vroom

    problem = vroom.Input()
    for kind, figures in enumerate(hub.types):
        name = str(kind)
        problem.set_durations_matrix(name, _array(hub.seconds[kind]))
        problem.set_distances_matrix(name, _array(hub.energy[kind]))
        problem.set_costs_matrix(name, _array(hub.cost[kind]))
        problem.add_vehicle(
            [
                vroom.Vehicle(
                    kind * len(hub.orders) + number,
                    start=0,
                    end=0,
                    profile=name,
                    capacity=hub.capacity(kind),
                    time_window=vroom.TimeWindow(0, hub.horizon),
                    costs=vroom.VehicleCosts(fixed=round(figures["cost_per_sortie"])),
                    max_distance=hub.usable(kind),
                )
                for number in range(len(hub.orders))
            ]
        )
    problem.add_job(
        [
            vroom.Job(
                place,
                location=place,
                default_service=hub.service[place],
                delivery=[hub.grams[place], 1],
                time_windows=[vroom.TimeWindow(hub.opens[place], hub.due[place])],
            )
            for place in range(1, len(hub.spots))
        ]
    )
    found = problem.solve(exploration_level=5, nb_threads=1, timeout=timedelta(seconds=seconds))
    table = found.routes
    visits: dict[int, list[tuple[int, int]]] = {}
    for vehicle, what, place, arrival, waiting in zip(
        *(table[column] for column in ("vehicle_id", "type", "id", "arrival", "waiting_time")), strict=True
    ):
        if what == "job":
            visits.setdefault(int(vehicle), []).append((int(place), int(arrival + waiting)))
    return [(vehicle // len(hub.orders), [place for place, _ in trip], trip[0][1]) for vehicle, trip in visits.items()]


def _array(matrix: Matrix) -> Any:
    import numpy as np

    return np.array(matrix, dtype=np.uint32)


# OR-Tools

LARGE = 75
"""Orders at a hub from which on savings are the better start of a guided local search."""


def _ortools(search: str) -> Callable[[_Hub, float, int], list[Trip]]:
    """Return a way of solving with the routing model of OR-Tools, one vehicle a sortie; the fleet is not stated."""

    def peer(hub: _Hub, seconds: float, _seed: int) -> list[Trip]:
        from ortools.constraint_solver import pywrapcp

        kinds = [kind for kind in range(len(hub.types)) for _ in range(math.ceil(0.75 * len(hub.orders)))]
        manager = pywrapcp.RoutingIndexManager(len(hub.spots), len(kinds), 0)
        routing = pywrapcp.RoutingModel(manager)
        _dimensions(routing, hub, kinds)
        for place in range(1, len(hub.spots)):
            index = manager.NodeToIndex(place)
            routing.GetDimensionOrDie("time").CumulVar(index).SetRange(hub.opens[place], hub.due[place])
            routing.AddDisjunction([index], hub.penalty[place])
        parameters = _parameters(search, len(hub.orders), seconds)
        if search == "ILS":
            found = routing.SolveWithIteratedLocalSearch(parameters)
        else:
            found = routing.SolveWithParameters(parameters)
        return list(_ortools_trips(routing, manager, found, kinds)) if found else []

    return peer


def _dimensions(routing: Any, hub: _Hub, kinds: list[int]) -> None:
    drones = range(len(hub.types))
    cost = [routing.RegisterTransitMatrix(hub.cost[kind]) for kind in drones]
    energy = [routing.RegisterTransitMatrix(hub.energy[kind]) for kind in drones]
    seconds = [
        routing.RegisterTransitMatrix(
            [[hub.service[i] + leg for leg in row] for i, row in enumerate(hub.seconds[kind])]
        )
        for kind in drones
    ]
    for vehicle, kind in enumerate(kinds):
        routing.SetArcCostEvaluatorOfVehicle(cost[kind], vehicle)
        routing.SetFixedCostOfVehicle(round(hub.types[kind]["cost_per_sortie"]), vehicle)
    routing.AddDimensionWithVehicleTransits([seconds[kind] for kind in kinds], hub.horizon, hub.horizon, False, "time")
    routing.AddDimensionWithVehicleTransitAndCapacity(
        [energy[kind] for kind in kinds], 0, [hub.usable(kind) for kind in kinds], True, "energy"
    )
    grams = routing.RegisterUnaryTransitVector(hub.grams)
    routing.AddDimensionWithVehicleCapacity(grams, 0, [hub.capacity(kind)[0] for kind in kinds], True, "load")
    stops = routing.RegisterUnaryTransitVector([0, *([1] * len(hub.orders))])
    routing.AddDimension(stops, 0, hub.day["max_stops"], True, "stops")


def _parameters(search: str, orders: int, seconds: float) -> Any:
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2, routing_ils_pb2

    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.time_limit.FromMilliseconds(math.ceil(1000 * seconds))
    starts = routing_enums_pb2.FirstSolutionStrategy
    if search == "GLS":
        parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        start = starts.SAVINGS if orders > LARGE else starts.PARALLEL_CHEAPEST_INSERTION
        parameters.first_solution_strategy = start
    if search == "ILS":
        ils = parameters.iterated_local_search_parameters
        ruin = ils.ruin_recreate_parameters.ruin_strategies.add().sisr
        ruin.max_removed_sequence_size, ruin.avg_num_removed_visits, ruin.bypass_factor = 10, 10, 0.5
        ils.acceptance_strategy = routing_ils_pb2.AcceptanceStrategy.SIMULATED_ANNEALING
        ils.simulated_annealing_parameters.automatic_temperatures = True
    return parameters


def _ortools_trips(routing: Any, manager: Any, found: Any, kinds: list[int]) -> Iterator[Trip]:
    begins = routing.GetDimensionOrDie("time")
    for vehicle, kind in enumerate(kinds):
        index, visits = found.Value(routing.NextVar(routing.Start(vehicle))), []
        while not routing.IsEnd(index):
            visits.append(index)
            index = found.Value(routing.NextVar(index))
        if visits:
            first_s = found.Min(begins.CumulVar(visits[0]))
            yield kind, [manager.IndexToNode(visit) for visit in visits], first_s


PEERS: dict[str, Callable[[_Hub, float, int], list[Trip]]] = {
    "PyVRP, range": _pyvrp_range,
    "PyVRP, fleet": _pyvrp_fleet,
    "VROOM": _vroom,
    "OR-Tools": _ortools("default"),
    "OR-Tools GLS": _ortools("GLS"),
    "OR-Tools ILS": _ortools("ILS"),
}

if __name__ == "__main__":
    main()

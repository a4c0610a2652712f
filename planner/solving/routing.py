"""The OR-Tools routing model: sorties as vehicles, integer tables, no Python callback in the model.

Which orders share a sortie is decided here; which drone flies it and when is decided by the timetable, because
chaining sorties on drones inside a routing model costs it most of its search (measured: on 46 orders and 10 drones
the chained model left out 29 orders in the first solution, the unchained one none, in a tenth of the time).

Load-dependent energy cannot be stated in a routing model, so energy is the empty aircraft's plus, for each order,
what its mass costs over the straight way from the hub: never more than the truth, and close to it for light loads.
What comes out is a suggestion; ``planner.solving.sorties`` works it out exactly.

Only sorties that end at the hub they left are modelled, and only orders that lie at a hub, and fly with or without any
others. What has to be taken over at a pad on the way, or flies together with others, is left to the repair step, which
adds it where it costs least, and knows of sorties that end elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil, floor
from typing import Any

import numpy as np
import numpy.typing as npt

from planner.errors import SolverFailed
from planner.model.fleets import DroneType
from planner.model.orders import Order
from planner.physics.batteries import most_usable_wh
from planner.physics.chances import quantile
from planner.solving import crowds, greedy
from planner.solving.flights import Flight
from planner.solving.groups import Group, homes_of
from planner.solving.repairs import repaired
from planner.solving.solvers import NO_BOUND, Proposal, Servable, SolveOptions, Suggestion, Watch
from planner.solving.sorties import Trips
from planner.solving.tables import Tables

TENTHS_PER_WH = 10
CENTS = 100

SEARCH_SHARE = 0.6
"""Of the time that is left: for the search; the rest is for exact trips, their timetable and what is added to it."""

MOST_ORDERS = 1000
"""Orders that are searched over, among more the most urgent: tables and search grow with their square."""

FAILURES_PER_ITERATION = 1000
"""Dead ends after which the search gives up: with few orders it would look for its next solution for ever."""

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matrices:
    """What one group spends between nodes: orders first, then its hub; each of shape (n + 1, n + 1), integers."""

    seconds: Integers
    """With the hand-over at the end."""
    tenths_wh: Integers
    cents: Integers


class RoutingSolver:
    """Suggests sorties with OR-Tools' routing library: cheapest insertion, then guided local search.

    ``iterations`` counts the solutions the local search may step through. The search is single-threaded, so the
    same tables, seed and iterations give the same suggestion on any machine; a time limit may cut it earlier. It knows
    of no bound, so that no gap ends it.
    """

    name = "routing"

    def propose(self, trips: Trips, servable: Servable, options: SolveOptions, watch: Watch) -> Proposal:
        """Return the sorties of the best solution found, made exact; there is no bound."""
        crowded = len(servable) > MOST_ORDERS
        quick = greedy.completed([], servable, trips, watch.part(greedy.CROWD_SHARE)) if crowded else []
        few = crowds.thinned(servable, quick, MOST_ORDERS)
        suggested = self.suggest(trips.tables, few, options, watch.part(SEARCH_SHARE))
        watch.on_progress(f"timetable of {len(suggested)} sorties")
        placed = repaired(suggested, few, trips, seed=options.seed, watch=watch)
        hurried = crowded or watch.left_s is not None
        if hurried:
            placed = greedy.cheapest([placed, quick], servable, trips, watch)
        return Proposal(placed=tuple(placed), bound=NO_BOUND, hurried=hurried)

    def suggest(self, tables: Tables, servable: Servable, options: SolveOptions, watch: Watch) -> list[Suggestion]:
        """Return the sorties of the best solution found; none when there is nothing to serve."""
        plain = _plain(tables, servable)
        if not plain or watch.late:
            return []
        model = _Model(tables, plain)
        return [] if watch.late else model.search(options, watch)


def _plain(tables: Tables, servable: Servable) -> Servable:
    """Return the orders that lie at a hub, fly with or without any others, and can be flown out and back."""
    homes = homes_of(tables.job)
    plain = [(order, groups) for order, groups in servable if order.from_pad in homes and not order.together]
    there_and_back = [(order, tuple(n for n in groups if tables.groups[n].returns)) for order, groups in plain]
    return [(order, groups) for order, groups in there_and_back if groups]


class _Model:
    """One routing model and its search."""

    def __init__(self, tables: Tables, servable: Servable) -> None:
        from ortools.constraint_solver import pywrapcp

        self.tables = tables
        self.job = tables.job
        self.servable = servable
        self.orders = [order for order, _ in servable]
        self.horizon_s = floor((self.job.end - self.job.start).total_seconds())
        self.matrices = [matrices(tables, number, self.orders, self.horizon_s) for number in range(len(tables.groups))]
        self.vehicles = vehicles(tables, servable, self.matrices, self.horizon_s)
        hubs = [len(self.orders) + group for group in self.vehicles]
        nodes = len(self.orders) + len(tables.groups)
        self.manager = pywrapcp.RoutingIndexManager(nodes, len(self.vehicles), hubs, hubs)
        self.routing = pywrapcp.RoutingModel(self.manager)
        self.solver = self.routing.solver()
        self._add_costs()
        self._add_loads()
        self._add_energy()
        self._add_time()
        self._add_orders()

    # -- the model ---------------------------------------------------------------------------------------------

    def _transits(self, table: str) -> list[int]:
        """Register one matrix per group, and return the evaluator of each vehicle."""
        nodes = len(self.orders) + len(self.tables.groups)
        evaluators = []
        for group, matrix in enumerate(self.matrices):
            full = np.zeros((nodes, nodes), dtype=np.int64)
            where = [*range(len(self.orders)), len(self.orders) + group]
            full[np.ix_(where, where)] = getattr(matrix, table)
            evaluators.append(self.routing.RegisterTransitMatrix(full.tolist()))
        return [evaluators[group] for group in self.vehicles]

    def _demand(self, amounts: Sequence[int]) -> int:
        return int(self.routing.RegisterUnaryTransitVector([*amounts, *([0] * len(self.tables.groups))]))

    def _add_costs(self) -> None:
        for vehicle, evaluator in enumerate(self._transits("cents")):
            self.routing.SetArcCostEvaluatorOfVehicle(evaluator, vehicle)
        self.routing.SetFixedCostOfAllVehicles(ceil(self.job.policy.cost_per_sortie * CENTS))

    def _add_loads(self) -> None:
        policy, orders = self.job.policy, self.orders
        kinds = [self.tables.groups[group].kind for group in self.vehicles]
        grams = [floor(kind.max_payload_kg * 1000) for kind in kinds]
        value = [floor(policy.value_cap_on_board)] * len(kinds)
        count = [policy.max_orders_per_sortie] * len(kinds)
        loads = [
            ("payload_g", [ceil(order.consignment.mass_kg * 1000) for order in orders], grams),
            ("value", [ceil(order.consignment.declared_value) for order in orders], value),
            ("orders", [1] * len(orders), count),
        ]
        if any(kind.max_volume_l is not None for kind in kinds):
            loads.append(("volume_ml", *whole_volumes(orders, kinds)))
        for name, amounts, capacities in loads:
            self.routing.AddDimensionWithVehicleCapacity(self._demand(amounts), 0, capacities, True, name)

    def _add_energy(self) -> None:
        policy = self.job.policy
        # What a sortie is surely enough for, less what the model's error alone may add: that is true of every sortie.
        most_wh = [
            max(most_usable_wh(group.drones, group.kind, policy, piece.weather) for piece in self.tables.slices)
            / quantile(np.ones(1), np.ones(1), group.kind.model_error_share, policy.energy_chance)
            for group in self.tables.groups
        ]
        capacities = [floor(most_wh[group] * TENTHS_PER_WH) for group in self.vehicles]
        evaluators = self._transits("tenths_wh")
        self.routing.AddDimensionWithVehicleTransitAndCapacity(evaluators, 0, capacities, True, "energy")

    def _add_time(self) -> None:
        evaluators = self._transits("seconds")
        self.routing.AddDimensionWithVehicleTransits(evaluators, 0, self.horizon_s, False, "time")
        self.routing.AddDimensionWithVehicleTransits(evaluators, 0, self.horizon_s, True, "elapsed")

    def _add_orders(self) -> None:
        time, elapsed = self.routing.GetDimensionOrDie("time"), self.routing.GetDimensionOrDie("elapsed")
        for node, (order, groups) in enumerate(self.servable):
            index = self.manager.NodeToIndex(node)
            direct_s = min(int(self.matrices[group].seconds[-1, node]) for group in groups)
            ready_s = ceil((order.ready_at - self.job.start).total_seconds())
            due_s = floor((order.due_at - self.job.start).total_seconds())
            # A sortie may leave only when its last order is ready; for the others this is a relaxation.
            latest_s = min(due_s, self.horizon_s)
            # Never empty, though times are rounded up and a way may be open in another slice only.
            time.CumulVar(index).SetRange(min(max(ready_s, 0) + direct_s, latest_s), latest_s)
            if order.consignment.max_minutes is not None:
                elapsed.CumulVar(index).SetMax(floor(order.consignment.max_minutes * 60 / self.job.policy.time_factor))
            allowed = [vehicle for vehicle, group in enumerate(self.vehicles) if group in groups]
            self.routing.VehicleVar(index).SetValues([-1, *allowed])
            penalty = self.job.policy.penalty(order) * CENTS
            self.routing.AddDisjunction([index], ceil(penalty))

    # -- the search --------------------------------------------------------------------------------------------

    def search(self, options: SolveOptions, watch: Watch) -> list[Suggestion]:
        self.solver.ReSeed(options.seed)
        parameters = self._parameters(options, watch)
        self.routing.CloseModelWithParameters(parameters)
        self.routing.AddAtSolutionCallback(self._reporter(watch))
        self.routing.AddSearchMonitor(self.solver.FailuresLimit(FAILURES_PER_ITERATION * options.iterations))
        solution = self.routing.SolveWithParameters(parameters)
        if solution is None and (watch.stopped() or watch.left_s is not None):
            return []
        if solution is None:
            raise SolverFailed("the routing model found no solution, though leaving out every order is one")
        return self._routes(solution)

    def _parameters(self, options: SolveOptions, watch: Watch) -> Any:
        from ortools.constraint_solver import pywrapcp, routing_enums_pb2

        parameters = pywrapcp.DefaultRoutingSearchParameters()
        parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
        parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        parameters.solution_limit = options.iterations
        if watch.left_s is not None:
            parameters.time_limit.FromMilliseconds(ceil(watch.left_s * 1000))
        return parameters

    def _reporter(self, watch: Watch) -> Any:
        """Return what OR-Tools calls at each solution: it only looks and reports, it takes no part in the model."""
        steps = 0

        def report() -> None:
            nonlocal steps
            steps += 1
            if watch.over:
                self.solver.FinishCurrentSearch()
            elif steps % 25 == 0:
                watch.on_progress(f"routing step {steps}")

        return report

    def _routes(self, solution: Any) -> list[Suggestion]:
        found: list[Suggestion] = []
        for vehicle, group in enumerate(self.vehicles):
            index, orders = self.routing.Start(vehicle), []
            while not self.routing.IsEnd(index):
                node = self.manager.IndexToNode(index)
                if node < len(self.orders):
                    orders.append(self.orders[node])
                index = solution.Value(self.routing.NextVar(index))
            if orders:
                found.append((group, tuple(orders)))
        return found


def whole_volumes(orders: Sequence[Order], kinds: Sequence[DroneType]) -> tuple[list[int], list[int]]:
    """Return the volume of each order, rounded up, and of the box of each vehicle, rounded down, in millilitres.

    What nobody has told the volume of counts as nothing, and a box without a limit holds all orders together.
    """
    # Without the noise of floats, which would make one millilitre more of a volume that is whole.
    amounts = [ceil(round((order.consignment.volume_l or 0.0) * 1000, 6)) for order in orders]
    limits = [kind.max_volume_l for kind in kinds]
    return amounts, [sum(amounts) if most is None else floor(round(most * 1000, 6)) for most in limits]


def vehicles(
    tables: Tables,
    servable: Servable,
    tables_of: Sequence[Matrices],
    horizon_s: int,
) -> list[int]:
    """Return each vehicle's group: per group as many as its drones could fly in the time, one per order at most."""
    made: list[int] = []
    for number, group in enumerate(tables.groups):
        nodes = [node for node, (_, groups) in enumerate(servable) if number in groups]
        if nodes:
            seconds = tables_of[number].seconds
            shortest_s = min(int(seconds[-1, node] + seconds[node, -1]) for node in nodes)
            each = int((horizon_s + group.kind.swap_s) // (shortest_s + group.kind.swap_s))
            made.extend([number] * min(each * len(group.drones), len(nodes)))
    return made


def matrices(tables: Tables, number: int, orders: Sequence[Order], horizon_s: int) -> Matrices:
    """Return the integer tables of a group; costs and times are rounded up, and no way is longer than the horizon."""
    group = tables.groups[number]
    flights = _quickest(tables, number)
    # Orders to the same pad share what their hops take.
    pads = sorted({group.start_pad, *(order.to_pad for order in orders)})
    at = {pad: place for place, pad in enumerate(pads)}
    hops = np.zeros((3, len(pads), len(pads)), dtype=np.int64)
    home = np.zeros((3, len(pads)), dtype=np.int64)
    for (i, here), (j, there) in product(enumerate(pads), repeat=2):
        if here != there:
            flight = flights.get((here, there))
            hops[:, i, j] = _spend(tables, group, flight, delivers=True, horizon_s=horizon_s)
            if there == group.start_pad:
                home[:, i] = _spend(tables, group, flight, delivers=False, horizon_s=horizon_s)
    where = np.array([*(at[order.to_pad] for order in orders), at[group.start_pad]])
    full = hops[:, where[:, None], where[None, :]]
    full[:, :, -1] = home[:, where]
    seconds, tenths_wh, cents = full
    surcharges = [_surcharge(tables, group, flights.get((group.start_pad, order.to_pad)), order) for order in orders]
    tenths_wh[:-1] += np.array(surcharges, dtype=np.int64)[:, None] if surcharges else 0
    return Matrices(seconds=seconds, tenths_wh=tenths_wh, cents=cents)


def _quickest(tables: Tables, number: int) -> dict[tuple[str, str], Flight]:
    """Return the quickest flight of a group between each two pads, over all slices of the day: a relaxation."""
    found: dict[tuple[str, str], Flight] = {}
    for piece in tables.slices:
        for pair, flight in piece.flights[number].items():
            if flight.flyable and (pair not in found or flight.flown_s < found[pair].flown_s):
                found[pair] = flight
    return found


def _spend(
    tables: Tables, group: Group, flight: Flight | None, *, delivers: bool, horizon_s: int
) -> tuple[int, int, int]:
    """Return seconds, tenths of Wh and cents of one hop of an empty aircraft; a way that does not exist never fits."""
    if flight is None:
        return 2 * horizon_s, 0, 0
    policy = tables.job.policy
    hover_s = policy.handover_s if delivers else 0.0
    energy_wh = tables.leg_energy_wh(flight, group.kind, payload_kg=0.0, hover_s=hover_s)
    flight_s = flight.flown_s + hover_s
    money = policy.cost_per_flight_hour * flight_s / 3600 + policy.cost_per_kwh * energy_wh / 1000
    return ceil(flight_s), floor(energy_wh * TENTHS_PER_WH), ceil(money * CENTS)


def _surcharge(tables: Tables, group: Group, flight: Flight | None, order: Order) -> int:
    """Return what an order's mass adds on the straight way from the hub, in tenths of Wh; never too much."""
    if flight is None:
        return 0
    hover_s = tables.job.policy.handover_s
    loaded_wh = tables.leg_energy_wh(flight, group.kind, payload_kg=order.consignment.mass_kg, hover_s=hover_s)
    empty_wh = tables.leg_energy_wh(flight, group.kind, payload_kg=0.0, hover_s=hover_s)
    return floor((loaded_wh - empty_wh) * TENTHS_PER_WH)

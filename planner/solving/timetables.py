"""The timetable: which drone flies each trip, and when: no drone, pad slot or swap is used twice, and all keep apart.

An OR-Tools CP-SAT model over whole seconds. A trip that finds no place is left out, at the penalty of its orders. That
trips keep apart in the air is asked of those pairs only that came too near in an answer: an answer in which none do is
as good as if it had been asked of all.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import takewhile
from math import ceil, floor
from typing import Any

from airspace.model.schedules import Span
from planner.errors import SolverFailed
from planner.model.fleets import Drone
from planner.model.jobs import Evening
from planner.model.orders import worth
from planner.solving import gates, stocks
from planner.solving.groups import fleets
from planner.solving.hops import holds
from planner.solving.separations import Separations, Stretches, clipped, within
from planner.solving.sorties import Trip, at_work, deposits, fits
from planner.solving.tables import Tables

DETERMINISTIC_LIMIT = 8.0
"""CP-SAT's own measure of work, the same on every machine; a morning of 60 orders needs a small part of it."""

LEAST_S, LEAST_WORK = 0.01, 1e-3
"""What CP-SAT is given at least of time and work that have run out."""

LEAST_COST = 1e-4
"""In the policy's currency: costs are told apart by this much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A trip with its drone and its take-off."""

    trip: Trip
    drone: Drone
    departs: datetime


def timetable(trips: Sequence[Trip], tables: Tables, *, seed: int, seconds: float | None = None) -> list[Placed] | None:
    """Place as many trips as have room, the dearest to leave out first, each as early as the others allow.

    Of trips that serve the same order no more than one is placed: the cheapest with which as much finds room.
    None where the seconds, or the work, that it may take were not enough for any answer.
    """
    if not trips:
        return []
    return _Model(trips, tables, seed, seconds).solve()


def fits_in(
    trips: Sequence[Trip],
    tables: Tables,
    *,
    seed: int,
    seconds: float | None = None,
    anywhere: bool = False,
    apart: bool = True,
) -> bool | None:
    """Tell whether all of some trips have room in one day; None when CP-SAT could not tell.

    With ``anywhere`` drones and packs that move between hubs are taken to be wherever they are asked for: what has no
    room even then has none together with any other trips. Without ``apart`` they may come as near to each other in the
    air as they like.
    """
    return _Model(trips, tables, seed, seconds, anywhere=anywhere, apart=apart).holds_all() if trips else True


class _Model:
    def __init__(
        self,
        trips: Sequence[Trip],
        tables: Tables,
        seed: int,
        seconds: float | None,
        *,
        anywhere: bool = False,
        apart: bool = True,
    ) -> None:
        from ortools.sat.python import cp_model

        self.deadline = None if seconds is None else time.monotonic() + seconds
        self.cp: Any = cp_model
        self.model: Any = cp_model.CpModel()
        self.trips = trips
        self.tables = tables
        self.seed = seed
        self.work_left = DETERMINISTIC_LIMIT
        self.separations = Separations(tables)
        self.shapes = [self.separations.shape(trip.hops) for trip in trips] if apart and self.separations.asked else []
        self.kept_apart: set[tuple[int, int]] = set()
        self.origin = tables.job.start.replace(microsecond=0)
        self.starts = [self._start(number, trip) for number, trip in enumerate(trips)]
        self.placed = [self.model.new_bool_var(f"placed{number}") for number in range(len(trips))]
        self.flown_by: dict[tuple[int, str], Any] = {}
        self.by_drone: dict[str, list[int]] = defaultdict(list)
        self._assign_drones()
        self._separate_drones()
        moving = tables.job.policy.end_elsewhere
        if moving and not anywhere:
            self._go_on_from_where_they_landed()
        self.firsts: dict[tuple[int, str], Any] = {}
        self._begin_with_what_is_charged()
        if not (moving and anywhere):
            self._count_packs()
        self._share_pads()
        self._share_gates()
        self._cap_value_by_drone()
        self._cap_value_at_pads()
        self.shared = self._serve_once()

    def _serve_once(self) -> bool:
        """Let no order be served by two trips; tell whether there are trips that serve the same one."""
        serving: dict[str, list[Any]] = defaultdict(list)
        for placed, trip in zip(self.placed, self.trips, strict=True):
            for order in trip.orders:
                serving[order.id].append(placed)
        several = [ways for ways in serving.values() if len(ways) > 1]
        for ways in several:
            self.model.add_at_most_one(ways)
        return bool(several)

    def _start(self, number: int, trip: Trip) -> Any:
        domain = self.cp.Domain.from_intervals([self._seconds(span) for span in trip.starts])
        return self.model.new_int_var_from_domain(domain, f"start{number}")

    def _seconds(self, span: Span) -> list[int]:
        return [ceil((span[0] - self.origin).total_seconds()), floor((span[1] - self.origin).total_seconds())]

    def _assign_drones(self) -> None:
        for number, trip in enumerate(self.trips):
            able = [drone for drone in self.tables.groups[trip.group].drones if self._able(trip, drone, 1.0)]
            for drone in able:
                self.flown_by[number, drone.id] = self.model.new_bool_var(f"flown{number}by{drone.id}")
                self.by_drone[drone.id].append(number)
                self._keep_hours(number, drone)
            self.model.add(sum(self.flown_by[number, drone.id] for drone in able) == self.placed[number])

    def _able(self, trip: Trip, drone: Drone, state_of_charge: float) -> bool:
        fresh = fits(trip, drone, self.tables, state_of_charge=state_of_charge)
        return fresh and bool(at_work(trip.starts, [drone], trip.duration_s))

    def _keep_hours(self, number: int, drone: Drone) -> None:
        """Let a drone fly a trip only within its working hours."""
        trip = self.trips[number]
        starts = at_work(trip.starts, [drone], trip.duration_s)
        if starts != trip.starts:
            domain = self.cp.Domain.from_intervals([self._seconds(span) for span in starts])
            kept = self.model.add_linear_expression_in_domain(self.starts[number], domain)
            kept.only_enforce_if(self.flown_by[number, drone.id])

    def _separate_drones(self) -> None:
        for drone, numbers in self.by_drone.items():
            busy = [self._busy(number, self.flown_by[number, drone]) for number in numbers]
            self.model.add_no_overlap(busy)

    def _busy(self, number: int, present: Any) -> Any:
        return self.model.new_optional_fixed_size_interval_var(
            self.starts[number], self._busy_s(number), present, f"busy{number}"
        )

    def _busy_s(self, number: int) -> int:
        """Return seconds from the take-off of a trip until its drone may leave again."""
        trip = self.trips[number]
        return ceil(trip.duration_s + self.tables.groups[trip.group].kind.swap_s)

    def _go_on_from_where_they_landed(self) -> None:
        """Let each drone begin at its home, leave from where its trip before ended, and end the day where it may."""
        free = self.tables.job.policy.evening is not Evening.HOME
        for drone_id, numbers in self.by_drone.items():
            home = self.tables.job.drone(drone_id).home_pad
            # A circuit over the trips and node 0, the night at home; what is not flown is left out of it.
            arcs = [(0, 0, self.model.new_bool_var(f"idle {drone_id}"))]
            for node, number in enumerate(numbers, start=1):
                start_pad, end_pad = self._ends(number)
                arcs.append((node, node, self.flown_by[number, drone_id].negated()))
                arcs += [(0, node, self.model.new_bool_var(""))] if start_pad == home else []
                arcs += [(node, 0, self.model.new_bool_var(""))] if free or end_pad == home else []
                for other, after in enumerate(numbers, start=1):
                    if other != node and self._ends(after)[0] == end_pad:
                        follows = self.model.new_bool_var("")
                        arcs.append((node, other, follows))
                        ready = self.starts[number] + self._busy_s(number)
                        self.model.add(self.starts[after] >= ready).only_enforce_if(follows)
            self.model.add_circuit(arcs)
        self._count_drones()

    def _count_drones(self) -> None:
        """Let no hub send out more drones than stand there, which the circuits say as well, and keep the evening."""
        changes: dict[tuple[tuple[Drone, ...], str], list[tuple[Any, int, Any]]] = defaultdict(list)
        for number, trip in enumerate(self.trips):
            drones, (start_pad, end_pad) = self.tables.groups[trip.group].drones, self._ends(number)
            ready = self.starts[number] + self._busy_s(number)
            changes[drones, start_pad].append((self.starts[number], -1, self.placed[number]))
            changes[drones, end_pad].append((ready, 1, self.placed[number]))
        for (drones, pad), listed in changes.items():
            moments, steps, active = zip(*listed, strict=True)
            there = sum(drone.home_pad == pad for drone in drones)
            self.model.add_reservoir_constraint_with_active(moments, steps, active, -there, len(listed))
            if self.tables.job.policy.evening is not Evening.ANYWHERE:
                self.model.add(sum(step * flown for step, flown in zip(steps, active, strict=True)) == 0)

    def _ends(self, number: int) -> tuple[str, str]:
        group = self.tables.groups[self.trips[number].group]
        return group.start_pad, group.end_pad

    def _begin_with_what_is_charged(self) -> None:
        """Let a drone that starts the day short of charge fly first a trip that its charge is enough for."""
        limited = stocks.limited(self.tables)
        for group in fleets(self.tables.groups):
            for drone in group.drones:
                numbers = self.by_drone[drone.id]
                ready = [n for n in numbers if self._able(self.trips[n], drone, drone.state_of_charge)]
                counted = drone.id in limited and drone.state_of_charge < 1
                if len(ready) < len(numbers) or counted:
                    self._fly_first(drone.id, numbers, ready)

    def _fly_first(self, drone: str, numbers: Sequence[int], ready: Sequence[int]) -> None:
        first = {n: self.model.new_bool_var(f"first{n}of{drone}") for n in ready}
        self.firsts |= {(n, drone): variable for n, variable in first.items()}
        for n in ready:
            self.model.add_implication(first[n], self.flown_by[n, drone])
        for other in numbers:
            self.model.add(sum(first.values()) >= self.flown_by[other, drone])
            for n in ready:
                if n != other:
                    both = [first[n], self.flown_by[other, drone]]
                    self.model.add(self.starts[other] >= self.starts[n]).only_enforce_if(both)

    def _count_packs(self) -> None:
        limited = stocks.limited(self.tables)
        flown = [
            stocks.Flown(
                trip=self.trips[number],
                drone=self.tables.job.drone(drone),
                start=self.starts[number],
                present=present,
                own=self.firsts.get((number, drone)),
            )
            for (number, drone), present in self.flown_by.items()
            if drone in limited
        ]
        stocks.limit(self.model, flown, self.tables)

    def _share_pads(self) -> None:
        held: dict[str, list[Any]] = defaultdict(list)
        for number, trip in enumerate(self.trips):
            for k, hold in enumerate(holds(trip.hops, self.tables)):
                # Rounded outwards, so that true times never overlap where these do not.
                from_s, until_s = floor(hold.from_s), ceil(hold.until_s)
                held[hold.pad].append(
                    self.model.new_optional_fixed_size_interval_var(
                        self.starts[number] + from_s, until_s - from_s, self.placed[number], f"pad{number}.{k}"
                    )
                )
        for pad, intervals in sorted(held.items()):
            slots = self.tables.sky.pad(pad).slots
            if slots == 1:
                self.model.add_no_overlap(intervals)
            else:
                self.model.add_cumulative(intervals, [1] * len(intervals), slots)

    def _share_gates(self) -> None:
        flown = zip((trip.hops for trip in self.trips), self.starts, self.placed, strict=True)
        gates.limit(self.model, flown, gates.capacities(self.tables.sky))

    def _cap_value_by_drone(self) -> None:
        cap = self.tables.job.policy.value_cap_per_drone_day
        if cap is None:
            return
        for drone, numbers in self.by_drone.items():
            values, most = whole_values([worth(self.trips[n].orders) for n in numbers], cap)
            carried = sum(value * self.flown_by[n, drone] for value, n in zip(values, numbers, strict=True))
            self.model.add(carried <= most)

    def _cap_value_at_pads(self) -> None:
        policy = self.tables.job.policy
        if policy.value_cap_per_pad is None or policy.pad_dwell_s is None:
            return
        lying: dict[str, list[tuple[Any, float]]] = defaultdict(list)
        for number, trip in enumerate(self.trips):
            for deposit in deposits(trip, policy.pad_dwell_s):
                from_s, until_s = floor(deposit.from_s), ceil(deposit.until_s)
                start, name = self.starts[number] + from_s, f"worth{number}at{deposit.pad}"
                there = self.model.new_optional_fixed_size_interval_var(
                    start, until_s - from_s, self.placed[number], name
                )
                lying[deposit.pad].append((there, deposit.value))
        for _, found in sorted(lying.items()):
            values, most = whole_values([value for _, value in found], policy.value_cap_per_pad)
            self.model.add_cumulative([there for there, _ in found], values, most)

    def holds_all(self) -> bool | None:
        """Tell whether every trip finds a place."""
        for placed in self.placed:
            self.model.add(placed == 1)
        _, status = self._solved()
        if status in (self.cp.OPTIMAL, self.cp.FEASIBLE):
            return True
        return False if status == self.cp.INFEASIBLE else None

    def solve(self) -> list[Placed] | None:
        """Leave out as little as possible, as cheaply as possible, then start as early as possible.

        None when there was no time for an answer.
        """
        weights = [trip.penalty_weight for trip in self.trips]
        found = self._best([-weight for weight in weights], self.placed)
        if found is None:
            return None
        if self.shared:
            found = self._best([round(trip.cost / LEAST_COST) for trip in self.trips], self.placed) or found
        return self._read(self._best([1] * len(self.starts), self.starts) or found)

    def _best(self, weights: Sequence[int], variables: Sequence[Any]) -> Any | None:
        """Make a sum least, and keep it at that from then on; None when there was no time for an answer."""
        told = sum(weight * variable for weight, variable in zip(weights, variables, strict=True))
        self.model.minimize(told)
        found = self._run()
        if found is not None:
            self.model.add(told <= round(found.objective_value))
        return found

    def _solved(self) -> tuple[Any, Any]:
        """Return the solver, and what it says of all that is asked; what came too near is asked to keep apart."""
        while True:
            solver, status = self._asked()
            self.work_left -= solver.response_proto.deterministic_time
            if status not in (self.cp.OPTIMAL, self.cp.FEASIBLE):
                return solver, status
            self._begin_at(solver)
            near = self._too_near(solver)
            if not near:
                return solver, status
            for pair in near:
                self._keep_apart(*pair)
            if self.work_left <= 0:
                return solver, self.cp.UNKNOWN

    def _asked(self) -> tuple[Any, Any]:
        solver = self.cp.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = self.seed
        solver.parameters.max_deterministic_time = max(LEAST_WORK, self.work_left)
        if self.deadline is not None:
            solver.parameters.max_time_in_seconds = max(LEAST_S, self.deadline - time.monotonic())
        return solver, solver.solve(self.model)

    def _begin_at(self, solver: Any) -> None:
        """Let the next search begin at an answer."""
        self.model.clear_hints()
        for variable in [*self.placed, *self.starts, *self.flown_by.values()]:
            self.model.add_hint(variable, solver.value(variable))

    # -- in the air ------------------------------------------------------------------------------------------------

    def _too_near(self, solver: Any) -> list[tuple[int, int]]:
        """Return the pairs of trips that come too near in an answer, and have not been asked to keep apart."""
        if not self.shapes:
            return []
        flown_by = {number: drone for (number, drone), flown in self.flown_by.items() if solver.boolean_value(flown)}
        starts = sorted((solver.value(self.starts[number]), number) for number in flown_by)
        return [
            (one, other)
            for place, (first_s, one) in enumerate(starts)
            for then_s, other in takewhile(partial(self._aloft, first_s, one), starts[place + 1 :])
            if flown_by[one] != flown_by[other]
            and within(self.separations.shifts(self.shapes[one], self.shapes[other]), then_s - first_s)
        ]

    def _aloft(self, start_s: int, one: int, other: tuple[int, int]) -> bool:
        """Tell whether a trip that takes off later may still meet one in the air."""
        return other[0] - start_s <= self.trips[one].duration_s + self.separations.reach_s

    def _keep_apart(self, one: int, other: int) -> None:
        """Let two trips not come too near to each other; those of one drone never do, whatever their times."""
        if (one, other) in self.kept_apart:
            raise SolverFailed("the timetable keeps two sorties apart that come too near all the same")
        self.kept_apart |= {(one, other), (other, one)}
        shifts = self.separations.shifts(self.shapes[one], self.shapes[other])
        both = [self.placed[one], self.placed[other]]
        shared = [drone for drone, numbers in self.by_drone.items() if one in numbers and other in numbers]
        # One drone may fly both closely after each other, and never while it is on the other.
        inside = clipped(shifts, 1 - self._busy_s(other), self._busy_s(one) - 1) if shared else shifts
        self._never_shift(one, other, inside, both)
        if inside != shifts:
            self._never_shift(one, other, shifts, [*both, self._of_one_drone(one, other, shared).negated()])

    def _never_shift(self, one: int, other: int, shifts: Stretches, where: Sequence[Any]) -> None:
        """Let a trip not start after another by some seconds, where all of some literals hold."""
        free = self.cp.Domain.from_intervals([list(stretch) for stretch in shifts]).complement()
        kept = self.model.add_linear_expression_in_domain(self.starts[other] - self.starts[one], free)
        kept.only_enforce_if(where)

    def _of_one_drone(self, one: int, other: int, drones: Sequence[str]) -> Any:
        """Return a literal that may hold where one drone flies two trips, and nowhere else."""
        same = self.model.new_bool_var("")
        flying = [self.model.new_bool_var("") for _ in drones]
        for drone, flies in zip(drones, flying, strict=True):
            self.model.add_implication(flies, self.flown_by[one, drone])
            self.model.add_implication(flies, self.flown_by[other, drone])
        self.model.add_bool_or([*flying, same.negated()])
        return same

    def _run(self) -> Any | None:
        """Return an answer to all that is asked; None where there was no time, or work, for one."""
        self.work_left = DETERMINISTIC_LIMIT
        solver, status = self._solved()
        if status == self.cp.UNKNOWN:
            return None
        if status not in (self.cp.OPTIMAL, self.cp.FEASIBLE):
            raise SolverFailed(f"the timetable found no answer, though an empty one is ({solver.status_name(status)})")
        return solver

    def _read(self, solver: Any) -> list[Placed]:
        placed = [
            Placed(
                trip=self.trips[number],
                drone=self.tables.job.drone(drone),
                departs=self.origin + timedelta(seconds=int(solver.value(self.starts[number]))),
            )
            for (number, drone), flown in self.flown_by.items()
            if solver.boolean_value(flown)
        ]
        return sorted(placed, key=lambda item: (item.departs, item.drone.id))


LEAST_VALUE = 0.01
MOST_VALUES = 10**12
"""Values are counted in hundredths, or so coarsely that all together are no more than this: CP-SAT takes whole numbers
of 63 bits."""


def whole_values(values: Sequence[float], cap: float) -> tuple[list[int], int]:
    """Return values rounded up, and a cap rounded down, to whole numbers of one unit."""
    whole = sum(values)
    unit = max(LEAST_VALUE, whole / MOST_VALUES)
    # Without the noise of floats, which would make one unit more of a value that is whole.
    counted = [ceil(round(value / unit, 6)) for value in values]
    return counted, sum(counted) if cap >= whole else floor(round(cap / unit, 6))

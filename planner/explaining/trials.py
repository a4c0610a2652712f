"""Does a change serve an order: first with the fleet of its hub to itself, which is quick, then on the whole day.

What flies together with the order is tried with it. Where it lies at no hub, the fleet is that of all hubs.

On the whole day the sorties of the plan at hand are kept as far as they still hold, and the order is added; where that
does not do, the day is planned anew. Either way the independent check has the last word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from airspace.model.skies import Airspace
from planner import planning
from planner.explaining.changes import Change, World
from planner.model.fleets import Drone
from planner.model.jobs import Job
from planner.model.orders import Order, companies
from planner.model.plans import CorridorChoice, Plan, Unserved
from planner.model.reviews import Verdict
from planner.solving import reasons
from planner.solving.groups import group_drones, homes_of, within_reach
from planner.solving.repairs import repaired, singles
from planner.solving.solvers import NO_BOUND, Proposal, Servable, SolveOptions, Solver, Suggestion, Watch
from planner.solving.sorties import Trips
from planner.solving.tables import Tables, cost_tables
from planner.solving.timetables import fits_in


@dataclass(slots=True)
class Kept:
    """A solver that suggests the sorties of a plan again; what the plan left out is filled in after it."""

    plan: Plan
    name: str = "kept"

    def propose(
        self,
        trips: Trips,
        servable: Servable,
        options: SolveOptions,
        watch: Watch,
    ) -> Proposal:
        """Return the sorties of the plan again, as far as they hold, and whatever else has room beside them."""
        suggested = self._suggested(trips.tables, servable)
        placed = repaired(suggested, servable, trips, seed=options.seed, watch=watch)
        return Proposal(placed=tuple(placed), bound=NO_BOUND, hurried=watch.late)

    def _suggested(self, tables: Tables, servable: Servable) -> list[Suggestion]:
        """Return the sorties of the plan that some group of these tables still flies."""
        able = {order.id: (order, groups) for order, groups in servable}
        flies = {
            (drone.id, group.start_pad, group.end_pad): number
            for number, group in enumerate(tables.groups) for drone in group.drones
        }  # fmt: skip
        suggested = []
        for sortie in self.plan.sorties:
            group = flies.get((sortie.drone, sortie.starts_at, sortie.ends_at))
            orders = tuple(able[name][0] for name in sortie.orders if name in able and group in able[name][1])
            suggested += [(group, orders)] if orders and group is not None else []
        return suggested


class Trials:
    """Tries changes for one order of one plan."""

    def __init__(
        self, plan: Plan, order: Order, world: World, corridors: CorridorChoice, options: SolveOptions, watch: Watch
    ) -> None:
        self.plan = plan
        self.order = order
        self.job, self.sky = world
        self.corridors = corridors
        self.options = options
        self.watch = watch
        self.company = frozenset(one.id for one in companies(self.job.orders).get(order.together, ())) - {order.id}
        """The other orders that fly with it or not at all."""
        known = {other.id for other in self.job.orders} - {order.id} - self.company
        self.left_out = frozenset(item.order for item in plan.unserved) & known
        """The other orders that the plan leaves out."""
        self.others = sum(name in known for sortie in plan.sorties for name in sortie.orders)
        """How many other orders the plan serves."""

    @cached_property
    def hubs(self) -> tuple[str, ...]:
        """The pads where the drones live that could bring the order; where there are no drones, where it comes from."""
        return tuple(dict.fromkeys(drone.home_pad for drone in self.fleet)) or (self.order.from_pad,)

    @cached_property
    def fleet(self) -> tuple[Drone, ...]:
        """The drones that could bring the order."""
        homes = homes_of(self.job)
        return tuple(drone for drone in self.job.drones if within_reach(self.order, drone.home_pad, homes))

    def rounds(self, hub: str) -> list[tuple[str, str]]:
        """Return the pairs of pads that a drone of a hub flies between for the order, without customs on the way."""
        return list(pairwise((*dict.fromkeys((hub, self.order.from_pad, self.order.to_pad)), hub)))

    @cached_property
    def alone_tables(self) -> Tables:
        """The tables of the order by itself, with those that it flies with, and the drones of its hub."""
        return self._tables(self._part(self.job, [self.order.id]), self.sky)

    @cached_property
    def day_tables(self) -> Tables:
        """The tables of the whole day, without what else the plan leaves out."""
        orders = tuple(order for order in self.job.orders if order.id not in self.left_out)
        return self._tables(replace(self.job, orders=orders), self.sky)

    @cached_property
    def never(self) -> Unserved | None:
        """Why the order cannot be served even by itself; None when it can."""
        trips = Trips(self.alone_tables)
        return None if singles(self.order, trips) else reasons.never(self.order, trips)

    @cached_property
    def stands_alone(self) -> bool:
        """Whether what serves the order by itself can be flown with nothing else.

        It begins where drones live, and they stand in the evening where they are to.
        """
        if not self.job.policy.end_elsewhere:
            return self.never is None
        tables = self.alone_tables
        made = singles(self.order, Trips(tables)).values()
        return any(fits_in([trip], tables, seed=self.options.seed) for trip in made)

    @cached_property
    def day(self) -> Plan:
        """The day as it is, with the sorties of the plan."""
        return planning.solve(self.day_tables, options=self.options, solver=Kept(self.plan), watch=self.watch)

    def alone(self, change: Change) -> bool:
        """Tell whether a change serves the order by itself."""
        trips = Trips(self.with_change(change))
        return all(singles(order, trips) for order in trips.tables.job.orders)

    def with_change(self, change: Change) -> Tables:
        """Return the tables of the order by itself, as they would be."""
        job, sky = change.apply(self.job, self.sky)
        part = self._part(job, change.orders)
        return self._tables(part, sky) if change.reroutes else self._reused(self.alone_tables, part, sky)

    def on_the_day(self, change: Change) -> bool:
        """Tell whether a change serves the order beside the sorties of the plan, no fewer of the others, and holds.

        What the plan leaves out beside the order stays left out.
        """
        return self._holds(change, Kept(self.plan))

    def anew(self, change: Change) -> bool:
        """Tell the same of a day that is planned from nothing, which on a full day takes several times as long."""
        return self._holds(change, None)

    def _holds(self, change: Change, solver: Solver | None) -> bool:
        self.watch.on_progress(f"trying: {change.words}")
        job, sky = change.apply(self.job, self.sky)
        part = replace(job, orders=tuple(order for order in job.orders if order.id not in self.left_out))
        tables = self._tables(part, sky) if change.reroutes else self._reused(self.day_tables, part, sky)
        made = planning.solve(tables, options=self.options, solver=solver, watch=self.watch)
        return self._serves(made, change) and self._checked(made, job, sky)

    def _checked(self, made: Plan, job: Job, sky: Airspace) -> bool:
        """Tell whether the check finds no fault in a plan of the whole job: what it does not plan is left out."""
        left = tuple(item for item in self.plan.unserved if item.order in self.left_out)
        unserved = (*made.unserved, *left)
        whole = replace(made, unserved=unserved, totals=replace(made.totals, unserved=len(unserved)))
        return planning.check(whole, sky, job).verdict is not Verdict.FAIL

    def _serves(self, made: Plan, change: Change) -> bool:
        served = {name for sortie in made.sorties for name in sortie.orders}
        wanted = frozenset(change.orders)
        return wanted <= served and len(served - wanted - self.company) >= self.others

    def _part(self, job: Job, names: Sequence[str]) -> Job:
        """Return the job with some orders only, those that they fly with, and the drones that could bring any.

        Drones that may end elsewhere all stay: they could come from any hub, and a hub is where drones live.
        """
        labels, homes = {job.order(name).together for name in names} - {""}, homes_of(job)
        orders = tuple(order for order in job.orders if order.id in names or order.together in labels)
        reach = (one for one in job.drones if any(within_reach(order, one.home_pad, homes) for order in orders))
        return replace(job, orders=orders, drones=job.drones if job.policy.end_elsewhere else tuple(reach))

    def _tables(self, job: Job, sky: Airspace) -> Tables:
        return cost_tables(job, sky, corridors=self.corridors, on_progress=self.watch.on_progress)

    def _reused(self, known: Tables, job: Job, sky: Airspace) -> Tables:
        """Return tables with the flights of others; made anew when the drones no longer fall into the same groups."""
        groups = group_drones(job, sky)
        kinds, before = ([(g.kind.id, g.start_pad, g.end_pad) for g in told] for told in (groups, known.groups))
        if kinds != before:
            return self._tables(job, sky)
        chart = replace(known.chart, sky=replace(sky, zones=known.chart.sky.zones))
        return replace(known, job=job, chart=chart, groups=groups)

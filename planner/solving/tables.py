"""The tables a solver works from: every flight between two pads, for every kind of aircraft, and when it may be flown.

Aircraft are grouped by type, hubs and the permits that name them; the day is cut where a zone, gate or permit opens
or closes. Within one such slice the network is one graph, and a flight is its shortest course.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from airspace.corridors.charts import Chart
from airspace.corridors.openings import Refusal
from airspace.errors import BadInput, Problem
from airspace.model.corridors import Library
from airspace.model.pads import Pad
from airspace.model.schedules import DAY, Span
from airspace.model.skies import Airspace
from planner.model.fleets import DroneType
from planner.model.jobs import Job
from planner.model.plans import CorridorChoice
from planner.model.weather import STILL_AIR, Weather
from planner.physics.energy import EnergyModel, OwnModel, Phases
from planner.physics.weather import Grounding, air_density, grounded
from planner.solving.flights import Flight
from planner.solving.groups import Group, fleets, group_drones, pads_of
from planner.solving.makers import FlightMaker, corridor_rules, open_state
from planner.solving.separations import Known

Floats = npt.NDArray[np.float64]

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slice:
    """A stretch of the day in which the same corridors are open, with the flights of each group."""

    when: Span
    flights: Mapping[int, Mapping[tuple[str, str], Flight]]
    """By group number, then by pad pair."""
    refused: Mapping[int, Mapping[str, Refusal]]
    """By group number: pads that may not be flown to, with the reason."""
    weather: Weather = STILL_AIR

    @classmethod
    def of_one_group(cls, when: Span, flights: Iterable[Flight], weather: Weather) -> Slice:
        """Return a stretch with some flights of the only group there is."""
        by_pair = {(flight.from_pad, flight.to_pad): flight for flight in flights}
        return cls(when=when, flights={0: by_pair}, refused={0: {}}, weather=weather)


@dataclass(frozen=True, kw_only=True, eq=False)
class Tables:
    """All that a solver needs to know of a job's legs."""

    job: Job
    chart: Chart
    groups: tuple[Group, ...]
    slices: tuple[Slice, ...]
    model: EnergyModel = field(default_factory=OwnModel)
    corridors: CorridorChoice = CorridorChoice.ANY
    known_separations: Known = field(default_factory=Known, repr=False)
    """What has been worked out of trips that come too near to each other; it grows, and changes no answer."""

    @property
    def library(self) -> Library | None:
        """The corridors that alone may be flown; None when any may be."""
        return self.sky.library if self.corridors is CorridorChoice.APPROVED else None

    @property
    def sky(self) -> Airspace:
        """The airspace of the job."""
        return self.chart.sky

    @cached_property
    def around(self) -> Span:
        """The job with a day on either side, for what opens before it or shuts after it."""
        return self.job.start - DAY, self.job.end + DAY

    @cached_property
    def alternates(self) -> tuple[Pad, ...]:
        """The pads that a sortie may be diverted to; where there are none, no way out is asked for."""
        return tuple(pad for pad in self.sky.pads if pad.is_alternate)

    def leg_energy_wh(
        self, flight: Flight, kind: DroneType, *, payload_kg: float, hover_s: float, hover_kg: float | None = None
    ) -> float:
        """Return the planned energy of a leg: the model's as forecast, times the policy's factor."""
        return float(self.energy_wh(flight, kind, flight.phases(hover_s=hover_s), payload_kg, hover_kg=hover_kg))

    def leg_energies_wh(
        self, flight: Flight, kind: DroneType, *, payload_kg: float, hover_s: float, hover_kg: float | None = None
    ) -> Floats:
        """Return the same in every scenario of the forecast's error; shape (scenarios,)."""
        return self.energy_wh(flight, kind, flight.phases_by_scenario(hover_s=hover_s), payload_kg, hover_kg=hover_kg)

    def energy_wh(
        self, flight: Flight, kind: DroneType, phases: Phases, payload_kg: float, *, hover_kg: float | None = None
    ) -> Floats:
        """Return the planned energy of some phases of a flight, in the shape of the phases.

        With a ``hover_kg`` the hovering is done with that load.
        """
        if hover_kg is not None and hover_kg != payload_kg:
            still = np.zeros_like(phases.climb_s)
            alone = Phases(climb_s=still, cruise_s=still, descent_s=still, hover_s=phases.hover_s)
            moving = replace(phases, hover_s=np.zeros_like(phases.hover_s))
            return self.energy_wh(flight, kind, moving, payload_kg) + self.energy_wh(flight, kind, alone, hover_kg)
        density = air_density(flight.weather)
        modelled_wh = self.model.energy_wh(kind, phases, payload_kg=payload_kg, density=density)
        return np.asarray(modelled_wh * self.job.policy.energy_factor)

    def grounded(self, kind: DroneType, piece: Slice) -> tuple[Grounding, ...]:
        """Return what keeps a type on the ground in a slice, even at the lowest flight level."""
        lowest_m = min((pad.elevation_amsl_m for pad in self.sky.pads), default=0.0)
        return grounded(kind, piece.weather, self.job.policy.levels_amsl_m[0] - lowest_m)


def chart_of(sky: Airspace, job: Job, when: Span) -> Chart:
    """Return the chart of an airspace with the zones that hold at any time of a span; others change nothing at all.

    Its corridor rules are those of the job's first type of drone; :meth:`FlightMaker.chart` has each type's own.

    Raises
    ------
    RegionTooLarge
        If the airspace does not fit one local frame.
    """
    rules = corridor_rules(job.policy, job.drone_types[0], {})
    return Chart.of(replace(sky, zones=sky.at(when).zones), rules)


def cost_tables(
    job: Job,
    sky: Airspace,
    *,
    model: EnergyModel | None = None,
    corridors: CorridorChoice = CorridorChoice.ANY,
    on_progress: Progress = lambda _: None,
) -> Tables:
    """Work out every flight that a job may need.

    Raises
    ------
    BadInput
        If only approved corridors may be flown, and the airspace has no library of them.
    RegionTooLarge
        If the airspace does not fit one local frame.
    """
    library = checked_library(sky, corridors)
    chart = chart_of(sky, job, (job.start, job.end))
    groups = group_drones(job, sky)
    made = FlightMaker(job=job, base=chart, library=library)
    slices = tuple(_slices(made, groups, on_progress))
    return Tables(job=job, chart=chart, groups=groups, slices=slices, model=model or OwnModel(), corridors=corridors)


def checked_library(sky: Airspace, corridors: CorridorChoice) -> Library | None:
    """Return the corridors that alone may be flown, None when any may be; BadInput where there is no library."""
    if corridors is CorridorChoice.ANY:
        return None
    if sky.library is None:
        raise BadInput([NO_LIBRARY])
    return sky.library


NO_LIBRARY = Problem(
    file="scenario.toml",
    place="airspace.corridors",
    code="NO_LIBRARY",
    found="nothing",
    expected="a library of frozen corridors, for only approved ones are to be flown",
    fix="`skyferry corridors freeze` makes one; name it there.",
)


def _slices(made: FlightMaker, groups: tuple[Group, ...], on_progress: Progress) -> Iterator[Slice]:
    """Cut the day where anything opens or closes, and make the flights of each cut."""
    spans = cuts_of(made, groups)
    for number, (when, weather) in enumerate(spans, start=1):
        on_progress(f"corridors {number}/{len(spans)}")
        known = {
            group.drones: made.flights(group, pads_of(made.job, group, made.base.sky), when, weather)
            for group in fleets(groups)
        }
        flights = {index: known[group.drones][0] for index, group in enumerate(groups)}
        refused = {index: known[group.drones][1] for index, group in enumerate(groups)}
        yield Slice(when=when, flights=flights, refused=refused, weather=weather)


def cuts_of(made: FlightMaker, groups: tuple[Group, ...]) -> list[tuple[Span, Weather]]:
    """Return the stretches of the job in which the weather is one, the same zones shut and the same gates open."""
    sky, whole, groups = made.base.sky, (made.job.start, made.job.end), fleets(groups)
    moments = {*whole}
    scheduled = [zone.schedule for zone, _ in made.base.zones] + [gate.schedule for gate in sky.gates]
    scheduled += [zone.schedule for zone, _, _ in made.base.avoided]
    for schedule in scheduled:
        moments.update(moment for span in schedule.spans(*whole) for moment in span)
    for permit in sky.permits:
        moments.update(moment for span in permit.spans(*whole) for moment in span)
    if made.library is not None:
        told = (moment for entry in made.library.history for moment in (entry.at, entry.valid_to) if moment)
        moments.update(moment for moment in told if whole[0] < moment < whole[1])
    moments.update(moment for span, _ in made.job.weather_periods(whole) for moment in span)
    spans: list[tuple[Span, Weather]] = []
    last: object = None
    for when in pairwise(sorted(moments)):
        ((_, weather),) = made.job.weather_periods(when)
        open_to_all = [(open_state(made.chart(group), group, when), made.approved(group, when)) for group in groups]
        state = (weather, open_to_all)
        begins = spans.pop()[0][0] if spans and state == last else when[0]
        spans.append(((begins, when[1]), weather))
        last = state
    return spans

"""What the page shows of flights: corridors, sorties and their legs, or from thousands of sorties on their sums.

What many legs have in common is told once, and legs name it by its number: the line over the ground with what lies
above and below it (``tracks``), floors and caps (``limits``), and the zones entered (``entries``).
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from airspace.earth.frame import Frame
from airspace.model.skies import Airspace
from planner.model.jobs import Job
from planner.model.orders import Order
from planner.model.plans import Crossing, Ledger, Leg, Plan, Sortie, WayOut, Waypoint
from planner.output import shapes
from planner.output.profiles import Sides, ground_of, limits_of, telling_rows
from planner.output.values import Day, Json, Shared, number

SUMMED_FROM = 3000
"""So many sorties are told by their sums for each corridor: nobody reads them one by one."""

BINS = 96
"""Over the plan, for how many drones are in the air."""

HOUR_S = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The centre lines flown: each is one corridor, whichever way and by whomever it is flown."""

    users: Mapping[str, Sequence[tuple[Sortie, Leg]]]

    @classmethod
    def of(cls, plan: Plan) -> Lines:
        """Return the lines of a plan, in the order in which they turn up."""
        users: dict[str, list[tuple[Sortie, Leg]]] = defaultdict(list)
        for sortie in plan.sorties:
            for leg in sortie.legs:
                users[_one_way(_centre(leg))].append((sortie, leg))
        return cls(users=users)

    def numbers(self) -> dict[tuple[str, int], int]:
        """Return the number of the line of each leg, by id of the sortie and index of the leg."""
        told: dict[tuple[str, int], int] = {}
        for line, users in enumerate(self.users.values()):
            for sortie, leg in users:
                index = next(index for index, one in enumerate(sortie.legs) if one is leg)
                told[sortie.id, index] = line
        return told


def flights_data(plan: Plan, sky: Airspace, job: Job, lines: Lines, day: Day) -> Json:
    """Return what is flown: corridors, and each sortie unless there are too many to be looked at."""
    frame = Frame.around(sky.geometries) if lines.users else None
    told = {
        "corridors": [_corridor(users, frame, job, day) for users in lines.users.values() if frame],
        "airborne": _airborne(plan, day),
        "lowest": _lowest(plan),
        "summed": len(plan.sorties) >= SUMMED_FROM,
    }
    if told["summed"]:
        return told | {"drones": [], "sorties": [], "tracks": [], "limits": [], "entries": []}
    return told | _each(plan, sky, job, lines, day)


def _each(plan: Plan, sky: Airspace, job: Job, lines: Lines, day: Day) -> Json:
    legs = _Legs(sky, job, lines, day)
    by_drone: dict[str, list[str]] = defaultdict(list)
    for sortie in plan.sorties:
        by_drone[sortie.drone].append(sortie.id)
    return {
        "drones": [_drone(drone.id, job, by_drone[drone.id]) for drone in job.drones],
        "sorties": [_sortie(sortie, legs, day) for sortie in plan.sorties],
        "tracks": legs.tracks.values,
        "limits": legs.limits.values,
        "entries": legs.entries.values,
    }


# --- corridors --------------------------------------------------------------------------------------------------------


def _corridor(users: Sequence[tuple[Sortie, Leg]], frame: Frame, job: Job, day: Day) -> Json:
    leg = users[0][1]
    centre = _centre(leg)
    counts = Counter(sortie.drone for sortie, _ in users)
    half_width_m = max(_half_width_m(sortie, job) for sortie, _ in users)
    legs = [leg for _, leg in users]
    return {
        "ids": sorted({leg.corridor for leg in legs}),
        "ends": [leg.from_pad, leg.to_pad],
        "line": centre,
        "area": shapes.corridor_area(centre, frame=frame, half_width_m=half_width_m),
        "half_width_m": half_width_m,
        "levels_amsl_m": sorted({point.alt_amsl_m for point in leg.waypoints[1:-1]}),
        "distance_m": number(leg.distance_m),
        "gates": sorted({gate for leg in legs for gate in leg.gates}),
        "jurisdictions": list(leg.jurisdictions),
        "drones": [[drone, count] for drone, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))],
        "flights": len(legs),
        "hours": _by_hour(legs, day),
        "energy_wh": [number(min(leg.energy_wh for leg in legs)), number(max(leg.energy_wh for leg in legs))],
        "lowest_charge": number(min(leg.soc_end for leg in legs)),
    }


def _by_hour(legs: Sequence[Leg], day: Day) -> list[int]:
    """Return how many legs take off in each hour from the start of the plan on; the last hour may be cut short."""
    hours = max(1, -int(-(day.end - day.start).total_seconds() // HOUR_S))
    counts = Counter(int(day.seconds(leg.waypoints[0].t) // HOUR_S) for leg in legs)
    return [counts[hour] for hour in range(hours)]


def _half_width_m(sortie: Sortie, job: Job) -> float:
    """Return how wide a corridor the type of a sortie flies, half of it; the policy's where nobody knows the type."""
    kinds = [kind for kind in job.drone_types if kind.id == sortie.drone_type]
    return job.policy.half_width_m(kinds[0]) if kinds else job.policy.corridor_half_width_m


def _centre(leg: Leg) -> shapes.Line:
    return shapes.line((point.lon, point.lat) for point in leg.waypoints)


def _one_way(centre: shapes.Line) -> str:
    """Return the same key for a line and for its reverse."""
    return json.dumps(min(centre, centre[::-1]))


# --- all sorties at once ----------------------------------------------------------------------------------------------


def _airborne(plan: Plan, day: Day) -> list[int]:
    """Return how many drones are out at the middle of each part of the plan."""
    middles_s = (np.arange(BINS) + 0.5) * (plan.end - plan.start).total_seconds() / BINS
    departs_s = np.sort([day.seconds(sortie.departs) for sortie in plan.sorties])
    returns_s = np.sort([day.seconds(sortie.returns) for sortie in plan.sorties])
    out = np.searchsorted(departs_s, middles_s, side="right") - np.searchsorted(returns_s, middles_s, side="left")
    return [int(count) for count in out]


def _lowest(plan: Plan) -> Json | None:
    """Return the sortie that lands with the least charge: at the chance of its ledger where all have one."""
    flown = [sortie for sortie in plan.sorties if sortie.legs]
    if not flown:
        return None
    likely = {sortie.id: landing_charge(sortie) for sortie in flown}
    sure = all(told is not None for told in likely.values())
    low = min(flown, key=lambda sortie: (likely[sortie.id] or 0.0) if sure else _planned_low(sortie))
    return {
        "sortie": low.id,
        "drone": low.drone,
        "planned": number(_planned_low(low)),
        "likely": number(likely[low.id]) if sure else None,
        "chance": number(low.ledger.chance) if sure and low.ledger else None,
    }


def _planned_low(sortie: Sortie) -> float:
    return min(leg.soc_end for leg in sortie.legs)


def landing_charge(sortie: Sortie) -> float | None:
    """Return the charge on landing that a sortie keeps with the chance of its ledger; None where it tells none.

    The record tells energies; the share of the packs that a watt-hour is follows from its own trip, planned in both.
    """
    scale = _charge_per_wh(sortie)
    if scale is None or sortie.ledger is None:
        return None
    return sortie.legs[0].soc_start - scale * (sortie.ledger.trip_wh + sortie.ledger.contingency_wh)


def _charge_per_wh(sortie: Sortie) -> float | None:
    used = sum(leg.soc_start - leg.soc_end for leg in sortie.legs)
    energy_wh = sum(leg.energy_wh for leg in sortie.legs)
    return used / energy_wh if used > 0 and energy_wh > 0 else None


# --- one by one -------------------------------------------------------------------------------------------------------


def _drone(drone_id: str, job: Job, sorties: Sequence[str]) -> Json:
    drone = job.drone(drone_id)
    kind = job.drone_type(drone.type)
    return {
        "id": drone.id,
        "type": kind.name,
        "home_pad": drone.home_pad,
        "state_of_charge": number(drone.state_of_charge),
        "health": number(drone.health),
        "battery_wh": number(kind.battery_wh),
        "max_payload_kg": number(kind.max_payload_kg),
        "cruise_mps": number(kind.cruise_mps),
        "max_wind_mps": number(kind.max_wind_mps),
        "swap_s": number(kind.swap_s),
        "sorties": list(sorties),
    }


def _sortie(sortie: Sortie, legs: _Legs, day: Day) -> Json:
    scale = _charge_per_wh(sortie)
    return {
        "id": sortie.id,
        "drone": sortie.drone,
        "departs": day.seconds(sortie.departs),
        "returns": day.seconds(sortie.returns),
        "orders": list(sortie.orders),
        "legs": [legs.told(sortie, index) for index in range(len(sortie.legs))],
        "ledger": None if sortie.ledger is None else _ledger(sortie.ledger),
        "charge_per_wh": number(scale),
        "held_s": sortie.held_s,
        "held_for": list(sortie.held_for),
        "other_ways": list(sortie.other_ways),
    }


def _ledger(ledger: Ledger) -> Json:
    """Return a sortie's ledger; its parts in the order in which they are drawn."""
    parts = {
        "trip": ledger.trip_wh,
        "contingency": ledger.contingency_wh,
        "alternate": ledger.alternate_wh,
        "margin": ledger.margin_wh,
        "reserve": ledger.final_reserve_wh,
    }
    return {
        "chance": number(ledger.chance),
        "median_wh": number(ledger.median_wh),
        "tightest": ledger.tightest,
        "parts": [[name, number(wh)] for name, wh in parts.items()],
    }


class _Legs:
    """Tells legs one by one, and keeps what they have in common."""

    def __init__(self, sky: Airspace, job: Job, lines: Lines, day: Day) -> None:
        self.tracks, self.limits, self.entries = Shared(), Shared(), Shared()
        self._sides = Sides(sky)
        self._bands: dict[str, list[Json]] = {}
        self._orders = {order.id: order for order in job.orders}
        self._lines = lines.numbers()
        self._day = day

    def told(self, sortie: Sortie, index: int) -> Json:
        """Return a leg of a sortie."""
        leg = sortie.legs[index]
        limits = {"floor": [], "cap": []} if leg.profile is None else limits_of(leg.profile)
        entries = [{"zone": entry.zone, "permit": entry.permit, "note": entry.note} for entry in leg.zones]
        return {
            "from": leg.from_pad,
            "to": leg.to_pad,
            "corridor": leg.corridor,
            "line": self._lines[sortie.id, index],
            "orders": [order for order in sortie.orders if _is_for(leg.to_pad, order, self._orders)],
            "pickups": [pickup.order for pickup in leg.pickups],
            "clears": list(leg.clears),
            "payload_kg": number(leg.payload_kg),
            "distance_m": number(leg.distance_m),
            "duration_s": number(leg.duration_s),
            "energy_wh": number(leg.energy_wh),
            "soc_start": number(leg.soc_start),
            "soc_end": number(leg.soc_end),
            "reserve_wh": number(leg.reserve_wh),
            "jurisdictions": list(leg.jurisdictions),
            "gates": list(leg.gates),
            "crossings": [_crossing(crossing, self._day) for crossing in leg.crossings],
            "heights": [round(point.alt_amsl_m, 1) for point in leg.waypoints],
            "times": [self._day.seconds(point.t) for point in leg.waypoints],
            "charge": _charge(leg),
            "track": self.tracks.number(self._track(leg)),
            "limits": self.limits.number(limits),
            "entries": self.entries.number(entries),
            "way_out": way_out(leg.way_out),
        }

    def _track(self, leg: Leg) -> Json:
        """Return the line of a leg, waypoint by waypoint, with the ground below and the zones above and below it."""
        places = [_place(point) for point in leg.waypoints]
        key = json.dumps(places)
        if key not in self._bands:
            self._bands[key] = self._sides.bands(self._sides.line(leg)) if len(places) > 1 else []
        return {
            "line": places,
            "along_m": self._sides.along_m(leg),
            "ground": None if leg.profile is None else ground_of(leg.profile),
            "bands": self._bands[key],
        }


def _is_for(pad: str, order: str, known: Mapping[str, Order]) -> bool:
    return order in known and known[order].to_pad == pad


def _charge(leg: Leg) -> list[list[float]]:
    """Return rows of [m along the leg, s from its take-off, charge], as few as show it; none without a profile."""
    profile = leg.profile
    if profile is None:
        return []
    return [
        [round(profile.along_m[row], 1), round(profile.t_s[row], 1), round(profile.state_of_charge[row], 4)]
        for row in telling_rows(profile)
    ]


def _place(point: Waypoint) -> list[float]:
    return shapes.line([(point.lon, point.lat)])[0]


def _crossing(crossing: Crossing, day: Day) -> Json:
    return {
        "gate": crossing.gate,
        "from": crossing.before,
        "to": crossing.after,
        "alt_amsl_m": number(crossing.alt_amsl_m),
        "t": day.seconds(crossing.t),
    }


def way_out(way: WayOut | None) -> Json | None:
    """Return what pages show of a way out."""
    if way is None:
        return None
    return {
        "alternate": way.alternate,
        "energy_wh": number(way.energy_wh),
        "needed_wh": number(way.needed_wh),
        "margin_wh": number(way.margin_wh),
        "line": shapes.line((point.lon, point.lat) for point in way.waypoints),
    }

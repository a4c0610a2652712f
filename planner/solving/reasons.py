"""Why an order is not served: each possible cause is tried on the order alone, in the order a person would ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from types import MappingProxyType

from airspace.model.gates import Gate
from airspace.model.schedules import Span
from planner.model.fleets import Drone, DroneType
from planner.model.orders import Order
from planner.model.plans import Reason, Unserved
from planner.physics.batteries import capacity_wh
from planner.physics.weather import within_limits
from planner.solving.sorties import DAY, Hop, Trip, Trips, exceeds_cold_chain, fits, holds, shifted_in
from planner.solving.tables import Flight, Group, Tables
from planner.solving.timetables import Placed

Cause = Callable[["_Case"], Unserved | None]


def never(order: Order, trips: Trips) -> Unserved:
    """Return why an order cannot be served even when it has the whole fleet to itself."""
    case = _Case(order, trips)
    found = (cause(case) for cause in CAUSES)
    return next((answer for answer in found if answer is not None), case.says(Reason.UNKNOWN, "no cause was found"))


def today(order: Order, alone: Trip, placed: Sequence[Placed], trips: Trips) -> Unserved:
    """Return why an order that could be served alone is not part of the plan."""
    case = _Case(order, trips)
    penalty = trips.policy.unserved_penalty * order.priority
    money = {"cost": round(alone.cost, 2), "penalty": penalty}
    if alone.cost > penalty:
        return case.says(Reason.NOT_WORTH_IT, "leaving it out costs less than flying it", **money)
    able = [
        drone
        for drone in trips.tables.groups[alone.group].drones
        if fits(alone, drone, trips.tables, state_of_charge=1)
    ]
    if not any(_charged(alone, drone, placed, trips.tables) for drone in able):
        text = "the drones that could carry it begin the day with too little charge, and nothing brings them a swap"
        return case.says(Reason.RESERVE, text, needed_wh=alone.energy_wh, able_drones=len(able), **money)
    if any(_free(alone, drone, placed, trips.tables) for drone in able):
        counted = trips.tables.sky.pad(order.from_pad).swap_packs is not None
        lacking = ", or no charged pack is left," if counted else ""
        text = f"a drone is free, but the landing pads it needs are taken{lacking} at those times"
        return case.says(Reason.PAD_BUSY, text, able_drones=len(able), **money)
    text = "every drone that could carry it is on other orders throughout its window"
    return case.says(Reason.FLEET_BUSY, text, able_drones=len(able), **money)


def _charged(trip: Trip, drone: Drone, placed: Sequence[Placed], tables: Tables) -> bool:
    """Tell whether a drone has the charge for a trip at once, or gets fresh packs after another trip."""
    at_once = fits(trip, drone, tables, state_of_charge=drone.state_of_charge)
    return at_once or any(item.drone == drone for item in placed)


def _free(trip: Trip, drone: Drone, placed: Sequence[Placed], tables: Tables) -> bool:
    """Tell whether a drone has a gap long enough for a trip, pads aside."""
    job, swap = tables.job, timedelta(seconds=tables.groups[trip.group].kind.swap_s)
    length = timedelta(seconds=trip.duration_s)
    own = sorted((p.departs, p.departs + timedelta(seconds=p.trip.duration_s)) for p in placed if p.drone == drone)
    edges = [(job.start - swap, job.start - swap), *own, (job.end + swap, job.end + swap)]
    gaps = [(back + swap, leaves - swap) for (_, back), (leaves, _) in pairwise(edges)]
    if not fits(trip, drone, tables, state_of_charge=drone.state_of_charge):
        gaps = gaps[1:]
    return any(max(start, a) + length <= b and max(start, a) <= end for a, b in gaps for start, end in trip.starts)


class _Case:
    """One order, and what is known of it."""

    def __init__(self, order: Order, trips: Trips) -> None:
        self.order = order
        self.trips = trips
        self.tables: Tables = trips.tables
        self.groups = [number for number, group in enumerate(self.tables.groups) if group.home_pad == order.from_pad]
        self.lifting = [n for n in self.groups if self._lifts(self.tables.groups[n].kind)]

    def _lifts(self, kind: DroneType) -> bool:
        flies = within_limits(kind, self.tables.job.weather)
        return flies and kind.max_payload_kg >= self.order.consignment.mass_kg

    def says(self, reason: Reason, detail: str, **numbers: float) -> Unserved:
        figures = {name: round(float(value), 3) for name, value in sorted(numbers.items())}
        return Unserved(
            order=self.order.id,
            reason=reason,
            detail=detail[:1].upper() + detail[1:],
            numbers=MappingProxyType(figures),
        )

    @property
    def kinds(self) -> list[Group]:
        return [self.tables.groups[number] for number in self.groups]

    def ways(self) -> list[tuple[int, Flight, Flight]]:
        """Return every way out and back of the groups that can lift the order, as (group, out, back)."""
        order = self.order
        pairs = [
            (
                number,
                piece.flights[number].get((order.from_pad, order.to_pad)),
                piece.flights[number].get((order.to_pad, order.from_pad)),
            )
            for piece in self.tables.slices
            for number in self.lifting
        ]
        return [(number, out, back) for number, out, back in pairs if out is not None and back is not None]

    def loads(self) -> list[tuple[int, Flight, Flight]]:
        """Return the ways that can be flown in this wind."""
        return [(number, out, back) for number, out, back in self.ways() if out.flyable and back.flyable]

    def hops(self, number: int, out: Flight, back: Flight) -> tuple[Hop, ...]:
        return self.trips.hops([out, back], [self.order], number)


def _goods(case: _Case) -> Unserved | None:
    goods = case.order.consignment.dangerous_goods
    if not goods:
        return None
    return case.says(
        Reason.DANGEROUS_GOODS, f"dangerous goods ({goods}) need a permission that this plan does not hold"
    )


def _no_fleet(case: _Case) -> Unserved | None:
    if case.groups:
        return None
    return case.says(Reason.FLEET_BUSY, f"no drone has its home at pad {case.order.from_pad}", able_drones=0)


def _custody(case: _Case) -> Unserved | None:
    pad, needs = case.tables.sky.pad(case.order.to_pad), case.order.consignment.custody
    if pad.custody.meets(needs):
        return None
    return case.says(Reason.CUSTODY, f"the order asks for {needs} hand-over; pad {pad.id} offers {pad.custody}")


def _value(case: _Case) -> Unserved | None:
    value, cap = case.order.consignment.declared_value, case.trips.policy.value_cap_per_sortie
    if value <= cap:
        return None
    text = f"declared value {value:,.0f} is above the cap of {cap:,.0f} {case.trips.policy.currency} per sortie"
    return case.says(Reason.VALUE_CAP, text, declared_value=value, cap=cap)


def _weather(case: _Case) -> Unserved | None:
    weather, kinds = case.tables.job.weather, [group.kind for group in case.kinds]
    if any(within_limits(kind, weather) for kind in kinds):
        return None
    most_mps = max(kind.max_wind_mps for kind in kinds)
    if weather.wind_mps > most_mps:
        text = f"a wind of {weather.wind_mps:g} m/s is more than any drone at {case.order.from_pad} flies in"
        return case.says(Reason.WIND, text, wind_mps=weather.wind_mps, max_wind_mps=most_mps)
    text = (
        f"no drone at {case.order.from_pad} flies in this weather: {weather.temperature_c:g} °C is outside its limits"
    )
    return case.says(Reason.UNKNOWN, text, temperature_c=weather.temperature_c, wind_mps=weather.wind_mps)


def _payload(case: _Case) -> Unserved | None:
    mass_kg = case.order.consignment.mass_kg
    weather = case.tables.job.weather
    most_kg = max(group.kind.max_payload_kg for group in case.kinds if within_limits(group.kind, weather))
    if mass_kg <= most_kg:
        return None
    text = f"{mass_kg:g} kg is more than any drone at {case.order.from_pad} lifts ({most_kg:g} kg)"
    return case.says(Reason.PAYLOAD, text, mass_kg=mass_kg, max_payload_kg=most_kg)


def _unreachable(case: _Case) -> Unserved | None:
    if case.ways():
        return None
    for pad in (case.order.to_pad, case.order.from_pad):
        for piece in case.tables.slices:
            refusals = [piece.refused[number].get(pad) for number in case.lifting]
            if all(refusals) and refusals[0] is not None:
                zone = refusals[0].zone
                reason = Reason.PERMIT_MISSING if zone is not None and zone.permittable else Reason.PAD_UNREACHABLE
                gap = {} if refusals[0].gap_m is None else {"gap_m": refusals[0].gap_m}
                keep_out_m = case.trips.policy.keep_out_m(case.tables.groups[case.lifting[0]].kind)
                return case.says(reason, refusals[0].text, **gap, keep_out_m=keep_out_m)
    return case.says(Reason.PAD_UNREACHABLE, f"no corridor leads from {case.order.from_pad} to {case.order.to_pad}")


def _no_gate(case: _Case) -> Unserved | None:
    """Return an answer when two pads lie in different jurisdictions and every gate is shut to the fleet."""
    sky, job = case.tables.sky, case.tables.job
    sides = {
        side.id for pad in (case.order.from_pad, case.order.to_pad) for side in sky.jurisdictions
        if side.area.covers(sky.pad(pad).point)
    }  # fmt: skip
    if len(sides) < 2:
        return None
    in_hours = [gate for gate in sky.gates if gate.schedule.touches(job.start, job.end)]
    if not in_hours:
        return case.says(Reason.GATE_CLOSED, "no gate in the boundary is open during the job", gates=len(sky.gates))
    authorities = {side.authority for side in sky.jurisdictions if side.id in sides}
    if not any(_named(gate, group, authorities, (job.start, job.end)) for gate in in_hours for group in case.kinds):
        text = "no open gate has permits of today, of both authorities, that name a drone at this hub"
        return case.says(Reason.PERMIT_MISSING, text, open_gates=len(in_hours))
    return None


def _named(gate: Gate, group: Group, authorities: set[str], when: Span) -> bool:
    """Tell whether every authority has given a permit that names a group at some time in a span."""
    valid = {
        p.authority for p in gate.permits if p.names(group.aircraft) and p.valid_from < when[1] and when[0] < p.valid_to
    }
    return authorities <= valid


def _wind(case: _Case) -> Unserved | None:
    if case.loads():
        return None
    wind_mps = case.tables.job.weather.wind_mps
    text = f"a wind of {wind_mps:g} m/s leaves too little speed over ground on the way"
    return case.says(Reason.WIND, text, wind_mps=wind_mps, min_ground_speed_mps=case.trips.policy.min_ground_speed_mps)


def _energy(case: _Case) -> Unserved | None:
    """Find the way that asks for the smallest share of its battery, and say when even that is too much."""
    policy = case.trips.policy
    shares = []
    for number, out, back in case.loads():
        group = case.tables.groups[number]
        needed_wh = sum(hop.energy_wh for hop in case.hops(number, out, back))
        best_wh = max(capacity_wh(drone, group.kind) for drone in group.drones)
        shares.append((needed_wh / best_wh, needed_wh, best_wh, out.distance_m + back.distance_m, group.kind.name))
    share, needed_wh, best_wh, distance_m, name = min(shares)
    if share <= 1 - policy.reserve_share:
        return None
    reason = Reason.BATTERY_RANGE if share > 1 else Reason.RESERVE
    text = (
        f"out and back is {distance_m / 1000:.1f} km; {name} needs {needed_wh:,.0f} Wh, and may use "
        f"{best_wh * (1 - policy.reserve_share):,.0f} of {best_wh:,.0f} Wh with the reserve kept"
    )
    usable_wh = best_wh * (1 - policy.reserve_share)
    return case.says(reason, text, needed_wh=needed_wh, usable_wh=usable_wh, capacity_wh=best_wh, distance_m=distance_m)


def _law(case: _Case) -> Unserved | None:
    """Find the way that rules of a jurisdiction forbid least, and say which rule does when every way is forbidden."""
    forbidden = [flight.lawful for _, out, back in case.loads() for flight in (out, back) if not flight.lawful.spans]
    lawful = [way for way in case.loads() if way[1].lawful.spans and way[2].lawful.spans]
    if lawful or not forbidden:
        return None
    least = min(forbidden, key=lambda found: not found.needs_permit)
    reason = Reason.PERMIT_MISSING if all(found.needs_permit for found in forbidden) else Reason.RULE
    return case.says(reason, least.why)


def _cold_chain(case: _Case) -> Unserved | None:
    fastest_s = min(case.hops(*way)[0].ends_s for way in case.loads())
    if not exceeds_cold_chain(case.order, fastest_s):
        return None
    longest = case.order.consignment.max_minutes or 0.0
    text = f"the fastest delivery takes {fastest_s / 60:.1f} min from take-off; the cold chain allows {longest:g} min"
    return case.says(Reason.COLD_CHAIN, text, fastest_min=fastest_s / 60, max_minutes=longest)


def _times(case: _Case) -> Unserved | None:
    """Tell which clock leaves no start: the order's own window, a gate or permit on the way, or a pad's hours."""
    job, order = case.tables.job, case.order
    fastest = min((case.hops(*way) for way in case.loads()), key=lambda hops: hops[0].ends_s)
    after = timedelta(seconds=fastest[0].ends_s)
    soonest = max(order.ready_at, job.start) + after
    if soonest > order.due_at:
        late_min = (soonest - order.due_at).total_seconds() / 60
        away = f"ready {_clock(case, order.ready_at)}, {after.total_seconds() / 60:.0f} min away"
        text = f"{away}: {late_min:.0f} min late at best"
        return case.says(Reason.TIME_WINDOW, text, late_min=late_min, flight_min=after.total_seconds() / 60)
    back = max(order.ready_at, job.start) + timedelta(seconds=fastest[-1].lands_s)
    if back > job.end:
        over_min = (back - job.end).total_seconds() / 60
        text = f"the drone would be back {over_min:.0f} min after the job ends at {_clock(case, job.end)}"
        return case.says(Reason.TIME_WINDOW, text, late_min=over_min, flight_min=fastest[-1].lands_s / 60)
    return _closed(case)


def _closed(case: _Case) -> Unserved | None:
    order, job = case.order, case.tables.job
    window = (max(order.ready_at, job.start), min(order.due_at, job.end))
    for pad in (order.to_pad, order.from_pad):
        if not any(_pad_open(case, pad, case.hops(*way), window) for way in case.loads()):
            return case.says(Reason.PAD_CLOSED, f"no start in {_window(case, window)} keeps the hours of pad {pad}")
    gates = sorted({gate for _, out, back in case.loads() for gate in (*out.passage.gates, *back.passage.gates)})
    text = f"no start in {_window(case, window)} keeps the hours on the way"
    if gates:
        return case.says(Reason.GATE_CLOSED, f"{text}: gates {', '.join(gates)} and their permits")
    return case.says(Reason.ZONE_ACTIVE, f"{text}: zones and permits")


def _pad_open(case: _Case, pad: str, hops: Sequence[Hop], window: Span) -> bool:
    """Tell whether some start in the order's window keeps the hours of one pad."""
    starts: tuple[Span, ...] = ((window[0], window[1] - timedelta(seconds=hops[0].ends_s)),)
    open_spans = case.tables.sky.pad(pad).schedule.spans(case.tables.job.start - DAY, case.tables.job.end + DAY)
    for hold in holds(hops, case.tables):
        if hold.pad == pad:
            starts = shifted_in(starts, open_spans, hold.from_s, hold.until_s)
    return bool(starts)


def _clock(case: _Case, moment: datetime) -> str:
    return f"{moment + case.tables.job.utc_offset:%H:%M}"


def _window(case: _Case, window: Span) -> str:
    return f"{_clock(case, window[0])} to {_clock(case, window[1])}"


CAUSES: tuple[Cause, ...] = (
    _goods, _no_fleet, _no_gate, _weather, _custody, _value, _payload, _unreachable, _law, _wind, _energy,
    _cold_chain, _times,
)  # fmt: skip

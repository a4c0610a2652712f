"""Why an order is not served: each possible cause is tried on the order alone, in the order a person would ask."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from types import MappingProxyType

from airspace.model.gates import Gate
from airspace.model.pads import Custody
from airspace.model.schedules import Span
from airspace.rules.kinds import Activity
from airspace.rules.ledger import Rule
from airspace.rules.pieces import Trait
from planner.model.fleets import Drone, DroneType
from planner.model.orders import Order
from planner.model.plans import Reason, Unserved
from planner.physics.batteries import capacity_wh, most_usable_wh
from planner.physics.weather import strongest_mps
from planner.solving.approvals import unapproved, why_none
from planner.solving.sorties import (
    DAY,
    Hop,
    Trip,
    Trips,
    deposits,
    exceeds_cold_chain,
    fits,
    holds,
    shifted_in,
    worth,
)
from planner.solving.tables import Flight, Group, Slice, Tables
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
    if (full := _value_full(case, alone, able, placed)) is not None:
        return full
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


def _value_full(case: _Case, alone: Trip, able: Sequence[Drone], placed: Sequence[Placed]) -> Unserved | None:
    """Return an answer when the declared value that the plan carries already leaves no room for a trip under a cap."""
    policy, value = case.trips.policy, worth(alone.orders)
    if policy.value_cap_per_drone_day is not None:
        carried = [worth(o for p in placed if p.drone == drone for o in p.trip.orders) for drone in able]
        cap, least = policy.value_cap_per_drone_day, min(carried, default=0.0)
        if least + value > cap:
            text = (
                f"declared value {value:,.0f} would take every drone that could carry it above the cap of {cap:,.0f} "
                f"{policy.currency} per drone and day; the one with the least carries {least:,.0f} already"
            )
            return case.says(Reason.VALUE_CAP, text, declared_value=value, cap=cap, carried=least)
    if policy.value_cap_per_pad is not None and policy.pad_dwell_s is not None:
        return _pad_full(case, alone, placed, policy.value_cap_per_pad, policy.pad_dwell_s)
    return None


def _pad_full(case: _Case, alone: Trip, placed: Sequence[Placed], cap: float, dwell_s: float) -> Unserved | None:
    """Return an answer when at every start of a trip too much value would lie at its pad at one time."""
    (own,) = deposits(alone, dwell_s)
    lying = [
        (p.departs + timedelta(seconds=d.from_s), p.departs + timedelta(seconds=d.until_s), d.value)
        for p in placed for d in deposits(p.trip, dwell_s) if d.pad == own.pad
    ]  # fmt: skip
    after, stays = timedelta(seconds=own.from_s), timedelta(seconds=own.until_s - own.from_s)
    # As early as each stretch allows, or as soon as something has been taken away.
    tried = [start for start, _ in alone.starts]
    tried += [gone - after for _, gone, _ in lying if any(a <= gone - after <= b for a, b in alone.starts)]
    least = min(_most_lying(lying, (start + after, start + after + stays)) for start in tried)
    if least + own.value <= cap:
        return None
    text = (
        f"declared value {own.value:,.0f} would lie at pad {own.pad} beside {least:,.0f} not yet taken away at best; "
        f"the cap is {cap:,.0f} {case.trips.policy.currency} per pad"
    )
    return case.says(Reason.VALUE_CAP, text, declared_value=own.value, cap=cap, lying=least, pad_dwell_s=dwell_s)


def _most_lying(lying: Sequence[tuple[datetime, datetime, float]], during: Span) -> float:
    """Return the most value that lies at a pad at any moment of a span."""
    moments = [during[0], *(start for start, _, _ in lying if during[0] < start < during[1])]
    return max(sum(value for start, gone, value in lying if start <= moment < gone) for moment in moments)


class _Case:
    """One order, and what is known of it."""

    def __init__(self, order: Order, trips: Trips) -> None:
        self.order = order
        self.trips = trips
        self.tables: Tables = trips.tables
        self.groups = [number for number, group in enumerate(self.tables.groups) if group.home_pad == order.from_pad]
        self.lifting = [n for n in self.groups if self._lifts(self.tables.groups[n].kind)]

    def _lifts(self, kind: DroneType) -> bool:
        return self.may_launch(kind) and kind.max_payload_kg >= self.order.consignment.mass_kg

    def may_launch(self, kind: DroneType) -> bool:
        """Tell whether the weather lets a type fly at some time of the day."""
        return any(not self.tables.grounded(kind, piece) for piece in self.tables.slices)

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

    @property
    def custody(self) -> Custody:
        return self.trips.policy.custody_asked(self.order.consignment)

    def asks_for_custody(self) -> str:
        """Say which custody the order asks for, and why when it is not its own word."""
        goods, above = self.order.consignment, self.trips.policy.two_person_above
        if self.custody is goods.custody or above is None:
            return f"the order asks for {self.custody} hand-over"
        currency = self.trips.policy.currency
        value = f"declared value {goods.declared_value:,.0f} is above {above:,.0f} {currency}"
        return f"{value}, which asks for {self.custody} hand-over"

    def levels(self, offered: Custody) -> dict[str, float]:
        """Return the figures behind an answer on custody: levels from 0, a locker, to 2, two persons."""
        levels, above = list(Custody), self.trips.policy.two_person_above
        value = {} if above is None else {"two_person_above": above}
        value |= {"declared_value": self.order.consignment.declared_value} if value else {}
        return {"asked_level": levels.index(self.custody), "offered_level": levels.index(offered), **value}

    def crosses(self) -> str:
        """Say from where to where an order crosses that is not pre-cleared."""
        sides = self.trips.customs.sides
        here, there = ("/".join(sorted(sides[pad])) for pad in (self.order.from_pad, self.order.to_pad))
        return f"it crosses from {here} to {there} and is not pre-cleared"

    def authority_for_goods(self, side_id: str) -> str:
        """Say who approves dangerous goods over a side, and by the id of which rule of its ledger."""
        side = next((side for side in self.tables.sky.jurisdictions if side.id == side_id), None)
        if side is None:
            return "the authority"
        ledgers = [ledger for ledger in self.tables.job.ledgers if ledger.name in side.rules]
        rules = [rule for ledger in ledgers for rule in ledger.in_force if _on_goods(rule)]
        cited = ", ".join(rule.id for rule in rules)
        return f"{side.authority} for {side.id}" + (f" (rule {cited})" if cited else "")

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

    def courses(self) -> list[tuple[int, tuple[Hop, ...]]]:
        """Return the trips that can be flown in this wind, as (group, hops), by way of customs if it has to clear."""
        made = [
            (number, self.trips.hops(flights, [self.order], number, call))
            for piece in self.tables.slices
            for number in self.lifting
            for call in self.trips.customs.calls((self.order,))
            if (flights := self.trips.flights([self.order], number, piece, call)) is not None
        ]
        return [(number, hops) for number, hops in made if all(map(self._clears_well, hops))]

    def _clears_well(self, hop: Hop) -> bool:
        """Tell whether what clears after a hop does so at a pad with the custody it asks for."""
        return not hop.clears or self.tables.sky.pad(hop.flight.to_pad).custody.meets(self.custody)


def _goods(case: _Case) -> Unserved | None:
    """Return an answer when dangerous goods have no approval on the sides of their two pads."""
    goods, sky = case.order.consignment.dangerous_goods, case.tables.sky
    if not goods:
        return None
    sides = [
        side.id for side in sky.jurisdictions
        if any(side.area.covers(sky.pad(pad).point) for pad in (case.order.from_pad, case.order.to_pad))
    ]  # fmt: skip
    return _unapproved(case, [side for side in sides or [""] if not case.trips.policy.goods_approval(goods, side)])


def _unapproved(case: _Case, sides: Sequence[str]) -> Unserved | None:
    """Return an answer that names the goods, and the approvals that would serve them; None without any to name."""
    box = case.order.consignment
    if not sides:
        return None
    goods = f"{box.lithium} ({box.dangerous_goods})" if box.lithium else f"dangerous goods ({box.dangerous_goods})"
    flagged = f"{goods} are flagged for manual approval" if box.lithium else f"{goods} need an approval"
    if not box.dangerous_goods.startswith("UN"):
        text = f"{flagged}, which is held by UN number: a class alone is served by none"
    else:
        told = " and ".join(case.authority_for_goods(side) for side in sides)
        text = f"{flagged}; an approval for {box.dangerous_goods} of {told} in dangerous_goods_allowed would serve it"
    return case.says(Reason.DANGEROUS_GOODS, text, approvals_missing=len(sides))


def _goods_on_the_way(case: _Case) -> Unserved | None:
    """Return an answer when every way leads dangerous goods over a side without approval, or against its rules."""
    if not case.order.consignment.dangerous_goods:
        return None
    out = [hop for _, hops in case.courses() for hop in hops if hop.aboard]
    if all(case.trips.goods_refused(hop) for hop in out):
        return _unapproved(case, min((case.trips.goods_refused(hop) for hop in out), key=len))
    forbidden = [
        hop.flight.goods_lawful for hop in out if hop.flight.goods_lawful and not hop.flight.goods_lawful.spans
    ]
    if len(forbidden) < len(out):
        return None
    least = min(forbidden, key=lambda found: not found.needs_permit)
    return case.says(Reason.DANGEROUS_GOODS, f"with {case.order.consignment.dangerous_goods} on board, {least.why}")


def _on_goods(rule: Rule) -> bool:
    """Tell whether a rule of a ledger is about carrying dangerous goods."""
    return isinstance(rule.asks, Activity) and Trait.DANGEROUS_GOODS in rule.asks.when


def _no_fleet(case: _Case) -> Unserved | None:
    if case.groups:
        return None
    return case.says(Reason.FLEET_BUSY, f"no drone has its home at pad {case.order.from_pad}", able_drones=0)


def _custody(case: _Case) -> Unserved | None:
    pad, needs = case.tables.sky.pad(case.order.to_pad), case.custody
    if pad.custody.meets(needs):
        return None
    text = f"{case.asks_for_custody()}; pad {pad.id} offers {pad.custody}"
    return case.says(Reason.CUSTODY, text, **case.levels(pad.custody))


def _value(case: _Case) -> Unserved | None:
    value, policy = case.order.consignment.declared_value, case.trips.policy
    caps = (
        (policy.value_cap_per_sortie, "per sortie"),
        (policy.value_cap_per_drone_day, "per drone and day"),
        (policy.value_cap_per_pad, "at a pad at one time"),
    )
    for cap, words in caps:
        if cap is not None and value > cap:
            text = f"declared value {value:,.0f} is above the cap of {cap:,.0f} {policy.currency} {words}"
            return case.says(Reason.VALUE_CAP, text, declared_value=value, cap=cap)
    return None


def _weather(case: _Case) -> Unserved | None:
    kinds = [group.kind for group in case.kinds]
    if any(case.may_launch(kind) for kind in kinds):
        return None
    hardiest = max(kinds, key=lambda kind: kind.max_wind_mps)
    causes = [cause for piece in case.tables.slices for cause in case.tables.grounded(hardiest, piece)]
    # A warning that keeps everything on the ground comes before limits of a type, and wind before the rest.
    cause = min(causes, key=lambda cause: (bool(cause.figures), not cause.wind))
    return case.says(Reason.WIND if cause.wind else Reason.WEATHER, cause.words, **cause.figures)


def _payload(case: _Case) -> Unserved | None:
    mass_kg = case.order.consignment.mass_kg
    most_kg = max(group.kind.max_payload_kg for group in case.kinds if case.may_launch(group.kind))
    if mass_kg <= most_kg:
        return None
    text = f"{mass_kg:g} kg is more than any drone at {case.order.from_pad} lifts ({most_kg:g} kg)"
    return case.says(Reason.PAYLOAD, text, mass_kg=mass_kg, max_payload_kg=most_kg)


def _refused(case: _Case) -> Unserved | None:
    """Return an answer when one of the two pads may not be flown to at all."""
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
    return None


def _corridor(case: _Case) -> Unserved | None:
    """Return an answer when only approved corridors may be flown, and one of those out and back never is one."""
    library, job = case.tables.library, case.tables.job
    if library is None or case.ways():
        return None
    pads, clock = (case.order.from_pad, case.order.to_pad), timezone(job.utc_offset)
    kinds = {case.tables.groups[number].kind.id: case.tables.groups[number].kind for number in case.lifting}
    told = [
        why
        for pair in (pads, pads[::-1])
        for kind in kinds.values()
        if (why := why_none(library, pair, kind, job.policy, case.tables.sky, (job.start, job.end), clock))
    ]
    known = sum(len(library.between(*pair)) for pair in (pads, pads[::-1]))
    return case.says(Reason.CORRIDOR, "; ".join(dict.fromkeys(told)), corridors=known)


def _unreachable(case: _Case) -> Unserved | None:
    if case.ways():
        return None
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
    flights = [flight for _, *both in case.ways() for flight in both if not flight.flyable]
    least_mps = case.trips.policy.min_ground_speed_mps
    for flight in flights:
        for cause in flight.grounded:
            return case.says(Reason.WIND if cause.wind else Reason.WEATHER, cause.words, **cause.figures)
    wind_mps = max(strongest_mps(flight.weather) for flight in flights)
    text = f"a wind of {wind_mps:g} m/s leaves too little speed over ground on the way"
    return case.says(Reason.WIND, text, wind_mps=wind_mps, min_ground_speed_mps=least_mps)


def _energy(case: _Case) -> Unserved | None:
    """Find the way that asks for the smallest share of its battery, and say when even that is too much."""
    needs = [_Need.of(case, number, hops) for number, hops in case.courses()]
    least = min(needs, key=lambda need: (need.share, need.needed_wh))
    if least.needed_wh <= least.usable_wh:
        return None
    if not math.isfinite(least.needed_wh):
        text = "the wind may well be so much stronger than forecast that the way out or back cannot be flown"
        return case.says(Reason.WIND, text, chance=least.chance)
    reason = Reason.BATTERY_RANGE if least.share > 1 else Reason.RESERVE
    text = (
        f"out and back is {least.distance_m / 1000:.1f} km; {least.name} needs {least.needed_wh:,.0f} Wh "
        f"({least.chance:.1%} sure), and may use {least.usable_wh:,.0f} of {least.capacity_wh:,.0f} Wh with the "
        "reserve kept"
    )
    return case.says(
        reason, text, needed_wh=least.needed_wh, forecast_wh=least.forecast_wh, usable_wh=least.usable_wh,
        capacity_wh=least.capacity_wh, distance_m=least.distance_m, chance=least.chance,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Need:
    """What one way of serving an order asks of the best packs that may fly it."""

    name: str
    """Of the drone type."""
    chance: float
    forecast_wh: float
    needed_wh: float
    usable_wh: float
    capacity_wh: float
    distance_m: float

    @classmethod
    def of(cls, case: _Case, number: int, hops: Sequence[Hop]) -> _Need:
        group, policy = case.tables.groups[number], case.trips.policy
        return cls(
            name=group.kind.name,
            chance=policy.chance(worth([case.order])),
            forecast_wh=sum(hop.energy_wh for hop in hops),
            needed_wh=case.trips.quantile_wh(hops, number),
            usable_wh=most_usable_wh(group.drones, group.kind, policy),
            capacity_wh=max(capacity_wh(drone, group.kind) for drone in group.drones),
            distance_m=sum(hop.flight.distance_m for hop in hops),
        )

    @property
    def share(self) -> float:
        """Of what the packs hold."""
        return self.needed_wh / self.capacity_wh


def _way_out(case: _Case) -> Unserved | None:
    """Say from above which pad there is no way out to an alternate that the packs are enough for."""
    if not case.tables.alternates:
        return None
    lost = [_lost(case, number, hops) for number, hops in case.courses()]
    return None if not all(lost) else max((found for found in lost if found), key=lambda item: item[0])[1]


def _lost(case: _Case, number: int, hops: Sequence[Hop]) -> tuple[float, Unserved] | None:
    """Return the first hop of a trip without a way out, with the energy left over; None when all have one."""
    need = _Need.of(case, number, hops)
    for at, hop in enumerate(hops):
        ways = case.trips.ways_from(hop, number, _piece_of(case, number, hops))
        pad = hop.flight.to_pad
        if not ways:
            text = f"from above {pad} no alternate that may take the order can be reached"
            return -math.inf, case.says(Reason.RESERVE, text, usable_wh=need.usable_wh)
        needed_wh = min(case.trips.with_way_out_wh(hops, at, number, way) for way in ways)
        if not math.isfinite(needed_wh):
            text = f"the wind may well be so much stronger than forecast that no way out from above {pad} can be flown"
            return -math.inf, case.says(Reason.WIND, text, chance=need.chance)
        if needed_wh > need.usable_wh:
            text = (
                f"if {pad} cannot be landed on, {need.name} would need {needed_wh:,.0f} Wh to the alternate "
                f"{ways[0].alternate} ({need.chance:.1%} sure), and may use {need.usable_wh:,.0f} Wh with the reserve "
                "kept"
            )
            numbers = {"needed_wh": needed_wh, "usable_wh": need.usable_wh, "alternate_wh": ways[0].energy_wh}
            return need.usable_wh - needed_wh, case.says(Reason.RESERVE, text, chance=need.chance, **numbers)
    return None


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
    fastest_s = min(hops[-2].released_s for _, hops in case.courses())
    factor = case.trips.policy.time_factor
    if not exceeds_cold_chain(case.order, fastest_s * factor):
        return None
    longest, fastest_min = case.order.consignment.max_minutes or 0.0, fastest_s / 60
    figures = {"fastest_min": fastest_min, "max_minutes": longest}
    text = f"the fastest delivery takes {fastest_min:.1f} min from take-off"
    if factor > 1:
        text += f", {fastest_min * factor:.1f} min as a quantile (factor {factor:g})"
        figures |= {"quantile_min": fastest_min * factor, "time_factor": factor}
    return case.says(Reason.COLD_CHAIN, f"{text}; the cold chain allows {longest:g} min", **figures)


def _times(case: _Case) -> Unserved | None:
    """Tell which clock leaves no start: the order's own window, a gate or permit on the way, or a pad's hours."""
    job, order = case.tables.job, case.order
    fastest = min((hops for _, hops in case.courses()), key=lambda hops: hops[-2].released_s)
    after = timedelta(seconds=fastest[-2].released_s)
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
        if not any(_pad_open(case, pad, hops, window) for _, hops in case.courses()):
            return case.says(Reason.PAD_CLOSED, f"no start in {_window(case, window)} keeps the hours of pad {pad}")
    if (unkept := _custody_hours(case, window) or _customs_hours(case, window)) is not None:
        return unkept
    if not any(_kept_together(case, hops, window) for _, hops in case.courses()):
        text = (
            f"no start in {_window(case, window)} keeps the hours of pads, two persons and customs, and the cold "
            "chain, at once"
        )
        return case.says(Reason.CUSTOMS_WINDOW if case.trips.customs.needed(order) else Reason.CUSTODY, text)
    held_up = _held_up(case, window)
    if held_up:
        return case.says(Reason.CORRIDOR, f"no start in {_window(case, window)} keeps to approved corridors: {held_up}")
    if case.tables.alternates and any(starts := [_starts_of(case, *way) for way in case.courses()]):
        ways = zip(case.courses(), starts, strict=True)
        if not any(_open_out(case, number, hops, spans) for (number, hops), spans in ways):
            text = f"no start in {_window(case, window)} leaves an alternate open that the packs are enough for"
            return case.says(Reason.RESERVE, text)
    gates = sorted({gate for _, out, back in case.loads() for gate in (*out.passage.gates, *back.passage.gates)})
    text = f"no start in {_window(case, window)} keeps the hours on the way"
    if gates:
        return case.says(Reason.GATE_CLOSED, f"{text}: gates {', '.join(gates)} and their permits")
    return case.says(Reason.ZONE_ACTIVE, f"{text}: zones and permits")


def _starts_of(case: _Case, number: int, hops: Sequence[Hop]) -> tuple[Span, ...]:
    """Return the starts of a trip, ways out aside."""
    return case.trips.starts([case.order], hops, _piece_of(case, number, hops))


def _open_out(case: _Case, number: int, hops: Sequence[Hop], starts: tuple[Span, ...]) -> bool:
    """Tell whether some start leaves a way out open from above every pad that the packs are enough for."""
    found = case.trips.ways_out(hops, number, _piece_of(case, number, hops), starts) if starts else None
    if found is None:
        return False
    return case.trips.needs(hops, number, found[0]).most_wh <= _Need.of(case, number, hops).usable_wh


def _piece_of(case: _Case, number: int, hops: Sequence[Hop]) -> Slice:
    """Return the slice of the day that the flights of a trip are of."""
    return next(piece for piece in case.tables.slices if hops[0].flight in piece.flights[number].values())


def _held_up(case: _Case, window: Span) -> str:
    """Say which corridor is not approved for long enough in the order's window; empty when one way out and back is."""
    library, job = case.tables.library, case.tables.job
    if library is None:
        return ""
    told = []
    for number, hops in case.courses():
        kind, handed_s = case.tables.groups[number].kind.id, hops[-2].ends_s
        starts: tuple[Span, ...] = ((window[0], window[1] - timedelta(seconds=handed_s)),)
        for hop in hops:
            approved = library.approved_spans(hop.flight.corridor, kind, (job.start, job.end))
            starts = shifted_in(starts, approved, hop.starts_s, hop.ends_s)
        if starts:
            return ""
        under_way = (window[0], window[1] + timedelta(seconds=hops[-1].ends_s - handed_s))
        for hop in hops:
            corridor = library.corridor(hop.flight.corridor)
            why = unapproved(library, corridor, kind, under_way, timezone(job.utc_offset))
            told += [f"corridor {corridor.id} is {why}"] if why else []
    return "; ".join(dict.fromkeys(told))


def _pad_open(case: _Case, pad: str, hops: Sequence[Hop], window: Span) -> bool:
    """Tell whether some start in the order's window keeps the hours of one pad."""
    starts = _starts(window, hops[-2].released_s)
    open_spans = case.tables.sky.pad(pad).schedule.spans(case.tables.job.start - DAY, case.tables.job.end + DAY)
    for hold in holds(hops, case.tables):
        if hold.pad == pad:
            starts = shifted_in(starts, open_spans, hold.from_s, hold.until_s)
    return bool(starts)


def _kept_together(case: _Case, hops: Sequence[Hop], window: Span) -> bool:
    """Tell whether a trip keeps the cold chain, and at some start the hours of pads, of two persons and of customs."""
    if exceeds_cold_chain(case.order, hops[-2].released_s * case.trips.policy.time_factor):
        return False
    starts = _starts(window, hops[-2].released_s)
    for hop in hops:
        starts = case.trips.cleared(case.trips.well_kept(starts, hop), hop)
    for hold in holds(hops, case.tables):
        schedule = case.tables.sky.pad(hold.pad).schedule
        open_spans = schedule.spans(case.tables.job.start - DAY, case.tables.job.end + DAY)
        starts = shifted_in(starts, open_spans, hold.from_s, hold.until_s)
    return bool(starts)


def _custody_hours(case: _Case, window: Span) -> Unserved | None:
    """Return an answer when two persons are asked for, and no start in the window lands while they are there."""

    def unkept(hops: Sequence[Hop]) -> list[Hop]:
        starts = _starts(window, hops[-2].released_s)
        return [hop for hop in hops if not case.trips.well_kept(starts, hop)]

    found = [unkept(hops) for _, hops in case.courses()]
    if not all(found):
        return None
    pad = case.tables.sky.pad(found[0][0].flight.to_pad)
    spans = pad.two_person_hours.spans(*window)
    text = (
        f"{case.asks_for_custody()}; at pad {pad.id} two persons are there "
        f"{pad.two_person_hours.in_words(timezone(case.tables.job.utc_offset))}, which no hand-over in "
        f"{_window(case, window)} keeps"
    )
    there_min = sum((end - start).total_seconds() for start, end in spans) / 60
    return case.says(Reason.CUSTODY, text, two_person_min=there_min, **case.levels(Custody.STAFFED))


def _customs_hours(case: _Case, window: Span) -> Unserved | None:
    """Return an answer when no start in the window lets the order clear while customs are there."""
    clock = timezone(case.tables.job.utc_offset)
    posts: dict[str, tuple[float, float]] = {}
    told: list[str] = []
    for _, hops in case.courses():
        starts = _starts(window, hops[-2].released_s)
        clearing = [hop for hop in hops if hop.clears]
        if not clearing or any(case.trips.cleared(starts, hop) for hop in clearing):
            return None
        (hop,) = clearing
        pad = case.tables.sky.pad(hop.flight.to_pad)
        if pad.id not in posts and pad.customs_windows is not None:
            there_s = sum((end - start).total_seconds() for start, end in pad.customs_windows.spans(*window))
            posts[pad.id] = there_s, hop.dwell_s
            told.append(f"{pad.id} {pad.customs_windows.in_words(clock)}")
    there_s, dwell_s = max(posts.values())
    text = (
        f"{case.crosses()}; no landing in {_window(case, window)} lets it clear, which takes {dwell_s / 60:g} min, "
        f"within the customs windows: {', '.join(told)}"
    )
    return case.says(
        Reason.CUSTOMS_WINDOW, text, customs_pads=len(posts), open_min=there_s / 60, dwell_min=dwell_s / 60
    )


def _customs(case: _Case) -> Unserved | None:
    """Return an answer when an order has to clear, and no pad on the way or at its end can do that."""
    if not case.trips.customs.needed(case.order) or case.courses():
        return None
    posts = [post for post in case.trips.customs.posts if post.id != case.order.from_pad]
    why = f"none of {', '.join(post.id for post in posts)} can be flown by with {case.custody} custody"
    text = f"{case.crosses()}; " + (why if posts else "no pad on the way or at its destination clears customs")
    return case.says(Reason.CUSTOMS_WINDOW, text, customs_pads=len(posts))


def _customs_time(case: _Case) -> Unserved | None:
    """Return an answer when an order would be in time and is not, because of the time that customs take."""
    order, job = case.order, case.tables.job
    if not case.trips.customs.needed(order):
        return None
    direct_s = min(out.flown_s for _, out, _ in case.loads()) + case.trips.policy.handover_s
    cleared_s = min(hops[-2].released_s for _, hops in case.courses())
    ready = max(order.ready_at, job.start)

    def late(after_s: float) -> bool:
        cold = exceeds_cold_chain(order, after_s * case.trips.policy.time_factor)
        return cold or ready + timedelta(seconds=after_s) > order.due_at

    if late(direct_s) or not late(cleared_s):
        return None
    allowed_s = (order.due_at - ready).total_seconds()
    if order.consignment.max_minutes is not None:
        allowed_s = min(allowed_s, order.consignment.max_minutes * 60 / case.trips.policy.time_factor)
    text = (
        f"{case.crosses()}; with customs it takes {cleared_s / 60:.1f} min from take-off, {direct_s / 60:.1f} min "
        f"without; it may take {allowed_s / 60:.1f} min"
    )
    figures = {"direct_min": direct_s / 60, "cleared_min": cleared_s / 60, "allowed_min": allowed_s / 60}
    return case.says(Reason.CUSTOMS_WINDOW, text, **figures)


def _starts(window: Span, ends_s: float) -> tuple[Span, ...]:
    """Return the starts whose delivery, some time later, still ends within a window."""
    return ((window[0], window[1] - timedelta(seconds=ends_s)),)


def _clock(case: _Case, moment: datetime) -> str:
    return f"{moment + case.tables.job.utc_offset:%H:%M}"


def _window(case: _Case, window: Span) -> str:
    return f"{_clock(case, window[0])} to {_clock(case, window[1])}"


CAUSES: tuple[Cause, ...] = (
    _goods, _no_fleet, _no_gate, _weather, _custody, _value, _payload, _refused, _corridor, _unreachable, _law,
    _wind, _customs, _goods_on_the_way, _energy, _way_out, _customs_time, _cold_chain, _times,
)  # fmt: skip

"""For each reason the kinds of change that could mend it, the one that somebody would ask for first at the front.

A builder yields scales of changes, whether they help or not. A new kind of change is a builder here and a row of
``MENDS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from math import ceil, isfinite
from types import MappingProxyType
from typing import TypeAlias

from airspace.corridors.library import joined
from airspace.earth.frame import GEOD
from airspace.model.corridors import Act, Corridor, Entry, Library
from airspace.model.gates import Gate, Permit
from airspace.model.pads import Custody, Pad
from airspace.model.schedules import DAY, Schedule, Span
from airspace.model.skies import Airspace
from airspace.model.zones import Restriction
from planner.explaining.changes import Change, Kind, Scale, World, single, with_gate, with_order, with_pads
from planner.explaining.permits import least_leave, nearest_gates
from planner.explaining.schedules import opened, widened
from planner.explaining.trials import Trials
from planner.model.fleets import Drone
from planner.model.goods import GoodsApproval
from planner.model.jobs import Job
from planner.model.orders import Order
from planner.model.plans import CorridorChoice, Reason, Unserved
from planner.solving.customs import Customs
from planner.solving.freezing import freeze_job

LONGEST_MIN = 720
"""How much longer something is thought to be open, or to last, at most."""
DAY_LONGER_MIN = 240
DAY_STEP_MIN = 5
"""On the whole day times are tried in steps of this; alone, which is quick, minute by minute."""
NEARBY_M = 5000.0
NEARBY_PADS = 4
HIGHEST_PRIORITY = 1000
ONE_BY_ONE = 6
"""How many drones are thought of singly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """An order that is not served, and why: what a builder goes by."""

    trials: Trials
    why: Unserved
    alone: bool
    """Whether it could be served by itself, so that only the day is in its way."""

    @property
    def order(self) -> Order:
        """The order."""
        return self.trials.order

    @property
    def job(self) -> Job:
        """The job as it is."""
        return self.trials.job

    @property
    def sky(self) -> Airspace:
        """The airspace as it is."""
        return self.trials.sky

    @property
    def around(self) -> Span:
        """The job with a day on either side."""
        return self.job.start - DAY, self.job.end + DAY

    @property
    def step_min(self) -> int:
        """In which steps times are tried."""
        return DAY_STEP_MIN if self.alone else 1

    @property
    def hub(self) -> Pad:
        """The pad that the order comes from."""
        return self.sky.pad(self.order.from_pad)

    @property
    def pad(self) -> Pad:
        """The pad that the order goes to."""
        return self.sky.pad(self.order.to_pad)

    @property
    def fleet(self) -> tuple[Drone, ...]:
        """The drones of the hub."""
        return tuple(drone for drone in self.job.drones if drone.home_pad == self.hub.id)

    def change(
        self,
        kind: Kind,
        words: str,
        size: float,
        unit: str,
        apply: Callable[[Job, Airspace], World],
        *,
        reroutes: bool = False,
        orders: tuple[str, ...] = (),
    ) -> Change:
        """Return a change for the order."""
        served = orders or (self.order.id,)
        return Change(kind=kind, words=words, size=size, unit=unit, orders=served, reroutes=reroutes, apply=apply)

    def minutes(self, most_min: float, at: Callable[[int], Change]) -> Scale:
        """Return the scale of a change that is told in minutes."""
        return Scale(steps=max(0, ceil(most_min / self.step_min)), at=lambda step: at(step * self.step_min))

    def clock(self, moment: datetime) -> str:
        """Tell a time by the clock of the job."""
        return f"{moment + self.job.utc_offset:%H:%M}"


Builder: TypeAlias = Callable[[Ask], Iterable[Scale]]


def later(ask: Ask) -> Iterator[Scale]:
    """Let the order be due later, up to the end of the job."""

    def at(minutes: int) -> Change:
        due = ask.order.due_at + timedelta(minutes=minutes)
        words = f"{ask.order.id} due {minutes} min later, at {ask.clock(due)}"
        return ask.change(
            Kind.LATER, words, minutes, "min", lambda job, sky: (with_order(job, ask.order.id, due_at=due), sky)
        )

    yield ask.minutes((ask.job.end - ask.order.due_at).total_seconds() / 60, at)


def earlier(ask: Ask) -> Iterator[Scale]:
    """Let it be ready earlier, down to the start of the job."""

    def at(minutes: int) -> Change:
        ready = ask.order.ready_at - timedelta(minutes=minutes)
        words = f"{ask.order.id} ready {minutes} min earlier, at {ask.clock(ready)}"
        return ask.change(
            Kind.EARLIER, words, minutes, "min", lambda job, sky: (with_order(job, ask.order.id, ready_at=ready), sky)
        )

    yield ask.minutes((ask.order.ready_at - ask.job.start).total_seconds() / 60, at)


def longer_day(ask: Ask) -> Iterator[Scale]:
    """Let drones fly later in the day than the job says, or earlier."""

    def until(minutes: int) -> Change:
        end = ask.job.end + timedelta(minutes=minutes)
        words = f"the day of flying ends {minutes} min later, at {ask.clock(end)}"
        return ask.change(
            Kind.DAY_END, words, minutes, "min", lambda job, sky: (replace(job, end=end), sky), reroutes=True
        )

    def since(minutes: int) -> Change:
        start = ask.job.start - timedelta(minutes=minutes)
        words = f"the day of flying begins {minutes} min earlier, at {ask.clock(start)}"
        return ask.change(
            Kind.DAY_START, words, minutes, "min", lambda job, sky: (replace(job, start=start), sky), reroutes=True
        )

    yield ask.minutes(DAY_LONGER_MIN, until)
    yield ask.minutes(DAY_LONGER_MIN, since)


def split(ask: Ask) -> Iterator[Scale]:
    """Make two parcels of one, each with half of its mass and value."""
    goods, ids = ask.order.consignment, _free_ids(ask.order.id, {order.id for order in ask.job.orders})
    half = replace(goods, mass_kg=goods.mass_kg / 2, declared_value=goods.declared_value / 2)

    def apply(job: Job, sky: Airspace) -> World:
        halves = [replace(ask.order, id=name, consignment=half) for name in ids]
        kept = ([order] if order.id != ask.order.id else halves for order in job.orders)
        return replace(job, orders=tuple(order for part in kept for order in part)), sky

    words = (
        f"{ask.order.id} split into two parcels of {half.mass_kg:g} kg, each worth {half.declared_value:,.0f} "
        f"{goods.currency}"
    )
    yield single(ask.change(Kind.SPLIT, words, 2, "parcels", apply, orders=ids))


def _free_ids(name: str, taken: set[str]) -> tuple[str, str]:
    """Return two ids for the halves of an order that no other order has."""
    free = (f"{name}/{number}" for number in count(1))
    first, second = [new for _, new in zip(range(len(taken) + 2), free, strict=False) if new not in taken][:2]
    return first, second


def custody(ask: Ask) -> Iterator[Scale]:
    """Offer a better hand-over at the pad, at its alternates or at customs it calls at: the least that is asked for."""
    asked = ask.job.policy.custody_asked(ask.order.consignment)
    for pad in (ask.pad, *_others(ask, lambda pad: pad.is_alternate or pad.customs_windows is not None)):
        if not pad.custody.meets(asked):
            words = f"{_level(asked)} hand-over at pad {pad.id}, which offers {_level(pad.custody)} now"
            levels = list(Custody)
            size = levels.index(asked) - levels.index(pad.custody)
            yield single(ask.change(Kind.CUSTODY, words, size, "levels", _on_pads([pad.id], custody=asked)))


def _level(custody: Custody) -> str:
    return str(custody).replace("_", "-")


def _on_pads(ids: Iterable[str], **fields: object) -> Callable[[Job, Airspace], World]:
    chosen = tuple(ids)
    return lambda job, sky: (job, with_pads(sky, lambda pad: replace(pad, **fields), chosen))  # type: ignore[arg-type]


def _pad_keeps(pad_id: str, hours: str, schedule: Schedule) -> Callable[[Job, Airspace], World]:
    return _on_pads([pad_id], **{hours: schedule})


def _others(ask: Ask, wanted: Callable[[Pad], bool]) -> list[Pad]:
    """Return the pads of a sort that the order neither comes from nor goes to, nearest to its pad first."""
    ends = {ask.hub.id, ask.pad.id}
    return sorted((pad for pad in ask.sky.pads if pad.id not in ends and wanted(pad)), key=lambda pad: _off_m(ask, pad))


def _off_m(ask: Ask, pad: Pad) -> float:
    return float(GEOD.inv(ask.pad.lon, ask.pad.lat, pad.lon, pad.lat)[2])


def other_pad(ask: Ask) -> Iterator[Scale]:
    """Deliver to another pad nearby, on the same side, that offers the hand-over asked for."""
    asked, sides = ask.job.policy.custody_asked(ask.order.consignment), Customs.of(ask.job, ask.sky).sides
    near = [
        pad
        for pad in _others(ask, lambda pad: pad.custody.meets(asked))
        if sides[pad.id] == sides[ask.pad.id] and _off_m(ask, pad) <= NEARBY_M
    ]
    for pad in near[:NEARBY_PADS]:
        words = f"delivered to pad {pad.id} instead, {_off_m(ask, pad) / 1000:.1f} km from {ask.pad.id}"
        yield single(ask.change(Kind.OTHER_PAD, words, _off_m(ask, pad), "m", _to_pad(ask, pad.id), reroutes=True))


def _to_pad(ask: Ask, pad_id: str) -> Callable[[Job, Airspace], World]:
    return lambda job, sky: (with_order(job, ask.order.id, to_pad=pad_id), sky)


CAPS = {
    "value_cap_per_sortie": "per sortie",
    "value_cap_per_drone_day": "per drone and day",
    "value_cap_per_pad": "at a pad at one time",
}


def value_cap(ask: Ask) -> Iterator[Scale]:
    """Raise the cap that is in the way by as much as the order needs."""
    figures = ask.why.numbers
    needed = figures.get("declared_value", 0.0) + figures.get("carried", 0.0) + figures.get("lying", 0.0)
    for name, words in CAPS.items():
        cap = getattr(ask.job.policy, name)
        if cap is not None and cap == figures.get("cap") and cap < needed:
            told = f"a cap of {needed:,.0f} {ask.job.policy.currency} {words} in the place of {cap:,.0f}"
            yield single(
                ask.change(Kind.VALUE_CAP, told, needed - cap, ask.job.policy.currency, _policy(**{name: needed}))
            )


def _policy(**fields: object) -> Callable[[Job, Airspace], World]:
    return lambda job, sky: (replace(job, policy=replace(job.policy, **fields)), sky)  # type: ignore[arg-type]


def goods(ask: Ask) -> Iterator[Scale]:
    """Get the approvals that dangerous goods with a UN number lack: on the sides of the two pads, or on all."""
    number = ask.order.consignment.dangerous_goods
    if not number.startswith("UN"):
        return
    sides = {side.id: side.authority for side in ask.sky.jurisdictions}
    ends = [s.id for s in ask.sky.jurisdictions if s.area.covers(ask.hub.point) or s.area.covers(ask.pad.point)]
    for chosen in (ends or [""], list(sides)):
        lacking = [side for side in chosen if ask.job.policy.goods_approval(number, side) is None]
        if lacking:
            told = " and ".join(f"{sides[side]} for {side}" if side else "the authority" for side in lacking)
            new = tuple(GoodsApproval(un_number=number, jurisdiction=side, approval="asked for") for side in lacking)
            held = (*ask.job.policy.dangerous_goods_allowed, *new)
            words = f"an approval for {number} of {told}"
            apply = _policy(dangerous_goods_allowed=held)
            yield single(ask.change(Kind.GOODS, words, len(lacking), "approvals", apply))


def cold_chain(ask: Ask) -> Iterator[Scale]:
    """Let the cold chain last longer."""
    longest_min = ask.order.consignment.max_minutes
    if longest_min is None:
        return

    def at(minutes: int) -> Change:
        longer = longest_min + minutes
        words = f"a cold chain of {longer:g} min in the place of {longest_min:g}"
        return ask.change(
            Kind.COLD_CHAIN, words, minutes, "min",
            lambda job, sky: (with_order(job, ask.order.id, max_minutes=longer), sky),
        )  # fmt: skip

    yield ask.minutes(LONGEST_MIN, at)


def precleared(ask: Ask) -> Iterator[Scale]:
    """Have it pre-cleared with customs."""
    if ask.order.precleared:
        return
    words = f"{ask.order.id} pre-cleared with customs"
    yield single(
        ask.change(Kind.PRECLEARED, words, 1, "approvals",
                   lambda job, sky: (with_order(job, ask.order.id, precleared="asked for"), sky))
    )  # fmt: skip


def customs_hours(ask: Ask) -> Iterator[Scale]:
    """Have customs there longer."""
    for pad in ask.sky.pads:
        if pad.customs_windows is not None and pad.id != ask.hub.id:
            yield from _longer(
                ask, Kind.CUSTOMS_HOURS, f"customs at pad {pad.id}", pad.customs_windows,
                partial(_pad_keeps, pad.id, 'customs_windows'), reroutes=False,
            )  # fmt: skip


def two_person_hours(ask: Ask) -> Iterator[Scale]:
    """Have two persons there longer."""
    for pad in (ask.pad, *_others(ask, lambda pad: pad.is_alternate or pad.customs_windows is not None)):
        if pad.custody is Custody.TWO_PERSON:
            yield from _longer(
                ask, Kind.TWO_PERSON_HOURS, f"two persons at pad {pad.id}", pad.two_person_hours,
                partial(_pad_keeps, pad.id, 'two_person_hours'), reroutes=False,
            )  # fmt: skip


def pad_hours(ask: Ask) -> Iterator[Scale]:
    """Keep a pad open longer."""
    for pad in (ask.pad, ask.hub, *_others(ask, lambda pad: pad.is_alternate or pad.customs_windows is not None)):
        yield from _longer(
            ask, Kind.PAD_HOURS, f"pad {pad.id} open", pad.schedule,
            partial(_pad_keeps, pad.id, 'schedule'), reroutes=False,
        )  # fmt: skip


def gate_hours(ask: Ask) -> Iterator[Scale]:
    """Keep a gate open longer."""
    for gate in nearest_gates(ask.trials):
        yield from _longer(
            ask, Kind.GATE_HOURS, f"gate {gate.id} open", gate.schedule,
            partial(_gate_keeps, gate), reroutes=True,
        )  # fmt: skip


def _on_gate(gate: Gate, **fields: object) -> Callable[[Job, Airspace], World]:
    return lambda job, sky: (job, with_gate(sky, gate.id, lambda one: replace(one, **fields)))  # type: ignore[arg-type]


def _gate_keeps(gate: Gate, schedule: Schedule) -> Callable[[Job, Airspace], World]:
    return _on_gate(gate, schedule=schedule)


def permit_hours(ask: Ask) -> Iterator[Scale]:
    """Keep the permits of a gate valid longer, all of them that name a drone of the hub."""
    aircraft = {name for drone in ask.fleet for name in (drone.id, drone.type)}
    for gate in nearest_gates(ask.trials):
        named = [permit for permit in gate.permits if permit.names(aircraft)]
        for before, after in ((1, 0), (0, 1)) if named else ():
            yield ask.minutes(LONGEST_MIN, _valid_longer(ask, gate, named, before, after))


def _valid_longer(
    ask: Ask, gate: Gate, named: list[Permit], before: int, after: int
) -> Callable[[int], Change]:  # fmt: skip
    def at(minutes: int) -> Change:
        extra = timedelta(minutes=minutes)
        longer = {id(one): _lasting(one, ask.around, before * extra, after * extra) for one in named}
        permits = tuple(longer.get(id(one), one) for one in gate.permits)
        told = f"permits {', '.join(one.id for one in named)}"
        words = f"{told} valid {minutes} min {'earlier' if before else 'longer'}"
        return ask.change(
            Kind.PERMIT_HOURS, words, minutes, "min", _on_gate(gate, permits=permits), reroutes=True
        )  # fmt: skip

    return at


def _lasting(permit: Permit, around: Span, before: timedelta, after: timedelta) -> Permit:
    valid = permit.valid_from - before, permit.valid_to + after
    hours = permit.schedule
    if not hours.permanent and hours.touches(*around):
        hours = widened(hours, around, before=before, after=after)
    return replace(permit, valid_from=valid[0], valid_to=valid[1], schedule=hours)


def _longer(
    ask: Ask,
    kind: Kind,
    what: str,
    schedule: Schedule,
    apply: Callable[[Schedule], Callable[[Job, Airspace], World]],
    *,
    reroutes: bool,
) -> Iterator[Scale]:
    """Yield hours with a stretch more from when the order is ready, that begin earlier, and that end later."""
    if schedule.permanent:
        return

    def scale(words: Callable[[int], str], made: Callable[[timedelta], Schedule]) -> Scale:
        return ask.minutes(LONGEST_MIN,
            lambda minutes: ask.change(
                kind, f"{what} {words(minutes)}", minutes, "min", apply(made(timedelta(minutes=minutes))),
                reroutes=reroutes,
            ),
        )  # fmt: skip

    ready, none = max(ask.order.ready_at, ask.job.start), timedelta(0)
    yield scale(
        lambda minutes: f"also for {minutes} min from {ask.clock(ready)} on",
        lambda extra: opened(schedule, ask.around, (ready, ready + extra)),
    )
    if schedule.touches(*ask.around):
        yield scale(
            lambda minutes: f"from {minutes} min earlier on",
            lambda extra: widened(schedule, ask.around, before=extra, after=none),
        )
        yield scale(
            lambda minutes: f"until {minutes} min later",
            lambda extra: widened(schedule, ask.around, before=none, after=extra),
        )


def permit(ask: Ask) -> Iterator[Scale]:
    """Get the fewest permits that are missing."""
    for change in least_leave(ask.trials):
        yield single(change)


def slot(ask: Ask) -> Iterator[Scale]:
    """Make one more slot at the pad, or at the hub."""
    for pad in (ask.pad, ask.hub):
        words = f"{pad.slots + 1} slots at pad {pad.id} in the place of {pad.slots}"
        yield single(ask.change(Kind.SLOT, words, 1, "slots", _on_pads([pad.id], slots=pad.slots + 1)))


def drone(ask: Ask) -> Iterator[Scale]:
    """Put one more drone at the hub, fully charged: of a type that is there already, or of another."""
    there = {one.type for one in ask.fleet}
    taken = {one.id for one in ask.job.drones}
    for kind in sorted(ask.job.drone_types, key=lambda kind: (kind.id not in there, kind.id)):
        name = next(new for number in count(1) if (new := f"{kind.id}+{number}") not in taken)
        added = Drone(id=name, type=kind.id, home_pad=ask.hub.id)
        words = f"one more drone of type {kind.id} at {ask.hub.id}"
        yield single(ask.change(Kind.DRONE, words, 1, "drones", _with_drone(added)))


def _with_drone(new: Drone) -> Callable[[Job, Airspace], World]:
    return lambda job, sky: (replace(job, drones=(*job.drones, new)), sky)


def charged(ask: Ask) -> Iterator[Scale]:
    """Charge a drone of the hub fully before the start, or several where one is not enough: who lacks least first."""
    short = sorted((one for one in ask.fleet if one.state_of_charge < 1), key=lambda one: -one.state_of_charge)
    for one in short[:ONE_BY_ONE]:
        yield single(_charged(ask, [one]))
    yield Scale(steps=len(short), at=lambda number: _charged(ask, short[:number]))


def _charged(ask: Ask, chosen: list[Drone]) -> Change:
    told = ", ".join(f"{one.id} (now {one.state_of_charge:.0%})" for one in chosen)
    full, words = {one.id for one in chosen}, f"fully charged at the start: {told}"
    return ask.change(
        Kind.CHARGED, words, len(chosen), "drones",
        lambda job, sky: (replace(job, drones=tuple(_full(one, full) for one in job.drones)), sky),
    )  # fmt: skip


def _full(one: Drone, names: set[str]) -> Drone:
    return replace(one, state_of_charge=1.0) if one.id in names else one


def spare(ask: Ask) -> Iterator[Scale]:
    """Put one more spare pack at the hub, where they are counted."""
    packs = ask.hub.swap_packs
    if packs is not None:
        words = f"{packs + 1} spare packs at {ask.hub.id} in the place of {packs}"
        yield single(ask.change(Kind.SPARE, words, 1, "packs", _on_pads([ask.hub.id], swap_packs=packs + 1)))


def charger(ask: Ask) -> Iterator[Scale]:
    """Put one more charger at the hub, where they are counted."""
    chargers = ask.hub.chargers
    if chargers is not None and ask.hub.swap_packs is not None:
        words = f"{chargers + 1} chargers at {ask.hub.id} in the place of {chargers}"
        yield single(ask.change(Kind.CHARGER, words, 1, "chargers", _on_pads([ask.hub.id], chargers=chargers + 1)))


def alternate(ask: Ask) -> Iterator[Scale]:
    """Make a pad nearby an alternate, where ways out are asked for at all."""
    if not any(pad.is_alternate for pad in ask.sky.pads):
        return
    near = [pad for pad in (ask.hub, ask.pad, *_others(ask, lambda _: True)) if not pad.is_alternate]
    for pad in near[: NEARBY_PADS + 2]:
        off_m = _off_m(ask, pad)
        words = f"pad {pad.id} as an alternate, {off_m / 1000:.1f} km from {ask.pad.id}"
        apply = _on_pads([pad.id], roles=(*pad.roles, "alternate"))
        yield single(ask.change(Kind.ALTERNATE, words, off_m, "m", apply, reroutes=True))


def corridor(ask: Ask) -> Iterator[Scale]:
    """Get the corridors out and back approved: those of the library, or new ones as they would be flown."""
    library, pads = ask.sky.library, (ask.hub.id, ask.pad.id)
    if library is None or ask.trials.corridors is not CorridorChoice.APPROVED:
        return
    kinds = {one.type for one in ask.fleet}
    pairs = (pads, pads[::-1])
    known = [one for pair in pairs for one in library.between(*pair) if kinds & set(one.drone_types)]
    if known:
        yield single(_approved_change(ask, library, known, new=False))
        return
    fresh = [one for one in freeze_job(ask.job, ask.sky, pairs=[pads]) if kinds & set(one.drone_types)]
    if fresh:
        yield single(_approved_change(ask, joined(library, fresh, at=ask.job.start - DAY), fresh, new=True))


def _approved_change(ask: Ask, library: Library, chosen: list[Corridor], *, new: bool) -> Change:
    """Return the change that takes back suspensions and gives approvals; what is approved already is left alone."""
    when = ask.job.start, ask.job.end
    lacking = [one for one in chosen if not all(library.approved_throughout(one.id, k, when) for k in one.drone_types)]
    said = replace(library, history=(*library.history, *(e for one in lacking for e in _said(ask, library, one))))
    signers = sorted({name for one in lacking for name in (one.authorities or ("an authority",))})
    word = "frozen, and approved" if new else "approved"
    words = f"{', '.join(one.id for one in lacking)} {word} by {' and '.join(signers)}, without a suspension"
    return ask.change(
        Kind.CORRIDOR, words, len(lacking), "corridors", lambda job, sky: (job, replace(sky, library=said)),
        reroutes=True,
    )  # fmt: skip


def _said(ask: Ask, library: Library, one: Corridor) -> Iterator[Entry]:
    told = library.entries(one.id)
    # Before the day where nothing that was said later would undo it.
    at = max([ask.job.start - timedelta(hours=1), *(entry.at for entry in told)])
    same = {"corridor": one.id, "hash": one.hash, "at": at}
    for name in sorted({entry.authority for entry in told if entry.act is Act.SUSPENDED}):
        yield Entry(act=Act.RESUMED, authority=name, **same)  # type: ignore[arg-type]
    for name in one.authorities or ("an authority",):
        yield Entry(act=Act.APPROVED, authority=name, drone_types=one.drone_types, **same)  # type: ignore[arg-type]


def priority(ask: Ask) -> Iterator[Scale]:
    """Give it a priority at which leaving it out costs more than flying it."""
    now = ask.order.priority

    def at(step: int) -> Change:
        words = f"{ask.order.id} with priority {now + step} in the place of {now}"
        return ask.change(
            Kind.PRIORITY, words, step, "steps",
            lambda job, sky: (with_order(job, ask.order.id, priority=now + step), sky),
        )  # fmt: skip

    cost, penalty = ask.why.numbers.get("cost", 0.0), ask.job.policy.unserved_penalty
    if penalty > 0 and isfinite(cost):
        # Two more than the cost of flying it alone asks for: figures told are rounded.
        yield Scale(steps=max(0, min(HIGHEST_PRIORITY, ceil(cost / penalty) + 2) - now), at=at)


IN_TIME: tuple[Builder, ...] = (later, earlier)

MENDS: Mapping[Reason, tuple[Builder, ...]] = MappingProxyType(
    {
        Reason.PAD_UNREACHABLE: (),
        Reason.PAD_CLOSED: (pad_hours, *IN_TIME, other_pad),
        Reason.TIME_WINDOW: (*IN_TIME, longer_day, drone),
        Reason.PAYLOAD: (split, drone),
        Reason.VOLUME: (split, drone),
        Reason.BATTERY_RANGE: (split, drone, other_pad),
        Reason.RESERVE: (charged, alternate, split, spare, drone, custody, two_person_hours, pad_hours, *IN_TIME),
        Reason.WEATHER: (*IN_TIME, drone),
        Reason.WIND: (*IN_TIME, drone, split),
        Reason.VALUE_CAP: (split, value_cap, drone, *IN_TIME),
        Reason.CUSTODY: (custody, two_person_hours, *IN_TIME, other_pad),
        Reason.COLD_CHAIN: (cold_chain, drone, other_pad),
        Reason.DANGEROUS_GOODS: (goods, permit),
        Reason.CUSTOMS_WINDOW: (customs_hours, precleared, custody, *IN_TIME, cold_chain),
        Reason.GATE_CLOSED: (gate_hours, *IN_TIME, permit_hours),
        Reason.PERMIT_MISSING: (permit, permit_hours, *IN_TIME),
        Reason.ZONE_ACTIVE: (*IN_TIME, permit),
        Reason.RULE: IN_TIME,
        Reason.CORRIDOR: (corridor, *IN_TIME),
        Reason.FLEET_BUSY: (*IN_TIME, drone, charged, spare, charger),
        Reason.PAD_BUSY: (slot, *IN_TIME, spare, charger, charged),
        Reason.CONFLICT: IN_TIME,
        Reason.NOT_WORTH_IT: (priority,),
        Reason.UNKNOWN: (*IN_TIME, drone),
    }
)
"""By reason. Nobody can change the weather, what a law prohibits or a zone that no permit opens; those have rows that
only hold what keeps away from them."""


def candidates(reason: Reason) -> tuple[Builder, ...]:
    """Return the builders of the changes that could mend a reason."""
    return MENDS.get(reason, MENDS[Reason.UNKNOWN])


HOPELESS = {
    Reason.PAD_UNREACHABLE: "no permit would let it be flown there, and there is no way round",
    Reason.RULE: "what a rule prohibits is mended by no change that the operator could make",
    Reason.WIND: "nobody can change the weather, and no calmer hours are forecast that it could wait for",
    Reason.WEATHER: "nobody can change the weather, and no better hours are forecast that it could wait for",
    Reason.DANGEROUS_GOODS: "no approval that could be held would let it be carried",
}


def hopeless(why: Unserved, trials: Trials) -> str:
    """Say why there is no change to tell of."""
    told = HOPELESS.get(why.reason)
    if told is None:
        tried = ", ".join(build.__name__.replace("_", " ") for build in candidates(why.reason))
        return f"none of the single changes tried serves it: {tried}"
    zones = [zone for zone in trials.sky.zones if zone.restriction is Restriction.PROHIBITED and zone.id in why.detail]
    named = ", ".join(f"zone {zone.id} is {zone.restriction}" for zone in zones)
    return f"{named}: {told}" if named else told

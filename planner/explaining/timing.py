"""Changes of times and hours: of the order, of the day, of pads, two persons, customs, gates and permits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

from airspace.model.gates import Gate, Permit
from airspace.model.pads import Custody
from airspace.model.schedules import Schedule, Span
from airspace.model.skies import Airspace
from planner.explaining.asks import Ask, on_pads, others
from planner.explaining.changes import Change, Kind, Scale, World, with_gate, with_order
from planner.explaining.permits import nearest_gates
from planner.explaining.schedules import opened, widened
from planner.model.jobs import Job

LONGEST_MIN = 720
"""How much longer something is thought to be open, or to last, at most."""
DAY_LONGER_MIN = 240


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


def customs_hours(ask: Ask) -> Iterator[Scale]:
    """Have customs there longer."""
    homes = {hub.id for hub in ask.hubs}
    for pad in ask.sky.pads:
        if pad.customs_windows is not None and {pad.id} != homes:
            yield from _longer(
                ask, Kind.CUSTOMS_HOURS, f"customs at pad {pad.id}", pad.customs_windows,
                partial(_pad_keeps, pad.id, 'customs_windows'), reroutes=False,
            )  # fmt: skip


def two_person_hours(ask: Ask) -> Iterator[Scale]:
    """Have two persons there longer."""
    for pad in (*ask.handled_at, *others(ask, lambda pad: pad.is_alternate or pad.customs_windows is not None)):
        if pad.custody is Custody.TWO_PERSON:
            yield from _longer(
                ask, Kind.TWO_PERSON_HOURS, f"two persons at pad {pad.id}", pad.two_person_hours,
                partial(_pad_keeps, pad.id, 'two_person_hours'), reroutes=False,
            )  # fmt: skip


def pad_hours(ask: Ask) -> Iterator[Scale]:
    """Keep a pad open longer."""
    beyond = others(ask, lambda pad: pad.is_alternate or pad.customs_windows is not None)
    for pad in {pad.id: pad for pad in (*ask.called_at, *beyond)}.values():
        yield from _longer(
            ask, Kind.PAD_HOURS, f"pad {pad.id} open", pad.schedule,
            partial(_pad_keeps, pad.id, 'schedule'), reroutes=False,
        )  # fmt: skip


def _pad_keeps(pad_id: str, hours: str, schedule: Schedule) -> Callable[[Job, Airspace], World]:
    return on_pads([pad_id], **{hours: schedule})


def gate_hours(ask: Ask) -> Iterator[Scale]:
    """Keep a gate open longer."""
    for gate in nearest_gates(ask.trials):
        yield from _longer(
            ask, Kind.GATE_HOURS, f"gate {gate.id} open", gate.schedule,
            partial(_gate_keeps, gate), reroutes=True,
        )  # fmt: skip


def _gate_keeps(gate: Gate, schedule: Schedule) -> Callable[[Job, Airspace], World]:
    return _on_gate(gate, schedule=schedule)


def _on_gate(gate: Gate, **fields: object) -> Callable[[Job, Airspace], World]:
    return lambda job, sky: (job, with_gate(sky, gate.id, lambda one: replace(one, **fields)))  # type: ignore[arg-type]


def permit_hours(ask: Ask) -> Iterator[Scale]:
    """Keep the permits of a gate valid longer, all of them that name a drone that could bring it."""
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

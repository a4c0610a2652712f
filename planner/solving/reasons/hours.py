"""Whose hours leave no start: those of pads, two persons, customs, corridors, drones, alternates; what is passed.

A start falls on a whole second here too, or hours with no such second would be told as those of somebody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta, timezone

from airspace.model.pads import Custody
from airspace.model.schedules import Span
from planner.model.fleets import Drone
from planner.model.plans import Reason, Unserved
from planner.solving.approvals import unapproved
from planner.solving.hops import Hop, handing, holds
from planner.solving.needs import Needs
from planner.solving.reasons.cases import Case
from planner.solving.reasons.energy import Need
from planner.solving.reasons.passing import on_the_way
from planner.solving.sorties import at_work, exceeds_cold_chain
from planner.solving.spans import shifted_in, whole_seconds

DRONES_TOLD = 4
"""How many drones a sentence names with their hours."""


def closed(case: Case) -> Unserved | None:
    """Tell whose hours no start keeps, in the order in which they are asked for."""
    order, window = case.order, case.window
    homes = (hub for number in case.groups for hub in case.trips.ends(number))
    for pad in dict.fromkeys((order.to_pad, order.from_pad, *homes)):
        if not any(_pad_open(case, pad, hops, window) for _, hops in case.courses()):
            return case.says(Reason.PAD_CLOSED, f"no start in {case.in_words(window)} keeps the hours of pad {pad}")
    if (unkept := _custody_hours(case, window) or _customs_hours(case, window)) is not None:
        return unkept
    if not any(_kept_together(case, hops, window) for _, hops in case.courses()):
        text = (
            f"no start in {case.in_words(window)} keeps the hours of pads, two persons and customs, and the cold "
            "chain, at once"
        )
        return case.says(Reason.CUSTOMS_WINDOW if case.trips.customs.needed(order) else Reason.CUSTODY, text)
    held_up = _held_up(case, window)
    if held_up:
        return case.says(Reason.CORRIDOR, f"no start in {case.in_words(window)} keeps to approved corridors: {held_up}")
    if (resting := _resting(case)) is not None:
        return resting
    if case.tables.alternates and any(starts := [_at_work(case, *way) for way in case.courses()]):
        ways = zip(case.courses(), starts, strict=True)
        if not any(_open_out(case, number, hops, spans) for (number, hops), spans in ways):
            text = f"no start in {case.in_words(window)} leaves an alternate open that the packs are enough for"
            return case.says(Reason.RESERVE, text)
    return on_the_way(case, window)


def _resting(case: Case) -> Unserved | None:
    """Return an answer when it could be flown, ways out aside, and at no such time a drone is at work."""
    ways = [(number, hops, spans) for number, hops in case.courses() if (spans := _starts_of(case, number, hops))]
    if not ways or any(_at_work(case, number, hops) for number, hops, _ in ways):
        return None
    drones = [drone for number in dict.fromkeys(way[0] for way in ways) for drone in case.tables.groups[number].drones]
    _, hops, spans = min(ways, key=lambda way: way[1][-1].lands_s)
    return off_work(case, drones, spans, hops[-1].lands_s)


def off_work(
    case: Case, drones: Sequence[Drone], starts: Sequence[Span], sortie_s: float, **numbers: float
) -> Unserved:
    """Return the answer for an order that no drone's working hours let be flown."""
    out = starts[0][0], starts[-1][1] + timedelta(seconds=sortie_s)
    shared = [(min(out[1], until) - max(out[0], since)).total_seconds() for since, until in (d.hours for d in drones)]
    told = ", ".join(f"{drone.id} {_working(case, drone)}" for drone in drones[:DRONES_TOLD])
    told += f" and {len(drones) - DRONES_TOLD} more" if len(drones) > DRONES_TOLD else ""
    text = (
        f"its sortie takes {sortie_s / 60:.1f} min, and no drone that could carry it works for so long in "
        f"{case.in_words(out)}: {told}"
    )
    figures = {"able_drones": len(drones), "sortie_min": sortie_s / 60, "at_work_min": max(0.0, *shared) / 60}
    return case.says(Reason.FLEET_BUSY, text, **figures, **numbers)


def _working(case: Case, drone: Drone) -> str:
    """Tell the hours of a drone by the clock of the job."""
    told = [("from", drone.works_from), ("until", drone.works_until)]
    return " ".join(f"{word} {case.day_and_clock(moment)}" for word, moment in told if moment is not None)


def _pad_open(case: Case, pad: str, hops: Sequence[Hop], window: Span) -> bool:
    """Tell whether some start in the order's window keeps the hours of one pad."""
    held = [hold for hold in holds(hops, case.tables) if hold.pad == pad]
    return bool(whole_seconds(case.trips.pads_open(case.delivered_in(window, hops), held)))


def _kept_together(case: Case, hops: Sequence[Hop], window: Span) -> bool:
    """Tell whether a trip keeps the cold chain, and at some start the hours of pads, of two persons and of customs."""
    if exceeds_cold_chain(case.order, case.aboard_s(hops) * case.trips.policy.time_factor):
        return False
    starts = case.delivered_in(window, hops)
    for hop in hops:
        starts = case.trips.cleared(case.trips.well_kept(starts, hop), hop)
    return bool(whole_seconds(case.trips.pads_open(starts, holds(hops, case.tables))))


def _custody_hours(case: Case, window: Span) -> Unserved | None:
    """Return an answer when two persons are asked for, and no start in the window lands while they are there."""

    def unkept(hops: Sequence[Hop]) -> list[Hop]:
        starts = case.delivered_in(window, hops)
        return [hop for hop in hops if not whole_seconds(case.trips.well_kept(starts, hop))]

    found = [unkept(hops) for _, hops in case.courses()]
    if not all(found):
        return None
    pad = case.tables.sky.pad(found[0][0].flight.to_pad)
    spans = pad.two_person_hours.spans(*window)
    text = (
        f"{case.asks_for_custody()}; at pad {pad.id} two persons are there "
        f"{pad.two_person_hours.in_words(timezone(case.tables.job.utc_offset))}, which no hand-over in "
        f"{case.in_words(window)} keeps"
    )
    there_min = sum((end - start).total_seconds() for start, end in spans) / 60
    return case.says(Reason.CUSTODY, text, two_person_min=there_min, **case.levels(Custody.STAFFED))


def _customs_hours(case: Case, window: Span) -> Unserved | None:
    """Return an answer when no start in the window lets the order clear while customs are there."""
    clock = timezone(case.tables.job.utc_offset)
    posts: dict[str, tuple[float, float]] = {}
    told: list[str] = []
    for _, hops in case.courses():
        starts = case.delivered_in(window, hops)
        clearing = [hop for hop in hops if hop.clears]
        if not clearing or any(whole_seconds(case.trips.cleared(starts, hop)) for hop in clearing):
            return None
        (hop,) = clearing
        pad = case.tables.sky.pad(hop.flight.to_pad)
        if pad.id not in posts and pad.customs_windows is not None:
            there_s = sum((end - start).total_seconds() for start, end in pad.customs_windows.spans(*window))
            posts[pad.id] = there_s, hop.dwell_s
            told.append(f"{pad.id} {pad.customs_windows.in_words(clock)}")
    there_s, dwell_s = max(posts.values())
    text = (
        f"{case.crosses()}; no landing in {case.in_words(window)} lets it clear, which takes {dwell_s / 60:g} min, "
        f"within the customs windows: {', '.join(told)}"
    )
    return case.says(
        Reason.CUSTOMS_WINDOW, text, customs_pads=len(posts), open_min=there_s / 60, dwell_min=dwell_s / 60
    )


def _held_up(case: Case, window: Span) -> str:
    """Say which corridor is not approved for long enough in the order's window; empty when one way out and back is."""
    library, job = case.tables.library, case.tables.job
    if library is None:
        return ""
    told = []
    for number, hops in case.courses():
        kind, handed_s = case.tables.groups[number].kind.id, handing(case.order, hops).ends_s
        starts: tuple[Span, ...] = ((case.soonest(hops), window[1] - timedelta(seconds=handed_s)),)
        for hop in hops:
            approved = library.approved_spans(hop.flight.corridor, kind, (job.start, job.end))
            starts = shifted_in(starts, approved, hop.starts_s, hop.ends_s)
        if whole_seconds(starts):
            return ""
        under_way = (case.soonest(hops), window[1] + timedelta(seconds=hops[-1].ends_s - handed_s))
        for hop in hops:
            corridor = library.corridor(hop.flight.corridor)
            why = unapproved(library, corridor, kind, under_way, timezone(job.utc_offset))
            told += [f"corridor {corridor.id} is {why}"] if why else []
    return "; ".join(dict.fromkeys(told))


def _starts_of(case: Case, number: int, hops: Sequence[Hop]) -> tuple[Span, ...]:
    """Return the starts of a trip, ways out aside."""
    return case.trips.starts([case.order], hops, case.piece_of(number, hops))


def _at_work(case: Case, number: int, hops: Sequence[Hop]) -> tuple[Span, ...]:
    """Return those of the starts of a trip at which a drone of its group is at work until it is back."""
    return at_work(_starts_of(case, number, hops), case.tables.groups[number].drones, hops[-1].lands_s)


def _open_out(case: Case, number: int, hops: Sequence[Hop], starts: tuple[Span, ...]) -> bool:
    """Tell whether some start leaves a way out open from above every pad that the packs are enough for."""
    found = case.trips.ways_out.left_open(hops, number, case.piece_of(number, hops), starts) if starts else None
    if found is None:
        return False
    return Needs.of(case.tables, hops, number, found[0]).most_wh <= Need.of(case, number, hops).usable_wh

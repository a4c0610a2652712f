"""Changes of what it is flown with: drones, packs, slots, alternates, permits and approved corridors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from math import ceil

from airspace.corridors.library import joined
from airspace.model.corridors import Act, Corridor, Entry, Library
from airspace.model.schedules import DAY
from airspace.model.skies import Airspace
from planner.explaining.asks import Ask, off_m, on_pads, others
from planner.explaining.changes import Change, Kind, Scale, World, single
from planner.explaining.permits import least_leave
from planner.model.fleets import Drone
from planner.model.jobs import Job
from planner.model.plans import CorridorChoice
from planner.solving.freezing import freeze_job

ALTERNATES_TRIED = 6
LEVEL_STEP_M = 5.0
ONE_BY_ONE = 6
"""How many drones are thought of singly."""


def slot(ask: Ask) -> Iterator[Scale]:
    """Make one more slot at the pad, or where a sortie for it calls besides."""
    for pad in ask.called_at:
        words = f"{pad.slots + 1} slots at pad {pad.id} in the place of {pad.slots}"
        yield single(ask.change(Kind.SLOT, words, 1, "slots", on_pads([pad.id], slots=pad.slots + 1)))


def drone(ask: Ask) -> Iterator[Scale]:
    """Put one more drone at a hub, fully charged: of a type that is there already, or of another."""
    taken = {one.id for one in ask.job.drones}
    for hub in ask.hubs:
        there = {one.type for one in ask.fleet if one.home_pad == hub.id}
        for kind in sorted(ask.job.drone_types, key=lambda kind: (kind.id not in there, kind.id)):
            name = next(new for number in count(1) if (new := f"{kind.id}+{number}") not in taken)
            added = Drone(id=name, type=kind.id, home_pad=hub.id)
            words = f"one more drone of type {kind.id} at {hub.id}"
            yield single(ask.change(Kind.DRONE, words, 1, "drones", _with_drone(added)))


def _with_drone(new: Drone) -> Callable[[Job, Airspace], World]:
    return lambda job, sky: (replace(job, drones=(*job.drones, new)), sky)


def charged(ask: Ask) -> Iterator[Scale]:
    """Charge a drone fully before the start, or several where one is not enough: who lacks least first."""
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
    """Put one more spare pack at a hub, where they are counted."""
    for hub in ask.hubs:
        if hub.swap_packs is not None:
            more = hub.swap_packs + 1
            words = f"{more} spare packs at {hub.id} in the place of {hub.swap_packs}"
            yield single(ask.change(Kind.SPARE, words, 1, "packs", on_pads([hub.id], swap_packs=more)))


def charger(ask: Ask) -> Iterator[Scale]:
    """Put one more charger at a hub, where they are counted."""
    for hub in ask.hubs:
        if hub.chargers is not None and hub.swap_packs is not None:
            more = hub.chargers + 1
            words = f"{more} chargers at {hub.id} in the place of {hub.chargers}"
            yield single(ask.change(Kind.CHARGER, words, 1, "chargers", on_pads([hub.id], chargers=more)))


def alternate(ask: Ask) -> Iterator[Scale]:
    """Make a pad nearby an alternate, where ways out are asked for at all."""
    if not any(pad.is_alternate for pad in ask.sky.pads):
        return
    near = [pad for pad in (ask.origin, ask.pad, *others(ask, lambda _: True)) if not pad.is_alternate]
    for pad in near[:ALTERNATES_TRIED]:
        away_m = off_m(ask, pad)
        words = f"pad {pad.id} as an alternate, {away_m / 1000:.1f} km from {ask.pad.id}"
        apply = on_pads([pad.id], roles=(*pad.roles, "alternate"))
        yield single(ask.change(Kind.ALTERNATE, words, away_m, "m", apply, reroutes=True))


def permit(ask: Ask) -> Iterator[Scale]:
    """Get the fewest permits that are missing."""
    for change in least_leave(ask.trials):
        yield single(change)


def level(ask: Ask) -> Iterator[Scale]:
    """Fly on one more level: above the highest or below the lowest, just apart from it, in steps of 5 m."""
    policy = ask.job.policy
    step_m = ceil(policy.separation_m[1] / LEVEL_STEP_M) * LEVEL_STEP_M
    for new_m in (policy.levels_amsl_m[-1] + step_m, policy.levels_amsl_m[0] - step_m) if step_m else ():
        levels = tuple(sorted((*policy.levels_amsl_m, new_m)))
        words = f"flight level {new_m:g} m AMSL beside {', '.join(f'{one:g}' for one in policy.levels_amsl_m)}"
        yield single(ask.change(Kind.LEVEL, words, 1, "levels", _on_levels(levels), reroutes=True))


def _on_levels(levels_m: tuple[float, ...]) -> Callable[[Job, Airspace], World]:
    return lambda job, sky: (replace(job, policy=replace(job.policy, levels_amsl_m=levels_m)), sky)


def corridor(ask: Ask) -> Iterator[Scale]:
    """Get the corridors out and back approved: those of the library, or new ones as they would be flown."""
    library = ask.sky.library
    if library is None or ask.trials.corridors is not CorridorChoice.APPROVED:
        return
    for hub in ask.trials.hubs:
        pairs, kinds = ask.trials.rounds(hub), {one.type for one in ask.fleet if one.home_pad == hub}
        known = [one for pair in pairs for one in library.between(*pair) if kinds & set(one.drone_types)]
        if known:
            yield single(_approved_change(ask, library, known, new=False))
            continue
        fresh = [one for one in freeze_job(ask.job, ask.sky, pairs=pairs) if kinds & set(one.drone_types)]
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

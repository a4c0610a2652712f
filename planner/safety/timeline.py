"""Pads and drones through the day: one at a time, and within their hours."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from airspace.model.pads import Pad
from planner.model.fleets import Drone
from planner.model.jobs import Evening
from planner.model.reviews import Finding, Place
from planner.safety.cases import Case, LegCase, SortieCase
from planner.safety.findings import at_least, fact, in_time, open_throughout
from planner.safety.rules import TIME_TOLERANCE_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One drone keeping one slot of a pad."""

    start: datetime
    end: datetime
    drone: str
    subject: str


def holds_of(case: Case, pad: Pad) -> list[Hold]:
    """Return who holds a pad and when, in order of time; holds of one drone that touch are one."""
    found: list[Hold] = []
    for sortie in case.sorties:
        legs = [leg for leg in sortie.legs if len(leg.leg.waypoints) > 1]
        for leg in legs:
            after = next((other for other in legs if other.number == leg.number + 1), None)
            found += [hold for hold in (_departure(leg, pad), _arrival(leg, after, pad)) if hold]
    return _joined(sorted(found, key=lambda hold: (hold.drone, hold.start, hold.end)))


def _departure(leg: LegCase, pad: Pad) -> Hold | None:
    """Return the hold before the take-off from a hub; at other pads the drone is there already."""
    if leg.leg.from_pad != pad.id or leg.number != 1:
        return None
    start = leg.takes_off - timedelta(seconds=pad.turnaround_s)
    return Hold(start=start, end=leg.leg.waypoints[1].t, drone=leg.sortie.drone, subject=leg.subject)


def _arrival(leg: LegCase, after: LegCase | None, pad: Pad) -> Hold | None:
    """Return the hold from the start of a descent until the next climb has ended, or the hub's turnaround."""
    if leg.leg.to_pad != pad.id:
        return None
    if leg.last:
        end = leg.lands + timedelta(seconds=pad.turnaround_s)
    else:
        end = after.leg.waypoints[1].t if after else leg.ends
    return Hold(start=leg.leg.waypoints[-2].t, end=end, drone=leg.sortie.drone, subject=leg.subject)


def _joined(holds: Sequence[Hold]) -> list[Hold]:
    joined: list[Hold] = []
    for hold in holds:
        before = joined[-1] if joined else None
        if before and before.drone == hold.drone and hold.start <= before.end:
            end = max(before.end, hold.end)
            joined[-1] = Hold(start=before.start, end=end, drone=hold.drone, subject=before.subject)
        else:
            joined.append(hold)
    return sorted(joined, key=lambda hold: (hold.start, hold.end, hold.drone))


def pads_within_slots(case: Case) -> Iterator[Finding]:
    """Judge that no pad holds more drones than it has slots; every arrival too many is listed."""
    for pad in case.sky.pads:
        holds = holds_of(case, pad)
        most = 0
        for index, hold in enumerate(holds):
            # Holds that overlap by the rounding of a record do not meet.
            moment = hold.start + timedelta(seconds=TIME_TOLERANCE_S)
            there = [other for other in holds[:index] if other.end > moment] + [hold]
            most = max(most, len(there))
            if len(there) > pad.slots:
                yield _too_many(pad, there)
        if holds:
            yield fact(
                "pad.slots", f"pad '{pad.id}'", holds=True, measured=min(most, pad.slots), required=pad.slots,
                margin=max(pad.slots - most, 0), unit="drones", detail=f"at most {most} of {pad.slots} slots in use",
            )  # fmt: skip


def _too_many(pad: Pad, there: Sequence[Hold]) -> Finding:
    told = "; ".join(f"{hold.subject} from {hold.start:%H:%M:%S} to {hold.end:%H:%M:%S} UTC" for hold in there)
    return fact(
        "pad.slots", f"pad '{pad.id}', {there[-1].subject}", holds=False, measured=len(there), required=pad.slots,
        margin=pad.slots - len(there), unit="drones", detail=f"held at one time by {told}",
        where=Place(lon=pad.lon, lat=pad.lat, alt_amsl_m=pad.elevation_amsl_m, t=there[-1].start),
    )  # fmt: skip


def pads_open(case: Case) -> Iterator[Finding]:
    """Judge that pads are open while they are held."""
    for pad in case.sky.pads:
        for hold in holds_of(case, pad):
            held = (hold.start, hold.end)
            yield open_throughout("pad.hours", f"{hold.subject}, pad '{pad.id}'", pad.schedule, held)


def drones_one_at_a_time(case: Case) -> Iterator[Finding]:
    """Judge that a drone has come back, and has fresh packs, before it leaves again."""
    for sorties in case.by_drone.values():
        for before, after in pairwise(sorties):
            swap_s = after.kind.swap_s if after.kind else 0.0
            gap_s = (after.sortie.departs - _back(before)).total_seconds()
            yield at_least(
                "drone.swap", f"drone {after.sortie.drone}, {before.subject} then {after.subject}", gap_s, swap_s, "s",
                tolerance=TIME_TOLERANCE_S, detail=f"{gap_s:.0f} s on the ground, a swap takes {swap_s:.0f} s",
            )  # fmt: skip


NOT_ELSEWHERE = "not asked: the policy lets no sortie end elsewhere"


def drones_where_they_landed(case: Case) -> Iterator[Finding]:
    """Judge that a sortie leaves from where its drone stands: its home at first, then where it landed last."""
    if not case.job.policy.end_elsewhere:
        yield fact("drone.place", "plan", holds=True, detail=NOT_ELSEWHERE)
        return
    for sorties in case.by_drone.values():
        stands = next((sortie.drone.home_pad for sortie in sorties if sortie.drone is not None), "")
        for sortie in (one for one in sorties if one.legs):
            leaves = sortie.legs[0].leg.from_pad
            detail = f"drone '{sortie.sortie.drone}' stands at '{stands}', the sortie leaves '{leaves}'"
            yield fact("drone.place", sortie.subject, holds=leaves == stands, detail=detail)
            stands = sortie.legs[-1].leg.to_pad


def sorties_end_at_hubs(case: Case) -> Iterator[Finding]:
    """Judge that a sortie that may end elsewhere ends at a hub."""
    if not case.job.policy.end_elsewhere:
        yield fact("drone.end", "plan", holds=True, detail=NOT_ELSEWHERE)
        return
    hubs = {drone.home_pad for drone in case.job.drones}
    for sortie in (one for one in case.sorties if one.legs):
        ends = sortie.legs[-1].leg.to_pad
        detail = f"ends at '{ends}'; the hubs are {', '.join(sorted(hubs))}"
        yield fact("drone.end", sortie.subject, holds=ends in hubs, detail=detail)


def drones_in_the_evening(case: Case) -> Iterator[Finding]:
    """Judge where drones stand in the end, where the policy lets sorties end elsewhere."""
    policy = case.job.policy
    if not policy.end_elsewhere:
        yield fact("drone.evening", "plan", holds=True, detail=NOT_ELSEWHERE)
    elif policy.evening is Evening.ANYWHERE:
        detail = "not asked: the policy lets drones stand anywhere in the end"
        yield fact("drone.evening", "plan", holds=True, detail=detail)
    elif policy.evening is Evening.LEVEL:
        yield from _hubs_level(case)
    else:
        for drone in case.job.drones:
            ends = _in_the_end(case, drone)
            detail = f"stands at '{ends}' in the end, lives at '{drone.home_pad}'"
            yield fact("drone.evening", f"drone {drone.id}", holds=ends == drone.home_pad, detail=detail)


def _in_the_end(case: Case, drone: Drone) -> str:
    """Return where a drone has landed last; its home where it has not flown."""
    flown = [sortie.legs[-1].leg.to_pad for sortie in case.by_drone.get(drone.id, ()) if sortie.legs]
    return flown[-1] if flown else drone.home_pad


def _hubs_level(case: Case) -> Iterator[Finding]:
    """Judge for each type, by the permits that name its drones, that as many stand at each hub as live there."""
    lots: dict[tuple[str, tuple[str, ...]], list[Drone]] = defaultdict(list)
    for drone in case.job.drones:
        named = tuple(permit.id for permit in case.sky.permits if permit.names({drone.id, drone.type}))
        lots[drone.type, named].append(drone)
    for (kind, _), drones in sorted(lots.items()):
        live, stand = Counter(d.home_pad for d in drones), Counter(_in_the_end(case, d) for d in drones)
        for pad in sorted(live.keys() | stand.keys()):
            told = f"of {', '.join(d.id for d in drones)} {stand[pad]} stand there in the end, {live[pad]} live there"
            yield fact(
                "drone.evening", f"type {kind}, pad '{pad}'", holds=stand[pad] == live[pad], measured=stand[pad],
                required=live[pad], margin=-abs(stand[pad] - live[pad]), unit="drones", detail=told,
            )  # fmt: skip


def drones_at_work(_case: Case, sortie: SortieCase) -> Iterator[Finding]:
    """Judge that a drone is off its hub within its working hours only; one that tells none works all day."""
    if sortie.drone is None:
        return
    leaves = min([sortie.sortie.departs, *(leg.takes_off for leg in sortie.legs if leg.leg.waypoints)])
    subject = f"{sortie.subject}, drone {sortie.drone.id}"
    since, until = sortie.drone.works_from, sortie.drone.works_until
    if since is not None:
        told = f"takes off at {leaves:%H:%M:%S}, works from {since:%Y-%m-%d %H:%M:%S} UTC"
        yield in_time("drone.hours", f"{subject}, take-off", leaves, since, earliest=True, detail=told)
    if until is not None:
        told = f"back at {_back(sortie):%H:%M:%S}, works until {until:%Y-%m-%d %H:%M:%S} UTC"
        yield in_time("drone.hours", f"{subject}, landing", _back(sortie), until, earliest=False, detail=told)


def _back(sortie: SortieCase) -> datetime:
    return max([sortie.sortie.returns, *(leg.lands for leg in sortie.legs if leg.leg.waypoints)])

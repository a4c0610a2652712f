"""Approved corridors: whether every leg lies on the one it names, and every authority has approved that one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

import numpy as np

from airspace.earth.frame import GEOD
from airspace.model.corridors import Act, Corridor, Entry, Library
from planner.model.plans import CorridorChoice, Waypoint
from planner.model.reviews import Finding
from planner.safety.cases import Case, LegCase
from planner.safety.findings import at_most, fact, not_checked
from planner.safety.geodesics import CentreLine, Floats, metres_per_degree
from planner.safety.rules import CORRIDOR_TOLERANCE_M

RULE = "corridor.approved"


def asked(case: Case) -> bool:
    """Tell whether the plan says that it flies approved corridors only."""
    return case.plan.created_by.options.get("corridors") == CorridorChoice.APPROVED.value


def library_at_hand(case: Case) -> Iterator[Finding]:
    """Tell when there is no library to judge the corridors of a plan by."""
    if asked(case) and case.sky.library is None:
        detail = "the plan says that it flies approved corridors only, and there is no library to tell which those are"
        yield not_checked(RULE, "plan", detail)


def on_approved_corridors(case: Case, leg: LegCase) -> Iterator[Finding]:
    """Judge one leg: its corridor's line, width and approvals."""
    library = case.sky.library
    if not asked(case) or library is None:
        return
    known = {corridor.id: corridor for corridor in library.corridors}
    corridor, subject = known.get(leg.leg.corridor), f"{leg.subject}, corridor {leg.leg.corridor or 'without an id'}"
    if corridor is None:
        yield fact(RULE, subject, holds=False, detail="the library has no such corridor")
        return
    ends = (corridor.from_pad, corridor.to_pad)
    detail = f"it leads from '{ends[0]}' to '{ends[1]}', the leg from '{leg.leg.from_pad}' to '{leg.leg.to_pad}'"
    yield fact(RULE, f"{subject}, pads", holds=ends == (leg.leg.from_pad, leg.leg.to_pad), detail=detail)
    detail = f"{corridor.half_width_m:g} m to each side, the type may stray {leg.half_width_m:g} m"
    yield fact(RULE, f"{subject}, width", holds=corridor.half_width_m >= leg.half_width_m, detail=detail)
    yield from _line(leg, corridor, subject)
    yield from _approvals(library, leg, corridor, subject)


# --- the line ---------------------------------------------------------------------------------------------------------


def _line(leg: LegCase, corridor: Corridor, subject: str) -> Iterator[Finding]:
    if not leg.measurable:
        return
    flown = _between_pads(leg.leg.waypoints)
    frozen = [
        Waypoint(lon=lon, lat=lat, alt_amsl_m=alt_m, alt_agl_m=0.0, t=flown[0].t) for lon, lat, alt_m in corridor.points
    ]
    off_m = _off_m(flown, frozen), _off_m(frozen, flown)
    yield at_most(
        RULE, f"{subject}, line", max(off_m), CORRIDOR_TOLERANCE_M, "m",
        detail=f"the leg strays {off_m[0]:.3f} m from the corridor, the corridor {off_m[1]:.3f} m from the leg",
    )  # fmt: skip


def _between_pads(waypoints: Sequence[Waypoint]) -> list[Waypoint]:
    """Return the waypoints from the end of the climb over one pad to the start of the descent over the other."""
    kept = list(waypoints)
    while len(kept) > 1 and _at_one_place(kept[0], kept[1]):
        kept.pop(0)
    while len(kept) > 1 and _at_one_place(kept[-1], kept[-2]):
        kept.pop()
    return kept


def _at_one_place(a: Waypoint, b: Waypoint) -> bool:
    return float(GEOD.inv(a.lon, a.lat, b.lon, b.lat)[2]) <= CORRIDOR_TOLERANCE_M


def _off_m(points: Sequence[Waypoint], line: Sequence[Waypoint]) -> float:
    """Return how far, at most, some points lie from a line that they follow in their order, metres in space.

    The ends of both lines are among the points that are asked for both ways, so neither line can stop short.
    """
    path = CentreLine.through(line) if len(line) > 1 else None
    lonlat = np.array([[line[0].lon, line[0].lat]]) if path is None else path.lonlat
    heights_m = np.array([line[0].alt_amsl_m]) if path is None else path.height_m(path.u)
    worst_m, first = 0.0, 0
    for point in points:
        off_m = _distances_m(point, lonlat, heights_m)
        reached = first + np.flatnonzero(off_m[first:] <= CORRIDOR_TOLERANCE_M)
        # The first place along the line that is near enough, from the last one on; else the nearest of all.
        first = int(reached[0]) if len(reached) else first + int(np.argmin(off_m[first:]))
        worst_m = max(worst_m, float(off_m[first]))
    return worst_m


def _distances_m(point: Waypoint, lonlat: Floats, heights_m: Floats) -> Floats:
    """Return how far a point is from each step of a path, metres in space, exact for those nearby."""
    east_m, north_m = metres_per_degree(point.lat)
    offset = (lonlat - (point.lon, point.lat)) * (east_m, north_m)
    knots = np.column_stack((offset, heights_m - point.alt_amsl_m))
    a, step = knots[:-1], np.diff(knots, axis=0)
    if len(knots) == 1:
        a, step = knots, np.zeros_like(knots)
    square = (step * step).sum(axis=1)
    share = np.clip(-(a * step).sum(axis=1) / np.where(square > 0.0, square, 1.0), 0.0, 1.0)
    return np.asarray(np.linalg.norm(a + step * share[:, None], axis=1))


# --- the approvals ----------------------------------------------------------------------------------------------------


def _approvals(library: Library, leg: LegCase, corridor: Corridor, subject: str) -> Iterator[Finding]:
    """Judge every moment of a leg at which anything of its corridor's history begins or ends, and those between."""
    kind = leg.drone.type if leg.drone else leg.sortie.drone_type
    entries = sorted((entry for entry in library.history if entry.corridor == corridor.id), key=lambda entry: entry.at)
    start, end = leg.time
    told = (moment for entry in entries for moment in (entry.at, entry.valid_to) if moment)
    moments = sorted({start, end, *(moment for moment in told if start < moment < end)})
    moments += [a + (b - a) / 2 for a, b in pairwise(moments)]
    for moment in sorted(moments):
        lacking = _lacking(corridor, [entry for entry in entries if entry.at <= moment], kind, moment)
        if lacking:
            detail = f"at {moment:%Y-%m-%d %H:%M:%S} UTC, for type {kind}: {lacking}"
            yield fact(RULE, f"{subject}, approvals", holds=False, detail=detail)
            return
    by = ", ".join(sorted({side.authority for side in corridor.jurisdictions})) or "an authority"
    yield fact(RULE, f"{subject}, approvals", holds=True, detail=f"approved for type {kind} by {by}, throughout")


def _lacking(corridor: Corridor, past: Sequence[Entry], kind: str, moment: datetime) -> str:
    """Say what a corridor lacks at a moment, from all that had happened to it by then; empty when nothing."""
    shut: dict[str, str] = {}
    until: dict[str, datetime | None] = {}
    for entry in past:
        if entry.act is Act.SUSPENDED:
            shut[entry.authority] = entry.note
        elif entry.act is Act.RESUMED:
            shut.pop(entry.authority, None)
        elif entry.act is Act.APPROVED and entry.hash == corridor.hash and kind in entry.drone_types:
            until[entry.authority] = entry.valid_to
    if shut:
        return "; ".join(f"suspended by {authority}: {note}" for authority, note in sorted(shut.items()))
    if kind not in corridor.drone_types:
        return "it is not for this type"
    valid = {authority for authority, last in until.items() if last is None or moment <= last}
    needed = {side.authority for side in corridor.jurisdictions}
    if needed - valid:
        return f"not approved by {', '.join(sorted(needed - valid))}"
    return "" if valid else "approved by nobody"

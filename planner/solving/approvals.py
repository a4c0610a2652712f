"""Whether a frozen corridor may be flown, and if not, why: what it is made for, and what authorities say of it."""

from __future__ import annotations

from datetime import tzinfo

from airspace.corridors.curves import can_be_flown
from airspace.earth.frame import GEOD
from airspace.model.corridors import Corridor, Library, State
from airspace.model.schedules import Span, gaps
from airspace.model.skies import Airspace
from planner.model.fleets import DroneType
from planner.model.jobs import Policy

PAD_OFF_M = 0.02
"""How far a corridor may end from the place above its pad: the rounding of coordinates, twice."""


def unfit(corridor: Corridor, kind: DroneType, policy: Policy, sky: Airspace) -> str:
    """Say why a type of drone cannot fly a corridor, whatever authorities say of it; empty when it can."""
    if kind.id not in corridor.drone_types:
        return f"is not for type {kind.id}"
    own_m = policy.half_width_m(kind)
    if own_m > corridor.half_width_m:
        return f"keeps {corridor.half_width_m:g} m to each side, and type {kind.id} may stray {own_m:g} m"
    if not can_be_flown(corridor.points, radius_m=kind.min_turn_radius_m, half_width_m=own_m):
        return f"has turns or changes of level that type {kind.id} (radius {kind.min_turn_radius_m:g} m) cannot fly"
    pads = {pad.id: pad for pad in sky.pads}
    for name, (lon, lat, alt_m) in ((corridor.from_pad, corridor.points[0]), (corridor.to_pad, corridor.points[-1])):
        pad = pads[name]
        off_m = float(GEOD.inv(lon, lat, pad.lon, pad.lat)[2])
        if off_m > PAD_OFF_M:
            return f"ends {off_m:.2f} m off pad {name}, which has moved since"
        if alt_m < pad.elevation_amsl_m:
            return f"ends below pad {name}"
    return ""


def unapproved(library: Library, corridor: Corridor, kind: str, when: Span, clock: tzinfo) -> str:
    """Say what keeps a corridor from being approved for a type throughout a span; empty when nothing does."""
    shut = gaps(library.approved_spans(corridor.id, kind, when), when)
    if not shut:
        return ""
    moment = shut[0][0] + (shut[0][1] - shut[0][0]) / 2
    suspensions = library.suspensions(corridor.id, moment)
    if suspensions:
        held = suspensions[0]
        since, note = held.at.astimezone(clock), " ".join(held.note.split())
        return f"suspended by {held.authority} since {since:%Y-%m-%d %H:%M}: {note}"
    missing = ", ".join(library.lacking(corridor.id, moment, kind)) or "any authority"
    if library.state(corridor.id, moment, kind) is State.EXPIRED:
        return f"no longer approved by {missing}"
    asked = "" if kind in library.submitted(corridor.id, moment) else ", and was not submitted"
    return f"not approved by {missing} yet{asked}"


def why_none(
    library: Library, pads: tuple[str, str], kind: DroneType, policy: Policy, sky: Airspace, when: Span, clock: tzinfo
) -> str:
    """Say why a type of drone has no corridor between two pads that is approved at any time of a span.

    Empty when it has one.
    """
    told = []
    for corridor in library.between(*pads):
        reason = unfit(corridor, kind, policy, sky)
        if not reason and library.approved_spans(corridor.id, kind.id, when):
            return ""
        told.append(f"corridor {corridor.id} {reason or f'is {unapproved(library, corridor, kind.id, when, clock)}'}")
    return "; ".join(told) or f"the library has no corridor from {pads[0]} to {pads[1]}"

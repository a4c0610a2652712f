"""The line of a leg and its times: waypoints, pads, level, speeds, distances, and how legs make a sortie."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise

from airspace.earth.frame import GEOD
from airspace.model.pads import Pad
from planner.model.plans import Waypoint
from planner.model.reviews import Finding
from planner.safety.cases import LEAST_WAYPOINTS, Case, LegCase, SortieCase, place_of
from planner.safety.energies import blown_on
from planner.safety.findings import agrees, at_least, at_most, fact
from planner.safety.flights import excess_turns, flown
from planner.safety.rules import (
    DISTANCE_SHARE,
    LEVEL_TOLERANCE_M,
    PAD_HEIGHT_TOLERANCE_M,
    PAD_TOLERANCE_M,
    PIECE_TIME_SHARE,
    TIME_TOLERANCE_S,
    TURN_TOLERANCE_DEG,
)


def waypoints_usable(_case: Case, leg: LegCase) -> Iterator[Finding]:
    """Judge that a leg can be measured at all."""
    if leg.faults:
        detail = f"not a leg that can be flown: {'; '.join(leg.faults)}"
        yield fact("leg.waypoints", leg.subject, holds=False, detail=detail)
        return
    count = len(leg.leg.waypoints)
    yield at_least("leg.waypoints", leg.subject, count, LEAST_WAYPOINTS, "waypoints", detail=f"{count} waypoints")


def on_its_pads(_case: Case, leg: LegCase) -> Iterator[Finding]:
    """Judge that a leg begins and ends on its pads."""
    if not leg.measurable:
        return
    for pad, point, end in ((leg.from_pad, leg.leg.waypoints[0], "start"), (leg.to_pad, leg.leg.waypoints[-1], "end")):
        if pad is None:
            continue
        subject, where = f"{leg.subject}, {end} on pad '{pad.id}'", place_of(point)
        off_m = _apart_m(point, pad)
        yield at_most(
            "leg.pads", subject, off_m, PAD_TOLERANCE_M, "m", where=where,
            detail=f"{off_m:.2f} m from the pad on the map",
        )  # fmt: skip
        over_m = abs(point.alt_amsl_m - pad.elevation_amsl_m)
        yield at_most(
            "leg.pads", f"{subject}, height", over_m, PAD_HEIGHT_TOLERANCE_M, "m", where=where,
            detail=f"recorded at {point.alt_amsl_m:.1f} m AMSL, the pad is at {pad.elevation_amsl_m:.1f} m",
        )  # fmt: skip


def _apart_m(point: Waypoint, pad: Pad) -> float:
    return float(GEOD.inv(point.lon, point.lat, pad.lon, pad.lat)[2])


def at_flight_level(case: Case, leg: LegCase) -> Iterator[Finding]:
    """Judge the levels flown between the pads, and that every climb and descent is straight up or down."""
    if not leg.measurable or len(leg.leg.waypoints) < LEAST_WAYPOINTS:
        return
    levels_m, inner = case.job.policy.levels_amsl_m, leg.leg.waypoints[1:-1]

    def off_level_m(point: Waypoint) -> float:
        return min(abs(point.alt_amsl_m - level_m) for level_m in levels_m)

    worst = max(inner, key=off_level_m)
    told = ", ".join(f"{level_m:g}" for level_m in levels_m)
    yield at_most(
        "leg.level", leg.subject, off_level_m(worst), LEVEL_TOLERANCE_M, "m", where=place_of(worst),
        detail=f"flown at {worst.alt_amsl_m:.2f} m AMSL; the policy's levels: {told} m",
    )  # fmt: skip
    for pad, point, what in ((leg.from_pad, inner[0], "climb"), (leg.to_pad, inner[-1], "descent")):
        if pad is not None:
            off_m = _apart_m(point, pad)
            yield at_most(
                "leg.level", f"{leg.subject}, {what}", off_m, PAD_TOLERANCE_M, "m", where=place_of(point),
                detail=f"the {what} is {off_m:.2f} m off pad '{pad.id}' at its top",
            )  # fmt: skip
    for before, after in pairwise(inner):
        if abs(after.alt_amsl_m - before.alt_amsl_m) > LEVEL_TOLERANCE_M:
            off_m = float(GEOD.inv(before.lon, before.lat, after.lon, after.lat)[2])
            yield at_most(
                "leg.level", f"{leg.subject}, change of level", off_m, PAD_TOLERANCE_M, "m", where=place_of(before),
                detail=f"from {before.alt_amsl_m:.1f} to {after.alt_amsl_m:.1f} m AMSL over {off_m:.2f} m of ground",
            )  # fmt: skip


def turns_flyable(_case: Case, leg: LegCase) -> Iterator[Finding]:
    """Judge the turns of a type that does not turn on the spot, and that it keeps one level."""
    if not leg.measurable or leg.kind is None or leg.kind.min_turn_radius_m <= 0.0:
        return
    heights_m = [point.alt_amsl_m for point in leg.leg.waypoints[1:-1]]
    changed_m = max(heights_m, default=0.0) - min(heights_m, default=0.0)
    yield at_most(
        "leg.turn", f"{leg.subject}, level", changed_m, LEVEL_TOLERANCE_M, "m",
        detail=f"changes its level by {changed_m:.1f} m on the way, straight up or down",
    )  # fmt: skip
    worst = max(excess_turns(leg.line, leg.kind.min_turn_radius_m, leg.half_width_m), default=None)
    if worst is not None:
        spare_deg, u = -worst[0], worst[1]
        yield at_least(
            "leg.turn", leg.subject, spare_deg, 0.0, "deg", tolerance=TURN_TOLERANCE_DEG, where=leg.line.place(u),
            detail=f"turns of radius {leg.kind.min_turn_radius_m:g} m leave {spare_deg:.1f} degrees to spare",
        )  # fmt: skip


def times_increase(_case: Case, leg: LegCase) -> Iterator[Finding]:
    """Judge that each waypoint is later than the one before."""
    points = leg.leg.waypoints
    if len(points) < 2:
        return
    least_s, index = min(
        ((second.t - first.t).total_seconds(), index) for index, (first, second) in enumerate(pairwise(points))
    )
    yield fact(
        "leg.times", leg.subject, holds=least_s > 0, measured=least_s, required=0.0, margin=least_s, unit="s",
        where=place_of(points[index + 1]), detail=f"waypoint {index + 2} is {least_s:.3f} s after the one before",
    )  # fmt: skip


def flown_at_type_speeds(case: Case, leg: LegCase) -> Iterator[Finding]:
    """Judge the time between waypoints by the drone type's speeds, and that the wind lets it fly at all."""
    if not leg.measurable or leg.kind is None:
        return
    flight = flown(leg.line, leg.kind, blown_on(case, leg))
    for index, derived_s in enumerate(flight.seconds):
        where = place_of(leg.leg.waypoints[index])
        subject = f"{leg.subject}, waypoint {index + 1} to {index + 2}"
        speed_mps = flight.ground_mps[index]
        if speed_mps is not None:
            yield at_least(
                "weather.flyable", subject, speed_mps, case.job.policy.min_ground_speed_mps, "m/s", where=where,
                detail=f"ground speed {speed_mps:.2f} m/s in the wind" if speed_mps > 0 else "cannot hold its track",
            )  # fmt: skip
        recorded_s = float(leg.line.seconds[index + 1] - leg.line.seconds[index])
        allowed_s = PIECE_TIME_SHARE * derived_s + TIME_TOLERANCE_S
        yield agrees("leg.speed", subject, recorded_s, derived_s, allowed_s, "s", where=where)


def figures_agree(_case: Case, leg: LegCase) -> Iterator[Finding]:
    """Judge the distance and the duration written down for a leg."""
    if not leg.measurable:
        return
    length_m = float(leg.line.length_m.sum())
    yield agrees("leg.distance", leg.subject, leg.leg.distance_m, length_m, DISTANCE_SHARE * length_m + 1.0, "m")
    seconds = (leg.ends - leg.takes_off).total_seconds()
    yield agrees("leg.duration", leg.subject, leg.leg.duration_s, seconds, TIME_TOLERANCE_S, "s")


def stops_in_order(case: Case, sortie: SortieCase) -> Iterator[Finding]:
    """Judge that a sortie goes from home by the pads of its orders back home, pad to pad without a gap.

    Where sorties may end elsewhere, what it leaves and where it ends are rules of their own.
    """
    asked = [pad for pad, _ in groupby(order.to_pad for order in sortie.orders)]
    brought = {leg.leg.to_pad for leg in sortie.legs[-1:] if leg.delivered}
    asked = asked[:-1] if set(asked[-1:]) & brought else asked
    told = " > ".join([*(leg.leg.from_pad for leg in sortie.legs[:1]), *(leg.leg.to_pad for leg in sortie.legs)])
    # Where it only calls at customs, or takes something over, nothing is asked for by where orders go.
    pads = [leg.leg.to_pad for leg in sortie.legs if not leg.calls and (leg.last or leg.delivered or not leg.taken)]
    yield fact(
        "sortie.stops", f"{sortie.subject}, stops", holds=bool(pads) and pads[:-1] == asked,
        detail=f"flies {told or 'no legs'}; its orders ask for {', '.join(asked) or 'nothing'}",
    )  # fmt: skip
    for before, after in pairwise(sortie.legs):
        landed, begins = before.leg.to_pad, after.leg.from_pad
        detail = f"leg {before.number} ends at '{landed}', leg {after.number} begins at '{begins}'"
        holds = landed == begins
        yield fact("sortie.stops", f"{after.subject}, start", holds=holds, detail=detail)
    if sortie.drone is not None and sortie.legs and not case.job.policy.end_elsewhere:
        home, ends = sortie.drone.home_pad, (sortie.legs[0].leg.from_pad, sortie.legs[-1].leg.to_pad)
        detail = f"from '{ends[0]}' to '{ends[1]}'; drone '{sortie.drone.id}' lives at '{home}'"
        yield fact("sortie.stops", f"{sortie.subject}, home", holds=ends == (home, home), detail=detail)
    for order in (order for order in sortie.orders if order.id not in sortie.taken):
        start = sortie.legs[0].leg.from_pad if sortie.legs else "no pad"
        detail = f"order waits at '{order.from_pad}', the sortie starts at '{start}'"
        yield fact("sortie.stops", f"{sortie.subject}, order {order.id}", holds=order.from_pad == start, detail=detail)


def sortie_times_agree(_case: Case, sortie: SortieCase) -> Iterator[Finding]:
    """Judge that the times of a sortie and of its legs join up."""
    legs = [leg for leg in sortie.legs if leg.leg.waypoints]
    if not legs:
        return
    ends = (
        ("departs", (sortie.sortie.departs - legs[0].takes_off).total_seconds()),
        ("returns", (sortie.sortie.returns - legs[-1].lands).total_seconds()),
    )
    for what, off_s in ends:
        subject = f"{sortie.subject}, {what}"
        detail = f"{what} is {abs(off_s):.3f} s off the waypoints"
        yield at_most("sortie.times", subject, abs(off_s), TIME_TOLERANCE_S, "s", detail=detail)
    for before, after in pairwise(legs):
        off_s = (after.takes_off - before.ends).total_seconds()
        yield at_most(
            "sortie.times", f"{after.subject}, take-off", abs(off_s), TIME_TOLERANCE_S, "s",
            where=place_of(after.leg.waypoints[0]),
            detail=f"takes off {off_s:.3f} s after the hand-over of leg {before.number} has ended",
        )  # fmt: skip

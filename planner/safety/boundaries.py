"""Crossing the boundary: only through gates, with the permits of both sides, and never near it elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from airspace.earth.frame import GEOD
from airspace.model.gates import Gate, Jurisdiction
from planner.model.plans import Crossing as Recorded
from planner.model.reviews import Finding, Verdict
from planner.safety import geodesics
from planner.safety.cases import Case, LegCase
from planner.safety.findings import at_least, fact, open_throughout
from planner.safety.geodesics import Edges, Span
from planner.safety.rules import CLEARANCE_TOLERANCE_M, CROSSING_TOLERANCE_M, CROSSING_TOLERANCE_S
from planner.safety.zones import in_hand_s, refusal

SLIVER_DEG = 1e-8
"""Gaps between two jurisdictions up to twice this, 2 mm, are the rounding of coordinates."""
MEETING_DEG = 1e-5
"""Two jurisdictions meet where they are within this of each other, 1 m."""
SHORTEST_SPAN = 1e-7
"""Shorter parts of a piece between waypoints, half a millimetre, are the arithmetic of floats."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Land:
    """The jurisdictions and gates of an airspace made ready for measuring."""

    jurisdictions: Mapping[str, Jurisdiction]
    guarded: Mapping[str, Edges]
    """Of each jurisdiction, without the stretches that gates open."""
    union: shapely.Geometry
    outer: Edges
    """Of all jurisdictions taken together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A stretch of a leg over which it passes from one jurisdiction to another; a point where they share an edge."""

    start: float
    end: float
    before: str
    after: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Passage:
    """What a leg does with jurisdictions and gates, as spans along it."""

    jurisdictions: Mapping[str, list[Span]]
    gates: Mapping[str, list[Span]]
    crossings: tuple[Crossing, ...]

    def holds(self, gate: str, crossing: Crossing) -> bool:
        """Tell whether a crossing is wholly inside a gate's area."""
        return any(
            start - SHORTEST_SPAN <= crossing.start and crossing.end <= end + SHORTEST_SPAN
            for start, end in self.gates[gate]
        )


def land_of(case: Case) -> Land:
    """Return the jurisdictions of a case, made ready once."""
    ready = case.shapes.get("land")
    if not isinstance(ready, Land):
        areas = [jurisdiction.area for jurisdiction in case.sky.jurisdictions]
        union = shapely.union_all(areas)
        lat = union.centroid.y if areas else 0.0
        closed = union.buffer(SLIVER_DEG, join_style="mitre").buffer(-SLIVER_DEG, join_style="mitre")
        opened = shapely.union_all([gate.area for gate in case.sky.gates])
        ready = case.shapes["land"] = Land(
            jurisdictions={item.id: item for item in case.sky.jurisdictions},
            guarded={
                item.id: Edges.along(shapely.difference(item.area.boundary, opened), lat=lat)
                for item in case.sky.jurisdictions
            },
            union=closed,
            outer=Edges.of(closed, lat=lat),
        )
    return ready


def boundary_kept(case: Case, leg: LegCase) -> Iterator[Finding]:
    """Judge one leg's crossings, its distance from the boundary elsewhere, and that it stays inside."""
    if not leg.measurable or not case.sky.jurisdictions:
        return
    land = land_of(case)
    passage = passage_of(case, leg)
    yield from _inside_all(leg, land)
    yield from _away_from_others(leg, land, passage)
    for crossing in passage.crossings:
        yield from _through_a_gate(case, leg, passage, crossing)


def record_agrees(case: Case, leg: LegCase) -> Iterator[Finding]:
    """Compare the jurisdictions and gates written down for a leg with those it passes through."""
    if not leg.measurable:
        return
    passage = passage_of(case, leg)
    entered = {name for name, spans in passage.jurisdictions.items() if spans}
    yield _same("jurisdictions", leg, set(leg.leg.jurisdictions), entered)
    recorded, missing = set(leg.leg.gates), []
    spare = set(recorded)
    for crossing in passage.crossings:
        holding = {gate for gate in passage.gates if passage.holds(gate, crossing)}
        spare -= holding
        if not holding & recorded:
            missing.append(f"{crossing.before}>{crossing.after} by {' or '.join(sorted(holding)) or 'no gate'}")
    detail = f"gates recorded: {_listed(recorded)}"
    detail += f"; crossed without being recorded: {', '.join(missing)}" if missing else ""
    detail += f"; recorded but not crossed by: {_listed(spare)}" if spare else ""
    yield fact("boundary.record", f"{leg.subject}, gates", holds=not missing and not spare, detail=detail)
    if leg.leg.crossings:  # records made elsewhere may leave them out
        yield _crossings_agree(leg, passage)


def _crossings_agree(leg: LegCase, passage: Passage) -> Finding:
    """Compare the crossings written down for a leg, place and time, with those it makes."""
    subject, recorded = f"{leg.subject}, crossings", leg.leg.crossings
    told = [(crossing.before, crossing.after) for crossing in recorded]
    made = [(crossing.before, crossing.after) for crossing in passage.crossings]
    if told != made:
        detail = f"recorded: {_passes(told)}; derived: {_passes(made)}"
        return fact("boundary.record", subject, holds=False, detail=detail)
    astray = [
        crossing.gate
        for crossing, derived in zip(recorded, passage.crossings, strict=True)
        if crossing.gate not in {gate for gate in passage.gates if passage.holds(gate, derived)}
    ]
    if astray:
        detail = f"it does not cross by {_listed(set(astray))} where that is recorded"
        return fact("boundary.record", subject, holds=False, detail=detail)
    off = [_off(leg, crossing, derived) for crossing, derived in zip(recorded, passage.crossings, strict=True)]
    metres, seconds = max(m for m, _ in off), max(s for _, s in off)
    return fact(
        "boundary.record", subject, holds=metres <= CROSSING_TOLERANCE_M and seconds <= CROSSING_TOLERANCE_S,
        detail=f"crossings recorded up to {metres:.2f} m and {seconds:.2f} s off those derived",
        measured=metres, required=CROSSING_TOLERANCE_M, margin=CROSSING_TOLERANCE_M - metres, unit="m",
    )  # fmt: skip


def _off(leg: LegCase, recorded: Recorded, derived: Crossing) -> tuple[float, float]:
    """Return how far, in metres and seconds, a recorded crossing is off the one derived.

    Where the level changes there, any height and time of that change is right.
    """
    middle = leg.line.halfway((derived.start, derived.end))
    place = leg.line.place(middle)
    (lowest_m, highest_m), (first, last) = leg.line.beside(middle, CROSSING_TOLERANCE_M)
    metres = GEOD.inv(recorded.lon, recorded.lat, place.lon, place.lat)[2]
    rise_m = max(lowest_m - recorded.alt_amsl_m, recorded.alt_amsl_m - highest_m, 0.0)
    seconds = max((first - recorded.t).total_seconds(), (recorded.t - last).total_seconds(), 0.0)
    return math.hypot(metres, rise_m), seconds


def _passes(pairs: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{before}>{after}" for before, after in pairs) or "none"


def _same(what: str, leg: LegCase, recorded: set[str], derived: set[str]) -> Finding:
    detail = f"{what} recorded: {_listed(recorded)}; derived: {_listed(derived)}"
    return fact("boundary.record", f"{leg.subject}, {what}", holds=recorded == derived, detail=detail)


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _as_recorded(case: Case, gate: Gate) -> shapely.Geometry:
    """Return the area of a gate, wider by what the rounding of a record may have moved a place on its edge."""
    key = f"gate {gate.id}"
    ready = case.shapes.get(key)
    if not isinstance(ready, shapely.Geometry):
        north_m = float(geodesics.metres_per_degree(gate.area.centroid.y)[1])
        ready = gate.area.buffer(CLEARANCE_TOLERANCE_M / north_m, join_style="mitre")
        case.shapes[key] = ready
    return ready


def passage_of(case: Case, leg: LegCase) -> Passage:
    """Return through which jurisdictions and gates a leg of a case, or a way out of it, passes."""
    key = f"passage {id(leg)}"
    ready = case.shapes.get(key)
    if not isinstance(ready, Passage):
        lands = {item.id: geodesics.inside(leg.line, item.area) for item in case.sky.jurisdictions}
        spans = {name: [span for span in found if span[1] - span[0] > SHORTEST_SPAN] for name, found in lands.items()}
        ready = case.shapes[key] = Passage(
            jurisdictions=spans,
            gates={gate.id: geodesics.inside(leg.line, _as_recorded(case, gate)) for gate in case.sky.gates},
            crossings=_crossings(spans),
        )
    return ready


def _crossings(spans: Mapping[str, list[Span]]) -> tuple[Crossing, ...]:
    """Return where the one jurisdiction that a leg is in changes, or where it dips into another that overlaps."""
    found: list[Crossing] = []
    last, last_end, touched = "", 0.0, set[str]()
    for start, end, names in _parts(spans):
        if len(names) != 1:
            touched |= names
            continue
        (name,) = names
        others = {last} if last and last != name else touched - {name}
        found += [
            Crossing(start=last_end, end=start, before=last or other, after=name if last != name else other)
            for other in sorted(others)
        ]
        last, last_end, touched = name, end, set()
    before = last or min(touched, default="")  # never in one alone: as if it began in the first of them
    at_last = (Crossing(start=last_end, end=last_end, before=before, after=to) for to in sorted(touched - {before}))
    return (*found, *at_last)


def _parts(spans: Mapping[str, list[Span]]) -> Iterator[tuple[float, float, frozenset[str]]]:
    """Yield the parts of a leg between any two changes, with the jurisdictions each is in."""
    cuts = sorted({cut for found in spans.values() for span in found for cut in span})
    for start, end in pairwise(cuts):
        if end - start <= SHORTEST_SPAN:
            continue
        middle = (start + end) / 2.0
        yield (
            start,
            end,
            frozenset(name for name, found in spans.items() if any(begin <= middle <= stop for begin, stop in found)),
        )


def _inside_all(leg: LegCase, land: Land) -> Iterator[Finding]:
    """Judge that a leg stays inside all jurisdictions taken together, by the half width."""
    inside = [span for span in geodesics.inside(leg.line, land.union) if span[1] - span[0] > SHORTEST_SPAN]
    gaps = geodesics.without(leg.line.whole, inside)
    outside = [span for span in gaps if span[1] - span[0] > SHORTEST_SPAN]
    spot = (
        geodesics.deepest(leg.line, outside, land.outer)
        if outside
        else geodesics.nearest(leg.line, [leg.line.whole], land.outer)
    )
    if spot is None:
        raise ValueError("the outer edge of all jurisdictions cannot be measured")
    metres = -spot.distance_m if outside else spot.distance_m
    side = "outside" if outside else "inside"
    yield at_least(
        "boundary.inside", leg.subject, metres, leg.half_width_m, "m",
        tolerance=CLEARANCE_TOLERANCE_M, where=leg.line.place(spot.u),
        detail=f"the centre line is {spot.distance_m:.2f} m {side} the outer edge of all jurisdictions",
    )  # fmt: skip


def _away_from_others(leg: LegCase, land: Land, passage: Passage) -> Iterator[Finding]:
    """Judge that the parts outside gates keep the half width from the closed boundary of jurisdictions they are not in.

    A part that itself crosses is left to the rule on gates, which fails it.
    """
    gates = [span for spans in passage.gates.values() for span in spans]
    for part in geodesics.without(leg.line.whole, gates):
        if any(part[0] <= crossing.end and crossing.start <= part[1] for crossing in passage.crossings):
            continue
        here = {name for name, spans in passage.jurisdictions.items() if geodesics.shared(spans, [part])}
        for other in sorted(set(land.guarded) - here):
            spot = geodesics.nearest(leg.line, [part], land.guarded[other])
            if spot is None:
                continue
            yield at_least(
                "boundary.clearance", f"{leg.subject}, boundary of {other}", spot.distance_m,
                leg.half_width_m, "m", tolerance=CLEARANCE_TOLERANCE_M,
                where=leg.line.place(spot.u),
                detail=f"the centre line comes within {spot.distance_m:.2f} m of the boundary of {other} "
                "outside its gates",
            )  # fmt: skip


def _through_a_gate(case: Case, leg: LegCase, passage: Passage, crossing: Crossing) -> Iterator[Finding]:
    """Judge one crossing by the gate that suits it best, a recorded one first."""
    holding = [gate for gate in case.sky.gates if passage.holds(gate.id, crossing)]
    if not holding:
        yield _no_gate(case, leg, crossing)
        return
    judged = {gate.id: tuple(_by_gate(case, leg, crossing, gate)) for gate in holding}

    def badness(gate: str) -> tuple[int, bool, str]:
        failures = sum(finding.verdict is Verdict.FAIL for finding in judged[gate])
        return failures, gate not in leg.leg.gates, gate

    yield from judged[min(judged, key=badness)]


def _no_gate(case: Case, leg: LegCase, crossing: Crossing) -> Finding:
    """Return the failure of a crossing outside every gate, with how far off the nearest one is."""
    middle = leg.line.halfway((crossing.start, crossing.end))
    spots = [
        (spot.distance_m, gate.id)
        for gate in case.sky.gates
        if (spot := geodesics.nearest(leg.line, [(middle, middle)], Edges.of(gate.area, lat=gate.area.centroid.y)))
    ]
    metres, gate = min(spots, default=(None, ""))
    half_m = leg.half_width_m
    told = f"{metres:.1f} m from the nearest gate, {gate}" if metres is not None else "and there is no gate"
    return fact(
        "boundary.gate", f"{leg.subject}, boundary {crossing.before}|{crossing.after}", holds=False,
        where=leg.line.place(middle), unit="m", required=half_m,
        measured=None if metres is None else -metres, margin=None if metres is None else -metres - half_m,
        detail=f"the leg crosses from {crossing.before} to {crossing.after} outside every gate, {told}",
    )  # fmt: skip


def _by_gate(case: Case, leg: LegCase, crossing: Crossing, gate: Gate) -> Iterator[Finding]:
    """Judge one crossing by one gate: opening, hours, band, and the permits of both authorities."""
    subject = f"{leg.subject}, gate '{gate.id}'"
    yield _within_opening(case, leg, crossing, gate, subject)
    yield open_throughout("gate.hours", subject, gate.schedule, leg.time, detail=f"gate '{gate.id}' {gate.name}: ")
    yield _within_band(case, leg, crossing, gate, subject)
    for name in (crossing.before, crossing.after):
        yield _permitted_by(case, land_of(case).jurisdictions[name], leg, gate, crossing)


def _within_opening(case: Case, leg: LegCase, crossing: Crossing, gate: Gate, subject: str) -> Finding:
    place = leg.line.place(leg.line.halfway((crossing.start, crossing.end)))
    ends = _opening_ends(land_of(case), crossing, gate)
    spot = geodesics.nearest(leg.line, [leg.line.whole], ends) if len(ends.a) else None
    if spot is None:
        return fact("boundary.gate", subject, holds=True, where=place, detail="the whole boundary lies inside the gate")
    return at_least(
        "boundary.gate", subject, spot.distance_m, leg.half_width_m, "m",
        tolerance=CLEARANCE_TOLERANCE_M, where=leg.line.place(spot.u),
        detail=f"the centre line is {spot.distance_m:.2f} m from the end of the gate's opening",
    )  # fmt: skip


def _opening_ends(land: Land, crossing: Crossing, gate: Gate) -> Edges:
    """Return the points where the boundary of two jurisdictions leaves a gate's area."""
    sides = [land.jurisdictions[name].area for name in (crossing.before, crossing.after)]
    rim = gate.area.boundary
    points = np.concatenate([shapely.get_coordinates(shapely.intersection(rim, side.boundary)) for side in sides])
    meeting = shapely.points(points)
    shared = np.all([shapely.distance(side, meeting) <= MEETING_DEG for side in sides], axis=0)
    # Sides drawn more than a metre apart share no point; then every place where either leaves counts as an end.
    ends = points[shared] if shared.any() else points
    return Edges.joining(ends, ends, lat=gate.area.centroid.y)


def _within_band(case: Case, leg: LegCase, crossing: Crossing, gate: Gate, subject: str) -> Finding:
    lower_m, upper_m = gate.band.narrowest_amsl_m(case.heights, gate.area)
    heights = leg.line.height_m([crossing.start, crossing.end])
    budget_m = case.job.policy.vertical_budget_m
    hand_m = min(float(heights.min()) - lower_m, upper_m - float(heights.max())) - budget_m
    return fact(
        "gate.band", subject, holds=hand_m >= -CLEARANCE_TOLERANCE_M, measured=float(heights.min()), margin=hand_m,
        unit="m", where=leg.line.place(leg.line.halfway((crossing.start, crossing.end))),
        detail=f"crossed at {heights.min():.1f} to {heights.max():.1f} m AMSL; the gate is open from {gate.band}, "
        f"less {budget_m:g} m at each end for the datums",
    )  # fmt: skip


def _permitted_by(case: Case, side: Jurisdiction, leg: LegCase, gate: Gate, crossing: Crossing) -> Finding:
    """Judge that one jurisdiction's authority lets the drone cross by a gate."""
    subject = f"{leg.subject}, gate '{gate.id}', authority {side.authority} of {side.id}"
    issued = [permit for permit in gate.permits if permit.authority == side.authority]
    heights = leg.line.height_m([crossing.start, crossing.end])
    flown_m = (float(heights.min()), float(heights.max()))
    refusals = {permit.id: refusal(permit, leg, case, gate.area, flown_m) for permit in issued}
    valid = [permit for permit in issued if not refusals[permit.id]]
    if valid:
        best = max(valid, key=lambda permit: (in_hand_s(permit, leg), permit.id))
        detail = f"permit '{best.id}' of {best.authority}"
        return fact("gate.permit", subject, holds=True, margin=in_hand_s(best, leg), unit="s", detail=detail)
    reasons = "; ".join(refusals.values()) or f"gate '{gate.id}' has no permit of {side.authority}"
    return fact("gate.permit", subject, holds=False, detail=f"no permit of {side.authority} for this leg: {reasons}")

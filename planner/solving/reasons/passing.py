"""What on the way leaves no start: the weather, a law, a zone, a gate's hours or permits; each asked by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeAlias

from airspace.corridors.passages import gate_spans, zone_spans
from airspace.model.gates import Gate
from airspace.model.schedules import ALWAYS, Span, common, longest
from airspace.model.zones import Zone
from planner.model.plans import Reason, Unserved
from planner.physics.weather import Grounding, strongest_mps
from planner.solving.hops import Hop
from planner.solving.reasons.cases import Case
from planner.solving.spans import limited, shifted_in, whole_seconds
from planner.solving.tables import Slice

Trip: TypeAlias = tuple[int, tuple[Hop, ...]]
"""A group, and the hops of a trip."""

Allowed: TypeAlias = Callable[[Case, int, Hop], Sequence[Span]]
"""When one thing lets a hop of a group be flown."""


def on_the_way(case: Case, window: Span) -> Unserved:
    """Return an answer that names what on the way leaves no start in a window, by itself or all together."""
    text = f"no start in {case.in_words(window)} keeps the hours on the way"
    for cause in (_weather, _law, _goods, _zones, _gates):
        if (answer := cause(case, window, text)) is not None:
            return answer
    gates = sorted({gate.id for _, hops in case.courses() for hop in hops for gate in _gates_of(case, hop)})
    if gates:
        return case.says(Reason.GATE_CLOSED, f"{text}: gates {', '.join(gates)} and their permits")
    if any(hop.flight.passage.zones for _, hops in case.courses() for hop in hops):
        return case.says(Reason.ZONE_ACTIVE, f"{text}: zones and permits")
    reason = Reason.WEATHER if case.tables.job.later else Reason.TIME_WINDOW
    return case.says(reason, f"no start in {case.in_words(window)} keeps all hours that are asked for at once")


def _starts(case: Case, hops: Sequence[Hop], window: Span) -> tuple[Span, ...]:
    """Return the starts of a trip that delivers within a window and is over before the day is."""
    day = case.tables.job.start, case.tables.job.end - timedelta(seconds=hops[-1].lands_s)
    return limited(case.delivered_in(window, hops), day)


def _blocks(case: Case, window: Span, allowed: Allowed) -> bool:
    """Tell whether one thing by itself leaves no start to any trip."""

    def kept(number: int, hops: Sequence[Hop]) -> tuple[Span, ...]:
        starts = _starts(case, hops, window)
        for hop in hops:
            starts = shifted_in(starts, allowed(case, number, hop), hop.starts_s, hop.ends_s)
        return starts

    return not any(whole_seconds(kept(number, hops)) for number, hops in case.courses())


def _weather(case: Case, window: Span, text: str) -> Unserved | None:
    """Return an answer when the weather that lets it be flown does not hold for long enough."""
    if not case.tables.job.later:
        return None

    def in_one(number: int, hops: Sequence[Hop]) -> tuple[Span, ...]:
        lasts = case.piece_of(number, hops).when
        return shifted_in(_starts(case, hops, window), [lasts], 0.0, hops[-1].lands_s)

    if any(whole_seconds(in_one(number, hops)) for number, hops in case.courses()):
        return None
    ways = [hops for _, hops in case.courses()]
    under_way = min(map(case.soonest, ways)), window[1] + timedelta(seconds=min(hops[-1].lands_s for hops in ways))
    bad = [piece for piece in case.tables.slices if piece.when[0] < under_way[1] and under_way[0] < piece.when[1]]
    causes = [cause for piece in bad for cause in _groundings(case, piece)]
    if not causes:
        return case.says(Reason.WEATHER, f"{text}: it would not be over before other weather comes")
    cause = min(causes, key=lambda cause: (bool(cause.figures), not cause.wind))
    return case.says(Reason.WIND if cause.wind else Reason.WEATHER, f"{text}: {cause.words}", **cause.figures)


def _groundings(case: Case, piece: Slice) -> Iterator[Grounding]:
    """Yield what keeps the types that lift the order on the ground in a slice, or from getting there and back."""
    wind_mps = strongest_mps(piece.weather)
    least_mps = case.trips.policy.min_ground_speed_mps
    for number in case.lifting:
        yield from case.tables.grounded(case.tables.groups[number].kind, piece)
        flights = [piece.flights[number].get(pair) for pair in case.rounds(number)]
        yield from (cause for flight in flights if flight is not None for cause in flight.grounded)
        if any(flight is not None and not flight.flyable and not flight.grounded for flight in flights):
            words = f"a wind of {wind_mps:g} m/s leaves too little speed over ground on the way"
            figures = {"wind_mps": wind_mps, "min_ground_speed_mps": least_mps}
            yield Grounding(words=words, wind=True, figures=figures)


def _law(case: Case, window: Span, text: str) -> Unserved | None:
    """Return an answer when the hours that a rule leaves are the wrong ones."""
    forbidding = [hop.flight.lawful for _, hops in case.courses() for hop in hops if hop.flight.lawful.why]
    if not forbidding or not _blocks(case, window, lambda _, __, hop: hop.flight.lawful.spans):
        return None
    least = min(forbidding, key=lambda found: not found.needs_permit)
    reason = Reason.PERMIT_MISSING if all(found.needs_permit for found in forbidding) else Reason.RULE
    return case.says(reason, f"{text}: {least.why}")


def _goods(case: Case, window: Span, text: str) -> Unserved | None:
    """Return an answer when the hours that a rule leaves to dangerous goods are the wrong ones."""
    goods = case.order.consignment.dangerous_goods
    found = [hop.flight.goods_lawful for _, hops in case.courses() for hop in hops if hop.aboard]
    forbidding = [lawful for lawful in found if lawful is not None and lawful.why]
    if not goods or not forbidding or not _blocks(case, window, _laden):
        return None
    return case.says(Reason.DANGEROUS_GOODS, f"{text}: with {goods} on board, {forbidding[0].why}")


def _laden(case: Case, _number: int, hop: Hop) -> Sequence[Span]:
    laden = hop.flight.goods_lawful
    return (case.tables.around,) if laden is None or not hop.aboard else laden.spans


def _zones(case: Case, window: Span, text: str) -> Unserved | None:
    """Return an answer when zones, with the permits that open them, hold at the wrong hours."""
    entered = {zone.id: zone for _, hops in case.courses() for hop in hops for zone in _zones_of(case, hop)}
    if not entered or not _blocks(case, window, _zones_let):
        return None
    told = f"{text}: {'zone' if len(entered) == 1 else 'zones'} {', '.join(sorted(entered))}"
    # What holds at all times is entered by its permits only, and so it is those that are not valid.
    always = all(zone.schedule.permanent and zone.permittable for zone in entered.values())
    return case.says(Reason.PERMIT_MISSING if always else Reason.ZONE_ACTIVE, told)


def _zones_let(case: Case, number: int, hop: Hop) -> Sequence[Span]:
    when = case.tables.job.start, case.tables.job.end
    aircraft, heights = case.tables.groups[number].aircraft, hop.flight.passage.heights_amsl_m
    spans: tuple[Span, ...] = (when,)
    for zone in _zones_of(case, hop):
        spans = common(spans, zone_spans(zone, case.tables.chart, aircraft, when, heights[zone.id]))
    return spans


def _zones_of(case: Case, hop: Hop) -> list[Zone]:
    entered = set(hop.flight.passage.zones)
    return [zone for zone in case.tables.chart.sky.zones if zone.id in entered]


def _gates(case: Case, window: Span, text: str) -> Unserved | None:
    """Return an answer when gates are open, or their permits valid, at the wrong hours."""
    gates = sorted({gate.id for _, hops in case.courses() for hop in hops for gate in _gates_of(case, hop)})
    if not gates:
        return None
    told = f"{text}: {'gate' if len(gates) == 1 else 'gates'} {', '.join(gates)}"
    if _blocks(case, window, _gates_open):
        return case.says(Reason.GATE_CLOSED, told)
    if _blocks(case, window, _gates_permitted):
        return case.says(Reason.PERMIT_MISSING, f"{told} would be open, and no permits are valid")
    return None


def _gates_open(case: Case, _number: int, hop: Hop) -> Sequence[Span]:
    """Return when some gate of a hop is open, whoever has permits."""
    gates = _gates_of(case, hop)
    around = case.tables.around
    return longest(span for gate in gates for span in gate.schedule.spans(*around)) if gates else (around,)


def _gates_permitted(case: Case, number: int, hop: Hop) -> Sequence[Span]:
    """Return when permits let some gate of a hop be passed, whatever its hours."""
    gates, when = _gates_of(case, hop), (case.tables.job.start, case.tables.job.end)
    levels_m = [point[2] for point in hop.flight.points]
    heights_m, aircraft = (min(levels_m), max(levels_m)), case.tables.groups[number].aircraft
    always = [replace(gate, schedule=ALWAYS) for gate in gates]
    spans = [span for gate in always for span in gate_spans(gate, case.tables.chart, aircraft, when, heights_m)]
    return longest(spans) if gates else (when,)


def _gates_of(case: Case, hop: Hop) -> list[Gate]:
    return [gate for gate in case.tables.sky.gates if gate.id in hop.flight.passage.gates]

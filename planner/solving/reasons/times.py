"""Whether it is there in time: customs, the cold chain, the order's own window and the end of the job."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from airspace.model.schedules import Span
from planner.model.plans import Reason, Unserved
from planner.solving.flights import Flight
from planner.solving.hops import Hop
from planner.solving.reasons import hours
from planner.solving.reasons.cases import Case
from planner.solving.sorties import exceeds_cold_chain
from planner.solving.spans import shifted_in, whole_seconds


def customs_time(case: Case) -> Unserved | None:
    """Return an answer when an order would be in time and is not, because of the time that customs take."""
    order = case.order
    if not case.trips.customs.needed(order):
        return None
    direct_s = min(_direct_s(case, flights) for _, flights in case.loads())
    cleared_s = min(case.aboard_s(hops) for _, hops in case.courses())
    ready = min(case.on_board(hops) for _, hops in case.courses())

    def late(after_s: float) -> bool:
        cold = exceeds_cold_chain(order, after_s * case.trips.policy.time_factor)
        return cold or ready + timedelta(seconds=after_s) > order.due_at

    if late(direct_s) or not late(cleared_s):
        return None
    allowed_s = (order.due_at - ready).total_seconds()
    if order.consignment.max_minutes is not None:
        allowed_s = min(allowed_s, order.consignment.max_minutes * 60 / case.trips.policy.time_factor)
    text = (
        f"{case.crosses()}; with customs it takes {cleared_s / 60:.1f} min from take-off, {direct_s / 60:.1f} min "
        f"without; it may take {allowed_s / 60:.1f} min"
    )
    figures = {"direct_min": direct_s / 60, "cleared_min": cleared_s / 60, "allowed_min": allowed_s / 60}
    return case.says(Reason.CUSTOMS_WINDOW, text, **figures)


def _direct_s(case: Case, flights: Sequence[Flight]) -> float:
    """Return how long the order is on board on its straight way, without customs, until the hand-over has ended."""
    order, handover_s = case.order, case.trips.policy.handover_s
    end, fetched = flights[-1].to_pad, order.from_pad != flights[0].from_pad
    carrying = next(flight for flight in flights if flight.to_pad == order.to_pad)
    return carrying.flown_s + (handover_s if fetched else 0.0) + (handover_s if order.to_pad != end else 0.0)


def cold_chain(case: Case) -> Unserved | None:
    """Return an answer when even the fastest delivery takes longer than the cold chain allows."""
    fastest_s = min(case.aboard_s(hops) for _, hops in case.courses())
    factor = case.trips.policy.time_factor
    if not exceeds_cold_chain(case.order, fastest_s * factor):
        return None
    longest, fastest_min = case.order.consignment.max_minutes or 0.0, fastest_s / 60
    figures = {"fastest_min": fastest_min, "max_minutes": longest}
    text = f"the fastest delivery takes {fastest_min:.1f} min from take-off"
    if factor > 1:
        text += f", {fastest_min * factor:.1f} min as a quantile (factor {factor:g})"
        figures |= {"quantile_min": fastest_min * factor, "time_factor": factor}
    return case.says(Reason.COLD_CHAIN, f"{text}; the cold chain allows {longest:g} min", **figures)


def times(case: Case) -> Unserved | None:
    """Tell which clock leaves no start: the order's own window, a gate or permit on the way, or a pad's hours."""
    job, order = case.tables.job, case.order

    def had_at(hops: Sequence[Hop]) -> datetime:
        return case.soonest(hops) + timedelta(seconds=case.released_s(hops))

    fastest = min((hops for _, hops in case.courses()), key=lambda hops: (had_at(hops), hops[-1].lands_s))
    after, soonest = timedelta(seconds=case.aboard_s(fastest)), had_at(fastest)
    if soonest > order.due_at:
        late_min = (soonest - order.due_at).total_seconds() / 60
        away = f"ready {case.clock(order.ready_at)}, {after.total_seconds() / 60:.0f} min away"
        text = f"{away}: {late_min:.0f} min late at best"
        return case.says(Reason.TIME_WINDOW, text, late_min=late_min, flight_min=after.total_seconds() / 60)
    back = case.soonest(fastest) + timedelta(seconds=fastest[-1].lands_s)
    if back > job.end:
        over_min = (back - job.end).total_seconds() / 60
        text = f"the drone would be back {over_min:.0f} min after the job ends at {case.clock(job.end)}"
        return case.says(Reason.TIME_WINDOW, text, late_min=over_min, flight_min=fastest[-1].lands_s / 60)
    if not any(whole_seconds(_in_window(case, hops)) for _, hops in case.courses()):
        its, whole = (f"{start:%H:%M:%S} to {end:%H:%M:%S} UTC" for start, end in (case.window, (job.start, job.end)))
        text = f"no take-off on a whole second keeps its window, {its}, and that of the job, {whole}"
        return case.says(Reason.TIME_WINDOW, text, flight_min=after.total_seconds() / 60)
    return hours.closed(case)


def _in_window(case: Case, hops: Sequence[Hop]) -> tuple[Span, ...]:
    """Return the starts of a trip that keep the order's window and are over before the job is."""
    job = case.tables.job
    return shifted_in(case.delivered_in(case.window, hops), [(job.start, job.end)], 0.0, hops[-1].lands_s)

"""What the plan says of itself: names, day, files, what is left out, totals and digest."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator

from planner.model.orders import Order
from planner.model.plans import Reason
from planner.model.reviews import Finding
from planner.safety.cases import Case, LegCase, SortieCase
from planner.safety.findings import agrees, at_most, fact, not_checked
from planner.safety.flights import SECONDS_PER_HOUR
from planner.safety.rules import TIME_TOLERANCE_S, TOTALS_SHARE


def sortie_names_known(_case: Case, sortie: SortieCase) -> Iterator[Finding]:
    """Judge that a sortie's drone and type exist and belong together."""
    record = sortie.sortie
    if sortie.drone is None:
        detail = f"the job has no drone '{record.drone}'"
        yield fact("record.known", f"{sortie.subject}, drone", holds=False, detail=detail)
        return
    if sortie.kind is None:
        detail = f"the job has no drone type '{sortie.drone.type}'"
        yield fact("record.known", f"{sortie.subject}, drone type", holds=False, detail=detail)
    detail = f"drone '{record.drone}' is of type '{sortie.drone.type}', recorded '{record.drone_type}'"
    same = record.drone_type == sortie.drone.type
    yield fact("record.known", f"{sortie.subject}, drone type recorded", holds=same, detail=detail)


def leg_names_known(case: Case, leg: LegCase) -> Iterator[Finding]:
    """Judge that a leg's pads, gates and jurisdictions exist."""
    asked = (
        ("pad", {leg.leg.from_pad, leg.leg.to_pad}, {pad.id for pad in case.sky.pads}),
        ("gate", set(leg.leg.gates), {gate.id for gate in case.sky.gates}),
        ("jurisdiction", set(leg.leg.jurisdictions), {item.id for item in case.sky.jurisdictions}),
    )
    for what, named, known in asked:
        for name in sorted(named - known):
            detail = f"the airspace has no {what} '{name}'"
            yield fact("record.known", f"{leg.subject}, {what} '{name}'", holds=False, detail=detail)


def sortie_ids_unique(case: Case) -> Iterator[Finding]:
    """Judge that no sortie id stands twice."""
    for name, count in sorted(Counter(sortie.id for sortie in case.plan.sorties).items()):
        yield fact("record.known", f"sortie {name}", holds=count == 1, detail=f"the id stands {count} times")


def same_day(case: Case) -> Iterator[Finding]:
    """Judge that the plan is for the job's day."""
    for what, planned, asked in (
        ("start", case.plan.start, case.job.start),
        ("end", case.plan.end, case.job.end),
    ):
        off_s = abs((planned - asked).total_seconds())
        detail = f"the plan's {what} is {planned.isoformat()}, the job's {asked.isoformat()}"
        yield fact("record.job", f"plan, {what}", holds=off_s <= TIME_TOLERANCE_S, detail=detail)


def bound_holds(case: Case) -> Iterator[Finding]:
    """Judge that what is said of the best cost any plan could have does not contradict this plan and itself."""
    bound, cost = case.plan.bound, case.plan.totals.cost
    if bound.lower is None:
        holds = bound.gap is None and not bound.proven
        detail = "no bound is told" if holds else "a gap or a proof is told, and no bound that it could be of"
        yield fact("totals.bound", "plan", holds=holds, detail=detail)
        return
    yield at_most(
        "totals.bound", "plan", bound.lower, cost, case.plan.totals.currency, tolerance=TOTALS_SHARE * abs(cost),
        detail=f"no plan costs less than {bound.lower:.2f}, it says; this one costs {cost:.2f}",
    )  # fmt: skip
    above = (cost - bound.lower) / cost if cost else 0.0
    if bound.gap is not None:
        yield agrees("totals.bound", "plan, gap", bound.gap, above, TOTALS_SHARE, "of the cost")
    if bound.proven:
        # A proof is of cost and penalties together.
        orders = {order.id: order for order in case.job.orders}
        left = sum(case.job.policy.penalty(orders[item.order]) for item in case.plan.unserved if item.order in orders)
        yield at_most(
            "totals.bound", "plan, proof", cost - bound.lower, TOTALS_SHARE * (abs(cost) + left),
            case.plan.totals.currency, detail=f"said to be proven, {cost - bound.lower:.2f} above the bound",
        )  # fmt: skip


def inputs_unchanged(case: Case) -> Iterator[Finding]:
    """Tell which of the files that the plan was made from are not those that it is judged by."""
    changed = changed_inputs(case)
    if changed:
        told = ", ".join(changed)
        yield not_checked("record.inputs", "plan", f"judged by other files than the plan was made from: {told}")
    else:
        detail = "the same files" if case.plan.inputs else "the record tells no files"
        yield fact("record.inputs", "plan", holds=True, detail=detail)


def changed_inputs(case: Case) -> list[str]:
    """Return the paths of files that are not those the plan was made from; none where either side tells no files."""
    then = {file.path: file.sha256.lower() for file in case.plan.inputs}
    now = {file.path: file.sha256.lower() for file in case.job.inputs}
    if not then or not now:
        return []
    return sorted(path for path in then.keys() | now.keys() if then.get(path) != now.get(path))


CONTRADICTIONS: dict[Reason, tuple[Callable[[Order], bool], str]] = {
    Reason.DANGEROUS_GOODS: (lambda order: bool(order.consignment.dangerous_goods), "declares no dangerous goods"),
    Reason.COLD_CHAIN: (lambda order: order.consignment.max_minutes is not None, "has no longest time on board"),
    Reason.TOGETHER: (lambda order: bool(order.together), "flies together with no other"),
    Reason.CUSTOMS_WINDOW: (lambda order: not order.precleared, "is pre-cleared"),
}
"""By reasons that need something of an order itself: what, and how an order is told that lacks it."""


def unserved_told(case: Case) -> Iterator[Finding]:
    """Judge that orders left out are told with reasons that say something, and do not contradict the order."""
    orders = {order.id: order for order in case.job.orders}
    for item in case.plan.unserved:
        wrong = [] if item.detail.strip() else ["no words are told"]
        wrong += [f"{name} is {value}" for name, value in item.numbers.items() if not math.isfinite(value)]
        wrong += ["a change without words is offered" for fix in item.fixes if not fix.change.strip()]
        needed, lacking = CONTRADICTIONS.get(item.reason, (None, ""))
        if needed is not None and item.order in orders and not needed(orders[item.order]):
            wrong.append(f"the order {lacking}")
        detail = f"{item.reason}: {'; '.join(wrong) or item.detail}"
        yield fact("record.unserved", f"order {item.order}", holds=not wrong, detail=detail)


def digest_matches(case: Case) -> Iterator[Finding]:
    """Judge that the content has the digest that the file states."""
    same = case.digest == case.stated_digest
    detail = f"stated {case.stated_digest or 'none'}" + ("" if same else f", the content has {case.digest}")
    yield fact("record.digest", "plan", holds=same, detail=detail)


def totals_agree(case: Case) -> Iterator[Finding]:
    """Judge the totals by the sorties and legs listed."""
    totals, policy, sorties = case.plan.totals, case.job.policy, case.plan.sorties
    legs = [leg for sortie in sorties for leg in sortie.legs]
    distance_m, energy_wh = sum(leg.distance_m for leg in legs), sum(leg.energy_wh for leg in legs)
    flight_s = sum((sortie.returns - sortie.departs).total_seconds() for sortie in sorties)
    cost = policy.cost_per_sortie * len(sorties) + policy.cost_per_flight_hour * flight_s / SECONDS_PER_HOUR
    cost += policy.cost_per_kwh * energy_wh / 1000.0
    for rule, recorded, derived, least, unit in (
        ("totals.distance", totals.distance_m, distance_m, 1.0, "m"),
        ("totals.energy", totals.energy_wh, energy_wh, 1.0, "Wh"),
        ("totals.flight", totals.flight_s, flight_s, 1.0, "s"),
        ("totals.cost", totals.cost, cost, 0.01, policy.currency),
    ):
        yield agrees(rule, "plan", recorded, derived, least + TOTALS_SHARE * abs(derived), unit)
    yield fact(
        "value.currency", "plan, totals", holds=totals.currency == policy.currency,
        detail=f"the plan costs in {totals.currency}, the policy counts in {policy.currency}",
    )  # fmt: skip
    for what, recorded, counted in (
        ("sorties", totals.sorties, len(sorties)),
        ("served", totals.served, sum(len(sortie.orders) for sortie in sorties)),
        ("unserved", totals.unserved, len(case.plan.unserved)),
    ):
        detail = f"recorded {recorded} {what}, listed {counted}"
        yield fact(
            "totals.counts", f"plan, {what}", holds=recorded == counted, measured=recorded, required=counted,
            margin=-abs(recorded - counted), unit=what, detail=detail,
        )  # fmt: skip

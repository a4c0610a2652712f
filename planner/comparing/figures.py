"""What two plans come to, figure by figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter

from planner.comparing.comparisons import Figure, Tightest, Wanted
from planner.model.plans import Plan
from planner.model.reviews import Finding, Review, Verdict
from planner.safety.rules import is_bookkeeping, is_waived

SHARE = "share"


def figures(a: Plan, b: Plan, reviews: tuple[Review, Review] | None) -> tuple[Figure, ...]:
    """Return the key figures of two plans; those of the check only where both were reviewed."""
    # What a plan costs says something about it only beside one that serves the same.
    wanted = Wanted.LESS if _served(a) == _served(b) else Wanted.NEITHER
    return (
        *_money("cost", a, b, a.totals.cost, b.totals.cost, wanted),
        *_money("bound", a, b, a.bound.lower, b.bound.lower, Wanted.NEITHER),
        Figure(name="gap", unit=SHARE, a=a.bound.gap, b=b.bound.gap, wanted=Wanted.LESS),
        _total("served", "", a, b, Wanted.MORE),
        _total("unserved", "", a, b, Wanted.LESS),
        _total("sorties", "", a, b, Wanted.NEITHER),
        Figure(name="drones", unit="", a=_drones(a), b=_drones(b)),
        _total("distance_m", "m", a, b, wanted),
        _total("flight_s", "s", a, b, wanted),
        _total("energy_wh", "Wh", a, b, wanted),
        Figure(name="held_s", unit="s", a=_held_s(a), b=_held_s(b), wanted=wanted),
        Figure(name="lowest_soc", unit=SHARE, a=_lowest_soc(a), b=_lowest_soc(b), wanted=Wanted.MORE),
        Figure(name="least_margin_wh", unit="Wh", a=_margin_wh(a), b=_margin_wh(b), wanted=Wanted.MORE),
        *(() if reviews is None else _checked(*reviews)),
    )


def tightest(review: Review) -> Tightest | None:
    """Return what leaves the least room: the worst failure, else the least share of a limit in metres, else of any."""
    told = sorted(filter(_is_room, review.findings), key=_worst_first)
    ranked = [
        *(finding for finding in told if finding.verdict is Verdict.FAIL),
        *(finding for finding in told if finding.unit == "m"),
        *told,
    ]
    return _tightest(ranked[0]) if ranked else None


def _money(name: str, a: Plan, b: Plan, in_a: float | None, in_b: float | None, wanted: Wanted) -> tuple[Figure, ...]:
    """Return a sum of money; two figures where the plans reckon in two currencies, as nothing tells the rate."""
    if a.totals.currency == b.totals.currency:
        return (Figure(name=name, unit=a.totals.currency, a=in_a, b=in_b, wanted=wanted),)
    return (
        Figure(name=name, unit=a.totals.currency, a=in_a, b=None),
        Figure(name=name, unit=b.totals.currency, a=None, b=in_b),
    )


def _total(name: str, unit: str, a: Plan, b: Plan, wanted: Wanted) -> Figure:
    of = attrgetter(name)
    return Figure(name=name, unit=unit, a=of(a.totals), b=of(b.totals), wanted=wanted)


def _served(plan: Plan) -> frozenset[str]:
    return frozenset(order for sortie in plan.sorties for order in sortie.orders)


def _drones(plan: Plan) -> int:
    return len({sortie.drone for sortie in plan.sorties})


def _held_s(plan: Plan) -> int:
    return sum(sortie.held_s for sortie in plan.sorties if sortie.held_for)


def _lowest_soc(plan: Plan) -> float | None:
    return _least(leg.soc_end for sortie in plan.sorties for leg in sortie.legs)


def _margin_wh(plan: Plan) -> float | None:
    """Return the least margin of a sortie; None when a record tells none."""
    ledgers = [sortie.ledger for sortie in plan.sorties]
    return None if None in ledgers else _least(ledger.margin_wh for ledger in ledgers if ledger)


def _least(values: Iterable[float]) -> float | None:
    return min(values, default=None)


def _checked(a: Review, b: Review) -> Iterator[Figure]:
    shares = [None if told is None else told.share for told in (tightest(a), tightest(b))]
    yield Figure(name="tightest_margin", unit=SHARE, a=shares[0], b=shares[1], wanted=Wanted.MORE)
    for verdict, wanted in (
        (Verdict.PASS, Wanted.NEITHER),
        (Verdict.FAIL, Wanted.LESS),
        (Verdict.NOT_CHECKED, Wanted.NEITHER),
    ):
        yield Figure(name=verdict.lower(), unit="", a=len(a.of(verdict)), b=len(b.of(verdict)), wanted=wanted)


def _is_room(finding: Finding) -> bool:
    """Tell whether a finding says in a figure how much room is left, or how much is missing."""
    if finding.margin is None or is_waived(finding.rule, finding.verdict, finding.margin):
        return False
    return finding.verdict is Verdict.FAIL or not is_bookkeeping(finding.rule)


def _worst_first(finding: Finding) -> float:
    share = _share(finding)
    return float("inf") if share is None else share


def _share(finding: Finding) -> float | None:
    if finding.margin is None or not finding.required:
        return None
    return finding.margin / abs(finding.required)


def _tightest(finding: Finding) -> Tightest:
    return Tightest(
        rule=finding.rule,
        subject=finding.subject,
        margin=finding.margin or 0.0,
        unit=finding.unit,
        share=_share(finding),
    )

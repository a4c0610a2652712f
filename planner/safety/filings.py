"""What has to be filed, derived again from the ledgers of the sides that the legs truly pass."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from airspace.rules.approvals import Approval, approvals
from planner.model.plans import Filing
from planner.model.reviews import Finding
from planner.safety.boundaries import passage_of
from planner.safety.cases import Case, SortieCase
from planner.safety.findings import fact, not_checked
from planner.safety.rules import TIME_TOLERANCE_S

RULE = "record.filings"


def asked(case: Case) -> dict[tuple[str, str], list[Approval]]:
    """Return what the ledgers ask to be filed, by jurisdiction and rule, the first to be filed first."""
    ready = case.shapes.get("filings")
    if isinstance(ready, dict):
        return ready
    ledgers = {ledger.name: ledger for ledger in case.job.ledgers}
    found: dict[tuple[str, str], list[Approval]] = {}
    for side in case.sky.jurisdictions:
        over = [sortie.sortie.departs for sortie in case.sorties if _passes(case, sortie, side.id)]
        for name in dict.fromkeys(side.rules):
            rules = ledgers[name].rules if name in ledgers else ()
            for approval in approvals(rules, over, given=case.job.policy.approvals_held):
                found.setdefault((side.id, approval.rule), []).append(approval)
    case.shapes["filings"] = found
    return found


def _passes(case: Case, sortie: SortieCase, side: str) -> bool:
    """Tell whether a sortie passes a side; of legs that cannot be measured what is written down counts."""
    return any(
        bool(passage_of(case, leg).jurisdictions.get(side)) if leg.measurable else side in leg.leg.jurisdictions
        for leg in sortie.legs
    )


def untold(case: Case) -> bool:
    """Tell whether the ledgers ask for filings and the record tells of none at all."""
    return bool(asked(case)) and not case.plan.filings


def filings_agree(case: Case) -> Iterator[Finding]:
    """Judge what is written down to be filed."""
    if untold(case):
        told = ", ".join(f"{rule} in {side}" for side, rule in asked(case))
        yield not_checked(RULE, "plan", f"the record tells of nothing to be filed; the ledgers ask for {told}")
        return
    written: dict[tuple[str, str], list[Filing]] = {}
    for filing in case.plan.filings:
        written.setdefault((filing.jurisdiction, filing.rule), []).append(filing)
    for key in sorted(asked(case).keys() | written.keys()):
        wrong = "; ".join(_wrong(written.get(key, []), asked(case).get(key, [])))
        detail = wrong or f"{len(asked(case)[key])} to be filed, as written down"
        yield fact(RULE, f"{key[1]} in {key[0]}", holds=not wrong, detail=detail)


def _wrong(written: list[Filing], derived: list[Approval]) -> Iterator[str]:
    """Yield what is wrong with what is written down for one rule on one side."""
    if not derived:
        yield "written down, and no ledger asks for it"
    elif len(written) != 1:
        yield f"written down {len(written)} times, expected once"
    else:
        (told,), first = written, derived[0]
        if told.count != len(derived):
            yield f"{told.count} are written down, {len(derived)} are asked for"
        if told.authority != first.authority:
            yield f"with {told.authority}, expected {first.authority}"
        for what, moment, expected in (
            ("the first flight", told.first_flight, first.first_flight),
            ("the latest moment", told.latest_at, first.latest_at),
            ("the indicative moment", told.indicative_at, first.indicative_at),
            ("the reply", told.reply_by, first.reply_by),
        ):
            if not _same(moment, expected):
                yield f"{what} is {_said(moment)}, expected {_said(expected)}"


def _same(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs((one - other).total_seconds()) <= TIME_TOLERANCE_S


def _said(moment: datetime | None) -> str:
    return "not told" if moment is None else moment.isoformat()

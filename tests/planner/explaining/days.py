"""Days with an order that is not served, and what is told of it."""

from __future__ import annotations

from typing import Any

from airspace.model.skies import Airspace
from planner import planning
from planner.explaining import Change, Explanation, Kind, explain
from planner.model.jobs import Job
from planner.model.plans import CorridorChoice, Plan
from planner.model.reviews import Verdict
from tests.planner import scenes


def plan_of(job: Job, sky: Airspace, corridors: CorridorChoice = CorridorChoice.ANY) -> Plan:
    return planning.plan(job, sky, options=scenes.QUICK, corridors=corridors)


def told(job: Job, sky: Airspace, name: str = "o", **fields: Any) -> Explanation:
    """Return what is told of an order, every fix of which holds when the day is planned from nothing."""
    corridors = fields.pop("corridors", CorridorChoice.ANY)
    plan = plan_of(job, sky, corridors)
    found = explain(plan, name, sky, job, **fields)
    for item in found.found:
        assert serves(item.change, job, sky, plan, corridors), item.change.words
    return found


def serves(
    change: Change, job: Job, sky: Airspace, before: Plan, corridors: CorridorChoice = CorridorChoice.ANY
) -> bool:
    """Tell whether a change serves what it is for and no fewer of the others, planned from nothing and checked."""
    changed, over = change.apply(job, sky)
    plan = plan_of(changed, over, corridors)
    served = {order for sortie in plan.sorties for order in sortie.orders}
    if not set(change.orders) <= served or len(served - set(change.orders)) < before.totals.served:
        return False
    return planning.check(plan, over, changed).verdict is not Verdict.FAIL


def kinds(found: Explanation) -> list[Kind]:
    return [item.change.kind for item in found.found]


def of(found: Explanation, kind: Kind) -> Change:
    (change,) = [item.change for item in found.found if item.change.kind is kind]
    return change

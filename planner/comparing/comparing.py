"""The straight pipe: from two plans, and what the check says of them, to a comparison."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from planner.comparing.comparisons import Comparison, Difference, Heading, InputDifference
from planner.comparing.figures import figures, tightest
from planner.comparing.lines import corridors_moved
from planner.comparing.moves import orders_moved, sorties_matched
from planner.formats.plans import digest, plan_to_document
from planner.model.plans import Plan
from planner.model.reviews import Review


def compare(a: Plan, b: Plan, *, reviews: tuple[Review, Review] | None = None) -> Comparison:
    """Put two plans beside each other; every difference is B less A.

    They may be of different days or scenarios: what they were made from is then told first, and hand-overs are compared
    by the clock of each plan's own day.

    Parameters
    ----------
    reviews
        What the check says of A and of B; without them nothing is told of verdicts and margins.
    """
    orders, orders_alike = orders_moved(a, b)
    corridors, corridors_alike = corridors_moved(a, b)
    review_a, review_b = reviews or (None, None)
    return Comparison(
        a=_heading(a, review_a),
        b=_heading(b, review_b),
        inputs=tuple(_inputs(a, b)),
        inputs_alike=len({*a.inputs} & {*b.inputs}),
        made=tuple(_made(a, b)),
        figures=figures(a, b, reviews),
        tightest_a=None if review_a is None else tightest(review_a),
        tightest_b=None if review_b is None else tightest(review_b),
        orders=orders,
        orders_alike=orders_alike,
        corridors=corridors,
        corridors_alike=corridors_alike,
        sorties=sorties_matched(a, b),
    )


def _heading(plan: Plan, review: Review | None) -> Heading:
    return Heading(
        name=plan.name,
        digest=digest(plan_to_document(plan)) if review is None else review.plan_digest,
        start=plan.start,
        end=plan.end,
        utc_offset=plan.utc_offset,
        scenario=plan.created_by.scenario,
        verdict=None if review is None else review.verdict,
    )


def _inputs(a: Plan, b: Plan) -> Iterator[InputDifference]:
    in_a, in_b = ({file.path: file.sha256 for file in plan.inputs} for plan in (a, b))
    for path in sorted({*in_a, *in_b}):
        if in_a.get(path) != in_b.get(path):
            yield InputDifference(path=path, a=in_a.get(path), b=in_b.get(path))


def _made(a: Plan, b: Plan) -> Iterator[Difference]:
    in_a, in_b = _told(a), _told(b)
    for what in dict.fromkeys([*in_a, *in_b]):
        if in_a.get(what) != in_b.get(what):
            yield Difference(what=what, a=in_a.get(what, ""), b=in_b.get(what, ""))


def _told(plan: Plan) -> Mapping[str, str]:
    """Return what a plan tells of how it was made, but for its inputs."""
    by = plan.created_by
    start, end = (moment + plan.utc_offset for moment in (plan.start, plan.end))
    options = {f"option {name}": json.dumps(value) for name, value in sorted(by.options.items())}
    return {
        "name": plan.name,
        "day": f"{start:%Y-%m-%d}",
        "from": f"{start:%H:%M}",
        "until": f"{end:%Y-%m-%d %H:%M}" if start.date() != end.date() else f"{end:%H:%M}",
        "scenario": by.scenario,
        "program": by.version,
        "seed": str(by.seed),
        **options,
        **by.versions,
    }

"""Ten thousand random plans and five hundred hostile ones, each judged by the independent check.

To reach: no rule fails and none breaks down, no exception, and every order is served or has its reason. A run can be
ended at any time and goes on from its state file; what failed is planned again once the program has changed.
"""

from __future__ import annotations

import argparse
import os
import pprint
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from benchmarks import soaked
from benchmarks.soaked import states
from benchmarks.soaked.judging import LEDGERS, Margin, Outcome, judged, keep, outcome, violations
from benchmarks.tables import HEAD, Row, table, told_s, write
from planner.safety.rules import RULES

PLANS, HOSTILE = 10_000, 500
SMOKE_PLANS, SMOKE_HOSTILE = 20, 20
MARGINS = ("rule", "days judged", "least margin", "measured", "required", "day", "of what")


def main() -> int:
    """Plan, judge, print the tables, and say by the exit code whether every figure was reached."""
    options = _options()
    if options.only:
        return _only(options.only, options.keep)
    plans, hostile = (SMOKE_PLANS, SMOKE_HOSTILE) if options.smoke else (options.plans, options.hostile)
    asked = [*soaked.names(soaked.HOSTILE, hostile), *soaked.names(soaked.RANDOM, plans)]
    today, state = states.code(), None if options.smoke else options.state
    known = states.read(state) if state else {}
    todo = [name for name in asked if not states.still_holds(known.get(name), today)]
    print(f"{len(asked) - len(todo):,} days known, {len(todo):,} to plan", file=sys.stderr)
    if not options.table:
        known |= {told.name: told for told in _followed(_outcomes(todo, today, options.workers), state)}
    done = [known[name] for name in asked if name in known]
    rows = _rows(done, states.by_other_code(done, today), smoke=options.smoke)
    text = f"{table(HEAD, [row.cells for row in rows])}\n\n{_margins(done)}"
    print(text)
    if options.write:
        write("soak", text, renew="python -m benchmarks.soak --state FILE --write")
    return 1 if any(row.reached is False for row in rows) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, default=PLANS, help="how many random days")
    parser.add_argument("--hostile", type=int, default=HOSTILE, help="how many hostile days; they come first")
    parser.add_argument("--state", type=Path, help="file with what is known already; results are added to it")
    parser.add_argument("--workers", type=int, default=1, help="how many processes plan")
    parser.add_argument(
        "--only", metavar="DAY", help="one day by its name, such as R123 or H45, with all that is found"
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="write the plan and review of --only there")
    parser.add_argument("--table", action="store_true", help="plan nothing, tell what the state file knows")
    parser.add_argument("--smoke", action="store_true", help="a short version for CI")
    parser.add_argument("--write", action="store_true", help="renew docs/benchmarks.md")
    return parser.parse_args()


def _only(name: str, folder: Path | None) -> int:
    """Plan one day and print it, its plan, and what the check finds; what is raised is raised."""
    scene = soaked.day(name)
    print(f"{name}: {soaked.kind_of(name)}")
    pprint.pp(scene.job, width=160)
    pprint.pp(scene.sky, width=160)
    found = judged(scene)
    for sortie in found.plan.sorties:
        stops = " ".join(leg.to_pad for leg in sortie.legs)
        print(f"{sortie.id} {sortie.drone} {sortie.departs:%H:%M:%S.%f} {sortie.starts_at} {stops}: {sortie.orders}")
    for item in found.plan.unserved:
        print(f"{item.order} unserved, {item.reason.value}: {item.detail}")
    for finding in found.review.findings:
        told = f"{finding.margin} {finding.unit} {finding.subject}: {finding.detail}"
        print(f"{finding.verdict:11} {finding.rule:20} {told}")
    wrong = list(violations(found))
    print(f"{found.review.verdict}; {len(wrong)} violations; planned in {told_s(found.plan_s)}")
    if folder is not None:
        keep(found, folder)
    return 1 if wrong else 0


def _outcomes(names: Sequence[str], today: str, workers: int) -> Iterator[Outcome]:
    """Yield what comes of days, in order, from as many processes."""
    work = partial(outcome, code=today)
    if workers == 1:
        yield from map(work, names)
        return
    with ProcessPoolExecutor(min(workers, os.cpu_count() or 1)) as pool:
        yield from pool.map(work, names, chunksize=4)


def _followed(outcomes: Iterator[Outcome], state: Path | None) -> Iterator[Outcome]:
    """Yield outcomes as they come, add each to the state file, and complain of what is wrong."""
    if state is None:
        yield from map(_complained, outcomes)
        return
    states.mend(state)
    with state.open("a", encoding="utf-8") as file:
        for told in outcomes:
            states.add(file, told)
            yield _complained(told)


def _complained(told: Outcome) -> Outcome:
    for wrong in told.violations:
        print(f"WRONG {told.name} ({told.kind}) {wrong.rule} {wrong.subject}: {wrong.detail}", file=sys.stderr)
    return told


def _rows(done: Sequence[Outcome], others: int, *, smoke: bool) -> list[Row]:
    by_kind = {
        "random": [told for told in done if told.name.startswith(soaked.RANDOM)],
        "hostile": [told for told in done if told.name.startswith(soaked.HOSTILE)],
    }
    rows: list[Row] = []
    for (kind, found), least in zip(by_kind.items(), (PLANS, HOSTILE), strict=True):
        rows.append(_count(kind, found, None if smoke else least))
        rows += _figures(kind, found)
    wrong = [f"{told.name} {item.rule}" for told in done for item in told.violations]
    rows.append(
        Row(what="violations, exceptions, orders without answer", ours=str(len(wrong)), reach="0", reached=not wrong)
    )
    rules = Counter(item.rule for told in done for item in told.violations)
    rows += [Row(what=f"of them {rule}", ours=f"{count}: {_days(rule, done)}") for rule, count in sorted(rules.items())]
    if others:
        rows.append(Row(what="planned before the last change of the program", ours=f"{others:,}"))
    return rows


def _count(kind: str, found: Sequence[Outcome], least: int | None) -> Row:
    reached = None if least is None else len(found) >= least
    return Row(
        what=f"{kind} plans judged", ours=f"{len(found):,}", reach=f"{least:,}" if least else "", reached=reached
    )


def _figures(kind: str, found: Sequence[Outcome]) -> Iterator[Row]:
    orders, served = sum(told.orders for told in found), sum(told.served for told in found)
    planned_s, checked_s = sum(told.plan_s for told in found), sum(told.check_s for told in found)
    if not found:
        return
    flown = sum(told.sorties > 0 for told in found)
    legs = sum(told.legs for told in found)
    yield Row(what=f"{kind}: orders served", ours=f"{served:,} of {orders:,} ({served / max(1, orders):.0%})")
    yield Row(what=f"{kind}: plans that fly, legs", ours=f"{flown:,}, {legs:,}")
    yield Row(what=f"{kind}: CPU, plans a second", ours=f"{told_s(planned_s)}, {len(found) / max(1e-9, planned_s):.2f}")
    yield Row(what=f"{kind}: CPU of the checks", ours=told_s(checked_s))
    slowest = max(found, key=lambda told: told.plan_s)
    yield Row(what=f"{kind}: slowest plan", ours=f"{told_s(slowest.plan_s)} ({slowest.name})")
    verdicts = Counter(told.verdict or "exception" for told in found)
    yield Row(what=f"{kind}: verdicts", ours=", ".join(f"{name} {count:,}" for name, count in sorted(verdicts.items())))
    reasons = sum((Counter(told.reasons) for told in found), Counter[str]())
    yield Row(what=f"{kind}: reasons", ours=", ".join(f"{name} {count:,}" for name, count in reasons.most_common()))


def _days(rule: str, done: Sequence[Outcome]) -> str:
    names = dict.fromkeys(told.name for told in done for item in told.violations if item.rule == rule)
    return " ".join([*list(names)[:12], *(["..."] if len(names) > 12 else [])])


def _margins(done: Sequence[Outcome]) -> str:
    """Return the least margin of each rule with its day; small ones below zero are within what a rule allows."""
    rules = [*RULES, LEDGERS]
    judged_on = Counter(rule for told in done for rule in told.margins)
    extra = sorted(judged_on.keys() - set(rules))
    worst = {rule: _worst(rule, done) for rule in (*rules, *extra) if judged_on[rule]}
    return table(MARGINS, [_margin(rule, judged_on[rule], *found) for rule, found in worst.items()])


def _worst(rule: str, done: Sequence[Outcome]) -> tuple[str, Margin]:
    found: Mapping[str, Margin] = {told.name: told.margins[rule] for told in done if rule in told.margins}
    name = min(found, key=lambda name: found[name].share)
    return name, found[name]


def _margin(rule: str, count: int, name: str, worst: Margin) -> tuple[str, ...]:
    figures = ("" if value is None else f"{value:g}" for value in (worst.measured, worst.required))
    return rule, f"{count:,}", f"{worst.margin:g} {worst.unit}", *figures, name, worst.subject


if __name__ == "__main__":
    sys.exit(main())

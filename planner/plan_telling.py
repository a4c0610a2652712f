"""What ``skyferry plan`` ends with: the verdict first, then what a dispatcher has to know, read in ten seconds."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from airspace.errors import showable
from planner.model.plans import Bound, Filing, Plan, Reason, Sortie, Unserved
from planner.model.reviews import Review
from planner.tabling import INDENT, Column, tell_table
from planner.telling import SIGNS, counted, counts, escape, tell_failures, verdicts_line

MOST = 40
"""With more sorties than this the table has a line for each drone, and of the orders left out no more are told one by
one: nobody reads hundreds of lines in a terminal."""

LABEL = 10
"""How wide the words are that the lines of a summary begin with."""


def plan_summary(plan: Plan, review: Review, paths: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """Return the summary of a planning run for programs, with what can still be filed at a moment."""
    totals = plan.totals
    return {
        "name": plan.name,
        "verdict": review.verdict.value,
        "findings": counts(review),
        "digest": review.plan_digest,
        "totals": {field: getattr(totals, field) for field in type(totals).__dataclass_fields__},
        "bound": {
            "lower": plan.bound.lower,
            "gap": plan.bound.gap,
            "rules": plan.bound.rules,
            "proven": plan.bound.proven,
        },
        "apart": _apart(plan),
        "unserved": [
            {"order": item.order, "reason": item.reason.value, "detail": item.detail, "numbers": dict(item.numbers)}
            for item in plan.unserved
        ],
        "filings": [_filing_document(filing, now) for filing in plan.filings],
        "paths": dict(paths),
    }


def tell_plan(plan: Plan, review: Review, paths: Mapping[str, str], now: datetime, console: Console) -> None:
    """Print the summary of a planning run, with what can still be filed at a moment."""
    _tell_figures(plan, review, console)
    tell_failures(review, console)
    tell_sorties(plan, console)
    _tell_unserved(plan.unserved, console)
    for filing in plan.filings:
        left = filing.left(now)
        late = left is not None and left < timedelta(0)
        line = _filing_line(filing, now, timezone(plan.utc_offset))
        _line(console, "file", line, style="red" if late else "")
    for name, path in paths.items():
        # Never wrapped, so that a path can be copied.
        console.print(f"{' ' * INDENT}{name:<{LABEL}}{escape(path)}", soft_wrap=True)


def _tell_figures(plan: Plan, review: Review, console: Console) -> None:
    """Print verdict, orders, cost and what is flown."""
    totals = plan.totals
    console.print(f"{SIGNS[review.verdict]}  [bold]{escape(plan.name)}[/]", soft_wrap=True)
    _line(console, "check", verdicts_line(review))
    orders = totals.served + totals.unserved
    _line(console, "served", f"{totals.served} of {counted(orders, 'order')}, in {_sorties_and_drones(plan)}")
    _line(console, "cost", f"{totals.currency} {totals.cost:,.2f} ({_proof(plan.bound)})")
    hours, kwh = totals.flight_s / 3600, totals.energy_wh / 1000
    _line(console, "flown", f"{totals.distance_m / 1000:,.1f} km, {hours:.1f} h, {kwh:,.1f} kWh")
    if any(_apart(plan).values()):
        _line(console, "apart", _apart_line(_apart(plan)))


def _tell_unserved(unserved: Sequence[Unserved], console: Console) -> None:
    for item in unserved[:MOST]:
        _line(console, "unserved", f"{item.order}  {item.reason}  {item.detail}", style="yellow")
    rest = Counter(item.reason for item in unserved[MOST:])
    if rest:
        reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(rest.items()))
        _line(console, "", f"and {rest.total()} more: {reasons}; each of them stands in plan.json and on the page")


def _sorties_and_drones(plan: Plan) -> str:
    drones = len({sortie.drone for sortie in plan.sorties})
    return f"{counted(plan.totals.sorties, 'sortie')} of {counted(drones, 'drone')}"


def _line(console: Console, label: str, text: str, *, style: str = "") -> None:
    """Print a line that goes on under itself on a terminal, and is one line in a pipe, whatever stands in it."""
    shown = showable(text)
    if not console.is_terminal:
        console.print(Text(f"{' ' * INDENT}{label:<{LABEL}}{shown}"), soft_wrap=True)
        return
    grid = Table.grid(padding=0)
    grid.add_column(width=INDENT + LABEL, no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text(f"{' ' * INDENT}{label}", style=style), Text(shown))
    console.print(grid)


def _proof(bound: Bound) -> str:
    """Say how good a cost is known to be."""
    if bound.lower is None or bound.gap is None:
        return bound.rules
    if bound.proven:
        return f"bound {bound.lower:,.2f}, gap 0: proven, no plan that serves as much costs less"
    return f"bound {bound.lower:,.2f}, gap {bound.gap:.2%}: any plan that serves as much costs at least that"


# --- sorties ----------------------------------------------------------------------------------------------------------


def tell_sorties(plan: Plan, console: Console) -> None:
    """Print one line for each sortie; of many, one for each drone."""
    if not plan.sorties:
        return
    console.print()
    if len(plan.sorties) <= MOST:
        tell_table(_columns(plan, sorted(plan.sorties, key=lambda sortie: (sortie.departs, sortie.id))), console)
    else:
        tell_table(_drone_columns(plan), console)
        _line(console, "", f"{len(plan.sorties):,} sorties by drone; each of them stands in plan.json and on the page")
    console.print()


def _columns(plan: Plan, sorties: Sequence[Sortie]) -> list[Column]:
    def column(head: str, rank: int, cells: Iterator[str], *, least: int | None = None, right: bool = False) -> Column:
        return Column(head=head, cells=tuple(cells), rank=rank, least=least, right=right)

    return [
        column("sortie", 0, (sortie.id for sortie in sorties), least=6),
        column("drone", 1, (sortie.drone for sortie in sorties), least=6),
        column("departs", 2, (_clock(sortie.departs, plan) for sortie in sorties)),
        column("returns", 5, (_clock(sortie.returns, plan) for sortie in sorties)),
        column("stops", 3, map(_stops, sorties), least=14),
        column("orders", 4, (", ".join(sortie.orders) for sortie in sorties), least=10),
        column("charge", 6, (_lowest_charge([sortie]) for sortie in sorties), right=True),
        column("load", 7, map(_load, sorties), right=True),
        column("held back", 8, map(_held, sorties), right=True),
    ]


def _drone_columns(plan: Plan) -> list[Column]:
    flown: dict[str, list[Sortie]] = defaultdict(list)
    for sortie in plan.sorties:
        flown[sortie.drone].append(sortie)
    rows = [flown[drone] for drone in sorted(flown)]

    def column(head: str, rank: int, cells: Iterator[str], *, right: bool = False) -> Column:
        return Column(head=head, cells=tuple(cells), rank=rank, right=right)

    return [
        Column(head="drone", cells=tuple(sorted(flown)), rank=0, least=6),
        column("sorties", 1, (str(len(row)) for row in rows), right=True),
        column("departs", 2, (_clock(min(sortie.departs for sortie in row), plan) for row in rows)),
        column("returns", 3, (_clock(max(sortie.returns for sortie in row), plan) for row in rows)),
        column("orders", 4, (str(sum(len(sortie.orders) for sortie in row)) for row in rows), right=True),
        column("charge", 5, map(_lowest_charge, rows), right=True),
    ]


def _clock(moment: datetime, plan: Plan) -> str:
    """Return a time by the clock of the plan, and how many days after its first one."""
    told = moment + plan.utc_offset
    days = (told.date() - (plan.start + plan.utc_offset).date()).days
    return f"{told:%H:%M}{f' {days:+d} d' if days else ''}"


def _stops(sortie: Sortie) -> str:
    """Return where a sortie stops on its way, and where it ends if that is not where it began."""
    ends = [] if sortie.ends_at == sortie.starts_at else [sortie.ends_at]
    return " → ".join([*(leg.to_pad for leg in sortie.legs[:-1]), *ends])


def _lowest_charge(sorties: Sequence[Sortie]) -> str:
    charges = [leg.soc_end for sortie in sorties for leg in sortie.legs]
    # Rounded down: a charge must never be told higher than it is.
    return f"≥ {math.floor(100 * min(charges))}%" if charges else "unknown"


def _load(sortie: Sortie) -> str:
    return f"{max((leg.payload_kg for leg in sortie.legs), default=0.0):.1f} kg"


def _held(sortie: Sortie) -> str:
    return f"{sortie.held_s} s" if sortie.held_for else ""


# --- kept apart, and to be filed --------------------------------------------------------------------------------------


def _apart(plan: Plan) -> dict[str, int]:
    """Return what keeping sorties apart in the air came to."""
    held_s = [sortie.held_s for sortie in plan.sorties if sortie.held_for]
    return {
        "held_back": len(held_s),
        "held_s": sum(held_s),
        "on_other_ways": sum(bool(sortie.other_ways) for sortie in plan.sorties),
        "refused": sum(item.reason is Reason.CONFLICT for item in plan.unserved),
    }


def _apart_line(told: Mapping[str, int]) -> str:
    held = f"{counted(told['held_back'], 'sortie')} held back, {told['held_s']} s in all"
    ways = f", {told['on_other_ways']} on another way" if told["on_other_ways"] else ""
    return f"{held}{ways}, {told['refused']} refused"


def _filing_document(filing: Filing, now: datetime) -> dict[str, Any]:
    left = filing.left(now)
    return {
        "authority": filing.authority,
        "rule": filing.rule,
        "title": filing.title,
        "count": filing.count,
        "first_flight": filing.first_flight.isoformat(),
        "latest_at": None if filing.latest_at is None else filing.latest_at.isoformat(),
        "can_still_be_met": None if left is None else left >= timedelta(0),
    }


def _filing_line(filing: Filing, now: datetime, clock: timezone) -> str:
    """Return one thing to file as a line: by when, whether that can still be met, with whom, and what."""
    what = f"{filing.title} ({filing.rule}), {filing.authority}"
    each = f"; the first of {filing.count}" if filing.count > 1 else ""
    left = filing.left(now)
    if filing.latest_at is None or left is None:
        idea = "" if filing.indicative_at is None else f", once {filing.indicative_at.astimezone(clock):%Y-%m-%d}"
        return f"before the flight, no lead time is known{idea}: {what}{each}"
    state = f"{_span(left)} left" if left >= timedelta(0) else f"too late by {_span(-left)}"
    return f"by {filing.latest_at.astimezone(clock):%Y-%m-%d %H:%M} ({state}): {what}{each}"


def _span(length: timedelta) -> str:
    hours = length // timedelta(hours=1)
    return f"{hours // 24} d {hours % 24} h" if hours >= 24 else f"{hours} h {length // timedelta(minutes=1) % 60} min"

"""What ``skyferry compare`` prints: what the two plans were made from, what they come to, and what moved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from rich.console import Console

from planner.comparing.comparisons import (
    Comparison,
    CorridorMove,
    CorridorMoved,
    Figure,
    Flown,
    Heading,
    LeftOut,
    Move,
    OrderMoved,
    Served,
    Tightest,
)
from planner.tabling import Column, tell_table
from planner.telling import SIGNS, counted, escape

MOST_ROWS = 40
"""Of a table: whoever wants more of them looks at the page or the JSON."""

LEAST_SHARE = 0.0005
"""Less is not told beside a difference: it would be 0.0 %."""

NAMES = {
    "distance_m": "flown",
    "flight_s": "in the air",
    "energy_wh": "energy",
    "held_s": "held back",
    "lowest_soc": "lowest charge",
    "least_margin_wh": "least energy margin",
    "tightest_margin": "tightest margin, of its limit",
    "pass": "checks passed",
    "fail": "checks failed",
    "not_checked": "not checked",
}
"""Of figures that are not called as they stand in a comparison."""

MOVES = {
    Move.ONLY_IN_A: "only in A",
    Move.ONLY_IN_B: "only in B",
    Move.LOST: "no longer served",
    Move.GAINED: "now served",
    Move.MOVED: "moved",
    Move.REASON: "other reason",
}
CORRIDOR_MOVES = {
    CorridorMove.DROPPED: "dropped",
    CorridorMove.ADDED: "added",
    CorridorMove.REROUTED: "other line",
    CorridorMove.LEVELS: "other levels",
    CorridorMove.FLIGHTS: "more or fewer flights",
}


def tell_comparison(told: Comparison, console: Console) -> None:
    """Print a comparison: the difference of inputs first, then figures, orders, corridors and sorties."""
    _tell_heading("A", told.a, console)
    _tell_heading("B", told.b, console)
    if told.same:
        _line(console, "  A and B are one and the same plan.")
    _tell_inputs(told, console)
    _tell_figures(told.figures, console)
    for which, tightest in (("A", told.tightest_a), ("B", told.tightest_b)):
        if tightest is not None:
            _line(console, f"  tightest in {which}: {escape(_tightest(tightest))}")
    _tell_orders(told, console)
    _tell_corridors(told, console)
    _line(console, f"sorties: {_sorties(told)}")


def _tell_heading(which: str, heading: Heading, console: Console) -> None:
    start, end = (moment + heading.utc_offset for moment in (heading.start, heading.end))
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
    sign = "" if heading.verdict is None else f"{SIGNS[heading.verdict]}  "
    _line(console, f"[bold]{which}[/]  {sign}{escape(heading.name)}, {start:%Y-%m-%d %H:%M} to {until}")
    _line(console, f"   {escape(heading.digest)}")


def _tell_inputs(told: Comparison, console: Console) -> None:
    if not told.inputs:
        _line(console, f"inputs: the same {counted(told.inputs_alike, 'file')}")
    else:
        _line(console, f"inputs: [yellow]{counted(len(told.inputs), 'file')} not the same[/], {told.inputs_alike} are")
    for item in told.inputs:
        state = "only in B" if item.a is None else "only in A" if item.b is None else "differs"
        _line(console, f"  {escape(item.path)}: {state}")
    if told.made:
        _line(console, "made otherwise:")
    for other in told.made:
        _line(console, f"  {escape(other.what)}: {escape(other.a or 'nothing')} → {escape(other.b or 'nothing')}")


def _tell_figures(figures: Sequence[Figure], console: Console) -> None:
    known = [figure for figure in figures if figure.a is not None or figure.b is not None]
    better = {True: "better", False: "worse", None: ""}
    tell_table(
        [
            Column(head="figure", cells=tuple(map(_name, known)), rank=0, least=13),
            Column(head="A", cells=tuple(_amount(figure, figure.a) for figure in known), rank=1, right=True),
            Column(head="B", cells=tuple(_amount(figure, figure.b) for figure in known), rank=1, right=True),
            Column(head="B − A", cells=tuple(map(_delta, known)), rank=2, least=12, right=True),
            Column(
                head="",
                cells=tuple(better[figure.better] for figure in known),
                rank=3,
                styles=tuple({True: "green", False: "yellow", None: ""}[figure.better] for figure in known),
            ),
        ],
        console,
    )


def _name(figure: Figure) -> str:
    return NAMES.get(figure.name, figure.name)


def amount(value: float | None, unit: str, *, sign: str = "", beside: Figure | None = None) -> str:
    """Return a figure as people read it: km, and kWh and minutes for more than a little; unknown as unknown.

    ``beside``: a figure of which it is one, so that A, B and their difference are told in the same unit.
    """
    if value is None:
        return "unknown"
    size = max(abs(one) for one in (value, *((beside.a, beside.b) if beside else ())) if one is not None)
    match unit:
        case "share":
            return f"{value:{sign}.1%}"
        case "m":
            return f"{value / 1000:{sign},.2f} km"
        case "s":
            return f"{value:{sign},.1f} s" if size < 60 else f"{value / 60:{sign},.1f} min"
        case "Wh":
            return f"{value:{sign},.0f} Wh" if size < 10_000 else f"{value / 1000:{sign},.1f} kWh"
        case "":
            return f"{value:{sign},.0f}"
        case _:
            return f"{unit} {value:{sign},.2f}"


def _amount(figure: Figure, value: float | None, sign: str = "") -> str:
    return amount(value, figure.unit, sign=sign, beside=figure)


def _delta(figure: Figure) -> str:
    if figure.delta is None:
        return "unknown"
    if figure.delta == 0:
        return "="
    if figure.unit == "share":
        return f"{100 * figure.delta:+.1f} points"
    told = _amount(figure, figure.delta, sign="+")
    if not re.search("[1-9]", told):
        return "≈"  # less than the last figure told is neither more nor less
    relative = figure.unit and figure.share is not None and abs(figure.share) >= LEAST_SHARE
    return f"{told} ({figure.share:+.1%})" if relative else told


def _tightest(tightest: Tightest) -> str:
    share = "" if tightest.share is None else f", {tightest.share:.1%} of its limit"
    return f"{tightest.rule} · {tightest.subject} · {tightest.margin:+.4g} {tightest.unit}{share}"


def _tell_orders(told: Comparison, console: Console) -> None:
    _line(console, f"orders: {told.orders_alike} alike, {len(told.orders)} not")
    shown = told.orders[:MOST_ROWS]
    offset_a, offset_b = told.a.utc_offset, told.b.utc_offset
    tell_table(
        [
            Column(head="order", cells=tuple(item.order for item in shown), rank=0, least=8),
            Column(head="", cells=tuple(MOVES[item.move] for item in shown), rank=1),
            Column(head="A", cells=tuple(_fate(item.a, offset_a) for item in shown), rank=2, least=12),
            Column(head="B", cells=tuple(_fate(item.b, offset_b) for item in shown), rank=2, least=12),
            Column(head="later", cells=tuple(map(_later, shown)), rank=3, right=True),
        ],
        console,
    )
    _tell_rest(len(told.orders), "order", console)


def _fate(fate: Served | LeftOut | None, utc_offset: timedelta) -> str:
    match fate:
        case Served():
            return f"{_clock(fate.t or fate.departs, utc_offset)} {fate.drone} {fate.sortie}"
        case LeftOut():
            return fate.reason.value
        case None:
            return "not asked for"


def _clock(moment: datetime, utc_offset: timedelta) -> str:
    return f"{moment + utc_offset:%H:%M}"


def _later(item: OrderMoved) -> str:
    return "" if item.later_s is None else amount(item.later_s, "s", sign="+" if item.later_s else "")


def _tell_corridors(told: Comparison, console: Console) -> None:
    _line(console, f"corridors: {told.corridors_alike} alike, {len(told.corridors)} not")
    shown = told.corridors[:MOST_ROWS]
    tell_table(
        [
            Column(head="between", cells=tuple(" – ".join(item.ends) for item in shown), rank=0, least=12),
            Column(head="", cells=tuple(CORRIDOR_MOVES[item.move] for item in shown), rank=1),
            Column(head="A", cells=tuple(_lines(item.a) for item in shown), rank=2, least=10),
            Column(head="B", cells=tuple(_lines(item.b) for item in shown), rank=2, least=10),
            Column(head="longer", cells=tuple(map(_longer, shown)), rank=3, right=True),
        ],
        console,
    )
    _tell_rest(len(told.corridors), "corridor", console)


def _lines(flown: Sequence[Flown]) -> str:
    return "; ".join(
        f"{line.flights} × {line.distance_m / 1000:.2f} km at {'/'.join(f'{m:g}' for m in line.levels_amsl_m)} m"
        for line in flown
    )


def _longer(item: CorridorMoved) -> str:
    return f"{item.longer_m:+,.0f} m" if item.longer_m and item.move is CorridorMove.REROUTED else ""


def _tell_rest(count: int, thing: str, console: Console) -> None:
    if count > MOST_ROWS:
        _line(console, f"  and {counted(count - MOST_ROWS, thing)} more: --json or -o FILE.html tells all of them")


def _sorties(told: Comparison) -> str:
    matched = told.sorties
    return (
        f"{len(matched.alike)} alike, {len(matched.changed)} with the same orders flown otherwise, "
        f"{len(matched.only_a)} only in A, {len(matched.only_b)} only in B"
    )


def _line(console: Console, text: str) -> None:
    console.print(text, soft_wrap=True)

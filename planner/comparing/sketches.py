"""A comparison as small tables for a notebook: plain HTML, without scripts, files or addresses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from airspace.model.sketches import TEXT_STYLE, as_html, element, html_table

if TYPE_CHECKING:
    from planner.comparing.comparisons import Comparison, CorridorMoved, Figure, Flown, Heading, OrderMoved

MOST_ROWS = 40
"""Of a table."""


def comparison_html(told: Comparison) -> str:
    """Return a comparison as HTML: which plans, which inputs differ, figures, and what moved."""
    root = ET.Element("div", {"style": TEXT_STYLE})
    root.extend(element("div", f"{which}: {_heading(heading)}") for which, heading in (("A", told.a), ("B", told.b)))
    root.append(element("div", _inputs(told), style="margin:4px 0"))
    root.append(html_table(("figure", "A", "B", "B less A", ""), map(_figure, told.figures)))
    if told.orders:
        offsets = told.a.utc_offset, told.b.utc_offset
        rows = (_order(item, *offsets) for item in told.orders[:MOST_ROWS])
        root.append(html_table(("order", "", "A", "B"), [*rows, *_rest(told.orders)]))
    if told.corridors:
        lines = map(_corridor, told.corridors[:MOST_ROWS])
        root.append(html_table(("corridor", "", "A", "B"), [*lines, *_rest(told.corridors)]))
    return as_html(root)


def _heading(heading: Heading) -> str:
    start = heading.start + heading.utc_offset
    verdict = "not reviewed" if heading.verdict is None else heading.verdict.value
    return f"{heading.name}, {start:%Y-%m-%d %H:%M}, {verdict}, {heading.digest[:19]}"


def _inputs(told: Comparison) -> str:
    if told.same:
        return "One and the same plan."
    differ = ", ".join(item.path for item in told.inputs) or "none"
    return f"Inputs that differ: {differ}. Alike: {told.inputs_alike}."


def _figure(figure: Figure) -> Sequence[str]:
    better = {True: "better", False: "worse", None: ""}[figure.better]
    return (f"{figure.name} {figure.unit}".strip(), *map(_number, (figure.a, figure.b, figure.delta)), better)


def _number(value: float | None) -> str:
    return "unknown" if value is None else f"{value:,.6g}"


def _order(item: OrderMoved, offset_a: timedelta, offset_b: timedelta) -> Sequence[str]:
    fates = (
        "not asked for" if fate is None else fate.in_words(offset)
        for fate, offset in ((item.a, offset_a), (item.b, offset_b))
    )
    return (item.order, item.move.value.replace("_", " "), *fates)


def _corridor(item: CorridorMoved) -> Sequence[str]:
    return (" - ".join(item.ends), item.move.value, _flown(item.a), _flown(item.b))


def _flown(lines: Sequence[Flown]) -> str:
    return ", ".join(f"{line.flights} x {line.distance_m / 1000:.2f} km" for line in lines)


def _rest(rows: Sequence[object]) -> Iterator[Sequence[str]]:
    if len(rows) > MOST_ROWS:
        yield (f"and {len(rows) - MOST_ROWS} more", "", "", "")

"""A plan as a small map and a table for a notebook: plain HTML, without scripts, files or addresses.

A record holds no zones, so none are drawn: :func:`planner.show` draws the whole page with the scenario.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from airspace.model.sketches import (
    TEXT_STYLE,
    View,
    add_names,
    as_html,
    drawing,
    element,
    gate_mark,
    html_table,
    line_path,
    pad_mark,
)

if TYPE_CHECKING:
    from planner.model.plans import Leg, Plan, Sortie

MOST_SORTIES = 40
"""With more of them the table has a row for each drone, and nothing is drawn."""
MOST_UNSERVED = 20

DRONE_STYLES = (
    ("#0A62B0", "none"),
    ("#00766B", "none"),
    ("#2B3440", "none"),
    ("#1A79A8", "10 3 2 3"),
    ("#0A62B0", "2 3"),
)
"""Colour and dash of the lines of each drone in turn."""


def plan_html(plan: Plan) -> str:
    """Return a plan as HTML: what it comes to, a map of what is flown, its sorties, and what is left out."""
    root = ET.Element("div", {"style": TEXT_STYLE})
    root.extend((_title(plan), _figures(plan)))
    if 0 < len(plan.sorties) <= MOST_SORTIES:
        root.append(_map(plan))
        root.append(_sorties(plan))
    elif plan.sorties:
        root.append(_by_drone(plan))
    if plan.unserved:
        root.append(_unserved(plan))
    root.append(element("p", HINT, style="color:#5F6B78;font-size:12px;margin:8px 0 0"))
    return as_html(root)


HINT = (
    "From the record alone, which holds no zones and no verdict: planner.show(plan, scenario) draws the page with "
    "both. WGS 84, illustrative, not for navigation."
)


def _title(plan: Plan) -> ET.Element:
    start, end = plan.start + plan.utc_offset, plan.end + plan.utc_offset
    return element("div", f"{plan.name}, {start:%Y-%m-%d %H:%M} to {end:%H:%M}", style="font-weight:650;font-size:15px")


def _figures(plan: Plan) -> ET.Element:
    totals, bound = plan.totals, plan.bound
    proof = (
        "no bound known"
        if bound.lower is None or bound.gap is None
        else f"bound {bound.lower:,.2f}, gap {bound.gap:.2%}"
    )
    told = (
        f"{totals.served} of {totals.served + totals.unserved} orders served in {totals.sorties} sorties · "
        f"{totals.currency} {totals.cost:,.2f} ({proof}) · {totals.distance_m / 1000:,.1f} km · "
        f"{totals.energy_wh / 1000:,.1f} kWh"
    )
    return element("div", told, style="margin:2px 0 8px")


def _map(plan: Plan) -> ET.Element:
    legs = [(sortie, leg) for sortie in plan.sorties for leg in sortie.legs]
    view = View.of([(point.lon, point.lat) for _, leg in legs for point in leg.waypoints])
    svg = drawing(view, "Map of what is flown")
    drones = {drone: number for number, drone in enumerate(sorted({sortie.drone for sortie in plan.sorties}))}
    for sortie, leg in legs:
        svg.append(_line(sortie, leg, view, drones[sortie.drone]))
    crossings = {crossing.gate: (crossing.lon, crossing.lat) for _, leg in legs for crossing in leg.crossings}
    for gate, (lon, lat) in sorted(crossings.items()):
        svg.append(gate_mark(lon, lat, view, title=f"Gate {gate}"))
    pads = dict(_ends(leg for _, leg in legs))
    hubs = {sortie.starts_at for sortie in plan.sorties}
    for pad, (lon, lat) in sorted(pads.items()):
        svg.append(pad_mark(lon, lat, view, hub=pad in hubs, title=f"Pad {pad}"))
    ordered = sorted(pads, key=lambda pad: (pad not in hubs, pad))
    add_names(
        svg, [*((gate, *crossings[gate]) for gate in sorted(crossings)), *((pad, *pads[pad]) for pad in ordered)], view
    )
    return svg


def _line(sortie: Sortie, leg: Leg, view: View, number: int) -> ET.Element:
    colour, dash = DRONE_STYLES[number % len(DRONE_STYLES)]
    path = line_path(((point.lon, point.lat) for point in leg.waypoints), view)
    made = element("path", d=path, fill="none", stroke=colour, stroke_width=2.25, stroke_dasharray=dash)
    made.append(
        element("title", f"{sortie.id} {sortie.drone}: {leg.from_pad} to {leg.to_pad}, {leg.distance_m / 1000:.2f} km")
    )
    return made


def _ends(legs: Iterator[Leg]) -> Iterator[tuple[str, tuple[float, float]]]:
    for leg in legs:
        first, last = leg.waypoints[0], leg.waypoints[-1]
        yield leg.from_pad, (first.lon, first.lat)
        yield leg.to_pad, (last.lon, last.lat)


def _sorties(plan: Plan) -> ET.Element:
    heads = ("sortie", "drone", "departs", "returns", "stops", "orders", "km", "lowest charge")
    ordered = sorted(plan.sorties, key=lambda sortie: (sortie.departs, sortie.id))
    return html_table(heads, (_row(sortie, plan) for sortie in ordered))


def _row(sortie: Sortie, plan: Plan) -> Sequence[str]:
    return (
        sortie.id,
        sortie.drone,
        _clock(sortie.departs, plan),
        _clock(sortie.returns, plan),
        " → ".join(leg.to_pad for leg in sortie.legs),
        ", ".join(sortie.orders),
        f"{sum(leg.distance_m for leg in sortie.legs) / 1000:.2f}",
        _charge([sortie]),
    )


def _by_drone(plan: Plan) -> ET.Element:
    flown: dict[str, list[Sortie]] = defaultdict(list)
    for sortie in plan.sorties:
        flown[sortie.drone].append(sortie)
    rows = (
        (
            drone,
            str(len(sorties)),
            _clock(min(sortie.departs for sortie in sorties), plan),
            _clock(max(sortie.returns for sortie in sorties), plan),
            str(sum(len(sortie.orders) for sortie in sorties)),
            _charge(sorties),
        )
        for drone, sorties in sorted(flown.items())
    )
    return html_table(("drone", "sorties", "first departs", "last returns", "orders", "lowest charge"), rows)


def _clock(moment: datetime, plan: Plan) -> str:
    return f"{moment + plan.utc_offset:%H:%M}"


def _charge(sorties: Sequence[Sortie]) -> str:
    charges = [leg.soc_end for sortie in sorties for leg in sortie.legs]
    # Rounded down: a charge must never be told higher than it is.
    return f"{math.floor(1000 * min(charges)) / 10:.1f} %" if charges else "unknown"


def _unserved(plan: Plan) -> ET.Element:
    rows = [(item.order, item.reason.value, item.detail) for item in plan.unserved[:MOST_UNSERVED]]
    rest = len(plan.unserved) - len(rows)
    more = [(f"and {rest} more", "", "plan.to_pandas().unserved tells all of them")] if rest else []
    return html_table(("unserved", "reason", ""), [*rows, *more])

"""The legend of a map: only what is on it."""

from __future__ import annotations

from collections.abc import Callable

import shapely
from markupsafe import Markup

from airspace.model.zones import Restriction
from planner.output.packet.figures import colours, patterns, symbols
from planner.output.packet.figures.svg import tag
from planner.output.packet.values import CorridorPage
from planner.output.packet.wording import Telling

WIDE, HIGH = 24, 14


def legend(present: frozenset[str], page: CorridorPage, telling: Telling) -> tuple[tuple[Markup, str], ...]:
    """Return the signs on a map, each with its words."""
    say = telling.say
    box = shapely.box(1, 1, WIDE - 1, HIGH - 1)
    width = say("Corridor, {width} wide", width=telling.metres(2 * page.half_width_m))
    known: tuple[tuple[str, Callable[[], Markup], str], ...] = (
        *(
            (str(kind), lambda kind=kind: patterns.zone(box, kind), telling.restriction(kind))
            for kind in (Restriction.PROHIBITED, Restriction.REQ_AUTHORISATION, Restriction.CONDITIONAL)
        ),
        ("inactive", lambda: patterns.zone(box, Restriction.PROHIBITED, active=False), say("Not active")),
        ("terrain", _terrain, say("Hill")),
        ("boundary", lambda: symbols.boundary([[(0, HIGH / 2), (WIDE, HIGH / 2)]]), say("Boundary")),
        ("corridor", _corridor, width),
        ("old", lambda: _line(colours.WARN, "6 4", 1.75), say("Line on record before")),
        ("way_out", lambda: _line(colours.INK_2, "2 3", 1), say("Way out")),
        ("gate", lambda: symbols.gate(WIDE / 2, HIGH / 2), say("Gate")),
        ("hub", lambda: symbols.hub(WIDE / 2, HIGH / 2), say("Hub")),
        ("pad", lambda: symbols.pad(WIDE / 2, HIGH / 2), say("Pad")),
        ("alternate", lambda: symbols.alternate(WIDE / 2, HIGH / 2), say("Alternate")),
        ("closest", lambda: symbols.closest(WIDE / 2, HIGH / 2), say("Closest to a zone")),
    )
    return tuple((_sign(draw()), words) for kind, draw, words in known if kind in present)


def _sign(drawn: Markup) -> Markup:
    return tag("svg", drawn, viewBox=f"0 0 {WIDE} {HIGH}", width=WIDE, height=HIGH, aria_hidden="true")


def _terrain() -> Markup:
    return tag(
        "rect", x=1, y=1, width=WIDE - 2, height=HIGH - 2, fill=colours.TERRAIN, stroke=colours.TERRAIN_LINE,
        stroke_width=0.75,
    )  # fmt: skip


def _corridor() -> Markup:
    band = tag(
        "rect", x=0, y=3, width=WIDE, height=8, fill=colours.DRONE, fill_opacity=0.3, stroke=colours.DRONE,
        stroke_width=1,
    )  # fmt: skip
    return band + _line(colours.DRONE, None, 1.75)


def _line(colour: str, dashes: str | None, width: float) -> Markup:
    return tag(
        "path", d=f"M0 {HIGH / 2:g}H{WIDE}", fill="none", stroke=colour, stroke_width=width, stroke_dasharray=dashes
    )

"""Signs on maps: gates, pads, alternates, the closest approach; and the boundary."""

from __future__ import annotations

from markupsafe import Markup

from planner.output.packet.figures import colours
from planner.output.packet.figures.svg import Pixels, figure, path, tag

BOUNDARY_DASHES = "9 3 2 3"


def _at(x: float, y: float, *parts: Markup) -> Markup:
    return tag("g", *parts, transform=f"translate({figure(round(x, 1))} {figure(round(y, 1))})")


def gate(x: float, y: float) -> Markup:
    """Return a gate: a white diamond with an arrow."""
    diamond = tag("path", d="M0 -7L7 0L0 7L-7 0Z", fill=colours.SURFACE, stroke=colours.INK, stroke_width=1.75)
    arrow = tag("path", d="M-3 0H3M.5 -2.5L3 0L.5 2.5", fill="none", stroke=colours.INK, stroke_width=1.25)
    return _at(x, y, diamond, arrow)


def hub(x: float, y: float) -> Markup:
    """Return a hub: a black square with an H."""
    square = tag("rect", x=-6, y=-6, width=12, height=12, fill=colours.INK, stroke=colours.SURFACE)
    bars = tag(
        "path", d="M-2.4 -3.2V3.2M2.4 -3.2V3.2M-2.4 0H2.4", fill="none", stroke=colours.SURFACE, stroke_width=1.5
    )
    return _at(x, y, square, bars)


def pad(x: float, y: float) -> Markup:
    """Return a pad: a ring with a dot."""
    ring = tag("circle", cx=0, cy=0, r=5.25, fill=colours.SURFACE, stroke=colours.INK, stroke_width=1.75)
    return _at(x, y, ring, tag("circle", cx=0, cy=0, r=1.9, fill=colours.INK))


def alternate(x: float, y: float) -> Markup:
    """Return an alternate: a triangle of dashes."""
    edge = tag(
        "path", d="M0 -6L6 5H-6Z", fill=colours.SURFACE, stroke=colours.INK, stroke_width=1.5, stroke_dasharray="3 1.5"
    )
    return _at(x, y, edge)


def closest(x: float, y: float, *, failed: bool = False) -> Markup:
    """Return where the tightest clearance is: an amber triangle with a mark; red where it is not kept."""
    colour = colours.FAIL if failed else colours.WARN
    edge = tag("path", d="M0 -7L7 6H-7Z", fill="#FBF0DC", stroke=colour, stroke_width=1.5, stroke_linejoin="round")
    return _at(x, y, edge, tag("path", d="M0 -2.5V1.5M0 3V4.2", stroke=colour, stroke_width=1.5))


def boundary(lines: list[Pixels]) -> Markup:
    """Return the boundary, on a casing in the colour of land."""
    course = path(lines)
    casing = tag("path", d=course, fill="none", stroke=colours.LAND[0], stroke_width=5)
    return casing + tag(
        "path", d=course, fill="none", stroke=colours.INK, stroke_width=1.5, stroke_dasharray=BOUNDARY_DASHES
    )

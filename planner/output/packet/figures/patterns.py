"""Zones on maps and profiles: outline, tint and hatch of each restriction, told apart in grey too."""

from __future__ import annotations

import math

import numpy as np
import shapely
from markupsafe import Markup

from airspace.model.zones import Restriction
from planner.output.packet.figures import colours
from planner.output.packet.figures.svg import lines_of, outline, path, tag

DASHES = {Restriction.PROHIBITED: None, Restriction.REQ_AUTHORISATION: "7 4", Restriction.CONDITIONAL: "3 2"}
WIDTHS = {Restriction.PROHIBITED: 2.0, Restriction.REQ_AUTHORISATION: 1.5, Restriction.CONDITIONAL: 1.5}


def zone(area: shapely.Geometry, restriction: Restriction, *, active: bool = True) -> Markup:
    """Return a zone, its area in pixels."""
    around = outline(area)
    if not around:
        return Markup("")
    if not active:
        return tag(
            "path", d=around, fill="none", stroke=colours.INK_3, stroke_width=1.25, stroke_dasharray="1 4",
            stroke_linecap="round",
        )  # fmt: skip
    colour = colours.ZONES[restriction]
    tint = tag("path", d=around, fill=colour, fill_opacity=0.1, fill_rule="evenodd")
    edge = tag(
        "path", d=around, fill="none", stroke=colour, stroke_width=WIDTHS.get(restriction, 1.0),
        stroke_dasharray=DASHES.get(restriction),
    )  # fmt: skip
    return tint + _filling(area, restriction, colour) + edge


def _filling(area: shapely.Geometry, restriction: Restriction, colour: str) -> Markup:
    if restriction is Restriction.PROHIBITED:
        return tag(
            "path", d=hatch(area, pitch=6, rising=True), fill="none", stroke=colour, stroke_width=1.2,
            stroke_opacity=0.55,
        )  # fmt: skip
    if restriction is Restriction.REQ_AUTHORISATION:
        return tag(
            "path", d=hatch(area, pitch=9, rising=False), fill="none", stroke=colour, stroke_width=1,
            stroke_opacity=0.35,
        )  # fmt: skip
    if restriction is Restriction.CONDITIONAL:
        return tag(
            "path", d=dots(area, pitch=6), fill="none", stroke=colour, stroke_width=1.8, stroke_linecap="round",
            stroke_opacity=0.6,
        )  # fmt: skip
    return Markup("")


def hatch(area: shapely.Geometry, *, pitch: float, rising: bool) -> str:
    """Return the commands of lines at 45 degrees across an area; as lines, since not every renderer knows patterns."""
    if area.is_empty:
        return ""
    west, north, east, south = area.bounds
    step, high = pitch * math.sqrt(2), south - north
    # Counted from the edge of the drawing, so that neighbours are hatched alike.
    first = math.floor((west - high) / step) * step
    starts = np.arange(first, east + step, step)
    ends = [((x, south), (x + high, north)) if rising else ((x, north), (x + high, south)) for x in starts]
    return path(lines_of(shapely.intersection(shapely.MultiLineString(ends), area)))


def dots(area: shapely.Geometry, *, pitch: float) -> str:
    """Return the commands of dots across an area, as lines of next to no length with round ends."""
    if area.is_empty:
        return ""
    west, north, east, south = area.bounds
    xs = np.arange(math.floor(west / pitch) * pitch, east, pitch)
    ys = np.arange(math.floor(north / pitch) * pitch, south, pitch)
    grid = np.array([(x, y) for y in ys for x in xs]).reshape(-1, 2)
    inside = grid[shapely.contains_xy(area, grid[:, 0], grid[:, 1])]
    return "".join(f"M{x:g} {y:g}h.1" for x, y in inside)

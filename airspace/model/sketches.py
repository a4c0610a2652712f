"""An airspace as a small map for a notebook: plain HTML with a drawing in SVG, without scripts, files or addresses.

It is drawn by the package itself, for whoever has no more than an airspace in hand. Texts go through
:mod:`xml.etree`, which escapes them: what stands in a file is only ever shown.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import shapely

from airspace.errors import showable
from airspace.model.zones import Restriction, Zone

if TYPE_CHECKING:
    from airspace.model.skies import Airspace

WIDTH_PX = 640
MOST_HEIGHT_PX = 640
MARGIN = 0.08
"""Of what is shown, left free on each side."""

MOST_ZONES = 1500
"""With more of them nothing is drawn: the table tells how many there are."""
MOST_NAMES = 60

INK, QUIET, PAPER, LAND, LINE = "#12171E", "#5F6B78", "#FFFFFF", "#F4F2EC", "#C3CAD2"
ZONE_STYLES = {
    Restriction.PROHIBITED: ("#A80F2C", "none"),
    Restriction.REQ_AUTHORISATION: ("#6A3D9E", "7 4"),
    Restriction.CONDITIONAL: ("#7A6400", "3 2"),
    Restriction.NO_RESTRICTION: (QUIET, "none"),
}
"""Colour of a restriction, and its dash, so that no colour has to be told apart alone."""
HILLS = "#8C8371"
TERRAIN = "terrain"
"""The category of zones that stand for hills."""

TEXT_STYLE = (
    "font:13px/1.45 system-ui,Arial,sans-serif;color:#12171E;background:#FFFFFF;padding:8px 10px;max-width:900px"
)
CELL_STYLE = "padding:2px 14px 2px 0;text-align:left;background:#FFFFFF;color:#12171E"
WORD_STYLE = f"{CELL_STYLE};white-space:nowrap"
"""Ids are never broken at a hyphen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What part of the world a drawing shows, and how large."""

    west: float
    north: float
    px_per_lon: float
    px_per_lat: float
    width_px: float
    height_px: float

    @classmethod
    def of(cls, places: Sequence[tuple[float, float]]) -> View:
        """Return the view of some places [lon, lat], with a margin; a degree of longitude is as long as it is there."""
        lons, lats = [lon for lon, _ in places], [lat for _, lat in places]
        squeeze = max(0.05, math.cos(math.radians((min(lats) + max(lats)) / 2)))
        wide, high = max(max(lons) - min(lons), 1e-3), max(max(lats) - min(lats), 1e-3)
        scale = (1 - 2 * MARGIN) * min(WIDTH_PX / (wide * squeeze), MOST_HEIGHT_PX / high)
        height_px = min(MOST_HEIGHT_PX, max(160.0, high * scale / (1 - 2 * MARGIN)))
        middle_lon, middle_lat = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
        return cls(
            west=middle_lon - WIDTH_PX / 2 / (scale * squeeze),
            north=middle_lat + height_px / 2 / scale,
            px_per_lon=scale * squeeze,
            px_per_lat=scale,
            width_px=WIDTH_PX,
            height_px=round(height_px),
        )

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Return where a place is in the drawing."""
        return round((lon - self.west) * self.px_per_lon, 1), round((self.north - lat) * self.px_per_lat, 1)

    @property
    def frame(self) -> shapely.Polygon:
        """What is shown, and a little more, in WGS 84."""
        east, south = self.west + self.width_px / self.px_per_lon, self.north - self.height_px / self.px_per_lat
        return shapely.box(self.west, south, east, self.north)


def airspace_html(sky: Airspace) -> str:
    """Return an airspace as HTML: a map of sides, zones, gates and pads, and how many there are of each."""
    root = ET.Element("div", {"style": TEXT_STYLE})
    places = _places(sky)
    if places and len(sky.zones) <= MOST_ZONES:
        root.append(_map(sky, View.of(places)))
    root.append(_counts(sky))
    return as_html(root)


def as_html(root: ET.Element) -> str:
    """Return an element as HTML."""
    return ET.tostring(root, encoding="unicode", method="html")


def element(tag: str, text: str = "", **attributes: object) -> ET.Element:
    """Return an element; a ``_`` in the name of an attribute stands for a hyphen, one at its end for nothing."""
    made = ET.Element(tag, {name.rstrip("_").replace("_", "-"): str(value) for name, value in attributes.items()})
    made.text = showable(text) or None
    return made


def drawing(view: View, title: str) -> ET.Element:
    """Return an empty drawing of a view."""
    made = element(
        "svg",
        viewBox=f"0 0 {view.width_px:g} {view.height_px:g}",
        width=f"{view.width_px:g}",
        height=f"{view.height_px:g}",
        role="img",
        style="max-width:100%;height:auto;background:#DDE8EF;border:1px solid #C3CAD2;border-radius:6px",
    )
    made.append(element("title", title))
    return made


def polygon_path(shape: shapely.Geometry, view: View) -> str:
    """Return the outlines of the polygons of a shape, as far as they are seen, as the ``d`` of a path."""
    seen = shapely.intersection(shape, view.frame)
    parts = [part for part in shapely.get_parts(seen) if isinstance(part, shapely.Polygon) and not part.is_empty]
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return "".join(f"{line_path(ring.coords, view)}Z" for ring in rings)


def line_path(places: Iterable[Sequence[float]], view: View) -> str:
    """Return a line as the ``d`` of a path."""
    points = [view.at(place[0], place[1]) for place in places]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


def add_names(svg: ET.Element, named: Iterable[tuple[str, float, float]], view: View) -> None:
    """Write names beside their places, the first ones first, where they run into no other."""
    taken: list[tuple[float, float, float, float]] = []
    for name, lon, lat in list(named)[:MOST_NAMES]:
        x, y = view.at(lon, lat)
        shown = name if len(name) <= 24 else f"{name[:23]}…"
        box = (x + 8, y - 7, x + 12 + 6.4 * len(shown), y + 7)
        free = all(box[0] > other[2] or other[0] > box[2] or box[1] > other[3] or other[1] > box[3] for other in taken)
        if free and box[1] > 0 and box[2] < view.width_px and box[3] < view.height_px:
            taken.append(box)
            svg.append(
                element(
                    "text", shown, x=f"{x + 9:g}", y=f"{y + 4:g}", fill=INK, stroke=PAPER, stroke_width=3,
                    paint_order="stroke", font_size=11, font_family="system-ui,Arial,sans-serif",
                )
            )  # fmt: skip


def pad_mark(lon: float, lat: float, view: View, *, hub: bool, title: str) -> ET.Element:
    """Return the sign of a pad: a square for a hub, a ring for any other."""
    x, y = view.at(lon, lat)
    if hub:
        made = element("rect", x=f"{x - 5:g}", y=f"{y - 5:g}", width=10, height=10, fill=INK, stroke=PAPER)
    else:
        made = element("circle", cx=f"{x:g}", cy=f"{y:g}", r=4.5, fill=PAPER, stroke=INK, stroke_width=2)
    made.append(element("title", title))
    return made


def gate_mark(lon: float, lat: float, view: View, *, title: str) -> ET.Element:
    """Return the sign of a gate: a diamond."""
    x, y = view.at(lon, lat)
    made = element("path", d=f"M{x:g} {y - 8:g}l8 8l-8 8l-8 -8Z", fill=PAPER, stroke=INK, stroke_width=1.75)
    made.append(element("title", title))
    return made


def html_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> ET.Element:
    """Return a table."""
    made = element("table", style="border-collapse:collapse;margin-top:8px")
    head = ET.SubElement(ET.SubElement(made, "thead"), "tr")
    head.extend(element("th", word, style=f"{CELL_STYLE};font-weight:600") for word in heads)
    body = ET.SubElement(made, "tbody")
    for row in rows:
        line = ET.SubElement(body, "tr")
        line.extend(element("td", cell, style=CELL_STYLE if " " in cell else WORD_STYLE) for cell in row)
    return made


def _places(sky: Airspace) -> list[tuple[float, float]]:
    """Return what a map has to show: pads and gates; of an airspace without any, its zones and sides."""
    gates = [gate.area.centroid.coords[0] for gate in sky.gates]
    places = [*((pad.lon, pad.lat) for pad in sky.pads), *((place[0], place[1]) for place in gates)]
    if places:
        return places
    shapes = sky.geometries
    if not shapes:
        return []
    west, south, east, north = shapely.total_bounds(list(shapes)).tolist()
    return [(west, south), (east, north)]


def _map(sky: Airspace, view: View) -> ET.Element:
    svg = drawing(view, "Map of the airspace")
    for side in sky.jurisdictions:
        outline = element("path", d=polygon_path(side.area, view), fill=LAND, stroke=INK, stroke_dasharray="9 3 2 3")
        outline.append(element("title", f"{side.id} {side.name}"))
        svg.append(outline)
    for zone in sorted(sky.zones, key=lambda zone: -zone.area.area):
        if path := polygon_path(zone.area, view):
            svg.append(_zone(zone, path, fills=_share(zone, view) < 0.5))
    for gate in sky.gates:
        lon, lat = gate.area.centroid.coords[0]
        svg.append(gate_mark(lon, lat, view, title=f"Gate {gate.id} {gate.name}, {gate.band}"))
    for pad in sky.pads:
        title = f"Pad {pad.id} {pad.name}"
        svg.append(pad_mark(pad.lon, pad.lat, view, hub="hub" in pad.roles, title=title))
    gates = ((gate.id, *gate.area.centroid.coords[0]) for gate in sky.gates)
    add_names(svg, [*gates, *((pad.id, pad.lon, pad.lat) for pad in sky.pads)], view)
    return svg


def _share(zone: Zone, view: View) -> float:
    """Return the share of the drawing that a zone covers."""
    frame = view.frame
    return float(shapely.area(shapely.intersection(zone.area, frame)) / frame.area)


def _zone(zone: Zone, path: str, *, fills: bool) -> ET.Element:
    """Return the shape of a zone; one that covers most of the map is an outline, or nothing else could be seen."""
    colour, dash = (HILLS, "none") if zone.category == TERRAIN else ZONE_STYLES[zone.restriction]
    made = element(
        "path", d=path, fill=colour if fills else "none", fill_opacity=0.16, stroke=colour, stroke_width=1.5,
        stroke_dasharray=dash,
    )  # fmt: skip
    hours = zone.schedule.in_words(UTC)
    made.append(element("title", f"{zone.id} {zone.name}: {zone.restriction}, {zone.band}, {hours} (UTC)"))
    return made


def _counts(sky: Airspace) -> ET.Element:
    by_restriction = Counter(zone.restriction.value for zone in sky.zones)
    zones = ", ".join(f"{count} {restriction}" for restriction, count in sorted(by_restriction.items()))
    rows = [
        ("zones", f"{len(sky.zones)}{f' ({zones})' if zones else ''}"),
        ("pads", str(len(sky.pads))),
        ("gates", f"{len(sky.gates)}, with {len(sky.permits)} permits"),
        ("jurisdictions", ", ".join(side.id for side in sky.jurisdictions) or "none"),
        ("terrain model", "none: ground is known at the pads only" if sky.terrain is None else "yes"),
        *([("could not be used", str(len(sky.rejected)))] if sky.rejected else []),
    ]
    return html_table(("airspace", "WGS 84, illustrative, not for navigation"), rows)

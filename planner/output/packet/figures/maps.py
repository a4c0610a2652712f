"""The map of one corridor: north is up, metres are the same both ways, and the corridor has its true width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import shapely
from markupsafe import Markup

from airspace.earth.frame import Frame
from planner.model.reviews import Finding, Verdict
from planner.model.reviews import Place as Spot
from planner.output.packet.figures import colours, patterns, symbols
from planner.output.packet.figures.svg import (
    LATIN_SHARE,
    Pixels,
    lines_of,
    outline,
    path,
    shortened,
    tag,
    text,
    width_of,
)
from planner.output.packet.values import Area, CorridorPage, PadFacts, ZoneFacts
from planner.output.packet.wording import Telling

SIZE = 330
LEAST_HALF_M = 900.0
"""Half of the least that a map shows across."""
AROUND = 1.3
"""How much more than the corridor's own extent a map shows."""
LEAST_WIDTH_PX = 3.0
"""A corridor narrower than this on the map is drawn as a line of this width."""
SHOWN_DEG = 0.02
"""Beyond the edges of a map: what is cut away before it is projected."""
SIMPLER_PX = 0.3

TERRAIN = "terrain"
Box = tuple[float, float, float, float]


@dataclass(kw_only=True, eq=False)
class Sheet:
    """The paper that a map is drawn on: places to pixels, and where there is still room for a label."""

    frame: Frame
    centre_m: tuple[float, float]
    px_per_m: float
    taken: list[Box] = field(default_factory=list)

    @classmethod
    def around(cls, points: Sequence[tuple[float, float]]) -> Sheet:
        """Return the sheet for a line of WGS 84 places; RegionTooLarge if no map holds it."""
        lons, lats = [point[0] for point in points], [point[1] for point in points]
        frame = Frame.around([shapely.MultiPoint(list(points))])
        x, y = frame.to_xy(lons, lats)
        half_m = max(LEAST_HALF_M, AROUND * max(float(x.max() - x.min()), float(y.max() - y.min())) / 2)
        centre = (float(x.max() + x.min()) / 2, float(y.max() + y.min()) / 2)
        return cls(frame=frame, centre_m=centre, px_per_m=SIZE / (2 * half_m))

    @cached_property
    def edges(self) -> shapely.Polygon:
        """The edges of the map and a little more, WGS 84."""
        half_m = SIZE / self.px_per_m / 2
        x, y = self.centre_m
        west_south, east_north = (x - half_m, y - half_m), (x + half_m, y + half_m)
        lon, lat = self.frame.to_lonlat([west_south[0], east_north[0]], [west_south[1], east_north[1]])
        return shapely.box(lon[0] - SHOWN_DEG, lat[0] - SHOWN_DEG, lon[1] + SHOWN_DEG, lat[1] + SHOWN_DEG)

    def pixels(self, geometry: shapely.Geometry) -> shapely.Geometry:
        """Return a WGS 84 geometry in pixels, cut to the sheet."""
        drawn = self.on_paper(self.frame.project(shapely.intersection(geometry, self.edges)))
        return shapely.intersection(drawn, shapely.box(-8, -8, SIZE + 8, SIZE + 8))

    def on_paper(self, geometry: shapely.Geometry) -> shapely.Geometry:
        """Return a geometry of the frame in pixels."""
        scale = np.array([self.px_per_m, -self.px_per_m])
        return shapely.transform(geometry, lambda points: (points - self.centre_m) * scale + SIZE / 2)

    def at(self, lon: float, lat: float) -> tuple[float, float] | None:
        """Return a place in pixels; None where it is not on the map."""
        if not self.edges.covers(shapely.Point(lon, lat)):
            return None
        point = self.on_paper(self.frame.project(shapely.Point(lon, lat)))
        x, y = round(point.x, 1), round(point.y, 1)
        return (x, y) if 4 <= x <= SIZE - 4 and 4 <= y <= SIZE - 4 else None

    def room(self, box: Box) -> bool:
        """Tell whether a label fits in a box, and take the room if so."""
        west, north, east, south = box
        if west < 2 or north < 2 or east > SIZE - 2 or south > SIZE - 2:
            return False
        if any(west < e and w < east and north < s and n < south for w, n, e, s in self.taken):
            return False
        self.taken.append(box)
        return True


def area_of(area: Area) -> shapely.MultiPolygon:
    """Return an area of a packet as a geometry."""
    drawn = shapely.MultiPolygon([(polygon[0], list(polygon[1:])) for polygon in area])
    # Rounded outlines may touch themselves.
    return drawn if drawn.is_valid else shapely.buffer(drawn, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """A drawn map, and the kinds of things on it, for its legend."""

    svg: Markup
    present: frozenset[str]


def draw(page: CorridorPage, telling: Telling) -> Map:
    """Return the map of a corridor."""
    sheet = Sheet.around([(point.lon, point.lat) for point in page.points])
    present: set[str] = set()
    # Where the scale, the arrow to the north and the note stand.
    sheet.taken += [(0, 0, SIZE / 3, 22), (SIZE - 24, 0, SIZE, 22), (SIZE / 3, SIZE - 17, SIZE, SIZE)]
    shapes = Markup("").join(
        [
            *_ground(sheet, telling),
            *_zones(sheet, telling, present),
            *_boundary(sheet, telling, present),
            *_ways_out(sheet, page, telling, present),
            *_old_lines(sheet, page, present),
            *_corridor(sheet, page, present),
        ]
    )
    signs = Markup("").join([*_signs(sheet, page, telling, present), *_names(sheet, page, telling)])
    edge = tag(
        "rect", x=0.5, y=0.5, width=SIZE - 1, height=SIZE - 1, rx=4, fill="none", stroke=colours.LINE_2, stroke_width=1
    )
    clip = f"map-{page.number}"
    shape = tag("clipPath", tag("rect", x=0, y=0, width=SIZE, height=SIZE, rx=4), id=clip)
    inside = tag("g", shapes, signs, clip_path=f"url(#{clip})")
    title = telling.say("Map of the corridor from {start} to {end}", start=page.ends[0], end=page.ends[1])
    svg = tag(
        "svg", tag("title", title), shape, inside, _scale(sheet, telling), edge, viewBox=f"0 0 {SIZE} {SIZE}",
        width=SIZE, height=SIZE, role="img", font_family=telling.fonts, font_size=10, class_="map",
    )  # fmt: skip
    return Map(svg=svg, present=frozenset(present))


# --- from the back to the front ---------------------------------------------------------------------------------------


def _ground(sheet: Sheet, telling: Telling) -> Iterator[Markup]:
    yield tag("rect", x=0, y=0, width=SIZE, height=SIZE, fill=colours.WATER)
    order = sorted(side.id for side in telling.packet.sides)
    for land in telling.packet.land:
        tint = colours.LAND[order.index(land.side) % 2] if land.side in order else colours.LAND[1]
        area = shapely.simplify(sheet.pixels(area_of(land.area)), SIMPLER_PX)
        if around := outline(area):
            yield tag("path", d=around, fill=tint, stroke=colours.COAST, stroke_width=0.75, fill_rule="evenodd")


def _zones(sheet: Sheet, telling: Telling, present: set[str]) -> Iterator[Markup]:
    """Yield hills as ground, then zones, those that hold last; rules for a whole side are no shapes."""
    shown = [(zone, sheet.pixels(area_of(zone.area))) for zone in telling.packet.zones if not zone.whole_side]
    for zone, area in sorted(shown, key=lambda one: (one[0].category != TERRAIN, one[0].active)):
        if area.is_empty:
            continue
        if zone.category == TERRAIN:
            present.add(TERRAIN)
            yield tag(
                "path", d=outline(area), fill=colours.TERRAIN, stroke=colours.TERRAIN_LINE, stroke_width=0.75,
                fill_opacity=0.8,
            )  # fmt: skip
        else:
            present.add(str(zone.restriction) if zone.active else "inactive")
            yield patterns.zone(area, zone.restriction, active=zone.active)


def _boundary(sheet: Sheet, telling: Telling, present: set[str]) -> Iterator[Markup]:
    lines = [shapely.LineString(line) for line in telling.packet.boundary if len(line) > 1]
    drawn = lines_of(sheet.pixels(shapely.MultiLineString(lines))) if lines else []
    if drawn:
        present.add("boundary")
        yield symbols.boundary(drawn)


def _ways_out(sheet: Sheet, page: CorridorPage, telling: Telling, present: set[str]) -> Iterator[Markup]:
    lines = dict.fromkeys(way.line for way in telling.packet.ways_out if way.page == page.number and len(way.line) > 1)
    for line in lines:
        present.add("way_out")
        yield tag(
            "path", d=path(lines_of(sheet.pixels(shapely.LineString(line)))), fill="none", stroke=colours.INK_2,
            stroke_width=1, stroke_dasharray="2 3",
        )  # fmt: skip


def _old_lines(sheet: Sheet, page: CorridorPage, present: set[str]) -> Iterator[Markup]:
    lines = dict.fromkeys(one.change.line for one in page.directions if len(one.change.line) > 1)
    for line in lines:
        present.add("old")
        yield tag(
            "path", d=path(lines_of(sheet.pixels(shapely.LineString(line)))), fill="none", stroke=colours.WARN,
            stroke_width=1.75, stroke_dasharray="6 4",
        )  # fmt: skip


def _corridor(sheet: Sheet, page: CorridorPage, present: set[str]) -> Iterator[Markup]:
    present.add("corridor")
    line = shapely.LineString([(point.lon, point.lat) for point in page.points])
    string = sheet.on_paper(sheet.frame.project(line))
    width_px = 2 * page.half_width_m * sheet.px_per_m
    if width_px >= LEAST_WIDTH_PX:
        around = outline(shapely.buffer(string, width_px / 2, quad_segs=4))
        yield tag(
            "path", d=around, fill=colours.DRONE, fill_opacity=0.3, stroke=colours.DRONE, stroke_width=1,
            fill_rule="evenodd",
        )  # fmt: skip
    centre: list[Pixels] = lines_of(string)
    yield tag(
        "path", d=path(centre), fill="none", stroke=colours.DRONE, stroke_linejoin="round",
        stroke_width=1.75 if width_px >= LEAST_WIDTH_PX else LEAST_WIDTH_PX,
    )  # fmt: skip


def _signs(sheet: Sheet, page: CorridorPage, telling: Telling, present: set[str]) -> Iterator[Markup]:
    for pad in telling.packet.pads:
        spot, ours = sheet.at(pad.lon, pad.lat), pad.id in page.ends
        if spot is not None and (ours or "alternate" in pad.roles):
            x, y = spot
            kind = "hub" if "hub" in pad.roles and ours else "pad" if ours else "alternate"
            present.add(kind)
            sheet.taken.append((x - 7, y - 7, x + 7, y + 7))
            yield {"hub": symbols.hub, "pad": symbols.pad, "alternate": symbols.alternate}[kind](x, y)
    for x, y, _ in _gates(sheet, page, telling):
        present.add("gate")
        sheet.taken.append((x - 8, y - 8, x + 8, y + 8))
        yield symbols.gate(x, y)
    for finding, where in closest_of(page):
        spot = sheet.at(where.lon, where.lat)
        if spot is not None:
            x, y = spot
            present.add("closest")
            sheet.taken.append((x - 7, y - 7, x + 7, y + 7))
            yield symbols.closest(x, y, failed=finding.verdict is Verdict.FAIL)


def closest_of(page: CorridorPage) -> list[tuple[Finding, Spot]]:
    """Return the finding on how near a corridor comes to a closed zone beside it, with its place, if it has one."""
    return [(one, one.where) for one in page.findings if one.rule == "zone.clearance" and one.where is not None]


def _gates(sheet: Sheet, page: CorridorPage, telling: Telling) -> Iterator[tuple[float, float, str]]:
    """Yield the gates of a corridor where flights cross in them, else in their middle."""
    crossed = {
        handover.gate: (handover.lon, handover.lat)
        for flight in telling.packet.flights
        if flight.page == page.number
        for handover in flight.handovers
    }
    middles = {gate.id: area_of(gate.area).centroid for gate in telling.packet.gates}
    for name in page.gates:
        place = crossed.get(name) or ((middles[name].x, middles[name].y) if name in middles else None)
        spot = None if place is None else sheet.at(*place)
        if spot is not None:
            yield (*spot, name)


# --- names ------------------------------------------------------------------------------------------------------------


def _names(sheet: Sheet, page: CorridorPage, telling: Telling) -> Iterator[Markup]:
    """Yield labels as far as there is room: gates, pads, zones of the corridor, then others."""
    for x, y, name in _gates(sheet, page, telling):
        yield from _beside(sheet, x, y, shortened(name), 11, weight=600, off=10)
    for finding, where in closest_of(page):
        spot = sheet.at(where.lon, where.lat)
        if spot is not None and finding.measured is not None:
            x, y = spot
            words = telling.measured(finding.measured, finding.unit)
            yield from _beside(sheet, x, y, words, 10, weight=600, off=9, fill=colours.WARN)
    pads = sorted(telling.packet.pads, key=lambda pad: (pad.id not in page.ends, "alternate" not in pad.roles))
    for pad in pads:
        spot = sheet.at(pad.lon, pad.lat)
        if spot is not None and (pad.id in page.ends or "alternate" in pad.roles):
            x, y = spot
            yield from _beside(sheet, x, y, _pad_name(pad, page, telling), 10.5, weight=600, off=10)
    entered = {entry.zone for entry in page.entries} | {over.zone for over in page.shown.overs}
    shown = [zone for zone in telling.packet.zones if not zone.whole_side and zone.category != TERRAIN]
    for zone in sorted(shown, key=lambda zone: (zone.id not in entered, zone.id)):
        yield from _zone_label(sheet, zone, full=zone.id in entered)


def _pad_name(pad: PadFacts, page: CorridorPage, telling: Telling) -> str:
    if pad.id not in page.ends:
        return shortened(pad.id)
    return shortened(f"{pad.id} {telling.name(pad)}", 30)


def _beside(
    sheet: Sheet, x: float, y: float, words: str, size: float, *, weight: int, off: float, fill: str = colours.INK
) -> Iterator[Markup]:
    """Yield a label beside a sign, on the first side that has room."""
    width, high = width_of(words, size), size
    places = (
        (x + off, y + high * 0.35, "start", (x + off, y - high * 0.6, x + off + width, y + high * 0.6)),
        (x - off, y + high * 0.35, "end", (x - off - width, y - high * 0.6, x - off, y + high * 0.6)),
        (x, y - off, "middle", (x - width / 2, y - off - high, x + width / 2, y - off + 2)),
        (x, y + off + high * 0.8, "middle", (x - width / 2, y + off - 2, x + width / 2, y + off + high)),
    )
    for at_x, at_y, anchor, box in places:
        if sheet.room(box):
            yield text(at_x, at_y, words, font_size=size, font_weight=weight, text_anchor=anchor, fill=fill)
            return


def _zone_label(sheet: Sheet, zone: ZoneFacts, *, full: bool) -> Iterator[Markup]:
    area = sheet.pixels(area_of(zone.area))
    if area.is_empty or area.area < 60:
        return
    lines = [shortened(zone.id), zone.upper, zone.lower] if full else [shortened(zone.id)]
    lines += [zone.hours] if full and not zone.active and zone.hours else []
    wide, high = max(width_of(line, 10) for line in lines) + 6, 11.5 * len(lines) + 3
    colour = colours.ZONES[zone.restriction] if zone.active else colours.INK_3
    west, north, east, south = area.bounds
    inner = area.representative_point()
    middle = (north + south) / 2
    places = (
        [(inner.x, inner.y), (inner.x, inner.y - high / 2 - 8), (inner.x, inner.y + high / 2 + 8)]
        if east - west >= 70
        else [(east + wide / 2 + 3, middle), (west - wide / 2 - 3, middle), (inner.x, north - high / 2 - 3)]
    )
    for x, y in places:
        if sheet.room((x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)):
            yield _plate(x, y, wide, high, lines, colour)
            return


def _plate(x: float, y: float, wide: float, high: float, lines: Sequence[str], colour: str) -> Markup:
    """Return the label of a zone: its id, and its ceiling over its floor."""
    plate = tag(
        "rect", x=round(x - wide / 2, 1), y=round(y - high / 2, 1), width=round(wide, 1), height=round(high, 1),
        fill=colours.SURFACE, fill_opacity=0.88,
    )  # fmt: skip
    words = [
        text(
            round(x, 1), round(y - high / 2 + 11.5 * (number + 1) - 1, 1), line, halo=False, font_size=10,
            font_weight=600 if number == 0 else 400, text_anchor="middle", fill=colour,
        )
        for number, line in enumerate(lines)
    ]  # fmt: skip
    rule = (
        tag(
            "path", d=f"M{x - wide / 2 + 4:.1f} {y - high / 2 + 24.5:.1f}h{wide - 8:.1f}", stroke=colour,
            stroke_width=0.6,
        )
        if len(lines) > 1
        else Markup("")
    )  # fmt: skip
    return tag("g", plate, rule, *words)


def _scale(sheet: Sheet, telling: Telling) -> Markup:
    """Return the bar that tells the scale, and what the map may be used for."""
    half_m = SIZE / sheet.px_per_m / 2
    length_m = max(step for step in (100, 200, 500, 1000, 2000, 5000, 10_000, 20_000) if step <= max(half_m, 100))
    wide = length_m * sheet.px_per_m
    words = f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m:g} m"
    bar = tag("path", d=f"M8 14v5h{wide:.1f}v-5", fill="none", stroke=colours.INK, stroke_width=1.25)
    north = tag("path", d=f"M{SIZE - 14} 8l4 10l-4 -3l-4 3z", fill=colours.INK)
    told = telling.say("WGS 84, illustrative, not for navigation")
    note_width = max(width_of(told, 9), LATIN_SHARE)
    plate = tag(
        "rect", x=SIZE - note_width - 10, y=SIZE - 15, width=note_width + 8, height=13, fill=colours.SURFACE,
        fill_opacity=0.88,
    )  # fmt: skip
    note = text(SIZE - 6, SIZE - 5, told, halo=False, font_size=9, text_anchor="end", fill=colours.INK_2)
    return bar + text(12, 12, words, font_size=10, fill=colours.INK) + north + plate + note

"""The profile of one flight: heights above the sea, and the charge below, on one axis of kilometres flown."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import shapely
from markupsafe import Markup

from airspace.earth.frame import GEOD
from planner.model.profiles import Profile
from planner.model.reviews import Finding, Verdict
from planner.output.packet.figures import colours, patterns, symbols
from planner.output.packet.figures.svg import path, polygons, shortened, tag, text, width_of
from planner.output.packet.values import CorridorPage, Flight, Handover, Over, ZoneFacts
from planner.output.packet.wording import Telling

WIDTH, LEFT, RIGHT = 700.0, 34.0, 588.0
HEIGHTS = (30.0, 150.0)
"""Where the panel of heights begins and ends, pixels from the top."""
CHARGES = (184.0, 244.0)
BOTTOM = 262.0
HEADROOM = 1.35
"""How much higher than the flight the panel reaches, so that a cap near it is on it."""
LEAST_TOP_M = 120.0
NEAR_M = 60.0
"""A finding is marked on a profile when its place is within this of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Where kilometres, heights and charges lie."""

    length_m: float
    low_m: float
    top_m: float

    def x(self, along_m: float) -> float:
        """Return the pixel of a distance flown."""
        return round(LEFT + (RIGHT - LEFT) * min(max(along_m / self.length_m, 0.0), 1.0), 1)

    def y(self, alt_m: float) -> float:
        """Return the pixel of a height; what is higher than the panel lies on its edge."""
        share = (alt_m - self.low_m) / (self.top_m - self.low_m)
        return round(HEIGHTS[1] - (HEIGHTS[1] - HEIGHTS[0]) * min(max(share, 0.0), 1.0), 1)

    def charge_y(self, share: float) -> float:
        """Return the pixel of a charge."""
        return round(CHARGES[1] - (CHARGES[1] - CHARGES[0]) * min(max(share, 0.0), 1.0), 1)


def draw(page: CorridorPage, telling: Telling) -> Markup:
    """Return the profile of the flight that a corridor's page shows; empty where the record tells none."""
    profile = page.shown.profile
    if profile is None:
        return Markup("")
    scale = _scale(profile)
    flight = _flight(page, telling)
    parts = [
        *_zones(page, scale, telling),
        *_ground(profile, scale),
        *_grid(scale),
        *_breaches(profile, scale),
        *_path(profile, scale),
        *_limits(profile, scale, telling),
        *_levels(profile, scale),
        *_closest(page, profile, scale, telling),
        *_charge(profile, scale, telling),
        *_handovers(flight, profile, scale, telling),
        *_axes(scale, telling),
    ]
    title = telling.say(
        "Heights and charge of {sortie}, leg {leg}, from {start} to {end}",
        sortie=page.shown.sortie, leg=page.shown.leg, start=page.shown.from_pad, end=page.shown.to_pad,
    )  # fmt: skip
    return tag(
        "svg", tag("title", title), *parts, viewBox=f"0 0 {WIDTH:g} {BOTTOM:g}", width=WIDTH, height=BOTTOM, role="img",
        font_family=telling.fonts, font_size=10, class_="profile",
    )  # fmt: skip


def _scale(profile: Profile) -> Scale:
    highest_m = max(profile.alt_amsl_m)
    caps_m = [cap for cap in profile.cap_amsl_m if cap is not None and cap <= highest_m * 2 + 60]
    low_m = min(0.0, *profile.alt_amsl_m, *(ground for ground in profile.ground_amsl_m if ground is not None))
    top_m = max(LEAST_TOP_M, HEADROOM * highest_m, *(cap * 1.08 for cap in caps_m))
    return Scale(length_m=max(profile.along_m[-1], 1.0), low_m=low_m, top_m=math.ceil(top_m / 30) * 30)


def _flight(page: CorridorPage, telling: Telling) -> Flight | None:
    shown = (page.shown.sortie, page.shown.leg)
    return next((flight for flight in telling.packet.flights if (flight.sortie, flight.leg) == shown), None)


# --- heights ----------------------------------------------------------------------------------------------------------


def _zones(page: CorridorPage, scale: Scale, telling: Telling) -> Iterator[Markup]:
    """Yield zones as blocks over their kilometres and heights, hills as ground; the labels stay apart."""
    zones = {zone.id: zone for zone in telling.packet.zones}
    ends: list[float] = []
    for over in sorted(page.shown.overs, key=lambda over: (over.from_m, over.zone)):
        zone = zones.get(over.zone)
        if zone is not None:
            block = _block(over, scale)
            if zone.category == "terrain":
                yield tag("path", d=path([block.exterior.coords], closed=True), fill=colours.TERRAIN)
            elif block.area > 0:
                yield patterns.zone(block, zone.restriction)
                yield from _zone_name(zone, block, ends)


def _block(over: Over, scale: Scale) -> shapely.Polygon:
    lower_m = scale.low_m if over.lower_amsl_m is None else over.lower_amsl_m
    upper_m = scale.top_m if over.upper_amsl_m is None else over.upper_amsl_m
    return shapely.box(scale.x(over.from_m), scale.y(upper_m), scale.x(over.to_m), scale.y(lower_m))


def _zone_name(zone: ZoneFacts, block: shapely.Polygon, ends: list[float]) -> Iterator[Markup]:
    """Yield the name of a zone above its block, in the first of three rows that has room for it."""
    west, north, _, _ = block.bounds
    words = shortened(zone.id, 18)
    for row in range(3):
        if len(ends) <= row:
            ends.append(0.0)
        if west >= ends[row]:
            ends[row] = west + width_of(words, 9) + 6
            y = max(north, HEIGHTS[0]) + 10 + 11 * row
            yield text(west + 2, y, words, font_size=9, font_weight=600, fill=colours.ZONES[zone.restriction])
            return


def _ground(profile: Profile, scale: Scale) -> Iterator[Markup]:
    """Yield the ground, stretch by stretch as far as it is known."""
    for stretch in _known(profile.along_m, profile.ground_amsl_m):
        line = [(scale.x(along_m), scale.y(alt_m)) for along_m, alt_m in stretch]
        under = [(line[0][0], HEIGHTS[1]), *line, (line[-1][0], HEIGHTS[1])]
        yield tag("path", d=path([under], closed=True), fill=colours.TERRAIN)
        yield tag("path", d=path([line]), fill="none", stroke=colours.TERRAIN_LINE, stroke_width=1)


def _known(along_m: Sequence[float], column: Sequence[float | None]) -> Iterator[list[tuple[float, float]]]:
    """Yield the stretches of a column that are known, two rows or more."""
    stretch: list[tuple[float, float]] = []
    for at_m, value in [*zip(along_m, column, strict=True), (0.0, None)]:
        if value is not None:
            stretch.append((at_m, value))
            continue
        if len(stretch) > 1:
            yield stretch
        stretch = []


def _limits(profile: Profile, scale: Scale, telling: Telling) -> Iterator[Markup]:
    """Yield cap and floor, which step where the law or a zone changes."""
    for column, dashes, width, words in (
        (profile.cap_amsl_m, "8 3", 1.25, telling.say("cap")),
        (profile.floor_amsl_m, "2 3", 1.0, telling.say("floor")),
    ):
        for stretch in _known(profile.along_m, column):
            if any(alt_m < scale.top_m for _, alt_m in stretch):
                steps = _steps([(scale.x(along_m), scale.y(alt_m)) for along_m, alt_m in stretch])
                yield tag(
                    "path", d=path([steps]), fill="none", stroke=colours.INK, stroke_width=width,
                    stroke_dasharray=dashes,
                )  # fmt: skip
        last = next((alt_m for alt_m in reversed(column) if alt_m is not None), None)
        if last is not None and last < scale.top_m:
            label = f"{words} {telling.metres(last)}"
            yield text(RIGHT + 6, scale.y(last) + 3, label, halo=False, font_size=10, fill=colours.INK_2)
        first = next((alt_m for alt_m in column if alt_m is not None), None)
        if first is not None and first != last and first < scale.top_m:
            label = f"{words} {telling.metres(first)}"
            yield text((LEFT + RIGHT) / 4, scale.y(first) - 4, label, font_size=10, fill=colours.INK_2)


def _steps(line: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    steps = [line[0]]
    for (_, y), (x, next_y) in pairwise(line):
        steps += [(x, y), (x, next_y)]
    return steps


def _breaches(profile: Profile, scale: Scale) -> Iterator[Markup]:
    """Yield what lies between the flight and a limit that it does not keep, filled red."""
    rows = zip(profile.along_m, profile.alt_amsl_m, profile.cap_amsl_m, profile.floor_amsl_m, strict=True)
    for (a_m, alt_m, cap_m, floor_m), (b_m, next_m, _, _) in pairwise(rows):
        for limit_m, broken in ((cap_m, max), (floor_m, min)):
            off = limit_m is not None and broken(alt_m, limit_m) != limit_m and alt_m != limit_m
            if off and limit_m is not None and a_m < b_m:
                corners = [(a_m, limit_m), (a_m, alt_m), (b_m, next_m), (b_m, limit_m)]
                yield tag(
                    "path", d=path([[(scale.x(x), scale.y(y)) for x, y in corners]], closed=True), fill=colours.FAIL,
                    fill_opacity=0.6,
                )  # fmt: skip


def _path(profile: Profile, scale: Scale) -> Iterator[Markup]:
    line = [
        (scale.x(along_m), scale.y(alt_m)) for along_m, alt_m in zip(profile.along_m, profile.alt_amsl_m, strict=True)
    ]
    yield tag("path", d=path([line]), fill="none", stroke=colours.SURFACE, stroke_width=4.5)
    yield tag("path", d=path([line]), fill="none", stroke=colours.DRONE, stroke_width=2.25, stroke_linejoin="round")


def _levels(profile: Profile, scale: Scale) -> Iterator[Markup]:
    """Yield a ring where a level begins, with its height and whether it was reached by a climb or a descent."""
    rows = list(zip(profile.along_m, profile.alt_amsl_m, strict=True))
    for (_, before_m), (along_m, alt_m), (_, after_m) in zip(rows, rows[1:], rows[2:], strict=False):
        if alt_m == after_m and before_m != alt_m:
            x, y = scale.x(along_m), scale.y(alt_m)
            yield tag("circle", cx=x, cy=y, r=2.75, fill=colours.SURFACE, stroke=colours.DRONE, stroke_width=1.5)
            words = f"{'▲' if alt_m > before_m else '▼'} {alt_m:g} m"
            yield text(x + 5, y - 6, words, font_size=10.5, font_weight=600, fill=colours.DRONE)


def _closest(page: CorridorPage, profile: Profile, scale: Scale, telling: Telling) -> Iterator[Markup]:
    """Yield where the tightest clearance above or below a zone is."""
    for finding in page.findings:
        if finding.rule == "zone.vertical" and finding.where is not None and finding.measured is not None:
            row = _row_at(finding, profile)
            if row is not None:
                x, y = scale.x(profile.along_m[row]), scale.y(finding.where.alt_amsl_m)
                yield symbols.closest(x, y + 10, failed=finding.verdict is Verdict.FAIL)
                words = telling.measured(finding.measured, finding.unit)
                yield text(x + 9, y + 15, words, font_size=10, font_weight=600, fill=colours.WARN)


def _row_at(finding: Finding, profile: Profile) -> int | None:
    """Return the row of a profile nearest to the place of a finding; None where that is not on it."""
    where = finding.where
    if where is None:
        return None
    _, _, off_m = GEOD.inv([where.lon] * len(profile), [where.lat] * len(profile), list(profile.lon), list(profile.lat))
    row = min(range(len(profile)), key=lambda index: off_m[index])
    between_m = max((b - a for a, b in pairwise(profile.along_m)), default=0.0)
    return row if off_m[row] <= NEAR_M + between_m / 2 else None


# --- charge -----------------------------------------------------------------------------------------------------------


def _charge(profile: Profile, scale: Scale, telling: Telling) -> Iterator[Markup]:
    """Yield the charge as planned, and the reserve that is not planned with."""
    reserve = telling.packet.policy.reserve_share
    block = shapely.box(LEFT, scale.charge_y(reserve), RIGHT, CHARGES[1])
    for part in polygons(block):
        yield tag(
            "path", d=patterns.hatch(part, pitch=6, rising=True), fill="none", stroke=colours.FAIL, stroke_width=1,
            stroke_opacity=0.4,
        )  # fmt: skip
    y = scale.charge_y(reserve)
    yield tag("path", d=f"M{LEFT:g} {y:g}H{RIGHT:g}", fill="none", stroke=colours.FAIL, stroke_width=1.25)
    yield text(
        LEFT + 5, min(y + 10, CHARGES[1] - 2), telling.say("reserve {share}", share=telling.percent(reserve, 0)),
        font_size=10, fill=colours.FAIL,
    )  # fmt: skip
    line = [
        (scale.x(along_m), scale.charge_y(share))
        for along_m, share in zip(profile.along_m, profile.state_of_charge, strict=True)
    ]
    yield tag("path", d=path([line]), fill="none", stroke=colours.DRONE, stroke_width=2.25, stroke_linejoin="round")
    x, y = line[-1]
    yield tag("circle", cx=x, cy=y, r=3, fill=colours.SURFACE, stroke=colours.DRONE, stroke_width=1.75)
    words = telling.say("planned {share}", share=telling.percent(profile.state_of_charge[-1], 1))
    yield text(RIGHT + 6, y + 3, words, halo=False, font_size=10, font_weight=600, fill=colours.DRONE)


# --- both -------------------------------------------------------------------------------------------------------------


def _handovers(flight: Flight | None, profile: Profile, scale: Scale, telling: Telling) -> Iterator[Markup]:
    """Yield the boundary where the flight passes it, with gate and time."""
    if flight is None:
        return
    for handover in flight.handovers:
        x = scale.x(_along_m(handover, flight, profile))
        yield tag(
            "path", d=f"M{x:g} {HEIGHTS[0] - 8:g}V{CHARGES[1]:g}", fill="none", stroke=colours.INK, stroke_width=1.25,
            stroke_dasharray=symbols.BOUNDARY_DASHES,
        )  # fmt: skip
        yield symbols.gate(x, scale.y(handover.alt_amsl_m))
        words = f"{shortened(handover.gate, 14)} {telling.time(handover.t)}"
        half = width_of(words, 10.5) / 2
        yield text(
            min(max(x, 110 + half), WIDTH - half), HEIGHTS[0] - 12, words, font_size=10.5, font_weight=600,
            text_anchor="middle", fill=colours.INK,
        )  # fmt: skip


def _along_m(handover: Handover, flight: Flight, profile: Profile) -> float:
    """Return how far along a flight crosses a boundary, from the time at which it does."""
    t_s = (handover.t - flight.takes_off).total_seconds()
    for (a_s, a_m), (b_s, b_m) in pairwise(zip(profile.t_s, profile.along_m, strict=True)):
        if a_s <= t_s <= b_s and a_s < b_s:
            return a_m + (b_m - a_m) * (t_s - a_s) / (b_s - a_s)
    return profile.along_m[-1]


def _grid(scale: Scale) -> Iterator[Markup]:
    lines = [[(LEFT, y), (RIGHT, y)] for y in [scale.y(alt_m) for alt_m in _ticks_m(scale)]]
    lines += [[(LEFT, y), (RIGHT, y)] for y in [scale.charge_y(share / 100) for share in (0, 25, 50, 75, 100)]]
    yield tag("path", d=path(lines), fill="none", stroke=colours.LINE, stroke_width=1)


def _ticks_m(scale: Scale) -> list[float]:
    step = next((step for step in (30, 60, 120, 300, 600) if (scale.top_m - scale.low_m) / step <= 6), 1200)
    return [float(alt_m) for alt_m in range(0, math.floor(scale.top_m) + 1, step)]


def _axes(scale: Scale, telling: Telling) -> Iterator[Markup]:
    for y, words in ((12, telling.say("Altitude, m AMSL")), (CHARGES[0] - 10, telling.say("State of charge, %"))):
        yield text(0, y, words, halo=False, font_size=11, font_weight=600, fill=colours.INK)
    for alt_m in _ticks_m(scale):
        yield _tick(LEFT - 5, scale.y(alt_m) + 3.5, f"{alt_m:g}", "end")
    for share in (0, 50, 100):
        yield _tick(LEFT - 5, scale.charge_y(share / 100) + 3.5, f"{share}", "end")
    length_km = scale.length_m / 1000
    step = next((step for step in (0.2, 0.5, 1, 2, 5, 10, 20) if length_km / step <= 10), 50)
    for number in range(math.floor(length_km / step) + 1):
        km = number * step
        yield _tick(scale.x(km * 1000), CHARGES[1] + 13, f"{km:g} km" if number == 0 else f"{km:g}", "middle")


def _tick(x: float, y: float, words: str, anchor: str) -> Markup:
    return text(x, y, words, halo=False, font_size=10, text_anchor=anchor, fill=colours.INK_2)

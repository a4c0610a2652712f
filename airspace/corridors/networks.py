"""The network: pads, corners, gates and level changes joined by clear straight corridors, as a NetworkX graph.

``build_network`` gives the graph; ``shortest``, ``courses`` and ``matrix`` of :mod:`airspace.corridors.courses` ask it
for lines, times and lengths.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

import networkx as nx
import numpy as np
import numpy.typing as npt
import shapely

from airspace.corridors.charts import Chart, CorridorRules
from airspace.corridors.courses import Name
from airspace.corridors.labels import Labels, Place
from airspace.corridors.lattices import BORDER, CORNER, PAD, Lattice, Spot
from airspace.corridors.openings import Aircraft, Refusal, refusals, shut_zones, stack_of
from airspace.corridors.paces import SHORTEST, Pace
from airspace.corridors.passages import crossed_at
from airspace.corridors.preferences import Preferences
from airspace.corridors.stacks import Stack
from airspace.model.pads import Pad
from airspace.model.schedules import Span
from airspace.model.skies import Airspace
from airspace.model.zones import Zone

Progress: TypeAlias = Callable[[str], None]


def build_network(
    sky: Airspace,
    rules: CorridorRules,
    *,
    aircraft: Collection[str] = (),
    when: Span | None = None,
    pace: Pace = SHORTEST,
    full: bool = False,
    on_progress: Progress = lambda _: None,
) -> nx.DiGraph:
    """Return the corridors open to an aircraft in a span of time.

    Parameters
    ----------
    aircraft
        The ids that permits may name: the drone's and its type's. Without them no permit applies.
    when
        Zones that do not hold in it are left out; gates and permits that hold nowhere in it stay shut. Without it
        every zone holds, whatever its schedule, and every gate and permit is shut.
    pace
        What is made least; as it stands, the length.
    full
        Return every piece of the search graph. Otherwise the best courses between all pads are put together, which
        is what people can look at.
    on_progress
        Is told what is begun, in words. What it raises ends the work.

    Returns
    -------
    networkx.DiGraph
        Nodes are pads (by id, on the ground) and numbered places with ``x_m, y_m, lon, lat, kind`` and
        ``level_amsl_m``: ``pad``; ``corner``, with ``zones`` that it goes round (see :class:`Bend`); ``gate``, where
        a piece crosses a boundary, with ``gate``; and ``level``, where the level is left or reached. Edges are level
        pieces or climbs, with ``length_m``, ``time_s``, ``cost_s``, ``level_amsl_m`` (of their end), ``climb_m``
        (downwards below zero), ``geometry`` (WGS 84 LineString), ``jurisdictions`` crossed, and ``zones`` that they
        enter: each under a permit of ``permits``, or while it does not hold. ``avoided`` are the avoided zones that
        they pass all the same; what that is worth is in ``cost_s``.

        ``graph["refused"]`` maps the id of each pad that may not be flown to, to its :class:`Refusal`; such a pad is
        a node without edges. ``graph["chart"]`` is the chart it was built on, ``graph["stack"]`` the obstacles by
        level, ``graph["pace"]`` the pace.

    Raises
    ------
    RegionTooLarge
        If the data do not fit one frame.
    TooDetailed
        If there are so many places where the level could be changed that looking at them all would take hours.
    """
    on_progress(f"{len(sky.zones):,} zones into the frame")
    chart = Chart.of(sky, rules)
    return network_of(chart, aircraft=aircraft, when=when, pace=pace, full=full, on_progress=on_progress)


def network_of(
    chart: Chart,
    *,
    aircraft: Collection[str] = (),
    when: Span | None = None,
    pace: Pace = SHORTEST,
    full: bool = False,
    stack: Stack | None = None,
    on_progress: Progress = lambda _: None,
) -> nx.DiGraph:
    """Return the same network as ``build_network`` from a chart that is already made.

    The obstacles may be made already too: those of ``stack_of`` for the same chart, aircraft and span, whatever the
    pace.
    """
    asked = Aircraft(ids=frozenset(aircraft), when=when)
    if stack is None:
        stack = stack_of(chart, aircraft=aircraft, when=when, on_progress=on_progress)
    reasons = {pad.id: refusals(pad, chart, stack, asked) for pad in chart.sky.pads}
    refused = {pad: found[0] for pad, found in reasons.items() if all(found)}
    spots = [_spot(pad, chart, reasons[pad.id]) for pad in chart.sky.pads if pad.id not in refused]
    preferences = Preferences.of(chart, when)
    on_progress("lines of sight")
    lattice = Lattice.of(stack, spots, pace, preferences=preferences, climbs=chart.rules.turns_on_the_spot)
    network = nx.DiGraph(chart=chart, refused=refused, stack=stack, pace=pace)
    _add_pads(network, chart)
    labels = Labels(
        chart=chart,
        aircraft=asked.ids,
        shut=tuple(frozenset(zone.id for zone in shut_zones(chart, aircraft, when, m)) for m in chart.levels_m),
        preferences=preferences,
    )
    on_progress("courses")
    drawn = _Drawn(lattice=lattice, labels=labels, preferences=preferences)
    drawn.add_arcs(lattice.arcs.tolist() if full else _flown(lattice))
    on_progress("corridors")
    drawn.add_gates()
    _add_places(network, drawn)
    _above_pads(network, drawn)
    _add_climbs(network, drawn)
    _add_pieces(network, drawn)
    return network


def _spot(pad: Pad, chart: Chart, refusals: Sequence[Refusal | None]) -> Spot:
    x_m, y_m = chart.frame.to_xy(pad.lon, pad.lat)
    return Spot(
        name=pad.id,
        place_mm=(round(float(x_m) * 1000), round(float(y_m) * 1000)),
        ground_m=pad.elevation_amsl_m,
        levels=tuple(level for level, refusal in enumerate(refusals) if refusal is None),
    )


def _add_pads(network: nx.DiGraph, chart: Chart) -> None:
    for pad in chart.sky.pads:
        x_m, y_m = chart.frame.to_xy(pad.lon, pad.lat)
        network.add_node(
            pad.id,
            x_m=float(x_m),
            y_m=float(y_m),
            lon=pad.lon,
            lat=pad.lat,
            level_amsl_m=pad.elevation_amsl_m,
            kind="pad",
        )


def _flown(lattice: Lattice) -> list[tuple[int, int]]:
    """Return the arcs of the cheapest courses between all pads, each in both directions, in a stable order."""
    flown = {pair for way in lattice.ways().values() for pair in pairwise(way.nodes)}
    return sorted(flown | {(end, start) for start, end in flown})


@dataclass(slots=True, eq=False)
class _Drawn:
    """Places and the pieces between them as they are put together, before a network is made of them."""

    lattice: Lattice
    labels: Labels
    preferences: Preferences
    numbers: dict[Place, int] = field(default_factory=dict)
    corners: set[int] = field(default_factory=set)
    pads: dict[tuple[int, str], None] = field(default_factory=dict)
    """Places above pads, where climbs end, each with the pad."""
    gates: dict[int, str] = field(default_factory=dict)
    pieces: list[tuple[Place, Place]] = field(default_factory=list)

    def add_arcs(self, arcs: Iterable[Sequence[int]]) -> None:
        """Add what is flown along some arcs of the search graph."""
        pieces = dict.fromkeys(pair for start, end in arcs for pair in pairwise(self._along(start, end)))
        self.pieces = [(a, b) for a, b in pieces if a != b]
        for piece in self.pieces:
            for place in piece:
                self.number(place)

    def number(self, place: Place) -> int:
        """Return the number of a place."""
        return self.numbers.setdefault(place, len(self.numbers))

    def _along(self, start: int, end: int) -> Iterator[Place]:
        """Yield the places of an arc, with those where it changes level."""
        begins, ends = self._place(start), self._place(end)
        yield begins
        for change in self.lattice.changes.get((start, end), ()):
            x, y = (round(a + change.share * (b - a)) for a, b in zip(begins[:2], ends[:2], strict=True))
            yield x, y, change.before
            yield x, y, change.after
        yield ends

    def _place(self, node: int) -> Place:
        nodes = self.lattice.nodes
        x, y = nodes.place_mm[node].tolist()
        place = (x, y, int(nodes.level[node]))
        number = self.number(place)
        if nodes.kind[node] in (CORNER, BORDER):
            self.corners.add(number)
        if nodes.kind[node] == PAD:
            self.pads[number, self.lattice.spots[nodes.which[node]].name] = None
        return place

    def add_gates(self) -> None:
        """Cut level pieces where they cross a boundary inside a gate."""
        lines = [_line(piece) for piece in self.pieces]
        sides = self.labels.jurisdictions(lines)
        cut: dict[tuple[Place, Place], None] = {}
        for piece, passed in zip(self.pieces, sides, strict=True):
            places = [piece[0], *(self._gate_places(piece) if len(passed) > 1 else ()), piece[1]]
            cut.update(dict.fromkeys((a, b) for a, b in pairwise(places) if a != b))
        self.pieces = list(cut)

    def _gate_places(self, piece: tuple[Place, Place]) -> list[Place]:
        """Return where a piece is cut, the same there and back: sides that overlap are entered at different places."""
        first, last = sorted(piece)
        line, places = _line((first, last)), list[Place]()
        for along_m, gate in crossed_at(line, self.labels.chart) if first[2] == last[2] else ():
            point = shapely.line_interpolate_point(line, along_m)
            places.append((round(point.x * 1000), round(point.y * 1000), first[2]))
            self.gates[self.number(places[-1])] = gate
        return places if piece == (first, last) else places[::-1]

    def kind(self, number: int) -> str:
        """Return what a place is."""
        if number in self.gates:
            return "gate"
        return "corner" if number in self.corners else "level"


def _line(piece: tuple[Place, Place]) -> shapely.LineString:
    """Return a piece in the frame; a climb is a line without length."""
    return shapely.LineString([(x / 1000, y / 1000) for x, y, _ in piece])


def _add_places(network: nx.DiGraph, drawn: _Drawn) -> None:
    chart = drawn.labels.chart
    places = np.array(list(drawn.numbers), np.int64).reshape(-1, 3)
    xy_m = places[:, :2] / 1000
    lon, lat = chart.frame.to_lonlat(xy_m[:, 0], xy_m[:, 1])
    rounded = _rounded(drawn, places)
    for number, (x_m, y_m) in enumerate(xy_m.tolist()):
        network.add_node(
            number,
            x_m=x_m,
            y_m=y_m,
            lon=float(lon[number]),
            lat=float(lat[number]),
            level_amsl_m=chart.levels_m[places[number, 2]],
            kind=drawn.kind(number),
            **({"zones": rounded[number]} if number in rounded else {}),
            **({"gate": drawn.gates[number]} if number in drawn.gates else {}),
        )


def _above_pads(network: nx.DiGraph, drawn: _Drawn) -> None:
    """Put places above a pad exactly where the pad is, which stands on no whole millimetre."""
    places = list(drawn.numbers)
    above = {places[number][:2]: pad for number, pad in drawn.pads}
    for number, place in enumerate(places):
        if pad := above.get(place[:2]):
            network.nodes[number].update({key: network.nodes[pad][key] for key in ("x_m", "y_m", "lon", "lat")})


def _rounded(drawn: _Drawn, places: npt.NDArray[np.int64]) -> dict[int, tuple[str, ...]]:
    """Return what each corner goes round."""
    corners = np.array(sorted(drawn.corners - drawn.gates.keys()), np.int64)
    found: dict[int, tuple[str, ...]] = {}
    for level in np.unique(places[corners, 2]).tolist():
        mine = corners[places[corners, 2] == level]
        found.update(zip(mine.tolist(), drawn.labels.rounded(level, places[mine, :2] / 1000), strict=True))
    return found


def _add_climbs(network: nx.DiGraph, drawn: _Drawn) -> None:
    """Join each pad with the places above it."""
    pace = drawn.lattice.pace
    for number, pad in sorted(drawn.pads):
        above, ground_m = network.nodes[number], network.nodes[pad]["level_amsl_m"]
        place = shapely.Point(above["x_m"], above["y_m"])
        entered = drawn.labels.climbed(ground_m, above["level_amsl_m"], place)
        _add_edge(network, (pad, number), pace, (ground_m, above["level_amsl_m"]), entered, drawn.labels)
        _add_edge(network, (number, pad), pace, (above["level_amsl_m"], ground_m), entered, drawn.labels)


def _add_pieces(network: nx.DiGraph, drawn: _Drawn) -> None:
    chart, pace = drawn.labels.chart, drawn.lattice.pace
    lines = [_line(piece) for piece in drawn.pieces]
    entered = _entered(drawn, lines)
    sides = drawn.labels.jurisdictions(lines)
    avoided, extra_s = drawn.labels.avoided(drawn.pieces), _avoided_s(drawn, pace)
    for number, piece in enumerate(drawn.pieces):
        heights_m = (chart.levels_m[piece[0][2]], chart.levels_m[piece[1][2]])
        ends = (drawn.number(piece[0]), drawn.number(piece[1]))
        _add_edge(network, ends, pace, heights_m, entered[number], drawn.labels)
        edge = network.edges[ends]
        edge["jurisdictions"], edge["avoided"] = sides[number], avoided[number]
        edge["cost_s"] += extra_s[number]


def _avoided_s(drawn: _Drawn, pace: Pace) -> list[float]:
    """Return what avoided zones add to the cost of each piece."""
    places = np.array(drawn.pieces, np.int64).reshape(-1, 2, 3)
    starts, ends = places[:, 0, :2], places[:, 1, :2]
    seconds: list[float] = drawn.preferences.seconds(starts, ends, places[:, 0, 2].astype(np.int32), pace).tolist()
    return seconds


def _entered(drawn: _Drawn, lines: Sequence[shapely.LineString]) -> list[tuple[Zone, ...]]:
    """Return the closed zones that each piece enters."""
    chart, found = drawn.labels.chart, dict[int, tuple[Zone, ...]]()
    for level, level_m in enumerate(chart.levels_m):
        mine = [number for number, (a, b) in enumerate(drawn.pieces) if a[2] == b[2] == level]
        found.update(zip(mine, drawn.labels.entered(level_m, [lines[number] for number in mine]), strict=True))
    for number, (a, b) in enumerate(drawn.pieces):
        if a[2] != b[2]:
            low, high = sorted((chart.levels_m[a[2]], chart.levels_m[b[2]]))
            found[number] = drawn.labels.climbed(low, high, shapely.Point(a[0] / 1000, a[1] / 1000))
    return [found[number] for number in range(len(lines))]


def _add_edge(
    network: nx.DiGraph,
    ends: tuple[Name, Name],
    pace: Pace,
    heights_m: tuple[float, float],
    entered: Sequence[Zone],
    labels: Labels,
) -> None:
    """Add a level piece or a climb with its figures."""
    a, b = network.nodes[ends[0]], network.nodes[ends[1]]
    dx_m, dy_m = (b["x_m"] - a["x_m"], b["y_m"] - a["y_m"]) if heights_m[0] == heights_m[1] else (0.0, 0.0)
    over_s = float(pace.seconds(dx_m, dy_m))
    network.add_edge(
        *ends,
        length_m=float(np.hypot(dx_m, dy_m)),
        time_s=over_s + float(pace.rise_s(*heights_m)),
        cost_s=over_s + float(pace.vertical_s(*heights_m)),
        level_amsl_m=heights_m[1],
        climb_m=heights_m[1] - heights_m[0],
        geometry=shapely.LineString([(a["lon"], a["lat"]), (b["lon"], b["lat"])]),
        jurisdictions=(),
        zones=tuple(zone.id for zone in entered),
        permits=labels.permits(entered, (min(heights_m), max(heights_m))),
        avoided=(),
    )

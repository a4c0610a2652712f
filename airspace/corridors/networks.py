"""The network: pads and corners joined by clear straight corridors, as a NetworkX graph.

``build_network`` gives the graph; ``matrix`` and ``shortest`` ask it for lengths and lines.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from airspace.corridors import cleaning, visibility
from airspace.corridors.charts import Chart, CorridorRules
from airspace.corridors.passages import gate_spans, leave_spans
from airspace.earth.frame import GEOD, Frame
from airspace.errors import UnknownPad
from airspace.model.gates import Gate
from airspace.model.pads import Pad
from airspace.model.schedules import Span
from airspace.model.skies import Airspace
from airspace.model.zones import Zone

Floats = npt.NDArray[np.float64]

LEAST_APART_M = 1.0
"""Between pads nearer than this there is nothing to fly."""

ENGINE_CORNERS = 1000
"""From this many corners on the compiled engine works out what sees what; below, the plain path is as quick."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A shortest centre line between two pads, at the flight level."""

    from_pad: str
    to_pad: str
    length_m: float
    """In the frame, which differs from the ellipsoid by at most 0.013 %."""
    lonlat: tuple[tuple[float, float], ...]
    """WGS 84, from pad to pad over the corners."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a pad may not be flown to."""

    text: str
    zone: Zone | None = None
    """The zone in the way, when it is a zone."""
    gap_m: float | None = None
    """From the pad to that zone; 0 inside it."""

    def __str__(self) -> str:
        return self.text


def build_network(
    sky: Airspace,
    rules: CorridorRules,
    *,
    aircraft: Collection[str] = (),
    when: Span | None = None,
) -> nx.Graph:
    """Return the corridors open to an aircraft in a span of time.

    Parameters
    ----------
    aircraft
        The ids that permits may name: the drone's and its type's. Without them no permit applies.
    when
        Zones that do not hold in it are left out; gates and permits that hold nowhere in it stay shut. Without it
        every zone holds, whatever its schedule, and every gate and permit is shut.

    Returns
    -------
    networkx.Graph
        Nodes are pads (by id) and corners (by number) with ``x_m, y_m, lon, lat, kind`` (pad, corner). Edges have
        ``length_m`` and ``geometry`` (WGS 84 LineString). ``graph["refused"]`` maps the id of each pad that may not
        be flown to, to its :class:`Refusal`; such a pad is a node without edges. ``graph["chart"]`` is the chart it was
        built on.

    Raises
    ------
    RegionTooLarge
        If the data do not fit one frame.
    """
    return network_of(Chart.of(sky, rules), aircraft=aircraft, when=when)


def network_of(chart: Chart, *, aircraft: Collection[str] = (), when: Span | None = None) -> nx.Graph:
    """Return the same network as ``build_network`` from a chart that is already made."""
    shut = shut_zones(chart, aircraft=aircraft, when=when)
    solid = _obstacles(chart, shut, open_gates(chart, aircraft=aircraft, when=when))
    refused = _refused_pads(chart, solid, Aircraft(ids=frozenset(aircraft), when=when))
    network = nx.Graph(chart=chart, refused=refused)
    _add_pads(network, chart)
    _connect(network, chart, [pad.id for pad in chart.sky.pads if pad.id not in refused], solid)
    return network


def shut_zones(chart: Chart, *, aircraft: Collection[str], when: Span | None) -> tuple[Zone, ...]:
    """Return the zones that an aircraft may not enter at the flight level in a span of time, wherever they reach."""
    if when is None:
        return tuple(zone for zone, _ in chart.zones)
    level = (chart.level_m, chart.level_m)
    return tuple(
        zone
        for zone, _ in chart.zones
        if zone.schedule.touches(*when) and not leave_spans(zone, chart, aircraft, when, level)
    )


def open_gates(chart: Chart, *, aircraft: Collection[str], when: Span | None) -> tuple[Gate, ...]:
    """Return the gates that an aircraft may pass at the flight level at some time in a span."""
    if when is None:
        return ()
    return tuple(gate for gate, _ in chart.gates if gate_spans(gate, chart, aircraft, when))


def _obstacles(chart: Chart, shut: Collection[Zone], gates: Collection[Gate]) -> list[shapely.Polygon]:
    ids = {zone.id for zone in shut}
    in_the_way = [area for zone, area in chart.zones if zone.id in ids and chart.at_level(zone)]
    opened = {gate.id for gate in gates}
    fences = cleaning.wall(
        [area for _, area in chart.jurisdictions],
        [area for gate, area in chart.gates if gate.id in opened],
        chart.rules.half_width_m,
    )
    solid = [*in_the_way, *chart.high_ground()]
    return cleaning.merged([*cleaning.obstacles(solid, chart.rules.keep_out_m), *fences])


@dataclass(frozen=True, slots=True, kw_only=True)
class Aircraft:
    """Who wants to fly, and when."""

    ids: frozenset[str]
    when: Span | None

    def shut(self, zone: Zone, chart: Chart, pad: Pad) -> bool:
        """Tell whether a zone stands in the way of a climb from a pad that it reaches."""
        if self.when is None:
            return True
        climb = (pad.elevation_amsl_m, chart.level_m)
        return zone.schedule.touches(*self.when) and not leave_spans(zone, chart, self.ids, self.when, climb)


def _refused_pads(chart: Chart, solid: Sequence[shapely.Polygon], aircraft: Aircraft) -> dict[str, Refusal]:
    """Return the pads that may not be flown to, each with the reason.

    A pad is refused when a shut zone comes within the clearance of the climb above it, at any height up to the
    flight level, when it does not lie below the flight level, or when it lies against a boundary or outside every
    jurisdiction.
    """
    reasons = {pad.id: _refusal(pad, chart, solid, aircraft) for pad in chart.sky.pads}
    return {pad: reason for pad, reason in reasons.items() if reason is not None}


def _refusal(pad: Pad, chart: Chart, solid: Sequence[shapely.Polygon], aircraft: Aircraft) -> Refusal | None:
    level_m = chart.rules.cruise_amsl_m
    if pad.elevation_amsl_m >= level_m:
        height = f"{pad.elevation_amsl_m:g} m AMSL"
        return Refusal(text=f"pad {pad.id} lies at {height}, not below the flight level {level_m:g} m AMSL")
    here = chart.point(pad)
    gap_m, zone = _nearest_zone(pad, here, chart, aircraft)
    if zone is not None:
        where = "inside" if gap_m == 0 else f"{gap_m:.0f} m from"
        needs = "" if gap_m == 0 else f", nearer than the {chart.rules.keep_out_m:g} m to keep"
        text = f"pad {pad.id} lies {where} zone {zone.id} ({zone.name}, {zone.restriction}){needs}"
        return Refusal(text=text, zone=zone, gap_m=gap_m)
    if any(shapely.intersects(polygon, here) for polygon in solid):
        text = f"pad {pad.id} lies against a boundary, among zones or high ground, or outside every jurisdiction"
        return Refusal(text=text)
    return None


def _nearest_zone(pad: Pad, here: shapely.Point, chart: Chart, aircraft: Aircraft) -> tuple[float, Zone | None]:
    """Return the shut zone nearest to a pad among those that its climb comes too near to; the worse when equal."""
    reach_m = chart.rules.keep_out_m + cleaning.GUARD_M
    gaps = [
        (float(shapely.distance(here, area)), zone.permittable, zone.id, zone)
        for zone, area in chart.zones
        if shapely.dwithin(area, here, reach_m) and chart.above(pad, zone) and aircraft.shut(zone, chart, pad)
    ]
    nearest = min(gaps, key=lambda item: item[:3], default=None)
    return (np.inf, None) if nearest is None else (nearest[0], nearest[3])


def _add_pads(network: nx.Graph, chart: Chart) -> None:
    for pad in chart.sky.pads:
        x_m, y_m = chart.frame.to_xy(pad.lon, pad.lat)
        network.add_node(pad.id, x_m=float(x_m), y_m=float(y_m), lon=pad.lon, lat=pad.lat, kind="pad")


def _connect(network: nx.Graph, chart: Chart, pads: Sequence[str], solid: Sequence[shapely.Polygon]) -> None:
    corners = visibility.corners_of(solid)
    spots = np.array([[network.nodes[pad]["x_m"], network.nodes[pad]["y_m"]] for pad in pads]).reshape(-1, 2)
    points = np.rint(spots * 1000).astype(np.int64)
    names: list[str | int] = [*range(len(corners)), *pads]
    places = np.vstack((corners.at, points))
    seen = _seen(corners, points, solid)
    _add_corners(network, chart.frame, corners, np.unique(seen[seen < len(corners)]))
    _add_edges(network, names, places / 1000, seen)
    _drop_unreached(network)


def _seen(
    corners: visibility.Corners, points: visibility.Integers, solid: Sequence[shapely.Polygon]
) -> visibility.Pairs:
    """Return index pairs of what sees each other, from the plain path or the engine: the same in the same order."""
    if len(corners) >= ENGINE_CORNERS:
        # Loading Numba takes longer than a small map.
        from airspace.corridors.engine.warming import load

        return load()(solid, points)
    places = np.vstack((corners.at, points))
    pairs = candidates(corners, points)
    return pairs[visibility.clear(places[pairs[:, 0]], places[pairs[:, 1]], solid)]


def _drop_unreached(network: nx.Graph) -> None:
    """Drop corners that no pad leads to, such as those of the rim outside all jurisdictions."""
    pads = {node for node, kind in network.nodes(data="kind") if kind == "pad"}
    parts = [part for part in nx.connected_components(network) if part.isdisjoint(pads)]
    network.remove_nodes_from(node for part in parts for node in part)


def candidates(corners: visibility.Corners, points: visibility.Integers) -> visibility.Pairs:
    """Return index pairs worth testing; corners come first in the numbering, then pads."""
    to_corners = visibility.taut_from(points, corners) + np.array([len(corners), 0])
    first, second = np.triu_indices(len(points), k=1)
    between_pads = np.column_stack((first, second)) + len(corners)
    return np.vstack((visibility.taut_pairs(corners), to_corners, between_pads))


def _add_corners(network: nx.Graph, frame: Frame, corners: visibility.Corners, used: visibility.Integers) -> None:
    xy_m = corners.at[used] / 1000
    lon, lat = frame.to_lonlat(xy_m[:, 0], xy_m[:, 1])
    for row, number in enumerate(used):
        network.add_node(
            int(number),
            x_m=float(xy_m[row, 0]),
            y_m=float(xy_m[row, 1]),
            lon=float(lon[row]),
            lat=float(lat[row]),
            kind="corner",
        )


def _add_edges(network: nx.Graph, names: Sequence[str | int], places_m: Floats, pairs: visibility.Pairs) -> None:
    lengths_m = np.hypot(*(places_m[pairs[:, 0]] - places_m[pairs[:, 1]]).T)
    nodes = network.nodes
    for (i, j), length_m in zip(pairs.tolist(), lengths_m.tolist(), strict=True):
        a, b = names[i], names[j]
        line = shapely.LineString([(nodes[a]["lon"], nodes[a]["lat"]), (nodes[b]["lon"], nodes[b]["lat"])])
        network.add_edge(a, b, length_m=length_m, geometry=line)


def matrix(network: nx.Graph, pads: Sequence[str]) -> Floats:
    """Return shortest lengths in metres, shape (len(pads), len(pads)); infinity where no corridor leads."""
    lengths, _, index = _distances(network, pads)
    return lengths[:, [index[pad] for pad in pads]]


def courses(network: nx.Graph, pads: Sequence[str]) -> dict[tuple[str, str], Course]:
    """Return the shortest course of every ordered pair of pads that are joined, and are not at one place."""
    lengths, previous, index = _distances(network, pads)
    names = list(network.nodes)
    found: dict[tuple[str, str], Course] = {}
    for row, start in enumerate(pads):
        for end in pads[row + 1 :]:
            if not np.isfinite(lengths[row, index[end]]) or _apart_m(network, start, end) < LEAST_APART_M:
                continue
            line = _walk(previous[row], index[end], names)
            lonlat = tuple((network.nodes[name]["lon"], network.nodes[name]["lat"]) for name in line)
            length_m = float(lengths[row, index[end]])
            found[start, end] = Course(from_pad=start, to_pad=end, length_m=length_m, lonlat=lonlat)
            found[end, start] = Course(from_pad=end, to_pad=start, length_m=length_m, lonlat=lonlat[::-1])
    return found


def _apart_m(network: nx.Graph, start: str, end: str) -> float:
    a, b = network.nodes[start], network.nodes[end]
    return float(np.hypot(a["x_m"] - b["x_m"], a["y_m"] - b["y_m"]))


def shortest(network: nx.Graph, from_pad: str, to_pad: str) -> Course | None:
    """Return the shortest course between two pads, None when no corridor leads from one to the other.

    Raises
    ------
    UnknownPad
        If the network has no such pad.
    """
    return courses(network, [from_pad, to_pad]).get((from_pad, to_pad))


def _distances(network: nx.Graph, pads: Sequence[str]) -> tuple[Floats, npt.NDArray[np.int32], dict[str | int, int]]:
    index = {name: number for number, name in enumerate(network.nodes)}
    unknown = sorted(set(pads) - index.keys())
    if unknown:
        raise UnknownPad(f"no pad {', '.join(map(repr, unknown))} in the network")
    edges = [(index[a], index[b], length) for a, b, length in network.edges(data="length_m")]
    size = len(index)
    if edges:
        rows, columns, lengths = (np.array(column) for column in zip(*edges, strict=True))
    else:
        rows, columns, lengths = np.empty(0, int), np.empty(0, int), np.empty(0)
    table = csr_array((lengths, (rows, columns)), shape=(size, size))
    reached, previous = dijkstra(table, directed=False, indices=[index[pad] for pad in pads], return_predecessors=True)
    return np.atleast_2d(reached), np.atleast_2d(previous), index


def _walk(previous: npt.NDArray[np.int32], end: int, names: Sequence[str | int]) -> list[str | int]:
    line = [end]
    while previous[line[-1]] >= 0:
        line.append(int(previous[line[-1]]))
    return [names[number] for number in reversed(line)]


def split_long(lonlat: Sequence[tuple[float, float]], frame: Frame, longest_m: float) -> list[tuple[float, float]]:
    """Return a course with extra points on its straight frame lines, so that no piece is longer than ``longest_m``."""
    x, y = frame.to_xy([point[0] for point in lonlat], [point[1] for point in lonlat])
    line = shapely.segmentize(shapely.LineString(np.column_stack((x, y))), longest_m)
    xy = shapely.get_coordinates(line)
    lon, lat = frame.to_lonlat(xy[:, 0], xy[:, 1])
    return list(zip(lon.tolist(), lat.tolist(), strict=True))


def length_on_ellipsoid_m(lonlat: Sequence[tuple[float, float]]) -> float:
    """Return the length of a course along geodesics between its points."""
    return float(GEOD.line_length([point[0] for point in lonlat], [point[1] for point in lonlat]))

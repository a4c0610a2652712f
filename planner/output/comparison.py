"""The page of two plans: one self-contained file with both on one map, and what moved from one to the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from planner.comparing import Comparison, compare
from planner.comparing.comparisons import CorridorMove
from planner.comparing.documents import comparison_to_document
from planner.comparing.lines import Line, line_of
from planner.model.basemaps import Basemap
from planner.model.plans import Leg, Plan
from planner.output import shapes
from planner.output.canvas import empty_map, own_text
from planner.output.data import block, page_data
from planner.output.exports.formats import Reviewed
from planner.output.figure import OfflineFigure
from planner.output.languages import Language
from planner.output.page_words import page_words
from planner.output.values import Json

SHARED = "page"
OWN = "comparison"
SCRIPTS = (
    (SHARED, "dom.js"),
    (SHARED, "languages.js"),
    (SHARED, "figures.js"),
    (SHARED, "facts.js"),
    (OWN, "model.js"),
    (SHARED, "symbols.js"),
    (SHARED, "map.js"),
    (SHARED, "weather.js"),
    (SHARED, "labels.js"),
    (SHARED, "legend.js"),
    (OWN, "lines.js"),
    (OWN, "tables.js"),
    (OWN, "panel.js"),
    (OWN, "start.js"),
)
"""The page's scripts, in the order in which they build on each other; map, signs and labels are those of a plan's."""

STYLES = ((SHARED, "page.css"), (SHARED, "paper.css"), (OWN, "comparison.css"))

PANES = ("land", "terrain", "zones", "boundary", "areas", "lines", "gates", "pads", "names")
"""What lies on what, from the back to the front."""


FLOWN_BY = {
    CorridorMove.DROPPED: ("a",),
    CorridorMove.ADDED: ("b",),
    CorridorMove.REROUTED: ("a", "b"),
    CorridorMove.LEVELS: ("both",),
    CorridorMove.FLIGHTS: ("both",),
}
"""Whose the lines are that a change of corridors is about."""


def draw(a: Reviewed, b: Reviewed, *, basemap: Basemap | None = None, language: Language = Language.EN) -> str:
    """Return two plans as one HTML file: both on one map, their figures, the orders and corridors that moved.

    The file asks for nothing outside itself. The same values give the same bytes. It speaks all languages, and begins
    with `language`.
    """
    scripts = "\n".join(own_text(folder, script) for folder, script in SCRIPTS)
    pages = tuple(_page_data(side, basemap) for side in (a, b))
    data = comparison_data(a, b, pages)
    figure = OfflineFigure(
        html=own_text(OWN, "comparison.html"),
        styles=[own_text(folder, style) for folder, style in STYLES],
        scripts=[scripts],
        data=block(data | {"language": str(language), "words": page_words(scripts, _spoken(pages, data))}),
    )
    figure.add_child(empty_map(data["bounds"] or [0.0, 0.0, 0.0, 0.0], PANES), name="map")
    return figure.render()


def comparison_data(a: Reviewed, b: Reviewed, pages: Sequence[Json]) -> Json:
    """Return everything that the page shows: what the page of either plan shows of its airspace, and the comparison."""
    in_a, in_b = pages
    corridors = _corridors(in_a["corridors"], in_b["corridors"], a.plan, b.plan)
    told = compare(a.plan, b.plan, reviews=(a.review, b.review))
    numbers = {_key(corridor["line"]): number for number, corridor in enumerate(corridors)}
    return {
        **{name: in_a[name] for name in ("plan", "policy", "ground", "jurisdictions")},
        **{name: _both(in_a[name], in_b[name]) for name in ("zones", "gates", "pads")},
        "review": {"findings": [], "tightest": None},
        "unreachable": [],
        "corridors": corridors,
        "comparison": comparison_to_document(told),
        "order_lines": _order_lines(told, a.plan, b.plan, numbers),
        "change_lines": _change_lines(told, corridors),
        "bounds": _bounds(corridors) or in_a["bounds"] or in_b["bounds"],
    }


def _spoken(pages: Sequence[Json], data: Json) -> Json:
    """Return what the page tells of the records and has to be said in all languages, in the shape of a plan's page."""
    in_a, in_b = pages
    tightest = [found | {"detail": "", "source": ""} for found in data["comparison"]["tightest"].values() if found]
    return in_a | {
        "review": {"findings": tightest},
        "unserved": [*in_a["unserved"], *in_b["unserved"]],
        **{kind: data[kind] for kind in ("zones", "pads", "gates")},
        **{kind: [] for kind in ("filings", "entries", "weather")},
    }


def _page_data(side: Reviewed, basemap: Basemap | None) -> Json:
    return page_data(side.plan, side.sky, side.job, side.review, digest=side.digest, basemap=basemap)


def _both(in_a: Sequence[Json], in_b: Sequence[Json]) -> list[Json]:
    """Return the things of two airspaces once each, and which of them has it; what they tell otherwise comes twice."""
    by_id = {thing["id"]: thing for thing in in_b}
    ids_a = {thing["id"] for thing in in_a}
    alike = {thing["id"] for thing in in_a if by_id.get(thing["id"]) == thing}
    return [
        *(thing | {"of": "both"} for thing in in_a if thing["id"] in alike),
        *(_of(thing, "a", thing["id"] in by_id) for thing in in_a if thing["id"] not in alike),
        *(_of(thing, "b", thing["id"] in ids_a) for thing in in_b if thing["id"] not in alike),
    ]


def _of(thing: Json, which: str, told_twice: bool) -> Json:
    told = thing | {"of": which}
    return told | {"id": f"{thing['id']} ({which.upper()})"} if told_twice else told


def _corridors(in_a: Sequence[Json], in_b: Sequence[Json], a: Plan, b: Plan) -> list[Json]:
    """Return every line that is flown, once, with who flies it and how often."""
    legs_a, legs_b = _legs(a), _legs(b)
    drawn = {_key(corridor["line"]): corridor for corridor in (*in_b, *in_a)}
    keys = dict.fromkeys(_key(corridor["line"]) for corridor in (*in_a, *in_b))
    return [_corridor(drawn[key], legs_a[key], legs_b[key]) for key in keys]


def _corridor(drawn: Json, in_a: Sequence[Leg], in_b: Sequence[Leg]) -> Json:
    legs = [*in_a, *in_b]
    levels = {round(point.alt_amsl_m, 1) for leg in legs for point in leg.waypoints[1:-1]}
    return {
        **{name: drawn[name] for name in ("line", "area", "half_width_m")},
        "of": "both" if in_a and in_b else "a" if in_a else "b",
        "ids": sorted({leg.corridor for leg in legs}),
        "ends": sorted((legs[0].from_pad, legs[0].to_pad)),
        "flights": [len(in_a), len(in_b)],
        "distance_m": round(legs[0].distance_m, 1),
        "levels_amsl_m": sorted(levels),
    }


def _legs(plan: Plan) -> Mapping[Line, Sequence[Leg]]:
    legs: dict[Line, list[Leg]] = defaultdict(list)
    for sortie in plan.sorties:
        for leg in sortie.legs:
            legs[line_of(leg)].append(leg)
    return legs


def _key(line: Sequence[Sequence[float]]) -> Line:
    """Return a line of the page as :func:`line_of` tells it."""
    told = tuple((point[0], point[1]) for point in line)
    return min(told, told[::-1])


def _order_lines(told: Comparison, a: Plan, b: Plan, numbers: Mapping[Line, int]) -> list[list[int]]:
    """Return, for each order that moved, the numbers of the corridors that it is flown along in either plan."""
    in_a, in_b = ({order: sortie for sortie in plan.sorties for order in sortie.orders} for plan in (a, b))
    return [
        sorted(
            {numbers[line_of(leg)] for flown in (in_a, in_b) if item.order in flown for leg in flown[item.order].legs}
        )
        for item in told.orders
    ]


def _change_lines(told: Comparison, corridors: Sequence[Json]) -> list[list[int]]:
    """Return, for each change of corridors, the numbers of those that it is about."""
    return [
        [
            number
            for number, corridor in enumerate(corridors)
            if tuple(corridor["ends"]) == item.ends
            and corridor["of"] in FLOWN_BY[item.move]
            and {name for flown in (*item.a, *item.b) for name in flown.corridors} & set(corridor["ids"])
        ]
        for item in told.corridors
    ]


def _bounds(corridors: Sequence[Json]) -> list[float] | None:
    places = [point for corridor in corridors for point in corridor["line"]]
    return shapes.bounds(places) if places else None

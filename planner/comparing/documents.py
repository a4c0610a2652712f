"""A comparison as a JSON document, for programs and for the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from typing import Any

from planner.comparing.comparisons import (
    Comparison,
    CorridorMoved,
    Figure,
    Flown,
    Heading,
    LeftOut,
    OrderMoved,
    Served,
    Tightest,
)

Json = dict[str, Any]


def comparison_to_document(comparison: Comparison) -> Json:
    """Return a comparison for programs; times in the offset of the plan that they stand in."""
    offset_a, offset_b = comparison.a.utc_offset, comparison.b.utc_offset
    return {
        "a": _heading(comparison.a),
        "b": _heading(comparison.b),
        "same": comparison.same,
        "inputs": {"alike": comparison.inputs_alike, "differ": [asdict(item) for item in comparison.inputs]},
        "made": [asdict(item) for item in comparison.made],
        "figures": [_figure(figure) for figure in comparison.figures],
        "tightest": {"a": _tightest(comparison.tightest_a), "b": _tightest(comparison.tightest_b)},
        "orders": {
            "alike": comparison.orders_alike,
            "moved": [_order(item, offset_a, offset_b) for item in comparison.orders],
        },
        "corridors": {
            "alike": comparison.corridors_alike,
            "moved": [_corridor(item) for item in comparison.corridors],
        },
        "sorties": {name: list(ids) for name, ids in asdict(comparison.sorties).items()},
    }


def _heading(heading: Heading) -> Json:
    return {
        "name": heading.name,
        "digest": heading.digest,
        "start": _moment(heading.start, heading.utc_offset),
        "end": _moment(heading.end, heading.utc_offset),
        "scenario": heading.scenario,
        "verdict": None if heading.verdict is None else heading.verdict.value,
    }


def _figure(figure: Figure) -> Json:
    return {
        "name": figure.name,
        "unit": figure.unit,
        "a": _number(figure.a),
        "b": _number(figure.b),
        "delta": _number(figure.delta),
        "share": _number(figure.share),
        "better": figure.better,
    }


def _tightest(tightest: Tightest | None) -> Json | None:
    return None if tightest is None else asdict(tightest) | {"share": _number(tightest.share)}


def _order(item: OrderMoved, offset_a: timedelta, offset_b: timedelta) -> Json:
    return {
        "order": item.order,
        "move": item.move.value,
        "a": _fate(item.a, offset_a),
        "b": _fate(item.b, offset_b),
        "later_s": _number(item.later_s),
    }


def _fate(fate: Served | LeftOut | None, utc_offset: timedelta) -> Json | None:
    match fate:
        case Served():
            return {
                "sortie": fate.sortie,
                "drone": fate.drone,
                "company": list(fate.company),
                "departs": _moment(fate.departs, utc_offset),
                "t": None if fate.t is None else _moment(fate.t, utc_offset),
            }
        case LeftOut():
            return {"reason": fate.reason.value, "detail": fate.detail}
        case None:
            return None


def _corridor(item: CorridorMoved) -> Json:
    return {
        "ends": list(item.ends),
        "move": item.move.value,
        "a": _lines(item.a),
        "b": _lines(item.b),
        "longer_m": _number(item.longer_m),
    }


def _lines(flown: Sequence[Flown]) -> list[Json]:
    return [
        {
            "corridors": list(line.corridors),
            "flights": line.flights,
            "distance_m": _number(line.distance_m),
            "levels_amsl_m": list(line.levels_amsl_m),
        }
        for line in flown
    ]


def _moment(moment: datetime, utc_offset: timedelta) -> str:
    return moment.astimezone(timezone(utc_offset)).isoformat(timespec="milliseconds")


def _number(value: float | None) -> float | None:
    """Return a number with the digits that mean something: what subtraction leaves behind them is noise."""
    return value if value is None or isinstance(value, int) else float(f"{value:.9g}")

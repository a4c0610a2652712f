"""A plan as tables of pandas and GeoPandas, which are loaded when they are asked for.

Units stand in the names of columns. Times are UTC, texts are of the type ``string``, and nothing is an object. A plan
without sorties gives tables without rows, of the same columns and types.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely

from airspace.earth.frame import Frame
from airspace.model.frames import SEPARATOR, WGS_84, Row, geopandas_of, table

if TYPE_CHECKING:
    import geopandas
    import pandas as pd

    from planner.model.jobs import Job
    from planner.model.plans import Delivery, Leg, Plan, Sortie

SORTIES = {
    "sortie": "string", "drone": "string", "drone_type": "string", "departs": "time", "returns": "time",
    "starts_at": "string", "ends_at": "string", "legs": "int64", "orders": "int64", "payload_kg": "float64",
    "distance_m": "float64", "duration_s": "float64", "energy_wh": "float64", "lowest_soc": "float64",
    "margin_wh": "float64", "held_s": "int64",
}  # fmt: skip
LEGS = {
    "sortie": "string", "leg": "int64", "drone": "string", "from_pad": "string", "to_pad": "string",
    "corridor": "string", "departs": "time", "arrives": "time", "payload_kg": "float64", "distance_m": "float64",
    "duration_s": "float64", "energy_wh": "float64", "soc_start": "float64", "soc_end": "float64",
    "reserve_wh": "float64", "jurisdictions": "string", "gates": "string",
}  # fmt: skip
ORDERS = {
    "order": "string", "sortie": "string", "drone": "string", "leg": "Int64", "to_pad": "string",
    "delivered": "time", "taken_s": "float64", "quantile_s": "float64",
}  # fmt: skip
UNSERVED = {"order": "string", "reason": "string", "detail": "string", "fixes": "int64"}
WAYPOINTS = {
    "sortie": "string", "leg": "int64", "waypoint": "int64", "lon": "float64", "lat": "float64",
    "alt_amsl_m": "float64", "alt_agl_m": "float64", "t": "time",
}  # fmt: skip
CORRIDORS = {
    "corridor": "string", "from_pad": "string", "to_pad": "string", "flights": "int64", "distance_m": "float64",
    "half_width_m": "float64",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanFrames:
    """A plan as data frames, a row for each thing; legs and waypoints are numbered from 1."""

    sorties: pd.DataFrame
    legs: pd.DataFrame
    """``arrives`` is the touch-down or drop, before the hand-over; ``duration_s`` is with it."""
    orders: pd.DataFrame
    """Those that are served; ``leg``, ``to_pad``, ``delivered`` and what follows are missing where the record does not
    tell the hand-over."""
    unserved: pd.DataFrame
    """``fixes``: how many verified changes would serve it."""
    waypoints: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanGeoFrames:
    """What is flown, with geometry in WGS 84 (EPSG:4326), longitude first; heights stand in columns."""

    legs: geopandas.GeoDataFrame
    """The columns of the legs, each with its line over the ground."""
    waypoints: geopandas.GeoDataFrame
    """The columns of the waypoints, each with its point."""
    corridors: geopandas.GeoDataFrame | None
    """Each corridor at its true width, once; None without a job, as a plan does not tell how wide they are."""


def plan_frames(plan: Plan) -> PlanFrames:
    """Return a plan as data frames."""
    legs = [(sortie, number, leg) for sortie in plan.sorties for number, leg in enumerate(sortie.legs, start=1)]
    return PlanFrames(
        sorties=table(SORTIES, (_sortie(sortie) for sortie in plan.sorties)),
        legs=table(LEGS, (_leg(sortie, number, leg) for sortie, number, leg in legs)),
        orders=table(ORDERS, (row for sortie in plan.sorties for row in _orders(sortie))),
        unserved=table(
            UNSERVED,
            (
                {
                    "order": item.order,
                    "reason": item.reason.value,
                    "detail": item.detail,
                    "fixes": sum(fix.verified for fix in item.fixes),
                }
                for item in plan.unserved
            ),
        ),
        waypoints=table(WAYPOINTS, (row for sortie, number, leg in legs for row in _waypoints(sortie, number, leg))),
    )


def plan_geo_frames(plan: Plan, job: Job | None) -> PlanGeoFrames:
    """Return what a plan flies with its geometry; corridors at their width if the job is given that tells it.

    Raises
    ------
    MissingExtra
        If GeoPandas is not installed.
    """
    geopandas = geopandas_of()
    frames = plan_frames(plan)
    lines = [_line(leg) for sortie in plan.sorties for leg in sortie.legs]
    points = shapely.points(frames.waypoints["lon"].to_numpy(), frames.waypoints["lat"].to_numpy())
    return PlanGeoFrames(
        legs=geopandas.GeoDataFrame(frames.legs, geometry=lines, crs=WGS_84),
        waypoints=geopandas.GeoDataFrame(frames.waypoints, geometry=points, crs=WGS_84),
        corridors=None if job is None else _corridors(plan, job, geopandas),
    )


def _sortie(sortie: Sortie) -> Row:
    return {
        "sortie": sortie.id,
        "drone": sortie.drone,
        "drone_type": sortie.drone_type,
        "departs": sortie.departs,
        "returns": sortie.returns,
        "starts_at": sortie.starts_at,
        "ends_at": sortie.ends_at,
        "legs": len(sortie.legs),
        "orders": len(sortie.orders),
        "payload_kg": max((leg.payload_kg for leg in sortie.legs), default=None),
        "distance_m": sum(leg.distance_m for leg in sortie.legs),
        "duration_s": sum(leg.duration_s for leg in sortie.legs),
        "energy_wh": sum(leg.energy_wh for leg in sortie.legs),
        "lowest_soc": min((leg.soc_end for leg in sortie.legs), default=None),
        "margin_wh": None if sortie.ledger is None else sortie.ledger.margin_wh,
        "held_s": sortie.held_s,
    }


def _leg(sortie: Sortie, number: int, leg: Leg) -> Row:
    figures = ("payload_kg", "distance_m", "duration_s", "energy_wh", "soc_start", "soc_end", "reserve_wh")
    return {
        "sortie": sortie.id,
        "leg": number,
        "drone": sortie.drone,
        "from_pad": leg.from_pad,
        "to_pad": leg.to_pad,
        "corridor": leg.corridor,
        "departs": leg.waypoints[0].t,
        "arrives": leg.waypoints[-1].t,
        **{name: getattr(leg, name) for name in figures},
        "jurisdictions": SEPARATOR.join(leg.jurisdictions),
        "gates": SEPARATOR.join(leg.gates),
    }


def _orders(sortie: Sortie) -> Iterable[Row]:
    told = {
        delivery.order: (number, leg, delivery)
        for number, leg in enumerate(sortie.legs, start=1)
        for delivery in leg.deliveries
    }
    for order in sortie.orders:
        yield {"order": order, "sortie": sortie.id, "drone": sortie.drone, **_delivered(*told.get(order, (None,) * 3))}


def _delivered(number: int | None, leg: Leg | None, delivery: Delivery | None) -> Row:
    return {
        "leg": number,
        "to_pad": leg and leg.to_pad,
        "delivered": delivery and delivery.t,
        "taken_s": delivery and delivery.taken_s,
        "quantile_s": delivery and delivery.quantile_s,
    }


def _waypoints(sortie: Sortie, number: int, leg: Leg) -> Iterable[Row]:
    for point_number, point in enumerate(leg.waypoints, start=1):
        yield {
            "sortie": sortie.id,
            "leg": number,
            "waypoint": point_number,
            "lon": point.lon,
            "lat": point.lat,
            "alt_amsl_m": point.alt_amsl_m,
            "alt_agl_m": point.alt_agl_m,
            "t": point.t,
        }


def _line(leg: Leg) -> Any:
    return shapely.LineString([(point.lon, point.lat) for point in leg.waypoints])


def _corridors(plan: Plan, job: Job, geopandas: Any) -> Any:
    """Return every corridor at the width of the widest type that flies it."""
    flown: dict[str, list[tuple[Sortie, Leg]]] = {}
    for sortie in plan.sorties:
        for leg in sortie.legs:
            flown.setdefault(leg.corridor, []).append((sortie, leg))
    lines = [_line(users[0][1]) for users in flown.values()]
    widths_m = [_half_width_m(users, job) for users in flown.values()]
    frame = Frame.around(lines)
    areas = [
        frame.unproject(shapely.buffer(frame.project(line), width_m, quad_segs=4))
        for line, width_m in zip(lines, widths_m, strict=True)
    ]
    rows = (
        {
            "corridor": corridor,
            "from_pad": users[0][1].from_pad,
            "to_pad": users[0][1].to_pad,
            "flights": len(users),
            "distance_m": users[0][1].distance_m,
            "half_width_m": width_m,
        }
        for (corridor, users), width_m in zip(flown.items(), widths_m, strict=True)
    )
    return geopandas.GeoDataFrame(table(CORRIDORS, rows), geometry=areas, crs=WGS_84)


def _half_width_m(users: Sequence[tuple[Sortie, Leg]], job: Job) -> float:
    """Return half of the width of a corridor; the policy's where nobody knows the type that flies it."""
    kinds = {kind.id: kind for kind in job.drone_types}
    policy = job.policy
    return max(
        policy.half_width_m(kinds[sortie.drone_type]) if sortie.drone_type in kinds else policy.corridor_half_width_m
        for sortie, _ in users
    )

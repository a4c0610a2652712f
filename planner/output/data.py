"""What the page shows, as one plain value: numbers and texts for its own script to draw.

Times are seconds from the start of the plan; places are [lon, lat], WGS 84; heights and lengths are metres.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, TypeAlias

import shapely

from airspace.earth.frame import Frame
from airspace.model.gates import Gate, Jurisdiction, Permit
from airspace.model.pads import Pad
from airspace.model.schedules import Schedule
from airspace.model.skies import Airspace
from airspace.model.sources import Confidence, Source
from airspace.model.zones import Zone
from planner.model.basemaps import Basemap
from planner.model.jobs import Job
from planner.model.orders import Order
from planner.model.plans import Crossing, Filing, Ledger, Leg, Plan, Reason, Sortie, Unserved, WayOut
from planner.model.reviews import Finding, Review, Verdict
from planner.output import shapes
from planner.output.winds import weather_periods
from planner.safety.rules import is_bookkeeping, is_waived

Json: TypeAlias = dict[str, Any]

TRADITIONAL = ("HK", "MO")
"""How the ids of jurisdictions with traditional characters begin; names elsewhere are in simplified ones."""

TERRAIN = "terrain"
"""The category of zones that stand for hills: drawn as ground, not as a rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    """When the plan begins and ends, to tell times from."""

    start: datetime
    end: datetime
    utc_offset: timedelta

    def seconds(self, moment: datetime) -> float:
        """Return the seconds from the start of the plan."""
        return round((moment - self.start).total_seconds(), 1)

    def spans(self, schedule: Schedule) -> list[list[float]] | None:
        """Return the stretches in which something holds; None when it always does."""
        if schedule.covers(self.start, self.end):
            return None
        return [[self.seconds(start), self.seconds(end)] for start, end in schedule.spans(self.start, self.end)]

    def hours(self, schedule: Schedule) -> str:
        """Return a schedule in words; the offset from UTC only where it is not the one of the plan."""
        return schedule.in_words(timezone(self.utc_offset))


def page_data(plan: Plan, sky: Airspace, job: Job, review: Review, *, digest: str, basemap: Basemap | None) -> Json:
    """Return everything that the page shows of a plan."""
    day = _Day(start=plan.start, end=plan.end, utc_offset=plan.utc_offset)
    corridors = _corridors(plan, sky, job)
    return {
        "plan": _heading(plan, digest),
        "policy": _policy(job),
        "weather": weather_periods(job, plan.start, plan.end),
        "totals": {name: _number(getattr(plan.totals, name)) for name in TOTALS} | {"currency": plan.totals.currency},
        "bound": _bound(plan),
        "ground": _ground(sky, basemap),
        "jurisdictions": [_jurisdiction(item) for item in sky.jurisdictions],
        "zones": [_zone(zone, sky, day) for zone in sky.zones],
        "gates": [_gate(gate, sky, day) for gate in sky.gates],
        "pads": [_pad(pad, sky, day) for pad in sky.pads],
        "corridors": corridors,
        "drones": [_drone(drone.id, plan, job) for drone in job.drones],
        "sorties": [_sortie(sortie, job, corridors, day) for sortie in plan.sorties],
        "orders": {order.id: _order(order, day) for order in job.orders},
        "unserved": [_unserved(item) for item in plan.unserved],
        "unreachable": _unreachable(plan, job),
        "review": _review(review, day),
        "filings": [_filing(filing, plan) for filing in plan.filings],
        "sources": _sources(sky, job, plan.start),
        "inputs": [{"path": item.path, "sha256": item.sha256} for item in plan.inputs],
        "bounds": _bounds(sky, corridors),
    }


TOTALS = ("cost", "distance_m", "energy_wh", "flight_s", "sorties", "served", "unserved")


def block(data: Json) -> str:
    """Return data as JSON that can stand inside HTML: no text in it holds a mark of HTML or of a template."""
    text = json.dumps(data, ensure_ascii=True, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return _STRING.sub(lambda found: _MARK.sub(lambda mark: f"\\u{ord(mark[0]):04x}", found[0]), text)


_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_MARK = re.compile(r"[<>&{}]")


def _heading(plan: Plan, digest: str) -> Json:
    local = plan.start + plan.utc_offset
    return {
        "name": plan.name,
        "digest": digest,
        "version": plan.created_by.version,
        "seed": plan.created_by.seed,
        "scenario": plan.created_by.scenario,
        "date": local.date().isoformat(),
        "start_of_day_s": local.hour * 3600 + local.minute * 60 + local.second,
        "duration_s": (plan.end - plan.start).total_seconds(),
        "utc_offset_min": round(plan.utc_offset.total_seconds() / 60),
    }


def _policy(job: Job) -> Json:
    policy = job.policy
    return {
        "levels_amsl_m": list(policy.levels_amsl_m),
        "half_width_m": policy.corridor_half_width_m,
        "clearance_m": policy.clearance_m,
        "reserve_share": policy.reserve_share,
        "energy_factor": policy.energy_factor,
    }


def _bound(plan: Plan) -> Json:
    bound = plan.bound
    return {
        "lower": _number(bound.lower),
        "gap": _number(bound.gap),
        "rules": bound.rules,
        "proven": bound.proven,
    }


def _ground(sky: Airspace, basemap: Basemap | None) -> Json:
    """Return land by side, shores and boundary; without a basemap the sides themselves stand in for land."""
    if basemap is None:
        land: list[list[list[shapes.Line]]] = [shapes.polygons(item.area) for item in sky.jurisdictions]
        return {"land": land, "coast": [], "boundary": shapes.boundary(sky.jurisdictions), "attribution": ""}
    return {
        "land": shapes.land_by_side(basemap.land, sky.jurisdictions),
        "coast": shapes.coast(basemap.land),
        "boundary": shapes.boundary(sky.jurisdictions),
        "attribution": basemap.attribution,
    }


def _jurisdiction(item: Jurisdiction) -> Json:
    return _named(item, item.id) | {
        "authority": item.authority,
        "rules": list(item.rules),
        "area": shapes.polygons(item.area),
    }


def _zone(zone: Zone, sky: Airspace, day: _Day) -> Json:
    return _named(zone, zone.jurisdiction or _side(zone.area, sky)) | {
        "restriction": str(zone.restriction),
        "lower": str(zone.band.lower),
        "upper": str(zone.band.upper or "UNL"),
        "category": zone.category,
        "terrain": zone.category == TERRAIN,
        "whole_side": zone.category != TERRAIN and shapes.covers_a_side(zone.area, sky.jurisdictions),
        "authority": zone.authority,
        "hours": day.hours(zone.schedule),
        "spans": day.spans(zone.schedule),
        "permittable": zone.permittable,
        "area": shapes.polygons(zone.area),
        "at": shapes.inner_point(zone.area),
    }


def _gate(gate: Gate, sky: Airspace, day: _Day) -> Json:
    return _named(gate, _side(gate.area, sky)) | {
        "lower": str(gate.band.lower),
        "upper": str(gate.band.upper or "UNL"),
        "hours": day.hours(gate.schedule),
        "spans": day.spans(gate.schedule),
        "capacity_per_hour": gate.capacity_per_hour,
        "permits": [_permit(permit, day) for permit in gate.permits],
        "area": shapes.polygons(gate.area),
        "at": shapes.line(gate.area.centroid.coords)[0],
    }


def _permit(permit: Permit, day: _Day) -> Json:
    return {
        "id": permit.id,
        "authority": permit.authority,
        "zones": list(permit.zones),
        "aircraft": list(permit.aircraft),
        "from": day.seconds(permit.valid_from),
        "to": day.seconds(permit.valid_to),
        "source": str(permit.source),
    }


def _pad(pad: Pad, sky: Airspace, day: _Day) -> Json:
    return _named(pad, pad.jurisdiction or _side(pad.point, sky)) | {
        "at": shapes.line([(pad.lon, pad.lat)])[0],
        "elevation_amsl_m": _number(pad.elevation_amsl_m),
        "roles": list(pad.roles),
        "slots": pad.slots,
        "turnaround_s": _number(pad.turnaround_s),
        "custody": str(pad.custody),
        "hours": day.hours(pad.schedule),
        "spans": day.spans(pad.schedule),
    }


def _named(thing: Zone | Gate | Pad | Jurisdiction, side: str) -> Json:
    """Return what every thing on the map has: its names with their language, its side and its source."""
    return {
        "id": thing.id,
        "name": thing.name,
        "name_zh": thing.name_zh,
        "lang": _language(side),
        "jurisdiction": side,
        "source": thing.source.citation,
        "source_date": thing.source.date.isoformat() if thing.source.date else None,
        "confidence": str(thing.source.confidence),
    }


def _side(shape: shapely.Geometry, sky: Airspace) -> str:
    """Return the id of the jurisdiction in which a point of the shape lies; empty when none is known."""
    point = shape.representative_point()
    return next((item.id for item in sky.jurisdictions if item.area.contains(point)), "")


def _language(side: str) -> str:
    return "zh-Hant" if side.upper().startswith(TRADITIONAL) else "zh-Hans"


def _corridors(plan: Plan, sky: Airspace, job: Job) -> list[Json]:
    """Return every centre line that is flown, once, whichever way and by whomever."""
    flown: dict[str, list[tuple[Sortie, Leg]]] = defaultdict(list)
    for sortie in plan.sorties:
        for leg in sortie.legs:
            flown[_one_way(_centre(leg))].append((sortie, leg))
    frame = Frame.around(sky.geometries) if flown else None
    return [_corridor(users, frame, job) for users in flown.values() if frame]


def _corridor(users: Sequence[tuple[Sortie, Leg]], frame: Frame, job: Job) -> Json:
    leg = users[0][1]
    centre = _centre(leg)
    counts = Counter(sortie.drone for sortie, _ in users)
    half_width_m = max(_half_width_m(sortie, job) for sortie, _ in users)
    return {
        "ids": sorted({leg.corridor for _, leg in users}),
        "ends": [leg.from_pad, leg.to_pad],
        "line": centre,
        "area": shapes.corridor_area(centre, frame=frame, half_width_m=half_width_m),
        "half_width_m": half_width_m,
        "levels_amsl_m": sorted({point.alt_amsl_m for point in leg.waypoints[1:-1]}),
        "distance_m": _number(leg.distance_m),
        "gates": sorted({gate for _, leg in users for gate in leg.gates}),
        "jurisdictions": list(leg.jurisdictions),
        "drones": [[drone, count] for drone, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))],
    }


def _half_width_m(sortie: Sortie, job: Job) -> float:
    """Return how wide a corridor the type of a sortie flies, half of it; the policy's where nobody knows the type."""
    kinds = [kind for kind in job.drone_types if kind.id == sortie.drone_type]
    return job.policy.half_width_m(kinds[0]) if kinds else job.policy.corridor_half_width_m


def _centre(leg: Leg) -> shapes.Line:
    return shapes.line((point.lon, point.lat) for point in leg.waypoints)


def _one_way(centre: shapes.Line) -> str:
    """Return the same key for a line and for its reverse."""
    return json.dumps(min(centre, centre[::-1]))


def _drone(drone_id: str, plan: Plan, job: Job) -> Json:
    drone = job.drone(drone_id)
    kind = job.drone_type(drone.type)
    return {
        "id": drone.id,
        "type": kind.name,
        "home_pad": drone.home_pad,
        "state_of_charge": _number(drone.state_of_charge),
        "health": _number(drone.health),
        "battery_wh": _number(kind.battery_wh),
        "max_payload_kg": _number(kind.max_payload_kg),
        "cruise_mps": _number(kind.cruise_mps),
        "max_wind_mps": _number(kind.max_wind_mps),
        "sorties": [sortie.id for sortie in plan.sorties if sortie.drone == drone_id],
    }


def _sortie(sortie: Sortie, job: Job, corridors: Sequence[Json], day: _Day) -> Json:
    known = {order.id: order for order in job.orders}
    number = {_one_way(corridor["line"]): index for index, corridor in enumerate(corridors)}
    return {
        "id": sortie.id,
        "drone": sortie.drone,
        "departs": day.seconds(sortie.departs),
        "returns": day.seconds(sortie.returns),
        "orders": list(sortie.orders),
        "legs": [_leg(leg, sortie, known, day) | {"line": number[_one_way(_centre(leg))]} for leg in sortie.legs],
        "ledger": None if sortie.ledger is None else _ledger(sortie.ledger),
        "held_s": sortie.held_s,
        "held_for": list(sortie.held_for),
        "other_ways": list(sortie.other_ways),
    }


def _ledger(ledger: Ledger) -> Json:
    """Return a sortie's ledger; its parts in the order in which they are drawn."""
    parts = {
        "trip": ledger.trip_wh,
        "contingency": ledger.contingency_wh,
        "alternate": ledger.alternate_wh,
        "margin": ledger.margin_wh,
        "reserve": ledger.final_reserve_wh,
    }
    return {
        "chance": _number(ledger.chance),
        "median_wh": _number(ledger.median_wh),
        "tightest": ledger.tightest,
        "parts": [[name, _number(wh)] for name, wh in parts.items()],
    }


def way_out(way: WayOut | None) -> Json | None:
    """Return what pages show of a way out."""
    if way is None:
        return None
    return {
        "alternate": way.alternate,
        "energy_wh": _number(way.energy_wh),
        "needed_wh": _number(way.needed_wh),
        "margin_wh": _number(way.margin_wh),
        "line": shapes.line((point.lon, point.lat) for point in way.waypoints),
    }


def _leg(leg: Leg, sortie: Sortie, known: Mapping[str, Order], day: _Day) -> Json:
    return {
        "from": leg.from_pad,
        "to": leg.to_pad,
        "corridor": leg.corridor,
        "orders": [order for order in sortie.orders if order in known and known[order].to_pad == leg.to_pad],
        "pickups": [pickup.order for pickup in leg.pickups],
        "clears": list(leg.clears),
        "payload_kg": _number(leg.payload_kg),
        "distance_m": _number(leg.distance_m),
        "duration_s": _number(leg.duration_s),
        "energy_wh": _number(leg.energy_wh),
        "soc_start": _number(leg.soc_start),
        "soc_end": _number(leg.soc_end),
        "reserve_wh": _number(leg.reserve_wh),
        "jurisdictions": list(leg.jurisdictions),
        "gates": list(leg.gates),
        "crossings": [_crossing(crossing, day) for crossing in leg.crossings],
        "zones": [{"zone": entry.zone, "permit": entry.permit, "note": entry.note} for entry in leg.zones],
        "waypoints": [
            [*shapes.line([(point.lon, point.lat)])[0], round(point.alt_amsl_m, 1), day.seconds(point.t)]
            for point in leg.waypoints
        ],
        "way_out": way_out(leg.way_out),
    }


def _crossing(crossing: Crossing, day: _Day) -> Json:
    return {
        "gate": crossing.gate,
        "from": crossing.before,
        "to": crossing.after,
        "alt_amsl_m": _number(crossing.alt_amsl_m),
        "t": day.seconds(crossing.t),
    }


def _filing(filing: Filing, plan: Plan) -> Json:
    clock = timezone(plan.utc_offset)
    told = {"latest": filing.latest_at, "indicative": filing.indicative_at, "reply": filing.reply_by}
    times = {name: moment and f"{moment.astimezone(clock):%Y-%m-%d %H:%M}" for name, moment in told.items()}
    return {
        "authority": filing.authority,
        "rule": filing.rule,
        "title": filing.title,
        "count": filing.count,
        "source": filing.source,
        **times,
    }


def _order(order: Order, day: _Day) -> Json:
    box = order.consignment
    return {
        "from": order.from_pad,
        "to": order.to_pad,
        "mass_kg": _number(box.mass_kg),
        "value": _number(box.declared_value),
        "currency": box.currency,
        "custody": str(box.custody),
        "ready": day.seconds(order.ready_at),
        "due": day.seconds(order.due_at),
        "priority": order.priority,
    }


def _unserved(item: Unserved) -> Json:
    return {
        "order": item.order,
        "reason": str(item.reason),
        "detail": item.detail,
        "numbers": {name: _number(value) for name, value in item.numbers.items()},
        "fixes": [{"change": fix.change, "verified": fix.verified} for fix in item.fixes],
    }


def _unreachable(plan: Plan, job: Job) -> list[str]:
    """Return the pads that an order was left out for because no corridor leads there."""
    known = {order.id: order.to_pad for order in job.orders}
    left_out = (item.order for item in plan.unserved if item.reason is Reason.PAD_UNREACHABLE)
    return sorted({known[order] for order in left_out if order in known})


def _review(review: Review, day: _Day) -> Json:
    findings = [_finding(finding, day) for finding in review.findings]
    margins = sorted(
        (index for index, finding in enumerate(findings) if _is_room(finding)),
        key=lambda index: _worst_first(findings[index]),
    )
    return {
        "verdict": str(review.verdict),
        "counts": {str(verdict): len(review.of(verdict)) for verdict in Verdict},
        "findings": findings,
        "margins": margins,
        "tightest": _tightest(findings, margins),
    }


def _finding(finding: Finding, day: _Day) -> Json:
    where = finding.where
    margin, required = _number(finding.margin), _number(finding.required)
    return {
        "rule": finding.rule,
        "source": finding.source,
        "verdict": str(finding.verdict),
        "subject": finding.subject,
        "at": shapes.line([(where.lon, where.lat)])[0] if where else None,
        "alt_amsl_m": _number(where.alt_amsl_m) if where else None,
        "t": day.seconds(where.t) if where and where.t else None,
        "measured": _number(finding.measured),
        "required": required,
        "margin": margin,
        "share": round(margin / abs(required), 4) if margin is not None and required else None,
        "unit": finding.unit,
        "detail": finding.detail,
    }


def _is_room(finding: Json) -> bool:
    """Tell whether a finding says how much room is left, or that a rule is broken."""
    measured = finding["margin"] is not None and not is_bookkeeping(finding["rule"])
    waived = is_waived(finding["rule"], Verdict(finding["verdict"]), finding["margin"])
    return (measured and not waived) or finding["verdict"] == Verdict.FAIL


def _worst_first(finding: Json) -> tuple[bool, float]:
    share = finding["share"]
    return finding["verdict"] != Verdict.FAIL, math.inf if share is None else share


def _tightest(findings: Sequence[Json], margins: Sequence[int]) -> int | None:
    """Return the worst failure; else the least share of a limit in metres; else of any limit."""
    told = [index for index in margins if findings[index]["margin"] is not None]
    failed = [index for index in told if findings[index]["verdict"] == Verdict.FAIL]
    metres = [index for index in told if findings[index]["unit"] == "m"]
    ranked = [*failed, *metres, *told]
    return ranked[0] if ranked else None


def _sources(sky: Airspace, job: Job, start: datetime) -> list[Json]:
    """Return how far each kind of fact can be relied on, and how old it is on the day of the plan."""
    kinds: list[tuple[str, Iterable[Source]]] = [
        *((f"Zones, {side or 'no side named'}", sources) for side, sources in _zone_sources(sky)),
        ("Pads", [pad.source for pad in sky.pads]),
        ("Gates", [gate.source for gate in sky.gates]),
        ("Permits", [permit.source for permit in sky.permits]),
        ("Jurisdictions", [item.source for item in sky.jurisdictions]),
        ("Figures of drones", [source for kind in job.drone_types for source in kind.sources.values()]),
    ]
    return [_source_row(kind, list(sources), start) for kind, sources in kinds if sources]


def _zone_sources(sky: Airspace) -> list[tuple[str, list[Source]]]:
    by_side: dict[str, list[Source]] = defaultdict(list)
    for zone in sky.zones:
        by_side[zone.jurisdiction or _side(zone.area, sky)].append(zone.source)
    return sorted(by_side.items())


def _source_row(kind: str, sources: Sequence[Source], start: datetime) -> Json:
    dates = sorted(source.date for source in sources if source.date)
    return {
        "kind": kind,
        "count": len(sources),
        "confidence": {str(level): sum(source.confidence is level for source in sources) for level in Confidence},
        "oldest": dates[0].isoformat() if dates else None,
        "newest": dates[-1].isoformat() if dates else None,
        "oldest_age_d": (start.date() - dates[0]).days if dates else None,
        "undated": len(sources) - len(dates),
    }


def _bounds(sky: Airspace, corridors: Sequence[Json]) -> list[float] | None:
    """Return [west, south, east, north] of what is flown; of the pads when nothing is; None without any."""
    places = [point for corridor in corridors for point in corridor["line"]] or [[pad.lon, pad.lat] for pad in sky.pads]
    return shapes.bounds(places) if places else None


def _number(value: float | None) -> float | None:
    """Return a number that JSON can carry, with the digits that mean something; None for what is not a number."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.9g}")

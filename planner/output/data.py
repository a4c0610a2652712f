"""What the page shows, as one plain value: numbers and texts for its own script to draw.

Times are seconds from the start of the plan; places are [lon, lat], WGS 84; heights and lengths are metres.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone

import shapely

from airspace.model.gates import Gate, Jurisdiction, Permit
from airspace.model.pads import Pad
from airspace.model.skies import Airspace
from airspace.model.sources import Confidence, Source
from airspace.model.zones import Zone
from planner.model.basemaps import Basemap
from planner.model.jobs import Job
from planner.model.orders import Order
from planner.model.plans import Filing, Plan, Reason, Unserved
from planner.model.reviews import Finding, Review, Verdict
from planner.output import shapes
from planner.output.flights import Lines, flights_data
from planner.output.languages import Language, words
from planner.output.sentences import meaning
from planner.output.values import Day, Json, number
from planner.output.winds import weather_periods
from planner.safety.rules import is_bookkeeping, is_waived

TRADITIONAL = ("HK", "MO")
"""How the ids of jurisdictions with traditional characters begin; names elsewhere are in simplified ones."""

MOST_UNSERVED = 1000
"""So many orders left out are told one by one; of all of them, how many there are for each reason."""

TERRAIN = "terrain"
"""The category of zones that stand for hills: drawn as ground, not as a rule."""


def page_data(plan: Plan, sky: Airspace, job: Job, review: Review, *, digest: str, basemap: Basemap | None) -> Json:
    """Return everything that the page shows of a plan."""
    day = Day(start=plan.start, end=plan.end, utc_offset=plan.utc_offset)
    lines = Lines.of(plan)
    flown = flights_data(plan, sky, job, lines, day)
    return flown | {
        "plan": _heading(plan, digest),
        "policy": _policy(job),
        "weather": weather_periods(job, plan.start, plan.end),
        "totals": {name: number(getattr(plan.totals, name)) for name in TOTALS} | {"currency": plan.totals.currency},
        "bound": _bound(plan),
        "ground": _ground(sky, basemap),
        "jurisdictions": [_jurisdiction(item) for item in sky.jurisdictions],
        "zones": [_zone(zone, sky, day) for zone in sky.zones],
        "gates": [_gate(gate, sky, day) for gate in sky.gates],
        "pads": [_pad(pad, sky, day) for pad in sky.pads],
        "orders": {order.id: _order(order, day) for order in _orders_told(plan, job, summed=flown["summed"])},
        "unserved": [_unserved(item) for item in plan.unserved[:MOST_UNSERVED]],
        "reasons": _reasons(plan),
        "unreachable": _unreachable(plan, job),
        "review": _review(review, day, lines),
        "filings": [_filing(filing, plan) for filing in plan.filings],
        "sources": _sources(sky, job, plan.start),
        "inputs": [{"path": item.path, "sha256": item.sha256} for item in plan.inputs],
        "bounds": _bounds(sky, flown["corridors"]),
    }


TOTALS = ("cost", "distance_m", "energy_wh", "flight_s", "sorties", "served", "unserved")


def block(data: Json) -> str:
    """Return data as JSON that can stand inside HTML: no text in it holds a mark of HTML or of a template."""
    text = json.dumps(data, ensure_ascii=True, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return _STRING.sub(lambda found: _MARK.sub(lambda mark: f"\\u{ord(mark[0]):04x}", found[0]), text)


def told_digest(page: str) -> str | None:
    """Return the digest of the plan that a page says it is of; None when it says none."""
    found = _HEADING.search(page)
    return None if found is None else found[1]


# Within a text every quote has a backslash, so that no name in a plan can look like this.
_HEADING = re.compile(r'[,{]"plan":\{"date":"[-0-9]*","digest":"(sha256:[0-9a-f]{64})"')
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
        "lower": number(bound.lower),
        "gap": number(bound.gap),
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


def _zone(zone: Zone, sky: Airspace, day: Day) -> Json:
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


def _gate(gate: Gate, sky: Airspace, day: Day) -> Json:
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


def _permit(permit: Permit, day: Day) -> Json:
    return {
        "id": permit.id,
        "authority": permit.authority,
        "zones": list(permit.zones),
        "aircraft": list(permit.aircraft),
        "from": day.seconds(permit.valid_from),
        "to": day.seconds(permit.valid_to),
        "source": str(permit.source),
    }


def _pad(pad: Pad, sky: Airspace, day: Day) -> Json:
    return _named(pad, pad.jurisdiction or _side(pad.point, sky)) | {
        "at": shapes.line([(pad.lon, pad.lat)])[0],
        "elevation_amsl_m": number(pad.elevation_amsl_m),
        "roles": list(pad.roles),
        "slots": pad.slots,
        "turnaround_s": number(pad.turnaround_s),
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


def _order(order: Order, day: Day) -> Json:
    box = order.consignment
    return {
        "from": order.from_pad,
        "to": order.to_pad,
        "mass_kg": number(box.mass_kg),
        "value": number(box.declared_value),
        "currency": box.currency,
        "custody": str(box.custody),
        "ready": day.seconds(order.ready_at),
        "due": day.seconds(order.due_at),
        "priority": order.priority,
    }


def _orders_told(plan: Plan, job: Job, *, summed: bool) -> Iterable[Order]:
    """Return the orders that the page tells of: all, or those left out where flights are told by their sums."""
    if not summed:
        return job.orders
    left_out = {item.order for item in plan.unserved[:MOST_UNSERVED]}
    return (order for order in job.orders if order.id in left_out)


def _unserved(item: Unserved) -> Json:
    return {
        "order": item.order,
        "reason": str(item.reason),
        "detail": item.detail,
        "meaning": meaning(item, words(Language.EN)),
        "numbers": {name: number(value) for name, value in item.numbers.items()},
        "fixes": [{"change": fix.change, "verified": fix.verified} for fix in item.fixes],
    }


def _reasons(plan: Plan) -> list[list[str | int]]:
    """Return how many orders were left out for each reason, the most first."""
    counts = Counter(str(item.reason) for item in plan.unserved)
    return [[reason, count] for reason, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def _unreachable(plan: Plan, job: Job) -> list[str]:
    """Return the pads that an order was left out for because no corridor leads there."""
    known = {order.id: order.to_pad for order in job.orders}
    left_out = (item.order for item in plan.unserved if item.reason is Reason.PAD_UNREACHABLE)
    return sorted({known[order] for order in left_out if order in known})


def _review(review: Review, day: Day, lines: Lines) -> Json:
    flown = lines.numbers()
    findings = [_finding(finding, day) | _flight(finding.subject, flown) for finding in review.findings]
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


def _finding(finding: Finding, day: Day) -> Json:
    where = finding.where
    margin, required = number(finding.margin), number(finding.required)
    return {
        "rule": finding.rule,
        "source": finding.source,
        "verdict": str(finding.verdict),
        "subject": finding.subject,
        "at": shapes.line([(where.lon, where.lat)])[0] if where else None,
        "alt_amsl_m": number(where.alt_amsl_m) if where else None,
        "t": day.seconds(where.t) if where and where.t else None,
        "measured": number(finding.measured),
        "required": required,
        "margin": margin,
        "share": round(margin / abs(required), 4) if margin is not None and required else None,
        "unit": finding.unit,
        "detail": finding.detail,
    }


def _flight(subject: str, flown: Mapping[tuple[str, int], int]) -> Json:
    """Return the sortie, leg and corridor that a finding is about, as far as its subject begins with them."""
    sortie, _, rest = subject.partition(" leg ")
    count = _FIRST_NUMBER.match(rest)
    leg = int(count[0]) - 1 if count else None
    if leg is not None and (sortie, leg) in flown:
        return {"sortie": sortie, "leg": leg, "corridor": flown[sortie, leg]}
    head = subject.partition(",")[0]
    return {"sortie": head if (head, 0) in flown else None, "leg": None, "corridor": None}


_FIRST_NUMBER = re.compile(r"\d{1,6}")


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
    kinds: list[tuple[str, str, Iterable[Source]]] = [
        *(("zones", side, sources) for side, sources in _zone_sources(sky)),
        ("pads", "", [pad.source for pad in sky.pads]),
        ("gates", "", [gate.source for gate in sky.gates]),
        ("permits", "", [permit.source for permit in sky.permits]),
        ("jurisdictions", "", [item.source for item in sky.jurisdictions]),
        ("drones", "", [source for kind in job.drone_types for source in kind.sources.values()]),
    ]
    return [{"kind": kind, "side": side} | _source_row(list(told), start) for kind, side, told in kinds if told]


def _zone_sources(sky: Airspace) -> list[tuple[str, list[Source]]]:
    by_side: dict[str, list[Source]] = defaultdict(list)
    for zone in sky.zones:
        by_side[zone.jurisdiction or _side(zone.area, sky)].append(zone.source)
    return sorted(by_side.items())


def _source_row(sources: Sequence[Source], start: datetime) -> Json:
    dates = sorted(source.date for source in sources if source.date)
    return {
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

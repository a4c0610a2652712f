"""Writing the record of a plan; the same plan gives the same bytes."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

from airspace.formats.documents import walk
from airspace.formats.telling import place_of
from planner.formats.files import write_atomically
from planner.formats.plans.digests import Document, digest
from planner.formats.plans.rounding import FILING_TIMES, rounded, rounded_profile
from planner.model.plans import (
    Bound,
    Crossing,
    Delivery,
    Entry,
    Filing,
    Ledger,
    Leg,
    Plan,
    Sortie,
    Totals,
    Unserved,
    WayOut,
    Waypoint,
)
from planner.model.profiles import COLUMNS, Phase, Profile

FORMAT = "skyferry-plan"
VERSION = 1


def write_plan(plan: Plan, path: str | os.PathLike[str]) -> None:
    """Write the record of a plan, rounded to its decimals; the same plan gives the same bytes.

    Raises
    ------
    BadInput
        If the place cannot be written to.
    ValueError
        If a figure of the plan is not finite.
    """
    write_atomically(path, record_text(plan_to_document(plan)))


def record_text(document: Document) -> str:
    """Return a record as it stands in its file: indented, keys sorted, columns in a line, a newline at the end."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2, sort_keys=True) + "\n"
    return _COLUMN.sub(lambda found: "".join(found[0].split()), text)


_ITEM = rf'(?:-?[0-9][-+.0-9eE]*|null|"(?:{"|".join(Phase)})")'
_COLUMN = re.compile(rf"\[\n\s+{_ITEM}(?:,\n\s+{_ITEM})+\n\s+\]")
"""A list of two or more numbers or phases of flight. Line breaks stand between values only, never within a text."""


def plan_to_document(plan: Plan) -> Document:
    """Return the record of a plan, rounded, with its digest."""
    plan = rounded(plan)
    offset = plan.utc_offset
    document: Document = {
        "format": FORMAT,
        "version": VERSION,
        "name": plan.name,
        "start": rfc3339(plan.start, offset),
        "end": rfc3339(plan.end, offset),
        "created_by": {
            "version": plan.created_by.version,
            "seed": plan.created_by.seed,
            "options": dict(plan.created_by.options),
            "scenario": plan.created_by.scenario,
        },
        "inputs": [{"path": item.path, "sha256": item.sha256} for item in plan.inputs],
        "sorties": [_sortie_to_document(sortie, offset) for sortie in plan.sorties],
        "unserved": [_unserved_to_document(item) for item in plan.unserved],
        "totals": _fields_of(plan.totals, Totals),
        "bound": _fields_of(plan.bound, Bound),
        "filings": [_filing_to_document(filing, offset) for filing in plan.filings],
    }
    refuse_endless(document, "plan")
    return {**document, "digest": digest(document)}


def refuse_endless(document: Document, what: str) -> None:
    """Refuse to write a record with a figure that is not finite: our bug, told with its place."""
    for location, value in walk(document):
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{what}: expected finite figures, got {value} at {place_of(location)}")


def rfc3339(moment: datetime, offset: timedelta) -> str:
    """Return a time as RFC 3339 with milliseconds, told at an offset from UTC."""
    return moment.astimezone(timezone(offset)).isoformat(timespec="milliseconds")


def _fields_of(value: object, kind: type[Any]) -> Document:
    return {name: getattr(value, name) for name in kind.__dataclass_fields__}


def _sortie_to_document(sortie: Sortie, offset: timedelta) -> Document:
    return {
        "id": sortie.id,
        "drone": sortie.drone,
        "drone_type": sortie.drone_type,
        "departs": rfc3339(sortie.departs, offset),
        "returns": rfc3339(sortie.returns, offset),
        "orders": list(sortie.orders),
        "legs": [leg_to_document(leg, offset) for leg in sortie.legs],
        "ledger": None if sortie.ledger is None else _fields_of(sortie.ledger, Ledger),
        **_apart_to_document(sortie),
    }


def _apart_to_document(sortie: Sortie) -> Document:
    """Return what was done so that a sortie keeps apart from others in the air; nothing where nothing was."""
    told: Document = {}
    if sortie.held_for:
        told |= {"held_s": sortie.held_s, "held_for": list(sortie.held_for)}
    return {**told, "other_ways": list(sortie.other_ways)} if sortie.other_ways else told


def leg_to_document(leg: Leg, offset: timedelta) -> Document:
    """Return a leg as the record writes it, with times in an offset from UTC."""
    document = _fields_of(leg, Leg)
    document["from"], document["to"] = document.pop("from_pad"), document.pop("to_pad")
    document["jurisdictions"], document["gates"] = list(leg.jurisdictions), list(leg.gates)
    document["waypoints"] = _waypoints_to_document(leg.waypoints, offset)
    if leg.way_out is not None:
        document["way_out"] = {
            **_fields_of(leg.way_out, WayOut),
            "waypoints": _waypoints_to_document(leg.way_out.waypoints, offset),
        }
    document["crossings"] = [_crossing_to_document(crossing, offset) for crossing in leg.crossings]
    document["clears"] = list(leg.clears)
    document["zones"] = [_fields_of(entry, Entry) for entry in leg.zones]
    document["deliveries"] = [
        {**_fields_of(delivery, Delivery), "t": rfc3339(delivery.t, offset)} for delivery in leg.deliveries
    ]
    # Records from before anything was taken over on the way have none.
    if leg.pickups:
        document["pickups"] = [{"order": pickup.order, "t": rfc3339(pickup.t, offset)} for pickup in leg.pickups]
    else:
        del document["pickups"]
    if leg.profile is None:
        del document["profile"]
    else:
        document["profile"] = profile_to_document(leg.profile)
    return document


def _waypoints_to_document(waypoints: Iterable[Waypoint], offset: timedelta) -> list[Document]:
    return [{**_fields_of(waypoint, Waypoint), "t": rfc3339(waypoint.t, offset)} for waypoint in waypoints]


def profile_to_document(profile: Profile) -> Document:
    """Return a profile as the record writes it: a list for each column, rounded."""
    profile = rounded_profile(profile)
    columns = {name: list(getattr(profile, name)) for name in COLUMNS}
    return {**columns, "phase": [str(phase) for phase in profile.phase]}


def _crossing_to_document(crossing: Crossing, offset: timedelta) -> Document:
    document = _fields_of(crossing, Crossing)
    document["from"], document["to"] = document.pop("before"), document.pop("after")
    return {**document, "t": rfc3339(crossing.t, offset)}


def _filing_to_document(filing: Filing, offset: timedelta) -> Document:
    document = _fields_of(filing, Filing)
    for name in FILING_TIMES:
        document[name] = None if document[name] is None else rfc3339(document[name], offset)
    return document


def _unserved_to_document(item: Unserved) -> Document:
    return {
        "order": item.order,
        "reason": str(item.reason),
        "detail": item.detail,
        "numbers": dict(item.numbers),
        "fixes": [{"change": fix.change, "verified": fix.verified} for fix in item.fixes],
    }

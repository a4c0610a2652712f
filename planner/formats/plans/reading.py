"""Reading the record of a plan back, equal to what was written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import UTC
from pathlib import Path
from types import MappingProxyType
from typing import Any

from airspace.errors import BadInput, Problem
from airspace.formats.documents import RawFile, json_of, read_raw, text_of, without_told, wrong_format
from airspace.formats.telling import problems_of, shown
from planner.formats.plans.digests import Document, digest
from planner.formats.plans.rounding import FILING_TIMES
from planner.formats.plans.writing import FORMAT, VERSION
from planner.model.jobs import InputFile
from planner.model.plans import (
    Bound,
    CreatedBy,
    Crossing,
    Delivery,
    Entry,
    Filing,
    Fix,
    Ledger,
    Leg,
    Pickup,
    Plan,
    Reason,
    Sortie,
    Totals,
    Unserved,
    WayOut,
    Waypoint,
)
from planner.model.profiles import Phase, Profile

OWN_VALUES = (
    "jurisdictions", "gates", "waypoints", "crossings", "zones", "deliveries", "pickups", "clears", "way_out",
    "profile",
)  # fmt: skip
"""Of a leg: what is more than a figure or a name."""


def read_plan(path: str | os.PathLike[str]) -> tuple[Plan, str, str]:
    """Read a record; return the plan, the digest it states, and the digest of what it holds.

    The two digests differ when the file was changed after it was written.

    Raises
    ------
    BadInput
        If it is not the record of a plan, with every problem in it.
    """
    document = read_record(path)
    plan = plan_from_document(document, file=str(path))
    return plan, str(document["digest"]), digest(document)


def read_unchanged(path: str | os.PathLike[str]) -> tuple[Plan, str]:
    """Read a record that is as it was written; return the plan and its digest.

    Raises
    ------
    BadInput
        If it is not the record of a plan, or was changed after it was written.
    """
    plan, stated, held = read_plan(path)
    if stated != held:
        changed = Problem(
            file=str(path),
            place="digest",
            code="EDITED",
            found=shown(stated),
            expected=f"{held}, the digest of what the file holds",
            fix="It was changed after it was written: plan again, or take the record that was written.",
        )
        raise BadInput([changed])
    return plan, held


def read_record(path: str | os.PathLike[str]) -> Document:
    """Read a JSON file whose top is an object; BadInput if it is not one, or holds what no record may."""
    return record_of(read_raw(Path(path), name=str(path)))


def record_of(file: RawFile) -> Document:
    """Return the JSON object that a file holds; BadInput if it holds none, or what no record may."""
    document = json_of(file.name, text_of(file))
    if not isinstance(document.data, dict):
        raise BadInput([_not_an_object(file.name, document.data)])
    if document.problems:
        # Values that cannot be trusted still go through the door, so that everything is told at once.
        problems = _problems_in(document.data, file.name)
        raise BadInput([*document.problems, *without_told(problems, document.problems)])
    return document.data


def _not_an_object(file: str, data: object) -> Problem:
    return Problem(
        file=file, code="WRONG_TYPE", found=shown(data), expected="a JSON object, the record of a plan or review"
    )


def _problems_in(document: Document, file: str) -> list[Problem]:
    from planner.formats.reviews import review_problems

    if document.get("format") == FORMAT:
        return plan_problems(document, file)
    return review_problems(document, file) if document.get("format") == "skyferry-review" else []


def plan_from_document(document: Mapping[str, object], *, file: str = "plan") -> Plan:
    """Return the plan that a record tells.

    Raises
    ------
    BadInput
        If it is not the record of a plan, with every problem in it.
    """
    from planner.formats.doors.records import PlanFile

    if problems := plan_problems(document, file):
        raise BadInput(problems)
    return _plan(PlanFile.model_validate(document))


def plan_problems(document: Mapping[str, object], file: str) -> list[Problem]:
    """Return everything that keeps a document from being the record of a plan."""
    from pydantic import ValidationError

    from planner.formats.doors.records import PlanFile

    if told := wrong_format(document, file, FORMAT, VERSION):
        return told
    try:
        given = PlanFile.model_validate(document)
    except ValidationError as error:
        return problems_of(error, file=file)
    return [
        *_ids_twice(file, "sorties", "id", (sortie.id for sortie in given.sorties)),
        *_ids_twice(file, "unserved", "order", (item.order for item in given.unserved)),
    ]


def _ids_twice(file: str, table: str, key: str, ids: Iterable[str]) -> list[Problem]:
    first: dict[str, int] = {}
    problems = []
    for index, value in enumerate(ids):
        at = first.setdefault(value, index)
        if at != index:
            found = f"{shown(value)}, which stands at {table}[{at}] too"
            place = f"{table}[{index}].{key}"
            problems.append(
                Problem(
                    file=file, place=place, code="DUPLICATE_ID", found=found, expected=f"every {key} once in {table}"
                )
            )
    return problems


def _plan(given: Any) -> Plan:
    return Plan(
        name=given.name,
        start=given.start.astimezone(UTC),
        end=given.end.astimezone(UTC),
        utc_offset=given.start.utcoffset(),
        created_by=CreatedBy(
            version=given.created_by.version,
            seed=given.created_by.seed,
            options=MappingProxyType(dict(given.created_by.options)),
            scenario=given.created_by.scenario,
            versions=MappingProxyType(dict(sorted(given.created_by.versions.items()))),
        ),
        inputs=tuple(InputFile(path=item.path, sha256=item.sha256) for item in given.inputs),
        sorties=tuple(_sortie(sortie) for sortie in given.sorties),
        unserved=tuple(_unserved(item) for item in given.unserved),
        totals=Totals(**given.totals.model_dump()),
        bound=Bound(**given.bound.model_dump()),
        filings=tuple(_filing(filing) for filing in given.filings),
    )


def _filing(given: Any) -> Filing:
    fields = given.model_dump()
    for name in FILING_TIMES:
        fields[name] = None if fields[name] is None else fields[name].astimezone(UTC)
    return Filing(**fields)


def _sortie(given: Any) -> Sortie:
    return Sortie(
        id=given.id,
        drone=given.drone,
        drone_type=given.drone_type,
        departs=given.departs.astimezone(UTC),
        returns=given.returns.astimezone(UTC),
        orders=tuple(given.orders),
        legs=tuple(_leg(leg) for leg in given.legs),
        ledger=None if given.ledger is None else Ledger(**given.ledger.model_dump()),
        held_s=given.held_s,
        held_for=tuple(given.held_for),
        other_ways=tuple(given.other_ways),
    )


def _leg(given: Any) -> Leg:
    figures = given.model_dump(exclude=set(OWN_VALUES))
    return Leg(
        **figures,
        jurisdictions=tuple(given.jurisdictions),
        clears=tuple(given.clears),
        gates=tuple(given.gates),
        waypoints=tuple(_waypoint(waypoint) for waypoint in given.waypoints),
        crossings=tuple(_crossing(crossing) for crossing in given.crossings),
        zones=tuple(Entry(zone=entry.zone, permit=entry.permit, note=entry.note) for entry in given.zones),
        deliveries=tuple(_delivery(delivery) for delivery in given.deliveries),
        pickups=tuple(Pickup(order=pickup.order, t=pickup.t.astimezone(UTC)) for pickup in given.pickups),
        way_out=None if given.way_out is None else _way_out(given.way_out),
        profile=None if given.profile is None else _profile(given.profile),
    )


def _way_out(given: Any) -> WayOut:
    figures = given.model_dump(exclude={"waypoints"})
    return WayOut(**figures, waypoints=tuple(_waypoint(waypoint) for waypoint in given.waypoints))


def _profile(given: Any) -> Profile:
    columns: dict[str, Any] = {name: tuple(column) for name, column in given.model_dump().items()}
    return Profile(**columns | {"phase": tuple(Phase(word) for word in given.phase)})


def _delivery(given: Any) -> Delivery:
    return Delivery(order=given.order, t=given.t.astimezone(UTC), taken_s=given.taken_s, quantile_s=given.quantile_s)


def _crossing(given: Any) -> Crossing:
    return Crossing(
        gate=given.gate,
        before=given.before,
        after=given.after,
        lon=given.lon,
        lat=given.lat,
        alt_amsl_m=given.alt_amsl_m,
        t=given.t.astimezone(UTC),
    )


def _waypoint(given: Any) -> Waypoint:
    return Waypoint(
        lon=given.lon,
        lat=given.lat,
        alt_amsl_m=given.alt_amsl_m,
        alt_agl_m=given.alt_agl_m,
        t=given.t.astimezone(UTC),
    )


def _unserved(given: Any) -> Unserved:
    return Unserved(
        order=given.order,
        reason=Reason(given.reason),
        detail=given.detail,
        numbers=MappingProxyType(dict(given.numbers)),
        fixes=tuple(Fix(change=fix.change, verified=fix.verified) for fix in given.fixes),
    )

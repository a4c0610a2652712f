"""``plan.json``: the record of a plan, written with fixed decimals and read back equal."""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from airspace.errors import BadInput, Problem
from airspace.formats.documents import json_of, read_raw, text_of, walk, without_told, wrong_format
from airspace.formats.telling import place_of, problems_of, shown
from planner.formats.files import write_atomically
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
    Plan,
    Reason,
    Sortie,
    Totals,
    Unserved,
    WayOut,
    Waypoint,
)
from planner.model.profiles import COLUMNS, Phase, Profile

FORMAT = "skyferry-plan"
VERSION = 1

LEDGER_WH = ("median_wh", "trip_wh", "contingency_wh", "alternate_wh", "final_reserve_wh", "margin_wh")
WAY_OUT_WH = ("energy_wh", "needed_wh", "margin_wh")
"""Figures of a ledger and of a way out, all in watt-hours."""

OWN_VALUES = (
    "jurisdictions", "gates", "waypoints", "crossings", "zones", "deliveries", "clears", "way_out", "profile",
)  # fmt: skip
"""Of a leg: what is more than a figure or a name."""

FILING_TIMES = ("first_flight", "latest_at", "indicative_at", "reply_by")

DEGREES, METRES, SECONDS, WATT_HOURS, KILOGRAMS, MONEY, SHARES, OTHERS = 7, 2, 3, 3, 4, 2, 6, 6
"""Decimals of the record. 1e-7 degrees is about a centimetre; times go to the millisecond."""

PROFILE_DECIMALS = {
    "along_m": 1,
    "t_s": 1,
    "lon": 6,
    "lat": 6,
    "alt_amsl_m": 1,
    "ground_amsl_m": 1,
    "floor_amsl_m": 1,
    "cap_amsl_m": 1,
    "ground_speed_mps": 2,
    "air_speed_mps": 2,
    "power_w": 1,
    "energy_wh": WATT_HOURS,
    "state_of_charge": 4,
    "reserve_wh": 1,
}
"""Those of a profile, which is to be looked at and not to be flown: 1e-6 degrees is some ten centimetres."""

CANONICAL_DECIMALS = 7

Document = dict[str, Any]
"""JSON as Python values."""

Option: TypeAlias = str | int | float | bool | None


# --- digest ----------------------------------------------------------------------------------------------------------


def digest(document: Mapping[str, object]) -> str:
    """Return ``sha256:`` and the SHA-256 of a record's canonical JSON without its own digest.

    Canonical: keys sorted, no spaces, every float with 7 decimals, whole numbers as they are, UTF-8.
    """
    rest = {key: value for key, value in document.items() if key != "digest"}
    return "sha256:" + hashlib.sha256(canonical(rest).encode("utf-8")).hexdigest()


def canonical(value: object) -> str:
    """Return canonical JSON of a value made of dicts with text keys, lists, text, numbers, true, false and null."""
    if isinstance(value, float):
        return _fixed(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_text(key)}:{canonical(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    return _text(value)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _fixed(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"record: expected finite numbers, got {value}")
    text = f"{value:.{CANONICAL_DECIMALS}f}"
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text  # no negative zero


# --- rounding --------------------------------------------------------------------------------------------------------


def rounded(plan: Plan) -> Plan:
    """Return a plan with every figure at the decimals of the record, times in UTC to the millisecond."""
    return replace(
        plan,
        start=to_millisecond(plan.start),
        end=to_millisecond(plan.end),
        created_by=replace(plan.created_by, options=_rounded_options(plan.created_by.options)),
        sorties=tuple(_rounded_sortie(sortie) for sortie in plan.sorties),
        unserved=tuple(replace(item, numbers=_rounded_numbers(item.numbers)) for item in plan.unserved),
        totals=replace(
            plan.totals,
            cost=to_decimals(plan.totals.cost, MONEY),
            distance_m=to_decimals(plan.totals.distance_m, METRES),
            energy_wh=to_decimals(plan.totals.energy_wh, WATT_HOURS),
            flight_s=to_decimals(plan.totals.flight_s, SECONDS),
        ),
        filings=tuple(_rounded_filing(filing) for filing in plan.filings),
        bound=replace(
            plan.bound,
            lower=None if plan.bound.lower is None else to_decimals(plan.bound.lower, MONEY),
            gap=None if plan.bound.gap is None else to_decimals(plan.bound.gap, SHARES),
        ),
    )


def _rounded_filing(filing: Filing) -> Filing:
    def rounded_time(moment: datetime | None) -> datetime | None:
        return None if moment is None else to_millisecond(moment)

    return replace(
        filing,
        first_flight=to_millisecond(filing.first_flight),
        latest_at=rounded_time(filing.latest_at),
        indicative_at=rounded_time(filing.indicative_at),
        reply_by=rounded_time(filing.reply_by),
    )


def _rounded_sortie(sortie: Sortie) -> Sortie:
    return replace(
        sortie,
        departs=to_millisecond(sortie.departs),
        returns=to_millisecond(sortie.returns),
        legs=tuple(_rounded_leg(leg) for leg in sortie.legs),
        ledger=None if sortie.ledger is None else _rounded_ledger(sortie.ledger),
    )


def _rounded_ledger(ledger: Ledger) -> Ledger:
    figures: dict[str, Any] = {name: to_decimals(getattr(ledger, name), WATT_HOURS) for name in LEDGER_WH}
    return replace(ledger, chance=to_decimals(ledger.chance, SHARES), **figures)


def _rounded_way_out(way: WayOut) -> WayOut:
    figures: dict[str, Any] = {name: to_decimals(getattr(way, name), WATT_HOURS) for name in WAY_OUT_WH}
    return replace(way, waypoints=tuple(_rounded_waypoint(waypoint) for waypoint in way.waypoints), **figures)


def _rounded_leg(leg: Leg) -> Leg:
    return replace(
        leg,
        payload_kg=to_decimals(leg.payload_kg, KILOGRAMS),
        distance_m=to_decimals(leg.distance_m, METRES),
        duration_s=to_decimals(leg.duration_s, SECONDS),
        energy_wh=to_decimals(leg.energy_wh, WATT_HOURS),
        soc_start=to_decimals(leg.soc_start, SHARES),
        soc_end=to_decimals(leg.soc_end, SHARES),
        reserve_wh=to_decimals(leg.reserve_wh, WATT_HOURS),
        waypoints=tuple(_rounded_waypoint(waypoint) for waypoint in leg.waypoints),
        crossings=tuple(_rounded_crossing(crossing) for crossing in leg.crossings),
        deliveries=tuple(_rounded_delivery(delivery) for delivery in leg.deliveries),
        way_out=None if leg.way_out is None else _rounded_way_out(leg.way_out),
        profile=None if leg.profile is None else _rounded_profile(leg.profile),
    )


def _rounded_profile(profile: Profile) -> Profile:
    def column(name: str, decimals: int) -> tuple[float | None, ...]:
        return tuple(None if value is None else to_decimals(value, decimals) for value in getattr(profile, name))

    rounded_columns: dict[str, Any] = {name: column(name, decimals) for name, decimals in PROFILE_DECIMALS.items()}
    return replace(profile, **rounded_columns)


def _rounded_delivery(delivery: Delivery) -> Delivery:
    return replace(
        delivery,
        t=to_millisecond(delivery.t),
        taken_s=to_decimals(delivery.taken_s, SECONDS),
        quantile_s=to_decimals(delivery.quantile_s, SECONDS),
    )


def _rounded_crossing(crossing: Crossing) -> Crossing:
    return replace(
        crossing,
        lon=to_decimals(crossing.lon, DEGREES),
        lat=to_decimals(crossing.lat, DEGREES),
        alt_amsl_m=to_decimals(crossing.alt_amsl_m, METRES),
        t=to_millisecond(crossing.t),
    )


def _rounded_waypoint(waypoint: Waypoint) -> Waypoint:
    return Waypoint(
        lon=to_decimals(waypoint.lon, DEGREES),
        lat=to_decimals(waypoint.lat, DEGREES),
        alt_amsl_m=to_decimals(waypoint.alt_amsl_m, METRES),
        alt_agl_m=to_decimals(waypoint.alt_agl_m, METRES),
        t=to_millisecond(waypoint.t),
    )


def _rounded_numbers(numbers: Mapping[str, float]) -> Mapping[str, float]:
    return MappingProxyType({name: to_decimals(value, OTHERS) for name, value in sorted(numbers.items())})


def _rounded_options(options: Mapping[str, Option]) -> Mapping[str, Option]:
    return MappingProxyType(
        {
            name: to_decimals(value, OTHERS) if isinstance(value, float) else value
            for name, value in sorted(options.items())
        }
    )


def to_decimals(value: float, decimals: int) -> float:
    """Round to a number of decimals, as a float and without negative zero."""
    return round(float(value), decimals) + 0.0


def to_millisecond(moment: datetime) -> datetime:
    """Return an aware time in UTC, rounded to the millisecond."""
    exact = moment.astimezone(UTC)
    milliseconds = round(exact.microsecond / 1000)
    return exact.replace(microsecond=0) + timedelta(milliseconds=milliseconds)


# --- writing ---------------------------------------------------------------------------------------------------------


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
    }


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
    if leg.profile is None:
        del document["profile"]
    else:
        document["profile"] = profile_to_document(leg.profile)
    return document


def _waypoints_to_document(waypoints: Iterable[Waypoint], offset: timedelta) -> list[Document]:
    return [{**_fields_of(waypoint, Waypoint), "t": rfc3339(waypoint.t, offset)} for waypoint in waypoints]


def profile_to_document(profile: Profile) -> Document:
    """Return a profile as the record writes it: a list for each column, rounded."""
    profile = _rounded_profile(profile)
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


# --- reading ---------------------------------------------------------------------------------------------------------


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


def read_record(path: str | os.PathLike[str]) -> Document:
    """Read a JSON file whose top is an object; BadInput if it is not one, or holds what no record may."""
    file = read_raw(Path(path), name=str(path))
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
    )


def _leg(given: Any) -> Leg:
    figures = given.model_dump(
        exclude={
            "jurisdictions",
            "gates",
            "waypoints",
            "crossings",
            "zones",
            "deliveries",
            "clears",
            "way_out",
            "profile",
        }
    )
    return Leg(
        **figures,
        jurisdictions=tuple(given.jurisdictions),
        clears=tuple(given.clears),
        gates=tuple(given.gates),
        waypoints=tuple(_waypoint(waypoint) for waypoint in given.waypoints),
        crossings=tuple(_crossing(crossing) for crossing in given.crossings),
        zones=tuple(Entry(zone=entry.zone, permit=entry.permit, note=entry.note) for entry in given.zones),
        deliveries=tuple(_delivery(delivery) for delivery in given.deliveries),
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

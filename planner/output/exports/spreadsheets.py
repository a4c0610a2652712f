"""CSV for spreadsheets: sorties, legs, orders and waypoints, in which no text can become a formula."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timezone
from typing import Annotated, TypeAlias

from pydantic import ConfigDict, Field

from airspace.errors import BadInput, Problem
from airspace.formats.documents import RawFile
from airspace.formats.doors import Moment, Strict
from airspace.formats.telling import Placed, shorten
from planner.formats.doors.fields import CellNumber, CellWhole
from planner.formats.plans import rfc3339
from planner.formats.tables import Row, read_table
from planner.model.plans import Delivery, Plan, Sortie
from planner.output.exports.formats import File, Precision, Reviewed, Track, TrackPoint, leg_name, the_file
from planner.output.exports.refusals import refuse, said

SORTIES, LEGS, ORDERS, WAYPOINTS = "sorties.csv", "legs.csv", "orders.csv", "waypoints.csv"

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for the code page of its machine, and spoils Chinese."""

ESCAPE = "\\"
"""Stands before a text that a spreadsheet would take for a formula, and before one that begins with it itself."""

_FORMULA = re.compile(r"\s*[=+\-@\t\r|%\uff1d\uff0b\uff0d\uff20]|\\")
"""The full-width forms count too: Excel in Chinese and Japanese takes them for the others."""
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")

Cell: TypeAlias = str | float | int | None


class Spreadsheets:
    """A plan as four tables.

    Comma-separated, in UTF-8 with a byte order mark, times as in the record; ``..._local`` tells them on the plan's own
    clock, in the form that spreadsheets reckon with. What is read back are the waypoints.
    """

    name = "csv"
    title = "CSV, for spreadsheets"
    precision = Precision(horizontal_m=0.0, vertical_m=0.0, time_s=0.0005)

    def write(self, reviewed: Reviewed) -> tuple[File, ...]:
        """Return one file for each table."""
        refuse(self.name, reviewed)
        tables = ((SORTIES, _sorties), (LEGS, _legs), (ORDERS, _orders), (WAYPOINTS, _waypoints))
        return tuple(File(name=name, content=_table(rows(reviewed))) for name, rows in tables)

    def read(self, files: Sequence[File]) -> tuple[Track, ...]:
        """Return the legs whose waypoints stand in the table of those."""
        file = the_file(files, WAYPOINTS)
        raw = RawFile(name=file.name, raw=file.content)
        placed, problems = read_table(raw, model=WaypointRow, kind="waypoint", build=_waypoint, unique=False)
        if errors := [problem for problem in problems if not problem.warning]:
            raise BadInput(errors)
        return _tracks(file.name, placed)


def cell(text: str) -> str:
    r"""Return a text as a cell that is only ever shown.

    >>> print(cell("=1+1"), cell("S001"), cell("-3.5"))
    \=1+1 S001 -3.5
    """
    shown = said(text)
    return f"{ESCAPE}{shown}" if _FORMULA.match(shown) and not _NUMBER.fullmatch(shown) else shown


def plain(text: str) -> str:
    """Return the text that a cell was made from."""
    return text[1:] if text.startswith(ESCAPE) else text


def _table(rows: Iterable[Sequence[Cell]]) -> bytes:
    held = io.StringIO(newline="")
    writer = csv.writer(held, lineterminator="\r\n")
    for row in rows:
        writer.writerow([cell(value) if isinstance(value, str) else value for value in row])
    return f"{BYTE_ORDER_MARK}{held.getvalue()}".encode()


# --- The tables ----------------------------------------------------------------------------------------------------


def _sorties(reviewed: Reviewed) -> Iterator[Sequence[Cell]]:
    yield ("sortie", "drone", "drone_type", "departs", "returns", "departs_local", "returns_local", "flight_s", "legs",
           "orders", "order_ids", "distance_m", "energy_wh", "reserve_margin_wh", "held_s")  # fmt: skip
    for sortie in reviewed.plan.sorties:
        yield (
            sortie.id,
            sortie.drone,
            sortie.drone_type,
            *_times(reviewed.plan, sortie.departs, sortie.returns),
            (sortie.returns - sortie.departs).total_seconds(),
            len(sortie.legs),
            len(sortie.orders),
            _listed(sortie.orders),
            round(sum(leg.distance_m for leg in sortie.legs), 2),
            round(sum(leg.energy_wh for leg in sortie.legs), 3),
            None if sortie.ledger is None else sortie.ledger.margin_wh,
            sortie.held_s,
        )


def _legs(reviewed: Reviewed) -> Iterator[Sequence[Cell]]:
    yield ("sortie", "leg", "from_pad", "to_pad", "corridor", "takes_off", "lands", "takes_off_local", "lands_local",
           "payload_kg", "distance_m", "duration_s", "energy_wh", "soc_start", "soc_end", "reserve_wh", "jurisdictions",
           "gates", "zones", "alternate", "alternate_margin_wh")  # fmt: skip
    for sortie, number, leg in reviewed.legs:
        way = leg.way_out
        yield (
            sortie.id,
            number + 1,
            leg.from_pad,
            leg.to_pad,
            leg.corridor,
            *_times(reviewed.plan, leg.waypoints[0].t, leg.waypoints[-1].t),
            leg.payload_kg,
            leg.distance_m,
            leg.duration_s,
            leg.energy_wh,
            leg.soc_start,
            leg.soc_end,
            leg.reserve_wh,
            _listed(leg.jurisdictions),
            _listed(leg.gates),
            _listed(entry.zone for entry in leg.zones),
            None if way is None else way.alternate,
            None if way is None else way.margin_wh,
        )


def _orders(reviewed: Reviewed) -> Iterator[Sequence[Cell]]:
    yield ("order", "from_pad", "to_pad", "mass_kg", "declared_value", "currency", "ready_at", "due_at", "ready_local",
           "due_local", "sortie", "handed_over", "handed_over_local", "reason", "detail")  # fmt: skip
    plan = reviewed.plan
    flown = {order: sortie for sortie in plan.sorties for order in sortie.orders}
    handed = {delivery.order: delivery for _, _, leg in reviewed.legs for delivery in leg.deliveries}
    unserved = {item.order: item for item in plan.unserved}
    for order in reviewed.job.orders:
        left, box = unserved.get(order.id), order.consignment
        yield (
            order.id,
            order.from_pad,
            order.to_pad,
            box.mass_kg,
            box.declared_value,
            box.currency,
            *_times(plan, order.ready_at, order.due_at),
            _id_of(flown.get(order.id)),
            *_moment_of(plan, handed.get(order.id)),
            None if left is None else str(left.reason),
            None if left is None else left.detail,
        )


def _id_of(sortie: Sortie | None) -> str | None:
    return None if sortie is None else sortie.id


def _moment_of(plan: Plan, delivery: Delivery | None) -> tuple[str | None, str | None]:
    if delivery is None:
        return None, None
    return rfc3339(delivery.t, plan.utc_offset), _local(plan, delivery.t)


def _waypoints(reviewed: Reviewed) -> Iterator[Sequence[Cell]]:
    yield *WaypointRow.model_fields, "alt_agl_m"
    for sortie, number, leg in reviewed.legs:
        for index, point in enumerate(leg.waypoints, start=1):
            place = (point.lon, point.lat, point.alt_amsl_m)
            time = rfc3339(point.t, reviewed.plan.utc_offset)
            yield sortie.id, number + 1, index, *place, time, point.alt_agl_m


def _listed(names: Iterable[str]) -> str:
    return "; ".join(names)


def _times(plan: Plan, *moments: datetime) -> tuple[str, ...]:
    """Return times with their offset from UTC, and then as the plan's own clock shows them."""
    return (*(rfc3339(moment, plan.utc_offset) for moment in moments), *(_local(plan, moment) for moment in moments))


def _local(plan: Plan, moment: datetime) -> str:
    """Return a time in the form that spreadsheets take for one."""
    return moment.astimezone(timezone(plan.utc_offset)).replace(tzinfo=None).isoformat(" ", timespec="seconds")


# --- Reading back --------------------------------------------------------------------------------------------------


class WaypointRow(Strict):
    """One row of the table of waypoints; other columns are let be."""

    model_config = ConfigDict(extra="ignore")

    sortie: str
    leg: Annotated[CellWhole, Field(ge=1)]
    waypoint: Annotated[CellWhole, Field(ge=1)]
    lon_deg: Annotated[CellNumber, Field(ge=-180, le=180)]
    lat_deg: Annotated[CellNumber, Field(ge=-90, le=90)]
    alt_amsl_m: Annotated[CellNumber, Field(ge=-100_000, le=100_000)]
    time: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A waypoint, of which leg, with its number there."""

    sortie: str
    leg: int
    number: int
    point: TrackPoint


def _waypoint(given: WaypointRow, _row: Row) -> _Told:
    point = TrackPoint(lon=given.lon_deg, lat=given.lat_deg, alt_amsl_m=given.alt_amsl_m, t=given.time.astimezone(UTC))
    return _Told(sortie=plain(given.sortie), leg=given.leg - 1, number=given.waypoint, point=point)


def _tracks(file: str, placed: Sequence[Placed[_Told]]) -> tuple[Track, ...]:
    """Return the waypoints of each leg by their numbers, wherever their rows stand: tables get sorted."""
    legs: dict[tuple[str, int], dict[int, TrackPoint]] = defaultdict(dict)
    problems = []
    for row in placed:
        if (told := row.value) is not None:
            points = legs[told.sortie, told.leg]
            if told.number in points:
                found = f"waypoint {told.number} of {shorten(leg_name(told.sortie, told.leg))} again"
                expected = "every waypoint once"
                problems.append(
                    Problem(file=file, place=row.place, code="DUPLICATE_ID", found=found, expected=expected)
                )
            points[told.number] = told.point
    problems += [_gap(file, *key, points) for key, points in legs.items() if len(points) != max(points)]
    if problems:
        raise BadInput(problems)
    return tuple(
        Track(sortie=sortie, leg=leg, points=tuple(points[number] for number in sorted(points)))
        for (sortie, leg), points in legs.items()
    )


def _gap(file: str, sortie: str, leg: int, points: Collection[int]) -> Problem:
    missing = next(number for number in range(1, max(points)) if number not in points)
    found, expected = f"no waypoint {missing}", f"every number up to {max(points)}"
    place = shorten(leg_name(sortie, leg))
    return Problem(file=file, place=place, code="WRONG_POINTS", found=found, expected=expected)

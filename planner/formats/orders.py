"""Reading ``orders.csv``."""

from __future__ import annotations

from types import MappingProxyType

from airspace.errors import BadInput, Problem
from airspace.formats.documents import RawFile
from airspace.formats.doors import utc
from airspace.formats.telling import Placed, about, shown
from airspace.model.pads import Custody
from planner.formats.doors.rows import OrderRow
from planner.formats.tables import Row, read_table
from planner.model.orders import Consignment, Order


def read_orders(file: RawFile) -> tuple[list[Placed[Order]], list[Problem]]:
    """Return the orders with their lines, and every problem in them; other columns go to ``extra``.

    Raises
    ------
    BadInput
        If the file is no table of orders at all.
    """

    def build(given: OrderRow, row: Row) -> Order:
        _refuse_contradictions(file.name, given, row)
        return _order(given)

    return read_table(file, model=OrderRow, kind="order", build=build)


def _order(given: OrderRow) -> Order:
    return Order(
        id=given.order_id,
        from_pad=given.from_pad,
        to_pad=given.to_pad,
        consignment=Consignment(
            mass_kg=given.mass_kg,
            declared_value=given.declared_value,
            currency=given.currency,
            custody=Custody(given.custody),
            temp_min_c=given.temp_min_c,
            temp_max_c=given.temp_max_c,
            max_minutes=given.max_minutes,
            dangerous_goods=given.dangerous_goods,
            volume_l=given.volume_l,
        ),
        ready_at=utc(given.ready_at),
        due_at=utc(given.due_at),
        priority=given.priority,
        precleared=given.precleared,
        together=given.together,
        apart=given.apart,
        extra=MappingProxyType(dict(given.model_extra or {})),
    )


def _refuse_contradictions(file: str, given: OrderRow, row: Row) -> None:
    """Refuse what is well-formed cell by cell and makes no sense together."""
    problems = []

    def tell(code: str, column: str, found: str, expected: str) -> None:
        place = f"{row.place}, column {column}"
        told = about(f"order {shown(given.order_id)}", expected)
        problems.append(Problem(file=file, place=place, code=code, found=found, expected=told))

    if not given.ready_at < given.due_at:
        found = f"{given.ready_at.isoformat()} and {given.due_at.isoformat()}"
        tell("TIMES_REVERSED", "due_at", found, "ready_at before due_at")
    if given.from_pad == given.to_pad:
        tell("SAME_PAD", "to_pad", f"'{given.to_pad}' twice", "two different pads")
    low, high = given.temp_min_c, given.temp_max_c
    if low is not None and high is not None and low > high:
        tell("LOWER_ABOVE_UPPER", "temp_min_c", f"{low:g} and {high:g}", "temp_min_c at most temp_max_c")
    if problems:
        raise BadInput(problems)

"""Fields that several doors have: figures within bounds, currencies, numbers in the cells of a table."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from airspace.formats.doors import refusal


def default_of(value: type[Any], name: str) -> Any:
    """Return the default of a field of one of our values, so that it is written down only once."""
    return next(field.default for field in fields(value) if field.name == name and field.default is not MISSING)


def _currency(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"[A-Z]{3}", value):
        return value
    raise refusal("BAD_CURRENCY", "a currency by its three capital letters (ISO 4217), such as HKD")


Currency = Annotated[
    str, BeforeValidator(_currency, json_schema_input_type=str), Field(json_schema_extra={"pattern": "^[A-Z]{3}$"})
]

NotNegative = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
AltitudeAmsl = Annotated[float, Field(ge=-450, le=9000)]
Share = Annotated[float, Field(ge=0, le=1)]
WindSpeed = Annotated[float, Field(ge=0, lt=100)]
Bearing = Annotated[float, Field(ge=0, le=360)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Count = Annotated[int, Field(ge=0)]


_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")


def _number(value: object) -> object:
    """Read a number in a cell; what is not one is refused with the reason that can be seen."""
    if not isinstance(value, str):
        return value
    if _NUMBER.fullmatch(value):
        return float(value)
    raise refusal("WRONG_TYPE", "a number", fix=_number_fix(value))


def _number_fix(text: str) -> str:
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text):
        return "Write it without separators between the thousands."
    if re.fullmatch(r"[+-]?\d+,\d+", text):
        return "Write it with a decimal point."
    if re.match(r"[+-]?\d", text):
        return "Write the number alone, without a unit."
    return ""


def _whole(value: object) -> object:
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"[+-]?[0-9]{1,9}", value):
        return int(value)
    raise refusal("WRONG_TYPE", "a whole number")


CellNumber = Annotated[float, BeforeValidator(_number, json_schema_input_type=float)]
CellWhole = Annotated[int, BeforeValidator(_whole, json_schema_input_type=int)]

"""Dangerous goods: UN numbers and classes, lithium, and the approvals that let them be carried."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

LITHIUM: Mapping[str, str] = MappingProxyType(
    {
        "UN3090": "lithium metal batteries",
        "UN3091": "lithium metal batteries in or with equipment",
        "UN3480": "lithium ion batteries",
        "UN3481": "lithium ion batteries in or with equipment",
    }
)
"""UN numbers that are flagged for approval by a person; IATA's packing instructions for them were not read."""

CLASSES = (
    "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "2.1", "2.2", "2.3", "3", "4.1", "4.2", "4.3", "5.1", "5.2", "6.1", "6.2",
    "7", "8", "9",
)  # fmt: skip
"""Classes and divisions of the UN Model Regulations, chapter 2.0 (cited, not read); one of class 1 may bear a group."""

_NUMBER = re.compile(r"(?:UN)?\s*-?([0-3][0-9]{3})", re.IGNORECASE | re.ASCII)
_CLASS = re.compile(r"(?:CLASS\s*)?([1-9](?:\.[1-6])?)([A-HJ-LNS]?)", re.IGNORECASE | re.ASCII)


def canonical(text: str) -> str:
    """Return a UN number as ``UN3480``, or a class as ``6.2`` or ``1.4S``.

    Raises
    ------
    ValueError
        If it is neither: numbers have four digits, and none from 4000 on is given.
    """
    number = _NUMBER.fullmatch(text.strip())
    if number and number[1] != "0000":
        return f"UN{number[1]}"
    found = _CLASS.fullmatch(text.strip())
    if found and found[1] in CLASSES and (not found[2] or found[1].startswith("1.")):
        return f"{found[1]}{found[2].upper()}"
    raise ValueError(f"expected a UN number such as UN3373, or a class such as 6.2, got {text!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsApproval:
    """An authority's leave to carry one kind of dangerous goods over its side."""

    un_number: str
    """Such as ``UN3480``."""
    jurisdiction: str = ""
    """Id of the side it is for; empty only where the airspace draws none."""
    approval: str
    """What the authority calls it by."""

    def __post_init__(self) -> None:
        if not self.un_number.startswith("UN") or canonical(self.un_number) != self.un_number:
            raise ValueError(f"dangerous_goods_allowed: expected a UN number such as UN3480, got {self.un_number!r}")
        if not self.approval.strip():
            raise ValueError(f"dangerous_goods_allowed: expected a reference of the approval, got {self.approval!r}")

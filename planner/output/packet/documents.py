"""``packet.json``: a packet as JSON with a digest of its own, and back, equal to what was written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from airspace.errors import BadInput, Problem
from airspace.formats.documents import wrong_format
from airspace.formats.telling import problems_of, shown
from planner.formats.plans import digest
from planner.output.packet.values import Packet

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT = "skyferry-packet"
VERSION = 1

Document = dict[str, Any]


@cache
def _door() -> TypeAdapter[Packet]:
    # Pydantic is loaded when a packet is first written or read.
    from pydantic import TypeAdapter

    return TypeAdapter(Packet)


def packet_to_document(packet: Packet) -> Document:
    """Return a packet as JSON values, with the digest of all the rest."""
    document = {"format": FORMAT, "version": VERSION, **_door().dump_python(packet, mode="json")}
    return {**document, "digest": digest(document)}


def packet_from_document(document: Mapping[str, object], *, file: str = "packet") -> Packet:
    """Return the packet that a document tells.

    Raises
    ------
    BadInput
        If it is none, is one of another version, or was changed since it was written.
    """
    from pydantic import ValidationError

    if problems := wrong_format(document, file, FORMAT, VERSION):
        raise BadInput(problems)
    stated, held = document.get("digest"), _digest(document, file)
    if stated != held:
        raise BadInput([edited(file, str(stated), held)])
    try:
        return _door().validate_python(document)
    except ValidationError as error:
        raise BadInput(problems_of(error, file=file)) from None


def _digest(document: Mapping[str, object], file: str) -> str:
    try:
        return digest(document)
    except ValueError as error:
        # A number such as 1e999 is good JSON, and none that a record holds.
        problem = Problem(file=file, code="NOT_FINITE", found=str(error), expected="finite numbers")
        raise BadInput([problem]) from None


def edited(file: str, stated: str, held: str) -> Problem:
    """Return word of a record whose content is not what its digest says."""
    return Problem(
        file=file,
        place="digest",
        code="EDITED",
        found=shown(stated),
        expected=f"{held}, the digest of what the file holds",
        fix="It was changed after it was written: make it again, or take the one that was written.",
    )

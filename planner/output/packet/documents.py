"""``packet.json``: a packet as JSON with a digest of its own, and back, equal to what was written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airspace.errors import BadInput, Problem
from airspace.formats.documents import RawFile, json_of, read_raw, text_of, wrong_format
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


def is_packet(file: RawFile) -> bool:
    """Tell whether a file says that it is a packet.

    Raises
    ------
    BadInput
        If it is no JSON.
    """
    data = json_of(file.name, text_of(file)).data
    return isinstance(data, dict) and data.get("format") == FORMAT


def read_packet(path: Path) -> Packet:
    """Read a packet.

    Raises
    ------
    BadInput
        If the file is none, is one of another version, or was changed since it was written.
    """
    return packet_of(read_raw(path))


def packet_of(file: RawFile) -> Packet:
    """Return the packet that a file holds; BadInput as :func:`read_packet`."""
    told = json_of(file.name, text_of(file))
    if told.problems:
        raise BadInput(told.problems)
    if not isinstance(told.data, dict):
        found = shown(told.data)
        raise BadInput([Problem(file=file.name, code="WRONG_TYPE", found=found, expected="a JSON object, a packet")])
    return packet_from_document(told.data, file=file.name)


def packet_from_document(document: Mapping[str, object], *, file: str = "packet") -> Packet:
    """Return the packet that a document tells; BadInput as :func:`read_packet`."""
    from pydantic import ValidationError

    if problems := wrong_format(document, file, FORMAT, VERSION):
        raise BadInput(problems)
    stated, held = document.get("digest"), digest(document)
    if stated != held:
        raise BadInput([edited(file, str(stated), held)])
    try:
        return _door().validate_python(document)
    except ValidationError as error:
        raise BadInput(problems_of(error, file=file)) from None


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

"""The log, as JSON Lines: written by adding lines, each chained to the one before by its hash.

A line is the canonical JSON of its link, so that there is one way only to write it. Whoever can write the file can
write it anew from any line on, with hashes that fit: that shows against a head, the hash of a line, published before.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from airspace.errors import BadInput, Problem
from airspace.formats.documents import SIZE_LIMIT_BYTES, RawFile
from planner.formats.files import lock
from planner.formats.plans.digests import canonical, digest
from planner.formats.plans.rounding import to_millisecond
from planner.formats.plans.writing import rfc3339
from planner.model.chains import Deed, Kind, Link, Torn
from planner.model.reviews import Verdict

VERSION = 1
UTC_OFFSET = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """What a log holds, and everything that is wrong with it."""

    links: tuple[Link, ...]
    """In the order of the file; all that can be read, whether they follow each other or not."""
    problems: tuple[Problem, ...]
    """Each by its line; none where every line is as it was written and follows the one before."""

    @property
    def head(self) -> str:
        """The hash of the last link, to be published; empty without links."""
        return self.links[-1].hash if self.links else ""

    def last_verdict(self, plan: str) -> Verdict | None:
        """Return the verdict of the last check of a plan, the one made with it included; None without one."""
        told = (link.deed for link in reversed(self.links) if link.deed.plan == plan)
        return next((deed.verdict for deed in told if deed.kind is not Kind.APPROVAL), None)


# --- one line ---------------------------------------------------------------------------------------------------------


def line_of(link: Link) -> bytes:
    """Return the line of a link, without its end."""
    return canonical({**_content(link), "hash": link.hash}).encode("utf-8")


def _content(link: Link) -> dict[str, Any]:
    deed = link.deed
    return {
        "log": VERSION,
        "number": link.number,
        "prev": link.prev,
        "kind": str(deed.kind),
        "at": rfc3339(deed.at, UTC_OFFSET),
        "by": deed.by,
        "plan": deed.plan,
        "verdict": None if deed.verdict is None else str(deed.verdict),
        "note": deed.note,
        "mends": None if link.mends is None else {"bytes": link.mends.bytes, "sha256": link.mends.sha256},
    }


def linked(deed: Deed, last: Link | None, mends: Torn | None = None) -> Link:
    """Return a deed as the link that follows another, or as the first."""
    deed = Deed(
        kind=deed.kind, at=to_millisecond(deed.at), by=deed.by, plan=deed.plan, verdict=deed.verdict, note=deed.note
    )
    number, prev = (1, "") if last is None else (last.number + 1, last.hash)
    link = Link(number=number, prev=prev, deed=deed, mends=mends, hash="")
    return Link(number=number, prev=prev, deed=deed, mends=mends, hash=digest(_content(link)))


def link_of(line: bytes) -> Link | None:
    """Return the link of a line; None for one that is not written as a link is, or whose hash does not fit."""
    from pydantic import ValidationError

    from planner.formats.doors.chains import LinkRecord

    try:
        link = _link(LinkRecord.model_validate(json.loads(line)))
        return link if line_of(link) == line and digest(_content(link)) == link.hash else None
    except (ValidationError, ValueError, RecursionError):
        # ValueError: no JSON, no UTF-8, or text that cannot be written as UTF-8.
        return None


def _link(given: Any) -> Link:
    deed = Deed(
        kind=Kind(given.kind), at=given.at.astimezone(UTC), by=given.by, plan=given.plan, note=given.note,
        verdict=None if given.verdict is None else Verdict(given.verdict),
    )  # fmt: skip
    mends = None if given.mends is None else Torn(bytes=given.mends.bytes, sha256=given.mends.sha256)
    return Link(number=given.number, prev=given.prev, deed=deed, mends=mends, hash=given.hash)


# --- the whole file ---------------------------------------------------------------------------------------------------


def chain_of(file: RawFile, *, head: str | None = None) -> Chain:
    """Return what a log holds, with every line that was changed, is missing, stands twice or out of its place.

    Parameters
    ----------
    head
        A hash published when the log ended with it: the line has to be there still, and everything before it follows.
    """
    *lines, rest = file.raw.split(b"\n")
    walk = _Walk(file.name)
    for number, line in enumerate(lines, start=1):
        walk.take(number, line)
    walk.end(len(lines) + 1, rest, head)
    return Chain(links=tuple(walk.links), problems=tuple(walk.problems))


class _Walk:
    """A walk through the lines of a log."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.links: list[Link] = []
        self.problems: list[Problem] = []
        self.hashes: set[str] = set()
        self.loose: list[tuple[int, bytes]] = []
        """Lines since the last link that are none."""

    def take(self, number: int, line: bytes) -> None:
        link = link_of(line)
        if link is None:
            self.loose.append((number, line))
            return
        if self.loose or link.mends is not None:
            self._compare(number, link)
        self.loose.clear()
        self._follow(number, link)
        self.links.append(link)
        self.hashes.add(link.hash)

    def _compare(self, number: int, link: Link) -> None:
        """Hold what stands in front of a link against what it says that it mends."""
        if link.mends is None or torn(self._bytes()) != link.mends:
            self._tell_loose()
            if link.mends is not None:
                found = f"{len(self._bytes())} bytes in front of it" if self.loose else "nothing in front of it"
                self._tell(number, "TORN_CHANGED", found, f"the {link.mends.bytes} torn bytes that it mends")

    def _follow(self, number: int, link: Link) -> None:
        last = self.links[-1] if self.links else None
        after = (0, "") if last is None else (last.number, last.hash)
        if (link.number, link.prev) == (after[0] + 1, after[1]):
            return
        expected = f"number {after[0] + 1} after {after[1] or 'nothing'}"
        found = f"number {link.number} after {link.prev or 'nothing'}"
        if link.hash in self.hashes:
            self._tell(number, "LINE_TWICE", f"{found}, which stands further up already", expected)
        elif link.number > after[0] + 1:
            self._tell(number, "LINES_MISSING", found, expected)
        else:
            self._tell(number, "OUT_OF_PLACE", found, expected)

    def end(self, number: int, rest: bytes, head: str | None) -> None:
        self._tell_loose()
        if rest:
            fix = "Whoever wrote it was killed, or the end was cut off; the next record that is added mends it."
            self._tell(number, "TORN_END", f"{len(rest)} bytes without an end of the line", "whole lines", fix)
        if head is not None and head not in self.hashes:
            found = f"{len(self.links)} records, none with that hash"
            fix = "Records were cut off, or the log was written anew."
            self._tell(number, "HEAD_NOT_THERE", found, f"a record with the hash {head}", fix)

    def _bytes(self) -> bytes:
        return b"\n".join(line for _, line in self.loose)

    def _tell_loose(self) -> None:
        for number, line in self.loose:
            self._tell(number, "LINE_CHANGED", f"{len(line)} bytes that are no record as it was written", "a record")

    def _tell(self, number: int, code: str, found: str, expected: str, fix: str = "") -> None:
        place = f"line {number}"
        self.problems.append(Problem(file=self.file, place=place, code=code, found=found, expected=expected, fix=fix))


def torn(raw: bytes) -> Torn | None:
    """Return what a link says of the bytes in front of it; None of none at all."""
    return Torn(bytes=len(raw), sha256=hashlib.sha256(raw).hexdigest()) if raw else None


# --- adding to it -----------------------------------------------------------------------------------------------------


def append(path: Path, deed: Deed) -> Link:
    """Add a record to the end of a log, which is made if it is not there; return it once it is on the disk.

    Nobody else adds one meanwhile. What somebody killed left at the end of the file stays, and the record says so.

    Raises
    ------
    BadInput
        If the file cannot be written to, is no log, or does not end with a record that nobody changed.
    """
    with _opened(path) as stream:
        size = stream.seek(0, os.SEEK_END)
        last, rest, ended = _end(path, stream, size)
        link = linked(deed, last, torn(rest))
        try:
            _write_all(stream, (b"" if ended else b"\n") + line_of(link) + b"\n")
        except OSError:
            # A full disk: half a line is taken back.
            os.ftruncate(stream.fileno(), size)
            raise
    return link


def ready(path: Path) -> None:
    """Refuse a log that no record can be added to, before anything else is done; it is made if it is not there.

    Raises
    ------
    BadInput
        As :func:`append` does.
    """
    with _opened(path) as stream:
        _end(path, stream, stream.seek(0, os.SEEK_END))


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """Open a log for adding to it, and keep everybody else from doing so until it is closed."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            raise OSError(None, "not a regular file")
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        with os.fdopen(handle, "r+b", buffering=0) as stream:
            if not lock(stream):
                raise OSError(None, "no locks there, which keep two from writing at once")
            yield stream
    except OSError as error:
        raise _refused(path, "CANNOT_WRITE", error.strerror or str(error), "a log that can be written to") from error


def _end(path: Path, stream: BinaryIO, size: int) -> tuple[Link | None, bytes, bool]:
    """Return the last link, what is torn behind it, and whether the last line has its end.

    A record that lacks nothing but the end of its line is one.
    """
    if size > SIZE_LIMIT_BYTES:
        found, fix = f"{size} bytes", "Begin another one; its first record may name the head of this one in its note."
        raise _refused(path, "FILE_TOO_LARGE", found, f"at most {SIZE_LIMIT_BYTES} bytes", fix)
    stream.seek(0)
    *lines, rest = _read_all(stream, size).split(b"\n")
    whole = link_of(rest)
    if whole is not None:
        return whole, b"", False
    link = link_of(lines[-1]) if lines else None
    if link is None and (lines or not _begins_like_a_line(rest)):
        found, fix = "one that was changed, or no record at all", "`skyferry log verify` tells more."
        raise _refused(path, "LOG_BROKEN", found, "a record as it was written at its end", fix)
    return link, rest, not rest


def _begins_like_a_line(rest: bytes) -> bool:
    """Tell whether all there is in a file may be the beginning of a first line, so that no other file is written to."""
    begins = b'{"at":"'
    return rest[: len(begins)] == begins[: len(rest)]


def _read_all(stream: BinaryIO, size: int) -> bytes:
    read = bytearray()
    while len(read) < size and (chunk := stream.read(size - len(read))):
        read += chunk
    return bytes(read)


def _write_all(stream: BinaryIO, raw: bytes) -> None:
    # In one go, as a rule: what a kill could part is then whole or not begun.
    while raw:
        raw = raw[stream.write(raw) or 0 :]
    os.fsync(stream.fileno())


def _refused(path: Path, code: str, found: str, expected: str, fix: str = "") -> BadInput:
    return BadInput([Problem(file=str(path), code=code, found=found, expected=expected, fix=fix)])

"""The first byte in which two files differ, and what stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from airspace.formats.documents import SIZE_LIMIT_BYTES
from airspace.formats.telling import place_of, shown

CHUNK_BYTES = 1 << 20
EXCERPT_BYTES = 24

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"?|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where a file first differs from what is expected; counted from 1, as ``cmp`` does."""

    byte: int
    line: int
    column: int
    """In bytes from the beginning of the line."""
    field: str
    """What it belongs to in a JSON file, such as ``sorties[0].legs[1].energy_wh``; empty elsewhere."""
    found: str
    expected: str
    """What stands there, in quotes, or ``the end of the file``."""

    def __str__(self) -> str:
        at = f" in {self.field}" if self.field else ""
        place = f"byte {self.byte}, line {self.line}, column {self.column}{at}"
        return f"{place}: found {self.found}, expected {self.expected}"


def difference(found: bytes, expected: bytes) -> Difference | None:
    """Return where some bytes first differ from others; None where they do not."""
    offset = _first(found, expected)
    if offset is None:
        return None
    begins = found.rfind(b"\n", 0, offset) + 1
    line = found.count(b"\n", 0, offset) + 1
    excerpts = [_excerpt(raw[offset : offset + EXCERPT_BYTES]) for raw in (found, expected)]
    # What ends a value in the one may go on with it in the other; up to there they are the same.
    field = max((field_at(raw, offset) for raw in (expected, found)), key=len)
    return _difference(offset, line, offset - begins, excerpts, field)


def file_difference(found: Path, expected: Path) -> Difference | None:
    """Return where a file first differs from another, however large they are; None where they do not.

    Raises
    ------
    OSError
        If one of them cannot be read.
    """
    if max(found.stat().st_size, expected.stat().st_size) <= SIZE_LIMIT_BYTES:
        return difference(found.read_bytes(), expected.read_bytes())
    passed, line, begins = 0, 1, 0
    with found.open("rb") as ours, expected.open("rb") as theirs:
        while True:
            a, b = ours.read(CHUNK_BYTES), theirs.read(CHUNK_BYTES)
            offset = _first(a, b)
            same = a if offset is None else a[:offset]
            if b"\n" in same:
                line, begins = line + same.count(b"\n"), passed + same.rfind(b"\n") + 1
            if offset is not None:
                excerpts = [_excerpt(raw[offset : offset + EXCERPT_BYTES]) for raw in (a, b)]
                return _difference(passed + offset, line, passed + offset - begins, excerpts, "")
            if not a:
                return None
            passed += len(a)


def _difference(offset: int, line: int, column: int, excerpts: list[str], field: str) -> Difference:
    found, expected = excerpts
    return Difference(byte=offset + 1, line=line, column=column + 1, field=field, found=found, expected=expected)


def _first(found: bytes, expected: bytes) -> int | None:
    """Return the first place where they differ, by halving: comparing slices is quick."""
    if found == expected:
        return None
    low, high = 0, min(len(found), len(expected))
    while low < high:
        middle = (low + high + 1) // 2
        if found[low:middle] == expected[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _excerpt(raw: bytes) -> str:
    if not raw:
        return "the end of the file"
    return shown(raw.split(b"\n")[0].decode("utf-8", errors="backslashreplace") if raw[:1] != b"\n" else "\n")


def field_at(raw: bytes, offset: int) -> str:
    """Return the place in a JSON text that a byte belongs to: the value, or the key, that it stands in or before.

    Empty where the text does not begin like JSON, or for what belongs to no field.
    """
    if raw.lstrip()[:1] not in (b"{", b"["):
        return ""
    steps: list[str | int] = []
    for token, end in _tokens(raw):
        _follow(steps, token)
        if end > offset:
            break
    return place_of(step for step in steps if step != "")


def _tokens(raw: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield the tokens of a JSON text, a key with its colon as one."""
    key: bytes | None = None
    for match in _TOKEN.finditer(raw):
        token = match[0]
        if key is not None:
            yield (key + b":", match.end()) if token == b":" else (key, match.start())
            key = None
            if token == b":":
                continue
        if token[:1] == b'"':
            key = token  # or a value: what follows tells
            continue
        yield token, match.end()
    if key is not None:
        yield key, len(raw)


def _follow(steps: list[str | int], token: bytes) -> None:
    """Take one token: into a list or object, out of it, on to the next item, or to a key."""
    if token == b"{":
        steps.append("")
    elif token == b"[":
        steps.append(0)
    elif token in (b"}", b"]"):
        if steps:
            steps.pop()
    elif token == b"," and steps and isinstance(steps[-1], int):
        steps[-1] += 1
    elif token == b"," and steps:
        steps[-1] = ""
    elif token[-1:] == b":" and steps and isinstance(steps[-1], str):
        steps[-1] = token[1:-2].decode("utf-8", errors="backslashreplace")

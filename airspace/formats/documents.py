"""Strict reading of files, text and JSON: what is doubtful is refused with its place, never guessed at.

UTF-8 with or without a byte order mark, at most 64 MB, no key twice, no NaN or infinity, no control characters.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from airspace.errors import BadInput, Problem
from airspace.formats.scrutiny import (
    integer_of,
    object_of,
    refuse_vast,
    too_deep,
    unfit,
    unprintable,
    walk,
    without_told,
)
from airspace.formats.telling import shown

__all__ = [
    "SIZE_LIMIT_BYTES",
    "ZIP_MARK",
    "Document",
    "RawFile",
    "document_of",
    "json_of",
    "read_raw",
    "text_of",
    "toml_of",
    "unprintable",
    "walk",
    "without_told",
    "wrong_format",
]

SIZE_LIMIT_BYTES = 64 * 2**20
"""Far above any real zone file; a bigger one is a mistake or an attack."""

ZIP_MARK = b"PK\x03\x04"
"""How zip archives begin, and so KMZ files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFile:
    """The bytes of one file, read once, so that what is hashed is what was parsed."""

    name: str
    """As people named it."""
    raw: bytes

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes, in hex."""
        return hashlib.sha256(self.raw).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text file, and what it holds if it is JSON."""

    file: str
    """As people named it."""
    text: str = ""
    """Empty when the file is not text at all."""
    raw: bytes = b""
    """The bytes as they are, for formats that are not text."""
    data: object = None
    """The JSON value; None when the text is not JSON at all."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with the JSON without making it unreadable, such as a key that stands twice."""


def read_raw(path: Path, *, name: str | None = None, fix: str = "") -> RawFile:
    """Read the bytes of a regular file.

    Raises
    ------
    BadInput
        If it is missing, a folder or another special file, too large, or may not be read.
    """
    told = name or str(path)
    try:
        return RawFile(name=told, raw=_regular_bytes(path, told))
    except BadInput:
        raise
    except FileNotFoundError:
        raise _one(told, "FILE_MISSING", "nothing there", "a file", fix or "Check the name and the folder.") from None
    except PermissionError:
        raise _one(told, "NOT_ALLOWED", "no permission to read it", "a readable file") from None
    except (OSError, ValueError) as error:
        # ValueError: a name that the file system cannot hold, such as one with a NUL in it.
        found = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise _one(told, "UNREADABLE", found, "a readable file") from None


def _regular_bytes(path: Path, told: str) -> bytes:
    if path.is_dir():
        raise _one(told, "IS_A_FOLDER", "a folder", "a file")
    if path.exists() and not path.is_file():
        # A pipe or a device could keep the reader waiting for ever.
        raise _one(told, "NOT_A_FILE", "a device or a pipe", "a regular file")
    with path.open("rb") as stream:
        raw = stream.read(SIZE_LIMIT_BYTES + 1)
    if len(raw) > SIZE_LIMIT_BYTES:
        limit = f"{SIZE_LIMIT_BYTES // 2**20} MB"
        raise _one(told, "FILE_TOO_LARGE", f"more than {limit}", f"at most {limit}", "Cut it into several files.")
    return raw


def text_of(file: RawFile) -> str:
    """Decode a file as UTF-8, dropping a byte order mark.

    Raises
    ------
    BadInput
        If it is empty or not UTF-8.
    """
    try:
        text = file.raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput([_not_utf8(file, error.start)]) from None
    if not text.strip():
        raise _one(file.name, "EMPTY_FILE", f"{len(file.raw)} bytes of nothing", "a file with content")
    return text


def _not_utf8(file: RawFile, offset: int) -> Problem:
    before = file.raw[:offset]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8-sig", errors="replace")) + 1
    utf16 = file.raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    fix = "It looks like UTF-16: save" if utf16 else "If it was made with a spreadsheet or an older editor, save"
    return Problem(
        file=file.name,
        place=f"line {line}, column {column}",
        code="NOT_UTF8",
        found=f"the byte 0x{file.raw[offset]:02x}",
        expected="text in UTF-8",
        fix=f"{fix} it again as UTF-8.",
    )


def document_of(file: RawFile) -> Document:
    """Decode a file, and parse it when it looks like JSON; an archive is left as the bytes it is.

    Raises
    ------
    BadInput
        If it is neither an archive nor UTF-8, is empty, or begins like JSON and is not.
    """
    if file.raw.startswith(ZIP_MARK):
        return Document(file=file.name, raw=file.raw)
    text = text_of(file)
    if text.lstrip()[:1] not in ("{", "["):
        return Document(file=file.name, text=text, raw=file.raw)
    return json_of(file.name, text)


def json_of(name: str, text: str) -> Document:
    """Parse JSON strictly.

    Raises
    ------
    BadInput
        If the syntax is broken, the place told as line and column; if it is nested too deeply or holds too much.
    """
    refuse_vast(name, text)
    try:
        data = json.loads(text, object_pairs_hook=object_of, parse_int=integer_of)
    except json.JSONDecodeError as error:
        raise BadInput([_broken_json(name, text, error)]) from None
    except RecursionError:
        raise too_deep(name) from None
    return Document(file=name, text=text, data=data, problems=tuple(unfit(name, data)))


def _broken_json(name: str, text: str, error: json.JSONDecodeError) -> Problem:
    what = error.msg[:1].lower() + error.msg[1:]
    rest = text[error.pos : error.pos + 20].split("\n")[0]
    end = "line" if error.pos < len(text) else "file"
    return Problem(
        file=name,
        place=f"line {error.lineno}, column {error.colno}",
        code="JSON_SYNTAX",
        found=f"{shown(rest) if rest else f'the end of the {end}'} ({what})",
        expected="valid JSON",
        fix="Often a comma too many or too few, or a quote left open, just before this place.",
    )


def toml_of(name: str, text: str) -> tuple[dict[str, object], tuple[Problem, ...]]:
    """Parse TOML strictly; return its tables, and what is wrong without making them unreadable.

    Raises
    ------
    BadInput
        If the syntax is broken or it is nested too deeply; the place is told as line and column.
    """
    _refuse_endless_keys(name, text)
    try:
        data: dict[str, object] = tomllib.loads(text)
    except RecursionError:
        raise too_deep(name) from None
    except ValueError as error:
        # tomllib lets the errors of int() and datetime() through beside its own.
        raise BadInput([_broken_toml(name, text, error)]) from None
    return data, tuple(unfit(name, data))


DOTS_LIMIT = 10_000_000
"""The squares of the dots of each line, added up. The parser goes through the parts of a dotted key over and over, and
would take longer over 30,000 of them than anybody waits."""


def _refuse_endless_keys(name: str, text: str) -> None:
    dots = [line.count(".") for line in text.split("\n")]
    if sum(count * count for count in dots) > DOTS_LIMIT:
        most = max(dots)
        found, expected = f"{most:,} dots in one line", "keys of a few parts, and lines with fewer dots"
        raise _one(name, "TOO_DEEP", found, expected, place=f"line {dots.index(most) + 1}")


def _broken_toml(name: str, text: str, error: ValueError) -> Problem:
    what, _, at = str(error).partition(" (at ")
    found = what[:1].lower() + what[1:]
    place = at.rstrip(")").replace("end of document", "end of the file")
    if place.startswith("line "):
        line = text.split("\n")[int(place.split(",")[0].removeprefix("line ")) - 1].strip()
        found = f"{shown(line)} ({found})" if line else found
    return Problem(file=name, place=place, code="TOML_SYNTAX", found=found, expected="valid TOML")


def _one(file: str, code: str, found: str, expected: str, fix: str = "", *, place: str = "") -> BadInput:
    return BadInput([Problem(file=file, place=place, code=code, found=found, expected=expected, fix=fix)])


def wrong_format(document: Mapping[str, object], file: str, name: str, version: int) -> list[Problem]:
    """Return a problem if a record is of another format or version: nothing else in it can then be judged."""
    found = document.get("format")
    if found != name:
        told = shown(found) if "format" in document else "nothing"
        return [Problem(file=file, place="format", code="WRONG_FORMAT", found=told, expected=f"'{name}'")]
    stated = document.get("version")
    if stated != version or isinstance(stated, bool | float):
        fix = "A newer program wrote it: update this one." if isinstance(stated, int) and stated > version else ""
        told = shown(stated) if "version" in document else "nothing"
        return [
            Problem(
                file=file, place="version", code="WRONG_VERSION", found=told, expected=f"version {version}", fix=fix
            )
        ]
    return []

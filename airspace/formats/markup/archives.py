"""Opening KMZ archives from strangers: what is asked for is read into memory, nothing is ever written to disk.

Every limit is checked while the bytes come out, because the headers of an archive can say anything.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence

from airspace.errors import BadInput, Problem
from airspace.formats.telling import listed, shown

MEMBER_LIMIT = 1_000
"""Files and folders of an archive. Real KMZ files hold a KML and some pictures."""

SIZE_LIMIT_BYTES = 64 * 2**20
"""Unpacked, all members together: as much as a file that is not packed may have."""

RATIO_LIMIT = 100
"""How many times larger than packed a member may become; KML shrinks to a tenth, seldom to a fiftieth."""

RATIO_FREE_BYTES = 2**20
"""Below this the ratio does not matter: a small file full of blanks is no attack."""

PIECE_BYTES = 2**16

DIRECTORY_MARK = b"PK\x01\x02"
"""With this begins what an archive tells of each member."""

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What KMZ files are packed with. The other methods can be told to take any amount of memory."""

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
)
"""All that zipfile raises for archives that are broken or beyond it."""


def names_of(raw: bytes) -> tuple[str, ...]:
    """Return the names of an archive's members; none if it cannot be opened, so that asking never fails."""
    try:
        return tuple(_names_and_archive("", raw)[0])
    except BadInput:
        return ()


def kml_of(file: str, raw: bytes) -> tuple[str, bytes, tuple[Problem, ...]]:
    """Return name and bytes of the KML file that a KMZ is about, and warnings about others that are not read.

    It is ``doc.kml``, or else the first one that lies in no folder.

    Raises
    ------
    BadInput
        If the archive is broken, encrypted, too large in any way, names paths outside, or holds no KML.
    """
    names, archive = _names_and_archive(file, raw)
    with archive:
        _refuse_headers(file, archive.infolist())
        kmls = [name for name in names if name.lower().endswith(".kml")]
        roots = [name for name in kmls if "/" not in name]
        chosen = next((name for name in roots if name.lower() == "doc.kml"), roots[0] if roots else None)
        if chosen is None:
            raise _one(file, "NO_KML", f"the files {listed(names)}", "a .kml file at the top of the archive")
        info = archive.getinfo(chosen)
        content = _unpacked(file, archive, info, len(raw))
    return chosen, content, tuple(_others(file, chosen, [name for name in kmls if name != chosen]))


def members_of(file: str, raw: bytes, wanted: Sequence[str]) -> dict[str, bytes]:
    """Return the members of some names, unpacked within the limits; those that are not there are left out.

    Raises
    ------
    BadInput
        If the archive is broken, encrypted, too large in any way, or names paths outside.
    """
    names, archive = _names_and_archive(file, raw)
    with archive:
        _refuse_headers(file, archive.infolist())
        return {name: _unpacked(file, archive, archive.getinfo(name), len(raw)) for name in wanted if name in names}


def _names_and_archive(file: str, raw: bytes) -> tuple[list[str], zipfile.ZipFile]:
    # Opening an archive makes a value for each member that its directory names, so they are counted before.
    if raw.count(DIRECTORY_MARK) > MEMBER_LIMIT:
        raise _too_many(file)
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except _BROKEN as error:
        raise _broken(file, "", error) from None
    return archive.namelist(), archive


def _refuse_headers(file: str, members: Sequence[zipfile.ZipInfo]) -> None:
    problems = [problem for member in members for problem in _member_problems(file, member)]
    twice = [name for name, count in Counter(member.filename for member in members).items() if count > 1]
    if twice:
        told = listed(shown(name) for name in twice)
        problems.append(_problem(file, "", "DUPLICATE_MEMBER", f"more than one member {told}", "every name once"))
    if sum(member.file_size for member in members) > SIZE_LIMIT_BYTES:
        problems += _too_large(file, "").problems
    if problems:
        raise BadInput(problems)


def _member_problems(file: str, member: zipfile.ZipInfo) -> list[Problem]:
    name, problems = member.filename, []
    if member.flag_bits & 0x41:  # encryption, and strong encryption
        expected = "an archive without encryption"
        problems.append(
            _problem(file, name, "ENCRYPTED", "an encrypted member", expected, "Pack it again without a password.")
        )
    if _leads_out(name) or _leads_out(member.orig_filename):
        problems.append(_problem(file, name, "PATH_OUTSIDE", shown(name), "names of files inside the archive"))
    return problems


def _leads_out(name: str) -> bool:
    steps = name.replace("\\", "/").split("/")
    return ".." in steps or not steps[0] or ":" in steps[0] or "\x00" in name


def _unpacked(file: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, archive_bytes: int) -> bytes:
    if info.compress_type not in METHODS:
        found = f"the compression method {info.compress_type}"
        raise BadInput([_problem(file, info.filename, "UNKNOWN_COMPRESSION", found, "a stored or deflated member")])
    packed_bytes = max(1, min(info.compress_size, archive_bytes))
    pieces, size = [], 0
    try:
        with archive.open(info) as stream:
            while piece := stream.read(PIECE_BYTES):
                pieces.append(piece)
                size += len(piece)
                if size > SIZE_LIMIT_BYTES:
                    raise _too_large(file, info.filename)
                if size > max(RATIO_FREE_BYTES, RATIO_LIMIT * packed_bytes):
                    raise _packed_too_well(file, info.filename)
    except BadInput:
        raise
    except _BROKEN as error:
        raise _broken(file, info.filename, error) from None
    return b"".join(pieces)


def _others(file: str, chosen: str, others: Sequence[str]) -> list[Problem]:
    if not others:
        return []
    found = f"{len(others)} more KML files ({listed(shown(name) for name in others)})"
    fix = "Give each of them as a file of its own if it holds zones."
    return [
        Problem(file=file, place=chosen, code="OTHER_KML", found=found, expected="one KML file", fix=fix, warning=True)
    ]


def _too_many(file: str) -> BadInput:
    return _one(
        file, "TOO_MANY_MEMBERS", f"an archive of more than {MEMBER_LIMIT:,} members", f"at most {MEMBER_LIMIT:,}"
    )


def _too_large(file: str, name: str) -> BadInput:
    limit = f"{SIZE_LIMIT_BYTES // 2**20} MB"
    return BadInput([_problem(file, name, "FILE_TOO_LARGE", f"more than {limit} when unpacked", f"at most {limit}")])


def _packed_too_well(file: str, name: str) -> BadInput:
    found = f"a member that becomes more than {RATIO_LIMIT} times larger when unpacked"
    return BadInput([_problem(file, name, "ZIP_BOMB", found, f"at most {RATIO_LIMIT} times")])


def _broken(file: str, name: str, error: Exception) -> BadInput:
    found = f"a broken archive ({shown(str(error) or type(error).__name__)})"
    return BadInput([_problem(file, name, "BAD_ARCHIVE", found, "a zip archive that opens", "Pack it again.")])


def _one(file: str, code: str, found: str, expected: str) -> BadInput:
    return BadInput([_problem(file, "", code, found, expected)])


def _problem(file: str, place: str, code: str, found: str, expected: str, fix: str = "") -> Problem:
    return Problem(
        file=file, place=shown(place)[1:-1] if place else "", code=code, found=found, expected=expected, fix=fix
    )

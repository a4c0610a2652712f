"""Writing files so that nobody ever finds half of one."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from airspace.errors import BadInput, Problem


def write_atomically(path: str | os.PathLike[str], text: str) -> None:
    """Write a UTF-8 text file: afterwards there is the whole new file, or what was there before.

    Folders on the way are made. The text goes to a temporary file beside the target, reaches the disk, and then takes
    the target's place in one step.

    Raises
    ------
    BadInput
        If the place cannot be written to.
    """
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, text.encode("utf-8"))
    except OSError as error:
        found = error.strerror or str(error)
        raise BadInput(
            [Problem(file=str(target), code="CANNOT_WRITE", found=found, expected="a place that can be written to")]
        ) from error


def _replace(target: Path, raw: bytes) -> None:
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    # Made with O_EXCL, so that it never follows a link somebody put there, and with the permissions of the umask.
    handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(raw)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
    except BaseException:
        # Ctrl-C included: whatever stopped us, no temporary file stays behind.
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
        raise
    _settle(target.parent)


def _settle(folder: Path) -> None:
    """Bring the new name itself to the disk, on systems whose folders can be opened."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

"""Writing files so that nobody ever finds half of one, nor of several that belong together."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import signal
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from airspace.errors import BadInput, Problem

LEFT_BEHIND = ".skyferry-*.tmp"
"""How temporary files are called; whoever is killed while writing leaves one, and the next to write there clears it."""


def write_atomically(path: str | os.PathLike[str], text: str) -> None:
    """Write a UTF-8 text file: afterwards there is the whole new file, or what was there before.

    Folders on the way are made. The text goes to a temporary file beside the target, reaches the disk, and then takes
    the target's place in one step.

    Raises
    ------
    BadInput
        If the place cannot be written to.
    """
    write_together({Path(path): text})


def write_together(texts: Mapping[Path, str]) -> None:
    """Write UTF-8 text files that belong together: all of them, or none.

    Every text reaches the disk, in a temporary file, before the first takes its place; so a full disk or an
    interruption leaves all that was there before. Then they take their places in the order given, which no Ctrl-C
    parts. Only a machine that dies in that moment can leave some new and some old: records of plans tell by digests
    whether they belong together.

    Raises
    ------
    BadInput
        If a place cannot be written to.
    """
    with contextlib.ExitStack() as stack:
        staged: list[tuple[Path, Path]] = []
        for target, text in texts.items():
            with _told(target):
                target.parent.mkdir(parents=True, exist_ok=True)
                staged.append((stack.enter_context(_staged(target, text.encode("utf-8"))), target))
        with _undisturbed():
            for temporary, target in staged:
                with _told(target):
                    temporary.replace(target)
        for folder in dict.fromkeys(target.parent for target in texts):
            _settle(folder)


@contextlib.contextmanager
def _told(target: Path) -> Iterator[None]:
    """Say which file could not be written."""
    try:
        yield
    except OSError as error:
        found = error.strerror or str(error)
        raise BadInput(
            [Problem(file=str(target), code="CANNOT_WRITE", found=found, expected="a place that can be written to")]
        ) from error


@contextlib.contextmanager
def _staged(target: Path, raw: bytes) -> Iterator[Path]:
    """Bring bytes to the disk beside their target; whatever comes, no temporary file stays behind."""
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    clear_left_behind(target.parent)
    temporary, stream = _claimed(target.parent)
    try:
        with stream:
            stream.write(raw)
            stream.flush()
            os.fsync(stream.fileno())
            yield temporary
    finally:
        # Gone already where it took the target's place.
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()


def _claimed(folder: Path) -> tuple[Path, BinaryIO]:
    """Return a new file, locked for as long as it is open."""
    while True:
        temporary = folder / LEFT_BEHIND.replace("*", secrets.token_hex(8))
        # Made with O_EXCL, so that it never follows a link somebody put there, and with the permissions of the umask.
        stream = os.fdopen(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666), "wb")
        lock(stream)
        if temporary.exists():
            return temporary, stream
        stream.close()  # somebody took it for left behind, before it was locked


def clear_left_behind(folder: Path) -> None:
    """Remove the temporary files of those who were killed while they wrote: nobody holds their locks any more."""
    for temporary in folder.glob(LEFT_BEHIND):
        # What cannot be opened or locked is somebody else's, or is being written.
        with contextlib.suppress(OSError), temporary.open("rb") as stream:
            if lock(stream, wait=False):
                temporary.unlink()


@contextlib.contextmanager
def one_at_a_time(target: Path) -> Iterator[None]:
    """Let nobody else who asks for this change files of the same folder, from reading a file to writing it back.

    Where there are no locks nobody is kept out.
    """
    if os.name != "posix" or not target.parent.is_dir():
        yield
        return
    # The folder, not the file: the file is another one as soon as it is written.
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        lock(folder)
        yield
    finally:
        os.close(folder)


def lock(stream: BinaryIO | int, *, wait: bool = True) -> bool:
    """Lock an open file or folder until it is closed, or its process ends however it may; False if that cannot be had.

    Where there are no such locks (Windows, some network drives) nobody has one.
    """
    try:
        import fcntl
    except ModuleNotFoundError:
        return False
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Put Ctrl-C and a polite end off until it is over: handlers of Python run in the main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    handlers = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    for one in handlers:
        signal.signal(one, lambda number, _frame: came.append(number))
    try:
        yield
    finally:
        for one, handler in handlers.items():
            signal.signal(one, signal.SIG_DFL if handler is None else handler)
        for number in came:
            signal.raise_signal(number)


def _settle(folder: Path) -> None:
    """Bring the new names themselves to the disk, on systems whose folders can be opened."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

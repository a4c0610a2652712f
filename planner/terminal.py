"""The terminal: exit codes, consoles, and how anything that goes wrong reaches the person at the keyboard."""

from __future__ import annotations

import contextlib
import errno
import functools
import io
import json
import logging
import os
import re
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from airspace.errors import UNSHOWABLE, AirspaceError, BadInput, Problem, showable
from planner import telling
from planner.errors import ConversionFailed, PlannerError, SolverFailed
from planner.solving.solvers import Watch
from planner.versions import installed_version


class Exit(IntEnum):
    """Exit codes, as promised to scripts."""

    DONE = 0
    OUR_BUG = 1
    BAD_INPUT = 3
    NOTHING_SERVED = 4
    SOME_UNSERVED = 5
    CHECK_FAILED = 6
    NOT_CHECKED = 7
    INTERRUPTED = 130


PIPE_WIDTH = 140

MACHINE_ERRORS = frozenset(
    getattr(errno, name)
    for name in ("ENOSPC", "EDQUOT", "EROFS", "EIO", "EMFILE", "ENFILE", "ENOMEM", "EPIPE", "EFBIG")
    if hasattr(errno, name)
)
"""What the machine may refuse whatever a program does: space, files, memory, somebody who reads on."""

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
OfScenario = Annotated[Path | None, typer.Option("--scenario", help="The scenario, when the plan does not lead to it.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="No progress.")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Log what is done, and show our own errors in full.")]


class Screen(Console):
    """A console on which no text of others does anything: what is no mark of Rich's own is only ever shown."""

    def say(self, text: str, *, style: str | None = None) -> None:
        """Print a text as one line, whatever it holds."""
        self.print(showable(text), style=style, markup=False, soft_wrap=True)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Yield what is printed, with characters spelt out that would steer a terminal."""
        for segment in super().render(renderable, options):
            harmless = segment.control or segment.text.isprintable()
            yield segment if harmless else segment._replace(text=_spelt_out(segment.text))


def _spelt_out(text: str) -> str:
    """Return a text of several lines as it may be shown: line ends stay, since Rich breaks lines with them."""
    return "\n".join(map(showable, text.split("\n")))


def out() -> Screen:
    """Return the console for results; lines in a pipe or a file are wide enough for the tables."""
    return Screen(highlight=False, emoji=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)


def err() -> Screen:
    """Return the console for progress and complaints."""
    return Screen(stderr=True, highlight=False, emoji=False)


class OneLine(logging.Formatter):
    """A log in which nothing that is told can look like another line; only our own errors, asked for, have several."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - as the base class calls it
        """Return the line of a record."""
        return showable(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - as the base class calls it
        """Return the lines of an error."""
        return _spelt_out(super().formatException(ei))


def log_to_stderr(level: int) -> None:
    """Have logs written to stderr, unless the application that calls us has them go elsewhere."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine(logging.BASIC_FORMAT))
    logging.basicConfig(level=level, handlers=[handler])


def prepare() -> None:
    """Make ready for whatever the command was started with; called once, before anything is opened.

    Streams that are closed lead nowhere: the next file that was opened would take their numbers, and what libraries
    print would end up in it. What an encoding cannot say is told by its number. SIGTERM ends a command as Ctrl-C does.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(nowhere, "r" if name == "stdin" else "w", encoding="utf-8"))
        elif isinstance(stream, io.TextIOWrapper) and name != "stdin":
            stream.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if hasattr(signal, "SIGPIPE"):
        # Whoever reads our output may stop reading, as `| head` does: that ends us, and is no error of ours.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def guarded(command: Callable[..., Exit]) -> Callable[..., None]:
    """Turn what a command returns or raises into an exit code and a message for the person at the keyboard."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        verbose = bool(kwargs.get("verbose"))
        log_to_stderr(logging.INFO if verbose else logging.WARNING)
        try:
            code = command(*args, **kwargs)
            sys.stdout.flush()
        except BadInput as error:
            code = _bad_input(error.problems, as_json=bool(kwargs.get("as_json")))
        except (AirspaceError, PlannerError, LookupError) as error:
            code = _refused(error, verbose=verbose)
        except typer.BadParameter:
            raise
        except KeyboardInterrupt:
            say("interrupted; no file is left half-written")
            code = Exit.INTERRUPTED
        except (OSError, MemoryError) as error:
            code = _machine_refused(error, verbose=verbose)
        except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback reaches a user unasked
            code = _our_bug(error, verbose=verbose)
        _let_go(sys.stdout)
        raise typer.Exit(int(code))

    return run


@contextmanager
def _as_far_as_heard() -> Iterator[None]:
    """Complain; a stderr that is full, or that nobody reads, changes no exit code."""
    try:
        yield
    except OSError:
        _let_go(sys.stderr)


def _let_go(stream: TextIO) -> None:
    """Send what cannot be got rid of in a buffer nowhere, or Python would try again on its way out and complain."""
    try:
        stream.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _bad_input(problems: tuple[Problem, ...], *, as_json: bool) -> Exit:
    if as_json:
        print_json(telling.problems_document(problems))
    with _as_far_as_heard():
        telling.tell_problems(problems, err())
    return Exit.BAD_INPUT


def _refused(error: Exception, *, verbose: bool) -> Exit:
    """Tell of an error whose cause is in what was asked; a broken promise of our own code is ours."""
    if isinstance(error, SolverFailed | ConversionFailed) or type(error) in (KeyError, IndexError):
        return _our_bug(error, verbose=verbose)
    with _as_far_as_heard():
        err().say(str(error), style="red")
    return Exit.BAD_INPUT


def _machine_refused(error: OSError | MemoryError, *, verbose: bool) -> Exit:
    """Tell of what the machine could not give: no space, no memory, nobody who takes the output."""
    if isinstance(error, OSError) and error.errno not in MACHINE_ERRORS:
        return _our_bug(error, verbose=verbose)
    what = "out of memory" if isinstance(error, MemoryError) else error.strerror or str(error)
    where = f" ({error.filename})" if isinstance(error, OSError) and error.filename else ""
    say(f"the machine does not let us go on: {what}{where}; no file is left half-written")
    return Exit.BAD_INPUT


def say(text: str) -> None:
    """Tell the person at the keyboard, at once and past all buffers: we may have been interrupted while writing."""
    try:
        os.write(sys.stderr.fileno(), f"{showable(text)}\n".encode())
    except (OSError, io.UnsupportedOperation):
        # A stream that is none of the system's; or nobody is there any more to be told.
        with contextlib.suppress(OSError):
            sys.stderr.write(f"{showable(text)}\n")


def _our_bug(error: Exception, *, verbose: bool) -> Exit:
    if verbose:
        logging.getLogger(__name__).error("unexpected error", exc_info=error)
    with _as_far_as_heard():
        err().say(f"{type(error).__name__}: {error}", style="red")
        err().print(
            f"This is a bug in skyferry {installed_version()}. Please report it to the maintainers, with your "
            "input and the output of the same command with -v."
        )
    return Exit.OUR_BUG


def print_json(document: Any) -> None:
    """Print one JSON document on stdout, with characters escaped that would steer a terminal.

    In plain ASCII where stdout does not take UTF-8.
    """
    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    text = json.dumps(document, ensure_ascii=plain, indent=1, sort_keys=True)
    sys.stdout.write(IN_TEXTS.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")


IN_TEXTS = re.compile(f"(?!\n){UNSHOWABLE.pattern}")
"""What JSON leaves as it is inside of its texts; line ends stand between them only."""


@contextmanager
def followed(*, quiet: bool, kept: str = "the best plan so far") -> Iterator[Watch]:
    """Show progress on stderr when it is a terminal; let the first Ctrl-C end a search early, the second end all.

    A polite end (SIGTERM) is taken as Ctrl-C.

    ``kept``: what the search ends with then, in words.
    """
    interrupted = False

    def interrupt(_signal: int, _frame: object) -> None:
        nonlocal interrupted
        if interrupted:
            raise KeyboardInterrupt
        interrupted = True
        say(f"stopping with {kept}; Ctrl-C again to give up")

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with progress(quiet=quiet) as on_progress:
            yield Watch(on_progress=on_progress, stopped=lambda: interrupted)
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show progress on stderr when it is a terminal, else log it; Ctrl-C ends the command at once."""
    console = err()
    if quiet or not console.is_terminal:
        yield logging.getLogger("skyferry").info
    else:
        with console.status("reading") as status:
            yield lambda text: status.update(telling.escape(text))


def moment(text: str, option: str = "--at") -> datetime:
    """Read a time given as an option, in UTC."""
    try:
        told = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"{option}: expected a time such as 2026-12-01T09:00:00+08:00, got {text!r}"
        ) from error
    if told.tzinfo is None:
        example = f"{told.isoformat(timespec='minutes')}+08:00"
        raise typer.BadParameter(f"{option}: expected a time with an offset from UTC, such as {example}, got {text!r}")
    return told.astimezone(UTC)

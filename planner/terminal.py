"""The terminal: exit codes, consoles, and how anything that goes wrong reaches the person at the keyboard."""

from __future__ import annotations

import functools
import json
import logging
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import IntEnum
from typing import Annotated, Any

import typer
from rich.console import Console

from airspace.errors import AirspaceError, BadInput, Problem
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

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="No progress.")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Log what is done, and show our own errors in full.")]


def out() -> Console:
    """Return the console for results; lines in a pipe or a file are wide enough for the tables."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)


def err() -> Console:
    """Return the console for progress and complaints."""
    return Console(stderr=True, highlight=False)


def guarded(command: Callable[..., Exit]) -> Callable[..., None]:
    """Turn what a command returns or raises into an exit code and a message for the person at the keyboard."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        verbose = bool(kwargs.get("verbose"))
        logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, stream=sys.stderr)
        try:
            code = command(*args, **kwargs)
        except BadInput as error:
            code = _bad_input(error.problems, as_json=bool(kwargs.get("as_json")))
        except (AirspaceError, PlannerError, LookupError) as error:
            code = _refused(error, verbose=verbose)
        except typer.BadParameter:
            raise
        except KeyboardInterrupt:
            err().print("interrupted; nothing was written")
            code = Exit.INTERRUPTED
        except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback reaches a user unasked
            code = _our_bug(error, verbose=verbose)
        raise typer.Exit(int(code))

    return run


def _bad_input(problems: tuple[Problem, ...], *, as_json: bool) -> Exit:
    if as_json:
        print_json(telling.problems_document(problems))
    telling.tell_problems(problems, err())
    return Exit.BAD_INPUT


def _refused(error: Exception, *, verbose: bool) -> Exit:
    """Tell of an error whose cause is in what was asked; a broken promise of our own code is ours."""
    if isinstance(error, SolverFailed | ConversionFailed) or type(error) in (KeyError, IndexError):
        return _our_bug(error, verbose=verbose)
    err().print(str(error), style="red", markup=False, soft_wrap=True)
    return Exit.BAD_INPUT


def _our_bug(error: Exception, *, verbose: bool) -> Exit:
    console = err()
    if verbose:
        logging.getLogger(__name__).error("unexpected error", exc_info=error)
    console.print(f"{type(error).__name__}: {error}", style="red", markup=False, soft_wrap=True)
    console.print(
        f"This is a bug in skyferry {installed_version()}. Please report it to the maintainers, with your "
        "input and the output of the same command with -v."
    )
    return Exit.OUR_BUG


def print_json(document: Any) -> None:
    """Print one JSON document on stdout."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


@contextmanager
def followed(*, quiet: bool, kept: str = "the best plan so far") -> Iterator[Watch]:
    """Show progress on stderr when it is a terminal; let the first Ctrl-C end a search early, the second end all.

    ``kept``: what the search ends with then, in words.
    """
    interrupted = False

    def interrupt(_signal: int, _frame: object) -> None:
        nonlocal interrupted
        if interrupted:
            raise KeyboardInterrupt
        interrupted = True
        err().print(f"stopping with {kept}; Ctrl-C again to give up")

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        with progress(quiet=quiet) as on_progress:
            yield Watch(on_progress=on_progress, stopped=lambda: interrupted)
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show progress on stderr when it is a terminal, else log it; Ctrl-C ends the command at once."""
    console = err()
    if quiet or not console.is_terminal:
        yield logging.getLogger("skyferry").info
    else:
        with console.status("reading") as status:
            yield status.update


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

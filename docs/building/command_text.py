"""Every command of the command line with its arguments and options, as the code has them, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from planner import cli

EVERYWHERE = {"as_json", "quiet", "verbose"}
"""Options that every command takes; the page tells them once."""


def text() -> str:
    """Return a section for each command."""
    return "\n".join(line for path, command in commands() for line in section(path, command))


def commands() -> Iterator[tuple[str, Any]]:
    """Yield each command with what is typed to call it, sorted."""
    for name, command in sorted(typer.main.get_command(cli.app).commands.items()):  # type: ignore[attr-defined]
        if members := getattr(command, "commands", None):
            yield from ((f"skyferry {name} {member}", members[member]) for member in sorted(members))
        else:
            yield f"skyferry {name}", command


def section(path: str, command: Any) -> Iterator[str]:
    """Yield the lines of a command's section, in Markdown."""
    arguments = [item for item in command.params if item.param_type_name == "argument"]
    options = [item for item in command.params if item.param_type_name == "option" and item.name not in EVERYWHERE]
    yield from (f"## {path}", "", _plain(command.help or ""), "")
    yield from ("```", " ".join((path, *map(_usage, arguments), *(["[OPTIONS]"] if options else []))), "```", "")
    if arguments or options:
        yield from ("| | |", "|---|---|")
        yield from (f"| `{_usage(item)}` | {_cell(item.help or '')} |" for item in arguments)
        yield from (f"| {_names(item)} | {_cell(item.help or '')}{_unless_told(item)} |" for item in options)
        yield ""


def _usage(argument: Any) -> str:
    name = (argument.metavar or argument.name.upper()) + ("..." if argument.nargs == -1 else "")
    return name if argument.required or name.startswith("[") else f"[{name}]"


def _names(option: Any) -> str:
    return ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))


def _unless_told(option: Any) -> str:
    """Return what holds where an option is not given, if that is a value to tell."""
    default = option.default
    if option.is_flag or default is None or default == () or callable(default):
        return ""
    return f" Unless told: `{getattr(default, 'value', default)}`."


def _cell(text: str) -> str:
    return _plain(text).replace("|", "\\|")


def _plain(text: str) -> str:
    """Return a help text as Markdown that shows it as it is, on one line."""
    escaped = "".join(f"\\{character}" if character in "\\`*_{}[]<>#$" else character for character in text)
    return " ".join(escaped.split())

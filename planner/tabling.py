"""Tables on a terminal of any width: where there is no room, what matters least is left out, and nothing is wrapped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from airspace.errors import showable

GAP = 2
INDENT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its head, a cell for each row, and how much it matters."""

    head: str
    cells: tuple[str, ...]
    """Texts of others may stand in them: they are only ever shown."""
    rank: int
    """Where there is no room the column with the highest goes first; that with 0 always stays."""
    least: int | None = None
    """May be cut down to as many letters, with an ellipsis; None for a column that is told in full or not at all."""
    right: bool = False
    styles: tuple[str, ...] | None = None
    """One for each row."""

    @property
    def width(self) -> int:
        """How wide it is in full."""
        return max(map(cell_len, (self.head, *map(showable, self.cells))))

    @property
    def least_width(self) -> int:
        """How narrow it may be."""
        full = self.width
        return full if self.least is None else min(full, max(self.least, cell_len(self.head)))


def fitting(columns: Sequence[Column], width: int) -> tuple[Column, ...]:
    """Return the columns that a width has room for, in their order: those that matter most."""
    kept = sorted((column for column in columns if any(column.cells)), key=lambda column: column.rank)
    while len(kept) > 1 and _needed(kept) > width:
        kept.pop()
    return tuple(column for column in columns if column in kept)


def widths(columns: Sequence[Column], width: int) -> tuple[int, ...]:
    """Return how wide each column is: in full where there is room, the widest cut down first where there is not."""
    told = [column.width for column in columns]
    least = [column.least_width for column in columns]
    over = INDENT + sum(told) + GAP * (len(told) - 1) - width
    while over > 0 and any(one > other for one, other in zip(told, least, strict=True)):
        widest = max(range(len(told)), key=lambda index: (told[index] > least[index], told[index]))
        told[widest] -= 1
        over -= 1
    return tuple(told)


def tell_table(columns: Sequence[Column], console: Console) -> None:
    """Print a table as wide as the console at most; on a terminal with a line under its heads.

    In a pipe there are no lines, so that what reads on sees words and blanks only.
    """
    kept = fitting(columns, console.width)
    table = Table(
        box=box.SIMPLE_HEAD if console.is_terminal else None,
        show_edge=False,
        pad_edge=False,
        padding=(0, GAP - 1 if console.is_terminal else GAP, 0, 0),
        header_style="bold",
    )
    for column, width in zip(kept, widths(kept, console.width), strict=True):
        table.add_column(
            column.head, width=width, no_wrap=True, overflow="ellipsis", justify="right" if column.right else "left"
        )
    for row in range(len(kept[0].cells) if kept else 0):
        table.add_row(*(_cell(column, row) for column in kept))
    if kept:
        console.print(_indented(table))


def _needed(columns: Sequence[Column]) -> int:
    return INDENT + sum(column.least_width for column in columns) + GAP * (len(columns) - 1)


def _cell(column: Column, row: int) -> Text:
    return Text(showable(column.cells[row]), style=column.styles[row] if column.styles else "")


def _indented(table: Table) -> Table:
    outer = Table.grid(padding=0)
    outer.add_column(width=INDENT)
    outer.add_column()
    outer.add_row("", table)
    return outer

"""Tables on terminals of any width."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from planner.tabling import Column, fitting, tell_table, widths
from planner.terminal import Screen
from tests.hostile import PAYLOADS, harmless_on_a_terminal

NAME = Column(head="name", cells=("alpha", "beta"), rank=0, least=4)
TIME = Column(head="time", cells=("08:00", "08:30"), rank=1)
WORDS = Column(head="words", cells=("one two three", "four five six"), rank=2, least=6)
NOTE = Column(head="note", cells=("", "x"), rank=3, right=True)
ALL = (NAME, TIME, WORDS, NOTE)


def printed(columns: tuple[Column, ...], width: int, *, terminal: bool = True) -> list[str]:
    file = io.StringIO()
    console = Screen(file=file, width=width, force_terminal=terminal, color_system=None, highlight=False)
    tell_table(columns, console)
    return [line.rstrip() for line in file.getvalue().splitlines()]


def test_where_there_is_room_everything_stands_in_full() -> None:
    assert printed(ALL, 60) == [
        "  name   time   words          note",
        " " * 2 + "─" * 33,
        "  alpha  08:00  one two three",
        "  beta   08:30  four five six     x",
    ]


def test_what_matters_least_goes_first_and_what_may_be_cut_is_cut() -> None:
    # 2 + 5 + 2 + 5 + 2 + 6: the note has no room, and the words are cut down to 6 letters.
    assert printed(ALL, 22)[2:] == ["  alpha  08:00  one t…", "  beta   08:30  four …"]
    assert printed(ALL, 14)[0] == "  name   time"
    assert printed(ALL, 6)[2:] == ["  alp…", "  beta"]


def test_in_a_pipe_there_are_no_lines_between() -> None:
    assert printed(ALL, 60, terminal=False) == [
        "  name   time   words          note",
        "  alpha  08:00  one two three",
        "  beta   08:30  four five six     x",
    ]


def test_columns_without_a_word_in_them_are_left_out() -> None:
    empty = Column(head="held", cells=("", ""), rank=1)
    assert fitting((NAME, empty), 80) == (NAME,)


def test_a_table_without_rows_or_columns_prints_nothing() -> None:
    assert printed((), 80) == []
    assert printed((Column(head="name", cells=(), rank=0),), 80) == []


@given(
    texts=st.lists(st.text(max_size=30), min_size=4, max_size=4),
    ranks=st.permutations(range(4)),
    width=st.integers(8, 120),
)
def test_no_table_is_wider_than_its_console_and_every_row_is_one_line(
    texts: list[str], ranks: list[int], width: int
) -> None:
    columns = tuple(
        Column(head="h", cells=(text, "x"), rank=rank, least=3) for text, rank in zip(texts, ranks, strict=True)
    )
    lines = printed(columns, width)
    assert len(lines) == 4
    assert all(cell_len(line) <= width for line in lines)


@pytest.mark.parametrize("text", [payload.whole for payload in PAYLOADS], ids=[payload.name for payload in PAYLOADS])
def test_names_of_others_are_only_shown(text: str) -> None:
    lines = printed((Column(head="name", cells=(text, "next"), rank=0, least=4),), 40)
    assert len(lines) == 4
    assert harmless_on_a_terminal("\n".join(lines))


def test_wide_letters_take_two_cells() -> None:
    chinese = Column(head="名", cells=("無人機", "ab"), rank=0, least=4)
    assert chinese.width == 6
    assert widths((chinese,), 6) == (4,)

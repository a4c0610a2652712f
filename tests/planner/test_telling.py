"""What ``skyferry check`` prints of a review, on terminals of any width."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len

from planner.model.reviews import Review, Verdict
from planner.telling import tell_review
from planner.terminal import Screen
from tests.planner.output.samples import sample


def told(review: Review, width: int, *, terminal: bool = True) -> list[str]:
    file = io.StringIO()
    console = Screen(file=file, width=width, force_terminal=terminal, color_system=None, highlight=False, emoji=False)
    tell_review(review, console)
    return [line.rstrip() for line in file.getvalue().splitlines()]


def table(lines: list[str]) -> list[str]:
    """Return the lines of the table of margins."""
    start = lines.index("tightest margins that hold") + 1
    return [line for line in lines[start:] if "NOT CHECKED" not in line]


def test_the_verdict_comes_first_and_each_margin_is_a_line() -> None:
    lines = told(sample().review, 120)
    assert lines[0] == "✓ PASS  6 pass, 0 fail, 1 not checked"
    assert [line.split()[0] for line in table(lines)[2:]] == [
        "boundary.gate", "zone.clearance", "energy.reserve", "made.up",
    ]  # fmt: skip
    assert table(lines)[3].split()[-2:] == ["5.00", "m"]
    assert "  ? NOT CHECKED  weather.gusts · detail of weather.gusts" in lines


@pytest.mark.parametrize(
    ("width", "heads"),
    [
        (100, ["rule", "subject", "measured", "required", "margin"]),
        (72, ["rule", "subject", "required", "margin"]),
        (60, ["rule", "subject", "margin"]),
        (34, ["rule", "margin"]),
    ],
)
def test_a_narrow_table_leaves_out_what_matters_least_and_wraps_nothing(width: int, heads: list[str]) -> None:
    lines = table(told(sample().review, width))
    assert lines[0].split() == heads
    assert len(lines) == 6
    assert all(cell_len(line) <= width for line in lines)


def test_in_a_pipe_there_are_no_frames() -> None:
    assert not {"─", "━", "┃"} & set("".join(told(sample().review, 140, terminal=False)))


def test_failures_come_before_margins_and_a_review_without_margins_has_no_table() -> None:
    lines = told(sample(verdict=Verdict.FAIL).review, 120)
    assert lines[1].startswith("  ✗ FAIL  zone.clearance")
    assert told(Review(plan_digest="", verdict=Verdict.NOT_CHECKED, findings=()), 80) == [
        "? NOT CHECKED  0 pass, 0 fail, 0 not checked"
    ]

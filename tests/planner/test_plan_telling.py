"""What a plan ends with on a terminal: as wide as it is, with and without colour, and in a pipe."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from rich.cells import cell_len

from planner.model.plans import Bound, Filing, Plan, Reason, Sortie, Unserved
from planner.model.reviews import Review, Verdict
from planner.plan_telling import MOST, tell_plan
from planner.terminal import PIPE_WIDTH, Screen
from tests.hostile import PAYLOADS, harmless_on_a_terminal
from tests.planner.output.samples import at, sample

PATHS = {"plan": "out/a-folder-with-quite-a-long-name/for-one-day/and-another/plan.json"}
NOW = at(-120)
LONG = (
    "Out and back is 39.9 km; the drone needs 7,124 Wh (95.0% sure), and may use 3,127 of 3,969 Wh with the reserve "
    "kept"
)


def filing(minutes: float) -> Filing:
    return Filing(
        jurisdiction="HK", authority="Office", rule="HK-1", title="Report", count=3, first_flight=at(30),
        latest_at=at(minutes), indicative_at=None, reply_by=None, source="law", detail="file before",
    )  # fmt: skip


def day() -> Plan:
    plan = sample().plan
    left_out = Unserved(order="O-9", reason=Reason.BATTERY_RANGE, detail=LONG)
    return replace(plan, unserved=(*plan.unserved, left_out), filings=(filing(0), filing(-180)))


def told(
    plan: Plan,
    width: int,
    *,
    terminal: bool = True,
    colour: bool = False,
    review: Review | None = None,
) -> list[str]:
    file = io.StringIO()
    colours = "truecolor" if colour else None
    console = Screen(
        file=file, width=width, force_terminal=terminal, color_system=colours, highlight=False, emoji=False
    )
    tell_plan(plan, review or sample().review, PATHS, NOW, console)
    return [line.rstrip() for line in file.getvalue().splitlines()]


def many(count: int) -> Plan:
    """Return a day on which two drones fly many sorties, a minute after one another."""

    def again(number: int) -> Sortie:
        sortie = sample().plan.sorties[number % 2]
        later = timedelta(minutes=number)
        return replace(sortie, id=f"S-{number}", departs=sortie.departs + later, returns=sortie.returns + later)

    return replace(day(), sorties=tuple(map(again, range(count))))


def test_the_verdict_comes_first_then_orders_cost_sorties_unserved_filings_and_files() -> None:
    lines = told(day(), 120)
    text = "\n".join(lines)
    assert lines[0] == "✓ PASS  Morning"
    assert "  served    2 of 3 orders, in 2 sorties of 2 drones" in lines
    assert "  cost      CNY 1,284.60 (nothing proves one)" in lines
    places = [text.index(word) for word in ("served ", "cost ", "sortie ", "unserved ", "file ", "plan  ")]
    assert places == sorted(places)
    assert lines[-1] == f"  plan      {PATHS['plan']}"


def test_each_sortie_is_one_line_by_the_clock_of_the_plan() -> None:
    lines = told(day(), 120)
    (row,) = [line for line in lines if line.startswith("  S-1")]
    assert row.split() == ["S-1", "D1", "08:30", "08:49", "CLINIC", "O-1", "≥", "62%", "1.5", "kg"]
    assert [line.split() for line in lines if "sortie " in line and "drone " in line] == [
        ["sortie", "drone", "departs", "returns", "stops", "orders", "charge", "load"]
    ]


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("colour", [False, True], ids=["plain", "colour"])
def test_no_line_is_wider_than_the_terminal_but_for_paths(width: int, colour: bool) -> None:
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in told(day(), width, colour=colour)]
    assert all(cell_len(line) <= width or PATHS["plan"] in line for line in lines)
    assert len([line for line in lines if line.startswith("  S-")]) == 2
    assert PATHS["plan"] in lines[-1]


def test_without_colour_no_escapes_are_printed_and_with_it_some_are() -> None:
    assert "\x1b" not in "\n".join(told(day(), 80))
    assert "\x1b[" in "\n".join(told(day(), 80, colour=True))


@pytest.mark.parametrize(
    ("width", "heads"),
    [
        (60, ["sortie", "drone", "departs", "returns", "stops", "orders", "charge"]),
        (44, ["sortie", "drone", "departs", "stops", "orders"]),
        (24, ["sortie", "drone", "departs"]),
    ],
)
def test_a_narrow_table_leaves_out_what_matters_least(width: int, heads: list[str]) -> None:
    lines = told(day(), width)
    (head,) = [line for line in lines if line.startswith("  sortie")]
    assert head.split() == heads
    assert len([line for line in lines if line.startswith("  S-")]) == 2  # nothing is wrapped


def test_a_long_reason_goes_on_under_itself() -> None:
    lines = told(day(), 60)
    first = next(index for index, line in enumerate(lines) if "O-9" in line)
    block = [lines[first]]
    for line in lines[first + 1 :]:
        if not line.startswith(" " * 12):
            break
        block.append(line)
    assert len(block) > 2
    assert " ".join(line.strip() for line in block) == f"unserved  O-9  BATTERY_RANGE  {LONG}"


def test_in_a_pipe_each_thing_is_one_line_without_frames() -> None:
    lines = told(day(), PIPE_WIDTH, terminal=False)
    assert f"  unserved  O-9  BATTERY_RANGE  {LONG}" in lines
    assert not re.search("[─━│┃┏]", "\n".join(lines))
    assert len([line for line in lines if line.startswith("  file ")]) == 2


def test_filings_tell_the_time_left_and_those_that_are_late() -> None:
    text = "\n".join(told(day(), 120))
    assert "by 2026-12-01 08:00 (2 h 0 min left): Report (HK-1), Office; the first of 3" in text
    assert "by 2026-12-01 05:00 (too late by 1 h 0 min)" in text


def test_up_to_forty_sorties_are_told_one_by_one_and_more_by_drone() -> None:
    assert len([line for line in told(many(MOST), 100) if line.startswith("  S-")]) == MOST
    lines = told(many(MOST + 2), 100)
    assert not [line for line in lines if line.startswith("  S-")]
    (row,) = [line for line in lines if line.startswith("  D1")]
    # The first of 42 departs at 08:30, and 40 minutes after it the last of D1's 21, back after 19 minutes.
    assert row.split() == ["D1", "21", "08:30", "09:29", "21", "≥", "62%"]
    assert "42 sorties by drone; each of them stands in plan.json and on the page" in "\n".join(lines)


def test_of_very_many_orders_left_out_the_rest_is_told_by_reason() -> None:
    left_out = tuple(Unserved(order=f"O-{n}", reason=Reason.WIND, detail="Too much wind.") for n in range(MOST + 7))
    lines = told(replace(day(), unserved=left_out), 120)
    assert len([line for line in lines if line.startswith("  unserved")]) == MOST
    assert any("and 7 more: WIND 7" in line for line in lines)


def test_a_plan_that_flies_nothing_has_no_table() -> None:
    lines = told(replace(day(), sorties=()), 80)
    assert not [line for line in lines if line.startswith("  sortie")]


def test_a_charge_is_never_told_higher_than_it_is() -> None:
    plan = day()
    there, back = plan.sorties[0].legs
    first = replace(plan.sorties[0], legs=(there, replace(back, soc_end=0.2999)))
    (row,) = [line for line in told(replace(plan, sorties=(first,)), 120) if line.startswith("  S-1")]
    assert "≥ 29%" in row


def test_a_failure_is_told_under_the_verdict() -> None:
    lines = told(day(), 120, review=sample(verdict=Verdict.FAIL).review)
    assert lines[0] == "✗ FAIL  Morning"
    assert any("zone.clearance" in line and "margin -16 m" in line for line in lines)


def test_a_sortie_on_the_next_day_and_one_that_is_held_back_say_so() -> None:
    plan = day()
    first = replace(plan.sorties[0], returns=at(24 * 60), held_s=95, held_for=("S-2",))
    lines = told(replace(plan, sorties=(first, *plan.sorties[1:])), 120)
    (row,) = [line for line in lines if line.startswith("  S-1")]
    assert "08:00 +1 d" in row
    assert row.endswith("95 s")


@pytest.mark.parametrize("text", [payload.whole for payload in PAYLOADS], ids=[payload.name for payload in PAYLOADS])
def test_hostile_names_are_only_shown(text: str) -> None:
    shown = sample(text, bound=Bound(lower=1.0, gap=0.5, rules=text, proven=False))
    for terminal in (True, False):
        lines = told(shown.plan, 80, terminal=terminal, colour=terminal, review=shown.review)
        assert harmless_on_a_terminal("\n".join(lines))

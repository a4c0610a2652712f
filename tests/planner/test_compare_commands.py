"""``skyferry compare``: two plans of the tiny example, of which the second has one drone and a lighter order."""

from __future__ import annotations

import io
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from planner import cli
from planner.compare_telling import MOST_ROWS, amount, tell_comparison
from planner.comparing import compare
from planner.formats.plans import digest, record_text
from planner.terminal import Screen
from tests.hostile import PAYLOADS, harmless_on_a_terminal
from tests.planner.comparing.pairs import day
from tests.planner.output.samples import sample

ROOT = Path(__file__).parents[2]
TINY = ROOT / "examples" / "tiny"


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two scenarios and their plans."""
    folder = tmp_path_factory.mktemp("compared")
    for name in ("a", "b"):
        shutil.copytree(TINY, folder / name)
    orders, fleet = folder / "b" / "orders.csv", folder / "b" / "fleet.csv"
    orders.write_text(orders.read_text().replace("O-4,DEPOT,BANK,4.0", "O-4,DEPOT,BANK,1.0"))
    fleet.write_text("".join(line for line in fleet.read_text().splitlines(keepends=True) if "M350-02" not in line))
    for name in ("a", "b"):
        result = run("plan", str(folder / name), "-o", str(folder / f"out-{name}"), "-q")
        assert result.exit_code == 0, result.output
    return folder


def run(*arguments: str) -> Any:
    return CliRunner().invoke(cli.app, list(arguments))


def both(planned: Path) -> list[str]:
    return [
        str(planned / "out-a" / "plan.json"), str(planned / "out-b" / "plan.json"),
        "--scenario", str(planned / "a"), "--scenario-b", str(planned / "b"),
    ]  # fmt: skip


def test_the_difference_of_inputs_is_told_before_any_figure(planned: Path) -> None:
    told = run("compare", *both(planned))
    assert told.exit_code == 0, told.output
    lines = told.stdout.splitlines()
    assert lines[0].startswith("A  ✓ PASS  Tiny, 2026-12-01 09:00 to 11:00")
    places = [next(n for n, line in enumerate(lines) if word in line) for word in ("  fleet.csv: differs", "  cost ")]
    assert places == sorted(places)
    assert "  orders.csv: differs" in lines
    assert "  pads.geojson: differs" not in lines


def test_json_tells_what_moved_in_one_document(planned: Path) -> None:
    told = json.loads(run("compare", *both(planned), "--json").stdout)
    assert [item["path"] for item in told["inputs"]["differ"]] == ["fleet.csv", "orders.csv"]
    moved = {item["order"]: item for item in told["orders"]["moved"]}
    assert moved["O-4"]["move"] == "gained"
    assert moved["O-4"]["a"]["reason"] == "PAYLOAD"
    assert moved["O-4"]["b"]["drone"] == "M350-01"
    figures = {item["name"]: item for item in told["figures"]}
    assert (figures["served"]["a"], figures["served"]["b"], figures["served"]["better"]) == (3, 4, True)
    assert (figures["drones"]["a"], figures["drones"]["b"]) == (2, 1)
    records = [json.loads((planned / f"out-{name}" / "plan.json").read_text()) for name in ("a", "b")]
    assert figures["cost"]["delta"] == pytest.approx(records[1]["totals"]["cost"] - records[0]["totals"]["cost"])
    assert told["a"]["digest"] == records[0]["digest"]


def test_a_plan_beside_itself_is_told_to_be_one_and_the_same(planned: Path) -> None:
    plan = str(planned / "out-a" / "plan.json")
    told = run("compare", plan, plan, "--scenario", str(planned / "a"))
    assert told.exit_code == 0
    assert "A and B are one and the same plan." in told.stdout
    assert "orders: 4 alike, 0 not" in told.stdout


def test_a_scenario_that_changed_since_is_noted(planned: Path) -> None:
    plan = str(planned / "out-a" / "plan.json")
    told = run("compare", plan, plan, "--scenario", str(planned / "a"), "--scenario-b", str(planned / "b"))
    assert "note: orders.csv is not the file that B was made from" in told.stderr
    assert "file that A was made from" not in told.stderr


# --- what is no plan --------------------------------------------------------------------------------------------------


def changed(planned: Path, file: Path, **values: Any) -> str:
    """Write plan A with other values and a digest that fits them, unless it is given."""
    document = json.loads((planned / "out-a" / "plan.json").read_text()) | values
    if "digest" not in values:
        document["digest"] = digest(document)
    file.write_text(record_text(document), "utf-8")
    return str(file)


def test_everything_wrong_with_both_is_told_at_once_and_nothing_is_written(planned: Path, tmp_path: Path) -> None:
    newer = changed(planned, tmp_path / "newer.json", version=2)
    edited = changed(planned, tmp_path / "edited.json", name="Edited", digest="sha256:" + "0" * 64)
    page = tmp_path / "page.html"
    told = run("compare", newer, edited, "--scenario", str(planned / "a"), "-o", str(page), "--json")
    assert told.exit_code == 3
    problems = {problem["code"]: problem for problem in json.loads(told.stdout)["problems"]}
    assert set(problems) == {"WRONG_VERSION", "EDITED"}
    assert problems["WRONG_VERSION"]["file"] == newer
    assert "update" in problems["WRONG_VERSION"]["fix"]
    assert problems["EDITED"]["found"].startswith("'sha256:0000")
    assert not page.exists()


def test_what_is_no_plan_at_all_is_named(planned: Path) -> None:
    review = str(planned / "out-a" / "review.json")
    told = run("compare", review, str(planned / "nowhere.json"))
    assert told.exit_code == 3
    assert "expected 'skyferry-plan'" in told.stderr
    assert "nowhere.json" in told.stderr
    assert "Traceback" not in told.output


def test_a_scenario_that_cannot_be_found_is_named_with_what_to_do(planned: Path, tmp_path: Path) -> None:
    lost = shutil.copy(planned / "out-a" / "plan.json", tmp_path / "plan.json")
    told = run("compare", str(lost), str(lost), "--scenario-b", str(planned / "a"))
    assert told.exit_code == 3
    assert "Name it with --scenario" in told.stderr


# --- as lines ---------------------------------------------------------------------------------------------------------


def lines_of(width: int, *, text: str = "", terminal: bool = True) -> list[str]:
    file = io.StringIO()
    console = Screen(file=file, width=width, force_terminal=terminal, color_system=None, highlight=False, emoji=False)
    one, other = sample(text), sample()
    tell_comparison(compare(one.plan, other.plan, reviews=(one.review, other.review)), console)
    return [line.rstrip() for line in file.getvalue().splitlines()]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_tables_keep_to_the_width_of_the_terminal(width: int) -> None:
    table = [
        line for line in lines_of(width) if line.startswith("  ") and not line.startswith("   ") and ":" not in line
    ]
    assert len(table) > 10
    assert all(cell_len(line) <= width for line in table)


@pytest.mark.parametrize("text", [payload.whole for payload in PAYLOADS], ids=[payload.name for payload in PAYLOADS])
def test_hostile_names_are_only_shown(text: str) -> None:
    for terminal in (True, False):
        assert harmless_on_a_terminal("\n".join(lines_of(80, text=text, terminal=terminal)))


def test_of_very_many_orders_the_first_are_told_and_how_many_more_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    plan = day()
    orders = tuple(f"X-{n}" for n in range(MOST_ROWS + 5))
    b = replace(plan, sorties=(replace(plan.sorties[0], orders=("O-1", *orders)), *plan.sorties[1:]))
    tell_comparison(compare(plan, b), Screen(width=120, highlight=False))
    told = capsys.readouterr().out
    # O-1 has moved too, for its company.
    assert "orders: 2 alike, 46 not" in told
    assert "and 6 orders more: --json or -o FILE.html tells all of them" in told


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (None, "m", "unknown"), (12_345, "m", "12.35 km"), (90, "s", "1.5 min"), (1500, "Wh", "1,500 Wh"),
        (63_673, "Wh", "63.7 kWh"), (0.3, "s", "0.3 s"),
        (0.125, "share", "12.5%"), (1234.5, "CNY", "CNY 1,234.50"), (1234, "", "1,234"),
    ],
)  # fmt: skip
def test_figures_are_told_in_the_units_people_read(value: float | None, unit: str, words: str) -> None:
    assert amount(value, unit) == words

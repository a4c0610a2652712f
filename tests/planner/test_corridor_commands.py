"""``skyferry corridors ...`` and ``plan --corridors approved`` as people and scripts run them."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from airspace.formats.corridors import library_text, read_library
from airspace.formats.documents import read_raw
from airspace.model.corridors import Act, Entry
from planner.cli import app
from planner.formats.files import one_at_a_time, write_atomically
from planner.formats.plans import digest

TINY = Path(__file__).parents[2] / "examples" / "tiny"
LUOHU = TINY.parent / "luohu"
SIGNED = ("--authority", "Village", "--by", "M. Lam", "--at", "2026-11-01T00:00:00Z")
LATER = ("--authority", "Village", "--by", "M. Lam", "--at", "2026-11-02T00:00:00Z")


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(app, [*map(str, args)])


def corridors(*args: str | Path) -> Result:
    return run("corridors", *args)


def told(*args: str | Path) -> dict[str, Any]:
    result = corridors(*args, "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert isinstance(document, dict)
    return document


def plan_of(folder: Path) -> dict[str, Any]:
    document = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A copy of the tiny example that names a library, which is not there yet."""
    folder = tmp_path / "tiny"
    shutil.copytree(TINY, folder)
    file = folder / "scenario.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[fleet]", 'corridors = "corridors.json"\n[fleet]', 1), encoding="utf-8")
    return folder


@pytest.fixture
def library(tiny: Path) -> Path:
    assert corridors("freeze", tiny).exit_code == 0
    return tiny / "corridors.json"


@pytest.fixture
def approved(library: Path) -> Path:
    assert corridors("approve", library, "all", *SIGNED).exit_code == 0
    return library


def flown(tiny: Path, name: str, *args: str, exit_code: int = 0) -> dict[str, Any]:
    out = tiny.parent / name
    result = run("plan", tiny, "-o", out, "--corridors", "approved", *args)
    assert result.exit_code == exit_code, result.output
    return plan_of(out)


# --- from freezing to flying ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("approved")
def test_frozen_and_approved_corridors_give_the_plan_that_any_corridors_give(tiny: Path) -> None:
    free = tiny.parent / "free"
    assert run("plan", tiny, "-o", free).exit_code == 0
    plan = flown(tiny, "bound")
    assert plan["totals"] == plan_of(free)["totals"]
    assert plan["sorties"] == plan_of(free)["sorties"]
    assert plan["created_by"]["options"]["corridors"] == "approved"
    assert plan_of(free)["created_by"]["options"]["corridors"] == "any"
    assert run("check", tiny.parent / "bound" / "plan.json", "--scenario", tiny).exit_code == 0


def test_a_suspension_is_told_with_what_it_hits_and_the_next_plan_flies_another_way(tiny: Path, approved: Path) -> None:
    before = flown(tiny, "before")
    (leg,) = {sortie["legs"][0]["corridor"] for sortie in before["sorties"] if len(sortie["legs"]) == 3}
    plan = tiny.parent / "before" / "plan.json"
    hit = told("suspend", approved, leg, *LATER, "--note", "a crane", "--plan", plan)["plan"]
    flying = [sortie for sortie in before["sorties"] if any(item["corridor"] == leg for item in sortie["legs"])]
    assert [item["sortie"] for item in hit["hits"]] == [sortie["id"] for sortie in flying]
    assert hit["orders_hit"] == sorted(order for sortie in flying for order in sortie["orders"])
    assert hit["hits"][0]["why"] == "suspended by Village since 2026-11-02 08:00: a crane"
    checked = run("check", plan, "--scenario", tiny, "--json")
    assert checked.exit_code == 6
    failed = [item for item in json.loads(checked.stdout)["findings"] if item["verdict"] == "FAIL"]
    assert {item["rule"] for item in failed} == {"corridor.approved"}
    after = flown(tiny, "after")
    assert leg not in {item["corridor"] for sortie in after["sorties"] for item in sortie["legs"]}
    assert run("check", tiny.parent / "after" / "plan.json", "--scenario", tiny).exit_code == 0


def test_an_order_without_an_approved_way_says_so(tiny: Path, approved: Path) -> None:
    for pair in ("BANK>DEPOT", "BANK>CLINIC"):
        assert corridors("suspend", approved, pair, *LATER, "--note", "a crane").exit_code == 0
    plan = flown(tiny, "out", "--strict", exit_code=5)
    reasons = {item["order"]: item for item in plan["unserved"]}
    assert reasons["O-2"]["reason"] == "CORRIDOR"
    assert "BANK>DEPOT" in reasons["O-2"]["detail"]
    assert "suspended by Village since 2026-11-02 08:00: a crane" in reasons["O-2"]["detail"]
    assert run("check", tiny.parent / "out" / "plan.json", "--scenario", tiny).exit_code == 0


@pytest.mark.usefixtures("approved")
def test_a_plan_tampered_with_fails(tiny: Path) -> None:
    plan = flown(tiny, "out")
    point = plan["sorties"][0]["legs"][-1]["waypoints"][3]
    point["lon"] = round(point["lon"] - 0.000001, 7)
    plan["digest"] = digest(plan)
    file = tiny.parent / "out" / "plan.json"
    file.write_text(json.dumps(plan), encoding="utf-8")
    checked = run("check", file, "--scenario", tiny, "--json")
    failed = {item["rule"] for item in json.loads(checked.stdout)["findings"] if item["verdict"] == "FAIL"}
    assert failed == {"corridor.approved"}
    assert checked.exit_code == 6


@pytest.mark.usefixtures("approved")
def test_a_plan_on_approved_corridors_is_not_checked_without_the_library(tiny: Path) -> None:
    flown(tiny, "out")
    checked = run("check", tiny.parent / "out" / "plan.json", "--scenario", TINY)
    assert checked.exit_code == 7
    assert "no library" in checked.stdout


def test_without_a_library_approved_corridors_are_bad_input(tmp_path: Path) -> None:
    result = run("plan", TINY, "-o", tmp_path, "--corridors", "approved")
    assert result.exit_code == 3
    assert "NO_LIBRARY" in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("library")
def test_nothing_approved_is_nothing_served(tiny: Path) -> None:
    plan = flown(tiny, "out", exit_code=4)
    assert {item["reason"] for item in plan["unserved"]} == {"CORRIDOR", "PAYLOAD"}


# --- freezing ---------------------------------------------------------------------------------------------------------


def test_a_library_that_is_named_and_missing_says_how_to_make_one(tiny: Path) -> None:
    result = run("lint", tiny)
    assert result.exit_code == 3
    assert "`skyferry corridors freeze` makes it" in " ".join(result.stdout.split())


def test_freezing_again_changes_not_a_byte(tiny: Path, approved: Path) -> None:
    before = approved.read_bytes()
    assert told("freeze", tiny) == {"changed": [], "missing": [], "new": [], "path": str(approved), "same": 6}
    assert approved.read_bytes() == before


def test_a_changed_zone_takes_the_approvals_of_the_corridors_near_it(tiny: Path, approved: Path) -> None:
    zones = tiny / "zones.geojson"
    document = json.loads(zones.read_text(encoding="utf-8"))
    for feature in document["features"]:
        feature["properties"]["category"] = "another"
    zones.write_text(json.dumps(document), encoding="utf-8")
    again = told("freeze", tiny, "--at", "2026-11-03T00:00:00Z")
    assert again["changed"]
    states = {item["id"]: item["state"] for item in told("list", approved)["corridors"]}
    assert {states[name] for name in again["changed"]} == {"draft"}


def test_freeze_takes_the_pairs_asked_for_there_and_back(tiny: Path, tmp_path: Path) -> None:
    target = tmp_path / "new" / "some.json"
    made = told("freeze", tiny, "-o", target, "--pairs", "CLINIC>BANK")
    assert [name.split("#")[0] for name in made["new"]] == ["BANK>CLINIC", "CLINIC>BANK"]
    assert target.exists()


@pytest.mark.parametrize(("pair", "exit_code"), [("CLINIC", 2), ("A>B>C", 2), ("CLINIC>NOWHERE", 3)])
def test_pairs_that_are_none_are_refused(tiny: Path, pair: str, exit_code: int) -> None:
    assert corridors("freeze", tiny, "--pairs", pair).exit_code == exit_code
    assert not (tiny / "corridors.json").exists()


def test_freeze_says_how_to_name_the_library(tmp_path: Path) -> None:
    shutil.copytree(TINY, tmp_path / "tiny")
    result = corridors("freeze", tmp_path / "tiny")
    assert 'under [airspace]: corridors = "corridors.json"' in result.stdout
    assert "6 new, 0 changed, 0 as they were" in result.stdout


def test_freeze_leaves_a_library_that_was_edited_by_hand_alone(tiny: Path, library: Path) -> None:
    text = library.read_text(encoding="utf-8").replace('"clearance_m": 30.0', '"clearance_m": 10.0', 1)
    library.write_text(text, encoding="utf-8")
    for result in (corridors("freeze", tiny), corridors("approve", library, "all", *SIGNED), run("lint", tiny)):
        assert result.exit_code == 3
        assert "HASH_DOES_NOT_FIT" in result.output
    assert library.read_text(encoding="utf-8") == text


# --- what is said -----------------------------------------------------------------------------------------------------


def test_the_states_follow_what_is_said(library: Path) -> None:
    def state(*args: str) -> str:
        return str(told(*args, library, "DEPOT>BANK", *rest)["corridors"][0]["state"])

    rest: tuple[str, ...] = ("--by", "M. Lam", "--at", "2026-11-01T00:00:00Z")
    assert state("submit") == "submitted"
    rest = (*SIGNED, "--valid-to", "2026-11-20T00:00:00Z", "--note", "ref 7")
    assert state("approve") == "approved"
    rest = (*LATER, "--note", "a crane")
    assert state("suspend") == "suspended"
    rest = ("--authority", "Village", "--by", "M. Lam", "--at", "2026-11-03T00:00:00Z")
    assert state("resume") == "approved"
    asked = ("2026-10-31", "2026-11-01", "2026-11-02", "2026-11-03", "2026-11-21")
    found = [told("show", library, "DEPOT>BANK", "--at", f"{day}T12:00:00Z")["state"] for day in asked]
    assert found == ["draft", "approved", "suspended", "approved", "expired"]


def test_show_tells_the_corridor_and_its_history(approved: Path) -> None:
    corridors("suspend", approved, "DEPOT>BANK", *LATER, "--note", "a\ncrane")
    shown = corridors("show", approved, "DEPOT>BANK", "--at", "2026-11-05T00:00:00Z").stdout
    for line in (
        "suspended (Village: a crane)",
        "2,110 m in 8 pieces",
        "20 m to each side",
        "2026-11-01 00:00 UTC approved by Village (M. Lam) for M350",
        "2026-11-02 00:00 UTC suspended by Village (M. Lam): a crane",
    ):
        assert line in shown


def test_list_counts_states_and_tells_what_a_plan_loses(tiny: Path, approved: Path) -> None:
    flown(tiny, "out")
    corridors("suspend", approved, "CLINIC>DEPOT", *LATER, "--note", "a crane")
    listed = corridors("list", approved, "--at", "2026-11-05T00:00:00Z", "--plan", tiny.parent / "out" / "plan.json")
    assert "6 corridors: 5 approved, 1 suspended" in listed.stdout
    assert "is suspended by Village since 2026-11-02 08:00: a crane" in listed.stdout
    assert "1 sortie and 1 order hit" in listed.stdout


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("suspend", "DEPOT", *LATER, "--note", "x"), "AMBIGUOUS"),
        (("suspend", "DEPOT>BNAK", *LATER, "--note", "x"), "UNKNOWN"),
        (("suspend", "all", *LATER, "--note", " "), "EMPTY_VALUE"),
        (("suspend", "all", *LATER, "--note", "a\x1b[2J"), "CONTROL_CHARACTER"),
        (("resume", "all", *LATER), "NOT_SUSPENDED"),
        (("approve", "all", *LATER, "--type", "M600"), "WRONG_TYPE"),
        (("approve", "all", "--authority", "", "--by", "me"), "EMPTY_VALUE"),
        (("show", "X"), "UNKNOWN"),
    ],
    ids=str,
)
def test_what_cannot_be_entered_is_named_and_nothing_is_written(
    library: Path, args: tuple[str, ...], code: str
) -> None:
    before = library.read_bytes()
    result = corridors(args[0], library, *args[1:])
    assert result.exit_code == 3
    assert code in result.stderr
    assert library.read_bytes() == before


def test_an_approval_that_ends_before_it_begins_is_wrong_usage(library: Path) -> None:
    result = corridors("approve", library, "all", *SIGNED, "--valid-to", "2026-10-01T00:00:00Z")
    assert result.exit_code == 2
    assert corridors("approve", library, "all", *SIGNED, "--valid-to", "soon").exit_code == 2


def test_several_wrong_ids_are_told_at_once(library: Path) -> None:
    result = corridors("suspend", library, "DEPOT", "NOWHERE", *LATER, "--note", "x")
    assert "AMBIGUOUS" in result.stderr
    assert "UNKNOWN" in result.stderr


def test_what_two_say_at_once_is_both_kept(library: Path) -> None:
    first = read_library(read_raw(library))
    said = first.corridors[0]
    entry = Entry(corridor=said.id, hash=said.hash, act=Act.SUBMITTED, at=datetime(2026, 11, 1, tzinfo=UTC))
    with ThreadPoolExecutor(1) as executor:
        with one_at_a_time(library):
            other = executor.submit(corridors, "approve", library, first.corridors[1].id, *SIGNED)
            with pytest.raises(TimeoutError):
                other.result(1)
            write_atomically(library, library_text(replace(first, history=(*first.history, entry))))
        assert other.result().exit_code == 0
    assert [entry.act for entry in read_library(read_raw(library)).history] == [Act.SUBMITTED, Act.APPROVED]


def test_an_authority_approves_the_corridors_that_pass_its_side_only(tmp_path: Path) -> None:
    library = tmp_path / "corridors.json"
    pads = json.loads((LUOHU / "pads.geojson").read_text(encoding="utf-8"))["features"]
    hub = next(pad["properties"]["id"] for pad in pads if "hub" in pad["properties"]["roles"])
    frozen = told("freeze", LUOHU, "-o", library)
    assert any(name.startswith(f"{hub}>") for name in frozen["new"])
    listed = told("list", library)["corridors"]
    both = next(item for item in listed if len(item["authorities"]) == 2)
    refused = corridors("approve", library, both["id"], "--authority", "Nobody", "--by", "me")
    assert refused.exit_code == 3
    assert "WRONG_AUTHORITY" in refused.stderr
    first, second = both["authorities"]
    after = told("approve", library, "all", "--authority", first, "--by", "me")
    assert all(first in item["authorities"] for item in after["corridors"])
    assert {item["state"] for item in after["corridors"] if len(item["authorities"]) == 2} == {"submitted"}
    done = told("approve", library, both["id"], "--authority", second, "--by", "me")
    assert [item["state"] for item in done["corridors"]] == ["approved"]


def test_a_library_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    result = corridors("list", tmp_path / "none.json")
    assert result.exit_code == 3
    assert "skyferry corridors freeze" in result.stderr

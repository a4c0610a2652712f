"""How corridors stand to what was approved, and to another plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from airspace.model.corridors import Act, Corridor, Entry, Library
from planner.model.plans import Leg, Plan
from planner.output.languages import Language, words
from planner.output.packet.corridors import _frozen
from planner.output.packet.dossiers import Dossier
from planner.output.packet.flights import legs_of
from planner.output.packet.gathering import gather
from planner.output.packet.pages import draw
from planner.output.packet.values import Basis, Packet, Part, Standing
from tests.planner.output.packet.day import OFFICES, Ready

NORTH, SOUTH = OFFICES["north"], OFFICES["south"]
SAID = datetime(2026, 11, 1, tzinfo=UTC)


def flown(ready: Ready) -> list[Corridor]:
    """Return the corridors of the day as they would be frozen."""
    told = legs_of(ready.dossier, "NORTH")
    frozen = [_frozen([one], ready.dossier) for one in told]
    return [one for one in frozen if one is not None]


def approval(corridor: Corridor, authority: str = NORTH, *, at: datetime = SAID, hash_: str = "") -> Entry:
    return Entry(
        at=at, corridor=corridor.id, hash=hash_ or corridor.hash, act=Act.APPROVED, drone_types=("T1",),
        authority=authority, by="signed",
    )  # fmt: skip


def against(ready: Ready, *corridors: Corridor, history: list[Entry] | None = None) -> Packet:
    told = tuple(history if history is not None else [approval(one) for one in corridors])
    library = Library(corridors=corridors, history=told)
    return gather(replace(ready.dossier, sky=replace(ready.dossier.sky, library=library)), "north")


def changed(corridor: Corridor, **fields: object) -> Corridor:
    return replace(corridor, **fields)  # type: ignore[arg-type]


def test_what_is_frozen_of_a_leg_has_the_id_that_the_record_tells(ready: Ready) -> None:
    legs = [leg for sortie in ready.dossier.plan.sorties for leg in sortie.legs]
    assert [one.id for one in flown(ready)] == [leg.corridor for leg in legs]


def test_a_corridor_with_the_hash_that_was_approved_is_unchanged(ready: Ready) -> None:
    packet = against(ready, *flown(ready))
    assert packet.comparison.basis is Basis.LIBRARY
    for one in packet.corridors[0].directions:
        assert one.change.standing is Standing.UNCHANGED
        assert (one.change.id, one.change.hash, one.change.at, one.change.by) == (one.id, one.hash, SAID, NORTH)
        assert one.change.differences == ()


def test_an_approval_of_the_other_side_is_none_of_this_authoritys(ready: Ready) -> None:
    there, back = flown(ready)
    packet = against(ready, there, back, history=[approval(there, SOUTH), approval(back, SOUTH)])
    assert packet.comparison.basis is Basis.NOTHING
    packet = against(ready, there, back, history=[approval(there, SOUTH), approval(back)])
    assert [one.change.standing for one in packet.corridors[0].directions] == [Standing.NEW, Standing.UNCHANGED]


def test_clearances_and_rules_that_differ_are_told_with_figures(ready: Ready) -> None:
    there, back = flown(ready)
    old = changed(there, clearance_m=50.0, rules="sha256:" + "a" * 64)
    packet = against(ready, old, back)
    change = packet.corridors[0].directions[0].change
    assert change.standing is Standing.CHANGED
    assert [(one.part, one.before, one.after) for one in change.differences] == [
        (Part.CLEARANCE, "50 m", "30 m"),
        (Part.RULES, "sha256:aaaaaaaaaaaa", there.rules[:19]),
    ]
    assert change.line == ()


def test_another_line_between_the_same_pads_is_told_and_drawn(ready: Ready) -> None:
    there, back = flown(ready)
    # By 0.001 degrees to the east, half way: 102.9 m at 22.545 degrees (111,320 m x cos phi per degree).
    (lon, lat, level_m), end = there.points[0], there.points[-1]
    middle = (lon + 0.001, (lat + end[1]) / 2, level_m)
    old = changed(there, points=((lon, lat, level_m), middle, end))
    packet = against(ready, old, back)
    change = packet.corridors[0].directions[0].change
    assert change.id == old.id
    assert change.id != there.id
    line, length = change.differences
    assert line.part is Part.LINE
    assert float(line.after.split()[0]) == pytest.approx(102.9, abs=0.5)
    assert (length.part, length.after) == (Part.LENGTH, f"{there.length_m:.0f} m")
    assert len(change.line) == 3
    page = draw(packet, Language.EN)
    assert 'stroke-dasharray="6 4"' in page
    assert f"line: up to {line.after} apart" in page


def test_a_wider_corridor_and_other_levels_are_told(ready: Ready) -> None:
    there, back = flown(ready)
    points = tuple((lon, lat, 95.0) for lon, lat, _ in there.points)
    packet = against(ready, changed(there, points=points, half_width_m=30.0), back)
    parts = {one.part: (one.before, one.after) for one in packet.corridors[0].directions[0].change.differences}
    assert parts[Part.WIDTH] == ("30 m", "20 m")
    assert parts[Part.BAND] == ("95 m AMSL", "80 m AMSL")


def test_what_was_approved_and_is_no_longer_kept_is_told_by_its_hash(ready: Ready) -> None:
    there, back = flown(ready)
    gone = "sha256:" + "b" * 64
    packet = against(ready, there, back, history=[approval(there, hash_=gone), approval(back)])
    change = packet.corridors[0].directions[0].change
    assert change.standing is Standing.CHANGED
    assert [(one.part, one.before) for one in change.differences] == [(Part.UNTOLD, gone[:19])]


def test_the_last_approval_counts_and_a_suspension_is_told(ready: Ready) -> None:
    there, back = flown(ready)
    later = SAID + timedelta(days=3)
    held = Entry(at=later, corridor=there.id, hash=there.hash, act=Act.SUSPENDED, authority=SOUTH, by="x", note="works")
    history = [approval(there), approval(there, at=later), approval(back), held]
    change = against(ready, there, back, history=history).corridors[0].directions[0].change
    assert change.at == later
    assert change.suspended_by == (SOUTH,)


def test_corridors_that_are_not_flown_any_more_are_told(ready: Ready) -> None:
    there, back = flown(ready)
    other = changed(there, to_pad="SPARE")
    packet = against(ready, there, back, other)
    assert [one.id for one in packet.comparison.dropped] == [other.id]


# --- another plan -----------------------------------------------------------------------------------------------------


def with_plan(ready: Ready, old: Plan) -> Packet:
    dossier: Dossier = replace(ready.dossier, against=(old, "sha256:" + "c" * 64))
    return gather(dossier, "north")


def other(plan: Plan, **fields: object) -> Plan:
    """Return a plan whose first leg is another one."""
    sortie = plan.sorties[0]
    legs: tuple[Leg, ...] = (replace(sortie.legs[0], **fields), *sortie.legs[1:])  # type: ignore[arg-type]
    return replace(plan, sorties=(replace(sortie, legs=legs), *plan.sorties[1:]))


def test_against_the_plan_itself_lines_and_zones_are_as_before_and_rules_are_not_known(ready: Ready) -> None:
    packet = with_plan(ready, ready.dossier.plan)
    assert packet.comparison.basis is Basis.PLAN
    assert packet.comparison.changed_inputs == ()
    assert {one.change.standing for one in packet.corridors[0].directions} == {Standing.RULES_UNKNOWN}


def test_zones_entered_by_another_plan_and_files_that_differ_are_told(ready: Ready) -> None:
    plan = ready.dossier.plan
    old = replace(other(plan, zones=()), inputs=plan.inputs[1:])
    packet = with_plan(ready, old)
    there, back = packet.corridors[0].directions
    assert [(one.part, one.before, one.after) for one in there.change.differences] == [
        (Part.ZONES, "", "STRIP (north permit)")
    ]
    assert back.change.standing is Standing.RULES_UNKNOWN
    assert packet.comparison.changed_inputs == (plan.inputs[0].path,)


def test_a_corridor_that_the_other_plan_does_not_fly_is_new_and_one_it_alone_flies_is_dropped(ready: Ready) -> None:
    packet = with_plan(ready, other(ready.dossier.plan, to_pad="SPARE", corridor="HUB>SPARE#00000000"))
    assert packet.corridors[0].directions[0].change.standing is Standing.NEW
    assert [one.id for one in packet.comparison.dropped] == ["HUB>SPARE#00000000"]


def test_how_a_corridor_stands_is_said_without_calling_our_own_verdict_an_approval(ready: Ready) -> None:
    page = draw(ready.north, Language.EN)
    told = page.lower().replace("corridor.approved", "").split("approved")
    # Only of versions that an authority approved, or did not.
    assert all(after.startswith(" version") for after in told[1:])
    assert len(told) > 1
    assert words(Language.EN)("No approved version is on record.") in page

from __future__ import annotations

from planner.explaining.changes import with_gate, with_order, with_pads
from tests.planner import scenes
from tests.planner.scenes import at, order


def test_an_order_and_its_consignment_are_changed_alike_and_the_others_are_left_alone() -> None:
    job = scenes.job([order("a", "A"), order("b", "B")])
    changed = with_order(job, "a", due_at=at("09:00"), mass_kg=3.0)
    assert (changed.order("a").due_at, changed.order("a").consignment.mass_kg) == (at("09:00"), 3.0)
    assert changed.order("b") == job.order("b")
    assert job.order("a").consignment.mass_kg == 1.0


def test_pads_and_gates_are_changed_by_name() -> None:
    from dataclasses import replace

    sky = scenes.plain_sky(jurisdictions=scenes.two_sides(), gates=(scenes.gate(*scenes.both_permits()),))
    wider = with_pads(sky, lambda pad: replace(pad, slots=2), ["A"])
    assert [pad.id for pad in wider.pads if pad.slots == 2] == ["A"]
    shut = with_gate(sky, "door", lambda gate: replace(gate, permits=()))
    assert (shut.permits, len(sky.permits)) == ((), 2)

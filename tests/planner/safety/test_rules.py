"""What the rules promise: tolerances as docs/check.md tells them, and which rules leave room worth showing."""

from __future__ import annotations

import pytest

from planner.model.reviews import Verdict
from planner.safety import rules
from planner.safety.rules import RULES, is_bookkeeping, is_waived

PROMISED = {
    "zone.clearance": "2 cm", "zone.vertical": "2 cm", "boundary.gate": "2 cm", "boundary.clearance": "2 cm",
    "boundary.inside": "2 cm", "gate.band": "2 cm", "gate.capacity": "2 s", "corridor.approved": "1 cm",
    "leg.level": "0.1 m of height, 1 m over the ground", "leg.turn": "1 degree", "leg.ground": "0.5 m",
    "leg.pads": "1 m over the ground, 0.5 m of height", "leg.speed": "1% of each piece and 1 s",
    "leg.distance": "0.1% and 1 m", "leg.duration": "1 s", "leg.deliveries": "1 s", "leg.pickups": "1 s",
    "boundary.record": "5 m and 2 s", "energy.leg": "0.5% and 1 Wh", "energy.way_out": "0.5% and 1 Wh",
    "energy.reserve": "0.2% of the energy used", "energy.charge": "0.1% of charge", "payload.leg": "1 g",
    "air.separation": "5 cm",
}  # fmt: skip


@pytest.mark.parametrize(("rule", "words"), PROMISED.items())
def test_a_tolerance_is_what_is_promised(rule, words):
    assert RULES[rule].tolerance.startswith(words)


def test_what_has_no_tolerance_in_words_has_these():
    # No overlap of volumes by less than a centimetre, and no overlap of times by less than a millisecond.
    assert (rules.INTERSECTION_M, rules.INTERSECTION_S) == (0.01, 0.001)
    # A ten-thousandth of a total, and nothing of a value but the arithmetic.
    assert (rules.TOTALS_SHARE, rules.VALUE_TOLERANCE) == (1e-4, 1e-6)


def test_every_rule_stands_under_its_own_id_and_none_twice():
    assert all(name == rule.id for name, rule in RULES.items())
    assert sum(len(table) for table in rules._TABLES) == len(RULES)
    assert all(rule.source for rule in RULES.values())


def test_what_the_check_does_not_look_at_is_told_and_is_little():
    assert {rule.id for rule in RULES.values() if not rule.in_scope} == {"pad.hold", "coldchain.temperature"}


def test_room_is_shown_for_limits_and_not_for_what_compares_a_record_with_itself():
    for rule in ("zone.clearance", "energy.reserve", "payload.limit", "value.cap", "gate.hours", "law.height"):
        assert not is_bookkeeping(rule)
    for rule in ("record.digest", "totals.cost", "leg.speed", "payload.leg", "energy.charge", "order.once"):
        assert is_bookkeeping(rule)


def test_a_permit_waives_a_limit_of_the_law_and_no_other():
    assert is_waived("law.height", Verdict.PASS, -0.1)
    assert not is_waived("law.height", Verdict.PASS, 0.0)
    assert not is_waived("law.height", Verdict.PASS, None)
    assert not is_waived("law.height", Verdict.FAIL, -0.1)
    assert not is_waived("zone.clearance", Verdict.PASS, -0.1)

from __future__ import annotations

import pickle
from datetime import UTC, datetime, time
from typing import Any

import pytest

from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.model.schedules import WEEKDAYS, Hours, Schedule
from airspace.rules.calendars import Calendar
from airspace.rules.classes import Mass, MassClass, MassLimit, possible_classes
from airspace.rules.kinds import Activity, Classes, Distance, Filing, HeightCap, SpeedCap
from airspace.rules.ledger import Ledger, Status, judge, refusal
from airspace.rules.pieces import Trait, Verdict
from tests.airspace.rules.samples import HEAVY, LIGHT, LOCAL, a_permit, a_piece, a_rule

CAP = HeightCap(most_m=60)
PORT = Distance(categories=("port",), least_m=500)


def test_nearer_than_a_rule_allows_needs_a_permit() -> None:
    outcome = judge(a_rule(PORT), a_piece(distances_m={"port": 210}))
    assert outcome.verdict is Verdict.NEEDS_PERMIT
    assert outcome.permit == ""
    assert "no permit of Authority" in outcome.detail


def test_a_permit_makes_it_hold_and_is_named() -> None:
    outcome = judge(a_rule(PORT), a_piece(distances_m={"port": 210}, permits=(a_permit("P-7"),)))
    assert outcome.verdict is Verdict.HOLDS
    assert outcome.permit == "P-7"
    assert outcome.margin == -290


def test_what_holds_anyway_names_no_permit() -> None:
    assert judge(a_rule(PORT), a_piece(distances_m={"port": 900}, permits=(a_permit(),))).permit == ""


def test_a_rule_that_no_permit_opens_is_broken_whatever_is_held() -> None:
    outcome = judge(a_rule(PORT, permittable=False), a_piece(distances_m={"port": 210}, permits=(a_permit(),)))
    assert outcome.verdict is Verdict.BROKEN


def test_a_permit_closes_no_gap() -> None:
    assert judge(a_rule(PORT), a_piece(permits=(a_permit(),))).verdict is Verdict.UNKNOWN
    both = Distance(categories=("port", "prison"), least_m=500)
    outcome = judge(a_rule(both), a_piece(distances_m={"port": 210}, permits=(a_permit(),)))
    assert outcome.verdict is Verdict.UNKNOWN
    assert "210 m from port" in outcome.detail
    assert "no data on prison" in outcome.detail
    assert judge(a_rule(both), a_piece(distances_m={"port": 210})).verdict is Verdict.NEEDS_PERMIT


def test_a_permit_settles_what_nobody_told() -> None:
    relay = a_rule(Activity(when=(Trait.RELAY,)))
    assert judge(relay, a_piece()).verdict is Verdict.UNKNOWN
    assert judge(relay, a_piece(permits=(a_permit(),))).verdict is Verdict.HOLDS


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"authority": "Somebody else"}, "no permit of Authority"),
        ({"aircraft": ("OTHER",)}, "it is for OTHER"),
        ({"aircraft": ()}, "it is for no aircraft"),
        ({"valid_from": datetime(2026, 12, 1, 1, 5, tzinfo=UTC)}, "it is valid from 2026-12-01T01:05Z"),
        ({"valid_to": datetime(2026, 12, 1, 1, 5, tzinfo=UTC)}, "to 2026-12-01T01:05Z"),
        (
            {"schedule": Schedule.weekly(Hours(days=WEEKDAYS, start=time(10), end=time(12), clock=LOCAL))},
            "its hours do not cover the time",
        ),
        ({"band": Band(lower=GROUND, upper=Height(value_m=79, reference=Reference.AGL))}, "it is for GND to 79 m AGL"),
        ({"band": Band(lower=GROUND, upper=Height(value_m=89, reference=Reference.AMSL))}, "it is for"),
        ({"band": Band(lower=Height(value_m=41, reference=Reference.AGL), upper=None)}, "it is for"),
        ({"band": Band(lower=Height(value_m=61, reference=Reference.AMSL), upper=None)}, "it is for"),
        ({"band": Band(lower=GROUND, upper=Height(value_m=999, reference=Reference.PAD, pad="A"))}, "it is for"),
        ({"band": Band(lower=Height(value_m=-9, reference=Reference.PAD, pad="A"), upper=None)}, "it is for"),
        ({"band": Band(lower=GROUND, upper=Height(value_m=30, reference=Reference.W84))}, "it is for"),
        # In a deep low flight level 10 lies some 500 m lower, in a high flight level 0 some 300 m higher.
        ({"band": Band(lower=GROUND, upper=Height(value_m=304.8, reference=Reference.FL))}, "it is for GND to FL 10"),
        ({"band": Band(lower=Height(value_m=0, reference=Reference.FL), upper=None)}, "it is for FL 0"),
    ],
)
def test_a_permit_that_does_not_cover_says_why(changes: dict[str, Any], reason: str) -> None:
    outcome = judge(a_rule(CAP), a_piece(permits=(a_permit(**changes),)))
    assert outcome.verdict is Verdict.NEEDS_PERMIT
    assert reason in outcome.detail


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"aircraft": ("drone-1",)},
        {"valid_from": datetime(2026, 12, 1, 1, 0, tzinfo=UTC), "valid_to": datetime(2026, 12, 1, 1, 10, tzinfo=UTC)},
        {"schedule": Schedule.weekly(Hours(days=WEEKDAYS, start=time(9), end=time(10), clock=LOCAL))},
        {"band": Band(lower=GROUND, upper=Height(value_m=80, reference=Reference.AGL))},
        {
            "band": Band(
                lower=Height(value_m=60, reference=Reference.AMSL), upper=Height(value_m=90, reference=Reference.AMSL)
            )
        },
        {"band": Band(lower=Height(value_m=40, reference=Reference.AGL), upper=None)},
        {"band": Band(lower=GROUND, upper=Height(value_m=3048, reference=Reference.FL))},
        # Over Hong Kong the geoid lies a few metres below the ellipsoid: 90 m AMSL is some 87 m above the ellipsoid.
        {"band": Band(lower=GROUND, upper=Height(value_m=90, reference=Reference.W84))},
    ],
)
def test_a_permit_covers_by_drone_or_type_to_the_minute_and_to_the_metre(changes: dict[str, Any]) -> None:
    assert refusal(a_permit(**changes), a_piece()) == ""


def test_an_authority_may_sign_by_another_name() -> None:
    piece = a_piece(permits=(a_permit(authority="Its other name"),))
    assert judge(a_rule(CAP), piece).verdict is Verdict.NEEDS_PERMIT
    assert judge(a_rule(CAP, aliases=("Its other name",)), piece).verdict is Verdict.HOLDS


def test_permits_must_name_the_zones_that_a_piece_comes_too_near_to() -> None:
    def judged(*permits: Any, near: tuple[str, ...] = ("Z-1", "Z-2")) -> Any:
        zones = {"port": near, "prison": ("Z-9",)}
        return judge(a_rule(PORT), a_piece(distances_m={"port": 210}, zones=zones, permits=permits))

    assert judged(a_permit(zones=("Z-1",))).verdict is Verdict.NEEDS_PERMIT
    assert "no permit names zone Z-2" in judged(a_permit(zones=("Z-1",))).detail
    together = judged(a_permit("P-2", zones=("Z-2",)), a_permit("P-1", zones=("Z-1",)))
    assert (together.verdict, together.permit) == (Verdict.HOLDS, "P-1, P-2")
    assert judged(a_permit(zones=("Z-1",)), near=("Z-1",)).verdict is Verdict.HOLDS
    expired = a_permit("P-2", zones=("Z-2",), valid_to=datetime(2026, 12, 1, 1, tzinfo=UTC))
    assert judged(a_permit(zones=("Z-1",)), expired).verdict is Verdict.NEEDS_PERMIT


# --- classes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("masses", "expected"),
    [
        ((6, 6.5, 3.5), {"light"}),
        ((6, 7, 4), {"light"}),
        ((6, 7, 4.1), {"heavy"}),
        ((6, 7.1, 4), {"heavy"}),
        ((6, 6.5, None), {"light", "heavy"}),
        ((3.9, 6.5, None), {"light"}),
        ((6, None, 3.5), {"light", "heavy", ""}),
        ((7, None, 3.5), {"light", "heavy", ""}),
        ((8, None, None), {"heavy", ""}),
        ((151, None, None), {""}),
        ((160, 100, None), {""}),
    ],
)
def test_a_class_follows_from_masses_as_far_as_they_are_known(masses: tuple[Any, ...], expected: set[str]) -> None:
    takeoff, most, empty = masses
    piece = a_piece(takeoff_mass_kg=takeoff, max_takeoff_mass_kg=most, empty_mass_kg=empty)
    assert possible_classes((LIGHT, HEAVY), piece) == expected


@pytest.mark.parametrize(("empty_kg", "expected"), [(0.249, "micro"), (0.25, "light")])
def test_a_limit_may_lie_outside_its_class(empty_kg: float, expected: str) -> None:
    micro = MassClass(name="micro", limits=(MassLimit(of=Mass.EMPTY, most_kg=0.25, below=True),))
    piece = a_piece(takeoff_mass_kg=0.3, max_takeoff_mass_kg=0.3, empty_mass_kg=empty_kg)
    assert possible_classes((micro, LIGHT), piece) == {expected}


def test_an_empty_mass_that_nobody_knows_may_be_anything_up_to_the_mass_at_take_off() -> None:
    micro = MassClass(name="micro", limits=(MassLimit(of=Mass.EMPTY, most_kg=0.25, below=True),))
    for takeoff_kg, expected in ((0.24, {"micro"}), (0.25, {"micro", "light"}), (0.3, {"micro", "light"})):
        piece = a_piece(takeoff_mass_kg=takeoff_kg, max_takeoff_mass_kg=0.3, empty_mass_kg=None)
        assert possible_classes((micro, LIGHT), piece) == expected


def test_a_rule_for_other_classes_does_not_apply() -> None:
    outcome = judge(a_rule(CAP, applies_to=("heavy",)), a_piece())
    assert not outcome.applies
    assert "light" in outcome.detail


def test_a_rule_that_may_apply_and_does_not_hold_is_unknown() -> None:
    either = a_piece(empty_mass_kg=None)
    outcome = judge(a_rule(CAP, applies_to=("heavy",)), either)
    assert outcome.verdict is Verdict.UNKNOWN
    assert "class not known: heavy or light" in outcome.detail
    assert judge(a_rule(CAP, applies_to=("heavy", "light")), either).verdict is Verdict.NEEDS_PERMIT
    assert judge(a_rule(HeightCap(most_m=90), applies_to=("heavy",)), either).verdict is Verdict.HOLDS


def test_an_aircraft_too_heavy_for_every_class_is_told() -> None:
    rule = a_rule(Classes(classes=(LIGHT, HEAVY)))
    outcome = judge(rule, a_piece(takeoff_mass_kg=200, max_takeoff_mass_kg=200, empty_mass_kg=100))
    assert outcome.verdict is Verdict.UNKNOWN
    assert "none of the ledger" in outcome.detail
    assert judge(rule, a_piece()).verdict is Verdict.HOLDS
    assert judge(rule, a_piece(empty_mass_kg=None)).verdict is Verdict.UNKNOWN


def test_a_rule_names_classes_that_there_are() -> None:
    with pytest.raises(ValueError, match="expected classes among light, heavy, got ligth"):
        a_rule(CAP, applies_to=("ligth",))


# --- ledgers -------------------------------------------------------------------------------------------------------


def a_ledger(*rules: Any) -> Ledger:
    calendar = Calendar(country="HK", weekend=("SAT", "SUN"), published_years=(2026,))
    return Ledger(
        name="test", title="A test", authority="Authority", timezone="Asia/Hong_Kong", calendar=calendar, rules=rules
    )


def test_a_ledger_judges_by_what_is_in_force_and_applies() -> None:
    filing = Filing(lead=None, each="day", standing_suffices=False)
    ledger = a_ledger(
        a_rule(CAP, id="A"),
        a_rule(CAP, id="B", status=Status.SUPERSEDED),
        a_rule(CAP, id="C", applies_to=("heavy",)),
        a_rule(filing, id="D"),
        a_rule(SpeedCap(most_mps=20), id="E"),
    )
    assert [(rule.id, outcome.verdict) for rule, outcome in ledger.judge(a_piece())] == [
        ("A", Verdict.NEEDS_PERMIT),
        ("E", Verdict.HOLDS),
    ]
    assert [rule.id for rule in ledger.filings] == ["D"]


def test_a_ledger_holds_every_id_once() -> None:
    with pytest.raises(ValueError, match="expected every id once"):
        a_ledger(a_rule(id="A"), a_rule(id="A"))


def test_pieces_and_ledgers_can_be_pickled() -> None:
    piece = a_piece(distances_m={"port": 3.0}, permits=(a_permit(),))
    assert pickle.loads(pickle.dumps(piece)) == piece  # noqa: S301 - our own bytes
    ledger = a_ledger(a_rule(CAP))
    assert pickle.loads(pickle.dumps(ledger)) == ledger  # noqa: S301

"""The shipped ledgers: figures compared with the law as written down here by hand, and every rule with its source."""

from __future__ import annotations

import ast
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import airspace
from airspace.formats.ledger_pages import ledger_page
from airspace.formats.ledgers import shipped
from airspace.model.sources import Confidence
from airspace.rules.approvals import approvals, can_still_be_met, latest_filing
from airspace.rules.kinds import Distance
from airspace.rules.ledger import Ledger, Rule, Status, judge
from airspace.rules.pieces import Outcome, Trait, Verdict
from tests.airspace.rules.samples import a_permit, a_piece, at

ROOT = Path(airspace.__file__).parents[1]
MAINLAND, HONG_KONG = shipped()["shenzhen"], shipped()["hongkong"]
EVERY_RULE = [(ledger, rule) for ledger in shipped().values() for rule in ledger.rules]

MICRO: dict[str, Any] = {"takeoff_mass_kg": 0.24, "max_takeoff_mass_kg": 0.249, "empty_mass_kg": 0.24}
LIGHT: dict[str, Any] = {"takeoff_mass_kg": 5, "max_takeoff_mass_kg": 6, "empty_mass_kg": 3.9}
SMALL: dict[str, Any] = {"takeoff_mass_kg": 8.5, "max_takeoff_mass_kg": 9.17, "empty_mass_kg": 6.47}
MEDIUM: dict[str, Any] = {"takeoff_mass_kg": 80, "max_takeoff_mass_kg": 95, "empty_mass_kg": 65}
LARGE: dict[str, Any] = {"takeoff_mass_kg": 180, "max_takeoff_mass_kg": 200, "empty_mass_kg": 120}


def named(ledger: Ledger, rule_id: str) -> Rule:
    return next(rule for rule in ledger.rules if rule.id == rule_id)


def found(ledger: Ledger, rule_id: str, **changes: Any) -> Outcome:
    return judge(named(ledger, rule_id), a_piece(**changes))


def test_both_sides_are_shipped() -> None:
    assert set(shipped()) == {"shenzhen", "hongkong"}


@pytest.mark.parametrize(("ledger", "rule"), EVERY_RULE, ids=lambda value: getattr(value, "id", ""))
def test_every_rule_has_an_authority_a_source_and_a_confidence(ledger: Ledger, rule: Rule) -> None:
    assert rule.authority
    assert rule.title
    assert rule.title_zh or rule.status is Status.SUPERSEDED
    assert len(rule.source.citation) > 20
    assert rule.source.confidence in set(Confidence)
    assert ledger.name


def test_what_no_source_gives_is_not_called_sourced() -> None:
    for _, rule in EVERY_RULE:
        figureless = isinstance(rule.asks, Distance) and rule.asks.least_m is None
        if figureless:
            assert rule.source.confidence in (Confidence.ASSUMED, Confidence.UNKNOWN), rule.id


@pytest.mark.parametrize("path", sorted((ROOT / "airspace" / "rules").glob("*.py")), ids=lambda path: path.name)
def test_no_figure_and_no_side_stands_in_python(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant):
            numeric = isinstance(node.value, int | float) and not isinstance(node.value, bool)
            assert not numeric or node.value in (0, 1, 64), f"{path.name}:{node.lineno}: {node.value}"  # 64: a cache
    text = path.read_text(encoding="utf-8").casefold()
    assert not [word for word in ("shenzhen", "hong kong", "hongkong", "'sz'", '"sz"', '"hk"') if word in text]


# Order 761, art. 62 and Cap. 448G with L.N. 82 of 2025.
@pytest.mark.parametrize(
    ("masses", "mainland", "hong_kong"),
    [
        (MICRO, "micro", "A1"),
        (LIGHT, "light", "A2"),
        (SMALL, "small", "B"),
        (MEDIUM, "medium", "C"),
        (LARGE, "large", ""),
    ],
)
def test_an_aircraft_has_a_class_on_either_side(masses: dict[str, Any], mainland: str, hong_kong: str) -> None:
    assert found(MAINLAND, "CN-62-CLASSES", **masses).detail == f"class {mainland}"
    outcome = found(HONG_KONG, "HK-CATEGORIES", **masses)
    assert outcome.detail == (f"class {hong_kong}" if hong_kong else "class not known: none of the ledger")
    assert outcome.verdict is (Verdict.HOLDS if hong_kong else Verdict.UNKNOWN)


@pytest.mark.parametrize(
    ("grams", "name"), [(250, "A1"), (251, "A2"), (7000, "A2"), (7001, "B"), (25000, "B"), (25001, "C")]
)
def test_hong_kong_weighs_at_take_off_with_the_limit_inside(grams: int, name: str) -> None:
    assert found(HONG_KONG, "HK-CATEGORIES", takeoff_mass_kg=grams / 1000).detail == f"class {name}"


@pytest.mark.parametrize(
    ("ledger", "rule", "masses", "limit"),
    [
        (MAINLAND, "CN-19-HEIGHT", MEDIUM, 120),
        (MAINLAND, "SZ-LIGHT-HEIGHT", LIGHT, 120),
        (MAINLAND, "SZ-MICRO-HEIGHT", MICRO, 50),
        (HONG_KONG, "HK-A1-HEIGHT", MICRO, 100 * 0.3048),
        (HONG_KONG, "HK-A2-HEIGHT", LIGHT, 300 * 0.3048),
    ],
)
def test_height_caps(ledger: Ledger, rule: str, masses: dict[str, Any], limit: float) -> None:
    assert found(ledger, rule, agl_m=(0, limit - 0.01), **masses).verdict is Verdict.HOLDS
    assert found(ledger, rule, agl_m=(0, limit + 0.01), **masses).verdict is Verdict.NEEDS_PERMIT


@pytest.mark.parametrize(
    ("ledger", "rule", "masses", "kmh", "beyond"),
    [
        (MAINLAND, "CN-62-MICRO-SPEED", MICRO, 40, Verdict.BROKEN),
        (MAINLAND, "CN-62-LIGHT-SPEED", LIGHT, 100, Verdict.BROKEN),
        (HONG_KONG, "HK-A1-SPEED", MICRO, 20, Verdict.NEEDS_PERMIT),
        (HONG_KONG, "HK-A2-SPEED", LIGHT, 50, Verdict.NEEDS_PERMIT),
    ],
)
def test_speed_caps(ledger: Ledger, rule: str, masses: dict[str, Any], kmh: float, beyond: Verdict) -> None:
    assert found(ledger, rule, speed_mps=(kmh - 0.1) / 3.6, **masses).verdict is Verdict.HOLDS
    assert found(ledger, rule, speed_mps=(kmh + 0.1) / 3.6, **masses).verdict is beyond


# The measures of 2019 for light and for micro aircraft, figure by figure.
DISTANCES = [
    ("SZ-LIGHT-BOUNDARY", LIGHT, "boundary", 500),
    ("SZ-LIGHT-PORT", LIGHT, "port", 500),
    ("SZ-LIGHT-OFFICES", LIGHT, "customs_area", 500),
    ("SZ-LIGHT-OFFICES", LIGHT, "government", 500),
    ("SZ-LIGHT-OFFICES", LIGHT, "prison", 500),
    ("SZ-LIGHT-LANDING-SITE", LIGHT, "landing_site", 3000),
    ("SZ-LIGHT-MILITARY", LIGHT, "military_restricted", 2000),
    ("SZ-LIGHT-RADIO", LIGHT, "navigation", 2000),
    ("SZ-LIGHT-RADAR", LIGHT, "radar", 1000),
    ("SZ-LIGHT-ARMS", LIGHT, "arms_industry", 1000),
    ("SZ-LIGHT-NUCLEAR", LIGHT, "nuclear", 200),
    ("SZ-LIGHT-EXPLOSIVES", LIGHT, "explosives_store", 150),
    ("SZ-LIGHT-ENERGY", LIGHT, "power_station", 100),
    ("SZ-LIGHT-ENERGY", LIGHT, "event", 100),
    ("SZ-LIGHT-HIGH-SPEED-RAIL", LIGHT, "high_speed_rail", 200),
    ("SZ-LIGHT-RAILWAY", LIGHT, "railway", 100),
    ("SZ-LIGHT-EXPRESSWAY", LIGHT, "expressway", 50),
    ("SZ-MICRO-BOUNDARY", MICRO, "boundary", 100),
    ("SZ-MICRO-PORT", MICRO, "port", 200),
    ("SZ-MICRO-OFFICES", MICRO, "military_area", 200),
    ("SZ-MICRO-AERODROME", MICRO, "aerodrome", 3000),
    ("SZ-MICRO-MILITARY", MICRO, "military_restricted", 500),
    ("SZ-MICRO-RADIO", MICRO, "navigation", 1000),
    ("SZ-MICRO-RADAR", MICRO, "radar", 500),
    ("SZ-MICRO-ARMS", MICRO, "arms_industry", 500),
    ("SZ-MICRO-HAZARD", MICRO, "nuclear", 100),
    ("SZ-MICRO-ENERGY", MICRO, "fuel_station", 50),
    ("SZ-MICRO-HIGH-SPEED-RAIL", MICRO, "high_speed_rail", 100),
    ("SZ-MICRO-RAILWAY", MICRO, "railway", 50),
    ("HK-A1-DISTANCE", MICRO, "person", 10),
    ("HK-A2-DISTANCE", LIGHT, "vessel", 30),
]


@pytest.mark.parametrize(("rule_id", "masses", "category", "figure_m"), DISTANCES)
def test_distances(rule_id: str, masses: dict[str, Any], category: str, figure_m: float) -> None:
    ledger = HONG_KONG if rule_id.startswith("HK") else MAINLAND
    asks = named(ledger, rule_id).asks
    assert isinstance(asks, Distance)
    others = dict.fromkeys(asks.categories, math.inf)
    clear = found(ledger, rule_id, distances_m=others | {category: figure_m}, **masses)
    near = found(ledger, rule_id, distances_m=others | {category: figure_m - 0.1}, **masses)
    gap = found(ledger, rule_id, distances_m=others | {category: None}, **masses)
    assert (clear.verdict, near.verdict, gap.verdict) == (Verdict.HOLDS, Verdict.NEEDS_PERMIT, Verdict.UNKNOWN)


@pytest.mark.parametrize("at_m", [54, 199, 210, 267])
def test_the_pads_beside_the_ports_are_controlled_and_not_forbidden(at_m: float) -> None:
    """Distances from the boundary of the pads at Liantang, Luohu and Wenjindu."""
    permit = a_permit(authority=MAINLAND.authority)
    for rule_id, masses in (("SZ-LIGHT-BOUNDARY", LIGHT), ("CN-19-BOUNDARY", SMALL), ("CN-19-BOUNDARY", MEDIUM)):
        assert found(MAINLAND, rule_id, distances_m={"boundary": at_m}, **masses).verdict is Verdict.NEEDS_PERMIT
        allowed = found(MAINLAND, rule_id, distances_m={"boundary": at_m}, permits=(permit,), **masses)
        assert (allowed.verdict, allowed.permit) == (Verdict.HOLDS, "P-1")


def test_heavier_aircraft_have_no_figure_for_the_strip_along_the_boundary() -> None:
    assert found(MAINLAND, "CN-19-BOUNDARY", distances_m={"boundary": 3000}, **SMALL).verdict is Verdict.UNKNOWN
    assert not found(MAINLAND, "SZ-LIGHT-BOUNDARY", distances_m={"boundary": 3000}, **SMALL).applies


@pytest.mark.parametrize(
    ("ledger", "rule", "changes"),
    [
        (MAINLAND, "CN-31-CLASS", MEDIUM),
        (MAINLAND, "CN-31-CLASS", LARGE),
        (MAINLAND, "CN-31-RELAY", {"traits": {Trait.RELAY: True}}),
        (MAINLAND, "CN-31-DROP", {"drops": True}),
        (MAINLAND, "CN-31-DANGEROUS-GOODS", {"dangerous_goods": "UN3480"}),
        (MAINLAND, "CN-31-CROWD", {"traits": {Trait.OVER_CROWDS: True}}),
        (MAINLAND, "CN-31-VEHICLE", {"traits": {Trait.FROM_VEHICLE: True}}),
        (MAINLAND, "CN-31-SWARM", {"traits": {Trait.SWARM: True}}),
        (MAINLAND, "CN-22-INTEGRATED", SMALL | {"traits": {Trait.INTEGRATED: True}}),
        (HONG_KONG, "HK-CROSS-BOUNDARY", MICRO | {"crosses_boundary": True}),
        (HONG_KONG, "HK-BVLOS", {"bvlos": True}),
        (HONG_KONG, "HK-DROP", {"drops": True}),
        (HONG_KONG, "HK-DANGEROUS-GOODS", {"dangerous_goods": "UN3480"}),
        (HONG_KONG, "HK-CAT-B", SMALL),
        (HONG_KONG, "HK-CAT-C", MEDIUM),
        (HONG_KONG, "HK-DAYLIGHT", {"start": at(5), "end": at(5, 10)}),
    ],
)
def test_what_needs_a_permit_holds_with_one_of_its_own_authority_only(
    ledger: Ledger, rule: str, changes: dict[str, Any]
) -> None:
    other = MAINLAND if ledger is HONG_KONG else HONG_KONG
    whole_day = {"valid_from": at(0), "valid_to": at(23)}
    own, strange = (a_permit(authority=side.authority, **whole_day) for side in (ledger, other))
    assert found(ledger, rule, **changes).verdict is Verdict.NEEDS_PERMIT
    assert found(ledger, rule, permits=(strange,), **changes).verdict is Verdict.NEEDS_PERMIT
    assert found(ledger, rule, permits=(own,), **changes).verdict is Verdict.HOLDS


def test_no_permit_opens_what_is_forbidden() -> None:
    permits = (a_permit(authority=HONG_KONG.authority),)
    inside = {"prohibition_area": -1.0}
    assert found(HONG_KONG, "HK-PROHIBITION-AREA", distances_m=inside, permits=permits).verdict is Verdict.BROKEN
    over = {Trait.OVER_PEOPLE: True}
    assert found(HONG_KONG, "HK-OVER-PEOPLE", traits=over, permits=permits).verdict is Verdict.BROKEN
    own = (a_permit(authority=MAINLAND.authority),)
    assert found(MAINLAND, "CN-32-MICRO-VLOS", permits=own, **MICRO).verdict is Verdict.BROKEN


def test_night_is_forbidden_on_one_side_only() -> None:
    assert [rule.id for _, rule in EVERY_RULE if rule.kind == "daylight"] == ["HK-DAYLIGHT"]


def test_a_restricted_flying_zone_may_be_entered_with_permission() -> None:
    asks = named(HONG_KONG, "HK-RFZ").asks
    assert isinstance(asks, Distance)
    clear = dict.fromkeys(asks.categories, math.inf)
    permit = a_permit(authority=HONG_KONG.authority)
    assert found(HONG_KONG, "HK-RFZ", distances_m=clear).verdict is Verdict.HOLDS
    assert found(HONG_KONG, "HK-RFZ", distances_m=clear | {"harbour": 0}).verdict is Verdict.NEEDS_PERMIT
    assert found(HONG_KONG, "HK-RFZ", distances_m=clear | {"harbour": 0}, permits=(permit,)).verdict is Verdict.HOLDS
    assert found(HONG_KONG, "HK-RFZ", distances_m=clear | {"peak": None}).verdict is Verdict.UNKNOWN


def test_superseded_rules_are_kept_and_never_applied() -> None:
    old = {rule.id for _, rule in EVERY_RULE if rule.status is Status.SUPERSEDED}
    assert old == {"HK-2022-PERMISSION", "HK-2022-AERODROME", "HK-2022-AREAS", "HK-2022-CLEARANCE"}
    assert not old & {rule.id for rule, _ in HONG_KONG.judge(a_piece())}


@pytest.mark.parametrize("ledger", shipped().values(), ids=lambda ledger: ledger.name)
def test_without_any_data_nothing_about_places_is_clear(ledger: Ledger) -> None:
    for rule, outcome in ledger.judge(a_piece()):
        if isinstance(rule.asks, Distance):
            assert outcome.verdict is Verdict.UNKNOWN, rule.id
            assert outcome.gap


@pytest.mark.parametrize("masses", [MICRO, LIGHT, SMALL, MEDIUM, LARGE])
def test_every_class_keeps_from_the_boundary_on_the_mainland(masses: dict[str, Any]) -> None:
    judged = MAINLAND.judge(a_piece(distances_m={"boundary": 40}, **masses))
    asked = [
        outcome for rule, outcome in judged if isinstance(rule.asks, Distance) and "boundary" in rule.asks.categories
    ]
    assert [outcome.verdict for outcome in asked] == [Verdict.NEEDS_PERMIT]


def test_the_mainland_is_told_by_noon_of_the_day_before_and_an_hour_before() -> None:
    flights = [at(8), at(8, 20)]
    told = {(item.rule, item.first_flight): item for item in approvals(MAINLAND.filings, flights)}
    assert set(told) == {("CN-26-APPLY", at(8)), ("CN-30-REPORT", at(8)), ("CN-30-REPORT", at(8, 20))}
    apply = told["CN-26-APPLY", at(8)]
    assert apply.latest_at == at(12, day=30, month=11)
    assert apply.reply_by == at(21, day=30, month=11)
    assert told["CN-30-REPORT", at(8, 20)].latest_at == at(7, 20)
    assert can_still_be_met(apply, at(11, day=30, month=11)) is True
    assert can_still_be_met(apply, at(13, day=30, month=11)) is False


def test_a_standing_approval_still_asks_for_a_plan_by_noon_of_the_day_before() -> None:
    told = approvals(MAINLAND.filings, [at(8)], given={"standing"})
    assert [(item.rule, item.latest_at) for item in told] == [
        ("CN-26-PLAN", at(12, day=30, month=11)),
        ("CN-30-REPORT", at(7)),
    ]


def test_an_urgent_flight_is_filed_half_an_hour_before_and_answered_ten_minutes_before() -> None:
    (told,) = approvals(MAINLAND.filings, [at(8)], given={"urgent"})
    assert (told.rule, told.latest_at, told.reply_by) == ("CN-29-URGENT", at(7, 30), at(7, 50))
    (told,) = approvals(MAINLAND.filings, [at(8)], given={"specially_urgent"})
    assert (told.rule, told.latest_at) == ("CN-29-SPECIALLY-URGENT", at(8))


def test_hong_kong_gives_no_lead_time_and_the_old_one_is_indicative() -> None:
    (told,) = approvals(HONG_KONG.filings, [at(8)])
    assert (told.rule, told.latest_at, told.confidence) == ("HK-PERMISSION", None, "unknown")
    assert told.indicative_at == at(0, day=22, month=10)
    assert latest_filing(named(HONG_KONG, "HK-2022-PERMISSION"), at(8)) == told.indicative_at


def test_filings_name_rules_that_there_are() -> None:
    for ledger in shipped().values():
        for rule in ledger.filings:
            indicative = getattr(rule.asks, "indicative", "")
            assert not indicative or named(ledger, indicative).status is Status.SUPERSEDED


def test_the_page_says_what_the_files_say() -> None:
    assert ledger_page(shipped().values()) in (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")


def test_the_rules_load_no_heavy_library() -> None:
    heavy = {"pydantic", "holidays", "astral"}
    code = f"import sys, airspace.rules.ledger, airspace.rules.approvals;print(sorted({heavy!r} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"

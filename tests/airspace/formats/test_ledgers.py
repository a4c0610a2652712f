from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

import airspace
from airspace.errors import Problem
from airspace.formats.documents import RawFile
from airspace.formats.ledgers import TABLES, TraitWord, ledgers_named, read_ledger, shipped
from airspace.rules.calendars import ByDaysBefore, ByTimeBefore, ByWorkingDaysBefore
from airspace.rules.kinds import Activity, Daylight, Distance, Filing, HeightCap, SpeedCap, Weather
from airspace.rules.ledger import Ledger, Status
from airspace.rules.pieces import Trait

HEAD = """
schema = 1
name = "mine"
title = "Mine"
authority = "Authority"
timezone = "Asia/Hong_Kong"
[calendar]
country = "HK"
weekend = ["SAT", "SUN"]
published_years = [2026]
source = { citation = "somewhere", confidence = "sourced" }
[sources.law]
citation = "The law"
date = 2024-01-01
confidence = "verified"
"""
EXTENDS = """
schema = 1
name = "mine"
title = "Mine"
extends = "shenzhen"
[sources.law]
citation = "House rules"
date = 2026-01-01
confidence = "verified"
"""
CAP = {"id": '"A"', "kind": '"height_cap"', "title": '"A cap"', "source": '"law"', "most": '{ value = 90, unit = "m" }'}
PORT = CAP | {
    "id": '"D"',
    "kind": '"distance"',
    "categories": '["port"]',
    "least": '{ value = 1, unit = "km" }',
    "most": "",
}
FILE = CAP | {
    "id": '"F"', "kind": '"filing"', "each": '"day"', "standing_suffices": "true", "most": "",
    "lead": "{ hours_before = 1 }",
}  # fmt: skip


def told(*rules: dict[str, str], head: str = HEAD) -> str:
    """The text of a ledger; a key with an empty value is left out."""
    tables = ["\n".join(f"{key} = {value}" for key, value in rule.items() if value) for rule in rules]
    return head + "".join(f"\n[[rules]]\n{table}\n" for table in tables)


def read(text: str, *, beside: Any = None) -> tuple[Ledger | None, tuple[Problem, ...]]:
    return read_ledger(RawFile(name="mine.toml", raw=text.encode()), beside=beside)


def good(*rules: dict[str, str], head: str = HEAD) -> Ledger:
    ledger, problems = read(told(*rules, head=head))
    assert not problems
    assert ledger is not None
    return ledger


def one(text: str) -> Problem:
    ledger, problems = read(text)
    assert ledger is None
    assert len(problems) == 1, problems
    return problems[0]


def test_a_rule_keeps_what_the_file_says() -> None:
    (rule,) = good(CAP | {"article": '"art. 3"', "note": '"a note"', "title_zh": '"限高"', "permit": '"none"'}).rules
    assert (rule.id, rule.title, rule.title_zh, rule.note, rule.kind) == ("A", "A cap", "限高", "a note", "height_cap")
    assert rule.authority == "Authority"
    assert rule.source.citation == "The law; art. 3"
    assert str(rule.source.date) == "2024-01-01"
    assert rule.source.confidence == "verified"
    assert not rule.permittable
    assert rule.status is Status.IN_FORCE


def test_a_rule_may_be_less_certain_than_its_source_and_have_an_authority_of_its_own() -> None:
    head = HEAD.replace('authority = "Authority"', 'authority = "Authority"\nauthority_aliases = ["Also"]')
    ours, theirs = good(CAP, CAP | {"id": '"B"', "confidence": '"assumed"', "authority": '"Police"'}, head=head).rules
    assert (ours.authority, ours.aliases, ours.source.confidence) == ("Authority", ("Also",), "verified")
    assert (theirs.authority, theirs.aliases, theirs.source.confidence) == ("Police", (), "assumed")


@pytest.mark.parametrize(
    ("figure", "metres"),
    [
        ('{ value = 300, unit = "ft" }', 91.44),
        ('{ value = 0.1, unit = "km" }', 100),
        ('{ value = 120.5, unit = "m" }', 120.5),
    ],
)
def test_lengths_become_metres(figure: str, metres: float) -> None:
    assert good(CAP | {"most": figure}).rules[0].asks == HeightCap(most_m=metres)


@pytest.mark.parametrize(
    ("figure", "mps"), [('{ value = 36, unit = "km/h" }', 10), ('{ value = 10, unit = "kt" }', 18520 / 3600)]
)
def test_speeds_become_metres_per_second(figure: str, mps: float) -> None:
    asks = good(CAP | {"kind": '"speed_cap"', "most": figure}).rules[0].asks
    assert isinstance(asks, SpeedCap)
    assert asks.most_mps == pytest.approx(mps, rel=1e-12)


def test_small_figures_are_figures_too() -> None:
    low, slow, near, out = good(
        CAP | {"most": '{ value = 0.5, unit = "m" }'},
        CAP | {"id": '"S"', "kind": '"speed_cap"', "most": '{ value = 0.5, unit = "m/s" }'},
        PORT | {"least": '{ value = 0.5, unit = "m" }'},
        PORT | {"id": '"O"', "least": '{ value = 0, unit = "m" }'},
    ).rules
    assert low.asks == HeightCap(most_m=0.5)
    assert slow.asks == SpeedCap(most_mps=0.5)
    assert near.asks == Distance(categories=("port",), least_m=0.5)
    assert str(out.asks) == "stay out of: port"


def test_a_distance_has_a_figure_or_says_that_there_is_none() -> None:
    given, none, bare = good(
        PORT,
        PORT | {"id": '"E"', "least": '"not given"', "stand_in": '{ value = 500, unit = "m" }'},
        PORT | {"id": '"F"', "least": '"not given"'},
    ).rules
    assert given.asks == Distance(categories=("port",), least_m=1000)
    assert none.asks == Distance(categories=("port",), least_m=None, stand_in_m=500)
    assert bare.asks == Distance(categories=("port",), least_m=None)


def test_forbidden_is_what_no_permit_allows() -> None:
    needs, never = good(
        CAP | {"kind": '"permit_required"', "when": '["drops"]', "most": ""},
        CAP | {"id": '"B"', "kind": '"forbidden"', "when": "[]", "most": ""},
    ).rules
    assert isinstance(needs.asks, Activity)
    assert needs.permittable
    assert not never.permittable


def test_daylight_and_weather() -> None:
    day, wind = good(
        CAP | {"kind": '"daylight"', "begins": '"BMCT"', "ends": '"SS"', "most": ""},
        CAP | {"id": '"W"', "kind": '"weather"', "quantity": '"wind_mps"', "most": "12"},
    ).rules
    assert isinstance(day.asks, Daylight)
    assert (day.asks.begins, day.asks.ends, str(day.asks.clock)) == ("BMCT", "SS", "Asia/Hong_Kong")
    assert wind.asks == Weather(quantity="wind_mps", most=12)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{ days_before = 1, at = "12:00" }', ByDaysBefore),
        ("{ hours_before = 1 }", ByTimeBefore),
        ("{ minutes_before = 0 }", ByTimeBefore),
        ("{ working_days_before = 28 }", ByWorkingDaysBefore),
        ('"not given"', type(None)),
    ],
)
def test_lead_times(text: str, kind: type) -> None:
    asks = good(FILE | {"lead": text}).rules[0].asks
    assert isinstance(asks, Filing)
    assert type(asks.lead) is kind


def test_lead_times_keep_their_figures() -> None:
    asks = good(FILE | {"lead": '{ days_before = 2, at = "12:30" }', "reply": "{ minutes_before = 10 }"}).rules[0].asks
    assert isinstance(asks, Filing)
    assert isinstance(asks.lead, ByDaysBefore)
    assert (asks.lead.days, asks.lead.at) == (2, time(12, 30))
    assert isinstance(asks.reply, ByTimeBefore)
    assert asks.reply.lead == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("change", "place", "code", "fix"),
    [
        ({"applys_to": '["light"]'}, "rules[0].applys_to", "UNKNOWN_KEY", "Did you mean 'applies_to'?"),
        ({"source": ""}, "rules[0].source", "MISSING_VALUE", ""),
        ({"source": '"lwa"'}, "rules[0].source", "UNKNOWN_SOURCE", "Did you mean 'law'?"),
        ({"kind": '"hight_cap"'}, "rules[0].kind", "UNKNOWN_VALUE", "Did you mean 'height_cap'?"),
        ({"kind": "3"}, "rules[0].kind", "UNKNOWN_VALUE", ""),
        ({"kind": '["height_cap"]'}, "rules[0].kind", "UNKNOWN_VALUE", ""),
        ({"most": "90"}, "rules[0].most", "BAD_FIGURE", ""),
        ({"most": '{ value = 90, unit = "yd" }'}, "rules[0].most", "BAD_FIGURE", ""),
        ({"most": '{ value = 90, unit = "m", more = 1 }'}, "rules[0].most", "BAD_FIGURE", ""),
        ({"most": '{ value = 90, unit = ["m"] }'}, "rules[0].most", "BAD_FIGURE", ""),
        ({"most": '{ value = "90", unit = "m" }'}, "rules[0].most", "WRONG_TYPE", ""),
        ({"most": '{ value = true, unit = "m" }'}, "rules[0].most", "WRONG_TYPE", ""),
        ({"most": '{ value = -1, unit = "m" }'}, "rules[0].most", "OUT_OF_RANGE", ""),
        ({"most": '{ value = 0, unit = "m" }'}, "rules[0].most", "OUT_OF_RANGE", ""),
        ({"most": '{ value = 30000, unit = "m" }'}, "rules[0].most", "OUT_OF_RANGE", ""),
        ({"status": '"gone"'}, "rules[0].status", "UNKNOWN_VALUE", ""),
        ({"confidence": '"sure"'}, "rules[0].confidence", "UNKNOWN_VALUE", ""),
        ({"applies_to": '["light"]'}, "rules[0].applies_to", "BAD_VALUE", ""),
        ({"id": '""'}, "rules[0].id", "EMPTY_VALUE", ""),
        ({"replaces": '"B"'}, "rules[0].replaces", "UNKNOWN_RULE", ""),
    ],
)
def test_what_is_wrong_with_a_rule_is_told_with_its_place(
    change: dict[str, str], place: str, code: str, fix: str
) -> None:
    problem = one(told(CAP | change))
    assert (problem.place, problem.code) == (place, code)
    assert problem.fix.startswith(fix)
    assert not problem.warning


@pytest.mark.parametrize(
    ("rule", "place", "code"),
    [
        (CAP | {"kind": '"classes"', "classes": "[]", "most": ""}, "rules[0].classes", "TOO_FEW"),
        (PORT | {"least": ""}, "rules[0].least", "MISSING_VALUE"),
        (PORT | {"least": '"none"'}, "rules[0].least", "BAD_FIGURE"),
        (PORT | {"categories": "[]"}, "rules[0].categories", "TOO_FEW"),
        (PORT | {"stand_in": '{ value = 1, unit = "m" }'}, "rules[0]", "BAD_FIGURE"),
        (FILE | {"lead": ""}, "rules[0].lead", "MISSING_VALUE"),
        (FILE | {"lead": "{ hours_before = 1, minutes_before = 3 }"}, "rules[0].lead", "BAD_LEAD"),
        (FILE | {"lead": "{ days_before = 1 }"}, "rules[0].lead", "BAD_LEAD"),
        (FILE | {"lead": '{ hours_before = 1, at = "12:00" }'}, "rules[0].lead", "BAD_LEAD"),
        (FILE | {"lead": "{}"}, "rules[0].lead", "BAD_LEAD"),
        (FILE | {"lead": "{ hours_before = -1 }"}, "rules[0].lead.hours_before", "OUT_OF_RANGE"),
        (FILE | {"lead": '{ days_before = 1, at = "25:00" }'}, "rules[0].lead.at", "BAD_CLOCK"),
        (FILE | {"each": '"week"'}, "rules[0].each", "UNKNOWN_VALUE"),
        (FILE | {"standing_suffices": ""}, "rules[0].standing_suffices", "MISSING_VALUE"),
        (CAP | {"kind": '"forbidden"', "when": '["flies"]', "most": ""}, "rules[0].when[0]", "UNKNOWN_VALUE"),
        (CAP | {"kind": '"weather"', "quantity": '"wind"', "most": ""}, "rules[0]", "MISSING_VALUE"),
        (CAP | {"kind": '"declaration"', "text": '""', "most": ""}, "rules[0].text", "EMPTY_VALUE"),
    ],
)
def test_what_is_wrong_with_figures_is_told_by_kind(rule: dict[str, str], place: str, code: str) -> None:
    problem = one(told(rule))
    assert (problem.place, problem.code) == (place, code)


@pytest.mark.parametrize(
    ("old", "new", "place", "code"),
    [
        ("schema = 1", "schema = 2", "schema", "UNKNOWN_VALUE"),
        ('timezone = "Asia/Hong_Kong"', 'timezone = "Asia/Shenzen"', "timezone", "BAD_TIMEZONE"),
        ('timezone = "Asia/Hong_Kong"', 'timezone = "../../etc/passwd"', "timezone", "BAD_TIMEZONE"),
        ('timezone = "Asia/Hong_Kong"', 'timezone = "Asia"', "timezone", "BAD_TIMEZONE"),
        ('timezone = "Asia/Hong_Kong"', "", "timezone", "MISSING_VALUE"),
        ('authority = "Authority"', "", "authority", "MISSING_VALUE"),
        ('authority = "Authority"', 'autority = "A"', "autority", "UNKNOWN_KEY"),
        ('country = "HK"', 'country = "ZZ"', "calendar.country", "UNKNOWN_CALENDAR"),
        ('country = "HK"', 'country = "HK"\ncategories = []', "calendar.categories", "TOO_FEW"),
        ('country = "HK"', 'country = "HK"\ncategories = ["bank"]', "calendar.country", "UNKNOWN_CALENDAR"),
        ("published_years = [2026]", "published_years = [2026, 2150]", "calendar.published_years", "UNKNOWN_CALENDAR"),
        ('weekend = ["SAT", "SUN"]', 'weekend = ["SATURDAY"]', "calendar.weekend[0]", "UNKNOWN_VALUE"),
        ('confidence = "verified"', "", "sources.law.confidence", "MISSING_VALUE"),
        ('name = "mine"', 'name = "shenzhen"', "name", "DUPLICATE_ID"),
        ('name = "mine"', 'name = "mine"\nextends = "shenzen"', "extends", "UNKNOWN_LEDGER"),
    ],
)
def test_what_is_wrong_with_the_head_is_told(old: str, new: str, place: str, code: str) -> None:
    assert old in HEAD
    problem = one(told(CAP, head=HEAD.replace(old, new, 1)))
    assert (problem.place, problem.code) == (place, code)


def test_a_problem_names_its_rule() -> None:
    assert one(told(CAP | {"most": "90"})).expected.endswith("(rule 'A')")


def test_everything_wrong_is_told_at_once() -> None:
    _, problems = read(told(CAP | {"most": "1"}, PORT | {"source": '"x"'}, CAP | {"kind": '"y"'}))
    assert {problem.place for problem in problems} == {"rules[0].most", "rules[1].source", "rules[2].kind"}
    assert all(problem.file == "mine.toml" for problem in problems)


@pytest.mark.parametrize(
    "text", ["", "schema = ", "rules = 3", "[[rules]]\n", "\x00", "schema = 1\nrules = []\nname=1"]
)
def test_a_file_that_is_no_ledger_is_refused_with_problems(text: str) -> None:
    ledger, problems = read(text)
    assert ledger is None
    assert problems


def test_a_ledger_without_rules_is_told() -> None:
    assert one(HEAD.replace('name = "mine"', 'name = "mine"\nrules = []')).code == "TOO_FEW"


def test_a_rule_that_is_no_table_is_told() -> None:
    head = HEAD.replace('name = "mine"', 'name = "mine"\nrules = [3]')
    assert one(head).place == "rules[0]"


def test_numbers_that_are_not_finite_are_refused() -> None:
    ledger, problems = read(told(CAP | {"most": '{ value = inf, unit = "m" }'}))
    assert ledger is None
    assert problems


def test_an_id_stands_once() -> None:
    problem = one(told(CAP, CAP))
    assert (problem.place, problem.code) == ("rules[1].id", "DUPLICATE_ID")


def test_classes_stand_once_and_are_known_to_every_rule() -> None:
    classes = CAP | {
        "id": '"C"', "kind": '"classes"', "most": "",
        "classes": '[{ name = "light", limits = [{ of = "takeoff_mass", most = { value = 900, unit = "g" } }] }]',
    }  # fmt: skip
    rule, table = good(CAP | {"applies_to": '["light"]'}, classes).rules
    assert rule.classes == table.asks.classes  # type: ignore[union-attr]
    assert rule.classes[0].limits[0].most_kg == 0.9
    assert one(told(classes, classes | {"id": '"C2"'})).code == "TOO_MANY"


# --- ledgers that extend others ------------------------------------------------------------------------------------


def test_a_ledger_extends_another() -> None:
    base = shipped()["shenzhen"]
    ledger = good(CAP | {"applies_to": '["light"]'}, head=EXTENDS)
    assert [rule.id for rule in ledger.rules] == [*(rule.id for rule in base.rules), "A"]
    assert (ledger.name, ledger.authority, ledger.calendar) == ("mine", base.authority, base.calendar)
    assert ledger.rules[-1].aliases == base.aliases
    assert ledger.rules[0] == base.rules[0]


def test_a_ledger_that_extends_another_may_have_an_authority_of_its_own() -> None:
    head = EXTENDS.replace('title = "Mine"', 'title = "Mine"\nauthority = "Us"\nauthority_aliases = ["We"]')
    rule = good(CAP, head=head).rules[-1]
    assert (rule.authority, rule.aliases) == ("Us", ("We",))


@pytest.mark.parametrize("rule_id", ["HOUSE", "CN-19-HEIGHT"])
def test_a_rule_takes_the_place_of_another_only_when_it_says_so(rule_id: str) -> None:
    ledger = good(CAP | {"id": f'"{rule_id}"', "replaces": '"CN-19-HEIGHT"'}, head=EXTENDS)
    caps = [rule for rule in ledger.rules if rule.id in ("CN-19-HEIGHT", "HOUSE")]
    assert [(rule.id, str(rule.asks)) for rule in caps] == [(rule_id, "at most 90 m above ground")]


@pytest.mark.parametrize("head", [HEAD, EXTENDS])
def test_an_id_of_a_shipped_rule_is_not_taken_by_accident(head: str) -> None:
    problem = one(told(CAP | {"id": '"HK-A2-HEIGHT"'}, head=head))
    assert problem.code == "DUPLICATE_ID"
    assert "'hongkong'" in problem.found
    assert 'replaces = "HK-A2-HEIGHT"' in problem.fix


def test_what_is_replaced_stands_in_the_ledger_that_is_extended() -> None:
    assert one(told(CAP | {"replaces": '"CN-19-HIGHT"'}, head=EXTENDS)).fix == "Did you mean 'CN-19-HEIGHT'?"
    assert one(told(CAP | {"replaces": '"HK-A2-HEIGHT"'}, head=EXTENDS)).code == "UNKNOWN_RULE"


def test_classes_that_are_replaced_hold_for_every_rule() -> None:
    named = ", ".join(f'{{ name = "{name}", limits = [] }}' for name in ("micro", "light", "small", "medium", "large"))
    classes = CAP | {"kind": '"classes"', "most": "", "classes": f"[{named}]", "replaces": '"CN-62-CLASSES"'}
    ledger = good(classes, head=EXTENDS)
    assert all(rule.classes[0].limits == () for rule in ledger.rules)
    ledger_of_one, problems = read(told(classes | {"classes": '[{ name = "all", limits = [] }]'}, head=EXTENDS))
    assert ledger_of_one is None
    assert "expected classes among all" in str(problems[0])


PAGE = (Path(airspace.__file__).parents[1] / "docs" / "rules.md").read_text(encoding="utf-8")


def test_files_know_every_trait_and_the_page_every_trait_and_kind() -> None:
    assert set(get_args(TraitWord)) == set(Trait)
    assert not [word for word in (*TABLES, *Trait) if f"`{word}`" not in PAGE]


def test_the_example_of_the_page_can_be_read() -> None:
    ledger, problems = read(PAGE.split("```toml\n")[1].split("```")[0])
    assert not problems
    assert ledger is not None
    assert {"HOUSE-HOSPITAL", "HOUSE-HEIGHT"} <= {rule.id for rule in ledger.rules}


# --- names in jurisdictions ----------------------------------------------------------------------------------------


def test_jurisdictions_name_ledgers() -> None:
    ledgers, problems = ledgers_named(["shenzhen", "shenzhen"], shipped(), file="j.geojson")
    assert [ledger.name for ledger in ledgers] == ["shenzhen"]
    assert not problems


def test_an_unknown_name_is_a_warning_that_tells_the_known_ones() -> None:
    ledgers, problems = ledgers_named(["shenzhen", "honkong"], shipped(), file="j.geojson", place="features[1].rules")
    assert [ledger.name for ledger in ledgers] == ["shenzhen"]
    (problem,) = problems
    assert problem.warning
    assert (problem.place, problem.code) == ("features[1].rules[1]", "UNKNOWN_LEDGER")
    assert "there is no ledger of that name, known are hongkong, shenzhen" in problem.expected
    assert problem.fix == "Did you mean 'hongkong'?"

"""Every deadline here was counted by hand on a calendar."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from airspace.rules.approvals import approvals, can_still_be_met, latest_filing, time_left
from airspace.rules.calendars import ByDaysBefore, ByTimeBefore, ByWorkingDaysBefore, Calendar, Lead
from airspace.rules.kinds import Filing
from airspace.rules.ledger import Rule, Status
from tests.airspace.rules.samples import LOCAL, a_rule, at

MAINLAND = Calendar(country="CN", weekend=("SAT", "SUN"), published_years=(2024, 2025, 2026))
HONG_KONG = Calendar(
    country="HK", categories=("public", "optional"), weekend=("SAT", "SUN"), published_years=(2024, 2025, 2026)
)
NOON_BEFORE = ByDaysBefore(days=1, at=time(12), clock=LOCAL)


def a_filing(lead: Lead | None, **changes: Any) -> Rule:
    rule = {key: changes.pop(key) for key in ("id", "status") if key in changes}
    given: dict[str, Any] = {"each": "day", "standing_suffices": False}
    return a_rule(Filing(lead=lead, **(given | changes)), **rule)


def working_days(days: int, calendar: Calendar) -> Rule:
    return a_filing(ByWorkingDaysBefore(days=days, calendar=calendar, clock=LOCAL))


@pytest.mark.parametrize(
    ("flight", "latest"),
    [
        (at(8), at(12, day=30, month=11)),
        (at(23, 59), at(12, day=30, month=11)),
        (at(0, 30, day=2), at(12)),
        (at(8, day=1, month=1, year=2027), at(12, day=31)),
        (at(8, day=1, month=3, year=2028), at(12, day=29, month=2, year=2028)),
    ],
)
def test_noon_of_the_day_before_is_a_rule_of_the_calendar(flight: datetime, latest: datetime) -> None:
    assert latest_filing(a_filing(NOON_BEFORE), flight) == latest


def test_the_day_of_a_flight_is_that_of_the_authority() -> None:
    # 16:30 UTC on 1 December is half past midnight on the 2nd over there.
    flight = datetime.fromisoformat("2026-12-01T16:30:00+00:00")
    assert latest_filing(a_filing(NOON_BEFORE), flight) == at(12)


def test_some_time_before_a_flight_is_counted_on_the_clock() -> None:
    hour = a_filing(ByTimeBefore(lead=timedelta(hours=1), clock=LOCAL))
    assert latest_filing(hour, at(0, 30)) == at(23, 30, day=30, month=11)
    assert latest_filing(a_filing(ByTimeBefore(lead=timedelta(minutes=30), clock=LOCAL)), at(8)) == at(7, 30)


@pytest.mark.parametrize("calendar", [MAINLAND, HONG_KONG])
def test_28_working_days_before_the_first_of_december(calendar: Calendar) -> None:
    # 30 Nov; 23-27, 16-20, 9-13, 2-6 Nov; 26-30 Oct; 23 and 22 Oct.
    assert latest_filing(working_days(28, calendar), at(8)) == at(0, day=22, month=10)


def test_40_working_days_differ_by_the_national_holiday_and_the_saturday_worked_for_it() -> None:
    # Hong Kong: 21, 20, not 19 (Chung Yeung), 16-12, 9-5 October.
    assert latest_filing(working_days(40, HONG_KONG), at(8)) == at(0, day=5, month=10)
    # Mainland: 21-19, 16-12, Saturday 10, 9 and 8 October, then none until 30 September.
    assert latest_filing(working_days(40, MAINLAND), at(8)) == at(0, day=30, month=9)


def test_the_day_of_the_flight_does_not_count_and_a_weekend_neither() -> None:
    monday = at(8, day=30, month=11)
    assert latest_filing(working_days(1, HONG_KONG), monday) == at(0, day=27, month=11)
    assert latest_filing(working_days(0, HONG_KONG), monday) == at(0, day=30, month=11)


def test_a_count_that_leaves_the_published_years_is_unknown() -> None:
    rule = working_days(2, HONG_KONG)
    assert latest_filing(rule, at(8, day=1, month=1, year=2027)) == at(0, day=30)
    assert latest_filing(rule, at(8, day=5, month=1, year=2027)) is None
    (approval,) = approvals([rule], [at(8, day=5, month=1, year=2027)])
    assert approval.latest_at is None
    assert "known for 2024, 2025, 2026 only" in approval.detail
    assert can_still_be_met(approval, at(8)) is None
    assert time_left(approval, at(8)) is None


# State Council notice for 2026: 1-3 January off, 4 January (Sunday) worked; 15-23 February off, 14 and 28 February
# (both Saturdays) worked; 1-5 May off, 9 May worked; 1-7 October off, 20 September and 10 October worked.
@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 1, 2), False),
        (date(2026, 1, 4), True),
        (date(2026, 2, 14), True),
        (date(2026, 2, 16), False),
        (date(2026, 2, 23), False),
        (date(2026, 2, 24), True),
        (date(2026, 2, 28), True),
        (date(2026, 5, 5), False),
        (date(2026, 5, 9), True),
        (date(2026, 9, 20), True),
        (date(2026, 10, 1), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),
        (date(2026, 10, 11), False),
        (date(2027, 1, 4), None),
    ],
)
def test_working_days_of_the_mainland(day: date, works: bool | None) -> None:
    assert MAINLAND.works(day) is works


# General holidays of Hong Kong in 2026.
@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 2, 16), True),
        (date(2026, 2, 17), False),
        (date(2026, 2, 19), False),
        (date(2026, 2, 20), True),
        (date(2026, 4, 3), False),
        (date(2026, 4, 7), False),
        (date(2026, 4, 8), True),
        (date(2026, 10, 1), False),
        (date(2026, 10, 2), True),
        (date(2026, 10, 10), False),
        (date(2026, 10, 19), False),
        (date(2026, 12, 24), True),
        (date(2026, 12, 25), False),
        (date(2026, 12, 26), False),
        (date(2026, 12, 28), True),
    ],
)
def test_working_days_of_hong_kong(day: date, works: bool | None) -> None:
    assert HONG_KONG.works(day) is works


def test_approvals_come_once_for_all_flights_once_a_day_or_once_a_flight() -> None:
    flights = [at(9), at(8), at(8, day=2), at(8)]
    for each, firsts in (
        ("application", [at(8)]),
        ("day", [at(8), at(8, day=2)]),
        ("flight", [at(8), at(9), at(8, day=2)]),
    ):
        found = approvals([a_filing(NOON_BEFORE, each=each)], flights)
        assert [approval.first_flight for approval in found] == firsts


def test_an_approval_tells_whom_what_when_and_on_whose_word() -> None:
    reply = ByDaysBefore(days=1, at=time(21), clock=LOCAL)
    (approval,) = approvals([a_filing(NOON_BEFORE, reply=reply)], [at(8)])
    assert (approval.authority, approval.rule) == ("Authority", "R-1")
    assert approval.latest_at == at(12, day=30, month=11)
    assert approval.reply_by == at(21, day=30, month=11)
    assert approval.confidence == "sourced"


def test_what_is_due_first_comes_first() -> None:
    early, late = a_filing(NOON_BEFORE, id="Z"), a_filing(ByTimeBefore(lead=timedelta(hours=1), clock=LOCAL), id="A")
    assert [approval.rule for approval in approvals([late, early], [at(8)])] == ["Z", "A"]


def test_no_flights_need_no_approval() -> None:
    assert approvals([a_filing(NOON_BEFORE)], []) == []


def test_words_on_the_flights_choose_the_rules() -> None:
    rules = [
        a_filing(NOON_BEFORE, id="APPLY", standing_suffices=True, unless=("urgent",)),
        a_filing(NOON_BEFORE, id="PLAN", only_if="standing"),
        a_filing(NOON_BEFORE, id="URGENT", only_if="urgent"),
        a_filing(NOON_BEFORE, id="OLD", status=Status.SUPERSEDED),
        a_rule(id="TEXT"),
    ]

    def chosen(*given: str) -> set[str]:
        return {approval.rule for approval in approvals(rules, [at(8)], given=given)}

    assert chosen() == {"APPLY"}
    assert chosen("standing") == {"PLAN"}
    assert chosen("urgent") == {"URGENT"}


def test_without_a_lead_time_a_superseded_rule_is_indicative_only() -> None:
    lead = ByWorkingDaysBefore(days=28, calendar=HONG_KONG, clock=LOCAL)
    old = a_filing(lead, id="OLD", status=Status.SUPERSEDED)
    (approval,) = approvals([a_filing(None, id="NEW", indicative="OLD"), old], [at(8)])
    assert approval.latest_at is None
    assert approval.indicative_at == at(0, day=22, month=10)
    assert can_still_be_met(approval, at(8, year=2020)) is None
    assert "superseded rule OLD" in approval.detail
    (approval,) = approvals([a_filing(NOON_BEFORE, id="NEW", indicative="OLD"), old], [at(8)])
    assert approval.latest_at == at(12, day=30, month=11)
    assert approval.indicative_at is None


@pytest.mark.parametrize(
    ("now", "met", "left_s"),
    [
        (at(11, 59, day=30, month=11), True, 60),
        (at(12, day=30, month=11), True, 0),
        (at(12, 1, day=30, month=11), False, -60),
    ],
)
def test_a_deadline_can_be_met_until_it_is_past(now: datetime, met: bool, left_s: int) -> None:
    (approval,) = approvals([a_filing(NOON_BEFORE)], [at(8)])
    assert can_still_be_met(approval, now) is met
    assert time_left(approval, now) == timedelta(seconds=left_s)


def test_times_without_an_offset_are_refused() -> None:
    with pytest.raises(ValueError, match="an offset from UTC"):
        latest_filing(a_filing(NOON_BEFORE), datetime(2026, 12, 1, 8))  # noqa: DTZ001
    with pytest.raises(ValueError, match="an offset from UTC"):
        approvals([a_filing(NOON_BEFORE)], [datetime(2026, 12, 1, 8)])  # noqa: DTZ001


def test_only_a_rule_on_filing_has_a_deadline() -> None:
    with pytest.raises(ValueError, match="expected a rule on filing, got one on declaration"):
        latest_filing(a_rule(), at(8))

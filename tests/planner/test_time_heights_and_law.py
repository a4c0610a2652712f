"""What the hours of zones, the heights of permits, the ground and the rules of each side do to a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely

from airspace.earth.heights import Band, Height, Reference
from airspace.earth.rasters import RasterGround
from airspace.earth.sun import SunEvent
from airspace.model.schedules import WEEKDAYS, Hours, Period, Schedule
from airspace.model.skies import Airspace
from airspace.model.sources import Confidence, Source
from airspace.model.zones import Restriction
from airspace.rules.calendars import ByDaysBefore, Calendar
from airspace.rules.kinds import Activity, Daylight, Distance, Filing, HeightCap, Kind
from airspace.rules.ledger import Ledger, Rule
from airspace.rules.pieces import Trait
from planner import planning
from planner.model.jobs import Job
from planner.model.plans import Plan, Reason
from planner.model.reviews import Review, Verdict
from tests.planner import scenes
from tests.planner.scenes import FakeSolver, order

ACROSS = scenes.area(1400, -800, 1600, 800)
"""Across the way from the hub to A."""


def planned(job: Job, sky: Airspace) -> tuple[Plan, Review]:
    plan = planning.plan(job, sky, solver=FakeSolver())
    return plan, planning.check(plan, sky, job)


def fine(job: Job, sky: Airspace) -> Plan:
    plan, review = planned(job, sky)
    assert review.verdict is Verdict.PASS, review.of(Verdict.FAIL)
    return plan


def amsl(lower_m: float, upper_m: float) -> Band:
    ends = (Height(value_m=value, reference=Reference.AMSL) for value in (lower_m, upper_m))
    return Band(**dict(zip(("lower", "upper"), ends, strict=True)))


# --- time ------------------------------------------------------------------------------------------------------------


def test_a_zone_that_opens_at_nine_lets_a_sortie_fly_straight_through_at_five_past_and_the_plan_says_so() -> None:
    until_nine = scenes.zone("Z", ACROSS, schedule=scenes.hours("07:00", "09:00"))
    sky = scenes.plain_sky(zones=(until_nine,))
    plan = fine(scenes.job([order("o", "A", ready="09:05", due="09:30")]), sky)
    (sortie,) = plan.sorties
    assert sortie.departs >= scenes.at("09:05")
    out = sortie.legs[0]
    assert out.distance_m == pytest.approx(2999.9, abs=1)
    (entry,) = out.zones
    assert (entry.zone, entry.permit) == ("Z", "")
    assert "not in force then: it holds daily 07:00–09:00" in entry.note


def test_before_nine_the_same_zone_is_flown_round() -> None:
    until_nine = scenes.zone("Z", ACROSS, schedule=scenes.hours("07:00", "09:00"))
    plan = fine(scenes.job([order("o", "A", due="08:30")]), scenes.plain_sky(zones=(until_nine,)))
    assert plan.sorties[0].legs[0].distance_m > 3200
    assert plan.sorties[0].legs[0].zones == ()


def test_a_zone_of_one_day_years_ago_is_not_there_today() -> None:
    past = Schedule(periods=(Period(start=datetime(2020, 1, 1, tzinfo=UTC), end=datetime(2020, 1, 2, tzinfo=UTC)),))
    plan = fine(scenes.job([order("o", "A")]), scenes.plain_sky(zones=(scenes.zone("Z", ACROSS, schedule=past),)))
    assert plan.sorties[0].legs[0].distance_m == pytest.approx(2999.9, abs=1)


def test_a_zone_by_day_is_open_before_sunrise() -> None:
    """On 1 December 2026 the sun rises over Hong Kong at 06:46 local time, 22:46 UTC of the day before."""
    by_day = Schedule.weekly(
        Hours(days=WEEKDAYS, start=SunEvent.SR, end=SunEvent.SS, clock=ZoneInfo("Asia/Hong_Kong"), place=(114.1, 22.5))
    )
    sky = scenes.plain_sky(zones=(scenes.zone("Z", ACROSS, schedule=by_day),))
    start = datetime(2026, 11, 30, 22, 0, tzinfo=UTC)
    asked = replace(order("o", "A"), ready_at=start, due_at=start + timedelta(minutes=30))
    early = scenes.job([asked], start=start, end=start + timedelta(minutes=40))
    assert fine(early, sky).sorties[0].legs[0].distance_m == pytest.approx(2999.9, abs=1)
    asked = replace(asked, ready_at=start + timedelta(hours=1), due_at=start + timedelta(hours=2))
    later = scenes.job([asked], start=start + timedelta(hours=1), end=start + timedelta(hours=3))
    assert fine(later, sky).sorties[0].legs[0].distance_m > 3200


# --- permits ---------------------------------------------------------------------------------------------------------


def behind_a_permit(band: Band | None = None, schedule: Schedule | None = None) -> Airspace:
    """A zone all round pad A that one permit opens."""
    zone = scenes.zone("Z", scenes.area(2500, -500, 3500, 500), Restriction.REQ_AUTHORISATION)
    leave = scenes.permit("P", "aa", zones=("Z",), band=band, **({"schedule": schedule} if schedule else {}))
    return scenes.plain_sky(zones=(zone,), gates=(scenes.gate(leave),))


def test_a_permit_opens_a_zone_and_the_plan_names_it() -> None:
    plan = fine(scenes.job([order("o", "A")]), behind_a_permit())
    assert [(entry.zone, entry.permit) for entry in plan.sorties[0].legs[0].zones] == [("Z", "P")]


def test_a_permit_for_the_level_alone_does_not_cover_the_climb_from_a_pad_inside() -> None:
    plan, _ = planned(scenes.job([order("o", "A")]), behind_a_permit(amsl(100, 150)))
    assert [(item.order, item.reason) for item in plan.unserved] == [("o", Reason.PERMIT_MISSING)]


def test_a_permit_from_the_sea_up_covers_it_with_the_budget_for_datums() -> None:
    assert fine(scenes.job([order("o", "A")]), behind_a_permit(amsl(-10, 123.5))).totals.served == 1
    plan, _ = planned(scenes.job([order("o", "A")]), behind_a_permit(amsl(-10, 122.5)))
    assert plan.totals.served == 0


def test_the_hours_of_a_permit_are_kept() -> None:
    plan = fine(scenes.job([order("o", "A")]), behind_a_permit(schedule=scenes.hours("10:00", "11:00")))
    (sortie,) = plan.sorties
    assert sortie.departs >= scenes.at("10:00")
    assert sortie.returns <= scenes.at("11:00")


def test_the_check_fails_a_plan_whose_permit_has_become_one_for_other_heights() -> None:
    job = scenes.job([order("o", "A")])
    plan = fine(job, behind_a_permit())
    review = planning.check(plan, behind_a_permit(amsl(100, 150)), job)
    assert "zone.permit" in {finding.rule for finding in review.of(Verdict.FAIL)}
    assert any("'P' is for 100 m AMSL to 150 m AMSL" in finding.detail for finding in review.of(Verdict.FAIL))


def test_the_check_fails_a_plan_whose_permit_has_become_one_for_other_hours() -> None:
    job = scenes.job([order("o", "A")])
    plan = fine(job, behind_a_permit())
    review = planning.check(plan, behind_a_permit(schedule=scenes.hours("12:00", "13:00")), job)
    assert "zone.permit" in {finding.rule for finding in review.of(Verdict.FAIL)}


# --- the boundary ----------------------------------------------------------------------------------------------------


def crossing_job(**fields: object) -> tuple[Job, Airspace]:
    sky = scenes.plain_sky(jurisdictions=scenes.two_sides(), gates=(scenes.gate(*scenes.both_permits()),))
    return scenes.job([order("o", "A")], **fields), sky


def test_every_leg_is_told_where_and_when_it_crosses() -> None:
    """The boundary is 2 km from the hub: 30 s of climb and 133.3 s at 15 m/s."""
    job, sky = crossing_job()
    out, back = fine(job, sky).sorties[0].legs
    (there,) = out.crossings
    assert (there.gate, there.before, there.after) == ("door", "west", "east")
    assert (there.t - out.waypoints[0].t).total_seconds() == pytest.approx(30 + 2000 / 15, abs=0.1)
    assert scenes.FRAME.to_xy(there.lon, there.lat)[0] == pytest.approx(2000, abs=0.5)
    assert [(crossing.before, crossing.after) for crossing in back.crossings] == [("east", "west")]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"before": "east", "after": "west"}, "derived: west>east"),
        ({"t": timedelta(seconds=3)}, "3.00 s off"),
        ({"lon": 0.0001}, "10.2"),
    ],
)
def test_a_crossing_recorded_wrongly_fails(change: dict[str, object], told: str) -> None:
    job, sky = crossing_job()
    plan = fine(job, sky)
    (sortie,) = plan.sorties
    (crossing,) = sortie.legs[0].crossings
    moved = {
        name: getattr(crossing, name) + value if isinstance(value, float | timedelta) else value
        for name, value in change.items()
    }
    leg = replace(sortie.legs[0], crossings=(replace(crossing, **moved),))
    broken = replace(plan, sorties=(replace(sortie, legs=(leg, *sortie.legs[1:])),))
    failures = [item for item in planning.check(broken, sky, job).of(Verdict.FAIL) if item.rule == "boundary.record"]
    assert [told in item.detail for item in failures] == [True]


# --- the ground ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hill:
    """Flat ground at 5 m with one square hill, known within a frame 20 km wide."""

    square: shapely.Polygon
    top_m: float

    def span_amsl_m(self, area: shapely.Geometry | None = None) -> tuple[float, float]:
        return 5.0, self.top_m if area is None or area.intersects(self.square) else 5.0

    def above(self, level_amsl_m: float, bounds: tuple[float, float, float, float]) -> Sequence[shapely.Polygon]:
        assert bounds[0] < bounds[2]
        return [self.square] if self.top_m > level_amsl_m else []


@pytest.mark.parametrize(("top_m", "bends"), [(106.0, False), (108.0, True), (400.0, True)])
def test_ground_nearer_to_the_level_than_the_vertical_gap_is_flown_round(top_m: float, bends: bool) -> None:
    """The level is 120 m; 10 m of clearance and 3 m for the datums leave 107 m."""
    sky = scenes.plain_sky(terrain=Hill(ACROSS, top_m))
    plan, review = planned(scenes.job([order("o", "A")]), sky)
    assert review.verdict is Verdict.PASS, review.of(Verdict.FAIL)
    (finding,) = [item for item in review.findings if item.rule == "ground.terrain"]
    assert finding.verdict is Verdict.PASS
    assert (plan.sorties[0].legs[0].distance_m > 3200) is bends


def test_heights_above_ground_are_told_over_the_highest_that_the_ground_can_be() -> None:
    plan = fine(scenes.job([order("o", "A")]), scenes.plain_sky(terrain=Hill(ACROSS, 50.0)))
    levels = [point.alt_agl_m for point in plan.sorties[0].legs[0].waypoints[1:-1]]
    assert levels == pytest.approx([115.0, 115.0])


def test_the_check_fails_a_plan_flown_into_a_hill_it_did_not_know() -> None:
    job = scenes.job([order("o", "A")])
    plan = fine(job, scenes.plain_sky())
    review = planning.check(plan, scenes.plain_sky(terrain=Hill(ACROSS, 300.0)), job)
    failed = [finding for finding in review.of(Verdict.FAIL) if finding.rule == "ground.terrain"]
    assert failed
    assert failed[0].margin == pytest.approx(120 - 300 - 13)


def test_a_corridor_without_width_is_judged_by_the_ground_below_its_line() -> None:
    cells = np.full((60, 60), 40.0, dtype=np.float32)
    ground = RasterGround(heights_m=cells, datum="EPSG:4326", west=114.05, north=22.56, width=0.002, height=0.002)
    job = scenes.job([order("o", "A")], policy=scenes.policy(corridor_half_width_m=0.0))
    _, review = planned(job, scenes.plain_sky(terrain=ground))
    (finding,) = [item for item in review.findings if item.rule == "ground.terrain"]
    assert (finding.verdict, finding.measured) == (Verdict.PASS, pytest.approx(80.0))


def test_without_a_terrain_model_the_review_says_that_hills_are_not_known() -> None:
    _, review = planned(scenes.job([order("o", "A")]), scenes.plain_sky())
    (finding,) = [item for item in review.findings if item.rule == "ground.terrain"]
    assert finding.verdict is Verdict.NOT_CHECKED


# --- the law ---------------------------------------------------------------------------------------------------------

TOLD = Source(citation="an invented law", confidence=Confidence.SOURCED)
NEVER_OFF = Calendar(country="HK", categories=("public",), weekend=("SUN",), published_years=(2026,), source=TOLD)


def a_ledger(name: str, authority: str, *asks: Kind, **fields: object) -> Ledger:
    rules = tuple(
        Rule(id=f"{name}-{number}", title=ask.word, authority=authority, asks=ask, source=TOLD, **fields)
        for number, ask in enumerate(asks)
    )
    return Ledger(
        name=name, title=name, authority=authority, timezone="Asia/Hong_Kong", calendar=NEVER_OFF, rules=rules
    )


def under_law(ledger: Ledger, *, permits: bool = True, asked: str = "A") -> tuple[Job, Airspace]:
    """The eastern side has a ledger; A lies in it."""
    west, east = scenes.two_sides()
    gate = scenes.gate(*(scenes.both_permits() if permits else ()))
    sky = scenes.plain_sky(jurisdictions=(west, replace(east, rules=(ledger.name,))), gates=(gate,))
    return scenes.job([order("o", asked)], ledgers=(ledger,)), sky


def reason_of(job: Job, sky: Airspace) -> tuple[Reason, str]:
    plan, _ = planned(job, sky)
    (item,) = plan.unserved
    return item.reason, item.detail


def test_a_height_cap_of_one_side_forbids_flights_there_and_is_named() -> None:
    job, sky = under_law(a_ledger("law", "other", HeightCap(most_m=100.0), permittable=False))
    reason, detail = reason_of(job, sky)
    assert reason is Reason.RULE
    assert "law-0" in detail
    assert "120 m above ground" in detail
    assert fine(scenes.job([order("o", "C")], ledgers=job.ledgers), sky).totals.served == 1


def test_what_a_permit_could_allow_is_called_a_missing_permit() -> None:
    job, sky = under_law(a_ledger("law", "other", Activity(when=(Trait.BVLOS,))))
    assert reason_of(job, sky)[0] is Reason.PERMIT_MISSING


def test_a_permit_of_the_authority_allows_it_and_the_review_says_which() -> None:
    job, sky = under_law(a_ledger("law", "east-aa", Activity(when=(Trait.BVLOS,))))
    _, review = planned(job, sky)
    (finding,) = [item for item in review.findings if item.rule == "law.law-0"]
    assert finding.verdict is Verdict.PASS
    assert "of-east" in finding.detail
    assert finding.source == "an invented law (sourced)"


def test_the_check_fails_what_the_law_forbids_although_the_planner_did_not_know_the_law() -> None:
    job, sky = under_law(a_ledger("law", "other", HeightCap(most_m=100.0)))
    plan = fine(replace(job, ledgers=()), sky)
    review = planning.check(plan, sky, job)
    failed = [finding for finding in review.of(Verdict.FAIL) if finding.rule == "law.law-0"]
    assert len(failed) == 2
    assert all("in east" in finding.subject for finding in failed)
    assert failed[0].margin == pytest.approx(-20.0)


def test_what_nobody_has_data_on_is_a_gap_and_never_clear() -> None:
    job, sky = under_law(a_ledger("law", "east-aa", Distance(categories=("prison",), least_m=300.0)))
    _, review = planned(job, sky)
    (finding,) = [item for item in review.findings if item.rule == "law.law-0"]
    assert finding.verdict is Verdict.NOT_CHECKED
    assert "a gap: no data on prison" in finding.detail
    assert review.verdict is Verdict.PASS


def test_a_side_without_a_ledger_is_told() -> None:
    job, sky = under_law(a_ledger("law", "east-aa", HeightCap(most_m=150.0)))
    _, review = planned(job, sky)
    told = [finding for finding in review.findings if finding.rule == "law.ledger"]
    assert [(finding.subject, finding.verdict) for finding in told] == [("west", Verdict.NOT_CHECKED)]


def test_flights_by_day_wait_for_sunrise() -> None:
    """Sunrise on 1 December 2026 at Hong Kong is 06:46 local time, 22:46 UTC."""
    clock = ZoneInfo("Asia/Hong_Kong")
    law = a_ledger("law", "other", Daylight(begins=SunEvent.SR, ends=SunEvent.SS, clock=clock))
    start = datetime(2026, 11, 30, 22, 0, tzinfo=UTC)
    _, sky = under_law(law)
    sky = replace(sky, gates=(scenes.gate(*scenes.both_permits(valid_from=start)),))
    asked = replace(order("o", "A"), ready_at=start, due_at=start + timedelta(hours=2))
    plan = fine(scenes.job([asked], ledgers=(law,), start=start, end=start + timedelta(hours=3)), sky)
    assert datetime(2026, 11, 30, 22, 45, tzinfo=UTC) <= plan.sorties[0].departs
    assert plan.sorties[0].departs <= datetime(2026, 11, 30, 22, 48, tzinfo=UTC)


def test_a_thing_inside_its_zone_is_farther_off_by_the_buffer_the_zone_was_drawn_with() -> None:
    """A prison 400 m off the way, drawn with 250 m around it, where the law asks for 300 m."""
    law = a_ledger("law", "other", Distance(categories=("prison",), least_m=300.0))
    job, sky = under_law(law)
    drawn = scenes.zone(
        "Z", scenes.area(2600, 150, 2700, 400), Restriction.NO_RESTRICTION, category="prison", jurisdiction="east"
    )
    assert reason_of(job, replace(sky, zones=(drawn,)))[0] is Reason.PERMIT_MISSING
    buffered = replace(drawn, extra={"buffer_m": 250.0})
    assert fine(job, replace(sky, zones=(buffered,))).totals.served == 1


def test_a_plan_says_by_when_to_file_for_each_side_it_is_flown_over() -> None:
    clock = ZoneInfo("Asia/Hong_Kong")
    noon = ByDaysBefore(days=1, at=time(12), clock=clock)
    law = a_ledger("law", "east-aa", Filing(lead=noon, each="application", standing_suffices=True))
    job, sky = under_law(law)
    (filing,) = fine(job, sky).filings
    assert (filing.jurisdiction, filing.authority, filing.rule) == ("east", "east-aa", "law-0")
    # The job is on 1 December from 08:00 UTC, 16:00 in Hong Kong: noon there the day before is 04:00 UTC.
    assert filing.latest_at == datetime(2026, 11, 30, 4, 0, tzinfo=UTC)
    assert filing.left(datetime(2026, 11, 30, 3, 0, tzinfo=UTC)) == timedelta(hours=1)
    held = replace(job, policy=replace(job.policy, approvals_held=("standing",)))
    assert fine(held, sky).filings == ()


def test_nothing_has_to_be_filed_with_a_side_that_is_not_flown_over() -> None:
    clock = ZoneInfo("Asia/Hong_Kong")
    noon = ByDaysBefore(days=1, at=time(12), clock=clock)
    law = a_ledger("law", "east-aa", Filing(lead=noon, each="application", standing_suffices=True))
    job, sky = under_law(law, asked="C")
    assert fine(job, sky).filings == ()

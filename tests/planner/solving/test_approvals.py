"""Plans that fly approved corridors only: which, when, and why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from airspace.corridors.library import joined
from airspace.errors import BadInput
from airspace.model.corridors import Act, Corridor, Entry, Library
from airspace.model.skies import Airspace
from planner import planning
from planner.model.jobs import Job, Weather
from planner.model.plans import CorridorChoice, Plan, Reason, Unserved
from planner.model.reviews import Verdict
from planner.solving.approvals import unfit
from planner.solving.freezing import freeze_job, hits, strangers
from planner.solving.tables import cost_tables
from tests.planner import scenes
from tests.planner.scenes import at, order

BEFORE = scenes.START - timedelta(days=7)
WALL = scenes.zone("wall", scenes.area(1000, -300, 1500, 900))


def frozen(job: Job, sky: Airspace) -> Library:
    return joined(Library(), freeze_job(job, sky), at=BEFORE)


def said(library: Library, act: Act, when: datetime, *pairs: str, authority: str = "village", **fields: Any) -> Library:
    """Return a library after somebody has said something of the corridors of some pairs; of all without any."""
    chosen = [c for c in library.corridors if not pairs or f"{c.from_pad}>{c.to_pad}" in pairs]
    entries = tuple(
        Entry(
            at=when, corridor=one.id, hash=one.hash, act=act, authority=by, note="a crane",
            drone_types=one.drone_types if act in (Act.APPROVED, Act.SUBMITTED) else (), **fields,
        )
        for one in chosen
        for by in (one.authorities or (authority,))
    )  # fmt: skip
    assert entries
    return replace(library, history=(*library.history, *entries))


def approved(job: Job, sky: Airspace) -> Library:
    return said(frozen(job, sky), Act.APPROVED, BEFORE)


def planned(job: Job, sky: Airspace, library: Library | None) -> Plan:
    """Return the plan on approved corridors, which the check finds to hold."""
    held = replace(sky, library=library)
    plan = planning.plan(job, held, options=scenes.QUICK, corridors=CorridorChoice.APPROVED)
    review = planning.check(plan, held, job)
    assert review.verdict is Verdict.PASS, review.of(Verdict.FAIL)
    return plan


def reason(plan: Plan) -> Unserved:
    (answer,) = plan.unserved
    assert answer.reason is Reason.CORRIDOR, answer
    return answer


JOB = scenes.job([order("a", "A")])
SKY = scenes.plain_sky(zones=(WALL,))


def test_with_all_corridors_approved_the_plan_is_that_without() -> None:
    job = scenes.job([order("a", "A"), order("b", "B", 2.0), order("c", "C")], weather=Weather(wind_mps=4.0))
    free = planning.plan(job, SKY, options=scenes.QUICK)
    bound = planned(job, SKY, approved(job, SKY))
    assert bound.sorties == free.sorties
    assert bound.totals == free.totals
    assert dict(bound.created_by.options) == {**free.created_by.options, "corridors": "approved"}


def test_flights_follow_the_frozen_line_and_bear_its_id() -> None:
    library = approved(JOB, SKY)
    for leg in planned(JOB, SKY, library).sorties[0].legs:
        line = tuple((point.lon, point.lat, point.alt_amsl_m) for point in leg.waypoints[1:-1])
        assert line == library.corridor(leg.corridor).points


def test_a_corridor_stays_as_it_was_frozen_when_a_shorter_way_opens() -> None:
    """Frozen round a wall that is gone today."""
    plan = planned(JOB, scenes.plain_sky(), approved(JOB, SKY))
    free = planning.plan(JOB, scenes.plain_sky(), options=scenes.QUICK)
    assert plan.totals.distance_m > free.totals.distance_m + 100


def test_a_frozen_line_is_still_judged_by_the_zones_of_today() -> None:
    plan = planned(JOB, SKY, approved(JOB, scenes.plain_sky()))
    (answer,) = plan.unserved
    assert answer.reason is Reason.ZONE_ACTIVE


def test_without_a_library_nothing_is_planned() -> None:
    with pytest.raises(BadInput, match="library of frozen corridors"):
        cost_tables(JOB, SKY, corridors=CorridorChoice.APPROVED)


def test_an_empty_library_says_that_there_is_no_corridor() -> None:
    answer = reason(planned(JOB, SKY, Library()))
    assert "the library has no corridor from hub to A" in answer.detail[:1].lower() + answer.detail[1:]
    assert answer.numbers == {"corridors": 0}


@pytest.mark.parametrize(
    ("library", "told"),
    [
        (frozen(JOB, SKY), "is not approved by any authority yet, and was not submitted"),
        (said(frozen(JOB, SKY), Act.SUBMITTED, BEFORE), "is not approved by any authority yet"),
        (
            said(approved(JOB, SKY), Act.SUSPENDED, BEFORE, "hub>A"),
            "is suspended by village since 2026-11-24 08:00: a crane",
        ),
        (said(approved(JOB, SKY), Act.SUSPENDED, BEFORE, "A>hub"), "Corridor A>hub#"),
        (
            said(frozen(JOB, SKY), Act.APPROVED, BEFORE, valid_to=BEFORE + timedelta(days=1)),
            "is no longer approved by any authority",
        ),
        (
            Library(corridors=tuple(replace(c, drone_types=("ten",)) for c in frozen(JOB, SKY).corridors)),
            "is not for type nine",
        ),
    ],
    ids=["draft", "submitted", "suspended", "suspended on the way back", "expired", "another type"],
)
def test_the_reason_names_corridor_authority_and_cause(library: Library, told: str) -> None:
    answer = reason(planned(JOB, SKY, library))
    assert told in answer.detail
    assert "#" in answer.detail


def test_the_authorities_that_have_not_approved_are_named() -> None:
    sky = scenes.plain_sky(jurisdictions=scenes.two_sides(), gates=(scenes.gate(*scenes.both_permits()),))
    library = frozen(JOB, sky)
    half = tuple(item for item in said(library, Act.APPROVED, BEFORE).history if item.authority == "west-aa")
    answer = reason(planned(JOB, sky, replace(library, history=half)))
    assert "is not approved by east-aa yet" in answer.detail
    assert planned(JOB, sky, said(library, Act.APPROVED, BEFORE)).totals.served == 1


def test_a_corridor_whose_turns_a_type_cannot_fly_is_not_flown() -> None:
    kind = replace(JOB.drone_types[0], min_turn_radius_m=60.0)
    corridor = frozen(JOB, SKY).corridors[0]
    (lon, lat, level_m), *others = corridor.points
    aside = replace(corridor, points=((lon, lat, level_m), (lon, lat + 0.01, level_m), *others))
    assert unfit(corridor, kind, JOB.policy, SKY) == ""
    told = f"has turns or changes of level that type {kind.id} (radius 60 m) cannot fly"
    assert unfit(aside, kind, JOB.policy, SKY) == told
    assert unfit(aside, JOB.drone_types[0], JOB.policy, SKY) == ""


def test_a_corridor_narrower_than_the_drone_may_stray_today_is_not_flown() -> None:
    wider = replace(JOB, policy=scenes.policy(corridor_half_width_m=25.0))
    answer = reason(planned(wider, SKY, approved(JOB, SKY)))
    assert "keeps 20 m to each side, and type nine may stray 25 m" in answer.detail


def test_a_corridor_to_a_pad_that_has_moved_is_not_flown() -> None:
    sky = scenes.sky(scenes.pad("hub", 0, 0), scenes.pad("A", 3000.4, 0), zones=(WALL,))
    answer = reason(planned(JOB, sky, approved(JOB, SKY)))
    assert "ends 0.5" in answer.detail
    assert "off pad A" in answer.detail


def test_the_times_of_approvals_are_kept() -> None:
    library = said(approved(JOB, SKY), Act.SUSPENDED, at("08:00"), "hub>A")
    free_again = said(library, Act.RESUMED, at("10:00"), "hub>A")
    plan = planned(JOB, SKY, free_again)
    assert plan.sorties[0].departs >= at("10:00")
    ends = said(frozen(JOB, SKY), Act.APPROVED, BEFORE, valid_to=at("09:00"))
    late = replace(JOB, orders=(order("a", "A", ready="08:30"),))
    assert planned(late, SKY, ends).sorties[0].returns <= at("09:00")


def test_an_order_whose_window_no_approval_covers_says_so() -> None:
    library = said(approved(JOB, SKY), Act.SUSPENDED, at("09:00"), "hub>A")
    late = replace(JOB, orders=(order("a", "A", ready="10:00", due="11:00"),))
    answer = reason(planned(late, SKY, library))
    assert "no start in 10:00 to 11:00" in answer.detail.lower()
    assert "suspended by village" in answer.detail


def test_another_approved_corridor_is_flown_when_the_first_is_suspended() -> None:
    """One straight, one round a wall that is gone: both may be flown today."""
    sky, library = scenes.plain_sky(), approved(JOB, scenes.plain_sky())
    both = joined(library, freeze_job(JOB, SKY), at=BEFORE)
    both = said(replace(both, history=()), Act.APPROVED, BEFORE)
    straight = planned(JOB, sky, both)
    shut = tuple(
        Entry(at=BEFORE, corridor=one.id, hash=one.hash, act=Act.SUSPENDED, authority="village", note="a crane")
        for one in library.corridors
    )
    bent = planned(JOB, sky, replace(both, history=(*both.history, *shut)))
    assert bent.totals.distance_m > straight.totals.distance_m + 100
    assert {leg.corridor for leg in straight.sorties[0].legs} == {one.id for one in library.corridors}


def test_while_the_best_corridor_is_suspended_the_next_best_is_flown() -> None:
    sky = scenes.plain_sky()
    short, long = freeze_job(JOB, sky), freeze_job(JOB, SKY)
    both = said(joined(joined(Library(), short, at=BEFORE), long, at=BEFORE), Act.APPROVED, BEFORE)
    shut = tuple(
        Entry(at=at("10:00"), corridor=one.id, hash=one.hash, act=Act.SUSPENDED, authority="village", note="a crane")
        for one in short
    )
    library = replace(both, history=(*both.history, *shut))
    late = replace(JOB, orders=(order("a", "A", ready="11:00", due="12:00"),))
    early = replace(JOB, orders=(order("a", "A", due="09:30"),))
    for job, flown in ((early, short), (late, long)):
        legs = planned(job, sky, library).sorties[0].legs
        assert {leg.corridor for leg in legs} == {one.id for one in flown}


def test_an_order_may_fly_by_another_pad_when_its_own_corridor_is_suspended() -> None:
    job = scenes.job([order("a", "A"), order("b", "B")])
    library = said(approved(job, SKY), Act.SUSPENDED, BEFORE, "hub>B")
    plan = planned(job, SKY, library)
    assert [leg.to_pad for sortie in plan.sorties for leg in sortie.legs] == ["A", "B", "hub"]


# --- what is frozen, and what a plan loses ----------------------------------------------------------------------------


def pairs_of(corridors: tuple[Corridor, ...]) -> set[str]:
    return {f"{one.from_pad}>{one.to_pad}" for one in corridors}


def test_what_the_orders_may_need_is_frozen_or_the_pairs_asked_for_there_and_back() -> None:
    job = scenes.job([order("a", "A"), order("b", "B")])
    every = {f"{a}>{b}" for a in ("hub", "A", "B") for b in ("hub", "A", "B") if a != b}
    assert pairs_of(freeze_job(job, SKY)) == every
    assert pairs_of(freeze_job(job, SKY, pairs=[("hub", "C")])) == {"hub>C", "C>hub"}


def test_every_line_that_a_day_asks_for_is_frozen() -> None:
    sky = scenes.plain_sky(zones=(replace(WALL, schedule=scenes.hours("10:00", "12:00")),))
    corridors = [one for one in freeze_job(JOB, sky) if one.from_pad == "hub"]
    assert len(corridors) == 2
    plan = planned(JOB, sky, approved(JOB, sky))
    assert plan.totals == planning.plan(JOB, sky, options=scenes.QUICK).totals


def test_the_ids_of_a_plan_are_those_of_the_library() -> None:
    library = frozen(JOB, SKY)
    plan = planning.plan(JOB, SKY, options=scenes.QUICK)
    assert strangers(plan, library) == ()
    assert strangers(plan, Library()) == tuple(sorted(leg.corridor for leg in plan.sorties[0].legs))


def test_types_of_one_width_share_a_corridor_and_others_have_their_own() -> None:
    kinds = (scenes.kind(), scenes.kind("ten"), scenes.kind("wide", corridor_half_width_m=30.0))
    drones = [scenes.drone(f"d-{kind.id}", type_id=kind.id) for kind in kinds]
    job = scenes.job([order("a", "A")], drones, drone_types=kinds)
    found = {one.half_width_m: one.drone_types for one in frozen(job, SKY).between("hub", "A")}
    assert found == {20: ("nine", "ten"), 30: ("wide",)}


def test_a_suspension_hits_the_sorties_that_fly_it_then_and_all_their_orders() -> None:
    job = scenes.job([order("a", "A"), order("b", "B", due="09:00")])
    library = approved(job, SKY)
    plan = planned(job, SKY, library)
    sortie = plan.sorties[0]
    assert hits(plan, library, [one.id for one in library.corridors]) == ()
    leg = sortie.legs[-1]
    shut = said(library, Act.SUSPENDED, leg.waypoints[1].t, f"{leg.from_pad}>{leg.to_pad}")
    (hit,) = hits(plan, shut, [one.id for one in library.corridors])
    assert (hit.sortie, hit.orders, hit.legs) == (sortie.id, sortie.orders, (len(sortie.legs),))
    assert "a crane" in hit.why
    later = said(library, Act.SUSPENDED, plan.end, f"{leg.from_pad}>{leg.to_pad}")
    assert hits(plan, later, [one.id for one in library.corridors]) == ()

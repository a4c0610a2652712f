from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise

import pytest

from airspace.errors import UnknownPad
from airspace.model.skies import Airspace
from planner import planning
from planner.formats.plans import digest, plan_to_document
from planner.model.jobs import Job, Weather
from planner.model.reviews import Verdict
from planner.solving.enquiries import enquire
from planner.solving.solvers import SolveOptions, Watch
from planner.versions import shaping_versions
from tests.planner import scenes
from tests.planner.scenes import FakeSolver, order


def a_scene(seed: int) -> tuple[Job, Airspace]:
    """Two hubs, six pads, ten orders, wind and a zone; with even seeds a boundary, a gate and permits too."""
    rng = random.Random(seed)
    hubs = [scenes.pad("hub", 0, 0, slots=2, turnaround_s=30.0), scenes.pad("hub2", -1500, 1500)]
    spots = [(-3000, -1000), (-500, 3000), (1000, -2500), (2800, 100), (3500, 900), (4000, -1200)]
    pads = [scenes.pad(f"P{k}", x, y, slots=1, elevation_amsl_m=5.0 * k) for k, (x, y) in enumerate(spots)]
    x_m, y_m = rng.uniform(400, 1200), rng.uniform(400, 1500)
    extra = {"zones": (scenes.zone("z", scenes.area(x_m, y_m, x_m + 400, y_m + 700)),)}
    if seed % 2 == 0:
        hours = scenes.hours("08:30", "13:00")
        extra |= {"jurisdictions": scenes.two_sides(), "gates": (scenes.gate(*scenes.both_permits(), schedule=hours),)}
    orders = [
        order(
            f"o{k}", f"P{rng.randrange(6)}", round(rng.uniform(0.3, 6.0), 2), from_pad=rng.choice(("hub", "hub2")),
            ready=f"0{rng.randint(8, 9)}:{rng.randrange(10, 50)}", due=f"1{rng.randint(0, 3)}:30",
            max_minutes=rng.choice((None, 20.0)), priority=rng.randint(1, 3),
        )
        for k in range(10)
    ]  # fmt: skip
    fleet = [scenes.drone("d1", state_of_charge=0.7), scenes.drone("d2", health=0.9), scenes.drone("d3", "hub2")]
    weather = Weather(wind_mps=rng.uniform(0, 6), wind_from_deg=rng.uniform(0, 359), temperature_c=25.0)
    return scenes.job(orders, fleet, weather=weather), scenes.sky(*hubs, *pads, **extra)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("silent", [False, True], ids=["routed", "nothing suggested"])
def test_a_random_scene_is_planned_and_the_check_passes_it(seed: int, silent: bool) -> None:
    job, sky = a_scene(seed)
    plan = planning.plan(job, sky, options=scenes.QUICK, solver=FakeSolver() if silent else None)
    review = planning.check(plan, sky, job)
    assert review.verdict is Verdict.PASS, review.of(Verdict.FAIL)
    told = [item.order for item in plan.unserved]
    assert sorted([*(name for sortie in plan.sorties for name in sortie.orders), *told]) == sorted(
        o.id for o in job.orders
    )
    assert plan.totals.served >= 6
    for pad in sky.pads:
        assert scenes.most_at_once(scenes.pad_uses(plan, sky), pad.id) <= pad.slots
    for drone in job.drones:
        own = sorted((s.departs, s.returns) for s in plan.sorties if s.drone == drone.id)
        assert all(back + timedelta(seconds=300) <= leaves for (_, back), (leaves, _) in pairwise(own))


def test_the_same_input_gives_the_same_plan_and_the_same_digest() -> None:
    first, second = (planning.plan(*a_scene(2), options=scenes.QUICK) for _ in range(2))
    assert first == second
    assert digest(plan_to_document(first)) == digest(plan_to_document(second))
    assert first.created_by.versions == shaping_versions()


def test_another_seed_gives_a_plan_that_passes_as_well() -> None:
    job, sky = a_scene(2)
    plan = planning.plan(job, sky, options=SolveOptions(iterations=20, seed=99))
    assert plan.created_by.seed == 99
    assert planning.check(plan, sky, job).verdict is Verdict.PASS


def test_a_stopped_watch_still_gives_a_plan() -> None:
    job, sky = a_scene(1)
    plan = planning.plan(job, sky, watch=Watch(stopped=lambda: True))
    assert plan.totals.served >= 6
    assert planning.check(plan, sky, job).verdict is Verdict.PASS


def test_a_single_order_does_not_search_for_ever() -> None:
    plan = planning.plan(scenes.job([order("a", "A")]), scenes.plain_sky())
    assert plan.totals.served == 1


def test_an_enquiry_tells_the_leg_and_its_figures() -> None:
    job, sky = scenes.job([order("a", "A")]), scenes.plain_sky()
    answer = enquire(job, sky, ("hub", "A"), at=scenes.at("09:00"), payload_kg=7.0)
    assert answer.allowed
    assert answer.leg is not None
    assert answer.leg.energy_wh == pytest.approx(260.331, rel=2e-4)
    assert answer.straight_m == pytest.approx(3000, abs=0.5)


def test_an_enquiry_tells_what_the_straight_line_enters_and_why_there_is_no_way() -> None:
    job = scenes.job([order("a", "A")])
    bent = scenes.plain_sky(zones=(scenes.zone("z", scenes.area(1000, -300, 1500, 900)),))
    answer = enquire(job, bent, ("hub", "A"), at=scenes.at("09:00"))
    assert answer.direct.zones == ("z",)
    assert answer.leg is not None
    assert answer.leg.distance_m > answer.straight_m
    shut = scenes.plain_sky(zones=(scenes.zone("z", scenes.area(2500, -500, 3500, 500)),))
    refused = enquire(job, shut, ("hub", "A"), at=scenes.at("09:00"))
    assert refused.leg is None
    assert "zone z" in refused.detail


def test_an_enquiry_for_what_is_not_there_is_refused() -> None:
    job, sky = scenes.job([order("a", "A")]), scenes.plain_sky()
    with pytest.raises(UnknownPad):
        enquire(job, sky, ("hub", "nowhere"), at=scenes.START)
    with pytest.raises(LookupError, match="type 'x'"):
        enquire(job, sky, ("hub", "A"), at=scenes.START, kind="x")

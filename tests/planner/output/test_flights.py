"""What the page's data tell of flights: each by itself, what they share, and their sums."""

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.output import flights
from planner.output.data import page_data
from planner.output.flights import landing_charge
from planner.output.values import Json, Shared
from tests.planner.output.samples import Sample, sample, with_profiles


def shown(made: Sample) -> Json:
    return page_data(made.plan, made.sky, made.job, made.review, digest=made.digest, basemap=made.basemap)


def test_what_legs_have_in_common_is_told_once() -> None:
    data = shown(with_profiles(sample()))
    legs = [leg for sortie in data["sorties"] for leg in sortie["legs"]]
    assert len(legs) == 4
    assert [leg["track"] for leg in legs] == [0, 1, 0, 1]
    assert [leg["limits"] for leg in legs] == [0, 0, 0, 0]
    assert len(data["tracks"]) == 2
    assert len(data["limits"]) == len(data["entries"]) == 1


def test_a_track_with_the_heights_and_times_of_a_leg_gives_its_waypoints() -> None:
    made = with_profiles(sample())
    data = shown(made)
    leg, told = made.plan.sorties[0].legs[1], data["sorties"][0]["legs"][1]
    track = data["tracks"][told["track"]]
    assert track["line"] == [[point.lon, point.lat] for point in leg.waypoints]
    assert told["heights"] == [point.alt_amsl_m for point in leg.waypoints]
    assert told["times"] == [(point.t - made.plan.start).total_seconds() for point in leg.waypoints]
    assert track["along_m"] == [0, 0, 2250, 4500, 4500]


def test_a_leg_without_a_profile_is_measured_over_the_ground_and_tells_no_charge_on_the_way() -> None:
    data = shown(sample())
    leg, _ = data["sorties"][0]["legs"]
    track = data["tracks"][leg["track"]]
    # Half a hundredth of a degree east and two south, twice, at 22.53 degrees north.
    assert track["along_m"] == [
        0,
        0,
        pytest.approx(2273, abs=2),
        pytest.approx(4546, abs=4),
        pytest.approx(4546, abs=4),
    ]
    assert leg["charge"] == []
    assert track["ground"] is None
    assert data["limits"][leg["limits"]] == {"floor": [], "cap": []}


def test_zones_lie_along_a_track_where_its_line_is_inside_them() -> None:
    data = shown(with_profiles(sample()))
    bands = {band["zone"]: band for band in data["tracks"][0]["bands"]}
    # The strip is 0.004 degrees high and ends on the boundary at the gate, half way; the cap begins there.
    assert bands["STRIP"]["to_m"] == pytest.approx(2273, abs=3)
    assert bands["STRIP"]["to_m"] - bands["STRIP"]["from_m"] == pytest.approx(455, abs=3)
    assert bands["CEILING"]["upper_m"] is None
    assert bands["CEILING"]["to_m"] == pytest.approx(4546, abs=4)


def test_floors_and_caps_are_steps_half_way_between_rows_that_differ() -> None:
    limits = shown(with_profiles(sample()))["limits"][0]
    assert limits == {"floor": [], "cap": [[0.0, 3375.0, 90], [3375.0, 4500, 85]]}


def test_the_charge_on_landing_with_the_chance_of_the_ledger_follows_from_the_records_own_scale() -> None:
    made = with_profiles(sample())
    sortie = made.plan.sorties[0]
    # 0.375 of the packs for 260 Wh as planned: 300 Wh leave 1 - 300 * 0.375 / 260.
    assert landing_charge(sortie) == pytest.approx(1 - 300 * 0.375 / 260)
    assert landing_charge(replace(sortie, ledger=None)) is None
    data = shown(made)
    assert data["lowest"] == {
        "sortie": "S-1", "drone": "D1", "planned": 0.625, "likely": pytest.approx(0.567308, abs=1e-6), "chance": 0.95
    }  # fmt: skip
    assert shown(sample())["lowest"]["likely"] is None


def test_drones_in_the_air_are_counted_in_the_middle_of_each_part_of_the_plan() -> None:
    made = sample()
    told = shown(made)["airborne"]
    step = (made.plan.end - made.plan.start) / flights.BINS
    middles = [made.plan.start + step * (part + 0.5) for part in range(flights.BINS)]
    out = [sum(sortie.departs <= middle <= sortie.returns for sortie in made.plan.sorties) for middle in middles]
    assert told == out
    assert max(told) == 2


def test_flights_are_counted_hour_by_hour() -> None:
    (corridor,) = shown(sample())["corridors"]
    assert corridor["hours"] == [4, 0, 0, 0]
    assert corridor["flights"] == 4
    assert corridor["energy_wh"] == [130, 130]
    assert corridor["lowest_charge"] == 0.625


def test_many_sorties_are_told_by_their_sums_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    each = shown(sample())
    monkeypatch.setattr(flights, "SUMMED_FROM", 2)
    summed = shown(sample())
    assert (each["summed"], summed["summed"]) == (False, True)
    assert summed["sorties"] == summed["tracks"] == summed["drones"] == []
    assert summed["corridors"] == each["corridors"]
    assert summed["airborne"] == each["airborne"]
    assert summed["lowest"] == each["lowest"]
    assert list(summed["orders"]) == ["O-3"]


def test_a_finding_leads_to_the_flight_that_its_subject_begins_with() -> None:
    made = sample()
    subjects = ("S-1 leg 2 CLINIC>HUB, zone 'X'", "S-2, energy", "S-1", "S-9 leg 1 A>B", "plan", "S-1 leg 7 A>B")
    findings = tuple(replace(made.review.findings[0], subject=subject) for subject in subjects)
    told = shown(replace(made, review=replace(made.review, findings=findings)))["review"]["findings"]
    none = (None, None, None)
    leads = [(item["sortie"], item["leg"], item["corridor"]) for item in told]
    assert leads == [("S-1", 1, 0), ("S-2", None, None), ("S-1", None, None), none, none, none]


def test_reasons_are_counted_with_the_most_frequent_first() -> None:
    made = sample()
    (one,) = made.plan.unserved
    others = tuple(replace(one, order=f"X-{number}", reason=reason) for number, reason in enumerate(["WIND", "WIND"]))
    data = shown(replace(made, plan=replace(made.plan, unserved=(one, *others))))
    assert data["reasons"] == [["WIND", 2], ["PAD_UNREACHABLE", 1]]


def test_shared_values_have_the_number_under_which_they_are_listed() -> None:
    shared = Shared()
    numbers = [shared.number(value) for value in ([1, 2], {"a": 1}, [1, 2], [2, 1])]
    assert numbers == [0, 1, 0, 2]
    assert shared.values == [[1, 2], {"a": 1}, [2, 1]]


def test_a_flight_that_is_out_all_day_is_in_the_air_in_every_part() -> None:
    made = sample()
    first, *_ = made.plan.sorties
    long = replace(first, departs=made.plan.start - timedelta(hours=1), returns=made.plan.end + timedelta(hours=1))
    told = shown(replace(made, plan=replace(made.plan, sorties=(long,))))
    assert told["airborne"] == [1] * flights.BINS

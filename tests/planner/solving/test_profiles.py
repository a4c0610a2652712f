"""The profile of a leg: rows, heights, speeds, power and charge, held against figures worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from airspace.earth.heights import Band, Height, Reference
from airspace.model.skies import Airspace
from airspace.model.zones import Restriction
from planner import planning
from planner.model.plans import Leg
from planner.model.profiles import Phase, Profile
from planner.model.weather import Weather, WindGrid
from planner.solving.enquiries import enquire
from tests.planner import scenes
from tests.planner.scenes import FakeSolver, order

GRID = WindGrid(
    lons=(114.0, 114.1, 114.3),
    lats=(22.4, 22.5, 22.6),
    wind_mps=((2.0, 4.0, 9.0), (3.0, 5.0, 7.0), (6.0, 6.0, 6.0)),
    wind_from_deg=((10.0, 40.0, 80.0), (20.0, 60.0, 100.0), (350.0, 30.0, 90.0)),
)


def triangle(**fields: object) -> tuple[Leg, ...]:
    orders = [order("a", "A", 3.75), order("b", "B", 3.25)]
    plan = planning.plan(scenes.job(orders, **fields), scenes.plain_sky(), solver=FakeSolver([(0, ["a", "b"])]))
    return plan.sorties[0].legs


def asked(sky: Airspace, *, payload_kg: float = 7.0, **fields: object) -> tuple[Leg, Profile]:
    answer = enquire(
        scenes.job([order("a", "A")], **fields), sky, ("hub", "A"), at=scenes.at("09:00"), payload_kg=payload_kg
    )
    assert answer.leg is not None
    assert answer.leg.profile is not None
    return answer.leg, answer.leg.profile


def band(lower_m: float, upper_m: float | None) -> Band:
    upper = None if upper_m is None else Height(value_m=upper_m, reference=Reference.AMSL)
    return Band(lower=Height(value_m=lower_m, reference=Reference.AMSL), upper=upper)


def test_a_leg_goes_up_along_down_and_hands_over_row_by_row() -> None:
    _, profile = asked(scenes.plain_sky())
    phases = [phase for phase, before in zip(profile.phase, (None, *profile.phase), strict=False) if phase != before]
    assert phases == [Phase.CLIMB, Phase.CRUISE, Phase.DESCENT, Phase.HOVER, Phase.GROUND]
    assert profile.along_m[:3] == pytest.approx([0, 0, 250], abs=0.1)
    assert profile.along_m[-1] == pytest.approx(2999.9, abs=0.5)
    assert max(b - a for a, b in pairwise(profile.along_m)) <= 250.0
    assert profile.t_s[:2] == pytest.approx([0, 30])
    assert profile.t_s[-3:] == pytest.approx([230, 270, 330], abs=0.05)
    assert set(profile.alt_amsl_m[1:-2]) == {120.0}
    assert (profile.alt_amsl_m[0], profile.alt_amsl_m[-1]) == (0.0, 0.0)


def test_power_and_energy_are_those_of_the_drone_type() -> None:
    """16 kg: 40 x 64 = 2560 W, times the factor 1.1; climb 1.16 and descent 0.95 of it, see ``MassPower``."""
    leg, profile = asked(scenes.plain_sky())
    power = scenes.kind().power
    cruise_w = 2560 * 1.1
    by_phase = dict(zip(profile.phase, profile.power_w, strict=True))
    assert by_phase[Phase.CRUISE] == pytest.approx(cruise_w, rel=1e-5)
    assert by_phase[Phase.CLIMB] == pytest.approx(power.climb_power_ratio * cruise_w, rel=1e-5)
    assert by_phase[Phase.DESCENT] == pytest.approx(power.descent_power_ratio * cruise_w, rel=1e-5)
    assert by_phase[Phase.GROUND] == 0.0
    for row in range(len(profile) - 1):
        spent_wh = profile.power_w[row] * (profile.t_s[row + 1] - profile.t_s[row]) / 3600
        assert profile.energy_wh[row + 1] - profile.energy_wh[row] == pytest.approx(spent_wh, abs=1e-9)
    assert profile.energy_wh[-1] == pytest.approx(leg.energy_wh, abs=1e-9)
    assert profile.state_of_charge[-1] == pytest.approx(leg.soc_end, abs=1e-12)


@pytest.mark.parametrize(
    "weather",
    [
        Weather(),
        Weather(wind_mps=6.0, wind_from_deg=60.0),
        Weather(wind_mps=4.0, wind_from_deg=60.0, wind_height_m=10.0, shear_exponent=0.3),
        Weather(wind_grid=GRID, wind_height_m=40.0),
    ],
    ids=["calm", "one wind", "by height", "by place"],
)
def test_in_any_wind_a_profile_ends_as_its_leg_and_passes_its_waypoints(weather: Weather) -> None:
    for leg in triangle(weather=weather):
        profile = leg.profile
        assert profile is not None
        assert profile.energy_wh[-1] == pytest.approx(leg.energy_wh, abs=0.001)
        assert profile.along_m[-1] == pytest.approx(leg.distance_m, abs=0.06)
        assert profile.t_s[-1] == pytest.approx(leg.duration_s, abs=0.06)
        assert profile.state_of_charge[-1] == pytest.approx(leg.soc_end, abs=1e-4)
        times_s = [(point.t - leg.waypoints[0].t).total_seconds() for point in leg.waypoints]
        for row, point in zip(profile.rows_at(times_s), leg.waypoints, strict=True):
            assert (profile.lon[row], profile.lat[row]) == pytest.approx((point.lon, point.lat), abs=1e-6)
            assert profile.alt_amsl_m[row] == pytest.approx(point.alt_amsl_m, abs=0.1)


def test_where_the_wind_changes_from_place_to_place_so_does_the_speed() -> None:
    _, one = asked(scenes.plain_sky(), weather=Weather(wind_mps=6.0, wind_from_deg=60.0))
    assert np.ptp(cruising(one)) == pytest.approx(0.0, abs=1e-9)
    _, other = asked(scenes.plain_sky(), weather=Weather(wind_grid=GRID))
    assert np.ptp(cruising(other)) > 0.2


def cruising(profile: Profile) -> list[float]:
    return [v for v, phase in zip(profile.ground_speed_mps, profile.phase, strict=True) if phase is Phase.CRUISE]


def test_charge_never_rises_from_leg_to_leg() -> None:
    charges = [charge for leg in triangle() if leg.profile for charge in leg.profile.state_of_charge]
    assert charges == sorted(charges, reverse=True)


def test_a_zone_above_is_a_cap_and_one_below_a_floor_with_the_clearance_kept_where_they_are() -> None:
    above = scenes.zone("above", scenes.area(1000, -200, 1500, 200), band=band(200, None))
    below = scenes.zone("below", scenes.area(2000, -200, 2500, 200), band=band(0, 50))
    _, profile = asked(scenes.plain_sky(zones=(above, below)))
    gap_m = scenes.policy().vertical_gap_m
    rows = list(zip(profile.along_m, profile.floor_amsl_m, profile.cap_amsl_m, strict=True))
    assert {cap for m, _, cap in rows if 960 < m < 1540} == {200 - gap_m}
    assert {cap for m, _, cap in rows if m < 940 or m > 1560} == {None}
    assert {floor for m, floor, _ in rows if 1960 < m < 2540} == {50 + gap_m}
    assert {floor for m, floor, _ in rows if m < 1940 or m > 2560} == {None}


def test_a_change_of_level_on_the_way_is_a_climb_or_a_descent_at_one_place() -> None:
    """Over a wall up to 140 m, then under one from 150 m on: down from 160 to 120 m between them, 40 m at 3 m/s."""
    low = scenes.zone("low", scenes.area(1000, -15e3, 1200, 15e3), band=band(-10, 135))
    high = scenes.zone("high", scenes.area(2000, -15e3, 2200, 15e3), band=band(145, None))
    sky = scenes.plain_sky(zones=(low, high), jurisdictions=scenes.two_sides()[:1])
    sides = (replace(sky.jurisdictions[0], area=scenes.area(-15e3, -15e3, 15e3, 15e3)),)
    leg, profile = asked(replace(sky, jurisdictions=sides), policy=scenes.policy(levels_amsl_m=(120.0, 160.0)))
    assert [point.alt_amsl_m for point in leg.waypoints] == [0, 160, 160, 120, 120, 0]
    (row,) = [row for row, phase in enumerate(profile.phase[:-4]) if phase is Phase.DESCENT]
    assert (profile.alt_amsl_m[row], profile.alt_amsl_m[row + 1]) == (160, 120)
    assert profile.t_s[row + 1] - profile.t_s[row] == pytest.approx(40 / 3)
    assert profile.along_m[row] == profile.along_m[row + 1]
    assert 1150 < profile.along_m[row] < 2050
    assert profile.energy_wh[-1] == pytest.approx(leg.energy_wh, abs=1e-9)


def test_a_zone_that_is_open_to_the_aircraft_or_does_not_hold_limits_nothing() -> None:
    where = scenes.area(1000, -200, 1500, 200)
    asks = scenes.zone("asks", where, Restriction.REQ_AUTHORISATION, band=band(200, None))
    door = scenes.gate(scenes.permit("p", "aa", zones=("asks",)))
    later = scenes.zone("later", where, band=band(200, None), schedule=scenes.hours("12:00", "13:00"))
    for sky in (scenes.plain_sky(zones=(asks,), gates=(door,)), scenes.plain_sky(zones=(later,))):
        _, profile = asked(sky)
        assert set(profile.cap_amsl_m) == {None}


def test_a_permit_for_some_heights_is_floor_and_cap_inside_its_zone() -> None:
    asks = scenes.zone("asks", scenes.area(1000, -200, 1500, 200), Restriction.REQ_AUTHORISATION)
    leave = scenes.permit("p", "aa", zones=("asks",), band=band(90, 150))
    _, profile = asked(scenes.plain_sky(zones=(asks,), gates=(scenes.gate(leave),)))
    inside = [row for row, m in enumerate(profile.along_m) if 960 < m < 1540]
    budget_m = scenes.policy().vertical_budget_m
    assert inside
    assert {profile.floor_amsl_m[row] for row in inside} == {90 + budget_m}
    assert {profile.cap_amsl_m[row] for row in inside} == {150 - budget_m}


def test_the_ground_is_known_at_the_pads_only_without_a_terrain_model_and_everywhere_with_one() -> None:
    _, profile = asked(scenes.plain_sky())
    known = [row for row, height_m in enumerate(profile.ground_amsl_m) if height_m is not None]
    ends = [row for row, m in enumerate(profile.along_m) if m in (0.0, profile.along_m[-1])]
    assert known == ends
    _, over = asked(scenes.plain_sky(terrain=Flat()))
    assert set(over.ground_amsl_m) == {7.0}


class Flat:
    """A terrain model of ground that lies between 5 and 7 m everywhere."""

    def span_amsl_m(self, _area: object = None) -> tuple[float, float]:
        return 5.0, 7.0

    def above(self, _level_amsl_m: float, _bounds: object) -> tuple[()]:
        return ()

    def below(self, _level_amsl_m: float, _bounds: object) -> tuple[()]:
        return ()


def test_columns_of_other_lengths_or_that_go_back_are_no_profile() -> None:
    _, profile = asked(scenes.plain_sky())
    with pytest.raises(ValueError, match="columns of one length"):
        replace(profile, power_w=profile.power_w[1:])
    with pytest.raises(ValueError, match="expected t_s not to fall"):
        replace(profile, t_s=(2.0, 1.0, *profile.t_s[2:]))


def test_rows_nearest_to_times_come_once_and_in_order() -> None:
    _, profile = asked(scenes.plain_sky())
    assert profile.rows_at([1e9, 0.0, 14.0, 29.0]) == (0, 1, len(profile) - 1)

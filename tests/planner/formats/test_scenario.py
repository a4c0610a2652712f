from __future__ import annotations

import hashlib
import logging
import os
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from airspace.errors import BadInput
from airspace.model.pads import Custody
from airspace.model.sources import Confidence
from planner.formats.doors.scenario import AirTable
from planner.formats.scenario import lint, read_job, read_scenario
from planner.model.goods import GoodsApproval
from planner.model.jobs import Evening


def test_a_good_scenario_is_read_from_its_folder_or_its_file(scenario):
    assert lint(scenario) == ()
    assert read_scenario(scenario) == read_scenario(scenario / "scenario.toml")
    assert read_scenario(str(scenario)).job == read_job(scenario)


def test_every_file_of_the_scenario_ends_up_in_its_values(scenario):
    told = read_scenario(scenario)
    assert [zone.id for zone in told.sky.zones] == ["n1", "s1"]
    assert told.sky.pad("clinic").elevation_amsl_m == 10
    assert [permit.id for permit in told.sky.permits] == ["p1"]
    assert [place.authority for place in told.sky.jurisdictions] == ["CAA", "CAD"]
    assert told.job.start == datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
    assert told.job.utc_offset == timedelta(hours=8)
    assert told.job.weather.wind_from_deg == 60
    assert told.job.policy.separation_m == (50, 15)
    assert told.job.policy.energy_factor == 1.0, "left out of the file, so the policy's own default"
    assert told.basemap is not None
    assert told.basemap.attribution == "A test"
    assert told.basemap.land.area == pytest.approx(0.16)


def test_orders_keep_their_figures_their_defaults_and_their_extra_columns(scenario):
    first, second = read_job(scenario).orders
    assert (first.consignment.mass_kg, first.consignment.temp_min_c, first.consignment.max_minutes) == (1.5, 2, 30)
    assert first.ready_at == datetime(2026, 12, 1, 0, 10, tzinfo=UTC)
    assert dict(first.extra) == {"client": "王先生"}
    assert (first.priority, second.priority) == (2, 1)
    assert second.consignment.custody is Custody.STAFFED
    assert second.consignment.temp_max_c is None


def test_drones_and_their_types_keep_the_source_of_each_figure(scenario):
    job = read_job(scenario)
    kind = job.drone_type("m6")
    assert kind.mass_kg == 9.5
    assert kind.sources["mass_kg"].confidence is Confidence.SOURCED
    assert kind.sources["mass_kg"].date == date(2026, 1, 31)
    assert kind.sources["climb_mps"].confidence is Confidence.ASSUMED
    assert "swap_s" not in kind.sources
    assert [(drone.state_of_charge, drone.health) for drone in job.drones] == [(1, 1), (0.9, 0.95)]


def test_inputs_are_the_bytes_of_every_file_named_by_path(scenario):
    inputs = read_job(scenario).inputs
    assert [item.path for item in inputs] == [
        "drones.toml",
        "fleet.csv",
        "gates.geojson",
        "jurisdictions.geojson",
        "land.geojson",
        "orders.csv",
        "pads.geojson",
        "scenario.toml",
        "zones/north.geojson",
        "zones/south.geojson",
    ]
    by_path = {item.path: item.sha256 for item in inputs}
    assert by_path["orders.csv"] == hashlib.sha256((scenario / "orders.csv").read_bytes()).hexdigest()


def test_what_is_optional_may_be_left_out(scenario, edit):
    edit("scenario.toml", '[map]\nland = "land.geojson"\n', "")
    edit("scenario.toml", 'gates = "gates.geojson"\n', "")
    edit("scenario.toml", 'jurisdictions = "jurisdictions.geojson"\n', "")
    edit("scenario.toml", "[weather]\nwind_mps = 4.0\nwind_from_deg = 60\n", "")
    told = read_scenario(scenario)
    assert told.basemap is None
    assert (told.sky.gates, told.sky.jurisdictions) == ((), ())
    assert told.job.weather.wind_mps == 0


def test_dangerous_goods_and_their_approvals_are_read(scenario, edit):
    edit("orders.csv", ",30,,2", ",30,un 3480,2")
    edit("scenario.toml", "clearance_m", APPROVED % ("3480", "north"))
    job = read_scenario(scenario).job
    assert job.orders[0].consignment.dangerous_goods == "UN3480"
    assert job.policy.dangerous_goods_allowed == (
        GoodsApproval(un_number="UN3480", jurisdiction="north", approval="A-1"),
    )


def test_what_is_pre_cleared_bears_its_approval(scenario, edit):
    edit("orders.csv", "client", "precleared")
    edit("orders.csv", "王先生", "ATA-1")
    edit("scenario.toml", "clearance_m", "customs = true\nclearance_m")
    job = read_scenario(scenario).job
    assert [order.precleared for order in job.orders] == ["ATA-1", ""]
    assert job.policy.customs is True


@pytest.mark.parametrize("word", ["yes", "no"])
def test_a_bare_yes_or_no_is_no_approval_of_customs(scenario, edit, word):
    edit("orders.csv", "client", "precleared")
    edit("orders.csv", "王先生", word)
    with pytest.raises(BadInput) as caught:
        read_scenario(scenario)
    [told] = caught.value.problems
    assert (told.code, told.place) == ("BAD_VALUE", "line 2, column precleared")


def labelled(edit, together: tuple[str, str], apart: tuple[str, str]) -> None:
    edit("orders.csv", "client", "together,apart")
    edit("orders.csv", "王先生", f"{together[0]},{apart[0]}")
    edit("orders.csv", "HKD,,,,,,,", f"HKD,,,,,,,{together[1]},{apart[1]}")


def test_orders_bear_the_labels_of_those_they_fly_with_and_are_kept_apart_from(scenario, edit):
    labelled(edit, ("t", "t"), ("", "s"))
    job = read_scenario(scenario).job
    assert [(order.together, order.apart) for order in job.orders] == [("t", ""), ("t", "s")]
    assert lint(scenario) == ()


def test_orders_both_together_and_apart_are_refused(scenario, edit):
    labelled(edit, ("t", "t"), ("s", "s"))
    with pytest.raises(BadInput) as caught:
        read_scenario(scenario)
    [told] = caught.value.problems
    assert (told.code, told.place) == ("TOGETHER_AND_APART", "line 2, column together")
    assert "'o1', 'o2'" in told.found


def test_a_label_for_one_order_alone_is_a_warning(scenario, edit):
    labelled(edit, ("", "t"), ("", ""))
    assert [(item.code, item.place, item.warning) for item in lint(scenario)] == [
        ("TOGETHER_ALONE", "line 3, column together", True)
    ]


def test_a_type_that_turns_too_wide_for_its_corridor_is_told_both_widths(scenario, edit):
    wide = 'min_turn_radius_m = {value = 100, source = "test flight", verified = true}\nmass_kg'
    edit("drones.toml", "mass_kg", wide)
    assert lint(scenario) == ()
    edit(
        "drones.toml",
        "min_turn_radius_m",
        "corridor_half_width_m = {value = 1, source = 'log', verified = true}\nmin_turn_radius_m",
    )
    (told,) = lint(scenario)
    assert told.code == "CORRIDOR_TOO_NARROW"
    assert told.place.endswith("min_turn_radius_m")
    assert told.found == "100 m in a corridor of half width 1 m"
    assert "1.1 m or more" in told.expected


HOLDS = 'max_volume_l = {value = 40, source = "tape measure", verified = true}\nmass_kg'


def test_volumes_are_read_and_those_that_nobody_told_are_warned_of(scenario, edit):
    edit("drones.toml", "mass_kg", HOLDS)
    (told,) = lint(scenario)
    assert (told.code, told.place, told.warning) == ("VOLUME_UNKNOWN", "line 2, column volume_l", True)
    assert told.found == "no volume for 'o1', 'o2'"
    edit("orders.csv", "client", "volume_l")
    edit("orders.csv", "王先生", "12.5")
    (told,) = lint(scenario)
    assert (told.place, told.found) == ("line 3, column volume_l", "no volume for 'o2'")
    job = read_job(scenario)
    assert [order.consignment.volume_l for order in job.orders] == [12.5, None]
    assert job.drone_type("m6").max_volume_l == 40
    assert "max_volume_l" in job.drone_type("m6").sources


def working(scenario, since, until):
    """Write a fleet whose d1 works between two times."""
    head = "drone_id,type,home_pad,works_from,works_until\n"
    (scenario / "fleet.csv").write_text(f"{head}d1,m6,hub,{since},{until}\nd2,m6,hub,,\n", encoding="utf-8")


def test_hours_of_drones_are_read_and_either_end_may_be_left_open(scenario):
    working(scenario, "2026-12-01T09:30:00+08:00", "")
    first, second = read_job(scenario).drones
    assert (first.works_from, first.works_until) == (datetime(2026, 12, 1, 1, 30, tzinfo=UTC), None)
    assert (second.works_from, second.works_until) == (None, None)
    assert lint(scenario) == ()


@pytest.mark.parametrize(
    ("since", "until", "code", "place"),
    [
        ("2026-12-01T09:30:00", "", "NAIVE_TIME", "line 2, column works_from"),
        ("2026-12-01T09:30:00+08:00", "2026-12-01T09:30:00+08:00", "TIMES_REVERSED", "line 2, column works_until"),
        ("2026-12-02T09:30:00+08:00", "", "NEVER_AT_WORK", "line 2, column works_from"),
        ("", "2026-12-01T08:00:00+08:00", "NEVER_AT_WORK", "line 2, column works_until"),
    ],
)
def test_hours_of_drones_that_cannot_be_or_never_come_are_told(scenario, since, until, code, place):
    working(scenario, since, until)
    (told,) = lint(scenario)
    assert (told.code, told.place, told.warning) == (code, place, code == "NEVER_AT_WORK")


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(scenario):
    expected = read_job(scenario).orders
    path = scenario / "orders.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_job(scenario).orders == expected


def test_a_hub_without_drones_is_a_hard_day_and_not_bad_input(scenario, edit):
    edit("pads.geojson", '"hospital"', '"hospital", "hub"')
    edit("orders.csv", "o2,hub,clinic", "o2,clinic,hub")
    assert lint(scenario) == ()


def test_warnings_are_told_and_stop_nothing(scenario, edit, caplog):
    edit("gates.geojson", '"CAA"', '"CAAA"')
    told = read_scenario(scenario)
    assert [(item.code, item.warning) for item in told.warnings] == [("UNKNOWN_AUTHORITY", True)]
    assert lint(scenario) == told.warnings
    with caplog.at_level(logging.WARNING):
        read_job(scenario)
    assert "Did you mean 'CAA'?" in caplog.text


APPROVED = 'dangerous_goods_allowed = [{un_number = "%s", jurisdiction = "%s", approval = "A-1"}]\nclearance_m'
HELD = "policy.dangerous_goods_allowed[0]"

# Each case: file, old text, new text, then the code and the place of the problem it must end in.
BAD = [
    ("scenario.toml", "schema = 1", "schema = 2", "UNKNOWN_VALUE", "schema"),
    ("scenario.toml", "schema = 1\n", "", "MISSING_VALUE", "schema"),
    ("scenario.toml", 'name = "Two pads"', "name = Two pads", "TOML_SYNTAX", "line 2, column 8"),
    ("scenario.toml", 'name = "Two pads"', 'name = "a"\nname = "b"', "TOML_SYNTAX", "line 3, column 11"),
    ("scenario.toml", 'name = "Two pads"', 'name = "a\\u001b[31m"', "CONTROL_CHARACTER", "name"),
    ("scenario.toml", 'name = "Two pads"', 'nam = "Two pads"', "UNKNOWN_KEY", "nam"),
    ("scenario.toml", "clearance_m = 30", "clearence_m = 30", "UNKNOWN_KEY", "policy.clearence_m"),
    ("scenario.toml", "clearance_m = 30", 'clearance_m = "30"', "WRONG_TYPE", "policy.clearance_m"),
    ("scenario.toml", "clearance_m = 30", "clearance_m = nan", "NOT_FINITE", "policy.clearance_m"),
    ("scenario.toml", "clearance_m = 30", "clearance_m = -1", "OUT_OF_RANGE", "policy.clearance_m"),
    ("scenario.toml", "clearance_m = 30", "clearance_m = true", "WRONG_TYPE", "policy.clearance_m"),
    ("scenario.toml", "separation_m = [50, 15]", "separation_m = [50]", "TOO_FEW", "policy.separation_m"),
    ("scenario.toml", 'currency = "HKD"', 'currency = "HK$"', "BAD_CURRENCY", "policy.currency"),
    ("scenario.toml", "wind_from_deg = 60", "wind_from_deg = 361", "OUT_OF_RANGE", "weather.wind_from_deg"),
    ("scenario.toml", "T08:00:00+08:00", "T08:00:00", "NAIVE_TIME", "start"),
    ("scenario.toml", "T12:00:00+08:00", "T07:00:00+08:00", "TIMES_REVERSED", "end"),
    ("scenario.toml", "2026-12-01T12:00:00+08:00", '"noon"', "BAD_TIME", "end"),
    ("scenario.toml", "2026-12-01T08", "0001-01-01T00", "BAD_TIME", "start"),
    ("scenario.toml", '["zones/north.geojson", "zones/south.geojson"]', "[]", "TOO_FEW", "airspace.zones"),
    ("scenario.toml", "zones/south", "zones/north", "FILE_TWICE", "airspace.zones[1]"),
    ("scenario.toml", '"orders.csv"', '"/etc/passwd"', "PATH_REFUSED", "orders.file"),
    ("scenario.toml", '"orders.csv"', '"../orders.csv"', "PATH_REFUSED", "orders.file"),
    ("scenario.toml", '"orders.csv"', '"zones/../orders.csv"', "PATH_REFUSED", "orders.file"),
    ("scenario.toml", '"orders.csv"', '"C:/orders.csv"', "PATH_REFUSED", "orders.file"),
    ("scenario.toml", '"orders.csv"', "'zones\\a.csv'", "PATH_REFUSED", "orders.file"),
    ("scenario.toml", '"orders.csv"', '""', "PATH_REFUSED", "orders.file"),
    ("scenario.toml", '"orders.csv"', '"monday.csv"', "FILE_MISSING", ""),
    ("scenario.toml", '"orders.csv"', '"zones"', "IS_A_FOLDER", ""),
    ("scenario.toml", '"orders.csv"', "3", "WRONG_TYPE", "orders.file"),
    ("scenario.toml", '[orders]\nfile = "orders.csv"\n', "", "MISSING_VALUE", "orders"),
    ("scenario.toml", "[orders]", 'terrain = "t.tif"\n[orders]', "UNKNOWN_KEY", "fleet.terrain"),
    ("orders.csv", "o1,hub", "o1,hubb", "UNKNOWN_PAD", "line 2, column from_pad"),
    ("orders.csv", "o2,hub,clinic", "o2,hub,klinik", "UNKNOWN_PAD", "line 3, column to_pad"),
    ("orders.csv", "o2,hub,clinic", "o2,hub,hub", "SAME_PAD", "line 3, column to_pad"),
    ("orders.csv", "o2,", "o1,", "DUPLICATE_ID", "line 3, column order_id"),
    ("orders.csv", "clinic,1.5", "clinic,1.5kg", "WRONG_TYPE", "line 2, column mass_kg"),
    ("orders.csv", "clinic,1.5", "clinic,NaN", "WRONG_TYPE", "line 2, column mass_kg"),
    ("orders.csv", "clinic,1.5", "clinic,1e999", "NOT_FINITE", "line 2, column mass_kg"),
    ("orders.csv", "clinic,1.5", "clinic,0", "OUT_OF_RANGE", "line 2, column mass_kg"),
    ("orders.csv", "clinic,1.5", "clinic,", "MISSING_VALUE", "line 2, column mass_kg"),
    ("orders.csv", "clinic,1.5", 'clinic,"1,5"', "WRONG_TYPE", "line 2, column mass_kg"),
    ("orders.csv", "clinic,1.5", "clinic,1,5", "WRONG_CELL_COUNT", "line 2"),
    ("orders.csv", "T08:10:00+08:00", "T08:10:00", "NAIVE_TIME", "line 2, column ready_at"),
    ("orders.csv", "2026-12-01T08:10:00+08:00", "01/12/2026 08:10", "BAD_TIME", "line 2, column ready_at"),
    ("orders.csv", "T09:00:00+08:00", "T08:10:00+08:00", "TIMES_REVERSED", "line 2, column due_at"),
    ("orders.csv", "1000,HKD", "1000,CNY", "CURRENCY_MISMATCH", "line 2, column currency"),
    ("orders.csv", "1000,HKD", "-1,HKD", "OUT_OF_RANGE", "line 2, column declared_value"),
    ("orders.csv", "staffed", "guarded", "UNKNOWN_VALUE", "line 2, column custody"),
    ("orders.csv", ",2,8,30,", ",8,2,30,", "LOWER_ABOVE_UPPER", "line 2, column temp_min_c"),
    ("orders.csv", ",30,,2", ",30,no,2", "BAD_VALUE", "line 2, column dangerous_goods"),
    ("orders.csv", ",30,,2", ",30,UN99999,2", "BAD_VALUE", "line 2, column dangerous_goods"),
    ("orders.csv", ",30,,2", ',30,"UN3480,UN3373",2', "BAD_VALUE", "line 2, column dangerous_goods"),
    ("scenario.toml", "clearance_m", APPROVED % ("6.2", "north"), "BAD_UN_NUMBER", f"{HELD}.un_number"),
    ("scenario.toml", "clearance_m", APPROVED % ("UN1", "north"), "BAD_UN_NUMBER", f"{HELD}.un_number"),
    ("scenario.toml", "clearance_m", APPROVED % ("UN3480", "nort"), "UNKNOWN_JURISDICTION", f"{HELD}.jurisdiction"),
    ("scenario.toml", "clearance_m", "time_factor = 0.9\nclearance_m", "OUT_OF_RANGE", "policy.time_factor"),
    ("scenario.toml", "clearance_m", 'evening = "noon"\nclearance_m', "UNKNOWN_VALUE", "policy.evening"),
    ("scenario.toml", "clearance_m", "end_elsewhere = 1\nclearance_m", "WRONG_TYPE", "policy.end_elsewhere"),
    ("scenario.toml", "clearance_m", "value_cap_per_pad = 9\nclearance_m", "BAD_VALUE", "policy.pad_dwell_s"),
    ("orders.csv", "client", "volume_l", "WRONG_TYPE", "line 2, column volume_l"),
    ("orders.csv", ",30,,2", ",30,,2.5", "WRONG_TYPE", "line 2, column priority"),
    ("orders.csv", "mass_kg", "mass", "MISSING_COLUMN", "line 1"),
    ("orders.csv", "custody", "mass_kg", "DUPLICATE_COLUMN", "line 1"),
    ("orders.csv", "o2,hub", 'o2,"hub', "CSV_SYNTAX", "line 3"),
    ("orders.csv", "王先生", "x" * 140_000, "CSV_SYNTAX", "line 2"),
    ("orders.csv", "王先生", "\x00", "CONTROL_CHARACTER", "line 2, column client"),
    ("fleet.csv", "d1,m6,hub", "d1,m7,hub", "UNKNOWN_DRONE_TYPE", "line 2, column type"),
    ("fleet.csv", "d1,m6,hub", "d1,m6,clinic", "HOME_NOT_A_HUB", "line 2, column home_pad"),
    ("fleet.csv", "d1,m6,hub", "d1,m6,moon", "UNKNOWN_PAD", "line 2, column home_pad"),
    ("fleet.csv", "d2,", "d1,", "DUPLICATE_ID", "line 3, column drone_id"),
    ("fleet.csv", "0.9,", "90,", "OUT_OF_RANGE", "line 3, column state_of_charge"),
    ("fleet.csv", "0.95", "0", "OUT_OF_RANGE", "line 3, column health"),
    ("fleet.csv", "0.95", "1.4", "OUT_OF_RANGE", "line 3, column health"),
    ("drones.toml", 'name = "M6"', 'name = "M6"\nmodel = "warp"', "UNKNOWN_MODEL", "m6.model"),
    ("scenario.toml", "wind_mps = 4.0", "wind_mps = nan", "NOT_FINITE", "weather.wind_mps"),
    ("drones.toml", "mass_kg = {value = 9.5", 'mass_kg = {value = "9.5"', "WRONG_TYPE", "m6.mass_kg.value"),
    ("drones.toml", "{value = 1000,", "{value = 0,", "OUT_OF_RANGE", "m6.battery_wh.value"),
    ("drones.toml", "{value = 1000,", "{value = inf,", "NOT_FINITE", "m6.battery_wh.value"),
    ("drones.toml", 'source = "fit", ', "", "MISSING_VALUE", "m6.power_coefficient.source"),
    ("drones.toml", 'name = "M6"', 'name = "M6"\nhover_power_ration = 1', "UNKNOWN_KEY", "m6.hover_power_ration"),
    ("drones.toml", '{value = 4, source = "guess", verified = false}', "4", "WRONG_TYPE", "m6.climb_mps"),
    ("drones.toml", "{value = -20,", "{value = 60,", "LOWER_ABOVE_UPPER", "m6.temp_min_c.value"),
    ("drones.toml", "[m6]", "[m6", "TOML_SYNTAX", "line 1, column 4"),
    ("pads.geojson", '"north"', '"nort"', "UNKNOWN_JURISDICTION", "features[0].properties.jurisdiction"),
    ("gates.geojson", '"n1"', '"n2"', "UNKNOWN_ZONE", "features[0].properties.permits[0].zones[0]"),
    ("gates.geojson", '"n1"', '"s1"', "PERMIT_FOR_PROHIBITED", "features[0].properties.permits[0].zones[0]"),
    ("land.geojson", '"attribution"', '"credit"', "MISSING_VALUE", "features[0].properties.attribution"),
    ("zones/south.geojson", '"s1"', '"n1"', "DUPLICATE_ID", "features[0].properties.id"),
    ("zones/south.geojson", '"FeatureCollection"', '"Topology"', "UNKNOWN_FORMAT", ""),
]


@pytest.mark.parametrize(("name", "old", "new", "code", "place"), BAD, ids=lambda value: str(value)[:24])
def test_bad_input_is_told_with_its_code_and_place(scenario, edit, name, old, new, code, place):
    edit(name, old, new)
    with pytest.raises(BadInput) as caught:
        read_scenario(scenario)
    told = [item for item in caught.value.problems if (item.code, item.place) == (code, place)]
    assert told, f"{code} at {place!r} is not among:\n{caught.value}"
    assert not told[0].warning
    assert set(lint(scenario)) == set(caught.value.problems)
    assert all(item.found and item.expected and "\x1b" not in str(item) for item in caught.value.problems)


@pytest.mark.parametrize(
    "name", ["scenario.toml", "drones.toml", "fleet.csv", "orders.csv", "pads.geojson", "zones/north.geojson"]
)
@pytest.mark.parametrize(
    ("raw", "code"),
    [(b"", "EMPTY_FILE"), (b"\xef\xbb\xbf \n", "EMPTY_FILE"), (b"\x89PNG\r\n\x1a\n\x00\xff", "NOT_UTF8")],
)
def test_empty_and_binary_files_are_told_whichever_they_are(scenario, name, raw, code):
    (scenario / name).write_bytes(raw)
    problems = lint(scenario)
    assert [(item.file, item.code) for item in problems if item.code == code] == [(str(scenario / name), code)]


@pytest.mark.parametrize("name", ["drones.toml", "fleet.csv", "orders.csv", "pads.geojson", "zones/north.geojson"])
def test_a_missing_file_is_told_once_and_nothing_is_blamed_on_what_it_would_hold(scenario, name):
    (scenario / name).unlink()
    assert [(item.code, item.file) for item in lint(scenario)] == [("FILE_MISSING", str(scenario / name))]


@pytest.mark.parametrize("name", ["pads.geojson", "zones/north.geojson", "drones.toml"])
def test_a_broken_file_is_not_blamed_on_those_that_name_what_it_holds(scenario, name):
    (scenario / name).write_text('{"type": [')
    assert {item.file for item in lint(scenario)} == {str(scenario / name)}


def test_a_broken_zone_or_pad_still_counts_as_known(scenario, edit):
    edit("pads.geojson", '"elevation_m": 10', '"elevation_m": "10"')
    edit("zones/north.geojson", '"lower": 0', '"lower": null')
    places = [(Path(item.file).name, item.place) for item in lint(scenario)]
    assert places == [
        ("pads.geojson", "features[0].properties.elevation_m"),
        ("north.geojson", "features[0].properties.lower"),
    ]


def test_problems_of_all_files_are_told_at_once(scenario, edit):
    edit("scenario.toml", "clearance_m = 30", "clearance_m = -30")
    edit("scenario.toml", "wind_mps = 4.0", "wind_mps = 400.0")
    edit("orders.csv", "clinic,1.5", "clinic,heavy")
    edit("orders.csv", "o2,hub,clinic,2,", "o2,hub,clinic,-2,")
    edit("fleet.csv", "d1,m6", "d1,m9")
    edit("drones.toml", "{value = 15,", "{value = 0,")
    edit("pads.geojson", '"AMSL"', '"AGL"')
    edit("gates.geojson", '"upper": 100', '"upper": 10')
    edit("zones/south.geojson", "PROHIBITED", "FORBIDDEN")
    told = [(Path(item.file).name, item.code) for item in lint(scenario)]
    assert told == [
        ("drones.toml", "OUT_OF_RANGE"),
        ("fleet.csv", "UNKNOWN_DRONE_TYPE"),
        ("gates.geojson", "LOWER_ABOVE_UPPER"),
        ("orders.csv", "WRONG_TYPE"),
        ("orders.csv", "OUT_OF_RANGE"),
        ("pads.geojson", "UNKNOWN_VALUE"),
        ("scenario.toml", "OUT_OF_RANGE"),
        ("scenario.toml", "OUT_OF_RANGE"),
        ("south.geojson", "UNKNOWN_VALUE"),
    ]


def test_duplicate_ids_name_both_lines(scenario, edit):
    edit("orders.csv", "o2,", "o1,")
    [problem] = lint(scenario)
    assert str(problem).endswith(
        "orders.csv: line 3, column order_id: expected every order id once, found 'o1', which stands on line 2 too"
    )


def test_lines_are_counted_over_cells_that_run_over_several(scenario, edit):
    edit("orders.csv", "王先生", '"a\nb\nc"')
    edit("orders.csv", "o2,hub,clinic,2,", "o2,hub,clinic,x,")
    assert [item.place for item in lint(scenario)] == ["line 5, column mass_kg"]


def test_problems_stand_in_the_order_of_the_file(scenario):
    path = scenario / "fleet.csv"
    path.write_text(path.read_text() + "".join(f"e{i},m6,nowhere,,\n" for i in range(12)))
    lines = [int(item.place.split(",")[0].split(" ")[1]) for item in lint(scenario)]
    assert lines == list(range(4, 16))


def test_semicolons_are_recognised(scenario):
    path = scenario / "orders.csv"
    path.write_text(path.read_text().replace(",", ";"))
    [problem] = lint(scenario)
    assert (problem.code, problem.fix) == ("WRONG_SEPARATOR", "Save the file with commas between the values.")


def test_a_table_with_a_header_alone_is_a_warning(scenario):
    path = scenario / "orders.csv"
    path.write_text(path.read_text().split("\n")[0] + "\n")
    assert [(item.code, item.warning) for item in lint(scenario)] == [("EMPTY_TABLE", True)]
    assert read_job(scenario).orders == ()


def test_a_figure_that_nobody_knows_is_a_warning(scenario, edit):
    edit("drones.toml", 'name = "M6"', 'name = "M6"\nrotors = 6')
    assert [(item.place, item.warning) for item in lint(scenario)] == [("m6.rotors", True)]


def test_links_that_lead_out_of_the_folder_are_refused(scenario, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("password\n")
    (scenario / "orders.csv").unlink()
    (scenario / "orders.csv").symlink_to(secret)
    [problem] = lint(scenario)
    assert (problem.code, problem.place) == ("PATH_REFUSED", "orders.file")
    assert "password" not in str(problem)


def test_links_that_lead_in_a_circle_are_refused(scenario):
    (scenario / "orders.csv").unlink()
    (scenario / "orders.csv").symlink_to(scenario / "orders.csv")
    assert [item.code for item in lint(scenario)] == ["PATH_REFUSED"]


def test_a_pipe_is_refused_instead_of_waited_for(scenario):
    (scenario / "orders.csv").unlink()
    os.mkfifo(scenario / "orders.csv")
    assert [item.code for item in lint(scenario)] == ["NOT_A_FILE"]


def test_a_folder_without_a_scenario_says_how_to_get_one(tmp_path):
    [problem] = lint(tmp_path)
    assert problem.code == "FILE_MISSING"
    assert "skyferry init" in problem.fix
    with pytest.raises(BadInput):
        read_scenario(tmp_path / "nowhere" / "scenario.toml")


def test_a_region_that_no_local_frame_can_carry_is_bad_input(scenario, edit):
    edit("pads.geojson", "114.12", "121.47")
    assert [(item.code, item.place) for item in lint(scenario)] == [("REGION_TOO_LARGE", "airspace")]


def test_a_pad_with_swapped_degrees_is_told_as_such_even_where_both_are_legal(scenario):
    # In Europe both readings are legal degrees: the whole scenario moves there, then one pad is swapped.
    for name in ("zones/north", "zones/south", "pads", "gates", "jurisdictions", "land"):
        path = scenario / f"{name}.geojson"
        path.write_text(path.read_text().replace("114.", "14.").replace(" 22.", " 50.").replace(" 113.", " 13."))
    assert lint(scenario) == ()
    path = scenario / "pads.geojson"
    swapped = path.read_text().replace("14.12,", "XX").replace("50.48", "14.12").replace("XX", "50.48,", 2)
    path.write_text(swapped.replace("50.48,", "14.12,", 1))
    assert [(item.code, item.place) for item in lint(scenario)] == [("SWAPPED_LON_LAT", "features[1].geometry")]


def test_where_sorties_end_and_drones_stand_reaches_the_policy(scenario, edit):
    assert not read_job(scenario).policy.end_elsewhere
    assert read_job(scenario).policy.evening is Evening.HOME
    edit("scenario.toml", "[policy]\n", '[policy]\nend_elsewhere = true\nevening = "level"\n')
    assert read_job(scenario).policy.end_elsewhere
    assert read_job(scenario).policy.evening is Evening.LEVEL


def test_a_category_to_avoid_reaches_the_policy(scenario, edit):
    edit("scenario.toml", "[policy]\n", "[policy]\navoid = { school = 0.5 }\n")
    assert dict(read_job(scenario).policy.avoid) == {"school": 0.5}


def test_a_category_that_no_open_zone_is_of_is_told(scenario, edit):
    edit("scenario.toml", "[policy]\n", "[policy]\navoid = { scool = 0.5 }\n")
    (problem,) = lint(scenario)
    assert (problem.code, problem.place, problem.warning) == ("NOTHING_TO_AVOID", "policy.avoid.scool", True)


def test_a_type_that_does_not_turn_on_the_spot_is_told_to_avoid_nothing(scenario, edit):
    edit("zones/south.geojson", '"PROHIBITED"', '"NO_RESTRICTION", "category": "school"')
    edit("scenario.toml", "[policy]\n", "[policy]\navoid = { school = 0.5 }\n")
    assert lint(scenario) == ()
    edit(
        "drones.toml", "mass_kg", 'min_turn_radius_m = {value = 100, source = "test flight", verified = true}\nmass_kg'
    )
    (told,) = lint(scenario)
    assert (told.code, told.place, told.warning) == ("AVOIDS_NOTHING", "policy.avoid", True)
    assert told.found.endswith("min_turn_radius_m 100")


def test_less_than_nothing_to_avoid_is_an_error(scenario, edit):
    edit("scenario.toml", "[policy]\n", "[policy]\navoid = { school = -1 }\n")
    with pytest.raises(BadInput, match="avoid"):
        read_job(scenario)


def test_weather_that_leaves_things_out_keeps_them_from_before(scenario, edit):
    edit(
        "scenario.toml",
        "[policy]\n",
        "[[weather.later]]\nfrom = 2026-12-01T09:00:00+08:00\nwind_mps = 9\n"
        '[[weather.later]]\nfrom = 2026-12-01T10:00:00+08:00\nrainstorm = "amber"\n[policy]\n',
    )
    job = read_job(scenario)
    (first, windy), (second, wet) = job.later
    assert (first.hour, second.hour) == (1, 2)
    assert (windy.wind_mps, windy.wind_from_deg) == (9, job.weather.wind_from_deg)
    assert (wet.wind_mps, wet.rainstorm) == (9, "amber")


def test_later_weather_comes_in_order(scenario, edit):
    later = "[[weather.later]]\nfrom = 2026-12-01T09:00:00+08:00\nwind_mps = 9\n"
    edit("scenario.toml", "[policy]\n", f"{later}{later}[policy]\n")
    (problem,) = lint(scenario)
    assert (problem.code, problem.place) == ("TIMES_REVERSED", "weather.later[1].from")


GRIDDED = '[[weather.later]]\nfrom = 2026-12-01T09:00:00+08:00\ngrid = "winds.csv"\n[policy]\n'
WINDS = """point_id,lon,lat,wind_mps,wind_from_deg
a,113,21,4,60
b,116,21,5,60
c,113,24,6,60
d,116,24,7,90
"""


def test_a_wind_grid_is_read_by_latitude_then_longitude(scenario, edit):
    (scenario / "winds.csv").write_text(WINDS)
    edit("scenario.toml", "[policy]\n", GRIDDED)
    ((_, weather),) = read_job(scenario).later
    grid = weather.wind_grid
    assert (grid.lons, grid.lats) == ((113, 116), (21, 24))
    assert grid.wind_mps == ((4, 5), (6, 7))
    assert grid.wind_from_deg[1] == (60, 90)
    assert "winds.csv" in {item.path for item in read_job(scenario).inputs}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("d,116,24,7,90\n", "", "NO_GRID"),
        ("d,116,24", "d,113,21", "NO_GRID"),
        ("d,116,24,7", "d,116,24,-7", "OUT_OF_RANGE"),
        ("b,116,21", "b,114.05,21", "NO_GRID"),
        ("116", "114.05", "GRID_TOO_SMALL"),
    ],
)
def test_a_wind_grid_with_gaps_or_too_small_is_told(scenario, edit, old, new, code):
    (scenario / "winds.csv").write_text(WINDS.replace(old, new))
    edit("scenario.toml", "[policy]\n", GRIDDED)
    assert code in {problem.code for problem in lint(scenario)}


@pytest.mark.parametrize("line", ["wind_mps = nan", "gust_mps = 1", "typhoon_signal = 2", 'rainstorm = "blue"'])
def test_weather_that_cannot_be_is_an_error(scenario, edit, line):
    edit("scenario.toml", "[policy]\n", f"[[weather.later]]\nfrom = 2026-12-01T09:00:00+08:00\n{line}\n[policy]\n")
    problems = lint(scenario)
    assert problems
    assert all("weather" in problem.place for problem in problems)


def test_the_weather_that_the_documents_show_is_read_as_they_say(scenario, edit):
    text = (Path(__file__).parents[3] / "docs" / "formats.md").read_text("utf-8").split("## Weather")[1]
    shown, winds = re.findall(r"```(?:toml)?\n(.*?)```", text, flags=re.DOTALL)[:2]
    edit("scenario.toml", "[weather]\nwind_mps = 4.0\nwind_from_deg = 60\n", shown)
    (scenario / "winds-0940.csv").write_text(winds, encoding="utf-8")
    job = read_job(scenario)
    assert (job.weather.wind_height_m, job.weather.shear_exponent, job.weather.gust_mps) == (10, 0.22, 8)
    (_, gridded), (_, stormy) = job.later
    assert gridded.wind_grid.lons == (113.9, 114.4)
    assert (stormy.warnings, stormy.gust_mps) == (
        ("tropical cyclone signal 3", "amber rainstorm signal", "thunderstorm warning"), 14.0,
    )  # fmt: skip
    keys = {name for name in AirTable.model_fields if name != "start"}
    assert all(f"`{key}`" in text for key in keys), "every key has its line in the table"


def test_a_wind_grid_is_read_although_the_pads_cannot_be(scenario, edit):
    (scenario / "winds.csv").write_text(WINDS)
    edit("scenario.toml", "[policy]\n", GRIDDED)
    (scenario / "pads.geojson").write_text("{")
    assert {problem.code for problem in lint(scenario)} == {"JSON_SYNTAX"}


def test_a_table_that_is_wrong_in_every_row_is_read_until_nobody_would_mend_more(scenario):
    with (scenario / "fleet.csv").open("a") as stream:
        stream.writelines(f"d{number + 10},m6\n" for number in range(3_000))
    problems = [problem for problem in lint(scenario) if problem.file.endswith("fleet.csv")]
    assert sum(problem.code == "TOO_MANY_PROBLEMS" for problem in problems) == 1


def test_a_table_of_very_many_columns_is_refused(scenario):
    header = ",".join(["drone_id,type,home_pad", *(f"c{number}" for number in range(500))])
    (scenario / "fleet.csv").write_text(f"{header}\n")
    (problem,) = [problem for problem in lint(scenario) if problem.file.endswith("fleet.csv")]
    assert (problem.code, problem.found) == ("TOO_MANY_COLUMNS", "503 columns")

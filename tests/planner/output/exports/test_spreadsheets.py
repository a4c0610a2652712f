"""Tables for spreadsheets: what stands in them, and that no text in them is a formula."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airspace.errors import BadInput
from planner.model.plans import Delivery, Reason, Unserved
from planner.output.exports.catalogue import format_of
from planner.output.exports.formats import File, Reviewed
from planner.output.exports.refusals import said
from planner.output.exports.spreadsheets import cell, plain
from tests.hostile import PAYLOADS, without_formulas
from tests.planner.output.exports.conftest import changed
from tests.planner.safety.conftest import START


@pytest.fixture(scope="module")
def files(reviewed: Reviewed) -> dict[str, File]:
    return {file.name: file for file in format_of("csv").write(reviewed)}


def rows(file: File) -> list[dict[str, str]]:
    text = file.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_tables_begin_with_a_byte_order_mark_and_end_lines_as_spreadsheets_do(files: dict[str, File]) -> None:
    assert list(files) == ["sorties.csv", "legs.csv", "orders.csv", "waypoints.csv"]
    for file in files.values():
        assert file.content.startswith(b"\xef\xbb\xbf")
        assert file.content.endswith(b"\r\n")
        assert file.content.count(b"\n") == file.content.count(b"\r\n")


def test_a_sortie_is_told_with_its_times_on_the_plans_own_clock(files: dict[str, File]) -> None:
    first, second = rows(files["sorties.csv"])
    assert (first["sortie"], first["drone"], first["orders"], first["order_ids"]) == ("S1", "D1", "1", "O1")
    assert (first["departs"], first["departs_local"]) == ("2026-12-01T08:10:00.000+08:00", "2026-12-01 08:10:00")
    assert second["order_ids"] == "O2; O3"
    # There 240 s and the hand-over of 60 s; back 16 s up, 200 s, 25 s down.
    assert float(first["flight_s"]) == pytest.approx(240 + 60 + 241)


def test_a_leg_and_a_waypoint_are_told_by_numbers_as_people_count(files: dict[str, File]) -> None:
    leg = rows(files["legs.csv"])[1]
    assert (leg["sortie"], leg["leg"], leg["from_pad"], leg["to_pad"]) == ("S1", "2", "CLINIC", "HUB")
    waypoint = rows(files["waypoints.csv"])[1]
    assert (waypoint["leg"], waypoint["waypoint"], waypoint["alt_amsl_m"], waypoint["alt_agl_m"]) == (
        "1", "2", "110.0", "100.0",
    )  # fmt: skip
    assert waypoint["time"] == "2026-12-01T08:10:20.000+08:00"


def test_an_order_is_told_with_its_sortie_and_hand_over_or_with_why_it_is_left(reviewed: Reviewed) -> None:
    first, second = reviewed.plan.sorties
    handed = Delivery(order="O1", t=START + timedelta(minutes=15), taken_s=300, quantile_s=300)
    legs = (replace(first.legs[0], deliveries=(handed,)), first.legs[1])
    left = Unserved(order="O3", reason=Reason.WIND, detail="Too windy, 14 m/s.")
    plan = replace(reviewed.plan, sorties=(replace(first, legs=legs), replace(second, orders=("O2",))),
                   unserved=(left,))  # fmt: skip
    tables = format_of("csv").write(replace(reviewed, plan=plan))
    told = {row["order"]: row for row in rows(tables[2])}
    assert (told["O1"]["sortie"], told["O1"]["handed_over_local"]) == ("S1", "2026-12-01 08:15:00")
    assert (told["O2"]["sortie"], told["O2"]["handed_over"]) == ("S2", "")
    assert (told["O3"]["sortie"], told["O3"]["reason"], told["O3"]["detail"]) == ("", "WIND", "Too windy, 14 m/s.")


TEXTS = st.text(max_size=20) | st.sampled_from([payload.whole for payload in PAYLOADS])


@given(TEXTS)
def test_no_text_becomes_a_formula_and_every_text_comes_back(text: str) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerow(["x", cell(text)])
    assert without_formulas(written.getvalue())
    assert plain(cell(text)) == said(text)


@pytest.mark.parametrize("text", ["＝1+1", "＋1", "－1", "＠x"])
def test_full_width_forms_are_no_formulas_either(text: str) -> None:
    assert cell(text) == f"\\{text}"


def test_rows_may_be_sorted_anew_and_columns_added(files: dict[str, File]) -> None:
    file = files["waypoints.csv"]
    head, *lines = file.content.decode("utf-8-sig").splitlines()
    text = "\n".join([f"{head},mine", *(f"{line},x" for line in sorted(lines, reverse=True))])
    key = {(track.sortie, track.leg): track.points for track in format_of("csv").read([file])}
    sorted_anew = format_of("csv").read([File(name=file.name, content=text.encode())])
    assert {(track.sortie, track.leg): track.points for track in sorted_anew} == key


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("S1,1,2,", "S1,1,1,", "DUPLICATE_ID", "line 3"),
        ("S1,1,2,", "S1,1,9,", "WRONG_POINTS", "S1 leg 1"),
        ("S1,1,2,", "S1,0,2,", "OUT_OF_RANGE", "line 3, column leg"),
        (",110.0,", ',"110,0",', "WRONG_TYPE", "line 3, column alt_amsl_m"),
        ("2026-12-01T08:10:20.000+08:00", "2026-12-01 08:10:20", "NAIVE_TIME", "line 3, column time"),
        ("lon_deg", "lng", "MISSING_COLUMN", "line 1"),
        (",110.0,", ",110.0,,", "WRONG_CELL_COUNT", "line 3"),
    ],
)
def test_a_table_that_was_spoilt_is_told_with_its_line(
    files: dict[str, File], old: str, new: str, code: str, place: str
) -> None:
    with pytest.raises(BadInput) as caught:
        format_of("csv").read([changed(files["waypoints.csv"], old, new)])
    assert (code, place) in {(problem.code, problem.place) for problem in caught.value.problems}

"""Whatever the files of a scenario hold, reading it ends in a scenario or in BadInput."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airspace.errors import BadInput
from planner.formats.plans import plan_from_document, read_plan
from planner.formats.reviews import read_review
from planner.formats.scenario import lint

quick = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

BITS = st.sampled_from(
    [
        '"',
        ",",
        "\n",
        "[",
        "]",
        "{",
        "}",
        "=",
        "nan",
        "1e999",
        "-1",
        "9" * 30,
        "\x00",
        "\ud800",
        "é",
        " ",
        "\r",
        "",
        "''",
    ]
)


def assert_sound(problems) -> None:
    assert all(problem.file and problem.found and problem.expected for problem in problems)
    "".join(map(str, problems)).encode("utf-8")


@pytest.mark.parametrize("name", ["scenario.toml", "drones.toml", "fleet.csv", "orders.csv", "pads.geojson"])
def test_files_with_a_piece_replaced_never_raise(scenario, name):
    path: Path = scenario / name
    good = path.read_text(encoding="utf-8")

    @quick
    @given(st.integers(0, len(good)), st.integers(0, 30), BITS | st.text(max_size=5))
    def replaced(start: int, length: int, piece: str) -> None:
        text = good[:start] + piece + good[start + length :]
        path.write_bytes(text.encode("utf-8", errors="surrogatepass"))
        assert_sound(lint(scenario))

    replaced()


@pytest.mark.parametrize("name", ["scenario.toml", "drones.toml", "fleet.csv", "orders.csv", "land.geojson"])
def test_files_of_random_bytes_never_raise(scenario, name):
    @quick
    @given(st.binary(max_size=100))
    def random(raw: bytes) -> None:
        (scenario / name).write_bytes(raw)
        assert_sound(lint(scenario))

    random()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
PLAN_KEYS = ("name", "start", "created_by", "inputs", "digest", "sorties", "unserved", "totals", "bound", "version")


@quick
@given(st.dictionaries(st.sampled_from(PLAN_KEYS), JSON))
def test_documents_of_junk_are_no_plans(document):
    with pytest.raises(BadInput):
        plan_from_document({"version": 1, **document, "format": "skyferry-plan"})


@quick
@given(st.binary(max_size=100) | JSON.map(lambda value: json.dumps(value).encode()))
def test_records_of_junk_never_raise_anything_but_bad_input(tmp_path, raw):
    path = tmp_path / "record.json"
    path.write_bytes(raw)
    for reading in (read_plan, read_review):
        with pytest.raises(BadInput):
            reading(path)

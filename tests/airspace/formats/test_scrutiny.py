from __future__ import annotations

import math

import pytest

from airspace.errors import BadInput, Problem
from airspace.formats import scrutiny
from airspace.formats.documents import json_of
from airspace.formats.scrutiny import (
    DEPTH_LIMIT_LEVELS,
    PROBLEM_LIMIT,
    fit,
    integer_of,
    refuse_vast,
    unfit,
    unprintable,
    walk,
    without_told,
)


def told(data: object) -> list[tuple[str, str]]:
    return [(problem.code, problem.place) for problem in unfit("a.json", data)]


GOOD = {"名": ["深圳", 1, 2.5, None, True, {"a\n\tb": [[114.1, 22.5]]}, -(10**18) + 1, 1e300, "\u2028"]}


def test_a_sound_value_is_fit_and_nothing_is_told():
    assert fit(GOOD)
    assert told(GOOD) == []


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        (math.nan, "NOT_FINITE"),
        (-math.inf, "NOT_FINITE"),
        (10**18, "NUMBER_TOO_LARGE"),
        (-(10**18), "NUMBER_TOO_LARGE"),
        ("\x07", "CONTROL_CHARACTER"),
        ("\x7f", "CONTROL_CHARACTER"),
        ("\x85", "CONTROL_CHARACTER"),
        ("a\u202eb", "CONTROL_CHARACTER"),
        ("a\u2066b", "CONTROL_CHARACTER"),
        ("\udfff", "CONTROL_CHARACTER"),
    ],
)
def test_what_no_file_may_hold_is_found_beside_sound_things_of_its_kind(inside, code):
    for sound in (114.1, 1, "a", []):
        data = {"a": [sound, {"b c": [sound, inside]}]}
        assert not fit(data)
        assert told(data) == [(code, "a[1]['b c'][1]")]


def test_tabs_and_line_ends_are_no_control_characters():
    assert list(unprintable("a", "b", "one\ttwo\r\nthree")) == []


def test_a_sum_that_overflows_is_no_infinity():
    assert told([[1e308, 1e308], [1e308]]) == []


def test_keys_that_stand_twice_are_told_once_each_where_they_stand():
    document = json_of("a.json", '{"b": [{"c": 1, "c": 2, "c": 3, "d": 1, "d": 2}], "b2": {"e": {}, "e": []}}')
    assert [(problem.code, problem.place) for problem in document.problems] == [
        ("DUPLICATE_KEY", "b[0].c"),
        ("DUPLICATE_KEY", "b[0].d"),
        ("DUPLICATE_KEY", "b2.e"),
    ]


def nested(levels: int) -> str:
    return '{"a": ' * (levels // 2) + "[" * (levels - levels // 2) + "]" * (levels - levels // 2) + "}" * (levels // 2)


def test_nesting_is_allowed_down_to_the_limit_and_no_further():
    # The innermost of 65 lists and objects lies 64 steps from the top.
    assert json_of("a.json", nested(DEPTH_LIMIT_LEVELS + 1)).problems == ()
    for deeper in (DEPTH_LIMIT_LEVELS + 2, DEPTH_LIMIT_LEVELS + 50):
        [problem] = json_of("a.json", nested(deeper)).problems
        assert (problem.code, problem.expected) == ("TOO_DEEP", "at most 64 levels of nesting")


def test_numbers_of_up_to_eighteen_digits_are_whole_numbers():
    assert integer_of("9" * 18) == 10**18 - 1
    assert integer_of("-" + "9" * 18) == 1 - 10**18
    assert integer_of("9" * 19) == 10**19 - 1, "told as too large, digit by digit"
    assert integer_of("9" * 20) == math.inf
    assert integer_of("-" + "9" * 20) == -math.inf


def test_after_a_thousand_problems_the_rest_is_not_looked_at():
    problems = list(unfit("a.json", {"a": [math.nan] * (PROBLEM_LIMIT + 5)}))
    assert len(problems) == PROBLEM_LIMIT + 1
    assert (problems[-1].code, problems[-1].place) == ("TOO_MANY_PROBLEMS", f"a[{PROBLEM_LIMIT}]")
    assert len(list(unfit("a.json", {"a": [math.nan] * PROBLEM_LIMIT}))) == PROBLEM_LIMIT


@pytest.mark.parametrize(
    ("limit", "text", "found"),
    [
        ("LISTS_LIMIT", "[[], [], []]", "4 lists, as every position is one"),
        ("OBJECTS_LIMIT", "[{}, {}, {}, {}]", "4 objects"),
        ("VALUES_LIMIT", "[1, 2, 3, 4, 5]", "4 values"),
    ],
)
def test_too_much_in_one_file_is_refused_with_its_count_before_it_is_parsed(monkeypatch, limit, text, found):
    monkeypatch.setattr(scrutiny, limit, 4)
    refuse_vast("a.json", text)
    monkeypatch.setattr(scrutiny, limit, 3)
    with pytest.raises(BadInput) as caught:
        json_of("a.json", text + " and no JSON at all")
    [problem] = caught.value.problems
    assert (problem.file, problem.code, problem.found) == ("a.json", "TOO_MANY_VALUES", found)
    assert problem.expected == "at most 3"


def test_values_are_walked_in_the_order_of_the_file_and_skipped_ones_only_from_inside():
    data = {"a": [1, [2]], "b": {"c": 3}}
    assert list(walk(data)) == [
        ((), data),
        (("a",), [1, [2]]),
        (("a", 0), 1),
        (("a", 1), [2]),
        (("a", 1, 0), 2),
        (("b",), {"c": 3}),
        (("b", "c"), 3),
    ]
    assert [place for place, _ in walk(data, skip=lambda value: value == [2])] == [
        (), ("a",), ("a", 0), ("a", 1), ("b",), ("b", "c"),
    ]  # fmt: skip


def a_problem(place: str, file: str = "a", code: str = "X") -> Problem:
    return Problem(file=file, place=place, code=code, found="f", expected="e")


def test_a_place_is_told_of_once_but_a_file_as_a_whole_as_often_as_need_be():
    first = [a_problem("b"), a_problem("")]
    second = [a_problem("b", code="Y"), a_problem("b", file="c"), a_problem("d"), a_problem("", code="Y")]
    assert without_told(second, first) == second[1:]

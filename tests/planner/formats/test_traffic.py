from __future__ import annotations

import copy
import json
from datetime import UTC, datetime

import pytest

from airspace.earth.geoids import undulation_m
from airspace.errors import BadInput
from airspace.formats.documents import RawFile
from planner.formats.scenario import lint, read_job
from planner.formats.traffic import read_intents
from planner.model.traffic import Intent, IntentState, Volume

LOWER = "volume.altitude_lower"
ORIGIN = {"lng": 0, "lat": 0}
SQUARE = [(114.1, 22.5), (114.2, 22.5), (114.2, 22.6), (114.1, 22.6)]


def a_volume(**changes):
    vertices = [{"lng": lng, "lat": lat} for lng, lat in SQUARE]
    volume = {
        "outline_polygon": {"vertices": vertices},
        "altitude_lower": {"value": 50.0, "reference": "W84", "units": "M"},
        "altitude_upper": {"value": 120.0, "reference": "W84", "units": "M"},
    }
    whole = {
        "volume": volume,
        "time_start": {"value": "2026-12-01T00:10:00Z", "format": "RFC3339"},
        "time_end": {"value": "2026-12-01T08:20:00+08:00", "format": "RFC3339"},
    }
    for path, value in changes.items():
        at = whole
        *steps, last = path.split("__")
        for step in steps:
            at = at[step]
        if value is None:
            del at[last]
        else:
            at[last] = value
    return whole


def a_circle(radius=500.0, **changes):
    circle = {"center": {"lng": 114.15, "lat": 22.55}, "radius": {"value": radius, "units": "M"}}
    return a_volume(**{"volume__outline_polygon": None, "volume__outline_circle": circle} | changes)


def an_intent(*volumes, **changes):
    reference = {"id": "0f5c", "manager": "uss1", "state": "Accepted", "ovn": "whatever a USS adds"}
    return {
        "reference": reference | changes,
        "details": {"volumes": list(volumes or [a_volume()]), "off_nominal_volumes": [], "priority": 0},
    }


def reading(document):
    return read_intents(RawFile(name="intents.json", raw=json.dumps(document).encode()))


def the_intent(document):
    placed, problems = reading(document)
    assert problems == []
    (item,) = placed
    return item.value


def only_problem(document):
    placed, problems = reading(document)
    assert all(item.value is None for item in placed)
    (problem,) = problems
    return problem


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda intent: {"operational_intents": [intent]},
        lambda intent: {"operational_intent": intent},
        lambda intent: [intent],
    ],
)
def test_an_intent_is_read_from_a_list_an_answer_or_our_own_wrapper(wrapped):
    intent = the_intent(wrapped(an_intent()))
    assert (intent.id, intent.manager, intent.state, intent.priority) == ("0f5c", "uss1", IntentState.ACCEPTED, 0)
    (volume,) = intent.volumes
    assert volume.outline == tuple(SQUARE)
    assert (volume.start, volume.end) == (
        datetime(2026, 12, 1, 0, 10, tzinfo=UTC),
        datetime(2026, 12, 1, 0, 20, tzinfo=UTC),
    )
    assert not volume.off_nominal


def test_heights_above_the_ellipsoid_become_heights_above_the_sea_to_the_safe_side():
    (volume,) = the_intent([an_intent()]).volumes
    lons, lats = zip(*SQUARE, strict=True)
    undulations = undulation_m(lons, lats)
    assert -5 < undulations.min() < undulations.max() < 0, "the geoid lies below the ellipsoid at Hong Kong"
    assert volume.lower_amsl_m <= 50 - undulations.max()
    assert volume.upper_amsl_m >= 120 - undulations.min()
    assert volume.lower_amsl_m == pytest.approx(50 - undulations.max(), abs=0.1)
    assert volume.upper_amsl_m == pytest.approx(120 - undulations.min(), abs=0.1)


def test_a_circle_keeps_its_centre_and_radius_and_the_geoid_below_all_of_it():
    small, large = (the_intent([an_intent(a_circle(radius))]).volumes[0] for radius in (500.0, 50_000.0))
    assert (small.outline, small.radius_m) == (((114.15, 22.55),), 500.0)
    assert large.lower_amsl_m < small.lower_amsl_m - 0.3
    assert large.upper_amsl_m > small.upper_amsl_m + 0.3


def test_a_closed_outline_is_the_open_one():
    volume = a_volume()
    volume["volume"]["outline_polygon"]["vertices"].append({"lng": 114.1, "lat": 22.5})
    assert the_intent([an_intent(volume)]) == the_intent([an_intent()])


def test_off_nominal_volumes_are_volumes_too():
    intent = an_intent(a_circle(), state="Nonconforming")
    intent["details"]["off_nominal_volumes"] = [a_volume()]
    found = the_intent([intent])
    assert [volume.off_nominal for volume in found.volumes] == [False, True]


@pytest.mark.parametrize(
    ("volume", "code", "place", "found"),
    [
        (a_volume(time_end__value="2026-12-01T00:10:00Z"), "TIMES_REVERSED", "time_end", "2026-12-01T00:10:00+"),
        (a_volume(time_start__value="2026-12-01 00:10"), "NAIVE_TIME", "time_start.value", "'2026-12-01 00:10'"),
        (a_volume(time_start__value="yesterday"), "BAD_TIME", "time_start.value", "'yesterday'"),
        (a_volume(time_start__format="ISO"), "UNKNOWN_VALUE", "time_start.format", "'ISO'"),
        (a_volume(time_start=None), "MISSING_VALUE", "time_start", "nothing"),
        (a_volume(volume__altitude_lower=None), "MISSING_VALUE", "volume.altitude_lower", "nothing"),
        (a_volume(volume__altitude_lower__reference="AGL"), "UNKNOWN_VALUE", f"{LOWER}.reference", "'AGL'"),
        (a_volume(volume__altitude_upper__units="FT"), "UNKNOWN_VALUE", "volume.altitude_upper.units", "'FT'"),
        (a_volume(volume__altitude_upper__value="120"), "WRONG_TYPE", "volume.altitude_upper.value", "'120'"),
        (a_volume(volume__altitude_upper__value=50.0), "HEIGHTS_REVERSED", "volume.altitude_upper", "50 and 50 m"),
        (a_volume(volume__outline_polygon=None), "WRONG_GEOMETRY", "volume", "neither"),
        (a_circle(volume__outline_polygon={"vertices": [ORIGIN] * 3}), "WRONG_GEOMETRY", "volume", "both"),
        (a_circle(70_000.0), "OUT_OF_RANGE", "volume.outline_circle.radius.value", "70000.0"),
        (a_circle(59_000.0), "AREA_TOO_LARGE", "volume", "10,936 km2"),
        (a_circle(0.0), "OUT_OF_RANGE", "volume.outline_circle.radius.value", "0.0"),
    ],
)  # fmt: skip
def test_a_volume_that_cannot_be_used_is_told_with_its_place(volume, code, place, found):
    problem = only_problem([an_intent(volume)])
    assert (problem.file, problem.code) == ("intents.json", code)
    assert problem.place == f"[0].details.volumes[0].{place}"
    assert problem.found.startswith(found)
    assert problem.expected


@pytest.mark.parametrize(
    ("vertices", "code", "found"),
    [
        ([(114.1, 22.5), (114.2, 22.6), (114.2, 22.5), (114.1, 22.6)], "BAD_OUTLINE", "Self-intersection"),
        ([(114.1, 22.5), (114.1, 22.6), (114.1, 22.7)], "BAD_OUTLINE", ""),
        ([(114.1, 22.5), (114.2, 22.6), (114.1, 22.5)], "BAD_OUTLINE", "fewer than three places"),
        ([(-170.0, 22.5), (170.0, 22.5), (170.0, 22.6), (-170.0, 22.6)], "AREA_TOO_LARGE", ""),
        ([(22.5, 114.1), (22.5, 114.2), (22.6, 114.2)], "OUT_OF_RANGE", "114.1"),
        ([(114.1, 22.5), (114.2, 22.5)], "TOO_FEW", ""),
    ],
)
def test_an_outline_that_cannot_be_used_is_told(vertices, code, found):
    outline = {"vertices": [{"lng": lng, "lat": lat} for lng, lat in vertices]}
    problem = only_problem([an_intent(a_volume(volume__outline_polygon=outline))])
    assert problem.code == code
    assert problem.found.startswith(found)


def test_an_intent_may_hold_as_many_vertices_as_the_standard_allows_and_no_more():
    ring = [(114.1 + 0.1 * number / 4997, 22.5 + 0.05 * (number % 2)) for number in range(4998)]
    vertices = [{"lng": lng, "lat": lat} for lng, lat in [*ring, (114.2, 22.7), (114.1, 22.7)]]
    volume = a_volume(volume__outline_polygon={"vertices": vertices})
    assert the_intent([an_intent(volume, copy.deepcopy(volume))]).id == "0f5c"
    problem = only_problem([an_intent(volume, copy.deepcopy(volume), a_volume())])
    assert (problem.code, problem.found) == ("TOO_MANY", "10,004 vertices")


def test_an_intent_without_volumes_or_of_an_unknown_state_or_with_a_padded_id_is_refused():
    nothing = an_intent()
    nothing["details"]["volumes"] = []
    assert only_problem([nothing]).code == "TOO_FEW"
    assert only_problem([an_intent(state="Ended")]).place == "[0].reference.state"
    assert only_problem([an_intent(id=" x ")]).place == "[0].reference.id"


def test_every_problem_of_a_file_is_told_at_once():
    wrong = an_intent(a_volume(time_end__value="2026-12-01T00:00:00Z"), a_circle(59_000.0), id="other")
    _, problems = reading({"operational_intents": [an_intent(), wrong, an_intent()]})
    assert sorted(problem.code for problem in problems) == [
        "AREA_TOO_LARGE", "DUPLICATE_ID", "DUPLICATE_ID", "TIMES_REVERSED",
    ]  # fmt: skip
    assert {problem.place for problem in problems if problem.code == "DUPLICATE_ID"} == {
        "operational_intents[0].reference.id",
        "operational_intents[2].reference.id",
    }


def test_an_answer_of_a_uss_tells_places_without_an_index():
    problem = only_problem({"operational_intent": an_intent(a_circle(59_000.0))})
    assert problem.place == "operational_intent.details.volumes[0].volume"
    problem = only_problem({"operational_intent": an_intent(state=1)})
    assert problem.place == "operational_intent.reference.state"


@pytest.mark.parametrize("document", ["text", {"operational_intents": {}}, {"intents": []}, 3, None])
def test_what_is_no_file_of_intents_is_refused(document):
    assert only_problem(document).code == "WRONG_TYPE"


def test_what_is_no_json_is_refused():
    with pytest.raises(BadInput):
        read_intents(RawFile(name="intents.json", raw=b"[{"))


def test_keys_that_stand_twice_are_told():
    raw = json.dumps([an_intent()]).replace('"priority": 0', '"priority": 0, "priority": 100')
    _, problems = read_intents(RawFile(name="intents.json", raw=raw.encode()))
    assert [problem.code for problem in problems] == ["DUPLICATE_KEY"]


def named(scenario, *files):
    toml = scenario / "scenario.toml"
    told = toml.read_text(encoding="utf-8")
    toml.write_text(told.replace("[policy]", f"[traffic]\nintents = {json.dumps(files)}\n[policy]"), encoding="utf-8")


def test_a_scenario_names_its_files_of_intents_and_the_job_holds_them(scenario):
    (scenario / "a.json").write_text(json.dumps([an_intent()]), encoding="utf-8")
    (scenario / "b.json").write_text(json.dumps({"operational_intent": an_intent(id="2")}), encoding="utf-8")
    assert read_job(scenario).intents == ()
    named(scenario, "a.json", "b.json")
    assert lint(scenario) == ()
    job = read_job(scenario)
    assert [intent.id for intent in job.intents] == ["0f5c", "2"]
    assert {"a.json", "b.json"} <= {file.path for file in job.inputs}


def test_problems_of_intents_are_problems_of_the_scenario(scenario):
    (scenario / "a.json").write_text(json.dumps([an_intent(), an_intent(state="Ended", id="1")]), encoding="utf-8")
    (scenario / "b.json").write_text(json.dumps([an_intent()]), encoding="utf-8")
    (scenario / "c.json").write_text(json.dumps([an_intent()]), encoding="utf-8")
    named(scenario, "a.json", "b.json", "c.json", "c.json", "none.json", "../out.json")
    told = {(problem.code, problem.file.rpartition("/")[2], problem.place) for problem in lint(scenario)}
    assert told == {
        ("UNKNOWN_VALUE", "a.json", "[1].reference.state"),
        ("DUPLICATE_ID", "c.json", "[0].reference.id"),
        ("FILE_TWICE", "scenario.toml", "traffic.intents[3]"),
        ("FILE_MISSING", "none.json", ""),
        ("PATH_REFUSED", "scenario.toml", "traffic.intents[5]"),
    }


SOUND = {
    "outline": tuple(SQUARE), "lower_amsl_m": 50.0, "upper_amsl_m": 120.0,
    "start": datetime(2026, 12, 1, tzinfo=UTC), "end": datetime(2026, 12, 2, tzinfo=UTC),
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"outline": ((200.0, 0.0),), "radius_m": 5.0}, "lon within"),
        ({"outline": ((114.0, 22.0),)}, "a radius above 0"),
        ({"radius_m": 5.0}, "one centre of a circle, got 4"),
        ({"outline": tuple(SQUARE[:2])}, "three vertices or more, got 2"),
        ({"outline": (SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3])}, "a valid polygon"),
        ({"lower_amsl_m": 120.0}, "lower below upper"),
        ({"end": datetime(2026, 12, 1, tzinfo=UTC)}, "start before end"),
        ({"start": datetime(2026, 12, 1)}, "an offset from UTC"),  # noqa: DTZ001 - what is to be refused
    ],
)
def test_a_volume_is_refused_that_is_none(change, message):
    assert Volume(**SOUND).radius_m == 0
    with pytest.raises(ValueError, match=message):
        Volume(**(SOUND | change))


def test_an_intent_is_refused_that_holds_nothing():
    with pytest.raises(ValueError, match="a volume or more"):
        Intent(id="1", state=IntentState.ACCEPTED, volumes=())

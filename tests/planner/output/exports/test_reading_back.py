"""Tracks laid over a record, and the check of what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from airspace.errors import BadInput
from planner.errors import ConversionFailed
from planner.model.reviews import Verdict
from planner.output.exports.catalogue import format_of
from planner.output.exports.exporting import exported
from planner.output.exports.formats import File, Format, Precision, Reviewed, Track, TrackPoint
from planner.output.exports.reading_back import OF_THE_RECORD, Difference, laid_over, read_back
from planner.safety.rules import RULES
from tests.planner.output.exports.conftest import reviewed_of, without_sorties
from tests.planner.output.exports.test_formats import MAPS
from tests.planner.safety.conftest import World, block, zone


def tracks_of(reviewed: Reviewed, *, times: bool = True) -> list[Track]:
    return [
        Track(
            sortie=sortie.id,
            leg=number,
            points=tuple(
                TrackPoint(lon=point.lon, lat=point.lat, alt_amsl_m=point.alt_amsl_m, t=point.t if times else None)
                for point in leg.waypoints
            ),
        )
        for sortie, number, leg in reviewed.legs
    ]


def moved(tracks: Sequence[Track], index: int, point: int, **changes: object) -> list[Track]:
    points = list(tracks[index].points)
    points[point] = replace(points[point], **changes)
    return [*tracks[:index], replace(tracks[index], points=tuple(points)), *tracks[index + 1 :]]


EXACT = Precision(horizontal_m=0, vertical_m=0, time_s=0)


@dataclass(frozen=True)
class Told:
    """A format that reads back what a test tells it."""

    tracks: Sequence[Track]
    precision: Precision = EXACT
    name: str = "told"
    title: str = "told"

    def write(self, _reviewed: Reviewed) -> tuple[File, ...]:
        return (File(name="told.txt", content=b"told"),)

    def read(self, _files: Sequence[File]) -> tuple[Track, ...]:
        return tuple(self.tracks)


def read(reviewed: Reviewed, tracks: Sequence[Track], **options: object):
    form: Format = Told(tracks, **options)
    return read_back(form, form.write(reviewed), reviewed)


def test_the_plan_itself_passes_its_check(reviewed: Reviewed) -> None:
    assert reviewed.review.of(Verdict.FAIL) == ()


@pytest.mark.parametrize("name", MAPS)
def test_a_format_brings_the_record_back_to_its_last_digit(name: str, reviewed: Reviewed) -> None:
    outcome = exported(format_of(name), reviewed)
    assert outcome.read is not None
    assert outcome.read.plan == reviewed.plan
    assert outcome.read.within
    assert outcome.read.difference.time_s == 0
    assert outcome.read.verdict is reviewed.review.verdict
    assert outcome.read.failed == outcome.read.digits == ()


@pytest.mark.parametrize("name", MAPS)
def test_a_day_on_which_nothing_is_flown_goes_there_and_back(name: str, reviewed: Reviewed) -> None:
    empty = replace(reviewed, plan=without_sorties(reviewed.plan))
    read = exported(format_of(name), empty).read
    assert read is not None
    assert read.plan == empty.plan
    assert read.difference == Difference(horizontal_m=0, vertical_m=0, time_s=None)


def test_differences_are_the_worst_of_all_waypoints_in_metres_and_seconds(reviewed: Reviewed) -> None:
    tracks, point = tracks_of(reviewed), reviewed.plan.sorties[0].legs[0].waypoints[1]
    # On the ellipsoid a minute of latitude is 1,845 m at 22.5 degrees: 1e-4 degrees are 11.07 m.
    tracks = moved(tracks, 0, 1, lat=point.lat + 1e-4, alt_amsl_m=point.alt_amsl_m - 0.25)
    tracks = moved(tracks, 2, 2, t=reviewed.plan.sorties[1].legs[0].waypoints[2].t - timedelta(seconds=1.5))
    told = read(reviewed, tracks).difference
    assert told.horizontal_m == pytest.approx(11.07, abs=0.01)
    assert told.vertical_m == pytest.approx(0.25)
    assert told.time_s == pytest.approx(1.5)


def test_what_was_read_is_as_much_higher_above_the_ground_as_above_the_sea(reviewed: Reviewed) -> None:
    point = reviewed.plan.sorties[0].legs[0].waypoints[1]
    plan = laid_over(reviewed.plan, moved(tracks_of(reviewed), 0, 1, alt_amsl_m=point.alt_amsl_m + 5))
    assert plan.sorties[0].legs[0].waypoints[1].alt_agl_m == pytest.approx(point.alt_agl_m + 5)


def test_times_stay_those_of_the_record_where_a_format_holds_none(reviewed: Reviewed) -> None:
    told = read(reviewed, tracks_of(reviewed, times=False))
    assert told.plan == reviewed.plan
    assert told.difference.time_s is None
    assert told.within


@pytest.mark.parametrize(
    ("spoil", "code", "found"),
    [
        (lambda tracks: tracks[1:], "MISSING_LEG", "S1 leg 1"),
        (lambda tracks: [*tracks, replace(tracks[0], leg=7)], "UNKNOWN_LEG", "S1 leg 8"),
        (lambda tracks: [replace(tracks[0], points=tracks[0].points[1:]), *tracks[1:]], "WRONG_POINTS", "3 points"),
    ],
)
def test_tracks_that_do_not_fit_the_legs_of_the_plan_are_refused(
    reviewed: Reviewed, spoil, code: str, found: str
) -> None:
    with pytest.raises(BadInput) as caught:
        laid_over(reviewed.plan, spoil(tracks_of(reviewed)))
    assert [problem.code for problem in caught.value.problems] == [code]
    assert found in caught.value.problems[0].found


def test_a_waypoint_moved_into_a_zone_fails_the_check(world: World, reviewed: Reviewed) -> None:
    tracks = tracks_of(reviewed)
    far = world.sky.zones[0].area.centroid
    told = read(reviewed, moved(tracks, 0, 2, lon=far.x, lat=far.y))
    assert told.verdict is Verdict.FAIL
    assert "zone.clearance" in {finding.rule for finding in told.failed}
    assert not told.within
    of_the_record = [finding.rule.startswith(OF_THE_RECORD) for finding in told.failed]
    assert of_the_record == sorted(of_the_record), "what is about the record comes last"
    assert True in of_the_record


def test_what_fails_in_the_plan_itself_is_not_held_against_a_format(world: World) -> None:
    hub = world.sky.pad("HUB")
    failing = reviewed_of(world.with_zones(zone("NEAR", block(hub.lon, hub.lat, 0, 30))))
    assert failing.review.verdict is Verdict.FAIL
    told = read(failing, tracks_of(failing))
    assert (told.verdict, told.failed) == (Verdict.FAIL, ())


LATE_S = 1.1
"""More than sortie.times and leg.duration allow of the record's own figures, and not enough for leg.speed."""


def late(reviewed: Reviewed) -> list[Track]:
    start = reviewed.plan.sorties[0].departs
    return moved(tracks_of(reviewed), 0, 0, t=start + timedelta(seconds=LATE_S))


def test_failures_of_the_record_within_the_precision_are_about_digits_and_told_apart(reviewed: Reviewed) -> None:
    told = read(reviewed, late(reviewed), precision=Precision(horizontal_m=0, vertical_m=0, time_s=1.5))
    assert told.failed == ()
    assert {finding.rule for finding in told.digits} == {"sortie.times", "leg.duration"}
    assert told.verdict is reviewed.review.verdict


def test_beyond_the_precision_the_same_failures_count(reviewed: Reviewed) -> None:
    told = read(reviewed, late(reviewed), precision=Precision(horizontal_m=0, vertical_m=0, time_s=1))
    assert told.digits == ()
    assert {finding.rule for finding in told.failed} == {"sortie.times", "leg.duration"}
    assert told.verdict is Verdict.FAIL


def test_what_counts_as_about_the_record_are_rules_of_the_check() -> None:
    for beginning in OF_THE_RECORD:
        assert any(rule.startswith(beginning) for rule in RULES), beginning


def test_a_limit_that_is_broken_is_never_about_digits(world: World, reviewed: Reviewed) -> None:
    far = world.sky.zones[0].area.centroid
    rough = Precision(horizontal_m=5_000, vertical_m=0, time_s=0)
    told = read(reviewed, moved(tracks_of(reviewed), 0, 2, lon=far.x, lat=far.y), precision=rough)
    assert told.within
    assert "zone.clearance" in {finding.rule for finding in told.failed}
    assert told.verdict is Verdict.FAIL


def test_what_reads_back_further_off_than_promised_is_our_bug_and_nothing_comes_of_it(reviewed: Reviewed) -> None:
    point = reviewed.plan.sorties[0].legs[0].waypoints[1]
    with pytest.raises(ConversionFailed, match="told: what was made reads back"):
        exported(Told(moved(tracks_of(reviewed), 0, 1, lat=point.lat + 1e-6)), reviewed)
    with pytest.raises(ConversionFailed, match="does not read back"):
        exported(Told(tracks_of(reviewed)[1:]), reviewed)

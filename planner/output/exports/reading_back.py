"""Whether an export says what the plan says: its tracks laid over the record, and the independent check once more.

The waypoints of the record give way to those of the files. What a format does not hold (loads, energy, ways out, and
times where it has none) stays as the record tells it, so that the check sees whether the two still fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from airspace.earth.frame import GEOD
from airspace.errors import BadInput, Problem
from airspace.formats.telling import listed, shorten
from planner.formats.plans.rounding import DEGREES, METRES, to_decimals, to_millisecond
from planner.model.plans import Leg, Plan, Waypoint
from planner.model.reviews import Finding, Review, Verdict
from planner.output.exports.formats import File, Format, Precision, Reviewed, Track, TrackPoint, leg_name
from planner.planning import check

OF_THE_RECORD = (
    "record.", "totals.", "boundary.record", "zone.record", "leg.ground", "leg.distance", "leg.duration", "leg.profile",
    "leg.deliveries", "leg.pickups", "sortie.times", "energy.leg", "energy.charge", "energy.reserve_stated",
    "energy.way_out", "energy.ledger", "payload.leg",
)  # fmt: skip
"""Beginnings of the ids of rules that compare a record with itself. All others say whether a flight is safe, lawful and
flyable, and count whatever the digits of a format."""

FLOATS_M = 1e-6
FLOATS_S = 1e-6
"""What the arithmetic of floats may add to a difference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How far the waypoints read back are from those of the record, at worst."""

    horizontal_m: float
    """On the ellipsoid."""
    vertical_m: float
    time_s: float | None
    """None where the files hold no times."""

    def within(self, precision: Precision) -> bool:
        """Tell whether it is no more than a format promises."""
        return (
            self.horizontal_m <= precision.horizontal_m + FLOATS_M
            and self.vertical_m <= precision.vertical_m + FLOATS_M
            and (self.time_s or 0.0) <= (precision.time_s or 0.0) + FLOATS_S
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """What came of reading files of a format back."""

    format: Format
    files: tuple[File, ...]
    plan: Plan
    """The record with the waypoints of the files."""
    same: bool
    """Whether that is the record of the plan to its last digit."""
    difference: Difference
    review: Review
    """Of the record with the waypoints of the files."""
    failed: tuple[Finding, ...]
    """What fails there and did not in the plan itself."""
    digits: tuple[Finding, ...]
    """Such findings that only compare a record with itself, while all differences are within the format's precision:
    they are about its digits, and set apart from those that failed."""
    before: Verdict
    """Of the plan itself."""

    @property
    def within(self) -> bool:
        """Whether all differences are within the format's precision."""
        return self.difference.within(self.format.precision)

    @property
    def verdict(self) -> Verdict:
        """What the check says of what was read back, but for digits: FAIL also where the plan itself fails."""
        return self.before if self.digits and not self.failed else self.review.verdict


def read_back(form: Format, files: Sequence[File], reviewed: Reviewed) -> ReadBack:
    """Read files of a format back, lay them over the record of the plan, and check what comes out.

    Where that is the very record that the plan's own review is of, it has been checked already.

    Raises
    ------
    BadInput
        If the files are not of the format, or do not hold every leg of the plan with all its waypoints.
    """
    tracks = form.read(files)
    plan = laid_over(reviewed.plan, tracks, name=form.name)
    difference = difference_of(reviewed.plan, tracks)
    same = plan == reviewed.plan
    review = reviewed.review if same else check(plan, reviewed.sky, reviewed.job)
    failed = _newly_failed(review, reviewed.review)
    digits = [finding for finding in failed if finding.rule.startswith(OF_THE_RECORD)]
    if not difference.within(form.precision):
        digits = []
    return ReadBack(
        format=form,
        files=tuple(files),
        plan=plan,
        same=same,
        difference=difference,
        review=review,
        failed=tuple(finding for finding in failed if finding not in digits),
        digits=tuple(digits),
        before=reviewed.review.verdict,
    )


def laid_over(plan: Plan, tracks: Sequence[Track], *, name: str = "tracks") -> Plan:
    """Return a plan with the waypoints of its legs taken from tracks, at the decimals of a record.

    Raises
    ------
    BadInput
        If a leg of the plan is missing, a track is of no leg of it, or has not as many points as the leg has waypoints.
    """
    by_leg = {(track.sortie, track.leg): track for track in tracks}
    if problems := list(_mismatches(plan, by_leg, name)):
        raise BadInput(problems)
    return replace(
        plan,
        sorties=tuple(
            replace(
                sortie, legs=tuple(_flown(leg, by_leg[sortie.id, number]) for number, leg in enumerate(sortie.legs))
            )
            for sortie in plan.sorties
        ),
    )


def _mismatches(plan: Plan, by_leg: dict[tuple[str, int], Track], name: str) -> Iterator[Problem]:
    legs = {(sortie.id, number): leg for sortie in plan.sorties for number, leg in enumerate(sortie.legs)}
    for what, only, other, fix in (
        ("MISSING_LEG", legs, by_leg, "A leg that was taken out or renamed cannot be held against the plan."),
        ("UNKNOWN_LEG", by_leg, legs, ""),
    ):
        odd = [shorten(leg_name(*key)) for key in only if key not in other]
        if odd:
            found, expected = "no track of", "every leg of the plan"
            if what == "UNKNOWN_LEG":
                found, expected = "tracks of", "legs of the plan only"
            yield Problem(file=name, code=what, found=f"{found} {listed(odd)}", expected=expected, fix=fix)
    for key in legs.keys() & by_leg.keys():
        count, wanted = len(by_leg[key].points), len(legs[key].waypoints)
        if count != wanted:
            expected = f"{wanted}, one for each waypoint of the record"
            found = f"{count} points"
            yield Problem(file=name, place=shorten(leg_name(*key)), code="WRONG_POINTS", found=found, expected=expected)


def _flown(leg: Leg, track: Track) -> Leg:
    points = zip(leg.waypoints, track.points, strict=True)
    return replace(leg, waypoints=tuple(_waypoint(waypoint, point) for waypoint, point in points))


def _waypoint(waypoint: Waypoint, point: TrackPoint) -> Waypoint:
    """Return a waypoint of the record where a file has it: as much higher above the ground as above the sea."""
    alt_amsl_m = to_decimals(point.alt_amsl_m, METRES)
    return Waypoint(
        lon=to_decimals(point.lon, DEGREES),
        lat=to_decimals(point.lat, DEGREES),
        alt_amsl_m=alt_amsl_m,
        alt_agl_m=to_decimals(waypoint.alt_agl_m + alt_amsl_m - waypoint.alt_amsl_m, METRES),
        t=waypoint.t if point.t is None else to_millisecond(point.t),
    )


def difference_of(plan: Plan, tracks: Sequence[Track]) -> Difference:
    """Return how far tracks are from the waypoints of a plan at worst; the two have the same legs and points."""
    by_leg = {(track.sortie, track.leg): track for track in tracks}
    pairs = [
        pair
        for sortie in plan.sorties
        for number, leg in enumerate(sortie.legs)
        for pair in zip(leg.waypoints, by_leg[sortie.id, number].points, strict=True)
    ]
    if not pairs:
        return Difference(horizontal_m=0.0, vertical_m=0.0, time_s=None)
    told, read = (np.array([(point.lon, point.lat) for point in points]) for points in zip(*pairs, strict=True))
    apart_m = GEOD.inv(told[:, 0], told[:, 1], read[:, 0], read[:, 1])[2]
    late_s = [abs((point.t - waypoint.t).total_seconds()) for waypoint, point in pairs if point.t is not None]
    return Difference(
        horizontal_m=float(np.max(apart_m)),
        vertical_m=max(abs(point.alt_amsl_m - waypoint.alt_amsl_m) for waypoint, point in pairs),
        time_s=max(late_s, default=None),
    )


def _newly_failed(review: Review, before: Review) -> list[Finding]:
    """Return the failures of a review on what did not fail before, those that are only about the record last."""
    known = {(finding.rule, finding.subject) for finding in before.of(Verdict.FAIL)}
    failed = [finding for finding in review.of(Verdict.FAIL) if (finding.rule, finding.subject) not in known]
    return sorted(failed, key=lambda finding: finding.rule.startswith(OF_THE_RECORD))

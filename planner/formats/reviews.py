"""``review.json``: the record of the independent check."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

from airspace.errors import BadInput, Problem
from airspace.formats.documents import wrong_format
from airspace.formats.telling import problems_of
from planner.formats.files import write_atomically
from planner.formats.plans.digests import Document
from planner.formats.plans.reading import read_record
from planner.formats.plans.rounding import DEGREES, METRES, OTHERS, to_decimals, to_millisecond
from planner.formats.plans.writing import record_text, refuse_endless, rfc3339
from planner.model.reviews import Finding, Place, Review, Verdict

FORMAT = "skyferry-review"
VERSION = 1

COUNTED = {Verdict.PASS: "pass", Verdict.FAIL: "fail", Verdict.NOT_CHECKED: "not_checked"}
"""The keys of the counts."""

UTC_OFFSET = timedelta(0)


def rounded_review(review: Review) -> Review:
    """Return a review with every figure at the decimals of the record, times in UTC to the millisecond."""
    return replace(review, findings=tuple(_rounded(finding) for finding in review.findings))


def _rounded(finding: Finding) -> Finding:
    where = finding.where
    return replace(
        finding,
        where=None
        if where is None
        else Place(
            lon=to_decimals(where.lon, DEGREES),
            lat=to_decimals(where.lat, DEGREES),
            alt_amsl_m=to_decimals(where.alt_amsl_m, METRES),
            t=None if where.t is None else to_millisecond(where.t),
        ),
        measured=_figure(finding.measured),
        required=_figure(finding.required),
        margin=_figure(finding.margin),
    )


def _figure(value: float | None) -> float | None:
    return None if value is None else to_decimals(value, OTHERS)


def review_to_document(review: Review) -> Document:
    """Return the record of a review, rounded, with the counts of its verdicts; times are told in UTC."""
    review = rounded_review(review)
    document: Document = {
        "format": FORMAT,
        "version": VERSION,
        "plan_digest": review.plan_digest,
        "verdict": str(review.verdict),
        "counts": {key: len(review.of(verdict)) for verdict, key in COUNTED.items()},
        "findings": [_finding_to_document(finding) for finding in review.findings],
    }
    refuse_endless(document, "review")
    return document


def _finding_to_document(finding: Finding) -> Document:
    where = finding.where
    return {
        "rule": finding.rule,
        "source": finding.source,
        "verdict": str(finding.verdict),
        "subject": finding.subject,
        "where": None
        if where is None
        else {
            "lon": where.lon,
            "lat": where.lat,
            "alt_amsl_m": where.alt_amsl_m,
            "t": None if where.t is None else rfc3339(where.t, UTC_OFFSET),
        },
        "measured": finding.measured,
        "required": finding.required,
        "margin": finding.margin,
        "unit": finding.unit,
        "detail": finding.detail,
    }


def write_review(review: Review, path: str | os.PathLike[str]) -> None:
    """Write the record of a review; the same review gives the same bytes.

    Raises
    ------
    BadInput
        If the place cannot be written to.
    ValueError
        If a figure of the review is not finite.
    """
    write_atomically(path, record_text(review_to_document(review)))


def read_review(path: str | os.PathLike[str]) -> Review:
    """Read the record of a review; BadInput, with every problem, if it is none."""
    return review_from_document(read_record(path), file=str(path))


def review_from_document(document: Mapping[str, object], *, file: str = "review") -> Review:
    """Return the review that a record tells; BadInput, with every problem, if it is none."""
    from planner.formats.doors.records import ReviewFile

    if problems := review_problems(document, file):
        raise BadInput(problems)
    given = ReviewFile.model_validate(document)
    return Review(
        plan_digest=given.plan_digest,
        verdict=Verdict(given.verdict),
        findings=tuple(_finding(finding) for finding in given.findings),
    )


def review_problems(document: Mapping[str, object], file: str) -> list[Problem]:
    """Return everything that keeps a document from being the record of a review."""
    from pydantic import ValidationError

    from planner.formats.doors.records import ReviewFile

    if told := wrong_format(document, file, FORMAT, VERSION):
        return told
    try:
        given = ReviewFile.model_validate(document)
    except ValidationError as error:
        return problems_of(error, file=file)
    return list(_wrong_counts(given, file))


def _wrong_counts(given: Any, file: str) -> list[Problem]:
    stated = {Verdict.PASS: given.counts.passed, Verdict.FAIL: given.counts.fail,
              Verdict.NOT_CHECKED: given.counts.not_checked}  # fmt: skip
    problems = []
    for verdict, key in COUNTED.items():
        listed = sum(finding.verdict == verdict for finding in given.findings)
        if listed != stated[verdict]:
            found, expected = str(stated[verdict]), f"{listed}, the number of findings with {verdict}"
            problems.append(
                Problem(file=file, place=f"counts.{key}", code="WRONG_COUNT", found=found, expected=expected)
            )
    return problems


def _finding(given: Any) -> Finding:
    where = given.where
    return Finding(
        rule=given.rule,
        source=given.source,
        verdict=Verdict(given.verdict),
        subject=given.subject,
        where=None
        if where is None
        else Place(
            lon=where.lon,
            lat=where.lat,
            alt_amsl_m=where.alt_amsl_m,
            t=None if where.t is None else where.t.astimezone(UTC),
        ),
        measured=given.measured,
        required=given.required,
        margin=given.margin,
        unit=given.unit,
        detail=given.detail,
    )

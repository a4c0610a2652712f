from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from airspace.errors import BadInput
from planner.formats.reviews import read_review, review_from_document, review_to_document, rounded_review, write_review
from planner.model.reviews import Finding, Place, Review, Verdict


@pytest.fixture
def review() -> Review:
    where = Place(lon=114.123456789, lat=22.5, alt_amsl_m=80.126, t=datetime(2026, 12, 1, 0, 0, 0, 1500, tzinfo=UTC))
    worst = Finding(
        rule="zone.clearance",
        source="policy",
        verdict=Verdict.FAIL,
        subject="sortie s1, leg 1, zone z",
        where=where,
        measured=12.3456789,
        required=50.0,
        margin=-37.6543211,
        unit="m",
        detail="Too near.",
    )
    others = [
        Finding(rule="energy.reserve", source="policy", verdict=Verdict.PASS, subject="s1", margin=0.5, unit="Wh"),
        Finding(rule="terrain", source="none", verdict=Verdict.NOT_CHECKED, subject="plan"),
        Finding(rule="payload", source="policy", verdict=Verdict.PASS, subject="s1", where=replace(where, t=None)),
    ]
    return Review(plan_digest="sha256:" + "0" * 64, verdict=Verdict.FAIL, findings=(worst, *others))


def test_a_review_written_and_read_back_is_equal_to_its_rounding(review, tmp_path):
    path = tmp_path / "review.json"
    write_review(review, path)
    assert read_review(path) == rounded_review(review)
    assert rounded_review(rounded_review(review)) == rounded_review(review)


def test_the_record_counts_its_verdicts(review):
    document = review_to_document(review)
    assert document["counts"] == {"pass": 2, "fail": 1, "not_checked": 1}
    assert (document["format"], document["version"]) == ("skyferry-review", 1)
    where = document["findings"][0]["where"]
    assert where == {"lon": 114.1234568, "lat": 22.5, "alt_amsl_m": 80.13, "t": "2026-12-01T00:00:00.002+00:00"}


def test_a_count_that_does_not_fit_is_refused(review):
    document = review_to_document(review)
    document["counts"]["pass"] = 3
    with pytest.raises(BadInput) as caught:
        review_from_document(document)
    assert [(item.code, item.place) for item in caught.value.problems] == [("WRONG_COUNT", "counts.pass")]


def test_a_review_spoilt_by_hand_tells_everything(review, tmp_path):
    path = tmp_path / "review.json"
    document = review_to_document(review)
    document["verdict"] = "FINE"
    document["findings"][0]["measured"] = "far"
    del document["findings"][2]["rule"]
    path.write_text(json.dumps(document))
    with pytest.raises(BadInput) as caught:
        read_review(path)
    assert [item.place for item in caught.value.problems] == ["findings[0].measured", "findings[2].rule", "verdict"]

"""The independent check as a whole."""

from __future__ import annotations

from planner.model.reviews import Verdict


def test_the_right_plan_passes_every_rule(good):
    review = good.review()
    assert review.of(Verdict.FAIL) == ()
    assert review.verdict is Verdict.PASS

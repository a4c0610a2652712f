from __future__ import annotations

import pytest

from planner.model.goods import LITHIUM, GoodsApproval, canonical
from tests.planner import scenes


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("UN3480", "UN3480"), ("un 3480", "UN3480"), ("3480", "UN3480"), (" UN-1845 ", "UN1845"), ("6.2", "6.2"),
        ("class 9", "9"), ("1.4s", "1.4S"), ("3", "3"),
    ],
)  # fmt: skip
def test_a_un_number_or_a_class_is_told_in_one_way(text: str, meant: str) -> None:
    assert canonical(text) == meant


@pytest.mark.parametrize(
    "text", ["", "UN348", "UN34800", "UN0000", "UN4000", "9999", "6.3", "10", "battery", "UN٣٤٨٠", "UN3480;UN3373"]
)  # fmt: skip
def test_what_is_neither_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a UN number"):
        canonical(text)


def test_goods_of_a_consignment_are_told_in_that_way_only() -> None:
    with pytest.raises(ValueError, match="expected dangerous_goods as UN3480, got '3480'"):
        scenes.order("o", "A", dangerous_goods="3480")


def test_four_un_numbers_are_lithium() -> None:
    assert set(LITHIUM) == {"UN3090", "UN3091", "UN3480", "UN3481"}
    assert scenes.order("o", "A", dangerous_goods="UN3480").consignment.lithium == "lithium ion batteries"
    assert scenes.order("o", "A", dangerous_goods="UN3373").consignment.lithium == ""


@pytest.mark.parametrize(("number", "reference"), [("6.2", "A-1"), ("3480", "A-1"), ("UN3480", " ")])
def test_an_approval_names_a_un_number_and_bears_a_reference(number: str, reference: str) -> None:
    with pytest.raises(ValueError, match="dangerous_goods_allowed"):
        GoodsApproval(un_number=number, jurisdiction="HK", approval=reference)

"""``plan.json``: the record of a plan, written with fixed decimals and read back equal.

::

    digests     canonical JSON, and its digest
    rounding    the decimals of the record
    writing     a plan to its record
    reading     a record to its plan
"""

from planner.formats.plans.digests import canonical, digest
from planner.formats.plans.reading import plan_from_document, read_plan, read_unchanged, record_of
from planner.formats.plans.rounding import rounded
from planner.formats.plans.writing import leg_to_document, plan_to_document, record_text, rfc3339, write_plan

__all__ = [
    "canonical",
    "digest",
    "leg_to_document",
    "plan_from_document",
    "plan_to_document",
    "read_plan",
    "read_unchanged",
    "record_of",
    "record_text",
    "rfc3339",
    "rounded",
    "write_plan",
]

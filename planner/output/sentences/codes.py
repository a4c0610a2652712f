"""The words beside codes: the codes themselves are the same in every language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from airspace.model.pads import Custody
from airspace.model.sources import Confidence
from airspace.model.zones import Restriction
from planner.model.reviews import Verdict
from planner.output.languages import N_

RESTRICTIONS: Mapping[Restriction, str] = MappingProxyType(
    {
        Restriction.PROHIBITED: N_("Prohibited"),
        Restriction.REQ_AUTHORISATION: N_("Authorisation required"),
        Restriction.CONDITIONAL: N_("Conditional"),
        Restriction.NO_RESTRICTION: N_("No restriction"),
    }
)

VERDICTS: Mapping[Verdict, str] = MappingProxyType(
    {Verdict.PASS: N_("PASS"), Verdict.FAIL: N_("FAIL"), Verdict.NOT_CHECKED: N_("NOT CHECKED")}
)

CONFIDENCES: Mapping[Confidence, str] = MappingProxyType(
    {
        Confidence.VERIFIED: N_("verified"),
        Confidence.SOURCED: N_("sourced"),
        Confidence.ASSUMED: N_("assumed"),
        Confidence.UNKNOWN: N_("unknown"),
    }
)

CUSTODIES: Mapping[Custody, str] = MappingProxyType(
    {Custody.LOCKER: N_("locker"), Custody.STAFFED: N_("staffed"), Custody.TWO_PERSON: N_("two_person")}
)

ROLES = (
    N_("hub"), N_("port"), N_("hospital"), N_("customs"), N_("alternate"), N_("charging"), N_("delivery"),
    N_("business"), N_("logistics"), N_("town"),
)  # fmt: skip
"""What pads are; other roles than these may stand in a file, and are shown as they stand there."""

CATEGORIES = (
    N_("aerodrome"), N_("aerodrome surfaces"), N_("arms industry"), N_("barracks"), N_("boundary"), N_("customs area"),
    N_("event"), N_("explosives store"), N_("expressway"), N_("fuel station"), N_("government"), N_("harbour"),
    N_("height cap"), N_("helipad"), N_("heliport"), N_("heritage"), N_("high speed rail"), N_("hydraulic works"),
    N_("landing site"), N_("main road"), N_("military area"), N_("military low level airspace"),
    N_("military restricted"), N_("nature"), N_("navigation"), N_("nuclear"), N_("peak"), N_("person"), N_("pier"),
    N_("police"), N_("port"), N_("power station"), N_("prison"), N_("prohibited airspace"), N_("prohibition area"),
    N_("radar"), N_("radio observatory"), N_("railway"), N_("restricted airspace"), N_("restricted flying zone"),
    N_("satellite station"), N_("station"), N_("structure"), N_("substation"), N_("terrain"), N_("vehicle"),
    N_("vessel"), N_("water protection area"), N_("waterworks"), N_("works"),
)  # fmt: skip
"""What zones protect and rules keep away from, with blanks for the underscores of a file."""

CLASSES = (N_("micro"), N_("light"), N_("small"), N_("medium"), N_("large"), N_("none of the ledger"))
"""Classes of aircraft by mass, where ledgers name them by words."""

UNITS = (
    N_("approvals"), N_("clearings"), N_("crossings"), N_("drones"), N_("level"), N_("orders"), N_("packs"),
    N_("waypoints"),
)  # fmt: skip
"""What findings count; units that are signs are the same in every language."""

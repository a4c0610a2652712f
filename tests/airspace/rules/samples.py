"""One piece of a leg, one permit and one rule, each good; tests change what they are about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import shapely

from airspace.model.gates import Permit
from airspace.model.sources import Confidence, Source
from airspace.rules.classes import Mass, MassClass, MassLimit
from airspace.rules.kinds import Declaration, Kind
from airspace.rules.ledger import Rule
from airspace.rules.pieces import Piece

LOCAL = timezone(timedelta(hours=8))
SOURCE = Source(citation="a test", date=date(2026, 1, 1), confidence=Confidence.SOURCED)
AUTHORITY = "Authority"

LIGHT = MassClass(name="light", limits=(MassLimit(of=Mass.EMPTY, most_kg=4), MassLimit(of=Mass.MAX_TAKEOFF, most_kg=7)))
HEAVY = MassClass(name="heavy", limits=(MassLimit(of=Mass.MAX_TAKEOFF, most_kg=150),))


def at(hour: int, minute: int = 0, *, day: int = 1, month: int = 12, year: int = 2026) -> datetime:
    """A local time, eight hours ahead of UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=LOCAL)


def a_piece(**changes: Any) -> Piece:
    given: dict[str, Any] = {
        "jurisdiction": "here",
        "aircraft": ("drone-1", "TYPE"),
        "takeoff_mass_kg": 6.0,
        "max_takeoff_mass_kg": 6.5,
        "empty_mass_kg": 3.5,
        "speed_mps": 10.0,
        "agl_m": (40.0, 80.0),
        "amsl_m": (60.0, 90.0),
        "start": at(9),
        "end": at(9, 10),
        "line": shapely.LineString([(114.11, 22.52), (114.12, 22.54)]),
        "crosses_boundary": False,
    }
    return Piece(**(given | changes))


def a_permit(permit_id: str = "P-1", **changes: Any) -> Permit:
    given: dict[str, Any] = {
        "id": permit_id,
        "authority": AUTHORITY,
        "zones": (),
        "aircraft": ("TYPE",),
        "valid_from": datetime(2026, 12, 1, 0, 0, tzinfo=UTC),
        "valid_to": datetime(2026, 12, 1, 4, 0, tzinfo=UTC),
    }
    return Permit(**(given | changes))


def a_rule(asks: Kind | None = None, **changes: Any) -> Rule:
    given: dict[str, Any] = {
        "id": "R-1",
        "title": "A rule",
        "authority": AUTHORITY,
        "asks": asks or Declaration(text="somebody answers for it"),
        "classes": (LIGHT, HEAVY),
        "source": SOURCE,
    }
    return Rule(**(given | changes))

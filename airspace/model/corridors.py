"""Frozen corridors: lines from pad to pad that authorities approve, and the history of what each of them said."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import TypeAlias

from airspace.earth.frame import GEOD
from airspace.model.checking import need_id, need_lonlat, need_unique
from airspace.model.schedules import Span, merged

DEGREES, METRES = 7, 2
"""Decimals that a corridor is kept to: about a centimetre each way."""

Point: TypeAlias = tuple[float, float, float]
"""Longitude, latitude (WGS 84, degrees) and metres AMSL."""


def corridor_id(from_pad: str, to_pad: str, points: Sequence[Point], half_width_m: float) -> str:
    """Return the id of a corridor: its pads, and the first 8 hex digits of a hash of its centre line and half-width.

    The same line with the same width has the same id whenever it is flown or frozen; the way back differs in the pads
    only.
    """
    line = [[_fixed(DEGREES, lon), _fixed(DEGREES, lat), _fixed(METRES, alt_m)] for lon, lat, alt_m in points]
    text = ";".join(",".join(point) for point in min(line, line[::-1]))
    digits = hashlib.sha256(f"{_fixed(METRES, half_width_m)};{text}".encode()).hexdigest()[:8]
    return f"{from_pad}>{to_pad}#{digits}"


def canonical(value: object) -> str:
    """Return canonical JSON: keys sorted, no spaces, every number with 7 decimals and without negative zero, UTF-8."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{round(value, DEGREES) + 0.0:.{DEGREES}f}"
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{canonical(key)}:{canonical(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(canonical, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def digest_of(value: object) -> str:
    """Return ``sha256:`` and the SHA-256, in hex, of the canonical JSON of a value."""
    return "sha256:" + hashlib.sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A jurisdiction that a corridor passes, and who gives leave there."""

    jurisdiction: str
    authority: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Corridor:
    """A line from one pad to another, with a width, for authorities to approve.

    Figures are kept to the decimals of the record, so that what is hashed is what is written and flown.
    """

    from_pad: str
    to_pad: str
    drone_types: tuple[str, ...]
    """Ids of the types it is for, sorted."""
    points: tuple[Point, ...]
    """The centre line, from above one pad to above the other, as :attr:`Course.points`."""
    half_width_m: float
    clearance_m: float
    """Between its edge and any closed zone, when it was frozen."""
    vertical_clearance_m: float
    """Between its levels and any closed zone above or below, when it was frozen."""
    jurisdictions: tuple[Passed, ...]
    """In the order flown."""
    gates: tuple[str, ...]
    """In the order flown."""
    rules: str
    """Digest of the ledgers and zones it was judged against; see :mod:`airspace.corridors.library`."""
    id: str = field(init=False)
    hash: str = field(init=False)
    """Of everything above but the types: geometry, width, band and rules. Approvals are given to it."""

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        points = tuple((_to(DEGREES, lon), _to(DEGREES, lat), _to(METRES, m)) for lon, lat, m in self.points)
        set_(self, "points", points)
        for name in ("half_width_m", "clearance_m", "vertical_clearance_m"):
            set_(self, name, _to(METRES, getattr(self, name)))
        set_(self, "drone_types", tuple(sorted(set(self.drone_types))))
        self._check()
        set_(self, "id", corridor_id(self.from_pad, self.to_pad, points, self.half_width_m))
        set_(self, "hash", digest_of(self.hashed))

    def _check(self) -> None:
        for pad in (self.from_pad, self.to_pad):
            need_id("corridor: pad", pad)
        if self.from_pad == self.to_pad:
            raise ValueError(f"corridor: expected two different pads, got {self.to_pad!r} twice")
        if not self.drone_types:
            raise ValueError("corridor: expected drone_types with one type or more, got none")
        for name in ("half_width_m", "clearance_m", "vertical_clearance_m"):
            if not 0 <= getattr(self, name) < math.inf:
                raise ValueError(f"corridor: expected {name} >= 0, got {getattr(self, name)}")
        if len(self.points) < 2:
            raise ValueError(f"corridor: expected points, two or more, got {len(self.points)}")
        for lon, lat, alt_m in self.points:
            need_lonlat("corridor", lon, lat)
            if not math.isfinite(alt_m):
                raise ValueError(f"corridor: expected points at finite heights, got {alt_m}")
        if any(before[:2] != after[:2] and before[2] != after[2] for before, after in pairwise(self.points)):
            raise ValueError("corridor: expected points that change place or height one at a time, got both at once")

    @property
    def hashed(self) -> dict[str, object]:
        """What its hash covers, as JSON values."""
        return {
            "from": self.from_pad,
            "to": self.to_pad,
            "points": [list(point) for point in self.points],
            "half_width_m": self.half_width_m,
            "clearance_m": self.clearance_m,
            "vertical_clearance_m": self.vertical_clearance_m,
            "band_amsl_m": list(self.band_amsl_m),
            "jurisdictions": [{"id": side.jurisdiction, "authority": side.authority} for side in self.jurisdictions],
            "gates": list(self.gates),
            "rules": self.rules,
        }

    @property
    def band_amsl_m(self) -> tuple[float, float]:
        """The lowest and the highest level flown; climb and descent over the pads come on top."""
        heights_m = [point[2] for point in self.points]
        return min(heights_m), max(heights_m)

    @property
    def length_m(self) -> float:
        """Over the ground, along geodesics of the ellipsoid."""
        return float(GEOD.line_length([point[0] for point in self.points], [point[1] for point in self.points]))

    @property
    def authorities(self) -> tuple[str, ...]:
        """Those who have to approve it, sorted; none where nobody is known to have a say."""
        return tuple(sorted({side.authority for side in self.jurisdictions}))


def _to(decimals: int, value: float) -> float:
    return round(float(value), decimals) + 0.0


def _fixed(decimals: int, value: float) -> str:
    return f"{_to(decimals, value):.{decimals}f}"


class Act(StrEnum):
    """What can happen to a corridor of a library."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    """An authority takes its suspension back."""
    CHANGED = "changed"
    """Frozen again with another hash: what was said of the old one no longer counts."""


class State(StrEnum):
    """What holds of a corridor at a moment."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    """Not every authority has approved this very hash yet."""
    APPROVED = "approved"
    """By every authority of the jurisdictions it passes; only now it may be flown."""
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    """Every authority had approved it, and an approval has run out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the history: who did what to which corridor, and when."""

    at: datetime
    """From when on it counts."""
    corridor: str
    hash: str
    """Of the corridor as it was then."""
    act: Act
    drone_types: tuple[str, ...] = ()
    """Those it was for when it was submitted or approved."""
    authority: str = ""
    by: str = ""
    """The person who signed, or entered it here."""
    note: str = ""
    """A reference; for a suspension its reason."""
    valid_to: datetime | None = None
    """Of an approval; None when it names no end."""

    def __post_init__(self) -> None:
        if self.at.tzinfo is None or (self.valid_to is not None and self.valid_to.tzinfo is None):
            raise ValueError("entry: expected times with an offset from UTC, got naive ones")
        if self.act in (Act.APPROVED, Act.SUSPENDED, Act.RESUMED) and not self.authority.strip():
            raise ValueError(f"entry: expected authority, the one that {self.act} it, got none")
        if self.act is Act.SUSPENDED and not self.note.strip():
            raise ValueError("entry: expected note, the reason of the suspension, got none")
        if self.valid_to is not None and self.act is not Act.APPROVED:
            raise ValueError(f"entry: expected valid_to with approvals only, got one with {self.act}")
        if self.valid_to is not None and not self.at < self.valid_to:
            raise ValueError(f"entry: expected valid_to after {self.at}, got {self.valid_to}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What an authority last said in favour of a corridor as it is now, for one drone type."""

    authority: str
    drone_type: str
    at: datetime
    valid_to: datetime | None
    by: str = ""
    note: str = ""

    def valid(self, when: datetime) -> bool:
        """Tell whether it holds at a moment; at its last moment it still does."""
        return self.at <= when and (self.valid_to is None or when <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Corridors with unique ids, in their order, and all that happened to them, in the order it was entered.

    States are never stored: they follow from the history and the moment that is asked about. The latest word by time
    counts, of two at one time the one entered last.
    """

    corridors: tuple[Corridor, ...] = ()
    history: tuple[Entry, ...] = ()
    """Only ever added to."""
    _by_id: Mapping[str, Corridor] = field(init=False, repr=False, compare=False)
    _told: Mapping[str, tuple[Entry, ...]] = field(init=False, repr=False, compare=False)
    """By corridor: its entries in the order of time."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "corridors", tuple(sorted(self.corridors, key=lambda corridor: corridor.id)))
        need_unique("library: corridors", (corridor.id for corridor in self.corridors))
        object.__setattr__(self, "_by_id", {corridor.id: corridor for corridor in self.corridors})
        told: dict[str, list[Entry]] = {}
        for entry in sorted(self.history, key=lambda entry: entry.at):
            told.setdefault(entry.corridor, []).append(entry)
        if unknown := sorted(told.keys() - self._by_id.keys()):
            raise ValueError(f"library: expected history of its own corridors, got that of {', '.join(unknown)}")
        object.__setattr__(self, "_told", {key: tuple(entries) for key, entries in told.items()})

    def corridor(self, corridor_id: str) -> Corridor:
        """Return the corridor with an id; LookupError if there is none."""
        try:
            return self._by_id[corridor_id]
        except KeyError:
            raise LookupError(f"no corridor '{corridor_id}' in the library") from None

    def has(self, corridor_id: str) -> bool:
        """Tell whether there is a corridor with an id."""
        return corridor_id in self._by_id

    def between(self, from_pad: str, to_pad: str) -> tuple[Corridor, ...]:
        """Return the corridors from one pad to another."""
        return tuple(c for c in self.corridors if (c.from_pad, c.to_pad) == (from_pad, to_pad))

    def entries(self, corridor_id: str) -> tuple[Entry, ...]:
        """Return what happened to a corridor, in the order of time."""
        return self._told.get(corridor_id, ())

    def suspensions(self, corridor_id: str, when: datetime) -> tuple[Entry, ...]:
        """Return the suspensions that hold at a moment, one for each authority.

        A suspension holds whatever becomes of the corridor's hash, until the same authority takes it back.
        """
        held: dict[str, Entry] = {}
        for entry in self._until(corridor_id, when):
            if entry.act is Act.SUSPENDED:
                held[entry.authority] = entry
            elif entry.act is Act.RESUMED:
                held.pop(entry.authority, None)
        return tuple(held[authority] for authority in sorted(held))

    def approvals(self, corridor_id: str, when: datetime) -> tuple[Approval, ...]:
        """Return the last approval of the corridor's present hash by each authority for each type, run out or not."""
        corridor = self.corridor(corridor_id)
        last: dict[tuple[str, str], Approval] = {}
        for entry in self._until(corridor_id, when):
            if entry.act is Act.APPROVED and entry.hash == corridor.hash:
                for kind in entry.drone_types:
                    last[entry.authority, kind] = Approval(
                        authority=entry.authority,
                        drone_type=kind,
                        at=entry.at,
                        valid_to=entry.valid_to,
                        by=entry.by,
                        note=entry.note,
                    )
        return tuple(last[key] for key in sorted(last))

    def submitted(self, corridor_id: str, when: datetime) -> frozenset[str]:
        """Return the drone types that a corridor, with its present hash, has been submitted for until a moment."""
        corridor = self.corridor(corridor_id)
        entries = self._until(corridor_id, when)
        handed_in = (entry for entry in entries if entry.act is Act.SUBMITTED and entry.hash == corridor.hash)
        return frozenset(kind for entry in handed_in for kind in entry.drone_types)

    def _until(self, corridor_id: str, when: datetime) -> list[Entry]:
        return [entry for entry in self.entries(corridor_id) if entry.at <= when]

    def state(self, corridor_id: str, when: datetime, kind: str | None = None) -> State:
        """Return what holds of a corridor at a moment for a drone type, without one for all its types together.

        A type that it is not for is a draft at best.
        """
        corridor = self.corridor(corridor_id)
        if self.suspensions(corridor_id, when):
            return State.SUSPENDED
        approvals, submitted = self.approvals(corridor_id, when), self.submitted(corridor_id, when)
        kinds = corridor.drone_types if kind is None else (kind,)
        states = [_state(corridor, one, approvals, submitted, when) for one in kinds]
        return min(states, key=_LEAST_FIRST.index)

    def lacking(self, corridor_id: str, when: datetime, kind: str | None = None) -> tuple[str, ...]:
        """Return the authorities whose approval a corridor lacks at a moment, run out ones with them.

        Where nobody is known to have a say, nobody is named, although somebody's approval is asked for.
        """
        corridor = self.corridor(corridor_id)
        kinds = corridor.drone_types if kind is None else (kind,)
        valid = {(a.authority, a.drone_type) for a in self.approvals(corridor_id, when) if a.valid(when)}
        return tuple(name for name in corridor.authorities if any((name, one) not in valid for one in kinds))

    def approved_spans(self, corridor_id: str, kind: str, within: Span) -> tuple[Span, ...]:
        """Return the parts of a span of time in which a corridor is approved for a drone type."""
        start, end = within
        moments = {start, end}
        for entry in self.entries(corridor_id):
            moments.update(moment for moment in (entry.at, entry.valid_to) if moment and start < moment < end)
        # Between two moments nothing changes; at one of them an approval that ends still holds.
        pieces = pairwise(sorted(moments))
        return merged((a, b) for a, b in pieces if self.state(corridor_id, a + (b - a) / 2, kind) is State.APPROVED)

    def approved_throughout(self, corridor_id: str, kind: str, within: Span) -> bool:
        """Tell whether a corridor is approved for a drone type at all times of a span."""
        return within in self.approved_spans(corridor_id, kind, within)


_LEAST_FIRST = (State.DRAFT, State.SUBMITTED, State.EXPIRED, State.APPROVED)


def _state(
    corridor: Corridor, kind: str, approvals: Collection[Approval], submitted: Collection[str], when: datetime
) -> State:
    """Return the state of a corridor that nobody has suspended, for one drone type."""
    given = {approval.authority: approval for approval in approvals if approval.drone_type == kind}
    # Where nobody is known to have a say, any authority's approval will do, but there has to be one.
    needed = corridor.authorities or tuple(given)
    if not (kind in corridor.drone_types and needed and all(authority in given for authority in needed)):
        return State.SUBMITTED if kind in corridor.drone_types and (kind in submitted or given) else State.DRAFT
    valid = [given[authority].valid(when) for authority in needed]
    enough = all(valid) if corridor.authorities else any(valid)
    return State.APPROVED if enough else State.EXPIRED

"""What comparing two plans comes to. The two are called A and B, and every difference is B less A."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from planner.comparing.sketches import comparison_html
from planner.model.plans import Reason
from planner.model.reviews import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Which plan one of the two is."""

    name: str
    digest: str
    start: datetime
    end: datetime
    utc_offset: timedelta
    scenario: str
    verdict: Verdict | None
    """None when no review was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputDifference:
    """A file that the two plans were not both made from as it is."""

    path: str
    a: str | None
    b: str | None
    """SHA-256 in hex; None when that plan was made without such a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something else that tells how a plan was made, and is not the same for both."""

    what: str
    a: str
    b: str
    """Empty where that plan tells nothing of it."""


class Wanted(StrEnum):
    """Which way a figure is better, all else being equal."""

    LESS = "less"
    MORE = "more"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of both plans."""

    name: str
    unit: str
    """A currency, m, s, Wh; ``share`` for a part of one, empty for a count."""
    a: float | None
    b: float | None
    """None when it is not known."""
    wanted: Wanted = Wanted.NEITHER

    @property
    def delta(self) -> float | None:
        """B less A; None when either is not known."""
        return None if self.a is None or self.b is None else self.b - self.a

    @property
    def share(self) -> float | None:
        """The difference over A; None when it is not known, and where A is 0."""
        return None if self.delta is None or not self.a else self.delta / abs(self.a)

    @property
    def better(self) -> bool | None:
        """Whether B is better than A; None when neither is, or nobody can tell."""
        if not self.delta or self.wanted is Wanted.NEITHER:
            return None
        return (self.delta < 0) is (self.wanted is Wanted.LESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tightest:
    """The finding of a review that leaves the least room, or fails by most."""

    rule: str
    subject: str
    margin: float
    unit: str
    share: float | None
    """Of its limit; None for a limit of 0, and where none is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """How a plan serves an order."""

    sortie: str
    drone: str
    company: tuple[str, ...]
    """Ids of the other orders of the sortie, sorted."""
    departs: datetime
    t: datetime | None
    """When it is handed over; None in records that do not tell."""

    def in_words(self, utc_offset: timedelta) -> str:
        """Return when and by whom: of a hand-over that is not told the take-off."""
        return f"{(self.t or self.departs) + utc_offset:%H:%M} {self.drone} {self.sortie}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Why a plan does not serve an order."""

    reason: Reason
    detail: str

    def in_words(self, _utc_offset: timedelta) -> str:
        """Return the code of the reason."""
        return self.reason.value


class Move(StrEnum):
    """What became of an order from A to B."""

    ONLY_IN_A = "only_in_a"
    """B was not asked for it."""
    ONLY_IN_B = "only_in_b"
    LOST = "lost"
    """Served in A, left out in B."""
    GAINED = "gained"
    MOVED = "moved"
    """Served in both: by another drone, in other company, or at another time."""
    REASON = "reason"
    """Left out in both, for another reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderMoved:
    """An order that the two plans do not treat alike."""

    order: str
    move: Move
    a: Served | LeftOut | None
    b: Served | LeftOut | None
    """None when that plan was not asked for it."""
    later_s: float | None = None
    """How much later B hands it over, by the clock of each plan's own day; None when either does not, or does not
    tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flown:
    """A centre line as one plan flies it, whichever way."""

    corridors: tuple[str, ...]
    """Ids, of both ways."""
    flights: int
    distance_m: float
    levels_amsl_m: tuple[float, ...]


class CorridorMove(StrEnum):
    """What became of the corridors between two pads from A to B."""

    DROPPED = "dropped"
    ADDED = "added"
    REROUTED = "rerouted"
    """Flown in both plans, along other lines."""
    LEVELS = "levels"
    """The same line at other levels."""
    FLIGHTS = "flights"
    """The same line and levels, more or less often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorridorMoved:
    """Corridors between two pads that the two plans do not fly alike."""

    ends: tuple[str, str]
    """Ids of the pads, sorted."""
    move: CorridorMove
    a: tuple[Flown, ...]
    b: tuple[Flown, ...]

    @property
    def longer_m(self) -> float | None:
        """How much longer the line of B is; None unless each of them flies one."""
        alone = len(self.a) == len(self.b) == 1
        return self.b[0].distance_m - self.a[0].distance_m if alone else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SortiesMatched:
    """The sorties of both plans, by id."""

    alike: tuple[tuple[str, str], ...]
    """Of A and of B: the same drone, times, orders and legs."""
    changed: tuple[tuple[str, str], ...]
    """The same orders, flown otherwise."""
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two plans beside each other; whatever stands in it stands in their records and reviews."""

    a: Heading
    b: Heading
    inputs: tuple[InputDifference, ...]
    """Those that differ."""
    inputs_alike: int
    made: tuple[Difference, ...]
    """In day, scenario, options, program and libraries."""
    figures: tuple[Figure, ...]
    tightest_a: Tightest | None
    tightest_b: Tightest | None
    orders: tuple[OrderMoved, ...]
    orders_alike: int
    corridors: tuple[CorridorMoved, ...]
    corridors_alike: int
    sorties: SortiesMatched

    @property
    def same(self) -> bool:
        """Whether both are one and the same record."""
        return self.a.digest == self.b.digest

    def _repr_html_(self) -> str:
        """Return small tables for a notebook, which shows them by itself."""
        return comparison_html(self)

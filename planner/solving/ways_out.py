"""Ways out: from above each pad that a sortie flies to, on to an alternate, should the pad not take it.

That is the tightest moment of a leg. Wherever else the drone is, it can follow the leg to its end and go on from there:
what it still has then is less by just what that takes. So a leg has a way out at every point when it has one from above
its end; flying straight to an alternate from the middle of a leg could only be shorter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from airspace.model.schedules import Span
from planner.model.fleets import DroneType
from planner.physics.energy import Phases
from planner.solving.flights import Flight
from planner.solving.hops import Hop, goods_refused
from planner.solving.spans import shifted_in, whole_seconds
from planner.solving.tables import Slice, Tables

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WayOut:
    """A flight from above one pad, which is not landed on, to an alternate."""

    flight: Flight
    level_m: float
    """Metres AMSL at which the drone is above the first pad."""
    change_s: float
    """Up or down there to the level of the flight."""
    energy_wh: float
    """As forecast, with the hover over the alternate and the policy's factor."""
    energies_wh: Floats
    """The same in every scenario of the forecast's error; shape (scenarios,)."""

    @property
    def alternate(self) -> str:
        """Id of the pad it leads to."""
        return self.flight.to_pad

    @property
    def flown_s(self) -> float:
        """From above the first pad to above the alternate and down, without the hover."""
        return self.change_s + self.flight.between_s + self.flight.descent_s


class WaysOut:
    """Finds ways out, each distinct one once."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.policy = tables.job.policy
        self._found: dict[tuple[int, Span, str, float, float], tuple[WayOut, ...]] = {}

    def left_open(
        self, hops: Sequence[Hop], group: int, piece: Slice, starts: tuple[Span, ...]
    ) -> tuple[tuple[WayOut, ...], tuple[Span, ...]] | None:
        """Return the cheapest way out of each hop that some start leaves open, and those starts; None without one.

        Where the airspace has no alternates none is asked for.
        """
        chosen: list[WayOut] = []
        for hop in hops if self.tables.alternates else ():
            for way in self.above(hop, group, piece):
                left = whole_seconds(self.open_from(starts, hop, way, piece))
                if left:
                    chosen.append(way)
                    starts = left
                    break
            else:
                return None
        return tuple(chosen), starts

    def above(self, hop: Hop, group: int, piece: Slice) -> tuple[WayOut, ...]:
        """Return the ways out from above the pad of a hop, the cheapest first, hours aside."""
        key = (group, piece.when, hop.flight.to_pad, hop.flight.points[-1][2], hop.payload_kg)
        if key not in self._found:
            self._found[key] = _ways_out(
                self.tables, group, piece, hop.flight.to_pad, level_m=key[3], payload_kg=hop.payload_kg
            )
        return tuple(way for way in self._found[key] if not self._refuses(way, hop))

    def _refuses(self, way: WayOut, hop: Hop) -> bool:
        """Tell whether an alternate may not take what is on board, whatever the hour."""
        custody = self.tables.sky.pad(way.alternate).custody
        asked = (self.policy.custody_asked(order.consignment) for order in hop.aboard)
        return bool(goods_refused(replace(hop, flight=way.flight), self.policy)) or not all(map(custody.meets, asked))

    def open_from(self, starts: tuple[Span, ...], hop: Hop, way: WayOut, piece: Slice) -> tuple[Span, ...]:
        """Keep the starts for which a way out is open: its gates and permits, and the alternate with its custody."""
        pad, around = self.tables.sky.pad(way.alternate), self.tables.around
        landed_s = hop.above_s + way.flown_s + self.policy.final_hover_s
        there = [way.flight.passage.spans, pad.schedule.spans(*around)]
        there += [(piece.when,)] if self.tables.job.later else []
        there += [pad.custody_spans(self.policy.custody_asked(order.consignment), *around) for order in hop.aboard]
        for spans in there:
            starts = shifted_in(starts, spans, hop.above_s, landed_s)
        return starts


def _ways_out(
    tables: Tables, group: int, piece: Slice, pad: str, *, level_m: float, payload_kg: float
) -> tuple[WayOut, ...]:
    """Return the ways from above a pad to alternates, the one that takes the least energy first."""
    found = _each(tables, group, piece, pad, level_m, payload_kg)
    return tuple(sorted(found, key=lambda way: (way.energy_wh, way.alternate)))


def _each(tables: Tables, group: int, piece: Slice, pad: str, level_m: float, payload_kg: float) -> Iterator[WayOut]:
    kind = tables.groups[group].kind
    for other in tables.alternates:
        flight = piece.flights[group].get((pad, other.id))
        if flight is not None and flight.flyable:
            change_s, phases = _phases(flight, kind, level_m, tables.job.policy.final_hover_s)
            yield WayOut(
                flight=flight,
                level_m=level_m,
                change_s=change_s,
                energy_wh=float(tables.energy_wh(flight, kind, phases, payload_kg)),
                energies_wh=tables.energy_wh(flight, kind, replace(phases, cruise_s=flight.level_s), payload_kg),
            )


def _phases(flight: Flight, kind: DroneType, level_m: float, hover_s: float) -> tuple[float, Phases]:
    """Return the seconds up or down to the level of a flight, and its phases without the climb from the pad."""
    rise_m = flight.points[0][2] - level_m
    up_s, down_s = max(rise_m, 0.0) / kind.climb_mps, max(-rise_m, 0.0) / kind.descent_mps
    whole = flight.phases(hover_s=hover_s)
    return up_s + down_s, replace(
        whole, climb_s=np.asarray(flight.rising_s + up_s), descent_s=np.asarray(whole.descent_s + down_s)
    )

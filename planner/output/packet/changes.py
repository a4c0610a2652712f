"""How the corridors of a packet stand to those that were approved, or to those of another plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import shapely

from airspace.earth.frame import Frame
from airspace.model.corridors import Act, Corridor, Library, Point, corridor_id
from airspace.model.corridors import Entry as Said
from airspace.model.gates import Jurisdiction
from planner.model.plans import Leg, Plan
from planner.output import shapes
from planner.output.packet.dossiers import Dossier
from planner.output.packet.flights import LegOf, between_pads
from planner.output.packet.values import Basis, Change, Comparison, Difference, Dropped, Line, Part, Standing

SAME_LINE_M = 0.02
"""Lines that are nowhere farther apart are one: each is kept to a centimetre."""

HASH_DIGITS = 19
"""Of a hash that is told beside another: ``sha256:`` and 12 digits."""


class Versions(Protocol):
    """What corridors are compared with."""

    def change(self, leg: Leg, frozen: Corridor | None) -> Change:
        """Return how the corridor of a leg stands to the version that is on record."""

    def comparison(self, told: Sequence[LegOf]) -> Comparison:
        """Return what the corridors of some legs are compared with, and what none of them flies any more."""


def versions_of(dossier: Dossier, own: Jurisdiction) -> Versions:
    """Return what a packet's corridors are compared with: another plan if asked for, else the library, if any."""
    if dossier.against is not None:
        return _OfPlan(dossier=dossier, own=own, plan=dossier.against[0], digest=dossier.against[1])
    library = dossier.sky.library
    if library is not None and _approvals(library, own.authority):
        return _OfLibrary(dossier=dossier, own=own, library=library)
    return _OfNothing()


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfNothing:
    """No approved version is on record."""

    def change(self, leg: Leg, frozen: Corridor | None) -> Change:  # noqa: ARG002 - all are asked the same way
        return Change(standing=Standing.NO_RECORD)

    def comparison(self, told: Sequence[LegOf]) -> Comparison:  # noqa: ARG002 - the same
        return Comparison(basis=Basis.NOTHING)


# --- the library of frozen corridors ----------------------------------------------------------------------------------


def _approvals(library: Library, authority: str) -> dict[str, Said]:
    """Return the last approval of each corridor by an authority."""
    given = (entry for entry in library.history if entry.act is Act.APPROVED and entry.authority == authority)
    return {entry.corridor: entry for entry in sorted(given, key=lambda entry: entry.at)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _OfLibrary:
    """The versions that an authority last approved."""

    dossier: Dossier
    own: Jurisdiction
    library: Library
    _used: set[str] = field(default_factory=set)
    """Ids of approved corridors that some corridor of the packet is, or takes the place of."""

    def change(self, leg: Leg, frozen: Corridor | None) -> Change:
        said = self._said(leg)
        if said is None:
            return Change(standing=Standing.NEW)
        self._used.add(said.corridor)
        old = self.library.corridor(said.corridor)
        differences = tuple(self._differences(said, old, frozen))
        return Change(
            standing=Standing.CHANGED if differences else Standing.UNCHANGED,
            id=old.id,
            hash=said.hash,
            at=said.at,
            valid_to=said.valid_to,
            by=said.authority,
            suspended_by=tuple(entry.authority for entry in self.library.suspensions(old.id, self.dossier.plan.start)),
            differences=differences,
            line=_line_of(old.points) if any(one.part is Part.LINE for one in differences) else (),
        )

    def _said(self, leg: Leg) -> Said | None:
        """Return the approval of a leg's corridor, else the last one of another corridor between its pads."""
        approved = _approvals(self.library, self.own.authority)
        if leg.corridor in approved:
            return approved[leg.corridor]
        others = [approved[one.id] for one in self.library.between(leg.from_pad, leg.to_pad) if one.id in approved]
        return max(others, key=lambda entry: (entry.at, entry.corridor), default=None)

    def _differences(self, said: Said, old: Corridor, new: Corridor | None) -> Iterator[Difference]:
        if new is None:
            yield Difference(part=Part.UNTOLD, before=said.hash[:HASH_DIGITS], after="")
        elif said.hash != new.hash:
            yield from _between(old, new, self.dossier.frame)
            if said.hash != old.hash:
                # The library keeps the corridor as it was frozen last, and of what was approved before only the hash.
                yield Difference(part=Part.UNTOLD, before=said.hash[:HASH_DIGITS], after=new.hash[:HASH_DIGITS])

    def comparison(self, told: Sequence[LegOf]) -> Comparison:
        flown = {one.leg.corridor for one in told}
        gone = (
            self.library.corridor(name)
            for name in sorted(_approvals(self.library, self.own.authority))
            if name not in flown and name not in self._used
        )
        return Comparison(
            basis=Basis.LIBRARY,
            dropped=tuple(Dropped(id=one.id, from_pad=one.from_pad, to_pad=one.to_pad) for one in gone),
        )


def _between(old: Corridor, new: Corridor, frame: Frame) -> Iterator[Difference]:
    """Yield what of two frozen corridors differs."""
    yield from _lines(old.points, new.points, frame)
    figures = (
        (Part.LENGTH, f"{old.length_m:.0f} m", f"{new.length_m:.0f} m"),
        (Part.WIDTH, f"{old.half_width_m:g} m", f"{new.half_width_m:g} m"),
        (Part.BAND, _band(old.band_amsl_m), _band(new.band_amsl_m)),
        (Part.CLEARANCE, f"{old.clearance_m:g} m", f"{new.clearance_m:g} m"),
        (Part.VERTICAL_CLEARANCE, f"{old.vertical_clearance_m:g} m", f"{new.vertical_clearance_m:g} m"),
        (Part.GATES, ", ".join(old.gates), ", ".join(new.gates)),
        (Part.JURISDICTIONS, _passed(old), _passed(new)),
        (Part.RULES, old.rules[:HASH_DIGITS], new.rules[:HASH_DIGITS]),
    )
    yield from _differing(figures)


def _differing(figures: Iterable[tuple[Part, str, str]]) -> Iterator[Difference]:
    for part, before, after in figures:
        if before != after:
            yield Difference(part=part, before=before, after=after)


def _lines(old: Sequence[Point], new: Sequence[Point], frame: Frame) -> Iterator[Difference]:
    """Yield how far two lines are apart at most, over the ground, if they are."""
    lines = [frame.project(shapely.LineString([point[:2] for point in points])) for points in (old, new)]
    apart_m = float(shapely.hausdorff_distance(*lines, densify=0.05))
    if apart_m > SAME_LINE_M:
        yield Difference(part=Part.LINE, before="", after=f"{apart_m:.1f} m")


def _line_of(points: Sequence[Point]) -> Line:
    return tuple((lon, lat) for lon, lat in shapes.line(points))


def _band(band_amsl_m: tuple[float, float]) -> str:
    low_m, high_m = band_amsl_m
    return f"{low_m:g} m AMSL" if low_m == high_m else f"{low_m:g}–{high_m:g} m AMSL"


def _passed(corridor: Corridor) -> str:
    return ", ".join(side.jurisdiction for side in corridor.jurisdictions)


# --- another plan -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _OfPlan:
    """The corridors that another plan flies."""

    dossier: Dossier
    own: Jurisdiction
    plan: Plan
    digest: str
    _used: set[str] = field(default_factory=set)

    def change(self, leg: Leg, frozen: Corridor | None) -> Change:
        old = self._old(leg)
        if old is None:
            return Change(standing=Standing.NEW)
        self._used.add(old.corridor)
        differences = tuple(self._differences(old, leg, frozen))
        return Change(
            standing=Standing.CHANGED if differences else Standing.RULES_UNKNOWN,
            id=old.corridor,
            differences=differences,
            line=_line_of(_points(old)) if any(one.part is Part.LINE for one in differences) else (),
        )

    def _legs(self) -> Iterator[Leg]:
        return (leg for sortie in self.plan.sorties for leg in sortie.legs if self.own.id in leg.jurisdictions)

    def _old(self, leg: Leg) -> Leg | None:
        """Return a leg of the other plan on the same corridor, else one between the same pads."""
        between = [old for old in self._legs() if (old.from_pad, old.to_pad) == (leg.from_pad, leg.to_pad)]
        same = [old for old in between if old.corridor == leg.corridor]
        return next(iter([*same, *sorted(between, key=lambda old: old.corridor)]), None)

    def _differences(self, old: Leg, new: Leg, frozen: Corridor | None) -> Iterator[Difference]:
        yield from _lines(_points(old), _points(new), self.dossier.frame)
        was_m = self._half_width_m(old)
        figures = [
            (Part.LENGTH, f"{old.distance_m:.0f} m", f"{new.distance_m:.0f} m"),
            (Part.BAND, _band(_levels(old)), _band(_levels(new))),
            (Part.GATES, ", ".join(old.gates), ", ".join(new.gates)),
            (Part.JURISDICTIONS, ", ".join(old.jurisdictions), ", ".join(new.jurisdictions)),
            (Part.ZONES, _zones(old), _zones(new)),
        ]
        if frozen is not None and was_m is not None:
            figures.append((Part.WIDTH, f"{was_m:g} m", f"{frozen.half_width_m:g} m"))
        yield from _differing(figures)

    def _half_width_m(self, leg: Leg) -> float | None:
        """Return the half-width that a leg's id was made from; None where none that is known gives that id."""
        policy = self.dossier.job.policy
        known = [policy.corridor_half_width_m, *(policy.half_width_m(kind) for kind in self.dossier.job.drone_types)]
        fitting = (m for m in known if corridor_id(leg.from_pad, leg.to_pad, _points(leg), m) == leg.corridor)
        return next(fitting, None)

    def comparison(self, told: Sequence[LegOf]) -> Comparison:
        flown = {one.leg.corridor for one in told} | self._used
        gone = {leg.corridor: leg for leg in self._legs() if leg.corridor not in flown}
        was, now = ({file.path: file.sha256 for file in plan.inputs} for plan in (self.plan, self.dossier.plan))
        return Comparison(
            basis=Basis.PLAN,
            plan_name=self.plan.name,
            plan_digest=self.digest,
            changed_inputs=tuple(sorted(path for path in was.keys() | now.keys() if was.get(path) != now.get(path))),
            dropped=tuple(
                Dropped(id=name, from_pad=gone[name].from_pad, to_pad=gone[name].to_pad) for name in sorted(gone)
            ),
        )


def _points(leg: Leg) -> list[Point]:
    return [(point.lon, point.lat, point.alt_amsl_m) for point in between_pads(leg)]


def _levels(leg: Leg) -> tuple[float, float]:
    heights_m = [point[2] for point in _points(leg)]
    return min(heights_m), max(heights_m)


def _zones(leg: Leg) -> str:
    return ", ".join(sorted(f"{entry.zone} ({entry.permit or '-'})" for entry in leg.zones))

"""Causes to plant: corridors that authorities approve."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from airspace.corridors.library import joined
from airspace.model.corridors import Act, Entry, Library
from benchmarks.planted.worlds import Scene, at, plants, window_hours
from planner.model.plans import CorridorChoice, Reason
from planner.solving.freezing import freeze_job


def _library(scene: Scene) -> Library:
    pairs = [("hub", name) for name in "ABC"]
    return joined(Library(), freeze_job(scene.job, scene.sky, pairs=pairs), at=at(-99))


def _said(library: Library, act: Act, when_h: float, pairs: tuple[str, ...], **fields: Any) -> Library:
    chosen = [one for one in library.corridors if f"{one.from_pad}>{one.to_pad}" in pairs or not pairs]
    entries = tuple(
        Entry(
            at=at(when_h), corridor=one.id, hash=one.hash, act=act, authority="an authority", note="a crane",
            drone_types=one.drone_types if act is Act.APPROVED else (), **fields,
        )
        for one in chosen
    )  # fmt: skip
    return replace(library, history=(*library.history, *entries))


def _approved_only(scene: Scene, library: Library) -> Scene:
    return replace(scene.with_sky(library=library), corridors=CorridorChoice.APPROVED)


WAYS = ("hub>A", "A>hub")


@plants(Reason.CORRIDOR)
def _a_suspended_corridor(scene: Scene, chance: Random) -> Scene:
    approved = _said(_library(scene), Act.APPROVED, -90, ())
    return _approved_only(scene, _said(approved, Act.SUSPENDED, chance.uniform(-50, -1), (chance.choice(WAYS),)))


@plants(Reason.CORRIDOR)
def _a_corridor_not_yet_approved(scene: Scene, chance: Random) -> Scene:
    del chance
    others = ("hub>B", "B>hub", "hub>C", "C>hub")
    return _approved_only(scene, _said(_library(scene), Act.APPROVED, -90, others))


@plants(Reason.CORRIDOR)
def _a_corridor_missing_in_the_library(scene: Scene, chance: Random) -> Scene:
    del chance
    library = _library(scene)
    kept = tuple(one for one in library.corridors if "A" not in (one.from_pad, one.to_pad))
    ids = {one.id for one in kept}
    left = Library(corridors=kept, history=tuple(entry for entry in library.history if entry.corridor in ids))
    return _approved_only(scene, _said(left, Act.APPROVED, -90, ()))


@plants(Reason.CORRIDOR)
def _an_approval_that_runs_out(scene: Scene, chance: Random) -> Scene:
    ready_h, _ = window_hours(scene)
    ends = at(ready_h + chance.uniform(-0.1, 0.05))
    others = _said(_library(scene), Act.APPROVED, -90, ("hub>B", "B>hub", "hub>C", "C>hub"))
    return _approved_only(scene, _said(others, Act.APPROVED, -90, WAYS, valid_to=ends))

"""The profile of a leg, row by row: that it follows the line of the leg, and ends with its figures."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from airspace.earth.frame import GEOD
from planner.model.profiles import Profile
from planner.model.reviews import Finding
from planner.safety.cases import Case, LegCase
from planner.safety.findings import agrees, at_most
from planner.safety.geodesics import Floats
from planner.safety.rules import (
    CHARGE_TOLERANCE,
    DISTANCE_SHARE,
    ENERGY_TOLERANCE_WH,
    PAD_HEIGHT_TOLERANCE_M,
    PAD_TOLERANCE_M,
    TIME_TOLERANCE_S,
)


def profile_agrees(_case: Case, leg: LegCase) -> Iterator[Finding]:
    """Judge that the profile of a leg, where there is one, lies on its line and ends with what the leg tells."""
    record, profile = leg.leg, leg.leg.profile
    if profile is None:
        return
    for what, last, told, allowed, unit in (
        ("distance", profile.along_m[-1], record.distance_m, 1.0, "m"),
        ("time", profile.t_s[-1], record.duration_s, TIME_TOLERANCE_S, "s"),
        ("energy", profile.energy_wh[-1], record.energy_wh, ENERGY_TOLERANCE_WH, "Wh"),
        ("charge", profile.state_of_charge[-1], record.soc_end, CHARGE_TOLERANCE, ""),
    ):
        yield agrees("leg.profile", f"{leg.subject}, {what}", last, told, allowed, unit)
    if leg.measurable:
        yield from _on_the_line(leg, profile)


def _on_the_line(leg: LegCase, profile: Profile) -> Iterator[Finding]:
    """Judge where rows are on the map, and how high, by how far along the line they say they are."""
    line = leg.line
    begun_m = np.concatenate([[0.0], np.cumsum(line.length_m)])
    along_m = np.clip(np.array(profile.along_m), 0.0, begun_m[-1])
    at = line.at(np.interp(along_m, begun_m, np.arange(len(begun_m))))
    apart_m = np.asarray(GEOD.inv(at[:, 0], at[:, 1], np.array(profile.lon), np.array(profile.lat))[2])
    worst = int(np.argmax(apart_m))
    yield at_most(
        "leg.profile", f"{leg.subject}, place of row {worst + 1}", float(apart_m[worst]),
        PAD_TOLERANCE_M + DISTANCE_SHARE * float(begun_m[-1]), "m",
        detail=f"{apart_m[worst]:.2f} m from where the leg is {along_m[worst]:.1f} m along its line",
    )  # fmt: skip
    low_m, high_m = _heights(begun_m, line.alt_amsl_m, along_m, PAD_TOLERANCE_M + DISTANCE_SHARE * float(begun_m[-1]))
    told_m = np.array(profile.alt_amsl_m)
    off_m = np.maximum(np.maximum(low_m - told_m, told_m - high_m), 0.0)
    worst = int(np.argmax(off_m))
    yield at_most(
        "leg.profile", f"{leg.subject}, height of row {worst + 1}", float(off_m[worst]), PAD_HEIGHT_TOLERANCE_M, "m",
        detail=f"{told_m[worst]:.1f} m AMSL told, {low_m[worst]:.1f} to {high_m[worst]:.1f} m flown there",
    )  # fmt: skip


def _heights(begun_m: Floats, alt_m: Floats, along_m: Floats, reach_m: float) -> tuple[Floats, Floats]:
    """Return the lowest and the highest of each place along a line, or within reach of it."""
    starts, ends = begun_m[:-1][None, :], begun_m[1:][None, :]
    near = (starts - reach_m <= along_m[:, None]) & (along_m[:, None] <= ends + reach_m)
    # Level or straight up and down, or slanted: of a slanted piece the heights at both edges of what is within reach.
    lasts = np.where(ends > starts, ends - starts, 1.0)
    edges = [np.clip((along_m[:, None] + off_m - starts) / lasts, 0.0, 1.0) for off_m in (-reach_m, reach_m)]
    steep = ends - starts <= reach_m
    rise_m = np.diff(alt_m)[None, :]
    heights = [np.where(steep, alt_m[:-1] + rise_m * share, alt_m[:-1] + rise_m * edge)
               for share, edge in zip((0.0, 1.0), edges, strict=True)]  # fmt: skip
    low = np.where(near, np.minimum(*heights), np.inf).min(axis=1)
    return low, np.where(near, np.maximum(*heights), -np.inf).max(axis=1)

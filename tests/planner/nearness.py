"""Which sorties of a plan come too near to each other, the plain way: a look every half second, whoever is off."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt

from planner.model.plans import Plan, Sortie
from tests.planner.scenes import FRAME

STEP_S = 0.5
Floats = npt.NDArray[np.float64]


def too_near(plan: Plan, separation_m: tuple[float, float], error_s: float) -> list[tuple[str, str]]:
    """Return the pairs of sorties of different drones that are not apart at some moments looked at."""
    seen = {sortie.id: looked_at(sortie) for sortie in plan.sorties}
    return [
        (one.id, other.id)
        for one, other in combinations(plan.sorties, 2)
        if one.drone != other.drone and _meet(seen[one.id], seen[other.id], separation_m, error_s)
    ]


def looked_at(sortie: Sortie) -> Floats:
    """Return seconds, east, north and up of a sortie in the air, moment by moment; shape (n, 4)."""
    rows = []
    for leg in sortie.legs:
        lon, lat = [point.lon for point in leg.waypoints], [point.lat for point in leg.waypoints]
        told_s = np.array([point.t.timestamp() for point in leg.waypoints])
        x_m, y_m = FRAME.to_xy(lon, lat)
        moments = np.append(np.arange(told_s[0], told_s[-1], STEP_S), told_s[-1])
        up_m = np.array([point.alt_amsl_m for point in leg.waypoints])
        rows.append(np.column_stack([moments, *(np.interp(moments, told_s, axis) for axis in (x_m, y_m, up_m))]))
    return np.concatenate(rows)


def _meet(one: Floats, other: Floats, separation_m: tuple[float, float], error_s: float) -> bool:
    gaps = [np.abs(one[:, None, axis] - other[None, :, axis]) for axis in range(4)]
    near = np.hypot(gaps[1], gaps[2]) < separation_m[0]
    return bool((near & (gaps[3] < separation_m[1]) & (gaps[0] <= 2 * error_s)).any())

"""Measured and published figures of flight: a handful transcribed here as facts, all of them read from a folder.

The folder holds ``m100_heldout68_regime_power.csv`` (68 flights of a Matrice 100: mean power by phase, derived from the
predictions that the authors of Rodrigues et al. 2021, doi 10.1038/s41597-021-00930-x, published with their code:
measured power = sqrt(squared error) / relative error; the payload is inferred from the power in landing) and
``published_curves_drone_awe.csv`` (curves of several papers and makers as digitised in the repository
rymanderson/drone_awe, not compared with the papers).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from planner.model.logs import FlightPhase
from planner.physics.calibration import Stretches

Floats = npt.NDArray[np.float64]

FLIGHTS_FILE = "m100_heldout68_regime_power.csv"
CURVES_FILE = "published_curves_drone_awe.csv"

M100_EMPTY_KG = 3.715
"""With its battery, the 4.215 kg of the paper's example less 500 g."""
M100_DENSITY = 1.18
"""Not logged in what could be had: air of 25 degrees at sea level, assumed."""
M100_DISC_M2 = 0.342
"""Four propellers of 13 inches."""
IRIS_KG = 1.282
IRIS_DISC_M2 = 4 * np.pi * 0.127**2
"""Four propellers of 10 inches; mass and size as in drone_awe."""

M100 = (
    (575.40, 465.05, 459.25, 124, 882, 251, 3.87, 2.95, 0.00),
    (603.60, 506.38, 518.61, 141, 450, 245, 7.58, 0.32, 0.25),
    (561.99, 454.29, 427.62, 187, 554, 310, 5.71, 2.84, 0.00),
    (648.06, 583.08, 547.55, 67, 369, 155, 9.61, 0.64, 0.50),
    (549.39, 478.30, 442.88, 140, 450, 239, 7.66, 2.04, 0.00),
    (673.56, 532.55, 499.34, 232, 458, 347, 7.58, 3.13, 0.25),
    (671.17, 589.50, 555.72, 239, 395, 352, 9.28, 3.20, 0.50),
    (537.13, 461.51, 429.39, 190, 397, 351, 7.62, 3.10, 0.00),
    (663.22, 564.03, 549.14, 127, 459, 246, 7.49, 2.96, 0.50),
    (589.68, 531.89, 519.70, 181, 797, 238, 3.83, 1.65, 0.25),
    (614.31, 511.80, 493.21, 253, 794, 352, 3.85, 2.95, 0.25),
    (615.94, 574.73, 544.54, 78, 297, 237, 8.90, 0.42, 0.50),
    (600.73, 520.32, 484.95, 129, 461, 239, 7.55, 3.13, 0.25),
    (603.72, 518.35, 517.13, 70, 456, 177, 7.49, 0.24, 0.25),
)
"""Every fifth of the 68 flights: watts in take-off, cruise and landing, samples of each, m/s over the ground, m/s up,
kg inferred."""

CURVES: dict[str, tuple[tuple[float, float], ...]] = {
    "Stolaroff2018": (
        (1.36, 133.8), (1.77, 140.9), (1.92, 139.4), (2.10, 136.2), (2.33, 136.7), (2.67, 135.8), (3.26, 145.9),
        (3.74, 140.9), (4.36, 140.8), (6.00, 160.8), (7.49, 165.1), (9.77, 190.1), (11.59, 215.8),
    ),
    "DiFranco2016": (
        (0.264, 220.7), (1.743, 220.5), (2.879, 219.8), (4.871, 209.7), (5.900, 204.8), (6.886, 204.1), (7.850, 210.0),
        (8.857, 211.4), (9.650, 216.9), (10.807, 213.6), (12.007, 239.4), (13.293, 256.9), (13.507, 279.1),
        (14.621, 290.3), (15.029, 332.1),
    ),
    "FreeflyAlta8": (
        (0.0, 1421.1), (1.361, 1144.7), (2.722, 947.4), (4.082, 805.3), (5.443, 702.6), (6.804, 607.9), (9.072, 497.4),
    ),
}  # fmt: skip
"""m/s and W of an IRIS in two studies (Stolaroff et al. 2018, DiFranco and Buttazzo 2016); kg and s of an Alta 8
(Freefly)."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Measured:
    """All that models are held against."""

    flights: Stretches
    """Three stretches for each flight, in order of flight."""
    curves: dict[str, Floats]
    """By name, shape (points, 2)."""
    whole: bool
    """Whether it is all there is, or the handful transcribed here."""


def transcribed() -> Measured:
    """Return the figures that stand in this module."""
    curves = {name: np.array(points) for name, points in CURVES.items()}
    return Measured(flights=_flights(np.array(M100)), curves=curves, whole=False)


def read_measured(folder: Path) -> Measured:
    """Return the figures of a folder."""
    columns = (
        "P_takeoff_W", "P_cruise_W", "P_landing_W", "n_takeoff", "n_cruise", "n_landing", "groundspeed_cruise_mps",
        "climb_mps", "payload_inferred_kg",
    )  # fmt: skip
    flights = [[float(row[column]) for column in columns] for row in _rows(folder / FLIGHTS_FILE)]
    points = _rows(folder / CURVES_FILE)
    curves = {
        name: np.array([(float(row["x"]), float(row["y"])) for row in points if row["case"] == name]) for name in CURVES
    }
    return Measured(flights=_flights(np.array(flights)), curves=curves, whole=True)


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        raise SystemExit(f"{path.parent}: expected {path.name} in it, found none")
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _flights(table: Floats) -> Stretches:
    """Return flights as stretches; a sample counts as a second, because steps were equal and only shares matter."""
    count, still = len(table), np.zeros(len(table))

    def by_phase(*columns: Floats) -> Floats:
        return np.column_stack(columns).ravel()

    return Stretches(
        flight=np.repeat(np.arange(count), 3),
        phase=np.tile([FlightPhase.CLIMB, FlightPhase.CRUISE, FlightPhase.DESCENT], count).astype(np.intp),
        seconds=table[:, 3:6].ravel(),
        power_w=table[:, 0:3].ravel(),
        mass_kg=np.repeat(M100_EMPTY_KG + table[:, 8], 3),
        density=np.full(3 * count, M100_DENSITY),
        air_speed_mps=by_phase(still, table[:, 6], still),
        climb_mps=by_phase(table[:, 7], still, -np.ones(count)),
    )

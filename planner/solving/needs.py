"""What a trip may take of the packs: quantiles of its energy, with and without ways out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.model.orders import worth
from planner.physics.chances import quantile, scenarios
from planner.solving.hops import Hop
from planner.solving.tables import Tables
from planner.solving.ways_out import WayOut

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a trip may take of the packs, above the reserve, with the chance that the policy asks for."""

    chance: float
    median_wh: float
    """Of the whole trip."""
    quantile_wh: float
    """Of the whole trip."""
    with_way_out_wh: tuple[float, ...] = ()
    """By hop: from take-off to above the pad it goes to, and on to an alternate; none where there are no alternates."""
    ways_out: tuple[WayOut, ...] = ()
    """By hop."""

    @classmethod
    def of(cls, tables: Tables, hops: Sequence[Hop], group: int, ways: Sequence[WayOut]) -> Needs:
        """Return what a trip may take of the packs, with its ways out."""
        return cls(
            chance=_chance(tables, hops),
            median_wh=_at_chance_wh(tables, hops, group, 0.5),
            quantile_wh=quantile_wh(tables, hops, group),
            with_way_out_wh=tuple(with_way_out_wh(tables, hops, number, group, way) for number, way in enumerate(ways)),
            ways_out=tuple(ways),
        )

    @property
    def most_wh(self) -> float:
        """The most of all."""
        return max(self.quantile_wh, *self.with_way_out_wh, 0.0)


def quantile_wh(tables: Tables, hops: Sequence[Hop], group: int) -> float:
    """Return what some hops do not exceed with the chance that the policy asks for the most value on board.

    It is no less than as forecast: a forecast may tell the worst direction of a wind, and any error is for good.
    """
    forecast_wh = sum(hop.energy_wh for hop in hops)
    return max(forecast_wh, _at_chance_wh(tables, hops, group, _chance(tables, hops)))


def with_way_out_wh(tables: Tables, hops: Sequence[Hop], number: int, group: int, way: WayOut) -> float:
    """Return what flying above the pad of a hop and on to an alternate may take, from the take-off of the trip.

    It is no less than as forecast.
    """
    hop, kind, flown = hops[number], tables.groups[group].kind, hops[: number + 1]
    landing_wh = tables.energy_wh(hop.flight, kind, hop.landing, hop.payload_kg, hover_kg=hop.hover_kg)
    forecast_wh = sum(hop.energy_wh for hop in flown) - float(landing_wh) + way.energy_wh
    at_chance_wh = _at_chance_wh(tables, flown, group, _chance(tables, hops), way.energies_wh - landing_wh)
    return max(forecast_wh, at_chance_wh)


def flyable_chance(hops: Sequence[Hop], way: WayOut | None = None) -> float:
    """Return the chance that the wind, with the errors of its forecast, lets some hops and a way out be flown."""
    taken = np.sum([hop.energies_wh for hop in hops], axis=0) + (0.0 if way is None else way.energies_wh)
    return float(scenarios(hops[0].flight.weather).weights[np.isfinite(taken)].sum())


def _chance(tables: Tables, hops: Sequence[Hop]) -> float:
    return tables.job.policy.chance(max(worth(hop.aboard) for hop in hops))


def _at_chance_wh(tables: Tables, hops: Sequence[Hop], group: int, chance: float, extra: Floats | float = 0.0) -> float:
    """Return what some hops, and something more in each scenario, do not exceed with a chance."""
    weights = scenarios(hops[0].flight.weather).weights
    taken = np.sum([hop.energies_wh for hop in hops], axis=0) + extra
    return quantile(taken, weights, tables.groups[group].kind.model_error_share, chance)

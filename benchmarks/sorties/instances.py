"""A day of sorties as bare figures, on a plane: what every solver is handed, and nothing besides.

Metres, seconds, kilograms and watt-hours. Published sets are special cases: no wind, no climb, no limits at pads.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class BadInstanceError(ValueError):
    """An instance contradicts itself; the text tells everything that does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DroneType:
    """What drones of a type can do, and what flying them costs."""

    name: str
    frame_kg: float
    """With its pack, without load."""
    max_payload_kg: float
    usable_wh: float
    """What one sortie may take."""
    power_w_per_kg15: float
    """c in: power = c * (frame + load)^1.5, the same in climb, cruise and descent."""
    airspeed_mps: float
    vertical_s: float = 0.0
    """One climb; as long as one descent."""
    swap_s: float = 0.0
    """From touch-down at the hub until the drone may take off again."""
    recharge_s: float = 0.0
    """From touch-down at the hub until the pack that was flown is full again."""
    cost_per_wh: float = 0.0
    cost_per_m: float = 0.0
    cost_per_sortie: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """A day: hubs, pads, orders, drones, wind, and what they share.

    Notes
    -----
    *Sortie.* A drone takes off at its hub with 1 to ``max_stops`` orders of that hub, hands them over in a sequence
    and comes back. It carries all of them at take-off; the load falls with each hand-over. It may never weigh more
    than the payload of its type.

    *Landings.* Orders of one pad that follow each other in the sequence are one landing with one hand-over, which
    takes as long as the longest service among them and whose begin lies in the windows of all of them. Whoever comes
    back to a pad after another one lands a second time.

    *Times.* A leg is a climb, a straight level flight at ``airspeed_mps`` through the wind (wind triangle: ground speed
    = sqrt(v^2 - cross^2) + along), and a descent. It cannot be flown where the cross wind reaches the air speed, or
    the ground speed is not positive. A hand-over begins in [``opens_s``, ``due_s``], never before touch-down. Waiting
    on a pad until then is allowed and takes no energy. The drone climbs away as soon as the hand-over is done. A
    sortie starts when its first climb begins, at 0 or later, and is back at touch-down, by ``horizon_s``.

    *Energy.* A leg takes power(load carried on it) * seconds of the leg, climb and descent included. There is no
    hovering. The sum over a sortie is at most ``usable_wh``.

    *Drones.* A drone is busy over [start, back + ``swap_s``). A hub has so many drones of each type as ``fleet`` says.

    *Packs.* With ``spare_packs``, a pack is away over [start, back + ``recharge_s``), and a hub has drones + spares of
    them for each type.

    *Slots.* A slot of a pad is held over [touch-down - ``vertical_s``, end of hand-over + ``vertical_s``). A slot of
    the hub is held over [start - ``turnaround_s``, start + ``vertical_s``) and over [back - ``vertical_s``, back +
    ``turnaround_s``). All these spans are half-open: one may begin when another ends.

    *Cost.* Of a sortie: ``cost_per_sortie`` + ``cost_per_m`` * metres over ground + ``cost_per_wh`` * watt-hours. Of a
    plan: that of its sorties and ``penalty`` for each order left out. An order whose penalty is infinite must be
    served.

    Raises
    ------
    BadInstanceError
        If shapes or figures contradict each other; all that do at once.
    """

    name: str
    hubs_m: Floats
    """Shape (hubs, 2)."""
    pads_m: Floats
    """Shape (pads, 2)."""
    hub: Integers
    """Where the goods of each order lie, shape (orders,), as all up to ``penalty``."""
    pad: Integers
    mass_kg: Floats
    opens_s: Floats
    due_s: Floats
    service_s: Floats
    penalty: Floats
    types: tuple[DroneType, ...]
    fleet: Integers
    """Drones, shape (hubs, types)."""
    horizon_s: float
    max_stops: int
    """Orders a sortie may carry."""
    wind_mps: tuple[float, float] = (0.0, 0.0)
    """Where the air goes."""
    turnaround_s: float = 0.0
    pad_slots: Integers | None = None
    """Shape (pads,), None without limit."""
    hub_slots: Integers | None = None
    """Shape (hubs,), None without limit."""
    spare_packs: Integers | None = None
    """Shape (hubs, types), None if packs are never short."""

    def __post_init__(self) -> None:
        """Freeze the arrays, and refuse what contradicts itself."""
        for name, kind in _ARRAYS.items():
            given = getattr(self, name)
            if given is not None:
                array: np.ndarray = np.array(given, dtype=kind)
                array.flags.writeable = False
                object.__setattr__(self, name, array)
        problems = list(_wrong_shapes(self)) or list(_wrong_figures(self))
        if problems:
            raise BadInstanceError(f"{self.name}: {'; '.join(problems)}")

    @property
    def orders(self) -> int:
        """How many orders there are."""
        return len(self.hub)

    def to_json(self) -> str:
        """Return the instance as JSON, the same bytes for the same instance; an infinite penalty is null."""
        document: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        document |= {name: _listed(document[name]) for name in _ARRAYS}
        document |= {"types": [asdict(kind) for kind in self.types], "wind_mps": list(self.wind_mps)}
        document["penalty"] = [None if math.isinf(penalty) else penalty for penalty in document["penalty"]]
        return json.dumps(document, sort_keys=True, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Instance:
        """Return the instance that was written as JSON."""
        document: dict[str, Any] = json.loads(text)
        document["types"] = tuple(DroneType(**kind) for kind in document["types"])
        document["wind_mps"] = tuple(document["wind_mps"])
        document["penalty"] = [math.inf if penalty is None else penalty for penalty in document["penalty"]]
        for name in ("hubs_m", "pads_m"):
            document[name] = np.reshape(document[name], (-1, 2))
        return cls(**document)


_ARRAYS: Mapping[str, type] = {
    **dict.fromkeys(("hubs_m", "pads_m", "mass_kg", "opens_s", "due_s", "service_s", "penalty"), np.float64),
    **dict.fromkeys(("hub", "pad", "fleet", "pad_slots", "hub_slots", "spare_packs"), np.int64),
}


def _listed(array: np.ndarray | None) -> list[Any] | None:
    return None if array is None else array.tolist()


def _wrong_shapes(day: Instance) -> Iterator[str]:
    hubs, pads = len(day.hubs_m), len(day.pads_m)
    expected: dict[str, tuple[int, ...]] = {"hubs_m": (hubs, 2), "pads_m": (pads, 2)}
    expected |= dict.fromkeys(("hub", "pad", "mass_kg", "opens_s", "due_s", "service_s", "penalty"), (len(day.hub),))
    expected |= dict.fromkeys(("fleet", "spare_packs"), (hubs, len(day.types)))
    expected |= {"pad_slots": (pads,), "hub_slots": (hubs,)}
    for name, shape in expected.items():
        array = getattr(day, name)
        if array is not None and array.shape != shape:
            yield f"{name}: expected shape {shape}, got {array.shape}"


def _wrong_figures(day: Instance) -> Iterator[str]:
    for name, bad in {
        "hub": (day.hub < 0) | (day.hub >= len(day.hubs_m)),
        "pad": (day.pad < 0) | (day.pad >= len(day.pads_m)),
        "mass_kg": ~(day.mass_kg >= 0) | np.isinf(day.mass_kg),
        "opens_s": ~(day.opens_s <= day.due_s) | np.isinf(day.opens_s),
        "service_s": ~(day.service_s >= 0) | np.isinf(day.service_s),
        "penalty": ~(day.penalty >= 0),
        "fleet": (day.fleet < 0).any(axis=1),
    }.items():
        if bad.any():
            first = int(bad.argmax())
            yield f"{name}[{first}]: {getattr(day, name)[first]} does not fit, and {int(bad.sum()) - 1} more"
    if day.max_stops < 1:
        yield f"max_stops: expected at least 1, got {day.max_stops}"
    for kind in day.types:
        if not (kind.frame_kg > 0 and kind.airspeed_mps > 0 and kind.vertical_s >= 0):
            yield f"type {kind.name!r}: expected mass and air speed above 0 and a climb of at least 0 s, got {kind}"

"""The airspace: everything that says where one may fly."""

from __future__ import annotations

from dataclasses import dataclass

import shapely

from airspace.earth.terrain import FlatGround
from airspace.errors import UnknownPad
from airspace.model.checking import need_unique
from airspace.model.gates import Gate, Jurisdiction, Permit
from airspace.model.pads import Pad
from airspace.model.zones import Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Airspace:
    """Zones, pads, gates and jurisdictions, each kind with unique ids."""

    zones: tuple[Zone, ...] = ()
    pads: tuple[Pad, ...] = ()
    gates: tuple[Gate, ...] = ()
    jurisdictions: tuple[Jurisdiction, ...] = ()

    def __post_init__(self) -> None:
        for kind in ("zones", "pads", "gates", "jurisdictions"):
            need_unique(kind, (thing.id for thing in getattr(self, kind)))

    def pad(self, pad_id: str) -> Pad:
        """Return the pad with an id.

        Raises
        ------
        UnknownPad
            If there is none.
        """
        for pad in self.pads:
            if pad.id == pad_id:
                return pad
        raise UnknownPad(f"no pad '{pad_id}'; there are {', '.join(sorted(pad.id for pad in self.pads)) or 'none'}")

    @property
    def ground(self) -> FlatGround:
        """What is known of the ground: the span of the pads' elevations."""
        return FlatGround.at_pads(pad.elevation_amsl_m for pad in self.pads)

    @property
    def permits(self) -> tuple[Permit, ...]:
        """The permits of all gates."""
        return tuple(permit for gate in self.gates for permit in gate.permits)

    @property
    def geometries(self) -> tuple[shapely.Geometry, ...]:
        """Everything with a place, in WGS 84."""
        zones = (zone.area for zone in self.zones)
        gates = (gate.area for gate in self.gates)
        jurisdictions = (jurisdiction.area for jurisdiction in self.jurisdictions)
        return (*zones, *gates, *jurisdictions, *(pad.point for pad in self.pads))

"""The airspace: everything that says where one may fly."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

import shapely

from airspace.earth.heights import HeightFrame
from airspace.earth.terrain import FlatGround, Terrain, TerrainModel
from airspace.errors import UnknownPad
from airspace.model.checking import need_unique
from airspace.model.corridors import Library
from airspace.model.frames import AirspaceFrames, airspace_frames
from airspace.model.gates import Gate, Jurisdiction, Permit
from airspace.model.pads import Pad
from airspace.model.schedules import Span
from airspace.model.sketches import airspace_html
from airspace.model.zones import Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Airspace:
    """Zones, pads, gates and jurisdictions, each kind with unique ids, over the ground as far as it is known."""

    zones: tuple[Zone, ...] = ()
    pads: tuple[Pad, ...] = ()
    gates: tuple[Gate, ...] = ()
    jurisdictions: tuple[Jurisdiction, ...] = ()
    terrain: TerrainModel | None = field(default=None, hash=False)
    """None when no terrain model was given: the ground is then known at the pads only."""
    rejected: tuple[str, ...] = ()
    """Zones of the files that could not be used, by file and place: nobody knows where they reach."""
    library: Library | None = None
    """Frozen corridors and what authorities say of them; None when nobody keeps any."""

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

    def to_geopandas(self) -> AirspaceFrames:
        """Return zones, pads, gates and jurisdictions as GeoPandas tables.

        Raises
        ------
        MissingExtra
            If GeoPandas is not installed: ``pip install 'skyferry[geo]'``.
        """
        return airspace_frames(self)

    def _repr_html_(self) -> str:
        """Return a small map for a notebook, which shows it by itself; it needs no network."""
        return airspace_html(self)

    def at(self, when: Span | datetime) -> Airspace:
        """Return what holds at any time of an interval, or at a moment.

        Zones, gates and pads stay when their schedules touch it, permits when they are valid in it. Their schedules
        stay as they are: a zone that ends within the interval is there, and still says when it ends.
        """
        start, end = (when, when) if isinstance(when, datetime) else when
        gates = (gate for gate in self.gates if gate.schedule.touches(start, end))
        return replace(
            self,
            zones=tuple(zone for zone in self.zones if zone.schedule.touches(start, end)),
            pads=tuple(pad for pad in self.pads if pad.schedule.touches(start, end)),
            gates=tuple(
                replace(gate, permits=tuple(permit for permit in gate.permits if permit.spans(start, end)))
                for gate in gates
            ),
        )

    @property
    def ground(self) -> Terrain:
        """The ground: the terrain model, or without one the span of the pads' elevations."""
        return self.terrain or FlatGround.at_pads(pad.elevation_amsl_m for pad in self.pads)

    @property
    def heights(self) -> HeightFrame:
        """What heights here are measured from."""
        return HeightFrame(terrain=self.ground, pads_amsl_m={pad.id: pad.elevation_amsl_m for pad in self.pads})

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

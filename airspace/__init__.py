"""Where may one fly: zones, pads and gates in, a network of clear corridors out.

::

    sky = airspace.read(["zones.geojson"], pads="pads.geojson")
    rules = airspace.CorridorRules(half_width_m=20, clearance_m=30, vertical_clearance_m=10, levels_amsl_m=(80,))
    network = airspace.build_network(sky, rules)
    airspace.shortest(network, "A", "B").length_m
"""

from airspace.corridors.charts import CorridorRules
from airspace.corridors.courses import Bend, Course, courses, matrix, shortest
from airspace.corridors.networks import build_network
from airspace.corridors.openings import Refusal
from airspace.corridors.paces import Pace
from airspace.earth.datums import from_wgs84, to_wgs84
from airspace.earth.frame import Frame
from airspace.earth.heights import GROUND, Band, Height, HeightFrame, Reference
from airspace.earth.sun import SunEvent
from airspace.earth.terrain import Terrain, TerrainModel
from airspace.errors import (
    AirspaceError,
    BadInput,
    MissingExtra,
    MissingGrid,
    Problem,
    RegionTooLarge,
    TooDetailed,
    UnknownDatum,
    UnknownPad,
)
from airspace.formats import Loss, Reader, Writer
from airspace.formats.documents import Document
from airspace.formats.reading import Survey, read, shipped_ledgers, survey
from airspace.formats.telling import Placed
from airspace.model.corridors import Act, Corridor, Entry, Library, State
from airspace.model.gates import Gate, Jurisdiction, Permit
from airspace.model.pads import Custody, Pad
from airspace.model.schedules import Hours, Period, Schedule
from airspace.model.skies import Airspace
from airspace.model.sources import Confidence, Source
from airspace.model.zones import Restriction, Zone
from airspace.rules.ledger import Ledger

__all__ = [
    "GROUND",
    "Act",
    "Airspace",
    "AirspaceError",
    "BadInput",
    "Band",
    "Bend",
    "Confidence",
    "Corridor",
    "CorridorRules",
    "Course",
    "Custody",
    "Document",
    "Entry",
    "Frame",
    "Gate",
    "Height",
    "HeightFrame",
    "Hours",
    "Jurisdiction",
    "Ledger",
    "Library",
    "Loss",
    "MissingExtra",
    "MissingGrid",
    "Pace",
    "Pad",
    "Period",
    "Permit",
    "Placed",
    "Problem",
    "Reader",
    "Reference",
    "Refusal",
    "RegionTooLarge",
    "Restriction",
    "Schedule",
    "Source",
    "State",
    "SunEvent",
    "Survey",
    "Terrain",
    "TerrainModel",
    "TooDetailed",
    "UnknownDatum",
    "UnknownPad",
    "Writer",
    "Zone",
    "build_network",
    "courses",
    "from_wgs84",
    "matrix",
    "read",
    "shipped_ledgers",
    "shortest",
    "survey",
    "to_wgs84",
]

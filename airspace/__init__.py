"""Where may one fly: zones, pads and gates in, a network of clear corridors out.

::

    sky = airspace.read(["zones.geojson"], pads="pads.geojson")
    rules = airspace.CorridorRules(half_width_m=20, clearance_m=30, vertical_clearance_m=10, cruise_amsl_m=80)
    network = airspace.build_network(sky, rules)
    airspace.shortest(network, "A", "B").length_m
"""

from airspace.corridors.charts import CorridorRules
from airspace.corridors.networks import Course, Refusal, build_network, courses, matrix, shortest
from airspace.earth.frame import Frame
from airspace.earth.heights import GROUND, Band, Height, Reference
from airspace.errors import AirspaceError, BadInput, Problem, RegionTooLarge, UnknownPad
from airspace.formats import Reader
from airspace.formats.reading import read
from airspace.model.gates import Gate, Jurisdiction, Permit
from airspace.model.pads import Custody, Pad
from airspace.model.schedules import Hours, Schedule
from airspace.model.skies import Airspace
from airspace.model.sources import Confidence, Source
from airspace.model.zones import Restriction, Zone

__all__ = [
    "GROUND",
    "Airspace",
    "AirspaceError",
    "BadInput",
    "Band",
    "Confidence",
    "CorridorRules",
    "Course",
    "Custody",
    "Frame",
    "Gate",
    "Height",
    "Hours",
    "Jurisdiction",
    "Pad",
    "Permit",
    "Problem",
    "Reader",
    "Reference",
    "Refusal",
    "RegionTooLarge",
    "Restriction",
    "Schedule",
    "Source",
    "UnknownPad",
    "Zone",
    "build_network",
    "courses",
    "matrix",
    "read",
    "shortest",
]

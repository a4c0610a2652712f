"""What the classes and types of airspace in an OpenAir file ask of a drone operator: one table, a reason beside each.

OpenAir files are made for gliders and say nothing of drones. Where the table has to choose, it takes the side that
keeps a drone out until somebody has been asked; a class nobody here knows is CONDITIONAL, never clear.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from airspace.model.zones import Restriction

PROHIBITED = Restriction.PROHIBITED
AUTHORISE = Restriction.REQ_AUTHORISATION
CONDITIONAL = Restriction.CONDITIONAL
NOTHING = Restriction.NO_RESTRICTION

ASKED: Mapping[str, tuple[Restriction, str]] = MappingProxyType(
    {
        # classes (AC), ICAO Annex 11
        "A": (AUTHORISE, "controlled: every flight needs a clearance"),
        "B": (AUTHORISE, "controlled: every flight needs a clearance"),
        "C": (AUTHORISE, "controlled: every flight needs a clearance"),
        "D": (AUTHORISE, "controlled: every flight needs a clearance"),
        "E": (CONDITIONAL, "controlled for instrument flights; visual flights need no clearance"),
        "F": (CONDITIONAL, "uncontrolled, but instrument flights are advised of each other"),
        "G": (NOTHING, "uncontrolled: nobody's leave is needed on account of the class"),
        # types (AY), most of which OpenAir 1 gives as a class
        "P": (PROHIBITED, "prohibited area"),
        "R": (AUTHORISE, "restricted area: closed but to those whom its authority lets in"),
        "Q": (CONDITIONAL, "danger area: what happens in it decides"),
        "GP": (AUTHORISE, "closed to gliders; files use it for controlled and for closed airspace alike"),
        "W": (CONDITIONAL, "wave window: gliders fly in it"),
        "CTR": (AUTHORISE, "control zone around an aerodrome"),
        "TMA": (AUTHORISE, "terminal control area"),
        "CTA": (AUTHORISE, "control area"),
        "UTA": (AUTHORISE, "upper control area"),
        "LTA": (AUTHORISE, "lower part of a control area"),
        "AWY": (AUTHORISE, "airway, a control area in the form of a corridor"),
        "ATZ": (AUTHORISE, "aerodrome traffic zone"),
        "MATZ": (AUTHORISE, "military aerodrome traffic zone"),
        "HTZ": (CONDITIONAL, "helicopter traffic"),
        "TIZ": (CONDITIONAL, "around an aerodrome with information but no control; radio is mandatory"),
        "TIA": (CONDITIONAL, "around an aerodrome with information but no control; radio is mandatory"),
        "RMZ": (CONDITIONAL, "radio mandatory"),
        "TMZ": (CONDITIONAL, "transponder mandatory"),
        "TRZ": (CONDITIONAL, "transponder recommended; traffic is dense"),
        "TFR": (AUTHORISE, "temporary flight restriction"),
        "OFR": (AUTHORISE, "restriction of overflight"),
        "TRA": (AUTHORISE, "temporarily reserved; others may pass with a clearance"),
        "TRAFR": (AUTHORISE, "the way into a reserved area"),
        "TSA": (PROHIBITED, "temporarily segregated; nobody else may pass, not even with a clearance"),
        "MTA": (CONDITIONAL, "military training"),
        "MTR": (CONDITIONAL, "military training, low and fast"),
        "ADIZ": (CONDITIONAL, "flights must identify themselves"),
        "ALERT": (CONDITIONAL, "unusual or dense traffic"),
        "WARNING": (CONDITIONAL, "danger to flights, outside national airspace"),
        "ASRA": (CONDITIONAL, "aerial sports: parachutes, models, gliders"),
        "GSEC": (CONDITIONAL, "gliding sector"),
        "VFRR": (CONDITIONAL, "route that gathers visual flights"),
        "VFRSEC": (CONDITIONAL, "sector that gathers visual flights"),
        "N": (CONDITIONAL, "something that a NOTAM tells of"),
        "CUSTOM": (CONDITIONAL, "drawn by a user, for reasons not told"),
        "FIR": (NOTHING, "says who gives information, asks nothing"),
        "UIR": (NOTHING, "says who gives information, asks nothing"),
        "FIS": (NOTHING, "says who gives information, asks nothing"),
        "ACCSEC": (NOTHING, "says which frequency to use, asks nothing"),
    }
)

NO_CLASS = ("UNC", "UNCLASSIFIED")
"""As a class: outside the classes A to G, so that the type alone decides."""

NO_TYPE = ("", "NONE", "UNC", "UNCLASSIFIED")
"""As a type: none, so that the class alone decides."""

STRICTEST_FIRST = (PROHIBITED, AUTHORISE, CONDITIONAL, NOTHING)


def asked_by(airspace_class: str, airspace_type: str) -> Restriction:
    """Return what an airspace asks: the stricter of what its class and its type ask; CONDITIONAL when neither says."""
    words = _telling_words(airspace_class, airspace_type)
    asked = [ASKED[word][0] if word in ASKED else CONDITIONAL for word in words] or [CONDITIONAL]
    return min(asked, key=STRICTEST_FIRST.index)


def unknown_words(airspace_class: str, airspace_type: str) -> list[str]:
    """Return the class or type, or both, that the table does not know."""
    return [word for word in _telling_words(airspace_class, airspace_type) if word not in ASKED]


def _telling_words(airspace_class: str, airspace_type: str) -> list[str]:
    word, kind = airspace_class.upper(), airspace_type.upper()
    return [word] * (word not in NO_CLASS) + [kind] * (kind not in NO_TYPE)


WRITTEN: Mapping[Restriction, tuple[str, str]] = MappingProxyType(
    {
        PROHIBITED: ("UNC", "P"),
        AUTHORISE: ("UNC", "R"),
        CONDITIONAL: ("UNC", "Q"),
        NOTHING: ("G", "NONE"),
    }
)
"""Class and type for a zone that has none of its own; each reads back as the same restriction."""

"""OpenAir, the airspace files of gliders and paragliders: OpenAir 1 (WinPilot) and 2 (Naviter), read and written.

One AC line begins one airspace, which becomes one zone. What the format leaves open is read on the safe side:

* a class that is not known is CONDITIONAL (:mod:`airspace.formats.openair.classes` has the table);
* no activation times, and ``AA NONE`` (announced later, by NOTAM), mean always;
* a bare number is feet above mean sea level, a bare 0 as a floor is the ground;
* circles and arcs are drawn up to 10 m too large and never too small; points are joined by lines straight in degrees.

Only the AI lines of OpenAir 2 give an id. Without one the name is the id, and airspaces after the first of that name
are told apart by a number in the order of the file: ``Alpnach``, ``Alpnach #2``.
"""

from airspace.formats.openair.pages import OpenAirWriter
from airspace.formats.openair.reading import OpenAir

__all__ = ["OpenAir", "OpenAirWriter"]

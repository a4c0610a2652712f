"""The colours of a packet, which is always printed on white; each hue family has one meaning."""

from __future__ import annotations

from airspace.model.zones import Restriction

INK, INK_2, INK_3 = "#12171E", "#434D59", "#5F6B78"
LINE, LINE_2, SURFACE = "#E1E5E9", "#C3CAD2", "#FFFFFF"
WATER, COAST = "#DDE8EF", "#93A0AA"
LAND = ("#FAF8F3", "#F0EEE7")
"""Of the sides, in the order of their ids."""
TERRAIN, TERRAIN_LINE = "#D9D2C4", "#8C8371"
ZONES = {
    Restriction.PROHIBITED: "#A80F2C",
    Restriction.REQ_AUTHORISATION: "#6A3D9E",
    Restriction.CONDITIONAL: "#7A6400",
    Restriction.NO_RESTRICTION: INK_3,
}
DRONE = "#0A62B0"
PASS, FAIL, WARN = "#136C43", "#A80F2C", "#8A5600"

"""The door of operational intents: what a USS answers in ASTM F3548-21, keys spelled as there."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from airspace.formats.doors import Bounded, Id, Moment, Open

HEIGHTS_M = (-1000.0, 100_000.0)
"""The standard's span of altitudes above the ellipsoid goes from -8,000 to 100,000 m; no ground lies so deep."""

MOST_RADIUS_M = 60_000.0
"""A circle of 10,000 km2 has 56 km."""


class LatLngPoint(Open):
    """A place in WGS 84."""

    lng: Annotated[float, Field(ge=-180, le=180)]
    lat: Annotated[float, Field(ge=-90, le=90)]


class Radius(Open):
    """A length."""

    value: Annotated[float, Field(gt=0, le=MOST_RADIUS_M)]
    units: Literal["M"]


class Circle(Open):
    """A circle on the ground."""

    center: LatLngPoint
    radius: Radius


class Polygon(Open):
    """A polygon on the ground, whose edges are shortest lines; the last vertex is joined with the first."""

    vertices: Annotated[list[LatLngPoint], Field(min_length=3, max_length=10_000, fail_fast=True)]


class Altitude(Open):
    """A height above the WGS 84 ellipsoid."""

    value: Annotated[float, Field(ge=HEIGHTS_M[0], le=HEIGHTS_M[1])]
    reference: Literal["W84"]
    units: Literal["M"]


class Time(Open):
    """A moment."""

    value: Moment
    format: Literal["RFC3339"]


class Volume3D(Open):
    """A polygon or a circle, from one height to another."""

    outline_circle: Circle | None = None
    outline_polygon: Polygon | None = None
    altitude_lower: Altitude
    altitude_upper: Altitude


class Volume4D(Open):
    """A volume for some time."""

    volume: Volume3D
    time_start: Time
    time_end: Time


class Reference(Open):
    """Whose intent it is, and where it stands."""

    id: Id
    manager: Annotated[str, Field(max_length=500)] = ""
    state: Literal["Accepted", "Activated", "Nonconforming", "Contingent"]


class Details(Open):
    """What it holds."""

    volumes: Annotated[list[Volume4D], Bounded, Field(default=[])]
    off_nominal_volumes: Annotated[list[Volume4D], Bounded, Field(default=[])]
    priority: Annotated[int, Field(ge=-1_000_000, le=1_000_000)] = 0


class OperationalIntent(Open):
    """One operational intent."""

    reference: Reference
    details: Details


class IntentsFile(Open):
    """Some operational intents; a file may also hold one answer of a USS, ``operational_intent``, or a bare list."""

    operational_intents: Annotated[list[OperationalIntent], Bounded]

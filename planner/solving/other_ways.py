"""Trips on other ways: the same orders, pads and sequence, other levels and corridors on the way."""

from __future__ import annotations

from collections.abc import Sequence

from planner.solving.separations import Separations
from planner.solving.solvers import Watch
from planner.solving.sorties import Trip, Trips

MOST_TRIPS = 12
"""Trips that other ways are worked out for at a time."""


def other_ways(trip: Trip, trips: Trips) -> list[Trip]:
    """Return a trip on other ways, the cheapest first; none of them costs more than leaving out its orders."""
    most = sum(trips.policy.penalty(order) for order in trip.orders)
    flown = [hop.flight for hop in trip.hops]
    ways = trips.other_flights.ways(flown, trip.group, trips.piece_of(trip))
    found = [other for flights in ways if (other := trips.along(trip, flights)) is not None and other.cost <= most]
    return sorted(found, key=lambda other: (other.cost, other.other_ways))


def with_other_ways(flown: Sequence[Trip], left: Sequence[Trip], trips: Trips, watch: Watch) -> list[Trip]:
    """Return trips with the other ways of those that found no place, and of those that they may meet in the air.

    Once a watch runs late there are no more of them.
    """
    separations = Separations(trips.tables)
    shapes = [separations.shape(trip.hops) for trip in flown]
    out = [number for number, trip in enumerate(flown) if any(trip is one for one in left)]
    met = [
        number for number, shape in enumerate(shapes)
        if number not in out and any(separations.shifts(shapes[one], shape) for one in out)
    ]  # fmt: skip
    looked_at = (flown[number] for number in [*out, *met][:MOST_TRIPS] if not watch.late)
    return [*flown, *(other for trip in looked_at for other in other_ways(trip, trips))]

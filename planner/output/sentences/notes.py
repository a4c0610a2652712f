"""What records say beside their figures: of zones entered, of what is to be filed, of hours, weather and sources."""

from __future__ import annotations

from planner.output.languages import N_

SENTENCES = (
    # Closed zones that a leg enters.
    N_("opened by permit {permit} of {authority}"),
    N_("not in force then: it holds {hours}"),
    N_("no permit opens it for the whole leg"),
    # What is to be filed, and by when.
    N_("file {lead}, per application"),
    N_("file {lead}, per day"),
    N_("file {lead}, per flight"),
    N_("reply {lead}"),
    N_("superseded rule {rule}: {filing}"),
    N_("by {at} the day before"),
    N_("by {at} {days} days before"),
    N_("{minutes} min before"),
    N_("{hours} h before"),
    N_("{days} working days before"),
    N_("(no lead time given)"),
    N_("no source gives the lead time"),
    N_("public holidays are known for {years} only, and the count leaves those years"),
    N_("the first of {count}"),
    # Weather.
    N_("calm at every height"),
    N_("calm at {height} m above ground, more above that by the power law"),
    N_("{speed} m/s from {bearing} at every height"),
    N_("{speed} m/s from {bearing} at {height} m above ground, more above that by the power law"),
    N_("winds of {least} to {most} m/s, different from place to place, at every height"),
    N_(
        "winds of {least} to {most} m/s, different from place to place, at {height} m above ground, more above that by "
        "the power law"
    ),
    N_("gusts of {gusts} m/s"),
    N_("rain of {rain} mm/h"),
    N_("{temperature} °C"),
    N_("{pressure} hPa"),
    N_("forecast good to {speed} m/s and {degrees}°"),
    N_("tropical cyclone signal {signal}"),
    N_("amber rainstorm signal"),
    N_("red rainstorm signal"),
    N_("black rainstorm signal"),
    N_("thunderstorm warning"),
    # What a bound is told with.
    N_(
        "for every plan that serves as much: sorties of at most {most} orders of one hub, back to it without waiting "
        "in the air, along the quickest corridor of each stretch of the day, with the cheapest way out that is open"
    ),
    N_(
        "for every plan that serves as much: sorties of at most {most} orders of one hub, back to it or on to another "
        "without waiting in the air, along the quickest corridor of each stretch of the day, with the cheapest way out "
        "that is open"
    ),
    N_("drones, pads, gates and packs as the fleet and the airspace have them"),
    N_("kept apart in the air by the times of take-off alone"),
    N_("as near to each other in the air as they like"),
    N_("a sortie lands at a pad, and calls at customs, once at most"),
    N_("what flies together or apart as the orders ask"),
    N_("no drone moves to another hub without an order, or lands midway at its own"),
    N_("the search gives no bound"),
    N_("of more than {count} orders the search knows of no bound"),
    N_("the search ended before it had looked at every order"),
    N_("the search ended before it knew of a bound"),
)

HOURS = (
    N_("at all times"),
    N_("daily"),
    N_("from"),
    N_("until"),
    N_("MON"), N_("TUE"), N_("WED"), N_("THU"), N_("FRI"), N_("SAT"), N_("SUN"),
    N_("dawn"), N_("sunrise"), N_("sunset"), N_("dusk"),
)  # fmt: skip
"""The words of schedules; between them stand times and dates."""

NO_SOURCE = N_("no source given")

"""What can go wrong with planning, and how it is told.

::

    PlannerError
    ├── UnknownOrder (LookupError)      an order that the job or plan does not have
    ├── OrdersUnserved (RuntimeError)   raised on request, by Plan.raise_for_unserved
    ├── UnknownLanguage (ValueError)    a language that pages and packets do not speak
    ├── MissingAsset (LookupError)      a page wants a file that it does not carry: our bug
    ├── TooLittleLogged (ValueError)    a flight log does not hold what a model of power has to be fitted on
    ├── SolverFailed (RuntimeError)     a solver broke its own promise: our bug
    └── ConversionFailed (RuntimeError) a file about to be written would not read back: our bug

Files and values that cannot be used raise :class:`airspace.errors.BadInput`, with every problem found.
"""

from __future__ import annotations


class PlannerError(Exception):
    """Base of every error raised by :mod:`planner`."""


class UnknownOrder(PlannerError, LookupError):
    """An order that the job or the plan does not have."""


class OrdersUnserved(PlannerError, RuntimeError):
    """A plan leaves orders unserved, and the caller asked for that to be an error."""


class UnknownLanguage(PlannerError, ValueError):
    """A language that pages and packets do not speak."""


class MissingAsset(PlannerError, LookupError):
    """A page asks for a script, style or picture that does not stand in ``output/vendored``."""


class TooLittleLogged(PlannerError, ValueError):
    """A flight log does not hold what a model of power has to be fitted on."""


class SolverFailed(PlannerError, RuntimeError):
    """A solver returned what it must not: a result that breaks its own limits."""


class ConversionFailed(PlannerError, RuntimeError):
    """A file of zones or of a plan about to be written would not read back as what it was made from."""

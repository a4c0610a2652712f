"""Why an order of a plan is not served, and the smallest single changes that would serve it, each of them tried.

::

    schedules    longer hours
    changes      one thing that somebody could do, in words, with its size, and as a function of job and airspace
    trials       does a change serve the order: alone, and on the whole day, planned and checked
    permits      which permits, and for which zones, are just enough
    asks         what a builder of changes goes by
    timing       changes of times and hours
    parcels      changes of what is carried and how it is looked after
    means        changes of what it is flown with
    candidates   for each reason, the kinds of change that could mend it
    explaining   the pipe: why, what could be done, what holds
"""

from planner.explaining.changes import Change, Kind
from planner.explaining.explaining import QUICK, Explanation, Found, Served, explain

__all__ = ["QUICK", "Change", "Explanation", "Found", "Kind", "Served", "explain"]

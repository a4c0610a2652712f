"""Inner loops of the check, compiled by Numba: bare arrays in, bare arrays out.

::

    encounters   two straight pieces: their closest approach, and the shifts of time that make them conflict
    sweeps       all pieces of a day, time bin by time bin and cell by cell
    prisms       pieces and volumes of others: polygons and circles, heights and times
    warming      compiling ahead
"""

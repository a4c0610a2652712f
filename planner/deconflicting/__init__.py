"""Apart before anybody takes off: flights told as tracks are delayed on the ground until none conflicts with another.

::

    delays    first come first served, and as a batch
    placing   the loops of it, compiled
"""

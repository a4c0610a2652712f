"""The packet for an authority: what crosses its airspace, when, how high, on which permit, and by which rules.

::

    values       what a packet holds: finished values, which are also its JSON
    gathering    from a plan, its airspace, its job and a check to a packet
    places, flights, corridors, changes, rulings, sources
                 its parts
    documents    a packet as JSON, and back
    drawing      maps and profiles as SVG
    wording      figures, times and rules in words of one language
    views        a packet as its page tells it, in the order it tells it
    pages        one HTML file
    printing     the same as PDF
"""

"""Parts of a day that stand by themselves: orders that no drone could serve both of need not be chosen together.

What they share still, pads and gates, is looked at when their plans are put together.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from planner.solving.choice.carriers import Integers


def components(carried: Iterable[Integers], count: int) -> list[Integers]:
    """Return the orders of each part, numbers of the day, rising; an order that nobody carries is a part by itself.

    ``carried`` tells orders that have to be in one part, as those that the drones of one hub can serve; ``count`` is
    how many orders the day has.
    """
    part = np.arange(count)
    for orders in carried:
        joined = np.unique(part[orders])
        if len(joined):
            part[np.isin(part, joined)] = joined[0]
    return [np.flatnonzero(part == one) for one in np.unique(part)]

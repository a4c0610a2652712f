"""What checking a day takes beside planning it, for 60, 300 and 1,000 orders; it must not take as long.

Random days with several hubs, pads around each, zones between them and wind; planning is cut off by the clock, as it
would be by whoever is in a hurry. Both are timed by the CPU, so that others on the machine do not count.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import TypeVar

import shapely

from airspace.model.skies import Airspace
from airspace.model.zones import Zone
from benchmarks.planted.worlds import FRAME, new_order, new_pad, new_zone, scene
from benchmarks.tables import HEAD, Row, table, told_s, write
from planner import planning
from planner.model.fleets import Drone
from planner.model.jobs import Job
from planner.model.plans import Plan
from planner.model.reviews import Review, Verdict
from planner.solving.solvers import SolveOptions

Made = TypeVar("Made")

SIZES = {60: 20.0, 300: 40.0, 1000: 90.0}
"""Seconds that solving may take, by the number of orders."""
SMOKE = {60: 3.0}
ORDERS_A_HUB, ORDERS_A_PAD, ORDERS_A_DRONE = 80, 6, 5
SEPARATION_M = (50.0, 15.0)
SPACING_M, REACH_M = 7000.0, 2800.0
"""Between hubs, and from a hub to its pads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What planning and checking a day came to."""

    plan: Plan
    review: Review
    plan_s: float
    check_s: float


def main() -> int:
    """Plan and check, print the table, and say by the exit code whether every figure was reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="a short version for CI: 60 orders")
    parser.add_argument("--write", action="store_true", help="renew docs/benchmarks.md")
    parser.add_argument("--orders", type=int, choices=SIZES, help="days of one size only")
    options = parser.parse_args()
    sizes = SMOKE if options.smoke else {options.orders: SIZES[options.orders]} if options.orders else SIZES
    rows = []
    for orders, seconds in sizes.items():
        rows.append(_row(orders, seconds, _measured(orders, seconds)))
        print(rows[-1].cells, file=sys.stderr, flush=True)
    text = table(HEAD, [row.cells for row in rows])
    print(text)
    if options.write:
        write("checking", text, renew="python -m benchmarks.checking --write")
    return 0 if all(row.reached for row in rows) else 1


def _measured(orders: int, seconds: float) -> Measured:
    job, sky = day(orders)
    plan, plan_s = _timed(lambda: planning.plan(job, sky, options=SolveOptions(seconds=seconds)))
    review, check_s = _timed(lambda: planning.check(plan, sky, job))
    return Measured(plan=plan, review=review, plan_s=plan_s, check_s=check_s)


def _timed(work: Callable[[], Made]) -> tuple[Made, float]:
    began = time.process_time()
    made = work()
    return made, time.process_time() - began


def _row(orders: int, seconds: float, measured: Measured) -> Row:
    totals, verdict = measured.plan.totals, measured.review.verdict
    fails = sorted({finding.rule for finding in measured.review.of(Verdict.FAIL)})
    return Row(
        what=f"{orders} orders, cut off after {seconds:g} s: {totals.served} served in {totals.sorties} sorties, "
        f"{verdict}{': ' if fails else ''}{', '.join(fails)}",
        ours=f"check {told_s(measured.check_s)}",
        peer=f"plan {told_s(measured.plan_s)}",
        ratio=measured.plan_s / measured.check_s,
        reach="1x",
        reached=measured.check_s < measured.plan_s and verdict is not Verdict.FAIL,
    )


def day(orders: int) -> tuple[Job, Airspace]:
    """Draw a day: hubs on a grid, and for each its pads, zones, orders and drones."""
    chance = Random(f"checking {orders}")  # noqa: S311 - a day, not a secret
    hubs = max(1, round(orders / ORDERS_A_HUB))
    side = math.ceil(math.sqrt(hubs))
    pads, zones, asked, fleet = [], [], [], []
    for number in range(hubs):
        x_m = (number % side - (side - 1) / 2) * SPACING_M
        y_m = (number // side - (side - 1) / 2) * SPACING_M
        hub, own = f"hub{number}", round(orders * (number + 1) / hubs) - round(orders * number / hubs)
        pads.append(new_pad(hub, x_m, y_m, slots=4))
        near = [f"p{number}-{index}" for index in range(max(1, own // ORDERS_A_PAD))]
        for name in near:
            turn, far_m = chance.uniform(0, 2 * math.pi), chance.uniform(900, REACH_M)
            pads.append(new_pad(name, x_m + far_m * math.cos(turn), y_m + far_m * math.sin(turn), slots=2))
        zones += [_zone(f"z{number}-{index}", x_m, y_m, chance) for index in range(4)]
        for index in range(own):
            ready_h = round(chance.uniform(0, 4), 2)
            asked.append(
                new_order(
                    f"o{number}-{index}", chance.choice(near), ready_h, ready_h + 2,
                    kg=round(chance.uniform(0.3, 2.5), 1), from_pad=hub,
                )
            )  # fmt: skip
        fleet += [
            Drone(id=f"d{number}-{index}", type="nine", home_pad=hub) for index in range(own // ORDERS_A_DRONE + 1)
        ]
    drawn = scene(chance, two_sides=False).with_policy(separation_m=SEPARATION_M).job
    job = replace(drawn, orders=tuple(asked), drones=tuple(fleet))
    kept = [zone for zone in zones if all(zone.area.distance(pad.point) > 0.002 for pad in pads)]
    return job, Airspace(pads=tuple(pads), zones=tuple(kept))


def _zone(name: str, x_m: float, y_m: float, chance: Random) -> Zone:
    turn, far_m = chance.uniform(0, 2 * math.pi), chance.uniform(500, REACH_M)
    middle = shapely.Point(x_m + far_m * math.cos(turn), y_m + far_m * math.sin(turn))
    return new_zone(FRAME.unproject(middle.buffer(chance.uniform(60, 160), quad_segs=4)), id=name, name=name)


if __name__ == "__main__":
    sys.exit(main())

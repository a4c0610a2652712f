"""The plan page as a file and in a browser: how heavy it is, how soon it opens, and whether the slider moves smoothly.

Pages of the example, of 1,000 sorties and of 10,000, made by flying the day's sorties again with other drones at other
times of a longer day; the review is that of the day. To reach: built in 3 s of one core; at most 450 kB of code and
markup without the data, 130 kB by gzip; opened in 1 s, with 1,000 sorties in 3 s and 6 MB; 20 frames a second while
the slider moves; no request and no complaint of the browser. The peer is a plain Folium map with a line for each leg
and nothing else; the files that it would fetch are handed to it from the disk, or empty where it can do without.
"""

from __future__ import annotations

import argparse
import gzip
import math
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import folium
from playwright.sync_api import Browser, Page, Route, sync_playwright

from airspace.model.skies import Airspace
from benchmarks.tables import HEAD, ROOT, Row, table, write
from planner import draw, origins, planning
from planner.formats.plans import read_plan
from planner.model.basemaps import Basemap
from planner.model.jobs import Job
from planner.model.plans import Leg, Plan, Sortie
from planner.model.reviews import Review
from planner.output.assets import vendored

MANY, VERY_MANY = 1000, 10_000
LONGER = timedelta(hours=8)
"""So much longer the day of many sorties is."""
RUNS = 3
MOVED_S = 3.0
"""So long the slider is moved."""

OPENED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"
MOVE = f"""
new Promise((done) => {{
  const slider = document.getElementById("slider");
  const began = performance.now();
  let frames = 0;
  const step = (now) => {{
    const part = (now - began) / {MOVED_S * 1000};
    if (part >= 1) {{ done(frames / {MOVED_S}); return; }}
    slider.value = String(Number(slider.max) * Math.max(0, part));
    slider.dispatchEvent(new Event("input"));
    frames += 1;
    requestAnimationFrame(step);
  }};
  requestAnimationFrame(step);
}})
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flown:
    """A plan and all that its page is made of."""

    plan: Plan
    sky: Airspace
    job: Job
    review: Review
    basemap: Basemap | None

    def page(self) -> str:
        """Return the page."""
        told = self.review.plan_digest
        return draw(self.plan, self.sky, self.job, self.review, basemap=self.basemap, plan_digest=told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was measured of one page."""

    built_s: float
    size: int
    opened_s: float
    frames: float
    asked: int
    complained: int


def main() -> int:
    """Build, open, print the table, and say by the exit code whether every figure was reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan", nargs="?", type=Path, help="a plan.json of examples/luohu [planned anew]")
    parser.add_argument("--smoke", action="store_true", help="a short version for CI: a quick plan, one run of each")
    parser.add_argument("--write", action="store_true", help="renew docs/benchmarks.md")
    options = parser.parse_args()
    runs = 1 if options.smoke else RUNS
    with tempfile.TemporaryDirectory() as folder:
        file = options.plan or _planned(Path(folder), iterations=5 if options.smoke else 100)
        day = _read(file)
        with chromium() as browser:
            rows = list(_rows(day, browser, Path(folder), runs=runs))
    text = table(HEAD, [row.cells for row in rows])
    print(text)
    if options.write:
        write("page", text, renew="python -m benchmarks.page --write")
    return 0 if all(row.reached is not False for row in rows) else 1


def _planned(folder: Path, *, iterations: int) -> Path:
    command = [sys.executable, "-m", "planner", "plan", "examples/luohu", "-o", str(folder / "luohu"), "-q"]
    subprocess.run([*command, "--iterations", str(iterations)], cwd=ROOT, check=True, capture_output=True)
    return folder / "luohu" / "plan.json"


def _read(file: Path) -> Flown:
    plan, stated, content = read_plan(file)
    found = origins.scenario_of(plan, file, named=None)
    review = planning.check(plan, found.sky, found.job, stated_digest=stated, content_digest=content)
    return Flown(plan=plan, sky=found.sky, job=found.job, review=review, basemap=found.basemap)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give the browser of this machine, and close it afterwards."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        raise SystemExit("no chromium on the path to open pages with")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


# --- what is measured -------------------------------------------------------------------------------------------------


def _rows(day: Flown, browser: Browser, folder: Path, *, runs: int) -> Iterator[Row]:
    yield from _weight(day.page())
    for count, opened_s, size in ((len(day.plan.sorties), 1.0, None), (MANY, 3.0, 6e6), (VERY_MANY, 3.0, 6e6)):
        flown = day if count == len(day.plan.sorties) else repeated(day, count)
        seen = _seen(flown, browser, folder, runs=runs)
        plain = _plain(flown.plan, browser, folder, runs=runs) if count < VERY_MANY else None
        yield from _told(f"{count:,} sorties", seen, plain, opened_s=opened_s, size=size)


def _weight(page: str) -> Iterator[Row]:
    bare = re.sub(r'(<script type="application/json" id="data">).*?(</script>)', r"\1\2", page, flags=re.DOTALL)
    size, packed = len(bare.encode()), len(gzip.compress(bare.encode(), mtime=0))
    yield Row(what="code and markup without the data", ours=_kb(size), reach="450 kB", reached=size <= 450e3)
    yield Row(what="the same by gzip", ours=_kb(packed), reach="130 kB", reached=packed <= 130e3)


def _told(what: str, seen: Seen, plain: Seen | None, *, opened_s: float, size: float | None) -> Iterator[Row]:
    yield Row(
        what=f"{what}: built in",
        ours=f"{seen.built_s:.2f} s",
        peer="" if plain is None else f"{plain.built_s:.2f} s",
        ratio=None if plain is None else plain.built_s / seen.built_s,
        reach="3 s",
        reached=seen.built_s <= 3,
    )
    yield Row(
        what=f"{what}: size of the file",
        ours=_kb(seen.size),
        peer="" if plain is None else _kb(plain.size),
        reach="" if size is None else _kb(size),
        reached=None if size is None else seen.size <= size,
    )
    yield Row(
        what=f"{what}: opens in",
        ours=f"{seen.opened_s:.2f} s",
        peer="" if plain is None else f"{plain.opened_s:.2f} s",
        ratio=None if plain is None else plain.opened_s / seen.opened_s,
        reach=f"{opened_s:g} s",
        reached=seen.opened_s <= opened_s,
    )
    yield Row(
        what=f"{what}: frames a second while the slider moves",
        ours=f"{seen.frames:.0f}",
        reach="20",
        reached=seen.frames >= 20,
    )
    yield Row(
        what=f"{what}: requests, complaints of the browser",
        ours=f"{seen.asked}, {seen.complained}",
        peer="" if plain is None else f"{plain.asked}, {plain.complained}",
        reach="0, 0",
        reached=(seen.asked, seen.complained) == (0, 0),
    )


def _kb(size: float) -> str:
    return f"{size / 1e3:,.0f} kB"


def _seen(flown: Flown, browser: Browser, folder: Path, *, runs: int) -> Seen:
    began = time.process_time()
    page = flown.page()
    built_s = time.process_time() - began
    return _opened(page, browser, folder / "page.html", built_s=built_s, runs=runs, moves=True)


def _opened(page: str, browser: Browser, file: Path, *, built_s: float, runs: int, moves: bool) -> Seen:
    """Open a page with the network cut: the least time until the second frame is drawn, and the least frames."""
    file.write_text(page, encoding="utf-8")
    asked: list[str] = []
    complained: list[str] = []
    opened_s, frames = math.inf, math.inf
    for _ in range(runs):
        context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=moves)
        tab = context.new_page()
        tab.on("request", lambda request: asked.append(request.url) if not request.is_navigation_request() else None)
        tab.on("console", lambda message: complained.append(message.text))
        tab.on("pageerror", lambda error: complained.append(str(error)))
        if not moves:
            tab.route(re.compile("^https?:"), _from_disk)
        opened_s = min(opened_s, _time_to_open(tab, file))
        frames = min(frames, tab.evaluate(MOVE)) if moves else frames
        context.close()
    return Seen(
        built_s=built_s,
        size=len(page.encode()),
        opened_s=opened_s,
        frames=frames,
        asked=len(asked) // runs,
        complained=len(complained),
    )


def _time_to_open(tab: Page, file: Path) -> float:
    began = time.perf_counter()
    tab.goto(file.as_uri())
    tab.evaluate(OPENED)
    return time.perf_counter() - began


# --- the peer ---------------------------------------------------------------------------------------------------------


def _plain(plan: Plan, browser: Browser, folder: Path, *, runs: int) -> Seen:
    began = time.process_time()
    legs = [leg for sortie in plan.sorties for leg in sortie.legs]
    first = legs[0].waypoints[0]
    canvas = folium.Map(location=(first.lat, first.lon), zoom_start=12, tiles=None)
    for leg in legs:
        folium.PolyLine([(point.lat, point.lon) for point in leg.waypoints]).add_to(canvas)
    page = canvas.get_root().render()
    built_s = time.process_time() - began
    return _opened(page, browser, folder / "plain.html", built_s=built_s, runs=runs, moves=False)


def _from_disk(route: Route) -> None:
    """Answer what the plain map asks for: Leaflet from our copy of it, and nothing for the rest."""
    name = route.request.url.rsplit("/", 1)[-1]
    route.fulfill(body=vendored(name) if name in ("leaflet.js", "leaflet.css") else "")


# --- many sorties -----------------------------------------------------------------------------------------------------


def repeated(day: Flown, count: int) -> Flown:
    """Return a longer day on which the sorties of a day are flown again and again, by other drones at other times."""
    copies = math.ceil(count / len(day.plan.sorties))
    shifts = [LONGER * (copy / copies) for copy in range(copies)]
    sorties = [_again(sortie, copy, shift) for copy, shift in enumerate(shifts) for sortie in day.plan.sorties][:count]
    end = day.plan.end + LONGER
    served = sum(len(sortie.orders) for sortie in sorties)
    totals = replace(
        day.plan.totals,
        sorties=count,
        served=served,
        distance_m=sum(leg.distance_m for sortie in sorties for leg in sortie.legs),
        energy_wh=sum(leg.energy_wh for sortie in sorties for leg in sortie.legs),
        flight_s=sum(leg.duration_s for sortie in sorties for leg in sortie.legs),
    )
    job = replace(
        day.job,
        end=end,
        drones=tuple(replace(drone, id=_named(drone.id, copy)) for copy in range(copies) for drone in day.job.drones),
        orders=tuple(replace(order, id=_named(order.id, copy)) for copy in range(copies) for order in day.job.orders),
    )
    return replace(day, plan=replace(day.plan, sorties=tuple(sorties), end=end, totals=totals), job=job)


def _named(name: str, copy: int) -> str:
    return name if copy == 0 else f"{name}.{copy}"


def _again(sortie: Sortie, copy: int, shift: timedelta) -> Sortie:
    return replace(
        sortie,
        id=_named(sortie.id, copy),
        drone=_named(sortie.drone, copy),
        departs=sortie.departs + shift,
        returns=sortie.returns + shift,
        orders=tuple(_named(order, copy) for order in sortie.orders),
        legs=tuple(_leg(leg, copy, shift) for leg in sortie.legs),
    )


def _leg(leg: Leg, copy: int, shift: timedelta) -> Leg:
    return replace(
        leg,
        waypoints=tuple(replace(point, t=point.t + shift) for point in leg.waypoints),
        crossings=tuple(replace(crossing, t=crossing.t + shift) for crossing in leg.crossings),
        pickups=tuple(replace(pickup, order=_named(pickup.order, copy)) for pickup in leg.pickups),
        clears=tuple(_named(order, copy) for order in leg.clears),
    )


if __name__ == "__main__":
    sys.exit(main())

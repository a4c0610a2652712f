"""Gathering a scenario from its files: what each says on its own, then what they say of each other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TypeVar

import shapely
from pydantic import BaseModel, ValidationError

from airspace.earth.frame import Frame
from airspace.errors import BadInput, Problem, RegionTooLarge, in_reading_order
from airspace.formats.documents import RawFile, document_of, read_raw, text_of, toml_of, unprintable, without_told
from airspace.formats.doors import offset_of, utc
from airspace.formats.geojson import Land, attributions, merged_area, read_land
from airspace.formats.reading import Contents, SkyFiles, values
from airspace.formats.telling import Placed, about, did_you_mean, listed, problem_of, problems_of, shown
from airspace.rules.ledger import Ledger
from planner.formats.doors import scenario as doors
from planner.formats.doors.scenario import ScenarioFile
from planner.formats.fleet import read_drone_types, read_drones
from planner.formats.orders import read_orders
from planner.formats.traffic import read_intents, told_twice
from planner.formats.winds import read_wind_grid
from planner.model.basemaps import Basemap
from planner.model.fleets import Drone, DroneType
from planner.model.goods import GoodsApproval
from planner.model.jobs import Evening, InputFile, Job, Policy
from planner.model.orders import Order, companies, kept_apart
from planner.model.scenarios import Scenario
from planner.model.traffic import Intent
from planner.model.weather import STILL_AIR, Weather, WindGrid

SCENARIO_NAME = "scenario.toml"
NO_SCENARIO = f"Name a folder with a {SCENARIO_NAME}. Zone files are looked at by `skyferry airspace show`."

T = TypeVar("T")
R = TypeVar("R")
M = TypeVar("M", bound=BaseModel)


def gather(path: Path, *, with_library: bool = True) -> tuple[Scenario | None, Sequence[Problem]]:
    """Return a scenario (None when there is an error) and every problem, errors and warnings.

    Without its library the file of corridors that it names need not be there yet.
    """
    gathering = Gathering(folder=path if path.is_dir() else path.parent, named=path, with_library=with_library)
    gathering.take()
    if any(not problem.warning for problem in gathering.problems):
        return None, gathering.problems
    return gathering.scenario(), gathering.problems


@dataclass(slots=True, kw_only=True)
class Gathering:
    """One scenario in the course of being read: what its files gave so far, sound or not, and every problem."""

    folder: Path
    named: Path
    with_library: bool = True
    problems: list[Problem] = field(default_factory=list)
    inputs: dict[str, InputFile] = field(default_factory=dict)
    head: ScenarioFile | None = None
    contents: Contents = field(default_factory=Contents)
    ledgers: dict[str, Ledger] = field(default_factory=dict)
    """Every ledger known, by its name."""
    orders: list[Placed[Order]] = field(default_factory=list)
    drone_types: list[Placed[DroneType]] | None = None
    """None when they could not be read, so that no type can be called unknown."""
    drones: list[Placed[Drone]] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    """By role in the scenario, the file as people see it."""
    weather: Weather = STILL_AIR
    later: list[tuple[datetime, Weather]] = field(default_factory=list)
    intents: list[tuple[str, Placed[Intent]]] = field(default_factory=list)
    """Each with its file."""
    policy: Policy | None = None
    basemap: Basemap | None = None

    # --- the straight path, top to bottom -----------------------------------------------------------------------------

    def take(self) -> None:
        """Read ``scenario.toml`` and every file it names, then compare what they say of each other."""
        tables = self._tables()
        if tables is None:
            return
        self._take_head(tables)
        airspace = _section(doors.AirspaceTable, tables.get("airspace"))
        self._take_terrain(airspace)
        self._take_airspace(airspace)
        self._take_library(airspace)
        self._take_ledgers(airspace)
        self._take_fleet(_section(doors.FleetTable, tables.get("fleet")))
        self._take_orders(_section(doors.OrdersTable, tables.get("orders")))
        self._take_weather(_section(doors.WeatherTable, tables.get("weather", {})))
        self._take_traffic(_section(doors.TrafficTable, tables.get("traffic")))
        self._take_map(_section(doors.MapTable, tables.get("map")))
        self.problems += self._cross_checked()

    def scenario(self) -> Scenario:
        """Return the finished scenario; only to be asked for when no error was found."""
        head, policy = self.head, self.policy
        if head is None or policy is None:
            raise AssertionError("a scenario without errors has a head and a policy")
        job = Job(
            name=head.name,
            start=utc(head.start),
            end=utc(head.end),
            utc_offset=offset_of(head.start),
            orders=tuple(_values(self.orders)),
            drone_types=tuple(_values(self.drone_types or ())),
            drones=tuple(_values(self.drones)),
            weather=self.weather,
            later=tuple(self.later),
            policy=policy,
            ledgers=self._ledgers_named(),
            intents=tuple(_values([item for _, item in self.intents])),
            inputs=tuple(self.inputs[path] for path in sorted(self.inputs)),
        )
        return Scenario(
            sky=self.contents.airspace(),
            job=job,
            basemap=self.basemap,
            warnings=in_reading_order(self.problems),
            library_path=self.files.get("airspace.corridors", ""),
        )

    # --- scenario.toml ------------------------------------------------------------------------------------------------

    @property
    def _file(self) -> str:
        return str(self.folder / SCENARIO_NAME if self.named == self.folder else self.named)

    def _tables(self) -> dict[str, object] | None:
        fix = "`skyferry init DIR` makes a small scenario to start from."
        try:
            raw = read_raw(Path(self._file), fix=fix)
            tables, told = toml_of(raw.name, text_of(raw))
        except BadInput as error:
            other = "" if self._file.endswith(".toml") else NO_SCENARIO
            self.problems += [replace(problem, fix=problem.fix or other) for problem in error.problems]
            return None
        name = Path(self._file).name
        self.inputs[name] = InputFile(path=name, sha256=raw.sha256)
        self.problems += told
        return tables

    def _take_head(self, tables: dict[str, object]) -> None:
        try:
            self.head = ScenarioFile.model_validate(tables)
        except ValidationError as error:
            self.problems += without_told(self._told(error), self.problems)
        if self.head and not self.head.start < self.head.end:
            found = f"{self.head.start.isoformat()} and {self.head.end.isoformat()}"
            self._tell("TIMES_REVERSED", "end", found, "start before end")
        policy = _section(doors.PolicyTable, tables.get("policy"))
        if policy is not None:
            given = policy.model_dump(exclude_unset=True)
            lists = ("levels_amsl_m", "separation_m", "approvals_held")
            given |= {key: tuple(given[key]) for key in lists if key in given}
            given |= {"evening": Evening(policy.evening)}
            approvals = given.pop("dangerous_goods_allowed", ())
            self.policy = self._checked(
                lambda: Policy(**given, dangerous_goods_allowed=tuple(GoodsApproval(**item) for item in approvals)),
                "policy",
            )

    def _told(self, error: ValidationError) -> list[Problem]:
        return problems_of(error, file=self._file, known_keys=_known_keys())

    def _checked(self, make: Callable[[], T], table: str) -> T | None:
        """Make a value of ours; what it refuses although the door let it in is a problem of that table."""
        try:
            return make()
        except ValueError as error:
            self.problems.append(problem_of(error, file=self._file, place=table, fields=_known_keys()))
            return None

    def _tell(self, code: str, place: str, found: str, expected: str, fix: str = "") -> None:
        problem = Problem(file=self._file, place=place, code=code, found=found, expected=expected, fix=fix)
        self.problems.append(problem)

    # --- the files it names -------------------------------------------------------------------------------------------

    def _raw(self, place: str, relative: str | None) -> RawFile | None:
        """Read a file the scenario names, and note it as an input; None, and a problem, when that fails."""
        path = self._path(place, relative)
        if path is None:
            return None
        try:
            raw = read_raw(self.folder / path, name=self.files[place], fix=self._named_at(place))
        except BadInput as error:
            self.problems += error.problems
            return None
        self.inputs[path] = InputFile(path=path, sha256=raw.sha256)
        return raw

    def _path(self, place: str, relative: str | None) -> str | None:
        """Return a path of the scenario, relative to its folder; None, and a problem, for one that leads out of it."""
        if relative is None:
            return None
        refused = _path_problem(self.folder, relative)
        if refused:
            expected, fix = refused
            # A control character in a path has been told already.
            if not any(True for _ in unprintable("", "", relative)):
                self._tell("PATH_REFUSED", place, shown(relative), expected, fix)
            return None
        path = str(PurePosixPath(relative))
        self.files[place] = str(self.folder / path)
        return path

    def _named_at(self, place: str) -> str:
        made = " `skyferry corridors freeze` makes it." if place == "airspace.corridors" else ""
        return f"It is named in {self._file} at {place}.{made}"

    def _take_airspace(self, table: doors.AirspaceTable | None) -> None:
        if table is None:
            self.contents.unread |= {"zones", "pads", "gates", "jurisdictions"}
            return
        zones = []
        for index, relative in enumerate(table.zones):
            if PurePosixPath(relative) in map(PurePosixPath, table.zones[:index]):
                self._tell("FILE_TWICE", f"airspace.zones[{index}]", shown(relative), "every zone file once")
                continue
            zones.append(self._raw(f"airspace.zones[{index}]", relative))
        named = {kind: getattr(table, kind) for kind in ("pads", "gates", "jurisdictions")}
        raws = {kind: self._raw(f"airspace.{kind}", relative) for kind, relative in named.items()}
        self.contents.unread |= {kind for kind, raw in raws.items() if raw is None and named[kind] is not None}
        self.contents.unread |= {"zones"} if None in zones else set()
        self.contents.allow_rejected = table.allow_rejected
        self.contents.take(SkyFiles(zones=[raw for raw in zones if raw], **raws))
        self.problems += self.contents.problems

    def _take_terrain(self, table: doors.AirspaceTable | None) -> None:
        """Open the terrain model, if one is named. It may be larger than any other file, and is not read whole."""
        place = "airspace.terrain"
        path = self._path(place, table.terrain) if table is not None else None
        if path is None:
            return
        from airspace.earth.rasters import RasterGround

        file = self.files[place]
        try:
            with (self.folder / path).open("rb") as stream:
                self.inputs[path] = InputFile(path=path, sha256=hashlib.file_digest(stream, "sha256").hexdigest())
            self.contents.terrain = RasterGround.open(self.folder / path, name=file)
        except BadInput as error:
            self.problems += error.problems
        except ModuleNotFoundError:
            found, fix = "no library that reads GeoTIFF", "Run: pip install 'skyferry[terrain]'"
            self._tell("MISSING_EXTRA", place, found, "the extra that reads terrain models", fix)
        except OSError as error:
            told = Problem(
                file=file,
                code="FILE_MISSING" if isinstance(error, FileNotFoundError) else "UNREADABLE",
                found=error.strerror or str(error),
                expected="a GeoTIFF",
                fix=self._named_at(place),
            )
            self.problems.append(told)

    def _take_library(self, table: doors.AirspaceTable | None) -> None:
        """Read the library of frozen corridors, if one is named."""
        place, relative = "airspace.corridors", table.corridors if table is not None else None
        if not self.with_library:
            self._path(place, relative)
            return
        raw = self._raw(place, relative)
        if raw is None:
            return
        from airspace.formats.corridors import read_library

        try:
            self.contents.library = read_library(raw)
        except BadInput as error:
            self.problems += error.problems

    def _take_ledgers(self, table: doors.AirspaceTable | None) -> None:
        """Read rule ledgers of one's own, and look whether every jurisdiction names ledgers that exist."""
        from airspace.formats.ledgers import ledgers_named, read_ledger, shipped

        self.ledgers = dict(shipped())
        for index, relative in enumerate(table.rules if table is not None else ()):
            raw = self._raw(f"airspace.rules[{index}]", relative)
            ledger, problems = (None, ()) if raw is None else read_ledger(raw, beside=self.ledgers)
            self.problems += problems
            if ledger is not None:
                self.ledgers[ledger.name] = ledger
        for file, item in self.contents.jurisdictions:
            if item.value is not None:
                place = f"{item.place}.properties.rules"
                self.problems += ledgers_named(item.value.rules, self.ledgers, file=file, place=place)[1]

    def _ledgers_named(self) -> tuple[Ledger, ...]:
        """Return the ledgers that the jurisdictions name, each once, in the order of their names."""
        names = {name for side in values(self.contents.jurisdictions) for name in side.rules}
        return tuple(self.ledgers[name] for name in sorted(names & self.ledgers.keys()))

    def _take_fleet(self, table: doors.FleetTable | None) -> None:
        if table is None:
            return
        types = self._raw("fleet.types", table.types)
        self.drone_types = self._read(types, read_drone_types)
        drones = self._raw("fleet.drones", table.drones)
        self.drones = self._read(drones, read_drones) or []

    def _take_orders(self, table: doors.OrdersTable | None) -> None:
        if table is not None:
            self.orders = self._read(self._raw("orders.file", table.file), read_orders) or []

    def _read(self, file: RawFile | None, reading: Callable[[RawFile], tuple[R, list[Problem]]]) -> R | None:
        """Return what a file holds, with its problems kept; None when there is no file or nothing can be read."""
        if file is None:
            return None
        try:
            held, problems = reading(file)
        except BadInput as error:
            self.problems += error.problems
            return None
        self.problems += problems
        return held

    def _take_weather(self, table: doors.WeatherTable | None) -> None:
        """Read the weather at the start and later; what a later one leaves out stays as it was."""
        if table is None:
            return
        self.weather = self._air(table, STILL_AIR, "weather") or STILL_AIR
        last = self.weather
        for index, air in enumerate(table.later):
            place = f"weather.later[{index}]"
            if self.later and not self.later[-1][0] < utc(air.start):
                found = air.start.isoformat()
                self._tell("TIMES_REVERSED", f"{place}.from", found, "a moment after that of the weather before it")
            last = self._air(air, last, place) or last
            self.later.append((utc(air.start), last))

    def _air(self, table: doors.AirTable, before: Weather, place: str) -> Weather | None:
        given = table.model_dump(exclude_unset=True, exclude={"grid", "later", "start"})
        if table.grid is not None:
            given["wind_grid"] = self._wind_grid(f"{place}.grid", table.grid)
        return self._checked(lambda: replace(before, **given), place)

    def _wind_grid(self, place: str, relative: str) -> WindGrid | None:
        raw = self._raw(place, relative)
        grid = self._read(raw, read_wind_grid)
        if raw is None or grid is None:
            return None
        pads = [pad.point for pad in values(self.contents.pads)]
        if pads and not grid.covers(*shapely.total_bounds(pads).tolist()):
            ends = f"{grid.lons[0]:g} to {grid.lons[-1]:g}, {grid.lats[0]:g} to {grid.lats[-1]:g}"
            told = Problem(file=raw.name, code="GRID_TOO_SMALL", found=ends, expected="winds around every pad")
            self.problems.append(told)
        return grid

    def _take_traffic(self, table: doors.TrafficTable | None) -> None:
        """Read what others will fly, file by file."""
        for index, relative in enumerate(table.intents if table is not None else ()):
            place = f"traffic.intents[{index}]"
            if table and PurePosixPath(relative) in map(PurePosixPath, table.intents[:index]):
                self._tell("FILE_TWICE", place, shown(relative), "every file of intents once")
                continue
            raw = self._raw(place, relative)
            placed = self._read(raw, read_intents)
            self.intents += [(raw.name, item) for item in placed or () if raw is not None]
        self.problems += told_twice(self.intents)

    def _take_map(self, table: doors.MapTable | None) -> None:
        raw = self._raw("map.land", table.land) if table is not None else None
        placed = self._read(raw, lambda file: read_land(document_of(file)))
        lands: list[Land] = list(_values(placed or ()))
        self.problems += self._shifted(raw.name if raw else "", placed or ())
        if lands:
            self.basemap = Basemap(land=merged_area([land.area for land in lands]), attribution=attributions(lands))

    def _shifted(self, file: str, lands: Sequence[Placed[Land]]) -> Iterator[Problem]:
        """Find land whose shores and banks follow the jurisdictions only when moved as shifted maps are."""
        from airspace.formats.shifts import Outline, outlines_shifted

        drawn = [
            Outline(file=file, place=item.place, subject="land", shape=item.value.area)
            for item in lands
            if item.value is not None
        ]
        yield from outlines_shifted(drawn, [side.area for side in values(self.contents.jurisdictions)])

    # --- what the files say of each other -----------------------------------------------------------------------------

    def _cross_checked(self) -> Iterator[Problem]:
        yield from self._pads_named()
        yield from self._types_named()
        yield from self._turns()
        yield from self._hours_of_drones()
        yield from self._volumes()
        yield from self._labels()
        yield from self._currencies()
        yield from self._avoided()
        yield from self._avoiding()
        yield from self._sides_of_approvals()
        yield from self._region()

    def _pads_named(self) -> Iterator[Problem]:
        if "pads" in self.contents.unread:
            return
        pads = {pad.id: pad.value for _, pad in self.contents.pads}
        for order in self.orders:
            for column in ("from_pad", "to_pad"):
                pad_id = getattr(order.value, column) if order.value else None
                if pad_id is not None and pad_id not in pads:
                    yield self._unknown_pad("orders.file", order, column, pad_id, pads)
        for drone in self.drones:
            home = drone.value.home_pad if drone.value else None
            if home is not None and home not in pads:
                yield self._unknown_pad("fleet.drones", drone, "home_pad", home, pads)
            elif home is not None and (pad := pads[home]) and "hub" not in pad.roles:
                yield Problem(
                    file=self.files["fleet.drones"],
                    place=f"{drone.place}, column home_pad",
                    code="HOME_NOT_A_HUB",
                    found=f"{shown(home)}, whose roles are {listed(pad.roles)}",
                    expected=about(f"drone {shown(drone.id)}", "a pad with the role hub"),
                    fix="Give the pad the role hub, or the drone another home.",
                )

    def _unknown_pad(
        self,
        role: str,
        item: Placed[Order] | Placed[Drone],
        column: str,
        pad_id: str,
        pads: Iterable[str],
    ) -> Problem:
        return Problem(
            file=self.files[role],
            place=f"{item.place}, column {column}",
            code="UNKNOWN_PAD",
            found=shown(pad_id),
            expected=f"the id of a pad in {self.files['airspace.pads']}",
            fix=did_you_mean(pad_id, pads),
        )

    def _types_named(self) -> Iterator[Problem]:
        if self.drone_types is None:
            return
        known = [kind.id for kind in self.drone_types]
        for drone in self.drones:
            if drone.value and drone.value.type not in known:
                yield Problem(
                    file=self.files["fleet.drones"],
                    place=f"{drone.place}, column type",
                    code="UNKNOWN_DRONE_TYPE",
                    found=shown(drone.value.type),
                    expected=f"one of the types {listed(known)}",
                    fix=did_you_mean(drone.value.type, known),
                )

    def _turns(self) -> Iterator[Problem]:
        """Tell of types that turn too wide for the corridor that they fly in."""
        policy = self.policy
        for item in self.drone_types or ():
            if (kind := item.value) is None or policy is None:
                continue
            half_width_m = policy.half_width_m(kind)
            if half_width_m < kind.least_half_width_m:
                yield Problem(
                    file=self.files["fleet.types"],
                    place=f"{item.place}.min_turn_radius_m",
                    code="CORRIDOR_TOO_NARROW",
                    found=f"{kind.min_turn_radius_m:g} m in a corridor of half width {half_width_m:g} m",
                    expected=f"a half width of {kind.least_half_width_m:g} m or more, to fly by the bends of its line",
                    fix="Widen corridor_half_width_m of the type or the policy.",
                )

    def _hours_of_drones(self) -> Iterator[Problem]:
        """Warn of drones that work at no time of the job: most likely a slip in the date or the offset."""
        head = self.head
        for item in self.drones if head is not None else ():
            hours = None if item.value is None else item.value.hours
            if head is not None and hours and not (hours[0] < head.end and head.start < hours[1]):
                yield Problem(
                    file=self.files["fleet.drones"],
                    place=f"{item.place}, column {'works_from' if head.end <= hours[0] else 'works_until'}",
                    code="NEVER_AT_WORK",
                    found=f"hours of {shown(item.id)} that lie outside of the job's",
                    expected=f"some time between {head.start.isoformat()} and {head.end.isoformat()}",
                    warning=True,
                )

    def _volumes(self) -> Iterator[Problem]:
        """Warn of orders without a volume that a drone may have to bring whose box holds so much and no more."""
        limited = {kind.id for kind in _values(self.drone_types or ()) if kind.max_volume_l is not None}
        homes = {drone.home_pad for drone in _values(self.drones)}
        roomy = homes - {drone.home_pad for drone in _values(self.drones) if drone.type in limited}
        untold = [
            item for item in self.orders
            if item.value is not None and item.value.from_pad not in roomy and item.value.consignment.volume_l is None
        ]  # fmt: skip
        if untold and limited:
            yield Problem(
                file=self.files["orders.file"],
                place=f"{untold[0].place}, column volume_l",
                code="VOLUME_UNKNOWN",
                found=f"no volume for {listed((shown(item.id) for item in untold), limit=20)}",
                expected="the litres of each order, as a drone type there has max_volume_l",
                fix="Such an order is planned as if it took no room, and the review says NOT CHECKED.",
                warning=True,
            )

    def _labels(self) -> Iterator[Problem]:
        """Find orders that fly together and are to be kept apart, and warn of a label that stands for one order."""
        told = [item for item in self.orders if item.value is not None]
        for label, company in companies(_values(self.orders)).items():
            first = next(item for item in told if item.value is company[0])
            place = f"{first.place}, column together"
            names = listed((shown(order.id) for order in company), limit=20)
            if not kept_apart(company):
                yield Problem(
                    file=self.files["orders.file"],
                    place=place,
                    code="TOGETHER_AND_APART",
                    found=f"{shown(label)} for {names}, of which two or more share a label in the column apart",
                    expected="orders that fly together, or that are kept apart",
                    fix="Take one of the two labels away.",
                )
            elif len(company) == 1:
                yield Problem(
                    file=self.files["orders.file"],
                    place=place,
                    code="TOGETHER_ALONE",
                    found=f"{shown(label)} for {names} only",
                    expected="two or more orders with one label",
                    fix="The order is planned as one without a label.",
                    warning=True,
                )

    def _currencies(self) -> Iterator[Problem]:
        for order in self.orders:
            if self.policy and order.value and order.value.consignment.currency != self.policy.currency:
                yield Problem(
                    file=self.files["orders.file"],
                    place=f"{order.place}, column currency",
                    code="CURRENCY_MISMATCH",
                    found=shown(order.value.consignment.currency),
                    expected=about(f"order {shown(order.id)}", f"{self.policy.currency}, the currency of the policy"),
                    fix="Convert declared_value; rates are not known here.",
                )

    def _avoided(self) -> Iterator[Problem]:
        """Warn of categories to avoid that no open zone is of: a slip of the pen would avoid nothing."""
        if self.policy is None or "zones" in self.contents.unread:
            return
        open_to_all = sorted({zone.category for zone in values(self.contents.zones) if not zone.closed} - {""})
        for category in sorted(self.policy.avoid.keys() - set(open_to_all)):
            yield Problem(
                file=self._file,
                place=f"policy.avoid.{category}",
                code="NOTHING_TO_AVOID",
                found=shown(category),
                expected=f"a category of a zone with NO_RESTRICTION: {', '.join(open_to_all) or 'there is none'}",
                warning=True,
            )

    def _avoiding(self) -> Iterator[Problem]:
        """Warn of types that avoid nothing although the policy asks for it: they do not turn on the spot."""
        if self.policy is None or not self.policy.avoid:
            return
        for item in self.drone_types or ():
            if (kind := item.value) is not None and kind.min_turn_radius_m > 0:
                yield Problem(
                    file=self._file,
                    place="policy.avoid",
                    code="AVOIDS_NOTHING",
                    found=f"type {shown(kind.id)} with min_turn_radius_m {kind.min_turn_radius_m:g}",
                    expected="types that turn on the spot; others fly the shortest way, through avoided zones too",
                    warning=True,
                )

    def _sides_of_approvals(self) -> Iterator[Problem]:
        """Find approvals for dangerous goods over a side that is none of the airspace's."""
        if self.policy is None or "jurisdictions" in self.contents.unread:
            return
        known = [side.id for _, side in self.contents.jurisdictions]
        for index, held in enumerate(self.policy.dangerous_goods_allowed):
            if held.jurisdiction not in (known or [""]):
                yield Problem(
                    file=self._file,
                    place=f"policy.dangerous_goods_allowed[{index}].jurisdiction",
                    code="UNKNOWN_JURISDICTION",
                    found=shown(held.jurisdiction),
                    expected=f"one of the jurisdictions {listed(known)}" if known else "none, as the airspace has none",
                    fix=did_you_mean(held.jurisdiction, known),
                )

    def _region(self) -> Iterator[Problem]:
        contents = self.contents
        swapped = any(problem.code == "SWAPPED_LON_LAT" for problem in contents.problems)
        shapes = [pad.point for pad in values(contents.pads)]
        shapes += [zone.area for zone in values(contents.zones)]
        shapes += [gate.area for gate in values(contents.gates)]
        shapes += [jurisdiction.area for jurisdiction in values(contents.jurisdictions)]
        if not shapes or swapped:
            return
        try:
            Frame.around(shapes)
        except RegionTooLarge as error:
            yield Problem(
                file=self._file,
                place="airspace",
                code="REGION_TOO_LARGE",
                found=str(error).partition(";")[0],
                expected="zones, pads, gates and jurisdictions within 100 km of their centre",
                fix="Cut large areas to the region planned, or plan smaller regions apart.",
            )


def _values(placed: Sequence[Placed[T]]) -> Iterator[T]:
    return (item.value for item in placed if item.value is not None)


def _section(model: type[M], data: object) -> M | None:
    """Return one table on its own, so that the files of a sound one are read although another is broken."""
    try:
        return model.model_validate(data)
    except ValidationError:
        return None  # told already, when the whole file was looked at


def _known_keys() -> tuple[str, ...]:
    tables = (
        doors.AirspaceTable,
        doors.FleetTable,
        doors.OrdersTable,
        doors.MapTable,
        doors.WeatherTable,
        doors.LaterAir,
        doors.TrafficTable,
        doors.PolicyTable,
        doors.GoodsApprovalTable,
        ScenarioFile,
    )
    return tuple(dict.fromkeys(f.alias or name for table in tables for name, f in table.model_fields.items()))


def _path_problem(folder: Path, relative: str) -> tuple[str, str] | None:
    """Return what was expected and how to mend it, if a path is not one inside the scenario's folder."""
    expected = "a path inside the scenario's folder, relative to it"
    posix, windows = PurePosixPath(relative), PureWindowsPath(relative)
    if any(True for _ in unprintable("", "", relative)) or not relative.strip():
        return expected, "Name a file."
    if posix.is_absolute() or windows.is_absolute() or windows.drive or windows.root:
        return expected, "Copy the file into the folder and name it without a leading slash or drive."
    if "\\" in relative:
        return expected, "Write / between folders, not \\."
    if ".." in posix.parts:
        return expected, "Copy the file into the folder and leave out the '..'."
    if _leads_outside(folder, relative):
        return expected, "It is a link that leads out of the folder: copy the file itself."
    return None


def _leads_outside(folder: Path, relative: str) -> bool:
    try:
        return not (folder / relative).resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return True  # links that lead round in a circle

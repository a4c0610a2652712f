"""Rule ledgers as TOML files: those that come with this package, and those of whoever adds to them.

Figures stand in the unit of the law they come from and become metres, kilograms and metres per second here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from fractions import Fraction
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError, model_validator

from airspace.earth.sun import SunEvent
from airspace.errors import BadInput, Problem
from airspace.formats.documents import RawFile, text_of, toml_of, without_told
from airspace.formats.doors import Clock, ConfidenceWord, Day, Id, Name, Strict, Word, refusal
from airspace.formats.telling import did_you_mean, listed, place_of, problem_of, problems_of, shown
from airspace.model.schedules import WEEKDAYS
from airspace.model.sources import Confidence, Source
from airspace.rules.calendars import ByDaysBefore, ByTimeBefore, ByWorkingDaysBefore, Calendar, Lead
from airspace.rules.classes import Mass, MassClass, MassLimit
from airspace.rules.kinds import (
    Activity,
    Classes,
    Daylight,
    Declaration,
    Distance,
    Filing,
    HeightCap,
    Kind,
    SpeedCap,
    Weather,
)
from airspace.rules.ledger import Ledger, Rule, Status
from airspace.rules.pieces import Trait

NOT_GIVEN = "not given"
"""What a file says where the law names something and gives no figure for it."""

_LENGTHS = {"m": Fraction(1), "ft": Fraction("0.3048"), "km": Fraction(1000)}
_SPEEDS = {"m/s": Fraction(1), "km/h": Fraction(10, 36), "kt": Fraction(1852, 3600)}
_MASSES = {"kg": Fraction(1), "g": Fraction(1, 1000)}


def _in_units(units: Mapping[str, Fraction]) -> BeforeValidator:
    """Return a validator that turns ``{ value = 300, unit = "ft" }`` into a number of the first unit."""
    first = next(iter(units))
    expected = f'a figure with its unit ({", ".join(units)}), such as {{ value = 50, unit = "{first}" }}'

    def convert(given: object) -> float:
        if not isinstance(given, dict) or set(given) != {"value", "unit"} or given["unit"] not in tuple(units):
            raise refusal("BAD_FIGURE", expected)
        value = given["value"]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise refusal("WRONG_TYPE", "a number as the value, without quotes", found=shown(value))
        return float(Fraction(value) * units[given["unit"]]) if abs(value) < float("inf") else float(value)

    return BeforeValidator(convert)


def _given(value: object) -> object:
    return None if value == NOT_GIVEN else value


def _timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise refusal("BAD_TIMEZONE", "a time zone by its IANA name, such as Asia/Shanghai") from None
    return name


Metres = Annotated[float, _in_units(_LENGTHS), Field(ge=0, le=100_000)]
Height = Annotated[float, _in_units(_LENGTHS), Field(gt=0, le=20_000)]
Speed = Annotated[float, _in_units(_SPEEDS), Field(gt=0, le=400)]
Kilograms = Annotated[float, _in_units(_MASSES), Field(gt=0, le=100_000)]
Days = Annotated[int, Field(ge=0, le=366)]
Weekday = Literal["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]
TraitWord = Literal[
    "crosses_boundary", "bvlos", "drops", "dangerous_goods", "relay", "over_crowds", "over_people", "from_vehicle",
    "swarm", "integrated",
]  # fmt: skip


class SourceTable(Strict):
    """Where rules come from."""

    citation: Name
    date: Day | None = None
    confidence: ConfidenceWord


class CalendarTable(Strict):
    """The working days of an authority."""

    country: Annotated[str, Field(min_length=2, max_length=3)]
    categories: Annotated[list[Id], Field(min_length=1, default_factory=lambda: ["public"])]
    weekend: list[Weekday]
    published_years: list[Annotated[int, Field(ge=1970, le=2199)]]
    source: SourceTable


class LeadTable(Strict):
    """How long before a flight; one of four ways to say it."""

    days_before: Days | None = None
    at: Clock | None = None
    hours_before: Annotated[float, Field(ge=0, le=10_000)] | None = None
    minutes_before: Annotated[float, Field(ge=0, le=600_000)] | None = None
    working_days_before: Days | None = None

    @model_validator(mode="after")
    def _one_way(self) -> LeadTable:
        ways = self.model_fields_set - {"at"}
        if len(ways) != 1 or ("at" in self.model_fields_set) != (ways == {"days_before"}):
            raise refusal(
                "BAD_LEAD",
                "one of days_before with at, hours_before, minutes_before, working_days_before",
                found=", ".join(sorted(self.model_fields_set)) or "nothing",
            )
        return self

    def value(self, head: _Head) -> Lead:
        """Return the lead time."""
        if self.days_before is not None and self.at is not None:
            return ByDaysBefore(days=self.days_before, at=self.at, clock=head.clock)
        if self.working_days_before is not None:
            return ByWorkingDaysBefore(days=self.working_days_before, calendar=head.calendar, clock=head.clock)
        lead = timedelta(hours=self.hours_before or 0, minutes=self.minutes_before or 0)
        return ByTimeBefore(lead=lead, clock=head.clock)


class RuleTable(Strict):
    """What every rule says, whatever its kind."""

    id: Id
    kind: str
    title: Name
    title_zh: Word = ""
    authority: Name | None = None
    source: Id
    article: Word = ""
    confidence: ConfidenceWord | None = None
    """Where it differs from that of the source."""
    applies_to: list[Id] = Field(default_factory=list)
    permit: Literal["possible", "none"] = "possible"
    status: Literal["in_force", "superseded"] = "in_force"
    replaces: Id | None = None
    note: Word = ""

    def asks(self, head: _Head) -> Kind:
        """Return what the rule asks."""
        raise NotImplementedError


class LimitTable(Strict):
    """A mass that a class does not exceed."""

    of: Literal["empty_mass", "max_takeoff_mass", "takeoff_mass"]
    most: Kilograms
    below: bool = False


class ClassTable(Strict):
    """A class of aircraft."""

    name: Id
    limits: list[LimitTable]


class ClassesTable(RuleTable):
    """Classes of aircraft, lightest first."""

    classes: Annotated[list[ClassTable], Field(min_length=1)]

    def asks(self, head: _Head) -> Kind:  # noqa: ARG002 - every kind is built the same way
        """Return what the rule asks."""
        return Classes(
            classes=tuple(
                MassClass(
                    name=entry.name,
                    limits=tuple(
                        MassLimit(of=Mass(limit.of), most_kg=limit.most, below=limit.below) for limit in entry.limits
                    ),
                )
                for entry in self.classes
            )
        )


class HeightTable(RuleTable):
    """A greatest height above the ground."""

    most: Height

    def asks(self, head: _Head) -> Kind:  # noqa: ARG002
        """Return what the rule asks."""
        return HeightCap(most_m=self.most)


class SpeedTable(RuleTable):
    """A greatest ground speed."""

    most: Speed

    def asks(self, head: _Head) -> Kind:  # noqa: ARG002
        """Return what the rule asks."""
        return SpeedCap(most_mps=self.most)


class DistanceTable(RuleTable):
    """A distance to keep."""

    categories: Annotated[list[Id], Field(min_length=1)]
    least: Annotated[Metres | None, BeforeValidator(_given)]
    stand_in: Metres | None = None

    @model_validator(mode="after")
    def _one_figure(self) -> DistanceTable:
        if self.least is not None and self.stand_in is not None:
            raise refusal("BAD_FIGURE", f'stand_in only beside least = "{NOT_GIVEN}"', found="both figures")
        return self

    def asks(self, head: _Head) -> Kind:  # noqa: ARG002
        """Return what the rule asks."""
        return Distance(categories=tuple(self.categories), least_m=self.least, stand_in_m=self.stand_in)


class ActivityTable(RuleTable):
    """Something done in flight that needs a permit, or that none allows."""

    when: list[TraitWord]

    def asks(self, head: _Head) -> Kind:  # noqa: ARG002
        """Return what the rule asks."""
        return Activity(when=tuple(Trait(word) for word in self.when))


class DaylightTable(RuleTable):
    """Flight by day only."""

    begins: Literal["BMCT", "SR"]
    ends: Literal["SS", "EECT"]

    def asks(self, head: _Head) -> Kind:
        """Return what the rule asks."""
        return Daylight(begins=SunEvent(self.begins), ends=SunEvent(self.ends), clock=head.clock)


class WeatherTable(RuleTable):
    """A limit of the weather."""

    quantity: Id
    least: float | None = None
    most: float | None = None

    @model_validator(mode="after")
    def _some_figure(self) -> WeatherTable:
        if self.least is None and self.most is None:
            raise refusal("MISSING_VALUE", "least, most or both", found="neither")
        return self

    def asks(self, head: _Head) -> Kind:  # noqa: ARG002
        """Return what the rule asks."""
        return Weather(quantity=self.quantity, least=self.least, most=self.most)


class DeclarationTable(RuleTable):
    """What somebody has to answer for."""

    text: Annotated[str, Field(min_length=1, max_length=2000)]

    def asks(self, head: _Head) -> Kind:  # noqa: ARG002
        """Return what the rule asks."""
        return Declaration(text=self.text)


class FilingTable(RuleTable):
    """Something to hand in before flying."""

    lead: Annotated[LeadTable | None, BeforeValidator(_given)]
    reply: LeadTable | None = None
    each: Literal["application", "day", "flight"]
    standing_suffices: bool
    only_if: Word = ""
    unless: list[Id] = Field(default_factory=list)
    indicative: Word = ""

    def asks(self, head: _Head) -> Kind:
        """Return what the rule asks."""
        return Filing(
            lead=None if self.lead is None else self.lead.value(head),
            reply=None if self.reply is None else self.reply.value(head),
            each=self.each,
            standing_suffices=self.standing_suffices,
            only_if=self.only_if,
            unless=tuple(self.unless),
            indicative=self.indicative,
        )


TABLES: Mapping[str, type[RuleTable]] = MappingProxyType(
    {
        "classes": ClassesTable,
        "height_cap": HeightTable,
        "speed_cap": SpeedTable,
        "distance": DistanceTable,
        "permit_required": ActivityTable,
        "forbidden": ActivityTable,
        "daylight": DaylightTable,
        "weather": WeatherTable,
        "declaration": DeclarationTable,
        "filing": FilingTable,
    }
)
"""The kinds of rules by their words."""


class LedgerFile(Strict):
    """A rule ledger."""

    schema_version: Literal[1] = Field(alias="schema")
    name: Id
    title: Name
    title_zh: Word = ""
    extends: Id | None = None
    authority: Name | None = None
    authority_aliases: list[Id] = Field(default_factory=list)
    timezone: Annotated[str, AfterValidator(_timezone)] | None = None
    calendar: CalendarTable | None = None
    sources: dict[str, SourceTable] = Field(default_factory=dict)
    rules: Annotated[list[Any], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """What all rules of a file share."""

    file: str
    authority: str
    aliases: tuple[str, ...]
    clock: ZoneInfo
    calendar: Calendar
    sources: Mapping[str, Source]
    base: Ledger | None
    beside: Mapping[str, Ledger]


@dataclass(slots=True, kw_only=True)
class _Gathered:
    """The rules of a file as far as they were read, and what is wrong."""

    tables: list[tuple[int, RuleTable]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def tell(self, file: str, place: str, code: str, found: str, expected: str, fix: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(file=file, place=place, code=code, found=found, expected=expected, fix=fix))


Known: TypeAlias = Mapping[str, Ledger]
"""Ledgers by name."""


@cache
def shipped() -> Known:
    """Return the ledgers that come with this package, by name."""
    ledgers: dict[str, Ledger] = {}
    for entry in sorted(files("airspace.rules").iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".toml"):
            ledger, problems = read_ledger(RawFile(name=entry.name, raw=entry.read_bytes()), beside={})
            if ledger is None or problems:
                raise BadInput(problems)
            ledgers[ledger.name] = ledger
    return MappingProxyType(ledgers)


def read_ledger(file: RawFile, *, beside: Known | None = None) -> tuple[Ledger | None, tuple[Problem, ...]]:
    """Read a ledger from a TOML file; no ledger when any problem is more than a warning.

    ``beside`` are the ledgers known already, those that come with this package when none are given. The file may
    extend one of them, and no id of a rule may stand in one of them without being named in ``replaces``.
    """
    known = shipped() if beside is None else beside
    try:
        data, unfit = toml_of(file.name, text_of(file))
    except BadInput as error:
        return None, error.problems
    try:
        given = LedgerFile.model_validate(data)
    except ValidationError as error:
        told = problems_of(error, file=file.name, known_keys=_keys(LedgerFile))
        return None, (*unfit, *without_told(told, unfit))
    gathered = _Gathered(problems=list(unfit))
    head = _head(file.name, given, known, gathered)
    if head is None:
        return None, tuple(gathered.problems)
    _take_tables(given.rules, head, gathered)
    ledger = _ledger(given, head, gathered)
    return ledger if not gathered.problems else None, tuple(gathered.problems)


def ledgers_named(
    names: Iterable[str], known: Known, *, file: str, place: str = "rules"
) -> tuple[tuple[Ledger, ...], tuple[Problem, ...]]:
    """Return the ledgers that a jurisdiction names, and a warning for each name that no ledger bears."""
    asked = list(names)
    problems = [
        Problem(
            file=file,
            place=f"{place}[{index}]",
            code="UNKNOWN_LEDGER",
            found=shown(name),
            expected=f"the name of a rule ledger; there is no ledger of that name, known are {listed(sorted(known))}",
            fix=did_you_mean(name, known) or "Nothing is judged by it.",
            warning=True,
        )
        for index, name in enumerate(asked)
        if name not in known
    ]
    return tuple(known[name] for name in dict.fromkeys(asked) if name in known), tuple(problems)


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _source(given: SourceTable) -> Source:
    return Source(citation=given.citation, date=given.date, confidence=Confidence(given.confidence))


def _head(file: str, given: LedgerFile, known: Known, gathered: _Gathered) -> _Head | None:
    """Return what the rules of a file share, its own or that of the ledger it extends."""
    base = known.get(given.extends or "")
    if given.extends and base is None:
        expected = f"the name of a known ledger: {listed(sorted(known))}"
        gathered.tell(
            file, "extends", "UNKNOWN_LEDGER", shown(given.extends), expected, did_you_mean(given.extends, known)
        )
        return None
    if given.name in known:
        gathered.tell(file, "name", "DUPLICATE_ID", shown(given.name), "a name that no other ledger bears")
    for key in ("authority", "timezone", "calendar"):
        if getattr(given, key) is None and base is None:
            gathered.tell(file, key, "MISSING_VALUE", "nothing", "a value, in a ledger that extends no other")
    calendar = _calendar(file, given.calendar, gathered) if given.calendar else _of(base, "calendar")
    timezone = given.timezone or _of(base, "timezone")
    authority = given.authority or _of(base, "authority")
    if calendar is None or timezone is None or authority is None:
        return None
    return _Head(
        file=file,
        authority=authority,
        aliases=tuple(given.authority_aliases) if given.authority or base is None else base.aliases,
        clock=ZoneInfo(timezone),
        calendar=calendar,
        sources={name: _source(table) for name, table in given.sources.items()},
        base=base,
        beside=known,
    )


def _of(base: Ledger | None, name: str) -> Any:
    return None if base is None else getattr(base, name)


def _calendar(file: str, given: CalendarTable, gathered: _Gathered) -> Calendar | None:
    calendar = Calendar(
        country=given.country,
        categories=tuple(given.categories),
        weekend=tuple(day for day in WEEKDAYS if day in given.weekend),
        published_years=tuple(sorted(set(given.published_years))),
        source=_source(given.source),
    )
    try:
        bare = [year for year in calendar.published_years if not calendar.holidays(year)]
    except (NotImplementedError, ValueError):
        found = f"{shown(given.country)} with {listed(given.categories)}"
        expected = "a country and categories of the holidays library"
        gathered.tell(file, "calendar.country", "UNKNOWN_CALENDAR", found, expected)
        return None
    if bare:
        found = f"{listed(map(str, bare))}, of which the holidays library knows no holiday"
        gathered.tell(file, "calendar.published_years", "UNKNOWN_CALENDAR", found, "years that it has holidays of")
    return calendar


def _take_tables(raw_rules: Sequence[object], head: _Head, gathered: _Gathered) -> None:
    """Read every rule by the table of its kind."""
    for index, raw in enumerate(raw_rules):
        place = ("rules", index)
        kind = raw.get("kind") if isinstance(raw, dict) else None
        model = TABLES.get(kind) if isinstance(kind, str) else None
        if isinstance(raw, dict) and "kind" in raw and model is None:
            expected = f"a kind of rule: {listed(TABLES, limit=len(TABLES))}"
            where = place_of((*place, "kind"))
            gathered.tell(head.file, where, "UNKNOWN_VALUE", shown(kind), expected, did_you_mean(kind, TABLES))
            continue
        try:
            table = (model or RuleTable).model_validate(raw)
        except ValidationError as error:
            problems = problems_of(
                error, file=head.file, prefix=place, subject=_subject(raw), known_keys=_keys(model or RuleTable)
            )
            gathered.problems += without_told(problems, gathered.problems)
            continue
        if _sound(index, table, head, gathered):
            gathered.tables.append((index, table))


def _subject(raw: object) -> str:
    own = raw.get("id") if isinstance(raw, dict) else None
    return f"rule {shown(own)}" if isinstance(own, str) else ""


def _sound(index: int, table: RuleTable, head: _Head, gathered: _Gathered) -> bool:
    """Tell whether what a rule names exists, and its id does not."""
    before = len(gathered.problems)
    place = f"rules[{index}]"
    if table.source not in head.sources:
        expected = f"a source of this file: {listed(sorted(head.sources))}"
        fix = did_you_mean(table.source, head.sources)
        gathered.tell(head.file, f"{place}.source", "UNKNOWN_SOURCE", shown(table.source), expected, fix)
    if any(other.id == table.id for _, other in gathered.tables):
        gathered.tell(
            head.file, f"{place}.id", "DUPLICATE_ID", f"{shown(table.id)} more than once", "every rule id once"
        )
    _check_against_others(place, table, head, gathered)
    return len(gathered.problems) == before


def _check_against_others(place: str, table: RuleTable, head: _Head, gathered: _Gathered) -> None:
    replaceable = {rule.id for rule in head.base.rules} if head.base else set()
    if table.replaces is not None and table.replaces not in replaceable:
        fix = did_you_mean(table.replaces, replaceable) or "Name with extends the ledger that it stands in."
        expected = "a rule of the ledger that this one extends"
        gathered.tell(head.file, f"{place}.replaces", "UNKNOWN_RULE", shown(table.replaces), expected, fix)
    for name, ledger in head.beside.items():
        if table.id != table.replaces and table.id in {rule.id for rule in ledger.rules}:
            found = f"{shown(table.id)}, which stands in the ledger {shown(name)}"
            fix = f'Choose another id, or write replaces = "{table.id}" to put this rule in its place.'
            gathered.tell(head.file, f"{place}.id", "DUPLICATE_ID", found, "an id of its own", fix)


def _ledger(given: LedgerFile, head: _Head, gathered: _Gathered) -> Ledger | None:
    asked = [(index, table, table.asks(head)) for index, table in gathered.tables]
    replaced = {table.replaces for _, table in gathered.tables}
    kept = tuple(rule for rule in head.base.rules if rule.id not in replaced) if head.base else ()
    classes = _classes([kind for _, _, kind in asked] + [rule.asks for rule in kept], head.file, gathered)
    rules = [*_again(kept, classes, head.file, gathered)]
    for index, table, kind in asked:
        try:
            rules.append(_rule(table, kind, head, classes))
        except ValueError as error:
            place = f"rules[{index}].applies_to"
            gathered.problems.append(problem_of(error, file=head.file, place=place, subject=f"rule {shown(table.id)}"))
    if gathered.problems:
        return None
    return Ledger(
        name=given.name,
        title=given.title,
        title_zh=given.title_zh,
        authority=head.authority,
        aliases=head.aliases,
        timezone=head.clock.key,
        calendar=head.calendar,
        rules=tuple(rules),
    )


def _classes(kinds: Iterable[Kind], file: str, gathered: _Gathered) -> tuple[MassClass, ...]:
    defined = [kind.classes for kind in kinds if isinstance(kind, Classes)]
    if len(defined) > 1:
        fix = "Leave one, or replace that of the ledger extended."
        gathered.tell(file, "rules", "TOO_MANY", f"{len(defined)} rules of kind classes", "one at most", fix)
    return defined[0] if defined else ()


def _again(rules: Iterable[Rule], classes: tuple[MassClass, ...], file: str, gathered: _Gathered) -> Iterable[Rule]:
    """Yield the rules of a ledger extended, with the classes that now hold."""
    for rule in rules:
        try:
            yield replace(rule, classes=classes)
        except ValueError as error:
            gathered.problems.append(problem_of(error, file=file, place="rules", subject=f"rule {shown(rule.id)}"))


def _rule(table: RuleTable, kind: Kind, head: _Head, classes: tuple[MassClass, ...]) -> Rule:
    source = head.sources[table.source]
    citation = f"{source.citation}; {table.article}" if table.article else source.citation
    own = table.authority is not None and table.authority != head.authority
    return Rule(
        id=table.id,
        title=table.title,
        title_zh=table.title_zh,
        authority=table.authority or head.authority,
        aliases=() if own else head.aliases,
        asks=kind,
        classes=classes,
        applies_to=tuple(table.applies_to),
        permittable=table.kind != "forbidden" and table.permit == "possible",
        source=replace(source, citation=citation, confidence=Confidence(table.confidence or source.confidence)),
        article=table.article,
        status=Status(table.status),
        note=table.note,
    )

"""The commands ``skyferry corridors ...``: freeze corridors, keep what authorities say of them, and look it up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from airspace.corridors.library import joined
from airspace.errors import BadInput, Problem
from airspace.formats.corridors import library_text, read_library
from airspace.formats.documents import RawFile, read_raw, unprintable
from airspace.formats.telling import did_you_mean, listed, shown
from airspace.model.corridors import Act, Corridor, Entry, Library
from planner import corridor_telling, telling
from planner.formats.files import one_at_a_time, write_atomically
from planner.formats.plans import read_plan
from planner.formats.scenario import read_scenario
from planner.model.plans import Plan
from planner.model.scenarios import Scenario
from planner.solving.freezing import freeze_job
from planner.terminal import Exit, Json, Quiet, Verbose, err, guarded, moment, out, print_json, progress

app = typer.Typer(
    help="Freeze corridors for authorities to approve, and keep what they say of them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

LIBRARY_NAME = "corridors.json"
ALL = "all"

File = Annotated[Path, typer.Argument(metavar="FILE", help="A library, such as corridors.json.")]
Ids = Annotated[
    list[str], typer.Argument(metavar="ID...", help=f"Corridors by id or the beginning of one; '{ALL}' for every one.")
]
Authority = Annotated[str, typer.Option(help="The authority that says so.")]
By = Annotated[str, typer.Option(help="The person who signed, or who enters it.")]
Note = Annotated[str, typer.Option(help="A reference, or a word on it.")]
Types = Annotated[list[str] | None, typer.Option("--type", help="A drone type it is for [all of the corridor's].")]
At = Annotated[str | None, typer.Option(help="From when on it counts, with an offset from UTC [now].")]
When = Annotated[str | None, typer.Option("--at", help="The moment told about, with an offset from UTC [now].")]
PlanFile = Annotated[Path | None, typer.Option("--plan", help="A plan.json, to tell which of its orders are hit.")]


# --- freezing ---------------------------------------------------------------------------------------------------------


@app.command()
@guarded
def freeze(
    scenario: Annotated[Path, typer.Argument(help="A scenario folder or its scenario.toml.")],
    *,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help=f"The library [the scenario's, else its {LIBRARY_NAME}]."),
    ] = None,
    pairs: Annotated[
        list[str] | None,
        typer.Option(metavar="FROM>TO", help="Two pads to join, there and back [all that the orders may need]."),
    ] = None,
    by: By = "",
    at: At = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Exit:
    """Freeze the corridors that a scenario's drones would fly, into a new library or one that is there.

    A corridor that comes out as it was keeps what authorities said of it; one that comes out otherwise, by its zones or
    rules, loses its approvals. Corridors that are not flown any more stay.
    """
    asked, when = _pairs(pairs), _moment(at)
    with progress(quiet=quiet) as on_progress:
        read = read_scenario(scenario, with_library=False)
        telling.tell_problems(read.warnings, err())
        target = output or _library_file(scenario, read)
        _known(target)  # what cannot be added to is told before the work, not after it
        frozen = freeze_job(read.job, read.sky, pairs=asked, on_progress=on_progress)
    missing = [pair for pair in asked or () if pair not in {(one.from_pad, one.to_pad) for one in frozen}]
    with one_at_a_time(target):
        known = _known(target)
        library = joined(known, frozen, at=when, by=by)
        if frozen:
            _write(target, library)
    done = _Frozen.of(known, library, frozen, missing)
    if as_json:
        print_json({"path": str(target) if frozen else None, **done.document})
    else:
        done.tell(target, hint=read.library_path == "" and output is None)
    return Exit.DONE if frozen else Exit.NOTHING_SERVED


def _pairs(asked: Sequence[str] | None) -> list[tuple[str, str]] | None:
    if not asked:
        return None
    cut = [text.split(">") for text in asked]
    wrong = [text for text, pads in zip(asked, cut, strict=True) if len(pads) != 2 or not all(map(str.strip, pads))]
    if wrong:
        raise typer.BadParameter(f"--pairs: expected two pads such as 'DEPOT>CLINIC', got {wrong[0]!r}")
    return [(start.strip(), end.strip()) for start, end in cut]


def _library_file(scenario: Path, read: Scenario) -> Path:
    folder = scenario if scenario.is_dir() else scenario.parent
    return Path(read.library_path) if read.library_path else folder / LIBRARY_NAME


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frozen:
    """What became of a library when corridors were frozen into it."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: int
    missing: tuple[str, ...]

    @classmethod
    def of(
        cls, before: Library, after: Library, frozen: Sequence[Corridor], missing: Sequence[tuple[str, str]]
    ) -> _Frozen:
        ids = sorted({corridor.id for corridor in frozen})
        new = tuple(name for name in ids if not before.has(name))
        held = [name for name in ids if before.has(name)]
        changed = tuple(name for name in held if before.corridor(name).hash != after.corridor(name).hash)
        gone = tuple(f"{start}>{end}" for start, end in missing)
        return cls(new=new, changed=changed, same=len(held) - len(changed), missing=gone)

    @property
    def document(self) -> dict[str, Any]:
        return {"new": list(self.new), "changed": list(self.changed), "same": self.same, "missing": list(self.missing)}

    def tell(self, target: Path, *, hint: bool) -> None:
        for name in self.changed:
            out().say(f"changed, to be approved anew: {name}")
        for pair in self.missing:
            err().say(f"no corridor leads along {pair}")
        told = f"{len(self.new)} new, {len(self.changed)} changed, {self.same} as they were"
        frozen = bool(self.new or self.changed or self.same)
        out().say(f"{target}  {told}" if frozen else "nothing to freeze")
        if hint and frozen:
            line = f'name it in scenario.toml, under [airspace]: corridors = "{target.name}"'
            out().say(line)


# --- looking up -------------------------------------------------------------------------------------------------------


@app.command(name="list")
@guarded
def list_(
    file: File,
    *,
    at: When = None,
    plan: PlanFile = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Exit:
    """List the corridors of a library with their states at a moment, and what a plan loses by those not approved."""
    library, when, flown = _read(file), _moment(at), _plan(plan)
    if as_json:
        document = corridor_telling.library_document(library, library.corridors, when)
        print_json({"file": str(file), **document, **_plan_document(flown, library, library.corridors)})
    else:
        corridor_telling.tell_library(library, library.corridors, when, out(), quiet=quiet)
        _tell_plan(flown, library, library.corridors)
    return Exit.DONE


@app.command()
@guarded
def show(
    file: File,
    corridor: Annotated[str, typer.Argument(metavar="ID", help="A corridor by its id or the beginning of it.")],
    *,
    at: When = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Exit:
    """Show one corridor: what it is, what it passes, and all that was said of it."""
    library, when = _read(file), _moment(at)
    (chosen,) = _chosen(library, [corridor], file)
    if as_json:
        print_json({"file": str(file), **corridor_telling.corridor_in_full(library, chosen, when)})
    else:
        corridor_telling.tell_corridor(library, chosen, when, out())
    return Exit.DONE


# --- what is said of them ---------------------------------------------------------------------------------------------


@app.command()
@guarded
def submit(
    file: File,
    ids: Ids,
    *,
    by: By,
    authority: Annotated[str, typer.Option(help="The authority it is handed in with [all it passes].")] = "",
    note: Note = "",
    types: Types = None,
    at: At = None,
    plan: PlanFile = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Exit:
    """Enter that corridors were handed in for approval."""
    said = _Said(act=Act.SUBMITTED, authority=authority, by=by, note=note, at=_moment(at), types=tuple(types or ()))
    return _enter(said, file, ids, plan, as_json=as_json, quiet=quiet)


@app.command()
@guarded
def approve(
    file: File,
    ids: Ids,
    *,
    authority: Authority,
    by: By,
    note: Note = "",
    types: Types = None,
    valid_to: Annotated[
        str | None, typer.Option("--valid-to", help="The end of the approval, with an offset from UTC [none].")
    ] = None,
    at: At = None,
    plan: PlanFile = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Exit:
    """Enter an authority's approval of corridors as they are now."""
    when, last = _moment(at), None if valid_to is None else moment(valid_to, "--valid-to")
    if last is not None and last <= when:
        raise typer.BadParameter(f"--valid-to: expected a time after {when.isoformat()}, got {valid_to!r}")
    kinds = tuple(types or ())
    said = _Said(act=Act.APPROVED, authority=authority, by=by, note=note, at=when, types=kinds, valid_to=last)
    return _enter(said, file, ids, plan, as_json=as_json, quiet=quiet)


@app.command()
@guarded
def suspend(
    file: File,
    ids: Ids,
    *,
    authority: Authority,
    by: By,
    note: Annotated[str, typer.Option(help="The reason.")],
    at: At = None,
    plan: PlanFile = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Exit:
    """Enter that an authority suspends corridors: nobody flies them until it takes that back."""
    said = _Said(act=Act.SUSPENDED, authority=authority, by=by, note=note, at=_moment(at))
    return _enter(said, file, ids, plan, as_json=as_json, quiet=quiet)


@app.command()
@guarded
def resume(
    file: File,
    ids: Ids,
    *,
    authority: Authority,
    by: By,
    note: Note = "",
    at: At = None,
    plan: PlanFile = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Exit:
    """Enter that an authority takes its suspension of corridors back."""
    said = _Said(act=Act.RESUMED, authority=authority, by=by, note=note, at=_moment(at))
    return _enter(said, file, ids, plan, as_json=as_json, quiet=quiet)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What somebody says of some corridors."""

    act: Act
    authority: str
    by: str
    note: str
    at: datetime
    types: tuple[str, ...] = ()
    """Empty for all types of each corridor."""
    valid_to: datetime | None = None

    def entry(self, corridor: Corridor) -> Entry:
        """Return it as a line of the history of one corridor."""
        kinds = (self.types or corridor.drone_types) if self.act in (Act.SUBMITTED, Act.APPROVED) else ()
        return Entry(
            at=self.at,
            corridor=corridor.id,
            hash=corridor.hash,
            act=self.act,
            drone_types=tuple(sorted(set(kinds))),
            authority=self.authority,
            by=self.by,
            note=self.note,
            valid_to=self.valid_to,
        )

    def amiss(self, corridor: Corridor, library: Library) -> tuple[str, str, str] | None:
        """Say what keeps it from being said of a corridor: code, found, expected; None when nothing does."""
        unknown = sorted(set(self.types) - set(corridor.drone_types))
        if unknown:
            return "WRONG_TYPE", f"type {shown(unknown[0])}", f"one of {listed(corridor.drone_types)}"
        if self.act is Act.RESUMED:
            held = [entry.authority for entry in library.suspensions(corridor.id, self.at)]
            if self.authority not in held:
                return "NOT_SUSPENDED", shown(self.authority), f"one that suspends it then: {listed(held)}"
        # Whoever suspends is believed; whoever approves has to have a say.
        asked = self.act is Act.APPROVED or (self.act is Act.SUBMITTED and self.authority)
        if asked and corridor.authorities and self.authority not in corridor.authorities:
            return "WRONG_AUTHORITY", shown(self.authority), f"one that it passes: {listed(corridor.authorities)}"
        return None


def _enter(said: _Said, file: Path, ids: Sequence[str], plan: Path | None, *, as_json: bool, quiet: bool) -> Exit:
    """Add what somebody says to the history of corridors, and tell what holds of them then."""
    _refuse_unprintable(said)
    flown = _plan(plan)
    with one_at_a_time(file):
        library = _read(file)
        chosen = _sayable(said, library, _chosen(library, ids, file), file, every=ALL in ids)
        library = replace(library, history=(*library.history, *(said.entry(corridor) for corridor in chosen)))
        _write(file, library)
    if as_json:
        document = corridor_telling.library_document(library, chosen, said.at)
        print_json({"file": str(file), "act": said.act.value, **document, **_plan_document(flown, library, chosen)})
    else:
        corridor_telling.tell_library(library, chosen, said.at, out(), quiet=quiet)
        _tell_plan(flown, library, chosen)
    return Exit.DONE


def _sayable(
    said: _Said, library: Library, chosen: Sequence[Corridor], file: Path, *, every: bool
) -> tuple[Corridor, ...]:
    """Return the corridors it can be said of; asked for all, those that it does not concern are passed over."""
    amiss = {corridor.id: said.amiss(corridor, library) for corridor in chosen}
    sound = tuple(corridor for corridor in chosen if amiss[corridor.id] is None)
    if len(sound) < len(chosen) and not (every and sound):
        raise BadInput(
            Problem(file=str(file), place=f"corridor {name}", code=told[0], found=told[1], expected=told[2])
            for name, told in amiss.items()
            if told is not None
        )
    return sound


# --- files ------------------------------------------------------------------------------------------------------------


def _read(file: Path) -> Library:
    return read_library(read_raw(file, fix="`skyferry corridors freeze` makes one."))


def _known(file: Path) -> Library:
    return _read(file) if file.exists() else Library()


def _write(file: Path, library: Library) -> None:
    """Write a library, once it reads back as it is."""
    text = library_text(library)
    read_library(RawFile(name=str(file), raw=text.encode()))
    write_atomically(file, text)


def _refuse_unprintable(said: _Said) -> None:
    options = {"--authority": said.authority, "--by": said.by, "--note": said.note}
    problems = [problem for option, text in options.items() for problem in unprintable(option, "", text)]
    blank = said.act is not Act.SUBMITTED and not said.authority.strip()
    for option, text in options.items():
        if (option == "--by" and not text.strip()) or (option == "--authority" and blank):
            problems.append(Problem(file=option, code="EMPTY_VALUE", found="nothing", expected="a name"))
    if said.act is Act.SUSPENDED and not said.note.strip():
        problems.append(Problem(file="--note", code="EMPTY_VALUE", found="nothing", expected="the reason"))
    if problems:
        raise BadInput(problems)


def _chosen(library: Library, asked: Sequence[str], file: Path) -> tuple[Corridor, ...]:
    """Return the corridors that some words name, each once.

    Raises
    ------
    BadInput
        If a word names none, or more than one without being the id of one, for all words at once.
    """
    found: dict[str, Corridor] = {}
    problems = []
    for word in asked:
        begun = _named(library, word)
        if word == ALL or len(begun) == 1:
            found |= {corridor.id: corridor for corridor in begun}
            continue
        ids = [corridor.id for corridor in begun or library.corridors]
        expected = "the id of one corridor, or enough of its beginning"
        code, fix = ("AMBIGUOUS", f"It may be {listed(ids)}.") if begun else ("UNKNOWN", did_you_mean(word, ids))
        problems.append(Problem(file=str(file), code=code, found=shown(word), expected=expected, fix=fix))
    if problems:
        raise BadInput(problems)
    return tuple(found[name] for name in sorted(found))


def _named(library: Library, word: str) -> tuple[Corridor, ...]:
    if word == ALL:
        return library.corridors
    if library.has(word):
        return (library.corridor(word),)
    return tuple(corridor for corridor in library.corridors if corridor.id.startswith(word))


def _plan(file: Path | None) -> Plan | None:
    return None if file is None else read_plan(file)[0]


def _plan_document(plan: Plan | None, library: Library, corridors: Sequence[Corridor]) -> dict[str, Any]:
    return {} if plan is None else {"plan": corridor_telling.plan_document(plan, library, corridors)}


def _tell_plan(plan: Plan | None, library: Library, corridors: Sequence[Corridor]) -> None:
    if plan is not None:
        corridor_telling.tell_hits(plan, library, corridors, out())


def _moment(text: str | None) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) if text is None else moment(text)

"""Whether a plan is what it was, and made from what is there: every answer of ``skyferry verify``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from airspace.errors import BadInput
from planner import origins
from planner.formats.scenario import read_scenario
from planner.model.plans import CreatedBy, Plan
from planner.model.reviews import Verdict
from planner.provenance.again import first_difference, planned_again
from planner.provenance.companions import companions
from planner.provenance.inputs import InputState, input_states
from planner.provenance.places import Difference
from planner.provenance.records import Record, read_whole
from planner.solving.solvers import Watch
from planner.versions import installed_version, shaping_versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is known of one thing: the record, a file beside it, an input, the versions, planning anew."""

    about: str
    """``record``, ``beside``, ``input``, ``version`` or ``again``."""
    subject: str
    """The file, or what else it is about."""
    verdict: Verdict
    """NOT_CHECKED where nobody can tell."""
    detail: str
    """In words."""
    stated: str = ""
    found: str = ""
    """Digests or versions, where it is about them."""
    difference: Difference | None = None
    """The first byte that differs, where that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """All answers on one plan."""

    plan_file: str
    digest: str
    """Of what the file holds."""
    answers: tuple[Answer, ...]

    @property
    def verdict(self) -> Verdict:
        """FAIL if anything is not as it was, else NOT_CHECKED if something cannot be told."""
        found = {answer.verdict for answer in self.answers}
        return next(verdict for verdict in (Verdict.FAIL, Verdict.NOT_CHECKED, Verdict.PASS) if verdict in found)


def verify(
    plan_file: Path,
    *,
    scenario: Path | None = None,
    against: Path | None = None,
    again: Watch | None = None,
) -> Verification:
    """Hold a plan against itself, the files beside it, its inputs and the versions here.

    Parameters
    ----------
    scenario
        The scenario, when the plan does not lead to it.
    against
        A folder with old copies of inputs, to tell the first byte that differs.
    again
        How planning anew is followed; without it nothing is planned.

    Raises
    ------
    BadInput
        If the file is not the record of a plan.
    """
    record = read_whole(plan_file)
    answers = [*_of_record(record), *_of_companions(record), *_of_inputs(record, scenario, against)]
    answers.append(_of_versions(record.plan.created_by))
    if again is not None:
        inputs = (answer for answer in answers if answer.about == "input")
        unlike = [answer.subject for answer in inputs if answer.verdict is not Verdict.PASS]
        answers.append(_of_planning(record, scenario, again, unlike))
    return Verification(plan_file=str(plan_file), digest=record.digest, answers=tuple(answers))


def _of_record(record: Record) -> Iterator[Answer]:
    fits = record.stated == record.digest
    yield Answer(
        about="record",
        subject=str(record.file),
        verdict=Verdict.PASS if fits else Verdict.FAIL,
        detail="its digest is that of what it holds"
        if fits
        else f"it states {record.stated} and holds what has {record.digest}: it was changed after it was written",
        stated=record.stated,
        found=record.digest,
    )
    where = record.written_otherwise
    yield Answer(
        about="record",
        subject=str(record.file),
        verdict=Verdict.PASS if where is None else Verdict.FAIL,
        detail="every byte is as what it holds is written"
        if where is None
        else f"what it holds is written in one way only, and not in this: {where}",
        difference=where,
    )


def _of_companions(record: Record) -> Iterator[Answer]:
    for one in companions(record.file, record.digest):
        verdict = Verdict.PASS if one.belongs else Verdict.FAIL
        yield Answer(
            about="beside", subject=str(one.path), verdict=verdict, detail=one.words, stated=one.told or "",
            found=one.digest,
        )  # fmt: skip


def _of_inputs(record: Record, scenario: Path | None, against: Path | None) -> Iterator[Answer]:
    if not record.plan.inputs:
        yield Answer(about="input", subject="", verdict=Verdict.NOT_CHECKED, detail="the record tells no inputs")
        return
    try:
        place = origins.place_of_scenario(record.plan, record.file, named=scenario)
    except BadInput as error:
        yield Answer(about="input", subject="", verdict=Verdict.NOT_CHECKED, detail=str(error))
        return
    folder = place if place.is_dir() else place.parent
    for state in input_states(record.plan.inputs, folder, against=against):
        yield Answer(
            about="input",
            subject=state.path,
            verdict=Verdict.PASS if state.same else Verdict.FAIL,
            detail=_input_words(state),
            stated=state.stated,
            found=state.found or "",
            difference=state.difference,
        )


def _input_words(state: InputState) -> str:
    if state.same:
        return "as it was"
    if state.found is None:
        return state.trouble
    changed = f"changed since: the plan was made from {state.stated}, it is {state.found} now"
    where = str(state.difference) if state.difference is not None else state.copy
    return f"{changed}; {where}" if where else changed


def _of_versions(made: CreatedBy) -> Answer:
    here = {"skyferry": installed_version(), **shaping_versions()}
    told = {"skyferry": made.version.removeprefix("skyferry "), **made.versions}
    names = [name for name in sorted(here.keys() | told.keys()) if here.get(name) != told.get(name)]
    if not names:
        detail = f"made with these versions: {made.version}, Python {here['python']}"
    elif not made.versions:
        detail = f"made with {made.version}; it does not tell of which libraries"
    else:
        each = (f"{name} {told.get(name, 'not told')}, here {here.get(name, 'not asked')}" for name in names)
        detail = f"made with other versions: {'; '.join(each)}"
    return Answer(
        about="version",
        subject=made.version,
        # Another version may well plan the same; that can only be seen by planning anew.
        verdict=Verdict.NOT_CHECKED if names else Verdict.PASS,
        detail=detail,
        stated=", ".join(f"{name} {told.get(name, '')}".rstrip() for name in names),
        found=", ".join(f"{name} {here.get(name, '')}".rstrip() for name in names),
    )


def _of_planning(record: Record, scenario: Path | None, watch: Watch, unlike: list[str]) -> Answer:
    subject = str(record.file)
    try:
        place = origins.place_of_scenario(record.plan, record.file, named=scenario)
        made = planned_again(record.plan, read_scenario(place), watch)
    except (BadInput, LookupError) as error:
        detail = f"cannot be planned anew: {error}"
        return Answer(about="again", subject=subject, verdict=Verdict.NOT_CHECKED, detail=detail)
    where = first_difference(record, made)
    if where is None:
        detail = "planned anew it comes out the same, byte for byte"
        return Answer(about="again", subject=subject, verdict=Verdict.PASS, detail=detail)
    excuse = _excuse(record.plan, made, unlike)
    why = f" ({excuse})" if excuse else ""
    return Answer(
        about="again",
        subject=subject,
        verdict=Verdict.NOT_CHECKED if excuse else Verdict.FAIL,
        detail=f"planned anew it comes out otherwise{why}: {where}",
        difference=where,
    )


def _excuse(plan: Plan, made: Plan, unlike: list[str]) -> str:
    """Return why a plan made again may differ and nobody be to blame; empty where there is no such reason."""
    then, now = plan.created_by, made.created_by
    if unlike:
        return f"from other inputs: {', '.join(unlike)}"
    if (then.version, dict(then.versions)) != (now.version, dict(now.versions)):
        return "by other versions"
    if then.options.get("interrupted") or now.options.get("interrupted"):
        return "one of them was interrupted"
    if then.options.get("seconds") is not None:
        return "with a limit of time, what is found depends on the machine"
    return ""

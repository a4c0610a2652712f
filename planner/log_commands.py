"""The commands ``skyferry log ...``, and how ``plan`` and ``check`` enter what they did."""

from __future__ import annotations

import getpass
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from airspace.errors import BadInput, Problem
from airspace.formats.documents import read_raw, unprintable
from planner.formats import chains
from planner.log_telling import chain_document, link_document, tell_chain, tell_links
from planner.model.chains import Deed, Kind, Link
from planner.model.reviews import Verdict
from planner.provenance.records import read_whole
from planner.telling import SIGNS, problems_document, tell_problems
from planner.terminal import Exit, Json, Quiet, Verbose, err, guarded, out, print_json

app = typer.Typer(
    help="Keep a log of plans, checks and approvals that nobody can change unseen.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

File = Annotated[Path, typer.Argument(metavar="FILE", help="A log.")]
LogFile = Annotated[Path | None, typer.Option("--log", help="Enter it in this log, which is made if need be [none].")]
Who = Annotated[str | None, typer.Option("--by", help="Who is told in the log to have done it [the login name].")]


class Entering:
    """A log that something will be entered in; refused before anything else is done if it cannot be."""

    def __init__(self, log: Path | None, by: str | None) -> None:
        self.log, self.by = log, _login_name() if by is None else by
        _refuse_unprintable({"--by": self.by})
        if by is not None and log is None:
            raise typer.BadParameter("--by: tells who is named in a log; name one with --log")
        if log is not None:
            chains.ready(log)

    def enter(self, kind: Kind, plan: str, verdict: Verdict | None, note: str = "") -> Link | None:
        """Add a record, now; None where no log was asked for."""
        if self.log is None:
            return None
        now = datetime.now(UTC)
        return chains.append(self.log, Deed(kind=kind, at=now, by=self.by, plan=plan, verdict=verdict, note=note))


def _login_name() -> str:
    """Return who is logged in; empty where the system knows nobody."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _refuse_unprintable(texts: dict[str, str], *, needed: str = "") -> None:
    problems = [problem for option, text in texts.items() for problem in unprintable(option, "", text)]
    if needed and not texts[needed].strip():
        problems.append(Problem(file=needed, code="EMPTY_VALUE", found="nothing", expected="a name"))
    if problems:
        raise BadInput(problems)


@app.command()
@guarded
def verify(
    file: File,
    *,
    head: Annotated[
        str | None, typer.Option(metavar="HASH", help="A hash published when the log ended with it.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Exit:
    """Find every record that was changed, dropped, moved, put in or written twice, and with --head what was cut off."""
    hashed = None if head is None else _head(head)
    chain = chains.chain_of(read_raw(file), head=hashed)
    if as_json:
        print_json(chain_document(str(file), chain, head=hashed))
    else:
        tell_chain(str(file), chain, out(), head=hashed)
    return Exit.CHECK_FAILED if chain.problems else Exit.DONE


def _head(text: str) -> str:
    told = text.strip().lower().removeprefix("sha256:")
    if not re.fullmatch("[0-9a-f]{64}", told):
        raise typer.BadParameter(f"--head: expected the SHA-256 of a record, 64 hexadecimal digits, got {text!r}")
    return f"sha256:{told}"


@app.command()
@guarded
def show(file: File, *, as_json: Json = False, quiet: Quiet = False, verbose: Verbose = False) -> Exit:
    """Show the records of a log."""
    chain = chains.chain_of(read_raw(file))
    if as_json:
        document = {"file": str(file), "records": [link_document(link) for link in chain.links]}
        print_json({**document, **problems_document(chain.problems)})
    else:
        tell_links(chain.links, out())
        tell_problems(chain.problems, err())
    return Exit.CHECK_FAILED if chain.problems else Exit.DONE


@app.command()
@guarded
def approve(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan.json.")],
    *,
    by: Annotated[str, typer.Option(help="Who approves it.")],
    log: Annotated[Path, typer.Option("--log", help="The log to enter it in.")],
    note: Annotated[str, typer.Option(help="A reference, or a word on it.")] = "",
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> Exit:
    """Enter that somebody approves a plan as it is; one that failed its last check in the log is not."""
    _refuse_unprintable({"--by": by, "--note": note}, needed="--by")
    record, entering = read_whole(plan_file), Entering(log, by)
    if not record.whole:
        told = "it was changed after it was written; `skyferry verify` tells more"
        return _not_approved(f"{plan_file}: {told}")
    chain = chains.chain_of(read_raw(log))
    if chain.problems:
        tell_problems(chain.problems, err())
        return _not_approved(f"{log}: it is not as it was written")
    verdict = chain.last_verdict(record.digest)
    if verdict is Verdict.FAIL:
        return _not_approved(f"{plan_file}: it failed its last check in {log}")
    if verdict is None:
        err().say(f"note: no check of this plan stands in {log}")
    link = entering.enter(Kind.APPROVAL, record.digest, verdict, note)
    if link is not None:
        _tell_entered(link, log, as_json=as_json)
    return Exit.DONE


def _not_approved(why: str) -> Exit:
    err().say(f"not approved: {why}")
    return Exit.CHECK_FAILED


def _tell_entered(link: Link, log: Path, *, as_json: bool) -> None:
    if as_json:
        print_json({"file": str(log), **link_document(link)})
        return
    verdict = "" if link.deed.verdict is None else f"  {SIGNS[link.deed.verdict]}"
    out().print(f"approved {link.deed.plan}{verdict}", soft_wrap=True)
    out().say(f"{log}  record {link.number}, head {link.hash}")

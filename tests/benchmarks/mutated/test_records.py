"""What came of mutants is kept from run to run, and judgements are held to have reasons."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.mutants import _wanted as wanted
from benchmarks.mutated import records, report
from benchmarks.mutated.changes import Mutant, mutants
from benchmarks.mutated.measuring import Branches
from benchmarks.mutated.records import Judged, Judgement, State, judgements
from benchmarks.mutated.report import Account, figures, survivors, untaken
from benchmarks.mutated.subjects import ROOT, SUBJECTS
from benchmarks.mutated.trials import Outcome, Result

SOURCE = "def f(a):\n    return a < 1\n"
FOUND = mutants("m.py", SOURCE)
KILLED, ALIVE = FOUND[0], FOUND[1]


def account(*outcomes: Outcome) -> Account:
    results = tuple(Result(mutant=mutant, outcome=outcome) for mutant, outcome in zip(FOUND, outcomes, strict=False))
    branches = Branches(statements=9, missing=(), branches=4, untaken=((3, -1), (3, 5)))
    return Account(module="m.py", mutants=len(FOUND), results=results, branches=branches)


def test_what_was_tried_is_known_again_until_the_module_changes(tmp_path: Path) -> None:
    state = State(path=tmp_path / "tried.jsonl", texts={"m.py": "as it was"})
    assert state.results(FOUND) == []
    state.add(Result(mutant=KILLED, outcome=Outcome.SURVIVED))
    state.add(Result(mutant=KILLED, outcome=Outcome.KILLED, by="a test"))
    assert state.results(FOUND) == [Result(mutant=KILLED, outcome=Outcome.KILLED, by="a test")]
    assert State(path=state.path, texts={"m.py": "as it is"}).results(FOUND) == []


def test_a_judgement_is_told_by_the_words_of_the_mutant(tmp_path: Path) -> None:
    path = tmp_path / "judgements.toml"
    text = (
        '[[survivor]]\nmodule = "m.py"\nfunction = "f"\nwas = "return a < 1"\nnow = "return a <= 1"\n'
        'judged = "equivalent"\nwhy = "a is no number"\n'
    )
    path.write_text(text, encoding="utf-8")
    key = ("m.py", "f", "return a < 1", "return a <= 1", 1)
    assert judgements(path) == {key: Judgement(judged=Judged.EQUIVALENT, why="a is no number")}
    path.write_text(text + text, encoding="utf-8")
    with pytest.raises(ValueError, match="expected one judgement"):
        judgements(path)
    path.write_text(text.replace("a is no number", ""), encoding="utf-8")
    with pytest.raises(ValueError, match="with a reason"):
        judgements(path)


def test_every_judgement_is_of_a_mutant_there_is() -> None:
    modules = {name for subject in SUBJECTS for name in subject.modules}
    for key in records.judgements():
        assert key[0] in modules, key
    known = {name: {each.key for each in _of(name)} for name in {key[0] for key in records.judgements()}}
    assert [key for key in records.judgements() if key not in known[key[0]]] == []


def _of(module: str) -> list[Mutant]:
    return mutants(module, (ROOT / module).read_text(encoding="utf-8"))


def test_the_table_counts_by_what_came_of_them() -> None:
    told = account(Outcome.KILLED, Outcome.SURVIVED, Outcome.LATE, Outcome.UNREACHED)
    judged = {ALIVE.key: Judgement(judged=Judged.EQUIVALENT, why="because")}
    row = figures([told], judged).splitlines()[2]
    assert row == "| m.py | 5 | 4 | 2 | 1 | 2 | 1 | 50.0% | 2 of 4 |"
    assert not report.reached([told])
    assert report.reached([account(*[Outcome.KILLED] * 4)])


def test_survivors_are_shown_with_what_differs_and_what_was_judged() -> None:
    text = survivors([account(Outcome.SURVIVED)], {FOUND[0].key: Judgement(judged=Judged.OPEN, why="no test")})
    assert "| `f` | `return a < 1` | `return None` | to be killed | no test |" in text
    assert "not judged yet" in survivors([account(Outcome.SURVIVED)], {})


def test_branches_that_no_test_takes_are_told() -> None:
    assert untaken([account()]) == "- `m.py`: 3 to the end, 3 to 5"
    assert untaken([]) == "Every branch is taken by a test."
    blind = Account(module="n.py", mutants=1, results=(), branches=None)
    assert untaken([blind]) == "- not measured with the tests as they are: `n.py`"
    assert not report.reached([account(*[Outcome.KILLED] * 4), blind]), "a module that was not tried"


def test_every_module_and_test_of_the_subjects_exists() -> None:
    for subject in SUBJECTS:
        assert [name for name in (*subject.modules, *subject.tests) if not (ROOT / name).exists()] == []


def test_survivors_are_tried_again_unless_they_were_judged_to_give_no_other_answer(tmp_path: Path) -> None:
    state = State(path=tmp_path / "tried.jsonl", texts={"m.py": "as it was"})
    outcomes = (Outcome.KILLED, Outcome.SURVIVED, Outcome.LATE, Outcome.UNREACHED)
    for mutant, outcome in zip(FOUND, outcomes, strict=False):
        state.add(Result(mutant=mutant, outcome=outcome))
    fresh = FOUND[len(outcomes) :]
    assert fresh
    assert list(wanted([FOUND], state, None)) == fresh
    assert list(wanted([FOUND], state, set())) == [FOUND[1], FOUND[3], *fresh]
    assert list(wanted([FOUND], state, {FOUND[1].key})) == [FOUND[3], *fresh]

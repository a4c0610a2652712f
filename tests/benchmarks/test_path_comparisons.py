"""The path benchmark counts what a peer gets wrong, and goes on without peers."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import shapely

from benchmarks import environments, tables
from benchmarks.cities import city
from benchmarks.path_comparisons import HEAD, OURS, Answer, Comparison, Question


@pytest.fixture
def comparison() -> Comparison:
    return Comparison(question=Question.of(city(300), pairs=4, patience_s=0.1), make=False)


def test_only_pads_that_do_not_see_each_other_are_asked_for(comparison: Comparison) -> None:
    solid = shapely.multipolygons(comparison.question.rings)
    pairs = comparison.question.pairs
    assert len(pairs) == 4
    assert all(shapely.intersects(solid, shapely.LineString([a / 1000, b / 1000])) for a, b in pairs)


def test_a_line_through_obstacles_is_short_and_counted(comparison: Comparison) -> None:
    ours = comparison.ask(OURS)
    assert ours is not None
    straight = [shapely.LineString([a / 1000, b / 1000]) for a, b in comparison.question.pairs]
    comparison.answers["straight"] = Answer(who="straight", build_s=1.0, query_s=1.0, lines=[*straight], held_mb=1.0)
    assert (comparison.inside_m("straight") > 1).all()
    assert (comparison.excess("straight") < 0).all()
    assert (comparison.inside_m(OURS) == 0).all()
    assert (comparison.excess(OURS) == 0).all()


def test_peers_that_are_not_there_are_told(
    comparison: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environments, "CACHE", tmp_path)
    (_, row) = comparison.rows(["pyvisgraph"])
    assert row[:2] == ("pyvisgraph", f"{comparison.question.town.vertices:,}")
    assert row[2].startswith("not installed: ")
    assert len(row) == len(HEAD)


def test_what_pip_says_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments, "CACHE", tables.ROOT / ".bench" / tmp_path.name)
    monkeypatch.setattr(environments.venv, "create", lambda *_, **__: None)

    def run(command: list[str], **_: object) -> None:
        assert "extremitypathfinder[numba]==2.7.2" in command
        raise subprocess.CalledProcessError(1, command, stderr="looking\nERROR: no network\n")

    monkeypatch.setattr(environments.subprocess, "run", run)
    with pytest.raises(environments.NotInstalledError, match="pip said: ERROR: no network"):
        environments.python_of_peers(make=True)


def test_a_section_of_the_page_is_renewed_and_others_stay(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Figures\n", encoding="utf-8")
    tables.write("one", "first", renew="make one", page=page)
    tables.write("two", "other", renew="make two", page=page)
    tables.write("one", "second", renew="make one", page=page)
    told = page.read_text(encoding="utf-8")
    assert "first" not in told
    assert told.index("Renew with `make one`") < told.index("second") < told.index("other")
    assert told.count("<!-- one -->") == 1

"""What the README promises is there."""

from __future__ import annotations

import re
from pathlib import Path

import typer

from planner import cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_two_lines_stand_in_the_readme_to_the_letter() -> None:
    assert "\npython3 -m venv .venv && .venv/bin/pip install . && .venv/bin/skyferry plan examples/luohu\n" in README
    assert "\npython3 -m venv .venv && .venv/bin/pip install '.[test]' && .venv/bin/pytest\n" in README


def test_every_command_is_in_the_readme_and_every_command_of_the_readme_exists() -> None:
    told = set(re.findall(r"^\| `skyferry (\w+)", README, flags=re.MULTILINE))
    assert told == set(typer.main.get_command(cli.app).commands)  # type: ignore[attr-defined]


def test_every_link_leads_somewhere() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "examples").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_direct_dependency_has_its_reason() -> None:
    decisions = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = project.split("dependencies = [")[1].split("]")[0]
    for name in re.findall(r'"([a-z]+)[><=]', block):
        assert re.search(rf"^\|[^|]*\b{name}\b", decisions, flags=re.MULTILINE), name

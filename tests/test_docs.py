"""The pages say what is there: commands and options, links, names, modules, extras, codes and pictures."""

from __future__ import annotations

import ast
import io
import re
import shlex
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

import airspace
import planner
from docs import pictures
from docs.building import command_text, offline
from planner.model.plans import Reason
from planner.safety.rules import RULES

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", *sorted(DOCS.rglob("*.md")), *sorted((ROOT / "examples").rglob("*.md")))
COMMANDS = dict(command_text.commands())
NAMES = [path.relative_to(ROOT).as_posix() for path in PAGES]
MEASURED = {"docs/benchmarks.md", "docs/mutants.md"}
"""Written by programs, and about other files as well."""


@pytest.fixture(params=PAGES, ids=NAMES)
def page(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """Yield (language, body) of each fenced block; cells of a notebook are Python."""
    for fence in re.finditer(r"^```(.*)\n((?:(?!^```).*\n)*?)^```\s*$", text, flags=re.MULTILINE):
        yield fence[1].removeprefix("{code-cell} ").strip(), fence[2]


def prose(text: str) -> str:
    return re.sub(r"^```.*?^```\s*$", "", text, flags=re.MULTILINE | re.DOTALL)


def commands_typed(text: str) -> Iterator[str]:
    """Yield each command of ours that a page has somebody type, in a block or in a cell."""
    for language, body in blocks(text):
        for line in body.splitlines():
            typed = line.removeprefix("!") if language == "python" and line.startswith("!") else line
            if language == "python" and typed is line:
                continue
            for part in re.split(r"&&|\||;", typed.split("  #")[0]):
                word = part.strip().removeprefix(".venv/bin/")
                if word.startswith(("skyferry ", "python -m planner ")):
                    yield word.replace("python -m planner", "skyferry")


def commands_told(text: str) -> Iterator[str]:
    r"""Yield each command of ours that stands in a sentence; of ``a\|b`` both."""
    for told in re.findall(r"`(skyferry [^`]+)`", prose(text)):
        words = [
            word.split("|") if re.fullmatch(r"[a-z|]+", word) else [word] for word in told.replace("\\|", "|").split()
        ]
        yield from (" ".join(choice) for choice in product(*words))


def command_of(words: list[str]) -> tuple[Any, list[str]]:
    """Return a command and what follows it; None where there is no such command."""
    for length in (3, 2):
        if " ".join(words[:length]) in COMMANDS:
            return COMMANDS[" ".join(words[:length])], words[length:]
    return None, words[1:]


def wrong_with(command: Any, words: list[str]) -> Iterator[str]:
    """Yield every option that a command does not have, and whatever it has no argument for."""
    options = {name: item for item in command.params for name in (*item.opts, *item.secondary_opts)}
    places = [item for item in command.params if item.param_type_name == "argument"]
    most = len(words) if any(item.nargs != 1 for item in places) else len(places)
    queue, others = list(words), 0
    while queue:
        word = queue.pop(0)
        if word.startswith("-") and word not in ("--help", "-"):
            name, given, _ = word.partition("=")
            if name not in options:
                yield f"no option {name}"
            takes = name not in options or not options[name].is_flag
            if takes and not given and queue and not queue[0].startswith("-"):
                queue.pop(0)
        elif word not in ("--help", "..."):
            others += 1
    if others > most:
        yield f"{others} arguments, and it takes {most}"


def test_commands_that_are_typed_exist_with_their_options(page: Path) -> None:
    for typed in commands_typed(page.read_text(encoding="utf-8")):
        words = shlex.split(re.sub(r"\d?>.*", "", typed))
        command, rest = command_of(words)
        assert command is not None, f"{page.name}: {typed}"
        assert list(wrong_with(command, rest)) == [], f"{page.name}: {typed}"
        required = [item for item in command.params if item.param_type_name == "argument" and item.required]
        assert len([word for word in rest if not word.startswith("-")]) >= len(required), f"{page.name}: {typed}"


def test_commands_that_sentences_tell_of_exist_with_their_options(page: Path) -> None:
    for told in commands_told(page.read_text(encoding="utf-8")):
        words = told.split()
        if words[1].startswith("-") or words[1:] == ["init"]:
            continue
        command, rest = command_of(words)
        group = any(path.startswith(f"{' '.join(words[:2])} ") for path in COMMANDS)
        assert command is not None or (group and not rest[1:]), f"{page.name}: {told}"
        assert command is None or list(wrong_with(command, rest)) == [], f"{page.name}: {told}"


def test_a_command_with_a_misspelt_option_would_be_seen() -> None:
    (typed,) = commands_typed("```\nskyferry plan examples/luohu --sed 1 && ls\n```\n")
    command, rest = command_of(typed.split())
    assert list(wrong_with(command, rest)) == ["no option --sed"]
    told = list(commands_told("say `skyferry log show\\|mend FILE`"))
    assert told == ["skyferry log show FILE", "skyferry log mend FILE"]
    assert [command_of(one.split())[0] is None for one in told] == [False, True]


def test_the_page_of_commands_has_every_command_with_every_option() -> None:
    text = command_text.text()
    for path, command in COMMANDS.items():
        section = text.partition(f"## {path}\n")[2].partition("\n## ")[0]
        assert section, path
        for item in command.params:
            if item.param_type_name == "option" and item.name not in command_text.EVERYWHERE:
                assert all(f"`{name}`" in section for name in item.opts), f"{path} {item.opts}"


def anchors_of(text: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub and the site make them."""
    heads = re.findall(
        r"^#{1,4} (.+)$", re.sub(r"^```.*?^```\s*$", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def test_links_lead_to_pages_and_headings_that_are_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s:]+)\)", prose(page.read_text(encoding="utf-8"))):
        name, _, anchor = target.partition("#")
        found = page.parent / name if name else page
        assert found.exists(), f"{page.name}: {target}"
        assert not anchor or anchor in anchors_of(found.read_text(encoding="utf-8")), f"{page.name}: {target}"


@pytest.mark.parametrize("package", [airspace, planner])
def test_the_reference_has_every_public_name_once_and_no_other(package: Any) -> None:
    text = (DOCS / "reference" / f"{package.__name__}.md").read_text(encoding="utf-8")
    told = re.findall(rf"^\.\. auto\w+:: {package.__name__}\.(\w+)$", text, flags=re.MULTILINE)
    assert sorted(told) == sorted(package.__all__)


def test_python_on_a_page_is_python_and_uses_what_is_there(page: Path) -> None:
    for language, body in blocks(page.read_text(encoding="utf-8")):
        if language != "python":
            continue
        code = "\n".join("" if line.startswith(("!", ":tags:", "%")) else line for line in body.splitlines())
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                package = {"airspace": airspace, "planner": planner}.get(node.value.id)
                assert package is None or node.attr in package.__all__ or find_spec(f"{node.value.id}.{node.attr}"), (
                    node.attr
                )


def test_modules_and_files_that_pages_name_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for name in re.findall(r"python -m ((?:docs|benchmarks|planner|airspace)[\w.]*)", text):
        assert find_spec(name.rstrip(".")), f"{page.name}: python -m {name}"
    if page.relative_to(ROOT).as_posix() in MEASURED or page.name == "CHANGELOG.md":
        return
    for name in re.findall(r"`((?:airspace|planner|docs|benchmarks|tests|examples)/[\w./-]+)`", text):
        assert (ROOT / name).exists(), f"{page.name}: {name}"


def test_extras_that_pages_name_are_there(page: Path) -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    extras = set(re.findall(r"^(\w+) = \[", project.split("[project.optional-dependencies]")[1], flags=re.MULTILINE))
    for named in re.findall(r"(?:skyferry|'\.)\[([a-z,]+)\]", page.read_text(encoding="utf-8")):
        assert set(named.split(",")) <= extras, f"{page.name}: {named}"


def test_reasons_in_capitals_on_the_pages_of_reasons_are_codes_and_none_is_missing() -> None:
    told = re.findall(r"^\| `([A-Z_]+)` \|", (DOCS / "reasons.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert sorted(told) == sorted(Reason)


def test_rules_of_the_check_that_pages_name_are_there(page: Path) -> None:
    rooms = {rule.partition(".")[0] for rule in RULES}
    for told in re.findall(r"(?:--explain |rules? )`?([a-z]+\.[a-z_]+)`?", page.read_text(encoding="utf-8")):
        assert told in RULES or told.partition(".")[0] not in rooms, f"{page.name}: {told}"


def test_every_page_of_the_site_is_found_from_its_front() -> None:
    front = (DOCS / "index.md").read_text(encoding="utf-8")
    listed = [line for language, body in blocks(front) if language == "{toctree}" for line in body.splitlines()]
    pages = {path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.rglob("*.md")} - {"index"}
    assert {line for line in listed if line and not line.startswith(":")} == pages


def test_what_a_page_would_load_from_elsewhere_is_seen() -> None:
    page = """<link rel="canonical" href="https://a.example/"><a href="https://b.example/">b</a><img src="near.png">
    <script src="https://c.example/c.js"></script><img src="//d.example/d.png"><style>@import "https://e.example/e.css";
    p { background: url('http://f.example/f.png') }</style><p style="background:url(//g.example/g.png)">
    <link rel="stylesheet" href="https://h.example/h.css"><iframe srcdoc="<img src='https://i.example/'>"></iframe>"""
    assert [address.split("//")[1][0] for address in offline.loaded(page)] == list("cdefghi")


def test_nothing_to_load_is_nothing_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<img src="a.png"><script src="b.js"></script><a href="https://x.example">x</a>')
    (tmp_path / "a.css").write_text("p { background: url(data:image/png;base64,AAAA) }")
    assert list(offline.outside(tmp_path)) == []
    (tmp_path / "a.css").write_text("p { background: url(https://x.example/a.png) }")
    assert list(offline.outside(tmp_path)) == ["a.css: https://x.example/a.png"]


def test_pictures_are_small_and_all_that_are_taken_are_kept_and_shown() -> None:
    taken = {f"{item.picture}.png" for item in (*pictures.SHOTS, *pictures.SHEETS)}
    kept = {path.name: path.stat().st_size for path in (DOCS / "pictures").iterdir()}
    shown = {name for path in PAGES for name in re.findall(r"pictures/([\w-]+\.png)", path.read_text(encoding="utf-8"))}
    assert set(kept) == shown == taken
    assert max(kept.values()) <= 250_000
    assert sum(kept.values()) <= 2_500_000


def test_a_picture_is_kept_in_few_colours_each_place_in_the_nearest() -> None:
    shades = Image.linear_gradient("L").convert("RGB")
    few = Image.open(io.BytesIO(pictures.small(shades)))
    assert few.mode == "P"
    assert max(high for _, high in ImageChops.difference(few.convert("RGB"), shades).getextrema()) <= 2
    assert pictures.small(shades) == pictures.small(shades)

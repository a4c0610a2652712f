"""Finds the texts that pages and packets show: in Python, in scripts of pages, in templates, and in data.

Babel's own extractors leave out what our scripts are full of: a text inside the values of another, and one of two texts
by a condition. So the texts are looked for here, and Babel keeps the catalogues.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from jinja2 import Environment, nodes

from airspace.formats.ledgers import shipped
from airspace.rules.ledger import Ledger
from planner.safety.rules import RULES

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "planner" / "output"

Text: TypeAlias = str | tuple[str, str]
"""One text, or two for one and many."""

ASKED = {"say": 1, "plural": 2, "N_": 1, "t": 1, "tn": 2}
"""What a text is shown or marked by, and how many texts it takes."""


def collected() -> dict[Text, list[str]]:
    """Return every text with the files where it stands, in the order of the texts."""
    found: dict[Text, set[str]] = {}
    for place, text in [*_of_files(), *_of_data()]:
        if text:
            found.setdefault(text, set()).add(place)
    return {text: sorted(found[text]) for text in sorted(found, key=_key)}


def _key(text: Text) -> str:
    return text if isinstance(text, str) else text[0]


def _of_files() -> Iterator[tuple[str, Text]]:
    readers = {".py": of_python, ".js": of_script, ".html": of_template}
    for path in sorted(PAGES.rglob("*")):
        if path.suffix in readers and "vendored" not in path.parts:
            for text in readers[path.suffix](path.read_text("utf-8")):
                yield path.relative_to(ROOT).as_posix(), text


def _together(arguments: Sequence[Sequence[str]]) -> Iterator[Text]:
    """Yield the texts of a call; one and many belong together."""
    if len(arguments) == 1:
        yield from arguments[0]
    elif [len(one) for one in arguments] == [1, 1]:
        yield arguments[0][0], arguments[1][0]


# ---------------------------------------------------------------- Python


def of_python(code: str) -> Iterator[Text]:
    """Yield the texts of Python code; where one of several is shown, all of them."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ("say", "plural", "N_"):
                yield from _together([list(_constants(one)) for one in node.args[: ASKED[name]]])


def _constants(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)


# ---------------------------------------------------------------- templates


def of_template(template: str) -> Iterator[Text]:
    """Yield the texts of a template of Jinja, or of plain HTML."""
    for call in Environment(autoescape=True).parse(template).find_all(nodes.Call):
        name = call.node.attr if isinstance(call.node, nodes.Getattr) else getattr(call.node, "name", "")
        if name in ("say", "plural"):
            yield from _together([list(_literals(one)) for one in call.args[: ASKED[name]]])


def _literals(node: nodes.Node | None) -> Iterator[str]:
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, nodes.CondExpr):
        yield from _literals(node.expr1)
        yield from _literals(node.expr2)


# ---------------------------------------------------------------- scripts of pages


_REGEX = r"/(?![/*])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/"
_TOKEN = re.compile(
    rf"""(?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<template>`)
    |(?P<name>[.\w$]+)
    |(?P<regex>(?<=[(,=:\[!&|?{{}};]){_REGEX}|(?<=[(,=:\[!&|?{{}};]\s){_REGEX})
    |(?P<sign>\S)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)

Token: TypeAlias = tuple[str, str]
"""Its kind, and how it is written."""


def of_script(code: str) -> Iterator[Text]:
    """Yield the texts of a script of a page, those inside template strings too."""
    tokens: list[Token] = []
    for token in _tokens(code):
        if token[0] == "template":
            for inner in _holes(token[1]):
                yield from of_script(inner)
        tokens.append(token)
    for index, (kind, written) in enumerate(tokens[:-1]):
        name = written.removeprefix("...") if kind == "name" else ""
        if name in ("t", "tn", "N_") and tokens[index + 1] == ("sign", "("):
            yield from _together([_strings(one) for one in _arguments(tokens[index + 2 :])[: ASKED[name]]])


def _tokens(code: str) -> Iterator[Token]:
    at = 0
    while (found := _TOKEN.search(code, at)) is not None:
        kind, at = str(found.lastgroup), found.end()
        if kind == "template":
            at = _end_of_template(code, at)
            yield kind, code[found.start() : at]
        elif kind != "comment":
            yield kind, found[0]


def _end_of_template(code: str, at: int) -> int:
    """Return where a template string ends that begins with the sign before a place."""
    while at < len(code) and code[at] != "`":
        if code.startswith("${", at):
            at = _end_of_hole(code, at + 2)
        else:
            at += 2 if code[at] == "\\" else 1
    return at + 1


def _end_of_hole(code: str, at: int) -> int:
    """Return where the code inside a ``${...}`` of a template string ends, behind its bracket."""
    depth = 1
    while depth:
        found = _TOKEN.search(code, at)
        if found is None:
            return len(code)
        at = _end_of_template(code, found.end()) if found.lastgroup == "template" else found.end()
        depth += {"{": 1, "}": -1}.get(found[0], 0)
    return at


def _holes(template: str) -> Iterator[str]:
    """Yield the code in each ``${...}`` of a template string."""
    at = 1
    while (start := template.find("${", at)) >= 0:
        at = _end_of_hole(template, start + 2)
        yield template[start + 2 : at - 1]


def _arguments(tokens: Sequence[Token]) -> list[list[Token]]:
    """Return the arguments of a call, token by token, from behind its bracket on."""
    arguments: list[list[Token]] = [[]]
    depth = 0
    for kind, written in tokens:
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(written, 0) if kind == "sign" else 0
        if depth < 0:
            break
        if (kind, written) == ("sign", ",") and depth == 0:
            arguments.append([])
        else:
            arguments[-1].append((kind, written))
    return arguments


def _strings(argument: Sequence[Token]) -> list[str]:
    """Return the text of an argument; all that it may be where it is one of several; none where it is worked out."""
    parts: list[list[Token]] = [[]]
    for kind, written in argument:
        if kind == "sign" and written in "?:":
            parts.append([])
        elif kind != "sign" or written not in "+()":
            parts[-1].append((kind, written))
    whole = [part for part in parts if part and all(kind == "string" for kind, _ in part)]
    return ["".join(_unquoted(written) for _, written in part) for part in whole]


def _unquoted(string: str) -> str:
    def plain(found: re.Match[str]) -> str:
        code = found[1] or found[2] or found[3]
        return chr(int(code, 16)) if code else {"n": "\n", "t": "\t"}.get(found[4], found[4])

    return _ESCAPE.sub(plain, string[1:-1])


# ---------------------------------------------------------------- texts that are data


def _of_data() -> Iterator[tuple[str, Text]]:
    for rule in RULES.values():
        name = rule.id.replace(".", " ").replace("_", " ")
        tolerance = "" if rule.tolerance == "none" else rule.tolerance
        for text in (name, rule.source, rule.explanation, tolerance, rule.limits):
            yield "planner/safety/rules.py", text
    for ledger in shipped().values():
        for text in of_ledger(ledger):
            yield f"airspace/rules/{ledger.name}.toml", text


def of_ledger(ledger: Ledger) -> Iterator[str]:
    """Yield the texts of a rule ledger: title and office, and of its rules titles, sources, articles, notes."""
    yield from (ledger.title, ledger.authority)
    for rule in ledger.rules:
        yield from (rule.title, rule.source.citation.removesuffix(f"; {rule.article}"), rule.article, rule.note)
        yield getattr(rule.asks, "text", "")

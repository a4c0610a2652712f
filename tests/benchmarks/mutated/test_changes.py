"""Faults put into a few lines of Python, and what is left alone."""

from __future__ import annotations

import ast

import pytest

from benchmarks.mutated.changes import Mutant, mutants, mutated


def told(source: str) -> list[tuple[str, str]]:
    return [(mutant.kind, mutant.now) for mutant in mutants("m.py", source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a < b", [("boundary", "a <= b"), ("comparison", "a >= b")]),
        ("a is not None", [("comparison", "a is None")]),
        ("a in b", [("comparison", "a not in b")]),
        ("a + b", [("arithmetic", "a - b")]),
        ("a / b", [("arithmetic", "a * b")]),
        ("a and b", [("and, or", "a or b")]),
        ("not a", [("not", "a")]),
        ("-a", [("sign", "a")]),
        ("f(7)", [("constant", "f(8)"), ("constant", "f(6)")]),
        ("f(2.5)", [("constant", "f(5.0)"), ("constant", "f(-2.5)")]),
        ("f(0.0)", [("constant", "f(1.0)"), ("constant", "f(-1.0)")]),
        ("f(True)", [("truth", "f(False)")]),
        ("min(a, b)", [("function", "max(a, b)")]),
        ("math.sin(a)", [("function", "math.cos(a)")]),
        ("f(a, b)", [("arguments", "f(b, a)")]),
        ("a[b:c]", [("slice", "a[b + 1:c]"), ("slice", "a[b:c + 1]")]),
        ("a if b else c", [("condition", "a if not b else c")]),
        ("[a for a in b if a]", [("condition", "[a for a in b]")]),
    ],
)  # fmt: skip
def test_each_kind_of_fault(source: str, expected: list[tuple[str, str]]) -> None:
    assert told(f"x = {source}") == [(kind, f"x = {now}") for kind, now in expected]


def test_statements_are_deleted_and_answers_withheld() -> None:
    source = "def f(a):\n    a.go()\n    a.n -= b\n    if a:\n        raise Late(a + 1)\n    return a\n"
    assert told(source) == [
        ("deleted", "pass"),
        ("arithmetic", "a.n += b"),
        ("deleted", "pass"),
        ("condition", "if not a"),
        ("deleted", "pass"),
        ("returned", "return None"),
    ]


@pytest.mark.parametrize(
    "source",
    [
        '"""Words of 1 + 1."""',
        "x: Literal[1]",
        "def f(a: Literal[1]) -> Literal[2]:\n    pass",
        "@dataclass(frozen=True)\nclass A:\n    pass",
        "class A(Base, total=False):\n    pass",
        "x = f'{a + 1}'",
        "logger.info('slow', 3)",
        "from a import b",
        "T = TypeVar('T', bound=f(1))",
        "if TYPE_CHECKING:\n    x = 1",
        "x = zip(a, b, strict=True)",
        "x = 'a' + b",
    ],
)
def test_words_and_types_are_left_alone(source: str) -> None:
    assert told(source) == []


def test_what_is_raised_is_left_alone() -> None:
    assert told("def f():\n    raise Late(a + 1, b < 2)\n") == [("deleted", "pass")]


def test_a_mutant_tells_its_outermost_function_and_whether_it_is_in_its_body() -> None:
    source = "class A:\n    x = 1\n    def f(self, y=2):\n        def g():\n            return 3\n        return g\n"
    found = {(mutant.function, mutant.was) for mutant in mutants("m.py", source)}
    assert found == {
        ("", "x = 1"), ("", "def f(self, y=2)"), ("A.f", "return 3"), ("A.f", "return g"),
    }  # fmt: skip


def test_mutants_with_the_same_words_in_one_function_are_numbered() -> None:
    first, second = (mutant for mutant in mutants("m.py", "def f():\n    a += b\n    a += b\n") if mutant.now == "pass")
    assert (first.number, second.number) == (1, 2)
    assert first.key != second.key


def test_lines_are_those_of_the_statement_or_of_the_head_of_a_block() -> None:
    source = "if (\n    a\n    and b\n):\n    f(\n        1\n    )\n"
    assert {mutant.lines for mutant in mutants("m.py", source)} == {(1, 4), (5, 7)}


def test_each_fault_is_put_where_it_was_found_and_nowhere_else() -> None:
    source = "def f(a, b):\n    if a < 1 and b < 1:\n        return g(a, b)[a:1]\n    return -min(a, b) + 1\n"

    def text(mutant: Mutant) -> str:
        return ast.unparse(mutated(source, mutant))

    original = ast.unparse(ast.parse(source)).splitlines()
    found = mutants("m.py", source)
    assert len({text(mutant) for mutant in found}) == len(found)
    for mutant in found:
        changed = [line for line, before in zip(text(mutant).splitlines(), original, strict=True) if line != before]
        assert [line.strip().removesuffix(":") for line in changed] == [mutant.now]

"""The mutants of a module: each is its source with one small fault, found and put in by way of the syntax tree.

Left alone, as no plan changes by them: docstrings, annotations, decorators, strings (formatted ones with all that is in
them), what is raised, what is logged, and ``strict`` of ``zip``.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Fault = tuple[str, ast.AST]
"""The kind of a fault, and what stands in a node's place with it."""

SWAPPED = {
    "min": "max", "max": "min", "any": "all", "all": "any",
    "sin": "cos", "cos": "sin", "floor": "ceil", "ceil": "floor",
    "minimum": "maximum", "maximum": "minimum", "bisect_left": "bisect_right", "bisect_right": "bisect_left",
}  # fmt: skip
"""Functions that are taken for each other."""

ALIKE = frozenset({*SWAPPED, "hypot", "isclose", "zip"}) - {"bisect_left", "bisect_right"}
"""Functions that give the same, or as good, with their arguments the other way round."""

LOGGERS = frozenset({"logger", "log", "warnings", "logging"})

BOUNDARY: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt
}  # fmt: skip
OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A fault at a node of a module's syntax tree."""

    module: str
    function: str
    """The function or method it is in, by its qualified name; empty on the level of the module or of a class."""
    kind: str
    lines: tuple[int, int]
    """First and last line of the statement, or of the head of a block, that it is in."""
    was: str
    """That statement or head, in one line."""
    now: str
    """The same with the fault."""
    number: int
    """Which of several with the same words in one function."""
    node: int
    """The place of the node among all of the tree."""
    variant: int
    """Which of the faults of that node."""

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """What names it, wherever its lines move to."""
        return self.module, self.function, self.was, self.now, self.number


def mutants(module: str, source: str) -> list[Mutant]:
    """Return all mutants of a module, in the order of its lines."""
    found: list[Mutant] = []
    seen: dict[tuple[str, str, str], int] = {}
    nodes = list(ast.walk(ast.parse(source)))
    places = {id(node): index for index, node in enumerate(nodes)}
    for place in sorted(_places(nodes[0]), key=lambda place: (_lines(place.statement), places[id(place.node)])):
        for variant, (kind, changed) in enumerate(faults(place.node)):
            was, now = _head(place.statement), _told(place, changed)
            words = (place.function, was, now)
            seen[words] = seen.get(words, 0) + 1
            found.append(
                Mutant(
                    module=module, function=place.function, kind=kind, lines=_lines(place.statement), was=was, now=now,
                    number=seen[words], node=places[id(place.node)], variant=variant,
                )
            )  # fmt: skip
    return found


def mutated(source: str, mutant: Mutant) -> ast.Module:
    """Return the syntax tree of a module with a fault put in."""
    tree = ast.parse(source)
    node = list(ast.walk(tree))[mutant.node]
    _, changed = list(faults(node))[mutant.variant]
    return ast.fix_missing_locations(_Swap(node, changed).visit(tree))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    node: ast.AST
    statement: ast.stmt
    function: str


def _places(tree: ast.AST) -> Iterator[_Place]:
    """Yield every node that may be changed, with the innermost statement and the outermost function around it."""
    waiting: list[tuple[ast.AST, ast.stmt | None, str, bool]] = [(tree, None, "", False)]
    while waiting:
        node, statement, name, inside = waiting.pop()
        statement = node if isinstance(node, ast.stmt) else statement
        if statement is not None and not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            yield _Place(node=node, statement=statement, function=name if inside else "")
        below = name
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)) and not inside:
            below = f"{name}.{node.name}".lstrip(".")
        for child, in_body in _children(node):
            waiting.append((child, statement, below, inside or (in_body and isinstance(node, FUNCTIONS))))


def _children(node: ast.AST) -> Iterator[tuple[ast.AST, bool]]:
    """Yield what is to be looked at below a node, and whether it is in the body of it."""
    for field, value in ast.iter_fields(node):
        if field in _left_alone(node):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_silent(child):
                yield child, field == "body"


def _left_alone(node: ast.AST) -> tuple[str, ...]:
    """Return the fields of a node in which no fault is put."""
    if isinstance(node, ast.Raise):
        return "exc", "cause"
    if isinstance(node, ast.AnnAssign):
        return "annotation", "target", "simple"
    if isinstance(node, ast.arg):
        return ("annotation",)
    if isinstance(node, ast.ClassDef):
        return "decorator_list", "bases", "keywords"
    return "decorator_list", "returns", "type_comment", "ctx", "op", "ops"


def _is_silent(node: ast.AST) -> bool:
    """Return whether a node only talks, or only tells types."""
    if isinstance(node, (ast.JoinedStr, ast.Import, ast.ImportFrom)):
        return True
    if isinstance(node, ast.keyword):
        return node.arg == "strict"
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) or _logs(node.value)
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return isinstance(node, ast.Assign) and _only_types(node.value)


def _logs(node: ast.expr) -> bool:
    function = node.func if isinstance(node, ast.Call) else None
    owner = function.value if isinstance(function, ast.Attribute) else None
    return isinstance(owner, ast.Name) and owner.id in LOGGERS


def _only_types(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in ("TypeVar", "NewType")
    return isinstance(node, ast.Subscript) and ast.unparse(node.value).split(".")[-1] in (
        "Callable", "tuple", "dict", "list", "Mapping", "Sequence", "NDArray", "Iterable",
    )  # fmt: skip


def faults(node: ast.AST) -> Iterator[Fault]:
    """Yield what may stand in the place of a node, with the kind of fault it is."""
    for kind, make in MAKERS.items():
        if isinstance(node, kind):
            yield from make(node)


def _compare(node: ast.Compare) -> Iterator[Fault]:
    for index, operator in enumerate(node.ops):
        for kind, table in (("boundary", BOUNDARY), ("comparison", OPPOSITE)):
            if type(operator) in table:
                changed = copy.deepcopy(node)
                changed.ops[index] = table[type(operator)]()
                yield kind, changed


def _arithmetic(node: ast.BinOp | ast.AugAssign) -> Iterator[Fault]:
    sides = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.value,)
    if type(node.op) in ARITHMETIC and not any(_is_text(side) for side in sides):
        changed = copy.deepcopy(node)
        changed.op = ARITHMETIC[type(node.op)]()
        yield "arithmetic", changed


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes))


def _either(node: ast.BoolOp) -> Iterator[Fault]:
    changed = copy.deepcopy(node)
    changed.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield "and, or", changed


def _sign(node: ast.UnaryOp) -> Iterator[Fault]:
    if isinstance(node.op, ast.Not | ast.USub | ast.Invert):
        yield "sign" if isinstance(node.op, ast.USub) else "not", copy.deepcopy(node.operand)


def _constant(node: ast.Constant) -> Iterator[Fault]:
    value = node.value
    if isinstance(value, bool):
        yield "truth", ast.Constant(not value)
    elif isinstance(value, int):
        yield "constant", ast.Constant(value + 1)
        yield "constant", ast.Constant(value - 1)
    elif isinstance(value, float):
        yield "constant", ast.Constant(value * 2 if value else 1.0)
        yield "constant", ast.Constant(-value if value else -1.0)


def _call(node: ast.Call) -> Iterator[Fault]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if name in SWAPPED:
        changed = copy.deepcopy(node)
        if isinstance(changed.func, ast.Name):
            changed.func.id = SWAPPED[name]
        elif isinstance(changed.func, ast.Attribute):
            changed.func.attr = SWAPPED[name]
        yield "function", changed
    plain = (ast.Name, ast.Attribute, ast.Subscript)
    for index in range(len(node.args) - 1):
        if name not in ALIKE and isinstance(node.args[index], plain) and isinstance(node.args[index + 1], plain):
            changed = copy.deepcopy(node)
            changed.args[index], changed.args[index + 1] = changed.args[index + 1], changed.args[index]
            yield "arguments", changed


def _slice(node: ast.Slice) -> Iterator[Fault]:
    for end in ("lower", "upper"):
        given = getattr(node, end)
        if given is not None and not isinstance(given, ast.Constant):
            changed = copy.deepcopy(node)
            setattr(changed, end, ast.BinOp(copy.deepcopy(given), ast.Add(), ast.Constant(1)))
            yield "slice", changed


def _choice(node: ast.If | ast.IfExp | ast.While) -> Iterator[Fault]:
    if not isinstance(node.test, ast.Compare | ast.UnaryOp | ast.Constant):
        changed = copy.deepcopy(node)
        changed.test = ast.UnaryOp(ast.Not(), changed.test)
        yield "condition", changed


def _conditions(node: ast.comprehension) -> Iterator[Fault]:
    for index in range(len(node.ifs)):
        changed = copy.deepcopy(node)
        del changed.ifs[index]
        yield "condition", changed


def _return(node: ast.Return) -> Iterator[Fault]:
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield "returned", ast.Return(ast.Constant(None))


def _deleted(_: ast.stmt) -> Iterator[Fault]:
    yield "deleted", ast.Pass()


MAKERS: dict[type[ast.AST] | tuple[type[ast.AST], ...], Callable[..., Iterator[Fault]]] = {
    ast.Compare: _compare,
    (ast.BinOp, ast.AugAssign): _arithmetic,
    ast.BoolOp: _either,
    ast.UnaryOp: _sign,
    ast.Constant: _constant,
    ast.Call: _call,
    ast.Slice: _slice,
    (ast.If, ast.IfExp, ast.While): _choice,
    ast.comprehension: _conditions,
    ast.Return: _return,
    (ast.Expr, ast.AugAssign, ast.Continue, ast.Break, ast.Raise): _deleted,
}


class _Swap(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self.old:
            return ast.copy_location(self.new, node)
        return self.generic_visit(node)


def _told(place: _Place, changed: ast.AST) -> str:
    """Return the head of the statement around a node with the fault in it."""
    if place.node is place.statement:
        return _head(changed)
    # A deep copy of the statement keeps the order of its nodes, by which the node is found again in it.
    index = next(index for index, node in enumerate(ast.walk(place.statement)) if node is place.node)
    statement = copy.deepcopy(place.statement)
    node = next(node for number, node in enumerate(ast.walk(statement)) if number == index)
    return _head(_Swap(node, changed).visit(statement))


def _head(node: ast.AST) -> str:
    """Return a statement in one line; of a block, its head."""
    bare = copy.copy(node)
    for field in ("body", "orelse", "finalbody", "handlers", "decorator_list"):
        if isinstance(getattr(node, field, None), list):
            setattr(bare, field, [])
    return " ".join(ast.unparse(ast.fix_missing_locations(bare)).split()).removesuffix(":")


def _lines(statement: ast.stmt) -> tuple[int, int]:
    body = getattr(statement, "body", None)
    last = body[0].lineno - 1 if isinstance(body, list) and body else statement.end_lineno
    return statement.lineno, max(statement.lineno, last or statement.lineno)

"""Every fault that somebody may read on a page is a sentence with a template, never a string put together."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import questionnaires

ROOT = Path(questionnaires.__file__).parent.parent
SOURCES = [
    *sorted(ROOT.glob("questionnaires/*.py")),
    ROOT / "scoring" / "ratings.py",
    *sorted(ROOT.glob("webapp/services/import_*.py")),
]
# Where the message and the remedy stand among a call's arguments.
PLACES = {"TableFault": (2, 3), "add": (2, 3), "refuse": (0, 1), "tell": (1, 2)}
PLAN = {"fault": (2, 3)}


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def texts(tree: ast.AST, places: dict[str, tuple[int, int]]) -> Iterator[ast.expr]:
    """The messages and remedies of every call that tells a fault."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and len(node.args) > max(places.get(called(node), (99,))):
            yield from (node.args[place] for place in places[called(node)])


def assigned(tree: ast.AST, name: str) -> list[ast.expr]:
    """Everything that a name stands for; `for mark, message in TABLE.items()` takes its values from a table."""
    values: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            values.setdefault(ast.unparse(node.targets[0]), []).append(node.value)
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.For) and name in ast.unparse(node.target)]
    names = [ast.unparse(leaf) for loop in loops for leaf in ast.walk(loop.iter) if isinstance(leaf, ast.Name)]
    tables = [each for table in names for each in values.get(table, []) if isinstance(each, ast.Dict)]
    return values.get(name, []) + [value for table in tables for value in table.values]


def is_said(node: ast.expr, tree: ast.AST) -> bool:
    """Whether an expression can only be a sentence with a literal template, or a parameter that holds one."""
    if isinstance(node, ast.IfExp):
        return is_said(node.body, tree) and is_said(node.orelse, tree)
    if isinstance(node, ast.Name):
        return all(is_said(value, tree) for value in assigned(tree, node.id))
    if isinstance(node, ast.Call):
        return called(node) in MAKERS or (called(node) == "say" and isinstance(node.args[0], ast.Constant))
    return isinstance(node, ast.Attribute) and node.attr in ("message", "remedy")


# Functions that return sentences; what they return is checked below.
MAKERS = ("_did_you_mean", "outside", "_outside_scale", "_outside_ranks")


def faulty_lines(source: str, places: dict[str, tuple[int, int]]) -> list[int]:
    tree = ast.parse(source)
    told = [text.lineno for text in texts(tree, places) if not is_said(text, tree)]
    makers = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name in MAKERS]
    returned = [node for maker in makers for node in ast.walk(maker) if isinstance(node, ast.Return)]
    return told + [node.lineno for node in returned if node.value is None or not is_said(node.value, tree)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_faults_are_said_by_template(path: Path) -> None:
    places = PLACES if "webapp" not in path.parts else PLAN
    assert faulty_lines(path.read_text(), places) == []


def test_the_sources_tell_faults() -> None:
    """The scan looks where faults are: it would be empty if the calls were renamed."""
    found = sum(len(list(texts(ast.parse(path.read_text()), PLACES | PLAN))) for path in SOURCES)
    assert found > 100


@pytest.mark.parametrize(
    "source",
    [
        'TableFault(1, None, f"Row {row} is odd.", say("Mend it."))',
        'refuse(say("Odd."), "Mend it.")',
        'message = "Column " + name\nfaults.add(1, None, message, say("Mend it."))',
        'tell("x", say(f"{cell} is odd."), say("Mend it."))',
        'tell("x", say("Odd.") if cell else "Empty.", say("Mend it."))',
        'WORDS = {1: "Odd."}\nfor number, message in WORDS.items():\n    refuse(message, say("Mend it."))',
        'def _did_you_mean(name):\n    return f"Did you mean {name}?"',
    ],
)
def test_the_scan_finds_what_is_put_together(source: str) -> None:
    assert faulty_lines(source, PLACES)

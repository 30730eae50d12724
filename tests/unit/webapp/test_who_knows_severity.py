"""How severe a rater is leaves the computation of figures nowhere: no view and no service can ask for it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import webapp

SITE = Path(webapp.__file__).parent
MODULES = ("scoring.severity", "scoring.release.figures")
NAMES = ("severity", "leniency", "strictness")
ALLOWED = {
    "services/results/release_round.py": "makes the figures, and gets them without severities",
    "commands/severity.py": "a file of one's own on the command line; no record of the site",
}
GIVEN = {"Outcome", "make_figures", "Figure"}
"""What the release may take from the module that adjusts."""


def sources() -> list[Path]:
    return [path for path in SITE.rglob("*.py") if "migrations" not in path.parts]


def imported(text: str) -> set[str]:
    """Every module and every name of a module that is imported, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def touches(text: str) -> bool:
    """Whether a program gets at estimates of severity, by import or by the name of an attribute."""
    modules = [name for name in imported(text) if name.startswith(MODULES)]
    named = [node.attr for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute)]
    return bool(modules) or any(part in name.casefold() for name in named for part in NAMES)


def test_only_the_release_touches_severity() -> None:
    known = {str(path.relative_to(SITE)) for path in sources() if touches(path.read_text())}
    assert known - {"commands/questionnaire.py"} == set(ALLOWED), "there a finding's severity is meant"


def test_the_release_takes_figures_only() -> None:
    names = imported((SITE / "services/results/release_round.py").read_text())
    taken = {name.rpartition(".")[2] for name in names if name.startswith("scoring.release.figures.")}
    assert taken <= GIVEN
    assert not [name for name in names if name.startswith("scoring.severity")]


def test_no_page_has_it_from_a_template() -> None:
    asked = [
        path.name
        for path in (SITE / "templates").rglob("*.html")
        if any(f".{name}" in path.read_text() or f"['{name}']" in path.read_text() for name in NAMES)
    ]
    assert asked == []


@pytest.mark.parametrize(
    "text",
    [
        "from scoring.severity.fitting import fit_one",
        "import scoring.severity.fitting",
        "from scoring.severity import fitting",
        "def late():\n    from scoring.release.figures import _Sums",
        "shown = fit.severity",
        "worst = max(each.rater_severity for each in fits)",
    ],
)
def test_the_guard_sees_it(text: str) -> None:
    assert touches(text)

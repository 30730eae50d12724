"""Collected ratings are read by two services only; nothing else of the site knows their table."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import webapp

SITE = Path(webapp.__file__).parent
RECORD = "CollectedRating"
ALLOWED = {
    "records/__init__.py": "gives the tables out",
    "records/collected_rating.py": "is the table",
    "services/rounds/save_rating.py": "a rater's own ratings, while the round is open",
    "services/rounds/read_for_training.py": "training and figures, with an event each time",
}
# Who may ask the one reader: what shows a figure must go through the rules of release.
READERS = {
    "services/results/release_round.py",
    "services/rounds/rated_people.py",
    "services/training_data.py",
}


def sources() -> list[Path]:
    return [path for path in SITE.rglob("*.py") if "migrations" not in path.parts]


def names_in(text: str) -> set[str]:
    """Every name, attribute and text of a module, without its docstrings."""
    tree = ast.parse(text)
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    found |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    strings = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return found | {text for text in strings if len(text) < 200}


def knows(path: Path, *words: str) -> bool:
    names = names_in(path.read_text())
    return any(word in name for name in names for word in words)


def test_only_two_services_know_the_table() -> None:
    known = {str(path.relative_to(SITE)) for path in sources() if knows(path, RECORD, "collected_rating")}
    assert known == set(ALLOWED)


def test_only_known_programs_ask_the_reader() -> None:
    asking = {str(path.relative_to(SITE)) for path in sources() if knows(path, "read_for_training")}
    assert asking == READERS


@pytest.mark.parametrize(
    "text",
    [
        "from webapp.records import CollectedRating",
        "from webapp import records\nrecords.CollectedRating",
        "session.execute(text('SELECT value FROM collected_rating'))",
        "Base.metadata.tables['collected_rating']",
    ],
)
def test_the_guard_sees_each_way_round(text: str, tmp_path: Path) -> None:
    path = tmp_path / "sly.py"
    path.write_text(text)
    assert knows(path, RECORD, "collected_rating")

"""What single experts rated is known to their own page and to closing; nothing else of the site knows the table."""

from __future__ import annotations

from pathlib import Path

import webapp
from tests.unit.webapp.test_who_reads_collected_ratings import names_in, sources

SITE = Path(webapp.__file__).parent
ALLOWED = {
    "records/__init__.py": "gives the tables out",
    "records/panel.py": "is the table",
    "services/panel/rate_options.py": "an expert's own ratings, while the panel is open",
    "services/panel/invite_experts.py": "deletes them with an invitation that is taken back",
    "services/panel/figures.py": "the statistics, which only closing makes",
}


def naming(*words: str) -> set[str]:
    """The modules in which one of these stands as a name or as a text."""
    texts = {str(path.relative_to(SITE)): path.read_text(encoding="utf-8") for path in sources()}
    near = {module: text for module, text in texts.items() if any(word in text for word in words)}
    return {module for module, text in near.items() if names_in(text).intersection(words)}


def test_only_these_know_the_table() -> None:
    assert naming("PanelRating", "panel_rating") == set(ALLOWED)


def test_only_closing_makes_the_figures() -> None:
    assert naming("reckon_figures") == {"services/panel/close_panel.py"}

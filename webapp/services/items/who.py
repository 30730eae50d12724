"""Of whom figures of questions are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.services.items.coarse import LEAST
from webapp.services.items.gather import STAFF
from webapp.services.items.read_item import ItemPage

Figures = Mapping[str, Any]


def people(population: str) -> str:
    return _("Staff") if population == STAFF else _("Applicants")


def tongues(page: ItemPage, population: str) -> list[tuple[str, str, Figures]]:
    """Code, name and figures of all languages together and of each; where there are enough people."""
    known = page.figures.get("populations", {}).get(population, {})
    names = {"": _("All"), **page.languages}
    return [(code, name, known[code]) for code, name in names.items() if known.get(code, {}).get("enough")]


def too_few(population: str) -> str:
    return ngettext(
        "Fewer than %(num)s person of these has answered, so nothing is told.",
        "Fewer than %(num)s of these people have answered, so nothing is told.",
        LEAST[population],
    )

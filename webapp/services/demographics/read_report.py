"""A kept report about groups as its page and its files show it."""

from __future__ import annotations

from typing import NamedTuple

from flask_babel import force_locale
from flask_babel import gettext as _

from webapp.config import LANGUAGES, Settings
from webapp.services.demographics.group_sections import (
    answer_sections,
    model_line,
    people_section,
    question_tables,
    told_section,
)
from webapp.services.demographics.impact_sections import impact_sections, stage_name
from webapp.services.demographics.lines import HIRED
from webapp.services.demographics.lines import SHARES as STAGE_SHARES
from webapp.services.demographics.local_law_sections import local_law_sections
from webapp.services.reports.parts import Figures, Section, Table
from webapp.services.reports.reader import Reader
from webapp.services.reports.reading import album_of

SHARES = tuple(STAGE_SHARES)
USUAL = "top_33"


class Chapter(NamedTuple):
    """Sections that belong together."""

    title: str
    lines: tuple[str, ...]
    sections: list[Section]


def share_of(text: str) -> str:
    """One of the shares that can be looked at."""
    return text if text in SHARES else USUAL


def report_sections(figures: Figures, reader: Reader, country: str, share: str | None) -> list[Chapter]:
    """`share`: at which part of the best-scoring; None: all of them."""
    stages = (HIRED, *((share,) if share else SHARES))
    law = local_law_sections(figures, country)
    return [
        Chapter(_("Applicants and what they told"), (), [people_section(figures), told_section(figures, country)]),
        Chapter(_("Impact ratios"), (), impact_sections(figures, reader, country, stages)),
        Chapter(_("Local Law 144 tables"), tuple(law_lines(figures)), law),
        Chapter(_("Questions and flags"), tuple(model_line(figures)), answer_sections(figures, country)),
    ]


def law_lines(figures: Figures) -> list[str]:
    found = figures["local_law_144"]
    if "absent" in found:
        return [_("Not computed: sex is not asked.")]
    nature = _("Self-computed, not independent: the law asks for an audit by somebody independent.")
    if found["applies"]:
        return [nature]
    return [
        nature,
        _("This company has not stated that New York City’s rule applies to it; the arithmetic is the same."),
    ]


def report_tables(figures: Figures, reader: Reader, country: str) -> dict[str, Table]:
    """Every table by the name of its file."""
    chapters = report_sections(figures, reader, country, None)
    shown = {table.code: table for each in chapters for section in each.sections for table in section.tables}
    return shown | {table.code: table for table in question_tables(figures, country) if table.rows}


def draw_all(figures: Figures, settings: Settings, simulated: bool, country: str) -> None:
    """Draw every chart in every language, so that no reader waits for it."""
    for language in LANGUAGES:
        with force_locale(language):
            report_sections(figures, Reader(language, simulated, album_of(settings)), country, None)


def share_words(share: str) -> str:
    return stage_name(share)

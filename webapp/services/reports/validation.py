"""The validation report of a model: sections in the order in which they are worth reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from webapp.services.reports.alternatives import calibrations_section, challengers_section
from webapp.services.reports.curve import curve_section
from webapp.services.reports.parts import Figures, Section, Table
from webapp.services.reports.predictions import expectancy_section, hiring_section, reliability_section
from webapp.services.reports.reader import Reader
from webapp.services.reports.single_figures import figures_table
from webapp.services.reports.soundness import canary_section, facets_section, range_section, ratings_section

SECTIONS: Sequence[Callable[[Figures, Reader], Section]] = (
    reliability_section,
    hiring_section,
    expectancy_section,
    curve_section,
    canary_section,
    ratings_section,
    range_section,
    facets_section,
    calibrations_section,
    challengers_section,
)


def validation_sections(figures: Figures, reader: Reader) -> list[Section]:
    return [make(figures, reader) for make in SECTIONS]


def validation_tables(figures: Figures, reader: Reader) -> dict[str, Table]:
    """Every table by the name of its file."""
    found = [figures_table(figures), *(table for each in validation_sections(figures, reader) for table in each.tables)]
    return {table.code: table for table in found}
